/* The writer: one thread, a queue, one transaction for all that waits (group commit).
 *
 *   store_submit -> queue -> BEGIN IMMEDIATE
 *                            for each submission: SAVEPOINT, its command, RELEASE (or ROLLBACK TO after an error)
 *                            checkpoint signed, COMMIT (one fsync)
 *                            listeners told, submitters woken
 *
 * Invariants
 *
 *   1  Nobody is told "done" before the commit that holds his entries has returned.
 *   2  A command that fails leaves nothing behind; a commit that fails gives its error to each of its group.
 *   3  `at` never goes backwards: it is the later of the clock and the last entry's time.
 *   4  What was committed by another process is seen: size, time and tree are read anew in every transaction.
 *
 * Several processes take turns by SQLite's lock. A writer that is never idle rests REST_MS after each BUSY_MS, so that
 * another, which looks every millisecond, gets its turn. */
#include "store/store_private.h"

#include "base/canonical.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/thread.h"
#include "base/tree.h"

#include <sodium.h>
#include <string.h>

#define BUSY_MS 50
#define REST_MS 3

int store_write_init(struct store_write *write, struct store *store, struct problem *problem)
{
	*write = (struct store_write){.store = store, .registry = &store->registry, .log_name = store->log_name};
	if (arena_new(STORE_COMMAND_MEMORY, &write->arena) != JISR_OK)
		return problem_no_memory(problem);
	int error = sql_open(store->path, SQL_WRITE, STORE_APPLICATION, &write->sql, problem);
	return error ? error : log_open_sqlite(write->sql, &write->log, problem);
}

void store_write_finish(struct store_write *write)
{
	write->log = log_free(write->log);
	write->sql = sql_close(write->sql);
	write->arena = arena_free(write->arena);
}

struct sql *store_write_sql(struct store_write *write)
{
	return write->sql;
}

struct log *store_write_log(struct store_write *write)
{
	return write->log;
}

const char *store_write_at(const struct store_write *write)
{
	return write->at;
}

int store_write_version(struct store_write *write, const char *subject, uint64_t *ret_version, struct problem *problem)
{
	return log_subject(write->log, subject, ret_version, problem);
}

int store_draw_number(struct store_write *write, const char *begin, unsigned first, unsigned last, unsigned *ret_number,
                      struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT + 1];
	for (int i = 0; i < STORE_DRAWS; i++) {
		uint64_t there = 0;
		unsigned number = first + randombytes_uniform(last - first + 1);
		(void)snprintf(subject, sizeof subject, "%s%u", begin, number);
		int error = store_write_version(write, subject, &there, problem);
		if (error)
			return error;
		if (there == 0) {
			*ret_number = number;
			return JISR_OK;
		}
	}
	return problem_set(problem, JISR_TOO_LARGE, "nearly all numbers of %s are used", begin);
}

struct arena *store_write_arena(struct store_write *write)
{
	return write->arena;
}

const char *store_write_office(const struct store_write *write)
{
	return write->store->replica.office;
}

bool store_write_holds(const struct store_write *write, const char *office)
{
	const struct replica *replica = &write->store->replica;
	return replica->office[0] == '\0' || strcmp(replica->office, ENTRY_HEADQUARTERS) == 0 ||
	       replica_holds(replica, office);
}

/* ---- appending ---- */

static int find_signer(struct store_write *write, const struct entry_draft *draft, struct note_signer *ret_signer,
                       struct problem *problem)
{
	struct store *store = write->store;
	if (strcmp(draft->kind, "log.founded") != 0)
		return store_key_find(store, write->sql, draft->author, ret_signer, problem);
	/* signed by the key that it names */
	struct note_verifier key;
	const char *text = json_get_text(draft->body, "key");
	bool found = text != NULL && note_verifier_read(text, strlen(text), &key, NULL) == JISR_OK &&
	             store_signers_find(&store->signers, store->directory, draft->author, key.id, ret_signer);
	return found ? JISR_OK : problem_set(problem, JISR_DENIED, "headquarters' key is not held here");
}

/* Keys are added and ended by headquarters and the office itself. */
static int check_author(const struct entry_draft *draft, struct problem *problem)
{
	bool of_key = strcmp(draft->kind, "key.added") == 0 || strcmp(draft->kind, "key.ended") == 0;
	const char *office = of_key ? json_get_text(draft->body, "office") : NULL;
	if (strcmp(draft->author, ENTRY_HEADQUARTERS) == 0 ||
	    (of_key && office != NULL && strcmp(draft->author, office) == 0))
		return JISR_OK;
	if (of_key || strcmp(draft->kind, "log.founded") == 0)
		return problem_set(problem, JISR_DENIED, "%.20s may not write an entry \"%s\" for %.20s", draft->author,
		                   draft->kind, office != NULL ? office : "the log");
	return JISR_OK;
}

