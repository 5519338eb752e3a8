#include "assembly/planner.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MOST 500

struct world {
	struct planner planner;
	unsigned rooms[PLANNER_MAX_ROOMS], interpreters[PLANNER_MAX_INTERPRETERS];
	struct planner_slots closed[PLANNER_MAX_ROOMS];
	struct planner_delegation delegations[200];
	struct planner_wish wishes[MOST];
};

static uint64_t seed;
static unsigned below(unsigned limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % limit;
}

/* A session drawn by lot; many wish to meet the first delegations. */
static void draw(struct world *world, unsigned slots, unsigned rooms, unsigned delegations, unsigned wishes)
{
	memset(world, 0, sizeof *world);
	world->planner = (struct planner){.slots = slots,
	                                  .rooms = world->rooms,
	                                  .room_count = rooms,
	                                  .rooms_closed = world->closed,
	                                  .delegations = world->delegations,
	                                  .delegation_count = delegations,
	                                  .wishes = world->wishes,
	                                  .wish_count = wishes,
	                                  .interpreters = world->interpreters,
	                                  .interpreter_count = 3,
	                                  .seconds = 10};
	for (unsigned i = 0; i < rooms; i++) {
		world->rooms[i] = 4 + 4 * below(3);
		if (below(4) == 0)
			planner_add(&world->closed[i], below(slots));
	}
	for (unsigned i = 0; i < 3; i++)
		world->interpreters[i] = below(3);
	for (unsigned i = 0; i < delegations; i++) {
		world->delegations[i].teams = 1 + (below(8) == 0);
		for (unsigned slot = 0; slot < slots; slot++)
			if (below(3) == 0)
				planner_add(&world->delegations[i].busy, slot);
	}
	for (unsigned i = 0; i < wishes; i++) {
		struct planner_wish *wish = &world->wishes[i];
		wish->a = below(1 + below(delegations));
		do
			wish->b = below(delegations);
		while (wish->b == wish->a);
		wish->weight = 1 + below(4);
		wish->people = 2 + below(12);
		wish->interpreter = below(3) == 0 ? (int)below(3) : PLANNER_NOWHERE;
		wish->fixed_slot = wish->fixed_room = wish->present_slot = wish->present_room = PLANNER_NOWHERE;
		if (below(2) == 0)
			planner_add(&wish->wanted, below(slots));
	}
}

static struct arena *new_arena(void)
{
	struct arena *arena = NULL;
	assert_int_equal(arena_new((size_t)64 << 20, &arena), JISR_OK);
	return arena;
}

static uint64_t best_of(struct world *world, struct planner_place *places, size_t next, struct arena *arena)
{
	if (next == world->planner.wish_count) {
		uint64_t weight = 0;
		for (size_t i = 0; i < next; i++)
			weight += places[i].slot != PLANNER_NOWHERE ? world->wishes[i].weight : 0;
		return weight;
	}
	uint64_t best = 0;
	struct planner part = world->planner;
	part.wish_count = next + 1;
	for (int slot = PLANNER_NOWHERE; slot < (int)world->planner.slots; slot++)
		for (int room = slot < 0 ? -1 : 0; room < (slot < 0 ? 0 : (int)world->planner.room_count); room++) {
			places[next] = (struct planner_place){slot, room};
			arena_reset(arena);
			if (planner_check(&part, places, arena, NULL) == JISR_OK) {
				uint64_t weight = best_of(world, places, next + 1, arena);
				best = weight > best ? weight : best;
			}
		}
	return best;
}

static void small_sessions_are_planned_as_well_as_trying_everything(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = new_arena();
	CLEANUP(arena_freep) struct arena *scratch = new_arena();
	struct world *world = memory_zero(1, sizeof *world);
	for (unsigned round = 0; round < 400; round++) {
		seed = 77 + round;
		draw(world, 1 + below(3), 1 + below(2), 2 + below(4), 1 + below(4));
		if (round % 4 == 0)
			world->planner.rooms_closed = NULL;
		struct planner_place places[8];
		arena_reset(arena);
		struct planner_result result;
		struct problem problem = {""};
		assert_int_equal(planner_solve(&world->planner, arena, &result, &problem), JISR_OK);
		uint64_t best = best_of(world, places, 0, scratch);
		assert_int_equal(result.weight, best);
		assert_int_equal(result.weight_most, best);
	}
	memory_free(world);
}

