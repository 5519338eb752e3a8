/* Value of a plan: PLACED for each unit of weight of a placed meeting, and less than PLACED altogether for what is merely
 * liked (a time asked for, the time of the last plan), so that liking never costs a meeting. */
#include "assembly/planner.h"

#include "base/clock.h"

#include <glpk.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define STEADY   3 /* liking of the slot that the last plan had */
#define WANTED   1 /* of a slot that was asked for */
#define SECONDS  10.0
#define PATIENCE 3.0 /* seconds: once the weight is proven best, what is liked is worth no more */

void planner_add(struct planner_slots *slots, unsigned slot)
{
	slots->bits[slot / 64] |= (uint64_t)1 << slot % 64;
}

static bool planner_has(const struct planner_slots *slots, unsigned slot)
{
	return slot < PLANNER_MAX_SLOTS && (slots->bits[slot / 64] >> slot % 64 & 1) != 0;
}

static bool some(const struct planner_slots *slots)
{
	uint64_t bits = 0;
	for (size_t i = 0; i < PLANNER_WORDS; i++)
		bits |= slots->bits[i];
	return bits != 0;
}

static bool room_open(const struct planner *planner, size_t room, unsigned slot)
{
	return planner->rooms_closed == NULL || !planner_has(&planner->rooms_closed[room], slot);
}

static bool both_free(const struct planner *planner, const struct planner_wish *wish, unsigned slot)
{
	return !planner_has(&planner->delegations[wish->a].busy, slot) &&
	       !planner_has(&planner->delegations[wish->b].busy, slot);
}

/* Rooms of a slot that hold so many. */
static unsigned rooms_of(const struct planner *planner, unsigned slot, unsigned people)
{
	unsigned count = 0;
	for (size_t room = 0; room < planner->room_count; room++)
		count += room_open(planner, room, slot) && planner->rooms[room] >= people;
	return count;
}

static bool possible(const struct planner *planner, const struct planner_wish *wish, unsigned slot)
{
	if (wish->fixed_slot != PLANNER_NOWHERE)
		return (int)slot == wish->fixed_slot;
	return both_free(planner, wish, slot) && rooms_of(planner, slot, wish->people) > 0 &&
	       (wish->interpreter == PLANNER_NOWHERE || planner->interpreters[wish->interpreter] > 0);
}

static unsigned liking(const struct planner_wish *wish, unsigned slot)
{
	return ((int)slot == wish->present_slot ? STEADY : 0) +
	       (some(&wish->wanted) && planner_has(&wish->wanted, slot) ? WANTED : 0);
}

/* ---- what is asked is possible at all ---- */

static int bad(struct problem *problem, size_t wish, const char *what)
{
	return problem_set(problem, JISR_BAD_INPUT, "wish %zu: %s", wish, what);
}

static int look(const struct planner *planner, struct problem *problem)
{
	if (planner->slots == 0 || planner->slots > PLANNER_MAX_SLOTS)
		return problem_set(problem, JISR_BAD_INPUT, "a session has 1 to %d slots, not %u", PLANNER_MAX_SLOTS,
		                   planner->slots);
	if (planner->room_count > PLANNER_MAX_ROOMS || planner->delegation_count > PLANNER_MAX_DELEGATIONS ||
	    planner->wish_count > PLANNER_MAX_WISHES || planner->interpreter_count > PLANNER_MAX_INTERPRETERS)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "at most %d rooms, %d delegations, %d wishes, %d kinds of interpreters",
		                   PLANNER_MAX_ROOMS, PLANNER_MAX_DELEGATIONS, PLANNER_MAX_WISHES,
		                   PLANNER_MAX_INTERPRETERS);
	for (size_t i = 0; i < planner->wish_count; i++) {
		const struct planner_wish *wish = &planner->wishes[i];
		if (wish->a >= planner->delegation_count || wish->b >= planner->delegation_count || wish->a == wish->b)
			return bad(problem, i, "a meeting is one of two different delegations");
		if (wish->weight == 0 || wish->weight > PLANNER_MAX_WEIGHT)
			return bad(problem, i, "its weight is out of range");
		if (wish->interpreter != PLANNER_NOWHERE &&
		    (wish->interpreter < 0 || (size_t)wish->interpreter >= planner->interpreter_count))
			return bad(problem, i, "there is no such kind of interpreter");
		if (wish->fixed_slot != PLANNER_NOWHERE &&
		    (wish->fixed_slot < 0 || (unsigned)wish->fixed_slot >= planner->slots))
			return bad(problem, i, "its promised slot is not in the session");
		if (wish->fixed_room != PLANNER_NOWHERE &&
		    (wish->fixed_slot == PLANNER_NOWHERE || wish->fixed_room < 0 ||
		     (size_t)wish->fixed_room >= planner->room_count))
			return bad(problem, i, "its promised room is not there, or without a slot");
	}
	for (size_t i = 0; i < planner->delegation_count; i++)
		if (planner->delegations[i].teams == 0)
			return problem_set(problem, JISR_BAD_INPUT, "delegation %zu has no team to meet anybody", i);
	return JISR_OK;
}

