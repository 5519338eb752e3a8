/* The ballot box: takes ballots for the votes that are open, whole and checked, and keeps what checking them needs. A
 * ballot comes from nobody: neither caller nor session nor address goes in. It is refused, or it stands in the record when
 * the function returns. The same ballot sent again (its receipt was lost on the way) is on the board once, and gets the
 * same receipt. */
#ifndef JISR_ASSEMBLY_URN_BOX_H
#define JISR_ASSEMBLY_URN_BOX_H

#include "assembly/urn.h"

#include "base/memory.h"

#define URN_BOX_KEPT     16 /* votes whose keys and lists are kept ready; more are read each time */
#define URN_TRACKING_MAX 43 /* characters of a tracking number */

struct urn_box;
int urn_box_new(struct store *store, struct urn_box **ret_box);
struct urn_box *urn_box_free(struct urn_box *box);
MEMORY_DEFINE_FREEP(struct urn_box, urn_box_free)

struct urn_receipt {
	char tracking[URN_TRACKING_MAX + 1];
	uint64_t place; /* among the ballots on the board, from 1 */
	bool again;     /* it was there already */
};

/* Any number of threads at once. JISR_NOT_FOUND: no such vote, or a credential that is none of its voters. JISR_STATE: not
 * open. JISR_BAD_INPUT: no good ballot, and why. */
int urn_box_post(struct urn_box *box, const char *id, const char *ballot, size_t length,
                 struct urn_receipt *ret_receipt, struct problem *problem);

#endif
