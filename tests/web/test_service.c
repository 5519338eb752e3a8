#include "web/service.h"

#include "../base/temporary.h"
#include "base/file.h"
#include "base/json.h"
#include "watch/segment.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ARENA ((size_t)64 << 20)

static char data[200];
static const struct settings settings = {.data = data};
static struct problem last;

/* Loads `count` people named "Person AA", "Person BA", ... whose passport numbers carry the version. */
static int load(const char *list, char version, int count)
{
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(catalogue_load_freep) struct catalogue_load *loading = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct catalogue_change change;
	char published[] = "version ?";
	published[8] = version;
	int error = arena_new(ARENA, &arena);
	if (!error)
		error = catalogue_open(data, &catalogue, &last);
	if (!error)
		error = catalogue_begin(catalogue, list, &loading, &last);
	for (int i = 0; !error && i < count; i++) {
		char id[32], name[64], number[32];
		struct entity *entity;
		(void)snprintf(id, sizeof id, "p-%d", i);
		(void)snprintf(name, sizeof name, "Oskar Lindqvist");
		(void)snprintf(number, sizeof number, "%c%06d", version, i);
		arena_reset(arena);
		error = entity_new(id, "Person", arena, &entity);
		if (!error)
			error = entity_add(entity, arena, "name", name, strlen(name));
		if (!error)
			error = entity_add_document(entity, arena, "passportNumber", "ma", number, strlen(number));
		if (!error)
			error = entity_complete(entity, arena);
		if (!error)
			error = catalogue_put(loading, entity, &last);
	}
	return error ? error : catalogue_commit(loading, "invented", "people.csv", published, &change, &last);
}

static int drop(const char *list)
{
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	int error = catalogue_open(data, &catalogue, &last);
	return error ? error : catalogue_drop(catalogue, list, &last);
}

static void empty_data(void)
{
	char command[256];
	(void)snprintf(command, sizeof command, "rm -rf '%s' && mkdir '%s'", data, data);
	assert_int_equal(system(command), 0);
}

static size_t total(const struct lists *lists, struct watch_scratch *scratch)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct check_query query = {.names = {"Oskar Lindqvist"}, .name_count = 1, .limit = 100};
	struct check_answer answer;
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	assert_int_equal(watch_check(lists->view, &query, scratch, arena, &answer, NULL), JISR_OK);
	for (size_t i = 0; i < answer.count; i++)
		assert_string_equal(answer.hits[i].list, lists->list[answer.hits[i].segment].name);
	return answer.total;
}

static size_t total_now(struct service *service)
{
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, NULL);
	assert_int_equal(watch_scratch_new(&scratch), JISR_OK);
	return total(held.lists, scratch);
}

static void lists_are_taken_over_replaced_and_dropped(void **state)
{
	(void)state;
	CLEANUP(service_freep) struct service *service = NULL;
	struct service_state how;
	empty_data();
	assert_int_equal(service_new(&settings, &service, &last), JISR_OK);
	const struct lists *none = service_lists(service, NULL);
	assert_int_equal(none->count, 0);
	assert_int_equal(none->version, 1);
	assert_int_equal(load("one", 'A', 3), JISR_OK);
	assert_int_equal(load("two", 'A', 4), JISR_OK);
	assert_int_equal(service_refresh(service, &last), JISR_OK);
	const struct lists *both = service_lists(service, NULL);
	assert_int_equal(both->count, 2);
	assert_int_equal(both->version, 2);
	assert_int_equal(none->count, 0);
	assert_string_not_equal(none->tag, both->tag);
	assert_int_equal(total_now(service), 7);
	/* Nothing changed: no new version. */
	assert_int_equal(service_refresh(service, &last), JISR_OK);
	service_state(service, &how);
	assert_int_equal(how.version, 2);
	assert_int_equal(how.lists, 2);
	assert_int_equal(how.changes, 1);
	assert_int_equal(how.old, 1);
	/* Dropped and loaded again in one step: it stands last now, in the catalogue and in the view. */
	assert_int_equal(drop("one"), JISR_OK);
	assert_int_equal(load("three", 'A', 1), JISR_OK);
	assert_int_equal(load("one", 'B', 5), JISR_OK);
	assert_int_equal(service_refresh(service, &last), JISR_OK);
	assert_int_equal(total_now(service), 10);
	const struct lists *moved = service_lists(service, NULL);
	assert_string_equal(moved->list[0].name, "two");
	assert_string_equal(moved->list[1].name, "three");
	assert_string_equal(moved->list[2].name, "one");
	assert_string_equal(moved->list[2].published, "version B");
	/* An earlier version stays whole for whoever holds it. */
	assert_string_equal(both->list[0].published, "version A");
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	assert_int_equal(watch_scratch_new(&scratch), JISR_OK);
	assert_int_equal(total(both, scratch), 7);
	assert_int_equal(total(none, scratch), 0);
	service_lists_release(service, none);
	service_lists_release(service, both);
	service_lists_release(service, moved);
	assert_int_equal(service_refresh(service, &last), JISR_OK);
	service_state(service, &how);
	assert_int_equal(how.old, 0);
}

