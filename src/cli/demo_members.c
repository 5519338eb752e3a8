/* The organisation with its 196 members, their offices and keys, and 400 invented officers.
 *
 *   headquarters  21: a secretary general, two administrators, two auditors, eight reviewers, four bureau officers, two
 *                 readers, a secretary and a chair of the Assembly
 *   every other office  a head (number 1 of the office)
 *   Morocco       a delegate to the Assembly, beside the head
 *   the rest      one more a bureau, in an order by the seed: border officers, bureau officers, readers by turns
 *
 * A head appoints the others of his office; headquarters' console appoints the heads. Names are invented; where the
 * generator has people of an office's country, its officers are of them. */
#include "cli/demo.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/tree.h"
#include "members/fill.h"

#include <ctype.h>
#include <string.h>

#define POOL 4000 /* invented people from whom officers are chosen */

static const struct {
	enum role role;
	unsigned count;
} headquarters[] = {
	{ROLE_ADMINISTRATOR, 2},
	{ROLE_SECRETARY_GENERAL, 1},
	{ROLE_AUDITOR, 2},
	{ROLE_REVIEWER, 8},
	{ROLE_BUREAU_OFFICER, 4},
	{ROLE_READER, 2},
	{ROLE_ASSEMBLY_SECRETARY, 1},
	{ROLE_CHAIR, 1},
};

struct appointment {
	char office[OFFICE_CODE_MAX + 1];
	enum role role;
	bool by_head;
	uint64_t person;
};

struct staff {
	struct demo *demo;
	struct appointment appointments[DEMO_OFFICERS];
	size_t count;
	char countries[POOL][3]; /* of each invented person; "" once an officer */
	char codes[ORGANISATION_MEMBERS][3];
};

uint64_t demo_random(const struct demo *demo, const char *purpose, uint64_t n)
{
	return hash_number(hash_bytes(purpose, strlen(purpose)) ^ hash_number(demo->seed ^ hash_number(n)));
}

struct caller demo_caller(const char *office, unsigned number, role_set roles)
{
	struct caller caller;
	caller_init(&caller);
	caller.kind = CALLER_API_TOKEN;
	caller.roles = roles;
	(void)snprintf(caller.office, sizeof caller.office, "%s", office);
	(void)snprintf(caller.officer, sizeof caller.officer, "%s-%u", office, number);
	(void)snprintf(caller.name, sizeof caller.name, "%s-%u", office, number);
	return caller;
}

/* An invented person who is no officer yet: of that country when there is one, else the next. */
static uint64_t take_person(struct staff *staff, const char *country)
{
	uint64_t other = POOL;
	for (uint64_t i = 0; i < POOL; i++) {
		if (staff->countries[i][0] == '\0')
			continue;
		if (strcasecmp(staff->countries[i], country) == 0) {
			staff->countries[i][0] = '\0';
			return i;
		}
		if (other == POOL)
			other = i;
	}
	if (other < POOL)
		staff->countries[other][0] = '\0';
	return other;
}

static void plan(struct staff *staff, const char *office, const char *country, enum role role, bool by_head)
{
	if (staff->count == DEMO_OFFICERS)
		return;
	struct appointment *appointment = &staff->appointments[staff->count++];
	(void)snprintf(appointment->office, sizeof appointment->office, "%s", office);
	appointment->role = role;
	appointment->by_head = by_head;
	appointment->person = take_person(staff, country);
}

static int read_pool(struct staff *staff)
{
	struct demo *demo = staff->demo;
	for (uint64_t i = 0; i < POOL; i++) {
		struct entity *entity;
		arena_reset(demo->arena);
		int error = people_person(demo->people, i, demo->arena, &entity);
		if (error)
			return error;
		const char *country = entity_get(entity, "nationality");
		(void)snprintf(staff->countries[i], sizeof staff->countries[i], "%.2s",
		               country != NULL && strlen(country) == 2 ? country : "--");
	}
	return JISR_OK;
}

/* Fisher and Yates, by the seed. */
static void shuffle(struct staff *staff)
{
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++)
		memcpy(staff->codes[i], organisation_members[i].code, sizeof staff->codes[i]);
	for (size_t i = ORGANISATION_MEMBERS - 1; i > 0; i--) {
		size_t other = demo_random(staff->demo, "bureaus", i) % (i + 1);
		char kept[3];
		memcpy(kept, staff->codes[i], sizeof kept);
		memcpy(staff->codes[i], staff->codes[other], sizeof kept);
		memcpy(staff->codes[other], kept, sizeof kept);
	}
}

