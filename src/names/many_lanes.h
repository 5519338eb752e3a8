/* What comparing one word with many at once is made of: the word made ready, and the kernels, one for each set of
 * instructions. Private to many*.c, part.c and sound.c. */
#ifndef JISR_NAMES_MANY_LANES_H
#define JISR_NAMES_MANY_LANES_H

#include "names/name.h"
#include "names/sound_phones.h"

#include <stdbool.h>

#define MANY_MOST 64 /* words that a kernel compares at once */

/* Costs of sounds above this may come out as anything above it: they fit in a byte only so. */
#define MANY_LIMIT 250

/* Letters a to z are 0 to 25, digits 26 to 35; the last stands behind a word that is shorter than others of its batch, and
 * costs more than anything may. */
#define MANY_SYMBOLS 64
#define MANY_BEHIND  (MANY_SYMBOLS - 1)

/* Spelling: costs are in tenths of a letter; part.c has hundredths, all whole tenths. */
#define MANY_TENTH    10
#define MANY_GIVEN_UP UINT8_MAX /* a spelling that costs more than it may */

/* The same for all words; filled once. */
struct many_letters {
	uint8_t costs[MANY_SYMBOLS][MANY_SYMBOLS]; /* of one symbol for another */
	uint8_t omit[MANY_SYMBOLS];                /* of a symbol left out, but of one of a double letter: */
	uint8_t double_omit, swap;
};

/* A spelling made ready. */
struct many_spelling {
	const struct many_letters *letters;
	unsigned length;
	uint8_t symbols[PART_MAX];
	uint8_t omit[PART_MAX]; /* of each letter */
	/* By the length of the other word: a word is given up, as in part.c, when a whole row of costs is over this. */
	uint8_t most[MANY_SYMBOLS];
};

/* What it costs to leave out each phone of words beside a word of one kind of script, in twentieths of a consonant; filled
 * once. Anywhere; a consonant that no vowel follows; the same at the end, from the third place on; a vowel that begins or
 * ends the word. */
struct many_omits {
	uint8_t anywhere[PHONE_VALUES], coda[PHONE_VALUES], last[PHONE_VALUES];
	uint8_t begin[PHONE_VALUES], end[PHONE_VALUES];
	uint8_t kinds[PHONE_VALUES];            /* enum kind */
	uint8_t weak_vowel, weak_other, breath; /* breath: h after a consonant */
};

/* A sound made ready for words of one script. */
struct many_sound {
	const struct many_omits *others; /* of the other words */
	unsigned length;
	unsigned weight;                 /* of all phones */
	unsigned first;                  /* phones up to and with the first consonant */
	uint8_t omit[SOUND_MAX];         /* of each phone */
	const uint8_t *costs[SOUND_MAX]; /* of each phone for each of PHONE_VALUES */
	const uint8_t *heavy[SOUND_MAX]; /* the same half as much again */
};

/* A word for the kernels; what is NULL is not compared. */
struct many_word {
	const struct many_spelling *spelling, *stripped; /* stripped: without its article */
	const struct many_sound *sound;
};

/* 64 bytes of a stored part: length and letters, length and phones, groups. */
#define MANY_ROW    64
#define ROW_LATIN   0
#define ROW_PHONES  32
#define ROW_OF_PART offsetof(struct name_part, latin_length)
_Static_assert(offsetof(struct name_part, latin) == ROW_OF_PART + 1 &&
                       offsetof(struct name_part, sound) == ROW_OF_PART + ROW_PHONES &&
                       ROW_OF_PART + MANY_ROW == sizeof(struct name_part),
               "a row of a kernel");

struct many_costs {
	uint8_t spelling[MANY_MOST], stripped[MANY_MOST], sound[MANY_MOST];
	uint16_t weight[MANY_MOST]; /* of the other word's phones */
};

/* Compares with `count` rows, at most MANY_MOST, of which no latin is longer than PART_MAX and no sound than SOUND_MAX. */
typedef void many_kernel(const struct many_word *word, const uint8_t rows[MANY_MOST][MANY_ROW], size_t count,
                         struct many_costs *ret_costs);

many_kernel many_plain, many_avx2, many_avx512;
bool many_avx2_here(void), many_avx512_here(void); /* whether this machine has the instructions */

/* part.c: what it says of a word and of words of one other script. */
void part_many_spelling(const char *latin, size_t length, double least, struct many_spelling *ret_spelling);
double part_many_sound_least(const struct name_part *part, enum script other, double least);
bool part_many_special(const struct name_part *part); /* for part_similarity_filed alone */
/* compared with words of its own script by other rules, which are left to part_similarity_filed */
bool part_many_by_syllables(const struct name_part *part);
size_t part_many_article(const struct name_part *part); /* letters of it */
/* b may be a with an article or a servant before it */
bool part_many_glued(const struct name_part *a, const struct name_part *b);
double part_many_similarity(const struct name_part *a, const struct name_part *b, unsigned spelling_cost, bool glued,
                            double alike);

/* sound.c. `weights` of both words. */
void sound_many(const struct sound *sound, enum script script, enum script other, struct many_sound *ret_sound);
double sound_measured(unsigned cost, unsigned weights, bool one_script, double least);

#endif
