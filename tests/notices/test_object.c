#include "notices/object.h"

#include "base/date.h"
#include "notices/object_act.h"
#include "notices/object_index.h"
#include "world.h"

#define DOCUMENT "\"kind\":\"document\",\"type\":\"passport\",\"status\":\"stolen\",\"country\":\"MA\",\"number\":"
#define GUN      "\"kind\":\"firearm\",\"type\":\"pistol\",\"status\":\"stolen\",\"serial\":\"X1\",\"make\":\"Arm\","

/* ---- forms ---- */

/* What is wrong with it, "" for nothing; and the warning. */
static const char *wrong(const char *fields, const char **ret_warning, char *out, size_t size)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct findings findings;
	struct object object;
	char whole[2000];
	(void)snprintf(whole, sizeof whole, "{%s}", fields);
	assert_int_equal(json_read(whole, strlen(whole), &json, NULL), JISR_OK);
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	findings_init(&findings);
	assert_int_equal(object_read(json, arena, &object, &findings), JISR_OK);
	if (findings.total == 0)
		assert_int_equal(object_check(&object, "2026-06-30", arena, &findings, ret_warning), JISR_OK);
	out[0] = '\0';
	if (findings.total > 0)
		(void)snprintf(out, size, "%s %s", findings.list[0].field, findings.list[0].what);
	return out;
}

static void every_kind_says_what_it_must(void **state)
{
	(void)state;
	static const struct {
		const char *fields, *wrong; /* "": nothing */
	} cases[] = {
		{DOCUMENT "\"AB 123-456\"", ""},
		{"\"kind\":\"document\"", "type is missing"},
		{"\"kind\":\"letter\"", "kind 'letter' is not known"},
		{DOCUMENT "\"--\"", "number '--' has none"},
		{DOCUMENT "\"A1\",\"vin\":\"X\"", "vin is no field of a document"},
		{DOCUMENT "\"A1\",\"holder\":\"X\"", "holder is no field"},
		{DOCUMENT "1", "number is no text"},
		{DOCUMENT "\"A1\",\"date\":\"2026-07-01\"", "date 2026-07-01 is still to come"},
		{DOCUMENT "\"A1\",\"date\":\"2026-02-30\"", "date '2026-02-30' is no day"},
		{DOCUMENT "\"A1\",\"crime_areas\":[\"XYZ\"]", "crime_areas 'XYZ' is no crime area"},
		{DOCUMENT "\"A1\",\"crime_areas\":[\"ORG\",\"THB\"]", ""},
		{DOCUMENT "\"A1\",\"to\":\"A9\"", "to is a range of documents that are not stolen blank"},
		{"\"kind\":\"vehicle\",\"type\":\"car\",\"status\":\"stolen\"", "vin is missing"},
		{"\"kind\":\"vehicle\",\"type\":\"car\",\"status\":\"revoked\",\"vin\":\"1\"", "status 'revoked'"},
		{"\"kind\":\"vehicle\",\"type\":\"car\",\"status\":\"stolen\",\"plate\":\"12345\"", "plate_country"},
		{"\"kind\":\"vehicle\",\"type\":\"car\",\"status\":\"stolen\",\"vin\":\"1M8GDM9AXKPO42788\"",
	         "vin holds the letter O"},
		{"\"kind\":\"vehicle\",\"type\":\"car\",\"status\":\"stolen\",\"vin\":\"1M8GDM9AXKP0427888\"",
	         "vin has 18 letters"},
		{GUN "\"model\":\"M\",\"calibre\":\"9 mm\"", ""},
		{GUN "\"model\":\"M\"", "calibre is missing"},
		{"\"kind\":\"artwork\",\"type\":\"painting\",\"status\":\"stolen\",\"title\":\"منظر\"", ""},
		{"\"kind\":\"artwork\",\"type\":\"painting\",\"status\":\"stolen\"", "title is missing"},
		{"\"kind\":\"vessel\",\"type\":\"motor\",\"status\":\"stolen\",\"imo\":\"IMO 9074729\"", ""},
		{"\"kind\":\"vessel\",\"type\":\"motor\",\"status\":\"stolen\",\"imo\":\"9074728\"",
	         "imo 9074728 has a wrong check digit"},
		{"\"kind\":\"vessel\",\"type\":\"motor\",\"status\":\"stolen\",\"imo\":\"907472\"",
	         "imo '907472' is no"},
		{"\"kind\":\"vessel\",\"type\":\"motor\",\"status\":\"stolen\",\"name\":\"A\"", "imo is missing"},
	};
	char said[400];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *warning = NULL, *is = wrong(cases[i].fields, &warning, said, sizeof said);
		if (cases[i].wrong[0] == '\0' ? is[0] != '\0' : strstr(is, cases[i].wrong) == NULL)
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].fields, is, cases[i].wrong);
		assert_null(warning);
	}
}

