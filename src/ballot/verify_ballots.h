/* The ballots of an archive, checked by several threads. Part of verify_archive. */
#ifndef JISR_BALLOT_VERIFY_BALLOTS_H
#define JISR_BALLOT_VERIFY_BALLOTS_H

#include "ballot/tally.h"
#include "ballot/verify.h"

/* A Ballot event: the archive's entries of the event and of its payload. */
struct verify_ballot {
	uint32_t event, payload;
	uint32_t voter; /* set by verify_ballots: index in the list of credentials */
};

/* Checks every ballot, and adds up those that count (the last one of each credential). JISR_BAD_INPUT: *ret_wrong is
 * the first ballot that is wrong. JISR_CANCELLED, JISR_NO_MEMORY (then *ret_wrong is SIZE_MAX). */
int verify_ballots(const struct archive *archive, const struct election *election, const struct credential_list *list,
                   struct verify_ballot *ballots, size_t count, const struct verify_options *options,
                   struct tally **ret_tally, size_t *ret_wrong, struct problem *problem);

#endif
