/* JSON from outside, strictly: cJSON makes the tree, and what cJSON lets pass is refused before or after: bytes that
 * are not UTF-8, control characters and \u0000 in strings, malformed numbers, a name that stands twice in one object,
 * bytes after the value, too deep, too large. Also: writing trees compactly. */
#ifndef JISR_BASE_JSON_H
#define JISR_BASE_JSON_H

#include "base/error.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits of json_read; a caller with less to expect gives less. */
#define JSON_MAX_DEPTH 64
#define JSON_MAX_BYTES ((size_t)256 << 20)
#define JSON_MAX_WHOLE 9007199254740991u /* 2^53 - 1: from there on a double skips whole numbers (RFC 7493, 2.2) */

/* Reads one value that fills the bytes (white space around it is allowed). The tree is freed with json_free.
 * JISR_BAD_INPUT: the problem says line and column (bytes, from 1) and what is wrong. JISR_TOO_LARGE: over
 * JSON_MAX_BYTES or JSON_MAX_DEPTH. JISR_NO_MEMORY. */
int json_read(const char *bytes, size_t length, cJSON **ret_json, struct problem *problem);

/* Accepts NULL, returns NULL. */
cJSON *json_free(cJSON *json);

/* For CLEANUP(json_freep) cJSON *json = NULL; */
static inline void json_freep(cJSON **json)
{
	*json = json_free(*json);
}

/* Member of an object by its exact name; NULL when there is none or `object` is NULL or no object. */
const cJSON *json_get(const cJSON *object, const char *name);

/* The text of a member that is a string, else NULL. */
const char *json_get_text(const cJSON *object, const char *name);

/* Whether it is a whole number from `least` to `most` (JSON_MAX_WHOLE at most), and which: 2.0 is 2, 2.5 is none. Otherwise,
 * and where there is no `json`, `*ret_number` stays as it was. It may be NULL. */
bool json_whole(const cJSON *json, uint64_t least, uint64_t most, uint64_t *ret_number);

/* The member that is a whole number from 0 to JSON_MAX_WHOLE; else 0. */
uint64_t json_get_whole(const cJSON *object, const char *name);

/* Adds the tree without white space, object members in their order. Returns text->error. */
int json_write(const cJSON *json, struct text *text);

/* Adds a string in quotes with the escapes that JSON asks for; well-formed UTF-8 stays as it is. */
int json_write_string(const char *bytes, size_t length, struct text *text);

#endif
