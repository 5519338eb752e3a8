#include "notices/removal.h"

#include "store/verify.h"

#include "notice_sample.h"
#include "traces.h"
#include "world.h"

static uint64_t random_state = 11;

static unsigned random_number(unsigned below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(random_state >> 33) % below;
}

static int remove_one(struct store_write *write, void *context, struct problem *problem)
{
	return removal_run(write, context, problem);
}

static int remove_notice(struct world *world, const char *id, struct removal *removal, struct problem *problem)
{
	*removal = (struct removal){.id = id, .why = "request", .author = "GS", .officer = "GS-1"};
	return store_submit(world->place.store, remove_one, removal, problem);
}

/* The content stands in tests/notices/notice_sample.h; its pictures are none that are stored, so the steps are taken in a
 * command. */
struct publishing {
	struct world *world;
	const char *reach;
	char id[NOTICE_ID_MAX + 1];
};

static void take(struct store_write *write, const struct caller *caller, enum notice_step step, const char *id,
                 const char *fields, struct act *act)
{
	struct problem problem = {""};
	CLEANUP(json_freep) cJSON *json = fields != NULL ? cJSON_Parse(fields) : NULL;
	*act = (struct act){.step = step, .caller = caller, .id = id, .fields = json, .expected = ENTRY_ANY};
	if (act_run(write, act, &problem) != JISR_OK)
		fail_msg("%s %s: %s", step_name(step), fields != NULL ? fields : "", problem.text);
	act->fields = NULL;
}

static int publish(struct store_write *write, void *context, struct problem *problem)
{
	struct publishing *publishing = context;
	struct world *world = publishing->world;
	struct act act;
	char fields[8192];
	(void)problem;
	(void)snprintf(fields, sizeof fields, "{\"reach\":%s,\"content\":%s}", publishing->reach, SAMPLE_RED);
	take(write, &world->bureau, STEP_DRAFT, NULL, fields, &act);
	(void)snprintf(publishing->id, sizeof publishing->id, "%s", act.made);
	take(write, &world->bureau, STEP_REQUEST, publishing->id, NULL, &act);
	take(write, &world->reviewer, STEP_TAKE, publishing->id, NULL, &act);
	take(write, &world->reviewer, STEP_ASSESS, publishing->id, WORLD_GOOD_REVIEW, &act);
	take(write, &world->second, STEP_PUBLISH, publishing->id, NULL, &act);
	return JISR_OK;
}

