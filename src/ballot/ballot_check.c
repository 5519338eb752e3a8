/* Checking the proofs of ballots. First all commitments are computed, of a dozen ballots together, then each proof is
 * hashed and compared.
 *
 * Each base (an alpha or a beta, or their product over an answer) is one job of power_run, with a term for each proof
 * that raises it:
 *
 *     A_j = g^response alpha^challenge            B_j = y^response (beta / g^M)^challenge
 *                                                     = g^(-M challenge) y^response beta^challenge */
#include "ballot/ballot_private.h"
#include "base/arena.h"

#include <string.h>

/* The commitments of one answer, in the order in which they are hashed. */
struct commitments {
	struct ciphertext (*individual)[2];
	struct ciphertext *overall;
	struct ciphertext blank[2];
	struct ciphertext sum; /* (alpha, beta) of the chosen answers together */
};

struct ballot_commitments {
	struct commitments *answers;
	struct element signature;
};

struct ballot_batch {
	struct arena *arena; /* for the work on one batch */
	struct power_space *space;
	struct power_job *jobs; /* in the arena */
	size_t job_count;
};

int ballot_batch_new(struct ballot_batch **ret_batch)
{
	CLEANUP(ballot_batch_freep) struct ballot_batch *batch = memory_zero(1, sizeof *batch);
	if (batch == NULL || arena_new(BALLOT_ARENA, &batch->arena) != JISR_OK ||
	    power_space_new(&batch->space) != JISR_OK)
		return JISR_NO_MEMORY;
	*ret_batch = batch;
	batch = NULL;
	return JISR_OK;
}

struct ballot_batch *ballot_batch_free(struct ballot_batch *batch)
{
	if (batch == NULL)
		return NULL;
	(void)arena_free(batch->arena);
	(void)power_space_free(batch->space);
	return memory_free(batch);
}

/* --- collecting jobs --- */

/* The jobs of a ciphertext: one for alpha, one for beta, with room for `room` terms each. */
struct pair {
	struct power_term *alpha, *beta;
	size_t count;
};

static struct pair add_pair(struct ballot_batch *batch, const struct ciphertext *base, size_t room)
{
	struct power_term *terms = arena_zero(batch->arena, 2 * room, sizeof *terms);
	if (terms == NULL)
		return (struct pair){NULL, NULL, 0};
	batch->jobs[batch->job_count++] = (struct power_job){&base->alpha, terms, room};
	batch->jobs[batch->job_count++] = (struct power_job){&base->beta, terms + room, room};
	return (struct pair){terms, terms + room, 0};
}

/* A proof that (alpha, beta) encrypts `value`. false: no memory. */
static bool add_proof(const struct group *group, struct ballot_batch *batch, struct pair *pair,
                      const struct proof *proof, unsigned value, struct ciphertext *ret_commitment)
{
	struct scalar *shift = NULL;
	if (value != 0) {
		static const struct scalar zero;
		shift = arena_alloc(batch->arena, sizeof *shift);
		if (shift == NULL)
			return false;
		scalar_from_number(group, value, shift);
		scalar_multiply(group, shift, &proof->challenge, shift);
		scalar_subtract(group, &zero, shift, shift);
	}
	pair->alpha[pair->count] =
		(struct power_term){&proof->response, NULL, &proof->challenge, &ret_commitment->alpha};
	pair->beta[pair->count] =
		(struct power_term){shift, &proof->response, &proof->challenge, &ret_commitment->beta};
	pair->count++;
	return true;
}

static int collect_answer(const struct group *group, struct ballot_batch *batch, const struct question *question,
                          const struct answer *answer, struct commitments *commitments)
{
	commitments->individual = arena_zero(batch->arena, answer->choice_count, sizeof *commitments->individual);
	commitments->overall = arena_zero(batch->arena, answer->overall_count, sizeof *commitments->overall);
	if (commitments->individual == NULL || commitments->overall == NULL)
		return JISR_NO_MEMORY;
	answer_sum(group, question, answer, &commitments->sum);
	bool added = true;
	for (size_t i = 0; i < answer->choice_count; i++) {
		bool blank = question->blank && i == 0;
		struct pair pair = add_pair(batch, &answer->choices[i], blank ? 4 : 2);
		added = added && pair.alpha != NULL;
		for (unsigned value = 0; added && value < 2; value++)
			added = add_proof(group, batch, &pair, &answer->individual[i][value], value,
			                  &commitments->individual[i][value]);
		if (added && blank)
			added = add_proof(group, batch, &pair, &answer->overall[0], 1, &commitments->overall[0]) &&
			        add_proof(group, batch, &pair, &answer->blank[0], 0, &commitments->blank[0]);
	}
	size_t first = question->blank ? 1 : 0; /* of the overall proofs that are about the sum */
	struct pair sum = add_pair(batch, &commitments->sum, answer->overall_count);
	added = added && sum.alpha != NULL;
	for (size_t i = first; added && i < answer->overall_count; i++)
		added = add_proof(group, batch, &sum, &answer->overall[i], question->min + (unsigned)(i - first),
		                  &commitments->overall[i]);
	if (added && question->blank) /* takes the place of the one that is about the blank vote */
		added = add_proof(group, batch, &sum, &answer->blank[1], 0, &commitments->blank[1]);
	return added ? JISR_OK : JISR_NO_MEMORY;
}

