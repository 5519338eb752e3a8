/* tools/bench documents [COUNT]
 *
 * A table of COUNT (100,000,000) invented document numbers in a file that is mapped, as in use: time and memory of
 * building, bytes a document, look-ups a second of numbers that are there and that are not.
 * SQLite does the same with PEER_COUNT numbers, in memory, with an index: smaller, so in its favour. */
#include "watch/documents.h"

#include "base/hash.h"

#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define COUNT_DEFAULT 100000000u
#define PEER_COUNT    1000000u
#define QUERIES       (1u << 20)
#define ROUNDS        5
#define NUMBER_SIZE   24
#define PRIME         1000000007u

static double now(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The i-th invented document, one to one: passports and identity numbers of 9 to 12 characters as countries form them,
 * and one in fifty a vehicle's number of 17. */
static size_t invent(uint64_t i, char number[NUMBER_SIZE], char country[3])
{
	uint64_t spread = i * 0x9e3779b97f4a7c15u;
	country[0] = (char)('a' + (spread >> 40) % 26);
	country[1] = (char)('a' + (spread >> 48) % 26);
	country[2] = '\0';
	uint64_t place = i * 7919 % PRIME;
	int length;
	if (i % 50 == 49)
		length = snprintf(number, NUMBER_SIZE, "WJ1ZZZ%02" PRIu64 "%09" PRIu64, place % 100, place);
	else if (i % 4 == 0)
		length = snprintf(number, NUMBER_SIZE, "%c%09" PRIu64, (char)('A' + i % 26), place);
	else if (i % 4 == 1)
		length = snprintf(number, NUMBER_SIZE, "%09" PRIu64, place);
	else if (i % 4 == 2)
		length = snprintf(number, NUMBER_SIZE, "%c%c%08" PRIu64, (char)('A' + i % 26),
		                  (char)('A' + place / 100000000), place % 100000000);
	else
		length = snprintf(number, NUMBER_SIZE, "%012" PRIu64, place * 997);
	return (size_t)length;
}

static int write_file(void *context, const void *bytes, size_t length)
{
	const char *at = bytes;
	while (length > 0) {
		ssize_t written = write(*(int *)context, at, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return JISR_IO;
		at += written;
		length -= (size_t)written;
	}
	return 0;
}

struct questions {
	char (*texts)[NUMBER_SIZE];
	char (*codes)[3];
	const char **numbers;
	const char **countries;
	size_t *lengths;
	struct document_hit *hits;
};

static bool questions_new(struct questions *questions)
{
	*questions = (struct questions){
		memory_zero(QUERIES, NUMBER_SIZE),    memory_zero(QUERIES, 3),
		memory_zero(QUERIES, sizeof(char *)), memory_zero(QUERIES, sizeof(char *)),
		memory_zero(QUERIES, sizeof(size_t)), memory_zero(QUERIES, sizeof *questions->hits),
	};
	return questions->texts && questions->codes && questions->numbers && questions->countries &&
	       questions->lengths && questions->hits;
}

/* Numbers spread over the documents [from, from + count). */
static void questions_fill(struct questions *questions, uint64_t from, uint64_t count)
{
	for (uint64_t i = 0; i < QUERIES; i++) {
		uint64_t which = from + hash_number(i + from) % count;
		questions->lengths[i] = invent(which, questions->texts[i], questions->codes[i]);
		questions->numbers[i] = questions->texts[i];
		questions->countries[i] = questions->codes[i];
	}
}

/* The best of ROUNDS: the machine is shared. */
static void measure(const struct documents *documents, struct questions *q, const char *what)
{
	double best = 1e9;
	size_t found = 0;
	for (int round = 0; round < ROUNDS; round++) {
		found = 0;
		double start = now();
		for (size_t i = 0; i < QUERIES; i++)
			found += documents_find(documents, q->countries[i], q->numbers[i], q->lengths[i], &q->hits[i],
			                        1) > 0;
		double took = now() - start;
		best = took < best ? took : best;
	}
	printf("%-8s %6.2f M/s; found %zu of %u\n", what, QUERIES / best / 1e6, found, QUERIES);
}

static int measure_peer(struct questions *q)
{
	sqlite3 *database = NULL;
	sqlite3_stmt *put = NULL, *get = NULL;
	int r = sqlite3_open(":memory:", &database);
	if (r == SQLITE_OK)
		r = sqlite3_exec(database, "create table document(number text, country text, entity integer)", NULL,
		                 NULL, NULL);
	if (r == SQLITE_OK)
		r = sqlite3_prepare_v2(database, "insert into document values(?,?,?)", -1, &put, NULL);
	double start = now();
	if (r == SQLITE_OK)
		r = sqlite3_exec(database, "begin", NULL, NULL, NULL);
	for (uint64_t i = 0; r == SQLITE_OK && i < PEER_COUNT; i++) {
		char number[NUMBER_SIZE], country[3];
		int length = (int)invent(i, number, country);
		sqlite3_bind_text(put, 1, number, length, SQLITE_STATIC);
		sqlite3_bind_text(put, 2, country, 2, SQLITE_STATIC);
		sqlite3_bind_int64(put, 3, (sqlite3_int64)i);
		r = sqlite3_step(put) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
		sqlite3_reset(put);
	}
	if (r == SQLITE_OK)
		r = sqlite3_exec(database, "commit; create index document_number on document(number, country, entity)",
		                 NULL, NULL, NULL);
	double built = now();
	if (r == SQLITE_OK)
		r = sqlite3_prepare_v2(database, "select entity from document where number=? and country=?", -1, &get,
		                       NULL);
	questions_fill(q, 0, PEER_COUNT);
	double asked = now();
	size_t found = 0, asks = QUERIES / 4;
	for (size_t i = 0; r == SQLITE_OK && i < asks; i++) {
		sqlite3_bind_text(get, 1, q->numbers[i], (int)q->lengths[i], SQLITE_STATIC);
		sqlite3_bind_text(get, 2, q->countries[i], 2, SQLITE_STATIC);
		found += sqlite3_step(get) == SQLITE_ROW;
		sqlite3_reset(get);
	}
	double end = now();
	if (r == SQLITE_OK)
		printf("SQLite %s in memory, %u documents, index (number, country, entity): built in %.1f s, "
		       "%.1f bytes a document, %.2f M look-ups/s; found %zu of %zu\n",
		       sqlite3_libversion(), PEER_COUNT, built - start, (double)sqlite3_memory_used() / PEER_COUNT,
		       (double)asks / (end - asked) / 1e6, found, asks);
	else
		fprintf(stderr, "SQLite: %s\n", sqlite3_errmsg(database));
	sqlite3_finalize(put);
	sqlite3_finalize(get);
	sqlite3_close(database);
	return r == SQLITE_OK ? 0 : 3;
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : COUNT_DEFAULT;
	if (count < 1000 || count > 400000000) {
		fprintf(stderr, "usage: bench_documents [COUNT], 1000 to 400000000\n");
		return 2;
	}
	char path[] = "/var/tmp/jisr-bench-documents-XXXXXX";
	int fd = mkstemp(path);
	if (fd < 0) {
		perror("bench_documents: a file in /var/tmp");
		return 2;
	}
	(void)unlink(path);
	struct documents_builder *builder = NULL;
	if (documents_builder_new(&builder) != JISR_OK)
		return 3;
	double start = now();
	for (uint64_t i = 0; i < count; i++) {
		char number[NUMBER_SIZE], country[3];
		size_t length = invent(i, number, country);
		if (documents_builder_add(builder, country, number, length, (uint32_t)i) != JISR_OK)
			return 3;
	}
	double added = now();
	uint64_t size;
	int r = documents_builder_finish(builder, write_file, &fd, &size);
	double built = now();
	documents_builder_free(builder);
	if (r != JISR_OK) {
		fprintf(stderr, "bench_documents: writing the table: %s (it needs 18 bytes a document in /var/tmp)\n",
		        error_text(r));
		return 2;
	}
	struct rusage usage;
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("%" PRIu64 " documents: added in %.1f s (inventing them included), sorted and written in %.1f s, "
	       "peak memory %.2f GB\n",
	       count, added - start, built - added, (double)usage.ru_maxrss * 1024 / 1e9);
	printf("table: %" PRIu64 " bytes, %.2f GiB, %.2f bytes a document\n", size,
	       (double)size / (double)((uint64_t)1 << 30), (double)size / (double)count);
	const void *bytes = mmap(NULL, size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
	struct documents documents;
	struct questions questions;
	start = now();
	if (bytes == MAP_FAILED || documents_open(bytes, size, &documents) != JISR_OK || !questions_new(&questions))
		return 3;
	printf("opened in %.6f s\n", now() - start);
	questions_fill(&questions, 0, count);
	measure(&documents, &questions, "present");
	questions_fill(&questions, count, PRIME - 1 - count);
	measure(&documents, &questions, "absent");
	return measure_peer(&questions);
}
