/* Agreements: with other organisations, about the seat, between the bureaus of members. Parties propose, negotiate texts in
 * languages (each a file, known by its digest) until all agree to the same revision; relations with other organisations are valid
 * only after the Assembly has approved them (Constitution, Article 41), by the vote on a draft resolution with which they are
 * tabled; each party signs with the key of its office; headquarters keeps the deposit and a register that everybody may read. An
 * agreement enters into force by its own terms, and ends when fewer than two parties are left.
 *
 * What is signed is one text, made from the agreement (assembly/agreement_note.h): a signed note that anybody can verify with
 * the offices' public keys. */
#ifndef JISR_ASSEMBLY_AGREEMENT_H
#define JISR_ASSEMBLY_AGREEMENT_H

#include "assembly/affair.h"

#define AGREEMENT_PARTIES  20
#define AGREEMENT_TEXTS    12 /* languages */
#define AGREEMENT_MAX_DAYS 3660
#define AGREEMENT_WORDING  40000 /* bytes of a text that stands in the record */
#define AGREEMENT_LANGUAGE 3     /* letters of a language's code, at most */

enum agreement_state {
	AGREEMENT_NONE,
	AGREEMENT_NEGOTIATED,
	AGREEMENT_AGREED, /* all parties to the same revision */
	AGREEMENT_TABLED,
	AGREEMENT_APPROVED, /* by the Assembly */
	AGREEMENT_REJECTED,
	AGREEMENT_SIGNED, /* by all parties */
	AGREEMENT_DEPOSITED,
	AGREEMENT_IN_FORCE, /* follows from its terms and the day */
	AGREEMENT_ENDED,    /* the same */
	AGREEMENT_ABANDONED,
	AGREEMENT_STATES
};

/* The last two by what they decide and say. */
enum agreement_side { AGREEMENT_PARTY, AGREEMENT_HEADQUARTERS, AGREEMENT_ASSEMBLY, AGREEMENT_TERMS };

enum agreement_step {
#define STEP(id, ...)  AGREEMENT_STEP_##id,
#define EVENT(id, ...) AGREEMENT_STEP_##id,
#include "assembly/agreement_steps.def"
#undef STEP
#undef EVENT
	AGREEMENT_STEPS
};

extern const struct affair agreement_affair;
extern const struct store_domain agreement_domain;

/* What kinds there are, and which of them the Assembly approves. */
struct agreement_kind {
	const char *name; /* "relations" */
	const char *what;
	bool approval;       /* by the Assembly */
	const char *article; /* that says so, or what is not confirmed */
};
extern const struct agreement_kind agreement_kinds[];
extern const size_t agreement_kind_count;

struct agreement_party {
	const char *code;
	const char *
		name; /* "" for an office of the organisation; else who has no office here, for whom headquarters acts */
	const char *key;               /* its public key, where it has no office here and gave one; "" */
	uint32_t agreed;               /* the revision to which it agreed; 0 */
	const char *signature, *paper; /* of its key, as base64; digest of a page signed by hand; "" */
	const char *key_id;            /* of the office's key that signed, 8 hexadecimal digits; "" */
	const char *signer, *signed_at;
	const char *ratified, *withdrawn; /* days: from when it is withdrawn; "" */
};

struct agreement {
	char id[AFFAIR_ID_MAX + 1];
	enum agreement_state state; /* of today */
	const char *kind, *title;   /* JSON by language */
	uint32_t revision;
	uint32_t days, ratifications, notice_days;
	const char *not_before; /* "" */
	uint32_t session, draft;
	const char *decision, *reason;
	const char *proposed, *agreed, *signed_at, *deposited, *in_force, *ended;
	struct agreement_party *parties;
	size_t party_count;
	uint64_t version;
};

/* What the caller may see of it: parties and headquarters everything, other offices what came before the Assembly, everybody
 * else (an office "") what is deposited. All in the arena. `day` is today. JISR_NOT_FOUND. */
int agreement_get(struct sql *sql, const char *id, const char *office, const char *day, struct arena *arena,
                  struct agreement *ret_agreement, struct problem *problem);
/* Its texts, by language, in the arena; wording "" where it is a file elsewhere. */
struct agreement_text {
	const char *language, *title, *hash, *wording;
	uint32_t pages;
};
int agreement_texts(struct sql *sql, const char *id, struct arena *arena,
                    struct agreement_text ret_texts[AGREEMENT_TEXTS], size_t *ret_count, struct problem *problem);

/* Calls for each agreement that the office may see, the newest first, until it returns false. */
typedef bool (*agreement_each_one)(void *context, const struct agreement *agreement);
int agreement_each(struct sql *sql, const char *office, const char *day, struct arena *arena, agreement_each_one each,
                   void *context, struct problem *problem);

/* Whether that office sees all of it. */
bool agreement_inside(const struct agreement *agreement, const char *office);

/* The public register: {"agreements":[...]} of what is deposited, the newest first; and one of them with its texts, signatures
 * and the note. */
int agreement_register(struct sql *sql, const char *day, struct text *text, struct problem *problem);
int agreement_public(struct sql *sql, const char *id, const char *day, struct text *text, struct problem *problem);
/* Of what is deposited: the note with all signatures, and the wording in a language (JISR_NOT_FOUND: it is a file elsewhere). */
int agreement_public_note(struct sql *sql, const char *id, const char *day, struct text *text, struct problem *problem);
int agreement_public_wording(struct sql *sql, const char *id, const char *language, const char *day, struct text *text,
                             struct problem *problem);

#endif
