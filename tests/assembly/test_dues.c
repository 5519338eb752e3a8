#include "affairs.h"

static struct caller secretary, president;

#define FOUR(text) "{'ar':'" text "','en':'" text "','es':'" text "','fr':'" text "'}"

static void act(struct hall *hall, const char *step, const char *code, const char *fields)
{
	affairs_do(hall, &dues_affair, &secretary, step, code, fields != NULL ? affairs_fields(fields) : NULL);
}

static void refuse(struct hall *hall, const struct caller *caller, const char *step, const char *code,
                   const char *fields, int expected, const char *words)
{
	affairs_refuse(hall, &dues_affair, caller, step, code, fields != NULL ? affairs_fields(fields) : NULL, expected,
	               words);
}

static void shown(struct hall *hall, const char *code, const char *path, const char *expected)
{
	affairs_text(hall, &dues_affair, &secretary, NULL, code, path, expected);
}

/* This year's contributions are called for: 10.00 of each member; of the year before 10.00 are unpaid by some. */
static void begin(struct hall *hall, bool open)
{
	char year[5];
	if (open)
		hall_open(hall);
	else
		hall_init(hall);
	secretary = place_caller("GS", "GS-3", ROLE_BIT(ROLE_SECRETARY_GENERAL));
	president = place_caller("FR", "FR-9", ROLE_BIT(ROLE_CHAIR));
	(void)snprintf(year, sizeof year, "%u", affairs_year());
	affairs_do(hall, &budget_affair, &secretary, "draft", year, NULL);
	affairs_do(hall, &budget_affair, &secretary, "chapters", year,
	           affairs_fields("{'chapters':[{'number':1,'title':" FOUR("All") ",'amount':'50'}]}"));
	affairs_do(hall, &budget_affair, &secretary, "income", year,
	           affairs_fields("{'income':[{'kind':'statutory','title':" FOUR("Contributions") ",'amount':'50'}]}"));
	affairs_do(
		hall, &budget_affair, &secretary, "scale", year,
		affairs_fields("{'scale':[{'code':'ES','weight':1},{'code':'FR','weight':1},{'code':'IS','weight':1},"
	                       "{'code':'KE','weight':1},{'code':'MA','weight':1}]}"));
	affairs_do(hall, &budget_affair, &secretary, "carry-over", year, "{\"decision\":\"GA-2000-1-RES-01\"}");
	act(hall, "opening", "MA", "{'year':@Z,'amount':'10'}");
	act(hall, "opening", "ES", "{'year':@Z,'amount':'3.50'}");
	affairs_do(hall, &budget_affair, &secretary, "call", year, affairs_fields("{'due':'@Y-01-01'}"));
}

static void payments_settle_the_oldest_debt_first(void **state)
{
	(void)state;
	struct hall hall;
	begin(&hall, false);
	struct caller morocco = hall_delegate("MA"), france = hall_delegate("FR");
	refuse(&hall, &secretary, "opening", "MA", "{'year':@Y,'amount':'10'}", JISR_STATE, "before the first");
	refuse(&hall, &secretary, "pay", "ZZ", "{'amount':'1'}", JISR_NOT_FOUND, "ZZ");
	refuse(&hall, &secretary, "pay", "MA", "{'amount':'0'}", JISR_BAD_INPUT, "more than nothing");
	refuse(&hall, &secretary, "pay", "MA", "{'amount':'1','day':'2999-01-01'}", JISR_BAD_INPUT, "still to come");
	refuse(&hall, &morocco, "pay", "MA", "{'amount':'1'}", JISR_DENIED, "keep members' accounts");
	shown(&hall, "MA", "unpaid", "20.00");
	shown(&hall, "MA", "in_arrears", "true");
	shown(&hall, "FR", "in_arrears", "false");
	act(&hall, "pay", "MA", "{'amount':'4.00','reference':'T-1'}");
	refuse(&hall, &secretary, "pay", "MA", "{'amount':'4.00','reference':'T-1'}", JISR_CONFLICT,
	       "payment 1 of MA bears the reference T-1");
	shown(&hall, "MA", "years/0/unpaid", "6.00");
	shown(&hall, "MA", "years/1/unpaid", "10.00");
	shown(&hall, "MA", "in_arrears", "true");
	act(&hall, "pay", "MA", "{'amount':'6.00'}");
	shown(&hall, "MA", "in_arrears", "false");
	shown(&hall, "MA", "unpaid", "10.00");
	act(&hall, "reverse", "MA", "{'number':2,'text':'bounced'}");
	refuse(&hall, &secretary, "reverse", "MA", "{'number':2,'text':'again'}", JISR_CONFLICT, "reversed already");
	refuse(&hall, &secretary, "reverse", "MA", "{'number':9,'text':'no'}", JISR_NOT_FOUND, "no payment 9");
	shown(&hall, "MA", "in_arrears", "true");
	act(&hall, "pay", "MA", "{'amount':'30.00'}");
	shown(&hall, "MA", "ahead", "14.00");
	shown(&hall, "MA", "payments/1/reversed", "bounced");
	affairs_text(&hall, &dues_affair, &morocco, NULL, "MA", "payments/0/reference", "T-1");
	affairs_text(&hall, &dues_affair, &france, NULL, "MA", "payments/0/reference", "");
	affairs_text(&hall, &dues_affair, &france, NULL, "MA", "unpaid", "0.00");
	affairs_text(&hall, &dues_affair, &france, NULL, NULL, "total/unpaid", "43.50");
	hall_same(&hall);
	place_finish(&hall.place);
}

