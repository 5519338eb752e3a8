#include "base/shown.h"

#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static void distance_counts_single_changes(void **state)
{
	(void)state;
	assert_int_equal(shown_distance("", ""), 0);
	assert_int_equal(shown_distance("name", "name"), 0);
	assert_int_equal(shown_distance("nmae", "name"), 1);
	assert_int_equal(shown_distance("nam", "name"), 1);
	assert_int_equal(shown_distance("names", "name"), 1);
	assert_int_equal(shown_distance("lame", "name"), 1);
	assert_int_equal(shown_distance("", "name"), 4);
	assert_int_equal(shown_distance("born", "name"), 4);
}

static void distance_is_symmetric_and_bounded_for_any_words(void **state)
{
	(void)state;
	srand(7);
	for (int round = 0; round < 3000; round++) {
		char words[2][80];
		for (int w = 0; w < 2; w++) {
			int length = rand() % 79;
			for (int i = 0; i < length; i++)
				words[w][i] = (char)('a' + rand() % 3);
			words[w][length] = '\0';
		}
		size_t there = shown_distance(words[0], words[1]);
		assert_int_equal(there, shown_distance(words[1], words[0]));
		assert_true(there <= 63);
	}
}

static void clean_leaves_ordinary_text_as_it_is(void **state)
{
	(void)state;
	char out[100];
	static const char *const texts[] = {"",         "Nikola Tesla", "Никола Тесла", "نيكولا تسلا", "尼古拉·特斯拉",
	                                    "n\xCC\x83"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_int_equal(shown_clean(texts[i], strlen(texts[i]), out, sizeof out), strlen(texts[i]));
		assert_string_equal(out, texts[i]);
	}
}

static void clean_takes_away_what_would_act_on_a_terminal(void **state)
{
	(void)state;
	char out[100];
	static const char text[] = "a\033[2Jb\x7F\xC2\x9B"
				   "c\xE2\x80\xAE"
				   "d\xE2\x81\xA6"
				   "e\nf\tg\0h\xFF";
	shown_clean(text, sizeof text - 1, out, sizeof out);
	assert_string_equal(out, "a\uFFFD[2Jb\uFFFD\uFFFDcde f g\uFFFDh\uFFFD");
}

static void clean_of_any_bytes_is_valid_and_fits(void **state)
{
	(void)state;
	srand(11);
	for (int round = 0; round < 20000; round++) {
		char bytes[60], out[64];
		size_t length = (size_t)(rand() % 60), size = 4 + (size_t)(rand() % 60);
		for (size_t i = 0; i < length; i++)
			bytes[i] = (char)(rand() % 3 ? rand() % 256 : 0x80 + rand() % 64);
		memset(out, 'X', sizeof out);
		size_t used = shown_clean(bytes, length, out, size);
		assert_true(used < size);
		assert_int_equal(out[used], '\0');
		assert_int_equal(strlen(out), used);
		assert_true(utf8_valid(out, used, NULL));
		for (size_t i = size; i < sizeof out; i++)
			assert_int_equal(out[i], 'X');
		for (size_t i = 0; i < used; i++)
			assert_true((unsigned char)out[i] >= 0x20 && out[i] != 0x7F);
	}
}

static void clean_cuts_with_dots_at_a_character(void **state)
{
	(void)state;
	char out[8];
	shown_clean("abcdefghij", 10, out, sizeof out);
	assert_string_equal(out, "abcd…");
	shown_clean("abcdefg", 7, out, sizeof out);
	assert_string_equal(out, "abcdefg");
	shown_clean("ЖЖЖЖЖЖ", 12, out, sizeof out);
	assert_string_equal(out, "ЖЖ…");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distance_counts_single_changes),
		cmocka_unit_test(distance_is_symmetric_and_bounded_for_any_words),
		cmocka_unit_test(clean_leaves_ordinary_text_as_it_is),
		cmocka_unit_test(clean_takes_away_what_would_act_on_a_terminal),
		cmocka_unit_test(clean_of_any_bytes_is_valid_and_fits),
		cmocka_unit_test(clean_cuts_with_dots_at_a_character),
	};
	return cmocka_run_group_tests_name("shown", tests, NULL, NULL);
}
