/* What the commands of `jisr notice` share: the record is opened, somebody acts, files are read. */
#ifndef JISR_CLI_NOTICE_H
#define JISR_CLI_NOTICE_H

#include "cli/recorded.h"
#include "notices/act.h"

#define NOTICE_FILE_MAX ((size_t)16 << 20)

struct noticed {
	struct recorded recorded;
	struct store_reader *reader; /* for commands that only read */
	struct arena *arena;
};

/* Opens the record. `officer` (NULL: the console of headquarters) is who acts or looks. STATUS_DONE, or what to end with
 * after a sentence. */
int noticed_open(struct noticed *noticed, const struct options *options, const char *officer, bool reading);
void noticed_finish(struct noticed *noticed);

/* Adds a file, or standard input for "-". STATUS_DONE, or what to end with. */
int noticed_file(const struct command *command, const char *path, struct text *text);

extern const struct command command_notice, command_notice_list, command_notice_show, command_notice_print,
	command_notice_picture, command_notice_states, command_notice_codes, command_notice_rules,
	command_notice_export, command_notice_import;
extern const struct command command_notice_steps[]; /* one a step, in the order of the enum */

#endif
