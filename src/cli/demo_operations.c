/* Joint operations of the demonstration's bureaus, from planned to published, with the results of each country and with
 * notices and hits of theirs linked: the same from the same seed, but for the days, which are counted from today. */
#include "cli/demo.h"

#include "base/tree.h"
#include "notices/hit_step.h"
#include "notices/operation.h"

#include <string.h>

#define OPERATIONS   24
#define MOST_OFFICES 9 /* that take part in one, with the lead */
#define LINKS        2 /* notices, and hits, of one office */

enum stage { PLANNED, CALLED_OFF, UNDER_WAY, ENDED, REPORTED, PUBLISHED };

static const struct {
	const char *name, *crimes[2], *objectives;
	enum stage stage;
} plans[OPERATIONS] = {
	{"Operation Glass Harbour", {"DRU", "ORG"}, "Cocaine in containers, from the crane to the buyer.", PUBLISHED},
	{"Operation Long Ferry", {"SMU", "THB"}, "Boats that leave by night, and who is paid for them.", PUBLISHED},
	{"Operation Paper Lantern", {"CUL", NULL}, "Works of art that were sold with invented papers.", PUBLISHED},
	{"Operation Quiet Ledger", {"FIN", "COR"}, "Accounts that the proceeds of corruption pass through.", PUBLISHED},
	{"Operation Cold Key", {"VEH", "ORG"}, "Cars that are stolen to order, and their parts.", PUBLISHED},
	{"Operation Green Canopy", {"ENV", NULL}, "Timber felled in parks, and the mills that take it.", PUBLISHED},
	{"Operation Blank Page", {"CYB", "FIN"}, "Letters in the name of banks, and the money mules.", REPORTED},
	{"Operation Iron Orchard", {"FIR", NULL}, "Pistols that were blank-firing once.", REPORTED},
	{"Operation Small Hands", {"CHI", "CYB"}, "Who made the pictures, and where the children are.", REPORTED},
	{"Operation Salt Road", {"DRU", NULL}, "Methamphetamine along the coast.", REPORTED},
	{"Operation Second Floor", {"THB", NULL}, "Flats in which people are held.", ENDED},
	{"Operation Lost Number", {"VEH", "PRO"}, "Trailers under numbers of others.", ENDED},
	{"Operation Grey Parcel", {"LIF", NULL}, "Medicines without any substance, sent by post.", ENDED},
	{"Operation Far Bell", {"TER", "FIR"}, "What is bought where, and by whom it is paid.", ENDED},
	{"Operation Wide Net", {"ENV", "ORG"}, "Protected animals on their way to collectors.", UNDER_WAY},
	{"Operation Tin Whistle", {"COR", NULL}, "Tenders that one bidder always wins.", UNDER_WAY},
	{"Operation North Pier", {"SMU", NULL}, "Lorries at the ferry terminals.", UNDER_WAY},
	{"Operation White Table", {"DRU", "FIN"}, "Heroin, and how it is paid for.", UNDER_WAY},
	{"Operation Deep Drawer",
         {"WAR", NULL},
         "People who are looked for since the war, under other names.",
         UNDER_WAY},
	{"Operation Open Window", {"PRO", NULL}, "Burglars who come for a week.", UNDER_WAY},
	{"Operation Slow Clock", {"CYB", NULL}, "Machines that are held to ransom.", PLANNED},
	{"Operation Red Thread", {"THB", "ORG"}, "Who pays for the journeys.", PLANNED},
	{"Operation Late Train", {"FIR", "TER"}, "Parcels of parts, each harmless.", PLANNED},
	{"Operation Dry Dock", {"PRO", "VEH"}, "Engines of stolen boats.", CALLED_OFF},
};

/* What is reported as seized, by crime area: the kinds of two lines. */
static const struct {
	const char *crime, *kinds[2];
} seized[] = {
	{"DRU", {"cocaine", "methamphetamine"}}, {"FIR", {"ammunition", "firearms"}}, {"CUL", {"cultural", "cash"}},
	{"ENV", {"timber", "wildlife"}},         {"VEH", {"vehicles", "cash"}},       {"LIF", {"medicines", "cash"}},
	{"THB", {"cash", "documents"}},          {"SMU", {"documents", "vehicles"}},  {"FIN", {"cash", "other"}},
};

struct operating {
	struct demo *demo;
	unsigned next;
	const char *offices[MOST_OFFICES];
	size_t office_count;
	char id[OPERATION_ID_MAX + 1];
};

