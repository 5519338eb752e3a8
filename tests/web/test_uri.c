#include "web/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static int set_up(void **state)
{
	struct arena *arena = NULL;
	int error = arena_new(1 << 20, &arena);
	*state = arena;
	return error;
}

static int tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

static void a_target_is_taken_apart(void **state)
{
	struct uri uri;
	assert_int_equal(uri_read("/match/a%2Fb/%D0%90?q=1+2?", *state, &uri, NULL), JISR_OK);
	assert_string_equal(uri.path, "/match/a/b/А");
	assert_int_equal(uri.segment_count, 3);
	assert_string_equal(uri.segments[0], "match");
	assert_string_equal(uri.segments[1], "a/b"); /* a stroke that is encoded parts nothing */
	assert_string_equal(uri.segments[2], "А");
	assert_string_equal(uri.query, "q=1+2?");
	assert_int_equal(uri_read("/", *state, &uri, NULL), JISR_OK);
	assert_int_equal(uri.segment_count, 0);
	assert_int_equal(uri_read("/a/", *state, &uri, NULL), JISR_OK);
	assert_int_equal(uri.segment_count, 2);
	assert_string_equal(uri.segments[1], "");
	assert_int_equal(uri_read("HTTPS://host:1/a+b", *state, &uri, NULL), JISR_OK);
	assert_string_equal(uri.path, "/a+b"); /* '+' is a space in queries alone */
	assert_int_equal(uri_read("http://host", *state, &uri, NULL), JISR_OK);
	assert_string_equal(uri.path, "/");
}

static void bad_targets_are_refused_with_a_sentence(void **state)
{
	static const char *const bad[] = {"a",    "*",    "/%",    "/%4",    "/%4g",   "/%00",
	                                  "/%FF", "/a b", "/a\tb", "/a\x7f", "/%C0%80"};
	struct uri uri;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct problem problem = {0};
		assert_int_equal(uri_read(bad[i], *state, &uri, &problem), JISR_BAD_INPUT);
		assert_true(problem.text[0] != '\0');
	}
}

static void segments_have_a_limit(void **state)
{
	char target[2 * URI_MAX_SEGMENTS + 3] = "";
	struct uri uri;
	for (size_t i = 0; i < URI_MAX_SEGMENTS; i++)
		memcpy(target + 2 * i, "/a", 3);
	assert_int_equal(uri_read(target, *state, &uri, NULL), JISR_OK);
	assert_int_equal(uri.segment_count, URI_MAX_SEGMENTS);
	memcpy(target + 2 * URI_MAX_SEGMENTS, "/a", 3);
	assert_int_equal(uri_read(target, *state, &uri, NULL), JISR_TOO_LARGE);
}

static int pairs_of(void **state, const char *text, struct uri_pair **pairs, size_t *count)
{
	return uri_pairs(text, strlen(text), *state, pairs, count, NULL);
}

static void pairs_come_in_order_and_decoded(void **state)
{
	struct uri_pair *pairs;
	size_t count;
	assert_int_equal(pairs_of(state, "a=1+2&&b&c=%2B=%26&a=&=x", &pairs, &count), JISR_OK);
	assert_int_equal(count, 5);
	static const char *const expected[][2] = {{"a", "1 2"}, {"b", ""}, {"c", "+=&"}, {"a", ""}, {"", "x"}};
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(pairs[i].name, expected[i][0]);
		assert_string_equal(pairs[i].value, expected[i][1]);
	}
	assert_int_equal(pairs_of(state, "", &pairs, &count), JISR_OK);
	assert_int_equal(count, 0);
	assert_int_equal(pairs_of(state, "a=%0", &pairs, &count), JISR_BAD_INPUT);
}

static void pairs_have_a_limit(void **state)
{
	char text[2 * URI_MAX_PAIRS + 3];
	struct uri_pair *pairs;
	size_t count;
	for (size_t i = 0; i <= URI_MAX_PAIRS; i++)
		memcpy(text + 2 * i, "a&", 3);
	text[2 * URI_MAX_PAIRS] = '\0';
	assert_int_equal(pairs_of(state, text, &pairs, &count), JISR_OK);
	assert_int_equal(count, URI_MAX_PAIRS);
	memcpy(text + 2 * URI_MAX_PAIRS, "a", 2);
	assert_int_equal(pairs_of(state, text, &pairs, &count), JISR_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_target_is_taken_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bad_targets_are_refused_with_a_sentence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(segments_have_a_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pairs_come_in_order_and_decoded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pairs_have_a_limit, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
