/* What a command on the machine itself asks or shows, in the access log of the data directory: office GS, "console:" and the
 * name of the system's user. Where the directory has no record there is no access log. What cannot be written down is not
 * shown, as over HTTP (docs/members.md). */
#ifndef JISR_CLI_ACCESSED_H
#define JISR_CLI_ACCESSED_H

#include "cli/command.h"
#include "store/access.h"

struct accessed {
	struct access *access; /* NULL: no record */
	const char *purpose;   /* NULL: none was stated */
	char who[64];
};

/* STATUS_DONE, or what to end with after a sentence; also when a purpose is stated and nothing would keep it. */
int accessed_open(struct accessed *accessed, const struct command *command, const char *directory, const char *purpose);
void accessed_finish(struct accessed *accessed);

/* The same. */
int accessed_write(struct accessed *accessed, const struct command *command, const char *action, const char *what,
                   const char *result);

/* The row in a command's table. */
/* clang-format off */
#define ACCESSED_OPTION(id)                                                                                            \
	{id, 0, "purpose", "TEXT", "What it is for, as a case's number: stands in the access log of the record."}
/* clang-format on */

#endif
