/* Checks every row of a CSV file. Rows are read in blocks; the threads take the rows of a block one by one, and when
 * all are answered the answers are written in the order of the file. So memory does not grow with the file. */
#include "base/clock.h"
#include "cli/accessed.h"
#include "cli/batch_row.h"
#include "cli/lines.h"
#include "cli/loaded.h"
#include "cli/print.h"
#include "cli/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_ROWS     512
#define BLOCK_ARENA    (256 * 1024 * 1024) /* values of one block of rows */
#define ROW_ARENA      (256 * 1024 * 1024) /* memory of one check */
#define THREADS_MOST   256
#define SENTENCES_MOST 50 /* rows told one by one without --verbose */

enum {
	OPTION_OUT = 1,
	OPTION_THREADS,
	OPTION_LIMIT,
	OPTION_THRESHOLD,
	OPTION_VERBOSE,
	OPTION_CALLER,
	OPTION_SHOW,
	OPTION_PURPOSE
};

static const struct option_spec option_table[] = {
	{OPTION_OUT, 'o', "out", "FILE",
         "Write the hits to this file; it appears whole or not at all. Without it they go to standard output."},
	{OPTION_THREADS, 'j', "threads", "N", "Check N rows at once (as many as there are cores when not given)."},
	{OPTION_LIMIT, 'l', "limit", "N", "At most N hits a row (5 when not given, 500 at most)."},
	{OPTION_THRESHOLD, 't', "threshold", "SCORE", "The score from which it is a hit (0.70 when not given)."},
	{OPTION_CALLER, 0, "caller", "NAME",
         "Leave out pairs that this caller called different at /api/v1/decisions, until either side changes. The id "
         "of a row is the reference of the decision."},
	{OPTION_SHOW, 0, "show-hidden", NULL, "With --caller: show them all the same, and say what was decided."},
	ACCESSED_OPTION(OPTION_PURPOSE),
	{OPTION_VERBOSE, 'v', "verbose", NULL, "Tell every row with a problem, not only the first 50."},
};

struct batch {
	const struct command *self;
	const char *path;
	const char *out; /* NULL: standard output */
	size_t threads;
	bool verbose;
	struct batch_asking asking;
	const char *purpose; /* for the access log; NULL: none stated */
	struct accessed accessed;
	struct loaded loaded;
	FILE *to;
	uint64_t rows, rows_hit, hits, hidden, rows_unread, rows_told;
};

/* What one thread keeps from row to row. */
struct worker {
	struct block *block;
	struct watch_scratch *scratch;
	struct arena *arena;
	pthread_t thread;
};

struct block {
	struct batch *batch;
	struct arena *arena;
	struct batch_row rows[BLOCK_ROWS];
	size_t count;
	atomic_size_t next;
	struct worker *workers;
	size_t worker_count;
};

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct block *block = worker->block;
	size_t index;
	while ((index = atomic_fetch_add(&block->next, 1)) < block->count && !stop_wanted())
		block->rows[index].error =
			batch_row_check(&block->batch->asking, &block->rows[index], worker->scratch, worker->arena);
	return NULL;
}

/* Checks the rows of the block with all threads; one that cannot be started leaves its share to the others. */
static void check_block(struct block *block)
{
	bool running[THREADS_MOST] = {false};
	atomic_store(&block->next, 0);
	for (size_t i = 1; i < block->worker_count && i < block->count; i++)
		running[i] = pthread_create(&block->workers[i].thread, NULL, work, &block->workers[i]) == 0;
	(void)work(&block->workers[0]);
	for (size_t i = 1; i < block->worker_count; i++)
		if (running[i])
			(void)pthread_join(block->workers[i].thread, NULL);
}

static int write_block(struct block *block)
{
	struct batch *batch = block->batch;
	int error = JISR_OK;
	for (size_t i = 0; i < block->count; i++) {
		struct batch_row *row = &block->rows[i];
		batch->rows++;
		batch->hits += row->hits;
		batch->hidden += row->hidden;
		batch->rows_hit += row->hits > 0;
		batch->rows_unread += row->unread;
		if (error == JISR_OK)
			error = row->error != JISR_OK ? row->error : row->answer.error;
		(void)fwrite(row->answer.bytes, 1, row->answer.length, batch->to);
		if (row->notes.length > 0 && (++batch->rows_told <= SENTENCES_MOST || batch->verbose)) {
			fprintf(stderr, "%s:%llu: ", batch->path, (unsigned long long)row->cells.line);
			print_value(stderr, row->notes.bytes);
			fputc('\n', stderr);
		}
		batch_row_reset(row);
	}
	block->count = 0;
	arena_reset(block->arena);
	return error;
}

