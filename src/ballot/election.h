/* An election (specification, sections 4.9 and 4.10): its questions, its public key, its fingerprint. Homomorphic
 * questions only: choose from min to max of the answers, with or without the possibility to vote blank. */
#ifndef JISR_BALLOT_ELECTION_H
#define JISR_BALLOT_ELECTION_H

#include "ballot/message.h"

#define ELECTION_MAX_QUESTIONS 100
#define ELECTION_MAX_ANSWERS   1000
#define ELECTION_MAX_TEXT      ((size_t)1 << 20) /* bytes of the message */

struct question {
	const char *text;
	const char **answers;
	size_t answer_count; /* from 1, without the blank vote */
	unsigned min,
		max; /* 0 <= min <= max <= answer_count, 1 <= max: how many may be chosen in a vote that is not blank */
	bool blank;  /* a blank vote is possible; then it is choice 0 and the answers follow */
	bool blank_written; /* the message has the member `blank`, be it true or false */
};

struct election {
	const struct group *group;
	struct element public_key;
	const char *uuid, *name, *description;
	const char *administrator, *credential_authority; /* NULL when the message has none */
	struct question *questions;
	size_t question_count; /* from 1 */
	/* The specification's phi: the fingerprint of the bytes that were read, or that election_write gives. */
	char fingerprint[DIGEST_BASE64 + 1];
	struct arena *arena; /* holds everything above */
};

/* How many ciphertexts an answer to it has: its answers, and one for blank. */
static inline size_t question_choices(const struct question *question)
{
	return question->answer_count + (question->blank ? 1 : 0);
}

/* Reads the message. JISR_UNSUPPORTED: another version, an unknown group, a question that is not homomorphic.
 * JISR_BAD_INPUT, JISR_TOO_LARGE, JISR_NO_MEMORY. Free with election_free. */
int election_read(const char *bytes, size_t length, struct election **ret_election, struct problem *problem);

/* Checks and copies an election that the caller filled in (all but fingerprint and arena, which are ignored), and works
 * out its fingerprint. The same refusals as election_read; membership of public_key is the caller's. */
int election_new(const struct election *given, struct election **ret_election, struct problem *problem);

struct election *election_free(struct election *election);
MEMORY_DEFINE_FREEP(struct election, election_free)

/* Adds the message, as belenios-tool would write it. Returns text->error. */
int election_write(const struct election *election, struct text *text);

/* Reads questions alone: {"description","name","questions",...} as belenios-tool's template has them, for `setup
 * make-election`. *ret_election has no group, key or uuid; only election_new may be given it. */
int election_read_template(const char *bytes, size_t length, struct election **ret_election, struct problem *problem);

#endif
