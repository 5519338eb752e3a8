/* One contest for one or more seats of the Executive Committee, round by round: who is elected by a ballot, who stands in
 * the next, when a tie has to be voted on again, and when lots are drawn. Pure: the caller holds the ballots.
 *
 * Votes for candidates and the number of valid ballots (those that are not blank) go in. In a round
 *   - who has the majority that the round asks for is elected in order of votes, as long as there are seats and the
 *     country (for Vice-Presidents: the region) is not taken;
 *   - candidates with equal votes who cannot all be seated are tied: who of them would be seated in any order is elected,
 *     the others stand in a run-off for the seats that they contend for, in which the most votes decide. A run-off that
 *     is tied again is repeated, and then lots are drawn;
 *   - from the setting's round on only the best two for each seat stay, with all who equal the last of them, and the most
 *     votes decide. */
#ifndef JISR_ASSEMBLY_RACE_H
#define JISR_ASSEMBLY_RACE_H

#include "assembly/committee.h"

#define RACE_MAX_CANDIDATES 50
#define RACE_MAX_ROUNDS     50

enum race_standing {
	RACE_STANDS, /* in the coming round */
	RACE_WAITS,  /* until a run-off of others is over */
	RACE_ELECTED,
	RACE_BARRED, /* the country or region was taken by somebody elected here */
	RACE_OUT,    /* fewer votes than those who stay */
	RACE_WITHDRAWN,
};
const char *race_standing_name(enum race_standing standing);

enum race_state {
	RACE_VOTE,   /* a round is to be held */
	RACE_LOT,    /* lots are to be drawn between those who stand */
	RACE_FILLED, /* every seat is */
	RACE_VACANT, /* nobody is left to stand for what is not */
};
const char *race_state_name(enum race_state state);

struct race_candidate {
	char person[COMMITTEE_MAX_PERSON + 1];
	char country[OFFICE_CODE_MAX + 1];
	enum region region;
	enum race_standing standing;
	unsigned elected_in; /* round */
};

struct race {
	enum committee_post post;
	struct committee_rules rules;
	unsigned seats;     /* still to fill */
	unsigned round;     /* the coming one, from 1 */
	bool run_off;       /* the coming round is one */
	unsigned run_seats; /* seats that it is about */
	unsigned repeated;  /* times that the tie was voted on without being broken */
	enum race_state state;
	size_t count;
	struct race_candidate candidates[RACE_MAX_CANDIDATES];
};

/* Begins with the given candidates, all of them standing. JISR_BAD_INPUT: none, too many, one twice, no seats. */
int race_begin(struct race *race, enum committee_post post, unsigned seats, const struct committee_rules *rules,
               const struct committee_candidate *candidates, size_t count, struct problem *problem);

/* Majority that the coming round asks for, as a sentence; `text` holds RACE_ASKED_MAX bytes. */
#define RACE_ASKED_MAX 160
void race_asked(const struct race *race, char text[RACE_ASKED_MAX]);

/* Has this many votes of so many valid ballots the majority that the coming round asks for? */
bool race_enough(const struct race *race, uint64_t votes, uint64_t valid);

/* The coming round was held: `votes` in the order of the candidates (0 for who did not stand). JISR_STATE: no round is to
 * be held. JISR_BAD_INPUT: votes for somebody who did not stand, or more than there were ballots. */
int race_count(struct race *race, const uint64_t *votes, uint64_t valid, struct problem *problem);

/* Between rounds. JISR_STATE: is not standing any more. JISR_NOT_FOUND. */
int race_withdraw(struct race *race, const char *person, struct problem *problem);

/* Lots were drawn between those who stand: `order` lists their places in `candidates`, first drawn first. JISR_STATE,
 * JISR_BAD_INPUT. */
int race_lot(struct race *race, const size_t *order, size_t count, struct problem *problem);

#endif
