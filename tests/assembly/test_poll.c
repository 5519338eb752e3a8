#include "hall.h"

#include <sodium.h>

static const char *const members[] = {"ES", "FR", "IS", "KE", "MA"};

static void vote(struct hall *hall, const char *office, int number, const char *choice)
{
	char fields[100];
	struct caller delegate = hall_delegate(office);
	(void)snprintf(fields, sizeof fields, "{\"vote\":%d,\"choice\":\"%s\"}", number, choice);
	hall_do(hall, &delegate, "vote", fields);
}

static void a_vote_by_device_has_its_verdict_and_its_arithmetic(void **state)
{
	(void)state;
	struct hall hall;
	hall_open(&hall);
	struct caller morocco = hall_delegate("MA"), france = hall_delegate("FR");
	hall_do(&hall, &hall.secretary, "arrears", "{\"offices\":[\"KE\"],\"suspended\":true,\"text\":\"2024, 2025\"}");
	hall_refuse(&hall, &morocco, "vote.open", "{\"matter\":\"resolution\",\"method\":\"device\",\"title\":\"A\"}",
	            JISR_DENIED, "");
	hall_refuse(&hall, &hall.chair, "vote.open", "{\"matter\":\"resolution\",\"method\":\"device\"}",
	            JISR_BAD_INPUT, "on what");
	hall_refuse(&hall, &hall.chair, "vote.open", "{\"matter\":\"president\",\"method\":\"device\",\"title\":\"A\"}",
	            JISR_STATE, "secret ballot");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"resolution\",\"method\":\"device\",\"title\":\"A\",\"record\":true}");
	assert_string_equal(hall.id, "1");
	hall_refuse(&hall, &hall.chair, "vote.open", "{\"matter\":\"resolution\",\"method\":\"hands\",\"title\":\"B\"}",
	            JISR_STATE, "vote 1 is open");
	assert_int_equal(hall_number(&hall, "vote", "1", "present", NULL, NULL), 4);
	vote(&hall, "MA", 1, "yes");
	hall_refuse(&hall, &morocco, "vote", "{\"vote\":1,\"choice\":\"no\"}", JISR_CONFLICT,
	            "MA has voted already in vote 1: entry");
	hall_refuse(&hall, &morocco, "vote", "{\"vote\":1,\"choice\":\"maybe\"}", JISR_BAD_INPUT, "yes, no, abstain");
	hall_refuse(&hall, &morocco, "vote", "{\"vote\":2,\"choice\":\"yes\"}", JISR_NOT_FOUND, "no vote 2");
	hall_refuse(&hall, &morocco, "vote", "{\"vote\":1,\"choice\":\"yes\",\"office\":\"FR\"}", JISR_DENIED,
	            "nobody votes for another");
	struct caller kenya = hall_delegate("KE");
	hall_refuse(&hall, &kenya, "vote", "{\"vote\":1,\"choice\":\"yes\"}", JISR_DENIED, "not entitled");
	/* who comes or goes, pays or not while it is open changes nothing: the electorate is frozen */
	hall_do(&hall, &hall.secretary, "arrears", "{\"offices\":[\"KE\"],\"suspended\":false,\"text\":\"paid\"}");
	hall_refuse(&hall, &kenya, "vote", "{\"vote\":1,\"choice\":\"yes\"}", JISR_DENIED, "not entitled");
	hall_do(&hall, &france, "presence", "{\"present\":false}");
	vote(&hall, "FR", 1, "no");
	vote(&hall, "ES", 1, "yes");
	/* while it is open each knows its own alone */
	CLEANUP(json_freep) cJSON *view = hall_view(&hall, &france, "vote", "1");
	for (const cJSON *one = json_get(view, "ballots")->child; one != NULL; one = one->next)
		assert_int_equal(json_get(one, "choice") != NULL, strcmp(json_get_text(one, "code"), "FR") == 0);
	assert_null(json_get(view, "yes"));
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	hall_refuse(&hall, &morocco, "vote", "{\"vote\":1,\"choice\":\"yes\"}", JISR_STATE, "vote 1 is closed");
	hall_text(&hall, &france, "vote", "1", "outcome", "adopted");
	hall_text(&hall, &france, "vote", "1", "arithmetic",
	          "Quorum: 4 present, 3 needed (more than 1/2 of 5 members of the organisation). 2 for, 1 against, 0 "
	          "abstained; 2 needed (more than 1/2 of 3 votes cast for or against): 2 x 2 = 4 > 1 x 3 = 3.");
	CLEANUP(json_freep) cJSON *after = hall_view(&hall, &france, "vote", "1");
	assert_string_equal(json_get_text(json_get(after, "ballots")->child, "choice"), "yes");
	assert_non_null(json_get_text(json_get(after, "rule"), "article"));
	hall_same(&hall);
	place_finish(&hall.place);
}

