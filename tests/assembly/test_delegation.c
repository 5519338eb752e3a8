#include "hall.h"

static const char *people =
	"{\"people\":[{\"name\":\"Invented Head\",\"role\":\"head\",\"rank\":\"minister\"},"
	"{\"name\":\"Invented Chief\",\"role\":\"delegate\",\"rank\":\"chief\",\"title\":\"Director\"},"
	"{\"name\":\"Invented Adviser\",\"role\":\"adviser\"}],\"signed_by\":\"The Ministry\"}";

static void a_delegation_is_announced_examined_and_signs_in(void **state)
{
	(void)state;
	struct hall hall;
	hall_init(&hall);
	struct caller morocco = hall_delegate("MA"), france = hall_delegate("FR");
	hall_do(&hall, &hall.secretary, "invite",
	        "{\"observers\":[{\"code\":\"OBS-UN\",\"name\":\"An invented office\"}]}");
	hall_refuse(&hall, &hall.secretary, "invite", NULL, JISR_CONFLICT, "invited already");
	hall_refuse(&hall, &hall.chair, "session.open", NULL, JISR_STATE, "no member's credentials");
	hall_refuse(&hall, &morocco, "presence", "{\"present\":true}", JISR_STATE, "announced nobody");
	hall_do(&hall, &morocco, "delegation", people);
	hall_do(&hall, &morocco, "delegation", people); /* again: in place of the first */
	hall_refuse(&hall, &france, "delegation", "{\"office\":\"MA\",\"people\":[{\"name\":\"X\",\"role\":\"head\"}]}",
	            JISR_DENIED, "secretariat");
	hall_refuse(&hall, &france, "delegation", "{\"people\":[{\"name\":\"X\",\"role\":\"delegate\"}]}",
	            JISR_BAD_INPUT, "one head, not 0");
	hall_refuse(&hall, &france, "delegation", "{\"people\":[{\"name\":\"X\",\"role\":\"boss\"}]}", JISR_BAD_INPUT,
	            "head, delegate, adviser or observer");
	hall_refuse(&hall, &france, "credentials", "{\"offices\":[\"MA\"],\"result\":\"accepted\"}", JISR_DENIED, "");
	hall_refuse(&hall, &hall.secretary, "credentials", "{\"offices\":[\"FR\"],\"result\":\"accepted\"}", JISR_STATE,
	            "announced no delegation");
	hall_refuse(&hall, &hall.secretary, "credentials", "{\"offices\":[\"MA\"],\"result\":\"returned\"}",
	            JISR_BAD_INPUT, "why");
	hall_do(&hall, &hall.secretary, "credentials", "{\"offices\":[\"MA\"],\"result\":\"accepted\"}");
	hall_refuse(&hall, &morocco, "delegation", people, JISR_STATE, "one by one");
	hall_do(&hall, &morocco, "delegate", "{\"name\":\"Late Comer\",\"role\":\"adviser\"}");
	assert_int_equal(hall_number(&hall, "figures", NULL, "figures", "announced", "delegates"), 4);
	assert_int_equal(hall_number(&hall, "figures", NULL, "figures", "present", "delegates"), 0);
	hall_refuse(&hall, &morocco, "presence", "{\"people\":[5],\"present\":true}", JISR_NOT_FOUND,
	            "no person number 5");
	/* an adviser alone does not make the delegation present */
	hall_do(&hall, &morocco, "presence", "{\"people\":[3],\"present\":true}");
	assert_int_equal(hall_number(&hall, "electorate", NULL, "count", NULL, NULL), 0);
	hall_do(&hall, &hall.secretary, "presence", "{\"office\":\"MA\",\"people\":[1,2],\"present\":true}");
	assert_int_equal(hall_number(&hall, "electorate", NULL, "count", NULL, NULL), 1);
	hall_do(&hall, &morocco, "presence", "{\"people\":[1],\"present\":false}");
	assert_int_equal(hall_number(&hall, "figures", NULL, "figures", "present", "ministers"), 0);
	assert_int_equal(hall_number(&hall, "figures", NULL, "figures", "attended", "ministers"), 1);
	assert_int_equal(hall_number(&hall, "figures", NULL, "figures", "attended", "chiefs"), 1);
	assert_int_equal(hall_number(&hall, "figures", NULL, "figures", "attended", "countries"), 1);
	hall_same(&hall);
	place_finish(&hall.place);
}

