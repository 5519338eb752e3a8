#include "ballot/ballot.h"

#include "ballot/ballot_private.h"
#include "base/arena.h"

#include <sodium.h>
#include <string.h>

/* --- the context --- */

int ballot_context_new(const struct election *election, struct ballot_context **ret_context, struct problem *problem)
{
	struct ballot_context *context = memory_zero(1, sizeof *context);
	if (context == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "there is no memory left");
	context->election = election;
	context->group = election->group;
	(void)pthread_mutex_init(&context->lock, NULL);
	*ret_context = context;
	return JISR_OK;
}

struct ballot_context *ballot_context_free(struct ballot_context *context)
{
	if (context == NULL)
		return NULL;
	power_table_finish(&context->y);
	power_table_secret_finish(&context->y_secret);
	(void)pthread_mutex_destroy(&context->lock);
	return memory_free(context);
}

int ballot_context_tables(const struct ballot_context *context, const struct power_table **ret_g,
                          const struct power_table **ret_y)
{
	struct ballot_context *own = (struct ballot_context *)(uintptr_t)context;
	const struct power_table *g;
	int error = group_generator_table(context->group, &g);
	if (error != JISR_OK)
		return error;
	(void)pthread_mutex_lock(&own->lock);
	if (own->y.entries == NULL)
		error = power_table_init(own->group, &own->group->modulus, &own->election->public_key, &own->y);
	(void)pthread_mutex_unlock(&own->lock);
	if (error == JISR_OK) {
		*ret_g = g;
		*ret_y = &own->y;
	}
	return error;
}

int ballot_context_secret_table(const struct ballot_context *context, const struct power_table_secret **ret_y)
{
	struct ballot_context *own = (struct ballot_context *)(uintptr_t)context;
	int error = JISR_OK;
	(void)pthread_mutex_lock(&own->lock);
	if (own->y_secret.entries == NULL)
		error = power_table_secret_init(own->group, &own->election->public_key, &own->y_secret);
	(void)pthread_mutex_unlock(&own->lock);
	if (error == JISR_OK)
		*ret_y = &own->y_secret;
	return error;
}

int ballot_allocate(const struct ballot_context *context, struct arena *arena, struct ballot **ret_ballot)
{
	const struct election *election = context->election;
	struct ballot *ballot = arena_zero(arena, 1, sizeof *ballot);
	if (ballot == NULL)
		return JISR_NO_MEMORY;
	ballot->answer_count = election->question_count;
	ballot->answers = arena_zero(arena, ballot->answer_count, sizeof *ballot->answers);
	for (size_t i = 0; ballot->answers != NULL && i < ballot->answer_count; i++) {
		struct answer *answer = &ballot->answers[i];
		answer->choice_count = question_choices(&election->questions[i]);
		answer->overall_count = question_overall(&election->questions[i]);
		answer->choices = arena_zero(arena, answer->choice_count, sizeof *answer->choices);
		answer->individual = arena_zero(arena, answer->choice_count, sizeof *answer->individual);
		answer->overall = arena_zero(arena, answer->overall_count, sizeof *answer->overall);
		if (answer->choices == NULL || answer->individual == NULL || answer->overall == NULL)
			return JISR_NO_MEMORY;
	}
	if (ballot->answers == NULL)
		return JISR_NO_MEMORY;
	*ret_ballot = ballot;
	return JISR_OK;
}

/* --- what is hashed --- */

void ballot_digest_begin(const struct ballot_context *context, const struct ballot *ballot, const char *prefix,
                         const struct answer *answer, struct digest *digest)
{
	digest_init(digest);
	digest_string(digest, prefix);
	digest_string(digest, "|");
	digest_string(digest, context->election->fingerprint);
	digest_string(digest, "|");
	digest_element(digest, &ballot->credential);
	if (answer != NULL)
		ballot_digest_pairs(digest, answer->choices, answer->choice_count);
}

