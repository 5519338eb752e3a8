/* The sockets on which a service listens. */
#ifndef JISR_WEB_LISTEN_H
#define JISR_WEB_LISTEN_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define LISTEN_TEXT_MAX 200

struct listen_socket {
	int fd;
	bool local;                 /* a unix socket */
	bool loopback;              /* reached from this machine alone */
	char text[LISTEN_TEXT_MAX]; /* "127.0.0.1:8470", "[::1]:8470", "unix:/run/jisr/socket", with the real port */
	char path[LISTEN_TEXT_MAX]; /* of a unix socket that we made, else "" */
};

/* Checks an address and opens nothing. JISR_BAD_INPUT with a sentence that shows the right form. */
int listen_check(const char *text, bool *ret_loopback, struct problem *problem);

/* Opens an address; port 0 takes a free one. A unix socket that nobody serves any more is replaced. JISR_BAD_INPUT,
 * JISR_BUSY (somebody listens there), JISR_IO. */
int listen_open(const char *text, struct listen_socket *ret_socket, struct problem *problem);

/* Takes over a socket that listens already (systemd's). JISR_BAD_INPUT when it is no stream socket that listens. */
int listen_adopt(int fd, struct listen_socket *ret_socket, struct problem *problem);

/* Closes, and removes the file of a unix socket that we made. */
void listen_close(struct listen_socket *socket);

#endif
