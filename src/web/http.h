/* HTTP as the rest of src/web sees it: a request that is there whole, a reply that is built and then sent, and the
 * table of routes. Only web/server.c knows the library that carries it; handlers know nothing of connections, threads
 * or TLS. */
#ifndef JISR_WEB_HTTP_H
#define JISR_WEB_HTTP_H

#include "base/arena.h"
#include "base/text.h"
#include "members/caller.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct service; /* web/service.h: what all requests share */
struct watch_scratch;

#define HTTP_MAX_VARIABLES 4
#define HTTP_MAX_HEADERS   16                 /* of a reply, beside those that the server itself sets */
#define HTTP_MAX_REPLY     ((size_t)64 << 20) /* bytes of a reply's body */

enum http_method {
	HTTP_GET = 1, /* HEAD is answered by the handler of GET; the body is not sent */
	HTTP_POST = 2,
	HTTP_PUT = 4,
	HTTP_PATCH = 8,
	HTTP_DELETE = 16,
};

/* One request. Everything in it lives in the arena, and the arena until the reply was sent. */
struct http_request {
	enum http_method method;
	const char *path;                          /* percent-decoded, well-formed UTF-8, without the query string */
	const char *variables[HTTP_MAX_VARIABLES]; /* what stands at {...} in the route, in order; decoded */
	const char *body;                          /* never NULL, a 0 after it; decompressed where it came compressed */
	size_t body_length;
	const char *id;     /* of the request: from a well-formed X-Request-Id, else made up; sent back and logged */
	const char *caller; /* name of who calls (caller_is->name): a token's, an officer's id; "anonymous" */
	const struct caller *caller_is; /* who it is, in which office, with which rights; never NULL */
	const char *base;               /* "http://127.0.0.1:8470": how the client reached us; for links in replies */
	double deadline;                /* by clock_seconds(): whoever works long gives up then with 503 */
	struct arena *arena;
	struct watch_scratch *scratch;      /* of the thread that answers */
	const struct http_carrier *carrier; /* the server's own */
};

/* Values of the query string, in order; NULL when there is none. A name that stands without "=" has the value "". */
const char *http_query(const struct http_request *request, const char *name);
size_t http_query_all(const struct http_request *request, const char *name, const char **values, size_t max);
/* The n-th pair of the query string, false past the last: for those who must refuse names they do not know. */
bool http_query_at(const struct http_request *request, size_t index, const char **ret_name, const char **ret_value);

/* A header by its name in any case; NULL when there is none. */
const char *http_header(const struct http_request *request, const char *name);

/* A field of an application/x-www-form-urlencoded body; NULL when there is none or the body is of another type. */
const char *http_form(const struct http_request *request, const char *name);

/* What the body says that this is for: stands in the access log, before the header Purpose. Lives as long as the request. */
void http_purpose(const struct http_request *request, const char *purpose);

/* Tells /metrics that so many checks were made, which gave so many hits; and how many decisions hid. */
void http_checked(const struct http_request *request, size_t checks, size_t hits);
void http_hid(const struct http_request *request, uint64_t hidden);

/* A body without an end of its own, taken as it comes. */
struct http_stream {
	/* Copies at most `size` bytes and returns how many; 0: none now, `wake` will be called; -1: that was the end. */
	ssize_t (*read)(struct http_stream *stream, char *bytes, size_t size);
	void (*free)(struct http_stream *stream);
	/* Called by the carrier before the first read: `wake` is to be called when there is something to read, on any thread,
	 * until `free`; once too often does no harm. */
	void (*carry)(struct http_stream *stream, void (*wake)(void *context), void *context);
};

/* What will be sent. Handlers fill it through the functions below; a reply untouched is 204. */
struct http_reply {
	int status;
	const char *type; /* Content-Type; text that outlives the reply (a literal, or in the arena) */
	struct text body;
	struct http_stream *stream; /* in place of the body; NULL: none. Freed by the carrier */
	struct {
		const char *name, *value;
	} headers[HTTP_MAX_HEADERS];
	size_t header_count;
	bool prove; /* http_reply_prove's */
};

/* Sets or replaces a header; both texts must outlive the reply. JISR_TOO_LARGE over HTTP_MAX_HEADERS. */
int http_reply_header(struct http_reply *reply, const char *name, const char *value);

/* The same beside those of this name that are there: for Set-Cookie. */
int http_reply_add(struct http_reply *reply, const char *name, const char *value);

/* Answers with a tree, which is freed in any case; NULL (out of memory on the way) becomes JISR_NO_MEMORY. */
int http_reply_json(struct http_reply *reply, int status, cJSON *json);

/* Errors as jisr's own API gives them: RFC 9457 problem+json. `title` is fixed for a kind of error, the detail says
 * what was wrong, where, and what to do. Returns 0. */
int http_reply_problem(struct http_reply *reply, int status, const char *title, const char *detail);

/* Answers 401 as RFC 9470 asks: the officer must first prove again to be there. Returns 0. */
#define HTTP_PROVE "Bearer realm=\"jisr\", error=\"insufficient_user_authentication\", max_age=300"
int http_reply_prove(struct http_reply *reply);

/* Errors as yente gives them: {"detail": "..."}. Returns 0. */
int http_reply_detail(struct http_reply *reply, int status, const char *detail);

/* Answers 413 as a page in the four languages. Returns 0. */
int http_reply_too_large(struct http_reply *reply);

/* Answers one request: 0 when the reply is filled (also with an error of the client's); a code of enum jisr_error when
 * it could not (out of memory, I/O): the server then answers 500 or 503 itself, logs the request's id and the code, and
 * shows nothing of the inside. Called on several threads at once. */
typedef int (*http_handler)(struct service *service, const struct http_request *request, struct http_reply *reply);

