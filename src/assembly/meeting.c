/* The domain. Kinds, "meeting.STEP" for each step of assembly/meeting_steps.def, subject "meeting/MT-93-417"; "timetable.STEP" for
 * those of assembly/timetable_steps.def, subject "timetable/93".
 *
 * Invariants
 *   1  An entry about a meeting is for its two sides and headquarters; one about an office's duties for that office and
 *      headquarters; a plan's figures for headquarters; times, rooms, interpreters and sittings for everybody.
 *   2  `begin`, `end` and `room` are not "" in the states placed and held, and in no other. They are a time and a room of the
 *      timetable while the meeting is placed: neither can be taken out of it under a placed meeting.
 *   3  `turn` is not "" in the state asked, and in no other. */
#include "assembly/meeting.h"

#include "assembly/meeting_private.h"

static const char *const tables[] = {"meeting",
                                     "timetable",
                                     "timetable_slot",
                                     "timetable_room",
                                     "timetable_interpreter",
                                     "timetable_sitting",
                                     "timetable_duty",
                                     "timetable_made",
                                     NULL};

static const struct store_step migrations[] = {
	{"CREATE TABLE meeting(id TEXT PRIMARY KEY, state INTEGER NOT NULL, session INTEGER NOT NULL, asker TEXT NOT "
         "NULL,"
         " other TEXT NOT NULL, turn TEXT NOT NULL, subject TEXT NOT NULL, level INTEGER NOT NULL,"
         " minutes INTEGER NOT NULL, weight INTEGER NOT NULL, asker_people INTEGER NOT NULL,"
         " other_people INTEGER NOT NULL, asker_languages TEXT NOT NULL, other_languages TEXT NOT NULL,"
         " times TEXT NOT NULL, begin TEXT NOT NULL, end TEXT NOT NULL, room TEXT NOT NULL, fixed INTEGER NOT NULL,"
         " waiting TEXT NOT NULL, reason TEXT NOT NULL, note TEXT NOT NULL, asked TEXT NOT NULL,"
         " version INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE INDEX meeting_by_session ON meeting(session, begin, asked);"
         "CREATE INDEX meeting_by_asker ON meeting(asker, session);"
         "CREATE INDEX meeting_by_other ON meeting(other, session);"
         "CREATE TABLE timetable(session INTEGER PRIMARY KEY, state INTEGER NOT NULL, minutes INTEGER NOT NULL,"
         " version INTEGER NOT NULL);"
         "CREATE TABLE timetable_slot(session INTEGER NOT NULL, number INTEGER NOT NULL, begin TEXT NOT NULL,"
         " end TEXT NOT NULL, PRIMARY KEY(session, number)) WITHOUT ROWID;"
         "CREATE TABLE timetable_room(session INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,"
         " seats INTEGER NOT NULL, closed TEXT NOT NULL, PRIMARY KEY(session, number)) WITHOUT ROWID;"
         "CREATE TABLE timetable_interpreter(session INTEGER NOT NULL, number INTEGER NOT NULL, one TEXT NOT NULL,"
         " other TEXT NOT NULL, teams INTEGER NOT NULL, PRIMARY KEY(session, number)) WITHOUT ROWID;"
         "CREATE TABLE timetable_sitting(session INTEGER NOT NULL, number INTEGER NOT NULL, begin TEXT NOT NULL,"
         " end TEXT NOT NULL, item INTEGER NOT NULL, vote INTEGER NOT NULL, title TEXT NOT NULL,"
         " PRIMARY KEY(session, number)) WITHOUT ROWID;"
         "CREATE TABLE timetable_duty(session INTEGER NOT NULL, office TEXT NOT NULL, times TEXT NOT NULL,"
         " teams INTEGER NOT NULL, PRIMARY KEY(session, office)) WITHOUT ROWID;"
         "CREATE TABLE timetable_made(session INTEGER NOT NULL, at TEXT NOT NULL, wishes INTEGER NOT NULL,"
         " placed INTEGER NOT NULL, moved INTEGER NOT NULL, lost INTEGER NOT NULL, weight INTEGER NOT NULL,"
         " weight_most INTEGER NOT NULL, weight_all INTEGER NOT NULL, milliseconds INTEGER NOT NULL,"
         " after TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY(session, entry)) WITHOUT ROWID;",
         false},
	/* SQLite 3.40 takes a table without a rowid for damaged whose key is not its first columns (PRAGMA quick_check). */
	{"CREATE TABLE made_before(session, at, wishes, placed, moved, lost, weight, weight_most, weight_all,"
         " milliseconds, after, entry);"
         "INSERT INTO made_before SELECT * FROM timetable_made;"
         "DROP TABLE timetable_made;"
         "CREATE TABLE timetable_made(session INTEGER NOT NULL, entry INTEGER NOT NULL, at TEXT NOT NULL,"
         " wishes INTEGER NOT NULL, placed INTEGER NOT NULL, moved INTEGER NOT NULL, lost INTEGER NOT NULL,"
         " weight INTEGER NOT NULL, weight_most INTEGER NOT NULL, weight_all INTEGER NOT NULL,"
         " milliseconds INTEGER NOT NULL, after TEXT NOT NULL, PRIMARY KEY(session, entry)) WITHOUT ROWID;"
         "INSERT INTO timetable_made SELECT session, entry, at, wishes, placed, moved, lost, weight, weight_most,"
         " weight_all, milliseconds, after FROM made_before;"
         "DROP TABLE made_before;",
         false},
};

