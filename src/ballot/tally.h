/* The encrypted tally (specification, section 4.16): for each choice the product of the ciphertexts of the last ballot of
 * each credential, each raised to its weight. Nobody needs a key for it. */
#ifndef JISR_BALLOT_TALLY_H
#define JISR_BALLOT_TALLY_H

#include "ballot/archive.h"
#include "ballot/ballot.h"

struct tally {
	const struct election *election; /* outlives the tally */
	uint64_t ballots;                /* taken into account: num_tallied */
	uint64_t weight;                 /* of them together: total_weight */
	size_t count;                    /* of ciphertexts: question_choices of all questions together */
	struct ciphertext ciphertexts[]; /* question after question */
};

/* A tally of nothing: every ciphertext is (1, 1). JISR_NO_MEMORY. Free with tally_free. */
int tally_new(const struct election *election, struct tally **ret_tally);
struct tally *tally_free(struct tally *tally);
MEMORY_DEFINE_FREEP(struct tally, tally_free)

/* Counts a ballot that was checked. Multiplies; order does not matter. */
void tally_add(struct tally *tally, const struct ballot *ballot, uint64_t weight);

/* Adds what another tally of the same election has counted (one a thread). */
void tally_merge(struct tally *tally, const struct tally *other);

/* Adds the message encrypted_tally, and the message sized_encrypted_tally that names its hash. Return text->error. */
int tally_write(const struct tally *tally, struct text *text);
int tally_write_sized(const struct tally *tally, const unsigned char hash[DIGEST_BYTES], struct text *text);

/* Reads both. Every element is in the group. JISR_BAD_INPUT: malformed, another number of questions or choices. */
int tally_read(const struct election *election, const char *bytes, size_t length, const char *sized,
               size_t sized_length, struct tally **ret_tally, struct problem *problem);

/* Which ballots of an archive count: the last Ballot event of each credential. Reads each ballot once, for its
 * credential alone. (*ret_last)[i] is the archive's entry of the ballot of voter i of the list, SIZE_MAX when there is
 * none; free with memory_free. JISR_BAD_INPUT: a ballot is malformed or its credential is not in the list. */
int tally_last_ballots(const struct archive *archive, const struct ballot_context *context,
                       const struct credential_list *list, size_t **ret_last, struct problem *problem);

/* The encrypted tally of an archive. The ballots are not checked: verify_archive does. */
int tally_archive(const struct archive *archive, const struct election *election, const struct ballot_context *context,
                  const struct credential_list *list, struct tally **ret_tally, struct problem *problem);

#endif
