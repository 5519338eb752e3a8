#include "store/shared.h"

#include "base/clock.h"
#include "base/file.h"
#include "store/shared_private.h"

#include <endian.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOCK     "7236839521003479666" /* of pg_advisory_xact_lock: "jisr log" as a number */
#define PAUSE_MS 100
#define COLUMNS  7

void shared_clear(PGresult **result)
{
	PQclear(*result);
	*result = NULL;
}
#define RESULT SHARED_RESULT

/* ---- problems ---- */

static void one_line(const char *message, char out[300])
{
	size_t length = 0;
	for (const char *at = message; *at != '\0' && length < 299; at++)
		out[length++] = *at == '\n' || *at == '\t' ? ' ' : *at;
	while (length > 0 && out[length - 1] == ' ')
		length--;
	out[length] = '\0';
}

int shared_failed(struct shared *shared, const PGresult *result, const char *what, struct problem *problem)
{
	char message[300];
	const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	one_line(shared->connection != NULL ? PQerrorMessage(shared->connection) : "no connection", message);
	bool down = shared->connection == NULL || PQstatus(shared->connection) != CONNECTION_OK;
	int code = JISR_IO;
	if (down || state == NULL || strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0 ||
	    strncmp(state, "55P03", 5) == 0 || strncmp(state, "25", 2) == 0 || strncmp(state, "40", 2) == 0)
		code = JISR_BUSY;
	else if (strncmp(state, "53100", 5) == 0)
		code = JISR_FULL;
	else if (strncmp(state, "42P01", 5) == 0)
		code = JISR_NOT_FOUND;
	else if (strncmp(state, "23505", 5) == 0)
		code = JISR_CONFLICT;
	return problem_set(problem, code, "the shared log: cannot %s: %s", what, message);
}

/* ---- asking ---- */

/* The next result, waited for until `until`; NULL at the end, or when nobody answered: the connection is gone then. */
static PGresult *next_result(struct shared *shared, int64_t until)
{
	while (PQisBusy(shared->connection)) {
		struct pollfd line = {.fd = PQsocket(shared->connection), .events = POLLIN};
		int64_t left = until - clock_milliseconds();
		int told = left > 0 ? poll(&line, 1, (int)left) : 0;
		if (told == 0) {
			PQfinish(shared->connection);
			shared->connection = NULL;
			return NULL;
		}
		if (PQconsumeInput(shared->connection) != 1)
			break; /* PQgetResult tells it */
	}
	return PQgetResult(shared->connection);
}

PGresult *shared_next(struct shared *shared)
{
	return next_result(shared, clock_milliseconds() + SHARED_RIDE_SECONDS * 1000);
}

/* The last result of what was sent, as PQexec gives it, or the first that failed. A server that hangs with its line up, or
 * that waits for another machine to have what it is to acknowledge, would hold us for ever. */
static PGresult *results(struct shared *shared, int sent)
{
	int64_t until = clock_milliseconds() + SHARED_RIDE_SECONDS * 1000;
	PGresult *last = NULL;
	if (sent != 1)
		return NULL;
	for (PGresult *result; (result = next_result(shared, until)) != NULL;) {
		bool bad = last != NULL && PQresultStatus(last) == PGRES_FATAL_ERROR;
		PQclear(bad ? result : last);
		last = bad ? last : result;
		if (PQresultStatus(last) == PGRES_COPY_IN)
			break;
	}
	if (shared->connection == NULL) {
		PQclear(last);
		last = NULL;
	}
	return last;
}

static PGresult *query(struct shared *shared, const char *statements)
{
	return results(shared, PQsendQuery(shared->connection, statements));
}

#define MOST_VALUES 8

static PGresult *query_with(struct shared *shared, const char *statement, int count, const char *const *values,
                            const int *lengths)
{
	static const int binary[MOST_VALUES] = {1, 1, 1, 1, 1, 1, 1, 1};
	return results(shared,
	               PQsendQueryParams(shared->connection, statement, count, NULL, values, lengths, binary, 1));
}

/* ---- the connection ---- */

static void quiet(void *context, const PGresult *result)
{
	(void)context;
	(void)result;
}

