#include "base/sha256.h"
#include "network/outbox.h"

#include "../base/temporary.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MOST 200

static char folder[200];
static struct outbox *outbox;
static struct arena *arena;
static struct problem last;

static int open_folder(void **state)
{
	(void)state;
	assert_int_equal(temporary_make("outbox", folder, sizeof folder), 0);
	assert_int_equal(outbox_open(folder, &outbox, &last), JISR_OK);
	return arena_new((size_t)64 << 20, &arena);
}

static int close_folder(void **state)
{
	static const char *const names[] = {OUTBOX_NAME, OUTBOX_NAME "-wal", OUTBOX_NAME "-shm"};
	char path[256];
	(void)state;
	arena = arena_free(arena);
	outbox = outbox_close(outbox);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

static void reopen(void)
{
	outbox = outbox_close(outbox);
	assert_int_equal(outbox_open(folder, &outbox, &last), JISR_OK);
}

/* `thing` "" makes a thing of its own: "notices/~ID". */
static int put(const char *thing, const char *key, const char *body, char id[PARCEL_ID_MAX])
{
	char own[OUTBOX_THING_MAX], made[PARCEL_ID_MAX];
	parcel_id_new(made);
	(void)snprintf(own, sizeof own, "notices/~%s", made);
	struct outbox_new item = {.parcel = {.id = made,
	                                     .officer = "MA-1",
	                                     .scopes = RIGHT_ALL,
	                                     .method = "POST",
	                                     .target = "/api/v1/notices",
	                                     .type = "application/json",
	                                     .match = "",
	                                     .said = "2026-11-27T10:00:00.000Z",
	                                     .body = body,
	                                     .length = strlen(body)},
	                          .what = "api_notice_draft",
	                          .thing = thing[0] != '\0' ? thing : own,
	                          .caller = "MA-1",
	                          .key = key,
	                          .note = "note",
	                          .note_length = 4};
	sha256_hex(body, strlen(body), item.asked);
	return outbox_put(outbox, &item, id, &last);
}

static enum outbox_state state_of(const char *id)
{
	struct outbox_item item;
	assert_int_equal(outbox_get(outbox, id, arena, &item, &last), JISR_OK);
	return item.state;
}

static int settle(const char *id, bool accepted)
{
	struct parcel_answer answer = {.id = id,
	                               .node = "MA",
	                               .accepted = accepted,
	                               .status = accepted ? 201 : 409,
	                               .first = accepted ? 7 : 0,
	                               .last = accepted ? 8 : 0,
	                               .at = "2026-11-27T10:00:01.000Z",
	                               .made = accepted ? "2026/17" : "",
	                               .reply = "{}",
	                               .newer = ""};
	return outbox_settle(outbox, &answer, "answer", 6, "why", &last);
}

static size_t take(struct outbox_item items[OUTBOX_BATCH])
{
	size_t count = 0;
	assert_int_equal(outbox_take(outbox, arena, items, &count, &last), JISR_OK);
	return count;
}

static void one_key_is_one_item_and_another_request_by_it_is_refused(void **state)
{
	(void)state;
	char first[PARCEL_ID_MAX], again[PARCEL_ID_MAX];
	assert_int_equal(put("", "key", "a", first), JISR_OK);
	assert_int_equal(put("", "key", "a", again), JISR_OK);
	assert_string_equal(first, again);
	assert_int_equal(put("", "key", "b", again), JISR_BAD_INPUT);
	reopen();
	assert_int_equal(put("", "key", "a", again), JISR_OK);
	assert_string_equal(first, again);
}

static void what_builds_on_another_goes_after_it_and_falls_with_it(void **state)
{
	(void)state;
	struct outbox_item items[OUTBOX_BATCH];
	char draft[PARCEL_ID_MAX], request[PARCEL_ID_MAX], more[PARCEL_ID_MAX], other[PARCEL_ID_MAX],
		thing[OUTBOX_THING_MAX];
	uint64_t count = 0;
	assert_int_equal(put("", NULL, "draft", draft), JISR_OK);
	(void)snprintf(thing, sizeof thing, "notices/~%s", draft);
	assert_int_equal(put(thing, NULL, "request", request), JISR_OK);
	assert_int_equal(put(thing, NULL, "more", more), JISR_OK);
	assert_int_equal(put("hits/2026-1", NULL, "other", other), JISR_OK);
	/* Only the draft and what is about something else may go. */
	assert_int_equal(take(items), 2);
	assert_string_equal(items[0].id, draft);
	assert_string_equal(items[1].id, other);
	assert_int_equal(outbox_drop(outbox, draft, &count, &last), JISR_STATE);
	assert_int_equal(outbox_amend(outbox, draft, "n", 1, "b", 1, "asked", &last), JISR_STATE);
	/* Refused: the two fall, the other is not held up; what comes later is told so. */
	assert_int_equal(settle(draft, false), JISR_OK);
	assert_int_equal(state_of(request), OUTBOX_REFUSED);
	assert_int_equal(state_of(more), OUTBOX_REFUSED);
	assert_int_equal(state_of(other), OUTBOX_SENT);
	assert_int_equal(put(thing, NULL, "late", more), JISR_STATE);
	assert_int_equal(put("notices/~aaaaaaaaaaaaaaaa", NULL, "late", more), JISR_NOT_FOUND);
	assert_int_equal(settle(draft, true), JISR_STATE); /* once */
	assert_int_equal(settle(other, true), JISR_OK);
}

static void nothing_that_may_have_left_waits_again(void **state)
{
	(void)state;
	struct outbox_item items[OUTBOX_BATCH];
	char id[PARCEL_ID_MAX];
	uint64_t count;
	assert_int_equal(put("", NULL, "a", id), JISR_OK);
	assert_int_equal(take(items), 1);
	assert_int_equal(outbox_back(outbox, id, &last), JISR_OK);
	assert_int_equal(state_of(id), OUTBOX_WAITING);
	assert_int_equal(take(items), 1);
	double since = clock_seconds();
	assert_int_equal(outbox_later(outbox, id, true, "cut", &last), JISR_OK); /* it may have arrived */
	reopen();
	assert_int_equal(state_of(id), OUTBOX_SENT);
	while (!outbox_ready(outbox))
		usleep(10000);
	assert_true(clock_seconds() - since >= 0.45); /* it rested */
	assert_int_equal(take(items), 1);
	assert_int_equal(outbox_back(outbox, id, &last), JISR_OK); /* this time nothing left, the time before perhaps */
	assert_int_equal(state_of(id), OUTBOX_SENT);
	assert_int_equal(outbox_drop(outbox, id, &count, &last), JISR_STATE);
	/* The log tells that it was taken, and an answer that comes late changes nothing. */
	assert_int_equal(outbox_saw(outbox, id, 5, 6, "2026/3", "2026-11-27T10:00:01.000Z", &last), JISR_OK);
	assert_int_equal(state_of(id), OUTBOX_ACCEPTED);
	assert_int_equal(settle(id, false), JISR_STATE);
}

/* What each item ought to be, by hand. */
struct model {
	char id[PARCEL_ID_MAX];
	size_t needs; /* MOST: none */
	enum outbox_state state;
};

static void fall(struct model *model, size_t count, size_t of, enum outbox_state state)
{
	for (size_t i = 0; i < count; i++)
		if (model[i].needs == of && model[i].state == OUTBOX_WAITING) {
			model[i].state = state;
			fall(model, count, i, state);
		}
}

static size_t find(const struct model *model, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(model[i].id, id) == 0)
			return i;
	fail();
	return 0;
}

