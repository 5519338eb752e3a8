#include "ballot/decryption.h"
#include "ballot/spoiled.h"
#include "base/arena.h"
#include "base/file.h"
#include "cli/election.h"

#include <string.h>

/* What is sent to the board, a message a line. A partial decryption comes with the line that names its owner. */
#define BALLOT_START     "{\"election_uuid\""
#define DECRYPTION_START "{\"decryption_factors\""
#define OPENED_START     "{\"ballot\""

struct posting {
	const struct command *self;
	const struct opened *opened;
	struct archive_writer *writer;
	struct arena *arena;
	struct tally *tally; /* read when the first partial decryption comes */
	bool *have;          /* by owner: there is a partial decryption already */
	/* Opened ballots: read at the start, written anew at the end when there are more. */
	struct spoiled *spoiled;
	char spoiled_path[ELECTION_MAX_PATH];
	struct text spoiled_text;
	size_t spoiled_before;
	uint64_t accepted, refused;
	bool json;
};

static void accepted(struct posting *posting, const char *what, const char *name)
{
	if (posting->json)
		printf("%s{\"%s\": \"%s\"}", posting->accepted > 0 ? ",\n " : "\n ", what, name);
	else
		printf("%s %s\n", what, name);
	posting->accepted++;
}

/* 0, or an error that ends the command; a message that is refused is told and counted. */
static int refused(struct posting *posting, int error, const char *path, size_t number, struct problem *problem)
{
	char place[FILE_MAX_PATH + 32];
	if (error == JISR_OK)
		return JISR_OK;
	if (error != JISR_BAD_INPUT && error != JISR_NOT_FOUND && error != JISR_TOO_LARGE)
		return error;
	(void)snprintf(place, sizeof place, "%.4000s, line %zu: refused", path, number);
	problem_prefix(problem, place);
	(void)command_fail(posting->self, error, problem);
	problem->text[0] = '\0';
	posting->refused++;
	return JISR_OK;
}

static int post_ballot(struct posting *posting, const char *line, size_t length, struct problem *problem)
{
	struct ballot *ballot = NULL;
	size_t voter;
	const struct archive_message message = {line, length};
	arena_reset(posting->arena);
	int error = ballot_accept(posting->opened->context, posting->opened->list, line, length, posting->arena,
	                          &ballot, &voter, problem);
	if (error == JISR_OK && spoiled_has(posting->spoiled, ballot->hash))
		error = problem_set(
			problem, JISR_BAD_INPUT,
			"this ballot was opened for an audit and is never counted; the device that signed it "
			"all the same must not be trusted: make another ballot on another device");
	if (error == JISR_OK)
		error = archive_writer_append(posting->writer, EVENT_BALLOT, &message, 1, NULL, problem);
	if (error == JISR_OK)
		accepted(posting, "ballot", ballot->tracking);
	return error;
}

/* --- opened ballots --- */

static int read_spoiled(struct posting *posting, const char *path, struct problem *problem)
{
	text_init(&posting->spoiled_text, ELECTION_MAX_FILE);
	int error = election_spoiled_path(path, posting->spoiled_path, problem);
	if (error == JISR_OK && spoiled_new(&posting->spoiled) != JISR_OK)
		error = problem_set(problem, JISR_NO_MEMORY, "%s", error_text(JISR_NO_MEMORY));
	if (error != JISR_OK)
		return error;
	error = file_read(posting->spoiled_path, &posting->spoiled_text, problem);
	if (error == JISR_NOT_FOUND) /* nothing was opened yet */
		return JISR_OK;
	if (error == JISR_OK) {
		error = spoiled_read(posting->spoiled, NULL, posting->spoiled_text.bytes, posting->spoiled_text.length,
		                     problem);
		if (error != JISR_OK)
			problem_prefix(problem, posting->spoiled_path);
	}
	posting->spoiled_before = spoiled_count(posting->spoiled);
	return error;
}

static int take_opened(struct posting *posting, const struct opened_ballot *opened, const char *line, size_t length,
                       struct problem *problem)
{
	uint64_t height;
	if (credential_list_find(posting->opened->list, &opened->credential) == SIZE_MAX)
		return problem_set(problem, JISR_NOT_FOUND,
		                   "the opened ballot's credential is not in the list of public credentials");
	if (spoiled_has(posting->spoiled, opened->commitment))
		return problem_set(problem, JISR_BAD_INPUT, "this opened ballot is there already");
	int error = spoiled_find_cast(posting->opened->archive, opened->commitment, &height, problem);
	if (error == JISR_OK)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"this very ballot was cast, at height %llu: the device that opened it signed it, too, "
			"and must not be trusted. Vote again on another device; that ballot replaces this one",
			(unsigned long long)height);
	if (error == JISR_NOT_FOUND)
		error = spoiled_add(posting->spoiled, opened->commitment);
	if (error == JISR_OK)
		error = text_add(&posting->spoiled_text, line, length);
	if (error == JISR_OK)
		error = text_add_char(&posting->spoiled_text, '\n');
	if (error == JISR_OK)
		accepted(posting, "opened", opened->commitment);
	return error;
}

