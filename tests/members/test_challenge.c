#include "members/challenge.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t key[CHALLENGE_KEY] = {7};

static void it_holds_for_its_purpose_its_owner_and_its_time(void **state)
{
	(void)state;
	uint8_t made[CHALLENGE_SIZE], other[CHALLENGE_SIZE];
	static const uint8_t key_two[CHALLENGE_KEY] = {8};
	int64_t wait = -1;
	challenge_make(key, "sign-in", "a", 1, 1000, 5000, made);
	challenge_make(key, "sign-in", "a", 1, 1000, 5000, other);
	assert_memory_not_equal(made, other, sizeof made);
	assert_int_equal(challenge_until(made), 5000);
	assert_int_equal(challenge_check(key, "sign-in", "a", 1, made, sizeof made, 999, &wait), JISR_BUSY);
	assert_int_equal(wait, 1);
	assert_int_equal(challenge_check(key, "sign-in", "a", 1, made, sizeof made, 1000, &wait), JISR_OK);
	assert_int_equal(challenge_check(key, "sign-in", "a", 1, made, sizeof made, 4999, NULL), JISR_OK);
	assert_int_equal(challenge_check(key, "sign-in", "a", 1, made, sizeof made, 5000, NULL), JISR_STATE);
	assert_int_equal(challenge_check(key, "sign-up", "a", 1, made, sizeof made, 1000, NULL), JISR_DENIED);
	assert_int_equal(challenge_check(key, "sign-in", "b", 1, made, sizeof made, 1000, NULL), JISR_DENIED);
	assert_int_equal(challenge_check(key, "sign-in", "", 0, made, sizeof made, 1000, NULL), JISR_DENIED);
	assert_int_equal(challenge_check(key_two, "sign-in", "a", 1, made, sizeof made, 1000, NULL), JISR_DENIED);
	assert_int_equal(challenge_check(key, "sign-in", "a", 1, made, sizeof made - 1, 1000, NULL), JISR_DENIED);
	for (size_t i = 0; i < sizeof made * 8; i++) {
		made[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_int_equal(challenge_check(key, "sign-in", "a", 1, made, sizeof made, 1000, NULL), JISR_DENIED);
		made[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_holds_for_its_purpose_its_owner_and_its_time),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("challenge", tests, NULL, NULL);
}
