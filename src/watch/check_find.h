/* What finding forms is made of: check_find.c follows the parts that are near to the query's, check_joined.c what one side
 * writes as one word and the other as two. Private to the two; terms, rules and invariants: check_find.c. */
#ifndef JISR_WATCH_CHECK_FIND_H
#define JISR_WATCH_CHECK_FIND_H

#include "names/costs.h"
#include "watch/check_near.h"

/* Bounds are computed from weights that are stored rounded and similarities of 24 bits. */
#define BOUND_SLACK    0.001
#define BOUND_CONFLICT (CONFLICT_LEAST - BOUND_SLACK) /* what name_compare charges at least */

/* True for a score, or a query, of which rule 1 does not hold. */
static inline bool finder_all(const struct finder *finder)
{
	return finder->least <= 1 - BOUND_CONFLICT || finder->naming == 0;
}

/* What the parts of a form are near to. */
struct likeness {
	uint32_t matched;                 /* parts of the query */
	unsigned left;                    /* naming parts of the form that are near to none */
	float similarity[NAME_MAX_PARTS]; /* of each part of the form, 0: near to none */
};

/* Of a form; false when a stored number is impossible, or nothing is near to any part. */
bool finder_liken(const struct finder *finder, const struct segment *segment, const struct name *query,
                  const struct form *form, struct likeness *ret);

/* The most that name_compare can give; 0 when it cannot reach `least`. */
double finder_bound(const struct finder *finder, const struct segment *segment, const struct name *query,
                    const struct form *form, double least, const struct likeness *likeness);

/* Makes a form one of those that may be the query's name. JISR_NO_MEMORY, JISR_TOO_LARGE. */
int finder_keep(struct finder *finder, uint32_t form, double bound);

/* Adds a form to those under way, once. JISR_NO_MEMORY, JISR_TOO_LARGE. */
int finder_collect(struct finder *finder, struct wanted wanted);

/* A part through which forms are looked up. */
struct lead {
	uint32_t part;
	float similarity;       /* 1 of one half near */
	uint8_t naming;         /* naming parts of the query but those that it stands for, folded */
	uint8_t stands, beside; /* as in struct sieve */
	bool half;
	bool syllable; /* the part is one half of a word of the query: another part is the other half */
};

/* Collects the forms below `end` that hold the part of the lead: unless every form is asked for, only those whose other parts
 * may be near to the other parts of the query; never those whose bearers are certainly others. JISR_NO_MEMORY,
 * JISR_TOO_LARGE. */
int finder_follow(struct finder *finder, const struct segment *segment, const struct lead *lead, uint32_t end,
                  bool every);

/* Fetches the words of a form, of which there is one of this number. */
static inline void finder_words_ahead(const struct segment *segment, uint32_t form)
{
	uint32_t start = segment->forms_start[form];
	if (start < segment->form_word_count)
		__builtin_prefetch(&segment->form_words[start]);
}

/* Keeps the forms that write one part of the query as two: found by the keys of joins; and by one of two syllables that
 * stands as it is. JISR_NO_MEMORY, JISR_TOO_LARGE. */
int finder_joins(struct finder *finder, const struct segment *segment, const struct name *query);
int finder_syllables(struct finder *finder, const struct segment *segment, const struct name *query);

#endif
