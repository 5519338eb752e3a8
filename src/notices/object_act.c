#include "notices/object_act.h"

#include "base/json.h"
#include "base/tree.h"
#include "base/words.h"
#include "notices/number.h"
#include "notices/object_line.h"
#include "notices/object_part.h"

#include <string.h>

#define MAX_TEXT 4000 /* bytes of a text that says why */

int object_may_write(struct sql *sql, const struct caller *caller, struct office *ret_office, struct problem *problem)
{
	struct member member;
	int error = caller_check(caller, RIGHT_OBJECTS_WRITE, problem);
	if (error)
		return error;
	if (caller->office[0] == '\0')
		return problem_set(problem, JISR_DENIED, "who belongs to no office enters no object");
	error = register_office(sql, caller->office, ret_office, problem);
	if (error == JISR_NOT_FOUND && caller_is_headquarters(caller)) {
		*ret_office = (struct office){.open = true};
		(void)snprintf(ret_office->code, sizeof ret_office->code, "%s", caller->office);
		return JISR_OK;
	}
	if (error)
		return error;
	if (!ret_office->open)
		return problem_set(problem, JISR_STATE, "the office %s is closed: it enters nothing", ret_office->code);
	if (ret_office->member[0] != '\0' && register_member(sql, ret_office->member, &member, NULL) == JISR_OK &&
	    member.state == MEMBER_SUSPENDED)
		return problem_set(problem, JISR_STATE,
		                   "%s is suspended: its offices check and read, and enter nothing", member.code);
	return JISR_OK;
}

void object_may_enter(const struct office *office, const struct object *object, struct findings *findings)
{
	const char *country = object->values[OBJECT_COUNTRY];
	if (object->kind != OBJECT_DOCUMENT || country == NULL || strcmp(country, office->member) == 0)
		return;
	if (office->member[0] == '\0')
		findings_add(findings, "country", "its bureau enters it",
		             "is %s: %s is no country's bureau, and only the country that issued a document enters it",
		             country, office->code);
	else
		findings_add(findings, "country", "its bureau enters it",
		             "is %s: only the country that issued a document enters it, and %s is of %s", country,
		             office->code, office->member);
}

/* ---- single ones ---- */

static int append(struct store_write *write, struct object_act *act, const char *kind, const char *subject,
                  struct entry_audience audience, uint64_t expected, cJSON *body, struct problem *problem)
{
	struct entry_draft draft = {
		.author = act->caller->office,
		.officer = act->caller->officer,
		.kind = kind,
		.subject = subject,
		.audience = audience,
		.expected = expected,
	};
	return store_append_tree(write, draft, body, &act->version, problem);
}

#define OBJECT_SUBJECT "object/"
static const struct number_kind number_kind = {OBJECT_SUBJECT, "object", 1, 9999999};

static int check_fields(const struct object_act *act, const char *fields, struct problem *problem)
{
	if (!cJSON_IsObject(act->fields))
		return problem_set(problem, JISR_BAD_INPUT, "say what is to be done as an object: {...}");
	const char *stranger = words_stranger(act->fields, fields);
	return stranger == NULL ? JISR_OK
	                        : problem_set(problem, JISR_BAD_INPUT, "'%.40s' is not asked for here; there are%s",
	                                      stranger, fields);
}

static int read_said(struct store_write *write, struct object_act *act, const struct office *office,
                     struct object *object, struct problem *problem)
{
	char today[11];
	const char *warning = NULL;
	struct arena *arena = store_write_arena(write);
	(void)snprintf(today, sizeof today, "%.10s", store_write_at(write));
	int error = object_read(json_get(act->fields, "object"), arena, object, &act->findings);
	if (!error && act->findings.total == 0)
		error = object_check(object, today, arena, &act->findings, &warning);
	if (error)
		return problem_no_memory(problem);
	if (act->findings.total == 0)
		object_may_enter(office, object, &act->findings);
	(void)snprintf(act->warning, sizeof act->warning, "%s", warning != NULL ? warning : "");
	return findings_problem(&act->findings, problem);
}

