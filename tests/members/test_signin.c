#include "members/signin.h"

#include "authenticator.h"

#include <sys/wait.h>

#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "signing_folder.h"

#define PASSWORD "kettle orbit wharf"
#define MINUTE   ((int64_t)60000)

static const char *const origins[] = {"https://desk.example.org"};
static const struct passkey_site site = {"desk.example.org", origins, 1};
static struct signin *signin;
static int64_t now;

/* Two officers of whom nobody is a real person; `ended` and `roles` change in tests. */
static struct signin_officer officers[] = {
	{"MA-12", "salma.b", "Salma Benrahhou", "MA", "NCB Rabat", ROLE_BIT(ROLE_BUREAU_OFFICER)},
	{"FR-3", "oskar.l", "Oskar Lindqvist", "FR", "NCB Paris", ROLE_BIT(ROLE_READER)},
};
static bool ended[2];
static char noted[256];

static int find(void *context, const char *id, struct signin_officer *ret_officer)
{
	(void)context;
	for (size_t i = 0; i < 2; i++)
		if (strcmp(officers[i].id, id) == 0 && !ended[i]) {
			*ret_officer = officers[i];
			return JISR_OK;
		}
	return JISR_NOT_FOUND;
}

static int find_login(void *context, const char *login, struct signin_officer *ret_officer)
{
	for (size_t i = 0; i < 2; i++)
		if (strcmp(officers[i].login, login) == 0)
			return find(context, officers[i].id, ret_officer);
	return JISR_NOT_FOUND;
}

static enum { LOG_TAKES, LOG_REFUSES, LOG_KILLS } log_does;
static unsigned note_count;

static int note(void *context, const char *officer, const char *means, bool set, const char *by,
                struct problem *problem)
{
	(void)context;
	if (log_does == LOG_KILLS)
		(void)raise(SIGKILL);
	if (log_does == LOG_REFUSES)
		return problem_set(problem, JISR_FULL, "the disk is full");
	note_count++;
	(void)snprintf(noted, sizeof noted, "%s %s%s by %s", officer, set ? "+" : "-", means, by);
	return JISR_OK;
}

static struct signin *open_signin(void)
{
	const struct signin_options options = {.local = local,
	                                       .directory = {NULL, find, find_login, note},
	                                       .limits = {20 * MINUTE, 720 * MINUTE},
	                                       .cost = {1, 8 << 10}};
	struct signin *opened = NULL;
	assert_int_equal(signin_new(&options, &opened, &last), JISR_OK);
	return opened;
}

static int open_signins(void **state)
{
	(void)open_folder(state);
	signin = open_signin();
	now = (int64_t)1800000000000;
	ended[0] = ended[1] = false;
	log_does = LOG_TAKES;
	note_count = 0;
	officers[0].roles = ROLE_BIT(ROLE_BUREAU_OFFICER);
	officers[0].since[0] = '\0';
	noted[0] = last.text[0] = '\0';
	return 0;
}

static int close_signins(void **state)
{
	signin = signin_free(signin);
	return close_folder(state);
}

static const struct signin_from office = {"192.0.2.7:4711", "a browser", NULL};
static const struct signin_from elsewhere = {"198.51.100.9:80", "another", NULL};

static struct signin_from with_device(const char *device)
{
	return (struct signin_from){"203.0.113.5:1", "a browser", device};
}

/* ---- what the log is owed ---- */

static int64_t owed(void)
{
	int64_t count = -1;
	struct sql_query query = sql_query(local_enter(local), "SELECT count(*) FROM owed");
	assert_int_equal(sql_run_number(&query, -1, &count, &last), JISR_OK);
	local_leave(local);
	return count;
}