/* ---- rooms ---- */

/* The planner as the programme sees it: a promised room is closed to all others in its slot. JISR_BAD_INPUT: promised
 * twice. */
static int close_promised(const struct planner *planner, struct arena *arena, struct planner *ret_inner,
                          struct problem *problem)
{
	struct planner_slots *closed = arena_zero(arena, planner->room_count + 1, sizeof *closed);
	struct planner_slots *promised = arena_zero(arena, planner->room_count + 1, sizeof *promised);
	if (closed == NULL || promised == NULL)
		return JISR_NO_MEMORY;
	if (planner->rooms_closed != NULL)
		memcpy(closed, planner->rooms_closed, planner->room_count * sizeof *closed);
	for (size_t i = 0; i < planner->wish_count; i++) {
		const struct planner_wish *wish = &planner->wishes[i];
		if (wish->fixed_room == PLANNER_NOWHERE)
			continue;
		if (planner_has(&promised[wish->fixed_room], (unsigned)wish->fixed_slot))
			return bad(problem, i, "its room is promised to another meeting at that time");
		planner_add(&promised[wish->fixed_room], (unsigned)wish->fixed_slot);
		planner_add(&closed[wish->fixed_room], (unsigned)wish->fixed_slot);
	}
	*ret_inner = *planner;
	ret_inner->rooms_closed = closed;
	return JISR_OK;
}

/* The smallest open room that holds it and is not taken; among equal ones that of the last plan. */
static int best_room(const struct planner *inner, const struct planner_wish *wish, unsigned slot, const bool *taken)
{
	int best = PLANNER_NOWHERE;
	for (size_t room = 0; room < inner->room_count; room++) {
		if (taken[room] || !room_open(inner, room, slot) || inner->rooms[room] < wish->people)
			continue;
		bool kept = wish->present_slot == (int)slot && wish->present_room == (int)room;
		if (best == PLANNER_NOWHERE || inner->rooms[room] < inner->rooms[best] ||
		    (kept && inner->rooms[room] == inner->rooms[best]))
			best = (int)room;
	}
	return best;
}

/* Gives rooms to the meetings of a slot, the largest meeting first; `keep`: those that had one keep it, where it does. False when
 * one got none. Succeeds without keeping for all of them where no more of them need a size than there are rooms of it. `order` is
 * work space for all wishes. */
static bool try_rooms(const struct planner *inner, unsigned slot, bool keep, struct planner_place *places,
                      size_t *order)
{
	bool taken[PLANNER_MAX_ROOMS] = {false}, all = true;
	size_t count = 0;
	for (size_t i = 0; i < inner->wish_count; i++) {
		const struct planner_wish *wish = &inner->wishes[i];
		if (places[i].slot != (int)slot)
			continue;
		places[i].room = wish->fixed_room;
		size_t at = count;
		if (places[i].room != PLANNER_NOWHERE)
			continue;
		int present = wish->present_slot == (int)slot ? wish->present_room : PLANNER_NOWHERE;
		if (keep && present >= 0 && (size_t)present < inner->room_count && !taken[present] &&
		    room_open(inner, (size_t)present, slot) && inner->rooms[present] >= wish->people) {
			places[i].room = present;
			taken[present] = true;
			continue;
		}
		for (; at > 0 && inner->wishes[order[at - 1]].people < wish->people; at--)
			order[at] = order[at - 1];
		order[at] = i;
		count++;
	}
	for (size_t i = 0; i < count; i++) {
		int room = best_room(inner, &inner->wishes[order[i]], slot, taken);
		places[order[i]].room = room;
		all = all && room != PLANNER_NOWHERE;
		if (room != PLANNER_NOWHERE)
			taken[room] = true;
	}
	return all;
}

static void give_rooms(const struct planner *inner, unsigned slot, struct planner_place *places, size_t *order)
{
	if (!try_rooms(inner, slot, true, places, order))
		(void)try_rooms(inner, slot, false, places, order);
}

