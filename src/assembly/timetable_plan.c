/* A plan: everything that it rests on is gathered into the numbers of assembly/planner.h, solved, and put in force if it is gathered
 * as the same once more.
 *
 * The planner knows delegations that hold so many meetings at once. Each office is two of them: its head, who holds one and sits in
 * the hall whenever the Assembly does, and its delegates, who hold as many as there are teams of two, three at most, and stay in the
 * hall for votes and for items about which their country has brought a draft. Who comes alone is head and delegates in one. */
#include "assembly/meeting_private.h"

#include "base/sha256.h"

#include <stdlib.h>

#define HEAD         0
#define DELEGATES    1
#define TEAMS_MOST   3 /* by the number of people */
#define TEAMS_OFFICE 2 /* of an office that has no delegation */
#define SECONDS      10.0
#define PLAN_MEMORY  ((size_t)128 << 20)
#define BASIS_MOST   ((size_t)4 << 20)
#define OFFICES_MOST (PLANNER_MAX_DELEGATIONS / 2)

struct side {
	char code[OFFICE_CODE_MAX + 1];
	bool alone; /* one person */
};

struct gathering {
	struct sql *sql;
	struct arena *arena;
	uint32_t session;
	const char *after, *only;
	struct timetable_ground *ground;
	struct planner_delegation *nodes; /* two an office */
	struct side *offices;
	size_t office_count;
	struct planner_wish *wishes;
	unsigned *rooms, *interpreters;
	struct planner_slots *closed;
	const char *(*pairs)[2]; /* languages of each kind of interpreters */
	struct text basis;
};

static const char *const reason_words[] = {
	[PLANNER_PLACED] = "",
	[PLANNER_NO_COMMON_TIME] = "no-common-time",
	[PLANNER_NO_ROOM] = "no-room",
	[PLANNER_NO_INTERPRETER] = "no-interpreter",
	[PLANNER_OTHERS_FIRST] = "others-first",
};

/* The word of a reason: "no-common-time". */
static const char *timetable_reason(enum planner_reason reason)
{
	return reason_words[reason];
}

/* ---- sets of slots ---- */

struct marking {
	const struct timetable_ground *ground;
	struct planner_slots *slots;
};

/* A day means all its slots, a time the one that begins then. */
static void mark(void *context, const char *text)
{
	struct marking *marking = context;
	size_t length = strlen(text);
	for (unsigned slot = 0; slot < marking->ground->planner.slots; slot++)
		if (strncmp(marking->ground->begins[slot], text, length) == 0)
			planner_add(marking->slots, slot);
}

static void mark_all(const struct timetable_ground *ground, const char *json, struct planner_slots *slots)
{
	struct marking marking = {ground, slots};
	timetable_each(json, mark, &marking);
}

static void mark_span(const struct timetable_ground *ground, const char *begin, const char *end,
                      struct planner_slots *slots)
{
	for (unsigned slot = 0; slot < ground->planner.slots; slot++)
		if (strcmp(ground->begins[slot], end) < 0 && strcmp(begin, ground->ends[slot]) < 0)
			planner_add(slots, slot);
}

static void join(struct planner_slots *into, const struct planner_slots *slots)
{
	for (size_t i = 0; i < PLANNER_WORDS; i++)
		into->bits[i] |= slots->bits[i];
}

static bool copy(struct gathering *gathering, const char *text, const char **ret_text)
{
	*ret_text = arena_text(gathering->arena, text, strlen(text));
	return *ret_text != NULL;
}

/* ---- times, rooms, interpreters ---- */

static int gather_slots(struct gathering *gathering, struct problem *problem)
{
	struct timetable_ground *ground = gathering->ground;
	bool good = true;
	ground->begins = arena_zero(gathering->arena, PLANNER_MAX_SLOTS, sizeof *ground->begins);
	ground->ends = arena_zero(gathering->arena, PLANNER_MAX_SLOTS, sizeof *ground->ends);
	if (ground->begins == NULL || ground->ends == NULL)
		return problem_no_memory(problem);
	struct sql_query query =
		sql_query(gathering->sql, "SELECT begin, end FROM timetable_slot WHERE session = ?1 ORDER BY number");
	sql_bind_number(&query, 1, gathering->session);
	while (ground->planner.slots < PLANNER_MAX_SLOTS && sql_next(&query)) {
		unsigned slot = ground->planner.slots++;
		good = good && copy(gathering, sql_text(&query, 0), &ground->begins[slot]) &&
		       copy(gathering, sql_text(&query, 1), &ground->ends[slot]);
		(void)text_add_format(&gathering->basis, "slot %s %s\n", sql_text(&query, 0), sql_text(&query, 1));
	}
	int error = sql_done(&query, problem);
	if (error || !good)
		return error ? error : problem_no_memory(problem);
	return ground->planner.slots > 0
	               ? JISR_OK
	               : problem_set(problem, JISR_NOT_FOUND, "session %u has no timetable of meetings yet",
	                             (unsigned)gathering->session);
}

