/* What the files of the domain `assembly` share: one act while it is decided, one entry while it is applied. */
#ifndef JISR_ASSEMBLY_ASSEMBLY_PRIVATE_H
#define JISR_ASSEMBLY_ASSEMBLY_PRIVATE_H

#include "assembly/conduct.h"
#include "base/json.h"
#include "base/tree.h"
#include "members/register.h"

#include <stdio.h>
#include <string.h>

/* An act that is decided: today's state is read, then it is refused, or its entry filled in. */
struct conducting {
	struct store_write *write;
	struct sql *sql;
	struct conduct_order *order;
	const struct caller *caller;
	const cJSON *fields; /* checked by their table; NULL for none */
	uint32_t session;
	struct assembly assembly; /* `number` 0: there is no such session yet */
	char today[11];
	/* what decide fills in */
	cJSON *made;       /* an object: goes into the body as "made" when anything is in it */
	char part[160];    /* of the subject, after "assembly/93": "/MA" */
	uint64_t expected; /* of the subject; ENTRY_ANY at first */
	const char *only;  /* the one office beside the author that hears of it; NULL: all */
};
typedef int (*conduct_decide)(struct conducting *conducting, struct problem *problem);

/* An entry that is applied. */
struct applying {
	struct sql *sql;
	struct arena *arena; /* ends with the command */
	const struct entry *entry;
	uint32_t session;
	const char *part; /* of the subject, after "assembly/93/"; "" */
	const cJSON *body, *made;
};
typedef int (*conduct_apply)(struct applying *applying, struct problem *problem);

#define ACT(id, name, right, fields, decide, apply, dropped, summary)                                                  \
	int decide(struct conducting *conducting, struct problem *problem);                                            \
	int apply(struct applying *applying, struct problem *problem);
#include "assembly/acts.def"
#undef ACT
int delegation_dropped(struct applying *applying, struct problem *problem);

/* The fields of the act, by name; NULL, 0 or false where they are not given. */
const char *conducting_text(const struct conducting *conducting, const char *name);
uint32_t conducting_number(const struct conducting *conducting, const char *name);
bool conducting_flag(const struct conducting *conducting, const char *name);

/* The number of what is made now: one more than the statement says of the session, a literal "SELECT max(number) FROM ...". */
int conducting_next(const struct conducting *conducting, const char *statement, uint32_t *ret_number,
                    struct problem *problem);

/* 0, or JISR_STATE with the sentence that says in which state the session is. States are a bit each. */
int conducting_state(const struct conducting *conducting, unsigned states, struct problem *problem);
#define ASSEMBLY_BIT(state) (1u << (state))

/* For whom the act is: the delegation that the field `office` names, else the caller's own. The own office needs the right
 * assembly.delegate, any other assembly.secretary. JISR_DENIED, JISR_NOT_FOUND: it was not invited. */
int conducting_delegation(struct conducting *conducting, const char **ret_code, struct problem *problem);
/* The same for what members alone do, not observers. JISR_DENIED. */
int conducting_member(struct conducting *conducting, const char **ret_code, struct problem *problem);

/* The number of a JSON member, its text ("" when there is none), its canonical JSON as text in the arena ("" when there
 * is none). */
uint32_t applying_number(const cJSON *object, const char *name);
const char *applying_text(const cJSON *object, const char *name);
bool applying_flag(const cJSON *object, const char *name);

/* Canonical JSON of a value as a text in the arena; "" for NULL. JISR_NO_MEMORY. */
int applying_json(struct applying *applying, const cJSON *value, const char **ret_text, struct problem *problem);

/* How long one may speak where the chair has not said otherwise. */
#define FLOOR_SECONDS_STATEMENT 300
#define FLOOR_SECONDS_OTHERS    120

/* The day so many days later. */
void agenda_day_add(const char *day, int days, char out[11]);

/* The value that a draw gave, once its seed is told. */
int poll_lot(const struct conducting *conducting, uint32_t number, uint8_t ret_value[32], struct problem *problem);

/* The body of an entry: the fields and, unless it is empty, "made". To be freed with json_free. */
int conduct_body(const cJSON *fields, const cJSON *made, cJSON **ret_body, struct problem *problem);
/* The form of such a body: the fields as their table asks; "made" is an object of our own. */
int conduct_check_body(const cJSON *body, const struct field *fields, struct problem *problem);

/* Adds the figures as an object under a key. */
void convene_figures_tree(cJSON *parent, const char *key, const struct assembly_figures *figures);

#endif
