/* The ballots of an election that were opened for an audit and so must never be counted (docs/ballot.md, "Audit or cast").
 * They stand in the file UUID.spoiled, an opened_ballot message a line; here are their commitments. */
#ifndef JISR_BALLOT_SPOILED_H
#define JISR_BALLOT_SPOILED_H

#include "ballot/archive.h"
#include "ballot/ballot.h"

struct spoiled;

#define SPOILED_MAX ((size_t)10000000) /* ballots */

int spoiled_new(struct spoiled **ret_spoiled);
struct spoiled *spoiled_free(struct spoiled *spoiled);
MEMORY_DEFINE_FREEP(struct spoiled, spoiled_free)

/* JISR_NO_MEMORY, JISR_TOO_LARGE. One that is there already is not added again. */
int spoiled_add(struct spoiled *spoiled, const char commitment[DIGEST_BASE64 + 1]);
bool spoiled_has(const struct spoiled *spoiled, const char commitment[DIGEST_BASE64 + 1]);
size_t spoiled_count(const struct spoiled *spoiled);

/* Adds all lines of a file. With a context each is checked as a second device does (opened_ballot_check); without, for a
 * file whose lines were checked before they were written, only what the commitment is over is looked for. JISR_BAD_INPUT
 * names the line. */
int spoiled_read(struct spoiled *spoiled, const struct ballot_context *context, const char *bytes, size_t length,
                 struct problem *problem);

/* The commitment of a ballot as it stands in an archive: the hash that its signature is over. false for what is no ballot
 * in its one form. */
bool spoiled_signed_hash(const struct archive_entry *entry, char ret_commitment[DIGEST_BASE64 + 1]);

/* Is a ballot of that commitment on the board? JISR_NOT_FOUND (without a sentence) or 0 with the height of its event. */
int spoiled_find_cast(const struct archive *archive, const char commitment[DIGEST_BASE64 + 1], uint64_t *ret_height,
                      struct problem *problem);

/* Counts one of them, as the last ballot of its voter? JISR_BAD_INPUT names it. The archive's own ballots are not
 * checked: verify_archive does. */
int spoiled_none_counts(const struct spoiled *spoiled, const struct archive *archive,
                        const struct ballot_context *context, const struct credential_list *list,
                        struct problem *problem);

#endif
