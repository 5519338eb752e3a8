/* Choices as a voter gives them, and opened ballots. Declared in ballot.h. */
#include "ballot/ballot_private.h"
#include "base/arena.h"
#include "base/secret.h"

#include <sodium.h>
#include <string.h>

static int votes_new(const struct election *election, struct votes **ret_votes)
{
	size_t count = 0;
	for (size_t i = 0; i < election->question_count; i++)
		count += question_choices(&election->questions[i]);
	size_t head = sizeof(struct votes) + election->question_count * sizeof(unsigned char *);
	struct votes *votes = secret_alloc(head + count);
	if (votes == NULL)
		return JISR_NO_MEMORY;
	votes->choices = (unsigned char **)(votes + 1);
	unsigned char *choices = (unsigned char *)votes + head;
	for (size_t i = 0; i < election->question_count; i++) {
		votes->choices[i] = choices;
		choices += question_choices(&election->questions[i]);
	}
	*ret_votes = votes;
	return JISR_OK;
}

static int read_question(const struct question *question, const cJSON *json, size_t index, unsigned char *choices,
                         struct problem *problem)
{
	char where[MESSAGE_MAX_WHERE];
	size_t count = question_choices(question), found;
	(void)snprintf(where, sizeof where, "the vote on question %zu", index + 1);
	int error = message_array(json, where, count, count, &found, problem);
	const cJSON *item = error == JISR_OK ? json->child : NULL;
	for (size_t i = 0; item != NULL; item = item->next, i++) {
		uint64_t choice;
		(void)snprintf(where, sizeof where, "choice %zu of question %zu", i + 1, index + 1);
		error = message_number(item, where, 0, 1, &choice, problem);
		if (error != JISR_OK)
			break;
		choices[i] = (unsigned char)choice;
	}
	return error;
}

/* What the reader of JSON made of the votes. */
static void wipe_tree(cJSON *json)
{
	for (cJSON *question = json == NULL ? NULL : json->child; question != NULL; question = question->next) {
		for (cJSON *choice = question->child; choice != NULL; choice = choice->next) {
			sodium_memzero(&choice->valuedouble, sizeof choice->valuedouble);
			sodium_memzero(&choice->valueint, sizeof choice->valueint);
		}
	}
}

int votes_read(const struct election *election, const char *bytes, size_t length, struct votes **ret_votes,
               struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(secret_freep) struct votes *votes = NULL;
	size_t found, i = 0;
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = message_array(json, "the vote", election->question_count, election->question_count, &found,
		                      problem);
	if (error == JISR_OK && votes_new(election, &votes) != JISR_OK)
		error = problem_set(problem, JISR_NO_MEMORY, "there is no locked memory left");
	if (error != JISR_OK)
		return error;
	for (const cJSON *item = json->child; item != NULL && error == JISR_OK; item = item->next, i++)
		error = read_question(&election->questions[i], item, i, votes->choices[i], problem);
	wipe_tree(json);
	if (error == JISR_OK)
		error = votes_check(election, votes, problem);
	if (error != JISR_OK)
		return error;
	*ret_votes = votes;
	votes = NULL;
	return JISR_OK;
}

/* --- opened ballots: nothing is secret any more --- */

/* Which of 0 and 1 do r and the ciphertext agree on? */
static int open_ciphertext(const struct ballot_context *context, const struct power_table_secret *y,
                           const struct ciphertext *ciphertext, const struct scalar *r, const char *where,
                           unsigned char *ret_choice, struct problem *problem)
{
	const struct group *group = context->group;
	struct element alpha, beta, generator;
	element_power_generator(group, r, &alpha);
	if (!element_equal(&alpha, &ciphertext->alpha))
		return problem_set(problem, JISR_BAD_INPUT, "%s does not open alpha", where);
	power_table_secret_power(group, y, r, &beta);
	*ret_choice = 0;
	if (element_equal(&beta, &ciphertext->beta))
		return JISR_OK;
	element_generator(group, &generator);
	element_multiply(group, &beta, &generator, &beta);
	*ret_choice = 1;
	if (element_equal(&beta, &ciphertext->beta))
		return JISR_OK;
	return problem_set(problem, JISR_BAD_INPUT, "%s opens beta to neither 0 nor 1", where);
}

