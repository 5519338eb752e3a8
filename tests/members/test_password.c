#include "members/password.h"

#include <pthread.h>
#include <stdatomic.h>

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct problem last;
static const struct password_cost cheap = {1, 64 << 10};

static int set(const char *text, const char *const *words)
{
	struct password password;
	last.text[0] = '\0';
	int error = password_read(text, strlen(text), &password, &last);
	if (error == JISR_OK)
		error = password_check(&password, words, &last);
	password_finish(&password);
	return error;
}

static void fifteen_characters_of_any_script_are_enough(void **state)
{
	(void)state;
	static const char *const good[] = {"kettle orbit wharf",
	                                   "vexing gribbles",
	                                   "чайник орбита кит",
	                                   "إبريق مدار رصيف قديم",
	                                   "水壶轨道码头牛奶窗户铅笔云朵山",
	                                   "b7 Kz!q0 wX,p2 r",
	                                   "mango tuba lantern",
	                                   "tabla rasa quiet fjord",
	                                   "🐙🚲🌋🥁🧀🔭🪁🧊🦔🍋🚦🎻🪵🧭🛶"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		int error = set(good[i], NULL);
		assert_string_equal(last.text, "");
		assert_int_equal(error, JISR_OK);
	}
	assert_int_equal(set("vexing gribble", NULL), JISR_BAD_INPUT);
	assert_non_null(strstr(last.text, "14 characters; 15"));
}

static void what_is_guessed_first_is_refused(void **state)
{
	(void)state;
	static const char *const owner[] = {"Salma Benrahhou", "MA-12", "Rabat", NULL};
	static const char *const bad[] = {"aaaaaaaaaaaaaaa",
	                                  "abababababababab",
	                                  "123456789012345",
	                                  "abcdefghijklmnop",
	                                  "zyxwvutsrqponmlk",
	                                  "qwertyuiopasdfgh",
	                                  "qwertzuiopasdfgh",
	                                  "azertyuiopqsdfgh",
	                                  "1qaz2wsx3edc4rfv",
	                                  "password12345678",
	                                  "P4$$w0rdP4$$w0rd",
	                                  "Password!Password!",
	                                  "Interpol2026Interpol",
	                                  "jisrjisrjisrjisr",
	                                  "SalmaBenrahhou2026",
	                                  "benrahhou1984!!!",
	                                  "salma.benrahhou",
	                                  "letmeinletmein1!",
	                                  "correct horse battery staple",
	                                  "correcthorsebatterystaple",
	                                  "motdepasse123456",
	                                  "contraseña123456",
	                                  "كلمة السر كلمة السر",
	                                  "йцукенгшщзхъфыва",
	                                  "passwordpassword1",
	                                  "rabatrabatrabat1",
	                                  "September2026!!!",
	                                  "111122223333444455",
	                                  "welcome welcome 1",
	                                  "administrator1234",
	                                  "hunter2hunter2hunter2",
	                                  "xyzxyzxyzxyzxyzxyz"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int error = set(bad[i], owner);
		if (error != JISR_BAD_INPUT)
			fail_msg("taken: %s", bad[i]);
		assert_non_null(strstr(last.text, "guessed first"));
	}
	assert_int_equal(set("salma.benrahhou kettle orbit", NULL), JISR_OK);
}

static void limits_are_told(void **state)
{
	(void)state;
	char text[PASSWORD_MAX_BYTES + 2];
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + (i * i * 7 + i / 3) % 26);
	text[PASSWORD_MOST] = '\0';
	assert_int_equal(set(text, NULL), JISR_OK);
	text[PASSWORD_MOST] = 'x';
	text[PASSWORD_MOST + 1] = '\0';
	assert_int_equal(set(text, NULL), JISR_TOO_LARGE);
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_int_equal(set(text, NULL), JISR_TOO_LARGE);
	assert_int_equal(set("kettle orbit\twharf", NULL), JISR_BAD_INPUT);
	assert_int_equal(set("kettle orbit wharf\xFF", NULL), JISR_BAD_INPUT);
	/* U+FDFA unfolds to 18 characters: what NFKC makes of it counts. */
	assert_int_equal(set("\xEF\xB7\xBA", NULL), JISR_OK);
	size_t used = 0;
	for (size_t i = 0; i < 100; i++, used += 3)
		memcpy(text + used, "\xEF\xB7\xBA", 4);
	assert_int_equal(set(text, NULL), JISR_TOO_LARGE);
}