static int post_opened(struct posting *posting, const char *line, size_t length, struct problem *problem)
{
	struct opened_ballot opened = {0};
	int error = opened_ballot_check(posting->opened->context, line, length, &opened, problem);
	if (error == JISR_OK)
		error = take_opened(posting, &opened, line, length, problem);
	(void)secret_free(opened.votes);
	return error;
}

static int write_spoiled(struct posting *posting, struct problem *problem)
{
	if (posting->spoiled == NULL || spoiled_count(posting->spoiled) == posting->spoiled_before)
		return JISR_OK;
	return file_replace(posting->spoiled_path, posting->spoiled_text.bytes, posting->spoiled_text.length, problem);
}

/* --- partial decryptions --- */

/* Who has decrypted already. */
static int see_decryption(void *context, const struct event *event, const struct archive_entry *entry,
                          struct problem *problem)
{
	struct posting *posting = context;
	struct archive_entry owned;
	unsigned char hash[DIGEST_BYTES];
	uint64_t owner;
	(void)entry;
	if (event->type != EVENT_PARTIAL_DECRYPTION)
		return JISR_OK;
	int error = election_payload(posting->opened, event, &owned, problem);
	if (error == JISR_OK)
		error = decryption_owned_read(owned.bytes, owned.length, &owner, hash, problem);
	if (error == JISR_OK && trustees_key(posting->opened->trustees, owner) != NULL)
		posting->have[owner] = true;
	return error;
}

static int read_tally(struct posting *posting, struct problem *problem)
{
	if (posting->tally != NULL)
		return JISR_OK;
	posting->have = memory_zero(posting->opened->trustees->owner_count + 1, sizeof *posting->have);
	if (posting->have == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "%s", error_text(JISR_NO_MEMORY));
	int error = archive_walk(posting->opened->archive, see_decryption, posting, problem);
	return error != JISR_OK ? error : election_tally(posting->opened, &posting->tally, problem);
}

