/* The budget of a year and its programme of work, from the draft to the closed accounts. The Secretary General drafts and
 * executes it, the Executive Committee approves it, the Assembly adopts it: it is tabled with a draft resolution of a session
 * (matter "budget"), and what the vote on that draft decides, by the rule "budget", becomes of it. Where none is adopted when
 * the year begins, the outline of the last one applies (the step "provisional").
 *
 * Sums are whole cents. A budget that is submitted balances to the cent; activities of a chapter add up to it; the statutory
 * contributions of the members, divided by the scale (assembly/money.h), add up to the statutory income.
 *
 * Contributions that are called for, payments, arrears and their consequences: assembly/dues.h. */
#ifndef JISR_ASSEMBLY_BUDGET_H
#define JISR_ASSEMBLY_BUDGET_H

#include "assembly/affair.h"

#define BUDGET_FIRST      2000 /* years */
#define BUDGET_LAST       2999
#define BUDGET_CHAPTERS   60
#define BUDGET_ACTIVITIES 300
#define BUDGET_INCOMES    30
#define BUDGET_MEMBERS    400    /* on a scale */
#define BUDGET_POSTINGS   100000 /* of a year */

enum budget_state {
	BUDGET_NONE,
	BUDGET_DRAFT,
	BUDGET_SUBMITTED, /* to the Executive Committee */
	BUDGET_APPROVED,  /* by it */
	BUDGET_TABLED,    /* before the Assembly, with a draft resolution */
	BUDGET_REJECTED,
	BUDGET_ADOPTED,
	BUDGET_CLOSED, /* accounts of the year */
	BUDGET_STATES
};

enum budget_side { BUDGET_HEADQUARTERS, BUDGET_COMMITTEE, BUDGET_ASSEMBLY /* by what it votes */ };

enum budget_step {
#define STEP(id, ...)  BUDGET_STEP_##id,
#define EVENT(id, ...) BUDGET_STEP_##id,
#include "assembly/budget_steps.def"
#undef STEP
#undef EVENT
	BUDGET_STEPS
};

extern const struct affair budget_affair;
/* Also the kinds and tables of contributions (assembly/dues.h). */
extern const struct store_domain budget_domain;

/* What is not confirmed from the organisation's texts is a setting of each year's budget, decided with it. */
struct budget_rules {
	uint32_t
		transfer_permille; /* of a chapter's sum, that headquarters may move out of it, and into it, by itself */
	bool twelfths;     /* while the next year has no budget: a twelfth of this one a month; else all of it */
	uint32_t due_days; /* from the call for contributions until they are due */
};

struct budget {
	uint32_t year;
	enum budget_state state;
	bool provisional;
	uint32_t basis;          /* the year whose chapters are spent: 0 for none, its own when it is adopted */
	uint32_t session, draft; /* where it is tabled */
	char decision[40];       /* number of the Assembly's decision */
	char currency[4];
	struct budget_rules rules;
	uint32_t least_ppm,
		most_ppm; /* of the statutory income, that a member pays at least and at most; 0: no such limit */
	uint32_t called;  /* the year whose scale the last call was computed by; 0: not called yet */
	uint64_t version;
};

/* JISR_NOT_FOUND with a sentence. */
int budget_get(struct sql *sql, uint32_t year, struct budget *ret_budget, struct problem *problem);

/* The last year before this one whose budget was adopted; 0: there is none. */
int budget_before(struct sql *sql, uint32_t year, uint32_t *ret_year, struct problem *problem);

/* What each member contributes, computed from a year's scale and statutory income. JISR_STATE: that cannot be divided, with the
 * reason. */
struct budget_part {
	char code[OFFICE_CODE_MAX + 1];
	uint32_t weight;
	int64_t amount;
};
struct budget_parts {
	struct budget_part *parts; /* by code, in the arena */
	size_t count;
	int64_t total;
};
int budget_contributions(struct sql *sql, uint32_t year, struct arena *arena, struct budget_parts *ret_parts,
                         struct problem *problem);

/* A chapter of the budget that is spent, on a day. */
struct budget_line {
	int64_t voted, moved_in, moved_out, spent;
	int64_t open; /* what may be spent until that day: all of it, or so many twelfths; less what is spent */
	bool there;
};
int budget_line(struct sql *sql, const struct budget *budget, uint32_t chapter, const char *day,
                struct budget_line *ret_line, struct problem *problem);

#endif
