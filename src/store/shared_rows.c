/* Rows wait in shared->row as the elements of two binary arrays of PostgreSQL would stand, key and sealed in turn, and are
 * sent as arrays of keys and of bytes. */
#include "store/shared_rows.h"

#include "store/shared_private.h"

#include <endian.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_ROWS  512
#define BATCH_BYTES ((size_t)4 << 20)
#define OID_BYTEA   17

/* The lock of a base: beside the log's own number, of two that are never the same. */
#define BEGIN                                                                                                          \
	"BEGIN; SELECT pg_advisory_xact_lock(7236839, hashtext('%s')); "                                               \
	"SELECT coalesce((SELECT max(change) FROM jisr_change WHERE base = '%s'), 0), "                                \
	"coalesce((SELECT closed FROM jisr_log_origin), false)"

static bool good_base(const char *base)
{
	return strlen(base) <= SHARED_MAX_BASE && strspn(base, "abcdefghijklmnopqrstuvwxyz_") == strlen(base);
}

int shared_rows_begin(struct shared *shared, const char *base, uint64_t *ret_last, struct problem *problem)
{
	char statement[400];
	SHARED_RESULT result = NULL;
	if (!good_base(base))
		return problem_set(problem, JISR_BAD_INPUT, "\"%.40s\" is no name of what is shared", base);
	(void)snprintf(statement, sizeof statement, BEGIN, base, base);
	int error = shared_begin_with(shared, statement, &result, problem);
	if (error)
		return error;
	if (PQgetvalue(result, 0, 1)[0] == 't') {
		shared_rollback(shared);
		return problem_set(problem, JISR_STATE,
		                   "what was shared there was taken back into one data directory ('jisr log unshare'): "
		                   "nothing is written here any more");
	}
	text_reset(&shared->row);
	shared->rows = 0;
	*ret_last = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
	return JISR_OK;
}

static bool read_row(const PGresult *result, struct shared_row *row)
{
	if (PQgetlength(result, 0, 0) != SHARED_ROW_KEY || PQgetisnull(result, 0, 2) ||
	    (size_t)PQgetlength(result, 0, 2) > SHARED_MAX_SEALED)
		return false;
	memcpy(row->key, PQgetvalue(result, 0, 0), SHARED_ROW_KEY);
	row->change = shared_number(result, 0, 1);
	row->sealed = (const uint8_t *)PQgetvalue(result, 0, 2);
	row->length = (size_t)PQgetlength(result, 0, 2);
	return true;
}

int shared_rows_read(struct shared *shared, const char *base, uint64_t after,
                     int (*each)(void *context, const struct shared_row *row), void *context, struct problem *problem)
{
	uint64_t from = htobe64(after);
	const char *const values[] = {base, (const char *)&from};
	const int lengths[] = {(int)strlen(base), sizeof from}, binary[] = {1, 1};
	int error = shared_connected(shared, problem);
	if (error)
		return error;
	if (PQsendQueryParams(shared->connection,
	                      "SELECT key, change, sealed FROM jisr_row WHERE base = $1::text AND change > $2::bigint "
	                      "ORDER BY change",
	                      2, NULL, values, lengths, binary, 1) != 1 ||
	    PQsetSingleRowMode(shared->connection) != 1)
		return shared_failed(shared, NULL, "read what lies beside it", problem);
	for (PGresult *result; (result = shared_next(shared)) != NULL; PQclear(result)) {
		struct shared_row row;
		if (error)
			continue;
		if (PQresultStatus(result) == PGRES_SINGLE_TUPLE)
			error = read_row(result, &row)
			                ? each(context, &row)
			                : problem_set(problem, JISR_CORRUPT, "a row beside the shared log is damaged");
		else if (PQresultStatus(result) != PGRES_TUPLES_OK)
			error = shared_failed(shared, result, "read what lies beside it", problem);
	}
	return !error && shared->connection == NULL ? shared_failed(shared, NULL, "read what lies beside it", problem)
	                                            : error;
}

static void add_number(struct text *text, uint32_t number)
{
	number = htobe32(number);
	(void)text_add(text, (const char *)&number, sizeof number);
}

static void add_element(struct text *text, const void *bytes, size_t length)
{
	add_number(text, (uint32_t)length);
	(void)text_add(text, bytes, length);
}

/* One array out of every second element, `which` 0 or 1. */
static int make_array(const struct shared *shared, size_t which, struct text *array)
{
	add_number(array, 1); /* dimensions */
	add_number(array, 0); /* no NULL */
	add_number(array, OID_BYTEA);
	add_number(array, (uint32_t)shared->rows);
	add_number(array, 1); /* the first one's number */
	const char *at = shared->row.bytes;
	for (size_t i = 0; i < 2 * shared->rows; i++) {
		uint32_t length;
		memcpy(&length, at, sizeof length);
		size_t size = sizeof length + be32toh(length);
		if (i % 2 == which)
			(void)text_add(array, at, size);
		at += size;
	}
	return array->error;
}

