/* Elections of the Executive Committee in a session: contests and candidatures, the rounds that votes of the subject
 * "contest:1" are, lots, and what happens to seats outside elections (assembly/committee_record.h reads it back).
 *
 *   contest    candidatures -> voting, with the first round -> filled | vacant; or ended by the chair
 *
 * Every round is a vote of the session by secret ballot (assembly/poll.c). Whoever may not stand any more is left out when
 * the first opens, with the reason in its entry; later he must withdraw. */
#ifndef JISR_ASSEMBLY_CONTEST_H
#define JISR_ASSEMBLY_CONTEST_H

#include "assembly/assembly_private.h"
#include "assembly/committee_record.h"
#include "assembly/rule.h"

struct contest {
	uint32_t number;
	enum committee_post post;
	int region; /* COMMITTEE_NO_REGION */
	bool vacancy;
	unsigned until; /* of a vacancy: when the term of who left ends */
	bool begun;     /* `race` is there */
	char state[16]; /* "candidatures", "voting", "filled", "vacant", "ended" */
	struct race race;
};

/* JISR_NOT_FOUND. */
int contest_read(struct sql *sql, uint32_t session, uint32_t number, struct contest *ret_contest,
                 struct problem *problem);

/* The number of "contest:3"; 0 for anything else. */
uint32_t contest_of(const char *subject);

/* "President", "Delegate, africa". */
#define CONTEST_TITLE_MAX 60
void contest_title(const struct contest *contest, char out[CONTEST_TITLE_MAX]);

/* The year of a session, of its first day. */
unsigned contest_year(const char *first_day);

/* May this person of a delegation stand? JISR_STATE with the reason. `person` NULL: somebody who is no delegate. */
int contest_may_stand(struct sql *sql, const struct committee_record *record, const struct assembly *assembly,
                      const char *day, const char *name, const char *country, const struct contest *contest,
                      struct problem *problem);

/* A round is to be opened as a vote: the race begins or goes on, in `made`; its number is in *ret_round. */
int contest_open(struct conducting *conducting, uint32_t number, const struct rule *rule, uint32_t *ret_round,
                 struct problem *problem);
int contest_open_apply(struct applying *applying, uint32_t number, struct problem *problem);

/* The round was counted: `counts` are those who stood, in order; who is elected and what comes next is in `made`. */
int contest_count(struct conducting *conducting, uint32_t number, const uint64_t *counts, size_t count, uint64_t cast,
                  uint64_t blank, struct problem *problem);
int contest_count_apply(struct applying *applying, uint32_t number, struct problem *problem);

/* ---- shared by contest.c, candidature.c and committee_act.c ---- */

/* What every act about elections begins with. */
struct electing {
	struct committee_record record;
	struct committee after; /* this session */
	unsigned year;
};
/* `states` of the session, 0 for any. */
int contest_begin(struct conducting *conducting, unsigned states, struct electing *electing, struct problem *problem);
/* The contest that the field `contest` names, which is not being voted on now. */
int contest_quiet(struct conducting *conducting, struct contest *contest, struct problem *problem);
/* JISR_STATE: it is in another state. */
int contest_need(const struct contest *contest, const char *state, struct problem *problem);
/* Who is elected in contest->race and was not before it, and what comes next, in `made`. */
void contest_tell_elected(struct conducting *conducting, const struct electing *electing, const struct contest *contest,
                          const struct race *before);

/* Something that happened, as a row; texts stay the caller's. `day` may be a moment. */
struct happened {
	enum committee_happening what;
	const char *day;
	unsigned year;
	const char *person, *country, *region, *post;
	unsigned until;
	bool vacancy;
};

int contest_event(struct applying *applying, int64_t part, const struct happened *happened, struct problem *problem);

/* A session has ended: terms end, those elected in it sit. */
int contest_session_closed(struct applying *applying, struct problem *problem);

#endif
