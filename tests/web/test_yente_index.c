#include "web/yente_index.h"

#include "base/memory.h"
#include "watch/segment.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define READERS 3
#define ROUNDS  40
#define PEOPLE  50

/* Two versions of one list. */
static struct watch_set *sets[2];
static struct catalogue_list list[2];
static struct lists lists[2];

static void fill(size_t version)
{
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct segment *segment;
	assert_int_equal(arena_new((size_t)16 << 20, &arena), JISR_OK);
	assert_int_equal(segment_builder_new(&builder), JISR_OK);
	for (int i = 0; i < PEOPLE; i++) {
		struct entity *entity;
		char id[32], meta[96];
		(void)snprintf(id, sizeof id, "p-%d", i);
		(void)snprintf(meta, sizeof meta, "{\"datasets\":[\"set-%zu\"],\"referents\":[\"old-%zu-%d\"]}",
		               version, version, i);
		assert_int_equal(entity_new(id, "Person", arena, &entity), JISR_OK);
		assert_int_equal(entity_add(entity, arena, "name", "Ann Nowhere", 11), JISR_OK);
		entity->meta = meta;
		assert_int_equal(entity_complete(entity, arena), JISR_OK);
		assert_int_equal(segment_builder_put(builder, entity), JISR_OK);
	}
	assert_int_equal(watch_set_new(&sets[version]), JISR_OK);
	assert_int_equal(segment_builder_open(builder, "invented", &segment), JISR_OK);
	assert_int_equal(watch_set_replace(sets[version], "invented", segment), JISR_OK);
	list[version] = (struct catalogue_list){
		.name = "invented",
		.loaded = "2026-01-02T03:04:05Z",
		.file = version == 0 ? "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	                             : "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		.entities = PEOPLE,
	};
	lists[version] = (struct lists){.list = &list[version], .count = 1, .tag = version == 0 ? "zero" : "one"};
	lists[version].view = watch_view_take(sets[version]);
}

static int set_up(void **state)
{
	(void)state;
	fill(0);
	fill(1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	yente_index_forget();
	for (size_t i = 0; i < 2; i++) {
		watch_view_release(lists[i].view);
		sets[i] = watch_set_free(sets[i]);
	}
	return 0;
}

/* Whether an index is that of a version, and whether it has columns. */
static bool is_of(const struct yente_index *index, size_t version)
{
	struct yente_index_dataset dataset;
	char id[32];
	size_t cursor = 0;
	uint32_t entity;
	(void)snprintf(id, sizeof id, "old-%zu-7", version);
	return yente_index_dataset_find(index, 0, version == 0 ? "set-0" : "set-1", &dataset) &&
	       dataset.entities == PEOPLE &&
	       !yente_index_dataset_find(index, 0, version == 0 ? "set-1" : "set-0", &dataset) &&
	       yente_index_id(index, 0, id, &cursor, &entity);
}

static bool has_columns(size_t version)
{
	const struct yente_index *index;
	assert_int_equal(yente_index_take(&lists[version], &index), JISR_OK);
	assert_true(is_of(index, version));
	bool has = yente_index_columns_of(index, &lists[version], 0) != NULL;
	yente_index_release(index);
	return has;
}

static void columns_are_made_ahead_only_where_somebody_searched_before(void **state)
{
	(void)state;
	_Atomic bool stop = false;
	const struct yente_index *index;
	assert_int_equal(yente_index_renew(&lists[0], false, &stop), JISR_OK);
	assert_false(has_columns(0));
	assert_int_equal(yente_index_take_columns(&lists[0], &index), JISR_OK);
	yente_index_release(index);
	assert_true(has_columns(0));
	assert_int_equal(yente_index_renew(&lists[1], false, &stop), JISR_OK);
	assert_true(has_columns(1));
	yente_index_forget();
}

static void columns_are_made_ahead_where_it_is_asked_for(void **state)
{
	(void)state;
	_Atomic bool stop = false;
	assert_int_equal(yente_index_renew(&lists[0], true, &stop), JISR_OK);
	assert_true(has_columns(0));
	yente_index_forget();
}

static void what_is_stopped_leaves_nothing_and_can_be_made_again(void **state)
{
	(void)state;
	_Atomic bool stop = true;
	assert_int_equal(yente_index_renew(&lists[0], false, &stop), JISR_STATE);
	atomic_store(&stop, false);
	assert_int_equal(yente_index_renew(&lists[0], false, &stop), JISR_OK);
	assert_false(has_columns(0));
	yente_index_forget();
}

static _Atomic unsigned wrong;

static void *read_both(void *argument)
{
	(void)argument;
	for (size_t i = 0; i < ROUNDS; i++) {
		const struct yente_index *index = NULL;
		size_t version = i % 2;
		bool columns = i % 3 == 0;
		int error = columns ? yente_index_take_columns(&lists[version], &index)
		                    : yente_index_take(&lists[version], &index);
		bool right = error == JISR_OK && is_of(index, version) &&
		             (!columns || yente_index_columns_of(index, &lists[version], 0) != NULL);
		wrong += !right;
		yente_index_release(index);
	}
	return NULL;
}

static void *renew_both(void *argument)
{
	_Atomic bool *stop = argument;
	for (size_t i = 0; i < ROUNDS; i++) {
		int error = yente_index_renew(&lists[i / 2 % 2], i % 3 == 0, stop);
		wrong += error != JISR_OK && error != JISR_STATE;
		if (i % 8 == 7)
			yente_index_forget();
	}
	return NULL;
}

static void each_reader_gets_the_index_of_its_lists_while_others_are_made(void **state)
{
	(void)state;
	pthread_t readers[READERS], renewer;
	_Atomic bool stop = false;
	atomic_store(&wrong, 0);
	assert_int_equal(pthread_create(&renewer, NULL, renew_both, &stop), 0);
	for (size_t i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, read_both, NULL), 0);
	for (size_t i = 0; i < READERS; i++)
		assert_int_equal(pthread_join(readers[i], NULL), 0);
	atomic_store(&stop, true);
	assert_int_equal(pthread_join(renewer, NULL), 0);
	assert_int_equal(atomic_load(&wrong), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_made_ahead_only_where_somebody_searched_before),
		cmocka_unit_test(columns_are_made_ahead_where_it_is_asked_for),
		cmocka_unit_test(what_is_stopped_leaves_nothing_and_can_be_made_again),
		cmocka_unit_test(each_reader_gets_the_index_of_its_lists_while_others_are_made),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
