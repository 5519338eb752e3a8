/* Elections of the Executive Committee in the record: candidatures, rounds, ties and lots, seats by region, vacancies, ends of
 * terms. Ballots are made, cast and counted in tests/system/test_polls.py; here the entries that a counted secret vote
 * leaves are written as they are. */
#include "hall.h"

#include "assembly/committee_record.h"

#include <sodium.h>

static const char *const members[] = {"BR", "ES", "FR", "IN", "IS", "JP", "KE", "MA", "US"};
#define MEMBERS (sizeof members / sizeof *members)

static void arrive(struct hall *hall, const char *office)
{
	char fields[500];
	struct caller delegate = hall_delegate(office);
	(void)snprintf(fields, sizeof fields,
	               "{\"people\":[{\"name\":\"Head of %s\",\"role\":\"head\"},{\"name\":\"Other of %s\",\"role\":"
	               "\"delegate\"},{\"name\":\"Adviser of %s\",\"role\":\"adviser\"}]}",
	               office, office, office);
	hall_do(hall, &delegate, "delegation", fields);
	(void)snprintf(fields, sizeof fields, "{\"offices\":[\"%s\"],\"result\":\"accepted\"}", office);
	hall_do(hall, &hall->secretary, "credentials", fields);
	hall_do(hall, &delegate, "presence", "{\"present\":true}");
}

static void begin(struct hall *hall)
{
	static const char *const more[] = {"BR", "IN", "JP", "US"};
	char fields[40];
	hall_init(hall);
	for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
		(void)snprintf(fields, sizeof fields, "{\"code\":\"%s\"}", more[i]);
		place_do(&hall->place, &hall->place.console, CHANGE_MEMBER_ADMIT, NULL, fields, NULL);
		place_do(&hall->place, &hall->place.console, CHANGE_OFFICE_OPEN, NULL, fields, NULL);
	}
	hall_do(hall, &hall->secretary, "invite", NULL);
	for (size_t i = 0; i < MEMBERS; i++)
		arrive(hall, members[i]);
	hall_do(hall, &hall->chair, "session.open", NULL);
}

struct counted {
	unsigned vote, cast;
	const char *result;
	char subject[40];
};

static int write_one(struct store_write *write, const struct counted *counted, const char *kind, const char *body,
                     struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct entry_draft draft = {.author = "GS", .kind = kind, .subject = counted->subject, .expected = ENTRY_ANY};
	int error = json_read(body, strlen(body), &json, problem);
	draft.body = json;
	return error ? error : store_append(write, &draft, NULL, problem);
}

static int write_counted(struct store_write *write, void *context, struct problem *problem)
{
	const struct counted *counted = context;
	char body[600];
	(void)snprintf(
		body, sizeof body,
		"{\"name\":\"x\",\"session\":93,\"vote\":%u,\"questions\":[{\"question\":\"q\",\"blank\":true}],"
		"\"electorate\":[\"MA\",\"FR\"],\"trustees\":[\"MA\",\"FR\"],\"threshold\":2,\"registrars\":[\"IS\","
		"\"KE\"]}",
		counted->vote);
	int error = write_one(write, counted, "urn.call", body, problem);
	(void)snprintf(body, sizeof body, "{\"tally\":\"{}\",\"sized\":\"{\\\"num_tallied\\\":%u}\"}", counted->cast);
	if (!error)
		error = write_one(write, counted, "urn.close", body, problem);
	(void)snprintf(body, sizeof body, "{\"result\":\"{\\\"result\\\":[%s]}\"}", counted->result);
	return error ? error : write_one(write, counted, "urn.result", body, problem);
}

