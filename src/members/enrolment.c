#include "members/enrolment.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define LETTERS 25 /* of a code, without its hyphens */

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's 32: none looks like another */

/* The letters as they are hashed; false when it is no code. */
static bool fold(const char *code, char out[LETTERS + 1])
{
	size_t count = 0;
	for (; *code != '\0'; code++) {
		char letter = *code;
		if (letter == '-' || letter == ' ')
			continue;
		if (letter >= 'a' && letter <= 'z')
			letter = (char)(letter - 'a' + 'A');
		letter = letter == 'O' ? '0' : letter == 'I' || letter == 'L' ? '1' : letter;
		if (strchr(alphabet, letter) == NULL || count == LETTERS)
			return false;
		out[count++] = letter;
	}
	out[count] = '\0';
	return count == LETTERS;
}

void enrolment_code_make(char ret_code[ENROLMENT_CODE], uint8_t ret_hash[LOCAL_HASH])
{
	char letters[LETTERS + 1] = "";
	size_t used = 0;
	for (size_t i = 0; i < LETTERS; i++) {
		letters[i] = alphabet[randombytes_uniform(32)];
		if (i > 0 && i % 5 == 0)
			ret_code[used++] = '-';
		ret_code[used++] = letters[i];
	}
	ret_code[used] = '\0';
	local_hash(letters, ret_hash);
	sodium_memzero(letters, sizeof letters);
}

bool enrolment_code_read(const char *code, uint8_t ret_hash[LOCAL_HASH])
{
	char letters[LETTERS + 1];
	bool good = fold(code, letters);
	if (good)
		local_hash(letters, ret_hash);
	sodium_memzero(letters, sizeof letters);
	return good;
}

int enrolment_make(struct sql *sql, const char *officer, const char *by, int64_t now, char ret_code[ENROLMENT_CODE],
                   struct problem *problem)
{
	uint8_t hash[LOCAL_HASH];
	struct account account;
	enrolment_code_make(ret_code, hash);
	int error = account_need(sql, officer, &account, problem);
	if (error != JISR_OK)
		return error;
	struct sql_query query = sql_query(sql, "DELETE FROM enrolment WHERE officer = ?1 OR ends <= ?2");
	sql_bind_text(&query, 1, officer);
	sql_bind_number(&query, 2, now);
	error = sql_run(&query, problem);
	if (error != JISR_OK)
		return error;
	query = sql_query(sql, "INSERT INTO enrolment (hash, officer, made, ends, by) VALUES (?1, ?2, ?3, ?4, ?5)");
	sql_bind_bytes(&query, 1, hash, sizeof hash);
	sql_bind_text(&query, 2, officer);
	sql_bind_number(&query, 3, now);
	sql_bind_number(&query, 4, now + (int64_t)ENROLMENT_SECONDS * 1000);
	sql_bind_text(&query, 5, by);
	return sql_run(&query, problem);
}

int enrolment_find(struct sql *sql, const char *code, int64_t now, struct enrolment *ret_enrolment,
                   struct problem *problem)
{
	uint8_t hash[LOCAL_HASH];
	struct enrolment enrolment = {.made = 0};
	bool found = enrolment_code_read(code, hash);
	int error = JISR_OK;
	if (found) {
		struct sql_query query = sql_query(
			sql, "SELECT officer, by, made, ends, totp FROM enrolment WHERE hash = ?1 AND ends > ?2");
		sql_bind_bytes(&query, 1, hash, sizeof hash);
		sql_bind_number(&query, 2, now);
		found = sql_next(&query);
		if (found) {
			(void)snprintf(enrolment.officer, sizeof enrolment.officer, "%s", sql_text(&query, 0));
			(void)snprintf(enrolment.by, sizeof enrolment.by, "%s", sql_text(&query, 1));
			enrolment.made = sql_number(&query, 2);
			enrolment.ends = sql_number(&query, 3);
			enrolment.shown = local_unseal(&query, 4, enrolment.officer, enrolment.totp);
		}
		error = sql_done(&query, problem);
	}
	if (error != JISR_OK)
		return error;
	if (!found)
		return problem_set(
			problem, JISR_NOT_FOUND,
			"this code lets nobody in: it was used, has ended, or is mistyped. An administrator gives out "
			"a new one");
	*ret_enrolment = enrolment;
	return JISR_OK;
}

int enrolment_show(struct sql *sql, const char *officer, const uint8_t totp[TOTP_SECRET], struct problem *problem)
{
	uint8_t sealed[LOCAL_SEALED];
	local_seal(sql, officer, totp, sealed);
	struct sql_query query = sql_query(sql, "UPDATE enrolment SET totp = ?2 WHERE officer = ?1");
	sql_bind_text(&query, 1, officer);
	sql_bind_bytes(&query, 2, sealed, sizeof sealed);
	return sql_run(&query, problem);
}
