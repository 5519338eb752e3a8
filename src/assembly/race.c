/* Terms: a class is what only one can be elected from: a region for Vice-Presidents, a country for all others. Candidates
 * with equal votes are a group.
 *
 * Invariants, checked by the tests after every step:
 *   1. no two who are elected are of one class; not more are elected than there were seats
 *   2. whoever stands or waits is of a class that nobody elected here is of
 *   3. a round is to be held exactly while a seat is free and somebody stands */
#include "assembly/race.h"

#include <stdio.h>
#include <string.h>

const char *race_standing_name(enum race_standing standing)
{
	static const char *const names[] = {"stands", "waits", "elected", "barred", "out", "withdrawn"};
	return names[standing];
}

const char *race_state_name(enum race_state state)
{
	static const char *const names[] = {"vote", "lot", "filled", "vacant"};
	return names[state];
}

int race_begin(struct race *race, enum committee_post post, unsigned seats, const struct committee_rules *rules,
               const struct committee_candidate *candidates, size_t count, struct problem *problem)
{
	int error = committee_rules_check(rules, problem);
	if (error)
		return error;
	if (count == 0)
		return problem_set(problem, JISR_BAD_INPUT, "nobody stands: name the candidates");
	if (count > RACE_MAX_CANDIDATES)
		return problem_set(problem, JISR_BAD_INPUT, "%zu candidates: at most %d are taken", count,
		                   RACE_MAX_CANDIDATES);
	if (seats == 0 || seats > RACE_MAX_CANDIDATES)
		return problem_set(problem, JISR_BAD_INPUT, "a contest is about 1 to %d seats", RACE_MAX_CANDIDATES);
	struct race made = {.post = post, .rules = *rules, .seats = seats, .round = 1, .count = count};
	for (size_t i = 0; i < count; i++) {
		struct race_candidate *to = &made.candidates[i];
		if (candidates[i].person[0] == '\0' || strlen(candidates[i].person) >= sizeof to->person ||
		    candidates[i].country[0] == '\0' || strlen(candidates[i].country) >= sizeof to->country)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "candidate %zu: a person of 1 to %d bytes and a country are needed", i + 1,
			                   COMMITTEE_MAX_PERSON);
		for (size_t other = 0; other < i; other++)
			if (strcmp(candidates[i].person, candidates[other].person) == 0)
				return problem_set(problem, JISR_BAD_INPUT, "%s stands twice", candidates[i].person);
		(void)snprintf(to->person, sizeof to->person, "%s", candidates[i].person);
		(void)snprintf(to->country, sizeof to->country, "%s", candidates[i].country);
		to->region = candidates[i].region;
	}
	*race = made;
	return JISR_OK;
}

static bool is_high(const struct race *race)
{
	return !race->run_off && race->post == COMMITTEE_PRESIDENT &&
	       race->round <= race->rules.value[COMMITTEE_HIGH_ROUNDS];
}

/* The round from which on only two for each seat stand. */
static unsigned pairs_from(const struct race *race)
{
	return race->rules
	        .value[race->post == COMMITTEE_PRESIDENT ? COMMITTEE_PAIRS_PRESIDENT : COMMITTEE_PAIRS_OTHERS];
}

static bool is_most(const struct race *race)
{
	return race->run_off || race->rules.value[COMMITTEE_MORE_THAN_HALF] == 0 || race->round >= pairs_from(race);
}

bool race_enough(const struct race *race, uint64_t votes, uint64_t valid)
{
	if (votes == 0)
		return false;
	if (is_high(race))
		return votes * race->rules.value[COMMITTEE_HIGH_UNDER] >=
		       valid * race->rules.value[COMMITTEE_HIGH_OVER];
	return is_most(race) || 2 * votes > valid;
}

void race_asked(const struct race *race, char text[RACE_ASKED_MAX])
{
	if (is_high(race))
		(void)snprintf(text, RACE_ASKED_MAX, "at least %u/%u of the valid votes",
		               race->rules.value[COMMITTEE_HIGH_OVER], race->rules.value[COMMITTEE_HIGH_UNDER]);
	else
		(void)snprintf(text, RACE_ASKED_MAX, "%s",
		               is_most(race) ? "the most votes" : "more than half of the valid votes");
}

static bool same_class(const struct race *race, size_t a, size_t b)
{
	const struct race_candidate *left = &race->candidates[a], *right = &race->candidates[b];
	return strcmp(left->country, right->country) == 0 ||
	       (race->post == COMMITTEE_VICE_PRESIDENT && left->region == right->region);
}

static void elect(struct race *race, size_t chosen)
{
	race->candidates[chosen].standing = RACE_ELECTED;
	race->candidates[chosen].elected_in = race->round;
	race->seats--;
	for (size_t i = 0; i < race->count; i++)
		if ((race->candidates[i].standing == RACE_STANDS || race->candidates[i].standing == RACE_WAITS) &&
		    same_class(race, chosen, i))
			race->candidates[i].standing = RACE_BARRED;
}

