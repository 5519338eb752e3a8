/* Words that somebody types into a search box, looked for in the texts of an entity: without case and accents, whole words
 * or beginnings. Knows nothing of HTTP. */
#ifndef JISR_WEB_YENTE_TEXT_H
#define JISR_WEB_YENTE_TEXT_H

#include "base/arena.h"
#include "web/yente_entity.h"

#define YENTE_TEXT_TERMS   64   /* of one query */
#define YENTE_TEXT_LETTERS 4096 /* of all its terms */

struct yente_text;

/* Reads: words (all must be there), "phrases", -word and NOT word, OR between two, word* for a beginning, field:word. A
 * simple query takes what it cannot read for words; another is refused then: JISR_BAD_INPUT, and the problem says why.
 * JISR_TOO_LARGE over the limits, JISR_NO_MEMORY. */
int yente_text_read(const char *query, bool simple, struct arena *arena, struct yente_text **ret_text,
                    struct problem *problem);

/* Nothing asked: everything matches. */
bool yente_text_empty(const struct yente_text *text);

/* The words alone, as the name of somebody who is looked for; "" when there are none. */
const char *yente_text_words(const struct yente_text *text);

/* One word of a text, for who keeps an index of words: numbers that stand for the whole word and for how it begins (its
 * first three letters; 0 when it has fewer). Equal words have equal numbers. Goes on from *at; false after the last. */
struct yente_word {
	uint64_t whole, begin;
};
bool yente_text_word(const char **at, const char *end, struct yente_word *ret_word);

/* What must stand in a record that matches: of each clause that is here the needs of one of its terms, all of them. A
 * clause that a record without any of its words could meet is left out. By clause, then by term. */
struct yente_need {
	uint64_t token; /* of a word, or of how one begins */
	uint16_t clause, term;
};
const struct yente_need *yente_text_needs(const struct yente_text *text, size_t *ret_count);

/* Whether a record can match at all, told from its bytes (stored_bytes): never false for one that does. */
bool yente_text_may(const struct yente_text *text, const char *bytes, size_t length);

enum yente_text_match {
	YENTE_TEXT_NO = 0,
	YENTE_TEXT_SOMEWHERE,
	YENTE_TEXT_NAMES, /* all words stand in its names */
};
/* `named`: the words alone were found by other means, so only the rest must hold. */
enum yente_text_match yente_text_match(const struct yente_text *text, const struct yente_thing *thing, bool named);

#endif
