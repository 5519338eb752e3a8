/* Numbers modulo q, in a time that does not depend on them: GMP's mpn_sec functions on a group's fixed number of limbs.
 * What passes over the stack is wiped. Declared in group.h. */
#include "ballot/group_private.h"
#include "ballot/taint.h"

#include <sodium.h>
#include <string.h>

#define WIDE        (2 * GROUP_LIMBS)
#define DIV_SCRATCH (2 * (WIDE + GROUP_LIMBS) + 64) /* more than mpn_sec_div_r_itch(64, 32) asks for */

/* ret = number mod q; number has `size` limbs, at least q_limbs, and is destroyed. */
static void reduce(const struct group *group, mp_limb_t *number, size_t size, struct scalar *ret_scalar)
{
	mp_limb_t scratch[DIV_SCRATCH];
	mpn_sec_div_r(number, (mp_size_t)size, group->q, (mp_size_t)group->q_limbs, scratch);
	memset(ret_scalar, 0, sizeof *ret_scalar);
	memcpy(ret_scalar->limbs, number, group->q_limbs * sizeof(mp_limb_t));
	sodium_memzero(scratch, sizeof scratch);
}

void scalar_random(const struct group *group, struct scalar *ret_secret)
{
	/* Numbers of q's length until one is below q: how many were thrown away says nothing about the last. */
	mp_limb_t difference[GROUP_LIMBS];
	memset(ret_secret, 0, sizeof *ret_secret);
	mp_limb_t below;
	do {
		randombytes_buf(ret_secret->limbs, group->q_limbs * sizeof(mp_limb_t));
		if (group->q_bits % GMP_NUMB_BITS != 0)
			ret_secret->limbs[group->q_limbs - 1] &= ((mp_limb_t)1 << group->q_bits % GMP_NUMB_BITS) - 1;
		below = mpn_sub_n(difference, ret_secret->limbs, group->q, (mp_size_t)group->q_limbs);
		TAINT_PUBLIC(&below, sizeof below);
	} while (below == 0);
	sodium_memzero(difference, sizeof difference);
}

void scalar_from_number(const struct group *group, uint64_t number, struct scalar *ret_scalar)
{
	(void)group; /* q is larger than any 64-bit number */
	memset(ret_scalar, 0, sizeof *ret_scalar);
	ret_scalar->limbs[0] = number;
}

void scalar_from_digest(const struct group *group, const unsigned char digest[32], struct scalar *ret_scalar)
{
	mp_limb_t number[GROUP_LIMBS] = {0};
	for (size_t i = 0; i < 32; i++)
		number[i / 8] |= (mp_limb_t)digest[31 - i] << i % 8 * 8;
	if (group->q_limbs > 4) { /* q is larger than any digest */
		memcpy(ret_scalar->limbs, number, sizeof number);
	} else {
		/* One limb more than q, as mpn_sec_div_r wants for a q that fills its limbs. */
		reduce(group, number, 5, ret_scalar);
	}
	sodium_memzero(number, sizeof number);
}

void scalar_add(const struct group *group, const struct scalar *a, const struct scalar *b, struct scalar *ret_sum)
{
	mp_size_t size = (mp_size_t)group->q_limbs;
	mp_limb_t sum[GROUP_LIMBS] = {0}, less[GROUP_LIMBS];
	mp_limb_t carry = mpn_add_n(sum, a->limbs, b->limbs, size);
	mp_limb_t borrow = mpn_sub_n(less, sum, group->q, size);
	mpn_cnd_sub_n(carry | (borrow ^ 1), sum, sum, group->q, size);
	memcpy(ret_sum->limbs, sum, sizeof sum);
	sodium_memzero(sum, sizeof sum);
	sodium_memzero(less, sizeof less);
}

void scalar_subtract(const struct group *group, const struct scalar *a, const struct scalar *b,
                     struct scalar *ret_difference)
{
	mp_size_t size = (mp_size_t)group->q_limbs;
	mp_limb_t difference[GROUP_LIMBS] = {0};
	mp_limb_t borrow = mpn_sub_n(difference, a->limbs, b->limbs, size);
	mpn_cnd_add_n(borrow, difference, difference, group->q, size);
	memcpy(ret_difference->limbs, difference, sizeof difference);
	sodium_memzero(difference, sizeof difference);
}

void scalar_multiply(const struct group *group, const struct scalar *a, const struct scalar *b,
                     struct scalar *ret_product)
{
	mp_size_t size = (mp_size_t)group->q_limbs;
	mp_limb_t product[WIDE], scratch[WIDE];
	mpn_sec_mul(product, a->limbs, size, b->limbs, size, scratch);
	reduce(group, product, 2 * group->q_limbs, ret_product);
	sodium_memzero(product, sizeof product);
	sodium_memzero(scratch, sizeof scratch);
}

bool scalar_equal(const struct scalar *a, const struct scalar *b)
{
	return sodium_memcmp(a->limbs, b->limbs, sizeof a->limbs) == 0;
}

bool scalar_is_zero(const struct scalar *scalar)
{
	return sodium_is_zero((const unsigned char *)scalar->limbs, sizeof scalar->limbs) == 1;
}

int scalar_invert(const struct group *group, const struct scalar *scalar, struct scalar *ret_inverse)
{
	if (scalar_is_zero(scalar))
		return JISR_BAD_INPUT;
	mp_size_t size = GROUP_LIMBS;
	while (scalar->limbs[size - 1] == 0)
		size--;
	mpz_t value, q, inverse;
	mpz_roinit_n(value, scalar->limbs, size);
	mpz_roinit_n(q, group->q, (mp_size_t)group->q_limbs);
	mpz_init2(inverse, GROUP_LIMBS * GMP_NUMB_BITS);
	(void)mpz_invert(inverse, value, q);
	memset(ret_inverse, 0, sizeof *ret_inverse);
	memcpy(ret_inverse->limbs, mpz_limbs_read(inverse), mpz_size(inverse) * sizeof(mp_limb_t));
	mpz_clear(inverse);
	return JISR_OK;
}
