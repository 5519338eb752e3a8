#include "notices/public.h"

#include "base/json.h"
#include "notice_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

#define BASE "http://127.0.0.1:8470"

static cJSON *parse(const char *text)
{
	cJSON *json = NULL;
	assert_int_equal(json_read(text, strlen(text), &json, NULL), JISR_OK);
	return json;
}

static struct public_set *sample_set(void)
{
	struct public_set *set;
	static const char *const samples[][2] = {
		{"2026/99901", SAMPLE_RED}, {"2026/99902", SAMPLE_YELLOW}, {"2026/99903", SAMPLE_UN}};
	assert_int_equal(public_set_new(&set), JISR_OK);
	for (size_t i = 0; i < 3; i++) {
		cJSON *json = parse(samples[i][1]);
		assert_int_equal(public_set_add(set, samples[i][0], json), JISR_OK);
		json_free(json);
	}
	return set;
}

static cJSON *ask(const struct public_set *set, unsigned kinds, const char *path, const struct public_pair *pairs,
                  size_t count, size_t cap)
{
	struct public_question question = {kinds, path, BASE, pairs, count, cap, {20261126, 20261126}};
	struct text text;
	text_init(&text, 1 << 22);
	assert_int_equal(public_list(set, &question, &text), JISR_OK);
	cJSON *json = parse(text.bytes);
	text_finish(&text);
	return json;
}

static void the_bytes_are_those_of_the_service(void **state)
{
	(void)state;
	struct public_set *set = sample_set();
	struct public_question question = {PUBLIC_RED, "red", BASE, NULL, 0, 160, {20261126, 20261126}};
	struct text text;
	text_init(&text, 1 << 20);
	assert_int_equal(public_list(set, &question, &text), JISR_OK);
	assert_string_equal(text.bytes,
	                    "{\"total\":1,\"query\":{\"page\":1,\"resultPerPage\":20},\"_embedded\":{\"notices\":[{"
	                    "\"date_of_birth\":"
	                    "\"1984/02/29\",\"nationalities\":[\"MA\",\"FR\"],\"entity_id\":\"2026/"
	                    "99901\",\"forename\":\"Salma\",\"name\":"
	                    "\"BENRAHHOU\",\"_links\":{\"self\":{\"href\":\"" BASE
	                    "/notices/v1/red/2026-99901\"},\"images\":{\"href\":\"" BASE
	                    "/notices/v1/red/2026-99901/images\"},\"thumbnail\":{\"href\":\"" BASE
	                    "/notices/v1/red/2026-99901/images/11122867\"}}}]},\"_links\":{\"self\":{\"href\":\"" BASE
	                    "/notices/v1/red?resultPerPage=20&page=1\"},\"first\":{\"href\":\"" BASE
	                    "/notices/v1/red?resultPerPage=20&page=1\"},\"last\":{\"href\":\"" BASE
	                    "/notices/v1/red?resultPerPage=20&page=1\"}}}");
	text_reset(&text);
	assert_int_equal(public_detail(set, &question, "2026-99901", &text), JISR_OK);
	assert_string_equal(text.bytes,
	                    "{\"arrest_warrants\":[{\"charge\":\"1. Fraud\\r\\n2. "
	                    "Forgery\",\"issuing_country_id\":\"MA\",\"charge_translation\":"
	                    "null}],\"entity_id\":\"2026/99901\",\"date_of_birth\":\"1984/02/"
	                    "29\",\"distinguishing_marks\":\"scar on the left "
	                    "hand\",\"weight\":61.5,\"nationalities\":[\"MA\",\"FR\"],\"eyes_colors_id\":[\"BROH\"],"
	                    "\"sex_id\":\"F\",\"place_of_"
	                    "birth\":\"Nowhere\",\"forename\":\"Salma\",\"country_of_birth_id\":\"MA\",\"hairs_id\":["
	                    "\"BLA\"],\"name\":"
	                    "\"BENRAHHOU\",\"languages_spoken_ids\":[\"ARA\",\"FRE\"],\"height\":1.68,\"_embedded\":{"
	                    "\"links\":[]},\"_links\":{"
	                    "\"self\":{\"href\":\"" BASE "/notices/v1/red/2026-99901\"},\"images\":{\"href\":\"" BASE
	                    "/notices/v1/red/2026-99901/images\"},\"thumbnail\":{\"href\":\"" BASE
	                    "/notices/v1/red/2026-99901/images/11122867\"}}}");
	text_reset(&text);
	assert_int_equal(public_images(set, &question, "2026-99901", &text), JISR_OK);
	cJSON *images = parse(text.bytes);
	assert_int_equal(cJSON_GetArraySize(json_get(json_get(images, "_embedded"), "images")), 2);
	assert_string_equal(json_get_text(json_get(json_get(images, "_links"), "self"), "href"),
	                    BASE "/notices/v1/red/2026-99901/images");
	assert_string_equal(json_get_text(json_get(json_get(images, "_links"), "notice"), "href"),
	                    BASE "/notices/v1/red/2026-99901");
	const cJSON *image;
	size_t index = 0;
	cJSON_ArrayForEach(image, json_get(json_get(images, "_embedded"), "images"))
	{
		const char *hash;
		assert_int_equal(
			public_picture(set, &question, "2026-99901", json_get_text(image, "picture_id"), &hash),
			JISR_OK);
		assert_memory_equal(hash, index++ == 0 ? SAMPLE_HASH : SAMPLE_HASH2, 64);
	}
	json_free(images);
	const char *hash;
	assert_int_equal(public_picture(set, &question, "2026-99901", "1", &hash), JISR_NOT_FOUND);
	static const char *const unknown[] = {"2026-99902", "2026-9990", "2026-999010", "2026/99901", "", "x"};
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		assert_int_equal(public_detail(set, &question, unknown[i], &text), JISR_NOT_FOUND);
	text_finish(&text);
	public_set_free(set);
}

