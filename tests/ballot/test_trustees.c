#include "ballot/trustees.h"

#include "trusted.h"

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

static int read_back(const struct trusted *trusted, const struct text *text, struct problem *problem)
{
	struct trustees *read = NULL;
	int error = trustees_read(trusted->group, text->bytes, text->length, &read, problem);
	assert_true((error == JISR_OK) == (read != NULL));
	trustees_free(read);
	return error;
}

static void the_message_is_written_and_read(void **state)
{
	const struct trusted *trusted = *state;
	struct trustees *read = NULL;
	struct text text, again;
	text_init(&text, PEDERSEN_MAX_BYTES);
	text_init(&again, PEDERSEN_MAX_BYTES);
	assert_int_equal(trustees_write(trusted->trustees, &text), JISR_OK);
	assert_int_equal(trustees_read(trusted->group, text.bytes, text.length, &read, NULL), JISR_OK);
	assert_int_equal(trustees_write(read, &again), JISR_OK);
	assert_string_equal(text.bytes, again.bytes);
	assert_int_equal(read->owner_count, OWNERS);
	assert_true(element_equal(&read->public_key, &trusted->trustees->public_key));
	assert_null(trustees_key(read, 0));
	assert_null(trustees_key(read, OWNERS + 1));
	for (size_t owner = 1; owner <= OWNERS; owner++)
		assert_int_equal(trustees_find(read, &trustees_key(read, owner)->public_key), owner);
	for (size_t i = 0; i < GROUP_SIZE; i++)
		assert_int_equal(trustees_find_channel(read, &trusted->keys[i]), 2 + i);
	trustees_free(read);
	text_finish(&text);
	text_finish(&again);
}

/* The last trustee publishes g^a divided by the keys of all others, so that the election's key is g^a, which it knows
 * alone. It does not know the exponent of what it publishes, and so has no proof. */
static void a_rogue_key_without_proof_is_refused(void **state)
{
	const struct trusted *trusted = *state;
	const struct group *group = trusted->group;
	struct scalar a, honest;
	struct trustee_key keys[2];
	struct element known, product;
	struct problem problem = {0};
	struct text lines;
	struct trustees *trustees = NULL;
	assert_int_equal(trustee_key_make(group, &honest, &keys[0]), JISR_OK);
	scalar_random(group, &a);
	element_power_generator(group, &a, &known);
	element_divide(group, &known, &keys[0].public_key, &keys[1].public_key);
	element_multiply(group, &keys[0].public_key, &keys[1].public_key, &product);
	assert_true(element_equal(&product, &known)); /* this is what it is after */
	scalar_random(group, &keys[1].pok.challenge);
	scalar_random(group, &keys[1].pok.response);
	text_init(&lines, 8192);
	for (int i = 0; i < 2; i++) {
		trustee_key_write(&lines, &keys[i]);
		text_add_char(&lines, '\n');
	}
	assert_int_equal(trustees_assemble(group, lines.bytes, lines.length, NULL, 0, &trustees, &problem),
	                 JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "line 2"));
	assert_non_null(strstr(problem.text, "proof of knowledge"));
	/* Another's proof does not help. */
	keys[1].pok = keys[0].pok;
	assert_int_equal(trustee_key_check(group, &keys[1], "it", NULL), JISR_BAD_INPUT);
	text_finish(&lines);
}

static void a_key_that_stands_twice_is_refused(void **state)
{
	const struct trusted *trusted = *state;
	struct trustee_key key;
	struct scalar private_key;
	struct problem problem = {0};
	struct text lines;
	struct trustees *trustees = NULL;
	assert_int_equal(trustee_key_make(trusted->group, &private_key, &key), JISR_OK);
	text_init(&lines, 8192);
	for (int i = 0; i < 2; i++) {
		trustee_key_write(&lines, &key);
		text_add_char(&lines, '\n');
	}
	assert_int_equal(trustees_assemble(trusted->group, lines.bytes, lines.length, NULL, 0, &trustees, &problem),
	                 JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "1 and 2 have the same key"));
	assert_int_equal(trustees_assemble(trusted->group, "", 0, NULL, 0, &trustees, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "no trustee"));
	text_finish(&lines);
}

