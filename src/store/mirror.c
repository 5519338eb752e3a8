/* Invariants:
 *   1  the copy's `change` is that of the last change whose rows it has, all of them;
 *   2  it is never above PostgreSQL's: rows are committed there first;
 *   3  a copy whose `change` is missing has nothing to do with the shared rows: its own are deleted before theirs come. */
#define SQLITE_ENABLE_SESSION
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include "store/mirror.h"

#include "store/mirror_row.h"
#include "store/seal.h"
#include "store/shared_private.h"
#include "store/sql_private.h"

#include <sodium.h>
#include <sqlite3.h>
#include <string.h>

#define MAX_TABLES    16
#define MAX_STATEMENT 2000

struct table {
	const char *name;
	size_t columns;
	int key[MIRROR_MAX_COLUMNS]; /* place in the primary key from 1; 0: not of it */
	sqlite3_stmt *select, *put, *drop;
};

struct mirror {
	const char *base;
	struct shared *shared;
	struct sql *sql;
	sqlite3 *sqlite;          /* its */
	sqlite3_session *session; /* NULL: no change is under way */
	uint64_t last;            /* there, when the change under way began */
	uint8_t seal[SEAL_KEY];
	struct table tables[MAX_TABLES];
	size_t table_count;
	struct text plain, sealed;
};

/* ---- tables ---- */

/* "name" or "name IS ?1" for each column, of all or of the key; places are those of the columns, or of the key. */
static void list(struct text *text, const struct table *table, sqlite3_stmt *columns, bool key)
{
	bool first = true;
	(void)sqlite3_reset(columns);
	for (size_t i = 0; sqlite3_step(columns) == SQLITE_ROW && i < table->columns; i++) {
		if (key && table->key[i] == 0)
			continue;
		(void)text_add_string(text, first ? "" : key ? " AND " : ", ");
		(void)text_add_format(text, key ? "\"%s\" IS ?%d" : "\"%s\"",
		                      (const char *)sqlite3_column_text(columns, 0), table->key[i]);
		first = false;
	}
}

static int prepare(struct mirror *mirror, const struct text *text, sqlite3_stmt **ret_statement,
                   struct problem *problem)
{
	if (text->error)
		return problem_no_memory(problem);
	return sqlite3_prepare_v3(mirror->sqlite, text->bytes, (int)text->length, SQLITE_PREPARE_PERSISTENT,
	                          ret_statement, NULL) == SQLITE_OK
	               ? JISR_OK
	               : sql_refused(mirror->sql, problem);
}

static int prepare_table(struct mirror *mirror, struct table *table, sqlite3_stmt *columns, struct problem *problem)
{
	struct text text;
	text_init(&text, MAX_STATEMENT);
	(void)text_add_string(&text, "SELECT ");
	list(&text, table, columns, false);
	(void)text_add_format(&text, " FROM \"%s\" WHERE ", table->name);
	list(&text, table, columns, true);
	int error = prepare(mirror, &text, &table->select, problem);
	text_reset(&text);
	(void)text_add_format(&text, "DELETE FROM \"%s\" WHERE ", table->name);
	list(&text, table, columns, true);
	if (!error)
		error = prepare(mirror, &text, &table->drop, problem);
	text_reset(&text);
	(void)text_add_format(&text, "INSERT OR REPLACE INTO \"%s\" (", table->name);
	list(&text, table, columns, false);
	(void)text_add_string(&text, ") VALUES (");
	for (size_t i = 0; i < table->columns; i++)
		(void)text_add_format(&text, i == 0 ? "?%zu" : ", ?%zu", i + 1);
	(void)text_add_char(&text, ')');
	if (!error)
		error = prepare(mirror, &text, &table->put, problem);
	text_finish(&text);
	return error;
}

