/* What is done with a meeting. */
#include "assembly/meeting_private.h"

#include <stdlib.h>

#define END                                                                                                            \
	{                                                                                                              \
		NULL                                                                                                   \
	}
#define PEOPLE                                                                                                         \
	{                                                                                                              \
		"people", FIELD_NUMBER, false, MEETING_PEOPLE, NULL, NULL, "how many come from the own side"           \
	}
#define LANGUAGES                                                                                                      \
	{                                                                                                              \
		"languages", FIELD_WORDS, false, MEETING_LANGUAGES, words_spoken, NULL,                                \
			"which the own side speaks; interpreters are planned where both say and none is common"        \
	}
#define TIMES                                                                                                          \
	{                                                                                                              \
		"times", FIELD_NAMES, false, MEETING_TIMES, NULL, NULL,                                                \
			"when it would be liked: days and times, such as 2025-11-25, 2025-11-26T09:30"                 \
	}
#define LEVEL                                                                                                          \
	{                                                                                                              \
		"level", FIELD_WORD, false, 0, words_level, NULL, "of delegates, or of the heads of delegations"       \
	}
#define MINUTES                                                                                                        \
	{                                                                                                              \
		"minutes", FIELD_NUMBER, false, TIMETABLE_MINUTES_MOST, NULL, NULL,                                    \
			"how long; at most, and else, as long as a time of the session is"                             \
	}

static const char *const words_level[] = {"delegates", "heads", NULL};
const char *const words_spoken[] = {"ar", "bn", "de", "en", "es", "fa", "fr", "hi", "id", "it", "ja", "ko", "ms",
                                    "nl", "pl", "pt", "ru", "sw", "th", "tr", "uk", "ur", "vi", "zh", NULL};

const struct field fields_meeting_ask[] = {
	{"session", FIELD_NUMBER, true, ASSEMBLY_MAX_SESSION, NULL, NULL, "number of the session"},
	{"with", FIELD_CODE, true, 0, NULL, NULL, "whom: a member's code, a regional bureau's, GS for headquarters"},
	{"subject", FIELD_TEXT, true, 300, NULL, NULL, "what about"},
	LEVEL,
	MINUTES,
	PEOPLE,
	LANGUAGES,
	TIMES,
	END,
};
const struct field fields_meeting_propose[] = {{"text", FIELD_TEXT, false, 1000, NULL, NULL, "a word about it"},
                                               LEVEL,
                                               MINUTES,
                                               PEOPLE,
                                               LANGUAGES,
                                               TIMES,
                                               END};
const struct field fields_meeting_accept[] = {PEOPLE, LANGUAGES, TIMES, END};
const struct field fields_meeting_why[] = {{"text", FIELD_TEXT, true, 1000, NULL, NULL, "why"}, END};
const struct field fields_meeting_remark[] = {{"text", FIELD_TEXT, false, 1000, NULL, NULL, "why"}, END};
const struct field fields_meeting_weigh[] = {
	{"weight", FIELD_NUMBER, true, MEETING_WEIGHT, NULL, NULL,
         "from 1; 0: as its level has it, 3 for heads and 1 for delegates"},
	END,
};
const struct field fields_meeting_place[] = {
	{"time", FIELD_TEXT, true, MEETING_TIME_CHARS, NULL, NULL, "when it begins, such as 2025-11-26T09:30"},
	{"room", FIELD_TEXT, true, MEETING_ROOM_NAME, NULL, NULL, "name of the room"},
	{"loose", FIELD_FLAG, false, 0, NULL, NULL, "plans may move it; else they keep it there"},
	END,
};
const struct field fields_meeting_fix[] = {
	{"fixed", FIELD_FLAG, true, 0, NULL, NULL, "plans keep it where it is"},
	END,
};
const struct field fields_meeting_note[] = {
	{"text", FIELD_TEXT, true, 2000, NULL, NULL, "what came of it, in a few words"},
	END,
};

/* ---- asking ---- */

