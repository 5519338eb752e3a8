#include "notices/request_act.h"

#include "notices/removal.h"
#include "store/verify.h"

#include "notices/hit.h"
#include "notices/object.h"

#define PLACE_DOMAINS &register_domain, &notice_domain, &hit_domain, &object_domain, &request_domain
#include "notice_sample.h"
#include "traces.h"
#include "world.h"

#include "drawing.h"

/* ---- the table of steps, from the other side ---- */

static const struct {
	enum request_state state;
	const char *applicant, *commission, *source, *headquarters;
} expected[REQUEST_STATE_COUNT] = {
	{REQUEST_NONE, " file ", " file ", " ", " "},
	{REQUEST_FILED, " withdraw paper ", " ask admit reject withdraw paper shred ", " ", " "},
	{REQUEST_INCOMPLETE, " complete withdraw paper ", " complete reject withdraw paper shred ", " ", " "},
	{REQUEST_INADMISSIBLE, " ", " forget shred ", " ", " "},
	{REQUEST_EXAMINED, " withdraw ", " link consult block lift propose withdraw shred ", " ", " "},
	{REQUEST_CONSULTING, " withdraw ", " recall block lift withdraw shred ", " reply ", " "},
	{REQUEST_PROPOSED, " withdraw ", " block lift return decide withdraw shred ", " ", " "},
	{REQUEST_DECIDED, " ", " block lift answer shred ", " ", " execute "},
	{REQUEST_EXECUTED, " ", " answer shred ", " ", " "},
	{REQUEST_ANSWERED, " ", " forget shred ", " ", " "},
	{REQUEST_WITHDRAWN, " ", " forget shred ", " ", " "},
};

static void every_step_in_every_state_for_every_role_and_office(void **state)
{
	static const char *const offices[] = {"CCF", "GS", "MA", "FR", ""};
	size_t let = 0;
	(void)state;
	for (size_t e = 0; e < REQUEST_STATE_COUNT; e++)
		for (int step = 0; step < REQUEST_STEP_COUNT; step++)
			for (int role = 0; role < ROLE_COUNT; role++)
				for (size_t o = 0; o < 5; o++)
					for (int applicant = 0; applicant < 2; applicant++) {
						struct caller caller;
						struct problem problem = {""};
						char word[40];
						caller_init(&caller);
						caller.kind = offices[o][0] != '\0' ? CALLER_SESSION : CALLER_NOBODY;
						caller.roles = ROLE_BIT(role);
						(void)snprintf(caller.office, sizeof caller.office, "%s", offices[o]);
						(void)snprintf(word, sizeof word, " %s ",
						               request_step_name((enum request_step)step));
						bool writes =
							role == ROLE_BUREAU_OFFICER || role == ROLE_HEAD_OF_BUREAU;
						bool leads = role == ROLE_REVIEWER || role == ROLE_SECRETARY_GENERAL;
						bool may = (applicant && strstr(expected[e].applicant, word)) ||
						           (strcmp(offices[o], "CCF") == 0 && role == ROLE_COMMISSION &&
						            strstr(expected[e].commission, word)) ||
						           (strcmp(offices[o], "MA") == 0 && writes &&
						            strstr(expected[e].source, word)) ||
						           (strcmp(offices[o], "GS") == 0 && leads &&
						            strstr(expected[e].headquarters, word));
						int error = request_allowed((enum request_step)step, expected[e].state,
						                            "MA", &caller, applicant, &problem);
						let += may;
						if ((error == JISR_OK) != may || (error && problem.text[0] == '\0'))
							fail_msg("%s in %s by %s of %s%s: %s", word,
							         request_state_name(expected[e].state),
							         role_name((enum role)role), offices[o],
							         applicant ? " with the secret" : "", problem.text);
					}
	assert_true(let > 50);
}

static void the_drawing_in_the_documentation_is_that_of_the_table(void **state)
{
	(void)state;
	drawing_must_stand("commission.md", "request states", request_draw);
}

