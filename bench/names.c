/* tools/bench names [--errors] [PAIRS.csv]
 *
 * Precision, recall and F1 of name_compare at the threshold on labelled pairs, beside the scores of logic-v2
 * (nomenklatura's algorithm, the one behind OpenSanctions) that the file holds for the same pairs. PAIRS.csv
 * (../shared/data/name-pairs/pairs.csv) has the columns schema, name1, name2, is_match, case_group, logic_v2_score.
 * name1 is what somebody shows, name2 what a list holds. --errors prints every pair that jisr judges wrongly. */
#include "base/csv.h"
#include "bench.h"
#include "names/compare.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define MAX_PAIRS  100000
#define MAX_GROUPS 40
#define ARENA      ((size_t)4 << 20)

struct pair {
	bool match;
	bool person;
	size_t group;
	double jisr, peer;
	char *text; /* for --errors */
};

static struct pair *pairs;
static size_t pair_count;
static char groups[MAX_GROUPS][64];
static size_t group_count;
static double read_seconds, compare_seconds;

static size_t group_of(const char *name)
{
	for (size_t i = 0; i < group_count; i++)
		if (strcmp(groups[i], name) == 0)
			return i;
	if (group_count == MAX_GROUPS)
		return MAX_GROUPS - 1;
	(void)snprintf(groups[group_count], sizeof groups[0], "%s", name);
	return group_count++;
}

static int score_pair(const char *schema, const char *first, const char *second, struct arena *arena,
                      struct name_score *ret_score)
{
	struct name *query, *listed;
	enum name_kind kind = name_kind_of_schema(schema);
	arena_reset(arena);
	int error = name_read(first, strlen(first), kind, arena, &query); /* opens what ICU opens once */
	double start = bench_now();
	if (error == JISR_OK)
		error = name_read(first, strlen(first), kind, arena, &query);
	if (error == JISR_OK)
		error = name_read(second, strlen(second), kind, arena, &listed);
	double middle = bench_now();
	if (error != JISR_OK)
		return error;
	name_compare(query, listed, ret_score);
	read_seconds += middle - start;
	compare_seconds += bench_now() - middle;
	return JISR_OK;
}

