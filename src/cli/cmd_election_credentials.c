#include "ballot/credential_part.h"
#include "cli/election_draft.h"
#include "cli/print.h"

#include <sodium.h>
#include <string.h>

enum { OPTION_VOTERS = 1, OPTION_FOLDER, OPTION_REPLACE, OPTION_REGISTRAR, OPTION_ORDER };

static const struct option_spec option_table[] = {
	{OPTION_VOTERS, 0, "voters", "FILE",
         "Who may vote, one a line: IDENTITY, or IDENTITY,LOGIN,WEIGHT as belenios-tool has it."},
	{OPTION_REGISTRAR, 0, "registrar", "NAME",
         "One of several registrars, such as the office's code: makes this one's part of each credential."},
	{OPTION_ORDER, 0, "order", "FILE",
         "With --registrar: the order of voters that the first registrar drew, UUID.order. Without it one is drawn."},
	{OPTION_FOLDER, 0, "folder", "DIR", "Where the two files are written; here when not given."},
	{OPTION_REPLACE, 0, "replace", NULL, "Write over files that are there."},
};

struct giving {
	const struct command *self;
	const struct draft *draft;
	struct voter *voters; /* in the order of the file */
	size_t count;
	char *private_text; /* "IDENTITY CREDENTIAL" lines, in secret memory */
	size_t private_length;
};

/* The weight of a line IDENTITY[,LOGIN[,WEIGHT]]; 0 when it cannot be read. */
static uint64_t weight_of(const char *line, size_t length)
{
	const char *end = line + length, *comma = memchr(line, ',', length);
	comma = comma != NULL ? memchr(comma + 1, ',', (size_t)(end - comma - 1)) : NULL;
	if (comma == NULL)
		return 1;
	uint64_t weight = 0;
	if (comma + 1 == end || end - comma > 11)
		return 0;
	for (const char *c = comma + 1; c < end; c++) {
		if (*c < '0' || *c > '9')
			return 0;
		weight = weight * 10 + (uint64_t)(*c - '0');
	}
	return weight <= CREDENTIAL_MAX_WEIGHT ? weight : 0;
}

static int give_one(struct giving *giving, const char *line, size_t length, size_t number, struct problem *problem)
{
	struct voter *voter = &giving->voters[giving->count++];
	char *credential = giving->private_text + giving->private_length + length + 1;
	voter->weight = weight_of(line, length);
	if (voter->weight == 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "line %zu: the third field is the weight, a whole number from 1 to %llu", number,
		                   CREDENTIAL_MAX_WEIGHT);
	memcpy(giving->private_text + giving->private_length, line, length);
	credential[-1] = ' ';
	credential_make(credential);
	int error = credential_public(giving->draft->group, giving->draft->uuid, credential, &voter->credential);
	credential[CREDENTIAL_LENGTH] = '\n';
	giving->private_length += length + 1 + CREDENTIAL_LENGTH + 1;
	return error == JISR_OK ? error : problem_set(problem, error, "%s", error_text(error));
}

static int give_all(struct giving *giving, const struct text *voters, struct problem *problem)
{
	struct progress progress;
	size_t lines = 0, number = 0;
	int error = JISR_OK;
	for (size_t i = 0; i < voters->length; i++)
		lines += voters->bytes[i] == '\n';
	if (lines > CREDENTIAL_MAX_VOTERS)
		return problem_set(problem, JISR_TOO_LARGE, "more than %d voters", CREDENTIAL_MAX_VOTERS);
	giving->voters = memory_zero(lines, sizeof *giving->voters);
	giving->private_text = secret_alloc(voters->length + lines * (CREDENTIAL_LENGTH + 2) + 1);
	if (giving->voters == NULL || giving->private_text == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "%s", error_text(JISR_NO_MEMORY));
	progress_init(&progress, "credentials");
	for (const char *line = voters->bytes; error == JISR_OK && *line != '\0';) {
		size_t length = strcspn(line, "\n"), shown = length;
		number++;
		if (shown > 0 && line[shown - 1] == '\r')
			shown--;
		if (shown > 0)
			error = give_one(giving, line, shown, number, problem);
		progress_show(&progress, number, lines, NULL);
		line += length + 1;
	}
	progress_finish(&progress);
	if (error == JISR_OK && giving->count == 0)
		error = problem_set(problem, JISR_BAD_INPUT, "there is no voter in it");
	return error;
}

