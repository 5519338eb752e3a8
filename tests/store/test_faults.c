/* kill -9 at random moments, full disks, a clock that was set back. JISR_KILL_ROUNDS gives the number of kills
 * (tools/faults: 500). */
#include "store/store.h"

#include "store/store_private.h"
#include "store/verify.h"
#include "world.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#define ROUNDS  12
#define ANEW    12 /* rounds until the record is founded anew */
#define WRITERS 3
#define TEXT    24

static uint64_t seed = 3;

static uint64_t roll(uint64_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % below;
}

static void on_finding(void *context, uint64_t sequence, const char *sentence)
{
	(void)context;
	(void)sequence;
	fail_msg("%s", sentence);
}

static void assert_whole(struct store *store)
{
	struct store_reader *reader = NULL;
	struct verify_result result;
	struct problem problem = {""};
	const struct verify_options how = {.threads = 1, .finding = on_finding};
	assert_int_equal(store_read(store, &reader, NULL), JISR_OK);
	assert_int_equal(log_verify(store_reader_log(reader), &how, &result, &problem), JISR_OK);
	store_read_end(reader);
	world_assert_rebuilt(store);
}

/* ---- kill ---- */

struct acknowledged {
	uint64_t sequence;
	char text[TEXT];
};

struct writer {
	struct store *store;
	int number, pipe;
};

static void *write_on(void *context)
{
	struct writer *writer = context;
	for (int i = 0;; i++) {
		struct acknowledged one = {0};
		struct problem problem = {""};
		(void)snprintf(one.text, sizeof one.text, "%d-%d-%d", (int)getpid(), writer->number, i);
		char subject[32];
		(void)snprintf(subject, sizeof subject, "account/%d", i % 7);
		if (world_write(writer->store, subject, one.text, ENTRY_ANY, &one.sequence, &problem) != JISR_OK)
			_exit(9);
		if (write(writer->pipe, &one, sizeof one) != sizeof one)
			_exit(8);
	}
}

/* A process that writes until it is killed. */
static pid_t start_writer(const struct world *world, int pipe)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child != 0)
		return child;
	struct world own = *world;
	struct problem problem = {""};
	struct store_options options = world_options(&own);
	if (store_open(&options, &own.store, &problem) != JISR_OK)
		_exit(7);
	struct writer writers[WRITERS];
	pthread_t threads[WRITERS];
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){own.store, i, pipe};
		if (pthread_create(&threads[i], NULL, write_on, &writers[i]) != 0)
			_exit(6);
	}
	(void)pthread_join(threads[0], NULL);
	_exit(5);
}

/* Two processes write; one or both are killed at a random moment after the first acknowledgement. */
static size_t kill_round(const struct world *world, struct acknowledged *list, size_t most)
{
	int ends[2];
	pid_t children[2];
	size_t count = 0;
	ssize_t got;
	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < 2; i++)
		children[i] = start_writer(world, ends[1]);
	close(ends[1]);
	assert_int_equal(read(ends[0], &list[count++], sizeof *list), sizeof *list);
	const struct timespec rest = {0, (long)roll(40000000)};
	(void)nanosleep(&rest, NULL);
	for (int i = 0; i < 2; i++)
		assert_int_equal(kill(children[i], SIGKILL), 0);
	for (int i = 0; i < 2; i++) {
		int status;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
	while ((got = read(ends[0], &list[count], sizeof *list)) == sizeof *list)
		assert_true(++count < most);
	assert_int_equal(got, 0);
	close(ends[0]);
	return count;
}

static void nothing_acknowledged_is_lost_by_a_kill(void **state)
{
	(void)state;
	static struct acknowledged list[20000];
	const char *wanted = getenv("JISR_KILL_ROUNDS");
	int rounds = wanted != NULL ? (int)strtol(wanted, NULL, 10) : ROUNDS;
	struct world world;
	world_init(&world);
	for (int round = 0; round < rounds; round++) {
		if (round % ANEW == 0 && round > 0) {
			world_finish(&world);
			world_init(&world);
		}
		world.store = store_free(world.store);
		size_t count = kill_round(&world, list, 20000);
		world_open(&world);
		struct store_reader *reader = NULL;
		struct arena *arena = NULL;
		assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
		assert_int_equal(store_read(world.store, &reader, NULL), JISR_OK);
		for (size_t i = 0; i < count; i++) {
			struct entry *entry = NULL;
			assert_int_equal(log_read(store_reader_log(reader), list[i].sequence, LOG_WITH_BODY, arena,
			                          &entry, NULL),
			                 JISR_OK);
			assert_string_equal(json_get_text(entry->body, "text"), list[i].text);
			arena_reset(arena);
		}
		store_read_end(reader);
		arena_free(arena);
		assert_whole(world.store);
	}
	world_finish(&world);
}

