/* What stands behind a struct http_request: the pairs of its query and form, and a way to its headers. Made by the
 * server for each request, and by tests and fuzzers without one. */
#ifndef JISR_WEB_HTTP_CARRIER_H
#define JISR_WEB_HTTP_CARRIER_H

#include "web/uri.h"

struct server;

/* What a handler told with http_checked and http_purpose. */
struct http_counted {
	size_t checks, hits;
	const char *purpose; /* NULL: the body states none */
};

struct http_carrier {
	const struct uri_pair *query, *form;
	size_t query_count, form_count;
	const char *(*header)(const struct http_carrier *carrier, const char *name); /* NULL: there are none */
	void *connection;                                                            /* for `header` */
	const char *client_print;     /* of the client's certificate; NULL: it showed none that counts */
	const char *address;          /* of the client, "192.0.2.7:4711"; NULL: not known */
	bool local;                   /* the client is on this machine */
	struct server *server;        /* NULL in tests */
	struct http_counted *counted; /* NULL: nobody counts */
};

/* True for a Content-Type that is `type`, whatever parameters follow. */
bool http_is_type(const char *content_type, const char *type);

#endif
