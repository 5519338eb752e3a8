/* Thai, after the Royal Thai General System of 1999: initial and final consonants differ (จ ch, final t), vowels that
 * are written before their consonant are spoken after it (เ แ โ ใ ไ), a consonant under the silencing mark is left out.
 * Syllables are not marked in Thai: a consonant closes one when no vowel follows it, and two consonants without any
 * vowel have an o between them (สม som). Tones and vowel length are not written. */
#include "names/roman_rules.h"

/* ก (U+0E01) to ฮ (U+0E2E): at the start of a syllable. */
static const char *const opening[0x0E2F - 0x0E01] = {
	"k",  "kh", "kh", "kh",  "kh", "kh",  "ng", "ch", "ch", "ch", "s", "ch", "y", "d",  "t", "th",
	"th", "th", "n",  "d",   "t",  "th",  "th", "th", "n",  "b",  "p", "ph", "f", "ph", "f", "ph",
	"m",  "y",  "r",  "rue", "l",  "lue", "w",  "s",  "s",  "s",  "h", "l",  "",  "h",
};

/* The same at the end of a syllable. */
static const char *const closing[0x0E2F - 0x0E01] = {
	"k", "k", "k", "k",   "k", "k",   "ng", "t", "t", "t", "t", "t", "n", "t", "t", "t",
	"t", "t", "n", "t",   "t", "t",   "t",  "t", "n", "p", "p", "p", "p", "p", "p", "p",
	"m", "i", "n", "rue", "n", "lue", "o",  "t", "t", "t", "",  "n", "",  "",
};

static bool is_consonant(uint32_t code)
{
	return code >= 0x0E01 && code <= 0x0E2E;
}

/* Vowels written after, above or below their consonant. */
static const char *vowel(uint32_t code)
{
	switch (code) {
	case 0x0E30: // ะ
	case 0x0E31: // ั
	case 0x0E32: return "a";
	case 0x0E33: return "am";
	case 0x0E34:
	case 0x0E35: return "i";
	case 0x0E36:
	case 0x0E37: return "ue";
	case 0x0E38:
	case 0x0E39: return "u";
	default: return NULL;
	}
}

static const char *leading(uint32_t code)
{
	switch (code) {
	case 0x0E40: return "e";
	case 0x0E41: return "ae";
	case 0x0E42: return "o";
	case 0x0E43:
	case 0x0E44: return "ai";
	default: return NULL;
	}
}

void roman_thai(const uint32_t *codes, size_t count, struct roman *roman)
{
	// tone marks out; a silenced consonant out
	uint32_t letters[ROMAN_CODES_MAX];
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		if (codes[i] == 0x0E4C) {
			if (n > 0 && !is_consonant(letters[n - 1])) {
				n--; // the silenced consonant bore a vowel sign too
			}
			n -= n > 0;
		} else if (codes[i] < 0x0E47 || codes[i] > 0x0E4E) {
			letters[n++] = codes[i];
		}
	}
	const char *waiting = NULL; // a vowel written before the consonant that it follows in speech
	bool open = false;          // a consonant stands without its vowel
	for (size_t i = 0; i < n; i++) {
		uint32_t code = letters[i];
		uint32_t next = i + 1 < n ? letters[i + 1] : 0;
		if (is_consonant(code)) {
			bool vowel_next = vowel(next) != NULL;
			if (waiting != NULL) {
				roman_put(roman, opening[code - 0x0E01]);
				bool cluster = (next == 0x0E23 || next == 0x0E25) && i + 2 < n; // กร กล พร ...
				if (cluster) {
					roman_put(roman, opening[next - 0x0E01]);
					i++;
				}
				roman_put(roman, waiting);
				waiting = NULL;
				open = false;
			} else if (code == 0x0E2D && !vowel_next && roman->length > 0) {
				roman_put(roman, "o"); // อ after a consonant is the vowel
				open = false;
			} else if (vowel_next) {
				if (open) {
					roman_put(roman, "a"); // a syllable of one consonant has a short a
				}
				roman_put(roman, opening[code - 0x0E01]);
				open = false;
			} else if (open) {
				roman_put(roman, "o");
				roman_put(roman, closing[code - 0x0E01]);
				open = false;
			} else {
				char last = roman_last(roman);
				bool after_vowel =
					last == 'a' || last == 'e' || last == 'i' || last == 'o' || last == 'u';
				bool spoken = !(last == 'i' && code == 0x0E22); // the y of ไทย thai is not
				roman_put(roman, !after_vowel ? opening[code - 0x0E01]
				                 : spoken     ? closing[code - 0x0E01]
				                              : "");
				open = !after_vowel;
			}
		} else if (vowel(code) != NULL) {
			roman_put(roman, vowel(code));
			open = false;
		} else if (leading(code) != NULL) {
			if (open) {
				roman_put(roman, "a");
				open = false;
			}
			waiting = leading(code);
		} else if (code >= 0x0E50 && code <= 0x0E59) {
			roman_put(roman, (char[2]){(char)('0' + (code - 0x0E50)), 0});
		} else if (code >= '0' && code <= '9') {
			roman_put(roman, (char[2]){(char)code, 0});
		}
	}
}