static void each_answer_tells_its_lists(void **state)
{
	(void)state;
	CLEANUP(service_freep) struct service *service = NULL;
	empty_data();
	assert_int_equal(service_new(&settings, &service, &last), JISR_OK);
	for (int count = 0; count < 3; count++) {
		CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, NULL);
		CLEANUP(json_freep) cJSON *read = NULL;
		struct text text;
		text_init(&text, 65536);
		assert_int_equal(service_lists_text(held.lists, &text), JISR_OK);
		assert_int_equal(json_read(text.bytes, text.length, &read, &last), JISR_OK);
		text_finish(&text);
		assert_int_equal(cJSON_GetArraySize(read), count);
		for (int i = 0; i < count; i++) {
			const cJSON *list = cJSON_GetArrayItem(read, i);
			const struct catalogue_list *known = &held.lists->list[i];
			char version[SERVICE_VERSION_DIGITS + 1];
			lists_version(known, version);
			assert_string_equal(json_get_text(list, "name"), known->name);
			assert_string_equal(json_get_text(list, "published"), "version A");
			assert_string_equal(json_get_text(list, "loaded"), known->loaded);
			assert_string_equal(json_get_text(list, "version"), version);
			assert_int_equal(strlen(version), SERVICE_VERSION_DIGITS);
			assert_true(json_get(list, "age_seconds")->valuedouble < 60);
			assert_int_equal(json_get(list, "entities")->valueint, count);
		}
		assert_int_equal(load(count == 0 ? "one" : "two", 'A', count + 1), JISR_OK);
		if (count == 1)
			assert_int_equal(load("one", 'A', 2), JISR_OK);
		assert_int_equal(service_refresh(service, &last), JISR_OK);
	}
}

/* Changes one byte in the middle of a list's file. */
static void damage(struct service *service, const char *file, long at)
{
	(void)service;
	char path[FILE_MAX_PATH];
	(void)snprintf(path, sizeof path, "%s/lists/%s.jisr", data, file);
	FILE *stream = fopen(path, "r+");
	assert_non_null(stream);
	assert_int_equal(fseek(stream, at, SEEK_SET), 0);
	int byte = fgetc(stream);
	assert_int_equal(fseek(stream, at, SEEK_SET), 0);
	fputc(byte ^ 0x55, stream);
	assert_int_equal(fclose(stream), 0);
}

static void a_damaged_version_leaves_the_old_one_in_use(void **state)
{
	(void)state;
	CLEANUP(service_freep) struct service *service = NULL;
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	struct service_state how;
	empty_data();
	assert_int_equal(load("one", 'A', 3), JISR_OK);
	assert_int_equal(load("two", 'A', 3), JISR_OK);
	assert_int_equal(service_new(&settings, &service, &last), JISR_OK);
	assert_int_equal(load("one", 'B', 4), JISR_OK);
	assert_int_equal(load("two", 'B', 4), JISR_OK);
	assert_int_equal(load("new", 'B', 1), JISR_OK);
	assert_int_equal(catalogue_open(data, &catalogue, &last), JISR_OK);
	/* In a section that opening does not read: the first record. */
	damage(service, catalogue_at(catalogue, 0)->file, 256);
	damage(service, catalogue_at(catalogue, 2)->file, 256);
	assert_int_equal(service_refresh(service, &last), JISR_CORRUPT);
	assert_non_null(strstr(last.text, "list new: "));
	service_state(service, &how);
	assert_int_equal(how.failures, 1);
	assert_int_equal(how.lists, 2);
	assert_string_equal(how.problem.text, last.text);
	assert_string_not_equal(how.failing, "");
	/* What is whole was taken over: 3 of the old "one" and 4 of the new "two". */
	assert_int_equal(total_now(service), 7);
	/* A start does not do without a list. */
	CLEANUP(service_freep) struct service *second = NULL;
	assert_int_equal(service_new(&settings, &second, &last), JISR_CORRUPT);
	assert_null(second);
	assert_int_equal(drop("new"), JISR_OK);
	assert_int_equal(service_refresh(service, &last), JISR_CORRUPT);
	assert_non_null(strstr(last.text, "list one: "));
	assert_non_null(strstr(last.text, "its earlier version stays in use"));
	assert_int_equal(load("one", 'C', 6), JISR_OK);
	assert_int_equal(service_refresh(service, &last), JISR_OK);
	assert_int_equal(total_now(service), 10);
	service_state(service, &how);
	assert_string_equal(how.problem.text, "");
	assert_string_equal(how.failing, "");
}

