/* A trustee's key (specification, section 4.5): a private exponent x, the public key X = g^x, and a proof that whoever
 * published X knows x. Without the proof a last trustee could publish a key that cancels those of all others. */
#ifndef JISR_BALLOT_TRUSTEE_H
#define JISR_BALLOT_TRUSTEE_H

#include "ballot/proof.h"

/* The message trustee_public_key. */
struct trustee_key {
	struct element public_key;
	struct proof pok; /* of knowledge of the private key */
};

/* A fresh key. *ret_private lies in secret memory. JISR_NO_MEMORY. */
int trustee_key_make(const struct group *group, struct scalar *ret_private, struct trustee_key *ret_key);

/* The public key of a private one, with a fresh proof. JISR_NO_MEMORY; JISR_BAD_INPUT: the private key is 0. */
int trustee_key_prove(const struct group *group, const struct scalar *private_key, struct trustee_key *ret_key);

/* Reads the message: the key is in the group and not the identity. Owed afterwards: trustee_key_check. */
int trustee_key_read(const struct group *group, const cJSON *json, const char *where, struct trustee_key *ret_key,
                     struct problem *problem);

/* Does the proof hold? JISR_BAD_INPUT. */
int trustee_key_check(const struct group *group, const struct trustee_key *key, const char *where,
                      struct problem *problem);

/* Adds the message. */
void trustee_key_write(struct text *text, const struct trustee_key *key);

/* A private key as a file holds it: its digits as a JSON string. Reading takes white space around it. `text` and the
 * results lie in secret memory. JISR_BAD_INPUT does not repeat the key. JISR_NO_MEMORY. */
#define TRUSTEE_MAX_PRIVATE (GROUP_DIGITS + 4) /* quotes, a newline and a closing 0 */
int trustee_private_read(const struct group *group, const char *text, size_t length, struct scalar *ret_private,
                         struct problem *problem);
int trustee_private_write(const struct group *group, const struct scalar *private_key, char text[TRUSTEE_MAX_PRIVATE]);

#endif
