/* Founding a replica and taking batches into it (store/replica.h); giving them is in replica_give.c.
 *
 * Tables in record.db of a replica alone, which are not made from the log:
 *
 *   log_replica          one row: office, scope, verifier of the log
 *   log_replica_served   office: those that a regional bureau serves
 *   log_replica_subject  subject, sequence: entries of kinds that may be hidden, to be found when they are
 *   log_replica_removal  sequence, subject, entries, heard: what was hidden, and whether headquarters has heard of it
 *
 * Measured (tools/bench network, two busy cores): signatures are most of what taking costs, so a long batch has them
 * checked by all processors while its entries are applied; the transaction is kept only when all of them hold. */
#include "store/store_private.h"

#include "base/json.h"
#include "store/verify_private.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONG_BATCH  ((size_t)64 << 10) /* bytes from which on several threads check signatures */
#define KEYS_MEMORY ((size_t)512 << 20)

static const char *const create =
	"CREATE TABLE IF NOT EXISTS log_replica (one INTEGER PRIMARY KEY CHECK (one = 1), office TEXT NOT NULL, scope "
	"INTEGER NOT NULL, verifier TEXT NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS log_replica_served (office TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;";
static const char *const create_subjects =
	"CREATE TABLE log_replica_subject (subject TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (subject, "
	"sequence)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE log_replica_removal (sequence INTEGER PRIMARY KEY, subject TEXT NOT NULL, entries INTEGER NOT "
	"NULL, heard INTEGER NOT NULL) STRICT;";

bool replica_holds(const struct replica *replica, const char *office)
{
	bool holds = strcmp(replica->office, office) == 0;
	for (size_t i = 0; !holds && i < replica->served_count; i++)
		holds = strcmp(replica->served[i], office) == 0;
	return holds;
}

bool replica_sees(const struct replica *replica, const struct entry_header *header)
{
	bool sees = entry_visible_to(header, replica->office);
	for (size_t i = 0; !sees && i < replica->served_count; i++)
		sees = entry_visible_to(header, replica->served[i]);
	return sees;
}

/* ---- founding and opening ---- */

static int has_table(struct sql *sql, const char *name, bool *ret_there, struct problem *problem)
{
	int64_t there = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM sqlite_master WHERE name = ?1");
	sql_bind_text(&query, 1, name);
	int error = sql_run_number(&query, 0, &there, problem);
	*ret_there = there > 0;
	return error;
}

static int read_served(struct replica *replica, struct sql *sql, struct problem *problem)
{
	bool there = false;
	int error = has_table(sql, "log_replica_served", &there, problem);
	if (error || !there)
		return error;
	struct sql_query query = sql_query(sql, "SELECT office FROM log_replica_served ORDER BY office");
	replica->served_count = 0;
	while (replica->served_count < REPLICA_MAX_SERVED && sql_next(&query))
		(void)snprintf(replica->served[replica->served_count++], sizeof replica->served[0], "%s",
		               sql_text(&query, 0));
	return sql_done(&query, problem);
}

