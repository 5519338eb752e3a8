#include "watch/set.h"

#include "watch/check.h"
#include "watch/segment.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <unistd.h>
// after the standard headers that it needs
#include <cmocka.h>

#define ARENA ((size_t)64 << 20)

static void put(struct arena *arena, const char *id, const char *name, struct entity **ret_entity)
{
	assert_int_equal(entity_new(id, "Person", arena, ret_entity), JISR_OK);
	assert_int_equal(entity_add(*ret_entity, arena, "name", name, strlen(name)), JISR_OK);
	assert_int_equal(entity_complete(*ret_entity, arena), JISR_OK);
}

/* A list of `count` persons, all of the same name. */
static struct segment *list_of(const char *list, const char *name, size_t count)
{
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct segment *segment;
	assert_int_equal(segment_builder_new(&builder), JISR_OK);
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	for (size_t i = 0; i < count; i++) {
		char id[32];
		struct entity *entity;
		(void)snprintf(id, sizeof id, "p%zu", i);
		put(arena, id, name, &entity);
		assert_int_equal(segment_builder_put(builder, entity), JISR_OK);
	}
	assert_int_equal(segment_builder_open(builder, list, &segment), JISR_OK);
	return segment;
}

static size_t hits(const struct watch_view *view, struct watch_scratch *scratch, const char *name)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct check_query query = {.names = {name}, .name_count = 1, .limit = CHECK_MAX_LIMIT};
	struct check_answer answer;
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	assert_int_equal(watch_check(view, &query, scratch, arena, &answer, NULL), JISR_OK);
	return answer.total;
}

static size_t hits_now(struct watch_set *set, const char *name)
{
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	assert_int_equal(watch_scratch_new(&scratch), JISR_OK);
	const struct watch_view *view = watch_view_take(set);
	size_t count = hits(view, scratch, name);
	watch_view_release(view);
	return count;
}

static void a_view_keeps_its_version_while_lists_come_and_go(void **state)
{
	(void)state;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	assert_int_equal(watch_set_new(&set), JISR_OK);
	assert_int_equal(watch_scratch_new(&scratch), JISR_OK);
	assert_int_equal(watch_set_replace(set, "one", list_of("one", "Oskar Lindqvist", 3)), JISR_OK);
	const struct watch_view *first = watch_view_take(set);
	const struct watch_view *again = watch_view_take(set);
	assert_int_equal(watch_set_replace(set, "two", list_of("two", "Oskar Lindqvist", 4)), JISR_OK);
	assert_int_equal(watch_set_replace(set, "one", list_of("one", "Maren Thorsen", 5)), JISR_OK);
	assert_int_equal(hits(first, scratch, "Oskar Lindqvist"), 3);
	assert_int_equal(hits_now(set, "Oskar Lindqvist"), 4);
	assert_int_equal(hits_now(set, "Maren Thorsen"), 5);
	assert_int_equal(watch_set_drop(set, "two"), JISR_OK);
	assert_int_equal(watch_set_drop(set, "two"), JISR_NOT_FOUND);
	assert_int_equal(hits_now(set, "Oskar Lindqvist"), 0);
	assert_int_equal(hits(again, scratch, "Oskar Lindqvist"), 3);
	watch_view_release(first);
	watch_view_release(again);
}

static void single_changes_count_at_once(void **state)
{
	(void)state;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct entity *entity;
	assert_int_equal(watch_set_new(&set), JISR_OK);
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	put(arena, "p1", "Maren Thorsen", &entity);
	assert_int_equal(watch_set_put(set, "one", entity), JISR_NOT_FOUND);
	assert_int_equal(watch_set_replace(set, "zero", list_of("zero", "Someone Other", 1)), JISR_OK);
	assert_int_equal(watch_set_replace(set, "one", list_of("one", "Oskar Lindqvist", 6)), JISR_OK);
	assert_int_equal(watch_set_replace(set, "two", list_of("two", "Someone Other", 1)), JISR_OK);
	assert_int_equal(watch_set_put(set, "one", entity), JISR_OK);
	assert_int_equal(hits_now(set, "Maren Thorsen"), 1);
	assert_int_equal(hits_now(set, "Oskar Lindqvist"), 5);
	assert_int_equal(watch_set_put(set, "one", entity), JISR_OK);
	assert_int_equal(hits_now(set, "Maren Thorsen"), 1);
	assert_int_equal(watch_set_remove(set, "one", "p1"), JISR_OK);
	assert_int_equal(watch_set_remove(set, "one", "p1"), JISR_NOT_FOUND);
	assert_int_equal(watch_set_remove(set, "one", "p5"), JISR_OK);
	assert_int_equal(hits_now(set, "Maren Thorsen"), 0);
	assert_int_equal(hits_now(set, "Oskar Lindqvist"), 4);
}

