#include "base/digits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static void only_so_many_digits_are_a_number(void **state)
{
	(void)state;
	assert_true(digits_only("0", 1));
	assert_true(digits_only("012", 3));
	assert_false(digits_only("0123", 3));
	assert_false(digits_only("", 3));
	assert_false(digits_only(NULL, 3));
	assert_false(digits_only("-1", 3));
	assert_false(digits_only("1 ", 3));
	assert_false(digits_only("1\xD9\xA1", 3));
}

/* Every byte at every place of a short text, beside the plain reading of the rule. */
static void every_byte_is_judged_by_the_rule(void **state)
{
	(void)state;
	for (size_t length = 1; length <= 4; length++)
		for (size_t at = 0; at < length; at++)
			for (int byte = 1; byte < 256; byte++) {
				char text[5] = "0000";
				text[length] = '\0';
				text[at] = (char)byte;
				assert_int_equal(digits_only(text, 3), length <= 3 && byte >= '0' && byte <= '9');
			}
}

static void what_is_counted_from_1_has_no_0_before_it(void **state)
{
	(void)state;
	uint64_t number = 7;
	static const char *const none[] = {"0", "01", "", "-1", "1 ", "1234567890123456"};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_false(digits_ordinal(none[i], &number));
	assert_false(digits_ordinal(NULL, &number));
	assert_int_equal(number, 7);
	assert_true(digits_ordinal("123456789012345", &number));
	assert_int_equal(number, 123456789012345);
}

static void the_number_is_read_or_left(void **state)
{
	uint64_t number = 7;
	(void)state;
	assert_true(digits_read("0012", 4, &number));
	assert_int_equal(number, 12);
	assert_true(digits_read("9999999999999999999", 19, &number));
	assert_true(number == 9999999999999999999U);
	assert_false(digits_read("10", 1, &number));
	assert_false(digits_read("1 ", 3, &number));
	assert_true(number == 9999999999999999999U);
	assert_int_equal(digits_number("00000012"), 12);
	assert_int_equal(digits_number("123456789"), 0);
	assert_int_equal(digits_number("x"), 0);
	assert_int_equal(digits_number(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_so_many_digits_are_a_number),
		cmocka_unit_test(the_number_is_read_or_left),
		cmocka_unit_test(what_is_counted_from_1_has_no_0_before_it),
		cmocka_unit_test(every_byte_is_judged_by_the_rule),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
