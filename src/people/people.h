/* Invented people, companies and vessels for samples, tests and benchmarks. Nobody here exists.
 *
 * Names follow the structures of some seventeen naming traditions (patronymics that agree with the sex, double
 * surnames, family name first, kunyas, compound names) in the script of the tradition and in Latin, with frequencies
 * that fall like those of real registers: a few names very common, and surnames composed of syllables so rare that a
 * million people bring several hundred thousand different words. Entity number n of a seed is always the same, on every
 * machine, whatever was made before it, so a benchmark need not keep what it has made. Used by demonstrations, benchmarks and tests only. */
#ifndef JISR_PEOPLE_PEOPLE_H
#define JISR_PEOPLE_PEOPLE_H

#include "base/arena.h"
#include "base/memory.h"
#include "watch/entity.h"

#include <stdint.h>

struct people;

/* Reads the tables. Allocates; owner frees. Afterwards it is read-only: any number of threads may use it. */
int people_new(uint64_t seed, struct people **ret_people);
struct people *people_free(struct people *people);
MEMORY_DEFINE_FREEP(struct people, people_free)

/* Person `number`, complete (entity_complete was called), in the arena: id "inv-<number>", name, aliases in other
 * spellings and scripts, birthDate (a day, or only a month, a year, two years), nationality, gender, passportNumber and
 * idNumber with their country, topics. JISR_NO_MEMORY. */
int people_person(const struct people *people, uint64_t number, struct arena *arena, struct entity **ret_entity);

/* The same with, among every hundred, four companies and two vessels: what a list looks like. */
int people_entity(const struct people *people, uint64_t number, struct arena *arena, struct entity **ret_entity);

/* How a name is written. */
enum people_writing {
	PEOPLE_NATIVE = 0, /* in the script of the tradition; the same as PEOPLE_LATIN where that is Latin */
	PEOPLE_LATIN,      /* as the person's record writes it */
	PEOPLE_OTHER,      /* as another record might */
};

struct people_name {
	const char *full;
	const char *given;  /* with patronymic, father's and grandfather's names */
	const char *family; /* "" when the person has none */
};

/* The name of person `number` in a writing, whether the person's entity tells it or not. */
int people_name(const struct people *people, uint64_t number, enum people_writing writing, struct arena *arena,
                struct people_name *ret_name);

/* The machine readable zone (TD3, two lines, each with a newline) of the passport of person `number`, valid for some
 * years from 2026. JISR_NOT_FOUND when the person has no passport or no known birth day. */
int people_mrz(const struct people *people, uint64_t number, struct arena *arena, const char **ret_lines);

/* What goes wrong with names at a window. */
enum people_error {
	PEOPLE_TYPO = 0,      /* a letter wrong, missing, or too many */
	PEOPLE_TRANSPOSITION, /* two letters changed places */
	PEOPLE_SPELLING,      /* another transliteration: Yusuf, Youssef; accents lost */
	PEOPLE_DROPPED,       /* a middle word left out */
	PEOPLE_SWAPPED,       /* the first word moved to the end, or the last to the front */
	PEOPLE_INITIAL,       /* a word other than the last cut to its first letter */
	PEOPLE_JOINED,        /* two words written as one */
	PEOPLE_ERROR_COUNT,
};

/* "typo", "transposition", ... */
const char *people_error_name(enum people_error error);

/* A copy of `name` with that error in it, chosen by `random` alone. JISR_NOT_FOUND when the name has no place for it (a
 * single word cannot be swapped), JISR_NO_MEMORY. */
int people_misspell(const char *name, enum people_error error, uint64_t random, struct arena *arena,
                    const char **ret_name);

#endif
