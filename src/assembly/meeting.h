/* Bilateral meetings of a session: an office asks another for one, the other accepts, declines or proposes other conditions; the
 * secretariat gives it a time and a room, by a plan (assembly/timetable.h) or by hand; it is held, with a note of what came of it.
 *
 * Only those who act for the two sides, and the secretariat, know of a meeting: its entries are for these, and to everybody else there is no such
 * meeting. Numbers are drawn by lot, so that they tell nothing of how many there are. */
#ifndef JISR_ASSEMBLY_MEETING_H
#define JISR_ASSEMBLY_MEETING_H

#include "assembly/affair.h"

#define MEETING_OPEN_MOST  60  /* of an office in a session: asked, accepted and placed ones */
#define MEETING_TIMES      40  /* asked for */
#define MEETING_LANGUAGES  8   /* of a side */
#define MEETING_PEOPLE     50  /* of a side */
#define MEETING_ROOM_NAME  60  /* bytes */
#define MEETING_WEIGHT     100 /* the most that one can matter */
#define MEETING_TIME_CHARS 16  /* "2025-11-25T09:30" */

enum meeting_state {
	MEETING_NONE,
	MEETING_ASKED,
	MEETING_ACCEPTED, /* waits for a time and a room */
	MEETING_DECLINED,
	MEETING_PLACED,
	MEETING_HELD,
	MEETING_CANCELLED,
	MEETING_STATES
};

enum meeting_side { MEETING_PARTY, MEETING_ANSWERER, MEETING_SECRETARY, MEETING_PLAN };

enum meeting_step {
#define STEP(id, ...) MEETING_STEP_##id,
#include "assembly/meeting_steps.def"
#undef STEP
	MEETING_STEPS
};

extern const struct affair meeting_affair;
extern const struct store_domain meeting_domain; /* with timetables */

enum meeting_level {
	MEETING_DELEGATES,
	MEETING_HEADS, /* those of the delegations, who are needed in the hall */
};

struct meeting {
	char id[AFFAIR_ID_MAX + 1];
	enum meeting_state state;
	uint32_t session;
	const char *office[2]; /* who asked, who was asked */
	const char *turn;      /* who is to answer; "" when nobody is */
	const char *subject;
	enum meeting_level level;
	uint32_t minutes;         /* 0: as long as a time of the session is */
	uint32_t weight;          /* as the secretariat has said it; 0: by the level */
	uint32_t people[2];       /* of each side */
	const char *languages[2]; /* a JSON list each; "" or "[]" where nothing was said */
	const char *times;        /* asked for, a JSON list of days and of times; "" */
	const char *begin, *end;  /* "2025-11-25T09:30"; "" without a place */
	const char *room;
	bool fixed;          /* plans keep it where it is */
	const char *waiting; /* why the last plan had no place; "" */
	const char *reason;  /* of the last decline, cancellation or proposal; "" */
	const char *note;    /* what came of it */
	const char *asked;   /* when */
	uint64_t version;
};

/* How much it matters to a plan. */
uint32_t meeting_weight(const struct meeting *meeting);

/* Whether the caller may see all meetings: the secretariat; and whether he takes part in those of his office: who acts for its
 * delegation, at headquarters the secretariat. To anybody else there are none. */
bool meeting_sees_all(const struct caller *caller);
bool meeting_takes_part(const struct caller *caller);
/* Whether whoever reads an office's entries is told of one of that kind: of meetings, and of when an office cannot meet, those
 * alone who take part. */
bool meeting_heard(const struct caller *caller, const char *kind);

/* What the caller may see, in the arena. JISR_NOT_FOUND, in the same words where there is none. */
int meeting_get(struct sql *sql, const char *id, const struct caller *caller, struct arena *arena,
                struct meeting *ret_meeting, struct problem *problem);

/* Calls for each meeting of a session (0: of all) that the caller may see, by time, then by when it was asked for, until it returns
 * false. What it is given lasts until it returns. */
typedef bool (*meeting_each_one)(void *context, const struct meeting *meeting);
int meeting_each(struct sql *sql, uint32_t session, const struct caller *caller, struct arena *arena,
                 meeting_each_one each, void *context, struct problem *problem);

/* The work of a plan, for the steps that only a plan takes (affair_order.work). */
struct meeting_place {
	const char *begin, *end, *room; /* place */
	const char *waiting;            /* wait: the word of a reason */
};

#endif
