/* Three tables of the same shape: sets of WAYS entries found by a keyed hash of what they are about. A new entry takes the
 * place of the one in its set that matters least: that whose time lies furthest back.
 *
 *   pairs      what = account and source   count: wrong ones in a row; time: of the last
 *   sources    what = source               time: a bucket as one number: when it would be full again
 *   strangers  what = a name without an account   count: wrong ones in a row; time: of the last
 *   tickets    what = a ticket that was used      time: when it ends
 *
 * A bucket of B that refills one each E is the time T at which it is full: taking one moves T by E on from max(T, now); it
 * is empty when T would lie more than B * E ahead. */
#include "members/throttle.h"

#include "base/base64.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#define WAYS    8
#define FORGET  ((int64_t)24 * 60 * 60 * 1000) /* ms after which wrong ones of a pair or a stranger are forgotten */
#define PURPOSE "patience"

struct entry {
	uint64_t what; /* 0: free */
	int64_t time;
	uint32_t count;
};

struct table {
	struct entry entries[THROTTLE_TABLE];
};

struct throttle {
	pthread_mutex_t mutex;
	uint8_t key[CHALLENGE_KEY];
	uint8_t hash_key[crypto_shorthash_KEYBYTES];
	int64_t all; /* the bucket of all */
	struct table pairs, sources, strangers, tickets;
};

int throttle_new(const uint8_t key[CHALLENGE_KEY], struct throttle **ret_throttle)
{
	struct throttle *throttle = memory_zero(1, sizeof *throttle);
	if (throttle == NULL)
		return JISR_NO_MEMORY;
	(void)pthread_mutex_init(&throttle->mutex, NULL);
	memcpy(throttle->key, key, sizeof throttle->key);
	randombytes_buf(throttle->hash_key, sizeof throttle->hash_key);
	*ret_throttle = throttle;
	return JISR_OK;
}

struct throttle *throttle_free(struct throttle *throttle)
{
	if (throttle != NULL) {
		(void)pthread_mutex_destroy(&throttle->mutex);
		sodium_memzero(throttle->key, sizeof throttle->key);
	}
	return memory_free(throttle);
}

/* ---- tables ---- */

static uint64_t hash_of(const struct throttle *throttle, const void *one, size_t one_size, const void *two,
                        size_t two_size)
{
	uint8_t digest[32], bytes[8];
	uint64_t what;
	crypto_generichash_state state;
	(void)crypto_generichash_init(&state, throttle->hash_key, sizeof throttle->hash_key, sizeof digest);
	(void)crypto_generichash_update(&state, one, one_size);
	(void)crypto_generichash_update(&state, (const uint8_t *)"", 1);
	(void)crypto_generichash_update(&state, two, two_size);
	(void)crypto_generichash_final(&state, digest, sizeof digest);
	memcpy(bytes, digest, sizeof bytes);
	memcpy(&what, bytes, sizeof what);
	return what | 1;
}

static uint64_t text_hash(const struct throttle *throttle, const char *one, const char *two)
{
	return hash_of(throttle, one, strlen(one), two, strlen(two));
}

static struct entry *find(struct table *table, uint64_t what)
{
	struct entry *set = table->entries + what % (THROTTLE_TABLE / WAYS) * WAYS;
	for (size_t i = 0; i < WAYS; i++)
		if (set[i].what == what)
			return &set[i];
	return NULL;
}

/* The entry, else a fresh one in place of the least. */
static struct entry *take(struct table *table, uint64_t what)
{
	struct entry *found = find(table, what);
	if (found != NULL)
		return found;
	struct entry *set = table->entries + what % (THROTTLE_TABLE / WAYS) * WAYS, *least = set;
	for (size_t i = 0; i < WAYS; i++)
		if (set[i].what == 0 || (least->what != 0 && set[i].time < least->time))
			least = &set[i];
	*least = (struct entry){.what = what};
	return least;
}

static uint32_t count_of(const struct entry *entry, int64_t now)
{
	return entry != NULL && now - entry->time < FORGET ? entry->count : 0;
}

/* ---- delays ---- */

static int64_t doubled(int64_t first, uint32_t times)
{
	int64_t delay = first;
	for (uint32_t i = 0; i < times && delay < THROTTLE_DELAY_MOST; i++)
		delay *= 2;
	return delay < THROTTLE_DELAY_MOST ? delay : THROTTLE_DELAY_MOST;
}

static int64_t pause_after(uint32_t failures, uint32_t free)
{
	return failures < free ? 0 : doubled(THROTTLE_PAIR_FIRST, failures - free);
}