/* Everything that can be refused, before anything is written. */
static int check_draft(struct store_write *write, const struct entry_draft *draft, struct problem *problem)
{
	if (write->applying)
		return problem_set(problem, JISR_STATE, "an entry cannot be appended while another is applied");
	if (!entry_kind_valid(draft->kind) || !entry_office_valid(draft->author) ||
	    !entry_subject_valid(draft->subject) || (draft->officer != NULL && !entry_officer_valid(draft->officer)))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "no entry can have the kind \"%.70s\", author \"%.20s\", subject "
		                   "\"%.200s\" and officer \"%.70s\"",
		                   draft->kind, draft->author, draft->subject,
		                   draft->officer != NULL ? draft->officer : "");
	if (!cJSON_IsObject(draft->body))
		return problem_set(problem, JISR_BAD_INPUT, "the body of an entry is an object");
	int error = store_registry_check(write->registry, draft->kind, draft->body, problem);
	return error ? error : check_author(draft, problem);
}

static int check_version(struct store_write *write, const struct entry_draft *draft, uint64_t *ret_version,
                         struct problem *problem)
{
	int error = log_subject(write->log, draft->subject, ret_version, problem);
	if (error || draft->expected == ENTRY_ANY || draft->expected == *ret_version)
		return error;
	if (draft->expected == 0)
		return problem_set(problem, JISR_CONFLICT, "%s is there already (entry %llu)", draft->subject,
		                   (unsigned long long)*ret_version);
	return problem_set(problem, JISR_CONFLICT,
	                   "%s was changed by entry %llu, after %llu. Read it again, then decide", draft->subject,
	                   (unsigned long long)*ret_version, (unsigned long long)draft->expected);
}

/* Header, hashes, signature. */
static int compose(struct store_write *write, const struct entry_draft *draft, uint64_t previous, struct text *body,
                   struct text *header, struct entry *entry, struct problem *problem)
{
	struct note_signer signer;
	int error = canonical_write(draft->body, body);
	if (error)
		return problem_set(problem, error, "the body of an entry \"%s\": %s", draft->kind,
		                   error == JISR_TOO_LARGE ? "too large" : error_text(error));
	memcpy(entry->header.at, write->at, sizeof write->at);
	entry->header.author = draft->author;
	entry->header.kind = draft->kind;
	entry->header.officer = draft->officer != NULL ? draft->officer : "";
	entry->header.subject = draft->subject;
	entry->header.previous = previous;
	error = entry_audience_sort(&draft->audience, write->arena, &entry->header.audience, problem);
	if (error)
		return error;
	randombytes_buf(entry->salt, sizeof entry->salt);
	randombytes_buf(entry->body_salt, sizeof entry->body_salt);
	entry->body_bytes = body->bytes;
	entry->body_length = body->length;
	entry_body_hash(entry->body_salt, body->bytes, body->length, entry->header.body);
	error = entry_header_write(&entry->header, header, problem);
	if (error)
		return error;
	entry->header_bytes = header->bytes;
	entry->header_length = header->length;
	if (write->rehearsing)
		return JISR_OK;
	error = find_signer(write, draft, &signer, problem);
	if (!error)
		entry_sign(entry, write->log_name, &signer);
	note_signer_finish(&signer);
	return error;
}

int store_append(struct store_write *write, const struct entry_draft *draft, uint64_t *ret_sequence,
                 struct problem *problem)
{
	struct entry entry = {.body = draft->body};
	struct text body, header;
	uint64_t version = 0;
	text_init(&body, ENTRY_MAX_BODY);
	text_init(&header, ENTRY_MAX_HEADER);
	int error = check_draft(write, draft, problem);
	if (!error && write->store->replica.office[0] != '\0' && !write->rehearsing)
		error = problem_set(problem, JISR_STATE,
		                    "this record is the copy of a node of %.16s: the log is written at headquarters",
		                    write->store->replica.office);
	if (!error)
		error = check_version(write, draft, &version, problem);
	if (!error)
		error = compose(write, draft, version, &body, &header, &entry, problem);
	if (!error)
		error = log_append(write->log, &entry, problem);
	if (!error)
		error = store_apply(write, &entry, problem);
	text_finish(&body);
	text_finish(&header);
	if (error)
		return error;
	write->appended++;
	if (ret_sequence != NULL)
		*ret_sequence = entry.sequence;
	return JISR_OK;
}

