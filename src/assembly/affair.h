/* Things of the Assembly that have a life of their own: budgets, members' contributions, agreements. Each
 * is a table of steps: who may take which step in which state, with which fields, and where it leads. One function takes a
 * step, one applies its entry, one tells; the command line, the API and the demonstration go through them.
 *
 * A step is one entry of the kind "budget.submit" under the subject "budget/2026"; its body is the fields as they were given
 * and, in "made", what was decided with them. */
#ifndef JISR_ASSEMBLY_AFFAIR_H
#define JISR_ASSEMBLY_AFFAIR_H

#include "assembly/field.h"
#include "base/arena.h"
#include "base/text.h"
#include "members/caller.h"
#include "store/store.h"

#define AFFAIR_ID_MAX       24 /* bytes: "2026", "MA", "93-12" */
#define AFFAIR_AUDIENCE_MAX 40 /* offices that hear of an entry, beside its author */
#define AFFAIR_BIT(number)  (1u << (number))

struct affair;

/* A step that is taken: today's state is read, then it is refused, or its entry filled in. */
struct affair_taking {
	struct store_write *write;
	struct sql *sql;
	struct arena *arena; /* ends with the command */
	const struct affair *affair;
	const struct affair_step *step;
	struct affair_order *order;
	const struct caller *caller;
	const cJSON *fields; /* checked by their table; NULL for none */
	char today[11];
	/* what `load` fills in */
	char id[AFFAIR_ID_MAX + 1];
	unsigned state;   /* 0: there is none */
	unsigned sides;   /* on which the caller stands, a bit each */
	uint64_t version; /* of the thing */
	void *own;        /* the thing as its module knows it, in the arena */
	/* what `decide` fills in */
	cJSON *made;
	const char *only[AFFAIR_AUDIENCE_MAX];
	size_t only_count; /* 0: everybody hears of it */
};

/* An entry that is applied. */
struct affair_applying {
	struct store_write *write;
	struct sql *sql;
	struct arena *arena;
	const struct entry *entry;
	const char *id;
	const cJSON *body, *made;
};

struct affair_step {
	const char *name; /* "submit" */
	const char *what; /* "submit it to the Executive Committee": goes after "may" and "can" */
	const struct field *fields;
	unsigned from;    /* states, a bit each; bit 0: where there is none yet */
	unsigned to;      /* state; 0: it stays */
	unsigned sides;   /* a bit each, any of them */
	enum right right; /* RIGHT_UNSAID: nobody takes it, it follows from what is decided elsewhere */
	int (*decide)(struct affair_taking *taking, struct problem *problem);    /* NULL: nothing more is asked */
	int (*apply)(struct affair_applying *applying, struct problem *problem); /* NULL: the state alone changes */
};

/* What is told. */
struct affair_viewing {
	struct sql *sql;
	struct arena *arena;
	const struct caller *caller;
	const char *id; /* "" for what is of all */
	struct text *text;
	char today[11];
	uint64_t version; /* of the thing: filled in for the ETag */
};

struct affair_view {
	const char *name; /* NULL for the list of all and for one thing, which are the first two of a table */
	const char *summary;
	int (*show)(struct affair_viewing *viewing, struct problem *problem); /* writes members of an open object */
};

struct affair {
	const char *name;          /* "budget": of kinds, subjects and commands */
	const char *plural;        /* "budgets": in addresses */
	const char *title;         /* "budget": in sentences */
	const char *example;       /* of an id */
	const char *const *states; /* "none" first, NULL at the end */
	const char *const *sides;  /* "headquarters", NULL at the end */
	const struct affair_step *steps;
	size_t step_count;
	const struct affair_view *views; /* ended by a row without a function */
	/* SQL: state of what has the id ?1 becomes ?2 unless that is 0, its version ?3. */
	const char *set_state;
	/* Fills in id, state, sides, version of what `id` names; JISR_NOT_FOUND when that is nobody's business, JISR_BAD_INPUT when it
	 * can be no id. A NULL id: of what is to be made, without a state. */
	int (*load)(struct affair_taking *taking, const char *id, struct problem *problem);
	int (*audience)(struct affair_taking *taking,
	                struct problem *problem); /* NULL: everybody hears of everything */
	/* Of a step that right, side and state let the caller take: whether anything is left of it to do for him, such as a
	 * ratification that is wanted. What is not is not offered. NULL: always. */
	bool (*offered)(const struct affair_taking *taking, unsigned step);
	/* What follows from an entry, after it was written: further entries. NULL: nothing. */
	int (*after)(struct affair_taking *taking, struct problem *problem);
};