static int describe(struct mirror *mirror, const char *name, struct problem *problem)
{
	struct table *table = &mirror->tables[mirror->table_count++];
	sqlite3_stmt *columns = NULL;
	size_t keys = 0;
	*table = (struct table){.name = name};
	if (sqlite3_prepare_v2(mirror->sqlite, "SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid", -1, &columns,
	                       NULL) != SQLITE_OK)
		return sql_refused(mirror->sql, problem);
	(void)sqlite3_bind_text(columns, 1, name, -1, SQLITE_STATIC);
	for (; table->columns < MIRROR_MAX_COLUMNS && sqlite3_step(columns) == SQLITE_ROW; table->columns++) {
		table->key[table->columns] = sqlite3_column_int(columns, 1);
		keys += table->key[table->columns] > 0;
	}
	int error = keys > 0 ? prepare_table(mirror, table, columns, problem)
	                     : problem_set(problem, JISR_STATE, "the table %s cannot be shared", name);
	(void)sqlite3_finalize(columns);
	return error;
}

static struct table *find_table(struct mirror *mirror, const char *name)
{
	for (size_t i = 0; i < mirror->table_count; i++)
		if (strcmp(mirror->tables[i].name, name) == 0)
			return &mirror->tables[i];
	return NULL;
}

/* ---- opening ---- */

static int make(const char *base, const char *const *tables, struct sql *sql, struct mirror **ret_mirror,
                struct problem *problem)
{
	CLEANUP(mirror_freep) struct mirror *mirror = memory_zero(1, sizeof *mirror);
	if (mirror == NULL)
		return problem_no_memory(problem);
	mirror->base = base;
	mirror->sql = sql;
	mirror->sqlite = sql_handle(sql);
	text_init(&mirror->plain, MIRROR_MAX_ROW);
	text_init(&mirror->sealed, MIRROR_MAX_ROW + SEAL_MORE);
	int error = sql_execute(
		mirror->sql,
		"CREATE TABLE IF NOT EXISTS mirror (id INTEGER PRIMARY KEY CHECK (id = 1), change INTEGER NOT "
		"NULL) STRICT",
		problem);
	for (size_t i = 0; !error && tables[i] != NULL && i < MAX_TABLES; i++)
		error = describe(mirror, tables[i], problem);
	if (error)
		return error;
	*ret_mirror = mirror;
	mirror = NULL;
	return JISR_OK;
}

int mirror_open(const char *directory, const char *base, const char *const *tables, struct sql *sql,
                struct mirror **ret_mirror, struct problem *problem)
{
	CLEANUP(mirror_freep) struct mirror *mirror = NULL;
	CLEANUP(shared_freep) struct shared *shared = NULL;
	uint8_t seal[SEAL_KEY];
	*ret_mirror = NULL;
	int error = shared_of(directory, &shared, problem);
	if (error || shared == NULL)
		return error;
	error = seal_load(directory, SEAL_SHARED_FILE, false, seal, problem);
	if (error == JISR_NOT_FOUND)
		return JISR_OK;
	if (!error)
		error = make(base, tables, sql, &mirror, problem);
	if (error)
		return error;
	memcpy(mirror->seal, seal, sizeof seal);
	sodium_memzero(seal, sizeof seal);
	mirror->shared = shared;
	shared = NULL;
	*ret_mirror = mirror;
	mirror = NULL;
	return JISR_OK;
}

struct mirror *mirror_free(struct mirror *mirror)
{
	if (mirror == NULL)
		return NULL;
	if (mirror->session != NULL)
		sqlite3session_delete(mirror->session);
	for (size_t i = 0; i < mirror->table_count; i++) {
		(void)sqlite3_finalize(mirror->tables[i].select);
		(void)sqlite3_finalize(mirror->tables[i].put);
		(void)sqlite3_finalize(mirror->tables[i].drop);
	}
	shared_free(mirror->shared);
	sodium_memzero(mirror->seal, sizeof mirror->seal);
	text_finish(&mirror->plain);
	text_finish(&mirror->sealed);
	return memory_free(mirror);
}

/* ---- the copy's state ---- */

static int read_change(struct mirror *mirror, bool *ret_filled, uint64_t *ret_change, struct problem *problem)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(mirror->sqlite, "SELECT change FROM mirror", -1, &statement, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	*ret_filled = code == SQLITE_ROW;
	*ret_change = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
	int error = code == SQLITE_ROW || code == SQLITE_DONE ? JISR_OK : sql_refused(mirror->sql, problem);
	(void)sqlite3_finalize(statement);
	return error;
}

