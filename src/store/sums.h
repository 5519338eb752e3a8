/* Sums of the pages of SQLite's files: a layer under SQLite, so that a bit that turned on the disk is refused where it is read, and
 * never given as if somebody had written it. SQLite itself has no sums but those of its write-ahead log, which it looks at only
 * after a crash.
 *
 *   a page in the file       its last 8 bytes, which SQLite leaves free ("reserved"), are the sum of its number and the rest
 *   a page in the write-     SQLite's own sum of the frame, which goes on from the frame before; it is looked at with each page
 *   ahead log                that is read, also when pages go from there into the file
 *
 * A file that has sums bears another application id (SUMS_MARK), so that no turned bit makes one without out of it, and no earlier
 * version of jisr, which would write pages without sums, takes it for its own. For programs of others it is a file of SQLite. */
#ifndef JISR_STORE_SUMS_H
#define JISR_STORE_SUMS_H

#include <stdbool.h>
#include <stdint.h>

struct sqlite3;

#define SUMS_PAGE  4096 /* bytes of a page; files with others have no sums */
#define SUMS_BYTES 8    /* of a page's sum */
#define SUMS_MARK  0x80000000u

/* The layer's name, for sqlite3_open_v2. NULL: out of memory. */
const char *sums_vfs(void);

/* Whether pages of the connection's file have sums, as its first page says; to be asked after something was read. */
bool sums_present(struct sqlite3 *sqlite);

/* For a file in which nothing was written yet: its pages will have sums. False: out of memory. */
bool sums_begin(struct sqlite3 *sqlite);

/* For an empty file into which another's pages will be copied as they are. */
void sums_follow(struct sqlite3 *sqlite, struct sqlite3 *source);

/* A file of an earlier version, with the application id without SUMS_MARK, is written anew with sums, when nobody else has it open,
 * there is room for it twice, and it has at most 4 GiB. Otherwise it stays as it was. */
void sums_adopt(const char *path, uint32_t application);

/* Who is told of each file that was written anew: set once, when the process starts, by whoever prints. NULL, as at first: nobody. */
void sums_tell_adopted(void (*told)(const char *path));

#endif
