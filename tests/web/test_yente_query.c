#include "web/yente_query.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static cJSON *json;

static int set_up(void **state)
{
	(void)state;
	json = NULL;
	return arena_new((size_t)64 << 20, &arena);
}

static int tear_down(void **state)
{
	(void)state;
	json = json_free(json);
	arena = arena_free(arena);
	return 0;
}

static int read_batch(const char *body, struct yente_batch *batch, struct yente_wrong *wrong)
{
	json = json_free(json);
	assert_int_equal(json_read(body, strlen(body), &json, NULL), JISR_OK);
	return yente_batch_read(json, arena, batch, wrong);
}

/* One query's object, read whole. */
static struct yente_query *one(const char *query)
{
	struct yente_batch batch;
	struct yente_wrong wrong;
	const char *body = arena_format(arena, "{\"queries\":{\"q\":%s}}", query);
	assert_int_equal(read_batch(body, &batch, &wrong), JISR_OK);
	assert_int_equal(batch.count, 1);
	assert_string_equal(batch.queries[0].key, "q");
	int error = yente_query_read(&batch.queries[0], arena, &wrong);
	if (error != JISR_OK)
		fail_msg("%s", wrong.text);
	return &batch.queries[0];
}

static const char *value_of(const struct yente_query *query, const char *property)
{
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->values[i].property, property) == 0)
			return query->values[i].value;
	return NULL;
}

static void a_body_in_the_right_shape_is_read(void **state)
{
	(void)state;
	struct yente_batch batch;
	struct yente_wrong wrong;
	assert_int_equal(read_batch("{\"queries\":{\"a\":{\"schema\":\"Person\",\"properties\":{}},"
	                            "\"b\":{\"id\":\"me\",\"schema\":\"Company\",\"properties\":{\"name\":\"X\"}}},"
	                            "\"weights\":{\"name\":0.5},\"config\":{\"nm\":null,\"x\":true}}",
	                            &batch, &wrong),
	                 JISR_OK);
	assert_int_equal(batch.count, 2);
	assert_null(batch.queries[0].id);
	assert_string_equal(batch.queries[1].id, "me");
	assert_non_null(batch.weights);
	assert_non_null(batch.config);
}

static void each_wrong_shape_is_told_with_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *body, *type, *place;
	} wrongs[] = {
		{"[]", "model_attributes_type", "body"},
		{"{}", "missing", "body queries"},
		{"{\"queries\":[]}", "dict_type", "body queries"},
		{"{\"queries\":{\"q\":null}}", "model_attributes_type", "body queries q"},
		{"{\"queries\":{\"q\":{\"properties\":{}}}}", "missing", "body queries q schema"},
		{"{\"queries\":{\"q\":{\"schema\":\"Person\"}}}", "missing", "body queries q properties"},
		{"{\"queries\":{\"q\":{\"schema\":1,\"properties\":{}}}}", "string_type", "body queries q schema"},
		{"{\"queries\":{\"q\":{\"schema\":\"Person\",\"properties\":[]}}}", "dict_type",
	         "body queries q properties"},
		{"{\"queries\":{\"q\":{\"schema\":\"Person\",\"properties\":{\"name\":1}}}}", "string_type",
	         "body queries q properties name"},
		{"{\"queries\":{\"q\":{\"id\":7,\"schema\":\"Person\",\"properties\":{}}}}", "string_type",
	         "body queries q id"},
		{"{\"queries\":{},\"weights\":{\"name\":\"much\"}}", "float_type", "body weights name"},
		{"{\"queries\":{},\"weights\":7}", "dict_type", "body weights"},
		{"{\"queries\":{},\"config\":{\"a\":[]}}", "string_type", "body config a"},
	};
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		struct yente_batch batch;
		struct yente_wrong wrong;
		char place[200] = "";
		assert_int_equal(read_batch(wrongs[i].body, &batch, &wrong), JISR_BAD_INPUT);
		assert_int_equal(wrong.status, 422);
		assert_string_equal(wrong.type, wrongs[i].type);
		assert_true(wrong.text[0] != '\0');
		for (size_t k = 0; wrong.place[k] != NULL; k++) {
			strncat(place, k > 0 ? " " : "", sizeof place - strlen(place) - 1);
			strncat(place, wrong.place[k], sizeof place - strlen(place) - 1);
		}
		assert_string_equal(place, wrongs[i].place);
	}
}

