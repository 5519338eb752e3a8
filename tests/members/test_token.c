#include "members/token.h"

#include "members/enrolment.h"

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

static void scopes_are_rights_by_name(void **state)
{
	(void)state;
	right_set scopes = 0;
	char written[TOKEN_MAX_SCOPES], all[TOKEN_MAX_SCOPES];
	token_write_scopes(RIGHT_ALL, all);
	assert_int_equal(token_read_scopes(all, &scopes, &last), JISR_OK);
	assert_int_equal(scopes, RIGHT_ALL);
	for (unsigned right = 0; right < RIGHT_COUNT; right++) {
		token_write_scopes(RIGHT_BIT(right), written);
		assert_string_equal(written, right_name((enum right)right));
		assert_int_equal(token_read_scopes(written, &scopes, &last), JISR_OK);
		assert_int_equal(scopes, RIGHT_BIT(right));
	}
	assert_int_equal(token_read_scopes("  ", &scopes, &last), JISR_OK);
	assert_int_equal(scopes, 0);
	assert_int_equal(token_read_scopes("search nonsense", &scopes, &last), JISR_BAD_INPUT);
	assert_non_null(strstr(last.text, "'nonsense'"));
	memset(written, 'x', sizeof written - 1);
	written[sizeof written - 1] = '\0';
	assert_int_equal(token_read_scopes(written, &scopes, &last), JISR_BAD_INPUT);
}

static void a_token_is_known_until_its_day_and_only_whole(void **state)
{
	(void)state;
	char secret[TOKEN_SECRET], other[TOKEN_SECRET];
	struct token found;
	int64_t id = 0, second = 0;
	bool stale;
	struct sql *sql = local_enter(local);
	assert_int_equal(token_make(sql, "MA-1", "nightly", RIGHT_BIT(RIGHT_CHECK), 1000, 90000, secret, &id, &last),
	                 JISR_OK);
	assert_int_equal(token_make(sql, "FR-1", "other", RIGHT_ALL, 1000, 90000, other, &second, &last), JISR_OK);
	assert_int_equal(strncmp(secret, TOKEN_PREFIX, strlen(TOKEN_PREFIX)), 0);
	assert_int_equal(strlen(secret), TOKEN_SECRET - 1);
	assert_int_equal(token_find(sql, secret, 89999, &found, &stale, &last), JISR_OK);
	assert_string_equal(found.officer, "MA-1");
	assert_int_equal(found.scopes, RIGHT_BIT(RIGHT_CHECK));
	assert_true(stale);
	assert_int_equal(token_touch(sql, id, 80000, &last), JISR_OK);
	assert_int_equal(token_find(sql, secret, 80001, &found, &stale, &last), JISR_OK);
	assert_false(stale);
	assert_int_equal(token_find(sql, secret, 90000, &found, &stale, &last), JISR_NOT_FOUND);
	assert_int_equal(token_find(sql, secret + strlen(TOKEN_PREFIX), 2000, &found, &stale, &last), JISR_NOT_FOUND);
	assert_int_equal(token_at(sql, "MA-1", 0, &found, &last), JISR_OK);
	assert_int_equal(token_at(sql, "MA-1", 1, &found, &last), JISR_NOT_FOUND);
	assert_int_equal(token_end(sql, "MA-1", second, &last), JISR_NOT_FOUND);
	assert_int_equal(token_end(sql, "MA-1", id, &last), JISR_OK);
	assert_int_equal(token_find(sql, secret, 2000, &found, &stale, &last), JISR_NOT_FOUND);
	for (int i = 0; i < TOKEN_MAX; i++)
		assert_int_equal(token_make(sql, "MA-1", "", 0, 1000, 90000, secret, &id, &last), JISR_OK);
	assert_int_equal(token_make(sql, "MA-1", "", 0, 1000, 90000, secret, &id, &last), JISR_TOO_LARGE);
	local_leave(local);
}

static void a_certificate_acts_for_one_officer(void **state)
{
	(void)state;
	struct token_certificate found;
	struct sql *sql = local_enter(local);
	assert_int_equal(token_certificate_add(sql, "MA-1", "gate-7.example", RIGHT_BIT(RIGHT_CHECK), 1, &last),
	                 JISR_OK);
	assert_int_equal(token_certificate_add(sql, "FR-1", "gate-7.example", RIGHT_ALL, 1, &last), JISR_CONFLICT);
	assert_int_equal(token_certificate_find(sql, "gate-7.example", &found, &last), JISR_OK);
	assert_string_equal(found.officer, "MA-1");
	assert_int_equal(token_certificate_find(sql, "gate-8.example", &found, &last), JISR_NOT_FOUND);
	assert_int_equal(token_certificate_at(sql, "MA-1", 0, &found, &last), JISR_OK);
	assert_int_equal(token_certificate_end(sql, "FR-1", found.print, &last), JISR_NOT_FOUND);
	assert_int_equal(token_certificate_end(sql, "MA-1", found.print, &last), JISR_OK);
	local_leave(local);
}

static void an_invitation_is_read_as_people_type_and_lasts_an_hour(void **state)
{
	(void)state;
	char code[ENROLMENT_CODE], typed[64], later[ENROLMENT_CODE];
	struct enrolment found;
	int64_t now = 1000;
	struct sql *sql = local_enter(local);
	assert_int_equal(enrolment_make(sql, "MA-1", "console", now, code, &last), JISR_OK);
	assert_int_equal(strlen(code), ENROLMENT_CODE - 1);
	assert_int_equal(enrolment_find(sql, code, now + (int64_t)ENROLMENT_SECONDS * 1000 - 1, &found, &last),
	                 JISR_OK);
	assert_string_equal(found.officer, "MA-1");
	assert_string_equal(found.by, "console");
	assert_false(found.shown);
	assert_int_equal(enrolment_find(sql, code, now + (int64_t)ENROLMENT_SECONDS * 1000, &found, &last),
	                 JISR_NOT_FOUND);
	size_t used = 0;
	typed[used++] = ' ';
	for (const char *at = code; *at != '\0'; at++)
		if (*at != '-')
			typed[used++] = *at == '0' ? 'o' : *at == '1' ? 'l' : *at >= 'A' ? (char)(*at + 32) : *at;
	typed[used] = '\0';
	assert_int_equal(enrolment_find(sql, typed, now, &found, &last), JISR_OK);
	typed[used - 1] = '\0';
	assert_int_equal(enrolment_find(sql, typed, now, &found, &last), JISR_NOT_FOUND);
	static const char *const bad[] = {"", "-----", "UUUUU-UUUUU-UUUUU-UUUUU-UUUUU", "' OR 1=1"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(enrolment_find(sql, bad[i], now, &found, &last), JISR_NOT_FOUND);
	assert_int_equal(enrolment_make(sql, "MA-1", "console", now, later, &last), JISR_OK);
	assert_int_equal(enrolment_find(sql, code, now, &found, &last), JISR_NOT_FOUND); /* the earlier one ended */
	assert_int_equal(enrolment_find(sql, later, now, &found, &last), JISR_OK);
	local_leave(local);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(scopes_are_rights_by_name, open_folder, close_folder),
		cmocka_unit_test_setup_teardown(a_token_is_known_until_its_day_and_only_whole, open_folder,
	                                        close_folder),
		cmocka_unit_test_setup_teardown(a_certificate_acts_for_one_officer, open_folder, close_folder),
		cmocka_unit_test_setup_teardown(an_invitation_is_read_as_people_type_and_lasts_an_hour, open_folder,
	                                        close_folder),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
