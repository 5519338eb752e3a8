#include "notices/hit_step.h"

#include "base/json.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

#include "drawing.h"

/* The rules again, from the other side: in each state, what finder, owner and headquarters may do, whatever the colour. */
static const struct {
	enum hit_state state;
	const char *finder, *owner, *headquarters;
} expected[] = {
	{HIT_NONE, " report ", " ", " "},
	{HIT_REPORTED, " withdraw note ", " acknowledge ask confirm deny close note ", " close note "},
	{HIT_ACKNOWLEDGED, " withdraw note ", " ask confirm deny close note ", " close note "},
	{HIT_ASKED, " withdraw answer note ", " confirm deny close note ", " close note "},
	{HIT_CONFIRMED, " withdraw arrest find identify inform apply note ", " close note ", " close note "},
	{HIT_ARRESTED, " release note ", " request close note ", " close note "},
	{HIT_REQUESTED, " grant refuse release note ", " close note ", " close note "},
	{HIT_GRANTED, " hand-over release note ", " close note ", " close note "},
	{HIT_HANDED_OVER, " note ", " conclude note ", " note "},
	{HIT_FOUND, " note ", " conclude note ", " note "},
	{HIT_IDENTIFIED, " note ", " conclude note ", " note "},
	{HIT_INFORMED, " note ", " conclude note ", " note "},
	{HIT_APPLIED, " note ", " conclude note ", " note "},
	{HIT_DENIED, " ", " ", " "},
	{HIT_WITHDRAWN, " ", " ", " "},
	{HIT_REFUSED, " ", " ", " "},
	{HIT_RELEASED, " ", " ", " "},
	{HIT_CLOSED, " ", " ", " "},
};

/* And on what: steps that are not here go with everything. */
static const struct {
	const char *step, *colours;
} limited[] = {
	{" arrest ", " red "},
	{" request ", " red "},
	{" grant ", " red "},
	{" refuse ", " red "},
	{" hand-over ", " red "},
	{" release ", " red "},
	{" find ", " yellow object "},
	{" identify ", " black blue yellow "},
	{" inform ", " red blue green orange purple silver object "},
	{" apply ", " un "},
};

static bool in(const char *list, const char *word)
{
	return strstr(list, word) != NULL;
}

static bool goes_with(const char *step, const char *colour)
{
	char word[20];
	(void)snprintf(word, sizeof word, " %s ", colour);
	for (size_t i = 0; i < sizeof limited / sizeof *limited; i++)
		if (strcmp(limited[i].step, step) == 0)
			return in(limited[i].colours, word);
	return true;
}

static bool has_right(const char *step, enum role role, bool headquarters)
{
	bool border = role == ROLE_BORDER_OFFICER, bureau = role == ROLE_BUREAU_OFFICER || role == ROLE_HEAD_OF_BUREAU;
	bool reviews = headquarters && (role == ROLE_REVIEWER || role == ROLE_SECRETARY_GENERAL);
	if (in(" report withdraw answer ", step))
		return border || bureau;
	return bureau || reviews;
}