/* Those who stand with exactly so many votes. */
static size_t group_of(const struct race *race, const uint64_t *votes, uint64_t exactly, size_t *group)
{
	size_t count = 0;
	for (size_t i = 0; i < race->count; i++)
		if (race->candidates[i].standing == RACE_STANDS && votes[i] == exactly)
			group[count++] = i;
	return count;
}

static bool alone_in_class(const struct race *race, const size_t *group, size_t count, size_t at)
{
	for (size_t i = 0; i < count; i++)
		if (i != at && same_class(race, group[at], group[i]))
			return false;
	return true;
}

static unsigned classes(const struct race *race, const size_t *group, size_t count)
{
	unsigned different = 0;
	for (size_t i = 0; i < count; i++) {
		bool seen = false;
		for (size_t before = 0; before < i && !seen; before++)
			seen = same_class(race, group[i], group[before]);
		different += !seen;
	}
	return different;
}

/* Seats a group as far as it is decided; `tied` of zeros becomes who is not, and for how many seats they contend. */
struct tie {
	bool member[RACE_MAX_CANDIDATES];
	size_t count;
	unsigned seats;
};

static void seat_group(struct race *race, const size_t *group, size_t count, unsigned *left, struct tie *tie)
{
	unsigned different = classes(race, group, count);
	bool room = different <= *left;
	bool sure[RACE_MAX_CANDIDATES];
	for (size_t i = 0; i < count; i++)
		sure[i] = room && alone_in_class(race, group, count, i);
	for (size_t i = 0; i < count; i++) {
		if (!sure[i])
			continue;
		elect(race, group[i]);
		(*left)--;
		different--;
	}
	for (size_t i = 0; i < count; i++)
		if (!sure[i]) {
			tie->member[group[i]] = true;
			tie->count++;
		}
	tie->seats = different < *left ? different : *left;
}

/* Elects in order of votes until the seats are filled, the majority is not reached, or a tie stops it. */
static void seat_all(struct race *race, const uint64_t *votes, uint64_t valid, struct tie *tie)
{
	unsigned left = race->run_off ? race->run_seats : race->seats;
	uint64_t below = UINT64_MAX;
	while (left > 0 && tie->count == 0) {
		uint64_t best = 0;
		for (size_t i = 0; i < race->count; i++)
			if (race->candidates[i].standing == RACE_STANDS && votes[i] < below && votes[i] > best)
				best = votes[i];
		if (!race_enough(race, best, valid))
			return;
		size_t group[RACE_MAX_CANDIDATES];
		size_t count = group_of(race, votes, best, group);
		seat_group(race, group, count, &left, tie);
		below = best;
	}
}

/* Keeps the best two for each seat, and whoever equals the last of them. */
static void keep_pairs(struct race *race, const uint64_t *votes)
{
	size_t keep = 2 * (size_t)race->seats, standing = 0;
	for (size_t i = 0; i < race->count; i++)
		standing += race->candidates[i].standing == RACE_STANDS;
	if (standing <= keep)
		return;
	bool out[RACE_MAX_CANDIDATES] = {false};
	for (size_t i = 0; i < race->count; i++) {
		size_t better = 0;
		for (size_t other = 0; other < race->count; other++)
			better += race->candidates[other].standing == RACE_STANDS && votes[other] > votes[i];
		out[i] = race->candidates[i].standing == RACE_STANDS && better >= keep;
	}
	for (size_t i = 0; i < race->count; i++)
		if (out[i])
			race->candidates[i].standing = RACE_OUT;
}

/* What comes next, when no tie is open. */
static void settle(struct race *race)
{
	size_t standing = 0;
	for (size_t i = 0; i < race->count; i++) {
		if (race->candidates[i].standing == RACE_WAITS)
			race->candidates[i].standing = RACE_STANDS;
		standing += race->candidates[i].standing == RACE_STANDS;
	}
	race->run_off = false;
	race->run_seats = 0;
	race->repeated = 0;
	race->state = race->seats == 0 ? RACE_FILLED : standing == 0 ? RACE_VACANT : RACE_VOTE;
}

static size_t count_standing(const struct race *race)
{
	size_t standing = 0;
	for (size_t i = 0; i < race->count; i++)
		standing += race->candidates[i].standing == RACE_STANDS;
	return standing;
}

/* `stood`: how many stood in the ballot that was tied. */
static void begin_run_off(struct race *race, const struct tie *tie, size_t stood)
{
	bool same = race->run_off && stood == tie->count;
	for (size_t i = 0; i < race->count; i++)
		if (race->candidates[i].standing == RACE_STANDS && !tie->member[i])
			race->candidates[i].standing = RACE_WAITS;
	race->repeated = same ? race->repeated + 1 : 0;
	race->run_off = true;
	race->run_seats = tie->seats;
	race->state = same && race->repeated >= race->rules.value[COMMITTEE_TIE_REPEATS] ? RACE_LOT : RACE_VOTE;
}

/* A run-off in which nobody was voted for: all of them are tied at nothing. */
static void tie_of_all(const struct race *race, struct tie *tie)
{
	*tie = (struct tie){.seats = race->run_seats};
	for (size_t i = 0; i < race->count; i++)
		if (race->candidates[i].standing == RACE_STANDS) {
			tie->member[i] = true;
			tie->count++;
		}
}