static void values_are_normalised_and_what_is_none_is_left_out(void **state)
{
	(void)state;
	const struct yente_query *query =
		one("{\"schema\":\"Person\",\"properties\":{\"name\":\" Jane \\t Doe \","
	            "\"country\":[\"Russia\",\"ru\",\"Atlantis\"],\"birthDate\":[1965,\"soon\"],"
	            "\"gender\":\"F\",\"nonsense\":\"x\",\"idNumber\":[\"A 1\",null,{},[],true],"
	            "\"sanctions\":[\"s-1\"]}}");
	assert_string_equal(value_of(query, "name"), "Jane Doe");
	assert_string_equal(value_of(query, "country"), "ru");
	assert_string_equal(value_of(query, "birthDate"), "1965");
	assert_string_equal(value_of(query, "gender"), "female");
	assert_null(value_of(query, "nonsense"));
	assert_null(value_of(query, "sanctions")); /* the id alone of another entity */
	assert_int_equal(query->count, 6);         /* the number and "true" */
	assert_int_equal(query->check.country_count, 1);
	assert_int_equal(query->check.sex, 'f');
	assert_int_equal(query->check.birth.from, 19650101);
	assert_int_equal(query->check.birth.to, 19651231);
	assert_int_equal(query->document_count, 2);
	assert_string_equal(query->documents[0].number, "A 1");
}

static void names_come_from_names_else_weak_ones_else_parts(void **state)
{
	(void)state;
	const struct yente_query *query =
		one("{\"schema\":\"Person\",\"properties\":{\"name\":[\"A B\",\"A B\"],\"alias\":[\"A B\",\"C\"],"
	            "\"weakAlias\":\"W\",\"firstName\":\"F\"}}");
	assert_int_equal(query->name_count, 2);
	assert_string_equal(query->names[1], "C");
	query = one("{\"schema\":\"Person\",\"properties\":{\"weakAlias\":\"W\",\"firstName\":\"F\"}}");
	assert_int_equal(query->name_count, 1);
	assert_string_equal(query->names[0], "W");
	query = one("{\"schema\":\"Person\",\"properties\":{\"lastName\":[\"Roe\",\"Doe\"],\"firstName\":\"Jane\","
	            "\"fatherName\":\"Ivanovna\"}}");
	assert_int_equal(query->name_count, 2);
	assert_string_equal(query->names[0], "Jane Ivanovna Roe");
	assert_string_equal(query->names[1], "Jane Ivanovna Doe");
	assert_string_equal(value_of(query, "alias"), "Jane Ivanovna Roe");
	query = one("{\"schema\":\"Company\",\"properties\":{\"registrationNumber\":\"1\"}}");
	assert_int_equal(query->name_count, 0);
	assert_int_equal(query->document_count, 1);
}

static void dates_that_disagree_count_against_nobody(void **state)
{
	(void)state;
	const struct yente_query *query =
		one("{\"schema\":\"Person\",\"properties\":{\"birthDate\":[\"1965\",\"1965-03-02\"]}}");
	assert_int_equal(query->check.birth.from, 19650302);
	assert_int_equal(query->check.birth.to, 19650302);
	query = one("{\"schema\":\"Person\",\"properties\":{\"birthDate\":[\"1970-05-05\",\"1965-03-02\"]}}");
	assert_int_equal(query->check.birth.from, 19650302);
	assert_int_equal(query->check.birth.to, 19700505);
	query = one("{\"schema\":\"Person\",\"properties\":{\"gender\":[\"male\",\"female\"]}}");
	assert_int_equal(query->check.sex, 0);
	query = one("{\"schema\":\"Company\",\"properties\":{\"incorporationDate\":\"1999-01-01T00:00:00\"}}");
	assert_int_equal(query->check.birth.to, 19990101);
}