static int write_change(struct mirror *mirror, uint64_t change, struct problem *problem)
{
	char statement[120];
	(void)snprintf(statement, sizeof statement, "INSERT OR REPLACE INTO mirror (id, change) VALUES (1, %llu)",
	               (unsigned long long)change);
	return sql_execute(mirror->sql, statement, problem);
}

bool mirror_filled(struct mirror *mirror)
{
	bool filled = false;
	uint64_t change = 0;
	return read_change(mirror, &filled, &change, NULL) == JISR_OK && filled;
}

/* ---- sealing ---- */

/* Under which key a row lies: a keyed hash of its table and its primary key, from which nobody learns either. */
static int name_row(struct mirror *mirror, const struct table *table, const struct mirror_row *row,
                    uint8_t ret_key[SHARED_ROW_KEY], struct problem *problem)
{
	struct mirror_row key = {.deleted = true};
	(void)snprintf(key.table, sizeof key.table, "%s", table->name);
	for (size_t i = 0; i < table->columns; i++)
		if (table->key[i] > 0) {
			key.values[table->key[i] - 1] = row->values[i];
			key.count++;
		}
	text_reset(&mirror->plain);
	if (mirror_row_write(&key, &mirror->plain))
		return problem_no_memory(problem);
	(void)crypto_generichash(ret_key, SHARED_ROW_KEY, (const unsigned char *)mirror->plain.bytes,
	                         mirror->plain.length, mirror->seal, sizeof mirror->seal);
	return JISR_OK;
}

/* What `name_row` left in `plain` is the row of one that is deleted. */
static int put_row(struct mirror *mirror, struct shared *shared, const struct table *table,
                   const struct mirror_row *row, uint64_t change, struct problem *problem)
{
	struct shared_row out = {.change = change};
	int error = name_row(mirror, table, row, out.key, problem);
	if (!error && !row->deleted) {
		text_reset(&mirror->plain);
		if (mirror_row_write(row, &mirror->plain))
			error = problem_set(problem, mirror->plain.error, "a row of %s is too large to be shared",
			                    table->name);
	}
	if (!error && mirror_row_seal(mirror->seal, mirror->base, &mirror->plain, &mirror->sealed, &out))
		error = problem_no_memory(problem);
	if (error)
		return error;
	return shared_rows_put(shared, mirror->base, &out, problem);
}

/* ---- rows of SQLite ---- */

static void bind(sqlite3_stmt *statement, int place, const struct mirror_value *value)
{
	switch (value->type) {
	case SQL_NUMBER: (void)sqlite3_bind_int64(statement, place, value->number); break;
	case SQL_REAL: (void)sqlite3_bind_double(statement, place, value->real); break;
	case SQL_TEXT:
		(void)sqlite3_bind_text64(statement, place, value->bytes, value->length, SQLITE_STATIC, SQLITE_UTF8);
		break;
	case SQL_BYTES:
		if (value->length > 0)
			(void)sqlite3_bind_blob64(statement, place, value->bytes, value->length, SQLITE_STATIC);
		else
			(void)sqlite3_bind_zeroblob(statement, place, 0);
		break;
	default: (void)sqlite3_bind_null(statement, place); break;
	}
}

static struct mirror_value value_of(sqlite3_value *value)
{
	struct mirror_value out = {.type = SQL_NULL};
	switch (value != NULL ? sqlite3_value_type(value) : SQLITE_NULL) {
	case SQLITE_INTEGER:
		out.type = SQL_NUMBER;
		out.number = sqlite3_value_int64(value);
		break;
	case SQLITE_FLOAT:
		out.type = SQL_REAL;
		out.real = sqlite3_value_double(value);
		break;
	case SQLITE_TEXT:
		out.type = SQL_TEXT;
		out.bytes = (const char *)sqlite3_value_text(value);
		out.length = (size_t)sqlite3_value_bytes(value);
		break;
	case SQLITE_BLOB:
		out.type = SQL_BYTES;
		out.bytes = sqlite3_value_blob(value);
		out.length = (size_t)sqlite3_value_bytes(value);
		break;
	default: break;
	}
	return out;
}