/* The next round of a contest, opened, counted so, and closed. Returns the vote's number. */
static int round_of(struct hall *hall, int contest, const char *matter, const char *result, unsigned cast)
{
	char fields[200];
	struct problem problem = {""};
	(void)snprintf(fields, sizeof fields, "{\"matter\":\"%s\",\"subject\":\"contest:%d\",\"method\":\"secret\"}",
	               matter, contest);
	hall_do(hall, &hall->chair, "vote.open", fields);
	int vote = (int)strtol(hall->id, NULL, 10);
	struct counted counted = {.vote = (unsigned)vote, .cast = cast, .result = result};
	(void)snprintf(counted.subject, sizeof counted.subject, "urn/Ballot%dofTheTest", vote);
	(void)snprintf(fields, sizeof fields, "{\"vote\":%d}", vote);
	hall_refuse(hall, &hall->chair, "vote.close", fields, JISR_STATE, "not called yet");
	if (store_submit(hall->place.store, write_counted, &counted, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	hall_do(hall, &hall->chair, "vote.close", fields);
	return vote;
}

static void stand(struct hall *hall, int contest, const char *office)
{
	char fields[100];
	struct caller delegate = hall_delegate(office);
	(void)snprintf(fields, sizeof fields, "{\"contest\":%d,\"person\":1}", contest);
	hall_do(hall, &delegate, "candidature", fields);
}

static const cJSON *candidate(const cJSON *contest, const char *office)
{
	for (const cJSON *one = json_get(contest, "candidates")->child; one != NULL; one = one->next)
		if (strcmp(json_get_text(one, "office"), office) == 0)
			return one;
	fail_msg("no candidate of %s", office);
	return NULL;
}

static void assert_standing(struct hall *hall, const char *contest, const char *office, const char *standing)
{
	CLEANUP(json_freep) cJSON *view = hall_view(hall, &hall->secretary, "contest", contest);
	assert_string_equal(json_get_text(candidate(view, office), "standing"), standing);
}

/* "president Head of MA, ..." of a day, NULL today. */
static void assert_sitting(struct hall *hall, const char *day, const char *expected)
{
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct text text;
	char found[1000] = "";
	CLEANUP(json_freep) cJSON *json = NULL;
	text_init(&text, 1 << 20);
	assert_int_equal(store_read(hall->place.store, &reader, &problem), JISR_OK);
	if (committee_record_tell(store_reader_sql(reader), day, &text, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	store_read_end(reader);
	assert_int_equal(json_read(text.bytes, text.length, &json, &problem), JISR_OK);
	text_finish(&text);
	for (const cJSON *one = json_get(json, "members")->child; one != NULL; one = one->next) {
		size_t at = strlen(found);
		(void)snprintf(found + at, sizeof found - at, "%s%s %s%s", at > 0 ? ", " : "",
		               json_get_text(one, "post"), json_get_text(one, "person"),
		               cJSON_IsTrue(json_get(one, "acting")) ? " (acting)" : "");
	}
	assert_string_equal(found, expected);
}

static void sits(struct hall *hall, const char *office, const char *post, const char *since, int year, int until)
{
	char fields[300];
	(void)snprintf(
		fields, sizeof fields,
		"{\"name\":\"Head of %s\",\"office\":\"%s\",\"post\":\"%s\",\"year\":%d,\"since\":\"%s\",\"until\":%d}",
		office, office, post, year, since, until);
	hall_do(hall, &hall->secretary, "committee.sits", fields);
}

static void a_president_is_elected_round_by_round(void **state)
{
	(void)state;
	struct hall hall;
	begin(&hall);
	struct caller morocco = hall_delegate("MA"), france = hall_delegate("FR");
	hall_refuse(&hall, &morocco, "contest.call", "{\"post\":\"president\"}", JISR_DENIED, "");
	hall_refuse(&hall, &hall.secretary, "contest.call", "{\"post\":\"president\",\"region\":\"asia\"}",
	            JISR_BAD_INPUT, "delegates alone");
	hall_refuse(&hall, &hall.secretary, "contest.call", "{\"post\":\"delegate\"}", JISR_BAD_INPUT, "say which");
	hall_refuse(&hall, &hall.secretary, "contest.call", "{\"post\":\"president\",\"vacancy\":true}", JISR_STATE,
	            "left before");
	hall_do(&hall, &hall.secretary, "contest.call", "{\"post\":\"president\"}");
	assert_string_equal(hall.id, "1");
	hall_refuse(&hall, &hall.secretary, "contest.call", "{\"post\":\"president\"}", JISR_CONFLICT, "contest 1");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"president\",\"subject\":\"contest:1\",\"method\":\"secret\"}", JISR_STATE,
	            "nobody stands");
	hall_refuse(&hall, &morocco, "candidature", "{\"contest\":1,\"person\":9}", JISR_NOT_FOUND, "no person 9");
	hall_refuse(&hall, &morocco, "candidature", "{\"contest\":1,\"person\":3}", JISR_STATE, "no delegate");
	hall_refuse(&hall, &morocco, "candidature", "{\"contest\":1,\"name\":\"Who\"}", JISR_STATE, "no delegate");
	hall_refuse(&hall, &morocco, "candidature", "{\"contest\":1,\"person\":1,\"office\":\"FR\"}", JISR_DENIED, "");
	hall_refuse(&hall, &morocco, "candidature", "{\"contest\":2,\"person\":1}", JISR_NOT_FOUND, "no contest 2");
	stand(&hall, 1, "MA");
	hall_refuse(&hall, &morocco, "candidature", "{\"contest\":1,\"person\":1}", JISR_CONFLICT, "stands already");
	stand(&hall, 1, "FR");
	stand(&hall, 1, "US");
	stand(&hall, 1, "JP");
	hall_refuse(&hall, &france, "candidature.withdraw", "{\"contest\":1,\"candidate\":1}", JISR_DENIED, "");
	struct caller japan = hall_delegate("JP");
	hall_do(&hall, &japan, "candidature.withdraw", "{\"contest\":1,\"candidate\":4}");
	hall_refuse(&hall, &japan, "candidature.withdraw", "{\"contest\":1,\"candidate\":4}", JISR_CONFLICT, "already");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"delegate\",\"subject\":\"contest:1\",\"method\":\"secret\"}", JISR_STATE,
	            "as president, not as delegate");
	hall_refuse(&hall, &hall.chair, "vote.open", "{\"matter\":\"president\",\"title\":\"A\",\"method\":\"secret\"}",
	            JISR_STATE, "contest:N");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"president\",\"subject\":\"contest:1\",\"method\":\"device\"}", JISR_STATE,
	            "secret ballot");
	/* MA 5, FR 3, US 1 of 9: two thirds are 6 */
	int vote = round_of(&hall, 1, "president", "[0,5,3,1]", 9);
	char id[20];
	(void)snprintf(id, sizeof id, "%d", vote);
	hall_text(&hall, &hall.chair, "vote", id, "outcome", "another-round");
	hall_text(
		&hall, &hall.chair, "vote", id, "arithmetic",
		"9 ballots, 0 of them blank: 9 valid. Asked for: at least 2/3 of the valid votes. Head of MA (MA): 5. "
		"Head of FR (FR): 3. Head of US (US): 1.");
	hall_refuse(&hall, &japan, "candidature", "{\"contest\":1,\"person\":1}", JISR_STATE,
	            "no candidature is taken");
	/* between rounds one withdraws */
	struct caller states = hall_delegate("US");
	hall_do(&hall, &states, "candidature.withdraw", "{\"contest\":1,\"candidate\":3}");
	assert_standing(&hall, "1", "US", "withdrawn");
	round_of(&hall, 1, "president", "[1,5,3]", 9);
	/* after the second ballot a simple majority */
	vote = round_of(&hall, 1, "president", "[1,5,3]", 9);
	(void)snprintf(id, sizeof id, "%d", vote);
	hall_text(&hall, &hall.chair, "vote", id, "outcome", "elected");
	assert_int_equal(hall_number(&hall, "vote", id, "round", NULL, NULL), 3);
	assert_standing(&hall, "1", "MA", "elected");
	hall_text(&hall, &hall.chair, "contest", "1", "state", "filled");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"president\",\"subject\":\"contest:1\",\"method\":\"secret\"}", JISR_STATE, "filled");
	assert_sitting(&hall, NULL, "");
	hall_do(&hall, &hall.chair, "session.close", NULL);
	assert_sitting(&hall, NULL, "president Head of MA");
	hall_refuse(&hall, &hall.secretary, "committee.sits",
	            "{\"name\":\"A\",\"office\":\"FR\",\"post\":\"delegate\",\"year\":2024,\"since\":\"2024-11-07\","
	            "\"until\":"
	            "2027}",
	            JISR_STATE, "from then on");
	place_finish(&hall.place);
}

