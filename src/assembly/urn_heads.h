/* Heads of a secret vote's board that observers signed with keys of their own. A delegation (or the organiser) names an
 * observer by his public key, the act "observer" of assembly/urn_act.h; from then on what he signs is taken from anybody who
 * brings it, since the signature says whose it is. It is compared with the board and recorded in either case: a note that the
 * board does not continue is the proof that somebody was shown another board. */
#ifndef JISR_ASSEMBLY_URN_HEADS_H
#define JISR_ASSEMBLY_URN_HEADS_H

#include "assembly/urn.h"
#include "base/note.h"

#define URN_MAX_NOTE        ((size_t)2000) /* bytes */
#define URN_MAX_OBSERVERS   64             /* of a vote */
#define URN_MAX_OBSERVED    200            /* heads of one observer */
#define URN_OBSERVERS_BLOCK 8              /* named by one office */

struct urn_seen {
	char observer[NOTE_MAX_NAME + 1];
	uint64_t size;  /* events of the board that he saw */
	uint64_t entry; /* of the record */
	bool agrees;    /* false: a fork */
	bool again;     /* it was there already */
};

/* Takes one. JISR_DENIED: nobody who is an observer of this vote signed it. JISR_BAD_INPUT: no good note. JISR_STATE: the
 * vote is not open yet. JISR_TOO_LARGE: one observer's heads are too many. With a fork it is JISR_OK and the problem says
 * what differs. */
int urn_heads_post(struct store *store, const char *id, const char *note, size_t length, struct urn_seen *ret_seen,
                   struct problem *problem);

/* A line of JSON for each: {"agrees","at","entry","note","observer","office","verifier"}: what `jisr election verify --heads`
 * reads. */
int urn_heads_lines(struct sql *sql, const char *id, struct text *lines, struct problem *problem);

/* Adds to an open object "observers" (name, office, key, the last head seen) and "fork", whether any differs. */
int urn_heads_tell(struct sql *sql, const char *id, struct text *text, struct problem *problem);

/* Whether a key may be named now. JISR_CONFLICT: the name is taken. JISR_TOO_LARGE. */
int urn_heads_may_name(struct sql *sql, const char *id, const char *office, const struct note_verifier *verifier,
                       struct problem *problem);

#endif
