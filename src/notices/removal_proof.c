#include "notices/removal_proof.h"

#include "base/json.h"
#include "base/tree.h"
#include "notices/removal.h"
#include "store/proof.h"

#include <sodium.h>
#include <string.h>

#define ENTRY_ARENA ((size_t)16 << 20)

struct proving {
	struct log *log;
	uint64_t size; /* of the checkpoint */
	cJSON *entries;
	bool headers;
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

static int prove(struct proving *proving, const char *log_name, const char *notice, cJSON *root,
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
		tree_text(root, "log", log_name);
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

int removal_prove(struct log *log, const char *log_name, const char *notice, bool headers, cJSON **ret_proof,
                  struct problem *problem)
{
	struct proving proving = {.log = log, .headers = headers};
	CLEANUP(json_freep) cJSON *root = tree_object();
	int error = prove(&proving, log_name, notice, root, problem);
	if (error)
		return error;
	if (tree_failed() || root == NULL)
		return problem_no_memory(problem);
	*ret_proof = root;
	root = NULL;
	return JISR_OK;
}
