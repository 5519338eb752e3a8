/* local.db, version 3. Where the log is shared there is also the table of store/mirror.h. Times are milliseconds since 1970.
 *
 *   secret      name, value: 'key' is local_key's; 'seal' a word sealed under keys/local.seal, which tells another key
 *   account     an officer's means of signing in; handle: what passkeys know the officer by; failures: wrong guesses in a
 *               row from devices that are not the owner's; totp: sealed for the officer (store/seal.h); totp_step:
 *               the step of the last code that was taken
 *   passkey     id: the credential's; cloned: when its counter last did not grow, 0: never
 *   device      a browser that the owner has signed in with: failures: wrong guesses in a row from it, failed: the last
 *   session     ends: at the latest; proved: when the officer last proved to be there; state: roles and office then
 *   token       an officer's, for programs
 *   certificate a client's certificate that acts for an officer, print: its SHA-256, in hexadecimal; name: not used
 *   enrolment   an invitation, one an officer; by: who gave it out; totp: the secret that was shown last,
 *               sealed as an account's
 *   used        challenges that were used, until they end
 *   repeat      replies to requests with an Idempotency-Key (members/repeat.h); body: the SHA-256 of the request's;
 *               status: 0 while it is under way; reply: NULL when it is not kept
 *   owed        entries that the log has not yet (members/owed.h) */
#include "members/local.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/thread.h"
#include "members/totp.h"
#include "store/seal.h"
#include "store/store.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define APPLICATION 0x6a736c63 /* "jslc" */

static const char version_1[] =
	"CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE account (officer TEXT PRIMARY KEY, handle BLOB NOT NULL UNIQUE, password TEXT, password_set "
	"INTEGER NOT "
	"NULL DEFAULT 0, totp BLOB, totp_step INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0) STRICT;"
	"INSERT INTO account (officer, handle) VALUES ('', x'00');"
	"CREATE TABLE passkey (id BLOB PRIMARY KEY, officer TEXT NOT NULL REFERENCES account, name TEXT NOT NULL, "
	"algorithm "
	"INTEGER NOT NULL, key BLOB NOT NULL, count INTEGER NOT NULL, eligible INTEGER NOT NULL, backed_up INTEGER NOT "
	"NULL, "
	"model BLOB NOT NULL, made INTEGER NOT NULL, used INTEGER NOT NULL, cloned INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX passkey_officer ON passkey (officer);"
	"CREATE TABLE device (hash BLOB PRIMARY KEY, officer TEXT NOT NULL REFERENCES account, made INTEGER NOT NULL, "
	"used INTEGER "
	"NOT NULL, failures INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX device_officer ON device (officer);"
	"CREATE TABLE session (hash BLOB PRIMARY KEY, officer TEXT NOT NULL, made INTEGER NOT NULL, seen INTEGER NOT "
	"NULL, ends "
	"INTEGER NOT NULL, proved INTEGER NOT NULL, means TEXT NOT NULL, source TEXT NOT NULL, agent TEXT NOT NULL, "
	"state TEXT NOT "
	"NULL) STRICT;"
	"CREATE INDEX session_officer ON session (officer);"
	"CREATE TABLE token (id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, officer TEXT NOT NULL, "
	"name TEXT NOT "
	"NULL, scopes TEXT NOT NULL, made INTEGER NOT NULL, ends INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;"
	"CREATE INDEX token_officer ON token (officer);"
	"CREATE TABLE certificate (id INTEGER PRIMARY KEY AUTOINCREMENT, print TEXT NOT NULL UNIQUE, officer TEXT NOT "
	"NULL, name "
	"TEXT NOT NULL, scopes TEXT NOT NULL, made INTEGER NOT NULL) STRICT;"
	"CREATE TABLE enrolment (hash BLOB PRIMARY KEY, officer TEXT NOT NULL UNIQUE, made INTEGER NOT NULL, ends "
	"INTEGER NOT NULL, "
	"by TEXT NOT NULL, totp BLOB) STRICT;"
	"CREATE TABLE used (challenge BLOB PRIMARY KEY, ends INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE INDEX used_ends ON used (ends);";

