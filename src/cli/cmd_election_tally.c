#include "ballot/decryption.h"
#include "ballot/pedersen.h"
#include "ballot/result.h"
#include "cli/election.h"
#include "cli/print.h"

#include <string.h>

/* One word, the archive. */
static const char *read_archive_word(struct options *options)
{
	const char *path = NULL;
	int id;
	while ((id = options_next(options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return NULL;
		path = options->value;
	}
	if (path == NULL)
		options->status =
			command_refuse(options->command, "which election? jisr %s UUID.bel.", options->command->name);
	return path;
}

/* --- tally --- */

static int append_tally(const struct command *self, const struct opened *opened, struct archive_writer *writer,
                        bool json)
{
	struct problem problem = {0};
	struct text encrypted, sized;
	unsigned char hash[DIGEST_BYTES], head[DIGEST_BYTES];
	char hex[DIGEST_HEX + 1];
	CLEANUP(tally_freep) struct tally *tally = NULL;
	text_init(&encrypted, MESSAGE_MAX_BYTES);
	text_init(&sized, 400);
	int error = tally_archive(opened->archive, opened->election, opened->context, opened->list, &tally, &problem);
	if (error == JISR_OK)
		error = tally_write(tally, &encrypted);
	digest_of(encrypted.bytes, encrypted.length, hash);
	if (error == JISR_OK)
		error = tally_write_sized(tally, hash, &sized);
	const struct archive_message messages[] = {{encrypted.bytes, encrypted.length}, {sized.bytes, sized.length}};
	if (error == JISR_OK)
		error = archive_writer_append(writer, EVENT_ENCRYPTED_TALLY, messages, 2, head, &problem);
	if (error == JISR_OK)
		error = archive_writer_sync(writer, &problem);
	text_finish(&encrypted);
	text_finish(&sized);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	digest_write_hex(head, hex);
	if (json)
		printf("{\"ballots\": %llu, \"weight\": %llu, \"head\": \"%s\"}\n", (unsigned long long)tally->ballots,
		       (unsigned long long)tally->weight, hex);
	else
		printf("%llu ballots, weight %llu\nhead %s\n", (unsigned long long)tally->ballots,
		       (unsigned long long)tally->weight, hex);
	return STATUS_DONE;
}

static int run_tally(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct problem problem = {0};
	struct opened opened;
	CLEANUP(archive_writer_freep) struct archive_writer *writer = NULL;
	options_init(&options, self, argc, argv);
	const char *path = read_archive_word(&options);
	if (path == NULL)
		return options.status;
	int error = archive_writer_open(path, &writer, &problem);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	int status = opened_init(&opened, self, path);
	if (status == STATUS_DONE)
		status = election_verify(self, &opened, path);
	if (status == STATUS_DONE)
		status = append_tally(self, &opened, writer, options.json);
	opened_finish(&opened);
	return status;
}

const struct command command_election_tally = {
	.name = "election tally",
	.usage = "UUID.bel",
	.summary = "multiply the last ballot of each voter into the encrypted tally",
	.about = "Run by the organiser after 'close'. Verifies the archive, and appends the product of the last ballot "
		 "of each "
		 "credential, raised to the voter's weight. It needs no key, and anybody can do the same and compare.",
	.json = true,
	.run = run_tally,
};

/* --- decrypt --- */

enum { OPTION_KEY = 1, OPTION_DKEY, OPTION_OUT, OPTION_JUSTIFY, OPTION_REPLACE, OPTION_JUSTIFICATION };

static const struct option_spec decrypt_options[] = {
	{OPTION_KEY, 0, "key", "FILE", "The trustee's secret: ID.privkey, or ID.key of a threshold trustee."},
	{OPTION_DKEY, 0, "decryption-key", "FILE", "ID.dkey of a threshold trustee."},
	{OPTION_OUT, 'o', "out", "FILE", "Where the partial decryption is written; standard output when not given."},
	{OPTION_JUSTIFY, 0, "justify", NULL,
         "Write a justification instead, when the result cannot be found: it proves that this trustee's factors are "
         "right."},
	{OPTION_REPLACE, 0, "replace", NULL, "Write over a file that is there."},
};

struct decrypting {
	const struct command *self;
	const struct opened *opened;
	const char *key, *dkey, *out;
	bool justify, replace;
};

static int read_threshold_key(const struct decrypting *decrypting, const char *seed, size_t length,
                              struct scalar *ret_private, size_t *ret_owner)
{
	struct problem problem = {0};
	struct text text;
	CLEANUP(secret_freep) struct channel_keys *keys = secret_alloc(sizeof *keys);
	if (keys == NULL)
		return command_fail(decrypting->self, JISR_NO_MEMORY, NULL);
	if (!channel_seed_valid(seed, length))
		return command_refuse(decrypting->self, "%s is no key of a threshold trustee: 22 characters of Base58.",
		                      decrypting->key);
	text_init(&text, PEDERSEN_MAX_BYTES);
	int status = election_read_file(decrypting->self, decrypting->dkey, &text);
	if (status == STATUS_DONE) {
		channel_keys_derive(decrypting->opened->election->group, seed, keys);
		int error = pedersen_decryption_key(decrypting->opened->election->group, keys, text.bytes, text.length,
		                                    ret_private, &problem);
		problem_prefix(&problem, decrypting->dkey);
		status = error == JISR_OK ? STATUS_DONE : command_fail(decrypting->self, error, &problem);
		*ret_owner = trustees_find_channel(decrypting->opened->trustees, keys);
	}
	text_finish(&text);
	return status;
}

/* The private key, and which trustee it belongs to. */
static int read_private(const struct decrypting *decrypting, struct scalar *ret_private, size_t *ret_owner)
{
	struct problem problem = {0};
	struct element public_key;
	size_t length = 0;
	CLEANUP(secret_freep) char *secret = NULL;
	const struct group *group = decrypting->opened->election->group;
	int status = election_read_secret(decrypting->self, decrypting->key, &secret, &length);
	if (status != STATUS_DONE)
		return status;
	if (decrypting->dkey != NULL) {
		status = read_threshold_key(decrypting, secret, length, ret_private, ret_owner);
		if (status != STATUS_DONE)
			return status;
	} else if (channel_seed_valid(secret, length)) {
		return command_refuse(decrypting->self,
		                      "%s is the key of a threshold trustee: give its --decryption-key too.",
		                      decrypting->key);
	} else {
		int error = trustee_private_read(group, secret, length, ret_private, &problem);
		problem_prefix(&problem, decrypting->key);
		if (error != JISR_OK)
			return command_fail(decrypting->self, error, &problem);
	}
	element_power_generator_secret(group, ret_private, &public_key);
	if (decrypting->dkey == NULL)
		*ret_owner = trustees_find(decrypting->opened->trustees, &public_key);
	if (*ret_owner == 0 ||
	    !element_equal(&trustees_key(decrypting->opened->trustees, *ret_owner)->public_key, &public_key))
		return command_refuse(decrypting->self, "this key belongs to none of the trustees of this election.");
	return STATUS_DONE;
}

static int write_decryption(const struct decrypting *decrypting, const struct tally *tally, size_t owner,
                            const struct scalar *private_key)
{
	const struct trustee_key *key = trustees_key(decrypting->opened->trustees, owner);
	unsigned char hash[DIGEST_BYTES];
	struct text text;
	text_init(&text, MESSAGE_MAX_BYTES);
	int error = decrypting->justify ? decryption_justify(tally, owner, private_key, key, &text)
	                                : decryption_make(tally, private_key, key, &text);
	if (error == JISR_OK && !decrypting->justify) {
		digest_of(text.bytes, text.length, hash);
		text_add_char(&text, '\n');
		error = decryption_owned_write(owner, hash, &text);
	}
	if (error == JISR_OK)
		error = text_add_char(&text, '\n');
	int status = error != JISR_OK ? command_fail(decrypting->self, error, NULL)
	                              : election_write_path(decrypting->self, decrypting->out, decrypting->replace,
	                                                    text.bytes, text.length, false);
	text_finish(&text);
	if (status == STATUS_DONE)
		fprintf(stderr, "trustee %zu of %zu\n", owner, decrypting->opened->trustees->owner_count);
	return status;
}

static int decrypt(const struct decrypting *decrypting, const char *path)
{
	struct problem problem = {0};
	size_t owner = 0;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	CLEANUP(secret_freep) struct scalar *private_key = secret_alloc(sizeof *private_key);
	if (private_key == NULL)
		return command_fail(decrypting->self, JISR_NO_MEMORY, NULL);
	int error = election_tally(decrypting->opened, &tally, &problem);
	if (error != JISR_OK)
		return command_fail(decrypting->self, error, &problem);
	/* A trustee decrypts only what follows from the ballots: anything else could be a single ballot. */
	int status = election_verify(decrypting->self, decrypting->opened, path);
	if (status == STATUS_DONE)
		status = read_private(decrypting, private_key, &owner);
	return status == STATUS_DONE ? write_decryption(decrypting, tally, owner, private_key) : status;
}

static int run_decrypt(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct opened opened;
	struct decrypting decrypting = {.self = self, .opened = &opened};
	const char *path = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTIONS_WORD, &path}, {OPTION_KEY, &decrypting.key},
	                 {OPTION_DKEY, &decrypting.dkey}, {OPTION_OUT, &decrypting.out},
	                 {OPTION_JUSTIFY, .given = &decrypting.justify},
	                 {OPTION_REPLACE, .given = &decrypting.replace}))
		return options.status;
	if (path == NULL || decrypting.key == NULL)
		return command_refuse(self, "jisr election decrypt UUID.bel --key ID.privkey.");
	int status = opened_init(&opened, self, path);
	if (status == STATUS_DONE)
		status = decrypt(&decrypting, path);
	opened_finish(&opened);
	return status;
}