enum http_style {
	HTTP_STYLE_PROBLEM, /* the server's own errors on this path (404, 405, 413 ...) as RFC 9457 */
	HTTP_STYLE_DETAIL,  /* as {"detail": "..."} */
	HTTP_STYLE_PAGE,    /* as HTTP_STYLE_PROBLEM, but 413 as a page: a person in front of a browser sent files */
};

/* What Idempotency-Key does on a route (web/idempotency.h). */
enum http_repeat {
	HTTP_REPEAT_NEVER,  /* the header is not looked at */
	HTTP_REPEAT_KEPT,   /* the first reply comes again */
	HTTP_REPEAT_SECRET, /* the reply shows a secret once: a repeat is refused */
};

/* What becomes of a change at a node (web/travel.h): refused, since the log is written at headquarters, or sent there. */
enum http_travels {
	HTTP_STAYS,
	HTTP_TRAVELS,
	HTTP_TRAVELS_SEALED, /* a message, sealed here first: headquarters is not to see its content */
	HTTP_TRAVELS_BOX,    /* the box is made here; its public half travels */
};

/* One line of the table. `pattern` is a path with whole segments in braces: "/entities/{id}/adjacent/{property}". */
struct http_route {
	enum http_method method;
	const char *pattern;
	http_handler handler;
	enum http_style style;
	const char *name; /* in metrics and the log, never the path itself, which may hold a person's name: "match" */
	enum right
		right; /* that the caller needs. With RIGHT_NONE it is answered to everybody, also where tokens are required
	                     (health, the description of the API); none said: to nobody */
	const char *access; /* "check", "search", "view", "export": written to the access log before the reply goes out,
	                       where there is a record; NULL: not */
	enum http_repeat repeat;
	bool heavy; /* may take longer than a check or two: answered by the pool of workers, so that nobody waits behind */
	bool waits; /* changes the record and waits for the disk: answered by the pool of writers, of whom many share one sync */
	bool unproved; /* a right that asks for a fresh proof is enough here without one: what goes on with what was proved */
	enum http_travels travels;
	bool unseen;       /* nothing tells who asked: neither caller nor address in the log, no caller looked for, and
	                    * whoever shows a session or a token is refused */
	size_t body_max;   /* bytes; 0: none accepted */
	size_t heavy_body; /* a longer body makes the request heavy; 0: none does */
};

/* Each file of handlers gives its routes: web/routes.c puts them together. A table ends with a NULL pattern. */
extern const struct http_route routes_health[];    /* web/health.c: /healthz /readyz /metrics */
extern const struct http_route routes_affairs[];   /* web/affairs_routes.c: budgets, dues, agreements */
extern const struct http_route routes_polls[];     /* web/polls_routes.c: /api/v1/elections */
extern const struct http_route routes_yente[];     /* web/yente*.c: /match /search /entities /catalog /algorithms */
extern const struct http_route routes_reconcile[]; /* web/reconcile.c */
extern const struct http_route
	routes_lists[]; /* web/lists_routes.c: /api/v1/uploads, lists loaded and dropped, /chores */
extern const struct http_route routes_backups[]; /* web/backups_routes.c: /api/v1/backups */
extern const struct http_route
	routes_means[]; /* web/means_routes.c: what an officer signs in with, for who is in charge */
extern const struct http_route routes_nodes[];     /* web/nodes_routes.c: admitting and ending nodes */
extern const struct http_route routes_setup[];     /* web/setup_routes.c: /api/v1/setup */
extern const struct http_route routes_api[];       /* web/api*.c: /api/v1/... */
extern const struct http_route routes_session[];   /* web/session_routes.c: /api/v1/session, /api/v1/enrolment */
extern const struct http_route routes_self[];      /* web/session_self.c: /api/v1/me */
extern const struct http_route routes_decisions[]; /* web/decisions_routes.c: /api/v1/decisions */
extern const struct http_route routes_members[];   /* web/members_routes.c: /api/v1/members /offices /officers /keys */
extern const struct http_route routes_log[];       /* web/log_routes.c: /api/v1/log */
extern const struct http_route routes_access[];    /* web/access_routes.c: /api/v1/access */
extern const struct http_route routes_events[];    /* web/events_routes.c: /api/v1/events */
extern const struct http_route routes_pages_agreements[]; /* web/pages_agreements.c: the public register */
extern const struct http_route routes_pages[];            /* web/pages.c: /public/... */
extern const struct http_route routes_pages_request[];    /* web/pages_request.c: /public/{language}/data, /receipt */
extern const struct http_route routes_desk[];             /* web/desk.c: / /desk/... /assets/... */
extern const struct http_route routes_notices[];          /* web/notices_routes.c: /api/v1/notices */
extern const struct http_route routes_assembly[];         /* web/assembly_routes.c: /api/v1/assembly */
extern const struct http_route routes_codes[];            /* web/codes_routes.c: /api/v1/codes */
extern const struct http_route routes_hits[];             /* web/hits_routes.c: /api/v1/hits */
extern const struct http_route routes_messages[];   /* web/messages_routes.c: /api/v1/messages /attachments /boxes */
extern const struct http_route routes_objects[];    /* web/objects_routes.c: /api/v1/objects, /object-files */
extern const struct http_route routes_operations[]; /* web/operations_routes.c: /api/v1/operations */
extern const struct http_route routes_requests[];   /* web/requests_routes.c: /api/v1/requests /receipts /removals */
extern const struct http_route routes_outbox[];     /* web/outbox_routes.c: /api/v1/outbox, what nodes send up */
extern const struct http_route routes_network[];    /* web/network_routes.c: /network/v1, /api/v1/network */
extern const struct http_route routes_public[];     /* web/public_routes.c: /notices/v1 */

#endif
