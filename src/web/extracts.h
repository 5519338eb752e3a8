/* The public extracts of one moment (notices/public.h), shared by all requests and made again when the record has changed:
 * by the first request after that, so that who asks sees what was published before. */
#ifndef JISR_WEB_EXTRACTS_H
#define JISR_WEB_EXTRACTS_H

#include "base/memory.h"
#include "notices/public.h"
#include "store/store.h"

struct extracts; /* the keeper */

/* Listens to the store, which may be NULL: there is nothing then. The store must outlive it. */
int extracts_new(struct store *store, struct extracts **ret_extracts, struct problem *problem);
struct extracts *extracts_free(struct extracts *extracts);
MEMORY_DEFINE_FREEP(struct extracts, extracts_free)

/* One moment's extracts; to be given back. */
struct extracts_held {
	const struct public_set *set;
	size_t cap;       /* struct public_question */
	uint64_t version; /* sequence of the record: for ETags */
	struct extracts_moment *moment;
};
int extracts_take(struct extracts *extracts, struct extracts_held *ret_held, struct problem *problem);
void extracts_release(struct extracts_held *held);

#endif
