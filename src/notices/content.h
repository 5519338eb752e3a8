/* What a notice says: identity, charges, warrants, warnings, texts in the organisation's languages. One JSON object whose
 * form is a table (notices/content.c, drawn in docs/notices.md), read strictly and kept as canonical JSON.
 *
 * Two kinds of faults are told apart. The form (content_form) must be right always, also in a draft. What a notice of its
 * colour must say before it is requested (content_complete) may be missing while it is being written. Conditions that the
 * organisation may change are settings, struct content_rules. */
#ifndef JISR_NOTICES_CONTENT_H
#define JISR_NOTICES_CONTENT_H

#include "base/arena.h"
#include "notices/codes.h"
#include "notices/findings.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

#define CONTENT_MAX_BYTES    ((size_t)256 << 10)
#define CONTENT_MAX_PICTURES 8

/* The organisation's conditions; headquarters may change each. */
struct content_rules {
	double least_penalty;   /* months: the highest penalty of the offence, for a red notice to prosecute */
	double least_sentence;  /* months: imposed or left, for a red notice to serve a sentence */
	double review_months;   /* months from publication until a notice must be looked at again */
	double longest_renewal; /* months that one renewal may give */
	double keep_months;     /* months from its end until what a notice says is removed; of an object the same */
	double object_months;   /* after which an object that nobody amended is withdrawn */
	bool yellow_picture;    /* a yellow notice needs a photograph */
	bool identity_sets;     /* a red notice needs one of the two sets of identity data */
	double public_cap;      /* notices of one answer of the public interface that can be reached; 0: no limit */
};
void content_rules_init(struct content_rules *rules);
/* Reads changes to the rules: {"least_penalty":24,...}; members that are absent stay as they are. Faults are findings. */
void content_rules_read(const cJSON *json, struct content_rules *rules, struct findings *findings);
cJSON *content_rules_json(const struct content_rules *rules);

/* Checks the form. What is wrong becomes findings; the tree is never changed. */
void content_form(const cJSON *content, struct findings *findings);

/* What a notice of its colour still lacks before it may be requested, and what cannot be so on that day ("2026-11-27", or a
 * moment). The form must be right. `diffusion`: conditions that only notices have are not asked. */
void content_complete(const cJSON *content, const struct content_rules *rules, bool diffusion, const char *today,
                      struct findings *findings);

/* The names to show: "PERSON, Invented", in the arena; the id of a method or event is its title. */
const char *content_caption(const cJSON *content, struct arena *arena);

/* A text by language: that asked for, else the source's, else any; NULL when there is none. *ret_language (may be NULL)
 * says which it is in. */
const char *content_words(const cJSON *content, const char *field, enum language language, enum language *ret_language);

/* The reviewer's form: the questions of articles 2 and 3 and of the conditions, each answered. {"article_2":{"finding":
 * "complies","text":"..."},...}. `passed` is false when one finding speaks against publication. */
void content_review_form(const cJSON *review, bool *ret_passed, struct findings *findings);

#endif