static void every_step_in_every_state_for_every_role_office_and_colour(void **state)
{
	(void)state;
	static const char *const offices[] = {"FR", "MA", "GS", "ES", ""};
	static const char *const colours[] = {"red",    "blue",   "green",  "yellow", "black",
	                                      "orange", "purple", "silver", "un",     "object"};
	static const struct {
		const char *finder, *owner;
	} pairs[] = {{"FR", "MA"}, {"FR", "GS"}, {"MA", "MA"}};
	size_t tried = 0, let = 0;
	assert_int_equal(sizeof expected / sizeof *expected, HIT_STATE_COUNT);
	for (int s = 0; s < HIT_STATE_COUNT; s++)
		for (int step = 0; step < HIT_STEP_COUNT; step++)
			for (int role = 0; role < ROLE_COUNT; role++)
				for (size_t o = 0; o < 5; o++)
					for (size_t c = 0; c < 10; c++)
						for (size_t p = 0; p < 3; p++) {
							struct problem problem = {""};
							char word[40];
							struct caller caller;
							caller_init(&caller);
							caller.kind = CALLER_SESSION;
							caller.roles = ROLE_BIT(role);
							(void)snprintf(caller.office, sizeof caller.office, "%s",
							               offices[o]);
							(void)snprintf(word, sizeof word, " %s ",
							               hit_step_name((enum hit_step)step));
							bool gs = strcmp(offices[o], "GS") == 0;
							bool side = (strcmp(offices[o], pairs[p].finder) == 0 &&
							             in(expected[s].finder, word)) ||
							            (strcmp(offices[o], pairs[p].owner) == 0 &&
							             in(expected[s].owner, word)) ||
							            (gs && in(expected[s].headquarters, word));
							bool may = side && has_right(word, (enum role)role, gs) &&
							           goes_with(word, colours[c]);
							int error = hit_allowed((enum hit_step)step,
							                        (enum hit_state)expected[s].state,
							                        pairs[p].finder, pairs[p].owner,
							                        colours[c], &caller, &problem);
							tried++;
							let += may;
							if ((error == JISR_OK) != may ||
							    (error != JISR_OK && problem.text[0] == '\0'))
								fail_msg("%s in %s by %s of %s on %s: %d %s", word,
								         hit_state_name(expected[s].state),
								         role_name((enum role)role), offices[o],
								         colours[c], error, problem.text);
							assert_true(error == JISR_OK || error == JISR_STATE ||
							            error == JISR_DENIED);
						}
	assert_int_equal(tried, HIT_STATE_COUNT * HIT_STEP_COUNT * ROLE_COUNT * 150);
	assert_true(let > 1000);
}

static void every_state_can_be_reached_and_what_is_over_stays_over(void **state)
{
	(void)state;
	unsigned reached = HIT_BIT(HIT_NONE), before;
	do {
		before = reached;
		for (size_t i = 0; i < HIT_STEP_COUNT; i++)
			if ((hit_rows[i].from & reached) != 0 && hit_rows[i].to != HIT_NONE)
				reached |= HIT_BIT(hit_rows[i].to);
	} while (reached != before);
	assert_int_equal(reached, (1u << HIT_STATE_COUNT) - 1);
	for (size_t i = 0; i < HIT_STEP_COUNT; i++) {
		assert_int_equal(hit_rows[i].step, i);
		assert_int_equal(hit_rows[i].from & HIT_STATES_OVER, 0);
		/* a step ends a hit exactly where it names an outcome */
		assert_true((hit_rows[i].outcome != NULL) ==
		            (hit_rows[i].to != HIT_NONE && (HIT_STATES_OVER & HIT_BIT(hit_rows[i].to)) != 0));
	}
}

static void whoever_is_waited_for_has_a_step_and_a_deadline(void **state)
{
	(void)state;
	struct hit_rules rules;
	hit_rules_init(&rules);
	for (int s = 0; s < HIT_STATE_COUNT; s++) {
		unsigned awaits = hit_state_awaits((enum hit_state)s),
			 hours = hit_state_hours((enum hit_state)s, false, 0, &rules);
		bool over = s == HIT_NONE || (HIT_STATES_OVER & HIT_BIT(s)) != 0, leads = false;
		assert_true(over == (awaits == 0) && over == (hours == 0));
		for (size_t i = 0; i < HIT_STEP_COUNT; i++)
			leads = leads || ((hit_rows[i].from & HIT_BIT(s)) != 0 && hit_rows[i].to != HIT_NONE &&
			                  (hit_rows[i].sides & awaits) != 0);
		assert_true(over || leads);
	}
	assert_int_equal(hit_state_hours(HIT_REPORTED, true, 0, &rules), 3);
	assert_int_equal(hit_state_hours(HIT_ACKNOWLEDGED, true, 0, &rules), 3);
	assert_int_equal(hit_state_hours(HIT_CONFIRMED, true, 0, &rules), 7 * 24);
	assert_int_equal(hit_state_hours(HIT_ARRESTED, false, 0, &rules), 18 * 24);
	assert_int_equal(hit_state_hours(HIT_ARRESTED, true, 40, &rules), 40 * 24);
}

