/* bench_ask: jisr's side of `tools/bench peers`, in process and on one thread.
 *
 *   bench_ask load PERSONS SEGMENT             reads the list and writes the indexed file
 *   bench_ask ask SEGMENT QUESTIONS ANSWERS name|all
 *
 * QUESTIONS as bench_questions writes them, with any number of right ids in the last column, separated by spaces.
 * ANSWERS gets lines "number TAB score of the best right one TAB score of the best TAB seconds TAB seconds of
 * processor", 0 where there is none. `name` asks with the name alone, `all` with birth and country too. Both commands
 * print what they took as lines "what number". */
#include "bench.h"
#include "lists/reader.h"
#include "names/country.h"
#include "watch/segment.h"
#include "watch/set.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define ARENA_LIMIT ((size_t)1 << 30)
#define MAX_ASKED   1000000
#define WARM_UP     500
#define LIMIT       10

static double processor_now(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Resident bytes, those of mapped files with them. */
static double resident(void)
{
	unsigned long all = 0, pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	if (file != NULL && fscanf(file, "%lu %lu", &all, &pages) != 2)
		pages = 0;
	if (file != NULL)
		(void)fclose(file);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static int put(void *context, const struct entity *entity, enum list_op op)
{
	(void)op;
	return segment_builder_put(context, entity);
}

static int load(const char *persons, const char *path, struct problem *problem)
{
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	double start = bench_now(), processor = processor_now();
	int error = segment_builder_new(&builder);
	struct list_sink sink = {.context = builder, .entity = put};
	struct list_summary summary = {0};
	if (error == JISR_OK)
		error = list_read(&persons, 1, &sink, &summary, problem);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		return JISR_IO;
	if (error == JISR_OK)
		error = segment_builder_write(builder, "bench", fd, problem);
	if (close(fd) != 0 && error == JISR_OK)
		error = JISR_IO;
	struct rusage usage;
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("persons %llu\nload_seconds %.2f\nload_processor %.2f\nload_bytes %.0f\n",
	       (unsigned long long)summary.records, bench_now() - start, processor_now() - processor,
	       1024.0 * (double)usage.ru_maxrss);
	return error;
}

struct question {
	const char *number, *name, *born, *country, *right;
};

/* Splits a line of QUESTIONS; the texts stay in the arena. */
static int read_question(const char *line, struct arena *arena, struct question *question)
{
	char *text = arena_text(arena, line, strcspn(line, "\n"));
	const char *fields[6];
	if (text == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < 6; i++) {
		fields[i] = text != NULL ? text : "";
		text = text != NULL ? strchr(text, '\t') : NULL;
		if (text != NULL)
			*text++ = '\0';
	}
	*question = (struct question){fields[0], fields[2], fields[3], fields[4], fields[5]};
	return JISR_OK;
}

static bool is_right(const char *right, const char *id)
{
	size_t length = strlen(id);
	for (const char *at = right; (at = strstr(at, id)) != NULL; at += length)
		if ((at == right || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

struct asking {
	struct watch_set *set;
	struct watch_scratch *scratch;
	struct arena *arena;
	bool all;
};

static int ask(struct asking *asking, const struct question *question, FILE *answers, struct problem *problem)
{
	struct check_query query = {.names = {question->name}, .name_count = 1, .limit = LIMIT};
	struct check_answer answer = {0};
	char country[3];
	arena_reset(asking->arena);
	double start = bench_now(), processor = processor_now();
	if (asking->all) {
		(void)date_read(question->born, strlen(question->born), &query.birth);
		if (country_read(question->country, strlen(question->country), country))
			query.countries[query.country_count++] = country;
	}
	const struct watch_view *view = watch_view_take(asking->set);
	int error = watch_check(view, &query, asking->scratch, asking->arena, &answer, problem);
	double spent = bench_now() - start, processor_spent = processor_now() - processor;
	double right = 0;
	for (size_t i = answer.count; i-- > 0;)
		if (is_right(question->right, answer.hits[i].id))
			right = answer.hits[i].score;
	watch_view_release(view);
	if (error == JISR_OK && answers != NULL)
		(void)fprintf(answers, "%s\t%.4f\t%.4f\t%.9f\t%.9f\n", question->number, right,
		              answer.count > 0 ? answer.hits[0].score : 0, spent, processor_spent);
	return error;
}

static int read_questions(const char *path, struct arena *arena, struct question **ret_questions, size_t *ret_count)
{
	CLEANUP(memory_freep) char *line = NULL;
	size_t size = 0, count = 0;
	struct question *questions = arena_zero(arena, MAX_ASKED, sizeof *questions);
	FILE *file = fopen(path, "r");
	int error = file == NULL ? JISR_IO : questions == NULL ? JISR_NO_MEMORY : JISR_OK;
	while (error == JISR_OK && count < MAX_ASKED && getline(&line, &size, file) > 0)
		error = read_question(line, arena, &questions[count++]);
	if (file != NULL)
		(void)fclose(file);
	*ret_questions = questions;
	*ret_count = count;
	return error;
}

static int ask_all(const char *segment_path, const char *questions_path, const char *answers_path, bool all,
                   struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *kept = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	struct question *questions = NULL;
	struct segment *segment = NULL;
	size_t count = 0;
	int error = arena_new(ARENA_LIMIT, &kept);
	if (error == JISR_OK)
		error = arena_new(ARENA_LIMIT, &arena);
	if (error == JISR_OK)
		error = watch_scratch_new(&scratch);
	if (error == JISR_OK)
		error = watch_set_new(&set);
	if (error == JISR_OK)
		error = read_questions(questions_path, kept, &questions, &count);
	double before = resident(), start = bench_now();
	if (error == JISR_OK)
		error = segment_open(segment_path, &segment, problem);
	if (error == JISR_OK)
		printf("open_seconds %.6f\n", bench_now() - start);
	if (error == JISR_OK)
		error = watch_set_replace(set, "bench", segment);
	FILE *answers = error == JISR_OK ? fopen(answers_path, "w") : NULL;
	if (error == JISR_OK && answers == NULL)
		error = JISR_IO;
	struct asking asking = {.set = set, .scratch = scratch, .arena = arena, .all = all};
	for (size_t i = 0; i < count && i < WARM_UP && error == JISR_OK; i++)
		error = ask(&asking, &questions[i], NULL, problem);
	for (size_t i = 0; i < count && error == JISR_OK; i++)
		error = ask(&asking, &questions[i], answers, problem);
	printf("ask_bytes %.0f\n", resident() - before);
	if (answers != NULL && fclose(answers) != 0 && error == JISR_OK)
		error = JISR_IO;
	return error;
}

int main(int count, char **arguments)
{
	struct problem problem = {0};
	int error = JISR_BAD_INPUT;
	if (count == 4 && strcmp(arguments[1], "load") == 0)
		error = load(arguments[2], arguments[3], &problem);
	else if (count == 6 && strcmp(arguments[1], "ask") == 0)
		error = ask_all(arguments[2], arguments[3], arguments[4], strcmp(arguments[5], "all") == 0, &problem);
	else
		(void)snprintf(problem.text, sizeof problem.text,
		               "usage: load PERSONS SEGMENT | ask SEGMENT QUESTIONS ANSWERS name|all");
	if (error == JISR_OK)
		return 0;
	(void)fprintf(stderr, "bench ask: %s\n", problem.text[0] != '\0' ? problem.text : error_text(error));
	return 3;
}
