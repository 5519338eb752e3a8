#include "web/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static void elements_nest_and_texts_are_escaped(void **state)
{
	(void)state;
	struct markup markup;
	struct text text;
	text_init(&text, 4096);
	markup_begin(&markup, &text);
	markup_open(&markup, "p");
	markup_attribute(&markup, "title", "\"'&<>");
	markup_text(&markup, "<b>&\x01\x1f\x7f\n");
	markup_void(&markup, "img");
	markup_attribute(&markup, "src", "x\" onerror=\"y");
	markup_leaf(&markup, "i", "look", "ب");
	markup_end(&markup);
	assert_int_equal(text.error, JISR_OK);
	assert_string_equal(text.bytes, "<!doctype html>\n<p title=\"&quot;&#39;&amp;&lt;&gt;\">&lt;b&gt;&amp;\x7f\n"
	                                "<img src=\"x&quot; onerror=&quot;y\"><i class=\"look\">ب</i></p>");
	text_finish(&text);
}

static void no_byte_of_a_text_becomes_markup(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		char value[65];
		struct markup markup;
		struct text text;
		size_t length = (size_t)rand() % 64;
		for (size_t i = 0; i < length; i++)
			value[i] = (char)(rand() % 255 + 1);
		value[length] = '\0';
		text_init(&text, 4096);
		markup_begin(&markup, &text);
		markup_open(&markup, "a");
		markup_attribute(&markup, "href", value);
		markup_text(&markup, value);
		markup_end(&markup);
		size_t angles = 0, quotes = 0;
		for (const char *at = text.bytes; *at != '\0'; at++) {
			angles += *at == '<' || *at == '>';
			quotes += *at == '"' || *at == '\'';
		}
		assert_int_equal(angles, 6); /* of the doctype, the element's two tags */
		assert_int_equal(quotes, 2);
		text_finish(&text);
	}
}

static void what_is_too_deep_is_refused(void **state)
{
	(void)state;
	struct markup markup;
	struct text text;
	text_init(&text, 4096);
	markup_begin(&markup, &text);
	for (int i = 0; i < MARKUP_MAX_DEPTH; i++)
		markup_open(&markup, "b");
	assert_int_equal(text.error, JISR_OK);
	markup_open(&markup, "b");
	assert_int_equal(text.error, JISR_TOO_LARGE);
	markup_end(&markup);
	text_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_nest_and_texts_are_escaped),
		cmocka_unit_test(no_byte_of_a_text_becomes_markup),
		cmocka_unit_test(what_is_too_deep_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
