/* access.db, version 2:
 *
 *   access_line        sequence  INTEGER PRIMARY KEY, from 1
 *                      at, office, who, action, what, purpose, result: texts; '' once forgotten
 *                      salt      16 random bytes; empty once forgotten, so that nobody can confirm a guess
 *                      hash      the leaf's: SHA-256(0 | salt | for each text in this order: length, 4 bytes, lowest first,
 *                                and the text), with `at` first
 *   access_checkpoint  size INTEGER PRIMARY KEY, note: a signed note
 *   access_key         one row: the verifier of the checkpoints
 *   access_tree        (since version 2) one row: size, subtrees: struct merkle over the lines, so that whoever opens the
 *                      file to write one line need not read them all; taken only when its root is a checkpoint's
 *
 * One connection, under a lock. The first of the threads that wait becomes the leader: it writes the lines of all that wait
 * in one transaction, signs the checkpoint, commits, and wakes the others. */
#include "store/access.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/merkle.h"
#include "base/text.h"
#include "base/utf8.h"
#include "store/sql.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#define APPLICATION    0x6a616363u /* "jacc" */
#define VERSION        2
#define KEY_FILE       "keys/access.key"
#define SALT           16
#define TEXTS          6 /* beside `at` */
#define GROUP          512
#define FORGET_AT_ONCE 1000 /* lines, while others wait to write */

static const char *const create =
	"CREATE TABLE access_line (sequence INTEGER PRIMARY KEY, at TEXT NOT NULL, office TEXT NOT NULL, who TEXT NOT "
	"NULL, "
	"action TEXT NOT NULL, what TEXT NOT NULL, purpose TEXT NOT NULL, result TEXT NOT NULL, salt BLOB NOT NULL, "
	"hash BLOB "
	"NOT NULL) STRICT;"
	"CREATE INDEX access_by_who ON access_line (office, who, sequence);"
	"CREATE INDEX access_by_time ON access_line (at, sequence);"
	"CREATE TABLE access_checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;"
	"CREATE TABLE access_key (verifier TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;";
static const char *const create_tree = "CREATE TABLE access_tree (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER "
				       "NOT NULL, subtrees BLOB NOT NULL) STRICT;"
				       "PRAGMA user_version = 2";

#define HELD_TRY_MS 1000

struct waiting {
	const struct access_line *line;
	struct problem *problem;
	int error;
	bool done;
	struct waiting *next;
};

/* A line that could not be written. The texts lie behind it. */
struct held {
	struct held *next;
	size_t size;
	char at[CLOCK_UTC_MAX];
	struct access_line line;
	char texts[];
};

struct access {
	struct sql *sql;
	char directory[FILE_MAX_PATH];
	struct note_signer signer; /* name "": not held */
	struct note_verifier verifier;
	pthread_mutex_t base; /* the connection; taken by the leader and by readers */
	pthread_mutex_t lock; /* the queue */
	pthread_cond_t ended;
	struct waiting *first, **last;
	bool led;
	struct merkle tree; /* over the lines, when known; the leader's */
	bool known;
	uint64_t forgotten;     /* up to this one access_forget has been; under `base` */
	char at[CLOCK_UTC_MAX]; /* of the last line */
	bool holding;
	struct held *held, **held_last; /* the leader's; the counts are read under `lock` */
	size_t held_count, held_size;
	int64_t next_try; /* milliseconds: what is held is not tried at every line */
	int held_error;   /* why it is held */
};

/* ---- hashing ---- */

static void hash_text(crypto_hash_sha256_state *state, const char *text)
{
	size_t length = strlen(text);
	const uint8_t size[4] = {(uint8_t)length, (uint8_t)(length >> 8), (uint8_t)(length >> 16),
	                         (uint8_t)(length >> 24)};
	crypto_hash_sha256_update(state, size, sizeof size);
	crypto_hash_sha256_update(state, (const uint8_t *)text, length);
}

static void hash_line(const uint8_t salt[SALT], const char *at, const char *const texts[TEXTS],
                      uint8_t ret_hash[MERKLE_HASH])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)"", 1); /* a zero byte */
	crypto_hash_sha256_update(&state, salt, SALT);
	hash_text(&state, at);
	for (size_t i = 0; i < TEXTS; i++)
		hash_text(&state, texts[i]);
	crypto_hash_sha256_final(&state, ret_hash);
}

