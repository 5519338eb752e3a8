/* What `jisr members`, `offices`, `officers` and `keys` share: how they are read from the command line and printed. */
#ifndef JISR_CLI_REGISTERED_H
#define JISR_CLI_REGISTERED_H

#include "cli/record.h"

/* The `run` of a step that changes the register. Each option is the field of its name: its text, "roles" a list,
 * "name-en" in the object "names". Submits, prints what came of it (or as JSON). */
int registered_submit(const struct command *command, int argc, char **argv);

/* The options for the names of a member or an office, as rows of a table whose own ids are below 100. */
/* clang-format off */
#define REGISTERED_NAMES                                                                                               \
	{100, 0, "name-ar", "NAME", "Its name in Arabic."}, {101, 0, "name-en", "NAME", "Its name in English."},      \
	{102, 0, "name-es", "NAME", "Its name in Spanish."}, {103, 0, "name-fr", "NAME", "Its name in French."}
/* clang-format on */

struct registered_list {
	const char *code;  /* the word of the command line, an office or a member; NULL: all */
	struct text *json; /* NULL: each is printed */
	size_t count;      /* of those shown */
};

/* A list: reads --json and one word at most, and lets `each` show what the record has. `name` is that of the array, `none`
 * the sentence when nothing was shown; NULL: none. */
int registered_list(const struct command *command, int argc, char **argv, const char *name, const char *none,
                    int (*each)(struct sql *sql, struct registered_list *list, struct problem *problem));

#endif
