/* One exchange is one request and its reply:
 *
 *   the target is there       on_target    makes the exchange
 *   the head is there         begin        decides whether a body is taken, and how much of it
 *   a piece of the body       take_body
 *   all is there              finish       answers here, or hands over to the workers and lets the connection sleep
 *   a worker has answered     queue        the connection wakes, the reply is sent
 *   the reply is gone         on_end       logs, counts, frees
 *
 * Invariants
 *   1. All calls for one exchange come from the thread that carries its connection, except work(), during which the
 *      connection is suspended; suspending and resuming order the two.
 *   2. A connection is suspended only between finish and the worker's resume, so that at the end, when the workers are
 *      gone, none is.
 *   3. `bodies` is the sum of all exchanges' `held` bytes. */
#include "web/server.h"

#include "base/clock.h"
#include "base/hash.h"
#include "web/answer.h"
#include "web/connections.h"
#include "web/listen.h"
#include "web/log.h"
#include "web/workers.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define SERVER_MAX_THREADS 256
#define DISCARD_MAX        ((size_t)64 << 10) /* bytes of a refused body that are read, so that the client sees why */
#define FIRST_REQUEST      1.0                /* seconds that a new connection has for its request when stopping */
#define ACCEPT_PAUSE       20                 /* milliseconds, when the system has no descriptor left */

struct carrying {
	struct answer_thread answer;
	struct carrying *next;
};

struct server {
	const struct settings *settings;
	struct answer_site site;
	struct connections *connections;
	struct workers *workers;
	struct MHD_Daemon *daemon;
	struct listen_socket sockets[SETTINGS_MAX_LISTEN];
	char *urls[SETTINGS_MAX_LISTEN];
	size_t socket_count;
	pthread_t acceptor;
	bool accepting;
	int wake; /* eventfd: the acceptor is to end */
	_Atomic bool stopping, cutting;
	_Atomic size_t under_way; /* requests between head and the end of the reply */
	_Atomic size_t bodies;    /* bytes */
	_Atomic uint64_t serial;  /* of requests, for their ids */
	uint64_t salt;            /* of this process's ids */
	pthread_mutex_t mutex;    /* of `carryings` */
	struct carrying *carryings;
};

struct exchange {
	struct server *server;
	struct MHD_Connection *connection;
	struct connection *record;
	char *target;           /* NULL: too long */
	const char *target_end; /* in the library's buffer; tells whether the request line held a NUL */
	bool begun, counted, chunked, discarding;
	size_t body_most;
	size_t held; /* bytes counted in server->bodies */
	struct text body;
	struct answer_input input;
	const char *route; /* name, for the log; NULL: none */
	char caller[64];
	int status;
	size_t sent; /* bytes of the reply's body */
	double started;
	struct MHD_Response *response; /* ready, not yet queued */
};

/* The thread's own, made when it carries its first request. */
static _Thread_local struct carrying *own;
static _Thread_local const struct server *own_server;

static struct carrying *carrying_of(struct server *server)
{
	if (own_server == server)
		return own;
	struct carrying *carrying = memory_zero(1, sizeof *carrying);
	if (carrying == NULL || answer_thread_init(&carrying->answer) != JISR_OK)
		return memory_free(carrying);
	(void)pthread_mutex_lock(&server->mutex);
	carrying->next = server->carryings;
	server->carryings = carrying;
	(void)pthread_mutex_unlock(&server->mutex);
	own = carrying;
	own_server = server;
	return own;
}

static const char *header_of(const struct http_carrier *carrier, const char *name)
{
	return MHD_lookup_connection_value(carrier->connection, MHD_HEADER_KIND, name);
}

static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct server *server = context;
	struct exchange *exchange = memory_zero(1, sizeof *exchange);
	if (exchange == NULL)
		return NULL;
	size_t length = target != NULL ? strlen(target) : 0;
	exchange->server = server;
	exchange->connection = connection;
	exchange->target_end = target != NULL ? target + length : NULL;
	exchange->started = clock_seconds();
	text_init(&exchange->body, SIZE_MAX / 2);
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	exchange->record = info != NULL ? info->socket_context : NULL;
	if (length <= server->settings->url_bytes) {
		exchange->target = memory_text(target != NULL ? target : "", length);
		if (exchange->target == NULL)
			return memory_free(exchange);
	}
	return exchange;
}