/* The check digit by the sum as ISO 3779 and the American rule write it out, letter by letter. */
static char check_digit(const char *vin)
{
	static const char *const values[] = {"0", "1AJ", "2BKS", "3CLT", "4DMU", "5ENV", "6FW", "7GPX", "8HY", "9RZ"};
	static const int weights[] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
	int sum = 0;
	for (int i = 0; i < 17; i++)
		for (int value = 0; value < 10; value++)
			if (strchr(values[value], vin[i]) != NULL)
				sum += value * weights[i];
	return "0123456789X"[sum % 11];
}

static void a_wrong_check_digit_of_a_vin_is_said_and_entered(void **state)
{
	(void)state;
	static const char letters[] = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
	unsigned random = 1;
	char fields[200], said[400];
	for (int n = 0; n < 2000; n++) {
		char vin[18] = "";
		const char *warning = NULL;
		for (int i = 0; i < 17; i++) {
			random = random * 1103515245 + 12345;
			vin[i] = letters[(random >> 16) % (sizeof letters - 1)];
		}
		if (n % 2 == 0)
			vin[8] = check_digit(vin);
		(void)snprintf(fields, sizeof fields,
		               "\"kind\":\"vehicle\",\"type\":\"car\",\"status\":\"stolen\",\"vin\":\"%s\"", vin);
		assert_string_equal(wrong(fields, &warning, said, sizeof said), "");
		assert_int_equal(warning == NULL, vin[8] == check_digit(vin));
	}
}

static void one_key_is_one_object(void **state)
{
	(void)state;
	static const char *const ways[] = {DOCUMENT "\"AB123456\"", DOCUMENT "\"ab 123-456\"",
	                                   DOCUMENT "\" AB/123.456 \""};
	char first[OBJECT_KEY_MAX] = "", key[OBJECT_KEY_MAX], whole[400];
	for (size_t i = 0; i < 3; i++) {
		CLEANUP(json_freep) cJSON *json = NULL;
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct findings findings;
		struct object object;
		(void)snprintf(whole, sizeof whole, "{%s}", ways[i]);
		assert_int_equal(json_read(whole, strlen(whole), &json, NULL), JISR_OK);
		assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
		findings_init(&findings);
		assert_int_equal(object_read(json, arena, &object, &findings), JISR_OK);
		assert_int_equal(object_check(&object, "2026-06-30", arena, &findings, NULL), JISR_OK);
		assert_int_equal(findings.total, 0);
		object_key(&object, i == 0 ? first : key);
		if (i > 0)
			assert_string_equal(first, key);
	}
	assert_string_equal(first, "passport-ab123456-ma");
}

/* ---- the record ---- */

static int act(struct world *world, const struct caller *caller, enum object_step step, const char *id,
               const char *fields, struct object_act *ret_act, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	*ret_act = (struct object_act){.step = step, .caller = caller, .id = id, .expected = ENTRY_ANY};
	if (json_read(fields, strlen(fields), &json, problem) != JISR_OK)
		fail_msg("%s: %s", fields, problem->text);
	ret_act->fields = json;
	problem->text[0] = '\0';
	int error = object_act_submit(world->place.store, ret_act, problem);
	ret_act->fields = NULL;
	return error;
}

static void must(struct world *world, const struct caller *caller, enum object_step step, const char *id,
                 const char *fields, char ret_id[OBJECT_ID_MAX])
{
	struct object_act done;
	struct problem problem = {""};
	if (act(world, caller, step, id, fields, &done, &problem) != JISR_OK)
		fail_msg("%s: %s", fields, problem.text);
	if (ret_id != NULL)
		(void)snprintf(ret_id, OBJECT_ID_MAX, "%s", done.made);
}

