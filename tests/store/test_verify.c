#include "store/verify.h"

#include "world.h"

#include <fcntl.h>
#include <sys/stat.h>

static uint64_t seed = 11;

static uint64_t roll(uint64_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % below;
}

struct found {
	uint64_t count, first;
	char sentence[PROBLEM_MAX];
};

static void on_finding(void *context, uint64_t sequence, const char *sentence)
{
	struct found *found = context;
	if (found->count++ == 0) {
		found->first = sequence;
		(void)snprintf(found->sentence, sizeof found->sentence, "%s", sentence);
	}
}

/* Verifies the file as it is, without the domains. Returns the error of opening or verifying. */
static int verify(const struct world *world, struct found *found, struct verify_result *result)
{
	struct store_options options = {.directory = world->directory, .read_only = true};
	struct store *store = NULL;
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	*found = (struct found){0};
	int error = store_open(&options, &store, &problem);
	if (!error)
		error = store_read(store, &reader, &problem);
	const struct verify_options how = {.threads = 2, .finding = on_finding, .context = found};
	if (!error)
		error = log_verify(store_reader_log(reader), &how, result, &problem);
	store_read_end(reader);
	store_free(store);
	return error;
}

#define ENTRIES 28

/* A log with two offices' keys, one of them ended, conflicts, a dropped body. */
static int command_keys(struct store_write *write, void *context, struct problem *problem)
{
	return store_key_add(write, "GS", "", context, problem);
}

static int command_end(struct store_write *write, void *context, struct problem *problem)
{
	struct note_verifier verifier;
	int error = note_verifier_read(context, strlen(context), &verifier, problem);
	return error ? error : store_key_end(write, "GS", "o1", verifier.name, verifier.id, "replaced", problem);
}

static int command_drop(struct store_write *write, void *context, struct problem *problem)
{
	return store_drop_body(write, *(uint64_t *)context, "GS", "", "old", problem);
}

static void fill(struct world *world)
{
	char key[NOTE_MAX_KEY];
	uint64_t gone = 0;
	assert_int_equal(store_key_make(world->store, "MA", key, NULL), JISR_OK);
	assert_int_equal(store_submit(world->store, command_keys, key, NULL), JISR_OK);
	for (int i = 0; world_size(world->store) < ENTRIES - 2; i++) {
		char subject[32];
		struct world_writing writing = {.subject = subject, .text = "some text", .expected = ENTRY_ANY};
		writing.author = i % 3 == 0 ? "MA" : "GS";
		(void)snprintf(subject, sizeof subject, "account/%d", (int)roll(20));
		assert_int_equal(store_submit(world->store, world_write_command, &writing, NULL), JISR_OK);
		gone = writing.sequence;
	}
	assert_int_equal(store_submit(world->store, command_end, key, NULL), JISR_OK);
	assert_int_equal(store_submit(world->store, command_drop, &gone, NULL), JISR_OK);
	world->store = store_free(world->store);
}

static void a_whole_log_has_no_finding(void **state)
{
	(void)state;
	struct world world;
	struct found found;
	struct verify_result result;
	world_init(&world);
	fill(&world);
	assert_int_equal(verify(&world, &found, &result), JISR_OK);
	if (found.count > 0)
		fail_msg("%s", found.sentence);
	assert_int_equal(result.entries, ENTRIES);
	assert_int_equal(result.dropped, 1);
	assert_int_equal(result.bodies, ENTRIES - 1);
	assert_int_equal(result.checkpoints, ENTRIES);
	assert_string_equal(result.key.name, WORLD_NAME);
	world_finish(&world);
}

static struct sql *open_file(const struct world *world)
{
	struct sql *sql = NULL;
	char path[300];
	(void)snprintf(path, sizeof path, "%s/record.db", world->directory);
	assert_int_equal(sql_open(path, SQL_WRITE, 0x6a697265u, &sql, NULL), JISR_OK);
	return sql;
}

