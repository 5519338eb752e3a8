/* What is said of a session's times, rooms, interpreters and sittings. */
#include "assembly/timetable.h"

#include "assembly/meeting_private.h"
#include "base/digits.h"

#include <stdlib.h>

#define END                                                                                                            \
	{                                                                                                              \
		NULL                                                                                                   \
	}
#define SPAN                                                                                                           \
	{"day", FIELD_DAY, true, 0, NULL, NULL, "a day of the session"},                                               \
		{"begin", FIELD_TEXT, true, 5, NULL, NULL, "such as 09:00, by the clocks of the host"},                \
	{                                                                                                              \
		"end", FIELD_TEXT, true, 5, NULL, NULL, "such as 12:30"                                                \
	}

static const struct field fields_period[] = {SPAN, END};
static const struct field fields_room[] = {
	{"name", FIELD_TEXT, true, MEETING_ROOM_NAME, NULL, NULL, "its name or number"},
	{"seats", FIELD_NUMBER, true, TIMETABLE_SEATS, NULL, NULL, "how many people it holds"},
	{"closed", FIELD_NAMES, false, PLANNER_MAX_SLOTS, NULL, NULL, "days and times when it is not to be had"},
	END,
};
static const struct field fields_interpreter[] = {
	{"languages", FIELD_WORDS, true, 2, words_spoken, NULL, "the two between which they interpret"},
	{"teams", FIELD_NUMBER, true, PLANNER_MAX_ROOMS, NULL, NULL, "how many meetings they serve at once"},
	END,
};
static const struct field fields_sitting[] = {
	SPAN,
	{"item", FIELD_NUMBER, false, 100000, NULL, NULL, "of the agenda: sponsors of its drafts stay in the hall"},
	{"vote", FIELD_FLAG, false, 0, NULL, NULL, "there is a vote: everybody stays in the hall"},
	{"title", FIELD_TEXT, false, 200, NULL, NULL, "what it is"},
	END,
};

const struct field fields_timetable_times[] = {
	{"minutes", FIELD_NUMBER, true, TIMETABLE_MINUTES_MOST, NULL, NULL, "length of a time, 5 at least"},
	{"periods", FIELD_LIST, true, TIMETABLE_PERIODS, NULL, fields_period, "when meetings can be: cut into times"},
	END,
};
const struct field fields_timetable_rooms[] = {
	{"rooms", FIELD_LIST, true, PLANNER_MAX_ROOMS, NULL, fields_room, "all of them"},
	END,
};
const struct field fields_timetable_interpreters[] = {
	{"interpreters", FIELD_LIST, false, PLANNER_MAX_INTERPRETERS, NULL, fields_interpreter, "all of them"},
	END,
};
const struct field fields_timetable_sittings[] = {
	{"sittings", FIELD_LIST, false, TIMETABLE_SITTINGS, NULL, fields_sitting,
         "all of them: heads of delegations are in the hall"},
	END,
};
const struct field fields_timetable_duty[] = {
	{"office", FIELD_CODE, false, 0, NULL, NULL, "whose: the secretariat says it for others; else the own"},
	{"times", FIELD_NAMES, false, PLANNER_MAX_SLOTS, NULL, NULL, "days and times when it cannot meet; all of them"},
	{"teams", FIELD_NUMBER, false, TIMETABLE_TEAMS, NULL, NULL,
         "how many meetings its delegates can hold at once; else by their number"},
	END,
};

/* ---- texts ---- */

bool timetable_session(const char *id, uint32_t *ret_session)
{
	*ret_session = id[0] != '0' && digits_only(id, 4) ? digits_number(id) : 0;
	return *ret_session > 0;
}

static bool clock_valid(const char *text)
{
	return strlen(text) == 5 && text[2] == ':' && strspn(text, "0123456789") == 2 &&
	       strspn(text + 3, "0123456789") == 2 && strcmp(text, "24:00") < 0 && text[3] < '6';
}

