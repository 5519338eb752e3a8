/* The connections that are open: how many there may be, in all and from one address, and how long each may take for
 * what it is doing. The library that carries HTTP knows silence alone; a client that sends a byte now and then would
 * hold a connection for ever. Here each has a moment by which it must have got on, and a thread closes those that have
 * not. When all places are taken, those that have idled longest make room. */
#ifndef JISR_WEB_CONNECTIONS_H
#define JISR_WEB_CONNECTIONS_H

#include "base/memory.h"
#include "web/client_print.h"
#include "web/settings.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct connections;

/* What a connection is doing, and so what it is closed for when it takes too long. */
enum connection_phase {
	CONNECTION_FREE,   /* no connection */
	CONNECTION_HEAD,   /* its first request's head is awaited */
	CONNECTION_BODY,   /* a body is awaited */
	CONNECTION_ANSWER, /* an answer is worked out; no limit here */
	CONNECTION_SEND,   /* the reply is being taken */
	CONNECTION_IDLE,   /* between two requests */
	CONNECTION_PHASES,
};

struct connection;

int connections_new(const struct settings *settings, struct connections **ret_connections);
struct connections *connections_free(struct connections *connections);
MEMORY_DEFINE_FREEP(struct connections, connections_free)

/* Begins and ends the thread that closes the late ones. */
int connections_start(struct connections *connections, struct problem *problem);
void connections_stop(struct connections *connections);

enum connection_refusal { CONNECTION_ADMITTED, CONNECTION_OVER_ALL, CONNECTION_OVER_ADDRESS };

/* A socket that was just accepted: takes a place for it, or says which limit refuses it. */
enum connection_refusal connections_admit(struct connections *connections, int fd,
                                          const struct sockaddr_storage *address);

/* The record of a socket's connection, NULL when it has none. Valid until connections_leave. */
struct connection *connections_at(struct connections *connections, int fd);

/* To be called before the socket is closed, or when it was closed without having been used. */
void connections_leave(struct connections *connections, int fd);

/* A connection goes on to its next phase; a few stores. */
void connection_enter(struct connections *connections, struct connection *connection, enum connection_phase phase);

/* "192.0.2.7:41200", "[2001:db8::1]:41200", "unix". Returns out. */
#define CONNECTION_ADDRESS_MAX 64
const char *connection_address(const struct connection *connection, char out[CONNECTION_ADDRESS_MAX]);

/* What is known of who is at the other end; of the thread that carries the connection alone. */
#define CONNECTION_CALLER_MAX 64
struct connection_peer {
	bool local;  /* a unix socket, or this machine's own address */
	bool looked; /* what follows was found out */
	bool secure, named, bad;
	char caller[CONNECTION_CALLER_MAX]; /* of a client's certificate, when `named` */
	char print[CLIENT_PRINT];           /* the same */
};
struct connection_peer *connection_peer(struct connection *connection);

/* Settings that changed: times, and how many may come from one address. */
void connections_adopt(struct connections *connections, const struct settings *settings);

/* The service is stopping: connections that idle are told that no more will be read; what they have already sent is
 * still answered. Those that have not sent their first request within `head_seconds` from now are closed. */
void connections_drain(struct connections *connections, double head_seconds);

/* Connections now. */
size_t connections_count(const struct connections *connections);

struct connections_figures {
	uint64_t accepted, over_all, over_address, evicted;
	uint64_t late[CONNECTION_PHASES]; /* closed for taking too long, by what they were doing */
};
void connections_figures(const struct connections *connections, struct connections_figures *ret_figures);

#endif
