/* A try with a password, step by step:
 *
 *   look      under local.db's lock: the account, the device, whether a try is allowed; a try that is allowed is counted as
 *             wrong at once, for a name without an account in the row of all such names, so that both cost one write
 *   compare   without the lock: Argon2id, against a hash of nothing where there is none; then the code
 *   settle    under the lock: the code is taken (once), the counts go back to 0, the session begins
 *
 * Whoever is wrong learns it after `compare`, whatever was wrong. */
#include "members/signin.h"

#include "members/owed.h"
#include "members/signin_private.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char wrong_text[] = "the name, the password or the code is not right";
static const char passkey_text[] = "this passkey is not known here, or its officer may not sign in";

int signin_new(const struct signin_options *options, struct signin **ret_signin, struct problem *problem)
{
	CLEANUP(signin_freep) struct signin *signin = memory_zero(1, sizeof *signin);
	if (signin == NULL)
		return problem_no_memory(problem);
	signin->local = options->local;
	signin->directory = options->directory;
	signin->limits = options->limits;
	int error = throttle_new(local_key(options->local), &signin->throttle);
	if (error == JISR_OK)
		error = password_gate_new(SIGNIN_GATE, options->cost, &signin->gate);
	if (error != JISR_OK)
		return problem_set(problem, error, "out of memory");
	(void)signin_settle(signin, NULL);
	*ret_signin = signin;
	signin = NULL;
	return JISR_OK;
}

struct signin *signin_free(struct signin *signin)
{
	if (signin != NULL) {
		throttle_free(signin->throttle);
		password_gate_free(signin->gate);
	}
	return memory_free(signin);
}

struct local *signin_local(struct signin *signin)
{
	return signin->local;
}

const struct session_limits *signin_limits(const struct signin *signin)
{
	return &signin->limits;
}

int signin_find(struct signin *signin, const char *id, struct signin_officer *ret_officer)
{
	return signin->directory.find(signin->directory.context, id, ret_officer);
}

/* Under the right to write local.db, so that no two processes pay one debt. */
static int pay(struct signin *signin, bool *ret_more, struct problem *problem)
{
	const struct signin_directory *directory = &signin->directory;
	struct owed owed;
	struct sql *sql;
	int error = local_begin(signin->local, &sql, problem);
	if (error != JISR_OK)
		return error;
	error = owed_next(sql, &owed, problem);
	*ret_more = error != JISR_NOT_FOUND;
	if (error == JISR_OK)
		error = owed_forget(sql, &owed, problem);
	if (error == JISR_OK)
		error = directory->note(directory->context, owed.officer, owed.means, owed.set, owed.by, problem);
	return local_end(signin->local, error == JISR_NOT_FOUND && !*ret_more ? JISR_OK : error, problem);
}

int signin_settle(struct signin *signin, struct problem *problem)
{
	bool more = signin->directory.note != NULL;
	int error = JISR_OK;
	while (error == JISR_OK && more)
		error = pay(signin, &more, problem);
	return error;
}

int signin_end(struct signin *signin, struct sql *sql, int error, const char *officer, const char *means, bool set,
               const char *by, struct problem *problem)
{
	if (error == JISR_OK)
		error = owed_add(sql, officer, means, set, by, problem);
	error = local_end(signin->local, error, problem);
	return error != JISR_OK ? error : signin_settle(signin, problem);
}

/* What a session is bound to: other roles or another office end it, and so does a suspension that has ended since. */
static void state_of(const struct signin_officer *officer, char out[SESSION_MAX_STATE])
{
	(void)snprintf(out, SESSION_MAX_STATE, "%s %x %s", officer->office, officer->roles, officer->since);
}

/* Begins a session in the caller's transaction, and makes the device known that had no good cookie. */
int signin_begin(struct signin *signin, struct sql *sql, const struct signin_officer *officer, const char *means,
                 const struct signin_from *from, bool known, int64_t now, struct signin_told *told,
                 struct problem *problem)
{
	struct session *session = &told->session;
	char source[THROTTLE_SOURCE_MAX];
	*session = (struct session){.made = now};
	(void)snprintf(session->officer, sizeof session->officer, "%s", officer->id);
	(void)snprintf(session->means, sizeof session->means, "%s", means);
	throttle_source(from->address, source);
	(void)snprintf(session->source, sizeof session->source, "%s", source);
	(void)snprintf(session->agent, sizeof session->agent, "%s", from->agent != NULL ? from->agent : "");
	state_of(officer, session->state);
	int error = session_start(sql, session, &signin->limits, now, told->secret, problem);
	if (error == JISR_OK && !known)
		error = account_add_device(sql, officer->id, now, told->device, problem);
	told->officer = *officer;
	return error;
}