static void four_hundred_wishes_in_twelve_rooms_are_proven_best(void **state)
{
	(void)state;
	struct world *world = memory_zero(1, sizeof *world);
	for (unsigned round = 0; round < 2; round++) {
		CLEANUP(arena_freep) struct arena *arena = new_arena();
		seed = 1000 + round;
		draw(world, 64, 12, 179, 400);
		for (unsigned i = 0; i < 3; i++)
			world->interpreters[i] = 2;
		struct planner_result result;
		struct problem problem = {""};
		assert_int_equal(planner_solve(&world->planner, arena, &result, &problem), JISR_OK);
		assert_int_equal(planner_check(&world->planner, result.places, arena, &problem), JISR_OK);
		assert_int_equal(result.weight, result.weight_most);
		assert_true(result.placed > 250);
		/* What the plan gives once more as the last plan stays where it is. */
		for (size_t i = 0; i < world->planner.wish_count; i++) {
			world->wishes[i].present_slot = result.places[i].slot;
			world->wishes[i].present_room = result.places[i].room;
		}
		struct planner_result again;
		assert_int_equal(planner_solve(&world->planner, arena, &again, &problem), JISR_OK);
		assert_int_equal(again.weight, result.weight);
		size_t moved = 0;
		for (size_t i = 0; i < world->planner.wish_count; i++)
			moved += result.places[i].slot != again.places[i].slot ||
			         result.places[i].room != again.places[i].room;
		assert_int_equal(moved, 0);
	}
	memory_free(world);
}

static void promises_are_kept_or_their_contradiction_is_named(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = new_arena();
	struct world *world = memory_zero(1, sizeof *world);
	seed = 5;
	draw(world, 4, 2, 6, 5);
	world->rooms[0] = 6;
	world->rooms[1] = 12;
	for (unsigned i = 0; i < 5; i++) {
		world->wishes[i] = (struct planner_wish){.a = i,
		                                         .b = 5,
		                                         .weight = 1,
		                                         .people = 4,
		                                         .interpreter = PLANNER_NOWHERE,
		                                         .fixed_slot = PLANNER_NOWHERE,
		                                         .fixed_room = PLANNER_NOWHERE,
		                                         .present_slot = PLANNER_NOWHERE,
		                                         .present_room = PLANNER_NOWHERE};
		world->delegations[i] = (struct planner_delegation){.teams = 1};
	}
	world->delegations[5] = (struct planner_delegation){.teams = 1};
	memset(world->closed, 0, sizeof world->closed);
	world->wishes[3].fixed_slot = 2;
	world->wishes[3].fixed_room = 1;
	struct planner_result result;
	struct problem problem = {""};
	assert_int_equal(planner_solve(&world->planner, arena, &result, &problem), JISR_OK);
	assert_int_equal(result.placed, 4); /* delegation 5 has four times */
	assert_int_equal(result.places[3].slot, 2);
	assert_int_equal(result.places[3].room, 1);
	world->wishes[1].fixed_slot = 2;
	assert_int_equal(planner_solve(&world->planner, arena, &result, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "another meeting"));
	world->wishes[1].fixed_room = 1;
	assert_int_equal(planner_solve(&world->planner, arena, &result, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "promised to another meeting"));
	memory_free(world);
}