static void expect_keys(const cJSON *object, const char *const *keys, size_t count)
{
	assert_int_equal(cJSON_GetArraySize(object), count);
	for (size_t i = 0; i < count; i++)
		if (json_get(object, keys[i]) == NULL)
			fail_msg("no %s", keys[i]);
}

static void details_have_all_keys_and_no_other(void **state)
{
	(void)state;
	static const char *const yellow[] = {"entity_id",
	                                     "date_of_birth",
	                                     "distinguishing_marks",
	                                     "weight",
	                                     "nationalities",
	                                     "eyes_colors_id",
	                                     "sex_id",
	                                     "place_of_birth",
	                                     "forename",
	                                     "name",
	                                     "hairs_id",
	                                     "country_of_birth_id",
	                                     "height",
	                                     "languages_spoken_ids",
	                                     "birth_name",
	                                     "place",
	                                     "date_of_event",
	                                     "country",
	                                     "father_name",
	                                     "father_forename",
	                                     "mother_name",
	                                     "mother_forename",
	                                     "_embedded",
	                                     "_links"};
	static const char *const un[] = {"summary",
	                                 "weight",
	                                 "profession",
	                                 "purposes",
	                                 "entity_id",
	                                 "aliases",
	                                 "father_name",
	                                 "un_reference",
	                                 "identity_documents",
	                                 "nationalities",
	                                 "name_at_birth",
	                                 "name",
	                                 "name_in_original_script",
	                                 "un_resolution",
	                                 "father_forename",
	                                 "mother_forename",
	                                 "forename",
	                                 "associates",
	                                 "date_of_birth",
	                                 "un_reference_date",
	                                 "forename_in_original_script",
	                                 "languages_spoken_ids",
	                                 "country_of_birth_id",
	                                 "sex_id",
	                                 "mother_name",
	                                 "adresses",
	                                 "place_of_birth",
	                                 "main_activity",
	                                 "from_chamber_of_commerce",
	                                 "legal_form",
	                                 "administrators",
	                                 "additional_information",
	                                 "registration_number",
	                                 "formerly_known_as",
	                                 "_embedded",
	                                 "_links"};
	struct public_set *set = sample_set();
	struct public_question question = {PUBLIC_YELLOW, "yellow", BASE, NULL, 0, 160, {20261126, 20261126}};
	struct text text;
	text_init(&text, 1 << 20);
	assert_int_equal(public_detail(set, &question, "2026-99902", &text), JISR_OK);
	cJSON *json = parse(text.bytes);
	expect_keys(json, yellow, sizeof yellow / sizeof *yellow);
	assert_string_equal(json_get_text(json, "date_of_birth"), "2011/05");
	assert_true(cJSON_IsNull(json_get(json, "eyes_colors_id")) && cJSON_IsNull(json_get(json, "forename")));
	json_free(json);
	text_reset(&text);
	question.kinds = PUBLIC_UN_ENTITY;
	assert_int_equal(public_detail(set, &question, "2026-99903", &text), JISR_OK);
	json = parse(text.bytes);
	expect_keys(json, un, sizeof un / sizeof *un);
	assert_string_equal(json_get_text(json, "date_of_birth"), "0000/00/00");
	assert_true(json_get(json, "un_resolution")->valueint == 1267);
	json_free(json);
	text_finish(&text);
	json = ask(set, PUBLIC_UN, "un", NULL, 0, 160);
	const cJSON *item = json_get(json_get(json, "_embedded"), "notices")->child;
	assert_string_equal(json_get_text(item, "un_reference"), "INe.001");
	assert_string_equal(json_get_text(json_get(json_get(item, "_links"), "self"), "href"),
	                    BASE "/notices/v1/un/entities/2026-99903");
	assert_null(json_get(json_get(item, "_links"), "thumbnail"));
	json_free(json);
	public_set_free(set);
}

