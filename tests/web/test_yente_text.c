#include "web/yente_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static struct yente_thing thing;
static const struct catalogue_list list = {.name = "invented", .loaded = "2026-01-02T03:04:05Z"};

static int set_up(void **state)
{
	(void)state;
	static const char *const properties[][2] = {
		{"name", "Ángel González-O'Brien"}, {"name", "赵明轩"},       {"alias", "Виктор Кузнеделев"},
		{"birthDate", "1971-03-14"},        {"country", "es"},        {"topics", "sanction"},
		{"address", "12 Nowhere Street"},   {"idNumber", "es:AB 12"}, {"notes", "Said to be a sailor."},
	};
	struct entity *entity;
	if (arena_new((size_t)4 << 20, &arena) != JISR_OK || entity_new("inv-1", "Person", arena, &entity) != JISR_OK)
		return 1;
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
		assert_int_equal(
			entity_add(entity, arena, properties[i][0], properties[i][1], strlen(properties[i][1])),
			JISR_OK);
	assert_int_equal(entity_complete(entity, arena), JISR_OK);
	thing = (struct yente_thing){*entity, &list};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena = arena_free(arena);
	return 0;
}

static struct yente_text *read_words(const char *query, bool simple)
{
	struct yente_text *text;
	struct problem problem = {""};
	if (yente_text_read(query, simple, arena, &text, &problem) != JISR_OK)
		fail_msg("%s: %s", query, problem.text);
	return text;
}

static enum yente_text_match match(const char *query)
{
	return yente_text_match(read_words(query, false), &thing, false);
}

static void words_are_found_without_case_and_accents(void **state)
{
	(void)state;
	assert_int_equal(match(""), YENTE_TEXT_NAMES);
	assert_int_equal(match("angel GONZALEZ"), YENTE_TEXT_NAMES);
	assert_int_equal(match("González ÁNGEL"), YENTE_TEXT_NAMES);
	assert_int_equal(match("obrien"), YENTE_TEXT_NAMES);
	assert_int_equal(match("o'brien"), YENTE_TEXT_NAMES);
	assert_int_equal(match("кузнеделев"), YENTE_TEXT_NAMES);
	assert_int_equal(match("明轩"), YENTE_TEXT_NAMES);
	assert_int_equal(match("轩明"), YENTE_TEXT_NO);
	assert_int_equal(match("gonzalez sailor"), YENTE_TEXT_SOMEWHERE);
	assert_int_equal(match("gonza"), YENTE_TEXT_NO);
	assert_int_equal(match("gonza*"), YENTE_TEXT_NAMES);
	assert_int_equal(match("inv-1"), YENTE_TEXT_SOMEWHERE);
	assert_int_equal(match("\"inv-1\""), YENTE_TEXT_SOMEWHERE);
	assert_int_equal(match("\"AB 12\""), YENTE_TEXT_SOMEWHERE);
}

static void phrases_alternatives_and_exclusions(void **state)
{
	(void)state;
	assert_int_equal(match("\"nowhere street\""), YENTE_TEXT_SOMEWHERE);
	assert_int_equal(match("\"street nowhere\""), YENTE_TEXT_NO);
	assert_int_equal(match("\"angel gonz*\""), YENTE_TEXT_NO);
	assert_true(match("angel -pilot") != YENTE_TEXT_NO);
	assert_int_equal(match("angel -sailor"), YENTE_TEXT_NO);
	assert_int_equal(match("angel NOT sailor"), YENTE_TEXT_NO);
	assert_true(match("pilot OR sailor") != YENTE_TEXT_NO);
	assert_true(match("(pilot OR sailor) AND angel") != YENTE_TEXT_NO);
	assert_int_equal(match("pilot OR driver"), YENTE_TEXT_NO);
}

