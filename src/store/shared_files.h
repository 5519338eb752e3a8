/* Files that lie beside the log, of which every machine that shares it needs a copy: lists' segments, files of objects,
 * photographs, sealed attachments, the assembly's documents. Each bears its SHA-256 in its name and is never changed. They are put into PostgreSQL before an entry names
 * them, in parts, and fetched by a machine that meets the name and has no such file.
 *
 *   jisr_file       name (relative to the data directory), size, made
 *   jisr_file_part  name, part from 0, bytes
 *
 * In a directory whose log is not shared these functions do nothing, but that a node's missing file is fetched from headquarters
 * (shared_files_source). A call connects by itself. */
#ifndef JISR_STORE_SHARED_FILES_H
#define JISR_STORE_SHARED_FILES_H

#include "base/file.h"
#include "store/shared.h"

#define SHARED_FILE_PART ((size_t)1 << 20)
#define SHARED_FILE_NAME 120 /* bytes: "objects/<64 hexadecimal digits>.jisr" */

/* Puts DIR/name there unless it is; returns when it is durable there. */
int shared_file_put(const char *directory, const char *name, struct problem *problem);

/* DIR/name, fetched when it is missing; its SHA-256 is compared with the digest in its name. JISR_NOT_FOUND: it is neither
 * here nor there (the problem says so), JISR_CORRUPT: it is another file there. */
int shared_file_fetch(const char *directory, const char *name, struct problem *problem);

/* The same for who is about to give the file to somebody: it is compared with its digest, too, and one that is damaged is replaced
 * from where a missing one comes. JISR_CORRUPT: there is none there, and it stays as it is; from a backup it can be put back. */
int shared_file_check(const char *directory, const char *name, struct problem *problem);

/* Takes it away there; no error when it is not. */
int shared_file_drop(const char *directory, const char *name, struct problem *problem);

/* Where a file lies by its digest, DIR/FOLDER/ab/abcd...; JISR_TOO_LARGE. */
int shared_file_path(const char *directory, const char *folder, const char *digest, char out[FILE_MAX_PATH],
                     struct problem *problem);
/* Makes the two folders in which it lies, durably. */
int shared_file_folders(const char *directory, const char *folder, const char *digest, struct problem *problem);
/* One of the above, done to it. */
typedef int (*shared_file_act)(const char *directory, const char *name, struct problem *problem);
int shared_file_of(const char *directory, const char *folder, const char *digest, shared_file_act act,
                   struct problem *problem);

/* How a file that is missing in a directory that shares no log comes from elsewhere: a node has headquarters. One a process;
 * NULL takes it away and waits for calls that are under way. */
typedef int (*shared_file_source)(void *context, const char *name, struct problem *problem);
void shared_files_source(const char *directory, shared_file_source source, void *context);

/* For a directory that begins to share: every file of digest in its folders `documents`, `lists`, `messages`, `objects`, `papers`, `pictures`, put through a
 * connection; and for one that stops to: all of them fetched. */
int shared_files_give(struct shared *shared, const char *directory, struct problem *problem);
int shared_files_take(struct shared *shared, const char *directory, struct problem *problem);

#endif
