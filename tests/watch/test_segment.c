#include "watch/segment.h"

#include "base/arena.h"
#include "watch/segment_format.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
// after the standard headers that it needs
#include <cmocka.h>

#define ARENA ((size_t)64 << 20)

static struct entity *person(struct arena *arena, const char *id, const char *name, const char *birth)
{
	struct entity *entity;
	assert_int_equal(entity_new(id, "Person", arena, &entity), JISR_OK);
	assert_int_equal(entity_add(entity, arena, "name", name, strlen(name)), JISR_OK);
	if (birth != NULL)
		assert_int_equal(entity_add(entity, arena, "birthDate", birth, strlen(birth)), JISR_OK);
	assert_int_equal(entity_add(entity, arena, "nationality", "jo", 2), JISR_OK);
	assert_int_equal(entity_add_document(entity, arena, "passportNumber", "jo", id, strlen(id)), JISR_OK);
	assert_int_equal(entity_complete(entity, arena), JISR_OK);
	return entity;
}

static const char *const names[] = {"Amal Nuri Haddad", "Иван Петрович Кузнецов", "يوسف علي الحداد", "Kuznetsov, Ivan",
                                    "李小明",           "Ana María Ruiz López"};

static struct segment_builder *filled(struct arena *arena, size_t count, bool backwards)
{
	struct segment_builder *builder;
	assert_int_equal(segment_builder_new(&builder), JISR_OK);
	for (size_t i = 0; i < count; i++) {
		size_t number = backwards ? count - 1 - i : i;
		char id[32], birth[16];
		(void)snprintf(id, sizeof id, "p-%zu", number);
		(void)snprintf(birth, sizeof birth, "%zu", 1950 + number % 50);
		struct entity *entity = person(arena, id, names[number % (sizeof names / sizeof *names)], birth);
		assert_int_equal(segment_builder_put(builder, entity), JISR_OK);
	}
	return builder;
}

static struct segment *opened(size_t count, bool backwards)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct segment *segment;
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	CLEANUP(segment_builder_freep) struct segment_builder *builder = filled(arena, count, backwards);
	assert_int_equal(segment_builder_open(builder, "sample", &segment), JISR_OK);
	return segment;
}

static void what_was_put_is_read_back(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	CLEANUP(segment_freep) struct segment *segment = opened(100, false);
	assert_int_equal(segment_entities(segment), 100);
	assert_int_equal(segment_documents(segment), 100);
	assert_string_equal(segment_list(segment), "sample");
	assert_int_equal(segment_verify(segment, NULL), JISR_OK);
	for (size_t i = 0; i < 100; i++) {
		char id[32], value[40];
		(void)snprintf(id, sizeof id, "p-%zu", i);
		(void)snprintf(value, sizeof value, "jo:p-%zu", i);
		uint32_t number;
		struct entity *entity;
		assert_true(segment_find(segment, id, &number));
		assert_string_equal(segment_entity_id(segment, number), id);
		assert_int_equal(segment_entity(segment, number, arena, &entity), JISR_OK);
		assert_string_equal(entity->id, id);
		assert_string_equal(entity->schema, "Person");
		assert_string_equal(entity->caption, names[i % 6]);
		assert_string_equal(entity_get(entity, "name"), names[i % 6]);
		assert_string_equal(entity_get(entity, "passportNumber"), value);
	}
	uint32_t number;
	assert_false(segment_find(segment, "p-100", &number));
}

static void properties_and_schemata_that_no_table_knows_are_kept(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	CLEANUP(segment_freep) struct segment *segment = NULL;
	struct entity *entity, *read;
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	assert_int_equal(segment_builder_new(&builder), JISR_OK);
	assert_int_equal(entity_new("x", "Spaceship", arena, &entity), JISR_OK);
	assert_int_equal(entity_add(entity, arena, "warpFactor", "nine", 4), JISR_OK);
	entity->caption = "The Unnamed";
	entity->attached = "[{\"a\":1}]";
	entity->meta = "{}";
	assert_int_equal(segment_builder_put(builder, entity), JISR_OK);
	assert_int_equal(segment_builder_open(builder, "sample", &segment), JISR_OK);
	assert_int_equal(segment_entity(segment, 0, arena, &read), JISR_OK);
	assert_string_equal(read->schema, "Spaceship");
	assert_string_equal(read->caption, "The Unnamed");
	assert_string_equal(read->attached, "[{\"a\":1}]");
	assert_string_equal(read->meta, "{}");
	assert_string_equal(entity_get(read, "warpFactor"), "nine");
}

