/* Full verification of an archive, as any stranger can do it: every event, ballot, proof, signature, the trustees'
 * keys, the encrypted tally worked out anew, the partial decryptions, the result. */
#ifndef JISR_BALLOT_VERIFY_H
#define JISR_BALLOT_VERIFY_H

#include "ballot/archive.h"

struct verify_report {
	uint64_t voters;  /* public credentials */
	uint64_t ballots; /* accepted, revotes included */
	uint64_t tallied; /* the last ballot of each credential */
	uint64_t weight;  /* of those tallied */
	uint64_t decryptions;
	bool closed, tally, result; /* how far the election has come */
	unsigned char head[DIGEST_BYTES];
};

/* Called now and then with ballots checked and ballots in all, by one thread at a time; true stops the work. */
typedef bool verify_progress(void *context, uint64_t done, uint64_t all);

struct verify_options {
	unsigned threads;          /* 0: one a processor */
	verify_progress *progress; /* may be NULL */
	void *context;
};

/* Verifies the archive. JISR_BAD_INPUT: the problem names the first thing that is wrong, in the archive's order, and
 * where. JISR_UNSUPPORTED: of a kind that this program does not read. JISR_CANCELLED. */
int verify_archive(const struct archive *archive, const struct verify_options *options,
                   struct verify_report *ret_report, struct problem *problem);

/* Is `new` the same history as `old` or a continuation of it? Every event of old must stand in new at its height.
 * JISR_BAD_INPUT names the first that does not. Neither is verified in itself. */
int verify_continues(const struct archive *old, const struct archive *new, struct problem *problem);

#endif
