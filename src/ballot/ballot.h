/* Ballots (specification, sections 4.11 to 4.15): encrypted choices, a proof for each that it is 0 or 1, proofs that
 * together they are a vote that the question allows, and a signature by the voter's credential over the whole. */
#ifndef JISR_BALLOT_BALLOT_H
#define JISR_BALLOT_BALLOT_H

#include "ballot/credential.h"
#include "ballot/election.h"
#include "ballot/proof.h"

/* One question's answer. The arrays live in the ballot's arena. */
struct answer {
	size_t choice_count; /* question_choices() */
	struct ciphertext *choices;
	struct proof (*individual)[2]; /* choice_count times: 0, then 1 */
	struct proof *overall;         /* min..max; with blank: blank first, then min..max */
	size_t overall_count;
	struct proof blank[2]; /* only when the question has blank: not blank, then nothing chosen */
};

struct ballot {
	struct element credential;
	struct answer *answers; /* one a question */
	size_t answer_count;
	char hash[DIGEST_BASE64 + 1]; /* of the message without its signature: what is signed */
	struct proof signature;
	char tracking[DIGEST_BASE64 + 1]; /* of the whole message: the number that the voter looks for on the board */
};

/* What checks and makes the ballots of one election: tables for its public key. Read-only after it is made, so any
 * number of threads may use it. The election must outlive it. */
struct ballot_context;

int ballot_context_new(const struct election *election, struct ballot_context **ret_context, struct problem *problem);
struct ballot_context *ballot_context_free(struct ballot_context *context);
MEMORY_DEFINE_FREEP(struct ballot_context, ballot_context_free)

/* Reads a ballot's message into the arena and checks its form: canonical bytes, this election (uuid and fingerprint),
 * the right number of answers, choices and proofs, the hash of the content. JISR_BAD_INPUT says what and where. Owed
 * afterwards: ballot_check, and that the credential is in the list. */
int ballot_read(const struct ballot_context *context, const char *bytes, size_t length, struct arena *arena,
                struct ballot **ret_ballot, struct problem *problem);

/* Checks that every element is in the group and every proof and the signature hold. JISR_BAD_INPUT names the first that
 * does not. JISR_NO_MEMORY. */
int ballot_check(const struct ballot_context *context, const struct ballot *ballot, struct problem *problem);

/* The proofs and signatures of many ballots, whose exponentiations are done together (a dozen is enough to fill the
 * processor), for when the caller sees to membership. On JISR_BAD_INPUT *ret_wrong is the first ballot that does not hold.
 * One ballot_batch is for one thread. */
struct ballot_batch;
int ballot_batch_new(struct ballot_batch **ret_batch);
struct ballot_batch *ballot_batch_free(struct ballot_batch *batch);
MEMORY_DEFINE_FREEP(struct ballot_batch, ballot_batch_free)
int ballot_batch_check(const struct ballot_context *context, struct ballot_batch *batch,
                       const struct ballot *const ballots[], size_t count, size_t *ret_wrong, struct problem *problem);

/* Both: what a board does with a ballot that it is given. *ret_voter is the credential's index in the list. A
 * credential that is not there is JISR_NOT_FOUND. */
int ballot_accept(const struct ballot_context *context, const struct credential_list *list, const char *bytes,
                  size_t length, struct arena *arena, struct ballot **ret_ballot, size_t *ret_voter,
                  struct problem *problem);

/* The voter's choices: choices[i] points to question_choices(question i) bytes of 0 or 1, blank first where there is
 * one. One block of secret memory that secret_free ends. */
struct votes {
	unsigned char **choices;
};

/* Reads choices from JSON as belenios-tool takes them: an array for each question, in it 0 or 1 for each choice.
 * JISR_BAD_INPUT: malformed, or a vote that its question does not allow. JISR_NO_MEMORY. */
int votes_read(const struct election *election, const char *bytes, size_t length, struct votes **ret_votes,
               struct problem *problem);

/* A ballot that is made but not signed, in the state of "audit or cast" (docs/ballot.md): it shows its commitment, and
 * is then either opened or signed, never both. In secret memory. */
struct prepared_ballot;

/* Encrypts the votes and makes all proofs. `credential` is in the written form. Takes time and touches memory in a way
 * that does not depend on votes and credential. JISR_BAD_INPUT for votes that a question does not allow, JISR_NO_MEMORY. */
int ballot_prepare(const struct ballot_context *context, const char *credential, const struct votes *votes,
                   struct prepared_ballot **ret_prepared, struct problem *problem);
struct prepared_ballot *prepared_ballot_free(struct prepared_ballot *prepared);
MEMORY_DEFINE_FREEP(struct prepared_ballot, prepared_ballot_free)

/* What the device shows before the voter chooses: the hash that the signature will be over. */
const char *prepared_ballot_commitment(const struct prepared_ballot *prepared);

/* Cast: signs, and adds the ballot's message to the text. JISR_BAD_INPUT when it was opened. */
int prepared_ballot_sign(struct prepared_ballot *prepared, struct text *text, struct problem *problem);

/* Audit: adds the opened_ballot message to the text and forgets the credential, so that it can never be signed.
 * JISR_BAD_INPUT when it was signed. */
int prepared_ballot_open(struct prepared_ballot *prepared, struct text *text, struct problem *problem);

/* What an opened ballot shows. */
struct opened_ballot {
	char commitment[DIGEST_BASE64 + 1]; /* what the first device must have shown */
	struct element credential;          /* whose ballot it would have been: the caller looks for it in the list */
	struct votes *votes;                /* what it encrypts; ends with secret_free */
};

/* The second device: checks an opened_ballot message as docs/ballot.md says. JISR_BAD_INPUT says what is wrong. */
int opened_ballot_check(const struct ballot_context *context, const char *bytes, size_t length,
                        struct opened_ballot *ret_opened, struct problem *problem);

/* ballot_prepare and prepared_ballot_sign at once. */
int ballot_make(const struct ballot_context *context, const char *credential, const struct votes *votes,
                struct text *text, struct problem *problem);

#endif