static void read_columns(sqlite3_stmt *statement, const struct table *table, struct mirror_row *row)
{
	row->count = table->columns;
	(void)snprintf(row->table, sizeof row->table, "%s", table->name);
	for (size_t i = 0; i < table->columns; i++)
		row->values[i] = value_of(sqlite3_column_value(statement, (int)i));
}

/* ---- taking what others changed ---- */

struct taking {
	struct mirror *mirror;
	uint64_t change; /* of the last row */
	uint64_t rows;
	struct problem *problem;
};

static int run(struct mirror *mirror, sqlite3_stmt *statement, struct problem *problem)
{
	int error = sqlite3_step(statement) == SQLITE_DONE ? JISR_OK : sql_refused(mirror->sql, problem);
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return error;
}

static int apply(struct mirror *mirror, const struct mirror_row *row, struct problem *problem)
{
	const struct table *table = find_table(mirror, row->table);
	size_t keys = 0;
	if (row->table[0] == '\0') /* give_first's */
		return JISR_OK;
	for (size_t i = 0; table != NULL && i < table->columns; i++)
		keys += table->key[i] > 0;
	if (table == NULL || row->count != (row->deleted ? keys : table->columns))
		return problem_set(
			problem, JISR_UNSUPPORTED,
			"beside the shared log lies what this version of jisr does not know (the table %s). Let all "
			"machines have the same version",
			row->table);
	sqlite3_stmt *statement = row->deleted ? table->drop : table->put;
	for (size_t i = 0; i < row->count; i++)
		bind(statement, (int)i + 1, &row->values[i]);
	return run(mirror, statement, problem);
}

static int take_row(void *context, const struct shared_row *in)
{
	struct taking *taking = context;
	struct mirror *mirror = taking->mirror;
	struct mirror_row row;
	if (!mirror_row_open(mirror->seal, mirror->base, in, &mirror->plain, &row))
		return problem_set(
			taking->problem, JISR_CORRUPT,
			"beside the shared log lies a row that was changed there, or that another " SEAL_SHARED_FILE
			" sealed. Nothing is taken");
	taking->change = in->change;
	taking->rows++;
	return apply(mirror, &row, taking->problem);
}

/* The copy's own rows go before the first that it shares come. */
static int wipe(struct mirror *mirror, struct problem *problem)
{
	int error = JISR_OK;
	for (size_t i = 0; !error && i < mirror->table_count; i++) {
		char statement[120];
		(void)snprintf(statement, sizeof statement, "DELETE FROM \"%s\"", mirror->tables[i].name);
		error = sql_execute(mirror->sql, statement, problem);
	}
	return error;
}

/* Inside a transaction of SQLite. Nothing is asked for when the copy is at `there` (0: not known). */
static int take(struct mirror *mirror, uint64_t there, uint64_t *ret_rows, uint64_t *ret_change,
                struct problem *problem)
{
	struct taking taking = {.mirror = mirror, .problem = problem};
	bool filled = false;
	int error = sql_execute(mirror->sql, "PRAGMA defer_foreign_keys = ON", problem);
	if (!error)
		error = read_change(mirror, &filled, &taking.change, problem);
	if (!error && !filled)
		error = wipe(mirror, problem);
	if (!error && (!filled || there == 0 || there != taking.change))
		error = shared_rows_read(mirror->shared, mirror->base, taking.change, take_row, &taking, problem);
	if (!error && !filled && taking.rows == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "beside the shared log lies nothing of %s", mirror->base);
	if (!error && taking.rows > 0)
		error = write_change(mirror, taking.change, problem);
	*ret_rows = taking.rows + !filled;
	*ret_change = taking.change;
	return error;
}

