#include "web/yente_graph.h"

#include "base/json.h"
#include "watch/segment.h"
#include "web/yente_facets.h"
#include "web/yente_index.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static struct watch_set *set;
static struct catalogue_list list = {.name = "invented", .loaded = "2026-01-02T03:04:05Z"};
static struct lists lists = {.list = &list, .count = 1};

static void put(struct segment_builder *builder, const char *id, const char *schema, const char *name,
                const char *property, const char *value, const char *attached, const char *meta)
{
	struct entity *entity;
	assert_int_equal(entity_new(id, schema, arena, &entity), JISR_OK);
	assert_int_equal(entity_add(entity, arena, "name", name, strlen(name)), JISR_OK);
	assert_int_equal(entity_add(entity, arena, property, value, strlen(value)), JISR_OK);
	entity->attached = attached;
	entity->meta = meta;
	assert_int_equal(entity_complete(entity, arena), JISR_OK);
	assert_int_equal(segment_builder_put(builder, entity), JISR_OK);
}

#define OWNERSHIP                                                                                                      \
	"{\"id\":\"o-1\",\"schema\":\"Ownership\",\"properties\":{\"owner\":[\"p-1\"],\"asset\":[\"c-1\",\"gone\"]}}"

static int set_up(void **state)
{
	(void)state;
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	struct segment *segment;
	assert_int_equal(arena_new((size_t)16 << 20, &arena), JISR_OK);
	assert_int_equal(watch_set_new(&set), JISR_OK);
	assert_int_equal(segment_builder_new(&builder), JISR_OK);
	put(builder, "p-1", "Person", "Ann Nowhere", "addressEntity", "a-1",
	    "[{\"id\":\"s-1\",\"schema\":\"Sanction\",\"caption\":\"Decree\",\"properties\":{\"entity\":[\"p-1\"],"
	    "\"program\":[\"Decree\"]},\"datasets\":[\"inv\"]},{\"id\":\"a-1\",\"schema\":\"Address\",\"properties\":"
	    "{\"full\":[\"1 Road\"]}}," OWNERSHIP
	    ",7,{\"id\":\"bad\",\"schema\":\"Sanction\",\"properties\":[]},{\"x\":1}]",
	    "{\"datasets\":[\"inv\",\"other\"],\"referents\":[\"old-1\"]}");
	put(builder, "c-1", "Company", "Nowhere Ltd", "country", "mt",
	    "[" OWNERSHIP ",{\"id\":\"c-2\"},{\"id\":\"lost\"}]", "{\"datasets\":[\"inv\"]}");
	put(builder, "c-2", "Company", "Nowhere Two", "parent", "c-1", NULL, NULL);
	assert_int_equal(segment_builder_open(builder, "invented", &segment), JISR_OK);
	assert_int_equal(watch_set_replace(set, "invented", segment), JISR_OK);
	list.file = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	list.entities = 3;
	lists.tag = "one";
	lists.view = watch_view_take(set);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	yente_index_forget();
	watch_view_release(lists.view);
	set = watch_set_free(set);
	arena = arena_free(arena);
	return 0;
}

static struct yente_graph find(const char *id, enum yente_found expected)
{
	struct yente_graph graph = {0};
	enum yente_found found;
	const char *canonical = NULL;
	assert_int_equal(yente_graph_find(&lists, id, arena, &graph, &found, &canonical), JISR_OK);
	assert_int_equal(found, expected);
	if (found == YENTE_FOUND_MERGED)
		assert_string_equal(canonical, "p-1");
	if (found == YENTE_FOUND_ENTITY)
		assert_int_equal(yente_graph_expand(&graph), JISR_OK);
	return graph;
}

