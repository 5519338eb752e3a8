#include "members/repeat.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "signing_folder.h"

#define NOW ((int64_t)1800000000000)

static struct arena *arena;

static int open_repeats(void **state)
{
	assert_int_equal(arena_new((size_t)16 << 20, &arena), JISR_OK);
	return open_folder(state);
}

static int close_repeats(void **state)
{
	arena = arena_free(arena);
	return close_folder(state);
}

static enum repeat_found begin(const char *caller, const char *route, const char *key, const char *body, int64_t now,
                               int64_t *ret_id, struct repeat_reply *ret_reply)
{
	struct repeat repeat = {.caller = caller, .route = route, .key = key};
	enum repeat_found found = REPEAT_FIRST;
	int64_t id = 0;
	struct repeat_reply reply = {.status = 0};
	struct sql *sql;
	crypto_hash_sha256(repeat.body, (const unsigned char *)body, strlen(body));
	assert_int_equal(local_begin(local, &sql, &last), JISR_OK);
	int error = repeat_begin(sql, &repeat, now, arena, &found, &id, &reply, &last);
	assert_int_equal(local_end(local, error, &last), JISR_OK);
	if (ret_id != NULL)
		*ret_id = id;
	if (ret_reply != NULL)
		*ret_reply = reply;
	return found;
}

static void keep(int64_t id, const char *etag, const char *bytes, size_t length)
{
	struct repeat_reply reply = {201, etag, "/there/1", bytes, length};
	struct sql *sql;
	assert_int_equal(local_begin(local, &sql, &last), JISR_OK);
	assert_int_equal(local_end(local, repeat_keep(sql, id, &reply, &last), &last), JISR_OK);
}

static int64_t rows(void)
{
	int64_t count = -1;
	struct sql_query query = sql_query(local_enter(local), "SELECT count(*) FROM repeat");
	assert_int_equal(sql_run_number(&query, -1, &count, &last), JISR_OK);
	local_leave(local);
	return count;
}

static void the_first_reply_comes_again_to_the_same_request_alone(void **state)
{
	(void)state;
	int64_t id = 0;
	struct repeat_reply reply;
	assert_int_equal(begin("a", "/r", "k", "body", NOW, &id, NULL), REPEAT_FIRST);
	assert_int_equal(begin("a", "/r", "k", "body", NOW, NULL, NULL), REPEAT_UNDER_WAY);
	assert_int_equal(begin("a", "/r", "k", "other", NOW, NULL, NULL), REPEAT_OTHER);
	keep(id, "\"7\"", "{\"a\":1}", 7);
	assert_int_equal(begin("a", "/r", "k", "body", NOW + 1, NULL, &reply), REPEAT_AGAIN);
	assert_int_equal(reply.status, 201);
	assert_int_equal(reply.length, 7);
	assert_string_equal(reply.bytes, "{\"a\":1}");
	assert_string_equal(reply.etag, "\"7\"");
	assert_string_equal(reply.location, "/there/1");
	assert_int_equal(begin("a", "/r", "k", "other", NOW, NULL, NULL), REPEAT_OTHER);
	assert_int_equal(begin("b", "/r", "k", "body", NOW, NULL, NULL), REPEAT_FIRST);
	assert_int_equal(begin("a", "/s", "k", "body", NOW, NULL, NULL), REPEAT_FIRST);
	assert_int_equal(begin("a", "/r", "K", "body", NOW, NULL, NULL), REPEAT_FIRST);
}

static void a_secret_and_what_is_too_long_are_not_kept(void **state)
{
	(void)state;
	int64_t id = 0;
	struct repeat_reply reply;
	char *text = calloc(1, REPEAT_MAX_REPLY + 2);
	memset(text, 'x', REPEAT_MAX_REPLY + 1);
	assert_int_equal(begin("a", "/r", "secret", "", NOW, &id, NULL), REPEAT_FIRST);
	keep(id, NULL, NULL, 0);
	assert_int_equal(begin("a", "/r", "secret", "", NOW, NULL, NULL), REPEAT_NOT_KEPT);
	assert_int_equal(begin("a", "/r", "most", "", NOW, &id, NULL), REPEAT_FIRST);
	keep(id, NULL, text, REPEAT_MAX_REPLY);
	assert_int_equal(begin("a", "/r", "most", "", NOW, NULL, &reply), REPEAT_AGAIN);
	assert_int_equal(reply.length, REPEAT_MAX_REPLY);
	assert_null(reply.etag);
	assert_int_equal(begin("a", "/r", "more", "", NOW, &id, NULL), REPEAT_FIRST);
	keep(id, NULL, text, REPEAT_MAX_REPLY + 1);
	assert_int_equal(begin("a", "/r", "more", "", NOW, NULL, NULL), REPEAT_NOT_KEPT);
	assert_int_equal(begin("a", "/r", "empty", "", NOW, &id, NULL), REPEAT_FIRST);
	keep(id, NULL, "", 0);
	assert_int_equal(begin("a", "/r", "empty", "", NOW, NULL, &reply), REPEAT_AGAIN);
	assert_int_equal(reply.length, 0);
	free(text);
}

