/* network.db, version 1. Times are milliseconds since 1970 by the clock here; they order nothing.
 *
 *   item   number, id, state (0 to 4, as the enum), what, officer, scopes, method, target, type, match, said, thing, needs,
 *          caller, key (NULL: none), asked, note, body, given, tries, again (not to be sent before), trouble,
 *          answer, status, first, last, at, made, reply, newer, reason, settled (0: not yet), seen
 *
 * Invariants
 *   1. An item is sent only in state 1, and becomes that in a commit before the first byte leaves.
 *   2. From 1 it goes to 2 or 3 by an answer, to 2 by the log, and back to 0 only when nothing of it left.
 *   3. `needs` names an earlier item: there is no circle. */
#include "network/outbox.h"

#include "base/clock.h"
#include "base/file.h"
#include "store/sql.h"

#include <pthread.h>
#include <string.h>

#define APPLICATION 0x6a73626fu /* "jsbo" */
#define MOST_REST   60000       /* ms between tries of one item */
#define LINE_REST   500         /* ms, where it was the line that broke */

struct outbox {
	pthread_mutex_t lock;
	struct sql *sql;
};

static const char schema[] =
	"CREATE TABLE item (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state INTEGER NOT NULL, "
	"what TEXT NOT NULL, officer TEXT NOT NULL, scopes INTEGER NOT NULL, method TEXT NOT NULL, target TEXT NOT "
	"NULL, "
	"type TEXT NOT NULL, match TEXT NOT NULL, said TEXT NOT NULL, thing TEXT NOT NULL, needs TEXT NOT NULL, "
	"caller TEXT NOT NULL, key TEXT, asked TEXT NOT NULL, note BLOB, body BLOB, given INTEGER NOT NULL, "
	"tries INTEGER NOT NULL DEFAULT 0, again INTEGER NOT NULL DEFAULT 0, trouble TEXT NOT NULL DEFAULT '', "
	"answer BLOB, status INTEGER NOT NULL DEFAULT 0, first INTEGER NOT NULL DEFAULT 0, last INTEGER NOT NULL "
	"DEFAULT "
	"0, at TEXT NOT NULL DEFAULT '', made TEXT NOT NULL DEFAULT '', reply TEXT NOT NULL DEFAULT '', newer TEXT NOT "
	"NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', settled INTEGER NOT NULL DEFAULT 0, seen INTEGER NOT NULL "
	"DEFAULT 0) STRICT;"
	"CREATE INDEX item_open ON item (state, number);"
	"CREATE INDEX item_thing ON item (thing, number);"
	"CREATE INDEX item_needs ON item (needs);"
	"CREATE UNIQUE INDEX item_key ON item (caller, key) WHERE key IS NOT NULL;"
	"CREATE INDEX item_settled ON item (settled) WHERE settled > 0;"
	"PRAGMA user_version = 1;";

static const char *const state_names[] = {[OUTBOX_WAITING] = "waiting",
                                          [OUTBOX_SENT] = "at-headquarters",
                                          [OUTBOX_ACCEPTED] = "accepted",
                                          [OUTBOX_REFUSED] = "refused",
                                          [OUTBOX_DROPPED] = "dropped"};

const char *outbox_state_name(enum outbox_state state)
{
	return state_names[state];
}

bool outbox_state_read(const char *name, enum outbox_state *ret_state)
{
	for (size_t i = 0; i < sizeof state_names / sizeof *state_names; i++) {
		if (strcmp(state_names[i], name) == 0) {
			*ret_state = (enum outbox_state)i;
			return true;
		}
	}
	return false;
}

/* ---- opening ---- */