static int collect_ballot(const struct ballot_context *context, struct ballot_batch *batch, const struct ballot *ballot,
                          struct ballot_commitments *commitments)
{
	commitments->answers = arena_zero(batch->arena, ballot->answer_count, sizeof *commitments->answers);
	struct power_term *term = arena_zero(batch->arena, 1, sizeof *term);
	if (commitments->answers == NULL || term == NULL)
		return JISR_NO_MEMORY;
	*term = (struct power_term){&ballot->signature.response, NULL, &ballot->signature.challenge,
	                            &commitments->signature};
	batch->jobs[batch->job_count++] = (struct power_job){&ballot->credential, term, 1};
	for (size_t i = 0; i < ballot->answer_count; i++) {
		int error = collect_answer(context->group, batch, &context->election->questions[i], &ballot->answers[i],
		                           &commitments->answers[i]);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

/* --- comparing --- */

/* Is the hash the sum of the challenges? */
static bool challenges_match(const struct group *group, struct digest *digest, const struct proof *proofs, size_t count)
{
	struct scalar sum = proofs[0].challenge, hash;
	for (size_t i = 1; i < count; i++)
		scalar_add(group, &sum, &proofs[i].challenge, &sum);
	digest_challenge(digest, group, &hash);
	return scalar_equal(&sum, &hash);
}

static int compare_answer(const struct ballot_context *context, const struct ballot *ballot, size_t index,
                          const struct commitments *commitments, struct problem *problem)
{
	const struct group *group = context->group;
	const struct question *question = &context->election->questions[index];
	const struct answer *answer = &ballot->answers[index];
	struct digest begun, digest;
	ballot_digest_begin(context, ballot, "prove", NULL, &begun);
	for (size_t i = 0; i < answer->choice_count; i++) {
		digest = begun;
		ballot_digest_pairs(&digest, &answer->choices[i], 1);
		ballot_digest_pairs(&digest, commitments->individual[i], 2);
		if (!challenges_match(group, &digest, answer->individual[i], 2))
			return problem_set(
				problem, JISR_BAD_INPUT,
				"answers[%zu].individual_proofs[%zu] does not hold: nothing proves that the choice "
				"is 0 or 1",
				index, i);
	}
	ballot_digest_begin(context, ballot, question->blank ? "bproof1" : "prove", answer, &digest);
	if (!question->blank)
		ballot_digest_pairs(&digest, &commitments->sum, 1);
	ballot_digest_pairs(&digest, commitments->overall, answer->overall_count);
	if (!challenges_match(group, &digest, answer->overall, answer->overall_count))
		return problem_set(
			problem, JISR_BAD_INPUT,
			"answers[%zu].overall_proof does not hold: nothing proves that %u to %u are chosen%s", index,
			question->min, question->max, question->blank ? " or the vote is blank" : "");
	if (!question->blank)
		return JISR_OK;
	ballot_digest_begin(context, ballot, "bproof0", answer, &digest);
	ballot_digest_pairs(&digest, commitments->blank, 2);
	if (!challenges_match(group, &digest, answer->blank, 2))
		return problem_set(
			problem, JISR_BAD_INPUT,
			"answers[%zu].blank_proof does not hold: nothing proves that a blank vote chooses nothing",
			index);
	return JISR_OK;
}

static int compare_signature(const struct ballot_context *context, const struct ballot *ballot,
                             const struct ballot_commitments *commitments, struct problem *problem)
{
	struct digest digest;
	struct scalar hash;
	digest_init(&digest);
	digest_string(&digest, "sig|");
	digest_string(&digest, ballot->hash);
	digest_string(&digest, "|");
	digest_element(&digest, &commitments->signature);
	digest_challenge(&digest, context->group, &hash);
	if (scalar_equal(&hash, &ballot->signature.challenge))
		return JISR_OK;
	return problem_set(problem, JISR_BAD_INPUT,
	                   "signature.proof does not hold: the ballot is not signed by its credential");
}

static int compare_answers(const struct ballot_context *context, const struct ballot *ballot,
                           const struct ballot_commitments *commitments, struct problem *problem)
{
	for (size_t i = 0; i < ballot->answer_count; i++) {
		int error = compare_answer(context, ballot, i, &commitments->answers[i], problem);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

static int check_batch(const struct ballot_context *context, struct ballot_batch *batch, bool signed_too,
                       const struct ballot *const ballots[], size_t count, size_t *ret_wrong, struct problem *problem)
{
	struct power_tables tables = {.group = context->group, .modulus = &context->group->modulus};
	size_t jobs = 1;
	for (size_t i = 0; i < context->election->question_count; i++)
		jobs += 2 * question_choices(&context->election->questions[i]) + 2;
	arena_reset(batch->arena);
	struct ballot_commitments *commitments = arena_zero(batch->arena, count, sizeof *commitments);
	batch->jobs = arena_zero(batch->arena, jobs * count, sizeof *batch->jobs);
	batch->job_count = 0;
	int error = ballot_context_tables(context, &tables.g, &tables.y);
	if (commitments == NULL || batch->jobs == NULL)
		error = JISR_NO_MEMORY;
	for (size_t i = 0; error == JISR_OK && i < count; i++)
		error = collect_ballot(context, batch, ballots[i], &commitments[i]);
	if (error != JISR_OK)
		return problem_set(problem, error, "there is no memory left to check the ballot");
	power_run(&tables, batch->jobs, batch->job_count, batch->space);
	for (size_t i = 0; i < count; i++) {
		error = compare_answers(context, ballots[i], &commitments[i], problem);
		if (error == JISR_OK && signed_too)
			error = compare_signature(context, ballots[i], &commitments[i], problem);
		if (error != JISR_OK) {
			*ret_wrong = i;
			return error;
		}
	}
	return JISR_OK;
}

size_t ballot_member_count(const struct ballot *ballot)
{
	size_t count = 1;
	for (size_t i = 0; i < ballot->answer_count; i++)
		count += 2 * ballot->answers[i].choice_count;
	return count;
}

int ballot_add_members(struct membership *membership, const struct ballot *ballot, uint64_t label)
{
	int error = membership_add(membership, &ballot->credential, label++);
	for (size_t i = 0; i < ballot->answer_count; i++)
		for (size_t j = 0; j < ballot->answers[i].choice_count && error == JISR_OK; j++) {
			error = membership_add(membership, &ballot->answers[i].choices[j].alpha, label++);
			if (error == JISR_OK)
				error = membership_add(membership, &ballot->answers[i].choices[j].beta, label++);
		}
	return error;
}

int ballot_member_problem(const struct ballot_context *context, const struct ballot *ballot, uint64_t label,
                          struct problem *problem)
{
	const char *group = group_name(context->group);
	if (label == 0)
		return problem_set(problem, JISR_BAD_INPUT, "credential is not in the group %s", group);
	label--;
	size_t i = 0;
	while (label >= 2 * ballot->answers[i].choice_count)
		label -= 2 * ballot->answers[i++].choice_count;
	return problem_set(problem, JISR_BAD_INPUT, "answers[%zu].choices[%llu].%s is not in the group %s", i,
	                   (unsigned long long)label / 2, label % 2 == 0 ? "alpha" : "beta", group);
}

int ballot_batch_check(const struct ballot_context *context, struct ballot_batch *batch,
                       const struct ballot *const ballots[], size_t count, size_t *ret_wrong, struct problem *problem)
{
	return check_batch(context, batch, true, ballots, count, ret_wrong, problem);
}

static int check_members(const struct ballot_context *context, const struct ballot *ballot, struct power_space *space,
                         struct problem *problem)
{
	CLEANUP(membership_freep) struct membership *membership = NULL;
	if (membership_new(context->group, ballot_member_count(ballot), &membership) != JISR_OK)
		return problem_set(problem, JISR_NO_MEMORY, "there is no memory left to check the ballot");
	(void)ballot_add_members(membership, ballot, 0);
	uint64_t wrong;
	if (membership_check(membership, space, &wrong))
		return JISR_OK;
	return ballot_member_problem(context, ballot, wrong, problem);
}

static int check_one(const struct ballot_context *context, const struct ballot *ballot, bool signed_too,
                     struct problem *problem)
{
	CLEANUP(ballot_batch_freep) struct ballot_batch *batch = NULL;
	size_t wrong;
	if (ballot_batch_new(&batch) != JISR_OK)
		return problem_set(problem, JISR_NO_MEMORY, "there is no memory left to check the ballot");
	if (element_is_identity(&ballot->credential))
		return problem_set(problem, JISR_BAD_INPUT, "credential is 1, the identity of the group");
	int error = check_members(context, ballot, batch->space, problem);
	return error == JISR_OK ? check_batch(context, batch, signed_too, &ballot, 1, &wrong, problem) : error;
}

int ballot_check(const struct ballot_context *context, const struct ballot *ballot, struct problem *problem)
{
	return check_one(context, ballot, true, problem);
}

int ballot_check_unsigned(const struct ballot_context *context, const struct ballot *ballot, struct problem *problem)
{
	return check_one(context, ballot, false, problem);
}
