#include "names/script.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

enum script script_of(uint32_t code_point)
{
	if (code_point < 0x80) {
		uint32_t lower = code_point | 0x20;
		return lower >= 'a' && lower <= 'z' ? SCRIPT_LATIN : SCRIPT_NONE;
	}
	if (code_point > 0x10FFFF) {
		return SCRIPT_NONE;
	}
	switch (code_point) {
	case 0x00AA: // feminine ordinal: a letter to Unicode, a mark of numbers to names
	case 0x00BA: return SCRIPT_NONE;
	case 0x0640: return SCRIPT_ARABIC; // tatweel lengthens a word, it does not end it
	case 0x30FC:                       // long vowel mark, shared by hiragana and katakana
	case 0xFF70: return SCRIPT_KANA;
	case 0x3005: // repeats the character before it
	case 0x3007: return SCRIPT_HAN;
	default: break;
	}
	if (!(U_GET_GC_MASK((UChar32)code_point) & (U_GC_L_MASK | U_GC_M_MASK))) {
		return SCRIPT_NONE;
	}
	UErrorCode error = U_ZERO_ERROR;
	UScriptCode code = uscript_getScript((UChar32)code_point, &error);
	if (U_FAILURE(error)) {
		return SCRIPT_NONE;
	}
	switch (code) {
	case USCRIPT_LATIN: return SCRIPT_LATIN;
	case USCRIPT_ARABIC: return SCRIPT_ARABIC;
	case USCRIPT_CYRILLIC: return SCRIPT_CYRILLIC;
	case USCRIPT_GREEK: return SCRIPT_GREEK;
	case USCRIPT_HEBREW: return SCRIPT_HEBREW;
	case USCRIPT_HAN: return SCRIPT_HAN;
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA: return SCRIPT_KANA;
	case USCRIPT_HANGUL: return SCRIPT_HANGUL;
	case USCRIPT_DEVANAGARI: return SCRIPT_DEVANAGARI;
	case USCRIPT_THAI: return SCRIPT_THAI;
	case USCRIPT_COMMON:
	case USCRIPT_INHERITED:
	case USCRIPT_UNKNOWN: return SCRIPT_NONE; // marks and modifiers of every script
	default: return SCRIPT_OTHER;
	}
}

const char *script_name(enum script script)
{
	static const char *const names[SCRIPT_COUNT] = {
		[SCRIPT_OTHER] = "another script",  [SCRIPT_LATIN] = "Latin",   [SCRIPT_ARABIC] = "Arabic",
		[SCRIPT_CYRILLIC] = "Cyrillic",     [SCRIPT_GREEK] = "Greek",   [SCRIPT_HEBREW] = "Hebrew",
		[SCRIPT_HAN] = "Chinese",           [SCRIPT_KANA] = "Japanese", [SCRIPT_HANGUL] = "Korean",
		[SCRIPT_DEVANAGARI] = "Devanagari", [SCRIPT_THAI] = "Thai",
	};
	return (unsigned)script < SCRIPT_COUNT ? names[script] : "no script";
}
