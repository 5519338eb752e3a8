#include "affairs.h"

#include "assembly/timetable.h"
#include "base/memory.h"

static struct caller secretary;

static struct caller head(const char *office)
{
	char id[OFFICER_ID_MAX + 1];
	(void)snprintf(id, sizeof id, "%s-2", office);
	return place_caller(office, id, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
}

static void begin(struct hall *hall)
{
	hall_init(hall);
	secretary = place_caller("GS", "GS-1", ROLE_BIT(ROLE_ASSEMBLY_SECRETARY));
}

static void act(struct hall *hall, const struct caller *caller, const char *step, const char *id, const char *fields)
{
	affairs_do(hall, &meeting_affair, caller, step, id, fields != NULL ? affairs_fields(fields) : NULL);
}

static void refuse(struct hall *hall, const struct caller *caller, const char *step, const char *id, const char *fields,
                   int expected, const char *words)
{
	affairs_refuse(hall, &meeting_affair, caller, step, id, fields != NULL ? affairs_fields(fields) : NULL,
	               expected, words);
}

static void shown(struct hall *hall, const struct caller *caller, const char *id, const char *path,
                  const char *expected)
{
	affairs_text(hall, &meeting_affair, caller, NULL, id, path, expected);
}

static void table(struct hall *hall, const struct caller *caller, const char *step, const char *fields)
{
	affairs_do(hall, &timetable_affair, caller, step, "93", fields != NULL ? affairs_fields(fields) : NULL);
}

static void table_refused(struct hall *hall, const struct caller *caller, const char *step, const char *fields,
                          int expected, const char *words)
{
	affairs_refuse(hall, &timetable_affair, caller, step, "93", fields != NULL ? affairs_fields(fields) : NULL,
	               expected, words);
}

static void ask(struct hall *hall, const struct caller *caller, const char *fields, char id[AFFAIR_ID_MAX + 1])
{
	act(hall, caller, "ask", NULL, fields);
	(void)snprintf(id, AFFAIR_ID_MAX + 1, "%.*s", AFFAIR_ID_MAX, hall->id);
	assert_int_equal(strncmp(id, "MT-93-", 6), 0);
}

/* Eight times on two days, two rooms, one team from Arabic to French. */
static void open_times(struct hall *hall)
{
	table(hall, &secretary, "open",
	      "{'minutes':30,'periods':[{'day':'2025-11-25','begin':'09:00','end':'11:00'},"
	      "{'day':'2025-11-24','begin':'14:00','end':'16:10'}]}");
	table(hall, &secretary, "rooms", "{'rooms':[{'name':'Large','seats':8},{'name':'Small','seats':4}]}");
	table(hall, &secretary, "interpreters", "{'interpreters':[{'languages':['fr','ar'],'teams':1}]}");
}

static int plan(struct hall *hall, const struct caller *caller, bool rehearsal, const char *after,
                struct timetable_made *made, struct problem *problem)
{
	struct timetable_order order = {.caller = caller, .session = 93, .after = after, .rehearsal = rehearsal};
	problem->text[0] = '\0';
	return timetable_plan(hall->place.store, &order, made, problem);
}

static struct timetable_made planned(struct hall *hall)
{
	struct timetable_made made;
	struct problem problem = {""};
	if (plan(hall, &secretary, false, "", &made, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	return made;
}

static cJSON *list(struct hall *hall, const struct caller *caller)
{
	cJSON *told = affairs_tell(hall, &meeting_affair, caller, NULL, NULL);
	assert_non_null(told);
	return told;
}

static int count(struct hall *hall, const struct caller *caller)
{
	CLEANUP(json_freep) cJSON *told = list(hall, caller);
	return cJSON_GetArraySize(json_get(told, "meetings"));
}

/* ---- from the wish to the note ---- */

static void two_sides_agree_to_meet_and_meet(void **state)
{
	(void)state;
	struct hall hall;
	char id[AFFAIR_ID_MAX + 1];
	begin(&hall);
	struct caller morocco = head("MA"), france = head("FR"), spain = head("ES");
	struct caller clerk = place_caller("MA", "MA-9", ROLE_BIT(ROLE_BUREAU_OFFICER));
#define WISH(more) "{'session':93,'with':'FR','subject':'Joint patrols'" more "}"
	refuse(&hall, &clerk, "ask", NULL, WISH(""), JISR_DENIED, "only one of the two sides");
	refuse(&hall, &morocco, "ask", NULL, "{'session':92,'with':'FR','subject':'X'}", JISR_NOT_FOUND, "session 92");
	refuse(&hall, &morocco, "ask", NULL, "{'session':93,'with':'MA','subject':'X'}", JISR_BAD_INPUT, "different");
	refuse(&hall, &morocco, "ask", NULL, "{'session':93,'with':'BR','subject':'X'}", JISR_NOT_FOUND, "BR");
	refuse(&hall, &morocco, "ask", NULL, WISH(",'times':['2025-11-28']"), JISR_BAD_INPUT, "without 2025-11-28");
	refuse(&hall, &morocco, "ask", NULL, WISH(",'times':['25 November']"), JISR_BAD_INPUT, "days and times");
	refuse(&hall, &morocco, "ask", NULL, WISH(",'times':['2025-11-25T24:00']"), JISR_BAD_INPUT, "days and times");
	refuse(&hall, &morocco, "ask", NULL, WISH(",'languages':['xx']"), JISR_BAD_INPUT, "languages");
	ask(&hall, &morocco, WISH(",'languages':['ar'],'people':3,'level':'heads','times':['2025-11-25']"), id);
	refuse(&hall, &morocco, "accept", id, NULL, JISR_DENIED, "the side that is to answer");
	refuse(&hall, &france, "propose", id, NULL, JISR_BAD_INPUT, "what is proposed");
	shown(&hall, &france, id, "turn", "FR");
	act(&hall, &france, "propose", id,
	    "{'text':'The day before','times':['2025-11-24'],'people':4,'languages':['fr']}");
	shown(&hall, &morocco, id, "turn", "MA");
	shown(&hall, &morocco, id, "reason", "The day before");
	refuse(&hall, &france, "accept", id, NULL, JISR_DENIED, "the side that is to answer");
	act(&hall, &morocco, "accept", id, "{'people':2}");
	shown(&hall, &france, id, "state", "accepted");
	shown(&hall, &france, id, "sides/0/languages/0", "ar");
	shown(&hall, &france, id, "sides/1/languages/0", "fr");
	shown(&hall, &france, id, "times/0", "2025-11-24");
	refuse(&hall, &secretary, "place", id, "{'time':'2025-11-24T14:00','room':'Large'}", JISR_NOT_FOUND,
	       "no timetable");
	open_times(&hall);
	refuse(&hall, &morocco, "ask", NULL, WISH(",'minutes':31"), JISR_BAD_INPUT, "lasts at most 30");
	refuse(&hall, &france, "place", id, "{'time':'2025-11-24T14:00','room':'Large'}", JISR_DENIED, "secretariat");
	refuse(&hall, &secretary, "place", id, "{'time':'2025-11-24T14:10','room':'Large'}", JISR_BAD_INPUT,
	       "no meetings that begin");
	refuse(&hall, &secretary, "place", id, "{'time':'2025-11-24T16:00','room':'Large'}", JISR_BAD_INPUT,
	       "no meetings that begin"); /* ten minutes are no time */
	refuse(&hall, &secretary, "place", id, "{'time':'2025-11-24T14:00','room':'Tiny'}", JISR_BAD_INPUT, "no room");
	refuse(&hall, &secretary, "place", id, "{'time':'2025-11-24T14:00','room':'Small'}", JISR_STATE,
	       "its room does not do");
	refuse(&hall, &secretary, "wait", id, NULL, JISR_DENIED, "a plan");
	refuse(&hall, &secretary, "hold", id, "{'text':'x'}", JISR_STATE, "is accepted");
	struct timetable_made made = planned(&hall);
	assert_int_equal(made.placed, 1);
	assert_int_equal(made.weight, 3);
	assert_int_equal(made.weight_most, 3);
	shown(&hall, &france, id, "state", "placed");
	shown(&hall, &france, id, "room", "Large");
	CLEANUP(json_freep) cJSON *told = affairs_tell(&hall, &meeting_affair, &france, NULL, id);
	assert_memory_equal(json_get_text(told, "begin"), "2025-11-24T1", 12);
	/* taken back, placed by hand, kept there by the next plan */
	act(&hall, &secretary, "free", id, "{'text':'The room is painted'}");
	shown(&hall, &morocco, id, "reason", "The room is painted");
	shown(&hall, &morocco, id, "begin", "");
	act(&hall, &secretary, "place", id, "{'time':'2025-11-25T10:30','room':'Large'}");
	shown(&hall, &morocco, id, "end", "2025-11-25T11:00");
	shown(&hall, &morocco, id, "fixed", "true");
	made = planned(&hall);
	assert_int_equal(made.moved, 0);
	act(&hall, &secretary, "fix", id, "{'fixed':false}");
	made = planned(&hall);
	assert_int_equal(made.moved, 0); /* nothing is won by it */
	table_refused(&hall, &secretary, "rooms", "{'rooms':[{'name':'Small','seats':4}]}", JISR_STATE,
	              "free it first");
	table_refused(&hall, &secretary, "times",
	              "{'minutes':60,'periods':[{'day':'2025-11-25','begin':'09:00','end':'10:00'}]}", JISR_STATE,
	              "free it first");
	act(&hall, &morocco, "hold", id, "{'text':'A draft follows'}");
	act(&hall, &france, "note", id, "{'text':'A draft follows in March'}");
	shown(&hall, &morocco, id, "note", "A draft follows in March");
	refuse(&hall, &secretary, "note", id, "{'text':'x'}", JISR_DENIED, "one of the two sides");
	refuse(&hall, &morocco, "cancel", id, "{'text':'x'}", JISR_STATE, "is held");
	assert_null(affairs_tell(&hall, &meeting_affair, &spain, NULL, id));
	/* declined and cancelled ones end */
	ask(&hall, &france, "{'session':93,'with':'GS','subject':'A liaison officer'}", id);
	refuse(&hall, &france, "decline", id, "{'text':'x'}", JISR_DENIED, "to answer");
	act(&hall, &secretary, "decline", id, "{'text':'In January'}");
	refuse(&hall, &france, "cancel", id, "{'text':'x'}", JISR_STATE, "is declined");
	ask(&hall, &spain, "{'session':93,'with':'FR','subject':'Vessels'}", id);
	act(&hall, &france, "accept", id, NULL);
	(void)planned(&hall);
	shown(&hall, &spain, id, "state", "placed");
	act(&hall, &spain, "cancel", id, "{'text':'Settled by telephone'}");
	shown(&hall, &france, id, "begin", "");
	shown(&hall, &france, id, "reason", "Settled by telephone");
	table(&hall, &secretary, "close", NULL);
	refuse(&hall, &morocco, "ask", NULL, WISH(""), JISR_STATE, "no further wishes");
	table(&hall, &secretary, "reopen", NULL);
	ask(&hall, &morocco, WISH(""), id);
	hall_same(&hall);
	place_finish(&hall.place);
}

/* ---- who may what ---- */

static void every_step_is_taken_by_who_may(void **state)
{
	(void)state;
	static const char *const life[MEETING_STATES][4] = {
		/* the side that is to answer, the other one, headquarters' secretariat, nobody else */
		[MEETING_NONE] = {" ask ", " ask ", "", ""},
		[MEETING_ASKED] = {" propose accept decline cancel ", " cancel ", " cancel weigh ", ""},
		[MEETING_ACCEPTED] = {" cancel ", " cancel ", " cancel weigh place ", ""},
		[MEETING_DECLINED] = {"", "", "", ""},
		[MEETING_PLACED] = {" cancel hold ", " cancel hold ", " cancel hold weigh place free fix ", ""},
		[MEETING_HELD] = {" note ", " note ", "", ""},
		[MEETING_CANCELLED] = {"", "", "", ""},
	};
	static const struct affairs_side sides[] = {
		{"answers", " delegate head-of-bureau ", "FR"},
		{"asked", " delegate head-of-bureau ", "MA"},
		{"secretariat", " secretary-general assembly-secretary ", "GS"},
	};
	static const char *const tables[TIMETABLE_STATES][4] = {
		[TIMETABLE_NONE] = {" open ", "", "", ""},
		[TIMETABLE_OPEN] = {" times rooms interpreters sittings duty close ", " duty ", "", ""},
		[TIMETABLE_CLOSED] = {" times rooms interpreters sittings duty reopen ", " duty ", "", ""},
	};
	static const struct affairs_side table_sides[] = {
		{"secretariat", " secretary-general assembly-secretary ", "GS"},
		{"offices", " delegate head-of-bureau ", NULL},
	};
	struct hall hall;
	char id[AFFAIR_ID_MAX + 1];
	begin(&hall);
	struct caller morocco = head("MA");
	ask(&hall, &morocco, WISH(""), id);
	affairs_try_all(&hall, &(struct affairs_life){&meeting_affair, id, sides, 3, life});
	affairs_reach_all(&meeting_affair, AFFAIR_BIT(MEETING_NONE));
	affairs_try_all(&hall, &(struct affairs_life){&timetable_affair, "93", table_sides, 2, tables});
	affairs_reach_all(&timetable_affair, AFFAIR_BIT(TIMETABLE_NONE));
	place_finish(&hall.place);
}

struct heard {
	size_t entries;
	const char *office; /* that may see none of them; NULL: counts all */
};

static int hear(void *context, const struct entry *entry, struct problem *problem)
{
	struct heard *heard = context;
	(void)problem;
	if (strncmp(entry->header.kind, "meeting.", 8) != 0 && strcmp(entry->header.kind, "timetable.duty") != 0 &&
	    strcmp(entry->header.kind, "timetable.plan") != 0)
		return JISR_OK;
	heard->entries += entry_visible_to(&entry->header, heard->office);
	return JISR_OK;
}

static size_t heard_by(struct hall *hall, const char *office)
{
	struct heard heard = {0, office};
	struct store_reader *reader = NULL;
	assert_int_equal(store_read(hall->place.store, &reader, NULL), JISR_OK);
	assert_int_equal(log_each(store_reader_log(reader), 1, LOG_WITHOUT_BODY, hear, &heard, NULL), JISR_OK);
	store_read_end(reader);
	return heard.entries;
}

static void nobody_else_learns_of_a_meeting(void **state)
{
	(void)state;
	struct hall hall;
	char id[AFFAIR_ID_MAX + 1], none[AFFAIR_ID_MAX + 1];
	begin(&hall);
	open_times(&hall);
	struct caller morocco = head("MA"), france = head("FR"), spain = head("ES");
	struct caller strangers[] = {
		head("ES"),
		place_caller("ES", "ES-3", ROLE_BIT(ROLE_DELEGATE)),
		place_caller("MA", "MA-8", ROLE_BIT(ROLE_BORDER_OFFICER)),
		place_caller("FR", "FR-8", ROLE_BIT(ROLE_BUREAU_OFFICER)),
		place_caller("GS", "GS-8", ROLE_BIT(ROLE_AUDITOR)),
		place_caller("GS", "GS-9", ROLE_BIT(ROLE_CHAIR)),
		place_caller("", "", 0),
	};
	ask(&hall, &morocco, WISH(""), id);
	(void)snprintf(none, sizeof none, "MT-93-%d", strcmp(id, "MT-93-1") == 0 ? 2 : 1);
	table(&hall, &morocco, "duty", "{'times':['2025-11-24']}");
	table_refused(&hall, &morocco, "duty", "{'office':'FR','times':[]}", JISR_DENIED, "for another office");
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
			struct problem there = {""}, absent = {""};
			for (unsigned step = 0; step < MEETING_STEPS; step++) {
				if (step == MEETING_STEP_ASK)
					continue;
				const char *name = meeting_affair.steps[step].name;
				int error = affairs_try(&hall, &meeting_affair, &strangers[i], name, id,
				                        "{\"text\":\"x\"}", &there);
				int other = affairs_try(&hall, &meeting_affair, &strangers[i], name, none,
				                        "{\"text\":\"x\"}", &absent);
				char *at = strstr(there.text, id), *gone = strstr(absent.text, none);
				assert_int_not_equal(error, JISR_OK);
				assert_int_equal(error, other);
				assert_int_equal(at != NULL, gone != NULL);
				if (at != NULL && gone != NULL)
					*at = *gone = '\0';
				assert_string_equal(there.text, absent.text);
			}
			assert_int_equal(count(&hall, &strangers[i]), 0);
			assert_null(affairs_tell(&hall, &meeting_affair, &strangers[i], NULL, id));
			CLEANUP(json_freep)
			cJSON *told = affairs_tell(&hall, &timetable_affair, &strangers[i], NULL, "93");
			assert_int_equal(cJSON_GetArraySize(json_get(told, "duties")), 0);
			assert_null(json_get(told, "plans"));
			CLEANUP(json_freep)
			cJSON *session = affairs_tell(&hall, &timetable_affair, &strangers[i], "meetings", "93");
			assert_int_equal(cJSON_GetArraySize(json_get(session, "meetings")), 0);
		}
		assert_int_equal(count(&hall, &morocco), 1);
		assert_int_equal(count(&hall, &france), 1);
		assert_int_equal(count(&hall, &secretary), 1);
		if (round == 0)
			act(&hall, &france, "accept", id, NULL);
		else if (round == 1)
			(void)planned(&hall);
	}
	assert_int_equal(heard_by(&hall, "ES"), 0);
	assert_int_equal(heard_by(&hall, "GS"), 5); /* ask, duty, accept, plan, place */
	assert_int_equal(heard_by(&hall, "MA"), 4);
	assert_int_equal(heard_by(&hall, "FR"), 3);
	/* what the delegation did before has no part in what another learns of its own */
	struct problem problem = {""};
	struct timetable_made made;
	assert_int_equal(plan(&hall, &spain, true, "", &made, &problem), JISR_DENIED);
	hall_same(&hall);
	place_finish(&hall.place);
}

/* ---- plans ---- */

static uint32_t lot = 99;
static unsigned below(unsigned limit)
{
	lot = lot * 1664525u + 1013904223u;
	return (lot >> 8) % limit;
}

static const char *text_of(const cJSON *object, const char *name)
{
	const char *text = json_get_text(object, name);
	return text != NULL ? text : "";
}

static unsigned number_of(const cJSON *object, const char *name)
{
	const cJSON *value = json_get(object, name);
	return cJSON_IsNumber(value) ? (unsigned)value->valuedouble : 0;
}

static const cJSON *named(const cJSON *array, const char *key, const char *name)
{
	for (const cJSON *one = array->child; one != NULL; one = one->next)
		if (strcmp(text_of(one, key), name) == 0)
			return one;
	return NULL;
}

static bool in(const cJSON *array, const char *text)
{
	for (const cJSON *one = array->child; one != NULL; one = one->next)
		if (strncmp(text, one->valuestring, strlen(one->valuestring)) == 0)
			return true;
	return false;
}

static bool party(const cJSON *meeting, const char *office)
{
	const cJSON *sides = json_get(meeting, "sides");
	return named(sides, "office", office) != NULL;
}

/* Whether a side is free: by what was told of sittings and duties, told again here by hand. Four people come from each. */
static bool free_at(const cJSON *told, const char *office, bool heads, const char *begin)
{
	const cJSON *duty = named(json_get(told, "duties"), "office", office);
	if (duty != NULL && in(json_get(duty, "times"), begin))
		return false;
	for (const cJSON *one = json_get(told, "sittings")->child; one != NULL; one = one->next)
		if (strncmp(begin, text_of(one, "begin"), 10) == 0 && strcmp(begin, text_of(one, "end")) < 0 &&
		    strcmp(text_of(one, "begin"), text_of(named(json_get(told, "slots"), "begin", begin), "end")) < 0 &&
		    (heads || cJSON_IsTrue(json_get(one, "vote"))))
			return false;
	return true;
}

/* No two things at once, and nothing where it does not fit. */
static void check_plan(struct hall *hall)
{
	CLEANUP(json_freep) cJSON *told = affairs_tell(hall, &timetable_affair, &secretary, NULL, "93");
	CLEANUP(json_freep) cJSON *all = list(hall, &secretary);
	const cJSON *rooms = json_get(told, "rooms"), *meetings = json_get(all, "meetings");
	for (const cJSON *one = meetings->child; one != NULL; one = one->next) {
		const char *begin = text_of(one, "begin"), *room = text_of(one, "room");
		bool heads = strcmp(text_of(one, "level"), "heads") == 0;
		if (strcmp(text_of(one, "state"), "placed") != 0)
			continue;
		const cJSON *slot = named(json_get(told, "slots"), "begin", begin), *place = named(rooms, "name", room);
		assert_non_null(slot);
		assert_non_null(place);
		assert_true(strcmp(text_of(one, "end"), text_of(slot, "end")) <= 0);
		assert_false(in(json_get(place, "closed"), begin));
		unsigned people = 0, interpreted = 0;
		for (const cJSON *side = json_get(one, "sides")->child; side != NULL; side = side->next) {
			unsigned at_once = 0;
			people += number_of(side, "people");
			assert_true(free_at(told, text_of(side, "office"), heads, begin));
			for (const cJSON *other = meetings->child; other != NULL; other = other->next)
				at_once += strcmp(text_of(other, "begin"), begin) == 0 &&
				           party(other, text_of(side, "office")) &&
				           (strcmp(text_of(other, "level"), "heads") == 0) == heads;
			assert_true(at_once <= (heads ? 1u : 2u));
		}
		assert_true(people <= number_of(place, "seats"));
		for (const cJSON *other = meetings->child; other != NULL; other = other->next) {
			if (other != one && strcmp(text_of(other, "begin"), begin) == 0)
				assert_string_not_equal(text_of(other, "room"), room);
			if (strcmp(text_of(other, "begin"), begin) != 0)
				continue;
			const cJSON *sides = json_get(other, "sides");
			const cJSON *a = json_get(cJSON_GetArrayItem(sides, 0), "languages");
			const cJSON *b = json_get(cJSON_GetArrayItem(sides, 1), "languages");
			interpreted += a->child != NULL && b->child != NULL &&
			               strcmp(a->child->valuestring, b->child->valuestring) != 0;
		}
		assert_true(interpreted <= 1);
	}
}

static const char *const codes[] = {"ES", "FR", "GS", "IS", "KE", "MA"};

static void wishes(struct hall *hall, unsigned count, char ids[][AFFAIR_ID_MAX + 1])
{
	for (unsigned n = 0; n < count; n++) {
		char fields[400];
		unsigned a = below(6), b = (a + 1 + below(5)) % 6;
		struct caller asker = a == 2 ? secretary : head(codes[a]), other = b == 2 ? secretary : head(codes[b]);
		(void)snprintf(fields, sizeof fields,
		               "{'session':93,'with':'%s','subject':'S','level':'%s','people':%u,'languages':['%s'],"
		               "'times':['2025-11-2%u']}",
		               codes[b], below(3) == 0 ? "heads" : "delegates", 1 + below(4),
		               below(2) == 0 ? "ar" : "fr", 4 + below(2));
		ask(hall, &asker, fields, ids[n]);
		(void)snprintf(fields, sizeof fields, "{'people':%u,'languages':['%s']}", 1 + below(4),
		               below(2) == 0 ? "ar" : "fr");
		act(hall, &other, "accept", ids[n], fields);
	}
}

static uint64_t last_entry(struct hall *hall)
{
	struct store_reader *reader = NULL;
	assert_int_equal(store_read(hall->place.store, &reader, NULL), JISR_OK);
	uint64_t last = store_reader_sequence(reader);
	store_read_end(reader);
	return last;
}

static void plans_break_no_rule_and_keep_what_they_can(void **state)
{
	(void)state;
	struct hall hall;
	char ids[40][AFFAIR_ID_MAX + 1];
	struct problem problem = {""};
	struct timetable_made made;
	begin(&hall);
	open_times(&hall);
	for (size_t i = 0; i < 6; i++) { /* all of them come with four people */
		struct caller delegate = hall_delegate(codes[i]);
		if (i != 2)
			hall_do(&hall, &delegate, "delegation",
			        "{\"people\":[{\"name\":\"A\",\"role\":\"head\"},{\"name\":\"B\",\"role\":\"delegate\"}"
			        ","
			        "{\"name\":\"C\",\"role\":\"delegate\"},{\"name\":\"D\",\"role\":\"adviser\"}]}");
	}
	table(&hall, &secretary, "sittings",
	      "{'sittings':[{'day':'2025-11-24','begin':'14:00','end':'14:45'},"
	      "{'day':'2025-11-25','begin':'10:29','end':'10:31','vote':true}]}");
	table(&hall, &secretary, "duty", "{'office':'KE','times':['2025-11-25T09:00']}");
	wishes(&hall, 24, ids);
	made = planned(&hall);
	assert_int_equal(made.wishes, 24);
	assert_true(made.placed > 5 && made.placed <= 16); /* two rooms, eight times */
	assert_true(made.weight == made.weight_most);
	check_plan(&hall);
	/* who has no place is told why, and a plan of the same is one entry */
	uint64_t before = last_entry(&hall);
	made = planned(&hall);
	assert_int_equal(made.moved, 0);
	assert_int_equal(made.lost, 0);
	assert_int_equal(last_entry(&hall), before + 1);
	/* a rehearsal leaves nothing */
	assert_int_equal(plan(&hall, &secretary, true, "", &made, &problem), JISR_OK);
	assert_int_equal(last_entry(&hall), before + 1);
	CLEANUP(json_freep) cJSON *all = list(&hall, &secretary);
	size_t told = 0, waiting = 0;
	for (const cJSON *one = json_get(all, "meetings")->child; one != NULL; one = one->next) {
		waiting += strcmp(text_of(one, "state"), "accepted") == 0;
		told += text_of(one, "waiting")[0] != '\0';
	}
	assert_int_equal(told, waiting);
	assert_int_equal(waiting, 24 - made.placed);
	/* what lies before stays where it is, whatever comes in */
	wishes(&hall, 6, ids + 24);
	assert_int_equal(plan(&hall, &secretary, false, "2025-11-25", &made, &problem), JISR_OK);
	check_plan(&hall);
	CLEANUP(json_freep) cJSON *later = list(&hall, &secretary);
	for (const cJSON *one = json_get(all, "meetings")->child; one != NULL; one = one->next)
		if (strncmp(text_of(one, "begin"), "2025-11-24", 10) == 0)
			assert_string_equal(
				text_of(named(json_get(later, "meetings"), "id", text_of(one, "id")), "begin"),
				text_of(one, "begin"));
	for (const cJSON *one = json_get(later, "meetings")->child; one != NULL; one = one->next)
		for (int n = 24; n < 30; n++)
			assert_false(strcmp(text_of(one, "id"), ids[n]) == 0 &&
			             strncmp(text_of(one, "begin"), "2025-11-24", 10) == 0);
	assert_int_equal(plan(&hall, &secretary, false, "2025", &made, &problem), JISR_BAD_INPUT);
	hall_same(&hall);
	place_finish(&hall.place);
}

struct meddling {
	struct caller caller;
	char id[AFFAIR_ID_MAX + 1];
	unsigned times, most;
};

/* Comes between the solving and the writing: gives the meeting another weight. */
static int meddle(struct store_write *write, void *context, struct problem *problem)
{
	struct meddling *meddling = context;
	CLEANUP(json_freep) cJSON *fields = tree_object();
	if (meddling->times == meddling->most)
		return JISR_OK;
	tree_count(fields, "weight", 10 + meddling->times++);
	struct affair_order order = {.step = MEETING_STEP_WEIGH,
	                             .caller = &meddling->caller,
	                             .id = meddling->id,
	                             .fields = fields,
	                             .expected = ENTRY_ANY};
	return affair_run(write, &meeting_affair, &order, problem);
}

/* A command that is refused is taken back with what encloses it: the change is made again at the next try. */
static void a_plan_whose_ground_changed_is_not_put_in_force(void **state)
{
	(void)state;
	struct hall hall;
	struct timetable_made made;
	struct problem problem = {""};
	begin(&hall);
	open_times(&hall);
	struct caller morocco = head("MA"), france = head("FR");
	struct meddling meddling = {.caller = secretary, .most = 100};
	ask(&hall, &morocco, WISH(""), meddling.id);
	act(&hall, &france, "accept", meddling.id, NULL);
	uint64_t before = last_entry(&hall);
	struct store_bracket bracket = {.before = meddle, .context = &meddling};
	store_bracket(&bracket);
	assert_int_equal(plan(&hall, &secretary, false, "", &made, &problem), JISR_CONFLICT);
	assert_non_null(strstr(problem.text, "has changed"));
	assert_int_equal(meddling.times, TIMETABLE_TRIES);
	assert_int_equal(last_entry(&hall), before);
	shown(&hall, &morocco, meddling.id, "state", "accepted");
	meddling.most = meddling.times + 1; /* once only: the next try is good */
	assert_int_equal(plan(&hall, &secretary, false, "", &made, &problem), JISR_OK);
	store_bracket(NULL);
	shown(&hall, &morocco, meddling.id, "state", "placed");
	/* everything that decides is in the digest */
	static const struct {
		const struct affair *affair;
		const char *step, *fields;
	} changes[] = {
		{&timetable_affair, "rooms", "{'rooms':[{'name':'Large','seats':8},{'name':'Small','seats':5}]}"},
		{&timetable_affair, "rooms",
	         "{'rooms':[{'name':'Large','seats':8},{'name':'Small','seats':5,'closed':['2025-11-25T09:00']}]}"},
		{&timetable_affair, "interpreters", "{'interpreters':[{'languages':['fr','ar'],'teams':2}]}"},
		{&timetable_affair, "sittings", "{'sittings':[{'day':'2025-11-25','begin':'09:00','end':'09:10'}]}"},
		{&timetable_affair, "duty", "{'office':'FR','times':['2025-11-25']}"},
		{&timetable_affair, "duty", "{'office':'FR','times':['2025-11-25'],'teams':5}"},
		{&meeting_affair, "weigh", "{'weight':7}"},
		{&meeting_affair, "fix", "{'fixed':true}"},
		{&meeting_affair, "free", "{}"},
		{&meeting_affair, "cancel", "{'text':'x'}"},
	};
	char last[TIMETABLE_DIGEST] = "";
	for (size_t i = 0; i <= sizeof changes / sizeof *changes; i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct store_reader *reader = NULL;
		struct timetable_ground ground;
		assert_int_equal(arena_new((size_t)64 << 20, &arena), JISR_OK);
		assert_int_equal(store_read(hall.place.store, &reader, NULL), JISR_OK);
		assert_int_equal(timetable_gather(store_reader_sql(reader), 93, "", NULL, arena, &ground, &problem),
		                 JISR_OK);
		store_read_end(reader);
		assert_string_not_equal(ground.digest, last);
		(void)snprintf(last, sizeof last, "%s", ground.digest);
		if (i < sizeof changes / sizeof *changes)
			affairs_do(&hall, changes[i].affair, &secretary, changes[i].step,
			           changes[i].affair == &meeting_affair ? meddling.id : "93",
			           affairs_fields(changes[i].fields));
	}
	hall_same(&hall);
	place_finish(&hall.place);
}

/* ---- limits ---- */

static void limits_and_no_memory_leave_nothing_half_done(void **state)
{
	(void)state;
	struct hall hall;
	char id[AFFAIR_ID_MAX + 1];
	struct problem problem = {""};
	struct timetable_made made;
	begin(&hall);
	struct caller morocco = head("MA"), france = head("FR");
	table_refused(&hall, &secretary, "open", "{'minutes':4,'periods':[]}", JISR_BAD_INPUT, "1 to 40");
	table_refused(&hall, &secretary, "open",
	              "{'minutes':4,'periods':[{'day':'2025-11-25','begin':'09:00','end':'10:00'}]}", JISR_BAD_INPUT,
	              "5 minutes");
	table_refused(&hall, &secretary, "open",
	              "{'minutes':30,'periods':[{'day':'2025-11-25','begin':'9:00','end':'10:00'}]}", JISR_BAD_INPUT,
	              "such as 09:30");
	table_refused(&hall, &secretary, "open",
	              "{'minutes':30,'periods':[{'day':'2025-11-25','begin':'11:00','end':'10:00'}]}", JISR_BAD_INPUT,
	              "ends before it begins");
	table_refused(&hall, &secretary, "open",
	              "{'minutes':30,'periods':[{'day':'2025-12-25','begin':'09:00','end':'10:00'}]}", JISR_BAD_INPUT,
	              "without 2025-12-25");
	table_refused(&hall, &secretary, "open",
	              "{'minutes':30,'periods':[{'day':'2025-11-25','begin':'09:00','end':'10:00'},"
	              "{'day':'2025-11-25','begin':'09:59','end':'11:00'}]}",
	              JISR_BAD_INPUT, "overlap");
	table_refused(&hall, &secretary, "open",
	              "{'minutes':5,'periods':[{'day':'2025-11-25','begin':'08:00','end':'18:45'}]}", JISR_TOO_LARGE,
	              "more than 128"); /* 129 */
	table(&hall, &secretary, "open",
	      "{'minutes':5,'periods':[{'day':'2025-11-25','begin':'08:00','end':'18:40'}]}"); /* 128 */
	assert_int_equal(plan(&hall, &secretary, false, "", &made, &problem), JISR_OK);
	assert_int_equal(made.wishes, 0);
	table_refused(&hall, &secretary, "rooms", "{'rooms':[{'name':'A','seats':8},{'name':'A','seats':4}]}",
	              JISR_BAD_INPUT, "twice");
	table_refused(&hall, &secretary, "rooms", "{'rooms':[{'name':'A','seats':1}]}", JISR_BAD_INPUT, "two people");
	table_refused(&hall, &secretary, "interpreters", "{'interpreters':[{'languages':['ar'],'teams':1}]}",
	              JISR_BAD_INPUT, "two \"languages\"");
	table_refused(&hall, &secretary, "interpreters",
	              "{'interpreters':[{'languages':['ar','fr'],'teams':1},{'languages':['fr','ar'],'teams':1}]}",
	              JISR_BAD_INPUT, "twice");
	table_refused(&hall, &secretary, "plan", NULL, JISR_DENIED, "jisr timetable plan");
	for (int n = 0; n < MEETING_OPEN_MOST; n++)
		ask(&hall, &morocco, WISH(""), id);
	refuse(&hall, &morocco, "ask", NULL, WISH(""), JISR_TOO_LARGE, "60 meetings");
	act(&hall, &france, "decline", id, "{'text':'x'}");
	ask(&hall, &morocco, WISH(""), id);
	act(&hall, &france, "accept", id, NULL);
	/* a plan without memory leaves the meeting as it was */
	table(&hall, &secretary, "rooms", "{'rooms':[{'name':'A','seats':8}]}");
	int at = 0, error = JISR_NO_MEMORY;
	for (; error != JISR_OK && at < 3000; at += at < 60 ? 1 : 17) {
		memory_fail_after(at);
		error = plan(&hall, &secretary, true, "", &made, &problem);
		memory_fail_after(-1);
		assert_true(error == JISR_OK || error == JISR_NO_MEMORY);
		shown(&hall, &morocco, id, "state", "accepted");
	}
	assert_int_equal(error, JISR_OK);
	hall_same(&hall);
	place_finish(&hall.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_sides_agree_to_meet_and_meet),
		cmocka_unit_test(every_step_is_taken_by_who_may),
		cmocka_unit_test(nobody_else_learns_of_a_meeting),
		cmocka_unit_test(plans_break_no_rule_and_keep_what_they_can),
		cmocka_unit_test(a_plan_whose_ground_changed_is_not_put_in_force),
		cmocka_unit_test(limits_and_no_memory_leave_nothing_half_done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
