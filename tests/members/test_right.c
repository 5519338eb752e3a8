#include "members/right.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

/* The table again, written out cell by cell: a change of members/right.c is a change here, on purpose. Columns: reader,
 * border officer, bureau officer, head of bureau, reviewer, secretary general, auditor, administrator, delegate, chair,
 * secretary of the assembly, commission; the service
 * without an officer; the console. x: in every office; h: at headquarters alone; -: not. */
static const struct {
	const char *right, *cells, *others;
	bool wide, proof;
} expected[] = {
	{"unsaid", "------------", "--", false, false},
	{"none", "xxxxxxxxxxxx", "xx", false, false},
	{"check", "xxxxxx------", "xx", false, false},
	{"search", "xxxxxx-----x", "xx", false, false},
	{"decide", "-xxxx-------", "xx", false, false},
	{"lists.read", "xxxxxxxxxxxx", "xx", false, false},
	{"lists.load", "-------h----", "-x", false, true},
	{"self", "xxxxxxxxxxxx", "--", false, false},
	{"members.read", "xxxxxxxxxxxx", "xx", true, false},
	{"members.change", "-----h-h----", "-x", true, true},
	{"offices.change", "-----h-h----", "-x", true, true},
	{"keys.change", "-------x----", "-x", true, true},
	{"officers.read", "xxxxxxxxxxxx", "-x", true, false},
	{"officers.change", "---x---x----", "-x", true, true},
	{"log.read", "--xxxxxx----", "-x", false, false},
	{"log.prove", "xxxxxxxxxxxx", "xx", false, false},
	{"events", "xxxxxxxxxxxx", "-x", false, false},
	{"access.read", "------x-----", "--", true, true},
	{"notices.read", "xxxxxx-----x", "-x", false, false},
	{"notices.write", "--xx--------", "-x", false, false},
	{"notices.review", "----hh------", "-x", true, false},
	{"notices.publish", "----hh------", "-x", true, true},
	{"polls.run", "-----h----h-", "-x", true, true},
	{"polls.take", "---x-x--x---", "-x", false, false},
	{"assembly.read", "xxxxxxxxxxxx", "-x", true, false},
	{"assembly.delegate", "---x----x---", "--", false, false},
	{"assembly.chair", "---------x--", "-x", true, false},
	{"assembly.secretary", "-----h----h-", "-x", true, false},
	{"hits.read", "-xxxxx------", "-x", true, false},
	{"hits.write", "-xxx--------", "-x", false, false},
	{"hits.follow", "--xxhh------", "-x", false, false},
	{"objects.read", "xxxxxx------", "-x", false, false},
	{"objects.write", "--xx--------", "-x", false, false},
	{"requests.read", "--xxhh-----x", "-x", false, false},
	{"requests.handle", "-----------x", "--", false, false},
	{"requests.decide", "-----------x", "--", false, true},
	{"requests.reply", "--xx--------", "--", false, false},
	{"requests.execute", "----hh------", "-x", false, true},
	{"retention", "-----h-h----", "-x", false, true},
	{"operations.read", "xxxxxx------", "-x", false, false},
	{"operations.write", "--xxhh------", "-x", false, false},
	{"operations.publish", "----hh------", "-x", true, true},
	{"messages.read", "--xxhh-----x", "-x", false, false},
	{"messages.write", "--xxhh-----x", "-x", false, false},
	{"budget.write", "-----h------", "-x", true, false},
	{"backups", "-------h----", "-x", false, true},
	{"agreements.write", "--xx-h----h-", "-x", false, false},
	{"agreements.sign", "---x-h------", "-x", false, true},
};