static int suspended(struct hall *hall)
{
	return hall_number(hall, "figures", NULL, "figures", "suspended", NULL);
}

static void noted_arrears_suspend_the_vote_until_they_are_paid(void **state)
{
	(void)state;
	struct hall hall;
	begin(&hall, true);
	refuse(&hall, &secretary, "note", "FR", NULL, JISR_STATE, "FR is not in arrears");
	assert_int_equal(hall_number(&hall, "electorate", NULL, "count", NULL, NULL), 5);
	act(&hall, "note", "MA", "{'text':'a letter was sent'}");
	act(&hall, "note", "ES", NULL);
	assert_int_equal(hall_number(&hall, "electorate", NULL, "count", NULL, NULL), 3);
	refuse(&hall, &secretary, "lift", "MA", NULL, JISR_STATE, "10.00 of the years before");
	/* in a later session, too, as soon as it is invited */
	struct conduct_order order = {.act = CONDUCT_SESSION_CALL, .caller = &hall.secretary, .expected = ENTRY_ANY};
	struct problem problem = {""};
	cJSON *fields = cJSON_Parse("{\"number\":94,\"city\":\"Invented\",\"country\":\"MA\",\"first\":\"2026-11-24\","
	                            "\"last\":\"2026-11-27\"}");
	order.fields = fields;
	assert_int_equal(conduct_submit(hall.place.store, &order, &problem), JISR_OK);
	order = (struct conduct_order){
		.act = CONDUCT_INVITE, .caller = &hall.secretary, .session = 94, .expected = ENTRY_ANY};
	assert_int_equal(conduct_submit(hall.place.store, &order, &problem), JISR_OK);
	json_free(fields);
	struct store_reader *reader = NULL;
	struct assembly_figures figures;
	assert_int_equal(store_read(hall.place.store, &reader, &problem), JISR_OK);
	assert_int_equal(assembly_figures(store_reader_sql(reader), 94, &figures, &problem), JISR_OK);
	assert_int_equal(figures.suspended, 2);
	store_read_end(reader);
	/* part of it does not do */
	act(&hall, "pay", "MA", "{'amount':'9.99'}");
	assert_int_equal(suspended(&hall), 2);
	act(&hall, "pay", "MA", "{'amount':'0.01'}");
	assert_int_equal(suspended(&hall), 1);
	shown(&hall, "MA", "state", "clear");
	/* what was called for was too much: what is not owed any more is lifted */
	act(&hall, "pay", "ES", "{'amount':'3.50'}");
	shown(&hall, "ES", "state", "clear");
	assert_int_equal(hall_number(&hall, "electorate", NULL, "count", NULL, NULL), 5);
	hall_same(&hall);
	place_finish(&hall.place);
}

