/* Files that come in pieces and wait beside the record until something is done with them, so that no file has to fit into
 * memory or into one request, and a line that breaks costs one piece.
 *
 *   DIR/uploads/<16 hexadecimal digits>/<file>     an upload is a folder; a backup does not hold it
 *
 * What nobody went on with for a day is removed when another begins. */
#ifndef JISR_WEB_UPLOADS_H
#define JISR_WEB_UPLOADS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UPLOAD_FOLDER    "uploads"
#define UPLOAD_ID        17                  /* with the closing 0 */
#define UPLOAD_MAX_NAME  120                 /* bytes of a file's name */
#define UPLOAD_MAX_FILES 100                 /* in one upload */
#define UPLOAD_MAX_BYTES ((uint64_t)8 << 30) /* of all files of one upload */
#define UPLOADS_MOST     8                   /* at once */
#define UPLOAD_SECONDS   86400               /* that one is kept untouched */

/* A fresh one. JISR_BUSY: UPLOADS_MOST wait already. JISR_FULL, JISR_IO. */
int upload_begin(const char *directory, char ret_id[UPLOAD_ID], struct problem *problem);

/* Puts bytes at the end of a file, which is made with its first piece; `at`: how long it is for who sends. JISR_NOT_FOUND: no
 * such upload; JISR_BAD_INPUT: a name that a file may not have; JISR_CONFLICT: the file is of another length (*ret_size);
 * JISR_TOO_LARGE, JISR_FULL, JISR_IO: the piece is not kept. */
int upload_put(const char *directory, const char *id, const char *name, uint64_t at, const void *bytes, size_t length,
               uint64_t *ret_size, struct problem *problem);

/* Each file, in the order of names, until the function returns false. JISR_NOT_FOUND. */
typedef bool (*upload_each)(void *context, const char *name, uint64_t size);
int upload_files(const char *directory, const char *id, upload_each each, void *context, struct problem *problem);

/* DIR/uploads/ID/NAME, or the folder where the name is NULL. JISR_NOT_FOUND: that is no id; JISR_TOO_LARGE. */
int upload_path(const char *directory, const char *id, const char *name, char *path, size_t size,
                struct problem *problem);

/* Takes it away. JISR_NOT_FOUND, JISR_IO. */
int upload_drop(const char *directory, const char *id, struct problem *problem);

#endif