/* Flips one bit of a column of a row and gives the value before. */
static size_t flip(struct sql *sql, const char *select, const char *update, int64_t key, char before[4096])
{
	char after[4096];
	size_t length = 0;
	struct sql_query query = sql_query_once(sql, select);
	sql_bind_number(&query, 1, key);
	if (!sql_next(&query)) {
		assert_int_equal(sql_done(&query, NULL), JISR_OK);
		return 0;
	}
	const void *bytes = sql_bytes(&query, 0, &length);
	assert_true(length > 0 && length < sizeof after);
	memcpy(before, bytes, length);
	assert_int_equal(sql_done(&query, NULL), JISR_OK);
	memcpy(after, before, length);
	size_t bit = roll(length * 8);
	after[bit / 8] = (char)(after[bit / 8] ^ (1 << bit % 8));
	query = sql_query_once(sql, update);
	sql_bind_bytes(&query, 1, after, length);
	sql_bind_number(&query, 2, key);
	assert_int_equal(sql_run(&query, NULL), JISR_OK);
	return length;
}

static void one_flipped_bit_of_an_entry_is_found_and_named(void **state)
{
	(void)state;
	static const char *const columns[][2] = {
		{"SELECT salt FROM log_entry WHERE sequence = ?1",
	         "UPDATE log_entry SET salt = ?1 WHERE sequence = ?2"},
		{"SELECT CAST(header AS BLOB) FROM log_entry WHERE sequence = ?1",
	         "UPDATE log_entry SET header = CAST(?1 AS TEXT) WHERE sequence = ?2"},
		{"SELECT key_id FROM log_entry WHERE sequence = ?1",
	         "UPDATE log_entry SET key_id = ?1 WHERE sequence = ?2"},
		{"SELECT signature FROM log_entry WHERE sequence = ?1",
	         "UPDATE log_entry SET signature = ?1 WHERE sequence = ?2"},
		{"SELECT salt FROM log_body WHERE sequence = ?1", "UPDATE log_body SET salt = ?1 WHERE sequence = ?2"},
		{"SELECT CAST(body AS BLOB) FROM log_body WHERE sequence = ?1",
	         "UPDATE log_body SET body = CAST(?1 AS TEXT) WHERE sequence = ?2"},
		{"SELECT CAST(note AS BLOB) FROM log_checkpoint WHERE size = ?1",
	         "UPDATE log_checkpoint SET note = CAST(?1 AS TEXT) WHERE size = ?2"},
	};
	struct world world;
	struct found found;
	struct verify_result result;
	world_init(&world);
	fill(&world);
	struct sql *sql = open_file(&world);
	for (int i = 0; i < 60; i++) {
		char before[4096];
		int64_t key = 1 + (int64_t)roll(ENTRIES);
		const char *const *column = columns[roll(7)];
		size_t length = flip(sql, column[0], column[1], key, before);
		if (length == 0)
			continue;
		assert_int_equal(verify(&world, &found, &result), JISR_OK);
		if (found.count == 0 || found.first != (uint64_t)key)
			fail_msg("%s at %lld: %llu findings, the first: %s", column[1], (long long)key,
			         (unsigned long long)found.count, found.sentence);
		/* Only what names keys spoils what follows; and an entry whose subject changed, the next of both. */
		assert_true(key <= 2 || found.count <= 4);
		struct sql_query query = sql_query_once(sql, column[1]);
		sql_bind_bytes(&query, 1, before, length);
		sql_bind_number(&query, 2, key);
		assert_int_equal(sql_run(&query, NULL), JISR_OK);
	}
	assert_int_equal(verify(&world, &found, &result), JISR_OK);
	assert_int_equal(found.count, 0);
	sql_close(sql);
	world_finish(&world);
}

