#include "affairs.h"

#include "../notices/drawing.h"

/* Written down again, from the side of those who act. */
#define DRAFTING " chapters programme income scale rules submit carry-over "
#define RUNNING  " call spend receive reverse close "
static const struct affairs_side budget_sides[] = {{"headquarters", " secretary-general ", "GS"},
                                                   {"committee", " chair ", NULL}};
static const char *const budget_may[][4] = {
	[BUDGET_NONE] = {" draft ", " "},
	[BUDGET_DRAFT] = {DRAFTING RUNNING, " provisional "},
	[BUDGET_SUBMITTED] = {RUNNING, " provisional return approve "},
	[BUDGET_APPROVED] = {RUNNING " revise table ", " provisional return "},
	[BUDGET_TABLED] = {RUNNING " take-back ", " provisional "},
	[BUDGET_REJECTED] = {RUNNING " revise ", " provisional "},
	[BUDGET_ADOPTED] = {RUNNING " transfer progress ", " transfer "},
	[BUDGET_CLOSED] = {" ", " "},
};

#define BOOKS " opening pay reverse "
static const struct affairs_side dues_sides[] = {{"headquarters", " secretary-general ", "GS"},
                                                 {"member", " delegate head-of-bureau ", "MA"},
                                                 {"committee", " chair ", NULL}};
static const char *const dues_may[][4] = {
	[DUES_NONE] = {" ", " ", " "},
	[DUES_CLEAR] = {BOOKS " note ", " ", " "},
	[DUES_NOTED] = {BOOKS " lift appeal ", " appeal ", " "},
	[DUES_APPEALED] = {BOOKS " lift ", " ", " grant refuse "},
	[DUES_REFUSED] = {BOOKS " lift appeal ", " appeal ", " "},
	[DUES_EXCUSED] = {BOOKS " note lift ", " ", " "},
};

static const struct affairs_side agreement_sides[] = {
	{"party", " bureau-officer head-of-bureau ", "MA"},
	{"signing for a party", " head-of-bureau ", "MA"},
	{"headquarters", " bureau-officer head-of-bureau secretary-general assembly-secretary ", "GS"},
	{"signing at headquarters", " head-of-bureau secretary-general ", "GS"}};
static const char *const agreement_may[][4] = {
	[AGREEMENT_NONE] = {" propose ", " ", " ", " "},
	[AGREEMENT_NEGOTIATED] = {" text terms agree abandon ", " ", " agree abandon ", " "},
	[AGREEMENT_AGREED] = {" reopen abandon ", " sign ", " abandon table ", " sign "},
	[AGREEMENT_TABLED] = {" ", " ", " take-back ", " "},
	[AGREEMENT_APPROVED] = {" reopen abandon ", " sign ", " abandon ", " sign "},
	[AGREEMENT_REJECTED] = {" reopen abandon ", " ", " abandon ", " "},
	[AGREEMENT_SIGNED] = {" ", " ", " deposit ", " "},
	[AGREEMENT_DEPOSITED] = {" ", " ratify withdraw ", " ", " ratify withdraw "},
	[AGREEMENT_IN_FORCE] = {" ", " ratify withdraw ", " ", " ratify withdraw "},
	[AGREEMENT_ENDED] = {" ", " ", " ", " "},
	[AGREEMENT_ABANDONED] = {" ", " ", " ", " "},
};

