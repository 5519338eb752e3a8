/* Attacks on ballots and on the board, carried out. Where an attack needs a forged proof, the forger below makes one
 * that would hold if the defence were missing, and the test shows that it would. */
#include "sample.h"

#include "ballot/ballot_private.h"
#include "ballot/decryption.h"
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define YES_NO "[{\"answers\":[\"Yes\"],\"min\":0,\"max\":1,\"question\":\"?\"}]"

static void expect(const struct sample *sample, const char *sentence)
{
	struct text bytes;
	struct problem problem = {0};
	struct verify_report report;
	text_init(&bytes, SIZE_MAX);
	sample_archive(sample, &bytes);
	int error = sample_verify(&bytes, &report, &problem);
	if (sentence == NULL && error != JISR_OK)
		fail_msg("refused: %s", problem.text);
	if (sentence != NULL && (error != JISR_BAD_INPUT || strstr(problem.text, sentence) == NULL))
		fail_msg("%d: '%s' does not say '%s'", error, problem.text, sentence);
	text_finish(&bytes);
}

/* --- a forger: makes and signs any ballot of the question YES_NO --- */

struct forger {
	const struct sample *sample;
	struct arena *arena;
	struct ballot *ballot;
	size_t voter;
	struct scalar r;
};

static void forger_init(struct forger *forger, const struct sample *sample, size_t voter)
{
	forger->sample = sample;
	assert_int_equal(arena_new(1 << 26, &forger->arena), JISR_OK);
	assert_int_equal(ballot_allocate(sample->context, forger->arena, &forger->ballot), JISR_OK);
	forger->voter = voter;
	assert_int_equal(credential_public(sample->group, sample->election->uuid, sample->credentials[voter],
	                                   &forger->ballot->credential),
	                 JISR_OK);
	scalar_random(sample->group, &forger->r);
}

static void forger_sign(struct forger *forger, struct text *text)
{
	ballot_write_unsigned(forger->sample->context, forger->ballot, text);
	sample_sign(forger->sample, forger->voter, text);
	(void)arena_free(forger->arena);
}

/* (g^r, y^r g^m) */
static void forge_ciphertext(const struct forger *forger, const struct scalar *m, struct ciphertext *ret_ciphertext)
{
	const struct group *group = forger->sample->group;
	struct element gm, yr;
	element_power_generator(group, &forger->r, &ret_ciphertext->alpha);
	element_power_generator(group, m, &gm);
	element_power(group, &forger->sample->election->public_key, &forger->r, &yr);
	element_multiply(group, &yr, &gm, &ret_ciphertext->beta);
}

/* An honest proof, by digest `begun`, that the ciphertext encrypts `truth` of 0 and 1, with its first challenge random;
 * repeated until both challenges are even when `even` is set, so that a sign of alpha or beta does not show. */
static void forge_proof(const struct forger *forger, const struct digest *begun, const struct ciphertext *ciphertext,
                        unsigned truth, bool even, struct proof proofs[2])
{
	const struct group *group = forger->sample->group;
	const struct element *y = &forger->sample->election->public_key;
	do {
		struct ciphertext commitments[2];
		struct scalar w;
		scalar_random(group, &proofs[1 - truth].challenge);
		scalar_random(group, &proofs[1 - truth].response);
		if (even && proofs[1 - truth].challenge.limbs[0] % 2 != 0)
			continue;
		struct ciphertext shifted = *ciphertext;
		struct element generator;
		element_generator(group, &generator);
		if (truth == 0)
			element_divide(group, &shifted.beta, &generator, &shifted.beta);
		element_generator(group, &generator);
		proof_commitment(group, &generator, &shifted.alpha, &proofs[1 - truth], &commitments[1 - truth].alpha);
		proof_commitment(group, y, &shifted.beta, &proofs[1 - truth], &commitments[1 - truth].beta);
		scalar_random(group, &w);
		element_power_generator(group, &w, &commitments[truth].alpha);
		element_power(group, y, &w, &commitments[truth].beta);
		struct digest digest = *begun;
		ballot_digest_pairs(&digest, commitments, 2);
		digest_challenge(&digest, group, &proofs[truth].challenge);
		scalar_subtract(group, &proofs[truth].challenge, &proofs[1 - truth].challenge,
		                &proofs[truth].challenge);
		proof_respond(group, &w, &forger->r, &proofs[truth].challenge, &proofs[truth].response);
	} while (even && (proofs[0].challenge.limbs[0] % 2 != 0 || proofs[1].challenge.limbs[0] % 2 != 0));
}

