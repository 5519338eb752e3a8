/* At a node: what its own house gives to the outbox (network/outbox.h) beside officers over HTTP: the command line, receipts of
 * messages, means of signing in. */
#ifndef JISR_WEB_HOUSE_H
#define JISR_WEB_HOUSE_H

#include "members/signin.h"
#include "network/node.h"
#include "network/outbox.h"
#include "store/store.h"

/* Whether a record is the copy of a node that writes, and which. */
bool house_of(struct store *store, struct node *ret_node);

struct house_order {
	const char *what;            /* as routes are named */
	const char *method, *path;   /* "POST", "/api/v1/notices/2026-17/request" */
	const cJSON *body;           /* NULL: none */
	const struct caller *caller; /* NULL: the house itself */
	const char *made;            /* the id of what is made, where it is known ("messages" alone); NULL */
	const char *key;             /* given twice, it is there once; NULL */
	uint64_t expected;           /* the version that it rests on; ENTRY_ANY */
	struct outbox *outbox;       /* NULL: opened for this */
};
int house_give(struct store *store, const struct node *node, const struct house_order *order,
               char ret_id[PARCEL_ID_MAX], struct problem *problem);

/* How officers are found, and where it is noted that they have a means of signing in: at a node, in the outbox. */
struct signin_directory house_directory(struct store *store);

/* At a node: what message_collect would say of messages to the boxes here. */
int house_collect(struct store *store, const struct node *node, struct outbox *outbox, uint64_t *ret_count,
                  struct problem *problem);

#endif
