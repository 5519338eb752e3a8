/* Every kind of thing that has a life of steps (assembly/affair.h), by name: for commands and addresses. */
#ifndef JISR_ASSEMBLY_AFFAIRS_H
#define JISR_ASSEMBLY_AFFAIRS_H

#include "assembly/affair.h"

/* NULL at the end. */
extern const struct affair *const affairs_all[];

/* By the name of its command ("budget"), and of its addresses ("budgets"); NULL when there is none. */
const struct affair *affairs_find(const char *name);
const struct affair *affairs_find_plural(const char *plural);

#endif