static int connect_once(struct shared *shared, struct problem *problem)
{
	static const char *const names[] = {"target_session_attrs", "connect_timeout",  "keepalives_idle",
	                                    "keepalives_interval",  "keepalives_count", "tcp_user_timeout",
	                                    "application_name",     "dbname",           NULL};
	const char *const values[] = {"read-write", "3", "3", "2", "3", "8000", "jisr", shared->address, NULL};
	if (shared->connection != NULL)
		PQfinish(shared->connection);
	shared->listening = false;
	shared->connection = PQconnectdbParams(names, values, 1);
	if (shared->connection == NULL)
		return problem_no_memory(problem);
	if (PQstatus(shared->connection) != CONNECTION_OK) {
		int error = shared_failed(shared, NULL, "reach a server", problem);
		PQfinish(shared->connection);
		shared->connection = NULL;
		return error;
	}
	(void)PQsetNoticeReceiver(shared->connection, quiet, NULL);
	char statement[300];
	/* A server that was started again shows what it had not yet brought to another machine, and what may be lost with
	 * it. Something of our own that is acknowledged shows that all before it is safe. */
	(void)snprintf(statement, sizeof statement,
	               "SELECT pg_logical_emit_message(true, 'jisr', ''); SET lock_timeout = '%ds'; SET "
	               "idle_in_transaction_session_timeout = '%ds'; "
	               "SET client_min_messages = error",
	               SHARED_LOCK_SECONDS, SHARED_LOCK_SECONDS);
	RESULT result = query(shared, statement);
	return PQresultStatus(result) == PGRES_COMMAND_OK ? JISR_OK : shared_failed(shared, result, "set up", problem);
}

int shared_connected(struct shared *shared, struct problem *problem)
{
	if (shared->connection != NULL && PQstatus(shared->connection) == CONNECTION_OK)
		return JISR_OK;
	return connect_once(shared, problem);
}

int shared_open(const char *address, struct shared **ret_shared, struct problem *problem)
{
	char *wrong = NULL;
	if (strlen(address) > SHARED_MAX_ADDRESS)
		return problem_set(problem, JISR_BAD_INPUT, "the address of the shared log is over %d bytes",
		                   SHARED_MAX_ADDRESS);
	PQconninfoOption *options = PQconninfoParse(address, &wrong);
	if (options == NULL) {
		char message[300];
		one_line(wrong != NULL ? wrong : "out of memory", message);
		PQfreemem(wrong);
		return problem_set(problem, JISR_BAD_INPUT,
		                   "no address of a shared log (postgresql://HOST,HOST/DATABASE): %s", message);
	}
	PQconninfoFree(options);
	struct shared *shared = memory_zero(1, sizeof *shared);
	if (shared == NULL)
		return problem_no_memory(problem);
	(void)snprintf(shared->address, sizeof shared->address, "%s", address);
	text_init(&shared->row, ENTRY_MAX_BODY + ENTRY_MAX_HEADER + 4096);
	*ret_shared = shared;
	return JISR_OK;
}

/* Adds what DIR/shared-log holds. JISR_NOT_FOUND without a word where it is not there. */
static int read_address(const char *directory, struct text *address, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int length = snprintf(path, sizeof path, "%s/" SHARED_ADDRESS_FILE, directory);
	if (length < 0 || length >= (int)sizeof path)
		return problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", directory);
	if (access(path, F_OK) != 0)
		return JISR_NOT_FOUND;
	int error = file_read(path, address, problem);
	while (address->length > 0 && address->bytes[address->length - 1] == '\n')
		address->bytes[--address->length] = '\0';
	return error;
}

