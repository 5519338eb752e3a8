/* One version of one list, immutable: entities, names, documents, and the index that finds them.
 *
 * A segment is one block of bytes in a versioned, checksummed format (drawn in segment.c) that is used where it lies:
 * in a mapped file, or in memory for the small layer of changes. Opening checks the header, the section table and every
 * offset that a look-up follows, and does not read the rest. */
#ifndef JISR_WATCH_SEGMENT_H
#define JISR_WATCH_SEGMENT_H

#include "base/memory.h"
#include "watch/entity.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct segment;
struct segment_builder;

int segment_builder_new(struct segment_builder **ret_builder);
struct segment_builder *segment_builder_free(struct segment_builder *builder);
MEMORY_DEFINE_FREEP(struct segment_builder, segment_builder_free)

/* Stores a complete entity; one of the same id put before is replaced. On failure the builder is as before. */
int segment_builder_put(struct segment_builder *builder, const struct entity *entity);

/* JISR_NOT_FOUND when no such id was put. */
int segment_builder_remove(struct segment_builder *builder, const char *id);

/* Makes the segment. The first writes it to a file descriptor (not synced); the second keeps it in memory. The builder
 * is used up either way. The same entities give the same bytes, whatever the order in which they were put. */
int segment_builder_write(struct segment_builder *builder, const char *list, int fd, struct problem *problem);
int segment_builder_open(struct segment_builder *builder, const char *list, struct segment **ret_segment);

/* Maps a file. JISR_IO, JISR_CORRUPT, JISR_UNSUPPORTED (a later version). */
int segment_open(const char *path, struct segment **ret_segment, struct problem *problem);
struct segment *segment_free(struct segment *segment);
MEMORY_DEFINE_FREEP(struct segment, segment_free)

/* Brings all of a mapped segment into memory, so that no later reader waits for the disk or a page fault. Works in small
 * steps with pauses: never holds what other threads' memory needs for long. JISR_IO when the file cannot be read. */
int segment_populate(const struct segment *segment, struct problem *problem);

/* Reads everything and checks every checksum: for `jisr lists --verify`, and after a crash. */
int segment_verify(const struct segment *segment, struct problem *problem);

const char *segment_list(const struct segment *segment);
uint32_t segment_entities(const struct segment *segment);
uint64_t segment_names(const struct segment *segment);
uint64_t segment_documents(const struct segment *segment);
uint64_t segment_bytes(const struct segment *segment);

/* The number of an entity by id: true and *ret_entity, or false. */
bool segment_find(const struct segment *segment, const char *id, uint32_t *ret_entity);

/* Id, and a hash of everything stored of an entity: equal hash = unchanged. Pointers live as long as the segment. */
const char *segment_entity_id(const struct segment *segment, uint32_t entity);
uint64_t segment_entity_hash(const struct segment *segment, uint32_t entity);

/* The whole entity, its texts in the arena. JISR_CORRUPT, JISR_NO_MEMORY. */
int segment_entity(const struct segment *segment, uint32_t entity, struct arena *arena, struct entity **ret_entity);

#endif
