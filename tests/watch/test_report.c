#include "watch/report.h"

#include "base/json.h"
#include "watch/segment.h"
#include "watch/set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static const struct catalogue_list list = {
	.name = "invented",
	.format = "a format",
	.source = "a.csv",
	.published = "",
	.loaded = "2026-11-23T21:00:00Z",
	.file = "9f86d081",
	.entities = 3,
	.names = 4,
	.documents = 5,
	.bytes = 6,
};

static cJSON *read_back(struct text *text)
{
	cJSON *json = NULL;
	struct problem problem = {0};
	assert_int_equal(text->error, JISR_OK);
	if (json_read(text->bytes, text->length, &json, &problem) != JISR_OK)
		fail_msg("%s: %s", problem.text, text->bytes);
	text_finish(text);
	return json;
}

static double age(const char *loaded, int64_t now)
{
	struct catalogue_list item = list;
	struct text text;
	item.loaded = loaded;
	text_init(&text, 10000);
	report_list(&text, &item, now, false);
	cJSON *json = read_back(&text);
	const cJSON *member = json_get(json, "age_seconds");
	double seconds = cJSON_IsNumber(member) ? member->valuedouble : -1;
	json_free(json);
	return seconds;
}

static void the_age_of_a_list_is_counted_from_its_loading(void **state)
{
	(void)state;
	assert_true(age("2026-11-23T21:00:00Z", 1795467600 + 90) == 90);
	assert_true(age("1970-01-01T00:00:00Z", 5) == 5);
	assert_true(age("2024-02-29T12:00:00Z", 1709208000) == 0);
	assert_true(age("2024-03-01T00:00:00Z", 1709251200 + 1) == 1);
	assert_true(age("2000-12-31T23:59:59Z", 978307200) == 1);
	assert_true(age("2026-11-23T21:00:00Z", 0) == 0); /* a clock that was set back */
	assert_true(age("", 5) == -1);
	assert_true(age("2026-13-23T21:00:00Z", 5) == -1);
	assert_true(age("2026-11-23 21:0", 5) == -1);
}

static void what_only_the_keeper_of_lists_needs_is_told_when_asked(void **state)
{
	(void)state;
	struct text text;
	for (int whole = 0; whole < 2; whole++) {
		text_init(&text, 10000);
		report_list(&text, &list, 1795467600, whole);
		cJSON *json = read_back(&text);
		assert_string_equal(json_get_text(json, "version"), "9f86d081");
		assert_true(cJSON_IsNull(json_get(json, "published")));
		assert_int_equal(json_get(json, "source") != NULL, whole);
		assert_int_equal(json_get(json, "documents") != NULL, whole);
		json_free(json);
	}
}

static void a_hit_tells_its_reason_and_its_properties(void **state)
{
	(void)state;
	struct segment_builder *builder;
	struct arena *arena;
	struct entity *entity;
	struct segment *segment;
	struct watch_set *set;
	struct watch_scratch *scratch;
	struct check_answer answer;
	struct problem problem = {0};
	assert_int_equal(arena_new(1 << 24, &arena), JISR_OK);
	assert_int_equal(segment_builder_new(&builder), JISR_OK);
	assert_int_equal(entity_new("x\"1", "Person", arena, &entity), JISR_OK);
	static const char *const values[][2] = {{"name", "Tomasz Borowiecki"},
	                                        {"name", "T. \\B"},
	                                        {"birthDate", "1971-04-09"},
	                                        {"passportNumber", "pl:AB1"}};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		assert_int_equal(entity_add(entity, arena, values[i][0], values[i][1], strlen(values[i][1])), JISR_OK);
	assert_int_equal(entity_complete(entity, arena), JISR_OK);
	assert_int_equal(segment_builder_put(builder, entity), JISR_OK);
	assert_int_equal(segment_builder_open(builder, "invented", &segment), JISR_OK);
	segment_builder_free(builder);
	assert_int_equal(watch_set_new(&set), JISR_OK);
	assert_int_equal(watch_set_replace(set, "invented", segment), JISR_OK);
	assert_int_equal(watch_scratch_new(&scratch), JISR_OK);
	const struct watch_view *view = watch_view_take(set);
	struct check_query query = {
		.names = {"Borowiecki Tomasz Maria"}, .name_count = 1, .birth = {19710409, 19710409}};
	assert_int_equal(watch_check(view, &query, scratch, arena, &answer, &problem), JISR_OK);
	assert_int_equal(answer.count, 1);

	struct text text;
	text_init(&text, 100000);
	report_hit(&text, view, &answer.hits[0]);
	cJSON *json = read_back(&text);
	assert_string_equal(json_get_text(json, "id"), "x\"1");
	assert_string_equal(json_get(json, "lists")->child->valuestring, "invented");
	const cJSON *explanation = json_get(json, "explanation"), *parts = json_get(explanation, "parts");
	assert_string_equal(json_get_text(explanation, "rules"), name_rules_version());
	assert_string_equal(json_get_text(explanation, "matched_name"), "Tomasz Borowiecki");
	assert_int_equal(cJSON_GetArraySize(parts), 3);
	assert_string_equal(json_get_text(cJSON_GetArrayItem(parts, 0), "query"), "Borowiecki");
	assert_string_equal(json_get_text(cJSON_GetArrayItem(parts, 0), "rule"), "same");
	assert_true(cJSON_IsNull(json_get(cJSON_GetArrayItem(parts, 2), "listed")));
	assert_string_equal(json_get_text(cJSON_GetArrayItem(json_get(explanation, "evidence"), 1), "feature"),
	                    "birth_date");
	const cJSON *properties = json_get(json, "properties");
	assert_int_equal(cJSON_GetArraySize(properties), 3);
	assert_int_equal(cJSON_GetArraySize(json_get(properties, "name")), 2);
	assert_string_equal(cJSON_GetArrayItem(json_get(properties, "name"), 1)->valuestring, "T. \\B");
	json_free(json);

	text_init(&text, 100000);
	report_hit(&text, NULL, &answer.hits[0]);
	json = read_back(&text);
	assert_null(json_get(json, "properties"));
	json_free(json);
	struct check_hit gone = answer.hits[0];
	gone.entity = 9999;
	text_init(&text, 100000);
	report_hit(&text, view, &gone);
	json = read_back(&text);
	assert_null(json_get(json, "properties"));
	json_free(json);

	watch_view_release(view);
	watch_scratch_free(scratch);
	watch_set_free(set);
	arena_free(arena);
}

static void pieces_of_the_longest_name_fit(void **state)
{
	(void)state;
	struct arena *arena;
	struct name *name;
	char long_name[NAME_MAX_BYTES + 200], out[REPORT_PIECES_MAX];
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	for (size_t i = 0; i < sizeof long_name; i++)
		long_name[i] = i % 45 == 44 ? ' ' : (char)('a' + i % 7);
	assert_int_equal(name_read(long_name, sizeof long_name, NAME_PERSON, arena, &name), JISR_OK);
	report_pieces(name, 0, name->count, out);
	assert_true(strlen(out) > 500 && strlen(out) < sizeof out);
	report_pieces(name, name->count, 1, out);
	assert_string_equal(out, "");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_age_of_a_list_is_counted_from_its_loading),
		cmocka_unit_test(what_only_the_keeper_of_lists_needs_is_told_when_asked),
		cmocka_unit_test(a_hit_tells_its_reason_and_its_properties),
		cmocka_unit_test(pieces_of_the_longest_name_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
