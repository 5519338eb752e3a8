/* Making ballots. From here on no branch and no index depends on the votes, the credential, or the randomness that hides
 * them: what is chosen is expressed by masks of all zeros or all ones, and every branch of a proof, true or simulated,
 * takes the same steps (tests/timing/ballot.c has valgrind watch).
 *
 * A proof that one of n statements is true, each about a ciphertext (alpha, beta) = (g^r, y^r g^m) and a value M_j that
 * it may encrypt: choose c_j and z_j at random for all j, but c_i = 0 for the true one. With e_j = z_j + r_j c_j and
 * f_j = (m_j - M_j) c_j, the commitments are, for all j alike,
 *
 *     A_j = g^(e_j) = g^(z_j) alpha^(c_j)         B_j = y^(e_j) g^(f_j) = y^(z_j) (beta / g^(M_j))^(c_j)
 *
 * which for the true one are g^(z_i) and y^(z_i). The hash h of all of it gives c_i = h - (the sum of the others), and
 * z_i becomes z_i - r_i c_i. */
#include "ballot/ballot_private.h"
#include "ballot/taint.h"
#include "base/arena.h"
#include "base/secret.h"

#include <sodium.h>
#include <string.h>

enum prepared_state { PREPARED, SIGNED, OPENED };

/* The secrets of a ballot in the making; one block of secret memory. */
struct prepared_ballot {
	const struct ballot_context *context;
	enum prepared_state state;
	struct scalar credential; /* secret exponent; wiped when opened */
	struct arena *arena;      /* holds what is public: the ballot */
	struct ballot *ballot;
	struct text text; /* the message without signature and closing brace */
	size_t count;     /* of r */
	struct scalar r[];
};

/* Room for one proof, and for numbers on the way. */
struct branch {
	const struct scalar *r;   /* of the ciphertext that the statement is about */
	struct scalar difference; /* m - M */
	mp_limb_t mask;           /* all ones for the true statement, else 0; exactly one is */
	struct scalar z, c, e, f;
};

struct workspace {
	struct scalar sum_r; /* of the answers chosen, without blank */
	struct scalar number;
	struct branch branches[];
};

/* All ones when equal, else 0. */
static mp_limb_t equal_mask(mp_limb_t a, mp_limb_t b)
{
	mp_limb_t different = a ^ b;
	return ((different | (0 - different)) >> 63) - 1;
}

static void mask_scalar(struct scalar *scalar, mp_limb_t mask)
{
	for (size_t i = 0; i < GROUP_LIMBS; i++)
		scalar->limbs[i] &= mask;
}

/* --- or-proofs --- */

static void commit(const struct group *group, const struct power_table_secret *y, struct workspace *work, size_t count,
                   struct ciphertext *commitments)
{
	struct element power;
	for (size_t j = 0; j < count; j++) {
		struct branch *branch = &work->branches[j];
		scalar_random(group, &branch->z);
		scalar_random(group, &branch->c);
		mask_scalar(&branch->c, ~branch->mask);
		scalar_multiply(group, branch->r, &branch->c, &branch->e);
		scalar_add(group, &branch->e, &branch->z, &branch->e);
		scalar_multiply(group, &branch->difference, &branch->c, &branch->f);
		element_power_generator_secret(group, &branch->e, &commitments[j].alpha);
		power_table_secret_power(group, y, &branch->e, &commitments[j].beta);
		element_power_generator_secret(group, &branch->f, &power);
		element_multiply_secret(group, &commitments[j].beta, &power, &commitments[j].beta);
		TAINT_PUBLIC(&commitments[j], sizeof commitments[j]);
	}
	sodium_memzero(&power, sizeof power);
}

static void respond(const struct group *group, struct workspace *work, size_t count, struct digest *digest,
                    struct proof *proofs)
{
	struct scalar *rest = &work->number, *product = &work->branches[0].e;
	digest_challenge(digest, group, rest);
	for (size_t j = 0; j < count; j++)
		scalar_subtract(group, rest, &work->branches[j].c, rest);
	for (size_t j = 0; j < count; j++) {
		struct branch *branch = &work->branches[j];
		/* The true one's c is 0 until here. */
		for (size_t i = 0; i < GROUP_LIMBS; i++)
			branch->c.limbs[i] |= rest->limbs[i] & branch->mask;
		scalar_multiply(group, branch->r, &branch->c, product);
		mask_scalar(product, branch->mask);
		scalar_subtract(group, &branch->z, product, &proofs[j].response);
		proofs[j].challenge = branch->c;
		TAINT_PUBLIC(&proofs[j], sizeof proofs[j]);
	}
}

