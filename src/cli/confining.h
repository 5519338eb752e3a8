/* What `jisr serve` lets itself reach (web/confine.h): its data directory, the files that its settings name. */
#ifndef JISR_CLI_CONFINING_H
#define JISR_CLI_CONFINING_H

#include "cli/serving.h"
#include "web/confine.h"

/* Makes the data directory where it is missing, gathers the paths and enters. Does nothing, and leaves *ret_state zeros,
 * when the settings say `confine = no`. Errors of confine_enter. */
int confining_enter(const struct serving *serving, struct confine_state *ret_state, struct problem *problem);

/* Tells the log what is in force, and warns of what is not. */
void confining_tell(const struct settings *settings, const struct confine_state *state);

#endif
