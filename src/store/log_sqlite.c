/* The log in record.db. Its tables, version 1:
 *
 *   log_entry       one row an entry, never changed; in a copy that may not see an entry there is none (store/replica.h)
 *     sequence      INTEGER PRIMARY KEY, from 1
 *     salt          32 bytes
 *     header        text: canonical JSON, as signed
 *     key_id        4 bytes
 *     signature     64 bytes
 *   log_body        the body of an entry, removed when it is dropped
 *     sequence      INTEGER PRIMARY KEY
 *     salt          16 bytes
 *     body          text: canonical JSON
 *   log_hash        the hash of every complete subtree, in the order in which they became known
 *     place         INTEGER PRIMARY KEY, from 0 (log_hash_index)
 *     hash          32 bytes
 *   log_subject     the version of each subject: the sequence of its last entry. Made from the entries
 *     subject       text PRIMARY KEY
 *     sequence
 *   log_checkpoint  every signed checkpoint
 *     size          INTEGER PRIMARY KEY
 *     note          text: a signed note
 *
 * Entries and hashes come in the order of their keys, so that appending touches the last page of each table only. */
#include "store/log.h"

#include <string.h>

static const char *const create =
	"CREATE TABLE IF NOT EXISTS log_entry (sequence INTEGER PRIMARY KEY, salt BLOB NOT NULL, header TEXT NOT NULL, "
	"key_id BLOB NOT NULL, signature BLOB NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS log_body (sequence INTEGER PRIMARY KEY, salt BLOB NOT NULL, body TEXT NOT NULL) "
	"STRICT;"
	"CREATE TABLE IF NOT EXISTS log_hash (place INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS log_subject (subject TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE IF NOT EXISTS log_checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;";

static int nothing(void *state, struct problem *problem)
{
	(void)state;
	(void)problem;
	return JISR_OK;
}

static void nothing_back(void *state)
{
	(void)state;
}

static bool nothing_undone(void *state)
{
	(void)state;
	return true;
}

/* How many entries have that many hashes: the greatest n with 2n - popcount(n) <= hashes. */
static uint64_t size_of(uint64_t hashes)
{
	uint64_t low = 0, high = hashes;
	while (low < high) {
		uint64_t n = low + (high - low + 1) / 2;
		if (2 * n - (uint64_t)__builtin_popcountll(n) <= hashes)
			low = n;
		else
			high = n - 1;
	}
	return low;
}

/* By the hashes, of which there are some for every entry, also for one that is not here whole. */
static int keep_size(void *state, uint64_t *ret_size, struct problem *problem)
{
	struct sql_query query = sql_query(state, "SELECT max(place) FROM log_hash");
	int64_t last = -1;
	int error = sql_run_number(&query, -1, &last, problem);
	if (!error)
		*ret_size = size_of((uint64_t)(last + 1));
	return error;
}

static int keep_entry(void *state, const struct entry *entry, struct problem *problem)
{
	struct sql_query query = sql_query(state, "INSERT INTO log_entry (sequence, salt, header, key_id, signature) "
	                                          "VALUES (?1, ?2, ?3, ?4, ?5)");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_bytes(&query, 2, entry->salt, sizeof entry->salt);
	sql_bind_text_length(&query, 3, entry->header_bytes, entry->header_length);
	sql_bind_bytes(&query, 4, entry->key_id, sizeof entry->key_id);
	sql_bind_bytes(&query, 5, entry->signature, sizeof entry->signature);
	int error = sql_run(&query, problem);
	if (error || entry->body_bytes == NULL)
		return error;
	query = sql_query(state, "INSERT INTO log_body (sequence, salt, body) VALUES (?1, ?2, ?3)");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_bytes(&query, 2, entry->body_salt, sizeof entry->body_salt);
	sql_bind_text_length(&query, 3, entry->body_bytes, entry->body_length);
	return sql_run(&query, problem);
}

