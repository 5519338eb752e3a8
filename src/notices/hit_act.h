/* Every change of a hit: a step of the table (notices/hit_step.h), asked for by a caller, checked whole, written as entries of
 * the record. The command line, the API and the demonstration go through it.
 *
 * Fields come as a JSON object; the table says which a step takes and needs:
 *   notice, object   id of what the hit is on: one of the two (report); of an object also the id of a file's line
 *   place, country   where, in words, and the country's alpha-2 code; country "" when it is not said
 *   at               the moment, "2026-11-27T01:00:00Z"; now when it is not said, never in the future
 *   urgent           true: somebody waits at the desk; shorter deadlines
 *   evidence         an object: what the check said, as the finder got it
 *   text             why, what, or the answer
 *   days             of provisional arrest by the treaty that counts
 *   reference        of the request for extradition
 *   outcome          one of hit_outcomes
 *   end              true: the owner ends the notice with it, or withdraws the object as found */
#ifndef JISR_NOTICES_HIT_ACT_H
#define JISR_NOTICES_HIT_ACT_H

#include "notices/hit.h"

struct hit_act {
	enum hit_step step;
	const struct caller *caller;
	const char *id;      /* of the hit; NULL for a report */
	const char *wanted;  /* the number of a report that has one already; NULL: drawn by lot */
	const cJSON *fields; /* an object, or NULL */
	uint64_t expected;   /* the version that the decision rests on; ENTRY_ANY: whatever it is */
	/* what came of it */
	char made[NOTICE_ID_MAX + 1]; /* the id */
	uint64_t version;
	char warning[160];        /* of a report: the same office has an open hit on the same; "" */
	struct findings findings; /* what is wrong with fields, when JISR_BAD_INPUT is because of them */
};

/* JISR_NOT_FOUND: no such hit, or for a report no such notice in force, for this caller. JISR_DENIED, JISR_STATE:
 * hit_allowed. JISR_BAD_INPUT: fields; the findings say all of it. JISR_CONFLICT: changed since. Else the store's. */
int hit_act_submit(struct store *store, struct hit_act *act, struct problem *problem);

/* The same inside a command of the store, for many at once; of lines of files only under the data directory, which may be
 * NULL. */
int hit_act_run(struct store_write *write, const char *directory, struct hit_act *act, struct problem *problem);

/* Headquarters changes deadlines: {"identity_hours":48}. */
int hit_act_rules(struct store *store, const struct caller *caller, const cJSON *rules, struct problem *problem);

/* Writes a reminder for each hit whose deadline passed before `moment` (NULL: now) and of which nobody was reminded yet:
 * an entry by headquarters, whose key this installation must hold (JISR_DENIED), that finder and owner get as an event.
 * Each deadline once, whoever calls and how often. */
int hit_act_remind(struct store *store, const char *moment, uint64_t *ret_count, struct problem *problem);

#endif
