#include "ballot/pedersen.h"

#include "trusted.h"

static int set_up(void **state)
{
	static struct trusted trusted;
	trusted_begin(&trusted);
	*state = &trusted;
	return 0;
}

static int tear_down(void **state)
{
	trusted_finish(*state);
	return 0;
}

static int accept(const struct trusted *trusted, int who, const char *vinput, size_t *ret_accused,
                  struct problem *problem)
{
	struct text voutput;
	text_init(&voutput, PEDERSEN_MAX_BYTES);
	int error = pedersen_accept(trusted->certified, &trusted->keys[who], vinput, strlen(vinput), &voutput,
	                            ret_accused, problem);
	assert_true(error == JISR_OK || voutput.length == 0);
	text_finish(&voutput);
	return error;
}

/* A message with member `index` of its array `name` replaced (index -1: the member itself), as text. */
static void replace(const char *message, const char *name, int index, cJSON *by, struct text *ret_text)
{
	cJSON *json = NULL;
	assert_int_equal(json_read(message, strlen(message), &json, NULL), JISR_OK);
	if (index < 0)
		cJSON_ReplaceItemInObjectCaseSensitive(json, name, by);
	else
		cJSON_ReplaceItemInArray(cJSON_GetObjectItemCaseSensitive(json, name), index, by);
	text_init(ret_text, PEDERSEN_MAX_BYTES);
	assert_int_equal(json_write(json, ret_text), JISR_OK);
	json_free(json);
}

static cJSON *member(const char *message, const char *name, int index)
{
	cJSON *json = NULL;
	assert_int_equal(json_read(message, strlen(message), &json, NULL), JISR_OK);
	cJSON *found = cJSON_GetObjectItemCaseSensitive(json, name);
	cJSON *copy = cJSON_Duplicate(index < 0 ? found : cJSON_GetArrayItem(found, index), true);
	json_free(json);
	return copy;
}

static void every_share_is_accepted_and_the_keys_belong_together(void **state)
{
	struct trusted whole;
	struct element power;
	(void)state;
	trusted_init(&whole);
	const struct threshold *group = whole.trustees->items[1].threshold;
	for (size_t i = 0; i < GROUP_SIZE; i++) {
		element_power_generator_secret(whole.group, &whole.private_keys[1 + i], &power);
		assert_true(element_equal(&power, &group->keys[i].public_key));
	}
	/* Lagrange: any two private keys give the group's. */
	static const size_t pairs[][2] = {{1, 2}, {1, 3}, {2, 3}};
	for (size_t p = 0; p < 3; p++) {
		struct scalar sum, coefficient;
		struct element expected;
		scalar_from_number(whole.group, 0, &sum);
		for (size_t i = 0; i < 2; i++) {
			assert_int_equal(threshold_lagrange(whole.group, pairs[p], 2, pairs[p][i], &coefficient, NULL),
			                 JISR_OK);
			scalar_multiply(whole.group, &coefficient, &whole.private_keys[pairs[p][i]], &coefficient);
			scalar_add(whole.group, &sum, &coefficient, &sum);
		}
		element_power_generator(whole.group, &sum, &power);
		threshold_public_key(group, &expected);
		assert_true(element_equal(&power, &expected));
	}
	trusted_finish(&whole);
}

static void a_wrong_share_is_complained_of_with_its_senders_number(void **state)
{
	const struct trusted *trusted = *state;
	struct text sent, vinput;
	struct problem problem = {0};
	size_t accused = 0;
	/* Trustee 2 signs and encrypts some other number for trustee 1. */
	text_init(&sent, PEDERSEN_MAX_BYTES);
	assert_int_equal(channel_send(trusted->group, &trusted->keys[1].signing, &trusted->keys[0].encryption,
	                              "{\"secret\":\"12345\"}", &sent),
	                 JISR_OK);
	replace(trusted->vinputs[0].bytes, "secrets", 1, cJSON_CreateString(sent.bytes), &vinput);
	assert_int_equal(accept(trusted, 0, vinput.bytes, &accused, &problem), JISR_BAD_INPUT);
	assert_int_equal(accused, 2);
	assert_non_null(strstr(problem.text, "complaint"));
	assert_non_null(strstr(problem.text, "does not fit what its sender published"));
	text_finish(&vinput);
	text_finish(&sent);
}

