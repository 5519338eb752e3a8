#include "base/shown.h"
#include "cli/election.h"
#include "cli/print.h"

#include <string.h>

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

static void print_json(const struct election *election, const char *commitment, const struct votes *votes)
{
	printf("{\"commitment\": \"%s\", \"choices\": [", commitment);
	for (size_t i = 0; i < election->question_count; i++) {
		printf("%s[", i > 0 ? ", " : "");
		for (size_t j = 0; j < question_choices(&election->questions[i]); j++)
			printf("%s%d", j > 0 ? ", " : "", votes->choices[i][j]);
		putchar(']');
	}
	puts("]}");
}

static int audit(const struct command *self, const struct opened *opened, const char *path, bool json)
{
	struct problem problem = {0};
	struct text text;
	char commitment[DIGEST_BASE64 + 1];
	CLEANUP(secret_freep) struct votes *votes = NULL;
	text_init(&text, MESSAGE_MAX_BYTES);
	int status = election_read_file(self, path, &text);
	if (status == STATUS_DONE) {
		size_t length = text.length > 0 && text.bytes[text.length - 1] == '\n' ? text.length - 1 : text.length;
		int error = opened_ballot_check(opened->context, text.bytes, length, commitment, &votes, &problem);
		if (error != JISR_OK) {
			problem_prefix(&problem, path);
			status = command_fail(self, error, &problem);
			status = error == JISR_BAD_INPUT ? STATUS_FOUND : status;
		}
	}
	text_finish(&text);
	if (status != STATUS_DONE)
		return status;
	if (json) {
		print_json(opened->election, commitment, votes);
	} else {
		print_votes(opened->election, votes);
		printf("commitment %s\n", commitment);
	}
	return STATUS_DONE;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	const char *paths[2];
	size_t count = 0;
	options_init(&options, self, argc, argv);
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (count < 2)
			paths[count] = options.value;
		count++;
	}
	if (count != 2)
		return command_refuse(self, "jisr election audit UUID.bel OPENED.json.");
	struct opened opened;
	int status = opened_init(&opened, self, paths[0]);
	if (status == STATUS_DONE)
		status = audit(self, &opened, paths[1], options.json);
	opened_finish(&opened);
	return status;
}

const struct command command_election_audit = {
	.name = "election audit",
	.usage = "UUID.bel OPENED.json",
	.summary = "check a ballot that a device has opened",
	.about = "Run on a second device, with an archive that this device got for itself. Checks that the opened "
		 "ballot holds "
		 "what it says and prints its choices and its commitment: the choices must be those that the voter "
		 "made, the "
		 "commitment the one that the first device showed before the voter chose to audit. Exit status 1: it "
		 "does not "
		 "hold, and the first device must not be trusted.",
	.json = true,
	.examples = "  jisr election audit UUID.bel opened.json\n",
	.run = run,
};