bool timetable_time_valid(const char *text, bool moment)
{
	char day[11];
	(void)snprintf(day, sizeof day, "%.10s", text);
	if (!field_day_valid(day) || strlen(day) != 10)
		return false;
	return text[10] == '\0' ? !moment : text[10] == 'T' && clock_valid(text + 11);
}

int timetable_check_times(const cJSON *list, const char *name, const struct assembly *assembly, struct problem *problem)
{
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next) {
		if (!timetable_time_valid(one->valuestring, false))
			return problem_set(
				problem, JISR_BAD_INPUT,
				"\"%s\": days and times, such as 2025-11-25 or 2025-11-25T09:30, not '%.40s'", name,
				one->valuestring);
		if (strncmp(one->valuestring, assembly->first, 10) < 0 ||
		    strncmp(one->valuestring, assembly->last, 10) > 0)
			return problem_set(problem, JISR_BAD_INPUT, "\"%s\": session %u is from %s to %s, without %s",
			                   name, (unsigned)assembly->number, assembly->first, assembly->last,
			                   one->valuestring);
	}
	return JISR_OK;
}

void timetable_each(const char *json, timetable_each_text each, void *context)
{
	CLEANUP(json_freep) cJSON *list = json[0] != '\0' ? cJSON_Parse(json) : NULL;
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next)
		if (cJSON_IsString(one))
			each(context, one->valuestring);
}

enum timetable_state timetable_state_of(struct sql *sql, uint32_t session, struct problem *problem)
{
	int64_t state = 0;
	struct sql_query query = sql_query(sql, "SELECT state FROM timetable WHERE session = ?1");
	sql_bind_number(&query, 1, session);
	return sql_run_number(&query, TIMETABLE_NONE, &state, problem) == JISR_OK
	               ? (enum timetable_state)(state % TIMETABLE_STATES)
	               : TIMETABLE_NONE;
}

/* ---- the life ---- */

static const char *const states[] = {"none", "open", "closed", NULL};
static const char *const sides[] = {"the secretariat", "an office, for itself", "jisr timetable plan", NULL};

