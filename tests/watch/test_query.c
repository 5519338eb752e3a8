#include "watch/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static struct arena *arena;

static int make_arena(void **state)
{
	(void)state;
	return arena_new(1 << 20, &arena);
}

static int free_arena(void **state)
{
	(void)state;
	arena = arena_free(arena);
	return 0;
}

static void births_are_read_year_first(void **state)
{
	(void)state;
	struct check_query query = {0};
	struct problem problem = {0};
	assert_int_equal(query_birth(&query, "1971-03-14", &problem), JISR_OK);
	assert_int_equal(query.birth.from, 19710314);
	assert_int_equal(query_birth(&query, "1971-03", &problem), JISR_OK);
	assert_int_equal(query.birth.to, 19710331);
	assert_int_equal(query_birth(&query, "1971", &problem), JISR_OK);
	assert_int_equal(query.birth.from, 19710101);
}

static void a_birth_with_the_day_first_is_refused_with_the_right_form(void **state)
{
	(void)state;
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"14/03/1971", "1971-03-14"},
		{"03/14/1971", "1971-03-14"},
		{"14.3.1971", "1971-03-14"},
		{"4-3-1971", "1971-03-04"},
		{"31/02/1971", "no date"},
		{"00/00/1971", "no date"},
		{"", "no date"},
		{"1971-13-01", "no date"},
		{"14/03/71", "no date"},
		{"2999-01-01", "future"},
		{"14/03/1971x", "no date"},
		{"99/99/9999", "no date"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct check_query query = {0};
		struct problem problem = {0};
		assert_int_equal(query_birth(&query, cases[i].text, &problem), JISR_BAD_INPUT);
		if (strstr(problem.text, cases[i].said) == NULL)
			fail_msg("%s: %s", cases[i].text, problem.text);
		assert_int_equal(query.birth.from, 0);
	}
}

static void countries_are_read_once_each(void **state)
{
	(void)state;
	struct check_query query = {0};
	struct problem problem = {0};
	assert_int_equal(query_country(&query, "MAR", arena, &problem), JISR_OK);
	assert_int_equal(query_country(&query, "Morocco", arena, &problem), JISR_OK);
	assert_int_equal(query_country(&query, "fr", arena, &problem), JISR_OK);
	assert_int_equal(query.country_count, 2);
	assert_string_equal(query.countries[0], "ma");
	assert_int_equal(query_country(&query, "Atlantis", arena, &problem), JISR_BAD_INPUT);
	assert_int_equal(query.country_count, 2);
}

static void documents_keep_their_country(void **state)
{
	(void)state;
	struct check_query query = {0};
	struct problem problem = {0};
	assert_int_equal(query_document(&query, "MA:AB 123", arena, &problem), JISR_OK);
	assert_string_equal(query.documents[0].country, "ma");
	assert_string_equal(query.documents[0].number, "AB 123");
	assert_int_equal(query_document(&query, "AB123", arena, &problem), JISR_OK);
	assert_null(query.documents[1].country);
	assert_int_equal(query_document(&query, "Q9:AB123", arena, &problem), JISR_BAD_INPUT);
	assert_int_equal(query_document(&query, "MA:", arena, &problem), JISR_BAD_INPUT);
	assert_int_equal(query_document(&query, "...", arena, &problem), JISR_BAD_INPUT);
	assert_int_equal(query.document_count, 2);
	while (query.document_count < CHECK_MAX_DOCUMENTS)
		assert_int_equal(query_document(&query, "AB123", arena, &problem), JISR_OK);
	assert_int_equal(query_document(&query, "AB123", arena, &problem), JISR_TOO_LARGE);
}

static void names_are_counted_and_never_empty(void **state)
{
	(void)state;
	struct check_query query = {0};
	struct problem problem = {0};
	assert_int_equal(query_name(&query, " \t", arena, &problem), JISR_BAD_INPUT);
	for (int i = 0; i < CHECK_MAX_NAMES; i++)
		assert_int_equal(query_name(&query, "Nikola Tesla", arena, &problem), JISR_OK);
	assert_int_equal(query_name(&query, "Nikola Tesla", arena, &problem), JISR_TOO_LARGE);
	assert_int_equal(query.name_count, CHECK_MAX_NAMES);
}

