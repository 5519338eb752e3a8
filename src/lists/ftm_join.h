/* Records that belong to a holder, kept until the holder comes: by key, in memory first, then in a temporary file.
 * Internal to src/lists. */
#ifndef JISR_LISTS_FTM_JOIN_H
#define JISR_LISTS_FTM_JOIN_H

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Records' bytes kept in memory; the others go to an unnamed file in $TMPDIR (else /tmp). */
#define FTM_JOIN_MEMORY ((size_t)32 << 20)
/* Most records (40 bytes of memory each) and most bytes of all. */
#define FTM_JOIN_MAX_RECORDS ((size_t)32 << 20)
#define FTM_JOIN_MAX_BYTES   ((uint64_t)1 << 36)

struct ftm_join;

int ftm_join_new(struct ftm_join **ret_join);
struct ftm_join *ftm_join_free(struct ftm_join *join);
MEMORY_DEFINE_FREEP(struct ftm_join, ftm_join_free)

/* Keeps a copy of the record under a key. `place` (file and line) comes back from ftm_join_next_unused; `must` says
 * that it wants a holder. JISR_TOO_LARGE, JISR_IO, JISR_NO_MEMORY. */
int ftm_join_add(struct ftm_join *join, const char *key, const char *record, size_t length, uint64_t place, bool must,
                 struct problem *problem);

/* No more records are added; they can be found now. */
void ftm_join_seal(struct ftm_join *join);

/* The records of a key in the order in which they were added: start with *cursor 0. JISR_NOT_FOUND after the last. The
 * record is put into `ret_record` (emptied first) and counts as used. Keys are compared by 64-bit hashes: the caller
 * compares the key that stands in the record. */
int ftm_join_next(struct ftm_join *join, const char *key, size_t *cursor, struct text *ret_record,
                  struct problem *problem);

/* Goes through the records that wanted a holder and were never asked for, by place. JISR_NOT_FOUND after the last. */
int ftm_join_next_unused(struct ftm_join *join, size_t *cursor, uint64_t *ret_place);

#endif