static const char version_2[] = "CREATE TABLE repeat (id INTEGER PRIMARY KEY AUTOINCREMENT, caller TEXT NOT NULL, "
				"route TEXT NOT NULL, key TEXT NOT "
				"NULL, body BLOB NOT NULL, made INTEGER NOT NULL, status INTEGER NOT NULL DEFAULT 0, "
				"etag TEXT, location TEXT, reply "
				"BLOB, UNIQUE (caller, route, key)) STRICT;"
				"CREATE INDEX repeat_caller ON repeat (caller, id);"
				"CREATE INDEX repeat_made ON repeat (made);";

/* step_to seals what stands in clear. */
static const char version_3[] = "CREATE TABLE owed (id INTEGER PRIMARY KEY AUTOINCREMENT, officer TEXT NOT NULL, means "
				"TEXT NOT NULL, is_set INTEGER NOT NULL, by TEXT NOT NULL) STRICT;"
				"DELETE FROM certificate;"; /* they were known by a name that others may bear */

/* What makes the file of version n out of that of n - 1. */
static const char *const steps[] = {version_1, version_2, version_3};
#define VERSION ((int64_t)(sizeof steps / sizeof *steps))

#define WAIT_MS         500
#define REFRESH_SECONDS 2

const char *const local_tables[] = {"secret",      "account",   "passkey", "device", "session", "token",
                                    "certificate", "enrolment", "used",    "repeat", "owed",    NULL};

struct local {
	pthread_mutex_t mutex; /* of sql and mirror */
	struct sql *sql;
	char directory[FILE_MAX_PATH];
	bool alone; /* the log was not shared when it was opened */

	/* where the log is shared */
	struct mirror *mirror;
	pthread_mutex_t reading; /* of reader */
	struct sql *reader;      /* a writer may wait for another machine; readers go on */
	bool following;
	pthread_t follower;
	atomic_bool stop, up; /* up: the follower's line stands */

	uint8_t key[CHALLENGE_KEY];
	uint8_t seal[SEAL_KEY];
};

#define SEAL_OWNER "local.db"
static const char seal_word[] = "jisr"; /* what is sealed under the row 'seal' */

static int make_key(struct sql *sql, struct problem *problem)
{
	uint8_t key[CHALLENGE_KEY];
	randombytes_buf(key, sizeof key);
	struct sql_query query = sql_query(sql, "INSERT INTO secret (name, value) VALUES ('key', ?1)");
	sql_bind_bytes(&query, 1, key, sizeof key);
	int error = sql_run(&query, problem);
	sodium_memzero(key, sizeof key);
	return error;
}

/* Secrets of one-time codes lay in clear up to version 2. */
static int seal_all(struct local *local, const char *select, const char *update, struct problem *problem)
{
	int error = JISR_OK;
	struct sql_query query = sql_query(local->sql, select);
	while (error == JISR_OK && sql_next(&query)) {
		uint8_t sealed[TOTP_SECRET + SEAL_MORE];
		size_t size = 0;
		const void *secret = sql_bytes(&query, 1, &size);
		if (size != TOTP_SECRET)
			continue;
		seal_close(local->seal, sql_text(&query, 0), secret, size, sealed);
		struct sql_query change = sql_query(local->sql, update);
		sql_bind_text(&change, 1, sql_text(&query, 0));
		sql_bind_bytes(&change, 2, sealed, sizeof sealed);
		error = sql_run(&change, problem);
	}
	int read = sql_done(&query, problem);
	return error != JISR_OK ? error : read;
}

static int begin_sealing(struct local *local, struct problem *problem)
{
	uint8_t sealed[sizeof seal_word + SEAL_MORE];
	seal_close(local->seal, SEAL_OWNER, seal_word, sizeof seal_word, sealed);
	struct sql_query query = sql_query(local->sql, "INSERT INTO secret (name, value) VALUES ('seal', ?1)");
	sql_bind_bytes(&query, 1, sealed, sizeof sealed);
	int error = sql_run(&query, problem);
	if (error == JISR_OK)
		error = seal_all(local, "SELECT officer, totp FROM account WHERE totp IS NOT NULL",
		                 "UPDATE account SET totp = ?2 WHERE officer = ?1", problem);
	if (error == JISR_OK)
		error = seal_all(local, "SELECT officer, totp FROM enrolment WHERE totp IS NOT NULL",
		                 "UPDATE enrolment SET totp = ?2 WHERE officer = ?1", problem);
	return error;
}

