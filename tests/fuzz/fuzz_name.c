/* Bytes -> two names (split at the first newline) of every kind -> their score: never crashes, always in range. */
#include "names/compare.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = NULL;
	if (arena_new((size_t)1 << 22, &arena) != JISR_OK)
		return 0;
	const char *bytes = (const char *)data;
	const char *newline = size > 0 ? memchr(bytes, '\n', size) : NULL;
	size_t first = newline != NULL ? (size_t)(newline - bytes) : size / 2;
	size_t from = newline != NULL ? first + 1 : first;
	for (int kind = 0; kind < NAME_KIND_COUNT; kind++) {
		struct name *query = NULL, *listed = NULL;
		struct name_score score;
		if (name_read(bytes, first, (enum name_kind)kind, arena, &query) == JISR_OK &&
		    name_read(bytes + from, size - from, (enum name_kind)kind, arena, &listed) == JISR_OK) {
			name_compare(query, listed, &score);
			if (!(score.score >= 0 && score.score <= 1) || score.count > 2 * NAME_MAX_PARTS)
				__builtin_trap();
		}
		arena_reset(arena);
	}
	arena_free(arena);
	return 0;
}