static void hands_are_counted_and_no_quorum_is_no_vote(void **state)
{
	(void)state;
	struct hall hall;
	hall_open(&hall);
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"procedure\",\"method\":\"hands\",\"title\":\"A\",\"record\":true}", JISR_STATE,
	            "no record");
	hall_do(&hall, &hall.chair, "vote.open", "{\"matter\":\"procedure\",\"method\":\"hands\",\"title\":\"A\"}");
	hall_refuse(&hall, &hall.chair, "vote.close", "{\"vote\":1}", JISR_STATE, "not counted yet");
	hall_refuse(&hall, &hall.secretary, "vote.hands", "{\"vote\":1,\"yes\":4,\"no\":1,\"abstain\":1}",
	            JISR_BAD_INPUT, "count again");
	hall_do(&hall, &hall.secretary, "vote.hands", "{\"vote\":1,\"yes\":2,\"no\":2,\"abstain\":1}");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	hall_text(&hall, &hall.chair, "vote", "1", "outcome", "rejected");
	/* the chair decides ties from now on, and two thirds of the members are needed for a quorum */
	hall_do(&hall, &hall.secretary, "rule",
	        "{\"matter\":\"procedure\",\"tie\":\"chair\",\"quorum\":\"2/3\",\"text\":\"resolution 4\"}");
	hall_do(&hall, &hall.chair, "vote.open", "{\"matter\":\"procedure\",\"method\":\"hands\",\"title\":\"B\"}");
	hall_do(&hall, &hall.secretary, "vote.hands", "{\"vote\":2,\"yes\":2,\"no\":2,\"abstain\":1}");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":2}");
	hall_text(&hall, &hall.chair, "vote", "2", "outcome", "chair-decides");
	hall_do(&hall, &hall.chair, "vote.settle", "{\"vote\":2,\"adopted\":true,\"text\":\"the chair's vote\"}");
	hall_text(&hall, &hall.chair, "vote", "2", "outcome", "adopted");
	assert_int_equal(hall_number(&hall, "vote", "2", "needed", NULL, NULL), 3);
	for (size_t i = 0; i < 2; i++) {
		struct caller delegate = hall_delegate(members[i]);
		hall_do(&hall, &delegate, "presence", "{\"present\":false}");
	}
	hall_refuse(&hall, &hall.chair, "vote.open", "{\"matter\":\"procedure\",\"method\":\"hands\",\"title\":\"C\"}",
	            JISR_STATE, "no quorum: 3 delegations with a vote are present, 4 are needed");
	hall_do(&hall, &hall.chair, "vote.open", "{\"matter\":\"resolution\",\"method\":\"hands\",\"title\":\"C\"}");
	hall_do(&hall, &hall.chair, "vote.cancel", "{\"vote\":3,\"text\":\"asked too early\"}");
	hall_refuse(&hall, &hall.chair, "vote.close", "{\"vote\":3}", JISR_STATE, "is cancelled");
	/* who leaves during a vote without having voted is missing at its end */
	hall_do(&hall, &hall.chair, "vote.open", "{\"matter\":\"resolution\",\"method\":\"device\",\"title\":\"D\"}");
	vote(&hall, "IS", 4, "yes");
	hall_do(&hall, &hall.secretary, "presence", "{\"offices\":[\"IS\",\"KE\"],\"present\":false}");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":4}");
	hall_text(&hall, &hall.chair, "vote", "4", "outcome", "no-quorum");
	hall_text(&hall, &hall.chair, "vote", "4", "arithmetic",
	          "Quorum: 2 present, 3 needed (more than 1/2 of 5 members of the organisation). 1 for, 0 against, 0 "
	          "abstained; 1 needed (more than 1/2 of 1 votes cast for or against): 2 x 1 = 2 > 1 x 1 = 1.");
	hall_do(&hall, &hall.secretary, "presence", "{\"offices\":[\"IS\",\"KE\"],\"present\":true}");
	hall_do(&hall, &hall.chair, "vote.open", "{\"matter\":\"resolution\",\"method\":\"device\",\"title\":\"D\"}");
	vote(&hall, "IS", 5, "yes");
	vote(&hall, "KE", 5, "yes");
	hall_do(&hall, &hall.secretary, "presence", "{\"offices\":[\"IS\",\"KE\"],\"present\":false}");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":5}"); /* who has voted took part */
	hall_text(&hall, &hall.chair, "vote", "5", "outcome", "adopted");
	hall_same(&hall);
	place_finish(&hall.place);
}

