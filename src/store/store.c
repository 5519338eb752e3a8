/* Opening, reading and listening; writing is in store_write.c, the tables in store_tables.c, keys in store_keys.c.
 *
 * Invariants
 *
 *   1  record.db is changed by the writer's connection alone, in transactions that it begins.
 *   2  A reader's connection is used by one thread, from store_read to store_read_end, in one reading transaction.
 *   3  `told` grows only under `telling`, by calling every listener for all that is new: no gap, no repeat. */
#include "store/store.h"

#include "base/clock.h"
#include "base/thread.h"
#include "base/tree.h"
#include "store/store_private.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

/* ---- life ---- */

static void init_locks(struct store *store)
{
	(void)pthread_mutex_init(&store->signers.lock, NULL);
	(void)pthread_mutex_init(&store->lock, NULL);
	thread_wait_init(&store->queued);
	(void)pthread_mutex_init(&store->pool_lock, NULL);
	(void)pthread_cond_init(&store->given_back, NULL);
	(void)pthread_mutex_init(&store->telling, NULL);
	(void)pthread_mutex_init(&store->poll_lock, NULL);
	thread_wait_init(&store->poll_wake);
	store->last = &store->first;
}

static int new_store(const struct store_options *options, struct store **ret_store, struct problem *problem)
{
	struct store *store = memory_zero(1, sizeof *store);
	if (store == NULL)
		return problem_no_memory(problem);
	init_locks(store);
	store->read_only = options->read_only;
	int length = snprintf(store->directory, sizeof store->directory, "%s", options->directory);
	int path = snprintf(store->path, sizeof store->path, "%s/" STORE_NAME_FILE, options->directory);
	int error = length < 0 || path < 0 || path >= (int)sizeof store->path
	                    ? problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", options->directory)
	                    : store_registry_init(&store->registry, options->domains, problem);
	if (!error && sodium_init() < 0)
		error = problem_set(problem, JISR_IO, "the system gives no random numbers");
	if (error)
		store_free(store);
	else
		*ret_store = store;
	return error;
}

static void stop_polling(struct store *store)
{
	if (!store->polling)
		return;
	(void)pthread_mutex_lock(&store->poll_lock);
	store->poll_stop = true;
	(void)pthread_cond_signal(&store->poll_wake);
	(void)pthread_mutex_unlock(&store->poll_lock);
	(void)pthread_join(store->poller, NULL);
}

static struct store_reader *reader_free(struct store_reader *reader)
{
	if (reader == NULL)
		return NULL;
	log_free(reader->log);
	sql_close(reader->sql);
	return memory_free(reader);
}

struct store *store_free(struct store *store)
{
	if (store == NULL)
		return NULL;
	store_shared_finish(store);
	store_write_stop(store);
	stop_polling(store);
	while (store->idle != NULL) {
		struct store_reader *reader = store->idle;
		store->idle = reader->next;
		reader_free(reader);
	}
	store->shared = shared_free(store->shared);
	store_write_finish(&store->write); /* the last connection: it empties the write-ahead log */
	store_signers_finish(&store->signers);
	(void)pthread_mutex_destroy(&store->signers.lock);
	(void)pthread_mutex_destroy(&store->lock);
	(void)pthread_cond_destroy(&store->queued);
	(void)pthread_mutex_destroy(&store->pool_lock);
	(void)pthread_cond_destroy(&store->given_back);
	(void)pthread_mutex_destroy(&store->telling);
	(void)pthread_mutex_destroy(&store->poll_lock);
	(void)pthread_cond_destroy(&store->poll_wake);
	return memory_free(store);
}

const char *store_directory(const struct store *store)
{
	return store->directory;
}

const char *store_log_name(const struct store *store)
{
	return store->log_name;
}

/* ---- opening ---- */

