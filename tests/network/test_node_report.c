#include "network/node_report.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define AT "2026-11-27T10:00:00.000Z"

/* The JSON lives until the next one is read. */
static cJSON *json;

static struct node_report read_good(const char *text)
{
	struct problem problem = {""};
	struct node_report report;
	json_freep(&json);
	json = NULL;
	if (node_report_read(text, strlen(text), &json, &report, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	return report;
}

static int end(void **state)
{
	(void)state;
	json_freep(&json);
	json = NULL;
	return 0;
}

static void what_a_node_says_is_read(void **state)
{
	(void)state;
	struct node_report report =
		read_good("{\"size\":17,\"version\":\"0.1.0\",\"at\":\"" AT
	                  "\",\"alarm\":\"a fork\",\"run\":\"abcdefgh12345678 too long\","
	                  "\"note\":\"log\\n17\\nROOT=\\n\\nsigned\",\"outbox\":{\"waiting\":3,\"refused\":1,"
	                  "\"oldest_seconds\":2.5}}");
	assert_int_equal(report.size, 17);
	assert_string_equal(report.version, "0.1.0");
	assert_string_equal(report.at, AT);
	assert_string_equal(report.alarm, "a fork");
	assert_string_equal(report.root, "ROOT=");
	assert_string_equal(report.run, "abcdefgh12345678");
	assert_int_equal(report.waiting, 3);
	assert_int_equal(report.refused, 1);
	assert_true(report.oldest_seconds == 2.5);
}

static void what_it_leaves_out_is_nothing(void **state)
{
	(void)state;
	struct node_report report = read_good("{\"version\":\"1\",\"at\":\"" AT "\"}");
	assert_int_equal(report.size, 0);
	assert_string_equal(report.note, "");
	assert_string_equal(report.alarm, "");
	assert_string_equal(report.root, "");
	assert_int_equal(report.waiting + report.refused, 0);
	assert_true(report.oldest_seconds == 0);
}

/* Numbers that are none, or that no log reaches, count as 0; a note of fewer lines has no root. */
static void what_makes_no_sense_harms_nothing(void **state)
{
	(void)state;
	static const char *const sizes[] = {"-1", "1e300", "\"17\"", "null", "[17]", "9007199254740993e10"};
	char text[300];
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		(void)snprintf(text, sizeof text, "{\"version\":\"1\",\"at\":\"" AT "\",\"size\":%s,\"outbox\":%s}",
		               sizes[i], sizes[i]);
		struct node_report report = read_good(text);
		assert_int_equal(report.size, 0);
		assert_int_equal(report.waiting, 0);
	}
	static const char *const notes[] = {"", "log", "log\\n17", "log\\n17\\n", "\\n\\n"};
	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
		(void)snprintf(text, sizeof text, "{\"version\":\"1\",\"at\":\"" AT "\",\"note\":\"%s\"}", notes[i]);
		assert_string_equal(read_good(text).root, "");
	}
}

/* At the limit, one below and one above; a character of several bytes is not halved. */
static void what_is_too_long_is_cut(void **state)
{
	(void)state;
	char word[NODE_REPORT_ALARM + 8], text[NODE_REPORT_ALARM + 100];
	for (size_t length = NODE_REPORT_ALARM - 2; length <= NODE_REPORT_ALARM; length++) {
		memset(word, 'a', length);
		word[length] = '\0';
		(void)snprintf(text, sizeof text, "{\"version\":\"1\",\"at\":\"" AT "\",\"alarm\":\"%s\"}", word);
		assert_int_equal(strlen(read_good(text).alarm),
		                 length < NODE_REPORT_ALARM ? length : NODE_REPORT_ALARM - 1);
		memcpy(word + length - 1, "\xd9\x85", 3); /* one letter in the place of the last two */
		(void)snprintf(text, sizeof text, "{\"version\":\"1\",\"at\":\"" AT "\",\"alarm\":\"%s\"}", word);
		struct node_report report = read_good(text);
		assert_true(utf8_valid(report.alarm, strlen(report.alarm), NULL));
		assert_int_equal(strlen(report.alarm), length + 1 < NODE_REPORT_ALARM ? length + 1 : length - 1);
	}
}

static void what_is_no_report_is_refused_with_a_sentence(void **state)
{
	(void)state;
	static const char *const none[] = {"",
	                                   "{",
	                                   "[]",
	                                   "{}",
	                                   "{\"version\":\"1\"}",
	                                   "{\"at\":\"" AT "\"}",
	                                   "{\"version\":1,\"at\":\"" AT "\"}",
	                                   "{\"version\":\"1\",\"at\":\"yesterday\"}",
	                                   "{\"version\":\"1\",\"at\":\"2026-13-27T10:00:00.000Z\"}"};
	struct node_report report;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		struct problem problem = {""};
		cJSON *left = NULL;
		assert_int_equal(node_report_read(none[i], strlen(none[i]), &left, &report, &problem), JISR_BAD_INPUT);
		assert_null(left);
		assert_int_not_equal(problem.text[0], '\0');
	}
	/* As long as it may be, and one byte longer. */
	struct text text;
	text_init(&text, NODE_REPORT_MAX + 1);
	assert_int_equal(text_add_string(&text, "{\"version\":\"1\",\"at\":\"" AT "\"}"), JISR_OK);
	while (text.length < NODE_REPORT_MAX)
		assert_int_equal(text_add_char(&text, ' '), JISR_OK);
	json_freep(&json);
	json = NULL;
	assert_int_equal(node_report_read(text.bytes, text.length, &json, &report, NULL), JISR_OK);
	assert_int_equal(text_add_char(&text, ' '), JISR_OK);
	cJSON *left = NULL;
	assert_int_equal(node_report_read(text.bytes, text.length, &left, &report, NULL), JISR_BAD_INPUT);
	text_finish(&text);
}

static void without_memory_nothing_is_lost(void **state)
{
	(void)state;
	static const char *const said = "{\"version\":\"1\",\"at\":\"" AT "\",\"outbox\":{\"waiting\":1}}";
	struct node_report report;
	int error = JISR_NO_MEMORY;
	for (int n = 0; error != JISR_OK; n++) {
		cJSON *left = NULL;
		memory_fail_after(n);
		error = node_report_read(said, strlen(said), &left, &report, NULL);
		memory_fail_after(-1);
		assert_true(error == JISR_OK ? left != NULL : error == JISR_NO_MEMORY && left == NULL);
		json_freep(&left);
		assert_true(n < 1000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_node_says_is_read),
		cmocka_unit_test(what_it_leaves_out_is_nothing),
		cmocka_unit_test(what_makes_no_sense_harms_nothing),
		cmocka_unit_test(what_is_too_long_is_cut),
		cmocka_unit_test(what_is_no_report_is_refused_with_a_sentence),
		cmocka_unit_test(without_memory_nothing_is_lost),
	};
	return cmocka_run_group_tests_name("network/node_report", tests, NULL, end);
}
