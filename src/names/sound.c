/* Sounds: reading them, how far apart they are, and the keys that find them.
 *
 * Terms
 *   plain sound  one of 32 consonants and vowels (sound_phones.h)
 *   phone        what one letter or group of letters may stand for: a few plain sounds, each at a price (`readings`).
 *                Latin j is dj, zh, y or kh; Arabic b is b or, for want of a p, p. Which letters are which phone stands
 *                in sound_rules.c
 *   weak         a phone that is often left out: a silent letter, the second half of a diphthong, a filler vowel
 *
 * The distance of two phones is the least sum of: the price of reading the first so, the price of reading the second
 * so, and the distance of the two plain sounds (`distances`). It is worked out once for all pairs. The distance of two
 * words is the least cost of a chain of substitutions and omissions; it is measured against what the words weigh:
 *
 *     similarity = 1 - (cost + doubt) / (half of both words' omission costs + doubt)
 *
 * doubt is 0 within one script and a few units between two, since a short word meets many others there.
 *
 * All costs are in units of a twentieth of a consonant. They were set by hand, for the reasons beside them.
 *
 * Invariants
 *   1. distance is symmetric, 0 for a phone and itself.
 *   2. two sounds of the same phones have similarity 1 within one script.
 *   3. sound_similarity is symmetric: costs depend on the pair, not on the order.
 *
 * Measured (bench/translit, tests/names/test_sound.c; figures in docs/matching.md). */
#include "names/sound.h"

#include "names/sound_phones.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#define CONSONANT 20 /* omitting a consonant */
#define VOWEL     8  /* vowels are what languages, ears and clerks agree on least */
#define APART     28 /* a consonant for a vowel: as dear as omitting both */

#define DOUBT 5 /* between two scripts */

/* --- distances of plain sounds --- */

struct plain_distance {
	uint8_t a, b, cost;
};

/* Pairs nearer than "unrelated". Voicing (p b, t d, k g, s z) is the most common slip between languages: final
 * devoicing, Arabic, Chinese and Korean all blur it. Then place and manner. */
static const struct plain_distance distances[] = {
	{P, B, 6},
	{T, D, 6},
	{K, G, 6},
	{F, V, 5},
	{S, Z, 4},
	{SH, ZH, 4},
	{CH, J, 6},
	{KH, GH, 8},
	{TH, DH, 4}, // voicing
	{P, F, 8},
	{B, V, 8},
	{V, W, 3},
	{B, W, 12},
	{F, W, 12},
	{P, V, 12},
	{B, F, 12}, // lips
	{T, TH, 4},
	{D, DH, 4},
	{S, TH, 6},
	{Z, DH, 8},
	{F, TH, 12},
	{T, DH, 10},
	{D, TH, 10}, // teeth
	{TS, S, 8},
	{TS, Z, 8},
	{TS, CH, 8},
	{TS, T, 12},
	{TS, SH, 14},
	{TS, J, 12},
	{S, SH, 7},
	{Z, ZH, 8},
	{Z, J, 10},
	{S, CH, 12},
	{Z, SH, 12},
	{S, ZH, 12},
	{SH, CH, 6},
	{ZH, J, 4},
	{SH, J, 10},
	{CH, ZH, 10},
	{CH, T, 12},
	{J, D, 12},
	{J, G, 12},
	{J, Y, 10},
	{K, KH, 8},
	{G, GH, 4},
	{KH, H, 5},
	{GH, H, 12},
	{G, H, 12},
	{K, H, 14},
	{K, GH, 10},
	{G, KH, 12},
	{CH, K, 14},
	{SH, KH, 14},
	{M, N, 10},
	{N, NG, 4},
	{M, NG, 12},
	{NG, G, 14},
	{L, R, 12},
	{L, N, 16},
	{D, R, 16},
	{R, GH, 12},
	{L, Y, 14},
	// half vowels
	{W, U, 4},
	{W, O, 8},
	{Y, I, 4},
	{Y, E, 8},
	{V, U, 12},
	{H, A, 18},
	// vowels: neighbours on the vowel triangle are near, its corners are as far as leaving one out
	{A, E, 4},
	{E, I, 3},
	{A, O, 5},
	{O, U, 3},
	{A, I, 7},
	{A, U, 6},
	{E, O, 6},
	{E, U, 6},
	{I, U, 6},
	{I, O, 7},
};

/* --- readings of phones --- */

struct reading {
	uint8_t plain, cost;
};

#define READINGS_MAX 8

struct mixed {
	uint8_t phone;
	struct reading readings[READINGS_MAX]; /* the first is the usual one; up to the first {0, 0} after it */
};