/* The key is that under which the file's secrets are sealed. Made only while there are none. */
static int open_seal(struct local *local, const char *directory, int64_t version, struct problem *problem)
{
	char word[sizeof seal_word];
	bool sealed = version >= 3, right = false;
	int error = seal_load(directory, SEAL_FILE, !sealed, local->seal, problem);
	if (error == JISR_NOT_FOUND)
		return problem_set(problem, JISR_STATE,
		                   "%s/" SEAL_FILE " is missing, under which one-time secrets in " LOCAL_NAME
		                   " are sealed. Put it back from the backup; when it is lost, move " LOCAL_NAME
		                   " away and give every officer a new enrolment code",
		                   directory);
	if (error != JISR_OK || !sealed)
		return error;
	struct sql_query query = sql_query(local->sql, "SELECT value FROM secret WHERE name = 'seal'");
	if (sql_next(&query)) {
		size_t size = 0;
		const void *bytes = sql_bytes(&query, 0, &size);
		right = seal_open(local->seal, SEAL_OWNER, bytes, size, word, sizeof word);
	}
	error = sql_done(&query, problem);
	if (error == JISR_OK && !right)
		error = problem_set(problem, JISR_STATE,
		                    "%s/" SEAL_FILE " is not the key under which one-time secrets in " LOCAL_NAME
		                    " are sealed. Put back the two that belong together",
		                    directory);
	return error;
}

static int step_to(struct local *local, int64_t version, struct problem *problem)
{
	char pragma[64];
	(void)snprintf(pragma, sizeof pragma, "PRAGMA user_version = %lld", (long long)version);
	int error = sql_execute(local->sql, steps[version - 1], problem);
	if (error == JISR_OK && version == 1)
		error = make_key(local->sql, problem);
	if (error == JISR_OK && version == 3)
		error = begin_sealing(local, problem);
	return error != JISR_OK ? error : sql_execute(local->sql, pragma, problem);
}

/* Under the right to write: two processes may open a new file at once. */
static int migrate(struct local *local, const char *directory, struct problem *problem)
{
	struct sql *sql = local->sql;
	int64_t version = 0, before = 0;
	int error = sql_begin_write(sql, problem);
	if (error != JISR_OK)
		return error;
	struct sql_query query = sql_query(sql, "PRAGMA user_version");
	error = sql_run_number(&query, 0, &version, problem);
	before = version;
	if (error == JISR_OK && version > VERSION)
		error = problem_set(problem, JISR_UNSUPPORTED,
		                    "%s was written by a later version of jisr (%lld); use that version", sql_path(sql),
		                    (long long)version);
	if (error == JISR_OK)
		error = open_seal(local, directory, version, problem);
	while (error == JISR_OK && version < VERSION)
		error = step_to(local, ++version, problem);
	if (error == JISR_OK)
		error = sql_commit(sql, problem);
	if (error != JISR_OK)
		sql_rollback(sql);
	else if (before > 0 && before < 3)
		(void)sql_checkpoint(sql, NULL); /* what lay in clear is gone from the write-ahead log, too */
	return error;
}

static int read_key(struct local *local, struct problem *problem)
{
	size_t size = 0;
	struct sql_query query = sql_query(local->sql, "SELECT value FROM secret WHERE name = 'key'");
	const void *bytes = sql_next(&query) ? sql_bytes(&query, 0, &size) : NULL;
	if (bytes != NULL && size == sizeof local->key)
		memcpy(local->key, bytes, size);
	int error = sql_done(&query, problem);
	if (error == JISR_OK && size != sizeof local->key)
		error = problem_set(problem, JISR_CORRUPT, "%s holds no key; restore it from a backup",
		                    sql_path(local->sql));
	return error;
}

