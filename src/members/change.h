/* Every change of the register: one table of changes, each with the right that it needs, run by one function. The command
 * line, the API and the demonstration go through it; nothing else writes entries of these kinds.
 *
 * Fields come as a JSON object, the same whoever asks: what the API's body says, and what the command line makes of its
 * options. They are checked whole before anything is written: a field that is not known, is missing or has a wrong form is
 * refused with a sentence that names it. */
#ifndef JISR_MEMBERS_CHANGE_H
#define JISR_MEMBERS_CHANGE_H

#include "members/register.h"

enum change {
	CHANGE_MEMBER_ADMIT,     /* {"code"} or with "region", "names": else as publicly known */
	CHANGE_MEMBER_EDIT,      /* target: code; {"region"?, "names"?} */
	CHANGE_MEMBER_SUSPEND,   /* target: code; {"reason"} */
	CHANGE_MEMBER_REINSTATE, /* target: code; {"reason"} */
	CHANGE_OFFICE_OPEN,      /* {"code", "kind"?, "member"?, "country"?, "names"?, "key"?} */
	CHANGE_OFFICE_EDIT,      /* target: code; {"country"?, "names"?} */
	CHANGE_OFFICE_CLOSE,     /* target: code; {"reason"}: its keys and its officers end with it */
	CHANGE_KEY_ADD, /* {"office", "key"?}: the public half of a key that is kept elsewhere, else one is made here */
	CHANGE_KEY_END, /* target: "MA/1a2b3c4d"; {"reason"} */
	CHANGE_OFFICER_APPOINT,   /* {"office", "name", "login", "roles", "email"?} */
	CHANGE_OFFICER_EDIT,      /* target: id; {"name"?, "login"?, "email"?} */
	CHANGE_OFFICER_ROLES,     /* target: id; {"roles"} */
	CHANGE_OFFICER_END,       /* target: id; {"reason"} */
	CHANGE_OFFICER_SUSPEND,   /* target: id; {"reason"}: signs in no more until reinstated */
	CHANGE_OFFICER_REINSTATE, /* target: id; {"reason"} */
	CHANGE_OFFICER_MOVE, /* target: id; {"office", "roles", "reason"}: gets an id there, which is the order's */
	CHANGE_COUNT
};

/* "officer.roles", and the right it needs. */
const char *change_name(enum change change);
enum right change_right(enum change change);

struct change_order {
	enum change change;
	const struct caller *caller;
	const char *target;  /* NULL where there is none */
	const cJSON *fields; /* an object; NULL for none */
	uint64_t expected;   /* the target's version that the decision rests on; ENTRY_ANY: whatever it is */
	/* what came of it */
	char id[ENTRY_MAX_SUBJECT + 1]; /* of what was changed or made: "MA", "MA-12", "MA/1a2b3c4d" */
	uint64_t version;
};

/* Asks for the right, checks, and writes. JISR_DENIED: the right, or what this caller may not do with it (another office,
 * a role that he cannot give, himself). JISR_BAD_INPUT: the fields. JISR_NOT_FOUND: the target. JISR_CONFLICT: it was
 * changed since, or is there already. JISR_STATE: closed, ended, suspended, the last administrator. Else the store's. */
int change_submit(struct store *store, struct change_order *order, struct problem *problem);

/* The same inside a command of the store, for many at once. What office.open and key.add make outside of the record (the
 * secret half of a key) is made before, and its public half passed as "key". */
int change_run(struct store_write *write, struct change_order *order, struct problem *problem);

#endif
