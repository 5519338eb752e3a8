/* Which letters sound like what, script by script. The letters are those that roman_word writes for the script. */
#include "names/sound_phones.h"

#define _     (PHONE_NONE)
#define p_(x) PLAIN(x)

/* Latin. The language of a word is not known, so a spelling that languages read differently becomes one mixed phone
 * (X_...), whose readings sound.c lists, rather than a guess. */
static const struct sound_rule latin[] = {
	{"aa", ANYWHERE, {p_(A)}},
	{"au", ANYWHERE, {p_(A), p_(U) | WEAK}},
	{"bh", ANYWHERE, {p_(B)}},  // Indian aspirates
	{"cch", ANYWHERE, {p_(K)}}, // Italian Zucchi
	{"cc", BEFORE_FRONT, {X_CE}},
	{"chs", ANYWHERE, {X_CH, p_(S)}},
	{"cz", ANYWHERE, {p_(CH)}}, // Polish
	{"cs", AT_START, {p_(CH)}}, // Hungarian
	{"ch", ANYWHERE, {X_CH}},
	{"ck", ANYWHERE, {p_(K)}},
	{"cq", ANYWHERE, {p_(K)}},
	{"c", BEFORE_FRONT, {X_CE}},
	{"c", AT_END, {X_CEND}},
	{"c", ANYWHERE, {X_C}},
	{"dsch", ANYWHERE, {p_(J)}},
	{"dzh", ANYWHERE, {p_(J)}},
	{"dj", ANYWHERE, {p_(J)}},
	{"dh", ANYWHERE, {p_(DH)}},
	{"dz", ANYWHERE, {p_(D) | WEAK, p_(Z)}},
	{"dt", ANYWHERE, {p_(T)}},     // Schmidt
	{"dg", BEFORE_FRONT, {p_(J)}}, // Edgerton
	{"eaux", AT_END, {p_(O)}},
	{"eau", ANYWHERE, {p_(O)}},
	{"ee", ANYWHERE, {X_EE}},
	{"ea", ANYWHERE, {p_(E), p_(A) | WEAK}},
	{"eu", ANYWHERE, {p_(E), p_(U) | WEAK}},
	{"e", AT_END, {p_(E) | WEAK}},    // silent in French and English
	{"gh", NOT_VOWEL, {X_GH | WEAK}}, // English silent gh
	{"gh", ANYWHERE, {X_GH}},
	{"gn", ANYWHERE, {p_(G) | WEAK, p_(N)}},     // Romance ny
	{"gu", BEFORE_FRONT, {p_(G), p_(U) | WEAK}}, // Romance hard g
	{"gj", ANYWHERE, {X_GE}},
	{"g", BEFORE_FRONT, {X_GE}},
	{"h", AFTER_CONS, {p_(H) | WEAK}},
	{"h", AT_END, {p_(H) | WEAK}},
	{"h", NOT_VOWEL, {p_(H) | WEAK}}, // German long vowel
	{"ie", ANYWHERE, {p_(I), p_(E) | WEAK}},
	{"ii", ANYWHERE, {p_(I)}},
	{"i", AFTER_VOWEL, {p_(I) | WEAK}},
	{"j", ANYWHERE, {X_J}},
	{"kh", ANYWHERE, {X_KH}},
	{"kn", AT_START, {p_(K) | WEAK, p_(N)}}, // English silent k
	{"lh", ANYWHERE, {X_LL}},
	{"ll", ANYWHERE, {X_LL}},
	{"mb", AT_END, {p_(M), p_(B) | WEAK}},
	{"mc", AT_START, {p_(M), p_(A) | WEAK, p_(K)}},
	{"ng", ANYWHERE, {p_(N), p_(G) | WEAK}},
	{"nh", ANYWHERE, {p_(N), p_(Y) | WEAK}}, // Portuguese, Vietnamese
	{"oo", ANYWHERE, {X_OU}},
	{"ou", ANYWHERE, {X_OU}},
	{"oe", ANYWHERE, {p_(O), p_(E) | WEAK}},
	{"ow", NOT_VOWEL, {p_(O), X_W | WEAK}},
	{"ph", ANYWHERE, {p_(F)}},
	{"pf", ANYWHERE, {p_(P) | WEAK, p_(F)}},
	{"qu", BEFORE_VOWEL, {p_(K), p_(W) | WEAK}},
	{"q", ANYWHERE, {X_Q}},
	{"rh", ANYWHERE, {p_(R)}},
	{"rz", ANYWHERE, {p_(R) | WEAK, X_ZH}}, // Polish
	{"sch", ANYWHERE, {p_(SH)}},
	{"shch", ANYWHERE, {p_(SH), p_(CH) | WEAK}},
	{"sc", BEFORE_FRONT, {X_SZ}},
	{"sh", ANYWHERE, {p_(SH)}},
	{"ssh", ANYWHERE, {p_(SH)}},
	{"ss", ANYWHERE, {p_(S)}},
	{"sz", ANYWHERE, {X_SZ}},
	{"sj", ANYWHERE, {p_(SH)}},
	{"s", AT_END, {X_S}},
	{"s", ANYWHERE, {X_S}},
	{"tsch", ANYWHERE, {p_(CH)}},
	{"tch", ANYWHERE, {p_(CH)}},
	{"tz", ANYWHERE, {p_(TS)}},
	{"ts", ANYWHERE, {p_(TS)}},
	{"th", ANYWHERE, {X_TH}},
	{"ue", ANYWHERE, {p_(U), p_(E) | WEAK}},
	{"uu", ANYWHERE, {p_(U)}},
	{"u", AFTER_VOWEL, {p_(U) | WEAK}},
	{"v", ANYWHERE, {X_V}},
	{"wh", ANYWHERE, {X_W}},
	{"wr", AT_START, {p_(R)}},
	{"w", ANYWHERE, {X_W}},
	{"x", AT_START, {X_X}},
	{"xx", ANYWHERE, {p_(K), p_(S)}},
	{"x", ANYWHERE, {p_(K), p_(S)}},
	{"y", BEFORE_VOWEL, {p_(Y)}},
	{"y", AFTER_VOWEL, {p_(I) | WEAK}},
	{"y", ANYWHERE, {p_(I)}},
	{"zh", ANYWHERE, {X_ZH}},
	{"z", ANYWHERE, {X_Z}},
	{"", 0, {_}},
};

