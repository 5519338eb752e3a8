#include "notices/content.h"

#include "base/json.h"
#include "notice_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

#define TODAY "2026-11-27"

static cJSON *parse(const char *text)
{
	cJSON *json = NULL;
	struct problem problem = {""};
	if (json_read(text, strlen(text), &json, &problem) != JISR_OK)
		fail_msg("%s: %s", problem.text, text);
	return json;
}

static void expect_form(const char *text, const char *field)
{
	struct findings findings;
	cJSON *json = parse(text);
	findings_init(&findings);
	content_form(json, &findings);
	bool found = field == NULL ? findings.total == 0 : false;
	for (size_t i = 0; field != NULL && i < findings.count; i++)
		found |= strcmp(findings.list[i].field, field) == 0;
	if (!found)
		fail_msg("expected a finding on %s, got %zu: %s %s, in %s", field, findings.total,
		         findings.total > 0 ? findings.list[0].field : "",
		         findings.total > 0 ? findings.list[0].what : "", text);
	for (size_t i = 0; i < findings.count; i++)
		assert_true(findings.list[i].what[0] != '\0' && findings.list[i].todo[0] != '\0');
	json_free(json);
}

static void samples_are_of_the_right_form_and_complete(void **state)
{
	(void)state;
	static const char *const samples[] = {SAMPLE_RED, SAMPLE_YELLOW, SAMPLE_UN};
	struct content_rules rules;
	content_rules_init(&rules);
	for (size_t i = 0; i < 3; i++) {
		struct findings findings;
		cJSON *json = parse(samples[i]);
		expect_form(samples[i], NULL);
		findings_init(&findings);
		content_complete(json, &rules, false, TODAY, &findings);
		if (findings.total > 0)
			fail_msg("%s %s", findings.list[0].field, findings.list[0].what);
		json_free(json);
	}
}

#define BARE "\"colour\":\"red\",\"subject\":\"person\",\"source_language\":\"en\""

