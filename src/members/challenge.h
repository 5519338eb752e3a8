/* Challenges and tickets that cost nothing to give out: random bytes, a time from which and until which they hold, and a
 * MAC over these, what they are for and whom. Whoever asks for a million of them fills no table; only those that were
 * used are remembered, until they end. */
#ifndef JISR_MEMBERS_CHALLENGE_H
#define JISR_MEMBERS_CHALLENGE_H

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHALLENGE_KEY  32
#define CHALLENGE_SIZE 48 /* bytes: 16 random, 8 from, 8 until (milliseconds, highest byte first), 16 MAC */
#define CHALLENGE_TEXT 65 /* as text, with the closing 0 */

/* `purpose` is a literal; `bound` whom it is for. */
void challenge_make(const uint8_t key[CHALLENGE_KEY], const char *purpose, const void *bound, size_t bound_size,
                    int64_t from, int64_t until, uint8_t ret_challenge[CHALLENGE_SIZE]);

/* JISR_DENIED: not made by us for this; JISR_BUSY: too early, *ret_wait (may be NULL) milliseconds are left; JISR_STATE:
 * too late. */
int challenge_check(const uint8_t key[CHALLENGE_KEY], const char *purpose, const void *bound, size_t bound_size,
                    const uint8_t *challenge, size_t size, int64_t now, int64_t *ret_wait);

/* When it ends. */
int64_t challenge_until(const uint8_t challenge[CHALLENGE_SIZE]);

#endif