/* A column of just that many bytes. */
static bool take(struct sql_query *query, int column, void *out, size_t size)
{
	size_t length = 0;
	const void *bytes = sql_bytes(query, column, &length);
	if (length != size || bytes == NULL)
		return false;
	memcpy(out, bytes, size);
	return true;
}

static bool read_row(struct sql_query *query, struct entry *entry)
{
	*entry = (struct entry){.sequence = (uint64_t)sql_number(query, 0)};
	bool good = take(query, 1, entry->salt, sizeof entry->salt) &&
	            take(query, 3, entry->key_id, sizeof entry->key_id) &&
	            take(query, 4, entry->signature, sizeof entry->signature);
	entry->header_bytes = sql_bytes(query, 2, &entry->header_length);
	good = good && entry->header_bytes != NULL;
	if (good && !sql_null(query, 5)) {
		entry->body_bytes = sql_bytes(query, 6, &entry->body_length);
		good = take(query, 5, entry->body_salt, sizeof entry->body_salt) && entry->body_bytes != NULL;
	}
	return good;
}

static int keep_entries(void *state, uint64_t from, int (*each)(void *context, const struct entry *entry),
                        void *context, struct problem *problem)
{
	struct sql_query query =
		sql_query(state, "SELECT e.sequence, e.salt, e.header, e.key_id, e.signature, b.salt, b.body "
	                         "FROM log_entry e LEFT JOIN log_body b USING (sequence) WHERE e.sequence >= ?1 "
	                         "ORDER BY e.sequence");
	int stopped = 0;
	struct problem found = {""};
	sql_bind_number(&query, 1, (int64_t)from);
	while (!stopped && sql_next(&query)) {
		struct entry entry;
		if (read_row(&query, &entry))
			stopped = each(context, &entry);
		else if (query.error == 0)
			stopped = problem_set(&found, JISR_CORRUPT, "entry %lld: its row in the file is damaged",
			                      (long long)sql_number(&query, 0));
	}
	int error = sql_done(&query, problem);
	if (!error && found.text[0] != '\0')
		return problem_set(problem, stopped, "%s", found.text);
	return error ? error : stopped;
}

static int keep_drop(void *state, uint64_t sequence, struct problem *problem)
{
	struct sql_query query = sql_query(state, "DELETE FROM log_body WHERE sequence = ?1");
	sql_bind_number(&query, 1, (int64_t)sequence);
	int error = sql_run(&query, problem);
	if (!error && sql_changes(state) == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "entry %llu has no body, or there is no such entry",
		                    (unsigned long long)sequence);
	return error;
}

static int forget_entry(void *state, uint64_t sequence, struct problem *problem)
{
	struct sql_query query = sql_query(state, "DELETE FROM log_body WHERE sequence = ?1");
	sql_bind_number(&query, 1, (int64_t)sequence);
	int error = sql_run(&query, problem);
	if (error)
		return error;
	query = sql_query(state, "DELETE FROM log_entry WHERE sequence = ?1");
	sql_bind_number(&query, 1, (int64_t)sequence);
	return sql_run(&query, problem);
}

static int keep_hash(void *state, uint64_t index, const uint8_t hash[MERKLE_HASH], struct problem *problem)
{
	struct sql_query query = sql_query(state, "INSERT INTO log_hash (place, hash) VALUES (?1, ?2)");
	sql_bind_number(&query, 1, (int64_t)index);
	sql_bind_bytes(&query, 2, hash, MERKLE_HASH);
	return sql_run(&query, problem);
}

static int get_hash(void *state, uint64_t index, uint8_t ret_hash[MERKLE_HASH], struct problem *problem)
{
	struct sql_query query = sql_query(state, "SELECT hash FROM log_hash WHERE place = ?1");
	sql_bind_number(&query, 1, (int64_t)index);
	bool there = sql_next(&query), good = there && take(&query, 0, ret_hash, MERKLE_HASH);
	int error = sql_done(&query, problem);
	if (!error && !good)
		error = there ? problem_set(problem, JISR_CORRUPT, "a tree hash of the log (number %llu) is damaged",
		                            (unsigned long long)index)
		              : JISR_NOT_FOUND;
	return error;
}

