#include "base/json.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void same_after_writing(const char *bytes, const char *expected)
{
	cJSON *json = NULL;
	struct text text;
	text_init(&text, 1 << 20);
	assert_int_equal(json_read(bytes, strlen(bytes), &json, NULL), JISR_OK);
	assert_int_equal(json_write(json, &text), JISR_OK);
	assert_string_equal(text.bytes, expected);
	text_finish(&text);
	json = json_free(json);
}

static void refused(const char *bytes, size_t length, const char *where)
{
	cJSON *json = NULL;
	struct problem problem = {""};
	int error = json_read(bytes, length, &json, &problem);
	if (error == JISR_OK || strstr(problem.text, where) == NULL)
		print_error("%.*s: %s\n", (int)length, bytes, problem.text);
	assert_true(error == JISR_BAD_INPUT || error == JISR_TOO_LARGE);
	assert_non_null(strstr(problem.text, where));
	assert_null(json);
}

static void what_is_read_is_written_compactly(void **state)
{
	(void)state;
	same_after_writing(" { \"a\" : [ 1 , -0.5 , 1e3 , true, false, null ] ,\"b\":{} }\n",
	                   "{\"a\":[1,-0.5,1000,true,false,null],\"b\":{}}");
	same_after_writing("\"\\u00e9\\ud83d\\ude00\\n\\u0001\\\"\\/\"", "\"\xC3\xA9\xF0\x9F\x98\x80\\n\\u0001\\\"/\"");
	same_after_writing("0.1", "0.1");
	same_after_writing("123456789012345678", "1.2345678901234568e+17");
}

static void what_cjson_would_let_pass_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *bytes, *where;
	} bad[] = {
		{"", "ends"},
		{"{\"a\":1,\n \"a\":2}", "\"a\" stands twice"},
		{"[1,]", "line 1, column 4, element 2 of the array: a value was expected"},
		{"{\"checks\": [{\"name\": \"A\"}, {\"name\": [\"B\", \"\\u0000\"]}]}",
	         "element 2 of the array: \\u0000"},
		{"[01]", "malformed number"},
		{"[1.]", "malformed number"},
		{"[-]", "malformed number"},
		{"[+1]", "a value"},
		{"[.5]", "a value"},
		{"[1e]", "malformed number"},
		{"\"a\tb\"", "control character"},
		{"\"\\u0000\"", "\\u0000"},
		{"\"\\ud800\"", "surrogate"},
		{"\"\\udc00\"", "surrogate"},
		{"\"\\x\"", "escape"},
		{"\"\xC3(\"", "UTF-8"},
		{"{} {}", "after the end"},
		{"{\n\n\"a\" 1}", "line 3, column 5: a colon"},
		{"{\"a\":1", "ends inside an object"},
		{"[1", "ends inside an array"},
		{"\"abc", "ends inside a string"},
		{"tru", "a value"},
		{"{a:1}", "a name in quotes"},
		{"nan", "a value"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refused(bad[i].bytes, strlen(bad[i].bytes), bad[i].where);
	refused("\"a\0b\"", 5, "control character");
}

static void depth_has_a_limit(void **state)
{
	(void)state;
	char deep[2 * JSON_MAX_DEPTH + 3];
	memset(deep, '[', JSON_MAX_DEPTH);
	memset(deep + JSON_MAX_DEPTH, ']', JSON_MAX_DEPTH);
	cJSON *json = NULL;
	assert_int_equal(json_read(deep, 2 * JSON_MAX_DEPTH, &json, NULL), JISR_OK);
	json = json_free(json);
	memset(deep, '[', JSON_MAX_DEPTH + 1);
	memset(deep + JSON_MAX_DEPTH + 1, ']', JSON_MAX_DEPTH + 1);
	refused(deep, 2 * JSON_MAX_DEPTH + 2, "too deep");
}

static void repeats_are_found_in_large_objects_too(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 1 << 20);
	for (int repeat = 0; repeat < 2; repeat++) {
		text_reset(&text);
		(void)text_add_string(&text, "{\"x\":{");
		for (int i = 0; i < 1000; i++)
			(void)text_add_format(&text, "%s\"k%d\":1", i ? "," : "", repeat && i == 999 ? 3 : i);
		(void)text_add_string(&text, "}}");
		cJSON *json = NULL;
		assert_int_equal(json_read(text.bytes, text.length, &json, NULL), repeat ? JISR_BAD_INPUT : JISR_OK);
		json = json_free(json);
	}
	text_finish(&text);
}

