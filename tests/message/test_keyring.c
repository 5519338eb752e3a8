
#include "../base/temporary.h"
#include "message/keyring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// after the standard headers that it needs
#include <cmocka.h>

static void boxes_are_kept_and_found_by_office_and_id(void **state)
{
	(void)state;
	char directory[100], path[200], command[400];
	struct envelope_reader first, second;
	struct envelope_box box;
	struct problem problem = {""};
	struct stat status;
	assert_int_equal(temporary_make("keyring", directory, sizeof directory), 0);
	assert_int_equal(keyring_make(directory, "MA", &first, &problem), JISR_OK);
	assert_int_equal(keyring_make(directory, "MA", &second, &problem), JISR_OK);
	assert_string_not_equal(first.id, second.id);
	assert_int_equal(keyring_load(directory, "MA", first.id, &box, &problem), JISR_OK);
	assert_memory_equal(box.reader.key, first.key, sizeof first.key);
	assert_int_equal(keyring_load(directory, "FR", first.id, &box, &problem), JISR_NOT_FOUND);
	assert_int_equal(keyring_load(directory, "MA", "00000000", &box, &problem), JISR_NOT_FOUND);
	assert_non_null(strstr(problem.text, "MA-00000000.box"));
	assert_int_equal(keyring_load(directory, "../MA", first.id, &box, &problem), JISR_NOT_FOUND);
	(void)snprintf(path, sizeof path, "%s/keys/MA-%s.box", directory, first.id);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	/* Another's file under this name, and half a file. */
	(void)snprintf(command, sizeof command, "cp '%s/keys/MA-%s.box' '%s'", directory, second.id, path);
	assert_int_equal(system(command), 0);
	assert_int_equal(keyring_load(directory, "MA", first.id, &box, &problem), JISR_CORRUPT);
	assert_int_equal(truncate(path, 20), 0);
	assert_int_equal(keyring_load(directory, "MA", first.id, &box, &problem), JISR_CORRUPT);
	keyring_drop(directory, "MA", first.id);
	assert_int_equal(keyring_load(directory, "MA", first.id, &box, &problem), JISR_NOT_FOUND);
	assert_int_equal(temporary_remove(directory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(boxes_are_kept_and_found_by_office_and_id)};
	return cmocka_run_group_tests_name("message/keyring", tests, NULL, NULL);
}
