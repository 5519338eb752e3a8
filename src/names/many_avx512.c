/* The kernel for machines with AVX-512 and its byte instructions (Zen 4, Ice Lake and later): 64 words at once. A table of
 * 128 bytes is two registers, and one instruction looks 64 bytes up in it. */
#include "names/many_lanes.h"

#ifdef __x86_64__

#include <immintrin.h>
#include <string.h>

#define LANES  64
#define KERNEL many_avx512
#define HERE   __attribute__((target("avx512f,avx512bw,avx512vbmi")))
#define INLINE HERE static inline __attribute__((always_inline))

typedef __m512i vec;
typedef __mmask64 mask;
typedef struct {
	vec low, high;
} v_table;
typedef vec v_table64;
typedef v_table wide;

INLINE vec v_set(uint8_t byte)
{
	return _mm512_set1_epi8((char)byte);
}
INLINE void v_store(uint8_t *to, vec v)
{
	_mm512_storeu_si512(to, v);
}
INLINE vec v_and(vec a, vec b)
{
	return _mm512_and_si512(a, b);
}
INLINE vec v_add(vec a, vec b)
{
	return _mm512_adds_epu8(a, b);
}
INLINE vec v_less(vec a, vec b)
{
	return _mm512_sub_epi8(a, b);
}
INLINE vec v_least(vec a, vec b)
{
	return _mm512_min_epu8(a, b);
}
INLINE vec v_half(vec v)
{
	return v_and(_mm512_srli_epi16(v, 1), v_set(0x7F));
}
INLINE mask v_equal(vec a, vec b)
{
	return _mm512_cmpeq_epi8_mask(a, b);
}
INLINE mask v_below(vec a, vec b)
{
	return _mm512_cmplt_epu8_mask(a, b);
}
INLINE mask v_over(vec a, vec b)
{
	return _mm512_cmpgt_epu8_mask(a, b);
}
INLINE mask m_and(mask a, mask b)
{
	return a & b;
}
INLINE mask m_or(mask a, mask b)
{
	return a | b;
}
INLINE mask m_not(mask m)
{
	return ~m;
}
INLINE bool m_any(mask m)
{
	return m != 0;
}
INLINE mask m_top(vec v)
{
	return _mm512_movepi8_mask(v);
}
INLINE vec m_pick(mask m, vec then, vec otherwise)
{
	return _mm512_mask_blend_epi8(m, otherwise, then);
}
INLINE v_table v_table_load(const uint8_t *bytes)
{
	return (v_table){_mm512_loadu_si512(bytes), _mm512_loadu_si512(bytes + 64)};
}
INLINE vec v_look(v_table table, vec at)
{
	return _mm512_permutex2var_epi8(table.low, at, table.high);
}
INLINE v_table64 v_table64_load(const uint8_t *bytes)
{
	return _mm512_loadu_si512(bytes);
}
INLINE vec v_look64(v_table64 table, vec at)
{
	return _mm512_permutexvar_epi8(at, table);
}
INLINE wide v_no_weights(void)
{
	return (wide){_mm512_setzero_si512(), _mm512_setzero_si512()};
}
INLINE wide v_widen(wide sum, vec v)
{
	const vec low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(v));
	const vec high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(v, 1));
	return (wide){_mm512_add_epi16(sum.low, low), _mm512_add_epi16(sum.high, high)};
}
INLINE void v_store_wide(uint16_t *to, wide sum)
{
	_mm512_storeu_si512(to, sum.low);
	_mm512_storeu_si512(to + 32, sum.high);
}

/* Four rows of 16 bytes in a register become 16 groups of four, a group a column; then the groups of 16 registers are
 * transposed as a square of 32-bit words. */
INLINE void v_columns(const uint8_t rows[][MANY_ROW], size_t count, size_t from, vec columns[16])
{
	static const uint8_t order[64] = {0,  16, 32, 48, 1,  17, 33, 49, 2,  18, 34, 50, 3,  19, 35, 51,
	                                  4,  20, 36, 52, 5,  21, 37, 53, 6,  22, 38, 54, 7,  23, 39, 55,
	                                  8,  24, 40, 56, 9,  25, 41, 57, 10, 26, 42, 58, 11, 27, 43, 59,
	                                  12, 28, 44, 60, 13, 29, 45, 61, 14, 30, 46, 62, 15, 31, 47, 63};
	const vec by_column = _mm512_loadu_si512(order);
	vec a[16], b[16];
	for (size_t i = 0; i < 16; i++) {
		vec four = _mm512_setzero_si512();
		if (i * 4 < count) {
			const uint8_t *row = rows[i * 4] + from;
			four = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)row));
			four = _mm512_inserti32x4(four, _mm_loadu_si128((const __m128i *)(row + MANY_ROW)), 1);
			four = _mm512_inserti32x4(four, _mm_loadu_si128((const __m128i *)(row + 2 * MANY_ROW)), 2);
			four = _mm512_inserti32x4(four, _mm_loadu_si128((const __m128i *)(row + 3 * MANY_ROW)), 3);
		}
		a[i] = _mm512_permutexvar_epi8(by_column, four);
	}
	for (size_t i = 0; i < 16; i += 2) {
		b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
		b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
	}
	for (size_t i = 0; i < 16; i += 4) {
		a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
		a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
		a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
		a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
	}
	/* a[4 g + k] holds columns k, k + 4, k + 8, k + 12 of registers 4 g to 4 g + 3. */
	for (size_t k = 0; k < 4; k++) {
		const vec low = _mm512_shuffle_i32x4(a[k], a[k + 4], 0x88),
			  high = _mm512_shuffle_i32x4(a[k], a[k + 4], 0xDD);
		const vec low2 = _mm512_shuffle_i32x4(a[k + 8], a[k + 12], 0x88);
		const vec high2 = _mm512_shuffle_i32x4(a[k + 8], a[k + 12], 0xDD);
		columns[k] = _mm512_shuffle_i32x4(low, low2, 0x88);
		columns[k + 8] = _mm512_shuffle_i32x4(low, low2, 0xDD);
		columns[k + 4] = _mm512_shuffle_i32x4(high, high2, 0x88);
		columns[k + 12] = _mm512_shuffle_i32x4(high, high2, 0xDD);
	}
}

#include "names/many_kernel.h"

bool many_avx512_here(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vbmi");
}

#else

void many_avx512(const struct many_word *word, const uint8_t rows[MANY_MOST][MANY_ROW], size_t count,
                 struct many_costs *ret_costs)
{
	many_plain(word, rows, count, ret_costs);
}

bool many_avx512_here(void)
{
	return false;
}

#endif
