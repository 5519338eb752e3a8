#include "members/passkey.h"

#include "authenticator.h"
#include "members/passkey_cbor.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const origins[] = {"https://desk.example.org", "http://localhost:8470"};
static const struct passkey_site site = {"desk.example.org", origins, 2};
static const uint8_t challenge[32] = "a challenge of thirty-two bytes";
static struct problem last;
static const int algorithms[] = {-7, -8, -257};

static struct passkey_bytes client_of(const struct authenticator_answer *answer)
{
	return (struct passkey_bytes){answer->client, answer->client_size};
}

static struct passkey_bytes data_of(const struct authenticator_answer *answer)
{
	return (struct passkey_bytes){answer->data, answer->data_size};
}

static int enrol(struct authenticator *authenticator, const char *format, struct passkey *ret_passkey)
{
	struct authenticator_answer answer;
	last.text[0] = '\0';
	authenticator_create(authenticator, challenge, sizeof challenge, format, &answer);
	return passkey_register(&site, client_of(&answer), data_of(&answer), ret_passkey, &last);
}

static int use_answer(const struct authenticator_answer *answer, const struct passkey *passkey,
                      struct passkey_use *ret_use)
{
	last.text[0] = '\0';
	return passkey_assert(&site, client_of(answer), data_of(answer),
	                      (struct passkey_bytes){answer->signature, answer->signature_size}, passkey, ret_use,
	                      &last);
}

static int use(struct authenticator *authenticator, const struct passkey *passkey, struct passkey_use *ret_use)
{
	struct authenticator_answer answer;
	authenticator_get(authenticator, challenge, sizeof challenge, &answer);
	return use_answer(&answer, passkey, ret_use);
}

static void each_algorithm_is_registered_and_used(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t self = 0; self < 2; self++) {
			struct authenticator authenticator;
			struct passkey passkey;
			struct passkey_use told;
			authenticator_init(&authenticator, algorithms[i]);
			int error = enrol(&authenticator, self ? "packed" : "none", &passkey);
			assert_string_equal(last.text, "");
			assert_int_equal(error, JISR_OK);
			assert_int_equal(passkey.algorithm, algorithms[i]);
			assert_int_equal(passkey.id_size, 32);
			assert_memory_equal(passkey.id, authenticator.id, 32);
			assert_int_equal(passkey.count, 1);
			assert_false(passkey.backup_eligible);
			assert_int_equal(use(&authenticator, &passkey, &told), JISR_OK);
			assert_int_equal(told.count, 2);
			assert_false(told.cloned);
			authenticator_finish(&authenticator);
		}
}

static void another_key_a_changed_byte_and_a_changed_client_are_denied(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct authenticator one, two;
		struct passkey first, second;
		struct passkey_use told;
		struct authenticator_answer answer;
		authenticator_init(&one, algorithms[i]);
		authenticator_init(&two, algorithms[i]);
		assert_int_equal(enrol(&one, "none", &first), JISR_OK);
		assert_int_equal(enrol(&two, "none", &second), JISR_OK);
		assert_int_equal(use(&one, &second, &told), JISR_DENIED);
		authenticator_get(&one, challenge, sizeof challenge, &answer);
		assert_int_equal(use_answer(&answer, &first, &told), JISR_OK);
		for (size_t at = 0; at < answer.signature_size; at++) {
			answer.signature[at] ^= 1;
			assert_int_equal(use_answer(&answer, &first, &told), JISR_DENIED);
			answer.signature[at] ^= 1;
		}
		for (size_t at = 0; at < answer.data_size; at++) {
			answer.data[at] ^= 1;
			assert_int_not_equal(use_answer(&answer, &first, &told), JISR_OK);
			answer.data[at] ^= 1;
		}
		for (size_t at = 0; at < answer.client_size; at++) {
			answer.client[at] ^= 1;
			assert_int_not_equal(use_answer(&answer, &first, &told), JISR_OK);
			answer.client[at] ^= 1;
		}
		assert_int_equal(use_answer(&answer, &first, &told), JISR_OK);
		authenticator_finish(&one);
		authenticator_finish(&two);
	}
}