static int open_answer(const struct ballot_context *context, const struct power_table_secret *y,
                       const struct answer *answer, const cJSON *json, size_t index, unsigned char *choices,
                       struct text *written, struct problem *problem)
{
	char where[MESSAGE_MAX_WHERE];
	size_t found, i = 0;
	(void)snprintf(where, sizeof where, "randomness[%zu]", index);
	int error = message_array(json, where, answer->choice_count, answer->choice_count, &found, problem);
	const cJSON *item = error == JISR_OK ? json->child : NULL;
	for (; item != NULL && error == JISR_OK; item = item->next, i++) {
		struct scalar r;
		(void)snprintf(where, sizeof where, "randomness[%zu][%zu]", index, i);
		error = message_scalar(context->group, item, where, &r, problem);
		if (error == JISR_OK)
			error = open_ciphertext(context, y, &answer->choices[i], &r, where, &choices[i], problem);
		(void)text_add_char(written, i == 0 ? '[' : ',');
		if (error == JISR_OK)
			message_write_scalar(written, &r);
	}
	(void)text_add_char(written, ']');
	return error;
}

/* Opens every answer; *written becomes the message as it must have been written. */
static int open_all(const struct ballot_context *context, const struct ballot *ballot, const cJSON *randomness,
                    struct votes *votes, struct text *written, struct problem *problem)
{
	const struct power_table_secret *y;
	size_t found, i = 0;
	if (ballot_context_secret_table(context, &y) != JISR_OK)
		return problem_set(problem, JISR_NO_MEMORY, "there is no memory left");
	int error =
		message_array(randomness, "randomness", ballot->answer_count, ballot->answer_count, &found, problem);
	const cJSON *item = error == JISR_OK ? randomness->child : NULL;
	(void)text_add_string(written, "},\"randomness\":");
	for (; item != NULL && error == JISR_OK; item = item->next, i++) {
		(void)text_add_char(written, i == 0 ? '[' : ',');
		error = open_answer(context, y, &ballot->answers[i], item, i, votes->choices[i], written, problem);
	}
	(void)text_add_string(written, "]}");
	return error;
}

static int check_opened(const struct ballot_context *context, const char *bytes, size_t length, struct arena *arena,
                        struct text *written, struct opened_ballot *opened, struct problem *problem)
{
	static const char *const names[] = {"ballot", "randomness"};
	CLEANUP(json_freep) cJSON *json = NULL;
	const cJSON *members[2];
	struct ballot *ballot;
	if (length > 2 * ballot_longest(context->election))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the opened ballot has %zu bytes, more than any of the election", length);
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "", names, 2, members, problem);
	if (error == JISR_OK)
		error = ballot_read_json(context, members[0], false, arena, &ballot, problem);
	if (error != JISR_OK)
		return error;
	ballot_write_unsigned(context, ballot, written);
	ballot_hash_unsigned(written, opened->commitment);
	opened->credential = ballot->credential;
	struct text whole;
	text_init(&whole, MESSAGE_MAX_BYTES);
	(void)text_add_string(&whole, "{\"ballot\":");
	(void)text_add(&whole, written->bytes, written->length);
	error = open_all(context, ballot, members[1], opened->votes, &whole, problem);
	if (error == JISR_OK && whole.error != JISR_OK)
		error = problem_set(problem, whole.error, "there is no memory left");
	if (error == JISR_OK && (whole.length != length || memcmp(whole.bytes, bytes, length) != 0))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "the opened ballot is not in the one form that it is written in");
	text_finish(&whole);
	return error == JISR_OK ? ballot_check_unsigned(context, ballot, problem) : error;
}

int opened_ballot_check(const struct ballot_context *context, const char *bytes, size_t length,
                        struct opened_ballot *ret_opened, struct problem *problem)
{
	struct opened_ballot opened = {0};
	CLEANUP(secret_freep) struct votes *votes = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	if (votes_new(context->election, &votes) != JISR_OK || arena_new(BALLOT_ARENA, &arena) != JISR_OK)
		return problem_set(problem, JISR_NO_MEMORY, "there is no memory left");
	struct text written;
	text_init(&written, MESSAGE_MAX_BYTES);
	opened.votes = votes;
	int error = check_opened(context, bytes, length, arena, &written, &opened, problem);
	text_finish(&written);
	if (error != JISR_OK)
		return error;
	*ret_opened = opened;
	votes = NULL;
	return JISR_OK;
}