/* A price of 0 to 3 is an ordinary reading, 4 to 8 a rare one. */
static const struct mixed mixed[] = {
	// c: k; accents are gone, so also ç, č, ć; Turkish c is j
	{X_C, {{K, 0}, {S, 8}, {CH, 6}, {TS, 8}, {J, 8}}},
	// c before e, i: s in French, English, Spanish; ch in Italian; ts in German and Slavic; k in Celtic and Greek
	// names
	{X_CE, {{S, 0}, {CH, 1}, {TS, 1}, {K, 4}, {TH, 3}, {J, 6}}},
	// ch: English and Spanish ch, French sh, Italian and Greek k, German and Polish kh
	{X_CH, {{CH, 0}, {SH, 1}, {K, 2}, {KH, 1}, {H, 4}}},
	// j: English dj, French zh, German and Slavic y, Spanish kh
	{X_J, {{J, 0}, {ZH, 0}, {Y, 1}, {KH, 2}, {H, 2}}},
	{X_GE, {{G, 0}, {J, 0}, {ZH, 2}, {KH, 4}, {H, 4}, {Y, 8}}}, // Swedish y, Spanish kh
	{X_GH, {{GH, 0}, {G, 0}, {H, 8}}},
	// s: z between vowels, sh in Hungarian and for š and ş
	{X_S, {{S, 0}, {Z, 1}, {SH, 5}}},
	// z: ts in German and Italian, s in Spanish, zh for ž and ż
	{X_Z, {{Z, 0}, {S, 2}, {TS, 2}, {ZH, 4}, {TH, 4}}},
	{X_X, {{S, 0}, {Z, 2}, {SH, 2}, {K, 4}, {H, 4}, {KH, 4}}}, // Xavier, Xénia, Xi, Ximena
	{X_V, {{V, 0}, {W, 1}, {F, 3}, {B, 4}}},                   // German f, Spanish b
	{X_W, {{W, 0}, {V, 0}}},
	{X_TH, {{TH, 0}, {T, 0}, {D, 4}, {S, 5}, {Z, 6}}},
	{X_SZ, {{S, 0}, {SH, 1}}},                 // Hungarian s, Polish sh
	{X_CEND, {{CH, 0}, {K, 0}, {TS, 1}}},      // Slavic -ic, -ac for -ić, -ač; French and Gaelic k
	{X_LL, {{L, 0}, {Y, 2}}},                  // Spanish, Portuguese
	{X_Q, {{K, 0}, {G, 3}, {GH, 4}, {CH, 5}}}, // qaf; Chinese q
	{X_ZH, {{ZH, 0}, {J, 1}, {Z, 4}}},
	{X_KH, {{KH, 0}, {K, 1}, {H, 2}}}, // Slavic and Arabic kh, Indian k
	{X_OU, {{U, 0}, {O, 1}}},
	{X_EE, {{I, 0}, {E, 1}}},

	{A_B, {{B, 0}, {P, 1}, {V, 8}}},
	{A_F, {{F, 0}, {V, 1}}},
	{A_J, {{J, 0}, {G, 1}, {ZH, 1}, {CH, 6}, {Y, 6}}}, // g in Egypt, zh in the Levant, y in the Gulf
	{A_GH, {{GH, 0}, {G, 0}}},
	{A_Q, {{K, 0}, {G, 1}, {GH, 4}}},  // g among Bedouins and in Libya
	{A_TH, {{TH, 0}, {T, 1}, {S, 2}}}, // t in towns, s in Persian
	{A_DH, {{DH, 0}, {D, 1}, {Z, 1}}},
	{A_S, {{S, 0}, {Z, 4}, {TS, 6}}},
	{A_Z, {{Z, 0}, {DH, 2}, {D, 6}, {S, 4}, {TS, 4}}}, // zah and, in Persian, dal and dad
	{A_SH, {{SH, 0}, {CH, 3}, {ZH, 4}}},
	{A_W, {{W, 0}, {U, 0}, {O, 0}, {V, 0}}},
	{A_Y, {{Y, 0}, {I, 0}, {E, 0}}},
	{A_OPEN, {{A, 0}, {E, 0}, {I, 0}, {O, 0}, {U, 1}}},
	{A_A, {{A, 0}, {E, 2}, {O, 2}}},

	{H_K, {{K, 0}, {KH, 1}}},
	{H_TS, {{TS, 0}, {CH, 1}, {Z, 3}, {S, 4}}}, // ch where the geresh is left out
	{H_G, {{G, 0}, {J, 2}}},
	{H_Z, {{Z, 0}, {ZH, 2}}},
	{H_SH, {{SH, 0}, {S, 2}}}, // shin and sin

	{C_G, {{G, 0}, {H, 3}, {GH, 2}}},
	{C_Z, {{Z, 0}, {S, 3}, {DH, 3}}},
	{C_ZH, {{ZH, 0}, {J, 1}}},
	{C_TS, {{TS, 0}, {S, 4}, {Z, 5}}},
	{C_F, {{F, 0}, {TH, 4}}},
	{C_S, {{S, 0}, {TH, 4}, {Z, 3}}},
	{C_C, {{CH, 0}, {TS, 2}, {K, 6}}},

	{Z_B, {{B, 0}, {P, 1}, {V, 3}}},
	{Z_P, {{P, 0}, {B, 2}}},
	{Z_D, {{D, 0}, {T, 1}}},
	{Z_T, {{T, 0}, {D, 3}, {TH, 1}}},
	{Z_K, {{K, 0}, {G, 3}, {KH, 2}}},
	{Z_ZH, {{J, 0}, {ZH, 0}, {CH, 3}, {D, 8}, {Z, 6}}},
	{Z_CH, {{CH, 0}, {SH, 4}, {TS, 4}}},
	{Z_SH, {{SH, 0}, {S, 3}, {ZH, 4}, {CH, 5}}},
	{Z_J, {{J, 0}, {G, 1}, {K, 2}, {ZH, 2}, {Z, 5}}}, // Cantonese and old Mandarin g, k: jia for ga, ca
	{Z_Q, {{CH, 0}, {K, 2}, {TS, 4}}},                // likewise qi for ki
	{Z_X, {{SH, 0}, {S, 0}, {H, 2}, {KH, 4}}},        // xi for si, shi, hi
	{Z_Z, {{Z, 0}, {TS, 0}, {S, 2}, {J, 6}}},
	{Z_C, {{TS, 0}, {Z, 3}, {S, 3}, {CH, 5}}},
	{Z_S, {{S, 0}, {Z, 2}, {TH, 2}, {SH, 4}}},
	{Z_R, {{R, 0}, {ZH, 2}, {J, 3}, {L, 2}, {Y, 5}}},
	{Z_H, {{H, 0}, {KH, 0}, {G, 6}, {W, 5}}},
	{Z_F, {{F, 0}, {V, 1}}},
	{Z_W, {{W, 0}, {V, 0}, {U, 2}}},
	{Z_N, {{N, 0}, {NG, 0}, {M, 2}}},

	{K_D, {{D, 0}, {T, 2}, {DH, 1}}},
	{K_T, {{T, 0}, {D, 4}, {TH, 2}}},
	{K_B, {{B, 0}, {V, 0}, {P, 3}}},
	{K_J, {{J, 0}, {Z, 0}, {ZH, 0}, {CH, 3}}},
	{K_CH, {{CH, 0}, {TS, 1}, {Z, 4}}},
	{K_S, {{S, 0}, {SH, 2}, {TH, 1}, {Z, 3}}},
	{K_EO, {{O, 0}, {A, 1}, {E, 1}, {U, 1}}}, // written eo, u, o; foreign schwa
	{K_EU, {{U, 0}, {E, 2}, {I, 3}}},

	{J_S, {{S, 0}, {TH, 1}}},
	{J_Z, {{Z, 0}, {DH, 1}, {TS, 4}, {S, 4}}},
	{J_SH, {{SH, 0}, {S, 2}}},                        // shi for si
	{J_J, {{J, 0}, {ZH, 0}, {Z, 2}, {D, 5}, {G, 8}}}, // ji for zi, di
	{J_CH, {{CH, 0}, {T, 3}, {TS, 4}}},               // chi for ti
	{J_TS, {{TS, 0}, {T, 3}, {Z, 4}}},                // tsu for tu
	{J_FU, {{F, 0}, {H, 3}}},
	{J_N, {{N, 0}, {M, 1}, {NG, 0}}},
	{J_A, {{A, 0}, {E, 2}, {O, 3}, {U, 3}}}, // also the English and German schwa, and u as in Duncan

	{S_LR, {{R, 0}, {L, 0}}},           // one letter in Korean and Japanese, mixed in Chinese
	{S_BV, {{B, 0}, {V, 0}}},           // Hebrew bet, kana b
	{S_PF, {{P, 0}, {F, 0}, {B, 4}}},   // Hebrew pe, Korean p, Indian ph
	{S_TTH, {{T, 0}, {TH, 0}, {S, 6}}}, // Cyrillic and Indian t, Hebrew tav, also for a foreign th
	{S_KHH, {{KH, 0}, {H, 0}}},         // Cyrillic х, Hebrew het
	{S_HF, {{H, 0}, {KH, 0}, {F, 4}}},  // Korean and kana h, also for a foreign f
	{S_GK, {{G, 0}, {K, 1}}},           // Korean and pinyin g: not aspirated, heard as k
	{S_KG, {{K, 0}, {G, 4}}},           // Arabic, Korean k, also for a foreign g

	{G_D, {{D, 0}, {DH, 0}}},
	{G_G, {{G, 0}, {Y, 2}, {GH, 0}}},
	{G_V, {{V, 0}, {B, 1}, {F, 3}, {U, 3}}},
	{G_CH, {{KH, 0}, {H, 0}, {CH, 3}, {K, 3}}},

	{I_CH, {{CH, 0}, {SH, 4}}},
};

