#include "assembly/committee_record.h"

#include "assembly/field.h"
#include "base/clock.h"
#include "base/emit.h"
#include "base/json.h"
#include "base/tree.h"

#include <stdio.h>
#include <string.h>

#define MEMORY_MAX ((size_t)4 << 20)

/* ---- what happened ---- */

static const char *keep(struct arena *arena, const char *text)
{
	return arena_text(arena, text, strlen(text));
}

static int read_rules(struct sql *sql, struct committee_rules *rules, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT setting, value FROM assembly_committee_rule ORDER BY version");
	enum committee_setting setting;
	committee_rules_init(rules);
	while (sql_next(&query))
		if (committee_setting_read(sql_text(&query, 0), &setting))
			rules->value[setting] = (unsigned)sql_number(&query, 1);
	return sql_done(&query, problem);
}

int committee_record_read(struct sql *sql, struct arena *arena, struct committee_record *ret_record,
                          struct problem *problem)
{
	int64_t most = 0;
	struct committee_record record = {NULL, 0, {{0}}};
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM assembly_committee_event");
	int error = sql_run_number(&query, 0, &most, problem);
	if (error)
		return error;
	if (most > COMMITTEE_MAX_EVENTS)
		return problem_set(problem, JISR_TOO_LARGE, "more than %d events of the Executive Committee",
		                   COMMITTEE_MAX_EVENTS);
	struct committee_event *events = arena_zero(arena, (size_t)most + 1, sizeof *events);
	if (events == NULL)
		return problem_no_memory(problem);
	bool lost = false;
	query = sql_query(sql, "SELECT what, day, year, person, country, region, post, until, vacancy FROM"
	                       " assembly_committee_event ORDER BY day, entry, part");
	while (sql_next(&query) && record.count < (size_t)most) {
		struct committee_event *event = &events[record.count++];
		event->what = (enum committee_happening)sql_number(&query, 0);
		event->day = keep(arena, sql_text(&query, 1));
		event->year = (unsigned)sql_number(&query, 2);
		event->person = keep(arena, sql_text(&query, 3));
		event->country = keep(arena, sql_text(&query, 4));
		event->region = (enum region)sql_number(&query, 5);
		event->post = (enum committee_post)sql_number(&query, 6);
		event->until = (unsigned)sql_number(&query, 7);
		event->vacancy = sql_number(&query, 8) != 0;
		lost = lost || event->day == NULL || event->person == NULL || event->country == NULL;
	}
	error = sql_done(&query, problem);
	if (!error && lost)
		error = problem_no_memory(problem);
	if (!error)
		error = read_rules(sql, &record.rules, problem);
	record.events = events;
	if (!error)
		*ret_record = record;
	return error;
}

/* ---- settings ---- */

bool committee_record_by_rule(enum committee_setting setting)
{
	return setting == COMMITTEE_HIGH_OVER || setting == COMMITTEE_HIGH_UNDER || setting == COMMITTEE_HIGH_ROUNDS ||
	       setting == COMMITTEE_MORE_THAN_HALF;
}

/* ---- a race as JSON ---- */

void committee_record_race_tree(cJSON *parent, const char *key, const struct race *race)
{
	cJSON *object = tree_add_object(parent, key), *list;
	tree_text(object, "post", committee_post_name(race->post));
	tree_count(object, "seats", race->seats);
	tree_count(object, "round", race->round);
	tree_bool(object, "run_off", race->run_off);
	tree_count(object, "run_seats", race->run_seats);
	tree_count(object, "repeated", race->repeated);
	tree_text(object, "state", race_state_name(race->state));
	list = tree_add_array(object, "rules");
	for (unsigned i = 0; i < COMMITTEE_SETTINGS; i++)
		tree_count(list, NULL, race->rules.value[i]);
	list = tree_add_array(object, "candidates");
	for (size_t i = 0; i < race->count; i++) {
		const struct race_candidate *candidate = &race->candidates[i];
		cJSON *one = tree_add_object(list, NULL);
		tree_text(one, "person", candidate->person);
		tree_text(one, "country", candidate->country);
		tree_text(one, "region", region_name(candidate->region));
		tree_text(one, "standing", race_standing_name(candidate->standing));
		tree_count(one, "elected_in", candidate->elected_in);
	}
}

static unsigned number(const cJSON *object, const char *name)
{
	uint64_t number = json_get_whole(object, name);
	return number < 1000000000 ? (unsigned)number : 0;
}

static bool read_candidate(const cJSON *one, struct race_candidate *candidate)
{
	const char *person = json_get_text(one, "person"), *country = json_get_text(one, "country");
	const char *region = json_get_text(one, "region"), *standing = json_get_text(one, "standing");
	if (person == NULL || country == NULL || region == NULL || standing == NULL ||
	    strlen(person) > COMMITTEE_MAX_PERSON || strlen(country) > OFFICE_CODE_MAX ||
	    !region_read(region, &candidate->region))
		return false;
	(void)snprintf(candidate->person, sizeof candidate->person, "%s", person);
	(void)snprintf(candidate->country, sizeof candidate->country, "%s", country);
	candidate->elected_in = number(one, "elected_in");
	for (unsigned i = RACE_STANDS; i <= RACE_WITHDRAWN; i++)
		if (strcmp(race_standing_name((enum race_standing)i), standing) == 0) {
			candidate->standing = (enum race_standing)i;
			return true;
		}
	return false;
}

