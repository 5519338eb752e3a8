/* A node's line to headquarters: one thread that follows the log (an empty copy begins with a snapshot, network/newcomer.h; a thread
 * of its own then proves it), one that tends to all else (reports how far the node is,
 * fetches files). Both begin anew by themselves when the line breaks, after at most PULL_MOST_REST seconds.
 *
 * Headquarters answers GET /network/v1/log?from=SEQUENCE with frames (network/frame.h) for as long as the line holds, one at least
 * every PULL_HEARTBEAT seconds. Where a line breaks, the next one begins with the first entry that is not here.
 *
 * When what headquarters shows does not fit what it signed before, the node keeps the evidence in DIR/network/alarm, follows no
 * more and says so, until a person removes it ('jisr network resume'). Checks and reading go on. */
#ifndef JISR_NETWORK_PULL_H
#define JISR_NETWORK_PULL_H

#include "network/node.h"

#define PULL_HEARTBEAT    15 /* seconds */
#define PULL_SILENCE      40 /* seconds after which a line that says nothing is given up */
#define PULL_MOST_REST    30
#define PULL_BACK_SECONDS 120 /* after which a node that follows another address tries its first again */
#define PULL_CUT_SECONDS                                                                                               \
	10 /* after which a node leaves a bureau that has no line itself, when it knows another address */
#define PULL_ALARM    "alarm" /* in DIR/network */
#define PULL_SNAPSHOT 900     /* seconds after which a snapshot that does not come is waited for no more */

struct pull;

/* What a node tells of its line. */
enum pull_event {
	PULL_TOLD_ALARM,    /* two histories, or somebody who is not whom he should be */
	PULL_TOLD_REFUSED,  /* what came was not taken */
	PULL_TOLD_LINE,     /* there is none, and why */
	PULL_TOLD_SNAPSHOT, /* what became of one */
};

struct pull_options {
	struct store *store;
	const char *directory;
	const struct node *node;
	/* Asked on the tending thread after entries came, and now and then; may use pull_ask and pull_fetch. */
	void (*tend)(void *context, struct pull *pull);
	/* Told on either thread when something happens that an operator should see. */
	void (*told)(void *context, enum pull_event event, const char *sentence);
	void *context;
};

int pull_new(const struct pull_options *options, struct pull **ret_pull, struct problem *problem);
/* Begins, on threads of its own, which tell and tend from now on. */
int pull_start(struct pull *pull, struct problem *problem);
/* Breaks off what is under way, on any thread; nothing begins any more. */
void pull_break(struct pull *pull);
struct pull *pull_free(struct pull *pull);
MEMORY_DEFINE_FREEP(struct pull, pull_free)

struct pull_status {
	bool connected, forked;
	bool reaches;            /* connected with headquarters, or with a bureau that has a line there itself */
	bool proving;            /* what a snapshot brought is used, and not proved yet (store/snapshot.h) */
	bool refused;            /* the last line ended because what headquarters sent was not believed */
	uint64_t size;           /* entries here */
	uint64_t headquarters;   /* entries there, as last heard */
	const char *url;         /* that is followed; lives as long as the pull */
	double heard;            /* seconds since something came; below 0: nothing since the start */
	char alarm[PROBLEM_MAX]; /* why it does not follow; "" when it does */
};
void pull_status(struct pull *pull, struct pull_status *ret_status);

/* Whether what is given to it goes to headquarters now: it reaches it, and follows. */
bool pull_reaches(struct pull *pull);

/* One request of the tending thread: POST of a body, or GET without one. *ret_status is HTTP's. JISR_BUSY: no line. */
int pull_ask(struct pull *pull, const char *path, const char *body, size_t length, long *ret_status, struct text *reply,
             struct problem *problem);

/* The same on any thread, with a connection of its own. */
int pull_pass(struct pull *pull, const char *path, const char *body, size_t length, long *ret_status,
              struct text *reply, struct problem *problem);

/* A connection of another thread's own. *ret_left of a request: whether any of it may have arrived. */
struct pull_line;
int pull_line_new(struct pull *pull, struct pull_line **ret_line, struct problem *problem);
struct pull_line *pull_line_free(struct pull_line *line);
int pull_line_ask(struct pull_line *line, const char *path, const char *body, size_t length, long *ret_status,
                  struct text *reply, bool *ret_left, struct problem *problem);

#define PULL_PART ".new-resume" /* after a file's name: what a broken line left of it */
/* Fetches a file of at most so many bytes whose SHA-256 is known, to a path where it appears whole or not at all. `apart`: with a
 * connection of its own, on any thread; else on the tending one, where it goes on with what a broken line left. JISR_BUSY, JISR_NOT_FOUND, JISR_TOO_LARGE, JISR_FULL, JISR_IO,
 * JISR_CORRUPT: another content came. */
int pull_fetch(struct pull *pull, const char *path, const char *digest, const char *target, uint64_t most, bool apart,
               struct problem *problem);

/* Keeps the evidence in DIR/network/alarm: a sentence, the checkpoint that is held here, and what was shown. A node follows no more
 * then. */
int pull_alarm_keep(struct store_reader *reader, const char *directory, const char *sentence, const char *shown,
                    size_t length, struct problem *problem);

#endif