const struct command command_election_decrypt = {
	.name = "election decrypt",
	.usage = "UUID.bel --key ID.privkey\nUUID.bel --key ID.key --decryption-key ID.dkey",
	.summary = "a trustee's part in the decryption",
	.about = "Run by each trustee, on its own machine, with an archive that it got for itself. Verifies the whole "
		 "archive, "
		 "so that nothing is decrypted but the tally of all ballots, and writes the partial decryption with "
		 "its proofs, "
		 "to be sent to the organiser.",
	.options = decrypt_options,
	.option_count = sizeof decrypt_options / sizeof *decrypt_options,
	.examples = "  jisr election decrypt UUID.bel --key 0E716180.privkey --out part.json\n",
	.run = run_decrypt,
};

/* --- result --- */

static const struct option_spec result_options[] = {
	{OPTION_JUSTIFICATION, 0, "justification", "FILE",
         "A trustee's justification, when the result could not be found; may be given several times."},
};

struct shares {
	const struct opened *opened;
	const struct tally *tally;
	struct result_share *list;
	size_t count;
};

static void shares_finish(struct shares *shares)
{
	for (size_t i = 0; i < shares->count; i++)
		memory_free((void *)(uintptr_t)shares->list[i].decryption);
	memory_free(shares->list);
}

