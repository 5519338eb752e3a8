/* What the addresses for nodes share. */
#ifndef JISR_WEB_NETWORK_ROUTES_H
#define JISR_WEB_NETWORK_ROUTES_H

#include "network/network.h"
#include "web/http.h"

/* The node that asks; *ret_through is the bureau that passes its words on, "" without one. False: the reply says why not. */
bool network_routes_node(struct service *service, const struct http_request *request, struct http_reply *reply,
                         struct network_node *ret_node, char ret_through[NODE_NAME_MAX + 1], int *ret_error);

/* At a bureau: passes the request on to that path of headquarters', and gives its answer. False: this is headquarters. */
bool network_routes_passed(struct service *service, const struct http_request *request, struct http_reply *reply,
                           const char *path, const struct network_node *node, int *ret_error);

#endif
