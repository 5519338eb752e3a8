#include "names/roman.h"

#include "base/memory.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *word, enum script script, const char *expected)
{
	struct roman roman;
	assert_int_equal(roman_word(word, strlen(word), script, &roman), 0);
	assert_string_equal(roman.latin, expected);
	assert_int_equal(roman.length, strlen(expected));
}

static void latin_loses_accents_and_spells_out_letters(void **state)
{
	(void)state;
	check("müller", SCRIPT_LATIN, "muller");
	check("groß", SCRIPT_LATIN, "gross");
	check("ærø", SCRIPT_LATIN, "aero");
	check("łódź", SCRIPT_LATIN, "lodz");
	check("þórður", SCRIPT_LATIN, "thordur");
	check("đoković", SCRIPT_LATIN, "dokovic");
	check("œuvre", SCRIPT_LATIN, "oeuvre");
	check("ırmak", SCRIPT_LATIN, "irmak");
	check("əliyev", SCRIPT_LATIN, "aliyev");
	check("nguyễn", SCRIPT_LATIN, "nguyen");
	check("ǿ", SCRIPT_LATIN, "o");
	check("o'neil4", SCRIPT_LATIN, "oneil4");
	check("e\xCC\x81mile", SCRIPT_LATIN, "emile");
	check("", SCRIPT_LATIN, "");
}

static void arabic_keeps_its_consonants(void **state)
{
	(void)state;
	check("محمد", SCRIPT_ARABIC, "mhmd");
	check("مُحَمَّد", SCRIPT_ARABIC, "mhmd");
	check("محـــمد", SCRIPT_ARABIC, "mhmd");
	check("وليد", SCRIPT_ARABIC, "wlid");
	check("فاطمة", SCRIPT_ARABIC, "fatma");
	check("موسى", SCRIPT_ARABIC, "musa");
	check("يوسف", SCRIPT_ARABIC, "yusf");
	check("إبراهيم", SCRIPT_ARABIC, "ibrahim");
	check("سهيل", SCRIPT_ARABIC, "sehil");
	check("پرویز", SCRIPT_ARABIC, "prwiz");
	check("چنگیز", SCRIPT_ARABIC, "chngiz");
	check("٤٤", SCRIPT_ARABIC, "44");
}

static void cyrillic_follows_the_passports(void **state)
{
	(void)state;
	check("гагарин", SCRIPT_CYRILLIC, "gagarin");
	check("щукин", SCRIPT_CYRILLIC, "shchukin");
	check("хрущёв", SCRIPT_CYRILLIC, "khrushchyov");
	check("юлия", SCRIPT_CYRILLIC, "yuliya");
	check("київ", SCRIPT_CYRILLIC, "kiyiv");
	check("ђорђе", SCRIPT_CYRILLIC, "djordje");
	check("қазақ", SCRIPT_CYRILLIC, "qazaq");
	check("объект", SCRIPT_CYRILLIC, "obekt");
}

static void greek_follows_the_passports(void **state)
{
	(void)state;
	check("σωκράτης", SCRIPT_GREEK, "sokratis");
	check("ευάγγελος", SCRIPT_GREEK, "evangelos");
	check("μπότσαρης", SCRIPT_GREEK, "botsaris");
	check("παύλος", SCRIPT_GREEK, "pavlos");
	check("ευφροσύνη", SCRIPT_GREEK, "effrosyni");
	check("σούλι", SCRIPT_GREEK, "souli");
	check("χρήστος", SCRIPT_GREEK, "christos");
}

static void hebrew_parts_its_double_letters(void **state)
{
	(void)state;
	check("דוד", SCRIPT_HEBREW, "dod");
	check("שרה", SCRIPT_HEBREW, "shra");
	check("יעקב", SCRIPT_HEBREW, "yakb");
	check("יוסף", SCRIPT_HEBREW, "yosf");
	check("צ׳רצ׳יל", SCRIPT_HEBREW, "chrchil");
	check("ז׳בוטינסקי", SCRIPT_HEBREW, "zhbotinski");
	check("ווגנר", SCRIPT_HEBREW, "vgnr");
}

static void kana_reads_small_signs(void **state)
{
	(void)state;
	check("さとう", SCRIPT_KANA, "satou");
	check("ファーブル", SCRIPT_KANA, "faburu");
	check("ティツィアーノ", SCRIPT_KANA, "titsiano");
	check("シェイクスピア", SCRIPT_KANA, "sheikusupia");
	check("ヴィヴァルディ", SCRIPT_KANA, "vivarudi");
	check("きょうと", SCRIPT_KANA, "kyouto");
	check("ハッブル", SCRIPT_KANA, "habburu");
	check("ウィリアム", SCRIPT_KANA, "wiriamu");
	check("いっち", SCRIPT_KANA, "itchi");
}

