/* Passwords (NIST SP 800-63B-4, section 3.1.1): at least 15 characters, no rules about which, none that a guesser tries
 * first; kept as Argon2id with the cost written into the hash, so that a dearer cost is taken over at the next sign-in.
 *
 * A password is compared after NFKC, so that a keyboard that writes é as one character or as two does the same. */
#ifndef JISR_MEMBERS_PASSWORD_H
#define JISR_MEMBERS_PASSWORD_H

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PASSWORD_LEAST     15  /* characters: code points after NFKC */
#define PASSWORD_MOST      256 /* characters */
#define PASSWORD_MAX_BYTES ((size_t)4 * PASSWORD_MOST)
#define PASSWORD_HASH_MAX  128 /* bytes of a kept hash, with the closing 0 */
#define PASSWORD_REST      8   /* characters that must be left when what is guessed first counts as one (password.c) */

/* What a guess costs whoever steals the hashes; and us. */
struct password_cost {
	unsigned passes;
	size_t memory; /* bytes */
};
#define PASSWORD_COST ((struct password_cost){2, (size_t)64 << 20}) /* some 70 ms on one core of a server of 2021 */

/* A password in the form that is hashed: NFKC. To be wiped with password_finish. */
struct password {
	char text[PASSWORD_MAX_BYTES * 3 + 1];
	size_t length;     /* bytes */
	size_t characters; /* code points */
};

/* JISR_BAD_INPUT: not UTF-8, or a control character in it; JISR_TOO_LARGE: more than PASSWORD_MOST characters. */
int password_read(const char *bytes, size_t length, struct password *ret_password, struct problem *problem);
void password_finish(struct password *password);

/* Whether it may be set: long enough, and not one of those that are guessed first. `words`, ended by NULL, are what is
 * known of its owner: name, id, office. JISR_BAD_INPUT and what to do. */
int password_check(const struct password *password, const char *const *words, struct problem *problem);

/* ---- hashing: a little at a time, so that guesses cannot eat the machine's memory ---- */

struct password_gate;

/* At most `most` hashes are worked out at once, one of these places kept for owners (below). */
int password_gate_new(unsigned most, struct password_cost cost, struct password_gate **ret_gate);
struct password_gate *password_gate_free(struct password_gate *gate);
MEMORY_DEFINE_FREEP(struct password_gate, password_gate_free)

/* JISR_BUSY: no place within `seconds`. JISR_NO_MEMORY. */
int password_hash(struct password_gate *gate, const struct password *password, double seconds,
                  char ret_hash[PASSWORD_HASH_MAX], struct problem *problem);

/* Compares with a kept hash; with NULL it takes as long and says no. `owner`: from a device that the account's owner has
 * used, who may also have the place that is kept for owners and waits `seconds`; others wait not at all. *ret_stale:
 * right, and kept at another cost than today's. JISR_BUSY: no place, nothing was compared. JISR_NO_MEMORY. */
int password_verify(struct password_gate *gate, const struct password *password, const char *hash, bool owner,
                    double seconds, bool *ret_right, bool *ret_stale, struct problem *problem);

#endif
