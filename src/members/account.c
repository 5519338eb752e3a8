#include "members/account.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* Copies bytes of exactly this size; zeros when they are not. */
static void copy_bytes(struct sql_query *query, int column, void *out, size_t size)
{
	size_t length = 0;
	const void *bytes = sql_bytes(query, column, &length);
	memset(out, 0, size);
	if (bytes != NULL && length == size)
		memcpy(out, bytes, size);
}

static void copy_text(struct sql_query *query, int column, char *out, size_t size)
{
	(void)snprintf(out, size, "%s", sql_text(query, column));
}

int account_get(struct sql *sql, const char *officer, struct account *ret_account, struct problem *problem)
{
	struct account account = {.failures = 0};
	struct sql_query query =
		sql_query(sql, "SELECT officer, handle, password, password_set, totp, totp_step, failures FROM "
	                       "account WHERE officer = ?1 AND officer <> ''");
	sql_bind_text(&query, 1, officer);
	bool found = sql_next(&query);
	if (found) {
		copy_text(&query, 0, account.officer, sizeof account.officer);
		copy_bytes(&query, 1, account.handle, sizeof account.handle);
		copy_text(&query, 2, account.hash, sizeof account.hash);
		account.password_set = sql_number(&query, 3);
		if (!local_unseal(&query, 4, account.officer, account.totp))
			totp_make(account.totp); /* no code is right */
		account.totp_step = sql_number(&query, 5);
		account.failures = (uint32_t)sql_number(&query, 6);
	}
	int error = sql_done(&query, problem);
	if (error != JISR_OK)
		return error;
	if (!found)
		return problem_set(problem, JISR_NOT_FOUND, "%s has no means of signing in", officer);
	*ret_account = account;
	return JISR_OK;
}

int account_need(struct sql *sql, const char *officer, struct account *ret_account, struct problem *problem)
{
	uint8_t handle[ACCOUNT_HANDLE];
	randombytes_buf(handle, sizeof handle);
	struct sql_query query = sql_query(sql, "INSERT OR IGNORE INTO account (officer, handle) VALUES (?1, ?2)");
	sql_bind_text(&query, 1, officer);
	sql_bind_bytes(&query, 2, handle, sizeof handle);
	int error = sql_run(&query, problem);
	return error != JISR_OK ? error : account_get(sql, officer, ret_account, problem);
}

int account_set_password(struct sql *sql, const char *officer, const char *hash, const uint8_t *totp, int64_t step,
                         int64_t now, struct problem *problem)
{
	uint8_t sealed[LOCAL_SEALED];
	struct sql_query query = sql_query(
		sql, "UPDATE account SET password = ?2, password_set = ?3, totp = coalesce(?4, totp), totp_step = CASE "
		     "WHEN ?4 IS NULL THEN max(totp_step, ?5) ELSE ?5 END WHERE officer = ?1");
	sql_bind_text(&query, 1, officer);
	sql_bind_text(&query, 2, hash);
	sql_bind_number(&query, 3, now);
	if (totp != NULL) {
		local_seal(sql, officer, totp, sealed);
		sql_bind_bytes(&query, 4, sealed, sizeof sealed);
	}
	sql_bind_number(&query, 5, step);
	return sql_run(&query, problem);
}

int account_renew_hash(struct sql *sql, const char *officer, const char *hash, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "UPDATE account SET password = ?2 WHERE officer = ?1");
	sql_bind_text(&query, 1, officer);
	sql_bind_text(&query, 2, hash);
	return sql_run(&query, problem);
}

int account_take_code(struct sql *sql, const char *officer, int64_t step, struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "UPDATE account SET totp_step = ?2 WHERE officer = ?1 AND totp_step < ?2");
	sql_bind_text(&query, 1, officer);
	sql_bind_number(&query, 2, step);
	int error = sql_run(&query, problem);
	if (error == JISR_OK && sql_changes(sql) == 0)
		error = problem_set(problem, JISR_STATE, "this code was used before; wait for the next one");
	return error;
}

int account_set_failures(struct sql *sql, const char *officer, uint32_t failures, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "UPDATE account SET failures = ?2 WHERE officer = ?1");
	sql_bind_text(&query, 1, officer);
	sql_bind_number(&query, 2, failures);
	return sql_run(&query, problem);
}