/* Whether the record was founded: its tables and its first entry are there. */
static int read_name(struct store *store, struct sql *sql, struct problem *problem)
{
	int64_t there = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM sqlite_master WHERE name = 'record_origin'");
	int error = sql_run_number(&query, 0, &there, problem);
	if (error)
		return error;
	bool found = false;
	if (there > 0) {
		query = sql_query(sql, "SELECT name FROM record_origin");
		found = sql_next(&query);
		if (found)
			(void)snprintf(store->log_name, sizeof store->log_name, "%s", sql_text(&query, 0));
		error = sql_done(&query, problem);
	}
	if (!error)
		error = store_replica_open(store, sql, problem);
	if (!error && !found && store->replica.office[0] != '\0') { /* nothing has come yet */
		(void)snprintf(store->log_name, sizeof store->log_name, "%s", store->replica.log.name);
		found = true;
	}
	return error || found ? error
	                      : problem_set(problem, JISR_NOT_FOUND, "%s holds no record yet. 'jisr init' founds one",
	                                    store->directory);
}

/* Brings the tables up to date, in one transaction of the writer's connection. */
static int migrate(struct store *store, struct problem *problem)
{
	struct store_write *write = &store->write;
	int error = sql_begin_write(write->sql, problem);
	if (!error)
		error = log_begin(write->log, problem);
	if (!error)
		error = log_create_sqlite(write->sql, problem);
	if (!error)
		error = store_tables_migrate(write, false, problem);
	if (!error)
		error = log_commit(write->log, problem);
	if (!error)
		error = sql_commit(write->sql, problem);
	if (error) {
		log_rollback(write->log);
		sql_rollback(write->sql);
	}
	return error;
}

/* Whether migrating would change anything: asked first, so that opening does not wait for a writer. */
static int check_tables(struct store *store, bool read_only, bool *ret_current, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(store, &reader, problem);
	if (error)
		return error;
	error = read_name(store, reader->sql, problem);
	if (error)
		return error;
	struct store_write looking = {.store = store, .registry = &store->registry, .sql = reader->sql};
	error = store_tables_migrate(&looking, true, problem);
	*ret_current = error == JISR_OK;
	return error == JISR_STATE && !read_only ? JISR_OK : error;
}

int store_open(const struct store_options *options, struct store **ret_store, struct problem *problem)
{
	CLEANUP(store_freep) struct store *store = NULL;
	struct stat status;
	bool current = false;
	int error = new_store(options, &store, problem);
	if (error)
		return error;
	if (stat(store->path, &status) != 0 && errno == ENOENT)
		return problem_set(problem, JISR_NOT_FOUND, "%s holds no record. 'jisr init' founds one",
		                   store->directory);
	/* Before anything reads: a file of an earlier version gets sums of its pages only while nobody else has it open. */
	if (!options->read_only)
		error = store_write_init(&store->write, store, problem);
	if (!error)
		error = check_tables(store, options->read_only, &current, problem);
	if (!error && !options->read_only)
		error = store_signers_open(&store->signers, store->directory, problem);
	if (!error && !options->read_only && !current)
		error = migrate(store, problem);
	if (!error && !options->read_only)
		error = store_shared_open(store, problem);
	if (error)
		return error;
	*ret_store = store;
	store = NULL;
	return JISR_OK;
}

/* ---- founding ---- */

struct founding {
	const struct store_options *options;
	struct note_verifier log, headquarters;
};

static int found(struct store_write *write, void *context, struct problem *problem)
{
	const struct founding *founding = context;
	char log[NOTE_MAX_KEY], key[NOTE_MAX_KEY];
	note_verifier_write(&founding->log, log);
	note_verifier_write(&founding->headquarters, key);
	cJSON *body = tree_object();
	tree_text(body, "headquarters", ENTRY_HEADQUARTERS);
	tree_text(body, "key", key);
	tree_text(body, "log", log);
	struct entry_draft draft = {.author = ENTRY_HEADQUARTERS, .kind = "log.founded", .subject = "log"};
	int error = store_append_tree(write, draft, body, NULL, problem);
	if (!error && founding->options->first != NULL)
		error = founding->options->first(write, founding->options->first_context, problem);
	return error;
}

