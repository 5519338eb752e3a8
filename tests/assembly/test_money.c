#include "assembly/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static void sums_are_read_and_written_to_the_cent(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t cents;
	} good[] = {{"0", 0},
	            {"0.00", 0},
	            {"0.5", 50},
	            {"0.05", 5},
	            {"1250", 125000},
	            {"12.3", 1230},
	            {"79800000.01", INT64_C(7980000001)},
	            {"999999999999.99", INT64_C(99999999999999)}};
	static const char *const bad[] = {"",
	                                  ".",
	                                  "1.",
	                                  "1.234",
	                                  "-1",
	                                  "+1",
	                                  " 1",
	                                  "1 ",
	                                  "1,000",
	                                  "1e3",
	                                  "0x1",
	                                  "00",
	                                  "01.00",
	                                  "1000000000000.01",
	                                  "1.0.0",
	                                  "١",
	                                  "99999999999999999999"};
	char text[MONEY_TEXT_MAX];
	int64_t cents;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(money_read(good[i].text, &cents));
		assert_int_equal(cents, good[i].cents);
		assert_true(money_read(money_text(cents, text), &cents));
		assert_int_equal(cents, good[i].cents);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		cents = 77;
		if (money_read(bad[i], &cents) || cents != 77)
			fail_msg("'%s' was read", bad[i]);
	}
	assert_string_equal(money_text(-305, text), "-3.05");
	assert_string_equal(money_text(INT64_MIN, text), "-92233720368547758.08");
}

static void growth_is_rounded_with_halves_away_from_zero(void **state)
{
	(void)state;
	static const struct {
		int64_t former, now;
		const char *text;
	} cases[] = {{100, 103, "3.00"},     {300, 301, "0.33"},     {300, 302, "0.67"},
	             {300, 298, "-0.67"},    {20000, 20001, "0.01"}, {20000, 19999, "-0.01"},
	             {20001, 20002, "0.00"}, {100, 0, "-100.00"},    {1, MONEY_MOST, "9999999999999900.00"}};
	char text[MONEY_TEXT_MAX];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(money_growth(cases[i].former, cases[i].now, text));
		assert_string_equal(text, cases[i].text);
	}
	assert_false(money_growth(0, 5, text));
}

/* ---- dividing, against a reference that tries measures ---- */

static double held(double m, const uint32_t *weights, size_t count, double least, double most)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++) {
		double part = m * weights[i];
		sum += part < least ? least : part > most ? most : part;
	}
	return sum;
}

/* Halves the span of measures until the parts add up; sums are small enough for a double. */
static void reference(int64_t total, const uint32_t *weights, size_t count, int64_t least, int64_t most, double *parts)
{
	double low = 0, high = (double)most + 1;
	for (int i = 0; i < 200; i++) {
		double m = (low + high) / 2;
		if (held(m, weights, count, (double)least, (double)most) < (double)total)
			low = m;
		else
			high = m;
	}
	for (size_t i = 0; i < count; i++) {
		double part = high * weights[i];
		parts[i] = part < (double)least ? (double)least : part > (double)most ? (double)most : part;
	}
}

static uint64_t seed;
static uint64_t lot(uint64_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % below;
}