static const struct affair_step steps[] = {
#define STEP(id, name, fields, from, to, sides, right, decide, apply, what)                                            \
	[TIMETABLE_STEP_##id] = {name, what, fields, from, to, sides, right, decide, apply},
#include "assembly/timetable_steps.def"
#undef STEP
};

static int load(struct affair_taking *taking, const char *id, struct problem *problem)
{
	uint32_t session = 0;
	struct assembly *assembly = arena_zero(taking->arena, 1, sizeof *assembly);
	if (assembly == NULL)
		return problem_no_memory(problem);
	if (id == NULL || !timetable_session(id, &session))
		return problem_set(problem, id == NULL ? JISR_BAD_INPUT : JISR_NOT_FOUND,
		                   "which session's timetable? Name it by its number, such as 93");
	int error = assembly_get(taking->sql, session, assembly, problem);
	if (error)
		return error;
	taking->own = assembly;
	(void)snprintf(taking->id, sizeof taking->id, "%u", (unsigned)session);
	struct sql_query query = sql_query(taking->sql, "SELECT state, version FROM timetable WHERE session = ?1");
	sql_bind_number(&query, 1, session);
	if (sql_next(&query)) {
		taking->state = (unsigned)sql_number(&query, 0) % TIMETABLE_STATES;
		taking->version = (uint64_t)sql_number(&query, 1);
	}
	error = sql_done(&query, problem);
	if (meeting_sees_all(taking->caller))
		taking->sides |= AFFAIR_BIT(TIMETABLE_SECRETARY);
	if (meeting_takes_part(taking->caller))
		taking->sides |= AFFAIR_BIT(TIMETABLE_OFFICE);
	if (taking->order != NULL && taking->order->work != NULL)
		taking->sides |= AFFAIR_BIT(TIMETABLE_PLANNER);
	return error;
}

static const struct assembly *session_of(const struct affair_taking *taking)
{
	return taking->own;
}

/* Duties are the office's own business, a plan's figures the secretariat's. */
static int audience(struct affair_taking *taking, struct problem *problem)
{
	int error = JISR_OK;
	if (taking->order->step == TIMETABLE_STEP_DUTY || taking->order->step == TIMETABLE_STEP_PLAN)
		error = affair_hears(taking, OFFICE_HEADQUARTERS, problem);
	if (!error && taking->order->step == TIMETABLE_STEP_DUTY)
		error = affair_hears(taking, applying_text(taking->made, "office"), problem);
	return error;
}

static int after(struct affair_taking *taking, struct problem *problem)
{
	return taking->order->step == TIMETABLE_STEP_PLAN ? timetable_plan_after(taking, problem) : JISR_OK;
}

const struct affair timetable_affair = {
	.name = "timetable",
	.plural = "timetables",
	.title = "timetable",
	.example = "93",
	.states = states,
	.sides = sides,
	.steps = steps,
	.step_count = TIMETABLE_STEPS,
	.views = timetable_views,
	.set_state =
		"UPDATE timetable SET state = CASE WHEN ?2 = 0 THEN state ELSE ?2 END, version = ?3 WHERE session = "
		"CAST(?1 AS INTEGER)",
	.load = load,
	.audience = audience,
	.after = after,
};

/* ---- times ---- */

static int check_span(const struct assembly *assembly, const cJSON *span, const char *what, struct problem *problem)
{
	const char *day = applying_text(span, "day"), *begin = applying_text(span, "begin"),
		   *end = applying_text(span, "end");
	if (!clock_valid(begin) || !clock_valid(end))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\": \"begin\" and \"end\" are such as 09:30", what);
	if (strcmp(begin, end) >= 0)
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\": %s %s ends before it begins", what, day, begin);
	if (strcmp(day, assembly->first) < 0 || strcmp(day, assembly->last) > 0)
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\": session %u is from %s to %s, without %s", what,
		                   (unsigned)assembly->number, assembly->first, assembly->last, day);
	return JISR_OK;
}

static unsigned minutes_of(const char *clock)
{
	return (unsigned)strtoul(clock, NULL, 10) * 60 + (unsigned)strtoul(clock + 3, NULL, 10);
}

static int cut(const cJSON *period, unsigned minutes, cJSON *slots, struct problem *problem)
{
	unsigned at = minutes_of(applying_text(period, "begin")), last = minutes_of(applying_text(period, "end"));
	for (; at + minutes <= last; at += minutes) {
		char text[40];
		if (cJSON_GetArraySize(slots) >= 2 * PLANNER_MAX_SLOTS)
			return problem_set(problem, JISR_TOO_LARGE,
			                   "\"periods\": these are more than %d times: let each be longer",
			                   PLANNER_MAX_SLOTS);
		(void)snprintf(text, sizeof text, "%.10sT%02u:%02u", applying_text(period, "day"), at / 60, at % 60);
		tree_text(slots, NULL, text);
		(void)snprintf(text, sizeof text, "%.10sT%02u:%02u", applying_text(period, "day"), (at + minutes) / 60,
		               (at + minutes) % 60);
		tree_text(slots, NULL, text);
	}
	return JISR_OK;
}

/* That no placed meeting is left without what it was given. */
static int check_placed(const struct affair_taking *taking, const cJSON *list, const char *key, struct sql_query query,
                        struct problem *problem)
{
	char id[AFFAIR_ID_MAX + 1] = "", lost[MEETING_ROOM_NAME + 1] = "";
	sql_bind_number(&query, 1, session_of(taking)->number);
	sql_bind_number(&query, 2, MEETING_PLACED);
	while (id[0] == '\0' && sql_next(&query)) {
		bool there = false;
		for (const cJSON *one = list->child; one != NULL && !there; one = one->next)
			there = strcmp(key != NULL ? applying_text(one, key) : one->valuestring, sql_text(&query, 1)) ==
			        0;
		if (!there) {
			(void)snprintf(id, sizeof id, "%s", sql_text(&query, 0));
			(void)snprintf(lost, sizeof lost, "%s", sql_text(&query, 1));
		}
	}
	int error = sql_done(&query, problem);
	return error || id[0] == '\0'
	               ? error
	               : problem_set(problem, JISR_STATE, "the meeting %s is placed at %s: free it first", id, lost);
}