static void each_fault_of_the_form_is_told_with_its_field(void **state)
{
	(void)state;
	static const struct {
		const char *text, *field;
	} cases[] = {
		{"[]", "content"},
		{"{}", "colour"},
		{"{\"colour\":\"pink\",\"subject\":\"person\",\"source_language\":\"en\"}", "colour"},
		{"{\"colour\":\"red\",\"subject\":\"person\",\"source_language\":\"de\"}", "source_language"},
		{"{" BARE ",\"nmae\":\"X\"}", "nmae"},
		{"{" BARE ",\"name\":\"\"}", "name"},
		{"{" BARE ",\"name\":\" X\"}", "name"},
		{"{" BARE ",\"name\":\"a\\nb\"}", "name"},
		{"{" BARE ",\"name\":\"a\\u202eb\"}", "name"},
		{"{" BARE ",\"name\":5}", "name"},
		{"{" BARE ",\"birth\":{\"date\":\"1984-02-30\"}}", "birth.date"},
		{"{" BARE ",\"birth\":{\"date\":\"1984/02/03\"}}", "birth.date"},
		{"{" BARE ",\"birth\":{\"country\":\"ma\"}}", "birth.country"},
		{"{" BARE ",\"birth\":[]}", "birth"},
		{"{" BARE ",\"nationalities\":[]}", "nationalities"},
		{"{" BARE ",\"nationalities\":[\"MA\",\"MA\"]}", "nationalities[1]"},
		{"{" BARE ",\"nationalities\":[\"QQ\"]}", "nationalities[0]"},
		{"{" BARE ",\"height\":168}", "height"},
		{"{" BARE ",\"height\":\"1.68\"}", "height"},
		{"{" BARE ",\"eyes\":[\"BLK\"]}", "eyes[0]"},
		{"{" BARE ",\"languages\":[\"DEU\"]}", "languages[0]"},
		{"{" BARE ",\"photographs\":[\"../../etc/passwd\"]}", "photographs[0]"},
		{"{" BARE ",\"documents\":[{\"kind\":\"passport\"}]}", "documents[0].number"},
		{"{" BARE ",\"warrants\":[{\"country\":\"MA\"}]}", "warrants[0].authority"},
		{"{" BARE ",\"summary\":{\"de\":\"x\"}}", "summary.de"},
		{"{" BARE ",\"summary\":{\"fr\":\"x\"}}", "summary"},
		{"{" BARE ",\"un\":{\"reference\":\"x\",\"resolution\":1.5}}", "un.resolution"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_form(cases[i].text, cases[i].field);
}

/* Removes a member of the sample and expects the finding. */
static void without(const char *sample, const char *member, const char *field)
{
	struct content_rules rules;
	struct findings findings;
	cJSON *json = parse(sample);
	content_rules_init(&rules);
	findings_init(&findings);
	cJSON_DeleteItemFromObjectCaseSensitive(json, member);
	content_complete(json, &rules, false, TODAY, &findings);
	bool found = false;
	for (size_t i = 0; i < findings.count; i++)
		found |= strcmp(findings.list[i].field, field) == 0;
	if (!found)
		fail_msg("nothing said of %s", field);
	json_free(json);
}

static void what_a_colour_asks_is_missed(void **state)
{
	(void)state;
	static const char *const red[] = {"name", "sex", "status", "crimes", "warrants", "extradition", "summary"};
	static const char *const yellow[] = {"name", "sex", "status", "event", "photographs", "summary"};
	for (size_t i = 0; i < sizeof red / sizeof *red; i++)
		without(SAMPLE_RED, red[i], red[i]);
	for (size_t i = 0; i < sizeof yellow / sizeof *yellow; i++)
		without(SAMPLE_YELLOW, yellow[i], yellow[i]);
	without(SAMPLE_UN, "un", "un");
}

static void what_has_happened_cannot_lie_ahead(void **state)
{
	(void)state;
	static const struct {
		const char *parent, *name;
		const char *said[3]; /* too late; the last day that is good; a month or year that has begun */
	} cases[] = {{"birth", "date", {"2026-11-28", "2026-11-27", "2026"}},
	             {"birth", "date", {"2027", "2026-11-27", "2026-11"}},
	             {"warrants", "date", {"2026-12-01", "2026-11-27", "2026-11-26"}}};
	struct content_rules rules;
	content_rules_init(&rules);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int n = 0; n < 3; n++) {
			struct findings findings;
			cJSON *json = parse(SAMPLE_RED);
			cJSON *parent = cJSON_GetObjectItem(json, cases[i].parent);
			parent = cJSON_IsArray(parent) ? parent->child : parent;
			cJSON_DeleteItemFromObjectCaseSensitive(parent, cases[i].name);
			cJSON_AddStringToObject(parent, cases[i].name, cases[i].said[n]);
			findings_init(&findings);
			content_complete(json, &rules, false, TODAY, &findings);
			assert_int_equal(findings.total, n == 0);
			json_free(json);
		}
}

static size_t count_findings(cJSON *json, const struct content_rules *rules, bool diffusion)
{
	struct findings findings;
	findings_init(&findings);
	content_complete(json, rules, diffusion, TODAY, &findings);
	return findings.total;
}

static void thresholds_of_a_red_notice_are_settings(void **state)
{
	(void)state;
	struct content_rules rules;
	cJSON *json = parse(SAMPLE_RED);
	cJSON *warrant = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "warrants"), 0);
	content_rules_init(&rules);
	cJSON *penalty = cJSON_GetObjectItem(warrant, "maximum_penalty_months");
	cJSON_SetNumberValue(penalty, 24);
	assert_int_equal(count_findings(json, &rules, false), 0);
	cJSON_SetNumberValue(penalty, 23);
	assert_int_equal(count_findings(json, &rules, false), 1);
	assert_int_equal(count_findings(json, &rules, true), 0); /* a diffusion may be sent for less */
	rules.least_penalty = 12;
	assert_int_equal(count_findings(json, &rules, false), 0);
	content_rules_init(&rules);
	cJSON_SetValuestring(cJSON_GetObjectItem(warrant, "purpose"), "sentence");
	assert_int_equal(count_findings(json, &rules, false), 1); /* the sentence is missing */
	cJSON_AddNumberToObject(warrant, "sentence_months", 5);
	assert_int_equal(count_findings(json, &rules, false), 1);
	cJSON_AddNumberToObject(warrant, "remaining_months", 6);
	assert_int_equal(count_findings(json, &rules, false), 0);
	json_free(json);
}

static void one_of_the_two_sets_of_identity_is_needed(void **state)
{
	(void)state;
	struct content_rules rules;
	cJSON *json = parse(SAMPLE_RED);
	content_rules_init(&rules);
	static const char *const all[] = {"photographs", "names", "height", "weight",
	                                  "eyes",        "hair",  "marks",  "documents"};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_int_equal(count_findings(json, &rules, false), 0);
		cJSON_DeleteItemFromObject(json, all[i]);
	}
	assert_int_equal(count_findings(json, &rules, false), 1);
	rules.identity_sets = false;
	assert_int_equal(count_findings(json, &rules, false), 0);
	json_free(json);
}

