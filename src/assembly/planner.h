/* Where and when bilateral meetings take place: the plan that places most of what was asked for, or how far from that it may
 * be. Times are slots, equal lengths of time counted over all days of the session; what a slot is, the caller knows.
 *
 * The problem is a linear programme of whole numbers, solved by GLPK: a variable for each meeting in each slot in which both
 * sides are free, and a row for each delegation, room size and kind of interpreter in each slot. Rooms need no variables of
 * their own: a set of meetings fits into the rooms of a slot if for each size no more of them need that size than there are
 * rooms of it, so that rows count and rooms are given out afterwards. The relaxation is nearly always whole, which is why a
 * session of 400 wishes is solved in a fraction of a second. */
#ifndef JISR_ASSEMBLY_PLANNER_H
#define JISR_ASSEMBLY_PLANNER_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLANNER_MAX_SLOTS        128 /* of a session */
#define PLANNER_MAX_ROOMS        64
#define PLANNER_MAX_DELEGATIONS  1024
#define PLANNER_MAX_WISHES       2048
#define PLANNER_MAX_INTERPRETERS 16 /* kinds: pairs of languages */
#define PLANNER_MAX_WEIGHT       100
#define PLANNER_NOWHERE          (-1)

/* Slots as a set. */
#define PLANNER_WORDS (PLANNER_MAX_SLOTS / 64)
struct planner_slots {
	uint64_t bits[PLANNER_WORDS];
};
void planner_add(struct planner_slots *slots, unsigned slot);

struct planner_delegation {
	struct planner_slots busy; /* duties in the hall, travel */
	unsigned teams;            /* meetings that it can hold at once, at least 1 */
};

struct planner_wish {
	unsigned a, b;               /* delegations, different */
	unsigned weight;             /* how much it matters, 1 to PLANNER_MAX_WEIGHT */
	unsigned people;             /* seats needed */
	int interpreter;             /* kind, or PLANNER_NOWHERE for none */
	struct planner_slots wanted; /* if any: asked for, others only if these do not do */
	int fixed_slot, fixed_room;  /* promised, stays; PLANNER_NOWHERE: to be placed. A room only with a slot */
	int present_slot,
		present_room; /* where the last plan had it: kept if nothing is lost by it; or PLANNER_NOWHERE */
};

struct planner {
	unsigned slots;
	const unsigned *rooms; /* seats of each */
	size_t room_count;
	const struct planner_slots *rooms_closed; /* one a room, or NULL: always open */
	const struct planner_delegation *delegations;
	size_t delegation_count;
	const struct planner_wish *wishes;
	size_t wish_count;
	const unsigned *interpreters; /* of each kind, in any slot */
	size_t interpreter_count;
	double seconds; /* to spend at most; 0: 10 */
};

struct planner_place {
	int slot, room; /* PLANNER_NOWHERE when it found no place */
};

/* What keeps a meeting out, for the people who asked for it. */
enum planner_reason {
	PLANNER_PLACED,
	PLANNER_NO_COMMON_TIME, /* the two are never free at once */
	PLANNER_NO_ROOM,        /* no room is large enough at a common time */
	PLANNER_NO_INTERPRETER, /* none of that kind */
	PLANNER_OTHERS_FIRST,   /* it would fit alone: others weigh more */
};

struct planner_result {
	struct planner_place *places; /* one a wish, in the arena */
	enum planner_reason *reasons; /* the same */
	size_t placed;
	uint64_t weight;      /* of what is placed */
	uint64_t weight_most; /* no plan places more: equal to weight, the plan is proven best in that */
	uint64_t weight_all;  /* of all wishes */
	double seconds;
};

/* Plans. JISR_BAD_INPUT: numbers out of range, or promised places that contradict each other (the sentence says which wish,
 * counted from 0); JISR_NO_MEMORY. Uses the arena for what it returns and for its work. */
int planner_solve(const struct planner *planner, struct arena *arena, struct planner_result *ret_result,
                  struct problem *problem);

/* Whether places break no rule: what planner_solve promises, looked at by itself. JISR_BAD_INPUT names what is broken. */
int planner_check(const struct planner *planner, const struct planner_place *places, struct arena *arena,
                  struct problem *problem);

#endif
