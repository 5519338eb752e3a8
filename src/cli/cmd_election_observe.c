/* jisr election observe: an observer's own round: verify, compare with what was signed before, sign. And the heads that
 * observers signed, for `jisr election verify --heads`. */
#include "ballot/board.h"
#include "ballot/observed.h"
#include "base/json.h"
#include "cli/election.h"

#include <string.h>
#include <unistd.h>

enum { OPTION_KEY = 1, OPTION_OUT };

static const struct option_spec option_table[] = {
	{OPTION_KEY, 'k', "key", "FILE",
         "The observer's secret key, NAME.signer ('jisr election head --new-key NAME')."},
	{OPTION_OUT, 'o', "out", "FILE",
         "Where the signed head is written, and where the one before is read; UUID.NAME.head when not given."},
};

/* ---- observing ---- */

struct observing {
	const struct command *self;
	const struct opened *opened;
	const struct note_signer *signer;
	const char *out;
	bool json;
};

static int fork_found(const struct observing *observing, const struct checkpoint *before, const struct problem *problem)
{
	fprintf(stderr,
	        "THE BOARD IS NOT THE ONE THAT YOU SIGNED (%llu events): %s.\n"
	        "Keep this archive and %s, send the latter to the vote's heads, and tell everybody.\n",
	        (unsigned long long)before->size, problem->text, observing->out);
	return STATUS_FOUND;
}

/* What was signed before must stand in the archive. */
static int look_back(const struct observing *observing, uint64_t *ret_before)
{
	struct problem problem = {""};
	struct note_verifier own;
	struct checkpoint before;
	struct text note;
	bool agrees = false;
	*ret_before = 0;
	if (access(observing->out, F_OK) != 0)
		return STATUS_DONE;
	note_signer_verifier(observing->signer, &own);
	text_init(&note, OBSERVED_MAX_NOTE + 1);
	int status = election_read_file(observing->self, observing->out, &note);
	int error = JISR_OK;
	if (status == STATUS_DONE) {
		error = observed_read(&own, observing->opened->election->uuid, note.bytes, note.length, &before,
		                      &problem);
		problem_prefix(&problem, observing->out);
		if (!error)
			error = observed_compare(observing->opened->archive, &before, &agrees, &problem);
		if (error)
			status = command_fail(observing->self, error, &problem);
		else if (!agrees)
			status = fork_found(observing, &before, &problem);
		else
			*ret_before = before.size;
	}
	text_finish(&note);
	return status;
}

static int sign(const struct observing *observing, uint64_t before)
{
	struct problem problem = {""};
	struct checkpoint checkpoint;
	struct text text, note;
	text_init(&text, OBSERVED_MAX_NOTE);
	text_init(&note, OBSERVED_MAX_NOTE);
	int error = board_checkpoint(observing->opened->archive, observing->signer->name,
	                             observing->opened->election->uuid, &checkpoint, &problem);
	if (!error)
		error = checkpoint_write(&checkpoint, &text);
	if (!error)
		error = note_sign(observing->signer, text.bytes, text.length, &note, &problem);
	int status = error ? command_fail(observing->self, error, &problem)
	                   : election_write_path(observing->self, observing->out, true, note.bytes, note.length, false);
	if (status == STATUS_DONE && observing->json)
		printf("{\"size\": %llu, \"before\": %llu}\n", (unsigned long long)checkpoint.size,
		       (unsigned long long)before);
	else if (status == STATUS_DONE)
		printf("everything holds; %s signed %llu events%s\n", observing->signer->name,
		       (unsigned long long)checkpoint.size,
		       before > 0 ? ", which continue those that were signed before" : "");
	text_finish(&text);
	text_finish(&note);
	return status;
}

