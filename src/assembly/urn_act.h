/* Every change of a secret vote: one table of acts, run by one function. Ballots come by assembly/urn_box.h.
 *
 *   call         the organiser: what is asked, who may vote, who are registrar and trustees
 *   certificate, polynomial, share   each trustee, in three steps (docs/verify-an-election.md): its own secrets stay with it
 *   credentials  each registrar: its part of the public credentials, one a voter
 *   open         the organiser: election, trustees and credentials become the setup of the board
 *   close        the organiser: no more ballots; the encrypted tally is worked out and put on the board
 *   decrypt      each trustee: a partial decryption of the tally
 *   result       the organiser: the partial decryptions combined
 *   witness      anybody's office: this head of the board was seen, signed with the office's key
 *   observer     anybody's office: names an independent observer by his public key (assembly/urn_heads.h)
 *   cancel       the organiser, before the result
 *
 * The organiser holds no key. He is no registrar, no registrar is a trustee or gives
 * out a credential alone, and no trustee decrypts alone. */
#ifndef JISR_ASSEMBLY_URN_ACT_H
#define JISR_ASSEMBLY_URN_ACT_H

#include "assembly/urn.h"
#include "members/caller.h"

enum urn_act {
	URN_ACT_CALL,
	URN_ACT_CERTIFICATE,
	URN_ACT_POLYNOMIAL,
	URN_ACT_SHARE,
	URN_ACT_CREDENTIALS,
	URN_ACT_OPEN,
	URN_ACT_CLOSE,
	URN_ACT_DECRYPT,
	URN_ACT_RESULT,
	URN_ACT_WITNESS,
	URN_ACT_OBSERVER,
	URN_ACT_CANCEL,
	URN_ACTS
};
/* "call"; the field that holds what a trustee or the registrar sends, NULL where an act takes an object of fields. */
const char *urn_act_name(enum urn_act act);
const char *urn_act_field(enum urn_act act);
enum right urn_act_right(enum urn_act act);
bool urn_act_read(const char *name, enum urn_act *ret_act);

struct urn_order {
	enum urn_act act;
	const struct caller *caller;
	const char *id;      /* NULL for call */
	const cJSON *fields; /* an object, or NULL for none */
	uint64_t expected;   /* the vote's version; ENTRY_ANY */
	/* what came of it */
	char made[URN_ID_MAX + 1];
	uint64_t version;
};

/* Asks for the right, checks, and writes. JISR_DENIED, JISR_BAD_INPUT, JISR_NOT_FOUND, JISR_CONFLICT (was sent already),
 * JISR_STATE; else the store's. */
int urn_act_submit(struct store *store, struct urn_order *order, struct problem *problem);

/* What registrars need: the draft that `jisr election credentials` reads. */
int urn_act_draft(const struct urn *urn, struct text *text, struct problem *problem);
/* Who may vote, an office a line. */
int urn_act_voters(const struct urn *urn, struct text *text, struct problem *problem);
/* What a trustee gets after all polynomials are there: encrypted to it. */
int urn_act_input(struct sql *sql, const struct urn *urn, size_t trustee, struct text *text, struct problem *problem);
/* And after all shares: its decryption key, encrypted to itself. */
int urn_act_key(struct sql *sql, const struct urn *urn, size_t trustee, struct text *text, struct problem *problem);

/* The form of bodies of all kinds of entries of this domain. */
int urn_act_check(const cJSON *body, struct problem *problem);

#endif