/* Who can meet at a session: delegations of invited members, headquarters and its offices. */
static int check_side(struct sql *sql, uint32_t session, const char *code, struct problem *problem)
{
	struct office office;
	int64_t invited = 0;
	if (strcmp(code, OFFICE_HEADQUARTERS) == 0)
		return JISR_OK;
	int error = register_office(sql, code, &office, problem);
	if (error)
		return error;
	if (!office.open)
		return problem_set(problem, JISR_STATE, "the office %s is closed", code);
	if (office.kind == OFFICE_IS_REGIONAL || office.kind == OFFICE_IS_LIAISON ||
	    office.kind == OFFICE_IS_REPRESENTATION)
		return JISR_OK;
	if (office.kind != OFFICE_IS_BUREAU)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "%s holds no meetings at sessions: members' bureaus, headquarters and its regional "
		                   "bureaus do",
		                   code);
	struct sql_query query =
		sql_query(sql, "SELECT count(*) FROM assembly_delegation WHERE session = ?1 AND code = ?2");
	sql_bind_number(&query, 1, session);
	sql_bind_text(&query, 2, code);
	error = sql_run_number(&query, 0, &invited, problem);
	return error || invited > 0
	               ? error
	               : problem_set(problem, JISR_STATE, "%s is not invited to session %u", code, (unsigned)session);
}

/* That an office does not have more open meetings than it may. */
static int check_open(const struct affair_taking *taking, uint32_t session, struct problem *problem)
{
	int64_t count = 0;
	struct sql_query query =
		sql_query(taking->sql, "SELECT count(*) FROM meeting WHERE session = ?1 AND state IN"
	                               " (?3, ?4, ?5) AND (asker = ?2 OR (other = ?2 AND state <> ?3))");
	sql_bind_number(&query, 1, session);
	sql_bind_text(&query, 2, taking->caller->office);
	sql_bind_number(&query, 3, MEETING_ASKED);
	sql_bind_number(&query, 4, MEETING_ACCEPTED);
	sql_bind_number(&query, 5, MEETING_PLACED);
	int error = sql_run_number(&query, 0, &count, problem);
	return error || count < MEETING_OPEN_MOST
	               ? error
	               : problem_set(problem, JISR_TOO_LARGE, "%s has %d meetings before it: no more in one session",
	                             taking->caller->office, MEETING_OPEN_MOST);
}

/* Times and length, as far as the session has them. */
static int check_when(const struct affair_taking *taking, uint32_t session, struct problem *problem)
{
	struct assembly assembly;
	int64_t most = 0;
	int error = assembly_get(taking->sql, session, &assembly, problem);
	if (error)
		return error;
	if (assembly.state == ASSEMBLY_CLOSED)
		return problem_set(problem, JISR_STATE, "session %u is closed", (unsigned)session);
	struct sql_query query = sql_query(taking->sql, "SELECT minutes FROM timetable WHERE session = ?1");
	sql_bind_number(&query, 1, session);
	error = sql_run_number(&query, TIMETABLE_MINUTES_MOST, &most, problem);
	if (error)
		return error;
	if (applying_number(taking->fields, "minutes") > (uint32_t)most)
		return problem_set(problem, JISR_BAD_INPUT, "\"minutes\": a meeting of session %u lasts at most %u",
		                   (unsigned)session, (unsigned)most);
	return timetable_check_times(json_get(taking->fields, "times"), "times", &assembly, problem);
}

int meeting_ask(struct affair_taking *taking, struct problem *problem)
{
	uint32_t session = applying_number(taking->fields, "session");
	const char *with = applying_text(taking->fields, "with"), *own = taking->caller->office;
	char begin[16];
	int error = check_when(taking, session, problem);
	if (error)
		return error;
	enum timetable_state state = timetable_state_of(taking->sql, session, problem);
	if (state == TIMETABLE_CLOSED)
		return problem_set(problem, JISR_STATE, "session %u takes no further wishes for meetings",
		                   (unsigned)session);
	if (strcmp(with, own) == 0)
		return problem_set(problem, JISR_BAD_INPUT, "a meeting is one of two different offices");
	error = check_side(taking->sql, session, own, problem);
	if (!error)
		error = check_side(taking->sql, session, with, problem);
	if (!error)
		error = check_open(taking, session, problem);
	if (error)
		return error;
	(void)snprintf(begin, sizeof begin, "MT-%u-", (unsigned)session % (ASSEMBLY_MAX_SESSION + 1));
	return affair_draw_id(taking, begin, problem);
}

int meeting_ask_apply(struct affair_applying *applying, struct problem *problem)
{
	const char *languages, *times;
	uint32_t people = applying_number(applying->body, "people");
	int error = entry_json_text(applying->arena, json_get(applying->body, "languages"), &languages, problem);
	if (!error)
		error = entry_json_text(applying->arena, json_get(applying->body, "times"), &times, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(applying->sql, "INSERT INTO meeting VALUES(?1, 0, ?2, ?3, ?4, ?4, ?5, ?6, ?7, 0, ?8, 2, ?9,"
	                                 " '', ?10, '', '', '', 0, '', '', '', ?11, 0)");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, applying_number(applying->body, "session"));
	sql_bind_text(&query, 3, applying->entry->header.author);
	sql_bind_text(&query, 4, applying_text(applying->body, "with"));
	sql_bind_text(&query, 5, applying_text(applying->body, "subject"));
	sql_bind_number(&query, 6, strcmp(applying_text(applying->body, "level"), "heads") == 0);
	sql_bind_number(&query, 7, applying_number(applying->body, "minutes"));
	sql_bind_number(&query, 8, people > 0 ? people : 2);
	sql_bind_text(&query, 9, languages);
	sql_bind_text(&query, 10, times);
	sql_bind_text(&query, 11, applying->entry->header.at);
	return sql_run(&query, problem);
}

