/* The steps of anybody who wants to be sure: verify, verify-diff, show. */
#include "ballot/result.h"
#include "ballot/spoiled.h"
#include "ballot/verify.h"
#include "base/file.h"
#include "base/tree.h"
#include "cli/election.h"
#include "cli/print.h"

enum { OPTION_THREADS = 1, OPTION_BALLOTS, OPTION_SPOILED, OPTION_HEADS };

static const struct option_spec verify_options_table[] = {
	{OPTION_THREADS, 0, "threads", "N", "How many threads check ballots; one a processor when not given."},
	{OPTION_SPOILED, 0, "spoiled", "FILE",
         "Opened ballots, one a line (UUID.spoiled, or the voter's own): each is checked, and none of them may count."},
	{OPTION_HEADS, 0, "heads", "FILE",
         "What observers signed (.../elections/UUID/heads): the archive must continue every head."},
};

static const struct option_spec show_options_table[] = {
	{OPTION_BALLOTS, 0, "ballots", NULL,
         "List every ballot's height, tracking number and commitment, and whether a later one replaced it."},
};

static bool on_progress(void *context, uint64_t done, uint64_t all)
{
	progress_show(context, done, all, "ballots verified");
	return false;
}

/* Something wrong with an archive is an answer, status 1; that it cannot be read is not. */
static int wrong(const struct command *self, int error, struct problem *problem)
{
	int status = command_fail(self, error, problem);
	return error == JISR_BAD_INPUT || error == JISR_CORRUPT ? STATUS_FOUND : status;
}

/* What may be given beside the archives; a command has those that its table names. */
struct extras {
	uint64_t threads;
	const char *spoiled, *heads;
	bool ballots;
};

