#include "web/settings.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static char told[4096];

static void report(void *context, const char *sentence)
{
	(void)context;
	(void)snprintf(told + strlen(told), sizeof told - strlen(told), "%s\n", sentence);
}

static int read_text(struct settings *settings, struct arena *arena, const char *text)
{
	told[0] = '\0';
	settings_init(settings);
	return settings_read_bytes(settings, "f", text, strlen(text), arena, report, NULL);
}

static int set_up(void **state)
{
	struct arena *arena = NULL;
	int error = arena_new((size_t)8 << 20, &arena);
	*state = arena;
	return error;
}

static int tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

static void values_have_their_units(void **state)
{
	struct settings settings;
	assert_int_equal(
		read_text(&settings, *state,
	                  "body-size = 1.5M\nurl-size = 512\nidle-time = 500ms\nstop-time = 2 min\nqueue = 7\n"
	                  "log-level = debug\nlog-format = json\nunix-mode = 0600\nrequire-token = yes ; why\n"),
		JISR_OK);
	assert_int_equal(settings.body_bytes, 1536 * 1024);
	assert_int_equal(settings.url_bytes, 512);
	assert_true(settings.idle_seconds > 0.499 && settings.idle_seconds < 0.501);
	assert_true(settings.stop_seconds == 120);
	assert_int_equal(settings.queue, 7);
	assert_int_equal(settings.log_level, LOG_LEVEL_DEBUG);
	assert_true(settings.log_json && settings.require_token);
	assert_int_equal(settings.unix_mode, 0600);
}

static void wrong_values_are_told_with_file_and_line(void **state)
{
	static const struct {
		const char *line, *expected;
	} cases[] = {
		{"body-size = 1X", "f:1: '1X' is no value for body-size"},
		{"body-size = 1.0000001k", "is no value"},
		{"body-size = 2G", "out of range; from 1k to 1G"},
		{"queue = 1.5", "whole number"},
		{"queue = 0", "from 1 to 1000000"},
		{"queue = -1", "whole number"},
		{"idle-time = 30", "10s"},
		{"idle-time = 2d", "from 100ms to 1d"},
		{"log-level = INFO", "error, warning, info or debug"},
		{"log-requests = true", "yes or no"},
		{"unix-mode = 660", ""},
		{"unix-mode = 9999", "0660"},
		{"public-url = example.org", "https://"},
		{"data = relative", "whole path"},
		{"listen = somewhere", "127.0.0.1:8470"},
		{"idel-time = 1s", "did you mean 'idle-time'?"},
		{"xyzzyxyzzy = 1", "docs/serve.conf"},
		{"queue =", "has no value"},
		{" queue = 1", "first column"},
		{"\xff = 1", "UTF-8"},
		{"[tokens]\na = b", "f:2: [tokens] is no section"},
		{"[token a b]\nsha256 = 00", "caller's name"},
		{"[token anonymous]\nsha256 = 00", "caller's name"},
		{"[token a]\nsha256 = 0g", "64 hexadecimal digits"},
		{"[token a]\nfile = x", "whole path"},
		{"[token a]\nfile = /nowhere/at/all", "/nowhere/at/all"},
		{"[token a]\nsha265 = 00", "write sha256 or file"},
	};
	struct settings settings;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int error = read_text(&settings, *state, cases[i].line);
		assert_int_equal(error == JISR_OK, cases[i].expected[0] == '\0');
		if (strstr(told, cases[i].expected) == NULL)
			fail_msg("%s gives %s", cases[i].line, told);
	}
}

static void a_line_that_is_too_long_is_told_and_lines_are_still_counted(void **state)
{
	struct settings settings;
	char text[1000];
	memset(text, 'a', sizeof text);
	memcpy(text, "# long comments are fine ", 25);
	(void)snprintf(text + 400, sizeof text - 400, "\ndata = /");
	memset(text + 409, 'b', 400);
	(void)snprintf(text + 809, sizeof text - 809, "\nqueue = x\n");
	assert_int_equal(read_text(&settings, *state, text), JISR_BAD_INPUT);
	assert_non_null(strstr(told, "f:2: the line is longer than"));
	assert_non_null(strstr(told, "f:3: 'x' is no value"));
}

static void listen_may_stand_several_times_and_the_first_replaces_the_default(void **state)
{
	struct settings settings;
	assert_int_equal(read_text(&settings, *state, "listen = 127.0.0.1:1\nlisten = unix:/run/x\n"), JISR_OK);
	assert_int_equal(settings.listen_count, 2);
	assert_string_equal(settings.listen[0], "127.0.0.1:1");
	assert_int_equal(settings_set(&settings, "listen=[::1]:2", true, *state, NULL), JISR_OK);
	assert_int_equal(settings.listen_count, 1);
	for (size_t i = 1; i < SETTINGS_MAX_LISTEN; i++)
		assert_int_equal(settings_set(&settings, "listen=[::1]:2", false, *state, NULL), JISR_OK);
	assert_int_equal(settings_set(&settings, "listen=[::1]:2", false, *state, NULL), JISR_BAD_INPUT);
}

static void what_does_not_fit_together_is_told(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"listen = 0.0.0.0:1", "tls-certificate"},
		{"listen = 0.0.0.0:1\ntls-certificate = /a\ntls-key = /b", "require-token"},
		{"listen = 0.0.0.0:1\ntls-certificate = /a\ntls-key = /b\ntls-client-authority = /c", ""},
		{"listen = 0.0.0.0:1\ninsecure-listen = yes", ""},
		{"listen = [fe80::1]:1", "tls-certificate"},
		{"listen = [::1]:1\nlisten = 127.9.9.9:1\nlisten = unix:/x", ""},
		{"tls-key = /b", "go together"},
		{"tls-client-authority = /c", "needs tls-certificate"},
		{"require-token = yes", "nobody could ask"},
		{"body-size = 2M\nbodies-size = 1M", "bodies-size"},
	};
	struct settings settings;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(read_text(&settings, *state, cases[i].text), JISR_OK);
		int error = settings_check(&settings, report, NULL);
		assert_int_equal(error == JISR_OK, cases[i].expected[0] == '\0');
		if (strstr(told, cases[i].expected) == NULL)
			fail_msg("%s gives %s", cases[i].text, told);
	}
}

static void a_caller_is_known_by_the_hash_of_the_token(void **state)
{
	struct settings settings;
	/* SHA-256 of "abc", FIPS 180-2 */
	assert_int_equal(read_text(&settings, *state,
	                           "[token first]\n"
	                           "sha256 = ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
	                           "[token second]\n"
	                           "sha256 = 248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1\n"),
	                 JISR_OK);
	assert_string_equal(settings_caller(&settings, "abc", 3), "first");
	assert_null(settings_caller(&settings, "abd", 3));
	assert_null(settings_caller(&settings, "", 0));
	assert_int_equal(settings_set(&settings, "queue", false, *state, NULL), JISR_BAD_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(values_have_their_units, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wrong_values_are_told_with_file_and_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_line_that_is_too_long_is_told_and_lines_are_still_counted, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(listen_may_stand_several_times_and_the_first_replaces_the_default,
	                                        set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_does_not_fit_together_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_caller_is_known_by_the_hash_of_the_token, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
