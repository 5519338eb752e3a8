/* A step of an individual's request with all that follows from it: where a decision removes notices, what lies beside the
 * record is cleaned too (web/sweep.h), before the answer goes out. */
#ifndef JISR_WEB_REQUESTS_H
#define JISR_WEB_REQUESTS_H

#include "notices/request_act.h"
#include "web/http.h"

/* As request_submit. *ret_swept is false where readers of an older state kept remnants for now: sweep_pending takes them. */
int requests_take(const char *directory, struct store *store, struct request_act *act, bool *ret_swept,
                  struct problem *problem);

/* Whether the source of a request may ask now without signing in: file a request, or look at one. Counts it. In
 * web/requests_routes.c. */
bool requests_may_ask(const struct http_request *request, bool files);

#endif