/* ---- the life ---- */

static const char *const states[] = {"none", "asked", "accepted", "declined", "placed", "held", "cancelled", NULL};
static const char *const sides[] = {"one of the two sides", "the side that is to answer", "the secretariat", "a plan",
                                    NULL};

static const struct affair_step steps[] = {
#define STEP(id, name, fields, from, to, sides, right, decide, apply, what)                                            \
	[MEETING_STEP_##id] = {name, what, fields, from, to, sides, right, decide, apply},
#include "assembly/meeting_steps.def"
#undef STEP
};

bool meeting_sees_all(const struct caller *caller)
{
	return caller_is_headquarters(caller) && caller_may(caller, RIGHT_ASSEMBLY_SECRETARY);
}

bool meeting_takes_part(const struct caller *caller)
{
	return meeting_sees_all(caller) || (caller->office[0] != '\0' && caller_may(caller, RIGHT_ASSEMBLY_DELEGATE));
}

bool meeting_heard(const struct caller *caller, const char *kind)
{
	return (strncmp(kind, "meeting.", 8) != 0 && strcmp(kind, "timetable.duty") != 0) || meeting_takes_part(caller);
}

/* The office whose meetings the caller sees, for statements: none has the code "-". */
static const char *own_office(const struct caller *caller)
{
	return meeting_takes_part(caller) ? caller->office : "-";
}

static int load(struct affair_taking *taking, const char *id, struct problem *problem)
{
	struct meeting *meeting = arena_zero(taking->arena, 1, sizeof *meeting);
	const char *office = taking->caller->office;
	if (meeting == NULL)
		return problem_no_memory(problem);
	taking->own = meeting;
	if (meeting_sees_all(taking->caller))
		taking->sides |= AFFAIR_BIT(MEETING_SECRETARY);
	if (taking->order != NULL && taking->order->work != NULL)
		taking->sides |= AFFAIR_BIT(MEETING_PLAN);
	if (id == NULL) {
		if (meeting_takes_part(taking->caller))
			taking->sides |= AFFAIR_BIT(MEETING_PARTY);
		return JISR_OK;
	}
	int error = meeting_get(taking->sql, id, taking->caller, taking->arena, meeting, problem);
	if (error)
		return error;
	if (strcmp(office, meeting->office[0]) == 0 || strcmp(office, meeting->office[1]) == 0)
		taking->sides |= AFFAIR_BIT(MEETING_PARTY);
	if (meeting->turn[0] != '\0' && strcmp(office, meeting->turn) == 0)
		taking->sides |= AFFAIR_BIT(MEETING_ANSWERER);
	(void)snprintf(taking->id, sizeof taking->id, "%s", meeting->id);
	taking->state = meeting->state;
	taking->version = meeting->version;
	return JISR_OK;
}

static int audience(struct affair_taking *taking, struct problem *problem)
{
	const struct meeting *meeting = MEETING_OF(taking);
	int error = affair_hears(taking, OFFICE_HEADQUARTERS, problem);
	if (!error && taking->state == MEETING_NONE)
		error = affair_hears(taking, applying_text(taking->fields, "with"), problem);
	for (size_t i = 0; i < 2 && taking->state != MEETING_NONE && !error; i++)
		error = affair_hears(taking, meeting->office[i], problem);
	return error;
}

const struct affair meeting_affair = {
	.name = "meeting",
	.plural = "meetings",
	.title = "meeting",
	.example = "MT-93-417",
	.states = states,
	.sides = sides,
	.steps = steps,
	.step_count = MEETING_STEPS,
	.views = meeting_views,
	.set_state = "UPDATE meeting SET state = CASE WHEN ?2 = 0 THEN state ELSE ?2 END, version = ?3 WHERE id = ?1",
	.load = load,
	.audience = audience,
};

/* ---- kinds ---- */

#define STEP(id, name, ...) AFFAIR_KIND(meeting, MEETING_STEP_##id)
#include "assembly/meeting_steps.def"
#undef STEP
#define STEP(id, name, ...) AFFAIR_KIND(timetable, TIMETABLE_STEP_##id)
#include "assembly/timetable_steps.def"
#undef STEP

static const struct store_kind kinds[] = {
#define STEP(id, name, ...)                                                                                            \
	{.kind = "meeting." name, .check = check_meeting_MEETING_STEP_##id, .apply = apply_meeting_MEETING_STEP_##id},
#include "assembly/meeting_steps.def"
#undef STEP
#define STEP(id, name, ...)                                                                                            \
	{.kind = "timetable." name,                                                                                    \
	 .check = check_timetable_TIMETABLE_STEP_##id,                                                                 \
	 .apply = apply_timetable_TIMETABLE_STEP_##id},
#include "assembly/timetable_steps.def"
#undef STEP
};

const struct store_domain meeting_domain = {
	.name = "meeting",
	.steps = migrations,
	.step_count = sizeof migrations / sizeof *migrations,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};

/* ---- reading ---- */

#define COLUMNS                                                                                                        \
	"id, state, session, asker, other, turn, subject, level, minutes, weight, asker_people, other_people,"         \
	" asker_languages, other_languages, times, begin, end, room, fixed, waiting, reason, note, asked, version"

/* False without memory. */
static bool read_row(struct sql_query *query, struct arena *arena, struct meeting *meeting)
{
	static const int places[] = {3, 4, 5, 6, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22};
	const char **texts[] = {&meeting->office[0],    &meeting->office[1],    &meeting->turn,    &meeting->subject,
	                        &meeting->languages[0], &meeting->languages[1], &meeting->times,   &meeting->begin,
	                        &meeting->end,          &meeting->room,         &meeting->waiting, &meeting->reason,
	                        &meeting->note,         &meeting->asked};
	*meeting = (struct meeting){.state = (enum meeting_state)(sql_number(query, 1) % MEETING_STATES),
	                            .session = (uint32_t)sql_number(query, 2),
	                            .level = sql_number(query, 7) != 0 ? MEETING_HEADS : MEETING_DELEGATES,
	                            .minutes = (uint32_t)sql_number(query, 8),
	                            .weight = (uint32_t)sql_number(query, 9),
	                            .people = {(uint32_t)sql_number(query, 10), (uint32_t)sql_number(query, 11)},
	                            .fixed = sql_number(query, 18) != 0,
	                            .version = (uint64_t)sql_number(query, 23)};
	(void)snprintf(meeting->id, sizeof meeting->id, "%s", sql_text(query, 0));
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const char *text = sql_text(query, places[i]);
		*texts[i] = arena_text(arena, text, strlen(text));
		if (*texts[i] == NULL)
			return false;
	}
	return true;
}

uint32_t meeting_weight(const struct meeting *meeting)
{
	return meeting->weight > 0 ? meeting->weight : meeting->level == MEETING_HEADS ? 3 : 1;
}

int meeting_get(struct sql *sql, const char *id, const struct caller *caller, struct arena *arena,
                struct meeting *ret_meeting, struct problem *problem)
{
	struct meeting meeting;
	bool there = false, good = true;
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM meeting WHERE id = ?1 AND"
	                                        " (?2 OR asker = ?3 OR other = ?3)");
	sql_bind_text(&query, 1, id);
	sql_bind_number(&query, 2, meeting_sees_all(caller));
	sql_bind_text(&query, 3, own_office(caller));
	if (sql_next(&query)) {
		there = true;
		good = read_row(&query, arena, &meeting);
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (!good)
		return problem_no_memory(problem);
	if (!there)
		return problem_set(problem, JISR_NOT_FOUND, "there is no meeting %.40s", id);
	*ret_meeting = meeting;
	return JISR_OK;
}

int meeting_each(struct sql *sql, uint32_t session, const struct caller *caller, struct arena *arena,
                 meeting_each_one each, void *context, struct problem *problem)
{
	bool good = true;
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM meeting WHERE (?1 = 0 OR session = ?1) AND"
	                                        " (?2 OR asker = ?3 OR other = ?3)"
	                                        " ORDER BY session DESC, begin = '', begin, asked, id");
	sql_bind_number(&query, 1, session);
	sql_bind_number(&query, 2, meeting_sees_all(caller));
	sql_bind_text(&query, 3, own_office(caller));
	for (struct meeting meeting; good && sql_next(&query);) {
		good = read_row(&query, arena, &meeting);
		if (good && !each(context, &meeting))
			break;
	}
	int error = sql_done(&query, problem);
	return error || good ? error : problem_no_memory(problem);
}
