/* Routing, who asks, compressed bodies, errors in their styles: everything between a request and its reply. */
#include "web/answer.h"

#include "base/clock.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static int handler_error; /* what the handler gives */
static char seen[256];    /* what it was given */

static int handle(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	(void)snprintf(seen, sizeof seen, "%s|%s|%.*s|%s", request->variables[0] != NULL ? request->variables[0] : "",
	               request->caller, (int)request->body_length, request->body, request->base);
	text_add_string(&reply->body, "some text");
	reply->status = 200;
	reply->type = "text/plain";
	(void)http_reply_header(reply, "X-Own", "1");
	return handler_error;
}

static int large(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	(void)request;
	reply->status = 200;
	for (size_t i = 0; i < 1000; i++)
		text_add_string(&reply->body, "again and ");
	return JISR_OK;
}

static const struct http_route table[] = {
	{HTTP_GET, "/a/{x}", handle, HTTP_STYLE_DETAIL, "variable", .right = RIGHT_CHECK},
	{HTTP_POST, "/a/{x}", handle, HTTP_STYLE_DETAIL, "variable", .right = RIGHT_CHECK, .body_max = 100},
	{HTTP_GET, "/a/fixed", handle, HTTP_STYLE_PROBLEM, "fixed", .right = RIGHT_CHECK},
	{HTTP_GET, "/open", handle, HTTP_STYLE_DETAIL, "open", .right = RIGHT_NONE},
	{HTTP_GET, "/large", large, HTTP_STYLE_DETAIL, "large", .right = RIGHT_CHECK},
	{0},
};
static const struct http_route *const tables[] = {table, NULL};

struct fixture {
	struct answer_site site;
	struct answer_thread thread;
	struct settings settings;
	struct settings_token token;
	struct answer_plan plan;
};

static const char *headers[8][2];

static const char *header(const struct http_carrier *carrier, const char *name)
{
	(void)carrier;
	for (size_t i = 0; headers[i][0] != NULL; i++)
		if (strcasecmp(headers[i][0], name) == 0)
			return headers[i][1];
	return NULL;
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	settings_init(&fixture->settings);
	atomic_init(&fixture->site.settings, &fixture->settings);
	memset(headers, 0, sizeof headers);
	handler_error = JISR_OK;
	log_configure(LOG_LEVEL_ERROR, false);
	*state = fixture;
	return routes_new(tables, &fixture->site.routes) || answer_thread_init(&fixture->thread);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	routes_free(fixture->site.routes);
	answer_thread_finish(&fixture->thread);
	free(fixture);
	return 0;
}

static struct http_reply ask(struct fixture *fixture, const char *method, const char *target, const char *body,
                             size_t length)
{
	struct answer_input input = {.method = method,
	                             .target = target,
	                             .body = body,
	                             .body_length = length,
	                             .header = header,
	                             .id = "test",
	                             .deadline = clock_seconds() + 60};
	struct http_reply reply;
	answer_plan(&fixture->site, &fixture->thread, &input, &fixture->plan);
	answer_run(&fixture->site, &fixture->thread, &input, &fixture->plan, &reply);
	return reply;
}

static const char *reply_header(const struct http_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcasecmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	return NULL;
}

static void expect(struct fixture *fixture, const char *method, const char *target, int status, const char *in_body)
{
	struct http_reply reply = ask(fixture, method, target, "", 0);
	assert_int_equal(reply.status, status);
	assert_non_null(strstr(reply.body.bytes, in_body));
	text_finish(&reply.body);
}

static void a_part_that_is_written_out_goes_before_a_variable(void **state)
{
	struct fixture *fixture = *state;
	expect(fixture, "GET", "/a/other", 200, "some text");
	assert_string_equal(fixture->plan.found.route->name, "variable");
	assert_string_equal(seen, "other|anonymous||");
	expect(fixture, "GET", "/a/fixed", 200, "some text");
	assert_string_equal(fixture->plan.found.route->name, "fixed");
	expect(fixture, "POST", "/a/fixed", 405, "\"title\"");
	expect(fixture, "GET", "/a", 404, "{\"detail\"");
	expect(fixture, "GET", "/a/", 404, "{\"detail\"");
	expect(fixture, "GET", "/elsewhere", 404, "\"type\":\"about:blank\"");
	struct http_reply reply = ask(fixture, "OPTIONS", "/a/x", "", 0);
	assert_int_equal(reply.status, 204);
	assert_string_equal(reply_header(&reply, "Allow"), "GET, HEAD, POST");
	text_finish(&reply.body);
}

static void what_a_handler_cannot_answer_shows_nothing_of_the_inside(void **state)
{
	static const int cases[][2] = {{JISR_NO_MEMORY, 503}, {JISR_BUSY, 503},    {JISR_CANCELLED, 503},
	                               {JISR_IO, 500},        {JISR_CORRUPT, 500}, {JISR_TOO_LARGE, 500}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		handler_error = cases[i][0];
		struct http_reply reply = ask(*state, "GET", "/a/x", "", 0);
		assert_int_equal(reply.status, cases[i][1]);
		assert_null(strstr(reply.body.bytes, "some text"));
		assert_null(reply_header(&reply, "X-Own"));
		text_finish(&reply.body);
	}
}