static void a_missing_catalogue_changes_nothing(void **state)
{
	(void)state;
	CLEANUP(service_freep) struct service *service = NULL;
	char path[FILE_MAX_PATH], moved[FILE_MAX_PATH];
	empty_data();
	assert_int_equal(load("one", 'A', 3), JISR_OK);
	assert_int_equal(service_new(&settings, &service, &last), JISR_OK);
	(void)snprintf(path, sizeof path, "%s/lists.json", data);
	(void)snprintf(moved, sizeof moved, "%s/lists.old", data);
	assert_int_equal(rename(path, moved), 0);
	assert_int_equal(service_refresh(service, &last), JISR_IO);
	assert_non_null(strstr(last.text, "lists.json is gone"));
	assert_int_equal(total_now(service), 3);
	/* An empty catalogue is another thing: somebody dropped the last list. */
	assert_int_equal(rename(moved, path), 0);
	assert_int_equal(service_refresh(service, &last), JISR_OK);
	assert_int_equal(drop("one"), JISR_OK);
	assert_int_equal(service_refresh(service, &last), JISR_OK);
	assert_int_equal(total_now(service), 0);
}

static void running_out_of_memory_changes_nothing(void **state)
{
	(void)state;
	CLEANUP(service_freep) struct service *service = NULL;
	empty_data();
	assert_int_equal(load("one", 'A', 3), JISR_OK);
	for (long n = 0;; n++) {
		memory_fail_after(n);
		int error = service_new(&settings, &service, NULL);
		memory_fail_after(-1);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
		assert_null(service);
	}
	assert_int_equal(load("one", 'B', 4), JISR_OK);
	for (long n = 0;; n++) {
		memory_fail_after(n);
		int error = service_refresh(service, NULL);
		memory_fail_after(-1);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
		assert_int_equal(total_now(service), 3);
	}
	assert_int_equal(total_now(service), 4);
}

/* ---- readers while it changes ---- */

struct reading {
	struct service *service;
	_Atomic bool ending;
	_Atomic uint64_t read;
};

/* Version A of a list holds 3 people, B 4: what the descriptions say must be what the view holds. */
static void *read_lists(void *argument)
{
	struct reading *reading = argument;
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	assert_int_equal(watch_scratch_new(&scratch), JISR_OK);
	while (!atomic_load(&reading->ending)) {
		CLEANUP(lists_held_finish) struct lists_held held = lists_hold(reading->service, NULL);
		size_t expected = 0;
		for (size_t i = 0; i < held.lists->count; i++)
			expected += strcmp(held.lists->list[i].published, "version A") == 0 ? 3 : 4;
		assert_int_equal(total(held.lists, scratch), expected);
		atomic_fetch_add(&reading->read, 1);
		(void)usleep(500); /* the others are to get on, too */
	}
	return NULL;
}

static _Atomic int told;

static void hear(struct service *service, const struct problem *problem, void *context)
{
	(void)service;
	assert_ptr_equal(context, &told);
	assert_string_equal(problem->text, "");
	atomic_fetch_add(&told, 1);
}

static void readers_see_whole_versions_while_the_watcher_changes_them(void **state)
{
	(void)state;
	enum { READERS = 3, CHANGES = 60 };
	CLEANUP(service_freep) struct service *service = NULL;
	pthread_t threads[READERS];
	struct reading reading = {.ending = false};
	empty_data();
	assert_int_equal(load("one", 'A', 3), JISR_OK);
	assert_int_equal(service_new(&settings, &service, &last), JISR_OK);
	reading.service = service;
	assert_int_equal(service_watch(service, hear, &told, &last), JISR_OK);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_lists, &reading), 0);
	for (int i = 0; i < CHANGES; i++) {
		assert_int_equal(load("one", i % 2 ? 'A' : 'B', i % 2 ? 3 : 4), JISR_OK);
		assert_int_equal(i % 3 == 2 ? drop("two") : load("two", i % 3 ? 'A' : 'B', i % 3 ? 3 : 4), JISR_OK);
		if (i % 10 == 0)
			service_look(service);
		(void)usleep(2000);
	}
	/* The watcher comes to the last state by itself, and to no old versions. */
	struct service_state how = {.old = 1};
	bool settled = false;
	for (int i = 0; i < 30000 && !settled; i++) {
		(void)usleep(10000);
		CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, NULL);
		service_state(service, &how);
		settled = held.lists->count == 1 && strcmp(held.lists->list[0].published, "version A") == 0 &&
		          how.version == held.lists->version;
	}
	assert_true(settled);
	while (atomic_load(&reading.read) <= CHANGES)
		(void)usleep(1000);
	atomic_store(&reading.ending, true);
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 30000 && how.old > 0; i++) {
		(void)usleep(10000);
		service_state(service, &how);
	}
	assert_int_equal(how.old, 0);
	assert_int_equal(how.failures, 0);
	assert_true(how.changes > 3);
	assert_int_equal(atomic_load(&told), how.changes);
}

static int set_up(void **state)
{
	(void)state;
	return temporary_make("service", data, sizeof data);
}

static int tear_down(void **state)
{
	(void)state;
	return temporary_remove(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_taken_over_replaced_and_dropped),
		cmocka_unit_test(each_answer_tells_its_lists),
		cmocka_unit_test(a_damaged_version_leaves_the_old_one_in_use),
		cmocka_unit_test(a_missing_catalogue_changes_nothing),
		cmocka_unit_test(running_out_of_memory_changes_nothing),
		cmocka_unit_test(readers_see_whole_versions_while_the_watcher_changes_them),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
