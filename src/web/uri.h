/* What a client writes into a request's target, taken apart: the path's segments, the query's names and values, a
 * form's fields. Strict: a bad percent sign, a NUL, bytes that are not UTF-8 are refused with a sentence, never guessed
 * at. */
#ifndef JISR_WEB_URI_H
#define JISR_WEB_URI_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

#define URI_MAX_SEGMENTS 16
#define URI_MAX_PAIRS    512

struct uri_pair {
	const char *name, *value;
};

struct uri {
	const char *path; /* decoded whole, for showing */
	const char *segments[URI_MAX_SEGMENTS];
	size_t segment_count; /* "/" has none; "/a/" has "a" and "" */
	const char *query;    /* as it came, after '?'; "" when there is none */
};

/* Takes a request's target apart: "/path?query", also "http://host/path?query". Strings live in the arena, the query
 * where it stood. JISR_BAD_INPUT, JISR_TOO_LARGE (over URI_MAX_SEGMENTS), JISR_NO_MEMORY. */
int uri_read(const char *target, struct arena *arena, struct uri *ret_uri, struct problem *problem);

/* The pairs of a query string or of an application/x-www-form-urlencoded body, in order; '+' is a space. JISR_BAD_INPUT,
 * JISR_TOO_LARGE (over URI_MAX_PAIRS), JISR_NO_MEMORY. */
int uri_pairs(const char *text, size_t length, struct arena *arena, struct uri_pair **ret_pairs, size_t *ret_count,
              struct problem *problem);

#endif
