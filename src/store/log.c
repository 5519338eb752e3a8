/* Invariants
 *
 *   1  Entries have the sequences 1 to size, each once: whole, or, in a copy that may not see it, as its leaf's hash alone.
 *   2  The hash of every complete subtree over them is kept, and no other: for size n, 2n - popcount(n) hashes.
 *   3  `frontier` is the tree's right edge at frontier.size; it may be behind or ahead of the keeper after a rollback or
 *      another process's commit, and is read anew when the sizes differ or when a transaction began (`fresh`).
 */
#include "store/log.h"

#include "base/json.h"

#include <string.h>

#define ENTRY_MEMORY (ENTRY_MAX_BODY * 2 + ENTRY_MAX_HEADER * 4 + ((size_t)1 << 16))

struct log {
	const struct log_keeper *keeper;
	void *state;
	struct merkle frontier;
	struct merkle saved;
	bool fresh; /* frontier belongs to the transaction that is open */
};

int log_new(const struct log_keeper *keeper, void *state, struct log **ret_log, struct problem *problem)
{
	struct log *log = memory_zero(1, sizeof *log);
	if (log == NULL) {
		keeper->free(state);
		return problem_no_memory(problem);
	}
	log->keeper = keeper;
	log->state = state;
	*ret_log = log;
	return JISR_OK;
}

struct log *log_free(struct log *log)
{
	if (log == NULL)
		return NULL;
	log->keeper->free(log->state);
	return memory_free(log);
}

/* ---- transactions ---- */

int log_begin(struct log *log, struct problem *problem)
{
	log->fresh = false;
	return log->keeper->begin(log->state, problem);
}

int log_commit(struct log *log, struct problem *problem)
{
	log->fresh = false;
	return log->keeper->commit(log->state, problem);
}

void log_rollback(struct log *log)
{
	log->fresh = false;
	log->keeper->rollback(log->state);
}

int log_release(struct log *log, struct problem *problem)
{
	return log->keeper->release(log->state, problem);
}

bool log_undo(struct log *log)
{
	log->frontier = log->saved;
	return log->keeper->undo(log->state);
}

int log_size(struct log *log, uint64_t *ret_size, struct problem *problem)
{
	return log->keeper->size(log->state, ret_size, problem);
}

/* ---- the tree ---- */

/* The place of the hash over the leaves from n * 2^level to (n + 1) * 2^level - 1 (from 0) in the list of all hashes, in
 * the order in which they become known: as golang.org/x/mod/sumdb/tlog has it. */
static uint64_t log_hash_index(int level, uint64_t n)
{
	uint64_t index = 0;
	/* The last leaf below the node is entry number n * 2^level + 2^level - 1 (from 0). */
	for (int i = level; i > 0; i--)
		n = 2 * n + 1;
	/* Before the hashes of entry n stand those of all earlier ones: n + n/2 + n/4 + ... */
	for (; n > 0; n >>= 1)
		index += n;
	return index + (uint64_t)level;
}

int log_hash(struct log *log, int level, uint64_t n, uint8_t ret_hash[MERKLE_HASH], struct problem *problem)
{
	int error = log->keeper->hash_get(log->state, log_hash_index(level, n), ret_hash, problem);
	if (error == JISR_NOT_FOUND)
		return problem_set(problem, JISR_CORRUPT,
		                   "the log lacks a tree hash (entries %llu to %llu). jisr log verify tells more",
		                   (unsigned long long)((n << level) + 1), (unsigned long long)((n + 1) << level));
	return error;
}

/* The right edge of the tree of that size: the subtrees that its bits name, the largest first. */
static int read_frontier(struct log *log, uint64_t size, struct merkle *ret_tree, struct problem *problem)
{
	struct merkle tree = {.size = size};
	int top = 0;
	uint64_t done = 0; /* leaves to the left */
	for (int level = 63; level >= 0; level--) {
		if ((size >> level & 1) == 0)
			continue;
		int error = log_hash(log, level, done >> level, tree.subtrees[top++], problem);
		if (error)
			return error;
		done += (uint64_t)1 << level;
	}
	*ret_tree = tree;
	return JISR_OK;
}

int log_root(struct log *log, uint64_t size, uint8_t ret_root[MERKLE_HASH], struct problem *problem)
{
	struct merkle tree;
	int error = read_frontier(log, size, &tree, problem);
	if (!error)
		merkle_root(&tree, ret_root);
	return error;
}

static int give_hash(void *context, int level, uint64_t n, uint8_t ret_hash[MERKLE_HASH], struct problem *problem)
{
	return log_hash(context, level, n, ret_hash, problem);
}