int planner_check(const struct planner *planner, const struct planner_place *places, struct arena *arena,
                  struct problem *problem)
{
	size_t delegations = planner->delegation_count;
	unsigned *held = arena_zero(arena, delegations + planner->interpreter_count + 1, sizeof *held);
	if (held == NULL)
		return JISR_NO_MEMORY;
	for (unsigned slot = 0; slot < planner->slots; slot++) {
		bool taken[PLANNER_MAX_ROOMS] = {false};
		memset(held, 0, (delegations + planner->interpreter_count) * sizeof *held);
		for (size_t i = 0; i < planner->wish_count; i++) {
			const struct planner_wish *wish = &planner->wishes[i];
			int room = places[i].room;
			if (places[i].slot != (int)slot)
				continue;
			if (room < 0 || (size_t)room >= planner->room_count || taken[room])
				return bad(problem, i, "there is no room for it at its time");
			taken[room] = true;
			if (wish->fixed_slot == PLANNER_NOWHERE && !both_free(planner, wish, slot))
				return bad(problem, i, "a side is not free at its time");
			bool does = planner->rooms[room] >= wish->people && room_open(planner, (size_t)room, slot);
			if (wish->fixed_room != PLANNER_NOWHERE ? room != wish->fixed_room : !does)
				return bad(problem, i, "its room does not do");
			if (++held[wish->a] > planner->delegations[wish->a].teams ||
			    ++held[wish->b] > planner->delegations[wish->b].teams)
				return bad(problem, i, "a side has another meeting at its time");
			if (wish->interpreter != PLANNER_NOWHERE &&
			    ++held[delegations + (size_t)wish->interpreter] > planner->interpreters[wish->interpreter])
				return bad(problem, i, "there are no interpreters for it at its time");
		}
	}
	for (size_t i = 0; i < planner->wish_count; i++)
		if (planner->wishes[i].fixed_slot != PLANNER_NOWHERE && places[i].slot != planner->wishes[i].fixed_slot)
			return bad(problem, i, "it was promised a time and is not held then");
	return JISR_OK;
}

/* Promises alone: whether they can all be kept. */
static int keep_promises(const struct planner *inner, const struct planner *planner, struct arena *arena,
                         struct planner_place *places, size_t *order, struct problem *problem)
{
	for (size_t i = 0; i < planner->wish_count; i++)
		places[i] = (struct planner_place){planner->wishes[i].fixed_slot, PLANNER_NOWHERE};
	for (unsigned slot = 0; slot < planner->slots; slot++)
		give_rooms(inner, slot, places, order);
	return planner_check(planner, places, arena, problem);
}

/* ---- first come by weight: the plan to fall back to, if the search has none when its time is over ---- */

static int fill_by_weight(const struct planner *inner, struct arena *arena, struct planner_place *places, size_t *order)
{
	size_t count = 0, held_of_slot = inner->delegation_count + inner->interpreter_count;
	unsigned *held = arena_zero(arena, inner->slots * held_of_slot + 1, sizeof *held);
	bool(*taken)[PLANNER_MAX_ROOMS] = arena_zero(arena, inner->slots, sizeof *taken);
	if (held == NULL || taken == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < inner->wish_count; i++) {
		size_t at = count++;
		bool promised = places[i].slot != PLANNER_NOWHERE;
		for (; at > 0; at--) {
			const struct planner_wish *before = &inner->wishes[order[at - 1]];
			if (promised ? places[order[at - 1]].slot != PLANNER_NOWHERE
			             : places[order[at - 1]].slot != PLANNER_NOWHERE ||
			                       before->weight >= inner->wishes[i].weight)
				break;
			order[at] = order[at - 1];
		}
		order[at] = i;
	}
	for (size_t i = 0; i < count; i++) {
		const struct planner_wish *wish = &inner->wishes[order[i]];
		struct planner_place *place = &places[order[i]];
		struct planner_place best = {PLANNER_NOWHERE, PLANNER_NOWHERE};
		for (unsigned slot = 0; slot < inner->slots; slot++) {
			const unsigned *here = held + slot * held_of_slot;
			bool promised = place->slot == (int)slot;
			if (!promised && (place->slot != PLANNER_NOWHERE || !possible(inner, wish, slot) ||
			                  here[wish->a] >= inner->delegations[wish->a].teams ||
			                  here[wish->b] >= inner->delegations[wish->b].teams ||
			                  (wish->interpreter != PLANNER_NOWHERE &&
			                   here[inner->delegation_count + (size_t)wish->interpreter] >=
			                           inner->interpreters[wish->interpreter])))
				continue;
			int room = promised ? place->room : best_room(inner, wish, slot, taken[slot]);
			if (room != PLANNER_NOWHERE &&
			    (best.slot == PLANNER_NOWHERE || liking(wish, slot) > liking(wish, (unsigned)best.slot)))
				best = (struct planner_place){(int)slot, room};
		}
		*place = best;
		if (best.slot == PLANNER_NOWHERE)
			continue;
		unsigned *here = held + (unsigned)best.slot * held_of_slot;
		taken[best.slot][best.room] = true;
		here[wish->a]++;
		here[wish->b]++;
		if (wish->interpreter != PLANNER_NOWHERE)
			here[inner->delegation_count + (size_t)wish->interpreter]++;
	}
	return JISR_OK;
}

