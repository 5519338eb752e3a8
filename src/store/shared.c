#include "store/shared.h"

#include "base/clock.h"

#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOCK     "7236839521003479666" /* of pg_advisory_xact_lock: "jisr log" as a number */
#define CHANNEL  "jisr_log"
#define PAUSE_MS 100
#define COLUMNS  7

struct shared {
	char address[SHARED_MAX_ADDRESS + 1];
	PGconn *connection; /* NULL: to be made */
	bool listening;     /* on this connection */
	struct text row;    /* one row in the binary form of COPY */
};

static void clear(PGresult **result)
{
	PQclear(*result);
	*result = NULL;
}
#define RESULT CLEANUP(clear) PGresult *

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

/* What PostgreSQL said. JISR_BUSY when another try may do. */
static int failed(struct shared *shared, const PGresult *result, const char *what, struct problem *problem)
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

static int no_memory(struct problem *problem)
{
	return problem_set(problem, JISR_NO_MEMORY, "out of memory");
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
		return no_memory(problem);
	if (PQstatus(shared->connection) != CONNECTION_OK) {
		int error = failed(shared, NULL, "reach a server", problem);
		PQfinish(shared->connection);
		shared->connection = NULL;
		return error;
	}
	(void)PQsetNoticeReceiver(shared->connection, quiet, NULL);
	char statement[200];
	(void)snprintf(statement, sizeof statement,
	               "SET lock_timeout = '%ds'; SET idle_in_transaction_session_timeout = '%ds'; "
	               "SET client_min_messages = error",
	               SHARED_LOCK_SECONDS, SHARED_LOCK_SECONDS);
	RESULT result = PQexec(shared->connection, statement);
	return PQresultStatus(result) == PGRES_COMMAND_OK ? JISR_OK : failed(shared, result, "set up", problem);
}

/* A connection that is believed to stand; its line may be found broken at the next use. */
static int connected(struct shared *shared, struct problem *problem)
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
		return no_memory(problem);
	(void)snprintf(shared->address, sizeof shared->address, "%s", address);
	text_init(&shared->row, ENTRY_MAX_BODY + ENTRY_MAX_HEADER + 4096);
	*ret_shared = shared;
	return JISR_OK;
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

static int execute(struct shared *shared, const char *statement, const char *what, struct problem *problem)
{
	RESULT result = PQexec(shared->connection, statement);
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? JISR_OK
	                                                               : failed(shared, result, what, problem);
}

int shared_create(struct shared *shared, struct problem *problem)
{
	int error = connected(shared, problem);
	return error ? error
	             : execute(shared,
	                       "BEGIN; SELECT pg_advisory_xact_lock(" LOCK ");"
	                       "CREATE TABLE IF NOT EXISTS jisr_log (sequence BIGINT PRIMARY KEY, salt BYTEA NOT NULL, "
	                       "header TEXT NOT NULL, key_id BYTEA NOT NULL, signature BYTEA NOT NULL, body_salt "
	                       "BYTEA, "
	                       "body TEXT);"
	                       "CREATE TABLE IF NOT EXISTS jisr_checkpoint (size BIGINT PRIMARY KEY, note TEXT NOT "
	                       "NULL);"
	                       "CREATE TABLE IF NOT EXISTS jisr_log_origin (one BOOLEAN PRIMARY KEY CHECK (one), name "
	                       "TEXT NOT NULL, closed BOOLEAN NOT NULL); COMMIT",
	                       "make its tables", problem);
}

#define ORIGIN "SELECT name, closed FROM jisr_log_origin"

static int read_origin(struct shared *shared, const PGresult *result, struct shared_origin *ret_origin,
                       struct problem *problem)
{
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return failed(shared, result, "read what it is", problem);
	if (PQntuples(result) != 1 || PQgetlength(result, 0, 0) > NOTE_MAX_NAME)
		return problem_set(problem, JISR_NOT_FOUND,
		                   "no log is shared at that address. 'jisr log share' puts one there");
	(void)snprintf(ret_origin->name, sizeof ret_origin->name, "%s", PQgetvalue(result, 0, 0));
	ret_origin->closed = PQgetvalue(result, 0, 1)[0] == 't';
	return JISR_OK;
}

