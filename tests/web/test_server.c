/* The running server, asked by several clients at once while its lists, its settings and decisions change, and stopped
 * under them. ThreadSanitizer runs it in every ./test. What each address answers is tested in tests/system. */
#include "web/server.h"

#include "../base/temporary.h"
#include "base/json.h"
#include "base/memory.h"
#include "web/log.h"
#include "web/server_private.h"
#include "web/service.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#define ARENA    ((size_t)64 << 20)
#define CLIENTS  4
#define REQUESTS 150 /* of each client, at least */
#define CHANGES  20
#define ANSWER   ((size_t)1 << 20)

static char data[200];
static struct problem last;

/* `count` people of one name, whose passport numbers carry the version. */
static void load(char version, int count)
{
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(catalogue_load_freep) struct catalogue_load *loading = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct catalogue_change change;
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	assert_int_equal(catalogue_open(data, &catalogue, &last), JISR_OK);
	assert_int_equal(catalogue_begin(catalogue, "one", &loading, &last), JISR_OK);
	for (int i = 0; i < count; i++) {
		char id[32], number[32];
		struct entity *entity;
		(void)snprintf(id, sizeof id, "p-%d", i);
		(void)snprintf(number, sizeof number, "%c%06d", version, i);
		arena_reset(arena);
		assert_int_equal(entity_new(id, "Person", arena, &entity), JISR_OK);
		assert_int_equal(entity_add(entity, arena, "name", "Oskar Lindqvist", 15), JISR_OK);
		assert_int_equal(entity_add_document(entity, arena, "passportNumber", "ma", number, strlen(number)),
		                 JISR_OK);
		assert_int_equal(entity_complete(entity, arena), JISR_OK);
		assert_int_equal(catalogue_put(loading, entity, &last), JISR_OK);
	}
	assert_int_equal(catalogue_commit(loading, "invented", "people.csv", "2026-01-01", &change, &last), JISR_OK);
}

/* ---- a client ---- */

struct client {
	pthread_t thread;
	uint16_t port;
	unsigned number;
	int fd; /* -1: no connection is open */
	const atomic_bool *stopping;
	atomic_size_t answered;
	char wrong[400]; /* what was wrong, "" when nothing was */
	char *answer;    /* of ANSWER bytes */
	size_t length;
	const char *body; /* inside the answer */
};

static bool say_wrong(struct client *client, const char *path, const char *what)
{
	if (client->wrong[0] == '\0')
		(void)snprintf(client->wrong, sizeof client->wrong, "%s: %s: %.300s", path, what, client->answer);
	return false;
}

static bool open_connection(struct client *client)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(client->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return client->fd >= 0 && connect(client->fd, (struct sockaddr *)&address, sizeof address) == 0;
}

static void close_connection(struct client *client)
{
	if (client->fd >= 0)
		(void)close(client->fd);
	client->fd = -1;
}

/* The whole reply, or false when the connection ended before. */
static bool read_reply(struct client *client)
{
	client->length = 0;
	for (;;) {
		client->answer[client->length] = '\0';
		char *end = strstr(client->answer, "\r\n\r\n"), *field = strstr(client->answer, "Content-Length: ");
		if (end != NULL) {
			client->body = end + 4;
			size_t head = (size_t)(end + 4 - client->answer);
			size_t rest = field != NULL && field < end ? strtoul(field + 16, NULL, 10) : 0;
			if (client->length >= head + rest)
				return true;
		}
		ssize_t got = client->length + 1 < ANSWER
		                      ? read(client->fd, client->answer + client->length, ANSWER - 1 - client->length)
		                      : 0;
		if (got <= 0)
			return false;
		client->length += (size_t)got;
	}
}

/* Asks and awaits the status. True when there is an answer to look at; a server that stops may close instead. */
static bool ask(struct client *client, const char *method, const char *path, const char *type, const char *body,
                int status)
{
	char request[2048];
	int length = snprintf(request, sizeof request,
	                      "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
	                      method, path, type, strlen(body), body);
	bool kept = client->fd >= 0;
	bool good = (kept || open_connection(client)) && write(client->fd, request, (size_t)length) == length &&
	            read_reply(client);
	if (!good) {
		close_connection(client);
		return atomic_load(client->stopping) ? false : say_wrong(client, path, "no whole reply");
	}
	atomic_fetch_add(&client->answered, 1);
	int said = (int)strtol(client->answer + 9, NULL, 10);
	if (said != status && !atomic_load(client->stopping))
		return say_wrong(client, path, "another status");
	return said == status;
}