/* ---- by password ---- */

/* A try under way. */
struct trying {
	char account_name[SIGNIN_MAX_ACCOUNT + 1]; /* folded */
	struct signin_officer officer;
	struct account account;
	struct account_device device;
	struct throttle_try limits;
	char source[THROTTLE_SOURCE_MAX];
	char device_id[LOCAL_HASH * 2 + 1];
	bool known; /* from a device of the owner's */
};

/* Sign-in names are of small letters; people type as they like. */
static void fold_name(const char *typed, char out[SIGNIN_MAX_ACCOUNT + 1])
{
	size_t length = 0;
	for (typed += strspn(typed, " "); *typed != '\0' && length < SIGNIN_MAX_ACCOUNT; typed++)
		out[length++] = *typed >= 'A' && *typed <= 'Z' ? (char)(*typed - 'A' + 'a') : *typed;
	while (length > 0 && out[length - 1] == ' ')
		length--;
	out[length] = '\0';
}

/* Fills in what is known of the name, the account and the device, and asks whether it may be tried. */
static int look(struct signin *signin, struct sql *sql, const char *ticket, const struct signin_from *from, int64_t now,
                struct trying *trying, struct throttle_told *told, struct problem *problem)
{
	int error = trying->officer.id[0] == '\0' ? JISR_NOT_FOUND
	                                          : account_get(sql, trying->officer.id, &trying->account, NULL);
	if (error != JISR_OK && error != JISR_NOT_FOUND)
		return problem_set(problem, error, "the accounts cannot be read now");
	bool exists = error == JISR_OK;
	if (exists && from->device != NULL) {
		error = account_find_device(sql, trying->officer.id, from->device, &trying->device, NULL);
		if (error != JISR_OK && error != JISR_NOT_FOUND)
			return problem_set(problem, error, "the accounts cannot be read now");
		trying->known = error == JISR_OK && trying->device.failures < THROTTLE_DEVICE_MOST;
	}
	throttle_source(from->address, trying->source);
	if (trying->known)
		(void)sodium_bin2hex(trying->device_id, sizeof trying->device_id, trying->device.hash, LOCAL_HASH);
	trying->limits = (struct throttle_try){.account = trying->account_name,
	                                       .exists = exists,
	                                       .failures = trying->account.failures,
	                                       .source = trying->source,
	                                       .device = trying->known ? trying->device_id : NULL,
	                                       .device_failures = trying->device.failures,
	                                       .device_last = trying->device.failed,
	                                       .ticket = ticket};
	throttle_ask(signin->throttle, &trying->limits, now, told);
	if (told->answer != THROTTLE_GO)
		return JISR_OK;
	if (trying->known)
		return account_mark_device(sql, trying->device.hash, told->failures, now, problem);
	return account_set_failures(sql, exists ? trying->officer.id : "", told->failures, problem);
}

/* The counts as they were: nothing was compared. */
static void take_back(struct signin *signin, const struct trying *trying, int64_t now)
{
	struct sql *sql;
	throttle_forgive(signin->throttle, &trying->limits, false, now);
	if (local_begin(signin->local, &sql, NULL) != JISR_OK)
		return;
	int error = trying->known ? account_mark_device(sql, trying->device.hash, trying->device.failures,
	                                                trying->device.failures > 0 ? trying->device.failed : now, NULL)
	                          : account_set_failures(sql, trying->limits.exists ? trying->officer.id : "",
	                                                 trying->account.failures, NULL);
	(void)local_end(signin->local, error, NULL);
}