static void expect_both_refused(const char *member, const char *value, uint8_t flags, uint8_t without, const char *why)
{
	struct authenticator authenticator;
	struct passkey good, bad;
	struct passkey_use told;
	authenticator_init(&authenticator, -7);
	assert_int_equal(enrol(&authenticator, "none", &good), JISR_OK);
	if (strcmp(member, "origin") == 0)
		authenticator.origin = value;
	else if (strcmp(member, "rp") == 0)
		authenticator.rp_id = value;
	else if (strcmp(member, "type") == 0)
		authenticator.type = value;
	else if (strcmp(member, "more") == 0)
		authenticator.client_more = value;
	authenticator.flags = flags;
	authenticator.without = without;
	assert_int_equal(enrol(&authenticator, "none", &bad), JISR_BAD_INPUT);
	assert_non_null(strstr(last.text, why));
	assert_int_equal(use(&authenticator, &good, &told), JISR_BAD_INPUT);
	assert_non_null(strstr(last.text, why));
	authenticator_finish(&authenticator);
}

static void every_check_of_the_standard_refuses_what_it_is_for(void **state)
{
	(void)state;
	expect_both_refused("origin", "https://desk.example.org.evil.example", 0, 0, "another site");
	expect_both_refused("origin", "http://desk.example.org", 0, 0, "another site");
	expect_both_refused("rp", "example.org", 0, 0, "belongs to another site");
	expect_both_refused("type", "payment.get", 0, 0, "something else than");
	expect_both_refused("more", ",\"crossOrigin\":true", 0, 0, "inside a page of another");
	expect_both_refused("more", ",\"topOrigin\":\"https://evil.example\"", 0, 0, "inside a page of another");
	expect_both_refused("more", ",\"origin\":\"https://desk.example.org\"", 0, 0, "stands twice");
	expect_both_refused("", "", 0, 0x01, "did not verify who uses it");
	expect_both_refused("", "", 0, 0x04, "did not verify who uses it");
	expect_both_refused("", "", 0x10, 0, "contradict each other");
	expect_both_refused("", "", 0x80, 0, "not well-formed");
}

static void a_passkey_for_one_thing_is_none_for_the_other(void **state)
{
	(void)state;
	struct authenticator authenticator;
	struct passkey passkey;
	struct passkey_use told;
	struct authenticator_answer answer;
	authenticator_init(&authenticator, -7);
	assert_int_equal(enrol(&authenticator, "none", &passkey), JISR_OK);
	authenticator.type = "webauthn.get";
	assert_int_equal(enrol(&authenticator, "none", &passkey), JISR_BAD_INPUT);
	authenticator.type = NULL;
	authenticator.without = 0x40;
	assert_int_equal(enrol(&authenticator, "none", &passkey), JISR_BAD_INPUT);
	authenticator.without = 0;
	authenticator.flags = 0x40;
	assert_int_equal(use(&authenticator, &passkey, &told), JISR_BAD_INPUT);
	authenticator.flags = 0;
	authenticator_get(&authenticator, challenge, sizeof challenge, &answer);
	answer.signature_size = 0;
	assert_int_equal(use_answer(&answer, &passkey, &told), JISR_BAD_INPUT);
	authenticator_finish(&authenticator);
}

static void a_counter_that_does_not_grow_tells_of_a_clone(void **state)
{
	(void)state;
	struct authenticator authenticator;
	struct passkey passkey;
	struct passkey_use told;
	static const struct {
		uint32_t stored, given;
		bool cloned;
	} cases[] = {{0, 0, false},
	             {0, 1, false},
	             {5, 6, false},
	             {5, 5, true},
	             {5, 4, true},
	             {5, 0, true},
	             {0xFFFFFFFE, 0xFFFFFFFF, false}};
	authenticator_init(&authenticator, -7);
	assert_int_equal(enrol(&authenticator, "none", &passkey), JISR_OK);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		passkey.count = cases[i].stored;
		authenticator.count = cases[i].given;
		assert_int_equal(use(&authenticator, &passkey, &told), JISR_OK);
		assert_int_equal(told.cloned, cases[i].cloned);
	}
	authenticator_finish(&authenticator);
}