static void the_order_of_puts_and_what_was_replaced_do_not_change_the_bytes(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	CLEANUP(segment_freep) struct segment *a = opened(60, false);
	CLEANUP(segment_freep) struct segment *b = opened(60, true);
	CLEANUP(segment_builder_freep) struct segment_builder *builder = filled(arena, 60, false);
	CLEANUP(segment_freep) struct segment *c = NULL;
	assert_int_equal(segment_builder_put(builder, person(arena, "p-3", "Someone Else Entirely", NULL)), JISR_OK);
	assert_int_equal(segment_builder_put(builder, person(arena, "p-99", "Gone Again", "1901")), JISR_OK);
	assert_int_equal(segment_builder_put(builder, person(arena, "p-3", names[3], "1953")), JISR_OK);
	assert_int_equal(segment_builder_remove(builder, "p-99"), JISR_OK);
	assert_int_equal(segment_builder_remove(builder, "p-99"), JISR_NOT_FOUND);
	assert_int_equal(segment_builder_open(builder, "sample", &c), JISR_OK);
	assert_int_equal(a->size, b->size);
	assert_memory_equal(a->bytes, b->bytes, a->size);
	assert_int_equal(a->size, c->size);
	assert_memory_equal(a->bytes, c->bytes, a->size);
	for (uint32_t i = 0; i < 60; i++)
		assert_int_equal(segment_entity_hash(a, i), segment_entity_hash(c, i));
}

static void removing_ids_one_by_one_leaves_the_others_findable(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	CLEANUP(segment_builder_freep) struct segment_builder *builder = filled(arena, 200, false);
	CLEANUP(segment_freep) struct segment *segment = NULL;
	for (size_t i = 0; i < 200; i += 2) {
		char id[32];
		(void)snprintf(id, sizeof id, "p-%zu", (i * 37) % 200);
		assert_int_equal(segment_builder_remove(builder, id), JISR_OK);
		assert_int_equal(segment_builder_remove(builder, id), JISR_NOT_FOUND);
	}
	assert_int_equal(segment_builder_open(builder, "sample", &segment), JISR_OK);
	assert_int_equal(segment_entities(segment), 100);
	for (size_t i = 0; i < 200; i++) {
		char id[32];
		uint32_t number;
		(void)snprintf(id, sizeof id, "p-%zu", i);
		assert_int_equal(segment_find(segment, id, &number), i % 2 == 1);
	}
}

static void an_empty_list_can_be_written_and_opened(void **state)
{
	(void)state;
	CLEANUP(segment_freep) struct segment *segment = opened(0, false);
	assert_int_equal(segment_entities(segment), 0);
	assert_int_equal(segment_verify(segment, NULL), JISR_OK);
}

