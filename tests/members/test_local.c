#include "base/file.h"
#include "members/local.h"

#include <sys/stat.h>

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "signing_folder.h"

static void the_file_is_the_owners_alone_and_keeps_its_key(void **state)
{
	(void)state;
	uint8_t key[CHALLENGE_KEY];
	char path[128];
	struct stat about;
	struct local *second = NULL;
	(void)snprintf(path, sizeof path, "%s/" LOCAL_NAME, folder);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	memcpy(key, local_key(local), sizeof key);
	assert_int_equal(local_open(folder, &second, &last), JISR_OK); /* as a second process would */
	assert_memory_equal(local_key(second), key, sizeof key);
	local_close(second);
	assert_false(sodium_is_zero(key, sizeof key));
}

static void a_later_version_and_another_file_are_refused(void **state)
{
	(void)state;
	struct local *second = NULL;
	struct sql *sql = local_enter(local);
	assert_int_equal(sql_execute(sql, "PRAGMA user_version = 99", &last), JISR_OK);
	local_leave(local);
	assert_int_equal(local_open(folder, &second, &last), JISR_UNSUPPORTED);
	assert_non_null(strstr(last.text, "later version"));
	sql = local_enter(local);
	assert_int_equal(sql_execute(sql, "PRAGMA user_version = 3", &last), JISR_OK);
	assert_int_equal(sql_execute(sql, "PRAGMA application_id = 7", &last), JISR_OK);
	local_leave(local);
	assert_int_equal(local_open(folder, &second, &last), JISR_CORRUPT);
	assert_int_equal(local_open("/nowhere/at/all", &second, &last), JISR_IO);
}

static bool file_holds(const char *name, const char *words)
{
	char path[128];
	struct text text;
	text_init(&text, (size_t)64 << 20);
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(file_read(path, &text, &last), JISR_OK);
	bool found = text.length > 0 && memmem(text.bytes, text.length, words, strlen(words)) != NULL;
	text_finish(&text);
	return found;
}