int store_append_tree(struct store_write *write, struct entry_draft draft, cJSON *body, uint64_t *ret_sequence,
                      struct problem *problem)
{
	draft.body = body;
	int error = tree_failed() || body == NULL ? problem_no_memory(problem)
	                                          : store_append(write, &draft, ret_sequence, problem);
	json_free(body);
	return error;
}

/* ---- a transaction ---- */

/* The writer's alone, but for store_clock_behind, which looks from other threads. */
static void set_last(struct store *store, const char *at, uint64_t size)
{
	(void)pthread_mutex_lock(&store->lock);
	memcpy(store->last_at, at, sizeof store->last_at);
	(void)pthread_mutex_unlock(&store->lock);
	store->last_size = size;
}

/* The time of the transaction (invariant 3); the last entry's is read when it is another than we know. */
static int set_time(struct store *store, struct problem *problem)
{
	struct store_write *write = &store->write;
	uint64_t size = 0;
	int error = log_size(write->log, &size, problem);
	if (!error && size != store->last_size) {
		struct entry *entry = NULL;
		arena_reset(write->arena);
		error = log_read(write->log, size, LOG_WITHOUT_BODY, write->arena, &entry, problem);
		if (!error)
			set_last(store, entry->header.at, size);
		if (error == JISR_NOT_FOUND && store->replica.office[0] != '\0')
			error = JISR_OK; /* not for this office; what it says itself bears the time of its clock */
	}
	if (error)
		return error;
	char now[CLOCK_UTC_MAX];
	(void)clock_utc_exact(now);
	memcpy(write->at, strcmp(now, store->last_at) > 0 ? now : store->last_at, ENTRY_AT_LENGTH);
	write->at[ENTRY_AT_LENGTH] = '\0';
	return JISR_OK;
}

static int begin(struct store *store, struct problem *problem)
{
	struct store_write *write = &store->write;
	write->appended = 0;
	write->changed = write->wipe = write->compact = false;
	int error = sql_begin_write(write->sql, problem);
	if (!error)
		error = log_begin(write->log, problem);
	if (!error && store->shared != NULL)
		error = store_shared_begin(write, problem);
	if (!error)
		error = set_time(store, problem);
	return error;
}

static void roll_back(struct store_write *write)
{
	if (write->store->shared != NULL)
		shared_rollback(write->store->shared);
	log_rollback(write->log);
	sql_rollback(write->sql);
}

static int run_command(struct store_write *write, const struct submission *submission)
{
	const struct store_bracket *bracket = submission->bracket;
	uint64_t before = 0, size = 0;
	int error = JISR_OK;
	if (bracket == NULL)
		return submission->command(write, submission->context, submission->problem);
	write->rehearsing = bracket->rehearsal;
	error = log_size(write->log, &before, submission->problem);
	if (!error && bracket->before != NULL)
		error = bracket->before(write, bracket->context, submission->problem);
	if (!error)
		error = submission->command(write, submission->context, submission->problem);
	if (!error)
		error = log_size(write->log, &size, submission->problem);
	if (!error && size > before && bracket->after != NULL)
		error = bracket->after(write, bracket->context, before + 1, size, submission->problem);
	write->rehearsing = false;
	return error;
}

/* Runs one command in a savepoint. False: the whole transaction is gone, and submission->error says why. */
static bool run_one(struct store_write *write, struct submission *submission)
{
	uint64_t appended = write->appended;
	bool wipe = write->wipe;
	arena_reset(write->arena);
	submission->error = sql_save(write->sql, submission->problem);
	if (!submission->error)
		submission->error = log_save(write->log, submission->problem);
	if (submission->error)
		return false;
	submission->error = run_command(write, submission);
	write->applying = false;
	if (!submission->error && (submission->bracket == NULL || !submission->bracket->rehearsal)) {
		submission->error = log_release(write->log, submission->problem);
		if (!submission->error)
			submission->error = sql_release(write->sql, submission->problem);
		return !submission->error;
	}
	write->appended = appended;
	write->wipe = wipe;
	bool undone = log_undo(write->log);
	return sql_undo(write->sql) && undone;
}