static void random_lives_are_as_the_model_has_them(void **state)
{
	(void)state;
	static struct model model[MOST];
	size_t count = 0;
	char thing[OUTBOX_THING_MAX];
	srandom(17);
	for (int round = 0; round < 500; round++) {
		struct outbox_item items[OUTBOX_BATCH];
		size_t pick = count > 0 ? (size_t)random() % count : 0;
		uint64_t fallen = 0;
		int what = (int)(random() % 10);
		if (what < 4 && count < MOST) {
			/* On a thing of its own, or on the last one of another's. */
			size_t on = what < 2 || count == 0 ? MOST : pick, root = on;
			while (root != MOST && model[root].needs != MOST)
				root = model[root].needs;
			thing[0] = '\0';
			if (root != MOST)
				(void)snprintf(thing, sizeof thing, "notices/~%s", model[root].id);
			int error = put(thing, NULL, "x", model[count].id);
			bool gone = root != MOST && model[root].state >= OUTBOX_REFUSED;
			assert_int_equal(error, gone ? JISR_STATE : JISR_OK);
			if (error)
				continue;
			model[count].state = OUTBOX_WAITING;
			model[count].needs = MOST;
			for (size_t i = 0; i < count && root != MOST; i++) {
				size_t top = i;
				while (model[top].needs != MOST)
					top = model[top].needs;
				if (top == root && model[i].state < OUTBOX_ACCEPTED)
					model[count].needs = i;
			}
			/* Where all before it are accepted, it is still about the root's thing. */
			if (root != MOST && model[count].needs == MOST)
				model[count].needs = root;
			count++;
		} else if (what < 6) {
			arena_reset(arena);
			size_t taken = take(items), expected = 0;
			for (size_t i = 0; i < count; i++) {
				bool free = model[i].needs == MOST || model[model[i].needs].state >= OUTBOX_ACCEPTED;
				expected += model[i].state < OUTBOX_ACCEPTED && free;
			}
			assert_int_equal(taken, expected < OUTBOX_BATCH ? expected : OUTBOX_BATCH);
			for (size_t i = 0; i < taken; i++)
				model[find(model, count, items[i].id)].state = OUTBOX_SENT;
		} else if (what < 9 && count > 0) {
			bool accepted = random() % 3 != 0;
			int error = settle(model[pick].id, accepted);
			assert_int_equal(error, model[pick].state == OUTBOX_SENT ? JISR_OK : JISR_STATE);
			if (!error) {
				model[pick].state = accepted ? OUTBOX_ACCEPTED : OUTBOX_REFUSED;
				if (!accepted)
					fall(model, count, pick, OUTBOX_REFUSED);
			}
		} else if (count > 0) {
			int error = outbox_drop(outbox, model[pick].id, &fallen, &last);
			assert_int_equal(error, model[pick].state == OUTBOX_WAITING ? JISR_OK : JISR_STATE);
			if (!error) {
				model[pick].state = OUTBOX_DROPPED;
				fall(model, count, pick, OUTBOX_DROPPED);
			}
		}
		if (round % 250 == 0)
			reopen();
		for (size_t i = 0; i < count && round % 50 == 0; i++)
			assert_int_equal(state_of(model[i].id), model[i].state);
	}
	arena_reset(arena);
}

