#include "notices/reach.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static const char *const offices[] = {"", "GS", "MA", "FR", "DE", "XX", "RB-ABJ", "M", "MAR"};
#define OFFICES (sizeof offices / sizeof *offices)

static uint64_t random_state = 1;

static uint64_t random_number(uint64_t below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (random_state >> 33) % below;
}

/* The rules in words: owner and headquarters always; else all, the named, or all but the named; the public where all. */
static bool reference(int kind, unsigned named, const char *owner, size_t office)
{
	const char *code = offices[office];
	if (code[0] != '\0' && (strcmp(code, owner) == 0 || strcmp(code, "GS") == 0))
		return true;
	if (kind == 0)
		return true;
	if (code[0] == '\0')
		return false;
	bool is_named = (named >> office & 1) != 0;
	return kind == 1 ? is_named : !is_named;
}

static void any_list_lets_in_whom_the_rules_let_in(void **state)
{
	(void)state;
	struct arena *arena;
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	for (int round = 0; round < 20000; round++) {
		int kind = (int)random_number(3);
		unsigned named = 0;
		cJSON *list = cJSON_CreateArray();
		for (uint64_t n = 1 + random_number(6); kind != 0 && n > 0; n--) {
			size_t at = 2 + random_number(OFFICES - 2);
			if (strlen(offices[at]) < 2)
				continue;
			named |= 1u << at;
			cJSON_AddItemToArray(list, cJSON_CreateString(offices[at]));
		}
		cJSON *json = NULL;
		if (named == 0 || kind == 0) {
			cJSON_Delete(list);
			json = cJSON_CreateString("*");
			kind = 0;
		} else {
			json = cJSON_CreateObject();
			cJSON_AddItemToObject(json, kind == 1 ? "only" : "except", list);
		}
		struct reach reach, back;
		const char *text, *written_again;
		arena_reset(arena);
		assert_int_equal(reach_read(json, arena, &reach, NULL), JISR_OK);
		assert_int_equal(reach_text(&reach, arena, &text), JISR_OK);
		const char *owner = offices[1 + random_number(5)];
		assert_int_equal(reach_from_text(text, arena, &back), JISR_OK);
		assert_int_equal(reach_text(&back, arena, &written_again), JISR_OK);
		assert_string_equal(written_again, text);
		struct entry_audience audience = reach_audience(&back);
		assert_true(audience.count == reach.count &&
		            (audience.kind == AUDIENCE_ALL) == (reach.kind == REACH_ALL));
		for (size_t o = 0; o < OFFICES; o++) {
			bool expected = reference(kind, named, owner, o);
			assert_true(reach_text_includes(text, owner, offices[o]) == expected);
		}
		json_free(json);
	}
	arena_free(arena);
}

static void what_is_no_list_is_refused_with_a_sentence(void **state)
{
	(void)state;
	static const char *const bad[] = {"null",
	                                  "\"all\"",
	                                  "{}",
	                                  "{\"only\":[]}",
	                                  "{\"only\":\"FR\"}",
	                                  "{\"only\":[\"fr\"]}",
	                                  "{\"only\":[\"F\"]}",
	                                  "{\"only\":[1]}",
	                                  "{\"only\":[\"FR\"],\"except\":[\"DE\"]}",
	                                  "{\"except\":[\"GS\"]}",
	                                  "{\"only\":[\"FR,DE\"]}",
	                                  "[]",
	                                  "{\"just\":[\"FR\"]}"};
	struct arena *arena;
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct reach reach = {REACH_ONLY, NULL, 77};
		struct problem problem = {""};
		cJSON *json;
		assert_int_equal(json_read(bad[i], strlen(bad[i]), &json, NULL), JISR_OK);
		assert_int_equal(reach_read(json, arena, &reach, &problem), JISR_BAD_INPUT);
		assert_true(problem.text[0] != '\0' && reach.count == 77);
		json_free(json);
	}
	assert_false(reach_text_includes("", "MA", "FR") || reach_text_includes("?FR,", "MA", "FR"));
	cJSON *list = cJSON_CreateObject(), *codes = cJSON_AddArrayToObject(list, "only");
	for (int i = 0; i <= REACH_MAX_OFFICES; i++)
		cJSON_AddItemToArray(codes, cJSON_CreateString("FR"));
	struct reach reach;
	assert_int_equal(reach_read(list, arena, &reach, NULL), JISR_TOO_LARGE);
	cJSON_DeleteItemFromArray(codes, 0);
	assert_int_equal(reach_read(list, arena, &reach, NULL), JISR_OK);
	assert_int_equal(reach.count, 1);
	json_free(list);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_list_lets_in_whom_the_rules_let_in),
		cmocka_unit_test(what_is_no_list_is_refused_with_a_sentence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
