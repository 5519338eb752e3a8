/* A snapshot of the log for one office: what a new replica (store/replica.h) begins with, so that it need not take the log entry
 * by entry. Headquarters makes it by the code that a replica runs itself, and signs it with the log's key.
 *
 * It is the replica's own database as one file: every entry that the office may see, the hash of every other, the tree over both,
 * the tables. It travels in pieces, and a manifest says the SHA-256 of each:
 *
 *   length, 4 bytes big-endian | a signed note of so many bytes | SHA-256 of each piece, 32 bytes
 *
 *   jisr snapshot 1
 *   LOG
 *   office MA
 *   scope all                              or "watch", of a border post
 *   serves MA,SN                           of a regional bureau; else "serves -"
 *   made 2026-11-27T13:00:00.123Z
 *   size 102179                            entries
 *   root BASE64
 *   tables HEX                             SHA-256 of how its tables are made
 *   bytes 73400320                         of the file
 *   pieces HEX                             SHA-256 of the hashes of the pieces
 *
 * Before it is used: the signature, whose it is, its age, each piece; then, in the transaction that takes it over, that the hashes
 * are a tree whose root is the signed one, and that each entry and its body are those of their leaf. What is believed until
 * snapshot_prove has run are the authors' signatures and that the tables are what the entries make. */
#ifndef JISR_STORE_SNAPSHOT_H
#define JISR_STORE_SNAPSHOT_H

#include "store/replica.h"

#define SNAPSHOT_FOLDER       "snapshots" /* in headquarters' directory: may be emptied at any time */
#define SNAPSHOT_FILE         "snapshot"
#define SNAPSHOT_MANIFEST     "manifest"
#define SNAPSHOT_PIECE        ((size_t)4 << 20) /* bytes; the last may be shorter */
#define SNAPSHOT_MAX_PIECES   ((uint64_t)1 << 17)
#define SNAPSHOT_MAX_NOTE     ((size_t)16 << 10)
#define SNAPSHOT_MAX_MANIFEST (SNAPSHOT_MAX_NOTE + 4 + (size_t)SNAPSHOT_MAX_PIECES * 32)
#define SNAPSHOT_MAX_DAYS     14 /* then it is too old to begin with */

struct snapshot {
	char log[NOTE_MAX_NAME + 1];
	struct replica replica; /* whose; `log` in it is not set */
	char made[ENTRY_AT_LENGTH + 1];
	uint64_t size; /* entries */
	uint8_t root[MERKLE_HASH];
	uint8_t tables[32], pieces[32];
	uint64_t bytes, count; /* of the file; pieces */
};

/* Asked now and then by what takes long: whether to stop (JISR_CANCELLED). */
typedef bool (*snapshot_stop)(void *context);

/* Makes one in a folder that is not there yet: SNAPSHOT_FILE and SNAPSHOT_MANIFEST. JISR_DENIED: the log's key is not held here.
 * JISR_STATE: nothing is signed yet. After an error the folder may be there, and is the caller's to remove. */
int snapshot_make(struct store *store, const struct replica *replica, const char *folder, snapshot_stop stop,
                  void *context, struct snapshot *ret_snapshot, struct problem *problem);

/* Whether what came after it forbids to give it to anybody: a body was dropped, or something hidden from those who knew it. Looks
 * from entry *through + 1 on and moves *through. */
int snapshot_stale(struct store_reader *reader, uint64_t *through, bool *ret_stale, struct problem *problem);

/* Reads a manifest that the log's key has signed; *ret_hashes lie in its bytes. JISR_DENIED: not signed. JISR_BAD_INPUT. */
int snapshot_read(const struct note_verifier *log, const char *bytes, size_t length, struct snapshot *ret_snapshot,
                  const uint8_t **ret_hashes, struct problem *problem);

/* Whether an empty replica may begin with it. JISR_DENIED: it is another office's. JISR_STATE: it is too old, or the replica is not
 * empty. JISR_UNSUPPORTED: its tables are those of another version of jisr. `now` as clock_utc_exact. */
int snapshot_suits(struct store *store, const struct snapshot *snapshot, const char *now, struct problem *problem);

/* Takes over a file whose pieces were compared: all or nothing. JISR_CORRUPT: something in it does not hold. JISR_STATE. */
int snapshot_take(struct store *store, const struct snapshot *snapshot, const char *path, struct problem *problem);

/* Proves what was believed: every signature, and that the tables are those that the entries make. JISR_CORRUPT: it is not so;
 * tables that were others have been made again. */
int snapshot_prove(struct store *store, snapshot_stop stop, void *context, struct problem *problem);

#endif
