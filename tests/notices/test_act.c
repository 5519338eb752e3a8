#include "notices/act.h"

#include "notice_sample.h"
#include "world.h"

/* Pictures of the samples are not stored in these tests. */
static const char *without_pictures(const char *sample, const char *more, char out[8192])
{
	CLEANUP(json_freep) cJSON *content = NULL;
	struct text text;
	assert_int_equal(json_read(sample, strlen(sample), &content, NULL), JISR_OK);
	cJSON_DeleteItemFromObject(content, "photographs");
	text_init(&text, 8000);
	assert_int_equal(json_write(content, &text), JISR_OK);
	(void)snprintf(out, 8192, "{\"content\":%s%s}", text.bytes, more);
	text_finish(&text);
	return out;
}

static void publish(struct world *world, const char *id)
{
	world_do(world, &world->bureau, STEP_REQUEST, id, NULL, NULL);
	world_do(world, &world->reviewer, STEP_TAKE, id, NULL, NULL);
	world_do(world, &world->reviewer, STEP_ASSESS, id, WORLD_GOOD_REVIEW, NULL);
	world_do(world, &world->second, STEP_PUBLISH, id, NULL, NULL);
}

static void a_red_notice_goes_from_the_request_to_the_arrest(void **state)
{
	(void)state;
	struct world world;
	char fields[8192], id[NOTICE_ID_MAX + 1];
	world_init(&world);
	world_do(&world, &world.bureau, STEP_DRAFT, NULL,
	         without_pictures(SAMPLE_RED, ",\"reference\":\"R 17\"", fields), id);
	/* a draft is its office's own */
	assert_int_equal(world_state(&world, "MA", id), STATE_DRAFT);
	assert_int_equal(world_state(&world, "GS", id), STATE_NONE);
	assert_int_equal(world_state(&world, "FR", id), STATE_NONE);
	world_refuse(&world, &world.reviewer, STEP_TAKE, id, NULL, JISR_NOT_FOUND, "there is no notice");
	world_do(&world, &world.bureau, STEP_REQUEST, id, NULL, NULL);
	assert_int_equal(world_state(&world, "GS", id), STATE_REQUESTED);
	assert_int_equal(world_state(&world, "FR", id), STATE_NONE);
	world_do(&world, &world.reviewer, STEP_TAKE, id, NULL, NULL);
	world_do(&world, &world.reviewer, STEP_RETURN, id, "{\"text\":\"When was the warrant issued?\"}", NULL);
	world_refuse(&world, &world.bureau, STEP_ANSWER, id, NULL, JISR_BAD_INPUT, "\"text\" is missing");
	world_do(&world, &world.bureau, STEP_ANSWER, id, "{\"text\":\"On 15 January.\"}", NULL);
	world_refuse(&world, &world.second, STEP_PUBLISH, id, NULL, JISR_STATE, "nobody has filled in the review form");
	world_do(&world, &world.reviewer, STEP_ASSESS, id, WORLD_GOOD_REVIEW, NULL);
	world_refuse(&world, &world.reviewer, STEP_PUBLISH, id, NULL, JISR_DENIED, "another officer must publish it");
	world_refuse(&world, &world.place.console, STEP_PUBLISH, id, NULL, JISR_DENIED, "four eyes");
	world_refuse(&world, &world.bureau, STEP_PUBLISH, id, NULL, JISR_DENIED, "");
	world_do(&world, &world.second, STEP_PUBLISH, id, NULL, NULL);
	assert_int_equal(world_state(&world, "FR", id), STATE_PUBLISHED);
	assert_int_equal(world_state(&world, "", id), STATE_NONE); /* no public extract was asked for */
	world_refuse(&world, &world.france, STEP_WITHDRAW, id, "{\"text\":\"x\"}", JISR_DENIED,
	             "only its owner, MA, may");
	/* whom it reaches */
	world_do(&world, &world.bureau, STEP_RESTRICT, id, "{\"reach\":{\"except\":[\"FR\"]}}", NULL);
	assert_int_equal(world_state(&world, "FR", id), STATE_NONE);
	assert_int_equal(world_state(&world, "ES", id), STATE_PUBLISHED);
	world_refuse(&world, &world.france, STEP_WITHDRAW, id, "{\"text\":\"x\"}", JISR_NOT_FOUND,
	             "there is no notice");
	world_do(&world, &world.bureau, STEP_RESTRICT, id, "{\"reach\":\"*\"}", NULL);
	/* other content counts when headquarters has accepted it */
	world_refuse(&world, &world.second, STEP_ACCEPT, id, NULL, JISR_STATE,
	             "the notice is published"); /* nothing is asked for */
	world_do(&world, &world.bureau, STEP_AMEND, id, without_pictures(SAMPLE_RED, ",\"public\":true", fields), NULL);
	assert_int_equal(world_state(&world, "FR", id), STATE_PUBLISHED); /* that it is being amended is not for them */
	assert_int_equal(world_state(&world, "MA", id), STATE_AMENDING);
	world_refuse(&world, &world.second, STEP_ACCEPT, id, NULL, JISR_STATE, "nobody has filled in");
	world_do(&world, &world.second, STEP_ASSESS, id, WORLD_GOOD_REVIEW, NULL);
	world_do(&world, &world.reviewer, STEP_ACCEPT, id, NULL, NULL);
	assert_int_equal(world_state(&world, "", id), STATE_PUBLISHED);
	world_do(&world, &world.reviewer, STEP_SUSPEND, id, "{\"text\":\"a doubt\"}", NULL);
	assert_int_equal(world_state(&world, "FR", id), STATE_NONE);
	assert_int_equal(world_state(&world, "MA", id), STATE_SUSPENDED);
	world_do(&world, &world.second, STEP_RESUME, id, "{\"text\":\"cleared\"}", NULL);
	world_refuse(&world, &world.reviewer, STEP_EXPIRE, id, NULL, JISR_STATE, "looked at again on");
	world_refuse(&world, &world.bureau, STEP_RENEW, id, "{\"text\":\"still wanted\",\"until\":\"2999-01-01\"}",
	             JISR_BAD_INPUT, "lies between");
	world_refuse(&world, &world.bureau, STEP_END, id, "{\"ending\":\"appeal\"}", JISR_BAD_INPUT, "headquarters");
	world_do(&world, &world.bureau, STEP_END, id, "{\"ending\":\"arrest\",\"text\":\"in Nowhere\"}", NULL);
	assert_int_equal(world_state(&world, "FR", id), STATE_NONE);
	assert_int_equal(world_state(&world, "MA", id), STATE_ENDED);
	world_refuse(&world, &world.bureau, STEP_RENEW, id, NULL, JISR_STATE, "the notice is ended");
	place_finish(&world.place);
}

