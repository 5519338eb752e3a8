#include "notices/object_file.h"

#include "base/file.h"
#include "notices/object_act.h"
#include "notices/object_find.h"
#include "notices/object_index.h"
#include "store/replica.h"
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

/* ---- nodes of offices that see parts of a file ---- */

struct follower {
	const char *office;
	char directory[300];
	struct store *store;
};

static void follower_init(struct follower *follower, const struct world *world, const char *office)
{
	struct problem problem = {""};
	struct replica replica = {.scope = REPLICA_ALL};
	struct store_reader *reader = NULL;
	(void)snprintf(replica.office, sizeof replica.office, "%s", office);
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	struct sql_query query = sql_query(store_reader_sql(reader), "SELECT verifier FROM record_origin");
	assert_true(sql_next(&query));
	assert_int_equal(note_verifier_read(sql_text(&query, 0), strlen(sql_text(&query, 0)), &replica.log, NULL),
	                 JISR_OK);
	assert_int_equal(sql_done(&query, NULL), JISR_OK);
	store_read_end(reader);
	*follower = (struct follower){.office = office};
	(void)snprintf(follower->directory, sizeof follower->directory, "%s/node-%s-XXXXXX", world->place.directory,
	               office);
	assert_non_null(mkdtemp(follower->directory));
	const struct store_options options = {.directory = follower->directory, .domains = place_domains};
	if (replica_new(&options, &replica, &problem) != JISR_OK ||
	    store_open(&options, &follower->store, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static void follow(struct follower *follower, const struct world *world)
{
	struct replica replica;
	struct text batch;
	uint64_t last = 1;
	assert_true(replica_of(follower->store, &replica));
	text_init(&batch, REPLICA_MAX_BATCH);
	while (last > 0) {
		struct store_reader *ours = NULL, *theirs = NULL;
		struct replica_taken taken;
		struct problem problem = {""};
		assert_int_equal(store_read(world->place.store, &theirs, NULL), JISR_OK);
		assert_int_equal(store_read(follower->store, &ours, NULL), JISR_OK);
		assert_int_equal(replica_give(theirs, &replica, store_reader_sequence(ours) + 1, &batch, &last, NULL),
		                 JISR_OK);
		store_read_end(ours);
		store_read_end(theirs);
		if (last > 0 && replica_take(follower->store, batch.bytes, batch.length, &taken, &problem) != JISR_OK)
			fail_msg("%s", problem.text);
	}
	text_finish(&batch);
}

struct seen {
	char lines[64][200];
	size_t count;
};

static bool note_parts(void *context, const struct object_file *file)
{
	struct seen *seen = context;
	for (size_t i = 0; i < file->part_count; i++)
		(void)snprintf(seen->lines[seen->count++], sizeof seen->lines[0], "%s/%s %s %s %llu", file->owner,
		               file->name, file->parts[i].file, file->parts[i].reach,
		               (unsigned long long)file->parts[i].count);
	return true;
}

static bool note_line(void *context, const char *id)
{
	struct seen *seen = context;
	(void)snprintf(seen->lines[seen->count++], sizeof seen->lines[0], "%s", id);
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void look(struct store *store, const char *office, struct seen *parts, struct seen *withdrawn)
{
	struct store_reader *reader = NULL;
	struct arena *arena = NULL;
	parts->count = withdrawn->count = 0;
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(store, &reader, NULL), JISR_OK);
	assert_int_equal(
		object_files(store_reader_sql(reader), (struct viewer){office}, arena, note_parts, parts, NULL),
		JISR_OK);
	assert_int_equal(object_lines(store_reader_sql(reader), "MA", "passports", 0, note_line, withdrawn, NULL),
	                 JISR_OK);
	store_read_end(reader);
	arena_free(arena);
	qsort(parts->lines, parts->count, sizeof parts->lines[0], by_text);
}

static bool holds(const char *directory, const char *word)
{
	bool found = false;
	for (int i = 0; i < 2; i++) {
		char path[340];
		struct text bytes;
		text_init(&bytes, (size_t)64 << 20);
		(void)snprintf(path, sizeof path, "%s/record.db%s", directory, i == 0 ? "" : "-wal");
		if (file_read(path, &bytes, NULL) == JISR_OK)
			found = found || memmem(bytes.bytes, bytes.length, word, strlen(word)) != NULL;
		text_finish(&bytes);
	}
	return found;
}

/* At every node: the parts that headquarters shows to its office, and no word of another. */
static void check_nodes(const struct world *world, struct follower *nodes, size_t count, const size_t expected[])
{
	struct seen all, lines;
	look(world->place.store, "GS", &all, &lines);
	for (size_t i = 0; i < count; i++) {
		struct seen here, there, withdrawn;
		uint8_t left[32], right[32];
		follow(&nodes[i], world);
		look(nodes[i].store, nodes[i].office, &here, &withdrawn);
		look(world->place.store, nodes[i].office, &there, &lines);
		assert_int_equal(here.count, there.count);
		assert_int_equal(here.count, expected[i]);
		for (size_t k = 0; k < here.count; k++)
			assert_string_equal(here.lines[k], there.lines[k]);
		for (size_t k = 0; k < all.count; k++) {
			char file[65];
			bool mine = false;
			(void)snprintf(file, sizeof file, "%.64s", strchr(all.lines[k], ' ') + 1);
			for (size_t n = 0; n < here.count; n++)
				mine = mine || strstr(here.lines[n], file) != NULL;
			assert_true(mine == holds(nodes[i].directory, file));
		}
		assert_int_equal(store_digest(nodes[i].store, left, NULL), JISR_OK);
		assert_int_equal(store_digest_rebuilt(nodes[i].store, right, NULL), JISR_OK);
		assert_memory_equal(left, right, sizeof left);
	}
}

static size_t withdrawn_at(struct follower *node)
{
	struct seen parts, lines;
	look(node->store, node->office, &parts, &lines);
	return lines.count;
}

static void nodes_get_the_parts_that_are_for_their_office_and_hear_nothing_of_others(void **state)
{
	(void)state;
	struct world world;
	struct problem problem;
	struct object_load order = {.lines = 0, .fewer = true};
	struct follower nodes[4];
	static const char *const offices[] = {"MA", "FR", "ES", "IS"};
	world_init(&world);
	for (size_t i = 0; i < 3; i++)
		follower_init(&nodes[i], &world, offices[i]);
	assert_int_equal(load(&world,
	                      HEAD "passport,stolen,MA,A1,only:FR\n"
	                           "passport,stolen,MA,A2,except:FR\n"
	                           "passport,stolen,MA,A3,only:MA\n"
	                           "passport,stolen,MA,A4,\n",
	                      &order, &problem),
	                 JISR_OK);
	check_nodes(&world, nodes, 3, (const size_t[]){4, 2, 2});
	/* A line is withdrawn: those of its part hear of it. */
	withdraw(&world, &world.bureau, "object-ma-passports-passport-a2-ma", JISR_OK, "");
	check_nodes(&world, nodes, 3, (const size_t[]){4, 2, 2});
	assert_int_equal(withdrawn_at(&nodes[0]), 1);
	assert_int_equal(withdrawn_at(&nodes[1]), 0);
	assert_int_equal(withdrawn_at(&nodes[2]), 1);
	/* Loaded anew for others: who had something has nothing any more. */
	assert_int_equal(
		load(&world, HEAD "passport,stolen,MA,A5,only:ES\npassport,stolen,MA,A6,only:IS\n", &order, &problem),
		JISR_OK);
	check_nodes(&world, nodes, 3, (const size_t[]){2, 0, 1});
	assert_int_equal(withdrawn_at(&nodes[2]), 0);
	/* One part alone, then another alone, then two. */
	assert_int_equal(load(&world, HEAD "passport,stolen,MA,B1,only:FR\n", &order, &problem), JISR_OK);
	check_nodes(&world, nodes, 3, (const size_t[]){1, 1, 0});
	assert_int_equal(load(&world, HEAD "passport,stolen,MA,C1,only:ES\n", &order, &problem), JISR_OK);
	check_nodes(&world, nodes, 3, (const size_t[]){1, 0, 1});
	assert_int_equal(load(&world, HEAD "passport,stolen,MA,D1,\npassport,stolen,MA,D2,only:FR\n", &order, &problem),
	                 JISR_OK);
	check_nodes(&world, nodes, 3, (const size_t[]){2, 2, 1});
	/* Who joins late has the same. */
	follower_init(&nodes[3], &world, offices[3]);
	check_nodes(&world, nodes, 4, (const size_t[]){2, 2, 1, 1});
	withdraw(&world, &world.bureau, "MA/passports", JISR_OK, "");
	check_nodes(&world, nodes, 4, (const size_t[]){0, 0, 0, 0});
	for (size_t i = 0; i < 4; i++)
		store_free(nodes[i].store);
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
		cmocka_unit_test(nodes_get_the_parts_that_are_for_their_office_and_hear_nothing_of_others),
		cmocka_unit_test(ranges_of_blanks_are_found_number_by_number),
		cmocka_unit_test(every_failed_allocation_leaves_the_old_version),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
