#include "members/signin_private.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* What is known of an officer and must not be the password. */
#define WORDS 5
static void words_of(const struct signin_officer *officer, const char *words[WORDS + 1])
{
	words[0] = officer->id;
	words[1] = officer->name;
	words[2] = officer->office;
	words[3] = officer->office_name;
	words[4] = officer->login;
	words[5] = NULL;
}

int signin_officer(struct signin *signin, const char *id, struct signin_officer *ret_officer, struct problem *problem)
{
	int error = signin_find(signin, id, ret_officer);
	if (error == JISR_NOT_FOUND)
		return problem_set(problem, error, "there is no officer %s who may sign in", id);
	return error != JISR_OK ? problem_set(problem, error, "the officers cannot be read now") : JISR_OK;
}

int signin_invite(struct signin *signin, const char *officer, const char *by, int64_t now,
                  char ret_code[ENROLMENT_CODE], struct problem *problem)
{
	struct signin_officer found;
	struct sql *sql;
	char code[ENROLMENT_CODE];
	int error = signin_officer(signin, officer, &found, problem);
	if (error != JISR_OK)
		return error;
	error = local_begin(signin->local, &sql, problem);
	if (error == JISR_OK)
		error = signin_end(signin, sql, enrolment_make(sql, found.id, by, now, code, problem), found.id,
		                   "enrolment", true, by, problem);
	if (error == JISR_OK)
		memcpy(ret_code, code, sizeof code);
	sodium_memzero(code, sizeof code);
	return error;
}

/* The invitation and its officer. */
static int find_invited(struct signin *signin, struct sql *sql, const char *code, int64_t now,
                        struct enrolment *enrolment, struct signin_officer *officer, struct problem *problem)
{
	int error = enrolment_find(sql, code, now, enrolment, problem);
	if (error == JISR_OK)
		error = signin_find(signin, enrolment->officer, officer);
	if (error == JISR_NOT_FOUND)
		return problem_set(problem, error,
		                   "this code lets nobody in: it was used, has ended, or is mistyped. An administrator "
		                   "gives out a "
		                   "new one");
	return error;
}

int signin_offer(struct signin *signin, const char *code, const char *issuer, int64_t now,
                 struct signin_offer *ret_offer, struct problem *problem)
{
	struct signin_offer offer = {.uri = ""};
	struct account account;
	struct sql *sql;
	int error = local_begin(signin->local, &sql, problem);
	if (error != JISR_OK)
		return error;
	error = find_invited(signin, sql, code, now, &offer.enrolment, &offer.officer, problem);
	if (error == JISR_OK)
		error = account_need(sql, offer.officer.id, &account, problem);
	totp_make(offer.enrolment.totp);
	if (error == JISR_OK)
		error = enrolment_show(sql, offer.officer.id, offer.enrolment.totp, problem);
	error = local_end(signin->local, error, problem);
	if (error == JISR_OK && totp_uri(offer.enrolment.totp, issuer, offer.officer.login, offer.uri) != JISR_OK)
		error = problem_no_memory(problem);
	if (error != JISR_OK)
		return error;
	memcpy(offer.handle, account.handle, sizeof offer.handle);
	signin_make_challenge(signin, PURPOSE_ENROL, offer.officer.id, strlen(offer.officer.id), now, offer.challenge);
	*ret_offer = offer;
	sodium_memzero(&offer, sizeof offer);
	return JISR_OK;
}

/* Takes everything of before away and signs in; in the caller's transaction, before the new means is set. */
static int begin_anew(struct signin *signin, struct sql *sql, const struct signin_officer *officer,
                      const struct signin_from *from, int64_t now, struct signin_told *told, struct problem *problem)
{
	int error = account_clear(sql, officer->id, problem);
	if (error == JISR_OK)
		error = signin_begin(signin, sql, officer, "enrolment", from, false, now, told, problem);
	return error;
}

int signin_enrol_passkey(struct signin *signin, const char *code, const struct passkey_site *site, const char *name,
                         struct passkey_bytes client, struct passkey_bytes attestation, const struct signin_from *from,
                         int64_t now, struct signin_told *ret_told, struct problem *problem)
{
	struct signin_told told = {.wait = 0};
	struct signin_officer officer;
	struct enrolment enrolment;
	struct passkey passkey;
	uint8_t challenge[CHALLENGE_SIZE];
	struct sql *sql;
	int error = passkey_register(site, client, attestation, &passkey, problem);
	if (error == JISR_OK)
		error = local_begin(signin->local, &sql, problem);
	if (error != JISR_OK)
		return error;
	error = find_invited(signin, sql, code, now, &enrolment, &officer, problem);
	if (error == JISR_OK)
		error = signin_check_challenge(signin, client, PURPOSE_ENROL, officer.id, strlen(officer.id), now,
		                               challenge, problem);
	if (error == JISR_OK)
		error = local_use(sql, challenge, now, problem);
	if (error == JISR_OK)
		error = begin_anew(signin, sql, &officer, from, now, &told, problem);
	if (error == JISR_OK)
		error = account_add_passkey(sql, officer.id, name, &passkey, now, problem);
	error = signin_end(signin, sql, error, officer.id, "passkey", true, officer.id, problem);
	if (error == JISR_OK)
		*ret_told = told;
	return error;
}

