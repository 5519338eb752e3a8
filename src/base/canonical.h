/* Canonical JSON (RFC 8785): one sequence of bytes for one value, so that it can be hashed and signed. No white space;
 * members sorted by the UTF-16 code units of their names; strings with the fewest escapes; numbers as ECMAScript prints
 * doubles. Everything that is hashed or signed in the record is written by this module. */
#ifndef JISR_BASE_CANONICAL_H
#define JISR_BASE_CANONICAL_H

#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

/* Members of one object and depth of a tree: more is JISR_TOO_LARGE. */
#define CANONICAL_MAX_MEMBERS 65536
#define CANONICAL_MAX_DEPTH   64

/* Adds the tree. The tree is not changed; its strings must be well-formed UTF-8 and its numbers finite (base/json.h and
 * base/tree.h make no others), else JISR_BAD_INPUT. JISR_NO_MEMORY, JISR_TOO_LARGE. After an error the text holds a part.
 */
int canonical_write(const cJSON *json, struct text *text);

/* One double as ECMAScript's Number::toString writes it: the fewest digits that read back the same. */
#define CANONICAL_NUMBER_MAX 48
void canonical_number(double number, char out[CANONICAL_NUMBER_MAX]);

/* True when the bytes are just what canonical_write gives for the value that they hold. */
bool canonical_is(const char *bytes, size_t length);

#endif
