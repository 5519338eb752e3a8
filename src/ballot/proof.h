/* The zero-knowledge proofs of the protocol (specification, sections 4.5, 4.12, 4.13, 4.14). A proof is a challenge and
 * a response; whoever checks it computes the commitments from them, and the challenge must be the hash of everything
 * that the proof is about and of the commitments. What is hashed is the caller's part, by digest.h. */
#ifndef JISR_BALLOT_PROOF_H
#define JISR_BALLOT_PROOF_H

#include "ballot/message.h"

/* --- knowledge of one exponent x, of X = base^x --- */

/* Checking: A = base^response * X^challenge. */
void proof_commitment(const struct group *group, const struct element *base, const struct element *power,
                      const struct proof *proof, struct element *ret_commitment);

/* The same for base g. */
void proof_commitment_generator(const struct group *group, const struct element *power, const struct proof *proof,
                                struct element *ret_commitment);

/* Making: choose w with scalar_random, A = base^w with element_power_secret, hash, then
 * response = w - secret * challenge. w is never used twice and never leaves secret memory. */
void proof_respond(const struct group *group, const struct scalar *w, const struct scalar *secret,
                   const struct scalar *challenge, struct scalar *ret_response);

#endif
