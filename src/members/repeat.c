#include "members/repeat.h"

#include <string.h>

static int forget(struct sql *sql, const struct repeat *repeat, int64_t now, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "DELETE FROM repeat WHERE made <= ?1");
	sql_bind_number(&query, 1, now - REPEAT_KEPT);
	int error = sql_run(&query, problem);
	if (error != JISR_OK)
		return error;
	query = sql_query(sql,
	                  "DELETE FROM repeat WHERE caller = ?1 AND id <= (SELECT id FROM repeat WHERE caller = ?1 "
	                  "ORDER BY id DESC LIMIT 1 OFFSET ?2)");
	sql_bind_text(&query, 1, repeat->caller);
	sql_bind_number(&query, 2, REPEAT_MOST - 1);
	return sql_run(&query, problem);
}

static const char *keep_text(struct sql_query *query, int column, struct arena *arena, bool *failed)
{
	if (sql_null(query, column))
		return NULL;
	const char *text = sql_text(query, column), *kept = arena_text(arena, text, strlen(text));
	*failed = *failed || kept == NULL;
	return kept;
}

/* JISR_NOT_FOUND: the key is new. */
static int look(struct sql *sql, const struct repeat *repeat, struct arena *arena, enum repeat_found *found,
                struct repeat_reply *reply, struct problem *problem)
{
	bool failed = false;
	size_t size = 0;
	struct sql_query query =
		sql_query(sql, "SELECT body, status, etag, location, reply FROM repeat WHERE caller = ?1 "
	                       "AND route = ?2 AND key = ?3");
	sql_bind_text(&query, 1, repeat->caller);
	sql_bind_text(&query, 2, repeat->route);
	sql_bind_text(&query, 3, repeat->key);
	bool there = sql_next(&query);
	if (there) {
		const void *body = sql_bytes(&query, 0, &size);
		bool same = size == LOCAL_HASH && memcmp(body, repeat->body, LOCAL_HASH) == 0;
		*reply = (struct repeat_reply){.status = (int)sql_number(&query, 1)};
		bool kept = !sql_null(&query, 4);
		*found = !same                ? REPEAT_OTHER
		         : reply->status == 0 ? REPEAT_UNDER_WAY
		         : kept               ? REPEAT_AGAIN
		                              : REPEAT_NOT_KEPT;
		if (*found == REPEAT_AGAIN) {
			reply->etag = keep_text(&query, 2, arena, &failed);
			reply->location = keep_text(&query, 3, arena, &failed);
			const char *bytes = sql_bytes(&query, 4, &reply->length);
			reply->bytes = arena_text(arena, bytes != NULL ? bytes : "", reply->length);
			failed = failed || reply->bytes == NULL;
		}
	}
	int error = sql_done(&query, problem);
	if (error == JISR_OK && failed)
		error = problem_no_memory(problem);
	return error != JISR_OK ? error : there ? JISR_OK : JISR_NOT_FOUND;
}

int repeat_begin(struct sql *sql, const struct repeat *repeat, int64_t now, struct arena *arena,
                 enum repeat_found *ret_found, int64_t *ret_id, struct repeat_reply *ret_reply, struct problem *problem)
{
	enum repeat_found found = REPEAT_FIRST;
	struct repeat_reply reply = {.status = 0};
	int64_t id = 0;
	int error = forget(sql, repeat, now, problem);
	if (error == JISR_OK)
		error = look(sql, repeat, arena, &found, &reply, problem);
	if (error == JISR_NOT_FOUND) {
		struct sql_query query =
			sql_query(sql, "INSERT INTO repeat (caller, route, key, body, made) VALUES (?1, "
		                       "?2, ?3, ?4, ?5) RETURNING id");
		sql_bind_text(&query, 1, repeat->caller);
		sql_bind_text(&query, 2, repeat->route);
		sql_bind_text(&query, 3, repeat->key);
		sql_bind_bytes(&query, 4, repeat->body, LOCAL_HASH);
		sql_bind_number(&query, 5, now);
		error = sql_run_number(&query, 0, &id, problem);
	}
	if (error != JISR_OK)
		return error;
	*ret_found = found;
	*ret_id = id;
	*ret_reply = reply;
	return JISR_OK;
}

int repeat_keep(struct sql *sql, int64_t id, const struct repeat_reply *reply, struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "UPDATE repeat SET status = ?2, etag = ?3, location = ?4, reply = ?5 WHERE id = ?1");
	sql_bind_number(&query, 1, id);
	sql_bind_number(&query, 2, reply->status);
	sql_bind_text(&query, 3, reply->etag);
	sql_bind_text(&query, 4, reply->location);
	if (reply->bytes != NULL && reply->length <= REPEAT_MAX_REPLY)
		sql_bind_bytes(&query, 5, reply->bytes, reply->length);
	else
		sql_bind_text(&query, 5, NULL);
	return sql_run(&query, problem);
}

int repeat_forget(struct sql *sql, const char *text, uint64_t *ret_count, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "UPDATE repeat SET reply = NULL, location = NULL WHERE"
	                                        " instr(reply, CAST(?1 AS BLOB)) > 0");
	sql_bind_text(&query, 1, text);
	int error = sql_run(&query, problem);
	if (!error)
		*ret_count = (uint64_t)sql_changes(sql);
	return error;
}

int repeat_drop(struct sql *sql, int64_t id, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "DELETE FROM repeat WHERE id = ?1");
	sql_bind_number(&query, 1, id);
	return sql_run(&query, problem);
}
