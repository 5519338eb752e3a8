#include "members/token.h"

#include <stdio.h>
#include <string.h>

#define MINUTE 60000 /* ms */

int token_read_scopes(const char *text, right_set *ret_scopes, struct problem *problem)
{
	right_set scopes = 0;
	while (*(text += strspn(text, " ")) != '\0') {
		char word[64] = "";
		enum right right;
		size_t length = strcspn(text, " ");
		if (length < sizeof word)
			memcpy(word, text, length);
		if (!right_read(word, &right))
			return problem_set(problem, JISR_BAD_INPUT, "there is no right '%.*s'",
			                   (int)(length < 60 ? length : 60), text);
		scopes |= RIGHT_BIT(right);
		text += length;
	}
	*ret_scopes = scopes;
	return JISR_OK;
}

void token_write_scopes(right_set scopes, char out[TOKEN_MAX_SCOPES])
{
	size_t used = 0;
	out[0] = '\0';
	for (unsigned right = 0; right < RIGHT_COUNT; right++)
		if ((scopes & RIGHT_BIT(right)) != 0 &&
		    used + strlen(right_name((enum right)right)) + 2 < TOKEN_MAX_SCOPES)
			used += (size_t)snprintf(out + used, TOKEN_MAX_SCOPES - used, "%s%s", used > 0 ? " " : "",
			                         right_name((enum right)right));
}

/* As stored: words that a later or an earlier version knows are passed over. */
static right_set stored_scopes(const char *text)
{
	right_set scopes = 0;
	while (*(text += strspn(text, " ")) != '\0') {
		char word[64] = "";
		size_t length = strcspn(text, " ");
		right_set one = 0;
		if (length < sizeof word) {
			memcpy(word, text, length);
			if (token_read_scopes(word, &one, NULL) == JISR_OK)
				scopes |= one;
		}
		text += length;
	}
	return scopes;
}

#define COLUMNS "id, officer, name, scopes, made, ends, used"

static int read_one(struct sql_query *query, struct token *ret_token, struct problem *problem)
{
	struct token token = {.id = 0};
	bool found = sql_next(query);
	if (found) {
		token.id = sql_number(query, 0);
		(void)snprintf(token.officer, sizeof token.officer, "%s", sql_text(query, 1));
		(void)snprintf(token.name, sizeof token.name, "%s", sql_text(query, 2));
		token.scopes = stored_scopes(sql_text(query, 3));
		token.made = sql_number(query, 4);
		token.ends = sql_number(query, 5);
		token.used = sql_number(query, 6);
	}
	int error = sql_done(query, problem);
	if (error != JISR_OK)
		return error;
	if (!found)
		return problem_set(problem, JISR_NOT_FOUND, "there is no such token, or it has ended");
	*ret_token = token;
	return JISR_OK;
}

int token_make(struct sql *sql, const char *officer, const char *name, right_set scopes, int64_t now, int64_t ends,
               char ret_secret[TOKEN_SECRET], int64_t *ret_id, struct problem *problem)
{
	char random[LOCAL_SECRET], written[TOKEN_MAX_SCOPES];
	uint8_t hash[LOCAL_HASH];
	int64_t count = 0, id = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM token WHERE officer = ?1");
	sql_bind_text(&query, 1, officer);
	int error = sql_run_number(&query, 0, &count, problem);
	if (error != JISR_OK)
		return error;
	if (count >= TOKEN_MAX)
		return problem_set(problem, JISR_TOO_LARGE, "an officer has at most %d tokens; remove one first",
		                   TOKEN_MAX);
	local_secret(random, hash);
	(void)snprintf(ret_secret, TOKEN_SECRET, TOKEN_PREFIX "%s", random);
	local_hash(ret_secret, hash);
	token_write_scopes(scopes, written);
	query = sql_query(
		sql,
		"INSERT INTO token (hash, officer, name, scopes, made, ends, used) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)");
	sql_bind_bytes(&query, 1, hash, sizeof hash);
	sql_bind_text(&query, 2, officer);
	sql_bind_text(&query, 3, name);
	sql_bind_text(&query, 4, written);
	sql_bind_number(&query, 5, now);
	sql_bind_number(&query, 6, ends);
	error = sql_run(&query, problem);
	if (error != JISR_OK)
		return error;
	query = sql_query(sql, "SELECT id FROM token WHERE hash = ?1");
	sql_bind_bytes(&query, 1, hash, sizeof hash);
	error = sql_run_number(&query, 0, &id, problem);
	if (error == JISR_OK)
		*ret_id = id;
	return error;
}