int shared_of(const char *directory, struct shared **ret_shared, struct problem *problem)
{
	struct text address;
	*ret_shared = NULL;
	text_init(&address, SHARED_MAX_ADDRESS + 2);
	int error = read_address(directory, &address, problem);
	if (!error)
		error = shared_open(address.bytes, ret_shared, problem);
	text_finish(&address);
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

bool shared_paths(const char *directory, void (*tell)(void *context, const char *path), void *context)
{
	static const char *const names[] = {"sslcert", "sslkey", "sslrootcert", "sslcrl", "sslcrldir", "passfile"};
	struct text address;
	text_init(&address, SHARED_MAX_ADDRESS + 2);
	bool there = read_address(directory, &address, NULL) == JISR_OK && address.length > 0;
	PQconninfoOption *options = there ? PQconninfoParse(address.bytes, NULL) : NULL;
	for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (strcmp(option->keyword, names[i]) == 0 && option->val != NULL && option->val[0] == '/')
				tell(context, option->val);
	PQconninfoFree(options);
	text_finish(&address);
	return options != NULL;
}

struct shared *shared_free(struct shared *shared)
{
	if (shared == NULL)
		return NULL;
	if (shared->connection != NULL)
		PQfinish(shared->connection);
	text_finish(&shared->row);
	return memory_free(shared);
}

int shared_execute(struct shared *shared, const char *statement, const char *what, struct problem *problem)
{
	RESULT result = query(shared, statement);
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? JISR_OK
	                                                               : shared_failed(shared, result, what, problem);
}

static const char tables[] =
	"BEGIN; SELECT pg_advisory_xact_lock(" LOCK ");"
	"CREATE TABLE IF NOT EXISTS jisr_log (sequence BIGINT PRIMARY KEY, salt BYTEA NOT NULL, header TEXT NOT NULL, "
	"key_id BYTEA NOT NULL, signature BYTEA NOT NULL, body_salt BYTEA, body TEXT);"
	"CREATE TABLE IF NOT EXISTS jisr_checkpoint (size BIGINT PRIMARY KEY, note TEXT NOT NULL);"
	"CREATE TABLE IF NOT EXISTS jisr_log_origin (one BOOLEAN PRIMARY KEY CHECK (one), name TEXT NOT NULL, closed "
	"BOOLEAN "
	"NOT NULL);"
	"CREATE TABLE IF NOT EXISTS jisr_row (base TEXT NOT NULL, key BYTEA NOT NULL, change BIGINT NOT NULL, sealed "
	"BYTEA NOT "
	"NULL, PRIMARY KEY (base, key));"
	"CREATE INDEX IF NOT EXISTS jisr_row_change ON jisr_row (base, change);"
	"CREATE TABLE IF NOT EXISTS jisr_change (base TEXT NOT NULL, change BIGINT NOT NULL, mark BYTEA NOT NULL, "
	"PRIMARY KEY "
	"(base, change));"
	"CREATE TABLE IF NOT EXISTS jisr_file (name TEXT PRIMARY KEY, size BIGINT NOT NULL, made TIMESTAMPTZ NOT NULL "
	"DEFAULT "
	"now());"
	"CREATE TABLE IF NOT EXISTS jisr_file_part (name TEXT NOT NULL REFERENCES jisr_file ON DELETE CASCADE, part "
	"BIGINT NOT "
	"NULL, bytes BYTEA NOT NULL, PRIMARY KEY (name, part)); COMMIT";

int shared_create(struct shared *shared, struct problem *problem)
{
	int error = shared_connected(shared, problem);
	return error ? error : shared_execute(shared, tables, "make its tables", problem);
}

#define ORIGIN "SELECT name, closed FROM jisr_log_origin"

static int read_origin(struct shared *shared, const PGresult *result, struct shared_origin *ret_origin,
                       struct problem *problem)
{
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return shared_failed(shared, result, "read what it is", problem);
	if (PQntuples(result) != 1 || PQgetlength(result, 0, 0) > NOTE_MAX_NAME)
		return problem_set(problem, JISR_NOT_FOUND,
		                   "no log is shared at that address. 'jisr log share' puts one there");
	(void)snprintf(ret_origin->name, sizeof ret_origin->name, "%s", PQgetvalue(result, 0, 0));
	ret_origin->closed = PQgetvalue(result, 0, 1)[0] == 't';
	return JISR_OK;
}

int shared_origin(struct shared *shared, struct shared_origin *ret_origin, struct problem *problem)
{
	int error = shared_connected(shared, problem);
	if (error)
		return error;
	RESULT result = query(shared, ORIGIN);
	return read_origin(shared, result, ret_origin, problem);
}

/* ---- transactions ---- */

static void pause_a_moment(void)
{
	const struct timespec rest = {0, PAUSE_MS * 1000000L};
	(void)nanosleep(&rest, NULL);
}

#define TAKE "BEGIN; SELECT pg_advisory_xact_lock(" LOCK ")"

static int begin_once(struct shared *shared, const char *statement, PGresult **ret_result, struct problem *problem)
{
	int error = shared_connected(shared, problem);
	RESULT result = error ? NULL : query(shared, statement);
	if (!error && PQresultStatus(result) != PGRES_TUPLES_OK)
		error = shared_failed(shared, result, "take the right to write", problem);
	if (error) {
		shared_rollback(shared);
		return error;
	}
	*ret_result = result;
	result = NULL;
	return JISR_OK;
}

int shared_begin_with(struct shared *shared, const char *statement, PGresult **ret_result, struct problem *problem)
{
	int64_t until = clock_milliseconds() + SHARED_RIDE_SECONDS * 1000;
	int error = begin_once(shared, statement, ret_result, problem);
	while (error == JISR_BUSY && clock_milliseconds() < until) {
		pause_a_moment();
		error = begin_once(shared, statement, ret_result, problem);
	}
	return error;
}

int shared_begin(struct shared *shared, struct shared_origin *ret_origin, struct problem *problem)
{
	/* Of several statements the last one's result is given, or the failure of the one that failed. */
	RESULT result = NULL;
	int error = shared_begin_with(shared, ret_origin != NULL ? TAKE "; " ORIGIN : TAKE, &result, problem);
	if (!error && ret_origin != NULL)
		error = read_origin(shared, result, ret_origin, problem);
	if (error)
		shared_rollback(shared);
	return error;
}

void shared_rollback(struct shared *shared)
{
	if (shared->connection == NULL)
		return;
	if (PQtransactionStatus(shared->connection) == PQTRANS_IDLE)
		return;
	PQclear(query(shared, "ROLLBACK"));
	if (shared->connection != NULL &&
	    PQtransactionStatus(shared->connection) != PQTRANS_IDLE) { /* in the midst of rows, or a broken line */
		PQfinish(shared->connection);
		shared->connection = NULL;
	}
}

/* Whether the entry is there, asked under the lock: what broke off has ended before. */
static enum shared_outcome look_for(struct shared *shared, const struct entry *last, struct problem *problem)
{
	uint64_t sequence = htobe64(last->sequence);
	const char *const values[] = {(const char *)&sequence};
	const int lengths[] = {sizeof sequence};
	if (shared_begin(shared, NULL, problem) != JISR_OK)
		return SHARED_UNKNOWN;
	RESULT result = query_with(shared, "SELECT salt FROM jisr_log WHERE sequence = $1::bigint", 1, values, lengths);
	enum shared_outcome outcome = SHARED_UNKNOWN;
	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		outcome = PQntuples(result) == 1 && PQgetlength(result, 0, 0) == sizeof last->salt &&
		                          memcmp(PQgetvalue(result, 0, 0), last->salt, sizeof last->salt) == 0
		                  ? SHARED_DONE
		                  : SHARED_NOT_DONE;
	shared_rollback(shared);
	return outcome;
}

enum shared_outcome shared_commit_plain(struct shared *shared, struct problem *problem)
{
	RESULT result = query(shared, "COMMIT");
	if (PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), "COMMIT") == 0)
		return SHARED_DONE;
	(void)shared_failed(shared, result, "commit", problem);
	if (PQstatus(shared->connection) != CONNECTION_OK)
		return SHARED_UNKNOWN;
	shared_rollback(shared); /* the server itself said no */
	return SHARED_NOT_DONE;
}

