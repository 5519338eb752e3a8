/* The table of routes: which handler answers a path and a method. */
#ifndef JISR_WEB_ROUTES_H
#define JISR_WEB_ROUTES_H

#include "web/http.h"
#include "web/uri.h"

#define ROUTES_MAX 512

struct routes;

/* Reads the tables (each ends with a NULL pattern; the last table is followed by NULL). JISR_BAD_INPUT for a pattern
 * that is not well-formed, JISR_TOO_LARGE over ROUTES_MAX, JISR_NO_MEMORY. */
int routes_new(const struct http_route *const *tables, struct routes **ret_routes);
struct routes *routes_free(struct routes *routes);
MEMORY_DEFINE_FREEP(struct routes, routes_free)

/* Those of the service. */
extern const struct http_route *const routes_all[];

/* True for a route of health and figures. */
bool routes_of_health(const struct http_route *route);

/* The n-th route, NULL past the last; for metrics. */
const struct http_route *routes_at(const struct routes *routes, size_t index);

struct routes_found {
	const struct http_route *route; /* NULL when no route has both path and method */
	size_t index;                   /* of the route, for metrics */
	unsigned allowed;               /* methods that the path knows; 0: the path is unknown */
	enum http_style style;          /* for errors on this path */
	const char *variables[HTTP_MAX_VARIABLES];
};

/* A part of a pattern that is written out goes before one in braces. */
void routes_find(const struct routes *routes, const struct uri *uri, enum http_method method,
                 struct routes_found *ret_found);

/* "GET, HEAD, POST" for the header Allow. */
#define ROUTES_ALLOW_MAX 64
const char *routes_allow(unsigned allowed, char out[ROUTES_ALLOW_MAX]);

#endif
