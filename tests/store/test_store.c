#include "store/store.h"

#include "world.h"

#include <pthread.h>

static void a_record_is_founded_once(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	struct store *second = NULL;
	world_init(&world);
	struct store_options options = world_options(&world);
	assert_string_equal(store_log_name(world.store), WORLD_NAME);
	assert_int_equal(world_size(world.store), 1);
	assert_int_equal(store_found(&options, WORLD_NAME, &second, &problem), JISR_STATE);
	world_open(&world);
	assert_string_equal(store_log_name(world.store), WORLD_NAME);
	assert_int_equal(world_size(world.store), 1);
	world_assert_rebuilt(world.store);
	world_finish(&world);
}

static void a_directory_without_a_record_is_told_from_one(void **state)
{
	(void)state;
	struct world world;
	struct store *store = NULL;
	struct problem problem = {""};
	world_init(&world);
	char path[300];
	(void)snprintf(path, sizeof path, "%s/none", world.directory);
	struct store_options options = {.directory = path, .domains = world_domains};
	assert_int_equal(store_open(&options, &store, &problem), JISR_NOT_FOUND);
	assert_non_null(strstr(problem.text, "jisr init"));
	assert_int_equal(store_found(&options, "two words", &store, &problem), JISR_BAD_INPUT);
	assert_int_equal(access(path, F_OK), -1);
	world_finish(&world);
}

static void entries_are_numbered_applied_and_kept(void **state)
{
	(void)state;
	struct world world;
	struct arena *arena = NULL;
	struct entry *entry = NULL;
	struct store_reader *reader = NULL;
	world_init(&world);
	assert_int_equal(world_written(world.store, "account/1", "one"), 2);
	assert_int_equal(world_written(world.store, "account/2", "two"), 3);
	assert_int_equal(world_written(world.store, "account/1", "three"), 4);
	world_open(&world);
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(world.store, &reader, NULL), JISR_OK);
	assert_int_equal(store_reader_sequence(reader), 4);
	assert_int_equal(log_read(store_reader_log(reader), 4, LOG_WITH_BODY, arena, &entry, NULL), JISR_OK);
	assert_string_equal(entry->header.subject, "account/1");
	assert_string_equal(entry->header.officer, "o1");
	assert_int_equal(entry->header.previous, 2);
	assert_string_equal(json_get_text(entry->body, "text"), "three");
	assert_int_equal(log_read(store_reader_log(reader), 5, LOG_WITH_BODY, arena, &entry, NULL), JISR_NOT_FOUND);
	struct sql_query query =
		sql_query(store_reader_sql(reader), "SELECT text, times FROM account WHERE subject = ?1");
	sql_bind_text(&query, 1, "account/1");
	assert_true(sql_next(&query));
	assert_string_equal(sql_text(&query, 0), "three");
	assert_int_equal(sql_number(&query, 1), 2);
	assert_int_equal(sql_done(&query, NULL), JISR_OK);
	store_read_end(reader);
	arena_free(arena);
	world_assert_rebuilt(world.store);
	world_finish(&world);
}

static void an_old_version_is_a_conflict(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	world_init(&world);
	uint64_t version = world_written(world.store, "account/1", "one"), next = 0;
	assert_int_equal(world_write(world.store, "account/1", "again", 0, &next, &problem), JISR_CONFLICT);
	assert_int_equal(world_write(world.store, "account/1", "two", version, &next, &problem), JISR_OK);
	assert_int_equal(world_write(world.store, "account/1", "three", version, NULL, &problem), JISR_CONFLICT);
	assert_non_null(strstr(problem.text, "account/1 was changed by entry 3"));
	assert_int_equal(world_size(world.store), next);
	world_finish(&world);
}

static int refuse_after_writing(struct store_write *write, void *context, struct problem *problem)
{
	(void)context;
	struct world_writing writing = {.subject = "account/gone", .text = "x"};
	int error = world_write_command(write, &writing, problem);
	return error ? error : problem_set(problem, JISR_STATE, "no");
}

