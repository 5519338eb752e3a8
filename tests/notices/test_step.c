#include "notices/step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

#include "drawing.h"

/* The rules again, from the other side: in each state of each form, what the owner and what headquarters may do. */
static const struct {
	enum notice_form form;
	enum notice_state state;
	const char *owner, *headquarters;
} expected[] = {
	{FORM_NOTICE, STATE_NONE, " draft ", " "},
	{FORM_NOTICE, STATE_DRAFT, " edit discard request restrict ", " "},
	{FORM_NOTICE, STATE_REQUESTED, " restrict withdraw ", " take refuse "},
	{FORM_NOTICE, STATE_IN_REVIEW, " restrict withdraw ", " assess return publish refuse "},
	{FORM_NOTICE, STATE_RETURNED, " edit answer restrict withdraw ", " "},
	{FORM_NOTICE, STATE_REFUSED, " ", " "},
	{FORM_NOTICE, STATE_PUBLISHED, " amend restrict renew withdraw end ", " suspend expire cancel grant correct "},
	{FORM_NOTICE, STATE_AMENDING, " restrict withdraw end ",
         " assess accept decline suspend expire cancel grant correct "},
	{FORM_NOTICE, STATE_SUSPENDED, " restrict withdraw end ", " resume expire cancel grant correct "},
	{FORM_NOTICE, STATE_EXPIRED, " restrict renew withdraw end ", " cancel grant correct "},
	{FORM_NOTICE, STATE_WITHDRAWN, " ", " "},
	{FORM_NOTICE, STATE_CANCELLED, " ", " "},
	{FORM_NOTICE, STATE_ENDED, " ", " "},
	{FORM_NOTICE, STATE_DISCARDED, " ", " "},
	{FORM_DIFFUSION, STATE_NONE, " draft ", " "},
	{FORM_DIFFUSION, STATE_DRAFT, " edit discard circulate restrict ", " "},
	{FORM_DIFFUSION, STATE_REQUESTED, " restrict withdraw ", " "},
	{FORM_DIFFUSION, STATE_IN_REVIEW, " restrict withdraw ", " "},
	{FORM_DIFFUSION, STATE_RETURNED, " edit restrict withdraw ", " "},
	{FORM_DIFFUSION, STATE_REFUSED, " ", " "},
	{FORM_DIFFUSION, STATE_PUBLISHED, " amend restrict renew withdraw end ",
         " suspend expire cancel grant correct "},
	{FORM_DIFFUSION, STATE_AMENDING, " restrict withdraw end ", " suspend expire cancel grant correct "},
	{FORM_DIFFUSION, STATE_SUSPENDED, " restrict withdraw end ", " resume expire cancel grant correct "},
	{FORM_DIFFUSION, STATE_EXPIRED, " restrict renew withdraw end ", " cancel grant correct "},
	{FORM_DIFFUSION, STATE_WITHDRAWN, " ", " "},
	{FORM_DIFFUSION, STATE_CANCELLED, " ", " "},
	{FORM_DIFFUSION, STATE_ENDED, " ", " "},
	{FORM_DIFFUSION, STATE_DISCARDED, " ", " "},
};

static bool writes(enum role role)
{
	return role == ROLE_BUREAU_OFFICER || role == ROLE_HEAD_OF_BUREAU;
}

static bool reviews(enum role role)
{
	return role == ROLE_REVIEWER || role == ROLE_SECRETARY_GENERAL;
}

