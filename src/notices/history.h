/* What was done, step by step: the histories of notices, hits, requests and operations have one form. Each is a table of its own;
 * who may read what of it is for the query to say. */
#ifndef JISR_NOTICES_HISTORY_H
#define JISR_NOTICES_HISTORY_H

#include "base/text.h"
#include "store/store.h"

/* The columns of such a table, and what adds a row to it (history_keep). */
#define HISTORY_COLUMNS                                                                                                \
	"(sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, step TEXT NOT NULL,"                                         \
	" at TEXT NOT NULL, office TEXT NOT NULL, officer TEXT NOT NULL, text TEXT NOT NULL, detail TEXT NOT NULL);"

#define HISTORY_INTO(table) "INSERT INTO " table " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"

struct history_event {
	const char *step, *at, *office, *officer, *text;
	const char *detail; /* what else was said; NULL where histories have none */
	uint64_t sequence;
};

/* Adds what an entry did to the thing of that id, by a statement HISTORY_INTO("hit_history"). */
int history_keep(struct store_write *write, const char *into, const struct entry *entry, const char *id,
                 const char *step, const char *detail, struct problem *problem);

/* Gives the rows of a query of step, at, office, officer, text, sequence and, where there is one, detail, until the function
 * returns false, and ends the query. *ret_any: there was one. */
typedef bool (*history_each)(void *context, const struct history_event *event);
int history_rows(struct sql_query *query, bool detail, history_each each, void *context, bool *ret_any,
                 struct problem *problem);

/* As JSON, but for the detail; the object stays open. */
void history_emit_open(struct text *text, const struct history_event *event);
/* As JSON into the struct text that the context is, the detail as a text: a history_each. */
bool history_emit(void *text, const struct history_event *event);

#endif
