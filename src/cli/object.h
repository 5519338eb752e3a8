/* The commands of `jisr object`. */
#ifndef JISR_CLI_OBJECT_H
#define JISR_CLI_OBJECT_H

#include "cli/command.h"

extern const struct command command_object_enter, command_object_amend, command_object_withdraw, command_object_load;
extern const struct command command_object_check, command_object_list, command_object_show, command_object_fields;

#endif
