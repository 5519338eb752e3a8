/* Bodies that come or go compressed with gzip (RFC 1952), by zlib. */
#ifndef JISR_WEB_GZIP_H
#define JISR_WEB_GZIP_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>

#define GZIP_LEAST 1024 /* bytes of a reply from which compressing may pay */

/* Adds what one gzip stream unfolds to; never more than the text's limit, however much is in it. JISR_BAD_INPUT (no
 * gzip, damaged, cut off, or bytes after its end), JISR_TOO_LARGE, JISR_NO_MEMORY. */
int gzip_unfold(const void *bytes, size_t length, struct text *text);

/* A compressor that is kept: its memory is 256 kB. */
struct gzip_folder;
struct gzip_folder *gzip_folder_new(void);
struct gzip_folder *gzip_folder_free(struct gzip_folder *folder);

/* Replaces the text by its compressed form when that is at least a tenth shorter; true when it did. */
bool gzip_fold(struct gzip_folder *folder, struct text *text);

/* Whether an Accept-Encoding (NULL: none) takes gzip. */
bool gzip_accepted(const char *accept_encoding);

#endif