static struct block *block_free(struct block *block)
{
	if (block == NULL)
		return NULL;
	for (size_t i = 0; i < BLOCK_ROWS; i++)
		batch_row_finish(&block->rows[i]);
	for (size_t i = 0; block->workers != NULL && i < block->worker_count; i++) {
		watch_scratch_free(block->workers[i].scratch);
		arena_free(block->workers[i].arena);
	}
	memory_free(block->workers);
	arena_free(block->arena);
	return memory_free(block);
}
MEMORY_DEFINE_FREEP(struct block, block_free)

static int block_new(struct batch *batch, struct block **ret_block)
{
	CLEANUP(block_freep) struct block *block = memory_zero(1, sizeof *block);
	if (block == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < BLOCK_ROWS; i++)
		batch_row_init(&block->rows[i]);
	block->batch = batch;
	block->workers = memory_zero(batch->threads, sizeof *block->workers);
	if (block->workers == NULL)
		return JISR_NO_MEMORY;
	block->worker_count = batch->threads;
	int error = arena_new(BLOCK_ARENA, &block->arena);
	for (size_t i = 0; error == JISR_OK && i < batch->threads; i++) {
		block->workers[i].block = block;
		error = arena_new(ROW_ARENA, &block->workers[i].arena);
		if (error == JISR_OK)
			error = watch_scratch_new(&block->workers[i].scratch);
	}
	if (error != JISR_OK)
		return error;
	*ret_block = block;
	block = NULL;
	return JISR_OK;
}

static void show_progress(const struct batch *batch, struct progress *progress, const struct sheet *sheet,
                          uint64_t total)
{
	char rows[PRINT_COUNT_MAX], hits[PRINT_COUNT_MAX], text[120];
	if (!progress->on)
		return;
	(void)snprintf(text, sizeof text, "%s rows, %s with hits", print_count(batch->rows, rows),
	               print_count(batch->rows_hit, hits));
	progress_show(progress, sheet_position(sheet), total, text);
}

static int check_all(struct batch *batch, struct sheet *sheet, uint64_t total, struct problem *problem)
{
	CLEANUP(block_freep) struct block *block = NULL;
	int error = block_new(batch, &block);
	if (error != JISR_OK)
		return error;
	struct progress progress;
	progress_init(&progress, "checking");
	int reading = JISR_OK;
	while (error == JISR_OK && reading == JISR_OK && !stop_wanted() && !ferror(batch->to)) {
		while (block->count < BLOCK_ROWS && reading == JISR_OK) {
			reading = sheet_next(sheet, block->arena, &block->rows[block->count].cells, problem);
			block->count += reading == JISR_OK;
			if (arena_used(block->arena) > BLOCK_ARENA / 2)
				break;
		}
		check_block(block);
		progress_finish(&progress);
		if (!stop_wanted())
			error = write_block(block);
		show_progress(batch, &progress, sheet, total);
	}
	progress_finish(&progress);
	if (error == JISR_OK && reading != JISR_NOT_FOUND)
		error = reading;
	return error;
}

static void print_summary(const struct batch *batch, double seconds)
{
	char rows[PRINT_COUNT_MAX], with[PRINT_COUNT_MAX], hits[PRINT_COUNT_MAX], unread[PRINT_COUNT_MAX];
	if (batch->rows_told > SENTENCES_MOST && !batch->verbose)
		fprintf(stderr, "... and %s more rows with problems; --verbose tells all\n",
		        print_count(batch->rows_told - SENTENCES_MOST, rows));
	if (batch->asking.caller != NULL)
		fprintf(stderr, "%s hits left out because of decisions of %s\n", print_count(batch->hidden, hits),
		        batch->asking.caller);
	fprintf(stderr, "%s rows checked, %s with hits, %s hits, %s rows not checked; %.1f s, %.0f rows a second\n",
	        print_count(batch->rows - batch->rows_unread, rows), print_count(batch->rows_hit, with),
	        print_count(batch->hits, hits), print_count(batch->rows_unread, unread), seconds,
	        seconds > 0 ? (double)batch->rows / seconds : 0);
}

