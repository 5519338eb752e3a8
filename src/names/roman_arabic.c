/* Arabic letters, also those of Persian, Urdu, Pashto, Kurdish, Uyghur, Sindhi and Malay.
 *
 * Consonants as in the BGN/PCGN 1956 system without dots (sad and sin are both s). Short vowels are not written, and
 * the points that may write them are left out, so that a pointed and an unpointed spelling give the same letters. Waw
 * and yeh stand for a consonant at the start of a word and beside an alef, for a long vowel elsewhere. */
#include "names/roman_rules.h"

#include <unicode/uchar.h>

/* The letters that always read the same; NULL for waw, yeh, heh and what is not a letter. */
static const char *letter(uint32_t code)
{
	switch (code) {
	case 0x0627: // ا
	case 0x0623: // أ
	case 0x0622: // آ
	case 0x0671: // ٱ
	case 0x0649: // ى: the a of Musa, Layla
	case 0x0629: // ة: the feminine ending, heard as a
	case 0x06C3: // ۃ
	case 0x0639: // ع: no Latin letter; its vowel is mostly a
		return "a";
	case 0x0625: // إ: hamza below is always i
	case 0x0626: // ئ
		return "i";
	case 0x0621: // ء alone has no sound that Latin writes
		return "";
	case 0x0628: return "b";
	case 0x067B: // ٻ Sindhi
	case 0x0680: return "b";
	case 0x062A:
	case 0x0637: // ط
	case 0x0679: // ٹ Urdu
	case 0x067C: // ټ Pashto
	case 0x067D:
	case 0x067A:
	case 0x067F: return "t";
	case 0x062B: return "th";
	case 0x062C: // ج
	case 0x0683:
	case 0x0684: return "j";
	case 0x062E: return "kh";
	case 0x062F:
	case 0x0688: // ڈ
	case 0x0689: // ډ
	case 0x068A:
	case 0x068C:
	case 0x068D:
	case 0x068F: return "d";
	case 0x0630:              // ذ
	case 0x0636: return "dh"; // ض: d, dh or, in Persian and Urdu, z (Ramadan, Riyadh, Faiz), as dh may be too
	case 0x0631:
	case 0x0691: // ڑ
	case 0x0693: // ړ
	case 0x0695: // ڕ
	case 0x0699: return "r";
	case 0x0632:
	case 0x0638: return "z"; // ظ
	case 0x0633:
	case 0x0635: return "s"; // ص
	case 0x0634:
	case 0x069A: return "sh"; // ښ: sh in the south, kh in the north
	case 0x063A: return "gh";
	case 0x0641: return "f";
	case 0x0642: return "q";
	case 0x0643:
	case 0x06A9: // ک
	case 0x06AA: return "k";
	case 0x0644:
	case 0x06B5: return "l";
	case 0x0645: return "m";
	case 0x0646:
	case 0x06BA: // ں
	case 0x06BC: // ڼ
	case 0x06BB: return "n";
	case 0x067E: return "p";
	case 0x06A6: return "p";
	case 0x0686: // چ
	case 0x0687: return "ch";
	case 0x0698: return "zh"; // ژ
	case 0x06AF:              // گ
	case 0x06AB:              // ګ
	case 0x06AC:
	case 0x0762:
	case 0x06B3:
	case 0x0696: return "g"; // ږ: zh in the south, g in the north
	case 0x06A0:             // ڠ
	case 0x06AD:             // ڭ
	case 0x06B1: return "ng";
	case 0x06BD: return "ny"; // ڽ
	case 0x06A4:              // ڤ
	case 0x06CB:              // ۋ
	case 0x06CF: return "v";
	case 0x0681: return "z";  // ځ: dz, heard and written z by most
	case 0x0685: return "ts"; // څ
	case 0x06D2:              // ے
	case 0x06D3:
	case 0x06D0:              // ې
	case 0x06CE:              // ێ
	case 0x06D5: return "e";  // ە
	case 0x06CD: return "ay"; // ۍ
	case 0x06C6: return "o";  // ۆ
	case 0x06C7:              // ۇ
	case 0x06C8:
	case 0x06C9: return "u";
	default: return NULL;
	}
}

static bool is_heh(uint32_t code)
{
	return code == 0x0647 || code == 0x062D || code == 0x06BE || code == 0x06C1 || code == 0x06C0 || code == 0x06C2;
}

static bool is_waw(uint32_t code)
{
	return code == 0x0648 || code == 0x0624;
}

static bool is_yeh(uint32_t code)
{
	return code == 0x064A || code == 0x06CC;
}

/* Alef in any form, or a vowel letter of Kurdish and Urdu: beside it waw and yeh are consonants. */
static bool is_full_vowel(uint32_t code)
{
	return code == 0x0627 || code == 0x0622 || code == 0x0623 || code == 0x0649 || code == 0x0629 ||
	       code == 0x06D5 || code == 0x06CE || code == 0x06C6;
}

void roman_arabic(const uint32_t *codes, size_t count, struct roman *roman)
{
	// points, tatweel and hamza marks that were kept apart say nothing: out, so that neighbours are letters
	uint32_t letters[ROMAN_CODES_MAX];
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		bool mark = (codes[i] >= 0x064B && codes[i] <= 0x065F) || codes[i] == 0x0670 || codes[i] == 0x0640 ||
		            (codes[i] >= 0x06D6 && codes[i] <= 0x06ED && codes[i] != 0x06D5) || codes[i] == 0x200C ||
		            codes[i] == 0x200D;
		if (!mark) {
			letters[n++] = codes[i];
		}
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t code = letters[i];
		bool beside = i == 0 || is_full_vowel(letters[i - 1]) || (i + 1 < n && is_full_vowel(letters[i + 1]));
		if (is_waw(code)) {
			bool before_glide = i + 1 < n && (is_waw(letters[i + 1]) || is_yeh(letters[i + 1]));
			roman_put(roman, beside || before_glide ? "w" : "u");
		} else if (is_yeh(code)) {
			bool before_glide = i + 1 < n && (is_waw(letters[i + 1]) || is_yeh(letters[i + 1]));
			roman_put(roman, beside || before_glide ? "y" : "i");
		} else if (is_heh(code)) {
			roman_put_h(roman);
		} else {
			const char *text = letter(code);
			int32_t digit = text == NULL ? u_charDigitValue((UChar32)code) : -1;
			if (text != NULL) {
				roman_put(roman, text);
			} else if (digit >= 0) {
				roman_put(roman, (char[2]){(char)('0' + digit), 0});
			}
		}
	}
}