/* Arabic: no p, v, g of its own; waw and yeh are consonant or vowel; t + sh and d + j write foreign ch and j. */
static const struct sound_rule arabic[] = {
	{"al",
         AT_START | NOT_VOWEL,
         {A_OPEN | WEAK, p_(L) | WEAK}},        // the article, which Latin spellings often leave out
	{"ai", AT_START, {A_OPEN | WEAK, A_Y}}, // ayn or alef bears the long vowel: Isa, Iran, Osama, Uways
	{"ay", AT_START, {A_OPEN | WEAK, A_Y}},
	{"au", AT_START, {A_OPEN | WEAK, A_W}},
	{"aw", AT_START, {A_OPEN | WEAK, A_W}},
	{"aa", AT_START, {A_OPEN}},                               // ayn and alef
	{"allh", ANYWHERE, {A_OPEN | WEAK, p_(L), p_(H) | WEAK}}, // Allah: -ullah, -allah, -illah
	{"a", AT_START, {A_OPEN}},
	{"a", ANYWHERE, {A_A}},
	{"b", ANYWHERE, {A_B}},
	{"ch", ANYWHERE, {p_(CH)}},
	{"dh", ANYWHERE, {A_DH}},
	{"dj", ANYWHERE, {p_(J)}},
	{"eh", AFTER_CONS, {p_(H)}}, // roman_put_h
	{"f", ANYWHERE, {A_F}},
	{"gh", ANYWHERE, {A_GH}},
	{"h", ANYWHERE, {p_(H)}},
	{"i", AT_END, {A_YEND}},
	{"i", AT_START, {p_(I)}}, // hamza below alef
	{"i", ANYWHERE, {A_Y}},
	{"j", ANYWHERE, {A_J}},
	{"kh", ANYWHERE, {p_(KH)}},
	{"k", ANYWHERE, {S_KG}},
	{"q", ANYWHERE, {A_Q}},
	{"sh", ANYWHERE, {A_SH}},
	{"s", ANYWHERE, {A_S}},
	{"tsh", ANYWHERE, {p_(CH)}},
	{"ts", ANYWHERE, {p_(T) | WEAK, A_S}}, // a foreign ts, or t and s with a vowel between
	{"tz", ANYWHERE, {p_(T) | WEAK, A_Z}},
	{"th", ANYWHERE, {A_TH}},
	{"u", ANYWHERE, {A_W}},
	{"w", ANYWHERE, {A_W}},
	{"y", ANYWHERE, {A_Y}},
	{"zh", ANYWHERE, {p_(ZH)}},
	{"z", ANYWHERE, {A_Z}},
	{"", 0, {_}},
};