/* --- tables worked out once --- */

/* How the other word's script writes, as far as leaving out goes. */
enum side { SIDE_FULL, SIDE_ABJAD, SIDE_HAN, SIDE_KANA, SIDE_HANGUL, SIDE_COUNT };

enum kind { KIND_CONSONANT, KIND_GLIDE, KIND_VOWEL };

/* Consonants by mouth: what the keys are made of. 0: not in a skeleton. */
enum group {
	GROUP_NONE,
	GROUP_P,
	GROUP_F,
	GROUP_T,
	GROUP_S,
	GROUP_C,
	GROUP_K,
	GROUP_M,
	GROUP_N,
	GROUP_L,
	GROUP_R,
	GROUP_H,
	GROUP_COUNT
};

#define GROUPS_MAX 3

struct phone_info {
	uint8_t kind;        /* enum kind of the usual reading; glide when a half vowel or when readings differ */
	uint8_t omit;        /* cost of leaving it out, before context */
	uint8_t group_count; /* 1 to GROUPS_MAX */
	uint8_t groups[GROUPS_MAX]; /* the groups of its ordinary readings, usual first */
	uint8_t vowel;              /* of a vowel: 1 a, e; 2 i; 3 o, u; else 0 */
};

#define ORDINARY 2 /* readings up to this price have their own keys */

