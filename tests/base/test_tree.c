#include "base/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void lists_are_what_stands_between_commas(void **state)
{
	(void)state;
	static const char *const words[][2] = {
		{"FR,MA", "{\"to\":[\"FR\",\"MA\"]}"},
		{"FR", "{\"to\":[\"FR\"]}"},
		{"", "{\"to\":[]}"},
		{",FR,,MA,", "{\"to\":[\"\",\"FR\",\"\",\"MA\"]}"},
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		cJSON *root = tree_object();
		tree_list(root, "to", words[i][0]);
		char *text = tree_take(root, false);
		assert_string_equal(text, words[i][1]);
		cJSON_free(text);
	}
}

static void what_cannot_be_added_is_remembered_once(void **state)
{
	(void)state;
	tree_list(NULL, "to", "FR");
	assert_true(tree_failed());
	assert_false(tree_failed());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_what_stands_between_commas),
		cmocka_unit_test(what_cannot_be_added_is_remembered_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
