/* tools/bench lists [--errors]
 *
 * Real lists and real questions. OFAC SDN (January 2024, with alt.csv and add.csv) and the UN consolidated list are
 * read and indexed; then people are checked with name, birth date and nationality:
 *
 *   positives_un_untreated.csv  people of the UN list as it writes them: how many are found
 *   positives_un_treated.csv    the same with misspelt, reordered and shortened names
 *   negatives_us.csv            50,000 invented US customers: how many raise a false alarm
 *
 * Found means a hit at the threshold; those whose hit is on the UN list itself are told apart, because some people have
 * left that list since the questions were made and stand on the OFAC list alone. Each set is asked a second time with
 * the name alone. --errors prints who was missed and every false alarm with the listed name that raised it. */
#include "base/csv.h"
#include "bench.h"
#include "lists/reader.h"
#include "names/country.h"
#include "watch/segment.h"
#include "watch/set.h"

#include <inttypes.h>
#include <string.h>

#define ARENA       ((size_t)64 << 20)
#define MAX_QUERIES 200000

static struct watch_set *set;
static bool print_errors;

struct reading {
	struct segment_builder *builder;
	uint64_t bad;
};

static int on_entity(void *context, const struct entity *entity, enum list_op op)
{
	struct reading *reading = context;
	return op == LIST_OP_DEL ? JISR_OK : segment_builder_put(reading->builder, entity);
}

static void on_bad(void *context, const char *path, uint64_t line, const char *reason)
{
	(void)path, (void)line, (void)reason;
	((struct reading *)context)->bad++;
}

static int load(const char *list, const char *const *names, size_t count, struct problem *problem)
{
	char paths[4][4096];
	const char *given[4];
	for (size_t i = 0; i < count; i++) {
		bench_path(paths[i], sizeof paths[i], names[i]);
		given[i] = paths[i];
	}
	struct reading reading = {0};
	struct list_summary summary = {0};
	struct list_sink sink = {.context = &reading, .entity = on_entity, .bad = on_bad};
	double start = bench_now();
	int error = segment_builder_new(&reading.builder);
	if (error == JISR_OK)
		error = list_read(given, count, &sink, &summary, problem);
	double middle = bench_now();
	struct segment *segment = NULL;
	if (error == JISR_OK)
		error = segment_builder_open(reading.builder, list, &segment);
	if (error == JISR_OK) {
		printf("%-8s %s: %u entities, %" PRIu64 " names, %" PRIu64
		       " skipped; read in %.2f s, indexed in %.2f s\n",
		       list, list_format_name(summary.format), segment_entities(segment), segment_names(segment),
		       reading.bad, middle - start, bench_now() - middle);
		error = watch_set_replace(set, list, segment);
		if (error != JISR_OK)
			segment_free(segment);
	}
	segment_builder_free(reading.builder);
	return error;
}

struct tally {
	size_t asked, hits, on_un;
	double *seconds;
};

/* Fills the query from a row; the country lives in `country`. */
static void fill_query(const struct csv_reader *reader, const struct csv_row *row, bool evidence, char country[3],
                       struct check_query *query)
{
	*query = (struct check_query){0};
	query->names[query->name_count++] = csv_row_field(row, csv_reader_column(reader, "full_name"));
	if (!evidence)
		return;
	const char *birth = csv_row_field(row, csv_reader_column(reader, "date_of_birth"));
	const char *nationality = csv_row_field(row, csv_reader_column(reader, "nationality"));
	(void)date_read(birth, strlen(birth), &query->birth);
	if (country_read(nationality, strlen(nationality), country))
		query->countries[query->country_count++] = country;
}

static void print_hit(const char *what, const struct check_query *query, const struct check_hit *hit)
{
	char birth[DATE_TEXT_MAX] = "";
	if (date_known(query->birth))
		date_write(query->birth, birth);
	printf("  %s  %s (%s, %s)", what, query->names[0], birth, query->country_count > 0 ? query->countries[0] : "");
	if (hit != NULL)
		printf("  %.3f  %s [%s %s]", hit->score, hit->matched_name != NULL ? hit->matched_name : hit->caption,
		       hit->list, hit->id);
	printf("\n");
}