static void forge_overall(const struct forger *forger, unsigned truth, bool even)
{
	struct answer *answer = &forger->ballot->answers[0];
	struct digest digest;
	ballot_digest_begin(forger->sample->context, forger->ballot, "prove", answer, &digest);
	ballot_digest_pairs(&digest, answer->choices, 1);
	forge_proof(forger, &digest, &answer->choices[0], truth, even, answer->overall);
}

static void a_forger_who_plays_by_the_rules_is_accepted(void **state)
{
	(void)state;
	struct sample sample;
	struct forger forger;
	struct scalar m;
	struct text text;
	struct digest digest;
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .open = true});
	forger_init(&forger, &sample, 0);
	scalar_from_number(sample.group, 1, &m);
	struct answer *answer = &forger.ballot->answers[0];
	forge_ciphertext(&forger, &m, &answer->choices[0]);
	ballot_digest_begin(sample.context, forger.ballot, "prove", NULL, &digest);
	ballot_digest_pairs(&digest, answer->choices, 1);
	forge_proof(&forger, &digest, &answer->choices[0], 1, false, answer->individual[0]);
	forge_overall(&forger, 1, false);
	text_init(&text, 1 << 20);
	forger_sign(&forger, &text);
	(void)sample_add(&sample, 3, EVENT_BALLOT, text.bytes, text.length);
	expect(&sample, NULL);
	text_finish(&text);
	sample_finish(&sample);
}

/* Bernhard, Pereira, Warinschi 2012: when the hash does not hold the statement, a proof can be made first and what it is
 * about afterwards. This one is for a vote of some huge number. */
static void a_proof_made_before_its_statement_is_refused(void **state)
{
	(void)state;
	struct sample sample;
	struct forger forger;
	struct scalar a[2], t, h, inverse, m;
	struct ciphertext commitments[2];
	struct element power;
	struct text text;
	struct digest digest;
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .open = true});
	const struct group *group = sample.group;
	const struct element *y = &sample.election->public_key;
	forger_init(&forger, &sample, 0);
	struct answer *answer = &forger.ballot->answers[0];
	for (int i = 0; i < 2; i++) {
		scalar_random(group, &a[i]);
		element_power_generator(group, &a[i], &commitments[i].alpha);
		element_power(group, y, &a[i], &commitments[i].beta);
	}
	scalar_random(group, &t);
	element_power_generator(group, &t, &power);
	element_multiply(group, &commitments[0].beta, &power, &commitments[0].beta);
	/* The hash without alpha and beta; the second challenge is 0. */
	ballot_digest_begin(sample.context, forger.ballot, "prove", NULL, &digest);
	ballot_digest_pairs(&digest, commitments, 2);
	digest_challenge(&digest, group, &h);
	assert_int_equal(scalar_invert(group, &h, &inverse), JISR_OK);
	scalar_multiply(group, &t, &inverse, &m);
	forge_ciphertext(&forger, &m, &answer->choices[0]);
	struct proof *proofs = answer->individual[0];
	proofs[0].challenge = h;
	proof_respond(group, &a[0], &forger.r, &h, &proofs[0].response);
	scalar_from_number(group, 0, &proofs[1].challenge);
	proofs[1].response = a[1];
	/* Every equation of the check holds, so the hash alone is what refuses it. */
	for (int i = 0; i < 2; i++) {
		struct element generator, found, shifted = answer->choices[0].beta;
		element_generator(group, &generator);
		proof_commitment_generator(group, &answer->choices[0].alpha, &proofs[i], &found);
		assert_true(element_equal(&found, &commitments[i].alpha));
		if (i == 1)
			element_divide(group, &shifted, &generator, &shifted);
		proof_commitment(group, y, &shifted, &proofs[i], &found);
		assert_true(element_equal(&found, &commitments[i].beta));
	}
	forge_overall(&forger, 1, false);
	text_init(&text, 1 << 20);
	forger_sign(&forger, &text);
	(void)sample_add(&sample, 3, EVENT_BALLOT, text.bytes, text.length);
	expect(&sample, "answers[0].individual_proofs[0] does not hold");
	text_finish(&text);
	sample_finish(&sample);
}

