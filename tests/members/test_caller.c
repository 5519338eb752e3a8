#include "members/caller.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static struct caller officer(enum caller_kind kind, const char *office, role_set roles)
{
	struct caller caller;
	caller_init(&caller);
	caller.kind = kind;
	(void)snprintf(caller.name, sizeof caller.name, "%s-7", office);
	(void)snprintf(caller.office, sizeof caller.office, "%s", office);
	(void)snprintf(caller.officer, sizeof caller.officer, "%s-7", office);
	caller.roles = roles;
	return caller;
}

static void who_shows_nothing_has_the_service_alone(void **state)
{
	(void)state;
	struct caller caller;
	caller_init(&caller);
	assert_string_equal(caller.name, "anonymous");
	assert_true(caller_rights(&caller) == right_of_service());
	assert_true(caller_may(&caller, RIGHT_CHECK) && !caller_may(&caller, RIGHT_LOG_READ));
	caller.kind = CALLER_TOKEN;
	caller.roles = ROLE_BIT(ROLE_ADMINISTRATOR); /* nothing that a token of the settings could have */
	assert_true(caller_rights(&caller) == right_of_service());
}

static void the_console_has_its_column(void **state)
{
	(void)state;
	struct caller caller;
	caller_console(&caller, "MA");
	assert_true(caller_rights(&caller) == right_of_console());
	assert_true(caller_may_at(&caller, RIGHT_OFFICERS_CHANGE, "MA"));
	assert_false(caller_may_at(&caller, RIGHT_OFFICERS_CHANGE, "FR"));
	assert_false(caller_may(&caller, RIGHT_ACCESS_READ));
	caller_console(&caller, OFFICE_HEADQUARTERS);
	assert_true(caller_may_at(&caller, RIGHT_OFFICERS_CHANGE, "FR"));
}

static void scopes_only_take_away(void **state)
{
	(void)state;
	for (role_set roles = 0; roles < ROLE_BIT(ROLE_COUNT); roles += 7)
		for (unsigned scope = 0; scope < RIGHT_COUNT; scope++) {
			struct caller caller = officer(CALLER_API_TOKEN, "MA", roles);
			right_set before = caller_rights(&caller);
			caller.scopes = RIGHT_BIT(scope);
			assert_true(caller_rights(&caller) == ((before & RIGHT_BIT(scope)) | RIGHT_BIT(RIGHT_NONE)));
		}
}

static void headquarters_reaches_other_offices_where_the_table_says_so(void **state)
{
	(void)state;
	struct caller home = officer(CALLER_SESSION, "MA", ROLE_BIT(ROLE_COUNT) - 1);
	struct caller lyon = officer(CALLER_SESSION, OFFICE_HEADQUARTERS, ROLE_BIT(ROLE_COUNT) - 1);
	for (unsigned right = 0; right < RIGHT_COUNT; right++) {
		assert_int_equal(caller_may_at(&home, (enum right)right, "MA"), caller_may(&home, (enum right)right));
		assert_false(caller_may_at(&home, (enum right)right, "FR"));
		assert_int_equal(caller_may_at(&lyon, (enum right)right, "FR"), right_is_wide((enum right)right));
	}
}

static void a_session_proves_itself_again_and_a_program_does_not(void **state)
{
	(void)state;
	static const enum caller_kind kinds[] = {CALLER_CONSOLE, CALLER_SESSION, CALLER_API_TOKEN, CALLER_CERTIFICATE};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct caller caller = officer(kinds[i], "MA", ROLE_BIT(ROLE_ADMINISTRATOR));
		bool asked = kinds[i] == CALLER_SESSION;
		assert_int_equal(caller_must_prove(&caller, RIGHT_OFFICERS_CHANGE, 10000), asked);
		assert_false(caller_must_prove(&caller, RIGHT_CHECK, 10000));
		caller.proved = 10000 - RIGHT_PROOF_SECONDS;
		assert_false(caller_must_prove(&caller, RIGHT_OFFICERS_CHANGE, 10000));
		assert_int_equal(caller_must_prove(&caller, RIGHT_OFFICERS_CHANGE, 10000.001), asked);
	}
}

static void a_refusal_says_what_is_missing_and_who_has_it(void **state)
{
	(void)state;
	struct problem problem = {""};
	struct caller caller = officer(CALLER_SESSION, "MA", ROLE_BIT(ROLE_BORDER_OFFICER));
	assert_int_equal(caller_check(&caller, RIGHT_CHECK, &problem), JISR_OK);
	assert_string_equal(problem.text, "");
	assert_int_equal(caller_check(&caller, RIGHT_MEMBERS_CHANGE, &problem), JISR_DENIED);
	assert_string_equal(problem.text, "MA-7 may not admit and suspend members; who may: secretary general at "
	                                  "headquarters, administrator at headquarters");
	assert_int_equal(caller_check_at(&caller, RIGHT_OFFICERS_READ, "MA", &problem), JISR_OK);
	assert_int_equal(caller_check_at(&caller, RIGHT_OFFICERS_READ, "FR", &problem), JISR_DENIED);
	assert_string_equal(problem.text, "MA-7 may see the officers of an office for MA alone, not for FR");
	assert_int_equal(caller_check_at(&caller, RIGHT_OFFICERS_CHANGE, "MA", &problem), JISR_DENIED);
	assert_int_equal(caller_check(&caller, RIGHT_COUNT, NULL), JISR_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_shows_nothing_has_the_service_alone),
		cmocka_unit_test(the_console_has_its_column),
		cmocka_unit_test(scopes_only_take_away),
		cmocka_unit_test(headquarters_reaches_other_offices_where_the_table_says_so),
		cmocka_unit_test(a_session_proves_itself_again_and_a_program_does_not),
		cmocka_unit_test(a_refusal_says_what_is_missing_and_who_has_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