int race_count(struct race *race, const uint64_t *votes, uint64_t valid, struct problem *problem)
{
	if (race->state != RACE_VOTE)
		return problem_set(problem, JISR_STATE, "no round is to be held: the contest is at '%s'",
		                   race_state_name(race->state));
	if (race->round >= RACE_MAX_ROUNDS)
		return problem_set(problem, JISR_STATE, "%d rounds were held: begin the contest anew", RACE_MAX_ROUNDS);
	if (valid > UINT32_MAX)
		return problem_set(problem, JISR_BAD_INPUT, "so many ballots there cannot be");
	for (size_t i = 0; i < race->count; i++)
		if (votes[i] > valid || (votes[i] > 0 && race->candidates[i].standing != RACE_STANDS))
			return problem_set(problem, JISR_BAD_INPUT, "%s: %llu votes, %s", race->candidates[i].person,
			                   (unsigned long long)votes[i],
			                   votes[i] > valid ? "more than there are ballots" : "and did not stand");
	struct tie tie = {.count = 0};
	size_t stood = count_standing(race);
	seat_all(race, votes, valid, &tie);
	if (tie.count == 0 && race->run_off) {
		/* The run-off elected for its seats; if it could not, for want of votes, it is as tied as before. */
		unsigned filled = 0;
		for (size_t i = 0; i < race->count; i++)
			filled += race->candidates[i].elected_in == race->round &&
			          race->candidates[i].standing == RACE_ELECTED;
		race->run_seats -= filled;
		if (race->run_seats > 0)
			tie_of_all(race, &tie);
		if (tie.count == 1)
			tie.count = 0; /* the others are gone: the next round decides on this one */
	}
	if (tie.count > 0) {
		begin_run_off(race, &tie, stood);
	} else {
		bool was_run_off = race->run_off;
		settle(race);
		if (!was_run_off && race->state == RACE_VOTE && race->round + 1 >= pairs_from(race))
			keep_pairs(race, votes);
	}
	race->round++;
	return JISR_OK;
}

int race_withdraw(struct race *race, const char *person, struct problem *problem)
{
	size_t standing = 0, found = race->count;
	for (size_t i = 0; i < race->count; i++) {
		standing += race->candidates[i].standing == RACE_STANDS;
		if (strcmp(race->candidates[i].person, person) == 0)
			found = i;
	}
	if (found == race->count)
		return problem_set(problem, JISR_NOT_FOUND, "%s is no candidate here", person);
	struct race_candidate *who = &race->candidates[found];
	if (who->standing != RACE_STANDS && who->standing != RACE_WAITS)
		return problem_set(problem, JISR_STATE, "%s does not stand any more: '%s'", person,
		                   race_standing_name(who->standing));
	standing -= who->standing == RACE_STANDS;
	who->standing = RACE_WITHDRAWN;
	/* A tie from which one withdraws is another tie: if those who are left can all be seated, they are. */
	if (race->run_off) {
		size_t group[RACE_MAX_CANDIDATES];
		uint64_t none[RACE_MAX_CANDIDATES] = {0};
		size_t count = group_of(race, none, 0, group);
		struct tie tie = {.count = 0};
		unsigned left = race->run_seats;
		race->repeated = 0;
		race->state = RACE_VOTE;
		seat_group(race, group, count, &left, &tie);
		if (tie.count > 0) {
			race->run_seats = tie.seats;
			for (size_t i = 0; i < race->count; i++)
				if (race->candidates[i].standing == RACE_STANDS && !tie.member[i])
					race->candidates[i].standing = RACE_WAITS;
		} else {
			settle(race);
		}
	} else if (standing == 0) {
		settle(race);
	}
	return JISR_OK;
}

int race_lot(struct race *race, const size_t *order, size_t count, struct problem *problem)
{
	if (race->state != RACE_LOT)
		return problem_set(problem, JISR_STATE, "no lots are to be drawn: the contest is at '%s'",
		                   race_state_name(race->state));
	bool drawn[RACE_MAX_CANDIDATES] = {false};
	size_t standing = 0;
	for (size_t i = 0; i < race->count; i++)
		standing += race->candidates[i].standing == RACE_STANDS;
	for (size_t i = 0; i < count; i++) {
		if (order[i] >= race->count || race->candidates[order[i]].standing != RACE_STANDS || drawn[order[i]])
			return problem_set(problem, JISR_BAD_INPUT,
			                   "lot %zu names nobody who is in the draw, or somebody a second time", i + 1);
		drawn[order[i]] = true;
	}
	if (count != standing)
		return problem_set(problem, JISR_BAD_INPUT, "lots are drawn between %zu, and %zu were named", standing,
		                   count);
	unsigned left = race->run_seats;
	for (size_t i = 0; i < count && left > 0; i++)
		if (race->candidates[order[i]].standing == RACE_STANDS) {
			elect(race, order[i]);
			left--;
		}
	settle(race);
	return JISR_OK;
}
