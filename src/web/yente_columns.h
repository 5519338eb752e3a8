/* What a search must know of every entity of a list, kept beside the records so that it need not read them all: which
 * words may stand in it, what it says under the fields that are counted and filtered most, and how much is known of it.
 *
 * Entities that say the same under schema, countries, topics, genders, datasets and target have one profile: what a filter
 * on these fields makes of one of them it makes of all, and they count alike in facets.
 *
 * Words are kept as a few bits an entity: entities that cannot hold a word are told for sure, the others must be read. */
#ifndef JISR_WEB_YENTE_COLUMNS_H
#define JISR_WEB_YENTE_COLUMNS_H

#include "watch/set.h"
#include "web/yente_text.h"

#define YENTE_PROFILES     65535 /* of one list; entities of further ones have none and must be read */
#define YENTE_PROFILE_NONE 65535

struct yente_columns;

/* Reads all entities of a segment, which must be the only one of its list. JISR_NO_MEMORY. */
int yente_columns_new(const struct watch_view *view, uint32_t segment, struct yente_columns **ret_columns);
struct yente_columns *yente_columns_free(struct yente_columns *columns);
MEMORY_DEFINE_FREEP(struct yente_columns, yente_columns_free)

uint32_t yente_columns_entities(const struct yente_columns *columns);
/* Whether entities stand in the order of their ids. */
bool yente_columns_ordered(const struct yente_columns *columns);

/* Of one entity: its profile, YENTE_PROFILE_NONE where it must be read; and how many values it has, at most 65,535. */
unsigned yente_columns_profile(const struct yente_columns *columns, uint32_t entity);
unsigned yente_columns_values(const struct yente_columns *columns, uint32_t entity);

/* How many profiles there are, and an entity that has one. */
unsigned yente_columns_profiles(const struct yente_columns *columns);
uint32_t yente_columns_example(const struct yente_columns *columns, unsigned profile);

/* Whether a field is among those that a profile decides. */
bool yente_columns_decide(const struct yente_field *field);

/* Which of the 64 entities from 64 * block on may match, a bit each, the first the lowest. Never without one that does.
 * Bits past the last entity are 0. */
uint64_t yente_columns_may(const struct yente_columns *columns, const struct yente_text *text, uint32_t block);

#endif
