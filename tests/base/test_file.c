#include "base/file.h"

#include "base/memory.h"
#include "temporary.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[200];
static char path[FILE_MAX_PATH];

static int make_folder(void **state)
{
	(void)state;
	if (temporary_make("file", folder, sizeof folder))
		return -1;
	(void)snprintf(path, sizeof path, "%s/some", folder);
	return 0;
}

static size_t count_files(void)
{
	size_t count = 0;
	DIR *directory = opendir(folder);
	assert_non_null(directory);
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(directory);
	return count;
}

static int remove_folder(void **state)
{
	(void)state;
	DIR *directory = opendir(folder);
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(directory), entry->d_name, 0);
	}
	closedir(directory);
	return rmdir(folder);
}

static void assert_holds(const char *expected)
{
	struct text text;
	text_init(&text, 1000);
	assert_int_equal(file_read(path, &text, NULL), JISR_OK);
	assert_string_equal(text.bytes, expected);
	text_finish(&text);
}

static void what_is_replaced_reads_back(void **state)
{
	(void)state;
	assert_int_equal(file_replace(path, "first", 5, NULL), JISR_OK);
	assert_holds("first");
	assert_int_equal(file_replace(path, "second one", 10, NULL), JISR_OK);
	assert_holds("second one");
	struct file_map map;
	assert_int_equal(file_map(path, &map, NULL), JISR_OK);
	assert_int_equal(map.size, 10);
	assert_memory_equal(map.bytes, "second one", 10);
	assert_int_equal(file_replace(path, "", 0, NULL), JISR_OK);
	assert_memory_equal(map.bytes, "second one", 10); /* what was mapped stays */
	file_unmap(&map);
	assert_int_equal(file_map(path, &map, NULL), JISR_OK);
	assert_int_equal(map.size, 0);
	file_unmap(&map);
	file_unmap(&map);
	assert_int_equal(count_files(), 1);
}

static void what_is_not_there_is_told(void **state)
{
	(void)state;
	struct problem problem = {""};
	struct file_map map;
	struct text text;
	text_init(&text, 3);
	assert_int_equal(file_map("/no/such/file", &map, &problem), JISR_NOT_FOUND);
	assert_non_null(strstr(problem.text, "/no/such/file"));
	assert_int_equal(file_read("/no/such/file", &text, &problem), JISR_NOT_FOUND);
	assert_int_equal(file_map("/tmp", &map, &problem), JISR_IO);
	assert_int_equal(file_replace("/no/such/file", "x", 1, &problem), JISR_NOT_FOUND);
	assert_int_equal(file_replace(path, "four", 4, NULL), JISR_OK);
	assert_int_equal(file_read(path, &text, &problem), JISR_TOO_LARGE);
	text_finish(&text);
}

static void a_failed_allocation_is_told(void **state)
{
	(void)state;
	assert_int_equal(file_replace(path, "four", 4, NULL), JISR_OK);
	struct text text;
	text_init(&text, 100);
	memory_fail_after(0);
	int r = file_read(path, &text, NULL);
	memory_fail_after(-1);
	assert_int_equal(r, JISR_NO_MEMORY);
	text_finish(&text);
}

static void one_process_holds_a_lock(void **state)
{
	(void)state;
	int first, second;
	struct problem problem = {""};
	assert_int_equal(file_lock(path, &first, NULL), JISR_OK);
	assert_int_equal(file_lock(path, &second, &problem), JISR_BUSY);
	assert_non_null(strstr(problem.text, "another process"));
	close(first);
	assert_int_equal(file_lock(path, &second, NULL), JISR_OK);
	close(second);
}

static void temporary_files_are_told_by_name(void **state)
{
	(void)state;
	char temp[FILE_MAX_PATH];
	int fd;
	assert_int_equal(file_temp(path, temp, &fd, NULL), JISR_OK);
	assert_true(file_is_temp(temp));
	assert_false(file_is_temp("lists.json"));
	assert_false(file_is_temp(".new-abcdef"));
	assert_false(file_is_temp("a.new-abcde"));
	close(fd);
	assert_int_equal(unlink(temp), 0);
}

/* In a child whose files may hold 4 KB: as a full disk, the write fails half done. */
static int replace_on_a_full_disk(void)
{
	static char large[10000];
	signal(SIGXFSZ, SIG_IGN);
	struct rlimit limit = {4096, 4096};
	struct problem problem = {""};
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 10;
	if (file_replace(path, large, sizeof large, &problem) != JISR_FULL)
		return 11;
	return strstr(problem.text, "limit") != NULL && count_files() == 1 ? 0 : 12;
}

static void a_full_disk_leaves_the_old_file_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(file_replace(path, "old", 3, NULL), JISR_OK);
	pid_t child = fork();
	if (child == 0)
		_exit(replace_on_a_full_disk());
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_holds("old");
}

static void each_reason_says_what_to_do(void **state)
{
	(void)state;
	struct problem problem = {""};
	errno = ENOSPC;
	assert_int_equal(file_problem(&problem, "/data/x", "write it"), JISR_FULL);
	assert_non_null(strstr(problem.text, "/data/x: cannot write it: No space left on device. The disk is full"));
	errno = EACCES;
	assert_int_equal(file_problem(&problem, "/data/x", "write it"), JISR_IO);
	assert_non_null(strstr(problem.text, "Give this user the right"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_replaced_reads_back),
		cmocka_unit_test(what_is_not_there_is_told),
		cmocka_unit_test(a_failed_allocation_is_told),
		cmocka_unit_test(one_process_holds_a_lock),
		cmocka_unit_test(temporary_files_are_told_by_name),
		cmocka_unit_test(a_full_disk_leaves_the_old_file_and_nothing_else),
		cmocka_unit_test(each_reason_says_what_to_do),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
