/* The timetable of a session's bilateral meetings: times, rooms, interpreters, when the Assembly sits and votes, when each office
 * cannot meet; and the plans that were made of it.
 *
 * A plan is solved outside the record, from one state of it (assembly/planner.h), and put in force as one piece: an entry for the
 * secretariat with the figures, and one for each meeting that gets, changes or loses its place. Before that everything that the plan
 * rests on is gathered again, and the plan is refused unless it is the same. */
#ifndef JISR_ASSEMBLY_TIMETABLE_H
#define JISR_ASSEMBLY_TIMETABLE_H

#include "assembly/meeting.h"
#include "assembly/planner.h"

#define TIMETABLE_MINUTES_MOST 240 /* of a time */
#define TIMETABLE_PERIODS      40
#define TIMETABLE_SITTINGS     64
#define TIMETABLE_SEATS        1000
#define TIMETABLE_TEAMS        20
#define TIMETABLE_SECONDS      60 /* to search, at most */
#define TIMETABLE_DIGEST       65
#define TIMETABLE_TRIES        3 /* of a plan whose ground changed meanwhile */

enum timetable_state { TIMETABLE_NONE, TIMETABLE_OPEN, TIMETABLE_CLOSED, TIMETABLE_STATES };

enum timetable_side { TIMETABLE_SECRETARY, TIMETABLE_OFFICE, TIMETABLE_PLANNER };

enum timetable_step {
#define STEP(id, ...) TIMETABLE_STEP_##id,
#include "assembly/timetable_steps.def"
#undef STEP
	TIMETABLE_STEPS
};

extern const struct affair timetable_affair;

/* ---- what a plan rests on ---- */

struct timetable_wish {
	char id[AFFAIR_ID_MAX + 1];
	enum meeting_state state;
	char waiting[24]; /* the reason that it was told */
};

/* All in the arena. */
struct timetable_ground {
	struct planner planner;
	const char **begins, **ends;   /* of each slot */
	const char **rooms;            /* names */
	struct timetable_wish *wishes; /* beside planner.wishes */
	char digest[TIMETABLE_DIGEST]; /* of all of it, in hexadecimal */
};

/* Accepted and placed meetings of a session, with everything that decides where they can be. `after` is a time or "": what is
 * placed before it stays, and nothing else is placed there. With `only` the placed ones and this one, the last of the wishes, free to
 * be placed anywhere. JISR_NOT_FOUND: there is no timetable. JISR_STATE: a placed meeting's time or room is not there any more. */
int timetable_gather(struct sql *sql, uint32_t session, const char *after, const char *only, struct arena *arena,
                     struct timetable_ground *ret_ground, struct problem *problem);

/* Whether the last of the wishes can be at a slot in a room, all others staying. JISR_STATE says what is against it. */
int timetable_fits(struct timetable_ground *ground, unsigned slot, unsigned room, struct arena *arena,
                   struct problem *problem);

/* ---- a plan ---- */

struct timetable_order {
	const struct caller *caller;
	uint32_t session;
	const char *after; /* "": all of the session */
	double seconds;    /* to search; 0: ten */
	bool rehearsal;    /* tells what it would be, and changes nothing */
};

struct timetable_made {
	size_t wishes, placed, moved, lost; /* moved: those that had another place; lost: those that had one */
	uint64_t weight, weight_most, weight_all;
	double seconds;
	uint64_t version; /* of the timetable; 0 for a rehearsal */
};

/* Solves and puts in force. JISR_DENIED, JISR_NOT_FOUND, JISR_STATE; JISR_CONFLICT: what it rests on changed as often as it was
 * tried. */
int timetable_plan(struct store *store, const struct timetable_order *order, struct timetable_made *ret_made,
                   struct problem *problem);

/* The same inside a command, for who holds the record anyway (the demonstration). */
int timetable_plan_inside(struct store_write *write, const struct timetable_order *order,
                          struct timetable_made *ret_made, struct problem *problem);

/* Reads what is asked of a plan from an object, or NULL for nothing: "after", "seconds", "rehearsal". JISR_BAD_INPUT. */
int timetable_order_read(const cJSON *fields, struct timetable_order *order, struct problem *problem);

/* "93": false for what is no session's number. */
bool timetable_session(const char *id, uint32_t *ret_session);

/* Adds the figures as members of the open object. */
void timetable_emit_made(struct text *text, const struct timetable_made *made);

#endif