/* ---- the programme ---- */

struct programme {
	const struct planner *planner; /* the inner one */
	glp_prob *lp;
	int *rows, *columns; /* of the cells, from 1; heap */
	double *ones;
	size_t cell_count;
	size_t *starts;    /* first column of each slot, and one more; arena */
	unsigned *wish_of; /* of a column, from 1; arena */
	double unit;       /* what one unit of weight is worth */
	double bound;      /* no plan has a greater value */
	uint64_t weight;   /* of the plan to fall back to */
	double begin;
};

static void cell(struct programme *programme, int row, size_t column)
{
	size_t at = ++programme->cell_count;
	programme->rows[at] = row;
	programme->columns[at] = (int)column;
	programme->ones[at] = 1;
}

/* Which meetings count in a row of a slot: of a delegation, with interpreters of a kind, or too large for a size of room. */
enum row_of { OF_DELEGATION, OF_INTERPRETER, OVER_SIZE };

static bool counts(const struct planner_wish *wish, enum row_of of, unsigned which)
{
	return of == OF_DELEGATION    ? wish->a == which || wish->b == which
	       : of == OF_INTERPRETER ? wish->interpreter == (int)which
	                              : wish->fixed_room == PLANNER_NOWHERE && wish->people > which;
}

/* A row, if so many meetings can come together that it could be broken. */
static void limit(struct programme *programme, unsigned slot, enum row_of of, unsigned which, unsigned most)
{
	size_t count = 0;
	for (size_t column = programme->starts[slot]; column < programme->starts[slot + 1]; column++)
		count += counts(&programme->planner->wishes[programme->wish_of[column]], of, which);
	if (count <= most)
		return;
	int row = glp_add_rows(programme->lp, 1);
	glp_set_row_bnds(programme->lp, row, GLP_UP, 0, most);
	for (size_t column = programme->starts[slot]; column < programme->starts[slot + 1]; column++)
		if (counts(&programme->planner->wishes[programme->wish_of[column]], of, which))
			cell(programme, row, column);
}

static int by_number(const void *left, const void *right)
{
	unsigned a = *(const unsigned *)left, b = *(const unsigned *)right;
	return (a > b) - (a < b);
}

/* 0 and the different sizes of rooms, ascending. */
static size_t sizes_of(const struct planner *planner, unsigned sizes[PLANNER_MAX_ROOMS + 1])
{
	size_t count = 1;
	sizes[0] = 0;
	for (size_t i = 0; i < planner->room_count; i++)
		sizes[i + 1] = planner->rooms[i];
	qsort(sizes, planner->room_count + 1, sizeof *sizes, by_number);
	for (size_t i = 1; i <= planner->room_count; i++)
		if (sizes[i] != sizes[count - 1])
			sizes[count++] = sizes[i];
	return count;
}

/* Memory for columns and cells. */
static int make_room(struct programme *programme, struct arena *arena, size_t size_count)
{
	const struct planner *planner = programme->planner;
	size_t columns = 0;
	for (size_t i = 0; i < planner->wish_count; i++)
		for (unsigned slot = 0; slot < planner->slots; slot++)
			columns += possible(planner, &planner->wishes[i], slot);
	size_t cells = columns * (4 + size_count) + 1; /* its wish, two sides, interpreters, sizes */
	programme->starts = arena_zero(arena, planner->slots + 1, sizeof *programme->starts);
	programme->wish_of = arena_zero(arena, columns + 1, sizeof *programme->wish_of);
	programme->rows = memory_zero(cells, sizeof *programme->rows);
	programme->columns = memory_zero(cells, sizeof *programme->columns);
	programme->ones = memory_zero(cells, sizeof *programme->ones);
	return programme->starts == NULL || programme->wish_of == NULL || programme->rows == NULL ||
	                       programme->columns == NULL || programme->ones == NULL
	               ? JISR_NO_MEMORY
	               : JISR_OK;
}

