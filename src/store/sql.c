/* The connection keeps up to KEPT prepared statements in a table of open addressing, keyed by the address of the literal.
 * A statement in use is marked; asked for again meanwhile (a query inside a query), or when the table is full, it is
 * prepared for that use alone. */
#include "store/sql.h"

#include "base/file.h"
#include "store/sql_private.h"
#include "store/sums.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT      512 /* a power of two */
#define WAIT_STEP 1   /* milliseconds between tries for a lock */
#define CACHE_KIB 16384

struct kept {
	const char *literal; /* NULL: free */
	sqlite3_stmt *statement;
	bool used;
};

struct sql {
	sqlite3 *base;
	void *attached; /* the owner's */
	char path[FILE_MAX_PATH];
	size_t count; /* of kept */
	struct kept kept[KEPT];
};

static bool no_room(int number)
{
	return number == ENOSPC || number == EDQUOT ||
	       number == EFBIG; /* a limit on the size of files is a full disk to us */
}

/* Whether what failed was a write without room: SQLite says so for ENOSPC only, and else keeps the number with the file
 * (the database or its write-ahead log). */
static bool disk_full(const struct sql *sql)
{
	int number = sqlite3_system_errno(sql->base);
	sqlite3_file *log = NULL;
	if (no_room(number))
		return true;
	(void)sqlite3_file_control(sql->base, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
	if (no_room(number))
		return true;
	if (sqlite3_file_control(sql->base, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK || log == NULL ||
	    log->pMethods == NULL)
		return false;
	(void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number);
	return no_room(number);
}

static int failed(const struct sql *sql, int code, struct problem *problem)
{
	const char *message = sqlite3_errmsg(sql->base);
	if (code == SQLITE_NOMEM || sql->base == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "%s: out of memory", sql->path);
	if (code == SQLITE_IOERR_DATA)
		return problem_set(problem, JISR_CORRUPT,
		                   "%s is damaged (a page is not what was written). Put back a backup (jisr restore)",
		                   sql->path);
	if ((code & 0xff) == SQLITE_IOERR && disk_full(sql))
		code = SQLITE_FULL;
	switch (code & 0xff) {
	case SQLITE_FULL:
		return problem_set(problem, JISR_FULL,
		                   "%s: the disk is full, nothing was changed. Make room and try again", sql->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return problem_set(problem, JISR_CORRUPT, "%s is damaged (%s). Put back a backup (jisr restore)",
		                   sql->path, message);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return problem_set(problem, JISR_BUSY, "%s: another process is writing. Try again", sql->path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return problem_set(problem, JISR_IO,
		                   "%s: %s. Give this user the right to write it and its folder, or mount "
		                   "the disk for writing",
		                   sql->path, message);
	case SQLITE_CONSTRAINT: return problem_set(problem, JISR_CONFLICT, "%s: %s", sql->path, message);
	default: return problem_set(problem, JISR_IO, "%s: cannot be read or written: %s", sql->path, message);
	}
}

/* SQLite's own waits grow to 100 ms, which a busy writer's short pauses would never let through. */
static int wait_for_lock(void *context, int tries)
{
	(void)context;
	if (tries >= SQL_WAIT_MS / WAIT_STEP)
		return 0;
	(void)sqlite3_sleep(WAIT_STEP);
	return 1;
}

/* SQLite would make the file readable for all. */
static int create_file(const char *path, struct problem *problem)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return JISR_OK;
	if (fd < 0) {
		int error = file_problem(problem, path, "create it");
		return error == JISR_NOT_FOUND ? JISR_IO : error; /* of its folder */
	}
	(void)close(fd);
	return file_sync_parent(path, problem);
}

static int set_application(struct sql *sql, uint32_t application, struct problem *problem)
{
	char set[64];
	if (!sums_begin(sql->base))
		return problem_no_memory(problem);
	(void)snprintf(set, sizeof set, "PRAGMA application_id = %ld", (long)(int32_t)(application | SUMS_MARK));
	return sql_execute(sql, set, problem);
}

/* *ret_old: it is of an earlier version, or was only about to have sums. */
static int check_application(struct sql *sql, enum sql_mode mode, uint32_t application, bool *ret_old,
                             struct problem *problem)
{
	int64_t found = 0, tables = 0;
	struct sql_query query = sql_query(sql, "PRAGMA application_id");
	int error = sql_run_number(&query, 0, &found, problem);
	if (error)
		return error;
	*ret_old = (uint32_t)found == application;
	if ((uint32_t)found == (application | SUMS_MARK))
		return sums_present(sql->base)
		               ? JISR_OK
		               : problem_set(problem, JISR_CORRUPT,
		                             "%s is damaged (its first page). Put back a backup (jisr restore)",
		                             sql->path);
	if (*ret_old)
		return JISR_OK;
	query = sql_query(sql, "SELECT count(*) FROM sqlite_master");
	error = sql_run_number(&query, 0, &tables, problem);
	if (error)
		return error;
	if (found != 0 || tables != 0)
		return problem_set(
			problem, JISR_CORRUPT,
			"%s is not of a kind that this program knows. If a later version of jisr wrote it, use "
			"that version; if not, name another directory",
			sql->path);
	if (mode != SQL_CREATE)
		return problem_set(problem, JISR_NOT_FOUND, "%s is empty", sql->path);
	return set_application(sql, application, problem);
}

/* True when the folder cannot be written and no write-ahead log lies beside the file: nobody can change it. */
static bool unchangeable(const char *path)
{
	char beside[FILE_MAX_PATH + 8];
	struct stat status;
	(void)snprintf(beside, sizeof beside, "%s", path);
	char *slash = strrchr(beside, '/');
	(void)snprintf(slash != NULL ? slash + 1 : beside, 2, ".");
	if (access(beside, W_OK) == 0)
		return false;
	(void)snprintf(beside, sizeof beside, "%s-wal", path);
	return stat(beside, &status) != 0 || status.st_size == 0;
}

/* A reader of a write-ahead log writes its index: opened for writing where the rights allow, but never created. On a disk
 * that cannot be written the file is read as it is. */
static int open_base(struct sql *sql, enum sql_mode mode)
{
	const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	if (mode != SQL_READ || !unchangeable(sql->path))
		return sqlite3_open_v2(sql->path, &sql->base, flags | SQLITE_OPEN_READWRITE, sums_vfs());
	struct text uri;
	text_init(&uri, sizeof sql->path * 3 + 32);
	(void)text_add_string(&uri, "file:");
	for (const char *at = sql->path; *at != '\0'; at++)
		(void)(strchr("?#%", *at) != NULL ? text_add_format(&uri, "%%%02x", (unsigned char)*at)
		                                  : text_add_char(&uri, *at));
	int code = text_add_string(&uri, "?immutable=1") != JISR_OK
	                   ? SQLITE_NOMEM
	                   : sqlite3_open_v2(uri.bytes, &sql->base, flags | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
	                                     sums_vfs());
	text_finish(&uri);
	return code;
}

static int prepare_base(struct sql *sql, enum sql_mode mode, uint32_t application, bool *ret_old,
                        struct problem *problem)
{
	int code = sums_vfs() != NULL ? open_base(sql, mode) : SQLITE_NOMEM;
	if (code != SQLITE_OK)
		return failed(sql, code, problem);
	(void)sqlite3_busy_handler(sql->base, wait_for_lock, NULL);
	int error = sql_execute(sql,
	                        "PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; "
	                        "PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384",
	                        problem);
	if (!error && mode == SQL_READ)
		error = sql_execute(sql, "PRAGMA query_only = ON", problem);
	if (!error)
		error = check_application(sql, mode, application, ret_old, problem);
	if (!error && mode == SQL_CREATE)
		error = sql_execute(sql, "PRAGMA journal_mode = WAL", problem);
	return error;
}
_Static_assert(CACHE_KIB == 16384, "as in the statement above");

static void close_base(struct sql *sql)
{
	for (size_t i = 0; i < KEPT; i++) {
		(void)sqlite3_finalize(sql->kept[i].statement);
		sql->kept[i] = (struct kept){NULL, NULL, false};
	}
	sql->count = 0;
	(void)sqlite3_close(sql->base);
	sql->base = NULL;
}

int sql_open(const char *path, enum sql_mode mode, uint32_t application, struct sql **ret_sql, struct problem *problem)
{
	CLEANUP(sql_closep) struct sql *sql = memory_zero(1, sizeof *sql);
	bool old = false;
	if (sql == NULL)
		return problem_no_memory(problem);
	int length = snprintf(sql->path, sizeof sql->path, "%s", path);
	if (length < 0 || length >= (int)sizeof sql->path)
		return problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", path);
	int error = JISR_OK;
	if (mode == SQL_CREATE)
		error = create_file(path, problem);
	else if (access(path, F_OK) != 0)
		error = file_problem(problem, path, "open it");
	if (!error)
		error = prepare_base(sql, mode, application, &old, problem);
	if (!error && old && mode != SQL_READ) {
		close_base(sql);
		sums_adopt(path, application);
		error = prepare_base(sql, mode, application, &old, problem);
	}
	if (error)
		return error;
	*ret_sql = sql;
	sql = NULL;
	return JISR_OK;
}

struct sql *sql_close(struct sql *sql)
{
	if (sql != NULL)
		close_base(sql);
	return memory_free(sql);
}

const char *sql_path(const struct sql *sql)
{
	return sql->path;
}

void sql_attach(struct sql *sql, void *context)
{
	sql->attached = context;
}

void *sql_attached(const struct sql *sql)
{
	return sql->attached;
}

int sql_refused(const struct sql *sql, struct problem *problem)
{
	return failed(sql, sqlite3_extended_errcode(sql->base), problem);
}

int sql_execute(struct sql *sql, const char *statements, struct problem *problem)
{
	int code = sqlite3_exec(sql->base, statements, NULL, NULL, NULL);
	return code == SQLITE_OK ? JISR_OK : failed(sql, code, problem);
}

/* ---- statements ---- */

/* The place of a literal in the table: where it is, or where it would go. */
static size_t place_of(const struct sql *sql, const char *literal)
{
	size_t at = (size_t)(((uintptr_t)literal * 0x9E3779B97F4A7C15u) >> 32) & (KEPT - 1);
	while (sql->kept[at].literal != NULL && sql->kept[at].literal != literal)
		at = (at + 1) & (KEPT - 1);
	return at;
}

static sqlite3_stmt *prepare(struct sql *sql, const char *text, unsigned flags, int *ret_code)
{
	sqlite3_stmt *statement = NULL;
	*ret_code = sqlite3_prepare_v3(sql->base, text, -1, flags, &statement, NULL);
	return statement;
}

struct sql_query sql_query_once(struct sql *sql, const char *statement)
{
	struct sql_query query = {.sql = sql, .slot = -1};
	query.statement = prepare(sql, statement, 0, &query.error);
	return query;
}

struct sql_query sql_query(struct sql *sql, const char *statement)
{
	size_t place = place_of(sql, statement);
	struct kept *kept = &sql->kept[place];
	if (kept->used || (kept->literal == NULL && sql->count >= KEPT * 3 / 4))
		return sql_query_once(sql, statement);
	struct sql_query query = {.sql = sql, .slot = -1};
	if (kept->literal == NULL) {
		query.statement = prepare(sql, statement, SQLITE_PREPARE_PERSISTENT, &query.error);
		if (query.error != SQLITE_OK)
			return query;
		kept->literal = statement;
		kept->statement = query.statement;
		sql->count++;
	}
	kept->used = true;
	query.statement = kept->statement;
	query.slot = (int)place;
	return query;
}

static void bound(struct sql_query *query, int code)
{
	if (code != SQLITE_OK && query->error == SQLITE_OK)
		query->error = code;
}

void sql_bind_text(struct sql_query *query, int place, const char *text)
{
	if (query->error == SQLITE_OK)
		bound(query, sqlite3_bind_text(query->statement, place, text, -1, SQLITE_STATIC));
}

void sql_bind_text_length(struct sql_query *query, int place, const char *text, size_t length)
{
	if (query->error == SQLITE_OK)
		bound(query, sqlite3_bind_text64(query->statement, place, text, length, SQLITE_STATIC, SQLITE_UTF8));
}

void sql_bind_bytes(struct sql_query *query, int place, const void *bytes, size_t length)
{
	if (query->error == SQLITE_OK)
		bound(query,
		      sqlite3_bind_blob64(query->statement, place, length > 0 ? bytes : "", length, SQLITE_STATIC));
}

void sql_bind_number(struct sql_query *query, int place, int64_t number)
{
	if (query->error == SQLITE_OK)
		bound(query, sqlite3_bind_int64(query->statement, place, number));
}

void sql_bind_real(struct sql_query *query, int place, double number)
{
	if (query->error == SQLITE_OK)
		bound(query, sqlite3_bind_double(query->statement, place, number));
}

bool sql_next(struct sql_query *query)
{
	if (query->error != SQLITE_OK)
		return false;
	int code = sqlite3_step(query->statement);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		query->error = code;
	return code == SQLITE_ROW;
}

const char *sql_text(struct sql_query *query, int column)
{
	const char *text = (const char *)sqlite3_column_text(query->statement, column);
	if (text == NULL && sqlite3_column_type(query->statement, column) != SQLITE_NULL)
		query->error = SQLITE_NOMEM;
	return text != NULL ? text : "";
}

const void *sql_bytes(struct sql_query *query, int column, size_t *ret_length)
{
	const void *bytes = sqlite3_column_blob(query->statement, column);
	*ret_length = (size_t)sqlite3_column_bytes(query->statement, column);
	return bytes;
}

int64_t sql_number(struct sql_query *query, int column)
{
	return sqlite3_column_int64(query->statement, column);
}

double sql_real(struct sql_query *query, int column)
{
	return sqlite3_column_double(query->statement, column);
}

bool sql_null(struct sql_query *query, int column)
{
	return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

int sql_columns(struct sql_query *query)
{
	return query->statement != NULL ? sqlite3_column_count(query->statement) : 0;
}

int sql_keep_texts(struct sql_query *query, int column, struct arena *arena, const char **const *ret_texts,
                   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = sql_text(query, column + (int)i);
		if ((*ret_texts[i] = arena_text(arena, text, strlen(text))) == NULL)
			return JISR_NO_MEMORY;
	}
	return JISR_OK;
}

enum sql_type sql_type(struct sql_query *query, int column)
{
	switch (sqlite3_column_type(query->statement, column)) {
	case SQLITE_INTEGER: return SQL_NUMBER;
	case SQLITE_FLOAT: return SQL_REAL;
	case SQLITE_TEXT: return SQL_TEXT;
	case SQLITE_BLOB: return SQL_BYTES;
	default: return SQL_NULL;
	}
}

int sql_done(struct sql_query *query, struct problem *problem)
{
	/* The sentence comes before the reset, which forgets it. */
	int error = query->error == SQLITE_OK ? JISR_OK : failed(query->sql, query->error, problem);
	if (query->slot >= 0) {
		(void)sqlite3_reset(query->statement);
		(void)sqlite3_clear_bindings(query->statement);
		query->sql->kept[query->slot].used = false;
	} else {
		(void)sqlite3_finalize(query->statement);
	}
	query->statement = NULL;
	query->slot = -1;
	return error;
}

int sql_done_read(struct sql_query *query, int error, struct problem *problem, const char *what, ...)
{
	char name[PROBLEM_MAX];
	va_list values;
	int done = sql_done(query, problem);
	if (done || !error)
		return done;
	va_start(values, what);
	(void)vsnprintf(name, sizeof name, what, values);
	va_end(values);
	return problem_set(problem, error, "%s: %s", name, error_text(error));
}

int sql_run(struct sql_query *query, struct problem *problem)
{
	while (sql_next(query))
		;
	return sql_done(query, problem);
}

int sql_run_number(struct sql_query *query, int64_t otherwise, int64_t *ret_number, struct problem *problem)
{
	int64_t number = sql_next(query) && !sql_null(query, 0) ? sql_number(query, 0) : otherwise;
	int error = sql_done(query, problem);
	if (!error)
		*ret_number = number;
	return error;
}

struct sqlite3 *sql_handle(struct sql *sql)
{
	return sql->base;
}

int64_t sql_changes(const struct sql *sql)
{
	return sqlite3_changes64(sql->base);
}

/* ---- transactions ---- */

static int simple(struct sql *sql, const char *statement, struct problem *problem)
{
	struct sql_query query = sql_query(sql, statement);
	return sql_run(&query, problem);
}

int sql_begin_write(struct sql *sql, struct problem *problem)
{
	return simple(sql, "BEGIN IMMEDIATE", problem);
}

int sql_begin_read(struct sql *sql, struct problem *problem)
{
	return simple(sql, "BEGIN", problem);
}

int sql_commit(struct sql *sql, struct problem *problem)
{
	return simple(sql, "COMMIT", problem);
}

void sql_rollback(struct sql *sql)
{
	if (sql_inside(sql))
		(void)simple(sql, "ROLLBACK", NULL);
}

bool sql_inside(const struct sql *sql)
{
	return sqlite3_get_autocommit(sql->base) == 0;
}

int sql_save(struct sql *sql, struct problem *problem)
{
	return simple(sql, "SAVEPOINT s", problem);
}

int sql_release(struct sql *sql, struct problem *problem)
{
	return simple(sql, "RELEASE s", problem);
}

bool sql_undo(struct sql *sql)
{
	return sql_inside(sql) && simple(sql, "ROLLBACK TO s", NULL) == JISR_OK &&
	       simple(sql, "RELEASE s", NULL) == JISR_OK;
}

int sql_version(struct sql *sql, int64_t *ret_version, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "PRAGMA data_version");
	return sql_run_number(&query, 0, ret_version, problem);
}

int sql_checkpoint(struct sql *sql, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "PRAGMA wal_checkpoint(TRUNCATE)");
	int64_t busy = 0;
	(void)sqlite3_busy_handler(sql->base, NULL, NULL); /* whoever asks may wait better than here */
	int error = sql_run_number(&query, 0, &busy, problem);
	(void)sqlite3_busy_handler(sql->base, wait_for_lock, NULL);
	if (!error && busy != 0)
		error = problem_set(problem, JISR_BUSY, "%s: a reader still holds an older state. Try again",
		                    sql->path);
	return error;
}

int sql_check(struct sql *sql, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "PRAGMA quick_check(1)");
	struct problem found = {""};
	bool good = sql_next(&query) && strcmp(sql_text(&query, 0), "ok") == 0;
	if (!good && query.error == SQLITE_OK)
		(void)problem_set(&found, JISR_CORRUPT, "%s is damaged (%s). Put back a backup (jisr restore)",
		                  sql->path, sql_text(&query, 0));
	int error = sql_done(&query, problem);
	return error || good ? error : problem_set(problem, JISR_CORRUPT, "%s", found.text);
}