static void a_kill_between_the_means_and_its_entry_loses_neither(void **state)
{
	(void)state;
	char code[ENROLMENT_CODE] = "";
	int status = 0;
	signin = signin_free(signin);
	local = local_close(local);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		log_does = LOG_KILLS;
		if (local_open(folder, &local, &last) == JISR_OK)
			(void)signin_invite(open_signin(), "MA-12", "console", now, code, &last);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	/* The invitation is there, the entry is not; whoever opens it next tells the log. */
	assert_int_equal(local_open(folder, &local, &last), JISR_OK);
	int64_t invited = 0;
	struct sql_query query =
		sql_query(local_enter(local), "SELECT count(*) FROM enrolment WHERE officer = 'MA-12'");
	assert_int_equal(sql_run_number(&query, 0, &invited, &last), JISR_OK);
	local_leave(local);
	assert_int_equal(invited, 1);
	assert_int_equal(owed(), 1);
	assert_string_equal(noted, "");
	signin = open_signin();
	assert_string_equal(noted, "MA-12 +enrolment by console");
	assert_int_equal(note_count, 1);
	assert_int_equal(owed(), 0);
	assert_int_equal(signin_settle(signin, &last), JISR_OK);
	assert_int_equal(note_count, 1);
}

static void a_log_that_cannot_be_written_is_told_later_and_in_order(void **state)
{
	(void)state;
	char code[ENROLMENT_CODE];
	log_does = LOG_REFUSES;
	assert_int_equal(signin_invite(signin, "MA-12", "console", now, code, &last), JISR_FULL);
	assert_non_null(strstr(last.text, "full"));
	assert_int_equal(signin_invite(signin, "FR-3", "console", now, code, &last), JISR_FULL);
	assert_int_equal(owed(), 2);
	signin_free(signin);
	signin = open_signin(); /* opens all the same */
	assert_int_equal(owed(), 2);
	log_does = LOG_TAKES;
	assert_int_equal(signin_invite(signin, "MA-12", "root", now, code, &last), JISR_OK);
	assert_int_equal(note_count, 3);
	assert_string_equal(noted, "MA-12 +enrolment by root");
	assert_int_equal(owed(), 0);
}

/* ---- one-time codes ---- */

static uint8_t secret[TOTP_SECRET];

static const char *code_at(int64_t time)
{
	static char code[TOTP_DIGITS + 1];
	assert_int_equal(totp_code(secret, time / 30000, code), JISR_OK);
	return code;
}

/* Enrols MA-12 with password and codes; the device's secret is the owner's from now on. */
static struct signin_told enrol(const char *id)
{
	char code[ENROLMENT_CODE];
	struct signin_offer offer;
	struct signin_told told;
	last.text[0] = '\0';
	assert_int_equal(signin_invite(signin, id, "console", now, code, &last), JISR_OK);
	assert_int_equal(signin_offer(signin, code, "jisr", now, &offer, &last), JISR_OK);
	memcpy(secret, offer.enrolment.totp, sizeof secret);
	int error = signin_enrol_password(signin, code, PASSWORD, code_at(now), &office, now, &told, &last);
	assert_string_equal(last.text, "");
	assert_int_equal(error, JISR_OK);
	now += MINUTE;
	return told;
}

static int try(const char *account, const char *password, const char *code, const struct signin_from *from,
               struct signin_told *told)
{
	const struct signin_password given = {account, password, code, NULL};
	last.text[0] = '\0';
	return signin_by_password(signin, &given, from, now, told, &last);
}

static void secrets_of_codes_are_sealed_for_their_officer(void **state)
{
	(void)state;
	struct account account;
	struct sql *sql;
	size_t size = 0;
	(void)enrol("FR-3");
	(void)enrol("MA-12");
	sql = local_enter(local);
	struct sql_query query = sql_query(sql, "SELECT totp FROM account WHERE officer = 'MA-12'");
	assert_true(sql_next(&query));
	const void *kept = sql_bytes(&query, 0, &size);
	assert_int_equal(size, LOCAL_SEALED);
	assert_null(memmem(kept, size, secret, sizeof secret));
	assert_int_equal(sql_done(&query, &last), JISR_OK);
	assert_int_equal(account_get(sql, "MA-12", &account, &last), JISR_OK);
	assert_memory_equal(account.totp, secret, sizeof secret);
	/* Another's does not open in its place, nor does a changed one: then no code is right. */
	assert_int_equal(sql_execute(sql,
	                             "UPDATE account SET totp = (SELECT totp FROM account WHERE officer = 'MA-12') "
	                             "WHERE officer = 'FR-3'",
	                             &last),
	                 JISR_OK);
	assert_int_equal(account_get(sql, "FR-3", &account, &last), JISR_OK);
	assert_memory_not_equal(account.totp, secret, sizeof secret);
	assert_false(sodium_is_zero(account.totp, sizeof account.totp));
	local_leave(local);
}

