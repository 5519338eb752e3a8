#include "ballot/montgomery.h"

#include <sodium.h>
#include <string.h>

/* mpn_mul_basecase and mpn_addmul_1 work through fixed numbers of limbs without looking at them; GMP names mpn_sec_mul
 * and mpn_addmul_1 as silent to side channels. mpn_sec_mul wants no scratch for operands of this size, but asks for a
 * pointer to what its own function says. */
#define SCRATCH (4 * GROUP_LIMBS)

void montgomery_init(struct montgomery *montgomery, const mp_limb_t modulus[GROUP_LIMBS])
{
	memcpy(montgomery->modulus, modulus, sizeof montgomery->modulus);
	mp_limb_t inverse = 1; /* Newton: each step doubles the bits that are right */
	for (int i = 0; i < 6; i++)
		inverse *= 2 - modulus[0] * inverse;
	montgomery->negative_inverse = 0 - inverse;
	mp_limb_t power[2 * GROUP_LIMBS + 1] = {0}, quotient[GROUP_LIMBS + 2];
	power[2 * GROUP_LIMBS] = 1;
	mpn_tdiv_qr(quotient, montgomery->one, 0, power + GROUP_LIMBS, GROUP_LIMBS + 1, modulus, GROUP_LIMBS);
	mpn_tdiv_qr(quotient, montgomery->square, 0, power, 2 * GROUP_LIMBS + 1, modulus, GROUP_LIMBS);
}

/* ret = product / 2^2048 mod p; product and scratch (GROUP_LIMBS) are used up. */
static void reduce(const struct montgomery *montgomery, mp_limb_t *ret, mp_limb_t *product, mp_limb_t *scratch)
{
	for (size_t i = 0; i < GROUP_LIMBS; i++) {
		mp_limb_t factor = product[i] * montgomery->negative_inverse;
		product[i] = mpn_addmul_1(product + i, montgomery->modulus, GROUP_LIMBS, factor);
	}
	/* What was carried out of limb i belongs to limb i + GROUP_LIMBS. */
	mp_limb_t carry = mpn_add_n(ret, product + GROUP_LIMBS, product, GROUP_LIMBS);
	mp_limb_t borrow = mpn_sub_n(scratch, ret, montgomery->modulus, GROUP_LIMBS);
	mpn_cnd_sub_n(carry | (borrow ^ 1), ret, ret, montgomery->modulus, GROUP_LIMBS);
}

void montgomery_multiply(const struct montgomery *montgomery, mp_limb_t *ret, const mp_limb_t *a, const mp_limb_t *b)
{
	mp_limb_t product[2 * GROUP_LIMBS], scratch[SCRATCH];
	mpn_sec_mul(product, a, GROUP_LIMBS, b, GROUP_LIMBS, scratch);
	reduce(montgomery, ret, product, scratch);
	sodium_memzero(product, sizeof product); /* the numbers may be secret */
	sodium_memzero(scratch, sizeof scratch);
}

void montgomery_multiply_public(const struct montgomery *montgomery, mp_limb_t *ret, const mp_limb_t *a,
                                const mp_limb_t *b)
{
	mp_limb_t product[2 * GROUP_LIMBS], scratch[GROUP_LIMBS];
	if (a == b)
		mpn_sqr(product, a, GROUP_LIMBS);
	else
		mpn_mul_n(product, a, b, GROUP_LIMBS);
	reduce(montgomery, ret, product, scratch);
}

void montgomery_enter(const struct montgomery *montgomery, mp_limb_t *ret, const mp_limb_t *value)
{
	montgomery_multiply(montgomery, ret, value, montgomery->square);
}

void montgomery_leave(const struct montgomery *montgomery, mp_limb_t *ret, const mp_limb_t *value)
{
	mp_limb_t unit[GROUP_LIMBS] = {1};
	montgomery_multiply(montgomery, ret, value, unit);
}