/* Ends the transaction; after an error nothing of it is left. *ret_behind: the shared log has it, and this copy, which could
 * not keep it, will read it there at the next turn. */
static int commit(struct store *store, bool *ret_behind, struct problem *problem)
{
	bool shared = false;
	struct store_write *write = &store->write;
	int error = JISR_OK;
	if (write->appended == 0 && !write->changed) {
		roll_back(write);
		return JISR_OK;
	}
	if (write->appended > 0 && store->signers.log.name[0] == '\0')
		error = problem_set(problem, JISR_DENIED,
		                    "the log's key (%s/" STORE_KEYS "/" STORE_LOG_KEY
		                    ") is not held here: only where it is can entries be appended",
		                    store->directory);
	if (!error && write->appended > 0)
		error = log_checkpoint_make(write->log, &store->signers.log, problem);
	if (!error && write->appended > 0 && store->shared != NULL) {
		shared = store_shared_commit(write, problem) == SHARED_DONE;
		error = shared ? JISR_OK : JISR_BUSY;
	}
	if (!error)
		error = log_commit(write->log, problem);
	if (!error)
		error = sql_commit(write->sql, problem);
	*ret_behind = error != JISR_OK && shared;
	if (error || store->shared != NULL)
		roll_back(write); /* after a commit: nothing, but it gives the shared lock back */
	return *ret_behind ? JISR_OK : error;
}

/* Gives an error to every submission that has none. */
static void fail_all(struct submission *first, int error, const struct problem *problem)
{
	for (struct submission *submission = first; submission != NULL; submission = submission->next) {
		if (submission->error == JISR_OK)
			submission->error = problem_set(submission->problem, error, "%s", problem->text);
	}
}

/* After a group in which somebody asked for it. */
static int compact(struct store *store, struct problem *problem)
{
	struct sql *sql = store->write.sql;
	int error = sql_execute(sql, "VACUUM", problem);
	return error ? error : sql_checkpoint(sql, problem);
}

static int ask_compact(struct store_write *write, void *context, struct problem *problem)
{
	(void)context;
	(void)problem;
	write->compact = true;
	return JISR_OK;
}

int store_compact(struct store *store, struct problem *problem)
{
	return store_submit(store, ask_compact, NULL, problem);
}

static void commit_group(struct store *store, struct submission *first)
{
	struct store_write *write = &store->write;
	struct problem problem = {""};
	uint64_t size = 0;
	int error = begin(store, &problem);
	bool whole = true, behind = false;
	for (struct submission *submission = first; !error && submission != NULL; submission = submission->next) {
		whole = run_one(write, submission);
		if (!whole) {
			error = submission->error;
			if (submission->problem != NULL)
				problem = *submission->problem;
		}
	}
	if (error) {
		roll_back(write);
	} else {
		(void)log_size(write->log, &size, NULL);
		error = commit(store, &behind, &problem);
	}
	if (write->detach != NULL)
		(void)sql_execute(write->sql, write->detach, NULL);
	write->detach = NULL;
	if (error) {
		fail_all(first, error, &problem);
		return;
	}
	if (behind || (write->appended == 0 && !write->changed))
		return;
	if (write->appended > 0)
		set_last(store, write->at, size);
	store->wipe_pending = store->wipe_pending || write->wipe;
	if (store->wipe_pending && sql_checkpoint(write->sql, NULL) == JISR_OK)
		store->wipe_pending = false;
	store_tell(store, size);
}

void store_write_group(struct store *store, struct submission *first)
{
	struct problem problem = {""};
	commit_group(store, first);
	int error = store->write.compact ? compact(store, &problem) : JISR_OK;
	for (struct submission *one = first; error && one != NULL; one = one->next)
		if (one->command == ask_compact && one->error == JISR_OK)
			one->error = problem_set(one->problem, error, "%s", problem.text);
	if (store->write.compact && !error)
		store->wipe_pending = false;
	store->write.compact = false;
}

/* Days since some day, of a date in the calendar that is reckoned on in both directions. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day;
	return 365 * year + year / 4 - year / 100 + year / 400 + of_year;
}

static int64_t number_at(const char *text, size_t length)
{
	int64_t number = 0;
	for (size_t i = 0; i < length; i++)
		number = number * 10 + (text[i] - '0');
	return number;
}

/* Seconds of a time as entries have it. */
static double seconds_of(const char *at)
{
	int64_t days = days_of(number_at(at, 4), number_at(at + 5, 2), number_at(at + 8, 2));
	return (double)(days * 86400 + number_at(at + 11, 2) * 3600 + number_at(at + 14, 2) * 60 +
	                number_at(at + 17, 2)) +
	       (double)number_at(at + 20, 3) / 1000;
}

