/* The watch index as a whole: the segments of all lists, read by many threads while one thread changes it.
 *
 * A reader takes a view, checks as often as it likes against that one version, and gives the view back; taking and
 * giving back are a few atomic instructions, never a lock. A writer publishes a new version; the old one is freed by the
 * writer (with its next change, or watch_set_collect) once its last reader is gone: unmapping a large list takes
 * milliseconds, and no reader pays for it. */
#ifndef JISR_WATCH_SET_H
#define JISR_WATCH_SET_H

#include "watch/check.h"
#include "watch/entity.h"

struct segment; /* watch/segment.h */
struct watch_set;
struct watch_view;

/* An empty set. Allocates; owner frees when no view is out. */
int watch_set_new(struct watch_set **ret_set);
struct watch_set *watch_set_free(struct watch_set *set);
MEMORY_DEFINE_FREEP(struct watch_set, watch_set_free)

/* Writers, one at a time (the set has no writer's lock). Takes the segment over on success. Replaces the list of that
 * name, or adds it. Readers see all of the old list or all of the new. */
int watch_set_replace(struct watch_set *set, const char *list, struct segment *segment);
int watch_set_drop(struct watch_set *set, const char *list);

/* Several lists in one step: the set holds these lists in this order and no others. An item without a segment keeps what
 * the set has of that list, with its single changes; JISR_NOT_FOUND when it has none. `note` (may be NULL) belongs to
 * the new version, is given by watch_view_note and freed with it. Takes segments and note over on success; on failure
 * nothing has changed. What was prepared must be published before any other change. */
struct watch_set_item {
	const char *list;
	struct segment *segment;
};
int watch_set_prepare(struct watch_set *set, const struct watch_set_item *items, size_t count, void *note,
                      void (*note_free)(void *note), struct watch_view **ret_view);
void watch_set_publish(struct watch_set *set, struct watch_view *view);

/* Frees the versions whose last reader is gone, and tells how many were replaced and are still being read. */
size_t watch_set_collect(struct watch_set *set);

/* One entity put or taken away at once, in a small layer over the list's segment. JISR_NOT_FOUND for an unknown list.
 */
int watch_set_put(struct watch_set *set, const char *list, const struct entity *entity);
int watch_set_remove(struct watch_set *set, const char *list, const char *id);
/* Many at once in one step; ids that are not there are passed over. */
int watch_set_remove_many(struct watch_set *set, const char *list, const char *const *ids, size_t count);

/* Readers. Never fails, never blocks. */
const struct watch_view *watch_view_take(struct watch_set *set);
void watch_view_release(const struct watch_view *view);
void *watch_view_note(const struct watch_view *view);

/* A view of its own over what two others show, in this order, held once: whoever made it gives it back like any other, and
 * the last to do so frees it. Of the second those entities are left out that `hidden` names; they are not there for any
 * reader. `note` is as in watch_set_prepare, taken over on success. The two may be given back and replaced meanwhile.
 * JISR_NO_MEMORY. */
typedef bool (*watch_hidden)(void *context, const char *id);
int watch_view_join(const struct watch_view *first, const struct watch_view *second, watch_hidden hidden, void *context,
                    void *note, void (*note_free)(void *note), struct watch_view **ret_view);
/* The same with whole lists of the second: those that `wanted` names, all of them under the name `as`. A list takes no more
 * time however many entities it has. */
typedef bool (*watch_wanted)(void *context, const char *list);
int watch_view_pick(const struct watch_view *first, const struct watch_view *second, watch_wanted wanted, void *context,
                    const char *as, void *note, void (*note_free)(void *note), struct watch_view **ret_view);
/* Holds a joined view once more. */
void watch_view_hold(const struct watch_view *view);

/* Scratch memory of one checking thread, reused from check to check; not shared between threads. */
struct watch_scratch;
int watch_scratch_new(struct watch_scratch **ret_scratch);
struct watch_scratch *watch_scratch_free(struct watch_scratch *scratch);
MEMORY_DEFINE_FREEP(struct watch_scratch, watch_scratch_free)

/* One check. The answer lives in the arena and, for ids and captions, as long as the view. JISR_NO_MEMORY, or
 * JISR_BAD_INPUT when the query has neither name nor document (the problem says so). */
int watch_check(const struct watch_view *view, const struct check_query *query, struct watch_scratch *scratch,
                struct arena *arena, struct check_answer *ret_answer, struct problem *problem);

/* The same answer by scoring every name of every list: slow, the reference for tests and the recall benchmark. */
int watch_check_exhaustive(const struct watch_view *view, const struct check_query *query,
                           struct watch_scratch *scratch, struct arena *arena, struct check_answer *ret_answer,
                           struct problem *problem);

/* The stored entity of a hit, copied into the arena. */
int watch_view_entity(const struct watch_view *view, uint32_t segment, uint32_t entity, struct arena *arena,
                      struct entity **ret_entity);

/* Where an entity that counts stands, by the name of its list and its id. */
bool watch_view_find(const struct watch_view *view, const char *list, const char *id, uint32_t *ret_segment,
                     uint32_t *ret_entity);

/* How many entities of a list are alive. */
uint64_t watch_view_count(const struct watch_view *view, const char *list);

/* Id and list of an entity of a hit; they live as long as the view. "" when it is not there. */
const char *watch_view_entity_id(const struct watch_view *view, uint32_t segment, uint32_t entity);
const char *watch_view_list(const struct watch_view *view, uint32_t segment);

/* segment_entity_hash of a hit's entity: equal hash = the list has not changed it. 0 when it is not there. */
uint64_t watch_view_entity_hash(const struct watch_view *view, uint32_t segment, uint32_t entity);

#endif
