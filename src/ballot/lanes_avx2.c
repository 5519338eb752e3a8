/* Eight Montgomery multiplications with AVX2, four at a time: limb i of lane j is half i % 2 (the low one first) of
 * words[i / 2 * LANES + j], 28 bits each. That is the layout of a vector of 64-bit words whose low halves vpmuludq
 * multiplies; the high halves come down by one shift.
 *
 * A number is below 2p; since 4p < 2^2072 = R, a product of two such is again below 2p after Montgomery's reduction,
 * and nothing is ever compared. An accumulator collects at most 148 products of 56 bits and some carries: below 2^64.
 * Two limbs of b are worked off in one pass over a and p, so that each accumulator is loaded and stored half as often. */
#include "ballot/lanes.h"

#include <string.h>

#define LIMBS     74
#define LIMB_BITS 28
#define LIMB_MASK (((uint64_t)1 << LIMB_BITS) - 1)

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define HALF (LANES / 2) /* lanes of one vector */

static bool avx2_present(void)
{
	return __builtin_cpu_supports("avx2");
}

AVX2 static inline __m256i product(__m256i a, __m256i b)
{
	return _mm256_mul_epu32(a, b);
}

AVX2 static inline __m256i sum(__m256i a, __m256i b)
{
	return _mm256_add_epi64(a, b);
}

/* The limbs of four lanes; what stands in the high halves does not matter. */
AVX2 static inline void load(const struct lanes *lanes, size_t first, __m256i limbs[LIMBS])
{
	for (size_t i = 0; i < LIMBS; i += 2) {
		limbs[i] = _mm256_load_si256((const __m256i *)(lanes->words + i / 2 * LANES + first));
		limbs[i + 1] = _mm256_srli_epi64(limbs[i], 32);
	}
}

/* Brings the accumulators to 28 bits each. */
AVX2 static inline void store(struct lanes *lanes, size_t first, const __m256i sums[LIMBS])
{
	const __m256i mask = _mm256_set1_epi64x(LIMB_MASK);
	__m256i over = _mm256_setzero_si256();
	for (size_t i = 0; i < LIMBS; i += 2) {
		__m256i low = sum(sums[i], over), high = sum(sums[i + 1], _mm256_srli_epi64(low, LIMB_BITS));
		over = _mm256_srli_epi64(high, LIMB_BITS);
		high = _mm256_slli_epi64(_mm256_and_si256(high, mask), 32);
		_mm256_store_si256((__m256i *)(lanes->words + i / 2 * LANES + first),
		                   _mm256_or_si256(_mm256_and_si256(low, mask), high));
	}
}

/* Limb i of p in every lane. */
AVX2 static inline __m256i modulus_limb(const struct lanes_modulus *modulus, size_t i)
{
	uint32_t limb;
	memcpy(&limb, (const char *)modulus->words + i * sizeof limb, sizeof limb);
	return _mm256_set1_epi32((int)limb);
}

/* What a pass of the reduction needs: two limbs of the multiple of p that is added, and the carry out of the two
 * columns which become 0 by it. */
struct pass {
	__m256i m0, m1, over;
};

AVX2 static inline struct pass begin_pass(const struct lanes_modulus *modulus, __m256i column0, __m256i column1)
{
	const __m256i mask = _mm256_set1_epi64x(LIMB_MASK);
	const __m256i inverse = _mm256_set1_epi64x((long long)(modulus->negative_inverse & LIMB_MASK));
	const __m256i p0 = modulus_limb(modulus, 0), p1 = modulus_limb(modulus, 1);
	struct pass pass;
	pass.m0 = _mm256_and_si256(product(column0, inverse), mask);
	pass.over = _mm256_srli_epi64(sum(column0, product(p0, pass.m0)), LIMB_BITS);
	column1 = sum(sum(column1, pass.over), product(p1, pass.m0));
	pass.m1 = _mm256_and_si256(product(column1, inverse), mask);
	pass.over = _mm256_srli_epi64(sum(column1, product(p0, pass.m1)), LIMB_BITS);
	return pass;
}

AVX2 static inline void multiply_half(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *left,
                                      const struct lanes *right, size_t first)
{
	__m256i a[LIMBS], b[LIMBS], sums[LIMBS];
	load(left, first, a);
	load(right, first, b);
	for (size_t i = 0; i < LIMBS; i++)
		sums[i] = _mm256_setzero_si256();
	for (size_t i = 0; i < LIMBS; i += 2) {
		__m256i b0 = b[i], b1 = b[i + 1], a_last = a[1], p_last = modulus_limb(modulus, 1);
		struct pass pass = begin_pass(modulus, sum(sums[0], product(a[0], b0)),
		                              sum(sums[1], sum(product(a[1], b0), product(a[0], b1))));
#pragma GCC unroll 4
		for (size_t j = 2; j < LIMBS; j++) {
			__m256i a_limb = a[j], p_limb = modulus_limb(modulus, j);
			__m256i one = sum(product(a_limb, b0), product(a_last, b1));
			__m256i other = sum(product(p_limb, pass.m0), product(p_last, pass.m1));
			sums[j - 2] = sum(sum(sums[j], one), other);
			a_last = a_limb;
			p_last = p_limb;
		}
		sums[LIMBS - 2] = sum(product(a_last, b1), product(p_last, pass.m1));
		sums[LIMBS - 1] = _mm256_setzero_si256();
		sums[0] = sum(sums[0], pass.over);
	}
	store(ret, first, sums);
}

