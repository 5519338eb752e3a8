/* What a client of yente asks, read into what the check takes: the body of /match is a batch of queries, each an example
 * entity in the FollowTheMoney vocabulary. Knows nothing of HTTP. */
#ifndef JISR_WEB_YENTE_QUERY_H
#define JISR_WEB_YENTE_QUERY_H

#include "base/arena.h"
#include "watch/check.h"

#include <cjson/cJSON.h>

#define YENTE_MAX_BATCH 100       /* queries of one body */
#define YENTE_MAX_NAMES 500       /* distinct names of one query */
#define YENTE_MAX_VALUE (1 << 16) /* bytes of one value that are looked at; the rest is left out */

/* One value of a query as it was understood: "Russia" has become "ru". */
struct yente_value {
	const char *property, *value;
};

struct yente_query {
	const char *key;    /* its name in the batch */
	const char *id;     /* as given, or NULL */
	const char *schema; /* as given */
	const cJSON *properties;
	struct yente_value *values; /* those of one property stand together */
	size_t count;
	const char *
		*names; /* to be compared: the values of name properties, or what is joined from first and last name */
	size_t name_count;
	struct check_document *documents;
	size_t document_count;
	struct check_query check; /* without names, documents, limit and threshold */
};

/* A body in the right shape. Points into the tree. */
struct yente_batch {
	struct yente_query *queries;
	size_t count;
	const cJSON *config, *weights; /* objects, or NULL */
};

/* Why a body is refused: 422 for a wrong shape, at a place in it; 400 for what cannot be asked. */
struct yente_wrong {
	int status;
	const char *type;     /* of a 422: "missing", "string_type" ... */
	const char *place[6]; /* of a 422: "body", "queries", "q1", "schema"; NULL after the last */
	char text[300];
};

/* Reads the shape. JISR_BAD_INPUT: `wrong` says why. JISR_NO_MEMORY. */
int yente_batch_read(const cJSON *body, struct arena *arena, struct yente_batch *ret_batch, struct yente_wrong *wrong);

/* Reads one query's values. JISR_BAD_INPUT: `wrong` says why. JISR_NO_MEMORY. */
int yente_query_read(struct yente_query *query, struct arena *arena, struct yente_wrong *wrong);

/* Whether one check takes all names and documents of a query that was read; they stand in query->check then. The facts
 * of a decision about this query are those of that check: a query of more is about nobody who could be decided on. */
bool yente_query_fits(struct yente_query *query);

/* One example entity alone, as the body of a batch holds it: shape, values, and that it fits one check. JISR_BAD_INPUT:
 * `wrong` says why. JISR_NO_MEMORY. */
int yente_example_read(const cJSON *json, struct arena *arena, struct yente_query *ret_query,
                       struct yente_wrong *wrong);

#endif