/* ---- a full disk ---- */

static void a_full_disk_refuses_writes_keeps_reading_and_heals(void **state)
{
	(void)state;
	struct world world;
	struct rlimit before, small;
	struct stat status;
	struct problem problem = {""};
	char path[300];
	(void)signal(SIGXFSZ, SIG_IGN);
	world_init(&world);
	for (int i = 0; i < 10; i++)
		(void)world_written(world.store, "account/1", "before");
	uint64_t size = world_size(world.store);
	(void)snprintf(path, sizeof path, "%s/record.db-wal", world.directory);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	/* At limits that cut the commit at different places, also inside a page. */
	for (int i = 0; i < 8; i++) {
		small.rlim_cur = (rlim_t)status.st_size + (rlim_t)roll(9000);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		int error = JISR_OK;
		uint64_t written = size;
		for (int tries = 0; error == JISR_OK && tries < 100; tries++, written += error == JISR_OK)
			error = world_write(world.store, "account/2", "full", ENTRY_ANY, NULL, &problem);
		if (error != JISR_FULL)
			fail_msg("error %d: %s", error, problem.text);
		assert_non_null(strstr(problem.text, "Make room"));
		assert_int_equal(world_size(world.store), written); /* reading goes on; nothing half done */
		assert_int_equal(world_write(world.store, "account/2", "full", ENTRY_ANY, NULL, &problem), JISR_FULL);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
		size = world_written(world.store, "account/2", "mended");
		assert_int_equal(size, written + 1);
		assert_int_equal(stat(path, &status), 0);
	}
	assert_whole(world.store);
	world_open(&world);
	assert_int_equal(world_size(world.store), size);
	assert_whole(world.store);
	world_finish(&world);
}

/* ---- the clock ---- */

static void a_clock_that_was_set_back_does_not_turn_time_back(void **state)
{
	(void)state;
	static const char future[] = "2999-01-01T00:00:00.000Z";
	struct world world;
	struct store_reader *reader = NULL;
	struct arena *arena = NULL;
	struct entry *entry = NULL;
	world_init(&world);
	(void)world_written(world.store, "account/1", "now");
	/* As if the clock had been ahead when the last entry was written. */
	memcpy(world.store->last_at, future, sizeof future);
	(void)world_written(world.store, "account/1", "then");
	world_open(&world);
	uint64_t sequence = world_written(world.store, "account/1", "set back");
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(world.store, &reader, NULL), JISR_OK);
	assert_int_equal(log_read(store_reader_log(reader), sequence, LOG_WITHOUT_BODY, arena, &entry, NULL), JISR_OK);
	assert_string_equal(entry->header.at, future);
	store_read_end(reader);
	arena_free(arena);
	assert_true(store_clock_behind(world.store) > 900.0 * 365 * 86400);
	assert_whole(world.store);
	world_finish(&world);
}

/* ---- memory ---- */

static void each_failed_allocation_leaves_the_record_whole(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	int error = JISR_NO_MEMORY;
	world_init(&world);
	uint64_t size = world_size(world.store);
	/* The writer runs on this thread, so that its allocations are the ones that fail. */
	for (long i = 0; error != JISR_OK; i++) {
		struct world_writing writing = {.subject = "account/1", .text = "x", .expected = ENTRY_ANY};
		struct submission submission = {
			.command = world_write_command, .context = &writing, .problem = &problem};
		memory_fail_after(i);
		store_write_group(world.store, &submission);
		memory_fail_after(-1);
		error = submission.error;
		if (error != JISR_OK && error != JISR_NO_MEMORY)
			fail_msg("allocation %ld: error %d: %s", i, error, problem.text);
		assert_int_equal(world_size(world.store), size + (error == JISR_OK));
	}
	assert_whole(world.store);
	error = JISR_NO_MEMORY;
	for (long i = 0; error != JISR_OK; i++) {
		struct store *store = NULL;
		struct store_options options = world_options(&world);
		memory_fail_after(i);
		error = store_open(&options, &store, &problem);
		memory_fail_after(-1);
		assert_true(error == JISR_OK || (error == JISR_NO_MEMORY && store == NULL));
		store_free(store);
	}
	world_finish(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_acknowledged_is_lost_by_a_kill),
		cmocka_unit_test(a_full_disk_refuses_writes_keeps_reading_and_heals),
		cmocka_unit_test(a_clock_that_was_set_back_does_not_turn_time_back),
		cmocka_unit_test(each_failed_allocation_leaves_the_record_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
