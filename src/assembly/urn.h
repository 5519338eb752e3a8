/* A secret vote in the record: the domain that the store applies (kinds of entries, tables), and what is read from it.
 * assembly/urn_act.h is what changes it, assembly/urn_box.h takes ballots, assembly/urn_bundle.h makes the archive.
 *
 * Everything on the board (setup, ballots, tally, partial decryptions, result) is an entry of the log, word for word as it
 * stands in the archive: the log is the truth, and UUID.bel is made from it, the same bytes at any time.
 *
 * The electorate is a list of offices, fixed when the vote is called. Nothing here knows which credential is whose: the
 * registrar, another office than the organiser, makes credentials on a machine of its own and publishes the public ones in
 * an order that tells nothing. A ballot comes from nobody: its entry is the installation's own, and names only itself. */
#ifndef JISR_ASSEMBLY_URN_H
#define JISR_ASSEMBLY_URN_H

#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

#define URN_SUBJECT      "urn/" /* and the id */
#define URN_ID_MAX       64     /* bytes: the election's uuid */
#define URN_MAX_VOTERS   400
#define URN_MAX_TRUSTEES 16
#define URN_MAX_NAME     200                  /* bytes */
#define URN_MAX_MESSAGE  (ENTRY_MAX_BODY / 2) /* bytes of a ballot or another message in an entry */

extern const struct store_domain urn_domain;

enum urn_state { URN_CALLED, URN_OPEN, URN_CLOSED, URN_COUNTED, URN_CANCELLED };
/* "called", "open", "closed", "counted", "cancelled". */
const char *urn_state_name(enum urn_state state);

/* What each trustee has sent: in the order of the ceremony. */
enum urn_part { URN_CERTIFICATE, URN_POLYNOMIAL, URN_SHARE, URN_DECRYPTION, URN_PARTS };

/* Texts live in the arena that it was read into. */
struct urn {
	char id[URN_ID_MAX + 1];
	enum urn_state state;
	const char *called;                                         /* JSON: the body of the entry that called it */
	const char *called_at, *opened_at, *closed_at, *counted_at; /* moments, "" */
	const char *election, *parameters, *credentials;            /* the setup's messages; "" before they are there */
	const char *tally, *sized, *result;
	const char *text; /* why it was cancelled */
	uint64_t version, ballots;
	size_t voters, trustees;
	unsigned threshold;
	const char *registrar, *name;
	const char *offices[URN_MAX_TRUSTEES]; /* of the trustees, in order */
	unsigned sent[URN_PARTS];              /* how many trustees have */
};

/* JISR_NOT_FOUND with a sentence. */
int urn_get(struct sql *sql, const char *id, struct arena *arena, struct urn *ret_urn, struct problem *problem);

/* The number of the office among the trustees, from 1; 0: it is none. */
size_t urn_trustee(const struct urn *urn, const char *office);

/* What a trustee has sent; "" when it has not. */
int urn_sent(struct sql *sql, const char *id, enum urn_part part, size_t trustee, struct arena *arena,
             const char **ret_text, struct problem *problem);
/* What all have sent, one a line; JISR_STATE when one is missing. */
int urn_lines(struct sql *sql, const struct urn *urn, enum urn_part part, struct text *lines, struct problem *problem);

/* What is awaited now, as a sentence for people. */
#define URN_AWAITED_MAX 200
void urn_awaited(const struct urn *urn, char out[URN_AWAITED_MAX]);

/* The board after its setup, in order. `first` and `second` are the messages; second is "" where there is one. */
typedef int (*urn_each_event)(void *context, const char *type, const char *first, const char *second,
                              struct problem *problem);
int urn_board(struct sql *sql, const char *id, urn_each_event each, void *context, struct problem *problem);

/* Is a ballot with that tracking number on the board? *ret_place counts ballots from 1; 0: it is not. */
int urn_tracked(struct sql *sql, const char *id, const char *tracking, uint64_t *ret_place, struct problem *problem);

/* JSON of one, and of all (newest first) as {"elections":[...]}. */
int urn_tell(struct sql *sql, const char *id, struct text *text, struct problem *problem);
int urn_tell_all(struct sql *sql, struct text *text, struct problem *problem);

#endif