static int refuse(const struct throttle_told *limits, struct signin_told *told, struct problem *problem)
{
	told->wait = limits->wait;
	memcpy(told->ticket, limits->ticket, sizeof told->ticket);
	if (limits->answer == THROTTLE_CLOSED)
		return problem_set(
			problem, JISR_STATE,
			"too many wrong passwords were tried for this name: it is closed to browsers that its owner "
			"has "
			"not signed in with before. Sign in with a passkey, or from your usual browser, or ask an "
			"administrator for a new enrolment code");
	return problem_set(problem, JISR_BUSY, "too many wrong tries; wait %lld seconds, then try again",
	                   (long long)((limits->wait + 999) / 1000));
}

/* Compares password and code; both always, so that it takes as long whichever is wrong. */
static int compare(struct signin *signin, const struct trying *trying, const char *password, const char *code,
                   int64_t now, int64_t *ret_step, bool *ret_right, bool *ret_stale, struct problem *problem)
{
	struct password read;
	const char *hash = trying->limits.exists && trying->account.hash[0] != '\0' ? trying->account.hash : NULL;
	if (password_read(password, strlen(password), &read, NULL) != JISR_OK) {
		(void)password_read("?", 1, &read, NULL);
		hash = NULL;
	}
	bool right = false;
	int error =
		password_verify(signin->gate, &read, hash, trying->known, SIGNIN_GATE_WAIT, &right, ret_stale, problem);
	password_finish(&read);
	bool good = totp_check(trying->account.totp, code, now, trying->account.totp_step, ret_step);
	*ret_right = error == JISR_OK && right && good;
	return error;
}

/* The owner was there: the code is taken, the counts begin anew. */
static int settle(struct signin *signin, struct sql *sql, const struct trying *trying, int64_t step,
                  const char *new_hash, int64_t now, struct problem *problem)
{
	(void)signin;
	int error = account_take_code(sql, trying->officer.id, step, problem);
	if (error == JISR_OK && new_hash != NULL)
		error = account_renew_hash(sql, trying->officer.id, new_hash, problem);
	if (error == JISR_OK)
		error = account_set_failures(sql, trying->officer.id, 0, problem);
	if (error == JISR_OK && trying->known)
		error = account_mark_device(sql, trying->device.hash, 0, now, problem);
	return error;
}

/* Signs in, or proves again when `proving` is a session. */
static int try_password(struct signin *signin, struct trying *trying, const char *password, const char *code,
                        const char *ticket, const struct signin_from *from, const struct session *proving, int64_t now,
                        struct signin_told *told, struct problem *problem)
{
	struct sql *sql;
	struct throttle_told limits;
	char new_hash[PASSWORD_HASH_MAX];
	bool right = false, stale = false;
	int64_t step = 0;
	int error = local_begin(signin->local, &sql, problem);
	if (error != JISR_OK)
		return error;
	error = local_end(signin->local, look(signin, sql, ticket, from, now, trying, &limits, problem), problem);
	if (error != JISR_OK)
		return error;
	if (limits.answer != THROTTLE_GO)
		return refuse(&limits, told, problem);
	error = compare(signin, trying, password, code, now, &step, &right, &stale, problem);
	if (error != JISR_OK) {
		take_back(signin, trying, now);
		told->wait = 2000;
		return error;
	}
	if (!right)
		return problem_set(problem, JISR_DENIED, "%s", wrong_text);
	struct password read;
	stale = stale && password_read(password, strlen(password), &read, NULL) == JISR_OK;
	if (stale)
		stale = password_hash(signin->gate, &read, 0, new_hash, NULL) == JISR_OK;
	password_finish(&read);
	error = local_begin(signin->local, &sql, problem);
	if (error != JISR_OK)
		return error;
	error = settle(signin, sql, trying, step, stale ? new_hash : NULL, now, problem);
	if (error == JISR_OK && proving == NULL)
		error = signin_begin(signin, sql, &trying->officer, "password", from, trying->known, now, told,
		                     problem);
	else if (error == JISR_OK)
		error = session_prove(sql, proving, now, problem);
	error = local_end(signin->local, error, problem);
	if (error == JISR_OK)
		throttle_forgive(signin->throttle, &trying->limits, true, now);
	return error == JISR_STATE ? problem_set(problem, JISR_DENIED, "%s", wrong_text)
	                           : error; /* two at once, one code */
}

