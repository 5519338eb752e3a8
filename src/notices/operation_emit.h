/* An operation as JSON, the same on the command line and over HTTP. */
#ifndef JISR_NOTICES_OPERATION_EMIT_H
#define JISR_NOTICES_OPERATION_EMIT_H

#include "notices/operation.h"

/* As an element, or the value of the name that was emitted last. For a caller all that his office may see, the results of each
 * country and the steps that he may take now; `caller` NULL: for a list, with the total alone. */
int operation_emit(struct text *text, struct sql *sql, struct viewer viewer, const struct operation *operation,
                   const struct caller *caller, struct problem *problem);

#endif