/* Milliseconds until the bucket has one to give. */
static int64_t bucket_wait(int64_t full, int64_t burst, int64_t each, int64_t now)
{
	int64_t ahead = (full > now ? full - now : 0) + each - burst * each;
	return ahead > 0 ? ahead : 0;
}

static void bucket_take(int64_t *full, int64_t each, int64_t now)
{
	*full = (*full > now ? *full : now) + each;
}

/* ---- tickets ---- */

static void bound_to(const struct throttle_try *attempt, uint8_t out[32])
{
	crypto_hash_sha256_state state;
	(void)crypto_hash_sha256_init(&state);
	(void)crypto_hash_sha256_update(&state, (const uint8_t *)attempt->account, strlen(attempt->account) + 1);
	(void)crypto_hash_sha256_update(&state, (const uint8_t *)attempt->source, strlen(attempt->source));
	(void)crypto_hash_sha256_final(&state, out);
}

static void ask_patience(struct throttle *throttle, const struct throttle_try *attempt, int64_t delay, int64_t now,
                         struct throttle_told *told)
{
	uint8_t bound[32], ticket[CHALLENGE_SIZE];
	bound_to(attempt, bound);
	challenge_make(throttle->key, PURPOSE, bound, sizeof bound, now + delay, now + delay + THROTTLE_TICKET, ticket);
	base64_url_write(ticket, sizeof ticket, told->ticket);
	told->answer = THROTTLE_PATIENCE_ASKED;
	told->wait = delay;
}

/* Remembers the ticket; false when it was used before, or when its set is full of tickets that still hold. */
static bool use_ticket(struct throttle *throttle, const uint8_t ticket[CHALLENGE_SIZE], int64_t now)
{
	uint64_t what = hash_of(throttle, ticket, CHALLENGE_SIZE, "", 0);
	struct entry *set = throttle->tickets.entries + what % (THROTTLE_TABLE / WAYS) * WAYS, *room = NULL;
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].what == what)
			return false;
		if (set[i].time < now)
			room = &set[i];
	}
	if (room != NULL)
		*room = (struct entry){.what = what, .time = challenge_until(ticket)};
	return room != NULL;
}

/* Whether the ticket that was sent holds; it is then used up. Else told says what to do. */
static bool patient(struct throttle *throttle, const struct throttle_try *attempt, int64_t delay, int64_t now,
                    struct throttle_told *told)
{
	uint8_t bound[32], ticket[CHALLENGE_SIZE];
	size_t size = 0;
	bound_to(attempt, bound);
	int error = JISR_DENIED;
	if (attempt->ticket != NULL &&
	    base64_url_read(attempt->ticket, strlen(attempt->ticket), ticket, sizeof ticket, &size))
		error = challenge_check(throttle->key, PURPOSE, bound, sizeof bound, ticket, size, now, &told->wait);
	if (error == JISR_BUSY) { /* it goes on holding */
		told->answer = THROTTLE_PATIENCE_ASKED;
		memcpy(told->ticket, attempt->ticket, CHALLENGE_TEXT);
		return false;
	}
	if (error == JISR_OK && use_ticket(throttle, ticket, now))
		return true;
	ask_patience(throttle, attempt, delay, now, told);
	return false;
}

/* ---- asking ---- */

static void ask_owner(const struct throttle_try *attempt, int64_t now, struct throttle_told *told)
{
	int64_t from = attempt->device_last + pause_after(attempt->device_failures, THROTTLE_DEVICE_FREE);
	told->failures = attempt->device_failures + 1;
	if (attempt->device_failures > 0 && now < from && from - now <= THROTTLE_DELAY_MOST) {
		told->answer = THROTTLE_WAIT;
		told->wait = from - now;
	}
}

