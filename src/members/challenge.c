#include "members/challenge.h"

#include <sodium.h>
#include <string.h>

#define RANDOM 16
#define SIGNED 32 /* bytes before the MAC */

static void put_time(uint8_t *out, int64_t time)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)((uint64_t)time >> (56 - 8 * i));
}

static int64_t get_time(const uint8_t *bytes)
{
	uint64_t time = 0;
	for (int i = 0; i < 8; i++)
		time = time << 8 | bytes[i];
	return (int64_t)time;
}

static void sign(const uint8_t key[CHALLENGE_KEY], const char *purpose, const void *bound, size_t bound_size,
                 const uint8_t challenge[SIGNED], uint8_t ret_mac[CHALLENGE_SIZE - SIGNED])
{
	crypto_generichash_state state;
	(void)crypto_generichash_init(&state, key, CHALLENGE_KEY, CHALLENGE_SIZE - SIGNED);
	(void)crypto_generichash_update(&state, challenge, SIGNED);
	(void)crypto_generichash_update(&state, (const uint8_t *)purpose, strlen(purpose) + 1);
	(void)crypto_generichash_update(&state, bound, bound_size);
	(void)crypto_generichash_final(&state, ret_mac, CHALLENGE_SIZE - SIGNED);
}

void challenge_make(const uint8_t key[CHALLENGE_KEY], const char *purpose, const void *bound, size_t bound_size,
                    int64_t from, int64_t until, uint8_t ret_challenge[CHALLENGE_SIZE])
{
	randombytes_buf(ret_challenge, RANDOM);
	put_time(ret_challenge + RANDOM, from);
	put_time(ret_challenge + RANDOM + 8, until);
	sign(key, purpose, bound, bound_size, ret_challenge, ret_challenge + SIGNED);
}

int challenge_check(const uint8_t key[CHALLENGE_KEY], const char *purpose, const void *bound, size_t bound_size,
                    const uint8_t *challenge, size_t size, int64_t now, int64_t *ret_wait)
{
	uint8_t mac[CHALLENGE_SIZE - SIGNED];
	if (size != CHALLENGE_SIZE)
		return JISR_DENIED;
	sign(key, purpose, bound, bound_size, challenge, mac);
	if (sodium_memcmp(mac, challenge + SIGNED, sizeof mac) != 0)
		return JISR_DENIED;
	int64_t from = get_time(challenge + RANDOM);
	if (ret_wait != NULL)
		*ret_wait = from > now ? from - now : 0;
	if (now < from)
		return JISR_BUSY;
	return now >= challenge_until(challenge) ? JISR_STATE : JISR_OK;
}

int64_t challenge_until(const uint8_t challenge[CHALLENGE_SIZE])
{
	return get_time(challenge + RANDOM + 8);
}
