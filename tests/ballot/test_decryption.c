#include "ballot/decryption.h"

#include "trusted.h"

static const uint64_t votes[3] = {5, 0, 12};

static int set_up(void **state)
{
	static struct trusted trusted;
	trusted_init(&trusted);
	*state = &trusted;
	return 0;
}

static int tear_down(void **state)
{
	trusted_finish(*state);
	return 0;
}

static void what_every_trustee_sends_is_read_and_holds(void **state)
{
	const struct trusted *trusted = *state;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	trusted_tally(trusted, votes, &tally);
	for (size_t owner = 1; owner <= OWNERS; owner++) {
		CLEANUP(memory_freep) struct decryption *sent = trusted_decrypt(trusted, tally, owner);
		assert_int_equal(decryption_check(tally, trustees_key(trusted->trustees, owner), sent, NULL), JISR_OK);
		for (size_t other = 1; other <= OWNERS; other++)
			if (other != owner)
				assert_int_equal(
					decryption_check(tally, trustees_key(trusted->trustees, other), sent, NULL),
					JISR_BAD_INPUT);
	}
}

static void a_factor_with_another_ones_proof_is_refused(void **state)
{
	const struct trusted *trusted = *state;
	struct element generator;
	struct problem problem = {0};
	CLEANUP(tally_freep) struct tally *tally = NULL;
	trusted_tally(trusted, votes, &tally);
	CLEANUP(memory_freep) struct decryption *sent = trusted_decrypt(trusted, tally, 1);
	element_generator(trusted->group, &generator);
	element_multiply(trusted->group, &sent->factors[2].factor, &generator,
	                 &sent->factors[2].factor); /* one vote less */
	assert_int_equal(decryption_check(tally, trustees_key(trusted->trustees, 1), sent, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "decryption_proofs[0][2]"));
}

static void a_decryption_of_another_elections_tally_is_refused(void **state)
{
	const struct trusted *trusted = *state;
	struct trusted other = *trusted; /* the same trustees and ciphertexts, another election */
	struct question question = trusted->election->questions[0];
	struct election given = *trusted->election;
	CLEANUP(election_freep) struct election *second = NULL;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	given.questions = &question;
	given.uuid = "TestTestTest23";
	assert_int_equal(election_new(&given, &second, NULL), JISR_OK);
	other.election = second;
	trusted_tally(&other, votes, &tally);
	CLEANUP(memory_freep) struct decryption *sent = trusted_decrypt(&other, tally, 1);
	assert_int_equal(decryption_check(tally, trustees_key(trusted->trustees, 1), sent, NULL), JISR_OK);
	tally->election = trusted->election;
	assert_int_equal(decryption_check(tally, trustees_key(trusted->trustees, 1), sent, NULL), JISR_BAD_INPUT);
	/* and another tally of the same election */
	CLEANUP(tally_freep) struct tally *later = NULL;
	trusted_tally(trusted, votes, &later);
	CLEANUP(memory_freep) struct decryption *fresh = trusted_decrypt(trusted, later, 1);
	assert_int_equal(decryption_check(later, trustees_key(trusted->trustees, 1), fresh, NULL), JISR_OK);
	assert_int_equal(decryption_check(tally, trustees_key(trusted->trustees, 1), fresh, NULL), JISR_BAD_INPUT);
}

static void each_altered_number_of_the_message_is_noticed(void **state)
{
	const struct trusted *trusted = *state;
	struct text text;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	trusted_tally(trusted, votes, &tally);
	text_init(&text, MESSAGE_MAX_BYTES);
	assert_int_equal(decryption_make(tally, &trusted->private_keys[0], trustees_key(trusted->trustees, 1), &text),
	                 JISR_OK);
	for (size_t i = 0; i < text.length; i += 7) {
		CLEANUP(memory_freep) struct decryption *read = NULL;
		char kept = text.bytes[i];
		text.bytes[i] = kept >= '0' && kept <= '9' ? (char)('0' + (kept - '0' + 1) % 10) : '#';
		int error = decryption_read(tally, text.bytes, text.length, &read, NULL);
		if (error == JISR_OK)
			error = decryption_check(tally, trustees_key(trusted->trustees, 1), read, NULL);
		assert_int_equal(error, JISR_BAD_INPUT);
		text.bytes[i] = kept;
	}
	text_finish(&text);
}