double store_clock_behind(struct store *store)
{
	char now[CLOCK_UTC_MAX], last[ENTRY_AT_LENGTH + 1];
	(void)pthread_mutex_lock(&store->lock);
	memcpy(last, store->last_at, sizeof last);
	(void)pthread_mutex_unlock(&store->lock);
	(void)clock_utc_exact(now);
	return last[0] == '\0' || strcmp(last, now) <= 0 ? 0 : seconds_of(last) - seconds_of(now);
}

/* ---- the thread ---- */

static void rest_sometimes(struct store *store, bool idle)
{
	int64_t now = clock_milliseconds();
	if (idle || store->busy_since == 0) {
		store->busy_since = now;
	} else if (now - store->busy_since >= BUSY_MS) {
		const struct timespec rest = {0, REST_MS * 1000000L};
		(void)nanosleep(&rest, NULL);
		store->busy_since = clock_milliseconds();
	}
}

/* Waits until something is queued, at most a second. Called with the lock. */
static void wait_queued(struct store *store)
{
	const struct timespec until = clock_after(1000);
	(void)pthread_cond_timedwait(&store->queued, &store->lock, &until);
}

static void *run_writer(void *context)
{
	struct store *store = context;
	(void)pthread_mutex_lock(&store->lock);
	while (store->first != NULL || !store->stopping) {
		bool idle = store->first == NULL;
		if (idle) {
			wait_queued(store);
			if (store->first == NULL && store->wipe_pending) { /* a reader held the older state */
				(void)pthread_mutex_unlock(&store->lock);
				store->wipe_pending = sql_checkpoint(store->write.sql, NULL) != JISR_OK;
				(void)pthread_mutex_lock(&store->lock);
			}
			if (store->first == NULL)
				continue;
		}
		struct submission *first = store->first, *last = first;
		for (size_t count = 1; count < STORE_GROUP && last->next != NULL; count++)
			last = last->next;
		store->first = last->next;
		if (store->first == NULL)
			store->last = &store->first;
		last->next = NULL;
		(void)pthread_mutex_unlock(&store->lock);
		rest_sometimes(store, idle);
		store_write_group(store, first);
		(void)pthread_mutex_lock(&store->lock);
		for (struct submission *submission = first, *next; submission != NULL; submission = next) {
			next = submission->next; /* it is the submitter's again once it is done */
			submission->done = true;
			(void)pthread_cond_signal(&submission->ended);
		}
	}
	(void)pthread_mutex_unlock(&store->lock);
	return NULL;
}

/* Starts the thread, all signals blocked in it. Called with the lock. */
static int start(struct store *store, struct problem *problem)
{
	if (store->started)
		return JISR_OK;
	int error = thread_start(&store->thread, run_writer, store, problem);
	store->started = error == JISR_OK;
	return error;
}

static _Thread_local const struct store_bracket *enclosing;

void store_bracket(const struct store_bracket *bracket)
{
	enclosing = bracket;
}

int store_submit(struct store *store, store_command command, void *context, struct problem *problem)
{
	struct submission submission = {
		.command = command, .context = context, .bracket = enclosing, .problem = problem};
	if (store->read_only)
		return problem_set(problem, JISR_STATE, "the record in %s is open for reading alone", store->directory);
	(void)pthread_cond_init(&submission.ended, NULL);
	(void)pthread_mutex_lock(&store->lock);
	int error = start(store, problem);
	if (!error) {
		*store->last = &submission;
		store->last = &submission.next;
		(void)pthread_cond_signal(&store->queued);
		while (!submission.done)
			(void)pthread_cond_wait(&submission.ended, &store->lock);
		error = submission.error;
	}
	(void)pthread_mutex_unlock(&store->lock);
	(void)pthread_cond_destroy(&submission.ended);
	return error;
}

void store_write_stop(struct store *store)
{
	(void)pthread_mutex_lock(&store->lock);
	store->stopping = true;
	(void)pthread_cond_signal(&store->queued);
	bool started = store->started;
	(void)pthread_mutex_unlock(&store->lock);
	if (started)
		(void)pthread_join(store->thread, NULL);
	if (store->wipe_pending)
		(void)sql_checkpoint(store->write.sql, NULL);
}
