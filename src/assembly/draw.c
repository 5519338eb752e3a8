#include "assembly/draw.h"

#include "base/sha256.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void draw_commit(const char *seed, char out[65])
{
	sha256_hex(seed, strlen(seed), out);
}

static int by_code(const void *a, const void *b)
{
	return strcmp(((const struct draw_number *)a)->code, ((const struct draw_number *)b)->code);
}

static void feed(crypto_hash_sha256_state *state, const char *text)
{
	crypto_hash_sha256_update(state, (const unsigned char *)text, strlen(text));
}

void draw_value(const char *seed, struct draw_number *numbers, size_t count, uint8_t out[DRAW_VALUE])
{
	crypto_hash_sha256_state state;
	char number[16];
	if (count > 1)
		qsort(numbers, count, sizeof *numbers, by_code);
	crypto_hash_sha256_init(&state);
	feed(&state, "jisr draw v1\n");
	feed(&state, seed);
	feed(&state, "\n");
	for (size_t i = 0; i < count; i++) {
		feed(&state, numbers[i].code);
		(void)snprintf(number, sizeof number, ":%u\n", (unsigned)numbers[i].number);
		feed(&state, number);
	}
	crypto_hash_sha256_final(&state, out);
}

size_t draw_place(const uint8_t value[DRAW_VALUE], size_t count)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % count;
	for (uint8_t n = 0;; n++) {
		uint8_t bytes[DRAW_VALUE + 1], hash[crypto_hash_sha256_BYTES];
		uint64_t number = 0;
		memcpy(bytes, value, DRAW_VALUE);
		bytes[DRAW_VALUE] = n;
		crypto_hash_sha256(hash, bytes, sizeof bytes);
		for (size_t i = 0; i < 8; i++)
			number = number << 8 | hash[i];
		if (number < limit || n == UINT8_MAX)
			return (size_t)(number % count);
	}
}