enum shared_outcome shared_commit(struct shared *shared, const struct entry *last, struct problem *problem)
{
	if (shared_execute(shared, "NOTIFY " SHARED_CHANNEL, "tell others", problem) != JISR_OK) {
		shared_rollback(shared);
		return SHARED_NOT_DONE;
	}
	enum shared_outcome outcome = shared_commit_plain(shared, problem);
	if (outcome != SHARED_UNKNOWN)
		return outcome;
	struct problem second = {""};
	outcome = look_for(shared, last, &second);
	if (outcome == SHARED_UNKNOWN)
		(void)problem_set(problem, JISR_BUSY,
		                  "the line to the shared log broke while it was committing, and nobody answers since: "
		                  "whether this was written is not known. Look before you do it again");
	return outcome;
}

/* ---- reading ---- */

static bool take(const PGresult *result, int row, int column, void *out, size_t size)
{
	if (PQgetisnull(result, row, column) || PQgetlength(result, row, column) != (int)size)
		return false;
	memcpy(out, PQgetvalue(result, row, column), size);
	return true;
}

uint64_t shared_number(const PGresult *result, int row, int column)
{
	uint64_t value = 0;
	return take(result, row, column, &value, sizeof value) ? be64toh(value) : 0;
}

static bool read_row(const PGresult *result, int row, struct entry *entry)
{
	*entry = (struct entry){.sequence = shared_number(result, row, 0)};
	bool good = entry->sequence > 0 && take(result, row, 1, entry->salt, sizeof entry->salt) &&
	            take(result, row, 3, entry->key_id, sizeof entry->key_id) &&
	            take(result, row, 4, entry->signature, sizeof entry->signature) &&
	            (size_t)PQgetlength(result, row, 2) <= ENTRY_MAX_HEADER;
	entry->header_bytes = PQgetvalue(result, row, 2);
	entry->header_length = (size_t)PQgetlength(result, row, 2);
	if (good && !PQgetisnull(result, row, 6)) {
		entry->body_bytes = PQgetvalue(result, row, 6);
		entry->body_length = (size_t)PQgetlength(result, row, 6);
		good = take(result, row, 5, entry->body_salt, sizeof entry->body_salt) &&
		       entry->body_length <= ENTRY_MAX_BODY;
	}
	return good;
}

