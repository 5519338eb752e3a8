/* One pass over the log in order. What is carried along:
 *
 *   keys       as the entries so far tell them (verify_keys.c)
 *   tree       the right edge over the leaves so far; a leaf whose entry and stored hash differ enters it as whichever of
 *              the two agrees with the stored hash above, so that one wrong bit does not spoil every root after it
 *   subjects   the last sequence of each, by 128 bits of a keyed hash
 *   missing    sequences of entries without a body, and of those that were dropped by an entry
 *
 * Signatures are checked by other threads meanwhile (verify_jobs.c). A row that cannot be read is a finding, and reading
 * goes on behind it. */
#include "store/verify.h"

#include "base/hash.h"
#include "base/json.h"
#include "store/verify_private.h"

#include <sodium.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define NUMBERS_MOST  (UINT64_C(1) << 40)
#define PROGRESS_EACH 1024

struct subject {
	XXH128_hash_t hash;
	uint64_t sequence; /* 0: a free place */
};

struct numbers {
	uint64_t *list;
	size_t count, capacity;
};

struct verifying {
	struct log *log;
	const struct verify_options *options;
	struct verify_result result;
	struct verify_keys keys;
	struct verify_jobs *jobs; /* NULL until the first entry is read */
	struct merkle tree;
	uint64_t size; /* of the log when verifying began */
	uint64_t last; /* sequence of the last row that was passed */
	uint64_t seed; /* of the subjects' hashes */
	char at[ENTRY_AT_LENGTH + 1];
	struct subject *subjects;
	size_t subject_count, subject_capacity;
	struct numbers missing, dropped;
	struct text note;            /* the next checkpoint */
	uint64_t note_size;          /* its size; 0: there is none */
	struct checkpoint elsewhere; /* size 0: none given */
	int error;
	struct problem *problem;
};

/* ---- findings ---- */

static void find(struct verifying *v, uint64_t sequence, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void find(struct verifying *v, uint64_t sequence, const char *format, ...)
{
	char sentence[PROBLEM_MAX];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	v->result.findings++;
	if (v->options->finding != NULL)
		v->options->finding(v->options->context, sequence, sentence);
}

static int no_memory(struct verifying *v)
{
	return problem_no_memory(v->problem);
}

static void on_checked(void *context, const struct verify_job *job)
{
	struct verifying *v = context;
	if (job->good)
		return;
	if (job->checkpoint)
		find(v, job->sequence, "the checkpoint at entry %llu is not signed by the log's key",
		     (unsigned long long)job->sequence);
	else
		find(v, job->sequence, "entry %llu: the signature of %s does not hold",
		     (unsigned long long)job->sequence, job->verifier->name);
}

/* ---- subjects ---- */

static int grow_subjects(struct verifying *v)
{
	if (v->subject_count * 2 < v->subject_capacity)
		return JISR_OK;
	size_t capacity = v->subject_capacity * 2;
	struct subject *wider = memory_zero(capacity, sizeof *wider);
	if (wider == NULL)
		return no_memory(v);
	for (size_t i = 0; i < v->subject_capacity; i++) {
		if (v->subjects[i].sequence == 0)
			continue;
		size_t at = v->subjects[i].hash.low64 & (capacity - 1);
		while (wider[at].sequence != 0)
			at = (at + 1) & (capacity - 1);
		wider[at] = v->subjects[i];
	}
	memory_free(v->subjects);
	v->subjects = wider;
	v->subject_capacity = capacity;
	return JISR_OK;
}

static struct subject *find_subject(struct verifying *v, const char *subject, XXH128_hash_t *ret_hash)
{
	XXH128_hash_t hash = XXH3_128bits_withSeed(subject, strlen(subject), v->seed);
	size_t at = hash.low64 & (v->subject_capacity - 1);
	while (v->subjects[at].sequence != 0 && !XXH128_isEqual(v->subjects[at].hash, hash))
		at = (at + 1) & (v->subject_capacity - 1);
	*ret_hash = hash;
	return &v->subjects[at];
}

static int check_subject(struct verifying *v, const struct entry *entry)
{
	XXH128_hash_t hash;
	struct subject *subject = find_subject(v, entry->header.subject, &hash);
	/* In a replica those between may be unseen. */
	if (v->options->replica ? entry->header.previous < subject->sequence
	                        : subject->sequence != entry->header.previous)
		find(v, entry->sequence, "entry %llu: it follows entry %llu of %s, whose last one is %llu",
		     (unsigned long long)entry->sequence, (unsigned long long)entry->header.previous,
		     entry->header.subject, (unsigned long long)subject->sequence);
	v->subject_count += subject->sequence == 0;
	*subject = (struct subject){hash, entry->sequence};
	return grow_subjects(v);
}

/* ---- bodies ---- */

static int add_number(struct verifying *v, struct numbers *numbers, uint64_t number)
{
	if (memory_reserve(&numbers->list, &numbers->capacity, numbers->count + 1, NUMBERS_MOST,
	                   sizeof *numbers->list) != JISR_OK)
		return no_memory(v);
	numbers->list[numbers->count++] = number;
	return JISR_OK;
}

static int compare_numbers(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
	return left < right ? -1 : left > right;
}

/* Every body that is missing was dropped by an entry. Missing ones are in order. */
static void check_missing(struct verifying *v)
{
	size_t at = 0;
	if (v->dropped.count > 0)
		qsort(v->dropped.list, v->dropped.count, sizeof *v->dropped.list, compare_numbers);
	for (size_t i = 0; i < v->missing.count; i++) {
		while (at < v->dropped.count && v->dropped.list[at] < v->missing.list[i])
			at++;
		if (at == v->dropped.count || v->dropped.list[at] != v->missing.list[i])
			find(v, v->missing.list[i],
			     "entry %llu: its body is missing, and no entry says that it was dropped",
			     (unsigned long long)v->missing.list[i]);
	}
}

/* Whether the store itself acts on entries of that kind. */
static bool own_kind(const char *kind)
{
	return strncmp(kind, "key.", 4) == 0 || strncmp(kind, "log.", 4) == 0 || strcmp(kind, "body.dropped") == 0;
}

static int open_own(struct verifying *v, struct entry *entry)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	int error = entry->body_bytes == NULL ? JISR_BAD_INPUT
	                                      : json_read(entry->body_bytes, entry->body_length, &json, NULL);
	if (error == JISR_NO_MEMORY)
		return no_memory(v);
	if (error) {
		find(v, entry->sequence, "entry %llu: its body cannot be read", (unsigned long long)entry->sequence);
		return JISR_OK;
	}
	entry->body = json;
	if (strcmp(entry->header.kind, "body.dropped") == 0) {
		uint64_t sequence = json_get_whole(json, "sequence");
		return sequence > 0 ? add_number(v, &v->dropped, sequence) : JISR_OK;
	}
	error = verify_keys_apply(&v->keys, entry, &v->result.key, &problem);
	entry->body = NULL;
	if (error == JISR_BAD_INPUT)
		find(v, entry->sequence, "entry %llu: %s", (unsigned long long)entry->sequence, problem.text);
	else if (error)
		return problem_set(v->problem, error, "%s", problem.text);
	return JISR_OK;
}