/* [0] between two scripts; [1] within one, where a different vowel says half as much again: both clerks heard and could
 * write it. */
static uint8_t phone_distance[2][PHONE_COUNT][PHONE_COUNT];
static struct phone_info phone_infos[PHONE_COUNT];
/* The rules of each script, per first letter, longest pattern first; index into sorted[]. */
static struct {
	uint16_t from[27];
	const struct sound_rule *sorted[128];
} readers[SCRIPT_COUNT];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static bool plain_is_vowel(unsigned plain)
{
	return plain >= A;
}

static enum group plain_group(unsigned plain)
{
	static const uint8_t groups[PLAIN_COUNT] = {
		[P] = GROUP_P,  [B] = GROUP_P,  [F] = GROUP_F,  [V] = GROUP_F,  [T] = GROUP_T,
		[D] = GROUP_T,  [TH] = GROUP_T, [DH] = GROUP_T, [S] = GROUP_S,  [Z] = GROUP_S,
		[TS] = GROUP_S, [SH] = GROUP_C, [ZH] = GROUP_C, [CH] = GROUP_C, [J] = GROUP_C,
		[K] = GROUP_K,  [G] = GROUP_K,  [KH] = GROUP_K, [GH] = GROUP_K, [M] = GROUP_M,
		[N] = GROUP_N,  [NG] = GROUP_N, [L] = GROUP_L,  [R] = GROUP_R,  [H] = GROUP_H,
	};
	return groups[plain];
}

static void info_fill(struct phone_info *info, const struct reading *readings, size_t count)
{
	unsigned usual = readings[0].plain;
	bool any_vowel = false, any_consonant = false;
	for (size_t i = 0; i < count; i++) {
		if (readings[i].cost > ORDINARY) {
			continue;
		}
		any_vowel |= plain_is_vowel(readings[i].plain);
		any_consonant |= !plain_is_vowel(readings[i].plain);
		uint8_t group = plain_group(readings[i].plain);
		if (info->group_count < GROUPS_MAX && memchr(info->groups, group, info->group_count) == NULL) {
			info->groups[info->group_count++] = group;
		}
	}
	info->kind = any_vowel && any_consonant ? KIND_GLIDE : any_vowel ? KIND_VOWEL : KIND_CONSONANT;
	info->omit = info->kind == KIND_VOWEL ? VOWEL : info->kind == KIND_GLIDE ? 9 : CONSONANT;
	if (info->kind == KIND_VOWEL) {
		info->vowel = usual == A || usual == E ? 1 : usual == I ? 2 : 3;
	} else if (usual == Y) {
		info->omit = 7;
	} else if (usual == W || usual == H) {
		info->omit = 11;
	}
}

static void readers_fill(void)
{
	for (unsigned script = 0; script < SCRIPT_COUNT; script++) {
		const struct sound_rule *rules = sound_rules(script);
		size_t used = 0;
		for (char first = 'a'; first <= 'z'; first++) {
			readers[script].from[first - 'a'] = (uint16_t)used;
			for (size_t length = sizeof rules->pattern; length > 0; length--) {
				for (const struct sound_rule *rule = rules; rule->pattern[0] != 0; rule++) {
					if (rule->pattern[0] == first &&
					    strnlen(rule->pattern, sizeof rule->pattern) == length && used < 128) {
						readers[script].sorted[used++] = rule;
					}
				}
			}
		}
		readers[script].from[26] = (uint16_t)used;
	}
}