static int see_share(void *context, const struct event *event, const struct archive_entry *entry,
                     struct problem *problem)
{
	struct shares *shares = context;
	struct archive_entry owned, payload;
	unsigned char hash[DIGEST_BYTES];
	uint64_t owner = 0;
	struct decryption *decryption = NULL;
	(void)entry;
	if (event->type != EVENT_PARTIAL_DECRYPTION)
		return JISR_OK;
	if (shares->count == shares->opened->trustees->owner_count)
		return problem_set(problem, JISR_BAD_INPUT, "more partial decryptions than trustees");
	int error = election_payload(shares->opened, event, &owned, problem);
	if (error == JISR_OK)
		error = decryption_owned_read(owned.bytes, owned.length, &owner, hash, problem);
	if (error == JISR_OK)
		error = archive_find(shares->opened->archive, hash, SIZE_MAX, "the partial decryption", &payload,
		                     problem);
	if (error == JISR_OK)
		error = decryption_read(shares->tally, payload.bytes, payload.length, &decryption, problem);
	if (error == JISR_OK)
		shares->list[shares->count++] = (struct result_share){owner, decryption};
	return error;
}

static void print_result(const struct election *election, const uint64_t *counts)
{
	for (size_t i = 0; i < election->question_count; i++) {
		const struct question *question = &election->questions[i];
		print_value(stdout, question->text);
		fputc('\n', stdout);
		for (size_t j = 0; j < question_choices(question); j++) {
			char number[PRINT_COUNT_MAX];
			printf("%12s  ", print_count(*counts++, number));
			print_value(stdout, !question->blank ? question->answers[j]
			                    : j == 0         ? "(blank)"
			                                     : question->answers[j - 1]);
			fputc('\n', stdout);
		}
	}
}

/* Who cannot justify the factors that make the result impossible to find. */
static int blame(const struct command *self, const struct shares *shares, const struct text *justifications)
{
	size_t blamed = 0;
	if (justifications->length == 0)
		return STATUS_FOUND;
	for (size_t i = 0; i < shares->count; i++) {
		const struct trustee_key *key = trustees_key(shares->opened->trustees, shares->list[i].owner);
		struct problem problem = {0};
		bool justified = false;
		for (const char *line = justifications->bytes; !justified && *line != '\0';) {
			size_t length = strcspn(line, "\n");
			justified = key != NULL &&
			            decryption_justified(shares->tally, shares->list[i].owner, key,
			                                 shares->list[i].decryption, line, length, &problem) == JISR_OK;
			line += length + 1;
		}
		if (justified)
			continue;
		blamed++;
		(void)command_refuse(self, "trustee %llu has not justified its factors.",
		                     (unsigned long long)shares->list[i].owner);
	}
	if (blamed == 0)
		(void)command_refuse(self, "all trustees have justified their factors: the fault lies elsewhere.");
	return STATUS_FOUND;
}