static void who_may_not_stand_is_told_why(void **state)
{
	(void)state;
	struct hall hall;
	begin(&hall);
	sits(&hall, "MA", "president", "2021-11-25", 2021, 2025);
	sits(&hall, "IN", "vice-president", "2022-10-21", 2022, 2025);
	sits(&hall, "US", "vice-president", "2024-11-07", 2024, 2027);
	sits(&hall, "FR", "delegate", "2024-11-07", 2024, 2027);
	hall_refuse(&hall, &hall.secretary, "committee.sits",
	            "{\"name\":\"Other of "
	            "FR\",\"office\":\"FR\",\"post\":\"delegate\",\"year\":2024,\"since\":\"2024-11-07\","
	            "\"until\":2027}",
	            JISR_CONFLICT, "FR has a seat");
	assert_sitting(&hall, "2021-11-24", "");
	assert_sitting(&hall, "2023-01-01", "president Head of MA, vice-president Head of IN");
	assert_sitting(
		&hall, NULL,
		"president Head of MA, vice-president Head of IN, vice-president Head of US, delegate Head of FR");
	hall_do(&hall, &hall.secretary, "contest.call", "{\"post\":\"president\"}");
	hall_do(&hall, &hall.secretary, "contest.call", "{\"post\":\"vice-president\"}");
	hall_do(&hall, &hall.secretary, "contest.call", "{\"post\":\"delegate\",\"region\":\"europe\"}");
	struct caller morocco = hall_delegate("MA"), france = hall_delegate("FR"), states = hall_delegate("US");
	hall_refuse(&hall, &morocco, "candidature", "{\"contest\":1,\"person\":1}", JISR_STATE,
	            "may not immediately stand for President");
	hall_refuse(&hall, &france, "candidature", "{\"contest\":1,\"person\":2}", JISR_STATE,
	            "FR has a seat already: Delegate, until 2027");
	hall_refuse(&hall, &states, "candidature", "{\"contest\":2,\"person\":2}", JISR_STATE, "US has a seat already");
	hall_refuse(&hall, &states, "candidature", "{\"contest\":3,\"person\":2}", JISR_STATE, "the seat of europe");
	struct caller brazil = hall_delegate("BR");
	hall_refuse(&hall, &brazil, "candidature", "{\"contest\":2,\"person\":1}", JISR_STATE, "different continents");
	CLEANUP(json_freep) cJSON *may = hall_view(&hall, &brazil, "eligibility", "vice-president");
	size_t yes = 0, no = 0;
	for (const cJSON *one = json_get(may, "people")->child; one != NULL; one = one->next) {
		bool stands = cJSON_IsTrue(json_get(one, "may_stand"));
		yes += stands;
		no += !stands;
		assert_true(stands == (json_get_text(one, "why") == NULL));
	}
	assert_int_equal(yes + no, 2 * MEMBERS);
	assert_in_range(yes, 1, 2 * MEMBERS - 1);
	/* Vice-Presidents wait for the President; who was of the President's continent is left out then. */
	stand(&hall, 2, "KE");
	stand(&hall, 2, "ES");
	stand(&hall, 2, "JP");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"vice-president\",\"subject\":\"contest:2\",\"method\":\"secret\"}", JISR_STATE,
	            "contest 1 is decided first");
	stand(&hall, 1, "IS");
	round_of(&hall, 1, "president", "[0,9]", 9);
	CLEANUP(json_freep) cJSON *before = hall_view(&hall, &brazil, "contest", "2");
	assert_non_null(strstr(json_get_text(candidate(before, "ES"), "why"), "different continents"));
	/* of one continent each: two of three seats */
	round_of(&hall, 2, "vice-president", "[0,6,5]", 9);
	assert_standing(&hall, "2", "ES", "barred");
	assert_standing(&hall, "2", "KE", "elected");
	assert_standing(&hall, "2", "JP", "elected");
	hall_do(&hall, &hall.chair, "session.close", NULL);
	assert_sitting(&hall, NULL,
	               "president Head of IS, vice-president Head of US, vice-president Head of KE, vice-president "
	               "Head of JP, "
	               "delegate Head of FR");
	hall_same(&hall);
	place_finish(&hall.place);
}

