/* The Merkle tree of RFC 6962 and its head in the form of c2sp.org/tlog-checkpoint. Leaves are added one after another;
 * the root over those so far is known at any time in 64 hashes of memory. */
#ifndef JISR_BASE_MERKLE_H
#define JISR_BASE_MERKLE_H

#include "base/error.h"
#include "base/text.h"

#include <stdint.h>

#define MERKLE_HASH 32 /* bytes: SHA-256 */

/* Hashes of the complete subtrees, the largest first: one for each bit set in `size`. Init with zeros. */
struct merkle {
	uint64_t size; /* leaves */
	uint8_t subtrees[64][MERKLE_HASH];
};

void merkle_add(struct merkle *tree, const void *leaf, size_t length);

/* SHA-256(0 | leaf) and SHA-256(1 | left | right): what the tree is made of. ret_hash may be left or right. */
void merkle_leaf_hash(const void *leaf, size_t length, uint8_t ret_hash[MERKLE_HASH]);
void merkle_pair_hash(const uint8_t left[MERKLE_HASH], const uint8_t right[MERKLE_HASH], uint8_t ret_hash[MERKLE_HASH]);

/* Adds a leaf by its hash. `made` (may be NULL) gets the hash of each subtree that became complete: the leaf's own at
 * level 0, and above it those whose last leaf it is. */
typedef void (*merkle_made)(void *context, int level, const uint8_t hash[MERKLE_HASH]);
void merkle_add_hash(struct merkle *tree, const uint8_t leaf_hash[MERKLE_HASH], merkle_made made, void *context);

/* The root over all leaves so far; of no leaf, the hash of nothing. */
void merkle_root(const struct merkle *tree, uint8_t ret_root[MERKLE_HASH]);

#define CHECKPOINT_MAX_ORIGIN 200 /* bytes */

/* What a log's owner states: "at this size my tree has this root". */
struct checkpoint {
	char origin[CHECKPOINT_MAX_ORIGIN + 1]; /* which log it is */
	uint64_t size;
	uint8_t root[MERKLE_HASH];
};

/* Adds the three lines that are to be signed as a note (base/note.h): origin, size, root in Base64. Returns
 * text->error. */
int checkpoint_write(const struct checkpoint *checkpoint, struct text *text);

/* Reads them from the text of a note; further lines are passed over, as the specification asks. JISR_BAD_INPUT. */
int checkpoint_read(const char *bytes, size_t length, struct checkpoint *ret_checkpoint, struct problem *problem);

#endif
