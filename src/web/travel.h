/* At a node, what an officer asks that changes the record: rehearsed on the node's copy, so that what is plainly wrong is answered at
 * once; then put into the outbox (network/outbox.h), on the disk, and sent. When headquarters answers soon, its answer is the
 * reply, as if the officer had asked there; else it is 202, with the item that waits.
 *
 * What is made by an item that waits is "~ID" in addresses, ID the item's: POST /api/v1/notices/~k3m9q7x2w4t8zabc/request. */
#ifndef JISR_WEB_TRAVEL_H
#define JISR_WEB_TRAVEL_H

#include "network/outbox.h"
#include "web/http.h"

#define TRAVEL_SECONDS 3.0 /* that a reply waits for headquarters' answer while there is a line */

/* Whether this is a node that writes, and the route one that travels. */
bool travel_wanted(struct service *service, const struct http_route *route);
/* `query`: what stands behind the path, "" for nothing. */
int travel(struct service *service, const struct http_route *route, const struct http_request *request,
           const char *query, struct http_reply *reply);

/* Another body for an item that waits, rehearsed as the first was. */
int travel_amend(struct service *service, const struct http_request *request, const struct outbox_item *item,
                 struct http_reply *reply);

/* "notices/2026-17" of "/api/v1/notices/2026-17/request"; "notices/~ID" where the item itself makes it. */
void travel_thing(const char *path, const char *id, char out[OUTBOX_THING_MAX]);

/* An item as answers tell of it. */
void travel_emit(struct text *json, const char *key, const struct outbox_item *item, bool whole);

#endif
