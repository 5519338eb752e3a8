/* Romanising: Latin here, other scripts in their own files, Han and the rest by ICU.
 *
 * Opening an ICU transliterator takes 40 ms (Any-Latin, ICU 72), so a thread opens each of the two when it first meets
 * such a word and keeps it until the thread ends. Scripts with rules of their own never touch it. */
#include "names/roman.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "names/roman_rules.h"

#include <pthread.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

/* UTF-16 units that a transliteration of ROMAN_CODES_MAX code points may take; a pinyin syllable has at most 6 and a
 * space. */
#define UNITS_MAX 1024

/* Characters whose pinyin a thread remembers: ICU takes 5 us for one, names use a few thousand. A power of 2. */
#define READINGS 4096

/* The pinyin of one character, from Han-Latin, which looks at one character at a time. */
struct han_reading {
	uint32_t code;  /* 0: none remembered */
	char latin[12]; /* 0-terminated */
};

/* The transliterators of one thread. */
struct engines {
	UTransliterator *han; /* NULL until first needed */
	UTransliterator *any; /* NULL until first needed */
	struct han_reading readings[READINGS];
};

static pthread_key_t engines_key;
static pthread_once_t engines_once = PTHREAD_ONCE_INIT;
static int engines_key_error;
static const UNormalizer2 *decomposer; /* ICU's own, never freed */

static void engines_free(void *pointer)
{
	struct engines *engines = pointer;
	if (engines == NULL) {
		return;
	}
	if (engines->han != NULL) {
		utrans_close(engines->han);
	}
	if (engines->any != NULL) {
		utrans_close(engines->any);
	}
	memory_free(engines);
}

static void engines_prepare(void)
{
	UErrorCode error = U_ZERO_ERROR;
	decomposer = unorm2_getNFDInstance(&error);
	if (U_FAILURE(error)) {
		decomposer = NULL;
	}
	engines_key_error = pthread_key_create(&engines_key, engines_free);
}

static UTransliterator *engine_open(const char *id)
{
	UChar name[64];
	UErrorCode error = U_ZERO_ERROR;
	u_uastrncpy(name, id, 64);
	UTransliterator *engine = utrans_openU(name, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
	return U_FAILURE(error) ? NULL : engine;
}

/* What the thread keeps, made when needed; NULL when that fails. */
static struct engines *engines_get(void)
{
	if (engines_key_error != 0) {
		return NULL;
	}
	struct engines *engines = pthread_getspecific(engines_key);
	if (engines == NULL) {
		engines = memory_zero(1, sizeof *engines);
		if (engines == NULL) {
			return NULL;
		}
		if (pthread_setspecific(engines_key, engines) != 0) {
			memory_free(engines);
			return NULL;
		}
	}
	return engines;
}

/* The transliterator for a script, opened when needed; NULL when that fails. */
static UTransliterator *engine_for(struct engines *engines, enum script script)
{
	UTransliterator **engine = script == SCRIPT_HAN ? &engines->han : &engines->any;
	if (*engine == NULL) {
		*engine = engine_open(script == SCRIPT_HAN ? "Han-Latin" : "Any-Latin; Latin-ASCII");
	}
	return *engine;
}

/* Decodes at most ROMAN_CODES_MAX code points, invalid bytes left out; returns how many. */
static size_t roman_decode(const char *utf8, size_t length, uint32_t codes[ROMAN_CODES_MAX])
{
	const char *cursor = utf8;
	const char *end = utf8 + length;
	size_t count = 0;
	while (cursor < end && count < ROMAN_CODES_MAX) {
		uint32_t code = utf8_next(&cursor, end);
		if (code != UTF8_INVALID) {
			codes[count++] = code;
		}
	}
	return count;
}

/* Latin letters that have no decomposition, spelt as ICAO 9303 part 3 (transliteration of national characters) spells
 * them, or, where it does not name them, as their base letter; umlauts lose their dots (names/sound.h takes the
 * alternatives ue, oe, ae for equal). */
static const char *latin_special(uint32_t code)
{
	switch (code) {
	case 0x00DF: return "ss"; // ß
	case 0x1E9E: return "ss"; // ẞ
	case 0x00C6:
	case 0x00E6: return "ae"; // æ
	case 0x0152:
	case 0x0153: return "oe"; // œ
	case 0x00D8:
	case 0x00F8: return "o"; // ø: ICAO has OE, sounds equal
	case 0x00D0:
	case 0x00F0: return "d"; // ð
	case 0x00DE:
	case 0x00FE: return "th"; // þ
	case 0x0110:
	case 0x0111:
	case 0x0256:
	case 0x0257: return "d"; // đ ɖ ɗ
	case 0x0126:
	case 0x0127: return "h"; // ħ
	case 0x0131: return "i"; // ı
	case 0x0132:
	case 0x0133: return "ij"; // ĳ
	case 0x0138: return "k";  // ĸ
	case 0x0141:
	case 0x0142:
	case 0x019A: return "l"; // ł ƚ
	case 0x0149: return "n"; // ŉ
	case 0x014A:
	case 0x014B: return "ng"; // ŋ
	case 0x0166:
	case 0x0167: return "t"; // ŧ
	case 0x017F: return "s"; // long s
	case 0x0180:
	case 0x0253: return "b"; // ƀ ɓ
	case 0x0188: return "c"; // ƈ
	case 0x018F:
	case 0x0259:
	case 0x01DD: return "a"; // ə: Azerbaijani passports, Əliyev = Aliyev
	case 0x0192: return "f"; // ƒ
	case 0x0199: return "k"; // ƙ
	case 0x019E:
	case 0x0272: return "n"; // ƞ ɲ
	case 0x01B4: return "y"; // ƴ
	case 0x01B6: return "z"; // ƶ
	case 0x01E5: return "g"; // ǥ
	case 0x021D: return "g"; // ȝ
	case 0x0190:
	case 0x025B: return "e"; // ɛ
	case 0x0186:
	case 0x0254: return "o"; // ɔ
	case 0x0268: return "i"; // ɨ
	case 0x0289: return "u"; // ʉ
	case 0x024D: return "r"; // ɍ
	case 0x01BF: return "w"; // ƿ
	default: return NULL;
	}
}

/* Appends one code point of Latin text: a letter, an accented letter without its accents, or a digit of any script. */
static void latin_put(uint32_t code, struct roman *roman)
{
	if (roman->length >= ROMAN_MAX) {
		return;
	}
	if (code < 0x80) {
		uint32_t lower = code >= 'A' && code <= 'Z' ? code | 0x20 : code;
		if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) {
			roman->latin[roman->length++] = (char)lower;
		}
		return;
	}
	const char *special = latin_special(code);
	if (special != NULL) {
		roman_put(roman, special);
		return;
	}
	int32_t digit = u_charDigitValue((UChar32)code);
	if (digit >= 0) {
		roman->latin[roman->length++] = (char)('0' + digit);
		return;
	}
	if (decomposer == NULL) {
		return;
	}
	UChar parts[8];
	UErrorCode error = U_ZERO_ERROR;
	int32_t count = unorm2_getDecomposition(decomposer, (UChar32)code, parts, 8, &error);
	if (U_FAILURE(error) || count <= 0 || count > 8) {
		return;
	}
	for (int32_t i = 0; i < count; i++) {
		if (parts[i] < 0x80) {
			latin_put(parts[i], roman);
		} else if (parts[i] != code && latin_special(parts[i]) != NULL) {
			roman_put(roman, latin_special(parts[i])); // ǿ = ø and an acute
		}
	}
}

