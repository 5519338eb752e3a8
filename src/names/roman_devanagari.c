/* Devanagari, for Hindi, Nepali and Marathi names: the Hunterian system, which Indian passports follow. A consonant
 * carries the vowel a unless a vowel sign or the virama follows; the a at the end of a word is not spoken and not
 * written (राम Ram). */
#include "names/roman_rules.h"

/* क (U+0915) to ह (U+0939) */
static const char *const consonants[0x093A - 0x0915] = {
	"k", "kh", "g", "gh", "n", "ch", "chh", "j", "jh", "n", "t", "th", "d", "dh", "n",  "t",  "th", "d", "dh",
	"n", "n",  "p", "ph", "b", "bh", "m",   "y", "r",  "r", "l", "l",  "l", "v",  "sh", "sh", "s",  "h",
};

/* With a dot below: क़ख़ग़ज़ड़ढ़फ़य़ (U+0958 to U+095F). */
static const char *const dotted[8] = {"q", "kh", "gh", "z", "r", "rh", "f", "y"};

static const char *with_dot(uint32_t code)
{
	switch (code) {
	case 0x0915: return "q";
	case 0x0916: return "kh";
	case 0x0917: return "gh";
	case 0x091C: return "z";
	case 0x0921: return "r";
	case 0x0922: return "rh";
	case 0x092B: return "f";
	default: return NULL;
	}
}

/* अ (U+0904) to औ (U+0914) */
static const char *vowel(uint32_t code)
{
	static const char *const vowels[0x0915 - 0x0904] = {"a", "a", "a", "i",  "i", "u", "u", "ri", "l",
	                                                    "e", "e", "e", "ai", "o", "o", "o", "au"};
	return code >= 0x0904 && code <= 0x0914 ? vowels[code - 0x0904] : NULL;
}

/* ा (U+093E) to ौ (U+094C) */
static const char *sign(uint32_t code)
{
	static const char *const signs[0x094D - 0x093E] = {"a", "i", "i",  "u", "u", "ri", "ri", "e",
	                                                   "e", "e", "ai", "o", "o", "o",  "au"};
	return code >= 0x093E && code <= 0x094C ? signs[code - 0x093E] : NULL;
}

void roman_devanagari(const uint32_t *codes, size_t count, struct roman *roman)
{
	bool pending = false; // a consonant whose vowel has not been seen
	for (size_t i = 0; i < count; i++) {
		uint32_t code = codes[i];
		const char *text = NULL;
		bool consonant = true;
		if (code >= 0x0915 && code <= 0x0939) {
			text = consonants[code - 0x0915];
			if (i + 1 < count && codes[i + 1] == 0x093C) {
				const char *other = with_dot(code);
				text = other != NULL ? other : text;
				i++;
			}
		} else if (code >= 0x0958 && code <= 0x095F) {
			text = dotted[code - 0x0958];
		} else {
			consonant = false;
			text = sign(code);
			if (text != NULL || code == 0x094D) { // a sign, or the virama, takes the place of the a
				pending = false;
			} else if ((text = vowel(code)) == NULL) {
				if (code == 0x0901 || code == 0x0902) {
					text = "n"; // nasal signs
				} else if (code >= 0x0966 && code <= 0x096F) {
					roman_put(roman, (char[2]){(char)('0' + (code - 0x0966)), 0});
				} else if (code >= '0' && code <= '9') {
					roman_put(roman, (char[2]){(char)code, 0});
				}
			}
		}
		if (text == NULL) {
			continue;
		}
		if (pending) {
			roman_put(roman, "a");
			pending = false;
		}
		roman_put(roman, text);
		pending = consonant;
	}
	if (pending && roman->length <= 2) {
		roman_put(roman, "a"); // a word of one consonant keeps it
	}
}