int shared_origin(struct shared *shared, struct shared_origin *ret_origin, struct problem *problem)
{
	int error = connected(shared, problem);
	if (error)
		return error;
	RESULT result = PQexec(shared->connection, ORIGIN);
	return read_origin(shared, result, ret_origin, problem);
}

/* ---- transactions ---- */

static void pause_a_moment(void)
{
	const struct timespec rest = {0, PAUSE_MS * 1000000L};
	(void)nanosleep(&rest, NULL);
}

#define TAKE "BEGIN; SELECT pg_advisory_xact_lock(" LOCK ")"

static int begin_once(struct shared *shared, struct shared_origin *ret_origin, struct problem *problem)
{
	int error = connected(shared, problem);
	if (!error) {
		/* Of several statements the last one's result is given, or the failure of the one that failed. */
		RESULT result = PQexec(shared->connection, ret_origin != NULL ? TAKE "; " ORIGIN : TAKE);
		error = PQresultStatus(result) != PGRES_TUPLES_OK
		                ? failed(shared, result, "take the right to append", problem)
		        : ret_origin != NULL ? read_origin(shared, result, ret_origin, problem)
		                             : JISR_OK;
	}
	if (error)
		shared_rollback(shared);
	return error;
}

int shared_begin(struct shared *shared, struct shared_origin *ret_origin, struct problem *problem)
{
	int64_t until = clock_milliseconds() + SHARED_RIDE_SECONDS * 1000;
	int error = begin_once(shared, ret_origin, problem);
	while (error == JISR_BUSY && clock_milliseconds() < until) {
		pause_a_moment();
		error = begin_once(shared, ret_origin, problem);
	}
	return error;
}

void shared_rollback(struct shared *shared)
{
	if (shared->connection == NULL)
		return;
	if (PQtransactionStatus(shared->connection) == PQTRANS_IDLE)
		return;
	PQclear(PQexec(shared->connection, "ROLLBACK"));
	if (PQtransactionStatus(shared->connection) != PQTRANS_IDLE) { /* in the midst of rows, or a broken line */
		PQfinish(shared->connection);
		shared->connection = NULL;
	}
}

/* Whether the entry is there, asked under the lock: what broke off has ended before. */
static enum shared_outcome look_for(struct shared *shared, const struct entry *last, struct problem *problem)
{
	uint64_t sequence = htobe64(last->sequence);
	const char *const values[] = {(const char *)&sequence};
	const int lengths[] = {sizeof sequence}, binary[] = {1};
	if (shared_begin(shared, NULL, problem) != JISR_OK)
		return SHARED_UNKNOWN;
	RESULT result = PQexecParams(shared->connection, "SELECT salt FROM jisr_log WHERE sequence = $1::bigint", 1,
	                             NULL, values, lengths, binary, 1);
	enum shared_outcome outcome = SHARED_UNKNOWN;
	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		outcome = PQntuples(result) == 1 && PQgetlength(result, 0, 0) == sizeof last->salt &&
		                          memcmp(PQgetvalue(result, 0, 0), last->salt, sizeof last->salt) == 0
		                  ? SHARED_DONE
		                  : SHARED_NOT_DONE;
	shared_rollback(shared);
	return outcome;
}

enum shared_outcome shared_commit(struct shared *shared, const struct entry *last, struct problem *problem)
{
	if (execute(shared, "NOTIFY " CHANNEL, "tell others", problem) != JISR_OK) {
		shared_rollback(shared);
		return SHARED_NOT_DONE;
	}
	bool done = false;
	{
		RESULT result = PQexec(shared->connection, "COMMIT");
		done = PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), "COMMIT") == 0;
		if (!done)
			(void)failed(shared, result, "commit", problem);
	}
	if (done)
		return SHARED_DONE;
	if (PQstatus(shared->connection) == CONNECTION_OK) { /* the server itself said no */
		shared_rollback(shared);
		return SHARED_NOT_DONE;
	}
	struct problem second = {""};
	enum shared_outcome outcome = look_for(shared, last, &second);
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

