#include "hall.h"

#define FOUR(text) "{\"ar\":\"" text " ar\",\"en\":\"" text " en\",\"es\":\"" text " es\",\"fr\":\"" text " fr\"}"

static void hands(struct hall *hall, const char *matter, const char *subject, int number, int yes)
{
	char fields[200];
	(void)snprintf(fields, sizeof fields, "{\"matter\":\"%s\",\"method\":\"hands\",\"subject\":\"%s\"}", matter,
	               subject);
	hall_do(hall, &hall->chair, "vote.open", fields);
	(void)snprintf(fields, sizeof fields, "{\"vote\":%d,\"yes\":%d,\"no\":%d,\"abstain\":0}", number, yes, 5 - yes);
	hall_do(hall, &hall->secretary, "vote.hands", fields);
	(void)snprintf(fields, sizeof fields, "{\"vote\":%d}", number);
	hall_do(hall, &hall->chair, "vote.close", fields);
}

static const char *paragraph(const cJSON *draft, int place)
{
	return json_get_text(json_get(cJSON_GetArrayItem(json_get(draft, "operative"), place), "text"), "en");
}

static void a_draft_needs_four_languages_and_its_amendments_go_first(void **state)
{
	(void)state;
	struct hall hall;
	hall_open(&hall);
	struct caller morocco = hall_delegate("MA"), france = hall_delegate("FR"), spain = hall_delegate("ES");
	hall_do(&hall, &morocco, "draft",
	        "{\"title\":{\"en\":\"A\"},\"preamble\":[{\"en\":\"CONSIDERING\"}],\"operative\":[{\"en\":\"APPROVES "
	        "one two three\"},"
	        "{\"en\":\"ASKS four\"},{\"en\":\"THANKS\"}]}");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"resolution\",\"method\":\"hands\",\"subject\":\"draft:1\"}", JISR_STATE,
	            "not there in all four languages");
	hall_refuse(&hall, &france, "draft.text", "{\"draft\":1,\"title\":{\"fr\":\"B\"}}", JISR_DENIED,
	            "only who moved it");
	hall_refuse(&hall, &morocco, "draft.text", "{\"draft\":1,\"operative\":[{\"fr\":\"B\"}]}", JISR_BAD_INPUT,
	            "3 operative");
	hall_do(&hall, &hall.secretary, "draft.text",
	        "{\"draft\":1,\"title\":{\"fr\":\"A\",\"es\":\"A\",\"ar\":\"A\"},\"preamble\":[{\"fr\":\"C\",\"es\":"
	        "\"C\",\"ar\":\"C\"}],"
	        "\"operative\":[{\"fr\":\"1\",\"es\":\"1\",\"ar\":\"1\"},{\"fr\":\"2\",\"es\":\"2\",\"ar\":\"2\"},{"
	        "\"fr\":\"3\",\"es\":\"3\"}]}");
	hall_text(&hall, &morocco, "draft", "1", "missing", "paragraph 3 (ar)");
	hall_do(&hall, &hall.secretary, "draft.text",
	        "{\"draft\":1,\"operative\":[{\"fr\":\"1\"},{\"fr\":\"2\"},{\"ar\":\"3\"}]}");
	hall_do(&hall, &france, "draft.sponsor", "{\"draft\":1}");
	hall_refuse(&hall, &france, "draft.sponsor", "{\"draft\":1}", JISR_CONFLICT, "already");
	/* near, added, far, deleted: voted on in the order 4, 3, 1, 2 */
	hall_do(&hall, &france, "amendment",
	        "{\"draft\":1,\"kind\":\"replace\",\"paragraph\":1,\"text\":{\"ar\":\"x\",\"en\":\"APPROVES one two "
	        "four\",\"es\":\"x\",\"fr\":\"x\"}}");
	hall_do(&hall, &france, "amendment",
	        "{\"draft\":1,\"kind\":\"add\",\"paragraph\":2,\"text\":" FOUR("INVITES") "}");
	hall_do(&hall, &spain, "amendment",
	        "{\"draft\":1,\"kind\":\"replace\",\"paragraph\":1,\"text\":" FOUR("REJECTS") "}");
	hall_do(&hall, &spain, "amendment", "{\"draft\":1,\"kind\":\"delete\",\"paragraph\":3}");
	hall_refuse(&hall, &spain, "amendment", "{\"draft\":1,\"kind\":\"delete\",\"paragraph\":9}", JISR_NOT_FOUND,
	            "the id 9");
	hall_refuse(&hall, &spain, "amendment", "{\"draft\":1,\"kind\":\"replace\",\"paragraph\":1}", JISR_BAD_INPUT,
	            "missing");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"resolution\",\"method\":\"hands\",\"subject\":\"draft:1\"}", JISR_STATE,
	            "amendment 4 of it is voted on first");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"resolution\",\"method\":\"hands\",\"subject\":\"amendment:1\"}", JISR_STATE,
	            "amendment 4 is further");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"budget\",\"method\":\"hands\",\"subject\":\"amendment:4\"}", JISR_STATE,
	            "is decided as resolution");
	hands(&hall, "resolution", "amendment:4", 1, 5); /* the third paragraph goes */
	hands(&hall, "resolution", "amendment:3", 2, 1); /* not taken */
	hall_do(&hall, &hall.chair, "amendment.place", "{\"amendment\":2,\"distance\":999}");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"resolution\",\"method\":\"hands\",\"subject\":\"amendment:1\"}", JISR_STATE,
	            "amendment 2 is further");
	hands(&hall, "resolution", "amendment:2", 3, 5);
	hands(&hall, "resolution", "amendment:1", 4, 5);
	CLEANUP(json_freep) cJSON *draft = hall_view(&hall, &morocco, "draft", "1");
	assert_int_equal(cJSON_GetArraySize(json_get(draft, "operative")), 3);
	assert_string_equal(paragraph(draft, 0), "APPROVES one two four");
	assert_string_equal(paragraph(draft, 1), "ASKS four");
	assert_string_equal(paragraph(draft, 2), "INVITES en");
	/* a motion of procedure goes before the draft */
	hall_do(&hall, &spain, "motion", "{\"kind\":\"suspend\"}");
	hall_do(&hall, &spain, "motion", "{\"kind\":\"point-of-order\",\"text\":\"the room is cold\"}");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"resolution\",\"method\":\"hands\",\"subject\":\"draft:1\"}", JISR_STATE,
	            "motions of procedure go first");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"procedure\",\"method\":\"hands\",\"subject\":\"motion:1\"}", JISR_STATE,
	            "motion 2 (point-of-order) goes before motion 1");
	hall_do(&hall, &hall.chair, "motion.rule", "{\"motion\":2,\"carried\":true}");
	hands(&hall, "procedure", "motion:1", 5, 0);
	/* what was amended is the Assembly's, and what is voted on stays as it is */
	hall_refuse(&hall, &morocco, "draft.text", "{\"draft\":1,\"title\":{\"en\":\"Mine\"}}", JISR_DENIED,
	            "amendment 4 of draft 1 was adopted");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"resolution\",\"method\":\"hands\",\"subject\":\"draft:1\"}");
	hall_refuse(&hall, &hall.secretary, "draft.text", "{\"draft\":1,\"title\":{\"en\":\"Mine\"}}", JISR_STATE,
	            "vote 6 on draft 1 is open");
	hall_refuse(&hall, &morocco, "draft.withdraw", "{\"draft\":1}", JISR_STATE, "is open");
	hall_refuse(&hall, &spain, "amendment", "{\"draft\":1,\"kind\":\"delete\",\"paragraph\":1}", JISR_STATE,
	            "is open");
	hall_do(&hall, &hall.chair, "vote.cancel", "{\"vote\":6,\"text\":\"once more\"}");
	hands(&hall, "resolution", "draft:1", 7, 3);
	hall_text(&hall, &morocco, "draft", "1", "decision", "GA-2025-93-RES-01");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"resolution\",\"method\":\"hands\",\"subject\":\"draft:1\"}", JISR_STATE,
	            "draft 1 is adopted");
	hall_refuse(&hall, &morocco, "draft.withdraw", "{\"draft\":1}", JISR_STATE, "is adopted");
	hall_same(&hall);
	place_finish(&hall.place);
}