/* Everybody on the list has the name: hits, hidden ones and the list's own number come from one version. */
static void check(struct client *client, const char *reference)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	char body[256];
	(void)snprintf(body, sizeof body, "{\"name\": \"Oskar Lindqvist\", \"limit\": 50, \"reference\": \"%s\"}",
	               reference);
	if (!ask(client, "POST", "/api/v1/check", "application/json", body, 200))
		return;
	if (json_read(client->body, strlen(client->body), &json, NULL) != JISR_OK) {
		(void)say_wrong(client, "/api/v1/check", "no JSON");
		return;
	}
	const cJSON *list = cJSON_GetArrayItem(json_get(json, "lists"), 0);
	int found = json_get(json, "total")->valueint + json_get(json, "hidden")->valueint;
	if (list == NULL || found != json_get(list, "entities")->valueint)
		(void)say_wrong(client, "/api/v1/check", "two versions in one answer");
}

static void one_request(struct client *client, unsigned n)
{
	char body[512], reference[32];
	(void)snprintf(reference, sizeof reference, "c-%u-%u", client->number, n % 7);
	switch (n % 11) {
	case 0: (void)ask(client, "GET", "/healthz", "text/plain", "", 200); break;
	case 1: (void)ask(client, "GET", "/metrics", "text/plain", "", 200); break;
	case 2:
		(void)snprintf(body, sizeof body,
		               "{\"query\": {\"name\": \"Oskar Lindqvist\", \"reference\": \"%s\"}, \"list\": \"one\", "
		               "\"entity\": \"p-0\", \"decision\": \"%s\"}",
		               reference, n % 2 == 0 ? "different" : "unsure");
		(void)ask(client, "POST", "/api/v1/decisions", "application/json", body, 201);
		break;
	case 3:
		(void)ask(client, "POST", "/match/default", "application/json",
		          "{\"queries\": {\"q\": {\"schema\": \"Person\", \"properties\": {\"name\": [\"Oscar "
		          "Lindquist\"]}}}}",
		          200);
		break;
	case 4: (void)ask(client, "GET", "/search/default?q=lindqvist&facets=countries", "text/plain", "", 200); break;
	case 5: (void)ask(client, "GET", "/catalog", "text/plain", "", 200); break;
	case 6: (void)ask(client, "GET", "/entities/p-1", "text/plain", "", 200); break;
	case 7:
		(void)ask(client, "POST", "/api/v1/check/batch", "application/json",
		          "{\"checks\": [{\"name\": \"Oskar Lindqvist\"}, {\"document\": \"A000001\"}]}", 200);
		break;
	case 8:
		(void)ask(client, "POST", "/reconcile/default", "application/x-www-form-urlencoded",
		          "queries=%7B%22q%22%3A%7B%22query%22%3A%22Oskar%20Lindqvist%22%7D%7D", 200);
		break;
	case 9: (void)ask(client, "GET", "/api/v1/decisions?limit=3", "text/plain", "", 200); break;
	default: check(client, reference);
	}
}

static void *be_client(void *context)
{
	struct client *client = context;
	for (unsigned n = client->number; !atomic_load(client->stopping) && client->wrong[0] == '\0'; n++) {
		one_request(client, n);
		if (n % 13 == 0)
			close_connection(client);
		if (n % 29 == 0 && open_connection(client)) { /* and some ask half a question */
			(void)!write(client->fd,
			             "POST /match/default HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{", 62);
			close_connection(client);
		}
	}
	close_connection(client);
	return NULL;
}

/* ---- */

static void settle(struct settings *settings)
{
	settings_init(settings);
	settings->data = data;
	settings->listen[0] = "127.0.0.1:0";
	settings->listen_count = 1;
	settings->threads = settings->workers = 2;
	settings->stop_delay_seconds = 0;
}