static int check_body(struct verifying *v, struct entry *entry)
{
	uint8_t hash[ENTRY_HASH];
	if (entry->body_bytes == NULL) {
		v->result.dropped++;
		return add_number(v, &v->missing, entry->sequence);
	}
	v->result.bodies++;
	entry_body_hash(entry->body_salt, entry->body_bytes, entry->body_length, hash);
	if (memcmp(hash, entry->header.body, sizeof hash) != 0)
		find(v, entry->sequence, "entry %llu: its body is not the one that was signed",
		     (unsigned long long)entry->sequence);
	return JISR_OK;
}

/* ---- the tree ---- */

struct comparing {
	struct verifying *v;
	uint64_t n;
};

/* Compares the hash of a complete subtree with the stored one. */
static void compare_hash(void *context, int level, const uint8_t hash[MERKLE_HASH])
{
	struct comparing *comparing = context;
	struct verifying *v = comparing->v;
	uint8_t stored[MERKLE_HASH];
	uint64_t first = (comparing->n >> level << level) + 1, last = comparing->n + 1;
	if (level == 0 || v->error)
		return;
	int error = log_hash(v->log, level, comparing->n >> level, stored, NULL);
	if (error != JISR_OK && error != JISR_CORRUPT)
		v->error = problem_set(v->problem, error, "a tree hash of the log cannot be read");
	else if (error != JISR_OK || memcmp(stored, hash, sizeof stored) != 0)
		find(v, last, "the stored tree hash over entries %llu to %llu is not that of the entries",
		     (unsigned long long)first, (unsigned long long)last);
}