static void a_command_that_fails_leaves_nothing(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	world_init(&world);
	assert_int_equal(store_submit(world.store, refuse_after_writing, NULL, &problem), JISR_STATE);
	assert_string_equal(problem.text, "no");
	assert_int_equal(world_size(world.store), 1);
	assert_int_equal(world_written(world.store, "account/1", "one"), 2);
	world_assert_rebuilt(world.store);
	world_finish(&world);
}

static void what_has_no_form_or_no_key_is_refused(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	world_init(&world);
	struct world_writing no_text = {.subject = "a", .text = NULL},
			     no_kind = {.subject = "a", .text = "x", .kind = "b"},
			     no_key = {.subject = "a", .text = "x", .author = "MA"},
			     no_subject = {.subject = "a b", .text = "x"};
	assert_int_equal(store_submit(world.store, world_write_command, &no_text, &problem), JISR_BAD_INPUT);
	assert_int_equal(store_submit(world.store, world_write_command, &no_kind, &problem), JISR_UNSUPPORTED);
	assert_int_equal(store_submit(world.store, world_write_command, &no_key, &problem), JISR_DENIED);
	assert_int_equal(store_submit(world.store, world_write_command, &no_subject, &problem), JISR_BAD_INPUT);
	assert_int_equal(world_size(world.store), 1);
	world_finish(&world);
}

struct keying {
	char verifier[NOTE_MAX_KEY];
	const char *author;
};

static int add_key(struct store_write *write, void *context, struct problem *problem)
{
	struct keying *keying = context;
	return store_key_add(write, keying->author, "", keying->verifier, problem);
}

static int end_key(struct store_write *write, void *context, struct problem *problem)
{
	struct keying *keying = context;
	struct note_verifier verifier;
	assert_int_equal(note_verifier_read(keying->verifier, strlen(keying->verifier), &verifier, NULL), JISR_OK);
	return store_key_end(write, keying->author, "", verifier.name, verifier.id, "lost", problem);
}

static void an_office_signs_while_its_key_counts(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	struct keying keying = {.author = "FR"};
	struct world_writing writing = {.subject = "a", .text = "x", .author = "MA", .expected = ENTRY_ANY};
	world_init(&world);
	assert_int_equal(store_key_make(world.store, "MA", keying.verifier, &problem), JISR_OK);
	assert_int_equal(store_submit(world.store, add_key, &keying, &problem), JISR_DENIED); /* France for Morocco */
	assert_int_equal(store_submit(world.store, world_write_command, &writing, &problem), JISR_DENIED);
	keying.author = "GS";
	assert_int_equal(store_submit(world.store, add_key, &keying, &problem), JISR_OK);
	assert_int_equal(store_submit(world.store, add_key, &keying, &problem), JISR_CONFLICT);
	assert_int_equal(store_submit(world.store, world_write_command, &writing, &problem), JISR_OK);
	world_open(&world);
	assert_int_equal(store_submit(world.store, world_write_command, &writing, &problem), JISR_OK);
	keying.author = "MA";
	assert_int_equal(store_submit(world.store, end_key, &keying, &problem), JISR_OK);
	assert_int_equal(store_submit(world.store, end_key, &keying, &problem), JISR_STATE);
	assert_int_equal(store_submit(world.store, world_write_command, &writing, &problem), JISR_DENIED);
	world_assert_rebuilt(world.store);
	world_finish(&world);
}

#define THREADS 8
#define EACH    60

struct worker {
	struct store *store;
	int number;
	uint64_t sequences[EACH];
};

static void *work(void *context)
{
	struct worker *worker = context;
	for (int i = 0; i < EACH; i++) {
		char subject[32];
		(void)snprintf(subject, sizeof subject, "account/%d", i % 5 == 0 ? 0 : worker->number);
		worker->sequences[i] = world_written(worker->store, subject, subject);
		struct store_reader *reader = NULL;
		assert_int_equal(store_read(worker->store, &reader, NULL), JISR_OK);
		assert_true(store_reader_sequence(reader) >= worker->sequences[i]); /* what is acknowledged is seen */
		store_read_end(reader);
	}
	return NULL;
}

struct heard {
	uint64_t last;
	int groups;
	bool gap;
};

static void hear(void *context, uint64_t first, uint64_t last)
{
	struct heard *heard = context;
	heard->gap = heard->gap || first != heard->last + 1 || last < first;
	__atomic_store_n(&heard->last, last, __ATOMIC_SEQ_CST); /* a test looks at it meanwhile */
	heard->groups++;
}