static uint64_t draw(const struct operating *operating, const char *purpose, uint64_t office, uint64_t below)
{
	return demo_random(operating->demo, purpose, (uint64_t)operating->next * 64 + office) % below;
}

static int take(struct store_write *write, struct operating *operating, enum operation_step step, const char *office,
                cJSON *fields, struct problem *problem)
{
	bool publish = step == OPERATION_PUBLISH;
	/* GS-6 is a reviewer (cli/demo_members.c) */
	struct caller caller =
		demo_caller(office, publish ? 6 : 1, ROLE_BIT(publish ? ROLE_REVIEWER : ROLE_HEAD_OF_BUREAU));
	bool plan = step == OPERATION_PLAN;
	struct operation_act act = {.step = step,
	                            .caller = &caller,
	                            .id = plan ? NULL : operating->id,
	                            .wanted = plan ? operating->id : NULL,
	                            .fields = fields,
	                            .expected = ENTRY_ANY};
	int error = tree_failed() ? problem_no_memory(problem) : operation_run(write, &act, problem);
	cJSON_Delete(fields);
	return error;
}

static void choose_offices(struct operating *operating)
{
	/* the bureaus in which notices are written (cli/demo_notices.c) take part first */
	static const char *const first[] = {"MA", "FR", "ES", "BR", "KE", "JP", "CA", "IN"};
	size_t wanted = 3 + (size_t)draw(operating, "offices", 0, MOST_OFFICES - 2);
	operating->office_count = 0;
	for (uint64_t i = 0; operating->office_count < wanted; i++) {
		const char *code =
			i < 3 ? first[draw(operating, "bureau", i, 8)]
			      : organisation_members[draw(operating, "member", i, ORGANISATION_MEMBERS)].code;
		size_t there = 0;
		while (there < operating->office_count && strcmp(operating->offices[there], code) != 0)
			there++;
		if (there == operating->office_count)
			operating->offices[operating->office_count++] = code;
	}
}

static cJSON *plan_of(struct operating *operating, const char *now)
{
	static const int begins[] = {[PLANNED] = 40, [CALLED_OFF] = 25, [UNDER_WAY] = -5,
	                             [ENDED] = -30,  [REPORTED] = -80,  [PUBLISHED] = -150};
	char moment[HIT_MOMENT];
	cJSON *fields = tree_object();
	int day = begins[plans[operating->next].stage] - (int)draw(operating, "day", 0, 5);
	tree_text(fields, "name", plans[operating->next].name);
	hit_moment_add(now, 24 * day, moment);
	tree_bytes(fields, "begins", moment, 10);
	hit_moment_add(now, 24 * (day + 6 + (int)draw(operating, "days", 0, 15)), moment);
	tree_bytes(fields, "ends", moment, 10);
	tree_text(fields, "objectives", plans[operating->next].objectives);
	cJSON *crimes = tree_add_array(fields, "crime_areas"), *offices = tree_add_array(fields, "participants");
	for (int i = 0; i < 2; i++)
		if (plans[operating->next].crimes[i] != NULL)
			tree_text(crimes, NULL, plans[operating->next].crimes[i]);
	for (size_t i = 0; i < operating->office_count; i++)
		tree_text(offices, NULL, operating->offices[i]);
	return fields;
}

static bool is_whole(const char *kind)
{
	for (size_t i = 0; i < operation_kind_count; i++)
		if (strcmp(operation_kinds[i].code.code, kind) == 0)
			return strcmp(operation_kinds[i].unit, "item") == 0;
	return true;
}

static cJSON *report_of(struct operating *operating, uint64_t office)
{
	cJSON *fields = tree_object(), *list = NULL;
	tree_count(fields, "arrests", draw(operating, "arrests", office, 40));
	if (draw(operating, "safe", office, 2) == 0)
		tree_count(fields, "victims", draw(operating, "victims", office, 25));
	if (draw(operating, "cell", office, 3) == 0)
		tree_count(fields, "cells", 1 + draw(operating, "cells", office, 3));
	tree_count(fields, "notices", draw(operating, "notices", office, 4));
	for (size_t i = 0; i < sizeof seized / sizeof *seized; i++)
		for (int line = 0; strcmp(seized[i].crime, plans[operating->next].crimes[0]) == 0 && line < 2; line++) {
			const char *kind = seized[i].kinds[line];
			uint64_t thousandths = 1 + draw(operating, kind, office, 900000);
			list = list == NULL ? tree_add_array(fields, "seizures") : list;
			cJSON *one = tree_add_object(list, NULL);
			tree_text(one, "kind", kind);
			if (is_whole(kind))
				tree_count(one, "quantity", 1 + thousandths / 10000);
			else
				tree_score(one, "quantity", (double)thousandths / 1000);
		}
	tree_text(fields, "text", "Invented for a demonstration.");
	return fields;
}

