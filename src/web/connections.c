/* A record a file descriptor: the kernel gives the lowest number that is free, so an array of them is dense.
 *
 *   1. A record's `phase`, `since` and `due` are atomic: written by the thread that carries the connection, read by the
 *      one that closes the late. Everything else of it is written under the mutex.
 *   2. A descriptor is closed by its owner only after connections_leave, which takes the mutex; whoever shuts a socket
 *      down holds the mutex. So the number cannot meanwhile belong to another connection.
 *   3. Shutting down is all that is done from here: the owner sees the end of the stream and closes.
 *
 * Looking at 12,000 records five times a second takes about 0.1 % of a core. */
#include "web/connections.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/thread.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#define TICK_MILLISECONDS  200
#define TICKS_A_SECOND     5
#define ENDED_MILLISECONDS 1000 /* what came before the end has been read by then */
#define DESCRIPTORS_SPARE  4096 /* descriptors that are no connections: files, listening sockets */
#define KEY_BYTES          16

enum { NO_ADDRESS = UINT32_MAX };

struct connection {
	_Atomic int phase;                 /* enum connection_phase */
	_Atomic int64_t since;             /* milliseconds: when it began */
	_Atomic int64_t due;               /* milliseconds: when it is late; INT64_MAX: never */
	uint32_t address;                  /* index of its struct address, or NO_ADDRESS */
	bool leaving;                      /* was shut down */
	struct sockaddr_in6 address_whole; /* also a sockaddr_in; family AF_UNSPEC: neither */
	struct connection_peer peer;
};

/* Connections from one address; a chain of them hangs on each bucket. */
struct address {
	unsigned char key[KEY_BYTES];
	size_t count;
	uint32_t next; /* in the chain or among the free */
};

struct connections {
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	pthread_t thread;
	bool running, stopping, draining;
	size_t ticks;
	int64_t drain_due; /* when connections without a first request are closed */
	size_t most, most_per_address;
	_Atomic int64_t limits[CONNECTION_PHASES]; /* milliseconds; INT64_MAX: none */
	size_t size;                               /* of records */
	struct connection *records;                /* by descriptor */
	_Atomic size_t count;
	size_t leaving; /* of count, shut down already */
	struct address *addresses;
	uint32_t *buckets;
	uint32_t free_address;
	size_t bucket_count; /* power of two */
	struct connections_figures figures;
};

static int64_t milliseconds(double seconds)
{
	return seconds > 0 ? (int64_t)(seconds * 1000) : INT64_MAX;
}

void connections_adopt(struct connections *connections, const struct settings *settings)
{
	const double limits[CONNECTION_PHASES] = {[CONNECTION_HEAD] = settings->head_seconds,
	                                          [CONNECTION_BODY] = settings->body_seconds,
	                                          [CONNECTION_SEND] = settings->send_seconds,
	                                          [CONNECTION_IDLE] = settings->idle_seconds};
	for (size_t i = 0; i < CONNECTION_PHASES; i++)
		atomic_store_explicit(&connections->limits[i], milliseconds(limits[i]), memory_order_relaxed);
	(void)pthread_mutex_lock(&connections->mutex);
	connections->most_per_address = settings->connections_per_address;
	(void)pthread_mutex_unlock(&connections->mutex);
}

int connections_new(const struct settings *settings, struct connections **ret_connections)
{
	CLEANUP(connections_freep) struct connections *connections = memory_zero(1, sizeof *connections);
	if (connections == NULL)
		return JISR_NO_MEMORY;
	(void)pthread_mutex_init(&connections->mutex, NULL);
	thread_wait_init(&connections->wake);
	connections->most = settings->connections;
	connections_adopt(connections, settings);
	/* Those that were shut down and have not left yet are over `most`. */
	size_t room = 2 * settings->connections;
	connections->size = room + DESCRIPTORS_SPARE;
	connections->records = memory_zero(connections->size, sizeof *connections->records);
	connections->bucket_count = 64;
	while (connections->bucket_count < room)
		connections->bucket_count *= 2;
	connections->buckets = memory_zero(connections->bucket_count, sizeof *connections->buckets);
	connections->addresses = memory_zero(connections->size, sizeof *connections->addresses);
	if (connections->records == NULL || connections->buckets == NULL || connections->addresses == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < connections->bucket_count; i++)
		connections->buckets[i] = NO_ADDRESS;
	for (size_t i = 0; i < connections->size; i++)
		connections->addresses[i].next = i + 1 < connections->size ? (uint32_t)i + 1 : NO_ADDRESS;
	*ret_connections = connections;
	connections = NULL;
	return JISR_OK;
}

