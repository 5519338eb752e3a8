/* A secret vote in the record: the domain that the store applies (kinds of entries, tables), and what is read from it.
 * assembly/urn_act.h is what changes it, assembly/urn_box.h takes ballots, assembly/urn_bundle.h makes the archive.
 *
 * Everything on the board (setup, ballots, tally, partial decryptions, result) is an entry of the log, word for word as it
 * stands in the archive: the log is the truth, and UUID.bel is made from it, the same bytes at any time.
 *
 * A secret vote belongs to a vote of a session (assembly/poll_secret.h gives its question and its electorate, and takes its
 * result), or stands for itself with an electorate that is named. Nothing here knows which credential is whose: two or
 * more registrars, other offices than the organiser and the trustees, make the parts of credentials on machines of their
 * own, in an order that they alone know (ballot/credential_part.h). A ballot comes from nobody: its entry is the installation's own, and names only itself. */
#ifndef JISR_ASSEMBLY_URN_H
#define JISR_ASSEMBLY_URN_H

#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

#define URN_SUBJECT        "urn/" /* and the id */
#define URN_ID_MAX         64     /* bytes: the election's uuid */
#define URN_MAX_VOTERS     400
#define URN_MAX_TRUSTEES   16
#define URN_MAX_REGISTRARS 4
#define URN_MAX_NAME       200                  /* bytes */
#define URN_MAX_MESSAGE    (ENTRY_MAX_BODY / 2) /* bytes of a ballot or another message in an entry */

extern const struct store_domain urn_domain;

enum urn_state { URN_CALLED, URN_OPEN, URN_CLOSED, URN_COUNTED, URN_CANCELLED };
/* "called", "open", "closed", "counted", "cancelled". */
const char *urn_state_name(enum urn_state state);

/* What each trustee has sent, in the order of the ceremony; and each registrar. */
enum urn_part { URN_CERTIFICATE, URN_POLYNOMIAL, URN_SHARE, URN_DECRYPTION, URN_CREDENTIALS, URN_PARTS };

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
	const char *name;
	uint32_t session, vote; /* that it belongs to; 0: none */
	size_t registrars;
	const char *registrar[URN_MAX_REGISTRARS]; /* offices, in order */
	const char *offices[URN_MAX_TRUSTEES];     /* of the trustees, in order */
	unsigned sent[URN_PARTS];                  /* how many trustees, or registrars, have */
};

/* JISR_NOT_FOUND with a sentence. */
int urn_get(struct sql *sql, const char *id, struct arena *arena, struct urn *ret_urn, struct problem *problem);

/* The number of the office among the trustees, from 1; 0: it is none. */
size_t urn_trustee(const struct urn *urn, const char *office);

/* The number of the office among the registrars, from 1; 0: it is none. */
size_t urn_registrar(const struct urn *urn, const char *office);
/* Whether all registrars have sent their part. */
bool urn_registered(const struct urn *urn);

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
/* That ballot, word for word, in the arena. JISR_NOT_FOUND. */
int urn_ballot(struct sql *sql, const char *id, const char *tracking, struct arena *arena, const char **ret_ballot,
               struct problem *problem);

/* JSON of one, and of all (newest first) as {"elections":[...]}. */
int urn_tell(struct sql *sql, const char *id, struct text *text, struct problem *problem);
int urn_tell_all(struct sql *sql, struct text *text, struct problem *problem);

#endif
