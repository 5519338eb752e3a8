#include "notices/operation.h"

#include "notice_sample.h"
#include "world.h"

#define PLAN                                                                                                           \
	"{\"name\":\"Operation Bridge\",\"participants\":[\"MA\",\"FR\",\"ES\"],\"begins\":\"2026-03-01\","            \
	"\"objectives\":\"Cocaine at sea\",\"crime_areas\":[\"DRU\",\"ORG\"]}"

static int try(struct world *world, const struct caller *caller, enum operation_step step, const char *id,
               const char *fields, struct operation_act *ret_act, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	*ret_act = (struct operation_act){.step = step, .caller = caller, .id = id, .expected = ENTRY_ANY};
	if (fields != NULL && json_read(fields, strlen(fields), &json, problem) != JISR_OK)
		fail_msg("%s: %s", fields, problem->text);
	ret_act->fields = json;
	problem->text[0] = '\0';
	int error = operation_submit(world->place.store, ret_act, problem);
	ret_act->fields = NULL;
	return error;
}

static void must(struct world *world, const struct caller *caller, enum operation_step step, char *id,
                 const char *fields)
{
	struct operation_act act;
	struct problem problem = {""};
	if (try(world, caller, step, step == OPERATION_PLAN ? NULL : id, fields, &act, &problem) != JISR_OK)
		fail_msg("%s %s: %s", operation_rows[step].name, fields != NULL ? fields : "", problem.text);
	if (step == OPERATION_PLAN)
		(void)snprintf(id, OPERATION_ID_MAX + 1, "%s", act.made);
}

static void refuse(struct world *world, const struct caller *caller, enum operation_step step, const char *id,
                   const char *fields, int expected, const char *words)
{
	struct operation_act act;
	struct problem problem = {""};
	int error = try(world, caller, step, id, fields, &act, &problem);
	if (error != expected || strstr(problem.text, words) == NULL)
		fail_msg("%s %s: %d \"%s\", not %d \"%s\"", operation_rows[step].name, fields != NULL ? fields : "",
		         error, problem.text, expected, words);
}

/* The results as an office sees them, as text; "" for no such operation. */
static void results(struct world *world, const char *office, const char *id, char out[8192])
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(json_freep) cJSON *json = NULL;
	struct operation operation;
	out[0] = '\0';
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	struct viewer viewer = {office};
	if (operation_get(store_reader_sql(reader), viewer, id, arena, &operation, NULL) != JISR_OK)
		return;
	assert_int_equal(operation_results(store_reader_sql(reader), viewer, &operation, &json, NULL), JISR_OK);
	char *text = cJSON_PrintUnformatted(json);
	(void)snprintf(out, 8192, "%s", text);
	cJSON_free(text);
}