/* Hebrew: b/v, p/f and k/kh are one letter each; alef and ayn carry any vowel. */
static const struct sound_rule hebrew[] = {
	{"a", AT_START, {A_OPEN}},  {"a", ANYWHERE, {A_A}},     {"b", ANYWHERE, {S_BV}},
	{"ch", ANYWHERE, {p_(CH)}}, {"dh", ANYWHERE, {p_(DH)}}, {"eh", AFTER_CONS, {S_KHH}}, // roman_put_h
	{"g", ANYWHERE, {H_G}},     {"h", ANYWHERE, {S_KHH}},   {"i", ANYWHERE, {A_Y}},
	{"j", ANYWHERE, {p_(J)}},   {"kh", ANYWHERE, {p_(KH)}}, {"k", ANYWHERE, {H_K}},
	{"o", ANYWHERE, {A_W}},     {"p", ANYWHERE, {S_PF}},    {"sh", ANYWHERE, {H_SH}},
	{"s", ANYWHERE, {A_S}},     {"ts", ANYWHERE, {H_TS}},   {"th", ANYWHERE, {p_(TH)}},
	{"t", ANYWHERE, {S_TTH}},   {"v", ANYWHERE, {A_W}},     {"y", ANYWHERE, {A_Y}},
	{"zh", ANYWHERE, {p_(ZH)}}, {"z", ANYWHERE, {H_Z}},     {"", 0, {_}},
};

/* Cyrillic: foreign h is г or х, foreign th is т or ф, German s is з; я, ю, е after a consonant only soften it. */
static const struct sound_rule cyrillic[] = {
	{"c", ANYWHERE, {C_C}},
	{"ch", ANYWHERE, {p_(CH)}},
	{"dzh", ANYWHERE, {p_(J)}},
	{"dj", ANYWHERE, {p_(J)}},
	{"dz", ANYWHERE, {p_(D) | WEAK, C_Z}},
	{"e", ANYWHERE, {p_(E)}},
	{"f", ANYWHERE, {C_F}},
	{"gh", ANYWHERE, {p_(GH)}},
	{"gj", ANYWHERE, {p_(G), p_(Y) | WEAK}},
	{"g", ANYWHERE, {C_G}},
	{"h", ANYWHERE, {S_KHH}},
	{"i", AFTER_VOWEL, {p_(I) | WEAK}},
	{"j", ANYWHERE, {p_(Y)}},
	{"kh", ANYWHERE, {S_KHH}},
	{"kj", ANYWHERE, {p_(K), p_(Y) | WEAK}},
	{"lj", ANYWHERE, {p_(L), p_(Y) | WEAK}},
	{"nj", ANYWHERE, {p_(N), p_(Y) | WEAK}},
	{"q", ANYWHERE, {X_Q}},
	{"shch", ANYWHERE, {p_(SH), p_(CH) | WEAK}},
	{"sh", ANYWHERE, {p_(SH)}},
	{"s", ANYWHERE, {C_S}},
	{"ts", ANYWHERE, {C_TS}},
	{"t", ANYWHERE, {S_TTH}},
	{"u", AFTER_VOWEL, {p_(U) | WEAK}},
	{"v", ANYWHERE, {X_V}},
	{"yu", AFTER_CONS, {p_(Y) | WEAK, p_(U)}},
	{"ya", AFTER_CONS, {p_(Y) | WEAK, p_(A)}},
	{"yo", AFTER_CONS, {p_(Y) | WEAK, p_(O)}},
	{"y", BEFORE_VOWEL, {p_(Y)}},
	{"y", AFTER_VOWEL, {p_(I) | WEAK}},
	{"y", ANYWHERE, {p_(I)}},
	{"zh", ANYWHERE, {C_ZH}},
	{"z", ANYWHERE, {C_Z}},
	{"", 0, {_}},
};