/* Refuses a directory that has a record; one whose founding was interrupted (no entry in it) is founded anew. */
static int refuse_founded(struct store *store, struct problem *problem)
{
	uint64_t size = 0;
	int error = log_size(store->write.log, &size, problem);
	if (!error && size > 0)
		error = problem_set(problem, JISR_STATE, "%s holds a record already", store->directory);
	return error;
}

int store_new_empty(const struct store_options *options, struct store **ret_store, struct problem *problem)
{
	CLEANUP(store_freep) struct store *store = NULL;
	int error = new_store(options, &store, problem);
	if (!error)
		error = file_make_folder(options->directory, problem);
	struct sql *sql = NULL;
	if (!error)
		error = sql_open(store->path, SQL_CREATE, STORE_APPLICATION, &sql, problem);
	if (!error)
		error = store_write_init(&store->write, store, problem);
	sql_close(sql);
	if (!error)
		error = migrate(store, problem);
	if (!error)
		error = refuse_founded(store, problem);
	if (error)
		return error;
	*ret_store = store;
	store = NULL;
	return JISR_OK;
}

int store_found(const struct store_options *options, const char *name, struct store **ret_store,
                struct problem *problem)
{
	CLEANUP(store_freep) struct store *store = NULL;
	struct founding founding = {.options = options};
	struct note_signer probe;
	int error = note_signer_new(name, &probe, problem); /* the name's form, before anything is made */
	if (error)
		return error;
	note_signer_finish(&probe);
	error = store_new_empty(options, &store, problem);
	if (!error)
		error = store_signers_make(&store->signers, store->directory, name, true, &founding.log, problem);
	if (!error)
		error = store_signers_make(&store->signers, store->directory, ENTRY_HEADQUARTERS, false,
		                           &founding.headquarters, problem);
	if (!error) {
		(void)snprintf(store->log_name, sizeof store->log_name, "%s", name);
		error = store_submit(store, found, &founding, problem);
	}
	if (error)
		return error;
	*ret_store = store;
	store = NULL;
	return JISR_OK;
}

/* ---- reading ---- */

static int reader_new(struct store *store, struct store_reader **ret_reader, struct problem *problem)
{
	struct store_reader *reader = memory_zero(1, sizeof *reader);
	if (reader == NULL)
		return problem_no_memory(problem);
	reader->store = store;
	int error = sql_open(store->path, SQL_READ, STORE_APPLICATION, &reader->sql, problem);
	if (!error)
		error = log_open_sqlite(reader->sql, &reader->log, problem);
	if (error)
		reader_free(reader);
	else
		*ret_reader = reader;
	return error;
}

/* An idle reader, or NULL and the right to make one. Waits for neither when there are some left. */
static struct store_reader *take_reader(struct store *store)
{
	(void)pthread_mutex_lock(&store->pool_lock);
	while (store->idle == NULL && store->out == STORE_MAX_READERS)
		(void)pthread_cond_wait(&store->given_back, &store->pool_lock);
	struct store_reader *reader = store->idle;
	if (reader != NULL)
		store->idle = reader->next;
	else
		store->out++;
	(void)pthread_mutex_unlock(&store->pool_lock);
	return reader;
}

static void give_reader(struct store *store, struct store_reader *reader)
{
	(void)pthread_mutex_lock(&store->pool_lock);
	if (reader != NULL) {
		reader->next = store->idle;
		store->idle = reader;
	} else {
		store->out--;
	}
	(void)pthread_cond_signal(&store->given_back);
	(void)pthread_mutex_unlock(&store->pool_lock);
}