/* Hashes a password that may be set. */
static int take_password(struct signin *signin, const struct signin_officer *officer, const char *text,
                         char ret_hash[PASSWORD_HASH_MAX], struct problem *problem)
{
	struct password password;
	const char *words[WORDS + 1];
	words_of(officer, words);
	int error = password_read(text, strlen(text), &password, problem);
	if (error != JISR_OK)
		return error;
	error = password_check(&password, words, problem);
	if (error == JISR_OK)
		error = password_hash(signin->gate, &password, SIGNIN_GATE_WAIT, ret_hash, problem);
	password_finish(&password);
	return error;
}

int signin_enrol_password(struct signin *signin, const char *code, const char *password, const char *otp,
                          const struct signin_from *from, int64_t now, struct signin_told *ret_told,
                          struct problem *problem)
{
	struct signin_told told = {.wait = 0};
	struct signin_officer officer;
	struct enrolment enrolment, again;
	char hash[PASSWORD_HASH_MAX];
	int64_t step = 0;
	struct sql *sql = local_enter(signin->local);
	int error = find_invited(signin, sql, code, now, &enrolment, &officer, problem);
	local_leave(signin->local);
	if (error != JISR_OK)
		return error;
	if (!enrolment.shown || !totp_check(enrolment.totp, otp, now, 0, &step))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the one-time code is not that of the secret that was shown last; look at the clock "
		                   "of the phone "
		                   "and this machine, and type the code that the app shows now");
	error = take_password(signin, &officer, password, hash, problem);
	if (error == JISR_OK)
		error = local_begin(signin->local, &sql, problem);
	if (error != JISR_OK)
		return error;
	error = find_invited(signin, sql, code, now, &again, &officer, problem); /* it may have been used meanwhile */
	if (error == JISR_OK && memcmp(again.totp, enrolment.totp, sizeof again.totp) != 0)
		error = problem_set(problem, JISR_STATE,
		                    "another secret of one-time codes was shown meanwhile; take that one");
	if (error == JISR_OK)
		error = begin_anew(signin, sql, &officer, from, now, &told, problem);
	if (error == JISR_OK)
		error = account_set_password(sql, officer.id, hash, enrolment.totp, step, now, problem);
	error = signin_end(signin, sql, error, officer.id, "password", true, officer.id, problem);
	sodium_memzero(hash, sizeof hash);
	sodium_memzero(&enrolment, sizeof enrolment);
	if (error == JISR_OK)
		*ret_told = told;
	return error;
}

int signin_add_passkey(struct signin *signin, const struct session *session, const struct passkey_site *site,
                       const char *name, struct passkey_bytes client, struct passkey_bytes attestation, int64_t now,
                       struct problem *problem)
{
	struct passkey passkey;
	uint8_t challenge[CHALLENGE_SIZE];
	struct sql *sql;
	int error = signin_check_challenge(signin, client, PURPOSE_PROOF, session->hash, sizeof session->hash, now,
	                                   challenge, problem);
	if (error == JISR_OK)
		error = passkey_register(site, client, attestation, &passkey, problem);
	if (error == JISR_OK)
		error = local_begin(signin->local, &sql, problem);
	if (error != JISR_OK)
		return error;
	error = local_use(sql, challenge, now, problem);
	if (error == JISR_OK)
		error = account_add_passkey(sql, session->officer, name, &passkey, now, problem);
	return signin_end(signin, sql, error, session->officer, "passkey", true, session->officer, problem);
}

int signin_drop_passkey(struct signin *signin, const struct session *session, const uint8_t *id, size_t size,
                        struct problem *problem)
{
	struct account account;
	size_t count = 0;
	struct sql *sql;
	int error = local_begin(signin->local, &sql, problem);
	if (error != JISR_OK)
		return error;
	error = account_drop_passkey(sql, session->officer, id, size, problem);
	if (error == JISR_OK)
		error = account_count_passkeys(sql, session->officer, &count, problem);
	if (error == JISR_OK)
		error = account_get(sql, session->officer, &account, problem);
	if (error == JISR_OK && count == 0 && account.hash[0] == '\0')
		error = problem_set(problem, JISR_STATE,
		                    "this is the only means by which you can sign in; add another passkey first");
	return signin_end(signin, sql, error, session->officer, "passkey", false, session->officer, problem);
}

int signin_set_password(struct signin *signin, const struct session *session, const struct signin_officer *officer,
                        const char *password, const uint8_t *totp, const char *otp, int64_t now,
                        struct problem *problem)
{
	struct account account;
	char hash[PASSWORD_HASH_MAX];
	int64_t step = 0, ended = 0;
	struct sql *sql = local_enter(signin->local);
	int error = account_get(sql, session->officer, &account, problem);
	local_leave(signin->local);
	if (error != JISR_OK)
		return error;
	if (totp == NULL && account.hash[0] == '\0')
		return problem_set(problem, JISR_BAD_INPUT, "a first password needs one-time codes beside it");
	if (totp != NULL && !totp_check(totp, otp, now, 0, &step))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the one-time code is not that of the secret that was shown");
	error = take_password(signin, officer, password, hash, problem);
	if (error == JISR_OK)
		error = local_begin(signin->local, &sql, problem);
	if (error != JISR_OK)
		return error;
	error = account_set_password(sql, session->officer, hash, totp, step, now, problem);
	if (error == JISR_OK)
		error = session_end_all(sql, session->officer, session->hash, &ended, problem);
	error = signin_end(signin, sql, error, session->officer, "password", true, session->officer, problem);
	sodium_memzero(hash, sizeof hash);
	sodium_memzero(&account, sizeof account);
	return error;
}