static void a_political_request_is_refused_with_its_class(void **state)
{
	(void)state;
	struct world world;
	char fields[8192], id[NOTICE_ID_MAX + 1], bad[2000];
	world_init(&world);
	world_do(&world, &world.bureau, STEP_DRAFT, NULL, without_pictures(SAMPLE_RED, "", fields), id);
	world_do(&world, &world.bureau, STEP_REQUEST, id, NULL, NULL);
	world_do(&world, &world.reviewer, STEP_TAKE, id, NULL, NULL);
	(void)snprintf(bad, sizeof bad, "%s", WORLD_GOOD_REVIEW);
	char *third = strstr(bad, "\"article_3\":{\"finding\":\"complies\"");
	memcpy(third + 24, "violates", 8);
	world_do(&world, &world.reviewer, STEP_ASSESS, id, bad, NULL);
	world_refuse(&world, &world.second, STEP_PUBLISH, id, NULL, JISR_STATE, "speaks against it");
	world_refuse(&world, &world.second, STEP_REFUSE, id, "{\"text\":\"x\"}", JISR_BAD_INPUT,
	             "article-3, human-rights, other");
	world_do(&world, &world.second, STEP_REFUSE, id, "{\"ground\":\"article-3\",\"text\":\"opinions\"}", NULL);
	assert_int_equal(world_state(&world, "MA", id), STATE_REFUSED);
	assert_int_equal(world_state(&world, "FR", id), STATE_NONE);
	place_finish(&world.place);
}

