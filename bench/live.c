/* tools/bench live [--count N] [--threads N] [--changes N] [--loader]: what a change of a list does to checks under way.
 *
 * A service holds one list of N invented people (1,000,000 when not given). Threads check without a pause, a few hundred
 * questions in turn, and note what each took beyond the usual time of its question: a pause. First without changes, then
 * while the list is replaced again and again by another version of the same size that lies ready (renamed over
 * lists.json, as jisr load does in its last step), so that what is seen is the taking over alone; with --loader also
 * while another process loads a list, which competes for the processor. No HTTP: its own noise would hide the pauses.
 * On a machine that has more to do, most pauses are those of a thread that had to give its core to another program:
 * checks during which that happened (getrusage: an involuntary switch) are told apart. */
#include "base/file.h"
#include "bench.h"
#include "people/people.h"
#include "watch/catalogue.h"
#include "web/service.h"

#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUESTIONS    300
#define THREADS_MOST 64
#define ARENA        ((size_t)256 << 20)
#define PAUSES_MOST  (1 << 22) /* of one thread in one part */
#define REST         1.0       /* seconds between two changes */

struct asking {
	struct service *service;
	const char **names; /* QUESTIONS */
	pthread_t thread;
	unsigned number;
	double usual[QUESTIONS];
	double *pauses; /* of checks that kept their core */
	size_t count;
	double *given; /* of those that had to give it away for a while */
	size_t given_count;
};

static _Atomic bool ending;

static void must(int error, const struct problem *problem, const char *what)
{
	if (error == 0)
		return;
	fprintf(stderr, "bench live: %s: %s\n", what,
	        problem != NULL && problem->text[0] ? problem->text : error_text(error));
	exit(3);
}

static double ask(struct asking *asking, const char *name, struct watch_scratch *scratch, struct arena *arena)
{
	struct check_query query = {.names = {name}, .name_count = 1};
	struct check_answer answer;
	arena_reset(arena);
	double begin = bench_now();
	const struct lists *lists = service_lists(asking->service, NULL);
	must(watch_check(lists->view, &query, scratch, arena, &answer, NULL), NULL, "a check");
	service_lists_release(asking->service, lists);
	return bench_now() - begin;
}

/* How often this thread had to give its core away. */
static long switches(void)
{
	struct rusage usage;
	return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}

static void *ask_on(void *argument)
{
	struct asking *asking = argument;
	struct watch_scratch *scratch;
	struct arena *arena;
	must(watch_scratch_new(&scratch), NULL, "scratch");
	must(arena_new(ARENA, &arena), NULL, "an arena");
	for (size_t i = asking->number; !atomic_load_explicit(&ending, memory_order_relaxed); i++) {
		size_t question = i % QUESTIONS;
		long before = switches();
		double pause = ask(asking, asking->names[question], scratch, arena) - asking->usual[question];
		pause = pause > 0 ? pause : 0;
		if (switches() == before && asking->count < PAUSES_MOST)
			asking->pauses[asking->count++] = pause;
		else if (asking->given_count < PAUSES_MOST)
			asking->given[asking->given_count++] = pause;
	}
	watch_scratch_free(scratch);
	arena_free(arena);
	return NULL;
}

/* The usual time of each question: the median of five, by one thread alone. */
static void warm_up(struct asking *asking)
{
	struct watch_scratch *scratch;
	struct arena *arena;
	must(watch_scratch_new(&scratch), NULL, "scratch");
	must(arena_new(ARENA, &arena), NULL, "an arena");
	for (size_t i = 0; i < QUESTIONS; i++) {
		double times[5];
		for (size_t k = 0; k < 5; k++)
			times[k] = ask(asking, asking->names[i], scratch, arena);
		asking->usual[i] = bench_percentile(times, 5, 0.5);
	}
	watch_scratch_free(scratch);
	arena_free(arena);
}

/* ---- the two versions ---- */

static char folder[] = "/tmp/jisr-bench-live-XXXXXX";

static void in_folder(char path[FILE_MAX_PATH], const char *name)
{
	(void)snprintf(path, FILE_MAX_PATH, "%s/%s", folder, name);
}