int store_replica_open(struct store *store, struct sql *sql, struct problem *problem)
{
	bool there = false, good = false;
	int error = has_table(sql, "log_replica", &there, problem);
	if (error || !there)
		return error;
	error = read_served(&store->replica, sql, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(sql, "SELECT office, scope, verifier FROM log_replica");
	if (sql_next(&query)) {
		const char *office = sql_text(&query, 0), *verifier = sql_text(&query, 2);
		good = entry_office_valid(office) &&
		       note_verifier_read(verifier, strlen(verifier), &store->replica.log, NULL) == JISR_OK;
		if (good)
			(void)snprintf(store->replica.office, sizeof store->replica.office, "%s", office);
		store->replica.scope = sql_number(&query, 1) == REPLICA_WATCH ? REPLICA_WATCH : REPLICA_ALL;
	}
	error = sql_done(&query, problem);
	return error || good ? error
	                     : problem_set(problem, JISR_CORRUPT, "%s: what says whose replica it is cannot be read",
	                                   store->path);
}

struct founding {
	const struct replica *replica;
	char verifier[NOTE_MAX_KEY];
};

static int found(struct store_write *write, void *context, struct problem *problem)
{
	const struct founding *founding = context;
	int error = sql_execute(write->sql, create, problem);
	if (!error)
		error = sql_execute(write->sql, create_subjects, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(write->sql, "INSERT INTO log_replica VALUES (1, ?1, ?2, ?3)");
	sql_bind_text(&query, 1, founding->replica->office);
	sql_bind_number(&query, 2, founding->replica->scope);
	sql_bind_text(&query, 3, founding->verifier);
	write->changed = true;
	error = sql_run(&query, problem);
	for (size_t i = 0; !error && i < founding->replica->served_count; i++) {
		query = sql_query(write->sql, "INSERT OR IGNORE INTO log_replica_served VALUES (?1)");
		sql_bind_text(&query, 1, founding->replica->served[i]);
		error = sql_run(&query, problem);
	}
	return error;
}

int replica_new(const struct store_options *options, const struct replica *replica, struct problem *problem)
{
	CLEANUP(store_freep) struct store *store = NULL;
	struct founding founding = {.replica = replica};
	struct stat status;
	char path[FILE_MAX_PATH];
	int length = snprintf(path, sizeof path, "%s/" STORE_NAME_FILE, options->directory);
	if (length < 0 || length >= (int)sizeof path)
		return problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", options->directory);
	if (stat(path, &status) == 0)
		return problem_set(problem, JISR_STATE, "%s holds a record already", options->directory);
	note_verifier_write(&replica->log, founding.verifier);
	int error = store_new_empty(options, &store, problem);
	return error ? error : store_submit(store, found, &founding, problem);
}

bool replica_of(const struct store *store, struct replica *ret_replica)
{
	if (store->replica.office[0] == '\0')
		return false;
	*ret_replica = store->replica;
	return true;
}

/* ---- taking ---- */

struct taking {
	const char *batch;
	size_t length;
	struct replica_taken *taken;
	struct store_write *write;
	struct verify_jobs *jobs; /* NULL: signatures are checked at once */
	struct arena *keys;       /* verifiers that jobs look at */
	const struct note_verifier *last_key;
	bool trusted; /* signatures were checked when this process's log took them */
	uint64_t bad; /* the first entry whose signature does not hold; 0: none */
	struct problem *problem;
};

static int wrong(struct taking *taking, uint64_t sequence, const char *what)
{
	return problem_set(taking->problem, JISR_CORRUPT,
	                   "what came as entry %llu of the log %s. Nothing of it is taken",
	                   (unsigned long long)sequence, what);
}

static int forked(struct taking *taking, uint64_t sequence)
{
	return problem_set(
		taking->problem, JISR_CONFLICT,
		"the log forks before entry %llu: what is shown now is another history than the one that was "
		"signed and taken before. Nothing is taken any more",
		(unsigned long long)sequence);
}

static void checked(void *context, const struct verify_job *job)
{
	struct taking *taking = context;
	if (!job->good && (taking->bad == 0 || job->sequence < taking->bad))
		taking->bad = job->sequence;
}

/* Signature by a key that counts at this place. */
static int check_signature(struct taking *taking, const struct entry *entry)
{
	struct store_write *write = taking->write;
	struct note_verifier key;
	if (taking->trusted)
		return JISR_OK;
	if (!store_find_key(write, entry, &key))
		return wrong(taking, entry->sequence, "is signed by a key that is none of its author's");
	if (taking->jobs == NULL)
		return entry_signed_by(entry, write->log_name, &key)
		               ? JISR_OK
		               : wrong(taking, entry->sequence, "is not signed by its author");
	const struct note_verifier *last = taking->last_key;
	if (last == NULL || memcmp(last->key, key.key, sizeof key.key) != 0 || strcmp(last->name, key.name) != 0) {
		struct note_verifier *copy = arena_alloc(taking->keys, sizeof *copy);
		if (copy == NULL)
			return problem_no_memory(taking->problem);
		*copy = key;
		taking->last_key = copy;
	}
	struct verify_job job = {.sequence = entry->sequence, .verifier = taking->last_key, .entry = *entry};
	return verify_jobs_add(taking->jobs, &job) == JISR_OK ? JISR_OK : problem_no_memory(taking->problem);
}

static bool is_own_log(const struct store_write *write, const struct entry *entry)
{
	char verifier[NOTE_MAX_KEY];
	const char *said = json_get_text(entry->body, "log");
	note_verifier_write(&write->store->replica.log, verifier);
	return strcmp(entry->header.kind, "log.founded") == 0 && said != NULL && strcmp(said, verifier) == 0;
}

static int check_entry(struct taking *taking, const struct entry *entry)
{
	struct store_write *write = taking->write;
	uint8_t hash[ENTRY_HASH];
	uint64_t version = 0;
	if (!replica_sees(&write->store->replica, &entry->header))
		return wrong(taking, entry->sequence, "is not for this office");
	if (entry->body_bytes != NULL) {
		entry_body_hash(entry->body_salt, entry->body_bytes, entry->body_length, hash);
		if (memcmp(hash, entry->header.body, sizeof hash) != 0)
			return wrong(taking, entry->sequence, "has another body than it was signed with");
	}
	if (entry->sequence == 1 && !is_own_log(write, entry))
		return wrong(taking, entry->sequence, "founds another log than the one whose key this node was given");
	int error = log_subject(write->log, entry->header.subject, &version, taking->problem);
	if (error)
		return error;
	/* Between the last one that was seen and its predecessor there may be others. */
	if (entry->header.previous < version || entry->header.previous >= entry->sequence)
		return wrong(taking, entry->sequence, "does not follow its subject's last entry");
	error = check_signature(taking, entry);
	if (!error && entry->body != NULL)
		error = store_registry_check(write->registry, entry->header.kind, entry->body, taking->problem);
	return error;
}

static int put_subject(struct store_write *write, const char *subject, uint64_t sequence, struct problem *problem)
{
	struct sql_query query =
		sql_query(write->sql, "INSERT OR IGNORE INTO log_replica_subject (subject, sequence) VALUES (?1, ?2)");
	sql_bind_text(&query, 1, subject);
	sql_bind_number(&query, 2, (int64_t)sequence);
	return sql_run(&query, problem);
}

static int put_earlier(void *context, const struct entry *entry, struct problem *problem)
{
	struct store_write *write = context;
	const struct store_handler *handler = store_registry_find(write->registry, entry->header.kind);
	return handler != NULL && handler->hidable ? put_subject(write, entry->header.subject, entry->sequence, problem)
	                                           : JISR_OK;
}

/* A replica of an earlier version has no subjects yet. */
static int prepare(struct store_write *write, struct problem *problem)
{
	bool there = false;
	int error = has_table(write->sql, "log_replica_subject", &there, problem);
	if (error || there)
		return error;
	error = sql_execute(write->sql, create_subjects, problem);
	return error ? error : log_each(write->log, 1, LOG_WITHOUT_BODY, put_earlier, write, problem);
}

#define FORGET_ONCE 1000 /* entries that are looked up at a time */

/* Of what was said before of a subject that may be known no more here, hashes alone are kept. */
static int forget_earlier(struct taking *taking, const struct entry *entry)
{
	struct store_write *write = taking->write;
	const char *subject = entry->header.subject;
	uint64_t found[FORGET_ONCE], forgotten = 0;
	size_t count = 0;
	int error = JISR_OK;
	do {
		struct sql_query query =
			sql_query(write->sql, "SELECT sequence FROM log_replica_subject WHERE subject = "
		                              "?1 AND sequence < ?2 ORDER BY sequence LIMIT ?3");
		sql_bind_text(&query, 1, subject);
		sql_bind_number(&query, 2, (int64_t)entry->sequence);
		sql_bind_number(&query, 3, FORGET_ONCE);
		for (count = 0; sql_next(&query); count++)
			found[count] = (uint64_t)sql_number(&query, 0);
		error = sql_done(&query, taking->problem);
		for (size_t i = 0; !error && i < count; i++)
			error = log_forget(write->log, found[i], taking->problem);
		forgotten += count;
		query = sql_query(write->sql, "DELETE FROM log_replica_subject WHERE subject = ?1 AND sequence <= ?2");
		sql_bind_text(&query, 1, subject);
		sql_bind_number(&query, 2, count > 0 ? (int64_t)found[count - 1] : 0);
		if (!error)
			error = sql_run(&query, taking->problem);
	} while (!error && count == FORGET_ONCE);
	taking->taken->replaced += forgotten;
	write->wipe = write->wipe || forgotten > 0;
	if (error)
		return error;
	struct sql_query query =
		sql_query(write->sql, "INSERT INTO log_replica_removal (sequence, subject, entries, heard) VALUES (?1, "
	                              "?2, ?3, 0)");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_text(&query, 2, subject);
	sql_bind_number(&query, 3, (int64_t)forgotten);
	return sql_run(&query, taking->problem);
}

/* Whether the entry tells offices of this replica, all of which it reaches no more, that its subject is gone. */
static int hide(struct taking *taking, const struct entry *entry)
{
	struct store_write *write = taking->write;
	const struct replica *replica = &write->store->replica;
	const struct store_handler *handler = store_registry_find(write->registry, entry->header.kind),
				   *hiding = handler;
	bool reaches = false;
	while (hiding != NULL && !hiding->kind->hides)
		hiding = store_registry_next(write->registry, hiding);
	if (hiding == NULL)
		return handler != NULL && handler->hidable
		               ? put_subject(write, entry->header.subject, entry->sequence, taking->problem)
		               : JISR_OK;
	int error = store_registry_reaches(handler, write->registry, true, write->sql, entry, replica->office, &reaches,
	                                   taking->problem);
	for (size_t i = 0; !error && !reaches && i < replica->served_count; i++)
		error = store_registry_reaches(handler, write->registry, true, write->sql, entry, replica->served[i],
		                               &reaches, taking->problem);
	if (!error && !reaches)
		error = forget_earlier(taking, entry);
	return error ? error : put_subject(write, entry->header.subject, entry->sequence, taking->problem);
}

static int take_entry(struct taking *taking, struct entry *entry)
{
	struct store_write *write = taking->write;
	CLEANUP(json_freep) cJSON *json = NULL;
	if (entry->body_bytes != NULL) {
		int error = json_read(entry->body_bytes, entry->body_length, &json, NULL);
		if (error)
			return error == JISR_NO_MEMORY
			               ? problem_set(taking->problem, error, "out of memory")
			               : wrong(taking, entry->sequence, "has a body that cannot be read");
	}
	entry->body = json;
	int error = check_entry(taking, entry);
	if (!error)
		error = log_append(write->log, entry, taking->problem);
	if (!error)
		error = store_apply(write, entry, taking->problem);
	if (!error)
		error = hide(taking, entry);
	taking->taken->whole++;
	return error;
}

/* An item that the replica has: it must be the same. */
static int compare(struct taking *taking, uint64_t sequence, const uint8_t hash[MERKLE_HASH])
{
	uint8_t kept[MERKLE_HASH];
	int error = log_hash(taking->write->log, 0, sequence - 1, kept, taking->problem);
	if (error)
		return error;
	return memcmp(kept, hash, sizeof kept) == 0 ? JISR_OK : forked(taking, sequence);
}

static int take_checkpoint(struct taking *taking, uint64_t size, const char *note, size_t length)
{
	struct store_write *write = taking->write;
	struct checkpoint checkpoint;
	size_t signed_length = 0;
	bool good = false;
	if (note_open(&write->store->replica.log, note, length, &signed_length, NULL) != JISR_OK ||
	    checkpoint_read(note, signed_length, &checkpoint, NULL) != JISR_OK ||
	    strcmp(checkpoint.origin, write->log_name) != 0)
		return wrong(taking, size, "comes with a checkpoint that the log's key has not signed");
	if (checkpoint.size != size)
		return wrong(taking, size, "comes with a checkpoint of another size");
	int error = store_check_checkpoint(write, size, note, length, &good, taking->problem);
	if (error)
		return error;
	return good ? log_checkpoint_put(write->log, size, note, length, taking->problem) : forked(taking, size);
}

/* Waits for the signatures: one that does not hold is told as such, not as the other root that it makes. */
static int finish_signatures(struct taking *taking)
{
	if (taking->jobs != NULL)
		verify_jobs_finish(taking->jobs);
	return taking->bad == 0 ? JISR_OK : wrong(taking, taking->bad, "is not signed by its author");
}

static int take_items(struct taking *taking, struct replica_cursor *cursor, uint64_t sequence, uint64_t size)
{
	bool ended = false;
	for (;; sequence++) {
		struct entry entry;
		uint8_t hash[MERKLE_HASH];
		const char *note = NULL;
		size_t length = 0;
		arena_reset(taking->write->arena);
		enum replica_item item = replica_next(cursor, &entry, hash, &note, &length);
		if (item == REPLICA_END)
			return ended ? JISR_OK : wrong(taking, sequence - 1, "comes without a checkpoint");
		if (item == REPLICA_BAD || ended)
			return problem_set(taking->problem, JISR_BAD_INPUT,
			                   "what came is no batch of the log, from entry %llu on",
			                   (unsigned long long)sequence);
		int error = JISR_OK;
		if (item == REPLICA_CHECKPOINT) {
			error = finish_signatures(taking);
			if (!error)
				error = take_checkpoint(taking, sequence - 1, note, length);
			ended = true;
		} else if (sequence <= size) {
			if (item == REPLICA_ENTRY)
				entry_leaf_hash(&entry, hash);
			error = compare(taking, sequence, hash);
		} else if (item == REPLICA_HASH) {
			error = sequence == 1 ? wrong(taking, 1, "does not found the log")
			                      : log_append_leaf(taking->write->log, hash, taking->problem);
			taking->taken->unseen++;
		} else {
			entry.sequence = sequence;
			error = take_entry(taking, &entry);
		}
		if (error)
			return error;
	}
}

static int take(struct store_write *write, void *context, struct problem *problem)
{
	struct taking *taking = context;
	uint64_t size = 0, from = 0;
	taking->write = write;
	taking->problem = problem;
	if (taking->length < sizeof from)
		return problem_set(problem, JISR_BAD_INPUT, "what came is no batch of the log");
	memcpy(&from, taking->batch, sizeof from);
	from = be64toh(from);
	int error = prepare(write, problem);
	if (!error)
		error = log_size(write->log, &size, problem);
	if (error)
		return error;
	if (from == 0 || from > size + 1)
		return problem_set(problem, JISR_BAD_INPUT, "a batch begins with entry %llu, and the log here has %llu",
		                   (unsigned long long)from, (unsigned long long)size);
	struct replica_cursor cursor = {taking->batch + sizeof from, taking->batch + taking->length, write->arena};
	error = take_items(taking, &cursor, from, size);
	if (error && taking->jobs != NULL)
		verify_jobs_finish(taking->jobs);
	if (!error)
		error = log_size(write->log, &taking->taken->size, problem);
	write->changed = write->changed || (!error && taking->taken->size > size);
	return error;
}

int store_replica_take(struct store *store, const char *batch, size_t length, bool trusted,
                       struct replica_taken *ret_taken, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *keys = NULL;
	CLEANUP(verify_jobs_freep) struct verify_jobs *jobs = NULL;
	struct replica_taken taken = {0};
	struct taking taking = {.batch = batch, .length = length, .taken = &taken, .trusted = trusted};
	bool threads = length > LONG_BATCH && !trusted;
	if (store->replica.office[0] == '\0')
		return problem_set(problem, JISR_STATE, "the record in %s is no replica", store->directory);
	int error = threads ? arena_new(KEYS_MEMORY, &keys) : JISR_OK;
	if (!error && threads)
		error = verify_jobs_new((unsigned)sysconf(_SC_NPROCESSORS_ONLN), store->log_name, checked, &taking,
		                        &jobs, problem);
	if (error)
		return problem_set(problem, error, "%s", error_text(error));
	taking.jobs = jobs;
	taking.keys = keys;
	error = store_submit(store, take, &taking, problem);
	if (!error)
		*ret_taken = taken;
	return error;
}

int replica_take(struct store *store, const char *batch, size_t length, struct replica_taken *ret_taken,
                 struct problem *problem)
{
	return store_replica_take(store, batch, length, false, ret_taken, problem);
}

/* ---- what was hidden ---- */

int replica_removals(struct store_reader *reader, replica_each_removal each, void *context, struct problem *problem)
{
	bool there = false, more = true;
	int error = has_table(reader->sql, "log_replica_removal", &there, problem);
	if (error || !there)
		return error;
	struct sql_query query = sql_query(
		reader->sql,
		"SELECT sequence, entries, subject FROM log_replica_removal WHERE heard = 0 ORDER BY sequence");
	while (more && sql_next(&query)) {
		struct replica_removal removal = {(uint64_t)sql_number(&query, 0), (uint64_t)sql_number(&query, 1), ""};
		(void)snprintf(removal.subject, sizeof removal.subject, "%s", sql_text(&query, 2));
		more = each(context, &removal);
	}
	return sql_done(&query, problem);
}

static int heard(struct store_write *write, void *context, struct problem *problem)
{
	const uint64_t *last = context;
	struct sql_query query =
		sql_query(write->sql, "UPDATE log_replica_removal SET heard = 1 WHERE heard = 0 AND sequence <= ?1");
	sql_bind_number(&query, 1, (int64_t)*last);
	write->changed = true;
	return sql_run(&query, problem);
}

int replica_removals_heard(struct store *store, uint64_t last, struct problem *problem)
{
	return store_submit(store, heard, &last, problem);
}

/* ---- comparing ---- */

int replica_compare(struct store_reader *reader, const char *note, size_t length, struct problem *problem)
{
	struct note_verifier verifier;
	struct checkpoint checkpoint;
	uint8_t root[MERKLE_HASH];
	size_t signed_length = 0;
	struct sql_query query = sql_query(reader->sql, "SELECT verifier FROM record_origin");
	bool known = sql_next(&query) &&
	             note_verifier_read(sql_text(&query, 0), strlen(sql_text(&query, 0)), &verifier, NULL) == JISR_OK;
	int error = sql_done(&query, problem);
	if (error || !known)
		return error ? error : problem_set(problem, JISR_STATE, "the log here has no entry yet");
	error = note_open(&verifier, note, length, &signed_length, problem);
	if (error)
		return error == JISR_NOT_FOUND
		               ? problem_set(problem, JISR_DENIED, "the log's key has not signed this checkpoint")
		               : error;
	error = checkpoint_read(note, signed_length, &checkpoint, problem);
	if (error)
		return error;
	if (checkpoint.size > reader->sequence)
		return problem_set(problem, JISR_STATE,
		                   "the checkpoint is of %llu entries, and the log here has %llu: compare later",
		                   (unsigned long long)checkpoint.size, (unsigned long long)reader->sequence);
	error = log_root(reader->log, checkpoint.size, root, problem);
	if (error || memcmp(root, checkpoint.root, sizeof root) == 0)
		return error;
	return problem_set(
		problem, JISR_CONFLICT,
		"the log's key has signed two histories: with %llu entries this checkpoint's tree is another "
		"than the one here. Keep both",
		(unsigned long long)checkpoint.size);
}