/* beta times -1, which has order 2: the proofs hold when all challenges are even, and the tally cannot be decrypted. */
static void an_element_outside_the_group_is_refused_though_its_proofs_hold(void **state)
{
	(void)state;
	struct sample sample;
	struct forger forger;
	struct scalar m;
	struct text text;
	struct digest digest;
	struct problem problem = {0};
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .open = true});
	const struct group *group = sample.group;
	forger_init(&forger, &sample, 0);
	struct answer *answer = &forger.ballot->answers[0];
	scalar_from_number(group, 1, &m);
	forge_ciphertext(&forger, &m, &answer->choices[0]);
	mpn_sub_n(answer->choices[0].beta.limbs, group->p, answer->choices[0].beta.limbs, GROUP_LIMBS);
	ballot_digest_begin(sample.context, forger.ballot, "prove", NULL, &digest);
	ballot_digest_pairs(&digest, answer->choices, 1);
	forge_proof(&forger, &digest, &answer->choices[0], 1, true, answer->individual[0]);
	forge_overall(&forger, 1, true);
	text_init(&text, 1 << 20);
	forger_sign(&forger, &text);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(ballot_batch_freep) struct ballot_batch *batch = NULL;
	struct ballot *ballot;
	size_t wrong;
	assert_int_equal(arena_new(1 << 26, &arena), JISR_OK);
	assert_int_equal(ballot_batch_new(&batch), JISR_OK);
	assert_int_equal(ballot_read(sample.context, text.bytes, text.length, arena, &ballot, &problem), JISR_OK);
	assert_int_equal(
		ballot_batch_check(sample.context, batch, (const struct ballot *const *)&ballot, 1, &wrong, &problem),
		JISR_OK);
	assert_int_equal(ballot_check(sample.context, ballot, &problem), JISR_BAD_INPUT);
	assert_string_equal(problem.text, "answers[0].choices[0].beta is not in the group BELENIOS-2048");
	(void)sample_add(&sample, 3, EVENT_BALLOT, text.bytes, text.length);
	expect(&sample, "Ballot at height 3");
	expect(&sample, "answers[0].choices[0].beta is not in the group BELENIOS-2048");
	text_finish(&text);
	sample_finish(&sample);
}

/* Cortier and Smyth 2013: cast what another has cast, to learn from the count what it was. */
static void a_copied_ballot_under_an_own_credential_is_refused(void **state)
{
	(void)state;
	struct sample sample;
	struct forger forger;
	struct text text;
	struct problem problem = {0};
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .open = true});
	forger_init(&forger, &sample, 1);
	const struct text *victim = &sample.events[1].messages[0];
	struct ballot *copied;
	assert_int_equal(ballot_read(sample.context, victim->bytes, victim->length, forger.arena, &copied, &problem),
	                 JISR_OK);
	forger.ballot->answers = copied->answers;
	text_init(&text, 1 << 20);
	forger_sign(&forger, &text);
	(void)sample_add(&sample, 3, EVENT_BALLOT, text.bytes, text.length);
	expect(&sample, "answers[0].individual_proofs[0] does not hold");
	text_finish(&text);
	sample_finish(&sample);
}

