/* What an observer signed of a board: a checkpoint (ballot/board.h) as a note (base/note.h), with a key that only the observer
 * has. Its origin is the observer's name and the election: "observer.example/UUID". Whoever has the archive, the observer's
 * public key and the note can tell whether the observer saw the same board. */
#ifndef JISR_BALLOT_OBSERVED_H
#define JISR_BALLOT_OBSERVED_H

#include "ballot/archive.h"
#include "base/merkle.h"
#include "base/note.h"

#include <stdbool.h>

#define OBSERVED_MAX_NOTE ((size_t)2000) /* bytes of a note */

/* The checkpoint that this observer signed for this election. JISR_NOT_FOUND: the note is not signed by it. JISR_BAD_INPUT:
 * a signature that does not hold, no checkpoint, or one of another election. JISR_TOO_LARGE. */
int observed_read(const struct note_verifier *observer, const char *uuid, const char *note, size_t length,
                  struct checkpoint *ret_checkpoint, struct problem *problem);

/* Does the archive begin with what the observer saw? *ret_agrees: false is a fork, and the problem says what differs; any
 * other trouble is returned. */
int observed_compare(const struct archive *archive, const struct checkpoint *checkpoint, bool *ret_agrees,
                     struct problem *problem);

#endif
