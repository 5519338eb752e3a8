/* Inside of store/verify: the keys as the log itself tells them (verify_keys.c), and signatures checked by several
 * threads (verify_jobs.c). */
#ifndef JISR_STORE_VERIFY_PRIVATE_H
#define JISR_STORE_VERIFY_PRIVATE_H

#include "store/verify.h"

/* ---- keys ---- */

struct verify_key {
	struct note_verifier verifier; /* name: the office's code */
	uint64_t added, ended;         /* sequences; ended 0 while it counts */
};

struct verify_keys {
	struct verify_key **slots; /* open addressing by office and id */
	size_t count, capacity;
	struct arena *arena;
};

int verify_keys_init(struct verify_keys *keys);
void verify_keys_finish(struct verify_keys *keys);

/* The key of that office and id that counts for an entry of that sequence; NULL when there is none. Stays until
 * finish. */
const struct verify_key *verify_keys_find(const struct verify_keys *keys, const char *office, const uint8_t id[4],
                                          uint64_t sequence);

/* What an entry of the store's own kinds does to the keys, after its body was found unchanged. For "log.founded" also
 * gives the log's verifier. JISR_BAD_INPUT with a sentence: its author may not, or it makes no sense here. */
int verify_keys_apply(struct verify_keys *keys, const struct entry *entry, struct note_verifier *ret_log,
                      struct problem *problem);

/* ---- signatures ---- */

struct verify_job {
	uint64_t sequence;
	bool checkpoint; /* else an entry */
	bool good;       /* out */
	const struct note_verifier *verifier;
	struct entry entry; /* its header bytes are the batch's */
	const char *note;
	size_t note_length;
};

struct verify_jobs;

/* `done` hears of every job in the order in which they were added, on the caller's thread. */
typedef void (*verify_done)(void *context, const struct verify_job *job);
int verify_jobs_new(unsigned threads, const char *log_name, verify_done done, void *context,
                    struct verify_jobs **ret_jobs, struct problem *problem);
struct verify_jobs *verify_jobs_free(struct verify_jobs *jobs);
MEMORY_DEFINE_FREEP(struct verify_jobs, verify_jobs_free)

/* Copies header or note. JISR_NO_MEMORY. */
int verify_jobs_add(struct verify_jobs *jobs, const struct verify_job *job);
/* Waits for all. */
void verify_jobs_finish(struct verify_jobs *jobs);

#endif
