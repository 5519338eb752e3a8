/* Cyrillic letters of Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Macedonian, Mongolian and the Turkic, Iranian
 * and Caucasian languages of the former Soviet Union.
 *
 * As Russian passports were written by the English tradition (BGN/PCGN without apostrophes): zh, kh, ts, ch, sh, shch,
 * yu, ya. The signs ь and ъ are left out. е is e everywhere: Yeltsin and Eltsin meet in names/sound.h. Letters that
 * several languages read differently (г, и, щ) are read as in Russian; sound.c keeps the other readings cheap. */
#include "names/roman_rules.h"

#include <unicode/uchar.h>

/* а to я */
static const char *const basic[32] = {
	"a", "b", "v", "g", "d", "e",  "zh", "z",  "i",  "y",    "k", "l", "m", "n", "o",  "p",
	"r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "",  "y", "",  "e", "yu", "ya",
};

static const char *further(uint32_t code)
{
	switch (code) {
	case 0x0451: return "yo";  // ё
	case 0x0450: return "e";   // ѐ
	case 0x0452: return "dj";  // ђ
	case 0x0453: return "gj";  // ѓ
	case 0x0454: return "ye";  // є
	case 0x0455: return "dz";  // ѕ
	case 0x0456: return "i";   // і
	case 0x0457: return "yi";  // ї
	case 0x0458: return "j";   // ј
	case 0x0459: return "lj";  // љ
	case 0x045A: return "nj";  // њ
	case 0x045B: return "c";   // ћ
	case 0x045C: return "kj";  // ќ
	case 0x045D: return "i";   // ѝ
	case 0x045E: return "u";   // ў
	case 0x045F: return "dzh"; // џ
	case 0x0463: return "e";   // ѣ
	case 0x0473: return "f";   // ѳ
	case 0x0475: return "i";   // ѵ
	case 0x0491: return "g";   // ґ
	case 0x0493: return "gh";  // ғ
	case 0x0495: return "gh";  // ҕ
	case 0x0497: return "j";   // җ
	case 0x0499: return "z";   // ҙ
	case 0x049B: return "q";   // қ
	case 0x049D:
	case 0x049F:
	case 0x04A1: return "q";
	case 0x04A3:
	case 0x04A5: return "ng"; // ң
	case 0x04A9: return "o";
	case 0x04AB: return "s"; // ҫ
	case 0x04AD: return "t";
	case 0x04AF:             // ү
	case 0x04B1: return "u"; // ұ
	case 0x04B3: return "h"; // ҳ
	case 0x04B5: return "ts";
	case 0x04B7: return "j"; // ҷ
	case 0x04B9: return "j"; // ҹ
	case 0x04BB: return "h"; // һ
	case 0x04C0:
	case 0x04CF: return ""; // palochka: a throat sound that Latin does not write
	case 0x04D1:
	case 0x04D3: return "a";
	case 0x04D5: return "ae"; // ӕ
	case 0x04D7: return "e";
	case 0x04D9:
	case 0x04DB: return "a"; // ә
	case 0x04DD: return "zh";
	case 0x04DF: return "z";
	case 0x04E3:
	case 0x04E5: return "i"; // ӣ
	case 0x04E7:
	case 0x04E9:
	case 0x04EB: return "o"; // ө
	case 0x04EF:
	case 0x04F1:
	case 0x04F3: return "u"; // ӯ
	case 0x04F5: return "ch";
	case 0x04F9: return "y";
	default: return NULL;
	}
}

void roman_cyrillic(const uint32_t *codes, size_t count, struct roman *roman)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t code = codes[i];
		if (code >= 0x0400 && code <= 0x040F) {
			code += 0x50;
		} else if (code >= 0x0410 && code <= 0x042F) {
			code += 0x20;
		} else if (code >= 0x0460 && code <= 0x0481 && code % 2 == 0) {
			code += 1;
		} else if (code >= 0x048A && code <= 0x04FF && code != 0x04C0 && code % 2 == 0) {
			code += 1;
		}
		const char *text = code >= 0x0430 && code <= 0x044F ? basic[code - 0x0430] : further(code);
		int32_t digit = text == NULL ? u_charDigitValue((UChar32)code) : -1;
		if (text != NULL) {
			roman_put(roman, text);
		} else if (digit >= 0) {
			roman_put(roman, (char[2]){(char)('0' + digit), 0});
		}
	}
}
