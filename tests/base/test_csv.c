#include "base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int open_csv(const char *bytes, size_t length, const struct csv_options *options, struct csv_reader **ret_reader,
                    struct problem *problem)
{
	struct input *input = NULL;
	assert_int_equal(input_open_bytes(bytes, length, &input, NULL), JISR_OK);
	return csv_reader_new(input, options, ret_reader, problem);
}

static struct csv_reader *csv(const char *bytes, bool header)
{
	struct csv_reader *reader = NULL;
	struct csv_options options = {.header = header};
	assert_int_equal(open_csv(bytes, strlen(bytes), &options, &reader, NULL), JISR_OK);
	return reader;
}

static void expect(struct csv_reader *reader, uint64_t line, const char *joined)
{
	struct csv_row row;
	char text[512] = "";
	size_t used = 0;
	assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_OK);
	assert_null(row.bad);
	for (size_t i = 0; i < row.count; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? "|" : "", row.fields[i]);
	assert_string_equal(text, joined);
	assert_int_equal(row.line, line);
}

static void records_know_the_line_where_they_begin(void **state)
{
	(void)state;
	CLEANUP(csv_reader_freep)
	struct csv_reader *reader = csv("a,b\r\n\r\n\"x\ny\",\"say \"\"hi\"\"\"\n\n1,2,3\nlast,", false);
	struct csv_row row;
	expect(reader, 1, "a|b");
	expect(reader, 3, "x\ny|say \"hi\"");
	expect(reader, 6, "1|2|3");
	expect(reader, 7, "last|");
	assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_NOT_FOUND);
	assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_NOT_FOUND);
}

static void columns_are_found_by_name_whatever_the_separator(void **state)
{
	(void)state;
	static const char *const files[] = {("\xEF\xBB\xBF"
	                                     "First_Name,DOB\nZheng He,1371\n"),
	                                    "first name;dob\nZheng He;1371\n", "FirstName\tD.O.B.\nZheng He\t1371\n",
	                                    "\"first-name\",\"dob\"\n\"Zheng He\",1371"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		CLEANUP(csv_reader_freep) struct csv_reader *reader = csv(files[i], true);
		struct csv_row row;
		assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_OK);
		assert_string_equal(csv_row_field(&row, csv_reader_column(reader, "first_name")), "Zheng He");
		assert_string_equal(csv_row_field(&row, csv_reader_column(reader, "dob")), "1371");
		assert_int_equal(csv_reader_column(reader, "name"), -1);
		assert_string_equal(csv_row_field(&row, -1), "");
		assert_string_equal(csv_row_field(&row, 9), "");
	}
}

static void empty_cells_of_tabs_are_kept(void **state)
{
	(void)state;
	CLEANUP(csv_reader_freep) struct csv_reader *reader = csv("a\tb\tc\n\t\tx\n", true);
	expect(reader, 2, "||x");
}

static void the_old_end_mark_is_taken_off(void **state)
{
	(void)state;
	CLEANUP(csv_reader_freep) struct csv_reader *reader = csv("a,b\r\n\x1A", false);
	struct csv_row row;
	expect(reader, 1, "a|b");
	assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_NOT_FOUND);
}

static void a_file_that_ends_in_a_quoted_field_is_cut_off(void **state)
{
	(void)state;
	CLEANUP(csv_reader_freep) struct csv_reader *reader = csv("a,b\n1,\"two\nthree", false);
	struct problem problem = {""};
	struct csv_row row;
	expect(reader, 1, "a|b");
	assert_int_equal(csv_reader_next(reader, &row, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "line 2: the file ends inside a quoted field"));
}

static void a_last_record_without_newline_says_so(void **state)
{
	(void)state;
	CLEANUP(csv_reader_freep) struct csv_reader *reader = csv("a,b\nc,\"d\"", false);
	struct csv_row row;
	assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_OK);
	assert_false(row.cut);
	assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_OK);
	assert_true(row.cut);
	assert_string_equal(row.fields[1], "d");
}

