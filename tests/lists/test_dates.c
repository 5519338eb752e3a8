#include "lists/dates.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void reads(const char *text, const char *expected)
{
	struct date date = {0, 0};
	char written[DATE_TEXT_MAX];
	if (dates_read(text, strlen(text), &date) != JISR_OK)
		fail_msg("%s is not read", text);
	date_write(date, written);
	assert_string_equal(written, expected);
}

static void dates_are_read_as_lists_write_them(void **state)
{
	(void)state;
	reads("1965-03-01", "1965-03-01");
	reads("1999/01/23", "1999-01-23");
	reads("02 Feb 1975", "1975-02-02");
	reads("Feb 1975", "1975-02");
	reads("February 2, 1975", "1975-02-02");
	reads("2 SEPT 1975", "1975-09-02");
	reads("28/09/1955", "1955-09-28");
	reads("00/09/1955", "1955-09");
	reads("00/00/1955", "1955");
	reads("04.03.1971", "1971-03-04");
	reads("1958.", "1958");
	reads("circa 1958", "1957-01-01/1959-12-31");
	reads("Approximately 1958", "1957-01-01/1959-12-31");
	reads("circa 29 Feb 1976", "1975-01-01/1977-12-31");
	reads("1953 to 1958", "1953-01-01/1958-12-31");
	reads("1953-1958", "1953-01-01/1958-12-31");
	reads("between Jan 1953 and 12 Mar 1958", "1953-01-01/1958-03-12");
	reads("circa 1953 to 1958", "1952-01-01/1958-12-31");
	reads("1960s", "1960-01-01/1969-12-31");
	reads("early 1960s", "1960-01-01/1969-12-31");
	reads("late 1958", "1958");
}

static void what_is_no_date_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"",
	                                  "unknown",
	                                  "31 Feb 1975",
	                                  "1958 to 1953",
	                                  "circa",
	                                  "to",
	                                  "99/99/1955",
	                                  "1955 1954",
	                                  "12",
	                                  "Monday 1955",
	                                  "1975-02-30",
	                                  "0/0/0",
	                                  "between 1953",
	                                  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	                                  "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
	                                  "circa 1000",
	                                  "2 \xFF 1975"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct date date = {7, 7};
		if (dates_read(bad[i], strlen(bad[i]), &date) == JISR_OK)
			fail_msg("%s is read as %d/%d", bad[i], date.from, date.to);
		assert_int_equal(date.from, 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_read_as_lists_write_them),
		cmocka_unit_test(what_is_no_date_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
