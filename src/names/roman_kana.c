/* Hiragana and katakana, as Japanese passports write them: Hepburn, long vowels short (Ono, not Ohno), n before every
 * consonant. A small vowel or y-sign replaces the vowel before it (ファ fa, ティ ti, シャ sha, ヴァ va); a small tsu
 * doubles the consonant that follows; the long mark says nothing. */
#include "names/roman_rules.h"

/* ぁ (U+3041) to ゖ (U+3096); katakana stand 0x60 further. */
static const char *const syllables[0x3097 - 0x3041] = {
	"a",  "a",  "i",  "i",  "u",   "u",  "e",  "e",  "o",  "o",  "ka", "ga", "ki", "gi", "ku",  "gu", "ke", "ge",
	"ko", "go", "sa", "za", "shi", "ji", "su", "zu", "se", "ze", "so", "zo", "ta", "da", "chi", "ji", "",   "tsu",
	"zu", "te", "de", "to", "do",  "na", "ni", "nu", "ne", "no", "ha", "ba", "pa", "hi", "bi",  "pi", "fu", "bu",
	"pu", "he", "be", "pe", "ho",  "bo", "po", "ma", "mi", "mu", "me", "mo", "ya", "ya", "yu",  "yu", "yo", "yo",
	"ra", "ri", "ru", "re", "ro",  "wa", "wa", "i",  "e",  "o",  "n",  "vu", "ka", "ke",
};

/* The sign's vowel when it is one of the small ones that lean on the syllable before; 0 otherwise. */
static const char *small(uint32_t code)
{
	switch (code) {
	case 0x3041: return "a";
	case 0x3043: return "i";
	case 0x3045: return "u";
	case 0x3047: return "e";
	case 0x3049: return "o";
	case 0x3083: return "ya";
	case 0x3085: return "yu";
	case 0x3087: return "yo";
	case 0x308E: return "wa";
	default: return NULL;
	}
}

static bool is_vowel(char letter)
{
	return letter == 'a' || letter == 'e' || letter == 'i' || letter == 'o' || letter == 'u';
}

/* Leans a small sign on what was written: ki + ya = kya, shi + ya = sha, fu + a = fa, te + i = ti, u + i = wi. */
static void lean(const char *sign, struct roman *roman)
{
	size_t n = roman->length;
	if (n == 0 || !is_vowel(roman->latin[n - 1])) {
		roman_put(roman, sign);
		return;
	}
	char vowel = roman->latin[n - 1];
	char before = n >= 2 ? roman->latin[n - 2] : 0;
	bool palatal = before == 'j' ||
	               (before == 'h' && n >= 3 && (roman->latin[n - 3] == 's' || roman->latin[n - 3] == 'c'));
	if (sign[0] == 'y') {
		if (vowel == 'i' || vowel == 'e' || vowel == 'u') { // きゃ kya, デュ dyu, フュ fyu
			roman->length--;
			roman_put(roman, palatal ? sign + 1 : sign);
		} else {
			roman_put(roman, sign);
		}
	} else if (before == 0 || is_vowel(before)) {
		if (vowel == 'u' && sign[0] != 'u') { // ウィ wi
			roman->length--;
			roman_put(roman, "w");
		} else if (vowel == 'i' && sign[0] == 'e') { // イェ ye
			roman->length--;
			roman_put(roman, "y");
		} else if (vowel == sign[0]) {
			return; // a drawn-out vowel
		}
		roman_put(roman, sign);
	} else if (vowel == 'u' && (before == 'k' || before == 'g')) { // クァ kwa
		roman->length--;
		roman_put(roman, sign[0] == 'w' ? "" : "w");
		roman_put(roman, sign);
	} else if (vowel == sign[0]) {
		return;
	} else {
		roman->length--; // ファ fa, ティ ti, トゥ tu, シェ she
		roman_put(roman, sign);
	}
}

void roman_kana(const uint32_t *codes, size_t count, struct roman *roman)
{
	bool doubled = false;
	for (size_t i = 0; i < count; i++) {
		uint32_t code = codes[i];
		const char *extra = NULL;
		if (code >= 0x30F7 && code <= 0x30FA) { // ヷ ヸ ヹ ヺ
			static const char *const v[4] = {"va", "vi", "ve", "vo"};
			extra = v[code - 0x30F7];
		} else if (code >= 0x30A1 && code <= 0x30F6) {
			code -= 0x60;
		} else if ((code == 0x309D || code == 0x309E || code == 0x30FD || code == 0x30FE) && i > 0) {
			code = codes[i - 1] >= 0x30A1 ? codes[i - 1] - 0x60 : codes[i - 1]; // ゝ repeats
		}
		if (code == 0x3063) {
			doubled = true;
			continue;
		}
		if (code >= '0' && code <= '9') {
			roman_put(roman, (char[2]){(char)code, 0});
			continue;
		}
		if (extra == NULL && (code < 0x3041 || code > 0x3096)) {
			continue;
		}
		const char *sign = extra == NULL ? small(code) : NULL;
		if (sign != NULL) {
			lean(sign, roman);
			doubled = false;
			continue;
		}
		const char *syllable = extra != NULL ? extra : syllables[code - 0x3041];
		if (doubled && !is_vowel(syllable[0])) {
			roman_put(roman, syllable[0] == 'c' ? "t" : (char[2]){syllable[0], 0}); // ッチ tchi
		}
		doubled = false;
		roman_put(roman, syllable);
	}
}