static void many_threads_write_and_listeners_hear_all_in_order(void **state)
{
	(void)state;
	struct world world;
	pthread_t threads[THREADS];
	struct worker workers[THREADS];
	struct heard heard = {.last = 1};
	world_init(&world);
	assert_int_equal(store_listen(world.store, hear, &heard, NULL), JISR_OK);
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){.store = world.store, .number = i + 1};
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	}
	bool seen[THREADS * EACH + 2] = {false};
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (int i = 0; i < THREADS; i++) {
		for (int e = 0; e < EACH; e++) {
			assert_true(workers[i].sequences[e] >= 2 && workers[i].sequences[e] < 2 + THREADS * EACH);
			assert_false(seen[workers[i].sequences[e]]);
			seen[workers[i].sequences[e]] = true;
		}
	}
	assert_int_equal(heard.last, 1 + THREADS * EACH);
	assert_false(heard.gap);
	assert_true(heard.groups <= THREADS * EACH);
	world_assert_rebuilt(world.store);
	world_finish(&world);
}

static void two_stores_share_a_record_and_hear_of_each_other(void **state)
{
	(void)state;
	struct world world;
	struct store *other = NULL;
	struct heard heard = {.last = 1};
	world_init(&world);
	struct store_options options = world_options(&world);
	assert_int_equal(store_open(&options, &other, NULL), JISR_OK);
	assert_int_equal(store_listen(other, hear, &heard, NULL), JISR_OK);
	for (int i = 0; i < 20; i++)
		assert_int_equal(world_written(i % 2 ? world.store : other, "account/1", "x"), 2 + i);
	for (int i = 0; i < 15000 && __atomic_load_n(&heard.last, __ATOMIC_SEQ_CST) < 21; i++)
		(void)usleep(20000);
	store_free(other);
	assert_int_equal(heard.last, 21);
	assert_false(heard.gap);
	world_assert_rebuilt(world.store);
	world_finish(&world);
}

static int drop(struct store_write *write, void *context, struct problem *problem)
{
	return store_drop_body(write, *(uint64_t *)context, "GS", "o1", "kept long enough", problem);
}

static bool file_holds(const struct world *world, const char *secret)
{
	char command[500];
	(void)snprintf(command, sizeof command, "cat '%s'/record.db* | grep -q -a -F '%s'", world->directory, secret);
	return system(command) == 0;
}

static void a_dropped_body_is_gone_from_the_file(void **state)
{
	(void)state;
	static const char secret[] = "an-invented-secret-that-must-go";
	struct world world;
	struct problem problem = {""};
	world_init(&world);
	uint64_t sequence = world_written(world.store, "account/1", secret),
		 other = world_written(world.store, "a", "b");
	for (int i = 0; i < 30; i++)
		(void)world_written(world.store, "account/2", "later");
	struct world_writing kept = {.subject = "account/3", .text = "x", .kind = "account.kept"};
	assert_int_equal(store_submit(world.store, world_write_command, &kept, &problem), JISR_OK);
	assert_true(file_holds(&world, secret));
	assert_int_equal(store_submit(world.store, drop, &sequence, &problem), JISR_OK);
	assert_false(file_holds(&world, secret));
	assert_int_equal(store_submit(world.store, drop, &sequence, &problem), JISR_STATE);
	assert_int_equal(store_submit(world.store, drop, &kept.sequence, &problem), JISR_STATE);
	sequence = 9999;
	assert_int_equal(store_submit(world.store, drop, &sequence, &problem), JISR_NOT_FOUND);
	assert_int_equal(store_submit(world.store, drop, &other, &problem), JISR_OK);
	world_assert_rebuilt(world.store);
	assert_int_equal(store_rebuild(world.store, &problem), JISR_OK);
	world_assert_rebuilt(world.store);
	world_finish(&world);
}