static int get_subject(void *state, const char *subject, uint64_t *ret_sequence, struct problem *problem)
{
	struct sql_query query = sql_query(state, "SELECT sequence FROM log_subject WHERE subject = ?1");
	int64_t sequence = 0;
	sql_bind_text(&query, 1, subject);
	int error = sql_run_number(&query, 0, &sequence, problem);
	if (!error)
		*ret_sequence = (uint64_t)sequence;
	return error;
}

static int keep_subject(void *state, const char *subject, uint64_t sequence, struct problem *problem)
{
	struct sql_query query = sql_query(state, "INSERT INTO log_subject (subject, sequence) VALUES (?1, ?2) "
	                                          "ON CONFLICT (subject) DO UPDATE SET sequence = excluded.sequence");
	sql_bind_text(&query, 1, subject);
	sql_bind_number(&query, 2, (int64_t)sequence);
	return sql_run(&query, problem);
}

static int keep_subjects(void *state, int (*each)(void *context, const char *subject, uint64_t sequence), void *context,
                         struct problem *problem)
{
	struct sql_query query = sql_query(state, "SELECT subject, sequence FROM log_subject ORDER BY subject");
	int stopped = 0;
	while (!stopped && sql_next(&query))
		stopped = each(context, sql_text(&query, 0), (uint64_t)sql_number(&query, 1));
	int error = sql_done(&query, problem);
	return error ? error : stopped;
}

static int keep_checkpoint(void *state, uint64_t size, const char *note, size_t length, struct problem *problem)
{
	struct sql_query query = sql_query(
		state, "INSERT INTO log_checkpoint (size, note) VALUES (?1, ?2) ON CONFLICT (size) DO NOTHING");
	sql_bind_number(&query, 1, (int64_t)size);
	sql_bind_text_length(&query, 2, note, length);
	return sql_run(&query, problem);
}

static int get_checkpoint(void *state, uint64_t size, struct text *ret_note, uint64_t *ret_size,
                          struct problem *problem)
{
	bool newest = size > INT64_MAX;
	struct sql_query query =
		newest ? sql_query(state, "SELECT size, note FROM log_checkpoint ORDER BY size DESC LIMIT 1")
		       : sql_query(state, "SELECT size, note FROM log_checkpoint WHERE size >= ?1 "
	                                  "ORDER BY size LIMIT 1");
	if (!newest)
		sql_bind_number(&query, 1, (int64_t)size);
	bool found = sql_next(&query);
	int64_t found_size = 0;
	int failed = JISR_OK;
	if (found) {
		size_t length = 0;
		const char *note = sql_bytes(&query, 1, &length);
		found_size = sql_number(&query, 0);
		failed = text_add(ret_note, note, length);
	}
	int error = sql_done(&query, problem);
	if (!error && failed)
		error = problem_set(problem, failed, "a checkpoint: %s", error_text(failed));
	if (!error && !found)
		error = problem_set(problem, JISR_NOT_FOUND, "the log has no checkpoint of that size or above");
	if (!error)
		*ret_size = (uint64_t)found_size;
	return error;
}

static const struct log_keeper keeper = {
	.begin = nothing,
	.commit = nothing,
	.rollback = nothing_back,
	.save = nothing,
	.release = nothing,
	.undo = nothing_undone,
	.size = keep_size,
	.entry_put = keep_entry,
	.entries = keep_entries,
	.body_drop = keep_drop,
	.entry_forget = forget_entry,
	.hash_put = keep_hash,
	.hash_get = get_hash,
	.subject_get = get_subject,
	.subject_put = keep_subject,
	.subjects = keep_subjects,
	.checkpoint_put = keep_checkpoint,
	.checkpoint_get = get_checkpoint,
	.free = nothing_back,
};

int log_create_sqlite(struct sql *sql, struct problem *problem)
{
	return sql_execute(sql, create, problem);
}

int log_open_sqlite(struct sql *sql, struct log **ret_log, struct problem *problem)
{
	return log_new(&keeper, sql, ret_log, problem);
}