/* The copy as the others have it; as it is, when nobody answers. */
static int begin_sharing(struct local *local, const char *path, struct problem *problem)
{
	struct problem inner = {""};
	bool news = false;
	local->alone = !store_is_shared(local->directory);
	int error = mirror_open(local->directory, LOCAL_BASE, local_tables, local->sql, &local->mirror, problem);
	if (error != JISR_OK || local->mirror == NULL)
		return error;
	error = mirror_catch_up(local->mirror, &news, &inner);
	if (error == JISR_BUSY && mirror_filled(local->mirror))
		error = JISR_OK;
	if (error != JISR_OK)
		return problem_set(problem, error, "%s", inner.text);
	error = open_seal(local, local->directory, VERSION, problem);
	if (error == JISR_OK)
		error = sql_open(path, SQL_WRITE, APPLICATION, &local->reader, problem);
	if (error == JISR_OK)
		sql_attach(local->reader, local);
	return error;
}

int local_open(const char *directory, struct local **ret_local, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	if (snprintf(path, sizeof path, "%s/" LOCAL_NAME, directory) >= (int)sizeof path)
		return problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
	CLEANUP(local_closep) struct local *local = memory_zero(1, sizeof *local);
	if (local == NULL)
		return problem_no_memory(problem);
	(void)pthread_mutex_init(&local->mutex, NULL);
	(void)pthread_mutex_init(&local->reading, NULL);
	(void)snprintf(local->directory, sizeof local->directory, "%s", directory);
	int error = sql_open(path, SQL_CREATE, APPLICATION, &local->sql, problem);
	if (error == JISR_OK)
		error = migrate(local, directory, problem);
	if (error == JISR_OK)
		error = begin_sharing(local, path, problem);
	if (error == JISR_OK)
		error = read_key(local, problem);
	if (error != JISR_OK)
		return error;
	sql_attach(local->sql, local);
	*ret_local = local;
	local = NULL;
	return JISR_OK;
}

struct local *local_close(struct local *local)
{
	if (local != NULL) {
		atomic_store(&local->stop, true);
		if (local->following)
			(void)pthread_join(local->follower, NULL);
		mirror_free(local->mirror);
		sql_close(local->reader);
		sql_close(local->sql);
		sodium_memzero(local->key, sizeof local->key);
		sodium_memzero(local->seal, sizeof local->seal);
		(void)pthread_mutex_destroy(&local->mutex);
		(void)pthread_mutex_destroy(&local->reading);
	}
	return memory_free(local);
}

/* ---- other machines ---- */

/* Without waiting for long: who has the lock may be waiting for another machine himself. False: it could not be done. */
static bool refresh(struct local *local, bool *ret_news)
{
	const struct timespec until = clock_after(REFRESH_SECONDS * 1000);
	*ret_news = false;
	if (pthread_mutex_clocklock(&local->mutex, CLOCK_MONOTONIC, &until) != 0)
		return false;
	int error = mirror_catch_up(local->mirror, ret_news, NULL);
	(void)pthread_mutex_unlock(&local->mutex);
	return error == JISR_OK;
}

static void *run_follower(void *context)
{
	struct local *local = context;
	CLEANUP(shared_freep) struct shared *shared = NULL;
	bool due = true, news; /* due: something was told, and the copy does not have it yet */
	while (!atomic_load(&local->stop)) {
		if (shared == NULL)
			(void)shared_of(local->directory, &shared, NULL);
		bool told = false;
		bool heard = shared != NULL && shared_wait(shared, SHARED_ROWS, WAIT_MS, &told, NULL) == JISR_OK;
		atomic_store(&local->up, heard);
		due = due || told;
		if (heard && due) {
			due = !refresh(local, &news);
		} else if (!heard) {
			const struct timespec rest = {0, WAIT_MS * 1000000L};
			(void)nanosleep(&rest, NULL);
		}
	}
	return NULL;
}

int local_follow(struct local *local, struct problem *problem)
{
	if (local->mirror == NULL || local->following)
		return JISR_OK;
	int error = thread_start(&local->follower, run_follower, local, problem);
	local->following = error == JISR_OK;
	return error;
}