static int with_signer(struct observing *observing, const char *path)
{
	char name[ELECTION_MAX_PATH];
	uint64_t before = 0;
	int length =
		snprintf(name, sizeof name, "%s.%s.head", observing->opened->election->uuid, observing->signer->name);
	if (observing->out == NULL &&
	    (length < 0 || (size_t)length >= sizeof name || strchr(observing->signer->name, '/') != NULL))
		return command_refuse(observing->self, "the key's name is none for a file: say --out.");
	if (observing->out == NULL)
		observing->out = name;
	int status = election_verify(observing->self, observing->opened, path);
	if (status == STATUS_DONE)
		status = look_back(observing, &before);
	return status == STATUS_DONE ? sign(observing, before) : status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct opened opened;
	struct observing observing = {.self = self, .opened = &opened};
	struct problem problem = {""};
	const char *path = NULL, *key = NULL;
	CLEANUP(secret_freep) char *written = NULL;
	size_t length = 0;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_KEY, &key}, {OPTION_OUT, &observing.out}, {OPTIONS_WORD, &path}))
		return options.status;
	observing.json = options.json;
	if (path == NULL || key == NULL)
		return command_refuse(self, "jisr election observe UUID.bel --key NAME.signer.");
	CLEANUP(secret_freep) struct note_signer *signer = secret_alloc(sizeof *signer);
	if (signer == NULL)
		return command_fail(self, JISR_NO_MEMORY, NULL);
	int status = election_read_secret(self, key, &written, &length);
	if (status != STATUS_DONE)
		return status;
	int error = note_signer_read(written, length, signer, &problem);
	if (error)
		return command_fail(self, error, &problem);
	observing.signer = signer;
	status = opened_init(&opened, self, path);
	if (status == STATUS_DONE)
		status = with_signer(&observing, path);
	opened_finish(&opened);
	return status;
}

const struct command command_election_observe = {
	.name = "election observe",
	.usage = "UUID.bel --key NAME.signer [--out FILE]",
	.summary = "verify the board, compare it with what you signed before, and sign its head",
	.about =
		"For observers, with a key of their own. Verifies the whole archive, checks that it continues the head "
		"that "
		"this key signed before (the file named by --out, when it is there), and signs the new head into it. "
		"Send "
		"that file to the vote: 'curl --data-binary @FILE .../api/v1/elections/UUID/heads'. Exit status 1: the "
		"archive does not hold, or is another than before; then nothing is signed.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr election head --new-key observer.example.org\n"
		    "  jisr election observe UUID.bel --key observer.example.org.signer\n",
	.run = run,
};

/* ---- what observers signed ---- */

static int check_line(const struct archive *archive, const char *uuid, const cJSON *line, struct problem *problem)
{
	const char *written = json_get_text(line, "verifier"), *note = json_get_text(line, "note");
	struct note_verifier verifier;
	struct checkpoint checkpoint;
	bool agrees = false;
	if (written == NULL || note == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "a line has no \"verifier\" and \"note\"");
	int error = note_verifier_read(written, strlen(written), &verifier, problem);
	if (!error)
		error = observed_read(&verifier, uuid, note, strlen(note), &checkpoint, problem);
	if (error == JISR_NOT_FOUND)
		error = problem_set(problem, JISR_BAD_INPUT, "the key that stands beside a note did not sign it");
	if (!error)
		error = observed_compare(archive, &checkpoint, &agrees, problem);
	if (!error && !agrees) {
		error = JISR_BAD_INPUT;
		problem_prefix(problem, verifier.name);
	}
	return error;
}

int election_heads(const struct opened *opened, const char *bytes, size_t length, uint64_t *ret_count,
                   struct problem *problem)
{
	const char *at = bytes, *end = bytes + length;
	uint64_t count = 0;
	int error = JISR_OK;
	while (!error && at < end) {
		CLEANUP(json_freep) cJSON *line = NULL;
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		stop = stop != NULL ? stop : end;
		error = json_read(at, (size_t)(stop - at), &line, problem);
		if (!error)
			error = check_line(opened->archive, opened->election->uuid, line, problem);
		count++;
		at = stop < end ? stop + 1 : end;
	}
	if (!error)
		*ret_count = count;
	return error;
}