static void moments_are_added_over_months_and_leap_days(void **state)
{
	(void)state;
	char out[HIT_MOMENT];
	hit_moment_add("2027-12-31T23:30:00.123Z", 1, out);
	assert_string_equal(out, "2028-01-01T00:30:00.123Z");
	hit_moment_add("2028-02-28T10:00:00.000Z", 24, out);
	assert_string_equal(out, "2028-02-29T10:00:00.000Z");
	hit_moment_add("2026-11-27T01:00:00Z", 40 * 24, out);
	assert_string_equal(out, "2027-01-06T01:00:00.000Z");
}

static void deadlines_are_read_strictly(void **state)
{
	(void)state;
	static const struct {
		const char *json, *field;
	} wrong[] = {
		{"{}", "rules"},
		{"[]", "rules"},
		{"{\"identity_hours\":0}", "identity_hours"},
		{"{\"identity_hours\":2001}", "identity_hours"},
		{"{\"identity_hours\":1.5}", "identity_hours"},
		{"{\"identity_hours\":\"72\"}", "identity_hours"},
		{"{\"identity_days\":7}", "identity_days"},
	};
	struct hit_rules rules;
	struct findings findings;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		CLEANUP(json_freep) cJSON *json = cJSON_Parse(wrong[i].json);
		findings_init(&findings);
		hit_rules_init(&rules);
		hit_rules_read(json, &rules, &findings);
		assert_int_equal(findings.total, 1);
		assert_string_equal(findings.list[0].field, wrong[i].field);
		assert_int_equal(rules.value[HIT_RULE_IDENTITY], 72);
	}
	CLEANUP(json_freep) cJSON *good = cJSON_Parse("{\"identity_hours\":2000,\"urgent_hours\":1}");
	findings_init(&findings);
	hit_rules_read(good, &rules, &findings);
	assert_int_equal(findings.total, 0);
	CLEANUP(json_freep) cJSON *back = hit_rules_json(&rules);
	assert_int_equal(cJSON_GetArraySize(back), HIT_RULE_COUNT);
	assert_true(json_get(back, "identity_hours")->valuedouble == 2000 &&
	            json_get(back, "urgent_hours")->valuedouble == 1);
}

static void names_are_read_back(void **state)
{
	(void)state;
	for (int i = 0; i < HIT_STEP_COUNT; i++) {
		enum hit_step step;
		assert_true(hit_step_read(hit_step_name((enum hit_step)i), &step) && step == (enum hit_step)i);
		if (hit_rows[i].outcome != NULL && hit_rows[i].outcome[0] != '\0' && i != HIT_CONCLUDE)
			assert_non_null(codes_find(&hit_outcomes, hit_rows[i].outcome));
		if ((hit_rows[HIT_CONCLUDE].from & HIT_BIT(i)) != 0)
			assert_non_null(codes_find(&hit_outcomes, hit_state_name((enum hit_state)i)));
	}
	for (int i = 0; i < HIT_STATE_COUNT; i++) {
		enum hit_state one;
		assert_true(hit_state_read(hit_state_name((enum hit_state)i), &one) && one == (enum hit_state)i);
		for (int l = 0; l < LANGUAGE_COUNT; l++)
			assert_true(hit_state_label((enum hit_state)i, (enum language)l)[0] != '\0');
		if (hit_ending((enum hit_state)i) != NULL)
			assert_non_null(codes_find(&codes_ending, hit_ending((enum hit_state)i)));
	}
	enum hit_step step;
	assert_false(hit_step_read("", &step) || hit_step_read("remind", &step));
}

static void the_drawing_in_the_documents_is_that_of_the_table(void **state)
{
	(void)state;
	drawing_must_stand("hits.md", "hit states", hit_draw);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_in_every_state_for_every_role_office_and_colour),
		cmocka_unit_test(every_state_can_be_reached_and_what_is_over_stays_over),
		cmocka_unit_test(whoever_is_waited_for_has_a_step_and_a_deadline),
		cmocka_unit_test(moments_are_added_over_months_and_leap_days),
		cmocka_unit_test(deadlines_are_read_strictly),
		cmocka_unit_test(names_are_read_back),
		cmocka_unit_test(the_drawing_in_the_documents_is_that_of_the_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
