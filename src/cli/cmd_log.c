#include "cli/record.h"

static const struct command *const steps[] = {
	&command_log_verify, &command_log_show, &command_log_proof,   &command_log_checkpoint,
	&command_log_share,  &command_log_join, &command_log_unshare,
};

const struct command command_log = {
	.name = "log",
	.usage = "STEP [OPTION]...",
	.summary = "verify the log, show its entries, hand out proofs, share it with other machines",
	.about =
		"The log holds everything that was ever decided, each entry signed by the office that wrote it, all of "
		"them under a Merkle tree whose head is signed after every change.",
	.run = command_run_step,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
