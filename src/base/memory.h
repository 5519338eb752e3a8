/* Allocation for everything that outlives a request. Used instead of malloc so that a test can make the n-th
 * allocation fail and see that nothing leaks and nothing is half done. Knows no domain. */
#ifndef JISR_BASE_MEMORY_H
#define JISR_BASE_MEMORY_H

#include <stddef.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

/* Defines the helper that CLEANUP needs from a `T *name_free(T *)`: `CLEANUP(arena_freep) struct arena *a = NULL;` */
#define MEMORY_DEFINE_FREEP(type, function)                                                                            \
	static inline void function##p(type **pointer)                                                                 \
	{                                                                                                              \
		*pointer = function(*pointer);                                                                         \
	}

/* size bytes, not cleared; NULL when there are none. A size of 0 gives a pointer that can be freed. */
void *memory_alloc(size_t size) __attribute__((malloc, warn_unused_result));

/* count * size bytes of zeros; NULL when there are none or the product overflows. */
void *memory_zero(size_t count, size_t size) __attribute__((malloc, warn_unused_result));

/* size bytes of zeros that begin at a border of large pages and lie on such where the system gives them: for what is read at
 * random. NULL when there are none. */
void *memory_large(size_t size) __attribute__((malloc, warn_unused_result));

/* As realloc for count * size bytes; on NULL the old block is untouched and still owned. */
void *memory_resize(void *block, size_t count, size_t size) __attribute__((warn_unused_result));

/* A copy of length bytes with a 0 after them; NULL when out of memory. */
char *memory_text(const char *bytes, size_t length) __attribute__((warn_unused_result));

/* Accepts NULL; returns NULL. */
void *memory_free(void *block);

/* For CLEANUP(memory_freep) on any pointer variable. */
static inline void memory_freep(void *pointer_to_pointer)
{
	void **pointer = pointer_to_pointer;
	*pointer = memory_free(*pointer);
}

/* Makes room for `needed` elements: grows *block by doubling, at most to `limit` elements.
 * 0, JISR_NO_MEMORY or JISR_TOO_LARGE; on failure nothing has changed. */
int memory_reserve(void *pointer_to_block, size_t *capacity, size_t needed, size_t limit, size_t size);

/* Tests only, per thread: after `count` more successful allocations each further one fails; negative switches it off.
 */
void memory_fail_after(long count);

#endif
