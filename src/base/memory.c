#include "base/memory.h"

#include "base/error.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LARGE_PAGE ((size_t)2 << 20)

static _Thread_local long fail_countdown = -1;

void memory_fail_after(long count)
{
	fail_countdown = count;
}

static int must_fail(void)
{
	if (fail_countdown < 0)
		return 0;
	if (fail_countdown == 0)
		return 1;
	fail_countdown--;
	return 0;
}

void *memory_alloc(size_t size)
{
	return must_fail() ? NULL : malloc(size ? size : 1);
}

void *memory_zero(size_t count, size_t size)
{
	return must_fail() ? NULL : calloc(count ? count : 1, size ? size : 1);
}

void *memory_large(size_t size)
{
	size_t whole;
	if (__builtin_add_overflow(size, LARGE_PAGE - 1, &whole) || must_fail())
		return NULL;
	whole = whole / LARGE_PAGE * LARGE_PAGE;
	void *block = aligned_alloc(LARGE_PAGE, whole > 0 ? whole : LARGE_PAGE);
	if (block == NULL)
		return NULL;
	(void)madvise(block, whole, MADV_HUGEPAGE); /* as good without, but slower */
	return memset(block, 0, size);
}

void *memory_resize(void *block, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes) || must_fail())
		return NULL;
	return realloc(block, bytes ? bytes : 1);
}

char *memory_text(const char *bytes, size_t length)
{
	char *copy = memory_alloc(length + 1);
	if (copy == NULL)
		return NULL;
	if (length > 0)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

void *memory_free(void *block)
{
	free(block);
	return NULL;
}

int memory_reserve(void *pointer_to_block, size_t *capacity, size_t needed, size_t limit, size_t size)
{
	void **block = pointer_to_block;
	if (needed <= *capacity)
		return JISR_OK;
	if (needed > limit)
		return JISR_TOO_LARGE;
	size_t grown = *capacity < 8 ? 8 : *capacity;
	while (grown < needed)
		grown = grown > SIZE_MAX / 2 ? needed : grown * 2;
	if (grown > limit)
		grown = limit;
	void *moved = memory_resize(*block, grown, size);
	if (moved == NULL)
		return JISR_NO_MEMORY;
	*block = moved;
	*capacity = grown;
	return JISR_OK;
}
