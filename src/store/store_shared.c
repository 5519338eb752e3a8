/* A store whose log several processes share (store/shared.h): its copy is brought up to date before its commands run, and
 * what they append goes there before it is committed here.
 *
 * Nothing from there is believed: an entry must be the next, fit its subject's version, bear a signature by a key of its
 * author that counts, and have the body that its header names; a checkpoint must be signed by the log's key and have the
 * root that this copy has. The first row read is the copy's own last entry: where it is another, one of the two logs has
 * been changed, and nothing is written any more until a person has looked.
 *
 * DIR/shared-log holds the address, a line, mode 0600. */
#include "store/store_private.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/thread.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TURN    ((uint64_t)64 * SHARED_BATCH) /* entries of one transaction of the copy while it catches up */
#define WAIT_MS 500

/* ---- the address ---- */

static int address_path(const char *directory, char path[FILE_MAX_PATH], struct problem *problem)
{
	int length = snprintf(path, FILE_MAX_PATH, "%s/" SHARED_ADDRESS_FILE, directory);
	return length > 0 && length < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", directory);
}

bool store_is_shared(const char *directory)
{
	char path[FILE_MAX_PATH];
	return address_path(directory, path, NULL) == JISR_OK && access(path, F_OK) == 0;
}

static int keep_address(const char *directory, const char *address, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct text line;
	text_init(&line, SHARED_MAX_ADDRESS + 2);
	(void)text_add_string(&line, address);
	(void)text_add_char(&line, '\n');
	int error = line.error
	                    ? problem_set(problem, JISR_TOO_LARGE, "the address is over %d bytes", SHARED_MAX_ADDRESS)
	                    : address_path(directory, path, problem);
	if (!error)
		error = file_replace(path, line.bytes, line.length, problem);
	text_finish(&line);
	return error;
}

int store_readdress(const char *directory, const char *address, struct problem *problem)
{
	CLEANUP(shared_freep) struct shared *shared = NULL;
	int error = shared_open(address, &shared, problem); /* looks at its form */
	return error ? error : keep_address(directory, address, problem);
}

int store_shared_open(struct store *store, struct problem *problem)
{
	return shared_of(store->directory, &store->shared, problem);
}

/* ---- reading what others appended ---- */

struct catching {
	struct store_write *write;
	uint64_t size; /* of the copy */
	uint64_t rows; /* read in this batch */
	struct problem *problem;
};

static int forked(struct problem *problem, uint64_t sequence)
{
	return problem_set(problem, JISR_CORRUPT,
	                   "the shared log and the copy here are not the same at entry %llu: one of them was changed. "
	                   "Nothing is written. Compare both with a checkpoint that was kept elsewhere",
	                   (unsigned long long)sequence);
}

/* The copy's own last entry. */
static int compare(struct catching *catching, const struct entry *theirs)
{
	struct store_write *write = catching->write;
	struct entry *ours = NULL;
	uint8_t left[ENTRY_HASH], right[ENTRY_HASH];
	arena_reset(write->arena);
	int error = log_read(write->log, theirs->sequence, LOG_WITHOUT_BODY, write->arena, &ours, catching->problem);
	if (error)
		return error;
	entry_leaf_hash(ours, left);
	entry_leaf_hash(theirs, right);
	return memcmp(left, right, sizeof left) == 0 ? JISR_OK : forked(catching->problem, theirs->sequence);
}

static int bad(struct catching *catching, const struct entry *entry, const char *what)
{
	return problem_set(catching->problem, JISR_CORRUPT, "the shared log: entry %llu %s. Nothing is written",
	                   (unsigned long long)entry->sequence, what);
}

