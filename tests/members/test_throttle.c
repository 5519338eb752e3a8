#include "members/throttle.h"

#include <stdio.h>

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t key[CHALLENGE_KEY] = {3};

static struct throttle_told ask(struct throttle *throttle, const struct throttle_try *attempt, int64_t now)
{
	struct throttle_told told;
	throttle_ask(throttle, attempt, now, &told);
	return told;
}

static void an_address_belongs_to_its_network(void **state)
{
	(void)state;
	static const char *const examples[][2] = {
		{"192.0.2.77:4711", "192.0.2.0/24"},
		{"192.0.2.77", "192.0.2.0/24"},
		{"[2001:db8:1:2:3:4:5:6]:80", "2001:db8:1:2::/64"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"::ffff:192.0.2.9", "192.0.2.0/24"},
		{"[::1]:9", "::/64"},
		{"unix", "local"},
		{"", "local"},
		{"999.1.1.1", "local"},
	};
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		char source[THROTTLE_SOURCE_MAX];
		throttle_source(examples[i][0], source);
		assert_string_equal(source, examples[i][1]);
	}
}

static void delays_of_a_pair_double_and_a_right_try_ends_them(void **state)
{
	(void)state;
	CLEANUP(throttle_freep) struct throttle *throttle = NULL;
	assert_int_equal(throttle_new(key, &throttle), JISR_OK);
	struct throttle_try attempt = {.account = "ma-12", .exists = true, .source = "192.0.2.0/24"};
	int64_t now = 1000000, delay = THROTTLE_PAIR_FIRST;
	for (unsigned i = 0; i < THROTTLE_PAIR_FREE; i++)
		assert_int_equal(ask(throttle, &attempt, now).answer, THROTTLE_GO);
	for (unsigned i = 0; i < 12; i++) {
		struct throttle_told told = ask(throttle, &attempt, now);
		assert_int_equal(told.answer, THROTTLE_WAIT);
		assert_int_equal(told.wait, delay);
		assert_int_equal(ask(throttle, &attempt, now + delay - 1).wait, 1);
		now += delay;
		assert_int_equal(ask(throttle, &attempt, now).answer, THROTTLE_GO);
		delay = delay * 2 < THROTTLE_DELAY_MOST ? delay * 2 : THROTTLE_DELAY_MOST;
	}
	assert_int_equal(ask(throttle, &attempt, now).answer, THROTTLE_WAIT);
	throttle_forgive(throttle, &attempt, true, now);
	assert_int_equal(ask(throttle, &attempt, now).answer, THROTTLE_GO);
	/* Another account from there, the account from elsewhere: as if nothing had been. */
	attempt.account = "ma-13";
	assert_int_equal(ask(throttle, &attempt, now).answer, THROTTLE_GO);
	attempt.account = "ma-12";
	attempt.source = "198.51.100.0/24";
	assert_int_equal(ask(throttle, &attempt, now).answer, THROTTLE_GO);
}

static void a_source_has_a_hundred_and_then_one_a_minute(void **state)
{
	(void)state;
	CLEANUP(throttle_freep) struct throttle *throttle = NULL;
	assert_int_equal(throttle_new(key, &throttle), JISR_OK);
	char account[32];
	struct throttle_try attempt = {.account = account, .source = "192.0.2.0/24"};
	int64_t now = 5000000;
	unsigned gone = 0;
	for (unsigned i = 0; i < 200; i++) {
		(void)snprintf(account, sizeof account, "name-%u", i);
		gone += ask(throttle, &attempt, now).answer == THROTTLE_GO;
	}
	assert_int_equal(gone, THROTTLE_SOURCE_BURST);
	for (unsigned i = 0; i < 60; i++) {
		(void)snprintf(account, sizeof account, "other-%u", i);
		now += 10 * 1000;
		gone += ask(throttle, &attempt, now).answer == THROTTLE_GO;
	}
	assert_int_equal(gone, THROTTLE_SOURCE_BURST + 10);
}

/* From the tenth wrong one in a row only who waits may try, from the hundredth on nobody unknown; a name without an account
 * is answered the same. */
static void an_account_asks_for_patience_and_then_closes_to_strangers(void **state)
{
	(void)state;
	for (int exists = 0; exists < 2; exists++) {
		CLEANUP(throttle_freep) struct throttle *throttle = NULL;
		assert_int_equal(throttle_new(key, &throttle), JISR_OK);
		char source[32], used[CHALLENGE_TEXT];
		struct throttle_try attempt = {.account = "ma-12", .exists = exists, .source = source};
		int64_t now = 1000000;
		for (uint32_t i = 0; i < THROTTLE_ACCOUNT_MOST; i++) {
			(void)snprintf(source, sizeof source, "10.0.%u.0/24", i);
			attempt.ticket = NULL;
			struct throttle_told told = ask(throttle, &attempt, now);
			if (i >= THROTTLE_ACCOUNT_FREE) {
				assert_int_equal(told.answer, THROTTLE_PATIENCE_ASKED);
				assert_true(told.wait >= THROTTLE_PATIENCE && told.wait <= THROTTLE_DELAY_MOST);
				memcpy(used, told.ticket, sizeof used);
				attempt.ticket = used;
				struct throttle_told early = ask(throttle, &attempt, now + told.wait - 1);
				assert_int_equal(early.answer, THROTTLE_PATIENCE_ASKED);
				assert_int_equal(early.wait, 1);
				assert_string_equal(early.ticket, used);
				now += told.wait;
				told = ask(throttle, &attempt, now);
			}
			assert_int_equal(told.answer, THROTTLE_GO);
			if (exists)
				attempt.failures = told.failures;
			else
				assert_int_equal(told.failures, i + 1);
			if (i >= THROTTLE_ACCOUNT_FREE && i + 1 < THROTTLE_ACCOUNT_MOST) /* once is once */
				assert_int_equal(ask(throttle, &attempt, now + 2000).answer, THROTTLE_PATIENCE_ASKED);
		}
		(void)snprintf(source, sizeof source, "10.9.9.0/24");
		assert_int_equal(ask(throttle, &attempt, now).answer, THROTTLE_CLOSED);
		if (exists) { /* never to its owner's device */
			attempt.device = "device";
			assert_int_equal(ask(throttle, &attempt, now).answer, THROTTLE_GO);
		}
	}
}

