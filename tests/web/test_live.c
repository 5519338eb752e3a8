/* A session that is followed: what arrives, when, for whom. */
#include "../assembly/hall.h"

#include "base/clock.h"
#include "web/live.h"

#include <poll.h>
#include <stdatomic.h>

struct follower {
	struct http_stream *stream;
	struct text text;
	atomic_int woken;
};

static void on_wake(void *context)
{
	struct follower *follower = context;
	atomic_fetch_add(&follower->woken, 1);
}

/* `caller`: NULL for the public. */
static void follow(struct live *live, const struct caller *caller, struct follower *follower)
{
	struct problem problem = {""};
	*follower = (struct follower){0};
	text_init(&follower->text, 8 << 20);
	assert_int_equal(live_open(live, 93, caller, &follower->stream, &problem), JISR_OK);
	follower->stream->carry(follower->stream, on_wake, follower);
}

static void leave(struct follower *follower)
{
	follower->stream->free(follower->stream);
	text_finish(&follower->text);
}

/* What is there now, into the text. */
static void take(struct follower *follower)
{
	char bytes[777];
	ssize_t length;
	while ((length = follower->stream->read(follower->stream, bytes, sizeof bytes)) > 0)
		text_add(&follower->text, bytes, (size_t)length);
}

static void take_until(struct follower *follower, const char *words)
{
	double until = clock_seconds() + 10;
	take(follower);
	while (strstr(follower->text.bytes, words) == NULL) {
		if (clock_seconds() > until)
			fail_msg("never told: %s\n%s", words, follower->text.bytes);
		(void)poll(NULL, 0, 3);
		take(follower);
	}
}

static size_t times(const struct follower *follower, const char *words)
{
	size_t count = 0;
	for (const char *at = follower->text.bytes; (at = strstr(at, words)) != NULL; at++)
		count++;
	return count;
}

/* The newest message. */
static cJSON *newest(const struct follower *follower)
{
	struct problem problem = {""};
	cJSON *json = NULL;
	const char *last = NULL;
	for (const char *at = follower->text.bytes; (at = strstr(at, "event: stage\ndata: ")) != NULL;)
		last = at += strlen("event: stage\ndata: ");
	assert_non_null(last);
	const char *end = strstr(last, "\n\n");
	assert_non_null(end);
	if (json_read(last, (size_t)(end - last), &json, &problem) != JISR_OK)
		fail_msg("%s\n%s", problem.text, last);
	return json;
}

static void the_stage_is_told_at_once_and_whenever_it_changes(void **state)
{
	(void)state;
	struct hall hall;
	struct live *live = NULL;
	struct follower inside, outside;
	struct problem problem = {""};
	hall_open(&hall);
	struct caller morocco = hall_delegate("MA");
	hall_do(&hall, &hall.secretary, "item",
	        "{\"title\":{\"en\":\"Passports\",\"ar\":\"\u062c\u0648\u0627\u0632\"}}");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"emergency\",\"method\":\"device\",\"subject\":\"item:1\"}");
	assert_int_equal(live_new(hall.place.store, &live, &problem), JISR_OK);
	follow(live, &hall.chair, &inside);
	follow(live, NULL, &outside);
	assert_int_equal(live_count(live), 2);
	take_until(&inside, "event: stage\n");
	take_until(&outside, "event: stage\n");
	assert_non_null(strstr(inside.text.bytes, "retry: "));
	assert_non_null(strstr(inside.text.bytes, "event: clock\ndata: \"20"));
	cJSON *told = newest(&inside), *stage = cJSON_GetObjectItem(told, "stage");
	const cJSON *vote = json_get(stage, "vote");
	assert_string_equal(json_get_text(json_get(vote, "about"), "kind"), "item");
	assert_string_equal(json_get_text(json_get(json_get(vote, "about"), "titles"), "en"), "Passports");
	assert_int_equal(json_get(vote, "waiting")->valueint, 5);
	assert_true(cJSON_IsTrue(json_get(json_get(stage, "present"), "quorate")));
	uint64_t votes = (uint64_t)json_get(json_get(told, "changed"), "votes")->valuedouble;
	json_free(told);
	/* the public is told that there is a vote, and nothing of who is where */
	told = newest(&outside);
	stage = cJSON_GetObjectItem(told, "stage");
	assert_non_null(json_get(json_get(stage, "vote"), "about"));
	assert_null(json_get(json_get(stage, "vote"), "given"));
	static const char *const hidden[] = {"speaking", "waiting", "motions", "present", "draw"};
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		assert_null(json_get(stage, hidden[i]));
	json_free(told);
	/* a vote that is given: the number moves, and the topic */
	atomic_store(&inside.woken, 0);
	hall_do(&hall, &morocco, "vote", "{\"vote\":1,\"choice\":\"yes\"}");
	take_until(&inside, "\"given\":1,\"waiting\":4");
	assert_true(atomic_load(&inside.woken) > 0);
	told = newest(&inside);
	assert_true((uint64_t)json_get(json_get(told, "changed"), "votes")->valuedouble > votes);
	json_free(told);
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	take_until(&inside, "\"outcome\":\"adopted\"");
	take_until(&outside, "\"outcome\":\"adopted\"");
	assert_int_equal(times(&outside, "\"MA\""), times(&outside, "event: stage\n")); /* the host country */
	leave(&inside);
	leave(&outside);
	assert_int_equal(live_count(live), 0);
	place_finish(&hall.place);
	live_free(live);
}

