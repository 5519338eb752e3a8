/* The life of a notice: one table of steps (notices/step.c). A row says which step leads from which states to which, who
 * may take it, and what is asked for first. Everything that depends on it reads it: the commands, the routes, `jisr notice
 * states`, the drawing in docs/notices.md (step_draw) and the test that tries every step in every state for every role. */
#ifndef JISR_NOTICES_STEP_H
#define JISR_NOTICES_STEP_H

#include "base/text.h"
#include "members/caller.h"
#include "notices/codes.h"

#include <stdbool.h>

enum notice_state {
	STATE_NONE, /* there is no such notice yet */
	STATE_DRAFT,
	STATE_REQUESTED,
	STATE_IN_REVIEW,
	STATE_RETURNED, /* to its owner, with questions */
	STATE_REFUSED,
	STATE_PUBLISHED,
	STATE_AMENDING, /* published, and its owner has asked for other content */
	STATE_SUSPENDED,
	STATE_EXPIRED,
	STATE_WITHDRAWN, /* by its owner */
	STATE_CANCELLED, /* by headquarters */
	STATE_ENDED,     /* its purpose is reached */
	STATE_DISCARDED, /* a draft that was never requested */
	STATE_COUNT
};
#define STATE_BIT(state) (1u << (state))
/* Others than owner and headquarters know of a notice only in these. */
#define STATES_IN_FORCE (STATE_BIT(STATE_PUBLISHED) | STATE_BIT(STATE_AMENDING))
#define STATES_OVER                                                                                                    \
	(STATE_BIT(STATE_REFUSED) | STATE_BIT(STATE_WITHDRAWN) | STATE_BIT(STATE_CANCELLED) | STATE_BIT(STATE_ENDED) | \
	 STATE_BIT(STATE_DISCARDED))

enum notice_form { FORM_NOTICE = 1, FORM_DIFFUSION = 2 };

enum notice_step {
	STEP_DRAFT,
	STEP_EDIT,
	STEP_DISCARD,
	STEP_REQUEST,
	STEP_CIRCULATE,
	STEP_TAKE,
	STEP_ASSESS,
	STEP_RETURN,
	STEP_ANSWER,
	STEP_PUBLISH,
	STEP_REFUSE,
	STEP_AMEND,
	STEP_ACCEPT,
	STEP_DECLINE,
	STEP_RESTRICT,
	STEP_SUSPEND,
	STEP_RESUME,
	STEP_EXPIRE,
	STEP_RENEW,
	STEP_WITHDRAW,
	STEP_END,
	STEP_CANCEL,
	STEP_GRANT,
	STEP_CORRECT,
	STEP_COUNT
};

enum step_side { SIDE_OWNER, SIDE_HEADQUARTERS };

/* What is looked at before a step is taken, a bit each. */
enum step_check {
	CHECK_CONTENT = 1,    /* the content is well-formed */
	CHECK_COMPLETE = 2,   /* and says all that its colour asks */
	CHECK_ADDRESSEES = 4, /* it goes to named offices */
	CHECK_REVIEW = 8,     /* the reviewer's form is filled in */
	CHECK_PASSED = 16,    /* a reviewer found nothing against it */
	CHECK_FOUR_EYES = 32, /* by another officer than that reviewer */
	CHECK_TEXT = 64,      /* a text says why, or asks, or answers */
	CHECK_GROUND = 128,   /* one of the published classes of refusal */
	CHECK_ENDING = 256,   /* how it ended */
	CHECK_REACH = 512,    /* whom it reaches from now on */
	CHECK_DUE = 1024,     /* its date of review has passed */
	CHECK_RENEWAL = 2048, /* a new date of review within the limit */
};
#define CHECK_COUNT 12

struct step_row {
	enum notice_step step;
	const char *name;     /* "request": also "notice.request", the kind of the entry */
	const char *what;     /* "request publication": goes after "may" and "cannot" */
	unsigned forms;       /* FORM_NOTICE, FORM_DIFFUSION */
	unsigned from;        /* states, a bit each */
	enum notice_state to; /* STATE_NONE: the state stays */
	enum step_side side;
	enum right right;
	unsigned checks;
};

/* Rows in the order of the enum; some steps have two, for notices and for diffusions. */
extern const struct step_row step_rows[];
extern const size_t step_row_count;

/* The row of a step for a form; NULL when there is none. */
const struct step_row *step_row(enum notice_step step, enum notice_form form);

/* "published", and its words for people. */
const char *state_name(enum notice_state state);
const char *state_label(enum notice_state state, enum language language);
bool state_read(const char *name, enum notice_state *ret_state);

const char *step_name(enum notice_step step);
bool step_read(const char *name, enum notice_step *ret_step);
const char *form_name(enum notice_form form);
const char *check_what(enum step_check check);

/* Whether the caller may take the step on a notice of that owner, form and state: 0 and the row; JISR_STATE (not from
 * this state), JISR_DENIED (not this caller), each with a sentence. The checks come after. */
int step_allowed(enum notice_step step, enum notice_form form, enum notice_state state, const char *owner,
                 const struct caller *caller, const struct step_row **ret_row, struct problem *problem);

/* Adds the life as a Mermaid state diagram. */
int step_draw(enum notice_form form, struct text *text);

#endif
