/* The life of an individual's request to the Commission for the Control of Files: one table of steps (request_step.c), read
 * by whoever depends on it: acts, routes, commands, `jisr request states`, the drawing in docs/commission.md and the test
 * that tries every step in every state for every role. */
#ifndef JISR_NOTICES_REQUEST_STEP_H
#define JISR_NOTICES_REQUEST_STEP_H

#include "base/text.h"
#include "members/caller.h"
#include "notices/codes.h"

#include <stdbool.h>

enum request_state {
	REQUEST_NONE,         /* there is no such request yet */
	REQUEST_FILED,        /* received, not yet looked at */
	REQUEST_INCOMPLETE,   /* something is missing: the applicant was asked */
	REQUEST_INADMISSIBLE, /* it is not examined, with the reason */
	REQUEST_EXAMINED,     /* admissible: the Commission examines it */
	REQUEST_CONSULTING,   /* the office that owns the data was asked what may be told */
	REQUEST_PROPOSED,     /* one of the Commission proposes a decision */
	REQUEST_DECIDED,      /* another agreed: it binds the organisation */
	REQUEST_EXECUTED,     /* headquarters did what was decided */
	REQUEST_ANSWERED,     /* the applicant was told */
	REQUEST_WITHDRAWN,    /* by the applicant */
	REQUEST_STATE_COUNT
};
#define REQUEST_BIT(state) (1u << (state))
#define REQUEST_OVER                                                                                                   \
	(REQUEST_BIT(REQUEST_INADMISSIBLE) | REQUEST_BIT(REQUEST_ANSWERED) | REQUEST_BIT(REQUEST_WITHDRAWN))

enum request_step {
	REQUEST_FILE,
	REQUEST_ASK,
	REQUEST_COMPLETE,
	REQUEST_ADMIT,
	REQUEST_REJECT,
	REQUEST_LINK,
	REQUEST_CONSULT,
	REQUEST_REPLY,
	REQUEST_RECALL,
	REQUEST_BLOCK,
	REQUEST_LIFT,
	REQUEST_PROPOSE,
	REQUEST_RETURN,
	REQUEST_DECIDE,
	REQUEST_EXECUTE,
	REQUEST_ANSWER,
	REQUEST_WITHDRAW,
	REQUEST_PAPER,
	REQUEST_SHRED,
	REQUEST_FORGET,
	REQUEST_STEP_COUNT
};

/* Who takes a step. */
enum request_side {
	REQUEST_BY_APPLICANT = 1,    /* with the receipt's secret, without signing in; or the Commission for a letter */
	REQUEST_BY_COMMISSION = 2,   /* its officers */
	REQUEST_BY_SOURCE = 4,       /* the office that was asked */
	REQUEST_BY_HEADQUARTERS = 8, /* which carries decisions out */
};

/* What is asked before a step, a bit each. */
enum request_check {
	REQUEST_CHECK_TEXT = 1,      /* a text says why, or asks, or answers */
	REQUEST_CHECK_FORM = 2,      /* the form of admissibility, each question answered with yes */
	REQUEST_CHECK_GROUND = 4,    /* a ground of inadmissibility */
	REQUEST_CHECK_LINKS = 8,     /* numbers of notices that are there */
	REQUEST_CHECK_OFFICE = 16,   /* an office that owns one of them */
	REQUEST_CHECK_DISCLOSE = 32, /* what may be told */
	REQUEST_CHECK_OUTCOME = 64,  /* granted, granted in part, or refused */
	REQUEST_CHECK_EYES = 128,    /* by another officer than who proposed */
	REQUEST_CHECK_ORDERED = 256, /* there is something to carry out */
	REQUEST_CHECK_DONE = 512,    /* and nothing that is not carried out */
	REQUEST_CHECK_LINKED = 1024, /* a notice is linked */
	REQUEST_CHECK_PAPER = 2048,  /* a file that is a copy, and not too many of them */
	REQUEST_CHECK_COPY = 4096,   /* a copy that is there */
};
#define REQUEST_CHECK_COUNT 13

struct request_row {
	enum request_step step;
	const char *name;      /* "admit": also "request.admit", the kind of the entry */
	const char *what;      /* goes after "may" and "cannot" */
	unsigned from;         /* states, a bit each */
	enum request_state to; /* REQUEST_NONE: the state stays */
	unsigned sides;        /* enum request_side */
	enum right right;      /* of the sides but the applicant */
	unsigned checks;
};
/* In the order of the enum, one each. */
extern const struct request_row request_rows[REQUEST_STEP_COUNT];

const char *request_state_name(enum request_state state);
const char *request_state_label(enum request_state state, enum language language);
bool request_state_read(const char *name, enum request_state *ret_state);
const char *request_step_name(enum request_step step);
bool request_step_read(const char *name, enum request_step *ret_step);
const char *request_check_what(enum request_check check);

/* What the applicant is told of a state: "received", "incomplete", "examination", "answered" ...; the same whether
 * anything is held or not, and whoever was asked. */
const char *request_phase(enum request_state state);

/* Whether the caller may take the step on a request in that state, which asked `consulted` ("": nobody). `applicant`: the
 * caller showed the receipt's secret. JISR_STATE, JISR_DENIED, with a sentence. */
int request_allowed(enum request_step step, enum request_state state, const char *consulted,
                    const struct caller *caller, bool applicant, struct problem *problem);

/* Adds the life as a Mermaid state diagram. */
int request_draw(struct text *text);

#endif
