#include "web/yente_filter.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static const struct catalogue_list list = {.name = "ofac-sdn", .loaded = "2026-01-02T03:04:05Z"};

static int set_up(void **state)
{
	(void)state;
	return arena_new((size_t)4 << 20, &arena);
}

static int tear_down(void **state)
{
	(void)state;
	arena = arena_free(arena);
	return 0;
}

static struct yente_thing made(const char *schema, const char *const properties[][2], const char *meta)
{
	struct entity *entity;
	assert_int_equal(entity_new("inv-1", schema, arena, &entity), JISR_OK);
	for (size_t i = 0; properties[i][0] != NULL; i++)
		assert_int_equal(
			entity_add(entity, arena, properties[i][0], properties[i][1], strlen(properties[i][1])),
			JISR_OK);
	entity->meta = meta;
	assert_int_equal(entity_complete(entity, arena), JISR_OK);
	return (struct yente_thing){*entity, &list};
}

static struct yente_thing person(const char *meta)
{
	static const char *const properties[][2] = {{"name", "Viktor Kuznedelev"},
	                                            {"birthDate", "1953-01-01/1958-12-31"},
	                                            {"country", "by"},
	                                            {"country", "Region: North"},
	                                            {"passportNumber", "by:MP1"},
	                                            {"passportNumber", "MP1"},
	                                            {"topics", "gov.national"},
	                                            {"hairColour", "red"},
	                                            {"notes", "A note."},
	                                            {NULL, NULL}};
	return made("Person", properties, meta);
}

static const char meta_text[] = "{\"datasets\":[\"us_ofac\",\"eu_fsf\"],\"referents\":[\"old-1\",\"q\\\"2\"],"
				"\"first_seen\":\"2024-01-02T03:04:05Z\",\"target\":true}";

static const char *written(const struct yente_thing *thing)
{
	struct text text;
	text_init(&text, 1 << 20);
	(void)text_add_char(&text, '{');
	yente_entity_write(&text, thing, NULL);
	(void)text_add_char(&text, '}');
	assert_int_equal(text.error, JISR_OK);
	char *copy = arena_text(arena, text.bytes, text.length);
	text_finish(&text);
	return copy;
}

static void members_are_read_where_they_lie(void **state)
{
	(void)state;
	static const char object[] =
		"{\"a\":{\"b\":[\"no\",\"]\"]},\"b\":[\"one\",\"t,w\\\"o\"],\"c\":7,\"d\":\"text\"}";
	struct yente_texts texts = yente_texts(object, sizeof object - 1, "b");
	const char *text;
	size_t length;
	assert_true(yente_texts_next(&texts, &text, &length));
	assert_memory_equal(text, "one", 3);
	assert_true(yente_texts_next(&texts, &text, &length));
	assert_int_equal(length, 6);
	assert_memory_equal(text, "t,w\\\"o", 6);
	assert_false(yente_texts_next(&texts, &text, &length));
	texts = yente_texts(object, sizeof object - 1, "d");
	assert_true(yente_texts_next(&texts, &text, &length));
	assert_int_equal(length, 4);
	texts = yente_texts(object, sizeof object - 1, "c");
	assert_false(yente_texts_next(&texts, &text, &length));
	for (size_t cut = 0; cut < sizeof object - 1; cut++) { /* damaged bytes end in nothing */
		texts = yente_texts(object, cut, "d");
		(void)yente_texts_next(&texts, &text, &length);
	}
	static const char array[] = "[{\"id\":\"}\"},{\"id\":\"2\",\"x\":{}}]";
	struct yente_texts objects = {array, array + sizeof array - 1};
	size_t count = 0;
	for (; yente_objects_next(&objects, &text, &length); count++)
		assert_true(text[0] == '{' && text[length - 1] == '}');
	assert_int_equal(count, 2);
}