static int ask(const char *file, bool positives, bool evidence, struct watch_scratch *scratch, struct arena *arena,
               struct tally *tally, struct problem *problem)
{
	char path[4096];
	struct input *input = NULL;
	CLEANUP(csv_reader_freep) struct csv_reader *reader = NULL;
	bench_path(path, sizeof path, file);
	int error = input_open(path, &input, problem);
	if (error == JISR_OK)
		error = csv_reader_new(input, &(struct csv_options){.separator = ',', .header = true}, &reader,
		                       problem);
	const struct watch_view *view = watch_view_take(set);
	struct csv_row row;
	while (error == JISR_OK && (error = csv_reader_next(reader, &row, problem)) == JISR_OK &&
	       tally->asked < MAX_QUERIES) {
		struct check_query query;
		struct check_answer answer;
		char country[3];
		if (row.bad != NULL)
			continue;
		arena_reset(arena);
		fill_query(reader, &row, evidence, country, &query);
		double start = bench_now();
		error = watch_check(view, &query, scratch, arena, &answer, problem);
		tally->seconds[tally->asked++] = bench_now() - start;
		if (error != JISR_OK)
			break;
		bool on_un = false;
		for (size_t i = 0; i < answer.count; i++)
			on_un = on_un || strcmp(answer.hits[i].list, "un") == 0;
		tally->hits += answer.count > 0;
		tally->on_un += on_un;
		if (print_errors && evidence && (answer.count > 0) != positives)
			print_hit(positives ? "missed:" : "alarm:", &query, answer.count > 0 ? &answer.hits[0] : NULL);
	}
	watch_view_release(view);
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

static int measure(const char *what, const char *file, bool positives, bool evidence, struct watch_scratch *scratch,
                   struct arena *arena, struct problem *problem)
{
	CLEANUP(memory_freep) double *seconds = memory_zero(MAX_QUERIES, sizeof *seconds);
	struct tally tally = {.seconds = seconds};
	if (seconds == NULL)
		return JISR_NO_MEMORY;
	int error = ask(file, positives, evidence, scratch, arena, &tally, problem);
	if (error != JISR_OK || tally.asked == 0)
		return error;
	printf("%-22s %-26s %5zu of %5zu  %7.3f %%  (UN list %5zu)  p50 %.0f us  p99 %.0f us\n", what,
	       evidence ? "name, birth, nationality" : "name alone", tally.hits, tally.asked,
	       100.0 * (double)tally.hits / (double)tally.asked, tally.on_un,
	       1e6 * bench_percentile(seconds, tally.asked, 0.5), 1e6 * bench_percentile(seconds, tally.asked, 0.99));
	return error;
}

static int run(struct problem *problem)
{
	static const char *const ofac[] = {"ofac-sdn-2024-01/sdn.csv", "ofac-sdn-2024-01/alt.csv",
	                                   "ofac-sdn-2024-01/add.csv"};
	static const char *const un[] = {"un-consolidated/UN_consolidated.xml"};
	static const struct {
		const char *what, *file;
		bool positives;
	} sets[] = {
		{"UN positives, clean", "screening-bench/positives_un_untreated.csv", true},
		{"UN positives, treated", "screening-bench/positives_un_treated.csv", true},
		{"false alarms", "screening-bench/negatives_us.csv", false},
	};
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int error = watch_scratch_new(&scratch);
	if (error == JISR_OK)
		error = arena_new(ARENA, &arena);
	if (error == JISR_OK)
		error = load("ofac", ofac, 3, problem);
	if (error == JISR_OK)
		error = load("un", un, 1, problem);
	printf("\n");
	for (size_t i = 0; i < 2 * (sizeof sets / sizeof *sets) && error == JISR_OK; i++)
		error = measure(sets[i / 2].what, sets[i / 2].file, sets[i / 2].positives, i % 2 == 0, scratch, arena,
		                problem);
	return error;
}

int main(int argc, char **argv)
{
	struct problem problem = {0};
	print_errors = argc > 1 && strcmp(argv[1], "--errors") == 0;
	int error = watch_set_new(&set);
	if (error == JISR_OK)
		error = run(&problem);
	set = watch_set_free(set);
	if (error == JISR_OK)
		return 0;
	fprintf(stderr, "bench lists: %s\n", problem.text[0] != '\0' ? problem.text : error_text(error));
	return 2;
}
