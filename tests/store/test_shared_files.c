#include "store/shared_files.h"

#include "../base/temporary.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define NAME "objects/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.jisr" /* of "abc" */

struct place {
	char directory[200], path[400];
	const char *brings; /* what comes from elsewhere; NULL: nothing */
	int error;          /* that the call tells of, whatever came */
};

static void write_file(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int bring(void *context, const char *name, struct problem *problem)
{
	const struct place *place = context;
	assert_string_equal(name, NAME);
	if (place->brings != NULL)
		write_file(place->path, place->brings);
	return place->error ? problem_set(problem, place->error, "the line broke") : JISR_OK;
}

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof *place);
	if (place == NULL || temporary_make("files", place->directory, sizeof place->directory))
		return -1;
	(void)snprintf(place->path, sizeof place->path, "%s/objects", place->directory);
	(void)mkdir(place->path, 0700);
	(void)snprintf(place->path, sizeof place->path, "%s/" NAME, place->directory);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	shared_files_source(NULL, NULL, NULL);
	int status = temporary_remove(place->directory);
	free(place);
	return status;
}

static void holds(const struct place *place, const char *content)
{
	char aside[500];
	struct text text;
	text_init(&text, 100);
	assert_int_equal(file_read(place->path, &text, NULL), JISR_OK);
	assert_string_equal(text.bytes, content);
	text_finish(&text);
	(void)snprintf(aside, sizeof aside, "%s.new-damaged", place->path);
	assert_int_not_equal(access(aside, F_OK), 0);
}

static void a_damaged_file_stays_where_nobody_has_another(void **state)
{
	struct place *place = *state;
	struct problem problem = {""};
	write_file(place->path, "abc");
	assert_int_equal(shared_file_check(place->directory, NAME, &problem), JISR_OK);
	write_file(place->path, "abb");
	assert_int_equal(shared_file_check(place->directory, NAME, &problem), JISR_CORRUPT);
	assert_non_null(strstr(problem.text, NAME " is damaged"));
	assert_non_null(strstr(problem.text, "backup"));
	holds(place, "abb");
}

static void a_damaged_file_is_replaced(void **state)
{
	struct place *place = *state;
	struct problem problem = {""};
	shared_files_source(place->directory, bring, place);
	write_file(place->path, "abb");
	place->brings = "abc";
	assert_int_equal(shared_file_check(place->directory, NAME, &problem), JISR_OK);
	holds(place, "abc");
}

/* Another thread may have brought it while this one failed to. */
static void what_was_brought_is_kept_though_a_call_failed(void **state)
{
	struct place *place = *state;
	struct problem problem = {""};
	shared_files_source(place->directory, bring, place);
	write_file(place->path, "abb");
	place->brings = "abc";
	place->error = JISR_BUSY;
	assert_int_equal(shared_file_check(place->directory, NAME, &problem), JISR_OK);
	holds(place, "abc");
}

static void why_none_came_is_said(void **state)
{
	struct place *place = *state;
	struct problem problem = {""};
	shared_files_source(place->directory, bring, place);
	write_file(place->path, "abb");
	place->error = JISR_BUSY;
	assert_int_equal(shared_file_check(place->directory, NAME, &problem), JISR_CORRUPT);
	assert_non_null(strstr(problem.text, "the line broke"));
	holds(place, "abb");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_damaged_file_stays_where_nobody_has_another, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_damaged_file_is_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_brought_is_kept_though_a_call_failed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(why_none_came_is_said, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
