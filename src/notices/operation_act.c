#include "notices/operation.h"

#include "base/date.h"
#include "base/json.h"
#include "base/tree.h"
#include "base/words.h"
#include "members/register.h"
#include "notices/act.h"
#include "notices/hit.h"
#include "notices/number.h"

#include <math.h>
#include <string.h>

#define MAX_NAME 120 /* bytes */

/* One step while it is taken. */
struct taking {
	struct store_write *write;
	struct operation_act *act;
	struct operation before; /* of zeros for a plan */
	const char **offices;    /* who is told: lead and participants, before and after */
	size_t office_count;
	cJSON *body;
};

static const cJSON *field(const struct taking *taking, const char *name)
{
	return json_get(taking->act->fields, name);
}

static int check_known(const struct taking *taking, struct problem *problem)
{
	const struct operation_row *row = &operation_rows[taking->act->step];
	if (taking->act->fields != NULL && !cJSON_IsObject(taking->act->fields))
		return problem_set(problem, JISR_BAD_INPUT, "the fields of a step are an object: {...}");
	const char *stranger = words_stranger(taking->act->fields, row->fields);
	return stranger == NULL
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "the step '%s' takes no field '%.40s'; it takes%s",
	                             row->name, stranger, row->fields[1] == '\0' ? " none" : row->fields);
}

/* A text of the fields goes into the body. */
static int take_text(struct taking *taking, const char *name, size_t most, bool needed, struct problem *problem)
{
	const cJSON *value = field(taking, name);
	if (value == NULL && !needed)
		return JISR_OK;
	if (!cJSON_IsString(value) || value->valuestring[0] == '\0')
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is missing: write it in a sentence or two", name);
	if (strlen(value->valuestring) > most || !register_text_valid(value->valuestring, most))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"%s\" is plain text of at most %zu bytes, without spaces around it", name, most);
	tree_text(taking->body, name, value->valuestring);
	return JISR_OK;
}

static int take_day(struct taking *taking, const char *name, bool needed, struct problem *problem)
{
	const cJSON *value = field(taking, name);
	if (value == NULL && !needed)
		return JISR_OK;
	if (!cJSON_IsString(value) || date_day_read(value->valuestring, strlen(value->valuestring), NULL) != JISR_OK)
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is a day, written as 2026-03-31", name);
	tree_text(taking->body, name, value->valuestring);
	return JISR_OK;
}

static int take_participants(struct taking *taking, bool needed, struct problem *problem)
{
	const cJSON *list = field(taking, "participants");
	struct office office;
	if (list == NULL && !needed)
		return JISR_OK;
	if (!cJSON_IsArray(list) || list->child == NULL || cJSON_GetArraySize(list) > OPERATION_PARTICIPANTS)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"\"participants\" names the offices that take part, as in [\"FR\",\"MA\"], at most %d",
			OPERATION_PARTICIPANTS);
	cJSON *kept = tree_add_array(taking->body, "participants");
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		if (!cJSON_IsString(one) ||
		    register_office(store_write_sql(taking->write), one->valuestring, &office, NULL) != JISR_OK)
			return problem_set(problem, JISR_BAD_INPUT, "\"participants\": there is no office %.20s",
			                   cJSON_IsString(one) ? one->valuestring : "that is no text");
		if (!office.open)
			return problem_set(problem, JISR_BAD_INPUT, "\"participants\": the office %s is closed",
			                   office.code);
		for (const cJSON *other = list->child; other != one; other = other->next)
			if (strcmp(other->valuestring, one->valuestring) == 0)
				return problem_set(problem, JISR_BAD_INPUT, "\"participants\" names %s twice",
				                   one->valuestring);
		tree_text(kept, NULL, one->valuestring);
	}
	return JISR_OK;
}

static int take_crimes(struct taking *taking, bool needed, struct problem *problem)
{
	const cJSON *list = field(taking, "crime_areas");
	if (list == NULL && !needed)
		return JISR_OK;
	if (!cJSON_IsArray(list) || list->child == NULL || cJSON_GetArraySize(list) > 10)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"crime_areas\" lists one to ten codes, as in [\"DRU\",\"ORG\"]");
	cJSON *kept = tree_add_array(taking->body, "crime_areas");
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		if (!cJSON_IsString(one) || !codes_is_crime(one->valuestring))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "\"crime_areas\": '%.20s' is none; 'jisr notice codes' lists them",
			                   cJSON_IsString(one) ? one->valuestring : "?");
		tree_text(kept, NULL, one->valuestring);
	}
	return JISR_OK;
}