int timetable_times(struct affair_taking *taking, struct problem *problem)
{
	const cJSON *periods = json_get(taking->fields, "periods");
	unsigned minutes = applying_number(taking->fields, "minutes");
	cJSON *slots = tree_add_array(taking->made, "slots");
	if (minutes < 5)
		return problem_set(problem, JISR_BAD_INPUT, "\"minutes\": a time is 5 minutes long, or longer");
	for (const cJSON *one = periods->child; one != NULL; one = one->next) {
		int error = check_span(session_of(taking), one, "periods", problem);
		for (const cJSON *other = periods->child; other != one && !error; other = other->next)
			if (strcmp(applying_text(one, "day"), applying_text(other, "day")) == 0 &&
			    strcmp(applying_text(one, "begin"), applying_text(other, "end")) < 0 &&
			    strcmp(applying_text(other, "begin"), applying_text(one, "end")) < 0)
				error = problem_set(problem, JISR_BAD_INPUT, "\"periods\": two of %s overlap",
				                    applying_text(one, "day"));
		if (!error)
			error = cut(one, minutes, slots, problem);
		if (error)
			return error;
	}
	if (tree_failed())
		return problem_no_memory(problem);
	if (cJSON_GetArraySize(slots) == 0)
		return problem_set(problem, JISR_BAD_INPUT, "\"periods\": no time of %u minutes is in them", minutes);
	return check_placed(taking, slots, NULL,
	                    sql_query(taking->sql, "SELECT id, begin FROM meeting WHERE session = ?1 AND state = ?2"),
	                    problem);
}

/* The session that an entry is about. */
static uint32_t number_of(const struct affair_applying *applying)
{
	return (uint32_t)strtoul(applying->id, NULL, 10);
}

static int clear(struct affair_applying *applying, struct sql_query query, struct problem *problem)
{
	sql_bind_number(&query, 1, number_of(applying));
	return sql_run(&query, problem);
}

struct slot {
	const char *begin, *end;
};

static int by_begin(const void *left, const void *right)
{
	return strcmp(((const struct slot *)left)->begin, ((const struct slot *)right)->begin);
}

int timetable_times_apply(struct affair_applying *applying, struct problem *problem)
{
	const cJSON *list = json_get(applying->made, "slots");
	struct slot *slots = arena_zero(applying->arena, PLANNER_MAX_SLOTS, sizeof *slots);
	size_t count = 0;
	if (slots == NULL)
		return problem_no_memory(problem);
	struct sql_query query = sql_query(applying->sql, "INSERT INTO timetable VALUES(?1, 1, ?2, 0) ON CONFLICT DO"
	                                                  " UPDATE SET minutes = ?2");
	sql_bind_number(&query, 1, number_of(applying));
	sql_bind_number(&query, 2, applying_number(applying->body, "minutes"));
	int error = sql_run(&query, problem);
	if (!error)
		error = clear(applying, sql_query(applying->sql, "DELETE FROM timetable_slot WHERE session = ?1"),
		              problem);
	for (const cJSON *one = list != NULL ? list->child : NULL;
	     one != NULL && one->next != NULL && count < PLANNER_MAX_SLOTS; one = one->next->next)
		slots[count++] = (struct slot){one->valuestring, one->next->valuestring};
	qsort(slots, count, sizeof *slots, by_begin);
	for (size_t i = 0; i < count && !error; i++) {
		query = sql_query(applying->sql, "INSERT INTO timetable_slot VALUES(?1, ?2, ?3, ?4)");
		sql_bind_number(&query, 1, number_of(applying));
		sql_bind_number(&query, 2, (int64_t)i);
		sql_bind_text(&query, 3, slots[i].begin);
		sql_bind_text(&query, 4, slots[i].end);
		error = sql_run(&query, problem);
	}
	return error;
}

