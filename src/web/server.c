#include "web/server.h"

#include "base/clock.h"
#include "web/events.h"
#include "web/live.h"
#include "web/log.h"
#include "web/nodes.h"
#include "web/server_private.h"
#include "web/service.h"
#include "web/signing.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SERVER_MAX_THREADS 256
#define FIRST_REQUEST      1.0 /* seconds that a new connection has for its request when stopping */
#define ACCEPT_PAUSE       20  /* milliseconds, when the system has no descriptor left */

static const struct settings *settings_of(const struct server *server)
{
	return atomic_load_explicit(&server->site.settings, memory_order_acquire);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **pointer,
                          enum MHD_ConnectionNotificationCode code)
{
	struct server *server = context;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (info == NULL)
		return;
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		*pointer = connections_at(server->connections, info->connect_fd);
	else
		connections_leave(server->connections, info->connect_fd);
}

/* Paths and queries are decoded by web/uri.c, from the target as it came. */
static size_t leave_encoded(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

static void on_library_message(void *context, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));
static void on_library_message(void *context, const char *format, va_list arguments)
{
	char text[512];
	(void)context;
	(void)vsnprintf(text, sizeof text, format, arguments);
	log_say(LOG_LEVEL_DEBUG, "libmicrohttpd: %s", text);
}

/* Takes all connections that wait on a socket. False when the system has no descriptor left for one. */
static bool accept_all(struct server *server, const struct listen_socket *listening)
{
	for (;;) {
		struct sockaddr_storage address = {0};
		socklen_t length = sizeof address;
		int fd = accept4(listening->fd, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			return errno == EAGAIN || errno == EWOULDBLOCK;
		}
		if (listening->local)
			address.ss_family = AF_UNIX;
		if (connections_admit(server->connections, fd, &address) != CONNECTION_ADMITTED)
			(void)close(fd);
		else if (MHD_add_connection(listening->local || server->secure == NULL ? server->plain : server->secure,
		                            fd, (struct sockaddr *)&address, length) != MHD_YES)
			connections_leave(server->connections, fd); /* the library has closed it */
	}
}

static void *accept_connections(void *context)
{
	struct server *server = context;
	struct pollfd polled[SETTINGS_MAX_LISTEN + 1];
	for (size_t i = 0; i < server->socket_count; i++)
		polled[i] = (struct pollfd){.fd = server->sockets[i].fd, .events = POLLIN};
	polled[server->socket_count] = (struct pollfd){.fd = server->wake, .events = POLLIN};
	for (bool stopping = false; !stopping;) {
		(void)poll(polled, server->socket_count + 1, -1);
		stopping = atomic_load(&server->stopping) && polled[server->socket_count].revents != 0;
		bool room = true;
		for (size_t i = 0; i < server->socket_count; i++)
			if (polled[i].revents != 0 || stopping)
				room = accept_all(server, &server->sockets[i]) && room;
		if (!room)
			(void)poll(NULL, 0, ACCEPT_PAUSE);
	}
	return NULL;
}

static int make_url(const struct server *server, const struct listen_socket *listening, char **ret_url)
{
	struct text url;
	text_init(&url, LISTEN_TEXT_MAX + 16);
	text_add_string(&url, listening->local ? "" : server->tls != NULL ? "https://" : "http://");
	int error = text_add_string(&url, listening->text);
	*ret_url = text_take(&url);
	text_finish(&url);
	return error;
}

/* Opens the n-th socket that is set, or takes over the n-th that was given. */
static int add_socket(struct server *server, const struct settings *settings, const int *given, size_t index,
                      struct problem *problem)
{
	struct listen_socket *made = &server->sockets[index];
	int error = given != NULL ? listen_adopt(given[index], made, problem)
	                          : listen_open(settings->listen[index], made, problem);
	if (error != JISR_OK)
		return error;
	server->socket_count++;
	if (given != NULL)
		error = settings_check_listen(settings, made->text, made->loopback, problem);
	else if (made->local && chmod(made->path, settings->unix_mode) != 0)
		error = problem_set(problem, JISR_IO, "%s cannot be given its permissions: %s", made->path,
		                    strerror(errno));
	return error == JISR_OK ? make_url(server, made, &server->urls[index]) : error;
}

