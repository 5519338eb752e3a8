/* Lists of words as literals of the program have them: " name country number ", a space before, between and after. */
#ifndef JISR_BASE_WORDS_H
#define JISR_BASE_WORDS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether the list holds the word; never "" or one with a space. */
bool words_hold(const char *words, const char *word);

/* The name of an object's first member that the list does not hold; NULL: there is none. Lives as long as the object. */
const char *words_stranger(const cJSON *object, const char *words);

/* ",draft,published,": the words of the bits that are set, as statements look for one with instr(). Cut off where `size` ends.
 * Gives `out`. */
const char *words_of_bits(unsigned bits, unsigned count, const char *(*word)(unsigned bit), char *out, size_t size);

#endif
