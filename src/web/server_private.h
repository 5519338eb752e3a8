/* What web/server.c (threads, sockets, starting and stopping) and web/exchange.c (one request and its reply) share. Only
 * these two know libmicrohttpd. */
#ifndef JISR_WEB_SERVER_PRIVATE_H
#define JISR_WEB_SERVER_PRIVATE_H

#include "web/answer.h"
#include "web/connections.h"
#include "web/listen.h"
#include "web/metrics.h"
#include "web/server.h"
#include "web/tls.h"
#include "web/workers.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

/* What a thread that answers keeps; freed with the server. */
struct carrying {
	struct answer_thread answer;
	struct carrying *next;
};

struct server {
	struct answer_site site;      /* settings: replaced by server_adopt */
	const struct settings *first; /* those that it began with: threads, sizes of memory */
	struct connections *connections;
	struct metrics *metrics;
	struct tls *tls; /* NULL: none */
	struct workers *workers, *writers;
	struct MHD_Daemon *plain, *secure; /* NULL: not needed */
	struct listen_socket sockets[SETTINGS_MAX_LISTEN];
	char *urls[SETTINGS_MAX_LISTEN];
	size_t socket_count;
	pthread_t acceptor;
	bool accepting, stopped;
	int wake; /* eventfd: the acceptor is to end */
	_Atomic bool unready, stopping, cutting;
	_Atomic size_t under_way; /* requests between head and the end of the reply */
	_Atomic size_t bodies;    /* bytes */
	_Atomic size_t replies;   /* bytes */
	_Atomic uint64_t serial;  /* of requests, for their ids */
	uint64_t salt;            /* of this process's ids */
	pthread_mutex_t mutex;    /* of `carryings` */
	struct carrying *carryings;
};

/* Callbacks of the library; the context is the server. */
void *exchange_on_target(void *context, const char *target, struct MHD_Connection *connection);
enum MHD_Result exchange_on_request(void *context, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload, size_t *upload_size,
                                    void **pointer);
void exchange_on_end(void *context, struct MHD_Connection *connection, void **pointer,
                     enum MHD_RequestTerminationCode end);

/* A worker's: answers the exchange `piece` and wakes its connection. */
void exchange_work(void *context, void *piece);

#endif