static void backup_flags_are_kept_and_may_not_change_their_mind(void **state)
{
	(void)state;
	struct authenticator authenticator;
	struct passkey passkey;
	struct passkey_use told;
	authenticator_init(&authenticator, -8);
	authenticator.flags = 0x08;
	assert_int_equal(enrol(&authenticator, "none", &passkey), JISR_OK);
	assert_true(passkey.backup_eligible);
	assert_false(passkey.backed_up);
	authenticator.flags = 0x18;
	assert_int_equal(use(&authenticator, &passkey, &told), JISR_OK);
	assert_true(told.backed_up);
	authenticator.flags = 0;
	assert_int_equal(use(&authenticator, &passkey, &told), JISR_BAD_INPUT);
	authenticator_finish(&authenticator);
}

static void keys_that_cannot_be_and_attestations_that_do_not_hold_are_refused(void **state)
{
	(void)state;
	struct authenticator authenticator;
	struct passkey passkey;
	struct authenticator_answer answer;
	authenticator_init(&authenticator, -7);
	authenticator_create(&authenticator, challenge, sizeof challenge, "none", &answer);
	answer.data[answer.data_size - 1] ^= 1; /* the point's y: no longer on the curve */
	assert_int_equal(passkey_register(&site, client_of(&answer), data_of(&answer), &passkey, &last),
	                 JISR_BAD_INPUT);
	authenticator_create(&authenticator, challenge, sizeof challenge, "packed", &answer);
	answer.client[answer.client_size - 1] = ' ';
	answer.client[answer.client_size++] = '}'; /* other bytes than those that were signed */
	assert_int_equal(passkey_register(&site, client_of(&answer), data_of(&answer), &passkey, &last),
	                 JISR_BAD_INPUT);
	assert_non_null(strstr(last.text, "attestation does not hold"));
	assert_int_equal(enrol(&authenticator, "tpm", &passkey), JISR_UNSUPPORTED);
	assert_int_equal(enrol(&authenticator, "fido-u2f", &passkey), JISR_BAD_INPUT);
	authenticator.algorithm = -35;
	authenticator_create(&authenticator, challenge, sizeof challenge, "none", &answer);
	assert_int_equal(passkey_register(&site, client_of(&answer), data_of(&answer), &passkey, &last),
	                 JISR_UNSUPPORTED);
	authenticator_finish(&authenticator);
}

/* Every prefix and every single changed byte of a good answer is refused or gives a passkey; nothing else happens. */
static void cut_and_changed_registrations_do_no_harm(void **state)
{
	(void)state;
	struct authenticator authenticator;
	struct passkey passkey;
	struct authenticator_answer answer;
	authenticator_init(&authenticator, -7);
	authenticator_create(&authenticator, challenge, sizeof challenge, "packed", &answer);
	for (size_t size = 0; size < answer.data_size; size++)
		assert_int_not_equal(passkey_register(&site, client_of(&answer),
		                                      (struct passkey_bytes){answer.data, size}, &passkey, NULL),
		                     JISR_OK);
	for (size_t size = 0; size < answer.client_size; size++)
		assert_int_not_equal(passkey_register(&site, (struct passkey_bytes){answer.client, size},
		                                      data_of(&answer), &passkey, NULL),
		                     JISR_OK);
	for (size_t at = 0; at < answer.data_size; at++) {
		answer.data[at] ^= 1;
		assert_int_not_equal(passkey_register(&site, client_of(&answer), data_of(&answer), &passkey, NULL),
		                     JISR_OK);
		answer.data[at] ^= 1;
	}
	answer.client_size = PASSKEY_MAX_CLIENT + 1;
	assert_int_equal(passkey_register(&site, client_of(&answer), data_of(&answer), &passkey, NULL), JISR_TOO_LARGE);
	authenticator_finish(&authenticator);
}

