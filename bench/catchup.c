/* tools/bench catchup DIRECTORY [OFFICE] : what it takes to give the log of a data directory to a node of an office (MA when not
 * given), and what it takes the node to check, apply and keep it: by the clock and by the processor. Nothing but the log: no
 * line, no files. 'jisr demo --data DIRECTORY --notices 20000' makes one of more than 100,000 entries. */
#include "bench.h"
#include "store/replica.h"
#include "web/domains.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void must(int error, const struct problem *problem, const char *what)
{
	if (error == 0)
		return;
	fprintf(stderr, "bench catchup: %s: %s\n", what, problem->text[0] ? problem->text : error_text(error));
	exit(3);
}

static double processor(void)
{
	struct rusage usage;
	(void)getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void new_replica(struct store *from, const char *office, const char *directory, struct store **ret_store)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct replica replica = {.scope = REPLICA_ALL};
	(void)snprintf(replica.office, sizeof replica.office, "%s", office);
	must(store_read(from, &reader, &problem), &problem, "read");
	struct sql_query query = sql_query(store_reader_sql(reader), "SELECT verifier FROM record_origin");
	if (sql_next(&query))
		must(note_verifier_read(sql_text(&query, 0), strlen(sql_text(&query, 0)), &replica.log, &problem),
		     &problem, "the log's key");
	must(sql_done(&query, &problem), &problem, "the log's key");
	const struct store_options options = {.directory = directory, .domains = domains_all};
	must(replica_new(&options, &replica, &problem), &problem, "a replica");
	must(store_open(&options, ret_store, &problem), &problem, "open it");
}

int main(int argc, char **argv)
{
	CLEANUP(store_freep) struct store *from = NULL;
	CLEANUP(store_freep) struct store *to = NULL;
	struct problem problem = {""};
	struct replica replica;
	struct text batch;
	char directory[] = "build-bench/catchup-XXXXXX", remove[64];
	uint64_t next = 1, whole = 0, bytes = 0;
	double giving = 0, taking = 0, gave = 0, took = 0;
	if (argc < 2 || mkdtemp(directory) == NULL) {
		fputs("usage: tools/bench catchup DIRECTORY [OFFICE]\n", stderr);
		return 2;
	}
	must(domains_open(argv[1], false, &from, &problem), &problem, argv[1]);
	new_replica(from, argc > 2 ? argv[2] : "MA", directory, &to);
	(void)replica_of(to, &replica);
	text_init(&batch, REPLICA_MAX_BATCH);
	for (uint64_t last = 1; last > 0;) {
		CLEANUP(store_read_endp) struct store_reader *reader = NULL;
		struct replica_taken taken;
		double began = bench_now(), used = processor();
		must(store_read(from, &reader, &problem), &problem, "read");
		must(replica_give(reader, &replica, next, &batch, &last, &problem), &problem, "give");
		giving += bench_now() - began;
		gave += processor() - used;
		if (last == 0)
			break;
		began = bench_now();
		used = processor();
		must(replica_take(to, batch.bytes, batch.length, &taken, &problem), &problem, "take");
		taking += bench_now() - began;
		took += processor() - used;
		whole += taken.whole;
		bytes += batch.length;
		next = last + 1;
	}
	text_finish(&batch);
	double count = (double)(next - 1);
	printf("%.0f entries, %llu of them whole, %.1f MB\n", count, (unsigned long long)whole, (double)bytes / 1e6);
	printf("given: %.2f s by the clock, %.2f s of processor: %.0f entries/s of processor\n", giving, gave,
	       count / gave);
	printf("taken: %.2f s by the clock, %.2f s of processor: %.0f entries/s, %.0f a second of processor\n", taking,
	       took, count / taking, count / took);
	(void)snprintf(remove, sizeof remove, "rm -r '%s'", directory);
	to = store_free(to);
	return system(remove) == 0 ? 0 : 3;
}
