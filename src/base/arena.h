/* Memory that ends all at once: that of one request, one record, one name. An allocation is a pointer bump; nothing is
 * freed by itself. An arena has a limit from its first day, so that hostile input ends in JISR_NO_MEMORY, not in swap.
 * Not for several threads at once. */
#ifndef JISR_BASE_ARENA_H
#define JISR_BASE_ARENA_H

#include "base/memory.h"

#include <stddef.h>

struct arena;

/* An arena that hands out at most `limit` bytes. Allocates; owner frees with arena_free. JISR_NO_MEMORY. */
int arena_new(size_t limit, struct arena **ret_arena);

/* Accepts NULL, returns NULL. Everything handed out is gone. */
struct arena *arena_free(struct arena *arena);
MEMORY_DEFINE_FREEP(struct arena, arena_free)

/* Forgets everything handed out, keeps the first block for reuse. */
void arena_reset(struct arena *arena);

/* size bytes aligned for any type, not cleared; NULL at the limit or out of memory. Valid until reset or free. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((warn_unused_result));

/* count * size zero bytes; NULL also when the product overflows. */
void *arena_zero(struct arena *arena, size_t count, size_t size) __attribute__((warn_unused_result));

/* A copy of length bytes with a 0 after them. */
char *arena_text(struct arena *arena, const char *bytes, size_t length) __attribute__((warn_unused_result));

/* As asprintf. */
char *arena_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3), warn_unused_result));

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

#endif