int server_new(const struct settings *settings, struct service *service, const int *given, size_t given_count,
               struct server **ret_server, struct problem *problem)
{
	CLEANUP(server_freep) struct server *server = memory_zero(1, sizeof *server);
	if (server == NULL)
		return JISR_NO_MEMORY;
	(void)pthread_mutex_init(&server->mutex, NULL);
	server->wake = -1;
	server->first = settings;
	atomic_init(&server->site.settings, settings);
	server->site.service = service;
	server->site.server = server;
	server->site.recognise = signing_recognise;
	server->site.office = nodes_asks_for(service_nodes(service));
	randombytes_buf(&server->salt, sizeof server->salt);
	int error = routes_new(routes_all, &server->site.routes);
	if (error == JISR_OK)
		error = metrics_new(server->site.routes, &server->metrics);
	if (error == JISR_OK)
		error = connections_new(settings, &server->connections);
	if (error == JISR_OK && settings->tls_certificate != NULL)
		error = tls_new(settings, &server->tls, problem);
	size_t count = given_count > 0 ? given_count : settings->listen_count;
	if (error == JISR_OK && count > SETTINGS_MAX_LISTEN)
		error = problem_set(problem, JISR_TOO_LARGE, "at most %d addresses can be listened on",
		                    SETTINGS_MAX_LISTEN);
	for (size_t i = 0; i < count && error == JISR_OK; i++)
		error = add_socket(server, settings, given_count > 0 ? given : NULL, i, problem);
	server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (error == JISR_OK && server->wake < 0)
		error = problem_set(problem, JISR_IO, "no descriptor is left: %s", strerror(errno));
	if (error != JISR_OK)
		return error;
	*ret_server = server;
	server = NULL;
	return JISR_OK;
}

static size_t cores(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	return count < 1 ? 1 : count > SERVER_MAX_THREADS ? SERVER_MAX_THREADS : (size_t)count;
}

static struct MHD_Daemon *start_library(struct server *server, unsigned threads, bool secure)
{
	const struct settings *settings = server->first;
	/* A connection's memory holds target, headers, and the lists of both; replies' heads come after. */
	size_t memory = settings->url_bytes + settings->header_bytes;
	memory = memory + memory / 2 < 32768 ? 32768 : memory + memory / 2;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
	                 MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG | (secure ? MHD_USE_TLS : 0);
	/* Limits on connections are kept by web/connections.h; the library's own may never be met. */
	unsigned connections = (unsigned)settings->connections * 4 + threads * 64;
	struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(uintptr_t)tls_retrieve},
	                               {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
	                               {MHD_OPTION_END, 0, NULL},
	                               {MHD_OPTION_END, 0, NULL}};
	if (secure && tls_authority(server->tls) != NULL)
		tls[2] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0,
		                                 (void *)(uintptr_t)tls_authority(server->tls)};
	return MHD_start_daemon(flags, 0, NULL, NULL, exchange_on_request, server, MHD_OPTION_EXTERNAL_LOGGER,
	                        on_library_message, server, MHD_OPTION_NOTIFY_COMPLETED, exchange_on_end, server,
	                        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_URI_LOG_CALLBACK,
	                        exchange_on_target, server, MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL,
	                        MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0u, MHD_OPTION_CONNECTION_LIMIT,
	                        connections, MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	                        memory, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_STRICT_FOR_CLIENT, 1,
	                        MHD_OPTION_ARRAY, secure ? tls : &tls[3], MHD_OPTION_END);
}

int server_start(struct server *server, struct problem *problem)
{
	size_t threads = server->first->threads > 0 ? server->first->threads : cores();
	size_t workers = server->first->workers > 0 ? server->first->workers : threads;
	bool plain = server->tls == NULL;
	for (size_t i = 0; i < server->socket_count; i++)
		plain = plain || server->sockets[i].local;
	int error = workers_new(workers, server->first->queue, exchange_work, server, &server->workers);
	if (error == JISR_OK)
		error = workers_new(SERVER_WRITERS, server->first->queue, exchange_work, server, &server->writers);
	if (error == JISR_OK)
		error = connections_start(server->connections, problem);
	if (error != JISR_OK)
		return error;
	if (plain)
		server->plain = start_library(server, (unsigned)threads, false);
	if (server->tls != NULL)
		server->secure = start_library(server, (unsigned)threads, true);
	if ((plain && server->plain == NULL) || (server->tls != NULL && server->secure == NULL))
		return problem_set(problem, JISR_IO, "the server's threads cannot be started");
	if (pthread_create(&server->acceptor, NULL, accept_connections, server) != 0)
		return problem_set(problem, JISR_NO_MEMORY, "no thread can be started");
	server->accepting = true;
	return JISR_OK;
}

void server_adopt(struct server *server, const struct settings *settings)
{
	atomic_store_explicit(&server->site.settings, settings, memory_order_release);
	connections_adopt(server->connections, settings);
}

const struct settings *server_settings(const struct server *server)
{
	return settings_of(server);
}

int server_reload_certificate(struct server *server, bool changed_alone, struct problem *problem)
{
	if (server->tls == NULL || (changed_alone && !tls_changed(server->tls)))
		return JISR_NOT_FOUND;
	int error = tls_reload(server->tls, problem);
	metrics_reloaded(server->metrics, RELOAD_CERTIFICATE, error == JISR_OK);
	return error;
}

double server_certificate_ends(const struct server *server)
{
	return server->tls != NULL ? tls_ends(server->tls) : 0;
}

void server_count_reload(struct server *server, bool good)
{
	metrics_reloaded(server->metrics, RELOAD_SETTINGS, good);
}

