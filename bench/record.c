/* tools/bench record [--seconds N] [--entries N]... : what the record takes.
 *
 * Writes: threads submit one entry each, again and again, every one durable before it is acknowledged; how many a second,
 * and what one waits. Beside it, in the same minutes and the same folder: the disk itself (4 KiB and fdatasync), and plain
 * SQLite with one row of the same size a commit, from one connection, same settings.
 *
 * Then logs of some sizes (10,000, 100,000 and 1,000,000 when not given): verified whole, and their tables made again. */
#include "base/file.h"
#include "base/json.h"
#include "base/tree.h"
#include "bench.h"
#include "store/store.h"
#include "store/verify.h"

#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define THREADS_MOST 256
#define WAITS_MOST   200000 /* of one thread */
#define SUBJECTS     5000
#define EACH         500 /* entries of one filling command */
#define SIZES_MOST   8

static char folder[FILE_MAX_PATH];
static _Atomic bool ending;

static void must(int error, const struct problem *problem, const char *what)
{
	if (error == 0)
		return;
	fprintf(stderr, "bench record: %s: %s\n", what, problem->text[0] ? problem->text : error_text(error));
	exit(3);
}

/* ---- a domain: things with a text and a count of changes ---- */

static int check_thing(const cJSON *body, struct problem *problem)
{
	return json_get_text(body, "text") != NULL ? JISR_OK : problem_set(problem, JISR_BAD_INPUT, "no text");
}

static int apply_thing(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query = sql_query(
		store_write_sql(write), "INSERT INTO thing (subject, text, changed, times) VALUES (?1, ?2, ?3, 1) ON "
					"CONFLICT (subject) DO UPDATE SET text = excluded.text, changed = "
					"excluded.changed, times = times + 1");
	sql_bind_text(&query, 1, entry->header.subject);
	sql_bind_text(&query, 2, json_get_text(entry->body, "text"));
	sql_bind_text(&query, 3, entry->header.at);
	return sql_run(&query, problem);
}

static const struct store_step steps[] = {{"CREATE TABLE thing (subject TEXT PRIMARY KEY, text TEXT NOT NULL, changed "
                                           "TEXT NOT NULL, times INTEGER NOT NULL) STRICT",
                                           false}};
static const char *const tables[] = {"thing", NULL};
static const struct store_kind kinds[] = {{"thing.written", check_thing, apply_thing, NULL}};
static const struct store_domain domain = {"bench", steps, 1, tables, kinds, 1};
static const struct store_domain *const domains[] = {&domain, NULL};

static int write_thing(struct store_write *write, uint64_t number, struct problem *problem)
{
	char subject[64];
	(void)snprintf(subject, sizeof subject, "thing/%llu",
	               (unsigned long long)(number % SUBJECTS * 7919 % SUBJECTS));
	cJSON *body = tree_object();
	tree_text(body, "text",
	          "An invented text of about as many letters as a short notice has in one of its fields.");
	tree_count(body, "number", number);
	struct entry_draft draft = {.author = "GS",
	                            .officer = "o17",
	                            .kind = "thing.written",
	                            .subject = subject,
	                            .body = body,
	                            .expected = ENTRY_ANY};
	int error = store_append(write, &draft, NULL, problem);
	json_free(body);
	return error;
}