static void a_share_that_was_not_meant_for_it_is_no_share(void **state)
{
	const struct trusted *trusted = *state;
	size_t accused = 0;
	struct text vinput;
	/* The share of trustee 2 for trustee 3. */
	replace(trusted->vinputs[0].bytes, "secrets", 1, member(trusted->vinputs[2].bytes, "secrets", 1), &vinput);
	assert_int_equal(accept(trusted, 0, vinput.bytes, &accused, NULL), JISR_BAD_INPUT);
	assert_int_equal(accused, 2);
	text_finish(&vinput);
	/* The share of trustee 3 in the place of that of trustee 2: the signature tells. */
	replace(trusted->vinputs[0].bytes, "secrets", 1, member(trusted->vinputs[0].bytes, "secrets", 2), &vinput);
	assert_int_equal(accept(trusted, 0, vinput.bytes, &accused, NULL), JISR_BAD_INPUT);
	assert_int_equal(accused, 2);
	text_finish(&vinput);
	/* A message that is signed, but for another recipient, encrypted to this one by the carrier: cannot be made without
	 * the sender's key, so the wrong recipient stands in for it here. */
	struct text sent;
	text_init(&sent, PEDERSEN_MAX_BYTES);
	text_add_string(&sent, "{\"alpha\":\"1\",\"beta\":\"1\",\"data\":\"00\"}");
	replace(trusted->vinputs[0].bytes, "secrets", 1, cJSON_CreateString(sent.bytes), &vinput);
	assert_int_equal(accept(trusted, 0, vinput.bytes, &accused, NULL), JISR_BAD_INPUT);
	text_finish(&vinput);
	text_finish(&sent);
}

static void an_own_polynomial_that_was_exchanged_is_noticed(void **state)
{
	const struct trusted *trusted = *state;
	struct problem problem = {0};
	struct text vinput, second;
	text_init(&second, PEDERSEN_MAX_BYTES);
	/* The carrier gives back another polynomial of the same trustee. */
	assert_int_equal(pedersen_polynomial(trusted->certified, &trusted->keys[0], NEEDED, &second, NULL), JISR_OK);
	replace(trusted->vinputs[0].bytes, "polynomial", -1, member(second.bytes, "polynomial", -1), &vinput);
	assert_int_equal(accept(trusted, 0, vinput.bytes, NULL, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "not the one that this trustee made"));
	text_finish(&vinput);
	text_finish(&second);
}

static void who_is_not_among_the_certificates_does_not_go_on(void **state)
{
	const struct trusted *trusted = *state;
	struct channel_keys stranger;
	struct problem problem = {0};
	struct text out;
	channel_keys_derive(trusted->group, "1111111111111111111111", &stranger);
	text_init(&out, PEDERSEN_MAX_BYTES);
	assert_int_equal(pedersen_find(trusted->certified, &stranger), 0);
	assert_int_equal(pedersen_polynomial(trusted->certified, &stranger, 2, &out, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "not among the certificates"));
	assert_int_equal(pedersen_accept(trusted->certified, &stranger, trusted->vinputs[0].bytes,
	                                 trusted->vinputs[0].length, &out, NULL, NULL),
	                 JISR_BAD_INPUT);
	assert_int_equal(pedersen_polynomial(trusted->certified, &trusted->keys[0], 0, &out, NULL), JISR_BAD_INPUT);
	assert_int_equal(pedersen_polynomial(trusted->certified, &trusted->keys[0], GROUP_SIZE + 1, &out, NULL),
	                 JISR_BAD_INPUT);
	text_finish(&out);
}

static void certificates_that_are_altered_or_stand_twice_are_refused(void **state)
{
	const struct trusted *trusted = *state;
	struct threshold *group = NULL;
	struct problem problem = {0};
	struct text lines;
	text_init(&lines, PEDERSEN_MAX_BYTES);
	text_add(&lines, trusted->certificates.bytes, trusted->certificates.length);
	text_add(&lines, trusted->certificates.bytes, strcspn(trusted->certificates.bytes, "\n"));
	assert_int_equal(pedersen_certificates(trusted->group, lines.bytes, lines.length, &group, &problem),
	                 JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "same key"));
	assert_int_equal(pedersen_certificates(trusted->group, "\n\n", 2, &group, NULL), JISR_BAD_INPUT);
	const size_t length = strcspn(trusted->certificates.bytes, "\n");
	for (size_t i = 0; i < length; i += 11) {
		text_reset(&lines);
		text_add(&lines, trusted->certificates.bytes, length);
		char *byte = &lines.bytes[i];
		*byte = *byte >= '0' && *byte <= '9' ? (char)('0' + (*byte - '0' + 1) % 10) : '#';
		assert_int_equal(pedersen_certificates(trusted->group, lines.bytes, lines.length, &group, NULL),
		                 JISR_BAD_INPUT);
	}
	assert_null(group);
	text_finish(&lines);
}