static void many_changes_agree_with_a_plain_array(void **state)
{
	(void)state;
	enum { IDS = 40, CHANGES = 300 };
	static const char *const people[] = {"Oskar Lindqvist", "Maren Thorsen", "Ioana Petrescu"};
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int expected[IDS];
	assert_int_equal(watch_set_new(&set), JISR_OK);
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	assert_int_equal(watch_set_replace(set, "one", list_of("one", people[0], IDS / 2)), JISR_OK);
	for (int i = 0; i < IDS; i++)
		expected[i] = i < IDS / 2 ? 0 : -1;
	uint32_t random = 12345;
	for (int change = 0; change < CHANGES; change++) {
		char id[32];
		struct entity *entity;
		random = random * 1664525u + 1013904223u;
		int at = (int)(random >> 16) % IDS, what = (int)(random >> 8) % 4;
		(void)snprintf(id, sizeof id, "p%d", at);
		if (what == 3) {
			int error = watch_set_remove(set, "one", id);
			assert_int_equal(error, expected[at] < 0 ? JISR_NOT_FOUND : JISR_OK);
			expected[at] = -1;
		} else {
			arena_reset(arena);
			put(arena, id, people[what], &entity);
			assert_int_equal(watch_set_put(set, "one", entity), JISR_OK);
			expected[at] = what;
		}
		if (change % 10 != 0)
			continue;
		for (int who = 0; who < 3; who++) {
			size_t count = 0;
			for (int i = 0; i < IDS; i++)
				count += expected[i] == who;
			assert_int_equal(hits_now(set, people[who]), count);
		}
	}
}

struct reading {
	struct watch_set *set;
	_Atomic bool stop;
	_Atomic size_t mixtures, checks;
};

/* Every version has either 7 persons of the one name or 9 of the other. */
static void *read_versions(void *context)
{
	struct reading *reading = context;
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	if (watch_scratch_new(&scratch) != JISR_OK)
		return NULL;
	while (!atomic_load(&reading->stop)) {
		const struct watch_view *view = watch_view_take(reading->set);
		size_t one = hits(view, scratch, "Oskar Lindqvist"), other = hits(view, scratch, "Maren Thorsen");
		watch_view_release(view);
		atomic_fetch_add(&reading->mixtures, !((one == 7 && other == 0) || (one == 0 && other == 9)));
		atomic_fetch_add(&reading->checks, 1);
		(void)usleep(500); /* the others are to get on, too */
	}
	return NULL;
}

static void readers_see_whole_versions_while_a_writer_replaces_them(void **state)
{
	(void)state;
	enum { READERS = 3, VERSIONS = 150 };
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	assert_int_equal(watch_set_new(&set), JISR_OK);
	assert_int_equal(watch_set_replace(set, "one", list_of("one", "Oskar Lindqvist", 7)), JISR_OK);
	struct reading reading = {.set = set};
	pthread_t threads[READERS];
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_versions, &reading), 0);
	for (int i = 0; i < VERSIONS || atomic_load(&reading.checks) < 100; i++) {
		struct segment *segment =
			i % 2 ? list_of("one", "Oskar Lindqvist", 7) : list_of("one", "Maren Thorsen", 9);
		assert_int_equal(watch_set_replace(set, "one", segment), JISR_OK);
	}
	atomic_store(&reading.stop, true);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(reading.mixtures, 0);
}

