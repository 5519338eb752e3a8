/* What the files of `jisr assembly` share. */
#ifndef JISR_CLI_ASSEMBLY_H
#define JISR_CLI_ASSEMBLY_H

#include "cli/command.h"

#include <stdint.h>

/* A session's number: true, else a sentence was printed. */
bool assembly_session(const struct command *self, const char *word, uint32_t *ret_session);

extern const struct command command_assembly_file, command_assembly_fetch, command_assembly_export,
	command_assembly_verify;

#endif
