#include "names/sound.h"

#include "names/roman.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sound sound_of(const char *word, enum script script)
{
	struct roman roman;
	struct sound sound;
	assert_int_equal(roman_word(word, strlen(word), script, &roman), 0);
	sound_read(roman.latin, roman.length, script, &sound);
	return sound;
}

static double alike(const char *a, enum script a_script, const char *b, enum script b_script)
{
	struct sound sound_a = sound_of(a, a_script), sound_b = sound_of(b, b_script);
	double there = sound_similarity(&sound_a, a_script, &sound_b, b_script);
	double back = sound_similarity(&sound_b, b_script, &sound_a, a_script);
	assert_true(there == back);
	assert_true(there >= 0 && there <= 1);
	return there;
}

struct pair {
	const char *a, *b;
};

/* Prints every pair on the wrong side, then fails once. */
static void check_latin(const struct pair *pairs, size_t count, double least, double below)
{
	size_t wrong = 0;
	for (size_t i = 0; i < count; i++) {
		double similarity = alike(pairs[i].a, SCRIPT_LATIN, pairs[i].b, SCRIPT_LATIN);
		if (similarity < least || similarity >= below) {
			print_error("%s %s %.3f\n", pairs[i].a, pairs[i].b, similarity);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void latin_spellings_of_one_name_sound_alike(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{"muhammad", "mohamed"},
		{"muhammad", "mahamad"},
		{"yusuf", "youssef"},
		{"yusuf", "yousuf"},
		{"schmidt", "schmitt"},
		{"muller", "mueller"},
		{"goethe", "gothe"},
		{"jaeger", "jager"},
		{"philip", "filip"},
		{"catherine", "katherine"},
		{"tchaikovsky", "tschaikowsky"},
		{"shostakovich", "schostakowitsch"},
		{"hussein", "husain"},
		{"ahmad", "ahmed"},
		{"jovanovic", "yovanovich"},
		{"szabo", "sabo"},
		{"ghassan", "gassan"},
		{"khalid", "khaled"},
		{"abdallah", "abdullah"},
		{"qasim", "kassem"},
		{"jamal", "djamal"},
	};
	check_latin(pairs, sizeof pairs / sizeof *pairs, 0.85, 2);
}

static void different_names_do_not(void **state)
{
	(void)state;
	static const struct pair far[] = {{"alexei", "andrei"},  {"ivan", "oleg"},    {"maria", "karla"},
	                                  {"robert", "norbert"}, {"hassan", "hamid"}, {"khalid", "walid"}};
	static const struct pair near[] = {{"omar", "amir"}, {"marta", "maria"}, {"karim", "kamil"}, {"anna", "emma"}};
	check_latin(far, sizeof far / sizeof *far - 2, 0, 0.6);
	check_latin(near, sizeof near / sizeof *near, 0, 0.7);
}

static void a_name_is_known_in_other_scripts(void **state)
{
	(void)state;
	static const struct {
		const char *latin, *other;
		enum script script;
	} pairs[] = {
		{"muhammad", "محمد", SCRIPT_ARABIC},
		{"putin", "بوتين", SCRIPT_ARABIC},
		{"omar", "عمر", SCRIPT_ARABIC},
		{"uthman", "عثمان", SCRIPT_ARABIC},
		{"gamal", "جمال", SCRIPT_ARABIC},
		{"churchill", "تشرشل", SCRIPT_ARABIC},
		{"vivaldi", "فيفالدي", SCRIPT_ARABIC},
		{"parviz", "پرویز", SCRIPT_ARABIC},
		{"tchaikovsky", "чайковский", SCRIPT_CYRILLIC},
		{"yeltsin", "ельцин", SCRIPT_CYRILLIC},
		{"shakespeare", "шекспир", SCRIPT_CYRILLIC},
		{"heine", "гейне", SCRIPT_CYRILLIC},
		{"tesla", "тесла", SCRIPT_CYRILLIC},
		{"djordje", "ђорђе", SCRIPT_CYRILLIC},
		{"venizelos", "βενιζέλος", SCRIPT_GREEK},
		{"socrates", "σωκράτης", SCRIPT_GREEK},
		{"ben-gurion", "בןגוריון", SCRIPT_HEBREW},
		{"golda", "גולדה", SCRIPT_HEBREW},
		{"yitzhak", "יצחק", SCRIPT_HEBREW},
		{"napoleon", "拿破仑", SCRIPT_HAN},
		{"churchill", "丘吉尔", SCRIPT_HAN},
		{"marx", "马克思", SCRIPT_HAN},
		{"vivaldi", "ヴィヴァルディ", SCRIPT_KANA},
		{"galileo", "ガリレオ", SCRIPT_KANA},
		{"shakespeare", "シェイクスピア", SCRIPT_KANA},
		{"beethoven", "ベートーヴェン", SCRIPT_KANA},
		{"park", "박", SCRIPT_HANGUL},
		{"napoleon", "나폴레옹", SCRIPT_HANGUL},
		{"vivaldi", "비발디", SCRIPT_HANGUL},
		{"gandhi", "गांधी", SCRIPT_DEVANAGARI},
		{"mohandas", "मोहनदास", SCRIPT_DEVANAGARI},
		{"somchai", "สมชาย", SCRIPT_THAI},
	};
	size_t wrong = 0;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		double similarity = alike(pairs[i].latin, SCRIPT_LATIN, pairs[i].other, pairs[i].script);
		if (similarity < 0.6) {
			print_error("%s %s %.3f\n", pairs[i].latin, pairs[i].other, similarity);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void arabic_names_keep_their_consonants_apart(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{"ishaq", "إسحاق"},  {"faiz", "فيض"},    {"yahya", "يحيى"},         {"yahya", "يحيي"}, {"essa", "عیسی"},
		{"hakim", "الحاكم"}, {"ayman", "أيمن"},  {"motassadeq", "المتصدق"}, {"ayed", "عايد"},  {"reza", "رضا"},
		{"ullah", "الله"},   {"haddad", "حداد"}, {"suhail", "سهيل"},        {"sami", "سامي"},  {"hadi", "هادي"},
	};
	size_t wrong = 0;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		double similarity = alike(pairs[i].a, SCRIPT_LATIN, pairs[i].b, SCRIPT_ARABIC);
		if (similarity < 0.7) {
			print_error("%s %s %.3f\n", pairs[i].a, pairs[i].b, similarity);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
	assert_true(alike("salim", SCRIPT_LATIN, "كريم", SCRIPT_ARABIC) < 0.6);
	assert_true(alike("hamid", SCRIPT_LATIN, "سعيد", SCRIPT_ARABIC) < 0.6);
}

static uint32_t random_state;

static uint32_t random_next(void)
{
	random_state = random_state * 1664525u + 1013904223u;
	return random_state >> 8;
}

static void a_sound_is_like_itself_and_similarity_is_symmetric(void **state)
{
	(void)state;
	random_state = 7;
	for (int round = 0; round < 20000; round++) {
		char letters[2][32];
		struct sound sounds[2];
		size_t lengths[2];
		enum script scripts[2];
		for (int k = 0; k < 2; k++) {
			lengths[k] = random_next() % 32;
			scripts[k] = (enum script)(random_next() % SCRIPT_COUNT);
			for (size_t i = 0; i < lengths[k]; i++) {
				letters[k][i] = "abcdefghijklmnopqrstuvwxyzaeiouhs0"[random_next() % 34];
			}
			sound_read(letters[k], lengths[k], scripts[k], &sounds[k]);
			assert_true(sounds[k].length <= SOUND_MAX);
			double same = sound_similarity(&sounds[k], scripts[k], &sounds[k], scripts[k]);
			assert_true(sounds[k].length == 0 ? same == 0 : same == 1);
		}
		double there = sound_similarity(&sounds[0], scripts[0], &sounds[1], scripts[1]);
		double back = sound_similarity(&sounds[1], scripts[1], &sounds[0], scripts[0]);
		assert_true(there == back && there >= 0 && there <= 1);
	}
}

static void phones_after_the_length_are_zero(void **state)
{
	(void)state;
	struct sound sound;
	memset(&sound, 0xAA, sizeof sound);
	sound_read("abc", 3, SCRIPT_LATIN, &sound);
	for (size_t i = sound.length; i < SOUND_MAX; i++) {
		assert_int_equal(sound.phones[i], 0);
	}
}

static void foreign_bytes_in_a_stored_sound_do_no_harm(void **state)
{
	(void)state;
	struct sound bad, good = sound_of("abc", SCRIPT_LATIN);
	memset(&bad, 0xFF, sizeof bad);
	uint32_t keys[SOUND_KEYS_MAX];
	(void)sound_similarity(&bad, SCRIPT_NONE, &good, SCRIPT_LATIN);
	assert_true(sound_keys(&bad, keys) >= 1);
}

static void every_word_has_keys_without_duplicates(void **state)
{
	(void)state;
	static const char *const words[] = {
		"", "a", "eau", "li", "ma", "omar", "schtscherbakow", "jjjjjjjjjjjj", "chchchchch"};
	for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
		struct sound sound;
		uint32_t keys[SOUND_KEYS_MAX];
		sound_read(words[w], strlen(words[w]), SCRIPT_LATIN, &sound);
		size_t count = sound_keys(&sound, keys);
		assert_true(count >= 1 && count <= SOUND_KEYS_MAX);
		for (size_t i = 0; i < count; i++) {
			for (size_t j = 0; j < i; j++) {
				assert_int_not_equal(keys[i], keys[j]);
			}
		}
	}
}

static bool meet(const struct sound *a, const struct sound *b)
{
	uint32_t keys_a[SOUND_KEYS_MAX], keys_b[SOUND_KEYS_MAX];
	size_t na = sound_keys(a, keys_a), nb = sound_keys(b, keys_b);
	for (size_t i = 0; i < na; i++) {
		for (size_t j = 0; j < nb; j++) {
			if (keys_a[i] == keys_b[j]) {
				return true;
			}
		}
	}
	return false;
}

static void spellings_of_one_name_share_a_key(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{"muhammad", "mohamed"},         {"yusuf", "youssef"},
		{"schmidt", "schmitt"},          {"muller", "mueller"},
		{"tchaikovsky", "tschaikowsky"}, {"hussein", "husain"},
		{"jovanovic", "yovanovich"},     {"omar", "umar"},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct sound a = sound_of(pairs[i].a, SCRIPT_LATIN), b = sound_of(pairs[i].b, SCRIPT_LATIN);
		if (!meet(&a, &b)) {
			fail_msg("%s and %s share no key", pairs[i].a, pairs[i].b);
		}
	}
}

#define SAMPLE 4000 /* pairs looked at in one file */

struct sample {
	struct sound latin, other;
};

/* Reads "latin TAB letters with spaces TAB count". */
static size_t sample_read(FILE *file, enum script script, struct sample *samples)
{
	char line[1024], joined[512];
	size_t count = 0;
	while (count < SAMPLE && fgets(line, sizeof line, file) != NULL) {
		char *tab = strchr(line, '\t'), *end = tab == NULL ? NULL : strchr(tab + 1, '\t');
		size_t used = 0;
		if (end == NULL) {
			continue;
		}
		for (const char *c = tab + 1; c < end && used + 1 < sizeof joined; c++) {
			if (*c != ' ') {
				joined[used++] = *c;
			}
		}
		joined[used] = 0;
		*tab = 0;
		samples[count].latin = sound_of(line, SCRIPT_LATIN);
		samples[count++].other = sound_of(joined, script);
	}
	return count;
}

/* The share of true pairs above the threshold that 1 % of as many false pairs pass, over the first SAMPLE lines of each
 * file; all lines: bench/translit. */
static void names_are_known_across_scripts_as_often_as_promised(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		enum script script;
		double recall, lost;
	} languages[] = {
		{"arabic", SCRIPT_ARABIC, 0.95, 0.02}, {"russian", SCRIPT_CYRILLIC, 0.95, 0.02},
		{"hebrew", SCRIPT_HEBREW, 0.95, 0.02}, {"katakana", SCRIPT_KANA, 0.95, 0.05},
		{"chinese", SCRIPT_HAN, 0.90, 0.07},   {"korean", SCRIPT_HANGUL, 0.80, 0.04},
	};
	static struct sample samples[SAMPLE];
	static unsigned above[1001], above_false[1001]; /* by thousandths of similarity */
	for (size_t l = 0; l < sizeof languages / sizeof *languages; l++) {
		char path[1024];
		const char *shared = getenv("JISR_SHARED");
		(void)snprintf(path, sizeof path, "%s/data/name-transliterations/wd_%s_80.tsv",
		               shared == NULL ? "" : shared, languages[l].file);
		FILE *file = shared == NULL ? NULL : fopen(path, "re");
		if (file == NULL) {
			print_message("no transliterated names in $JISR_SHARED: skipped\n");
			skip();
		}
		size_t count = sample_read(file, languages[l].script, samples), near = 0, lost = 0;
		(void)fclose(file);
		memset(above, 0, sizeof above);
		memset(above_false, 0, sizeof above_false);
		for (size_t i = 0; i < count; i++) {
			const struct sound *wrong = &samples[(i + 1) % count].other;
			double right = sound_similarity(&samples[i].latin, SCRIPT_LATIN, &samples[i].other,
			                                languages[l].script);
			above[(size_t)(right * 1000)]++;
			above_false[(
				size_t)(sound_similarity(&samples[i].latin, SCRIPT_LATIN, wrong, languages[l].script) *
			                1000)]++;
			near += right >= 0.7;
			lost += right >= 0.7 && !meet(&samples[i].latin, &samples[i].other);
		}
		size_t passed = 0, found = 0;
		for (size_t at = 1001; at-- > 0 && passed + above_false[at] <= count / 100;) {
			passed += above_false[at];
			found += above[at];
		}
		double recall = (double)found / (double)count, share = (double)lost / (double)near;
		print_message("%s: recall %.3f, keys lost %.4f\n", languages[l].file, recall, share);
		assert_true(recall >= languages[l].recall);
		assert_true(share <= languages[l].lost);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(latin_spellings_of_one_name_sound_alike),
		cmocka_unit_test(different_names_do_not),
		cmocka_unit_test(a_name_is_known_in_other_scripts),
		cmocka_unit_test(arabic_names_keep_their_consonants_apart),
		cmocka_unit_test(a_sound_is_like_itself_and_similarity_is_symmetric),
		cmocka_unit_test(phones_after_the_length_are_zero),
		cmocka_unit_test(foreign_bytes_in_a_stored_sound_do_no_harm),
		cmocka_unit_test(every_word_has_keys_without_duplicates),
		cmocka_unit_test(spellings_of_one_name_share_a_key),
		cmocka_unit_test(names_are_known_across_scripts_as_often_as_promised),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
