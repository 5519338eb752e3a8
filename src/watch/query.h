/* What a person types about another person, read into what the check takes. Each function refuses what it cannot read
 * with a sentence that shows the right form: a value dropped in silence would make a check look clean. */
#ifndef JISR_WATCH_QUERY_H
#define JISR_WATCH_QUERY_H

#include "base/arena.h"
#include "watch/check.h"

#define QUERY_NAME_MAX (64 * 1024) /* bytes of one name that is looked at; the name reader keeps fewer */

/* Each: 0, or JISR_BAD_INPUT with a sentence that begins with the value; strings live in the arena. Over the limits of
 * the check JISR_TOO_LARGE. */
int query_name(struct check_query *query, const char *text, struct arena *arena, struct problem *problem);
int query_birth(struct check_query *query, const char *text, struct problem *problem);
int query_country(struct check_query *query, const char *text, struct arena *arena, struct problem *problem);
int query_sex(struct check_query *query, const char *text, struct problem *problem);
int query_document(struct check_query *query, const char *text, struct arena *arena, struct problem *problem);

/* The machine readable zone of a document, as lines or in one piece (then cut by the lengths that ICAO 9303 knows; "\n"
 * may stand for the end of a line): *ret_mrz is what was read, and the query gets its names, nationality and document
 * added, birth date and sex where it has none. On failure the query is as before. */
#define QUERY_MRZ_MAX 4096 /* bytes; a real zone has at most 93 */
int query_mrz(struct check_query *query, const char *zone, size_t length, struct arena *arena, struct mrz *ret_mrz,
              struct problem *problem);

/* A schema that can be checked, in any case: "vessel" gives "Vessel". */
int query_schema(const char *text, const char **ret_schema, struct problem *problem);

/* Today, UTC, as year * 10000 + month * 100 + day. */
int query_today(void);

#endif