static void an_invitation_sets_the_means_once_and_signs_in(void **state)
{
	(void)state;
	char code[ENROLMENT_CODE];
	struct signin_offer offer, again;
	struct signin_told told;
	struct session session;
	struct signin_officer officer;
	assert_int_equal(signin_invite(signin, "XX-1", "console", now, code, &last), JISR_NOT_FOUND);
	assert_int_equal(signin_invite(signin, "MA-12", "console", now, code, &last), JISR_OK);
	assert_string_equal(noted, "MA-12 +enrolment by console");
	assert_int_equal(signin_offer(signin, code, "jisr", now, &offer, &last), JISR_OK);
	assert_string_equal(offer.officer.name, "Salma Benrahhou");
	assert_int_equal(signin_offer(signin, code, "jisr", now, &again, &last), JISR_OK);
	assert_memory_not_equal(offer.enrolment.totp, again.enrolment.totp, TOTP_SECRET);
	memcpy(secret, offer.enrolment.totp, sizeof secret); /* not the one that was shown last */
	assert_int_equal(signin_enrol_password(signin, code, PASSWORD, code_at(now), &office, now, &told, &last),
	                 JISR_BAD_INPUT);
	memcpy(secret, again.enrolment.totp, sizeof secret);
	assert_int_equal(
		signin_enrol_password(signin, code, "salma benrahhou", code_at(now), &office, now, &told, &last),
		JISR_BAD_INPUT);
	last.text[0] = '\0';
	assert_int_equal(signin_enrol_password(signin, code, PASSWORD, code_at(now), &office, now, &told, &last),
	                 JISR_OK);
	assert_string_equal(noted, "MA-12 +password by MA-12");
	assert_int_equal(signin_session(signin, told.secret, now, &session, &officer, &last), JISR_OK);
	assert_string_equal(officer.id, "MA-12");
	assert_string_not_equal(told.device, "");
	assert_int_equal(signin_enrol_password(signin, code, PASSWORD, code_at(now), &office, now, &told, &last),
	                 JISR_NOT_FOUND);
	assert_int_equal(signin_offer(signin, code, "jisr", now, &again, &last), JISR_NOT_FOUND);
}

static void a_password_signs_in_with_a_code_that_is_taken_once(void **state)
{
	(void)state;
	struct signin_told told, more;
	(void)enrol("MA-12");
	char code[TOTP_DIGITS + 1];
	memcpy(code, code_at(now), sizeof code);
	assert_int_equal(try(" Salma.B ", PASSWORD, code, &office, &told), JISR_OK);
	assert_string_equal(told.officer.id, "MA-12");
	assert_string_equal(told.session.means, "password");
	assert_string_equal(told.session.source, "192.0.2.0/24");
	assert_string_not_equal(told.device, "");
	assert_int_equal(try("salma.b", PASSWORD, code, &office, &more), JISR_DENIED);
	now += MINUTE;
	const struct signin_from known = with_device(told.device);
	assert_int_equal(try("salma.b", PASSWORD, code_at(now), &known, &more), JISR_OK);
	assert_string_equal(more.device, ""); /* it has one */
}

/* The same sentence and the same code whatever is wrong. */
static void nothing_tells_what_was_wrong(void **state)
{
	(void)state;
	struct signin_told told;
	(void)enrol("MA-12");
	static const char *const accounts[] = {"salma.b", "salma.b", "oskar.l", "nobody", "", "' OR 1=1"};
	static const char *const passwords[] = {"wrong wrong wrong", PASSWORD, PASSWORD, PASSWORD, "", "\xFF"};
	const char *codes[] = {code_at(now), "000000", "000000", "000000", "", "x"};
	char first[PROBLEM_MAX] = "";
	for (size_t i = 0; i < sizeof accounts / sizeof *accounts; i++) {
		assert_int_equal(try(accounts[i], passwords[i], codes[i], &office, &told), JISR_DENIED);
		if (i == 0)
			memcpy(first, last.text, sizeof first);
		assert_string_equal(last.text, first);
	}
	ended[0] = true;
	assert_int_equal(try("salma.b", PASSWORD, code_at(now), &elsewhere, &told), JISR_DENIED);
	assert_string_equal(last.text, first);
}

