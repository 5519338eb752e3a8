/* UTF-8, one code point at a time. The only place that decodes it. */
#ifndef JISR_BASE_UTF8_H
#define JISR_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID UINT32_MAX

/* The code point at *cursor, which moves past it. Overlong forms, surrogates, values over U+10FFFF and cut sequences
 * give UTF8_INVALID, and the cursor moves one byte. Requires *cursor < end. */
uint32_t utf8_next(const char **cursor, const char *end);

/* Writes 1 to 4 bytes and returns how many; 0 when the value is not a code point. */
size_t utf8_put(char out[4], uint32_t code);

/* True when all length bytes are well-formed UTF-8; else *ret_offset (may be NULL) is the first bad byte. */
bool utf8_valid(const char *bytes, size_t length, size_t *ret_offset);

/* The largest n <= limit that does not cut a character of well-formed bytes in two. */
size_t utf8_cut(const char *bytes, size_t length, size_t limit);

#endif
