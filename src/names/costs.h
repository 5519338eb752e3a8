/* What differences between two names cost, taken from a score of 1: shared by name_compare and by an index that must not
 * leave out what name_compare would accept. docs/matching.md publishes them. */
#ifndef JISR_NAMES_COSTS_H
#define JISR_NAMES_COSTS_H

#define CONFLICT_LEAST     0.34 /* one differing name alone keeps any pair under the threshold */
#define EXTRA_QUERY        0.52 /* times the share of the query's weight that the list has not */
#define EXTRA_LISTED       0.44 /* times the share of the listed weight that the query has not */
#define EXTRA_CUT          0.04 /* the same where the query was cut: the field had no room for what is left */
#define EXTRA_ORGANIZATION 0.60 /* an organisation's name is quoted in full: either side */
#define NUMBER_CONFLICT    0.26 /* a sister ship, the next fund: worth a look */
#define NUMBER_EXTRA       0.10
#define PLACE_EXTRA        0.31 /* a subsidiary in a country is another company */
#define LEGAL_CONFLICT     0.31 /* a company of another form is another company */

#endif
