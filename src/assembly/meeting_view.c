/* What is told of meetings: to each side its own, to the secretariat all. */
#include "assembly/meeting_private.h"

#include "base/emit.h"

static void emit_side(struct text *text, const struct meeting *meeting, size_t side)
{
	emit_object(text, NULL);
	emit_text(text, "office", meeting->office[side]);
	emit_count(text, "people", meeting->people[side]);
	affair_emit_json(text, "languages", meeting->languages[side][0] != '\0' ? meeting->languages[side] : "[]");
	emit_close_object(text);
}

/* Members of the open object. */
static void emit_meeting(struct text *text, const struct meeting *meeting, bool all)
{
	emit_text(text, "id", meeting->id);
	emit_text(text, "state", meeting_affair.states[meeting->state]);
	emit_count(text, "session", meeting->session);
	emit_array(text, "sides");
	emit_side(text, meeting, 0);
	emit_side(text, meeting, 1);
	emit_close_array(text);
	affair_emit_text(text, "turn", meeting->turn);
	emit_text(text, "subject", meeting->subject);
	emit_text(text, "level", meeting->level == MEETING_HEADS ? "heads" : "delegates");
	emit_count(text, "minutes", meeting->minutes);
	affair_emit_json(text, "times", meeting->times[0] != '\0' ? meeting->times : "[]");
	affair_emit_text(text, "begin", meeting->begin);
	affair_emit_text(text, "end", meeting->end);
	affair_emit_text(text, "room", meeting->room);
	emit_bool(text, "fixed", meeting->fixed);
	affair_emit_text(text, "waiting", meeting->waiting);
	affair_emit_text(text, "reason", meeting->reason);
	affair_emit_text(text, "note", meeting->note);
	emit_text(text, "asked", meeting->asked);
	if (all)
		emit_count(text, "weight", meeting_weight(meeting));
	emit_count(text, "version", meeting->version);
}

struct listing {
	struct text *text;
	bool all;
};

static bool list_one(void *context, const struct meeting *meeting)
{
	struct listing *listing = context;
	emit_object(listing->text, NULL);
	emit_meeting(listing->text, meeting, listing->all);
	emit_close_object(listing->text);
	return listing->text->error == JISR_OK;
}

static int list(struct affair_viewing *viewing, uint32_t session, struct problem *problem)
{
	struct listing listing = {viewing->text, meeting_sees_all(viewing->caller)};
	emit_array(viewing->text, "meetings");
	int error = meeting_each(viewing->sql, session, viewing->caller, viewing->arena, list_one, &listing, problem);
	emit_close_array(viewing->text);
	return error;
}

static int show_list(struct affair_viewing *viewing, struct problem *problem)
{
	return list(viewing, 0, problem);
}

static int show_one(struct affair_viewing *viewing, struct problem *problem)
{
	struct meeting meeting;
	int error = meeting_get(viewing->sql, viewing->id, viewing->caller, viewing->arena, &meeting, problem);
	if (error)
		return error;
	viewing->version = meeting.version;
	emit_meeting(viewing->text, &meeting, meeting_sees_all(viewing->caller));
	return JISR_OK;
}

const struct affair_view meeting_views[] = {
	{NULL, "the meetings of the office; to the secretariat all", show_list},
	{NULL, "one meeting", show_one},
	{NULL, NULL, NULL},
};

/* ---- the timetable ---- */

static int show_timetables(struct affair_viewing *viewing, struct problem *problem)
{
	struct sql_query query =
		sql_query(viewing->sql, "SELECT session, state, minutes FROM timetable ORDER BY session DESC");
	emit_array(viewing->text, "timetables");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "session", (uint64_t)sql_number(&query, 0));
		emit_text(viewing->text, "state", timetable_affair.states[sql_number(&query, 1) % TIMETABLE_STATES]);
		emit_count(viewing->text, "minutes", (uint64_t)sql_number(&query, 2));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

