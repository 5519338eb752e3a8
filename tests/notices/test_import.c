#include "notices/import.h"

#include "world.h"

#define RED                                                                                                            \
	"{\"arrest_warrants\":[{\"charge\":\"Fraud\\r\\nForgery\",\"issuing_country_id\":\"MA\"}],\"date_of_birth\":"  \
	"\"1971/02/00\",\"weight\":500,\"nationalities\":[\"in\",\"XX\"],\"entity_id\":\"2026/"                        \
	"99902\",\"eyes_colors_id\":"                                                                                  \
	"[\"BLA\",\"PINK\"],\"sex_id\":\"M\",\"place_of_birth\":\" Some \\n where "                                    \
	"\",\"forename\":\"-\",\"name\":\"BRAMBILLOV\","                                                               \
	"\"height\":0,\"_links\":{\"self\":{\"href\":\"https://x.example/notices/v1/red/2026-99902\"}}}"
#define THIN                                                                                                           \
	"{\"entity_id\":\"2026/99902\",\"name\":\"BRAMBILLOV\",\"_links\":{\"self\":{\"href\":\"/notices/v1/red/"      \
	"2026-99902\"}}}"

static int try(struct world *world, struct import *import, const char *text, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	problem->text[0] = '\0';
	if (json_read(text, strlen(text), &json, problem) != JISR_OK)
		fail_msg("%s: %s", text, problem->text);
	return import_one(world->place.store, import, json, problem);
}

static void take(struct world *world, struct import *import, const char *text, int result)
{
	struct problem problem = {""};
	if (try(world, import, text, &problem) != JISR_OK)
		fail_msg("%s: %s", text, problem.text);
	assert_int_equal(import->result, result);
}

/* What the draft says, as its owner reads it; until the next. */
static const char *said(struct world *world, const char *office, const char *id, struct notice *ret_notice)
{
	static struct arena *arena;
	struct store_reader *reader = NULL;
	if (arena == NULL)
		assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	arena_reset(arena);
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	assert_int_equal(notice_get(store_reader_sql(reader), (struct viewer){office}, id, arena, ret_notice, NULL),
	                 JISR_OK);
	store_read_end(reader);
	return ret_notice->content;
}

static void a_public_notice_becomes_a_draft_of_the_country_that_asks(void **state)
{
	(void)state;
	struct world world;
	struct notice notice;
	struct problem problem = {""};
	world_init(&world);
	struct import import = {.language = "en", .caller = &world.place.console};
	take(&world, &import, RED, IMPORT_MADE);
	assert_string_equal(
		said(&world, "MA", import.made, &notice),
		"{\"birth\":{\"date\":\"1971-02\",\"place\":\"Some where\"},\"colour\":\"red\",\"eyes\":[\"BLA\"],"
		"\"name\":\"BRAMBILLOV\",\"nationalities\":[\"IN\"],\"sex\":\"M\",\"source_language\":\"en\","
		"\"subject\":\"person\",\"summary\":{\"en\":\"MA: Fraud\\nForgery\"}}");
	assert_string_equal(notice.reference, "interpol:2026/99902");
	assert_string_equal(notice.owner, "MA");
	assert_int_equal(notice.state, STATE_DRAFT);
	assert_true(strstr(import.left, "weight") == import.left);
	/* again: nothing; from a list with less: nothing; with more: the draft changes, under its number */
	char first[NOTICE_ID_MAX + 1];
	(void)snprintf(first, sizeof first, "%s", import.made);
	take(&world, &import, RED, IMPORT_SAME);
	take(&world, &import, THIN, IMPORT_SAME);
	char more[2000];
	(void)snprintf(more, sizeof more, "{\"distinguishing_marks\":\"scar\",%s", &RED[1]);
	take(&world, &import, more, IMPORT_CHANGED);
	assert_string_equal(import.made, first);
	/* what is no draft any more is its owner's to amend */
	world_do(&world, &world.bureau, STEP_DISCARD, first, NULL, NULL);
	take(&world, &import, more, IMPORT_SAME);
	assert_int_equal(try(&world, &import, RED, &problem), JISR_STATE);
	place_finish(&world.place);
}

static void officers_import_for_their_own_office_alone(void **state)
{
	(void)state;
	struct world world;
	struct notice notice;
	struct problem problem = {""};
	world_init(&world);
	struct import import = {.language = "en", .caller = &world.france, .owner = "MA"};
	assert_int_equal(try(&world, &import, RED, &problem), JISR_DENIED);
	import.owner = NULL;
	take(&world, &import, RED, IMPORT_MADE);
	(void)said(&world, "FR", import.made, &notice);
	assert_string_equal(notice.owner, "FR");
	struct import console = {.language = "en", .caller = &world.place.console, .owner = "ZZ"};
	assert_int_equal(try(&world, &console, RED, &problem), JISR_NOT_FOUND);
	place_finish(&world.place);
}

static void entities_of_follow_the_money_become_drafts(void **state)
{
	(void)state;
	static const char person[] =
		"{\"id\":\"inv-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Viktor Kuznedelev\",\"Виктор "
		"Кузнеделев\"],\"firstName\":[\"Viktor\"],\"lastName\":[\"Kuznedelev\"],\"birthDate\":[\"1971-03-14\"],"
		"\"nationality\":[\"by\"],\"gender\":[\"male\"],\"topics\":[\"wanted\"],\"passportNumber\":["
		"\"MP4471203\"],"
		"\"height\":[\"182\"],\"notes\":[\"Invented.\"]}}";
	struct world world;
	struct notice notice;
	struct problem problem = {""};
	world_init(&world);
	struct import import = {.language = "en", .caller = &world.bureau};
	take(&world, &import, person, IMPORT_MADE);
	assert_string_equal(
		said(&world, "MA", import.made, &notice),
		"{\"birth\":{\"date\":\"1971-03-14\"},\"colour\":\"red\",\"documents\":[{\"kind\":\"passport\","
		"\"number\":"
		"\"MP4471203\"}],\"forename\":\"Viktor\",\"height\":1.82,\"name\":\"Kuznedelev\",\"names\":[{\"kind\":"
		"\"original\",\"text\":\"Виктор "
		"Кузнеделев\"}],\"nationalities\":[\"BY\"],\"sex\":\"M\",\"source_language\":"
		"\"en\",\"subject\":\"person\",\"summary\":{\"en\":\"Invented.\"}}");
	static const struct {
		const char *json, *why;
	} skipped[] = {
		{"{}", "neither"},
		{"[]", "neither"},
		{"{\"id\":\"x\",\"schema\":\"Vessel\",\"properties\":{}}", "a Vessel"},
		{"{\"id\":\"x\",\"schema\":\"Per\",\"properties\":{}}", "a Per"},
		{"{\"id\":\"x\",\"schema\":\"Person\",\"properties\":{}}", "of which colour"},
		{"{\"entity_id\":\"\"}", "neither"},
	};
	for (size_t i = 0; i < sizeof skipped / sizeof *skipped; i++) {
		assert_int_equal(try(&world, &import, skipped[i].json, &problem), JISR_UNSUPPORTED);
		assert_non_null(strstr(problem.text, skipped[i].why));
	}
	place_finish(&world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_public_notice_becomes_a_draft_of_the_country_that_asks),
		cmocka_unit_test(officers_import_for_their_own_office_alone),
		cmocka_unit_test(entities_of_follow_the_money_become_drafts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
