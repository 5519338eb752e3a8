/* decisions.db, version 1 (PRAGMA user_version; PRAGMA application_id is "jisr"):
 *
 *   decision  one row a decision, never removed: what was withdrawn, replaced or erased stays as a row, so that other
 *             processes learn of it by its new `change`
 *
 *   id           grows, never used twice
 *   change       grows with each write to any row; unique
 *   caller, reference ('' when none), key ('' when none)
 *   subject      16 bytes: what the decision is looked up by (decisions.c)
 *   facts        16 bytes of the whole, then 4 of each fact, as decisions_facts.h has them, lowest byte first
 *   query        JSON: the person asked for, as given
 *   list, entity, caption, entity_hash, listed (JSON: a sum for each property)
 *   decision     'different', 'same', 'unsure'
 *   reason, made_by, made, rules, by_document, score
 *   withdrawn    UTC, '' while the decision counts
 *   erased       1: only the numbers above are left, all texts are empty
 *
 * Durable: write-ahead log, synced with each transaction. Erased texts are overwritten (secure_delete) and the log is
 * emptied, so that no copy of them is left in these files. */
#include "web/decisions_store.h"

#include "base/file.h"
#include "base/thread.h"
#include "store/mirror.h"
#include "store/sql.h"
#include "store/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define STORE_VERSION     1
#define STORE_APPLICATION 0x6a697372 /* "jisr" */
#define FACTS_BYTES       (DIGEST_BYTES + 4 * FACT_COUNT)

#define COLUMNS                                                                                                        \
	"id, change, caller, reference, subject, facts, query, list, entity, caption, entity_hash, listed, decision, " \
	"reason, made_by, key, made, rules, by_document, score, withdrawn"

_Static_assert(FACTS_BYTES == 40, "as in the statement that erases");

static const char *const create = "CREATE TABLE decision ("
				  "id INTEGER PRIMARY KEY AUTOINCREMENT, change INTEGER NOT NULL UNIQUE, "
				  "caller TEXT NOT NULL, reference TEXT NOT NULL, subject BLOB NOT NULL, "
				  "facts BLOB NOT NULL, query TEXT NOT NULL, list TEXT NOT NULL, entity TEXT NOT NULL, "
				  "caption TEXT NOT NULL, entity_hash INTEGER NOT NULL, listed TEXT NOT NULL, "
				  "decision TEXT NOT NULL, reason TEXT NOT NULL, made_by TEXT NOT NULL, "
				  "key TEXT NOT NULL, made TEXT NOT NULL, rules TEXT NOT NULL, "
				  "by_document INTEGER NOT NULL, score REAL NOT NULL, withdrawn TEXT NOT NULL, "
				  "erased INTEGER NOT NULL) STRICT;"
				  "CREATE INDEX decision_of_caller ON decision (caller, id);"
				  "CREATE INDEX decision_of_subject ON decision (subject);"
				  "CREATE UNIQUE INDEX decision_of_key ON decision (caller, key) WHERE key <> '';";

#define BASE    "decisions" /* as what it is shared */
#define WAIT_MS 500
static const char *const tables[] = {"decision", NULL};

struct decision_store {
	struct sql *sql;
	char path[FILE_MAX_PATH];
	int64_t version; /* PRAGMA data_version as last seen */
	bool read_only;

	char directory[FILE_MAX_PATH];
	bool alone;            /* the log was not shared when it was opened */
	struct mirror *mirror; /* where the log is shared */
	bool news;             /* this connection took what others wrote */
	pthread_t follower;
	bool following;
	atomic_bool stop, up, told; /* the follower's line stands; it heard of something that is not here yet */
};

/* ---- opening ---- */

