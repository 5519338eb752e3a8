/* One line of a file of registered objects, by its id in the watch index ("object-ma-passports-..."): what it is, and whether its
 * owner has taken it back since the file was loaded. Read out of the file itself, of the parts that reach the viewer. */
#ifndef JISR_NOTICES_OBJECT_LINE_H
#define JISR_NOTICES_OBJECT_LINE_H

#include "notices/object.h"

struct object_line {
	const char *id, *caption; /* in the arena */
	const char *reach;        /* of the part in which it is */
	struct object_file file;  /* with its owner and name */
	bool withdrawn;
};

/* JISR_NOT_FOUND, the same for what is not there and for what may not be seen. JISR_IO, JISR_CORRUPT: the file. */
int object_line_get(struct sql *sql, const char *directory, struct viewer viewer, const char *id, struct arena *arena,
                    struct object_line *ret_line, struct problem *problem);

#endif