static void a_flipped_tree_hash_is_found(void **state)
{
	(void)state;
	struct world world;
	struct found found;
	struct verify_result result;
	world_init(&world);
	fill(&world);
	struct sql *sql = open_file(&world);
	for (int64_t place = 0; place < 2 * ENTRIES - __builtin_popcount(ENTRIES); place += 3) {
		char before[4096];
		assert_int_equal(flip(sql, "SELECT hash FROM log_hash WHERE place = ?1",
		                      "UPDATE log_hash SET hash = ?1 WHERE place = ?2", place, before),
		                 32);
		assert_int_equal(verify(&world, &found, &result), JISR_OK);
		assert_true(found.count >= 1 && found.count <= 2);
		struct sql_query query = sql_query(sql, "UPDATE log_hash SET hash = ?1 WHERE place = ?2");
		sql_bind_bytes(&query, 1, before, 32);
		sql_bind_number(&query, 2, place);
		assert_int_equal(sql_run(&query, NULL), JISR_OK);
	}
	sql_close(sql);
	world_finish(&world);
}

static void what_was_taken_away_or_changed_by_hand_is_found(void **state)
{
	(void)state;
	static const struct {
		const char *statement, *undo, *sentence;
	} changes[] = {
		{"DELETE FROM log_entry WHERE sequence = 20", NULL, "entry 20: it is missing"},
		{"DELETE FROM log_entry WHERE sequence = 28", NULL, "entry 28: it is missing"},
		{"DELETE FROM log_entry WHERE sequence = 28; DELETE FROM log_hash WHERE place >= 50", NULL,
	         "entries were taken away"},
		{"DELETE FROM log_entry WHERE sequence = 1", NULL, "entry 1: it is missing"},
		{"DELETE FROM log_entry", NULL, "entry 1: it is missing"},
		{"DELETE FROM log_entry; DELETE FROM log_hash", NULL, "the log has no entry"},
		{"DELETE FROM log_body WHERE sequence = 20", NULL, "entry 20: its body is missing"},
		{"DELETE FROM log_hash WHERE place = 26", NULL, "entry 16: its hash is missing"},
		{"DELETE FROM log_checkpoint WHERE size = 28", NULL, "the newest checkpoint is of 27 entries"},
		{"UPDATE log_subject SET sequence = 3 WHERE subject = 'log'", NULL, "jisr rebuild"},
		{"DELETE FROM log_subject WHERE subject = 'log'", NULL, "lacks 1 subjects"},
		{"UPDATE log_entry SET header = (SELECT header FROM log_entry WHERE sequence = 21) WHERE sequence = 20",
	         NULL, "entry 20: "},
		{"UPDATE log_entry SET salt = x'00' WHERE sequence = 20", NULL, "entry 20: it cannot be read"},
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct world world;
		struct found found;
		struct verify_result result;
		world_init(&world);
		fill(&world);
		struct sql *sql = open_file(&world);
		assert_int_equal(sql_execute(sql, changes[i].statement, NULL), JISR_OK);
		sql_close(sql);
		int error = verify(&world, &found, &result);
		if (error)
			fail_msg("%s: error %d", changes[i].statement, error);
		if (strstr(found.sentence, changes[i].sentence) == NULL)
			fail_msg("%s: %s", changes[i].statement, found.sentence);
		world_finish(&world);
	}
}

static void a_checkpoint_kept_elsewhere_tells_a_log_that_was_made_anew(void **state)
{
	(void)state;
	struct world world;
	struct store_reader *reader = NULL;
	struct text note, newest;
	uint64_t size = 0;
	struct problem problem = {""};
	world_init(&world);
	text_init(&note, NOTE_MAX_BYTES);
	text_init(&newest, NOTE_MAX_BYTES);
	for (int i = 0; i < 10; i++)
		(void)world_written(world.store, "account/1", "x");
	assert_int_equal(store_read(world.store, &reader, NULL), JISR_OK);
	assert_int_equal(log_checkpoint(store_reader_log(reader), 5, &note, &size, NULL), JISR_OK);
	assert_int_equal(size, 5);
	struct found found = {0};
	struct verify_result result;
	struct verify_options how = {
		.finding = on_finding, .context = &found, .checkpoint = note.bytes, .checkpoint_length = note.length};
	assert_int_equal(log_verify(store_reader_log(reader), &how, &result, &problem), JISR_OK);
	assert_int_equal(found.count, 0);
	how.key = &result.key;
	assert_int_equal(log_verify(store_reader_log(reader), &how, &result, &problem), JISR_OK);
	assert_int_equal(found.count, 0);
	note.bytes[note.length - 5] ^= 2;
	assert_int_equal(log_verify(store_reader_log(reader), &how, &result, &problem), JISR_OK);
	assert_true(found.count > 0);
	/* A log of another key, with the same name. */
	struct world other;
	world_init(&other);
	found.count = 0;
	struct store_reader *second = NULL;
	assert_int_equal(store_read(other.store, &second, NULL), JISR_OK);
	how.checkpoint = NULL;
	assert_int_equal(log_verify(store_reader_log(second), &how, &result, &problem), JISR_OK);
	assert_int_equal(found.count, 1);
	store_read_end(second);
	world_finish(&other);
	store_read_end(reader);
	text_finish(&note);
	text_finish(&newest);
	world_finish(&world);
}