static void a_dearer_cost_is_taken_over_when_somebody_signs_in(void **state)
{
	(void)state;
	struct signin_told told;
	struct account account;
	(void)enrol("MA-12");
	signin_free(signin);
	const struct signin_options options = {.local = local,
	                                       .directory = {NULL, find, find_login, note},
	                                       .limits = {20 * MINUTE, 720 * MINUTE},
	                                       .cost = {2, 16 << 10}};
	assert_int_equal(signin_new(&options, &signin, &last), JISR_OK);
	assert_int_equal(try("salma.b", PASSWORD, code_at(now), &office, &told), JISR_OK);
	struct sql *sql = local_enter(local);
	assert_int_equal(account_get(sql, "MA-12", &account, &last), JISR_OK);
	local_leave(local);
	assert_non_null(strstr(account.hash, "$m=16,t=2,"));
	now += MINUTE;
	assert_int_equal(try("salma.b", PASSWORD, code_at(now), &office, &told), JISR_OK);
}

static void a_session_ends_with_its_officers_roles(void **state)
{
	(void)state;
	struct session session;
	struct signin_officer officer;
	struct signin_told one = enrol("MA-12");
	assert_int_equal(signin_session(signin, one.secret, now, &session, &officer, &last), JISR_OK);
	assert_int_equal(session.proved, now - MINUTE);
	officers[0].roles |= ROLE_BIT(ROLE_ADMINISTRATOR);
	assert_int_equal(signin_session(signin, one.secret, now, &session, &officer, &last), JISR_NOT_FOUND);
	officers[0].roles = ROLE_BIT(ROLE_BUREAU_OFFICER);
	assert_int_equal(signin_session(signin, one.secret, now, &session, &officer, &last),
	                 JISR_NOT_FOUND); /* for good */
	struct signin_told two;
	assert_int_equal(try("salma.b", PASSWORD, code_at(now), &office, &two), JISR_OK);
	assert_int_equal(signin_session(signin, two.secret, now, &session, &officer, &last), JISR_OK);
	/* he was out meanwhile, and the session that nobody used then does not come back */
	(void)snprintf(officers[0].since, sizeof officers[0].since, "2026-11-27T08:00:00.000Z");
	assert_int_equal(signin_session(signin, two.secret, now, &session, &officer, &last), JISR_NOT_FOUND);
	assert_int_equal(try("salma.b", PASSWORD, code_at(now += MINUTE), &office, &two), JISR_OK);
	assert_int_equal(signin_session(signin, two.secret, now, &session, &officer, &last), JISR_OK);
	ended[0] = true;
	assert_int_equal(signin_session(signin, two.secret, now, &session, &officer, &last), JISR_NOT_FOUND);
}

/* ---- passkeys ---- */

static struct passkey_bytes bytes_of(const uint8_t *bytes, size_t size)
{
	return (struct passkey_bytes){bytes, size};
}

static void enrol_passkey(struct authenticator *authenticator, const char *id, struct signin_offer *offer)
{
	char code[ENROLMENT_CODE];
	struct signin_told told;
	struct authenticator_answer answer;
	assert_int_equal(signin_invite(signin, id, "console", now, code, &last), JISR_OK);
	assert_int_equal(signin_offer(signin, code, "jisr", now, offer, &last), JISR_OK);
	authenticator_create(authenticator, offer->challenge, sizeof offer->challenge, "none", &answer);
	assert_int_equal(signin_enrol_passkey(signin, code, &site, "phone", bytes_of(answer.client, answer.client_size),
	                                      bytes_of(answer.data, answer.data_size), &office, now, &told, &last),
	                 JISR_OK);
}