/* A trustee who knows x proves a wrong factor: Belenios' hash leaves D and alpha out, so B may be chosen first and D be
 * solved for. */
static void forge(const struct trusted *trusted, const struct tally *tally, size_t index, struct decryption *sent)
{
	const struct group *group = trusted->group;
	const struct element *alpha = &tally->ciphertexts[index].alpha;
	struct scalar w, c, inverse, product;
	struct element a, b, power;
	struct digest digest;
	scalar_random(group, &w);
	element_power_generator(group, &w, &a);
	scalar_random(group, &c);
	element_power_generator(group, &c, &b); /* anything */
	digest_init(&digest);
	digest_string(&digest, "decrypt|");
	digest_string(&digest, trusted->election->fingerprint);
	digest_string(&digest, "|");
	digest_element(&digest, &trustees_key(trusted->trustees, 1)->public_key);
	digest_string(&digest, "|");
	digest_element(&digest, &a);
	digest_string(&digest, ",");
	digest_element(&digest, &b);
	digest_challenge(&digest, group, &c);
	scalar_multiply(group, &trusted->private_keys[0], &c, &product);
	sent->factors[index].proof.challenge = c;
	scalar_subtract(group, &w, &product, &sent->factors[index].proof.response);
	/* D = (B / alpha^response)^(1/challenge) */
	element_power(group, alpha, &sent->factors[index].proof.response, &power);
	element_divide(group, &b, &power, &b);
	assert_int_equal(scalar_invert(group, &c, &inverse), JISR_OK);
	element_power(group, &b, &inverse, &sent->factors[index].factor);
}

static void a_factor_that_belenios_proof_leaves_free_stops_the_result_and_convicts_its_trustee(void **state)
{
	const struct trusted *trusted = *state;
	struct problem problem = {0};
	struct text honest, lying;
	const struct trustee_key *key = trustees_key(trusted->trustees, 1);
	CLEANUP(tally_freep) struct tally *tally = NULL;
	CLEANUP(memory_freep) uint64_t *counts = NULL;
	trusted_tally(trusted, votes, &tally);
	CLEANUP(memory_freep) struct decryption *first = trusted_decrypt(trusted, tally, 1);
	CLEANUP(memory_freep) struct decryption *second = trusted_decrypt(trusted, tally, 2);
	CLEANUP(memory_freep) struct decryption *third = trusted_decrypt(trusted, tally, 3);
	const struct result_share shares[] = {{1, first}, {2, second}, {3, third}};
	text_init(&honest, MESSAGE_MAX_BYTES);
	text_init(&lying, MESSAGE_MAX_BYTES);
	assert_int_equal(
		decryption_justify(tally, 2, &trusted->private_keys[1], trustees_key(trusted->trustees, 2), &honest),
		JISR_OK);
	assert_int_equal(decryption_justify(tally, 1, &trusted->private_keys[0], key, &lying), JISR_OK);
	assert_int_equal(decryption_justified(tally, 1, key, first, lying.bytes, lying.length, NULL), JISR_OK);
	forge(trusted, tally, 1, first);
	/* The forgery passes what Belenios checks: this is why more is needed. */
	assert_int_equal(decryption_check(tally, key, first, NULL), JISR_OK);
	assert_int_equal(result_compute(tally, trusted->trustees, shares, 3, &counts, &problem), JISR_CORRUPT);
	assert_null(counts);
	assert_non_null(strstr(problem.text, "justification"));
	assert_int_equal(decryption_justified(tally, 1, key, first, lying.bytes, lying.length, NULL), JISR_BAD_INPUT);
	assert_int_equal(decryption_justified(tally, 2, trustees_key(trusted->trustees, 2), second, honest.bytes,
	                                      honest.length, NULL),
	                 JISR_OK);
	/* Another's justification is none. */
	assert_int_equal(decryption_justified(tally, 1, key, first, honest.bytes, honest.length, NULL), JISR_BAD_INPUT);
	text_finish(&honest);
	text_finish(&lying);
}

