/* The communiqué of a session in the four languages, put together from one table of sentences: plurals and numerals as each
 * language has them (CLDR's rules, by ICU), dates written out. Pure but for ICU's data. */
#ifndef JISR_ASSEMBLY_COMMUNIQUE_H
#define JISR_ASSEMBLY_COMMUNIQUE_H

#include "assembly/assembly.h"
#include "base/text.h"

struct communique {
	uint32_t session;
	bool over;                          /* the session is closed: it "was held" */
	const char *city[LANGUAGE_COUNT];   /* in each language */
	const char *country;                /* code of the host */
	const char *first, *last;           /* days */
	uint32_t members;                   /* of the organisation */
	const struct assembly_count *count; /* who took part */
	uint32_t resolutions, votes;        /* adopted, held */
};

#define COMMUNIQUE_MAX 8192 /* bytes */

/* Adds the text in a language: a title and sentences, a line each, without direction marks. JISR_NO_MEMORY, JISR_TOO_LARGE;
 * JISR_UNSUPPORTED when ICU lacks the language. */
int communique_write(const struct communique *communique, enum language language, struct text *text);

#endif