/* Whether a leaf's hash agrees with the stored hash above it and its stored neighbour. */
static bool agrees(struct verifying *v, uint64_t n, const uint8_t leaf[MERKLE_HASH])
{
	uint8_t neighbour[MERKLE_HASH], above[MERKLE_HASH], hash[MERKLE_HASH];
	if ((n | 1) >= v->size || log_hash(v->log, 0, n ^ 1, neighbour, NULL) != JISR_OK ||
	    log_hash(v->log, 1, n >> 1, above, NULL) != JISR_OK)
		return false;
	merkle_pair_hash(n & 1 ? neighbour : leaf, n & 1 ? leaf : neighbour, hash);
	return memcmp(hash, above, sizeof hash) == 0;
}

/* Adds the next leaf to the tree; `computed` is NULL where the entry could not be read. */
static int add_leaf(struct verifying *v, const uint8_t *computed)
{
	uint64_t n = v->tree.size;
	uint8_t stored[MERKLE_HASH] = {0};
	const uint8_t *leaf = computed;
	struct comparing comparing = {v, n};
	int error = log_hash(v->log, 0, n, stored, NULL);
	if (error != JISR_OK && error != JISR_CORRUPT)
		return problem_set(v->problem, error, "a tree hash of the log cannot be read");
	bool there = error == JISR_OK;
	if (computed == NULL) {
		leaf = stored;
	} else if (!there || memcmp(stored, computed, sizeof stored) != 0) {
		find(v, n + 1,
		     there ? "entry %llu: it is not the one whose hash is stored" : "entry %llu: its hash is missing",
		     (unsigned long long)(n + 1));
		if (there && !agrees(v, n, computed))
			leaf = stored;
	}
	merkle_add_hash(&v->tree, leaf, compare_hash, &comparing);
	return v->error;
}

/* ---- checkpoints ---- */

static int next_checkpoint(struct verifying *v, uint64_t size)
{
	text_reset(&v->note);
	v->note_size = 0;
	int error = log_checkpoint(v->log, size, &v->note, &v->note_size, NULL);
	if (error == JISR_NO_MEMORY)
		return no_memory(v);
	if (error != JISR_NOT_FOUND && error != JISR_OK)
		find(v, size, "the checkpoint at entry %llu or after cannot be read", (unsigned long long)size);
	return JISR_OK;
}

static int check_checkpoint(struct verifying *v)
{
	struct checkpoint checkpoint;
	uint8_t root[MERKLE_HASH];
	const char *gap = memmem(v->note.bytes, v->note.length, "\n\n", 2);
	unsigned long long size = v->note_size;
	if (gap == NULL ||
	    checkpoint_read(v->note.bytes, (size_t)(gap - v->note.bytes) + 1, &checkpoint, NULL) != JISR_OK) {
		find(v, size, "the checkpoint at entry %llu cannot be read", size);
		return JISR_OK;
	}
	v->result.checkpoints++;
	merkle_root(&v->tree, root);
	if (strcmp(checkpoint.origin, v->result.key.name) != 0 || checkpoint.size != size)
		find(v, size, "the checkpoint at entry %llu is that of another log or size", size);
	else if (memcmp(root, checkpoint.root, sizeof root) != 0)
		find(v, size, "the checkpoint at entry %llu has another root than the entries up to it", size);
	struct verify_job job = {.sequence = size,
	                         .checkpoint = true,
	                         .verifier = &v->result.key,
	                         .note = v->note.bytes,
	                         .note_length = v->note.length};
	return verify_jobs_add(v->jobs, &job) == JISR_OK ? JISR_OK : no_memory(v);
}

static int check_elsewhere(struct verifying *v)
{
	uint8_t root[MERKLE_HASH];
	merkle_root(&v->tree, root);
	if (v->elsewhere.size == v->tree.size && memcmp(root, v->elsewhere.root, sizeof root) != 0)
		find(v, v->tree.size, "the entries up to %llu are not those of the checkpoint that was given",
		     (unsigned long long)v->tree.size);
	return JISR_OK;
}

/* After each leaf. */
static int check_roots(struct verifying *v)
{
	int error = v->elsewhere.size == v->tree.size ? check_elsewhere(v) : JISR_OK;
	while (!error && v->note_size != 0 && v->note_size <= v->tree.size) {
		uint64_t size = v->note_size;
		if (size == v->tree.size && v->jobs != NULL)
			error = check_checkpoint(v);
		if (!error)
			error = next_checkpoint(v, size + 1);
	}
	return error;
}

/* ---- entries ---- */

static int check_signature(struct verifying *v, const struct entry *entry)
{
	const struct verify_key *key = verify_keys_find(&v->keys, entry->header.author, entry->key_id, entry->sequence);
	if (key == NULL) {
		find(v, entry->sequence, "entry %llu: it is signed by a key that is none of %s at this place",
		     (unsigned long long)entry->sequence, entry->header.author);
		return JISR_OK;
	}
	struct verify_job job = {.sequence = entry->sequence, .verifier = &key->verifier, .entry = *entry};
	return verify_jobs_add(v->jobs, &job) == JISR_OK ? JISR_OK : no_memory(v);
}