/* A board that casts a voter's first ballot once more undoes her second. belenios-tool 2.0 does not notice. */
static void a_replayed_ballot_is_refused(void **state)
{
	(void)state;
	struct sample sample;
	struct text text;
	sample_init(&sample, &(struct sample_plan){.open = true});
	text_init(&text, 1 << 20);
	sample_vote(&sample, 0, "[[1,0,0],[0,0,0]]", &text);
	(void)sample_add(&sample, 3, EVENT_BALLOT, text.bytes, text.length);
	expect(&sample, NULL);
	const struct text *first = &sample.events[1].messages[0];
	(void)sample_add(&sample, 4, EVENT_BALLOT, first->bytes, first->length);
	expect(&sample, "this very ballot was cast before");
	text_finish(&text);
	sample_finish(&sample);
}

static void the_last_ballot_of_a_credential_counts(void **state)
{
	(void)state;
	struct sample sample;
	struct text text;
	sample_init(&sample, &(struct sample_plan){.voters = 3, .weights = true, .open = true});
	for (int i = 0; i < 3; i++) {
		text_init(&text, 1 << 20);
		sample_vote(&sample, 1, i % 2 == 0 ? "[[1,0,0],[0,0,0]]" : "[[0,0,1],[1,1,0]]", &text);
		(void)sample_add(&sample, (size_t)2 + (size_t)i, EVENT_BALLOT, text.bytes, text.length);
		text_finish(&text);
	}
	sample_end(&sample);
	expect(&sample, NULL);
	sample_swap(&sample, 3, 5); /* another of voter 1's ballots is the last now */
	expect(&sample, "EncryptedTally at height 8");
	sample_finish(&sample);
}

static void a_stuffed_ballot_is_refused(void **state)
{
	(void)state;
	struct sample sample;
	struct text text;
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .open = true});
	credential_make(sample.credentials[5]); /* of nobody */
	text_init(&text, 1 << 20);
	sample_vote(&sample, 5, "[[1]]", &text);
	(void)sample_add(&sample, 2, EVENT_BALLOT, text.bytes, text.length);
	expect(&sample, "Ballot at height 2");
	expect(&sample, "the ballot's credential is not in the list of public credentials");
	text_finish(&text);
	sample_finish(&sample);
}

static void a_ballot_after_the_close_is_refused(void **state)
{
	(void)state;
	struct sample sample;
	struct text text;
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]"});
	text_init(&text, 1 << 20);
	sample_vote(&sample, 0, "[[0]]", &text);
	(void)sample_add(&sample, 4, EVENT_BALLOT, text.bytes, text.length);
	expect(&sample, "Ballot cannot follow EndBallots: the vote was closed");
	text_finish(&text);
	sample_finish(&sample);
}

/* The same voters and questions in another round; the attacker knows the credential and rewrites what names the round. */
static void a_ballot_of_another_round_is_refused(void **state)
{
	(void)state;
	struct sample first, second;
	struct forger forger;
	struct text text;
	struct problem problem = {0};
	sample_init(&first, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .open = true});
	sample_init(&second, &(struct sample_plan){.questions = YES_NO, .votes = "[[0]]", .open = true});
	const struct text *old = &first.events[1].messages[0];
	(void)sample_add(&second, 1, EVENT_BALLOT, old->bytes, old->length);
	expect(&second, "the ballot is of another election (election_uuid)");
	sample_remove(&second, 1);
	forger_init(&forger, &second, 0);
	struct ballot *copied;
	assert_int_equal(ballot_read(first.context, old->bytes, old->length, forger.arena, &copied, &problem), JISR_OK);
	forger.ballot->answers = copied->answers;
	text_init(&text, 1 << 20);
	forger_sign(&forger, &text);
	(void)sample_add(&second, 1, EVENT_BALLOT, text.bytes, text.length);
	expect(&second, "answers[0].individual_proofs[0] does not hold");
	text_finish(&text);
	sample_finish(&first);
	sample_finish(&second);
}