bool store_find_key(struct store_write *write, const struct entry *entry, struct note_verifier *ret_verifier)
{
	if (entry->sequence == 1) {
		const char *text = json_get_text(entry->body, "key");
		return text != NULL && strcmp(entry->header.kind, "log.founded") == 0 &&
		       note_verifier_read(text, strlen(text), ret_verifier, NULL) == JISR_OK;
	}
	struct sql_query query =
		sql_query(write->sql, "SELECT key FROM record_key WHERE office = ?1 AND id = ?2 AND ended = 0");
	sql_bind_text(&query, 1, entry->header.author);
	sql_bind_bytes(&query, 2, entry->key_id, sizeof entry->key_id);
	size_t length = 0;
	bool found = sql_next(&query);
	const void *key = found ? sql_bytes(&query, 0, &length) : NULL;
	found = key != NULL && length == sizeof ret_verifier->key;
	if (found) {
		(void)snprintf(ret_verifier->name, sizeof ret_verifier->name, "%s", entry->header.author);
		memcpy(ret_verifier->id, entry->key_id, sizeof ret_verifier->id);
		memcpy(ret_verifier->key, key, length);
	}
	return sql_done(&query, NULL) == JISR_OK && found;
}

static int check(struct catching *catching, const struct entry *entry)
{
	struct store_write *write = catching->write;
	struct note_verifier verifier;
	uint8_t hash[ENTRY_HASH];
	uint64_t version = 0;
	if (entry->body_bytes != NULL) {
		entry_body_hash(entry->body_salt, entry->body_bytes, entry->body_length, hash);
		if (memcmp(hash, entry->header.body, sizeof hash) != 0)
			return bad(catching, entry, "has another body than it was signed with");
	}
	int error = log_subject(write->log, entry->header.subject, &version, catching->problem);
	if (error)
		return error;
	if (version != entry->header.previous)
		return bad(catching, entry, "does not follow its subject's last entry");
	if (!store_find_key(write, entry, &verifier) || !entry_signed_by(entry, write->log_name, &verifier))
		return bad(catching, entry, "is not signed by a key of its author that counts");
	return entry->body == NULL
	               ? JISR_OK
	               : store_registry_check(write->registry, entry->header.kind, entry->body, catching->problem);
}

static int take_entry(void *context, const struct entry *row)
{
	struct catching *catching = context;
	struct store_write *write = catching->write;
	CLEANUP(json_freep) cJSON *json = NULL;
	struct entry entry = *row;
	catching->rows++;
	if (row->sequence == catching->size)
		return compare(catching, row);
	if (row->sequence != catching->size + 1)
		return bad(catching, row, "comes after a gap");
	arena_reset(write->arena);
	int error = entry_header_read(entry.header_bytes, entry.header_length, write->arena, &entry.header,
	                              catching->problem);
	if (!error && entry.body_bytes != NULL)
		error = json_read(entry.body_bytes, entry.body_length, &json, catching->problem);
	if (error)
		return error == JISR_NO_MEMORY ? error : bad(catching, row, "cannot be read");
	entry.body = json;
	error = check(catching, &entry);
	if (!error)
		error = log_append(write->log, &entry, catching->problem);
	if (!error)
		error = store_apply(write, &entry, catching->problem);
	if (!error) {
		catching->size = entry.sequence;
		write->changed = true;
	}
	return error;
}

int store_check_checkpoint(struct store_write *write, uint64_t size, const char *note, size_t length, bool *ret_good,
                           struct problem *problem)
{
	struct note_verifier verifier;
	struct checkpoint checkpoint;
	uint8_t root[MERKLE_HASH];
	size_t signed_length = 0;
	struct sql_query query = sql_query(write->sql, "SELECT verifier FROM record_origin");
	bool known = sql_next(&query) &&
	             note_verifier_read(sql_text(&query, 0), strlen(sql_text(&query, 0)), &verifier, NULL) == JISR_OK;
	int error = sql_done(&query, problem);
	if (!error)
		error = log_root(write->log, size, root, problem);
	if (error)
		return error;
	*ret_good = known && note_open(&verifier, note, length, &signed_length, NULL) == JISR_OK &&
	            checkpoint_read(note, signed_length, &checkpoint, NULL) == JISR_OK && checkpoint.size == size &&
	            memcmp(checkpoint.root, root, sizeof root) == 0;
	return JISR_OK;
}

