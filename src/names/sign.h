/* A part's letters in 32 bits, and whether two parts can be alike as far as those tell. Reading a sign costs a thousandth of
 * reading a part that lies anywhere in memory, so an index asks it first; part_similarity asks it of doubtful pairs too, so
 * that both say the same. */
#ifndef JISR_NAMES_SIGN_H
#define JISR_NAMES_SIGN_H

#include "names/name.h"

#include <stdbool.h>

#define SIGN_LETTER(letter) (1u << ((letter) - 'a'))
#define SIGN_LETTERS        0x3ffffffu
#define SIGN_LATIN          (1u << 26)

/* Letters a to z (26 bits), whether the script is Latin (bit 26), and the length (5 bits). */
static inline uint32_t sign_of(const struct name_part *part)
{
	return (part->letters & SIGN_LETTERS) | (uint32_t)(part->script == SCRIPT_LATIN) << 26 |
	       (uint32_t)(part->latin_length & 31u) << 27;
}

/* Bits set; without the instruction that not every machine has. */
static inline unsigned sign_count(uint32_t bits)
{
	bits -= bits >> 1 & 0x55555555u;
	bits = (bits & 0x33333333u) + (bits >> 2 & 0x33333333u);
	return ((bits + (bits >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24;
}

/* Which classes of consonants a word has: lips, teeth, throat, hiss, liquid, m, n. c, h, j, w, x and y stand for too many
 * sounds to tell. Words that sound alike have nearly the same classes. 7 bits. */
static inline unsigned sign_consonants(uint32_t sign)
{
	const uint32_t lips = SIGN_LETTER('b') | SIGN_LETTER('p') | SIGN_LETTER('f') | SIGN_LETTER('v');
	const uint32_t teeth = SIGN_LETTER('d') | SIGN_LETTER('t'), hiss = SIGN_LETTER('s') | SIGN_LETTER('z');
	const uint32_t throat = SIGN_LETTER('k') | SIGN_LETTER('q') | SIGN_LETTER('g');
	const uint32_t liquid = SIGN_LETTER('l') | SIGN_LETTER('r');
	return (unsigned)((sign & lips) != 0) | (unsigned)((sign & teeth) != 0) << 1 |
	       (unsigned)((sign & throat) != 0) << 2 | (unsigned)((sign & hiss) != 0) << 3 |
	       (unsigned)((sign & liquid) != 0) << 4 | (unsigned)((sign & SIGN_LETTER('m')) != 0) << 5 |
	       (unsigned)((sign & SIGN_LETTER('n')) != 0) << 6;
}

/* False when two parts cannot be alike, as far as their letters tell. `consonants` is sign_consonants(b). In any script a
 * word that sounds alike has nearly the same classes of consonants. Each change of spelling changes at most two bits and
 * two classes, so one change always passes; a longer Latin word may bear more of them. Of two scripts only consonants
 * count on which scripts agree. */
static inline bool sign_meets(uint32_t a, uint32_t b, unsigned consonants)
{
	const uint32_t unfirm = SIGN_LETTER('a') | SIGN_LETTER('e') | SIGN_LETTER('i') | SIGN_LETTER('o') |
	                        SIGN_LETTER('u') | SIGN_LETTER('y') | SIGN_LETTER('h') | SIGN_LETTER('w');
	/* Without a jump: thousands are asked in a row (sign_meets_many). */
	uint32_t apart = (a ^ b) & SIGN_LETTERS, latin = 0 - (a >> 26 & b >> 26 & 1u);
	unsigned length = a >> 27, other = b >> 27, longer = length > other ? length : other;
	unsigned changes = sign_count(apart & (~unfirm | latin)), most = 4 + ((longer / 4 - 2) & latin);
	return (unsigned)(sign_count(sign_consonants(a) ^ consonants) <= 2) & (unsigned)(changes <= most);
}

/* Letters of words that may sound alike whatever vowels they are written with; of longer ones more letters agree. */
#define SIGN_SHORT 7

/* True also when two short parts may sound so alike that part_similarity does not ask whether they meet (Kuri and Khoury,
 * Kazemi and Qasemi): their consonants agree, whatever else differs. */
static inline bool sign_may_sound(uint32_t a, uint32_t b, unsigned consonants)
{
	const uint32_t unfirm = SIGN_LETTER('a') | SIGN_LETTER('e') | SIGN_LETTER('i') | SIGN_LETTER('o') |
	                        SIGN_LETTER('u') | SIGN_LETTER('y') | SIGN_LETTER('h') | SIGN_LETTER('w');
	uint32_t apart = (a ^ b) & SIGN_LETTERS & ~unfirm;
	unsigned length = a >> 27, other = b >> 27, longer = length > other ? length : other;
	unsigned changes = sign_count(apart), classes = sign_count(sign_consonants(a) ^ consonants);
	return (unsigned)(longer <= SIGN_SHORT) & ((unsigned)(changes <= 2) | (unsigned)(classes == 0)) &
	       (unsigned)(changes <= 4) & (unsigned)(classes <= 1);
}

/* ret_meets[i]: whether signs[i] meets `sign`, or may sound like it. */
void sign_meets_many(const uint32_t *signs, size_t count, uint32_t sign, uint8_t *ret_meets);

#endif
