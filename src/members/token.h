/* API tokens: what an officer gives a program, so that it may do some of what the officer may, until a day. A token is
 * shown once and kept as its SHA-256. And clients' certificates that act for an officer's account (an office's program).
 * Works on local.db inside the caller's local_enter or local_begin. */
#ifndef JISR_MEMBERS_TOKEN_H
#define JISR_MEMBERS_TOKEN_H

#include "members/account.h"

#define TOKEN_PREFIX     "jisr_" /* so that scanners for leaked secrets see it */
#define TOKEN_SECRET     (LOCAL_SECRET + sizeof TOKEN_PREFIX - 1)
#define TOKEN_MAX        50 /* of one officer */
#define TOKEN_MAX_SCOPES 1024
#define TOKEN_MAX_DAYS   366
#define TOKEN_MAX_PRINT  65 /* of a certificate's fingerprint, with the closing 0 */

struct token {
	int64_t id;
	char officer[OFFICER_ID_MAX + 1];
	char name[ACCOUNT_MAX_NAME + 1];
	right_set scopes;
	int64_t made, ends, used; /* ms since 1970; used: the last time, to the minute; 0: never */
};

/* "check decide" as rights and back; JISR_BAD_INPUT names the word that is none. Names of rights that are gone are passed
 * over when read from the store. */
int token_read_scopes(const char *text, right_set *ret_scopes, struct problem *problem);
void token_write_scopes(right_set scopes, char out[TOKEN_MAX_SCOPES]);

/* JISR_TOO_LARGE: TOKEN_MAX. */
int token_make(struct sql *sql, const char *officer, const char *name, right_set scopes, int64_t now, int64_t ends,
               char ret_secret[TOKEN_SECRET], int64_t *ret_id, struct problem *problem);
/* JISR_NOT_FOUND: none, or it ended. *ret_stale: `used` ought to be written (token_touch). */
int token_find(struct sql *sql, const char *secret, int64_t now, struct token *ret_token, bool *ret_stale,
               struct problem *problem);
int token_touch(struct sql *sql, int64_t id, int64_t now, struct problem *problem);
/* The n-th of an officer, newest first, also those that ended; JISR_NOT_FOUND past the last. */
int token_at(struct sql *sql, const char *officer, size_t index, struct token *ret_token, struct problem *problem);
int token_end(struct sql *sql, const char *officer, int64_t id, struct problem *problem);

/* ---- certificates: `print` is the fingerprint (web/client_print.h) ---- */

struct token_certificate {
	int64_t id, made;
	char officer[OFFICER_ID_MAX + 1], print[TOKEN_MAX_PRINT];
	right_set scopes;
};
/* JISR_CONFLICT: it acts for somebody already. */
int token_certificate_add(struct sql *sql, const char *officer, const char *print, right_set scopes, int64_t now,
                          struct problem *problem);
int token_certificate_find(struct sql *sql, const char *print, struct token_certificate *ret_certificate,
                           struct problem *problem);
int token_certificate_at(struct sql *sql, const char *officer, size_t index, struct token_certificate *ret_certificate,
                         struct problem *problem);
int token_certificate_end(struct sql *sql, const char *officer, const char *print, struct problem *problem);

#endif
