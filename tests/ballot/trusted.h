/* For tests: an election whose trustees are known, with private keys. One mandatory trustee and a group of three, of
 * whom two are needed. */
#ifndef JISR_TESTS_BALLOT_TRUSTED_H
#define JISR_TESTS_BALLOT_TRUSTED_H

#include "ballot/pedersen.h"
#include "ballot/result.h"
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define GROUP_SIZE 3
#define NEEDED     2
#define OWNERS     (1 + GROUP_SIZE)

struct trusted {
	const struct group *group;
	struct channel_keys *keys; /* GROUP_SIZE of them, in secret memory */
	struct text certificates, polynomials, voutputs, parameters;
	struct text vinputs[GROUP_SIZE], decryption_keys[GROUP_SIZE];
	struct threshold *certified;
	struct scalar *private_keys; /* OWNERS of them, by owner - 1, in secret memory */
	struct trustees *trustees;
	struct election *election;
};

static inline void trusted_route(struct trusted *trusted)
{
	for (int i = 0; i < GROUP_SIZE; i++)
		text_reset(&trusted->vinputs[i]);
	assert_int_equal(pedersen_route(trusted->certified, trusted->polynomials.bytes, trusted->polynomials.length,
	                                trusted->vinputs, NULL),
	                 JISR_OK);
}

/* Up to the vinputs. */
static inline void trusted_begin(struct trusted *trusted)
{
	*trusted = (struct trusted){.group = group_find("BELENIOS-2048")};
	trusted->keys = secret_alloc(GROUP_SIZE * sizeof *trusted->keys);
	trusted->private_keys = secret_alloc(OWNERS * sizeof *trusted->private_keys);
	assert_true(trusted->keys != NULL && trusted->private_keys != NULL);
	text_init(&trusted->certificates, PEDERSEN_MAX_BYTES);
	text_init(&trusted->polynomials, PEDERSEN_MAX_BYTES);
	text_init(&trusted->voutputs, PEDERSEN_MAX_BYTES);
	text_init(&trusted->parameters, PEDERSEN_MAX_BYTES);
	for (int i = 0; i < GROUP_SIZE; i++) {
		char seed[CHANNEL_SEED + 1];
		text_init(&trusted->vinputs[i], PEDERSEN_MAX_BYTES);
		text_init(&trusted->decryption_keys[i], PEDERSEN_MAX_BYTES);
		channel_seed_make(seed);
		channel_keys_derive(trusted->group, seed, &trusted->keys[i]);
		assert_int_equal(pedersen_certificate(trusted->group, &trusted->keys[i], &trusted->certificates),
		                 JISR_OK);
		text_add_char(&trusted->certificates, '\n');
	}
	assert_int_equal(pedersen_certificates(trusted->group, trusted->certificates.bytes,
	                                       trusted->certificates.length, &trusted->certified, NULL),
	                 JISR_OK);
	for (int i = 0; i < GROUP_SIZE; i++) {
		assert_int_equal(
			pedersen_polynomial(trusted->certified, &trusted->keys[i], NEEDED, &trusted->polynomials, NULL),
			JISR_OK);
		text_add_char(&trusted->polynomials, '\n');
	}
	trusted_route(trusted);
}

/* The rest of the ceremony, and an election of one question with three answers. */
static inline void trusted_init(struct trusted *trusted)
{
	static const char *answers[] = {"A", "B", "C"};
	struct question question = {.text = "Q", .answers = answers, .answer_count = 3, .min = 0, .max = 3};
	struct election given = {
		.uuid = "TestTestTest22", .name = "", .description = "", .questions = &question, .question_count = 1};
	struct trustee_key key;
	struct text single;
	trusted_begin(trusted);
	for (int i = 0; i < GROUP_SIZE; i++) {
		assert_int_equal(pedersen_accept(trusted->certified, &trusted->keys[i], trusted->vinputs[i].bytes,
		                                 trusted->vinputs[i].length, &trusted->voutputs, NULL, NULL),
		                 JISR_OK);
		text_add_char(&trusted->voutputs, '\n');
	}
	assert_int_equal(pedersen_combine(trusted->certified, trusted->polynomials.bytes, trusted->polynomials.length,
	                                  trusted->voutputs.bytes, trusted->voutputs.length, &trusted->parameters,
	                                  trusted->decryption_keys, NULL),
	                 JISR_OK);
	for (int i = 0; i < GROUP_SIZE; i++)
		assert_int_equal(pedersen_decryption_key(
					 trusted->group, &trusted->keys[i], trusted->decryption_keys[i].bytes,
					 trusted->decryption_keys[i].length, &trusted->private_keys[1 + i], NULL),
		                 JISR_OK);
	assert_int_equal(trustee_key_make(trusted->group, &trusted->private_keys[0], &key), JISR_OK);
	text_init(&single, 4096);
	trustee_key_write(&single, &key);
	assert_int_equal(trustees_assemble(trusted->group, single.bytes, single.length, trusted->parameters.bytes,
	                                   trusted->parameters.length, &trusted->trustees, NULL),
	                 JISR_OK);
	text_finish(&single);
	given.group = trusted->group;
	given.public_key = trusted->trustees->public_key;
	assert_int_equal(election_new(&given, &trusted->election, NULL), JISR_OK);
}

static inline void trusted_finish(struct trusted *trusted)
{
	election_free(trusted->election);
	trustees_free(trusted->trustees);
	threshold_free(trusted->certified);
	secret_free(trusted->keys);
	secret_free(trusted->private_keys);
	text_finish(&trusted->certificates);
	text_finish(&trusted->polynomials);
	text_finish(&trusted->voutputs);
	text_finish(&trusted->parameters);
	for (int i = 0; i < GROUP_SIZE; i++) {
		text_finish(&trusted->vinputs[i]);
		text_finish(&trusted->decryption_keys[i]);
	}
}

/* A tally that holds these votes, encrypted for the election. */
static inline void trusted_tally(const struct trusted *trusted, const uint64_t votes[3], struct tally **ret_tally)
{
	struct tally *tally;
	struct scalar r, m;
	struct element power;
	assert_int_equal(tally_new(trusted->election, &tally), JISR_OK);
	for (size_t i = 0; i < tally->count; i++) {
		scalar_random(trusted->group, &r);
		scalar_from_number(trusted->group, votes[i], &m);
		element_power_generator(trusted->group, &r, &tally->ciphertexts[i].alpha);
		element_power(trusted->group, &trusted->election->public_key, &r, &tally->ciphertexts[i].beta);
		element_power_generator(trusted->group, &m, &power);
		element_multiply(trusted->group, &tally->ciphertexts[i].beta, &power, &tally->ciphertexts[i].beta);
		tally->weight += votes[i];
	}
	tally->ballots = tally->weight;
	*ret_tally = tally;
}

/* What a trustee sends, read again. */
static inline struct decryption *trusted_decrypt(const struct trusted *trusted, const struct tally *tally, size_t owner)
{
	struct decryption *decryption = NULL;
	struct text text;
	text_init(&text, MESSAGE_MAX_BYTES);
	assert_int_equal(decryption_make(tally, &trusted->private_keys[owner - 1],
	                                 trustees_key(trusted->trustees, owner), &text),
	                 JISR_OK);
	assert_int_equal(decryption_read(tally, text.bytes, text.length, &decryption, NULL), JISR_OK);
	text_finish(&text);
	return decryption;
}

#endif