/* ---- opening ---- */

static int read_key(struct access *access, const char *path, struct problem *problem)
{
	struct text text;
	struct problem inner = {""};
	text_init(&text, NOTE_MAX_KEY);
	int error = file_read(path, &text, problem);
	if (!error)
		error = note_signer_read(text.bytes, text.length, &access->signer, &inner);
	if (inner.text[0] != '\0')
		(void)problem_set(problem, error, "%s: %s. It is damaged: put it back from where a copy is kept", path,
		                  inner.text);
	if (text.capacity > 0)
		sodium_memzero(text.bytes, text.length);
	text_finish(&text);
	return error;
}

static int key_path(const struct access *access, char out[FILE_MAX_PATH + 32])
{
	(void)snprintf(out, FILE_MAX_PATH + 32, "%s/" KEY_FILE, access->directory);
	return JISR_OK;
}

/* The key, made where it is missing. */
static int make_key(struct access *access, const char *name, struct problem *problem)
{
	char path[FILE_MAX_PATH + 32], written[NOTE_MAX_KEY];
	(void)key_path(access, path);
	struct stat status;
	int error = read_key(access, path, problem);
	if (error != JISR_NOT_FOUND)
		return error;
	(void)snprintf(path, sizeof path, "%s/" ACCESS_FILE, access->directory);
	if (stat(path, &status) == 0 && status.st_size > 0)
		return problem_set(problem, JISR_STATE,
		                   "%s/" KEY_FILE " is missing, under which %s is signed. Put it back from the backup",
		                   access->directory, path);
	(void)key_path(access, path);
	*strrchr(path, '/') = '\0';
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return file_problem(problem, path, "create it");
	(void)key_path(access, path);
	error = note_signer_new(name, &access->signer, problem);
	if (error)
		return error;
	note_signer_write(&access->signer, written);
	size_t length = strlen(written);
	written[length] = '\n';
	error = file_replace(path, written, length + 1, problem);
	sodium_memzero(written, sizeof written);
	return error;
}