static int take_checkpoint(void *context, uint64_t size, const char *note, size_t length)
{
	struct catching *catching = context;
	struct store_write *write = catching->write;
	bool good = false;
	int error = store_check_checkpoint(write, size, note, length, &good, catching->problem);
	if (error)
		return error;
	if (!good)
		return problem_set(
			catching->problem, JISR_CORRUPT,
			"the shared log: its checkpoint of %llu entries is not the log's, or signs another tree. "
			"Nothing is written",
			(unsigned long long)size);
	return log_checkpoint_put(write->log, size, note, length, catching->problem);
}

/* Commits what was caught up so far and goes on: a new copy of a long log need not fit into one transaction. */
static int turn(struct store_write *write, struct problem *problem)
{
	int error = log_commit(write->log, problem);
	if (!error)
		error = sql_commit(write->sql, problem);
	if (!error)
		error = sql_begin_write(write->sql, problem);
	return error ? error : log_begin(write->log, problem);
}

static int catch_up(struct store_write *write, struct problem *problem)
{
	struct shared *shared = write->store->shared;
	struct catching catching = {.write = write, .problem = problem};
	int error = log_size(write->log, &catching.size, problem);
	uint64_t done = catching.size; /* with its checkpoints */
	uint64_t from = catching.size > 0 ? catching.size : 1;
	while (!error) {
		catching.rows = 0;
		error = shared_entries(shared, from, take_entry, &catching, problem);
		if (!error && catching.rows == 0 && from == catching.size)
			error = forked(problem, from); /* it ends before the copy does */
		bool more = !error && catching.rows == SHARED_BATCH;
		if (!error && catching.size > done && (!more || catching.size >= done + TURN)) {
			error = shared_checkpoints(shared, done + 1, catching.size, take_checkpoint, &catching,
			                           problem);
			done = catching.size;
			if (!error && more)
				error = turn(write, problem);
		}
		if (!more)
			break;
		from = catching.size + 1;
	}
	write->base = catching.size;
	return error;
}

int store_shared_begin(struct store_write *write, struct problem *problem)
{
	struct shared_origin origin = {0};
	int error = shared_begin(write->store->shared, &origin, problem);
	if (!error && strcmp(origin.name, write->log_name) != 0)
		error = problem_set(problem, JISR_CORRUPT,
		                    "at the address in %.200s/" SHARED_ADDRESS_FILE
		                    " lies the log \"%.60s\", not \"%.60s\"",
		                    write->store->directory, origin.name, write->log_name);
	if (!error && origin.closed)
		error = problem_set(
			problem, JISR_STATE,
			"the shared log was taken back into one data directory ('jisr log unshare'): nothing is "
			"written here any more");
	return error ? error : catch_up(write, problem);
}

/* ---- giving ---- */

struct giving {
	struct shared *shared;
	struct entry last;
};

static int give(void *context, const struct entry *entry, struct problem *problem)
{
	struct giving *giving = context;
	giving->last.sequence = entry->sequence;
	memcpy(giving->last.salt, entry->salt, sizeof entry->salt);
	return shared_put(giving->shared, entry, problem);
}

static int give_dropped(void *context, const struct entry *entry, struct problem *problem)
{
	uint64_t sequence = json_get_whole(entry->body, "sequence");
	if (strcmp(entry->header.kind, "body.dropped") != 0 || sequence == 0)
		return JISR_OK;
	return shared_drop_body(context, sequence, problem);
}

/* Every kept checkpoint of more than `after` entries. */
static int give_checkpoints(struct store_write *write, struct shared *shared, uint64_t after, struct problem *problem)
{
	uint64_t size = after;
	int error;
	for (;;) {
		struct text note;
		text_init(&note, NOTE_MAX_BYTES);
		error = log_checkpoint(write->log, size + 1, &note, &size, problem);
		if (!error)
			error = shared_put_checkpoint(shared, size, note.bytes, note.length, problem);
		text_finish(&note);
		if (error)
			return error == JISR_NOT_FOUND ? JISR_OK : error;
	}
}