static void members_are_found_by_their_exact_name(void **state)
{
	(void)state;
	cJSON *json = NULL;
	const char bytes[] = "{\"Name\":\"a\",\"name\":\"b\",\"n\":1}";
	assert_int_equal(json_read(bytes, strlen(bytes), &json, NULL), JISR_OK);
	assert_string_equal(json_get_text(json, "name"), "b");
	assert_null(json_get_text(json, "n"));
	assert_null(json_get(json, "NAME"));
	assert_null(json_get(NULL, "name"));
	json = json_free(json);
}

static void every_failed_allocation_is_reported(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 1 << 20);
	(void)text_add_string(&text, "{\"s\":\"x\"");
	for (int i = 0; i < 30; i++)
		(void)text_add_format(&text, ",\"k%d\":[1]", i);
	(void)text_add_char(&text, '}');
	bool failed = true;
	for (long n = 0; failed && n < 1000; n++) {
		cJSON *json = NULL;
		memory_fail_after(n);
		int error = json_read(text.bytes, text.length, &json, NULL);
		memory_fail_after(-1);
		failed = error != JISR_OK;
		assert_true(error == JISR_OK || error == JISR_NO_MEMORY);
		json = json_free(json);
	}
	assert_false(failed);
	text_finish(&text);
}

static void what_is_json_already_is_written_as_it_is(void **state)
{
	struct text text;
	(void)state;
	cJSON *json = cJSON_CreateObject();
	assert_non_null(cJSON_AddRawToObject(json, "lists", "[1,{\"a\":null}]"));
	text_init(&text, 100);
	assert_int_equal(json_write(json, &text), JISR_OK);
	assert_string_equal(text.bytes, "{\"lists\":[1,{\"a\":null}]}");
	text_finish(&text);
	cJSON_Delete(json);
}

static void a_whole_number_is_whole_and_within_its_bounds(void **state)
{
	static const struct {
		const char *text;
		bool whole;
		uint64_t number;
	} tried[] = {
		{"0", true, 0},       {"-0", true, 0},    {"2.0", true, 2},
		{"1e3", true, 1000},  {"2.5", false, 0},  {"-1", false, 0},
		{"\"2\"", false, 0},  {"null", false, 0}, {"9007199254740991", true, JSON_MAX_WHOLE},
		{"1e300", false, 0},  {"[2]", false, 0},  {"9007199254740992", false, 0},
		{"5e-324", false, 0}, {"true", false, 0}, {"18446744073709551616", false, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
		CLEANUP(json_freep) cJSON *json = NULL;
		CLEANUP(json_freep) cJSON *object = cJSON_CreateObject();
		uint64_t number = 77;
		assert_int_equal(json_read(tried[i].text, strlen(tried[i].text), &json, NULL), JISR_OK);
		assert_int_equal(json_whole(json, 0, JSON_MAX_WHOLE, &number), tried[i].whole);
		assert_int_equal(number, tried[i].whole ? tried[i].number : 77);
		assert_int_equal(json_whole(json, 1, 2, NULL), tried[i].whole && (number == 1 || number == 2));
		assert_true(cJSON_AddItemToObject(object, "n", json));
		json = NULL;
		assert_int_equal(json_get_whole(object, "n"), tried[i].number);
	}
	assert_false(json_whole(NULL, 0, 1, NULL));
	assert_int_equal(json_get_whole(NULL, "n"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_json_already_is_written_as_it_is),
		cmocka_unit_test(what_is_read_is_written_compactly),
		cmocka_unit_test(what_cjson_would_let_pass_is_refused),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(repeats_are_found_in_large_objects_too),
		cmocka_unit_test(members_are_found_by_their_exact_name),
		cmocka_unit_test(every_failed_allocation_is_reported),
		cmocka_unit_test(a_whole_number_is_whole_and_within_its_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
