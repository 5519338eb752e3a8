/* Every change of single registered objects and of lines of files, asked for by a caller, checked whole, written as entries of
 * the record. The command line, the API and the demonstration go through it.
 *
 * Fields come as a JSON object:
 *   enter     {"object":{...}, "reach":"*"|{"only":[...]}|{"except":[...]}}
 *   amend     {"object":{...}, "reach"?}
 *   withdraw  {"reason":"found", "text"?}; of a single object, of a line of a file by its id, or of a whole file
 *
 * Only the country that issued a travel document may enter it: its bureau, through an officer who may write objects. */
#ifndef JISR_NOTICES_OBJECT_ACT_H
#define JISR_NOTICES_OBJECT_ACT_H

#include "members/register.h"
#include "notices/object.h"

enum object_step { OBJECT_ENTER, OBJECT_AMEND, OBJECT_WITHDRAW };

struct object_act {
	enum object_step step;
	const struct caller *caller;
	const char *id;      /* NULL for OBJECT_ENTER; of a single object, a file's line, or "MA/passports" */
	const cJSON *fields; /* an object */
	uint64_t expected;   /* the version that the decision rests on; ENTRY_ANY: whatever it is */
	/* what came of it */
	char made[OBJECT_ID_MAX]; /* the id, as it was given or made */
	uint64_t version;
	char warning[200]; /* what is odd and was entered all the same; "" */
	struct findings findings;
};

/* JISR_NOT_FOUND: there is none for this caller. JISR_DENIED, JISR_STATE, JISR_BAD_INPUT (the findings say all of it),
 * JISR_CONFLICT. Else the store's. */
int object_act_submit(struct store *store, struct object_act *act, struct problem *problem);
/* Inside a command of the store, for many at once; of a single object. */
int object_act_run(struct store_write *write, struct object_act *act, struct problem *problem);
/* The same of a line of a file, or a whole file, under the data directory. */
int object_act_run_line(struct store_write *write, const char *directory, struct object_act *act,
                        struct problem *problem);

/* Whether the caller may enter objects at all: the right, and an office that is open and not suspended, whose is filled in. */
int object_may_write(struct sql *sql, const struct caller *caller, struct office *ret_office, struct problem *problem);
/* Whether the office may enter this one; what speaks against it is found. */
void object_may_enter(const struct office *office, const struct object *object, struct findings *findings);

#endif
