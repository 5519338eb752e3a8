#include "cli/election.h"
#include "cli/print.h"

#include <string.h>

enum { OPTION_COMMITMENT = 1, OPTION_CREDENTIAL };

static const struct option_spec option_table[] = {
	{OPTION_COMMITMENT, 0, "commitment", "TEXT",
         "What the first device showed before the voter chose; another ballot is refused then."},
	{OPTION_CREDENTIAL, 0, "credential", "FILE",
         "The voter's credential: a ballot that was made with another one is refused then."},
};

/* What the opened ballot encrypts, by the questions' own words. */
static void print_votes(const struct election *election, const struct votes *votes)
{
	for (size_t i = 0; i < election->question_count; i++) {
		const struct question *question = &election->questions[i];
		size_t chosen = 0;
		print_value(stdout, question->text);
		fputs(":\n", stdout);
		for (size_t j = 0; j < question_choices(question); j++) {
			if (votes->choices[i][j] == 0)
				continue;
			chosen++;
			fputs("   ", stdout);
			print_value(stdout, !question->blank ? question->answers[j]
			                    : j == 0         ? "(blank)"
			                                     : question->answers[j - 1]);
			fputc('\n', stdout);
		}
		if (chosen == 0)
			fputs("   (nothing)\n", stdout);
	}
}

static void print_json(const struct election *election, const struct opened_ballot *ballot)
{
	const struct votes *votes = ballot->votes;
	printf("{\"commitment\": \"%s\", \"choices\": [", ballot->commitment);
	for (size_t i = 0; i < election->question_count; i++) {
		printf("%s[", i > 0 ? ", " : "");
		for (size_t j = 0; j < question_choices(&election->questions[i]); j++)
			printf("%s%d", j > 0 ? ", " : "", votes->choices[i][j]);
		putchar(']');
	}
	puts("]}");
}

struct auditing {
	const struct command *self;
	const struct opened *opened;
	const char *path, *commitment;
	const char *credential; /* in the written form, or NULL */
	bool json;
};

/* Is it the voter's own ballot? Another's would show her choices and not carry them. */
static int check_credential(const struct auditing *auditing, const struct opened_ballot *ballot,
                            struct problem *problem)
{
	const struct election *election = auditing->opened->election;
	if (credential_list_find(auditing->opened->list, &ballot->credential) == SIZE_MAX)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "its credential is none of this election's: it would never have counted");
	if (auditing->credential == NULL)
		return JISR_OK;
	struct element own;
	int error = credential_public(election->group, election->uuid, auditing->credential, &own);
	if (error == JISR_OK && !element_equal(&own, &ballot->credential))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "it is made with another credential than yours: cast, it would not be your vote");
	return error;
}

static int check(const struct auditing *auditing, const char *bytes, size_t length, struct opened_ballot *ret_ballot)
{
	struct problem problem = {0};
	int error = opened_ballot_check(auditing->opened->context, bytes, length, ret_ballot, &problem);
	if (error == JISR_OK && auditing->commitment != NULL &&
	    strcmp(auditing->commitment, ret_ballot->commitment) != 0)
		error = problem_set(&problem, JISR_BAD_INPUT,
		                    "its commitment is %s: not the ballot that the first device showed",
		                    ret_ballot->commitment);
	if (error == JISR_OK)
		error = check_credential(auditing, ret_ballot, &problem);
	if (error == JISR_OK)
		return STATUS_DONE;
	problem_prefix(&problem, auditing->path);
	int status = command_fail(auditing->self, error, &problem);
	return error == JISR_BAD_INPUT ? STATUS_FOUND : status;
}

static int audit(const struct auditing *auditing)
{
	struct text text;
	struct opened_ballot ballot = {0};
	text_init(&text, MESSAGE_MAX_BYTES);
	int status = election_read_file(auditing->self, auditing->path, &text);
	if (status == STATUS_DONE) {
		size_t length = text.length > 0 && text.bytes[text.length - 1] == '\n' ? text.length - 1 : text.length;
		status = check(auditing, text.bytes, length, &ballot);
	}
	text_finish(&text);
	if (status == STATUS_DONE && auditing->json) {
		print_json(auditing->opened->election, &ballot);
	} else if (status == STATUS_DONE) {
		print_votes(auditing->opened->election, ballot.votes);
		printf("commitment %s\n", ballot.commitment);
	}
	(void)secret_free(ballot.votes);
	return status;
}

static int read_credential(const struct command *self, const char *path, char **ret_credential)
{
	struct problem problem = {0};
	size_t length;
	CLEANUP(secret_freep) char *typed = NULL;
	CLEANUP(secret_freep) char *credential = secret_alloc(CREDENTIAL_TEXT_MAX);
	if (credential == NULL)
		return command_fail(self, JISR_NO_MEMORY, NULL);
	int status = election_read_secret(self, path, &typed, &length);
	int error = status == STATUS_DONE ? credential_read_parts(typed, credential, &problem) : JISR_OK;
	if (error != JISR_OK) {
		problem_prefix(&problem, path);
		status = command_fail(self, error, &problem);
	}
	if (status != STATUS_DONE)
		return status;
	*ret_credential = credential;
	credential = NULL;
	return STATUS_DONE;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	const char *paths[2], *credential = NULL;
	struct auditing auditing = {.self = self};
	CLEANUP(secret_freep) char *secret = NULL;
	size_t count = 0;
	options_init(&options, self, argc, argv);
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_COMMITMENT)
			auditing.commitment = options.value;
		else if (id == OPTION_CREDENTIAL)
			credential = options.value;
		else if (count++ < 2)
			paths[count - 1] = options.value;
	}
	if (count != 2)
		return command_refuse(self, "jisr election audit UUID.bel OPENED.json.");
	int status = credential == NULL ? STATUS_DONE : read_credential(self, credential, &secret);
	if (status != STATUS_DONE)
		return status;
	struct opened opened;
	auditing.opened = &opened;
	auditing.path = paths[1];
	auditing.credential = secret;
	auditing.json = options.json;
	status = opened_init(&opened, self, paths[0]);
	if (status == STATUS_DONE)
		status = audit(&auditing);
	opened_finish(&opened);
	return status;
}

const struct command command_election_audit = {
	.name = "election audit",
	.usage = "UUID.bel OPENED.json [--commitment TEXT] [--credential FILE]",
	.summary = "check a ballot that a device has opened",
	.about = "Run on a second device, with an archive that this device got for itself. Checks that the opened "
		 "ballot holds "
		 "what it says and prints its choices and its commitment: the choices must be those that the voter "
		 "made, the "
		 "commitment the one that the first device showed before the voter chose to audit. Exit status 1: it "
		 "does not "
		 "hold, and the first device must not be trusted.\n\n"
		 "Then send the opened ballot to the organiser: 'jisr election post' keeps it in UUID.spoiled, so that "
		 "it is never "
		 "counted.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr election audit UUID.bel opened.json --commitment 8mDp... --credential credential.txt\n",
	.run = run,
};
