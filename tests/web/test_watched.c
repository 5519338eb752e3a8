#include "web/watched.h"

#include "../notices/notice_sample.h"
#include "../notices/world.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define READERS 3
#define ROUNDS  25

static const char *const offices[] = {"", "GS", "MA", "FR", "ES", "IS"};
#define OFFICES (sizeof offices / sizeof *offices)

static void fields_of(int number, const char *more, char out[8192])
{
	CLEANUP(json_freep) cJSON *content = cJSON_Parse(SAMPLE_RED);
	char name[40];
	struct text text;
	cJSON_DeleteItemFromObject(content, "photographs");
	(void)snprintf(name, sizeof name, "BENRAHHOU %d", number);
	cJSON_SetValuestring(cJSON_GetObjectItem(content, "name"), name);
	text_init(&text, 8000);
	assert_int_equal(json_write(content, &text), JISR_OK);
	(void)snprintf(out, 8192, "{\"content\":%s%s}", text.bytes, more);
	text_finish(&text);
}

static void publish(struct world *world, const char *more, int number, char id[NOTICE_ID_MAX + 1])
{
	char fields[8192];
	fields_of(number, more, fields);
	world_do(world, &world->bureau, STEP_DRAFT, NULL, fields, id);
	world_do(world, &world->bureau, STEP_REQUEST, id, NULL, NULL);
	world_do(world, &world->reviewer, STEP_TAKE, id, NULL, NULL);
	world_do(world, &world->reviewer, STEP_ASSESS, id, WORLD_GOOD_REVIEW, NULL);
	world_do(world, &world->second, STEP_PUBLISH, id, NULL, NULL);
}

static int keep(void *context, const struct watched_part *parts, size_t count, void **ret_note)
{
	assert_int_equal(count, 1);
	assert_string_equal(parts[0].list, WATCHED_LIST);
	*(struct watched_part *)context = parts[0];
	*ret_note = NULL;
	return JISR_OK;
}

static void forget(void *note)
{
	(void)note;
}

static void entity_name(const char *id, char out[40])
{
	(void)snprintf(out, 40, "notice-%s", id);
	for (char *at = out; *at != '\0'; at++)
		if (*at == '/')
			*at = '-';
}

/* Whether an office finds a notice in its view; and that the number of its part is that of its view. */
static bool finds(struct watched *watched, struct watch_set *lists, const char *office, const char *id,
                  struct watched_part *part)
{
	uint64_t generation;
	struct watch_view *view = NULL;
	uint32_t segment, entity;
	char name[40];
	const struct watch_view *below = watch_view_take(lists);
	*part = (struct watched_part){.entities = 0};
	int error = watched_join(watched, below, office, keep, part, forget, &generation, &view);
	watch_view_release(below);
	if (error == JISR_NOT_FOUND)
		return false;
	assert_int_equal(error, JISR_OK);
	entity_name(id, name);
	bool found = watch_view_find(view, WATCHED_LIST, name, &segment, &entity);
	watch_view_hold(view);
	watch_view_release(view);
	watch_view_release(view);
	return found;
}

/* At most a second after the step. */
static void wait_for(struct watched *watched, struct watch_set *lists, const char *office, const char *id,
                     bool expected)
{
	struct watched_part part;
	struct timespec moment = {0, 5000000};
	for (int tries = 0; finds(watched, lists, office, id, &part) != expected; tries++) {
		if (tries > 60000)
			fail_msg("'%s' %s %s after five minutes", office, expected ? "does not find" : "still finds",
			         id);
		(void)nanosleep(&moment, NULL);
	}
}