static void a_vote_is_suspended_for_arrears_and_restored_on_appeal(void **state)
{
	(void)state;
	struct hall hall;
	hall_init(&hall);
	struct caller morocco = hall_delegate("MA");
	hall_arrive(&hall, "MA");
	hall_arrive(&hall, "FR");
	hall_refuse(&hall, &morocco, "appeal", "{\"text\":\"we paid\"}", JISR_STATE, "not suspended");
	hall_do(&hall, &hall.secretary, "arrears",
	        "{\"offices\":[\"MA\",\"ES\"],\"suspended\":true,\"text\":\"2024, 2025\"}");
	hall_refuse(&hall, &hall.secretary, "arrears", "{\"offices\":[\"MA\"],\"suspended\":true,\"text\":\"again\"}",
	            JISR_CONFLICT, "suspended already");
	assert_int_equal(hall_number(&hall, "electorate", NULL, "count", NULL, NULL), 1);
	assert_int_equal(hall_number(&hall, "figures", NULL, "figures", "suspended", NULL), 2);
	hall_do(&hall, &morocco, "appeal", "{\"text\":\"we paid\"}");
	hall_refuse(&hall, &morocco, "appeal", "{\"text\":\"we paid\"}", JISR_CONFLICT, "one a session");
	hall_refuse(&hall, &hall.chair, "appeal.decide", "{\"office\":\"MA\",\"granted\":true}", JISR_STATE,
	            "is called");
	hall_do(&hall, &hall.chair, "session.open", NULL);
	hall_do(&hall, &hall.chair, "appeal.decide", "{\"office\":\"MA\",\"granted\":true}");
	hall_refuse(&hall, &hall.chair, "appeal.decide", "{\"office\":\"ES\",\"granted\":true}", JISR_STATE,
	            "no appeal");
	assert_int_equal(hall_number(&hall, "electorate", NULL, "count", NULL, NULL), 2);
	hall_do(&hall, &hall.secretary, "arrears", "{\"offices\":[\"ES\"],\"suspended\":false,\"text\":\"paid\"}");
	hall_same(&hall);
	place_finish(&hall.place);
}

static int drop(struct store_write *write, void *context, struct problem *problem)
{
	return store_drop_body(write, *(uint64_t *)context, "GS", "", "the session is over", problem);
}

/* Names go, the rest stays; made again from the log it is the same. */
static void names_of_delegates_can_be_dropped(void **state)
{
	(void)state;
	struct hall hall;
	hall_init(&hall);
	hall_arrive(&hall, "MA");
	hall_arrive(&hall, "FR");
	struct caller morocco = hall_delegate("MA");
	hall_do(&hall, &morocco, "delegate", "{\"name\":\"Late Comer\",\"role\":\"adviser\"}");
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	assert_int_equal(store_read(hall.place.store, &reader, NULL), JISR_OK);
	struct sql_query query =
		sql_query(store_reader_sql(reader), "SELECT min(entry) FROM assembly_person WHERE code = 'MA'");
	int64_t entry = 0;
	assert_int_equal(sql_run_number(&query, 0, &entry, NULL), JISR_OK);
	store_read_end(reader);
	uint64_t sequence = (uint64_t)entry;
	if (store_submit(hall.place.store, drop, &sequence, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_int_equal(hall_number(&hall, "figures", NULL, "figures", "announced", "delegates"), 3);
	hall_same(&hall);
	assert_int_equal(store_rebuild(hall.place.store, &problem), JISR_OK);
	assert_int_equal(hall_number(&hall, "figures", NULL, "figures", "announced", "delegates"), 3);
	place_finish(&hall.place);
}

static void a_closed_session_forgets_its_people_and_keeps_its_figures(void **state)
{
	(void)state;
	struct hall hall;
	hall_init(&hall);
	struct caller morocco = hall_delegate("MA");
	hall_do(&hall, &morocco, "delegation", people);
	hall_arrive(&hall, "MA"); /* announced again: the first entry names people, too */
	hall_arrive(&hall, "FR");
	hall_do(&hall, &hall.chair, "session.open", NULL);
	hall_refuse(&hall, &hall.secretary, "forget", "{\"text\":\"over\"}", JISR_STATE, "is open");
	hall_do(&hall, &hall.chair, "session.close", NULL);
	hall_refuse(&hall, &morocco, "forget", "{\"text\":\"over\"}", JISR_DENIED, "");
	hall_do(&hall, &hall.secretary, "forget", "{\"text\":\"over\"}");
	hall_refuse(&hall, &hall.secretary, "forget", "{\"text\":\"over\"}", JISR_STATE, "any more");
	assert_int_equal(hall_number(&hall, "figures", NULL, "figures", "attended", "delegates"), 0);
	assert_int_equal(hall_number(&hall, "session", NULL, "report", "attended", "delegates"), 4);
	hall_same(&hall);
	place_finish(&hall.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_delegation_is_announced_examined_and_signs_in),
		cmocka_unit_test(a_vote_is_suspended_for_arrears_and_restored_on_appeal),
		cmocka_unit_test(names_of_delegates_can_be_dropped),
		cmocka_unit_test(a_closed_session_forgets_its_people_and_keeps_its_figures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