static int gather_rooms(struct gathering *gathering, struct problem *problem)
{
	struct timetable_ground *ground = gathering->ground;
	struct planner *planner = &ground->planner;
	bool good = true;
	gathering->rooms = arena_zero(gathering->arena, PLANNER_MAX_ROOMS, sizeof *gathering->rooms);
	gathering->closed = arena_zero(gathering->arena, PLANNER_MAX_ROOMS, sizeof *gathering->closed);
	ground->rooms = arena_zero(gathering->arena, PLANNER_MAX_ROOMS, sizeof *ground->rooms);
	if (gathering->rooms == NULL || gathering->closed == NULL || ground->rooms == NULL)
		return problem_no_memory(problem);
	struct sql_query query = sql_query(
		gathering->sql, "SELECT name, seats, closed FROM timetable_room WHERE session = ?1 ORDER BY number");
	sql_bind_number(&query, 1, gathering->session);
	while (planner->room_count < PLANNER_MAX_ROOMS && sql_next(&query)) {
		size_t room = planner->room_count++;
		good = good && copy(gathering, sql_text(&query, 0), &ground->rooms[room]);
		gathering->rooms[room] = (unsigned)sql_number(&query, 1);
		mark_all(ground, sql_text(&query, 2), &gathering->closed[room]);
		(void)text_add_format(&gathering->basis, "room %s %u %s\n", sql_text(&query, 0), gathering->rooms[room],
		                      sql_text(&query, 2));
	}
	planner->rooms = gathering->rooms;
	planner->rooms_closed = gathering->closed;
	int error = sql_done(&query, problem);
	return error || good ? error : problem_no_memory(problem);
}

static int gather_interpreters(struct gathering *gathering, struct problem *problem)
{
	struct planner *planner = &gathering->ground->planner;
	bool good = true;
	gathering->interpreters =
		arena_zero(gathering->arena, PLANNER_MAX_INTERPRETERS, sizeof *gathering->interpreters);
	gathering->pairs = arena_zero(gathering->arena, PLANNER_MAX_INTERPRETERS, sizeof *gathering->pairs);
	if (gathering->interpreters == NULL || gathering->pairs == NULL)
		return problem_no_memory(problem);
	struct sql_query query =
		sql_query(gathering->sql,
	                  "SELECT one, other, teams FROM timetable_interpreter WHERE session = ?1 ORDER BY number");
	sql_bind_number(&query, 1, gathering->session);
	while (planner->interpreter_count < PLANNER_MAX_INTERPRETERS && sql_next(&query)) {
		size_t kind = planner->interpreter_count++;
		good = good && copy(gathering, sql_text(&query, 0), &gathering->pairs[kind][0]) &&
		       copy(gathering, sql_text(&query, 1), &gathering->pairs[kind][1]);
		gathering->interpreters[kind] = (unsigned)sql_number(&query, 2);
	}
	planner->interpreters = gathering->interpreters;
	int error = sql_done(&query, problem);
	return error || good ? error : problem_no_memory(problem);
}

/* ---- offices ---- */

static int gather_people(struct gathering *gathering, size_t office, struct problem *problem)
{
	struct side *side = &gathering->offices[office];
	int64_t people = 0;
	struct sql_query query = sql_query(gathering->sql, "SELECT count(*) FROM assembly_person WHERE session = ?1 AND"
	                                                   " code = ?2 AND role <> 'observer'");
	sql_bind_number(&query, 1, gathering->session);
	sql_bind_text(&query, 2, side->code);
	int error = sql_run_number(&query, 0, &people, problem);
	unsigned teams = people == 0 ? TEAMS_OFFICE : (unsigned)people / 2;
	side->alone = people == 1;
	gathering->nodes[2 * office + HEAD].teams = 1;
	gathering->nodes[2 * office + DELEGATES].teams = teams < 1 ? 1 : teams > TEAMS_MOST ? TEAMS_MOST : teams;
	return error;
}

