/* Partial decryptions (specification, section 4.18): what each trustee makes of the encrypted tally with its private
 * key, D = alpha^x for every ciphertext, and a proof for each that x is the exponent of its public key.
 *
 * The proof hashes the election's fingerprint, X, A and B, but neither alpha nor D. A dishonest trustee can therefore
 * prove a wrong factor: it cannot choose the result, but can make it impossible to find. The message is Belenios' and
 * cannot be changed; so a factor that passes here is believed only when the result can be found, and when it cannot, a
 * justification, whose hash holds everything, tells who is to blame. */
#ifndef JISR_BALLOT_DECRYPTION_H
#define JISR_BALLOT_DECRYPTION_H

#include "ballot/tally.h"
#include "ballot/trustees.h"

/* One a ciphertext of the tally, in its order. */
struct decryption {
	size_t count;
	struct decryption_factor {
		struct element factor;
		struct proof proof;
	} factors[];
};

/* Decrypts: adds the message partial_decryption. JISR_NO_MEMORY. */
int decryption_make(const struct tally *tally, const struct scalar *private_key, const struct trustee_key *key,
                    struct text *text);

/* Reads the message. Every factor is in the group. Free with memory_free. JISR_BAD_INPUT, JISR_NO_MEMORY. */
int decryption_read(const struct tally *tally, const char *bytes, size_t length, struct decryption **ret_decryption,
                    struct problem *problem);

/* Do all proofs hold for this trustee's key? JISR_BAD_INPUT names the first that does not. */
int decryption_check(const struct tally *tally, const struct trustee_key *key, const struct decryption *decryption,
                     struct problem *problem);

/* The message owned_partial_decryption: whose it is (from 1), and the hash of the partial decryption. */
int decryption_owned_write(uint64_t owner, const unsigned char payload[DIGEST_BYTES], struct text *text);
int decryption_owned_read(const char *bytes, size_t length, uint64_t *ret_owner,
                          unsigned char ret_payload[DIGEST_BYTES], struct problem *problem);

/* A justification: the same factors proved again with a hash over ciphertext and factor too. jisr's own message:
 * {"election_hash":FINGERPRINT,"owner":N,"decryption_proofs":[[proof,...],...]}. */
int decryption_justify(const struct tally *tally, uint64_t owner, const struct scalar *private_key,
                       const struct trustee_key *key, struct text *text);
int decryption_justified(const struct tally *tally, uint64_t owner, const struct trustee_key *key,
                         const struct decryption *decryption, const char *bytes, size_t length,
                         struct problem *problem);

#endif
