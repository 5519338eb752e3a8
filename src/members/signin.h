/* Signing in: puts together who an officer is (the members' tables), the means (account), the limits on guessing
 * (throttle, password's gate), challenges, sessions, tokens and invitations. What is not right is told the same way
 * whatever was wrong: a name that nobody has, a password, a code. Knows nothing of HTTP.
 *
 * Called by any number of threads. Times are the calendar's, in milliseconds; tests give their own. */
#ifndef JISR_MEMBERS_SIGNIN_H
#define JISR_MEMBERS_SIGNIN_H

#include "members/account.h"
#include "members/enrolment.h"
#include "members/session.h"
#include "members/throttle.h"
#include "members/token.h"
#include "store/entry.h"

#define SIGNIN_CHALLENGE   (5 * 60 * 1000) /* ms that a passkey's challenge holds */
#define SIGNIN_GATE        3               /* passwords that are hashed at once: 3 times 64 MiB */
#define SIGNIN_GATE_WAIT   10.0            /* seconds that an owner waits for a place */
#define SIGNIN_MAX_ACCOUNT 200             /* bytes of a name that somebody types */

/* Who somebody is, from the members' tables. */
struct signin_officer {
	char id[OFFICER_ID_MAX + 1];
	char login[SIGNIN_MAX_ACCOUNT + 1];
	char name[256];
	char office[OFFICE_CODE_MAX + 1];
	char office_name[256];
	role_set roles;
	char since[ENTRY_AT_LENGTH + 1]; /* he may sign in: a session from before is none any more */
};

/* What sign-in asks of the record. `find` by the id, `login` by the name that the officer signs in with (in small letters):
 * 0, JISR_NOT_FOUND (nobody, ended, of an office that is closed), or why it cannot be told. `note`: an entry in the log that a means of this officer was set or taken away ("passkey",
 * "password", "token", "enrolment", "certificate"), by whom; called after the means counts. NULL: nothing is noted.
 * `fresh` brings what the others tell up to date with other machines, false when it cannot be told; NULL: there are none. */
struct signin_directory {
	void *context;
	int (*find)(void *context, const char *id, struct signin_officer *ret_officer);
	int (*login)(void *context, const char *login, struct signin_officer *ret_officer);
	int (*note)(void *context, const char *officer, const char *means, bool set, const char *by,
	            struct problem *problem);
	bool (*fresh)(void *context);
};

struct signin_options {
	struct local *local; /* the caller's; must outlive the signin */
	struct signin_directory directory;
	struct session_limits limits;
	struct password_cost cost;
};

struct signin;
/* Pays what the log is owed from before. */
int signin_new(const struct signin_options *options, struct signin **ret_signin, struct problem *problem);
struct signin *signin_free(struct signin *signin);
MEMORY_DEFINE_FREEP(struct signin, signin_free)
struct local *signin_local(struct signin *signin);
const struct session_limits *signin_limits(const struct signin *signin);

/* Where a request comes from. */
struct signin_from {
	const char *address; /* "192.0.2.7:4711" */
	const char *agent;   /* the browser's description; NULL */
	const char *device;  /* the secret of the device's cookie; NULL */
};

/* What came of it. */
struct signin_told {
	struct session session;
	struct signin_officer officer;
	char secret[LOCAL_SECRET];   /* of the session's cookie; "" for a proof */
	char device[LOCAL_SECRET];   /* of the device's cookie, "" when it has a good one */
	int64_t wait;                /* ms, with JISR_BUSY */
	char ticket[CHALLENGE_TEXT]; /* to be sent with the next try after the wait; "" for none */
};

/* JISR_DENIED: not right. JISR_BUSY: wait (told->wait, told->ticket), nothing was looked at. JISR_STATE: closed to devices
 * that are not the owner's; or the code was used before. */
struct signin_password {
	const char *account, *password, *code, *ticket; /* ticket: NULL */
};
int signin_by_password(struct signin *signin, const struct signin_password *given, const struct signin_from *from,
                       int64_t now, struct signin_told *ret_told, struct problem *problem);

struct signin_passkey {
	struct passkey_bytes id, client, data, signature, handle; /* handle: of size 0 when it was not sent */
};
/* A challenge for a passkey; `session` NULL for signing in, else for a fresh proof in that session. */
void signin_challenge(struct signin *signin, const struct session *session, int64_t now,
                      uint8_t ret_challenge[CHALLENGE_SIZE]);
