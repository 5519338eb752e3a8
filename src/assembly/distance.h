/* How far an amendment is from the paragraph that it would change: those furthest from it are voted on first. Pure. */
#ifndef JISR_ASSEMBLY_DISTANCE_H
#define JISR_ASSEMBLY_DISTANCE_H

#include <stdint.h>

#define DISTANCE_DELETES 1001 /* a paragraph taken away: further than any change of its words */
#define DISTANCE_WORDS   2000 /* of a text that are looked at */

/* The share of words, in thousandths, that have to be put in, taken out or exchanged to make one text of the other: 0 for
 * the same words, 1000 where none is the same. Words are what white space separates. -1 when there is no memory. */
int distance_words(const char *one, const char *other);

#endif
