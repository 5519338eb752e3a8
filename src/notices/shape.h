/* The form of a JSON value, told as data and held against what came from outside: which members an object has, of which
 * kind, within which limits. Every fault is a finding with the path of the field. Unknown members are faults, with the
 * nearest known one. */
#ifndef JISR_NOTICES_SHAPE_H
#define JISR_NOTICES_SHAPE_H

#include "notices/codes.h"
#include "notices/findings.h"

#include <stdbool.h>

enum shape_kind {
	SHAPE_LINE,     /* text of one line, at most `most` characters, without white space at its ends */
	SHAPE_LINES,    /* the same with line breaks */
	SHAPE_DATE,     /* "2026-03-14", "2026-03" or "2026" */
	SHAPE_DAY,      /* "2026-03-14" */
	SHAPE_COUNTRY,  /* ISO 3166 alpha-2 in capitals */
	SHAPE_LANGUAGE, /* ISO 639-2 in capitals */
	SHAPE_CODE,     /* one of `codes` */
	SHAPE_NUMBER,   /* from `least` to `most` */
	SHAPE_WHOLE,    /* the same, without a fraction */
	SHAPE_BOOL,
	SHAPE_HASH,   /* SHA-256 in 64 small hexadecimal digits */
	SHAPE_LIST,   /* at most `most` of `parts`[0] */
	SHAPE_OBJECT, /* with the members `parts` */
	SHAPE_WORDS,  /* {"en":...,"ar":...}: texts as SHAPE_LINES in the organisation's languages */
	SHAPE_ANY,    /* looked at elsewhere */
};

struct shape {
	const char *name; /* of the member; NULL ends a table, and is what an element of a list has */
	enum shape_kind kind;
	bool required;
	double least, most;
	const struct codes *codes;
	const struct shape *parts;
};

/* Holds an object against the members `shape` (ended by one without a name, kind SHAPE_ANY and no parts). `path` goes
 * before each field's name, "" at the top. */
void shape_check(const struct shape *shape, const cJSON *object, const char *path, struct findings *findings);

#endif