struct affair_order {
	unsigned step;
	const struct caller *caller;
	const char *id;      /* NULL for a step that gives it */
	const cJSON *fields; /* an object, or NULL for none */
	uint64_t expected;   /* the version that the decision rests on; ENTRY_ANY */
	const void *work; /* of a step that the program itself takes: what it rests on, as its module knows it; NULL */
	/* what came of it */
	char made[AFFAIR_ID_MAX + 1];
	uint64_t version;
};

/* Asks for right, side and state, checks, and writes. JISR_DENIED, JISR_BAD_INPUT (the fields), JISR_NOT_FOUND, JISR_CONFLICT
 * (changed since), JISR_STATE (not now, with the reason); else the store's. */
int affair_submit(struct store *store, const struct affair *affair, struct affair_order *order,
                  struct problem *problem);
/* The same inside a command of the store. */
int affair_run(struct store_write *write, const struct affair *affair, struct affair_order *order,
               struct problem *problem);

/* Right, side and state alone. */
int affair_allowed(const struct affair *affair, unsigned step, unsigned state, unsigned sides, const char *id,
                   const struct caller *caller, struct problem *problem);

/* False when there is no step of that name. */
bool affair_step_read(const struct affair *affair, const char *name, unsigned *ret_step);

/* Tells: `view` NULL is the list of all, or what is known of one thing when there is an id, with the steps that the caller may
 * take ("may"). JISR_NOT_FOUND. */
int affair_tell(struct sql *sql, const struct affair *affair, const char *view, const char *id,
                const struct caller *caller, struct text *text, uint64_t *ret_version, struct problem *problem);

/* Adds the table of steps as JSON, an object; and those that change the state as a Mermaid state diagram. */
int affair_describe(const struct affair *affair, struct text *text);
int affair_draw(const struct affair *affair, struct text *text);

/* For the table of kinds of a domain (struct store_kind). */
int affair_check_body(const struct affair_step *step, const cJSON *body, struct problem *problem);
int affair_apply_entry(const struct affair *affair, unsigned step, struct store_write *write, const struct entry *entry,
                       struct problem *problem);
#define AFFAIR_KIND(affair, id)                                                                                        \
	static int check_##affair##_##id(const cJSON *body, struct problem *problem)                                   \
	{                                                                                                              \
		return affair_check_body(&affair##_affair.steps[id], body, problem);                                   \
	}                                                                                                              \
	static int apply_##affair##_##id(struct store_write *write, const struct entry *entry,                         \
	                                 struct problem *problem)                                                      \
	{                                                                                                              \
		return affair_apply_entry(&affair##_affair, id, write, entry, problem);                                \
	}

/* Who hears of it: each office once. */
int affair_hears(struct affair_taking *taking, const char *office, struct problem *problem);

/* Gives the thing that is made an id: BEGIN and a number of at most four digits, drawn by lot, that none has. */
int affair_draw_id(struct affair_taking *taking, const char *begin, struct problem *problem);

/* Whether it is that office's own, and the office is open. JISR_STATE, JISR_DENIED. */
int affair_office(struct sql *sql, const struct caller *caller, struct problem *problem);

/* Members of the open object: JSON that stands in a column, a text (null when it is empty), a sum of money. */
void affair_emit_json(struct text *text, const char *key, const char *json);
void affair_emit_text(struct text *text, const char *key, const char *value);
void affair_emit_money(struct text *text, const char *key, int64_t cents);

#endif
