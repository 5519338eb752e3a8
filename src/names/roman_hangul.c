/* Hangul by syllable, after the Revised Romanization of 2000 letter by letter (without assimilation between syllables,
 * which names do not follow): initial g, n, d, r, m, b, s, -, j, ch, k, t, p, h; final k, n, t, l, m, p, ng. */
#include "names/roman_rules.h"

static const char *const initials[19] = {"g",  "kk", "n", "d",  "tt", "r", "m", "b", "pp", "s",
                                         "ss", "",   "j", "jj", "ch", "k", "t", "p", "h"};

static const char *const vowels[21] = {"a",  "ae", "ya", "yae", "eo", "e",  "yeo", "ye", "o",  "wa", "wae",
                                       "oe", "yo", "u",  "wo",  "we", "wi", "yu",  "eu", "ui", "i"};

static const char *const finals[28] = {"",  "k", "k", "k", "n", "n", "n", "t",  "l", "k", "m", "l", "l", "l",
                                       "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"};

void roman_hangul(const uint32_t *codes, size_t count, struct roman *roman)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t code = codes[i];
		if (code >= 0xAC00 && code <= 0xD7A3) {
			uint32_t index = code - 0xAC00;
			const char *initial = initials[index / 588];
			if (index / 588 == 5 && roman_last(roman) == 'l') {
				initial = "l"; // ㄹㄹ is ll
			}
			roman_put(roman, initial);
			roman_put(roman, vowels[index / 28 % 21]);
			roman_put(roman, finals[index % 28]);
		} else if (code >= '0' && code <= '9') {
			roman_put(roman, (char[2]){(char)code, 0});
		}
	}
}