static void tables_fill(void)
{
	struct reading all[PHONE_COUNT][READINGS_MAX] = {0};
	size_t counts[PHONE_COUNT] = {0};
	for (unsigned plain = 0; plain < PLAIN_COUNT; plain++) {
		all[PLAIN(plain)][0] = (struct reading){(uint8_t)plain, 0};
		counts[PLAIN(plain)] = 1;
	}
	for (size_t i = 0; i < sizeof mixed / sizeof *mixed; i++) {
		size_t n = 1;
		while (n < READINGS_MAX && (mixed[i].readings[n].plain != 0 || mixed[i].readings[n].cost != 0)) {
			n++;
		}
		memcpy(all[mixed[i].phone], mixed[i].readings, n * sizeof(struct reading));
		counts[mixed[i].phone] = n;
	}
	uint8_t between[PLAIN_COUNT][PLAIN_COUNT];
	for (unsigned a = 0; a < PLAIN_COUNT; a++) {
		for (unsigned b = 0; b < PLAIN_COUNT; b++) {
			between[a][b] = a == b                                   ? 0
			                : plain_is_vowel(a) != plain_is_vowel(b) ? APART
			                : plain_is_vowel(a)                      ? VOWEL
			                                                         : CONSONANT;
		}
	}
	for (size_t i = 0; i < sizeof distances / sizeof *distances; i++) {
		between[distances[i].a][distances[i].b] = distances[i].cost;
		between[distances[i].b][distances[i].a] = distances[i].cost;
	}
	memset(phone_distance, APART, sizeof phone_distance);
	for (unsigned a = 1; a < PHONE_COUNT; a++) {
		info_fill(&phone_infos[a], all[a], counts[a]);
	}
	for (unsigned a = 1; a < PHONE_COUNT; a++) {
		for (unsigned b = 1; b < PHONE_COUNT; b++) {
			unsigned least = a == b ? 0 : APART;
			for (size_t i = 0; i < counts[a]; i++) {
				for (size_t j = 0; j < counts[b]; j++) {
					unsigned cost = all[a][i].cost + all[b][j].cost +
					                between[all[a][i].plain][all[b][j].plain];
					least = cost < least ? cost : least;
				}
			}
			bool vowels = phone_infos[a].kind == KIND_VOWEL && phone_infos[b].kind == KIND_VOWEL;
			phone_distance[0][a][b] = (uint8_t)least;
			phone_distance[1][a][b] = (uint8_t)(vowels ? least + least / 2 : least);
		}
	}
	readers_fill();
}

/* --- reading --- */

static bool letter_is_vowel(char letter)
{
	return letter == 'a' || letter == 'e' || letter == 'i' || letter == 'o' || letter == 'u' || letter == 'y';
}

static bool letter_is_labial(char letter)
{
	return letter == 'b' || letter == 'p' || letter == 'f' || letter == 'm' || letter == 'v';
}

static bool letter_is_consonant(char letter)
{
	return letter >= 'a' && letter <= 'z' && !letter_is_vowel(letter);
}

static bool rule_holds(unsigned context, const char *latin, size_t length, size_t from, size_t end)
{
	char before = from == 0 ? 0 : latin[from - 1];
	char after = end >= length ? 0 : latin[end];
	return !((context & AT_START && from != 0) || (context & AT_END && end < length) ||
	         (context & BEFORE_FRONT && after != 'e' && after != 'i' && after != 'y') ||
	         (context & BEFORE_VOWEL && !letter_is_vowel(after)) ||
	         (context & NOT_VOWEL && letter_is_vowel(after)) ||
	         (context & AFTER_VOWEL && !letter_is_vowel(before)) ||
	         (context & AFTER_CONS && !letter_is_consonant(before)) ||
	         (context & AFTER_LABIAL && !letter_is_labial(before)));
}

/* What a letter is where its script has no rule for it. */
static const uint8_t letter_phone[26] = {
	PLAIN(A), PLAIN(B), PLAIN(K), PLAIN(D), PLAIN(E), PLAIN(F), PLAIN(G), PLAIN(H), PLAIN(I),
	PLAIN(J), PLAIN(K), PLAIN(L), PLAIN(M), PLAIN(N), PLAIN(O), PLAIN(P), PLAIN(K), PLAIN(R),
	PLAIN(S), PLAIN(T), PLAIN(U), PLAIN(V), PLAIN(W), PLAIN(S), PLAIN(Y), PLAIN(Z),
};

