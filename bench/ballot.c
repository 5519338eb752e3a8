/* tools/bench ballot
 *
 * Verifies the 196-voter archive of belenios-tool (11 choices and a blank) with one and two threads, beside
 * belenios-tool itself in the same run, by every way of multiplying that this processor has; then makes ballots of 5 candidates and blank. Times are of the clock and, where
 * threads or other programs share the machine, of the processor.
 *
 *     bench_ballot make FOLDER VOTERS
 *
 * writes an own election of so many voters, each of whom has voted, as FOLDER/UUID.bel, and its trustee's key as
 * FOLDER/trustee.privkey: what tools/bench election gives to the commands. */
#include "ballot/ballot.h"
#include "ballot/archive_write.h"
#include "ballot/credential.h"
#include "ballot/election.h"
#include "ballot/lanes.h"
#include "ballot/trustee.h"
#include "ballot/trustees.h"
#include "ballot/verify.h"
#include "base/input.h"
#include "base/secret.h"
#include "bench.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARCHIVE      "belenios-archives/e196/5tMdh4dZ2eoxVH.bel.gz"
#define ARCHIVE_NAME "5tMdh4dZ2eoxVH.bel" /* belenios-tool wants the election's uuid */
#define MADE         200                  /* ballots */

static void must(int error, const struct problem *problem)
{
	if (error == JISR_OK)
		return;
	(void)fprintf(stderr, "bench ballot: %s\n", problem->text[0] != '\0' ? problem->text : error_text(error));
	exit(2);
}