/* The list is published in an order that tells nothing of the voters' order. */
static void shuffle(struct voter *voters, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = randombytes_uniform((uint32_t)i);
		struct voter kept = voters[i - 1];
		voters[i - 1] = voters[j];
		voters[j] = kept;
	}
}

static int write_files(const struct giving *giving, const struct election_out *out, bool json)
{
	struct problem problem = {0};
	struct text list_text;
	char name[UUID_MAX_LENGTH + 16], fingerprint[DIGEST_BASE64 + 1], count[PRINT_COUNT_MAX];
	CLEANUP(credential_list_freep) struct credential_list *list = NULL;
	int error = credential_list_new(giving->voters, giving->count, &list, &problem);
	if (error != JISR_OK)
		return command_fail(giving->self, error, &problem);
	text_init(&list_text, ELECTION_MAX_FILE);
	int status = STATUS_DONE;
	if (credential_list_write(list, &list_text) != JISR_OK)
		status = command_fail(giving->self, list_text.error, NULL);
	digest_fingerprint(list_text.bytes, list_text.length, fingerprint);
	(void)snprintf(name, sizeof name, "%s.privcreds", giving->draft->uuid);
	if (status == STATUS_DONE)
		status = election_write_file(giving->self, out, name, giving->private_text, giving->private_length,
		                             true);
	(void)snprintf(name, sizeof name, "%s.pubcreds", giving->draft->uuid);
	if (status == STATUS_DONE)
		status = election_write_file(giving->self, out, name, list_text.bytes, list_text.length, false);
	if (status == STATUS_DONE && json)
		printf("{\"voters\": %zu, \"weight\": %llu, \"fingerprint\": \"%s\"}\n", giving->count,
		       (unsigned long long)credential_list_total(list), fingerprint);
	else if (status == STATUS_DONE)
		printf("%s credentials; fingerprint of the public ones %s\n", print_count(giving->count, count),
		       fingerprint);
	text_finish(&list_text);
	return status;
}

static int give(const struct command *self, const struct draft *draft, const char *path, const struct election_out *out,
                bool json)
{
	struct giving giving = {.self = self, .draft = draft};
	struct problem problem = {0};
	struct text voters;
	text_init(&voters, ELECTION_MAX_FILE);
	int status = election_read_file(self, path, &voters);
	if (status == STATUS_DONE) {
		int error = give_all(&giving, &voters, &problem);
		problem_prefix(&problem, path);
		status = error == JISR_OK ? STATUS_DONE : command_fail(self, error, &problem);
	}
	if (status == STATUS_DONE) {
		shuffle(giving.voters, giving.count);
		status = write_files(&giving, out, json);
	}
	memory_free(giving.voters);
	secret_free(giving.private_text);
	text_finish(&voters);
	return status;
}

/* ---- one of several registrars ---- */

struct parting {
	const struct command *self;
	const struct draft *draft;
	const char *registrar, *order;
	const struct election_out *out;
	char **voters; /* point into the file's text */
	size_t count;
	unsigned char seed[CREDENTIAL_SEED];
};

