#include "notices/hit_act.h"

#include "notices/object_act.h"

#include "notice_sample.h"
#include "world.h"

#define COUNT 60
#define READS 1500

static uint64_t random_state = 11;

static unsigned random_number(unsigned below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(random_state >> 33) % below;
}

/* ---- notices to find somebody by ---- */

struct publishing {
	struct world *world;
	const struct caller *owner;
	const char *content, *reach;
	char id[NOTICE_ID_MAX + 1];
};

static int take(struct store_write *write, const struct caller *caller, enum notice_step step, const char *id,
                const char *fields, struct act *act, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = fields != NULL ? cJSON_Parse(fields) : NULL;
	*act = (struct act){.step = step, .caller = caller, .id = id, .fields = json, .expected = ENTRY_ANY};
	return act_run(write, act, problem);
}

static int publish_command(struct store_write *write, void *context, struct problem *problem)
{
	struct publishing *publishing = context;
	struct act act;
	char fields[8192];
	(void)snprintf(fields, sizeof fields, "{\"content\":%s,\"reach\":%s}", publishing->content, publishing->reach);
	int error = take(write, publishing->owner, STEP_DRAFT, NULL, fields, &act, problem);
	(void)snprintf(publishing->id, sizeof publishing->id, "%s", act.made);
	if (!error)
		error = take(write, publishing->owner, STEP_REQUEST, publishing->id, NULL, &act, problem);
	if (!error)
		error = take(write, &publishing->world->reviewer, STEP_TAKE, publishing->id, NULL, &act, problem);
	if (!error)
		error = take(write, &publishing->world->reviewer, STEP_ASSESS, publishing->id, WORLD_GOOD_REVIEW, &act,
		             problem);
	return error ? error
	             : take(write, &publishing->world->second, STEP_PUBLISH, publishing->id, NULL, &act, problem);
}