static void hangul_is_taken_apart(void **state)
{
	(void)state;
	check("김", SCRIPT_HANGUL, "gim");
	check("이순신", SCRIPT_HANGUL, "isunsin");
	check("셰익스피어", SCRIPT_HANGUL, "syeikseupieo");
	check("갈릴레이", SCRIPT_HANGUL, "gallillei");
}

static void devanagari_drops_the_last_vowel(void **state)
{
	(void)state;
	check("राम", SCRIPT_DEVANAGARI, "ram");
	check("मोहनदास", SCRIPT_DEVANAGARI, "mohanadas");
	check("गांधी", SCRIPT_DEVANAGARI, "gandhi");
	check("अशोक", SCRIPT_DEVANAGARI, "ashok");
	check("कृष्ण", SCRIPT_DEVANAGARI, "krishn");
}

static void thai_moves_leading_vowels(void **state)
{
	(void)state;
	check("สม", SCRIPT_THAI, "som");
	check("ไทย", SCRIPT_THAI, "thai");
	check("เดช", SCRIPT_THAI, "det");
	check("มานะ", SCRIPT_THAI, "mana");
	check("สมชาย", SCRIPT_THAI, "somchai");
}

static void other_scripts_go_through_icu(void **state)
{
	(void)state;
	check("孔子", SCRIPT_HAN, "kongzi");
	check("達芬奇", SCRIPT_HAN, "dafenqi");
	check("佐々木", SCRIPT_HAN, "zuozuomu");
	struct roman roman;
	assert_int_equal(roman_word("შოთა", strlen("შოთა"), SCRIPT_OTHER, &roman), 0);
	assert_string_equal(roman.latin, "shota");
}

static void long_words_are_cut_and_closed(void **state)
{
	(void)state;
	char word[4096];
	struct roman roman;
	for (size_t i = 0; i < sizeof word / 2; i++) {
		memcpy(word + 2 * i, "\xD1\x89", 2); // щ gives four letters
	}
	assert_int_equal(roman_word(word, sizeof word, SCRIPT_CYRILLIC, &roman), 0);
	assert_int_equal(roman.length, ROMAN_MAX);
	assert_int_equal(roman.latin[ROMAN_MAX], 0);
	assert_int_equal(strlen(roman.latin), ROMAN_MAX);
}

static void bytes_after_the_word_are_zero(void **state)
{
	(void)state;
	struct roman roman;
	memset(&roman, 0xAA, sizeof roman);
	assert_int_equal(roman_word("ab", 2, SCRIPT_LATIN, &roman), 0);
	for (size_t i = 2; i <= ROMAN_MAX; i++) {
		assert_int_equal(roman.latin[i], 0);
	}
}

static void *without_memory(void *unused)
{
	(void)unused;
	struct roman roman;
	memset(&roman, 0x55, sizeof roman);
	memory_fail_after(0);
	int error = roman_word("孔", strlen("孔"), SCRIPT_HAN, &roman);
	memory_fail_after(-1);
	bool untouched = roman.length == 0x55;
	bool later = roman_word("孔", strlen("孔"), SCRIPT_HAN, &roman) == 0;
	return error == JISR_NO_MEMORY && untouched && later ? "good" : NULL;
}

static void no_memory_for_icu_is_told_and_can_be_tried_again(void **state)
{
	(void)state;
	pthread_t thread;
	void *result = NULL;
	assert_int_equal(pthread_create(&thread, NULL, without_memory, NULL), 0);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_non_null(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(latin_loses_accents_and_spells_out_letters),
		cmocka_unit_test(arabic_keeps_its_consonants),
		cmocka_unit_test(cyrillic_follows_the_passports),
		cmocka_unit_test(greek_follows_the_passports),
		cmocka_unit_test(hebrew_parts_its_double_letters),
		cmocka_unit_test(kana_reads_small_signs),
		cmocka_unit_test(hangul_is_taken_apart),
		cmocka_unit_test(devanagari_drops_the_last_vowel),
		cmocka_unit_test(thai_moves_leading_vowels),
		cmocka_unit_test(other_scripts_go_through_icu),
		cmocka_unit_test(long_words_are_cut_and_closed),
		cmocka_unit_test(bytes_after_the_word_are_zero),
		cmocka_unit_test(no_memory_for_icu_is_told_and_can_be_tried_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