static void plan_all(struct staff *staff)
{
	static const enum role turns[] = {ROLE_BORDER_OFFICER, ROLE_BUREAU_OFFICER, ROLE_READER};
	for (size_t i = 0; i < sizeof headquarters / sizeof *headquarters; i++)
		for (unsigned n = 0; n < headquarters[i].count; n++)
			plan(staff, OFFICE_HEADQUARTERS, "fr", headquarters[i].role, false);
	for (size_t i = 1; i < organisation_office_count; i++)
		plan(staff, organisation_offices[i].code, organisation_offices[i].country, ROLE_HEAD_OF_BUREAU, false);
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++)
		plan(staff, organisation_members[i].code, organisation_members[i].code, ROLE_HEAD_OF_BUREAU, false);
	plan(staff, "MA", "MA", ROLE_DELEGATE, true);
	shuffle(staff);
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++)
		plan(staff, staff->codes[i], staff->codes[i], turns[i % (sizeof turns / sizeof *turns)], true);
}

/* "ma.head-of-bureau", "gs.reviewer.3". */
static void make_login(const struct staff *staff, size_t index, char *out, size_t size)
{
	const struct appointment *appointment = &staff->appointments[index];
	unsigned same = 0;
	for (size_t i = 0; i < index; i++)
		same += staff->appointments[i].role == appointment->role &&
		        strcmp(staff->appointments[i].office, appointment->office) == 0;
	int length = snprintf(out, size, "%s.%s", appointment->office, role_name(appointment->role));
	for (int i = 0; i < length; i++)
		out[i] = (char)tolower((unsigned char)out[i]);
	if (same > 0)
		(void)snprintf(out + length, size - (size_t)length, ".%u", same + 1);
}

static int appoint(struct store_write *write, struct staff *staff, size_t index, struct problem *problem)
{
	const struct appointment *appointment = &staff->appointments[index];
	struct demo *demo = staff->demo;
	struct people_name name;
	char login[80], email[120];
	struct caller head = demo_caller(appointment->office, 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	arena_reset(demo->arena);
	int error = people_name(demo->people, appointment->person, PEOPLE_LATIN, demo->arena, &name);
	if (error)
		return problem_set(problem, error, "%s", error_text(error));
	make_login(staff, index, login, sizeof login);
	(void)snprintf(email, sizeof email, "%s@demo.invalid", login);
	cJSON *fields = tree_object();
	tree_text(fields, "office", appointment->office);
	tree_text(fields, "name", name.full);
	tree_text(fields, "login", login);
	tree_text(fields, "email", email);
	tree_text(tree_add_array(fields, "roles"), NULL, role_name(appointment->role));
	struct change_order order = {.change = CHANGE_OFFICER_APPOINT,
	                             .caller = appointment->by_head ? &head : &demo->console,
	                             .fields = fields,
	                             .expected = ENTRY_ANY};
	error = tree_failed() ? problem_no_memory(problem) : change_run(write, &order, problem);
	json_free(fields);
	return error;
}

static int appoint_all(struct store_write *write, void *context, struct problem *problem)
{
	struct staff *staff = context;
	int error = JISR_OK;
	for (size_t i = 0; !error && i < staff->count; i++)
		error = appoint(write, staff, i, problem);
	return error;
}

int demo_members(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	struct fill_count count = {0};
	CLEANUP(memory_freep) struct staff *staff = memory_zero(1, sizeof *staff);
	if (staff == NULL)
		return problem_no_memory(problem);
	staff->demo = demo;
	int error = fill_organisation(demo->store, &demo->console, &count, problem);
	if (!error && read_pool(staff) != JISR_OK)
		error = problem_no_memory(problem);
	if (error)
		return error;
	plan_all(staff);
	error = store_submit(demo->store, appoint_all, staff, problem);
	(void)snprintf(ret_made, DEMO_MADE_MAX, "%zu members, %zu offices with keys, %zu officers", count.members,
	               count.offices + 1, staff->count);
	return error;
}