static int take_plan(struct taking *taking, struct problem *problem)
{
	bool needed = taking->act->step == OPERATION_PLAN;
	int error = take_text(taking, "name", MAX_NAME, needed, problem);
	if (!error)
		error = take_day(taking, "begins", needed, problem);
	if (!error)
		error = take_day(taking, "ends", false, problem);
	if (!error)
		error = take_text(taking, "objectives", OPERATION_MAX_TEXT, needed, problem);
	if (!error)
		error = take_participants(taking, needed, problem);
	if (!error)
		error = take_crimes(taking, needed, problem);
	const char *begins = json_get_text(taking->body, "begins"), *ends = json_get_text(taking->body, "ends");
	if (begins == NULL)
		begins = taking->before.begins;
	if (ends == NULL)
		ends = taking->before.ends;
	if (!error && ends != NULL && ends[0] != '\0' && strcmp(ends, begins) < 0)
		error = problem_set(problem, JISR_BAD_INPUT, "it ends on %s, before it begins on %s", ends, begins);
	return error;
}

static int take_count(struct taking *taking, const char *name, struct problem *problem)
{
	const cJSON *value = field(taking, name);
	if (value == NULL)
		return JISR_OK;
	uint64_t count;
	if (!json_whole(value, 0, OPERATION_COUNT_MOST, &count))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is a whole number from 0 to %d", name,
		                   OPERATION_COUNT_MOST);
	tree_count(taking->body, name, count);
	return JISR_OK;
}

static int take_seizures(struct taking *taking, struct problem *problem)
{
	const cJSON *list = field(taking, "seizures");
	if (list == NULL)
		return JISR_OK;
	if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > OPERATION_SEIZURES)
		return problem_set(problem, JISR_BAD_INPUT, "\"seizures\" lists at most %d of {\"kind\",\"quantity\"}",
		                   OPERATION_SEIZURES);
	cJSON *kept = tree_add_array(taking->body, "seizures");
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		const struct operation_kind *kind = operation_kind_find(json_get_text(one, "kind"));
		const cJSON *quantity = json_get(one, "quantity");
		const char *unit = json_get_text(one, "unit");
		if (kind == NULL)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "\"seizures\": '%.30s' is no kind; 'jisr operation states' lists them",
			                   json_get_text(one, "kind") != NULL ? json_get_text(one, "kind") : "");
		if (unit != NULL && strcmp(unit, kind->unit) != 0)
			return problem_set(problem, JISR_BAD_INPUT, "\"seizures\": %s is counted in %s, not in %.20s",
			                   kind->code.code, kind->unit, unit);
		double thousandths = cJSON_IsNumber(quantity) ? round(quantity->valuedouble * 1000) : -1;
		if (thousandths <= 0 || thousandths > 1000.0 * OPERATION_COUNT_MOST ||
		    fabs(thousandths - quantity->valuedouble * 1000) > 1e-3)
			return problem_set(
				problem, JISR_BAD_INPUT,
				"\"seizures\": the quantity of %s is a number above 0 with at most three decimals",
				kind->code.code);
		if (strcmp(kind->unit, "item") == 0 && fmod(thousandths, 1000) > 0)
			return problem_set(problem, JISR_BAD_INPUT, "\"seizures\": %s are counted whole",
			                   kind->code.code);
		for (const cJSON *other = list->child; other != one; other = other->next)
			if (strcmp(json_get_text(other, "kind"), kind->code.code) == 0)
				return problem_set(problem, JISR_BAD_INPUT, "\"seizures\" names %s twice: add them up",
				                   kind->code.code);
		cJSON *line = tree_add_object(kept, NULL);
		tree_text(line, "kind", kind->code.code);
		tree_count(line, "thousandths", (uint64_t)thousandths);
	}
	return JISR_OK;
}

static int take_report(struct taking *taking, struct problem *problem)
{
	int error = JISR_OK;
	for (int i = 0; i < 4 && !error; i++)
		error = take_count(taking, operation_counts[i], problem);
	if (!error)
		error = take_text(taking, "text", OPERATION_MAX_TEXT, false, problem);
	return error ? error : take_seizures(taking, problem);
}