static void publish(struct world *world, const struct caller *owner, const char *content, const char *reach,
                    char ret_id[NOTICE_ID_MAX + 1])
{
	struct problem problem = {""};
	struct publishing publishing = {world, owner, content, reach, ""};
	if (store_submit(world->place.store, publish_command, &publishing, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	(void)snprintf(ret_id, NOTICE_ID_MAX + 1, "%s", publishing.id);
}

/* ---- steps ---- */

static int hit_try(struct world *world, const struct caller *caller, enum hit_step step, const char *id,
                   const char *fields, uint64_t expected, struct hit_act *ret_act, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct hit_act act = {.step = step, .caller = caller, .id = id, .expected = expected};
	if (fields != NULL && json_read(fields, strlen(fields), &json, problem) != JISR_OK)
		fail_msg("%s: %s", fields, problem->text);
	act.fields = json;
	problem->text[0] = '\0';
	int error = hit_act_submit(world->place.store, &act, problem);
	act.fields = NULL;
	if (ret_act != NULL)
		*ret_act = act;
	return error;
}

static void hit_do(struct world *world, const struct caller *caller, enum hit_step step, const char *id,
                   const char *fields, char ret_id[NOTICE_ID_MAX + 1])
{
	struct problem problem = {""};
	struct hit_act act;
	if (hit_try(world, caller, step, id, fields, ENTRY_ANY, &act, &problem) != JISR_OK)
		fail_msg("%s %s: %s", hit_step_name(step), fields != NULL ? fields : "", problem.text);
	if (ret_id != NULL)
		(void)snprintf(ret_id, NOTICE_ID_MAX + 1, "%s", act.made);
}

static void hit_refuse(struct world *world, const struct caller *caller, enum hit_step step, const char *id,
                       const char *fields, int expected, const char *words)
{
	struct problem problem = {""};
	int error = hit_try(world, caller, step, id, fields, ENTRY_ANY, NULL, &problem);
	if (error != expected || strstr(problem.text, words) == NULL)
		fail_msg("%s %s: %d \"%s\", not %d \"%s\"", hit_step_name(step), fields != NULL ? fields : "", error,
		         problem.text, expected, words);
}

static void report(struct world *world, const struct caller *caller, const char *notice, char id[NOTICE_ID_MAX + 1])
{
	char fields[300];
	(void)snprintf(fields, sizeof fields,
	               "{\"notice\":\"%s\",\"place\":\"Harbourton\",\"text\":\"the same passport\","
	               "\"evidence\":{\"score\":0.97}}",
	               notice);
	hit_do(world, caller, HIT_REPORT, NULL, fields, id);
}

/* Reads one; its texts stay until the next. */
static struct hit look(struct world *world, const char *office, const char *id)
{
	static struct arena *arena;
	struct store_reader *reader = NULL;
	struct hit hit = {.state = HIT_NONE};
	if (arena == NULL)
		assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	arena_reset(arena);
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	int error = hit_get(store_reader_sql(reader), (struct viewer){office}, id, arena, &hit, NULL);
	store_read_end(reader);
	assert_true(error == JISR_OK || error == JISR_NOT_FOUND);
	return hit;
}

static void from_the_border_to_the_hand_over(void **state)
{
	(void)state;
	struct world world;
	char notice[NOTICE_ID_MAX + 1], id[NOTICE_ID_MAX + 1];
	world_init(&world);
	struct caller border = place_caller("FR", "FR-7", ROLE_BIT(ROLE_BORDER_OFFICER));
	publish(&world, &world.bureau, SAMPLE_RED, "\"*\"", notice);
	report(&world, &border, notice, id);
	struct hit hit = look(&world, "MA", id);
	assert_int_equal(hit.state, HIT_REPORTED);
	assert_string_equal(hit.caption, "BENRAHHOU, Salma");
	assert_string_equal(hit.finder, "FR");
	assert_string_equal(hit.owner, "MA");
	assert_string_equal(hit_awaits(&hit), "MA");
	assert_string_equal(hit.evidence, "{\"score\":0.97}");
	char due[HIT_MOMENT];
	hit_moment_add(hit.reported, 24, due);
	assert_string_equal(hit.due, due);
	/* a border officer reports and answers; the rest is the bureau's */
	hit_refuse(&world, &world.france, HIT_CONFIRM, id, NULL, JISR_DENIED, "only the owner (MA)");
	hit_do(&world, &world.bureau, HIT_ACKNOWLEDGE, id, NULL, NULL);
	hit_do(&world, &world.bureau, HIT_ASK, id, "{\"text\":\"a picture of the left hand\"}", NULL);
	hit_do(&world, &border, HIT_ANSWER, id, "{\"text\":\"there is a scar\"}", NULL);
	hit_do(&world, &world.bureau, HIT_CONFIRM, id, NULL, NULL);
	hit_refuse(&world, &border, HIT_ARREST, id, NULL, JISR_DENIED, "follow hits up");
	hit_refuse(&world, &world.france, HIT_FIND, id, "{\"text\":\"x\"}", JISR_STATE, "yellow");
	hit_refuse(&world, &world.france, HIT_ARREST, id, "{\"days\":41}", JISR_BAD_INPUT, "1 to 40");
	hit_do(&world, &world.france, HIT_ARREST, id, "{\"days\":40}", NULL);
	hit = look(&world, "FR", id);
	hit_moment_add(hit.changed, 40 * 24, due);
	assert_string_equal(hit.due, due);
	hit_refuse(&world, &world.bureau, HIT_REQUEST, id, NULL, JISR_BAD_INPUT, "reference");
	hit_do(&world, &world.bureau, HIT_REQUEST, id, "{\"reference\":\"E 12/2026\"}", NULL);
	hit_do(&world, &world.france, HIT_GRANT, id, "{\"text\":\"Court of Nowhere, 3 March\"}", NULL);
	hit_do(&world, &world.france, HIT_HAND_OVER, id, NULL, NULL);
	assert_int_equal(world_state(&world, "MA", notice), STATE_PUBLISHED);
	hit_refuse(&world, &world.france, HIT_CONCLUDE, id, "{\"end\":true}", JISR_DENIED, "only the owner");
	hit_do(&world, &world.bureau, HIT_CONCLUDE, id, "{\"end\":true}", NULL);
	assert_int_equal(world_state(&world, "MA", notice), STATE_ENDED);
	hit = look(&world, "FR", id);
	assert_int_equal(hit.state, HIT_CLOSED);
	assert_string_equal(hit.outcome, "handed_over");
	assert_string_equal(hit.reference, "E 12/2026");
	assert_true(hit.ended && hit_awaits(&hit) == NULL && hit.due[0] == '\0');
	hit_refuse(&world, &world.bureau, HIT_NOTE, id, "{\"text\":\"x\"}", JISR_STATE, "closed");
	place_finish(&world.place);
}

static void a_conclusion_that_cannot_end_the_notice_changes_nothing(void **state)
{
	(void)state;
	struct world world;
	char notice[NOTICE_ID_MAX + 1], un[NOTICE_ID_MAX + 1], id[NOTICE_ID_MAX + 1], other[NOTICE_ID_MAX + 1];
	world_init(&world);
	struct caller committee = place_caller("GS", "GS-9", ROLE_BIT(ROLE_BUREAU_OFFICER));
	publish(&world, &world.bureau, SAMPLE_YELLOW, "\"*\"", notice);
	publish(&world, &committee, SAMPLE_UN, "\"*\"", un);
	report(&world, &world.france, notice, id);
	report(&world, &world.france, un, other);
	hit_do(&world, &world.bureau, HIT_CONFIRM, id, NULL, NULL);
	hit_do(&world, &world.france, HIT_FIND, id, "{\"text\":\"at her aunt's\"}", NULL);
	world_do(&world, &world.bureau, STEP_END, notice, "{\"ending\":\"found\"}", NULL);
	hit_refuse(&world, &world.bureau, HIT_CONCLUDE, id, "{\"end\":true}", JISR_STATE, "ended");
	assert_int_equal(look(&world, "MA", id).state, HIT_FOUND);
	hit_do(&world, &world.bureau, HIT_CONCLUDE, id, NULL, NULL);
	hit_do(&world, &committee, HIT_CONFIRM, other, NULL, NULL);
	hit_do(&world, &world.france, HIT_APPLY, other, "{\"text\":\"the account is frozen\"}", NULL);
	hit_refuse(&world, &committee, HIT_CONCLUDE, other, "{\"end\":true}", JISR_STATE, "does not end the notice");
	hit_do(&world, &committee, HIT_CONCLUDE, other, NULL, NULL);
	assert_int_equal(world_state(&world, "GS", un), STATE_PUBLISHED);
	place_finish(&world.place);
}

static void a_stolen_passport_is_found_and_withdrawn(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	char fields[200], id[NOTICE_ID_MAX + 1];
	world_init(&world);
	CLEANUP(json_freep)
	cJSON *entering = cJSON_Parse(
		"{\"object\":{\"kind\":\"document\",\"type\":\"passport\",\"status\":\"stolen\",\"country\":\"MA\","
		"\"number\":\"AB 123-456\"},\"reach\":{\"except\":[\"ES\"]}}");
	struct object_act entered = {
		.step = OBJECT_ENTER, .caller = &world.bureau, .fields = entering, .expected = ENTRY_ANY};
	if (object_act_submit(world.place.store, &entered, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	(void)snprintf(fields, sizeof fields, "{\"object\":\"%s\",\"place\":\"x\",\"text\":\"y\"}", entered.made);
	struct caller spain = place_caller("ES", "ES-1", ROLE_BIT(ROLE_BORDER_OFFICER));
	hit_refuse(&world, &spain, HIT_REPORT, NULL, fields, JISR_NOT_FOUND, "there is no");
	hit_do(&world, &world.france, HIT_REPORT, NULL, fields, id);
	struct hit hit = look(&world, "MA", id);
	assert_int_equal(hit.about, HIT_ABOUT_OBJECT);
	assert_string_equal(hit.colour, "object");
	assert_non_null(strstr(hit.caption, "Morocco"));
	hit_do(&world, &world.bureau, HIT_CONFIRM, id, NULL, NULL);
	hit_refuse(&world, &world.france, HIT_ARREST, id, NULL, JISR_STATE, "object");
	hit_do(&world, &world.france, HIT_FIND, id, "{\"text\":\"seized\"}", NULL);
	hit_do(&world, &world.bureau, HIT_CONCLUDE, id, "{\"end\":true}", NULL);
	assert_true(look(&world, "FR", id).ended);
	hit_refuse(&world, &world.bureau, HIT_REPORT, NULL, fields, JISR_STATE, "withdrawn");
	place_finish(&world.place);
}

static void fields_are_read_strictly_and_faults_told_at_once(void **state)
{
	(void)state;
	static const struct {
		const char *fields, *words;
	} wrong[] = {
		{"{}", "notice"},
		{"{\"notice\":7,\"place\":\"x\",\"text\":\"y\"}", "notice"},
		{"{\"object\":7,\"place\":\"x\",\"text\":\"y\"}", "notice"},
		{"{\"notice\":\"%s\"}", "place"},
		{"{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"\"}", "text"},
		{"{\"notice\":\"%s\",\"place\":\" \",\"text\":\"y\"}", "place"},
		{"{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\",\"at\":\"2099-01-01T00:00:00Z\"}", "still to come"},
		{"{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\",\"at\":\"yesterday\"}", "no moment"},
		{"{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\",\"at\":\"2026-02-30T00:00:00Z\"}", "no moment"},
		{"{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\",\"urgent\":1}", "urgent"},
		{"{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\",\"evidence\":\"z\"}", "evidence"},
		{"{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\",\"country\":\"XX\"}", "country"},
		{"{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\",\"owner\":\"MA\"}", "no field"},
		{"{\"notice\":\"%s\",\"place\":\"x\\u0007\",\"text\":\"y\"}", "control"},
	};
	struct world world;
	char notice[NOTICE_ID_MAX + 1], id[NOTICE_ID_MAX + 1], fields[40000];
	world_init(&world);
	publish(&world, &world.bureau, SAMPLE_RED, "\"*\"", notice);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const char *at = strstr(wrong[i].fields, "%s");
		(void)snprintf(fields, sizeof fields, "%.*s%s%s", at != NULL ? (int)(at - wrong[i].fields) : 0,
		               wrong[i].fields, at != NULL ? notice : wrong[i].fields, at != NULL ? at + 2 : "");
		hit_refuse(&world, &world.france, HIT_REPORT, NULL, fields, JISR_BAD_INPUT, wrong[i].words);
	}
	/* the longest place and the longest evidence, and one more */
	for (int more = 0; more < 2; more++) {
		size_t length = (size_t)snprintf(fields, sizeof fields,
		                                 "{\"notice\":\"%s\",\"text\":\"y\",\"place\":\"", notice);
		for (int i = 0; i < HIT_MAX_PLACE + more; i++)
			length += (size_t)snprintf(fields + length, sizeof fields - length, "é");
		(void)snprintf(fields + length, sizeof fields - length, "\"}");
		if (more == 0)
			hit_do(&world, &world.france, HIT_REPORT, NULL, fields, NULL);
		else
			hit_refuse(&world, &world.france, HIT_REPORT, NULL, fields, JISR_BAD_INPUT, "201 characters");
		length = (size_t)snprintf(fields, sizeof fields,
		                          "{\"notice\":\"%s\",\"text\":\"y\",\"place\":\"x\",\"evidence\":{\"a\":\"",
		                          notice);
		for (size_t i = 0; i < HIT_MAX_EVIDENCE - 8 + (size_t)more; i++)
			fields[length++] = 'x';
		(void)snprintf(fields + length, sizeof fields - length, "\"}}");
		if (more == 0)
			hit_do(&world, &world.france, HIT_REPORT, NULL, fields, id);
		else
			hit_refuse(&world, &world.france, HIT_REPORT, NULL, fields, JISR_BAD_INPUT, "evidence");
	}
	hit_do(&world, &world.bureau, HIT_CONFIRM, id, NULL, NULL);
	hit_refuse(&world, &world.france, HIT_ARREST, id, "{\"at\":\"2020-01-01T00:00:00Z\"}", JISR_BAD_INPUT,
	           "before the hit");
	hit_refuse(&world, &world.bureau, HIT_CLOSE, id, "{\"outcome\":\"handed_over\",\"text\":\"x\"}", JISR_BAD_INPUT,
	           "outcome");
	struct problem problem = {""};
	assert_int_equal(hit_try(&world, &world.bureau, HIT_CLOSE, id, "{\"outcome\":\"gone\",\"text\":\"x\"}", 3, NULL,
	                         &problem),
	                 JISR_CONFLICT);
	place_finish(&world.place);
}

static void only_what_reaches_an_office_is_found_by_it(void **state)
{
	(void)state;
	struct world world;
	char hidden[NOTICE_ID_MAX + 1], fields[200], id[NOTICE_ID_MAX + 1];
	world_init(&world);
	publish(&world, &world.bureau, SAMPLE_RED, "{\"except\":[\"FR\"]}", hidden);
	struct problem never = {""}, kept = {""};
	assert_int_equal(hit_try(&world, &world.france, HIT_REPORT, NULL,
	                         "{\"notice\":\"2025/1\",\"place\":\"x\",\"text\":\"y\"}", ENTRY_ANY, NULL, &never),
	                 JISR_NOT_FOUND);
	(void)snprintf(fields, sizeof fields, "{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\"}", hidden);
	assert_int_equal(hit_try(&world, &world.france, HIT_REPORT, NULL, fields, ENTRY_ANY, NULL, &kept),
	                 JISR_NOT_FOUND);
	assert_string_equal(never.text, "there is no notice 2025/1");
	(void)snprintf(fields, sizeof fields, "there is no notice %s", hidden);
	assert_string_equal(kept.text, fields);
	/* what was reported stays the finder's, also when the notice no longer reaches it, and says what it said then */
	char open[NOTICE_ID_MAX + 1];
	publish(&world, &world.bureau, SAMPLE_RED, "\"*\"", open);
	report(&world, &world.france, open, id);
	world_do(&world, &world.bureau, STEP_RESTRICT, open, "{\"reach\":{\"except\":[\"FR\"]}}", NULL);
	assert_int_equal(world_state(&world, "FR", open), STATE_NONE);
	assert_string_equal(look(&world, "FR", id).caption, "BENRAHHOU, Salma");
	/* nothing is found by a notice that is over, and drafts are their owner's */
	world_do(&world, &world.bureau, STEP_WITHDRAW, open, "{\"text\":\"x\"}", NULL);
	(void)snprintf(fields, sizeof fields, "{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\"}", open);
	hit_refuse(&world, &world.bureau, HIT_REPORT, NULL, fields, JISR_STATE, "withdrawn");
	place_finish(&world.place);
}

/* ---- deadlines ---- */

static uint64_t count_of(struct world *world, const char *office, const struct hit_filter *filter)
{
	struct store_reader *reader = NULL;
	uint64_t count = 0;
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	assert_int_equal(hit_count(store_reader_sql(reader), (struct viewer){office}, filter, &count, NULL), JISR_OK);
	store_read_end(reader);
	return count;
}

static void reminders_follow_from_the_table_and_come_once(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	char notice[NOTICE_ID_MAX + 1], id[NOTICE_ID_MAX + 1], fields[200], before[HIT_MOMENT], after[HIT_MOMENT];
	uint64_t count = 9;
	world_init(&world);
	publish(&world, &world.bureau, SAMPLE_RED, "\"*\"", notice);
	(void)snprintf(fields, sizeof fields, "{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\",\"urgent\":true}",
	               notice);
	hit_do(&world, &world.france, HIT_REPORT, NULL, fields, id);
	struct hit hit = look(&world, "FR", id);
	hit_moment_add(hit.reported, 3, before);
	hit_moment_add(hit.reported, 4, after);
	assert_string_equal(hit.due, before);
	struct hit_filter due = {.due = before, .open = true};
	assert_int_equal(count_of(&world, "MA", &due), 0); /* due at this very moment is not late */
	due.due = after;
	assert_int_equal(count_of(&world, "MA", &due), 1);
	assert_int_equal(count_of(&world, "ES", &due), 0);
	due.awaits = "FR";
	assert_int_equal(count_of(&world, "MA", &due), 0);
	assert_int_equal(hit_act_remind(world.place.store, NULL, &count, &problem), JISR_OK);
	assert_int_equal(count, 0);
	assert_int_equal(hit_act_remind(world.place.store, after, &count, &problem), JISR_OK);
	assert_int_equal(count, 1);
	assert_int_equal(hit_act_remind(world.place.store, after, &count, &problem), JISR_OK);
	assert_int_equal(count, 0);
	/* the next state has a deadline of its own, by the rules as they are then */
	CLEANUP(json_freep) cJSON *rules = cJSON_Parse("{\"identity_hours\":1,\"urgent_hours\":2}");
	assert_int_equal(hit_act_rules(world.place.store, &world.bureau, rules, &problem), JISR_DENIED);
	assert_int_equal(hit_act_rules(world.place.store, &world.reviewer, rules, &problem), JISR_OK);
	hit_do(&world, &world.bureau, HIT_ACKNOWLEDGE, id, NULL, NULL);
	hit = look(&world, "FR", id);
	hit_moment_add(hit.changed, 2, before);
	assert_string_equal(hit.due, before);
	hit_moment_add(hit.changed, 3, after);
	assert_int_equal(hit_act_remind(world.place.store, after, &count, &problem), JISR_OK);
	assert_int_equal(count, 1);
	CLEANUP(json_freep) cJSON *long_rules = cJSON_Parse("{\"request_days\":41}");
	assert_int_equal(hit_act_rules(world.place.store, &world.reviewer, long_rules, &problem), JISR_BAD_INPUT);
	place_finish(&world.place);
}

/* ---- what is dropped ---- */

struct dropping {
	uint64_t sequence;
};

static int drop(struct store_write *write, void *context, struct problem *problem)
{
	struct dropping *dropping = context;
	return store_drop_body(write, dropping->sequence, "GS", "GS-1", "a request was granted", problem);
}

static bool last_event(void *context, const struct history_event *event)
{
	uint64_t *sequences = context;
	sequences[0]++;
	assert_true(sequences[0] < 16);
	sequences[sequences[0]] = event->sequence;
	return true;
}

static void what_is_dropped_leaves_the_tables_as_a_rebuild_makes_them(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	char notice[NOTICE_ID_MAX + 1], id[NOTICE_ID_MAX + 1];
	uint64_t sequences[16] = {0};
	struct store_reader *reader = NULL;
	world_init(&world);
	publish(&world, &world.bureau, SAMPLE_RED, "\"*\"", notice);
	report(&world, &world.france, notice, id);
	hit_do(&world, &world.bureau, HIT_CONFIRM, id, "{\"text\":\"it is her\"}", NULL);
	hit_do(&world, &world.france, HIT_ARREST, id, NULL, NULL);
	hit_do(&world, &world.bureau, HIT_REQUEST, id, "{\"reference\":\"E 1\"}", NULL);
	hit_do(&world, &world.france, HIT_GRANT, id, "{\"text\":\"by the court\"}", NULL);
	hit_do(&world, &world.france, HIT_HAND_OVER, id, NULL, NULL);
	hit_do(&world, &world.bureau, HIT_CONCLUDE, id, "{\"end\":true}", NULL);
	assert_int_equal(store_read(world.place.store, &reader, NULL), JISR_OK);
	assert_int_equal(hit_history(store_reader_sql(reader), (struct viewer){"MA"}, id, last_event, sequences, NULL),
	                 JISR_OK);
	store_read_end(reader);
	assert_int_equal(sequences[0], 7);
	for (size_t i = 1; i <= sequences[0]; i++) {
		struct dropping dropping = {sequences[1 + (i * 3) % 7]};
		if (store_submit(world.place.store, drop, &dropping, &problem) != JISR_OK)
			fail_msg("%s", problem.text);
		place_assert_rebuilt(&world.place);
	}
	struct hit hit = look(&world, "FR", id);
	assert_int_equal(hit.state, HIT_CLOSED);
	assert_string_equal(hit.owner, "MA");
	assert_string_equal(hit.caption, "");
	assert_string_equal(hit.evidence, "");
	assert_string_equal(hit.place, "");
	place_finish(&world.place);
}

struct removing {
	struct removal removal;
	const char *why;
};

static int remove_notice(struct store_write *write, void *context, struct problem *problem)
{
	struct removing *removing = context;
	int error = removal_holds(store_write_sql(write), removing->removal.id, &removing->why, problem);
	return error ? error : removal_run(write, &removing->removal, problem);
}

static void with_a_notice_goes_what_hits_say_of_the_person(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	char notice[NOTICE_ID_MAX + 1], id[NOTICE_ID_MAX + 1];
	world_init(&world);
	publish(&world, &world.bureau, SAMPLE_RED, "\"*\"", notice);
	report(&world, &world.france, notice, id);
	hit_do(&world, &world.bureau, HIT_NOTE, id, "{\"text\":\"she speaks French\"}", NULL);
	hit_do(&world, &world.bureau, HIT_CONFIRM, id, NULL, NULL);
	struct removing removing = {{.id = notice, .why = "request", .author = "GS", .officer = "GS-1"}, NULL};
	if (store_submit(world.place.store, remove_notice, &removing, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_string_equal(removing.why, "a hit on it is being followed up");
	struct hit hit = look(&world, "FR", id);
	assert_int_equal(hit.state, HIT_CONFIRMED);
	assert_string_equal(hit.finder, "FR");
	assert_string_equal(hit.caption, "");
	assert_string_equal(hit.evidence, "");
	struct hit_filter all = {.open = true};
	assert_int_equal(count_of(&world, "MA", &all), 1);
	hit_do(&world, &world.bureau, HIT_CLOSE, id, "{\"outcome\":\"no-action\",\"text\":\"the notice is gone\"}",
	       NULL);
	place_finish(&world.place);
}

/* ---- who sees what ---- */

static const char *const offices[] = {"", "GS", "MA", "FR", "ES", "IS", "M", "MAR"};
#define OFFICES (sizeof offices / sizeof *offices)

struct model {
	char id[NOTICE_ID_MAX + 1];
	const char *finder, *owner;
};

struct models {
	struct model list[COUNT];
};

static bool sees(const struct model *model, const char *office)
{
	return strcmp(office, "GS") == 0 || strcmp(office, model->finder) == 0 || strcmp(office, model->owner) == 0;
}

struct seen {
	const struct models *models;
	const char *office;
	size_t count;
	struct hit last;
};

static bool see(void *context, const struct hit *hit)
{
	struct seen *seen = context;
	bool known = false;
	for (size_t i = 0; i < COUNT; i++)
		known = known ||
		        (strcmp(seen->models->list[i].id, hit->id) == 0 && sees(&seen->models->list[i], seen->office));
	if (!known)
		fail_msg("%s is shown to '%s'", hit->id, seen->office);
	seen->last = *hit;
	seen->count++;
	return true;
}

static bool see_event(void *context, const struct history_event *event)
{
	(void)event;
	((struct seen *)context)->count++;
	return true;
}

struct figured {
	struct sql *sql;
	struct viewer viewer;
	uint64_t finders, reports;
};

/* Each figure is what the list of it counts. */
static bool figure(void *context, const char *name, const char *value, uint64_t count)
{
	struct figured *figured = context;
	struct hit_filter filter = {.limit = 0};
	uint64_t listed = 0;
	enum hit_state state;
	if (strcmp(name, "finder") == 0) {
		filter.finder = value;
		figured->finders += count;
	} else if (strcmp(name, "owner") == 0) {
		filter.owner = value;
	} else if (strcmp(name, "colour") == 0) {
		filter.colour = value;
	} else if (strcmp(name, "state") == 0) {
		assert_true(hit_state_read(value, &state));
		filter.states = HIT_BIT(state);
	} else {
		assert_string_equal(name, "month");
		assert_memory_equal(value, "report/", 7);
		filter.from = value + 7; /* "2026-11": before every day of it */
		filter.until = "9999";
		figured->reports += count;
	}
	assert_int_equal(hit_count(figured->sql, figured->viewer, &filter, &listed, NULL), JISR_OK);
	assert_int_equal(listed, count);
	filter.from = "9998";
	assert_int_equal(hit_count(figured->sql, figured->viewer, &filter, &listed, NULL), JISR_OK);
	assert_int_equal(listed, 0);
	return true;
}

static void read_once(struct sql *sql, struct arena *arena, const struct models *models)
{
	const char *office = offices[random_number(OFFICES)];
	const struct model *model = &models->list[random_number(COUNT)];
	struct viewer viewer = {office};
	struct problem problem = {""};
	struct seen seen = {.models = models, .office = office};
	struct hit hit;
	size_t expected = 0;
	for (size_t i = 0; i < COUNT; i++)
		expected += sees(&models->list[i], office);
	arena_reset(arena);
	switch (random_number(5)) {
	case 0: {
		int error = hit_get(sql, viewer, model->id, arena, &hit, &problem);
		assert_int_equal(error, sees(model, office) ? JISR_OK : JISR_NOT_FOUND);
		char sentence[60];
		(void)snprintf(sentence, sizeof sentence, "there is no hit %s", model->id);
		assert_string_equal(problem.text, error == JISR_OK ? "" : sentence);
		return;
	}
	case 1: {
		struct notice_place after;
		struct hit_filter filter = {.limit = 1 + random_number(20), .by_due = random_number(2) == 0};
		for (;;) {
			size_t before = seen.count;
			assert_int_equal(hit_list(sql, viewer, &filter, arena, see, &seen, &problem), JISR_OK);
			if (seen.count == before)
				break;
			(void)snprintf(after.moment, sizeof after.moment, "%s",
			               filter.by_due ? seen.last.due : seen.last.changed);
			(void)snprintf(after.id, sizeof after.id, "%s", seen.last.id);
			filter.after = &after;
		}
		assert_int_equal(seen.count, expected);
		return;
	}
	case 2: {
		uint64_t count;
		struct hit_filter filter = {.office = random_number(2) == 0 ? model->owner : NULL};
		for (size_t i = 0; filter.office != NULL && i < COUNT; i++)
			expected -= sees(&models->list[i], office) &&
			            strcmp(models->list[i].owner, model->owner) != 0 &&
			            strcmp(models->list[i].finder, model->owner) != 0;
		assert_int_equal(hit_count(sql, viewer, &filter, &count, &problem), JISR_OK);
		assert_int_equal(count, expected);
		return;
	}
	case 3: {
		struct figured figured = {sql, viewer, 0, 0};
		struct hit_filter all = {.limit = 0};
		assert_int_equal(hit_figures(sql, viewer, &all, figure, &figured, &problem), JISR_OK);
		assert_int_equal(figured.finders, expected);
		assert_int_equal(figured.reports, expected);
		return;
	}
	default: {
		int error = hit_history(sql, viewer, model->id, see_event, &seen, &problem);
		assert_int_equal(error, sees(model, office) ? JISR_OK : JISR_NOT_FOUND);
		assert_int_equal(seen.count, sees(model, office) ? 1 : 0);
	}
	}
}

static void nobody_else_learns_that_there_is_a_hit(void **state)
{
	(void)state;
	static struct models models;
	struct world world;
	char notices[4][NOTICE_ID_MAX + 1];
	struct store_reader *reader = NULL;
	struct arena *arena = NULL;
	world_init(&world);
	for (size_t i = 0; i < 4; i++) {
		struct caller owner = place_caller(offices[2 + i], "X-1", ROLE_BIT(ROLE_BUREAU_OFFICER));
		publish(&world, &owner, SAMPLE_RED, "\"*\"", notices[i]);
	}
	for (size_t i = 0; i < COUNT; i++) {
		struct model *model = &models.list[i];
		unsigned from = random_number(4), on = random_number(4);
		struct caller finder = place_caller(offices[2 + from], "X-2", ROLE_BIT(ROLE_BUREAU_OFFICER));
		report(&world, &finder, notices[on], model->id);
		model->finder = offices[2 + from];
		model->owner = offices[2 + on];
	}
	assert_int_equal(arena_new(16 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(world.place.store, &reader, NULL), JISR_OK);
	for (size_t i = 0; i < READS; i++)
		read_once(store_reader_sql(reader), arena, &models);
	store_read_end(reader);
	arena_free(arena);
	place_finish(&world.place);
}

struct failing {
	struct hit_act act;
	long after;
};

static int fail_after(struct store_write *write, void *context, struct problem *problem)
{
	struct failing *failing = context;
	memory_fail_after(failing->after);
	int error = hit_act_run(write, NULL, &failing->act, problem);
	memory_fail_after(-1);
	(void)tree_failed();
	return error;
}

static void each_allocation_may_fail(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	char notice[NOTICE_ID_MAX + 1], fields[200];
	world_init(&world);
	publish(&world, &world.bureau, SAMPLE_RED, "\"*\"", notice);
	(void)snprintf(fields, sizeof fields,
	               "{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\",\"evidence\":{\"a\":1}}", notice);
	CLEANUP(json_freep) cJSON *json = cJSON_Parse(fields);
	int error = JISR_NO_MEMORY;
	struct hit_filter all = {.open = true};
	for (long n = 0; error == JISR_NO_MEMORY; n++) {
		struct failing failing = {
			{.step = HIT_REPORT, .caller = &world.france, .fields = json, .expected = ENTRY_ANY}, n};
		error = store_submit(world.place.store, fail_after, &failing, &problem);
		assert_int_equal(count_of(&world, "FR", &all), error == JISR_OK ? 1 : 0);
		assert_true(n < 1000);
	}
	assert_int_equal(error, JISR_OK);
	place_finish(&world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_the_border_to_the_hand_over),
		cmocka_unit_test(a_conclusion_that_cannot_end_the_notice_changes_nothing),
		cmocka_unit_test(a_stolen_passport_is_found_and_withdrawn),
		cmocka_unit_test(fields_are_read_strictly_and_faults_told_at_once),
		cmocka_unit_test(only_what_reaches_an_office_is_found_by_it),
		cmocka_unit_test(reminders_follow_from_the_table_and_come_once),
		cmocka_unit_test(what_is_dropped_leaves_the_tables_as_a_rebuild_makes_them),
		cmocka_unit_test(with_a_notice_goes_what_hits_say_of_the_person),
		cmocka_unit_test(nobody_else_learns_that_there_is_a_hit),
		cmocka_unit_test(each_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