static void release_body(struct exchange *exchange)
{
	atomic_fetch_sub_explicit(&exchange->server->bodies, exchange->held, memory_order_relaxed);
	exchange->held = 0;
	text_finish(&exchange->body);
	text_init(&exchange->body, SIZE_MAX / 2);
}

static void on_end(void *context, struct MHD_Connection *connection, void **pointer,
                   enum MHD_RequestTerminationCode end)
{
	struct server *server = context;
	struct exchange *exchange = *pointer;
	(void)connection;
	if (exchange == NULL)
		return;
	*pointer = NULL;
	if (exchange->record != NULL && end == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		connection_enter(server->connections, exchange->record, CONNECTION_IDLE);
	release_body(exchange);
	if (exchange->response != NULL)
		MHD_destroy_response(exchange->response);
	if (exchange->counted)
		atomic_fetch_sub_explicit(&server->under_way, 1, memory_order_relaxed);
	memory_free(exchange->target);
	memory_free(exchange);
}

static void set_phase(struct exchange *exchange, enum connection_phase phase)
{
	if (exchange->record != NULL)
		connection_enter(exchange->server->connections, exchange->record, phase);
}

static void refuse(struct exchange *exchange, int status, const char *detail)
{
	if (exchange->input.refused == 0) {
		exchange->input.refused = status;
		exchange->input.refused_detail = detail;
	}
}

/* The client's own id when it is one that cannot forge anything, else a new one. */
static void make_id(struct exchange *exchange)
{
	struct server *server = exchange->server;
	const char *given = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "X-Request-Id");
	size_t length = given != NULL ? strlen(given) : 0;
	if (length > 0 && length < ANSWER_ID_MAX &&
	    strspn(given, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == length) {
		memcpy(exchange->input.id, given, length + 1);
		return;
	}
	uint64_t serial = atomic_fetch_add_explicit(&server->serial, 1, memory_order_relaxed);
	(void)snprintf(exchange->input.id, sizeof exchange->input.id, "%016llx",
	               (unsigned long long)hash_number(serial + server->salt));
}

struct head {
	size_t bytes;
	unsigned lengths, encodings, hosts;
};

static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct head *head = context;
	(void)kind;
	head->bytes += strlen(name) + (value != NULL ? strlen(value) : 0) + 4;
	head->lengths += strcasecmp(name, "Content-Length") == 0;
	head->encodings += strcasecmp(name, "Transfer-Encoding") == 0;
	head->hosts += strcasecmp(name, "Host") == 0;
	return MHD_YES;
}

/* What of a head is wrong whatever it asks for. */
static void check_head(struct exchange *exchange, const char *version)
{
	struct head head = {0};
	(void)MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, count_header, &head);
	const char *encoding = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "Transfer-Encoding");
	const char *expect = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "Expect");
	if (exchange->target_end != NULL && version != exchange->target_end + 1)
		refuse(exchange, 400, "The request line holds the character NUL.");
	if (head.lengths > 1 || head.encodings > 1 || (head.lengths > 0 && head.encodings > 0))
		refuse(exchange, 400, "The length of the body is given more than once.");
	else if (encoding != NULL && strcasecmp(encoding, "chunked") != 0)
		refuse(exchange, 501, "No Transfer-Encoding but chunked is known here.");
	if (head.hosts > 1)
		refuse(exchange, 400, "The header Host stands more than once.");
	if (expect != NULL && strcasecmp(expect, "100-continue") != 0)
		refuse(exchange, 417, "Nothing but 100-continue can be expected of this service.");
	if (head.bytes > exchange->server->settings->header_bytes)
		refuse(exchange, 431, "The headers are longer than this service takes.");
	exchange->chunked = encoding != NULL;
}

static void free_body(void *body)
{
	memory_free(body);
}

static void put_header(struct MHD_Response *response, const char *name, const char *value)
{
	(void)MHD_add_response_header(response, name, value);
}

static bool has_header(const struct http_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcasecmp(reply->headers[i].name, name) == 0)
			return true;
	return false;
}