static void without_its_key_the_file_is_refused_and_nothing_is_made(void **state)
{
	(void)state;
	struct local *second = NULL;
	char path[128], kept[160];
	(void)snprintf(path, sizeof path, "%s/" SEAL_FILE, folder);
	(void)snprintf(kept, sizeof kept, "%s.kept", path);
	assert_int_equal(rename(path, kept), 0);
	assert_int_equal(local_open(folder, &second, &last), JISR_STATE);
	assert_non_null(strstr(last.text, "missing"));
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(file_replace(path, "short\n", 6, &last), JISR_OK);
	assert_int_equal(local_open(folder, &second, &last), JISR_CORRUPT);
	assert_int_equal(file_replace(path, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", 44, &last), JISR_OK);
	assert_int_equal(local_open(folder, &second, &last), JISR_STATE);
	assert_non_null(strstr(last.text, "belong together"));
	assert_int_equal(rename(kept, path), 0);
	assert_int_equal(local_open(folder, &second, &last), JISR_OK);
	local_close(second);
}

static void an_older_file_gets_what_is_new_and_keeps_the_rest(void **state)
{
	(void)state;
	struct local *second = NULL;
	int64_t count = -1;
	struct sql *sql = local_enter(local);
	assert_int_equal(sql_execute(sql,
	                             "INSERT INTO account (officer, handle, totp) VALUES ('MA-1', x'01', "
	                             "CAST('a secret of one-time' AS BLOB)); DROP TABLE repeat; DROP TABLE owed; "
	                             "INSERT INTO enrolment (hash, officer, made, ends, by, totp) VALUES (x'01', "
	                             "'MA-1', 0, 0, '', CAST('a secret of one-time' AS BLOB)); "
	                             "DELETE FROM secret WHERE name = 'seal'; PRAGMA user_version = 1",
	                             &last),
	                 JISR_OK);
	local_leave(local);
	assert_int_equal(local_open(folder, &second, &last), JISR_OK);
	assert_memory_equal(local_key(second), local_key(local), CHALLENGE_KEY);
	sql = local_enter(second);
	struct sql_query query =
		sql_query(sql, "SELECT count(*) + (SELECT count(*) FROM repeat) FROM account WHERE officer = 'MA-1'");
	assert_int_equal(sql_run_number(&query, -1, &count, &last), JISR_OK);
	uint8_t secret[TOTP_SECRET] = {0};
	query = sql_query(sql, "SELECT totp FROM account WHERE officer = 'MA-1' UNION ALL SELECT totp FROM enrolment");
	for (int i = 0; i < 2; i++) {
		assert_true(sql_next(&query));
		assert_true(local_unseal(&query, 0, "MA-1", secret));
		assert_memory_equal(secret, "a secret of one-time", sizeof secret);
	}
	assert_int_equal(sql_done(&query, &last), JISR_OK);
	local_leave(second);
	local_close(second);
	assert_int_equal(count, 1);
	assert_false(file_holds("local.db", "a secret of one-time"));
	assert_false(file_holds("local.db-wal", "a secret of one-time"));
}

static void an_error_takes_everything_back(void **state)
{
	(void)state;
	struct sql *sql;
	int64_t count = -1;
	assert_int_equal(local_begin(local, &sql, &last), JISR_OK);
	assert_int_equal(sql_execute(sql, "INSERT INTO account (officer, handle) VALUES ('MA-1', x'01')", &last),
	                 JISR_OK);
	assert_int_equal(local_end(local, JISR_DENIED, &last), JISR_DENIED);
	sql = local_enter(local);
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM account WHERE officer <> ''");
	assert_int_equal(sql_run_number(&query, -1, &count, &last), JISR_OK);
	local_leave(local);
	assert_int_equal(count, 0);
}

static void a_challenge_is_used_once_and_forgotten_when_it_ended(void **state)
{
	(void)state;
	uint8_t one[CHALLENGE_SIZE], two[CHALLENGE_SIZE];
	struct sql *sql = local_enter(local);
	challenge_make(local_key(local), "a", "", 0, 0, 1000, one);
	challenge_make(local_key(local), "a", "", 0, 0, 9000, two);
	assert_int_equal(local_use(sql, one, 500, &last), JISR_OK);
	assert_int_equal(local_use(sql, one, 500, &last), JISR_STATE);
	assert_int_equal(local_use(sql, two, 5000, &last), JISR_OK);
	int64_t count = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM used");
	assert_int_equal(sql_run_number(&query, 0, &count, &last), JISR_OK);
	assert_int_equal(count, 1);
	local_leave(local);
}

static void each_allocation_may_fail(void **state)
{
	(void)state;
	for (long n = 0;; n++) {
		struct local *other = NULL;
		memory_fail_after(n);
		int error = local_open(folder, &other, &last);
		memory_fail_after(-1);
		local_close(other);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
		assert_null(other);
		assert_true(n < 1000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_file_is_the_owners_alone_and_keeps_its_key, open_folder,
	                                        close_folder),
		cmocka_unit_test_setup_teardown(a_later_version_and_another_file_are_refused, open_folder,
	                                        close_folder),
		cmocka_unit_test_setup_teardown(an_older_file_gets_what_is_new_and_keeps_the_rest, open_folder,
	                                        close_folder),
		cmocka_unit_test_setup_teardown(without_its_key_the_file_is_refused_and_nothing_is_made, open_folder,
	                                        close_folder),
		cmocka_unit_test_setup_teardown(an_error_takes_everything_back, open_folder, close_folder),
		cmocka_unit_test_setup_teardown(a_challenge_is_used_once_and_forgotten_when_it_ended, open_folder,
	                                        close_folder),
		cmocka_unit_test_setup_teardown(each_allocation_may_fail, open_folder, close_folder),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("local", tests, NULL, NULL);
}