/* ---- a world with a Commission ---- */

struct court {
	struct world world;
	struct caller first, second, nobody;
	char notice[NOTICE_ID_MAX + 1];
	char secret[REQUEST_SECRET + 1];
};

static int draft(struct store_write *write, void *context, struct problem *problem)
{
	struct court *court = context;
	CLEANUP(json_freep) cJSON *fields = cJSON_Parse("{\"content\":" SAMPLE_RED "}");
	CLEANUP(json_freep) cJSON *review = cJSON_Parse(WORLD_GOOD_REVIEW);
	const struct {
		enum notice_step step;
		const struct caller *caller;
		const cJSON *fields;
	} steps[] = {{STEP_DRAFT, &court->world.bureau, fields},
	             {STEP_REQUEST, &court->world.bureau, NULL},
	             {STEP_TAKE, &court->world.reviewer, NULL},
	             {STEP_ASSESS, &court->world.reviewer, review},
	             {STEP_PUBLISH, &court->world.second, NULL}};
	int error = JISR_OK;
	for (size_t i = 0; i < 5 && !error; i++) {
		struct act act = {.step = steps[i].step,
		                  .caller = steps[i].caller,
		                  .id = i == 0 ? NULL : court->notice,
		                  .fields = steps[i].fields,
		                  .expected = ENTRY_ANY};
		error = act_run(write, &act, problem);
		(void)snprintf(court->notice, sizeof court->notice, "%s", act.made);
		act.fields = NULL;
	}
	return error;
}