/* Greek: b, d, g became v, dh, gh or y; their old values live on in ancient names. */
static const struct sound_rule greek[] = {
	{"ai", ANYWHERE, {p_(E)}},
	{"ch", ANYWHERE, {G_CH}},
	{"d", ANYWHERE, {G_D}},
	{"ei", ANYWHERE, {p_(I)}},
	{"gk", ANYWHERE, {p_(G)}},
	{"g", ANYWHERE, {G_G}},
	{"mp", ANYWHERE, {p_(M) | WEAK, p_(B)}},
	{"nt", ANYWHERE, {p_(N) | WEAK, p_(D)}},
	{"oi", ANYWHERE, {p_(I)}},
	{"ou", ANYWHERE, {p_(U)}},
	{"s", ANYWHERE, {C_S}},
	{"th", ANYWHERE, {X_TH}},
	{"v", ANYWHERE, {G_V}},
	{"y", ANYWHERE, {p_(I)}},
	{"", 0, {_}},
};

/* Pinyin of characters that spell a foreign name: one syllable a consonant, so that e, i, u after a consonant are often
 * fillers (te-lang-pu); b, d, g are also p, t, k; there is no v, th, r at the end. */
static const struct sound_rule han[] = {
	{"ai", ANYWHERE, {p_(A), p_(I) | WEAK}},
	{"ao", ANYWHERE, {p_(A) | WEAK, p_(O)}}, // 奥 for o and au
	{"b", ANYWHERE, {Z_B}},
	{"chi", NOT_VOWEL, {Z_CH, p_(I) | WEAK}},
	{"ch", ANYWHERE, {Z_CH}},
	{"ci", NOT_VOWEL, {Z_C, p_(I) | WEAK}},
	{"c", ANYWHERE, {Z_C}},
	{"d", ANYWHERE, {Z_D}},
	{"er", NOT_VOWEL, {S_LR}},
	{"ei", ANYWHERE, {p_(E), p_(I) | WEAK}},
	{"e", AFTER_CONS, {p_(E) | WEAK}},
	{"f", ANYWHERE, {Z_F}},
	{"g", ANYWHERE, {S_GK}},
	{"hu", BEFORE_VOWEL, {Z_H, p_(W) | WEAK}}, // hua, hui: wa, wi
	{"h", ANYWHERE, {Z_H}},
	{"ia", ANYWHERE, {p_(I) | WEAK, p_(A)}},
	{"iao", ANYWHERE, {p_(I) | WEAK, p_(A), p_(O) | WEAK}},
	{"iu", ANYWHERE, {p_(I) | WEAK, p_(U)}},
	{"ie", ANYWHERE, {p_(I) | WEAK, p_(E)}},
	{"j", ANYWHERE, {Z_J}},
	{"k", ANYWHERE, {Z_K}},
	{"l", ANYWHERE, {S_LR}},
	{"ng", NOT_VOWEL, {Z_N}},
	{"n", NOT_VOWEL, {Z_N}},
	{"ou", ANYWHERE, {p_(O), p_(U) | WEAK}},
	{"p", ANYWHERE, {Z_P}},
	{"q", ANYWHERE, {Z_Q}},
	{"r", ANYWHERE, {Z_R}},
	{"shi", NOT_VOWEL, {Z_SH, p_(I) | WEAK}},
	{"sh", ANYWHERE, {Z_SH}},
	{"si", NOT_VOWEL, {Z_S, p_(I) | WEAK}},
	{"s", ANYWHERE, {Z_S}},
	{"t", ANYWHERE, {Z_T}},
	{"ua", ANYWHERE, {p_(U) | WEAK, p_(A)}},
	{"ui", ANYWHERE, {p_(U) | WEAK, p_(I)}},
	{"uo", ANYWHERE, {p_(O)}},
	{"u", AFTER_LABIAL, {p_(U) | WEAK}},
	{"wu", ANYWHERE, {p_(U)}},
	{"w", ANYWHERE, {Z_W}},
	{"x", ANYWHERE, {Z_X}},
	{"yi", ANYWHERE, {p_(I)}},
	{"yu", ANYWHERE, {p_(Y) | WEAK, p_(U)}},
	{"y", ANYWHERE, {p_(Y)}},
	{"zhi", NOT_VOWEL, {Z_ZH, p_(I) | WEAK}},
	{"zh", ANYWHERE, {Z_ZH}},
	{"zi", NOT_VOWEL, {Z_Z, p_(I) | WEAK}},
	{"z", ANYWHERE, {Z_Z}},
	{"", 0, {_}},
};

