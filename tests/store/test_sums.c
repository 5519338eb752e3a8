/* Bits that turn in a file of SQLite, in its first page and in its write-ahead log; and files from before there were sums. */
#include "store/sums.h"

#include "../base/temporary.h"
#include "store/sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION 0x6a697274u
#define ROWS        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) "

static char folder[200], path[256], log_path[300];
static unsigned seed = 11;

static int begin(void **state)
{
	(void)state;
	assert_int_equal(temporary_make("sums", folder, sizeof folder), 0);
	(void)snprintf(path, sizeof path, "%s/base.db", folder);
	(void)snprintf(log_path, sizeof log_path, "%s-wal", path);
	return 0;
}

static int end(void **state)
{
	(void)state;
	return temporary_remove(folder);
}

static const char fill[] = "CREATE TABLE t (i INTEGER PRIMARY KEY, text TEXT); CREATE INDEX t_text ON t (text);"
			   "INSERT INTO t " ROWS "SELECT i, hex(zeroblob(i % 90)) || i FROM n;"
			   "CREATE TABLE big (bytes BLOB); INSERT INTO big VALUES (zeroblob(30000))";

static struct sql *make(void)
{
	struct sql *sql = NULL;
	assert_int_equal(sql_open(path, SQL_CREATE, APPLICATION, &sql, NULL), JISR_OK);
	assert_int_equal(sql_execute(sql, fill, NULL), JISR_OK);
	return sql;
}

/* Every row by its table, its index and its digest; the first error. */
static int look(struct sql *sql, int64_t *ret_sum, struct problem *problem)
{
	struct sql_query query = sql_query(
		sql, "SELECT (SELECT sum(i * length(text)) + sum(unicode(substr(text, -1)) * i) FROM t NOT INDEXED) + "
		     "(SELECT count(*) FROM t INDEXED BY t_text WHERE text >= '') + (SELECT sum(length(hex(bytes)) - "
		     "length(replace(hex(bytes), '0', ''))) FROM big)");
	return sql_run_number(&query, 0, ret_sum, problem);
}

static int open_and_look(int64_t *ret_sum, struct problem *problem)
{
	CLEANUP(sql_closep) struct sql *sql = NULL;
	int error = sql_open(path, SQL_READ, APPLICATION, &sql, problem);
	return error ? error : look(sql, ret_sum, problem);
}

static void turn(const char *file, off_t at, unsigned bit)
{
	int fd = open(file, O_RDWR | O_CLOEXEC);
	unsigned char byte;
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= (unsigned char)(1u << bit);
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	(void)close(fd);
}

static off_t size_of(const char *file)
{
	struct stat status;
	assert_int_equal(stat(file, &status), 0);
	return status.st_size;
}

static void a_bit_turned_anywhere_in_the_file_is_refused(void **state)
{
	int64_t whole = 0;
	(void)state;
	sql_close(make());
	assert_int_equal(open_and_look(&whole, NULL), JISR_OK);
	off_t size = size_of(path);
	for (int i = 0; i < 1200; i++) { /* the first 100 bytes each, then anywhere */
		off_t at = i < 800 ? i / 8 : (off_t)(rand_r(&seed) % (unsigned)size);
		unsigned bit = (unsigned)i % 8;
		struct problem problem = {""};
		int64_t sum = 0;
		turn(path, at, bit);
		int error = open_and_look(&sum, &problem);
		if (error != JISR_CORRUPT)
			fail_msg("byte %ld, bit %u: %d, %s, %ld of %ld", (long)at, bit, error, problem.text, (long)sum,
			         (long)whole);
		turn(path, at, bit);
	}
	assert_int_equal(open_and_look(&whole, NULL), JISR_OK);
}

static void a_bit_turned_in_the_log_is_refused_and_does_not_come_into_the_file(void **state)
{
	int64_t whole = 0, sum = 0;
	(void)state;
	CLEANUP(sql_closep) struct sql *sql = make();
	assert_int_equal(look(sql, &whole, NULL), JISR_OK);
	off_t size = size_of(log_path);
	int refused = 0;
	for (int i = 0; i < 400; i++) {
		off_t at = 32 + (off_t)(rand_r(&seed) % (unsigned)(size - 32));
		unsigned bit = (unsigned)i % 8;
		struct problem problem = {""};
		turn(log_path, at, bit);
		int error = open_and_look(&sum, &problem);
		if (error != JISR_CORRUPT && (error != JISR_OK || sum != whole)) /* not read: older frames of a page */
			fail_msg("byte %ld, bit %u: %d, %s", (long)at, bit, error, problem.text);
		refused += error != JISR_OK;
		if (error && i % 20 == 0)
			assert_int_equal(sql_checkpoint(sql, &problem), JISR_CORRUPT);
		turn(log_path, at, bit);
	}
	assert_true(refused > 100);
	assert_int_equal(sql_checkpoint(sql, NULL), JISR_OK);
	assert_int_equal(open_and_look(&sum, NULL), JISR_OK);
	assert_int_equal(sum, whole);
}

