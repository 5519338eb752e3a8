/* The fields that an act of the assembly takes, as a table: from it come the check of what was sent, the command line's
 * reading of NAME=VALUE, and what `jisr assembly acts` and /api/v1/assembly/acts tell. */
#ifndef JISR_ASSEMBLY_FIELD_H
#define JISR_ASSEMBLY_FIELD_H

#include "base/error.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

enum field_kind {
	FIELD_TEXT,       /* at most `most` bytes */
	FIELD_PAPER,      /* the same with lines */
	FIELD_NUMBER,     /* a whole number from 0 to `most` */
	FIELD_FLAG,       /* true or false */
	FIELD_DAY,        /* "2025-11-24" */
	FIELD_CODE,       /* of an office, a member, an observer: capital letters, digits, '-' */
	FIELD_HASH,       /* SHA-256 as 64 hexadecimal digits */
	FIELD_WORD,       /* one of `words` */
	FIELD_AMOUNT,     /* of money, as a text: "1250.00", never negative */
	FIELD_SHARE,      /* "2/3" (at least) or ">1/2" (more than) */
	FIELD_TEXTS,      /* {"ar","en","es","fr"}: one at least, each of at most `most` bytes */
	FIELD_CODES,      /* a list of codes, each once, at most `most` */
	FIELD_NUMBERS,    /* a list of whole numbers from 1, at most `most` */
	FIELD_WORDS,      /* a list of some of `words` */
	FIELD_SHARES,     /* a list of shares, at most `most` */
	FIELD_NAMES,      /* a list of texts of at most 200 bytes, at most `most` */
	FIELD_PARAGRAPHS, /* a list of FIELD_TEXTS, each text of at most 8000 bytes, at most `most` */
	FIELD_LIST,       /* a list of objects with the fields `inner`, at most `most` */
};

struct field {
	const char *name;
	enum field_kind kind;
	bool needed;
	uint32_t most;
	const char *const *words;  /* NULL at the end */
	const struct field *inner; /* a NULL name at the end */
	const char *help;
};

#define FIELD_MAX_NAME      200
#define FIELD_MAX_PARAGRAPH 8000

/* Whether the object has those fields and no others, each of its form: JISR_BAD_INPUT with a sentence that names the field
 * and says what to write. `fields` ends with a NULL name. A NULL object stands for one without fields. */
int field_check(const cJSON *object, const struct field *fields, struct problem *problem);

/* Adds NAME=VALUE of a command line to an object, as its kind asks: lists are separated by commas; NAME.fr=VALUE is one
 * language of a text; a value that begins with '[' or '{' is JSON. JISR_BAD_INPUT, JISR_NO_MEMORY. */
int field_add(cJSON *object, const struct field *fields, const char *word, struct problem *problem);

/* "a text", "a list of codes". */
const char *field_kind_what(enum field_kind kind);

/* Reads "2/3" or ">1/2": true and its parts; the numerator is from 1 to 1000, the denominator not smaller. */
bool field_share(const char *text, uint32_t *ret_over, uint32_t *ret_under, bool *ret_strict);

/* Cents of a member that is a FIELD_AMOUNT; 0 when there is none. */
int64_t field_amount(const cJSON *object, const char *name);

/* Adds the table as the array "fields" of the open object. */
void field_describe(struct text *text, const struct field *fields);

bool field_code_valid(const char *code);
bool field_day_valid(const char *day);

#endif
