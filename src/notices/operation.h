/* Joint operations: countries that act together for some days against one kind of crime, and what came of it. The lead plans
 * and leads; each country that takes part reports its own results and amends them; headquarters may publish a summary.
 *
 * The domain of the record, the life as one table (operation_rows), what is read, and the one way to change an operation.
 * Lead, participants and headquarters see an operation; all others see its summary once headquarters has published it.
 *
 * Figures add up because they are added up: totals are sums over the countries' reports, quantities are kept in thousandths.
 * Notices issued are those that a country linked; a country that linked none says how many there were. Arrests are what a
 * country said, and at least as many as the hits that it linked, each of which led to one. */
#ifndef JISR_NOTICES_OPERATION_H
#define JISR_NOTICES_OPERATION_H

#include "notices/notice.h"

#define OPERATION_ID_MAX       NOTICE_ID_MAX /* "2026/17" */
#define OPERATION_PARTICIPANTS 300
#define OPERATION_SEIZURES     100        /* lines of one report */
#define OPERATION_LINKS        1000       /* notices, and hits, linked to one operation */
#define OPERATION_MAX_TEXT     4000       /* bytes of objectives, a summary, a reason */
#define OPERATION_COUNT_MOST   1000000000 /* of anything counted in a report */

extern const struct store_domain operation_domain;

enum operation_state {
	OPERATION_NONE, /* there is none yet */
	OPERATION_PLANNED,
	OPERATION_UNDER_WAY,
	OPERATION_ENDED,
	OPERATION_REPORTED,
	OPERATION_CALLED_OFF,
	OPERATION_STATES
};

enum operation_step {
	OPERATION_PLAN,
	OPERATION_EDIT,
	OPERATION_START,
	OPERATION_REPORT,
	OPERATION_LINK,
	OPERATION_UNLINK,
	OPERATION_LEAVE,
	OPERATION_END,
	OPERATION_CLOSE,
	OPERATION_PUBLISH,
	OPERATION_CALL_OFF,
	OPERATION_STEPS
};

enum operation_side { OPERATION_LEAD, OPERATION_PARTICIPANT, OPERATION_HEADQUARTERS };

struct operation_row {
	const char *name;        /* "report": also "operation.report", the kind of the entry */
	const char *what;        /* "report results": goes after "may" */
	const char *fields;      /* " name name " that it takes */
	unsigned from;           /* states, a bit each */
	enum operation_state to; /* OPERATION_NONE: the state stays */
	enum operation_side side;
	enum right right;
};
extern const struct operation_row operation_rows[OPERATION_STEPS];
const char *operation_state_name(enum operation_state state);
const struct code *operation_state_code(enum operation_state state);
bool operation_state_read(const char *name, enum operation_state *ret_state);
bool operation_step_read(const char *name, enum operation_step *ret_step);
/* Adds the life as a Mermaid state diagram. */
int operation_draw(struct text *text);

/* What was seized, and in which units it is counted: of each kind one. */
struct operation_kind {
	struct code code;
	const char *unit;
};
extern const struct operation_kind operation_kinds[];
extern const size_t operation_kind_count;
/* NULL: there is none of that code. */
const struct operation_kind *operation_kind_find(const char *code);

/* What a report counts: "arrests", "victims", "cells", "notices". */
#define OPERATION_COUNTS 4
extern const char *const operation_counts[OPERATION_COUNTS];

/* ---- changing ---- */

/* Fields as JSON:
 *   plan      {"name","participants":["FR",...],"begins":"2026-03-01","ends"?,"objectives","crime_areas":[...]}
 *   edit      any of these; what is not named stays
 *   report    {"arrests"?,"victims"?,"cells"?,"notices"?,"seizures"?:[{"kind","quantity"}],"text"?}: all of it, anew
 *   link, unlink  {"notice":"2026/17"} of the own office, or {"hit":"2026/18"} that it reported and that led to an arrest
 *   publish   {"summary"}    call-off  {"text"}    start, leave, end, close  {} */
struct operation_act {
	enum operation_step step;
	const struct caller *caller;
	const char *id;      /* NULL for OPERATION_PLAN */
	const char *wanted;  /* the number of a plan that has one already; NULL: drawn by lot */
	const cJSON *fields; /* an object, or NULL */
	uint64_t expected;   /* ENTRY_ANY: whatever it is */
	/* what came of it */
	char made[OPERATION_ID_MAX + 1];
	uint64_t version;
};
/* JISR_NOT_FOUND: there is none for this caller. JISR_DENIED, JISR_STATE, JISR_BAD_INPUT, JISR_CONFLICT. */
int operation_submit(struct store *store, struct operation_act *act, struct problem *problem);
int operation_run(struct store_write *write, struct operation_act *act, struct problem *problem);

/* ---- reading ---- */

struct operation {
	char id[OPERATION_ID_MAX + 1];
	enum operation_state state;
	bool published;
	const char *name, *lead, *begins, *ends, *objectives, *summary, *planned, *changed;
	const char *participants; /* "FR,MA," */
	const char *crimes;       /* "DRU ORG" */
	uint64_t version;
};
/* Whether the viewer sees all of it; else, when it is published, the summary alone. */
bool operation_inside(struct viewer viewer, const struct operation *operation);
/* Whether the caller may take the step on an operation as it is now; what the step says is looked at when it is taken. 0,
 * JISR_STATE or JISR_DENIED with a sentence. */
int operation_allowed(enum operation_step step, const struct operation *operation, const struct caller *caller,
                      struct problem *problem);

int operation_get(struct sql *sql, struct viewer viewer, const char *id, struct arena *arena,
                  struct operation *ret_operation, struct problem *problem);
struct operation_filter {
	const char *crime, *lead, *participant; /* NULL: any */
	enum operation_state state;             /* OPERATION_NONE: any */
	const char *words;                      /* in the name, any case; NULL */
	const struct operation *after;          /* `begins` and id of the last one of the page before; NULL */
	size_t limit;                           /* 0: NOTICE_LIST_MOST */
};
/* The last that began first. Of those outside, filters ask what the summary shows. */
typedef bool (*operation_each)(void *context, const struct operation *operation);
int operation_list(struct sql *sql, struct viewer viewer, const struct operation_filter *filter, struct arena *arena,
                   operation_each each, void *context, struct problem *problem);
int operation_count(struct sql *sql, struct viewer viewer, const struct operation_filter *filter, uint64_t *ret_count,
                    struct problem *problem);

/* The results: an object {"countries":[{"office","arrests","victims","cells","notices","seizures":[...],"text","at"}],
 * "total":{...},"linked":[...],"hits":[...]}; for those outside of a published one the total alone. */
int operation_results(struct sql *sql, struct viewer viewer, const struct operation *operation, cJSON **ret_results,
                      struct problem *problem);
/* The total of one, as in its results; of all that a list with that filter would show: {"operations",...}. */
int operation_total(struct sql *sql, const struct operation *operation, cJSON **ret_total, struct problem *problem);
int operation_figures(struct sql *sql, struct viewer viewer, const struct operation_filter *filter, cJSON **ret_figures,
                      struct problem *problem);

/* The steps, oldest first, for lead, participants and headquarters: JISR_NOT_FOUND for others. Links name no notice and no
 * hit. */
int operation_history(struct sql *sql, struct viewer viewer, const char *id, history_each each, void *context,
                      struct problem *problem);

bool operation_id_read(const char *text, char out[OPERATION_ID_MAX + 1]);

#endif
