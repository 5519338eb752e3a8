/* Listening: through the module, and over a connection of the real server. */
#include "web/events.h"

#include "../base/temporary.h"
#include "base/clock.h"
#include "base/json.h"
#include "members/change.h"
#include "web/domains.h"
#include "web/server_private.h"
#include "web/service.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
// after the standard headers that it needs
#include <cmocka.h>

static char folder[200];
static struct service *service;
static struct settings settings;
static struct caller console;

static int found(void)
{
	struct problem problem = {""};
	struct store *store = NULL;
	struct store_options options = {.directory = folder, .domains = domains_all};
	int error = store_found(&options, "test.example/record", &store, &problem);
	store_free(store);
	return error;
}

static void change(enum change which, const char *fields)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	assert_int_equal(json_read(fields, strlen(fields), &json, &problem), JISR_OK);
	struct change_order order = {.change = which, .caller = &console, .fields = json, .expected = ENTRY_ANY};
	if (change_submit(service_store(service), &order, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static int set_up(void **state)
{
	(void)state;
	struct problem problem = {""};
	settings_init(&settings);
	settings.data = folder;
	settings.listen[0] = "127.0.0.1:0";
	settings.listen_count = 1;
	settings.stop_seconds = 5;
	log_configure(LOG_LEVEL_ERROR, false);
	caller_console(&console, OFFICE_HEADQUARTERS);
	if (temporary_make("events", folder, sizeof folder) || found() || service_new(&settings, &service, &problem))
		return 1;
	change(CHANGE_MEMBER_ADMIT, "{\"code\":\"MA\"}");
	change(CHANGE_MEMBER_ADMIT, "{\"code\":\"FR\"}");
	change(CHANGE_OFFICE_OPEN, "{\"code\":\"MA\"}");
	change(CHANGE_OFFICE_OPEN, "{\"code\":\"FR\"}");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	service_free(service);
	return temporary_remove(folder);
}

/* Reads until the words are there, at most ten seconds. */
static void read_until(struct http_stream *stream, struct text *text, const char *words)
{
	double until = clock_seconds() + 10;
	while (strstr(text->bytes, words) == NULL) {
		char bytes[700];
		ssize_t length = stream->read(stream, bytes, sizeof bytes);
		assert_true(length >= 0 && clock_seconds() < until);
		if (length == 0)
			(void)poll(NULL, 0, 5);
		text_add(text, bytes, (size_t)length);
	}
}

static int open_for(struct events *events, const char *office, const char *officer, uint64_t after,
                    struct http_stream **ret_stream)
{
	struct caller caller;
	caller_init(&caller);
	(void)snprintf(caller.office, sizeof caller.office, "%s", office);
	(void)snprintf(caller.officer, sizeof caller.officer, "%s", officer);
	return events_open(events, &caller, after, ret_stream);
}

static void an_office_hears_what_it_may_see_from_where_it_asks(void **state)
{
	(void)state;
	struct events *events = service_events(service);
	struct http_stream *of_ma = NULL, *of_fr = NULL;
	struct text ma, fr;
	text_init(&ma, 1 << 20);
	text_init(&fr, 1 << 20);
	assert_int_equal(open_for(events, "MA", "", 0, &of_ma), JISR_OK);
	assert_int_equal(open_for(events, "FR", "", UINT64_MAX, &of_fr), JISR_OK);
	assert_int_equal(events_count(events), 2);
	change(CHANGE_OFFICER_APPOINT,
	       "{\"office\":\"MA\",\"name\":\"A B\",\"login\":\"ab\",\"roles\":[\"head-of-bureau\"]}");
	change(CHANGE_MEMBER_ADMIT, "{\"code\":\"ES\"}");
	read_until(of_ma, &ma, "member/ES");
	read_until(of_fr, &fr, "member/ES");
	/* from the beginning, without gaps, without content; the other from where it came, without what is not for it */
	assert_non_null(strstr(ma.bytes, "retry: 2000\n\nid: 1\nevent: entry\ndata: {\"sequence\":1,"));
	assert_non_null(strstr(ma.bytes, "officer/MA-1"));
	assert_null(strstr(ma.bytes, "A B"));
	assert_null(strstr(fr.bytes, "officer/MA-1"));
	assert_null(strstr(fr.bytes, "id: 1\n"));
	for (const char *at = ma.bytes; (at = strstr(at, "\n\n")) != NULL; at += 2)
		assert_true(at[2] == '\0' || strncmp(at + 2, "id: ", 4) == 0);
	of_ma->free(of_ma);
	of_fr->free(of_fr);
	assert_int_equal(events_count(events), 0);
	text_finish(&ma);
	text_finish(&fr);
}

/* Who was suspended hears of it no more, and nothing after it; his colleague does. */
static void a_suspended_officers_stream_ends_at_once(void **state)
{
	(void)state;
	struct events *events = service_events(service);
	struct http_stream *his = NULL, *hers = NULL;
	struct problem problem = {""};
	struct text text;
	char bytes[700];
	ssize_t length;
	text_init(&text, 1 << 20);
	change(CHANGE_OFFICER_APPOINT,
	       "{\"office\":\"GS\",\"name\":\"A B\",\"login\":\"ab.gs\",\"roles\":[\"reader\"]}");
	assert_int_equal(open_for(events, "GS", "GS-1", 0, &his), JISR_OK); /* his own appointment is history */
	assert_int_equal(open_for(events, "GS", "GS-2", UINT64_MAX, &hers), JISR_OK);
	read_until(his, &text, "officer/GS-1");
	CLEANUP(json_freep) cJSON *json = NULL;
	assert_int_equal(json_read("{\"reason\":\"a test\"}", 19, &json, &problem), JISR_OK);
	struct change_order order = {.change = CHANGE_OFFICER_SUSPEND,
	                             .caller = &console,
	                             .target = "GS-1",
	                             .fields = json,
	                             .expected = ENTRY_ANY};
	assert_int_equal(change_submit(service_store(service), &order, &problem), JISR_OK);
	text_reset(&text);
	read_until(hers, &text, "officer.suspended");
	double until = clock_seconds() + 10;
	while ((length = his->read(his, bytes, sizeof bytes)) >= 0)
		assert_true(clock_seconds() < until);
	his->free(his);
	hers->free(hers);
	text_finish(&text);
}

#define MANY 1500 /* entries: more than a listener's buffer takes */

static int rename_often(struct store_write *write, void *context, struct problem *problem)
{
	int error = JISR_OK;
	(void)context;
	for (int i = 0; !error && i < MANY; i++) {
		CLEANUP(json_freep) cJSON *json = NULL;
		char fields[60];
		(void)snprintf(fields, sizeof fields, "{\"names\":{\"en\":\"France %d\"}}", i);
		struct change_order order = {
			.change = CHANGE_MEMBER_EDIT, .caller = &console, .target = "FR", .expected = ENTRY_ANY};
		error = json_read(fields, strlen(fields), &json, problem);
		order.fields = json;
		if (!error)
			error = change_run(write, &order, problem);
	}
	return error;
}

static void who_does_not_read_is_left_behind_and_misses_nothing(void **state)
{
	(void)state;
	struct events *events = service_events(service);
	struct http_stream *slow = NULL;
	struct text text;
	char words[40];
	unsigned long long last = 0;
	text_init(&text, 16 << 20);
	assert_int_equal(open_for(events, "GS", "", UINT64_MAX, &slow), JISR_OK);
	assert_int_equal(store_submit(service_store(service), rename_often, NULL, NULL), JISR_OK);
	struct store_reader *reader = NULL;
	assert_int_equal(store_read(service_store(service), &reader, NULL), JISR_OK);
	last = store_reader_sequence(reader);
	store_read_end(reader);
	(void)snprintf(words, sizeof words, "id: %llu\n", last);
	read_until(slow, &text, words);
	unsigned long long expected = last - (MANY - 1), seen = 0;
	for (const char *at = text.bytes; (at = strstr(at, "id: ")) != NULL; at += 4, expected++, seen++)
		assert_int_equal(strtoull(at + 4, NULL, 10), expected);
	assert_int_equal(seen, MANY);
	slow->free(slow);
	text_finish(&text);
}

/* ---- over a connection ---- */

static int recognise(struct service *of, const struct answer_input *input, const char *secret, struct arena *arena,
                     struct caller *ret_caller, const char **ret_why)
{
	(void)of;
	(void)input;
	(void)secret;
	(void)arena;
	(void)ret_why;
	*ret_caller = (struct caller){.kind = CALLER_SESSION,
	                              .name = "FR-1",
	                              .office = "FR",
	                              .officer = "FR-1",
	                              .roles = ROLE_BIT(ROLE_READER),
	                              .scopes = RIGHT_ALL};
	return JISR_OK;
}

static int dial(const char *url)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	address.sin_port = htons((uint16_t)strtoul(strrchr(url, ':') + 1, NULL, 10));
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static void receive_until(int fd, struct text *text, const char *words)
{
	while (strstr(text->bytes, words) == NULL) {
		char bytes[4096];
		struct pollfd file = {.fd = fd, .events = POLLIN};
		assert_int_equal(poll(&file, 1, 300000), 1);
		ssize_t length = recv(fd, bytes, sizeof bytes, 0);
		assert_true(length > 0);
		text_add(text, bytes, (size_t)length);
	}
}

static void a_connection_stays_open_is_woken_and_ends_with_the_server(void **state)
{
	(void)state;
	static const char request[] = "GET /api/v1/events HTTP/1.1\r\nHost: t\r\n\r\n";
	struct problem problem = {""};
	struct server *server = NULL;
	struct text text;
	char bytes[256];
	text_init(&text, 1 << 20);
	change(CHANGE_OFFICER_APPOINT,
	       "{\"office\":\"FR\",\"name\":\"A B\",\"login\":\"ab.fr\",\"roles\":[\"reader\"]}");
	assert_int_equal(server_new(&settings, service, NULL, 0, &server, &problem), JISR_OK);
	server->site.recognise = recognise;
	assert_int_equal(server_start(server, &problem), JISR_OK);
	int fd = dial(server_url(server, 0)), gone = dial(server_url(server, 0));
	assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
	assert_int_equal(send(gone, request, strlen(request), 0), strlen(request));
	receive_until(fd, &text, "retry: 2000");
	assert_non_null(strstr(text.bytes, "Content-Type: text/event-stream"));
	(void)close(gone); /* without a word */
	(void)poll(NULL, 0, 100);
	change(CHANGE_MEMBER_ADMIT, "{\"code\":\"IT\"}");
	receive_until(fd, &text, "member/IT");
	change(CHANGE_MEMBER_ADMIT, "{\"code\":\"PT\"}");
	receive_until(fd, &text, "member/PT");
	double begin = clock_seconds();
	(void)server_stop(server);
	assert_true(clock_seconds() - begin < 4);
	while (recv(fd, bytes, sizeof bytes, 0) > 0)
		;
	(void)close(fd);
	server_free(server);
	assert_int_equal(events_count(service_events(service)), 0);
	struct http_stream *late = NULL;
	assert_int_equal(open_for(service_events(service), "FR", "", 0, &late), JISR_CANCELLED);
	text_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_office_hears_what_it_may_see_from_where_it_asks),
		cmocka_unit_test(a_suspended_officers_stream_ends_at_once),
		cmocka_unit_test(who_does_not_read_is_left_behind_and_misses_nothing),
		cmocka_unit_test(a_connection_stays_open_is_woken_and_ends_with_the_server),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
