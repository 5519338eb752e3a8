/* What members/signin and members/signin_enrol share. */
#ifndef JISR_MEMBERS_SIGNIN_PRIVATE_H
#define JISR_MEMBERS_SIGNIN_PRIVATE_H

#include "members/signin.h"

#define PURPOSE_SIGNIN "sign-in"
#define PURPOSE_PROOF  "proof"
#define PURPOSE_ENROL  "enrol"

struct signin {
	struct local *local;
	struct signin_directory directory;
	struct session_limits limits;
	struct throttle *throttle;
	struct password_gate *gate;
};

int signin_find(struct signin *signin, const char *id, struct signin_officer *ret_officer);

/* Begins a session in the caller's transaction, and makes the device known that had no good cookie. */
int signin_begin(struct signin *signin, struct sql *sql, const struct signin_officer *officer, const char *means,
                 const struct signin_from *from, bool known, int64_t now, struct signin_told *told,
                 struct problem *problem);

void signin_make_challenge(struct signin *signin, const char *purpose, const void *bound, size_t size, int64_t now,
                           uint8_t ret_challenge[CHALLENGE_SIZE]);

/* Whether client data answer to a challenge that we gave out for this. JISR_STATE, JISR_BAD_INPUT. */
int signin_check_challenge(struct signin *signin, struct passkey_bytes client, const char *purpose, const void *bound,
                           size_t bound_size, int64_t now, uint8_t ret_challenge[CHALLENGE_SIZE],
                           struct problem *problem);

#endif