static void figures_add_up_and_only_those_inside_see_them(void **state)
{
	(void)state;
	struct world world;
	char id[OPERATION_ID_MAX + 1], seen[8192];
	world_init(&world);
	struct caller spain = place_caller("ES", "ES-1", ROLE_BIT(ROLE_BUREAU_OFFICER));
	struct caller iceland = place_caller("IS", "IS-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	must(&world, &world.bureau, OPERATION_PLAN, id, PLAN);
	results(&world, "IS", id, seen);
	assert_string_equal(seen, "");
	refuse(&world, &world.france, OPERATION_START, id, NULL, JISR_DENIED, "only the lead, MA");
	refuse(&world, &iceland, OPERATION_REPORT, id, "{}", JISR_NOT_FOUND, "there is no operation");
	refuse(&world, &world.france, OPERATION_REPORT, id, "{}", JISR_STATE, "is planned");
	must(&world, &world.bureau, OPERATION_START, id, NULL);
	must(&world, &world.france, OPERATION_REPORT, id,
	     "{\"arrests\":3,\"victims\":1,\"notices\":4,\"seizures\":[{\"kind\":\"cocaine\",\"quantity\":12.505},"
	     "{\"kind\":\"firearms\",\"quantity\":2}]}");
	must(&world, &spain, OPERATION_REPORT, id,
	     "{\"arrests\":10,\"cells\":1,\"seizures\":[{\"kind\":\"cocaine\",\"quantity\":0.1,\"unit\":\"kg\"}]}");
	/* What is reported again is all of it. */
	must(&world, &world.france, OPERATION_REPORT, id,
	     "{\"arrests\":5,\"notices\":4,\"seizures\":[{\"kind\":\"cocaine\",\"quantity\":0.2}]}");
	results(&world, "ES", id, seen);
	assert_non_null(strstr(seen,
	                       "\"total\":{\"countries\":2,\"arrests\":15,\"victims\":0,\"cells\":1,\"notices\":4,"
	                       "\"seizures\":[{\"kind\":\"cocaine\",\"quantity\":0.300,\"unit\":\"kg\"}]}"));
	must(&world, &world.bureau, OPERATION_END, id, NULL);
	refuse(&world, &world.bureau, OPERATION_CLOSE, id, NULL, JISR_STATE, "not reported yet, be it nothing: MA");
	must(&world, &world.bureau, OPERATION_REPORT, id, "{}");
	must(&world, &world.bureau, OPERATION_CLOSE, id, NULL);
	refuse(&world, &world.france, OPERATION_REPORT, id, "{}", JISR_STATE, "is reported");
	refuse(&world, &world.bureau, OPERATION_PUBLISH, id, "{\"summary\":\"x\"}", JISR_DENIED, "");
	results(&world, "", id, seen);
	assert_string_equal(seen, "");
	must(&world, &world.reviewer, OPERATION_PUBLISH, id, "{\"summary\":\"Three countries, one bridge.\"}");
	results(&world, "", id, seen);
	assert_string_equal(seen, "{\"total\":{\"countries\":3,\"arrests\":15,\"victims\":0,\"cells\":1,\"notices\":4,"
	                          "\"seizures\":[{\"kind\":\"cocaine\",\"quantity\":0.300,\"unit\":\"kg\"}]}}");
	place_finish(&world.place);
}

static void notices_are_counted_where_they_are_linked(void **state)
{
	(void)state;
	struct world world;
	char id[OPERATION_ID_MAX + 1], notice[NOTICE_ID_MAX + 1], fields[8192], link[60], seen[8192];
	CLEANUP(json_freep) cJSON *content = NULL;
	struct text text;
	world_init(&world);
	assert_int_equal(json_read(SAMPLE_RED, strlen(SAMPLE_RED), &content, NULL), JISR_OK);
	cJSON_DeleteItemFromObject(content, "photographs");
	text_init(&text, 8000);
	assert_int_equal(json_write(content, &text), JISR_OK);
	(void)snprintf(fields, sizeof fields, "{\"content\":%s,\"form\":\"diffusion\",\"reach\":{\"only\":[\"FR\"]}}",
	               text.bytes);
	text_finish(&text);
	world_do(&world, &world.bureau, STEP_DRAFT, NULL, fields, notice);
	(void)snprintf(link, sizeof link, "{\"notice\":\"%s\"}", notice);
	must(&world, &world.bureau, OPERATION_PLAN, id, PLAN);
	must(&world, &world.bureau, OPERATION_START, id, NULL);
	refuse(&world, &world.bureau, OPERATION_LINK, id, link, JISR_STATE, "never published");
	world_do(&world, &world.bureau, STEP_CIRCULATE, notice, NULL, NULL);
	refuse(&world, &world.france, OPERATION_LINK, id, link, JISR_DENIED, "only its owner, MA");
	must(&world, &world.bureau, OPERATION_REPORT, id, "{\"notices\":9}");
	must(&world, &world.bureau, OPERATION_LINK, id, link);
	refuse(&world, &world.bureau, OPERATION_LINK, id, link, JISR_CONFLICT, "linked already");
	results(&world, "FR", id, seen);
	assert_non_null(
		strstr(seen, "\"total\":{\"countries\":1,\"arrests\":0,\"victims\":0,\"cells\":0,\"notices\":1,"));
	assert_non_null(strstr(seen, notice + 5));
	/* Spain takes part and does not see that notice. */
	results(&world, "ES", id, seen);
	assert_non_null(strstr(seen, "\"linked\":[]"));
	must(&world, &world.bureau, OPERATION_UNLINK, id, link);
	results(&world, "FR", id, seen);
	assert_non_null(strstr(seen, "\"notices\":9,"));
	place_finish(&world.place);
}

static void careless_fields_are_refused(void **state)
{
	(void)state;
	static const struct {
		enum operation_step step;
		const char *fields, *words;
	} wrong[] = {
		{OPERATION_PLAN, NULL, "\"name\" is missing"},
		{OPERATION_PLAN, "{\"name\":\"A\",\"begins\":\"soon\"}", "\"begins\" is a day"},
		{OPERATION_PLAN,
	         "{\"name\":\"A\",\"begins\":\"2026-03-02\",\"ends\":\"2026-03-01\",\"objectives\":\"x\","
	         "\"participants\":[\"MA\"],"
	         "\"crime_areas\":[\"DRU\"]}",
	         "before it begins"},
		{OPERATION_PLAN,
	         "{\"name\":\"A\",\"begins\":\"2026-03-02\",\"objectives\":\"x\",\"participants\":[\"XX\"],\"crime_"
	         "areas\":[\"DRU\"]}",
	         "there is no office XX"},
		{OPERATION_PLAN,
	         "{\"name\":\"A\",\"begins\":\"2026-03-02\",\"objectives\":\"x\",\"participants\":[\"MA\",\"MA\"],"
	         "\"crime_areas\":[\"DRU\"]}",
	         "names MA twice"},
		{OPERATION_REPORT, "{\"arrests\":-1}", "\"arrests\" is a whole number"},
		{OPERATION_REPORT, "{\"arrests\":1.5}", "\"arrests\" is a whole number"},
		{OPERATION_REPORT, "{\"arrest\":1}", "takes no field 'arrest'"},
		{OPERATION_REPORT, "{\"seizures\":[{\"kind\":\"gold\",\"quantity\":1}]}", "'gold' is no kind"},
		{OPERATION_REPORT, "{\"seizures\":[{\"kind\":\"cocaine\",\"quantity\":1,\"unit\":\"item\"}]}",
	         "counted in kg"},
		{OPERATION_REPORT, "{\"seizures\":[{\"kind\":\"cocaine\",\"quantity\":0.0001}]}",
	         "at most three decimals"},
		{OPERATION_REPORT, "{\"seizures\":[{\"kind\":\"vehicles\",\"quantity\":0.5}]}", "counted whole"},
		{OPERATION_REPORT,
	         "{\"seizures\":[{\"kind\":\"cash\",\"quantity\":1},{\"kind\":\"cash\",\"quantity\":1}]}",
	         "names cash twice"},
		{OPERATION_LINK, "{\"notice\":\"x\"}", "number of a notice"},
	};
	struct world world;
	char id[OPERATION_ID_MAX + 1];
	world_init(&world);
	must(&world, &world.bureau, OPERATION_PLAN, id, PLAN);
	must(&world, &world.bureau, OPERATION_START, id, NULL);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		refuse(&world, &world.bureau, wrong[i].step, wrong[i].step == OPERATION_PLAN ? NULL : id,
		       wrong[i].fields, JISR_BAD_INPUT, wrong[i].words);
	place_finish(&world.place);
}

/* Every step in every state by lead, another participant, somebody outside and headquarters, against the table. */
static void every_step_in_every_state_is_as_the_table_says(void **state)
{
	(void)state;
	static const enum operation_step ways[OPERATION_STATES][4] = {
		[OPERATION_PLANNED] = {OPERATION_STEPS},
		[OPERATION_UNDER_WAY] = {OPERATION_START, OPERATION_STEPS},
		[OPERATION_ENDED] = {OPERATION_START, OPERATION_END, OPERATION_STEPS},
		[OPERATION_REPORTED] = {OPERATION_START, OPERATION_END, OPERATION_CLOSE, OPERATION_STEPS},
		[OPERATION_CALLED_OFF] = {OPERATION_CALL_OFF, OPERATION_STEPS},
	};
	struct world world;
	world_init(&world);
	struct caller iceland = place_caller("IS", "IS-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	const struct caller *who[] = {&world.bureau, &world.france, &iceland, &world.reviewer};
	for (int at = OPERATION_PLANNED; at < OPERATION_STATES; at++)
		for (int step = OPERATION_EDIT; step < OPERATION_STEPS; step++)
			for (int w = 0; w < 4; w++) {
				char id[OPERATION_ID_MAX + 1];
				struct operation_act act;
				struct problem problem = {""};
				must(&world, &world.bureau, OPERATION_PLAN, id, PLAN);
				for (int k = 0;
				     k < 4 && ways[at][k] != OPERATION_STEPS && ways[at][k] != OPERATION_PLAN; k++) {
					if (ways[at][k] == OPERATION_CLOSE) {
						struct caller spain =
							place_caller("ES", "ES-1", ROLE_BIT(ROLE_BUREAU_OFFICER));
						must(&world, &world.bureau, OPERATION_REPORT, id, "{}");
						must(&world, &world.france, OPERATION_REPORT, id, "{}");
						must(&world, &spain, OPERATION_REPORT, id, "{}");
					}
					must(&world, &world.bureau, ways[at][k], id,
					     ways[at][k] == OPERATION_CALL_OFF ? "{\"text\":\"no ships\"}" : NULL);
				}
				const struct operation_row *row = &operation_rows[step];
				bool side = row->side == OPERATION_LEAD          ? w == 0
				            : row->side == OPERATION_PARTICIPANT ? w < 2
				                                                 : w == 3;
				int error = try(&world, who[w], (enum operation_step)step, id, NULL, &act, &problem);
				int expected = w == 2                        ? JISR_NOT_FOUND
				               : !side                       ? JISR_DENIED
				               : (row->from >> at & 1u) == 0 ? JISR_STATE
				                                             : JISR_OK;
				/* Allowed: what is still missing is said. */
				bool good =
					expected == JISR_OK
						? error == JISR_OK || error == JISR_BAD_INPUT || step == OPERATION_CLOSE
						: error == expected ||
							  (w == 0 && error == JISR_DENIED && step == OPERATION_PUBLISH);
				if (!good)
					fail_msg("%s when %s by %d: %d %s", row->name,
					         operation_state_name((enum operation_state)at), w, error,
					         problem.text);
			}
	place_finish(&world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_add_up_and_only_those_inside_see_them),
		cmocka_unit_test(notices_are_counted_where_they_are_linked),
		cmocka_unit_test(careless_fields_are_refused),
		cmocka_unit_test(every_step_in_every_state_is_as_the_table_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