static void publish_one(struct world *world, const char *reach, char id[NOTICE_ID_MAX + 1])
{
	struct publishing publishing = {world, reach, ""};
	struct problem problem = {""};
	if (store_submit(world->place.store, publish, &publishing, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	(void)snprintf(id, NOTICE_ID_MAX + 1, "%s", publishing.id);
}

static void on_finding(void *context, uint64_t sequence, const char *sentence)
{
	(void)context;
	fail_msg("entry %llu: %s", (unsigned long long)sequence, sentence);
}

static void assert_verifies(struct world *world)
{
	struct store_reader *reader = NULL;
	struct verify_result result;
	struct problem problem = {""};
	const struct verify_options how = {.finding = on_finding};
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	if (log_verify(store_reader_log(reader), &how, &result, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	store_read_end(reader);
}

static void a_removed_notice_is_gone_from_every_byte_of_the_directory(void **state)
{
	static const char *const texts[] = {"BENRAHHOU",        "سلمى", "ZZ1234567", "scar on the left hand", "12/2026",
	                                    "an ordinary crime"};
	struct world world;
	struct removal removal;
	struct problem problem = {""};
	char id[NOTICE_ID_MAX + 1], other[NOTICE_ID_MAX + 1];
	(void)state;
	world_init(&world);
	for (int i = 0; i < 30; i++) { /* pages split and move cells */
		publish_one(&world, "\"*\"", id);
		if (remove_notice(&world, id, &removal, &problem) != JISR_OK)
			fail_msg("%s", problem.text);
		assert_int_equal(removal.bodies, 5);
		assert_int_equal(world_state(&world, "GS", id), STATE_NONE);
		assert_int_equal(world_state(&world, "MA", id), STATE_NONE);
	}
	assert_int_equal(store_compact(world.place.store, &problem), JISR_OK);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (traces_of(world.place.directory, texts[i]) != 0)
			fail_msg("%s is left", texts[i]);
	assert_verifies(&world);
	place_assert_rebuilt(&world.place);
	/* and the search itself finds what is there */
	publish_one(&world, "\"*\"", other);
	assert_true(traces_of(world.place.directory, "BENRAHHOU") > 0);
	/* gone already */
	assert_int_equal(remove_notice(&world, id, &removal, &problem), JISR_NOT_FOUND);
	assert_int_equal(remove_notice(&world, "2026/0", &removal, &problem), JISR_NOT_FOUND);
	assert_int_equal(remove_notice(&world, "no number", &removal, &problem), JISR_NOT_FOUND);
	place_finish(&world.place);
}

static void its_number_is_never_used_again(void **state)
{
	struct world world;
	struct removal removal;
	struct problem problem = {""};
	char id[NOTICE_ID_MAX + 1];
	(void)state;
	world_init(&world);
	publish_one(&world, "\"*\"", id);
	assert_int_equal(remove_notice(&world, id, &removal, &problem), JISR_OK);
	CLEANUP(json_freep) cJSON *fields = cJSON_Parse("{\"content\":" SAMPLE_YELLOW "}");
	struct act act = {
		.step = STEP_DRAFT, .caller = &world.bureau, .wanted = id, .fields = fields, .expected = ENTRY_ANY};
	cJSON_DeleteItemFromObject(cJSON_GetObjectItem(fields, "content"), "photographs");
	assert_int_equal(act_submit(world.place.store, &act, &problem), JISR_CONFLICT);
	place_finish(&world.place);
}

/* ---- whom it had reached ---- */

static bool count_removed(void *context, const struct removed *removed)
{
	struct removed *out = context;
	*out = *removed;
	return true;
}

static bool list(struct world *world, const char *office, const char *id, struct removed *removed)
{
	struct store_reader *reader = NULL;
	memset(removed, 0, sizeof *removed);
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	assert_int_equal(
		removed_list(store_reader_sql(reader), (struct viewer){office}, id, 0, count_removed, removed, NULL),
		JISR_OK);
	removed->owner = removed->why = removed->at = NULL;
	store_read_end(reader);
	return removed->id[0] != '\0';
}

static void all_who_had_got_it_are_told_and_nobody_else(void **state)
{
	struct world world;
	struct removal removal;
	struct removed removed;
	struct problem problem = {""};
	char id[NOTICE_ID_MAX + 1];
	(void)state;
	world_init(&world);
	publish_one(&world, "{\"only\":[\"FR\",\"ES\"]}", id);
	/* what reached Spain once is told to Spain, although it no longer does */
	world_do(&world, &world.bureau, STEP_RESTRICT, id, "{\"reach\":{\"only\":[\"FR\"]}}", NULL);
	assert_int_equal(remove_notice(&world, id, &removal, &problem), JISR_OK);
	assert_true(list(&world, "GS", id, &removed));
	assert_int_equal(removed.told, 3); /* and its owner, who holds copies, too */
	assert_int_equal(removed.received, 0);
	assert_true(list(&world, "ES", id, &removed) && removed.mine);
	assert_false(list(&world, "IS", id, &removed));
	assert_false(list(&world, "", id, &removed));
	struct caller iceland = place_caller("IS", "IS-1", ROLE_BIT(ROLE_BUREAU_OFFICER)), nobody;
	caller_init(&nobody);
	assert_int_equal(removed_receive(world.place.store, &iceland, id, &problem), JISR_NOT_FOUND);
	assert_int_equal(removed_receive(world.place.store, &nobody, id, &problem), JISR_DENIED);
	assert_int_equal(removed_receive(world.place.store, &world.bureau, id, &problem), JISR_OK);
	assert_int_equal(removed_receive(world.place.store, &world.bureau, id, &problem), JISR_NOT_FOUND);
	assert_true(list(&world, "MA", id, &removed) && !removed.mine && removed.received == 1);
	place_assert_rebuilt(&world.place);
	assert_verifies(&world);
	place_finish(&world.place);
}

/* ---- single bodies ---- */

struct dropping {
	uint64_t sequence;
};

static int drop(struct store_write *write, void *context, struct problem *problem)
{
	const struct dropping *dropping = context;
	return store_drop_body(write, dropping->sequence, "GS", "", "a test", problem);
}

static void after_each_dropped_body_the_tables_are_those_of_the_log(void **state)
{
	struct world world;
	struct problem problem = {""};
	struct store_reader *reader = NULL;
	(void)state;
	world_init(&world);
	for (int round = 0; round < 6; round++) {
		static uint64_t sequences[NOTICE_MAX_ENTRIES];
		char id[NOTICE_ID_MAX + 1];
		size_t count = 0;
		publish_one(&world, round % 2 == 0 ? "\"*\"" : "{\"except\":[\"IS\"]}", id);
		world_do(&world, &world.bureau, STEP_RESTRICT, id, "{\"reach\":{\"only\":[\"FR\"]}}", NULL);
		world_do(&world, &world.reviewer, STEP_SUSPEND, id, "{\"text\":\"a doubt\"}", NULL);
		if (round > 2)
			world_do(&world, &world.second, STEP_RESUME, id, "{\"text\":\"none\"}", NULL);
		assert_int_equal(store_read(world.place.store, &reader, NULL), JISR_OK);
		assert_int_equal(notice_entries(store_reader_log(reader), id, sequences, &count, &problem), JISR_OK);
		store_read_end(reader);
		assert_true(count >= 8);
		for (size_t left = count; left > 0; left--) {
			size_t at = random_number((unsigned)left);
			struct dropping dropping = {sequences[at]};
			sequences[at] = sequences[left - 1];
			if (store_submit(world.place.store, drop, &dropping, &problem) != JISR_OK)
				fail_msg("%s", problem.text);
			if (left < 4 || left % 3 == 0)
				place_assert_rebuilt(&world.place);
			assert_int_equal(store_submit(world.place.store, drop, &dropping, &problem), JISR_STATE);
		}
		assert_int_equal(world_state(&world, "GS", id), STATE_NONE);
	}
	assert_verifies(&world);
	place_finish(&world.place);
}

struct failing {
	struct removal removal;
	long after;
};

/* Allocations fail on the thread that writes. */
static int remove_failing(struct store_write *write, void *context, struct problem *problem)
{
	struct failing *failing = context;
	memory_fail_after(failing->after);
	int error = removal_run(write, &failing->removal, problem);
	memory_fail_after(-1);
	return error;
}

static void each_allocation_may_fail(void **state)
{
	struct world world;
	struct problem problem = {""};
	char id[NOTICE_ID_MAX + 1];
	int error = JISR_NO_MEMORY;
	(void)state;
	world_init(&world);
	publish_one(&world, "\"*\"", id);
	for (long n = 0; error != JISR_OK; n++) {
		struct failing failing = {{.id = id, .why = "request", .author = "GS", .officer = "GS-1"}, n};
		assert_true(n < 5000);
		error = store_submit(world.place.store, remove_failing, &failing, &problem);
		if (error != JISR_OK)
			assert_int_equal(error, JISR_NO_MEMORY);
		if (error != JISR_OK)
			assert_int_equal(world_state(&world, "GS", id), STATE_PUBLISHED);
	}
	place_assert_rebuilt(&world.place);
	place_finish(&world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_removed_notice_is_gone_from_every_byte_of_the_directory),
		cmocka_unit_test(its_number_is_never_used_again),
		cmocka_unit_test(all_who_had_got_it_are_told_and_nobody_else),
		cmocka_unit_test(after_each_dropped_body_the_tables_are_those_of_the_log),
		cmocka_unit_test(each_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