int signin_by_passkey(struct signin *signin, const struct passkey_site *site, const struct signin_passkey *given,
                      const struct signin_from *from, int64_t now, struct signin_told *ret_told,
                      struct problem *problem);

/* ---- a session ---- */

/* JISR_NOT_FOUND: none, ended, its officer ended or has other roles now. */
int signin_session(struct signin *signin, const char *secret, int64_t now, struct session *ret_session,
                   struct signin_officer *ret_officer, struct problem *problem);
/* A fresh proof; as signing in, of the same officer. */
int signin_prove_by_password(struct signin *signin, const struct session *session, const char *password,
                             const char *code, const char *ticket, const struct signin_from *from, int64_t now,
                             struct signin_told *ret_told, struct problem *problem);
int signin_prove_by_passkey(struct signin *signin, const struct session *session, const struct passkey_site *site,
                            const struct signin_passkey *given, const struct signin_from *from, int64_t now,
                            struct signin_told *ret_told, struct problem *problem);

/* ---- a token, a certificate ---- */

/* JISR_NOT_FOUND: none, ended, or its officer may no longer. */
int signin_token(struct signin *signin, const char *secret, int64_t now, struct token *ret_token,
                 struct signin_officer *ret_officer, struct problem *problem);
int signin_certificate(struct signin *signin, const char *print, struct token_certificate *ret_certificate,
                       struct signin_officer *ret_officer, struct problem *problem);

/* ---- enrolling ---- */

/* Who an officer is. JISR_NOT_FOUND: none who may sign in. */
int signin_officer(struct signin *signin, const char *id, struct signin_officer *ret_officer, struct problem *problem);

/* An invitation for an officer, given out by `by`. JISR_NOT_FOUND: no such officer. */
int signin_invite(struct signin *signin, const char *officer, const char *by, int64_t now,
                  char ret_code[ENROLMENT_CODE], struct problem *problem);

struct signin_offer {
	struct signin_officer officer;
	struct enrolment enrolment;
	uint8_t handle[ACCOUNT_HANDLE];
	uint8_t challenge[CHALLENGE_SIZE];
	char uri[TOTP_URI_MAX]; /* of one-time codes: shown now and never again */
};
/* What the code lets set. Each call shows another secret of one-time codes; the last counts. */
int signin_offer(struct signin *signin, const char *code, const char *issuer, int64_t now,
                 struct signin_offer *ret_offer, struct problem *problem);

/* Sets the means, takes all earlier ones of the officer away, uses the code up, and signs in. */
int signin_enrol_passkey(struct signin *signin, const char *code, const struct passkey_site *site, const char *name,
                         struct passkey_bytes client, struct passkey_bytes attestation, const struct signin_from *from,
                         int64_t now, struct signin_told *ret_told, struct problem *problem);
int signin_enrol_password(struct signin *signin, const char *code, const char *password, const char *otp,
                          const struct signin_from *from, int64_t now, struct signin_told *ret_told,
                          struct problem *problem);

/* ---- further means of somebody who is signed in ---- */

/* For a further passkey: the challenge is signin_challenge's of the session. */
int signin_add_passkey(struct signin *signin, const struct session *session, const struct passkey_site *site,
                       const char *name, struct passkey_bytes client, struct passkey_bytes attestation, int64_t now,
                       struct problem *problem);
/* JISR_STATE: the last means is not taken away. */
int signin_drop_passkey(struct signin *signin, const struct session *session, const uint8_t *id, size_t size,
                        struct problem *problem);
/* Another password; `totp` NULL: codes stay those of before, else `otp` is the first of the new ones. Other sessions
 * of the officer end. */
int signin_set_password(struct signin *signin, const struct session *session, const struct signin_officer *officer,
                        const char *password, const uint8_t *totp, const char *otp, int64_t now,
                        struct problem *problem);

/* Ends a change that was begun with local_begin: with `error` 0 it commits, with the debt that the log is to be told
 * (members/owed.h), and pays it; else it takes everything back and returns `error`. When the log cannot be told now, that
 * is returned; what was set stays set, and the debt stays. */
int signin_end(struct signin *signin, struct sql *sql, int error, const char *officer, const char *means, bool set,
               const char *by, struct problem *problem);

/* Tells the log everything that it is owed, oldest first; signin_new does it, too, and goes on when it cannot be. */
int signin_settle(struct signin *signin, struct problem *problem);

#endif