/* Rows as an array of objects; `each` writes their members. */
static int show_rows(struct affair_viewing *viewing, const char *key, struct sql_query query, uint32_t session,
                     void (*each)(struct text *text, struct sql_query *query), struct problem *problem)
{
	sql_bind_number(&query, 1, session);
	emit_array(viewing->text, key);
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		each(viewing->text, &query);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

static void emit_span(struct text *text, struct sql_query *query)
{
	emit_text(text, "begin", sql_text(query, 0));
	emit_text(text, "end", sql_text(query, 1));
}

static void emit_room(struct text *text, struct sql_query *query)
{
	emit_text(text, "name", sql_text(query, 0));
	emit_count(text, "seats", (uint64_t)sql_number(query, 1));
	affair_emit_json(text, "closed", sql_text(query, 2)[0] != '\0' ? sql_text(query, 2) : "[]");
}

static void emit_interpreter(struct text *text, struct sql_query *query)
{
	emit_array(text, "languages");
	emit_text(text, NULL, sql_text(query, 0));
	emit_text(text, NULL, sql_text(query, 1));
	emit_close_array(text);
	emit_count(text, "teams", (uint64_t)sql_number(query, 2));
}

static void emit_sitting(struct text *text, struct sql_query *query)
{
	emit_span(text, query);
	emit_count(text, "item", (uint64_t)sql_number(query, 2));
	emit_bool(text, "vote", sql_number(query, 3) != 0);
	affair_emit_text(text, "title", sql_text(query, 4));
}

static void emit_duty(struct text *text, struct sql_query *query)
{
	emit_text(text, "office", sql_text(query, 0));
	affair_emit_json(text, "times", sql_text(query, 1)[0] != '\0' ? sql_text(query, 1) : "[]");
	emit_count(text, "teams", (uint64_t)sql_number(query, 2));
}

static void emit_plan(struct text *text, struct sql_query *query)
{
	const struct timetable_made made = {.wishes = (size_t)sql_number(query, 1),
	                                    .placed = (size_t)sql_number(query, 2),
	                                    .moved = (size_t)sql_number(query, 3),
	                                    .lost = (size_t)sql_number(query, 4),
	                                    .weight = (uint64_t)sql_number(query, 5),
	                                    .weight_most = (uint64_t)sql_number(query, 6),
	                                    .weight_all = (uint64_t)sql_number(query, 7),
	                                    .seconds = (double)sql_number(query, 8) / 1000};
	emit_text(text, "at", sql_text(query, 0));
	affair_emit_text(text, "after", sql_text(query, 9));
	timetable_emit_made(text, &made);
}

static int show_timetable(struct affair_viewing *viewing, struct problem *problem)
{
	uint32_t session = 0;
	bool there = false, all = meeting_sees_all(viewing->caller);
	struct sql *sql = viewing->sql;
	int error = JISR_OK;
	if (timetable_session(viewing->id, &session)) {
		struct sql_query query =
			sql_query(sql, "SELECT state, minutes, version FROM timetable WHERE session = ?1");
		sql_bind_number(&query, 1, session);
		if (sql_next(&query)) {
			there = true;
			viewing->version = (uint64_t)sql_number(&query, 2);
			emit_count(viewing->text, "session", session);
			emit_text(viewing->text, "state",
			          timetable_affair.states[sql_number(&query, 0) % TIMETABLE_STATES]);
			emit_count(viewing->text, "minutes", (uint64_t)sql_number(&query, 1));
			emit_count(viewing->text, "version", viewing->version);
		}
		error = sql_done(&query, problem);
	}
	if (error || !there)
		return error ? error : problem_set(problem, JISR_NOT_FOUND, "there is no timetable %.20s", viewing->id);
	error = show_rows(viewing, "slots",
	                  sql_query(sql, "SELECT begin, end FROM timetable_slot WHERE session = ?1 ORDER BY number"),
	                  session, emit_span, problem);
	if (!error)
		error = show_rows(viewing, "rooms",
		                  sql_query(sql, "SELECT name, seats, closed FROM timetable_room WHERE session = ?1"
		                                 " ORDER BY number"),
		                  session, emit_room, problem);
	if (!error)
		error = show_rows(viewing, "interpreters",
		                  sql_query(sql, "SELECT one, other, teams FROM timetable_interpreter WHERE session ="
		                                 " ?1 ORDER BY number"),
		                  session, emit_interpreter, problem);
	if (!error)
		error = show_rows(viewing, "sittings",
		                  sql_query(sql, "SELECT begin, end, item, vote, title FROM timetable_sitting WHERE"
		                                 " session = ?1 ORDER BY number"),
		                  session, emit_sitting, problem);
	struct sql_query query = sql_query(sql, "SELECT office, times, teams FROM timetable_duty WHERE session = ?1 AND"
	                                        " (?2 OR office = ?3) ORDER BY office");
	sql_bind_number(&query, 2, all);
	sql_bind_text(&query, 3, meeting_takes_part(viewing->caller) ? viewing->caller->office : "-");
	int told = show_rows(viewing, "duties", query, session, emit_duty, problem);
	error = error ? error : told;
	if (!error && all)
		error = show_rows(viewing, "plans",
		                  sql_query(sql, "SELECT at, wishes, placed, moved, lost, weight, weight_most,"
		                                 " weight_all, milliseconds, after FROM timetable_made WHERE session ="
		                                 " ?1 ORDER BY entry DESC LIMIT 20"),
		                  session, emit_plan, problem);
	return error;
}

static int show_meetings(struct affair_viewing *viewing, struct problem *problem)
{
	uint32_t session;
	return timetable_session(viewing->id, &session)
	               ? list(viewing, session, problem)
	               : problem_set(problem, JISR_NOT_FOUND, "there is no timetable %.20s", viewing->id);
}

const struct affair_view timetable_views[] = {
	{NULL, "the sessions that have a timetable of meetings", show_timetables},
	{NULL, "times, rooms, interpreters, sittings; the own duties, to the secretariat all and the plans",
         show_timetable},
	{"meetings", "the session's meetings, as far as the office may see them", show_meetings},
	{NULL, NULL, NULL},
};

void timetable_emit_made(struct text *text, const struct timetable_made *made)
{
	emit_count(text, "wishes", made->wishes);
	emit_count(text, "placed", made->placed);
	emit_count(text, "moved", made->moved);
	emit_count(text, "lost", made->lost);
	emit_count(text, "weight", made->weight);
	emit_count(text, "weight_most", made->weight_most);
	emit_count(text, "weight_all", made->weight_all);
	emit_bool(text, "proven", made->weight == made->weight_most);
	emit_score(text, "seconds", made->seconds);
}
