/* Copies of a whole data directory: made while it is used, checked, put back.
 *
 * A backup is a folder that holds the directory's files under their names, and "backup.json", canonical JSON:
 *
 *   {"checkpoint":TEXT or null,"files":[{"path":"lists.json","sha256":HEX,"size":1234},...],"made":UTC,
 *    "program":"jisr 0.1.0","version":1}
 *
 * The files are sorted by their paths; "checkpoint" is the newest of the record in it. Databases are copied by SQLite's
 * online backup, each in one state; the lists are held still meanwhile; the record comes last, so that everything the other
 * files speak of is in it. The folder appears under its name when it is whole and on the disk. */
#ifndef JISR_STORE_BACKUP_H
#define JISR_STORE_BACKUP_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

#define BACKUP_MANIFEST     "backup.json"
#define BACKUP_MAX_FILES    10000
#define BACKUP_MAX_PATH     512
#define BACKUP_MAX_DEPTH    8
#define BACKUP_MAX_MANIFEST ((size_t)16 << 20) /* bytes */

struct backup_file {
	const char *path; /* inside the folder */
	uint64_t size;
	uint8_t hash[32]; /* SHA-256 */
};

struct backup_manifest {
	struct backup_file *files;
	size_t count;
	const char *made, *program;
	const char *checkpoint; /* NULL when there is no record in it */
	uint64_t bytes;         /* of all files */
};

/* Copies the directory to `target`, which must not be there (JISR_STATE). Without `keys` the folder of secret keys is left
 * out: what is restored from that can be read and verified, not written. JISR_BUSY: a list is being loaded and does not end.
 * JISR_FULL, JISR_IO: nothing is left at `target`. The manifest lives in the arena. */
int backup_make(const char *directory, const char *target, bool keys, struct arena *arena,
                struct backup_manifest *ret_manifest, struct problem *problem);

/* Reads a manifest strictly: canonical, sorted, each path once, relative and without "..". JISR_BAD_INPUT,
 * JISR_UNSUPPORTED, JISR_TOO_LARGE. */
int backup_manifest_read(const char *bytes, size_t length, struct arena *arena, struct backup_manifest *ret_manifest,
                         struct problem *problem);

/* Reads every file of a backup and compares it with the manifest. JISR_CORRUPT names the first that differs. */
int backup_check(const char *folder, struct arena *arena, struct backup_manifest *ret_manifest,
                 struct problem *problem);

/* Puts a checked backup back as `directory`, which must not be there or be empty (JISR_STATE). The files are copied beside
 * it; `check` (may be NULL) looks at the copy, and only when it finds nothing wrong the copy gets its name. */
int backup_restore(const char *folder, const char *directory,
                   int (*check)(void *context, const char *copy, struct problem *problem), void *context,
                   struct arena *arena, struct backup_manifest *ret_manifest, struct problem *problem);

#endif
