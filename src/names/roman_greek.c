/* Greek, as Greek passports write it (ELOT 743, ISO 843 type 2): η i, χ ch, αυ av or af, μπ b at the ends of a word and
 * mp inside. Accents and breathings are left out. */
#include "names/roman_rules.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

/* α to ω, with both sigmas */
static const char *const letters[25] = {
	"a", "v", "g", "d", "e", "z", "i", "th", "i", "k",  "l",  "m", "n",
	"x", "o", "p", "r", "s", "s", "t", "y",  "f", "ch", "ps", "o",
};

enum {
	ALPHA = 0x3B1,
	GAMMA = 0x3B3,
	EPSILON = 0x3B5,
	ETA = 0x3B7,
	KAPPA = 0x3BA,
	MU = 0x3BC,
	NU = 0x3BD,
	XI = 0x3BE,
	OMICRON = 0x3BF,
	PI = 0x3C0,
	TAU = 0x3C4,
	UPSILON = 0x3C5,
	CHI = 0x3C7,
	OMEGA = 0x3C9
};

/* A letter without its accents; 0 when it is none. *ret_dialytika is set where two dots part it from its neighbour. */
static uint32_t bare(uint32_t code, bool *ret_dialytika)
{
	*ret_dialytika = code == 0x3CA || code == 0x3CB || code == 0x390 || code == 0x3B0;
	if (code >= ALPHA && code <= OMEGA) {
		return code;
	}
	switch (code) {
	case 0x3AC: return ALPHA;
	case 0x3AD: return EPSILON;
	case 0x3AE: return ETA;
	case 0x3AF:
	case 0x3CA:
	case 0x390: return 0x3B9;
	case 0x3CC: return OMICRON;
	case 0x3CD:
	case 0x3CB:
	case 0x3B0: return UPSILON;
	case 0x3CE: return OMEGA;
	default: break;
	}
	if ((code >= 0x386 && code <= 0x3AB) || (code >= 0x1F00 && code <= 0x1FFF)) { // capitals and the old accents
		UErrorCode error = U_ZERO_ERROR;
		const UNormalizer2 *decomposer = unorm2_getNFDInstance(&error);
		UChar parts[8];
		int32_t n = U_FAILURE(error) ? 0 : unorm2_getDecomposition(decomposer, (UChar32)code, parts, 8, &error);
		UChar32 base = U_SUCCESS(error) && n > 0 && n <= 8 ? parts[0] : (UChar32)code;
		base = u_tolower(base);
		return base >= ALPHA && base <= OMEGA ? (uint32_t)base : 0;
	}
	return 0;
}

/* Before vowels and voiced consonants αυ, ευ and ηυ are av, ev, iv; before the voiceless and at the end af, ef, if. */
static bool voiced(uint32_t code)
{
	switch (code) {
	case 0:
	case 0x3B8: // θ
	case KAPPA:
	case XI:
	case PI:
	case 0x3C2: // ς
	case 0x3C3: // σ
	case TAU:
	case 0x3C6: // φ
	case CHI:
	case 0x3C8: return false; // ψ
	default: return true;
	}
}

void roman_greek(const uint32_t *codes, size_t count, struct roman *roman)
{
	for (size_t i = 0; i < count; i++) {
		bool dots, next_dots = false, third_dots;
		uint32_t code = bare(codes[i], &dots);
		uint32_t next = i + 1 < count ? bare(codes[i + 1], &next_dots) : 0;
		uint32_t third = i + 2 < count ? bare(codes[i + 2], &third_dots) : 0;
		bool edge = i == 0 || i + 2 >= count;
		if (code == 0) {
			int32_t digit = u_charDigitValue((UChar32)codes[i]);
			if (digit >= 0) {
				roman_put(roman, (char[2]){(char)('0' + digit), 0});
			}
			continue;
		}
		if (next == UPSILON && !next_dots && (code == ALPHA || code == EPSILON || code == ETA)) {
			roman_put(roman, letters[code - ALPHA]);
			roman_put(roman, voiced(third) ? "v" : "f");
			i++;
		} else if (code == OMICRON && next == UPSILON && !next_dots) {
			roman_put(roman, "ou");
			i++;
		} else if (code == MU && next == PI) {
			roman_put(roman, edge ? "b" : "mp");
			i++;
		} else if (code == NU && next == TAU && i == 0) {
			roman_put(roman, "nt");
			i++;
		} else if (code == GAMMA && (next == GAMMA || next == XI || next == CHI)) {
			roman_put(roman, "n"); // γγ ng, γξ nx, γχ nch
		} else {
			roman_put(roman, letters[code - ALPHA]);
		}
	}
}