static void polynomials_must_be_all_there_signed_and_of_one_threshold(void **state)
{
	const struct trusted *trusted = *state;
	struct text vinputs[GROUP_SIZE], lines;
	struct problem problem = {0};
	const char *first = trusted->polynomials.bytes;
	size_t length = strcspn(first, "\n") + 1;
	for (int i = 0; i < GROUP_SIZE; i++)
		text_init(&vinputs[i], PEDERSEN_MAX_BYTES);
	text_init(&lines, PEDERSEN_MAX_BYTES);
	assert_int_equal(pedersen_route(trusted->certified, first, length, vinputs, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "1 polynomials for 3 certificates"));
	text_add(&lines, first, trusted->polynomials.length);
	text_add(&lines, first, length);
	assert_int_equal(pedersen_route(trusted->certified, lines.bytes, lines.length, vinputs, &problem),
	                 JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "more polynomials"));
	/* In another order: each signature is another's. */
	text_reset(&lines);
	text_add(&lines, first + length, trusted->polynomials.length - length);
	text_add(&lines, first, length);
	assert_int_equal(pedersen_route(trusted->certified, lines.bytes, lines.length, vinputs, &problem),
	                 JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "signature"));
	/* One trustee thinks that three are needed. */
	text_reset(&lines);
	text_add(&lines, first, length);
	assert_int_equal(pedersen_polynomial(trusted->certified, &trusted->keys[1], 3, &lines, NULL), JISR_OK);
	text_add_char(&lines, '\n');
	text_add_string(&lines, strchr(first + length, '\n') + 1);
	assert_int_equal(pedersen_route(trusted->certified, lines.bytes, lines.length, vinputs, &problem),
	                 JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "coefficients"));
	text_finish(&lines);
	for (int i = 0; i < GROUP_SIZE; i++)
		text_finish(&vinputs[i]);
}

static void a_key_that_does_not_follow_from_the_polynomials_is_refused(void **state)
{
	struct trusted *trusted = *state;
	struct text voutputs, parameters, keys[GROUP_SIZE], changed, own;
	struct problem problem = {0};
	struct trustee_key key;
	struct scalar *private_key = secret_alloc(sizeof *private_key);
	text_init(&voutputs, PEDERSEN_MAX_BYTES);
	text_init(&parameters, PEDERSEN_MAX_BYTES);
	text_init(&own, PEDERSEN_MAX_BYTES);
	for (int i = 0; i < GROUP_SIZE; i++)
		text_init(&keys[i], PEDERSEN_MAX_BYTES);
	for (int i = 0; i < GROUP_SIZE; i++) {
		text_reset(&own);
		assert_int_equal(pedersen_accept(trusted->certified, &trusted->keys[i], trusted->vinputs[i].bytes,
		                                 trusted->vinputs[i].length, &own, NULL, NULL),
		                 JISR_OK);
		if (i == 1) { /* a key of its own choice, with a good proof */
			struct text json;
			text_init(&json, 4096);
			assert_int_equal(trustee_key_make(trusted->group, private_key, &key), JISR_OK);
			trustee_key_write(&json, &key);
			cJSON *by = NULL;
			assert_int_equal(json_read(json.bytes, json.length, &by, NULL), JISR_OK);
			replace(own.bytes, "public_key", -1, by, &changed);
			text_add(&voutputs, changed.bytes, changed.length);
			text_finish(&changed);
			text_finish(&json);
		} else {
			text_add(&voutputs, own.bytes, own.length);
		}
		text_add_char(&voutputs, '\n');
	}
	assert_int_equal(pedersen_combine(trusted->certified, trusted->polynomials.bytes, trusted->polynomials.length,
	                                  voutputs.bytes, voutputs.length, &parameters, keys, &problem),
	                 JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "line 2"));
	assert_non_null(strstr(problem.text, "does not follow"));
	assert_int_equal(parameters.length, 0);
	assert_int_equal(pedersen_combine(trusted->certified, trusted->polynomials.bytes, trusted->polynomials.length,
	                                  voutputs.bytes, strcspn(voutputs.bytes, "\n"), &parameters, keys, &problem),
	                 JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "1 voutputs for 3"));
	secret_free(private_key);
	text_finish(&voutputs);
	text_finish(&parameters);
	text_finish(&own);
	for (int i = 0; i < GROUP_SIZE; i++)
		text_finish(&keys[i]);
}

static void each_allocation_that_fails_is_an_error(void **state)
{
	const struct trusted *trusted = *state;
	for (long after = 0;; after += 3) {
		struct text voutput;
		text_init(&voutput, PEDERSEN_MAX_BYTES);
		memory_fail_after(after);
		int error = pedersen_accept(trusted->certified, &trusted->keys[0], trusted->vinputs[0].bytes,
		                            trusted->vinputs[0].length, &voutput, NULL, NULL);
		memory_fail_after(-1);
		text_finish(&voutput);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_share_is_accepted_and_the_keys_belong_together),
		cmocka_unit_test(a_wrong_share_is_complained_of_with_its_senders_number),
		cmocka_unit_test(a_share_that_was_not_meant_for_it_is_no_share),
		cmocka_unit_test(an_own_polynomial_that_was_exchanged_is_noticed),
		cmocka_unit_test(who_is_not_among_the_certificates_does_not_go_on),
		cmocka_unit_test(certificates_that_are_altered_or_stand_twice_are_refused),
		cmocka_unit_test(polynomials_must_be_all_there_signed_and_of_one_threshold),
		cmocka_unit_test(a_key_that_does_not_follow_from_the_polynomials_is_refused),
		cmocka_unit_test(each_allocation_that_fails_is_an_error),
	};
	return cmocka_run_group_tests_name("pedersen", tests, set_up, tear_down);
}