static void a_member_appeals_to_the_committee_and_then_to_the_assembly(void **state)
{
	(void)state;
	struct hall hall;
	char early[11], appealed[200];
	begin(&hall, true);
	struct caller morocco = hall_delegate("MA"), france = hall_delegate("FR");
	refuse(&hall, &morocco, "appeal", "MA", "{'text':'an earthquake'}", JISR_STATE, "is clear");
	act(&hall, "note", "MA", NULL);
	act(&hall, "note", "ES", NULL);
	refuse(&hall, &france, "appeal", "MA", "{'text':'for a friend'}", JISR_DENIED, "the member itself");
	/* the Committee comes first */
	hall_refuse(&hall, &morocco, "appeal", "{\"text\":\"an earthquake\"}", JISR_STATE,
	            "Executive Committee decides first");
	affairs_do(&hall, &dues_affair, &morocco, "appeal", "MA", "{\"text\":\"an earthquake\"}");
	refuse(&hall, &morocco, "appeal", "ES", "{'text':'x'}", JISR_DENIED, "");
	affairs_refuse(&hall, &dues_affair, &president, "grant", "MA", affairs_fields("{'day':'@T','text':'too soon'}"),
	               JISR_STATE, "0 days before that meeting, and 30");
	affairs_refuse(&hall, &dues_affair, &president, "grant", "MA", "{\"day\":\"2000-01-01\",\"text\":\"x\"}",
	               JISR_BAD_INPUT, "before the appeal");
	/* it suspends nothing */
	assert_int_equal(suspended(&hall), 2);
	/* one that came by post forty days ago */
	(void)snprintf(early, sizeof early, "%u-01-01", affairs_year() - 1);
	(void)snprintf(appealed, sizeof appealed, "{\"text\":\"a flood\",\"day\":\"%s\"}", early);
	struct caller spain = hall_delegate("ES");
	affairs_refuse(&hall, &dues_affair, &spain, "appeal", "ES", appealed, JISR_DENIED, "only headquarters");
	affairs_do(&hall, &dues_affair, &secretary, "appeal", "ES", appealed);
	affairs_do(&hall, &dues_affair, &president, "refuse", "ES",
	           affairs_fields("{'day':'@Z-12-31','text':'no flood is known'}"));
	assert_int_equal(suspended(&hall), 2);
	refuse(&hall, &spain, "appeal", "ES", "{'text':'again'}", JISR_STATE, "new decisive fact");
	hall_do(&hall, &spain, "appeal", "{\"text\":\"a flood\"}");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"appeal\",\"subject\":\"appeal:ES\",\"method\":\"hands\"}");
	hall_do(&hall, &hall.secretary, "vote.hands", "{\"vote\":1,\"yes\":2,\"no\":1,\"abstain\":0}");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	shown(&hall, "ES", "state", "excused");
	assert_int_equal(suspended(&hall), 1);
	refuse(&hall, &secretary, "note", "ES", NULL, JISR_STATE, "excused for this financial year");
	hall_same(&hall);
	place_finish(&hall.place);
}

static void what_the_committee_grants_restores_the_vote(void **state)
{
	(void)state;
	struct hall hall;
	begin(&hall, true);
	act(&hall, "note", "MA", NULL);
	affairs_do(&hall, &dues_affair, &secretary, "appeal", "MA",
	           affairs_fields("{'text':'an earthquake','day':'@Z-02-01'}"));
	affairs_do(&hall, &dues_affair, &president, "grant", "MA",
	           affairs_fields("{'day':'@Z-03-31','text':'it cannot pay for reasons beyond its control'}"));
	assert_int_equal(suspended(&hall), 0);
	shown(&hall, "MA", "state", "excused");
	act(&hall, "pay", "MA", "{'amount':'10'}");
	shown(&hall, "MA", "state", "clear");
	hall_same(&hall);
	place_finish(&hall.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(payments_settle_the_oldest_debt_first),
		cmocka_unit_test(noted_arrears_suspend_the_vote_until_they_are_paid),
		cmocka_unit_test(what_the_committee_grants_restores_the_vote),
		cmocka_unit_test(a_member_appeals_to_the_committee_and_then_to_the_assembly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
