/* The stage of a session: one object that follows everything that happens. */
#include "hall.h"

/* The text at a path such as "vote.about.kind"; a number as its digits. */
static const char *at(const cJSON *json, const char *path, char out[200])
{
	char name[40];
	while (*path != '\0') {
		size_t length = strcspn(path, ".");
		(void)snprintf(name, sizeof name, "%.*s", (int)length, path);
		json = cJSON_IsArray(json) ? cJSON_GetArrayItem(json, name[0] - '0') : json_get(json, name);
		path += length + (path[length] == '.');
	}
	if (cJSON_IsNumber(json))
		(void)snprintf(out, 200, "%d", json->valueint);
	else if (cJSON_IsBool(json))
		(void)snprintf(out, 200, "%s", cJSON_IsTrue(json) ? "yes" : "no");
	else if (json == NULL || cJSON_IsNull(json))
		(void)snprintf(out, 200, "-");
	else
		(void)snprintf(out, 200, "%s", cJSON_IsString(json) ? json->valuestring : "?");
	return out;
}

static void shows(struct hall *hall, const char *path, const char *expected)
{
	CLEANUP(json_freep) cJSON *json = hall_view(hall, &hall->chair, "stage", NULL);
	char found[200];
	if (strcmp(at(json, path, found), expected) != 0)
		fail_msg("%s is %s, not %s", path, found, expected);
}

#define TITLE     "\"title\":{\"ar\":\"a\",\"en\":\"Draft\",\"es\":\"c\",\"fr\":\"d\"}"
#define PARAGRAPH "{\"ar\":\"a\",\"en\":\"one\",\"es\":\"c\",\"fr\":\"d\"}"

static void it_follows_a_session_from_its_call_to_its_close(void **state)
{
	(void)state;
	struct hall hall;
	hall_init(&hall);
	shows(&hall, "state", "called");
	shows(&hall, "present.voting", "0");
	shows(&hall, "present.quorate", "no");
	shows(&hall, "item", "-");
	static const char *const members[] = {"ES", "FR", "IS", "KE", "MA"};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		hall_arrive(&hall, members[i]);
	shows(&hall, "present.voting", "5");
	shows(&hall, "present.quorum", "3");
	hall_do(&hall, &hall.secretary, "item", "{\"title\":{\"en\":\"First\"}}");
	hall_do(&hall, &hall.secretary, "draft", "{\"item\":1," TITLE ",\"operative\":[" PARAGRAPH "]}");
	hall_do(&hall, &hall.chair, "session.open", NULL);
	hall_do(&hall, &hall.chair, "agenda.adopt", NULL);
	hall_do(&hall, &hall.chair, "item.state", "{\"item\":1,\"state\":\"open\"}");
	shows(&hall, "item.title.en", "First");
	shows(&hall, "item.statement", "300");
	hall_do(&hall, &hall.chair, "floor", "{\"statement\":60,\"balanced\":true}");
	shows(&hall, "item.statement", "60");
	shows(&hall, "item.balanced", "yes");
	struct caller morocco = hall_delegate("MA"), france = hall_delegate("FR"), spain = hall_delegate("ES");
	hall_do(&hall, &morocco, "speak", "{\"kind\":\"statement\"}");
	hall_do(&hall, &france, "speak", "{\"kind\":\"statement\"}");
	hall_do(&hall, &spain, "speak", "{\"kind\":\"order\"}");
	shows(&hall, "speaking", "-");
	shows(&hall, "waiting_count", "3");
	shows(&hall, "waiting.0.code", "ES");
	shows(&hall, "waiting.1.code", "MA");
	hall_do(&hall, &hall.chair, "speak.next", NULL);
	shows(&hall, "speaking.code", "ES");
	shows(&hall, "speaking.seconds", "120");
	shows(&hall, "waiting_count", "2");
	hall_do(&hall, &hall.chair, "speak.stop", NULL);
	shows(&hall, "speaking", "-");
	/* motions stand in the order in which they are decided */
	hall_do(&hall, &france, "motion", "{\"kind\":\"close-list\"}");
	hall_do(&hall, &spain, "motion", "{\"kind\":\"adjourn\",\"text\":\"It is late.\"}");
	shows(&hall, "motions.0.kind", "adjourn");
	shows(&hall, "motions.0.text", "It is late.");
	shows(&hall, "motions.1.kind", "close-list");
	shows(&hall, "motions.1.chair_decides", "yes");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"procedure\",\"method\":\"hands\",\"subject\":\"motion:2\"}");
	shows(&hall, "vote.about.way", "adjourn");
	shows(&hall, "vote.about.office", "ES");
	shows(&hall, "vote.counted", "no");
	hall_do(&hall, &hall.secretary, "vote.hands", "{\"vote\":1,\"yes\":1,\"no\":4,\"abstain\":0}");
	shows(&hall, "vote.counted", "yes");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	shows(&hall, "vote", "-");
	shows(&hall, "result.outcome", "rejected");
	shows(&hall, "result.no", "4");
	hall_do(&hall, &hall.chair, "motion.rule", "{\"motion\":1,\"carried\":false}");
	shows(&hall, "motions.0", "-");
	/* an amendment names its draft, a roll call who is called next */
	hall_do(&hall, &morocco, "amendment", "{\"draft\":1,\"kind\":\"delete\",\"paragraph\":1}");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"resolution\",\"method\":\"roll-call\",\"subject\":\"amendment:1\"}");
	shows(&hall, "vote.about.draft", "1");
	shows(&hall, "vote.about.titles.en", "Draft");
	shows(&hall, "vote.about.way", "delete");
	shows(&hall, "vote.next", "ES");
	shows(&hall, "vote.rule.share", ">1/2");
	shows(&hall, "vote.rule.base", "cast");
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		char fields[60];
		struct caller delegate = hall_delegate(members[i]);
		(void)snprintf(fields, sizeof fields, "{\"vote\":2,\"choice\":\"%s\"}", i < 3 ? "no" : "yes");
		hall_do(&hall, &delegate, "vote", fields);
	}
	shows(&hall, "vote.next", "-");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":2}");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"resolution\",\"method\":\"device\",\"subject\":\"draft:1\"}");
	for (size_t i = 0; i < 3; i++) {
		struct caller delegate = hall_delegate(members[i]);
		hall_do(&hall, &delegate, "vote", "{\"vote\":3,\"choice\":\"yes\"}");
	}
	shows(&hall, "vote.given", "3");
	shows(&hall, "vote.yes", "-");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":3}");
	shows(&hall, "result.decision", "GA-2025-93-RES-01");
	shows(&hall, "result.needed", "2");
	shows(&hall, "result.base", "3");
	hall_do(&hall, &hall.secretary, "draw",
	        "{\"commitment\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"text\":"
	        "\"Seats\"}");
	hall_do(&hall, &morocco, "draw.say", "{\"draw\":1,\"number\":7}");
	shows(&hall, "draw.text", "Seats");
	shows(&hall, "draw.said", "1");
	hall_do(&hall, &hall.chair, "item.state", "{\"item\":1,\"state\":\"done\"}");
	hall_do(&hall, &hall.chair, "session.close", NULL);
	shows(&hall, "state", "closed");
	place_finish(&hall.place);
}

