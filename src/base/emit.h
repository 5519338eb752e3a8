/* JSON written straight into a text, value after value: for answers on the hot path, where a tree (base/tree.h) would
 * cost more than the answer. Commas come by themselves: one is set before a value unless the text is empty or ends with
 * an opening bracket or the end of a line. A failure stays in the text (base/text.h) and is tested once at the end. */
#ifndef JISR_BASE_EMIT_H
#define JISR_BASE_EMIT_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Each writes one value: a member of the object that was opened last when `key` is given, an element of an array (or the
 * whole value) when it is NULL. Keys are literals: well-formed, nothing in them to escape. */
void emit_object(struct text *text, const char *key); /* to be closed */
void emit_array(struct text *text, const char *key);
void emit_text(struct text *text, const char *key, const char *value); /* NULL gives null */
void emit_bytes(struct text *text, const char *key, const char *value, size_t length);
void emit_count(struct text *text, const char *key, uint64_t number);
void emit_score(struct text *text, const char *key, double score); /* rounded to four decimals; not finite: null */
void emit_bool(struct text *text, const char *key, bool value);
void emit_null(struct text *text, const char *key);
/* JSON that was written before, by whoever answers for it. */
void emit_raw(struct text *text, const char *key, const char *json, size_t length);

/* A member whose name comes from outside. The value follows as an element: emit_name(t, id, n); emit_array(t, NULL). */
void emit_name(struct text *text, const char *name, size_t length);

void emit_close_object(struct text *text);
void emit_close_array(struct text *text);

#endif
