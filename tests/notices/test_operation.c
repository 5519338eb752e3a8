#include "notices/operation.h"

#include "notice_sample.h"
#include "world.h"

#include "drawing.h"

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
	                       "\"seizures\":[{\"kind\":\"cocaine\",\"quantity\":0.3,\"unit\":\"kg\"}]}"));
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
	                          "\"seizures\":[{\"kind\":\"cocaine\",\"quantity\":0.3,\"unit\":\"kg\"}]}}");
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

static void hit(struct world *world, const struct caller *caller, enum hit_step step, const char *fields,
                char id[NOTICE_ID_MAX + 1])
{
	CLEANUP(json_freep) cJSON *json = cJSON_Parse(fields);
	struct problem problem = {""};
	struct hit_act act = {.step = step,
	                      .caller = caller,
	                      .id = step == HIT_REPORT ? NULL : id,
	                      .fields = json,
	                      .expected = ENTRY_ANY};
	if (hit_act_submit(world->place.store, &act, &problem) != JISR_OK)
		fail_msg("%s: %s", hit_step_name(step), problem.text);
	(void)snprintf(id, NOTICE_ID_MAX + 1, "%s", act.made);
}

static void arrests_are_at_least_the_hits_that_led_to_one(void **state)
{
	(void)state;
	struct world world;
	char id[OPERATION_ID_MAX + 1], notice[NOTICE_ID_MAX + 1], found[NOTICE_ID_MAX + 1], fields[8192], seen[8192];
	world_init(&world);
	struct caller owner = place_caller("MA", "MA-2", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	struct caller finder = place_caller("FR", "FR-2", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	CLEANUP(json_freep) cJSON *content = cJSON_Parse(SAMPLE_RED);
	cJSON_DeleteItemFromObject(content, "photographs");
	char *text = cJSON_PrintUnformatted(content);
	(void)snprintf(fields, sizeof fields, "{\"content\":%s,\"form\":\"diffusion\",\"reach\":{\"only\":[\"FR\"]}}",
	               text);
	cJSON_free(text);
	world_do(&world, &owner, STEP_DRAFT, NULL, fields, notice);
	world_do(&world, &owner, STEP_CIRCULATE, notice, NULL, NULL);
	must(&world, &owner, OPERATION_PLAN, id, PLAN);
	must(&world, &owner, OPERATION_START, id, NULL);
	(void)snprintf(fields, sizeof fields, "{\"notice\":\"%s\",\"place\":\"x\",\"text\":\"y\"}", notice);
	hit(&world, &finder, HIT_REPORT, fields, found);
	(void)snprintf(fields, sizeof fields, "{\"hit\":\"%s\"}", found);
	refuse(&world, &finder, OPERATION_LINK, id, fields, JISR_STATE, "led to no arrest");
	hit(&world, &owner, HIT_CONFIRM, "{}", found);
	hit(&world, &finder, HIT_ARREST, "{}", found);
	refuse(&world, &owner, OPERATION_LINK, id, fields, JISR_DENIED, "only who found, FR");
	must(&world, &finder, OPERATION_LINK, id, fields);
	refuse(&world, &finder, OPERATION_LINK, id, fields, JISR_CONFLICT, "linked already");
	results(&world, "FR", id, seen);
	assert_non_null(strstr(seen, "\"total\":{\"countries\":1,\"arrests\":1,"));
	assert_non_null(strstr(seen, found));
	/* Spain takes part, and is not told that there is a hit. */
	results(&world, "ES", id, seen);
	assert_non_null(strstr(seen, "\"arrests\":1,"));
	assert_non_null(strstr(seen, "\"hits\":[]"));
	must(&world, &finder, OPERATION_REPORT, id, "{\"arrests\":3}");
	results(&world, "FR", id, seen);
	assert_non_null(strstr(seen, "\"total\":{\"countries\":1,\"arrests\":3,"));
	must(&world, &finder, OPERATION_REPORT, id, "{\"arrests\":0}");
	results(&world, "FR", id, seen);
	assert_non_null(strstr(seen, "\"total\":{\"countries\":1,\"arrests\":1,"));
	must(&world, &finder, OPERATION_UNLINK, id, fields);
	results(&world, "FR", id, seen);
	assert_non_null(strstr(seen, "\"total\":{\"countries\":1,\"arrests\":0,"));
	place_finish(&world.place);
}

static uint64_t random_state = 7;

static unsigned random_number(unsigned below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(random_state >> 33) % below;
}

struct page {
	struct operation list[2];
	size_t count;
};

static bool keep_one(void *context, const struct operation *operation)
{
	struct page *page = context;
	page->list[page->count++] = *operation;
	return true;
}

/* Random operations, reports and links: what a list shows, counts and adds up is what its operations show one by one. */
static void sums_are_those_of_the_operations_that_are_shown(void **state)
{
	(void)state;
	static const char *const offices[] = {"MA", "FR", "ES", "IS", "GS", ""};
	static const char *const kinds[] = {"cocaine", "vehicles", "cash"};
	struct world world;
	char id[OPERATION_ID_MAX + 1], fields[400];
	world_init(&world);
	struct caller lead[] = {world.bureau, world.france};
	struct caller others[] = {place_caller("ES", "ES-1", ROLE_BIT(ROLE_BUREAU_OFFICER)),
	                          place_caller("IS", "IS-1", ROLE_BIT(ROLE_BUREAU_OFFICER))};
	for (int n = 0; n < 12; n++) {
		const struct caller *who = &lead[random_number(2)], *other = &others[random_number(2)];
		(void)snprintf(fields, sizeof fields,
		               "{\"name\":\"Operation %d\",\"participants\":[\"%s\",\"%s\"],\"begins\":\"2026-0%u-01\","
		               "\"objectives\":\"x\",\"crime_areas\":[\"%s\"]}",
		               n, who->office, other->office, 1 + random_number(3),
		               random_number(2) == 0 ? "DRU" : "ORG");
		must(&world, who, OPERATION_PLAN, id, fields);
		must(&world, who, OPERATION_START, id, NULL);
		for (unsigned again = random_number(3); again > 0; again--) {
			(void)snprintf(
				fields, sizeof fields,
				"{\"arrests\":%u,\"victims\":%u,\"seizures\":[{\"kind\":\"%s\",\"quantity\":%u}]}",
				random_number(50), random_number(9), kinds[random_number(3)], 1 + random_number(1000));
			must(&world, who, OPERATION_REPORT, id, fields);
		}
		if (n % 3 == 0) {
			must(&world, who, OPERATION_REPORT, id, "{\"arrests\":2}");
			must(&world, other, OPERATION_REPORT, id, "{\"arrests\":1,\"cells\":1}");
			must(&world, who, OPERATION_END, id, NULL);
			must(&world, who, OPERATION_CLOSE, id, NULL);
			must(&world, &world.reviewer, OPERATION_PUBLISH, id, "{\"summary\":\"y\"}");
		}
	}
	struct store_reader *reader = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(16 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(world.place.store, &reader, NULL), JISR_OK);
	struct sql *sql = store_reader_sql(reader);
	for (size_t o = 0; o < sizeof offices / sizeof *offices; o++)
		for (int asked = 0; asked < 3; asked++) {
			CLEANUP(json_freep) cJSON *figures = NULL;
			struct operation_filter filter = {.crime = asked == 1 ? "DRU" : NULL,
			                                  .lead = asked == 2 ? "MA" : NULL};
			struct operation after = {.begins = NULL};
			struct viewer viewer = {offices[o]};
			double arrests = 0;
			uint64_t counted = 0, listed = 0;
			assert_int_equal(operation_figures(sql, viewer, &filter, &figures, NULL), JISR_OK);
			assert_int_equal(operation_count(sql, viewer, &filter, &counted, NULL), JISR_OK);
			/* page by page, and each by itself */
			filter.limit = 2;
			for (struct page page = {.count = 2}; page.count == 2; listed += page.count) {
				page.count = 0;
				assert_int_equal(operation_list(sql, viewer, &filter, arena, keep_one, &page, NULL),
				                 JISR_OK);
				for (size_t i = 0; i < page.count; i++) {
					CLEANUP(json_freep) cJSON *total = NULL;
					assert_int_equal(operation_total(sql, &page.list[i], &total, NULL), JISR_OK);
					arrests += cJSON_GetNumberValue(json_get(total, "arrests"));
					after = page.list[i];
					filter.after = &after;
				}
			}
			assert_int_equal(listed, counted);
			assert_true(cJSON_GetNumberValue(json_get(figures, "operations")) == (double)counted);
			assert_true(cJSON_GetNumberValue(json_get(figures, "arrests")) == arrests);
			assert_true(counted > 0 || asked == 2 || offices[o][0] == 'I');
		}
	store_read_end(reader);
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
		{OPERATION_LINK, "{\"hit\":\"x\"}", "number of a hit"},
		{OPERATION_LINK, "{}", "name one thing to link"},
		{OPERATION_LINK, "{\"notice\":\"2026/1\",\"hit\":\"2026/2\"}", "name one thing to link"},
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

static void the_drawing_in_the_documents_is_that_of_the_table(void **state)
{
	(void)state;
	drawing_must_stand("operations.md", "operation states", operation_draw);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_add_up_and_only_those_inside_see_them),
		cmocka_unit_test(notices_are_counted_where_they_are_linked),
		cmocka_unit_test(arrests_are_at_least_the_hits_that_led_to_one),
		cmocka_unit_test(sums_are_those_of_the_operations_that_are_shown),
		cmocka_unit_test(careless_fields_are_refused),
		cmocka_unit_test(the_drawing_in_the_documents_is_that_of_the_table),
		cmocka_unit_test(every_step_in_every_state_is_as_the_table_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
