#include "base/date.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct date read_date(const char *text)
{
	struct date date = {0, 0};
	assert_int_equal(date_read(text, strlen(text), &date), JISR_OK);
	return date;
}

static void a_year_covers_all_its_days(void **state)
{
	(void)state;
	struct date date = read_date("1965");
	assert_int_equal(date.from, 19650101);
	assert_int_equal(date.to, 19651231);
	assert_false(date_is_day(date));
}

static void february_knows_leap_years(void **state)
{
	(void)state;
	assert_int_equal(read_date("2000-02").to, 20000229);
	assert_int_equal(read_date("1900-02").to, 19000228);
	struct date date = {7, 7};
	assert_int_equal(date_read("1900-02-29", 10, &date), JISR_BAD_INPUT);
	assert_int_equal(date.from, 7);
}

static void malformed_dates_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"",
	                                  "19",
	                                  "0999",
	                                  "3000",
	                                  "1965-",
	                                  "1965-13",
	                                  "1965-00",
	                                  "1965-1-",
	                                  "1965-1-32",
	                                  "1965-01-01x",
	                                  "x1965",
	                                  "1965 01 01",
	                                  "19651",
	                                  "1958-01-01/1953-12-31",
	                                  "1953-01-01/1953-13-31",
	                                  "1953-01-01-1953-12-31"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct date date;
		assert_int_equal(date_read(bad[i], strlen(bad[i]), &date), JISR_BAD_INPUT);
	}
}

static void what_is_written_reads_back(void **state)
{
	(void)state;
	static const char *const forms[] = {"1965",    "1965-03", "1965-03-07", "2024-02-29",
	                                    "1999-12", "1000",    "2999-12-31"};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		char written[DATE_TEXT_MAX];
		date_write(read_date(forms[i]), written);
		assert_string_equal(written, forms[i]);
	}
	struct date range = {19530101, 19581231};
	char written[DATE_TEXT_MAX];
	date_write(range, written);
	assert_string_equal(written, "1953-01-01/1958-12-31");
	struct date again = read_date(written);
	assert_int_equal(again.from, range.from);
	assert_int_equal(again.to, range.to);
}

static void overlap_and_distance_agree(void **state)
{
	(void)state;
	assert_true(date_overlap(read_date("1965"), read_date("1965-12-31")));
	assert_false(date_overlap(read_date("1965"), read_date("1966")));
	assert_int_equal(date_year_distance(read_date("1965"), read_date("1968-01-01")), 3);
	assert_int_equal(date_year_distance(read_date("1965"), read_date("1965-06")), 0);
	assert_false(date_overlap((struct date){0, 0}, read_date("1965")));
}

static void a_day_has_one_form(void **state)
{
	static const char *const none[] = {
		"2026/03/31", "2026.03.31", "2026-3-31",  "2026-03-1",  "2026-03",
		"2026",       "2026-02-29", "2026-13-01", "2026-03-32", "20260331",
		"2026-03-3l", "",           " 2026-03-1", "2026-03/31", "2026-03-31/2026-04-01",
		"0999-01-01"};
	struct date date = {0, 0};
	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (date_day_read(none[i], strlen(none[i]), &date) != JISR_BAD_INPUT || date.from != 0)
			fail_msg("%s", none[i]);
	assert_int_equal(date_day_read(NULL, 0, &date), JISR_BAD_INPUT);
	assert_int_equal(date_day_read("2024-02-29", 10, NULL), JISR_OK);
	assert_int_equal(date_day_read("2026-03-31", 10, &date), JISR_OK);
	assert_int_equal(date.from, 20260331);
	/* so text order is the order of days */
	for (int i = 0; i < 2000; i++) {
		char one[40], other[40];
		struct date a, b;
		(void)snprintf(one, sizeof one, "%04d-%02d-%02d", 1900 + rand() % 200, 1 + rand() % 12,
		               1 + rand() % 31);
		(void)snprintf(other, sizeof other, "%04d-%02d-%02d", 1900 + rand() % 200, 1 + rand() % 12,
		               1 + rand() % 31);
		if (date_day_read(one, 10, &a) || date_day_read(other, 10, &b))
			continue;
		assert_int_equal(a.from < b.from, strcmp(one, other) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_year_covers_all_its_days),  cmocka_unit_test(february_knows_leap_years),
		cmocka_unit_test(malformed_dates_are_refused), cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(overlap_and_distance_agree),  cmocka_unit_test(a_day_has_one_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
