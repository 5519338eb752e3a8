/* Files of many objects whose lines reach different offices: each office is told of the parts that are for it, and of nothing else
 * of the file ("object.part", notices/object.c). */
#ifndef JISR_NOTICES_OBJECT_PART_H
#define JISR_NOTICES_OBJECT_PART_H

#include "notices/object.h"

/* Inside a command: appends an entry by the author's officer to those of that reach. `part` NULL: nothing of the file is theirs any more. Nothing where the
 * reach is the owner alone. */
int object_part_tell(struct store_write *write, const char *author, const char *officer, const char *owner,
                     const char *name, const char *reach, const struct object_part *part, struct problem *problem);

#endif