static int prepare(struct sql *sql, struct problem *problem)
{
	int64_t version = 0;
	int error = sql_begin_write(sql, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(sql, "PRAGMA user_version");
	error = sql_run_number(&query, 0, &version, problem);
	if (!error && version > 1)
		error = problem_set(problem, JISR_UNSUPPORTED, "%s was written by a later version of jisr",
		                    sql_path(sql));
	if (!error && version == 0)
		error = sql_execute(sql, schema, problem);
	if (!error)
		error = sql_commit(sql, problem);
	if (error)
		sql_rollback(sql);
	return error;
}

int outbox_open(const char *directory, struct outbox **ret_outbox, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	CLEANUP(outbox_closep) struct outbox *outbox = memory_zero(1, sizeof *outbox);
	if (outbox == NULL)
		return problem_no_memory(problem);
	(void)pthread_mutex_init(&outbox->lock, NULL);
	if ((size_t)snprintf(path, sizeof path, "%s/" OUTBOX_NAME, directory) >= sizeof path)
		return problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", directory);
	int error = sql_open(path, SQL_CREATE, APPLICATION, &outbox->sql, problem);
	if (!error)
		error = prepare(outbox->sql, problem);
	if (error)
		return error;
	*ret_outbox = outbox;
	outbox = NULL;
	return JISR_OK;
}

struct outbox *outbox_close(struct outbox *outbox)
{
	if (outbox == NULL)
		return NULL;
	sql_close(outbox->sql);
	(void)pthread_mutex_destroy(&outbox->lock);
	return memory_free(outbox);
}

/* Takes the connection with a transaction that writes. */
static int begin(struct outbox *outbox, struct problem *problem)
{
	(void)pthread_mutex_lock(&outbox->lock);
	int error = sql_begin_write(outbox->sql, problem);
	if (error)
		(void)pthread_mutex_unlock(&outbox->lock);
	return error;
}

static int end(struct outbox *outbox, int error, struct problem *problem)
{
	if (!error)
		error = sql_commit(outbox->sql, problem);
	if (error)
		sql_rollback(outbox->sql);
	(void)pthread_mutex_unlock(&outbox->lock);
	return error;
}

/* ---- reading rows ---- */

#define COLUMNS                                                                                                        \
	"number, id, state, what, officer, scopes, method, target, type, match, said, thing, needs, trouble, status, " \
	"first, last, at, made, reply, newer, reason, seen"

static void read_row(struct sql_query *query, struct outbox_item *item)
{
	*item = (struct outbox_item){
		.number = sql_number(query, 0),
		.id = sql_text(query, 1),
		.state = (enum outbox_state)sql_number(query, 2),
		.what = sql_text(query, 3),
		.officer = sql_text(query, 4),
		.scopes = (right_set)sql_number(query, 5),
		.method = sql_text(query, 6),
		.target = sql_text(query, 7),
		.type = sql_text(query, 8),
		.match = sql_text(query, 9),
		.said = sql_text(query, 10),
		.thing = sql_text(query, 11),
		.needs = sql_text(query, 12),
		.trouble = sql_text(query, 13),
		.status = (unsigned)sql_number(query, 14),
		.first = (uint64_t)sql_number(query, 15),
		.last = (uint64_t)sql_number(query, 16),
		.at = sql_text(query, 17),
		.made = sql_text(query, 18),
		.reply = sql_text(query, 19),
		.newer = sql_text(query, 20),
		.reason = sql_text(query, 21),
		.seen = sql_number(query, 22) != 0,
	};
}

static bool keep(struct outbox_item *item, struct arena *arena)
{
	const char **texts[] = {&item->id,    &item->what,  &item->officer, &item->method, &item->target,  &item->type,
	                        &item->match, &item->said,  &item->thing,   &item->needs,  &item->trouble, &item->at,
	                        &item->made,  &item->reply, &item->newer,   &item->reason};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if ((*texts[i] = arena_text(arena, *texts[i], strlen(*texts[i]))) == NULL)
			return false;
	return true;
}

static const char *keep_bytes(struct sql_query *query, int column, struct arena *arena, size_t *ret_length)
{
	const char *bytes = sql_bytes(query, column, ret_length);
	return arena_text(arena, bytes != NULL ? bytes : "", *ret_length);
}

static int get(struct sql *sql, const char *id, struct arena *arena, struct outbox_item *ret_item,
               struct problem *problem)
{
	bool found = false, kept = true;
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS ", note, body, answer FROM item WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	if (sql_next(&query)) {
		found = true;
		read_row(&query, ret_item);
		ret_item->note = keep_bytes(&query, 23, arena, &ret_item->note_length);
		ret_item->body = keep_bytes(&query, 24, arena, &ret_item->body_length);
		ret_item->answer = keep_bytes(&query, 25, arena, &ret_item->answer_length);
		kept = keep(ret_item, arena) && ret_item->note != NULL && ret_item->body != NULL &&
		       ret_item->answer != NULL;
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (!kept)
		return problem_no_memory(problem);
	return found ? JISR_OK : problem_set(problem, JISR_NOT_FOUND, "there is nothing %.40s in the outbox", id);
}

int outbox_get(struct outbox *outbox, const char *id, struct arena *arena, struct outbox_item *ret_item,
               struct problem *problem)
{
	(void)pthread_mutex_lock(&outbox->lock);
	int error = get(outbox->sql, id, arena, ret_item, problem);
	(void)pthread_mutex_unlock(&outbox->lock);
	return error;
}

int outbox_list(struct outbox *outbox, const struct outbox_filter *filter, outbox_each each, void *context,
                uint64_t *ret_total, struct problem *problem)
{
	int64_t total = 0;
	bool more = true;
	(void)pthread_mutex_lock(&outbox->lock);
	struct sql_query query =
		sql_query(outbox->sql, "SELECT " COLUMNS " FROM item WHERE (?1 IS NULL OR officer = ?1) AND "
	                               "(?2 = -1 OR state = ?2 OR (?2 = -2 AND state < 2)) AND (?3 = 0 OR number < ?3) "
	                               "ORDER BY number DESC LIMIT ?4");
	sql_bind_text(&query, 1, filter->officer);
	sql_bind_number(&query, 2, filter->state);
	sql_bind_number(&query, 3, filter->before);
	sql_bind_number(&query, 4, (int64_t)filter->limit);
	while (more && sql_next(&query)) {
		struct outbox_item item;
		read_row(&query, &item);
		more = each(context, &item);
	}
	int error = sql_done(&query, problem);
	if (!error && ret_total != NULL) {
		query = sql_query(outbox->sql, "SELECT count(*) FROM item WHERE (?1 IS NULL OR officer = ?1) AND "
		                               "(?2 = -1 OR state = ?2 OR (?2 = -2 AND state < 2))");
		sql_bind_text(&query, 1, filter->officer);
		sql_bind_number(&query, 2, filter->state);
		error = sql_run_number(&query, 0, &total, problem);
		*ret_total = (uint64_t)total;
	}
	(void)pthread_mutex_unlock(&outbox->lock);
	return error;
}

int outbox_moves(struct outbox *outbox, const char *thing, bool *ret_moves, struct problem *problem)
{
	int64_t count = 0;
	(void)pthread_mutex_lock(&outbox->lock);
	struct sql_query query =
		sql_query(outbox->sql, "SELECT count(*) FROM item WHERE thing = ?1 AND (state < 2 OR (state = 2 "
	                               "AND seen = 0))");
	sql_bind_text(&query, 1, thing);
	int error = sql_run_number(&query, 0, &count, problem);
	(void)pthread_mutex_unlock(&outbox->lock);
	*ret_moves = count > 0;
	return error;
}

/* ---- putting in ---- */

static int find_key(struct sql *sql, const char *caller, const char *key, const char *asked, char ret_id[PARCEL_ID_MAX],
                    struct problem *problem)
{
	bool found = false, same = false;
	struct sql_query query = sql_query(sql, "SELECT id, asked FROM item WHERE caller = ?1 AND key = ?2");
	sql_bind_text(&query, 1, caller);
	sql_bind_text(&query, 2, key);
	if (sql_next(&query)) {
		found = true;
		same = strcmp(sql_text(&query, 1), asked) == 0;
		if (same)
			(void)snprintf(ret_id, PARCEL_ID_MAX, "%s", sql_text(&query, 0));
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (found && !same)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"this Idempotency-Key was sent with another request. Take another key for another request");
	return found ? JISR_OK : problem_set(problem, JISR_NOT_FOUND, "there is nothing by that key");
}

int outbox_by_key(struct outbox *outbox, const char *caller, const char *key, const char *asked,
                  char ret_id[PARCEL_ID_MAX], struct problem *problem)
{
	(void)pthread_mutex_lock(&outbox->lock);
	int error = find_key(outbox->sql, caller, key, asked, ret_id, problem);
	(void)pthread_mutex_unlock(&outbox->lock);
	return error;
}

/* The item that must be accepted before one about that thing: the last open one about it; "": none. */
static int find_needs(struct sql *sql, const char *thing, char ret_needs[PARCEL_ID_MAX], struct problem *problem)
{
	const char *mark = strstr(thing, "/~");
	bool gone = false, known = mark == NULL;
	struct sql_query query =
		sql_query(sql, "SELECT id FROM item WHERE thing = ?1 AND state < 2 ORDER BY number DESC"
	                       " LIMIT 1");
	sql_bind_text(&query, 1, thing);
	ret_needs[0] = '\0';
	if (sql_next(&query))
		(void)snprintf(ret_needs, PARCEL_ID_MAX, "%s", sql_text(&query, 0));
	int error = sql_done(&query, problem);
	if (error || mark == NULL)
		return error;
	query = sql_query(sql, "SELECT state FROM item WHERE id = ?1");
	sql_bind_text(&query, 1, mark + 2);
	if (sql_next(&query)) {
		known = true;
		gone = sql_number(&query, 0) == OUTBOX_REFUSED || sql_number(&query, 0) == OUTBOX_DROPPED;
	}
	error = sql_done(&query, problem);
	if (!error && !known)
		error = problem_set(problem, JISR_NOT_FOUND, "there is nothing %.40s in the outbox", mark + 2);
	if (!error && gone)
		error = problem_set(problem, JISR_STATE, "%s, which this builds on, was refused or dropped", mark + 2);
	return error;
}

static int check_room(struct sql *sql, size_t length, struct problem *problem)
{
	bool room = true;
	struct sql_query query =
		sql_query(sql, "SELECT count(*), coalesce(sum(length(body)), 0) FROM item WHERE state < 2");
	if (sql_next(&query))
		room = sql_number(&query, 0) < OUTBOX_MAX_OPEN &&
		       sql_number(&query, 1) + (int64_t)length <= OUTBOX_MAX_BYTES;
	int error = sql_done(&query, problem);
	return error || room
	               ? error
	               : problem_set(problem, JISR_FULL,
	                             "the outbox holds all it can hold until there is a line to headquarters again");
}

static int insert(struct sql *sql, const struct outbox_new *item, const char *needs, struct problem *problem)
{
	const struct parcel *parcel = &item->parcel;
	struct sql_query query = sql_query(
		sql,
		"INSERT INTO item (id, state, what, officer, scopes, method, target, type, match, said, thing, needs, "
		"caller, key, asked, note, body, given) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
		"?13, ?14, ?15, ?16, ?17)");
	sql_bind_text(&query, 1, parcel->id);
	sql_bind_text(&query, 2, item->what);
	sql_bind_text(&query, 3, parcel->officer);
	sql_bind_number(&query, 4, (int64_t)parcel->scopes);
	sql_bind_text(&query, 5, parcel->method);
	sql_bind_text(&query, 6, parcel->target);
	sql_bind_text(&query, 7, parcel->type);
	sql_bind_text(&query, 8, parcel->match);
	sql_bind_text(&query, 9, parcel->said);
	sql_bind_text(&query, 10, item->thing);
	sql_bind_text(&query, 11, needs);
	sql_bind_text(&query, 12, item->caller);
	sql_bind_text(&query, 13, item->key);
	sql_bind_text(&query, 14, item->asked);
	sql_bind_bytes(&query, 15, item->note, item->note_length);
	sql_bind_bytes(&query, 16, parcel->body, parcel->length);
	sql_bind_number(&query, 17, clock_wall());
	return sql_run(&query, problem);
}

int outbox_put(struct outbox *outbox, const struct outbox_new *item, char ret_id[PARCEL_ID_MAX],
               struct problem *problem)
{
	char needs[PARCEL_ID_MAX], id[PARCEL_ID_MAX];
	int error = begin(outbox, problem);
	if (error)
		return error;
	(void)snprintf(id, sizeof id, "%s", item->parcel.id);
	error = item->key != NULL ? find_key(outbox->sql, item->caller, item->key, item->asked, id, problem)
	                          : JISR_NOT_FOUND;
	if (error == JISR_NOT_FOUND) {
		const char *mark = strstr(item->thing, "/~");
		bool builds = item->thing[0] != '\0' && (mark == NULL || strcmp(mark + 2, item->parcel.id) != 0);
		needs[0] = '\0';
		error = check_room(outbox->sql, item->parcel.length, problem);
		if (!error && builds)
			error = find_needs(outbox->sql, item->thing, needs, problem);
		if (!error)
			error = insert(outbox->sql, item, needs, problem);
	}
	error = end(outbox, error, problem);
	if (!error)
		memcpy(ret_id, id, sizeof id);
	return error;
}

/* ---- while it waits ---- */

static int check_waits(struct sql *sql, const char *id, struct problem *problem)
{
	int64_t state = -1;
	struct sql_query query = sql_query(sql, "SELECT state FROM item WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	int error = sql_run_number(&query, -1, &state, problem);
	if (error)
		return error;
	if (state < 0)
		return problem_set(problem, JISR_NOT_FOUND, "there is nothing %.40s in the outbox", id);
	return state == OUTBOX_WAITING ? JISR_OK
	                               : problem_set(problem, JISR_STATE, "%s does not wait any more: it is %s", id,
	                                             state_names[state]);
}

int outbox_amend(struct outbox *outbox, const char *id, const char *note, size_t note_length, const char *body,
                 size_t body_length, const char *asked, struct problem *problem)
{
	int error = begin(outbox, problem);
	if (error)
		return error;
	error = check_waits(outbox->sql, id, problem);
	if (!error)
		error = check_room(outbox->sql, body_length, problem);
	if (!error) {
		struct sql_query query = sql_query(
			outbox->sql, "UPDATE item SET note = ?2, body = ?3, asked = ?4, again = 0 WHERE id = ?1");
		sql_bind_text(&query, 1, id);
		sql_bind_bytes(&query, 2, note, note_length);
		sql_bind_bytes(&query, 3, body, body_length);
		sql_bind_text(&query, 4, asked);
		error = sql_run(&query, problem);
	}
	return end(outbox, error, problem);
}

/* Everything that builds on an item, however far, and waits: all of it is settled so. */
static int settle_after(struct sql *sql, const char *id, enum outbox_state state, const char *reason,
                        uint64_t *ret_count, struct problem *problem)
{
	struct sql_query query = sql_query(
		sql,
		"WITH RECURSIVE after (id) AS (SELECT id FROM item WHERE needs = ?1 AND state = 0 UNION SELECT i.id "
		"FROM "
		"item i JOIN after ON i.needs = after.id WHERE i.state = 0) UPDATE item SET state = ?2, reason = ?3, "
		"settled = ?4 WHERE id IN (SELECT id FROM after)");
	sql_bind_text(&query, 1, id);
	sql_bind_number(&query, 2, state);
	sql_bind_text(&query, 3, reason);
	sql_bind_number(&query, 4, clock_wall());
	int error = sql_run(&query, problem);
	if (!error)
		*ret_count = (uint64_t)sql_changes(sql);
	return error;
}

int outbox_drop(struct outbox *outbox, const char *id, uint64_t *ret_count, struct problem *problem)
{
	uint64_t count = 0;
	int error = begin(outbox, problem);
	if (error)
		return error;
	error = check_waits(outbox->sql, id, problem);
	if (!error)
		error = settle_after(outbox->sql, id, OUTBOX_DROPPED, "what it builds on was dropped", &count, problem);
	if (!error) {
		struct sql_query query =
			sql_query(outbox->sql, "UPDATE item SET state = 4, settled = ?2 WHERE id = ?1");
		sql_bind_text(&query, 1, id);
		sql_bind_number(&query, 2, clock_wall());
		error = sql_run(&query, problem);
	}
	if (!error) /* nobody wants it any more: of a dropped one nothing that it said stays */
		error = sql_execute(outbox->sql, "UPDATE item SET note = NULL, body = NULL WHERE state = 4", problem);
	error = end(outbox, error, problem);
	if (!error)
		*ret_count = count + 1;
	return error;
}

/* ---- sending ---- */

#define READY                                                                                                          \
	"(i.state = 0 OR i.state = 1) AND i.again <= ?1 AND (i.needs = '' OR NOT EXISTS (SELECT 1 FROM item n WHERE "  \
	"n.id "                                                                                                        \
	"= i.needs AND n.state < 2))"

bool outbox_ready(struct outbox *outbox)
{
	int64_t found = 0;
	(void)pthread_mutex_lock(&outbox->lock);
	struct sql_query query = sql_query(outbox->sql, "SELECT 1 FROM item i WHERE " READY " LIMIT 1");
	sql_bind_number(&query, 1, clock_wall());
	int error = sql_run_number(&query, 0, &found, NULL);
	(void)pthread_mutex_unlock(&outbox->lock);
	return !error && found != 0;
}

static int choose(struct sql *sql, char ids[OUTBOX_BATCH][PARCEL_ID_MAX], size_t *ret_count, struct problem *problem)
{
	size_t count = 0, bytes = 0;
	bool full = false;
	struct sql_query query =
		sql_query(sql, "SELECT i.id, length(i.body) FROM item i WHERE " READY " ORDER BY i.number LIMIT ?2");
	sql_bind_number(&query, 1, clock_wall());
	sql_bind_number(&query, 2, OUTBOX_BATCH);
	while (!full && sql_next(&query)) {
		bytes += (size_t)sql_number(&query, 1);
		full = count > 0 && bytes > OUTBOX_BATCH_BYTES;
		if (!full)
			(void)snprintf(ids[count++], PARCEL_ID_MAX, "%s", sql_text(&query, 0));
	}
	*ret_count = count;
	return sql_done(&query, problem);
}

int outbox_take(struct outbox *outbox, struct arena *arena, struct outbox_item ret_items[OUTBOX_BATCH],
                size_t *ret_count, struct problem *problem)
{
	char ids[OUTBOX_BATCH][PARCEL_ID_MAX];
	size_t count = 0;
	int error = begin(outbox, problem);
	if (error)
		return error;
	error = choose(outbox->sql, ids, &count, problem);
	for (size_t i = 0; i < count && !error; i++) {
		struct sql_query query =
			sql_query(outbox->sql, "UPDATE item SET state = 1, tries = tries + 1 WHERE id = ?1");
		sql_bind_text(&query, 1, ids[i]);
		error = sql_run(&query, problem);
		if (!error)
			error = get(outbox->sql, ids[i], arena, &ret_items[i], problem);
	}
	error = end(outbox, error, problem);
	if (!error)
		*ret_count = count;
	return error;
}

int outbox_back(struct outbox *outbox, const char *id, struct problem *problem)
{
	int error = begin(outbox, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		outbox->sql, "UPDATE item SET state = 0, tries = tries - 1 WHERE id = ?1 AND state = 1 AND tries = 1");
	sql_bind_text(&query, 1, id);
	return end(outbox, sql_run(&query, problem), problem);
}

int outbox_later(struct outbox *outbox, const char *id, bool line, const char *why, struct problem *problem)
{
	int error = begin(outbox, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		outbox->sql, "UPDATE item SET trouble = ?2, again = ?3 + min(?4, 500 << min(tries, 8)) WHERE id = ?1 "
			     "AND state = 1");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, why);
	sql_bind_number(&query, 3, clock_wall());
	sql_bind_number(&query, 4, line ? LINE_REST : MOST_REST);
	return end(outbox, sql_run(&query, problem), problem);
}

static int put_answer(struct sql *sql, const struct parcel_answer *answer, const char *note, size_t length,
                      const char *reason, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "UPDATE item SET state = ?2, answer = ?3, status = ?4, first = ?5, "
	                                        "last = ?6, at = ?7, made = ?8, reply = "
	                                        "?9, newer = ?10, reason = ?11, settled = ?12, trouble = '', body = "
	                                        "CASE ?2 WHEN 2 THEN NULL ELSE body END "
	                                        "WHERE id = ?1 AND state = 1");
	sql_bind_text(&query, 1, answer->id);
	sql_bind_number(&query, 2, answer->accepted ? OUTBOX_ACCEPTED : OUTBOX_REFUSED);
	sql_bind_bytes(&query, 3, note, length);
	sql_bind_number(&query, 4, answer->status);
	sql_bind_number(&query, 5, (int64_t)answer->first);
	sql_bind_number(&query, 6, (int64_t)answer->last);
	sql_bind_text(&query, 7, answer->at);
	sql_bind_text(&query, 8, answer->made);
	sql_bind_text(&query, 9, answer->reply);
	sql_bind_text(&query, 10, answer->newer);
	sql_bind_text(&query, 11, reason);
	sql_bind_number(&query, 12, clock_wall());
	int error = sql_run(&query, problem);
	if (!error && sql_changes(sql) == 0)
		error = problem_set(problem, JISR_STATE, "%s is not at headquarters", answer->id);
	return error;
}

