#include "notices/object_file.h"

#include "notices/object_act.h"
#include "notices/object_find.h"
#include "notices/object_index.h"
#include "world.h"

#include <dirent.h>

#define HEAD "type,status,country,number,reach\n"

/* Loads bytes as MA's file "passports". */
static int load(struct world *world, const char *bytes, struct object_load *order, struct problem *problem)
{
	struct input *input = NULL;
	if (order->caller == NULL)
		order->caller = &world->bureau;
	order->name = "passports";
	order->kind = "document";
	order->source = "test.csv";
	order->digest = "";
	order->rows = order->entered = order->bad = order->odd = order->told_count = 0;
	order->added = order->changed = order->removed = order->unchanged = order->again = 0;
	problem->text[0] = '\0';
	assert_int_equal(input_open_bytes(bytes, strlen(bytes), &input, problem), JISR_OK);
	return object_load(world->place.store, input, order, problem);
}

static size_t files(const struct world *world)
{
	char path[300];
	size_t count = 0;
	(void)snprintf(path, sizeof path, "%s/objects", world->place.directory);
	DIR *folder = opendir(path);
	for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
		count += entry->d_name[0] != '.';
	if (folder != NULL)
		(void)closedir(folder);
	return count;
}

/* How many objects an office finds by a number. */
static size_t found(struct world *world, const char *office, const char *number, const char *country)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	CLEANUP(object_index_freep) struct object_index *index = NULL;
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	struct watch_view *view = NULL;
	struct problem problem = {""};
	struct check_answer answer;
	bool changed;
	struct object_question question = {.number = number, .country = country};
	assert_int_equal(arena_new(64 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	assert_int_equal(object_index_new(world->place.directory, false, &index), JISR_OK);
	if (object_index_follow(index, store_reader_sql(reader), 0, 0, &changed, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_int_equal(watch_set_new(&set), JISR_OK);
	const struct watch_view *none = watch_view_take(set);
	assert_int_equal(object_index_join(index, none, office, NULL, NULL, &view), JISR_OK);
	watch_view_release(none);
	assert_int_equal(watch_scratch_new(&scratch), JISR_OK);
	assert_int_equal(object_find(view, &question, scratch, arena, &answer, &problem), JISR_OK);
	watch_view_release(view);
	return answer.total;
}

static void a_file_is_entered_and_its_bad_lines_are_told(void **state)
{
	(void)state;
	struct world world;
	struct problem problem;
	struct object_load order = {.lines = 0};
	world_init(&world);
	assert_int_equal(load(&world,
	                      HEAD "passport,stolen,MA,AB 123-456,\n"
	                           "passport,lost,FR,X1,\n"
	                           "passport,eaten,MA,X2,\n"
	                           "passport,stolen,Morocco,ab123456,\n"
	                           "visa,revoked,MAR,ab123456,only:FR\n"
	                           "passport,stolen,MA\n"
	                           "passport,stolen,MA,X3,nobody\n",
	                      &order, &problem),
	                 JISR_OK);
	assert_int_equal(order.rows, 7);
	assert_int_equal(order.entered, 2);
	assert_int_equal(order.bad, 5);
	static const struct {
		uint64_t line;
		const char *words;
	} told[] = {{3, "only the country that issued"},
	            {4, "status 'eaten'"},
	            {5, "stands on line 2 already"},
	            {7, "3 fields, the first line 5"},
	            {8, "reach: write"}};
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(order.told[i].line, told[i].line);
		if (strstr(order.told[i].what, told[i].words) == NULL)
			fail_msg("line %d: %s", (int)told[i].line, order.told[i].what);
	}
	assert_int_equal(found(&world, "ES", "AB123456", "ma"), 1);
	assert_int_equal(found(&world, "FR", "ab-123456", "MA"), 2);
	assert_int_equal(found(&world, "FR", "ab-123456", "FR"), 0);
	assert_int_equal(found(&world, "", "AB123456", NULL), 0);
	assert_int_equal(files(&world), 2);
	place_finish(&world.place);
}

static void a_cut_off_file_changes_nothing(void **state)
{
	(void)state;
	static const char whole[] = HEAD "passport,stolen,MA,A1,\npassport,lost,MA,A2,\npassport,lost,MA,A3,\n";
	struct world world;
	struct problem problem;
	struct object_load order = {.lines = 0};
	world_init(&world);
	assert_int_equal(load(&world, HEAD "passport,stolen,MA,OLD,\n", &order, &problem), JISR_OK);
	/* Cut anywhere but at the end of a line, it is seen by itself; there, by the number of lines. */
	for (size_t length = strlen(HEAD); length < sizeof whole - 1; length++) {
		char part[sizeof whole];
		(void)snprintf(part, sizeof part, "%.*s", (int)length, whole);
		order.lines = part[length - 1] == '\n' ? 3 : 0;
		if (load(&world, part, &order, &problem) == JISR_OK)
			fail_msg("cut at %zu it was entered", length);
		assert_int_equal(found(&world, "ES", "OLD", "ma"), 1);
		assert_int_equal(found(&world, "ES", "A1", "ma"), 0);
		assert_int_equal(files(&world), 1);
	}
	order.lines = 3;
	assert_int_equal(load(&world, whole, &order, &problem), JISR_OK);
	assert_int_equal(found(&world, "ES", "OLD", "ma"), 0);
	assert_int_equal(found(&world, "ES", "A3", "ma"), 1);
	/* Whole without the last newline: its sender says how many lines there are. */
	order.lines = 1;
	assert_int_equal(load(&world, HEAD "passport,stolen,MA,A9,", &order, &problem), JISR_OK);
	place_finish(&world.place);
}

static void careless_files_are_refused_whole(void **state)
{
	(void)state;
	static const struct {
		const char *bytes, *words;
	} wrong[] = {
		{"", ""},
		{HEAD, "no line below the first"},
		{"type,status,country,number,holder\npassport,stolen,MA,A1,x\n", "column \"holder\" is unknown"},
		{"type,status,country,number,number\npassport,stolen,MA,A1,x\n", "stands twice"},
		{HEAD "passport,stolen,FR,A1,\n", "none of its lines can be entered"},
		{HEAD "passport,stolen,MA,\"A1,\n", ""},
	};
	struct world world;
	struct problem problem;
	world_init(&world);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct object_load order = {.lines = 0};
		int error = load(&world, wrong[i].bytes, &order, &problem);
		if (error == JISR_OK || strstr(problem.text, wrong[i].words) == NULL)
			fail_msg("%s: %d %s", wrong[i].bytes, error, problem.text);
	}
	struct object_load strict = {.strict = true};
	assert_int_equal(load(&world, HEAD "passport,stolen,MA,A1,\npassport,eaten,MA,A2,\n", &strict, &problem),
	                 JISR_BAD_INPUT);
	struct caller reader = place_caller("MA", "MA-9", ROLE_BIT(ROLE_READER));
	struct object_load denied = {.caller = &reader};
	assert_int_equal(load(&world, HEAD "passport,stolen,MA,A1,\n", &denied, &problem), JISR_DENIED);
	assert_int_equal(found(&world, "ES", "A1", NULL), 0);
	assert_int_equal(files(&world), 0);
	place_finish(&world.place);
}

static void a_new_version_says_what_it_changed_and_half_gone_is_asked_about(void **state)
{
	(void)state;
	struct world world;
	struct problem problem;
	struct object_load order = {.lines = 0};
	struct text text;
	world_init(&world);
	text_init(&text, 1 << 20);
	(void)text_add_string(&text, HEAD);
	for (int i = 0; i < 200; i++)
		(void)text_add_format(&text, "passport,%s,MA,N%d,\n", "stolen", i);
	assert_int_equal(load(&world, text.bytes, &order, &problem), JISR_OK);
	assert_int_equal(order.added, 200);
	text_reset(&text);
	(void)text_add_string(&text, HEAD);
	for (int i = 50; i < 220; i++)
		(void)text_add_format(&text, "passport,%s,MA,N%d,%s\n", i % 10 == 0 ? "lost" : "stolen", i,
		                      i % 10 == 1 ? "except:ES" : "");
	assert_int_equal(load(&world, text.bytes, &order, &problem), JISR_OK);
	assert_int_equal(order.added, 20);
	assert_int_equal(order.removed, 50);
	assert_int_equal(order.changed, 30);
	assert_int_equal(order.unchanged, 120);
	assert_int_equal(files(&world), 2);
	assert_int_equal(load(&world, HEAD "passport,lost,MA,N60,\n", &order, &problem), JISR_STATE);
	assert_non_null(strstr(problem.text, "more than half"));
	assert_int_equal(found(&world, "FR", "N61", NULL), 1);
	assert_int_equal(found(&world, "ES", "N61", NULL), 0);
	order.fewer = true;
	assert_int_equal(load(&world, HEAD "passport,lost,MA,N60,\n", &order, &problem), JISR_OK);
	assert_int_equal(found(&world, "FR", "N61", NULL), 0);
	assert_int_equal(files(&world), 1);
	text_finish(&text);
	place_finish(&world.place);
}

static void withdraw(struct world *world, const struct caller *caller, const char *id, int expected, const char *words)
{
	CLEANUP(json_freep) cJSON *json = cJSON_Parse("{\"reason\":\"found\"}");
	struct problem problem = {""};
	struct object_act act = {
		.step = OBJECT_WITHDRAW, .caller = caller, .id = id, .fields = json, .expected = ENTRY_ANY};
	int error = object_act_submit(world->place.store, &act, &problem);
	if (error != expected || strstr(problem.text, words) == NULL)
		fail_msg("%s: %d %s, not %d %s", id, error, problem.text, expected, words);
}

static void single_lines_and_whole_files_are_withdrawn(void **state)
{
	(void)state;
	static const char file[] = HEAD "passport,stolen,MA,A1,\npassport,stolen,MA,A2,except:FR\n";
	struct world world;
	struct problem problem;
	struct object_load order = {.lines = 0};
	world_init(&world);
	assert_int_equal(load(&world, file, &order, &problem), JISR_OK);
	withdraw(&world, &world.france, "object-ma-passports-passport-a1-ma", JISR_DENIED, "only its owner, MA");
	withdraw(&world, &world.france, "object-ma-passports-passport-a2-ma", JISR_NOT_FOUND, "there is no object");
	withdraw(&world, &world.bureau, "object-ma-passports-passport-a7-ma", JISR_NOT_FOUND, "there is no object");
	withdraw(&world, &world.bureau, "object-ma-passports-passport-a1-ma", JISR_OK, "");
	withdraw(&world, &world.bureau, "object-ma-passports-passport-a1-ma", JISR_STATE, "withdrawn already");
	assert_int_equal(found(&world, "ES", "A1", NULL), 0);
	assert_int_equal(found(&world, "GS", "A1", NULL), 0);
	assert_int_equal(found(&world, "ES", "A2", NULL), 1);
	/* The next version is the whole truth, and says what comes again. */
	assert_int_equal(load(&world, file, &order, &problem), JISR_OK);
	assert_int_equal(order.again, 1);
	assert_int_equal(found(&world, "ES", "A1", NULL), 1);
	withdraw(&world, &world.france, "MA/passports", JISR_DENIED, "only its owner");
	withdraw(&world, &world.bureau, "MA/nothing", JISR_NOT_FOUND, "there is no file");
	withdraw(&world, &world.bureau, "MA/passports", JISR_OK, "");
	assert_int_equal(found(&world, "ES", "A2", NULL), 0);
	place_finish(&world.place);
}

/* Each number of a range is found, and no other; against counting. */
static void ranges_of_blanks_are_found_number_by_number(void **state)
{
	(void)state;
	struct world world;
	struct problem problem;
	struct object_load order = {.lines = 0};
	char number[20];
	world_init(&world);
	assert_int_equal(load(&world,
	                      "type,status,country,number,to\npassport,stolen-blank,MA,AA-000095,AA000130\n"
	                      "passport,stolen-blank,MA,BB1,BB99\npassport,stolen-blank,MA,CC10,CC20010\n"
	                      "passport,stolen-blank,MA,DD5,DD4\n",
	                      &order, &problem),
	                 JISR_OK);
	assert_int_equal(order.bad, 3);
	for (int i = 90; i < 140; i += 3) {
		(void)snprintf(number, sizeof number, "AA%06d", i);
		assert_int_equal(found(&world, "ES", number, "MA"), i >= 95 && i <= 130);
	}
	assert_int_equal(found(&world, "ES", "AA95", "MA"), 0);
	place_finish(&world.place);
}

static void every_failed_allocation_leaves_the_old_version(void **state)
{
	(void)state;
	struct world world;
	struct problem problem;
	struct object_load order = {.lines = 0};
	world_init(&world);
	assert_int_equal(load(&world, HEAD "passport,stolen,MA,OLD,\n", &order, &problem), JISR_OK);
	int error = JISR_NO_MEMORY;
	for (long n = 0; error != JISR_OK && n < 4000; n++) {
		struct input *input = NULL;
		static const char bytes[] = HEAD "passport,stolen,MA,NEW,\n";
		assert_int_equal(input_open_bytes(bytes, strlen(bytes), &input, NULL), JISR_OK);
		order.rows = order.entered = order.bad = order.told_count = 0;
		memory_fail_after(n);
		error = object_load(world.place.store, input, &order, &problem);
		memory_fail_after(-1);
		if (error != JISR_OK)
			assert_int_equal(error, JISR_NO_MEMORY);
		if (n % 50 == 0)
			assert_int_equal(found(&world, "ES", "OLD", "ma"), error != JISR_OK);
	}
	assert_int_equal(error, JISR_OK);
	assert_int_equal(found(&world, "ES", "NEW", "ma"), 1);
	assert_int_equal(found(&world, "ES", "OLD", "ma"), 0);
	place_finish(&world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_entered_and_its_bad_lines_are_told),
		cmocka_unit_test(a_cut_off_file_changes_nothing),
		cmocka_unit_test(careless_files_are_refused_whole),
		cmocka_unit_test(a_new_version_says_what_it_changed_and_half_gone_is_asked_about),
		cmocka_unit_test(single_lines_and_whole_files_are_withdrawn),
		cmocka_unit_test(ranges_of_blanks_are_found_number_by_number),
		cmocka_unit_test(every_failed_allocation_leaves_the_old_version),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
