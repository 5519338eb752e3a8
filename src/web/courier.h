/* At a node: what carries the outbox (network/outbox.h) to headquarters while there is a line, and settles it by headquarters'
 * signed answers and by what comes back through the log. One thread.
 *
 * Files that an item names by their SHA-256 (photographs, sealed attachments) go before it, in pieces, and go on where a line
 * broke. An answer that headquarters' key has not signed, or that is another's, settles nothing and is an alarm. */
#ifndef JISR_WEB_COURIER_H
#define JISR_WEB_COURIER_H

#include "network/node.h"
#include "network/outbox.h"
#include "network/pull.h"
#include "store/store.h"

struct courier;
struct events;

struct courier_options {
	struct store *store;
	struct events *events; /* told of what is settled; NULL: nobody */
	struct pull *pull;     /* outlives the courier */
	const struct node *node;
};

/* When *ret_courier was set, also after an error, it is to be freed once the store has ended. */
int courier_start(const struct courier_options *options, struct courier **ret_courier, struct problem *problem);
/* Ends the thread: before the line and the store end. Accepts NULL. */
void courier_leave(struct courier *courier);
struct courier *courier_free(struct courier *courier);

struct outbox *courier_outbox(struct courier *courier);
const struct node *courier_node(const struct courier *courier);
bool courier_connected(struct courier *courier);

/* Signs a command as this node and puts it in; its node, office and note are filled in here. */
int courier_give(struct courier *courier, struct outbox_new *item, char ret_id[PARCEL_ID_MAX], struct problem *problem);
/* The same without a courier, for the command line. */
int courier_sign(struct store *store, const struct node *node, struct parcel *parcel, struct text *note,
                 struct problem *problem);

/* Signs a waiting item anew, with another body, and puts that in its place; `asked` as in struct outbox_new. */
int courier_amend(struct store *store, const struct node *node, struct outbox *outbox, const struct outbox_item *item,
                  const char *body, size_t length, const char *asked, struct problem *problem);

/* Waits at most so many seconds until an item is settled and this node's log has what it brought. */
int courier_wait(struct courier *courier, const char *id, double seconds, struct arena *arena,
                 struct outbox_item *ret_item, struct problem *problem);

/* What was wrong with an answer since the start; "" for nothing. */
void courier_alarm(struct courier *courier, char out[PROBLEM_MAX]);

#endif