static void a_roll_call_begins_where_the_lot_falls(void **state)
{
	(void)state;
	struct hall hall;
	char fields[300], hash[65];
	unsigned char digest[crypto_hash_sha256_BYTES];
	const char *seed = "an invented secret seed";
	hall_open(&hall);
	struct caller morocco = hall_delegate("MA"), kenya = hall_delegate("KE");
	crypto_hash_sha256(digest, (const unsigned char *)seed, strlen(seed));
	(void)sodium_bin2hex(hash, sizeof hash, digest, sizeof digest);
	(void)snprintf(fields, sizeof fields, "{\"commitment\":\"%s\"}", hash);
	hall_do(&hall, &hall.secretary, "draw", fields);
	(void)snprintf(fields, sizeof fields, "{\"draw\":1,\"seed\":\"%s\"}", seed);
	hall_refuse(&hall, &hall.secretary, "draw.reveal", fields, JISR_STATE, "no delegation has said a number");
	hall_do(&hall, &morocco, "draw.say", "{\"draw\":1,\"number\":4711}");
	hall_refuse(&hall, &morocco, "draw.say", "{\"draw\":1,\"number\":4712}", JISR_CONFLICT, "already");
	hall_do(&hall, &kenya, "draw.say", "{\"draw\":1,\"number\":42}");
	hall_refuse(&hall, &hall.secretary, "draw.reveal", "{\"draw\":1,\"seed\":\"another secret seed!\"}",
	            JISR_BAD_INPUT, "bound to");
	hall_refuse(&hall, &hall.secretary, "draw.reveal", "{\"draw\":1,\"seed\":\"fifteen letters\"}", JISR_BAD_INPUT,
	            "can be guessed");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"resolution\",\"method\":\"roll-call\",\"title\":\"A\",\"draw\":1}", JISR_STATE,
	            "not revealed");
	hall_do(&hall, &hall.secretary, "draw.reveal", fields);
	hall_refuse(&hall, &kenya, "draw.say", "{\"draw\":1,\"number\":1}", JISR_STATE, "is over");
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"resolution\",\"method\":\"roll-call\",\"title\":\"A\",\"draw\":1}");
	CLEANUP(json_freep) cJSON *view = hall_view(&hall, &hall.chair, "vote", "1");
	const cJSON *ballots = json_get(view, "ballots");
	assert_int_equal(cJSON_GetArraySize(ballots), 5);
	for (const cJSON *one = ballots->child; one->next != NULL; one = one->next) {
		int order = strcmp(json_get_text(one, "code"), json_get_text(one->next, "code"));
		assert_true(order < 0 || (strcmp(json_get_text(one, "code"), "MA") == 0 &&
		                          strcmp(json_get_text(one->next, "code"), "ES") == 0));
	}
	const char *first = json_get_text(ballots->child, "code"),
		   *last = json_get_text(cJSON_GetArrayItem(ballots, 4), "code");
	struct caller other = hall_delegate(last);
	hall_refuse(&hall, &other, "vote", "{\"vote\":1,\"choice\":\"yes\"}", JISR_STATE, "it is the turn of");
	(void)snprintf(fields, sizeof fields, "{\"vote\":1,\"choice\":\"yes\",\"office\":\"%s\"}", first);
	hall_do(&hall, &hall.secretary, "vote", fields); /* as answered aloud */
	for (const cJSON *one = ballots->child->next; one != NULL; one = one->next) {
		hall_refuse(&hall, &hall.chair, "vote.close", "{\"vote\":1}", JISR_STATE, "not called yet");
		vote(&hall, json_get_text(one, "code"), 1, one->next != NULL ? "abstain" : "absent");
	}
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	hall_text(&hall, &hall.chair, "vote", "1", "outcome", "adopted");
	assert_int_equal(hall_number(&hall, "vote", "1", "abstain", NULL, NULL), 3);
	hall_same(&hall);
	place_finish(&hall.place);
}