int log_inclusion(struct log *log, uint64_t sequence, uint64_t size, struct proof_path *ret_proof,
                  struct problem *problem)
{
	return proof_inclusion(give_hash, log, sequence - 1, size, ret_proof, problem);
}

int log_consistency(struct log *log, uint64_t old_size, uint64_t size, struct proof_path *ret_proof,
                    struct problem *problem)
{
	return proof_consistency(give_hash, log, old_size, size, ret_proof, problem);
}

/* Brings the frontier to the keeper's size (invariant 3). */
static int refresh(struct log *log, struct problem *problem)
{
	uint64_t size;
	if (log->fresh)
		return JISR_OK;
	int error = log_size(log, &size, problem);
	if (!error)
		error = read_frontier(log, size, &log->frontier, problem);
	log->fresh = !error;
	return error;
}

int log_save(struct log *log, struct problem *problem)
{
	int error = refresh(log, problem);
	log->saved = log->frontier;
	return error ? error : log->keeper->save(log->state, problem);
}

/* ---- appending ---- */

struct adding {
	struct log *log;
	uint64_t n;
	int error;
	struct problem *problem;
};

static void put_hash(void *context, int level, const uint8_t hash[MERKLE_HASH])
{
	struct adding *adding = context;
	struct log *log = adding->log;
	if (!adding->error)
		adding->error = log->keeper->hash_put(log->state, log_hash_index(0, adding->n) + (uint64_t)level, hash,
		                                      adding->problem);
}

int log_append_leaf(struct log *log, const uint8_t leaf[MERKLE_HASH], struct problem *problem)
{
	int error = refresh(log, problem);
	if (error)
		return error;
	struct adding adding = {log, log->frontier.size, JISR_OK, problem};
	merkle_add_hash(&log->frontier, leaf, put_hash, &adding);
	log->fresh = !adding.error;
	return adding.error;
}

int log_append(struct log *log, struct entry *entry, struct problem *problem)
{
	uint8_t leaf[MERKLE_HASH];
	int error = refresh(log, problem);
	if (error)
		return error;
	if (log->frontier.size >= ENTRY_MAX_NUMBER)
		return problem_set(problem, JISR_TOO_LARGE, "the log is full");
	entry->sequence = log->frontier.size + 1;
	error = log->keeper->entry_put(log->state, entry, problem);
	if (!error)
		error = log->keeper->subject_put(log->state, entry->header.subject, entry->sequence, problem);
	if (error)
		return error;
	entry_leaf_hash(entry, leaf);
	return log_append_leaf(log, leaf, problem);
}

int log_forget(struct log *log, uint64_t sequence, struct problem *problem)
{
	return log->keeper->entry_forget(log->state, sequence, problem);
}

int log_subject(struct log *log, const char *subject, uint64_t *ret_sequence, struct problem *problem)
{
	return log->keeper->subject_get(log->state, subject, ret_sequence, problem);
}

int log_subject_set(struct log *log, const char *subject, uint64_t sequence, struct problem *problem)
{
	return log->keeper->subject_put(log->state, subject, sequence, problem);
}

int log_subjects(struct log *log, int (*function)(void *context, const char *subject, uint64_t sequence), void *context,
                 struct problem *problem)
{
	return log->keeper->subjects(log->state, function, context, problem);
}

int log_body_drop(struct log *log, uint64_t sequence, struct problem *problem)
{
	return log->keeper->body_drop(log->state, sequence, problem);
}

/* ---- reading ---- */

struct reading {
	enum log_body body;
	struct arena *arena; /* of one entry */
	log_function function;
	void *context;
	struct problem *problem;
};

/* Fills what follows from the bytes: the header's members, and the body's tree when it is wanted (owned by *ret_json). */
static int open_entry(struct entry *entry, enum log_body body, struct arena *arena, cJSON **ret_json,
                      struct problem *problem)
{
	struct problem inner = {""};
	int error = entry_header_read(entry->header_bytes, entry->header_length, arena, &entry->header, &inner);
	if (!error && body == LOG_WITH_BODY && entry->body_bytes != NULL) {
		error = json_read(entry->body_bytes, entry->body_length, ret_json, &inner);
		entry->body = *ret_json;
	}
	if (error == JISR_BAD_INPUT || error == JISR_TOO_LARGE)
		error = JISR_CORRUPT;
	if (error)
		return problem_set(problem, error, "entry %llu: %s", (unsigned long long)entry->sequence, inner.text);
	return JISR_OK;
}

