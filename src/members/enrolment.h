/* Invitations to enrol: a code that lets one officer set the means of signing in, once, within an hour. There is no other
 * way in: no default password, none that somebody else chose. The code is shown once and kept as its SHA-256. Works on
 * local.db inside the caller's local_enter or local_begin. */
#ifndef JISR_MEMBERS_ENROLMENT_H
#define JISR_MEMBERS_ENROLMENT_H

#include "members/account.h"

#define ENROLMENT_SECONDS 3600
#define ENROLMENT_CODE    30 /* "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX": 125 bits, with the closing 0 */

struct enrolment {
	char officer[OFFICER_ID_MAX + 1];
	char by[CALLER_NAME_MAX + 1]; /* who gave it out */
	int64_t made, ends;
	bool shown;                /* totp was shown */
	uint8_t totp[TOTP_SECRET]; /* the secret that was shown last */
};

/* A new one; an earlier one of the officer ends. */
int enrolment_make(struct sql *sql, const char *officer, const char *by, int64_t now, char ret_code[ENROLMENT_CODE],
                   struct problem *problem);
/* The code in any case, with or without its hyphens and spaces; O as 0, I and L as 1. JISR_NOT_FOUND: none, used, or
 * ended. */
int enrolment_find(struct sql *sql, const char *code, int64_t now, struct enrolment *ret_enrolment,
                   struct problem *problem);
/* A fresh secret of one-time codes to be shown. */
int enrolment_show(struct sql *sql, const char *officer, const uint8_t totp[TOTP_SECRET], struct problem *problem);

/* The code alone, and its hash; and the hash of one that somebody typed (as above), false when it is none. */
void enrolment_code_make(char ret_code[ENROLMENT_CODE], uint8_t ret_hash[LOCAL_HASH]);
bool enrolment_code_read(const char *code, uint8_t ret_hash[LOCAL_HASH]);

#endif