static void patterns_know_ends_dots_and_letters_and_nothing_else(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *name;
		bool fits;
	} cases[] = {
		{"^$", "", true},        {"^$", "A", false},        {"^.$", "Ж", true},     {"^.$", "ЖЖ", false},
		{"^..$", "ÉA", true},    {"a", "BENRA", true},      {"q", "BENRA", false},  {"^ben", "BENRA", true},
		{"^en", "BENRA", false}, {"ra$", "BENRA", true},    {"r$", "BENRA", false}, {"b.n", "BENRA", true},
		{"", "BENRA", true},     {"(a+)+$", "aaaa", false}, {"a|b", "a|b", true},   {"[ab]", "a", false},
		{"\\.", "a.b", true},    {"\\.", "ab", false},      {"$", "X", true},       {"^", "X", true},
		{"ж", "ЖУК", true},      {"a$b", "A$B", true},      {"x^y", "X^Y", true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (public_matches(cases[i].pattern, cases[i].name) != cases[i].fits)
			fail_msg("%s on %s", cases[i].pattern, cases[i].name);
	char dots[PUBLIC_MAX_PATTERN + 3], name[PUBLIC_MAX_PATTERN + 3];
	memset(dots, '.', sizeof dots);
	memset(name, 'a', sizeof name);
	dots[PUBLIC_MAX_PATTERN] = name[PUBLIC_MAX_PATTERN] = '\0';
	assert_true(public_matches(dots, name));
	dots[PUBLIC_MAX_PATTERN] = name[PUBLIC_MAX_PATTERN] = 'a';
	dots[PUBLIC_MAX_PATTERN + 1] = name[PUBLIC_MAX_PATTERN + 1] = '\0';
	assert_false(public_matches(dots, name));
}

/* Invented extracts in plenty; number i is known by its place. */
static struct public_set *large_set(size_t count)
{
	struct public_set *set;
	assert_int_equal(public_set_new(&set), JISR_OK);
	for (size_t i = 0; i < count; i++) {
		cJSON *json = cJSON_CreateObject();
		char id[32], name[64], date[16];
		cJSON_AddStringToObject(json, "colour", "red");
		cJSON_AddStringToObject(json, "subject", "person");
		(void)snprintf(name, sizeof name, "%.*s", (int)(1 + i % 60),
		               "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ");
		cJSON_AddStringToObject(json, "name", name);
		if (i % 7 != 0) {
			(void)snprintf(date, sizeof date, "%zu-05-06", 1930 + i % 90);
			cJSON_AddStringToObject(cJSON_AddObjectToObject(json, "birth"), "date", date);
		}
		cJSON_AddStringToObject(json, "sex", i % 3 == 0 ? "F" : i % 3 == 1 ? "M" : "U");
		cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "nationalities"),
		                     cJSON_CreateString(i % 2 == 0 ? "MA" : "FR"));
		(void)snprintf(id, sizeof id, "2026/%zu", i + 1);
		assert_int_equal(public_set_add(set, id, json), JISR_OK);
		json_free(json);
	}
	return set;
}

