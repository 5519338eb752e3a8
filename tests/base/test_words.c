#include "base/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static void a_word_is_held_whole_or_not_at_all(void **state)
{
	static const char list[] = " name names birth ";
	static const struct {
		const char *word;
		bool held;
	} cases[] = {{"name", true},        {"names", true}, {"birth", true},  {"nam", false}, {"ame", false},
	             {"", false},           {" ", false},    {"name ", false}, {"x", false},   {" name", false},
	             {"name names", false}, {"s", false},    {"births", false}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (words_hold(list, cases[i].word) != cases[i].held)
			fail_msg("'%s'", cases[i].word);
	assert_false(words_hold(" ", "name"));
	assert_false(words_hold("", "name"));
}

static void a_member_that_no_list_names_is_told(void **state)
{
	(void)state;
	cJSON *json = cJSON_Parse("{\"name\":1,\"birth\":2,\"shoe\":3,\"hat\":4}");
	assert_string_equal(words_stranger(json, " birth name "), "shoe");
	assert_null(words_stranger(json, " birth hat name shoe "));
	assert_string_equal(words_stranger(json, " "), "name");
	assert_null(words_stranger(NULL, " "));
	cJSON_Delete(json);
}

static const char *letter(unsigned bit)
{
	static const char *const letters[] = {"alpha", "beta", "gamma"};
	return letters[bit];
}

static void bits_are_written_as_words_and_never_past_the_end(void **state)
{
	char out[20], small[9];
	(void)state;
	assert_string_equal(words_of_bits(0, 3, letter, out, sizeof out), ",");
	assert_string_equal(words_of_bits(5, 3, letter, out, sizeof out), ",alpha,gamma,");
	assert_string_equal(words_of_bits(7, 3, letter, out, sizeof out), ",alpha,beta,gamma,");
	memset(small, 'x', sizeof small);
	assert_string_equal(words_of_bits(7, 3, letter, small, sizeof small - 1), ",alpha,");
	assert_int_equal(small[8], 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_held_whole_or_not_at_all),
		cmocka_unit_test(a_member_that_no_list_names_is_told),
		cmocka_unit_test(bits_are_written_as_words_and_never_past_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