/* Exactly `count` words; false after a sentence. */
static bool read_words(struct options *options, const char *words[], size_t count, struct extras *ret_extras)
{
	size_t found = 0;
	int id;
	while ((id = options_next(options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return false;
		if (id == OPTION_THREADS) {
			if (!options_number(options, 1, 64, &ret_extras->threads))
				return false;
		} else if (id == OPTION_SPOILED) {
			ret_extras->spoiled = options->value;
		} else if (id == OPTION_HEADS) {
			ret_extras->heads = options->value;
		} else if (id == OPTION_BALLOTS) {
			ret_extras->ballots = true;
		} else if (found == count) {
			found++;
			break;
		} else {
			words[found++] = options->value;
		}
	}
	if (found == count)
		return true;
	options->status =
		command_refuse(options->command, count == 1 ? "give one archive, FILE.bel."
	                                                    : "give two archives: the older, then the newer.");
	return false;
}

/* --- verify --- */

static int print_report(const struct command *self, const char *path, const struct verify_report *report, bool json)
{
	char head[DIGEST_HEX + 1], ballots[PRINT_COUNT_MAX], voters[PRINT_COUNT_MAX], tallied[PRINT_COUNT_MAX];
	digest_write_hex(report->head, head);
	if (json) {
		cJSON *root = tree_object();
		tree_bool(root, "valid", true);
		tree_count(root, "voters", report->voters);
		tree_count(root, "ballots", report->ballots);
		tree_count(root, "counted", report->tallied);
		tree_count(root, "weight", report->weight);
		tree_bool(root, "closed", report->closed);
		tree_bool(root, "tally", report->tally);
		tree_count(root, "decryptions", report->decryptions);
		tree_bool(root, "result", report->result);
		tree_text(root, "head", head);
		return command_answer(self, root, STATUS_DONE);
	}
	print_value(stdout, path);
	printf(": everything holds\n  %s ballots of %s voters; %s count\n  %s\n  head %s\n",
	       print_count(report->ballots, ballots), print_count(report->voters, voters),
	       print_count(report->tallied, tallied),
	       report->result   ? "the result is that of the ballots"
	       : report->tally  ? "the encrypted tally is that of the ballots; there is no result yet"
	       : report->closed ? "the vote is closed; there is no tally yet"
	                        : "the vote is open",
	       head);
	return STATUS_DONE;
}

/* What observers signed against an archive that holds. */
static int check_heads(const struct command *self, const char *path, const char *archive, uint64_t *ret_count,
                       struct problem *problem)
{
	struct opened opened;
	struct text text;
	text_init(&text, ELECTION_MAX_FILE);
	int error = file_read(path, &text, problem);
	if (error != JISR_OK) {
		text_finish(&text);
		return error;
	}
	if (opened_init(&opened, self, archive) != STATUS_DONE)
		error = problem_set(problem, JISR_IO, "%s: it could not be read once more", archive);
	else
		error = election_heads(&opened, text.bytes != NULL ? text.bytes : "", text.length, ret_count, problem);
	if (error != JISR_OK)
		problem_prefix(problem, path);
	text_finish(&text);
	opened_finish(&opened);
	return error;
}

/* The list of opened ballots against an archive that holds. */
static int check_spoiled(const struct command *self, const char *path, const char *archive, struct problem *problem)
{
	struct opened opened;
	struct text text;
	CLEANUP(spoiled_freep) struct spoiled *spoiled = NULL;
	text_init(&text, ELECTION_MAX_FILE);
	int error = file_read(path, &text, problem);
	if (error != JISR_OK) {
		text_finish(&text);
		return error;
	}
	if (opened_init(&opened, self, archive) != STATUS_DONE)
		error = problem_set(problem, JISR_IO, "%s: it could not be read once more", archive);
	if (error == JISR_OK && spoiled_new(&spoiled) != JISR_OK)
		error = problem_set(problem, JISR_NO_MEMORY, "%s", error_text(JISR_NO_MEMORY));
	if (error == JISR_OK) {
		error = spoiled_read(spoiled, opened.context, text.bytes, text.length, problem);
		if (error == JISR_OK)
			error = spoiled_none_counts(spoiled, opened.archive, opened.context, opened.list, problem);
		if (error != JISR_OK)
			problem_prefix(problem, path);
	}
	text_finish(&text);
	opened_finish(&opened);
	return error;
}

static int run_verify(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct problem problem = {0};
	struct progress progress;
	struct verify_report report;
	CLEANUP(archive_closep) struct archive *archive = NULL;
	const char *path;
	uint64_t heads = 0;
	struct extras extras = {0};
	options_init(&options, self, argc, argv);
	if (!read_words(&options, &path, 1, &extras))
		return options.status;
	progress_init(&progress, "verifying");
	const struct verify_options how = {
		.threads = (unsigned)extras.threads, .progress = on_progress, .context = &progress};
	int error = archive_open(path, &archive, &problem);
	if (error == JISR_OK)
		error = verify_archive(archive, &how, &report, &problem);
	progress_finish(&progress);
	if (error == JISR_OK && extras.spoiled != NULL)
		error = check_spoiled(self, extras.spoiled, path, &problem);
	if (error == JISR_OK && extras.heads != NULL)
		error = check_heads(self, extras.heads, path, &heads, &problem);
	if (error == JISR_OK && extras.heads != NULL && !options.json)
		fprintf(stderr, "%llu heads that observers signed are continued\n", (unsigned long long)heads);
	if (error == JISR_OK)
		return print_report(self, path, &report, options.json);
	if (options.json && (error == JISR_BAD_INPUT || error == JISR_CORRUPT)) {
		cJSON *root = tree_object();
		tree_bool(root, "valid", false);
		tree_text(root, "problem", problem.text);
		return command_answer(self, root, STATUS_FOUND);
	}
	return wrong(self, error, &problem);
}

/* --- verify-diff --- */

static int run_diff(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct problem problem = {0};
	CLEANUP(archive_closep) struct archive *old = NULL;
	CLEANUP(archive_closep) struct archive *new = NULL;
	const char *paths[2];
	options_init(&options, self, argc, argv);
	if (!read_words(&options, paths, 2, &(struct extras){0}))
		return options.status;
	int error = archive_open(paths[0], &old, &problem);
	if (error == JISR_OK)
		error = archive_open(paths[1], &new, &problem);
	if (error == JISR_OK)
		error = verify_continues(old, new, &problem);
	if (error != JISR_OK)
		return wrong(self, error, &problem);
	print_value(stdout, paths[1]);
	fputs(" continues ", stdout);
	print_value(stdout, paths[0]);
	putchar('\n');
	return STATUS_DONE;
}

/* --- show --- */

struct showing {
	const struct archive *archive;
	unsigned char *counted; /* by entry: 1 for a ballot that counts */
	bool list;
	uint64_t ballots;
	struct archive_entry result;
};

static int see(void *context, const struct event *event, const struct archive_entry *entry, struct problem *problem)
{
	struct showing *showing = context;
	struct archive_entry payload;
	char tracking[DIGEST_BASE64 + 1], commitment[DIGEST_BASE64 + 1];
	if (event->type != EVENT_BALLOT && event->type != EVENT_RESULT)
		return JISR_OK;
	int error = archive_find(showing->archive, event->payload, entry->index, "its payload", &payload, problem);
	if (error != JISR_OK)
		return error;
	if (event->type == EVENT_RESULT) {
		showing->result = payload;
		return JISR_OK;
	}
	showing->ballots++;
	if (!showing->list)
		return JISR_OK;
	digest_fingerprint(payload.bytes, payload.length, tracking);
	if (!spoiled_signed_hash(&payload, commitment))
		return problem_set(problem, JISR_BAD_INPUT, "the ballot at height %llu is not signed",
		                   (unsigned long long)event->height);
	printf("  %6llu  %s  %s%s\n", (unsigned long long)event->height, tracking, commitment,
	       showing->counted[payload.index] != 0 ? "" : "  replaced by a later one");
	return JISR_OK;
}

static void print_question(const struct question *question, const uint64_t *votes)
{
	print_value(stdout, question->text);
	printf("  (%u to %u of %zu%s)\n", question->min, question->max, question->answer_count,
	       question->blank ? ", or blank" : "");
	for (size_t i = 0; i < question_choices(question); i++) {
		fputs("  ", stdout);
		if (votes != NULL)
			printf("%8llu  ", (unsigned long long)votes[i]);
		print_value(stdout, !question->blank ? question->answers[i]
		                    : i == 0         ? "(blank)"
		                                     : question->answers[i - 1]);
		putchar('\n');
	}
}

static int show_all(const struct opened *opened, struct showing *showing, struct problem *problem)
{
	const struct election *election = opened->election;
	CLEANUP(memory_freep) uint64_t *votes = NULL;
	CLEANUP(memory_freep) size_t *last = NULL;
	CLEANUP(memory_freep) unsigned char *counted_entries = memory_zero(archive_count(opened->archive) + 1, 1);
	size_t voters = credential_list_count(opened->list);
	char head[DIGEST_HEX + 1];
	unsigned char hash[DIGEST_BYTES];
	struct event event;
	if (counted_entries == NULL)
		return JISR_NO_MEMORY;
	int error = tally_last_ballots(opened->archive, opened->context, opened->list, &last, problem);
	if (error != JISR_OK)
		return error;
	for (size_t i = 0; i < voters; i++)
		if (last[i] != SIZE_MAX)
			counted_entries[last[i]] = 1;
	showing->counted = counted_entries;
	print_value(stdout, election->name);
	printf("\nelection %s, %s, fingerprint %s\n%zu voters, %zu trustees\n", election->uuid,
	       group_name(election->group), election->fingerprint, voters, opened->trustees->owner_count);
	error = archive_walk(opened->archive, see, showing, problem);
	if (error == JISR_OK)
		error = archive_head(opened->archive, &event, hash, problem);
	if (error == JISR_OK && showing->result.bytes != NULL)
		error = result_read(election, showing->result.bytes, showing->result.length, &votes, problem);
	if (error != JISR_OK)
		return error;
	digest_write_hex(hash, head);
	printf("%llu ballots; the last event is %s\nhead %s\n", (unsigned long long)showing->ballots,
	       event_type_name(event.type), head);
	const uint64_t *counted = votes;
	for (size_t i = 0; i < election->question_count; i++) {
		putchar('\n');
		print_question(&election->questions[i], counted);
		if (counted != NULL)
			counted += question_choices(&election->questions[i]);
	}
	return JISR_OK;
}

static int run_show(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct problem problem = {0};
	struct opened opened;
	struct showing showing = {0};
	struct extras extras = {0};
	const char *path;
	options_init(&options, self, argc, argv);
	if (!read_words(&options, &path, 1, &extras))
		return options.status;
	showing.list = extras.ballots;
	int status = opened_init(&opened, self, path);
	if (status == STATUS_DONE) {
		showing.archive = opened.archive;
		int error = show_all(&opened, &showing, &problem);
		status = error == JISR_OK ? STATUS_DONE : wrong(self, error, &problem);
	}
	opened_finish(&opened);
	return status;
}

const struct command command_election_verify = {
	.name = "election verify",
	.usage = "FILE.bel [--spoiled FILE] [--heads FILE] [--threads N] [--json]",
	.summary = "check a whole election; exit status 1 names the first thing that is wrong",
	.about = "Checks an archive as any stranger can: the chain of events, every ballot with its proofs and its "
		 "signature, the trustees' keys, the encrypted tally worked out anew, the partial decryptions, the "
		 "result. An "
		 "election under way is checked as far as it has come.\n\n"
		 "What nobody can see from one archive is what was taken away before it was given out: keep the head, "
		 "or the "
		 "archive, and ask `jisr election verify-diff` later.",
	.options = verify_options_table,
	.option_count = sizeof verify_options_table / sizeof *verify_options_table,
	.json = true,
	.examples = "  jisr election verify dHvU6JtmkPXheF.bel\n",
	.run = run_verify,
};

const struct command command_election_verify_diff = {
	.name = "election verify-diff",
	.usage = "OLD.bel NEW.bel",
	.summary = "check that a later archive continues an earlier one",
	.about = "Every event of the older archive must stand in the newer one at its height. Exit status 1 names the "
		 "first "
		 "that does not: something was taken away, put in between, or changed. Neither archive is verified in "
		 "itself.",
	.examples = "  jisr election verify-diff monday.bel tuesday.bel\n",
	.run = run_diff,
};

const struct command command_election_show = {
	.name = "election show",
	.usage = "FILE.bel [--ballots]",
	.summary = "print an election: questions, ballots, how far it has come, the result",
	.about = "Prints what an archive says, without checking proofs: that is `jisr election verify`. With --ballots "
		 "a "
		 "voter finds her tracking number.",
	.options = show_options_table,
	.option_count = sizeof show_options_table / sizeof *show_options_table,
	.examples = "  jisr election show dHvU6JtmkPXheF.bel --ballots\n",
	.run = run_show,
};
