#include "cli/sheet.h"

#include <csv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { ID, NAME, BORN };

static const struct sheet_name names[] = {
	{"id", ID}, {"name", NAME}, {"full name", NAME}, {"birth date", BORN}, {NULL, 0},
};

static FILE *stream_of(const char *bytes, size_t length)
{
	FILE *stream = tmpfile();
	assert_non_null(stream);
	assert_int_equal(fwrite(bytes, 1, length, stream), length);
	rewind(stream);
	return stream;
}

/* Reads "id|name|born@line;" of every row; the last error. */
static int read_text(const char *bytes, size_t length, char *out, size_t size)
{
	FILE *stream = stream_of(bytes, length);
	struct arena *arena = NULL;
	struct sheet *sheet = NULL;
	struct problem problem = {0};
	size_t used = 0;
	out[0] = '\0';
	assert_int_equal(arena_new(64 << 20, &arena), JISR_OK);
	int error = sheet_new(stream, names, &sheet, &problem);
	struct sheet_row row;
	while (error == JISR_OK && (error = sheet_next(sheet, arena, &row, &problem)) == JISR_OK) {
		used += (size_t)snprintf(out + used, size - used, "%s|%s|%s@%llu;",
		                         row.values[ID] ? row.values[ID] : "-",
		                         row.values[NAME] ? row.values[NAME] : "-",
		                         row.values[BORN] ? row.values[BORN] : "-", (unsigned long long)row.line);
		assert_true(used < size);
	}
	if (error != JISR_NOT_FOUND)
		assert_true(problem.text[0] != '\0' || error == JISR_NO_MEMORY);
	sheet_free(sheet);
	arena_free(arena);
	fclose(stream);
	return error;
}

static void expect(const char *text, const char *rows)
{
	char out[1000];
	assert_int_equal(read_text(text, strlen(text), out, sizeof out), JISR_NOT_FOUND);
	assert_string_equal(out, rows);
}

static void columns_are_known_by_their_names(void **state)
{
	(void)state;
	expect("id,name,birthDate\n1,A,1970\n", "1|A|1970@2;");
	expect("Birth_Date,ID,colour,NAME\n1970,1,red,A\n", "1|A|1970@2;");
	expect("full_name,name\nlong,short\n", "-|short|-@2;");
	expect("name,full_name\nshort,long\n", "-|short|-@2;");
	expect("id\n1,2,3,4\n", "1|-|-@2;");
	expect("id,name,birthdate\n1\n", "1|-|-@2;");
}

static void delimiters_marks_and_line_ends_of_every_kind(void **state)
{
	(void)state;
	expect("\xEF\xBB\xBFid;name\n1;A,B\n", "1|A,B|-@2;");
	expect("id\tname\r\n1\tA\r\n2\tB", "1|A|-@2;2|B|-@3;");
	expect("id,name\r1,A\r2,B\r", "1|A|-@2;2|B|-@3;");
	expect("id,name\n\n\n1,A\n\r\n2,B\n", "1|A|-@4;2|B|-@6;");
}

static void quotes_hold_delimiters_and_lines(void **state)
{
	(void)state;
	expect("id,name\n1,\"A, \"\"B\"\"\nC\"\n2,D\n", "1|A, \"B\"\nC|-@2;2|D|-@4;");
	expect("id,name\n1,A \"B\" C\n2,D\n", "1|A \"B\" C|-@2;2|D|-@3;");
}

static void what_is_no_table_is_refused(void **state)
{
	(void)state;
	char out[100];
	assert_int_equal(read_text("", 0, out, sizeof out), JISR_BAD_INPUT);
	assert_int_equal(read_text("\n\n", 2, out, sizeof out), JISR_BAD_INPUT);
	assert_int_equal(read_text("id\0,name\n", 9, out, sizeof out), JISR_BAD_INPUT);
	assert_int_equal(read_text("id,name\n1,\"A\n2,B\n", 17, out, sizeof out), JISR_BAD_INPUT);
}

static void rows_and_columns_have_limits(void **state)
{
	(void)state;
	char out[100];
	char *wide = calloc(SHEET_MAX_COLUMNS + 2, 2);
	for (size_t i = 0; i <= SHEET_MAX_COLUMNS; i++)
		memcpy(wide + 2 * i, "x,", 2);
	assert_int_equal(read_text(wide, 2 * (SHEET_MAX_COLUMNS + 1), out, sizeof out), JISR_TOO_LARGE);
	assert_int_equal(read_text(wide, 2 * SHEET_MAX_COLUMNS - 1, out, sizeof out), JISR_NOT_FOUND);
	free(wide);
	size_t length = SHEET_ROW_MAX + 100;
	char *endless = malloc(length);
	memset(endless, 'x', length);
	memcpy(endless, "id\n\"", 4);
	assert_int_equal(read_text(endless, length, out, sizeof out), JISR_TOO_LARGE);
	free(endless);
}

/* The reference: what was written with libcsv's own writer must come back. */
static void any_table_that_is_written_comes_back(void **state)
{
	(void)state;
	static const char alphabet[] = "ab,;\"\n\r\t \xD0\x96";
	srand(3);
	for (int round = 0; round < 500; round++) {
		char text[8192] = "id,name,birth date\n", expected[8192] = "", out[8192];
		size_t length = strlen(text), used = 0;
		int rows = rand() % 8;
		unsigned long long line = 2;
		for (int r = 0; r < rows; r++) {
			char fields[3][20];
			unsigned long long begin = line;
			for (int f = 0; f < 3; f++) {
				size_t n = (size_t)(rand() % 12);
				for (size_t i = 0; i < n; i++)
					fields[f][i] = alphabet[(size_t)rand() % (sizeof alphabet - 1)];
				fields[f][n] = '\0';
				for (size_t i = 0; i < n; i++)
					if (fields[f][i] == '\n' && (i == 0 || fields[f][i - 1] != '\r'))
						line++;
					else if (fields[f][i] == '\r')
						line++;
				length += csv_write(text + length, sizeof text - length, fields[f], n);
				text[length++] = f < 2 ? ',' : '\n';
			}
			line++;
			used += (size_t)snprintf(expected + used, sizeof expected - used, "%s|%s|%s@%llu;", fields[0],
			                         fields[1], fields[2], begin);
		}
		assert_int_equal(read_text(text, length, out, sizeof out), JISR_NOT_FOUND);
		assert_string_equal(out, expected);
	}
}

static void a_lack_of_memory_is_told(void **state)
{
	(void)state;
	static const char text[] = "id,name\n1,A\n2,B\n";
	for (long count = 0; count < 12; count++) {
		FILE *stream = stream_of(text, sizeof text - 1);
		struct arena *arena = NULL;
		struct sheet *sheet = NULL;
		struct sheet_row row;
		assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
		memory_fail_after(count);
		int error = sheet_new(stream, names, &sheet, NULL);
		while (error == JISR_OK)
			error = sheet_next(sheet, arena, &row, NULL);
		memory_fail_after(-1);
		assert_true(error == JISR_NO_MEMORY || error == JISR_NOT_FOUND);
		sheet_free(sheet);
		arena_free(arena);
		fclose(stream);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_known_by_their_names),
		cmocka_unit_test(delimiters_marks_and_line_ends_of_every_kind),
		cmocka_unit_test(quotes_hold_delimiters_and_lines),
		cmocka_unit_test(what_is_no_table_is_refused),
		cmocka_unit_test(rows_and_columns_have_limits),
		cmocka_unit_test(any_table_that_is_written_comes_back),
		cmocka_unit_test(a_lack_of_memory_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
