/* Elections for tests: made whole in memory, or taken from an archive, as messages that a test may alter before they are
 * put together to an archive again, with every hash as it then must be. */
#ifndef JISR_TESTS_BALLOT_SAMPLE_H
#define JISR_TESTS_BALLOT_SAMPLE_H

#include "ballot/archive.h"
#include "ballot/result.h"
#include "ballot/verify.h"

#define SAMPLE_MAX_VOTERS 40

struct sample_event {
	enum event_type type;
	struct text messages[4]; /* the last is the payload; it names those before it */
	size_t count;
	struct text event; /* when not empty: used instead of what follows from the rest */
	bool keep;         /* the payload stays as it is, though what it names has changed */
};

struct sample {
	const struct group *group;
	struct election *election;
	struct credential_list *list;
	struct ballot_context *context;
	struct scalar *private_key;
	struct trustee_key key;
	struct trustees *trustees;
	char credentials[SAMPLE_MAX_VOTERS][CREDENTIAL_LENGTH + 1];
	struct sample_event *events;
	size_t event_count;
};

struct sample_plan {
	const char *group;     /* NULL: BELENIOS-2048 */
	const char *questions; /* JSON; NULL: one with blank, one without */
	size_t voters;         /* 0: 2 */
	const char *votes;     /* of everybody; NULL: fits the questions that NULL gives */
	bool weights;          /* voter i has weight i + 1 */
	bool open;             /* stop after the ballots */
};

/* Everything succeeds, or the test fails. */
void sample_init(struct sample *sample, const struct sample_plan *plan);
void sample_load(struct sample *sample, const char *path);
void sample_finish(struct sample *sample);

/* A ballot of that voter, as text. */
void sample_vote(const struct sample *sample, size_t voter, const char *votes, struct text *text);

/* Signs an unsigned ballot without its closing brace, whatever it holds, with that voter's credential. */
void sample_sign(const struct sample *sample, size_t voter, struct text *text);

/* Adds an event of one message, which is copied. */
struct sample_event *sample_add(struct sample *sample, size_t at, enum event_type type, const char *bytes,
                                size_t length);
void sample_remove(struct sample *sample, size_t at);
void sample_swap(struct sample *sample, size_t a, size_t b);

/* Ends the election from its ballots: EndBallots, EncryptedTally, PartialDecryption, Result. */
void sample_end(struct sample *sample);

/* The archive. */
void sample_archive(const struct sample *sample, struct text *bytes);

/* Opens and verifies these bytes: an error code, and the sentence. */
int sample_verify(const struct text *bytes, struct verify_report *ret_report, struct problem *problem);

/* One tar entry, for archives that no sample gives. */
void sample_entry(struct text *bytes, const char *name, const char *content, size_t length);

#endif
