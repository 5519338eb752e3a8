#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* RFC 4648, section 10 */
static void the_rfcs_examples_are_written_and_read(void **state)
{
	(void)state;
	static const char *const examples[][2] = {{"", ""},
	                                          {"f", "Zg=="},
	                                          {"fo", "Zm8="},
	                                          {"foo", "Zm9v"},
	                                          {"foob", "Zm9vYg=="},
	                                          {"fooba", "Zm9vYmE="},
	                                          {"foobar", "Zm9vYmFy"}};
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		char written[16], read[16];
		base64_write(examples[i][0], i, written);
		assert_string_equal(written, examples[i][1]);
		assert_true(base64_read(written, strlen(written), read, i));
		assert_memory_equal(read, examples[i][0], i);
	}
}

static void each_value_has_one_form(void **state)
{
	(void)state;
	/* Every text of four bytes near a right one either is what base64_write writes, or is refused. */
	unsigned taken = 0;
	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++) {
			const char text[4] = {'Z', (char)a, (char)b, '='};
			char value[2], written[5];
			if (!base64_read(text, 4, value, 2))
				continue;
			base64_write(value, 2, written);
			assert_memory_equal(written, text, 4);
			taken++;
		}
	assert_int_equal(taken, 64 * 16);
}

static void another_length_is_refused(void **state)
{
	(void)state;
	char value[8];
	assert_false(base64_read("Zm9v", 4, value, 2));
	assert_false(base64_read("Zm9v", 4, value, 4));
	assert_false(base64_read("Zm9", 3, value, 3));
	assert_false(base64_read("Zm9vZ===", 8, value, 4));
	assert_false(base64_read("Zm 9", 4, value, 3));
	assert_false(base64_read("Z=9v", 4, value, 3));
}

static void the_form_for_addresses_has_no_padding_and_one_form_a_value(void **state)
{
	(void)state;
	char written[16];
	unsigned char read[4], bytes[3] = {0xFB, 0xFF, 0xBF};
	size_t size = 0;
	base64_url_write(bytes, 3, written);
	assert_string_equal(written, "-_-_");
	base64_url_write(bytes, 2, written);
	assert_string_equal(written, "-_8");
	assert_true(base64_url_read("-_8", 3, read, sizeof read, &size));
	assert_int_equal(size, 2);
	assert_memory_equal(read, bytes, 2);
	assert_true(base64_url_read("", 0, read, sizeof read, &size));
	assert_int_equal(size, 0);
	static const char *const bad[] = {"-_9", "-_8=", "+/8", "-", "-_-_-", "AAAAAAA", "-_\xF8"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(base64_url_read(bad[i], strlen(bad[i]), read, sizeof read, &size));
	assert_true(base64_url_read("AAAA", 4, read, 3, &size));
	assert_false(base64_url_read("AAAA", 4, read, 2, &size));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rfcs_examples_are_written_and_read),
		cmocka_unit_test(each_value_has_one_form),
		cmocka_unit_test(another_length_is_refused),
		cmocka_unit_test(the_form_for_addresses_has_no_padding_and_one_form_a_value),
	};
	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