int store_read(struct store *store, struct store_reader **ret_reader, struct problem *problem)
{
	struct store_reader *reader = take_reader(store);
	int error = reader != NULL ? JISR_OK : reader_new(store, &reader, problem);
	if (error) {
		give_reader(store, NULL);
		return error;
	}
	error = sql_begin_read(reader->sql, problem);
	if (!error) {
		/* A record on its way to being founded has no tables. */
		int64_t tables = 0;
		struct sql_query query =
			sql_query(reader->sql, "SELECT count(*) FROM sqlite_master WHERE name = 'log_entry'");
		error = sql_run_number(&query, 0, &tables, problem);
		reader->sequence = 0;
		if (!error && tables > 0)
			error = log_size(reader->log, &reader->sequence, problem);
	}
	if (error) {
		sql_rollback(reader->sql);
		give_reader(store, reader);
		return error;
	}
	*ret_reader = reader;
	return JISR_OK;
}

struct store_reader *store_read_end(struct store_reader *reader)
{
	if (reader != NULL) {
		sql_rollback(reader->sql);
		give_reader(reader->store, reader);
	}
	return NULL;
}

struct sql *store_reader_sql(struct store_reader *reader)
{
	return reader->sql;
}

struct log *store_reader_log(struct store_reader *reader)
{
	return reader->log;
}

uint64_t store_reader_sequence(const struct store_reader *reader)
{
	return reader->sequence;
}

/* ---- listening ---- */

void store_tell(struct store *store, uint64_t size)
{
	(void)pthread_mutex_lock(&store->telling);
	if (store->listener_count > 0 && size > store->told) {
		uint64_t first = store->told + 1;
		for (size_t i = 0; i < store->listener_count; i++)
			store->listeners[i].told(store->listeners[i].context, first, size);
		store->told = size;
	}
	(void)pthread_mutex_unlock(&store->telling);
}

/* Looks whether another process has written; the connection is the poller's own. */
static void *run_poller(void *context)
{
	struct store *store = context;
	CLEANUP(sql_closep) struct sql *sql = NULL;
	CLEANUP(log_freep) struct log *log = NULL;
	int64_t seen = -1;
	(void)pthread_mutex_lock(&store->poll_lock);
	while (!store->poll_stop) {
		const struct timespec until = clock_after(STORE_LISTEN_MS);
		(void)pthread_cond_timedwait(&store->poll_wake, &store->poll_lock, &until);
		if (store->poll_stop)
			break;
		(void)pthread_mutex_unlock(&store->poll_lock);
		int64_t version = 0;
		uint64_t size = 0;
		/* What cannot be read now is tried again: the next look finds it. */
		if (sql == NULL && sql_open(store->path, SQL_READ, STORE_APPLICATION, &sql, NULL) == JISR_OK)
			(void)log_open_sqlite(sql, &log, NULL);
		if (log != NULL && sql_version(sql, &version, NULL) == JISR_OK && version != seen &&
		    log_size(log, &size, NULL) == JISR_OK) {
			seen = version;
			store_tell(store, size);
		}
		(void)pthread_mutex_lock(&store->poll_lock);
	}
	(void)pthread_mutex_unlock(&store->poll_lock);
	return NULL;
}

static int start_polling(struct store *store, struct problem *problem)
{
	if (store->polling)
		return JISR_OK;
	int error = thread_start(&store->poller, run_poller, store, problem);
	store->polling = error == JISR_OK;
	return error;
}

int store_listen(struct store *store, store_told told, void *context, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = JISR_OK;
	(void)pthread_mutex_lock(&store->telling);
	if (store->listener_count == STORE_MAX_LISTENERS)
		error = problem_set(problem, JISR_TOO_LARGE, "more than %d listeners", STORE_MAX_LISTENERS);
	if (!error && store->listener_count == 0)
		error = store_read(store, &reader, problem);
	if (!error)
		error = start_polling(store, problem);
	if (!error && store->shared != NULL)
		error = store_shared_follow(store, problem);
	if (!error) {
		if (reader != NULL)
			store->told = reader->sequence;
		store->listeners[store->listener_count++] = (struct listener){told, context};
	}
	(void)pthread_mutex_unlock(&store->telling);
	return error;
}