static void say_numbers(struct hall *hall, const char *seed)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char hex[65], fields[200];
	crypto_hash_sha256(hash, (const unsigned char *)seed, strlen(seed));
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	(void)snprintf(fields, sizeof fields, "{\"commitment\":\"%s\",\"text\":\"tie\"}", hex);
	hall_do(hall, &hall->secretary, "draw", fields);
	struct caller morocco = hall_delegate("MA");
	hall_do(hall, &morocco, "draw.say", "{\"draw\":1,\"number\":4711}");
	hall_refuse(hall, &hall->chair, "contest.lot", "{\"contest\":1,\"draw\":1}", JISR_STATE, "not revealed");
	(void)snprintf(fields, sizeof fields, "{\"draw\":1,\"seed\":\"%s\"}", seed);
	hall_do(hall, &hall->secretary, "draw.reveal", fields);
}

static void a_tie_is_voted_on_again_and_then_drawn(void **state)
{
	(void)state;
	struct hall hall;
	begin(&hall);
	hall_do(&hall, &hall.secretary, "contest.call", "{\"post\":\"delegate\",\"region\":\"africa\"}");
	assert_int_equal(hall_number(&hall, "contest", "1", "seats", NULL, NULL), 2);
	hall_refuse(&hall, &hall.secretary, "committee.setting",
	            "{\"setting\":\"delegates_africa\",\"value\":10,\"text\":\"x\"}", JISR_BAD_INPUT, "from 0 to 9");
	hall_refuse(&hall, &hall.secretary, "committee.setting",
	            "{\"setting\":\"president_over\",\"value\":1,\"text\":\"x\"}", JISR_STATE, "the act \"rule\"");
	hall_do(&hall, &hall.secretary, "committee.setting",
	        "{\"setting\":\"delegates_africa\",\"value\":1,\"text\":\"GA-2025-93-RES-09\"}");
	stand(&hall, 1, "KE");
	stand(&hall, 1, "MA");
	hall_refuse(&hall, &hall.chair, "contest.lot", "{\"contest\":1,\"draw\":1}", JISR_STATE,
	            "still taking candidatures");
	round_of(&hall, 1, "delegate", "[1,4,4]", 9); /* nobody has more than half */
	round_of(&hall, 1, "delegate", "[1,4,4]", 9); /* tied: the most votes decide */
	round_of(&hall, 1, "delegate", "[1,4,4]", 9); /* the run-off is tied */
	CLEANUP(json_freep) cJSON *now = hall_view(&hall, &hall.chair, "contest", "1");
	while (strcmp(json_get_text(now, "race"), "lot") != 0) {
		round_of(&hall, 1, "delegate", "[1,4,4]", 9);
		json_free(now);
		now = hall_view(&hall, &hall.chair, "contest", "1");
	}
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"delegate\",\"subject\":\"contest:1\",\"method\":\"secret\"}", JISR_STATE,
	            "contest.lot");
	hall_refuse(&hall, &hall.chair, "contest.lot", "{\"contest\":1,\"draw\":1}", JISR_STATE, "and none was");
	say_numbers(&hall, "a seed that nobody knows");
	hall_do(&hall, &hall.secretary, "draw",
	        "{\"commitment\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}");
	hall_refuse(&hall, &hall.chair, "contest.lot", "{\"contest\":1,\"draw\":2}", JISR_STATE, "decides: draw 1");
	hall_do(&hall, &hall.chair, "contest.lot", "{\"contest\":1,\"draw\":1}");
	hall_text(&hall, &hall.chair, "contest", "1", "state", "filled");
	CLEANUP(json_freep) cJSON *after = hall_view(&hall, &hall.chair, "contest", "1");
	size_t elected = 0;
	for (const cJSON *one = json_get(after, "candidates")->child; one != NULL; one = one->next)
		elected += strcmp(json_get_text(one, "standing"), "elected") == 0;
	assert_int_equal(elected, 1);
	place_finish(&hall.place);
}

