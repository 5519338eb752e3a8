/* Whether a proposal is adopted: the one place where votes are compared with what a rule asks, in whole numbers. A share of
 * n/d of a base B is reached by V votes when d*V >= n*B, or d*V > n*B where it must be exceeded; no division, no rounding.
 * Pure: numbers in, a verdict and its arithmetic out. */
#ifndef JISR_ASSEMBLY_VERDICT_H
#define JISR_ASSEMBLY_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERDICT_MOST 1000000 /* of any number of votes */

/* What a share is taken of. */
enum verdict_base {
	VERDICT_CAST,      /* yes and no: abstentions are no votes */
	VERDICT_VOTING,    /* yes, no and abstentions */
	VERDICT_PRESENT,   /* delegations present with the right to vote */
	VERDICT_ACCEPTED,  /* delegations whose credentials are accepted and whose vote is not suspended */
	VERDICT_MEMBERS,   /* all members of the organisation, also those without a vote */
	VERDICT_BASE_COUNT /* not a base */
};
/* "cast", "voting", "present", "accepted", "members"; and "of the votes cast for or against" for people. */
const char *verdict_base_name(enum verdict_base base);
const char *verdict_base_what(enum verdict_base base);
bool verdict_base_read(const char *name, enum verdict_base *ret_base);

struct verdict_share {
	uint32_t over, under; /* over / under, 0 < over <= under <= 1000 */
	bool strict;          /* more than that, not as much */
};

/* What happens where as many are for as against. A share of more than half of the votes cast is then not reached. */
enum verdict_tie {
	VERDICT_TIE_REJECTS, /* the proposal is rejected */
	VERDICT_TIE_AGAIN,   /* it is voted on once more, while rounds are left */
	VERDICT_TIE_CHAIR,   /* the chair decides */
};
const char *verdict_tie_name(enum verdict_tie tie);
bool verdict_tie_read(const char *name, enum verdict_tie *ret_tie);

struct verdict_rule {
	enum verdict_base base;
	struct verdict_share shares[8]; /* by round, from the first; the last holds for all further rounds */
	size_t share_count;             /* 1 to 8 */
	uint32_t rounds;                /* how many there can be; 1 for most */
	enum verdict_tie tie;
	enum verdict_base quorum_base;
	struct verdict_share quorum; /* `under` 0: none is asked */
};

struct verdict_count {
	uint32_t yes, no, abstain;
	uint32_t present, accepted, members; /* present: when the vote was opened */
	uint32_t here;                       /* for the quorum: who takes part now, never more than present */
};

enum verdict_outcome {
	VERDICT_ADOPTED,
	VERDICT_REJECTED,
	VERDICT_NO_QUORUM, /* nothing is decided */
	VERDICT_ANOTHER,   /* another round */
	VERDICT_CHAIR,     /* as many for as against: the chair decides */
	VERDICT_OUTCOME_COUNT
};
/* "adopted", "rejected", "no-quorum", "another-round", "chair-decides". */
const char *verdict_outcome_name(enum verdict_outcome outcome);

struct verdict {
	enum verdict_outcome outcome;
	uint32_t base;         /* of how many */
	uint32_t needed;       /* the least number of votes in favour that reaches the share */
	uint32_t quorum_base;  /* of how many, 0 without a quorum */
	uint32_t quorum;       /* the least number of present that reaches it, 0 without */
	bool reached, present; /* the share; the quorum */
	bool tied;
};

/* The verdict of a round (from 1). The rule must be well-formed and the count possible: votes no more than present, present
 * no more than accepted, accepted no more than members, none over VERDICT_MOST. */
struct verdict verdict_decide(const struct verdict_rule *rule, uint32_t round, const struct verdict_count *count);

/* The share that counts in a round. */
struct verdict_share verdict_share_in(const struct verdict_rule *rule, uint32_t round);

/* The least V with d*V >= n*base, or d*V > n*base. */
uint32_t verdict_needed(struct verdict_share share, uint32_t base);

/* "120 for, 40 against: of 160 cast for or against, 107 are needed (at least 2/3): 3 x 120 = 360 >= 2 x 160 = 320." */
#define VERDICT_TEXT_MAX 400
void verdict_text(const struct verdict_rule *rule, uint32_t round, const struct verdict_count *count,
                  char out[VERDICT_TEXT_MAX]);

#endif
