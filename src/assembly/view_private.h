/* The views, by file. */
#ifndef JISR_ASSEMBLY_VIEW_PRIVATE_H
#define JISR_ASSEMBLY_VIEW_PRIVATE_H

#include "assembly/view.h"
#include "base/emit.h"

struct viewing {
	struct sql *sql;
	uint32_t session;
	const char *id;
	const struct caller *caller;
	struct text *text;
	struct assembly assembly;
};

typedef int (*view_function)(struct viewing *viewing, struct problem *problem);

int view_agenda(struct viewing *viewing, struct problem *problem);
int view_documents(struct viewing *viewing, struct problem *problem);
int view_drafts(struct viewing *viewing, struct problem *problem);
int view_draft(struct viewing *viewing, struct problem *problem);
int view_decisions(struct viewing *viewing, struct problem *problem);
int view_floor(struct viewing *viewing, struct problem *problem);
int view_rules(struct viewing *viewing, struct problem *problem);
int view_draws(struct viewing *viewing, struct problem *problem);
int view_votes(struct viewing *viewing, struct problem *problem);
int view_communique(struct viewing *viewing, struct problem *problem);
int view_vote(struct viewing *viewing, struct problem *problem);

/* A member of JSON that stands in a column; null when it is empty. */
void view_json(struct viewing *viewing, const char *key, const char *json);
/* A text, or null when it is empty. */
void view_text(struct viewing *viewing, const char *key, const char *text);

#endif