static void notice_is_asked_where_the_rule_asks(void **state)
{
	(void)state;
	struct hall hall;
	hall_open(&hall);
	hall_do(&hall, &hall.secretary, "draft",
	        "{\"matter\":\"constitution\",\"title\":" FOUR("A") ",\"operative\":[" FOUR("AMENDS") "]}");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"constitution\",\"method\":\"hands\",\"subject\":\"draft:1\"}", JISR_STATE,
	            "keeps no record");
	const char *open = "{\"matter\":\"constitution\",\"method\":\"device\",\"subject\":\"draft:1\"}";
	hall_refuse(&hall, &hall.chair, "vote.open", open, JISR_STATE, "not known when draft 1 reached");
	struct caller morocco = hall_delegate("MA");
	hall_refuse(&hall, &morocco, "draft",
	            "{\"matter\":\"constitution\",\"notified\":\"2025-01-01\",\"title\":" FOUR(
			    "A") ",\"operative\":[" FOUR("AMENDS") "]}",
	            JISR_DENIED, "secretariat");
	hall_refuse(&hall, &hall.secretary, "draft.text", "{\"draft\":1,\"notified\":\"2999-01-01\"}", JISR_BAD_INPUT,
	            "still to come");
	hall_do(&hall, &hall.secretary, "draft.text", "{\"draft\":1,\"notified\":\"2025-08-27\"}");
	hall_refuse(&hall, &hall.chair, "vote.open", open, JISR_STATE, "89 days before");
	hall_do(&hall, &hall.secretary, "draft.text", "{\"draft\":1,\"notified\":\"2025-08-26\"}");
	hall_do(&hall, &hall.chair, "vote.open", open);
	/* two thirds of all five members: three are not enough, whoever else abstains */
	static const char *const members[] = {"ES", "FR", "IS"};
	for (size_t i = 0; i < 3; i++) {
		struct caller delegate = hall_delegate(members[i]);
		hall_do(&hall, &delegate, "vote", "{\"vote\":1,\"choice\":\"yes\"}");
	}
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	hall_text(&hall, &hall.chair, "vote", "1", "outcome", "rejected");
	hall_text(&hall, &hall.chair, "draft", "1", "state", "rejected");
	hall_same(&hall);
	place_finish(&hall.place);
}