bool local_refresh(struct local *local)
{
	bool news = false;
	return local->mirror != NULL && atomic_load(&local->up) && refresh(local, &news) && news;
}

bool local_writable(struct local *local)
{
	return local->mirror == NULL || !local->following || atomic_load(&local->up);
}

struct mirror *local_mirror(struct local *local)
{
	return local->mirror;
}

const uint8_t *local_key(const struct local *local)
{
	return local->key;
}

void local_seal(struct sql *sql, const char *officer, const uint8_t secret[TOTP_SECRET],
                uint8_t ret_sealed[LOCAL_SEALED])
{
	const struct local *local = sql_attached(sql);
	seal_close(local->seal, officer, secret, TOTP_SECRET, ret_sealed);
}

bool local_unseal(struct sql_query *query, int column, const char *officer, uint8_t ret_secret[TOTP_SECRET])
{
	const struct local *local = sql_attached(query->sql);
	size_t size = 0;
	const void *sealed = sql_bytes(query, column, &size);
	return sealed != NULL && seal_open(local->seal, officer, sealed, size, ret_secret, TOTP_SECRET);
}

struct sql *local_enter(struct local *local)
{
	(void)pthread_mutex_lock(local->reader != NULL ? &local->reading : &local->mutex);
	return local->reader != NULL ? local->reader : local->sql;
}

void local_leave(struct local *local)
{
	(void)pthread_mutex_unlock(local->reader != NULL ? &local->reading : &local->mutex);
}

static int begin(struct local *local, struct problem *problem)
{
	if (local->alone && store_is_shared(local->directory))
		return problem_set(problem, JISR_STATE,
		                   "the log of %.200s is shared since this program was started; start it again",
		                   local->directory);
	return local->mirror != NULL ? mirror_begin(local->mirror, problem) : sql_begin_write(local->sql, problem);
}

int local_begin(struct local *local, struct sql **ret_sql, struct problem *problem)
{
	(void)pthread_mutex_lock(&local->mutex);
	int error = begin(local, problem);
	if (error != JISR_OK) {
		(void)pthread_mutex_unlock(&local->mutex);
		return error;
	}
	*ret_sql = local->sql;
	return JISR_OK;
}

int local_end(struct local *local, int error, struct problem *problem)
{
	if (error == JISR_OK)
		error = local->mirror != NULL ? mirror_commit(local->mirror, problem) : sql_commit(local->sql, problem);
	else if (local->mirror != NULL)
		mirror_rollback(local->mirror);
	if (error != JISR_OK)
		sql_rollback(local->sql);
	(void)pthread_mutex_unlock(&local->mutex);
	return error;
}

void local_secret(char ret_secret[LOCAL_SECRET], uint8_t ret_hash[LOCAL_HASH])
{
	uint8_t bytes[32];
	randombytes_buf(bytes, sizeof bytes);
	base64_url_write(bytes, sizeof bytes, ret_secret);
	sodium_memzero(bytes, sizeof bytes);
	local_hash(ret_secret, ret_hash);
}

void local_hash(const char *secret, uint8_t ret_hash[LOCAL_HASH])
{
	(void)crypto_hash_sha256(ret_hash, (const unsigned char *)secret, strlen(secret));
}

int local_use(struct sql *sql, const uint8_t challenge[CHALLENGE_SIZE], int64_t now, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "DELETE FROM used WHERE ends < ?1");
	sql_bind_number(&query, 1, now);
	int error = sql_run(&query, problem);
	if (error != JISR_OK)
		return error;
	query = sql_query(sql, "INSERT OR IGNORE INTO used (challenge, ends) VALUES (?1, ?2)");
	sql_bind_bytes(&query, 1, challenge, CHALLENGE_SIZE);
	sql_bind_number(&query, 2, challenge_until(challenge));
	error = sql_run(&query, problem);
	if (error == JISR_OK && sql_changes(sql) == 0)
		error = problem_set(problem, JISR_STATE, "this answer was sent before; begin again");
	return error;
}
