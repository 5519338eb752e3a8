#include "ballot/election.h"

#include "ballot/credential.h"
#include "base/arena.h"

#include <limits.h>
#include <string.h>

#define ELECTION_ARENA (8 * ELECTION_MAX_TEXT)

/* --- checks that hold for an election read and one filled in --- */

static int check_question(const struct question *question, size_t index, struct problem *problem)
{
	if (question->answer_count == 0 || question->answer_count > ELECTION_MAX_ANSWERS)
		return problem_set(problem, JISR_BAD_INPUT, "questions[%zu] has %zu answers where 1 to %d belong",
		                   index, question->answer_count, ELECTION_MAX_ANSWERS);
	if (question->min > question->max)
		return problem_set(problem, JISR_BAD_INPUT, "questions[%zu] has min %u above max %u", index,
		                   question->min, question->max);
	if (question->max > question->answer_count || question->max == 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "questions[%zu] lets the voter choose %u of %zu answers, which cannot be", index,
		                   question->max, question->answer_count);
	return JISR_OK;
}

static int check_election(const struct election *election, struct problem *problem)
{
	if (election->question_count == 0 || election->question_count > ELECTION_MAX_QUESTIONS)
		return problem_set(problem, JISR_BAD_INPUT, "the election has %zu questions where 1 to %d belong",
		                   election->question_count, ELECTION_MAX_QUESTIONS);
	for (size_t i = 0; i < election->question_count; i++) {
		int error = check_question(&election->questions[i], i, problem);
		if (error != JISR_OK)
			return error;
	}
	if (election->uuid != NULL && !credential_uuid_valid(election->uuid))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "uuid is not a string of %d to %d of the characters of Base58", UUID_MIN_LENGTH,
		                   UUID_MAX_LENGTH);
	return JISR_OK;
}

/* --- reading --- */

static int copy_string(struct election *election, const cJSON *json, const char *where, const char **ret_copy,
                       struct problem *problem)
{
	const char *string;
	int error = message_string(json, where, &string, problem);
	if (error != JISR_OK)
		return error;
	*ret_copy = arena_text(election->arena, string, strlen(string));
	return *ret_copy != NULL ? JISR_OK : JISR_NO_MEMORY;
}

