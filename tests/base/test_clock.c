#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void moments_are_read_as_they_are_written(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *utc;
	} moments[] = {{0, "1970-01-01T00:00:00Z"}, {1709251199, "2024-02-29T23:59:59Z"}, {-1, "1969-12-31T23:59:59Z"}};
	char out[CLOCK_UTC_MAX];
	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
		int64_t seconds = 77;
		assert_string_equal(clock_utc_at(moments[i].seconds, out), moments[i].utc);
		assert_true(clock_utc_read(out, &seconds));
		assert_int_equal(seconds, moments[i].seconds);
	}
	int64_t seconds = 77;
	assert_true(clock_utc_read("2024-02-29T23:59:59.123Z", &seconds));
	assert_int_equal(seconds, 1709251199);
	assert_false(clock_utc_read("yesterday", &seconds));
	assert_int_equal(seconds, 1709251199);
}

static void ages_are_never_below_zero_but_for_what_is_no_moment(void **state)
{
	(void)state;
	char now[CLOCK_UTC_MAX];
	assert_true(clock_age("1970-01-01T00:00:00Z") > 1e9);
	assert_true(clock_age(clock_utc_exact(now)) >= 0);
	assert_int_equal(strlen(now), 24);
	assert_true(clock_age("2999-01-01T00:00:00Z") == 0);
	assert_true(clock_age("") < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_are_read_as_they_are_written),
		cmocka_unit_test(ages_are_never_below_zero_but_for_what_is_no_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