static void every_step_in_every_state_by_every_role(void **state)
{
	(void)state;
	struct hall hall;
	char id[AFFAIR_ID_MAX + 1];
	struct caller morocco = place_caller("MA", "MA-2", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	hall_init(&hall);
	affairs_do(&hall, &agreement_affair, &morocco, "propose", NULL,
	           affairs_fields("{'kind':'technical','title':{'en':'T'},'parties':[{'code':'MA'},{'code':'KE'}]}"));
	(void)snprintf(id, sizeof id, "%.*s", AFFAIR_ID_MAX, hall.id);
	const struct affairs_life lives[] = {
		{&budget_affair, "2026", budget_sides, 2, budget_may},
		{&dues_affair, "MA", dues_sides, 3, dues_may},
		{&agreement_affair, id, agreement_sides, 4, agreement_may},
	};
	for (size_t i = 0; i < sizeof lives / sizeof *lives; i++)
		affairs_try_all(&hall, &lives[i]);
	place_finish(&hall.place);
}

static void every_state_can_be_reached(void **state)
{
	(void)state;
	affairs_reach_all(&budget_affair, AFFAIR_BIT(BUDGET_NONE));
	affairs_reach_all(&dues_affair, AFFAIR_BIT(DUES_CLEAR));
	affairs_reach_all(&agreement_affair, AFFAIR_BIT(AGREEMENT_NONE));
}

static int draw_budget(struct text *text)
{
	return affair_draw(&budget_affair, text);
}

static int draw_dues(struct text *text)
{
	return affair_draw(&dues_affair, text);
}

static int draw_agreement(struct text *text)
{
	return affair_draw(&agreement_affair, text);
}

static int draw_meeting(struct text *text)
{
	return affair_draw(&meeting_affair, text);
}

static void a_life_is_described_and_drawn(void **state)
{
	(void)state;
	struct text text;
	cJSON *json = NULL;
	text_init(&text, 1 << 20);
	assert_int_equal(affair_describe(&budget_affair, &text), JISR_OK);
	assert_int_equal(json_read(text.bytes, text.length, &json, NULL), JISR_OK);
	assert_int_equal(cJSON_GetArraySize(json_get(json, "steps")), BUDGET_STEPS);
	const cJSON *first = cJSON_GetArrayItem(json_get(json, "steps"), 0);
	assert_string_equal(json_get_text(first, "right"), "budget.write");
	assert_string_equal(cJSON_GetArrayItem(json_get(first, "from"), 0)->valuestring, "none");
	json_free(json);
	text_reset(&text);
	assert_int_equal(affair_draw(&dues_affair, &text), JISR_OK);
	assert_non_null(strstr(text.bytes, "    noted --> appealed: appeal (headquarters or the member itself)\n"));
	assert_non_null(strstr(text.bytes, "    refused --> excused: excuse (the Assembly's decision)\n"));
	text_finish(&text);
	drawing_must_stand("budget.md", "budget steps", draw_budget);
	drawing_must_stand("budget.md", "dues steps", draw_dues);
	drawing_must_stand("agreements.md", "agreement steps", draw_agreement);
	drawing_must_stand("delegate.md", "meeting steps", draw_meeting);
}

static void what_is_no_thing_or_somebody_elses_is_refused(void **state)
{
	(void)state;
	struct hall hall;
	struct problem problem = {""};
	hall_init(&hall);
	struct caller secretary = place_caller("GS", "GS-3", ROLE_BIT(ROLE_SECRETARY_GENERAL));
	struct caller nobody = place_caller("", "", ROLE_BIT(ROLE_SECRETARY_GENERAL));
	struct caller morocco = hall_delegate("MA");
	struct affair_order order = {.step = BUDGET_STEPS, .caller = &secretary, .expected = ENTRY_ANY};
	assert_int_equal(affair_submit(hall.place.store, &budget_affair, &order, &problem), JISR_BAD_INPUT);
	affairs_refuse(&hall, &budget_affair, &secretary, "submit", "2026", NULL, JISR_NOT_FOUND, "no budget 2026");
	affairs_refuse(&hall, &budget_affair, &secretary, "submit", "MMXXVI", NULL, JISR_NOT_FOUND, "which year");
	affairs_refuse(&hall, &budget_affair, &secretary, "submit", NULL, NULL, JISR_BAD_INPUT, "such as 2026");
	affairs_refuse(&hall, &budget_affair, &secretary, "adopt", "2026", NULL, JISR_DENIED, "decided elsewhere");
	affairs_refuse(&hall, &budget_affair, &nobody, "draft", "2026", NULL, JISR_DENIED, "");
	affairs_refuse(&hall, &budget_affair, &morocco, "draft", "2026", NULL, JISR_DENIED,
	               "may not draft and execute");
	affairs_refuse(&hall, &budget_affair, &secretary, "draft", "2026", "{\"currence\":\"EUR\"}", JISR_BAD_INPUT,
	               "did you mean \"currency\"");
	affairs_do(&hall, &budget_affair, &secretary, "draft", "2026", NULL);
	affairs_refuse(&hall, &budget_affair, &secretary, "draft", "2026", NULL, JISR_CONFLICT, "already");
	order = (struct affair_order){.step = BUDGET_STEP_RULES, .caller = &secretary, .id = "2026", .expected = 1};
	assert_int_equal(affair_submit(hall.place.store, &budget_affair, &order, &problem), JISR_CONFLICT);
	assert_null(affairs_tell(&hall, &budget_affair, &morocco, NULL, "2027"));
	assert_null(affairs_tell(&hall, &budget_affair, &morocco, "nothing", "2026"));
	assert_null(affairs_tell(&hall, &dues_affair, &morocco, NULL, "ZZ"));
	place_finish(&hall.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_in_every_state_by_every_role),
		cmocka_unit_test(every_state_can_be_reached),
		cmocka_unit_test(a_life_is_described_and_drawn),
		cmocka_unit_test(what_is_no_thing_or_somebody_elses_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