static int read_question(struct election *election, const cJSON *json, size_t index, struct problem *problem)
{
	enum { ANSWERS, BLANK, MIN, MAX, QUESTION, COUNT };
	static const char *const names[COUNT] = {"answers", "?blank", "min", "max", "question"};
	struct question *question = &election->questions[index];
	const cJSON *members[COUNT];
	char where[MESSAGE_MAX_WHERE];
	(void)snprintf(where, sizeof where, "questions[%zu]", index);
	if (json_get_text(json, "type") != NULL)
		return problem_set(problem, JISR_UNSUPPORTED,
		                   "%s is of the type %.40s; jisr knows homomorphic questions only", where,
		                   json_get_text(json, "type"));
	int error = message_members(json, where, names, COUNT, members, problem);
	if (error != JISR_OK)
		return error;
	if (members[BLANK] != NULL) {
		if (!cJSON_IsBool(members[BLANK]))
			return problem_set(problem, JISR_BAD_INPUT, "%s.blank is neither true nor false", where);
		question->blank_written = true;
		question->blank = cJSON_IsTrue(members[BLANK]);
	}
	uint64_t min = 0, max = 0;
	(void)snprintf(where, sizeof where, "questions[%zu].min", index);
	error = message_number(members[MIN], where, 0, ELECTION_MAX_ANSWERS, &min, problem);
	(void)snprintf(where, sizeof where, "questions[%zu].max", index);
	if (error == JISR_OK)
		error = message_number(members[MAX], where, 0, ELECTION_MAX_ANSWERS, &max, problem);
	question->min = (unsigned)min;
	question->max = (unsigned)max;
	(void)snprintf(where, sizeof where, "questions[%zu].question", index);
	if (error == JISR_OK)
		error = copy_string(election, members[QUESTION], where, &question->text, problem);
	(void)snprintf(where, sizeof where, "questions[%zu].answers", index);
	if (error == JISR_OK)
		error = message_array(members[ANSWERS], where, 1, ELECTION_MAX_ANSWERS, &question->answer_count,
		                      problem);
	if (error != JISR_OK)
		return error;
	question->answers = arena_zero(election->arena, question->answer_count, sizeof *question->answers);
	if (question->answers == NULL)
		return JISR_NO_MEMORY;
	size_t i = 0;
	const cJSON *answer;
	cJSON_ArrayForEach(answer, members[ANSWERS])
	{
		(void)snprintf(where, sizeof where, "questions[%zu].answers[%zu]", index, i);
		error = copy_string(election, answer, where, &question->answers[i++], problem);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

static int read_questions(struct election *election, const cJSON *json, struct problem *problem)
{
	int error = message_array(json, "questions", 1, ELECTION_MAX_QUESTIONS, &election->question_count, problem);
	if (error != JISR_OK)
		return error;
	election->questions = arena_zero(election->arena, election->question_count, sizeof *election->questions);
	if (election->questions == NULL)
		return JISR_NO_MEMORY;
	size_t i = 0;
	const cJSON *question;
	cJSON_ArrayForEach(question, json)
	{
		error = read_question(election, question, i++, problem);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

enum { VERSION, DESCRIPTION, NAME, GROUP, PUBLIC_KEY, QUESTIONS, UUID, ADMINISTRATOR, AUTHORITY, MEMBERS };

static int read_texts(struct election *election, const cJSON *const members[], struct problem *problem)
{
	int error = copy_string(election, members[DESCRIPTION], "description", &election->description, problem);
	if (error == JISR_OK)
		error = copy_string(election, members[NAME], "name", &election->name, problem);
	if (error == JISR_OK && members[ADMINISTRATOR] != NULL)
		error = copy_string(election, members[ADMINISTRATOR], "administrator", &election->administrator,
		                    problem);
	if (error == JISR_OK && members[AUTHORITY] != NULL)
		error = copy_string(election, members[AUTHORITY], "credential_authority",
		                    &election->credential_authority, problem);
	return error == JISR_OK ? read_questions(election, members[QUESTIONS], problem) : error;
}

static int read_identity(struct election *election, const cJSON *const members[], struct problem *problem)
{
	uint64_t version;
	const char *group;
	if (message_number(members[VERSION], "version", 1, 1, &version, NULL) != JISR_OK)
		return problem_set(problem, JISR_UNSUPPORTED,
		                   "the election's version is not 1; jisr reads elections of Belenios 2.0 only");
	int error = message_string(members[GROUP], "group", &group, problem);
	if (error != JISR_OK)
		return error;
	election->group = group_find(group);
	if (election->group == NULL)
		return problem_set(problem, JISR_UNSUPPORTED,
		                   "the group %.40s is unknown; jisr knows BELENIOS-2048 and RFC-3526-2048", group);
	error = message_element(election->group, members[PUBLIC_KEY], "public_key", false, &election->public_key,
	                        problem);
	if (error == JISR_OK)
		error = copy_string(election, members[UUID], "uuid", &election->uuid, problem);
	return error;
}

static int read_election(const char *bytes, size_t length, bool template, struct election **ret_election,
                         struct problem *problem)
{
	static const char *const names[MEMBERS] = {"version", "description",    "name",
	                                           "group",   "public_key",     "questions",
	                                           "uuid",    "?administrator", "?credential_authority"};
	static const char *const template_names[MEMBERS] = {"?version", "description",    "name",
	                                                    "?group",   "?public_key",    "questions",
	                                                    "?uuid",    "?administrator", "?credential_authority"};
	if (length > ELECTION_MAX_TEXT)
		return problem_set(problem, JISR_TOO_LARGE, "the election has %zu bytes, more than %zu", length,
		                   ELECTION_MAX_TEXT);
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(election_freep) struct election *election = NULL;
	const cJSON *members[MEMBERS];
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "", template ? template_names : names, MEMBERS, members, problem);
	if (error != JISR_OK)
		return error;
	election = memory_zero(1, sizeof *election);
	if (election == NULL || arena_new(ELECTION_ARENA, &election->arena) != JISR_OK)
		return problem_set(problem, JISR_NO_MEMORY, "there is no memory left");
	if (!template)
		error = read_identity(election, members, problem);
	if (error == JISR_OK)
		error = read_texts(election, members, problem);
	if (error == JISR_OK)
		error = check_election(election, problem);
	if (error != JISR_OK)
		return error;
	digest_fingerprint(bytes, length, election->fingerprint);
	*ret_election = election;
	election = NULL;
	return JISR_OK;
}

int election_read(const char *bytes, size_t length, struct election **ret_election, struct problem *problem)
{
	return read_election(bytes, length, false, ret_election, problem);
}

int election_read_template(const char *bytes, size_t length, struct election **ret_election, struct problem *problem)
{
	return read_election(bytes, length, true, ret_election, problem);
}

int election_new(const struct election *given, struct election **ret_election, struct problem *problem)
{
	if (given->group == NULL || given->uuid == NULL || given->name == NULL || given->description == NULL)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the election lacks a group, a uuid, a name or a description");
	int error = check_election(given, problem);
	if (error != JISR_OK)
		return error;
	/* What is written is read back: one way to a valid election. */
	struct text text;
	text_init(&text, ELECTION_MAX_TEXT);
	error = election_write(given, &text);
	if (error == JISR_OK)
		error = election_read(text.bytes, text.length, ret_election, problem);
	else
		(void)problem_set(problem, error, "the election is too long to be written");
	text_finish(&text);
	return error;
}

struct election *election_free(struct election *election)
{
	if (election == NULL)
		return NULL;
	(void)arena_free(election->arena);
	return memory_free(election);
}

/* --- writing --- */

static void write_question(const struct question *question, struct text *text)
{
	(void)text_add_string(text, "{\"answers\":[");
	for (size_t i = 0; i < question->answer_count; i++) {
		if (i > 0)
			(void)text_add_char(text, ',');
		message_write_string(text, question->answers[i]);
	}
	(void)text_add_string(text, "]");
	if (question->blank || question->blank_written)
		(void)text_add_format(text, ",\"blank\":%s", question->blank ? "true" : "false");
	(void)text_add_format(text, ",\"min\":%u,\"max\":%u,\"question\":", question->min, question->max);
	message_write_string(text, question->text);
	(void)text_add_char(text, '}');
}

int election_write(const struct election *election, struct text *text)
{
	(void)text_add_string(text, "{\"version\":1,\"description\":");
	message_write_string(text, election->description);
	(void)text_add_string(text, ",\"name\":");
	message_write_string(text, election->name);
	(void)text_add_format(text, ",\"group\":\"%s\",\"public_key\":", group_name(election->group));
	message_write_element(text, &election->public_key);
	(void)text_add_string(text, ",\"questions\":[");
	for (size_t i = 0; i < election->question_count; i++) {
		if (i > 0)
			(void)text_add_char(text, ',');
		write_question(&election->questions[i], text);
	}
	(void)text_add_string(text, "],\"uuid\":");
	message_write_string(text, election->uuid);
	if (election->administrator != NULL) {
		(void)text_add_string(text, ",\"administrator\":");
		message_write_string(text, election->administrator);
	}
	if (election->credential_authority != NULL) {
		(void)text_add_string(text, ",\"credential_authority\":");
		message_write_string(text, election->credential_authority);
	}
	return text_add_char(text, '}');
}