static int make_tables(struct access *access, struct problem *problem)
{
	char verifier[NOTE_MAX_KEY];
	int64_t version = 0;
	int error = sql_begin_write(access->sql, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(access->sql, "PRAGMA user_version");
	error = sql_run_number(&query, 0, &version, problem);
	if (!error && version == 0) {
		error = sql_execute(access->sql, create, problem);
		note_signer_verifier(&access->signer, &access->verifier);
		note_verifier_write(&access->verifier, verifier);
		query = sql_query(access->sql, "INSERT INTO access_key (verifier) VALUES (?1)");
		sql_bind_text(&query, 1, verifier);
		int inserted = sql_run(&query, error ? NULL : problem);
		error = error ? error : inserted;
	}
	if (!error && version < VERSION)
		error = sql_execute(access->sql, create_tree, problem);
	if (!error)
		error = sql_commit(access->sql, problem);
	if (error)
		sql_rollback(access->sql);
	return error;
}

static int read_verifier(struct access *access, struct problem *problem)
{
	int64_t version = 0;
	struct sql_query query = sql_query(access->sql, "PRAGMA user_version");
	int error = sql_run_number(&query, 0, &version, problem);
	if (!error && (version == 0 || version > VERSION))
		return problem_set(problem, version == 0 ? JISR_NOT_FOUND : JISR_UNSUPPORTED,
		                   version == 0 ? "%s holds no access log yet"
		                                : "%s was written by a later version of jisr",
		                   sql_path(access->sql));
	if (error)
		return error;
	query = sql_query(access->sql, "SELECT verifier FROM access_key");
	bool good = sql_next(&query) && note_verifier_read(sql_text(&query, 0), strlen(sql_text(&query, 0)),
	                                                   &access->verifier, NULL) == JISR_OK;
	error = sql_done(&query, problem);
	return error || good ? error
	                     : problem_set(problem, JISR_CORRUPT, "%s: its key is damaged", sql_path(access->sql));
}

int access_open(const char *directory, bool make, const char *name, struct access **ret_access, struct problem *problem)
{
	CLEANUP(access_freep) struct access *access = memory_zero(1, sizeof *access);
	char path[FILE_MAX_PATH + 32];
	if (access == NULL || sodium_init() < 0)
		return problem_no_memory(problem);
	(void)pthread_mutex_init(&access->base, NULL);
	(void)pthread_mutex_init(&access->lock, NULL);
	(void)pthread_cond_init(&access->ended, NULL);
	access->last = &access->first;
	access->held_last = &access->held;
	int length = snprintf(access->directory, sizeof access->directory, "%s", directory);
	if (length < 0 || length >= (int)sizeof access->directory - 32)
		return problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", directory);
	(void)snprintf(path, sizeof path, "%s/" ACCESS_FILE, directory);
	int error = make ? make_key(access, name, problem) : JISR_OK;
	if (!error)
		error = sql_open(path, make ? SQL_CREATE : SQL_READ, APPLICATION, &access->sql, problem);
	if (!error && make)
		error = make_tables(access, problem);
	if (!error)
		error = read_verifier(access, problem);
	if (error)
		return error;
	if (make && memcmp(access->signer.id, access->verifier.id, 4) != 0)
		return problem_set(problem, JISR_STATE,
		                   "%s was begun with another key than %s/" KEY_FILE ". Put that key back", path,
		                   directory);
	*ret_access = access;
	access = NULL;
	return JISR_OK;
}

static int write_group(struct access *access, struct waiting *first, struct problem *problem);
static void forget_held(struct access *access);

struct access *access_free(struct access *access)
{
	if (access == NULL)
		return NULL;
	if (access->held != NULL)
		(void)write_group(access, NULL, NULL); /* the last chance */
	forget_held(access);
	sql_close(access->sql);
	note_signer_finish(&access->signer);
	(void)pthread_mutex_destroy(&access->base);
	(void)pthread_mutex_destroy(&access->lock);
	(void)pthread_cond_destroy(&access->ended);
	return memory_free(access);
}

/* ---- writing ---- */

/* Cut at a character, bytes that are not UTF-8 replaced. */
static void clean(const char *text, char out[ACCESS_MAX_TEXT + 1])
{
	size_t used = 0;
	const char *at = text != NULL ? text : "", *end = at + strlen(at);
	while (at < end && used + 4 <= ACCESS_MAX_TEXT) {
		uint32_t code = utf8_next(&at, end);
		used += utf8_put(out + used, code == UTF8_INVALID ? 0xFFFD : code);
	}
	out[used] = '\0';
}

/* The tree as it was kept, when a checkpoint was signed over it and the lines are not fewer; else an empty one. */
static int read_tree(struct access *access, int64_t lines, struct problem *problem)
{
	struct merkle tree = {0};
	struct checkpoint signed_head = {.size = 0};
	uint8_t root[MERKLE_HASH];
	struct sql_query query =
		sql_query(access->sql, "SELECT t.size, t.subtrees, c.note, l.at FROM access_tree t JOIN "
	                               "access_checkpoint c USING (size) JOIN access_line l ON l.sequence = t.size");
	if (sql_next(&query)) {
		size_t length = 0, body = 0;
		const void *subtrees = sql_bytes(&query, 1, &length);
		const char *note = sql_text(&query, 2);
		tree.size = (uint64_t)sql_number(&query, 0);
		if (subtrees != NULL && length == MERKLE_HASH * (size_t)__builtin_popcountll(tree.size))
			memcpy(tree.subtrees, subtrees, length);
		(void)snprintf(access->at, sizeof access->at, "%s", sql_text(&query, 3));
		merkle_root(&tree, root);
		if (tree.size > (uint64_t)lines ||
		    note_open(&access->verifier, note, strlen(note), &body, NULL) != JISR_OK ||
		    checkpoint_read(note, body, &signed_head, NULL) != JISR_OK || signed_head.size != tree.size ||
		    memcmp(signed_head.root, root, sizeof root) != 0)
			tree.size = 0;
	}
	access->tree = tree.size > 0 ? tree : (struct merkle){0};
	return sql_done(&query, problem);
}

static int keep_tree(struct access *access, struct problem *problem)
{
	struct sql_query query =
		sql_query(access->sql, "INSERT INTO access_tree (id, size, subtrees) VALUES (1, ?1, ?2) ON CONFLICT "
	                               "(id) DO UPDATE SET size = ?1, subtrees = ?2");
	sql_bind_number(&query, 1, (int64_t)access->tree.size);
	sql_bind_bytes(&query, 2, access->tree.subtrees, MERKLE_HASH * (size_t)__builtin_popcountll(access->tree.size));
	return sql_run(&query, problem);
}

/* The tree over the lines that are there, and the time of the last: another process may have written. */
static int refresh(struct access *access, struct problem *problem)
{
	int64_t size = 0;
	struct sql_query query = sql_query(access->sql, "SELECT max(sequence) FROM access_line");
	int error = sql_run_number(&query, 0, &size, problem);
	if (error || (access->known && access->tree.size == (uint64_t)size))
		return error;
	if (!access->known || access->tree.size > (uint64_t)size)
		error = read_tree(access, size, problem);
	if (error)
		return error;
	query = sql_query(access->sql, "SELECT hash, at FROM access_line WHERE sequence > ?1 ORDER BY sequence");
	sql_bind_number(&query, 1, (int64_t)access->tree.size);
	bool whole = true;
	while (whole && sql_next(&query)) {
		size_t length = 0;
		const uint8_t *hash = sql_bytes(&query, 0, &length);
		whole = length == MERKLE_HASH;
		if (whole)
			merkle_add_hash(&access->tree, hash, NULL, NULL);
		(void)snprintf(access->at, sizeof access->at, "%s", sql_text(&query, 1));
	}
	error = sql_done(&query, problem);
	if (!error && (!whole || access->tree.size != (uint64_t)size))
		error = problem_set(problem, JISR_CORRUPT, "%s is damaged after line %llu", sql_path(access->sql),
		                    (unsigned long long)access->tree.size);
	access->known = !error;
	return error;
}

static int put_line(struct access *access, const struct access_line *line, const char *at, struct problem *problem)
{
	const char *const given[TEXTS] = {line->office, line->who,     line->action,
	                                  line->what,   line->purpose, line->result};
	const char *texts[TEXTS];
	CLEANUP(memory_freep) char *room = memory_alloc(TEXTS * (ACCESS_MAX_TEXT + 1));
	uint8_t salt[SALT], hash[MERKLE_HASH];
	if (room == NULL)
		return problem_no_memory(problem);
	for (size_t i = 0; i < TEXTS; i++) {
		texts[i] = room + i * (ACCESS_MAX_TEXT + 1);
		clean(given[i], room + i * (ACCESS_MAX_TEXT + 1));
	}
	randombytes_buf(salt, sizeof salt);
	hash_line(salt, at, texts, hash);
	struct sql_query query = sql_query(
		access->sql, "INSERT INTO access_line (sequence, at, office, who, action, what, purpose, result, "
			     "salt, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
	sql_bind_number(&query, 1, (int64_t)access->tree.size + 1);
	sql_bind_text(&query, 2, at);
	for (size_t i = 0; i < TEXTS; i++)
		sql_bind_text(&query, (int)i + 3, texts[i]);
	sql_bind_bytes(&query, 9, salt, sizeof salt);
	sql_bind_bytes(&query, 10, hash, sizeof hash);
	int error = sql_run(&query, problem);
	if (!error)
		merkle_add_hash(&access->tree, hash, NULL, NULL);
	return error;
}

static int put_checkpoint(struct access *access, struct problem *problem)
{
	struct checkpoint checkpoint = {.size = access->tree.size};
	struct text text, note;
	(void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", access->signer.name);
	merkle_root(&access->tree, checkpoint.root);
	text_init(&text, NOTE_MAX_BYTES);
	text_init(&note, NOTE_MAX_BYTES);
	int error = checkpoint_write(&checkpoint, &text);
	if (!error)
		error = note_sign(&access->signer, text.bytes, text.length, &note, problem);
	if (!error) {
		struct sql_query query =
			sql_query(access->sql, "INSERT INTO access_checkpoint (size, note) VALUES (?1, ?2)");
		sql_bind_number(&query, 1, (int64_t)checkpoint.size);
		sql_bind_text_length(&query, 2, note.bytes, note.length);
		error = sql_run(&query, problem);
	}
	text_finish(&text);
	text_finish(&note);
	return error;
}

/* What was held, at its own time, or at that of what another process has written since. */
static int put_held(struct access *access, char last[CLOCK_UTC_MAX], struct problem *problem)
{
	int error = JISR_OK;
	for (const struct held *held = access->held; !error && held != NULL; held = held->next) {
		if (strcmp(held->at, last) > 0)
			(void)snprintf(last, CLOCK_UTC_MAX, "%s", held->at);
		error = put_line(access, &held->line, last, problem);
	}
	return error;
}

static int write_group(struct access *access, struct waiting *first, struct problem *problem)
{
	char now[CLOCK_UTC_MAX], last[CLOCK_UTC_MAX];
	(void)pthread_mutex_lock(&access->base);
	int error = sql_begin_write(access->sql, problem);
	if (!error)
		error = refresh(access, problem);
	memcpy(last, access->at, sizeof last);
	if (!error)
		error = put_held(access, last, problem);
	(void)clock_utc_exact(now);
	if (strcmp(now, last) < 0) /* the clock was set back */
		memcpy(now, last, sizeof now);
	for (struct waiting *waiting = first; !error && waiting != NULL; waiting = waiting->next)
		error = put_line(access, waiting->line, now, problem);
	if (!error)
		error = put_checkpoint(access, problem);
	if (!error)
		error = keep_tree(access, problem);
	if (!error)
		error = sql_commit(access->sql, problem);
	if (error) {
		sql_rollback(access->sql);
		access->known = false;
	} else {
		memcpy(access->at, now, sizeof now);
	}
	(void)pthread_mutex_unlock(&access->base);
	return error;
}

static void forget_held(struct access *access)
{
	while (access->held != NULL) {
		struct held *held = access->held;
		access->held = held->next;
		memory_free(held);
	}
	access->held_last = &access->held;
	access->held_count = access->held_size = 0;
}

static struct held *hold_line(const struct access_line *line)
{
	const char *const given[TEXTS] = {line->office, line->who,     line->action,
	                                  line->what,   line->purpose, line->result};
	size_t size = sizeof(struct held);
	for (size_t i = 0; i < TEXTS; i++)
		size += (given[i] != NULL ? strnlen(given[i], ACCESS_MAX_TEXT) : 0) + 1;
	struct held *held = memory_zero(1, size);
	if (held == NULL)
		return NULL;
	const char **texts[TEXTS] = {&held->line.office, &held->line.who,     &held->line.action,
	                             &held->line.what,   &held->line.purpose, &held->line.result};
	char *at = held->texts;
	for (size_t i = 0; i < TEXTS; i++) {
		size_t length = given[i] != NULL ? strnlen(given[i], ACCESS_MAX_TEXT) : 0;
		memcpy(at, given[i] != NULL ? given[i] : "", length);
		*texts[i] = at;
		at += length + 1;
	}
	held->size = size;
	(void)clock_utc_exact(held->at);
	return held;
}

/* A group that could not be written: held, or given its error. */
static int hold_group(struct access *access, const struct waiting *first, int error, bool early)
{
	if (!access->holding || (error != JISR_FULL && error != JISR_IO))
		return error;
	if (!early) {
		access->next_try = clock_milliseconds() + HELD_TRY_MS;
		access->held_error = error;
	}
	for (const struct waiting *waiting = first; waiting != NULL; waiting = waiting->next) {
		struct held *held = access->held_count < ACCESS_HELD_LINES && access->held_size < ACCESS_HELD_BYTES
		                            ? hold_line(waiting->line)
		                            : NULL;
		if (held == NULL)
			return error; /* those of the group before it are held although they are refused */
		*access->held_last = held;
		access->held_last = &held->next;
		access->held_count++;
		access->held_size += held->size;
	}
	return JISR_OK;
}

void access_hold(struct access *access)
{
	(void)pthread_mutex_lock(&access->lock);
	access->holding = true;
	(void)pthread_mutex_unlock(&access->lock);
}

size_t access_held(struct access *access)
{
	(void)pthread_mutex_lock(&access->lock);
	size_t count = access->held_count;
	(void)pthread_mutex_unlock(&access->lock);
	return count;
}

/* Writes what waits, until nothing does. Called with the lock. */
static void lead(struct access *access)
{
	access->led = true;
	while (access->first != NULL) {
		struct problem problem = {""};
		struct waiting *first = access->first, *last = first;
		for (size_t count = 1; count < GROUP && last->next != NULL; count++)
			last = last->next;
		access->first = last->next;
		if (access->first == NULL)
			access->last = &access->first;
		last->next = NULL;
		(void)pthread_mutex_unlock(&access->lock);
		bool early = access->held != NULL && clock_milliseconds() < access->next_try;
		int error = early ? problem_set(&problem, access->held_error, "the access log holds all that it can")
		                  : write_group(access, first, &problem);
		(void)pthread_mutex_lock(&access->lock);
		if (error)
			error = hold_group(access, first, error, early);
		else
			forget_held(access);
		for (struct waiting *waiting = first, *next; waiting != NULL; waiting = next) {
			next = waiting->next;
			waiting->error = error ? problem_set(waiting->problem, error, "%s", problem.text) : JISR_OK;
			waiting->done = true;
		}
		(void)pthread_cond_broadcast(&access->ended);
	}
	access->led = false;
}

int access_append(struct access *access, const struct access_line *line, struct problem *problem)
{
	struct waiting waiting = {.line = line, .problem = problem};
	if (access->signer.name[0] == '\0')
		return problem_set(problem, JISR_STATE, "the access log in %s is open for reading alone",
		                   access->directory);
	(void)pthread_mutex_lock(&access->lock);
	*access->last = &waiting;
	access->last = &waiting.next;
	while (!waiting.done) {
		if (!access->led)
			lead(access);
		else
			(void)pthread_cond_wait(&access->ended, &access->lock);
	}
	(void)pthread_mutex_unlock(&access->lock);
	return waiting.error;
}

/* ---- reading ---- */

static struct access_line read_line(struct sql_query *query)
{
	size_t salt = 0;
	struct access_line line = {.sequence = (uint64_t)sql_number(query, 0),
	                           .at = sql_text(query, 1),
	                           .office = sql_text(query, 2),
	                           .who = sql_text(query, 3),
	                           .action = sql_text(query, 4),
	                           .what = sql_text(query, 5),
	                           .purpose = sql_text(query, 6),
	                           .result = sql_text(query, 7)};
	(void)sql_bytes(query, 8, &salt);
	line.forgotten = salt == 0;
	return line;
}

#define LINE "sequence, at, office, who, action, what, purpose, result, salt"

int access_search(struct access *access, const struct access_filter *filter,
                  int (*function)(void *context, const struct access_line *line), void *context,
                  struct problem *problem)
{
	(void)pthread_mutex_lock(&access->base);
	struct sql_query query = sql_query(
		access->sql, "SELECT " LINE " FROM access_line WHERE (?1 IS NULL OR office = ?1) AND (?2 IS NULL OR "
			     "who = ?2) AND (?3 IS NULL OR action = ?3) AND (?4 IS NULL OR instr(what, ?4) > 0) AND "
			     "(?5 IS NULL OR at >= ?5) AND (?6 IS NULL OR at < ?6) AND (?7 = 0 OR sequence < ?7) "
			     "ORDER BY sequence DESC LIMIT ?8");
	sql_bind_text(&query, 1, filter->office);
	sql_bind_text(&query, 2, filter->who);
	sql_bind_text(&query, 3, filter->action);
	sql_bind_text(&query, 4, filter->what);
	sql_bind_text(&query, 5, filter->from);
	sql_bind_text(&query, 6, filter->until);
	sql_bind_number(&query, 7, (int64_t)filter->before);
	sql_bind_number(&query, 8, filter->limit > 0 ? (int64_t)filter->limit : -1);
	int stopped = 0;
	while (!stopped && sql_next(&query)) {
		struct access_line line = read_line(&query);
		stopped = function(context, &line);
	}
	int error = sql_done(&query, problem);
	(void)pthread_mutex_unlock(&access->base);
	return error ? error : stopped < 0 ? stopped : JISR_OK;
}

#define FORGET                                                                                                         \
	"UPDATE access_line SET office = '', who = '', action = '', what = '', purpose = '', result = '', salt = x'' " \
	"WHERE "

static int last_before(struct access *access, const char *before, uint64_t *ret_last, struct problem *problem)
{
	int64_t last = 0;
	struct sql_query query = sql_query(
		access->sql, "SELECT sequence FROM access_line WHERE at < ?1 ORDER BY at DESC, sequence DESC LIMIT 1");
	sql_bind_text(&query, 1, before);
	int error = sql_run_number(&query, 0, &last, problem);
	*ret_last = error ? 0 : (uint64_t)last;
	return error;
}

int access_forget(struct access *access, const char *before, uint64_t *ret_count, struct problem *problem)
{
	uint64_t last = 0, count = 0;
	(void)pthread_mutex_lock(&access->base);
	int error = last_before(access, before, &last, problem);
	while (!error && access->forgotten < last) {
		uint64_t end = last - access->forgotten > FORGET_AT_ONCE ? access->forgotten + FORGET_AT_ONCE : last;
		struct sql_query query =
			sql_query(access->sql, FORGET "sequence > ?1 AND sequence <= ?2 AND at < ?3 AND salt <> x''");
		sql_bind_number(&query, 1, (int64_t)access->forgotten);
		sql_bind_number(&query, 2, (int64_t)end);
		sql_bind_text(&query, 3, before);
		error = sql_run(&query, problem);
		if (error)
			break;
		count += (uint64_t)sql_changes(access->sql);
		access->forgotten = end;
		(void)pthread_mutex_unlock(&access->base); /* whoever waits to write goes between */
		(void)pthread_mutex_lock(&access->base);
	}
	if (count > 0) /* no copy is left in the write-ahead log, as soon as nobody reads an older state */
		(void)sql_checkpoint(access->sql, NULL);
	(void)pthread_mutex_unlock(&access->base);
	if (!error)
		*ret_count = count;
	return error;
}

static int forget_line(struct sql *sql, uint64_t sequence, struct problem *problem)
{
	struct sql_query query = sql_query(sql, FORGET "sequence = ?1");
	sql_bind_number(&query, 1, (int64_t)sequence);
	return sql_run(&query, problem);
}

struct forgetting {
	bool (*says)(void *context, const struct access_line *line);
	void *context;
	uint64_t *found;
	size_t count, capacity;
	int error;
};

static int look_at_line(void *context, const struct access_line *line)
{
	struct forgetting *forgetting = context;
	if (line->forgotten || !forgetting->says(forgetting->context, line))
		return 0;
	forgetting->error = memory_reserve(&forgetting->found, &forgetting->capacity, forgetting->count + 1, SIZE_MAX,
	                                   sizeof *forgetting->found);
	if (!forgetting->error)
		forgetting->found[forgetting->count++] = line->sequence;
	return forgetting->error;
}

int access_forget_lines(struct access *access, bool (*says)(void *context, const struct access_line *line),
                        void *context, uint64_t *ret_count, struct problem *problem)
{
	const struct access_filter all = {.limit = SIZE_MAX >> 1};
	struct forgetting forgetting = {says, context, NULL, 0, 0, JISR_OK};
	int error = access_search(access, &all, look_at_line, &forgetting, problem);
	if (!error && forgetting.error)
		error = problem_set(problem, forgetting.error, "the access log: %s", error_text(forgetting.error));
	(void)pthread_mutex_lock(&access->base);
	if (!error && forgetting.count > 0)
		error = sql_begin_write(access->sql, problem);
	for (size_t i = 0; i < forgetting.count && !error; i++)
		error = forget_line(access->sql, forgetting.found[i], problem);
	if (!error && forgetting.count > 0)
		error = sql_commit(access->sql, problem);
	sql_rollback(access->sql);
	if (!error && forgetting.count > 0)
		error = sql_execute(access->sql, "VACUUM", problem);
	if (!error && forgetting.count > 0)
		(void)sql_checkpoint(access->sql, NULL);
	(void)pthread_mutex_unlock(&access->base);
	if (!error)
		*ret_count = forgetting.count;
	memory_free(forgetting.found);
	return error;
}

/* ---- verifying ---- */

struct verifying {
	struct access *access;
	const struct note_verifier *key;
	void (*finding)(void *context, uint64_t sequence, const char *sentence);
	void *context;
	struct access_verified result;
	struct merkle tree;
	struct sql_query notes; /* the checkpoints, in order */
	uint64_t next;          /* size of the one that it stands at; 0: at the end */
	char at[CLOCK_UTC_MAX];
};

static void find(struct verifying *v, uint64_t sequence, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void find(struct verifying *v, uint64_t sequence, const char *format, ...)
{
	char sentence[PROBLEM_MAX];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	v->result.findings++;
	if (v->finding != NULL)
		v->finding(v->context, sequence, sentence);
}

static void next_note(struct verifying *v)
{
	v->next = sql_next(&v->notes) ? (uint64_t)sql_number(&v->notes, 0) : 0;
}

static void check_note(struct verifying *v)
{
	struct checkpoint checkpoint;
	uint8_t root[MERKLE_HASH];
	size_t length = 0, size = 0;
	const char *note = sql_bytes(&v->notes, 1, &size);
	v->result.checkpoints++;
	merkle_root(&v->tree, root);
	if (note_open(v->key, note, size, &length, NULL) != JISR_OK ||
	    checkpoint_read(note, length, &checkpoint, NULL) != JISR_OK)
		find(v, v->next, "the checkpoint at line %llu is not signed by the access log's key",
		     (unsigned long long)v->next);
	else if (checkpoint.size != v->next || strcmp(checkpoint.origin, v->key->name) != 0 ||
	         memcmp(checkpoint.root, root, sizeof root) != 0)
		find(v, v->next, "the lines up to %llu are not those of their checkpoint", (unsigned long long)v->next);
}

static void check_line(struct verifying *v, struct sql_query *query)
{
	struct access_line line = read_line(query);
	uint8_t hash[MERKLE_HASH];
	size_t length = 0;
	const uint8_t *stored = sql_bytes(query, 9, &length);
	unsigned long long sequence = line.sequence;
	if (line.sequence != v->tree.size + 1)
		find(v, line.sequence, "line %llu does not follow line %llu", sequence,
		     (unsigned long long)v->tree.size);
	if (strcmp(line.at, v->at) < 0)
		find(v, line.sequence, "line %llu: its time is before that of the line before", sequence);
	(void)snprintf(v->at, sizeof v->at, "%s", line.at);
	v->result.lines++;
	if (length != MERKLE_HASH) {
		find(v, line.sequence, "line %llu: its hash is damaged", sequence);
		return;
	}
	size_t salt_length = 0;
	const uint8_t *salt = sql_bytes(query, 8, &salt_length);
	const char *const texts[TEXTS] = {line.office, line.who, line.action, line.what, line.purpose, line.result};
	if (line.forgotten) {
		v->result.forgotten++;
		for (size_t i = 0; i < TEXTS; i++)
			if (texts[i][0] != '\0')
				find(v, line.sequence, "line %llu was to be forgotten and says something", sequence);
	} else if (salt_length != SALT) {
		find(v, line.sequence, "line %llu: it is damaged", sequence);
	} else {
		hash_line(salt, line.at, texts, hash);
		if (memcmp(hash, stored, sizeof hash) != 0)
			find(v, line.sequence, "line %llu: it was changed", sequence);
	}
	merkle_add_hash(&v->tree, stored, NULL, NULL);
	while (v->next != 0 && v->next <= v->tree.size) {
		if (v->next == v->tree.size)
			check_note(v);
		next_note(v);
	}
}

int access_verify(struct access *access, const struct note_verifier *key,
                  void (*finding)(void *context, uint64_t sequence, const char *sentence), void *context,
                  struct access_verified *ret_verified, struct problem *problem)
{
	struct verifying v = {
		.access = access, .key = key != NULL ? key : &access->verifier, .finding = finding, .context = context};
	(void)pthread_mutex_lock(&access->base);
	v.result.key = access->verifier;
	int error = sql_begin_read(access->sql, problem);
	if (error) {
		(void)pthread_mutex_unlock(&access->base);
		return error;
	}
	v.notes = sql_query(access->sql, "SELECT size, note FROM access_checkpoint ORDER BY size");
	next_note(&v);
	struct sql_query query = sql_query(access->sql, "SELECT " LINE ", hash FROM access_line ORDER BY sequence");
	while (sql_next(&query))
		check_line(&v, &query);
	error = sql_done(&query, problem);
	if (!error && v.next != 0)
		find(&v, v.next, "there is a checkpoint of %llu lines, and the log has %llu: lines were taken away",
		     (unsigned long long)v.next, (unsigned long long)v.tree.size);
	int notes = sql_done(&v.notes, error ? NULL : problem);
	sql_rollback(access->sql);
	(void)pthread_mutex_unlock(&access->base);
	error = error ? error : notes;
	if (!error)
		*ret_verified = v.result;
	return error;
}