static struct signin_passkey answer_with(struct authenticator *authenticator, const uint8_t challenge[CHALLENGE_SIZE],
                                         struct authenticator_answer *answer)
{
	authenticator_get(authenticator, challenge, CHALLENGE_SIZE, answer);
	return (struct signin_passkey){.id = {authenticator->id, sizeof authenticator->id},
	                               .client = {answer->client, answer->client_size},
	                               .data = {answer->data, answer->data_size},
	                               .signature = {answer->signature, answer->signature_size}};
}

static void a_passkey_signs_in_once_for_each_challenge(void **state)
{
	(void)state;
	struct authenticator authenticator;
	struct authenticator_answer answer;
	struct signin_offer offer;
	struct signin_told told;
	uint8_t challenge[CHALLENGE_SIZE];
	authenticator_init(&authenticator, -7);
	enrol_passkey(&authenticator, "MA-12", &offer);
	signin_challenge(signin, NULL, now, challenge);
	struct signin_passkey given = answer_with(&authenticator, challenge, &answer);
	given.handle = bytes_of(offer.handle, sizeof offer.handle);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_OK);
	assert_string_equal(told.officer.id, "MA-12");
	assert_string_equal(told.session.means, "passkey");
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last),
	                 JISR_DENIED); /* the counter */
	authenticator.count = 0;       /* one without a counter: the challenge still counts once */
	struct sql *sql = local_enter(local);
	assert_int_equal(sql_execute(sql, "UPDATE passkey SET count = 0", &last), JISR_OK);
	local_leave(local);
	signin_challenge(signin, NULL, now, challenge);
	given = answer_with(&authenticator, challenge, &answer);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_OK);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_STATE);
	signin_challenge(signin, NULL, now, challenge); /* too late */
	given = answer_with(&authenticator, challenge, &answer);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now + SIGNIN_CHALLENGE, &told, &last),
	                 JISR_STATE);
	randombytes_buf(challenge, sizeof challenge); /* not ours */
	given = answer_with(&authenticator, challenge, &answer);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_STATE);
	signin_challenge(signin, &told.session, now, challenge); /* for something else */
	given = answer_with(&authenticator, challenge, &answer);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_STATE);
	authenticator_finish(&authenticator);
}

static void somebody_elses_passkey_or_handle_lets_nobody_in(void **state)
{
	(void)state;
	struct authenticator mine, theirs, unknown;
	struct authenticator_answer answer;
	struct signin_offer my_offer, their_offer;
	struct signin_told told, proof;
	uint8_t challenge[CHALLENGE_SIZE];
	authenticator_init(&mine, -7);
	authenticator_init(&theirs, -8);
	authenticator_init(&unknown, -7);
	enrol_passkey(&mine, "MA-12", &my_offer);
	enrol_passkey(&theirs, "FR-3", &their_offer);
	signin_challenge(signin, NULL, now, challenge);
	struct signin_passkey given = answer_with(&unknown, challenge, &answer);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_DENIED);
	given = answer_with(&unknown, challenge, &answer); /* signs under another's id */
	given.id = bytes_of(mine.id, sizeof mine.id);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_DENIED);
	given = answer_with(&mine, challenge, &answer);
	given.handle = bytes_of(their_offer.handle, sizeof their_offer.handle);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_DENIED);
	given = answer_with(&mine, challenge, &answer);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_OK);
	/* A fresh proof is the session's own officer's, for this session alone. */
	now += 10 * MINUTE;
	signin_challenge(signin, &told.session, now, challenge);
	given = answer_with(&theirs, challenge, &answer);
	assert_int_equal(signin_prove_by_passkey(signin, &told.session, &site, &given, &office, now, &proof, &last),
	                 JISR_DENIED);
	given = answer_with(&mine, challenge, &answer);
	assert_int_equal(signin_prove_by_passkey(signin, &told.session, &site, &given, &office, now, &proof, &last),
	                 JISR_OK);
	struct session session;
	struct signin_officer officer;
	assert_int_equal(signin_session(signin, told.secret, now, &session, &officer, &last), JISR_OK);
	assert_int_equal(session.proved, now);
	authenticator_finish(&mine);
	authenticator_finish(&theirs);
	authenticator_finish(&unknown);
}

