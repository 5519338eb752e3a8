/* The phones, shared by sound_rules.c (which spelling is which phone), sound_phones.c (what a phone may stand
 * for and how far two are apart), sound.c and sound_keys.c. Values of
 * enum phone are stored in snapshots inside struct sound: append only, and raise the snapshot's version when the
 * meaning of one changes. */
#ifndef JISR_NAMES_SOUND_PHONES_H
#define JISR_NAMES_SOUND_PHONES_H

#include "names/sound.h"

#include <stdbool.h>

/* Plain sounds. Every phone is a choice among them (sound_phones.c). */
enum plain {
	P,
	B,
	F,
	V,
	W,
	T,
	D,
	TH,
	DH,
	S,
	Z,
	TS,
	SH,
	ZH,
	CH,
	J,
	K,
	G,
	KH,
	GH,
	H,
	M,
	N,
	NG,
	L,
	R,
	Y,
	A,
	E,
	I,
	O,
	U,
	PLAIN_COUNT,
};

enum phone {
	PHONE_NONE = 0, /* ends a rule's phones */
	/* 1 + plain: the plain sounds themselves */
	PHONE_FIRST_MIXED = 1 + PLAIN_COUNT,
	/* spelt in Latin letters, read differently by language */
	X_C = PHONE_FIRST_MIXED, /* c before a, o, u, a consonant, or at the end */
	X_CE,                    /* c before e, i, y */
	X_CH,
	X_J,
	X_GE, /* g before e, i, y */
	X_GH,
	X_S,
	X_Z,
	X_X, /* x at the start */
	X_V,
	X_W,
	X_TH,
	X_SZ,   /* and sc before e, i */
	X_CEND, /* c at the end */
	X_LL,
	X_Q,
	X_ZH,
	X_KH,
	X_OU,
	X_EE,
	/* Arabic letters */
	A_B,
	A_F,
	A_J,
	A_GH,
	A_Q,
	A_TH,
	A_DH,
	A_S,
	A_Z,
	A_SH,
	A_W,    /* waw: v, w, u, o */
	A_Y,    /* yeh: y, i, e */
	A_YEND, /* yeh at the end, or alef maqsura, which many write alike */
	A_OPEN, /* alef or ayn at the start: any vowel */
	A_A,
	/* Hebrew letters */
	H_K,
	H_TS,
	H_G,
	H_Z,
	H_SH,
	/* Cyrillic letters */
	C_G,
	C_Z,
	C_ZH,
	C_TS,
	C_F,
	C_S,
	C_C, /* Serbian ћ */
	/* pinyin */
	Z_B,
	Z_P,
	Z_D,
	Z_T,
	Z_K,
	Z_ZH,
	Z_CH,
	Z_SH,
	Z_J,
	Z_Q,
	Z_X,
	Z_Z,
	Z_C,
	Z_S,
	Z_R,
	Z_H,
	Z_F,
	Z_W,
	Z_N, /* n or ng at the end of a syllable */
	/* Korean letters */
	K_D,
	K_T,
	K_B,
	K_J,
	K_CH,
	K_S,
	K_EO,
	K_EU,
	/* kana */
	J_S,
	J_Z,
	J_SH,
	J_J,
	J_CH,
	J_TS,
	J_FU,
	J_N, /* n before a consonant or at the end */
	J_A,
	/* Greek */
	G_D,
	G_G,
	G_V,
	G_CH,
	/* Indian and Thai */
	/* in several scripts */
	S_LR,
	S_BV,
	S_PF,
	S_TTH,
	S_KHH,
	S_HF,
	S_GK,
	S_KG,
	PHONE_COUNT,
};
_Static_assert(PHONE_COUNT <= 128, "a phone is seven bits and WEAK");

/* The phone of a plain sound. */
#define PLAIN(sound) (1 + (sound))

/* Set on a phone that is often left out: a silent letter, the second half of a diphthong, a filler vowel. */
#define WEAK 0x80

/* Where a spelling rule holds. All that are set must be met. */
enum context {
	ANYWHERE = 0,
	AT_START = 1,
	AT_END = 2,
	BEFORE_FRONT = 4,  /* e, i, y follow */
	BEFORE_VOWEL = 8,  /* a, e, i, o, u, y follow */
	NOT_VOWEL = 16,    /* a consonant or the end follows */
	AFTER_VOWEL = 32,  /* the letter before is a vowel */
	AFTER_CONS = 64,   /* the letter before is a consonant (not the start) */
	AFTER_LABIAL = 128 /* the letter before is b, p, f, m, v */
};

#define RULE_PHONES 3

/* Letters and what they sound like there. The longest pattern is tried first, so order among equals matters. */
struct sound_rule {
	char pattern[6];
	uint8_t context;
	uint8_t phones[RULE_PHONES]; /* up to the first PHONE_NONE */
};

/* The rules of a script, sorted so that of those with one first letter the first that fits is taken; ends with an empty
 * pattern. Letters that no rule covers are read by the Latin rules. */
const struct sound_rule *sound_rules(enum script script);

#define CONSONANT 20 /* omitting a consonant: costs are in twentieths of one */
#define VOWEL     8  /* vowels are what languages, ears and clerks agree on least */

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

#define PHONE_VALUES 128 /* bytes without WEAK; those that are no phone are like nothing and weigh nothing */
#define RULES_MAX    128 /* of one script */

/* What is worked out once, on first use, from the rules, readings and distances. */
struct sound_tables {
	/* [0] between two scripts; [1] within one, where a different vowel says half as much again: both clerks heard
	 * and could write it. */
	uint8_t distance[2][PHONE_VALUES][PHONE_VALUES];
	struct phone_info phones[PHONE_VALUES];
	/* The rules of each script: those of a first letter from from[letter] on, the longest pattern first. */
	struct {
		uint16_t from[27];
		const struct sound_rule *sorted[RULES_MAX];
		uint8_t lengths[RULES_MAX]; /* of their patterns */
	} readers[SCRIPT_COUNT];
};

/* Never NULL; thread-safe. */
const struct sound_tables *sound_tables(void);

#endif
