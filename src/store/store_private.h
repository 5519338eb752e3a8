/* Inside of src/store: what store.c (opening, reading, listening), store_write.c (the writer), store_tables.c
 * (migrations, applying, rebuilding) and store_own.c (the store's own kinds) share. */
#ifndef JISR_STORE_STORE_PRIVATE_H
#define JISR_STORE_STORE_PRIVATE_H

#include "base/file.h"
#include "store/replica.h"
#include "store/shared.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

#define STORE_APPLICATION 0x6a697265u /* "jire": record.db's */
#define STORE_MAX_SIGNERS 2048        /* keys in DIR/keys */
#define STORE_LOG_KEY     "log.key"

/* A kind and one domain's way to apply it. */
struct store_handler {
	const struct store_kind *kind;
	size_t next; /* another domain's of the same kind, plus one; 0 at the end */
	bool hidable; /* a kind of the same family ("notice.") hides: its entries may have to be found by their subject */
};

/* All domains, the store's own first, and their kinds by name. Built once. */
struct store_registry {
	const struct store_domain *domains[32];
	size_t domain_count;
	struct store_handler handlers[STORE_MAX_KINDS];
	size_t handler_count;
	uint16_t buckets[1024]; /* by hash of the kind: number of the first handler plus one */
};

#define STORE_ABSENT 16 /* keys that were looked for in vain, remembered */
struct store_absent {
	char office[ENTRY_MAX_OFFICE + 1];
	uint8_t id[4];
	double until;            /* clock_seconds() */
	struct timespec changed; /* the folder of keys then */
};

struct store_signers {
	pthread_mutex_t lock;
	struct store_absent absent[STORE_ABSENT];
	size_t absent_next;          /* place of the next */
	struct note_signer *signers; /* name: the office's code; in locked memory (base/secret.h) */
	size_t count, capacity;
	struct note_signer log; /* name "": not held */
};

struct store_write {
	struct store *store;
	const struct store_registry *registry;
	struct sql *sql;
	struct log *log;
	struct arena *arena;
	char at[ENTRY_AT_LENGTH + 1];
	const char *log_name;
	uint64_t appended;  /* entries in this transaction */
	bool changed;       /* the tables were made again: to be committed although nothing was appended */
	bool wipe;          /* a body was dropped: the write-ahead log is to be emptied */
	bool compact;       /* the file is to be written anew */
	bool applying;      /* inside apply: nothing may be appended */
	bool rehearsing;    /* what is appended will be taken back */
	const char *detach; /* a statement for after the transaction: what a command attached; NULL: nothing */
	uint64_t base;      /* with a shared log: its size when the commands began */
};

struct submission {
	store_command command;
	void *context;
	const struct store_bracket *bracket; /* NULL: none */
	struct problem *problem;
	int error;
	bool done;
	pthread_cond_t ended;
	struct submission *next;
};

struct store_reader {
	struct store *store;
	struct sql *sql;
	struct log *log;
	uint64_t sequence;
	struct store_reader *next; /* in the list of idle ones */
};

struct listener {
	store_told told;
	void *context;
};

struct store {
	char directory[FILE_MAX_PATH];
	char path[FILE_MAX_PATH];
	char log_name[NOTE_MAX_NAME + 1];
	bool read_only;
	struct replica replica; /* office "": the log is whole */
	struct store_registry registry;
	struct store_signers signers;

	/* the writer; `write` and what it holds are the writer thread's alone */
	pthread_mutex_t lock; /* queue, stopping */
	pthread_cond_t queued;
	struct submission *first, **last;
	bool started, stopping;
	pthread_t thread;
	struct store_write write;
	uint64_t last_size;                /* of the log, when last_at was read */
	char last_at[ENTRY_AT_LENGTH + 1]; /* of the last entry */
	int64_t busy_since;                /* milliseconds; 0 when the writer has just rested */
	bool wipe_pending;

	/* readers */
	pthread_mutex_t pool_lock;
	pthread_cond_t given_back;
	struct store_reader *idle;
	size_t out; /* readers made and not freed */

	/* the shared log (store_shared.c) */
	struct shared *shared; /* the writer's; NULL: the log is in record.db alone */
	bool following;
	pthread_t follower;
	atomic_bool follow_stop, level; /* level: the copy has once had all that was there */
	double follow_began;            /* clock_seconds() */
	_Atomic double current;         /* clock_seconds() when the copy last had all that was there */

	/* listeners */
	pthread_mutex_t telling; /* listeners, told */
	struct listener listeners[STORE_MAX_LISTENERS];
	size_t listener_count;
	uint64_t told; /* the last sequence that the listeners heard of */
	bool polling;
	pthread_t poller;
	pthread_mutex_t poll_lock;
	pthread_cond_t poll_wake;
	bool poll_stop;
};