#define MANY 40

static void a_slow_listener_skips_what_is_past_and_ends_with_what_is_now(void **state)
{
	(void)state;
	struct hall hall;
	struct live *live = NULL;
	struct follower slow, quick;
	struct problem problem = {""};
	char fields[60];
	hall_open(&hall);
	assert_int_equal(live_new(hall.place.store, &live, &problem), JISR_OK);
	follow(live, &hall.chair, &slow);
	follow(live, &hall.chair, &quick);
	take_until(&quick, "event: stage\n");
	for (int i = 1; i <= MANY; i++) {
		(void)snprintf(fields, sizeof fields, "{\"title\":{\"en\":\"Item %d\"}}", i);
		hall_do(&hall, &hall.secretary, "item", fields);
		take(&quick);
	}
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"procedure\",\"method\":\"device\",\"title\":\"The end\"}");
	take_until(&quick, "The end");
	take_until(&slow, "The end");
	take_until(&slow, "\n\n");
	/* told together, not one by one; and the slow one was sent one message, the newest */
	assert_true(times(&quick, "event: stage\n") < MANY);
	assert_in_range(times(&slow, "event: stage\n"), 1, 2);
	leave(&slow);
	/* who comes back later is told that something changed meanwhile */
	cJSON *told = newest(&quick);
	double before = json_get(json_get(told, "changed"), "agenda")->valuedouble;
	json_free(told);
	leave(&quick);
	hall_do(&hall, &hall.secretary, "item", "{\"title\":{\"en\":\"Unseen\"}}");
	follow(live, &hall.chair, &quick);
	take_until(&quick, "event: stage\n");
	told = newest(&quick);
	assert_true(json_get(json_get(told, "changed"), "agenda")->valuedouble > before);
	json_free(told);
	leave(&quick);
	place_finish(&hall.place);
	live_free(live);
}

static void a_suspended_delegates_stream_ends_and_no_other(void **state)
{
	(void)state;
	struct hall hall;
	struct live *live = NULL;
	struct follower his, hers, outside;
	struct problem problem = {""};
	hall_init(&hall);
	place_officer(&hall.place, &hall.place.console, "MA", "i.delegate", "[\"delegate\"]", "MA-1");
	struct caller one = hall_delegate("MA"), other = hall_delegate("FR");
	assert_int_equal(live_new(hall.place.store, &live, &problem), JISR_OK);
	follow(live, &one, &his);
	follow(live, &other, &hers);
	follow(live, NULL, &outside);
	take_until(&his, "event: stage\n"); /* his appointment was before, and ended nothing */
	take_until(&hers, "event: stage\n");
	take_until(&outside, "event: stage\n");
	place_do(&hall.place, &hall.place.console, CHANGE_OFFICER_SUSPEND, "MA-1", "{\"reason\":\"a test\"}", NULL);
	char bytes[777];
	double until = clock_seconds() + 60;
	while (his.stream->read(his.stream, bytes, sizeof bytes) >= 0) {
		assert_true(clock_seconds() < until);
		(void)poll(NULL, 0, 1);
	}
	assert_true(hers.stream->read(hers.stream, bytes, sizeof bytes) >= 0);
	assert_true(outside.stream->read(outside.stream, bytes, sizeof bytes) >= 0);
	leave(&his);
	leave(&hers);
	leave(&outside);
	live_free(live);
	place_finish(&hall.place);
}

static void there_is_room_for_delegates_whatever_the_public_does(void **state)
{
	(void)state;
	static struct http_stream *streams[LIVE_MAX_PUBLIC + 1];
	struct hall hall;
	struct live *live = NULL;
	struct problem problem = {""};
	char bytes[4000];
	hall_init(&hall);
	assert_int_equal(live_new(hall.place.store, &live, &problem), JISR_OK);
	assert_int_equal(live_open(live, 7, &hall.chair, &streams[0], &problem), JISR_NOT_FOUND);
	for (size_t i = 0; i < LIVE_MAX_PUBLIC; i++)
		assert_int_equal(live_open(live, 93, NULL, &streams[i], &problem), JISR_OK);
	assert_int_equal(live_open(live, 93, NULL, &streams[LIVE_MAX_PUBLIC], &problem), JISR_TOO_LARGE);
	assert_int_equal(live_open(live, 93, &hall.chair, &streams[LIVE_MAX_PUBLIC], &problem), JISR_OK);
	assert_int_equal(live_count(live), LIVE_MAX_PUBLIC + 1);
	live_stop(live);
	for (size_t i = 0; i <= LIVE_MAX_PUBLIC; i++) {
		while (streams[i]->read(streams[i], bytes, sizeof bytes) > 0)
			;
		assert_int_equal(streams[i]->read(streams[i], bytes, sizeof bytes), -1);
		streams[i]->free(streams[i]);
	}
	assert_int_equal(live_open(live, 93, &hall.chair, &streams[0], &problem), JISR_CANCELLED);
	place_finish(&hall.place);
	live_free(live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stage_is_told_at_once_and_whenever_it_changes),
		cmocka_unit_test(a_slow_listener_skips_what_is_past_and_ends_with_what_is_now),
		cmocka_unit_test(a_suspended_delegates_stream_ends_and_no_other),
		cmocka_unit_test(there_is_room_for_delegates_whatever_the_public_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
