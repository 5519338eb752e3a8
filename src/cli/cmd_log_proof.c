#include "cli/record.h"
#include "store/proof.h"

#define LEAF_ARENA ((size_t)8 << 20)

enum { OPTION_FROM = 1, OPTION_SIZE, OPTION_OUT, OPTION_LEAF };

static const struct option_spec proof_options[] = {
	{OPTION_FROM, 'f', "from", "SIZE", "Prove that the log holds unchanged what it held when it had SIZE entries."},
	{OPTION_SIZE, 's', "size", "SIZE",
         "Prove it for the first signed checkpoint of at least SIZE entries; without it for the newest."},
	{OPTION_OUT, 'o', "out", "FILE", "Where the proof is written; standard output when not given."},
	{OPTION_LEAF, 'l', "leaf", "FILE",
         "Write the entry's own bytes there: what whoever checks the proof hashes first."},
};

struct proving {
	const struct command *self;
	uint64_t sequence, from, size;
	const char *out, *leaf;
};

static int write_leaf(const struct proving *proving, struct log *log, struct problem *problem, int *ret_status)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct entry *entry = NULL;
	struct text leaf;
	text_init(&leaf, ENTRY_MAX_HEADER * 2);
	int error = arena_new(LEAF_ARENA, &arena);
	if (!error)
		error = log_read(log, proving->sequence, LOG_WITHOUT_BODY, arena, &entry, problem);
	if (!error)
		error = entry_leaf_write(entry, &leaf);
	if (!error)
		*ret_status = record_write(proving->self, proving->leaf, leaf.bytes, leaf.length);
	text_finish(&leaf);
	return error;
}

static int prove(const struct proving *proving, struct log *log, struct problem *problem, int *ret_status)
{
	struct proof_file file = {.kind = proving->from != 0 ? PROOF_CONSISTENCY : PROOF_INCLUSION};
	struct text note, text;
	uint64_t size = 0, least = proving->size != 0 ? proving->size : UINT64_MAX;
	text_init(&note, NOTE_MAX_BYTES);
	text_init(&text, PROOF_MAX_BYTES);
	int error = log_checkpoint(log, least, &note, &size, problem);
	if (!error && proving->from != 0)
		error = log_consistency(log, proving->from, size, &file.proof, problem);
	else if (!error)
		error = log_inclusion(log, proving->sequence, size, &file.proof, problem);
	file.number = proving->from != 0 ? proving->from : proving->sequence - 1;
	file.note = note.bytes;
	file.note_length = note.length;
	if (!error)
		error = proof_write(&file, &text);
	if (!error && proving->leaf != NULL)
		error = write_leaf(proving, log, problem, ret_status);
	if (!error && *ret_status == STATUS_DONE)
		*ret_status = record_write(proving->self, proving->out, text.bytes, text.length);
	text_finish(&note);
	text_finish(&text);
	return error;
}

static int read_proof_words(struct proving *proving, struct options *options)
{
	int id;
	while ((id = options_next(options)) != OPTIONS_END) {
		bool good = true;
		switch (id) {
		case OPTIONS_STOP: return options->status;
		case OPTION_FROM: good = options_number(options, 1, ENTRY_MAX_NUMBER, &proving->from); break;
		case OPTION_SIZE: good = options_number(options, 1, ENTRY_MAX_NUMBER, &proving->size); break;
		case OPTION_OUT: proving->out = options->value; break;
		case OPTION_LEAF: proving->leaf = options->value; break;
		default:
			if (proving->sequence != 0)
				return command_refuse(proving->self, "one entry at a time: what is '%s'?",
				                      options->value);
			if (!record_number(proving->self, options->value, &proving->sequence))
				return STATUS_MEND;
		}
		if (!good)
			return options->status;
	}
	if ((proving->sequence != 0) == (proving->from != 0))
		return command_refuse(proving->self, "what is to be proved? The sequence of an entry, or --from SIZE.");
	if (proving->leaf != NULL && proving->sequence == 0)
		return command_refuse(proving->self, "--leaf goes with the sequence of an entry.");
	return STATUS_DONE;
}

static int run_proof(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct proving proving = {.self = self};
	options_init(&options, self, argc, argv);
	int status = read_proof_words(&proving, &options);
	if (status != STATUS_DONE || (proving.sequence == 0 && proving.from == 0))
		return status;
	status = record_open(&options, RECORD_LOG, &store);
	if (status != STATUS_DONE)
		return status;
	int error = store_read(store, &reader, &problem);
	if (!error)
		error = prove(&proving, store_reader_log(reader), &problem, &status);
	return error ? command_fail(self, error, &problem) : status;
}

const struct command command_log_proof = {
	.name = "log proof",
	.usage = "[--size SIZE] [--out FILE] [--leaf FILE] SEQUENCE\n[--size SIZE] [--out FILE] --from SIZE",
	.summary = "prove to others that the log holds an entry, or that it only grew",
	.about = "Writes a proof with the signed checkpoint that it leads to. Who has the log's public key can check "
		 "it without "
		 "seeing anything else of the log, with any program that knows RFC 6962: docs/record.md tells "
		 "how.\n\nThe form "
		 "is that of c2sp.org/tlog-proof; a proof that the log only grew has the same form with another first "
		 "line.",
	.options = proof_options,
	.option_count = sizeof proof_options / sizeof *proof_options,
	.examples = "  jisr log proof 17 --leaf entry-17 --out entry-17.proof\n  jisr log proof --from 1000\n",
	.run = run_proof,
};

/* ---- checkpoint ---- */

static const struct option_spec checkpoint_options[] = {
	{OPTION_SIZE, 's', "size", "SIZE", "The first one of at least SIZE entries; without it the newest."},
	{OPTION_OUT, 'o', "out", "FILE", "Where it is written; standard output when not given."},
};

static int run_checkpoint(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	const char *out = NULL;
	uint64_t size = UINT64_MAX, found = 0;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OUT: out = options.value; break;
		case OPTION_SIZE:
			if (!options_number(&options, 1, ENTRY_MAX_NUMBER, &size))
				return options.status;
			break;
		default: return command_refuse(self, "'%s' is not needed here.", options.value);
		}
	}
	int status = record_open(&options, RECORD_LOG, &store);
	if (status != STATUS_DONE)
		return status;
	struct text note;
	text_init(&note, NOTE_MAX_BYTES);
	int error = store_read(store, &reader, &problem);
	if (!error)
		error = log_checkpoint(store_reader_log(reader), size, &note, &found, &problem);
	if (!error)
		status = record_write(self, out, note.bytes, note.length);
	text_finish(&note);
	return error ? command_fail(self, error, &problem) : status;
}

const struct command command_log_checkpoint = {
	.name = "log checkpoint",
	.usage = "[--size SIZE] [--out FILE]",
	.summary = "print the signed head of the log",
	.about = "A checkpoint says: at this size the log's tree has this root, signed. Keep one elsewhere from time "
		 "to time, or "
		 "give it to others: 'jisr log verify --checkpoint' then tells whether anything before it was changed.",
	.options = checkpoint_options,
	.option_count = sizeof checkpoint_options / sizeof *checkpoint_options,
	.examples = "  jisr log checkpoint --out 2026-11.checkpoint\n",
	.run = run_checkpoint,
};
