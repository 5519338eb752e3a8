/* The record of the data directory, open for a command, and the console that acts on it. */
#ifndef JISR_CLI_RECORD_H
#define JISR_CLI_RECORD_H

#include "cli/options.h"
#include "members/change.h"
#include "store/store.h"

#define RECORD_PATH_MAX 4000 /* bytes of the data directory's path */

extern const struct command command_log_verify, command_log_show, command_log_proof, command_log_checkpoint,
	command_log_share, command_log_join, command_log_unshare;

/* For `jisr serve --log ADDRESS`: joins where the directory has no record, else sees that it shares its log and keeps the
 * address. STATUS_DONE, or another status after a sentence. */
int record_share_log(const struct command *self, const char *directory, const char *address);

/* Opens the record of the directory that the options name. STATUS_DONE, or another status after a sentence. For the log
 * alone the tables may be of any version. */
enum record_use { RECORD_LOG, RECORD_TABLES, RECORD_WRITE };
int record_open(const struct options *options, enum record_use use, struct store **ret_store);

/* The record, and who acts on it from the command line: the console of the installation's own office. */
struct recorded {
	struct store *store;
	struct caller caller;
};

/* STATUS_DONE, or what to end with after a sentence: that there is no record yet, and how to found one. */
int recorded_open(struct recorded *recorded, const struct options *options, bool read_only);
void recorded_finish(struct recorded *recorded);

/* Submits a change as the console; `fields` is freed. Prints a sentence when it fails. */
int recorded_change(struct recorded *recorded, const struct command *command, enum change change, const char *target,
                    cJSON *fields, struct change_order *ret_order);

/* Writes bytes to a file that is not there yet, or to standard output when path is NULL or "-". */
int record_write(const struct command *self, const char *path, const char *bytes, size_t length);

/* A sequence from 1, of a word: true, else a sentence was printed. */
bool record_number(const struct command *self, const char *word, uint64_t *ret_number);

#endif