static void refuse(struct world *world, const struct caller *caller, enum object_step step, const char *id,
                   const char *fields, int expected, const char *words)
{
	struct object_act done;
	struct problem problem = {""};
	int error = act(world, caller, step, id, fields, &done, &problem);
	if (error != expected || strstr(problem.text, words) == NULL)
		fail_msg("%s: %d \"%s\", not %d \"%s\"", fields, error, problem.text, expected, words);
}

static int state_of(struct world *world, const char *office, const char *id)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct object_row row;
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	int error = object_get(store_reader_sql(reader), (struct viewer){office}, id, arena, &row, NULL);
	return error == JISR_OK ? 1 + row.withdrawn : 0;
}

static void only_the_issuing_country_enters_a_document(void **state)
{
	(void)state;
	struct world world;
	char id[OBJECT_ID_MAX];
	struct caller reader = place_caller("MA", "MA-9", ROLE_BIT(ROLE_READER));
	world_init(&world);
	refuse(&world, &world.france, OBJECT_ENTER, NULL, "{\"object\":{" DOCUMENT "\"A1\"}}", JISR_BAD_INPUT,
	       "only the country that issued");
	refuse(&world, &world.place.console, OBJECT_ENTER, NULL, "{\"object\":{" DOCUMENT "\"A1\"}}", JISR_BAD_INPUT,
	       "no country's bureau");
	refuse(&world, &reader, OBJECT_ENTER, NULL, "{\"object\":{" DOCUMENT "\"A1\"}}", JISR_DENIED, "may");
	refuse(&world, &world.bureau, OBJECT_ENTER, NULL, "{\"thing\":{}}", JISR_BAD_INPUT, "'thing' is not asked for");
	must(&world, &world.bureau, OBJECT_ENTER, NULL, "{\"object\":{" DOCUMENT "\"A1\"}}", id);
	assert_int_equal(state_of(&world, "FR", id), 1);
	assert_int_equal(state_of(&world, "", id), 0);
	refuse(&world, &world.france, OBJECT_WITHDRAW, id, "{\"reason\":\"found\"}", JISR_DENIED, "only its owner, MA");
	refuse(&world, &world.bureau, OBJECT_WITHDRAW, id, "{\"reason\":\"gone\"}", JISR_BAD_INPUT,
	       "\"reason\" says why");
	must(&world, &world.bureau, OBJECT_AMEND, id,
	     "{\"object\":{" DOCUMENT "\"A1\"},\"reach\":{\"except\":[\"FR\"]}}", NULL);
	assert_int_equal(state_of(&world, "FR", id), 0);
	assert_int_equal(state_of(&world, "ES", id), 1);
	/* said no more about it, whom it reaches stays */
	must(&world, &world.bureau, OBJECT_AMEND, id, "{\"object\":{" DOCUMENT "\"A2\"}}", NULL);
	assert_int_equal(state_of(&world, "FR", id), 0);
	refuse(&world, &world.france, OBJECT_WITHDRAW, id, "{\"reason\":\"found\"}", JISR_NOT_FOUND,
	       "there is no object");
	must(&world, &world.bureau, OBJECT_WITHDRAW, id, "{\"reason\":\"found\",\"text\":\"at the border\"}", NULL);
	assert_int_equal(state_of(&world, "ES", id), 0);
	assert_int_equal(state_of(&world, "MA", id), 2);
	refuse(&world, &world.bureau, OBJECT_WITHDRAW, id, "{\"reason\":\"found\"}", JISR_STATE, "withdrawn already");
	place_finish(&world.place);
}

/* ---- the index, against a model ---- */

#define ROUNDS  400
#define THINGS  60
#define OFFICES 5

static const char *const offices[OFFICES] = {"MA", "FR", "ES", "IS", "GS"};
static const char *const reaches[] = {"\"*\"", "{\"only\":[\"FR\"]}", "{\"only\":[\"ES\",\"IS\"]}",
                                      "{\"except\":[\"FR\"]}", "{\"except\":[\"ES\",\"IS\"]}"};
static const char *const lets_in[] = {"FR ES IS ", "FR ", "ES IS ", "ES IS ", "FR "};

struct thing {
	char id[OBJECT_ID_MAX];
	int owner, reach, number; /* number 0: not in force */
};

static bool model_sees(const struct thing *thing, int office)
{
	char word[8];
	(void)snprintf(word, sizeof word, "%s ", offices[office]);
	return thing->number != 0 &&
	       (office == thing->owner || office == OFFICES - 1 || strstr(lets_in[thing->reach], word) != NULL ||
	        (office == 0 && (thing->reach == 0 || thing->reach >= 3)));
}

