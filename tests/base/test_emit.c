#include "base/emit.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static void expect(struct text *text, const char *expected)
{
	assert_int_equal(text->error, JISR_OK);
	assert_string_equal(text->bytes, expected);
	cJSON *json = NULL;
	struct problem problem = {0};
	if (json_read(text->bytes, text->length, &json, &problem) != JISR_OK)
		fail_msg("%s: %s", problem.text, text->bytes);
	json_free(json);
	text_finish(text);
}

static void commas_stand_between_values_and_nowhere_else(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 1000);
	emit_object(&text, NULL);
	emit_array(&text, "empty");
	emit_close_array(&text);
	emit_object(&text, "none");
	emit_close_object(&text);
	emit_array(&text, "values");
	emit_count(&text, NULL, 1);
	emit_text(&text, NULL, "{");
	emit_text(&text, NULL, "[");
	emit_text(&text, NULL, "a:");
	emit_text(&text, NULL, "line\n");
	emit_null(&text, NULL);
	emit_bool(&text, NULL, false);
	emit_object(&text, NULL);
	emit_close_object(&text);
	emit_close_array(&text);
	emit_bool(&text, "last", true);
	emit_close_object(&text);
	expect(&text,
	       "{\"empty\":[],\"none\":{},\"values\":[1,\"{\",\"[\",\"a:\",\"line\\n\",null,false,{}],\"last\":true}");
}

static void lines_follow_one_another(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 1000);
	for (int i = 0; i < 2; i++) {
		emit_object(&text, NULL);
		emit_close_object(&text);
		(void)text_add_char(&text, '\n');
	}
	assert_string_equal(text.bytes, "{}\n{}\n");
	text_finish(&text);
}

static void names_from_outside_are_escaped(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 1000);
	emit_object(&text, NULL);
	emit_name(&text, "a\"b", 3);
	emit_array(&text, NULL);
	emit_close_array(&text);
	emit_name(&text, "c\xFF", 2);
	emit_count(&text, NULL, 7);
	emit_raw(&text, "raw", "[1]", 3);
	emit_close_object(&text);
	expect(&text, "{\"a\\\"b\":[],\"c\xEF\xBF\xBD\":7,\"raw\":[1]}");
}

static void any_bytes_give_well_formed_text(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 1000);
	emit_array(&text, NULL);
	emit_bytes(&text, NULL, "\0\x01\t\r\n\x1f\"\\/\x7f", 10);
	emit_text(&text, NULL, "عمر \xF0\x9F\x9A\xA2 \xE2\x80\xA8");
	emit_text(&text, NULL, "\xC0\x80 \xED\xA0\x80 \xE2\x82");
	emit_text(&text, NULL, "");
	emit_text(&text, NULL, NULL);
	emit_close_array(&text);
	expect(&text,
	       "[\"\xEF\xBF\xBD\\u0001\\t\\r\\n\\u001f\\\"\\\\/\x7f\",\"عمر \xF0\x9F\x9A\xA2 \xE2\x80\xA8\","
	       "\"\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\",\"\",null]");
}

static void numbers(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 1000);
	emit_array(&text, NULL);
	emit_count(&text, NULL, 0);
	emit_count(&text, NULL, UINT64_MAX);
	static const double scores[] = {0,    1,       0.7, 0.70004, 0.70006,  -0.25, -0.00001, 0.0001,
	                                12.5, 0.99996, NAN, -NAN,    INFINITY, 1e300, 0.1001,   1e12};
	for (size_t i = 0; i < sizeof scores / sizeof *scores; i++)
		emit_score(&text, NULL, scores[i]);
	emit_close_array(&text);
	expect(&text, "[0,18446744073709551615,0,1,0.7,0.7,0.7001,-0.25,0,0.0001,12.5,1,null,null,null,null,0.1001,"
	              "1000000000000]");
}

static void a_limit_and_a_failed_allocation_stay_in_the_text(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 10);
	emit_array(&text, NULL);
	emit_text(&text, NULL, "more than ten");
	emit_close_array(&text);
	assert_int_equal(text.error, JISR_TOO_LARGE);
	text_finish(&text);
	text_init(&text, 1000);
	memory_fail_after(0);
	emit_object(&text, NULL);
	emit_score(&text, "score", 0.5);
	memory_fail_after(-1);
	emit_close_object(&text);
	assert_int_equal(text.error, JISR_NO_MEMORY);
	text_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_stand_between_values_and_nowhere_else),
		cmocka_unit_test(lines_follow_one_another),
		cmocka_unit_test(names_from_outside_are_escaped),
		cmocka_unit_test(any_bytes_give_well_formed_text),
		cmocka_unit_test(numbers),
		cmocka_unit_test(a_limit_and_a_failed_allocation_stay_in_the_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
