/* The rules that roman.c chooses from, one file a script. Only roman*.c include this.
 *
 * Each takes a word as roman_word does and appends to an empty *roman; letters that it does not know are left out. None
 * allocates. */
#ifndef JISR_NAMES_ROMAN_RULES_H
#define JISR_NAMES_ROMAN_RULES_H

#include "names/roman.h"

#include <stdbool.h>
#include <stdint.h>

/* Code points looked at in one word; more cannot matter, since each gives at least one letter or nothing. */
#define ROMAN_CODES_MAX 96

/* Appends; what does not fit whole is dropped, as is everything after it. */
static inline void roman_put(struct roman *roman, const char *letters)
{
	for (; *letters != 0 && roman->length < ROMAN_MAX; letters++) {
		roman->latin[roman->length++] = *letters;
	}
}

/* The last letter written, 0 when none. */
static inline char roman_last(const struct roman *roman)
{
	return roman->length == 0 ? 0 : roman->latin[roman->length - 1];
}

/* An h that follows a letter with which it would read as one sound (s + h, not sh) is parted from it by an e, a letter
 * that Arabic and Hebrew words hardly have otherwise; sound_rules.c knows it. */
static inline void roman_put_h(struct roman *roman)
{
	char last = roman_last(roman);
	bool joins = last == 's' || last == 't' || last == 'd' || last == 'k' || last == 'g' || last == 'z' ||
	             last == 'c' || last == 'p';
	roman_put(roman, joins ? "eh" : "h");
}

void roman_arabic(const uint32_t *codes, size_t count, struct roman *roman);
void roman_cyrillic(const uint32_t *codes, size_t count, struct roman *roman);
void roman_greek(const uint32_t *codes, size_t count, struct roman *roman);
void roman_hebrew(const uint32_t *codes, size_t count, struct roman *roman);
void roman_kana(const uint32_t *codes, size_t count, struct roman *roman);
void roman_hangul(const uint32_t *codes, size_t count, struct roman *roman);
void roman_devanagari(const uint32_t *codes, size_t count, struct roman *roman);
void roman_thai(const uint32_t *codes, size_t count, struct roman *roman);

#endif