/* Of each sitting: heads always, delegates for a vote, or when the item has a draft of theirs. */
static int gather_sittings(struct gathering *gathering, size_t office, struct problem *problem)
{
	struct planner_delegation *nodes = &gathering->nodes[2 * office];
	struct sql_query query = sql_query(
		gathering->sql,
		"SELECT begin, end, vote OR EXISTS (SELECT 1 FROM assembly_draft d WHERE d.session = ?1 AND d.item ="
		" s.item AND s.item > 0 AND d.state <> 'withdrawn' AND (d.office = ?2 OR EXISTS (SELECT 1 FROM"
		" json_each(CASE d.sponsors WHEN '' THEN '[]' ELSE d.sponsors END) WHERE value = ?2)))"
		" FROM timetable_sitting s WHERE session = ?1 ORDER BY number");
	sql_bind_number(&query, 1, gathering->session);
	sql_bind_text(&query, 2, gathering->offices[office].code);
	while (sql_next(&query)) {
		mark_span(gathering->ground, sql_text(&query, 0), sql_text(&query, 1), &nodes[HEAD].busy);
		if (sql_number(&query, 2) != 0)
			mark_span(gathering->ground, sql_text(&query, 0), sql_text(&query, 1), &nodes[DELEGATES].busy);
	}
	return sql_done(&query, problem);
}

static int gather_duty(struct gathering *gathering, size_t office, struct problem *problem)
{
	struct planner_delegation *nodes = &gathering->nodes[2 * office];
	struct planner_slots busy = {0};
	struct sql_query query =
		sql_query(gathering->sql, "SELECT times, teams FROM timetable_duty WHERE session = ?1 AND office = ?2");
	sql_bind_number(&query, 1, gathering->session);
	sql_bind_text(&query, 2, gathering->offices[office].code);
	if (sql_next(&query)) {
		mark_all(gathering->ground, sql_text(&query, 0), &busy);
		if (sql_number(&query, 1) > 0)
			nodes[DELEGATES].teams = (unsigned)sql_number(&query, 1);
	}
	for (unsigned slot = 0; gathering->after[0] != '\0' && slot < gathering->ground->planner.slots; slot++)
		if (strcmp(gathering->ground->begins[slot], gathering->after) < 0)
			planner_add(&busy, slot);
	join(&nodes[HEAD].busy, &busy);
	join(&nodes[DELEGATES].busy, &busy);
	return sql_done(&query, problem);
}

/* The office's place among them; new ones are looked up. */
static int office_at(struct gathering *gathering, const char *code, size_t *ret_office, struct problem *problem)
{
	size_t office = 0;
	while (office < gathering->office_count && strcmp(gathering->offices[office].code, code) != 0)
		office++;
	*ret_office = office;
	if (office < gathering->office_count)
		return JISR_OK;
	if (office == OFFICES_MOST)
		return problem_set(problem, JISR_TOO_LARGE, "a plan is of at most %d offices", OFFICES_MOST);
	(void)snprintf(gathering->offices[office].code, sizeof gathering->offices[office].code, "%s", code);
	gathering->office_count++;
	int error = gather_people(gathering, office, problem);
	if (!error)
		error = gather_sittings(gathering, office, problem);
	if (!error)
		error = gather_duty(gathering, office, problem);
	return error;
}

/* ---- wishes ---- */

struct languages {
	const char *codes[MEETING_LANGUAGES];
	size_t count;
	struct arena *arena;
	bool failed;
};

static void add_language(void *context, const char *text)
{
	struct languages *languages = context;
	if (languages->count == sizeof languages->codes / sizeof *languages->codes)
		return;
	const char *code = arena_text(languages->arena, text, strlen(text));
	languages->failed = languages->failed || code == NULL;
	if (code != NULL)
		languages->codes[languages->count++] = code;
}

static bool speaks(const struct languages *languages, const char *code)
{
	for (size_t i = 0; i < languages->count; i++)
		if (strcmp(languages->codes[i], code) == 0)
			return true;
	return false;
}

/* The kind of interpreters that the two need, most teams first; PLANNER_NOWHERE where they need none; the last kind, which has no
 * team, where there is none for them. */