static void every_cell_of_the_table_is_as_written_here(void **state)
{
	(void)state;
	assert_int_equal(sizeof expected / sizeof *expected, RIGHT_COUNT);
	for (unsigned i = 0; i < RIGHT_COUNT; i++) {
		enum right right = (enum right)i;
		assert_string_equal(right_name(right), expected[i].right);
		assert_int_equal(strlen(expected[i].cells), ROLE_COUNT);
		for (unsigned role = 0; role < ROLE_COUNT; role++) {
			bool own = (right_of_roles(ROLE_BIT(role), false) & RIGHT_BIT(right)) != 0;
			bool headquarters = (right_of_roles(ROLE_BIT(role), true) & RIGHT_BIT(right)) != 0;
			char cell = expected[i].cells[role];
			if (own != (cell == 'x') || headquarters != (cell == 'x' || cell == 'h'))
				fail_msg("%s for %s", right_name(right), role_name((enum role)role));
		}
		assert_int_equal((right_of_service() & RIGHT_BIT(right)) != 0, expected[i].others[0] == 'x');
		assert_int_equal((right_of_console() & RIGHT_BIT(right)) != 0, expected[i].others[1] == 'x');
		assert_int_equal(right_is_wide(right), expected[i].wide);
		assert_int_equal(right_needs_proof(right), expected[i].proof);
	}
}

static void several_roles_give_what_each_gives(void **state)
{
	(void)state;
	for (role_set roles = 0; roles < ROLE_BIT(ROLE_COUNT); roles++)
		for (int headquarters = 0; headquarters < 2; headquarters++) {
			right_set sum = RIGHT_BIT(RIGHT_NONE);
			for (unsigned role = 0; role < ROLE_COUNT; role++)
				if ((roles & ROLE_BIT(role)) != 0)
					sum |= right_of_roles(ROLE_BIT(role), headquarters);
			assert_true(right_of_roles(roles, headquarters) == sum);
		}
	assert_true(right_of_roles(0, true) == RIGHT_BIT(RIGHT_NONE));
}

static void names_are_read_back_and_nothing_else_is(void **state)
{
	(void)state;
	enum right right = RIGHT_NONE;
	enum role role = ROLE_READER;
	for (unsigned i = 0; i < RIGHT_COUNT; i++) {
		assert_true(right_read(right_name((enum right)i), &right) && right == (enum right)i);
		assert_true(islower((unsigned char)right_what((enum right)i)[0]));
	}
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		assert_true(role_read(role_name((enum role)i), &role) && role == (enum role)i);
	assert_false(right_read("", &right) || right_read("check ", &right) || right_read("CHECK", &right));
	assert_false(role_read("", &role) || role_read("administrators", &role) || role_read("unknown", &role));
	assert_string_equal(right_name(RIGHT_COUNT), "unknown");
	assert_string_equal(role_name(ROLE_COUNT), "unknown");
	assert_string_equal(role_title((enum role) - 1), "unknown");
}

static void nobody_gives_more_than_an_administrator_or_a_head(void **state)
{
	(void)state;
	role_set all = ROLE_BIT(ROLE_COUNT) - 1, head = role_given_by(ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	assert_int_equal(role_given_by(ROLE_BIT(ROLE_ADMINISTRATOR)), all);
	assert_int_equal(head, ROLE_BIT(ROLE_READER) | ROLE_BIT(ROLE_BORDER_OFFICER) | ROLE_BIT(ROLE_BUREAU_OFFICER) |
	                               ROLE_BIT(ROLE_HEAD_OF_BUREAU) | ROLE_BIT(ROLE_DELEGATE));
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if (role != ROLE_ADMINISTRATOR && role != ROLE_HEAD_OF_BUREAU)
			assert_int_equal(role_given_by(ROLE_BIT(role)), 0);
	/* who may give roles is who may change officers */
	for (role_set roles = 0; roles <= all; roles++)
		assert_int_equal(role_given_by(roles) != 0,
		                 (right_of_roles(roles, false) & RIGHT_BIT(RIGHT_OFFICERS_CHANGE)) != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_of_the_table_is_as_written_here),
		cmocka_unit_test(several_roles_give_what_each_gives),
		cmocka_unit_test(names_are_read_back_and_nothing_else_is),
		cmocka_unit_test(nobody_gives_more_than_an_administrator_or_a_head),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
