/* The certificates of the network: headquarters' authority, which signs the certificate that headquarters serves with and
 * one for each node. All of it lies in DIR/network (0700): authority.key and .crt, server.key and .crt at headquarters; node.key
 * and .crt and a copy of authority.crt at a node. Keys are ECDSA over P-256, files of keys 0600. */
#ifndef JISR_NETWORK_AUTHORITY_H
#define JISR_NETWORK_AUTHORITY_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

#define AUTHORITY_FOLDER    "network"
#define AUTHORITY_PRINT     65 /* a fingerprint, SHA-256 in hexadecimal, with the closing 0 */
#define AUTHORITY_MAX_PEM   ((size_t)64 << 10)
#define AUTHORITY_MAX_HOSTS 16
#define AUTHORITY_MAX_HOST  253 /* bytes of one */

/* Makes the authority where there is none, and a certificate for a server of those names and addresses, which replaces an
 * earlier one. JISR_BAD_INPUT: a host is no name; JISR_IO, JISR_FULL. */
int authority_serve(const char *directory, const char *const *hosts, size_t count, struct problem *problem);

/* A fresh key in DIR/network/node.key, and the request for a certificate of that name, in PEM. */
int authority_ask(const char *directory, const char *name, struct text *request, struct problem *problem);

/* Whether this is how a name or an address of a machine is written. */
bool authority_host_valid(const char *host);

/* Signs a request: its certificate in PEM, for that name and so many days (with `hosts`, also to serve with, under these names), and the fingerprint by which it is known.
 * JISR_BAD_INPUT: no request, or not signed by its own key. JISR_NOT_FOUND: there is no authority here. */
int authority_sign(const char *directory, const char *request, size_t length, const char *name,
                   const char *const *hosts, size_t host_count, unsigned days, struct text *certificate,
                   char ret_print[AUTHORITY_PRINT], struct problem *problem);

/* Whether a certificate is of the key in DIR/network/node.key. JISR_BAD_INPUT: it is of another, or none. */
int authority_fits(const char *directory, const char *certificate, size_t length, struct problem *problem);

/* When the certificate in DIR/network/NAME ends, in seconds since 1970. JISR_NOT_FOUND. */
int authority_ends(const char *directory, const char *name, double *ret_ends, struct problem *problem);

/* DIR/network/NAME. JISR_TOO_LARGE. */
int authority_path(const char *directory, const char *name, char *path, size_t size, struct problem *problem);

#endif
