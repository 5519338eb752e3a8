/* An agreement as a stranger has it: the signed note that the register gives (assembly/agreement_note.h), the public keys that he
 * knows from elsewhere, and the files of the texts. Needs no record. */
#ifndef JISR_ASSEMBLY_AGREEMENT_VERIFY_H
#define JISR_ASSEMBLY_AGREEMENT_VERIFY_H

#include "assembly/agreement.h"
#include "base/note.h"

enum agreement_standing {
	AGREEMENT_NO_SIGNATURE, /* none of that party: it signed on paper, or not at all */
	AGREEMENT_NO_KEY,       /* one by a key that nobody gave */
	AGREEMENT_GOOD,
};

/* Everything points into the arena. */
struct agreement_claim {
	const char *record, *id, *kind, *not_before; /* "-": none */
	uint32_t revision, ratifications, days, notice_days;
	struct agreement_claim_party {
		const char *code, *name; /* name "" for an office */
		enum agreement_standing standing;
		char key_id[9]; /* of the key that holds */
	} parties[AGREEMENT_PARTIES];
	size_t party_count;
	struct agreement_claim_text {
		const char *language, *hash;
		bool seen; /* a file of that digest was shown */
	} texts[AGREEMENT_TEXTS];
	size_t text_count;
	size_t length; /* bytes of what is signed */
};

/* Reads what such a note says. JISR_BAD_INPUT: it is none, or not in the one form. */
int agreement_claim_read(const char *note, size_t length, struct arena *arena, struct agreement_claim *ret_claim,
                         struct problem *problem);

/* Looks for each party's signature by one of the keys. JISR_CORRUPT: one that does not hold, by a key that was given; the sentence
 * names it. */
int agreement_claim_open(struct agreement_claim *claim, const char *note, size_t length,
                         const struct note_verifier *keys, size_t key_count, struct problem *problem);

/* Notes that a file with that digest is there. False: it is none of the texts. */
bool agreement_claim_show(struct agreement_claim *claim, const char *hash);

/* JISR_CORRUPT with the first thing that is not shown to be true: a party with an office that did not sign, a signature whose key
 * was not given. */
int agreement_claim_holds(const struct agreement_claim *claim, struct problem *problem);

#endif
