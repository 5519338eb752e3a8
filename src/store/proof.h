/* Proofs about a Merkle tree (RFC 6962, section 2.1; checking as in RFC 9162, sections 2.1.3.2 and 2.1.4.2): that a leaf
 * is in it, and that a later tree holds an earlier one unchanged. Made from stored hashes, checked from nothing but the
 * proof. And the file in which a proof of inclusion is handed over (c2sp.org/tlog-proof):
 *
 *   c2sp.org/tlog-proof@v1
 *   index 4                                    the leaf's place, from 0
 *   BASE64 of 32 bytes                         each hash of the proof, from the leaf up
 *   ...
 *   (an empty line)
 *   the signed checkpoint (base/note.h, base/merkle.h)
 *
 * and, in the same form, that of consistency:
 *
 *   jisr.consistency-proof@v1
 *   old 4                                      size of the earlier tree
 *   BASE64 ...
 *   (an empty line)
 *   the signed checkpoint of the later tree
 */
#ifndef JISR_STORE_PROOF_H
#define JISR_STORE_PROOF_H

#include "base/merkle.h"

#include <stdbool.h>
#include <stdint.h>

#define PROOF_MAX_HASHES 64 /* a tree of 2^63 leaves */
#define PROOF_MAX_BYTES  ((size_t)64 << 10)

struct proof_path {
	uint8_t hashes[PROOF_MAX_HASHES][MERKLE_HASH];
	size_t count;
};

/* Gives the hash of the complete subtree over the leaves n * 2^level to (n + 1) * 2^level - 1. */
typedef int (*proof_hash)(void *context, int level, uint64_t n, uint8_t ret_hash[MERKLE_HASH], struct problem *problem);

/* That leaf `index` (from 0) is in the tree over `size` leaves. JISR_NOT_FOUND: index >= size; or the hash's own error. */
int proof_inclusion(proof_hash hash, void *context, uint64_t index, uint64_t size, struct proof_path *ret_proof,
                    struct problem *problem);

/* That the tree over `new_size` leaves begins with that over `old_size`. JISR_NOT_FOUND: old_size is 0 or above new_size. */
int proof_consistency(proof_hash hash, void *context, uint64_t old_size, uint64_t new_size,
                      struct proof_path *ret_proof, struct problem *problem);

bool proof_inclusion_holds(const struct proof_path *proof, uint64_t index, uint64_t size,
                           const uint8_t leaf[MERKLE_HASH], const uint8_t root[MERKLE_HASH]);
bool proof_consistency_holds(const struct proof_path *proof, uint64_t old_size, const uint8_t old_root[MERKLE_HASH],
                             uint64_t new_size, const uint8_t new_root[MERKLE_HASH]);

/* What a file of either kind says. */
enum proof_kind { PROOF_INCLUSION, PROOF_CONSISTENCY };
struct proof_file {
	enum proof_kind kind;
	uint64_t number; /* index, or the old size */
	struct proof_path proof;
	const char *note; /* inside the bytes that were read */
	size_t note_length;
	struct checkpoint checkpoint; /* of the note's text; not yet known to be signed */
};

/* Adds the file's bytes (kind, number, proof, note). Returns text->error. */
int proof_write(const struct proof_file *file, struct text *text);

/* Reads it strictly. JISR_BAD_INPUT, JISR_TOO_LARGE. */
int proof_read(const char *bytes, size_t length, struct proof_file *ret_file, struct problem *problem);

#endif