static void the_challenge_is_read_before_anything_is_known(void **state)
{
	(void)state;
	struct authenticator authenticator;
	struct authenticator_answer answer;
	struct passkey_challenge read;
	authenticator_init(&authenticator, -7);
	authenticator_get(&authenticator, challenge, sizeof challenge, &answer);
	assert_int_equal(passkey_challenge(client_of(&answer), &read, NULL), JISR_OK);
	assert_int_equal(read.size, sizeof challenge);
	assert_memory_equal(read.bytes, challenge, sizeof challenge);
	static const char *const bad[] = {
		"", "{}", "[]", "{\"challenge\":1}", "{\"challenge\":\"a=\"}", "\xEF\xBB\xBF{}"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(
			passkey_challenge((struct passkey_bytes){(const uint8_t *)bad[i], strlen(bad[i])}, &read, NULL),
			JISR_BAD_INPUT);
	authenticator_finish(&authenticator);
}

static bool skips(const char *bytes, size_t size)
{
	struct passkey_cbor reader;
	passkey_cbor_init(&reader, (const uint8_t *)bytes, size);
	passkey_cbor_skip(&reader);
	return !reader.failed && reader.at == reader.end;
}

#define SKIPS(literal) skips(literal, sizeof literal - 1)

static void values_are_skipped_within_limits(void **state)
{
	(void)state;
	assert_true(SKIPS("\x01"));
	assert_true(SKIPS("\x38\x1f"));
	assert_true(SKIPS("\xa1\x61\x61\x82\x01\xf5"));
	assert_true(SKIPS("\x80"));
	assert_true(SKIPS("\x81\x81\x81\x81\x01")); /* four deep */
	assert_true(SKIPS("\xf9\x3c\x00"));
	assert_false(SKIPS("\x81\x81\x81\x81\x81\x01")); /* five */
	assert_false(SKIPS(""));
	assert_false(SKIPS("\x81"));
	assert_false(SKIPS("\xa1\x01"));
	assert_false(SKIPS("\x9f\xff")); /* indefinite */
	assert_false(SKIPS("\x5f\x41\x01\xff"));
	assert_false(SKIPS("\xc0\x01"));                             /* a tag */
	assert_false(SKIPS("\x5b\xff\xff\xff\xff\xff\xff\xff\xff")); /* more bytes than there can be */
	assert_false(SKIPS("\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
	assert_false(SKIPS("\xbb\x7f\xff\xff\xff\xff\xff\xff\xff\x01\x01"));
	assert_false(SKIPS("\x1b\xff\xff\xff\xff\xff\xff\xff\xff")); /* a number beyond 63 bits */
	char many[PASSKEY_CBOR_ITEMS + 2] = {'\x98', PASSKEY_CBOR_ITEMS - 1};
	assert_true(skips(many, PASSKEY_CBOR_ITEMS + 1));
	many[1]++;
	assert_false(skips(many, PASSKEY_CBOR_ITEMS + 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_algorithm_is_registered_and_used),
		cmocka_unit_test(another_key_a_changed_byte_and_a_changed_client_are_denied),
		cmocka_unit_test(every_check_of_the_standard_refuses_what_it_is_for),
		cmocka_unit_test(a_passkey_for_one_thing_is_none_for_the_other),
		cmocka_unit_test(a_counter_that_does_not_grow_tells_of_a_clone),
		cmocka_unit_test(backup_flags_are_kept_and_may_not_change_their_mind),
		cmocka_unit_test(keys_that_cannot_be_and_attestations_that_do_not_hold_are_refused),
		cmocka_unit_test(cut_and_changed_registrations_do_no_harm),
		cmocka_unit_test(the_challenge_is_read_before_anything_is_known),
		cmocka_unit_test(values_are_skipped_within_limits),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("passkey", tests, NULL, NULL);
}
