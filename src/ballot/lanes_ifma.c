/* Eight Montgomery multiplications at once with AVX-512 IFMA: word i of lane j is words[i * LANES + j], 52 bits each.
 *
 * A number is below 2p; since 4p < 2^2080 = R, a product of two such is again below 2p after Montgomery's reduction,
 * and nothing is ever compared. An accumulator collects at most 160 products of 52 bits and some carries: below 2^60.
 * Two words of b are worked off in one pass over a and p, so that each accumulator is loaded and stored half as often. */
#include "ballot/lanes.h"

#define LIMB_BITS 52
#define LIMB_MASK (((uint64_t)1 << LIMB_BITS) - 1)

#if defined(__x86_64__)

#include <immintrin.h>

#define IFMA            __attribute__((target("avx512f,avx512ifma")))
#define LOW(sum, a, b)  _mm512_madd52lo_epu64(sum, a, b)
#define HIGH(sum, a, b) _mm512_madd52hi_epu64(sum, a, b)

static bool ifma_present(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma");
}

IFMA static inline __m512i load(const struct lanes *lanes, size_t word)
{
	return _mm512_load_si512(lanes->words + word * LANES);
}

IFMA static inline __m512i all(uint64_t word)
{
	return _mm512_set1_epi64((long long)word);
}

/* Brings the accumulators to 52 bits each. */
IFMA static inline void carry(struct lanes *ret, const __m512i *sums)
{
	__m512i mask = all(LIMB_MASK), over = _mm512_setzero_si512();
	for (size_t i = 0; i < LANES_WORDS; i++) {
		__m512i sum = _mm512_add_epi64(sums[i], over);
		over = _mm512_srli_epi64(sum, LIMB_BITS);
		_mm512_store_si512(ret->words + i * LANES, _mm512_and_si512(sum, mask));
	}
}

IFMA static void ifma_multiply(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a,
                               const struct lanes *b)
{
	const uint64_t *p = modulus->words;
	const __m512i zero = _mm512_setzero_si512(), inverse = all(modulus->negative_inverse & LIMB_MASK);
	__m512i sums[LANES_WORDS + 1];
	for (size_t i = 0; i <= LANES_WORDS; i++)
		sums[i] = zero;
	for (size_t i = 0; i < LANES_WORDS; i += 2) {
		__m512i b0 = load(b, i), b1 = load(b, i + 1);
		__m512i a_last = load(a, 0), p_last = all(p[0]); /* word j - 1 of the pass below */
		__m512i sum = LOW(sums[0], a_last, b0);
		__m512i m0 = LOW(zero, sum, inverse);
		sum = LOW(sum, m0, p_last);
		__m512i over = _mm512_srli_epi64(sum, LIMB_BITS);
		__m512i a_word = load(a, 1), p_word = all(p[1]);
		sum = _mm512_add_epi64(sums[1], over);
		sum = HIGH(LOW(sum, a_word, b0), a_last, b0);
		sum = HIGH(LOW(sum, m0, p_word), m0, p_last);
		sum = LOW(sum, a_last, b1);
		__m512i m1 = LOW(zero, sum, inverse);
		sum = LOW(sum, m1, p_last);
		over = _mm512_srli_epi64(sum, LIMB_BITS);
		__m512i a_before = a_last, p_before = p_last; /* word j - 2 */
		a_last = a_word;
		p_last = p_word;
		for (size_t j = 2; j < LANES_WORDS; j++) {
			a_word = load(a, j);
			p_word = all(p[j]);
			__m512i left = sums[j], right;
			left = LOW(left, a_word, b0);
			right = HIGH(zero, a_last, b0);
			left = LOW(left, m0, p_word);
			right = HIGH(right, m0, p_last);
			left = LOW(left, a_last, b1);
			right = HIGH(right, a_before, b1);
			left = LOW(left, m1, p_last);
			right = HIGH(right, m1, p_before);
			sums[j - 2] = _mm512_add_epi64(left, right);
			a_before = a_last;
			a_last = a_word;
			p_before = p_last;
			p_last = p_word;
		}
		sum = HIGH(LOW(HIGH(zero, a_last, b0), a_last, b1), a_before, b1);
		sums[LANES_WORDS - 2] = HIGH(LOW(HIGH(sum, m0, p_last), m1, p_last), m1, p_before);
		sums[LANES_WORDS - 1] = HIGH(HIGH(zero, a_last, b1), m1, p_last);
		sums[0] = _mm512_add_epi64(sums[0], over);
	}
	carry(ret, sums);
}

static void ifma_square(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a)
{
	ifma_multiply(modulus, ret, a, a);
}

#else

static bool ifma_present(void)
{
	return false;
}

static void ifma_multiply(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a,
                          const struct lanes *b)
{
	lanes_plain.multiply(modulus, ret, a, b);
}

static void ifma_square(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a)
{
	lanes_plain.square(modulus, ret, a);
}

#endif

static void ifma_spread(struct lane *ret, const mp_limb_t value[GROUP_LIMBS])
{
	for (size_t i = 0; i < LANES_WORDS; i++)
		ret->words[i] = lanes_cut(value, i * LIMB_BITS, LIMB_BITS);
}

static void ifma_gather(const struct lanes_modulus *modulus, mp_limb_t ret_value[GROUP_LIMBS], const struct lane *lane)
{
	lanes_join(modulus, lane->words, LANES_WORDS, LIMB_BITS, ret_value);
}

const struct lanes_engine lanes_ifma = {
	.name = "avx512ifma",
	.present = ifma_present,
	.multiply = ifma_multiply,
	.square = ifma_square,
	.spread = ifma_spread,
	.gather = ifma_gather,
	.set = lanes_interleaved_set,
	.get = lanes_interleaved_get,
	.copy = lanes_interleaved_copy,
	.factor_bits = LANES_WORDS * LIMB_BITS,
};
