/* Whole numbers as people and addresses write them: digits and nothing else. */
#ifndef JISR_BASE_DIGITS_H
#define JISR_BASE_DIGITS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a text, which may be NULL, is at least one digit of 0-9 and at most so many. */
bool digits_only(const char *text, size_t most);

#endif