/* Each product of two different limbs is made once, with the one that comes first doubled (29 bits). Those of limb i
 * begin at column 2i, so they are never late for the reduction of column i. */
AVX2 static inline void square_half(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *value,
                                    size_t first)
{
	__m256i a[LIMBS], sums[LIMBS];
	load(value, first, a);
	for (size_t i = 0; i < LIMBS; i++)
		sums[i] = _mm256_setzero_si256();
	for (size_t i = 0; i < LIMBS; i += 2) {
		__m256i b0 = _mm256_slli_epi64(a[i], 1), b1 = _mm256_slli_epi64(a[i + 1], 1);
		__m256i last = product(a[i + 1], a[i + 1]); /* of column i + 2 */
		sums[i] = sum(sums[i], product(a[i], a[i]));
		sums[i + 1] = sum(sums[i + 1], product(a[i + 1], b0));
		if (i + 2 < LIMBS) {
			sums[i + 2] = sum(sums[i + 2], sum(last, product(a[i + 2], b0)));
			last = product(a[LIMBS - 1], b1);
		}
		__m256i p_last = modulus_limb(modulus, 1);
		struct pass pass = begin_pass(modulus, sums[0], sums[1]);
		size_t j = 2;
		for (; j < i + 3 && j < LIMBS; j++) {
			__m256i p_limb = modulus_limb(modulus, j);
			sums[j - 2] = sum(sums[j], sum(product(p_limb, pass.m0), product(p_last, pass.m1)));
			p_last = p_limb;
		}
		__m256i a_last = a[j - 1];
#pragma GCC unroll 4
		for (; j < LIMBS; j++) {
			__m256i a_limb = a[j], p_limb = modulus_limb(modulus, j);
			__m256i one = sum(product(a_limb, b0), product(a_last, b1));
			__m256i other = sum(product(p_limb, pass.m0), product(p_last, pass.m1));
			sums[j - 2] = sum(sum(sums[j], one), other);
			a_last = a_limb;
			p_last = p_limb;
		}
		sums[LIMBS - 2] = sum(last, product(p_last, pass.m1));
		sums[LIMBS - 1] = _mm256_setzero_si256();
		sums[0] = sum(sums[0], pass.over);
	}
	store(ret, first, sums);
}

AVX2 static void avx2_multiply(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a,
                               const struct lanes *b)
{
	multiply_half(modulus, ret, a, b, 0);
	multiply_half(modulus, ret, a, b, HALF);
}

AVX2 static void avx2_square(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a)
{
	square_half(modulus, ret, a, 0);
	square_half(modulus, ret, a, HALF);
}

#else

static bool avx2_present(void)
{
	return false;
}

static void avx2_multiply(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a,
                          const struct lanes *b)
{
	lanes_plain.multiply(modulus, ret, a, b);
}

static void avx2_square(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a)
{
	lanes_plain.square(modulus, ret, a);
}

#endif

static void avx2_spread(struct lane *ret, const mp_limb_t value[GROUP_LIMBS])
{
	memset(ret, 0, sizeof *ret);
	for (size_t i = 0; i < LIMBS; i++)
		ret->words[i / 2] |= lanes_cut(value, i * LIMB_BITS, LIMB_BITS) << i % 2 * 32;
}

static void avx2_gather(const struct lanes_modulus *modulus, mp_limb_t ret_value[GROUP_LIMBS], const struct lane *lane)
{
	uint64_t limbs[LIMBS];
	for (size_t i = 0; i < LIMBS; i++)
		limbs[i] = lane->words[i / 2] >> i % 2 * 32 & LIMB_MASK;
	lanes_join(modulus, limbs, LIMBS, LIMB_BITS, ret_value);
}

const struct lanes_engine lanes_avx2 = {
	.name = "avx2",
	.present = avx2_present,
	.multiply = avx2_multiply,
	.square = avx2_square,
	.spread = avx2_spread,
	.gather = avx2_gather,
	.set = lanes_interleaved_set,
	.get = lanes_interleaved_get,
	.copy = lanes_interleaved_copy,
	.factor_bits = LIMBS * LIMB_BITS,
};
