#include "base/error.h"

#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_code_has_its_own_line(void **state)
{
	(void)state;
	for (int a = JISR_FULL; a <= 0; a++) {
		assert_string_not_equal(error_text(a), "unknown error");
		for (int b = JISR_FULL; b < a; b++)
			assert_string_not_equal(error_text(a), error_text(b));
	}
	assert_string_equal(error_text(1), "unknown error");
	assert_string_equal(error_text(-9999), "unknown error");
}

static void setting_a_problem_returns_its_code(void **state)
{
	(void)state;
	struct problem problem;
	assert_int_equal(problem_set(&problem, JISR_IO, "file %s, line %d", "a.csv", 7), JISR_IO);
	assert_string_equal(problem.text, "file a.csv, line 7");
	assert_int_equal(problem_set(NULL, JISR_BAD_INPUT, "nobody listens"), JISR_BAD_INPUT);
}

static void a_prefix_stands_before_the_sentence(void **state)
{
	(void)state;
	struct problem problem;
	(void)problem_set(&problem, JISR_IO, "it is full");
	problem_prefix(&problem, "disk");
	assert_string_equal(problem.text, "disk: it is full");
	problem_prefix(NULL, "disk");
}

static void a_long_sentence_is_cut_between_characters(void **state)
{
	(void)state;
	for (int lead = 0; lead < 4; lead++) {
		char text[2 * PROBLEM_MAX] = "abcd";
		size_t length = (size_t)lead;
		while (length + 4 < sizeof text)
			length += utf8_put(text + length, 0x4E2D + (uint32_t)lead);
		text[length] = '\0';
		struct problem problem;
		(void)problem_set(&problem, JISR_IO, "%s", text);
		size_t kept = strlen(problem.text);
		assert_true(kept >= PROBLEM_MAX - 8 && kept < PROBLEM_MAX);
		assert_true(utf8_valid(problem.text, kept, NULL));
		problem_prefix(&problem, "somewhere");
		assert_true(utf8_valid(problem.text, strlen(problem.text), NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_its_own_line),
		cmocka_unit_test(setting_a_problem_returns_its_code),
		cmocka_unit_test(a_prefix_stands_before_the_sentence),
		cmocka_unit_test(a_long_sentence_is_cut_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
