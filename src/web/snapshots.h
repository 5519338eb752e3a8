/* Snapshots at headquarters (store/snapshot.h): made by one thread beside the service for nodes that begin, some of them before they
 * ask (a node that was admitted and has not been heard of), and kept for all nodes to which the same may be given. One is thrown
 * away as soon as the log says that something in it is to be known no more. */
#ifndef JISR_WEB_SNAPSHOTS_H
#define JISR_WEB_SNAPSHOTS_H

#include "store/snapshot.h"

#define SNAPSHOTS_MOST  8     /* kept at once */
#define SNAPSHOTS_LEAST 20000 /* entries of a log of which they are made, where nobody says */

struct snapshots;

struct snapshots_options {
	struct store *store;
	uint64_t least; /* entries from which on a log is not followed from its first entry */
	/* Whether a node has been heard of since this process began. */
	bool (*seen)(void *context, const char *name);
	void *context;
};

int snapshots_new(const struct snapshots_options *options, struct snapshots **ret_snapshots, struct problem *problem);
struct snapshots *snapshots_free(struct snapshots *snapshots);
MEMORY_DEFINE_FREEP(struct snapshots, snapshots_free)

/* Adds the manifest for such a replica. JISR_NOT_FOUND: there is none, and none is made. JISR_BUSY: it is being made. */
int snapshots_manifest(struct snapshots *snapshots, const struct replica *replica, struct text *out,
                       struct problem *problem);
/* Adds a piece of the one that is called so (its `pieces` in hexadecimal). JISR_NOT_FOUND: it is not kept (any more), is for other
 * replicas, or has no such piece. */
int snapshots_piece(struct snapshots *snapshots, const struct replica *replica, const char *name, uint64_t number,
                    struct text *out, struct problem *problem);

/* Empties the folder of a directory's snapshots. */
void snapshots_clear(const char *directory);

#endif