/* ---- answering ---- */

int meeting_propose(struct affair_taking *taking, struct problem *problem)
{
	if (taking->fields == NULL || taking->fields->child == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "what is proposed? Times, a level, how long, a word");
	return check_when(taking, MEETING_OF(taking)->session, problem);
}

int meeting_accept(struct affair_taking *taking, struct problem *problem)
{
	int error = check_when(taking, MEETING_OF(taking)->session, problem);
	return error ? error : check_open(taking, MEETING_OF(taking)->session, problem);
}

/* What the side that answers says of its own and of both; what it leaves out stays. `turn` is whose it is next, as SQL. */
static int answer(struct affair_applying *applying, struct sql_query query, struct problem *problem)
{
	const char *languages, *times;
	int error = entry_json_text(applying->arena, json_get(applying->body, "languages"), &languages, problem);
	if (!error)
		error = entry_json_text(applying->arena, json_get(applying->body, "times"), &times, problem);
	if (error)
		return error;
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, applying_text(applying->body, "level"));
	sql_bind_number(&query, 3, applying_number(applying->body, "minutes"));
	sql_bind_number(&query, 4, applying_number(applying->body, "people"));
	sql_bind_text(&query, 5, languages);
	sql_bind_text(&query, 6, times);
	sql_bind_text(&query, 7, applying_text(applying->body, "text"));
	return sql_run(&query, problem);
}

#define ANSWERED                                                                                                       \
	"UPDATE meeting SET level = CASE ?2 WHEN '' THEN level ELSE ?2 = 'heads' END,"                                 \
	" minutes = CASE ?3 WHEN 0 THEN minutes ELSE ?3 END,"                                                          \
	" asker_people = CASE WHEN turn = asker AND ?4 > 0 THEN ?4 ELSE asker_people END,"                             \
	" other_people = CASE WHEN turn = other AND ?4 > 0 THEN ?4 ELSE other_people END,"                             \
	" asker_languages = CASE WHEN turn = asker AND ?5 <> '' THEN ?5 ELSE asker_languages END,"                     \
	" other_languages = CASE WHEN turn = other AND ?5 <> '' THEN ?5 ELSE other_languages END,"                     \
	" times = CASE ?6 WHEN '' THEN times ELSE ?6 END, reason = ?7, turn = "

int meeting_propose_apply(struct affair_applying *applying, struct problem *problem)
{
	return answer(
		applying,
		sql_query(applying->sql, ANSWERED "CASE WHEN turn = asker THEN other ELSE asker END WHERE id = ?1"),
		problem);
}

int meeting_accept_apply(struct affair_applying *applying, struct problem *problem)
{
	return answer(applying, sql_query(applying->sql, ANSWERED "'' WHERE id = ?1"), problem);
}

static int set_text(struct affair_applying *applying, struct sql_query query, const char *text, struct problem *problem)
{
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, text);
	return sql_run(&query, problem);
}

int meeting_reason_apply(struct affair_applying *applying, struct problem *problem)
{
	return set_text(applying, sql_query(applying->sql, "UPDATE meeting SET turn = '', reason = ?2 WHERE id = ?1"),
	                applying_text(applying->body, "text"), problem);
}

#define NO_PLACE "begin = '', end = '', room = '', fixed = 0"

int meeting_cancel_apply(struct affair_applying *applying, struct problem *problem)
{
	return set_text(applying,
	                sql_query(applying->sql, "UPDATE meeting SET turn = '', waiting = '', reason = ?2, " NO_PLACE
	                                         " WHERE id = ?1"),
	                applying_text(applying->body, "text"), problem);
}

/* ---- time and room ---- */

int meeting_weigh_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(applying->sql, "UPDATE meeting SET weight = ?2 WHERE id = ?1");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, applying_number(applying->body, "weight"));
	return sql_run(&query, problem);
}