struct connections *connections_free(struct connections *connections)
{
	if (connections == NULL)
		return NULL;
	connections_stop(connections);
	(void)pthread_cond_destroy(&connections->wake);
	(void)pthread_mutex_destroy(&connections->mutex);
	memory_free(connections->records);
	memory_free(connections->buckets);
	memory_free(connections->addresses);
	return memory_free(connections);
}

/* Under the mutex. */
static void shut(struct connections *connections, int fd, int how)
{
	struct connection *record = &connections->records[fd];
	if (!record->leaving) {
		record->leaving = true;
		connections->leaving++;
	}
	(void)shutdown(fd, how);
}

/* A client that has sent its last byte and half closed: the library, which is told of changes alone, may have read
 * request and end at once and then waits for a change that never comes. */
static bool has_ended(int fd)
{
	char byte;
	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Under the mutex: what is late by `now`, and what has ended; each connection is asked for its end once a second. */
static void close_late(struct connections *connections, int64_t now)
{
	size_t turn = connections->ticks++ % TICKS_A_SECOND;
	for (size_t fd = 0; fd < connections->size; fd++) {
		struct connection *record = &connections->records[fd];
		int phase = atomic_load_explicit(&record->phase, memory_order_acquire);
		if (phase == CONNECTION_FREE || record->leaving)
			continue;
		if (atomic_load_explicit(&record->due, memory_order_relaxed) <= now) {
			connections->figures.late[phase]++;
			shut(connections, (int)fd, SHUT_RDWR);
		} else if (connections->draining &&
		           (phase == CONNECTION_IDLE || (phase == CONNECTION_HEAD && now >= connections->drain_due))) {
			/* What has come already is still read and answered. */
			shut(connections, (int)fd, SHUT_RD);
		} else if (fd % TICKS_A_SECOND == turn && phase != CONNECTION_ANSWER && phase != CONNECTION_SEND &&
		           now - atomic_load_explicit(&record->since, memory_order_relaxed) > ENDED_MILLISECONDS &&
		           has_ended((int)fd)) {
			shut(connections, (int)fd, SHUT_RDWR);
		}
	}
}

static void *watch(void *context)
{
	struct connections *connections = context;
	(void)pthread_mutex_lock(&connections->mutex);
	while (!connections->stopping) {
		int64_t now = clock_milliseconds();
		close_late(connections, now);
		int64_t next = now + TICK_MILLISECONDS;
		struct timespec until = {.tv_sec = next / 1000, .tv_nsec = next % 1000 * 1000000};
		(void)pthread_cond_timedwait(&connections->wake, &connections->mutex, &until);
	}
	(void)pthread_mutex_unlock(&connections->mutex);
	return NULL;
}

int connections_start(struct connections *connections, struct problem *problem)
{
	connections->stopping = false;
	if (pthread_create(&connections->thread, NULL, watch, connections) != 0)
		return problem_set(problem, JISR_NO_MEMORY, "no thread can be started");
	connections->running = true;
	return JISR_OK;
}

void connections_stop(struct connections *connections)
{
	if (!connections->running)
		return;
	(void)pthread_mutex_lock(&connections->mutex);
	connections->stopping = true;
	(void)pthread_cond_signal(&connections->wake);
	(void)pthread_mutex_unlock(&connections->mutex);
	(void)pthread_join(connections->thread, NULL);
	connections->running = false;
}

void connections_drain(struct connections *connections, double head_seconds)
{
	(void)pthread_mutex_lock(&connections->mutex);
	connections->draining = true;
	connections->drain_due = clock_milliseconds() + (int64_t)(head_seconds * 1000);
	(void)pthread_cond_signal(&connections->wake);
	(void)pthread_mutex_unlock(&connections->mutex);
}

/* What counts as one address: IPv4 whole, of IPv6 the 64 bits that one subscriber has. False: it is not counted. */
static bool address_key(const struct sockaddr_storage *address, unsigned char key[KEY_BYTES])
{
	memset(key, 0, KEY_BYTES);
	if (address->ss_family == AF_INET) {
		const struct sockaddr_in *four = (const struct sockaddr_in *)address;
		key[10] = key[11] = 0xff;
		memcpy(key + 12, &four->sin_addr, 4);
		return true;
	}
	if (address->ss_family != AF_INET6)
		return false;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
	memcpy(key, &six->sin6_addr, IN6_IS_ADDR_V4MAPPED(&six->sin6_addr) ? 16 : 8);
	return true;
}

/* Under the mutex: the place of the chain's link that points to this address, or to the end. */
static uint32_t *address_link(struct connections *connections, const unsigned char key[KEY_BYTES])
{
	uint32_t *link = &connections->buckets[hash_bytes(key, KEY_BYTES) & (connections->bucket_count - 1)];
	while (*link != NO_ADDRESS && memcmp(connections->addresses[*link].key, key, KEY_BYTES) != 0)
		link = &connections->addresses[*link].next;
	return link;
}

/* Under the mutex. */
static void leave(struct connections *connections, int fd)
{
	struct connection *record = &connections->records[fd];
	if (atomic_load_explicit(&record->phase, memory_order_relaxed) == CONNECTION_FREE)
		return;
	if (record->address != NO_ADDRESS) {
		struct address *address = &connections->addresses[record->address];
		if (--address->count == 0) {
			uint32_t *link = address_link(connections, address->key);
			uint32_t index = *link;
			*link = address->next;
			address->next = connections->free_address;
			connections->free_address = index;
		}
	}
	connections->leaving -= record->leaving;
	atomic_store_explicit(&record->phase, CONNECTION_FREE, memory_order_release);
	atomic_fetch_sub_explicit(&connections->count, 1, memory_order_relaxed);
}

/* Under the mutex: closes those that have waited longest between requests or for their first; about one of a hundred,
 * so that a flood pays for one look at all in a hundred. */
static void make_room(struct connections *connections)
{
	int64_t oldest = INT64_MAX;
	size_t left = connections->most / 100 + 1;
	for (int pass = 0; pass < 2; pass++)
		for (size_t fd = 0; fd < connections->size && left > 0; fd++) {
			struct connection *record = &connections->records[fd];
			int phase = atomic_load_explicit(&record->phase, memory_order_acquire);
			if ((phase != CONNECTION_HEAD && phase != CONNECTION_IDLE) || record->leaving)
				continue;
			int64_t since = atomic_load_explicit(&record->since, memory_order_relaxed);
			if (pass == 0) {
				oldest = since < oldest ? since : oldest;
			} else if (since <= oldest + 1000) {
				shut(connections, (int)fd, SHUT_RDWR);
				connections->figures.evicted++;
				left--;
			}
		}
}

static bool is_local(const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
	if (address->ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
	return true;
}

static enum connection_refusal admit(struct connections *connections, int fd, const struct sockaddr_storage *peer)
{
	leave(connections, fd); /* the number's earlier connection ended without a word */
	size_t count = atomic_load_explicit(&connections->count, memory_order_relaxed);
	uint32_t index = NO_ADDRESS;
	unsigned char key[KEY_BYTES];
	if (address_key(peer, key)) {
		uint32_t *link = address_link(connections, key);
		if (*link != NO_ADDRESS && connections->addresses[*link].count >= connections->most_per_address)
			return CONNECTION_OVER_ADDRESS;
	}
	if (count - connections->leaving >= connections->most)
		make_room(connections);
	if (count - connections->leaving >= connections->most || count >= 2 * connections->most)
		return CONNECTION_OVER_ALL;
	if (address_key(peer, key)) {
		uint32_t *link = address_link(connections, key);
		if (*link == NO_ADDRESS) {
			index = connections->free_address;
			struct address *address = &connections->addresses[index];
			connections->free_address = address->next;
			memcpy(address->key, key, KEY_BYTES);
			address->count = 0;
			address->next = NO_ADDRESS;
			*link = index;
		}
		index = *link;
		connections->addresses[index].count++;
	}
	struct connection *record = &connections->records[fd];
	record->address = index;
	record->leaving = false;
	memset(&record->address_whole, 0, sizeof record->address_whole);
	if (index != NO_ADDRESS)
		memcpy(&record->address_whole, peer, sizeof record->address_whole);
	record->peer = (struct connection_peer){.local = is_local(peer)};
	atomic_fetch_add_explicit(&connections->count, 1, memory_order_relaxed);
	connections->figures.accepted++;
	connection_enter(connections, record, CONNECTION_HEAD);
	return CONNECTION_ADMITTED;
}

enum connection_refusal connections_admit(struct connections *connections, int fd,
                                          const struct sockaddr_storage *address)
{
	enum connection_refusal refusal = CONNECTION_OVER_ALL;
	(void)pthread_mutex_lock(&connections->mutex);
	if (fd >= 0 && (size_t)fd < connections->size)
		refusal = admit(connections, fd, address);
	connections->figures.over_all += refusal == CONNECTION_OVER_ALL;
	connections->figures.over_address += refusal == CONNECTION_OVER_ADDRESS;
	(void)pthread_mutex_unlock(&connections->mutex);
	return refusal;
}

struct connection *connections_at(struct connections *connections, int fd)
{
	return fd >= 0 && (size_t)fd < connections->size ? &connections->records[fd] : NULL;
}

void connections_leave(struct connections *connections, int fd)
{
	if (fd < 0 || (size_t)fd >= connections->size)
		return;
	(void)pthread_mutex_lock(&connections->mutex);
	leave(connections, fd);
	(void)pthread_mutex_unlock(&connections->mutex);
}

void connection_enter(struct connections *connections, struct connection *connection, enum connection_phase phase)
{
	int64_t now = clock_milliseconds();
	int64_t limit = atomic_load_explicit(&connections->limits[phase], memory_order_relaxed);
	atomic_store_explicit(&connection->since, now, memory_order_relaxed);
	atomic_store_explicit(&connection->due, limit == INT64_MAX ? INT64_MAX : now + limit, memory_order_relaxed);
	atomic_store_explicit(&connection->phase, phase, memory_order_release);
}

const char *connection_address(const struct connection *connection, char out[CONNECTION_ADDRESS_MAX])
{
	char host[INET6_ADDRSTRLEN];
	if (connection->address_whole.sin6_family == AF_INET) {
		const struct sockaddr_in *four = (const struct sockaddr_in *)&connection->address_whole;
		(void)inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
		(void)snprintf(out, CONNECTION_ADDRESS_MAX, "%s:%u", host, ntohs(four->sin_port));
	} else if (connection->address_whole.sin6_family == AF_INET6) {
		(void)inet_ntop(AF_INET6, &connection->address_whole.sin6_addr, host, sizeof host);
		(void)snprintf(out, CONNECTION_ADDRESS_MAX, "[%s]:%u", host,
		               ntohs(connection->address_whole.sin6_port));
	} else {
		(void)snprintf(out, CONNECTION_ADDRESS_MAX, "unix");
	}
	return out;
}

struct connection_peer *connection_peer(struct connection *connection)
{
	return &connection->peer;
}

size_t connections_count(const struct connections *connections)
{
	return atomic_load_explicit(&connections->count, memory_order_relaxed);
}

void connections_figures(const struct connections *connections, struct connections_figures *ret_figures)
{
	struct connections *locked = (struct connections *)(uintptr_t)connections;
	(void)pthread_mutex_lock(&locked->mutex);
	*ret_figures = connections->figures;
	(void)pthread_mutex_unlock(&locked->mutex);
}
