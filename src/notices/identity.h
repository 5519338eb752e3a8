/* Copies of identity papers, as people send them with a request: a photograph (JPEG, PNG) or a PDF. What is kept is made anew from
 * what was sent: of a photograph the picture alone (notices/picture_clean.h), also of those inside a PDF; of a PDF its pages,
 * without what names who made it and when, and only when nothing in it can run, start something or hold another file.
 *
 * Reading a hostile PDF may take much memory, which libqpdf does not limit. Whoever takes bytes from strangers reads them in a
 * process of its own (web/papers.h). */
#ifndef JISR_NOTICES_IDENTITY_H
#define JISR_NOTICES_IDENTITY_H

#include "base/error.h"
#include "base/text.h"

#include <stddef.h>

#define IDENTITY_MAX_BYTES ((size_t)8 << 20)
#define IDENTITY_MAX_PAGES 20
#define IDENTITY_MAX_NODES 200000 /* objects of a PDF that are looked at */

enum identity_type { IDENTITY_JPEG = 1, IDENTITY_PNG, IDENTITY_PDF };

struct identity {
	enum identity_type type;
	unsigned pages; /* 1 of a photograph */
};

/* Adds the cleaned copy, of at most IDENTITY_MAX_BYTES. JISR_UNSUPPORTED: another kind of file. JISR_TOO_LARGE: over a limit.
 * JISR_BAD_INPUT: damaged, encrypted, or with something in it that has no place in a copy. The problem says which, and what to do. */
int identity_clean(const void *bytes, size_t length, struct text *clean, struct identity *ret_identity,
                   struct problem *problem);

/* What a cleaned copy is, from its first bytes; 0 when it is none. */
enum identity_type identity_type(const void *bytes, size_t length);

/* "image/jpeg", "image/png", "application/pdf" */
const char *identity_mime(enum identity_type type);

#endif
