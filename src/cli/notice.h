/* What the commands of `jisr notice` share: the record is opened, somebody acts, files are read. */
#ifndef JISR_CLI_NOTICE_H
#define JISR_CLI_NOTICE_H

#include "cli/record.h"
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

/* A file, or standard input, that is JSON, of at most `limit` bytes; and that as a field. What to end with. */
int noticed_json(const struct command *command, const char *path, size_t limit, cJSON **ret_json);
int noticed_field(const struct command *command, const char *path, cJSON *fields, const char *name);

/* Adds whom it reaches to the fields: "all", "only:FR,MA", "except:XX"; a later word goes before an earlier. False: it is none
 * of these. */
bool noticed_reach(cJSON *fields, const char *word);

/* What to end with after a refusal: its findings, a line each or as JSON; without any, the problem. */
int noticed_findings(const struct command *command, const struct findings *findings, int error,
                     const struct problem *problem, bool json);

/* What to end with after a step was taken. `warning`: what is odd about it; NULL or "". */
int noticed_taken(const struct command *command, const char *id, const char *step, uint64_t version,
                  const char *warning, bool json);

/* Ends a list, which stands open in the text, {"things":[..., and is finished here, and was printed line by line where no JSON
 * is wanted. What to end with. */
int noticed_listed(const struct command *command, struct text *list, uint64_t total, int error,
                   const struct problem *problem, bool json);

/* Prints a line of a history: a history_each. */
bool noticed_event(void *context, const struct history_event *event);

/* A command that shows one thing, which its word names; `which` is asked when the word is missing. */
int noticed_show(const struct command *command, int argc, char **argv, int officer_option, const char *which,
                 int (*show)(const struct command *command, struct noticed *noticed, const char *id, bool json));

/* A command that shows rules as JSON, or changes those that a file names. */
struct noticed_rules {
	int (*now)(struct sql *sql, cJSON **ret_rules, struct problem *problem);
	int (*change)(struct store *store, const struct caller *caller, const cJSON *rules, struct problem *problem);
};
int noticed_rules(const struct command *command, int argc, char **argv, int officer_option,
                  const struct noticed_rules *rules);

extern const struct command command_notice, command_notice_list, command_notice_show, command_notice_print,
	command_notice_picture, command_notice_states, command_notice_codes, command_notice_rules,
	command_notice_export, command_notice_import;
extern const struct command command_notice_steps[]; /* one a step, in the order of the enum */

#endif
