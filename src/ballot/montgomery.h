/* Montgomery multiplication modulo a prime of GROUP_LIMBS limbs, one number at a time, in a time that does not depend
 * on the numbers. Numbers stand as x * 2^2048 mod p. */
#ifndef JISR_BALLOT_MONTGOMERY_H
#define JISR_BALLOT_MONTGOMERY_H

#include "ballot/group.h"

struct montgomery {
	mp_limb_t modulus[GROUP_LIMBS];
	mp_limb_t one[GROUP_LIMBS];    /* 2^2048 mod p */
	mp_limb_t square[GROUP_LIMBS]; /* 2^4096 mod p */
	mp_limb_t negative_inverse;    /* -1 / p mod 2^64 */
};

void montgomery_init(struct montgomery *montgomery, const mp_limb_t modulus[GROUP_LIMBS]);

/* ret = a * b / 2^2048 mod p, fully reduced; ret may be a or b. */
void montgomery_multiply(const struct montgomery *montgomery, mp_limb_t *ret, const mp_limb_t *a, const mp_limb_t *b);

/* The same for public numbers: faster, and squares (a and b the same array) faster still. */
void montgomery_multiply_public(const struct montgomery *montgomery, mp_limb_t *ret, const mp_limb_t *a,
                                const mp_limb_t *b);

/* Into and out of Montgomery form. */
void montgomery_enter(const struct montgomery *montgomery, mp_limb_t *ret, const mp_limb_t *value);
void montgomery_leave(const struct montgomery *montgomery, mp_limb_t *ret, const mp_limb_t *value);

#endif