static void a_seat_that_was_left_is_filled_for_the_rest_of_its_term(void **state)
{
	(void)state;
	struct hall hall;
	begin(&hall);
	sits(&hall, "MA", "president", "2023-11-30", 2023, 2027);
	sits(&hall, "US", "vice-president", "2024-11-07", 2024, 2027);
	sits(&hall, "ES", "delegate", "2024-11-07", 2024, 2027);
	hall_refuse(&hall, &hall.secretary, "contest.call", "{\"post\":\"president\"}", JISR_STATE, "no seat");
	hall_refuse(&hall, &hall.secretary, "committee.leave", "{\"name\":\"Nobody\",\"text\":\"retired\"}",
	            JISR_NOT_FOUND, "no seat");
	hall_refuse(&hall, &hall.secretary, "committee.leave",
	            "{\"name\":\"Head of MA\",\"day\":\"2024-01-01\",\"text\":\"retired\"}", JISR_BAD_INPUT,
	            "2024-11-07");
	hall_do(&hall, &hall.secretary, "committee.leave", "{\"name\":\"Head of MA\",\"text\":\"retired\"}");
	assert_sitting(&hall, NULL, "vice-president Head of US (acting), delegate Head of ES");
	hall_refuse(&hall, &hall.secretary, "contest.call", "{\"post\":\"president\"}", JISR_STATE, "no seat");
	hall_do(&hall, &hall.secretary, "contest.call", "{\"post\":\"president\",\"vacancy\":true}");
	assert_int_equal(hall_number(&hall, "contest", "1", "until", NULL, NULL), 2027);
	hall_text(&hall, &hall.chair, "contest", "1", "after", "Head of MA");
	stand(&hall, 1, "JP");
	round_of(&hall, 1, "president", "[0,9]", 9);
	/* at once, not after the session */
	assert_sitting(&hall, NULL, "president Head of JP, vice-president Head of US, delegate Head of ES");
	hall_do(&hall, &hall.secretary, "contest.call", "{\"post\":\"delegate\",\"region\":\"asia\"}");
	hall_do(&hall, &hall.chair, "contest.end", "{\"contest\":2,\"text\":\"nobody stands\"}");
	hall_text(&hall, &hall.chair, "contest", "2", "state", "ended");
	place_finish(&hall.place);
}