static int interpreter_for(struct gathering *gathering, const struct meeting *meeting, int none, bool *ret_good)
{
	struct languages spoken[2] = {{.arena = gathering->arena}, {.arena = gathering->arena}};
	int best = none;
	for (size_t i = 0; i < 2; i++)
		timetable_each(meeting->languages[i], add_language, &spoken[i]);
	*ret_good = !spoken[0].failed && !spoken[1].failed;
	if (spoken[0].count == 0 || spoken[1].count == 0)
		return PLANNER_NOWHERE;
	for (size_t i = 0; i < spoken[0].count; i++)
		if (speaks(&spoken[1], spoken[0].codes[i]))
			return PLANNER_NOWHERE;
	for (size_t kind = 0; kind < (size_t)none; kind++) {
		const char *const *pair = gathering->pairs[kind];
		bool does = (speaks(&spoken[0], pair[0]) && speaks(&spoken[1], pair[1])) ||
		            (speaks(&spoken[0], pair[1]) && speaks(&spoken[1], pair[0]));
		if (does && gathering->interpreters[kind] > gathering->interpreters[best])
			best = (int)kind;
	}
	return best;
}

static int find_text(const char *const *texts, size_t count, const char *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(texts[i], wanted) == 0)
			return (int)i;
	return PLANNER_NOWHERE;
}

/* The node of an office for a meeting of that level. */
static unsigned node_of(const struct gathering *gathering, size_t office, enum meeting_level level)
{
	bool head = level == MEETING_HEADS || gathering->offices[office].alone;
	return (unsigned)(2 * office + (head ? HEAD : DELEGATES));
}

static int set_place(struct gathering *gathering, const struct meeting *meeting, struct planner_wish *wish,
                     struct problem *problem)
{
	const struct timetable_ground *ground = gathering->ground;
	wish->fixed_slot = wish->fixed_room = wish->present_slot = wish->present_room = PLANNER_NOWHERE;
	if (meeting->state != MEETING_PLACED)
		return JISR_OK;
	wish->present_slot = find_text(ground->begins, ground->planner.slots, meeting->begin);
	wish->present_room = find_text(ground->rooms, ground->planner.room_count, meeting->room);
	if (wish->present_slot == PLANNER_NOWHERE || wish->present_room == PLANNER_NOWHERE)
		return problem_set(problem, JISR_STATE, "the meeting %s is placed at %s, %s, which is not there",
		                   meeting->id, meeting->begin, meeting->room);
	bool stays = gathering->only != NULL ? strcmp(meeting->id, gathering->only) != 0
	                                     : meeting->fixed || strcmp(meeting->begin, gathering->after) < 0;
	if (stays) {
		wish->fixed_slot = wish->present_slot;
		wish->fixed_room = wish->present_room;
	}
	return JISR_OK;
}

static int gather_wish(struct gathering *gathering, const struct meeting *meeting, struct problem *problem)
{
	struct planner *planner = &gathering->ground->planner;
	size_t at = planner->wish_count, offices[2];
	struct planner_wish *wish = &gathering->wishes[at];
	struct timetable_wish *named = &gathering->ground->wishes[at];
	bool good = true;
	int error = office_at(gathering, meeting->office[0], &offices[0], problem);
	if (!error)
		error = office_at(gathering, meeting->office[1], &offices[1], problem);
	if (!error)
		error = set_place(gathering, meeting, wish, problem);
	if (error)
		return error;
	wish->a = node_of(gathering, offices[0], meeting->level);
	wish->b = node_of(gathering, offices[1], meeting->level);
	wish->weight = meeting_weight(meeting);
	wish->people = meeting->people[0] + meeting->people[1];
	wish->interpreter = interpreter_for(gathering, meeting, (int)planner->interpreter_count - 1, &good);
	mark_all(gathering->ground, meeting->times, &wish->wanted);
	(void)snprintf(named->id, sizeof named->id, "%s", meeting->id);
	(void)snprintf(named->waiting, sizeof named->waiting, "%.23s", meeting->waiting);
	named->state = meeting->state;
	planner->wish_count++;
	(void)text_add_format(&gathering->basis, "wish %s %d %u %u %u %u %d %d %d %d %d %016llx%016llx\n", meeting->id,
	                      (int)meeting->state, wish->a, wish->b, wish->weight, wish->people, wish->interpreter,
	                      wish->fixed_slot, wish->fixed_room, wish->present_slot, wish->present_room,
	                      (unsigned long long)wish->wanted.bits[0], (unsigned long long)wish->wanted.bits[1]);
	return good ? JISR_OK : problem_no_memory(problem);
}