/* A notice that the office owns and has published: the count is of notices that there are. */
static int check_notice(const struct taking *taking, const char *id, struct problem *problem)
{
	const char *office = taking->act->caller->office;
	struct notice notice;
	int error = notice_get(store_write_sql(taking->write), viewer_of(taking->act->caller), id,
	                       store_write_arena(taking->write), &notice, problem);
	if (error)
		return error;
	if (strcmp(notice.owner, office) != 0)
		return problem_set(problem, JISR_DENIED, "only its owner, %s, may link the notice %s", notice.owner,
		                   id);
	return notice.published[0] != '\0'
	               ? JISR_OK
	               : problem_set(problem, JISR_STATE,
	                             "the notice %s was never published: it counts for nothing yet", id);
}

/* A hit that the office reported and that led to an arrest, which is then one of the arrests that it counts. */
static int check_hit(const struct taking *taking, const char *id, struct problem *problem)
{
	const char *office = taking->act->caller->office;
	struct sql *sql = store_write_sql(taking->write);
	int64_t arrests = 0;
	struct hit hit;
	int error = hit_get(sql, viewer_of(taking->act->caller), id, store_write_arena(taking->write), &hit, problem);
	if (error)
		return error;
	if (strcmp(hit.finder, office) != 0)
		return problem_set(problem, JISR_DENIED, "only who found, %s, may link the hit %s", hit.finder, id);
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM hit_history WHERE id = ?1 AND step = 'arrest'");
	sql_bind_text(&query, 1, id);
	error = sql_run_number(&query, 0, &arrests, problem);
	if (!error && arrests == 0)
		error = problem_set(problem, JISR_STATE, "the hit %s led to no arrest: it counts for nothing yet", id);
	return error;
}

static int take_link(struct taking *taking, struct problem *problem)
{
	static const struct {
		const char *of_mine, *of_all;
		int (*check)(const struct taking *taking, const char *id, struct problem *problem);
	} kinds[] = {
		{"SELECT count(*) FROM operation_notice WHERE id = ?1 AND notice = ?2 AND office = ?3",
	         "SELECT count(*) FROM operation_notice WHERE id = ?1", check_notice},
		{"SELECT count(*) FROM operation_hit WHERE id = ?1 AND hit = ?2 AND office = ?3",
	         "SELECT count(*) FROM operation_hit WHERE id = ?1", check_hit},
	};
	const char *notice = json_get_text(taking->act->fields, "notice");
	const char *hit = json_get_text(taking->act->fields, "hit"), *office = taking->act->caller->office;
	const char *what = notice != NULL ? "notice" : "hit";
	struct sql *sql = store_write_sql(taking->write);
	char id[NOTICE_ID_MAX + 1];
	int64_t there = 0;
	if ((notice == NULL) == (hit == NULL))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "name one thing to link: \"notice\" or \"hit\", a number such as 2026/1234");
	if (!notice_id_read(notice != NULL ? notice : hit, id))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is the number of a %s, such as 2026/1234", what,
		                   what);
	struct sql_query query = sql_query_once(sql, kinds[notice == NULL].of_mine);
	sql_bind_text(&query, 1, taking->before.id);
	sql_bind_text(&query, 2, id);
	sql_bind_text(&query, 3, office);
	int error = sql_run_number(&query, 0, &there, problem);
	if (error)
		return error;
	tree_text(taking->body, what, id);
	if (taking->act->step == OPERATION_UNLINK)
		return there > 0 ? JISR_OK
		                 : problem_set(problem, JISR_NOT_FOUND, "%s has linked no %s %s", office, what, id);
	if (there > 0)
		return problem_set(problem, JISR_CONFLICT, "the %s %s is linked already", what, id);
	error = kinds[notice == NULL].check(taking, id, problem);
	if (error)
		return error;
	query = sql_query_once(sql, kinds[notice == NULL].of_all);
	sql_bind_text(&query, 1, taking->before.id);
	error = sql_run_number(&query, 0, &there, problem);
	if (!error && there >= OPERATION_LINKS)
		error = problem_set(problem, JISR_TOO_LARGE, "%d are linked, the most there can be", OPERATION_LINKS);
	return error;
}

