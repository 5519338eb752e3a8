/* The steps of `jisr poll` that have a file of their own. */
#ifndef JISR_CLI_POLL_H
#define JISR_CLI_POLL_H

#include "cli/command.h"

extern const struct command command_poll_carry;

#endif