static void a_copied_passkey_is_refused_and_noted(void **state)
{
	(void)state;
	struct authenticator authenticator;
	struct authenticator_answer answer;
	struct signin_offer offer;
	struct signin_told told;
	struct account_passkey kept;
	uint8_t challenge[CHALLENGE_SIZE];
	authenticator_init(&authenticator, -7);
	enrol_passkey(&authenticator, "MA-12", &offer);
	signin_challenge(signin, NULL, now, challenge);
	struct signin_passkey given = answer_with(&authenticator, challenge, &answer);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_OK);
	authenticator.count = 1;
	signin_challenge(signin, NULL, now, challenge);
	given = answer_with(&authenticator, challenge, &answer);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_DENIED);
	assert_non_null(strstr(last.text, "copy"));
	struct sql *sql = local_enter(local);
	assert_int_equal(account_passkey_at(sql, "MA-12", 0, &kept, &last), JISR_OK);
	local_leave(local);
	assert_int_equal(kept.cloned, now);
	authenticator.count = 50; /* the owner's own goes on */
	signin_challenge(signin, NULL, now, challenge);
	given = answer_with(&authenticator, challenge, &answer);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_OK);
	authenticator_finish(&authenticator);
}

static void means_are_added_and_the_last_is_not_taken_away(void **state)
{
	(void)state;
	struct authenticator first, second;
	struct authenticator_answer answer;
	struct signin_offer offer;
	struct signin_told told;
	uint8_t challenge[CHALLENGE_SIZE];
	authenticator_init(&first, -7);
	authenticator_init(&second, -257);
	enrol_passkey(&first, "MA-12", &offer);
	signin_challenge(signin, NULL, now, challenge);
	struct signin_passkey given = answer_with(&first, challenge, &answer);
	assert_int_equal(signin_by_passkey(signin, &site, &given, &office, now, &told, &last), JISR_OK);
	assert_int_equal(signin_drop_passkey(signin, &told.session, first.id, sizeof first.id, &last), JISR_STATE);
	signin_challenge(signin, &told.session, now, challenge);
	authenticator_create(&second, challenge, sizeof challenge, "none", &answer);
	struct passkey_bytes client = bytes_of(answer.client, answer.client_size),
			     data = bytes_of(answer.data, answer.data_size);
	assert_int_equal(signin_add_passkey(signin, &told.session, &site, "stick", client, data, now, &last), JISR_OK);
	assert_string_equal(noted, "MA-12 +passkey by MA-12");
	assert_int_equal(signin_add_passkey(signin, &told.session, &site, "stick", client, data, now, &last),
	                 JISR_STATE);
	assert_int_equal(signin_drop_passkey(signin, &told.session, first.id, sizeof first.id, &last), JISR_OK);
	assert_string_equal(noted, "MA-12 -passkey by MA-12");
	totp_make(secret);
	assert_int_equal(signin_set_password(signin, &told.session, &told.officer, PASSWORD, NULL, "", now, &last),
	                 JISR_BAD_INPUT);
	assert_int_equal(signin_set_password(signin, &told.session, &told.officer, PASSWORD, secret, "1", now, &last),
	                 JISR_BAD_INPUT);
	assert_int_equal(
		signin_set_password(signin, &told.session, &told.officer, PASSWORD, secret, code_at(now), now, &last),
		JISR_OK);
	assert_int_equal(signin_drop_passkey(signin, &told.session, second.id, sizeof second.id, &last), JISR_OK);
	now += MINUTE;
	assert_int_equal(try("salma.b", PASSWORD, code_at(now), &office, &told), JISR_OK);
	authenticator_finish(&first);
	authenticator_finish(&second);
}