/* Everybody who takes part has said what came of it, be it nothing. */
static int check_reports(const struct taking *taking, struct problem *problem)
{
	char missing[120] = "";
	size_t length = 0;
	for (const char *at = taking->before.participants; *at != '\0';) {
		char office[OFFICE_CODE_MAX + 1];
		size_t end = strcspn(at, ",");
		int64_t there = 0;
		(void)snprintf(office, sizeof office, "%.*s", (int)end, at);
		at += end + (at[end] == ',');
		struct sql_query query =
			sql_query(store_write_sql(taking->write),
		                  "SELECT count(*) FROM operation_report WHERE id = ?1 AND office = ?2");
		sql_bind_text(&query, 1, taking->before.id);
		sql_bind_text(&query, 2, office);
		int error = sql_run_number(&query, 0, &there, problem);
		if (error)
			return error;
		if (there == 0 && length < sizeof missing - 24)
			length += (size_t)snprintf(missing + length, sizeof missing - length, " %s", office);
	}
	return length == 0 ? JISR_OK
	                   : problem_set(problem, JISR_STATE, "these have not reported yet, be it nothing:%s", missing);
}

/* What everybody gets to know with the summary. */
static int add_public(struct taking *taking, struct problem *problem)
{
	cJSON *results = NULL;
	int error = take_text(taking, "summary", OPERATION_MAX_TEXT, true, problem);
	if (!error)
		error = operation_results(store_write_sql(taking->write), (struct viewer){""}, &taking->before,
		                          &results, problem);
	if (error)
		return error;
	tree_text(taking->body, "name", taking->before.name);
	tree_text(taking->body, "begins", taking->before.begins);
	if (taking->before.ends[0] != '\0')
		tree_text(taking->body, "ends", taking->before.ends);
	cJSON *total = cJSON_DetachItemFromObjectCaseSensitive(results, "total");
	json_free(results);
	if (total == NULL || !cJSON_AddItemToObject(taking->body, "total", total)) {
		cJSON_Delete(total);
		return problem_no_memory(problem);
	}
	return JISR_OK;
}

static int take(struct taking *taking, struct problem *problem)
{
	switch (taking->act->step) {
	case OPERATION_PLAN:
	case OPERATION_EDIT: return take_plan(taking, problem);
	case OPERATION_REPORT: return take_report(taking, problem);
	case OPERATION_LINK:
	case OPERATION_UNLINK: return take_link(taking, problem);
	case OPERATION_CLOSE: return check_reports(taking, problem);
	case OPERATION_PUBLISH: return add_public(taking, problem);
	case OPERATION_CALL_OFF: return take_text(taking, "text", OPERATION_MAX_TEXT, true, problem);
	default: return JISR_OK;
	}
}

/* ---- who may, and who is told ---- */

static bool takes_part(const struct operation *operation, const char *office)
{
	char all[OPERATION_PARTICIPANTS * (OFFICE_CODE_MAX + 2) + 2], word[OFFICE_CODE_MAX + 4];
	(void)snprintf(all, sizeof all, ",%s", operation->participants);
	(void)snprintf(word, sizeof word, ",%s,", office);
	return strstr(all, word) != NULL;
}

int operation_allowed(enum operation_step step, const struct operation *operation, const struct caller *caller,
                      struct problem *problem)
{
	const struct operation_row *row = &operation_rows[step];
	int error = caller_check(caller, row->right, problem);
	if (error)
		return error;
	if (caller->office[0] == '\0')
		return problem_set(problem, JISR_DENIED, "who belongs to no office takes part in no operation");
	if (row->side == OPERATION_HEADQUARTERS && !caller_is_headquarters(caller))
		return problem_set(problem, JISR_DENIED, "only headquarters may %s", row->what);
	if (row->side == OPERATION_LEAD && step != OPERATION_PLAN && strcmp(caller->office, operation->lead) != 0)
		return problem_set(problem, JISR_DENIED, "only the lead, %s, may %s", operation->lead, row->what);
	if (row->side == OPERATION_PARTICIPANT && !takes_part(operation, caller->office))
		return problem_set(problem, JISR_DENIED, "only who takes part may %s, and %s does not", row->what,
		                   caller->office);
	if ((row->from >> operation->state & 1u) == 0)
		return problem_set(problem, JISR_STATE, "the operation is %s: nobody can %s now",
		                   code_label(operation_state_code(operation->state), LANGUAGE_EN), row->what);
	return JISR_OK;
}