static void an_identity_is_no_factor(void **state)
{
	const struct trusted *trusted = *state;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	trusted_tally(trusted, votes, &tally);
	struct decryption *read = NULL;
	struct text text;
	struct problem problem = {0};
	text_init(&text, MESSAGE_MAX_BYTES);
	text_add_string(&text, "{\"decryption_factors\":[[\"1\",\"1\",\"1\"]],\"decryption_proofs\":[[");
	for (int i = 0; i < 3; i++)
		text_add_format(&text, "%s{\"challenge\":\"1\",\"response\":\"1\"}", i > 0 ? "," : "");
	text_add_string(&text, "]]}");
	assert_int_equal(decryption_read(tally, text.bytes, text.length, &read, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "no power"));
	/* When nobody has voted, it is the right one. */
	for (size_t i = 0; i < tally->count; i++)
		element_identity(&tally->ciphertexts[i].alpha);
	assert_int_equal(decryption_read(tally, text.bytes, text.length, &read, NULL), JISR_OK);
	memory_free(read);
	text_finish(&text);
}

static void the_owner_is_read_back(void **state)
{
	(void)state;
	unsigned char hash[DIGEST_BYTES], read[DIGEST_BYTES];
	uint64_t owner = 0;
	struct text text;
	digest_of("x", 1, hash);
	text_init(&text, 400);
	assert_int_equal(decryption_owned_write(7, hash, &text), JISR_OK);
	assert_int_equal(decryption_owned_read(text.bytes, text.length, &owner, read, NULL), JISR_OK);
	assert_int_equal(owner, 7);
	assert_memory_equal(read, hash, DIGEST_BYTES);
	text_reset(&text);
	assert_int_equal(decryption_owned_write(0, hash, &text), JISR_OK);
	assert_int_equal(decryption_owned_read(text.bytes, text.length, &owner, read, NULL), JISR_BAD_INPUT);
	text_finish(&text);
}

static void each_allocation_that_fails_is_an_error(void **state)
{
	const struct trusted *trusted = *state;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	trusted_tally(trusted, votes, &tally);
	for (long after = 0;; after++) {
		CLEANUP(memory_freep) struct decryption *read = NULL;
		struct text text;
		text_init(&text, MESSAGE_MAX_BYTES);
		memory_fail_after(after);
		int error =
			decryption_make(tally, &trusted->private_keys[0], trustees_key(trusted->trustees, 1), &text);
		if (error == JISR_OK)
			error = decryption_read(tally, text.bytes, text.length, &read, NULL);
		memory_fail_after(-1);
		text_finish(&text);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
		assert_null(read);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_every_trustee_sends_is_read_and_holds),
		cmocka_unit_test(a_factor_with_another_ones_proof_is_refused),
		cmocka_unit_test(a_decryption_of_another_elections_tally_is_refused),
		cmocka_unit_test(each_altered_number_of_the_message_is_noticed),
		cmocka_unit_test(a_factor_that_belenios_proof_leaves_free_stops_the_result_and_convicts_its_trustee),
		cmocka_unit_test(an_identity_is_no_factor),
		cmocka_unit_test(the_owner_is_read_back),
		cmocka_unit_test(each_allocation_that_fails_is_an_error),
	};
	return cmocka_run_group_tests_name("decryption", tests, set_up, tear_down);
}
