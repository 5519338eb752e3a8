#include "cli/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static void width_counts_columns(void **state)
{
	(void)state;
	assert_int_equal(print_width(""), 0);
	assert_int_equal(print_width("Tesla"), 5);
	assert_int_equal(print_width("Тесла"), 5);
	assert_int_equal(print_width("赵明轩"), 6);
	assert_int_equal(print_width("e\u0301\u0302"), 1);
	assert_int_equal(print_width("김"), 2);
	assert_int_equal(print_width("…"), 1);
}

static void cells_are_filled_or_cut_to_their_columns(void **state)
{
	(void)state;
	static const char *const texts[] = {"",      "Tesla",         "Nikola Tesla of Smiljan", "赵明轩赵明轩",
	                                    "Тесла", "a\u0301b\u0301"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		for (size_t columns = 1; columns < 20; columns++) {
			char *bytes = NULL;
			size_t size = 0;
			FILE *stream = open_memstream(&bytes, &size);
			assert_non_null(stream);
			print_cell(stream, texts[i], columns);
			fclose(stream);
			assert_int_equal(print_width(bytes), columns);
			free(bytes);
		}
	}
}

static void counts_have_their_thousands_apart(void **state)
{
	(void)state;
	char out[PRINT_COUNT_MAX];
	assert_string_equal(print_count(0, out), "0");
	assert_string_equal(print_count(999, out), "999");
	assert_string_equal(print_count(1000, out), "1,000");
	assert_string_equal(print_count(13821, out), "13,821");
	assert_string_equal(print_count(UINT64_MAX, out), "18,446,744,073,709,551,615");
}

static void ages_are_told_in_one_unit(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{0, "just now"},         {59, "just now"},        {60, "1 minute ago"}, {3599, "59 minutes ago"},
		{3600, "1 hour ago"},    {86399, "23 hours ago"}, {86400, "1 day ago"}, {400 * 86400, "400 days ago"},
		{-7200, "in the future"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char utc[40], out[PRINT_AGE_MAX];
		time_t then = time(NULL) - (time_t)cases[i].seconds;
		struct tm parts;
		gmtime_r(&then, &parts);
		strftime(utc, sizeof utc, "%Y-%m-%dT%H:%M:%SZ", &parts);
		if (cases[i].seconds % 60 == 59) /* a second may pass */
			continue;
		assert_string_equal(print_age(utc, out), cases[i].text);
	}
	char out[PRINT_AGE_MAX];
	assert_string_equal(print_age("", out), "");
	assert_string_equal(print_age("yesterday", out), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(width_counts_columns),
		cmocka_unit_test(cells_are_filled_or_cut_to_their_columns),
		cmocka_unit_test(counts_have_their_thousands_apart),
		cmocka_unit_test(ages_are_told_in_one_unit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