/* difference = m - value, for an m from 0 to ELECTION_MAX_ANSWERS. */
static void set_branch(const struct group *group, struct branch *branch, const struct scalar *r, mp_limb_t m,
                       mp_limb_t value, mp_limb_t mask)
{
	struct scalar number;
	branch->r = r;
	branch->mask = mask;
	scalar_from_number(group, m, &branch->difference);
	scalar_from_number(group, value, &number);
	scalar_subtract(group, &branch->difference, &number, &branch->difference);
}

/* --- one answer --- */

static void encrypt(const struct group *group, const struct power_table_secret *y, mp_limb_t m, struct scalar *ret_r,
                    struct ciphertext *ret_ciphertext)
{
	struct element power, generator;
	scalar_random(group, ret_r);
	element_power_generator_secret(group, ret_r, &ret_ciphertext->alpha);
	power_table_secret_power(group, y, ret_r, &power);
	element_generator(group, &generator);
	struct element *with = &ret_ciphertext->beta;
	element_multiply_secret(group, &power, &generator, with);
	mp_limb_t mask = 0 - m;
	for (size_t i = 0; i < GROUP_LIMBS; i++)
		with->limbs[i] = (with->limbs[i] & mask) | (power.limbs[i] & ~mask);
	sodium_memzero(&power, sizeof power);
	TAINT_PUBLIC(ret_ciphertext, sizeof *ret_ciphertext);
}

static void prove_answer(const struct ballot_context *context, const struct power_table_secret *y,
                         const struct ballot *ballot, size_t index, const unsigned char *choices,
                         const struct scalar *r, struct workspace *work, struct ciphertext *commitments)
{
	const struct group *group = context->group;
	const struct question *question = &context->election->questions[index];
	struct answer *answer = &ballot->answers[index];
	struct branch *branches = work->branches;
	struct digest begun, digest;
	ballot_digest_begin(context, ballot, "prove", NULL, &begun);
	for (size_t i = 0; i < answer->choice_count; i++) {
		mp_limb_t m = choices[i];
		set_branch(group, &branches[0], &r[i], m, 0, m - 1);
		set_branch(group, &branches[1], &r[i], m, 1, 0 - m);
		commit(group, y, work, 2, commitments);
		digest = begun;
		ballot_digest_pairs(&digest, &answer->choices[i], 1);
		ballot_digest_pairs(&digest, commitments, 2);
		respond(group, work, 2, &digest, answer->individual[i]);
	}
	size_t first = question->blank ? 1 : 0;
	mp_limb_t blank = question->blank ? choices[0] : 0, sum = 0;
	memset(&work->sum_r, 0, sizeof work->sum_r);
	for (size_t i = first; i < answer->choice_count; i++) {
		scalar_add(group, &work->sum_r, &r[i], &work->sum_r);
		sum += choices[i];
	}
	if (question->blank)
		set_branch(group, &branches[0], &r[0], blank, 1, 0 - blank);
	for (size_t i = first; i < answer->overall_count; i++) {
		mp_limb_t value = question->min + (mp_limb_t)(i - first);
		set_branch(group, &branches[i], &work->sum_r, sum, value, equal_mask(sum, value) & (blank - 1));
	}
	commit(group, y, work, answer->overall_count, commitments);
	ballot_digest_begin(context, ballot, question->blank ? "bproof1" : "prove", answer, &digest);
	if (!question->blank) {
		struct ciphertext product;
		answer_sum(group, question, answer, &product);
		ballot_digest_pairs(&digest, &product, 1);
	}
	ballot_digest_pairs(&digest, commitments, answer->overall_count);
	respond(group, work, answer->overall_count, &digest, answer->overall);
	if (!question->blank)
		return;
	set_branch(group, &branches[0], &r[0], blank, 0, blank - 1);
	set_branch(group, &branches[1], &work->sum_r, sum, 0, 0 - blank);
	commit(group, y, work, 2, commitments);
	ballot_digest_begin(context, ballot, "bproof0", answer, &digest);
	ballot_digest_pairs(&digest, commitments, 2);
	respond(group, work, 2, &digest, answer->blank);
}