/* Ends the acceptor after it took what waited already, and closes the sockets. */
static void stop_accepting(struct server *server)
{
	uint64_t one = 1;
	if (server->accepting) {
		(void)!write(server->wake, &one, sizeof one);
		(void)pthread_join(server->acceptor, NULL);
		server->accepting = false;
	}
	for (size_t i = 0; i < server->socket_count; i++)
		listen_close(&server->sockets[i]);
}

size_t server_stop(struct server *server)
{
	size_t cut = 0;
	if (server->stopped)
		return 0;
	server->stopped = true;
	atomic_store(&server->unready, true);
	if (server->accepting)
		(void)poll(NULL, 0, (int)(settings_of(server)->stop_delay_seconds * 1000));
	atomic_store(&server->stopping, true);
	if (server->site.service != NULL)
		events_stop(service_events(server->site.service)); /* who listens would do so for ever */
	if (server->site.service != NULL)
		nodes_stop(service_nodes(server->site.service));
	live_stop(service_live(server->site.service));
	stop_accepting(server);
	if (server->plain != NULL || server->secure != NULL) {
		double until = clock_seconds() + settings_of(server)->stop_seconds;
		connections_drain(server->connections, FIRST_REQUEST);
		while (connections_count(server->connections) > 0 && clock_seconds() < until)
			(void)poll(NULL, 0, 10);
		cut = atomic_load(&server->under_way);
		atomic_store(&server->cutting, true);
	}
	server->workers = workers_free(server->workers);
	server->writers = workers_free(server->writers);
	if (server->plain != NULL)
		MHD_stop_daemon(server->plain);
	if (server->secure != NULL)
		MHD_stop_daemon(server->secure);
	server->plain = server->secure = NULL;
	connections_stop(server->connections);
	return cut;
}

struct server *server_free(struct server *server)
{
	if (server == NULL)
		return NULL;
	(void)server_stop(server);
	while (server->carryings != NULL) {
		struct carrying *carrying = server->carryings;
		server->carryings = carrying->next;
		answer_thread_finish(&carrying->answer);
		memory_free(carrying);
	}
	for (size_t i = 0; i < server->socket_count; i++) {
		listen_close(&server->sockets[i]);
		memory_free(server->urls[i]);
	}
	if (server->wake >= 0)
		(void)close(server->wake);
	connections_free(server->connections);
	metrics_free(server->metrics);
	tls_free(server->tls);
	routes_free(server->site.routes);
	(void)pthread_mutex_destroy(&server->mutex);
	return memory_free(server);
}

const char *server_url(const struct server *server, size_t index)
{
	return index < server->socket_count ? server->urls[index] : NULL;
}

const struct answer_site *server_site(const struct server *server)
{
	return &server->site;
}

void server_checked(struct server *server, size_t checks, size_t hits)
{
	metrics_checked(server->metrics, checks, hits);
}

void server_hid(struct server *server, uint64_t hidden)
{
	metrics_hid(server->metrics, hidden);
}

const char *server_unready(const struct server *server, struct service *service, char *room, size_t size)
{
	struct service_state state;
	if (atomic_load_explicit(&server->unready, memory_order_relaxed))
		return "The service is stopping.";
	if (service_store(service) != NULL && !store_is_level(service_store(service)))
		return "What other machines have written meanwhile is still being read.";
	service_state(service, &state);
	if (state.problem.text[0] != '\0') {
		(void)snprintf(room, size, "A list could not be read: %s", state.problem.text);
		return room;
	}
	if (state.lists == 0)
		return nodes_pulls(service_nodes(service)) ? "No list has come from headquarters yet."
		                                           : "No list is loaded. Load a list: jisr load FILE...";
	return state.preparing ? "What searching needs is being made." : NULL;
}

int server_metrics(const struct server *server, struct service *service, struct text *text)
{
	struct connections_figures figures;
	char room[PROBLEM_MAX];
	connections_figures(server->connections, &figures);
	struct metrics_now now = {
		.connections = connections_count(server->connections),
		.under_way = atomic_load_explicit(&server->under_way, memory_order_relaxed),
		.waiting = workers_waiting(server->workers) + workers_waiting(server->writers),
		.bodies = atomic_load_explicit(&server->bodies, memory_order_relaxed),
		.replies = atomic_load_explicit(&server->replies, memory_order_relaxed),
		.accepted = figures.accepted,
		.refused = {[LIMIT_CONNECTIONS] = figures.over_all,
	                    [LIMIT_ADDRESS] = figures.over_address,
	                    [LIMIT_HEAD_TIME] = figures.late[CONNECTION_HEAD],
	                    [LIMIT_BODY_TIME] = figures.late[CONNECTION_BODY],
	                    [LIMIT_SEND_TIME] = figures.late[CONNECTION_SEND],
	                    [LIMIT_IDLE_TIME] = figures.late[CONNECTION_IDLE],
	                    [LIMIT_EVICTED] = figures.evicted},
		.ready = server_unready(server, service, room, sizeof room) == NULL,
		.certificate_ends = server_certificate_ends(server),
		.service = service,
	};
	return metrics_write(server->metrics, &now, text);
}
