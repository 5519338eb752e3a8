/* Splitting a name's bytes into folded, romanised words: the first step of name_read, not for use elsewhere. */
#ifndef JISR_NAMES_SPLIT_H
#define JISR_NAMES_SPLIT_H

#include "names/name.h"

#include <stdbool.h>

#define SPLIT_MAX_WORDS 48
#define SPLIT_MAX_TEXT  95 /* bytes of folded text kept of one word */

struct split_word {
	const char *piece; /* the original spelling, inside the bytes that were split */
	size_t piece_length;
	uint8_t text_length;
	uint8_t characters; /* code points of text */
	char text[SPLIT_MAX_TEXT +
	          1]; /* NFKC, case folded, without marks that a script writes optionally; 0-terminated */
	struct roman roman;
	uint8_t script; /* enum script */
	uint8_t commas; /* commas before it in the name */
	bool hyphen;    /* a hyphen joins it to the next word */
	bool dot;       /* a full stop follows */
	bool capitals;  /* a Latin word written all in capitals */
	bool has_digits;
};

struct split {
	size_t count;
	bool truncated;
	struct split_word words[SPLIT_MAX_WORDS];
};

/* Splits. The bytes must outlive the result. JISR_NO_MEMORY when ICU has none. */
int split_name(const char *bytes, size_t length, enum name_kind kind, struct split *ret_split);

#endif