static int enter(struct store_write *write, struct object_act *act, const struct object_row *before,
                 const struct office *office, struct problem *problem)
{
	char subject[NUMBER_SUBJECT_MAX], id[OBJECT_NUMBER_MAX + 1];
	struct reach reach = {REACH_ALL, NULL, 0}, former = {REACH_ALL, NULL, 0};
	struct object object = {.kind = OBJECT_DOCUMENT};
	struct arena *arena = store_write_arena(write);
	const cJSON *said = json_get(act->fields, "reach");
	const char *reached = NULL;
	int error = check_fields(act, " object reach ", problem);
	if (!error)
		error = read_said(write, act, office, &object, problem);
	if (!error && before != NULL && reach_from_text(before->reach, arena, &former) != JISR_OK)
		error = problem_no_memory(problem);
	if (!error && said != NULL)
		error = reach_read(said, arena, &reach, problem);
	else if (!error)
		reach = former;
	if (!error && reach_text(&reach, arena, &reached) != JISR_OK)
		error = problem_no_memory(problem);
	if (!error && before == NULL)
		error = number_give(write, &number_kind, store_write_at(write), NULL, id, problem);
	else if (!error)
		(void)snprintf(id, sizeof id, "%s", before->id);
	if (error)
		return error;
	(void)snprintf(act->made, sizeof act->made, "%s", id);
	number_subject(OBJECT_SUBJECT, id, subject);
	/* Those whom it no longer reaches hear that it is gone: they are those of the former list. */
	if (before != NULL && strcmp(reached, before->reach) != 0)
		error = append(write, act, "object.hidden", subject, reach_audience(&former), ENTRY_ANY, tree_object(),
		               problem);
	if (error)
		return error;
	cJSON *body = tree_object(), *json = object_json(&object);
	if (body == NULL || json == NULL || !cJSON_AddItemToObject(body, "object", json)) {
		json_free(json);
		json_free(body);
		return problem_no_memory(problem);
	}
	return append(write, act, before == NULL ? "object.entered" : "object.amended", subject, reach_audience(&reach),
	              before == NULL ? 0 : ENTRY_ANY, body, problem);
}

/* What a withdrawal says, into a new body. */
static int read_reason(const struct object_act *act, cJSON **ret_body, struct problem *problem)
{
	int error = check_fields(act, " reason text ", problem);
	if (error)
		return error;
	const char *reason = json_get_text(act->fields, "reason"), *text = json_get_text(act->fields, "text");
	/* "expired" is what retention says */
	if (reason == NULL || codes_find(&codes_object_end, reason) == NULL || strcmp(reason, "expired") == 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"reason\" says why it is withdrawn: found, returned, destroyed, error or other");
	if (json_get(act->fields, "text") != NULL &&
	    (text == NULL || text[0] == '\0' || strlen(text) > MAX_TEXT || !register_text_valid(text, MAX_TEXT)))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"text\" is a sentence or two, at most %d bytes of plain text", MAX_TEXT);
	cJSON *body = tree_object();
	tree_text(body, "reason", reason);
	if (text != NULL)
		tree_text(body, "text", text);
	*ret_body = body;
	return JISR_OK;
}

static int owner_check(const struct object_act *act, const char *owner, const char *what, struct problem *problem)
{
	if (strcmp(owner, act->caller->office) == 0)
		return JISR_OK;
	return problem_set(problem, JISR_DENIED, "only its owner, %s, may %s", owner, what);
}

int object_act_run(struct store_write *write, struct object_act *act, struct problem *problem)
{
	struct office office;
	struct object_row before;
	struct sql *sql = store_write_sql(write);
	findings_init(&act->findings);
	act->warning[0] = '\0';
	int error = object_may_write(sql, act->caller, &office, problem);
	if (error || act->step == OBJECT_ENTER)
		return error ? error : enter(write, act, NULL, &office, problem);
	error = object_get(sql, viewer_of(act->caller), act->id, store_write_arena(write), &before, problem);
	if (!error)
		error = owner_check(act, before.owner, act->step == OBJECT_AMEND ? "change it" : "withdraw it",
		                    problem);
	if (!error && act->expected != ENTRY_ANY && act->expected != before.version)
		error = problem_set(problem, JISR_CONFLICT, "the object %s has changed since: look at it again",
		                    before.id);
	if (!error && before.withdrawn)
		error = problem_set(problem, JISR_STATE, "the object %s is withdrawn already: enter it anew",
		                    before.id);
	if (error || act->step == OBJECT_AMEND)
		return error ? error : enter(write, act, &before, &office, problem);
	struct reach reach;
	char subject[NUMBER_SUBJECT_MAX];
	cJSON *body = NULL;
	error = read_reason(act, &body, problem);
	if (!error && reach_from_text(before.reach, store_write_arena(write), &reach) != JISR_OK)
		error = problem_no_memory(problem);
	if (error) {
		json_free(body);
		return error;
	}
	(void)snprintf(act->made, sizeof act->made, "%s", before.id);
	number_subject(OBJECT_SUBJECT, before.id, subject);
	return append(write, act, "object.withdrawn", subject, reach_audience(&reach), ENTRY_ANY, body, problem);
}

