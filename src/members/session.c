#include "members/session.h"

#include "base/text.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS "hash, officer, made, seen, ends, proved, means, source, agent, state"
#define ALIVE   "ends > ?2 AND seen + ?3 > ?2"

static void read_row(struct sql_query *query, struct session *session)
{
	size_t length = 0;
	const void *hash = sql_bytes(query, 0, &length);
	*session = (struct session){.made = sql_number(query, 2),
	                            .seen = sql_number(query, 3),
	                            .ends = sql_number(query, 4),
	                            .proved = sql_number(query, 5)};
	if (hash != NULL && length == sizeof session->hash)
		memcpy(session->hash, hash, length);
	(void)sodium_bin2hex(session->id, sizeof session->id, session->hash, (SESSION_ID - 1) / 2);
	(void)snprintf(session->officer, sizeof session->officer, "%s", sql_text(query, 1));
	(void)snprintf(session->means, sizeof session->means, "%s", sql_text(query, 6));
	(void)snprintf(session->source, sizeof session->source, "%s", sql_text(query, 7));
	(void)snprintf(session->agent, sizeof session->agent, "%s", sql_text(query, 8));
	(void)snprintf(session->state, sizeof session->state, "%s", sql_text(query, 9));
}

static int read_one(struct sql_query *query, struct session *ret_session, struct problem *problem)
{
	struct session session;
	bool found = sql_next(query);
	if (found)
		read_row(query, &session);
	int error = sql_done(query, problem);
	if (error != JISR_OK)
		return error;
	if (!found)
		return problem_set(problem, JISR_NOT_FOUND, "there is no such session, or it has ended");
	*ret_session = session;
	return JISR_OK;
}

int session_start(struct sql *sql, struct session *fresh, const struct session_limits *limits, int64_t now,
                  char ret_secret[LOCAL_SECRET], struct problem *problem)
{
	local_secret(ret_secret, fresh->hash);
	(void)sodium_bin2hex(fresh->id, sizeof fresh->id, fresh->hash, (SESSION_ID - 1) / 2);
	fresh->made = fresh->seen = fresh->proved = now;
	fresh->ends = now + limits->whole;
	struct sql_query query = sql_query(sql, "DELETE FROM session WHERE ends <= ?1 OR seen + ?2 <= ?1");
	sql_bind_number(&query, 1, now);
	sql_bind_number(&query, 2, limits->idle);
	int error = sql_run(&query, problem);
	if (error != JISR_OK)
		return error;
	query = sql_query(sql, "INSERT INTO session (" COLUMNS ") VALUES (?1, ?2, ?3, ?3, ?4, ?3, ?5, ?6, ?7, ?8)");
	sql_bind_bytes(&query, 1, fresh->hash, sizeof fresh->hash);
	sql_bind_text(&query, 2, fresh->officer);
	sql_bind_number(&query, 3, now);
	sql_bind_number(&query, 4, fresh->ends);
	sql_bind_text(&query, 5, fresh->means);
	sql_bind_text(&query, 6, fresh->source);
	sql_bind_text(&query, 7, fresh->agent);
	sql_bind_text(&query, 8, fresh->state);
	error = sql_run(&query, problem);
	if (error != JISR_OK)
		return error;
	query = sql_query(
		sql,
		"DELETE FROM session WHERE officer = ?1 AND hash NOT IN (SELECT hash FROM session WHERE officer = ?1 "
		"ORDER BY seen DESC, rowid DESC LIMIT ?2)");
	sql_bind_text(&query, 1, fresh->officer);
	sql_bind_number(&query, 2, SESSION_MAX);
	return sql_run(&query, problem);
}

int session_find(struct sql *sql, const char *secret, const struct session_limits *limits, int64_t now,
                 struct session *ret_session, bool *ret_stale, struct problem *problem)
{
	uint8_t hash[LOCAL_HASH];
	struct session session;
	local_hash(secret, hash);
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM session WHERE hash = ?1 AND " ALIVE);
	sql_bind_bytes(&query, 1, hash, sizeof hash);
	sql_bind_number(&query, 2, now);
	sql_bind_number(&query, 3, limits->idle);
	int error = read_one(&query, &session, problem);
	if (error != JISR_OK)
		return error;
	*ret_stale = now - session.seen >= SESSION_SEEN_EACH;
	*ret_session = session;
	return JISR_OK;
}

int session_touch(struct sql *sql, const struct session *session, int64_t now, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "UPDATE session SET seen = ?2 WHERE hash = ?1 AND seen < ?2");
	sql_bind_bytes(&query, 1, session->hash, sizeof session->hash);
	sql_bind_number(&query, 2, now);
	return sql_run(&query, problem);
}

int session_prove(struct sql *sql, const struct session *session, int64_t now, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "UPDATE session SET proved = ?2, seen = ?2 WHERE hash = ?1");
	sql_bind_bytes(&query, 1, session->hash, sizeof session->hash);
	sql_bind_number(&query, 2, now);
	int error = sql_run(&query, problem);
	if (error == JISR_OK && sql_changes(sql) == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "the session has ended; sign in again");
	return error;
}

int session_at(struct sql *sql, const char *officer, size_t index, const struct session_limits *limits, int64_t now,
               struct session *ret_session, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM session WHERE officer = ?1 AND " ALIVE
	                                        " ORDER BY seen DESC, rowid DESC LIMIT 1 OFFSET ?4");
	sql_bind_text(&query, 1, officer);
	sql_bind_number(&query, 2, now);
	sql_bind_number(&query, 3, limits->idle);
	sql_bind_number(&query, 4, (int64_t)index);
	return read_one(&query, ret_session, problem);
}

static int run_end(struct sql_query *query, struct problem *problem)
{
	struct sql *sql = query->sql;
	int error = sql_run(query, problem);
	if (error == JISR_OK && sql_changes(sql) == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no such session, or it has ended");
	return error;
}

int session_end(struct sql *sql, const uint8_t hash[LOCAL_HASH], struct problem *problem)
{
	struct sql_query query = sql_query(sql, "DELETE FROM session WHERE hash = ?1");
	sql_bind_bytes(&query, 1, hash, LOCAL_HASH);
	return run_end(&query, problem);
}

int session_end_id(struct sql *sql, const char *officer, const char *id, struct problem *problem)
{
	if (!text_is_hex(id, SESSION_ID - 1))
		return problem_set(problem, JISR_NOT_FOUND, "there is no such session, or it has ended");
	struct sql_query query =
		sql_query(sql, "DELETE FROM session WHERE officer = ?1 AND lower(hex(substr(hash, 1, 8))) = ?2");
	sql_bind_text(&query, 1, officer);
	sql_bind_text(&query, 2, id);
	return run_end(&query, problem);
}

int session_end_all(struct sql *sql, const char *officer, const uint8_t *but, int64_t *ret_count,
                    struct problem *problem)
{
	struct sql_query query = sql_query(sql, "DELETE FROM session WHERE officer = ?1 AND hash IS NOT ?2");
	sql_bind_text(&query, 1, officer);
	if (but != NULL)
		sql_bind_bytes(&query, 2, but, LOCAL_HASH);
	int error = sql_run(&query, problem);
	if (error == JISR_OK)
		*ret_count = sql_changes(sql);
	return error;
}
