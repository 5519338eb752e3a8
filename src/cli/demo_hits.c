/* Hits on the notices of the demonstration, each led some way through the table of its life by offices drawn by lot: the same
 * from the same seed, but for the times. */
#include "cli/demo.h"

#include "base/tree.h"
#include "base/words.h"
#include "notices/hit_act.h"

#include <string.h>

#define GROUP     25 /* notices of one submission */
#define WEIGHT    12 /* of a step that leads on, beside one that ends the hit early */
#define ONE_IN    8  /* notices: by so many somebody is found */
#define MOST      14 /* steps of one hit */
#define COMMITTEE 14 /* GS-14 is a bureau officer (cli/demo_members.c) */

struct finding_all {
	struct demo *demo;
	unsigned next, made, open; /* notices looked at; hits; those that are not over */
};

static const char *const places[] = {"Harbourton, ferry terminal",    "Qasr Wahm airport, desk 3",
                                     "Puerto Inventado, guest house", "Novograd Vymyshlenny, railway station",
                                     "Villefictive, road check",      "Nowhere, registry office"};

static const char *const texts[HIT_STEP_COUNT] = {
	[HIT_REPORT] = "Same passport number, same face.",
	[HIT_WITHDRAW] = "The passport had been read wrongly.",
	[HIT_ACKNOWLEDGE] = "We are looking into it.",
	[HIT_ASK] = "Please send a photograph and the fingerprints.",
	[HIT_ANSWER] = "Both are under way; there is a scar on the left hand.",
	[HIT_CONFIRM] = "It is the person of our notice.",
	[HIT_DENY] = "The fingerprints are those of somebody else.",
	[HIT_ARREST] = "Before the judge tomorrow.",
	[HIT_REQUEST] = "The file goes by courier.",
	[HIT_GRANT] = "Court of Nowhere: all conditions are met.",
	[HIT_REFUSE] = "Court of Nowhere: the offence is time-barred here.",
	[HIT_HAND_OVER] = "Handed to two escorts.",
	[HIT_RELEASE] = "The request had not arrived in time.",
	[HIT_FIND] = "Found in good health.",
	[HIT_IDENTIFY] = "Identified by dental records.",
	[HIT_INFORM] = "Lives here since the spring; address attached.",
	[HIT_APPLY] = "Turned back at the border; the account is frozen.",
	[HIT_CONCLUDE] = "With thanks.",
	[HIT_CLOSE] = "Left by boat before anybody came.",
	[HIT_NOTE] = "Reminded the court by telephone.",
};

static uint64_t draw(const struct finding_all *finding, const char *purpose, unsigned step, uint64_t below)
{
	return demo_random(finding->demo, purpose, (uint64_t)finding->next * 64 + step) % below;
}

static int take(struct store_write *write, const struct finding_all *finding, enum hit_step step,
                const struct caller *caller, const char *notice, char id[NOTICE_ID_MAX + 1], unsigned number,
                struct problem *problem)
{
	char at[HIT_MOMENT];
	const char *takes = hit_rows[step].fields;
	cJSON *fields = tree_object();
	tree_text(fields, "text", texts[step]);
	if (step == HIT_REPORT) {
		cJSON *evidence = tree_add_object(fields, "evidence");
		hit_moment_add(store_write_at(write), -24 * (25 + (int)draw(finding, "days ago", 0, 40)), at);
		tree_text(fields, "notice", notice);
		tree_text(fields, "at", at);
		tree_text(fields, "country", caller->office);
		tree_bool(fields, "urgent", draw(finding, "urgent", 0, 4) == 0);
		tree_score(evidence, "score", 0.8 + (double)draw(finding, "score", 0, 20) / 100);
		tree_text(evidence, "rules", "jisr-names-1");
	}
	if (step == HIT_ARREST) { /* some long enough ago for the request to be late */
		hit_moment_add(store_write_at(write), -24 * (int)draw(finding, "days in custody", number, 25), at);
		tree_text(fields, "at", at);
		tree_count(fields, "days", draw(finding, "treaty", number, 2) == 0 ? 18 : 40);
	}
	if (words_hold(takes, "place"))
		tree_text(fields, "place", places[draw(finding, "place", number, 6)]);
	if (step == HIT_REQUEST)
		tree_text(fields, "reference", "E 1/2026");
	if (step == HIT_CLOSE)
		tree_text(fields, "outcome", draw(finding, "outcome", number, 2) == 0 ? "gone" : "no-action");
	if (step == HIT_CONCLUDE)
		tree_bool(fields, "end", draw(finding, "end", number, 2) == 0 && strncmp(caller->office, "GS", 3) != 0);
	struct hit_act act = {.step = step,
	                      .caller = caller,
	                      .id = step == HIT_REPORT ? NULL : id,
	                      .wanted = step == HIT_REPORT ? id : NULL,
	                      .fields = fields,
	                      .expected = ENTRY_ANY};
	int error = tree_failed() ? problem_no_memory(problem)
	                          : hit_act_run(write, finding->demo->directory, &act, problem);
	cJSON_Delete(fields);
	return error;
}