static int each_entry(void *context, const struct entry *stored)
{
	struct reading *reading = context;
	CLEANUP(json_freep) cJSON *json = NULL;
	struct entry entry = *stored;
	arena_reset(reading->arena);
	int error = open_entry(&entry, reading->body, reading->arena, &json, reading->problem);
	return error ? error : reading->function(reading->context, &entry, reading->problem);
}

int log_each(struct log *log, uint64_t from, enum log_body body, log_function function, void *context,
             struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	if (arena_new(ENTRY_MEMORY, &arena) != JISR_OK)
		return problem_no_memory(problem);
	struct reading reading = {body, arena, function, context, problem};
	return log->keeper->entries(log->state, from, each_entry, &reading, problem);
}

/* Copies what the keeper shows into the arena. */
struct copying {
	uint64_t sequence;
	struct arena *arena;
	struct entry *entry; /* NULL: not found */
	bool no_memory;
};

static int copy_entry(void *context, const struct entry *stored)
{
	struct copying *copying = context;
	if (stored->sequence != copying->sequence)
		return 1;
	struct entry *entry = arena_alloc(copying->arena, sizeof *entry);
	if (entry != NULL) {
		*entry = *stored;
		entry->header_bytes = arena_text(copying->arena, stored->header_bytes, stored->header_length);
		if (stored->body_bytes != NULL)
			entry->body_bytes = arena_text(copying->arena, stored->body_bytes, stored->body_length);
	}
	copying->no_memory = entry == NULL || entry->header_bytes == NULL ||
	                     (stored->body_bytes != NULL && entry->body_bytes == NULL);
	copying->entry = entry;
	return 1;
}

/* A copy of the tree that ends with the arena. */
static cJSON *arena_tree(const cJSON *json, struct arena *arena)
{
	cJSON *copy = arena_zero(arena, 1, sizeof *copy);
	if (copy == NULL)
		return NULL;
	copy->type = json->type;
	copy->valueint = json->valueint;
	copy->valuedouble = json->valuedouble;
	if (json->valuestring != NULL &&
	    (copy->valuestring = arena_text(arena, json->valuestring, strlen(json->valuestring))) == NULL)
		return NULL;
	if (json->string != NULL && (copy->string = arena_text(arena, json->string, strlen(json->string))) == NULL)
		return NULL;
	cJSON *last = NULL;
	for (const cJSON *child = json->child; child != NULL; child = child->next) {
		cJSON *item = arena_tree(child, arena);
		if (item == NULL)
			return NULL;
		item->prev = last;
		if (last != NULL)
			last->next = item;
		else
			copy->child = item;
		last = item;
	}
	if (copy->child != NULL)
		copy->child->prev = last;
	return copy;
}

int log_read(struct log *log, uint64_t sequence, enum log_body body, struct arena *arena, struct entry **ret_entry,
             struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct copying copying = {sequence, arena, NULL, false};
	int error = log->keeper->entries(log->state, sequence, copy_entry, &copying, problem);
	if (error != JISR_OK && error != 1)
		return error;
	if (copying.no_memory)
		return problem_no_memory(problem);
	if (copying.entry == NULL)
		return problem_set(problem, JISR_NOT_FOUND, "the log has no entry %llu", (unsigned long long)sequence);
	error = open_entry(copying.entry, body, arena, &json, problem);
	if (!error && json != NULL && (copying.entry->body = arena_tree(json, arena)) == NULL)
		error = problem_no_memory(problem);
	if (!error)
		*ret_entry = copying.entry;
	return error;
}

/* ---- checkpoints ---- */

int log_checkpoint_make(struct log *log, const struct note_signer *signer, struct problem *problem)
{
	struct checkpoint checkpoint = {0};
	struct text text, note;
	int error = refresh(log, problem);
	if (error)
		return error;
	(void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", signer->name);
	checkpoint.size = log->frontier.size;
	merkle_root(&log->frontier, checkpoint.root);
	text_init(&text, NOTE_MAX_BYTES);
	text_init(&note, NOTE_MAX_BYTES);
	error = checkpoint_write(&checkpoint, &text);
	if (!error)
		error = note_sign(signer, text.bytes, text.length, &note, problem);
	if (!error)
		error = log->keeper->checkpoint_put(log->state, checkpoint.size, note.bytes, note.length, problem);
	text_finish(&text);
	text_finish(&note);
	return error;
}

int log_checkpoint(struct log *log, uint64_t size, struct text *ret_note, uint64_t *ret_size, struct problem *problem)
{
	return log->keeper->checkpoint_get(log->state, size, ret_note, ret_size, problem);
}

int log_checkpoint_put(struct log *log, uint64_t size, const char *note, size_t length, struct problem *problem)
{
	return log->keeper->checkpoint_put(log->state, size, note, length, problem);
}