static void a_token_and_a_certificate_act_for_their_officer_while_there_is_one(void **state)
{
	(void)state;
	char shown[TOKEN_SECRET];
	int64_t id;
	struct token token;
	struct token_certificate certificate;
	struct signin_officer officer;
	struct sql *sql = local_enter(local);
	assert_int_equal(
		token_make(sql, "MA-12", "nightly", RIGHT_BIT(RIGHT_CHECK), now, now + MINUTE, shown, &id, &last),
		JISR_OK);
	assert_int_equal(token_certificate_add(sql, "MA-12", "gate-7", RIGHT_ALL, now, &last), JISR_OK);
	local_leave(local);
	assert_int_equal(signin_token(signin, shown, now, &token, &officer, &last), JISR_OK);
	assert_string_equal(officer.id, "MA-12");
	assert_int_equal(signin_token(signin, "jisr_x", now, &token, &officer, &last), JISR_NOT_FOUND);
	assert_int_equal(signin_certificate(signin, "gate-7", &certificate, &officer, &last), JISR_OK);
	ended[0] = true;
	assert_int_equal(signin_token(signin, shown, now, &token, &officer, &last), JISR_NOT_FOUND);
	assert_int_equal(signin_certificate(signin, "gate-7", &certificate, &officer, &last), JISR_NOT_FOUND);
}

/* ---- guesses ---- */

struct guesses {
	unsigned opened, compared, held, closed;
};

/* A guesser with very many addresses, who knows the password of MA-12 and guesses its codes, and guesses passwords of FR-3
 * and of names that nobody has; who uses each ticket as soon as it holds, and sends what is left again. */