static void bad_records_do_not_stop_the_reading(void **state)
{
	(void)state;
	static const char bytes[] = "a\xFF,b\nc\0d,e\nf,g\n";
	CLEANUP(csv_reader_freep) struct csv_reader *reader = NULL;
	struct csv_row row;
	assert_int_equal(open_csv(bytes, sizeof bytes - 1, &(struct csv_options){0}, &reader, NULL), JISR_OK);
	assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_OK);
	assert_non_null(strstr(row.bad, "UTF-8"));
	assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_OK);
	assert_string_equal(row.bad, "a 0 byte");
	expect(reader, 3, "f|g");
}

static void limits_of_fields_and_bytes_are_kept(void **state)
{
	(void)state;
	static char bytes[3 * CSV_MAX_RECORD];
	/* 1,024 fields are fine, 1,025 are not */
	size_t used = 0;
	for (int fields = CSV_MAX_FIELDS; fields <= CSV_MAX_FIELDS + 1; fields++) {
		memset(bytes + used, ',', (size_t)fields - 1);
		used += (size_t)fields - 1;
		bytes[used++] = '\n';
	}
	/* a quote that is never closed: given up after 1 MiB, and taken up again */
	memcpy(bytes + used, "x,\"", 3);
	used += 3;
	for (size_t i = 0; i < CSV_MAX_RECORD / 64 + 10; i++) {
		memset(bytes + used, 'z', 63);
		used += 63;
		bytes[used++] = '\n';
	}
	memcpy(bytes + used, "end,1\n", 6);
	used += 6;
	CLEANUP(csv_reader_freep) struct csv_reader *reader = NULL;
	struct csv_row row;
	assert_int_equal(open_csv(bytes, used, &(struct csv_options){.separator = ','}, &reader, NULL), JISR_OK);
	assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_OK);
	assert_null(row.bad);
	assert_int_equal(row.count, CSV_MAX_FIELDS);
	assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_OK);
	assert_string_equal(row.bad, "more than 1,024 fields");
	assert_int_equal(csv_reader_next(reader, &row, NULL), JISR_OK);
	assert_non_null(strstr(row.bad, "1 MiB"));
	assert_int_equal(row.line, 3);
	int error;
	while ((error = csv_reader_next(reader, &row, NULL)) == JISR_OK && row.count != 2)
		continue;
	assert_int_equal(error, JISR_OK);
	assert_string_equal(row.fields[0], "end");
}

static void an_empty_file_has_no_header(void **state)
{
	(void)state;
	struct csv_reader *reader = NULL;
	struct problem problem = {""};
	assert_int_equal(open_csv("\n\n", 2, &(struct csv_options){.header = true}, &reader, &problem), JISR_BAD_INPUT);
	assert_null(reader);
	assert_string_equal(problem.text, "is empty");
}

static void every_failed_allocation_is_reported(void **state)
{
	(void)state;
	static const char bytes[] = "name,dob\n\"Zheng\nHe\",1371\nSindbad,1001\n";
	bool done = false;
	for (long n = 0; !done && n < 100; n++) {
		struct input *input = NULL;
		struct csv_reader *reader = NULL;
		struct csv_row row;
		memory_fail_after(n);
		int error = input_open_bytes(bytes, sizeof bytes - 1, &input, NULL);
		if (error == JISR_OK)
			error = csv_reader_new(input, &(struct csv_options){.header = true}, &reader, NULL);
		while (error == JISR_OK)
			error = csv_reader_next(reader, &row, NULL);
		memory_fail_after(-1);
		done = error == JISR_NOT_FOUND;
		assert_true(done || error == JISR_NO_MEMORY);
		reader = csv_reader_free(reader);
	}
	assert_true(done);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_know_the_line_where_they_begin),
		cmocka_unit_test(columns_are_found_by_name_whatever_the_separator),
		cmocka_unit_test(empty_cells_of_tabs_are_kept),
		cmocka_unit_test(the_old_end_mark_is_taken_off),
		cmocka_unit_test(a_file_that_ends_in_a_quoted_field_is_cut_off),
		cmocka_unit_test(a_last_record_without_newline_says_so),
		cmocka_unit_test(bad_records_do_not_stop_the_reading),
		cmocka_unit_test(limits_of_fields_and_bytes_are_kept),
		cmocka_unit_test(an_empty_file_has_no_header),
		cmocka_unit_test(every_failed_allocation_is_reported),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
