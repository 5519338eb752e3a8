/* The desk as the program carries it: every file whole, compressed or not, under the headers that keep strangers out. */
#include "web/desk.h"

#include "base/clock.h"
#include "web/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

struct fixture {
	struct answer_site site;
	struct answer_thread thread;
	struct settings settings;
	struct answer_plan plan;
};

static const char *accept_encoding, *if_none_match; /* of the next request */

static const char *header(const struct http_carrier *carrier, const char *name)
{
	(void)carrier;
	if (strcasecmp(name, "Accept-Encoding") == 0)
		return accept_encoding;
	return strcasecmp(name, "If-None-Match") == 0 ? if_none_match : NULL;
}

static int set_up(void **state)
{
	static const struct http_route *const tables[] = {routes_desk, NULL};
	struct fixture *fixture = calloc(1, sizeof *fixture);
	settings_init(&fixture->settings);
	fixture->settings.require_token = true; /* the page itself is open: it must be there to ask for a token */
	atomic_init(&fixture->site.settings, &fixture->settings);
	accept_encoding = if_none_match = NULL;
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

static struct http_reply ask(struct fixture *fixture, const char *method, const char *target)
{
	struct answer_input input = {
		.method = method, .target = target, .header = header, .id = "test", .deadline = clock_seconds() + 60};
	struct http_reply reply;
	answer_plan(&fixture->site, &fixture->thread, &input, &fixture->plan);
	answer_run(&fixture->site, &fixture->thread, &input, &fixture->plan, &reply);
	return reply;
}

static const char *value_of(const struct http_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcasecmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	return NULL;
}

static void files_are_found_and_nothing_else(void **state)
{
	(void)state;
	char path[256];
	assert_true(desk_file_count > 10);
	for (size_t i = 0; i < desk_file_count; i++) {
		assert_ptr_equal(desk_find(desk_files[i].path), &desk_files[i]);
		if (i > 0)
			assert_true(strcmp(desk_files[i - 1].path, desk_files[i].path) < 0);
		(void)snprintf(path, sizeof path, "%s~", desk_files[i].path);
		assert_null(desk_find(path));
	}
	assert_null(desk_find(""));
	assert_null(desk_find("/"));
	assert_null(desk_find("/assets/"));
	assert_null(desk_find("/assets/../index.html"));
}

static void every_file_is_whole_folded_or_not(void **state)
{
	struct fixture *fixture = *state;
	for (size_t i = 0; i < desk_file_count; i++) {
		const struct desk_file *file = &desk_files[i];
		const char *target = strcmp(file->path, "/index.html") == 0 ? "/" : file->path;
		accept_encoding = NULL;
		struct http_reply plain = ask(fixture, "GET", target);
		assert_int_equal(plain.status, 200);
		assert_int_equal(plain.body.length, file->whole);
		assert_string_equal(plain.type, file->type);
		assert_null(value_of(&plain, "Content-Encoding"));
		accept_encoding = "gzip";
		struct http_reply folded = ask(fixture, "GET", target);
		assert_int_equal(folded.status, 200);
		if (file->folded) {
			struct text text;
			text_init(&text, 1 << 24);
			assert_string_equal(value_of(&folded, "Content-Encoding"), "gzip");
			assert_string_equal(value_of(&folded, "Vary"), "Accept-Encoding");
			assert_int_equal(gzip_unfold(folded.body.bytes, folded.body.length, &text), JISR_OK);
			assert_int_equal(text.length, plain.body.length);
			assert_memory_equal(text.bytes, plain.body.bytes, text.length);
			text_finish(&text);
		} else {
			assert_int_equal(folded.body.length, file->whole);
		}
		text_finish(&plain.body);
		text_finish(&folded.body);
	}
}

static void the_page_lets_nothing_in_from_elsewhere(void **state)
{
	static const char *const pages[] = {"/", "/desk/lists", "/desk/record/inv-1", "/desk/a/b/c"};
	struct fixture *fixture = *state;
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		struct http_reply reply = ask(fixture, "GET", pages[i]);
		assert_int_equal(reply.status, 200);
		const char *policy = value_of(&reply, "Content-Security-Policy");
		assert_non_null(policy);
		assert_non_null(strstr(policy, "default-src 'none'"));
		assert_non_null(strstr(policy, "frame-ancestors 'none'"));
		assert_null(strstr(policy, "unsafe"));
		assert_null(strstr(policy, "http:"));
		assert_string_equal(value_of(&reply, "Cache-Control"), "no-cache");
		assert_string_equal(value_of(&reply, "X-Frame-Options"), "DENY");
		assert_null(strstr(reply.body.bytes, "<style"));
		assert_null(strstr(reply.body.bytes, "style="));
		assert_null(strstr(reply.body.bytes, "onload"));
		text_finish(&reply.body);
	}
}

