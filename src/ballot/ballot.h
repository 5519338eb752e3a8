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

/* The same for when somebody else sees to membership (verification of a whole archive does it for many at once). */
int ballot_check_proofs(const struct ballot_context *context, const struct ballot *ballot, struct problem *problem);

/* Both: what a board does with a ballot that it is given. *ret_voter is the credential's index in the list. A
 * credential that is not there is JISR_NOT_FOUND. */
int ballot_accept(const struct ballot_context *context, const struct credential_list *list, const char *bytes,
                  size_t length, struct arena *arena, struct ballot **ret_ballot, size_t *ret_voter,
                  struct problem *problem);

/* The voter's choices, from JSON as belenios-tool takes them: an array for each question, 0 or 1 for each choice, blank
 * first where there is one. choices[i] points to question_choices(question i) bytes of 0 or 1. */
struct votes {
	unsigned char **choices;
};

/* Reads choices into one block of secret memory that *ret_votes owns (secret_free ends it). JISR_BAD_INPUT: malformed,
 * or a vote that the question does not allow. */
int votes_read(const struct election *election, const char *bytes, size_t length, struct votes **ret_votes,
               struct problem *problem);

/* Randomness that opens a ballot: r of every ciphertext, question by question. For the audit of a ballot that will not
 * be cast. In secret memory; secret_free ends it. */
struct opening {
	size_t count;
	struct scalar r[];
};

/* Makes a ballot: adds its message to the text. `credential` is in the written form. *ret_opening (when not NULL) gets
 * what opens it. JISR_BAD_INPUT for votes that a question does not allow; JISR_NO_MEMORY. Takes time that does not
 * depend on choices and credential. */
int ballot_make(const struct ballot_context *context, const char *credential, const struct votes *votes,
                struct text *text, struct opening **ret_opening, struct problem *problem);

/* Audit: do this opening and these choices give this ballot's ciphertexts? JISR_BAD_INPUT names the first that does not
 * fit. The ballot's proofs are not looked at. */
int ballot_open(const struct ballot_context *context, const struct ballot *ballot, const struct votes *votes,
                const struct opening *opening, struct problem *problem);

#endif
