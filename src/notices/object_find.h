/* Looking for a registered object by its number, in the list "objects" of a view (notices/object_index.h). */
#ifndef JISR_NOTICES_OBJECT_FIND_H
#define JISR_NOTICES_OBJECT_FIND_H

#include "watch/set.h"

struct object_question {
	const char *number;  /* as written: of a document, a VIN, plate, engine, hull, IMO number, serial number ... */
	const char *country; /* that issued or registered it, in any way of writing; NULL: not known */
	const char *kind;    /* NULL: any */
	const char *make;    /* of a firearm, whose serial number alone says too little; NULL */
	size_t limit;        /* 0: 20 */
};

/* The answer as watch_check gives it. JISR_BAD_INPUT: no number, an unknown country or kind. */
int object_find(const struct watch_view *view, const struct object_question *question, struct watch_scratch *scratch,
                struct arena *arena, struct check_answer *ret_answer, struct problem *problem);

#endif
