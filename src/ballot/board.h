/* The head of the board: what an organiser signs and shows on the hall's screen, so that everybody can be held to one
 * history. Events are the leaves of a Merkle tree (base/merkle.h), in their order; the checkpoint says how many there are
 * and what root they have. Each event names its parent and its payload by hash, so the root stands for every byte of
 * the archive. Whoever keeps a checkpoint can later tell whether an archive continues what was signed then. */
#ifndef JISR_BALLOT_BOARD_H
#define JISR_BALLOT_BOARD_H

#include "ballot/archive_write.h"
#include "base/merkle.h"

/* The board as it grows, of which only the hashes are kept: head and root without the archive. */
struct board {
	struct merkle tree; /* over all events */
	enum event_type last;
	uint64_t height;
	unsigned char head[DIGEST_BYTES];
};

/* Begins with the Setup event of these messages (their time does not matter). JISR_NO_MEMORY. */
int board_begin(struct board *board, const struct archive_begin *begin);

/* One more event; `payload` is the message that it names, NULL where it names none. JISR_BAD_INPUT: this type cannot follow.
 * JISR_NO_MEMORY. */
int board_append(struct board *board, enum event_type type, const char *payload, size_t length);

/* The checkpoint of an archive, with all its events; its origin is ORIGIN/UUID. JISR_BAD_INPUT: the chain of events is
 * broken. JISR_TOO_LARGE: the origin is too long. */
int board_checkpoint(const struct archive *archive, const char *origin, const char *uuid,
                     struct checkpoint *ret_checkpoint, struct problem *problem);

/* Does the archive begin with the events that this checkpoint was made over? JISR_BAD_INPUT: it has fewer events, or
 * others; the organiser has shown two histories. */
int board_continues(const struct archive *archive, const struct checkpoint *checkpoint, struct problem *problem);

#endif