/* ---- files and their lines ---- */

/* A line by its id, or a whole file by owner and name, "MA/passports". */
static int look_up(struct store_write *write, const char *directory, const struct object_act *act,
                   struct object_line *line, struct problem *problem)
{
	struct sql *sql = store_write_sql(write);
	struct viewer viewer = viewer_of(act->caller);
	const char *slash = strchr(act->id, '/');
	char owner[OFFICE_CODE_MAX + 1];
	if (slash == NULL)
		return object_line_get(sql, directory, viewer, act->id, store_write_arena(write), line, problem);
	(void)snprintf(owner, sizeof owner, "%.*s", (int)(slash - act->id), act->id);
	return object_file_get(sql, viewer, owner, slash + 1, store_write_arena(write), &line->file, problem);
}

static int check_line(const struct object_act *act, const struct object_line *line, struct problem *problem)
{
	const struct object_file *file = &line->file;
	int error = owner_check(act, file->owner, "withdraw it", problem);
	if (!error && line->withdrawn)
		error = problem_set(problem, JISR_STATE, "%.80s is withdrawn already", act->id);
	if (!error && act->expected != ENTRY_ANY && act->expected != file->version)
		error = problem_set(problem, JISR_CONFLICT, "the file has changed since: look at it again");
	if (!error && line->id != NULL && file->withdrawn >= OBJECT_LINES_MOST)
		error = problem_set(problem, JISR_TOO_LARGE,
		                    "%d lines of %s/%s are withdrawn: load the file anew without them",
		                    OBJECT_LINES_MOST, file->owner, file->name);
	return error;
}

int object_act_run_line(struct store_write *write, const char *directory, struct object_act *act,
                        struct problem *problem)
{
	struct office office;
	struct object_line line = {.id = NULL};
	struct reach reach = {REACH_ONLY, NULL, 1};
	char subject[ENTRY_MAX_SUBJECT];
	cJSON *body = NULL;
	int error = object_may_write(store_write_sql(write), act->caller, &office, problem);
	if (!error)
		error = look_up(write, directory, act, &line, problem);
	if (!error)
		error = check_line(act, &line, problem);
	if (!error)
		error = read_reason(act, &body, problem);
	/* News of a line are for those of its part; of a file of several parts, for its owner, and each part's offices get their own. */
	reach.offices = &line.file.owner;
	bool apart = line.id == NULL && line.file.part_count != 1;
	const char *whom = line.id != NULL ? line.reach : apart ? NULL : line.file.parts[0].reach;
	if (!error && whom != NULL && reach_from_text(whom, store_write_arena(write), &reach) != JISR_OK)
		error = problem_no_memory(problem);
	if (error) {
		json_free(body);
		return error;
	}
	if (line.id != NULL)
		tree_text(tree_add_array(body, "lines"), NULL, line.id);
	(void)snprintf(subject, sizeof subject, "objects/%s/%s", line.file.owner, line.file.name);
	(void)snprintf(act->made, sizeof act->made, "%s", act->id);
	error = append(write, act, line.id != NULL ? "object.lines" : "object.dropped", subject, reach_audience(&reach),
	               ENTRY_ANY, body, problem);
	for (size_t i = 0; !error && apart && i < line.file.part_count; i++)
		error = object_part_tell(write, act->caller->office, act->caller->officer, line.file.owner,
		                         line.file.name, line.file.parts[i].reach, NULL, problem);
	return error;
}

struct line_act {
	struct object_act *act;
	const char *directory;
};

static int run_line(struct store_write *write, void *context, struct problem *problem)
{
	const struct line_act *line = context;
	return object_act_run_line(write, line->directory, line->act, problem);
}

static int run_single(struct store_write *write, void *context, struct problem *problem)
{
	return object_act_run(write, context, problem);
}

int object_act_submit(struct store *store, struct object_act *act, struct problem *problem)
{
	char number[OBJECT_NUMBER_MAX + 1];
	struct line_act line = {act, store_directory(store)};
	if (act->step == OBJECT_ENTER || object_id_read(act->id, number))
		return store_submit(store, run_single, act, problem);
	findings_init(&act->findings);
	act->warning[0] = '\0';
	if (act->step == OBJECT_AMEND)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "%.80s stands in a file: load the file anew with what it is to say", act->id);
	return store_submit(store, run_line, &line, problem);
}
