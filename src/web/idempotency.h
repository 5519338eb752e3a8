/* The header Idempotency-Key on what makes something: sent again with the same key and body, a request is not done twice
 * but gets the reply of the first (members/repeat.h). One place for all routes: http_route.repeat says which. */
#ifndef JISR_WEB_IDEMPOTENCY_H
#define JISR_WEB_IDEMPOTENCY_H

#include "web/http.h"

/* A request under way; all zero for one without a key. */
struct idempotency {
	struct local *local; /* NULL: nothing is kept */
	int64_t id;
	bool secret;
};

/* True when the handler is to answer; then idempotency_end follows. False: the reply is filled, or *ret_error tells why
 * nobody can. Does nothing where the route, the caller or the request has no use for it. */
bool idempotency_begin(struct service *service, const struct http_route *route, const struct http_request *request,
                       struct http_reply *reply, struct idempotency *ret_idempotency, int *ret_error);

/* After the handler returned `error`: keeps the reply to what was done, frees the key of what was not. Where it is not
 * known which (the handler failed), the key stays taken. A reply that cannot be kept is still given. */
void idempotency_end(const struct idempotency *idempotency, const struct http_request *request, int error,
                     const struct http_reply *reply);

#endif