static void a_diffusion_goes_to_whom_it_names(void **state)
{
	(void)state;
	struct world world;
	char fields[8192], id[NOTICE_ID_MAX + 1];
	world_init(&world);
	world_do(&world, &world.bureau, STEP_DRAFT, NULL,
	         without_pictures(SAMPLE_RED, ",\"form\":\"diffusion\"", fields), id);
	world_refuse(&world, &world.bureau, STEP_CIRCULATE, id, NULL, JISR_BAD_INPUT,
	             "a diffusion goes to named offices");
	world_refuse(&world, &world.bureau, STEP_REQUEST, id, NULL, JISR_STATE, "a diffusion has no step 'request'");
	world_do(&world, &world.bureau, STEP_RESTRICT, id, "{\"reach\":{\"only\":[\"FR\"]}}", NULL);
	world_do(&world, &world.bureau, STEP_CIRCULATE, id, NULL, NULL);
	assert_int_equal(world_state(&world, "FR", id), STATE_PUBLISHED);
	assert_int_equal(world_state(&world, "ES", id), STATE_NONE);
	world_refuse(&world, &world.bureau, STEP_RESTRICT, id, "{\"reach\":\"*\"}", JISR_BAD_INPUT, "named offices");
	world_do(&world, &world.bureau, STEP_AMEND, id, without_pictures(SAMPLE_RED, "", fields), NULL);
	world_do(&world, &world.second, STEP_CANCEL, id, "{\"ground\":\"other\",\"text\":\"too little\"}", NULL);
	assert_int_equal(world_state(&world, "FR", id), STATE_NONE);
	place_finish(&world.place);
}

static void careless_orders_leave_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *fields, *words;
	} wrong[] = {
		{NULL, "\"content\" is missing"},
		{"{\"content\":{}}", "colour is missing"},
		{"{\"content\":7}", "is no object"},
		{"{\"contents\":{}}", "takes no field 'contents'"},
		{"{\"content\":{\"colour\":\"red\",\"subject\":\"person\",\"source_language\":\"en\"},\"form\":"
	         "\"letter\"}",
	         "\"form\" is"},
		{"{\"content\":{\"colour\":\"red\",\"subject\":\"person\",\"source_language\":\"en\"},\"public\":"
	         "\"yes\"}",
	         "\"public\" is"},
		{"{\"content\":{\"colour\":\"red\",\"subject\":\"person\",\"source_language\":\"en\"},\"reach\":{"
	         "\"except\":[\"GS\"]}}",
	         "headquarters keeps"},
		{"{\"content\":{\"colour\":\"red\",\"subject\":\"person\",\"source_language\":\"en\",\"photographs\":["
	         "\"" SAMPLE_HASH "\"]}}",
	         "is no picture that is stored"},
	};
	struct world world;
	uint64_t before, after;
	struct store_reader *reader = NULL;
	world_init(&world);
	assert_int_equal(store_read(world.place.store, &reader, NULL), JISR_OK);
	before = store_reader_sequence(reader);
	reader = store_read_end(reader);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		world_refuse(&world, &world.bureau, STEP_DRAFT, NULL, wrong[i].fields, JISR_BAD_INPUT, wrong[i].words);
	static const char *const ids[] = {"2026/1", "x", "", "2026/", "../etc", "2026/1234567890123456789"};
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		for (int step = STEP_EDIT; step < STEP_COUNT; step++)
			world_refuse(&world, &world.second, (enum notice_step)step, ids[i], NULL, JISR_NOT_FOUND,
			             "there is no notice");
	assert_int_equal(store_read(world.place.store, &reader, NULL), JISR_OK);
	after = store_reader_sequence(reader);
	store_read_end(reader);
	assert_int_equal(before, after);
	world_refuse(
		&world, &world.bureau, STEP_DRAFT, NULL,
		"{\"public\":true,\"content\":{\"colour\":\"blue\",\"subject\":\"person\",\"source_language\":\"en\"}}",
		JISR_BAD_INPUT, "no public extract of a blue notice");
	/* a red draft may lack anything, a request nothing; all that it lacks is told at once */
	char id[NOTICE_ID_MAX + 1];
	struct act act;
	struct problem problem = {""};
	world_do(&world, &world.bureau, STEP_DRAFT, NULL,
	         "{\"content\":{\"colour\":\"red\",\"subject\":\"person\",\"source_language\":\"en\"}}", id);
	assert_int_equal(world_try(&world, &world.bureau, STEP_REQUEST, id, NULL, &act, &problem), JISR_BAD_INPUT);
	assert_true(act.findings.total >= 8);
	place_do(&world.place, &world.place.console, CHANGE_MEMBER_SUSPEND, "MA", "{\"reason\":\"a test\"}", "MA");
	world_refuse(&world, &world.bureau, STEP_DISCARD, id, NULL, JISR_STATE, "MA is suspended");
	place_finish(&world.place);
}

