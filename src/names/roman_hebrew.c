/* Hebrew and Yiddish letters.
 *
 * After the rules of the Academy of the Hebrew Language of 2006 (simple form): het is h, tsadi ts, qof k. Points are
 * left out. Vav is v at the start of a word and when doubled, o elsewhere; yod is y at the start and i elsewhere; a heh
 * at the end is the vowel a. A geresh after a letter makes the foreign sounds j, zh, ch, th. */
#include "names/roman_rules.h"

static bool is_geresh(uint32_t code)
{
	return code == 0x05F3 || code == '\'' || code == 0x2019 || code == 0x02BC || code == 0x02B9 || code == 0x2032;
}

static const char *letter(uint32_t code, bool geresh, bool first, bool last)
{
	switch (code) {
	case 0x05D0: return "a"; // א
	case 0x05D1: return "b"; // ב
	case 0x05D2: return geresh ? "j" : "g";
	case 0x05D3: return geresh ? "dh" : "d";
	case 0x05D4: return last && !first ? "a" : NULL; // ה
	case 0x05D5: return geresh ? "w" : first ? "v" : "o";
	case 0x05D6: return geresh ? "zh" : "z";
	case 0x05D7: return geresh ? "kh" : NULL; // ח
	case 0x05D8: return "t";
	case 0x05D9: return first ? "y" : "i";
	case 0x05DA: // ך
	case 0x05DB: return geresh ? "kh" : "k";
	case 0x05DC: return "l";
	case 0x05DD:
	case 0x05DE: return "m";
	case 0x05DF:
	case 0x05E0: return "n";
	case 0x05E1: return "s";
	case 0x05E2: return "a"; // ע
	case 0x05E3: return "f"; // ף at the end is always f
	case 0x05E4: return "p";
	case 0x05E5:
	case 0x05E6: return geresh ? "ch" : "ts";
	case 0x05E7: return "k";
	case 0x05E8: return geresh ? "gh" : "r";
	case 0x05E9: return "sh";
	case 0x05EA: return geresh ? "th" : "t";
	case 0x05F0: return "v";  // װ
	case 0x05F1: return "oy"; // ױ
	case 0x05F2: return "ay"; // ײ
	default: return "";
	}
}

void roman_hebrew(const uint32_t *codes, size_t count, struct roman *roman)
{
	uint32_t letters[ROMAN_CODES_MAX];
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		if ((codes[i] >= 0x05D0 && codes[i] <= 0x05EA) || (codes[i] >= 0x05F0 && codes[i] <= 0x05F2) ||
		    is_geresh(codes[i]) || (codes[i] >= '0' && codes[i] <= '9')) {
			letters[n++] = codes[i];
		}
	}
	bool first = true;
	for (size_t i = 0; i < n; i++) {
		uint32_t code = letters[i];
		if (is_geresh(code)) {
			continue;
		}
		if (code < 0x80) {
			roman_put(roman, (char[2]){(char)code, 0});
			continue;
		}
		bool geresh = i + 1 < n && is_geresh(letters[i + 1]);
		if (code == 0x05D5 && i + 1 < n && letters[i + 1] == 0x05D5) {
			roman_put(roman, "v"); // וו is the consonant
			i++;
		} else if (code == 0x05D9 && i + 1 < n && letters[i + 1] == 0x05D9) {
			roman_put(roman, first ? "yi" : "ay"); // יי
			i++;
		} else {
			const char *text = letter(code, geresh, first, i + 1 == n);
			if (text == NULL) {
				roman_put_h(roman);
			} else {
				roman_put(roman, text);
			}
		}
		first = false;
	}
}