int shared_entries(struct shared *shared, uint64_t from, int (*each)(void *context, const struct entry *entry),
                   void *context, struct problem *problem)
{
	uint64_t first = htobe64(from), end = htobe64(from + SHARED_BATCH);
	const char *const values[] = {(const char *)&first, (const char *)&end};
	const int lengths[] = {sizeof first, sizeof end};
	int error = shared_connected(shared, problem);
	if (error)
		return error;
	RESULT result =
		query_with(shared,
	                   "SELECT sequence, salt, header, key_id, signature, body_salt, body FROM jisr_log WHERE "
	                   "sequence >= $1::bigint AND sequence < $2::bigint ORDER BY sequence",
	                   2, values, lengths);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return shared_failed(shared, result, "read its entries", problem);
	for (int row = 0; !error && row < PQntuples(result); row++) {
		struct entry entry;
		error = read_row(result, row, &entry)
		                ? each(context, &entry)
		                : problem_set(problem, JISR_CORRUPT, "the shared log: the row of entry %llu is damaged",
		                              (unsigned long long)entry.sequence);
	}
	return error;
}

int shared_checkpoints(struct shared *shared, uint64_t from, uint64_t to,
                       int (*each)(void *context, uint64_t size, const char *note, size_t length), void *context,
                       struct problem *problem)
{
	uint64_t first = htobe64(from), last = htobe64(to);
	const char *const values[] = {(const char *)&first, (const char *)&last};
	const int lengths[] = {sizeof first, sizeof last};
	int error = shared_connected(shared, problem);
	if (error)
		return error;
	RESULT result = query_with(shared,
	                           "SELECT size, note FROM jisr_checkpoint WHERE size BETWEEN $1::bigint AND "
	                           "$2::bigint ORDER BY size",
	                           2, values, lengths);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return shared_failed(shared, result, "read its checkpoints", problem);
	for (int row = 0; !error && row < PQntuples(result); row++)
		error = each(context, shared_number(result, row, 0), PQgetvalue(result, row, 1),
		             (size_t)PQgetlength(result, row, 1));
	return error;
}

int shared_size(struct shared *shared, uint64_t *ret_size, struct problem *problem)
{
	int error = shared_connected(shared, problem);
	if (error)
		return error;
	RESULT result = query_with(shared, "SELECT coalesce(max(sequence), 0) FROM jisr_log", 0, NULL, NULL);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return shared_failed(shared, result, "read its size", problem);
	*ret_size = shared_number(result, 0, 0);
	return JISR_OK;
}

/* ---- writing ---- */

static void row_number16(struct text *row, uint16_t value)
{
	value = htobe16(value);
	(void)text_add(row, (const char *)&value, sizeof value);
}

static void row_field(struct text *row, const void *bytes, size_t length)
{
	uint32_t size = bytes == NULL ? UINT32_MAX : (uint32_t)length; /* of all ones: NULL */
	size = htobe32(size);
	(void)text_add(row, (const char *)&size, sizeof size);
	if (bytes != NULL)
		(void)text_add(row, bytes, length);
}

int shared_put_begin(struct shared *shared, struct problem *problem)
{
	static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* signature, flags, extension; 19 bytes */
	RESULT result = query(shared, "COPY jisr_log FROM STDIN (FORMAT binary)");
	if (PQresultStatus(result) != PGRES_COPY_IN || PQputCopyData(shared->connection, head, 19) != 1)
		return shared_failed(shared, result, "append", problem);
	return JISR_OK;
}

