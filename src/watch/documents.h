/* Exact look-up of document numbers: passports, identity cards, registrations, hulls, vehicles, firearms; a hundred
 * million of them in at most 2 GiB, millions of look-ups a second on a core.
 *
 * Keys are normalised numbers (document_normalise in watch/entity.h). A number may stand for several entities and under
 * several countries. A query without a country finds every country's; one with a country finds that country's and those
 * stored without one. The table is one block of bytes without pointers, stored in a segment file and used where it is
 * mapped. Layout, limits and measured figures: documents.c. */
#ifndef JISR_WATCH_DOCUMENTS_H
#define JISR_WATCH_DOCUMENTS_H

#include "base/error.h"
#include "base/memory.h"

#include <stddef.h>
#include <stdint.h>

#define DOCUMENT_MAX_NUMBER (64 * 1024) /* bytes of a normalised number */
#define DOCUMENTS_MAX_COUNT 1000000000  /* documents of one table */

struct documents_builder;
int documents_builder_new(struct documents_builder **ret_builder);
struct documents_builder *documents_builder_free(struct documents_builder *builder);
MEMORY_DEFINE_FREEP(struct documents_builder, documents_builder_free)

/* country: two lower-case letters or NULL. number: normalised, not empty. An exact repeat is ignored. JISR_BAD_INPUT,
 * JISR_TOO_LARGE, JISR_NO_MEMORY; on failure the builder is as before. */
int documents_builder_add(struct documents_builder *builder, const char *country, const char *number, size_t length,
                          uint32_t entity);

/* Makes the table. Writes it through `write` piece by piece (any size, in order); its size, always a multiple of 64, is
 * *ret_size. The same documents give the same bytes, whatever the order of the adds. The builder is used up. A `write`
 * that returns other than 0 ends it with that code. */
typedef int documents_write(void *context, const void *bytes, size_t length);
int documents_builder_finish(struct documents_builder *builder, documents_write *write, void *context,
                             uint64_t *ret_size);

/* A table where it lies: `bytes` must be 8-byte aligned (64 is faster: a look-up then touches one cache line) and
 * outlive it. JISR_CORRUPT when the structure is impossible. Opening reads the header only; each look-up checks the
 * offsets that it follows, so that a damaged file gives wrong answers at worst, never a read outside. */
struct documents {
	const unsigned char *bytes;
	uint64_t size;
	uint64_t count; /* documents */
	/* From the header, checked; for documents.c alone. */
	uint64_t homes, lines, sides, hits, text;
};
int documents_open(const void *bytes, uint64_t size, struct documents *ret_documents);

struct document_hit {
	char country[3]; /* as stored, "" when stored without one */
	uint32_t entity;
};

/* All hits, at most `capacity` written; returns how many there are. Cannot fail. */
size_t documents_find(const struct documents *documents, const char *country, const char *number, size_t length,
                      struct document_hit *hits, size_t capacity);

#endif