/* Loads a list and keeps its file and lists.json aside under `kept`. */
static void load(const char *list, uint64_t seed, uint64_t count, const char *kept)
{
	struct people *people;
	struct catalogue *catalogue;
	struct catalogue_load *loading;
	struct catalogue_change change;
	struct problem problem = {""};
	struct arena *arena;
	must(people_new(seed, &people), NULL, "people");
	must(arena_new(ARENA, &arena), NULL, "an arena");
	must(catalogue_open(folder, &catalogue, &problem), &problem, "the catalogue");
	must(catalogue_begin(catalogue, list, &loading, &problem), &problem, "the load");
	for (uint64_t i = 0; i < count; i++) {
		struct entity *entity;
		arena_reset(arena);
		must(people_entity(people, i, arena, &entity), NULL, "a person");
		must(catalogue_put(loading, entity, &problem), &problem, "a person");
	}
	must(catalogue_commit(loading, "invented", "people", "", &change, &problem), &problem, "the load");
	if (kept != NULL) {
		char from[FILE_MAX_PATH], to[FILE_MAX_PATH], name[128];
		(void)snprintf(name, sizeof name, "lists/%s.jisr", catalogue_at(catalogue, 0)->file);
		in_folder(from, name);
		(void)snprintf(name, sizeof name, "kept-%s-%s.jisr", kept, catalogue_at(catalogue, 0)->file);
		in_folder(to, name);
		must(link(from, to), NULL, "keeping a segment");
		in_folder(from, "lists.json");
		(void)snprintf(name, sizeof name, "%s.json", kept);
		in_folder(to, name);
		must(link(from, to), NULL, "keeping lists.json");
	}
	catalogue_load_free(loading);
	catalogue_free(catalogue);
	arena_free(arena);
	people_free(people);
}

/* Puts the kept segments back where lists.json will name them. */
static void lay_ready(void)
{
	char command[512];
	(void)snprintf(command, sizeof command, "cd %s && for f in kept-*.jisr; do ln -f $f lists/${f##*-}; done",
	               folder);
	must(system(command), NULL, "laying the versions ready");
}

static void change_to(const char *kept)
{
	char from[FILE_MAX_PATH], to[FILE_MAX_PATH], name[32];
	(void)snprintf(name, sizeof name, "%s.json", kept);
	in_folder(from, name);
	in_folder(to, "next.json");
	(void)unlink(to);
	must(link(from, to), NULL, "lists.json");
	in_folder(from, "lists.json");
	must(rename(to, from), NULL, "lists.json");
}

/* ---- the parts ---- */

static void report(const char *part, struct asking *askings, size_t threads, double seconds)
{
	size_t count = 0;
	for (size_t i = 0; i < threads; i++)
		count += askings[i].count;
	double given = 0;
	size_t given_count = 0;
	double *all = malloc((count + 1) * sizeof *all);
	must(all == NULL, NULL, "memory");
	count = 0;
	for (size_t i = 0; i < threads; i++) {
		memcpy(all + count, askings[i].pauses, askings[i].count * sizeof *all);
		count += askings[i].count;
		for (size_t k = 0; k < askings[i].given_count; k++)
			given = askings[i].given[k] > given ? askings[i].given[k] : given;
		given_count += askings[i].given_count;
		askings[i].count = askings[i].given_count = 0;
	}
	size_t over = 0;
	for (size_t i = 0; i < count; i++)
		over += all[i] > 0.005;
	double p999 = bench_percentile(all, count, 0.999);
	printf("%-34s %6.0f checks/s; pause p99.9 %6.2f ms, longest %6.2f ms, over 5 ms: %zu of %zu; "
	       "gave their core away: %zu, longest %.1f ms\n",
	       part, (double)(count + given_count) / seconds, 1e3 * p999, 1e3 * all[count > 0 ? count - 1 : 0], over,
	       count, given_count, 1e3 * given);
	free(all);
}