/* Opens what the answers are written to: a new file beside --out, or standard output. */
static int open_out(struct batch *batch, FILE *from, char *temporary, size_t size, struct problem *problem)
{
	struct stat in, out;
	if (batch->out == NULL) {
		batch->to = stdout;
		return JISR_OK;
	}
	if (stat(batch->out, &out) == 0) {
		if (S_ISDIR(out.st_mode))
			return problem_set(problem, JISR_IO, "--out %s is a directory", batch->out);
		if (fstat(fileno(from), &in) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			return problem_set(problem, JISR_IO, "--out %s is the file that is read; name another one",
			                   batch->out);
	}
	int length = snprintf(temporary, size, "%s.%ld.part", batch->out, (long)getpid());
	if (length < 0 || (size_t)length >= size) {
		temporary[0] = '\0';
		return problem_set(problem, JISR_TOO_LARGE, "the path of --out is too long");
	}
	batch->to = fopen(temporary, "wxe");
	if (batch->to == NULL) {
		int number = errno;
		temporary[0] = '\0';
		return problem_set(problem, JISR_IO, "--out %s cannot be written: %s", batch->out, strerror(number));
	}
	return JISR_OK;
}

/* Makes the file durable and gives it its name; or takes it away. */
static int close_out(struct batch *batch, const char *temporary, bool keep, struct problem *problem)
{
	if (batch->to == NULL || batch->to == stdout)
		return JISR_OK;
	errno = 0;
	bool good = fflush(batch->to) == 0 && !ferror(batch->to) && fsync(fileno(batch->to)) == 0;
	int number = errno;
	if (fclose(batch->to) != 0 && good) {
		good = false;
		number = errno;
	}
	batch->to = NULL;
	if (good && keep && rename(temporary, batch->out) != 0) {
		good = false;
		number = errno;
	}
	if (!good || !keep)
		(void)unlink(temporary);
	if (!good && keep)
		return problem_set(problem, JISR_IO, "--out %s cannot be written: %s", batch->out, strerror(number));
	return JISR_OK;
}

/* Two lines: before the first answer is written, and at the end. NULL: how many rows and hits there were. */
static int write_down(struct batch *batch, const char *result)
{
	char what[ACCESS_MAX_TEXT], counts[80];
	(void)snprintf(what, sizeof what, "jisr batch %.1900s", batch->path);
	(void)snprintf(counts, sizeof counts, "%llu rows, %llu hits", (unsigned long long)batch->rows,
	               (unsigned long long)batch->hits);
	return accessed_write(&batch->accessed, batch->self, "check", what, result != NULL ? result : counts);
}

static int run_batch(struct batch *batch, FILE *from)
{
	CLEANUP(sheet_freep) struct sheet *sheet = NULL;
	struct problem problem = {0};
	char temporary[LOADED_PATH_MAX] = "";
	int64_t started = clock_milliseconds();
	int error = sheet_new(from, batch_columns, &sheet, &problem);
	if (error != JISR_OK) {
		problem_prefix(&problem, batch->path);
		return command_fail(batch->self, error, &problem);
	}
	if (!sheet_has(sheet, COLUMN_NAME) && !sheet_has(sheet, COLUMN_FAMILY) && !sheet_has(sheet, COLUMN_GIVEN) &&
	    !sheet_has(sheet, COLUMN_DOCUMENT))
		return command_refuse(batch->self,
		                      "%s: the first row names no column that could be checked. It needs a header with "
		                      "name or document; id, birthDate, nationality and sex may stand beside it.",
		                      batch->path);
	error = open_out(batch, from, temporary, sizeof temporary, &problem);
	if (error != JISR_OK)
		return command_fail(batch->self, error, &problem);
	struct stat status;
	uint64_t total = fstat(fileno(from), &status) == 0 && S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
	if (write_down(batch, "begun") != STATUS_DONE) {
		(void)close_out(batch, temporary, false, NULL);
		return STATUS_MEND;
	}
	if (!batch->asking.json)
		fputs(batch->asking.caller != NULL ? BATCH_DECIDED : BATCH_HEADER, batch->to);
	error = check_all(batch, sheet, total, &problem);
	if (write_down(batch, stop_wanted() ? "stopped" : NULL) != STATUS_DONE) {
		(void)close_out(batch, temporary, false, NULL);
		return STATUS_MEND;
	}
	bool whole = error == JISR_OK && !stop_wanted();
	struct problem closing = {0};
	int closed = close_out(batch, temporary, whole, &closing);
	if (stop_wanted())
		return command_refuse(batch->self, "stopped%s.",
		                      batch->out != NULL ? "; the file of --out is as it was" : "");
	if (error != JISR_OK) {
		problem_prefix(&problem, batch->path);
		return command_fail(batch->self, error, &problem);
	}
	if (closed != JISR_OK)
		return command_fail(batch->self, closed, &closing);
	print_summary(batch, (double)(clock_milliseconds() - started) / 1000);
	if (batch->hits > 0)
		return STATUS_FOUND;
	return batch->rows_unread > 0 ? STATUS_MEND : STATUS_DONE;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	options_init(&options, self, argc, argv);
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct batch batch = {.self = self,
	                      .threads = cores < 1              ? 1
	                                 : cores > THREADS_MOST ? THREADS_MOST
	                                                        : (size_t)cores};
	uint64_t number;
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OUT: batch.out = strcmp(options.value, "-") == 0 ? NULL : options.value; break;
		case OPTION_VERBOSE: batch.verbose = true; break;
		case OPTION_CALLER: batch.asking.caller = options.value; break;
		case OPTION_SHOW: batch.asking.show_hidden = true; break;
		case OPTION_PURPOSE: batch.purpose = options.value; break;
		case OPTION_THREADS:
			if (!options_number(&options, 1, THREADS_MOST, &number))
				return options.status;
			batch.threads = (size_t)number;
			break;
		case OPTION_LIMIT:
			if (!options_number(&options, 1, CHECK_MAX_LIMIT, &number))
				return options.status;
			batch.asking.limit = (size_t)number;
			break;
		case OPTION_THRESHOLD:
			if (!options_fraction(&options, 0.01, 1, &batch.asking.threshold))
				return options.status;
			break;
		default:
			if (batch.path != NULL)
				return command_refuse(self, "one file at a time.");
			batch.path = options.value;
		}
	}
	batch.asking.json = options.json;
	if (batch.path == NULL)
		return command_refuse(self,
		                      "which file? As in jisr batch customers.csv --out hits.csv, or - for standard "
		                      "input.");
	if (batch.asking.show_hidden && batch.asking.caller == NULL)
		return command_refuse(self, "--show-hidden needs --caller: whose decisions?");
	struct problem problem = {0};
	FILE *from = lines_open(batch.path, &problem);
	if (from == NULL)
		return command_fail(self, JISR_IO, &problem);
	int status = loaded_open(&batch.loaded, &options);
	if (status == STATUS_DONE)
		status = accessed_open(&batch.accessed, self, batch.loaded.directory, batch.purpose);
	if (status == STATUS_DONE && batch.asking.caller != NULL) {
		int error = decisions_open(batch.loaded.directory, true, &batch.asking.decisions, &problem);
		status = error != JISR_OK ? command_fail(self, error, &problem) : STATUS_DONE;
	}
	if (status == STATUS_DONE) {
		batch.asking.view = batch.loaded.view;
		batch.asking.lists = (struct lists){.view = batch.loaded.view,
		                                    .list = catalogue_at(batch.loaded.catalogue, 0),
		                                    .count = catalogue_count(batch.loaded.catalogue)};
		stop_hold();
		status = run_batch(&batch, from);
	}
	accessed_finish(&batch.accessed);
	decisions_close(batch.asking.decisions);
	loaded_finish(&batch.loaded);
	lines_close(from);
	stop_obey();
	return status;
}

const struct command command_batch = {
	.name = "batch",
	.usage = "FILE.csv [--out FILE] [OPTION]...",
	.summary = "check every row of a CSV file",
	.about = "Checks every row of a CSV file and writes a CSV row a hit: id, entity, caption, list, score, matched "
		 "name. "
		 "Columns are known by the names in the first row: id, name, birthDate, nationality, sex, document, "
		 "schema, "
		 "and what files usually call them (full_name, first_name, last_name, date_of_birth, dob, gender, "
		 "passport_number, ...). Several values of one cell stand between semicolons. - is standard input.\n\n"
		 "A value that cannot be read is told with its line, and the row is checked without it; a row with "
		 "neither "
		 "name nor document is told and not checked. With --caller a seventh column tells what was decided "
		 "before. The hits come in the order of the file, whatever the "
		 "number "
		 "of threads. The exit status is 1 when there is a hit; without one it is 2 when a row could not be "
		 "checked, else 0. With --json it prints one object a line for every row that was checked.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr batch customers.csv --out hits.csv\n"
		    "  zcat passengers.csv.gz | jisr batch - --threshold 0.8 > hits.csv\n",
	.run = run,
};
