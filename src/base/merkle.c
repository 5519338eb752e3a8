#include "base/merkle.h"

#include "base/base64.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#define ENCODED BASE64_LENGTH(MERKLE_HASH)

void merkle_pair_hash(const uint8_t left[MERKLE_HASH], const uint8_t right[MERKLE_HASH], uint8_t ret_hash[MERKLE_HASH])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)"\001", 1);
	crypto_hash_sha256_update(&state, left, MERKLE_HASH);
	crypto_hash_sha256_update(&state, right, MERKLE_HASH);
	crypto_hash_sha256_final(&state, ret_hash);
}

void merkle_leaf_hash(const void *leaf, size_t length, uint8_t ret_hash[MERKLE_HASH])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)"", 1); /* a zero byte */
	crypto_hash_sha256_update(&state, leaf, length);
	crypto_hash_sha256_final(&state, ret_hash);
}

void merkle_add_hash(struct merkle *tree, const uint8_t leaf_hash[MERKLE_HASH], merkle_made made, void *context)
{
	uint8_t hash[MERKLE_HASH];
	int top = __builtin_popcountll(tree->size), level = 0;
	memcpy(hash, leaf_hash, MERKLE_HASH);
	if (made != NULL)
		made(context, level, hash);
	/* As in adding one to a binary number: each bit that is set carries. */
	for (uint64_t bits = tree->size; bits & 1; bits >>= 1) {
		merkle_pair_hash(tree->subtrees[--top], hash, hash);
		level++;
		if (made != NULL)
			made(context, level, hash);
	}
	memcpy(tree->subtrees[top], hash, MERKLE_HASH);
	tree->size++;
}

void merkle_add(struct merkle *tree, const void *leaf, size_t length)
{
	uint8_t hash[MERKLE_HASH];
	merkle_leaf_hash(leaf, length, hash);
	merkle_add_hash(tree, hash, NULL, NULL);
}

void merkle_root(const struct merkle *tree, uint8_t ret_root[MERKLE_HASH])
{
	int top = __builtin_popcountll(tree->size);
	if (top == 0) {
		crypto_hash_sha256(ret_root, NULL, 0);
		return;
	}
	uint8_t root[MERKLE_HASH];
	memcpy(root, tree->subtrees[--top], MERKLE_HASH);
	while (top > 0)
		merkle_pair_hash(tree->subtrees[--top], root, root);
	memcpy(ret_root, root, MERKLE_HASH);
}

int checkpoint_write(const struct checkpoint *checkpoint, struct text *text)
{
	char encoded[ENCODED + 1];
	base64_write(checkpoint->root, MERKLE_HASH, encoded);
	return text_add_format(text, "%s\n%llu\n%s\n", checkpoint->origin, (unsigned long long)checkpoint->size,
	                       encoded);
}

/* The next line; its length without the newline. */
static bool next_line(const char **cursor, const char *end, const char **ret_line, size_t *ret_length)
{
	const char *newline = memchr(*cursor, '\n', (size_t)(end - *cursor));
	if (newline == NULL)
		return false;
	*ret_line = *cursor;
	*ret_length = (size_t)(newline - *cursor);
	*cursor = newline + 1;
	return true;
}

static bool read_size(const char *line, size_t length, uint64_t *ret_size)
{
	uint64_t size = 0;
	if (length == 0 || length > 18 || (line[0] == '0' && length > 1))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (line[i] < '0' || line[i] > '9')
			return false;
		size = size * 10 + (uint64_t)(line[i] - '0');
	}
	*ret_size = size;
	return true;
}

int checkpoint_read(const char *bytes, size_t length, struct checkpoint *ret_checkpoint, struct problem *problem)
{
	struct checkpoint checkpoint = {0};
	const char *cursor = bytes, *end = bytes + length, *line = NULL;
	size_t line_length = 0;
	bool good = next_line(&cursor, end, &line, &line_length) && line_length > 0 &&
	            line_length <= CHECKPOINT_MAX_ORIGIN && memchr(line, '\0', line_length) == NULL;
	if (good)
		memcpy(checkpoint.origin, line, line_length);
	good = good && next_line(&cursor, end, &line, &line_length) && read_size(line, line_length, &checkpoint.size);
	good = good && next_line(&cursor, end, &line, &line_length) &&
	       base64_read(line, line_length, checkpoint.root, MERKLE_HASH);
	if (!good)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"this is no checkpoint: a line that names the log, one with its size, one with its root");
	*ret_checkpoint = checkpoint;
	return JISR_OK;
}