static void run_part(const char *part, struct asking *askings, size_t threads, int changes, bool changing, pid_t loader)
{
	atomic_store(&ending, false);
	double begin = bench_now();
	for (size_t i = 0; i < threads; i++)
		must(pthread_create(&askings[i].thread, NULL, ask_on, &askings[i]), NULL, "a thread");
	if (loader != 0)
		must(waitpid(loader, NULL, 0) != loader, NULL, "the loader");
	for (int i = 0; i < changes && loader == 0; i++) {
		if (changing)
			change_to(i % 2 ? "b" : "a");
		(void)usleep((useconds_t)(REST * 1e6));
	}
	atomic_store(&ending, true);
	for (size_t i = 0; i < threads; i++)
		pthread_join(askings[i].thread, NULL);
	report(part, askings, threads, bench_now() - begin);
}

static const char **questions(uint64_t count)
{
	static struct arena *arena;
	struct people *people;
	const char **names = calloc(QUESTIONS, sizeof *names);
	must(names == NULL, NULL, "memory");
	must(arena_new(ARENA, &arena), NULL, "an arena");
	must(people_new(1, &people), NULL, "people");
	for (uint64_t i = 0; i < QUESTIONS; i++) {
		struct people_name name;
		must(people_name(people, i * (count / QUESTIONS + 1), PEOPLE_OTHER, arena, &name), NULL, "a question");
		names[i] = name.full;
	}
	people_free(people);
	return names;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"count", required_argument, NULL, 'c'},
	                                        {"threads", required_argument, NULL, 't'},
	                                        {"changes", required_argument, NULL, 'n'},
	                                        {"loader", no_argument, NULL, 'l'},
	                                        {0}};
	uint64_t count = 1000000;
	size_t threads = (size_t)sysconf(_SC_NPROCESSORS_ONLN);
	int changes = 10;
	bool with_loader = false;
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		uint64_t number = optarg != NULL ? strtoull(optarg, NULL, 10) : 0;
		if (option == 'c')
			count = number;
		else if (option == 't')
			threads = number;
		else if (option == 'n')
			changes = (int)number;
		else if (option == 'l')
			with_loader = true;
		else
			return 2;
	}
	if (threads < 1 || threads > THREADS_MOST || count < QUESTIONS || changes < 1)
		return 2;
	must(mkdtemp(folder) == NULL, NULL, "a folder");
	struct settings settings = {.data = folder};
	struct service *service;
	struct service_state state;
	struct problem problem = {""};
	load("people", 1, count, "a");
	load("people", 2, count, "b");
	lay_ready();
	double begin = bench_now();
	must(service_new(&settings, &service, &problem), &problem, "the service");
	printf("%" PRIu64 " people, %zu threads; opened, read and checked in %.2f s\n", count, threads,
	       bench_now() - begin);
	must(service_watch(service, NULL, NULL, &problem), &problem, "the watcher");
	struct asking askings[THREADS_MOST] = {{0}};
	const char **names = questions(count);
	for (size_t i = 0; i < threads; i++) {
		askings[i] = (struct asking){.service = service, .names = names, .number = (unsigned)(i * 37)};
		askings[i].pauses = malloc(PAUSES_MOST * sizeof(double));
		askings[i].given = malloc(PAUSES_MOST * sizeof(double));
		must(askings[i].pauses == NULL || askings[i].given == NULL, NULL, "memory");
	}
	warm_up(&askings[0]);
	for (size_t i = 1; i < threads; i++)
		memcpy(askings[i].usual, askings[0].usual, sizeof askings[i].usual);
	run_part("no change", askings, threads, changes, false, 0);
	run_part("the list replaced every second", askings, threads, changes, true, 0);
	service_state(service, &state);
	printf("%" PRIu64 " changes taken over, the last in %.2f s; %" PRIu64 " failed\n", state.changes, state.seconds,
	       state.failures);
	run_part("no change, again", askings, threads, changes, false, 0);
	if (with_loader) {
		(void)fflush(stdout);
		pid_t loader = fork();
		if (loader == 0) {
			load("other", 3, count / 4, NULL);
			_exit(0);
		}
		run_part("another process loads a list", askings, threads, changes, false, loader);
	}
	service_free(service);
	for (size_t i = 0; i < threads; i++)
		free(askings[i].given);
	for (size_t i = 0; i < threads; i++)
		free(askings[i].pauses);
	free(names);
	char command[256];
	(void)snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) == 0 ? 0 : 3;
}
