/* Backups (store/backup.h) with what stands in them looked at: the whole log and every list, as restoring does before it puts a
 * copy in place; and the folder in which they lie together:
 *
 *   FOLDER/<name>           a backup, made by this program here or by `jisr backup`
 *   FOLDER/<name>.checked   what was found when it was checked last: {"at","good","problem","entries"} */
#ifndef JISR_WEB_BACKUPS_H
#define JISR_WEB_BACKUPS_H

#include "base/error.h"
#include "base/text.h"
#include "store/backup.h"

#define BACKUPS_MOST     1000 /* that are told of */
#define BACKUPS_MAX_NAME 60   /* bytes */
#define BACKUPS_MEMORY   ((size_t)64 << 20)

/* Verifies the log and every list of a copy of a data directory; *ret_entries: of the log, 0 where it has none. JISR_CORRUPT
 * with the first thing that is wrong. */
int backups_verify(const char *copy, uint64_t *ret_entries, struct problem *problem);

/* Adds an array under the key: {"name","made","program","files","bytes","keys","checkpoint","checked"}, newest first; "checked" is
 * null or what was found. What cannot be read as a backup is told with "problem" in place of what stands in it. */
int backups_emit(const char *folder, const char *key, struct text *text, struct problem *problem);

/* Makes one, named by the moment, and checks it at once. JISR_CORRUPT: it was made, and something in it is wrong. */
int backups_make(const char *folder, const char *directory, bool keys, char ret_name[BACKUPS_MAX_NAME + 1],
                 struct problem *problem);

/* Reads every byte of one: its files against the manifest, then what stands in them; and keeps what was found. JISR_NOT_FOUND;
 * JISR_CORRUPT. */
int backups_check(const char *folder, const char *name, struct problem *problem);

#endif