/* ---- rooms ---- */

int timetable_rooms(struct affair_taking *taking, struct problem *problem)
{
	const cJSON *rooms = json_get(taking->fields, "rooms");
	for (const cJSON *one = rooms->child; one != NULL; one = one->next) {
		const char *name = applying_text(one, "name");
		for (const cJSON *other = rooms->child; other != one; other = other->next)
			if (strcmp(name, applying_text(other, "name")) == 0)
				return problem_set(problem, JISR_BAD_INPUT, "\"rooms\": %s stands there twice", name);
		if (applying_number(one, "seats") < 2)
			return problem_set(problem, JISR_BAD_INPUT, "\"rooms\": %s holds two people at least", name);
		int error = timetable_check_times(json_get(one, "closed"), "closed", session_of(taking), problem);
		if (error)
			return error;
	}
	return check_placed(taking, rooms, "name",
	                    sql_query(taking->sql, "SELECT id, room FROM meeting WHERE session = ?1 AND state = ?2"),
	                    problem);
}

int timetable_rooms_apply(struct affair_applying *applying, struct problem *problem)
{
	const cJSON *rooms = json_get(applying->body, "rooms");
	int64_t number = 0;
	int error = clear(applying, sql_query(applying->sql, "DELETE FROM timetable_room WHERE session = ?1"), problem);
	for (const cJSON *one = rooms != NULL ? rooms->child : NULL; one != NULL && !error; one = one->next) {
		const char *closed;
		error = entry_json_text(applying->arena, json_get(one, "closed"), &closed, problem);
		if (error)
			break;
		struct sql_query query =
			sql_query(applying->sql, "INSERT INTO timetable_room VALUES(?1, ?2, ?3, ?4, ?5)");
		sql_bind_number(&query, 1, number_of(applying));
		sql_bind_number(&query, 2, number++);
		sql_bind_text(&query, 3, applying_text(one, "name"));
		sql_bind_number(&query, 4, applying_number(one, "seats"));
		sql_bind_text(&query, 5, closed);
		error = sql_run(&query, problem);
	}
	return error;
}

/* ---- interpreters ---- */

/* The n-th of the two languages of a row, in the order of the alphabet. */
static const char *language_of(const cJSON *row, int n)
{
	const cJSON *languages = json_get(row, "languages");
	const char *one = cJSON_GetStringValue(cJSON_GetArrayItem(languages, 0)),
		   *other = cJSON_GetStringValue(cJSON_GetArrayItem(languages, 1));
	if (one == NULL || other == NULL)
		return "";
	return (strcmp(one, other) < 0) == (n == 0) ? one : other;
}

int timetable_interpreters(struct affair_taking *taking, struct problem *problem)
{
	const cJSON *rows = json_get(taking->fields, "interpreters");
	for (const cJSON *one = rows != NULL ? rows->child : NULL; one != NULL; one = one->next) {
		if (cJSON_GetArraySize(json_get(one, "languages")) != 2)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "\"interpreters\": each has two \"languages\", such as ar and en");
		for (const cJSON *other = rows->child; other != one; other = other->next)
			if (strcmp(language_of(one, 0), language_of(other, 0)) == 0 &&
			    strcmp(language_of(one, 1), language_of(other, 1)) == 0)
				return problem_set(problem, JISR_BAD_INPUT,
				                   "\"interpreters\": %s and %s stand there twice", language_of(one, 0),
				                   language_of(one, 1));
	}
	return JISR_OK;
}