void sound_read(const char *latin, size_t length, enum script script, struct sound *ret_sound)
{
	pthread_once(&tables_once, tables_fill);
	unsigned reader = (unsigned)script < SCRIPT_COUNT ? script : SCRIPT_LATIN;
	struct sound sound = {0};
	size_t i = 0;
	while (i < length && sound.length < SOUND_MAX) {
		if (latin[i] < 'a' || latin[i] > 'z') {
			i++;
			continue;
		}
		const uint8_t *phones = NULL;
		size_t taken = 1;
		uint8_t single[RULE_PHONES] = {0};
		unsigned first = (unsigned)(latin[i] - 'a');
		for (size_t r = readers[reader].from[first]; r < readers[reader].from[first + 1]; r++) {
			const struct sound_rule *rule = readers[reader].sorted[r];
			size_t n = strnlen(rule->pattern, sizeof rule->pattern);
			if (n <= length - i && memcmp(latin + i, rule->pattern, n) == 0 &&
			    rule_holds(rule->context, latin, length, i, i + n)) {
				phones = rule->phones;
				taken = n;
				break;
			}
		}
		if (phones == NULL) {
			single[0] = letter_phone[first];
			if (latin[i] == 'y' && (i + 1 >= length || !letter_is_vowel(latin[i + 1]))) {
				single[0] = PLAIN(I);
			}
			phones = single;
		}
		for (size_t p = 0; p < RULE_PHONES && phones[p] != PHONE_NONE && sound.length < SOUND_MAX; p++) {
			// a doubled letter is one sound, but where vowels are not written it is two with one between
			bool doubled = sound.length > 0 && sound.phones[sound.length - 1] == phones[p] &&
			               script != SCRIPT_ARABIC && script != SCRIPT_HEBREW;
			if (!doubled) {
				sound.phones[sound.length++] = phones[p];
			}
		}
		i += taken;
	}
	*ret_sound = sound;
}

/* --- comparing --- */

static enum side side_of(enum script script)
{
	switch (script) {
	case SCRIPT_ARABIC:
	case SCRIPT_HEBREW: return SIDE_ABJAD;
	case SCRIPT_HAN: return SIDE_HAN;
	case SCRIPT_KANA: return SIDE_KANA;
	case SCRIPT_HANGUL: return SIDE_HANGUL;
	default: return SIDE_FULL;
	}
}

/* Leaving out a vowel when the other word's script: writes it; writes long ones only; hides it in a syllable. */
static const uint8_t vowel_omit[SIDE_COUNT] = {
	[SIDE_FULL] = VOWEL, [SIDE_ABJAD] = 3, [SIDE_HAN] = 5, [SIDE_KANA] = 6, [SIDE_HANGUL] = 6};

/* Leaving out a consonant that no vowel follows: Chinese has no such syllables but in n and ng, and drops it. */
static const uint8_t coda_omit[SIDE_COUNT] = {[SIDE_FULL] = CONSONANT,
                                              [SIDE_ABJAD] = CONSONANT,
                                              [SIDE_HAN] = 12,
                                              [SIDE_KANA] = CONSONANT,
                                              [SIDE_HANGUL] = 16};

/* The same for r, which many hear as part of the vowel (パーカー, 帕克). */
static const uint8_t coda_r_omit[SIDE_COUNT] = {
	[SIDE_FULL] = 16, [SIDE_ABJAD] = 16, [SIDE_HAN] = 4, [SIDE_KANA] = 4, [SIDE_HANGUL] = 5};

/* A word made ready for comparing. */
struct ready {
	size_t length;
	uint8_t phones[SOUND_MAX];
	uint8_t omit[SOUND_MAX];
	uint8_t first; /* phones up to and with the first consonant: an error there weighs half as much again */
	unsigned weight;
};

static void ready_fill(const struct sound *sound, enum side other, struct ready *ready)
{
	size_t length = sound->length <= SOUND_MAX ? sound->length : SOUND_MAX;
	unsigned weight = 0;
	bool first_seen = false;
	ready->length = length;
	ready->first = 0;
	for (size_t i = 0; i < length; i++) {
		uint8_t value = sound->phones[i];
		uint8_t phone = value & 0x7F;
		if (phone >= PHONE_COUNT) {
			phone = PHONE_NONE;
		}
		const struct phone_info *info = &phone_infos[phone];
		unsigned omit = info->omit;
		if (info->kind == KIND_VOWEL) {
			omit = vowel_omit[other];
			if (value & WEAK) {
				omit = 2;
			} else if (other == SIDE_ABJAD && (i == 0 || i + 1 == length)) {
				omit = i == 0 ? 7 : 4; // a vowel at the start is always written, at the end mostly
			} else if (phone == A_OPEN) {
				omit = 7;
			} else if (phone == A_A) {
				omit = 4;
			}
		} else if (value & WEAK) {
			omit = 5;
		} else if (info->kind == KIND_CONSONANT) {
			uint8_t next = i + 1 < length ? sound->phones[i + 1] & 0x7F : 0;
			bool coda =
				i > 0 && (next == 0 || next >= PHONE_COUNT || phone_infos[next].kind == KIND_CONSONANT);
			if (coda && phone == PLAIN(R)) {
				omit = coda_r_omit[other];
			} else if (coda && omit == CONSONANT) {
				omit = coda_omit[other];
			} else if (coda && phone == PLAIN(H)) {
				omit = 5;
			}
		}
		if (!first_seen) {
			omit += omit / 2;
			ready->first = (uint8_t)(i + 1);
			first_seen = info->kind != KIND_VOWEL;
		}
		ready->phones[i] = phone;
		ready->omit[i] = (uint8_t)omit;
		weight += omit;
	}
	ready->weight = weight;
}

