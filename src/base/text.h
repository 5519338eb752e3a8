/* A growing byte string with a limit. `bytes` is never NULL after init and always has a 0 after `length` bytes.
 * Low-level: never calls upward. */
#ifndef JISR_BASE_TEXT_H
#define JISR_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *bytes;     /* owned; points to a shared empty string while nothing was added */
	size_t length;   /* bytes, without the closing 0 */
	size_t capacity; /* allocated bytes, 0 while nothing was added */
	size_t limit;    /* most bytes that it may hold */
	int error;       /* sticky: the first failure; later additions do nothing */
};

/* Does not allocate. */
void text_init(struct text *text, size_t limit);

/* Frees the contents; the struct can be initialised again. */
void text_finish(struct text *text);

/* Empties it, keeps the memory, clears the error. */
void text_reset(struct text *text);

/* Each returns text->error: 0, JISR_NO_MEMORY or JISR_TOO_LARGE; test once at the end. */
int text_add(struct text *text, const char *bytes, size_t length);
int text_add_string(struct text *text, const char *string);
int text_add_char(struct text *text, char byte);
int text_add_code(struct text *text, uint32_t code_point);
int text_add_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Hands over the bytes (free with memory_free) and leaves the text empty; NULL after an error. */
char *text_take(struct text *text);

/* Whether a text, which may be NULL, is exactly so many digits of 0-9a-f: how digests, keys and lots are written. */
bool text_is_hex(const char *text, size_t digits);

#endif
