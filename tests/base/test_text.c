#include "base/text.h"

#include "base/error.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void an_empty_text_is_an_empty_string_and_owns_nothing(void **state)
{
	(void)state;
	struct text text;
	memory_fail_after(0);
	text_init(&text, 10);
	memory_fail_after(-1);
	assert_string_equal(text.bytes, "");
	text_reset(&text);
	text_finish(&text);
	assert_string_equal(text.bytes, "");
}

static void what_is_added_stands_there_in_order(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 1000);
	text_add(&text, "abc", 2);
	text_add_char(&text, '-');
	text_add_string(&text, "xyz");
	text_add_code(&text, 0x627);
	assert_int_equal(text_add_format(&text, "[%d]", 42), JISR_OK);
	assert_string_equal(text.bytes, "ab-xyz\u0627[42]");
	assert_int_equal(text.length, strlen(text.bytes));
	text_finish(&text);
}

static void the_limit_is_reached_but_never_passed(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 10);
	assert_int_equal(text_add(&text, "0123456789", 10), JISR_OK);
	assert_int_equal(text_add_char(&text, 'x'), JISR_TOO_LARGE);
	assert_string_equal(text.bytes, "0123456789");
	text_reset(&text);
	assert_int_equal(text_add_format(&text, "%d", 12345), JISR_OK);
	assert_int_equal(text_add_format(&text, "%d", 123456), JISR_TOO_LARGE);
	assert_string_equal(text.bytes, "12345");
	text_finish(&text);
}

static void a_text_may_be_without_a_limit(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, SIZE_MAX);
	assert_int_equal(text_add(&text, "abc", 3), JISR_OK);
	assert_string_equal(text.bytes, "abc");
	text_finish(&text);
}

static void the_first_failure_sticks_until_a_reset(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 4);
	assert_int_equal(text_add_string(&text, "12345"), JISR_TOO_LARGE);
	assert_int_equal(text_add_char(&text, '1'), JISR_TOO_LARGE);
	assert_int_equal(text.length, 0);
	assert_null(text_take(&text));
	text_reset(&text);
	assert_int_equal(text_add_char(&text, '1'), JISR_OK);
	text_finish(&text);
}

static void out_of_memory_leaves_what_was_there(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 1000);
	text_add_string(&text, "kept");
	memory_fail_after(0);
	int error = text_add_format(&text, "%100d", 1);
	memory_fail_after(-1);
	assert_int_equal(error, JISR_NO_MEMORY);
	assert_string_equal(text.bytes, "kept");
	text_finish(&text);
}

static void taking_hands_the_bytes_over(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 100);
	text_add_string(&text, "mine");
	CLEANUP(memory_freep) char *taken = text_take(&text);
	assert_string_equal(taken, "mine");
	assert_int_equal(text.length, 0);
	CLEANUP(memory_freep) char *empty = text_take(&text);
	assert_string_equal(empty, "");
	text_finish(&text);
}

static void digits_are_counted_and_nothing_else_is_one(void **state)
{
	(void)state;
	assert_true(text_is_hex("0af9", 4));
	assert_true(text_is_hex("", 0));
	assert_false(text_is_hex("0af9", 3));
	assert_false(text_is_hex("0af9", 5));
	assert_false(text_is_hex("0aF9", 4));
	assert_false(text_is_hex("0ag9", 4));
	assert_false(text_is_hex("", 4));
	assert_false(text_is_hex(NULL, 4));
	assert_false(text_is_hex(NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_text_is_an_empty_string_and_owns_nothing),
		cmocka_unit_test(what_is_added_stands_there_in_order),
		cmocka_unit_test(the_limit_is_reached_but_never_passed),
		cmocka_unit_test(a_text_may_be_without_a_limit),
		cmocka_unit_test(the_first_failure_sticks_until_a_reset),
		cmocka_unit_test(out_of_memory_leaves_what_was_there),
		cmocka_unit_test(taking_hands_the_bytes_over),
		cmocka_unit_test(digits_are_counted_and_nothing_else_is_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