static void the_reviewers_form_passes_only_when_all_comply(void **state)
{
	(void)state;
	static const char *const findings_of[] = {"complies", "doubt", "violates"};
	for (int i = 0; i < 3 * 4; i++) {
		struct findings findings;
		bool passed;
		cJSON *json = cJSON_CreateObject();
		static const char *const questions[] = {"article_2", "article_3", "conditions", "quality"};
		for (int q = 0; q < 4; q++) {
			cJSON *answer = cJSON_AddObjectToObject(json, questions[q]);
			cJSON_AddStringToObject(answer, "finding", findings_of[q == i / 3 ? i % 3 : 0]);
			cJSON_AddStringToObject(answer, "text", "looked at");
		}
		findings_init(&findings);
		content_review_form(json, &passed, &findings);
		assert_int_equal(findings.total, 0);
		assert_true(passed == (i % 3 == 0));
		cJSON_DeleteItemFromObject(json, questions[i / 3]);
		content_review_form(json, &passed, &findings);
		assert_true(findings.total == 1 && !passed);
		json_free(json);
	}
}

static void rules_are_read_and_written(void **state)
{
	(void)state;
	struct content_rules rules, again;
	struct findings findings;
	content_rules_init(&rules);
	findings_init(&findings);
	cJSON *json = parse("{\"least_penalty\":12,\"yellow_picture\":false,\"public_cap\":0}");
	content_rules_read(json, &rules, &findings);
	assert_int_equal(findings.total, 0);
	assert_true(rules.least_penalty == 12 && !rules.yellow_picture && rules.public_cap == 0 &&
	            rules.review_months == 60);
	cJSON *written = content_rules_json(&rules);
	content_rules_init(&again);
	content_rules_read(written, &again, &findings);
	assert_true(again.least_penalty == 12 && !again.yellow_picture && again.public_cap == 0 && again.identity_sets);
	json_free(written);
	json_free(json);
	json = parse("{\"least_penalty\":-1,\"cap\":3}");
	content_rules_read(json, &rules, &findings);
	assert_int_equal(findings.total, 2);
	assert_true(rules.least_penalty == 12);
	json_free(json);
}

static void a_sentence_names_the_first_faults_and_how_many_more(void **state)
{
	(void)state;
	cJSON *json = cJSON_CreateObject();
	struct problem problem = {""};
	struct findings findings;
	findings_init(&findings);
	content_form(json, &findings);
	assert_int_equal(findings_problem(&findings, &problem), JISR_BAD_INPUT);
	assert_string_equal(problem.text, "colour is missing: fill it in; subject is missing: fill it in; and 1 more");
	json_free(json);
	findings_init(&findings);
	for (int i = 0; i < 3 * FINDINGS_MAX; i++)
		findings_add(&findings, "field", "todo", "%0*d", 300, i);
	assert_int_equal(findings.count, FINDINGS_MAX);
	assert_int_equal(findings.total, 3 * FINDINGS_MAX);
}

static void texts_are_given_in_the_language_asked_or_the_sources(void **state)
{
	(void)state;
	enum language language;
	struct arena *arena;
	cJSON *json = parse(SAMPLE_RED);
	assert_int_equal(arena_new(1 << 16, &arena), JISR_OK);
	assert_non_null(strstr(content_words(json, "summary", LANGUAGE_AR, &language), "مارس"));
	assert_int_equal(language, LANGUAGE_AR);
	assert_non_null(strstr(content_words(json, "summary", LANGUAGE_ES, &language), "mars"));
	assert_int_equal(language, LANGUAGE_FR);
	assert_null(content_words(json, "advice", LANGUAGE_EN, NULL));
	assert_string_equal(content_caption(json, arena), "BENRAHHOU, Salma");
	arena_free(arena);
	json_free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_of_the_right_form_and_complete),
		cmocka_unit_test(each_fault_of_the_form_is_told_with_its_field),
		cmocka_unit_test(what_a_colour_asks_is_missed),
		cmocka_unit_test(what_has_happened_cannot_lie_ahead),
		cmocka_unit_test(thresholds_of_a_red_notice_are_settings),
		cmocka_unit_test(one_of_the_two_sets_of_identity_is_needed),
		cmocka_unit_test(the_reviewers_form_passes_only_when_all_comply),
		cmocka_unit_test(rules_are_read_and_written),
		cmocka_unit_test(a_sentence_names_the_first_faults_and_how_many_more),
		cmocka_unit_test(texts_are_given_in_the_language_asked_or_the_sources),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
