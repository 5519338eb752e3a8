/* The settings of a serving process: from the command line and from a configuration file whose every line is checked
 * at start. docs/serve.conf explains each. */
#ifndef JISR_WEB_SETTINGS_H
#define JISR_WEB_SETTINGS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define SETTINGS_MAX_LISTEN 8

struct settings {
	const char *data;                        /* directory */
	const char *listen[SETTINGS_MAX_LISTEN]; /* "127.0.0.1:8470", "[::1]:8470", "unix:/run/jisr/socket" */
	size_t listen_count;
	const char *public_url; /* how clients reach the service, for links in replies; NULL: as the request says */

	unsigned threads; /* that carry connections and answer short requests; 0: one a core */
	unsigned workers; /* that answer heavy requests; 0: as many as threads */
	size_t queue;     /* heavy requests that may wait for a worker */

	size_t connections;             /* at once */
	size_t connections_per_address; /* of these from one address (IPv6: one /64) */
	size_t url_bytes;               /* of a request's path and query */
	size_t header_bytes;            /* of all its headers */
	size_t body_bytes;              /* of its body, decompressed; a route may ask for less */
	size_t bodies_bytes;            /* of all bodies that are under way at once */
	double head_seconds;            /* for a connection to finish its first request's head */
	double body_seconds;            /* for a body to arrive */
	double answer_seconds;          /* for the work of one answer */
	double send_seconds;            /* for a reply to be taken */
	double idle_seconds;            /* between a reply and the end of the next request's head */
	double stop_seconds;            /* for what is under way when the service is told to stop */
};

/* The defaults. Does not allocate. */
void settings_init(struct settings *settings);

#endif