/* Kana: one sign for l and r; b for v; u or o after a foreign consonant, i after ch, j, k fill. */
static const struct sound_rule kana[] = {
	{"a", ANYWHERE, {J_A}},
	{"b", ANYWHERE, {S_BV}},
	{"chi", ANYWHERE, {J_CH, p_(I) | WEAK}},
	{"ch", ANYWHERE, {J_CH}},
	{"f", ANYWHERE, {J_FU}},
	{"h", ANYWHERE, {S_HF}},
	{"ji", ANYWHERE, {J_J, p_(I) | WEAK}},
	{"j", ANYWHERE, {J_J}},
	{"nn", ANYWHERE, {J_N}}, // ンナ spells a foreign nn
	{"n", NOT_VOWEL, {J_N}},
	{"r", ANYWHERE, {S_LR}},
	{"ssh", ANYWHERE, {J_SH}}, // the small tsu only doubles
	{"sh", ANYWHERE, {J_SH}},
	{"s", ANYWHERE, {J_S}},
	{"ttsu", ANYWHERE, {J_TS, p_(U) | WEAK}},
	{"tts", ANYWHERE, {J_TS}},
	{"tch", ANYWHERE, {J_CH}},
	{"tsu", ANYWHERE, {J_TS, p_(U) | WEAK}},
	{"ts", ANYWHERE, {J_TS}},
	{"to", ANYWHERE, {p_(T), p_(O) | WEAK}},
	{"do", ANYWHERE, {p_(D), p_(O) | WEAK}},
	{"u", AFTER_CONS, {p_(U) | WEAK}},
	{"z", ANYWHERE, {J_Z}},
	{"", 0, {_}},
};

/* Hangul: no f, v, z, th; r and l one letter; eu fills after a foreign consonant. */
static const struct sound_rule hangul[] = {
	{"ae", ANYWHERE, {p_(E)}},
	{"b", ANYWHERE, {K_B}},
	{"ch", ANYWHERE, {K_CH}},
	{"chy", ANYWHERE, {K_CH}}, // the y is part of the sound
	{"d", ANYWHERE, {K_D}},
	{"eo", ANYWHERE, {K_EO}},
	{"eu", ANYWHERE, {K_EU | WEAK}},
	{"g", ANYWHERE, {S_GK}},
	{"h", ANYWHERE, {S_HF}},
	{"j", ANYWHERE, {K_J}},
	{"jy", ANYWHERE, {K_J}},
	{"k", ANYWHERE, {S_KG}},
	{"l", ANYWHERE, {S_LR}},
	{"ng", NOT_VOWEL, {p_(NG)}},
	{"oe", ANYWHERE, {p_(O), p_(E) | WEAK}},
	{"p", ANYWHERE, {S_PF}},
	{"r", ANYWHERE, {S_LR}},
	{"s", ANYWHERE, {K_S}},
	{"sy", ANYWHERE, {p_(SH)}}, // 샤 sha
	{"t", ANYWHERE, {K_T}},
	{"ui", ANYWHERE, {p_(U) | WEAK, p_(I)}},
	{"w", AFTER_CONS, {p_(W) | WEAK}}, // 뮐 mwil for mül, 뵐 boel for böl
	{"", 0, {_}},
};

/* Devanagari and Thai: th, ph, kh are aspirates, not fricatives. */
static const struct sound_rule aspirated[] = {
	{"chh", ANYWHERE, {p_(CH)}},
	{"ch", ANYWHERE, {p_(CH)}},
	{"dh", ANYWHERE, {p_(D)}},
	{"gh", ANYWHERE, {p_(G)}},
	{"jh", ANYWHERE, {p_(J)}},
	{"kh", ANYWHERE, {X_KH}},
	{"ph", ANYWHERE, {S_PF}},
	{"th", ANYWHERE, {S_TTH}},
	{"v", ANYWHERE, {X_W}},
	{"w", ANYWHERE, {X_W}},
	{"", 0, {_}},
};

const struct sound_rule *sound_rules(enum script script)
{
	switch (script) {
	case SCRIPT_ARABIC: return arabic;
	case SCRIPT_HEBREW: return hebrew;
	case SCRIPT_CYRILLIC: return cyrillic;
	case SCRIPT_GREEK: return greek;
	case SCRIPT_HAN: return han;
	case SCRIPT_KANA: return kana;
	case SCRIPT_HANGUL: return hangul;
	case SCRIPT_DEVANAGARI:
	case SCRIPT_THAI: return aspirated;
	default: return latin;
	}
}