static unsigned distance(const struct ready *a, const struct ready *b, bool same_script)
{
	uint16_t row[SOUND_MAX + 1];
	row[0] = 0;
	for (size_t j = 0; j < b->length; j++) {
		row[j + 1] = (uint16_t)(row[j] + b->omit[j]);
	}
	for (size_t i = 0; i < a->length; i++) {
		const uint8_t *costs = phone_distance[same_script][a->phones[i]];
		unsigned omit = a->omit[i];
		unsigned diagonal = row[0];
		unsigned left = row[0] + omit;
		row[0] = (uint16_t)left;
		size_t heavy = i < a->first ? b->length : b->first;
		for (size_t j = 0; j < b->length; j++) {
			unsigned cost = costs[b->phones[j]];
			cost += j < heavy ? cost / 2 : 0;
			unsigned best = diagonal + cost;
			unsigned up = row[j + 1] + omit;
			left += b->omit[j];
			best = up < best ? up : best;
			best = left < best ? left : best;
			diagonal = row[j + 1];
			row[j + 1] = (uint16_t)best;
			left = best;
		}
	}
	return row[b->length];
}

double sound_similarity(const struct sound *a, enum script a_script, const struct sound *b, enum script b_script)
{
	pthread_once(&tables_once, tables_fill);
	if (a->length == 0 || b->length == 0) {
		return 0;
	}
	unsigned doubt = a_script == b_script ? 0 : DOUBT;
	struct ready ready_a, ready_b;
	ready_fill(a, side_of(b_script), &ready_a);
	ready_fill(b, side_of(a_script), &ready_b);
	unsigned cost = 2 * (distance(&ready_a, &ready_b, a_script == b_script) + doubt);
	unsigned whole = ready_a.weight + ready_b.weight + 2 * doubt;
	return cost >= whole ? 0 : 1.0 - (double)cost / whole;
}

/* --- keys --- */

/* A word's skeleton is the row of its consonants' groups. There are fine groups (enum group) and coarse ones, which
 * merge what scripts merge: b with v, s with sh, ch, j, l with r, h with k. Words meet under
 *
 *   whole     the skeleton, any vowels: the same name in two scripts or two spellings. Coarse, but fine up to
 *             FINE_WHOLE consonants, since short skeletons are common; also with single consonants read otherwise
 *   less      the coarse skeleton without one consonant, from LESS consonants on
 *   gap       the fine skeleton with a gap in one place, below that
 *   string    up to STRING consonants: the word with its vowels, and without one sound
 *
 * so that a letter more, fewer, other or swapped is found again, and yet a word meets few others. */
#define SKELETON_MAX 8  /* consonants looked at; longer words differ enough by then */
#define STRING_MAX   14 /* sounds of a string: 4 bits each in 64 bits, less a byte */
#define FINE_WHOLE   2
#define LESS         5
#define STRING       4
#define TURNS_MAX    6 /* other readings of one word */

enum key_space { SPACE_COARSE = 1, SPACE_FINE, SPACE_GAP, SPACE_STRING };

struct bone {
	uint8_t groups[GROUPS_MAX + 2]; /* usual reading first */
	uint8_t count;                  /* readings */
	uint8_t phone;                  /* with WEAK */
	uint8_t coda_r;                 /* an r that no vowel follows */
};

struct key_list {
	uint32_t *keys;
	size_t count;
};

static void key_add(struct key_list *list, enum key_space space, uint64_t packed)
{
	uint64_t value = (packed ^ (uint64_t)space << 60) * 0x9e3779b97f4a7c15u;
	value ^= value >> 29;
	value *= 0xbf58476d1ce4e5b9u;
	value ^= value >> 32;
	uint32_t key = (uint32_t)value;
	for (size_t i = 0; i < list->count; i++) {
		if (list->keys[i] == key) {
			return;
		}
	}
	if (list->count < SOUND_KEYS_MAX) {
		list->keys[list->count++] = key;
	}
}

static uint8_t coarse_group(uint8_t group)
{
	switch (group) {
	case GROUP_F: return GROUP_P;
	case GROUP_C: return GROUP_S;
	case GROUP_R: return GROUP_L;
	case GROUP_H: return GROUP_K; // г and х for h; kh, ch, j for it
	default: return group;
	}
}

/* Elements packed, 4 bits each after a leading 1, without the one at `left_out`. */
static uint64_t pack(const uint8_t *elements, size_t n, size_t left_out)
{
	uint64_t packed = 1;
	for (size_t i = 0; i < n; i++) {
		if (i != left_out) {
			packed = packed << 4 | elements[i];
		}
	}
	return packed;
}

