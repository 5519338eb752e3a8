/* What a message says, before it is sealed and after it was opened: an object
 *   {"subject","text"?,"reference"?,"your_reference"?,"language"?,
 *    "handling"?:{"police":"H1","tlp":"AMBER","note"?}, "grading"?:{"source":"A","information":"1"},
 *    "crime_areas"?:["DRU"], "notice"?:"2026/17",
 *    "form"?:"wanted-person", "fields"?:{...},                  a form, and what it asks for
 *    "files"?:[{"name","type","size","digest","key"}]}          attachments (message/attachment.h), the key in Base64
 * A text or a form must be there. Sources of the vocabularies: handling codes and grading as the European police
 * co-operation publishes them (H0 to H3; sources A, B, C, X; information 1 to 4), the Traffic Light Protocol 2.0 of FIRST. */
#ifndef JISR_MESSAGE_CONTENT_H
#define JISR_MESSAGE_CONTENT_H

#include "members/organisation.h"
#include "message/attachment.h"

#include <cjson/cJSON.h>

#define CONTENT_SUBJECT 200   /* bytes */
#define CONTENT_TEXT    60000 /* bytes */
#define CONTENT_SHORT   200   /* bytes of a reference, a name of a file */
#define CONTENT_FIELD   2000  /* bytes of a form's field */
#define CONTENT_FILES   20
#define CONTENT_CRIMES  10

/* A word of a vocabulary, in the order of enum language (ar, en, es, fr). */
struct content_word {
	const char *code;
	const char *words[LANGUAGE_COUNT];
};

extern const struct content_word content_urgencies[], content_handlings[], content_tlps[], content_sources[],
	content_informations[];
extern const size_t content_urgency_count, content_handling_count, content_tlp_count, content_source_count,
	content_information_count;

enum content_kind { CONTENT_IS_TEXT, CONTENT_IS_LONG, CONTENT_IS_DAY, CONTENT_IS_COUNTRY, CONTENT_IS_NUMBER };

struct content_field {
	struct content_word word;
	enum content_kind kind;
	bool needed;
};

struct content_form {
	struct content_word word;
	const struct content_field *fields;
	size_t field_count;
};
extern const struct content_form content_forms[];
extern const size_t content_form_count;
/* NULL: there is none. */
const struct content_form *content_form_find(const char *code);

/* Whether a word is one of a vocabulary. */
bool content_knows(const struct content_word *words, size_t count, const char *code);

/* Checks a content. `crime` tells whether a crime area is known. JISR_BAD_INPUT: what is wrong, in which field. */
int content_check(const cJSON *content, bool (*crime)(const char *code), struct problem *problem);

/* The attachment at that place of "files", and its name and type, which live in the content. False: there is none. */
bool content_file(const cJSON *content, size_t index, struct attachment *ret_attachment, const char **ret_name,
                  const char **ret_type);

/* Adds {"name","type","size","digest","key"} to "files", which is made where it is missing. */
void content_add_file(cJSON *content, const struct attachment *attachment, const char *name, const char *type);

/* A plain name of a file: no folder, no control characters, not empty, no dot at its begin, at most CONTENT_SHORT bytes. */
bool content_name_valid(const char *name);

#endif
