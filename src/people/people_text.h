/* Randomness and spelling for bench/people.c and bench/misspell.c. */
#ifndef JISR_PEOPLE_PEOPLE_TEXT_H
#define JISR_PEOPLE_PEOPLE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A stream of numbers; two streams of different starts have nothing to do with each other (splitmix64). */
struct people_random {
	uint64_t state;
};

uint64_t random_next(struct people_random *random);

/* 0 to limit - 1; 0 for a limit of 0. */
size_t random_below(struct people_random *random, size_t limit);

/* True `percent` times in a hundred. */
bool random_percent(struct people_random *random, unsigned percent);

#define SPELLING_MAX 160

/* A bounded piece of text; what does not fit is left off at a character border. */
struct spelling {
	size_t length;
	char bytes[SPELLING_MAX];
};

void spelling_add(struct spelling *spelling, const char *bytes, size_t length);
void spelling_add_string(struct spelling *spelling, const char *string);

/* The first letter from there, an apostrophe before it apart, to upper case (Latin and Cyrillic). */
void spelling_capitalise(struct spelling *spelling, size_t from);

/* Latin letters without their accents; ß, æ, ø and the like spelled out; everything else as it is. */
void spelling_add_plain(struct spelling *spelling, const char *bytes, size_t length);

/* Cyrillic in Latin letters. Scheme 0 is that of passports (Evgenii, Iuliia), 1 the English one (Yevgeniy, Yuliya). */
void spelling_add_cyrillic(struct spelling *spelling, const char *bytes, size_t length, bool ukrainian,
                           unsigned scheme);

#endif
