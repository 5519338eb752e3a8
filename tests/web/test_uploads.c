
#include "../base/temporary.h"
#include "web/uploads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
// after the standard headers that it needs
#include <cmocka.h>

static char directory[200];

static int set_up(void **state)
{
	(void)state;
	return temporary_make("uploads", directory, sizeof directory);
}

static int tear_down(void **state)
{
	(void)state;
	return temporary_remove(directory);
}

struct seen {
	size_t count;
	char names[4][UPLOAD_MAX_NAME + 1];
	uint64_t sizes[4];
};

static bool see(void *context, const char *name, uint64_t size)
{
	struct seen *seen = context;
	(void)snprintf(seen->names[seen->count], sizeof seen->names[0], "%s", name);
	seen->sizes[seen->count++] = size;
	return seen->count < 4;
}

static void pieces_are_put_one_after_the_other_and_nowhere_else(void **state)
{
	(void)state;
	char id[UPLOAD_ID], path[300];
	uint64_t size = 99;
	struct problem problem = {""};
	struct seen seen = {0};
	assert_int_equal(upload_begin(directory, id, &problem), JISR_OK);
	assert_int_equal(upload_put(directory, id, "b.csv", 0, "abc", 3, &size, &problem), JISR_OK);
	assert_int_equal(size, 3);
	assert_int_equal(upload_put(directory, id, "b.csv", 0, "abc", 3, &size, &problem), JISR_CONFLICT);
	assert_int_equal(size, 3);
	assert_int_equal(upload_put(directory, id, "b.csv", 4, "x", 1, &size, &problem), JISR_CONFLICT);
	assert_int_equal(upload_put(directory, id, "b.csv", 3, "de", 2, &size, &problem), JISR_OK);
	assert_int_equal(upload_put(directory, id, "a ب.csv", 0, "", 0, &size, &problem), JISR_OK);
	assert_int_equal(upload_files(directory, id, see, &seen, &problem), JISR_OK);
	assert_int_equal(seen.count, 2);
	assert_string_equal(seen.names[0], "a ب.csv");
	assert_string_equal(seen.names[1], "b.csv");
	assert_int_equal(seen.sizes[1], 5);
	assert_int_equal(upload_path(directory, id, "b.csv", path, sizeof path, &problem), JISR_OK);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(upload_drop(directory, id, &problem), JISR_OK);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(upload_drop(directory, id, &problem), JISR_NOT_FOUND);
	assert_int_equal(upload_files(directory, id, see, &seen, &problem), JISR_NOT_FOUND);
	assert_int_equal(upload_put(directory, id, "b.csv", 0, "x", 1, &size, &problem), JISR_NOT_FOUND);
}

static void names_and_ids_that_lead_elsewhere_are_refused(void **state)
{
	(void)state;
	static const char *const names[] = {"", ".", "..", ".hidden", "-rf", "a/b", "../x", "a\nb", "a\x7f", "\xff"};
	static const char *const ids[] = {
		"", "..", "0123456789abcde", "0123456789abcdefg", "0123456789ABCDEF", "../../keys/0123"};
	char id[UPLOAD_ID], path[300], longest[UPLOAD_MAX_NAME + 2];
	uint64_t size = 0;
	assert_int_equal(upload_begin(directory, id, NULL), JISR_OK);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_int_equal(upload_put(directory, id, names[i], 0, "x", 1, &size, NULL), JISR_BAD_INPUT);
	memset(longest, 'a', sizeof longest);
	longest[UPLOAD_MAX_NAME + 1] = '\0';
	assert_int_equal(upload_put(directory, id, longest, 0, "x", 1, &size, NULL), JISR_BAD_INPUT);
	longest[UPLOAD_MAX_NAME] = '\0';
	assert_int_equal(upload_put(directory, id, longest, 0, "x", 1, &size, NULL), JISR_OK);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		assert_int_equal(upload_path(directory, ids[i], "x", path, sizeof path, NULL), JISR_NOT_FOUND);
	assert_int_equal(upload_drop(directory, id, NULL), JISR_OK);
}

static void there_are_so_many_at_once_and_old_ones_make_room(void **state)
{
	(void)state;
	char ids[UPLOADS_MOST][UPLOAD_ID], more[UPLOAD_ID], path[300];
	uint64_t size;
	for (size_t i = 0; i < UPLOADS_MOST; i++)
		assert_int_equal(upload_begin(directory, ids[i], NULL), JISR_OK);
	assert_int_equal(upload_begin(directory, more, NULL), JISR_BUSY);
	assert_int_equal(upload_put(directory, ids[3], "x", 0, "x", 1, &size, NULL), JISR_OK);
	assert_int_equal(upload_path(directory, ids[3], NULL, path, sizeof path, NULL), JISR_OK);
	assert_int_equal(utime(path, &(struct utimbuf){1, 1}), 0);
	assert_int_equal(upload_begin(directory, more, NULL), JISR_OK);
	assert_int_equal(access(path, F_OK), -1);
	for (int i = 0; i < UPLOAD_MAX_FILES; i++) {
		char name[20];
		(void)snprintf(name, sizeof name, "%d", i);
		assert_int_equal(upload_put(directory, more, name, 0, "x", 1, &size, NULL), JISR_OK);
	}
	assert_int_equal(upload_put(directory, more, "one more", 0, "x", 1, &size, NULL), JISR_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_put_one_after_the_other_and_nowhere_else),
		cmocka_unit_test(names_and_ids_that_lead_elsewhere_are_refused),
		cmocka_unit_test(there_are_so_many_at_once_and_old_ones_make_room),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
