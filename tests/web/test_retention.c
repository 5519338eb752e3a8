#include "web/retention.h"

#include "base/clock.h"
#include "notices/request_act.h"

#include "notices/hit.h"
#include "notices/object.h"

#define PLACE_DOMAINS &register_domain, &notice_domain, &hit_domain, &object_domain, &request_domain
#include "../notices/notice_sample.h"
#include "../notices/traces.h"
#include "../notices/world.h"

struct made {
	struct world *world;
	char id[NOTICE_ID_MAX + 1];
	bool published;
};

static int make(struct store_write *write, void *context, struct problem *problem)
{
	struct made *made = context;
	CLEANUP(json_freep) cJSON *fields = cJSON_Parse("{\"content\":" SAMPLE_RED "}");
	CLEANUP(json_freep) cJSON *review = cJSON_Parse(WORLD_GOOD_REVIEW);
	const struct {
		enum notice_step step;
		const struct caller *caller;
		const cJSON *fields;
	} steps[] = {{STEP_DRAFT, &made->world->bureau, fields},
	             {STEP_REQUEST, &made->world->bureau, NULL},
	             {STEP_TAKE, &made->world->reviewer, NULL},
	             {STEP_ASSESS, &made->world->reviewer, review},
	             {STEP_PUBLISH, &made->world->second, NULL}};
	int error = JISR_OK;
	for (size_t i = 0; i < (made->published ? 5 : 1) && !error; i++) {
		struct act act = {.step = steps[i].step,
		                  .caller = steps[i].caller,
		                  .id = i == 0 ? NULL : made->id,
		                  .fields = steps[i].fields,
		                  .expected = ENTRY_ANY};
		error = act_run(write, &act, problem);
		(void)snprintf(made->id, sizeof made->id, "%s", act.made);
		act.fields = NULL;
	}
	return error;
}

struct counts {
	size_t expire, remove, held;
};

static bool count(void *context, const struct retention_item *item)
{
	struct counts *counts = context;
	counts->expire += item->action == RETENTION_EXPIRE;
	counts->remove += item->action == RETENTION_REMOVE;
	counts->held += item->held != NULL;
	return true;
}

static struct counts due(struct world *world, const char *today)
{
	struct counts counts = {0, 0, 0};
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	if (retention_list(store_reader_sql(reader), today, count, &counts, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	store_read_end(reader);
	return counts;
}

static struct retention_done do_it(struct world *world, const char *today)
{
	struct retention_done done = {0};
	struct problem problem = {""};
	if (retention_run(world->place.directory, world->place.store, &world->place.console, today, &done, &problem) !=
	    JISR_OK)
		fail_msg("%s", problem.text);
	assert_int_equal(done.failed, 0);
	assert_true(done.swept);
	return done;
}

/* Some months after today. */
static const char *later(double months, char out[11])
{
	char now[CLOCK_UTC_MAX];
	char today[11];
	(void)snprintf(today, sizeof today, "%.10s", clock_utc(now));
	act_add_months(today, months, out);
	return out;
}

static void what_is_past_its_time_expires_and_goes_and_nothing_sooner(void **state)
{
	struct world world;
	struct made published = {&world, "", true}, thrown = {&world, "", false};
	struct problem problem = {""};
	char day[11];
	(void)state;
	world_init(&world);
	assert_int_equal(store_submit(world.place.store, make, &published, &problem), JISR_OK);
	assert_int_equal(store_submit(world.place.store, make, &thrown, &problem), JISR_OK);
	world_do(&world, &world.bureau, STEP_DISCARD, thrown.id, NULL, NULL);
	/* limits: the day itself, and the one after */
	assert_int_equal(due(&world, later(12, day)).remove, 0);
	assert_int_equal(due(&world, later(13, day)).remove, 1);
	assert_int_equal(due(&world, later(60, day)).expire, 0);
	assert_int_equal(due(&world, later(61, day)).expire, 1);
	assert_int_equal(do_it(&world, later(1, day)).removed, 0);
	assert_int_equal(do_it(&world, later(13, day)).removed, 1);
	assert_int_equal(world_state(&world, "MA", thrown.id), STATE_NONE);
	assert_int_equal(world_state(&world, "GS", published.id), STATE_PUBLISHED);
	assert_int_equal(do_it(&world, later(61, day)).expired, 1);
	assert_int_equal(world_state(&world, "GS", published.id), STATE_EXPIRED);
	assert_true(traces_of(world.place.directory, "BENRAHHOU") > 0);
	/* it expired today by the record's clock: twelve months count from now */
	assert_int_equal(do_it(&world, later(12, day)).removed, 0);
	assert_int_equal(do_it(&world, later(13, day)).removed, 1);
	assert_int_equal(traces_of(world.place.directory, "BENRAHHOU"), 0);
	place_finish(&world.place);
}

static int link_request(struct store_write *write, void *context, struct problem *problem)
{
	/* as notices/request.c writes it: an open request about the notice */
	const struct made *made = context;
	cJSON *body = tree_object();
	char notices[40];
	(void)snprintf(notices, sizeof notices, ",%s,", made->id);
	tree_text(body, "kind", "access");
	tree_text(body, "language", "en");
	tree_text(body, "secret", "0000000000000000000000000000000000000000000000000000000000000000");
	tree_text(body, "notices", notices);
	(void)tree_add_object(body, "applicant");
	struct entry_draft draft = {
		.author = "GS", .kind = "request.file", .subject = "request/2026-123456", .body = body, .expected = 0};
	int error = store_append(write, &draft, NULL, problem);
	cJSON_Delete(body);
	return error;
}

static void a_pending_request_holds_a_notice_and_the_list_says_so(void **state)
{
	struct world world;
	struct made thrown = {&world, "", false};
	struct problem problem = {""};
	char day[11];
	(void)state;
	world_init(&world);
	assert_int_equal(store_submit(world.place.store, make, &thrown, &problem), JISR_OK);
	world_do(&world, &world.bureau, STEP_DISCARD, thrown.id, NULL, NULL);
	assert_int_equal(store_submit(world.place.store, link_request, &thrown, &problem), JISR_OK);
	struct counts counts = due(&world, later(13, day));
	assert_int_equal(counts.remove, 1);
	assert_int_equal(counts.held, 1);
	struct retention_done done = do_it(&world, later(13, day));
	assert_int_equal(done.removed, 0);
	assert_int_equal(done.held, 1);
	assert_int_equal(world_state(&world, "MA", thrown.id), STATE_DISCARDED);
	place_finish(&world.place);
}

static void more_than_one_batch_is_done_in_one_run(void **state)
{
	struct world world;
	struct problem problem = {""};
	char day[11];
	(void)state;
	world_init(&world);
	for (int i = 0; i < 120; i++) {
		struct made thrown = {&world, "", false};
		assert_int_equal(store_submit(world.place.store, make, &thrown, &problem), JISR_OK);
		world_do(&world, &world.bureau, STEP_DISCARD, thrown.id, NULL, NULL);
	}
	assert_int_equal(do_it(&world, later(13, day)).removed, 120);
	assert_int_equal(traces_of(world.place.directory, "BENRAHHOU"), 0);
	struct retention_done done;
	assert_int_equal(retention_run(world.place.directory, world.place.store, &world.bureau, day, &done, &problem),
	                 JISR_DENIED);
	place_finish(&world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_past_its_time_expires_and_goes_and_nothing_sooner),
		cmocka_unit_test(a_pending_request_holds_a_notice_and_the_list_says_so),
		cmocka_unit_test(more_than_one_batch_is_done_in_one_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
