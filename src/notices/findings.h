/* What is wrong with a notice, all of it at once: of each fault the field, what is wrong, and what to do. */
#ifndef JISR_NOTICES_FINDINGS_H
#define JISR_NOTICES_FINDINGS_H

#include "base/error.h"

#include <cjson/cJSON.h>
#include <stddef.h>

#define FINDINGS_MAX 40 /* more are counted, not kept */

struct finding {
	char field[120]; /* "warrants[0].issuing_country" */
	char what[200];  /* "is missing" */
	char todo[200];  /* "name the country whose court issued it" */
};

struct findings {
	struct finding list[FINDINGS_MAX];
	size_t count; /* kept */
	size_t total;
};

/* Empties it. */
void findings_init(struct findings *findings);

/* Adds one; texts that are too long are cut at a character. */
void findings_add(struct findings *findings, const char *field, const char *todo, const char *what, ...)
	__attribute__((format(printf, 4, 5)));

/* JISR_OK when there is none; else JISR_BAD_INPUT and one sentence that names the first ones and how many more. */
int findings_problem(const struct findings *findings, struct problem *problem);

/* [{"field","what","todo"}] as a tree; NULL without memory. */
cJSON *findings_json(const struct findings *findings);

#endif
