#include "members/change_private.h"

#include <string.h>

static void member_subject(char out[ENTRY_MAX_SUBJECT + 1], const char *code)
{
	(void)snprintf(out, ENTRY_MAX_SUBJECT + 1, "member/%s", code);
}

static int read_region(const cJSON *fields, bool needed, enum region *region, bool *ret_given, struct problem *problem)
{
	const char *text;
	int error = change_text(fields, "region", 20, needed, &text, problem);
	*ret_given = text != NULL;
	if (error || text == NULL || region_read(text, region))
		return error;
	return problem_set(problem, JISR_BAD_INPUT, "\"region\" is one of africa, americas, asia, europe");
}

static cJSON *member_body(const char *code, enum region region, const struct names *names)
{
	cJSON *body = tree_object();
	tree_text(body, "code", code);
	change_tree_names(body, names);
	tree_text(body, "region", region_name(region));
	return body;
}

static bool known_region(const char *code, enum region *ret_region)
{
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++)
		if (strcmp(organisation_members[i].code, code) == 0) {
			*ret_region = organisation_members[i].region;
			return true;
		}
	return false;
}

int change_member_admit(struct store_write *write, struct change_order *order, struct problem *problem)
{
	static const char *const known[] = {"code", "region", "names"};
	char subject[ENTRY_MAX_SUBJECT + 1];
	const char *code = NULL;
	enum region region = REGION_AFRICA;
	struct names names = {0};
	struct member before;
	bool given;
	int error = CHANGE_KNOWN(order->fields, known, problem);
	if (!error)
		error = change_country(order->fields, "code", true, &code, problem);
	if (!error)
		error = read_region(order->fields, !known_region(code, &region), &region, &given, problem);
	if (!error)
		error = change_names(order->fields, !organisation_country(code, &names), &names, &given, problem);
	if (error)
		return error;
	if (register_member(store_write_sql(write), code, &before, NULL) == JISR_OK)
		return problem_set(problem, JISR_CONFLICT, "%s is a member already, since %.10s", code, before.since);
	member_subject(subject, code);
	(void)snprintf(order->id, sizeof order->id, "%s", code);
	return change_append(write, order, "member.admitted", subject, 0, NULL, member_body(code, region, &names),
	                     problem);
}

int change_member_edit(struct store_write *write, struct change_order *order, struct problem *problem)
{
	static const char *const known[] = {"region", "names"};
	char subject[ENTRY_MAX_SUBJECT + 1];
	struct member member;
	bool region_given, names_given;
	int error = register_member(store_write_sql(write), order->target, &member, problem);
	if (!error)
		error = CHANGE_KNOWN(order->fields, known, problem);
	if (!error)
		error = read_region(order->fields, false, &member.region, &region_given, problem);
	if (!error)
		error = change_names(order->fields, false, &member.names, &names_given, problem);
	if (error)
		return error;
	if (!region_given && !names_given)
		return problem_set(problem, JISR_BAD_INPUT, "nothing is to be changed: give \"region\" or \"names\"");
	member_subject(subject, member.code);
	(void)snprintf(order->id, sizeof order->id, "%s", member.code);
	return change_append(write, order, "member.changed", subject, order->expected, NULL,
	                     member_body(member.code, member.region, &member.names), problem);
}

static int set_state(struct store_write *write, struct change_order *order, enum member_state state,
                     struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT + 1];
	struct member member;
	const char *reason = NULL;
	bool suspend = state == MEMBER_SUSPENDED;
	int error = register_member(store_write_sql(write), order->target, &member, problem);
	if (!error)
		error = change_reason(order, &reason, problem);
	if (error)
		return error;
	if (member.state == state)
		return problem_set(problem, JISR_STATE, "%s is %s", member.code,
		                   suspend ? "suspended already" : "not suspended");
	member_subject(subject, member.code);
	(void)snprintf(order->id, sizeof order->id, "%s", member.code);
	cJSON *body = tree_object();
	tree_text(body, "code", member.code);
	tree_text(body, "reason", reason);
	return change_append(write, order, suspend ? "member.suspended" : "member.reinstated", subject, order->expected,
	                     NULL, body, problem);
}

int change_member_suspend(struct store_write *write, struct change_order *order, struct problem *problem)
{
	return set_state(write, order, MEMBER_SUSPENDED, problem);
}

int change_member_reinstate(struct store_write *write, struct change_order *order, struct problem *problem)
{
	return set_state(write, order, MEMBER_ADMITTED, problem);
}
