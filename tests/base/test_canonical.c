#include "base/canonical.h"

#include "base/json.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *from, const char *to)
{
	cJSON *json = NULL;
	struct text text;
	text_init(&text, 1 << 20);
	assert_int_equal(json_read(from, strlen(from), &json, NULL), JISR_OK);
	assert_int_equal(canonical_write(json, &text), JISR_OK);
	assert_string_equal(text.bytes, to);
	assert_true(canonical_is(to, strlen(to)));
	text_finish(&text);
	json_free(json);
}

static void the_examples_of_rfc_8785_come_out(void **state)
{
	(void)state;
	/* Sections 3.2.2 and 3.2.4. */
	expect("{\n  \"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],\n"
	       "  \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n"
	       "  \"literals\": [null, true, false]\n}",
	       "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
	       "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
	/* Section 3.2.3: the order of UTF-16, in which an emoji's surrogates come before U+FB33. */
	expect("{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\","
	       "\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin "
	       "Small "
	       "Letter O With Diaeresis\"}",
	       "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\",\"\xc3\xb6\":\"Latin Small Letter "
	       "O With "
	       "Diaeresis\",\"\xe2\x82\xac\":\"Euro Sign\",\"\xf0\x9f\x98\x80\":\"Emoji: Grinning "
	       "Face\",\"\xef\xac\xb3\":"
	       "\"Hebrew Letter Dalet With Dagesh\"}");
}

static void the_numbers_of_appendix_b_come_out(void **state)
{
	(void)state;
	static const struct {
		uint64_t bits;
		const char *text;
	} numbers[] = {
		{0x0000000000000000, "0"},
		{0x8000000000000000, "0"},
		{0x0000000000000001, "5e-324"},
		{0x8000000000000001, "-5e-324"},
		{0x7fefffffffffffff, "1.7976931348623157e+308"},
		{0xffefffffffffffff, "-1.7976931348623157e+308"},
		{0x4340000000000000, "9007199254740992"},
		{0xc340000000000000, "-9007199254740992"},
		{0x4430000000000000, "295147905179352830000"},
		{0x44b52d02c7e14af5, "9.999999999999997e+22"},
		{0x44b52d02c7e14af6, "1e+23"},
		{0x44b52d02c7e14af7, "1.0000000000000001e+23"},
		{0x444b1ae4d6e2ef4e, "999999999999999700000"},
		{0x444b1ae4d6e2ef4f, "999999999999999900000"},
		{0x444b1ae4d6e2ef50, "1e+21"},
		{0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
		{0x3eb0c6f7a0b5ed8d, "0.000001"},
		{0x41b3de4355555553, "333333333.3333332"},
		{0x41b3de4355555554, "333333333.33333325"},
		{0x41b3de4355555555, "333333333.3333333"},
		{0x41b3de4355555556, "333333333.3333334"},
		{0x41b3de4355555557, "333333333.33333343"},
		{0xbecbf647612f3696, "-0.0000033333333333333333"},
		{0x43143ff3c1cb0959, "1424953923781206.2"},
		/* Powers of two, where the nearest digits do not read back and a neighbour does. */
		{0x3d10000000000000, "1.4210854715202004e-14"},
		{0x0060000000000000, "7.120236347223045e-307"},
	};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		double number;
		char text[CANONICAL_NUMBER_MAX];
		memcpy(&number, &numbers[i].bits, sizeof number);
		canonical_number(number, text);
		assert_string_equal(text, numbers[i].text);
	}
}

static void every_number_reads_back_and_no_shorter_one_does(void **state)
{
	(void)state;
	uint64_t seed = 1;
	for (int i = 0; i < 20000; i++) {
		double number;
		char text[CANONICAL_NUMBER_MAX];
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		uint64_t bits = i % 3 == 0 ? seed & 0xFFF0000000000000u : seed;
		memcpy(&number, &bits, sizeof number);
		if (number - number != 0 || number == 0)
			continue;
		canonical_number(number, text);
		assert_true(strtod(text, NULL) == number);
		/* One digit fewer, rounded either way, is another number. */
		char digits[64];
		(void)snprintf(digits, sizeof digits, "%.17g", number);
		size_t significant = 0;
		for (const char *at = text; *at != '\0' && *at != 'e'; at++)
			significant += *at >= '0' && *at <= '9' && (significant > 0 || *at != '0');
		for (const char *at = text + strcspn(text, "e");
		     at > text && at[-1] == '0' && strchr(text, '.') == NULL; at--)
			significant--;
		if (significant > 1) {
			(void)snprintf(digits, sizeof digits, "%.*e", (int)significant - 2, number);
			assert_true(strtod(digits, NULL) != number);
		}
	}
}

static void what_is_no_canonical_form_is_known(void **state)
{
	(void)state;
	static const char *const others[] = {"{ }", "{\"b\":1,\"a\":2}", "1.0",     "\"\\u0041\"", "[1, 2]",
	                                     "",    "{\"a\":1}x",        "\"\\/\"", "-0",          "1e3"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(canonical_is(others[i], strlen(others[i])));
}

static void a_tree_that_cannot_be_written_is_refused(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 100);
	assert_int_equal(canonical_write(NULL, &text), JISR_NO_MEMORY);
	cJSON *json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "a", "\xff");
	assert_int_equal(canonical_write(json, &text), JISR_BAD_INPUT);
	cJSON_Delete(json);
	json = cJSON_CreateObject();
	cJSON_AddNumberToObject(json, "a", 1);
	cJSON_AddNumberToObject(json, "a", 2);
	assert_int_equal(canonical_write(json, &text), JISR_BAD_INPUT);
	cJSON_Delete(json);
	json = cJSON_CreateArray();
	for (int i = 0; i < 60; i++)
		cJSON_AddItemToArray(json, cJSON_CreateNumber(i));
	text_reset(&text);
	assert_int_equal(canonical_write(json, &text), JISR_TOO_LARGE);
	cJSON_Delete(json);
	text_finish(&text);
}

static void each_failed_allocation_is_told(void **state)
{
	(void)state;
	cJSON *json = cJSON_CreateObject();
	char name[2] = "a";
	for (; name[0] <= 'z'; name[0]++)
		cJSON_AddNumberToObject(json, name, name[0]);
	int error = JISR_NO_MEMORY;
	for (long i = 0; error != JISR_OK; i++) {
		struct text text;
		text_init(&text, 1000);
		memory_fail_after(i);
		error = canonical_write(json, &text);
		memory_fail_after(-1);
		assert_true(error == JISR_OK || error == JISR_NO_MEMORY);
		text_finish(&text);
	}
	cJSON_Delete(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_rfc_8785_come_out),
		cmocka_unit_test(the_numbers_of_appendix_b_come_out),
		cmocka_unit_test(every_number_reads_back_and_no_shorter_one_does),
		cmocka_unit_test(what_is_no_canonical_form_is_known),
		cmocka_unit_test(a_tree_that_cannot_be_written_is_refused),
		cmocka_unit_test(each_failed_allocation_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