static void proxies_count_where_the_rule_allows_them(void **state)
{
	(void)state;
	struct hall hall;
	hall_open(&hall);
	struct caller morocco = hall_delegate("MA"), france = hall_delegate("FR");
	hall_do(&hall, &morocco, "proxy", "{\"holder\":\"FR\"}");
	hall_do(&hall, &hall.secretary, "rule",
	        "{\"matter\":\"resolution\",\"proxies\":true,\"shares\":[\"2/3\",\">1/2\"],\"rounds\":2,"
	        "\"text\":\"resolution 5\"}");
	hall_do(&hall, &hall.chair, "vote.open", "{\"matter\":\"resolution\",\"method\":\"device\",\"title\":\"A\"}");
	hall_do(&hall, &france, "vote", "{\"vote\":1,\"choice\":\"yes\",\"office\":\"MA\"}");
	hall_refuse(&hall, &france, "vote", "{\"vote\":1,\"choice\":\"yes\",\"office\":\"ES\"}", JISR_DENIED,
	            "has given FR no proxy");
	hall_refuse(&hall, &morocco, "vote", "{\"vote\":1,\"choice\":\"no\"}", JISR_CONFLICT, "has voted already");
	vote(&hall, "FR", 1, "yes");
	vote(&hall, "ES", 1, "yes");
	vote(&hall, "IS", 1, "no");
	vote(&hall, "KE", 1, "no");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	hall_text(&hall, &hall.chair, "vote", "1", "outcome", "another-round");
	hall_do(&hall, &hall.chair, "vote.open", "{\"matter\":\"resolution\",\"method\":\"device\",\"title\":\"A\"}");
	assert_int_equal(hall_number(&hall, "vote", "2", "round", NULL, NULL), 2);
	for (size_t i = 0; i < 5; i++)
		vote(&hall, members[i], 2, i < 3 ? "yes" : "no");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":2}");
	hall_text(&hall, &hall.chair, "vote", "2", "outcome", "adopted");
	/* who is absent votes by its holder who is there, and is no part of the quorum; not in secret, and not once taken back */
	struct caller iceland = hall_delegate("IS"), kenya = hall_delegate("KE");
	hall_do(&hall, &kenya, "proxy", "{\"holder\":\"MA\"}");
	hall_do(&hall, &hall.secretary, "presence", "{\"offices\":[\"MA\",\"KE\"],\"present\":false}");
	hall_do(&hall, &hall.chair, "vote.open", "{\"matter\":\"resolution\",\"method\":\"device\",\"title\":\"B\"}");
	assert_int_equal(hall_number(&hall, "vote", "3", "present", NULL, NULL),
	                 4); /* Kenya's holder is absent himself */
	hall_do(&hall, &france, "vote", "{\"vote\":3,\"choice\":\"yes\",\"office\":\"MA\"}");
	hall_refuse(&hall, &morocco, "vote", "{\"vote\":3,\"choice\":\"yes\",\"office\":\"KE\"}", JISR_DENIED,
	            "was not entitled");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":3}");
	hall_refuse(&hall, &iceland, "proxy", "{\"holder\":\"IS\"}", JISR_BAD_INPUT, "given nobody");
	hall_do(&hall, &morocco, "proxy", "{\"holder\":\"MA\"}");
	hall_do(&hall, &hall.chair, "vote.open", "{\"matter\":\"resolution\",\"method\":\"device\",\"title\":\"C\"}");
	assert_int_equal(hall_number(&hall, "vote", "4", "present", NULL, NULL), 3);
	hall_do(&hall, &hall.chair, "vote.cancel", "{\"vote\":4,\"text\":\"x\"}");
	hall_do(&hall, &morocco, "proxy", "{\"holder\":\"FR\"}");
	hall_do(&hall, &hall.chair, "vote.open", "{\"matter\":\"resolution\",\"method\":\"secret\",\"title\":\"D\"}");
	assert_int_equal(hall_number(&hall, "vote", "5", "present", NULL, NULL), 3);
	hall_do(&hall, &hall.chair, "vote.cancel", "{\"vote\":5,\"text\":\"x\"}");
	hall_do(&hall, &hall.secretary, "presence", "{\"offices\":[\"ES\"],\"present\":false}");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"resolution\",\"method\":\"device\",\"title\":\"E\"}", JISR_STATE, "no quorum: 2");
	/* who voted how was not asked to be published: nobody else learns it */
	CLEANUP(json_freep) cJSON *view = hall_view(&hall, &hall.chair, "vote", "2");
	for (const cJSON *one = json_get(view, "ballots")->child; one != NULL; one = one->next)
		assert_null(json_get(one, "choice"));
	hall_same(&hall);
	place_finish(&hall.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vote_by_device_has_its_verdict_and_its_arithmetic),
		cmocka_unit_test(hands_are_counted_and_no_quorum_is_no_vote),
		cmocka_unit_test(a_roll_call_begins_where_the_lot_falls),
		cmocka_unit_test(proxies_count_where_the_rule_allows_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
