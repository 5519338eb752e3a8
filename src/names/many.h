/* One part compared with many stored ones: what part_similarity_filed (names/compare.h) says of each, at a fraction of its
 * cost. Ordinary words are compared 64 at once where the machine can (many_avx512.c, many_avx2.c); what is special about a
 * pair (articles, compounds, nicknames, initials) is left to part_similarity_filed. */
#ifndef JISR_NAMES_MANY_H
#define JISR_NAMES_MANY_H

#include "names/name.h"

/* A stored part that is similar to the one asked for. */
struct part_near {
	uint32_t part;
	float similarity;
};

/* Compares `part` with stored[numbers[0]] to stored[numbers[count - 1]] and writes those that reach the floor, and `least`,
 * with their similarity, in the order of the numbers; there must be room for all. Parts whose lengths, kind or script are
 * impossible are left out. Returns how many were written. */
size_t part_many(const struct name_part *part, const struct name_part *stored, const uint32_t *numbers, size_t count,
                 double least, struct part_near *ret_near);

#endif