int signin_by_password(struct signin *signin, const struct signin_password *given, const struct signin_from *from,
                       int64_t now, struct signin_told *ret_told, struct problem *problem)
{
	struct signin_told told = {.wait = 0};
	struct trying trying = {.known = false};
	fold_name(given->account, trying.account_name);
	int error = signin->directory.login(signin->directory.context, trying.account_name, &trying.officer);
	if (error == JISR_NOT_FOUND)
		trying.officer = (struct signin_officer){.roles = 0};
	else if (error != JISR_OK)
		return problem_set(problem, error, "the officers cannot be read now");
	error = try_password(signin, &trying, given->password, given->code, given->ticket, from, NULL, now, &told,
	                     problem);
	sodium_memzero(&trying, sizeof trying);
	if (error == JISR_OK || error == JISR_BUSY)
		*ret_told = told;
	return error;
}

int signin_prove_by_password(struct signin *signin, const struct session *session, const char *password,
                             const char *code, const char *ticket, const struct signin_from *from, int64_t now,
                             struct signin_told *ret_told, struct problem *problem)
{
	struct signin_told told = {.session = *session};
	struct trying trying = {.known = false};
	int error = signin_find(signin, session->officer, &trying.officer);
	(void)snprintf(trying.account_name, sizeof trying.account_name, "%s", trying.officer.login);
	if (error != JISR_OK)
		return problem_set(problem, error == JISR_NOT_FOUND ? JISR_DENIED : error, "%s", wrong_text);
	error = try_password(signin, &trying, password, code, ticket, from, session, now, &told, problem);
	told.session.proved = now;
	told.officer = trying.officer;
	sodium_memzero(&trying, sizeof trying);
	if (error == JISR_OK || error == JISR_BUSY)
		*ret_told = told;
	return error;
}

/* ---- by passkey ---- */

void signin_make_challenge(struct signin *signin, const char *purpose, const void *bound, size_t size, int64_t now,
                           uint8_t ret_challenge[CHALLENGE_SIZE])
{
	challenge_make(local_key(signin->local), purpose, bound, size, now - TOTP_SECONDS * 1000,
	               now + SIGNIN_CHALLENGE, ret_challenge);
}

void signin_challenge(struct signin *signin, const struct session *session, int64_t now,
                      uint8_t ret_challenge[CHALLENGE_SIZE])
{
	if (session == NULL)
		signin_make_challenge(signin, PURPOSE_SIGNIN, "", 0, now, ret_challenge);
	else
		signin_make_challenge(signin, PURPOSE_PROOF, session->hash, sizeof session->hash, now, ret_challenge);
}

/* Whether client data answer to a challenge that we gave out for this. */
int signin_check_challenge(struct signin *signin, struct passkey_bytes client, const char *purpose, const void *bound,
                           size_t bound_size, int64_t now, uint8_t ret_challenge[CHALLENGE_SIZE],
                           struct problem *problem)
{
	struct passkey_challenge challenge;
	int error = passkey_challenge(client, &challenge, problem);
	if (error != JISR_OK)
		return error;
	if (challenge_check(local_key(signin->local), purpose, bound, bound_size, challenge.bytes, challenge.size, now,
	                    NULL) != JISR_OK)
		return problem_set(problem, JISR_STATE,
		                   "the passkey took longer than %d minutes, or answers to another question; "
		                   "begin again",
		                   SIGNIN_CHALLENGE / 60000);
	memcpy(ret_challenge, challenge.bytes, CHALLENGE_SIZE);
	return JISR_OK;
}

/* The passkey that is shown, its officer, and that it is the officer's. */
static int find_owner(struct signin *signin, const struct signin_passkey *given, struct account_passkey *ret_passkey,
                      struct signin_officer *ret_officer, struct problem *problem)
{
	struct account account;
	struct sql *sql = local_enter(signin->local);
	int error = account_find_passkey(sql, given->id.bytes, given->id.size, ret_passkey, problem);
	if (error == JISR_OK)
		error = account_get(sql, ret_passkey->officer, &account, problem);
	local_leave(signin->local);
	if (error == JISR_OK && given->handle.size > 0 &&
	    (given->handle.size != sizeof account.handle ||
	     sodium_memcmp(given->handle.bytes, account.handle, sizeof account.handle) != 0))
		error = JISR_NOT_FOUND;
	if (error == JISR_OK)
		error = signin_find(signin, ret_passkey->officer, ret_officer);
	return error == JISR_NOT_FOUND ? problem_set(problem, JISR_DENIED, "%s", passkey_text) : error;
}