static void compare(struct object_index *index, const struct thing *things, size_t count, int office)
{
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	struct watch_view *view = NULL;
	struct object_seen seen;
	uint64_t expected = 0;
	assert_int_equal(watch_set_new(&set), JISR_OK);
	const struct watch_view *none = watch_view_take(set);
	assert_int_equal(object_index_join(index, none, offices[office], NULL, NULL, &view), JISR_OK);
	watch_view_release(none);
	for (size_t i = 0; i < count; i++) {
		uint32_t segment, entity;
		char id[OBJECT_ID_MAX];
		object_index_id(things[i].id, id);
		bool sees = model_sees(&things[i], office);
		if (watch_view_find(view, OBJECT_LIST, id, &segment, &entity) != sees)
			fail_msg("%s of %s reaching %s: %s", things[i].id, offices[things[i].owner],
			         reaches[things[i].reach], offices[office]);
		expected += sees;
	}
	object_index_describe(index, offices[office], &seen);
	assert_int_equal(seen.entities, expected);
	object_index_describe(index, "", &seen);
	assert_int_equal(seen.entities, 0);
	watch_view_release(view);
}

static void the_index_holds_what_reaches_an_office_and_nothing_else(void **state)
{
	(void)state;
	struct world world;
	static struct thing things[THINGS];
	size_t count = 0;
	unsigned random = 7;
	uint64_t last = 0;
	struct object_index *index = NULL, *anew = NULL;
	world_init(&world);
	struct caller callers[2] = {world.bureau, world.france};
	assert_int_equal(object_index_new(world.place.directory, false, &index), JISR_OK);
	for (int round = 0; round < ROUNDS; round++) {
		CLEANUP(store_read_endp) struct store_reader *reader = NULL;
		char fields[300];
		struct problem problem = {""};
		bool changed;
		random = random * 1103515245 + 12345;
		unsigned draw = random >> 8;
		bool enter = count == 0 || (count < THINGS && draw % 3 == 0);
		size_t at = enter ? count : (draw >> 4) % count;
		struct thing *thing = &things[at];
		if (enter)
			*thing = (struct thing){.owner = (int)(draw >> 5) % 2};
		int reach = (int)(draw >> 7) % 5;
		(void)snprintf(
			fields, sizeof fields,
			"{\"object\":{\"kind\":\"vehicle\",\"type\":\"car\",\"status\":\"stolen\",\"vin\":\"VIN%05d\"},"
			"\"reach\":%s}",
			round + 1, reaches[reach]);
		if (enter || (thing->number != 0 && draw % 3 == 1)) {
			must(&world, &callers[thing->owner], enter ? OBJECT_ENTER : OBJECT_AMEND,
			     enter ? NULL : thing->id, fields, thing->id);
			thing->reach = reach;
			thing->number = round + 1;
			count += enter;
		} else if (thing->number != 0) {
			must(&world, &callers[thing->owner], OBJECT_WITHDRAW, thing->id, "{\"reason\":\"found\"}",
			     NULL);
			thing->number = 0;
		}
		if (draw % 4 != 0)
			continue;
		assert_int_equal(store_read(world.place.store, &reader, NULL), JISR_OK);
		uint64_t now = store_reader_sequence(reader);
		if (object_index_follow(index, store_reader_sql(reader), last == 0 ? 0 : last + 1, now, &changed,
		                        &problem) != JISR_OK)
			fail_msg("%s", problem.text);
		last = now;
		assert_int_equal(object_index_new(world.place.directory, false, &anew), JISR_OK);
		assert_int_equal(object_index_follow(anew, store_reader_sql(reader), 0, 0, &changed, NULL), JISR_OK);
		for (int office = 0; office < OFFICES; office++) {
			compare(index, things, count, office);
			compare(anew, things, count, office);
		}
		anew = object_index_free(anew);
	}
	object_index_free(index);
	place_finish(&world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_says_what_it_must),
		cmocka_unit_test(a_wrong_check_digit_of_a_vin_is_said_and_entered),
		cmocka_unit_test(one_key_is_one_object),
		cmocka_unit_test(only_the_issuing_country_enters_a_document),
		cmocka_unit_test(the_index_holds_what_reaches_an_office_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
