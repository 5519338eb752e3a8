/* HTML written element by element. Names of elements and attributes are literals of the program; every text and every value
 * goes through one function that escapes it, so that nothing that somebody wrote can become markup. */
#ifndef JISR_WEB_MARKUP_H
#define JISR_WEB_MARKUP_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>

#define MARKUP_MAX_DEPTH 32

struct markup {
	struct text *text;
	const char *open[MARKUP_MAX_DEPTH]; /* elements that are not closed yet */
	int depth;
	bool in_tag; /* attributes may still come */
};

/* Begins a document: <!doctype html>. */
void markup_begin(struct markup *markup, struct text *text);

/* An element; what follows is inside it until markup_close. Deeper than MARKUP_MAX_DEPTH is JISR_TOO_LARGE in the text. */
void markup_open(struct markup *markup, const char *element);
void markup_close(struct markup *markup);
/* One that holds nothing: <img>, <meta>, <input>. */
void markup_void(struct markup *markup, const char *element);

/* Of the element just opened. */
void markup_attribute(struct markup *markup, const char *name, const char *value);

void markup_text(struct markup *markup, const char *value);

/* <element class="...">text</element>; `look` may be NULL. */
void markup_leaf(struct markup *markup, const char *element, const char *look, const char *value);

/* Closes what is still open. */
void markup_end(struct markup *markup);

#endif
