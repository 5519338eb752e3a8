/* A chain of blocks, newest first. The first block lives as long as the arena; later ones double in size up to 1 MiB
 * (a larger request gets a block of its own). Invariant: used <= limit, and every pointer handed out lies in a block.
 */
#include "base/arena.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define FIRST_BLOCK   4096
#define LARGEST_BLOCK ((size_t)1 << 20)
#define ALIGNMENT     (_Alignof(max_align_t))

struct block {
	struct block *next; /* older block, NULL for the first */
	size_t size;        /* bytes in data */
	size_t used;        /* bytes of data handed out */
	max_align_t data[];
};

struct arena {
	struct block *newest;
	size_t used;
	size_t limit;
};

static struct block *block_new(size_t size, struct block *next)
{
	struct block *block = memory_alloc(sizeof *block + size);
	if (block == NULL)
		return NULL;
	block->next = next;
	block->size = size;
	block->used = 0;
	return block;
}

int arena_new(size_t limit, struct arena **ret_arena)
{
	struct arena *arena = memory_zero(1, sizeof *arena);
	if (arena == NULL)
		return JISR_NO_MEMORY;
	arena->limit = limit;
	arena->newest = block_new(FIRST_BLOCK, NULL);
	if (arena->newest == NULL) {
		memory_free(arena);
		return JISR_NO_MEMORY;
	}
	*ret_arena = arena;
	return JISR_OK;
}

struct arena *arena_free(struct arena *arena)
{
	if (arena == NULL)
		return NULL;
	while (arena->newest != NULL) {
		struct block *older = arena->newest->next;
		memory_free(arena->newest);
		arena->newest = older;
	}
	return memory_free(arena);
}

void arena_reset(struct arena *arena)
{
	while (arena->newest->next != NULL) {
		struct block *older = arena->newest->next;
		memory_free(arena->newest);
		arena->newest = older;
	}
	arena->newest->used = 0;
	arena->used = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX - ALIGNMENT)
		return NULL;
	size_t rounded = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (rounded > arena->limit - arena->used)
		return NULL;
	struct block *block = arena->newest;
	if (rounded > block->size - block->used) {
		size_t wanted = block->size * 2 > LARGEST_BLOCK ? LARGEST_BLOCK : block->size * 2;
		block = block_new(rounded > wanted ? rounded : wanted, arena->newest);
		if (block == NULL)
			return NULL;
		arena->newest = block;
	}
	void *result = (char *)block->data + block->used;
	block->used += rounded;
	arena->used += rounded;
	return result;
}

void *arena_zero(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	void *result = arena_alloc(arena, bytes);
	if (result != NULL)
		memset(result, 0, bytes);
	return result;
}

char *arena_text(struct arena *arena, const char *bytes, size_t length)
{
	if (length == SIZE_MAX)
		return NULL;
	char *copy = arena_alloc(arena, length + 1);
	if (copy == NULL)
		return NULL;
	if (length > 0)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

/* Most texts fit in so many bytes, and are then formatted once. */
#define FORMAT_GUESS 256

char *arena_format(struct arena *arena, const char *format, ...)
{
	char guess[FORMAT_GUESS];
	va_list arguments, again;
	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(guess, sizeof guess, format, arguments);
	va_end(arguments);
	char *result = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1);
	if (result != NULL && (size_t)length < sizeof guess)
		memcpy(result, guess, (size_t)length + 1);
	else if (result != NULL)
		(void)vsnprintf(result, (size_t)length + 1, format, again);
	va_end(again);
	return result;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}