static void remove_folder(void)
{
	char command[FILE_MAX_PATH + 16];
	(void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
	(void)!system(command);
}

static struct store *found(void)
{
	struct store *store = NULL;
	struct problem problem = {""};
	const struct store_options options = {.directory = folder, .domains = domains};
	remove_folder();
	must(store_found(&options, "bench.example/record", &store, &problem), &problem, "founding");
	return store;
}

/* ---- writes ---- */

struct writing {
	struct store *store;
	pthread_t thread;
	uint64_t number;
	double *waits;
	size_t count;
};

static int write_one(struct store_write *write, void *context, struct problem *problem)
{
	struct writing *writing = context;
	return write_thing(write, writing->number++, problem);
}

static void *write_on(void *context)
{
	struct writing *writing = context;
	struct problem problem = {""};
	while (!ending && writing->count < WAITS_MOST) {
		double start = bench_now();
		must(store_submit(writing->store, write_one, writing, &problem), &problem, "writing");
		writing->waits[writing->count++] = bench_now() - start;
	}
	return NULL;
}

static double processor(void)
{
	struct rusage usage;
	(void)getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void measure_writes(size_t threads, double seconds)
{
	static struct writing writings[THREADS_MOST];
	struct store *store = found();
	ending = false;
	double start = bench_now(), before = processor();
	for (size_t i = 0; i < threads; i++) {
		writings[i] = (struct writing){.store = store, .number = i * 1000003};
		writings[i].waits = malloc(WAITS_MOST * sizeof *writings[i].waits);
		if (writings[i].waits == NULL || pthread_create(&writings[i].thread, NULL, write_on, &writings[i]) != 0)
			exit(3);
	}
	const struct timespec rest = {(time_t)seconds, 0};
	(void)nanosleep(&rest, NULL);
	ending = true;
	size_t count = 0;
	for (size_t i = 0; i < threads; i++) {
		(void)pthread_join(writings[i].thread, NULL);
		count += writings[i].count;
	}
	double took = bench_now() - start, busy = processor() - before;
	double *all = malloc(count * sizeof *all);
	size_t at = 0;
	for (size_t i = 0; all != NULL && i < threads; i++) {
		memcpy(all + at, writings[i].waits, writings[i].count * sizeof *all);
		at += writings[i].count;
		free(writings[i].waits);
	}
	printf("%3zu threads  %8.0f a second, each waits %6.2f ms (median) %7.2f ms (99th); %5.0f us of processor "
	       "each\n",
	       threads, (double)count / took, bench_percentile(all, at, 0.5) * 1e3,
	       bench_percentile(all, at, 0.99) * 1e3, busy / (double)count * 1e6);
	free(all);
	store_free(store);
}

static void measure_disk(double seconds)
{
	char path[FILE_MAX_PATH + 8], block[4096] = {1};
	(void)snprintf(path, sizeof path, "%s/block", folder);
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	size_t count = 0;
	double start = bench_now();
	while (fd >= 0 && bench_now() - start < seconds) {
		if (pwrite(fd, block, sizeof block, (off_t)(count % 64 * sizeof block)) != sizeof block ||
		    fdatasync(fd) != 0)
			exit(3);
		count++;
	}
	printf("the disk     %8.0f a second (4 KiB and fdatasync, one after another)\n",
	       (double)count / (bench_now() - start));
	(void)close(fd);
}

static void measure_plain(double seconds)
{
	char path[FILE_MAX_PATH + 16], bytes[600];
	struct sql *sql = NULL;
	struct problem problem = {""};
	size_t count = 0;
	memset(bytes, 'x', sizeof bytes);
	(void)snprintf(path, sizeof path, "%s/plain.db", folder);
	must(sql_open(path, SQL_CREATE, 1, &sql, &problem), &problem, "plain SQLite");
	must(sql_execute(sql, "CREATE TABLE t (n INTEGER PRIMARY KEY, b TEXT)", &problem), &problem, "plain SQLite");
	double start = bench_now();
	while (bench_now() - start < seconds) {
		struct sql_query query = sql_query(sql, "INSERT INTO t (b) VALUES (?1)");
		sql_bind_text_length(&query, 1, bytes, sizeof bytes);
		must(sql_run(&query, &problem), &problem, "plain SQLite");
		count++;
	}
	printf("plain SQLite %8.0f a second (600 bytes a commit, one connection, the same settings)\n",
	       (double)count / (bench_now() - start));
	sql_close(sql);
}

/* ---- verifying and rebuilding ---- */

struct filling {
	uint64_t next, left;
};

static int fill_some(struct store_write *write, void *context, struct problem *problem)
{
	struct filling *filling = context;
	int error = 0;
	for (int i = 0; !error && i < EACH && filling->left > 0; i++, filling->left--)
		error = write_thing(write, filling->next++, problem);
	return error;
}

static void on_finding(void *context, uint64_t sequence, const char *sentence)
{
	(void)context;
	fprintf(stderr, "bench record: entry %llu: %s\n", (unsigned long long)sequence, sentence);
	exit(3);
}

static void measure_size(uint64_t entries)
{
	struct store *store = found();
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct filling filling = {.left = entries - 1};
	struct verify_result result;
	struct stat status;
	char path[FILE_MAX_PATH + 16];
	uint8_t before[32], after[32], fresh[32];
	double start = bench_now();
	while (filling.left > 0)
		must(store_submit(store, fill_some, &filling, &problem), &problem, "filling");
	double filled = bench_now() - start;
	must(store_read(store, &reader, &problem), &problem, "reading");
	const struct verify_options how = {.finding = on_finding};
	double busy = processor();
	start = bench_now();
	must(log_verify(store_reader_log(reader), &how, &result, &problem), &problem, "verifying");
	double verified = bench_now() - start;
	busy = processor() - busy;
	store_read_end(reader);
	must(store_digest(store, before, &problem), &problem, "digest");
	double rebuilding = processor();
	start = bench_now();
	must(store_rebuild(store, &problem), &problem, "rebuilding");
	double rebuilt = bench_now() - start;
	rebuilding = processor() - rebuilding;
	must(store_digest(store, after, &problem), &problem, "digest");
	start = bench_now();
	must(store_digest_rebuilt(store, fresh, &problem), &problem, "digest of tables made beside");
	double beside = bench_now() - start;
	store_free(store);
	(void)snprintf(path, sizeof path, "%s/record.db", folder);
	(void)stat(path, &status);
	printf("%9llu entries  verified in %6.2f s (%.2f s of processor), rebuilt in %6.2f s (%.2f s), compared beside "
	       "in %6.2f "
	       "s; %s; %.0f bytes each; filled at %.0f a second\n",
	       (unsigned long long)result.entries, verified, busy, rebuilt, rebuilding, beside,
	       memcmp(before, after, 32) == 0 && memcmp(before, fresh, 32) == 0 ? "byte for byte the same"
	                                                                        : "DIFFERENT",
	       (double)status.st_size / (double)result.entries, (double)entries / filled);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	static const struct option names[] = {
		{"seconds", required_argument, NULL, 's'}, {"entries", required_argument, NULL, 'e'}, {0}};
	uint64_t sizes[SIZES_MOST] = {10000, 100000, 1000000};
	size_t size_count = 3, given = 0;
	double seconds = 5;
	for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;) {
		if (option == 's')
			seconds = strtod(optarg, NULL);
		else if (option == 'e' && given < SIZES_MOST)
			sizes[given++] = strtoull(optarg, NULL, 10);
		else
			return 2;
	}
	size_count = given > 0 ? given : size_count;
	(void)snprintf(folder, sizeof folder, "%s/jisr-bench-record-%d",
	               getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/var/tmp", (int)getpid());
	static const size_t threads[] = {1, 4, 16, 64, 256};
	for (size_t i = 0; seconds > 0 && i < sizeof threads / sizeof *threads; i++)
		measure_writes(threads[i], seconds);
	if (seconds > 0) {
		measure_disk(seconds);
		measure_plain(seconds);
	}
	for (size_t i = 0; i < size_count; i++)
		measure_size(sizes[i]);
	remove_folder();
	return 0;
}