int account_clear(struct sql *sql, const char *officer, struct problem *problem)
{
	static const char *const statements[] = {
		"DELETE FROM passkey WHERE officer = ?1",
		"DELETE FROM device WHERE officer = ?1",
		"DELETE FROM session WHERE officer = ?1",
		"DELETE FROM token WHERE officer = ?1",
		"DELETE FROM certificate WHERE officer = ?1",
		"DELETE FROM enrolment WHERE officer = ?1",
		("UPDATE account SET password = NULL, password_set = 0, totp = NULL, totp_step = 0, failures = 0"
	         " WHERE officer = ?1"),
	};
	int error = JISR_OK;
	for (size_t i = 0; i < sizeof statements / sizeof *statements && error == JISR_OK; i++) {
		struct sql_query query = sql_query(sql, statements[i]);
		sql_bind_text(&query, 1, officer);
		error = sql_run(&query, problem);
	}
	return error;
}

/* ---- passkeys ---- */

#define PASSKEY_COLUMNS "id, officer, name, algorithm, key, count, eligible, backed_up, model, made, used, cloned"

static void copy_limited(struct sql_query *query, int column, uint8_t *out, size_t room, size_t *ret_size)
{
	size_t length = 0;
	const void *bytes = sql_bytes(query, column, &length);
	*ret_size = bytes != NULL && length <= room ? length : 0;
	if (*ret_size > 0)
		memcpy(out, bytes, *ret_size);
}

/* One row, or JISR_NOT_FOUND. Gives the query back. */
static int read_passkey(struct sql_query *query, struct account_passkey *ret_passkey, struct problem *problem)
{
	struct account_passkey read = {.made = 0};
	bool found = sql_next(query);
	if (found) {
		copy_limited(query, 0, read.passkey.id, sizeof read.passkey.id, &read.passkey.id_size);
		copy_text(query, 1, read.officer, sizeof read.officer);
		copy_text(query, 2, read.name, sizeof read.name);
		read.passkey.algorithm = (int)sql_number(query, 3);
		copy_limited(query, 4, read.passkey.key, sizeof read.passkey.key, &read.passkey.key_size);
		read.passkey.count = (uint32_t)sql_number(query, 5);
		read.passkey.backup_eligible = sql_number(query, 6) != 0;
		read.passkey.backed_up = sql_number(query, 7) != 0;
		copy_bytes(query, 8, read.passkey.model, sizeof read.passkey.model);
		read.made = sql_number(query, 9);
		read.used = sql_number(query, 10);
		read.cloned = sql_number(query, 11);
	}
	int error = sql_done(query, problem);
	if (error != JISR_OK)
		return error;
	if (!found)
		return problem_set(problem, JISR_NOT_FOUND, "there is no such passkey");
	*ret_passkey = read;
	return JISR_OK;
}

int account_count_passkeys(struct sql *sql, const char *officer, size_t *ret_count, struct problem *problem)
{
	int64_t count = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM passkey WHERE officer = ?1");
	sql_bind_text(&query, 1, officer);
	int error = sql_run_number(&query, 0, &count, problem);
	if (error == JISR_OK)
		*ret_count = (size_t)count;
	return error;
}

int account_add_passkey(struct sql *sql, const char *officer, const char *name, const struct passkey *passkey,
                        int64_t now, struct problem *problem)
{
	size_t count = 0;
	int error = account_count_passkeys(sql, officer, &count, problem);
	if (error != JISR_OK)
		return error;
	if (count >= ACCOUNT_MAX_PASSKEYS)
		return problem_set(problem, JISR_TOO_LARGE, "an officer has at most %d passkeys; remove one first",
		                   ACCOUNT_MAX_PASSKEYS);
	struct sql_query query = sql_query(sql, "INSERT OR IGNORE INTO passkey (" PASSKEY_COLUMNS
	                                        ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, 0)");
	sql_bind_bytes(&query, 1, passkey->id, passkey->id_size);
	sql_bind_text(&query, 2, officer);
	sql_bind_text(&query, 3, name);
	sql_bind_number(&query, 4, passkey->algorithm);
	sql_bind_bytes(&query, 5, passkey->key, passkey->key_size);
	sql_bind_number(&query, 6, passkey->count);
	sql_bind_number(&query, 7, passkey->backup_eligible);
	sql_bind_number(&query, 8, passkey->backed_up);
	sql_bind_bytes(&query, 9, passkey->model, sizeof passkey->model);
	sql_bind_number(&query, 10, now);
	error = sql_run(&query, problem);
	if (error == JISR_OK && sql_changes(sql) == 0)
		error = problem_set(problem, JISR_CONFLICT, "this passkey is registered already");
	return error;
}

int account_find_passkey(struct sql *sql, const uint8_t *id, size_t size, struct account_passkey *ret_passkey,
                         struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT " PASSKEY_COLUMNS " FROM passkey WHERE id = ?1");
	sql_bind_bytes(&query, 1, id, size);
	return read_passkey(&query, ret_passkey, problem);
}