/* Makes the library's reply of ours, and takes the body over. NULL: out of memory. */
static struct MHD_Response *make_response(struct exchange *exchange, struct http_reply *reply)
{
	size_t length = reply->body.length;
	struct MHD_Response *response;
	char *body = length > 0 ? text_take(&reply->body) : NULL;
	text_finish(&reply->body);
	if (body != NULL)
		response = MHD_create_response_from_buffer_with_free_callback(length, body, free_body);
	else
		response = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
	if (response == NULL) {
		memory_free(body);
		return NULL;
	}
	if (reply->type != NULL && body != NULL)
		put_header(response, "Content-Type", reply->type);
	for (size_t i = 0; i < reply->header_count; i++)
		put_header(response, reply->headers[i].name, reply->headers[i].value);
	if (!has_header(reply, "Cache-Control"))
		put_header(response, "Cache-Control", "no-store");
	if (!has_header(reply, "Content-Security-Policy"))
		put_header(response, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
	put_header(response, "X-Content-Type-Options", "nosniff");
	put_header(response, "Referrer-Policy", "no-referrer");
	put_header(response, "X-Request-Id", exchange->input.id);
	if (reply->status == 503 && !has_header(reply, "Retry-After"))
		put_header(response, "Retry-After", "1");
	if (atomic_load_explicit(&exchange->server->stopping, memory_order_relaxed))
		put_header(response, "Connection", "close");
	exchange->status = reply->status;
	exchange->sent = length;
	return response;
}

static void plan(struct exchange *exchange, struct carrying *carrying, struct answer_plan *ret_plan)
{
	answer_plan(&exchange->server->site, &carrying->answer, &exchange->input, ret_plan);
	exchange->route = ret_plan->found.route != NULL ? ret_plan->found.route->name : NULL;
	(void)snprintf(exchange->caller, sizeof exchange->caller, "%s", ret_plan->caller);
}

/* Works the answer out on this thread: exchange->response, NULL when there is no memory even for an error. */
static void answer(struct exchange *exchange, struct carrying *carrying, const struct answer_plan *ready)
{
	struct http_reply reply;
	struct answer_plan made;
	if (ready == NULL) {
		plan(exchange, carrying, &made);
		ready = &made;
	}
	answer_run(&exchange->server->site, &carrying->answer, &exchange->input, ready, &reply);
	exchange->response = make_response(exchange, &reply);
	release_body(exchange);
}

/* A worker's: the connection is suspended meanwhile. */
static void work(void *context, void *piece)
{
	struct server *server = context;
	struct exchange *exchange = piece;
	struct carrying *carrying = carrying_of(server);
	if (atomic_load_explicit(&server->cutting, memory_order_relaxed))
		refuse(exchange, 503, "The service is stopping.");
	if (carrying != NULL)
		answer(exchange, carrying, NULL);
	else
		exchange->status = 503;
	MHD_resume_connection(exchange->connection);
}

static enum MHD_Result queue(struct exchange *exchange)
{
	if (exchange->response == NULL)
		return MHD_NO;
	set_phase(exchange, CONNECTION_SEND);
	enum MHD_Result result =
		MHD_queue_response(exchange->connection, (unsigned)exchange->status, exchange->response);
	MHD_destroy_response(exchange->response);
	exchange->response = NULL;
	return result;
}

/* All of the request is there. */
static enum MHD_Result finish(struct exchange *exchange)
{
	struct server *server = exchange->server;
	struct carrying *carrying = carrying_of(server);
	struct answer_plan planned;
	if (carrying == NULL)
		return MHD_NO;
	if (exchange->body.error == JISR_NO_MEMORY)
		refuse(exchange, 503, "The service has no memory left for this request.");
	exchange->input.body = exchange->body.bytes;
	exchange->input.body_length = exchange->body.length;
	exchange->input.deadline = clock_seconds() + server->settings->answer_seconds;
	plan(exchange, carrying, &planned);
	if (planned.refused == 0 && planned.found.route != NULL && planned.found.route->heavy) {
		set_phase(exchange, CONNECTION_ANSWER);
		MHD_suspend_connection(exchange->connection);
		if (workers_put(server->workers, exchange))
			return MHD_YES;
		MHD_resume_connection(exchange->connection);
		refuse(exchange, 503, "Too many requests of this kind wait already; try again later.");
		plan(exchange, carrying, &planned);
		answer(exchange, carrying, &planned);
		return exchange->response != NULL ? MHD_YES : MHD_NO; /* queued when the connection wakes */
	}
	answer(exchange, carrying, &planned);
	return queue(exchange);
}

/* Counts bytes of a body that is to be kept; false when all bodies together are over the limit. */
static bool hold(struct exchange *exchange, size_t bytes)
{
	struct server *server = exchange->server;
	size_t before = atomic_fetch_add_explicit(&server->bodies, bytes, memory_order_relaxed);
	exchange->held += bytes;
	return before + bytes <= server->settings->bodies_bytes;
}

static void discard(struct exchange *exchange, int status, const char *detail)
{
	refuse(exchange, status, detail);
	exchange->discarding = true;
	exchange->body_most = DISCARD_MAX;
	release_body(exchange);
}

/* The head is there. */
static enum MHD_Result begin(struct exchange *exchange, const char *method, const char *version)
{
	struct server *server = exchange->server;
	exchange->begun = exchange->counted = true;
	atomic_fetch_add_explicit(&server->under_way, 1, memory_order_relaxed);
	exchange->input.method = method;
	exchange->input.target = exchange->target;
	exchange->input.header = header_of;
	exchange->input.connection = exchange->connection;
	make_id(exchange);
	check_head(exchange, version);
	const char *declared = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "Content-Length");
	unsigned long long length = declared != NULL ? strtoull(declared, NULL, 10) : 0;
	if (length == 0 && !exchange->chunked)
		return MHD_YES; /* finish comes at once */
	struct carrying *carrying = carrying_of(server);
	struct answer_plan planned;
	if (carrying == NULL)
		return MHD_NO;
	int found = exchange->input.refused;
	set_phase(exchange, CONNECTION_BODY);
	plan(exchange, carrying, &planned);
	size_t most = planned.found.route != NULL ? planned.found.route->body_max : 0;
	exchange->body_most = most < server->settings->body_bytes ? most : server->settings->body_bytes;
	if (planned.refused != 0)
		discard(exchange, planned.refused, planned.refused_detail);
	else if (length > exchange->body_most)
		discard(exchange, 413,
		        exchange->body_most > 0 ? "The body is larger than this address takes."
		                                : "This address takes no body.");
	else if (!hold(exchange, (size_t)length))
		discard(exchange, 503, "Too many bodies are under way at once; try again later.");
	if (!exchange->discarding)
		return MHD_YES;
	if (length > DISCARD_MAX || found == 400 || found == 501) { /* too much to read, or nobody knows how much */
		answer(exchange, carrying, NULL);
		return queue(exchange);
	}
	if (planned.refused != 0) /* its text lies in the arena: it is made anew when the body is there */
		exchange->input.refused = found;
	return MHD_YES;
}

