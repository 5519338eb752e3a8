#include "names/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void letters_belong_to_their_scripts(void **state)
{
	(void)state;
	static const struct {
		uint32_t code;
		enum script script;
	} cases[] = {
		{'a', SCRIPT_LATIN},     {'Z', SCRIPT_LATIN},        {0xE9, SCRIPT_LATIN},
		{0x1EA5, SCRIPT_LATIN},  {0x645, SCRIPT_ARABIC},     {0x67E, SCRIPT_ARABIC},
		{0x640, SCRIPT_ARABIC},  {0x436, SCRIPT_CYRILLIC},   {0x3BB, SCRIPT_GREEK},
		{0x5D0, SCRIPT_HEBREW},  {0x674E, SCRIPT_HAN},       {0x3005, SCRIPT_HAN},
		{0x3042, SCRIPT_KANA},   {0x30A2, SCRIPT_KANA},      {0x30FC, SCRIPT_KANA},
		{0xAE40, SCRIPT_HANGUL}, {0x930, SCRIPT_DEVANAGARI}, {0x93E, SCRIPT_DEVANAGARI},
		{0xE2A, SCRIPT_THAI},    {0xE31, SCRIPT_THAI},       {0x531, SCRIPT_OTHER},
		{0x10D0, SCRIPT_OTHER},  {0x995, SCRIPT_OTHER},      {0x20000, SCRIPT_HAN},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(script_of(cases[i].code), cases[i].script);
	}
}

static void what_is_no_letter_has_no_script(void **state)
{
	(void)state;
	static const uint32_t codes[] = {0,      ' ',    '0',    '-',      '\'',       0x301, 0x64B,  0x200F,
	                                 0x2019, 0xFFFD, 0xD800, 0x110000, UINT32_MAX, 0x663, 0x3002, 0xBA};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		assert_int_equal(script_of(codes[i]), SCRIPT_NONE);
	}
}

static void every_script_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < SCRIPT_COUNT; i++) {
		assert_non_null(script_name((enum script)i));
	}
	assert_string_equal(script_name(SCRIPT_ARABIC), "Arabic");
	assert_string_equal(script_name(SCRIPT_NONE), "no script");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_belong_to_their_scripts),
		cmocka_unit_test(what_is_no_letter_has_no_script),
		cmocka_unit_test(every_script_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
