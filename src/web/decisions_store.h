/* DIR/decisions.db: decisions on disk. One connection, used by one thread at a time; other processes may have the file
 * open, too. Where the log is shared, so is this (store/mirror.h): a pair that was judged on one machine is judged on all. Internal to src/web/decisions*; the tables are drawn in decisions_store.c. */
#ifndef JISR_WEB_DECISIONS_STORE_H
#define JISR_WEB_DECISIONS_STORE_H

#include "base/error.h"
#include "base/memory.h"
#include "web/decisions.h"
#include "web/decisions_facts.h"

#define STORE_NAME "decisions.db"

struct decision_store;

/* Creates the file when it is missing (mode 0600; not with `read_only`: JISR_NOT_FOUND), brings an older one up to this
 * version, checks it. Errors of sql_open, JISR_UNSUPPORTED. */
int decision_store_open(const char *directory, bool read_only, struct decision_store **ret_store,
                        struct problem *problem);
struct decision_store *decision_store_close(struct decision_store *store);
MEMORY_DEFINE_FREEP(struct decision_store, decision_store_close)

/* For a directory that begins to share its log: puts all decisions beside it. And for one that stops to: `end` runs while nobody
 * else can write any; when it succeeds they are this directory's alone. Nothing but `end` where none were shared. */
struct shared;
int decision_store_give(const char *directory, struct shared *shared, const uint8_t *seal, struct problem *problem);
int decision_store_unshare(const char *directory, int (*end)(void *context, struct problem *problem), void *context,
                           struct problem *problem);

/* A decision as it is stored. Texts are the caller's. */
struct decision_row {
	int64_t id, change;                  /* change grows with each write to any row */
	const char *caller, *reference;      /* reference "" when there is none */
	unsigned char subject[DIGEST_BYTES]; /* what it is looked up by: caller and reference, or caller and facts */
	struct facts facts;
	const char *query; /* JSON */
	const char *list, *entity, *caption;
	uint64_t entity_hash;
	const char *listed;                                      /* JSON: {"birthDate": sum, ...} */
	const char *decision, *reason, *by, *key, *made, *rules; /* key "" when there is none */
	bool by_document;      /* a document number of both agreed when it was decided */
	double score;          /* then; 0 when they were no match */
	const char *withdrawn; /* UTC; "" while it counts */
};

/* Stores a decision and marks an earlier one of the same subject and entity as replaced, in one transaction. When the
 * caller used the key before: *ret_repeated, *ret_id is that of then, and JISR_BUSY if that was another decision. */
int decision_store_add(struct decision_store *store, const struct decision_row *row, int64_t *ret_id,
                       bool *ret_repeated, struct problem *problem);

/* JISR_NOT_FOUND when the caller has no such decision that counts (with `erase`: none at all). */
int decision_store_withdraw(struct decision_store *store, const char *caller, int64_t id, const char *now, bool erase,
                            struct problem *problem);

/* Erases every decision about an entity, of all callers: what it says is to be nowhere. *ret_count of them. */
int decision_store_erase_entity(struct decision_store *store, const char *list, const char *entity, const char *now,
                                uint64_t *ret_count, struct problem *problem);

/* True when another process, or another machine, may have written since the last call. The first call begins to listen to other
 * machines. */
bool decision_store_moved(struct decision_store *store);

/* Gives every row whose change is above `after` in order of change; texts live until the function returns. It stops with
 * the first error that the function gives. */
typedef int (*decision_store_row)(void *context, const struct decision_row *row);
int decision_store_changes(struct decision_store *store, int64_t after, decision_store_row function, void *context,
                           struct problem *problem);

/* The caller's rows that pass the filter, newest first, at most limit + 1. */
int decision_store_list(struct decision_store *store, const char *caller, const struct decisions_filter *filter,
                        decision_store_row function, void *context, struct problem *problem);
int decision_store_get(struct decision_store *store, const char *caller, int64_t id, decision_store_row function,
                       void *context, struct problem *problem);

#endif