/* --- the ballot --- */

/* Is it a vote that the question allows? Only this answer leaves the function, not which votes they are. */
static bool votes_allowed(const struct question *question, const unsigned char *choices)
{
	size_t first = question->blank ? 1 : 0;
	unsigned blank = first != 0 ? choices[0] : 0, sum = 0, high = blank;
	for (size_t i = first; i < question_choices(question); i++) {
		sum += choices[i];
		high |= choices[i];
	}
	unsigned below = (sum - question->min) >> 31, above = (question->max - sum) >> 31; /* both small numbers */
	unsigned some = (0 - sum) >> 31;
	unsigned wrong = (high >> 1) | (blank & some) | ((blank ^ 1) & (below | above));
	TAINT_PUBLIC(&wrong, sizeof wrong);
	return wrong == 0;
}

int votes_check(const struct election *election, const struct votes *votes, struct problem *problem)
{
	for (size_t i = 0; i < election->question_count; i++) {
		const struct question *question = &election->questions[i];
		if (!votes_allowed(question, votes->choices[i]))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "question %zu does not allow this vote: choose %u to %u of %zu%s", i + 1,
			                   question->min, question->max, question->answer_count,
			                   question->blank ? ", or nothing but blank" : "");
	}
	return JISR_OK;
}

static int allocate(const struct ballot_context *context, struct prepared_ballot **ret_prepared,
                    struct workspace **ret_work, struct ciphertext **ret_commitments)
{
	size_t count = 0, branches = 2;
	for (size_t i = 0; i < context->election->question_count; i++) {
		const struct question *question = &context->election->questions[i];
		count += question_choices(question);
		if (question_overall(question) > branches)
			branches = question_overall(question);
	}
	CLEANUP(prepared_ballot_freep)
	struct prepared_ballot *prepared = secret_alloc(sizeof *prepared + count * sizeof prepared->r[0]);
	if (prepared == NULL)
		return JISR_NO_MEMORY;
	prepared->context = context;
	prepared->count = count;
	text_init(&prepared->text, MESSAGE_MAX_BYTES);
	if (arena_new(BALLOT_ARENA, &prepared->arena) != JISR_OK ||
	    ballot_allocate(context, prepared->arena, &prepared->ballot) != JISR_OK)
		return JISR_NO_MEMORY;
	struct ciphertext *commitments = arena_zero(prepared->arena, branches, sizeof *commitments);
	struct workspace *work = secret_alloc(sizeof *work + branches * sizeof work->branches[0]);
	if (commitments == NULL || work == NULL) {
		(void)secret_free(work);
		return JISR_NO_MEMORY;
	}
	*ret_prepared = prepared;
	*ret_work = work;
	*ret_commitments = commitments;
	prepared = NULL;
	return JISR_OK;
}

int ballot_prepare(const struct ballot_context *context, const char *credential, const struct votes *votes,
                   struct prepared_ballot **ret_prepared, struct problem *problem)
{
	CLEANUP(prepared_ballot_freep) struct prepared_ballot *prepared = NULL;
	CLEANUP(secret_freep) struct workspace *work = NULL;
	const struct election *election = context->election;
	const struct power_table_secret *y;
	struct ciphertext *commitments;
	int error = votes_check(election, votes, problem);
	if (error != JISR_OK)
		return error;
	if (ballot_context_secret_table(context, &y) != JISR_OK ||
	    allocate(context, &prepared, &work, &commitments) != JISR_OK)
		return problem_set(problem, JISR_NO_MEMORY, "there is no memory left to make the ballot");
	struct ballot *ballot = prepared->ballot;
	credential_secret(context->group, election->uuid, credential, &prepared->credential);
	element_power_generator_secret(context->group, &prepared->credential, &ballot->credential);
	TAINT_PUBLIC(&ballot->credential, sizeof ballot->credential);
	struct scalar *r = prepared->r;
	for (size_t i = 0; i < election->question_count; i++) {
		struct answer *answer = &ballot->answers[i];
		for (size_t j = 0; j < answer->choice_count; j++)
			encrypt(context->group, y, votes->choices[i][j], &r[j], &answer->choices[j]);
		prove_answer(context, y, ballot, i, votes->choices[i], r, work, commitments);
		r += answer->choice_count;
	}
	ballot_write_unsigned(context, ballot, &prepared->text);
	if (prepared->text.error != JISR_OK)
		return problem_set(problem, prepared->text.error, "there is no memory left to make the ballot");
	ballot_hash_unsigned(&prepared->text, ballot->hash);
	*ret_prepared = prepared;
	prepared = NULL;
	return JISR_OK;
}