static int read_pairs(struct csv_reader *reader, struct arena *arena, struct problem *problem)
{
	int schema = csv_reader_column(reader, "schema"), first = csv_reader_column(reader, "name1");
	int second = csv_reader_column(reader, "name2"), match = csv_reader_column(reader, "is_match");
	int group = csv_reader_column(reader, "case_group"), peer = csv_reader_column(reader, "logic_v2_score");
	if (first < 0 || second < 0 || match < 0)
		return problem_set(problem, JISR_BAD_INPUT, "no columns name1, name2, is_match");
	struct csv_row row;
	int error;
	while ((error = csv_reader_next(reader, &row, problem)) == JISR_OK && pair_count < MAX_PAIRS) {
		struct pair *pair = &pairs[pair_count];
		const char *kind = schema < 0 ? "Person" : csv_row_field(&row, schema);
		const char *label = csv_row_field(&row, match);
		struct name_score score;
		if (row.bad != NULL)
			continue;
		error = score_pair(kind, csv_row_field(&row, first), csv_row_field(&row, second), arena, &score);
		if (error != JISR_OK)
			return error;
		pair->match = label[0] == 't' || label[0] == 'T' || label[0] == '1';
		pair->person = strcmp(kind, "Person") == 0;
		pair->group = group_of(csv_row_field(&row, group));
		pair->jisr = score.score;
		pair->peer = peer < 0 ? -1 : strtod(csv_row_field(&row, peer), NULL);
		char text[2048];
		(void)snprintf(text, sizeof text, "%-12s %s | %s", kind, csv_row_field(&row, first),
		               csv_row_field(&row, second));
		pair->text = memory_text(text, strlen(text));
		pair_count++;
	}
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

struct figures {
	size_t right, alarms, missed, count;
};

static double f1(const struct figures *figures)
{
	double wrong = (double)(figures->alarms + figures->missed);
	return figures->right == 0 ? 0 : 2.0 * (double)figures->right / (2.0 * (double)figures->right + wrong);
}

static struct figures judge(double threshold, bool persons_only, size_t group, bool peer)
{
	struct figures figures = {0};
	for (size_t i = 0; i < pair_count; i++) {
		const struct pair *pair = &pairs[i];
		if ((persons_only && !pair->person) || (group != SIZE_MAX && pair->group != group))
			continue;
		bool said = (peer ? pair->peer : pair->jisr) >= threshold;
		figures.count++;
		figures.right += said && pair->match;
		figures.alarms += said && !pair->match;
		figures.missed += !said && pair->match;
	}
	return figures;
}

static void print_line(const char *what, const char *who, const struct figures *figures)
{
	size_t said = figures->right + figures->alarms, true_pairs = figures->right + figures->missed;
	printf("%-24s %-9s %6zu %10.3f %7.3f %6.3f %7zu %7zu\n", what, who, figures->count,
	       said == 0 ? 0 : (double)figures->right / (double)said,
	       true_pairs == 0 ? 0 : (double)figures->right / (double)true_pairs, f1(figures), figures->alarms,
	       figures->missed);
}

static void print_both(const char *what, bool persons_only, size_t group)
{
	struct figures ours = judge(NAME_THRESHOLD, persons_only, group, false);
	struct figures theirs = judge(NAME_THRESHOLD, persons_only, group, true);
	print_line(what, "jisr", &ours);
	if (pair_count > 0 && pairs[0].peer >= 0)
		print_line("", "logic-v2", &theirs);
}

static void print_report(void)
{
	printf("%-24s %-9s %6s %10s %7s %6s %7s %7s\n", "threshold 0.70", "", "pairs", "precision", "recall", "F1",
	       "alarms", "missed");
	print_both("all", false, SIZE_MAX);
	print_both("persons", true, SIZE_MAX);
	for (size_t i = 0; i < group_count; i++)
		print_both(groups[i][0] != '\0' ? groups[i] : "(no group)", false, i);
	double best = 0, at = 0;
	for (int step = 30; step < 100; step++) {
		struct figures figures = judge(step / 100.0, false, SIZE_MAX, false);
		if (f1(&figures) > best) {
			best = f1(&figures);
			at = step / 100.0;
		}
	}
	printf("\nbest F1 of jisr at any threshold: %.3f at %.2f\n", best, at);
	printf("reading two names %.1f us, comparing them %.1f us (mean of %zu pairs)\n",
	       1e6 * read_seconds / (double)pair_count, 1e6 * compare_seconds / (double)pair_count, pair_count);
}

static void print_errors(void)
{
	for (int missed = 0; missed < 2; missed++) {
		printf("\n%s\n", missed ? "missed (true pairs under the threshold)" : "false alarms");
		for (size_t i = 0; i < pair_count; i++) {
			const struct pair *pair = &pairs[i];
			bool said = pair->jisr >= NAME_THRESHOLD;
			if (said != pair->match && pair->match == (bool)missed)
				printf("%.3f  (logic-v2 %.3f)  %-16s %s\n", pair->jisr, pair->peer, groups[pair->group],
				       pair->text);
		}
	}
}

int main(int argc, char **argv)
{
	char path[4096];
	bool errors = argc > 1 && strcmp(argv[1], "--errors") == 0;
	bench_path(path, sizeof path, "name-pairs/pairs.csv");
	if (argc > 1 + errors)
		(void)snprintf(path, sizeof path, "%s", argv[1 + errors]);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(csv_reader_freep) struct csv_reader *reader = NULL;
	CLEANUP(memory_freep) struct pair *room = memory_zero(MAX_PAIRS, sizeof *room);
	struct input *input = NULL;
	struct problem problem = {0};
	pairs = room;
	int error = room == NULL ? JISR_NO_MEMORY : arena_new(ARENA, &arena);
	if (error == JISR_OK)
		error = input_open(path, &input, &problem);
	if (error == JISR_OK)
		error = csv_reader_new(input, &(struct csv_options){.separator = ',', .header = true}, &reader,
		                       &problem);
	if (error == JISR_OK)
		error = read_pairs(reader, arena, &problem);
	if (error != JISR_OK || pair_count == 0) {
		fprintf(stderr, "bench names: %s: %s\n", path,
		        problem.text[0] != '\0' ? problem.text : error_text(error));
		return 2;
	}
	printf("%s: %zu pairs, rules %s\n\n", path, pair_count, name_rules_version());
	print_report();
	if (errors)
		print_errors();
	for (size_t i = 0; i < pair_count; i++)
		memory_free(pairs[i].text);
	return 0;
}