/* The lines of the file, each ended by 0: names alone, each once. */
static int split_lines(struct parting *parting, char *bytes, struct problem *problem)
{
	size_t lines = 1, number = 0;
	for (const char *c = bytes; *c != '\0'; c++)
		lines += *c == '\n';
	if (lines > CREDENTIAL_MAX_VOTERS)
		return problem_set(problem, JISR_TOO_LARGE, "more than %d voters", CREDENTIAL_MAX_VOTERS);
	parting->voters = memory_zero(lines, sizeof *parting->voters);
	if (parting->voters == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "%s", error_text(JISR_NO_MEMORY));
	for (char *line = bytes; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		char *next = line + length + (line[length] == '\n');
		number++;
		line[length] = '\0';
		if (length > 0 && line[length - 1] == '\r')
			line[length - 1] = '\0';
		if (strpbrk(line, ", ") != NULL)
			return problem_set(
				problem, JISR_BAD_INPUT,
				"line %zu: where several registrars give credentials a voter is a name without "
				"space, and weighs 1",
				number);
		if (line[0] != '\0')
			parting->voters[parting->count++] = line;
		line = next;
	}
	return parting->count > 0 ? JISR_OK : problem_set(problem, JISR_BAD_INPUT, "there is no voter in it");
}

static int read_order(struct parting *parting)
{
	size_t length = 0;
	CLEANUP(secret_freep) char *hex = NULL;
	if (parting->order == NULL) {
		credential_part_seed(parting->seed);
		return STATUS_DONE;
	}
	int status = election_read_secret(parting->self, parting->order, &hex, &length);
	if (status == STATUS_DONE && !digest_read_hex(hex, length, parting->seed))
		return command_refuse(parting->self, "%s is no order of voters: 64 hexadecimal digits.",
		                      parting->order);
	return status;
}

static int write_parts(const struct parting *parting, const size_t *places, const char *codes,
                       const struct text *message)
{
	char name[UUID_MAX_LENGTH + CREDENTIAL_MAX_REGISTRAR + 16], hex[DIGEST_HEX + 1];
	size_t room = parting->count * (CREDENTIAL_LENGTH + 3), at = 0;
	for (size_t i = 0; i < parting->count; i++)
		room += strlen(parting->voters[i]);
	CLEANUP(secret_freep) char *text = secret_alloc(room);
	if (text == NULL)
		return command_fail(parting->self, JISR_NO_MEMORY, NULL);
	for (size_t place = 0; place < parting->count; place++)
		at += (size_t)snprintf(text + at, room - at, "%s %s\n", parting->voters[places[place]],
		                       codes + place * (CREDENTIAL_LENGTH + 1));
	(void)snprintf(name, sizeof name, "%s.%s.privcreds", parting->draft->uuid, parting->registrar);
	int status = election_write_file(parting->self, parting->out, name, text, at, true);
	(void)snprintf(name, sizeof name, "%s.%s.part", parting->draft->uuid, parting->registrar);
	if (status == STATUS_DONE)
		status = election_write_file(parting->self, parting->out, name, message->bytes, message->length, false);
	digest_write_hex(parting->seed, hex);
	(void)snprintf(name, sizeof name, "%s.order", parting->draft->uuid);
	if (status == STATUS_DONE && parting->order == NULL)
		status = election_write_file(parting->self, parting->out, name, hex, DIGEST_HEX, true);
	return status;
}

/* What registrars compare by telephone: that they have the same order of the same voters. */
static void fingerprint_of(const struct parting *parting, const size_t *places, char ret_base64[DIGEST_BASE64 + 1])
{
	struct text text;
	text_init(&text, ELECTION_MAX_FILE);
	(void)text_add(&text, (const char *)parting->seed, sizeof parting->seed);
	for (size_t place = 0; place < parting->count; place++) {
		(void)text_add_string(&text, parting->voters[places[place]]);
		(void)text_add_char(&text, '\n');
	}
	digest_fingerprint(text.bytes != NULL ? text.bytes : "", text.length, ret_base64);
	text_finish(&text);
}