static enum MHD_Result take_body(struct exchange *exchange, const char *bytes, size_t length)
{
	if (exchange->discarding) {
		if (length > exchange->body_most)
			return MHD_NO; /* it was told to stop, or goes on for ever */
		exchange->body_most -= length;
		return MHD_YES;
	}
	if (length > exchange->body_most - exchange->body.length) {
		discard(exchange, 413, "The body is larger than this address takes.");
	} else {
		size_t needed = exchange->body.length + length;
		if (needed > exchange->held && !hold(exchange, needed - exchange->held))
			discard(exchange, 503, "Too many bodies are under way at once; try again later.");
		else
			(void)text_add(&exchange->body, bytes, length);
	}
	return MHD_YES;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **pointer)
{
	struct exchange *exchange = *pointer;
	(void)context;
	(void)connection;
	(void)url;
	if (exchange == NULL)
		return MHD_NO;
	if (!exchange->begun)
		return begin(exchange, method, version);
	if (*upload_size > 0) {
		size_t length = *upload_size;
		*upload_size = 0;
		return take_body(exchange, upload, length);
	}
	if (exchange->response != NULL)
		return queue(exchange);
	return exchange->status == 0 ? finish(exchange) : MHD_NO;
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
		else if (MHD_add_connection(server->daemon, fd, (struct sockaddr *)&address, length) != MHD_YES)
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

static int make_url(const struct listen_socket *listening, char **ret_url)
{
	struct text url;
	text_init(&url, LISTEN_TEXT_MAX + 16);
	text_add_string(&url, listening->local ? "" : "http://");
	int error = text_add_string(&url, listening->text);
	*ret_url = text_take(&url);
	text_finish(&url);
	return error;
}

int server_new(const struct settings *settings, struct service *service, const int *given, size_t given_count,
               struct server **ret_server, struct problem *problem)
{
	CLEANUP(server_freep) struct server *server = memory_zero(1, sizeof *server);
	if (server == NULL)
		return JISR_NO_MEMORY;
	(void)pthread_mutex_init(&server->mutex, NULL);
	server->wake = -1;
	server->settings = settings;
	server->site = (struct answer_site){.settings = settings, .service = service, .server = server};
	randombytes_buf(&server->salt, sizeof server->salt);
	int error = routes_new(routes_all, &server->site.routes);
	if (error == JISR_OK)
		error = connections_new(settings, &server->connections);
	if (error != JISR_OK)
		return error;
	size_t count = given_count > 0 ? given_count : settings->listen_count;
	if (count > SETTINGS_MAX_LISTEN)
		return problem_set(problem, JISR_TOO_LARGE, "at most %d addresses can be listened on",
		                   SETTINGS_MAX_LISTEN);
	for (size_t i = 0; i < count && error == JISR_OK; i++) {
		struct listen_socket *socket = &server->sockets[i];
		error = given_count > 0 ? listen_adopt(given[i], socket, problem)
		                        : listen_open(settings->listen[i], socket, problem);
		if (error == JISR_OK)
			server->socket_count++;
		if (error == JISR_OK)
			error = make_url(socket, &server->urls[i]);
	}
	server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (error == JISR_OK && server->wake < 0)
		error = problem_set(problem, JISR_IO, "no descriptor is left: %s", strerror(errno));
	if (error != JISR_OK)
		return error;
	*ret_server = server;
	server = NULL;
	return JISR_OK;
}

static unsigned cores(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	return count < 1 ? 1 : count > SERVER_MAX_THREADS ? SERVER_MAX_THREADS : (unsigned)count;
}

static struct MHD_Daemon *start_library(struct server *server, unsigned threads)
{
	const struct settings *settings = server->settings;
	/* A connection's memory holds target, headers, and the lists of both; replies' heads come after. */
	size_t memory = settings->url_bytes + settings->header_bytes;
	memory = memory + memory / 2 < 32768 ? 32768 : memory + memory / 2;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
	                 MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG;
	/* Limits on connections are kept by web/connections.h; the library's own may never be met. */
	unsigned connections = (unsigned)settings->connections * 4 + threads * 64;
	return MHD_start_daemon(
		flags, 0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_library_message, server,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL,
		MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0u, MHD_OPTION_CONNECTION_LIMIT, connections,
		MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

int server_start(struct server *server, struct problem *problem)
{
	unsigned threads = server->settings->threads > 0 ? server->settings->threads : cores();
	unsigned workers = server->settings->workers > 0 ? server->settings->workers : threads;
	int error = workers_new(workers, server->settings->queue, work, server, &server->workers);
	if (error == JISR_OK)
		error = connections_start(server->connections, problem);
	if (error != JISR_OK)
		return error;
	server->daemon = start_library(server, threads);
	if (server->daemon == NULL)
		return problem_set(problem, JISR_IO, "the server's threads cannot be started");
	if (pthread_create(&server->acceptor, NULL, accept_connections, server) != 0)
		return problem_set(problem, JISR_NO_MEMORY, "no thread can be started");
	server->accepting = true;
	return JISR_OK;
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
	if (atomic_exchange(&server->stopping, true))
		return 0;
	stop_accepting(server);
	if (server->daemon != NULL) {
		double until = clock_seconds() + server->settings->stop_seconds;
		connections_drain(server->connections, FIRST_REQUEST);
		while (connections_count(server->connections) > 0 && clock_seconds() < until)
			(void)poll(NULL, 0, 10);
		cut = atomic_load(&server->under_way);
		atomic_store(&server->cutting, true);
	}
	server->workers = workers_free(server->workers);
	if (server->daemon != NULL)
		MHD_stop_daemon(server->daemon);
	server->daemon = NULL;
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
	routes_free(server->site.routes);
	(void)pthread_mutex_destroy(&server->mutex);
	return memory_free(server);
}

const char *server_url(const struct server *server, size_t index)
{
	return index < server->socket_count ? server->urls[index] : NULL;
}

bool server_stopping(const struct server *server)
{
	return atomic_load_explicit(&server->stopping, memory_order_relaxed);
}