int shared_put(struct shared *shared, const struct entry *entry, struct problem *problem)
{
	struct text *row = &shared->row;
	uint64_t sequence = htobe64(entry->sequence);
	text_reset(row);
	row_number16(row, COLUMNS);
	row_field(row, &sequence, sizeof sequence);
	row_field(row, entry->salt, sizeof entry->salt);
	row_field(row, entry->header_bytes, entry->header_length);
	row_field(row, entry->key_id, sizeof entry->key_id);
	row_field(row, entry->signature, sizeof entry->signature);
	row_field(row, entry->body_bytes != NULL ? entry->body_salt : NULL, sizeof entry->body_salt);
	row_field(row, entry->body_bytes, entry->body_length);
	if (row->error)
		return problem_no_memory(problem);
	return PQputCopyData(shared->connection, row->bytes, (int)row->length) == 1
	               ? JISR_OK
	               : shared_failed(shared, NULL, "append", problem);
}

int shared_put_end(struct shared *shared, struct problem *problem)
{
	const uint16_t end = 0xFFFF;
	if (PQputCopyData(shared->connection, (const char *)&end, sizeof end) != 1 ||
	    PQputCopyEnd(shared->connection, NULL) != 1)
		return shared_failed(shared, NULL, "append", problem);
	int error = JISR_OK;
	for (PGresult *result; (result = shared_next(shared)) != NULL; PQclear(result))
		if (PQresultStatus(result) != PGRES_COMMAND_OK && !error)
			error = shared_failed(shared, result, "append", problem);
	return !error && shared->connection == NULL ? shared_failed(shared, NULL, "append", problem) : error;
}

int shared_run(struct shared *shared, const char *statement, int count, const char *const *values, const int *lengths,
               const char *what, PGresult **ret_result, struct problem *problem)
{
	RESULT result = query_with(shared, statement, count, values, lengths);
	ExecStatusType status = PQresultStatus(result);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		return shared_failed(shared, result, what, problem);
	*ret_result = result;
	result = NULL;
	return JISR_OK;
}

static int run(struct shared *shared, const char *statement, int count, const char *const *values, const int *lengths,
               const char *what, struct problem *problem)
{
	RESULT result = query_with(shared, statement, count, values, lengths);
	return PQresultStatus(result) == PGRES_COMMAND_OK ? JISR_OK : shared_failed(shared, result, what, problem);
}

int shared_put_checkpoint(struct shared *shared, uint64_t size, const char *note, size_t length,
                          struct problem *problem)
{
	uint64_t at = htobe64(size);
	const char *const values[] = {(const char *)&at, note};
	const int lengths[] = {sizeof at, (int)length};
	return run(shared, "INSERT INTO jisr_checkpoint (size, note) VALUES ($1::bigint, $2::text)", 2, values, lengths,
	           "put a checkpoint", problem);
}

int shared_drop_body(struct shared *shared, uint64_t sequence, struct problem *problem)
{
	uint64_t at = htobe64(sequence);
	const char *const values[] = {(const char *)&at};
	const int lengths[] = {sizeof at};
	return run(shared, "UPDATE jisr_log SET body = NULL, body_salt = NULL WHERE sequence = $1::bigint", 1, values,
	           lengths, "drop a body", problem);
}

int shared_put_origin(struct shared *shared, const struct shared_origin *origin, struct problem *problem)
{
	const char closed = origin->closed ? 1 : 0;
	const char *const values[] = {origin->name, &closed};
	const int lengths[] = {(int)strlen(origin->name), 1};
	return run(shared,
	           "INSERT INTO jisr_log_origin (one, name, closed) VALUES (true, $1::text, $2::boolean) ON CONFLICT "
	           "(one) "
	           "DO UPDATE SET name = excluded.name, closed = excluded.closed",
	           2, values, lengths, "say what it is", problem);
}

/* ---- waiting ---- */

int shared_wait(struct shared *shared, enum shared_what what, int milliseconds, bool *ret_told, struct problem *problem)
{
	*ret_told = false;
	int error = shared_connected(shared, problem);
	if (!error && !shared->listening)
		error = shared_execute(shared,
		                       what == SHARED_LOG ? "LISTEN " SHARED_CHANNEL : "LISTEN " SHARED_CHANNEL_ROWS,
		                       "listen", problem);
	if (error)
		return error;
	bool fresh = !shared->listening; /* what was told before, nobody heard */
	shared->listening = true;
	*ret_told = fresh;
	struct pollfd line = {.fd = PQsocket(shared->connection), .events = POLLIN};
	if (!fresh && poll(&line, 1, milliseconds) > 0 && PQconsumeInput(shared->connection) != 1)
		return shared_failed(shared, NULL, "listen", problem);
	for (PGnotify *told; (told = PQnotifies(shared->connection)) != NULL; *ret_told = true)
		PQfreemem(told);
	return JISR_OK;
}