struct asking {
	struct gathering *gathering;
	struct problem *problem;
	struct meeting last; /* the one that is asked about */
	bool there;
	int error;
};

static bool take_meeting(void *context, const struct meeting *meeting)
{
	struct asking *asking = context;
	struct gathering *gathering = asking->gathering;
	bool asked = gathering->only != NULL && strcmp(meeting->id, gathering->only) == 0;
	if (asked) {
		asking->last = *meeting;
		asking->there = true;
	}
	if (asked ||
	    (meeting->state != MEETING_PLACED && (meeting->state != MEETING_ACCEPTED || gathering->only != NULL)))
		return true;
	asking->error = gathering->ground->planner.wish_count == PLANNER_MAX_WISHES - 1
	                        ? problem_set(asking->problem, JISR_TOO_LARGE, "a plan is of at most %d meetings",
	                                      PLANNER_MAX_WISHES - 1)
	                        : gather_wish(gathering, meeting, asking->problem);
	return asking->error == JISR_OK;
}

static int gather_wishes(struct gathering *gathering, struct problem *problem)
{
	struct timetable_ground *ground = gathering->ground;
	struct caller all;
	struct asking asking = {.gathering = gathering, .problem = problem};
	gathering->wishes = arena_zero(gathering->arena, PLANNER_MAX_WISHES, sizeof *gathering->wishes);
	ground->wishes = arena_zero(gathering->arena, PLANNER_MAX_WISHES, sizeof *ground->wishes);
	gathering->offices = arena_zero(gathering->arena, OFFICES_MOST, sizeof *gathering->offices);
	gathering->nodes = arena_zero(gathering->arena, PLANNER_MAX_DELEGATIONS, sizeof *gathering->nodes);
	if (gathering->wishes == NULL || ground->wishes == NULL || gathering->offices == NULL ||
	    gathering->nodes == NULL)
		return problem_no_memory(problem);
	caller_console(&all, OFFICE_HEADQUARTERS);
	int error = meeting_each(gathering->sql, gathering->session, &all, gathering->arena, take_meeting, &asking,
	                         problem);
	if (error || asking.error)
		return error ? error : asking.error;
	if (asking.there)
		error = gather_wish(gathering, &asking.last, problem);
	ground->planner.wishes = gathering->wishes;
	ground->planner.delegations = gathering->nodes;
	ground->planner.delegation_count = 2 * gathering->office_count;
	return error;
}

/* One more kind of interpreters, of which there is nobody. */
static int add_nobody(struct gathering *gathering, struct problem *problem)
{
	struct planner *planner = &gathering->ground->planner;
	if (planner->interpreter_count == PLANNER_MAX_INTERPRETERS)
		return problem_set(problem, JISR_TOO_LARGE, "a plan knows %d pairs of languages at most",
		                   PLANNER_MAX_INTERPRETERS - 1);
	gathering->interpreters[planner->interpreter_count++] = 0;
	return JISR_OK;
}

static int digest(struct gathering *gathering, struct problem *problem)
{
	const struct planner *planner = &gathering->ground->planner;
	for (size_t i = 0; i < planner->interpreter_count; i++)
		(void)text_add_format(&gathering->basis, "interpreter %u\n", gathering->interpreters[i]);
	for (size_t i = 0; i < planner->delegation_count; i++)
		(void)text_add_format(&gathering->basis, "office %s %u %016llx%016llx\n",
		                      gathering->offices[i / 2].code, gathering->nodes[i].teams,
		                      (unsigned long long)gathering->nodes[i].busy.bits[0],
		                      (unsigned long long)gathering->nodes[i].busy.bits[1]);
	if (gathering->basis.error)
		return problem_no_memory(problem);
	sha256_hex(gathering->basis.bytes, gathering->basis.length, gathering->ground->digest);
	return JISR_OK;
}

