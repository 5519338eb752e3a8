/* What `jisr members`, `offices`, `officers` and `keys` share: how they are read from the command line and printed. */
#ifndef JISR_CLI_REGISTERED_H
#define JISR_CLI_REGISTERED_H

#include "cli/record.h"

/* The `run` of a command that lists when it is given no step: the first of its steps, else command_run_step. */
int registered_run(const struct command *command, int argc, char **argv);

/* One change from the command line: which it is, what it takes. */
struct registered_change {
	enum change change;
	const char *target; /* what its word is called in messages ("a member's code"); NULL: it takes none */
	const char *word;   /* the field that its word fills, where it is no target: "code", "office"; NULL */
};

/* Options that stand for fields: `id` of the command's table, and the field. Values are texts; "roles" is a list. */
struct registered_field {
	int id;
	const char *field; /* "names.en" goes into the object "names" */
};

/* Reads the options, submits, prints what came of it (or as JSON). */
int registered_submit(const struct command *command, int argc, char **argv, const struct registered_change *change,
                      const struct registered_field *fields, size_t field_count);

/* Reads the options of a list: --json and one word at most, the office or code (*ret_word, NULL when there is none). */
int registered_list(const struct command *command, int argc, char **argv, struct options *options,
                    const char **ret_word);

#endif