int outbox_settle(struct outbox *outbox, const struct parcel_answer *answer, const char *note, size_t length,
                  const char *reason, struct problem *problem)
{
	uint64_t count;
	int error = begin(outbox, problem);
	if (error)
		return error;
	error = put_answer(outbox->sql, answer, note, length, answer->accepted ? "" : reason, problem);
	if (!error && !answer->accepted)
		error = settle_after(outbox->sql, answer->id, OUTBOX_REFUSED, "what it builds on was refused", &count,
		                     problem);
	return end(outbox, error, problem);
}

int outbox_unseen(struct outbox *outbox, outbox_each each, void *context, struct problem *problem)
{
	bool more = true;
	(void)pthread_mutex_lock(&outbox->lock);
	struct sql_query query =
		sql_query(outbox->sql, "SELECT " COLUMNS " FROM item WHERE state = 1 OR (state = 2 AND "
	                               "seen = 0 AND first > 0) ORDER BY number LIMIT 1000");
	while (more && sql_next(&query)) {
		struct outbox_item item;
		read_row(&query, &item);
		more = each(context, &item);
	}
	int error = sql_done(&query, problem);
	(void)pthread_mutex_unlock(&outbox->lock);
	return error;
}

int outbox_saw(struct outbox *outbox, const char *id, uint64_t first, uint64_t last, const char *made, const char *at,
               struct problem *problem)
{
	int error = begin(outbox, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		outbox->sql, "UPDATE item SET settled = CASE state WHEN 1 THEN ?6 ELSE settled END, state = 2, seen = "
			     "1, first = ?2, last = ?3, made = ?4, at = ?5, body = NULL, trouble = '' WHERE id = ?1 "
			     "AND (state = 1 OR state = 2)");
	sql_bind_text(&query, 1, id);
	sql_bind_number(&query, 2, (int64_t)first);
	sql_bind_number(&query, 3, (int64_t)last);
	sql_bind_text(&query, 4, made);
	sql_bind_text(&query, 5, at);
	sql_bind_number(&query, 6, clock_wall());
	return end(outbox, sql_run(&query, problem), problem);
}

