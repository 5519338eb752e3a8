/* Giving out an enrolment code on the command line: for jisr officers enrol, and for the first administrator. */
#ifndef JISR_CLI_ENROLLING_H
#define JISR_CLI_ENROLLING_H

#include "cli/command.h"
#include "store/store.h"

/* Makes a code for the officer, whose earlier one ends, and prints it with what to do; as JSON when `json`. STATUS_DONE, or
 * what to end with after a sentence. */
int enrolling_invite(const struct command *command, struct store *store, const char *officer, bool json);

#endif