static void clients_are_answered_while_everything_changes_and_until_it_stops(void **state)
{
	(void)state;
	CLEANUP(service_freep) struct service *service = NULL;
	CLEANUP(server_freep) struct server *server = NULL;
	struct settings settings, other;
	struct client clients[CLIENTS] = {0};
	atomic_bool stopping;
	atomic_init(&stopping, false);
	settle(&settings);
	other = settings;
	other.log_level = LOG_LEVEL_ERROR;
	other.body_bytes = settings.body_bytes / 2;
	load('A', 3);
	assert_int_equal(service_new(&settings, &service, &last), JISR_OK);
	assert_int_equal(server_new(&settings, service, NULL, 0, &server, &last), JISR_OK);
	assert_int_equal(service_watch(service, NULL, NULL, &last), JISR_OK);
	assert_int_equal(server_start(server, &last), JISR_OK);
	uint16_t port = (uint16_t)strtoul(strrchr(server_url(server, 0), ':') + 1, NULL, 10);
	for (unsigned i = 0; i < CLIENTS; i++) {
		clients[i] = (struct client){
			.port = port, .number = i, .fd = -1, .stopping = &stopping, .answer = malloc(ANSWER)};
		assert_non_null(clients[i].answer);
		assert_int_equal(pthread_create(&clients[i].thread, NULL, be_client, &clients[i]), 0);
	}
	size_t answered = 0;
	for (int i = 0; i < CHANGES || answered < (size_t)CLIENTS * REQUESTS; i++) {
		if (i < CHANGES)
			load(i % 2 == 0 ? 'B' : 'A', i % 2 == 0 ? 5 : 3);
		service_look(service);
		server_adopt(server, i % 2 == 0 ? &other : &settings);
		server_count_reload(server, true);
		(void)usleep(20000);
		answered = 0;
		for (size_t k = 0; k < CLIENTS; k++)
			answered += atomic_load(&clients[k].answered);
	}
	atomic_store(&stopping, true); /* for the clients: from now on a connection may end */
	(void)server_stop(server);
	for (size_t i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].thread, NULL);
		assert_string_equal(clients[i].wrong, "");
		assert_true(atomic_load(&clients[i].answered) > 20);
		free(clients[i].answer);
	}
}

/* ---- a stream that has something to say as soon as it may ---- */

struct eager {
	struct http_stream http;
	bool said;
};

static atomic_int given;

static ssize_t say(struct http_stream *http, char *bytes, size_t size)
{
	struct eager *eager = (struct eager *)http;
	if (eager->said || size < 4)
		return -1;
	eager->said = true;
	memcpy(bytes, "here", 4);
	return 4;
}

static void forget(struct http_stream *http)
{
	memory_free(http);
}

static void wake_at_once(struct http_stream *http, void (*wake)(void *context), void *context)
{
	(void)http;
	wake(context);
	(void)usleep(100000); /* the connection's thread has its time */
}

static int give_eager(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	(void)request;
	struct eager *eager = memory_zero(1, sizeof *eager);
	assert_non_null(eager);
	atomic_fetch_add(&given, 1);
	eager->http = (struct http_stream){say, forget, wake_at_once};
	reply->stream = &eager->http;
	reply->status = 200;
	reply->type = "text/plain";
	return JISR_OK;
}

static void a_stream_that_wakes_early_is_asked_for_once(void **state)
{
	(void)state;
	static const struct http_route eager[] = {
		{HTTP_GET, "/eager", give_eager, HTTP_STYLE_PROBLEM, "eager", .right = RIGHT_NONE, .heavy = true}, {0}};
	static const struct http_route *const tables[] = {eager, NULL};
	CLEANUP(service_freep) struct service *service = NULL;
	CLEANUP(server_freep) struct server *server = NULL;
	struct settings settings;
	atomic_bool stopping;
	atomic_init(&stopping, false);
	settle(&settings);
	load('A', 3);
	assert_int_equal(service_new(&settings, &service, &last), JISR_OK);
	assert_int_equal(server_new(&settings, service, NULL, 0, &server, &last), JISR_OK);
	routes_free(server->site.routes);
	server->site.routes = NULL;
	assert_int_equal(routes_new(tables, &server->site.routes), JISR_OK);
	assert_int_equal(server_start(server, &last), JISR_OK);
	struct client client = {.port = (uint16_t)strtoul(strrchr(server_url(server, 0), ':') + 1, NULL, 10),
	                        .fd = -1,
	                        .stopping = &stopping,
	                        .answer = malloc(ANSWER)};
	assert_non_null(client.answer);
	(void)ask(&client, "GET", "/eager", "text/plain", "", 200);
	assert_string_equal(client.wrong, "");
	while (strstr(client.answer, "here") == NULL) { /* the body comes in pieces */
		ssize_t got = read(client.fd, client.answer + client.length, ANSWER - 1 - client.length);
		assert_true(got > 0);
		client.length += (size_t)got;
		client.answer[client.length] = '\0';
	}
	close_connection(&client);
	(void)server_stop(server);
	assert_int_equal(atomic_load(&given), 1);
	free(client.answer);
}

static int set_up(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	log_configure(LOG_LEVEL_INFO, true);
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	return sodium_init() < 0 || nowhere < 0 || temporary_make("server", data, sizeof data) ||
	       log_start(nowhere, &last);
}

static int tear_down(void **state)
{
	(void)state;
	log_stop();
	return temporary_remove(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_that_wakes_early_is_asked_for_once),
		cmocka_unit_test(clients_are_answered_while_everything_changes_and_until_it_stops),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
