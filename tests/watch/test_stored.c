#include "watch/stored.h"

#include "base/memory.h"
#include "watch/segment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct watch_set *set;
static struct arena *arena;

static struct entity *person(const char *id, const char *name, const char *meta)
{
	struct entity *entity;
	assert_int_equal(entity_new(id, "Person", arena, &entity), JISR_OK);
	assert_int_equal(entity_add(entity, arena, "name", name, strlen(name)), JISR_OK);
	assert_int_equal(entity_add(entity, arena, "gender", "male", 4), JISR_OK);
	entity->meta = meta;
	entity->attached = meta != NULL ? "[{\"id\":\"s\"}]" : NULL;
	assert_int_equal(entity_complete(entity, arena), JISR_OK);
	return entity;
}

static int set_up(void **state)
{
	(void)state;
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	struct segment *segment;
	assert_int_equal(arena_new((size_t)1 << 20, &arena), JISR_OK);
	assert_int_equal(watch_set_new(&set), JISR_OK);
	assert_int_equal(segment_builder_new(&builder), JISR_OK);
	assert_int_equal(segment_builder_put(builder, person("a", "Aurelio Banti", NULL)), JISR_OK);
	assert_int_equal(segment_builder_put(builder, person("b", "Benita Corvi", "{\"target\":true}")), JISR_OK);
	assert_int_equal(segment_builder_open(builder, "one", &segment), JISR_OK);
	assert_int_equal(watch_set_replace(set, "one", segment), JISR_OK);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	set = watch_set_free(set);
	arena = arena_free(arena);
	return 0;
}

static void an_entity_is_read_where_it_lies(void **state)
{
	(void)state;
	const struct watch_view *view = watch_view_take(set);
	uint32_t number;
	struct entity entity;
	assert_int_equal(stored_segments(view), 1);
	assert_int_equal(stored_entities(view, 0), 2);
	assert_string_equal(stored_list(view, 0), "one");
	assert_true(stored_find(view, 0, "b", &number));
	assert_int_equal(stored_read(view, 0, number, arena, &entity), JISR_OK);
	assert_string_equal(entity.id, "b");
	assert_string_equal(entity.caption, "Benita Corvi");
	assert_int_equal(entity.count, 2);
	assert_string_equal(entity_get(&entity, "gender"), "male");
	assert_string_equal(entity.meta, "{\"target\":true}");
	assert_string_equal(entity.attached, "[{\"id\":\"s\"}]");
	size_t length;
	const char *bytes = stored_bytes(view, 0, number, &length);
	assert_non_null(memmem(bytes, length, "Benita Corvi", 12));
	assert_true(entity.caption > bytes && entity.caption < bytes + length);
	watch_view_release(view);
}

static void what_is_not_there_is_not_found(void **state)
{
	(void)state;
	const struct watch_view *view = watch_view_take(set);
	uint32_t number = 7;
	struct entity entity;
	size_t length = 7;
	assert_false(stored_find(view, 0, "c", &number));
	assert_false(stored_find(view, 1, "a", &number));
	assert_int_equal(number, 7);
	assert_int_equal(stored_read(view, 0, 2, arena, &entity), JISR_NOT_FOUND);
	assert_int_equal(stored_read(view, 1, 0, arena, &entity), JISR_NOT_FOUND);
	assert_false(stored_alive(view, 0, 2));
	assert_null(stored_bytes(view, 0, 2, &length));
	assert_int_equal(length, 0);
	assert_string_equal(stored_list(view, 1), "");
	watch_view_release(view);
}

static void a_replaced_entity_is_dead_where_it_was(void **state)
{
	(void)state;
	assert_int_equal(watch_set_put(set, "one", person("a", "Aurelia Banti", NULL)), JISR_OK);
	const struct watch_view *view = watch_view_take(set);
	uint32_t number;
	assert_int_equal(stored_segments(view), 2);
	assert_string_equal(stored_list(view, 1), "one");
	assert_false(stored_find(view, 0, "a", &number));
	assert_false(stored_alive(view, 0, 0));
	assert_true(stored_find(view, 1, "a", &number));
	watch_view_release(view);
}

static void want_of_memory_is_told(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *small = NULL;
	struct entity entity;
	const struct watch_view *view = watch_view_take(set);
	assert_int_equal(arena_new(8, &small), JISR_OK);
	assert_int_equal(stored_read(view, 0, 0, small, &entity), JISR_NO_MEMORY);
	watch_view_release(view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_entity_is_read_where_it_lies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_there_is_not_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_replaced_entity_is_dead_where_it_was, set_up, tear_down),
		cmocka_unit_test_setup_teardown(want_of_memory_is_told, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