/* The next step by lot; what ends a hit before its purpose is rare. JISR_NOT_FOUND: it rests here. */
static int choose(const struct finding_all *finding, enum hit_state state, const char *colour, unsigned number,
                  enum hit_step *ret_step)
{
	enum hit_step all[WEIGHT * HIT_STEP_COUNT];
	size_t count = 0;
	for (int i = 0; i < HIT_STEP_COUNT; i++) {
		const struct hit_row *row = &hit_rows[i];
		bool fits = row->colours == NULL || words_hold(row->colours, colour);
		bool gives_up = row->outcome != NULL && i != HIT_CONCLUDE;
		for (int weight = 0; weight < (gives_up || i == HIT_NOTE || i == HIT_CLOSE ? 1 : WEIGHT); weight++)
			if (fits && (row->from & HIT_BIT(state)) != 0)
				all[count++] = (enum hit_step)i;
	}
	unsigned rests = state < HIT_CONFIRMED ? 14 : state == HIT_CONFIRMED ? 7 : 4;
	if (count == 0 || draw(finding, "rests", number, rests) == 0)
		return JISR_NOT_FOUND;
	*ret_step = all[draw(finding, "step", number, count)];
	return JISR_OK;
}

static int follow(struct store_write *write, struct finding_all *finding, const struct notice *notice,
                  const struct caller *finder, struct problem *problem)
{
	bool un = strcmp(notice->owner, OFFICE_HEADQUARTERS) == 0;
	struct caller owner = demo_caller(notice->owner, un ? COMMITTEE : 1,
	                                  ROLE_BIT(un ? ROLE_BUREAU_OFFICER : ROLE_HEAD_OF_BUREAU));
	char id[NOTICE_ID_MAX + 1];
	enum hit_state state = HIT_REPORTED;
	enum hit_step step;
	(void)snprintf(id, sizeof id, "2026/%u", 1 + finding->next * 181u % 899981u);
	int error = take(write, finding, HIT_REPORT, finder, notice->id, id, 0, problem);
	for (unsigned number = 1; !error && number < MOST; number++) {
		if (choose(finding, state, notice->colour, number, &step) != JISR_OK)
			break;
		bool by_finder = (hit_rows[step].sides & HIT_FINDER) != 0;
		error = take(write, finding, step, by_finder ? finder : &owner, NULL, id, number, problem);
		if (hit_rows[step].to != HIT_NONE)
			state = hit_rows[step].to;
	}
	finding->made++;
	finding->open += (HIT_STATES_OVER & HIT_BIT(state)) == 0;
	return error;
}

/* The finder is an office that the notice reaches, or there is no hit. */
static int find_one(struct store_write *write, struct finding_all *finding, struct problem *problem)
{
	struct notice notice;
	char id[NOTICE_ID_MAX + 1];
	const char *office = organisation_members[draw(finding, "finder", 0, ORGANISATION_MEMBERS)].code;
	struct caller finder = demo_caller(office, 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	if (draw(finding, "found", 0, ONE_IN) != 0)
		return JISR_OK;
	arena_reset(finding->demo->arena);
	(void)snprintf(id, sizeof id, "2026/%u",
	               1 + finding->next * 173u % 899981u); /* as cli/demo_notices.c numbers */
	int error = notice_get(store_write_sql(write), viewer_of(&finder), id, finding->demo->arena, &notice, problem);
	if (error == JISR_NOT_FOUND || (!error && (STATES_IN_FORCE & STATE_BIT(notice.state)) == 0))
		return JISR_OK;
	return error ? error : follow(write, finding, &notice, &finder, problem);
}

static int find_group(struct store_write *write, void *context, struct problem *problem)
{
	struct finding_all *finding = context, before = *finding;
	int error = JISR_OK;
	for (; !error && finding->next < before.next + GROUP && finding->next < finding->demo->notices; finding->next++)
		error = find_one(write, finding, problem);
	if (error)
		*finding = before;
	return error;
}

int demo_hits(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	struct finding_all finding = {.demo = demo};
	int error = JISR_OK;
	while (!error && finding.next < demo->notices)
		error = store_submit(demo->store, find_group, &finding, problem);
	if (!error)
		(void)snprintf(ret_made, DEMO_MADE_MAX, "%u hits, of which %u are being followed up", finding.made,
		               finding.open);
	return error;
}
