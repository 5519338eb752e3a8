/* The settings of a serving process: from the command line and from a configuration file whose every line is checked
 * at start. docs/serve.conf explains each. */
#ifndef JISR_WEB_SETTINGS_H
#define JISR_WEB_SETTINGS_H

#include "base/arena.h"
#include "base/error.h"
#include "web/log.h"

#include <stdbool.h>
#include <stddef.h>

#define SETTINGS_MAX_LISTEN   8
#define SETTINGS_MAX_TOKENS   1000
#define SETTINGS_MAX_FILE     ((size_t)1 << 20) /* bytes of the configuration file */
#define SETTINGS_MAX_LINE     4096              /* bytes */
#define SETTINGS_MAX_NAME     63                /* bytes of a token's name */
#define SETTINGS_MAX_ANSWER   300.0             /* seconds that answer-time may be */
#define SETTINGS_HASH_BYTES   32
#define SETTINGS_TOKEN_PREFIX "jisr_" /* of tokens that --new-token makes, so that scanners for leaked secrets see it */

/* Who may call: the SHA-256 of a secret text and the name that the log and the decisions use. */
struct settings_token {
	const char *name;
	unsigned char hash[SETTINGS_HASH_BYTES];
	bool given; /* hash is there */
};

struct settings {
	const char *data;    /* directory */
	const char *backups; /* folder in which backups that are asked for over HTTP are made; NULL: none are */
	const char *listen[SETTINGS_MAX_LISTEN]; /* "127.0.0.1:8470", "[::1]:8470", "unix:/run/jisr/socket" */
	size_t listen_count;
	unsigned unix_mode;     /* permissions of a unix socket */
	const char *public_url; /* how clients reach the service, for links in replies; NULL: as the request says */
	bool insecure_listen;   /* other machines may call without TLS or without showing who they are */
	const char *trusted_proxies; /* who is believed about whom he asks for (web/proxy.h); NULL: nobody */
	bool proxy_forwarded;        /* they write Forwarded (RFC 7239), not X-Forwarded-For */

	size_t threads; /* that carry connections and answer short requests; 0: one a core */
	size_t workers; /* that answer heavy requests; 0: as many as threads */
	size_t queue;   /* heavy requests that may wait for a worker */

	size_t connections;             /* at once */
	size_t connections_per_address; /* of these from one address (IPv6: one /64) */
	size_t url_bytes;               /* of a request's path and query */
	size_t header_bytes;            /* of all its headers */
	size_t body_bytes;              /* of its body, decompressed; a route may ask for less */
	size_t bodies_bytes;            /* of all bodies that are under way at once */
	size_t replies_bytes;           /* of all replies that are being sent at once */
	double head_seconds;            /* for a connection to finish its first request's head */
	double body_seconds;            /* for a body to arrive */
	double answer_seconds;          /* for the work of one answer */
	double send_seconds;            /* for a reply to be taken */
	double idle_seconds;            /* between a reply and the end of the next request's head */
	double stop_seconds;            /* for what is under way when the service is told to stop */
	double stop_delay_seconds;      /* between /readyz saying no and the end of accepting */

	double session_idle;  /* seconds without a request after which an officer's session ends */
	double session_whole; /* seconds after which it ends in any case */

	double access_log_seconds; /* after which a line of the access log forgets what it says */

	bool require_token; /* who shows neither a token nor a client's certificate is refused */
	struct settings_token *tokens;
	size_t token_count;
	bool open_metrics; /* /metrics is answered to everybody, not to this machine and to known callers alone */

	const char *tls_certificate, *tls_key; /* files; both or none */
	const char *tls_client_authority;      /* file: who signs clients' certificates; NULL: none are asked for */
	double tls_warn_seconds;               /* before the certificate ends */

	size_t snapshot_least; /* entries of a log from which on new nodes begin with a snapshot */

	bool confine; /* the process gives up what it does not need (web/confine.h) */

	bool prepare_search; /* what /search needs is made at the start, and the service is not ready before */

	bool accept_algorithms; /* /match answers by jisr's rules also who names rules of yente's */

	enum log_level log_level;
	bool log_json;
	bool log_requests;
	bool log_personal_data; /* paths, queries: they hold names */
};

/* The defaults. Does not allocate. */
void settings_init(struct settings *settings);

/* Is told each thing that is wrong: "serve.conf:12: there is no setting 'conections'; did you mean 'connections'?" */
typedef void (*settings_report)(void *context, const char *sentence);

/* Reads a configuration file over what the settings are. Strings live in the arena. All lines are read, and all that is
 * wrong is reported. JISR_BAD_INPUT when anything was; JISR_NOT_FOUND, JISR_IO, JISR_TOO_LARGE, JISR_NO_MEMORY. */
int settings_read(struct settings *settings, const char *path, struct arena *arena, settings_report report,
                  void *context);

/* The same for bytes in memory; `name` is what reports call them. */
int settings_read_bytes(struct settings *settings, const char *name, const char *bytes, size_t length,
                        struct arena *arena, settings_report report, void *context);

/* One setting from the command line: "body-size=1M". `listen` replaces what the file says when `fresh`. */
int settings_set(struct settings *settings, const char *assignment, bool fresh, struct arena *arena,
                 struct problem *problem);

/* Whether the settings fit together: TLS files in pairs, nothing unprotected beyond this machine, tokens with hashes.
 * Reports; JISR_BAD_INPUT. */
int settings_check(const struct settings *settings, settings_report report, void *context);

/* The same for one address more: a socket that systemd passed in. JISR_BAD_INPUT. */
int settings_check_listen(const struct settings *settings, const char *address, bool loopback, struct problem *problem);

/* The n-th setting's name and present value as the file would write it; false past the last. For tests, and to tell
 * what a reload cannot change. `now` false: it takes effect at the next start. */
#define SETTINGS_VALUE_MAX 512
bool settings_at(const struct settings *settings, size_t index, const char **ret_name, char value[SETTINGS_VALUE_MAX],
                 bool *ret_now);

/* Whether a caller may be called so. */
bool settings_name_good(const char *name);

/* The caller's name to whom this secret text belongs, NULL when to none. Takes as long whichever it is. */
const char *settings_caller(const struct settings *settings, const char *secret, size_t length);

#endif