static void ask_stranger(struct throttle *throttle, const struct throttle_try *attempt, int64_t now,
                         struct throttle_told *told)
{
	uint64_t pair = text_hash(throttle, attempt->account, attempt->source);
	uint64_t source = text_hash(throttle, attempt->source, "");
	uint64_t account = text_hash(throttle, "", attempt->account);
	struct entry *found = find(&throttle->pairs, pair);
	uint32_t pair_count = count_of(found, now);
	int64_t wait = pair_count > 0 ? found->time + pause_after(pair_count, THROTTLE_PAIR_FREE) - now : 0;
	found = find(&throttle->sources, source);
	int64_t source_wait =
		bucket_wait(found != NULL ? found->time : 0, THROTTLE_SOURCE_BURST, THROTTLE_SOURCE_EACH, now);
	wait = wait > source_wait ? wait : source_wait;
	if (wait > 0) {
		told->answer = THROTTLE_WAIT;
		told->wait = wait;
		return;
	}
	uint32_t failures = attempt->exists ? attempt->failures : count_of(find(&throttle->strangers, account), now);
	if (failures >= THROTTLE_ACCOUNT_MOST) {
		told->answer = THROTTLE_CLOSED;
		return;
	}
	int64_t delay = failures >= THROTTLE_ACCOUNT_FREE
	                        ? doubled(THROTTLE_PATIENCE, (failures - THROTTLE_ACCOUNT_FREE) / 10)
	                        : 0;
	if (delay == 0 && bucket_wait(throttle->all, THROTTLE_ALL_BURST, THROTTLE_ALL_EACH, now) > 0)
		delay = THROTTLE_PATIENCE;
	if (delay > 0 && !patient(throttle, attempt, delay, now, told))
		return;
	struct entry *entry = take(&throttle->pairs, pair);
	entry->count = pair_count + 1;
	entry->time = now;
	bucket_take(&take(&throttle->sources, source)->time, THROTTLE_SOURCE_EACH, now);
	if (bucket_wait(throttle->all, THROTTLE_ALL_BURST, THROTTLE_ALL_EACH, now) == 0)
		bucket_take(&throttle->all, THROTTLE_ALL_EACH, now);
	if (!attempt->exists) {
		entry = take(&throttle->strangers, account);
		entry->count = failures + 1;
		entry->time = now;
	}
	told->failures = failures + 1;
}

void throttle_ask(struct throttle *throttle, const struct throttle_try *attempt, int64_t now,
                  struct throttle_told *ret_told)
{
	struct throttle_told told = {.answer = THROTTLE_GO};
	(void)pthread_mutex_lock(&throttle->mutex);
	if (attempt->exists && attempt->device != NULL && attempt->device_failures < THROTTLE_DEVICE_MOST)
		ask_owner(attempt, now, &told);
	else
		ask_stranger(throttle, attempt, now, &told);
	(void)pthread_mutex_unlock(&throttle->mutex);
	*ret_told = told;
}

void throttle_forgive(struct throttle *throttle, const struct throttle_try *attempt, bool right, int64_t now)
{
	(void)pthread_mutex_lock(&throttle->mutex);
	bool owner = attempt->exists && attempt->device != NULL && attempt->device_failures < THROTTLE_DEVICE_MOST;
	struct entry *pair = find(&throttle->pairs, text_hash(throttle, attempt->account, attempt->source));
	struct entry *source = find(&throttle->sources, text_hash(throttle, attempt->source, ""));
	struct entry *stranger = find(&throttle->strangers, text_hash(throttle, "", attempt->account));
	if (right && pair != NULL)
		pair->count = 0;
	else if (!owner && pair != NULL && pair->count > 0)
		pair->count--;
	if (!owner) {
		if (source != NULL && source->time > now)
			source->time -= THROTTLE_SOURCE_EACH;
		if (throttle->all > now)
			throttle->all -= THROTTLE_ALL_EACH;
		if (stranger != NULL && stranger->count > 0)
			stranger->count--;
	}
	(void)pthread_mutex_unlock(&throttle->mutex);
}

void throttle_source(const char *address, char out[THROTTLE_SOURCE_MAX])
{
	char bare[INET6_ADDRSTRLEN + 1] = "";
	struct in6_addr six;
	struct in_addr four;
	const char *colon = strchr(address, ':'); /* "192.0.2.7:4711", "[2001:db8::1]:4711", "2001:db8::1" */
	bool port = colon != NULL && address[0] != '[' && strchr(colon + 1, ':') == NULL;
	size_t skip = address[0] == '[', length = strcspn(address + skip, port ? ":" : "]%");
	if (length < sizeof bare)
		memcpy(bare, address + skip, length);
	(void)snprintf(out, THROTTLE_SOURCE_MAX, "local");
	if (inet_pton(AF_INET6, bare, &six) == 1) {
		if (IN6_IS_ADDR_V4MAPPED(&six)) {
			memcpy(&four, six.s6_addr + 12, 4);
		} else {
			memset(six.s6_addr + 8, 0, 8);
			if (inet_ntop(AF_INET6, &six, bare, sizeof bare) != NULL)
				(void)snprintf(out, THROTTLE_SOURCE_MAX, "%s/64", bare);
			return;
		}
	} else if (inet_pton(AF_INET, bare, &four) != 1) {
		return;
	}
	uint8_t bytes[4];
	memcpy(bytes, &four, 4);
	(void)snprintf(out, THROTTLE_SOURCE_MAX, "%u.%u.%u.0/24", bytes[0], bytes[1], bytes[2]);
}
