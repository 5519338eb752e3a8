#include "base/sha256.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* FIPS 180-2, appendix B.1. */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void bytes_and_a_file_of_them_have_one_digest(void **state)
{
	(void)state;
	char out[SHA256_HEX], path[] = "/tmp/jisr-test-sha256-XXXXXX";
	uint8_t hash[SHA256_BYTES];
	uint64_t size = 0;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(file_write(fd, "abc", 3), JISR_OK);
	(void)close(fd);
	sha256_hex("abc", 3, out);
	assert_string_equal(out, ABC);
	out[0] = '\0';
	assert_int_equal(sha256_file_hex(path, out, NULL), JISR_OK);
	assert_string_equal(out, ABC);
	assert_int_equal(sha256_file(path, hash, &size, NULL), JISR_OK);
	assert_int_equal(size, 3);
	assert_int_equal(hash[0], 0xba);
	(void)unlink(path);
	assert_int_equal(sha256_file_hex(path, out, NULL), JISR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(bytes_and_a_file_of_them_have_one_digest)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