static void build(struct programme *programme, const unsigned *sizes, size_t size_count)
{
	const struct planner *planner = programme->planner;
	glp_prob *lp = programme->lp = glp_create_prob();
	glp_set_obj_dir(lp, GLP_MAX);
	programme->unit = 1 + (double)(STEADY + WANTED) * (double)planner->wish_count;
	if (planner->wish_count > 0)
		glp_add_rows(lp, (int)planner->wish_count);
	for (size_t i = 0; i < planner->wish_count; i++) {
		bool promised = planner->wishes[i].fixed_slot != PLANNER_NOWHERE;
		glp_set_row_bnds(lp, (int)i + 1, promised ? GLP_FX : GLP_UP, promised ? 1 : 0, 1);
	}
	size_t column = 0;
	for (unsigned slot = 0; slot < planner->slots; slot++) {
		programme->starts[slot] = column + 1;
		for (size_t i = 0; i < planner->wish_count; i++) {
			const struct planner_wish *wish = &planner->wishes[i];
			if (!possible(planner, wish, slot))
				continue;
			glp_add_cols(lp, 1);
			programme->wish_of[++column] = (unsigned)i;
			glp_set_col_kind(lp, (int)column, GLP_BV);
			glp_set_obj_coef(lp, (int)column, programme->unit * wish->weight + liking(wish, slot));
			cell(programme, (int)i + 1, column);
		}
	}
	programme->starts[planner->slots] = column + 1;
	for (unsigned slot = 0; slot < planner->slots; slot++) {
		for (unsigned i = 0; i < planner->delegation_count; i++)
			limit(programme, slot, OF_DELEGATION, i, planner->delegations[i].teams);
		for (unsigned i = 0; i < planner->interpreter_count; i++)
			limit(programme, slot, OF_INTERPRETER, i, planner->interpreters[i]);
		for (size_t i = 0; i < size_count; i++)
			limit(programme, slot, OVER_SIZE, sizes[i], rooms_of(planner, slot, sizes[i] + 1));
	}
	glp_load_matrix(lp, (int)programme->cell_count, programme->rows, programme->columns, programme->ones);
}

static void watch_bound(glp_tree *tree, void *context)
{
	struct programme *programme = context;
	int node = glp_ios_best_node(tree);
	if (node != 0 && glp_ios_node_bound(tree, node) < programme->bound)
		programme->bound = glp_ios_node_bound(tree, node);
	if (programme->bound / programme->unit < (double)programme->weight + 1 &&
	    clock_seconds() > programme->begin + PATIENCE)
		glp_ios_terminate(tree);
}

static void out_of_memory(void *context)
{
	longjmp(*(jmp_buf *)context, 1);
}

/* Builds and searches. True when places hold a plan of the search; the bound is set in any case. */
static int search(struct programme *programme, const unsigned *sizes, size_t size_count, double seconds,
                  uint64_t weight_all, struct planner_place *places, bool *ret_found)
{
	jmp_buf back;
	glp_term_out(GLP_OFF);
	if (setjmp(back) != 0) {
		glp_free_env();
		return JISR_NO_MEMORY;
	}
	glp_error_hook(out_of_memory, &back);
	build(programme, sizes, size_count);
	glp_iocp settings;
	glp_init_iocp(&settings);
	settings.msg_lev = GLP_MSG_OFF;
	settings.presolve = GLP_ON;
	settings.fp_heur = settings.clq_cuts = GLP_ON;
	/* Weight is found to be best exactly, liking to within a twentieth of one unit. */
	settings.mip_gap = 0.05 / (double)(weight_all + 1);
	settings.tm_lim = (int)(seconds * 1000) + 1;
	settings.cb_func = watch_bound;
	settings.cb_info = programme;
	glp_prob *lp = programme->lp;
	int status = GLP_UNDEF;
	if (glp_get_num_cols(lp) == 0)
		programme->bound = 0; /* nothing can take place */
	else if (glp_intopt(lp, &settings) == 0 || glp_mip_status(lp) != GLP_UNDEF)
		status = glp_mip_status(lp);
	*ret_found = status == GLP_OPT || status == GLP_FEAS;
	if (status == GLP_OPT)
		programme->bound = glp_mip_obj_val(lp);
	for (unsigned slot = 0; slot < programme->planner->slots && *ret_found; slot++)
		for (size_t column = programme->starts[slot]; column < programme->starts[slot + 1]; column++)
			if (glp_mip_col_val(lp, (int)column) > 0.5)
				places[programme->wish_of[column]].slot = (int)slot;
	glp_delete_prob(lp);
	glp_error_hook(NULL, NULL);
	glp_free_env(); /* GLPK keeps one for each thread, until somebody frees it */
	return JISR_OK;
}