/* The same voters, trustees and identifier, another question: all that parts the rounds is the fingerprint, so that a copy
 * of what was cast in the first holds in every other respect. The voter herself might do it, to prove later how she has
 * voted; anybody who has her credential might do it to her. */
static void a_ballot_of_another_round_of_the_same_voters_is_refused(void **state)
{
	(void)state;
	struct sample first, second;
	struct text text;
	struct problem problem = {0};
	sample_init(&first, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .open = true});
	second = first;
	struct question question = first.election->questions[0];
	struct election given = *first.election;
	question.text = "Once more?";
	given.questions = &question;
	assert_int_equal(election_new(&given, &second.election, &problem), JISR_OK);
	assert_int_equal(ballot_context_new(second.election, &second.context, &problem), JISR_OK);
	const struct text *old = &first.events[1].messages[0];
	for (int round = 0; round < 2; round++) { /* in its own round a ballot that is signed anew is accepted */
		const struct sample *sample = round == 0 ? &first : &second;
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct forger forger;
		struct ballot *copied;
		size_t voter;
		forger_init(&forger, sample, 0);
		assert_int_equal(arena_new(1 << 26, &arena), JISR_OK);
		assert_int_equal(ballot_read(first.context, old->bytes, old->length, forger.arena, &copied, &problem),
		                 JISR_OK);
		forger.ballot->answers = copied->answers;
		text_init(&text, 1 << 20);
		forger_sign(&forger, &text);
		int error = ballot_accept(sample->context, sample->list, text.bytes, text.length, arena, &copied,
		                          &voter, &problem);
		assert_int_equal(error, round == 0 ? JISR_OK : JISR_BAD_INPUT);
		text_finish(&text);
	}
	assert_non_null(strstr(problem.text, "answers[0].individual_proofs[0] does not hold"));
	(void)ballot_context_free(second.context);
	(void)election_free(second.election);
	sample_finish(&first);
}

/* A board that puts a good event where it was not. */
static void an_event_of_another_parent_is_refused(void **state)
{
	(void)state;
	struct sample sample;
	struct event event = {.has_parent = true, .height = 2, .type = EVENT_BALLOT, .has_payload = true};
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .open = true});
	struct sample_event *last = &sample.events[2];
	digest_of(last->messages[0].bytes, last->messages[0].length, event.payload);
	assert_int_equal(event_write(&event, &last->event), JISR_OK); /* its parent is 000... */
	expect(&sample, "its parent is not the event before it");
	event.height = 3;
	text_reset(&last->event);
	assert_int_equal(event_write(&event, &last->event), JISR_OK);
	expect(&sample, "its height is 3 and not 2");
	sample_finish(&sample);
}

/* A trustee's decryption that holds, put on the board once more, or in the name of a trustee who does not exist. */
static void a_trustee_counts_once_and_under_its_own_number(void **state)
{
	(void)state;
	struct sample sample;
	struct problem problem = {0};
	unsigned char hash[DIGEST_BYTES];
	CLEANUP(tally_freep) struct tally *tally = NULL;
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]"});
	const struct text *messages = sample.events[4].messages;
	assert_int_equal(tally_read(sample.election, messages[0].bytes, messages[0].length, messages[1].bytes,
	                            messages[1].length, &tally, &problem),
	                 JISR_OK);
	struct sample_event *more = sample_add(&sample, 6, EVENT_PARTIAL_DECRYPTION, NULL, 0);
	assert_int_equal(decryption_make(tally, sample.private_key, &sample.key, &more->messages[0]), JISR_OK);
	digest_of(more->messages[0].bytes, more->messages[0].length, hash);
	more->count = 2;
	for (uint64_t owner = 0; owner < 3; owner++) {
		static const char *const sentences[] = {"owner", "trustee 1 has decrypted already",
		                                        "there is no trustee 2; trustees are 1 to 1"};
		text_reset(&more->messages[1]);
		assert_int_equal(decryption_owned_write(owner, hash, &more->messages[1]), JISR_OK);
		expect(&sample, sentences[owner]);
	}
	sample_finish(&sample);
}