static void key_whole(const uint8_t *groups, size_t n, struct key_list *list)
{
	if (n <= FINE_WHOLE) {
		key_add(list, SPACE_FINE, pack(groups, n, n));
		return;
	}
	uint8_t coarse[SKELETON_MAX];
	for (size_t i = 0; i < n; i++) {
		coarse[i] = coarse_group(groups[i]);
	}
	key_add(list, SPACE_COARSE, pack(coarse, n, n));
}

/* The keys of the usual reading. */
static void keys_usual(const uint8_t *groups, size_t n, struct key_list *list)
{
	key_whole(groups, n, list);
	uint8_t elements[SKELETON_MAX];
	for (size_t i = 0; i < n; i++) {
		elements[i] = n >= LESS ? coarse_group(groups[i]) : groups[i];
	}
	for (size_t i = 0; i < n && n >= LESS; i++) {
		key_add(list, SPACE_COARSE, pack(elements, n, i));
	}
	for (size_t i = 0; i < n && n == LESS - 1; i++) {
		elements[i] = 15;
		key_add(list, SPACE_GAP, pack(elements, n, n));
		elements[i] = groups[i];
	}
}

/* The whole skeleton with every consonant that is the phone `other` read in its `reading`-th way: one language reads a
 * letter the same way all through a word. PHONE_NONE for none. */
static void key_reading(const struct bone *bones, size_t n, uint8_t other, size_t reading, bool with_r,
                        struct key_list *list)
{
	uint8_t groups[SKELETON_MAX];
	size_t length = 0;
	for (size_t i = 0; i < n; i++) {
		uint8_t group = bones[i].groups[bones[i].phone == other ? reading : 0];
		if (group != GROUP_NONE && (with_r || !bones[i].coda_r)) {
			groups[length++] = group;
		}
	}
	key_whole(groups, length, list);
}

static bool phone_before(const struct bone *bones, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (bones[j].phone == bones[i].phone) {
			return true;
		}
	}
	return false;
}

static void bone_fill(const struct sound *sound, size_t at, const struct phone_info *info, struct bone *bone)
{
	unsigned phone = sound->phones[at] & 0x7F;
	unsigned next = at + 1 < sound->length && at + 1 < SOUND_MAX ? sound->phones[at + 1] & 0x7F : 0;
	bool weak = sound->phones[at] & WEAK;
	bone->phone = sound->phones[at];
	bone->count = 0;
	if (weak) {
		bone->groups[bone->count++] = GROUP_NONE;
	}
	memcpy(bone->groups + bone->count, info->groups, info->group_count);
	bone->count = (uint8_t)(bone->count + info->group_count);
	if (phone == PLAIN(H) && !weak) {
		bone->groups[bone->count++] = GROUP_NONE; // many do not speak it
	}
	bone->coda_r =
		phone == PLAIN(R) && (next == 0 || next >= PHONE_COUNT || phone_infos[next].kind == KIND_CONSONANT);
}

size_t sound_keys(const struct sound *sound, uint32_t keys[SOUND_KEYS_MAX])
{
	pthread_once(&tables_once, tables_fill);
	struct key_list list = {keys, 0};
	struct bone bones[SKELETON_MAX];
	uint8_t groups[SKELETON_MAX], string[STRING_MAX];
	size_t n = 0, usual = 0, string_length = 0;
	bool any_coda_r = false;
	for (size_t i = 0; i < sound->length && i < SOUND_MAX; i++) {
		unsigned phone = sound->phones[i] & 0x7F;
		if (phone == PHONE_NONE || phone >= PHONE_COUNT) {
			continue;
		}
		const struct phone_info *info = &phone_infos[phone];
		uint8_t element = GROUP_NONE;
		if (info->vowel != 0) {
			element = sound->phones[i] & WEAK ? GROUP_NONE : (uint8_t)(GROUP_COUNT + info->vowel - 1);
		} else if (n < SKELETON_MAX && !(info->group_count == 1 && info->groups[0] == GROUP_NONE)) {
			bone_fill(sound, i, info, &bones[n]);
			any_coda_r |= bones[n].coda_r;
			element = bones[n++].groups[0];
			if (element != GROUP_NONE) {
				groups[usual++] = element;
			}
		}
		if (element != GROUP_NONE && string_length < STRING_MAX) {
			string[string_length++] = element;
		}
	}
	keys_usual(groups, usual, &list);
	if (usual <= STRING) {
		for (size_t i = 0; i <= string_length; i++) {
			key_add(&list, SPACE_STRING, pack(string, string_length, i));
		}
	}
	size_t turns = 0;
	for (size_t i = 0; i < n; i++) {
		size_t readings = phone_before(bones, i) ? 0 : bones[i].count;
		for (size_t reading = 1; reading < readings && turns < TURNS_MAX; reading++, turns++) {
			key_reading(bones, n, bones[i].phone, reading, true, &list);
		}
	}
	if (any_coda_r) {
		key_reading(bones, n, PHONE_NONE, 0, false, &list);
	}
	return list.count;
}