/* More than fits into memory is written before it is committed, and over again. */
static void a_large_transaction_reads_back_what_it_wrote(void **state)
{
	int64_t count = 0;
	(void)state;
	CLEANUP(sql_closep) struct sql *sql = make();
	assert_int_equal(sql_execute(sql, "PRAGMA cache_size = 10", NULL), JISR_OK);
	for (int round = 0; round < 3; round++) {
		struct problem problem = {""};
		assert_int_equal(sql_begin_write(sql, &problem), JISR_OK);
		for (int i = 0; i < 6; i++)
			if (sql_execute(sql,
			                "UPDATE t SET text = text || 'x'; INSERT INTO t " ROWS
			                "SELECT NULL, hex(randomblob(300)) "
			                "FROM n; DELETE FROM t WHERE i % 5 = 0",
			                &problem) != JISR_OK)
				fail_msg("%s", problem.text);
		if (round == 1)
			sql_rollback(sql);
		else
			assert_int_equal(sql_commit(sql, &problem), JISR_OK);
	}
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM t WHERE text LIKE '%xxx'");
	assert_int_equal(sql_run_number(&query, 0, &count, NULL), JISR_OK);
	assert_true(count > 0);
	assert_int_equal(sql_check(sql, NULL), JISR_OK);
	assert_int_equal(sql_execute(sql, "VACUUM", NULL), JISR_OK);
	assert_int_equal(sql_checkpoint(sql, NULL), JISR_OK);
	assert_int_equal(sql_check(sql, NULL), JISR_OK);
}

/* As a version without sums made it. */
static sqlite3 *make_old(void)
{
	sqlite3 *old = NULL;
	char mark[64];
	(void)snprintf(mark, sizeof mark, "PRAGMA application_id = %u; PRAGMA journal_mode = WAL", APPLICATION);
	assert_int_equal(sqlite3_open(path, &old), SQLITE_OK);
	assert_int_equal(sqlite3_exec(old, mark, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(old, fill, NULL, NULL, NULL), SQLITE_OK);
	return old;
}

static void a_file_of_an_earlier_version_gets_sums_when_nobody_else_has_it(void **state)
{
	int64_t whole = 0, sum = 0;
	(void)state;
	sqlite3 *old = make_old();
	struct sql *sql = NULL;
	assert_int_equal(sql_open(path, SQL_WRITE, APPLICATION, &sql, NULL), JISR_OK);
	assert_false(sums_present(sql_handle(sql)));
	assert_int_equal(look(sql, &whole, NULL), JISR_OK);
	assert_int_equal(sqlite3_exec(old, "UPDATE t SET text = text WHERE i = 7", NULL, NULL, NULL), SQLITE_OK);
	sql = sql_close(sql);
	assert_int_equal(sqlite3_close(old), SQLITE_OK);
	assert_int_equal(sql_open(path, SQL_WRITE, APPLICATION, &sql, NULL), JISR_OK);
	assert_true(sums_present(sql_handle(sql)));
	assert_int_equal(look(sql, &sum, NULL), JISR_OK);
	assert_int_equal(sum, whole);
	assert_int_equal(sql_check(sql, NULL), JISR_OK);
	/* killed before the application id was set */
	char mark[64];
	(void)snprintf(mark, sizeof mark, "PRAGMA application_id = %u", APPLICATION);
	assert_int_equal(sql_execute(sql, mark, NULL), JISR_OK);
	sql = sql_close(sql);
	assert_int_equal(open_and_look(&sum, NULL), JISR_OK);
	assert_int_equal(sum, whole);
	assert_int_equal(sql_open(path, SQL_WRITE, APPLICATION, &sql, NULL), JISR_OK);
	sql = sql_close(sql);
	off_t last = size_of(path) - 100;
	turn(path, last, 3);
	assert_int_equal(open_and_look(&sum, NULL), JISR_CORRUPT);
}

static void a_copy_has_sums_where_the_file_has_them(void **state)
{
	int64_t whole = 0, sum = 0;
	char copy[300];
	(void)state;
	CLEANUP(sql_closep) struct sql *sql = make();
	CLEANUP(sql_closep) struct sql *copied = NULL;
	assert_int_equal(sql_execute(sql, "UPDATE t SET text = text || 'y'", NULL), JISR_OK); /* some in the log */
	assert_int_equal(look(sql, &whole, NULL), JISR_OK);
	(void)snprintf(copy, sizeof copy, "%s/copy.db", folder);
	assert_int_equal(sql_copy(path, copy, NULL), JISR_OK);
	assert_int_equal(sql_open(copy, SQL_READ, APPLICATION, &copied, NULL), JISR_OK);
	assert_true(sums_present(sql_handle(copied)));
	assert_int_equal(look(copied, &sum, NULL), JISR_OK);
	assert_int_equal(sum, whole);
	assert_int_equal(sql_check(copied, NULL), JISR_OK);
	/* of one without */
	(void)snprintf(path, sizeof path, "%s/old.db", folder);
	assert_int_equal(sqlite3_close(make_old()), SQLITE_OK);
	(void)snprintf(copy, sizeof copy, "%s/copy-of-old.db", folder);
	assert_int_equal(sql_copy(path, copy, NULL), JISR_OK);
	CLEANUP(sql_closep) struct sql *other = NULL;
	assert_int_equal(sql_open(copy, SQL_READ, APPLICATION, &other, NULL), JISR_OK);
	assert_false(sums_present(sql_handle(other)));
	assert_int_equal(sql_check(other, NULL), JISR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_bit_turned_anywhere_in_the_file_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(a_bit_turned_in_the_log_is_refused_and_does_not_come_into_the_file,
	                                        begin, end),
		cmocka_unit_test_setup_teardown(a_large_transaction_reads_back_what_it_wrote, begin, end),
		cmocka_unit_test_setup_teardown(a_file_of_an_earlier_version_gets_sums_when_nobody_else_has_it, begin,
	                                        end),
		cmocka_unit_test_setup_teardown(a_copy_has_sums_where_the_file_has_them, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
