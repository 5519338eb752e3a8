#include "names/country.h"

#include "base/csv.h"
#include "base/memory.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void reads(const char *text, const char *code)
{
	char out[3] = "--";
	bool known = country_read(text, strlen(text), out);
	if (!known || strcmp(out, code) != 0)
		print_error("%s: %s instead of %s\n", text, out, code);
	assert_true(known);
	assert_string_equal(out, code);
}

static void is_unknown(const char *text)
{
	char out[3] = "--";
	if (country_read(text, strlen(text), out))
		print_error("%s is read as %s\n", text, out);
	assert_string_equal(out, "--");
}

static void codes_are_read_in_any_case(void **state)
{
	(void)state;
	reads("YE", "ye");
	reads("ye", "ye");
	reads("YEM", "ye");
	reads(" fra ", "fr");
	reads("UK", "gb");
	reads("gb-sct", "gb");
	is_unknown("zz");
	is_unknown("eu");
	is_unknown("");
	is_unknown("-");
}

static void codes_of_travel_documents_are_read(void **state)
{
	(void)state;
	reads("D", "de");
	reads("D<<", "de");
	reads("GBD", "gb");
	reads("GBN", "gb");
	reads("GBO", "gb");
	reads("GBP", "gb");
	reads("GBS", "gb");
	reads("RKS", "xk");
	is_unknown("UTO");
	is_unknown("XXA");
	is_unknown("UNO");
	is_unknown("EUE");
}

static void former_countries_keep_their_code(void **state)
{
	(void)state;
	reads("SUN", "su");
	reads("USSR", "su");
	reads("former Soviet Union", "su");
	reads("Yugoslavia", "yu");
	reads("CSK", "cs");
	reads("DDR", "dd");
	reads("Zaire", "cd");
	reads("Burma", "mm");
	assert_string_equal(country_name("su"), "Soviet Union");
}

static void names_are_read_in_six_languages(void **state)
{
	(void)state;
	reads("Syrie", "sy");
	reads("Alemania", "de");
	reads("العراق", "iq");
	reads("عراق", "iq");
	reads("Российская Федерация", "ru");
	reads("中国", "cn");
	reads("République islamique d'Iran", "ir");
	reads("中华人民共和国", "cn");
	reads("Türkiye", "tr");
	reads("CÔTE D’IVOIRE", "ci");
}

static void the_ways_of_lists_are_read(void **state)
{
	(void)state;
	reads("Iran, Islamic Republic of", "ir");
	reads("Iran (Islamic Republic of)", "ir");
	reads("Korea, North", "kp");
	reads("Korea, Republic of", "kr");
	reads("Congo, Democratic Republic of the", "cd");
	reads("Congo, Republic of the", "cg");
	reads("Bahamas, The", "bs");
	reads("Republic of China", "tw");
	reads("People's Republic of China", "cn");
	reads("the Democratic People's Republic of Korea", "kp");
	reads("Saint Vincent and the Grenadines", "vc");
	reads("St. Vincent & the Grenadines", "vc");
	reads("Region: Gaza", "ps");
	reads("Yemeni", "ye");
	reads("palestinian", "ps");
	reads("Niger", "ne");
	reads("Nigerian", "ng");
	is_unknown("undetermined");
	is_unknown("Republic of");
	is_unknown("None Identified");
	is_unknown("Islamic");
}

static void any_bytes_are_survived(void **state)
{
	(void)state;
	char out[3] = "--";
	static char large[100000];
	memset(large, 'a', sizeof large);
	assert_false(country_read(large, sizeof large, out));
	large[500] = ',';
	assert_false(country_read(large, sizeof large, out));
	assert_false(country_read(large + 400, 550, out));
	assert_false(country_read("\xFF\xFE", 2, out));
	assert_false(country_read("a\0b", 3, out));
	assert_false(country_read(",", 1, out));
	for (int length = 590; length < 680; length++) {
		assert_false(country_read(large, (size_t)length, out));
	}
	assert_string_equal(out, "--");
}

static void names_are_given_for_known_codes_only(void **state)
{
	(void)state;
	assert_string_equal(country_name("fr"), "France");
	assert_string_equal(country_name("xk"), "Kosovo");
	assert_null(country_name("zz"));
	assert_null(country_name("FR"));
	assert_null(country_name(""));
}

static void *read_in_a_thread(void *result)
{
	char out[3];
	bool *ret = result;
	*ret = true;
	for (int i = 0; i < 2000; i++)
		*ret = *ret && country_read("Russian Federation", 18, out) && strcmp(out, "ru") == 0;
	return NULL;
}

static void threads_read_without_locks(void **state)
{
	(void)state;
	pthread_t threads[4];
	bool right[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_in_a_thread, &right[i]), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_true(right[i]);
	}
}

/* The UN's terminology: formal and short names of every country in six languages. */
static void the_un_names_of_all_countries_are_read(void **state)
{
	(void)state;
	const char *shared = getenv("JISR_SHARED");
	char path[512];
	(void)snprintf(path, sizeof path, "%s/data/country-codes/country-codes.csv", shared == NULL ? "" : shared);
	CLEANUP(csv_reader_freep) struct csv_reader *reader = NULL;
	struct input *input = NULL;
	if (shared == NULL || input_open(path, &input, NULL) != 0) {
		print_message("country-codes.csv is not here\n");
		skip();
	}
	assert_int_equal(csv_reader_new(input, &(struct csv_options){.header = true}, &reader, NULL), 0);
	int code = csv_reader_column(reader, "ISO3166-1-Alpha-2"), names = 0, unread = 0;
	static const char *const columns[] = {"UNTERM English Short",  "UNTERM English Formal", "UNTERM French Short",
	                                      "UNTERM French Formal",  "UNTERM Spanish Short",  "UNTERM Spanish Formal",
	                                      "UNTERM Russian Short",  "UNTERM Russian Formal", "UNTERM Chinese Short",
	                                      "UNTERM Chinese Formal", "UNTERM Arabic Short",   "UNTERM Arabic Formal",
	                                      "official_name_en",      "ISO3166-1-Alpha-3"};
	struct csv_row row;
	while (csv_reader_next(reader, &row, NULL) == 0) {
		for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
			const char *name = csv_row_field(&row, csv_reader_column(reader, columns[i])),
				   *is = csv_row_field(&row, code);
			char out[3] = "--";
			if (name[0] == '\0' || strchr(name, ';') != NULL || strlen(is) != 2)
				continue;
			names++;
			if (!country_read(name, strlen(name), out) || out[0] != (is[0] | 0x20) ||
			    out[1] != (is[1] | 0x20))
				unread++;
		}
	}
	assert_true(names > 2000);
	assert_true(unread <= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_read_in_any_case),
		cmocka_unit_test(codes_of_travel_documents_are_read),
		cmocka_unit_test(former_countries_keep_their_code),
		cmocka_unit_test(names_are_read_in_six_languages),
		cmocka_unit_test(the_ways_of_lists_are_read),
		cmocka_unit_test(any_bytes_are_survived),
		cmocka_unit_test(names_are_given_for_known_codes_only),
		cmocka_unit_test(threads_read_without_locks),
		cmocka_unit_test(the_un_names_of_all_countries_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
