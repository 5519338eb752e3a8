/* A hit as JSON, the same on the command line and over HTTP. */
#ifndef JISR_NOTICES_HIT_EMIT_H
#define JISR_NOTICES_HIT_EMIT_H

#include "notices/hit.h"

/* As an element, or the value of the name that was emitted last. For a caller with the evidence and the steps that he may take
 * now; NULL: for a list. "overdue" is as of `now`. */
void hit_emit(struct text *text, const struct hit *hit, const struct caller *caller, const char *now);
/* A step of its history, whose detail is JSON: a history_each. */
bool hit_emit_event(void *text, const struct history_event *event);

#endif
