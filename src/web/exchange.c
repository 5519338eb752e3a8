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
 *   1. All calls for one exchange come from the thread that carries its connection, except exchange_work, during which
 *      the connection is suspended; suspending and resuming order the two.
 *   2. A connection is suspended only between finish and the worker's resume, so that at the end, when the workers are
 *      gone, none is. Nobody but the worker resumes it: a stream is told whom to wake when it is first read.
 *   3. server->bodies is the sum of all exchanges' `held` bytes, server->replies that of their `sending`. */
#include "web/server_private.h"

#include "base/clock.h"
#include "base/hash.h"
#include "web/log.h"
#include "web/proxy.h"
#include "web/service.h"

#include <string.h>

_Static_assert(CONNECTION_ADDRESS_MAX >= PROXY_ADDRESS_MAX, "what a proxy says takes the connection's place");

#define DISCARD_MAX ((size_t)64 << 10) /* bytes of a refused body that are read, so that the client sees why */
/* A browser shows no answer before it has sent all: files that a person chose are read to their end, and thrown away. */
#define DISCARD_FILES ((size_t)128 << 20)

struct exchange {
	struct server *server;
	struct MHD_Connection *connection;
	struct connection *record;
	char *target;           /* NULL: too long */
	const char *target_end; /* in the library's buffer; tells whether the request line held a NUL */
	bool begun, chunked, discarding;
	bool files; /* a person's browser sends some */
	size_t body_most;
	size_t held; /* bytes counted in server->bodies */
	struct text body;
	struct answer_input input;
	const char *route; /* name, for the log; NULL: none */
	bool unseen;       /* the log names neither caller nor address */
	char caller[TLS_MAX_CALLER];
	char address[CONNECTION_ADDRESS_MAX];
	bool queue_full, bodies_full, replies_full;
	size_t sending; /* bytes counted in server->replies */
	size_t route_index;
	int status;
	size_t received, sent; /* bytes of the bodies */
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

static const struct settings *settings_of(struct server *server)
{
	return atomic_load_explicit(&server->site.settings, memory_order_acquire);
}

static const char *header_of(const struct http_carrier *carrier, const char *name)
{
	return MHD_lookup_connection_value(carrier->connection, MHD_HEADER_KIND, name);
}

void *exchange_on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct server *server = context;
	struct exchange *exchange = memory_zero(1, sizeof *exchange);
	if (exchange == NULL)
		return NULL;
	size_t length = target != NULL ? strlen(target) : 0;
	exchange->server = server;
	exchange->connection = connection;
	exchange->target_end = target != NULL ? target + length : NULL;
	text_init(&exchange->body, SIZE_MAX / 2);
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	exchange->record = info != NULL ? info->socket_context : NULL;
	if (length <= settings_of(server)->url_bytes) {
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

/* Which limit a reply tells of. */
static void count_refusal(struct exchange *exchange)
{
	struct metrics *metrics = exchange->server->metrics;
	switch (exchange->status) {
	case 401: metrics_refused(metrics, LIMIT_TOKEN, 1); break;
	case 413: metrics_refused(metrics, LIMIT_BODY_SIZE, 1); break;
	case 414: metrics_refused(metrics, LIMIT_URL_SIZE, 1); break;
	case 431: metrics_refused(metrics, LIMIT_HEADER_SIZE, 1); break;
	case 503:
		if (exchange->queue_full)
			metrics_refused(metrics, LIMIT_QUEUE, 1);
		else if (exchange->bodies_full)
			metrics_refused(metrics, LIMIT_BODIES_SIZE, 1);
		else if (exchange->replies_full)
			metrics_refused(metrics, LIMIT_REPLIES_SIZE, 1);
		else if (clock_seconds() > exchange->input.deadline && exchange->input.deadline > 0)
			metrics_refused(metrics, LIMIT_ANSWER_TIME, 1);
		break;
	default: break;
	}
}

/* One line a request. Neither path nor query: they hold names. */
static void log_request(struct exchange *exchange, int status, double seconds)
{
	const struct settings *settings = settings_of(exchange->server);
	if (!settings->log_requests || !log_wanted(LOG_LEVEL_INFO))
		return;
	const struct log_field fields[] = {{"id", exchange->input.id, 0},
	                                   {"route", exchange->route != NULL ? exchange->route : "none", 0},
	                                   {"status", NULL, status},
	                                   {"bytes", NULL, (double)exchange->sent},
	                                   {"ms", NULL, seconds * 1000},
	                                   {"caller", exchange->caller, 0},
	                                   {"address", exchange->unseen ? "" : exchange->address, 0},
	                                   {"method", exchange->input.method, 0},
	                                   {"target", exchange->target != NULL ? exchange->target : "", 0}};
	size_t count = sizeof fields / sizeof *fields;
	bool whole = settings->log_personal_data && !exchange->unseen;
	log_event(LOG_LEVEL_INFO, "request", fields, whole ? count : count - 2);
}

void exchange_on_end(void *context, struct MHD_Connection *connection, void **pointer,
                     enum MHD_RequestTerminationCode end)
{
	struct server *server = context;
	struct exchange *exchange = *pointer;
	(void)connection;
	if (exchange == NULL)
		return;
	*pointer = NULL;
	if (exchange->begun) {
		double seconds = clock_seconds() - exchange->started;
		int status = end == MHD_REQUEST_TERMINATED_COMPLETED_OK ? exchange->status : 0;
		metrics_request(server->metrics, exchange->route != NULL ? exchange->route_index : METRICS_NO_ROUTE,
		                status, seconds, exchange->received, exchange->sent);
		count_refusal(exchange);
		log_request(exchange, status, seconds);
		atomic_fetch_sub_explicit(&server->under_way, 1, memory_order_relaxed);
	}
	if (exchange->record != NULL && end == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		connection_enter(server->connections, exchange->record, CONNECTION_IDLE);
	release_body(exchange);
	atomic_fetch_sub_explicit(&server->replies, exchange->sending, memory_order_relaxed);
	if (exchange->response != NULL)
		MHD_destroy_response(exchange->response);
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

static void new_id(struct exchange *exchange)
{
	struct server *server = exchange->server;
	uint64_t serial = atomic_fetch_add_explicit(&server->serial, 1, memory_order_relaxed);
	(void)snprintf(exchange->input.id, sizeof exchange->input.id, "%016llx",
	               (unsigned long long)hash_number(serial + server->salt));
}

/* The client's own id when it is one that cannot forge anything, else a new one. */
static void make_id(struct exchange *exchange)
{
	const char *given = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "X-Request-Id");
	size_t length = given != NULL ? strlen(given) : 0;
	if (length > 0 && length < ANSWER_ID_MAX &&
	    strspn(given, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == length) {
		memcpy(exchange->input.id, given, length + 1);
		return;
	}
	new_id(exchange);
}

struct head {
	size_t bytes;
	unsigned lengths, encodings, hosts;
	bool spaced; /* a name with a space: the library knows it not, a proxy in front might (RFC 9112 section 5.1) */
};

static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct head *head = context;
	(void)kind;
	head->bytes += strlen(name) + (value != NULL ? strlen(value) : 0) + 4;
	head->spaced |= strpbrk(name, " \t") != NULL;
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
	if (head.spaced)
		refuse(exchange, 400, "The name of a header holds a space.");
	if (head.hosts > 1)
		refuse(exchange, 400, "The header Host stands more than once.");
	if (expect != NULL && strcasecmp(expect, "100-continue") != 0)
		refuse(exchange, 417, "Nothing but 100-continue can be expected of this service.");
	if (head.bytes > settings_of(exchange->server)->header_bytes)
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

/* ---- streams ---- */

#define STREAM_BLOCK ((size_t)16 << 10) /* bytes that are asked for at once */

/* A stream while it is sent. The connection is suspended while there is nothing to send. */
struct streaming {
	struct http_stream *stream;
	struct server *server;
	struct MHD_Connection *connection;
	struct connection *record; /* NULL: none */
	bool carried;              /* the stream knows whom to wake */
};

static void stream_wake(void *context)
{
	struct streaming *streaming = context;
	MHD_resume_connection(streaming->connection);
}

/* A waiting listener may be silent for as long as he likes; one who does not take what he is sent is late like others. A
 * wake between the read and the suspension makes the library go on at once. */
static ssize_t stream_read(void *context, uint64_t position, char *bytes, size_t size)
{
	struct streaming *streaming = context;
	(void)position;
	if (!streaming->carried) {
		streaming->carried = true;
		streaming->stream->carry(streaming->stream, stream_wake, streaming);
	}
	ssize_t length = streaming->stream->read(streaming->stream, bytes, size);
	if (length < 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (streaming->record != NULL)
		connection_enter(streaming->server->connections, streaming->record,
		                 length > 0 ? CONNECTION_SEND : CONNECTION_ANSWER);
	if (length == 0)
		MHD_suspend_connection(streaming->connection);
	return length;
}

static void stream_free(void *context)
{
	struct streaming *streaming = context;
	streaming->stream->free(streaming->stream);
	memory_free(streaming);
}

static struct MHD_Response *make_stream(struct exchange *exchange, struct http_stream *stream)
{
	struct streaming *streaming = memory_alloc(sizeof *streaming);
	struct MHD_Response *response = NULL;
	if (streaming != NULL) {
		*streaming =
			(struct streaming){stream, exchange->server, exchange->connection, exchange->record, false};
		response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_read, streaming,
		                                             stream_free);
	}
	if (response == NULL) {
		stream->free(stream);
		memory_free(streaming);
	}
	return response;
}

/* Whether people reach the service by TLS: here, or at a proxy before it. */
static bool is_https(const struct exchange *exchange)
{
	const char *url = settings_of(exchange->server)->public_url;
	return exchange->input.secure || (url != NULL && strncmp(url, "https://", strlen("https://")) == 0);
}

/* Makes the library's reply of ours, and takes the body over. NULL: out of memory. */
static struct MHD_Response *make_response(struct exchange *exchange, struct http_reply *reply)
{
	size_t length = reply->body.length;
	struct MHD_Response *response;
	char *body = length > 0 ? text_take(&reply->body) : NULL;
	text_finish(&reply->body);
	if (reply->stream != NULL)
		response = make_stream(exchange, reply->stream);
	else if (body != NULL)
		response = MHD_create_response_from_buffer_with_free_callback(length, body, free_body);
	else
		response = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
	if (response == NULL) {
		memory_free(body);
		return NULL;
	}
	if (reply->type != NULL && (body != NULL || reply->stream != NULL))
		put_header(response, "Content-Type", reply->type);
	for (size_t i = 0; i < reply->header_count; i++)
		put_header(response, reply->headers[i].name, reply->headers[i].value);
	if (!has_header(reply, "Cache-Control"))
		put_header(response, "Cache-Control", "no-store");
	if (!has_header(reply, "Content-Security-Policy"))
		put_header(response, "Content-Security-Policy",
		           "default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
	/* Once by TLS, always by TLS: a browser that came here so does not come by plain HTTP for a year (RFC 6797). */
	if (is_https(exchange))
		put_header(response, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
	put_header(response, "X-Content-Type-Options", "nosniff");
	put_header(response, "Referrer-Policy", "no-referrer");
	put_header(response, "X-Request-Id", exchange->input.id);
	if (reply->status == 503 && !has_header(reply, "Retry-After"))
		put_header(response, "Retry-After", "1");
	/* After a stream a wake may still be on its way, which another request on the connection must not meet. */
	if (reply->stream != NULL || atomic_load_explicit(&exchange->server->stopping, memory_order_relaxed))
		put_header(response, "Connection", "close");
	exchange->status = reply->status;
	exchange->sent = length;
	return response;
}

static void plan(struct exchange *exchange, struct carrying *carrying, struct answer_plan *ret_plan)
{
	answer_plan(&exchange->server->site, &carrying->answer, &exchange->input, ret_plan);
	exchange->route = ret_plan->found.route != NULL ? ret_plan->found.route->name : NULL;
	exchange->unseen = ret_plan->found.route != NULL && ret_plan->found.route->unseen;
	if (exchange->unseen)
		new_id(exchange); /* the client's own would tie the log's line to whoever chose it */
	exchange->route_index = ret_plan->found.index;
	(void)snprintf(exchange->caller, sizeof exchange->caller, "%s", ret_plan->caller.name);
}

/* Counts a reply until it was taken; when all that are under way are too much, a short one takes its place. */
static void count_reply(struct exchange *exchange, struct carrying *carrying, const struct answer_plan *planned,
                        struct http_reply *reply)
{
	struct server *server = exchange->server;
	if (reply->stream != NULL)
		return;
	exchange->sending = reply->body.capacity;
	size_t before = atomic_fetch_add_explicit(&server->replies, exchange->sending, memory_order_relaxed);
	bool watched = routes_of_health(planned->found.route); /* just then somebody must be able to see why */
	if (before + exchange->sending <= settings_of(server)->replies_bytes || reply->status >= 400 || watched)
		return;
	atomic_fetch_sub_explicit(&server->replies, exchange->sending, memory_order_relaxed);
	exchange->sending = 0;
	exchange->replies_full = true;
	text_finish(&reply->body);
	refuse(exchange, 503, "Too many replies are under way at once; try again later.");
	struct answer_plan refused;
	plan(exchange, carrying, &refused);
	answer_run(&server->site, &carrying->answer, &exchange->input, &refused, reply);
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
	count_reply(exchange, carrying, ready, &reply);
	exchange->response = make_response(exchange, &reply);
	release_body(exchange);
}

/* A worker's: the connection is suspended meanwhile. */
void exchange_work(void *context, void *piece)
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

/* Whether the answer waits for the disk, among others: it is a change, or a check that the access log takes down first. A
 * long batch of checks waits for a processor all the more. */
static bool waits_for_disk(const struct exchange *exchange, const struct http_route *route)
{
	struct service *service = exchange->server->site.service;
	bool check = route->method == HTTP_POST && route->access != NULL && !route->heavy &&
	             (route->heavy_body == 0 || exchange->body.length <= route->heavy_body);
	return route->waits || (check && service != NULL && service_access(service) != NULL);
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
	exchange->input.deadline = clock_seconds() + settings_of(server)->answer_seconds;
	plan(exchange, carrying, &planned);
	const struct http_route *route = planned.found.route;
	bool waits = route != NULL && waits_for_disk(exchange, route);
	bool heavy = route != NULL &&
	             (route->heavy || waits || (route->heavy_body > 0 && exchange->body.length > route->heavy_body));
	if (planned.refused == 0 && heavy) {
		set_phase(exchange, CONNECTION_ANSWER);
		MHD_suspend_connection(exchange->connection);
		if (workers_put(waits ? server->writers : server->workers, exchange))
			return MHD_YES;
		MHD_resume_connection(exchange->connection);
		exchange->queue_full = true;
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
	if (before + bytes <= settings_of(server)->bodies_bytes)
		return true;
	exchange->bodies_full = true;
	return false;
}

static void discard(struct exchange *exchange, int status, const char *detail)
{
	refuse(exchange, status, detail);
	exchange->discarding = true;
	exchange->body_most = exchange->files ? DISCARD_FILES : DISCARD_MAX;
	release_body(exchange);
}

/* What proxies say, of all headers of one name. */
struct gathering {
	const char *name;
	size_t used;
	char said[PROXY_MAX_HEADER + 2]; /* one more than is believed */
};

static enum MHD_Result gather(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct gathering *gathering = context;
	(void)kind;
	if (strcasecmp(name, gathering->name) != 0 || value == NULL)
		return MHD_YES;
	size_t room = sizeof gathering->said - gathering->used;
	int length = snprintf(gathering->said + gathering->used, room, "%s%s", gathering->used > 0 ? "," : "", value);
	gathering->used += (size_t)length < room ? (size_t)length : room - 1;
	return MHD_YES;
}

/* Behind a proxy that is trusted it is who the proxy says. A caller of the proxy is never of this machine for us. */
static void ask_proxy(struct exchange *exchange)
{
	const struct settings *settings = settings_of(exchange->server);
	struct gathering gathering = {.name = settings->proxy_forwarded ? "Forwarded" : "X-Forwarded-For"};
	struct proxy_list proxies;
	if (settings->trusted_proxies == NULL || proxy_read(settings->trusted_proxies, &proxies, NULL) != JISR_OK ||
	    !proxy_trusts(&proxies, exchange->address))
		return;
	(void)MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, gather, &gathering);
	if (gathering.used == 0) /* the proxy itself: it asks whether we are well */
		return;
	exchange->input.local = false;
	(void)proxy_client(&proxies, gathering.said, settings->proxy_forwarded, exchange->address);
}

/* What the connection itself tells of who asks; looked up once a connection. */
static void identify(struct exchange *exchange)
{
	if (exchange->record == NULL)
		return;
	struct connection_peer *peer = connection_peer(exchange->record);
	if (!peer->looked && exchange->server->tls != NULL) {
		const union MHD_ConnectionInfo *info =
			MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
		peer->secure = info != NULL && info->tls_session != NULL;
		if (peer->secure && tls_authority(exchange->server->tls) != NULL) {
			enum tls_client client = tls_client(info->tls_session, peer->caller, peer->print);
			peer->named = client == TLS_CLIENT_KNOWN;
			peer->bad = client == TLS_CLIENT_BAD;
		}
	}
	peer->looked = true;
	exchange->input.address = connection_address(exchange->record, exchange->address);
	exchange->input.local = peer->local;
	ask_proxy(exchange);
	exchange->input.secure = peer->secure;
	exchange->input.client_bad = peer->bad;
	exchange->input.client_named = peer->named ? peer->caller : NULL;
	exchange->input.client_print = peer->named ? peer->print : NULL;
}

/* The head is there. */
static enum MHD_Result begin(struct exchange *exchange, const char *method, const char *version)
{
	struct server *server = exchange->server;
	exchange->begun = true;
	exchange->started = clock_seconds();
	atomic_fetch_add_explicit(&server->under_way, 1, memory_order_relaxed);
	exchange->input.method = method;
	exchange->input.target = exchange->target;
	exchange->input.header = header_of;
	exchange->input.connection = exchange->connection;
	make_id(exchange);
	identify(exchange);
	check_head(exchange, version);
	const char *declared = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "Content-Length");
	unsigned long long length = declared != NULL ? strtoull(declared, NULL, 10) : 0;
	if (length == 0 && !exchange->chunked && exchange->input.refused != 400)
		return MHD_YES; /* finish comes at once */
	struct carrying *carrying = carrying_of(server);
	struct answer_plan planned;
	if (carrying == NULL)
		return MHD_NO;
	int found = exchange->input.refused;
	set_phase(exchange, CONNECTION_BODY);
	plan(exchange, carrying, &planned);
	size_t most = planned.found.route != NULL ? planned.found.route->body_max : 0;
	exchange->files = planned.found.route != NULL && planned.found.route->style == HTTP_STYLE_PAGE;
	exchange->body_most = most < settings_of(server)->body_bytes ? most : settings_of(server)->body_bytes;
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
	if (length > exchange->body_most || found == 400 ||
	    found == 501) { /* too much to read, or nobody knows how much */
		answer(exchange, carrying, NULL);
		return queue(exchange);
	}
	if (planned.refused != 0) /* its text lies in the arena: it is made anew when the body is there */
		exchange->input.refused = found;
	return MHD_YES;
}

static enum MHD_Result take_body(struct exchange *exchange, const char *bytes, size_t length)
{
	exchange->received += length;
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

enum MHD_Result exchange_on_request(void *context, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload, size_t *upload_size,
                                    void **pointer)
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
