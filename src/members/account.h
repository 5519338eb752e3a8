/* How one officer proves who it is: a password with one-time codes, passkeys, and the devices that the officer has signed
 * in with. Works on local.db inside the caller's local_enter or local_begin; decides nothing. */
#ifndef JISR_MEMBERS_ACCOUNT_H
#define JISR_MEMBERS_ACCOUNT_H

#include "members/caller.h"
#include "members/local.h"
#include "members/passkey.h"
#include "members/password.h"
#include "members/totp.h"

#define ACCOUNT_HANDLE       32 /* bytes: what passkeys know the officer by; tells nothing */
#define ACCOUNT_MAX_PASSKEYS 20
#define ACCOUNT_MAX_DEVICES  20 /* the one not used for longest is forgotten */
#define ACCOUNT_MAX_NAME     63 /* bytes of the name that an officer gives a passkey or a token */

struct account {
	char officer[OFFICER_ID_MAX + 1];
	uint8_t handle[ACCOUNT_HANDLE];
	char hash[PASSWORD_HASH_MAX]; /* "": no password */
	int64_t password_set;
	uint8_t totp
		[TOTP_SECRET]; /* when there is a password; else, and when what is kept is damaged, random: no code is right */
	int64_t totp_step;
	uint32_t failures;
};

/* JISR_NOT_FOUND. */
int account_get(struct sql *sql, const char *officer, struct account *ret_account, struct problem *problem);
/* Makes it when it is not there. */
int account_need(struct sql *sql, const char *officer, struct account *ret_account, struct problem *problem);

/* `totp` NULL: the secret stays. */
int account_set_password(struct sql *sql, const char *officer, const char *hash, const uint8_t *totp, int64_t step,
                         int64_t now, struct problem *problem);
/* The same password at another cost. */
int account_renew_hash(struct sql *sql, const char *officer, const char *hash, struct problem *problem);
/* JISR_STATE: the step of this code, or a later one, was taken before. */
int account_take_code(struct sql *sql, const char *officer, int64_t step, struct problem *problem);
/* "" is the account of all names that have none: writing it costs the same. */
int account_set_failures(struct sql *sql, const char *officer, uint32_t failures, struct problem *problem);
/* Takes every means away, also sessions, tokens and certificates; the count of wrong guesses begins anew. */
int account_clear(struct sql *sql, const char *officer, struct problem *problem);

/* ---- passkeys ---- */

struct account_passkey {
	struct passkey passkey;
	char officer[OFFICER_ID_MAX + 1];
	char name[ACCOUNT_MAX_NAME + 1];
	int64_t made, used, cloned;
};

/* JISR_CONFLICT: it is registered already, here or for somebody else. JISR_TOO_LARGE: ACCOUNT_MAX_PASSKEYS. */
int account_add_passkey(struct sql *sql, const char *officer, const char *name, const struct passkey *passkey,
                        int64_t now, struct problem *problem);
int account_find_passkey(struct sql *sql, const uint8_t *id, size_t size, struct account_passkey *ret_passkey,
                         struct problem *problem);
/* It was used: its counter moves from what was read. JISR_STATE: somebody used it meanwhile. */
int account_use_passkey(struct sql *sql, const struct passkey *passkey, const struct passkey_use *use, int64_t now,
                        struct problem *problem);
/* Its counter did not grow. */
int account_warn_passkey(struct sql *sql, const struct passkey *passkey, int64_t now, struct problem *problem);
/* The n-th, oldest first; JISR_NOT_FOUND past the last. */
int account_passkey_at(struct sql *sql, const char *officer, size_t index, struct account_passkey *ret_passkey,
                       struct problem *problem);
int account_drop_passkey(struct sql *sql, const char *officer, const uint8_t *id, size_t size, struct problem *problem);
int account_count_passkeys(struct sql *sql, const char *officer, size_t *ret_count, struct problem *problem);

/* ---- devices ---- */

struct account_device {
	uint8_t hash[LOCAL_HASH];
	uint32_t failures;
	int64_t failed;
};

/* A new one: the secret goes into a cookie. */
int account_add_device(struct sql *sql, const char *officer, int64_t now, char ret_secret[LOCAL_SECRET],
                       struct problem *problem);
/* JISR_NOT_FOUND: the secret is of no device of this officer. */
int account_find_device(struct sql *sql, const char *officer, const char *secret, struct account_device *ret_device,
                        struct problem *problem);
int account_mark_device(struct sql *sql, const uint8_t hash[LOCAL_HASH], uint32_t failures, int64_t now,
                        struct problem *problem);

#endif