static void a_secret_vote_on_a_draft_has_its_verdict(void **state)
{
	(void)state;
	struct hall hall;
	begin(&hall);
	struct caller morocco = hall_delegate("MA");
	struct problem problem = {""};
	hall_do(&hall, &hall.chair, "vote.open",
	        "{\"matter\":\"admission\",\"method\":\"secret\",\"title\":\"A member\"}");
	hall_refuse(&hall, &morocco, "vote", "{\"vote\":1,\"choice\":\"yes\"}", JISR_STATE, "vote 1 is secret");
	hall_refuse(&hall, &hall.secretary, "vote.hands", "{\"vote\":1,\"yes\":1,\"no\":1,\"abstain\":1}", JISR_STATE,
	            "counts itself");
	/* one open vote beside it, no second secret one */
	hall_do(&hall, &hall.chair, "vote.open", "{\"matter\":\"procedure\",\"method\":\"device\",\"title\":\"Rest\"}");
	hall_do(&hall, &hall.chair, "vote.cancel", "{\"vote\":2,\"text\":\"no\"}");
	hall_refuse(&hall, &hall.chair, "vote.open",
	            "{\"matter\":\"admission\",\"method\":\"secret\",\"title\":\"Another\"}", JISR_STATE,
	            "vote 1 is open");
	hall_refuse(&hall, &hall.chair, "session.close", NULL, JISR_STATE, "vote 1 is open");
	struct counted counted = {.vote = 1, .cast = 9, .result = "[1,6,2]", .subject = "urn/BallotofTheTest"};
	assert_int_equal(store_submit(hall.place.store, write_counted, &counted, &problem), JISR_OK);
	hall_refuse(&hall, &hall.chair, "vote.cancel", "{\"vote\":1,\"text\":\"no\"}", JISR_STATE, "is under way");
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	hall_text(&hall, &hall.chair, "vote", "1", "outcome", "adopted");
	hall_text(&hall, &hall.chair, "vote", "1", "election", "BallotofTheTest");
	assert_int_equal(hall_number(&hall, "vote", "1", "abstain", NULL, NULL), 1);
	CLEANUP(json_freep) cJSON *view = hall_view(&hall, &morocco, "vote", "1");
	assert_null(json_get(json_get(view, "ballots")->child, "voted"));
	place_finish(&hall.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_president_is_elected_round_by_round),
		cmocka_unit_test(who_may_not_stand_is_told_why),
		cmocka_unit_test(a_tie_is_voted_on_again_and_then_drawn),
		cmocka_unit_test(a_seat_that_was_left_is_filled_for_the_rest_of_its_term),
		cmocka_unit_test(a_secret_vote_on_a_draft_has_its_verdict),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