static long total_of(const struct public_set *set, const struct public_pair *pairs, size_t count)
{
	cJSON *json = ask(set, PUBLIC_RED, "red", pairs, count, 160);
	long total = (long)json_get(json, "total")->valuedouble;
	json_free(json);
	return total;
}

static void pages_are_clamped_and_capped_and_totals_are_true(void **state)
{
	(void)state;
	struct public_set *set = large_set(1000);
	static const struct {
		const char *page, *per_page;
		size_t cap;
		int shown, page_shown, first, last;
		bool next;
	} cases[] = {
		{"1", "20", 160, 20, 1, 1, 8, true},     {"8", "20", 160, 20, 8, 141, 8, false},
		{"9", "20", 160, 20, 8, 141, 8, false},  {"99999999999", "20", 160, 20, 8, 141, 8, false},
		{"1", "160", 160, 160, 1, 1, 1, false},  {"1", "1000", 160, 160, 1, 1, 1, false},
		{"0", "20", 160, 20, 1, 1, 8, true},     {"x", "-3", 160, 20, 1, 1, 8, true},
		{"50", "20", 0, 20, 50, 981, 50, false}, {"", "", 160, 20, 1, 1, 8, true},
		{"2", "150", 160, 10, 2, 151, 2, false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct public_pair pairs[] = {
			{"page", cases[i].page}, {"resultPerPage", cases[i].per_page}, {"", ""}, {"junk", "1"}};
		cJSON *json = ask(set, PUBLIC_RED, "red", pairs, 4, cases[i].cap);
		char id[32], last[200];
		const cJSON *list = json_get(json_get(json, "_embedded"), "notices"), *links = json_get(json, "_links");
		(void)snprintf(id, sizeof id, "2026/%d", cases[i].first);
		assert_int_equal(json_get(json, "total")->valueint, 1000);
		assert_int_equal(cJSON_GetArraySize(list), cases[i].shown);
		assert_string_equal(json_get_text(list->child, "entity_id"), id);
		assert_int_equal(json_get(json_get(json, "query"), "page")->valueint, cases[i].page_shown);
		assert_int_equal(cJSON_GetArraySize(json_get(json, "query")), 2);
		assert_true((json_get(links, "next") != NULL) == cases[i].next);
		(void)snprintf(last, sizeof last, "&page=%d", cases[i].last);
		assert_string_equal(strrchr(json_get_text(json_get(links, "last"), "href"), '&'), last);
		json_free(json);
	}
	struct public_pair none[] = {{"name", "^zz$"}};
	cJSON *json = ask(set, PUBLIC_RED, "red", none, 1, 160);
	assert_int_equal(json_get(json, "total")->valueint, 0);
	assert_true(cJSON_IsArray(json_get(json_get(json, "_embedded"), "notices")));
	assert_string_equal(json_get_text(json_get(json_get(json, "_links"), "self"), "href"),
	                    BASE "/notices/v1/red?name=%5Ezz%24&resultPerPage=20&page=1");
	json_free(json);
	public_set_free(set);
}

static void every_way_to_split_the_world_misses_nobody(void **state)
{
	(void)state;
	struct public_set *set = large_set(1000);
	long sum = 0;
	char value[100];
	for (int age = 20; age <= 90; age++) {
		(void)snprintf(value, sizeof value, "%d", age);
		struct public_pair pairs[] = {{"ageMin", value}, {"ageMax", value}};
		sum += total_of(set, pairs, 2);
	}
	struct public_pair young[] = {{"ageMin", "0"}, {"ageMax", "19"}}, old[] = {{"ageMin", "91"}, {"ageMax", "300"}};
	assert_int_equal(sum + total_of(set, young, 2) + total_of(set, old, 2), 1000);
	sum = 0;
	static const char *const sexes[] = {"M", "F", "U"};
	for (int i = 0; i < 3; i++)
		sum += total_of(set, &(struct public_pair){"sexId", sexes[i]}, 1);
	assert_int_equal(sum, 1000);
	sum = 0;
	for (int dots = 0; dots < 70; dots++) {
		(void)snprintf(value, sizeof value, "^%.*s$", dots,
		               "......................................................................");
		sum += total_of(set, &(struct public_pair){"name", value}, 1);
	}
	assert_int_equal(sum, 1000);
	assert_int_equal(total_of(set, &(struct public_pair){"nationality", "MA"}, 1), 500);
	assert_int_equal(total_of(set, &(struct public_pair){"nationality", "ma"}, 1), 500);
	assert_int_equal(total_of(set, &(struct public_pair){"nationality", "M"}, 1), 0);
	assert_int_equal(total_of(set, &(struct public_pair){"nationality", ""}, 1), 1000);
	assert_int_equal(total_of(set, &(struct public_pair){"sexId", "Q"}, 1), 0);
	assert_int_equal(total_of(set, &(struct public_pair){"arrestWarrantCountryId", "MA"}, 1), 0);
	assert_int_equal(total_of(set, &(struct public_pair){"freeText", "anything"}, 1), 1000);
	public_set_free(set);
}

static void a_colour_without_a_public_extract_is_refused(void **state)
{
	(void)state;
	struct public_set *set;
	cJSON *json = parse("{\"colour\":\"blue\",\"subject\":\"person\"}");
	assert_int_equal(public_set_new(&set), JISR_OK);
	assert_int_equal(public_set_add(set, "2026/1", json), JISR_UNSUPPORTED);
	assert_int_equal(total_of(set, NULL, 0), 0);
	struct public_question question = {PUBLIC_RED, "red", BASE, NULL, 0, 160, {20261126, 20261126}};
	struct text text;
	text_init(&text, 1 << 20);
	assert_int_equal(public_detail(set, &question, "2026-1", &text), JISR_NOT_FOUND);
	text_finish(&text);
	json_free(json);
	public_set_free(set);
}

static void each_allocation_may_fail(void **state)
{
	(void)state;
	cJSON *json = parse(SAMPLE_RED);
	for (long n = 0;; n++) {
		struct public_set *set = NULL;
		memory_fail_after(n);
		int error = public_set_new(&set);
		if (!error)
			error = public_set_add(set, "2026/1", json);
		memory_fail_after(-1);
		if (!error)
			assert_int_equal(total_of(set, NULL, 0), 1);
		else
			assert_true(set == NULL || total_of(set, NULL, 0) == 0);
		public_set_free(set);
		if (!error)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
	}
	json_free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bytes_are_those_of_the_service),
		cmocka_unit_test(details_have_all_keys_and_no_other),
		cmocka_unit_test(patterns_know_ends_dots_and_letters_and_nothing_else),
		cmocka_unit_test(pages_are_clamped_and_capped_and_totals_are_true),
		cmocka_unit_test(every_way_to_split_the_world_misses_nobody),
		cmocka_unit_test(a_colour_without_a_public_extract_is_refused),
		cmocka_unit_test(each_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