static void each_office_finds_what_reaches_it(void **state)
{
	(void)state;
	struct world world;
	struct watched *watched = NULL;
	struct watch_set *lists = NULL;
	struct watched_part spain, iceland, before, after;
	struct problem problem = {""};
	char early[NOTICE_ID_MAX + 1], open[NOTICE_ID_MAX + 1], secret[NOTICE_ID_MAX + 1];
	world_init(&world);
	publish(&world, ",\"public\":true", 1, early);
	assert_int_equal(watch_set_new(&lists), JISR_OK);
	if (watched_new(world.place.store, &watched, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	for (size_t i = 0; i < OFFICES; i++)
		assert_true(finds(watched, lists, offices[i], early, &before)); /* from the beginning */
	(void)finds(watched, lists, "FR", early, &before);
	publish(&world, ",\"reach\":{\"only\":[\"ES\",\"IS\"]}", 2, secret);
	wait_for(watched, lists, "ES", secret, true);
	assert_true(finds(watched, lists, "MA", secret, &after) && finds(watched, lists, "GS", secret, &after));
	assert_false(finds(watched, lists, "", secret, &after) || finds(watched, lists, "FR", secret, &after));
	assert_memory_equal(&after, &before, sizeof after); /* nothing tells France that something came */
	(void)finds(watched, lists, "ES", secret, &spain);
	(void)finds(watched, lists, "IS", secret, &iceland);
	assert_memory_equal(&spain, &iceland, sizeof spain);
	assert_int_equal(spain.entities, 2);
	publish(&world, "", 3, open);
	wait_for(watched, lists, "FR", open, true);
	assert_false(finds(watched, lists, "", open, &after)); /* no extract was asked for */
	world_do(&world, &world.bureau, STEP_RESTRICT, secret, "{\"reach\":{\"except\":[\"ES\"]}}", NULL);
	wait_for(watched, lists, "ES", secret, false);
	assert_true(finds(watched, lists, "FR", secret, &after));
	world_do(&world, &world.reviewer, STEP_SUSPEND, open, "{\"text\":\"a doubt\"}", NULL);
	wait_for(watched, lists, "FR", open, false);
	world_do(&world, &world.second, STEP_RESUME, open, "{\"text\":\"cleared\"}", NULL);
	wait_for(watched, lists, "FR", open, true);
	watched_stop(watched);
	place_finish(&world.place);
	watched_free(watched);
	watch_set_free(lists);
}

struct reading {
	struct watched *watched;
	struct watch_set *lists;
	const char *id;
	_Atomic bool end;
	_Atomic size_t reads;
};

/* The notice always reaches Spain alone: France never finds it, whatever changes. */
static void *read_on(void *argument)
{
	struct reading *reading = argument;
	struct watched_part part;
	while (!atomic_load(&reading->end)) {
		if (finds(reading->watched, reading->lists, "FR", reading->id, &part))
			abort();
		(void)finds(reading->watched, reading->lists, "ES", reading->id, &part);
		atomic_fetch_add(&reading->reads, 1);
		(void)nanosleep(&(struct timespec){0, 500000}, NULL); /* the others are to get on, too */
	}
	return NULL;
}

static void readers_go_on_while_notices_change(void **state)
{
	(void)state;
	struct world world;
	struct reading reading = {NULL};
	pthread_t threads[READERS];
	char secret[NOTICE_ID_MAX + 1], other[NOTICE_ID_MAX + 1];
	world_init(&world);
	publish(&world, ",\"reach\":{\"only\":[\"ES\"]}", 1, secret);
	publish(&world, "", 2, other);
	assert_int_equal(watch_set_new(&reading.lists), JISR_OK);
	assert_int_equal(watched_new(world.place.store, &reading.watched, NULL), JISR_OK);
	reading.id = secret;
	for (size_t i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &reading), 0);
	for (int i = 0; i < ROUNDS; i++) {
		world_do(&world, &world.reviewer, STEP_SUSPEND, i % 2 == 0 ? secret : other, "{\"text\":\"a doubt\"}",
		         NULL);
		world_do(&world, &world.second, STEP_RESUME, i % 2 == 0 ? secret : other, "{\"text\":\"cleared\"}",
		         NULL);
	}
	while (atomic_load(&reading.reads) < 50)
		(void)nanosleep(&(struct timespec){0, 500000}, NULL);
	atomic_store(&reading.end, true);
	for (size_t i = 0; i < READERS; i++)
		(void)pthread_join(threads[i], NULL);
	wait_for(reading.watched, reading.lists, "ES", secret, true);
	watched_stop(reading.watched);
	place_finish(&world.place);
	watched_free(reading.watched);
	watch_set_free(reading.lists);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_office_finds_what_reaches_it),
		cmocka_unit_test(readers_go_on_while_notices_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