int outbox_forget(struct outbox *outbox, int64_t now, struct problem *problem)
{
	int error = begin(outbox, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		outbox->sql, "DELETE FROM item WHERE settled > 0 AND settled < ?1 AND NOT EXISTS (SELECT 1 FROM item o "
			     "WHERE o.needs = item.id AND o.state < 2)");
	sql_bind_number(&query, 1, now - OUTBOX_KEEP_MS);
	return end(outbox, sql_run(&query, problem), problem);
}

int outbox_figures(struct outbox *outbox, struct outbox_figures *ret_figures, struct problem *problem)
{
	struct outbox_figures figures = {0};
	int64_t oldest = 0;
	(void)pthread_mutex_lock(&outbox->lock);
	struct sql_query query =
		sql_query(outbox->sql, "SELECT state, count(*), min(given) FROM item WHERE state IN (0, 1, 3)"
	                               " GROUP BY state");
	while (sql_next(&query)) {
		uint64_t count = (uint64_t)sql_number(&query, 1);
		switch (sql_number(&query, 0)) {
		case OUTBOX_WAITING: figures.waiting = count; break;
		case OUTBOX_SENT: figures.sent = count; break;
		default: figures.refused = count; continue;
		}
		if (oldest == 0 || sql_number(&query, 2) < oldest)
			oldest = sql_number(&query, 2);
	}
	int error = sql_done(&query, problem);
	(void)pthread_mutex_unlock(&outbox->lock);
	if (error)
		return error;
	int64_t age = oldest > 0 ? clock_wall() - oldest : 0;
	figures.oldest = age > 0 ? (double)age / 1000 : 0;
	*ret_figures = figures;
	return JISR_OK;
}
