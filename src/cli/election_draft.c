#include "cli/election_draft.h"

/* Takes a string member out of the object. */
static int take_text(cJSON *json, const char *name, char *out, size_t size, struct problem *problem)
{
	cJSON *member = cJSON_DetachItemFromObjectCaseSensitive(json, name);
	const char *text = cJSON_IsString(member) ? member->valuestring : "";
	int put = snprintf(out, size, "%s", text);
	cJSON_Delete(member);
	if (put > 0 && (size_t)put < size)
		return JISR_OK;
	return problem_set(problem, JISR_BAD_INPUT,
	                   "no draft of an election: the member '%s' is missing; 'jisr election new' "
	                   "makes a draft",
	                   name);
}

static int read_template(const cJSON *json, struct election **ret_questions, struct problem *problem)
{
	struct text rest;
	text_init(&rest, ELECTION_MAX_TEXT);
	int error = json_write(json, &rest);
	error = error != JISR_OK ? problem_set(problem, error, "%s", error_text(error))
	                         : election_read_template(rest.bytes, rest.length, ret_questions, problem);
	text_finish(&rest);
	return error;
}

static int read_draft(struct draft *draft, cJSON *json, struct problem *problem)
{
	char group[64];
	int error = take_text(json, "uuid", draft->uuid, sizeof draft->uuid, problem);
	if (error == JISR_OK)
		error = take_text(json, "group", group, sizeof group, problem);
	if (error != JISR_OK)
		return error;
	if (!credential_uuid_valid(draft->uuid))
		return problem_set(problem, JISR_BAD_INPUT, "uuid: not 14 to 64 Base58 characters");
	draft->group = group_find(group);
	if (draft->group == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "group: neither BELENIOS-2048 nor RFC-3526-2048");
	return read_template(json, &draft->questions, problem);
}

static int read_election(struct draft *draft, struct problem *problem)
{
	size_t length = draft->text.length;
	while (length > 0 && (draft->text.bytes[length - 1] == '\n' || draft->text.bytes[length - 1] == '\r'))
		length--;
	int error = election_read(draft->text.bytes, length, &draft->election, problem);
	if (error != JISR_OK)
		return error;
	(void)snprintf(draft->uuid, sizeof draft->uuid, "%s", draft->election->uuid);
	draft->group = draft->election->group;
	return JISR_OK;
}

int draft_init(struct draft *draft, const struct command *self, const char *path)
{
	struct problem problem = {0};
	CLEANUP(json_freep) cJSON *json = NULL;
	*draft = (struct draft){0};
	text_init(&draft->text, ELECTION_MAX_TEXT);
	int status = election_read_file(self, path, &draft->text);
	if (status != STATUS_DONE)
		return status;
	int error = message_parse(draft->text.bytes, draft->text.length, &json, &problem);
	if (error == JISR_OK && json_get(json, "public_key") != NULL)
		error = read_election(draft, &problem);
	else if (error == JISR_OK)
		error = read_draft(draft, json, &problem);
	if (error == JISR_OK)
		return STATUS_DONE;
	problem_prefix(&problem, path);
	return command_fail(self, error, &problem);
}

void draft_finish(struct draft *draft)
{
	election_free(draft->questions);
	election_free(draft->election);
	text_finish(&draft->text);
}

int draft_write(const char *template, size_t length, const char *uuid, const struct group *group, struct text *text,
                struct problem *problem)
{
	struct text rest;
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(election_freep) struct election *questions = NULL;
	int error = message_parse(template, length, &json, problem);
	if (error != JISR_OK)
		return error;
	cJSON_DeleteItemFromObjectCaseSensitive(json, "uuid");
	cJSON_DeleteItemFromObjectCaseSensitive(json, "group");
	error = read_template(json, &questions, problem);
	if (error != JISR_OK)
		return error;
	text_init(&rest, ELECTION_MAX_TEXT);
	error = json_write(json, &rest);
	if (error == JISR_OK) /* an object with members: its text begins with a brace */
		error = text_add_format(text, "{\"uuid\":\"%s\",\"group\":\"%s\",%s\n", uuid, group_name(group),
		                        rest.bytes + 1);
	text_finish(&rest);
	return error == JISR_OK ? error : problem_set(problem, error, "%s", error_text(error));
}
