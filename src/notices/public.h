/* The public extract of red, yellow and Security Council notices, answered as INTERPOL's public notices API answers
 * (/notices/v1/...): the same keys, filters, links and oddities, so that what reads that service reads this one.
 *
 * A set holds the extracts of one moment, newest first, read-only once it is built: any number of threads may ask. Who
 * builds it puts in only what everybody may see. The form of the answers is told in docs/notices.md. */
#ifndef JISR_NOTICES_PUBLIC_H
#define JISR_NOTICES_PUBLIC_H

#include "base/date.h"
#include "base/memory.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

enum public_kind { PUBLIC_RED = 1, PUBLIC_YELLOW = 2, PUBLIC_UN_PERSON = 4, PUBLIC_UN_ENTITY = 8 };
#define PUBLIC_UN (PUBLIC_UN_PERSON | PUBLIC_UN_ENTITY)

#define PUBLIC_MAX_NOTICES 2000000
#define PUBLIC_MAX_MEMORY  ((size_t)2 << 30)
#define PUBLIC_MAX_PATTERN 200 /* characters of a name's pattern; more match nothing */
#define PUBLIC_MAX_FILTERS 32
#define PUBLIC_PER_PAGE    20 /* where nothing is asked */
#define PUBLIC_PAGE_MOST   160

struct public_set;

int public_set_new(struct public_set **ret_set);
struct public_set *public_set_free(struct public_set *set);
MEMORY_DEFINE_FREEP(struct public_set, public_set_free)

/* Adds an extract behind those there: the content of a notice (notices/content.h) of the id "2026/99901". What is needed
 * is copied. JISR_UNSUPPORTED: its colour has no public extract. JISR_TOO_LARGE, JISR_NO_MEMORY. */
int public_set_add(struct public_set *set, const char *id, const cJSON *content);

/* A pair of the query string, decoded. */
struct public_pair {
	const char *name, *value;
};

struct public_question {
	unsigned kinds;
	const char *path; /* "red", "yellow", "un", "un/persons", "un/entities": for the links */
	const char *base; /* "http://127.0.0.1:8470", without a slash at the end */
	const struct public_pair *pairs;
	size_t pair_count;
	size_t cap;        /* notices of one result that can be reached; 0: all */
	struct date today; /* a day: for ages */
};

/* Adds the answer's JSON. Unknown names and empty values are passed over; numbers that are none, too. */
int public_list(const struct public_set *set, const struct public_question *question, struct text *text);

/* One notice, its pictures, and the content address of one of them. `id` is "2026-99901". JISR_NOT_FOUND. */
int public_detail(const struct public_set *set, const struct public_question *question, const char *id,
                  struct text *text);
int public_images(const struct public_set *set, const struct public_question *question, const char *id,
                  struct text *text);
int public_picture(const struct public_set *set, const struct public_question *question, const char *id,
                   const char *picture, const char **ret_hash);

/* Whether a name fits a pattern: letters in any case, '.' for any one character, '^' at the beginning and '$' at the end
 * for the name's ends; anything else stands for itself. At most PUBLIC_MAX_PATTERN times the name's length in steps. */
bool public_matches(const char *pattern, const char *name);

#endif
