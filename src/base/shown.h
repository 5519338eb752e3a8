/* Text from outside, shown to a person: made harmless, and compared with what may have been meant. */
#ifndef JISR_BASE_SHOWN_H
#define JISR_BASE_SHOWN_H

#include <stddef.h>

/* Copies text from outside so that it can do no harm when it is shown: control characters, lone bytes that are not
 * UTF-8 and direction marks are replaced or left out; cut at a character with "…" when it does not fit.
 * Always ends with a 0. Returns the bytes written. */
size_t shown_clean(const char *text, size_t length, char *out, size_t size);

/* Single changes (insert, delete, replace, swap of neighbours) that make b of a; for "did you mean". Looks at the first
 * 63 bytes. */
size_t shown_distance(const char *a, const char *b);

#endif
