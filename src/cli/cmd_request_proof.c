/* jisr request proof: what of a removed notice can be proved to anybody, without a word of what it said. */
#include "base/canonical.h"
#include "base/tree.h"
#include "cli/notice.h"
#include "cli/print.h"
#include "cli/record.h"
#include "notices/removal.h"
#include "store/proof.h"

#include <sodium.h>
#include <string.h>

#define ENTRY_ARENA ((size_t)16 << 20)

enum { OPTION_OUT = 1, OPTION_HEADERS };

static const struct option_spec proof_options[] = {
	{OPTION_OUT, 0, "out", "FILE", "Where the proof is written; standard output when not given."},
	{OPTION_HEADERS, 0, "headers", NULL,
         "Show the headers of the dropped entries, too: they name offices and officers, so not to the applicant."},
};

struct proving {
	const struct command *self;
	struct log *log;
	uint64_t size; /* of the checkpoint */
	cJSON *entries;
	bool headers;
	char reason[80];
};

static void add_hex(cJSON *object, const char *name, const uint8_t *bytes, size_t length)
{
	char hex[129];
	tree_text(object, name, sodium_bin2hex(hex, sizeof hex, bytes, length));
}

/* The leaf's hash and the hashes that lead from it to the checkpoint's root (RFC 6962). */
static int add_inclusion(struct proving *proving, cJSON *object, const struct entry *entry, struct problem *problem)
{
	struct proof_path proof;
	uint8_t leaf[ENTRY_HASH];
	int error = log_inclusion(proving->log, entry->sequence, proving->size, &proof, problem);
	if (error)
		return error;
	entry_leaf_hash(entry, leaf);
	tree_count(object, "sequence", entry->sequence);
	add_hex(object, "leaf_hash", leaf, sizeof leaf);
	cJSON *path = tree_add_array(object, "inclusion");
	for (size_t i = 0; i < proof.count; i++) {
		char hex[2 * MERKLE_HASH + 1];
		tree_text(path, NULL, sodium_bin2hex(hex, sizeof hex, proof.hashes[i], MERKLE_HASH));
	}
	return JISR_OK;
}

/* Everything of an entry, so that its leaf can be hashed again. */
static void add_whole(cJSON *object, const struct entry *entry)
{
	tree_bytes(object, "header", entry->header_bytes, entry->header_length);
	add_hex(object, "salt", entry->salt, sizeof entry->salt);
	add_hex(object, "key_id", entry->key_id, sizeof entry->key_id);
	add_hex(object, "signature", entry->signature, sizeof entry->signature);
	if (entry->body_bytes != NULL) {
		tree_bytes(object, "body", entry->body_bytes, entry->body_length);
		add_hex(object, "body_salt", entry->body_salt, sizeof entry->body_salt);
	}
}

static int add_dropped(struct proving *proving, uint64_t sequence, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct entry *entry = NULL, *says = NULL;
	char subject[64];
	uint64_t said = 0;
	int error = arena_new(ENTRY_ARENA, &arena);
	if (!error)
		error = log_read(proving->log, sequence, LOG_WITHOUT_BODY, arena, &entry, problem);
	if (error || entry->body_bytes != NULL || strcmp(entry->header.kind, NOTICE_REMOVED) == 0)
		return error;
	(void)snprintf(subject, sizeof subject, "body/%llu", (unsigned long long)sequence);
	error = log_subject(proving->log, subject, &said, problem);
	if (!error)
		error = log_read(proving->log, said, LOG_WITHOUT_BODY, arena, &says, problem);
	if (error)
		return error;
	cJSON *object = tree_add_object(proving->entries, NULL);
	error = add_inclusion(proving, object, entry, problem);
	if (proving->headers)
		add_whole(object, entry);
	cJSON *statement = tree_add_object(object, "dropped_by");
	if (!error)
		error = add_inclusion(proving, statement, says, problem);
	add_whole(statement, says);
	return error;
}

static int prove(struct proving *proving, const struct store *store, const char *notice, cJSON *root,
                 struct problem *problem)
{
	CLEANUP(memory_freep) uint64_t *sequences = memory_zero(NOTICE_MAX_ENTRIES, sizeof *sequences);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct text note;
	size_t count = 0;
	char id[NOTICE_ID_MAX + 1];
	text_init(&note, NOTE_MAX_BYTES);
	int error = sequences == NULL || arena_new(ENTRY_ARENA, &arena) != JISR_OK ? JISR_NO_MEMORY : JISR_OK;
	if (!error && !notice_id_read(notice, id))
		error = problem_set(problem, JISR_NOT_FOUND, "there is no notice %.40s", notice);
	if (!error)
		error = log_checkpoint(proving->log, UINT64_MAX, &note, &proving->size, problem);
	if (!error)
		error = notice_entries(proving->log, id, sequences, &count, problem);
	struct entry *removed = NULL;
	for (size_t i = 0; i < count && !error && removed == NULL; i++) {
		struct entry *entry = NULL;
		arena_reset(arena);
		error = log_read(proving->log, sequences[i], LOG_WITHOUT_BODY, arena, &entry, problem);
		if (!error && strcmp(entry->header.kind, NOTICE_REMOVED) == 0)
			removed = entry;
	}
	if (!error && removed == NULL)
		error = problem_set(problem, JISR_NOT_FOUND, "no notice %s was removed", id);
	if (!error) {
		tree_text(root, "log", store_log_name(store));
		tree_text(root, "notice", id);
		tree_text(root, "removed", removed->header.at);
		tree_text(root, "checkpoint", note.bytes);
		cJSON *object = tree_add_object(root, "removal");
		error = add_inclusion(proving, object, removed, problem);
		if (proving->headers)
			add_whole(object, removed);
		proving->entries = tree_add_array(root, "entries");
	}
	for (size_t i = 0; i < count && !error; i++)
		error = add_dropped(proving, sequences[i], problem);
	text_finish(&note);
	return error;
}

static int run_proof(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	struct proving proving = {.self = self};
	const char *notice = NULL, *out = NULL;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OUT: out = options.value; break;
		case OPTION_HEADERS: proving.headers = true; break;
		default:
			if (notice != NULL)
				return command_refuse(self, "'%s' is not needed.", options.value);
			notice = options.value;
		}
	if (notice == NULL)
		return command_refuse(self, "which notice? The number that it had, such as 2026/1234.");
	int status = noticed_open(&noticed, &options, NULL, true);
	if (status == STATUS_DONE) {
		cJSON *root = tree_object();
		proving.log = store_reader_log(noticed.reader);
		int error = prove(&proving, noticed.recorded.store, notice, root, &problem);
		char *text = error ? NULL : tree_take(root, true);
		if (error)
			cJSON_Delete(root);
		if (error || text == NULL)
			status = command_fail(self, error ? error : JISR_NO_MEMORY, &problem);
		else
			status = record_write(self, out, text, strlen(text));
		cJSON_free(text);
	}
	noticed_finish(&noticed);
	return status;
}

const struct command command_request_proof = {
	.name = "request proof",
	.usage = "NOTICE [--out FILE] [--headers]",
	.summary = "prove that a notice was removed, without a word of what it said",
	.about = "Writes, as JSON: the hashes of the notice's entries, for each the signed entry that its body was "
		 "dropped, how "
		 "they lead to the log's signed checkpoint, and that checkpoint. Anybody who has the log's public key "
		 "can check "
		 "it. docs/commission.md tells what it proves and what it cannot.",
	.options = proof_options,
	.option_count = sizeof proof_options / sizeof *proof_options,
	.examples = "  jisr request proof 2026/1234 --out proof.json\n",
	.run = run_proof,
};
