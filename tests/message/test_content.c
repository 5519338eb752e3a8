#include "message/content.h"

#include "base/json.h"
#include "base/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static bool crime(const char *code)
{
	return strcmp(code, "DRU") == 0;
}

static int check(const char *text, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	problem->text[0] = '\0';
	if (json_read(text, strlen(text), &json, problem) != JISR_OK)
		fail_msg("%s: %s", text, problem->text);
	return content_check(json, crime, problem);
}

static void contents_that_are_whole_pass(void **state)
{
	(void)state;
	static const char *const good[] = {
		"{\"subject\":\"A question\",\"text\":\"Two\\nlines\"}",
		"{\"subject\":\"سؤال\",\"text\":\"نص\",\"reference\":\"MA-17/2026\",\"your_reference\":\"x\","
		"\"language\":\"ar\",\"handling\":{\"police\":\"H3\",\"note\":\"not by telephone\",\"tlp\":\"RED\"},"
		"\"grading\":{\"source\":\"A\",\"information\":\"2\"},\"crime_areas\":[\"DRU\"],\"notice\":\"2026/"
		"17\"}",
		"{\"subject\":\"s\",\"form\":\"wanted-person\",\"fields\":{\"name\":\"Invented\",\"reason\":\"why\","
		"\"born\":\"1980-02-29\",\"nationality\":\"MA\"}}",
		"{\"subject\":\"s\",\"form\":\"hit\",\"fields\":{\"hit\":\"2026/4\",\"place\":\"p\",\"day\":"
		"\"2026-03-01\",\"measures\":\"m\"}}",
		"{\"subject\":\"s\",\"form\":\"answer\",\"fields\":{\"result\":\"yes\"},\"text\":\"t\"}",
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct problem problem;
		if (check(good[i], &problem) != JISR_OK)
			fail_msg("%s: %s", good[i], problem.text);
	}
}

static void what_is_wrong_is_named(void **state)
{
	(void)state;
	static const char *const wrong[][2] = {
		{"[]", "is an object"},
		{"{\"text\":\"t\"}", "\"subject\" is missing"},
		{"{\"subject\":\"s\"}", "write a \"text\""},
		{"{\"subject\":\"two\\nlines\",\"text\":\"t\"}", "in one line"},
		{"{\"subject\":\"s\",\"text\":\"a\\u0007bell\"}", "plain text"},
		{"{\"subject\":\"s\",\"text\":\"t\",\"reference\":\"MA/\\u202e7702\"}", "turn its direction"},
		{"{\"subject\":\"photo\\u2067gpj.exe\",\"text\":\"t\"}", "turn its direction"},
		{"{\"subject\":\"s\",\"text\":\"t\",\"Text\":\"t\"}", "no member 'Text'"},
		{"{\"subject\":\"s\",\"text\":\"t\",\"handling\":{\"police\":\"H4\"}}", "one of H0, H1, H2, H3"},
		{"{\"subject\":\"s\",\"text\":\"t\",\"handling\":{\"police\":\"H3\"}}", "\"note\" is missing"},
		{"{\"subject\":\"s\",\"text\":\"t\",\"grading\":{\"source\":\"D\"}}", "one of A, B, C, X"},
		{"{\"subject\":\"s\",\"text\":\"t\",\"crime_areas\":[\"NON\"]}", "'NON' is none"},
		{"{\"subject\":\"s\",\"text\":\"t\",\"notice\":\"17\"}", "number of a notice"},
		{"{\"subject\":\"s\",\"text\":\"t\",\"language\":\"FR\"}", "two letters"},
		{"{\"subject\":\"s\",\"form\":\"letter\"}", "there are wanted-person"},
		{"{\"subject\":\"s\",\"form\":\"answer\"}", "asks for \"fields\""},
		{"{\"subject\":\"s\",\"text\":\"t\",\"fields\":{}}", "there is none"},
		{"{\"subject\":\"s\",\"form\":\"answer\",\"fields\":{}}", "\"result\" is missing"},
		{"{\"subject\":\"s\",\"form\":\"answer\",\"fields\":{\"result\":\"r\",\"x\":1}}", "no member 'x'"},
		{"{\"subject\":\"s\",\"form\":\"hit\",\"fields\":{\"hit\":\"2026/4\",\"place\":\"p\",\"day\":"
	         "\"2026-02-30\",\"measures\":\"m\"}}",
	         "is a day"},
		{"{\"subject\":\"s\",\"text\":\"t\",\"files\":[{\"name\":\"../x\"}]}", "number 1"},
		{"{\"subject\":\"s\",\"text\":\"t\",\"files\":7}", "at most 20"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct problem problem;
		if (check(wrong[i][0], &problem) != JISR_BAD_INPUT || strstr(problem.text, wrong[i][1]) == NULL)
			fail_msg("%s: \"%s\", not \"%s\"", wrong[i][0], problem.text, wrong[i][1]);
	}
}

static void every_word_stands_in_four_languages(void **state)
{
	(void)state;
	for (size_t i = 0; i < content_form_count; i++) {
		const struct content_form *form = &content_forms[i];
		assert_ptr_equal(content_form_find(form->word.code), form);
		for (size_t n = 0; n < LANGUAGE_COUNT; n++) {
			assert_non_null(form->word.words[n]);
			for (size_t k = 0; k < form->field_count; k++)
				assert_non_null(form->fields[k].word.words[n]);
		}
	}
}

static void files_are_read_as_they_were_added(void **state)
{
	(void)state;
	CLEANUP(json_freep) cJSON *content = tree_object();
	struct attachment attachment = {"", {1, 2, 3}, 5000, 0}, read;
	const char *name, *type;
	memset(attachment.digest, 'a', ATTACHMENT_DIGEST - 1);
	content_add_file(content, &attachment, "photo.jpg", "image/jpeg");
	content_add_file(content, &attachment, "صورة.png", "image/png");
	assert_true(content_file(content, 1, &read, &name, &type));
	assert_string_equal(name, "صورة.png");
	assert_string_equal(type, "image/png");
	assert_memory_equal(read.key, attachment.key, ATTACHMENT_KEY);
	assert_int_equal(read.size, 5000);
	assert_int_equal(read.sealed, attachment_sealed_size(5000));
	assert_false(content_file(content, 2, &read, &name, &type));
	assert_false(content_name_valid(".profile"));
	assert_false(content_name_valid("a/b"));
	assert_false(content_name_valid("a\rb"));
	assert_true(content_name_valid("report (final).pdf"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contents_that_are_whole_pass),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(every_word_stands_in_four_languages),
		cmocka_unit_test(files_are_read_as_they_were_added),
	};
	return cmocka_run_group_tests_name("message/content", tests, NULL, NULL);
}
