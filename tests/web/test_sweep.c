#include "web/sweep.h"

#include "base/file.h"
#include "members/repeat.h"
#include "notices/removal.h"
#include "store/access.h"
#include "web/decisions_store.h"

#include "../notices/notice_sample.h"
#include "../notices/traces.h"
#include "../notices/world.h"

#include <sys/stat.h>

struct removing {
	struct world *world;
	char id[NOTICE_ID_MAX + 1];
};

static int draft(struct store_write *write, void *context, struct problem *problem)
{
	struct removing *removing = context;
	CLEANUP(json_freep) cJSON *fields = cJSON_Parse("{\"content\":" SAMPLE_RED "}");
	cJSON *names = cJSON_GetObjectItem(cJSON_GetObjectItem(fields, "content"), "names");
	cJSON_AddItemToArray(names, cJSON_Parse("{\"text\":\"Salma \\ud842\\udfb7\\u7530\",\"kind\":\"alias\"}"));
	struct act act = {
		.step = STEP_DRAFT, .caller = &removing->world->bureau, .fields = fields, .expected = ENTRY_ANY};
	int error = act_run(write, &act, problem);
	act.fields = NULL;
	(void)snprintf(removing->id, sizeof removing->id, "%s", act.made);
	return error;
}

static int take_away(struct store_write *write, void *context, struct problem *problem)
{
	struct removing *removing = context;
	struct removal removal = {.id = removing->id, .why = "request", .author = "GS", .officer = ""};
	return removal_run(write, &removal, problem);
}

static void line(struct access *access, const char *what)
{
	struct access_line one = {
		.office = "MA", .who = "MA-1", .action = "search", .what = what, .purpose = "", .result = "1 hits"};
	assert_int_equal(access_append(access, &one, NULL), JISR_OK);
}

static void keep_reply(struct sql *sql, const char *key, const char *reply)
{
	struct repeat repeat = {.caller = "MA-1", .route = "/x", .key = key};
	struct repeat_reply out = {0}, kept = {.status = 200, .bytes = reply, .length = strlen(reply)};
	struct arena *arena = NULL;
	enum repeat_found found;
	int64_t id = 0;
	assert_int_equal(arena_new(1 << 16, &arena), JISR_OK);
	assert_int_equal(repeat_begin(sql, &repeat, 1000, arena, &found, &id, &out, NULL), JISR_OK);
	assert_int_equal(repeat_keep(sql, id, &kept, NULL), JISR_OK);
	arena_free(arena);
}

static void put_picture(const char *directory, const char *hash)
{
	char path[FILE_MAX_PATH];
	(void)snprintf(path, sizeof path, "%s/pictures", directory);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof path, "%s/pictures/%.2s", directory, hash);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof path, "%s/pictures/%.2s/%s", directory, hash, hash);
	assert_int_equal(file_replace(path, "A FACE", 6, NULL), JISR_OK);
}

static void decide(const char *directory, const char *entity, const char *caption)
{
	struct decision_store *store = NULL;
	int64_t id;
	bool repeated;
	struct decision_row row = {.caller = "MA",
	                           .reference = "",
	                           .query = "{}",
	                           .list = "notices",
	                           .entity = entity,
	                           .caption = caption,
	                           .listed = "{}",
	                           .decision = "different",
	                           .reason = "",
	                           .by = "",
	                           .key = "",
	                           .made = "2026-11-27T00:00:00Z",
	                           .rules = "x",
	                           .withdrawn = ""};
	row.subject[0] = (unsigned char)entity[strlen(entity) - 1];
	assert_int_equal(decision_store_open(directory, false, &store, NULL), JISR_OK);
	assert_int_equal(decision_store_add(store, &row, &id, &repeated, NULL), JISR_OK);
	decision_store_close(store);
}

