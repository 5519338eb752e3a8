/* What every command on the record begins with: the data directory's record is opened, and the command line acts as the
 * console of the installation's own office. */
#ifndef JISR_CLI_RECORDED_H
#define JISR_CLI_RECORDED_H

#include "cli/options.h"
#include "members/change.h"

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

#endif
