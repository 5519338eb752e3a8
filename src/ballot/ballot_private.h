/* What the files of the ballot share. */
#ifndef JISR_BALLOT_BALLOT_PRIVATE_H
#define JISR_BALLOT_BALLOT_PRIVATE_H

#include "ballot/ballot.h"
#include "ballot/group_private.h"
#include "ballot/membership.h"

#include <pthread.h>

/* Most memory of one ballot while it is read or checked. */
#define BALLOT_ARENA ((size_t)512 << 20)

struct ballot_context {
	const struct election *election;
	const struct group *group;
	/* Powers of y, each made when it is first asked for, under the lock. */
	pthread_mutex_t lock;
	struct power_table y;
	struct power_table_secret y_secret;
};

int ballot_context_tables(const struct ballot_context *context, const struct power_table **ret_g,
                          const struct power_table **ret_y);
int ballot_context_secret_table(const struct ballot_context *context, const struct power_table_secret **ret_y);

/* How many proofs the overall proof has. */
static inline size_t question_overall(const struct question *question)
{
	return (size_t)(question->max - question->min) + 1 + (question->blank ? 1 : 0);
}

/* Most bytes of a ballot's message. */
size_t ballot_longest(const struct election *election);

/* The message without its signature, and without the closing brace. */
void ballot_write_unsigned(const struct ballot_context *context, const struct ballot *ballot, struct text *text);

/* The fingerprint of such a text and its closing brace: what is signed. */
void ballot_hash_unsigned(const struct text *text, char ret_hash[DIGEST_BASE64 + 1]);

/* Reads everything but the signature from a ballot's members; `signed_too` tells whether it must have one. */
int ballot_read_json(const struct ballot_context *context, const cJSON *json, bool signed_too, struct arena *arena,
                     struct ballot **ret_ballot, struct problem *problem);

/* Memory for a ballot and its answers. */
int ballot_allocate(const struct ballot_context *context, struct arena *arena, struct ballot **ret_ballot);

/* The digests begun with the specification's S0 and S: PREFIX|phi|credential, and then |alpha,beta,... */
void ballot_digest_begin(const struct ballot_context *context, const struct ballot *ballot, const char *prefix,
                         const struct answer *answer, struct digest *digest);

/* Adds "|A0,B0,A1,B1,..." for count pairs. */
void ballot_digest_pairs(struct digest *digest, const struct ciphertext *pairs, size_t count);

/* The product of the answer's ciphertexts, without that of the blank vote. */
void answer_sum(const struct group *group, const struct question *question, const struct answer *answer,
                struct ciphertext *ret_sum);

/* Every element of a ballot, for a membership test: labels run from `label` on. ballot_member_problem gives the sentence
 * about the element of that label (counted from 0) and JISR_BAD_INPUT. */
size_t ballot_member_count(const struct ballot *ballot);
int ballot_add_members(struct membership *membership, const struct ballot *ballot, uint64_t label);
int ballot_member_problem(const struct ballot_context *context, const struct ballot *ballot, uint64_t label,
                          struct problem *problem);

/* Does every question allow its vote? Not a word about which vote it is. JISR_BAD_INPUT. */
int votes_check(const struct election *election, const struct votes *votes, struct problem *problem);

/* ballot_check without the signature. */
int ballot_check_unsigned(const struct ballot_context *context, const struct ballot *ballot, struct problem *problem);

#endif
