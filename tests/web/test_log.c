#include "web/log.h"

#include "base/json.h"
#include "base/memory.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static char *line_of(bool json, const char *value)
{
	struct text line;
	const struct log_field fields[] = {
		{"id", "a1", 0}, {"caller", value, 0}, {"ms", NULL, 1.5}, {"status", NULL, 200}};
	text_init(&line, LOG_MAX_LINE);
	assert_int_equal(log_line("T", LOG_LEVEL_INFO, json, "request", fields, 4, &line), JISR_OK);
	return text_take(&line);
}

static void a_line_is_text_or_json(void **state)
{
	(void)state;
	char *text = line_of(false, "airport-1"), *json = line_of(true, "airport-1");
	assert_string_equal(text, "T info request id=a1 caller=airport-1 ms=1.500 status=200\n");
	assert_string_equal(
		json, "{\"time\":\"T\",\"level\":\"info\",\"event\":\"request\",\"id\":\"a1\",\"caller\":\"airport-1\","
		      "\"ms\":1.500,\"status\":200}\n");
	memory_free(text);
	memory_free(json);
}

static void no_value_can_forge_a_line_or_a_field(void **state)
{
	static const char *const nasty[] = {"a\nT error forged", "a status=500", "\"},\"x\":1,{\"",
	                                    "\x1b[2J",           "\xff\xfe",     "",
	                                    "\u202egpj.exe",     "\\",           "\r\n"};
	(void)state;
	for (size_t i = 0; i < sizeof nasty / sizeof *nasty; i++) {
		char *text = line_of(false, nasty[i]), *json = line_of(true, nasty[i]);
		cJSON *tree = NULL;
		assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
		assert_null(strpbrk(text, "\r\x1b"));
		assert_int_equal(json_read(json, strlen(json), &tree, NULL), JISR_OK);
		assert_int_equal(cJSON_GetArraySize(tree), 7);
		assert_ptr_equal(strchr(json, '\n'), json + strlen(json) - 1);
		json_free(tree);
		memory_free(text);
		memory_free(json);
	}
}

static void a_long_line_ends_before_the_value_that_is_too_much(void **state)
{
	(void)state;
	struct text line;
	char value[1500];
	memset(value, 'x', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	struct log_field fields[10];
	for (size_t i = 0; i < 10; i++)
		fields[i] = (struct log_field){"v", value, 0};
	text_init(&line, LOG_MAX_LINE);
	assert_int_equal(log_line("T", LOG_LEVEL_ERROR, true, "e", fields, 10, &line), JISR_OK);
	assert_true(line.length <= LOG_MAX_LINE + 4);
	assert_string_equal(line.bytes + line.length - 3, "\"}\n");
	text_finish(&line);
}

static void who_logs_never_waits_and_what_is_lost_is_told(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0); /* nobody reads: after 64 kB the writer's thread waits */
	assert_int_equal(log_start(ends[1], NULL), JISR_OK);
	uint64_t before = log_dropped();
	for (size_t i = 0; i < 40000; i++)
		log_say(LOG_LEVEL_ERROR, "line %zu of a flood that nobody reads", i);
	uint64_t lost = log_dropped() - before;
	assert_true(lost > 0);
	/* Now somebody reads, and finds the count. */
	char *all = memory_alloc((size_t)8 << 20);
	size_t length = 0;
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	for (size_t tries = 0; tries < 30000; tries++) {
		ssize_t got = read(ends[0], all + length, ((size_t)8 << 20) - length - 1);
		length += got > 0 ? (size_t)got : 0;
		all[length] = '\0';
		if (strstr(all, "log-lines-lost lines=") != NULL)
			break;
		log_say(LOG_LEVEL_ERROR, "once more");
		(void)usleep(10000);
	}
	assert_non_null(strstr(all, "log-lines-lost lines="));
	memory_free(all);
	log_stop();
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void levels_leave_lines_out(void **state)
{
	(void)state;
	log_configure(LOG_LEVEL_WARNING, false);
	assert_true(log_wanted(LOG_LEVEL_ERROR));
	assert_true(log_wanted(LOG_LEVEL_WARNING));
	assert_false(log_wanted(LOG_LEVEL_INFO));
	log_configure(LOG_LEVEL_INFO, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_text_or_json),
		cmocka_unit_test(no_value_can_forge_a_line_or_a_field),
		cmocka_unit_test(a_long_line_ends_before_the_value_that_is_too_much),
		cmocka_unit_test(who_logs_never_waits_and_what_is_lost_is_told),
		cmocka_unit_test(levels_leave_lines_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
