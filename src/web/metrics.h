/* The figures of a serving process, and how Prometheus reads them (text format 0.0.4). Counting is one atomic addition
 * without a lock. */
#ifndef JISR_WEB_METRICS_H
#define JISR_WEB_METRICS_H

#include "base/memory.h"
#include "base/text.h"
#include "web/routes.h"

#include <stddef.h>
#include <stdint.h>

struct metrics;
struct service;

/* What kept a request or a connection from being served. */
enum metrics_limit {
	LIMIT_CONNECTIONS, /* these four are counted by web/connections.h */
	LIMIT_ADDRESS,
	LIMIT_HEAD_TIME,
	LIMIT_BODY_TIME,
	LIMIT_SEND_TIME,
	LIMIT_IDLE_TIME,
	LIMIT_EVICTED,
	LIMIT_URL_SIZE,
	LIMIT_HEADER_SIZE,
	LIMIT_BODY_SIZE,
	LIMIT_BODIES_SIZE,
	LIMIT_REPLIES_SIZE,
	LIMIT_QUEUE,
	LIMIT_ANSWER_TIME,
	LIMIT_TOKEN, /* unknown, or none where one is required */
	LIMITS,
};

int metrics_new(const struct routes *routes, struct metrics **ret_metrics);
struct metrics *metrics_free(struct metrics *metrics);
MEMORY_DEFINE_FREEP(struct metrics, metrics_free)

/* One request is over. `route` is its index, METRICS_NO_ROUTE when it had none; status 0: the client was gone. */
#define METRICS_NO_ROUTE ROUTES_MAX
void metrics_request(struct metrics *metrics, size_t route, int status, double seconds, size_t received, size_t sent);

void metrics_checked(struct metrics *metrics, size_t checks, size_t hits);
void metrics_hid(struct metrics *metrics, uint64_t hidden);
void metrics_refused(struct metrics *metrics, enum metrics_limit limit, uint64_t count);

/* A reload, of "settings" or "certificate". */
enum metrics_reload { RELOAD_SETTINGS, RELOAD_CERTIFICATE, RELOADS };
void metrics_reloaded(struct metrics *metrics, enum metrics_reload what, bool good);

/* What is known only at the moment of asking. */
struct metrics_now {
	size_t connections, under_way, waiting, bodies, replies;
	uint64_t accepted;
	uint64_t refused[LIMITS]; /* added to those counted here */
	bool ready;
	double certificate_ends; /* seconds since 1970, 0: there is none */
	struct service *service; /* lists; NULL in tests */
};
int metrics_write(const struct metrics *metrics, const struct metrics_now *now, struct text *text);

#endif
