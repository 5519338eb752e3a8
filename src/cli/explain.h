/* Why: a comparison of two names and a hit of a check, for people (as JSON: watch/report.h). */
#ifndef JISR_CLI_EXPLAIN_H
#define JISR_CLI_EXPLAIN_H

#include "watch/catalogue.h"
#include "watch/check.h"

#include <stdio.h>

/* A bar and a percentage: "████████████████░░░░ 82 %". */
void explain_score(FILE *stream, double score);

/* The table of parts: "asked ~ on the list, rule, similarity". The headings name the two sides. */
void explain_parts(FILE *stream, const struct name *query, const struct name *listed, const struct name_score *score,
                   const char *query_heading, const char *listed_heading);

/* One hit as a block. `number` counts from 1. list is what is known of the hit's list, NULL when unknown; entity the
 * stored entity, NULL when it could not be read. */
void explain_hit(FILE *stream, size_t number, const struct check_hit *hit, const struct catalogue_list *list,
                 const struct entity *entity);

#endif