static void fields_are_looked_into_alone(void **state)
{
	(void)state;
	assert_true(match("schema:Person") != YENTE_TEXT_NO);
	assert_int_equal(match("schema:Company"), YENTE_TEXT_NO);
	assert_true(match("name:angel topics:sanction") != YENTE_TEXT_NO);
	assert_int_equal(match("name:sailor"), YENTE_TEXT_NO);
	assert_true(match("properties.birthDate:1971-03-14") != YENTE_TEXT_NO);
	assert_true(match("properties.address:\"nowhere street\"") != YENTE_TEXT_NO);
	assert_true(match("datasets:invented") != YENTE_TEXT_NO);
	assert_int_equal(match("nothing:angel"), YENTE_TEXT_NO);
	assert_string_equal(yente_text_words(read_words("angel -x topics:sanction \"O Brien\"", false)),
	                    "angel O Brien");
}

static void what_cannot_be_read_is_refused_unless_it_is_simple(void **state)
{
	(void)state;
	static const char *const bad[] = {"invalid/query", "\"open", "a) b", "(a", "a[1 TO 2]", "a^2", "name:\"x"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct yente_text *text;
		struct problem problem = {""};
		assert_int_equal(yente_text_read(bad[i], false, arena, &text, &problem), JISR_BAD_INPUT);
		assert_non_null(strstr(problem.text, "Invalid query"));
		assert_non_null(read_words(bad[i], true));
	}
}

static void limits_are_told(void **state)
{
	(void)state;
	struct yente_text *text;
	char words[3 * YENTE_TEXT_TERMS + 8] = "", letters[YENTE_TEXT_LETTERS + 2];
	for (int i = 0; i < YENTE_TEXT_TERMS; i++)
		strncat(words, "a ", sizeof words - strlen(words) - 1);
	assert_int_equal(yente_text_read(words, true, arena, &text, NULL), JISR_OK);
	strncat(words, "a", sizeof words - strlen(words) - 1);
	assert_int_equal(yente_text_read(words, true, arena, &text, NULL), JISR_TOO_LARGE);
	memset(letters, 'a', sizeof letters - 1);
	letters[sizeof letters - 1] = '\0';
	assert_int_equal(yente_text_read(letters, true, arena, &text, NULL), JISR_TOO_LARGE);
	letters[sizeof letters - 2] = '\0';
	assert_int_equal(yente_text_read(letters, true, arena, &text, NULL), JISR_OK);
}

/* The quick look at the bytes never rules out what matches. */
static void a_record_that_matches_is_never_passed_over(void **state)
{
	(void)state;
	static const char *const queries[] = {
		"angel",           "obrien",           "gonz*", "明轩", "sailor", "кузн*", "12", "said", "-pilot",
		"pilot OR street", "datasets:invented"};
	for (size_t q = 0; q < sizeof queries / sizeof *queries; q++) {
		struct text bytes;
		text_init(&bytes, 1 << 20);
		(void)text_add(&bytes, "inv-1", 6);
		for (size_t i = 0; i < thing.entity.count; i++)
			(void)text_add(&bytes, thing.entity.properties[i].value,
			               strlen(thing.entity.properties[i].value) + 1);
		const struct yente_text *text = read_words(queries[q], false);
		assert_true(yente_text_match(text, &thing, false) != YENTE_TEXT_NO);
		assert_true(yente_text_may(text, bytes.bytes, bytes.length));
		text_finish(&bytes);
	}
	assert_false(yente_text_may(read_words("angel", false), "Plain Ascii", 11));
	assert_false(yente_text_may(read_words("明", false), "Plain Ascii", 11));
	assert_true(yente_text_may(read_words("ascii", false), "Plain Ascii", 11));
	assert_true(yente_text_may(read_words("obrien", false), "O'Brien", 7));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(words_are_found_without_case_and_accents, set_up, tear_down),
		cmocka_unit_test_setup_teardown(phrases_alternatives_and_exclusions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fields_are_looked_into_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_is_refused_unless_it_is_simple, set_up, tear_down),
		cmocka_unit_test_setup_teardown(limits_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_record_that_matches_is_never_passed_over, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
