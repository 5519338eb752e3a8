/* How a word sounds, as far as its spelling tells: what is left equal when the same name is written in Arabic,
 * Cyrillic, Chinese or Latin letters, or twice in Latin letters by two clerks.
 *
 * A sound is a short string of phones (consonants and vowels, each with the readings that its letter may have). Two
 * sounds are compared by a weighted edit distance whose costs depend on the two scripts: a vowel that an Arabic word
 * does not write costs next to nothing, an l against an r is cheap when one side is Japanese or Chinese, a missing
 * final consonant is cheap in Chinese. Letters to phones: sound_rules.c; readings and distances: sound_phones.c; the
 * comparison: sound.c; keys: sound_keys.c. No table is learnt from data. */
#ifndef JISR_NAMES_SOUND_H
#define JISR_NAMES_SOUND_H

#include "names/script.h"

#include <stddef.h>
#include <stdint.h>

#define SOUND_MAX 23 /* phones kept; the rest of a longer word is dropped */

/* 24 bytes, no pointers: stored as it is in snapshots. */
struct sound {
	uint8_t length;
	uint8_t phones[SOUND_MAX]; /* values private to sound.c */
};

/* Reads the sound of a romanised word (names/roman.h) whose original was written in `script`. Cannot fail. */
void sound_read(const char *latin, size_t length, enum script script, struct sound *ret_sound);

/* 1 for the same sound, 0 for nothing in common; symmetric. */
double sound_similarity(const struct sound *a, enum script a_script, const struct sound *b, enum script b_script);

/* The same when it is `least` or more, else 0: stops as soon as that is certain. Fastest when `a` stays the same from call
 * to call. */
double sound_similarity_above(const struct sound *a, enum script a_script, const struct sound *b, enum script b_script,
                              double least);

/* Keys under which the word is found by its sound: hashes of coarse consonant skeletons, of skeletons less a consonant,
 * and of short words with their vowels (sound_keys.c). They are made for words that differ in vowels, in script or in
 * one consonant; single typing errors are for the keys of letters (part_keys in names/compare.h). Of transliterated
 * pairs that sound_similarity puts at 0.7 or above 1 % (Arabic, Cyrillic, Hebrew) to 5 % (Chinese) share no key
 * (bench/translit). Writes at most SOUND_KEYS_MAX, without duplicates, returns how many: at least 1, 9 on average. The
 * first is that of all consonants as they are usually read. */
#define SOUND_KEYS_MAX 48
size_t sound_keys(const struct sound *sound, uint32_t keys[SOUND_KEYS_MAX]);

/* Those of them that are made of consonants alone. */
size_t sound_skeleton_keys(const struct sound *sound, uint32_t keys[SOUND_KEYS_MAX]);

#endif