static void two_officers_do_not_overwrite_each_other(void **state)
{
	(void)state;
	struct world world;
	struct act act;
	struct problem problem = {""};
	char fields[8192];
	world_init(&world);
	assert_int_equal(world_try(&world, &world.bureau, STEP_DRAFT, NULL, without_pictures(SAMPLE_RED, "", fields),
	                           &act, &problem),
	                 JISR_OK);
	struct act edit = {.step = STEP_EDIT, .caller = &world.bureau, .id = act.made, .expected = act.version};
	assert_int_equal(act_submit(world.place.store, &edit, &problem), JISR_OK);
	edit.expected = act.version;
	assert_int_equal(act_submit(world.place.store, &edit, &problem), JISR_CONFLICT);
	place_finish(&world.place);
}

static void what_the_owner_is_not_told_of_is_no_change_to_him(void **state)
{
	(void)state;
	struct world world;
	struct act act;
	struct problem problem = {""};
	cJSON *why = cJSON_Parse("{\"text\":\"we ask for nothing any more\"}");
	char fields[8192], id[NOTICE_ID_MAX + 1];
	world_init(&world);
	world_do(&world, &world.bureau, STEP_DRAFT, NULL, without_pictures(SAMPLE_RED, "", fields), id);
	world_do(&world, &world.bureau, STEP_REQUEST, id, NULL, NULL);
	assert_int_equal(world_try(&world, &world.reviewer, STEP_TAKE, id, NULL, &act, &problem), JISR_OK);
	struct act withdraw = {
		.step = STEP_WITHDRAW, .caller = &world.bureau, .id = id, .fields = why, .expected = act.version};
	struct act back = {
		.step = STEP_RETURN, .caller = &world.reviewer, .id = id, .fields = why, .expected = act.version};
	world_do(&world, &world.reviewer, STEP_ASSESS, id, WORLD_GOOD_REVIEW, NULL);
	assert_int_equal(act_submit(world.place.store, &back, &problem), JISR_CONFLICT);
	assert_int_equal(act_submit(world.place.store, &withdraw, &problem), JISR_OK);
	withdraw.expected = withdraw.version + 1;
	assert_int_equal(act_submit(world.place.store, &withdraw, &problem), JISR_CONFLICT);
	json_free(why);
	place_finish(&world.place);
}

static void headquarters_changes_the_conditions(void **state)
{
	(void)state;
	struct world world;
	char fields[8192], id[NOTICE_ID_MAX + 1];
	struct problem problem = {""};
	cJSON *rules = cJSON_Parse("{\"least_penalty\":72}"), *wrong = cJSON_Parse("{\"least_penalty\":\"six\"}");
	world_init(&world);
	assert_int_equal(act_rules(world.place.store, &world.bureau, rules, &problem), JISR_DENIED);
	assert_int_equal(act_rules(world.place.store, &world.second, wrong, &problem), JISR_BAD_INPUT);
	assert_int_equal(act_rules(world.place.store, &world.second, rules, &problem), JISR_OK);
	world_do(&world, &world.bureau, STEP_DRAFT, NULL, without_pictures(SAMPLE_RED, "", fields), id);
	world_refuse(&world, &world.bureau, STEP_REQUEST, id, NULL, JISR_BAD_INPUT, "72 months");
	json_free(rules);
	rules = cJSON_Parse("{\"least_penalty\":60}");
	assert_int_equal(act_rules(world.place.store, &world.second, rules, &problem), JISR_OK);
	publish(&world, id);
	json_free(rules);
	json_free(wrong);
	place_finish(&world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_red_notice_goes_from_the_request_to_the_arrest),
		cmocka_unit_test(a_political_request_is_refused_with_its_class),
		cmocka_unit_test(a_diffusion_goes_to_whom_it_names),
		cmocka_unit_test(careless_orders_leave_nothing),
		cmocka_unit_test(two_officers_do_not_overwrite_each_other),
		cmocka_unit_test(what_the_owner_is_not_told_of_is_no_change_to_him),
		cmocka_unit_test(headquarters_changes_the_conditions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
