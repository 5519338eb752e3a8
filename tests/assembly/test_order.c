/* Who and what goes first: the distance of amendments, the list of speakers, motions, lots. Each against a reference that is
 * written otherwise. */
#include "assembly/distance.h"
#include "assembly/draw.h"
#include "assembly/precedence.h"
#include "assembly/queue.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static uint32_t seed = 1;
static uint32_t random_below(uint32_t most)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % most;
}

/* Words of one letter: the distance by its definition, trying everything. */
static unsigned edits(const char *a, const char *b)
{
	if (a[0] == '\0' || b[0] == '\0')
		return (unsigned)(strlen(a) + strlen(b));
	unsigned same = edits(a + 1, b + 1) + (a[0] != b[0]);
	unsigned out = edits(a + 1, b) + 1, in = edits(a, b + 1) + 1;
	unsigned least = out < in ? out : in;
	return same < least ? same : least;
}

static void spread(const char *letters, char *out)
{
	for (; *letters != '\0'; letters++) {
		*out++ = *letters;
		*out++ = random_below(2) ? ' ' : '\n';
	}
	*out = '\0';
}

static void the_distance_of_texts_is_that_of_its_definition(void **state)
{
	(void)state;
	for (int round = 0; round < 3000; round++) {
		char a[8] = "", b[8] = "", wide_a[20], wide_b[20];
		size_t length_a = random_below(6), length_b = random_below(6);
		for (size_t i = 0; i < length_a; i++)
			a[i] = (char)('a' + random_below(3));
		for (size_t i = 0; i < length_b; i++)
			b[i] = (char)('a' + random_below(3));
		spread(a, wide_a);
		spread(b, wide_b);
		size_t longest = length_a > length_b ? length_a : length_b;
		int expected = longest == 0 ? 0 : (int)((1000 * edits(a, b) + longest / 2) / longest);
		assert_int_equal(distance_words(wide_a, wide_b), expected);
		assert_int_equal(distance_words(wide_b, wide_a), expected);
	}
	assert_int_equal(distance_words("APPROVES the budget", " APPROVES  the budget "), 0);
	assert_int_equal(distance_words("APPROVES the budget", "REJECTS the budget"), 333);
	assert_int_equal(distance_words("a b", "c d e"), 1000);
	memory_fail_after(0);
	assert_int_equal(distance_words("a", "b"), -1);
	memory_fail_after(1);
	assert_int_equal(distance_words("a", "b"), -1);
	memory_fail_after(-1);
}

/* The key of the reference: everything that counts, in one number. */
static uint64_t key(const struct queue_speech *speech, bool balanced)
{
	uint64_t spoken = balanced && speech->kind == QUEUE_STATEMENT ? speech->spoken : 0;
	return (uint64_t)speech->kind << 56 | spoken << 32 | speech->number;
}

static void speakers_come_in_the_order_of_the_list(void **state)
{
	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct queue_speech list[20];
		size_t count = 1 + random_below(20);
		bool balanced = random_below(2) != 0;
		uint64_t before = 0;
		for (size_t i = 0; i < count; i++)
			list[i] = (struct queue_speech){(uint32_t)((i * 7 + 3) % 23), (enum queue_kind)random_below(4),
			                                random_below(3)};
		/* taken one by one they come in the order of their keys, and all of them come */
		for (size_t left = count; left > 0; left--) {
			size_t next = queue_next(list, left, balanced);
			assert_true(next < left);
			uint64_t its = key(&list[next], balanced);
			assert_true(its >= before);
			before = its;
			list[next] = list[left - 1];
		}
	}
	struct queue_speech late_point[] = {{1, QUEUE_STATEMENT, 0}, {2, QUEUE_REPLY, 0}, {9, QUEUE_ORDER, 5}};
	assert_int_equal(queue_next(late_point, 3, false), 2);
}

static void motions_go_by_precedence(void **state)
{
	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct precedence_pending list[12];
		size_t count = 1 + random_below(12), best = 0;
		for (size_t i = 0; i < count; i++)
			list[i] = (struct precedence_pending){(uint32_t)i + 1,
			                                      (enum precedence_motion)random_below(PRECEDENCE_COUNT)};
		for (size_t i = count; i-- > 0;) /* backwards: the earliest of the highest is left */
			if (list[i].motion <= list[best].motion || i == 0)
				best = list[i].motion <= list[best].motion ? i : best;
		assert_int_equal(precedence_first(list, count), best);
	}
	for (unsigned i = 0; i < PRECEDENCE_COUNT; i++) {
		enum precedence_motion motion;
		assert_true(precedence_read(precedence_names[i], &motion) && motion == (enum precedence_motion)i);
	}
	assert_true(precedence_chair_decides(PRECEDENCE_ORDER));
	assert_false(precedence_chair_decides(PRECEDENCE_ADJOURN_DEBATE));
}

static void a_lot_depends_on_the_seed_and_on_every_number(void **state)
{
	(void)state;
	uint8_t value[DRAW_VALUE], again[DRAW_VALUE];
	struct draw_number numbers[] = {{"MA", 4}, {"FR", 7}}, turned[] = {{"FR", 7}, {"MA", 4}},
			   other[] = {{"FR", 8}, {"MA", 4}};
	char commitment[65];
	draw_commit("an invented seed", commitment);
	/* printf 'an invented seed' | sha256sum */
	assert_string_equal(commitment, "db6ebb7a7e48bd277611039bb4e3676f2c9f0809f36184750f468e83e46f8705");
	draw_value("an invented seed", numbers, 2, value);
	draw_value("an invented seed", turned, 2, again);
	assert_memory_equal(value, again, sizeof value);
	char hex[65];
	for (size_t i = 0; i < sizeof value; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", value[i]);
	/* printf 'jisr draw v1\nan invented seed\nFR:7\nMA:4\n' | sha256sum */
	assert_string_equal(hex, "203dbeefba071a607b6472a2b82e5ca2bda2cf00c8774c536610d67c75772d16");
	draw_value("an invented seed", other, 2, again);
	assert_memory_not_equal(value, again, sizeof value);
	draw_value("another seed", turned, 2, again);
	assert_memory_not_equal(value, again, sizeof value);
	/* places are spread evenly: 196 places, 19,600 lots, each about a hundred times */
	unsigned counts[196] = {0};
	for (unsigned i = 0; i < 19600; i++) {
		char text[20];
		(void)snprintf(text, sizeof text, "seed %u", i);
		draw_value(text, numbers, 2, value);
		size_t place = draw_place(value, 196);
		assert_true(place < 196);
		counts[place]++;
	}
	for (size_t i = 0; i < 196; i++)
		assert_in_range(counts[i], 50, 160);
	assert_int_equal(draw_place(value, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_distance_of_texts_is_that_of_its_definition),
		cmocka_unit_test(speakers_come_in_the_order_of_the_list),
		cmocka_unit_test(motions_go_by_precedence),
		cmocka_unit_test(a_lot_depends_on_the_seed_and_on_every_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