/* store_registry.c */
int store_registry_init(struct store_registry *registry, const struct store_domain *const *domains,
                        struct problem *problem);
/* The first handler of a kind, NULL when no domain knows it; and the next one. */
const struct store_handler *store_registry_find(const struct store_registry *registry, const char *kind);
const struct store_handler *store_registry_next(const struct store_registry *registry,
                                                const struct store_handler *handler);
/* The `check` of a kind. JISR_UNSUPPORTED when no domain knows it. */
int store_registry_check(const struct store_registry *registry, const char *kind, const cJSON *body,
                         struct problem *problem);
/* The `reaches` of a kind's handlers, of those that hide or of the others: true where none says no. */
int store_registry_reaches(const struct store_handler *handler, const struct store_registry *registry, bool hiding,
                           struct sql *sql, const struct entry *entry, const char *office, bool *ret_reaches,
                           struct problem *problem);
/* Runs every domain's `apply`. */
int store_apply(struct store_write *write, const struct entry *entry, struct problem *problem);

/* store_tables.c; inside a transaction */
int store_tables_migrate(struct store_write *write, bool read_only, struct problem *problem);
int store_tables_rebuild(struct store_write *write, struct problem *problem);
/* Adds a row to a digest: types, lengths, values. */
struct crypto_hash_sha256_state;
void store_digest_row(struct crypto_hash_sha256_state *state, struct sql_query *query, int columns);
/* Whether the tables are those that the log makes, both of one state. JISR_CANCELLED: `stop` said so. */
int store_digest_same(struct store *store, bool (*stop)(void *context), void *context, bool *ret_same,
                      struct problem *problem);

/* store_own.c */
extern const struct store_domain store_own_domain;

/* store_keys.c */
int store_signers_open(struct store_signers *signers, const char *directory, struct problem *problem);
void store_signers_finish(struct store_signers *signers);
/* Writes a new key of that name to DIR/keys and keeps it: the log's own with `of_log`. */
int store_signers_make(struct store_signers *signers, const char *directory, const char *name, bool of_log,
                       struct note_verifier *ret_verifier, struct problem *problem);
/* The key of an office with that id. */
bool store_signers_find(struct store_signers *signers, const char *directory, const char *office, const uint8_t id[4],
                        struct note_signer *ret_signer);

/* store_keys.c: the newest key of the office that counts and is held here. JISR_DENIED. */
int store_key_find(struct store *store, struct sql *sql, const char *office, struct note_signer *ret_signer,
                   struct problem *problem);

/* store_write.c */
int store_write_init(struct store_write *write, struct store *store, struct problem *problem);
void store_write_finish(struct store_write *write);
/* Ends the writer thread after what is queued. */
void store_write_stop(struct store *store);
/* Runs a group of submissions on the calling thread (the writer's, or before it is started). */
void store_write_group(struct store *store, struct submission *first);

/* store_shared.c: the address in DIR/shared-log, if there is one. */
int store_shared_open(struct store *store, struct problem *problem);
void store_shared_finish(struct store *store);
/* Inside the writer's transaction: takes the shared lock and brings the copy up to date. */
int store_shared_begin(struct store_write *write, struct problem *problem);
/* What was appended since, made durable there. */
enum shared_outcome store_shared_commit(struct store_write *write, struct problem *problem);
/* A thread that brings the copy up to date when others have appended, until the store ends. */
int store_shared_follow(struct store *store, struct problem *problem);

/* store_shared.c: the key that the entry names, if it counts now; of the founding entry, the one that it brings. */
bool store_find_key(struct store_write *write, const struct entry *entry, struct note_verifier *ret_verifier);
/* Whether a checkpoint of that size is signed by the log's key and has this log's root. */
int store_check_checkpoint(struct store_write *write, uint64_t size, const char *note, size_t length, bool *ret_good,
                           struct problem *problem);

/* store_replica.c: what log_replica says, if there is such a table. */
int store_replica_open(struct store *store, struct sql *sql, struct problem *problem);
/* replica_take; `trusted`: the batch is of this process's own log, and no signature is checked again. */
int store_replica_take(struct store *store, const char *batch, size_t length, bool trusted,
                       struct replica_taken *ret_taken, struct problem *problem);

/* store.c: an empty record to be filled from elsewhere. JISR_STATE: there is one. */
int store_new_empty(const struct store_options *options, struct store **ret_store, struct problem *problem);
/* store.c: calls the listeners for what is new up to `size`. */
void store_tell(struct store *store, uint64_t size);

#endif
