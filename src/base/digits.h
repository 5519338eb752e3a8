/* Whole numbers as people and addresses write them: digits and nothing else. */
#ifndef JISR_BASE_DIGITS_H
#define JISR_BASE_DIGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a text, which may be NULL, is at least one digit of 0-9 and at most so many. */
bool digits_only(const char *text, size_t most);
/* The same, and their number, of at most 19 digits; as it was when it is none. */
bool digits_read(const char *text, size_t most, uint64_t *ret_number);
/* The same of what is counted from 1, at most 15 digits, and written without a 0 before it. */
bool digits_ordinal(const char *text, uint64_t *ret_number);
/* The number of at most 8 digits; 0 when it is none. */
uint32_t digits_number(const char *text);

#endif
