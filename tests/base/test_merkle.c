#include "base/merkle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

static void hex_of(const uint8_t root[MERKLE_HASH], char out[2 * MERKLE_HASH + 1])
{
	sodium_bin2hex(out, 2 * MERKLE_HASH + 1, root, MERKLE_HASH);
}

/* The definition of RFC 6962, section 2.1, word for word. */
static void root_by_definition(const char *const *leaves, size_t count, uint8_t ret[MERKLE_HASH])
{
	uint8_t bytes[1 + 2 * MERKLE_HASH];
	if (count == 0) {
		crypto_hash_sha256(ret, NULL, 0);
		return;
	}
	if (count == 1) {
		bytes[0] = 0;
		memcpy(bytes + 1, leaves[0], strlen(leaves[0]));
		crypto_hash_sha256(ret, bytes, 1 + strlen(leaves[0]));
		return;
	}
	size_t half = 1;
	while (half * 2 < count)
		half *= 2;
	bytes[0] = 1;
	root_by_definition(leaves, half, bytes + 1);
	root_by_definition(leaves + half, count - half, bytes + 1 + MERKLE_HASH);
	crypto_hash_sha256(ret, bytes, sizeof bytes);
}

static void the_root_is_that_of_rfc_6962_at_every_size(void **state)
{
	(void)state;
	static const char *const leaves[] = {"",  "a", "bc", "def", "\x01", "22", "333", "4444", "55555",
	                                     "x", "y", "z",  "0",   "1",    "2",  "3",   "4",    "5"};
	struct merkle tree = {0};
	for (size_t count = 0; count <= sizeof leaves / sizeof *leaves; count++) {
		uint8_t root[MERKLE_HASH], expected[MERKLE_HASH];
		merkle_root(&tree, root);
		root_by_definition(leaves, count, expected);
		assert_memory_equal(root, expected, MERKLE_HASH);
		if (count < sizeof leaves / sizeof *leaves)
			merkle_add(&tree, leaves[count], strlen(leaves[count]));
	}
}

static void known_roots_come_out(void **state)
{
	(void)state;
	/* Of no leaf, and of one empty leaf: SHA-256 of nothing and of one zero byte. */
	struct merkle tree = {0};
	uint8_t root[MERKLE_HASH];
	char hex[2 * MERKLE_HASH + 1];
	merkle_root(&tree, root);
	hex_of(root, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	merkle_add(&tree, "", 0);
	merkle_root(&tree, root);
	hex_of(root, hex);
	assert_string_equal(hex, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

static void a_checkpoint_is_three_lines_and_is_read_back(void **state)
{
	(void)state;
	struct checkpoint written = {.origin = "example.org/board", .size = 12}, read = {0};
	memset(written.root, 0xFB, MERKLE_HASH);
	struct text text;
	text_init(&text, 1000);
	assert_int_equal(checkpoint_write(&written, &text), JISR_OK);
	assert_string_equal(text.bytes, "example.org/board\n12\n+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=\n");
	assert_int_equal(checkpoint_read(text.bytes, text.length, &read, NULL), JISR_OK);
	assert_string_equal(read.origin, written.origin);
	assert_int_equal(read.size, 12);
	assert_memory_equal(read.root, written.root, MERKLE_HASH);
	text_add_string(&text, "another line of some extension\n");
	assert_int_equal(checkpoint_read(text.bytes, text.length, &read, NULL), JISR_OK);
	text_finish(&text);
}

static void what_is_no_checkpoint_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"origin\n",
		"origin\n1\n",
		"origin\n1\n+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=",
		"\n1\n+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=\n",
		"origin\n01\n+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=\n",
		"origin\n-1\n+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=\n",
		"origin\n\n+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=\n",
		"origin\n9999999999999999999\n+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=\n",
		"origin\n1\n+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/t=\n",
		"origin\n1\n+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/==\n",
		"origin\n1\n_/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=\n",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct checkpoint read = {.size = 77};
		struct problem problem = {0};
		assert_int_equal(checkpoint_read(bad[i], strlen(bad[i]), &read, &problem), JISR_BAD_INPUT);
		assert_int_equal(read.size, 77);
		assert_true(problem.text[0] != '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_root_is_that_of_rfc_6962_at_every_size),
		cmocka_unit_test(known_roots_come_out),
		cmocka_unit_test(a_checkpoint_is_three_lines_and_is_read_back),
		cmocka_unit_test(what_is_no_checkpoint_is_refused),
	};
	return cmocka_run_group_tests_name("merkle", tests, NULL, NULL);
}
