/* The commands of the program. Only src/cli starts, prints and exits; it may use every other folder, and nothing uses
 * it. A command is a row of a table (its options included), from which --help and the parser are made, and a function.
 */
#ifndef JISR_CLI_COMMAND_H
#define JISR_CLI_COMMAND_H

#include "base/error.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/* Exit statuses, the same for every command. */
enum status {
	STATUS_DONE = 0,     /* done, or nothing found */
	STATUS_FOUND = 1,    /* something was found, or a verification failed */
	STATUS_MEND = 2,     /* the user can mend it: a wrong option, a missing file, a damaged list */
	STATUS_INTERNAL = 3, /* out of memory, or a fault of the program */
};

struct option_spec {
	int id;               /* above 0, of the command's own enum */
	char letter;          /* 0 when there is no short form */
	const char *name;     /* without the dashes */
	const char *argument; /* what to write after it, NULL for a switch */
	const char *help;     /* one or two sentences */
};

struct command {
	const char *name;    /* a step of another command has both names: "election open" */
	const char *usage;   /* after "jisr NAME "; lines separated by newlines */
	const char *summary; /* one line, for `jisr help` */
	const char *about;   /* paragraphs separated by empty lines; wrapped when printed */
	const struct option_spec *options;
	size_t option_count;
	bool json;            /* takes --json */
	const char *examples; /* printed as they stand, NULL for none */
	int (*run)(const struct command *command, int argc, char **argv);
	const struct command *const *steps; /* commands of its own, which its first word names; NULL for none */
	size_t step_count;
};

extern const struct command command_election, command_init, command_log, command_rebuild, command_backup,
	command_restore, command_demo, command_members, command_offices, command_officers, command_keys, command_notice,
	command_hit, command_assembly, command_poll, command_trustee, command_object, command_operation,
	command_message;
extern const struct command command_budget, command_dues, command_agreement;
extern const struct command command_request, command_request_proof, command_request_paper, command_request_copy,
	command_request_clean, command_retention;
extern const struct command command_load, command_check, command_compare, command_batch, command_decide, command_lists,
	command_serve, command_doctor, command_help, command_completion, command_node, command_network, command_outbox;

/* Every command, in the order of `jisr help`. */
extern const struct command *const commands[];
extern const size_t command_count;

/* NULL when there is none of that name. */
const struct command *command_find(const char *name);

/* The command with the nearest name, NULL when none is near. */
const struct command *command_nearest(const char *name);

/* The same for the steps of a command, by the last word of their name; NULL when there is no such step. */
const struct command *command_step(const struct command *command, const char *name);

/* Runs the step that the first word names: the `run` of a command with steps. */
int command_run_step(const struct command *command, int argc, char **argv);

/* The same for a command whose first step, which lists, is run when no step is named. */
int command_run_step_or_list(const struct command *command, int argc, char **argv);

/* The status that an error code ends the program with. */
int command_status(int error);

/* Prints "jisr COMMAND: sentence" to standard error; an empty problem gives the code's own text. Returns the status. */
int command_fail(const struct command *command, int error, const struct problem *problem);

/* The same for a sentence of the command's own; returns STATUS_MEND. */
int command_refuse(const struct command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints a tree to standard output and frees it; returns status, or STATUS_INTERNAL with a sentence when building it had
 * failed. */
int command_answer(const struct command *command, cJSON *root, int status);

/* The same for JSON that was written into a text, which is finished. */
int command_answer_text(const struct command *command, struct text *json, int status);

/* The same, with STATUS_DONE, or what command_fail does when writing it had failed. */
int command_answer_or_fail(const struct command *command, struct text *json, int error, const struct problem *problem);

/* Flushes standard output; what could not be written becomes a sentence and STATUS_MEND, else status. */
int command_finish(const struct command *command, int status);

#endif
