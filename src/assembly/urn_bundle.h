/* The archive of a secret vote, UUID.bel (docs/ballot.md), made from the record: the same bytes whenever it is made from
 * the same entries. */
#ifndef JISR_ASSEMBLY_URN_BUNDLE_H
#define JISR_ASSEMBLY_URN_BUNDLE_H

#include "assembly/urn.h"
#include "ballot/archive.h"
#include "ballot/result.h"

/* An archive that was made and opened. */
struct urn_bundle {
	struct text bytes;
	struct archive *archive;
	struct election *election;
	struct trustees *trustees;
	struct credential_list *list;
	struct ballot_context *context;
};

/* The archive's bytes. JISR_STATE: it is not open yet. Goes through a file in a folder of its own below $TMPDIR. */
int urn_bundle_bytes(struct sql *sql, const char *id, struct text *bytes, struct problem *problem);

/* Makes and opens it, and reads its setup. */
int urn_bundle_open(struct sql *sql, const char *id, struct urn_bundle *ret_bundle, struct problem *problem);
void urn_bundle_finish(struct urn_bundle *bundle);

/* The event at that height. JISR_NOT_FOUND. */
int urn_bundle_event(const struct urn_bundle *bundle, uint64_t height, char ret_hash[DIGEST_HEX + 1],
                     struct problem *problem);

/* The head of the board, and how many events it has with the root of the tree over them, as a checkpoint has it: hashed from
 * the entries, without an archive. JISR_STATE: it is not open yet. */
struct urn_head {
	uint64_t height, events;
	char hash[DIGEST_HEX + 1], root[DIGEST_HEX + 1]; /* hexadecimal */
};
int urn_bundle_head(struct sql *sql, const struct urn *urn, struct urn_head *ret_head, struct problem *problem);

/* The encrypted tally of all ballots, as its two messages. */
int urn_bundle_tally(const struct urn_bundle *bundle, struct text *tally, struct text *sized, struct problem *problem);

/* Reads the encrypted tally that is on the board. */
int urn_bundle_read_tally(const struct urn_bundle *bundle, const struct urn *urn, struct tally **ret_tally,
                          struct problem *problem);

#endif