static int append_result(const struct command *self, const struct opened *opened, struct archive_writer *writer,
                         const uint64_t *counts, bool json)
{
	struct problem problem = {0};
	struct text text;
	unsigned char head[DIGEST_BYTES];
	text_init(&text, MESSAGE_MAX_BYTES);
	int error = result_write(opened->election, counts, &text);
	const struct archive_message message = {text.bytes, text.length};
	if (error == JISR_OK)
		error = archive_writer_append(writer, EVENT_RESULT, &message, 1, head, &problem);
	if (error == JISR_OK)
		error = archive_writer_sync(writer, &problem);
	if (error == JISR_OK && json)
		puts(text.bytes);
	text_finish(&text);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	if (!json) {
		print_result(opened->election, counts);
		election_show_head("head", head);
	}
	return STATUS_DONE;
}

static int find_result(const struct command *self, const struct opened *opened, struct archive_writer *writer,
                       const struct text *justifications, bool json)
{
	struct problem problem = {0};
	struct shares shares = {.opened = opened};
	CLEANUP(tally_freep) struct tally *tally = NULL;
	CLEANUP(memory_freep) uint64_t *counts = NULL;
	int error = election_tally(opened, &tally, &problem);
	shares.tally = tally;
	if (error == JISR_OK) {
		shares.list = memory_zero(opened->trustees->owner_count, sizeof *shares.list);
		error = shares.list == NULL ? problem_set(&problem, JISR_NO_MEMORY, "%s", error_text(JISR_NO_MEMORY))
		                            : archive_walk(opened->archive, see_share, &shares, &problem);
	}
	if (error == JISR_OK)
		error = result_compute(tally, opened->trustees, shares.list, shares.count, &counts, &problem);
	int status = error != JISR_OK ? command_fail(self, error, &problem)
	                              : append_result(self, opened, writer, counts, json);
	if (error == JISR_CORRUPT)
		status = blame(self, &shares, justifications);
	shares_finish(&shares);
	return status;
}

static int run_result(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct problem problem = {0};
	struct opened opened;
	struct text justifications;
	const char *path = NULL;
	CLEANUP(archive_writer_freep) struct archive_writer *writer = NULL;
	options_init(&options, self, argc, argv);
	text_init(&justifications, ELECTION_MAX_FILE);
	int id, status = STATUS_DONE;
	while (status == STATUS_DONE && (id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: text_finish(&justifications); return options.status;
		case OPTIONS_WORD: path = options.value; break;
		case OPTION_JUSTIFICATION: status = election_read_file(self, options.value, &justifications); break;
		}
	}
	if (status == STATUS_DONE && path == NULL)
		status = command_refuse(self, "which election? jisr election result UUID.bel.");
	if (status == STATUS_DONE) {
		int error = archive_writer_open(path, &writer, &problem);
		status = error == JISR_OK ? STATUS_DONE : command_fail(self, error, &problem);
	}
	if (status == STATUS_DONE) {
		status = opened_init(&opened, self, path);
		if (status == STATUS_DONE)
			status = election_verify(self, &opened, path);
		if (status == STATUS_DONE)
			status = find_result(self, &opened, writer, &justifications, options.json);
		opened_finish(&opened);
	}
	text_finish(&justifications);
	return status;
}

const struct command command_election_result = {
	.name = "election result",
	.usage = "UUID.bel [--justification FILE]...",
	.summary = "combine the trustees' parts and publish the result",
	.about = "Run by the organiser when enough trustees have decrypted. Verifies the archive, combines the partial "
		 "decryptions, and appends the result.\n\n"
		 "A trustee can prove wrong factors (docs/ballot.md): it cannot choose a result, but make it "
		 "impossible to find. "
		 "Then ask every trustee for 'jisr election decrypt --justify' and give what they send as "
		 "--justification; whoever "
		 "cannot justify is named.",
	.options = result_options,
	.option_count = sizeof result_options / sizeof *result_options,
	.json = true,
	.examples = "  jisr election result UUID.bel\n",
	.run = run_result,
};