int mirror_catch_up(struct mirror *mirror, bool *ret_news, struct problem *problem)
{
	uint64_t rows = 0, change = 0;
	*ret_news = false;
	int error = sql_begin_write(mirror->sql, problem);
	if (error)
		return error;
	error = take(mirror, 0, &rows, &change, problem);
	if (!error)
		error = sql_commit(mirror->sql, problem);
	sql_rollback(mirror->sql);
	*ret_news = !error && rows > 0;
	return error;
}

/* ---- changing ---- */

static int watch(struct mirror *mirror, struct problem *problem)
{
	int code = sqlite3session_create(mirror->sqlite, "main", &mirror->session);
	for (size_t i = 0; code == SQLITE_OK && i < mirror->table_count; i++)
		code = sqlite3session_attach(mirror->session, mirror->tables[i].name);
	return code == SQLITE_OK ? JISR_OK : problem_no_memory(problem);
}

int mirror_begin(struct mirror *mirror, struct problem *problem)
{
	uint64_t rows = 0, change = 0;
	int error = shared_rows_begin(mirror->shared, mirror->base, &mirror->last, problem);
	if (error)
		return error;
	error = sql_begin_write(mirror->sql, problem);
	if (!error)
		error = take(mirror, mirror->last, &rows, &change, problem);
	if (!error && change != mirror->last)
		error = problem_set(problem, JISR_CORRUPT,
		                    "beside the shared log %s is at change %llu, and here at %llu: one of them was put "
		                    "back. Nothing "
		                    "is written",
		                    mirror->base, (unsigned long long)mirror->last, (unsigned long long)change);
	if (!error)
		error = watch(mirror, problem);
	if (error)
		mirror_rollback(mirror);
	return error;
}

void mirror_rollback(struct mirror *mirror)
{
	if (mirror->session != NULL)
		sqlite3session_delete(mirror->session);
	mirror->session = NULL;
	sql_rollback(mirror->sql);
	shared_rollback(mirror->shared);
}

/* The row as it is now, or that it is gone. */
static int put_changed(struct mirror *mirror, sqlite3_changeset_iter *iterator, struct problem *problem)
{
	const char *name = NULL;
	int columns = 0, operation = 0;
	struct mirror_row row = {.deleted = true};
	if (sqlite3changeset_op(iterator, &name, &columns, &operation, NULL) != SQLITE_OK)
		return problem_no_memory(problem);
	struct table *table = find_table(mirror, name);
	if (table == NULL || (size_t)columns != table->columns)
		return problem_set(problem, JISR_STATE, "the table %s has other columns than when it was opened", name);
	for (int i = 0; i < columns; i++) {
		sqlite3_value *value = NULL;
		if (table->key[i] == 0)
			continue;
		(void)(operation == SQLITE_INSERT ? sqlite3changeset_new(iterator, i, &value)
		                                  : sqlite3changeset_old(iterator, i, &value));
		row.values[i] = value_of(value);
		bind(table->select, table->key[i], &row.values[i]);
	}
	int code = sqlite3_step(table->select);
	if (code == SQLITE_ROW) {
		row.deleted = false;
		read_columns(table->select, table, &row);
	}
	int error = code == SQLITE_ROW || code == SQLITE_DONE
	                    ? put_row(mirror, mirror->shared, table, &row, mirror->last + 1, problem)
	                    : sql_refused(mirror->sql, problem);
	(void)sqlite3_reset(table->select);
	(void)sqlite3_clear_bindings(table->select);
	return error;
}

/* *ret_count rows: none when what was changed was changed back. */
static int put_changes(struct mirror *mirror, uint64_t *ret_count, struct problem *problem)
{
	sqlite3_changeset_iter *iterator = NULL;
	void *changes = NULL;
	int size = 0;
	if (sqlite3session_changeset(mirror->session, &size, &changes) != SQLITE_OK ||
	    sqlite3changeset_start(&iterator, size, changes) != SQLITE_OK) {
		sqlite3_free(changes);
		return problem_no_memory(problem);
	}
	int error = JISR_OK;
	for (*ret_count = 0; !error && sqlite3changeset_next(iterator) == SQLITE_ROW; ++*ret_count)
		error = put_changed(mirror, iterator, problem);
	(void)sqlite3changeset_finalize(iterator);
	sqlite3_free(changes);
	return error;
}