/* Checks the use; with a counter that does not grow it is noted and refused. */
static int check_use(struct signin *signin, const struct passkey_site *site, const struct signin_passkey *given,
                     const struct account_passkey *passkey, int64_t now, struct passkey_use *ret_use,
                     struct problem *problem)
{
	struct sql *sql;
	int error =
		passkey_assert(site, given->client, given->data, given->signature, &passkey->passkey, ret_use, problem);
	if (error != JISR_OK || !ret_use->cloned)
		return error;
	error = local_begin(signin->local, &sql, problem);
	if (error == JISR_OK)
		error = local_end(signin->local, account_warn_passkey(sql, &passkey->passkey, now, problem), problem);
	return error != JISR_OK
	               ? error
	               : problem_set(problem, JISR_DENIED,
	                             "this passkey's counter did not grow: somebody may have a copy of it. Sign in "
	                             "another way and remove it");
}

static int by_passkey(struct signin *signin, const struct passkey_site *site, const struct signin_passkey *given,
                      const struct session *proving, const struct signin_from *from, int64_t now,
                      struct signin_told *told, struct problem *problem)
{
	struct account_passkey passkey;
	struct passkey_use use;
	uint8_t challenge[CHALLENGE_SIZE];
	struct sql *sql;
	int error = proving == NULL ? signin_check_challenge(signin, given->client, PURPOSE_SIGNIN, "", 0, now,
	                                                     challenge, problem)
	                            : signin_check_challenge(signin, given->client, PURPOSE_PROOF, proving->hash,
	                                                     sizeof proving->hash, now, challenge, problem);
	if (error == JISR_OK)
		error = find_owner(signin, given, &passkey, &told->officer, problem);
	if (error == JISR_OK && proving != NULL && strcmp(proving->officer, passkey.officer) != 0)
		error = problem_set(problem, JISR_DENIED, "%s", passkey_text);
	if (error == JISR_OK)
		error = check_use(signin, site, given, &passkey, now, &use, problem);
	if (error == JISR_OK)
		error = local_begin(signin->local, &sql, problem);
	if (error != JISR_OK)
		return error;
	struct account_device device;
	bool known = from->device != NULL &&
	             account_find_device(sql, passkey.officer, from->device, &device, NULL) == JISR_OK;
	error = local_use(sql, challenge, now, problem);
	if (error == JISR_OK)
		error = account_use_passkey(sql, &passkey.passkey, &use, now, problem);
	if (error == JISR_OK)
		error = account_set_failures(sql, passkey.officer, 0, problem);
	if (error == JISR_OK && known)
		error = account_mark_device(sql, device.hash, 0, now, problem);
	if (error == JISR_OK && proving == NULL)
		error = signin_begin(signin, sql, &told->officer, "passkey", from, known, now, told, problem);
	else if (error == JISR_OK)
		error = session_prove(sql, proving, now, problem);
	return local_end(signin->local, error, problem);
}

int signin_by_passkey(struct signin *signin, const struct passkey_site *site, const struct signin_passkey *given,
                      const struct signin_from *from, int64_t now, struct signin_told *ret_told,
                      struct problem *problem)
{
	struct signin_told told = {.wait = 0};
	int error = by_passkey(signin, site, given, NULL, from, now, &told, problem);
	if (error == JISR_OK)
		*ret_told = told;
	return error;
}

int signin_prove_by_passkey(struct signin *signin, const struct session *session, const struct passkey_site *site,
                            const struct signin_passkey *given, const struct signin_from *from, int64_t now,
                            struct signin_told *ret_told, struct problem *problem)
{
	struct signin_told told = {.session = *session};
	int error = by_passkey(signin, site, given, session, from, now, &told, problem);
	told.session.proved = now;
	if (error == JISR_OK)
		*ret_told = told;
	return error;
}

/* ---- sessions, tokens, certificates ---- */

