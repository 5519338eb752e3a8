/* Verifies a whole log from nothing but itself: every signature and who may give it, every hash, every body that is
 * there, the order of sequences, times and versions, every checkpoint. What is wrong is told as findings, each naming its
 * entry; verifying goes on after one, so that a single flipped bit is a single finding (at most two, where a stored hash
 * is hit).
 *
 * A dropped body is no finding when an entry "body.dropped" says so; a changed one is. What was cut off at the end
 * together with its hashes and checkpoints leaves no trace inside: give a checkpoint that was kept elsewhere. */
#ifndef JISR_STORE_VERIFY_H
#define JISR_STORE_VERIFY_H

#include "store/log.h"

#define VERIFY_MAX_THREADS  64
#define VERIFY_MAX_FINDINGS 1000 /* then it ends */

struct verify_options {
	unsigned threads;                /* that check signatures; 0: as many as there are processors */
	const struct note_verifier *key; /* the log's key, known from elsewhere; NULL: believe the first entry */
	const char
		*checkpoint; /* a signed checkpoint kept elsewhere: its tree must be the beginning of this one. NULL */
	size_t checkpoint_length;
	bool replica; /* entries may be there as their hashes alone (store/replica.h) */
	/* Each finding: its entry (0 when it is about none) and a sentence. */
	void (*finding)(void *context, uint64_t sequence, const char *sentence);
	void (*progress)(void *context, uint64_t done, uint64_t total); /* NULL for none */
	bool (*stop)(void *context);                                    /* asked now and then; NULL for never */
	void *context;
};

struct verify_result {
	uint64_t entries, bodies, dropped, checkpoints, findings;
	struct note_verifier
		key; /* of the log's checkpoints, as the first entry says; name "" when it could not be read */
	uint8_t root[MERKLE_HASH];
};

/* 0 also when there are findings: look at ret_result->findings. JISR_IO, JISR_NO_MEMORY, JISR_CANCELLED. The log's
 * connection must be inside a transaction when others write meanwhile (store_read gives one). */
int log_verify(struct log *log, const struct verify_options *options, struct verify_result *ret_result,
               struct problem *problem);

#endif
