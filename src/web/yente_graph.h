/* What is tied to an entity: the records attached to it, the things that it names and those that name it. Knows nothing of
 * HTTP. */
#ifndef JISR_WEB_YENTE_GRAPH_H
#define JISR_WEB_YENTE_GRAPH_H

#include "base/arena.h"
#include "web/service.h"
#include "web/yente_entity.h"

#define YENTE_GRAPH_MAX 20000 /* neighbours of one entity that are looked at */

/* A neighbour, under the name that the tie has for the entity: "sanctions", "addressEntity", "ownershipOwner". */
struct yente_neighbour {
	const char *property;
	struct yente_thing thing;
	size_t place; /* in the order of the list */
};

struct yente_graph {
	const struct lists *lists;
	struct arena *arena;
	struct yente_thing root;
	struct yente_thing *records; /* attached to the root, or to what the root is attached to */
	size_t record_count;
	struct yente_neighbour *neighbours; /* by property, then by place */
	size_t count, capacity;
};

enum yente_found {
	YENTE_FOUND_NOTHING = 0,
	YENTE_FOUND_ENTITY,
	YENTE_FOUND_MERGED, /* into the entity `canonical` */
};

/* Looks for an id in all lists: an entity's own, one that was merged into another, or a record's that is attached to one.
 * Texts live as long as the lists and the arena. JISR_NO_MEMORY. */
int yente_graph_find(const struct lists *lists, const char *id, struct arena *arena, struct yente_graph *ret_graph,
                     enum yente_found *ret_found, const char **ret_canonical);

/* Fills in the neighbours of the root. JISR_NO_MEMORY. */
int yente_graph_expand(struct yente_graph *graph);

/* Orders neighbours of one property by a field of theirs instead. */
void yente_graph_sort(struct yente_graph *graph, const struct yente_field *field, bool falling);

/* The root with its neighbours inside its properties; an open object. */
void yente_graph_write(struct yente_graph *graph, struct text *text);

/* One neighbour as an element; where it is a link, what is at its other end stands inside. */
void yente_graph_write_neighbour(struct yente_graph *graph, struct text *text, const struct yente_thing *thing);

#endif
