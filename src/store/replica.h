/* A copy of the log that may not see everything: the record.db of a node. It holds the same entries under the same
 * sequences as headquarters' log; each is there whole, or, where it is not for the node's office, as the hash of its leaf
 * alone. Tables are made from the whole ones, by the same functions as everywhere.
 *
 * What travels is a batch: entries in order from one sequence on, and at its end a checkpoint over the tree so far. Nothing
 * in it is believed. An entry must be signed by a key of its author that counts, have the body that its header names, and
 * follow its subject; the root over all leaves, seen and unseen, must be the one that the log's key has signed. Only then
 * is any of it kept, in one transaction, so that each entry is applied exactly once. A root that is another is a fork: the
 * log that the node has seen and the one that it is shown are two.
 *
 *   batch        from, 8 bytes, then items, the last a 'C'. Numbers are big-endian
 *   'H'          leaf hash, 32
 *   'E'          salt, 32 | key id, 4 | signature, 64 | header's length, 4 | header |
 *                0, or 1 | body's salt, 16 | body's length, 4 | body
 *   'C'          length, 4 | a signed checkpoint (base/merkle.h) */
#ifndef JISR_STORE_REPLICA_H
#define JISR_STORE_REPLICA_H

#include "store/store.h"

#define REPLICA_MAX_BATCH ((size_t)64 << 20) /* bytes; at least a group of entries and its checkpoint */
#define REPLICA_BATCH     ((size_t)2 << 20)  /* a batch ends with the first checkpoint after so many bytes */

/* What a node is, said to it when it was admitted; log_replica, a table of record.db beside the log's, keeps it. */
enum replica_scope {
	REPLICA_ALL,   /* everything that the office may see */
	REPLICA_WATCH, /* of it what checks rest on: members, keys, lists, notices, objects */
};
#define REPLICA_MAX_SERVED 64
struct replica {
	char office[ENTRY_MAX_OFFICE + 1];
	enum replica_scope scope;
	struct note_verifier log; /* the log's name and key */
	/* Of a regional bureau: the offices whose nodes it serves; it sees what any of them may see. Fixed when it begins, so
	 * that it lacks nothing of theirs. */
	char served[REPLICA_MAX_SERVED][ENTRY_MAX_OFFICE + 1];
	size_t served_count;
};

/* Whether it is of that office, or serves it. */
bool replica_holds(const struct replica *replica, const char *office);
/* Whether the header's audience lets it see an entry. */
bool replica_sees(const struct replica *replica, const struct entry_header *header);

/* Makes an empty replica in a directory that has no record (JISR_STATE). The node's own keys are in DIR/keys already. */
int replica_new(const struct store_options *options, const struct replica *replica, struct problem *problem);

/* Whose replica a record is; false: it is no replica. */
bool replica_of(const struct store *store, struct replica *ret_replica);

/* Adds a batch for such a replica: entries from a sequence on, up to a kept checkpoint; nothing where there is none yet.
 * *ret_last is its last entry. JISR_STATE: this log does not reach `from`. Bytes over REPLICA_MAX_BATCH: JISR_TOO_LARGE. */
int replica_give(struct store_reader *reader, const struct replica *replica, uint64_t from, struct text *batch,
                 uint64_t *ret_last, struct problem *problem);

/* Checks a batch, applies and keeps it. One that the replica has already, whole or in its first part, is no error: what is
 * new is taken. JISR_CORRUPT: something in it does not hold. JISR_CONFLICT: a fork. JISR_BAD_INPUT: no batch, or one that
 * begins after a gap. JISR_UNSUPPORTED: of a later version. After an error nothing has changed. */
struct replica_taken {
	uint64_t size; /* of the log now */
	size_t whole, unseen,
		replaced; /* entries, hashes, entries that went because the office may not see them any more */
};
int replica_take(struct store *store, const char *batch, size_t length, struct replica_taken *ret_taken,
                 struct problem *problem);

/* What this replica may know no more, by the entry that said so: told to headquarters once, in a receipt. */
struct replica_removal {
	uint64_t sequence, entries; /* of the entry; that are hashes alone since */
	char subject[ENTRY_MAX_SUBJECT + 1];
};
/* Those of which headquarters has not heard, in order, until the function returns false. */
typedef bool (*replica_each_removal)(void *context, const struct replica_removal *removal);
int replica_removals(struct store_reader *reader, replica_each_removal each, void *context, struct problem *problem);
/* Headquarters has heard of those up to that sequence. */
int replica_removals_heard(struct store *store, uint64_t last, struct problem *problem);

/* The newest checkpoint that is kept. JISR_NOT_FOUND: none yet. */
int replica_checkpoint(struct store_reader *reader, struct text *note, struct problem *problem);

/* Whether a checkpoint of the same log, from wherever, is of one tree with this one. JISR_CONFLICT: it is not: a fork.
 * JISR_DENIED: not signed by the log's key. JISR_STATE: it is of more entries than there are here. JISR_BAD_INPUT. */
int replica_compare(struct store_reader *reader, const char *note, size_t length, struct problem *problem);

/* One 'E' item, for those who send entries that way. */
int replica_entry_write(const struct entry *entry, struct text *text);

/* Reads items. */
struct replica_cursor {
	const char *at, *end;
	struct arena *arena; /* for headers' texts; reset by nobody here */
};
enum replica_item { REPLICA_END, REPLICA_HASH, REPLICA_ENTRY, REPLICA_CHECKPOINT, REPLICA_BAD };
/* The next item: an entry with its header read (its body as bytes alone), a hash, or a checkpoint's bytes. */
enum replica_item replica_next(struct replica_cursor *cursor, struct entry *ret_entry, uint8_t ret_hash[MERKLE_HASH],
                               const char **ret_note, size_t *ret_length);

#endif