static void court_init(struct court *court)
{
	struct problem problem = {""};
	char key[NOTE_MAX_KEY], fields[NOTE_MAX_KEY + 400];
	memset(court, 0, sizeof *court);
	world_init(&court->world);
	struct place *place = &court->world.place;
	assert_int_equal(store_key_make(place->store, "CCF", key, &problem), JISR_OK);
	(void)snprintf(fields, sizeof fields,
	               "{\"code\":\"CCF\",\"kind\":\"commission\",\"country\":\"FR\",\"key\":\"%s\",\"names\":{\"ar\":"
	               "\"لجنة\",\"en\":\"Commission\",\"es\":\"Comisión\",\"fr\":\"Commission\"}}",
	               key);
	place_do(place, &place->console, CHANGE_OFFICE_OPEN, NULL, fields, "CCF");
	court->first = place_caller("CCF", "CCF-1", ROLE_BIT(ROLE_COMMISSION));
	court->second = place_caller("CCF", "CCF-2", ROLE_BIT(ROLE_COMMISSION));
	caller_init(&court->nobody);
	if (store_submit(place->store, draft, court, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static int try(struct court *court, const struct caller *caller, enum request_step step, const char *id,
               const char *fields, struct request_act *ret_act, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct request_act act = {.step = step,
	                          .caller = caller,
	                          .id = id,
	                          .applicant = step == REQUEST_FILE && caller == &court->nobody,
	                          .expected = ENTRY_ANY};
	if (fields != NULL && json_read(fields, strlen(fields), &json, problem) != JISR_OK)
		fail_msg("%s: %s", fields, problem->text);
	act.fields = json;
	problem->text[0] = '\0';
	int error = request_submit(court->world.place.store, &act, problem);
	act.fields = NULL;
	if (ret_act != NULL)
		*ret_act = act;
	return error;
}

static void take(struct court *court, const struct caller *caller, enum request_step step, const char *id,
                 const char *fields)
{
	struct problem problem = {""};
	if (try(court, caller, step, id, fields, NULL, &problem) != JISR_OK)
		fail_msg("%s %s: %s", request_step_name(step), fields != NULL ? fields : "", problem.text);
}

static void refuse(struct court *court, const struct caller *caller, enum request_step step, const char *id,
                   const char *fields, int code, const char *words)
{
	struct problem problem = {""};
	int error = try(court, caller, step, id, fields, NULL, &problem);
	if (error != code || strstr(problem.text, words) == NULL)
		fail_msg("%s %s: %d \"%s\", not %d \"%s\"", request_step_name(step), fields != NULL ? fields : "",
		         error, problem.text, code, words);
}

#define PERSON                                                                                                         \
	"\"applicant\":{\"name\":\"QUERELLANT\",\"forename\":\"Invented\",\"birth\":\"1984-02-29\",\"identity\":{"     \
	"\"kind\":\"passport\",\"number\":\"YY7654321\",\"country\":\"Nowhere\"}},\"signed\":true,\"text\":\"What is " \
	"held?\""
#define FORM "{\"form\":{\"identity\":true,\"signed\":true,\"authority\":true,\"founded\":true}}"

static void file(struct court *court, const char *kind, char id[NOTICE_ID_MAX + 1])
{
	char fields[600];
	struct request_act act;
	struct problem problem = {""};
	(void)snprintf(fields, sizeof fields, "{\"kind\":\"%s\",\"language\":\"en\"," PERSON "}", kind);
	if (try(court, &court->nobody, REQUEST_FILE, NULL, fields, &act, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	(void)snprintf(id, NOTICE_ID_MAX + 1, "%s", act.made);
	memcpy(court->secret, act.made_secret, sizeof court->secret);
}

/* What the applicant sees; a number that depends on the lot is made one. */
static void seen(struct court *court, const char *id, const char *secret, int code, char out[2000])
{
	struct store_reader *reader = NULL;
	struct arena *arena = NULL;
	struct request request;
	struct request_rules rules;
	struct text text;
	struct problem problem = {""};
	text_init(&text, 1 << 16);
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(court->world.place.store, &reader, NULL), JISR_OK);
	struct sql *sql = store_reader_sql(reader);
	assert_int_equal(request_rules_now(sql, &rules, NULL), JISR_OK);
	assert_int_equal(request_of_receipt(sql, id, secret, arena, &request, &problem), code);
	if (code == JISR_OK) {
		request.filed = "FILED";
		memcpy(request.id, "2026/ID", 8);
		assert_int_equal(request_public(&request, &rules, &text), JISR_OK);
		(void)snprintf(out, 2000, "%s", text.bytes);
	} else {
		(void)snprintf(out, 2000, "%s", problem.text);
	}
	text_finish(&text);
	store_read_end(reader);
	arena_free(arena);
}

static bool visible(struct court *court, const char *office, const char *id, struct request *ret_request)
{
	static struct arena *arena;
	struct store_reader *reader = NULL;
	struct request_filter filter = {.limit = 10};
	uint64_t count = 0;
	arena_free(arena);
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(court->world.place.store, &reader, NULL), JISR_OK);
	int error = request_get(store_reader_sql(reader), (struct viewer){office}, id, arena, ret_request, NULL);
	assert_int_equal(request_count(store_reader_sql(reader), (struct viewer){office}, &filter, &count, NULL),
	                 JISR_OK);
	store_read_end(reader);
	assert_true(error == JISR_OK || error == JISR_NOT_FOUND);
	if (error == JISR_OK)
		assert_true(count > 0);
	else if (strcmp(office, "CCF") != 0)
		assert_int_equal(count, 0);
	if (ret_request != NULL && error == JISR_OK && strcmp(office, "CCF") != 0) {
		assert_string_equal(ret_request->applicant, "");
		assert_string_equal(ret_request->text, "");
		assert_string_equal(ret_request->secret, "");
	}
	if (strcmp(office, "") == 0) {
		arena = arena_free(arena);
	}
	return error == JISR_OK;
}

/* ---- deletion, from the request to the proof ---- */

static void a_deletion_goes_from_the_request_to_the_last_byte(void **state)
{
	struct court court;
	struct request request;
	char id[NOTICE_ID_MAX + 1], fields[400], text[2000];
	(void)state;
	court_init(&court);
	file(&court, "deletion", id);
	/* kept from everybody but the Commission, headquarters too */
	assert_true(visible(&court, "CCF", id, &request));
	assert_false(visible(&court, "GS", id, &request));
	assert_false(visible(&court, "MA", id, &request));
	assert_false(visible(&court, "", id, &request));
	refuse(&court, &court.first, REQUEST_ADMIT, id, "{\"form\":{\"identity\":true}}", JISR_BAD_INPUT, "signed");
	refuse(&court, &court.world.reviewer, REQUEST_ADMIT, id, FORM, JISR_NOT_FOUND, "no request");
	take(&court, &court.first, REQUEST_ASK, id, "{\"text\":\"The copy of the passport\"}");
	seen(&court, id, court.secret, JISR_OK, text);
	assert_non_null(strstr(text, "\"phase\":\"incomplete\""));
	assert_non_null(strstr(text, "The copy of the passport"));
	take(&court, &court.first, REQUEST_COMPLETE, id, "{\"text\":\"came by letter\"}");
	take(&court, &court.first, REQUEST_ADMIT, id, FORM);
	refuse(&court, &court.first, REQUEST_LINK, id, "{\"notices\":[\"2026/0\"]}", JISR_NOT_FOUND, "no notice");
	refuse(&court, &court.first, REQUEST_BLOCK, id, "{\"text\":\"doubts\"}", JISR_STATE, "no notice is linked");
	(void)snprintf(fields, sizeof fields, "{\"notices\":[\"%s\"]}", court.notice);
	take(&court, &court.first, REQUEST_LINK, id, fields);
	refuse(&court, &court.first, REQUEST_CONSULT, id, "{\"office\":\"FR\",\"text\":\"?\"}", JISR_BAD_INPUT, "owns");
	/* blocked at once, and by nobody to be resumed */
	take(&court, &court.first, REQUEST_BLOCK, id, "{\"text\":\"doubts\"}");
	assert_int_equal(world_state(&court.world, "GS", court.notice), STATE_SUSPENDED);
	world_refuse(&court.world, &court.world.second, STEP_RESUME, court.notice, "{\"text\":\"why not\"}", JISR_STATE,
	             "Commission");
	take(&court, &court.first, REQUEST_CONSULT, id, "{\"office\":\"MA\",\"text\":\"What may be told?\"}");
	assert_true(visible(&court, "MA", id, &request));
	assert_string_equal(request.question, "What may be told?");
	assert_false(visible(&court, "FR", id, &request));
	refuse(&court, &court.world.france, REQUEST_REPLY, id, "{\"disclose\":\"all\",\"text\":\"x\"}", JISR_NOT_FOUND,
	       "no request");
	take(&court, &court.world.bureau, REQUEST_REPLY, id, "{\"disclose\":\"nothing\",\"text\":\"Secret.\"}");
	assert_false(visible(&court, "MA", id, &request));
	refuse(&court, &court.first, REQUEST_PROPOSE, id,
	       "{\"outcome\":\"granted\",\"text\":\"x\",\"answer\":\"Morocco held it\"}", JISR_DENIED, "did not agree");
	take(&court, &court.first, REQUEST_PROPOSE, id, "{\"outcome\":\"granted\",\"text\":\"Article 3\"}");
	refuse(&court, &court.first, REQUEST_DECIDE, id, NULL, JISR_DENIED, "another");
	assert_false(visible(&court, "GS", id, &request));
	take(&court, &court.second, REQUEST_DECIDE, id, NULL);
	refuse(&court, &court.first, REQUEST_ANSWER, id, NULL, JISR_STATE, "has not carried");
	assert_true(visible(&court, "GS", id, &request));
	take(&court, &court.world.second, REQUEST_EXECUTE, id, NULL);
	assert_int_equal(world_state(&court.world, "GS", court.notice), STATE_NONE);
	take(&court, &court.first, REQUEST_ANSWER, id, NULL);
	seen(&court, id, court.secret, JISR_OK, text);
	assert_non_null(strstr(text, request_sentence("deletion", LANGUAGE_EN)));
	take(&court, &court.second, REQUEST_FORGET, id, NULL);
	seen(&court, id, court.secret, JISR_NOT_FOUND, text);
	place_assert_rebuilt(&court.world.place);
	assert_int_equal(store_compact(court.world.place.store, NULL), JISR_OK);
	const char *const gone[] = {"BENRAHHOU", "QUERELLANT", "YY7654321", "ZZ1234567", "What is held", "Article 3"};
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		if (traces_of(court.world.place.directory, gone[i]) != 0)
			fail_msg("%s is left", gone[i]);
	place_finish(&court.world.place);
}

static void a_correction_says_what_the_decision_orders(void **state)
{
	struct court court;
	char id[NOTICE_ID_MAX + 1], fields[8192];
	(void)state;
	court_init(&court);
	world_refuse(&court.world, &court.world.second, STEP_CORRECT, court.notice, "{\"content\":" SAMPLE_RED "}",
	             JISR_BAD_INPUT, "photographs");
	file(&court, "correction", id);
	take(&court, &court.first, REQUEST_ADMIT, id, FORM);
	(void)snprintf(fields, sizeof fields, "{\"notices\":[\"%s\"]}", court.notice);
	take(&court, &court.first, REQUEST_LINK, id, fields);
	take(&court, &court.first, REQUEST_PROPOSE, id, "{\"outcome\":\"part\",\"text\":\"The name is wrong\"}");
	take(&court, &court.second, REQUEST_DECIDE, id, NULL);
	refuse(&court, &court.world.second, REQUEST_EXECUTE, id, NULL, JISR_BAD_INPUT, "says nothing for");
	(void)snprintf(fields, sizeof fields, "{\"contents\":{\"%s\":{\"colour\":\"red\"}}}", court.notice);
	refuse(&court, &court.world.second, REQUEST_EXECUTE, id, fields, JISR_BAD_INPUT, "missing");
	(void)snprintf(fields, sizeof fields, "{\"contents\":{\"%s\":" SAMPLE_RED "}}", court.notice);
	char *name = strstr(fields, "BENRAHHOU");
	memcpy(name, "CORRECTED", 9);
	take(&court, &court.world.second, REQUEST_EXECUTE, id, fields);
	assert_int_equal(world_state(&court.world, "FR", court.notice), STATE_PUBLISHED);
	assert_true(traces_of(court.world.place.directory, "CORRECTED") > 0);
	take(&court, &court.first, REQUEST_ANSWER, id, NULL);
	place_finish(&court.world.place);
}

/* ---- what nobody learns ---- */

/* Two requests, one about a restricted notice and one about nothing, take all that may differ; after every step both
 * applicants see the same bytes. */
static void nobody_learns_whether_something_is_held(void **state)
{
	static const char *const kinds[] = {"access", "deletion", "correction"};
	struct court court;
	(void)state;
	court_init(&court);
	for (size_t k = 0; k < 3; k++) {
		char held[NOTICE_ID_MAX + 1], none[NOTICE_ID_MAX + 1], one[2000], other[2000], fields[200];
		char held_secret[REQUEST_SECRET + 1];
		file(&court, kinds[k], held);
		memcpy(held_secret, court.secret, sizeof held_secret);
		file(&court, kinds[k], none);
		take(&court, &court.first, REQUEST_ADMIT, held, FORM);
		take(&court, &court.first, REQUEST_ADMIT, none, FORM);
#define SAME()                                                                                                         \
	do {                                                                                                           \
		seen(&court, held, held_secret, JISR_OK, one);                                                         \
		seen(&court, none, court.secret, JISR_OK, other);                                                      \
		assert_string_equal(one, other);                                                                       \
	} while (0)
		SAME();
		(void)snprintf(fields, sizeof fields, "{\"notices\":[\"%s\"]}", court.notice);
		take(&court, &court.first, REQUEST_LINK, held, fields);
		SAME();
		take(&court, &court.first, REQUEST_CONSULT, held, "{\"office\":\"MA\",\"text\":\"?\"}");
		SAME();
		take(&court, &court.world.bureau, REQUEST_REPLY, held, "{\"disclose\":\"existence\",\"text\":\"x\"}");
		SAME();
		refuse(&court, &court.first, REQUEST_PROPOSE, held,
		       "{\"outcome\":\"refused\",\"text\":\"x\",\"answer\":\"Yes, it is held\"}", JISR_DENIED, "agree");
		refuse(&court, &court.first, REQUEST_PROPOSE, none,
		       "{\"outcome\":\"refused\",\"text\":\"x\",\"answer\":\"Nothing is held\"}", JISR_DENIED, "agree");
		take(&court, &court.first, REQUEST_PROPOSE, held, "{\"outcome\":\"refused\",\"text\":\"restricted\"}");
		take(&court, &court.first, REQUEST_PROPOSE, none, "{\"outcome\":\"refused\",\"text\":\"nothing\"}");
		SAME();
		take(&court, &court.second, REQUEST_DECIDE, held, NULL);
		take(&court, &court.second, REQUEST_DECIDE, none, NULL);
		SAME();
		take(&court, &court.first, REQUEST_ANSWER, held, NULL);
		take(&court, &court.first, REQUEST_ANSWER, none, NULL);
		SAME();
		assert_non_null(strstr(one, request_sentence(kinds[k], LANGUAGE_EN)));
	}
	place_finish(&court.world.place);
}

static void a_wrong_number_and_a_wrong_secret_are_answered_alike(void **state)
{
	struct court court;
	char id[NOTICE_ID_MAX + 1], one[2000], other[2000];
	(void)state;
	court_init(&court);
	file(&court, "access", id);
	seen(&court, id, "00000000000000000000000000000000", JISR_NOT_FOUND, one);
	seen(&court, "2026/1", court.secret, JISR_NOT_FOUND, other);
	assert_string_equal(one, other);
	seen(&court, id, "", JISR_NOT_FOUND, other);
	assert_string_equal(one, other);
	seen(&court, "", "", JISR_NOT_FOUND, other);
	assert_string_equal(one, other);
	/* with the secret the applicant withdraws, and does nothing that is not his */
	struct problem problem = {""};
	struct request_act act = {.step = REQUEST_WITHDRAW,
	                          .caller = &court.nobody,
	                          .id = id,
	                          .secret = "00000000000000000000000000000000",
	                          .expected = ENTRY_ANY};
	assert_int_equal(request_submit(court.world.place.store, &act, &problem), JISR_NOT_FOUND);
	act.secret = court.secret;
	act.step = REQUEST_FORGET;
	assert_int_equal(request_submit(court.world.place.store, &act, &problem), JISR_DENIED);
	act.step = REQUEST_WITHDRAW;
	assert_int_equal(request_submit(court.world.place.store, &act, &problem), JISR_OK);
	assert_int_equal(request_submit(court.world.place.store, &act, &problem), JISR_STATE);
	place_finish(&court.world.place);
}

static void what_is_wrong_with_a_request_is_said(void **state)
{
	static const struct {
		const char *fields, *words;
	} wrong[] = {
		{"{}", "kind"},
		{"{\"kind\":\"gossip\",\"language\":\"en\"," PERSON "}", "one of access"},
		{"{\"kind\":\"access\",\"language\":\"tlh\"," PERSON "}", "language"},
		{"{\"kind\":\"access\",\"language\":\"en\",\"signed\":true,\"text\":\"x\"}", "applicant"},
		{"{\"kind\":\"access\",\"language\":\"en\",\"signed\":true,\"text\":\"x\",\"applicant\":{\"name\":"
	         "\"A\"}}",
	         "identity"},
		{"{\"kind\":\"access\",\"language\":\"en\",\"notices\":[]," PERSON "}", "takes no field 'notices'"},
		{"{\"kind\":\"access\",\"language\":\"en\",\"representative\":{\"name\":\"L\"}," PERSON "}",
	         "authority"},
	};
	struct court court;
	struct world bare;
	struct problem problem = {""};
	(void)state;
	court_init(&court);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		refuse(&court, &court.nobody, REQUEST_FILE, NULL, wrong[i].fields, JISR_BAD_INPUT, wrong[i].words);
	place_finish(&court.world.place);
	world_init(&bare); /* no Commission is at work here */
	CLEANUP(json_freep) cJSON *fields = cJSON_Parse("{\"kind\":\"access\",\"language\":\"en\"," PERSON "}");
	struct request_act act = {.step = REQUEST_FILE,
	                          .caller = &court.nobody,
	                          .applicant = true,
	                          .fields = fields,
	                          .expected = ENTRY_ANY};
	assert_int_equal(request_submit(bare.place.store, &act, &problem), JISR_STATE);
	assert_non_null(strstr(problem.text, "CCF"));
	place_finish(&bare.place);
}

static void headquarters_sees_no_entry_of_a_request_that_is_not_for_it(void **state)
{
	struct entry_header header = {.author = "MA", .kind = "request.reply"};
	const char *own = "CCF", *both[] = {"CCF", "GS"};
	(void)state;
	header.audience = (struct entry_audience){AUDIENCE_ONLY, &own, 1};
	assert_false(entry_visible_to(&header, "GS"));
	assert_true(entry_visible_to(&header, "CCF"));
	assert_true(entry_visible_to(&header, "MA"));
	header.audience = (struct entry_audience){AUDIENCE_ONLY, both, 2};
	assert_true(entry_visible_to(&header, "GS"));
	header.kind = "notice.draft";
	header.audience = (struct entry_audience){AUDIENCE_ONLY, &own, 1};
	assert_true(entry_visible_to(&header, "GS"));
}

static void its_time_limits_are_settings(void **state)
{
	struct court court;
	char id[NOTICE_ID_MAX + 1], text[2000];
	struct problem problem = {""};
	(void)state;
	court_init(&court);
	CLEANUP(json_freep) cJSON *rules = cJSON_Parse("{\"access_months\":2}");
	CLEANUP(json_freep) cJSON *wrong = cJSON_Parse("{\"access_months\":0.5,\"patience\":1}");
	assert_int_equal(request_rules_change(court.world.place.store, &court.first, wrong, &problem), JISR_BAD_INPUT);
	assert_int_equal(request_rules_change(court.world.place.store, &court.world.second, rules, &problem),
	                 JISR_DENIED);
	assert_int_equal(request_rules_change(court.world.place.store, &court.first, rules, &problem), JISR_OK);
	file(&court, "access", id);
	seen(&court, id, court.secret, JISR_OK, text);
	assert_non_null(strstr(text, "\"months\":2,"));
	place_finish(&court.world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_in_every_state_for_every_role_and_office),
		cmocka_unit_test(the_drawing_in_the_documentation_is_that_of_the_table),
		cmocka_unit_test(a_deletion_goes_from_the_request_to_the_last_byte),
		cmocka_unit_test(a_correction_says_what_the_decision_orders),
		cmocka_unit_test(nobody_learns_whether_something_is_held),
		cmocka_unit_test(a_wrong_number_and_a_wrong_secret_are_answered_alike),
		cmocka_unit_test(what_is_wrong_with_a_request_is_said),
		cmocka_unit_test(headquarters_sees_no_entry_of_a_request_that_is_not_for_it),
		cmocka_unit_test(its_time_limits_are_settings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
