/* Files: read whole, mapped, locked, and replaced so that a reader, a crash or a full disk never meets half of one.
 *
 * A replacement is written to a temporary file beside its path, synced, renamed over it, and the folder synced. What a
 * kill leaves behind is a temporary file, told by file_is_temp, which whoever holds the folder's lock may remove. */
#ifndef JISR_BASE_FILE_H
#define JISR_BASE_FILE_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

#define FILE_MAX_PATH 4096

/* Writes "PATH: cannot WHAT: reason", with what to do where the reason tells (a full disk, no right to write), from
 * errno as it is, and returns JISR_NOT_FOUND when there is no such file, JISR_FULL for a full disk, else JISR_IO. */
int file_problem(struct problem *problem, const char *path, const char *what);

/* A file's bytes where the system mapped them; NULL and 0 for an empty file. */
struct file_map {
	const unsigned char *bytes;
	size_t size;
};

/* Maps a regular file for reading. JISR_NOT_FOUND, JISR_IO. It stays readable when the file is renamed or removed. */
int file_map(const char *path, struct file_map *ret_map, struct problem *problem);

/* Accepts one of zeros and leaves one. */
void file_unmap(struct file_map *map);

/* Adds the whole file to the text, whose limit it may not pass: JISR_TOO_LARGE. JISR_NOT_FOUND, JISR_IO,
 * JISR_NO_MEMORY. */
int file_read(const char *path, struct text *text, struct problem *problem);

/* Writes all bytes, however many calls it takes. JISR_IO with errno set. */
int file_write(int fd, const void *bytes, size_t length);

/* Creates "PATH.new-" and six characters, open for reading and writing, mode 0600. temp has FILE_MAX_PATH bytes. */
int file_temp(const char *path, char *temp, int *ret_fd, struct problem *problem);

/* An open file in $TMPDIR (else /tmp) that has no name and is gone when *ret_fd is closed. JISR_IO. */
int file_temporary(int *ret_fd, struct problem *problem);

/* True for a name that file_temp gives. */
bool file_is_temp(const char *name);

/* Makes fd's bytes durable, renames temp to path and makes that durable. On failure temp is gone and path as before
 * (except when only the last step failed). fd stays open. */
int file_publish(int fd, const char *temp, const char *path, struct problem *problem);

/* Both for bytes in memory. */
int file_replace(const char *path, const void *bytes, size_t length, struct problem *problem);

/* The same without making it durable: for a view that can be made again, which no reader is to meet half. */
int file_show(const char *path, const void *bytes, size_t length, struct problem *problem);

/* Makes renames and removals in a folder durable. */
int file_sync_folder(const char *path, struct problem *problem);
/* The same of the folder in which a path lies. */
int file_sync_parent(const char *path, struct problem *problem);

/* Creates a folder, mode 0700, where it is missing, and makes that durable. JISR_FULL, JISR_IO; JISR_NOT_FOUND when
 * the folder in which it lies cannot be synced because it is gone. */
int file_make_folder(const char *path, struct problem *problem);

/* Creates the file when it is missing and takes its exclusive lock, which ends with close(*ret_fd) or the process.
 * JISR_BUSY when another holds it. */
int file_lock(const char *path, int *ret_fd, struct problem *problem);

#endif