/* What the copy has beyond `after`. */
static int give_all(struct store_write *write, struct giving *giving, uint64_t after, struct problem *problem)
{
	int error = shared_put_begin(giving->shared, problem);
	if (!error)
		error = log_each(write->log, after + 1, LOG_WITHOUT_BODY, give, giving, problem);
	if (!error)
		error = shared_put_end(giving->shared, problem);
	if (!error)
		error = give_checkpoints(write, giving->shared, after, problem);
	if (!error && write->wipe)
		error = log_each(write->log, after + 1, LOG_WITH_BODY, give_dropped, giving->shared, problem);
	return error;
}

enum shared_outcome store_shared_commit(struct store_write *write, struct problem *problem)
{
	struct giving giving = {.shared = write->store->shared};
	if (give_all(write, &giving, write->base, problem) != JISR_OK)
		return SHARED_NOT_DONE;
	return shared_commit(giving.shared, &giving.last, problem);
}

/* ---- following ---- */

static int nothing(struct store_write *write, void *context, struct problem *problem)
{
	(void)write;
	(void)context;
	(void)problem;
	return JISR_OK;
}

int store_refresh(struct store *store, struct problem *problem)
{
	return store->shared != NULL ? store_submit(store, nothing, NULL, problem) : JISR_OK;
}

/* What fails now is tried again. */
static bool keep_up(struct store *store, struct shared *shared)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	uint64_t size = 0;
	double asked = clock_seconds();
	if (shared_size(shared, &size, NULL) != JISR_OK || store_read(store, &reader, NULL) != JISR_OK)
		return false;
	bool behind = size > reader->sequence;
	reader = store_read_end(reader);
	if (behind && store_submit(store, nothing, NULL, NULL) != JISR_OK)
		return false;
	atomic_store(&store->level, true);
	atomic_store(&store->current, asked);
	return true;
}

bool store_is_level(const struct store *store)
{
	return store->shared == NULL || atomic_load(&store->level) ||
	       (store->following && clock_seconds() - store->follow_began > STORE_LEVEL_SECONDS);
}

bool store_is_current(const struct store *store)
{
	return !store->following || clock_seconds() - atomic_load(&store->current) <= STORE_DEAF_SECONDS;
}

static void *run_follower(void *context)
{
	struct store *store = context;
	CLEANUP(shared_freep) struct shared *shared = NULL;
	if (shared_of(store->directory, &shared, NULL) != JISR_OK || shared == NULL)
		return NULL;
	while (!atomic_load(&store->follow_stop)) {
		bool told;
		bool heard = keep_up(store, shared) && shared_wait(shared, SHARED_LOG, WAIT_MS, &told, NULL) == JISR_OK;
		if (!heard) {
			const struct timespec rest = {0, WAIT_MS * 1000000L};
			(void)nanosleep(&rest, NULL);
		}
	}
	return NULL;
}

int store_shared_follow(struct store *store, struct problem *problem)
{
	if (store->following)
		return JISR_OK;
	store->follow_began = clock_seconds();
	atomic_store(&store->current, store->follow_began);
	int error = thread_start(&store->follower, run_follower, store, problem);
	store->following = error == JISR_OK;
	return error;
}

void store_shared_finish(struct store *store)
{
	if (!store->following)
		return;
	atomic_store(&store->follow_stop, true);
	(void)pthread_join(store->follower, NULL);
}

/* ---- sharing, joining, taking back ---- */

struct sharing {
	struct shared *shared;
	const char *address;
};

/* The log there must be this one's beginning: nothing, or what an interrupted call has put. */
static int compare_beginning(struct store_write *write, struct shared *shared, uint64_t *ret_size,
                             struct problem *problem)
{
	struct shared_origin origin;
	struct catching catching = {.write = write, .problem = problem};
	int error = shared_size(shared, &catching.size, problem);
	if (error || catching.size == 0) {
		*ret_size = 0;
		return error;
	}
	error = shared_origin(shared, &origin, problem);
	if (!error && (strcmp(origin.name, write->log_name) != 0 || origin.closed))
		return problem_set(problem, JISR_STATE, "at that address lies the log \"%.60s\"%s already", origin.name,
		                   origin.closed ? ", which was taken back," : "");
	if (!error)
		error = shared_entries(shared, catching.size, take_entry, &catching, problem);
	*ret_size = catching.size;
	return error;
}