static void a_result_that_does_not_follow_from_the_decryptions_is_refused(void **state)
{
	(void)state;
	struct sample sample;
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]"});
	expect(&sample, NULL);
	struct text *result = &sample.events[sample.event_count - 1].messages[0];
	char *count = strchr(result->bytes, '2');
	assert_non_null(count);
	*count = '1';
	expect(&sample, "result[0][0] is 1; the partial decryptions give 2");
	sample_finish(&sample);
}

/* Opens both and compares: NULL when one continues the other. */
static void expect_continues(const struct text *old, const struct text *new, const char *sentence)
{
	struct archive *a, *b;
	struct problem problem = {0};
	assert_int_equal(archive_open_bytes(old->bytes, old->length, &a, &problem), JISR_OK);
	assert_int_equal(archive_open_bytes(new->bytes, new->length, &b, &problem), JISR_OK);
	int error = verify_continues(a, b, &problem);
	assert_int_equal(error, sentence == NULL ? JISR_OK : JISR_BAD_INPUT);
	if (sentence != NULL && strstr(problem.text, sentence) == NULL)
		fail_msg("%s", problem.text);
	(void)archive_close(a);
	(void)archive_close(b);
}

static void deleting_and_reordering_are_seen_by_whoever_kept_the_head(void **state)
{
	(void)state;
	struct sample sample;
	struct text before, after;
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .voters = 3, .open = true});
	text_init(&before, SIZE_MAX);
	text_init(&after, SIZE_MAX);
	sample_archive(&sample, &before);
	expect_continues(&before, &before, NULL);
	sample_swap(&sample, 1, 2);
	sample_archive(&sample, &after);
	expect(&sample, NULL); /* in itself it is a good history */
	expect_continues(&before, &after, "the event at height 1");
	sample_swap(&sample, 1, 2);
	sample_remove(&sample, 3);
	text_reset(&after);
	sample_archive(&sample, &after);
	expect(&sample, NULL);
	expect_continues(&before, &after, "the event at height 3");
	expect_continues(&after, &before, NULL);
	sample_end(&sample);
	expect(&sample, NULL);
	sample_remove(&sample, 2); /* after the tally everybody sees it */
	expect(&sample, "EncryptedTally at height 3");
	text_finish(&before);
	text_finish(&after);
	sample_finish(&sample);
}

static void a_changed_weight_is_seen_in_the_tally(void **state)
{
	(void)state;
	struct sample sample;
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .weights = true});
	expect(&sample, NULL);
	struct text *list = &sample.events[0].messages[2];
	char *weight = strstr(list->bytes, ",2\"");
	assert_non_null(weight);
	weight[1] = '9';
	expect(&sample, "it counts 2 ballots of weight 3; there are 2 of weight 10");
	sample_finish(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_forger_who_plays_by_the_rules_is_accepted),
		cmocka_unit_test(a_proof_made_before_its_statement_is_refused),
		cmocka_unit_test(an_element_outside_the_group_is_refused_though_its_proofs_hold),
		cmocka_unit_test(a_copied_ballot_under_an_own_credential_is_refused),
		cmocka_unit_test(a_replayed_ballot_is_refused),
		cmocka_unit_test(the_last_ballot_of_a_credential_counts),
		cmocka_unit_test(a_stuffed_ballot_is_refused),
		cmocka_unit_test(a_ballot_after_the_close_is_refused),
		cmocka_unit_test(a_ballot_of_another_round_is_refused),
		cmocka_unit_test(a_ballot_of_another_round_of_the_same_voters_is_refused),
		cmocka_unit_test(an_event_of_another_parent_is_refused),
		cmocka_unit_test(a_trustee_counts_once_and_under_its_own_number),
		cmocka_unit_test(a_result_that_does_not_follow_from_the_decryptions_is_refused),
		cmocka_unit_test(deleting_and_reordering_are_seen_by_whoever_kept_the_head),
		cmocka_unit_test(a_changed_weight_is_seen_in_the_tally),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
