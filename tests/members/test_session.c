#include "members/session.h"

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

static const struct session_limits limits = {20 * 60000, 12 * 3600000};

static struct session start(struct sql *sql, const char *officer, int64_t now, char secret[LOCAL_SECRET])
{
	struct session session = {.means = "passkey", .source = "192.0.2.0/24", .agent = "a browser", .state = "MA 4"};
	(void)snprintf(session.officer, sizeof session.officer, "%s", officer);
	assert_int_equal(session_start(sql, &session, &limits, now, secret, &last), JISR_OK);
	return session;
}

static void it_ends_when_idle_and_at_its_latest_time(void **state)
{
	(void)state;
	char secret[LOCAL_SECRET];
	struct session found;
	bool stale;
	int64_t now = 1000000;
	struct sql *sql = local_enter(local);
	struct session made = start(sql, "MA-1", now, secret);
	assert_int_equal(session_find(sql, secret, &limits, now + limits.idle - 1, &found, &stale, &last), JISR_OK);
	assert_true(stale);
	assert_memory_equal(found.hash, made.hash, LOCAL_HASH);
	assert_string_equal(found.officer, "MA-1");
	assert_string_equal(found.agent, "a browser");
	assert_int_equal(session_find(sql, secret, &limits, now + limits.idle, &found, &stale, &last), JISR_NOT_FOUND);
	assert_int_equal(session_find(sql, secret, &limits, now + 59999, &found, &stale, &last), JISR_OK);
	assert_false(stale);
	for (int64_t at = now; at < now + limits.whole; at += 60000) { /* used all day */
		assert_int_equal(session_find(sql, secret, &limits, at, &found, &stale, &last), JISR_OK);
		assert_int_equal(session_touch(sql, &found, at, &last), JISR_OK);
	}
	assert_int_equal(session_find(sql, secret, &limits, now + limits.whole, &found, &stale, &last), JISR_NOT_FOUND);
	local_leave(local);
}

static void the_file_does_not_hold_what_opens_it(void **state)
{
	(void)state;
	char secret[LOCAL_SECRET], wrong[LOCAL_SECRET];
	struct session found;
	bool stale;
	struct sql *sql = local_enter(local);
	struct session made = start(sql, "MA-1", 1000000, secret);
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM session WHERE instr(CAST(hash AS TEXT), ?1) > 0");
	int64_t count = -1;
	sql_bind_text(&query, 1, secret);
	assert_int_equal(sql_run_number(&query, -1, &count, &last), JISR_OK);
	assert_int_equal(count, 0);
	assert_int_equal(session_find(sql, made.id, &limits, 1000000, &found, &stale, &last), JISR_NOT_FOUND);
	for (size_t i = 0; i < strlen(secret); i++) {
		memcpy(wrong, secret, sizeof wrong);
		wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
		assert_int_equal(session_find(sql, wrong, &limits, 1000000, &found, &stale, &last), JISR_NOT_FOUND);
	}
	assert_int_equal(session_find(sql, "", &limits, 1000000, &found, &stale, &last), JISR_NOT_FOUND);
	local_leave(local);
}

static void its_officer_lists_and_ends_them_and_nobody_elses(void **state)
{
	(void)state;
	char one[LOCAL_SECRET], two[LOCAL_SECRET], other[LOCAL_SECRET];
	struct session found;
	bool stale;
	int64_t ended = 0;
	struct sql *sql = local_enter(local);
	struct session first = start(sql, "MA-1", 1000000, one), second = start(sql, "MA-1", 1000001, two),
		       third = start(sql, "FR-1", 1000000, other);
	assert_int_equal(session_at(sql, "MA-1", 0, &limits, 1000002, &found, &last), JISR_OK);
	assert_string_equal(found.id, second.id);
	assert_int_equal(session_at(sql, "MA-1", 1, &limits, 1000002, &found, &last), JISR_OK);
	assert_string_equal(found.id, first.id);
	assert_int_equal(session_at(sql, "MA-1", 2, &limits, 1000002, &found, &last), JISR_NOT_FOUND);
	assert_int_equal(session_end_id(sql, "MA-1", third.id, &last), JISR_NOT_FOUND);
	assert_int_equal(session_end_id(sql, "MA-1", "' OR 1=1 -- 1234", &last), JISR_NOT_FOUND);
	assert_int_equal(session_end_id(sql, "MA-1", first.id, &last), JISR_OK);
	assert_int_equal(session_find(sql, one, &limits, 1000002, &found, &stale, &last), JISR_NOT_FOUND);
	(void)start(sql, "MA-1", 1000000, one);
	assert_int_equal(session_end_all(sql, "MA-1", second.hash, &ended, &last), JISR_OK);
	assert_int_equal(ended, 1);
	assert_int_equal(session_end_all(sql, "MA-1", NULL, &ended, &last), JISR_OK);
	assert_int_equal(ended, 1);
	assert_int_equal(session_find(sql, other, &limits, 1000002, &found, &stale, &last), JISR_OK);
	assert_int_equal(session_end(sql, third.hash, &last), JISR_OK);
	assert_int_equal(session_end(sql, third.hash, &last), JISR_NOT_FOUND);
	assert_int_equal(session_prove(sql, &third, 1000003, &last), JISR_NOT_FOUND);
	local_leave(local);
}

static void an_officer_has_only_so_many(void **state)
{
	(void)state;
	char first[LOCAL_SECRET], secret[LOCAL_SECRET];
	struct session found;
	bool stale;
	struct sql *sql = local_enter(local);
	(void)start(sql, "MA-1", 1000000, first);
	for (int i = 0; i < SESSION_MAX; i++)
		(void)start(sql, "MA-1", 1000001 + i, secret);
	assert_int_equal(session_find(sql, first, &limits, 1000100, &found, &stale, &last), JISR_NOT_FOUND);
	assert_int_equal(session_at(sql, "MA-1", SESSION_MAX - 1, &limits, 1000100, &found, &last), JISR_OK);
	assert_int_equal(session_at(sql, "MA-1", SESSION_MAX, &limits, 1000100, &found, &last), JISR_NOT_FOUND);
	local_leave(local);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_ends_when_idle_and_at_its_latest_time, open_folder, close_folder),
		cmocka_unit_test_setup_teardown(the_file_does_not_hold_what_opens_it, open_folder, close_folder),
		cmocka_unit_test_setup_teardown(its_officer_lists_and_ends_them_and_nobody_elses, open_folder,
	                                        close_folder),
		cmocka_unit_test_setup_teardown(an_officer_has_only_so_many, open_folder, close_folder),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
