/* What set.c, stored.c, check.c and check_find.c share. Private to the four. */
#ifndef JISR_WATCH_CHECK_PRIVATE_H
#define JISR_WATCH_CHECK_PRIVATE_H

#include "watch/segment_format.h"
#include "watch/set.h"

#include <stdatomic.h>

struct shared_segment; /* set.c */

struct watch_dead {
	_Atomic uint32_t holders;
	uint32_t count;
	uint8_t bits[];
};

/* Invariants and terms: set.c. */
struct watch_layer {
	const struct segment *segment; /* of `shared` */
	struct shared_segment *shared;
	struct watch_dead *dead; /* NULL while nothing is */
	uint8_t rank;
	char list[SEGMENT_MAX_LIST + 1];
};

struct watch_view {
	struct watch_set *set;
	_Atomic int64_t readers;
	struct watch_view *retired; /* the next one in the set's stack of those whose last reader is gone */
	void *note;                 /* watch_set_prepare */
	void (*note_free)(void *note);
	uint32_t count;
	struct watch_layer layers[];
};

static inline bool watch_layer_dead(const struct watch_layer *layer, uint32_t entity)
{
	return layer->dead != NULL && (layer->dead->bits[entity / 8] >> entity % 8 & 1) != 0;
}

/* A form that may be the query's name. */
struct found {
	uint32_t form;
	float bound; /* name_compare gives at most this */
};

/* Finds forms (check_find.c). One to a scratch. */
struct finder;
int finder_new(struct finder **ret_finder);
struct finder *finder_free(struct finder *finder);
MEMORY_DEFINE_FREEP(struct finder, finder_free)

/* All forms of the segment that name_compare may put at `least` or above, each once, in no order; without those whose
 * bearers' births and countries certainly take the score under it. They live until the next call.
 * JISR_NO_MEMORY. */
struct evidence_most;
int finder_find(struct finder *finder, const struct segment *segment, const struct name *query,
                const struct evidence_most *most, double least, const struct found **ret_found, size_t *ret_count);

/* The name that a form is, its parts where they lie; false when the stored form is damaged. */
bool finder_name(const struct segment *segment, uint32_t form, struct name *ret_name);

#endif
