#include "names/sign.h"

#include <pthread.h>

/* One loop without a jump, which the compiler turns into vectors of whatever the machine has (gcc -fopt-info-vec says whether it
 * did): a tenth of a check before it did so. */
static inline __attribute__((always_inline)) void meets_each(const uint32_t *signs, size_t count, uint32_t sign,
                                                             uint8_t *ret_meets)
{
	unsigned consonants = sign_consonants(sign);
	for (size_t i = 0; i < count; i++)
		ret_meets[i] = (uint8_t)sign_meets(signs[i], sign, consonants) |
		               (uint8_t)sign_may_sound(signs[i], sign, consonants);
}

typedef void meets_fn(const uint32_t *signs, size_t count, uint32_t sign, uint8_t *ret_meets);

static void meets_plain(const uint32_t *signs, size_t count, uint32_t sign, uint8_t *ret_meets)
{
	meets_each(signs, count, sign, ret_meets);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void meets_avx2(const uint32_t *signs, size_t count, uint32_t sign,
                                                       uint8_t *ret_meets)
{
	meets_each(signs, count, sign, ret_meets);
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq"))) static void
meets_avx512(const uint32_t *signs, size_t count, uint32_t sign, uint8_t *ret_meets)
{
	meets_each(signs, count, sign, ret_meets);
}
#endif

static pthread_once_t once = PTHREAD_ONCE_INIT;
static meets_fn *meets = meets_plain;

static void choose(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512vpopcntdq"))
		meets = meets_avx512;
	else if (__builtin_cpu_supports("avx2"))
		meets = meets_avx2;
#endif
}

void sign_meets_many(const uint32_t *signs, size_t count, uint32_t sign, uint8_t *ret_meets)
{
	(void)pthread_once(&once, choose);
	meets(signs, count, sign, ret_meets);
}