/* ---- what came of it ---- */

static enum planner_reason reason_of(const struct planner *inner, const struct planner_wish *wish)
{
	bool common = false, roomy = false;
	for (unsigned slot = 0; slot < inner->slots; slot++) {
		if (!both_free(inner, wish, slot))
			continue;
		common = true;
		roomy = roomy || rooms_of(inner, slot, wish->people) > 0;
	}
	return !common  ? PLANNER_NO_COMMON_TIME
	       : !roomy ? PLANNER_NO_ROOM
	       : wish->interpreter != PLANNER_NOWHERE && inner->interpreters[wish->interpreter] == 0
	               ? PLANNER_NO_INTERPRETER
	               : PLANNER_OTHERS_FIRST;
}

static uint64_t weight_of(const struct planner *planner, const struct planner_place *places)
{
	uint64_t weight = 0;
	for (size_t i = 0; i < planner->wish_count; i++)
		weight += places[i].slot != PLANNER_NOWHERE ? planner->wishes[i].weight : 0;
	return weight;
}

int planner_solve(const struct planner *planner, struct arena *arena, struct planner_result *ret_result,
                  struct problem *problem)
{
	double begin = clock_seconds();
	struct planner inner;
	int error = look(planner, problem);
	if (error == JISR_OK)
		error = close_promised(planner, arena, &inner, problem);
	if (error != JISR_OK)
		return error;
	size_t count = planner->wish_count;
	struct planner_place *filled = arena_zero(arena, count + 1, sizeof *filled);
	struct planner_place *found = arena_zero(arena, count + 1, sizeof *found);
	struct planner_result result = {.reasons = arena_zero(arena, count + 1, sizeof *result.reasons)};
	size_t *order = arena_zero(arena, count + 1, sizeof *order);
	if (filled == NULL || found == NULL || result.reasons == NULL || order == NULL)
		return JISR_NO_MEMORY;
	error = keep_promises(&inner, planner, arena, filled, order, problem);
	if (error != JISR_OK)
		return error;
	for (size_t i = 0; i < count; i++) {
		found[i] = (struct planner_place){PLANNER_NOWHERE, PLANNER_NOWHERE};
		result.weight_all += planner->wishes[i].weight;
	}
	error = fill_by_weight(&inner, arena, filled, order);
	if (error != JISR_OK)
		return error;
	struct programme programme = {
		.planner = &inner, .bound = INFINITY, .begin = begin, .weight = weight_of(planner, filled)};
	unsigned sizes[PLANNER_MAX_ROOMS + 1];
	size_t size_count = sizes_of(planner, sizes);
	bool searched = false;
	error = make_room(&programme, arena, size_count);
	if (error == JISR_OK)
		error = search(&programme, sizes, size_count, planner->seconds > 0 ? planner->seconds : SECONDS,
		               result.weight_all, found, &searched);
	memory_free(programme.rows);
	memory_free(programme.columns);
	memory_free(programme.ones);
	if (error != JISR_OK)
		return error;
	for (unsigned slot = 0; slot < planner->slots; slot++)
		give_rooms(&inner, slot, found, order);
	bool better = searched && weight_of(planner, found) >= weight_of(planner, filled);
	result.places = better ? found : filled;
	for (size_t i = 0; i < count; i++) {
		bool placed = result.places[i].slot != PLANNER_NOWHERE;
		result.placed += placed;
		result.reasons[i] = placed ? PLANNER_PLACED : reason_of(&inner, &planner->wishes[i]);
	}
	result.weight = weight_of(planner, result.places);
	double most = floor(programme.bound / programme.unit + 1e-6);
	result.weight_most = most < (double)result.weight_all ? (uint64_t)most : result.weight_all;
	result.seconds = clock_seconds() - begin;
	error = planner_check(planner, result.places, arena, problem);
	if (error == JISR_OK)
		*ret_result = result;
	return error;
}
