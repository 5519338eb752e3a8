/* What a vote is about, where it is something of the session: "draft:3", "amendment:7", "motion:2", "item:4", "agenda:",
 * "appeal:MA". Whether it may be voted on now, and what a vote does to it. */
#ifndef JISR_ASSEMBLY_SUBJECT_H
#define JISR_ASSEMBLY_SUBJECT_H

#include "assembly/assembly_private.h"
#include "assembly/rule.h"

/* 0 when it may be put to the vote now under this rule; else the reason why not. */
int subject_check(struct conducting *conducting, const char *subject, const struct rule *rule, struct problem *problem);

/* Gives an adopted draft its number, "GA-2025-93-RES-01", as "decision" of what was made. */
int subject_number(struct conducting *conducting, const char *subject, struct problem *problem);

/* What the outcome of a vote does to its subject. */
int subject_settle(struct applying *applying, const char *subject, const char *outcome, const char *decision,
                   struct problem *problem);

/* The same for a motion that the chair decides. */
int subject_motion(struct applying *applying, uint32_t number, bool carried, struct problem *problem);

#endif
