
#include "../base/temporary.h"
#include "store/sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define APPLICATION 0x74657374u

struct place {
	char directory[200], path[220];
	struct sql *sql;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof *place);
	if (place == NULL || temporary_make("sql", place->directory, sizeof place->directory))
		return -1;
	(void)snprintf(place->path, sizeof place->path, "%s/a.db", place->directory);
	*state = place;
	return sql_open(place->path, SQL_CREATE, APPLICATION, &place->sql, NULL);
}

static int tear_down(void **state)
{
	struct place *place = *state;
	sql_close(place->sql);
	int status = temporary_remove(place->directory);
	free(place);
	return status;
}

static int64_t number(struct sql *sql, const char *literal)
{
	int64_t found = 0;
	struct sql_query query = sql_query(sql, literal);
	assert_int_equal(sql_run_number(&query, -1, &found, NULL), JISR_OK);
	return found;
}

static void a_new_file_is_private_and_durable(void **state)
{
	struct place *place = *state;
	struct stat status;
	assert_int_equal(stat(place->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(number(place->sql, "PRAGMA synchronous"), 2);
	assert_int_equal(number(place->sql, "PRAGMA secure_delete"), 1);
	assert_int_equal(number(place->sql, "PRAGMA foreign_keys"), 1);
	struct sql_query query = sql_query(place->sql, "PRAGMA journal_mode");
	assert_true(sql_next(&query));
	assert_string_equal(sql_text(&query, 0), "wal");
	assert_int_equal(sql_done(&query, NULL), JISR_OK);
}

static void values_of_every_type_come_back(void **state)
{
	struct place *place = *state;
	size_t length = 99;
	assert_int_equal(sql_execute(place->sql, "CREATE TABLE t (a, b, c, d, e)", NULL), JISR_OK);
	struct sql_query query = sql_query(place->sql, "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5)");
	sql_bind_number(&query, 1, INT64_MIN);
	sql_bind_real(&query, 2, 0.1);
	sql_bind_text(&query, 3, "\xd9\x85");
	sql_bind_bytes(&query, 4, "\0x", 2);
	sql_bind_text(&query, 5, NULL);
	assert_int_equal(sql_run(&query, NULL), JISR_OK);
	assert_int_equal(sql_changes(place->sql), 1);
	query = sql_query(place->sql, "SELECT * FROM t");
	assert_true(sql_next(&query));
	assert_int_equal(sql_columns(&query), 5);
	assert_true(sql_number(&query, 0) == INT64_MIN && sql_type(&query, 0) == SQL_NUMBER);
	assert_true(sql_real(&query, 1) == 0.1 && sql_type(&query, 1) == SQL_REAL);
	assert_string_equal(sql_text(&query, 2), "\xd9\x85");
	assert_memory_equal(sql_bytes(&query, 3, &length), "\0x", 2);
	assert_int_equal(length, 2);
	assert_true(sql_null(&query, 4));
	assert_string_equal(sql_text(&query, 4), "");
	assert_false(sql_next(&query));
	assert_int_equal(sql_done(&query, NULL), JISR_OK);
}

static void an_error_stays_until_it_is_told(void **state)
{
	struct place *place = *state;
	struct problem problem = {""};
	struct sql_query query = sql_query(place->sql, "SELECT nonsense FROM nowhere");
	sql_bind_number(&query, 1, 1);
	assert_false(sql_next(&query));
	assert_int_equal(sql_done(&query, &problem), JISR_IO);
	assert_non_null(strstr(problem.text, "nowhere"));
	assert_int_equal(
		sql_execute(place->sql, "CREATE TABLE u (a INTEGER PRIMARY KEY); INSERT INTO u VALUES (1)", NULL),
		JISR_OK);
	query = sql_query(place->sql, "INSERT INTO u VALUES (1)");
	assert_int_equal(sql_run(&query, &problem), JISR_CONFLICT);
	query = sql_query(place->sql, "INSERT INTO u VALUES (?1)");
	sql_bind_number(&query, 2, 1); /* no such place */
	assert_int_equal(sql_run(&query, &problem), JISR_IO);
}

static void a_query_inside_the_same_query_works(void **state)
{
	struct place *place = *state;
	static const char *const literal = "SELECT value FROM json_each(?1)";
	struct sql_query outer = sql_query(place->sql, literal);
	int64_t sum = 0;
	sql_bind_text(&outer, 1, "[1,2,3]");
	while (sql_next(&outer)) {
		struct sql_query inner = sql_query(place->sql, literal);
		sql_bind_text(&inner, 1, "[10,20]");
		while (sql_next(&inner))
			sum += sql_number(&outer, 0) * sql_number(&inner, 0);
		assert_int_equal(sql_done(&inner, NULL), JISR_OK);
	}
	assert_int_equal(sql_done(&outer, NULL), JISR_OK);
	assert_int_equal(sum, 6 * 30);
}

static void savepoints_take_back_what_came_after(void **state)
{
	struct place *place = *state;
	assert_int_equal(sql_execute(place->sql, "CREATE TABLE t (a)", NULL), JISR_OK);
	assert_int_equal(sql_begin_write(place->sql, NULL), JISR_OK);
	assert_int_equal(sql_execute(place->sql, "INSERT INTO t VALUES (1)", NULL), JISR_OK);
	assert_int_equal(sql_save(place->sql, NULL), JISR_OK);
	assert_int_equal(sql_execute(place->sql, "INSERT INTO t VALUES (2)", NULL), JISR_OK);
	assert_true(sql_undo(place->sql));
	assert_int_equal(sql_save(place->sql, NULL), JISR_OK);
	assert_int_equal(sql_execute(place->sql, "INSERT INTO t VALUES (4)", NULL), JISR_OK);
	assert_int_equal(sql_release(place->sql, NULL), JISR_OK);
	assert_int_equal(sql_commit(place->sql, NULL), JISR_OK);
	assert_int_equal(number(place->sql, "SELECT sum(a) FROM t"), 5);
	sql_rollback(place->sql); /* outside a transaction: nothing */
	assert_false(sql_inside(place->sql));
}

static void another_connection_sees_that_something_changed(void **state)
{
	struct place *place = *state;
	struct sql *other = NULL;
	int64_t before, after;
	assert_int_equal(sql_execute(place->sql, "CREATE TABLE t (a)", NULL), JISR_OK);
	assert_int_equal(sql_open(place->path, SQL_READ, APPLICATION, &other, NULL), JISR_OK);
	assert_int_equal(sql_version(other, &before, NULL), JISR_OK);
	assert_int_equal(sql_version(other, &after, NULL), JISR_OK);
	assert_true(before == after);
	assert_int_equal(sql_execute(place->sql, "INSERT INTO t VALUES (1)", NULL), JISR_OK);
	assert_int_equal(sql_version(other, &after, NULL), JISR_OK);
	assert_true(before != after);
	assert_int_not_equal(sql_execute(other, "INSERT INTO t VALUES (1)", NULL), JISR_OK);
	sql_close(other);
}

static void files_of_other_kinds_are_refused(void **state)
{
	struct place *place = *state;
	struct sql *sql = NULL;
	struct problem problem = {""};
	char path[240];
	assert_int_equal(sql_execute(place->sql, "CREATE TABLE t (a)", NULL), JISR_OK);
	assert_int_equal(sql_open(place->path, SQL_CREATE, APPLICATION + 1, &sql, &problem), JISR_CORRUPT);
	assert_non_null(strstr(problem.text, "later version"));
	(void)snprintf(path, sizeof path, "%s/none.db", place->directory);
	assert_int_equal(sql_open(path, SQL_WRITE, APPLICATION, &sql, &problem), JISR_NOT_FOUND);
	assert_int_equal(access(path, F_OK), -1);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < 300; i++)
		fputs("this is no database, ", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(sql_open(path, SQL_CREATE, APPLICATION, &sql, &problem), JISR_CORRUPT);
	assert_null(sql);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_file_is_private_and_durable, set_up, tear_down),
		cmocka_unit_test_setup_teardown(values_of_every_type_come_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_error_stays_until_it_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_query_inside_the_same_query_works, set_up, tear_down),
		cmocka_unit_test_setup_teardown(savepoints_take_back_what_came_after, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_connection_sees_that_something_changed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_of_other_kinds_are_refused, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