static void figures_and_lists_tell_the_same(void **state)
{
	(void)state;
	struct outbox_figures figures;
	struct outbox_item items[OUTBOX_BATCH];
	char id[PARCEL_ID_MAX];
	for (int i = 0; i < 5; i++)
		assert_int_equal(put("", NULL, "x", id), JISR_OK);
	assert_int_equal(take(items), 5);
	assert_int_equal(settle(id, false), JISR_OK);
	assert_int_equal(put("", NULL, "x", id), JISR_OK);
	assert_int_equal(outbox_figures(outbox, &figures, &last), JISR_OK);
	assert_int_equal(figures.waiting, 1);
	assert_int_equal(figures.sent, 4);
	assert_int_equal(figures.refused, 1);
	/* After a month what is settled is forgotten, and nothing else. */
	assert_int_equal(outbox_forget(outbox, 9000000000000, &last), JISR_OK);
	assert_int_equal(outbox_figures(outbox, &figures, &last), JISR_OK);
	assert_int_equal(figures.waiting + figures.sent, 5);
	assert_int_equal(figures.refused, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define EACH(test) cmocka_unit_test_setup_teardown(test, open_folder, close_folder)
		EACH(one_key_is_one_item_and_another_request_by_it_is_refused),
		EACH(what_builds_on_another_goes_after_it_and_falls_with_it),
		EACH(nothing_that_may_have_left_waits_again),
		EACH(random_lives_are_as_the_model_has_them),
		EACH(figures_and_lists_tell_the_same),
	};
	return cmocka_run_group_tests_name("network/outbox", tests, NULL, NULL);
}
