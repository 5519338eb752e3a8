/* Every change of an assembly: one table of acts (assembly/acts.def), each with the right that it needs and the fields that it
 * takes, run by one function. The command line, the API and the demonstration go through it; nothing else writes entries
 * of these kinds. An act is one entry of the kind "assembly.ACT" under the subject "assembly/93" or a part of it; its body
 * is the fields as they were given and, in "made", what was decided with them (numbers given, verdicts, figures).
 *
 * Who acts for a delegation is an officer of the member's own bureau with the right assembly.delegate; the secretariat
 * (assembly.secretary) acts for those who cannot, and the entry says who did. */
#ifndef JISR_ASSEMBLY_CONDUCT_H
#define JISR_ASSEMBLY_CONDUCT_H

#include "assembly/assembly.h"
#include "assembly/field.h"
#include "members/caller.h"

enum conduct {
#define ACT(id, ...) CONDUCT_##id,
#include "assembly/acts.def"
#undef ACT
	CONDUCT_COUNT
};

/* "session.call"; its summary; its right; its fields, ended by a NULL name. */
const char *conduct_name(enum conduct act);
const char *conduct_summary(enum conduct act);
enum right conduct_right(enum conduct act);
const struct field *conduct_fields(enum conduct act);
bool conduct_read(const char *name, enum conduct *ret_act);

struct conduct_order {
	enum conduct act;
	const struct caller *caller;
	uint32_t session;    /* 0 for session.call, whose fields name it */
	const cJSON *fields; /* an object, or NULL for none */
	uint64_t expected;   /* the session's version that the decision rests on; ENTRY_ANY: whatever it is */
	/* what came of it */
	char subject[ENTRY_MAX_SUBJECT + 1];
	char id[64]; /* of what was made: a number, a code; "" */
	uint64_t version;
};

/* Asks for the right, checks, and writes. JISR_DENIED, JISR_BAD_INPUT (the fields), JISR_NOT_FOUND (what they name),
 * JISR_CONFLICT (is there already, or changed since), JISR_STATE (not now, with the reason); else the store's. */
int conduct_submit(struct store *store, struct conduct_order *order, struct problem *problem);

/* The same inside a command of the store, for many at once. */
int conduct_run(struct store_write *write, struct conduct_order *order, struct problem *problem);

/* Adds the table of acts as JSON: {"acts":[{"act","right","summary","fields":[...]}]}. */
int conduct_describe(struct text *text);

#endif