struct prepared_ballot *prepared_ballot_free(struct prepared_ballot *prepared)
{
	if (prepared == NULL)
		return NULL;
	text_finish(&prepared->text);
	(void)arena_free(prepared->arena);
	return secret_free(prepared);
}

const char *prepared_ballot_commitment(const struct prepared_ballot *prepared)
{
	return prepared->ballot->hash;
}

int prepared_ballot_sign(struct prepared_ballot *prepared, struct text *text, struct problem *problem)
{
	const struct group *group = prepared->context->group;
	struct ballot *ballot = prepared->ballot;
	if (prepared->state != PREPARED)
		return problem_set(problem, JISR_BAD_INPUT, "the ballot was %s already; make another one",
		                   prepared->state == OPENED ? "opened" : "signed");
	CLEANUP(secret_freep) struct scalar *w = secret_alloc(sizeof *w);
	if (w == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "there is no locked memory left");
	struct element commitment;
	struct digest digest;
	scalar_random(group, w);
	element_power_generator_secret(group, w, &commitment);
	TAINT_PUBLIC(&commitment, sizeof commitment);
	digest_init(&digest);
	digest_string(&digest, "sig|");
	digest_string(&digest, ballot->hash);
	digest_string(&digest, "|");
	digest_element(&digest, &commitment);
	digest_challenge(&digest, group, &ballot->signature.challenge);
	proof_respond(group, w, &prepared->credential, &ballot->signature.challenge, &ballot->signature.response);
	TAINT_PUBLIC(&ballot->signature, sizeof ballot->signature);
	prepared->state = SIGNED;
	(void)text_add(text, prepared->text.bytes, prepared->text.length);
	(void)text_add_format(text, ",\"signature\":{\"hash\":\"%s\",\"proof\":", ballot->hash);
	message_write_proof(text, &ballot->signature);
	if (text_add_string(text, "}}") != JISR_OK)
		return problem_set(problem, text->error, "there is no room to write the ballot");
	return JISR_OK;
}

int prepared_ballot_open(struct prepared_ballot *prepared, struct text *text, struct problem *problem)
{
	if (prepared->state != PREPARED)
		return problem_set(problem, JISR_BAD_INPUT, "the ballot was %s already; make another one",
		                   prepared->state == OPENED ? "opened" : "signed");
	prepared->state = OPENED;
	sodium_memzero(&prepared->credential, sizeof prepared->credential);
	(void)text_add_string(text, "{\"ballot\":");
	(void)text_add(text, prepared->text.bytes, prepared->text.length);
	(void)text_add_string(text, "},\"randomness\":");
	const struct scalar *r = prepared->r;
	for (size_t i = 0; i < prepared->ballot->answer_count; i++) {
		(void)text_add_char(text, i == 0 ? '[' : ',');
		for (size_t j = 0; j < prepared->ballot->answers[i].choice_count; j++) {
			(void)text_add_char(text, j == 0 ? '[' : ',');
			message_write_scalar(text, r++); /* public from here on */
		}
		(void)text_add_char(text, ']');
	}
	if (text_add_string(text, "]}") != JISR_OK)
		return problem_set(problem, text->error, "there is no room to write the opened ballot");
	return JISR_OK;
}

int ballot_make(const struct ballot_context *context, const char *credential, const struct votes *votes,
                struct text *text, struct problem *problem)
{
	CLEANUP(prepared_ballot_freep) struct prepared_ballot *prepared = NULL;
	int error = ballot_prepare(context, credential, votes, &prepared, problem);
	return error == JISR_OK ? prepared_ballot_sign(prepared, text, problem) : error;
}
