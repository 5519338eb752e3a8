#include "notices/codes.h"

#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static const struct codes *const tables[] = {
	&codes_colour, &codes_crime,   &codes_eyes,    &codes_hair,     &codes_sex,
	&codes_status, &codes_refusal, &codes_warning, &codes_document, &codes_measure,
	&codes_ending, &codes_asset,   &codes_name,    &codes_sought,   &codes_subject,
};

static void every_code_has_a_label_in_each_language_and_stands_once(void **state)
{
	(void)state;
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct code *code = &tables[t]->list[i];
			for (int l = 0; l < LANGUAGE_COUNT; l++) {
				assert_non_null(code_label(code, (enum language)l));
				assert_true(code_label(code, (enum language)l)[0] != '\0' &&
				            utf8_valid(code_label(code, (enum language)l),
				                       strlen(code_label(code, (enum language)l)), NULL));
				assert_string_equal(codes_label(tables[t], code->code, (enum language)l),
				                    code_label(code, (enum language)l));
			}
			/* Arabic is written in Arabic */
			assert_true((unsigned char)code_label(code, LANGUAGE_AR)[0] >= 0xD8);
			for (size_t k = 0; k < i; k++)
				assert_string_not_equal(tables[t]->list[k].code, code->code);
			assert_ptr_equal(codes_find(tables[t], code->code), code);
		}
	assert_null(codes_find(&codes_eyes, "BLK"));
	assert_string_equal(codes_label(&codes_eyes, "BLK", LANGUAGE_FR), "BLK");
}

static void languages_are_named_by_their_bibliographic_codes(void **state)
{
	(void)state;
	char name[100];
	assert_true(codes_language_known("GER") && codes_language_known("FRE") && codes_language_known("SWA") &&
	            codes_language_known("LIN") && codes_language_known("HIN"));
	assert_false(codes_language_known("DEU") || codes_language_known("FRA") || codes_language_known("ger") ||
	             codes_language_known("GE") || codes_language_known("QQQ") || codes_language_known(""));
	codes_language_name("FRE", LANGUAGE_ES, name, sizeof name);
	assert_string_equal(name, "francés");
	codes_language_name("ARA", LANGUAGE_AR, name, sizeof name);
	assert_string_equal(name, "العربية");
	codes_language_name("QQQ", LANGUAGE_EN, name, sizeof name);
	assert_string_equal(name, "QQQ");
}

static void countries_are_named_by_two_capitals(void **state)
{
	(void)state;
	char name[100];
	assert_true(codes_country_known("MA") && codes_country_known("XK"));
	assert_false(codes_country_known("ma") || codes_country_known("MAR") || codes_country_known("QQ") ||
	             codes_country_known("") || codes_country_known("M"));
	codes_country_name("MA", LANGUAGE_FR, name, sizeof name);
	assert_string_equal(name, "Maroc");
	codes_country_name("MA", LANGUAGE_AR, name, sizeof name);
	assert_string_equal(name, "المغرب");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_label_in_each_language_and_stands_once),
		cmocka_unit_test(languages_are_named_by_their_bibliographic_codes),
		cmocka_unit_test(countries_are_named_by_two_capitals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