static bool read_race(const cJSON *tree, struct race *race)
{
	const char *post = json_get_text(tree, "post"), *state = json_get_text(tree, "state");
	const cJSON *rules = json_get(tree, "rules"), *candidates = json_get(tree, "candidates");
	bool known = false;
	unsigned place = 0;
	if (post == NULL || state == NULL || !committee_post_read(post, &race->post) || !cJSON_IsArray(candidates) ||
	    cJSON_GetArraySize(rules) > COMMITTEE_SETTINGS)
		return false;
	committee_rules_init(&race->rules);
	for (const cJSON *one = rules->child; one != NULL; one = one->next)
		race->rules.value[place++] = cJSON_IsNumber(one) && one->valuedouble >= 0 && one->valuedouble < 1e6
		                                     ? (unsigned)one->valuedouble
		                                     : 0;
	race->seats = number(tree, "seats");
	race->round = number(tree, "round");
	race->run_off = cJSON_IsTrue(json_get(tree, "run_off")) != 0;
	race->run_seats = number(tree, "run_seats");
	race->repeated = number(tree, "repeated");
	for (unsigned i = RACE_VOTE; i <= RACE_VACANT; i++)
		if (strcmp(race_state_name((enum race_state)i), state) == 0) {
			race->state = (enum race_state)i;
			known = true;
		}
	for (const cJSON *one = candidates->child; one != NULL; one = one->next)
		if (race->count == RACE_MAX_CANDIDATES || !read_candidate(one, &race->candidates[race->count++]))
			return false;
	return known && race->seats <= RACE_MAX_CANDIDATES && race->run_seats <= RACE_MAX_CANDIDATES;
}

int committee_record_race(const char *json, struct race *ret_race, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *tree = NULL;
	struct race race = {.count = 0};
	int error = json_read(json, strlen(json), &tree, problem);
	if (error)
		return error;
	if (!read_race(tree, &race))
		return problem_set(problem, JISR_CORRUPT, "that is no contest of an election");
	*ret_race = race;
	return JISR_OK;
}

/* ---- telling ---- */

void committee_record_emit(struct text *text, const char *key, const struct committee *committee)
{
	emit_array(text, key);
	for (size_t i = 0; i < committee->count; i++) {
		const struct committee_seat *seat = &committee->seats[i];
		emit_object(text, NULL);
		emit_text(text, "person", seat->elected->person);
		emit_text(text, "country", seat->elected->country);
		emit_text(text, "region", region_name(seat->elected->region));
		emit_text(text, "post", committee_post_name(seat->elected->post));
		emit_text(text, "since", seat->since);
		emit_count(text, "elected", seat->elected->year);
		emit_count(text, "until", seat->elected->until);
		emit_bool(text, "vacancy", seat->elected->vacancy);
		emit_bool(text, "acting", seat->acting);
		emit_close_object(text);
	}
	emit_close_array(text);
}

int committee_record_tell(struct sql *sql, const char *day, struct text *text, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct committee_record record;
	struct committee committee;
	char today[CLOCK_UTC_MAX];
	if (day == NULL) {
		(void)clock_utc(today);
		today[10] = '\0';
		day = today;
	} else if (!field_day_valid(day)) {
		return problem_set(problem, JISR_BAD_INPUT, "'%.20s' is no day, as 2025-11-27 is", day);
	}
	if (arena_new(MEMORY_MAX, &arena) != JISR_OK)
		return problem_no_memory(problem);
	int error = committee_record_read(sql, arena, &record, problem);
	if (!error)
		error = committee_at(record.events, record.count, day, &committee, problem);
	if (error)
		return error;
	emit_object(text, NULL);
	emit_text(text, "day", day);
	committee_record_emit(text, "members", &committee);
	emit_array(text, "events");
	static const char *const names[] = {"elected", "left", "session closed"};
	for (size_t i = 0; i < record.count && strcmp(record.events[i].day, day) <= 0; i++) {
		const struct committee_event *event = &record.events[i];
		emit_object(text, NULL);
		emit_text(text, "day", event->day);
		emit_text(text, "what", names[event->what]);
		emit_count(text, "year", event->year);
		if (event->what != COMMITTEE_CLOSED)
			emit_text(text, "person", event->person);
		if (event->what == COMMITTEE_ELECTED) {
			emit_text(text, "country", event->country);
			emit_text(text, "post", committee_post_name(event->post));
			emit_count(text, "until", event->until);
		}
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_close_object(text);
	return text->error;
}