int mirror_commit(struct mirror *mirror, struct problem *problem)
{
	uint64_t count = 0;
	int error = JISR_OK;
	if (!sqlite3session_isempty(mirror->session))
		error = put_changes(mirror, &count, problem);
	bool same = count == 0;
	if (!error && !same)
		error = write_change(mirror, mirror->last + 1, problem);
	if (!error && !same &&
	    shared_rows_commit(mirror->shared, mirror->base, mirror->last + 1, problem) != SHARED_DONE)
		error = JISR_BUSY;
	if (!error) {
		int here = sql_commit(mirror->sql, problem);
		error = same ? here : JISR_OK; /* what is done there is done: this copy reads it anew */
	}
	mirror_rollback(mirror);
	return error;
}

/* ---- beginning and ending to share ---- */

static int give_table(struct mirror *mirror, struct shared *shared, const struct table *table, struct problem *problem)
{
	char text[120];
	sqlite3_stmt *statement = NULL;
	int code = SQLITE_DONE, error = JISR_OK;
	(void)snprintf(text, sizeof text, "SELECT * FROM \"%s\"", table->name);
	if (sqlite3_prepare_v2(mirror->sqlite, text, -1, &statement, NULL) != SQLITE_OK)
		return sql_refused(mirror->sql, problem);
	while (!error && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		struct mirror_row row = {.deleted = false};
		read_columns(statement, table, &row);
		error = put_row(mirror, shared, table, &row, 1, problem);
	}
	if (!error && code != SQLITE_DONE)
		error = sql_refused(mirror->sql, problem);
	(void)sqlite3_finalize(statement);
	return error;
}

/* A row of no table: what was given can be told from nothing also when every table is empty. */
static int give_first(struct mirror *mirror, struct shared *shared, struct problem *problem)
{
	static const struct table none = {.name = ""};
	const struct mirror_row row = {.deleted = false};
	return put_row(mirror, shared, &none, &row, 1, problem);
}

/* Inside the base's transaction: all rows, in place of what is there. */
static int give_all(struct mirror *mirror, struct shared *shared, struct problem *problem)
{
	int error = sql_begin_write(mirror->sql, problem);
	if (!error)
		error = shared_rows_clear(shared, mirror->base, problem);
	if (!error)
		error = give_first(mirror, shared, problem);
	for (size_t i = 0; !error && i < mirror->table_count; i++)
		error = give_table(mirror, shared, &mirror->tables[i], problem);
	if (!error)
		error = write_change(mirror, 1, problem);
	if (!error && shared_rows_commit(shared, mirror->base, 1, problem) != SHARED_DONE)
		error = JISR_BUSY;
	if (!error)
		error = sql_commit(mirror->sql, problem);
	sql_rollback(mirror->sql);
	return error;
}

int mirror_give(struct shared *shared, const uint8_t *seal, const char *base, const char *const *tables,
                struct sql *sql, struct problem *problem)
{
	CLEANUP(mirror_freep) struct mirror *mirror = NULL;
	uint64_t last = 0;
	int error = make(base, tables, sql, &mirror, problem);
	if (error)
		return error;
	memcpy(mirror->seal, seal, sizeof mirror->seal);
	error = shared_rows_begin(shared, base, &last, problem);
	if (!error)
		error = give_all(mirror, shared, problem);
	shared_rollback(shared);
	return error;
}

int mirror_give_missing(struct mirror *mirror, struct problem *problem)
{
	uint64_t last = 0;
	int error = shared_rows_begin(mirror->shared, mirror->base, &last, problem);
	if (!error && last == 0)
		error = give_all(mirror, mirror->shared, problem);
	shared_rollback(mirror->shared);
	return error;
}

int mirror_end_sharing(struct mirror *mirror, struct problem *problem)
{
	sqlite3session_delete(mirror->session);
	mirror->session = NULL;
	int error = sql_execute(mirror->sql, "DROP TABLE mirror; COMMIT", problem);
	mirror_rollback(mirror);
	return error;
}
