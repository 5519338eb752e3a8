/* The help texts, made from the tables of commands and options. */
#ifndef JISR_CLI_HELP_H
#define JISR_CLI_HELP_H

#include "cli/command.h"

#include <stdio.h>

/* What the program is and which commands it has. */
void help_overview(FILE *stream);

/* One command: usage, what it does, options, examples, exit status. */
void help_command(const struct command *command, FILE *stream);

#endif
