#include "names/sign.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SIGNS 5000

/* A sign of any letters, in either kind of script, of any length; those of few letters are near to each other. */
static uint32_t invent_sign(uint64_t number)
{
	uint32_t random = (uint32_t)hash_number(number), letters = (uint32_t)hash_number(number + 1000003);
	if (number % 3 != 0)
		letters &= (uint32_t)hash_number(number + 2000003) & (uint32_t)hash_number(number + 3000017);
	return (letters & SIGN_LETTERS) | (random & (SIGN_LATIN | 31u << 27));
}

static void many_signs_meet_as_each_does(void **state)
{
	(void)state;
	static uint32_t signs[SIGNS];
	static uint8_t meets[SIGNS + 1];
	size_t met = 0;
	for (size_t i = 0; i < SIGNS; i++)
		signs[i] = invent_sign(i);
	for (uint64_t turn = 0; turn < 300; turn++) {
		uint32_t sign = invent_sign(SIGNS + turn);
		unsigned consonants = sign_consonants(sign);
		size_t from = turn % 17, count = turn < 100 ? turn : SIGNS - from;
		memset(meets, 0x55, sizeof meets);
		sign_meets_many(signs + from, count, sign, meets);
		for (size_t i = 0; i < count; i++) {
			bool either = sign_meets(signs[from + i], sign, consonants) ||
			              sign_may_sound(signs[from + i], sign, consonants);
			assert_int_equal(meets[i], either);
			met += either;
		}
		assert_int_equal(meets[count], 0x55);
	}
	assert_true(met > 1000);
}

/* Written out with jumps, as the rule is told in the header. */
static bool meets_by_the_rule(uint32_t a, uint32_t b)
{
	static const char *const unfirm = "aeiouyhw";
	bool latin = (a & SIGN_LATIN) != 0 && (b & SIGN_LATIN) != 0;
	unsigned changes = 0, longer = a >> 27 > b >> 27 ? a >> 27 : b >> 27;
	for (char letter = 'a'; letter <= 'z'; letter++)
		if (((a ^ b) & SIGN_LETTER(letter)) != 0 && (latin || strchr(unfirm, letter) == NULL))
			changes++;
	unsigned classes = 0;
	for (unsigned bits = sign_consonants(a) ^ sign_consonants(b); bits != 0; bits &= bits - 1)
		classes++;
	return classes <= 2 && changes <= (latin ? 2 + longer / 4 : 4);
}

static void two_signs_meet_by_the_rule(void **state)
{
	(void)state;
	size_t met = 0;
	for (uint64_t i = 0; i < 200000; i++) {
		uint32_t a = invent_sign(i), b = i % 2 == 0 ? invent_sign(i + 7) : a ^ (1u << hash_number(i) % 32);
		assert_int_equal(sign_meets(a, b, sign_consonants(b)), meets_by_the_rule(a, b));
		assert_int_equal(sign_meets(a, b, sign_consonants(b)), sign_meets(b, a, sign_consonants(a)));
		met += sign_meets(a, b, sign_consonants(b));
	}
	assert_true(met > 1000 && met < 190000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_signs_meet_as_each_does),
		cmocka_unit_test(two_signs_meet_by_the_rule),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
