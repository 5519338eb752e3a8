/* A hit as JSON, the same on the command line and over HTTP. */
#ifndef JISR_NOTICES_HIT_EMIT_H
#define JISR_NOTICES_HIT_EMIT_H

#include "notices/hit.h"

/* As an element, or the value of the name that was emitted last. For a caller with the evidence and the steps that he may take
 * now; NULL: for a list. "overdue" is as of `now`. */
void hit_emit(struct text *text, const struct hit *hit, const struct caller *caller, const char *now);
void hit_emit_event(struct text *text, const struct hit_event *event);

#endif