static int make_parts(struct parting *parting, bool json)
{
	struct problem problem = {0};
	struct text message;
	char fingerprint[DIGEST_BASE64 + 1];
	CLEANUP(memory_freep) size_t *places = memory_zero(parting->count, sizeof *places);
	CLEANUP(secret_freep) char *codes = secret_alloc(parting->count * (CREDENTIAL_LENGTH + 1));
	if (places == NULL || codes == NULL)
		return command_fail(parting->self, JISR_NO_MEMORY, NULL);
	text_init(&message, ELECTION_MAX_FILE);
	int error = credential_part_order(parting->seed, parting->draft->uuid, (const char *const *)parting->voters,
	                                  parting->count, places);
	if (!error)
		error = credential_part_make(parting->draft->group, parting->draft->uuid, parting->registrar,
		                             parting->count, codes, &message, &problem);
	int status = error ? command_fail(parting->self, error, problem.text[0] != '\0' ? &problem : NULL)
	                   : write_parts(parting, places, codes, &message);
	fingerprint_of(parting, places, fingerprint);
	if (status == STATUS_DONE && json)
		printf("{\"voters\": %zu, \"registrar\": \"%s\", \"order\": \"%s\"}\n", parting->count,
		       parting->registrar, fingerprint);
	else if (status == STATUS_DONE)
		printf("%zu parts of credentials by %s; fingerprint of the order %s\n", parting->count,
		       parting->registrar, fingerprint);
	text_finish(&message);
	return status;
}

static int part(struct parting *parting, const char *path, bool json)
{
	struct problem problem = {0};
	struct text voters;
	if (!credential_part_registrar_valid(parting->registrar))
		return command_refuse(parting->self, "'%s' is no registrar's name: letters, digits and '-'.",
		                      parting->registrar);
	text_init(&voters, ELECTION_MAX_FILE);
	int status = election_read_file(parting->self, path, &voters);
	if (status == STATUS_DONE) {
		int error = split_lines(parting, voters.bytes, &problem);
		problem_prefix(&problem, path);
		status = error ? command_fail(parting->self, error, &problem) : read_order(parting);
	}
	if (status == STATUS_DONE)
		status = make_parts(parting, json);
	memory_free(parting->voters);
	text_finish(&voters);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct election_out out = {0};
	struct parting parting = {.self = self, .out = &out};
	const char *path = NULL, *voters = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTIONS_WORD, &path}, {OPTION_VOTERS, &voters}, {OPTION_FOLDER, &out.folder},
	                 {OPTION_REPLACE, .given = &out.replace}, {OPTION_REGISTRAR, &parting.registrar},
	                 {OPTION_ORDER, &parting.order}))
		return options.status;
	if (parting.order != NULL && parting.registrar == NULL)
		return command_refuse(self, "--order goes with --registrar.");
	if (path == NULL || voters == NULL)
		return command_refuse(
			self, "which election, and who votes? jisr election credentials UUID.draft.json --voters "
			      "FILE.");
	struct draft draft;
	int status = draft_init(&draft, self, path);
	parting.draft = &draft;
	if (status == STATUS_DONE)
		status = parting.registrar != NULL ? part(&parting, voters, options.json)
		                                   : give(self, &draft, voters, &out, options.json);
	draft_finish(&draft);
	return status;
}

const struct command command_election_credentials = {
	.name = "election credentials",
	.usage = "UUID.draft.json --voters FILE [--registrar NAME [--order FILE]] [--folder DIR]",
	.summary = "give each voter a credential",
	.about =
		"Run by the credential authority, who is not the organiser. Makes a credential for each voter. "
		"UUID.privcreds holds them, one a line after the voter's identity, readable by its owner alone: send "
		"each "
		"voter hers, then destroy the file or lock it away. UUID.pubcreds holds the public halves in an order "
		"that "
		"tells nothing: give it to the organiser, and compare its fingerprint when the election is open.\n\n"
		"With --registrar the credentials of each voter are given out in parts by several registrars, so that "
		"none "
		"of them could vote for her: UUID.NAME.privcreds holds this one's parts, UUID.NAME.part is sent to the "
		"organiser. The first registrar also gets UUID.order, the order in which all of them list the voters: "
		"it goes "
		"to the other registrars and to nobody else. All compare its fingerprint.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr election credentials UUID.draft.json --voters voters.txt --folder secret\n",
	.run = run,
};
