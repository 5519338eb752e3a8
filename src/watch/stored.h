/* Stored entities of a view, read where they lie: for answers, filters and searches that go through many of them. The
 * texts live as long as the view. */
#ifndef JISR_WATCH_STORED_H
#define JISR_WATCH_STORED_H

#include "watch/entity.h"
#include "watch/set.h"

/* A view is segments, one after another; a list has one, and more where entities were put one by one. */
uint32_t stored_segments(const struct watch_view *view);

/* Of one segment: the list that it belongs to, and how many entities it has, those included that were replaced. 0 and ""
 * past the last. */
const char *stored_list(const struct watch_view *view, uint32_t segment);
uint32_t stored_entities(const struct watch_view *view, uint32_t segment);

/* False for an entity that was replaced or removed, and for a number past the last. */
bool stored_alive(const struct watch_view *view, uint32_t segment, uint32_t entity);

/* The living entity of an id in one segment: true and *ret_entity, or false. */
bool stored_find(const struct watch_view *view, uint32_t segment, const char *id, uint32_t *ret_entity);

/* The bytes of a record, in which every value stands as it is: to look for something before taking the record apart.
 * NULL and 0 where it is damaged. */
const char *stored_bytes(const struct watch_view *view, uint32_t segment, uint32_t entity, size_t *ret_length);

/* The entity, the array of its properties in the arena, its texts where they lie; not to be added to. JISR_NOT_FOUND,
 * JISR_CORRUPT, JISR_NO_MEMORY. */
int stored_read(const struct watch_view *view, uint32_t segment, uint32_t entity, struct arena *arena,
                struct entity *ret_entity);

#endif