static void what_a_browser_has_is_not_sent_again(void **state)
{
	struct fixture *fixture = *state;
	char several[256];
	struct http_reply first = ask(fixture, "GET", "/");
	const char *tag = desk_find("/index.html")->tag;
	assert_string_equal(value_of(&first, "ETag"), tag);
	text_finish(&first.body);
	(void)snprintf(several, sizeof several, "\"other\", %s", tag);
	const char *const known[] = {tag, tag + 2, several, "*"}; /* +2: as a strong tag */
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if_none_match = known[i];
		struct http_reply reply = ask(fixture, "GET", "/");
		assert_int_equal(reply.status, 304);
		assert_int_equal(reply.body.length, 0);
		assert_string_equal(value_of(&reply, "ETag"), tag);
		assert_non_null(value_of(&reply, "Content-Security-Policy"));
		text_finish(&reply.body);
	}
	if_none_match = "W/\"0123456789abcdef\"";
	struct http_reply other = ask(fixture, "GET", "/");
	assert_int_equal(other.status, 200);
	text_finish(&other.body);
}

static void only_what_never_changes_is_kept_for_good(void **state)
{
	struct fixture *fixture = *state;
	for (size_t i = 0; i < desk_file_count; i++) {
		bool asset = strncmp(desk_files[i].path, "/assets/", 8) == 0;
		const char *target = strcmp(desk_files[i].path, "/index.html") == 0 ? "/" : desk_files[i].path;
		struct http_reply reply = ask(fixture, "GET", target);
		assert_int_equal(strstr(value_of(&reply, "Cache-Control"), "immutable") != NULL, asset);
		text_finish(&reply.body);
	}
}

static void other_files_and_methods_are_refused(void **state)
{
	static const struct {
		const char *method, *target;
		int status;
	} asked[] = {
		{"GET", "/assets/none.js", 404}, {"GET", "/assets/..%2findex.html", 404},
		{"GET", "/index.html", 404},     {"GET", "/desk", 404},
		{"GET", "/desk/a/b/c/d", 404},   {"POST", "/", 405},
		{"DELETE", "/worker.js", 405},   {"HEAD", "/", 200},
	};
	struct fixture *fixture = *state;
	fixture->settings.require_token = false;
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		struct http_reply reply = ask(fixture, asked[i].method, asked[i].target);
		if (reply.status != asked[i].status)
			fail_msg("%s %s is %d", asked[i].method, asked[i].target, reply.status);
		text_finish(&reply.body);
	}
}

/* Whatever allocation fails: the reply is whole, or an error of the server's; nothing leaks. */
static void each_allocation_may_fail(void **state)
{
	struct fixture *fixture = *state;
	log_configure(LOG_LEVEL_ERROR, false);
	size_t good = 0;
	for (long count = 0; count < 60; count++) {
		memory_fail_after(count);
		struct http_reply reply = ask(fixture, "GET", "/");
		memory_fail_after(-1);
		assert_true(reply.status == 200 || reply.status == 503);
		if (reply.status == 200) {
			assert_int_equal(reply.body.length, desk_find("/index.html")->whole);
			good++;
		}
		text_finish(&reply.body);
	}
	assert_true(good > 0 && good < 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_found_and_nothing_else),
		cmocka_unit_test_setup_teardown(every_file_is_whole_folded_or_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_page_lets_nothing_in_from_elsewhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_a_browser_has_is_not_sent_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_what_never_changes_is_kept_for_good, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_files_and_methods_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_allocation_may_fail, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
