/* The Executive Committee: thirteen invented people sit, elected in the years before, and the terms of seven end with the
 * session, which has called the elections and taken candidatures. cli/demo_election.c holds the first of them. */
#include "cli/demo.h"

#include "assembly/conduct.h"
#include "base/json.h"
#include "base/tree.h"

#include <string.h>

#define FIRST 300000 /* of the invented people who sit already */

static const struct seat {
	const char *post, *since;
	enum region region;
	unsigned year, until;
} seats[] = {
	{"president", "2021-11-25", REGION_AMERICAS, 2021, 2025},
	{"vice-president", "2022-10-21", REGION_AFRICA, 2022, 2025},
	{"vice-president", "2022-10-21", REGION_ASIA, 2022, 2025},
	{"delegate", "2022-10-21", REGION_AFRICA, 2022, 2025},
	{"delegate", "2022-10-21", REGION_AMERICAS, 2022, 2025},
	{"delegate", "2022-10-21", REGION_ASIA, 2022, 2025},
	{"delegate", "2022-10-21", REGION_EUROPE, 2022, 2025},
	{"vice-president", "2023-12-01", REGION_EUROPE, 2023, 2026},
	{"delegate", "2023-12-01", REGION_AFRICA, 2023, 2026},
	{"delegate", "2023-12-01", REGION_AMERICAS, 2023, 2026},
	{"delegate", "2023-12-01", REGION_EUROPE, 2023, 2026},
	{"delegate", "2024-11-07", REGION_ASIA, 2024, 2027},
	{"delegate", "2024-11-07", REGION_EUROPE, 2024, 2027},
};

static const struct {
	const char *fields;
	unsigned wanted; /* candidates */
} contests[] = {
	{"{\"post\":\"president\"}", 3},
	{"{\"post\":\"vice-president\"}", 4},
	{"{\"post\":\"delegate\",\"region\":\"africa\"}", 2},
	{"{\"post\":\"delegate\",\"region\":\"americas\"}", 2},
	{"{\"post\":\"delegate\",\"region\":\"asia\"}", 2},
	{"{\"post\":\"delegate\",\"region\":\"europe\"}", 2},
};

struct acting {
	const struct caller *caller;
	enum conduct act;
	cJSON *fields;
};

static int act(struct store_write *write, void *context, struct problem *problem)
{
	const struct acting *acting = context;
	struct conduct_order order = {.act = acting->act,
	                              .caller = acting->caller,
	                              .session = DEMO_SESSION,
	                              .fields = acting->fields,
	                              .expected = ENTRY_ANY};
	return conduct_run(write, &order, problem);
}

int demo_conduct(struct demo *demo, const struct caller *caller, enum conduct conduct, cJSON *fields,
                 struct problem *problem)
{
	struct acting acting = {caller, conduct, fields};
	int error = tree_failed() ? problem_no_memory(problem) : store_submit(demo->store, act, &acting, problem);
	json_free(fields);
	return error;
}

_Static_assert(sizeof seats / sizeof *seats == DEMO_COMMITTEE, "a seat each");

/* The n-th member of a region, by the seed. */
static const char *member_of(const struct demo *demo, enum region region, uint64_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++)
		count += organisation_members[i].region == region;
	size_t wanted = (demo_random(demo, "committee", region) + n) % count;
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++)
		if (organisation_members[i].region == region && wanted-- == 0)
			return organisation_members[i].code;
	return organisation_members[0].code;
}

const char *demo_committee_country(const struct demo *demo, size_t seat)
{
	unsigned before = 0;
	for (size_t i = 0; i < seat; i++)
		before += seats[i].region == seats[seat].region;
	return member_of(demo, seats[seat].region, before);
}

static int sit(struct demo *demo, struct problem *problem)
{
	int error = JISR_OK;
	for (size_t i = 0; i < sizeof seats / sizeof *seats && !error; i++) {
		struct people_name name;
		arena_reset(demo->arena);
		error = people_name(demo->people, FIRST + i, PEOPLE_LATIN, demo->arena, &name);
		if (error)
			break;
		cJSON *fields = tree_object();
		tree_text(fields, "name", name.full);
		tree_text(fields, "office", demo_committee_country(demo, i));
		tree_text(fields, "post", seats[i].post);
		tree_count(fields, "year", seats[i].year);
		tree_text(fields, "since", seats[i].since);
		tree_count(fields, "until", seats[i].until);
		error = demo_conduct(demo, &demo->console, CONDUCT_COMMITTEE_SITS, fields, problem);
	}
	return error;
}

/* Heads of delegations stand, in turn of the regions; who may not, by the rules, does not. */
static int stand(struct demo *demo, unsigned contest, unsigned wanted, uint64_t *turn, unsigned *ret_standing,
                 struct problem *problem)
{
	unsigned standing = 0;
	for (unsigned tried = 0; standing < wanted && tried < ORGANISATION_MEMBERS; tried++, (*turn)++) {
		const char *code = member_of(demo, (enum region)(*turn % REGION_COUNT), 5 + *turn / REGION_COUNT);
		struct caller head = demo_caller(code, 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
		cJSON *fields = tree_object();
		tree_count(fields, "contest", contest);
		tree_count(fields, "person", 1);
		int error = demo_conduct(demo, &head, CONDUCT_CANDIDATURE, fields, problem);
		if (error && error != JISR_STATE && error != JISR_NOT_FOUND)
			return error;
		standing += error == JISR_OK;
	}
	*ret_standing += standing;
	return JISR_OK;
}

int demo_committee(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	uint64_t turn = 0;
	unsigned standing = 0;
	int error = sit(demo, problem);
	for (unsigned i = 0; i < sizeof contests / sizeof *contests && !error; i++) {
		cJSON *fields = NULL;
		error = json_read(contests[i].fields, strlen(contests[i].fields), &fields, problem);
		if (!error)
			error = demo_conduct(demo, &demo->console, CONDUCT_CONTEST_CALL, fields, problem);
		if (!error)
			error = stand(demo, i + 1, contests[i].wanted, &turn, &standing, problem);
	}
	(void)snprintf(ret_made, DEMO_MADE_MAX,
	               "an Executive Committee of %zu, and %zu elections to it with %u candidatures",
	               sizeof seats / sizeof *seats, sizeof contests / sizeof *contests, standing);
	return error;
}