static void tokens_tell_who_asks(void **state)
{
	struct fixture *fixture = *state;
	static const char secret[] = "0123456789abcdef";
	fixture->token = (struct settings_token){.name = "caller-1", .given = true};
	(void)crypto_hash_sha256(fixture->token.hash, (const unsigned char *)secret, strlen(secret));
	headers[0][0] = "Authorization";
	headers[0][1] = "Bearer anything"; /* no token is set: it is not looked at */
	expect(fixture, "GET", "/a/x", 200, "some text");
	fixture->settings.tokens = &fixture->token;
	fixture->settings.token_count = 1;
	expect(fixture, "GET", "/a/x", 401, "token");
	expect(fixture, "GET", "/open", 200, "some text");
	headers[0][1] = "apikey  0123456789abcdef";
	expect(fixture, "GET", "/a/x", 200, "some text");
	assert_string_equal(seen, "x|caller-1||");
	memset(headers, 0, sizeof headers);
	expect(fixture, "GET", "/a/x?api_key=0123456789abcdef&q=1", 200, "some text");
	assert_string_equal(seen, "x|caller-1||");
	assert_int_equal(fixture->plan.query_count, 1);
	expect(fixture, "GET", "/a/x", 200, "some text");
	fixture->settings.require_token = true;
	expect(fixture, "GET", "/a/x", 401, "who asks");
	expect(fixture, "GET", "/nothing", 401, "who asks");
}

static void compressed_bodies_unfold_within_the_limit(void **state)
{
	struct gzip_folder *folder = gzip_folder_new();
	static const size_t lengths[] = {50, 100, 101, 5000};
	headers[0][0] = "Content-Encoding";
	headers[0][1] = "gzip";
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct text text;
		text_init(&text, 10000);
		for (size_t k = 0; k < lengths[i]; k++)
			text_add_char(&text, 'a');
		assert_true(gzip_fold(folder, &text));
		struct http_reply reply = ask(*state, "POST", "/a/x", text.bytes, text.length);
		assert_int_equal(reply.status, lengths[i] <= 100 ? 200 : 413);
		text_finish(&reply.body);
		reply = ask(*state, "POST", "/a/x", text.bytes, text.length - 1);
		assert_int_equal(reply.status, lengths[i] <= 100 ? 400 : 413);
		text_finish(&reply.body);
		text_finish(&text);
	}
	headers[0][1] = "br";
	struct http_reply reply = ask(*state, "POST", "/a/x", "abc", 3);
	assert_int_equal(reply.status, 415);
	text_finish(&reply.body);
	gzip_folder_free(folder);
}

static void replies_fold_for_who_takes_it(void **state)
{
	static const struct {
		const char *accept;
		bool folded;
	} cases[] = {{NULL, false},       {"gzip", true},           {"br, GZIP;q=0.1", true},
	             {"gzip;q=0", false}, {"gzip; q=0.000", false}, {"*", true},
	             {"*;q=0", false},    {"identity", false},      {"gzipped", false}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		headers[0][0] = cases[i].accept != NULL ? "Accept-Encoding" : NULL;
		headers[0][1] = cases[i].accept;
		struct http_reply reply = ask(*state, "GET", "/large", "", 0);
		assert_int_equal(reply_header(&reply, "Content-Encoding") != NULL, cases[i].folded);
		assert_string_equal(reply_header(&reply, "Vary"), "Accept-Encoding");
		struct text plain;
		text_init(&plain, 20000);
		if (cases[i].folded)
			assert_int_equal(gzip_unfold(reply.body.bytes, reply.body.length, &plain), JISR_OK);
		assert_int_equal(cases[i].folded ? plain.length : reply.body.length, 10000);
		text_finish(&plain);
		text_finish(&reply.body);
	}
}

static void links_begin_with_what_the_client_reached(void **state)
{
	struct fixture *fixture = *state;
	headers[0][0] = "Host";
	headers[0][1] = "example.org:8470";
	expect(fixture, "GET", "/a/x", 200, "some text");
	assert_string_equal(seen, "x|anonymous||http://example.org:8470");
	headers[0][1] = "a/b\"c";
	expect(fixture, "GET", "/a/x", 200, "some text");
	assert_string_equal(seen, "x|anonymous||");
	fixture->settings.public_url = "https://check.example";
	expect(fixture, "GET", "/a/x", 200, "some text");
	assert_string_equal(seen, "x|anonymous||https://check.example");
}

static void without_memory_the_status_still_tells(void **state)
{
	for (long count = 0; count < 40; count++) {
		memory_fail_after(count);
		struct http_reply reply = ask(*state, "GET", "/a/x?q=1", "", 0);
		memory_fail_after(-1);
		assert_true(reply.status == 200 || reply.status == 503);
		text_finish(&reply.body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_part_that_is_written_out_goes_before_a_variable, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_a_handler_cannot_answer_shows_nothing_of_the_inside, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(tokens_tell_who_asks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(compressed_bodies_unfold_within_the_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(replies_fold_for_who_takes_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(links_begin_with_what_the_client_reached, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_memory_the_status_still_tells, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