static int roman_icu(struct engines *engines, const uint32_t *codes, size_t count, enum script script,
                     struct roman *roman)
{
	UTransliterator *engine = engine_for(engines, script);
	if (engine == NULL) {
		return JISR_NO_MEMORY;
	}
	UChar units[UNITS_MAX];
	int32_t length = 0;
	for (size_t i = 0; i < count; i++) {
		U16_APPEND_UNSAFE(units, length, codes[i]);
	}
	int32_t limit = length;
	UErrorCode error = U_ZERO_ERROR;
	utrans_transUChars(engine, units, &length, UNITS_MAX, 0, &limit, &error);
	if (error == U_MEMORY_ALLOCATION_ERROR) {
		return JISR_NO_MEMORY;
	}
	if (U_FAILURE(error)) {
		return 0; // longer than any word: nothing of it compares
	}
	for (int32_t i = 0; i < length;) {
		UChar32 code;
		U16_NEXT(units, i, length, code);
		latin_put((uint32_t)code, roman);
	}
	return 0;
}

static int roman_han(struct engines *engines, const uint32_t *codes, size_t count, struct roman *roman)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t code = codes[i] == 0x3005 && i > 0 ? codes[i - 1] : codes[i]; // 々 repeats
		struct han_reading *reading = &engines->readings[code & (READINGS - 1)];
		if (reading->code != code || code == 0) {
			struct roman one = {.length = 0};
			int error = roman_icu(engines, &code, 1, SCRIPT_HAN, &one);
			if (error != 0) {
				return error;
			}
			if (one.length >= sizeof reading->latin) {
				one.length = sizeof reading->latin - 1;
			}
			reading->code = code;
			memcpy(reading->latin, one.latin, one.length);
			reading->latin[one.length] = 0;
		}
		roman_put(roman, reading->latin);
	}
	return 0;
}

int roman_word(const char *utf8, size_t length, enum script script, struct roman *ret_roman)
{
	pthread_once(&engines_once, engines_prepare);
	uint32_t codes[ROMAN_CODES_MAX];
	size_t count = roman_decode(utf8, length, codes);
	struct roman roman;
	roman.length = 0;
	int error = 0;
	switch (script) {
	case SCRIPT_LATIN:
	case SCRIPT_NONE:
	case SCRIPT_COUNT:
		for (size_t i = 0; i < count; i++) {
			latin_put(codes[i], &roman);
		}
		break;
	case SCRIPT_ARABIC: roman_arabic(codes, count, &roman); break;
	case SCRIPT_CYRILLIC: roman_cyrillic(codes, count, &roman); break;
	case SCRIPT_GREEK: roman_greek(codes, count, &roman); break;
	case SCRIPT_HEBREW: roman_hebrew(codes, count, &roman); break;
	case SCRIPT_KANA: roman_kana(codes, count, &roman); break;
	case SCRIPT_HANGUL: roman_hangul(codes, count, &roman); break;
	case SCRIPT_DEVANAGARI: roman_devanagari(codes, count, &roman); break;
	case SCRIPT_THAI: roman_thai(codes, count, &roman); break;
	case SCRIPT_HAN:
	case SCRIPT_OTHER: {
		struct engines *engines = engines_get();
		error = engines == NULL        ? JISR_NO_MEMORY
		        : script == SCRIPT_HAN ? roman_han(engines, codes, count, &roman)
		                               : roman_icu(engines, codes, count, script, &roman);
		break;
	}
	}
	if (error != 0) {
		return error;
	}
	memset(roman.latin + roman.length, 0, sizeof roman.latin - roman.length);
	*ret_roman = roman;
	return 0;
}