/* Lead and participants, those who were and those who are from now on: an office left out hears that it is. */
static int collect(struct taking *taking, struct problem *problem)
{
	struct arena *arena = store_write_arena(taking->write);
	const cJSON *list = json_get(taking->body, "participants");
	char *before = arena_text(arena, taking->before.participants != NULL ? taking->before.participants : "",
	                          strlen(taking->before.participants != NULL ? taking->before.participants : ""));
	taking->offices = arena_zero(arena, 2 * OPERATION_PARTICIPANTS + 2, sizeof *taking->offices);
	if (before == NULL || taking->offices == NULL)
		return problem_no_memory(problem);
	/* Which notice or hit it is, those may not know whom it does not reach. */
	if (taking->act->step == OPERATION_LINK || taking->act->step == OPERATION_UNLINK) {
		taking->offices[taking->office_count++] = taking->act->caller->office;
		return JISR_OK;
	}
	taking->offices[taking->office_count++] =
		taking->act->id == NULL ? taking->act->caller->office : taking->before.lead;
	for (char *at = before; *at != '\0' && taking->office_count < OPERATION_PARTICIPANTS + 1;) {
		size_t end = strcspn(at, ",");
		taking->offices[taking->office_count++] = at;
		at += end + (at[end] == ',');
		at[-1] = '\0';
	}
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next)
		taking->offices[taking->office_count++] = one->valuestring;
	return JISR_OK;
}

#define OPERATION_SUBJECT "operation/"
static const struct number_kind number_kind = {OPERATION_SUBJECT, "operation", 1, 9999};

static int run(struct taking *taking, struct problem *problem)
{
	struct operation_act *act = taking->act;
	char kind[ENTRY_MAX_KIND + 1], subject[NUMBER_SUBJECT_MAX];
	int error = JISR_OK;
	if (act->id != NULL)
		error = operation_get(store_write_sql(taking->write), viewer_of(act->caller), act->id,
		                      store_write_arena(taking->write), &taking->before, problem);
	if (!error)
		error = operation_allowed(act->step, &taking->before, act->caller, problem);
	if (!error)
		error = register_writes(store_write_sql(taking->write), act->caller->office, problem);
	if (!error && act->id != NULL && act->expected != ENTRY_ANY && act->expected != taking->before.version)
		error = problem_set(problem, JISR_CONFLICT, "the operation %s has changed since: look at it again",
		                    taking->before.id);
	if (!error)
		error = check_known(taking, problem);
	if (!error)
		error = take(taking, problem);
	if (!error)
		error = collect(taking, problem);
	if (!error && act->id == NULL)
		error = number_give(taking->write, &number_kind, store_write_at(taking->write), act->wanted, act->made,
		                    problem);
	else if (!error)
		(void)snprintf(act->made, sizeof act->made, "%s", taking->before.id);
	if (error)
		return error;
	if (tree_failed() || taking->body == NULL)
		return problem_no_memory(problem);
	(void)snprintf(kind, sizeof kind, "operation.%s", operation_rows[act->step].name);
	number_subject(OPERATION_SUBJECT, act->made, subject);
	struct entry_draft draft = {
		.author = act->caller->office,
		.officer = act->caller->officer,
		.kind = kind,
		.subject = subject,
		.audience = act->step == OPERATION_PUBLISH
	                            ? (struct entry_audience){AUDIENCE_ALL, NULL, 0}
	                            : (struct entry_audience){AUDIENCE_ONLY, taking->offices, taking->office_count},
		.body = taking->body,
		.expected = act->id == NULL ? 0 : ENTRY_ANY,
	};
	return store_append(taking->write, &draft, &act->version, problem);
}

int operation_run(struct store_write *write, struct operation_act *act, struct problem *problem)
{
	struct taking taking = {.write = write, .act = act, .body = tree_object()};
	int error = run(&taking, problem);
	json_free(taking.body);
	return error;
}

static int command(struct store_write *write, void *context, struct problem *problem)
{
	return operation_run(write, context, problem);
}

int operation_submit(struct store *store, struct operation_act *act, struct problem *problem)
{
	return store_submit(store, command, act, problem);
}
