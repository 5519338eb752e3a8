/* The kernel for machines with AVX2 (most since 2013): 32 words at once. A table of 128 bytes is eight of 16, and a byte
 * is looked up in each; all but one give 0. */
#include "names/many_lanes.h"

#ifdef __x86_64__

#include <immintrin.h>
#include <string.h>

#define LANES  32
#define KERNEL many_avx2
#define HERE   __attribute__((target("avx2")))
#define INLINE HERE static inline __attribute__((always_inline))

typedef __m256i vec;
typedef __m256i mask; /* all bits of a lane */
typedef const uint8_t *v_table, *v_table64;
typedef struct {
	vec low, high;
} wide;

INLINE vec v_set(uint8_t byte)
{
	return _mm256_set1_epi8((char)byte);
}
INLINE void v_store(uint8_t *to, vec v)
{
	_mm256_storeu_si256((__m256i *)to, v);
}
INLINE vec v_and(vec a, vec b)
{
	return _mm256_and_si256(a, b);
}
INLINE vec v_add(vec a, vec b)
{
	return _mm256_adds_epu8(a, b);
}
INLINE vec v_less(vec a, vec b)
{
	return _mm256_sub_epi8(a, b);
}
INLINE vec v_least(vec a, vec b)
{
	return _mm256_min_epu8(a, b);
}
INLINE vec v_half(vec v)
{
	return v_and(_mm256_srli_epi16(v, 1), v_set(0x7F));
}
INLINE mask v_equal(vec a, vec b)
{
	return _mm256_cmpeq_epi8(a, b);
}
INLINE mask v_below(vec a, vec b)
{
	return _mm256_cmpgt_epi8(b, a);
}
INLINE mask v_over(vec a, vec b)
{
	return _mm256_xor_si256(_mm256_cmpeq_epi8(v_least(a, b), a), _mm256_set1_epi8(-1));
}
INLINE mask m_and(mask a, mask b)
{
	return _mm256_and_si256(a, b);
}
INLINE mask m_or(mask a, mask b)
{
	return _mm256_or_si256(a, b);
}
INLINE mask m_not(mask m)
{
	return _mm256_xor_si256(m, _mm256_set1_epi8(-1));
}
INLINE bool m_any(mask m)
{
	return _mm256_movemask_epi8(m) != 0;
}
INLINE mask m_top(vec v)
{
	return _mm256_cmpgt_epi8(_mm256_setzero_si256(), v);
}
INLINE vec m_pick(mask m, vec then, vec otherwise)
{
	return _mm256_blendv_epi8(otherwise, then, m);
}
INLINE v_table v_table_load(const uint8_t *bytes)
{
	return bytes;
}
INLINE v_table64 v_table64_load(const uint8_t *bytes)
{
	return bytes;
}

/* Adding 112 with saturation sets the top bit of what is not in the n-th 16, and the look-up gives 0 for that. */
INLINE vec look_among(const uint8_t *table, size_t tables, vec at)
{
	vec found = _mm256_setzero_si256();
	for (size_t n = 0; n < tables; n++) {
		vec sixteen = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(table + 16 * n)));
		vec place = v_add(v_less(at, v_set((uint8_t)(16 * n))), v_set(0x70));
		found = _mm256_or_si256(found, _mm256_shuffle_epi8(sixteen, place));
	}
	return found;
}
INLINE vec v_look(v_table table, vec at)
{
	return look_among(table, 8, at);
}
INLINE vec v_look64(v_table64 table, vec at)
{
	return look_among(table, 4, at);
}
INLINE wide v_no_weights(void)
{
	return (wide){_mm256_setzero_si256(), _mm256_setzero_si256()};
}
INLINE wide v_widen(wide sum, vec v)
{
	const vec low = _mm256_cvtepu8_epi16(_mm256_castsi256_si128(v));
	const vec high = _mm256_cvtepu8_epi16(_mm256_extracti128_si256(v, 1));
	return (wide){_mm256_add_epi16(sum.low, low), _mm256_add_epi16(sum.high, high)};
}
INLINE void v_store_wide(uint16_t *to, wide sum)
{
	_mm256_storeu_si256((__m256i *)to, sum.low);
	_mm256_storeu_si256((__m256i *)(to + 16), sum.high);
}
INLINE void v_columns(const uint8_t rows[][MANY_ROW], size_t count, size_t from, vec columns[16])
{
	uint8_t square[16][LANES] = {{0}};
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < 16; k++)
			square[k][i] = rows[i][from + k];
	for (size_t k = 0; k < 16; k++)
		columns[k] = _mm256_loadu_si256((const __m256i *)square[k]);
}

#include "names/many_kernel.h"

bool many_avx2_here(void)
{
	return __builtin_cpu_supports("avx2");
}

#else

void many_avx2(const struct many_word *word, const uint8_t rows[MANY_MOST][MANY_ROW], size_t count,
               struct many_costs *ret_costs)
{
	many_plain(word, rows, count, ret_costs);
}

bool many_avx2_here(void)
{
	return false;
}

#endif
