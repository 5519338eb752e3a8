#include "lists/ftm_join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS 12000
#define SIZE    5000 /* 60 MB in all: about half goes to the file */

/* Record i belongs to key i % 1000; its bytes are made from i. */
static void make_record(int i, char *out)
{
	memset(out, 'a' + i % 26, SIZE);
	(void)snprintf(out, SIZE, "%d", i);
	out[strlen(out)] = ' ';
}

static void records_come_back_by_key_in_order_from_memory_and_from_the_file(void **state)
{
	(void)state;
	CLEANUP(ftm_join_freep) struct ftm_join *join = NULL;
	static char record[SIZE + 1];
	char key[16];
	assert_int_equal(ftm_join_new(&join), JISR_OK);
	for (int i = 0; i < RECORDS; i++) {
		make_record(i, record);
		(void)snprintf(key, sizeof key, "k%d", i % 1000);
		assert_int_equal(ftm_join_add(join, key, record, (size_t)(SIZE - i % 7), (uint64_t)i, i % 2 == 0, NULL),
		                 JISR_OK);
	}
	ftm_join_seal(join);
	struct text text;
	text_init(&text, 1 << 20);
	for (int k = 0; k < 1000; k += 3) {
		size_t cursor = 0;
		(void)snprintf(key, sizeof key, "k%d", k);
		for (int i = k; i < RECORDS; i += 1000) {
			make_record(i, record);
			assert_int_equal(ftm_join_next(join, key, &cursor, &text, NULL), JISR_OK);
			assert_int_equal(text.length, SIZE - i % 7);
			assert_memory_equal(text.bytes, record, text.length);
		}
		assert_int_equal(ftm_join_next(join, key, &cursor, &text, NULL), JISR_NOT_FOUND);
	}
	size_t cursor = 0;
	assert_int_equal(ftm_join_next(join, "nobody", &cursor, &text, NULL), JISR_NOT_FOUND);
	/* unused: the keys not asked for, of even records only, by place */
	uint64_t place;
	cursor = 0;
	for (int i = 0; i < RECORDS; i++) {
		if (i % 2 != 0 || i % 1000 % 3 == 0)
			continue;
		assert_int_equal(ftm_join_next_unused(join, &cursor, &place), JISR_OK);
		assert_int_equal(place, i);
	}
	assert_int_equal(ftm_join_next_unused(join, &cursor, &place), JISR_NOT_FOUND);
	text_finish(&text);
}

static void an_empty_table_finds_nothing(void **state)
{
	(void)state;
	CLEANUP(ftm_join_freep) struct ftm_join *join = NULL;
	struct text text;
	size_t cursor = 0;
	uint64_t place;
	text_init(&text, 100);
	assert_int_equal(ftm_join_new(&join), JISR_OK);
	ftm_join_seal(join);
	assert_int_equal(ftm_join_next(join, "a", &cursor, &text, NULL), JISR_NOT_FOUND);
	assert_int_equal(ftm_join_next_unused(join, &cursor, &place), JISR_NOT_FOUND);
	text_finish(&text);
}

static void a_temporary_folder_that_is_not_there_is_named(void **state)
{
	(void)state;
	CLEANUP(ftm_join_freep) struct ftm_join *join = NULL;
	static char record[1 << 20];
	struct problem problem = {""};
	const char *old = getenv("TMPDIR");
	char *kept = old == NULL ? NULL : strdup(old);
	assert_int_equal(setenv("TMPDIR", "/nowhere", 1), 0);
	memset(record, 'x', sizeof record);
	assert_int_equal(ftm_join_new(&join), JISR_OK);
	int error = JISR_OK;
	for (int i = 0; error == JISR_OK && i < 40; i++)
		error = ftm_join_add(join, "k", record, sizeof record, 0, false, &problem);
	assert_int_equal(error, JISR_IO);
	assert_non_null(strstr(problem.text, "/nowhere/jisr-"));
	if (kept != NULL)
		(void)setenv("TMPDIR", kept, 1);
	else
		(void)unsetenv("TMPDIR");
	free(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_back_by_key_in_order_from_memory_and_from_the_file),
		cmocka_unit_test(an_empty_table_finds_nothing),
		cmocka_unit_test(a_temporary_folder_that_is_not_there_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
