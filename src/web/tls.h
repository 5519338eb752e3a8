/* The certificate of a serving process, and what clients' certificates say. The files are read at start, and again
 * whenever they change; a new certificate serves new connections, a bad one leaves the old in place. There is one
 * certificate a process: GnuTLS asks for it through a function that has no context. */
#ifndef JISR_WEB_TLS_H
#define JISR_WEB_TLS_H

#include "base/error.h"
#include "base/memory.h"
#include "web/client_print.h"
#include "web/settings.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdbool.h>

#define TLS_MAX_CHAIN  16
#define TLS_MAX_FILE   ((size_t)1 << 20)
#define TLS_MAX_CALLER 64

/* TLS 1.2 and later, with forward secrecy and authenticated encryption alone (RFC 9325, 4.2). */
#define TLS_PRIORITIES                                                                                                 \
	"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305:"     \
	"+AES-128-GCM:-MAC-ALL:+AEAD:%SERVER_PRECEDENCE"

struct tls;

/* Reads the files that the settings name. JISR_BAD_INPUT (no certificate, no key, they do not belong together),
 * JISR_NOT_FOUND, JISR_IO, JISR_NO_MEMORY; the sentence names the file. */
int tls_new(const struct settings *settings, struct tls **ret_tls, struct problem *problem);
struct tls *tls_free(struct tls *tls);
MEMORY_DEFINE_FREEP(struct tls, tls_free)

/* Reads certificate and key again. On failure what was served is served on. Also JISR_BAD_INPUT for a certificate that
 * has ended while the present one has not. One thread at a time. */
int tls_reload(struct tls *tls, struct problem *problem);

/* Whether the files are others than when they were last read. */
bool tls_changed(const struct tls *tls);

/* When the certificate ends, in seconds since 1970. */
double tls_ends(const struct tls *tls);

/* The clients' authorities as text, NULL when none are asked for. Lives as long as tls. */
const char *tls_authority(const struct tls *tls);

/* For libmicrohttpd: gives GnuTLS the present certificate. */
int tls_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                 const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **ret_chain,
                 unsigned *ret_length, gnutls_privkey_t *ret_key);

enum tls_client { TLS_CLIENT_NONE, TLS_CLIENT_KNOWN, TLS_CLIENT_BAD };

/* What the client showed in its handshake: nothing, a certificate of an authority that we ask for (its common name is
 * written, anything but letters, digits and -_.@ made '_'; and its fingerprint), or another. */
enum tls_client tls_client(gnutls_session_t session, char caller[TLS_MAX_CALLER], char print[CLIENT_PRINT]);

#endif
