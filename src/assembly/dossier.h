/* A dossier: named files in one plain tar file (POSIX ustar, not compressed), which every system opens. It has one form: the
 * same files give the same bytes, and what is not in that form is refused, so that nothing can hide in it and every flipped
 * byte is noticed. libarchive writes and reads it. */
#ifndef JISR_ASSEMBLY_DOSSIER_H
#define JISR_ASSEMBLY_DOSSIER_H

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdbool.h>

#define DOSSIER_MAX_FILES 20000
#define DOSSIER_MAX_NAME  99                /* bytes */
#define DOSSIER_MAX_BYTES ((size_t)1 << 30) /* of all */

struct dossier_file {
	char name[DOSSIER_MAX_NAME + 1]; /* "views/votes.json": letters, digits, '.', '-', '_', and '/' between parts */
	char *bytes;                     /* owned by the dossier */
	size_t length;
};

struct dossier;
int dossier_new(struct dossier **ret_dossier);
struct dossier *dossier_free(struct dossier *dossier);
MEMORY_DEFINE_FREEP(struct dossier, dossier_free)

/* Copies the bytes. JISR_BAD_INPUT: a name that is none, or is there. JISR_TOO_LARGE, JISR_NO_MEMORY. */
int dossier_add(struct dossier *dossier, const char *name, const char *bytes, size_t length, struct problem *problem);

size_t dossier_count(const struct dossier *dossier);
const struct dossier_file *dossier_get(const struct dossier *dossier, size_t index);
/* NULL when there is none. */
const struct dossier_file *dossier_find(const struct dossier *dossier, const char *name);

/* Adds the tar file's bytes. */
int dossier_write(const struct dossier *dossier, struct text *text, struct problem *problem);

/* Reads one. JISR_BAD_INPUT: no tar file, something else than a file in it, or not in the one form. JISR_TOO_LARGE. */
int dossier_read(const char *bytes, size_t length, struct dossier **ret_dossier, struct problem *problem);

#endif