/* Seconds of processor time, of this program or of those that it waited for. */
static double processor(int who)
{
	struct rusage usage;
	(void)getrusage(who, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* The memory that is the program's own, without the pages of mapped files. */
static double own_megabytes(void)
{
	long size, resident, shared;
	FILE *file = fopen("/proc/self/statm", "r");
	int found = file != NULL ? fscanf(file, "%ld %ld %ld", &size, &resident, &shared) : 0;
	if (file != NULL)
		(void)fclose(file);
	return found == 3 ? (double)(resident - shared) * (double)sysconf(_SC_PAGESIZE) / 1048576 : 0;
}

static void unpack(const char *folder, char *path, size_t size)
{
	char packed[4096];
	CLEANUP(input_freep) struct input *input = NULL;
	struct problem problem = {0};
	char bytes[65536];
	size_t length;
	bench_path(packed, sizeof packed, ARCHIVE);
	(void)snprintf(path, size, "%s/" ARCHIVE_NAME, folder);
	must(input_open(packed, &input, &problem), &problem);
	FILE *file = fopen(path, "wb");
	if (file == NULL)
		must(JISR_IO, &problem);
	do {
		must(input_read(input, bytes, sizeof bytes, &length, &problem), &problem);
		(void)fwrite(bytes, 1, length, file);
	} while (length > 0);
	(void)fclose(file);
}

struct peak {
	double own;
};

static bool watch(void *context, uint64_t done, uint64_t all)
{
	struct peak *peak = context;
	double own = own_megabytes();
	(void)done;
	(void)all;
	peak->own = own > peak->own ? own : peak->own;
	return false;
}

struct times {
	double clock, processor; /* seconds */
};

static struct times verify(const char *path, unsigned threads, const char *engine)
{
	CLEANUP(archive_closep) struct archive *archive = NULL;
	struct problem problem = {0};
	struct verify_report report;
	struct peak peak = {0};
	struct verify_options options = {.threads = threads, .progress = watch, .context = &peak};
	double start = bench_now(), used = processor(RUSAGE_SELF);
	must(archive_open(path, &archive, &problem), &problem);
	must(verify_archive(archive, &options, &report, &problem), &problem);
	struct times times = {bench_now() - start, processor(RUSAGE_SELF) - used};
	printf("jisr, %-10s %u thread%s %7.2f s %7.2f s of processor  %5.2f ms a ballot  %5.1f MB own memory\n", engine,
	       threads, threads == 1 ? ", " : "s,", times.clock, times.processor,
	       times.processor / (double)report.ballots * 1e3, peak.own);
	(void)fflush(stdout);
	return times;
}

/* In a process of its own, because a group keeps the engine that it was set up with. */
static struct times verify_by(const struct lanes_engine *engine, const char *path, unsigned threads)
{
	struct times times = {0};
	int ends[2], status;
	if (pipe(ends) != 0)
		exit(2);
	(void)fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		lanes_prefer(engine);
		times = verify(path, threads, engine->name);
		_exit(write(ends[1], &times, sizeof times) == sizeof times ? 0 : 2);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0 ||
	    read(ends[0], &times, sizeof times) != sizeof times)
		exit(2);
	(void)close(ends[0]);
	(void)close(ends[1]);
	return times;
}

/* All 0 when it is not there. */
static struct times peer(const char *folder)
{
	(void)fflush(stdout);
	double start = bench_now(), used = processor(RUSAGE_CHILDREN);
	pid_t child = fork();
	if (child == 0) {
		if (freopen("/dev/null", "w", stdout) != NULL && freopen("/dev/null", "w", stderr) != NULL)
			(void)execlp("belenios-tool", "belenios-tool", "election", "verify", "--dir", folder,
			             (char *)NULL);
		_exit(127);
	}
	int status = 0;
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		return (struct times){0};
	struct times times = {bench_now() - start, processor(RUSAGE_CHILDREN) - used};
	printf("belenios-tool, 1 thread,     %7.2f s %7.2f s of processor\n", times.clock, times.processor);
	return times;
}

/* --- own elections --- */

struct own {
	struct scalar *private_key;
	struct trustee_key key;
	struct election *election;
	struct ballot_context *context;
	char (*credentials)[CREDENTIAL_LENGTH + 1];
};

static void make_election(struct own *own, const char *questions)
{
	const struct group *group = group_find("BELENIOS-2048");
	struct problem problem = {0};
	struct election *template;
	char text[1024], uuid[UUID_MIN_LENGTH + 1];
	own->private_key = secret_alloc(sizeof *own->private_key);
	if (group == NULL || own->private_key == NULL)
		must(JISR_NO_MEMORY, &problem);
	must(trustee_key_make(group, own->private_key, &own->key), &problem);
	(void)snprintf(text, sizeof text, "{\"description\":\"\",\"name\":\"bench\",\"questions\":%s}", questions);
	must(election_read_template(text, strlen(text), &template, &problem), &problem);
	credential_make_uuid(uuid);
	struct election given = *template;
	given.group = group;
	given.uuid = uuid;
	given.public_key = own->key.public_key;
	must(election_new(&given, &own->election, &problem), &problem);
	must(ballot_context_new(own->election, &own->context, &problem), &problem);
	(void)election_free(template);
}

static void make_ballots(void)
{
	static const char votes_text[] = "[[0,0,1,0,0,0]]";
	struct own own = {0};
	struct problem problem = {0};
	struct votes *votes;
	double times[MADE];
	char credential[CREDENTIAL_LENGTH + 1];
	make_election(&own, "[{\"answers\":[\"a\",\"b\",\"c\",\"d\",\"e\"],\"blank\":true,\"min\":1,\"max\":1,"
	                    "\"question\":\"?\"}]");
	must(votes_read(own.election, votes_text, strlen(votes_text), &votes, &problem), &problem);
	credential_make(credential);
	for (size_t i = 0; i < MADE; i++) {
		struct text text;
		text_init(&text, 1 << 20);
		double start = processor(RUSAGE_SELF);
		must(ballot_make(own.context, credential, votes, &text, &problem), &problem);
		times[i] = processor(RUSAGE_SELF) - start;
		text_finish(&text);
	}
	printf("a ballot of 5 candidates and blank is made in %.1f ms of processor, median of %d (99 of 100: %.1f "
	       "ms)\n",
	       bench_percentile(times, MADE, 0.5) * 1e3, MADE, bench_percentile(times, MADE, 0.99) * 1e3);
}

static void write_key(const char *folder, const struct own *own)
{
	char path[4096], *text = secret_alloc(TRUSTEE_MAX_PRIVATE);
	struct problem problem = {0};
	if (text == NULL)
		must(JISR_NO_MEMORY, &problem);
	must(trustee_private_write(own->election->group, own->private_key, text), &problem);
	(void)snprintf(path, sizeof path, "%s/trustee.privkey", folder);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) != 0)
		must(JISR_IO, &problem);
	(void)secret_free(text);
}

