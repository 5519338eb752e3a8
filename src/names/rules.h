/* The versions of the rules by which names are read and compared and evidence beside them is counted: the one place that
 * names them. A version is a promise: the same two people get the same score for as long as it is named so. Callers pin
 * one (`rules` of jisr's interface, `algorithm` of yente's), answers say which made them, segments remember by which
 * their names were read.
 *
 * A change that alters scores takes a new version: add it to the table, write its scores with tools/rules-scores, and
 * tell in docs/matching.md what changed. tests/names/test_rules.c fails when the scores of the stored pairs are others
 * than those of the version that the program says it has. */
#ifndef JISR_NAMES_RULES_H
#define JISR_NAMES_RULES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct name_rules {
	const char *version; /* "jisr-names-1"; at most 31 bytes: segments store it */
	const char *since;   /* the day on which it was fixed */
	const char *summary; /* what is other than in the version before */
	const char *scores;  /* SHA-256 of tests/names/rules/VERSION.tsv */
};

/* Oldest first; the last is the one by which this program compares. */
extern const struct name_rules name_rules[];
extern const size_t name_rules_count;

/* The rules by which this program compares: "jisr-names-1". */
const char *name_rules_version(void);

/* Whether this program compares by the version asked for: JISR_OK; JISR_UNSUPPORTED for one that an earlier program had;
 * JISR_NOT_FOUND for one that is not known. The sentence says which there are. */
int name_rules_ask(const char *version, struct problem *problem);

#endif