static void a_ships_number_is_asked_with_and_without_its_letters(void **state)
{
	(void)state;
	const struct yente_query *query = one("{\"schema\":\"Vessel\",\"properties\":{\"imoNumber\":\"IMO 9876543\"}}");
	assert_int_equal(query->document_count, 2);
	assert_string_equal(query->documents[1].number, "9876543");
	query = one("{\"schema\":\"Vessel\",\"properties\":{\"imoNumber\":\"9876543\"}}");
	assert_string_equal(query->documents[1].number, "IMO9876543");
	query = one("{\"schema\":\"Person\",\"properties\":{\"passportNumber\":\"by:MP1\"}}");
	assert_string_equal(query->documents[0].country, "by");
	assert_string_equal(query->documents[0].number, "MP1");
}

static void refused(const char *query, const char *expected)
{
	struct yente_batch batch;
	struct yente_wrong wrong;
	assert_int_equal(read_batch(arena_format(arena, "{\"queries\":{\"q\":%s}}", query), &batch, &wrong), JISR_OK);
	assert_int_equal(yente_query_read(&batch.queries[0], arena, &wrong), JISR_BAD_INPUT);
	assert_int_equal(wrong.status, 400);
	assert_non_null(strstr(wrong.text, expected));
}

static void what_cannot_be_asked_is_refused(void **state)
{
	(void)state;
	refused("{\"schema\":\"Nothing\",\"properties\":{}}", "Unknown schema: 'Nothing'");
	refused("{\"schema\":\"Sanction\",\"properties\":{}}", "Non-matchable schema for query: Sanction");
	(void)one("{\"schema\":\"Thing\",\"properties\":{}}");
	struct text many;
	text_init(&many, 1 << 20);
	for (int i = 0; i <= YENTE_MAX_NAMES; i++)
		(void)text_add_format(&many, "%s\"N %d\"", i > 0 ? "," : "", i);
	refused(arena_format(arena, "{\"schema\":\"Person\",\"properties\":{\"name\":[%s]}}", many.bytes),
	        "more than 500 names");
	text_finish(&many);
}

static void a_long_value_is_cut_between_characters(void **state)
{
	(void)state;
	struct text body;
	text_init(&body, 1 << 20);
	(void)text_add_string(&body, "{\"schema\":\"Person\",\"properties\":{\"name\":\"a");
	for (int i = 0; i < YENTE_MAX_VALUE; i++)
		(void)text_add_string(&body, "é");
	(void)text_add_string(&body, "\"}}");
	const struct yente_query *query = one(body.bytes);
	assert_int_equal(strlen(query->names[0]), YENTE_MAX_VALUE - 1);
	text_finish(&body);
}

static void want_of_memory_is_told(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *full = NULL;
	struct yente_batch batch;
	struct yente_wrong wrong;
	const char *body = "{\"queries\":{\"q\":{\"schema\":\"Person\",\"properties\":{\"name\":[\"A\",\"B\"],"
			   "\"birthDate\":\"1970\",\"idNumber\":\"1\"}}}}";
	size_t limit = 0;
	int error = JISR_NO_MEMORY;
	while (error == JISR_NO_MEMORY && limit < 1 << 20) {
		full = arena_free(full);
		limit += 64;
		assert_int_equal(arena_new(limit, &full), JISR_OK);
		json = json_free(json);
		assert_int_equal(json_read(body, strlen(body), &json, NULL), JISR_OK);
		error = yente_batch_read(json, full, &batch, &wrong);
		if (error == JISR_OK)
			error = yente_query_read(&batch.queries[0], full, &wrong);
	}
	assert_int_equal(error, JISR_OK);
	assert_true(limit > 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_body_in_the_right_shape_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_wrong_shape_is_told_with_its_place, set_up, tear_down),
		cmocka_unit_test_setup_teardown(values_are_normalised_and_what_is_none_is_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_come_from_names_else_weak_ones_else_parts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(dates_that_disagree_count_against_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_ships_number_is_asked_with_and_without_its_letters, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_asked_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_long_value_is_cut_between_characters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(want_of_memory_is_told, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