static uint64_t number(const PGresult *result, int row, int column)
{
	uint64_t value = 0;
	return take(result, row, column, &value, sizeof value) ? be64toh(value) : 0;
}

static bool read_row(const PGresult *result, int row, struct entry *entry)
{
	*entry = (struct entry){.sequence = number(result, row, 0)};
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
	const int lengths[] = {sizeof first, sizeof end}, binary[] = {1, 1};
	int error = connected(shared, problem);
	if (error)
		return error;
	RESULT result =
		PQexecParams(shared->connection,
	                     "SELECT sequence, salt, header, key_id, signature, body_salt, body FROM jisr_log WHERE "
	                     "sequence >= $1::bigint AND sequence < $2::bigint ORDER BY sequence",
	                     2, NULL, values, lengths, binary, 1);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return failed(shared, result, "read its entries", problem);
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
	const int lengths[] = {sizeof first, sizeof last}, binary[] = {1, 1};
	int error = connected(shared, problem);
	if (error)
		return error;
	RESULT result = PQexecParams(shared->connection,
	                             "SELECT size, note FROM jisr_checkpoint WHERE size BETWEEN $1::bigint AND "
	                             "$2::bigint ORDER BY size",
	                             2, NULL, values, lengths, binary, 1);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return failed(shared, result, "read its checkpoints", problem);
	for (int row = 0; !error && row < PQntuples(result); row++)
		error = each(context, number(result, row, 0), PQgetvalue(result, row, 1),
		             (size_t)PQgetlength(result, row, 1));
	return error;
}

int shared_size(struct shared *shared, uint64_t *ret_size, struct problem *problem)
{
	int error = connected(shared, problem);
	if (error)
		return error;
	RESULT result = PQexecParams(shared->connection, "SELECT coalesce(max(sequence), 0) FROM jisr_log", 0, NULL,
	                             NULL, NULL, NULL, 1);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return failed(shared, result, "read its size", problem);
	*ret_size = number(result, 0, 0);
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
	RESULT result = PQexec(shared->connection, "COPY jisr_log FROM STDIN (FORMAT binary)");
	if (PQresultStatus(result) != PGRES_COPY_IN || PQputCopyData(shared->connection, head, 19) != 1)
		return failed(shared, result, "append", problem);
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
		return no_memory(problem);
	return PQputCopyData(shared->connection, row->bytes, (int)row->length) == 1
	               ? JISR_OK
	               : failed(shared, NULL, "append", problem);
}

int shared_put_end(struct shared *shared, struct problem *problem)
{
	const uint16_t end = 0xFFFF;
	if (PQputCopyData(shared->connection, (const char *)&end, sizeof end) != 1 ||
	    PQputCopyEnd(shared->connection, NULL) != 1)
		return failed(shared, NULL, "append", problem);
	int error = JISR_OK;
	for (PGresult *result; (result = PQgetResult(shared->connection)) != NULL; PQclear(result))
		if (PQresultStatus(result) != PGRES_COMMAND_OK && !error)
			error = failed(shared, result, "append", problem);
	return error;
}

static int run(struct shared *shared, const char *statement, int count, const char *const *values, const int *lengths,
               const char *what, struct problem *problem)
{
	static const int binary[] = {1, 1, 1};
	RESULT result = PQexecParams(shared->connection, statement, count, NULL, values, lengths, binary, 1);
	return PQresultStatus(result) == PGRES_COMMAND_OK ? JISR_OK : failed(shared, result, what, problem);
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

int shared_wait(struct shared *shared, int milliseconds, struct problem *problem)
{
	int error = connected(shared, problem);
	if (!error && !shared->listening)
		error = execute(shared, "LISTEN " CHANNEL, "listen", problem);
	if (error)
		return error;
	bool fresh = !shared->listening; /* what was told before, nobody heard */
	shared->listening = true;
	struct pollfd line = {.fd = PQsocket(shared->connection), .events = POLLIN};
	if (!fresh && poll(&line, 1, milliseconds) > 0 && PQconsumeInput(shared->connection) != 1)
		return failed(shared, NULL, "listen", problem);
	for (PGnotify *told; (told = PQnotifies(shared->connection)) != NULL;)
		PQfreemem(told);
	return JISR_OK;
}
