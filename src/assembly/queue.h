/* The list of speakers: who speaks next. Pure.
 *
 *   1. A point of order goes before everything else.
 *   2. Then questions to whoever spoke last, then statements, then rights of reply, which come at the end of the list.
 *   3. Among statements: as they were asked for; or, where the session wants balance, delegations that spoke least on the
 *      item first. */
#ifndef JISR_ASSEMBLY_QUEUE_H
#define JISR_ASSEMBLY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum queue_kind { QUEUE_ORDER, QUEUE_QUESTION, QUEUE_STATEMENT, QUEUE_REPLY, QUEUE_KIND_COUNT };
extern const char *const queue_kinds[]; /* "order", "question", "statement", "reply", NULL */
bool queue_read(const char *name, enum queue_kind *ret_kind);

struct queue_speech {
	uint32_t number; /* in the order in which they were asked for */
	enum queue_kind kind;
	uint32_t spoken; /* how often the delegation has spoken on the item */
};

/* The place of the next; `count` is above 0. */
size_t queue_next(const struct queue_speech *waiting, size_t count, bool balanced);

#endif
