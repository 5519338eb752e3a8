/* The commands of `jisr hit`. */
#ifndef JISR_CLI_HIT_H
#define JISR_CLI_HIT_H

#include "cli/notice.h"
#include "notices/hit_act.h"

extern const struct command command_hit, command_hit_list, command_hit_due, command_hit_show, command_hit_states,
	command_hit_rules, command_hit_remind;
extern const struct command command_hit_steps[]; /* one a step, in the order of the enum */

#endif