int timetable_gather(struct sql *sql, uint32_t session, const char *after, const char *only, struct arena *arena,
                     struct timetable_ground *ret_ground, struct problem *problem)
{
	struct timetable_ground ground = {0};
	struct gathering gathering = {
		.sql = sql, .arena = arena, .session = session, .after = after, .only = only, .ground = &ground};
	text_init(&gathering.basis, BASIS_MOST);
	int error = gather_slots(&gathering, problem);
	if (!error)
		error = gather_rooms(&gathering, problem);
	if (!error)
		error = gather_interpreters(&gathering, problem);
	if (!error)
		error = add_nobody(&gathering, problem);
	if (!error)
		error = gather_wishes(&gathering, problem);
	if (!error)
		error = digest(&gathering, problem);
	text_finish(&gathering.basis);
	if (!error)
		*ret_ground = ground;
	return error;
}

/* ---- solving ---- */

/* The planner counts its wishes from 0; people know them by their numbers. */
static int name_wish(const struct timetable_ground *ground, int error, const struct problem *said,
                     struct problem *problem)
{
	size_t wish = 0;
	int length = 0;
	if (error != JISR_BAD_INPUT)
		return problem_set(problem, error, "%s", said->text[0] != '\0' ? said->text : error_text(error));
	if (sscanf(said->text, "wish %zu: %n", &wish, &length) >= 1 && length > 0 && wish < ground->planner.wish_count)
		return problem_set(problem, JISR_STATE, "the meeting %s: %s", ground->wishes[wish].id,
		                   said->text + length);
	return problem_set(problem, JISR_STATE, "%s", said->text);
}

/* planner_solve, whose sentence names a meeting. JISR_STATE: what is fixed contradicts itself. */
static int timetable_solve(struct timetable_ground *ground, double seconds, struct arena *arena,
                           struct planner_result *ret_result, struct problem *problem)
{
	struct problem said = {""};
	ground->planner.seconds = seconds > 0 ? seconds : SECONDS;
	int error = planner_solve(&ground->planner, arena, ret_result, &said);
	return error ? name_wish(ground, error, &said, problem) : JISR_OK;
}

int timetable_fits(struct timetable_ground *ground, unsigned slot, unsigned room, struct arena *arena,
                   struct problem *problem)
{
	size_t count = ground->planner.wish_count;
	struct problem said = {""};
	struct planner_place *places = arena_zero(arena, count + 1, sizeof *places);
	if (places == NULL || count == 0)
		return problem_no_memory(problem);
	for (size_t i = 0; i + 1 < count; i++)
		places[i] = (struct planner_place){ground->planner.wishes[i].present_slot,
		                                   ground->planner.wishes[i].present_room};
	places[count - 1] = (struct planner_place){(int)slot, (int)room};
	int error = planner_check(&ground->planner, places, arena, &said);
	return error ? name_wish(ground, error, &said, problem) : JISR_OK;
}

/* ---- putting in force ---- */

/* What goes to the step "plan" (affair_order.work). */
struct plan {
	const struct timetable_order *order;
	const struct timetable_ground *ground;
	const struct planner_result *result;
	struct timetable_made made;
};

static void count_made(struct plan *plan)
{
	const struct planner *planner = &plan->ground->planner;
	const struct planner_result *result = plan->result;
	plan->made = (struct timetable_made){.wishes = planner->wish_count,
	                                     .placed = result->placed,
	                                     .weight = result->weight,
	                                     .weight_most = result->weight_most,
	                                     .weight_all = result->weight_all,
	                                     .seconds = result->seconds};
	for (size_t i = 0; i < planner->wish_count; i++) {
		const struct planner_wish *wish = &planner->wishes[i];
		const struct planner_place *place = &result->places[i];
		bool was = wish->present_slot != PLANNER_NOWHERE, is = place->slot != PLANNER_NOWHERE;
		plan->made.lost += was && !is;
		plan->made.moved +=
			was && is && (place->slot != wish->present_slot || place->room != wish->present_room);
	}
}

static const struct plan *plan_of(const struct affair_taking *taking)
{
	return taking->order->work;
}

int timetable_plan_decide(struct affair_taking *taking, struct problem *problem)
{
	const struct plan *plan = plan_of(taking);
	struct timetable_ground again;
	int error = timetable_gather(taking->sql, plan->order->session, plan->order->after, NULL, taking->arena, &again,
	                             problem);
	if (error)
		return error;
	if (strcmp(again.digest, plan->ground->digest) != 0)
		return problem_set(problem, JISR_CONFLICT,
		                   "what the plan rests on has changed while it was worked out");
	tree_count(taking->made, "wishes", plan->made.wishes);
	tree_count(taking->made, "placed", plan->made.placed);
	tree_count(taking->made, "moved", plan->made.moved);
	tree_count(taking->made, "lost", plan->made.lost);
	tree_count(taking->made, "weight", plan->made.weight);
	tree_count(taking->made, "weight_most", plan->made.weight_most);
	tree_count(taking->made, "weight_all", plan->made.weight_all);
	tree_count(taking->made, "milliseconds", (uint64_t)(plan->made.seconds * 1000));
	tree_text(taking->made, "after", plan->order->after);
	tree_text(taking->made, "ground", plan->ground->digest);
	return JISR_OK;
}