/* From each version to the next; the list grows with the versions. */
static int migrate(struct decision_store *store, struct problem *problem)
{
	int64_t version = 0;
	int error = store->read_only ? sql_begin_read(store->sql, problem) : sql_begin_write(store->sql, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(store->sql, "PRAGMA user_version");
	error = sql_run_number(&query, 0, &version, problem);
	if (!error && version > STORE_VERSION)
		error = problem_set(problem, JISR_UNSUPPORTED,
		                    "%s was written by a later version of jisr. Use that version", store->path);
	if (!error && version < 1 && store->read_only)
		error = JISR_NOT_FOUND; /* made, and nothing stored yet */
	if (!error && version < 1) {
		error = sql_execute(store->sql, create, problem);
		if (!error)
			error = sql_execute(store->sql, "PRAGMA user_version = 1", problem);
	}
	if (!error)
		error = sql_commit(store->sql, problem);
	if (error)
		sql_rollback(store->sql);
	return error;
}

/* What was decided here before decisions were shared, put beside what the others have: under numbers of their own, and withdrawn where
 * the same pair was decided on elsewhere. */
#define MERGE_OWN                                                                                                      \
	"INSERT INTO decision (" COLUMNS ", erased) SELECT NULL, "                                                     \
	"(SELECT coalesce(max(change), 0) FROM decision) + row_number() OVER (ORDER BY own.id), own.caller, "          \
	"own.reference, own.subject, own.facts, own.query, own.list, own.entity, own.caption, own.entity_hash, "       \
	"own.listed, own.decision, own.reason, own.made_by, "                                                          \
	"CASE WHEN EXISTS (SELECT 1 FROM decision AS d WHERE d.caller = own.caller AND d.key = own.key) THEN '' "      \
	"ELSE own.key END, own.made, own.rules, own.by_document, own.score, "                                          \
	"CASE WHEN own.withdrawn = '' AND EXISTS (SELECT 1 FROM decision AS d WHERE d.subject = own.subject AND "      \
	"d.list = own.list AND d.entity = own.entity AND d.withdrawn = '') THEN own.made ELSE own.withdrawn END, 0 "   \
	"FROM temp.own AS own WHERE NOT EXISTS (SELECT 1 FROM decision AS d WHERE d.caller = own.caller AND "          \
	"d.subject = own.subject AND d.list = own.list AND d.entity = own.entity AND d.made = own.made) ORDER BY "     \
	"own.id"

/* The first time that this copy meets the others'. A log may have been shared before decisions were: whoever comes first then gives
 * his own, and each after him adds his. */
static int meet(struct decision_store *store, struct problem *problem)
{
	int error =
		sql_execute(store->sql, "CREATE TEMP TABLE own AS SELECT * FROM decision WHERE erased = 0", problem);
	if (!error)
		error = mirror_begin(store->mirror, problem);
	if (error == JISR_NOT_FOUND) {
		error = mirror_give_missing(store->mirror, problem);
		if (!error)
			error = mirror_begin(store->mirror, problem);
	}
	if (error)
		return error;
	error = sql_execute(store->sql, MERGE_OWN, problem);
	if (!error)
		error = mirror_commit(store->mirror, problem);
	else
		mirror_rollback(store->mirror);
	return error ? error : sql_execute(store->sql, "DROP TABLE temp.own", problem);
}

/* The copy as the others have it; as it is, when nobody answers. */
static int begin_sharing(struct decision_store *store, struct problem *problem)
{
	struct problem inner = {""};
	bool news = false;
	store->alone = !store_is_shared(store->directory);
	int error = mirror_open(store->directory, BASE, tables, store->sql, &store->mirror, problem);
	if (error || store->mirror == NULL)
		return error;
	if (!mirror_filled(store->mirror))
		return meet(store, problem);
	error = mirror_catch_up(store->mirror, &news, &inner);
	return error && error != JISR_BUSY ? problem_set(problem, error, "%s", inner.text) : JISR_OK;
}

int decision_store_open(const char *directory, bool read_only, struct decision_store **ret_store,
                        struct problem *problem)
{
	CLEANUP(decision_store_closep) struct decision_store *store = memory_zero(1, sizeof *store);
	if (store == NULL)
		return problem_no_memory(problem);
	store->read_only = read_only;
	(void)snprintf(store->directory, sizeof store->directory, "%s", directory);
	int length = snprintf(store->path, sizeof store->path, "%s/" STORE_NAME, directory);
	if (length < 0 || length >= (int)sizeof store->path)
		return problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", directory);
	struct stat status;
	if (read_only && stat(store->path, &status) != 0 && errno == ENOENT)
		return JISR_NOT_FOUND;
	int error = sql_open(store->path, read_only ? SQL_READ : SQL_CREATE, STORE_APPLICATION, &store->sql, problem);
	if (error)
		return error;
	error = sql_execute(store->sql, "PRAGMA temp_store = MEMORY", problem);
	if (!error)
		error = sql_check(store->sql, problem);
	if (!error)
		error = migrate(store, problem);
	if (!error && !read_only)
		error = begin_sharing(store, problem);
	if (error)
		return error;
	*ret_store = store;
	store = NULL;
	return JISR_OK;
}

struct decision_store *decision_store_close(struct decision_store *store)
{
	if (store == NULL)
		return NULL;
	atomic_store(&store->stop, true);
	if (store->following)
		(void)pthread_join(store->follower, NULL);
	mirror_free(store->mirror);
	sql_close(store->sql);
	return memory_free(store);
}

int decision_store_give(const char *directory, struct shared *shared, const uint8_t *seal, struct problem *problem)
{
	CLEANUP(decision_store_closep) struct decision_store *store = NULL;
	int error = decision_store_open(directory, false, &store, problem);
	return error ? error : mirror_give(shared, seal, BASE, tables, store->sql, problem);
}

int decision_store_unshare(const char *directory, int (*end)(void *context, struct problem *problem), void *context,
                           struct problem *problem)
{
	CLEANUP(decision_store_closep) struct decision_store *store = NULL;
	int error = decision_store_open(directory, false, &store, problem);
	if (error || store->mirror == NULL)
		return error ? error : end(context, problem);
	error = mirror_begin(store->mirror, problem);
	if (error)
		return error;
	error = end(context, problem);
	if (!error)
		return mirror_end_sharing(store->mirror, problem);
	mirror_rollback(store->mirror);
	return error;
}

/* ---- rows ---- */

static void facts_pack(const struct facts *facts, unsigned char out[FACTS_BYTES])
{
	memcpy(out, facts->whole, DIGEST_BYTES);
	for (size_t i = 0; i < FACT_COUNT; i++)
		for (size_t b = 0; b < 4; b++)
			out[DIGEST_BYTES + 4 * i + b] = (unsigned char)(facts->sums[i] >> 8 * b);
}

static void facts_unpack(const unsigned char packed[FACTS_BYTES], struct facts *facts)
{
	memcpy(facts->whole, packed, DIGEST_BYTES);
	for (size_t i = 0; i < FACT_COUNT; i++) {
		facts->sums[i] = 0;
		for (size_t b = 0; b < 4; b++)
			facts->sums[i] |= (uint32_t)packed[DIGEST_BYTES + 4 * i + b] << 8 * b;
	}
}

static bool read_row(struct sql_query *query, struct decision_row *row)
{
	size_t subject_length, facts_length;
	const void *subject = sql_bytes(query, 4, &subject_length), *facts = sql_bytes(query, 5, &facts_length);
	if (subject_length != DIGEST_BYTES || facts_length != FACTS_BYTES)
		return false;
	*row = (struct decision_row){
		.id = sql_number(query, 0),
		.change = sql_number(query, 1),
		.caller = sql_text(query, 2),
		.reference = sql_text(query, 3),
		.query = sql_text(query, 6),
		.list = sql_text(query, 7),
		.entity = sql_text(query, 8),
		.caption = sql_text(query, 9),
		.entity_hash = (uint64_t)sql_number(query, 10),
		.listed = sql_text(query, 11),
		.decision = sql_text(query, 12),
		.reason = sql_text(query, 13),
		.by = sql_text(query, 14),
		.key = sql_text(query, 15),
		.made = sql_text(query, 16),
		.rules = sql_text(query, 17),
		.by_document = sql_number(query, 18) != 0,
		.score = sql_real(query, 19),
		.withdrawn = sql_text(query, 20),
	};
	memcpy(row->subject, subject, DIGEST_BYTES);
	facts_unpack(facts, &row->facts);
	return true;
}

static int each_row(struct decision_store *store, struct sql_query *query, decision_store_row function, void *context,
                    struct problem *problem)
{
	int error = JISR_OK;
	while (!error && sql_next(query)) {
		struct decision_row row;
		bool good = read_row(query, &row);
		if (query->error) /* no memory for a text */
			break;
		error = good ? function(context, &row)
		             : problem_set(problem, JISR_CORRUPT,
		                           "%s is damaged (decision %lld). Put back a backup (jisr restore)",
		                           store->path, (long long)sql_number(query, 0));
	}
	int done = sql_done(query, error ? NULL : problem);
	return error ? error : done;
}

/* ---- writing ---- */

static int begin(struct decision_store *store, int64_t *ret_change, struct problem *problem)
{
	if (store->read_only)
		return problem_set(problem, JISR_IO, "%s is open for reading alone", store->path);
	if (store->alone && store_is_shared(store->directory))
		return problem_set(problem, JISR_STATE,
		                   "the log of %.200s is shared since this program was started; start it again",
		                   store->directory);
	int error = store->mirror != NULL ? mirror_begin(store->mirror, problem) : sql_begin_write(store->sql, problem);
	store->news = store->news || store->mirror != NULL;
	if (error)
		return error;
	struct sql_query query = sql_query(store->sql, "SELECT coalesce(max(change), 0) + 1 FROM decision");
	return sql_run_number(&query, 1, ret_change, problem);
}

/* Ends the transaction: commits, or takes everything back. */
static int end(struct decision_store *store, int error, struct problem *problem)
{
	if (store->mirror != NULL && error)
		mirror_rollback(store->mirror);
	else if (!error)
		error = store->mirror != NULL ? mirror_commit(store->mirror, problem) : sql_commit(store->sql, problem);
	if (error)
		sql_rollback(store->sql);
	return error;
}

struct earlier {
	const struct decision_row *row;
	int64_t id;
	bool same;
};

static int compare_earlier(void *context, const struct decision_row *found)
{
	struct earlier *earlier = context;
	const struct decision_row *row = earlier->row;
	earlier->id = found->id;
	earlier->same = memcmp(found->subject, row->subject, DIGEST_BYTES) == 0 &&
	                memcmp(found->facts.whole, row->facts.whole, DIGEST_BYTES) == 0 &&
	                strcmp(found->list, row->list) == 0 && strcmp(found->entity, row->entity) == 0 &&
	                strcmp(found->decision, row->decision) == 0 && strcmp(found->reason, row->reason) == 0 &&
	                strcmp(found->by, row->by) == 0;
	return JISR_OK;
}

static int find_key(struct decision_store *store, struct earlier *earlier, struct problem *problem)
{
	struct sql_query query =
		sql_query(store->sql, "SELECT " COLUMNS " FROM decision WHERE caller = ?1 AND key = ?2 AND key <> ''");
	sql_bind_text(&query, 1, earlier->row->caller);
	sql_bind_text(&query, 2, earlier->row->key);
	int error = each_row(store, &query, compare_earlier, earlier, problem);
	if (!error && earlier->id != 0 && !earlier->same)
		error = problem_set(problem, JISR_BUSY,
		                    "this idempotency key was used for another decision (%lld). Use a new key",
		                    (long long)earlier->id);
	return error;
}

static int replace_earlier(struct decision_store *store, const struct decision_row *row, int64_t *change,
                           struct problem *problem)
{
	struct sql_query query =
		sql_query(store->sql, "UPDATE decision SET withdrawn = ?1, change = ?2 WHERE subject = ?3 AND list = "
	                              "?4 AND entity = ?5 AND withdrawn = ''");
	sql_bind_text(&query, 1, row->made);
	sql_bind_number(&query, 2, *change);
	sql_bind_bytes(&query, 3, row->subject, DIGEST_BYTES);
	sql_bind_text(&query, 4, row->list);
	sql_bind_text(&query, 5, row->entity);
	int error = sql_run(&query, problem);
	if (!error)
		*change += sql_changes(store->sql) > 0;
	return error;
}

static int insert(struct decision_store *store, const struct decision_row *row, int64_t change, int64_t *ret_id,
                  struct problem *problem)
{
	unsigned char facts[FACTS_BYTES];
	struct sql_query query =
		sql_query(store->sql, "INSERT INTO decision (" COLUMNS
	                              ", erased) VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
	                              "?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, '', 0) RETURNING id");
	facts_pack(&row->facts, facts);
	sql_bind_number(&query, 1, change);
	sql_bind_text(&query, 2, row->caller);
	sql_bind_text(&query, 3, row->reference);
	sql_bind_bytes(&query, 4, row->subject, DIGEST_BYTES);
	sql_bind_bytes(&query, 5, facts, FACTS_BYTES);
	sql_bind_text(&query, 6, row->query);
	sql_bind_text(&query, 7, row->list);
	sql_bind_text(&query, 8, row->entity);
	sql_bind_text(&query, 9, row->caption);
	sql_bind_number(&query, 10, (int64_t)row->entity_hash);
	sql_bind_text(&query, 11, row->listed);
	sql_bind_text(&query, 12, row->decision);
	sql_bind_text(&query, 13, row->reason);
	sql_bind_text(&query, 14, row->by);
	sql_bind_text(&query, 15, row->key);
	sql_bind_text(&query, 16, row->made);
	sql_bind_text(&query, 17, row->rules);
	sql_bind_number(&query, 18, row->by_document);
	sql_bind_real(&query, 19, row->score);
	*ret_id = sql_next(&query) ? sql_number(&query, 0) : 0;
	return sql_run(&query, problem);
}

int decision_store_add(struct decision_store *store, const struct decision_row *row, int64_t *ret_id,
                       bool *ret_repeated, struct problem *problem)
{
	struct earlier earlier = {.row = row};
	int64_t change = 0, id = 0;
	int error = begin(store, &change, problem);
	if (!error && row->key[0] != '\0')
		error = find_key(store, &earlier, problem);
	bool repeated = !error && earlier.id != 0;
	if (!error && !repeated)
		error = replace_earlier(store, row, &change, problem);
	if (!error && !repeated)
		error = insert(store, row, change, &id, problem);
	error = end(store, error, problem);
	if (error)
		return error;
	*ret_id = repeated ? earlier.id : id;
	*ret_repeated = repeated;
	return JISR_OK;
}

#define WITHDRAW "UPDATE decision SET withdrawn = ?1, change = ?2 WHERE id = ?3 AND caller = ?4 AND withdrawn = ''"
#define ERASE                                                                                                          \
	"UPDATE decision SET withdrawn = ?1, change = ?2, erased = 1, reference = '', query = '', caption = '', "      \
	"listed = '', reason = '', made_by = '', key = '', facts = zeroblob(40), entity = '', list = '', subject = "   \
	"zeroblob(16) WHERE id = ?3 AND caller = ?4 AND erased = 0"

int decision_store_withdraw(struct decision_store *store, const char *caller, int64_t id, const char *now, bool erase,
                            struct problem *problem)
{
	int64_t change = 0;
	int error = begin(store, &change, problem);
	if (!error) {
		struct sql_query query = sql_query(store->sql, erase ? ERASE : WITHDRAW);
		sql_bind_text(&query, 1, now);
		sql_bind_number(&query, 2, change);
		sql_bind_number(&query, 3, id);
		sql_bind_text(&query, 4, caller);
		error = sql_run(&query, problem);
	}
	if (!error && sql_changes(store->sql) == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no decision %lld to take back", (long long)id);
	error = end(store, error, problem);
	/* Busy readers of other processes may put this off; the next one does it. */
	if (!error && erase)
		(void)sql_checkpoint(store->sql, NULL);
	return error;
}

/* The next decision about the entity; 0 when there is none. `caller` has DECISIONS_MAX_CALLER + 1 bytes. */
static int next_of_entity(struct decision_store *store, const char *list, const char *entity, int64_t *ret_id,
                          char *caller, struct problem *problem)
{
	struct sql_query query =
		sql_query(store->sql, "SELECT id, caller FROM decision WHERE list = ?1 AND entity = ?2 AND erased = 0 "
	                              "ORDER BY id LIMIT 1");
	sql_bind_text(&query, 1, list);
	sql_bind_text(&query, 2, entity);
	bool found = sql_next(&query);
	*ret_id = found ? sql_number(&query, 0) : 0;
	(void)snprintf(caller, DECISIONS_MAX_CALLER + 1, "%s", found ? sql_text(&query, 1) : "");
	return sql_done(&query, problem);
}

int decision_store_erase_entity(struct decision_store *store, const char *list, const char *entity, const char *now,
                                uint64_t *ret_count, struct problem *problem)
{
	char caller[DECISIONS_MAX_CALLER + 1] = "";
	uint64_t count = 0;
	int64_t id = 0;
	int error = next_of_entity(store, list, entity, &id, caller, problem);
	while (!error && id != 0) {
		error = decision_store_withdraw(store, caller, id, now, true, problem);
		count++;
		if (!error)
			error = next_of_entity(store, list, entity, &id, caller, problem);
	}
	if (!error && count > 0)
		error = sql_execute(store->sql, "VACUUM", problem);
	if (!error && count > 0)
		(void)sql_checkpoint(store->sql, NULL);
	if (!error)
		*ret_count = count;
	return error;
}

/* ---- reading ---- */

static void *run_follower(void *context)
{
	struct decision_store *store = context;
	CLEANUP(shared_freep) struct shared *shared = NULL;
	while (!atomic_load(&store->stop)) {
		bool told = false;
		if (shared == NULL)
			(void)shared_of(store->directory, &shared, NULL);
		bool up = shared != NULL && shared_wait(shared, SHARED_ROWS, WAIT_MS, &told, NULL) == JISR_OK;
		if (told)
			atomic_store(&store->told, true);
		atomic_store(&store->up, up);
		if (!up) {
			const struct timespec rest = {0, WAIT_MS * 1000000L};
			(void)nanosleep(&rest, NULL);
		}
	}
	return NULL;
}

/* Takes what other machines wrote, when the follower heard of something. */
static void take_told(struct decision_store *store)
{
	bool news = false;
	if (store->mirror == NULL || store->read_only)
		return;
	if (!store->following) {
		atomic_store(&store->told, true);
		store->following = thread_start(&store->follower, run_follower, store, NULL) == JISR_OK;
	}
	if (!atomic_load(&store->up) || !atomic_exchange(&store->told, false))
		return;
	if (mirror_catch_up(store->mirror, &news, NULL) != JISR_OK)
		atomic_store(&store->told, true);
	store->news = store->news || news;
	if (news) /* texts that were erased elsewhere are gone from the write-ahead log, too */
		(void)sql_checkpoint(store->sql, NULL);
}

bool decision_store_moved(struct decision_store *store)
{
	int64_t version;
	take_told(store);
	if (sql_version(store->sql, &version, NULL) != JISR_OK)
		return true;
	bool moved = version != store->version || store->news;
	store->version = version;
	store->news = false;
	return moved;
}

int decision_store_changes(struct decision_store *store, int64_t after, decision_store_row function, void *context,
                           struct problem *problem)
{
	struct sql_query query =
		sql_query(store->sql, "SELECT " COLUMNS " FROM decision WHERE change > ?1 ORDER BY change");
	sql_bind_number(&query, 1, after);
	return each_row(store, &query, function, context, problem);
}

int decision_store_list(struct decision_store *store, const char *caller, const struct decisions_filter *filter,
                        decision_store_row function, void *context, struct problem *problem)
{
	struct sql_query query = sql_query(
		store->sql,
		"SELECT " COLUMNS " FROM decision WHERE caller = ?1 AND erased = 0 AND (?2 = 0 OR id < ?2) "
		"AND (?3 IS NULL OR reference = ?3) AND (?4 IS NULL OR list = ?4) AND (?5 IS NULL OR entity = "
		"?5) AND (?6 IS NULL OR decision = ?6) AND (?7 OR withdrawn = '') ORDER BY id DESC LIMIT ?8");
	sql_bind_text(&query, 1, caller);
	sql_bind_number(&query, 2, filter->after);
	sql_bind_text(&query, 3, filter->reference);
	sql_bind_text(&query, 4, filter->list);
	sql_bind_text(&query, 5, filter->entity);
	sql_bind_text(&query, 6, filter->decision);
	sql_bind_number(&query, 7, filter->withdrawn);
	sql_bind_number(&query, 8, (int64_t)filter->limit + 1);
	return each_row(store, &query, function, context, problem);
}

int decision_store_get(struct decision_store *store, const char *caller, int64_t id, decision_store_row function,
                       void *context, struct problem *problem)
{
	struct sql_query query =
		sql_query(store->sql, "SELECT " COLUMNS " FROM decision WHERE caller = ?1 AND id = ?2 AND erased = 0");
	sql_bind_text(&query, 1, caller);
	sql_bind_number(&query, 2, id);
	return each_row(store, &query, function, context, problem);
}
