#include "base/input.h"
#include "cli/election.h"
#include "cli/print.h"

#include <string.h>

#define ANSWER_MAX 100 /* bytes of a line that says cast or audit */

enum { OPTION_CREDENTIAL = 1, OPTION_CHOICES, OPTION_OUT, OPTION_ASK, OPTION_REPLACE };

static const struct option_spec option_table[] = {
	{OPTION_CREDENTIAL, 0, "credential", "FILE", "The voter's credential, as the credential authority sent it."},
	{OPTION_CHOICES, 0, "choices", "FILE",
         "The vote: a JSON array for each question, in it 0 or 1 for each choice, the blank vote first where there is "
         "one: [[0,1,0],[1,1,0,0]]."},
	{OPTION_OUT, 'o', "out", "FILE", "Where the ballot is written; standard output when not given."},
	{OPTION_ASK, 0, "ask", NULL,
         "Show the commitment, then read 'cast' or 'audit' from standard input: audit opens the ballot instead of "
         "signing it."},
	{OPTION_REPLACE, 0, "replace", NULL, "Write over a file that is there."},
};

struct voting {
	const struct command *self;
	const char *credential, *choices, *out;
	bool ask, replace;
};

/* What the voter answers; false after a sentence. */
static bool read_answer(const struct voting *voting, bool *ret_audit)
{
	struct problem problem = {0};
	struct input_line line = {0};
	CLEANUP(input_freep) struct input *input = NULL;
	int error = input_open("-", &input, &problem);
	if (error == JISR_OK)
		error = input_line(input, ANSWER_MAX, &line, &problem);
	bool audit = error == JISR_OK && line.length == 5 && memcmp(line.bytes, "audit", 5) == 0;
	if (error == JISR_OK && (audit || (line.length == 4 && memcmp(line.bytes, "cast", 4) == 0))) {
		*ret_audit = audit;
		return true;
	}
	(void)command_refuse(voting->self, "neither 'cast' nor 'audit' was answered; the ballot is thrown away.");
	return false;
}

static int finish(const struct voting *voting, struct prepared_ballot *prepared)
{
	struct problem problem = {0};
	struct text text;
	char tracking[DIGEST_BASE64 + 1];
	bool audit = false;
	fprintf(stderr, "commitment %s\n", prepared_ballot_commitment(prepared));
	if (voting->ask && print_terminal(stderr))
		fprintf(stderr,
		        "Write it down. Then answer 'cast', or 'audit' to open this ballot and see what it holds: ");
	if (voting->ask && !read_answer(voting, &audit))
		return STATUS_MEND;
	text_init(&text, MESSAGE_MAX_BYTES);
	int error = audit ? prepared_ballot_open(prepared, &text, &problem)
	                  : prepared_ballot_sign(prepared, &text, &problem);
	if (error == JISR_OK) {
		digest_fingerprint(text.bytes, text.length, tracking);
		error = text_add_char(&text, '\n');
	}
	int status = error != JISR_OK ? command_fail(voting->self, error, &problem)
	                              : election_write_path(voting->self, voting->out, voting->replace, text.bytes,
	                                                    text.length, false);
	text_finish(&text);
	if (status == STATUS_DONE && audit)
		fprintf(stderr, "opened: check it on another device with 'jisr election audit', then vote again\n");
	else if (status == STATUS_DONE)
		fprintf(stderr, "tracking number %s\n", tracking);
	return status;
}

static int vote(const struct voting *voting, const struct opened *opened)
{
	struct problem problem = {0};
	size_t length = 0, choices_length = 0;
	CLEANUP(secret_freep) char *typed = NULL;
	CLEANUP(secret_freep) char *choices = NULL;
	CLEANUP(secret_freep) struct votes *votes = NULL;
	CLEANUP(secret_freep) char *credential = secret_alloc(CREDENTIAL_TEXT_MAX);
	CLEANUP(prepared_ballot_freep) struct prepared_ballot *prepared = NULL;
	if (credential == NULL)
		return command_fail(voting->self, JISR_NO_MEMORY, NULL);
	int status = election_read_secret(voting->self, voting->credential, &typed, &length);
	if (status == STATUS_DONE)
		status = election_read_secret(voting->self, voting->choices, &choices, &choices_length);
	if (status != STATUS_DONE)
		return status;
	int error = credential_read_parts(typed, credential, &problem);
	if (error == JISR_OK) {
		struct element public_credential;
		error = credential_public(opened->election->group, opened->election->uuid, credential,
		                          &public_credential);
		if (error == JISR_OK && credential_list_find(opened->list, &public_credential) == SIZE_MAX)
			error = problem_set(&problem, JISR_NOT_FOUND, "this credential is none of this election's");
	}
	if (error == JISR_OK)
		error = votes_read(opened->election, choices, choices_length, &votes, &problem);
	if (error == JISR_OK)
		error = ballot_prepare(opened->context, credential, votes, &prepared, &problem);
	return error != JISR_OK ? command_fail(voting->self, error, &problem) : finish(voting, prepared);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct voting voting = {.self = self};
	const char *path = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTIONS_WORD, &path}, {OPTION_CREDENTIAL, &voting.credential},
	                 {OPTION_CHOICES, &voting.choices}, {OPTION_OUT, &voting.out},
	                 {OPTION_ASK, .given = &voting.ask}, {OPTION_REPLACE, .given = &voting.replace}))
		return options.status;
	if (path == NULL || voting.credential == NULL || voting.choices == NULL)
		return command_refuse(self, "jisr election vote UUID.bel --credential FILE --choices FILE.");
	struct opened opened;
	int status = opened_init(&opened, self, path);
	if (status == STATUS_DONE)
		status = vote(&voting, &opened);
	opened_finish(&opened);
	return status;
}

const struct command command_election_vote = {
	.name = "election vote",
	.usage = "UUID.bel --credential FILE --choices FILE [--ask] [--out FILE]",
	.summary = "make a ballot",
	.about = "Run by a voter. Encrypts the choices, proves that they are a vote that the questions allow, signs "
		 "with the "
		 "credential, and prints the ballot and its tracking number. Send the ballot to the organiser, and "
		 "look for "
		 "the tracking number in the archive. Who votes again replaces the earlier vote.\n\n"
		 "With --ask the device first shows its commitment to the ballot; only then the voter says whether the "
		 "ballot is "
		 "cast or opened. A ballot that is opened can never be cast; one who does this now and then catches a "
		 "device "
		 "that encrypts something else.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.examples =
		"  jisr election vote UUID.bel --credential credential.txt --choices choices.json --out ballot.json\n",
	.run = run,
};