/* The first entry tells the log's name, without which no signature can be checked. */
static int begin(struct verifying *v)
{
	if (v->result.key.name[0] == '\0') {
		find(v, 1, "without the first entry, which names the log and its keys, nothing else can be verified");
		return JISR_CANCELLED;
	}
	const struct note_verifier *key = v->options->key;
	if (key != NULL && (strcmp(key->name, v->result.key.name) != 0 || memcmp(key->key, v->result.key.key, 32) != 0))
		find(v, 1, "this is the log of another key than the one that was given (%s)", v->result.key.name);
	if (v->elsewhere.size > 0) {
		size_t length;
		const struct note_verifier *by = key != NULL ? key : &v->result.key;
		if (strcmp(v->elsewhere.origin, v->result.key.name) != 0 ||
		    note_open(by, v->options->checkpoint, v->options->checkpoint_length, &length, NULL) != JISR_OK)
			find(v, 0, "the checkpoint that was given is not signed by this log's key");
		else if (v->elsewhere.size > v->size)
			find(v, 0,
			     "the log has %llu entries; the checkpoint that was given has %llu: entries were taken "
			     "away",
			     (unsigned long long)v->size, (unsigned long long)v->elsewhere.size);
	}
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned threads = v->options->threads > 0 ? v->options->threads : processors > 1 ? (unsigned)processors : 1;
	return verify_jobs_new(threads, v->result.key.name, on_checked, v, &v->jobs, v->problem);
}

/* Findings about entries that are not there, up to before `sequence`. */
static int pass_missing(struct verifying *v, uint64_t sequence, const char *why)
{
	int error = JISR_OK;
	for (; !error && v->last + 1 < sequence; v->last++) {
		if (why != NULL)
			find(v, v->last + 1, "entry %llu: %s", (unsigned long long)(v->last + 1), why);
		if (v->last == 0)
			return begin(v);
		error = add_leaf(v, NULL);
		if (!error)
			error = check_roots(v);
		if (v->result.findings > VERIFY_MAX_FINDINGS)
			return JISR_CANCELLED;
	}
	return error;
}

static int check_entry(void *context, const struct entry *stored, struct problem *problem)
{
	struct verifying *v = context;
	struct entry entry = *stored;
	uint8_t leaf[ENTRY_HASH];
	(void)problem;
	int error = pass_missing(v, entry.sequence, v->options->replica && v->last > 0 ? NULL : "it is missing");
	if (error)
		return error;
	v->last = entry.sequence;
	v->result.entries++;
	/* Headquarters gives the order; another office's time is its own, and may lie before. */
	if (strcmp(entry.header.at, v->at) >= 0)
		memcpy(v->at, entry.header.at, sizeof v->at);
	else if (strcmp(entry.header.author, ENTRY_HEADQUARTERS) == 0)
		find(v, entry.sequence, "entry %llu: its time is before that of an earlier entry",
		     (unsigned long long)entry.sequence);
	error = check_body(v, &entry);
	if (!error && (own_kind(entry.header.kind) || entry.sequence == 1))
		error = open_own(v, &entry);
	if (!error && entry.sequence == 1)
		error = begin(v);
	if (!error)
		error = check_signature(v, &entry);
	if (!error)
		error = check_subject(v, &entry);
	entry_leaf_hash(&entry, leaf);
	if (!error)
		error = add_leaf(v, leaf);
	if (!error)
		error = check_roots(v);
	if (!error && entry.sequence % PROGRESS_EACH == 0) {
		if (v->options->progress != NULL)
			v->options->progress(v->options->context, entry.sequence, v->size);
		if (v->options->stop != NULL && v->options->stop(v->options->context))
			error = problem_set(v->problem, v->error = JISR_CANCELLED, "stopped");
	}
	return error ? error : v->result.findings > VERIFY_MAX_FINDINGS ? JISR_CANCELLED : JISR_OK;
}