static void the_public_sees_what_was_decided_and_nothing_of_how_it_goes(void **state)
{
	(void)state;
	struct hall hall;
	enum view view;
	hall_open(&hall);
	struct caller morocco = hall_delegate("MA");
	hall_do(&hall, &hall.secretary, "item", "{\"title\":{\"en\":\"First\"}}");
	hall_do(&hall, &hall.secretary, "draft", "{" TITLE ",\"operative\":[" PARAGRAPH "]}");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"resolution\",\"method\":\"device\",\"subject\":\"draft:1\"}");
	hall_do(&hall, &morocco, "vote", "{\"vote\":1,\"choice\":\"yes\"}");
	for (unsigned i = 0; i < VIEW_COUNT; i++)
		if (view_public((enum view)i) && !view_takes_id((enum view)i)) {
			CLEANUP(json_freep) cJSON *json = hall_view(&hall, NULL, view_name((enum view)i), NULL);
			char *text = cJSON_PrintUnformatted(json);
			assert_null(strstr(text, "Invented"));
			assert_null(strstr(text, "given"));
			cJSON_free(text);
		}
	assert_true(view_read("delegations", &view) && !view_public(view));
	assert_true(view_read("delegation", &view) && !view_public(view));
	assert_true(view_read("electorate", &view) && !view_public(view));
	assert_true(view_read("floor", &view) && !view_public(view));
	CLEANUP(json_freep) cJSON *vote = hall_view(&hall, NULL, "vote", "1");
	assert_null(json_get(vote, "ballots"));
	assert_null(json_get(vote, "given"));
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct text text;
	text_init(&text, 1 << 20);
	assert_int_equal(store_read(hall.place.store, &reader, &problem), JISR_OK);
	assert_int_equal(view_write(store_reader_sql(reader), VIEW_DRAFT, 93, "1", NULL, &text, NULL, &problem),
	                 JISR_NOT_FOUND);
	store_read_end(reader);
	text_finish(&text);
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	CLEANUP(json_freep) cJSON *draft = hall_view(&hall, NULL, "draft", "1");
	assert_string_equal(json_get_text(draft, "decision"), "GA-2025-93-RES-01");
	place_finish(&hall.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_follows_a_session_from_its_call_to_its_close),
		cmocka_unit_test(the_public_sees_what_was_decided_and_nothing_of_how_it_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
