#include "base/arena.h"
#include "cli/explain.h"
#include "cli/lines.h"
#include "cli/options.h"
#include "watch/query.h"
#include "watch/report.h"

#include <string.h>

#define COMPARE_ARENA  (16 * 1024 * 1024) /* memory of one comparison */
#define SENTENCES_MOST 20                 /* bad lines told one by one */

enum { OPTION_SCHEMA = 1, OPTION_TSV };

static const struct option_spec option_table[] = {
	{OPTION_SCHEMA, 's', "schema", "SCHEMA",
         "What bears the names: Person (default), Company, Organization, LegalEntity, PublicBody, Vessel, Airplane, "
         "Vehicle."},
	{OPTION_TSV, 0, "tsv", NULL,
         "Read lines of name1 TAB name2 [TAB schema] from standard input and print one score with four decimals for "
         "each, in the same order."},
};

static int read_two(const char *query, size_t query_length, const char *listed, size_t listed_length,
                    const char *schema, struct arena *arena, struct name **ret_query, struct name **ret_listed)
{
	enum name_kind kind = name_kind_of_schema(schema);
	int error = name_read(query, query_length, kind, arena, ret_query);
	if (error == JISR_OK)
		error = name_read(listed, listed_length, kind, arena, ret_listed);
	return error;
}

/* Sets *ret_reason when the line is no pair of names; its score is then 0. */
static int score_line(char *line, size_t length, const char *schema, struct arena *arena, double *ret_score,
                      const char **ret_reason)
{
	*ret_score = 0;
	*ret_reason = NULL;
	char *second = memchr(line, '\t', length);
	if (second == NULL) {
		*ret_reason = length == 0 ? "the line is empty" : "there is no TAB between two names";
		return JISR_OK;
	}
	size_t first_length = (size_t)(second++ - line);
	size_t second_length = length - first_length - 1;
	char *third = memchr(second, '\t', second_length);
	if (third != NULL) {
		second_length = (size_t)(third++ - second);
		third[strcspn(third, "\t")] = '\0';
		if (third[0] != '\0') /* any schema of FollowTheMoney, also one that cannot be checked */
			schema = third;
	}
	struct name *query, *listed;
	int error = read_two(line, first_length, second, second_length, schema, arena, &query, &listed);
	if (error != JISR_OK)
		return error;
	if (query->count == 0 || listed->count == 0) {
		*ret_reason = query->count == 0 ? "the first name has no letter" : "the second name has no letter";
		return JISR_OK;
	}
	struct name_score score;
	name_compare(query, listed, &score);
	*ret_score = score.score;
	return JISR_OK;
}

static int run_filter(const struct command *self, const char *schema)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int error = arena_new(COMPARE_ARENA, &arena);
	if (error != JISR_OK)
		return command_fail(self, error, NULL);
	struct text line;
	text_init(&line, LINES_MAX);
	bool cut;
	unsigned long long number = 0, bad = 0;
	while (error == JISR_OK && !ferror(stdout) && lines_next(stdin, &line, &cut)) {
		double score;
		const char *reason;
		number++;
		arena_reset(arena);
		error = score_line(line.bytes, line.length, schema, arena, &score, &reason);
		if (error != JISR_OK)
			break;
		if (reason == NULL && cut)
			reason = "the line is too long and was cut";
		if (reason != NULL && ++bad <= SENTENCES_MOST)
			(void)fprintf(stderr, "jisr compare: line %llu: %s\n", number, reason);
		printf("%.4f\n", score);
	}
	text_finish(&line);
	if (error != JISR_OK)
		return command_fail(self, error, NULL);
	if (bad > SENTENCES_MOST)
		(void)fprintf(stderr, "jisr compare: %llu bad lines in all\n", bad);
	if (ferror(stdin))
		return command_refuse(self, "standard input cannot be read to its end.");
	return STATUS_DONE;
}

static int run_one(const struct command *self, const char *words[2], const char *schema, bool json)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int error = arena_new(COMPARE_ARENA, &arena);
	struct name *query = NULL, *listed = NULL;
	if (error == JISR_OK)
		error = read_two(words[0], strlen(words[0]), words[1], strlen(words[1]), schema, arena, &query,
		                 &listed);
	if (error != JISR_OK)
		return command_fail(self, error, NULL);
	if (query->count == 0 || listed->count == 0)
		return command_refuse(self, "the %s name has no letter that could be compared.",
		                      query->count == 0 ? "first" : "second");
	struct name_score score;
	name_compare(query, listed, &score);
	if (json) {
		struct text answer;
		text_init(&answer, COMPARE_ARENA);
		report_comparison(&answer, words[0], words[1], schema, query, listed, &score);
		return command_answer_text(&command_compare, &answer, STATUS_DONE);
	}
	explain_score(stdout, score.score);
	printf("  %s (score %.4f, a match begins at %.2f)\n\n", score.score >= NAME_THRESHOLD ? "a match" : "no match",
	       score.score, NAME_THRESHOLD);
	explain_parts(stdout, query, listed, &score, "name 1", "name 2");
	printf("\n   Rules: %s\n", name_rules_version());
	return STATUS_DONE;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	options_init(&options, self, argc, argv);
	const char *schema = "Person", *words[2];
	size_t count = 0;
	bool tsv = false;
	struct problem problem = {0};
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_TSV: tsv = true; break;
		case OPTION_SCHEMA:
			if (query_schema(options.value, &schema, &problem) != JISR_OK)
				return command_refuse(self, "--schema %s.", problem.text);
			break;
		default:
			if (count == 2)
				return command_refuse(self, "more than two names. Put each in quotes: jisr compare "
				                            "\"Nikola Tesla\" \"Никола Тесла\".");
			words[count++] = options.value;
		}
	}
	if (tsv && count > 0)
		return command_refuse(self, "--tsv reads the names from standard input; give none beside it.");
	if (tsv && options.json)
		return command_refuse(self, "--tsv prints scores only; it does not go with --json.");
	if (tsv)
		return run_filter(self, schema);
	if (count < 2)
		return command_refuse(self, "two names are needed: jisr compare NAME1 NAME2.");
	return run_one(self, words, schema, options.json);
}

const struct command command_compare = {
	.name = "compare",
	.usage = "NAME1 NAME2 [--schema SCHEMA] [--json]\n--tsv [--schema SCHEMA]",
	.summary = "tell the score of two names, and why",
	.about = "Compares two names in any scripts and prints the score, from 0 to 1, with the reason part by part. A "
		 "match "
		 "begins at 0.70. The first name is the one somebody shows, the second the one on a list: what is left "
		 "over costs more on the first.\n\n"
		 "With --tsv it is a filter that answers thousands of lines a second. A line that is no pair gives "
		 "0.0000 and a sentence with its number on standard error, so that lines and scores stay in step.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr compare \"Nikola Tesla\" \"Никола Тесла\"\n"
		    "  jisr compare --schema Company \"Vinča Trading Ltd\" \"Vinca Trading Limited\"\n"
		    "  cut -f1,2 pairs.tsv | jisr compare --tsv > scores\n",
	.run = run,
};
