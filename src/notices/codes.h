/* The codes that notices carry, with their words in the organisation's four languages. Data, not code: what a code means
 * is told by its label, and nothing else in the program depends on a particular one unless a rule of the organisation
 * does. Each table says in codes.c where it comes from. */
#ifndef JISR_NOTICES_CODES_H
#define JISR_NOTICES_CODES_H

#include "members/organisation.h"

#include <stdbool.h>
#include <stddef.h>

bool codes_read_language(const char *code, enum language *ret_language);

struct code {
	const char *code;
	const char *words[LANGUAGE_COUNT]; /* English, French, Spanish, Arabic: code_label */
};
/* Whether there is a crime area of that code. */
bool codes_is_crime(const char *code);
const char *code_label(const struct code *code, enum language language);

struct codes {
	const char *name; /* "eye colour": in messages */
	const struct code *list;
	size_t count;
};

extern const struct codes codes_colour; /* "red" ... "silver", "un" */
extern const struct codes codes_crime;  /* crime areas */
extern const struct codes codes_eyes;   /* as the public notices API writes them */
extern const struct codes codes_hair;
extern const struct codes codes_sex;      /* "M", "F", "U" */
extern const struct codes codes_status;   /* as what the person is entered */
extern const struct codes codes_refusal;  /* why a notice was refused or cancelled: the published classes */
extern const struct codes codes_warning;  /* what an officer must know before meeting the person */
extern const struct codes codes_document; /* kinds of identity documents */
extern const struct codes codes_measure;  /* of the Security Council */
extern const struct codes codes_ending;   /* how a notice reached its end */
extern const struct codes codes_asset;
extern const struct codes codes_name;    /* kinds of further names */
extern const struct codes codes_sought;  /* what a blue notice asks for */
extern const struct codes codes_subject; /* what a notice is about */

/* NULL when there is none. */
const struct code *codes_find(const struct codes *codes, const char *code);
/* The label, or the code itself when it is unknown. */
const char *codes_label(const struct codes *codes, const char *code, enum language language);

/* Languages that people speak: ISO 639-2 in its bibliographic form ("GER", "FRE"), which the public notices API uses. */
bool codes_language_known(const char *code);
/* Its name in a language, into out; the code itself when it has none. */
void codes_language_name(const char *code, enum language language, char *out, size_t size);
/* The same for a country by ISO 3166 alpha-2 in capitals. */
bool codes_country_known(const char *code);
void codes_country_name(const char *code, enum language language, char *out, size_t size);

#endif