int token_find(struct sql *sql, const char *secret, int64_t now, struct token *ret_token, bool *ret_stale,
               struct problem *problem)
{
	uint8_t hash[LOCAL_HASH];
	struct token token;
	local_hash(secret, hash);
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM token WHERE hash = ?1 AND ends > ?2");
	sql_bind_bytes(&query, 1, hash, sizeof hash);
	sql_bind_number(&query, 2, now);
	int error = read_one(&query, &token, problem);
	if (error != JISR_OK)
		return error;
	*ret_stale = now - token.used >= MINUTE;
	*ret_token = token;
	return JISR_OK;
}

int token_touch(struct sql *sql, int64_t id, int64_t now, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "UPDATE token SET used = ?2 WHERE id = ?1 AND used < ?2");
	sql_bind_number(&query, 1, id);
	sql_bind_number(&query, 2, now);
	return sql_run(&query, problem);
}

int token_at(struct sql *sql, const char *officer, size_t index, struct token *ret_token, struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT " COLUMNS " FROM token WHERE officer = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2");
	sql_bind_text(&query, 1, officer);
	sql_bind_number(&query, 2, (int64_t)index);
	return read_one(&query, ret_token, problem);
}

int token_end(struct sql *sql, const char *officer, int64_t id, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "DELETE FROM token WHERE id = ?1 AND officer = ?2");
	sql_bind_number(&query, 1, id);
	sql_bind_text(&query, 2, officer);
	int error = sql_run(&query, problem);
	if (error == JISR_OK && sql_changes(sql) == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no such token");
	return error;
}

/* ---- certificates ---- */

static int read_certificate(struct sql_query *query, struct token_certificate *ret_certificate, struct problem *problem)
{
	struct token_certificate read = {.id = 0};
	bool found = sql_next(query);
	if (found) {
		read.id = sql_number(query, 0);
		(void)snprintf(read.officer, sizeof read.officer, "%s", sql_text(query, 1));
		(void)snprintf(read.print, sizeof read.print, "%s", sql_text(query, 2));
		read.scopes = stored_scopes(sql_text(query, 3));
		read.made = sql_number(query, 4);
	}
	int error = sql_done(query, problem);
	if (error != JISR_OK)
		return error;
	if (!found)
		return problem_set(problem, JISR_NOT_FOUND, "there is no such certificate");
	*ret_certificate = read;
	return JISR_OK;
}

int token_certificate_add(struct sql *sql, const char *officer, const char *print, right_set scopes, int64_t now,
                          struct problem *problem)
{
	char written[TOKEN_MAX_SCOPES];
	token_write_scopes(scopes, written);
	struct sql_query query =
		sql_query(sql, "INSERT OR IGNORE INTO certificate (officer, print, name, scopes, made) VALUES (?1, "
	                       "?2, '', ?3, ?4)");
	sql_bind_text(&query, 1, officer);
	sql_bind_text(&query, 2, print);
	sql_bind_text(&query, 3, written);
	sql_bind_number(&query, 4, now);
	int error = sql_run(&query, problem);
	if (error == JISR_OK && sql_changes(sql) == 0)
		error = problem_set(problem, JISR_CONFLICT, "the certificate %s acts for somebody already", print);
	return error;
}

int token_certificate_find(struct sql *sql, const char *print, struct token_certificate *ret_certificate,
                           struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT id, officer, print, scopes, made FROM certificate WHERE print = ?1");
	sql_bind_text(&query, 1, print);
	return read_certificate(&query, ret_certificate, problem);
}

int token_certificate_at(struct sql *sql, const char *officer, size_t index, struct token_certificate *ret_certificate,
                         struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT id, officer, print, scopes, made FROM certificate WHERE officer = ?1 "
	                       "ORDER BY id DESC LIMIT 1 OFFSET ?2");
	sql_bind_text(&query, 1, officer);
	sql_bind_number(&query, 2, (int64_t)index);
	return read_certificate(&query, ret_certificate, problem);
}

int token_certificate_end(struct sql *sql, const char *officer, const char *print, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "DELETE FROM certificate WHERE print = ?1 AND officer = ?2");
	sql_bind_text(&query, 1, print);
	sql_bind_text(&query, 2, officer);
	int error = sql_run(&query, problem);
	if (error == JISR_OK && sql_changes(sql) == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "the certificate %s does not act for %s", print, officer);
	return error;
}
