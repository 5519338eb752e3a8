#include "assembly/queue.h"

#include <string.h>

const char *const queue_kinds[] = {"order", "question", "statement", "reply", NULL};

bool queue_read(const char *name, enum queue_kind *ret_kind)
{
	for (unsigned i = 0; i < QUEUE_KIND_COUNT; i++)
		if (strcmp(queue_kinds[i], name) == 0) {
			*ret_kind = (enum queue_kind)i;
			return true;
		}
	return false;
}

static bool before(const struct queue_speech *a, const struct queue_speech *b, bool balanced)
{
	if (a->kind != b->kind)
		return a->kind < b->kind;
	if (balanced && a->kind == QUEUE_STATEMENT && a->spoken != b->spoken)
		return a->spoken < b->spoken;
	return a->number < b->number;
}

size_t queue_next(const struct queue_speech *waiting, size_t count, bool balanced)
{
	size_t best = 0;
	for (size_t i = 1; i < count; i++)
		if (before(&waiting[i], &waiting[best], balanced))
			best = i;
	return best;
}