/* One that was begun at another machine a moment ago is looked for there. */
static int look_for_session(struct signin *signin, const char *secret, int64_t now, struct session *ret_session,
                            bool *ret_stale, struct problem *problem)
{
	int error;
	bool again = false;
	do {
		struct sql *sql = local_enter(signin->local);
		error = session_find(sql, secret, &signin->limits, now, ret_session, ret_stale, problem);
		local_leave(signin->local);
		again = error == JISR_NOT_FOUND && !again && local_refresh(signin->local);
	} while (again);
	return error;
}

static bool has_ended(int error, const struct signin_officer *officer, const struct session *session)
{
	char state[SESSION_MAX_STATE];
	if (error == JISR_OK)
		state_of(officer, state);
	return error == JISR_NOT_FOUND || (error == JISR_OK && strcmp(state, session->state) != 0);
}

int signin_session(struct signin *signin, const char *secret, int64_t now, struct session *ret_session,
                   struct signin_officer *ret_officer, struct problem *problem)
{
	const struct signin_directory *directory = &signin->directory;
	struct session session;
	struct signin_officer officer;
	bool stale = false, known = true;
	struct sql *sql;
	int error = look_for_session(signin, secret, now, &session, &stale, problem);
	if (error != JISR_OK)
		return error;
	error = signin_find(signin, session.officer, &officer);
	if (has_ended(error, &officer, &session) && directory->fresh != NULL) {
		/* The change that ends it may be older than the session, and only not have come here. */
		known = directory->fresh(directory->context);
		error = signin_find(signin, session.officer, &officer);
	}
	if (error != JISR_OK && error != JISR_NOT_FOUND)
		return problem_set(problem, error, "the officers cannot be read now");
	bool ended = has_ended(error, &officer, &session);
	if (ended ? known : stale && local_writable(signin->local)) {
		error = local_begin(signin->local, &sql, problem);
		if (error == JISR_OK)
			error = local_end(signin->local,
			                  ended ? session_end(sql, session.hash, problem)
			                        : session_touch(sql, &session, now, problem),
			                  problem);
		/* A full disk or a busy file leaves "seen" behind; the session goes on. */
	}
	if (ended)
		return problem_set(problem, JISR_NOT_FOUND, "the session has ended; sign in again");
	session.seen = now;
	*ret_session = session;
	*ret_officer = officer;
	return JISR_OK;
}

int signin_token(struct signin *signin, const char *secret, int64_t now, struct token *ret_token,
                 struct signin_officer *ret_officer, struct problem *problem)
{
	const struct signin_directory *directory = &signin->directory;
	struct token token;
	struct signin_officer officer;
	struct sql *sql;
	bool stale = false, again = false;
	int error;
	do {
		sql = local_enter(signin->local);
		error = token_find(sql, secret, now, &token, &stale, problem);
		local_leave(signin->local);
		again = error == JISR_NOT_FOUND && !again && local_refresh(signin->local);
	} while (again);
	if (error == JISR_OK) {
		error = signin_find(signin, token.officer, &officer);
		if (error == JISR_NOT_FOUND && directory->fresh != NULL && directory->fresh(directory->context))
			error = signin_find(signin, token.officer, &officer);
	}
	if (error != JISR_OK)
		return problem_set(problem, error, "the token is not one that this service knows, or it has ended");
	if (stale && local_writable(signin->local) && local_begin(signin->local, &sql, NULL) == JISR_OK)
		(void)local_end(signin->local, token_touch(sql, token.id, now, NULL), NULL);
	*ret_token = token;
	*ret_officer = officer;
	return JISR_OK;
}

int signin_certificate(struct signin *signin, const char *print, struct token_certificate *ret_certificate,
                       struct signin_officer *ret_officer, struct problem *problem)
{
	struct token_certificate certificate;
	struct signin_officer officer;
	struct sql *sql = local_enter(signin->local);
	int error = token_certificate_find(sql, print, &certificate, problem);
	local_leave(signin->local);
	if (error == JISR_OK)
		error = signin_find(signin, certificate.officer, &officer);
	if (error != JISR_OK)
		return error;
	*ret_certificate = certificate;
	*ret_officer = officer;
	return JISR_OK;
}