static void a_rebuild_mends_a_changed_table(void **state)
{
	(void)state;
	struct world world;
	struct sql *sql = NULL;
	uint8_t before[32], changed[32], after[32];
	world_init(&world);
	for (int i = 0; i < 50; i++) {
		char subject[32];
		(void)snprintf(subject, sizeof subject, "account/%d", i % 7);
		(void)world_written(world.store, subject, "x");
	}
	assert_int_equal(store_digest(world.store, before, NULL), JISR_OK);
	char path[300];
	(void)snprintf(path, sizeof path, "%s/record.db", world.directory);
	assert_int_equal(sql_open(path, SQL_WRITE, 0x6a697265u, &sql, NULL), JISR_OK);
	assert_int_equal(sql_execute(sql, "UPDATE account SET times = times + 1 WHERE subject = 'account/3'", NULL),
	                 JISR_OK);
	sql_close(sql);
	assert_int_equal(store_digest(world.store, changed, NULL), JISR_OK);
	assert_memory_not_equal(before, changed, sizeof before);
	assert_int_equal(store_rebuild(world.store, NULL), JISR_OK);
	assert_int_equal(store_digest(world.store, after, NULL), JISR_OK);
	assert_memory_equal(before, after, sizeof before);
	world_finish(&world);
}

static const struct store_step later_steps[] = {
	{"CREATE TABLE account (subject TEXT PRIMARY KEY, text TEXT NOT NULL, changed TEXT NOT NULL, times INTEGER NOT "
         "NULL) "
         "STRICT",
         false},
	{"CREATE INDEX account_by_text ON account (text)", false},
	{"CREATE TABLE seen (kind TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT", true},
};

static int apply_seen(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT INTO seen VALUES (?1, 1) ON CONFLICT (kind) DO "
	                                          "UPDATE SET times = times + 1");
	sql_bind_text(&query, 1, entry->header.kind);
	return sql_run(&query, problem);
}

static void tables_of_an_earlier_version_are_brought_up(void **state)
{
	(void)state;
	static const char *const tables[] = {"account", "seen", NULL};
	static const struct store_kind kinds[] = {
		{"account.written", world_check, world_apply, world_dropped},
		{"account.kept", world_check, world_apply, NULL},
		{"account.written", NULL, apply_seen, NULL},
	};
	static const struct store_domain later = {"world", later_steps, 3, tables, kinds, 3};
	static const struct store_domain *const domains[] = {&later, NULL};
	struct world world;
	struct problem problem = {""};
	struct store *store = NULL;
	world_init(&world);
	for (int i = 0; i < 20; i++)
		(void)world_written(world.store, "account/1", "x");
	world.store = store_free(world.store);
	struct store_options options = {.directory = world.directory, .domains = domains, .read_only = true};
	assert_int_equal(store_open(&options, &store, &problem), JISR_STATE);
	options.read_only = false;
	assert_int_equal(store_open(&options, &store, &problem), JISR_OK);
	struct store_reader *reader = NULL;
	int64_t times = 0;
	assert_int_equal(store_read(store, &reader, NULL), JISR_OK);
	struct sql_query query = sql_query(store_reader_sql(reader), "SELECT times FROM seen");
	assert_int_equal(sql_run_number(&query, 0, &times, NULL), JISR_OK);
	assert_int_equal(times, 20);
	store_read_end(reader);
	world_assert_rebuilt(store);
	store_free(store);
	/* The earlier program refuses what the later one wrote. */
	struct store_options earlier = world_options(&world);
	assert_int_equal(store_open(&earlier, &store, &problem), JISR_UNSUPPORTED);
	world_finish(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_founded_once),
		cmocka_unit_test(a_directory_without_a_record_is_told_from_one),
		cmocka_unit_test(entries_are_numbered_applied_and_kept),
		cmocka_unit_test(an_old_version_is_a_conflict),
		cmocka_unit_test(a_command_that_fails_leaves_nothing),
		cmocka_unit_test(what_has_no_form_or_no_key_is_refused),
		cmocka_unit_test(an_office_signs_while_its_key_counts),
		cmocka_unit_test(many_threads_write_and_listeners_hear_all_in_order),
		cmocka_unit_test(two_stores_share_a_record_and_hear_of_each_other),
		cmocka_unit_test(a_dropped_body_is_gone_from_the_file),
		cmocka_unit_test(a_rebuild_mends_a_changed_table),
		cmocka_unit_test(tables_of_an_earlier_version_are_brought_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
