/* What a phone may stand for, and how far two phones are apart.
 *
 * The distance of two phones is the least sum of: the price of reading the first so, the price of reading the second
 * so, and the distance of the two plain sounds. All was set by hand, for the reasons beside the numbers; nothing is
 * learnt from data. It is worked out for all pairs on first use (about 1 ms). */
#include "names/sound_phones.h"

#include <pthread.h>
#include <string.h>

#define APART 28 /* a consonant for a vowel: as dear as omitting both */

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
	{X_GH, {{GH, 0}, {G, 0}, {H, 8}, {F, 5}}},
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
	{A_S, {{S, 0}, {Z, 4}, {TS, 4}}},
	{A_Z, {{Z, 0}, {DH, 2}, {D, 6}, {S, 4}, {TS, 4}}}, // zah and, in Persian, dal and dad
	{A_SH, {{SH, 0}, {CH, 3}, {ZH, 4}}},
	{A_W, {{W, 0}, {U, 0}, {O, 0}, {V, 0}}},
	{A_Y, {{Y, 0}, {I, 0}, {E, 0}}},
	{A_YEND, {{Y, 0}, {I, 0}, {E, 0}, {A, 1}}},
	{A_OPEN, {{A, 0}, {E, 0}, {I, 0}, {O, 0}, {U, 1}}},
	{A_A, {{A, 0}, {E, 2}, {O, 2}, {I, 5}}},

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
	{Z_Q, {{CH, 0}, {K, 2}, {J, 2}, {TS, 4}}},        // likewise qi for ki
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
	{K_EO, {{O, 0}, {A, 1}, {E, 1}, {U, 1}, {R, 4}}}, // written eo, u, o; foreign schwa, foreign -er
	{K_EU, {{U, 0}, {E, 2}, {I, 3}}},

	{J_S, {{S, 0}, {TH, 1}}},
	{J_Z, {{Z, 0}, {DH, 1}, {TS, 4}, {S, 4}}},
	{J_SH, {{SH, 0}, {S, 2}}},                        // shi for si
	{J_J, {{J, 0}, {ZH, 0}, {Z, 2}, {D, 5}, {G, 8}}}, // ji for zi, di
	{J_CH, {{CH, 0}, {T, 3}, {TS, 4}}},               // chi for ti
	{J_TS, {{TS, 0}, {T, 3}, {Z, 4}}},                // tsu for tu
	{J_FU, {{F, 0}, {H, 3}}},
	{J_N, {{N, 0}, {M, 1}, {NG, 0}}},
	{J_A, {{A, 0}, {E, 2}, {O, 3}, {U, 3}, {R, 4}}}, // also the English and German schwa, and u as in Duncan

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

};

/* --- worked out once --- */

#define ORDINARY 2 /* readings up to this price have their own keys */

static struct sound_tables tables;
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
			tables.readers[script].from[first - 'a'] = (uint16_t)used;
			for (size_t length = sizeof rules->pattern; length > 0; length--) {
				for (const struct sound_rule *rule = rules; rule->pattern[0] != 0; rule++) {
					if (rule->pattern[0] == first &&
					    strnlen(rule->pattern, sizeof rule->pattern) == length &&
					    used < RULES_MAX) {
						tables.readers[script].lengths[used] = (uint8_t)length;
						tables.readers[script].sorted[used++] = rule;
					}
				}
			}
		}
		tables.readers[script].from[26] = (uint16_t)used;
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
	memset(tables.distance, APART, sizeof tables.distance);
	for (unsigned a = 1; a < PHONE_COUNT; a++) {
		info_fill(&tables.phones[a], all[a], counts[a]);
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
			bool vowels = tables.phones[a].kind == KIND_VOWEL && tables.phones[b].kind == KIND_VOWEL;
			tables.distance[0][a][b] = (uint8_t)least;
			tables.distance[1][a][b] = (uint8_t)(vowels ? least + least / 2 : least);
		}
	}
	readers_fill();
}

const struct sound_tables *sound_tables(void)
{
	(void)pthread_once(&tables_once, tables_fill);
	return &tables;
}