int timetable_interpreters_apply(struct affair_applying *applying, struct problem *problem)
{
	const cJSON *rows = json_get(applying->body, "interpreters");
	int64_t number = 0;
	int error = clear(applying, sql_query(applying->sql, "DELETE FROM timetable_interpreter WHERE session = ?1"),
	                  problem);
	for (const cJSON *one = rows != NULL ? rows->child : NULL; one != NULL && !error; one = one->next) {
		struct sql_query query =
			sql_query(applying->sql, "INSERT INTO timetable_interpreter VALUES(?1, ?2, ?3, ?4, ?5)");
		sql_bind_number(&query, 1, number_of(applying));
		sql_bind_number(&query, 2, number++);
		sql_bind_text(&query, 3, language_of(one, 0));
		sql_bind_text(&query, 4, language_of(one, 1));
		sql_bind_number(&query, 5, applying_number(one, "teams"));
		error = sql_run(&query, problem);
	}
	return error;
}

/* ---- sittings and duties ---- */

int timetable_sittings(struct affair_taking *taking, struct problem *problem)
{
	const cJSON *rows = json_get(taking->fields, "sittings");
	int error = JISR_OK;
	for (const cJSON *one = rows != NULL ? rows->child : NULL; one != NULL && !error; one = one->next)
		error = check_span(session_of(taking), one, "sittings", problem);
	return error;
}

int timetable_sittings_apply(struct affair_applying *applying, struct problem *problem)
{
	const cJSON *rows = json_get(applying->body, "sittings");
	int64_t number = 0;
	int error =
		clear(applying, sql_query(applying->sql, "DELETE FROM timetable_sitting WHERE session = ?1"), problem);
	for (const cJSON *one = rows != NULL ? rows->child : NULL; one != NULL && !error; one = one->next) {
		char begin[20], end[20];
		(void)snprintf(begin, sizeof begin, "%.10sT%.5s", applying_text(one, "day"),
		               applying_text(one, "begin"));
		(void)snprintf(end, sizeof end, "%.10sT%.5s", applying_text(one, "day"), applying_text(one, "end"));
		struct sql_query query =
			sql_query(applying->sql, "INSERT INTO timetable_sitting VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
		sql_bind_number(&query, 1, number_of(applying));
		sql_bind_number(&query, 2, number++);
		sql_bind_text(&query, 3, begin);
		sql_bind_text(&query, 4, end);
		sql_bind_number(&query, 5, applying_number(one, "item"));
		sql_bind_number(&query, 6, applying_flag(one, "vote"));
		sql_bind_text(&query, 7, applying_text(one, "title"));
		error = sql_run(&query, problem);
	}
	return error;
}

int timetable_duty(struct affair_taking *taking, struct problem *problem)
{
	const char *named = json_get_text(taking->fields, "office"), *own = taking->caller->office;
	struct office office;
	int error = JISR_OK;
	if (named != NULL && strcmp(named, own) != 0) {
		if (!meeting_sees_all(taking->caller))
			return problem_set(problem, JISR_DENIED, "only the secretariat speaks for another office");
		error = register_office(taking->sql, named, &office, problem);
	}
	tree_text(taking->made, "office", named != NULL ? named : own);
	return error ? error
	             : timetable_check_times(json_get(taking->fields, "times"), "times", session_of(taking), problem);
}

int timetable_duty_apply(struct affair_applying *applying, struct problem *problem)
{
	const char *times;
	int error = entry_json_text(applying->arena, json_get(applying->body, "times"), &times, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(applying->sql, "INSERT OR REPLACE INTO timetable_duty VALUES(?1, ?2, ?3, ?4)");
	sql_bind_number(&query, 1, number_of(applying));
	sql_bind_text(&query, 2, applying_text(applying->made, "office"));
	sql_bind_text(&query, 3, times);
	sql_bind_number(&query, 4, applying_number(applying->body, "teams"));
	return sql_run(&query, problem);
}
