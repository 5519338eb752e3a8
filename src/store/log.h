/* The log: entries in one order, each for good; the Merkle tree over them; its signed checkpoints. It knows no kind of
 * entry and applies nothing: store/store.h does.
 *
 * One interface, several keepers. `struct log_keeper` is a table of functions that put and get rows; log.c does what is
 * the same for all of them (the tree, the proofs' hashes, the versions). store/log_sqlite.c keeps the log in record.db
 * beside the tables; nothing above this header knows which keeper it is.
 *
 * A log object belongs to one connection and one thread at a time. */
#ifndef JISR_STORE_LOG_H
#define JISR_STORE_LOG_H

#include "base/memory.h"
#include "base/merkle.h"
#include "store/entry.h"
#include "store/proof.h"
#include "store/sql.h"

struct log;

/* The keeper of the log. Each function may be called only inside a transaction of its connection, but `next` and what
 * reads. Rows: entries by sequence, tree hashes by index, subjects, checkpoints by size. */
struct log_keeper {
	int (*begin)(void *state, struct problem *problem);  /* takes the one right to append */
	int (*commit)(void *state, struct problem *problem); /* durable when it returns 0 */
	void (*rollback)(void *state);
	int (*save)(void *state, struct problem *problem); /* one level of savepoint */
	int (*release)(void *state, struct problem *problem);
	bool (*undo)(void *state);

	int (*size)(void *state, uint64_t *ret_size, struct problem *problem);
	int (*entry_put)(void *state, const struct entry *entry, struct problem *problem);
	/* Calls for each entry from a sequence on, in order, until it returns another value than 0. Bytes live for the
	 * call. Rows that are no entry (lengths) are JISR_CORRUPT with their sequence. */
	int (*entries)(void *state, uint64_t from, int (*each)(void *context, const struct entry *entry), void *context,
	               struct problem *problem);
	int (*body_drop)(void *state, uint64_t sequence, struct problem *problem);
	int (*entry_forget)(void *state, uint64_t sequence, struct problem *problem); /* all of it but its hash */
	int (*hash_put)(void *state, uint64_t index, const uint8_t hash[MERKLE_HASH], struct problem *problem);
	int (*hash_get)(void *state, uint64_t index, uint8_t ret_hash[MERKLE_HASH], struct problem *problem);
	int (*subject_get)(void *state, const char *subject, uint64_t *ret_sequence, struct problem *problem);
	int (*subject_put)(void *state, const char *subject, uint64_t sequence, struct problem *problem);
	/* Calls for each subject in order, until it returns another value than 0. */
	int (*subjects)(void *state, int (*each)(void *context, const char *subject, uint64_t sequence), void *context,
	                struct problem *problem);
	int (*checkpoint_put)(void *state, uint64_t size, const char *note, size_t length, struct problem *problem);
	/* The smallest checkpoint of at least that size, or with UINT64_MAX the largest there is. JISR_NOT_FOUND. */
	int (*checkpoint_get)(void *state, uint64_t size, struct text *ret_note, uint64_t *ret_size,
	                      struct problem *problem);
	void (*free)(void *state);
};

/* A log over a keeper's state, which it owns from now on (also after an error: freed). */
int log_new(const struct log_keeper *keeper, void *state, struct log **ret_log, struct problem *problem);
struct log *log_free(struct log *log);
MEMORY_DEFINE_FREEP(struct log, log_free)

/* The keeper in record.db on a connection, which stays the caller's and must outlive the log. Transactions are the
 * connection's: begin, commit and savepoints of the log are nothing by themselves. */
int log_open_sqlite(struct sql *sql, struct log **ret_log, struct problem *problem);
/* Makes its tables where they are missing. Inside a transaction. */
int log_create_sqlite(struct sql *sql, struct problem *problem);

int log_begin(struct log *log, struct problem *problem);
int log_commit(struct log *log, struct problem *problem);
void log_rollback(struct log *log);
int log_save(struct log *log, struct problem *problem);
int log_release(struct log *log, struct problem *problem);
bool log_undo(struct log *log);

/* How many entries there are: the last one's sequence. */
int log_size(struct log *log, uint64_t *ret_size, struct problem *problem);

/* Appends an entry whose header, salts, body and signature are there; gives it the next sequence, adds it to the tree and
 * makes it its subject's version. The caller has compared header.previous (log_subject). */
int log_append(struct log *log, struct entry *entry, struct problem *problem);

/* One entry, or each from a sequence on. The entry's bytes and texts are in the arena (log_read) or live for the call
 * (log_each, whose arena is its own); `body` is parsed when `with_body`. log_each ends with the first value but 0 that
 * the function returns. JISR_NOT_FOUND (log_read), JISR_CORRUPT: the sentence names the entry. */
enum log_body { LOG_WITHOUT_BODY, LOG_WITH_BODY };
int log_read(struct log *log, uint64_t sequence, enum log_body body, struct arena *arena, struct entry **ret_entry,
             struct problem *problem);
typedef int (*log_function)(void *context, const struct entry *entry, struct problem *problem);
int log_each(struct log *log, uint64_t from, enum log_body body, log_function function, void *context,
             struct problem *problem);

/* Adds the next entry as the hash of its leaf alone: there is one, and this copy of the log may not see it. */
int log_append_leaf(struct log *log, const uint8_t leaf[MERKLE_HASH], struct problem *problem);

/* Takes a whole entry away, so that its leaf's hash alone is left. Nothing when that is so already. */
int log_forget(struct log *log, uint64_t sequence, struct problem *problem);

/* The sequence of the subject's last entry, 0 when it has none. */
int log_subject(struct log *log, const char *subject, uint64_t *ret_sequence, struct problem *problem);
int log_subject_set(struct log *log, const char *subject, uint64_t sequence, struct problem *problem);

/* Every subject and its version, until the function returns another value than 0. */
int log_subjects(struct log *log, int (*function)(void *context, const char *subject, uint64_t sequence), void *context,
                 struct problem *problem);

/* Takes an entry's body and its salt away. JISR_NOT_FOUND when it has none. */
int log_body_drop(struct log *log, uint64_t sequence, struct problem *problem);

/* ---- the tree ---- */

/* The hash of a complete subtree. */
int log_hash(struct log *log, int level, uint64_t n, uint8_t ret_hash[MERKLE_HASH], struct problem *problem);

/* The root over the first `size` entries, from at most 64 stored hashes. */
int log_root(struct log *log, uint64_t size, uint8_t ret_root[MERKLE_HASH], struct problem *problem);

/* Proofs for the tree over the first `size` entries; entry numbers are sequences, from 1. */
int log_inclusion(struct log *log, uint64_t sequence, uint64_t size, struct proof_path *ret_proof,
                  struct problem *problem);
int log_consistency(struct log *log, uint64_t old_size, uint64_t size, struct proof_path *ret_proof,
                    struct problem *problem);

/* ---- checkpoints ---- */

/* Signs size and root with the log's key and keeps the note. Nothing when that size has one. */
int log_checkpoint_make(struct log *log, const struct note_signer *signer, struct problem *problem);
/* Keeps a signed note from elsewhere, which the caller has checked. */
int log_checkpoint_put(struct log *log, uint64_t size, const char *note, size_t length, struct problem *problem);
/* The smallest kept checkpoint of at least that size; with UINT64_MAX the newest. JISR_NOT_FOUND. */
int log_checkpoint(struct log *log, uint64_t size, struct text *ret_note, uint64_t *ret_size, struct problem *problem);

#endif