void ballot_digest_pairs(struct digest *digest, const struct ciphertext *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		digest_string(digest, i == 0 ? "|" : ",");
		digest_element(digest, &pairs[i].alpha);
		digest_string(digest, ",");
		digest_element(digest, &pairs[i].beta);
	}
}

void answer_sum(const struct group *group, const struct question *question, const struct answer *answer,
                struct ciphertext *ret_sum)
{
	size_t first = question->blank ? 1 : 0;
	struct ciphertext sum = answer->choices[first];
	for (size_t i = first + 1; i < answer->choice_count; i++) {
		element_multiply(group, &sum.alpha, &answer->choices[i].alpha, &sum.alpha);
		element_multiply(group, &sum.beta, &answer->choices[i].beta, &sum.beta);
	}
	*ret_sum = sum;
}

/* --- writing --- */

static void write_proofs(struct text *text, const struct proof *proofs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		(void)text_add_char(text, i == 0 ? '[' : ',');
		message_write_proof(text, &proofs[i]);
	}
	(void)text_add_char(text, ']');
}

static void write_answer(struct text *text, const struct question *question, const struct answer *answer)
{
	(void)text_add_string(text, "{\"choices\":");
	for (size_t i = 0; i < answer->choice_count; i++) {
		(void)text_add_char(text, i == 0 ? '[' : ',');
		message_write_ciphertext(text, &answer->choices[i]);
	}
	(void)text_add_string(text, "],\"individual_proofs\":");
	for (size_t i = 0; i < answer->choice_count; i++) {
		(void)text_add_char(text, i == 0 ? '[' : ',');
		write_proofs(text, answer->individual[i], 2);
	}
	(void)text_add_string(text, "],\"overall_proof\":");
	write_proofs(text, answer->overall, answer->overall_count);
	if (question->blank) {
		(void)text_add_string(text, ",\"blank_proof\":");
		write_proofs(text, answer->blank, 2);
	}
	(void)text_add_char(text, '}');
}

void ballot_write_unsigned(const struct ballot_context *context, const struct ballot *ballot, struct text *text)
{
	const struct election *election = context->election;
	(void)text_add_format(text,
	                      "{\"election_uuid\":\"%s\",\"election_hash\":\"%s\",\"credential\":", election->uuid,
	                      election->fingerprint);
	message_write_element(text, &ballot->credential);
	(void)text_add_string(text, ",\"answers\":");
	for (size_t i = 0; i < ballot->answer_count; i++) {
		(void)text_add_char(text, i == 0 ? '[' : ',');
		write_answer(text, &election->questions[i], &ballot->answers[i]);
	}
	(void)text_add_char(text, ']');
}

