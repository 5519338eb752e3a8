#include "store/snapshot.h"

#include "../base/temporary.h"
#include "base/file.h"
#include "scene.h"
#include "store/sums.h"

#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>

struct made {
	char folder[300], path[320];
	struct snapshot snapshot;
	struct text manifest;
};

static struct replica of_office(const char *office)
{
	struct replica replica = {.scope = REPLICA_ALL};
	(void)snprintf(replica.office, sizeof replica.office, "%s", office);
	return replica;
}

static void make(struct made *made, const struct world *hq, const char *office)
{
	struct problem problem = {""};
	char path[340];
	const struct replica replica = of_office(office);
	(void)snprintf(made->folder, sizeof made->folder, "%s/made-%s", hq->directory, office);
	(void)snprintf(made->path, sizeof made->path, "%s/" SNAPSHOT_FILE, made->folder);
	(void)snprintf(path, sizeof path, "%s/" SNAPSHOT_MANIFEST, made->folder);
	if (snapshot_make(hq->store, &replica, made->folder, NULL, NULL, &made->snapshot, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	text_init(&made->manifest, SNAPSHOT_MAX_MANIFEST);
	assert_int_equal(file_read(path, &made->manifest, NULL), JISR_OK);
}

static void unmake(struct made *made)
{
	text_finish(&made->manifest);
	assert_int_equal(temporary_remove(made->folder), 0);
}

static void must_take(struct world *node, const struct made *made)
{
	struct problem problem = {""};
	if (snapshot_take(node->store, &made->snapshot, made->path, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static void a_node_that_begins_with_a_snapshot_is_as_if_it_had_followed(void **state)
{
	(void)state;
	for (int round = 0; round < 3; round++) {
		struct scene scene;
		struct world late;
		struct made made;
		struct snapshot read;
		const uint8_t *hashes;
		struct problem problem = {""};
		uint8_t left[32], right[32], hash[32];
		scene_init(&scene);
		write_some(scene.hq.store, 20 + (int)roll(40));
		(void)follow(scene.hq.store, "MA", scene.node.store);
		make(&made, &scene.hq, "MA");
		const struct note_verifier key = log_key(scene.hq.store);
		if (snapshot_read(&key, made.manifest.bytes, made.manifest.length, &read, &hashes, &problem) != JISR_OK)
			fail_msg("%s", problem.text);
		assert_memory_equal(&read, &made.snapshot, sizeof read);
		assert_int_equal(read.count, 1);
		struct text file;
		text_init(&file, (size_t)1 << 24);
		assert_int_equal(file_read(made.path, &file, NULL), JISR_OK);
		assert_int_equal(file.length, read.bytes);
		(void)crypto_hash_sha256(hash, (const uint8_t *)file.bytes, file.length);
		assert_memory_equal(hash, hashes, 32);
		text_finish(&file);

		node_init(&late, scene.hq.store, "MA");
		must_take(&late, &made);
		check_equal(scene.hq.store, late.store);
		assert_int_equal(snapshot_prove(late.store, NULL, NULL, &problem), JISR_OK);
		assert_int_equal(store_digest(scene.node.store, left, NULL), JISR_OK);
		assert_int_equal(store_digest(late.store, right, NULL), JISR_OK);
		assert_memory_equal(left, right, sizeof left);
		if (round == 1)
			reopen(&late);
		/* What comes after goes the same way in both, also what is hidden. */
		write_some(scene.hq.store, 30);
		(void)follow(scene.hq.store, "MA", scene.node.store);
		(void)follow(scene.hq.store, "MA", late.store);
		check_equal(scene.hq.store, late.store);
		assert_int_equal(store_digest(scene.node.store, left, NULL), JISR_OK);
		assert_int_equal(store_digest(late.store, right, NULL), JISR_OK);
		assert_memory_equal(left, right, sizeof left);
		/* A second time, or over what is there already: not. */
		assert_int_equal(snapshot_take(late.store, &made.snapshot, made.path, &problem), JISR_STATE);
		assert_non_null(strstr(problem.text, "entries already"));
		unmake(&made);
		world_finish(&late);
		scene_finish(&scene);
	}
}

static void refused(struct world *node, const struct snapshot *snapshot, const char *path, int code,
                    const char *sentence)
{
	struct problem problem = {""};
	assert_int_equal(snapshot_take(node->store, snapshot, path, &problem), code);
	if (strstr(problem.text, sentence) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", problem.text, sentence);
	assert_int_equal(size_of(node->store), 0);
}

static void what_does_not_suit_is_refused_with_a_sentence(void **state)
{
	struct scene scene;
	struct made ma, fr;
	struct snapshot changed;
	(void)state;
	scene_init(&scene);
	write_some(scene.hq.store, 20);
	make(&ma, &scene.hq, "MA");
	make(&fr, &scene.hq, "FR");
	refused(&scene.node, &fr.snapshot, fr.path, JISR_DENIED, "is for FR");
	changed = ma.snapshot;
	changed.replica.scope = REPLICA_WATCH;
	refused(&scene.node, &changed, ma.path, JISR_DENIED, "a border post");
	changed = ma.snapshot;
	changed.replica.served_count = 1;
	refused(&scene.node, &changed, ma.path, JISR_DENIED, "is for MA");
	changed = ma.snapshot;
	(void)snprintf(changed.log, sizeof changed.log, "other.example/record");
	refused(&scene.node, &changed, ma.path, JISR_DENIED, "another log");
	changed = ma.snapshot;
	(void)snprintf(changed.made, sizeof changed.made, "2026-01-01T00:00:00.000Z");
	refused(&scene.node, &changed, ma.path, JISR_STATE, "more than 14 days");
	changed = ma.snapshot;
	changed.tables[5] ^= 1;
	refused(&scene.node, &changed, ma.path, JISR_UNSUPPORTED, "another version");
	/* France's content under a description that says Morocco. */
	changed = fr.snapshot;
	changed.replica = ma.snapshot.replica;
	refused(&scene.node, &changed, fr.path, JISR_CORRUPT, "another office");
	changed = ma.snapshot;
	changed.root[0] ^= 1;
	refused(&scene.node, &changed, ma.path, JISR_CORRUPT, "another tree");
	changed = ma.snapshot;
	changed.size--;
	refused(&scene.node, &changed, ma.path, JISR_CORRUPT, "nothing of it is taken");
	refused(&scene.node, &ma.snapshot, "/nonexistent/snapshot", JISR_IO, "");
	/* And a node's copy makes none: it does not hold the log's key. */
	must_take(&scene.node, &ma);
	struct problem problem = {""};
	struct snapshot none;
	const struct replica replica = of_office("MA");
	char folder[320];
	(void)snprintf(folder, sizeof folder, "%s/made", scene.node.directory);
	assert_int_equal(snapshot_make(scene.node.store, &replica, folder, NULL, NULL, &none, &problem), JISR_DENIED);
	unmake(&ma);
	unmake(&fr);
	scene_finish(&scene);
}

static void no_byte_of_a_description_can_be_changed(void **state)
{
	struct scene scene;
	struct made made;
	struct snapshot read;
	const uint8_t *hashes;
	(void)state;
	scene_init(&scene);
	make(&made, &scene.hq, "MA");
	const struct note_verifier key = log_key(scene.hq.store);
	for (size_t i = 0; i < made.manifest.length; i++) {
		struct problem problem = {""};
		int bit = 1 << roll(8);
		made.manifest.bytes[i] = (char)(made.manifest.bytes[i] ^ bit);
		assert_int_not_equal(
			snapshot_read(&key, made.manifest.bytes, made.manifest.length, &read, &hashes, &problem),
			JISR_OK);
		assert_int_not_equal(problem.text[0], '\0');
		made.manifest.bytes[i] = (char)(made.manifest.bytes[i] ^ bit);
	}
	for (size_t cut = 0; cut < made.manifest.length; cut++) {
		char *copy = memory_text(made.manifest.bytes, cut);
		assert_int_not_equal(snapshot_read(&key, copy, cut, &read, &hashes, NULL), JISR_OK);
		memory_free(copy);
	}
	unmake(&made);
	scene_finish(&scene);
}

static void put_byte(const char *path, long at, int flip)
{
	FILE *file = fopen(path, "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	int byte = fgetc(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_not_equal(fputc(byte ^ flip, file), EOF);
	assert_int_equal(fclose(file), 0);
}

/* As if headquarters itself had signed a damaged or forged file: nothing wrong of the log is taken, and wrong tables do not last. */
static void a_damaged_file_is_refused_or_mended(void **state)
{
	struct scene scene;
	struct made made;
	size_t refusals = 0, mended = 0;
	(void)state;
	scene_init(&scene);
	write_some(scene.hq.store, 40);
	make(&made, &scene.hq, "MA");
	for (int round = 0; round < 60; round++) {
		struct world late;
		struct problem problem = {""};
		long at = (long)roll(made.snapshot.bytes);
		int flip = 1 << roll(8);
		node_init(&late, scene.hq.store, "MA");
		put_byte(made.path, at, flip);
		int error = snapshot_take(late.store, &made.snapshot, made.path, &problem);
		put_byte(made.path, at, flip);
		if (error != JISR_OK) {
			assert_int_not_equal(problem.text[0], '\0');
			assert_int_equal(size_of(late.store), 0);
			refusals++;
			(void)follow(scene.hq.store, "MA", late.store); /* it can still begin without */
		} else if (snapshot_prove(late.store, NULL, NULL, &problem) != JISR_OK) {
			assert_non_null(strstr(problem.text, "made again"));
			mended++;
		}
		check_equal(scene.hq.store, late.store);
		world_finish(&late);
	}
	assert_true(refusals > 0);
	/* A table that says something else than the log. */
	struct world late;
	struct problem problem = {""};
	sqlite3 *base = NULL;
	node_init(&late, scene.hq.store, "MA");
	assert_int_equal(sqlite3_open_v2(made.path, &base, SQLITE_OPEN_READWRITE, sums_vfs()), SQLITE_OK);
	assert_int_equal(sqlite3_exec(base, "UPDATE account SET text = 'forged'", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(base), SQLITE_OK);
	must_take(&late, &made);
	assert_int_equal(snapshot_prove(late.store, NULL, NULL, &problem), JISR_CORRUPT);
	check_equal(scene.hq.store, late.store);
	assert_int_equal(snapshot_prove(late.store, NULL, NULL, &problem), JISR_OK);
	world_finish(&late);
	/* Entries, hashes and how tables are made cannot be others. */
	static const char *const forgeries[] = {
		"UPDATE log_entry SET salt = zeroblob(32) WHERE sequence = 2",
		"UPDATE log_body SET body = '[1]' WHERE sequence IN (SELECT max(sequence) FROM log_body)",
		"DELETE FROM log_hash WHERE place = 3",
		"INSERT INTO log_hash VALUES (99999, zeroblob(32))",
		"UPDATE log_hash SET hash = zeroblob(32) WHERE place = 2",
		"INSERT INTO log_entry SELECT 99999, salt, header, key_id, signature FROM log_entry WHERE sequence = 2",
		"DELETE FROM log_checkpoint",
		"UPDATE log_replica SET office = 'FR'",
		"CREATE TRIGGER t AFTER INSERT ON account BEGIN DELETE FROM log_entry; END",
		"DROP TABLE account; CREATE VIEW account AS SELECT 1 AS subject, 2 AS text, 3 AS changed, 4 AS times",
	};
	for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
		char copy[340], command[800];
		(void)snprintf(copy, sizeof copy, "%s-%zu", made.path, i);
		(void)snprintf(command, sizeof command, "cp '%s' '%s'", made.path, copy);
		assert_int_equal(system(command), 0);
		assert_int_equal(sqlite3_open_v2(copy, &base, SQLITE_OPEN_READWRITE, sums_vfs()), SQLITE_OK);
		if (sqlite3_exec(base, forgeries[i], NULL, NULL, NULL) != SQLITE_OK)
			fail_msg("%s: %s", forgeries[i], sqlite3_errmsg(base));
		assert_int_equal(sqlite3_close(base), SQLITE_OK);
		refused(&scene.node, &made.snapshot, copy, JISR_CORRUPT, "nothing of it is taken");
	}
	/* Cut off anywhere. */
	for (int i = 0; i < 8; i++) {
		struct stat status;
		assert_int_equal(stat(made.path, &status), 0);
		assert_int_equal(truncate(made.path, status.st_size * 7 / 8), 0);
		assert_int_not_equal(snapshot_take(scene.node.store, &made.snapshot, made.path, &problem), JISR_OK);
		assert_int_equal(size_of(scene.node.store), 0);
	}
	(void)mended;
	unmake(&made);
	scene_finish(&scene);
}

static bool is_stale(struct store *store, uint64_t *through)
{
	struct store_reader *reader = NULL;
	bool stale = false;
	assert_int_equal(store_read(store, &reader, NULL), JISR_OK);
	assert_int_equal(snapshot_stale(reader, through, &stale, NULL), JISR_OK);
	store_read_end(reader);
	return stale;
}

static int drop(struct store_write *write, void *context, struct problem *problem)
{
	return store_drop_body(write, *(uint64_t *)context, "GS", "", "a reason", problem);
}

static void one_is_not_given_once_something_of_it_was_removed(void **state)
{
	struct scene scene;
	(void)state;
	scene_init(&scene);
	uint64_t first = write_one(scene.hq.store, "account/1", "one", NULL, NULL, EVERYBODY), through = first;
	(void)write_one(scene.hq.store, "account/2", "two", NULL, NULL, EVERYBODY);
	assert_false(is_stale(scene.hq.store, &through));
	assert_int_equal(through, first + 1);
	assert_int_equal(store_submit(scene.hq.store, drop, &first, NULL), JISR_OK);
	assert_true(is_stale(scene.hq.store, &through));
	through = size_of(scene.hq.store);
	(void)write_one(scene.hq.store, "account/2", "gone", "account.hidden", NULL, EVERYBODY);
	assert_true(is_stale(scene.hq.store, &through));
	scene_finish(&scene);
}

static bool at_once(void *context)
{
	(void)context;
	return true;
}

static void nothing_is_left_when_memory_ends_or_it_is_stopped(void **state)
{
	struct scene scene;
	struct made made;
	struct snapshot snapshot;
	char folder[300];
	const struct replica replica = of_office("MA");
	(void)state;
	scene_init(&scene);
	write_some(scene.hq.store, 6);
	(void)snprintf(folder, sizeof folder, "%s/made-x", scene.hq.directory);
	assert_int_equal(snapshot_make(scene.hq.store, &replica, folder, at_once, NULL, &snapshot, NULL),
	                 JISR_CANCELLED);
	assert_int_equal(temporary_remove(folder), 0);
	for (long i = 0;; i++) {
		memory_fail_after(i);
		int error = snapshot_make(scene.hq.store, &replica, folder, NULL, NULL, &snapshot, NULL);
		memory_fail_after(-1);
		assert_int_equal(temporary_remove(folder), 0);
		if (error == JISR_OK)
			break;
	}
	make(&made, &scene.hq, "MA");
	for (long i = 0;; i++) {
		memory_fail_after(i);
		int error = snapshot_take(scene.node.store, &made.snapshot, made.path, NULL);
		memory_fail_after(-1);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
		assert_int_equal(size_of(scene.node.store), 0);
	}
	check_equal(scene.hq.store, scene.node.store);
	unmake(&made);
	scene_finish(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_that_begins_with_a_snapshot_is_as_if_it_had_followed),
		cmocka_unit_test(what_does_not_suit_is_refused_with_a_sentence),
		cmocka_unit_test(no_byte_of_a_description_can_be_changed),
		cmocka_unit_test(a_damaged_file_is_refused_or_mended),
		cmocka_unit_test(one_is_not_given_once_something_of_it_was_removed),
		cmocka_unit_test(nothing_is_left_when_memory_ends_or_it_is_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
