/* The server: connections in, requests answered by the table of routes, limits kept.
 *
 *   accepting thread      takes new connections, keeps the limits on their number
 *   `threads` threads     carry connections (epoll) and answer short requests themselves
 *   `workers` threads     answer heavy requests, so that no connection of the same thread waits behind one
 *   SERVER_WRITERS        answer requests that change the record: they wait for the disk, and one sync serves all
 *   one thread            closes connections that are late (web/connections.h) */
#ifndef JISR_WEB_SERVER_H
#define JISR_WEB_SERVER_H

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/settings.h"

#include <stdbool.h>
#include <stddef.h>

#define SERVER_WRITERS 32 /* threads; fewer than STORE_MAX_READERS, since each reads back what it changed */

struct server;
struct service;

/* Opens the sockets that the settings name, or takes `given_count` that listen already; accepts nothing yet. Settings
 * and service stay the caller's and must outlive the server. */
int server_new(const struct settings *settings, struct service *service, const int *given, size_t given_count,
               struct server **ret_server, struct problem *problem);

/* Starts all threads and accepts. */
int server_start(struct server *server, struct problem *problem);

/* Stops accepting, answers what is under way for at most settings->stop_seconds, closes everything, ends the threads.
 * Returns how many requests were cut off. */
size_t server_stop(struct server *server);

/* Stops first if need be. Accepts NULL, returns NULL. */
struct server *server_free(struct server *server);
MEMORY_DEFINE_FREEP(struct server, server_free)

/* "http://127.0.0.1:8470" of the n-th socket, "unix:/path" for a unix one; NULL past the last. */
const char *server_url(const struct server *server, size_t index);

/* New settings, from now on: those that a reload may change (settings_at tells which). The old ones must stay for as
 * long as an answer may take. */
void server_adopt(struct server *server, const struct settings *settings);
const struct settings *server_settings(const struct server *server);
void server_count_reload(struct server *server, bool good);

/* Reads the certificate again; with `changed_alone` only when its files are others than before. JISR_NOT_FOUND when there
 * was nothing to do; else as tls_reload. */
int server_reload_certificate(struct server *server, bool changed_alone, struct problem *problem);
/* Seconds since 1970; 0 without TLS. */
double server_certificate_ends(const struct server *server);

/* Why /readyz says no, in a sentence (perhaps in `room`); NULL when it says yes. */
const char *server_unready(const struct server *server, struct service *service, char *room, size_t size);

/* What its answers are made with. */
struct answer_site;
const struct answer_site *server_site(const struct server *server);

/* Figures: counts checks; writes all of them for /metrics. */
void server_checked(struct server *server, size_t checks, size_t hits);
void server_hid(struct server *server, uint64_t hidden);
int server_metrics(const struct server *server, struct service *service, struct text *text);

#endif
