#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static void words_options_and_values_come_in_their_order(void **state)
{
	(void)state;
	char *argv[] = {"one", "--limit=3", "-n", "two", "--", "--json", "-"};
	struct options options;
	options_init(&options, &command_compare, 1, argv);
	assert_int_equal(options_next(&options), OPTIONS_WORD);
	assert_string_equal(options.value, "one");
	assert_int_equal(options_next(&options), OPTIONS_END);

	char *more[] = {"--data", "/x", "--json", "--", "--json", "-"};
	options_init(&options, &command_compare, 6, more);
	assert_int_equal(options_next(&options), OPTIONS_WORD);
	assert_string_equal(options.value, "--json");
	assert_string_equal(options.data, "/x");
	assert_true(options.json);
	assert_int_equal(options_next(&options), OPTIONS_WORD);
	assert_string_equal(options.value, "-");
	assert_int_equal(options_next(&options), OPTIONS_END);
}

static void what_is_only_kept_goes_to_its_place(void **state)
{
	(void)state;
	const char *schema = NULL, *first = NULL, *second = NULL;
	bool tsv = false;
	struct options options;
	char *argv[] = {"--schema=Vessel", "one", "--tsv", "two", "--schema", "Person"};
	const struct options_place places[] = {{command_compare.options[0].id, &schema},
	                                       {command_compare.options[1].id, .given = &tsv},
	                                       {OPTIONS_WORD, &first},
	                                       {OPTIONS_WORD, &second}};
	options_init(&options, &command_compare, 6, argv);
	assert_true(options_all(&options, places, 4));
	assert_string_equal(schema, "Person"); /* the last one counts */
	assert_string_equal(first, "one");
	assert_string_equal(second, "two");
	assert_true(tsv);

	/* A word, or an option, for which there is no place. */
	first = second = NULL;
	options_init(&options, &command_compare, 4, argv);
	assert_false(options_all(&options, places, 3));
	assert_int_equal(options.status, STATUS_MEND);
	options_init(&options, &command_compare, 1, argv);
	assert_false(options_all(&options, places + 1, 3));
	assert_int_equal(options.status, STATUS_MEND);
	char *unknown[] = {"--no-such"};
	options_init(&options, &command_compare, 1, unknown);
	assert_false(options_all(&options, places, 4));
	options_init(&options, &command_compare, 0, NULL);
	assert_true(options_all(&options, NULL, 0));
}

static void numbers_are_read_strictly(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool good;
		uint64_t number;
	} cases[] = {{"1", true, 1},    {"500", true, 500}, {"0007", true, 7},  {"0", false, 0},
	             {"501", false, 0}, {"", false, 0},     {" 5", false, 0},   {"5x", false, 0},
	             {"-1", false, 0},  {"1e2", false, 0},  {"0x10", false, 0}, {"18446744073709551617", false, 0}};
	struct options options;
	options_init(&options, &command_compare, 0, NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t number = 999;
		options.name = "limit";
		options.value = cases[i].text;
		assert_int_equal(options_number(&options, 1, 500, &number), cases[i].good);
		assert_int_equal(number, cases[i].good ? cases[i].number : 999);
	}
}

static void fractions_are_read_strictly(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool good;
		double number;
	} cases[] = {{"0.7", true, 0.7},   {"1", true, 1},    {".5", true, 0.5},   {"1.000", true, 1},
	             {"0.75", true, 0.75}, {"0", false, 0},   {"1.01", false, 0},  {"0,7", false, 0},
	             {"", false, 0},       {".", false, 0},   {"0.5.5", false, 0}, {"nan", false, 0},
	             {"1e-1", false, 0},   {"+0.5", false, 0}};
	struct options options;
	options_init(&options, &command_compare, 0, NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double number = 99;
		options.name = "threshold";
		options.value = cases[i].text;
		assert_int_equal(options_fraction(&options, 0.01, 1, &number), cases[i].good);
		assert_true(number > (cases[i].good ? cases[i].number : 99) - 1e-9);
		assert_true(number < (cases[i].good ? cases[i].number : 99) + 1e-9);
	}
}

/* One that went on after its help would refuse to do anything without a record, or print more. */
static void each_step_prints_its_help_and_does_nothing_else(void **state)
{
	(void)state;
	static const char last[] = "  2 something that you can mend; 3 a fault of the program.\n";
	char *argv[] = {"--help"};
	size_t steps = 0;
	FILE *kept = stdout;
	assert_int_equal(setenv("JISR_DATA", "/nowhere/at/all", 1), 0);
	for (size_t i = 0; i < command_count; i++)
		for (size_t k = 0; k < commands[i]->step_count; k++, steps++) {
			const struct command *step = commands[i]->steps[k];
			char *help = NULL;
			size_t length = 0;
			stdout = open_memstream(&help, &length);
			int status = step->run(step, 1, argv);
			(void)fclose(stdout);
			stdout = kept;
			assert_int_equal(status, STATUS_DONE);
			assert_non_null(strstr(help, step->name));
			assert_string_equal(help + length - strlen(last), last);
			free(help);
		}
	assert_true(steps > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_options_and_values_come_in_their_order),
		cmocka_unit_test(what_is_only_kept_goes_to_its_place),
		cmocka_unit_test(numbers_are_read_strictly),
		cmocka_unit_test(fractions_are_read_strictly),
		cmocka_unit_test(each_step_prints_its_help_and_does_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
