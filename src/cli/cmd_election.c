#include "cli/election.h"

/* In the order in which an election is held. */
static const struct command *const steps[] = {
	&command_election_new,     &command_election_credentials, &command_election_trustee,
	&command_election_open,    &command_election_vote,        &command_election_audit,
	&command_election_post,    &command_election_close,       &command_election_tally,
	&command_election_decrypt, &command_election_result,      &command_election_head,
	&command_election_observe, &command_election_verify,      &command_election_verify_diff,
	&command_election_show,
};

const struct command command_election = {
	.name = "election",
	.usage = "STEP [OPTION]...",
	.summary = "hold a verifiable secret vote, step by step, with files",
	.about = "Secret votes in the protocol and the files of Belenios 2.0: belenios-tool can take any step instead, "
		 "and "
		 "anybody can verify the whole with either program. docs/delegate.md tells who does what.",
	.examples = "  jisr election new --help\n",
	.run = command_run_step,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