static void guess_on(struct guesses *guesses, unsigned count, int64_t each)
{
	static char tickets[4096][CHALLENGE_TEXT];
	char address[32], code[16], name[16];
	struct signin_told told;
	for (unsigned i = 0; i < count; i++, now += each) {
		unsigned source = i % 4096;
		(void)snprintf(address, sizeof address, "10.%u.%u.1:9", source / 256, source % 256);
		(void)snprintf(code, sizeof code, "%06u", (i * 7919u) % 1000000);
		(void)snprintf(name, sizeof name, "XX-%u", source % 997);
		if (strcmp(code, code_at(now - 30000)) == 0 || strcmp(code, code_at(now)) == 0 ||
		    strcmp(code, code_at(now + 30000)) == 0)
			continue; /* a lucky one would open it: one in 333,333 a try, which is why tries are few */
		const struct signin_from from = {address, "guesser", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
		const struct signin_password given = {source % 3 == 0   ? "salma.b"
		                                      : source % 3 == 1 ? "oskar.l"
		                                                        : name,
		                                      source % 3 == 0 ? PASSWORD : "some other password", code,
		                                      tickets[source][0] != '\0' ? tickets[source] : NULL};
		int error = signin_by_password(signin, &given, &from, now, &told, NULL);
		guesses->opened += error == JISR_OK;
		guesses->compared += error == JISR_DENIED;
		guesses->held += error == JISR_BUSY;
		guesses->closed += error == JISR_STATE;
		if (error == JISR_BUSY && told.ticket[0] != '\0')
			memcpy(tickets[source], told.ticket, sizeof tickets[source]);
	}
}

static void a_hundred_thousand_guesses_open_nothing_and_lock_no_owner_out(void **state)
{
	(void)state;
	struct guesses guesses = {0};
	struct signin_told told;
	struct account account;
	struct authenticator authenticator;
	struct authenticator_answer answer;
	struct signin_offer offer;
	uint8_t challenge[CHALLENGE_SIZE];
	authenticator_init(&authenticator, -7);
	enrol_passkey(&authenticator, "FR-3", &offer);
	struct signin_told owner = enrol("MA-12");
	const struct signin_from own = with_device(owner.device);
	const struct signin_password mine = {"salma.b", PASSWORD, NULL, NULL};
	for (unsigned part = 0; part < 10; part++) {
		guess_on(&guesses, 10000, 100); /* ten a second, for nearly three hours */
		/* In the middle of it: the owner at the own desk mistypes and then signs in, with password and by passkey. */
		now += MINUTE;
		struct signin_password given = mine;
		given.code = "000000";
		assert_int_equal(signin_by_password(signin, &given, &own, now, &told, &last), JISR_DENIED);
		given.code = code_at(now);
		assert_int_equal(signin_by_password(signin, &given, &own, now, &told, &last), JISR_OK);
		signin_challenge(signin, NULL, now, challenge);
		const struct signin_passkey key = answer_with(&authenticator, challenge, &answer);
		assert_int_equal(signin_by_passkey(signin, &site, &key, &office, now, &told, &last), JISR_OK);
	}
	assert_int_equal(guesses.opened, 0);
	print_message("100,000 guesses: %u compared, %u held back, %u closed\n", guesses.compared, guesses.held,
	              guesses.closed);
	/* The owners' signing in begins the count anew ten times, and each time a hundred may be tried: no more. */
	assert_true(guesses.compared < 2 * 11 * THROTTLE_ACCOUNT_MOST + 997 * THROTTLE_ACCOUNT_MOST / 3);
	assert_true(guesses.compared + guesses.held + guesses.closed >= 99990);
	struct sql *sql = local_enter(local);
	assert_int_equal(account_get(sql, "MA-12", &account, &last), JISR_OK);
	local_leave(local);
	assert_int_equal(account.failures, 0);
	authenticator_finish(&authenticator);
}

static void counts_outlive_the_process(void **state)
{
	(void)state;
	struct guesses guesses = {0};
	struct signin_told told;
	struct signin_told owner = enrol("MA-12");
	for (unsigned i = 0; i < 20 && guesses.closed == 0; i++) {
		guess_on(&guesses, 3 * 4096, 50);
		signin_free(signin); /* restarted: the tables in memory are empty */
		signin = open_signin();
	}
	assert_true(guesses.closed > 0);
	assert_int_equal(guesses.opened, 0);
	assert_int_equal(try("salma.b", PASSWORD, code_at(now), &elsewhere, &told), JISR_STATE);
	assert_non_null(strstr(last.text, "usual browser"));
	const struct signin_from own = with_device(owner.device);
	assert_int_equal(try("salma.b", PASSWORD, code_at(now), &own, &told), JISR_OK);
	now += MINUTE; /* and with that it is open to all again */
	assert_int_equal(try("salma.b", PASSWORD, code_at(now), &elsewhere, &told), JISR_OK);
}

static void a_closed_account_opens_with_a_new_invitation(void **state)
{
	(void)state;
	struct signin_told told;
	(void)enrol("MA-12");
	struct sql *sql = local_enter(local);
	assert_int_equal(account_set_failures(sql, "MA-12", THROTTLE_ACCOUNT_MOST, &last), JISR_OK);
	local_leave(local);
	assert_int_equal(try("salma.b", PASSWORD, code_at(now), &elsewhere, &told), JISR_STATE);
	struct signin_told before = enrol("MA-12"), after = enrol("MA-12");
	struct session session;
	struct signin_officer officer;
	assert_int_equal(signin_session(signin, before.secret, now, &session, &officer, &last), JISR_NOT_FOUND);
	assert_int_equal(signin_session(signin, after.secret, now, &session, &officer, &last), JISR_OK);
	assert_int_equal(try("salma.b", PASSWORD, code_at(now), &elsewhere, &told), JISR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_signins, close_signins)
		TEST(an_invitation_sets_the_means_once_and_signs_in),
		TEST(a_password_signs_in_with_a_code_that_is_taken_once),
		TEST(nothing_tells_what_was_wrong),
		TEST(a_dearer_cost_is_taken_over_when_somebody_signs_in),
		TEST(a_session_ends_with_its_officers_roles),
		TEST(a_passkey_signs_in_once_for_each_challenge),
		TEST(somebody_elses_passkey_or_handle_lets_nobody_in),
		TEST(a_copied_passkey_is_refused_and_noted),
		TEST(means_are_added_and_the_last_is_not_taken_away),
		TEST(a_token_and_a_certificate_act_for_their_officer_while_there_is_one),
		TEST(a_kill_between_the_means_and_its_entry_loses_neither),
		TEST(a_log_that_cannot_be_written_is_told_later_and_in_order),
		TEST(secrets_of_codes_are_sealed_for_their_officer),
		TEST(a_hundred_thousand_guesses_open_nothing_and_lock_no_owner_out),
		TEST(counts_outlive_the_process),
		TEST(a_closed_account_opens_with_a_new_invitation),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("signin", tests, NULL, NULL);
}