/* What the log's tables hold, whatever stands in the rest of the file. */
static bool log_digest(const struct world *world, char out[200])
{
	char command[600];
	(void)snprintf(command, sizeof command,
	               "sqlite3 '%s/record.db' 'SELECT * FROM log_entry; SELECT * FROM log_body; SELECT * FROM "
	               "log_hash; SELECT "
	               "* FROM log_subject; SELECT * FROM log_checkpoint' 2>/dev/null | sha256sum",
	               world->directory);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	bool good = fgets(out, 200, pipe) != NULL;
	(void)pclose(pipe);
	return good;
}

static void one_flipped_bit_anywhere_in_the_file_is_found_unless_it_changes_nothing(void **state)
{
	(void)state;
	struct world world;
	struct found found;
	struct verify_result result;
	char path[300], whole[200], now[200];
	struct stat status;
	if (system("command -v sqlite3 >/dev/null") != 0)
		skip();
	world_init(&world);
	fill(&world);
	(void)snprintf(path, sizeof path, "%s/record.db", world.directory);
	assert_int_equal(stat(path, &status), 0);
	assert_true(log_digest(&world, whole));
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	for (int i = 0; i < 50; i++) {
		uint64_t bit = roll((uint64_t)status.st_size * 8);
		unsigned char byte;
		assert_int_equal(pread(fd, &byte, 1, (off_t)(bit / 8)), 1);
		unsigned char changed = (unsigned char)(byte ^ (1 << bit % 8));
		assert_int_equal(pwrite(fd, &changed, 1, (off_t)(bit / 8)), 1);
		int error = verify(&world, &found, &result);
		if (error == JISR_OK && found.count == 0) {
			assert_true(log_digest(&world, now));
			if (strcmp(whole, now) != 0)
				fail_msg("bit %llu changed the log and was not found", (unsigned long long)bit);
		}
		assert_int_equal(pwrite(fd, &byte, 1, (off_t)(bit / 8)), 1);
	}
	close(fd);
	assert_int_equal(verify(&world, &found, &result), JISR_OK);
	assert_int_equal(found.count, 0);
	world_finish(&world);
}

static void each_failed_allocation_is_told(void **state)
{
	(void)state;
	struct world world;
	struct found found;
	struct verify_result result;
	world_init(&world);
	fill(&world);
	int error = JISR_NO_MEMORY;
	for (long i = 0; error != JISR_OK; i += 1 + i / 20) {
		memory_fail_after(i);
		error = verify(&world, &found, &result);
		memory_fail_after(-1);
		assert_true(error == JISR_OK || error == JISR_NO_MEMORY);
	}
	assert_int_equal(found.count, 0);
	world_finish(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_log_has_no_finding),
		cmocka_unit_test(one_flipped_bit_of_an_entry_is_found_and_named),
		cmocka_unit_test(a_flipped_tree_hash_is_found),
		cmocka_unit_test(what_was_taken_away_or_changed_by_hand_is_found),
		cmocka_unit_test(a_checkpoint_kept_elsewhere_tells_a_log_that_was_made_anew),
		cmocka_unit_test(one_flipped_bit_anywhere_in_the_file_is_found_unless_it_changes_nothing),
		cmocka_unit_test(each_failed_allocation_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
