/* The life of a hit: one table of steps (notices/hit_step.c), as notices/step.h is that of a notice. A row says which step
 * leads from which states to which, on notices of which colours, who may take it, and which fields it takes and needs; a
 * state says whom it waits for and by which deadline. Everything that depends on it reads it: the commands, the routes,
 * `jisr hit states`, the drawing in docs/hits.md, reminders, and the test that tries every step in every state for every
 * role. */
#ifndef JISR_NOTICES_HIT_STEP_H
#define JISR_NOTICES_HIT_STEP_H

#include "base/text.h"
#include "members/caller.h"
#include "notices/codes.h"
#include "notices/findings.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

enum hit_state {
	HIT_NONE,         /* there is no such hit yet */
	HIT_REPORTED,     /* by the office that found somebody or something */
	HIT_ACKNOWLEDGED, /* the owner of the notice has it */
	HIT_ASKED,        /* the owner needs more to tell who it is */
	HIT_CONFIRMED,    /* it is the person, or the thing, that the notice is about */
	HIT_ARRESTED,     /* provisionally */
	HIT_REQUESTED,    /* extradition, by the owner */
	HIT_GRANTED,
	HIT_HANDED_OVER,
	HIT_FOUND,      /* a missing person */
	HIT_IDENTIFIED, /* a body, or a person whose name was not known */
	HIT_INFORMED,   /* what the notice asked to be told was told */
	HIT_APPLIED,    /* the measures of the Security Council were */
	HIT_DENIED,     /* it is somebody else */
	HIT_WITHDRAWN,  /* reported in error */
	HIT_REFUSED,    /* extradition is */
	HIT_RELEASED,
	HIT_CLOSED,
	HIT_STATE_COUNT
};
#define HIT_BIT(state) (1u << (state))
#define HIT_STATES_OVER                                                                                                \
	(HIT_BIT(HIT_DENIED) | HIT_BIT(HIT_WITHDRAWN) | HIT_BIT(HIT_REFUSED) | HIT_BIT(HIT_RELEASED) |                 \
	 HIT_BIT(HIT_CLOSED))

enum hit_step {
	HIT_REPORT,
	HIT_WITHDRAW,
	HIT_ACKNOWLEDGE,
	HIT_ASK,
	HIT_ANSWER,
	HIT_CONFIRM,
	HIT_DENY,
	HIT_ARREST,
	HIT_REQUEST,
	HIT_GRANT,
	HIT_REFUSE,
	HIT_HAND_OVER,
	HIT_RELEASE,
	HIT_FIND,
	HIT_IDENTIFY,
	HIT_INFORM,
	HIT_APPLY,
	HIT_CONCLUDE,
	HIT_CLOSE,
	HIT_NOTE,
	HIT_STEP_COUNT
};

/* Who stands where in a hit; an office may be on several sides of it. */
enum hit_side { HIT_FINDER = 1, HIT_OWNER = 2, HIT_HEADQUARTERS = 4 };

struct hit_row {
	enum hit_step step;
	const char *name;  /* "hand-over": also "hit.hand-over", the kind of the entry */
	const char *what;  /* goes after "may" and "cannot" */
	unsigned from;     /* states, a bit each */
	enum hit_state to; /* HIT_NONE: the state stays */
	unsigned sides;    /* enum hit_side: any of these */
	enum right right;
	const char *colours; /* " red ": on notices of these alone; and on objects where it says so; NULL: on all */
	const char *fields;  /* " text place ": that it takes */
	const char *needs;   /* and cannot do without */
	const char *outcome; /* how the hit ended then; NULL: not by this step */
};
extern const struct hit_row hit_rows[HIT_STEP_COUNT]; /* in the order of the enum */

/* ---- deadlines ---- */

/* What headquarters may change by an entry "hit.rules". None of the figures was found in a published rule of the
 * organisation: they are what is usual, or stands in treaties, as recalled. */
enum hit_rule {
	HIT_RULE_URGENT,       /* hours: the owner's answer to an urgent report */
	HIT_RULE_ACKNOWLEDGE,  /* hours */
	HIT_RULE_IDENTITY,     /* hours */
	HIT_RULE_ANSWER,       /* hours */
	HIT_RULE_ACT,          /* days: from the owner's yes to what the notice asks for */
	HIT_RULE_REQUEST,      /* days of provisional arrest where no treaty is named */
	HIT_RULE_REQUEST_MOST, /* days that a treaty may give */
	HIT_RULE_DECISION,     /* days */
	HIT_RULE_HAND_OVER,    /* days */
	HIT_RULE_CONCLUDE,     /* days in which the owner ends what has reached its purpose */
	HIT_RULE_COUNT
};
struct hit_rules {
	unsigned value[HIT_RULE_COUNT];
};
extern const struct hit_rule_row {
	const char *name; /* "request_days" */
	const char *what;
	bool days; /* else hours */
	unsigned first, most;
} hit_rule_rows[HIT_RULE_COUNT];
void hit_rules_init(struct hit_rules *rules);
/* {"urgent_hours":3,...}: members that are absent stay as they are; faults are findings. */
void hit_rules_read(const cJSON *json, struct hit_rules *rules, struct findings *findings);
cJSON *hit_rules_json(const struct hit_rules *rules);

/* Whom a state waits for: one side; 0 when it is over. */
unsigned hit_state_awaits(enum hit_state state);
/* Hours that it has for it. `days` of provisional arrest by treaty, 0 when none was named. 0: no deadline. */
unsigned hit_state_hours(enum hit_state state, bool urgent, unsigned days, const struct hit_rules *rules);
/* "2026-11-26T22:30:00.123Z" and some hours, also before it. */
#define HIT_MOMENT 25
/* Reads "2026-11-27T01:00:00Z", with milliseconds or without, and writes it with them. */
bool hit_moment_read(const char *text, char out[HIT_MOMENT]);
void hit_moment_add(const char *at, int hours, char out[HIT_MOMENT]);

/* ---- names ---- */

extern const struct codes hit_outcomes;

const char *hit_state_name(enum hit_state state);
const char *hit_state_label(enum hit_state state, enum language language);
bool hit_state_read(const char *name, enum hit_state *ret_state);
const char *hit_step_name(enum hit_step step);
bool hit_step_read(const char *name, enum hit_step *ret_step);
const char *hit_side_name(unsigned side);
/* How the notice ended when a hit in that state is concluded; NULL: by that it does not. */
const char *hit_ending(enum hit_state state);

/* Whether the caller may take the step on a hit in that state, found by `finder` on something of `owner`. 0, JISR_STATE or JISR_DENIED with a sentence. */
int hit_allowed(enum hit_step step, enum hit_state state, const char *finder, const char *owner, const char *colour,
                const struct caller *caller, struct problem *problem);

/* Adds the life as a Mermaid state diagram. */
int hit_draw(struct text *text);

#endif
