/* Fills a record with the organisation as it is publicly known (members/organisation.h): every member, every member's
 * bureau, every other office, each office with a key that is made here. What is there already is left as it is. */
#ifndef JISR_MEMBERS_FILL_H
#define JISR_MEMBERS_FILL_H

#include "members/change.h"

struct fill_count {
	size_t members, offices; /* that were added */
};

/* All or nothing, in one submission. JISR_DENIED and the store's errors. Keys that were made before a failure stay in the
 * folder of keys and count for nothing. */
int fill_organisation(struct store *store, const struct caller *caller, struct fill_count *ret_count,
                      struct problem *problem);

#endif
