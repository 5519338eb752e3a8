/* Rows that travel: written and read again, cut off anywhere, sealed for one place. */
#include "store/mirror_row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct mirror_row sample = {
	.table = "account",
	.count = 5,
	.values = {{.type = SQL_NULL},
                   {.type = SQL_NUMBER, .number = INT64_MIN},
                   {.type = SQL_REAL, .real = -0.5},
                   {.type = SQL_TEXT, .bytes = "word", .length = 4},
                   {.type = SQL_BYTES, .bytes = "\0\1\2", .length = 3}},
};

static void a_row_is_read_as_it_was_written_and_cut_off_anywhere_it_is_none(void **state)
{
	struct text text;
	struct mirror_row row;
	(void)state;
	text_init(&text, MIRROR_MAX_ROW);
	assert_int_equal(mirror_row_write(&sample, &text), JISR_OK);
	assert_true(mirror_row_read(text.bytes, text.length, &row));
	assert_string_equal(row.table, "account");
	assert_int_equal(row.count, 5);
	assert_int_equal(row.values[1].number, INT64_MIN);
	assert_true(row.values[2].real == -0.5);
	assert_memory_equal(row.values[3].bytes, "word", 4);
	assert_int_equal(row.values[4].length, 3);
	for (size_t length = 0; length < text.length; length++) {
		char *exact = malloc(length + 1);
		memcpy(exact, text.bytes, length);
		assert_false(mirror_row_read(exact, length, &row));
		free(exact);
	}
	text_finish(&text);
}

static void a_sealed_row_opens_in_its_place_alone(void **state)
{
	uint8_t seal[SEAL_KEY] = {1}, other[SEAL_KEY] = {2};
	struct text plain, sealed;
	struct shared_row row = {.key = {7}, .change = 9};
	struct mirror_row read;
	(void)state;
	text_init(&plain, MIRROR_MAX_ROW);
	text_init(&sealed, MIRROR_MAX_ROW);
	assert_int_equal(mirror_row_write(&sample, &plain), JISR_OK);
	assert_int_equal(mirror_row_seal(seal, "local", &plain, &sealed, &row), JISR_OK);
	assert_true(mirror_row_open(seal, "local", &row, &plain, &read));
	assert_int_equal(read.count, 5);
	assert_false(mirror_row_open(other, "local", &row, &plain, &read));
	assert_false(mirror_row_open(seal, "decisions", &row, &plain, &read));
	struct shared_row moved = row;
	moved.key[0]++;
	assert_false(mirror_row_open(seal, "local", &moved, &plain, &read));
	moved = row;
	moved.change--;
	assert_false(mirror_row_open(seal, "local", &moved, &plain, &read));
	moved = row;
	moved.length = SEAL_MORE;
	assert_false(mirror_row_open(seal, "local", &moved, &plain, &read));
	for (size_t i = 0; i < sealed.length; i++) {
		sealed.bytes[i] ^= 1;
		assert_false(mirror_row_open(seal, "local", &row, &plain, &read));
		sealed.bytes[i] ^= 1;
	}
	text_finish(&plain);
	text_finish(&sealed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_read_as_it_was_written_and_cut_off_anywhere_it_is_none),
		cmocka_unit_test(a_sealed_row_opens_in_its_place_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
