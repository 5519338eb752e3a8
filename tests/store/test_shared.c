/* One log for several stores, in a real PostgreSQL that the test starts for itself. */
#include "store/shared.h"

#include "server.h"
#include "world.h"

#include "store/verify.h"

#include <pthread.h>

static int empty_server(void **state)
{
	server_do(*state, "query", "DROP TABLE IF EXISTS jisr_log, jisr_checkpoint, jisr_log_origin");
	return 0;
}

/* A second store at the same log, in a folder beside the first one's, with its keys. */
static struct store *join(const struct server *server, const struct world *world, char directory[300])
{
	char command[1000];
	struct problem problem = {""};
	struct store *store = NULL;
	(void)snprintf(directory, 300, "%s/second", world->directory);
	(void)snprintf(command, sizeof command, "mkdir '%s' && cp -r '%s/keys' '%s/keys'", directory, world->directory,
	               directory);
	assert_int_equal(system(command), 0);
	struct store_options options = {.directory = directory, .domains = world_domains};
	if (store_join(&options, server->address, &store, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	return store;
}

static void share(const struct server *server, struct world *world)
{
	struct problem problem = {""};
	if (store_share(world->store, server->address, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static void found_wrong(void *context, uint64_t sequence, const char *sentence)
{
	(void)context;
	fail_msg("entry %llu: %s", (unsigned long long)sequence, sentence);
}

static void assert_verifies(struct store *store)
{
	struct store_reader *reader = NULL;
	struct verify_result result;
	struct verify_options options = {.finding = found_wrong};
	assert_int_equal(store_read(store, &reader, NULL), JISR_OK);
	assert_int_equal(log_verify(store_reader_log(reader), &options, &result, NULL), JISR_OK);
	assert_int_equal(result.findings, 0);
	store_read_end(reader);
}

static void assert_same(struct store *left, struct store *right)
{
	uint8_t a[32], b[32];
	assert_int_equal(world_size(left), world_size(right));
	assert_int_equal(store_digest(left, a, NULL), JISR_OK);
	assert_int_equal(store_digest(right, b, NULL), JISR_OK);
	assert_memory_equal(a, b, sizeof a);
	world_assert_rebuilt(left);
	world_assert_rebuilt(right);
	assert_verifies(left);
	assert_verifies(right);
}

static int look(struct store_write *write, void *context, struct problem *problem)
{
	(void)write;
	(void)context;
	(void)problem;
	return JISR_OK;
}

static void catch_up(struct store *store)
{
	struct problem problem = {""};
	if (store_submit(store, look, NULL, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static void what_one_appends_the_other_has(void **state)
{
	struct world world;
	struct problem problem = {""};
	char directory[300];
	world_init(&world);
	for (int i = 0; i < 600; i++) { /* more than a batch */
		char subject[40];
		(void)snprintf(subject, sizeof subject, "account/%d", i % 70);
		(void)world_written(world.store, subject, "before");
	}
	share(*state, &world);
	assert_true(store_is_shared(world.directory));
	assert_int_equal(store_share(world.store, ((struct server *)*state)->address, &problem), JISR_STATE);
	struct store *second = join(*state, &world, directory);
	assert_same(world.store, second);
	uint64_t version = world_written(second, "account/1", "by the second");
	assert_int_equal(world_write(world.store, "account/1", "rests on what is old", 3, NULL, &problem),
	                 JISR_CONFLICT);
	assert_int_equal(world_write(world.store, "account/1", "by the first", version, &version, &problem), JISR_OK);
	assert_int_equal(version, 603);
	catch_up(second);
	assert_same(world.store, second);
	/* Opened again, both go on. */
	store_free(second);
	world_open(&world);
	(void)world_written(world.store, "account/2", "by the first");
	struct store_options options = {.directory = directory, .domains = world_domains};
	assert_int_equal(store_open(&options, &second, &problem), JISR_OK);
	assert_int_equal(world_written(second, "account/2", "by the second"), 605);
	catch_up(world.store);
	assert_same(world.store, second);
	store_free(second);
	world_finish(&world);
}

struct writer {
	struct store *store;
	const char *subject;
	unsigned done, unknown;
};

static void *write_many(void *context)
{
	struct writer *writer = context;
	for (int i = 0; i < 150; i++) {
		struct problem problem = {""};
		int error = world_write(writer->store, writer->subject, "x", ENTRY_ANY, NULL, &problem);
		writer->done += error == JISR_OK;
		writer->unknown += error != JISR_OK;
	}
	return NULL;
}

static int64_t times(struct store *store, const char *subject)
{
	struct store_reader *reader = NULL;
	int64_t count = 0;
	assert_int_equal(store_read(store, &reader, NULL), JISR_OK);
	struct sql_query query = sql_query(store_reader_sql(reader), "SELECT times FROM account WHERE subject = ?1");
	sql_bind_text(&query, 1, subject);
	assert_int_equal(sql_run_number(&query, 0, &count, NULL), JISR_OK);
	store_read_end(reader);
	return count;
}

static void a_server_that_dies_loses_and_doubles_nothing(void **state)
{
	struct world world;
	char directory[300];
	world_init(&world);
	share(*state, &world);
	struct store *second = join(*state, &world, directory);
	struct writer writers[] = {
		{world.store, "account/1", 0, 0},
		{second, "account/2", 0, 0},
		{second, "account/3", 0, 0},
	};
	pthread_t threads[3];
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, &writers[i]), 0);
	for (int round = 0; round < 2; round++) {
		(void)usleep(150000);
		server_do(*state, "restart", "");
	}
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	catch_up(world.store);
	catch_up(second);
	assert_same(world.store, second);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(writers[i].done + writers[i].unknown, 150);
		assert_int_equal(times(world.store, writers[i].subject), writers[i].done);
	}
	store_free(second);
	world_finish(&world);
}

static void told(void *context, uint64_t first, uint64_t last)
{
	uint64_t *heard = context;
	assert_int_equal(first, *heard + 1);
	__atomic_store_n(heard, last, __ATOMIC_SEQ_CST);
}

static void who_listens_is_told_of_others(void **state)
{
	struct world world;
	char directory[300];
	struct problem problem = {""};
	world_init(&world);
	share(*state, &world);
	struct store *second = join(*state, &world, directory);
	uint64_t heard = world_size(second);
	assert_int_equal(store_listen(second, told, &heard, &problem), JISR_OK);
	uint64_t last = 0;
	for (int i = 0; i < 20; i++)
		last = world_written(world.store, "account/1", "x");
	for (int i = 0; i < 15000 && __atomic_load_n(&heard, __ATOMIC_SEQ_CST) < last; i++)
		(void)usleep(20000);
	assert_int_equal(__atomic_load_n(&heard, __ATOMIC_SEQ_CST), last);
	assert_int_equal(world_size(second), last);
	store_free(second);
	world_finish(&world);
}

static void what_was_changed_there_is_not_believed(void **state)
{
	static const char *const changes[] = {
		"UPDATE jisr_log SET body = replace(body, 'two', 'owt') WHERE sequence = 3",
		"UPDATE jisr_log SET header = replace(header, 'account/2', 'account/3') WHERE sequence = 3",
		"UPDATE jisr_log SET signature = decode(repeat('00', 64), 'hex') WHERE sequence = 3",
		"UPDATE jisr_log SET salt = decode(repeat('00', 32), 'hex') WHERE sequence = 3",
		"DELETE FROM jisr_log WHERE sequence = 3",
		"DELETE FROM jisr_log WHERE sequence >= 2",
		"UPDATE jisr_checkpoint SET note = replace(note, 'test', 'best') WHERE size = 4",
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct world world;
		struct problem problem = {""};
		struct store *second = NULL;
		char directory[300];
		world_init(&world);
		(void)world_written(world.store, "account/1", "one");
		(void)world_written(world.store, "account/2", "two");
		(void)world_written(world.store, "account/2", "three");
		share(*state, &world);
		server_do(*state, "query", changes[i]);
		(void)snprintf(directory, sizeof directory, "%s/second", world.directory);
		struct store_options options = {.directory = directory, .domains = world_domains};
		int error = store_join(&options, ((struct server *)*state)->address, &second, &problem);
		if (i == 5) { /* a whole log, but a shorter one than the first has */
			assert_int_equal(error, JISR_OK);
			assert_int_equal(world_write(world.store, "account/1", "x", ENTRY_ANY, NULL, &problem),
			                 JISR_CORRUPT);
			store_free(second);
		} else {
			assert_int_equal(error, JISR_CORRUPT);
		}
		assert_non_null(strstr(problem.text, "shared log"));
		world_finish(&world);
		(void)empty_server(state);
	}
}

static int drop(struct store_write *write, void *context, struct problem *problem)
{
	return store_drop_body(write, *(uint64_t *)context, "GS", "", "asked for", problem);
}

static void a_body_that_is_dropped_is_gone_everywhere(void **state)
{
	struct world world;
	char directory[300];
	world_init(&world);
	uint64_t sequence = world_written(world.store, "account/1", "secret");
	share(*state, &world);
	struct store *second = join(*state, &world, directory);
	assert_int_equal(store_submit(second, drop, &sequence, NULL), JISR_OK);
	catch_up(world.store);
	assert_same(world.store, second);
	char query[200];
	(void)snprintf(query, sizeof query,
	               "SELECT 1 / (CASE WHEN body IS NULL AND body_salt IS NULL THEN 1 ELSE 0 END) "
	               "FROM jisr_log WHERE sequence = %llu",
	               (unsigned long long)sequence);
	server_do(*state, "query", query);
	store_free(second);
	world_finish(&world);
}

static void a_log_that_is_taken_back_is_closed_to_others(void **state)
{
	struct world world;
	char directory[300];
	struct problem problem = {""};
	world_init(&world);
	(void)world_written(world.store, "account/1", "one");
	share(*state, &world);
	struct store *second = join(*state, &world, directory);
	(void)world_written(second, "account/1", "two");
	assert_int_equal(store_unshare(world.store, &problem), JISR_OK);
	assert_false(store_is_shared(world.directory));
	assert_int_equal(times(world.store, "account/1"), 2);
	(void)world_written(world.store, "account/1", "three");
	assert_int_equal(world_write(second, "account/1", "four", ENTRY_ANY, NULL, &problem), JISR_STATE);
	assert_non_null(strstr(problem.text, "taken back"));
	world_open(&world);
	(void)world_written(world.store, "account/1", "four");
	assert_verifies(world.store);
	store_free(second);
	world_finish(&world);
}

static void what_is_no_address_is_told(void **state)
{
	struct problem problem = {""};
	struct shared *shared = NULL;
	(void)state;
	assert_int_equal(shared_open("postgresql://[", &shared, &problem), JISR_BAD_INPUT);
	assert_int_equal(shared_open("colour=blue", &shared, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "postgresql://"));
	assert_int_equal(shared_open("host=/nowhere connect_timeout=1", &shared, &problem), JISR_OK);
	struct shared_origin origin;
	assert_int_equal(shared_origin(shared, &origin, &problem), JISR_BUSY);
	shared_free(shared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_one_appends_the_other_has, empty_server),
		cmocka_unit_test_setup(a_server_that_dies_loses_and_doubles_nothing, empty_server),
		cmocka_unit_test_setup(who_listens_is_told_of_others, empty_server),
		cmocka_unit_test_setup(what_was_changed_there_is_not_believed, empty_server),
		cmocka_unit_test_setup(a_body_that_is_dropped_is_gone_everywhere, empty_server),
		cmocka_unit_test_setup(a_log_that_is_taken_back_is_closed_to_others, empty_server),
		cmocka_unit_test(what_is_no_address_is_told),
	};
	return cmocka_run_group_tests(tests, start_server, stop_server);
}