static void a_meeting_without_a_place_is_told_why(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = new_arena();
	struct world *world = memory_zero(1, sizeof *world);
	seed = 9;
	draw(world, 2, 1, 4, 4);
	memset(world->closed, 0, sizeof world->closed);
	world->rooms[0] = 6;
	world->interpreters[0] = 0;
	for (unsigned i = 0; i < 4; i++) {
		world->delegations[i] = (struct planner_delegation){.teams = 1};
		world->wishes[i] = (struct planner_wish){.a = 0,
		                                         .b = 1,
		                                         .weight = 1,
		                                         .people = 4,
		                                         .interpreter = PLANNER_NOWHERE,
		                                         .fixed_slot = PLANNER_NOWHERE,
		                                         .fixed_room = PLANNER_NOWHERE,
		                                         .present_slot = PLANNER_NOWHERE,
		                                         .present_room = PLANNER_NOWHERE};
	}
	planner_add(&world->delegations[0].busy, 0);
	planner_add(&world->delegations[3].busy, 1);
	world->wishes[1].b = 3;           /* free at other times */
	world->wishes[2].people = 7;      /* a room of six */
	world->wishes[3].interpreter = 0; /* nobody */
	struct planner_result result;
	assert_int_equal(planner_solve(&world->planner, arena, &result, NULL), JISR_OK);
	assert_int_equal(result.reasons[0], PLANNER_PLACED);
	assert_int_equal(result.reasons[1], PLANNER_NO_COMMON_TIME);
	assert_int_equal(result.reasons[2], PLANNER_NO_ROOM);
	assert_int_equal(result.reasons[3], PLANNER_NO_INTERPRETER);
	world->wishes[1].b = 2;
	world->wishes[1].weight = 2;
	assert_int_equal(planner_solve(&world->planner, arena, &result, NULL), JISR_OK);
	assert_int_equal(result.reasons[0], PLANNER_OTHERS_FIRST);
	assert_int_equal(result.reasons[1], PLANNER_PLACED);
	memory_free(world);
}

static void limits_are_told(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = new_arena();
	struct world *world = memory_zero(1, sizeof *world);
	struct planner_result result;
	struct problem problem;
	seed = 3;
	draw(world, 8, 2, 5, 6);
	static const struct {
		unsigned slots, a, weight;
		int interpreter, slot, room;
		unsigned teams;
		int error;
	} cases[] = {
		{8, 1, 1, -1, -1, -1, 1, JISR_OK},
		{0, 1, 1, -1, -1, -1, 1, JISR_BAD_INPUT},
		{PLANNER_MAX_SLOTS, 1, 1, -1, -1, -1, 1, JISR_OK},
		{PLANNER_MAX_SLOTS + 1, 1, 1, -1, -1, -1, 1, JISR_BAD_INPUT},
		{8, 0, 1, -1, -1, -1, 1, JISR_BAD_INPUT}, /* with itself */
		{8, 5, 1, -1, -1, -1, 1, JISR_BAD_INPUT},
		{8, 1, 0, -1, -1, -1, 1, JISR_BAD_INPUT},
		{8, 1, PLANNER_MAX_WEIGHT + 1, -1, -1, -1, 1, JISR_BAD_INPUT},
		{8, 1, 1, 3, -1, -1, 1, JISR_BAD_INPUT},
		{8, 1, 1, -1, 8, -1, 1, JISR_BAD_INPUT},
		{8, 1, 1, -1, 1, 2, 1, JISR_BAD_INPUT},
		{8, 1, 1, -1, -1, 0, 1, JISR_BAD_INPUT},
		{8, 1, 1, -1, -1, -1, 0, JISR_BAD_INPUT},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		world->planner.slots = cases[i].slots;
		world->wishes[2].a = cases[i].a;
		world->wishes[2].b = 0;
		world->wishes[2].weight = cases[i].weight;
		world->wishes[2].interpreter = cases[i].interpreter;
		world->wishes[2].fixed_slot = cases[i].slot;
		world->wishes[2].fixed_room = cases[i].room;
		world->delegations[4].teams = cases[i].teams;
		assert_int_equal(planner_solve(&world->planner, arena, &result, &problem), cases[i].error);
	}
	struct planner nothing = {.slots = 1};
	assert_int_equal(planner_solve(&nothing, arena, &result, &problem), JISR_OK);
	assert_int_equal(result.placed, 0);
	memory_free(world);
}

static void memory_may_end_anywhere(void **state)
{
	(void)state;
	struct world *world = memory_zero(1, sizeof *world);
	seed = 11;
	draw(world, 4, 2, 5, 6);
	for (long left = 0;; left++) {
		CLEANUP(arena_freep) struct arena *arena = new_arena();
		struct planner_result result;
		memory_fail_after(left);
		int error = planner_solve(&world->planner, arena, &result, NULL);
		memory_fail_after(-1);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
	}
	memory_free(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_sessions_are_planned_as_well_as_trying_everything),
		cmocka_unit_test(four_hundred_wishes_in_twelve_rooms_are_proven_best),
		cmocka_unit_test(promises_are_kept_or_their_contradiction_is_named),
		cmocka_unit_test(a_meeting_without_a_place_is_told_why),
		cmocka_unit_test(limits_are_told),
		cmocka_unit_test(memory_may_end_anywhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
