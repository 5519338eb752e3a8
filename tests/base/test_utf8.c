#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_code_point_reads_back_and_nothing_else_is_written(void **state)
{
	(void)state;
	for (uint32_t code = 0; code <= 0x110FFF; code++) {
		char bytes[4];
		size_t length = utf8_put(bytes, code);
		if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
			assert_int_equal(length, 0);
			continue;
		}
		const char *cursor = bytes;
		if (utf8_next(&cursor, bytes + length) != code || cursor != bytes + length)
			fail_msg("U+%04X does not read back", (unsigned)code);
	}
}

/* Table 3-7 of the Unicode standard, written out as the plainest possible test. */
static bool well_formed(const unsigned char *bytes, size_t length)
{
	size_t at = 0;
	while (at < length) {
		unsigned char first = bytes[at], low = 0x80, high = 0xBF;
		size_t more;
		if (first < 0x80)
			more = 0;
		else if (first >= 0xC2 && first <= 0xDF)
			more = 1;
		else if (first >= 0xE0 && first <= 0xEF)
			more = 2;
		else if (first >= 0xF0 && first <= 0xF4)
			more = 3;
		else
			return false;
		if (first == 0xE0)
			low = 0xA0;
		if (first == 0xED)
			high = 0x9F;
		if (first == 0xF0)
			low = 0x90;
		if (first == 0xF4)
			high = 0x8F;
		if (length - at < more + 1)
			return false;
		for (size_t i = 1; i <= more; i++) {
			if (bytes[at + i] < low || bytes[at + i] > high)
				return false;
			low = 0x80;
			high = 0xBF;
		}
		at += more + 1;
	}
	return true;
}

static void every_short_sequence_is_judged_as_the_standard_does(void **state)
{
	(void)state;
	for (uint32_t value = 0; value < 1u << 24; value += value < 1u << 16 ? 1 : 7) {
		unsigned char bytes[4] = {(unsigned char)(value >> 16), (unsigned char)(value >> 8),
		                          (unsigned char)value, 0x80};
		for (size_t length = 1; length <= 4; length += 1)
			if (utf8_valid((const char *)bytes, length, NULL) != well_formed(bytes, length))
				fail_msg("%06x of length %zu", (unsigned)value, length);
	}
}

static void the_first_bad_byte_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t offset;
	} cases[] = {
		{"abc\xff", 3}, {"\xc0\x80", 0}, {"\u0627\xd8", 2}, {"\xed\xa0\x80", 0}, {"ok\xf4\x90\x80\x80", 2}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t offset = 99;
		assert_false(utf8_valid(cases[i].bytes, strlen(cases[i].bytes), &offset));
		assert_int_equal(offset, cases[i].offset);
	}
}

static void a_cut_keeps_whole_characters(void **state)
{
	(void)state;
	static const char text[] = "a\u00e9\u4e2d\U0001F600";
	static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
	for (size_t limit = 0; limit < sizeof expected / sizeof *expected; limit++)
		assert_int_equal(utf8_cut(text, 10, limit), expected[limit]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_reads_back_and_nothing_else_is_written),
		cmocka_unit_test(every_short_sequence_is_judged_as_the_standard_does),
		cmocka_unit_test(the_first_bad_byte_is_told),
		cmocka_unit_test(a_cut_keeps_whole_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