static void nothing_beside_the_record_says_the_name_any_more(void **state)
{
	struct world world;
	struct problem problem = {""};
	struct access *access = NULL;
	struct local *local = NULL;
	struct sql *sql = NULL;
	struct arena *arena = NULL;
	struct store_reader *reader = NULL;
	struct access_verified verified;
	struct sweep *sweep = memory_zero(1, sizeof *sweep);
	struct removing removing = {.world = &world};
	char entity[64];
	bool swept = false;
	(void)state;
	world_init(&world);
	const char *directory = world.place.directory;
	assert_int_equal(store_submit(world.place.store, draft, &removing, &problem), JISR_OK);
	(void)snprintf(entity, sizeof entity, "notice-%.4s-%s", removing.id, removing.id + 5);

	assert_int_equal(access_open(directory, true, "test/access", &access, &problem), JISR_OK);
	line(access, "/search/default?q=Salma+BenRahhou");
	line(access, "/match/default {\"name\":\"\\u0633\\u0644\\u0645\\u0649 \\u0628\\u0646\\u0631\\u062d\\u0648\"}");
	line(access, "/api/v1/check?document=zz1234567");
	line(access, "/match/default {\"name\":\"salma \\ud842\\uDFB7\\u7530\"}");
	line(access, "/search/default?q=selma%20ALAOUI");
	line(access, "/search/default?q=Salmani+Benrahhouda"); /* another name */
	line(access, "/search/default?q=Benrahhou");           /* a family name alone may be anybody's */
	assert_int_equal(local_open(directory, &local, &problem), JISR_OK);
	assert_int_equal(local_begin(local, &sql, &problem), JISR_OK);
	keep_reply(sql, "one", "{\"caption\":\"BENRAHHOU, Salma\"}");
	keep_reply(sql, "two", "{\"caption\":\"SOMEBODY ELSE\"}");
	assert_int_equal(local_end(local, JISR_OK, &problem), JISR_OK);
	local_close(local);
	put_picture(directory, SAMPLE_HASH);
	put_picture(directory, SAMPLE_HASH2);
	decide(directory, entity, "BENRAHHOU, Salma");
	decide(directory, "notice-1999-1", "SOMEBODY ELSE");

	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	sweep_init(sweep, arena);
	assert_int_equal(store_read(world.place.store, &reader, NULL), JISR_OK);
	assert_int_equal(sweep_gather(sweep, store_reader_log(reader), removing.id, &problem), JISR_OK);
	reader = store_read_end(reader);
	assert_int_equal(sweep->picture_count, 2);
	if (sweep_before(sweep, directory, world.place.store, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	/* the notice is still there: so are its pictures */
	assert_int_equal(sweep_pending(directory, world.place.store, &swept, &problem), JISR_OK);
	assert_true(swept);
	assert_int_equal(traces_of(directory, "A FACE"), 2);
	assert_int_equal(sweep_before(sweep, directory, world.place.store, &problem), JISR_OK);
	assert_int_equal(store_submit(world.place.store, take_away, &removing, &problem), JISR_OK);
	if (sweep_after(sweep, directory, world.place.store, &problem) != JISR_OK)
		fail_msg("%s", problem.text);

	assert_int_equal(traces_of(directory, "BENRAHHOU"), 0);
	assert_int_equal(traces_of(directory, "BenRahhou"), 0);
	assert_int_equal(traces_of(directory, "zz1234567"), 0);
	assert_int_equal(traces_of(directory, "ALAOUI"), 0);
	assert_int_equal(traces_of(directory, "u0633"), 0);
	assert_int_equal(traces_of(directory, "uDFB7"), 0);
	assert_int_equal(traces_of(directory, "A FACE"), 0);
	assert_int_equal(traces_of(directory, "Benrahhouda"), 1);
	assert_int_equal(traces_of(directory, "q=Benrahhou"), 1);
	assert_int_equal(traces_of(directory, "SOMEBODY ELSE"), 2);
	assert_int_equal(access_verify(access, NULL, NULL, NULL, &verified, &problem), JISR_OK);
	assert_int_equal(verified.findings, 0);
	assert_int_equal(verified.forgotten, 5);
	assert_int_equal(sweep_pending(directory, world.place.store, &swept, &problem), JISR_OK);
	assert_false(swept);
	access_free(access);
	arena_free(arena);
	memory_free(sweep);
	place_finish(&world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_beside_the_record_says_the_name_any_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