void ballot_hash_unsigned(const struct text *text, char ret_hash[DIGEST_BASE64 + 1])
{
	unsigned char hash[DIGEST_BYTES];
	struct digest digest;
	digest_init(&digest);
	digest_bytes(&digest, text->bytes, text->length);
	digest_string(&digest, "}");
	digest_end(&digest, hash);
	(void)sodium_bin2base64(ret_hash, DIGEST_BASE64 + 1, hash, sizeof hash,
	                        sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
}

/* --- reading --- */

static int read_proofs(const struct group *group, const cJSON *json, const char *where, struct proof *proofs,
                       size_t count, struct problem *problem)
{
	size_t found, i = 0;
	char inner[MESSAGE_MAX_WHERE];
	int error = message_array(json, where, count, count, &found, problem);
	for (const cJSON *item = error == JISR_OK ? json->child : NULL; item != NULL && error == JISR_OK;
	     item = item->next) {
		(void)snprintf(inner, sizeof inner, "%.96s[%zu]", where, i);
		error = message_proof(group, item, inner, &proofs[i++], problem);
	}
	return error;
}

static int read_answer(const struct group *group, const struct question *question, const cJSON *json, size_t index,
                       struct answer *answer, struct problem *problem)
{
	enum { CHOICES, INDIVIDUAL, OVERALL, BLANK, COUNT };
	static const char *const names[COUNT] = {"choices", "individual_proofs", "overall_proof", "blank_proof"};
	const cJSON *members[COUNT];
	char where[MESSAGE_MAX_WHERE];
	size_t found, i = 0;
	(void)snprintf(where, sizeof where, "answers[%zu]", index);
	int error = message_members(json, where, names, question->blank ? COUNT : COUNT - 1, members, problem);
	if (error != JISR_OK)
		return error;
	(void)snprintf(where, sizeof where, "answers[%zu].choices", index);
	error = message_array(members[CHOICES], where, answer->choice_count, answer->choice_count, &found, problem);
	for (const cJSON *item = members[CHOICES]->child; item != NULL && error == JISR_OK; item = item->next) {
		(void)snprintf(where, sizeof where, "answers[%zu].choices[%zu]", index, i);
		error = message_ciphertext_unchecked(group, item, where, &answer->choices[i++], problem);
	}
	if (error != JISR_OK)
		return error;
	i = 0;
	(void)snprintf(where, sizeof where, "answers[%zu].individual_proofs", index);
	error = message_array(members[INDIVIDUAL], where, answer->choice_count, answer->choice_count, &found, problem);
	for (const cJSON *item = members[INDIVIDUAL]->child; item != NULL && error == JISR_OK; item = item->next) {
		(void)snprintf(where, sizeof where, "answers[%zu].individual_proofs[%zu]", index, i);
		error = read_proofs(group, item, where, answer->individual[i++], 2, problem);
	}
	(void)snprintf(where, sizeof where, "answers[%zu].overall_proof", index);
	if (error == JISR_OK)
		error = read_proofs(group, members[OVERALL], where, answer->overall, answer->overall_count, problem);
	(void)snprintf(where, sizeof where, "answers[%zu].blank_proof", index);
	if (error == JISR_OK && question->blank)
		error = read_proofs(group, members[BLANK], where, answer->blank, 2, problem);
	return error;
}

static int read_signature(const struct group *group, const cJSON *json, struct ballot *ballot, struct problem *problem)
{
	static const char *const names[] = {"hash", "proof"};
	const cJSON *members[2];
	const char *hash;
	int error = message_members(json, "signature", names, 2, members, problem);
	if (error == JISR_OK)
		error = message_string(members[0], "signature.hash", &hash, problem);
	if (error == JISR_OK)
		error = message_proof(group, members[1], "signature.proof", &ballot->signature, problem);
	if (error == JISR_OK && strlen(hash) != DIGEST_BASE64)
		return problem_set(problem, JISR_BAD_INPUT, "signature.hash is not a hash in Base64 without padding");
	if (error == JISR_OK)
		memcpy(ballot->hash, hash, DIGEST_BASE64 + 1);
	return error;
}

int ballot_read_json(const struct ballot_context *context, const cJSON *json, bool signed_too, struct arena *arena,
                     struct ballot **ret_ballot, struct problem *problem)
{
	enum { UUID, HASH, CREDENTIAL, ANSWERS, SIGNATURE, COUNT };
	static const char *const names[COUNT] = {"election_uuid", "election_hash", "credential", "answers",
	                                         "signature"};
	const struct election *election = context->election;
	const cJSON *members[COUNT];
	const char *uuid, *hash;
	size_t found, i = 0;
	int error = message_members(json, "", names, signed_too ? COUNT : COUNT - 1, members, problem);
	if (error == JISR_OK)
		error = message_string(members[UUID], "election_uuid", &uuid, problem);
	if (error == JISR_OK)
		error = message_string(members[HASH], "election_hash", &hash, problem);
	if (error != JISR_OK)
		return error;
	if (strcmp(uuid, election->uuid) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "the ballot is of another election (election_uuid)");
	if (strcmp(hash, election->fingerprint) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "the ballot is of another election (election_hash)");
	struct ballot *ballot;
	if (ballot_allocate(context, arena, &ballot) != JISR_OK)
		return problem_set(problem, JISR_NO_MEMORY, "the ballot is over the memory that one ballot may have");
	error = message_element_unchecked(context->group, members[CREDENTIAL], "credential", &ballot->credential,
	                                  problem);
	if (error == JISR_OK)
		error = message_array(members[ANSWERS], "answers", ballot->answer_count, ballot->answer_count, &found,
		                      problem);
	for (const cJSON *item = members[ANSWERS]->child; item != NULL && error == JISR_OK; item = item->next, i++)
		error = read_answer(context->group, &election->questions[i], item, i, &ballot->answers[i], problem);
	if (error == JISR_OK && signed_too)
		error = read_signature(context->group, members[SIGNATURE], ballot, problem);
	if (error == JISR_OK)
		*ret_ballot = ballot;
	return error;
}

/* The bytes must be those that writing the ballot gives, else one ballot had several tracking numbers. */
static int check_canonical(const struct ballot_context *context, const struct ballot *ballot, const char *bytes,
                           size_t length, struct problem *problem)
{
	struct text text;
	char hash[DIGEST_BASE64 + 1];
	text_init(&text, MESSAGE_MAX_BYTES);
	ballot_write_unsigned(context, ballot, &text);
	ballot_hash_unsigned(&text, hash);
	(void)text_add_format(&text, ",\"signature\":{\"hash\":\"%s\",\"proof\":", ballot->hash);
	message_write_proof(&text, &ballot->signature);
	int error = text_add_string(&text, "}}");
	if (error != JISR_OK)
		(void)problem_set(problem, error, "there is no memory left to check the ballot's form");
	else if (text.length != length || memcmp(text.bytes, bytes, length) != 0)
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "the ballot is not in the one form that ballots are written in");
	else if (strcmp(hash, ballot->hash) != 0)
		error = problem_set(problem, JISR_BAD_INPUT, "signature.hash is not the hash of the ballot");
	text_finish(&text);
	return error;
}