int account_use_passkey(struct sql *sql, const struct passkey *passkey, const struct passkey_use *use, int64_t now,
                        struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "UPDATE passkey SET count = ?3, backed_up = ?4, used = ?5 WHERE id = ?1 AND count = ?2");
	sql_bind_bytes(&query, 1, passkey->id, passkey->id_size);
	sql_bind_number(&query, 2, passkey->count);
	sql_bind_number(&query, 3, use->count);
	sql_bind_number(&query, 4, use->backed_up);
	sql_bind_number(&query, 5, now);
	int error = sql_run(&query, problem);
	if (error == JISR_OK && sql_changes(sql) == 0)
		error = problem_set(problem, JISR_STATE, "this passkey was used or removed just now; begin again");
	return error;
}

int account_warn_passkey(struct sql *sql, const struct passkey *passkey, int64_t now, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "UPDATE passkey SET cloned = ?2 WHERE id = ?1");
	sql_bind_bytes(&query, 1, passkey->id, passkey->id_size);
	sql_bind_number(&query, 2, now);
	return sql_run(&query, problem);
}

int account_passkey_at(struct sql *sql, const char *officer, size_t index, struct account_passkey *ret_passkey,
                       struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT " PASSKEY_COLUMNS
	                                        " FROM passkey WHERE officer = ?1 ORDER BY made, id LIMIT 1 OFFSET ?2");
	sql_bind_text(&query, 1, officer);
	sql_bind_number(&query, 2, (int64_t)index);
	return read_passkey(&query, ret_passkey, problem);
}

int account_drop_passkey(struct sql *sql, const char *officer, const uint8_t *id, size_t size, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "DELETE FROM passkey WHERE id = ?1 AND officer = ?2");
	sql_bind_bytes(&query, 1, id, size);
	sql_bind_text(&query, 2, officer);
	int error = sql_run(&query, problem);
	if (error == JISR_OK && sql_changes(sql) == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no such passkey");
	return error;
}

/* ---- devices ---- */

int account_add_device(struct sql *sql, const char *officer, int64_t now, char ret_secret[LOCAL_SECRET],
                       struct problem *problem)
{
	uint8_t hash[LOCAL_HASH];
	local_secret(ret_secret, hash);
	struct sql_query query =
		sql_query(sql, "INSERT INTO device (hash, officer, made, used) VALUES (?1, ?2, ?3, ?3)");
	sql_bind_bytes(&query, 1, hash, sizeof hash);
	sql_bind_text(&query, 2, officer);
	sql_bind_number(&query, 3, now);
	int error = sql_run(&query, problem);
	if (error != JISR_OK)
		return error;
	query = sql_query(
		sql,
		"DELETE FROM device WHERE officer = ?1 AND hash NOT IN (SELECT hash FROM device WHERE officer = ?1 "
		"ORDER BY used DESC, made DESC, rowid DESC LIMIT ?2)");
	sql_bind_text(&query, 1, officer);
	sql_bind_number(&query, 2, ACCOUNT_MAX_DEVICES);
	return sql_run(&query, problem);
}

int account_find_device(struct sql *sql, const char *officer, const char *secret, struct account_device *ret_device,
                        struct problem *problem)
{
	struct account_device device = {.failures = 0};
	local_hash(secret, device.hash);
	struct sql_query query = sql_query(sql, "SELECT failures, failed FROM device WHERE hash = ?1 AND officer = ?2");
	sql_bind_bytes(&query, 1, device.hash, sizeof device.hash);
	sql_bind_text(&query, 2, officer);
	bool found = sql_next(&query);
	if (found) {
		device.failures = (uint32_t)sql_number(&query, 0);
		device.failed = sql_number(&query, 1);
	}
	int error = sql_done(&query, problem);
	if (error == JISR_OK && !found)
		error = JISR_NOT_FOUND;
	if (error == JISR_OK)
		*ret_device = device;
	return error;
}

int account_mark_device(struct sql *sql, const uint8_t hash[LOCAL_HASH], uint32_t failures, int64_t now,
                        struct problem *problem)
{
	struct sql_query query = sql_query(
		sql,
		"UPDATE device SET failures = ?2, failed = CASE WHEN ?2 > 0 THEN ?3 ELSE failed END, used = CASE WHEN "
		"?2 = 0 THEN ?3 ELSE used END WHERE hash = ?1");
	sql_bind_bytes(&query, 1, hash, LOCAL_HASH);
	sql_bind_number(&query, 2, failures);
	sql_bind_number(&query, 3, now);
	return sql_run(&query, problem);
}