static int find(const char *const *texts, size_t count, const char *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(texts[i], wanted) == 0)
			return (int)i;
	return PLANNER_NOWHERE;
}

/* So many minutes after a moment of a day, but not after the end of its slot. */
static const char *end_of(struct arena *arena, const char *begin, const char *slot_end, uint32_t minutes)
{
	unsigned hour = (unsigned)strtoul(begin + 11, NULL, 10), minute = (unsigned)strtoul(begin + 14, NULL, 10);
	unsigned at = hour * 60 + minute + minutes;
	if (minutes == 0 || at >= 24 * 60)
		return slot_end;
	const char *end = arena_format(arena, "%.10sT%02u:%02u", begin, at / 60, at % 60);
	return end == NULL || strcmp(end, slot_end) < 0 ? end : slot_end;
}

int meeting_place(struct affair_taking *taking, struct problem *problem)
{
	const struct meeting *meeting = MEETING_OF(taking);
	const struct meeting_place *planned = taking->order->work;
	const char *time = applying_text(taking->fields, "time"), *room = applying_text(taking->fields, "room"), *end;
	struct timetable_ground ground;
	if (planned != NULL) {
		end = end_of(taking->arena, planned->begin, planned->end, meeting->minutes);
	} else {
		int error = timetable_gather(taking->sql, meeting->session, "", meeting->id, taking->arena, &ground,
		                             problem);
		if (error)
			return error;
		int slot = find(ground.begins, ground.planner.slots, time);
		int place = find(ground.rooms, ground.planner.room_count, room);
		if (slot == PLANNER_NOWHERE)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "\"time\": session %u has no meetings that begin at %s",
			                   (unsigned)meeting->session, time);
		if (place == PLANNER_NOWHERE)
			return problem_set(problem, JISR_BAD_INPUT, "\"room\": there is no room '%s'", room);
		error = timetable_fits(&ground, (unsigned)slot, (unsigned)place, taking->arena, problem);
		if (error)
			return error;
		end = end_of(taking->arena, time, ground.ends[slot], meeting->minutes);
	}
	if (end == NULL)
		return problem_no_memory(problem);
	tree_text(taking->made, "end", end);
	return JISR_OK;
}

int meeting_place_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE meeting SET begin = ?2, end = ?3, room = ?4, fixed = ?5, waiting = '',"
	                                 " reason = '' WHERE id = ?1");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, applying_text(applying->body, "time"));
	sql_bind_text(&query, 3, applying_text(applying->made, "end"));
	sql_bind_text(&query, 4, applying_text(applying->body, "room"));
	sql_bind_number(&query, 5, !applying_flag(applying->body, "loose"));
	return sql_run(&query, problem);
}

/* Why, where it is a plan that says so. */
int meeting_wait(struct affair_taking *taking, struct problem *problem)
{
	const struct meeting_place *planned = taking->order->work;
	(void)problem;
	if (planned != NULL)
		tree_text(taking->made, "waiting", planned->waiting);
	return JISR_OK;
}

int meeting_free(struct affair_taking *taking, struct problem *problem)
{
	return meeting_wait(taking, problem);
}

int meeting_free_apply(struct affair_applying *applying, struct problem *problem)
{
	int error = meeting_wait_apply(applying, problem);
	return error ? error
	             : set_text(applying,
	                        sql_query(applying->sql, "UPDATE meeting SET reason = ?2, " NO_PLACE " WHERE id = ?1"),
	                        applying_text(applying->body, "text"), problem);
}

int meeting_wait_apply(struct affair_applying *applying, struct problem *problem)
{
	return set_text(applying, sql_query(applying->sql, "UPDATE meeting SET waiting = ?2 WHERE id = ?1"),
	                applying_text(applying->made, "waiting"), problem);
}

int meeting_fix_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(applying->sql, "UPDATE meeting SET fixed = ?2 WHERE id = ?1");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, applying_flag(applying->body, "fixed"));
	return sql_run(&query, problem);
}

/* ---- afterwards ---- */

int meeting_hold(struct affair_taking *taking, struct problem *problem)
{
	const struct meeting *meeting = MEETING_OF(taking);
	return strncmp(meeting->begin, taking->today, 10) <= 0
	               ? JISR_OK
	               : problem_set(problem, JISR_STATE, "the meeting %s is to be held on %.10s: not yet", meeting->id,
	                             meeting->begin);
}

int meeting_note_apply(struct affair_applying *applying, struct problem *problem)
{
	return set_text(applying, sql_query(applying->sql, "UPDATE meeting SET note = ?2 WHERE id = ?1"),
	                applying_text(applying->body, "text"), problem);
}
