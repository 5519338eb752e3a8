/* tools/bench check [PERSONS [RECALL-QUERIES]]
 *
 * A list of PERSONS (1,000,000) invented people in a mapped file, as in use: time of building, bytes a person in the
 * file and in memory, time to open; then checks by name, birth and country of (a) people on the list as they stand
 * there, (b) the same with an error in the name, (c) people who are not on the list: checks a second on one thread and
 * on two, and how long the slow ones take (processor time of one thread): at first, from a thread's
 * very first check on, and in use, when it has made 30,000 others and remembers words that it met; and recall: of the hits that scoring every
 * name gives, how many the index gives. The file is kept in $JISR_BENCH_DIR (else /tmp) and used again. */
#include "people/people.h"

#include "watch/segment.h"
#include "watch/segment_format.h"
#include "watch/set.h"

#include "base/hash.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#define SEED         1
#define OTHER_SEED   2
#define QUERIES      10000
#define ARENA_LIMIT  ((size_t)1 << 30)
#define RECALL_LIMIT 500
#define THREADS      2

enum query_kind { QUERY_LISTED, QUERY_MISSPELT, QUERY_STRANGER, QUERY_KINDS };
static const char *const kind_names[QUERY_KINDS] = {"as listed", "misspelt", "not listed"};

static double now(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void must(int error, const char *what)
{
	if (error == JISR_OK)
		return;
	(void)fprintf(stderr, "bench check: %s: %s\n", what, error_text(error));
	exit(3);
}

/* Processor time of this thread: what a check costs, however busy the machine is. */
static double thread_time(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* A line "Name: value kB" of /proc/self/status, in bytes. */
static double status_bytes(const char *name)
{
	char line[256];
	double bytes = 0;
	FILE *file = fopen("/proc/self/status", "r");
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			bytes = strtod(line + strlen(name) + 1, NULL) * 1024;
	if (file != NULL)
		(void)fclose(file);
	return bytes;
}

static void build(const struct people *people, uint64_t count, const char *path)
{
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	must(segment_builder_new(&builder), "builder");
	must(arena_new(ARENA_LIMIT, &arena), "arena");
	double making = 0, start = now();
	for (uint64_t i = 0; i < count; i++) {
		struct entity *entity;
		arena_reset(arena);
		double before = now();
		must(people_person(people, i, arena, &entity), "person");
		making += now() - before;
		must(segment_builder_put(builder, entity), "put");
	}
	double put = now();
	char temporary[1100];
	(void)snprintf(temporary, sizeof temporary, "%s.new", path);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	struct problem problem = {0};
	if (fd < 0 || segment_builder_write(builder, "bench", fd, &problem) != JISR_OK || close(fd) != 0 ||
	    rename(temporary, path) != 0) {
		(void)fprintf(stderr, "bench check: cannot write %s: %s\n", temporary, problem.text);
		exit(3);
	}
	printf("build            %.1f s reading %.1f s writing (inventing the people: %.1f s apart), peak memory %.0f "
	       "MB\n",
	       put - start - making, now() - put, making, status_bytes("VmHWM:") / 1e6);
}

static const char *first_of(const struct entity *entity, const char *property)
{
	return entity_get(entity, property);
}

/* A query made from a person; name NULL: as it stands. */
static void make_query(const struct entity *entity, uint64_t random, struct check_query *query)
{
	*query = (struct check_query){.limit = 5};
	const char *names[64];
	size_t count = 0;
	for (size_t i = 0; i < entity->count && count < 64; i++) {
		enum property_use use = property_use(entity->properties[i].name);
		if (use == USE_NAME)
			names[count++] = entity->properties[i].value;
	}
	if (count > 0)
		query->names[query->name_count++] = names[random % count];
	const char *birth = first_of(entity, "birthDate"), *country = first_of(entity, "nationality");
	if (birth != NULL)
		(void)date_read(birth, strlen(birth), &query->birth);
	if (country != NULL && strlen(country) == 2)
		query->countries[query->country_count++] = country;
}

static void invent_query(const struct people *listed, const struct people *others, uint64_t count, enum query_kind kind,
                         uint64_t number, struct arena *arena, struct check_query *query)
{
	uint64_t random = hash_number(number * QUERY_KINDS + kind + 77);
	struct entity *entity;
	if (kind == QUERY_STRANGER)
		must(people_person(others, random % 100000000, arena, &entity), "person");
	else
		must(people_person(listed, random % count, arena, &entity), "person");
	make_query(entity, random >> 32, query);
	if (kind != QUERY_MISSPELT || query->name_count == 0)
		return;
	for (uint64_t try = 0; try < PEOPLE_ERROR_COUNT; try++) {
		const char *name;
		enum people_error error = (enum people_error)((number + try) % PEOPLE_ERROR_COUNT);
		if (people_misspell(query->names[0], error, random, arena, &name) == JISR_OK) {
			query->names[0] = name;
			return;
		}
	}
}

struct batch {
	struct arena *arena;
	struct check_query *queries;
	size_t count;
};

static void batch_fill(const struct people *listed, const struct people *others, uint64_t count, enum query_kind kind,
                       size_t queries, uint64_t offset, struct batch *batch)
{
	must(arena_new(ARENA_LIMIT, &batch->arena), "arena");
	batch->queries = arena_zero(batch->arena, queries, sizeof *batch->queries);
	batch->count = queries;
	if (batch->queries == NULL)
		must(JISR_NO_MEMORY, "queries");
	for (size_t i = 0; i < queries; i++)
		invent_query(listed, others, count, kind, offset + i, batch->arena, &batch->queries[i]);
}

static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return a < b ? -1 : a > b;
}

struct run {
	struct watch_set *set;
	const struct batch *batch;
	double *times;                           /* may be NULL */
	uint64_t hits, total, candidates, found; /* found: checks with a hit */
	double memory;                           /* bytes of the process that are not the file's, at the end */
	struct watch_scratch *scratch;           /* NULL: a new one */
};

static void *run_batch(void *context)
{
	struct run *run = context;
	CLEANUP(watch_scratch_freep) struct watch_scratch *fresh = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	if (run->scratch == NULL)
		must(watch_scratch_new(&fresh), "scratch");
	struct watch_scratch *scratch = run->scratch != NULL ? run->scratch : fresh;
	must(arena_new(ARENA_LIMIT, &arena), "arena");
	for (size_t i = 0; i < run->batch->count; i++) {
		struct check_answer answer = {0};
		arena_reset(arena);
		double start = thread_time();
		const struct watch_view *view = watch_view_take(run->set);
		if (run->batch->queries[i].name_count > 0)
			must(watch_check(view, &run->batch->queries[i], scratch, arena, &answer, NULL), "check");
		watch_view_release(view);
		if (run->times != NULL)
			run->times[i] = thread_time() - start;
		run->hits += answer.count;
		run->total += answer.total;
		run->candidates += answer.candidates;
		run->found += answer.count > 0;
	}
	run->memory = status_bytes("RssAnon:");
	return NULL;
}

/* Returns the memory that a checking thread has come to, in bytes, and all that the process had before. */
static double measure_kind(struct watch_set *set, const struct batch *batch, const char *name,
                           struct watch_scratch *scratch)
{
	double *times = calloc(batch->count, sizeof *times);
	struct run run = {.set = set, .batch = batch, .times = times, .scratch = scratch};
	if (times == NULL)
		must(JISR_NO_MEMORY, "times");
	double start = thread_time();
	(void)run_batch(&run);
	double whole = thread_time() - start;
	qsort(times, batch->count, sizeof *times, compare_doubles);
	printf("%-16s %8.0f checks/s   p50 %6.0f us   p99 %6.0f us   p99.9 %6.0f us   max %6.0f us   "
	       "%.1f %% hit, %.1f names scored\n",
	       name, (double)batch->count / whole, times[batch->count / 2] * 1e6, times[batch->count * 99 / 100] * 1e6,
	       times[batch->count * 999 / 1000] * 1e6, times[batch->count - 1] * 1e6,
	       100.0 * (double)run.found / (double)batch->count, (double)run.candidates / (double)batch->count);
	free(times);
	return run.memory;
}

/* The same checks by a thread that has made as many others of each kind. */
static void measure_in_use(struct watch_set *set, const struct people *listed, const struct people *others,
                           uint64_t count, const struct batch *batches)
{
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	must(watch_scratch_new(&scratch), "scratch");
	for (int kind = 0; kind < QUERY_KINDS; kind++) {
		struct batch earlier;
		batch_fill(listed, others, count, (enum query_kind)kind, QUERIES, 2 * QUERIES, &earlier);
		struct run run = {.set = set, .batch = &earlier, .scratch = scratch};
		(void)run_batch(&run);
		arena_free(earlier.arena);
	}
	printf("in use, after %d others\n", QUERY_KINDS * QUERIES);
	for (int kind = 0; kind < QUERY_KINDS; kind++)
		(void)measure_kind(set, &batches[kind], kind_names[kind], scratch);
}

static void measure_threads(struct watch_set *set, const struct batch *batch)
{
	pthread_t threads[THREADS];
	struct run runs[THREADS];
	double start = now();
	for (size_t i = 0; i < THREADS; i++) {
		runs[i] = (struct run){.set = set, .batch = batch};
		must(pthread_create(&threads[i], NULL, run_batch, &runs[i]) ? JISR_NO_MEMORY : 0, "thread");
	}
	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	printf("two threads      %8.0f checks/s (as listed)\n", THREADS * (double)batch->count / (now() - start));
}

static void tell_missed(const struct check_query *query, const struct check_hit *hit)
{
	printf("  missed: \"%s\" -> \"%s\" %.3f (name %.3f)", query->names[0], hit->matched_name, hit->score,
	       hit->evidence[0].effect);
	for (size_t i = 0; hit->names != NULL && i < hit->names->count; i++) {
		const struct part_match *match = &hit->names->matches[i];
		printf(" [%u+%u %u+%u %s %.2f]", match->query_from, match->query_count, match->listed_from,
		       match->listed_count, part_rule_name((enum part_rule)match->rule), (double)match->similarity);
	}
	printf("\n");
}

static void measure_recall(struct watch_set *set, const struct batch *batches, size_t queries)
{
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	must(watch_scratch_new(&scratch), "scratch");
	must(arena_new(ARENA_LIMIT, &arena), "arena");
	const struct watch_view *view = watch_view_take(set);
	uint64_t expected = 0, given = 0, told = 0;
	double start = now();
	for (size_t i = 0; i < queries; i++) {
		struct check_query query = batches[i % QUERY_KINDS].queries[i / QUERY_KINDS];
		struct check_answer all, some;
		query.limit = RECALL_LIMIT;
		if (query.name_count == 0)
			continue;
		arena_reset(arena);
		must(watch_check_exhaustive(view, &query, scratch, arena, &all, NULL), "exhaustive check");
		must(watch_check(view, &query, scratch, arena, &some, NULL), "check");
		for (size_t k = 0; k < all.count; k++) {
			bool found = false;
			for (size_t n = 0; n < some.count && !found; n++)
				found = some.hits[n].entity == all.hits[k].entity &&
				        some.hits[n].score >= all.hits[k].score - 1e-9;
			/* Over the limit, which of several equal ones are given is left to chance. */
			if (!found && some.count == RECALL_LIMIT &&
			    all.hits[k].score <= some.hits[some.count - 1].score)
				continue;
			expected++;
			given += found;
			if (!found && told++ < 40)
				tell_missed(&query, &all.hits[k]);
		}
	}
	watch_view_release(view);
	printf("recall           %.4f: %" PRIu64 " of %" PRIu64 " hits of %zu checks that scoring everything finds "
	       "(%.2f s a check)\n",
	       expected ? (double)given / (double)expected : 1.0, given, expected, queries,
	       (now() - start) / (double)(queries ? queries : 1));
}

int main(int argument_count, char **arguments)
{
	uint64_t count = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : 1000000;
	size_t recall = argument_count > 2 ? (size_t)strtoull(arguments[2], NULL, 10) : 30;
	const char *directory = getenv("JISR_BENCH_DIR");
	char path[1024];
	/* A file of other rules, or of another form, is another file. */
	(void)snprintf(path, sizeof path, "%s/jisr-bench-%" PRIu64 "-%s-%d.jisr",
	               directory != NULL ? directory : "/tmp", count, name_rules_version(), SEGMENT_VERSION);
	CLEANUP(people_freep) struct people *people = NULL;
	CLEANUP(people_freep) struct people *others = NULL;
	must(people_new(SEED, &people), "people");
	must(people_new(OTHER_SEED, &others), "people");
	if (access(path, R_OK) != 0 || getenv("JISR_BENCH_BUILD") != NULL)
		build(people, count, path);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);

	struct problem problem = {0};
	struct segment *segment = NULL;
	double start = now();
	if (segment_open(path, &segment, &problem) != JISR_OK) {
		(void)fprintf(stderr, "bench check: %s\n", problem.text);
		return 3;
	}
	printf("open             %.1f ms", (now() - start) * 1e3);
	double before = status_bytes("RssAnon:");
	must(segment_populate(segment, &problem), "populate");
	double copied = status_bytes("RssAnon:") - before;
	printf(", all in memory after %.0f ms, as jisr serve does\n", (now() - start) * 1e3);
	printf("list             %u persons, %" PRIu64 " names, %" PRIu64 " documents, %.1f MB: %.0f bytes a person\n",
	       segment_entities(segment), segment_names(segment), segment_documents(segment),
	       (double)segment_bytes(segment) / 1e6, (double)segment_bytes(segment) / (double)count);
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	must(watch_set_new(&set), "set");
	must(watch_set_replace(set, "bench", segment), "set");

	struct batch batches[QUERY_KINDS];
	for (int kind = 0; kind < QUERY_KINDS; kind++)
		batch_fill(people, others, count, (enum query_kind)kind, QUERIES, 0, &batches[kind]);
	struct batch warm;
	batch_fill(people, others, count, QUERY_LISTED, 500, QUERIES, &warm);
	double asked = status_bytes("RssAnon:"), checked = asked;
	struct run warming = {.set = set, .batch = &warm};
	(void)run_batch(&warming);
	printf("at first\n");
	for (int kind = 0; kind < QUERY_KINDS; kind++)
		checked = measure_kind(set, &batches[kind], kind_names[kind], NULL);
	measure_in_use(set, people, others, count, batches);
	printf("memory           list %.0f MB (%.0f bytes a person, all of it read), one checking "
	       "thread %.0f MB, the program and these queries %.0f MB\n",
	       (status_bytes("RssFile:") + copied) / 1e6, (status_bytes("RssFile:") + copied) / (double)count,
	       (checked - asked) / 1e6, (asked - copied) / 1e6);
	measure_threads(set, &batches[QUERY_LISTED]);
	if (recall > 0)
		measure_recall(set, batches, recall);
	for (int kind = 0; kind < QUERY_KINDS; kind++)
		arena_free(batches[kind].arena);
	arena_free(warm.arena);
	return 0;
}
