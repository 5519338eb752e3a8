/* At a node (network/node.h) a change that is asked for on the command line goes into the outbox, as one over HTTP does: rehearsed on
 * the node's copy, then put in, and sent by the running service.
 *
 *   struct posted posted = {.what = "api_notice_step", .collection = "notices", .id = id, .step = "request"};
 *   posted_begin(&posted, &recorded);
 *   error = posted.blind ? JISR_OK : act_submit(recorded.store, &act, &problem);
 *   posted_end(&posted);
 *   if (!error && posted.here)
 *           status = posted_send(self, &recorded, &posted, json);
 *
 * An id "~ITEM" is what an item that waits will make: nothing can be rehearsed about it. */
#ifndef JISR_CLI_POSTED_H
#define JISR_CLI_POSTED_H

#include "cli/record.h"
#include "network/node.h"
#include "store/store.h"

#define POSTED_SECONDS 5.0 /* that a command waits for the answer while a service with a line runs */

struct posted {
	const char *what, *method, *collection; /* method NULL: POST */
	const char *id, *step;                  /* NULL: none */
	const cJSON *fields;
	const char *made;  /* the id of a message that is sealed here; NULL */
	uint64_t expected; /* 0, or the version that it rests on */
	bool here, blind;  /* at a node that writes; what it is about is not here yet */
	struct node node;
	struct store_bracket bracket;
};

void posted_begin(struct posted *posted, struct recorded *recorded);
void posted_end(struct posted *posted);
/* What to end with, after a sentence: accepted, refused, or that it waits. */
int posted_send(const struct command *self, struct recorded *recorded, const struct posted *posted, bool json);

#endif