static int share(struct store_write *write, void *context, struct problem *problem)
{
	const struct sharing *sharing = context;
	struct giving giving = {.shared = sharing->shared};
	struct shared_origin origin = {.closed = false};
	uint64_t there = 0;
	(void)snprintf(origin.name, sizeof origin.name, "%s", write->log_name);
	int error = shared_create(sharing->shared, problem);
	if (!error)
		error = shared_begin(sharing->shared, NULL, problem);
	if (!error)
		error = compare_beginning(write, sharing->shared, &there, problem);
	if (!error)
		error = give_all(write, &giving, there, problem);
	if (!error)
		error = shared_put_origin(sharing->shared, &origin, problem);
	if (!error && giving.last.sequence > 0 && /* else all of it is there, by an interrupted call */
	    shared_commit(sharing->shared, &giving.last, problem) != SHARED_DONE)
		error = JISR_BUSY;
	shared_rollback(sharing->shared);
	return error ? error : keep_address(write->store->directory, sharing->address, problem);
}

int store_share(struct store *store, const char *address, struct problem *problem)
{
	CLEANUP(shared_freep) struct shared *shared = NULL;
	if (store->shared != NULL)
		return problem_set(problem, JISR_STATE,
		                   "this record shares its log already (%s/" SHARED_ADDRESS_FILE ")", store->directory);
	int error = shared_open(address, &shared, problem);
	struct sharing sharing = {shared, address};
	if (!error)
		error = store_submit(store, share, &sharing, problem);
	if (!error) {
		store->shared = shared;
		shared = NULL;
	}
	return error;
}

int store_join(const struct store_options *options, const char *address, struct store **ret_store,
               struct problem *problem)
{
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(shared_freep) struct shared *shared = NULL;
	struct shared_origin origin;
	int error = shared_open(address, &shared, problem);
	if (!error)
		error = shared_origin(shared, &origin, problem);
	if (!error && origin.closed)
		error = problem_set(problem, JISR_STATE,
		                    "the log at that address was taken back into one data directory");
	if (!error)
		error = store_new_empty(options, &store, problem);
	if (!error)
		error = store_signers_open(&store->signers, store->directory, problem);
	if (error)
		return error;
	(void)snprintf(store->log_name, sizeof store->log_name, "%s", origin.name);
	store->shared = shared;
	shared = NULL;
	error = store_submit(store, nothing, NULL, problem);
	if (!error)
		error = keep_address(store->directory, address, problem);
	if (error)
		return error;
	*ret_store = store;
	store = NULL;
	return JISR_OK;
}

static int take_back(struct store_write *write, void *context, struct problem *problem)
{
	struct store *store = write->store;
	struct shared_origin origin = {.closed = true};
	struct entry *last = NULL;
	char path[FILE_MAX_PATH];
	(void)context;
	(void)snprintf(origin.name, sizeof origin.name, "%s", write->log_name);
	int error = log_read(write->log, write->base, LOG_WITHOUT_BODY, write->arena, &last, problem);
	if (!error)
		error = shared_put_origin(store->shared, &origin, problem);
	if (!error && shared_commit(store->shared, last, problem) != SHARED_DONE)
		error = JISR_BUSY;
	if (!error)
		error = address_path(store->directory, path, problem);
	if (!error && unlink(path) != 0 && errno != ENOENT)
		error = file_problem(problem, path, "remove it");
	write->changed = true; /* what was caught up is kept */
	return error;
}

int store_unshare(struct store *store, struct problem *problem)
{
	if (store->shared == NULL)
		return problem_set(problem, JISR_STATE, "the log of %s is not shared", store->directory);
	int error = store_submit(store, take_back, NULL, problem);
	if (!error && !store->following)
		store->shared = shared_free(store->shared);
	return error;
}