int timetable_plan_apply(struct affair_applying *applying, struct problem *problem)
{
	static const char *const numbers[] = {"wishes", "placed",      "moved",      "lost",
	                                      "weight", "weight_most", "weight_all", "milliseconds"};
	struct sql_query query =
		sql_query(applying->sql, "INSERT INTO timetable_made VALUES(?1, ?12, ?2, ?3, ?4, ?5, ?6, ?7,"
	                                 " ?8, ?9, ?10, ?11)");
	sql_bind_number(&query, 1, (int64_t)strtoul(applying->id, NULL, 10));
	sql_bind_text(&query, 2, applying->entry->header.at);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		sql_bind_number(&query, (int)i + 3, applying_number(applying->made, numbers[i]));
	sql_bind_text(&query, 11, applying_text(applying->made, "after"));
	sql_bind_number(&query, 12, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

static int say(struct affair_taking *taking, enum meeting_step step, const char *id, const cJSON *fields,
               const struct meeting_place *place, struct problem *problem)
{
	struct affair_order order = {.step = step,
	                             .caller = taking->caller,
	                             .id = id,
	                             .fields = fields,
	                             .expected = ENTRY_ANY,
	                             .work = place};
	return affair_run(taking->write, &meeting_affair, &order, problem);
}

static int put(struct affair_taking *taking, const struct plan *plan, size_t wish, struct problem *problem)
{
	const struct timetable_ground *ground = plan->ground;
	const struct planner_wish *asked = &ground->planner.wishes[wish];
	const struct planner_place *given = &plan->result->places[wish];
	const struct timetable_wish *named = &ground->wishes[wish];
	struct meeting_place place = {.waiting = timetable_reason(plan->result->reasons[wish])};
	if (given->slot == PLANNER_NOWHERE) {
		if (named->state == MEETING_PLACED)
			return say(taking, MEETING_STEP_FREE, named->id, NULL, &place, problem);
		return strcmp(named->waiting, place.waiting) == 0
		               ? JISR_OK
		               : say(taking, MEETING_STEP_WAIT, named->id, NULL, &place, problem);
	}
	if (given->slot == asked->present_slot && given->room == asked->present_room)
		return JISR_OK;
	place.begin = ground->begins[given->slot];
	place.end = ground->ends[given->slot];
	place.room = ground->rooms[given->room];
	cJSON *fields = tree_object();
	tree_text(fields, "time", place.begin);
	tree_text(fields, "room", place.room);
	tree_bool(fields, "loose", true);
	int error = fields == NULL || tree_failed()
	                    ? problem_no_memory(problem)
	                    : say(taking, MEETING_STEP_PLACE, named->id, fields, &place, problem);
	cJSON_Delete(fields);
	return error;
}

int timetable_plan_after(struct affair_taking *taking, struct problem *problem)
{
	const struct plan *plan = plan_of(taking);
	int error = JISR_OK;
	for (size_t i = 0; i < plan->ground->planner.wish_count && !error; i++)
		error = put(taking, plan, i, problem);
	return error;
}

/* ---- the whole way ---- */

static const struct field fields_order[] = {
	{"after", FIELD_TEXT, false, MEETING_TIME_CHARS, NULL, NULL, "what is placed before it stays"},
	{"seconds", FIELD_NUMBER, false, TIMETABLE_SECONDS, NULL, NULL, "to search, at most"},
	{"rehearsal", FIELD_FLAG, false, 0, NULL, NULL, "tell what it would be, change nothing"},
	{NULL},
};

int timetable_order_read(const cJSON *fields, struct timetable_order *order, struct problem *problem)
{
	int error = field_check(fields, fields_order, problem);
	if (error)
		return error;
	order->after = applying_text(fields, "after");
	order->seconds = applying_number(fields, "seconds");
	order->rehearsal = applying_flag(fields, "rehearsal");
	return JISR_OK;
}

static int check(const struct timetable_order *order, struct problem *problem)
{
	int error = caller_check(order->caller, RIGHT_ASSEMBLY_SECRETARY, problem);
	if (!error && !meeting_sees_all(order->caller))
		error = problem_set(problem, JISR_DENIED, "only the secretariat makes plans");
	if (!error && order->after[0] != '\0' && !timetable_time_valid(order->after, false))
		error = problem_set(problem, JISR_BAD_INPUT, "\"after\" is a day or a time, such as 2025-11-26T13:00");
	if (!error && !(order->seconds >= 0 && order->seconds <= TIMETABLE_SECONDS))
		error = problem_set(problem, JISR_BAD_INPUT, "\"seconds\" are 0 to %d", TIMETABLE_SECONDS);
	return error;
}

static int work_out(struct sql *sql, const struct timetable_order *order, struct arena *arena,
                    struct timetable_ground *ground, struct problem *problem)
{
	struct assembly assembly;
	int error = assembly_get(sql, order->session, &assembly, problem);
	return error ? error : timetable_gather(sql, order->session, order->after, NULL, arena, ground, problem);
}

/* A plan being made: what it rests on, what came out, and the step that keeps it. Stays where it is: parts name each other. */
struct making {
	struct arena *arena;
	struct timetable_ground ground;
	struct planner_result result;
	struct plan plan;
	struct affair_order affair;
	char id[AFFAIR_ID_MAX + 1];
};

static int begin_making(struct making *making, const struct timetable_order *order, struct problem *problem)
{
	*making = (struct making){.plan = {.order = order, .ground = &making->ground, .result = &making->result}};
	return arena_new(PLAN_MEMORY, &making->arena) ? problem_no_memory(problem) : JISR_OK;
}

static int solve(struct making *making, struct problem *problem)
{
	const struct timetable_order *order = making->plan.order;
	int error = timetable_solve(&making->ground, order->seconds, making->arena, &making->result, problem);
	if (error)
		return error;
	count_made(&making->plan);
	(void)snprintf(making->id, sizeof making->id, "%u", (unsigned)order->session);
	making->affair = (struct affair_order){.step = TIMETABLE_STEP_PLAN,
	                                       .caller = order->caller,
	                                       .id = making->id,
	                                       .expected = ENTRY_ANY,
	                                       .work = &making->plan};
	return JISR_OK;
}

static void end_making(struct making *making)
{
	making->arena = arena_free(making->arena);
}

static int try_once(struct store *store, const struct timetable_order *order, struct timetable_made *ret_made,
                    struct problem *problem)
{
	CLEANUP(end_making) struct making making;
	struct store_reader *reader = NULL;
	int error = begin_making(&making, order, problem);
	if (!error)
		error = store_read(store, &reader, problem);
	if (!error)
		error = work_out(store_reader_sql(reader), order, making.arena, &making.ground, problem);
	reader = store_read_end(reader); /* solving takes its time, and holds nobody up */
	if (!error)
		error = solve(&making, problem);
	if (!error && !order->rehearsal)
		error = affair_submit(store, &timetable_affair, &making.affair, problem);
	if (error)
		return error;
	making.plan.made.version = making.affair.version;
	*ret_made = making.plan.made;
	return JISR_OK;
}

int timetable_plan(struct store *store, const struct timetable_order *order, struct timetable_made *ret_made,
                   struct problem *problem)
{
	int error = check(order, problem);
	for (int tries = 0; !error && tries < TIMETABLE_TRIES; tries++) {
		error = try_once(store, order, ret_made, problem);
		if (error != JISR_CONFLICT)
			return error;
		if (tries + 1 < TIMETABLE_TRIES)
			error = JISR_OK;
	}
	return error;
}

int timetable_plan_inside(struct store_write *write, const struct timetable_order *order,
                          struct timetable_made *ret_made, struct problem *problem)
{
	CLEANUP(end_making) struct making making;
	int error = begin_making(&making, order, problem);
	if (!error)
		error = check(order, problem);
	if (!error)
		error = work_out(store_write_sql(write), order, making.arena, &making.ground, problem);
	if (!error)
		error = solve(&making, problem);
	if (!error)
		error = affair_run(write, &timetable_affair, &making.affair, problem);
	if (!error)
		*ret_made = making.plan.made;
	return error;
}