static void a_key_is_free_after_a_day_and_when_nothing_was_done(void **state)
{
	(void)state;
	int64_t id = 0;
	struct sql *sql;
	assert_int_equal(begin("a", "/r", "k", "1", NOW, &id, NULL), REPEAT_FIRST);
	assert_int_equal(local_begin(local, &sql, &last), JISR_OK);
	assert_int_equal(local_end(local, repeat_drop(sql, id, &last), &last), JISR_OK);
	assert_int_equal(begin("a", "/r", "k", "2", NOW, &id, NULL), REPEAT_FIRST);
	keep(id, NULL, "{}", 2);
	assert_int_equal(begin("a", "/r", "k", "2", NOW + REPEAT_KEPT - 1, NULL, NULL), REPEAT_AGAIN);
	assert_int_equal(begin("a", "/r", "k", "3", NOW + REPEAT_KEPT, NULL, NULL), REPEAT_FIRST);
	assert_int_equal(rows(), 1);
}

static void a_caller_has_a_limit_and_others_do_not_feel_it(void **state)
{
	(void)state;
	char key[32];
	assert_int_equal(begin("b", "/r", "k", "", NOW, NULL, NULL), REPEAT_FIRST);
	for (int i = 0; i < REPEAT_MOST; i++) {
		(void)snprintf(key, sizeof key, "%d", i);
		assert_int_equal(begin("a", "/r", key, "", NOW, NULL, NULL), REPEAT_FIRST);
	}
	assert_int_equal(rows(), REPEAT_MOST + 1);
	assert_int_equal(begin("a", "/r", "new", "", NOW, NULL, NULL), REPEAT_FIRST);
	assert_int_equal(rows(), REPEAT_MOST + 1);
	assert_int_equal(begin("b", "/r", "k", "", NOW, NULL, NULL), REPEAT_UNDER_WAY);
	assert_int_equal(begin("a", "/r", "999", "", NOW, NULL, NULL), REPEAT_UNDER_WAY);
	assert_int_equal(begin("a", "/r", "0", "", NOW, NULL, NULL), REPEAT_FIRST); /* forgotten */
}

static void each_allocation_may_fail(void **state)
{
	(void)state;
	const struct repeat repeat = {.caller = "a", .route = "/r", .key = "k"};
	int64_t id = 0;
	struct repeat_reply reply = {201, "\"1\"", "/x", "{}", 2};
	for (long n = 0; n < 100000; n++) {
		enum repeat_found found = REPEAT_FIRST;
		struct sql *sql;
		memory_fail_after(n);
		int error = local_begin(local, &sql, &last);
		if (error == JISR_OK) {
			error = repeat_begin(sql, &repeat, NOW, arena, &found, &id, &reply, &last);
			if (error == JISR_OK && found == REPEAT_FIRST)
				error = repeat_keep(sql, id, &reply, &last);
			error = local_end(local, error, &last);
		}
		memory_fail_after(-1);
		if (error == JISR_OK)
			return;
		assert_int_equal(error, JISR_NO_MEMORY);
		assert_int_equal(rows(), 0);
	}
	fail();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_reply_comes_again_to_the_same_request_alone, open_repeats,
	                                        close_repeats),
		cmocka_unit_test_setup_teardown(a_secret_and_what_is_too_long_are_not_kept, open_repeats,
	                                        close_repeats),
		cmocka_unit_test_setup_teardown(a_key_is_free_after_a_day_and_when_nothing_was_done, open_repeats,
	                                        close_repeats),
		cmocka_unit_test_setup_teardown(a_caller_has_a_limit_and_others_do_not_feel_it, open_repeats,
	                                        close_repeats),
		cmocka_unit_test_setup_teardown(each_allocation_may_fail, open_repeats, close_repeats),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("repeat", tests, NULL, NULL);
}
