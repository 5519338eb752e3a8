/* A word of any script in plain Latin letters.
 *
 * The result is made for comparing, not for reading aloud: lower-case a-z and 0-9 only. Where a script writes no short
 * vowels (Arabic, Hebrew) none are invented; names/sound.h knows that they are missing. Rules of our own for Arabic,
 * Hebrew, Cyrillic, Greek, kana, Hangul, Devanagari and Thai; ICU for Han (pinyin) and every other script. Rules and
 * where each comes from: roman_<script>.c. */
#ifndef JISR_NAMES_ROMAN_H
#define JISR_NAMES_ROMAN_H

#include "base/error.h"
#include "names/script.h"

#include <stddef.h>

/* Longest romanised word, bytes without the closing 0. A longer one is cut (it still compares by its start). */
#define ROMAN_MAX 63

struct roman {
	unsigned char length;
	char latin[ROMAN_MAX + 1]; /* [a-z0-9]*, then 0 */
};

/* Romanises one word: well-formed UTF-8, already NFKC-folded (lower case, compatibility forms resolved) and without
 * spaces or punctuation, of one script (SCRIPT_LATIN strips accents and spells out ß, æ, ø, ł, þ, ð, ı ...).
 * JISR_NO_MEMORY when ICU cannot open a transliterator. Thread-safe; keeps one transliterator a thread. */
int roman_word(const char *utf8, size_t length, enum script script, struct roman *ret_roman);

#endif
