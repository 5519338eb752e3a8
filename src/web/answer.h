/* From a request that is there whole to its reply: takes the target apart, finds the route and the caller, unfolds the
 * body, runs the handler, and turns every failure into an answer in the style of the path. Knows nothing of connections,
 * so tests and fuzzers call it. */
#ifndef JISR_WEB_ANSWER_H
#define JISR_WEB_ANSWER_H

#include "web/gzip.h"
#include "web/http_carrier.h"
#include "web/metrics.h"
#include "web/routes.h"
#include "web/settings.h"

#define ANSWER_MAX_ARENA ((size_t)512 << 20) /* bytes that one answer may use */
#define ANSWER_ID_MAX    80

struct answer_input;

/* Looks for an officer behind what a request shows: a session's cookie, a token (`secret`, NULL when none was shown), a
 * certificate. 0: *ret_caller is who it is. JISR_NOT_FOUND: nothing of the kind is shown. JISR_DENIED: it is, and does
 * not count (ended, wrong, of somebody who may no longer): *ret_why tells the client what to do, and lives in the arena
 * or for ever. Every other code: it could not be found out now. Called on several threads at once. */
typedef int (*answer_recognise)(struct service *service, const struct answer_input *input, const char *secret,
                                struct arena *arena, struct caller *ret_caller, const char **ret_why);

/* What answering needs and all threads share. */
struct answer_site {
	_Atomic(const struct settings *) settings;
	struct service *service;
	struct routes *routes;
	struct server *server;      /* NULL in tests */
	answer_recognise recognise; /* NULL: there are no officers */
	const char *office;         /* for which callers of none ask (nodes_asks_for); NULL: for none */
};

/* What one thread keeps from request to request. */
struct answer_thread {
	struct arena *arena;
	struct watch_scratch *scratch;
	struct gzip_folder *folder;
};
int answer_thread_init(struct answer_thread *thread);
void answer_thread_finish(struct answer_thread *thread);

/* What came in. */
struct answer_input {
	const char *method; /* "GET" */
	const char *target; /* "/match/default?limit=5", as it came; NULL: longer than the limit */
	const char *body;   /* a 0 after it; as it came */
	size_t body_length;
	const char *(*header)(const struct http_carrier *carrier, const char *name);
	void *connection;         /* for `header` */
	bool local;               /* from this machine */
	bool secure;              /* over TLS */
	bool client_bad;          /* showed a certificate of nobody that we ask for */
	const char *client_named; /* by a good certificate; NULL: by none */
	const char *client_print; /* the certificate's fingerprint (web/client_print.h); NULL: none */
	const char *address;      /* of the client, "192.0.2.7:4711"; NULL: not known */
	const struct caller
		*given; /* who asks, where that was found out otherwise (web/arrivals.h); NULL: to be found */
	char id[ANSWER_ID_MAX];
	int refused; /* status that the server decided on already, 0: none */
	const char *refused_detail;
	double deadline; /* by clock_seconds() */
};

/* Where a request goes. Lives in the thread's arena until its next plan. */
struct answer_plan {
	struct uri uri;
	struct uri_pair *query; /* without api_key */
	size_t query_count;
	enum http_method method; /* 0: one that no route has */
	struct routes_found found;
	struct caller caller;
	bool prove;   /* refused because the caller must first prove again to be there */
	bool unknown; /* what the client showed of itself is not known here, or no longer */
	int refused;  /* status; 0: the route's handler answers */
	const char *refused_detail;
};

/* How the client reached us: the public URL as set, else by the Host header when it is one; "" when it is not. */
const char *answer_base(const struct settings *settings, const struct answer_input *input, struct arena *arena);

/* Finds out who asks and who answers; never fails: what is wrong becomes a refusal. Empties the thread's arena. */
void answer_plan(const struct answer_site *site, struct answer_thread *thread, const struct answer_input *input,
                 struct answer_plan *ret_plan);

/* Answers. The reply's body is to be freed with text_finish; its headers live until the thread's next plan. */
void answer_run(const struct answer_site *site, struct answer_thread *thread, const struct answer_input *input,
                const struct answer_plan *plan, struct http_reply *ret_reply);

#endif