static void an_entity_is_written_as_clients_read_it(void **state)
{
	(void)state;
	struct yente_thing thing = person(meta_text);
	assert_string_equal(
		written(&thing),
		"{\"id\":\"inv-1\",\"caption\":\"Viktor Kuznedelev\",\"schema\":\"Person\",\"properties\":{"
		"\"birthDate\":[\"1953-01-01\",\"1958-12-31\"],\"country\":[\"by\"],\"name\":[\"Viktor Kuznedelev\"],"
		"\"passportNumber\":[\"MP1\"],\"topics\":[\"gov.national\"],"
		"\"notes\":[\"country: Region: North\",\"hairColour: red\",\"A note.\"]},"
		"\"datasets\":[\"us_ofac\",\"eu_fsf\",\"ofac_sdn\"],\"referents\":[\"old-1\",\"q\\\"2\"],\"target\":"
		"true,"
		"\"first_seen\":\"2024-01-02T03:04:05\",\"last_seen\":null,\"last_change\":\"2026-01-02T03:04:05\"}");
	thing = person(NULL);
	CLEANUP(json_freep) cJSON *json = NULL;
	const char *text = written(&thing);
	assert_int_equal(json_read(text, strlen(text), &json, NULL), JISR_OK);
	assert_string_equal(json_get_text(json, "last_seen"), "2026-01-02T03:04:05");
	assert_true(cJSON_IsFalse(json_get(json, "target"))); /* its topics say so */
}

static void a_schema_that_nobody_knows_is_a_thing(void **state)
{
	(void)state;
	static const char *const properties[][2] = {{"name", "X 1"}, {"calibre", "9 mm"}, {NULL, NULL}};
	struct yente_thing thing = made("Firearm", properties, NULL);
	const char *text = written(&thing);
	assert_non_null(strstr(text, "\"schema\":\"Thing\""));
	assert_non_null(strstr(text, "\"notes\":[\"calibre: 9 mm\"]"));
	assert_true(yente_target(&thing)); /* no topics, no word of the list's: who stands on a list is meant */
}

static void lists_are_datasets_by_a_name_that_clients_accept(void **state)
{
	(void)state;
	char name[CATALOGUE_MAX_NAME + 1];
	yente_dataset("Ofac-SDN.v2-", name);
	assert_string_equal(name, "ofac_sdn_v2");
	assert_true(yente_dataset_equal("ofac-sdn", "ofac_sdn", 8));
	assert_false(yente_dataset_equal("ofac-sdn", "ofac_sdx", 8));
	assert_false(yente_dataset_equal("ofac-sdn", "ofac", 4));
}

static bool count_values(void *context, const char *value, size_t length)
{
	(void)value, (void)length;
	++*(size_t *)context;
	return true;
}

static size_t values(const struct yente_thing *thing, const char *name)
{
	struct yente_field field = yente_field(name);
	size_t count = 0;
	(void)yente_field_each(&field, thing, count_values, &count);
	return count;
}

static void fields_have_values(void **state)
{
	(void)state;
	struct yente_thing thing = person(meta_text);
	static const struct {
		const char *name;
		size_t count;
	} fields[] = {{"countries", 2},
	              {"topics", 1},
	              {"identifiers", 2},
	              {"names", 1},
	              {"datasets", 3},
	              {"referents", 2},
	              {"schema", 1},
	              {"target", 1},
	              {"first_seen", 1},
	              {"last_seen", 0},
	              {"caption", 1},
	              {"id", 1},
	              {"last_change", 1},
	              {"genders", 0},
	              {"properties.notes", 1},
	              {"nonsense", 0},
	              {"entity_id", 1},
	              {"dates", 1},
	              {"entity_values_count", 1}};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		assert_int_equal(values(&thing, fields[i].name), fields[i].count);
}

static bool accepts(struct yente_filter filter, const char *meta)
{
	struct yente_thing thing = person(meta);
	if (filter.dataset == NULL)
		filter.dataset = "default";
	return yente_filter_accepts(&filter, &thing);
}

static struct yente_names names(const char *one, const char *two)
{
	static const char *kept[16][2];
	static size_t next;
	const char **pair = kept[next++ % 16];
	pair[0] = one;
	pair[1] = two;
	return (struct yente_names){pair, two != NULL ? 2 : 1};
}