static void each_failed_allocation_of_a_change_leaves_the_set_as_it_was(void **state)
{
	(void)state;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct entity *entity;
	assert_int_equal(watch_set_new(&set), JISR_OK);
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	assert_int_equal(watch_set_replace(set, "one", list_of("one", "Oskar Lindqvist", 6)), JISR_OK);
	put(arena, "p8", "Oskar Lindqvist", &entity);
	assert_int_equal(watch_set_put(set, "one", entity), JISR_OK);
	put(arena, "p1", "Maren Thorsen", &entity);
	int error = JISR_NO_MEMORY;
	long n = 0;
	for (; error != JISR_OK; n++) {
		memory_fail_after(n);
		error = watch_set_put(set, "one", entity);
		memory_fail_after(-1);
		assert_true(error == JISR_OK || error == JISR_NO_MEMORY);
		assert_int_equal(hits_now(set, "Maren Thorsen"), error == JISR_OK);
		assert_int_equal(hits_now(set, "Oskar Lindqvist"), error == JISR_OK ? 6 : 7);
	}
	assert_true(n > 10);
}

static bool is_odd(void *context, const char *id)
{
	(void)context;
	return (id[strlen(id) - 1] - '0') % 2 != 0;
}

static void count_free(void *note)
{
	++*(int *)note;
}

static void a_joined_view_shows_both_without_the_hidden_and_outlives_them(void **state)
{
	(void)state;
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	struct watch_set *lists, *others;
	struct watch_view *joined;
	int freed = 0;
	uint32_t segment, entity;
	assert_int_equal(watch_scratch_new(&scratch), JISR_OK);
	assert_int_equal(watch_set_new(&lists), JISR_OK);
	assert_int_equal(watch_set_new(&others), JISR_OK);
	assert_int_equal(watch_set_replace(lists, "a", list_of("a", "Ostap Brambillov", 4)), JISR_OK);
	assert_int_equal(watch_set_replace(others, "b", list_of("b", "Ostap Brambillov", 10)), JISR_OK);
	assert_int_equal(watch_set_remove(others, "b", "p0"), JISR_OK);
	const struct watch_view *first = watch_view_take(lists), *second = watch_view_take(others);
	assert_int_equal(watch_view_join(first, second, is_odd, NULL, &freed, count_free, &joined), JISR_OK);
	watch_view_release(first);
	watch_view_release(second);
	watch_set_free(lists);
	watch_set_free(others);
	assert_int_equal(hits(joined, scratch, "Ostap Brambillov"), 4 + 4);
	assert_true(watch_view_find(joined, "b", "p2", &segment, &entity));
	assert_false(watch_view_find(joined, "b", "p3", &segment, &entity));
	assert_false(watch_view_find(joined, "b", "p0", &segment, &entity));
	assert_true(watch_view_find(joined, "a", "p3", &segment, &entity));
	assert_ptr_equal(watch_view_note(joined), &freed);
	watch_view_hold(joined);
	watch_view_release(joined);
	assert_int_equal(freed, 0);
	watch_view_release(joined);
	assert_int_equal(freed, 1);
}

static void joining_fails_with_its_allocations(void **state)
{
	(void)state;
	struct watch_set *set;
	assert_int_equal(watch_set_new(&set), JISR_OK);
	assert_int_equal(watch_set_replace(set, "a", list_of("a", "Ostap Brambillov", 4)), JISR_OK);
	const struct watch_view *view = watch_view_take(set);
	for (long n = 0;; n++) {
		struct watch_view *joined = NULL;
		int freed = 0;
		memory_fail_after(n);
		int error = watch_view_join(view, view, is_odd, NULL, &freed, count_free, &joined);
		memory_fail_after(-1);
		assert_int_equal(freed, 0); /* the note stays the caller's */
		if (error == JISR_OK) {
			watch_view_release(joined);
			break;
		}
		assert_int_equal(error, JISR_NO_MEMORY);
	}
	watch_view_release(view);
	watch_set_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_view_keeps_its_version_while_lists_come_and_go),
		cmocka_unit_test(single_changes_count_at_once),
		cmocka_unit_test(many_changes_agree_with_a_plain_array),
		cmocka_unit_test(readers_see_whole_versions_while_a_writer_replaces_them),
		cmocka_unit_test(each_failed_allocation_of_a_change_leaves_the_set_as_it_was),
		cmocka_unit_test(a_joined_view_shows_both_without_the_hidden_and_outlives_them),
		cmocka_unit_test(joining_fails_with_its_allocations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