static void a_ticket_is_for_one_account_and_one_source(void **state)
{
	(void)state;
	CLEANUP(throttle_freep) struct throttle *throttle = NULL;
	assert_int_equal(throttle_new(key, &throttle), JISR_OK);
	struct throttle_try attempt = {.account = "ma-12", .exists = true, .failures = 20, .source = "192.0.2.0/24"};
	struct throttle_told told = ask(throttle, &attempt, 1000);
	assert_int_equal(told.answer, THROTTLE_PATIENCE_ASKED);
	int64_t then = 1000 + told.wait;
	struct throttle_try other = attempt;
	other.ticket = told.ticket;
	other.account = "ma-13";
	assert_int_equal(ask(throttle, &other, then).answer, THROTTLE_PATIENCE_ASKED);
	other = attempt;
	other.ticket = told.ticket;
	other.source = "192.0.3.0/24";
	assert_int_equal(ask(throttle, &other, then).answer, THROTTLE_PATIENCE_ASKED);
	attempt.ticket = told.ticket;
	assert_int_equal(ask(throttle, &attempt, then + THROTTLE_TICKET).answer,
	                 THROTTLE_PATIENCE_ASKED); /* too late */
	static const char *const bad[] = {"", "x", "!!!!",
	                                  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		other = attempt;
		other.ticket = bad[i];
		assert_int_equal(ask(throttle, &other, then).answer, THROTTLE_PATIENCE_ASKED);
	}
	assert_int_equal(ask(throttle, &attempt, then).answer, THROTTLE_GO);
}

static void spraying_many_accounts_asks_strangers_for_patience_and_owners_for_nothing(void **state)
{
	(void)state;
	CLEANUP(throttle_freep) struct throttle *throttle = NULL;
	assert_int_equal(throttle_new(key, &throttle), JISR_OK);
	char account[32], source[32];
	struct throttle_try attempt = {.account = account, .exists = true, .source = source};
	unsigned gone = 0;
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(account, sizeof account, "xx-%u", i);
		(void)snprintf(source, sizeof source, "10.%u.%u.0/24", i / 256, i % 256);
		gone += ask(throttle, &attempt, 1000000).answer == THROTTLE_GO;
	}
	assert_int_equal(gone, THROTTLE_ALL_BURST);
	assert_int_equal(ask(throttle, &attempt, 1000000).answer, THROTTLE_PATIENCE_ASKED);
	attempt.device = "own";
	assert_int_equal(ask(throttle, &attempt, 1000000).answer, THROTTLE_GO);
	attempt.device = NULL;
	assert_int_equal(ask(throttle, &attempt, 1000000 + (int64_t)THROTTLE_ALL_EACH * 2).answer, THROTTLE_GO);
}

static void an_owners_device_has_limits_of_its_own(void **state)
{
	(void)state;
	CLEANUP(throttle_freep) struct throttle *throttle = NULL;
	assert_int_equal(throttle_new(key, &throttle), JISR_OK);
	struct throttle_try attempt = {.account = "ma-12", .exists = true, .source = "192.0.2.0/24", .device = "own"};
	int64_t now = 1000000;
	for (uint32_t i = 0; i < THROTTLE_DEVICE_MOST; i++) {
		struct throttle_told told = ask(throttle, &attempt, now);
		if (told.answer == THROTTLE_WAIT) {
			assert_true(i >= THROTTLE_DEVICE_FREE);
			now += told.wait;
			told = ask(throttle, &attempt, now);
		}
		assert_int_equal(told.answer, THROTTLE_GO);
		attempt.device_failures = told.failures;
		attempt.device_last = now;
	}
	attempt.failures = THROTTLE_ACCOUNT_MOST; /* stolen and used up: a stranger's device from now on */
	assert_int_equal(ask(throttle, &attempt, now).answer, THROTTLE_CLOSED);
}

static void a_clock_set_back_locks_no_owner_out(void **state)
{
	(void)state;
	CLEANUP(throttle_freep) struct throttle *throttle = NULL;
	assert_int_equal(throttle_new(key, &throttle), JISR_OK);
	struct throttle_try attempt = {.account = "ma-12",
	                               .exists = true,
	                               .source = "192.0.2.0/24",
	                               .device = "own",
	                               .device_failures = 20,
	                               .device_last = (int64_t)1 << 50};
	assert_int_equal(ask(throttle, &attempt, 1000).answer, THROTTLE_GO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_belongs_to_its_network),
		cmocka_unit_test(delays_of_a_pair_double_and_a_right_try_ends_them),
		cmocka_unit_test(a_source_has_a_hundred_and_then_one_a_minute),
		cmocka_unit_test(an_account_asks_for_patience_and_then_closes_to_strangers),
		cmocka_unit_test(a_ticket_is_for_one_account_and_one_source),
		cmocka_unit_test(spraying_many_accounts_asks_strangers_for_patience_and_owners_for_nothing),
		cmocka_unit_test(an_owners_device_has_limits_of_its_own),
		cmocka_unit_test(a_clock_set_back_locks_no_owner_out),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("throttle", tests, NULL, NULL);
}
