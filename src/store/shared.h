/* The log that several processes share, in PostgreSQL: the rows of entries and of checkpoints, and the one right to append.
 * It knows nothing of tables, kinds or trees; store_shared.c puts it under a store.
 *
 * Each serving process keeps record.db, a whole copy of the log with the tables made from it, and appends like this:
 *
 *   BEGIN, the lock      waits for whoever appends now; of all processes one is here
 *   new rows             what others appended since is read, checked and applied to the copy
 *   its own rows, COMMIT durable on as many machines as PostgreSQL's settings say; then the copy is committed
 *
 * so that processes agree on nothing but PostgreSQL, and a copy is never ahead of it. When the line breaks during COMMIT,
 * the next connection takes the lock, which the broken transaction holds to its end, and looks whether the rows are there:
 * an answer is "done", "not done", or, when no server can be reached for SHARED_RIDE_SECONDS, openly unknown.
 *
 *   jisr_log         sequence, salt, header, key_id, signature, body_salt, body: as in record.db; the body's two are NULL when
 *                    it was dropped
 *   jisr_checkpoint  size, note
 *   jisr_log_origin  one row: name of the log, and whether it was taken back into one data directory (nothing is appended
 *                    any more)
 *
 * One object for one thread at a time. */
#ifndef JISR_STORE_SHARED_H
#define JISR_STORE_SHARED_H

#include "base/memory.h"
#include "store/entry.h"

#include <stdbool.h>

#define SHARED_RIDE_SECONDS 15 /* a leader's death is ridden out for so long */
#define SHARED_LOCK_SECONDS 10 /* for somebody else who appends; and for a transaction that does nothing */
#define SHARED_BATCH        256
#define SHARED_MAX_ADDRESS  1000 /* bytes */

struct shared;

/* For an address as libpq has it (a URI or words), with several hosts if need be; the first use connects. Defaults below
 * what the address says: target_session_attrs=read-write, connect_timeout=3, keep-alives of seconds. JISR_BAD_INPUT. */
int shared_open(const char *address, struct shared **ret_shared, struct problem *problem);
struct shared *shared_free(struct shared *shared);
MEMORY_DEFINE_FREEP(struct shared, shared_free)

/* The one whose address lies in DIR/shared-log; *ret_shared is NULL where there is none. */
#define SHARED_ADDRESS_FILE "shared-log"
int shared_of(const char *directory, struct shared **ret_shared, struct problem *problem);

/* Calls `tell` with each file that the address in DIR/shared-log names (certificates, keys, passwords), for who must let
 * them be read. False where there is no such address, or none that can be read. */
bool shared_paths(const char *directory, void (*tell)(void *context, const char *path), void *context);

/* Makes the tables where they are missing, also those of shared_rows.h and shared_files.h. */
int shared_create(struct shared *shared, struct problem *problem);

/* What the shared log is. JISR_NOT_FOUND: the tables are not there, or hold no log. */
struct shared_origin {
	char name[NOTE_MAX_NAME + 1];
	bool closed; /* taken back */
};
int shared_origin(struct shared *shared, struct shared_origin *ret_origin, struct problem *problem);

/* Begins a transaction and takes the lock; connects anew where the line is broken, for SHARED_RIDE_SECONDS. With an origin
 * (else NULL) also tells what the log is, in the same round trip, with the errors of shared_origin. JISR_BUSY: nobody
 * answers, or somebody holds the lock for too long; nothing was changed. */
int shared_begin(struct shared *shared, struct shared_origin *ret_origin, struct problem *problem);
void shared_rollback(struct shared *shared);

/* Whether rows have come to be durable. After JISR_OK *ret_outcome says; `entry` is the last that was put, by whose salt it
 * is known again. */
enum shared_outcome { SHARED_DONE, SHARED_NOT_DONE, SHARED_UNKNOWN };
enum shared_outcome shared_commit(struct shared *shared, const struct entry *last, struct problem *problem);

/* Inside a transaction (or outside, for a look): each entry from a sequence on, at most SHARED_BATCH of them, until the
 * function returns another value than 0. Bytes live for the call. JISR_CORRUPT: a row is no entry. */
int shared_entries(struct shared *shared, uint64_t from, int (*each)(void *context, const struct entry *entry),
                   void *context, struct problem *problem);
/* Each checkpoint of a size from `from` to `to`, the same way. */
int shared_checkpoints(struct shared *shared, uint64_t from, uint64_t to,
                       int (*each)(void *context, uint64_t size, const char *note, size_t length), void *context,
                       struct problem *problem);
/* The last sequence, 0 for none. */
int shared_size(struct shared *shared, uint64_t *ret_size, struct problem *problem);

/* Rows to put: begun, given, ended; inside a transaction. */
int shared_put_begin(struct shared *shared, struct problem *problem);
int shared_put(struct shared *shared, const struct entry *entry, struct problem *problem);
int shared_put_end(struct shared *shared, struct problem *problem);

int shared_put_checkpoint(struct shared *shared, uint64_t size, const char *note, size_t length,
                          struct problem *problem);
int shared_drop_body(struct shared *shared, uint64_t sequence, struct problem *problem);
int shared_put_origin(struct shared *shared, const struct shared_origin *origin, struct problem *problem);

/* Waits at most so long until somebody appended, or changed what lies beside the log: *ret_told, also after a connection made anew,
 * since nobody knows what was missed. The first call begins to listen. Connects anew by itself: an error is to be passed over and asked again later. */
enum shared_what { SHARED_LOG, SHARED_ROWS };
int shared_wait(struct shared *shared, enum shared_what what, int milliseconds, bool *ret_told,
                struct problem *problem);

#endif