static void a_written_file_equals_the_segment_in_memory(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	CLEANUP(segment_builder_freep) struct segment_builder *builder = filled(arena, 50, false);
	CLEANUP(segment_freep) struct segment *memory = opened(50, false);
	CLEANUP(segment_freep) struct segment *file = NULL;
	char path[] = "/tmp/jisr-segment-XXXXXX";
	int fd = mkstemp(path);
	struct problem problem = {0};
	assert_true(fd >= 0);
	assert_int_equal(segment_builder_write(builder, "sample", fd, &problem), JISR_OK);
	assert_int_equal(close(fd), 0);
	assert_int_equal(segment_open(path, &file, &problem), JISR_OK);
	assert_int_equal(file->size, memory->size);
	assert_memory_equal(file->bytes, memory->bytes, file->size);
	assert_int_equal(truncate(path, (off_t)memory->size - 8), 0);
	struct segment *cut;
	assert_int_equal(segment_open(path, &cut, &problem), JISR_CORRUPT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(segment_open(path, &cut, &problem), JISR_IO);
}

static void every_flipped_byte_is_refused_when_opening_or_verifying(void **state)
{
	(void)state;
	CLEANUP(segment_freep) struct segment *segment = opened(6, false);
	CLEANUP(memory_freep) unsigned char *bytes = memory_alloc(segment->size);
	assert_non_null(bytes);
	size_t survived = 0;
	for (size_t at = 0; at < segment->size; at++) {
		bool inside = at < sizeof(struct segment_header) || at >= segment->size - sizeof(struct segment_table);
		for (int i = 0; i < SECTION_COUNT && !inside; i++) {
			const struct section_place *place = &segment->table->sections[i];
			inside = at >= place->offset && at < place->offset + place->length;
		}
		if (!inside) /* padding */
			continue;
		memcpy(bytes, segment->bytes, segment->size);
		bytes[at] ^= (unsigned char)(1u << at % 8);
		struct segment *damaged;
		int error = segment_adopt(bytes, segment->size, false, &damaged, NULL);
		if (error) {
			assert_true(error == JISR_CORRUPT || error == JISR_UNSUPPORTED);
			continue;
		}
		survived += segment_verify(damaged, NULL) == JISR_OK;
		memory_free(damaged);
	}
	assert_int_equal(survived, 0);
}

static void each_failed_allocation_leaves_the_builder_as_it_was(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	CLEANUP(segment_freep) struct segment *expected = opened(30, false);
	long failed = 0;
	for (long n = 0; n < 2000; n++) {
		struct segment_builder *builder = filled(arena, 29, false);
		struct entity *last = person(arena, "p-29", names[5], "1979");
		struct segment *segment = NULL;
		memory_fail_after(n);
		int error = segment_builder_put(builder, last);
		if (!error)
			error = segment_builder_open(builder, "sample", &segment);
		memory_fail_after(-1);
		segment_freep(&segment);
		if (error) {
			failed++;
			assert_int_equal(error, JISR_NO_MEMORY);
			assert_int_equal(segment_builder_put(builder, last), JISR_OK);
			assert_int_equal(segment_builder_open(builder, "sample", &segment), JISR_OK);
			assert_int_equal(segment->size, expected->size);
			assert_memory_equal(segment->bytes, expected->bytes, segment->size);
			segment_free(segment);
		}
		segment_builder_free(builder);
		arena_reset(arena);
		if (!error)
			break;
	}
	assert_true(failed > 3);
}

/* Reads all of a segment again and again. */
struct reading {
	const struct segment *segment;
	_Atomic bool stop, wrong;
	_Atomic unsigned rounds;
};

static void *read_again(void *argument)
{
	struct reading *reading = argument;
	while (!atomic_load(&reading->stop)) {
		if (segment_verify(reading->segment, NULL) != JISR_OK)
			atomic_store(&reading->wrong, true);
		atomic_fetch_add(&reading->rounds, 1);
	}
	return NULL;
}

static void readers_notice_nothing_while_a_file_is_brought_into_memory(void **state)
{
	(void)state;
	struct arena *arena;
	char path[] = "/tmp/jisr-segment-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	/* A large page, and a piece of a second. */
	struct segment_builder *builder = filled(arena, 30000, false);
	struct problem problem = {0};
	assert_int_equal(segment_builder_write(builder, "sample", fd, &problem), JISR_OK);
	segment_builder_free(builder);
	assert_int_equal(close(fd), 0);
	struct segment *file;
	assert_int_equal(segment_open(path, &file, &problem), JISR_OK);
	assert_true(file->size > (size_t)2 << 20 && file->size % ((size_t)2 << 20) != 0);
	assert_int_equal(unlink(path), 0);
	struct reading reading = {.segment = file};
	pthread_t reader;
	assert_int_equal(pthread_create(&reader, NULL, read_again, &reading), 0);
	assert_int_equal(segment_populate(file, &problem), JISR_OK);
	unsigned rounds = atomic_load(&reading.rounds);
	while (atomic_load(&reading.rounds) < rounds + 2)
		(void)sched_yield();
	atomic_store(&reading.stop, true);
	assert_int_equal(pthread_join(reader, NULL), 0);
	assert_false(atomic_load(&reading.wrong));
	/* Again, from what lies on large pages by now. */
	assert_int_equal(segment_populate(file, &problem), JISR_OK);
	assert_int_equal(segment_verify(file, &problem), JISR_OK);
	segment_free(file);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_read_back),
		cmocka_unit_test(properties_and_schemata_that_no_table_knows_are_kept),
		cmocka_unit_test(the_order_of_puts_and_what_was_replaced_do_not_change_the_bytes),
		cmocka_unit_test(removing_ids_one_by_one_leaves_the_others_findable),
		cmocka_unit_test(an_empty_list_can_be_written_and_opened),
		cmocka_unit_test(a_written_file_equals_the_segment_in_memory),
		cmocka_unit_test(every_flipped_byte_is_refused_when_opening_or_verifying),
		cmocka_unit_test(each_failed_allocation_leaves_the_builder_as_it_was),
		cmocka_unit_test(readers_notice_nothing_while_a_file_is_brought_into_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