static const char *written(struct yente_graph *graph)
{
	struct text text;
	text_init(&text, 1 << 20);
	(void)text_add_char(&text, '{');
	yente_graph_write(graph, &text);
	(void)text_add_char(&text, '}');
	CLEANUP(json_freep) cJSON *json = NULL;
	assert_int_equal(json_read(text.bytes, text.length, &json, NULL), JISR_OK);
	char *copy = arena_text(arena, text.bytes, text.length);
	text_finish(&text);
	return copy;
}

static void an_entity_comes_with_what_is_tied_to_it(void **state)
{
	(void)state;
	struct yente_graph graph = find("p-1", YENTE_FOUND_ENTITY);
	assert_int_equal(graph.count, 3);
	assert_string_equal(graph.neighbours[0].property, "addressEntity");
	assert_string_equal(graph.neighbours[1].property, "ownershipOwner");
	assert_string_equal(graph.neighbours[2].property, "sanctions");
	const char *text = written(&graph);
	assert_non_null(strstr(text, "\"addressEntity\":[{\"id\":\"a-1\",\"caption\":\"1 Road\""));
	/* At the other end of a link stands the company; what is not on the list is left out. */
	assert_non_null(strstr(text, "\"asset\":[{\"id\":\"c-1\",\"caption\":\"Nowhere Ltd\""));
	assert_null(strstr(text, "gone"));
	assert_non_null(strstr(text, "\"owner\":[\"p-1\"]"));
	graph = find("c-1", YENTE_FOUND_ENTITY);
	assert_int_equal(graph.count, 2);
	assert_string_equal(graph.neighbours[0].property, "ownershipAsset");
	assert_string_equal(graph.neighbours[1].property, "subsidiaries");
	graph = find("c-2", YENTE_FOUND_ENTITY);
	assert_string_equal(graph.neighbours[0].property, "parent");
}

static void records_and_merged_ids_lead_to_their_entity(void **state)
{
	(void)state;
	struct yente_graph graph = find("s-1", YENTE_FOUND_ENTITY);
	assert_string_equal(graph.root.entity.caption, "Decree");
	assert_string_equal(graph.neighbours[0].property, "entity");
	assert_string_equal(graph.neighbours[0].thing.entity.id, "p-1");
	graph = find("a-1", YENTE_FOUND_ENTITY);
	assert_string_equal(graph.neighbours[0].property, "things");
	find("old-1", YENTE_FOUND_MERGED);
	find("lost", YENTE_FOUND_NOTHING);
	find("", YENTE_FOUND_NOTHING);
	char long_id[ENTITY_MAX_ID + 2];
	memset(long_id, 'x', sizeof long_id - 1);
	long_id[sizeof long_id - 1] = '\0';
	find(long_id, YENTE_FOUND_NOTHING);
}

static void the_index_knows_datasets_and_keeps_what_did_not_change(void **state)
{
	(void)state;
	const struct yente_index *index, *again;
	struct yente_index_dataset dataset;
	bool known;
	assert_int_equal(yente_index_take(&lists, &index), JISR_OK);
	assert_true(yente_index_dataset_at(index, 0, 0, &dataset));
	assert_string_equal(dataset.name, "inv");
	assert_int_equal(dataset.entities, 2);
	assert_true(yente_index_dataset_at(index, 0, 1, &dataset));
	assert_false(yente_index_dataset_at(index, 0, 2, &dataset));
	assert_false(yente_index_dataset_at(index, 1, 0, &dataset));
	assert_true(yente_index_dataset_find(index, 0, "other", &dataset));
	assert_false(yente_index_dataset_find(index, 0, "another", &dataset));
	assert_int_equal(yente_index_take(&lists, &again), JISR_OK);
	assert_ptr_equal(index, again);
	yente_index_release(again);
	lists.tag = "two"; /* something else changed: the part of this list is taken over */
	assert_int_equal(yente_index_take(&lists, &again), JISR_OK);
	assert_ptr_not_equal(index, again);
	yente_index_release(index);
	assert_true(yente_index_dataset_find(again, 0, "other", &dataset));
	yente_index_release(again);
	static const struct {
		const char *name;
		bool known;
	} names[] = {{"default", true}, {"invented", true}, {"inv", true}, {"nothing", false}, {"", false}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(yente_index_dataset(&lists, names[i].name, &known), JISR_OK);
		assert_int_equal(known, names[i].known);
	}
}