int sql_check_file(const char *path, bool *ret_sums, struct problem *problem)
{
	CLEANUP(sql_closep) struct sql *sql = memory_zero(1, sizeof *sql);
	if (sql == NULL)
		return problem_no_memory(problem);
	(void)snprintf(sql->path, sizeof sql->path, "%s", path);
	int code = open_base(sql, SQL_READ);
	if (code != SQLITE_OK)
		return failed(sql, code, problem);
	(void)sqlite3_busy_handler(sql->base, wait_for_lock, NULL);
	int error = sql_check(sql, problem);
	*ret_sums = !error && sums_present(sql->base);
	return error;
}

int sql_copy(const char *from, const char *to, struct problem *problem)
{
	CLEANUP(sql_closep) struct sql *source = memory_zero(1, sizeof *source);
	CLEANUP(sql_closep) struct sql *target = memory_zero(1, sizeof *target);
	if (source == NULL || target == NULL)
		return problem_no_memory(problem);
	(void)snprintf(source->path, sizeof source->path, "%s", from);
	(void)snprintf(target->path, sizeof target->path, "%s", to);
	if (access(to, F_OK) == 0)
		return problem_set(problem, JISR_STATE, "%s is there already", to);
	int error = create_file(to, problem);
	if (error)
		return error;
	int code = open_base(source, SQL_READ);
	if (code != SQLITE_OK)
		return failed(source, code, problem);
	code = open_base(target, SQL_CREATE);
	if (code != SQLITE_OK)
		return failed(target, code, problem);
	(void)sqlite3_busy_handler(source->base, wait_for_lock, NULL);
	code = sqlite3_exec(source->base, "SELECT count(*) FROM sqlite_master", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return failed(source, code, problem);
	sums_follow(target->base, source->base);
	sqlite3_backup *backup = sqlite3_backup_init(target->base, "main", source->base, "main");
	if (backup == NULL)
		return failed(target, sqlite3_errcode(target->base), problem);
	code = sqlite3_backup_step(backup, -1); /* all pages in one state */
	int finished = sqlite3_backup_finish(backup);
	if (code == SQLITE_DONE && finished == SQLITE_OK)
		return JISR_OK;
	/* The error stands with the target but for what could not be read. */
	return failed(sqlite3_errcode(source->base) != SQLITE_OK ? source : target,
	              finished != SQLITE_OK ? finished : code, problem);
}
