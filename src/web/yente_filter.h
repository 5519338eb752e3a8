/* Which entities a client of yente wants: datasets, schemata, topics, countries, days of change, any field. Evaluated on
 * one stored entity at a time, before anything is counted or cut off. Knows nothing of HTTP. */
#ifndef JISR_WEB_YENTE_FILTER_H
#define JISR_WEB_YENTE_FILTER_H

#include "base/arena.h"
#include "web/service.h"
#include "web/yente_entity.h"

#define YENTE_MAX_FILTERS   200               /* values of one parameter */
#define YENTE_FILTER_MEMORY ((size_t)1 << 20) /* for the properties of one entity */

struct yente_names {
	const char **names;
	size_t count;
};

struct yente_condition {
	struct yente_field field;
	const char *value;
};

struct yente_filter {
	const struct lists *lists;
	struct arena *arena; /* own: for reading one entity, emptied with each; NULL until it is needed */
	const char *dataset; /* that the path names; "default" is all */
	struct yente_names include, exclude;
	struct yente_names exclude_schema, exclude_ids;
	const char *schema; /* things that may be the same as one of this; NULL or "Thing": all */
	const char *changed_since;
	struct yente_condition *conditions; /* those of one field stand together */
	size_t condition_count;
	bool all;  /* every condition must hold; else one of each field */
	int error; /* sticky: an entity that could not be read for want of memory was accepted */
};

/* The list of a segment of the view; NULL when there is none. */
const struct catalogue_list *yente_list(const struct lists *lists, uint32_t segment);

/* Whether the filter names anything that must be looked up in an entity. */
bool yente_filter_accepts(struct yente_filter *filter, const struct yente_thing *thing);

/* The same for struct check_query; context is the filter. */
bool yente_filter_check(void *context, uint32_t segment, uint32_t entity);

#endif