static void every_step_in_every_state_for_every_role_and_office(void **state)
{
	(void)state;
	static const char *const offices[] = {"MA", "FR", "GS", ""}, *const owners[] = {"MA", "GS"};
	size_t tried = 0, let = 0;
	assert_int_equal(sizeof expected / sizeof *expected, 2 * STATE_COUNT);
	for (size_t e = 0; e < sizeof expected / sizeof *expected; e++)
		for (int step = 0; step < STEP_COUNT; step++)
			for (int role = 0; role < ROLE_COUNT; role++)
				for (size_t o = 0; o < 4; o++)
					for (size_t w = 0; w < 2; w++) {
						struct caller caller;
						const struct step_row *row = NULL;
						struct problem problem = {""};
						char word[40];
						caller_init(&caller);
						caller.kind = CALLER_SESSION;
						caller.roles = ROLE_BIT(role);
						(void)snprintf(caller.office, sizeof caller.office, "%s", offices[o]);
						(void)snprintf(word, sizeof word, " %s ",
						               step_name((enum notice_step)step));
						bool own = strcmp(offices[o], owners[w]) == 0;
						bool may = (own && writes((enum role)role) &&
						            strstr(expected[e].owner, word)) ||
						           (strcmp(offices[o], "GS") == 0 && reviews((enum role)role) &&
						            strstr(expected[e].headquarters, word));
						int error = step_allowed((enum notice_step)step, expected[e].form,
						                         expected[e].state, owners[w], &caller, &row,
						                         &problem);
						tried++;
						let += may;
						if ((error == JISR_OK) != may ||
						    (error != JISR_OK && problem.text[0] == '\0'))
							fail_msg("%s %s in %s by %s of %s, owner %s: %s",
							         form_name(expected[e].form), word,
							         state_name(expected[e].state),
							         role_name((enum role)role), offices[o], owners[w],
							         problem.text);
						if (may)
							assert_true(row != NULL && row->step == (enum notice_step)step);
						else
							assert_true(error == JISR_STATE || error == JISR_DENIED);
					}
	assert_int_equal(tried, 2 * STATE_COUNT * STEP_COUNT * ROLE_COUNT * 8);
	assert_true(let > 100);
}

static void tokens_of_the_settings_and_nobody_take_no_step(void **state)
{
	(void)state;
	for (int step = 0; step < STEP_COUNT; step++)
		for (int in = 0; in < STATE_COUNT; in++) {
			struct caller caller;
			const struct step_row *row;
			caller_init(&caller);
			assert_int_not_equal(step_allowed((enum notice_step)step, FORM_NOTICE, (enum notice_state)in,
			                                  "MA", &caller, &row, NULL),
			                     JISR_OK);
			caller.kind = CALLER_TOKEN;
			assert_int_not_equal(step_allowed((enum notice_step)step, FORM_DIFFUSION, (enum notice_state)in,
			                                  "MA", &caller, &row, NULL),
			                     JISR_OK);
		}
}

static void every_state_can_be_reached_and_what_is_over_stays_over(void **state)
{
	(void)state;
	unsigned reached = STATE_BIT(STATE_NONE), before;
	do {
		before = reached;
		for (size_t i = 0; i < step_row_count; i++)
			if ((step_rows[i].from & reached) != 0 && step_rows[i].to != STATE_NONE)
				reached |= STATE_BIT(step_rows[i].to);
	} while (reached != before);
	assert_int_equal(reached, (1u << STATE_COUNT) - 1);
	for (size_t i = 0; i < step_row_count; i++)
		assert_int_equal(step_rows[i].from & STATES_OVER, 0);
}

static void names_are_read_back(void **state)
{
	(void)state;
	for (int i = 0; i < STEP_COUNT; i++) {
		enum notice_step step;
		assert_true(step_read(step_name((enum notice_step)i), &step) && step == (enum notice_step)i);
	}
	for (int i = 0; i < STATE_COUNT; i++) {
		enum notice_state one;
		assert_true(state_read(state_name((enum notice_state)i), &one) && one == (enum notice_state)i);
		for (int l = 0; l < LANGUAGE_COUNT; l++)
			assert_true(state_label((enum notice_state)i, (enum language)l)[0] != '\0');
	}
	enum notice_step step;
	assert_false(step_read("", &step) || step_read("publishing", &step));
}

static int draw_notice(struct text *text)
{
	return step_draw(FORM_NOTICE, text);
}

static int draw_diffusion(struct text *text)
{
	return step_draw(FORM_DIFFUSION, text);
}

static void the_drawing_in_the_documents_is_that_of_the_table(void **state)
{
	(void)state;
	drawing_must_stand("notices.md", "notice states", draw_notice);
	drawing_must_stand("notices.md", "notice states", draw_diffusion);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_in_every_state_for_every_role_and_office),
		cmocka_unit_test(tokens_of_the_settings_and_nobody_take_no_step),
		cmocka_unit_test(every_state_can_be_reached_and_what_is_over_stays_over),
		cmocka_unit_test(names_are_read_back),
		cmocka_unit_test(the_drawing_in_the_documents_is_that_of_the_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