static void *ask_the_index(void *context)
{
	struct lists mine = lists; /* two versions come and go while all read */
	size_t *found = context;
	for (int i = 0; i < 200; i++) {
		const struct yente_index *index;
		struct yente_index_dataset dataset;
		uint32_t entity;
		size_t cursor = 0;
		mine.tag = i % 7 < 4 ? "one" : "two";
		if (yente_index_take(&mine, &index) != JISR_OK)
			break;
		*found += yente_index_dataset_find(index, 0, "inv", &dataset) &&
		          yente_index_id(index, 0, "old-1", &cursor, &entity);
		yente_index_release(index);
	}
	return NULL;
}

static void several_threads_use_one_index(void **state)
{
	(void)state;
	pthread_t threads[4];
	size_t found[4] = {0};
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_the_index, &found[i]), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(found[i], 200);
	}
}

static void each_failed_allocation_of_the_index_is_told(void **state)
{
	(void)state;
	long count = 0;
	int error = JISR_NO_MEMORY;
	for (; error == JISR_NO_MEMORY && count < 1000; count++) {
		const struct yente_index *index;
		yente_index_forget();
		memory_fail_after(count);
		error = yente_index_take(&lists, &index);
		memory_fail_after(-1);
		if (error == JISR_OK)
			yente_index_release(index);
	}
	assert_int_equal(error, JISR_OK);
	assert_true(count > 5);
}

static void facets_count_each_entity_once_under_a_value(void **state)
{
	(void)state;
	static const char *const names[] = {"countries", "schema", "countries", "topics"};
	static const char *const wrong[] = {"names"};
	struct yente_facets *facets;
	struct text text;
	assert_int_equal(yente_facets_new(wrong, 1, arena, &facets), JISR_NOT_FOUND);
	assert_int_equal(yente_facets_new(names, 4, arena, &facets), JISR_OK);
	for (int i = 0; i < 3; i++) {
		static const char *const values[][2] = {
			{"country", "mt"}, {"nationality", "mt"}, {"topics", "sanction"}};
		struct entity *entity;
		assert_int_equal(entity_new("x", i == 2 ? "Company" : "Person", arena, &entity), JISR_OK);
		for (size_t k = 0; k < 3; k++)
			assert_int_equal(entity_add(entity, arena, values[k][0], values[k][1], strlen(values[k][1])),
			                 JISR_OK);
		struct yente_thing thing = {*entity, &list};
		assert_int_equal(yente_facets_count(facets, &thing, 1), JISR_OK);
	}
	text_init(&text, 1 << 20);
	(void)text_add_char(&text, '{');
	assert_int_equal(yente_facets_write(facets, &text), JISR_OK);
	assert_string_equal(
		text.bytes,
		"{\"facets\":{\"countries\":{\"label\":\"Countries\",\"values\":[{\"name\":\"mt\",\"label\":"
		"\"Malta\",\"count\":3}]},\"schema\":{\"label\":\"Entity types\",\"values\":[{\"name\":\"Person\","
		"\"label\":\"People\",\"count\":2},{\"name\":\"Company\",\"label\":\"Companies\",\"count\":1}]},"
		"\"topics\":{\"label\":\"Topics\",\"values\":[{\"name\":\"sanction\",\"label\":\"Sanctioned\","
		"\"count\":3}]}}");
	text_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_entity_comes_with_what_is_tied_to_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(records_and_merged_ids_lead_to_their_entity, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_index_knows_datasets_and_keeps_what_did_not_change, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(several_threads_use_one_index, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_failed_allocation_of_the_index_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(facets_count_each_entity_once_under_a_value, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
