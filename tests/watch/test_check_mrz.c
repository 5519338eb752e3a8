#include "watch/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* An invented traveller; the check digits do not matter here. */
static const char zone[] = "P<MARBENALI<<YOUSSEF<<<<<<<<<<<<<<<<<<<<<<<<\n"
			   "AB12345<<0FRA8003<<0M3001010<<<<<<<<<<<<<<00\n";

static struct mrz read_zone(const char *text)
{
	struct mrz mrz;
	assert_int_equal(mrz_read(text, strlen(text), 20261123, &mrz, NULL), JISR_OK);
	return mrz;
}

static void everything_of_a_zone_becomes_a_query(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(1 << 16, &arena), JISR_OK);
	struct mrz mrz = read_zone(zone);
	struct check_query query = {.limit = 7};
	assert_int_equal(check_query_from_mrz(&mrz, arena, &query), JISR_OK);
	assert_int_equal(query.name_count, 2);
	assert_string_equal(query.names[0], "BENALI, YOUSSEF");
	assert_string_equal(query.names[1], "YOUSSEF BENALI");
	assert_true(query.names_cut == 0);
	assert_int_equal(query.birth.from, 19800301);
	assert_int_equal(query.birth.to, 19800331);
	assert_int_equal(query.sex, 'm');
	assert_int_equal(query.country_count, 1);
	assert_string_equal(query.countries[0], "fr");
	assert_int_equal(query.document_count, 1);
	assert_string_equal(query.documents[0].country, "ma");
	assert_string_equal(query.documents[0].number, "AB12345");
	assert_int_equal(query.limit, 7);
}

static void what_the_query_knew_stays(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(1 << 16, &arena), JISR_OK);
	struct mrz mrz = read_zone(zone);
	struct check_query query = {.birth = {19800315, 19800315}, .sex = 'f', .countries = {"fr"}, .country_count = 1};
	assert_int_equal(check_query_from_mrz(&mrz, arena, &query), JISR_OK);
	assert_int_equal(query.birth.from, 19800315);
	assert_int_equal(query.sex, 'f');
	assert_int_equal(query.country_count, 1);
}

static void a_zone_of_no_country_asks_for_the_number_under_any(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(1 << 16, &arena), JISR_OK);
	struct mrz mrz = read_zone("P<UTOERIKSSON<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n"
	                           "L898902C36UTO7408122F1204159ZE184226B<<<<<10\n");
	struct check_query query = {0};
	assert_int_equal(check_query_from_mrz(&mrz, arena, &query), JISR_OK);
	assert_int_equal(query.name_count, 1);
	assert_string_equal(query.names[0], "ERIKSSON");
	assert_int_equal(query.country_count, 0);
	assert_null(query.documents[0].country);
}

static void a_full_query_and_a_full_arena_change_nothing(void **state)
{
	(void)state;
	struct mrz mrz = read_zone(zone);
	for (size_t limit = 0; limit < 60; limit += 8) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		assert_int_equal(arena_new(limit, &arena), JISR_OK);
		struct check_query query = {.limit = 3};
		int r = check_query_from_mrz(&mrz, arena, &query);
		assert_true(r == JISR_NO_MEMORY || query.document_count == 1);
		assert_true(r == JISR_OK || query.name_count == 0);
	}
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(1 << 16, &arena), JISR_OK);
	struct check_query query = {.document_count = CHECK_MAX_DOCUMENTS};
	assert_int_equal(check_query_from_mrz(&mrz, arena, &query), JISR_TOO_LARGE);
	assert_int_equal(query.name_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_of_a_zone_becomes_a_query),
		cmocka_unit_test(what_the_query_knew_stays),
		cmocka_unit_test(a_zone_of_no_country_asks_for_the_number_under_any),
		cmocka_unit_test(a_full_query_and_a_full_arena_change_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
