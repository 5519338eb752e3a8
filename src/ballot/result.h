/* The result (specification, section 4.19): the trustees' factors combined, each ciphertext opened, and the exponent
 * found that is the number of votes. */
#ifndef JISR_BALLOT_RESULT_H
#define JISR_BALLOT_RESULT_H

#include "ballot/decryption.h"

/* A trustee's share in the decryption. */
struct result_share {
	uint64_t owner; /* from 1 */
	const struct decryption *decryption;
};

/* Votes for each choice, in the tally's order. Of the shares of a threshold group the first `threshold` are used.
 * Proofs are not checked here. JISR_BAD_INPUT: a trustee's share is missing, stands twice, or is of no trustee.
 * JISR_CORRUPT: a number of votes from 0 to the tally's weight cannot be found for some choice: a trustee's factors are
 * wrong although their proofs hold (ballot/decryption.h). JISR_NO_MEMORY. *ret_counts has tally->count numbers; free
 * with memory_free. */
int result_compute(const struct tally *tally, const struct trustees *trustees, const struct result_share *shares,
                   size_t share_count, uint64_t **ret_counts, struct problem *problem);

/* Adds the message. Returns text->error. */
int result_write(const struct election *election, const uint64_t *counts, struct text *text);

/* Reads it. *ret_counts as above. JISR_BAD_INPUT: malformed, or another number of questions or choices. */
int result_read(const struct election *election, const char *bytes, size_t length, uint64_t **ret_counts,
                struct problem *problem);

#endif
