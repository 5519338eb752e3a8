#include "base/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void a_folder_goes_with_all_that_is_in_it_and_with_nothing_that_it_points_at(void **state)
{
	char path[] = "/tmp/jisr-folder-XXXXXX", other[] = "/tmp/jisr-folder-XXXXXX", command[400];
	struct stat status;
	(void)state;
	assert_non_null(mkdtemp(path));
	assert_non_null(mkdtemp(other));
	(void)snprintf(command, sizeof command,
	               "cd %s && mkdir -p a/b/c && touch a/1 a/b/c/.2 && ln -s %s away && touch %s/stays", path, other,
	               other);
	assert_int_equal(system(command), 0);
	folder_remove(path);
	assert_int_not_equal(stat(path, &status), 0);
	(void)snprintf(command, sizeof command, "%s/stays", other);
	assert_int_equal(stat(command, &status), 0);
	folder_remove(other);
	folder_remove(other); /* one that is not there */
}

static void folders_deeper_than_the_limit_stay(void **state)
{
	char path[] = "/tmp/jisr-folder-XXXXXX", command[200];
	struct stat status;
	(void)state;
	_Static_assert(FOLDER_MAX_DEPTH == 10, "as below");
	assert_non_null(mkdtemp(path));
	(void)snprintf(command, sizeof command, "mkdir -p %s/2/3/4/5/6/7/8/9/10", path);
	assert_int_equal(system(command), 0);
	folder_remove(path);
	assert_int_not_equal(stat(path, &status), 0);
	(void)snprintf(command, sizeof command, "mkdir -p %s/2/3/4/5/6/7/8/9/10/11/12", path);
	assert_int_equal(system(command), 0);
	folder_remove(path);
	(void)snprintf(command, sizeof command, "%s/2/3/4/5/6/7/8/9/10/11/12", path);
	assert_int_equal(stat(command, &status), 0);
	(void)snprintf(command, sizeof command, "rm -r %s", path);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_goes_with_all_that_is_in_it_and_with_nothing_that_it_points_at),
		cmocka_unit_test(folders_deeper_than_the_limit_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
