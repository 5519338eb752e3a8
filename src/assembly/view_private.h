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

/* A member of JSON that stands in a column; null when it is empty. */
void view_json(struct viewing *viewing, const char *key, const char *json);
/* A text, or null when it is empty. */
void view_text(struct viewing *viewing, const char *key, const char *text);

#endif