/* The whole log; a row that cannot be read is told, and reading begins anew behind it. */
static int check_entries(struct verifying *v)
{
	int error = JISR_CORRUPT;
	while (error == JISR_CORRUPT && v->last < v->size) {
		struct problem problem = {""};
		char why[PROBLEM_MAX];
		error = log_each(v->log, v->last + 1, LOG_WITHOUT_BODY, check_entry, v, &problem);
		if (error != JISR_CORRUPT) {
			if (error && v->problem != NULL && v->problem->text[0] == '\0')
				*v->problem = problem;
			continue;
		}
		/* "entry 17: no header ...": the number is said by pass_missing. */
		const char *colon = strncmp(problem.text, "entry ", 6) == 0 ? strstr(problem.text, ": ") : NULL;
		(void)snprintf(why, sizeof why, "it cannot be read: %.400s", colon != NULL ? colon + 2 : problem.text);
		int passed = pass_missing(v, v->last + 2, why);
		error = passed ? passed : JISR_CORRUPT;
	}
	if (error == JISR_OK && v->last < v->size)
		error = pass_missing(v, v->size + 1, v->options->replica ? NULL : "it is missing");
	return error == JISR_CORRUPT ? JISR_OK : error;
}

/* ---- what is made from the entries ---- */

static int check_version(void *context, const char *subject, uint64_t sequence)
{
	struct verifying *v = context;
	XXH128_hash_t hash;
	struct subject *known = find_subject(v, subject, &hash);
	if (known->sequence != sequence)
		find(v, known->sequence,
		     "the table of versions has entry %llu as the last of %.200s, the log %llu ('jisr rebuild' "
		     "mends it)",
		     (unsigned long long)sequence, subject, (unsigned long long)known->sequence);
	if (known->sequence != 0)
		v->subject_count--;
	return v->result.findings > VERIFY_MAX_FINDINGS ? JISR_CANCELLED : JISR_OK;
}

static int check_end(struct verifying *v)
{
	if (v->note_size > v->size)
		find(v, v->size + 1,
		     "there is a checkpoint of %llu entries, and the log has %llu: entries were taken away",
		     (unsigned long long)v->note_size, (unsigned long long)v->size);
	uint64_t newest = 0;
	text_reset(&v->note);
	int error = log_checkpoint(v->log, UINT64_MAX, &v->note, &newest, NULL);
	if (error == JISR_NO_MEMORY)
		return no_memory(v);
	if (error || newest < v->size)
		find(v, v->size, "the newest checkpoint is of %llu entries, and the log has %llu",
		     (unsigned long long)newest, (unsigned long long)v->size);
	check_missing(v);
	error = log_subjects(v->log, check_version, v, v->problem);
	if (error == JISR_CORRUPT)
		find(v, 0, "the table of versions cannot be read ('jisr rebuild' mends it)");
	else if (error && error != JISR_CANCELLED)
		return error;
	if (!error && v->subject_count != 0)
		find(v, 0, "the table of versions lacks %zu subjects ('jisr rebuild' mends it)", v->subject_count);
	return JISR_OK;
}

static int run(struct verifying *v)
{
	v->subject_capacity = 1024;
	v->subjects = memory_zero(v->subject_capacity, sizeof *v->subjects);
	if (v->subjects == NULL || verify_keys_init(&v->keys) != JISR_OK)
		return no_memory(v);
	int error = log_size(v->log, &v->size, v->problem);
	if (!error && v->size == 0)
		find(v, 0, "the log has no entry");
	if (error || v->size == 0)
		return error;
	error = next_checkpoint(v, 1);
	if (!error)
		error = check_entries(v);
	if (v->jobs != NULL)
		verify_jobs_finish(v->jobs);
	if (error == JISR_CANCELLED && !v->error) /* enough findings */
		return JISR_OK;
	merkle_root(&v->tree, v->result.root);
	return error ? error : check_end(v);
}

int log_verify(struct log *log, const struct verify_options *options, struct verify_result *ret_result,
               struct problem *problem)
{
	struct problem inner = {""};
	struct verifying v = {.log = log, .options = options, .problem = problem != NULL ? problem : &inner};
	if (sodium_init() < 0)
		return problem_set(problem, JISR_IO, "the system gives no random numbers");
	randombytes_buf(&v.seed, sizeof v.seed);
	text_init(&v.note, NOTE_MAX_BYTES);
	if (options->checkpoint != NULL) {
		const char *gap = memmem(options->checkpoint, options->checkpoint_length, "\n\n", 2);
		size_t length = gap != NULL ? (size_t)(gap - options->checkpoint) + 1 : 0;
		int error = checkpoint_read(options->checkpoint, length, &v.elsewhere, problem);
		if (error)
			return error;
	}
	int error = run(&v);
	verify_jobs_free(v.jobs);
	verify_keys_finish(&v.keys);
	text_finish(&v.note);
	memory_free(v.subjects);
	memory_free(v.missing.list);
	memory_free(v.dropped.list);
	if (!error)
		*ret_result = v.result;
	return error;
}