static int verify(struct password_gate *gate, const char *text, const char *hash, bool *right, bool *stale)
{
	struct password password;
	assert_int_equal(password_read(text, strlen(text), &password, NULL), JISR_OK);
	return password_verify(gate, &password, hash, true, 5, right, stale, &last);
}

static void the_right_one_is_known_however_it_is_typed_and_the_cost_is_renewed(void **state)
{
	(void)state;
	CLEANUP(password_gate_freep) struct password_gate *gate = NULL, *dearer = NULL;
	struct password password;
	char hash[PASSWORD_HASH_MAX];
	bool right, stale;
	assert_int_equal(password_gate_new(2, cheap, &gate), JISR_OK);
	assert_int_equal(password_gate_new(2, (struct password_cost){2, 128 << 10}, &dearer), JISR_OK);
	assert_int_equal(password_read("caf\xC3\xA9 orbit wharf", 17, &password, NULL), JISR_OK);
	assert_int_equal(password_hash(gate, &password, 5, hash, NULL), JISR_OK);
	assert_int_equal(strncmp(hash, "$argon2id$v=19$m=64,t=1,p=1$", 28), 0);
	assert_int_equal(verify(gate, "caf\xC3\xA9 orbit wharf", hash, &right, &stale), JISR_OK);
	assert_true(right && !stale);
	assert_int_equal(verify(gate, "cafe\xCC\x81 orbit wharf", hash, &right, &stale), JISR_OK);
	assert_true(right);
	assert_int_equal(verify(dearer, "caf\xC3\xA9 orbit wharf", hash, &right, &stale), JISR_OK);
	assert_true(right && stale);
	assert_int_equal(verify(gate, "cafe orbit wharf", hash, &right, &stale), JISR_OK);
	assert_false(right || stale);
	assert_int_equal(verify(gate, "caf\xC3\xA9 orbit wharf", NULL, &right, &stale), JISR_OK);
	assert_false(right || stale);
}

struct crowd {
	struct password_gate *gate;
	struct password password;
	const char *hash;
	bool owner;
	_Atomic unsigned in, out;
};

static void *knock(void *context)
{
	struct crowd *crowd = context;
	bool right, stale;
	if (password_verify(crowd->gate, &crowd->password, crowd->hash, crowd->owner, crowd->owner ? 60 : 0, &right,
	                    &stale, NULL) == JISR_OK)
		crowd->in++;
	else
		crowd->out++;
	return NULL;
}

static void guessers_fill_no_place_that_owners_need(void **state)
{
	(void)state;
	CLEANUP(password_gate_freep) struct password_gate *gate = NULL;
	char hash[PASSWORD_HASH_MAX];
	/* Slow enough that all threads are there before the first is done. */
	assert_int_equal(password_gate_new(2, (struct password_cost){3, 64 << 20}, &gate), JISR_OK);
	struct crowd guessers = {.gate = gate}, owners = {.gate = gate, .owner = true};
	assert_int_equal(password_read("kettle orbit wharf", 18, &owners.password, NULL), JISR_OK);
	guessers.password = owners.password;
	assert_int_equal(password_hash(gate, &owners.password, 5, hash, NULL), JISR_OK);
	guessers.hash = owners.hash = hash;
	pthread_t threads[10];
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, knock, i < 7 ? &guessers : &owners), 0);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(owners.in, 3);
	assert_true(guessers.in >= 1 && guessers.out >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fifteen_characters_of_any_script_are_enough),
		cmocka_unit_test(what_is_guessed_first_is_refused),
		cmocka_unit_test(limits_are_told),
		cmocka_unit_test(the_right_one_is_known_however_it_is_typed_and_the_cost_is_renewed),
		cmocka_unit_test(guessers_fill_no_place_that_owners_need),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("password", tests, NULL, NULL);
}