/* Most bytes of a ballot of this election: numbers of full length, and generous room for what stands between them. What
 * is longer is not even parsed, so that a hostile message costs no more memory than an honest one. */
size_t ballot_longest(const struct election *election)
{
	const size_t number = GROUP_DIGITS + 20, proof = 2 * number;
	size_t length = 1024 + number + proof;
	for (size_t i = 0; i < election->question_count; i++) {
		const struct question *question = &election->questions[i];
		length += 128 + question_choices(question) * (2 * number + 2 * proof);
		length += (question_overall(question) + 2) * proof;
	}
	return length;
}

int ballot_read(const struct ballot_context *context, const char *bytes, size_t length, struct arena *arena,
                struct ballot **ret_ballot, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct ballot *ballot;
	if (length > ballot_longest(context->election))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the ballot has %zu bytes, more than any ballot of the election", length);
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = ballot_read_json(context, json, true, arena, &ballot, problem);
	if (error == JISR_OK)
		error = check_canonical(context, ballot, bytes, length, problem);
	if (error != JISR_OK)
		return error;
	digest_fingerprint(bytes, length, ballot->tracking);
	*ret_ballot = ballot;
	return JISR_OK;
}

int ballot_accept(const struct ballot_context *context, const struct credential_list *list, const char *bytes,
                  size_t length, struct arena *arena, struct ballot **ret_ballot, size_t *ret_voter,
                  struct problem *problem)
{
	struct ballot *ballot;
	int error = ballot_read(context, bytes, length, arena, &ballot, problem);
	if (error != JISR_OK)
		return error;
	size_t voter = credential_list_find(list, &ballot->credential);
	if (voter == SIZE_MAX)
		return problem_set(problem, JISR_NOT_FOUND,
		                   "the ballot's credential is not in the list of public credentials");
	error = ballot_check(context, ballot, problem);
	if (error == JISR_OK) {
		*ret_ballot = ballot;
		*ret_voter = voter;
	}
	return error;
}
