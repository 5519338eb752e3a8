#include "assembly/precedence.h"

#include <string.h>

const char *const precedence_names[] = {"point-of-order", "challenge",  "suspend",  "adjourn",    "adjourn-debate",
                                        "close-debate",   "close-list", "division", "reconsider", NULL};

bool precedence_chair_decides(enum precedence_motion motion)
{
	return motion == PRECEDENCE_ORDER || motion == PRECEDENCE_CLOSE_LIST;
}

bool precedence_read(const char *name, enum precedence_motion *ret_motion)
{
	for (unsigned i = 0; i < PRECEDENCE_COUNT; i++)
		if (strcmp(precedence_names[i], name) == 0) {
			*ret_motion = (enum precedence_motion)i;
			return true;
		}
	return false;
}

size_t precedence_first(const struct precedence_pending *pending, size_t count)
{
	size_t best = 0;
	for (size_t i = 1; i < count; i++)
		if (pending[i].motion < pending[best].motion ||
		    (pending[i].motion == pending[best].motion && pending[i].number < pending[best].number))
			best = i;
	return best;
}