struct links {
	char ids[LINKS][NOTICE_ID_MAX + 1];
	size_t count;
};

/* The numbers that a statement gives for an office. */
static int find_links(struct store_write *write, const char *statement, const char *office, struct links *links,
                      struct problem *problem)
{
	struct sql_query query = sql_query_once(store_write_sql(write), statement);
	sql_bind_text(&query, 1, office);
	links->count = 0;
	while (links->count < LINKS && sql_next(&query))
		(void)snprintf(links->ids[links->count++], sizeof links->ids[0], "%s", sql_text(&query, 0));
	return sql_done(&query, problem);
}

static int link_own(struct store_write *write, struct operating *operating, const char *office, struct problem *problem)
{
	static const struct {
		const char *what, *statement;
	} kinds[] = {
		{"notice", "SELECT id FROM notice WHERE owner = ?1 AND published <> '' AND colour = 'red' ORDER BY id"},
		{"hit", "SELECT DISTINCT id FROM hit_history WHERE office = ?1 AND step = 'arrest' ORDER BY id"},
	};
	int error = JISR_OK;
	for (int kind = 0; kind < 2 && !error; kind++) {
		struct links links;
		error = find_links(write, kinds[kind].statement, office, &links, problem);
		for (size_t i = 0; i < links.count && !error; i++) {
			cJSON *fields = tree_object();
			tree_text(fields, kinds[kind].what, links.ids[i]);
			error = take(write, operating, OPERATION_LINK, office, fields, problem);
		}
	}
	return error;
}

/* Of what is under way about half have reported. */
static int report_all(struct store_write *write, struct operating *operating, struct problem *problem)
{
	int error = JISR_OK;
	for (size_t i = 0; i < operating->office_count && !error; i++) {
		if (plans[operating->next].stage < REPORTED && draw(operating, "silent", i, 2) == 0)
			continue;
		error = take(write, operating, OPERATION_REPORT, operating->offices[i], report_of(operating, i),
		             problem);
		if (!error && draw(operating, "links", i, 3) == 0)
			error = link_own(write, operating, operating->offices[i], problem);
	}
	return error;
}

static int make_one(struct store_write *write, struct operating *operating, struct problem *problem)
{
	enum stage stage = plans[operating->next].stage;
	char text[200];
	choose_offices(operating);
	const char *lead = operating->offices[0];
	(void)snprintf(operating->id, sizeof operating->id, "2026/%u", 101 + operating->next * 37);
	int error = take(write, operating, OPERATION_PLAN, lead, plan_of(operating, store_write_at(write)), problem);
	if (!error && stage == CALLED_OFF) {
		cJSON *fields = tree_object();
		tree_text(fields, "text", "Two of the offices have no boats this month.");
		error = take(write, operating, OPERATION_CALL_OFF, lead, fields, problem);
	}
	if (!error && stage >= UNDER_WAY)
		error = take(write, operating, OPERATION_START, lead, NULL, problem);
	if (!error && stage >= UNDER_WAY)
		error = report_all(write, operating, problem);
	if (!error && stage >= ENDED)
		error = take(write, operating, OPERATION_END, lead, NULL, problem);
	if (!error && stage >= REPORTED)
		error = take(write, operating, OPERATION_CLOSE, lead, NULL, problem);
	if (!error && stage == PUBLISHED) {
		cJSON *fields = tree_object();
		(void)snprintf(text, sizeof text, "%s: %zu countries acted together. Everything in it is invented.",
		               plans[operating->next].name, operating->office_count);
		tree_text(fields, "summary", text);
		error = take(write, operating, OPERATION_PUBLISH, OFFICE_HEADQUARTERS, fields, problem);
	}
	return error;
}

static int make_next(struct store_write *write, void *context, struct problem *problem)
{
	return make_one(write, context, problem);
}

int demo_operations(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	struct operating operating = {.demo = demo};
	int error = JISR_OK;
	/* none where nothing is asked for but members and offices */
	for (; !error && demo->notices > 0 && operating.next < OPERATIONS; operating.next++)
		error = store_submit(demo->store, make_next, &operating, problem);
	if (!error)
		(void)snprintf(ret_made, DEMO_MADE_MAX, "%u joint operations, from planned to published",
		               operating.next);
	return error;
}