static void the_agenda_is_adopted_and_late_items_are_decided(void **state)
{
	(void)state;
	struct hall hall;
	hall_init(&hall);
	hall_do(&hall, &hall.secretary, "item", "{\"title\":" FOUR("Report") "}");
	static const char *const members[] = {"ES", "FR", "IS", "KE", "MA"};
	for (size_t i = 0; i < 5; i++)
		hall_arrive(&hall, members[i]);
	struct caller morocco = hall_delegate("MA"), france = hall_delegate("FR");
	hall_do(&hall, &hall.chair, "session.open", NULL);
	hall_do(&hall, &morocco, "item", "{\"title\":{\"en\":\"An emergency\"}}");
	hall_refuse(&hall, &hall.chair, "item.state", "{\"item\":1,\"state\":\"open\"}", JISR_STATE,
	            "only an adopted item");
	hall_do(&hall, &hall.chair, "agenda.adopt", NULL);
	hall_refuse(&hall, &hall.chair, "item.state", "{\"item\":2,\"state\":\"open\"}", JISR_STATE,
	            "item 2 is proposed");
	hands(&hall, "emergency", "item:2", 1, 4);
	hall_do(&hall, &hall.chair, "item.state", "{\"item\":2,\"state\":\"open\"}");
	hall_refuse(&hall, &hall.chair, "item.state", "{\"item\":1,\"state\":\"open\"}", JISR_STATE, "item 2 is open");
	/* the debate: balanced, with a quota */
	hall_do(&hall, &hall.chair, "floor", "{\"balanced\":true,\"statement\":60}");
	hall_refuse(&hall, &hall.chair, "speak.next", NULL, JISR_STATE, "nobody waits");
	hall_do(&hall, &morocco, "speak", "{\"kind\":\"statement\"}");
	hall_refuse(&hall, &morocco, "speak", "{\"kind\":\"statement\"}", JISR_CONFLICT, "on the list already");
	hall_refuse(&hall, &france, "speak", "{\"kind\":\"statement\",\"person\":9}", JISR_NOT_FOUND,
	            "no person number 9");
	hall_do(&hall, &hall.chair, "speak.next", NULL);
	assert_string_equal(hall.id, "1");
	hall_do(&hall, &morocco, "speak", "{\"kind\":\"statement\"}");
	hall_do(&hall, &france, "speak", "{\"kind\":\"statement\"}");
	hall_do(&hall, &france, "motion", "{\"kind\":\"close-list\"}");
	hall_refuse(&hall, &france, "motion", "{\"kind\":\"close-list\"}", JISR_CONFLICT,
	            "moved that already: motion 1");
	hall_do(&hall, &hall.secretary, "invite", "{\"observers\":[{\"code\":\"OBS-1\",\"name\":\"Union\"}]}");
	hall_refuse(&hall, &hall.secretary, "motion", "{\"kind\":\"suspend\",\"office\":\"OBS-1\"}", JISR_DENIED,
	            "OBS-1 observes");
	hall_do(&hall, &hall.chair, "motion.rule", "{\"motion\":1,\"carried\":true}");
	struct caller spain = hall_delegate("ES");
	hall_refuse(&hall, &spain, "speak", "{\"kind\":\"statement\"}", JISR_STATE, "is closed");
	hall_do(&hall, &spain, "speak", "{\"kind\":\"reply\"}"); /* speech 4 */
	hall_do(&hall, &hall.secretary, "speak", "{\"kind\":\"order\",\"office\":\"KE\"}");
	hall_do(&hall, &hall.chair, "speak.next", NULL);
	assert_string_equal(hall.id, "5"); /* the point of order */
	hall_do(&hall, &hall.chair, "speak.next", NULL);
	assert_string_equal(hall.id, "3"); /* France has not spoken yet */
	hall_do(&hall, &hall.chair, "speak.stop", NULL);
	hall_refuse(&hall, &hall.chair, "speak.stop", NULL, JISR_STATE, "nobody is speaking");
	hall_refuse(&hall, &spain, "speak.withdraw", "{\"speech\":2}", JISR_NOT_FOUND, "no speech 2");
	hall_do(&hall, &morocco, "speak.withdraw", "{\"speech\":2}");
	CLEANUP(json_freep) cJSON *floor = hall_view(&hall, &morocco, "floor", NULL);
	assert_int_equal(cJSON_GetArraySize(json_get(floor, "speakers")), 1);
	assert_string_equal(json_get_text(json_get(floor, "speakers")->child, "kind"), "reply");
	/* the debate is adjourned by a vote, and the item with it */
	hall_do(&hall, &spain, "motion", "{\"kind\":\"adjourn-debate\"}");
	hands(&hall, "procedure", "motion:2", 2, 4);
	hall_refuse(&hall, &morocco, "draft", "{\"item\":9,\"title\":" FOUR("A") ",\"operative\":[" FOUR("ASKS") "]}",
	            JISR_NOT_FOUND, "no item 9");
	hall_do(&hall, &morocco, "draft", "{\"item\":2,\"title\":" FOUR("A") ",\"operative\":[" FOUR("ASKS") "]}");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"resolution\",\"method\":\"hands\",\"subject\":\"draft:1\"}", JISR_STATE,
	            "item 2 is deferred");
	CLEANUP(json_freep) cJSON *agenda = hall_view(&hall, &morocco, "agenda", NULL);
	assert_string_equal(json_get_text(cJSON_GetArrayItem(json_get(agenda, "items"), 1), "state"), "deferred");
	hall_do(&hall, &hall.secretary, "document",
	        "{\"code\":\"AG-2025-93-RAP-01\",\"language\":\"fr\",\"item\":1,\"title\":\"Rapport\",\"hash\":"
	        "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"pages\":12}");
	hall_refuse(&hall, &hall.secretary, "document",
	            "{\"code\":\"AG 1\",\"language\":\"fr\",\"title\":\"Rapport\",\"hash\":"
	            "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}",
	            JISR_BAD_INPUT, "capital letters");
	CLEANUP(json_freep) cJSON *documents = hall_view(&hall, &morocco, "documents", NULL);
	assert_int_equal(cJSON_GetArraySize(json_get(documents, "documents")), 1);
	hall_same(&hall);
	place_finish(&hall.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_draft_needs_four_languages_and_its_amendments_go_first),
		cmocka_unit_test(notice_is_asked_where_the_rule_asks),
		cmocka_unit_test(the_agenda_is_adopted_and_late_items_are_decided),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
