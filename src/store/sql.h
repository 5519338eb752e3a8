/* SQLite as jisr uses it: a connection with its prepared statements, and statements that are used like this:
 *
 *   struct sql_query query = sql_query(sql, "SELECT name FROM office WHERE code = ?1");
 *   sql_bind_text(&query, 1, code);
 *   while (sql_next(&query))
 *           use(sql_text(&query, 0));
 *   return sql_done(&query, problem);
 *
 * A failure stays in the query: binding and stepping then do nothing, and sql_done (always to be called) tells it. The
 * text of a statement is a literal: the connection keeps what it prepared by the literal's address. Values are bound,
 * never written into the text.
 *
 * One connection is used by one thread at a time. */
#ifndef JISR_STORE_SQL_H
#define JISR_STORE_SQL_H

#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SQL_WAIT_MS 10000 /* for another process to finish its transaction, then JISR_BUSY */

struct sql;

enum sql_mode {
	SQL_READ,   /* the file must be there and cannot be changed through it */
	SQL_WRITE,  /* the file must be there: JISR_NOT_FOUND */
	SQL_CREATE, /* made when it is missing, mode 0600 */
};

/* Write-ahead log, synchronous=FULL, secure_delete, foreign keys checked, schema not trusted. The file's application id
 * is set when it is made and checked else: JISR_CORRUPT for a file of something else. JISR_NOT_FOUND, JISR_IO, JISR_FULL,
 * JISR_BUSY, JISR_NO_MEMORY. */
int sql_open(const char *path, enum sql_mode mode, uint32_t application, struct sql **ret_sql, struct problem *problem);
struct sql *sql_close(struct sql *sql);
MEMORY_DEFINE_FREEP(struct sql, sql_close)

const char *sql_path(const struct sql *sql);

/* SQLite's own connection, for what is done to it beside the functions here (store/mirror.h). */
struct sqlite3;
struct sqlite3 *sql_handle(struct sql *sql);

/* Something of the connection's owner, for functions that are given the connection alone. NULL at first. */
void sql_attach(struct sql *sql, void *context);
void *sql_attached(const struct sql *sql);

/* One or more statements without values. */
int sql_execute(struct sql *sql, const char *statements, struct problem *problem);

/* A statement in use; a value on the caller's stack that is not copied. */
struct sql_query {
	struct sql *sql;
	void *statement; /* sqlite3_stmt */
	int slot;        /* of the connection's kept statements; -1: finalised when done */
	int error;       /* sticky */
};

/* `statement` is a literal. Never fails by itself: the error is in the query. */
struct sql_query sql_query(struct sql *sql, const char *statement);

/* For a text that is put together (names of tables, in dumps and drops): prepared for this use alone. */
struct sql_query sql_query_once(struct sql *sql, const char *statement);

/* Places from 1. Texts and bytes must stay until sql_done; a NULL text binds NULL. */
void sql_bind_text(struct sql_query *query, int place, const char *text);
void sql_bind_text_length(struct sql_query *query, int place, const char *text, size_t length);
void sql_bind_bytes(struct sql_query *query, int place, const void *bytes, size_t length);
void sql_bind_number(struct sql_query *query, int place, int64_t number);
void sql_bind_real(struct sql_query *query, int place, double number);

/* The next row; false at the end or after an error. Columns from 0, valid until the next step or sql_done. */
bool sql_next(struct sql_query *query);
const char *sql_text(struct sql_query *query, int column);                      /* "" for NULL */
const void *sql_bytes(struct sql_query *query, int column, size_t *ret_length); /* NULL and 0 for NULL or empty */
int64_t sql_number(struct sql_query *query, int column);
double sql_real(struct sql_query *query, int column);
bool sql_null(struct sql_query *query, int column);
int sql_columns(struct sql_query *query);
/* Copies the texts of so many columns from that one on into the arena. JISR_NO_MEMORY. */
int sql_keep_texts(struct sql_query *query, int column, struct arena *arena, const char **const *ret_texts,
                   size_t count);
enum sql_type { SQL_NULL, SQL_NUMBER, SQL_REAL, SQL_TEXT, SQL_BYTES };
enum sql_type sql_type(struct sql_query *query, int column);

/* Gives the statement back. 0, or the first error with a sentence that names the file and what to do: JISR_FULL, JISR_IO,
 * JISR_BUSY, JISR_CORRUPT, JISR_NO_MEMORY, JISR_CONFLICT (a constraint). */
int sql_done(struct sql_query *query, struct problem *problem);

/* The same where reading rows may fail, too: `error` is what that came to, told of what is named ("hit 2026/17") unless the
 * statement has an error of its own. */
int sql_done_read(struct sql_query *query, int error, struct problem *problem, const char *what, ...)
	__attribute__((format(printf, 4, 5)));

/* Steps to the end and gives back: for statements without rows. */
int sql_run(struct sql_query *query, struct problem *problem);

/* The number in the first row and column; `otherwise` when there is no row or it is NULL. Gives back. */
int sql_run_number(struct sql_query *query, int64_t otherwise, int64_t *ret_number, struct problem *problem);

/* Rows that the last statement changed. */
int64_t sql_changes(const struct sql *sql);

/* BEGIN IMMEDIATE (the one right to write, waited for at most SQL_WAIT_MS), or a reading transaction, whose state is
 * fixed by the first read. */
int sql_begin_write(struct sql *sql, struct problem *problem);
int sql_begin_read(struct sql *sql, struct problem *problem);
int sql_commit(struct sql *sql, struct problem *problem);
void sql_rollback(struct sql *sql); /* never fails; does nothing outside a transaction */
bool sql_inside(const struct sql *sql);

/* One level of savepoint inside a transaction. sql_undo takes back what came after sql_save; false when the whole
 * transaction is gone (an I/O error made SQLite roll it back). */
int sql_save(struct sql *sql, struct problem *problem);
int sql_release(struct sql *sql, struct problem *problem);
bool sql_undo(struct sql *sql);

/* Changes when another connection (of any process) committed; equal values mean nothing did. */
int sql_version(struct sql *sql, int64_t *ret_version, struct problem *problem);

/* Writes all of the write-ahead log into the file and cuts it to nothing, so that what was deleted is gone from both.
 * JISR_BUSY when a reader holds an older state. */
int sql_checkpoint(struct sql *sql, struct problem *problem);

/* Copies a database as it is at one moment, while others may write it, to a file that is not there yet (mode 0600), durably.
 * Of any kind, not only ours. */
int sql_copy(const char *from, const char *to, struct problem *problem);

/* Reads the whole file: JISR_CORRUPT and what is damaged. */
int sql_check(struct sql *sql, struct problem *problem);

/* The same of a file of any kind; *ret_sums: its pages have sums (store/sums.h), so that it is all as it was written. */
int sql_check_file(const char *path, bool *ret_sums, struct problem *problem);

#endif