static void each_altered_number_is_noticed(void **state)
{
	const struct trusted *trusted = *state;
	struct text text;
	text_init(&text, PEDERSEN_MAX_BYTES);
	assert_int_equal(trustees_write(trusted->trustees, &text), JISR_OK);
	for (size_t i = 0; i < text.length; i += 61) {
		char kept = text.bytes[i];
		struct problem problem = {0};
		text.bytes[i] = kept >= '0' && kept <= '9' ? (char)('0' + (kept - '0' + 1) % 10) : '#';
		if (read_back(trusted, &text, &problem) != JISR_BAD_INPUT)
			fail_msg("%zu: %.60s", i, text.bytes + (i > 30 ? i - 30 : 0));
		assert_true(problem.text[0] != '\0');
		text.bytes[i] = kept;
	}
	assert_int_equal(read_back(trusted, &text, NULL), JISR_OK);
	text_finish(&text);
}

static void messages_of_another_form_are_refused(void **state)
{
	const struct trusted *trusted = *state;
	static const char *const bad[] = {
		"[]",
		"{}",
		"[[\"Single\"]]",
		"[[\"Double\",{}]]",
		"[[\"Single\",{}]]",
		"[[\"Pedersen\",{\"threshold\":0,\"certs\":[],\"coefexps\":[],\"verification_keys\":[]}]]",
		"[1]",
		"nonsense",
		"[[\"Single\",{\"pok\":{\"challenge\":\"1\",\"response\":\"1\"},\"public_key\":\"1\"}]]"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct trustees *read = NULL;
		assert_int_equal(trustees_read(trusted->group, bad[i], strlen(bad[i]), &read, NULL), JISR_BAD_INPUT);
		assert_null(read);
	}
}

static void a_private_key_is_written_and_read(void **state)
{
	const struct trusted *trusted = *state;
	struct secrets {
		struct scalar key, read;
		char text[TRUSTEE_MAX_PRIVATE];
	} *secrets = secret_alloc(sizeof *secrets);
	static const char *const bad[] = {"", "\"\"", "12", "\"12", "\"0\"", "\"-1\"", "\"012\"", "{}", "\"1x\""};
	scalar_random(trusted->group, &secrets->key);
	assert_int_equal(trustee_private_write(trusted->group, &secrets->key, secrets->text), JISR_OK);
	assert_int_equal(
		trustee_private_read(trusted->group, secrets->text, strlen(secrets->text), &secrets->read, NULL),
		JISR_OK);
	assert_true(scalar_equal(&secrets->key, &secrets->read));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (trustee_private_read(trusted->group, bad[i], strlen(bad[i]), &secrets->read, NULL) !=
		    JISR_BAD_INPUT)
			fail_msg("accepted: %s", bad[i]);
	secret_free(secrets);
}

static void each_allocation_that_fails_is_an_error(void **state)
{
	const struct trusted *trusted = *state;
	struct text text;
	text_init(&text, PEDERSEN_MAX_BYTES);
	assert_int_equal(trustees_write(trusted->trustees, &text), JISR_OK);
	for (long after = 0;; after++) {
		memory_fail_after(after);
		int error = read_back(trusted, &text, NULL);
		memory_fail_after(-1);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
	}
	text_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_message_is_written_and_read),
		cmocka_unit_test(a_rogue_key_without_proof_is_refused),
		cmocka_unit_test(a_key_that_stands_twice_is_refused),
		cmocka_unit_test(each_altered_number_is_noticed),
		cmocka_unit_test(messages_of_another_form_are_refused),
		cmocka_unit_test(a_private_key_is_written_and_read),
		cmocka_unit_test(each_allocation_that_fails_is_an_error),
	};
	return cmocka_run_group_tests_name("trustees", tests, set_up, tear_down);
}
