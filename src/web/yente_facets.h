/* Counting what the entities of a result have under some fields. Knows nothing of HTTP. */
#ifndef JISR_WEB_YENTE_FACETS_H
#define JISR_WEB_YENTE_FACETS_H

#include "base/arena.h"
#include "base/text.h"
#include "web/yente_entity.h"

#define YENTE_FACETS        6
#define YENTE_FACET_VALUES  1000              /* of one facet that are given: the most frequent */
#define YENTE_FACET_COUNTED ((size_t)1 << 18) /* distinct values of one facet that are counted: the first that come */

struct yente_facets;

/* JISR_NOT_FOUND for a name that is no facet; JISR_NO_MEMORY. */
int yente_facets_new(const char *const *names, size_t count, struct arena *arena, struct yente_facets **ret_facets);

/* Counts one entity, or so many that have the same values: each of its values once. JISR_NO_MEMORY. */
int yente_facets_count(struct yente_facets *facets, const struct yente_thing *thing, uint32_t entities);

/* The n-th field that is counted; false past the last. */
bool yente_facets_field(const struct yente_facets *facets, size_t n, struct yente_field *ret_field);

/* {"countries": {"label", "values": [{"name", "label", "count"}]}}, as a member "facets". */
int yente_facets_write(struct yente_facets *facets, struct text *text);

#endif