static void make_archive(const char *folder, size_t voters)
{
	char path[4096];
	struct own own = {0};
	struct problem problem = {0};
	make_election(&own, "[{\"answers\":[\"a\",\"b\"],\"min\":0,\"max\":1,\"question\":\"?\"}]");
	struct voter *list = memory_zero(voters, sizeof *list);
	own.credentials = memory_zero(voters, sizeof *own.credentials);
	if (list == NULL || own.credentials == NULL)
		must(JISR_NO_MEMORY, &problem);
	for (size_t i = 0; i < voters; i++) {
		credential_make(own.credentials[i]);
		must(credential_public(own.election->group, own.election->uuid, own.credentials[i],
		                       &list[i].credential),
		     &problem);
		list[i].weight = 1;
	}
	struct credential_list *credentials;
	struct trustees *trustees;
	struct text election, keys, public, trustees_text, ballot;
	text_init(&election, ELECTION_MAX_TEXT);
	text_init(&keys, 1 << 20);
	text_init(&public, (size_t)1 << 30);
	text_init(&trustees_text, 1 << 20);
	text_init(&ballot, 1 << 20);
	must(credential_list_new(list, voters, &credentials, &problem), &problem);
	trustee_key_write(&keys, &own.key);
	must(trustees_assemble(own.election->group, keys.bytes, keys.length, NULL, 0, &trustees, &problem), &problem);
	must(election_write(own.election, &election), &problem);
	must(trustees_write(trustees, &trustees_text), &problem);
	must(credential_list_write(credentials, &public), &problem);
	(void)snprintf(path, sizeof path, "%s/%s.bel", folder, own.election->uuid);
	write_key(folder, &own);
	struct archive_begin begin = {.time = 1790000000,
	                              .election = {election.bytes, election.length},
	                              .trustees = {trustees_text.bytes, trustees_text.length},
	                              .credentials = {public.bytes, public.length}};
	unsigned char head[DIGEST_BYTES];
	must(archive_begin(path, &begin, head, &problem), &problem);
	struct archive_writer *writer;
	must(archive_writer_open(path, &writer, &problem), &problem);
	for (size_t i = 0; i < voters; i++) {
		struct votes *votes;
		static const char *const choices[] = {"[[1,0]]", "[[0,1]]", "[[0,0]]"};
		must(votes_read(own.election, choices[i % 3], 7, &votes, &problem), &problem);
		text_reset(&ballot);
		must(ballot_make(own.context, own.credentials[i], votes, &ballot, &problem), &problem);
		(void)secret_free(votes);
		struct archive_message message = {ballot.bytes, ballot.length};
		must(archive_writer_append(writer, EVENT_BALLOT, &message, 1, head, &problem), &problem);
	}
	must(archive_writer_sync(writer, &problem), &problem);
	(void)archive_writer_free(writer);
	(void)memory_free(list);
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/bench-ballot-XXXXXX", path[4096];
	if (argc == 4 && strcmp(argv[1], "make") == 0) {
		make_archive(argv[2], strtoul(argv[3], NULL, 10));
		return 0;
	}
	if (mkdtemp(folder) == NULL)
		return 2;
	unpack(folder, path, sizeof path);
	printf("196 voters, 11 choices and a blank (belenios-tool's archive)\n");
	(void)fflush(stdout);
	struct times tool = peer(folder);
	for (size_t i = 0; i < LANES_ENGINES; i++) {
		if (!lanes_engines[i]->present())
			continue;
		struct times one = verify_by(lanes_engines[i], path, 1), two = verify_by(lanes_engines[i], path, 2);
		if (tool.clock > 0)
			printf("     belenios-tool: %.1f times as long as one thread by the clock, %.1f times as long "
			       "as two; "
			       "processor time %.1f to 1\n",
			       tool.clock / one.clock, tool.clock / two.clock, tool.processor / one.processor);
	}
	printf("\n");
	make_ballots();
	(void)unlink(path);
	(void)rmdir(folder);
	return 0;
}
