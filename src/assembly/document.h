/* Files of a session's documents, kept beside the record by their SHA-256: DIR/documents/ab/abcd.... The act "document" names
 * the digest for a code and a language; the file is the same bytes for good. */
#ifndef JISR_ASSEMBLY_DOCUMENT_H
#define JISR_ASSEMBLY_DOCUMENT_H

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "members/caller.h"
#include "store/sql.h"

#include <stdbool.h>

#define DOCUMENT_MAX_BYTES ((size_t)32 << 20)
#define DOCUMENT_HASH      65 /* hexadecimal, with the closing 0 */

/* Right: assembly.secretary. The same bytes again are the same file; machines that share the log share it. JISR_DENIED,
 * JISR_BAD_INPUT (empty; not a PDF, a word processor's file or plain text), JISR_TOO_LARGE, JISR_IO, JISR_BUSY. */
int document_store(const char *directory, const struct caller *caller, const void *bytes, size_t length,
                   char ret_hash[DOCUMENT_HASH], struct problem *problem);

/* The same for what the program made itself, of any size and kind. */
int document_keep(const char *directory, const void *bytes, size_t length, char ret_hash[DOCUMENT_HASH],
                  struct problem *problem);
/* Where it lies, fetched when another machine has it. JISR_NOT_FOUND. And takes it away, as far as that goes. */
int document_path(const char *directory, const char *hash, char path[FILE_MAX_PATH], struct problem *problem);
void document_drop(const char *directory, const char *hash);

/* Adds its bytes, whose digest is compared. JISR_NOT_FOUND: it is not here. JISR_CORRUPT. */
int document_load(const char *directory, const char *hash, struct text *bytes, struct problem *problem);

/* The same for somebody: right assembly.read, and JISR_NOT_FOUND for what was stored and not distributed yet, but to the
 * secretariat. Its name is "AG-2025-93-RAP-01.fr", without an ending; its digest's first digits where it has none. */
#define DOCUMENT_NAME 80
int document_open(struct sql *sql, const char *directory, const struct caller *caller, const char *hash,
                  char ret_name[DOCUMENT_NAME], struct text *bytes, struct problem *problem);

/* The digest of each file that was distributed, or of `only` when it was, until the function returns false. */
int document_each(struct sql *sql, const char *only, bool (*each)(void *context, const char *digest), void *context,
                  struct problem *problem);

/* "application/pdf", "text/plain; charset=utf-8", ...; and what a name of such a file ends with, ".pdf". By content. */
const char *document_type(const char *bytes, size_t length, const char **ret_ending);

#endif
