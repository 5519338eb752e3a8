/* What members owe and pay: contributions that a budget called for (assembly/budget.h), payments, arrears and what follows from
 * them. A payment settles the oldest debt first, so that what is unpaid of a year follows from two sums.
 *
 * A member is in arrears when something of an earlier financial year is unpaid and so is the contribution of this year, which
 * is due (General Regulations, Article 52: the current and the previous year). The Secretary General notes it; while it stands,
 * its vote is suspended in every session that is called or open, and in those to which it is invited later. The member appeals to
 * the Executive Committee, some days before its meeting, and then in the session to the Assembly; an appeal suspends nothing.
 * Who pays what was unpaid of the years before the one in which it was noted has its vote again at once. */
#ifndef JISR_ASSEMBLY_DUES_H
#define JISR_ASSEMBLY_DUES_H

#include "assembly/affair.h"

#define DUES_APPEAL_DAYS 30     /* before the Executive Committee's meeting: General Regulations, Article 52(2) */
#define DUES_PAYMENTS    100000 /* of a member */

enum dues_state {
	DUES_NONE, /* no such member */
	DUES_CLEAR,
	DUES_NOTED,
	DUES_APPEALED, /* to the Executive Committee */
	DUES_REFUSED,
	DUES_EXCUSED, /* by the Executive Committee or the Assembly, for the year of the decision */
	DUES_STATES
};

/* The last two by what they do. */
enum dues_side { DUES_HEADQUARTERS, DUES_MEMBER, DUES_COMMITTEE, DUES_PAYMENT, DUES_ASSEMBLY };

enum dues_step {
#define STEP(id, ...)  DUES_STEP_##id,
#define EVENT(id, ...) DUES_STEP_##id,
#include "assembly/dues_steps.def"
#undef STEP
#undef EVENT
	DUES_STEPS
};

extern const struct affair dues_affair;

struct dues {
	char code[3];
	enum dues_state state;
	uint32_t noted;   /* the year in which the arrears were noted; 0 */
	char decided[11]; /* day of the last decision on an appeal; "" */
	char appealed[11];
	uint64_t version;
};

/* What a member owes on a day. */
struct dues_account {
	int64_t called, paid;          /* all that was ever called for, and paid */
	int64_t unpaid_before, unpaid; /* of earlier financial years; of all */
	bool due;                      /* this year's contribution is */
	bool in_arrears;
};
int dues_account(struct sql *sql, const char *code, const char *day, struct dues_account *ret_account,
                 struct problem *problem);

/* After members were invited to a session: suspends there whose arrears are noted. As headquarters. */
int dues_invited(struct store_write *write, uint32_t session, struct problem *problem);

/* Whether the Executive Committee has the member's appeal still before it. */
int dues_waits(struct sql *sql, const char *code, bool *ret_waits, struct problem *problem);

#endif