static void parts_add_up_to_the_cent_and_are_fair(void **state)
{
	(void)state;
	size_t divided = 0, bounded = 0;
	for (size_t round = 0; round < 4000; round++) {
		uint32_t weights[40];
		int64_t parts[40], sum = 0;
		double expected[40];
		size_t count = 1 + lot(round % 3 == 0 ? 4 : 40);
		int64_t total = (int64_t)lot(round % 5 == 0 ? 50 : 1000000000);
		uint64_t heaviest = round % 2 == 0 ? 5 : MONEY_MAX_WEIGHT;
		for (size_t i = 0; i < count; i++)
			weights[i] = 1 + (uint32_t)lot(heaviest);
		int64_t even = total / (int64_t)count;
		int64_t least = lot(2) == 0 ? 0 : (int64_t)lot((uint64_t)even + 2);
		int64_t most = lot(2) == 0 ? total : even + (int64_t)lot((uint64_t)(total - even) + 1);
		bool possible = least <= most && least * (int64_t)count <= total && most * (int64_t)count >= total;
		assert_int_equal(money_divide(total, weights, count, least, most, parts), possible);
		if (!possible)
			continue;
		divided++;
		reference(total, weights, count, least, most, expected);
		for (size_t i = 0; i < count; i++) {
			sum += parts[i];
			assert_true(parts[i] >= least && parts[i] <= most);
			bounded += parts[i] == least || parts[i] == most;
			double off = (double)parts[i] - expected[i];
			if (off >= 1.001 || off <= -1.001)
				fail_msg("part %zu of %zu is %lld, not %f", i, count, (long long)parts[i], expected[i]);
			for (size_t k = 0; k < count; k++)
				assert_true(weights[i] <= weights[k] || parts[i] >= parts[k]);
		}
		assert_int_equal(sum, total);
	}
	assert_true(divided > 2000 && bounded > 1000);
}

static void the_largest_remainders_get_the_cents(void **state)
{
	(void)state;
	static const uint32_t weights[] = {1, 1, 1}, uneven[] = {3, 3, 1};
	int64_t parts[3];
	assert_true(money_divide(100, weights, 3, 0, 100, parts));
	assert_int_equal(parts[0], 34);
	assert_int_equal(parts[1], 33);
	assert_int_equal(parts[2], 33);
	/* 100 * 3/7 = 42.86, 100 * 1/7 = 14.29 */
	assert_true(money_divide(100, uneven, 3, 0, 100, parts));
	assert_int_equal(parts[0], 43);
	assert_int_equal(parts[1], 43);
	assert_int_equal(parts[2], 14);
	/* a floor takes from those above it alone */
	assert_true(money_divide(100, uneven, 3, 20, 100, parts));
	assert_int_equal(parts[2], 20);
	assert_int_equal(parts[0], 40);
	/* everybody at the ceiling, everybody at the floor */
	assert_true(money_divide(120, uneven, 3, 0, 40, parts) && parts[0] == 40 && parts[2] == 40);
	assert_true(money_divide(120, uneven, 3, 40, 120, parts) && parts[0] == 40 && parts[2] == 40);
}

static void what_cannot_be_divided_is_refused(void **state)
{
	(void)state;
	static uint32_t weights[MONEY_MAX_PARTS + 1];
	static int64_t parts[MONEY_MAX_PARTS + 1];
	for (size_t i = 0; i <= MONEY_MAX_PARTS; i++)
		weights[i] = MONEY_MAX_WEIGHT;
	assert_true(money_divide(MONEY_MOST, weights, MONEY_MAX_PARTS, 0, MONEY_MOST, parts));
	assert_false(money_divide(MONEY_MOST, weights, MONEY_MAX_PARTS + 1, 0, MONEY_MOST, parts));
	assert_false(money_divide(MONEY_MOST + 1, weights, 2, 0, MONEY_MOST, parts));
	assert_false(money_divide(-1, weights, 2, 0, 5, parts));
	assert_false(money_divide(10, weights, 0, 0, 10, parts));
	assert_false(money_divide(10, weights, 2, 6, 10, parts));
	assert_false(money_divide(10, weights, 2, 0, 4, parts));
	weights[1] = 0;
	assert_false(money_divide(10, weights, 2, 0, 10, parts));
	weights[1] = MONEY_MAX_WEIGHT + 1;
	assert_false(money_divide(10, weights, 2, 0, 10, parts));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_read_and_written_to_the_cent),
		cmocka_unit_test(growth_is_rounded_with_halves_away_from_zero),
		cmocka_unit_test(parts_add_up_to_the_cent_and_are_fair),
		cmocka_unit_test(the_largest_remainders_get_the_cents),
		cmocka_unit_test(what_cannot_be_divided_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