static int post_decryption(struct posting *posting, const char *line, size_t length, const char *owned_line,
                           size_t owned_length, struct problem *problem)
{
	const struct archive_message messages[] = {{line, length}, {owned_line, owned_length}};
	unsigned char named[DIGEST_BYTES], hash[DIGEST_BYTES];
	uint64_t owner = 0;
	char name[32];
	const struct trustee_key *key = NULL;
	CLEANUP(memory_freep) struct decryption *decryption = NULL;
	int error = read_tally(posting, problem);
	if (error == JISR_OK)
		error = decryption_owned_read(owned_line, owned_length, &owner, named, problem);
	if (error != JISR_OK)
		return error;
	digest_of(line, length, hash);
	key = trustees_key(posting->opened->trustees, owner);
	if (memcmp(hash, named, DIGEST_BYTES) != 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the line that names the owner is of another partial decryption");
	if (key == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "there is no trustee %llu", (unsigned long long)owner);
	if (posting->have[owner])
		return problem_set(problem, JISR_BAD_INPUT, "trustee %llu has decrypted already",
		                   (unsigned long long)owner);
	error = decryption_read(posting->tally, line, length, &decryption, problem);
	if (error == JISR_OK)
		error = decryption_check(posting->tally, key, decryption, problem);
	if (error == JISR_OK)
		error = archive_writer_append(posting->writer, EVENT_PARTIAL_DECRYPTION, messages, 2, NULL, problem);
	if (error != JISR_OK)
		return error;
	posting->have[owner] = true;
	(void)snprintf(name, sizeof name, "%llu", (unsigned long long)owner);
	accepted(posting, "trustee", name);
	return JISR_OK;
}

static bool starts(const char *line, size_t length, const char *start)
{
	return length >= strlen(start) && memcmp(line, start, strlen(start)) == 0;
}

static int post_lines(struct posting *posting, const struct text *text, const char *path, struct problem *problem)
{
	size_t number = 0;
	int error = JISR_OK;
	for (const char *line = text->bytes; error == JISR_OK && *line != '\0';) {
		size_t length = strcspn(line, "\n");
		const char *next = line + length + 1;
		number++;
		if (starts(line, length, BALLOT_START)) {
			error = refused(posting, post_ballot(posting, line, length, problem), path, number, problem);
		} else if (starts(line, length, DECRYPTION_START)) {
			size_t owned = strcspn(next, "\n");
			error = refused(posting, post_decryption(posting, line, length, next, owned, problem), path,
			                number, problem);
			next += owned + (next[owned] == '\n');
			number++;
		} else if (starts(line, length, OPENED_START)) {
			error = refused(posting, post_opened(posting, line, length, problem), path, number, problem);
		} else if (length > 0) {
			error = problem_set(problem, JISR_BAD_INPUT,
			                    "neither a ballot, an opened ballot nor a partial decryption");
			error = refused(posting, error, path, number, problem);
		}
		line = next;
	}
	return error;
}

static int post_file(struct posting *posting, const char *path)
{
	struct problem problem = {0};
	struct text text;
	text_init(&text, ELECTION_MAX_FILE);
	int status = election_read_file(posting->self, path, &text);
	if (status == STATUS_DONE && strlen(text.bytes) != text.length)
		status = command_refuse(posting->self, "%s holds a zero byte.", path);
	if (status == STATUS_DONE) {
		int error = post_lines(posting, &text, path, &problem);
		if (error != JISR_OK)
			status = command_fail(posting->self, error, &problem);
	}
	text_finish(&text);
	return status;
}

static int post(const struct command *self, const char *path, char *const *files, size_t count, bool json)
{
	struct problem problem = {0};
	struct opened opened;
	unsigned char head[DIGEST_BYTES];
	uint64_t height;
	char hex[DIGEST_HEX + 1];
	/* The lock first: what is read then does not change. */
	CLEANUP(archive_writer_freep) struct archive_writer *writer = NULL;
	int error = archive_writer_open(path, &writer, &problem);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	struct posting posting = {.self = self, .opened = &opened, .writer = writer, .json = json};
	int status = opened_init(&opened, self, path);
	if (status == STATUS_DONE && (error = read_spoiled(&posting, path, &problem)) != JISR_OK)
		status = command_fail(self, error, &problem);
	if (status == STATUS_DONE && arena_new(2 * MESSAGE_MAX_BYTES, &posting.arena) != JISR_OK)
		status = command_fail(self, JISR_NO_MEMORY, NULL);
	if (status == STATUS_DONE && json)
		fputs("{\"accepted\": [", stdout);
	for (size_t i = 0; status == STATUS_DONE && i < count; i++)
		status = post_file(&posting, files[i]);
	error = archive_writer_sync(writer, &problem);
	if (error == JISR_OK)
		error = write_spoiled(&posting, &problem);
	if (error != JISR_OK)
		status = command_fail(self, error, &problem);
	if (status == STATUS_DONE) {
		(void)archive_writer_last(writer, &height, head);
		digest_write_hex(head, hex);
		if (json)
			printf("],\n \"refused\": %llu, \"head\": \"%s\"}\n", (unsigned long long)posting.refused, hex);
		else
			printf("head %s\n", hex);
	}
	tally_free(posting.tally);
	spoiled_free(posting.spoiled);
	text_finish(&posting.spoiled_text);
	memory_free(posting.have);
	arena_free(posting.arena);
	opened_finish(&opened);
	return status == STATUS_DONE && posting.refused > 0 ? STATUS_FOUND : status;
}

static int run_post(const struct command *self, int argc, char **argv)
{
	struct options options;
	char *files[1000];
	const char *path = NULL;
	size_t count = 0;
	options_init(&options, self, argc, argv);
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (path == NULL)
			path = options.value;
		else if (count == sizeof files / sizeof *files)
			return command_refuse(self, "more than %zu files; a file may hold many messages, one a line.",
			                      count);
		else
			files[count++] = argv[options.next - 1];
	}
	if (count == 0)
		return command_refuse(self, "jisr election post UUID.bel FILE...");
	return post(self, path, files, count, options.json);
}

const struct command command_election_post = {
	.name = "election post",
	.usage = "UUID.bel FILE...",
	.summary = "put ballots, opened ballots and partial decryptions on the board",
	.about = "Run by the organiser. Checks what voters and trustees have sent, one message a line, and appends "
		 "what is "
		 "good to the archive: a ballot with a credential of the list, all proofs and its signature, that is "
		 "not there "
		 "already; a partial decryption of this election's tally by a trustee who has not decrypted yet. What "
		 "is "
		 "refused is told with the reason; then the exit status is 1.\n\n"
		 "A ballot that a voter had opened for an audit goes to UUID.spoiled beside the archive, to be "
		 "published "
		 "with it, "
		 "and is refused from then on when somebody casts it all the same.",
	.json = true,
	.examples = "  jisr election post UUID.bel ballot.json\n",
	.run = run_post,
};

/* --- closing --- */

static int run_close(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct problem problem = {0};
	const char *path = NULL;
	unsigned char head[DIGEST_BYTES];
	CLEANUP(archive_writer_freep) struct archive_writer *writer = NULL;
	options_init(&options, self, argc, argv);
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (path != NULL)
			return command_refuse(self, "one archive at a time.");
		path = options.value;
	}
	if (path == NULL)
		return command_refuse(self, "which election? jisr election close UUID.bel.");
	int error = archive_writer_open(path, &writer, &problem);
	if (error == JISR_OK)
		error = archive_writer_append(writer, EVENT_END_BALLOTS, NULL, 0, head, &problem);
	if (error == JISR_OK)
		error = archive_writer_sync(writer, &problem);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	election_show_head("closed; head", head);
	return STATUS_DONE;
}

const struct command command_election_close = {
	.name = "election close",
	.usage = "UUID.bel",
	.summary = "end the vote: no ballot is taken any more",
	.about = "Run by the organiser when the time for voting is over. There is no way back.",
	.run = run_close,
};
