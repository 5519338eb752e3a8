/* Frames: how headquarters gives the log on a line that stays open. A frame is a length, 4 bytes big-endian, of what follows: its
 * kind, and its content.
 *
 *   FRAME_BATCH        a batch of the log (store/replica.h)
 *   FRAME_CHECKPOINT   headquarters' newest checkpoint, when nothing is new
 *   FRAME_LINE         of a regional bureau: whether it has a line to headquarters itself, '1' or '0'; first, and when that changes
 *
 * A frame is taken whole or not at all. */
#ifndef JISR_NETWORK_FRAME_H
#define JISR_NETWORK_FRAME_H

#include "base/text.h"
#include "store/replica.h"

#define FRAME_BATCH       'B'
#define FRAME_CHECKPOINT  'N'
#define FRAME_LINE        'L'
#define FRAME_HEAD        4
#define FRAME_MAX_CONTENT REPLICA_MAX_BATCH
#define FRAME_MAX         (FRAME_HEAD + 1 + FRAME_MAX_CONTENT)

struct frame {
	char kind;
	const char *content; /* in the bytes that it was read from */
	size_t length;
};

/* The error of the text; JISR_TOO_LARGE: no reader would take it. */
int frame_put(struct text *out, const struct frame *frame);

/* The next one at *at, which is moved on. False: more bytes are needed, or (*ret_bad) they are no frame. */
bool frame_next(const char **at, const char *end, struct frame *ret_frame, bool *ret_bad);

#endif
