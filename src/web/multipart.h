/* Forms with files (multipart/form-data, RFC 7578), as browsers and curl send them. */
#ifndef JISR_WEB_MULTIPART_H
#define JISR_WEB_MULTIPART_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define MULTIPART_MAX_PARTS    24
#define MULTIPART_MAX_NAME     40   /* bytes of a field's name */
#define MULTIPART_MAX_BOUNDARY 70   /* bytes, as RFC 2046 has it */
#define MULTIPART_MAX_HEADERS  4096 /* bytes of a part's */

/* A field or a file. */
struct multipart_part {
	char name[MULTIPART_MAX_NAME + 1];
	bool file;         /* it has a filename, also an empty one: a field for files in which none was chosen */
	const char *bytes; /* in the body */
	size_t length;
};
struct multipart {
	struct multipart_part parts[MULTIPART_MAX_PARTS];
	size_t count;
};

/* Reads a body of that Content-Type (NULL: none). JISR_UNSUPPORTED: it is no multipart/form-data. JISR_BAD_INPUT: cut off, without a
 * name, over a limit; the problem says what. */
int multipart_read(const char *type, const char *body, size_t length, struct multipart *ret_form,
                   struct problem *problem);

/* The first part of a name, NULL when there is none. */
const struct multipart_part *multipart_find(const struct multipart *form, const char *name);

#endif