static int shared_rows_send(struct shared *shared, const char *base, uint64_t change, struct problem *problem)
{
	struct text keys, bytes;
	SHARED_RESULT result = NULL;
	if (shared->rows == 0)
		return JISR_OK;
	text_init(&keys, SHARED_MAX_SEALED);
	text_init(&bytes, SHARED_MAX_SEALED + BATCH_BYTES);
	int error =
		make_array(shared, 0, &keys) || make_array(shared, 1, &bytes) ? problem_no_memory(problem) : JISR_OK;
	if (!error) {
		uint64_t number = htobe64(change);
		const char *const values[] = {base, keys.bytes, (const char *)&number, bytes.bytes};
		const int lengths[] = {(int)strlen(base), (int)keys.length, sizeof number, (int)bytes.length};
		error = shared_run(shared,
		                   "INSERT INTO jisr_row (base, key, change, sealed) SELECT $1::text, k, $3::bigint, s "
		                   "FROM unnest($2::bytea[], $4::bytea[]) AS given (k, s) ON CONFLICT (base, key) DO "
		                   "UPDATE SET change = excluded.change, sealed = excluded.sealed",
		                   4, values, lengths, "write beside it", &result, problem);
	}
	text_finish(&keys);
	text_finish(&bytes);
	text_reset(&shared->row);
	shared->rows = 0;
	return error;
}

int shared_rows_put(struct shared *shared, const char *base, const struct shared_row *row, struct problem *problem)
{
	if (row->length > SHARED_MAX_SEALED)
		return problem_set(problem, JISR_TOO_LARGE, "a row beside the shared log is over %zu bytes",
		                   SHARED_MAX_SEALED);
	if (shared->rows > 0 && (shared->rows == BATCH_ROWS || shared->row.length + row->length > BATCH_BYTES)) {
		int error = shared_rows_send(shared, base, row->change, problem);
		if (error)
			return error;
	}
	add_element(&shared->row, row->key, sizeof row->key);
	add_element(&shared->row, row->sealed, row->length);
	shared->rows++;
	return shared->row.error ? problem_no_memory(problem) : JISR_OK;
}

int shared_rows_clear(struct shared *shared, const char *base, struct problem *problem)
{
	char statement[200];
	(void)snprintf(statement, sizeof statement,
	               "DELETE FROM jisr_row WHERE base = '%s'; DELETE FROM jisr_change WHERE base = '%s'", base, base);
	return shared_execute(shared, statement, "clear what lies beside it", problem);
}

/* Asked under the lock: what broke off has ended before. */
static enum shared_outcome look_for(struct shared *shared, const char *base, uint64_t change,
                                    const uint8_t mark[SHARED_MARK])
{
	uint64_t last = 0, number = htobe64(change);
	const char *const values[] = {base, (const char *)&number};
	const int lengths[] = {(int)strlen(base), sizeof number};
	SHARED_RESULT result = NULL;
	if (shared_rows_begin(shared, base, &last, NULL) != JISR_OK)
		return SHARED_UNKNOWN;
	enum shared_outcome outcome = SHARED_UNKNOWN;
	if (shared_run(shared, "SELECT mark FROM jisr_change WHERE base = $1::text AND change = $2::bigint", 2, values,
	               lengths, "look for a change", &result, NULL) == JISR_OK)
		outcome = PQntuples(result) == 1 && PQgetlength(result, 0, 0) == SHARED_MARK &&
		                          memcmp(PQgetvalue(result, 0, 0), mark, SHARED_MARK) == 0
		                  ? SHARED_DONE
		          : change + SHARED_CHANGES_KEPT > last ? SHARED_NOT_DONE
		                                                : SHARED_UNKNOWN;
	shared_rollback(shared);
	return outcome;
}

enum shared_outcome shared_rows_commit(struct shared *shared, const char *base, uint64_t change,
                                       struct problem *problem)
{
	uint8_t mark[SHARED_MARK];
	uint64_t number = htobe64(change),
		 old = htobe64(change > SHARED_CHANGES_KEPT ? change - SHARED_CHANGES_KEPT : 0);
	const char *const values[] = {base, (const char *)&number, (const char *)mark};
	const int lengths[] = {(int)strlen(base), sizeof number, sizeof mark};
	const char *const olds[] = {base, (const char *)&old};
	SHARED_RESULT put = NULL;
	SHARED_RESULT forgot = NULL;
	randombytes_buf(mark, sizeof mark);
	int error = shared_rows_send(shared, base, change, problem);
	if (!error)
		error = shared_run(
			shared, "INSERT INTO jisr_change (base, change, mark) VALUES ($1::text, $2::bigint, $3::bytea)",
			3, values, lengths, "write beside it", &put, problem);
	if (!error)
		error = shared_run(shared, "DELETE FROM jisr_change WHERE base = $1::text AND change <= $2::bigint", 2,
		                   olds, lengths, "write beside it", &forgot, problem);
	if (!error)
		error = shared_execute(shared, "NOTIFY " SHARED_CHANNEL_ROWS, "tell others", problem);
	if (error) {
		shared_rollback(shared);
		return SHARED_NOT_DONE;
	}
	enum shared_outcome outcome = shared_commit_plain(shared, problem);
	if (outcome == SHARED_UNKNOWN)
		outcome = look_for(shared, base, change, mark);
	if (outcome == SHARED_UNKNOWN)
		(void)problem_set(
			problem, JISR_BUSY,
			"the line to the shared log broke while it was committing, and nobody answers since: whether "
			"this was written is not known. Look before you do it again");
	return outcome;
}
