#include "web/retention.h"

#include "base/clock.h"
#include "notices/request_act.h"

#include "notices/hit.h"
#include "notices/object_act.h"
#include "notices/object_file.h"

#include <pthread.h>

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

static int act_on(struct world *world, enum object_step step, const char *id, const char *fields,
                  char out[OBJECT_ID_MAX])
{
	CLEANUP(json_freep) cJSON *json = cJSON_Parse(fields);
	struct problem problem = {""};
	struct caller owner = place_caller("MA", "MA-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	struct object_act act = {.step = step, .caller = &owner, .id = id, .fields = json, .expected = ENTRY_ANY};
	int error = object_act_submit(world->place.store, &act, &problem);
	if (!error)
		(void)snprintf(out, OBJECT_ID_MAX, "%s", act.made);
	return error;
}

static size_t objects_left(struct world *world)
{
	struct store_reader *reader = NULL;
	uint64_t count = 0;
	struct object_filter filter = {.limit = 1};
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	assert_int_equal(object_count(store_reader_sql(reader), (struct viewer){"GS"}, &filter, &count, NULL), JISR_OK);
	store_read_end(reader);
	return (size_t)count;
}

static void an_object_lapses_after_years_and_is_cleared_some_months_later(void **state)
{
	struct world world;
	char id[OBJECT_ID_MAX], day[11];
	struct problem problem = {""};
	(void)state;
	world_init(&world);
	assert_int_equal(act_on(&world, OBJECT_ENTER, NULL,
	                        "{\"object\":{\"kind\":\"document\",\"type\":\"passport\",\"status\":\"stolen\","
	                        "\"country\":\"MA\",\"number\":\"ZQ7654321\"},\"reach\":{\"only\":[\"FR\"]}}",
	                        id),
	                 JISR_OK);
	assert_int_equal(do_it(&world, later(120, day)).expired, 0);
	assert_int_equal(do_it(&world, later(121, day)).expired, 1);
	assert_int_equal(objects_left(&world), 1);
	assert_int_equal(act_on(&world, OBJECT_WITHDRAW, id, "{\"reason\":\"found\"}", id), JISR_STATE);
	/* it lapsed today by the record's clock; what somebody follows up stays */
	CLEANUP(json_freep) cJSON *fields = cJSON_CreateObject();
	cJSON_AddStringToObject(fields, "object", id);
	cJSON_AddStringToObject(fields, "place", "Harbourton");
	cJSON_AddStringToObject(fields, "text", "the same number");
	struct hit_act late = {.step = HIT_REPORT, .caller = &world.france, .fields = fields, .expected = ENTRY_ANY};
	assert_int_not_equal(hit_act_submit(world.place.store, &late, &problem), JISR_OK);
	assert_int_equal(do_it(&world, later(12, day)).removed, 0);
	assert_true(traces_of(world.place.directory, "ZQ7654321") > 0);
	assert_int_equal(do_it(&world, later(13, day)).removed, 1);
	assert_int_equal(objects_left(&world), 0);
	assert_int_equal(traces_of(world.place.directory, "ZQ7654321"), 0);
	assert_int_equal(store_rebuild(world.place.store, &problem), JISR_OK);
	assert_int_equal(objects_left(&world), 0);
	place_finish(&world.place);
}

static void a_hit_that_is_followed_up_holds_an_object(void **state)
{
	struct world world;
	char id[OBJECT_ID_MAX], day[11];
	struct problem problem = {""};
	(void)state;
	world_init(&world);
	assert_int_equal(act_on(&world, OBJECT_ENTER, NULL,
	                        "{\"object\":{\"kind\":\"document\",\"type\":\"passport\",\"status\":\"stolen\","
	                        "\"country\":\"MA\",\"number\":\"ZQ7654322\"}}",
	                        id),
	                 JISR_OK);
	CLEANUP(json_freep) cJSON *fields = cJSON_CreateObject();
	cJSON_AddStringToObject(fields, "object", id);
	cJSON_AddStringToObject(fields, "place", "Qasr Wahm, desk 77");
	cJSON_AddStringToObject(fields, "text", "the same number");
	struct hit_act report = {.step = HIT_REPORT, .caller = &world.france, .fields = fields, .expected = ENTRY_ANY};
	assert_int_equal(hit_act_submit(world.place.store, &report, &problem), JISR_OK);
	assert_int_equal(act_on(&world, OBJECT_WITHDRAW, id, "{\"reason\":\"expired\"}", id), JISR_BAD_INPUT);
	assert_int_equal(act_on(&world, OBJECT_WITHDRAW, id, "{\"reason\":\"found\"}", id), JISR_OK);
	struct retention_done done = do_it(&world, later(13, day));
	assert_int_equal(done.removed, 0);
	assert_int_equal(done.held, 1);
	CLEANUP(json_freep) cJSON *why = cJSON_CreateObject();
	cJSON_AddStringToObject(why, "text", "the wrong desk");
	struct hit_act back = {
		.step = HIT_WITHDRAW, .caller = &world.france, .id = report.made, .fields = why, .expected = ENTRY_ANY};
	assert_int_equal(hit_act_submit(world.place.store, &back, &problem), JISR_OK);
	assert_int_equal(do_it(&world, later(13, day)).removed, 1);
	/* what the hit said of it went with it */
	assert_int_equal(traces_of(world.place.directory, "ZQ7654322"), 0);
	assert_int_equal(traces_of(world.place.directory, "desk 77"), 0);
	place_finish(&world.place);
}

#define HEAD "type,status,country,number,reach\n"

static void load_file(struct world *world, const char *name, const char *bytes)
{
	struct input *input = NULL;
	struct problem problem = {""};
	struct caller owner = place_caller("MA", "MA-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	struct object_load order = {
		.caller = &owner, .name = name, .kind = "document", .source = "t.csv", .digest = "", .fewer = true};
	assert_int_equal(input_open_bytes(bytes, strlen(bytes), &input, &problem), JISR_OK);
	if (object_load(world->place.store, input, &order, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

/* Every table of objects and hits, as text; owned by the caller. */
static char *tables_of(struct world *world)
{
	static const char *const names[] = {"object",       "object_file", "object_line",
	                                    "object_event", "hit",         "hit_history"};
	struct store_reader *reader = NULL;
	struct text text;
	text_init(&text, (size_t)1 << 20);
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char statement[80];
		(void)snprintf(statement, sizeof statement, "SELECT * FROM %s ORDER BY 1, 2, 3", names[i]);
		struct sql_query query = sql_query_once(store_reader_sql(reader), statement);
		while (sql_next(&query))
			for (int column = 0; column < 8; column++)
				(void)text_add_format(&text, "%s|", sql_text(&query, column));
		assert_int_equal(sql_done(&query, NULL), JISR_OK);
	}
	store_read_end(reader);
	return text_take(&text);
}

static void a_whole_file_of_objects_lapses_and_nothing_of_it_is_left(void **state)
{
	struct world world;
	char day[11], id[OBJECT_ID_MAX];
	struct problem problem = {""};
	struct retention_done done;
	(void)state;
	world_init(&world);
	load_file(&world, "passports", HEAD "passport,stolen,MA,OLD77001,\n");
	load_file(&world, "passports",
	          HEAD "passport,stolen,MA,QQ77001,\npassport,lost,MA,QQ77002,only:FR\npassport,lost,MA,QQ77003,\n");
	load_file(&world, "passports-x", HEAD "passport,stolen,MA,XX88001,\n");
	assert_int_equal(act_on(&world, OBJECT_WITHDRAW, "object-ma-passports-passport-qq77003-ma",
	                        "{\"reason\":\"found\"}", id),
	                 JISR_OK);
	/* hits on a line of each of the two files */
	char reports[2][NOTICE_ID_MAX + 1];
	static const char *const lines[] = {"object-ma-passports-passport-qq77001-ma",
	                                    "object-ma-passports-x-passport-xx88001-ma"};
	for (int i = 0; i < 2; i++) {
		CLEANUP(json_freep) cJSON *fields = cJSON_CreateObject();
		cJSON_AddStringToObject(fields, "object", lines[i]);
		cJSON_AddStringToObject(fields, "place", i == 0 ? "Qasr Wahm, desk 77" : "Qasr Wahm, desk 88");
		cJSON_AddStringToObject(fields, "text", "the same number");
		struct hit_act report = {
			.step = HIT_REPORT, .caller = &world.france, .fields = fields, .expected = ENTRY_ANY};
		if (hit_act_submit(world.place.store, &report, &problem) != JISR_OK)
			fail_msg("%s", problem.text);
		(void)snprintf(reports[i], sizeof reports[i], "%s", report.made);
	}
	/* not before its time, and not while somebody follows up */
	done = do_it(&world, later(120, day));
	assert_int_equal(done.expired + done.held, 0);
	done = do_it(&world, later(121, day));
	assert_int_equal(done.expired, 0);
	assert_int_equal(done.held, 2);
	CLEANUP(json_freep) cJSON *why = cJSON_CreateObject();
	cJSON_AddStringToObject(why, "text", "the wrong desk");
	struct hit_act back = {
		.step = HIT_WITHDRAW, .caller = &world.france, .id = reports[0], .fields = why, .expected = ENTRY_ANY};
	assert_int_equal(hit_act_submit(world.place.store, &back, &problem), JISR_OK);
	done = do_it(&world, later(121, day));
	assert_int_equal(done.expired, 1);
	assert_int_equal(done.held, 1);
	/* its lines are gone from the disk; the record still says which were withdrawn, and what the hit was about */
	assert_int_equal(traces_of(world.place.directory, "QQ77002"), 0);
	assert_true(traces_of(world.place.directory, "qq77003") > 0);
	assert_true(traces_of(world.place.directory, "desk 77") > 0);
	assert_int_equal(do_it(&world, later(12, day)).removed, 0);
	assert_int_equal(do_it(&world, later(13, day)).removed, 1);
	static const char *const gone[] = {"QQ7700", "qq7700", "OLD77001", "desk 77"};
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		if (traces_of(world.place.directory, gone[i]) != 0)
			fail_msg("%s is still there", gone[i]);
	/* what belongs to the other file stays */
	assert_true(traces_of(world.place.directory, "desk 88") > 0);
	assert_true(traces_of(world.place.directory, "xx88001") > 0);
	CLEANUP(memory_freep) char *before = tables_of(&world);
	assert_int_equal(store_rebuild(world.place.store, &problem), JISR_OK);
	CLEANUP(memory_freep) char *after = tables_of(&world);
	assert_string_equal(before, after);
	/* a file of that name may come again, and is another one */
	load_file(&world, "passports", HEAD "passport,stolen,MA,NEW77001,\n");
	assert_int_equal(do_it(&world, later(13, day)).removed, 0);
	/* one that its owner dropped is cleared in the same way */
	assert_int_equal(act_on(&world, OBJECT_WITHDRAW, "MA/passports", "{\"reason\":\"error\"}", id), JISR_OK);
	assert_int_equal(do_it(&world, later(12, day)).removed, 0);
	assert_int_equal(do_it(&world, later(13, day)).removed, 1);
	assert_int_equal(traces_of(world.place.directory, "NEW77001"), 0);
	place_finish(&world.place);
}

struct heard {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t lines;
};

static void hear(void *context, const struct retention_done *done, int error, const struct problem *problem)
{
	struct heard *heard = context;
	(void)problem;
	assert_int_equal(error, JISR_OK);
	(void)pthread_mutex_lock(&heard->lock);
	heard->lines += done->lines;
	(void)pthread_cond_signal(&heard->changed);
	(void)pthread_mutex_unlock(&heard->lock);
}

static void lines_of_the_access_log_forget_after_their_time_at_a_node_too(void **state)
{
	struct world world;
	struct heard heard = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
	struct retention *retention = NULL;
	struct problem problem = {""};
	CLEANUP(access_freep) struct access *log = NULL;
	const struct access_line line = {.office = "MA",
	                                 .who = "MA-1",
	                                 .action = "check",
	                                 .what = "somebody sought",
	                                 .purpose = "",
	                                 .result = ""};
	(void)state;
	world_init(&world);
	assert_int_equal(access_open(world.place.directory, true, "org.example.log/access", &log, &problem), JISR_OK);
	assert_int_equal(access_append(log, &line, &problem), JISR_OK);
	assert_true(traces_of(world.place.directory, "somebody sought") > 0);
	const struct retention_work work = {world.place.directory, NULL, log, -60}; /* as it will be */
	assert_int_equal(retention_start(&work, hear, &heard, &retention, &problem), JISR_OK);
	(void)pthread_mutex_lock(&heard.lock);
	while (heard.lines == 0)
		(void)pthread_cond_wait(&heard.changed, &heard.lock);
	(void)pthread_mutex_unlock(&heard.lock);
	retention = retention_stop(retention);
	assert_int_equal(heard.lines, 1);
	assert_int_equal(traces_of(world.place.directory, "somebody sought"), 0);
	place_finish(&world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_past_its_time_expires_and_goes_and_nothing_sooner),
		cmocka_unit_test(a_pending_request_holds_a_notice_and_the_list_says_so),
		cmocka_unit_test(more_than_one_batch_is_done_in_one_run),
		cmocka_unit_test(an_object_lapses_after_years_and_is_cleared_some_months_later),
		cmocka_unit_test(a_hit_that_is_followed_up_holds_an_object),
		cmocka_unit_test(a_whole_file_of_objects_lapses_and_nothing_of_it_is_left),
		cmocka_unit_test(lines_of_the_access_log_forget_after_their_time_at_a_node_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