static void datasets_are_scope_less_what_is_excluded(void **state)
{
	(void)state;
	assert_true(accepts((struct yente_filter){.dataset = "default"}, meta_text));
	assert_true(accepts((struct yente_filter){.dataset = "ofac_sdn"}, meta_text));
	assert_true(accepts((struct yente_filter){.dataset = "ofac-sdn"}, NULL));
	assert_true(accepts((struct yente_filter){.dataset = "eu_fsf"}, meta_text));
	assert_false(accepts((struct yente_filter){.dataset = "un_sc"}, meta_text));
	assert_true(accepts((struct yente_filter){.include = names("un_sc", "eu_fsf")}, meta_text));
	assert_false(accepts((struct yente_filter){.include = names("un_sc", NULL)}, meta_text));
	assert_true(accepts((struct yente_filter){.exclude = names("us_ofac", NULL)}, meta_text));
	assert_false(accepts((struct yente_filter){.exclude = names("us_ofac", "eu_fsf")}, meta_text));
	assert_false(accepts((struct yente_filter){.exclude = names("ofac_sdn", NULL)}, meta_text));
	assert_false(accepts((struct yente_filter){.exclude = names("ofac_sdn", NULL)}, NULL));
	assert_false(accepts((struct yente_filter){.dataset = "eu_fsf", .exclude = names("eu_fsf", NULL)}, meta_text));
}

static void schemata_ids_and_days(void **state)
{
	(void)state;
	assert_true(accepts((struct yente_filter){.schema = "LegalEntity"}, NULL));
	assert_true(accepts((struct yente_filter){.schema = "Person"}, NULL));
	assert_true(accepts((struct yente_filter){.schema = "Thing"}, NULL));
	assert_false(accepts((struct yente_filter){.schema = "Company"}, NULL));
	assert_false(accepts((struct yente_filter){.schema = "Interval"}, NULL));
	assert_false(accepts((struct yente_filter){.exclude_schema = names("Person", NULL)}, NULL));
	assert_true(accepts((struct yente_filter){.exclude_schema = names("LegalEntity", NULL)}, NULL));
	assert_false(accepts((struct yente_filter){.exclude_ids = names("inv-1", NULL)}, NULL));
	assert_false(accepts((struct yente_filter){.exclude_ids = names("x", "old-1")}, meta_text));
	assert_true(accepts((struct yente_filter){.exclude_ids = names("old", NULL)}, meta_text));
	/* A list that does not say when an entity changed: when the list came in. */
	assert_true(accepts((struct yente_filter){.changed_since = "2026-01-02"}, NULL));
	assert_false(accepts((struct yente_filter){.changed_since = "2026-01-02T03:04:05"}, NULL));
	assert_false(accepts((struct yente_filter){.changed_since = "2026-01-03"}, NULL));
}

static void conditions_hold_one_or_all_of_a_field(void **state)
{
	(void)state;
	struct yente_condition two[] = {{yente_field("countries"), "ke"}, {yente_field("countries"), "by"}};
	struct yente_condition apart[] = {{yente_field("countries"), "by"}, {yente_field("topics"), "sanction"}};
	struct yente_condition dataset[] = {{yente_field("datasets"), "ofac-sdn"}};
	assert_true(accepts((struct yente_filter){.conditions = two, .condition_count = 2}, NULL));
	assert_false(accepts((struct yente_filter){.conditions = two, .condition_count = 2, .all = true}, NULL));
	assert_false(accepts((struct yente_filter){.conditions = apart, .condition_count = 2}, NULL));
	assert_true(accepts((struct yente_filter){.conditions = apart, .condition_count = 1}, NULL));
	assert_true(accepts((struct yente_filter){.conditions = dataset, .condition_count = 1}, meta_text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(members_are_read_where_they_lie, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_entity_is_written_as_clients_read_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_schema_that_nobody_knows_is_a_thing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lists_are_datasets_by_a_name_that_clients_accept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fields_have_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(datasets_are_scope_less_what_is_excluded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(schemata_ids_and_days, set_up, tear_down),
		cmocka_unit_test_setup_teardown(conditions_hold_one_or_all_of_a_field, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