static void sexes_and_schemata_in_any_case(void **state)
{
	(void)state;
	struct check_query query = {0};
	struct problem problem = {0};
	const char *schema = NULL;
	assert_int_equal(query_sex(&query, "F", &problem), JISR_OK);
	assert_int_equal(query.sex, 'f');
	assert_int_equal(query_sex(&query, "X", &problem), JISR_OK);
	assert_int_equal(query.sex, 0);
	assert_int_equal(query_sex(&query, "maybe", &problem), JISR_BAD_INPUT);
	assert_int_equal(query_schema("vessel", &schema, &problem), JISR_OK);
	assert_string_equal(schema, "Vessel");
	assert_int_equal(query_schema("Vesel", &schema, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "Vessel"));
	assert_int_equal(query_schema("Teapot", &schema, &problem), JISR_BAD_INPUT);
}

#define ZONE_1 "P<UTOKUZNEDELEV<<VIKTOR<<<<<<<<<<<<<<<<<<<<<"
#define ZONE_2 "L898902C36UTO7408122F1204159ZE184226B<<<<<10"

static void a_zone_is_read_as_lines_and_in_one_piece(void **state)
{
	(void)state;
	static const char *const zones[] = {ZONE_1 "\n" ZONE_2, ZONE_1 "\r\n" ZONE_2 "\r\n", ZONE_1 "\\n" ZONE_2,
	                                    ZONE_1 ZONE_2};
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		struct check_query query = {.sex = 'm'};
		struct problem problem = {0};
		struct mrz mrz;
		assert_int_equal(query_mrz(&query, zones[i], strlen(zones[i]), arena, &mrz, &problem), JISR_OK);
		assert_string_equal(mrz.surname, "KUZNEDELEV");
		assert_int_equal(query.name_count, 2);
		assert_int_equal(query.document_count, 1);
		assert_int_equal(query.birth.from, 19740812);
		assert_int_equal(query.sex, 'm'); /* what was said beside the zone goes before it */
	}
}

static void a_zone_that_is_none_or_does_not_fit_leaves_the_query_alone(void **state)
{
	(void)state;
	char large[QUERY_MRZ_MAX + 2];
	memset(large, '<', sizeof large);
	struct check_query query = {0}, empty = {0};
	struct problem problem = {0};
	struct mrz mrz;
	assert_int_equal(query_mrz(&query, large, sizeof large, arena, &mrz, &problem), JISR_TOO_LARGE);
	assert_non_null(strstr(problem.text, "too long"));
	assert_int_equal(query_mrz(&query, "", 0, arena, &mrz, &problem), JISR_BAD_INPUT);
	assert_int_equal(query_mrz(&query, "HELLO", 5, arena, &mrz, &problem), JISR_BAD_INPUT);
	assert_memory_equal(&query, &empty, sizeof query);
	query.name_count = CHECK_MAX_NAMES;
	assert_int_equal(query_mrz(&query, ZONE_1 ZONE_2, 88, arena, &mrz, &problem), JISR_TOO_LARGE);
	assert_non_null(strstr(problem.text, "50 names"));
	assert_int_equal(query.document_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(births_are_read_year_first),
		cmocka_unit_test(a_birth_with_the_day_first_is_refused_with_the_right_form),
		cmocka_unit_test(countries_are_read_once_each),
		cmocka_unit_test(documents_keep_their_country),
		cmocka_unit_test(names_are_counted_and_never_empty),
		cmocka_unit_test(sexes_and_schemata_in_any_case),
		cmocka_unit_test(a_zone_is_read_as_lines_and_in_one_piece),
		cmocka_unit_test(a_zone_that_is_none_or_does_not_fit_leaves_the_query_alone),
	};
	return cmocka_run_group_tests(tests, make_arena, free_arena);
}
