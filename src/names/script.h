/* Which writing system a character belongs to, as far as names need it. */
#ifndef JISR_NAMES_SCRIPT_H
#define JISR_NAMES_SCRIPT_H

#include <stdint.h>

/* Stored in snapshots: never renumber, only append before SCRIPT_COUNT. */
enum script {
	SCRIPT_OTHER = 0, /* a letter of a script not named below (Armenian, Georgian, Khmer, Bengali, ...): ICU
	                     romanises it */
	SCRIPT_LATIN = 1,
	SCRIPT_ARABIC = 2, /* also Persian, Urdu, Pashto, Kurdish letters */
	SCRIPT_CYRILLIC = 3,
	SCRIPT_GREEK = 4,
	SCRIPT_HEBREW = 5,
	SCRIPT_HAN = 6,
	SCRIPT_KANA = 7, /* hiragana and katakana */
	SCRIPT_HANGUL = 8,
	SCRIPT_DEVANAGARI = 9,
	SCRIPT_THAI = 10,
	SCRIPT_COUNT = 11,
	SCRIPT_NONE = 255, /* not a letter: digit, mark, punctuation, space */
};

/* The script of one code point. Vowel signs and points that belong to one script (Devanagari, Thai, Hebrew) count as
 * its letters, since they stand inside words; marks shared by several scripts are SCRIPT_NONE. */
enum script script_of(uint32_t code_point);

/* "Latin", "Arabic", ...: for explanations. */
const char *script_name(enum script script);

#endif
