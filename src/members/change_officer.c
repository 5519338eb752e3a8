/* Officers. Who may appoint is a head of bureau or an administrator of the same office, who gives no role that his own do
 * not let him give (right.h), changes nobody who holds such a role, and changes nothing of his own. Headquarters'
 * administrator does it for an office in which nobody is in charge: so a new office gets its first. Within a house, the
 * General Secretariat's or a member's, its first office moves officers about. */
#include "members/change_private.h"

#include <string.h>

#define IN_CHARGE  (ROLE_BIT(ROLE_HEAD_OF_BUREAU) | ROLE_BIT(ROLE_ADMINISTRATOR))
#define NUMBER_MAX 999999999 /* of officers that one office ever had */

static void officer_subject(char out[ENTRY_MAX_SUBJECT + 1], const char *id)
{
	(void)snprintf(out, ENTRY_MAX_SUBJECT + 1, "officer/%s", id);
}

/* Whether the office belongs to the house of which that one is the first: headquarters of the regional bureaus, liaison
 * offices and representations, a bureau of its member's sub-bureaus. */
static bool in_house(const char *first, const struct office *office)
{
	if (office->member[0] != '\0')
		return strcmp(first, office->member) == 0;
	return strcmp(first, office->kind == OFFICE_IS_COMMISSION ? office->code : OFFICE_HEADQUARTERS) == 0;
}

/* The roles that this caller may give in that office, or why he may do nothing there. Moving somebody is more than changing
 * him: it is also for the first office of the house. */
static int may_give(struct store_write *write, const struct change_order *order, const struct office *office,
                    role_set *ret_roles, struct problem *problem)
{
	uint64_t in_charge = 0;
	const struct caller *caller = order->caller;
	bool own = strcmp(caller->office, office->code) == 0 ||
	           (order->change == CHANGE_OFFICER_MOVE && in_house(caller->office, office));
	int error = own ? JISR_OK : caller_check_at(caller, RIGHT_OFFICERS_CHANGE, office->code, problem);
	if (!error)
		error = change_writable(write, office->code, problem);
	if (!error && !own) /* looks at every officer of the office */
		error = register_count(store_write_sql(write), office->code, IN_CHARGE, &in_charge, problem);
	if (error)
		return error;
	if (!own && in_charge > 0)
		return problem_set(problem, JISR_DENIED,
		                   "%s has a head or an administrator, who appoints its officers; headquarters does it "
		                   "only where nobody is in charge",
		                   office->code);
	*ret_roles = office_kind_roles(office->kind);
	if (caller->kind != CALLER_CONSOLE)
		*ret_roles &= role_given_by(caller->roles);
	return JISR_OK;
}

static int list_roles(role_set roles, char *out, size_t size)
{
	size_t length = 0;
	out[0] = '\0';
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if ((roles & ROLE_BIT(role)) != 0)
			length += (size_t)snprintf(out + length, length < size ? size - length : 0, "%s%s",
			                           length > 0 ? ", " : "", role_name((enum role)role));
	return JISR_OK;
}

static int read_roles(const cJSON *fields, role_set *ret_roles, struct problem *problem)
{
	const cJSON *roles = json_get(fields, "roles");
	char all[256];
	(void)list_roles(ROLE_BIT(ROLE_COUNT) - 1, all, sizeof all);
	*ret_roles = 0;
	if (!cJSON_IsArray(roles) || roles->child == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "\"roles\" is a list of at least one of %s", all);
	for (const cJSON *item = roles->child; item != NULL; item = item->next) {
		enum role role;
		if (!cJSON_IsString(item) || !role_read(item->valuestring, &role))
			return problem_set(problem, JISR_BAD_INPUT, "\"%.40s\" in \"roles\" is none of %s",
			                   cJSON_IsString(item) ? item->valuestring : "?", all);
		*ret_roles |= ROLE_BIT(role);
	}
	return JISR_OK;
}

static int check_roles(const struct office *office, role_set roles, role_set given, struct problem *problem)
{
	char wrong[256], good[256];
	if ((roles & ~office_kind_roles(office->kind)) != 0) {
		(void)list_roles(roles & ~office_kind_roles(office->kind), wrong, sizeof wrong);
		(void)list_roles(office_kind_roles(office->kind), good, sizeof good);
		return problem_set(problem, JISR_BAD_INPUT, "nobody in %s can be %s; there are %s", office->code, wrong,
		                   good);
	}
	if ((roles & ~given) != 0) {
		(void)list_roles(roles & ~given, wrong, sizeof wrong);
		return problem_set(problem, JISR_DENIED, "you cannot give or take the role %s", wrong);
	}
	return JISR_OK;
}

static void tree_roles(cJSON *body, role_set roles)
{
	cJSON *array = tree_add_array(body, "roles");
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if ((roles & ROLE_BIT(role)) != 0)
			tree_text(array, NULL, role_name((enum role)role));
}

static int read_person(struct store_write *write, const cJSON *fields, bool needed, struct officer *officer,
                       struct problem *problem)
{
	const char *name = NULL, *login = NULL, *email = NULL;
	struct officer other;
	int error = change_text(fields, "name", REGISTER_MAX_TEXT, needed, &name, problem);
	if (!error)
		error = change_text(fields, "login", 64, needed, &login, problem);
	if (!error)
		error = change_text(fields, "email", REGISTER_MAX_TEXT, false, &email, problem);
	if (error)
		return error;
	if (login != NULL && !register_login_valid(login))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"login\" has 2 to 64 of a-z, 0-9, '.', '-' and '_', and begins with a letter");
	if (email != NULL && (strchr(email, '@') == NULL || strchr(email, ' ') != NULL))
		return problem_set(problem, JISR_BAD_INPUT, "\"email\" is no address");
	if (login != NULL && strcmp(login, officer->login) != 0 &&
	    register_login(store_write_sql(write), login, &other, NULL) == JISR_OK)
		return problem_set(problem, JISR_CONFLICT, "another officer signs in as %s", login);
	if (name != NULL)
		(void)snprintf(officer->name, sizeof officer->name, "%s", name);
	if (login != NULL)
		(void)snprintf(officer->login, sizeof officer->login, "%s", login);
	if (email != NULL)
		(void)snprintf(officer->email, sizeof officer->email, "%s", email);
	return name != NULL || login != NULL || email != NULL
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT,
	                             "nothing is to be changed: give \"name\", \"login\" or \"email\"");
}

static int append_named(struct store_write *write, struct change_order *order, const struct officer *officer,
                        uint64_t expected, struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT + 1];
	officer_subject(subject, officer->id);
	cJSON *body = tree_object();
	tree_text(body, "email", officer->email);
	tree_text(body, "id", officer->id);
	tree_text(body, "login", officer->login);
	tree_text(body, "name", officer->name);
	return change_append(write, order, "officer.named", subject, expected, officer->office, body, problem);
}

/* One more than the highest that the office ever gave. */
static int next_id(struct store_write *write, struct officer *officer, struct problem *problem)
{
	int64_t last = 0;
	struct sql_query query =
		sql_query(store_write_sql(write), "SELECT max(number) FROM register_officer WHERE office = ?1");
	sql_bind_text(&query, 1, officer->office);
	int error = sql_run_number(&query, 0, &last, problem);
	if (!error && last >= NUMBER_MAX)
		return problem_set(problem, JISR_TOO_LARGE, "%s has no number left for another officer",
		                   officer->office);
	(void)snprintf(officer->id, sizeof officer->id, "%s-%u", officer->office, (unsigned)(last + 1));
	return error;
}

/* The officer has an id, an office, roles and what is personal. */
static int append_appointed(struct store_write *write, struct change_order *order, const struct officer *officer,
                            struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT + 1];
	officer_subject(subject, officer->id);
	(void)snprintf(order->id, sizeof order->id, "%s", officer->id);
	cJSON *body = tree_object();
	tree_text(body, "id", officer->id);
	tree_text(body, "office", officer->office);
	tree_roles(body, officer->roles);
	int error = change_append(write, order, "officer.appointed", subject, 0, officer->office, body, problem);
	return error ? error : append_named(write, order, officer, order->version, problem);
}

int change_officer_appoint(struct store_write *write, struct change_order *order, struct problem *problem)
{
	static const char *const known[] = {"office", "name", "login", "roles", "email"};
	struct office office;
	struct officer officer = {0};
	const char *code = NULL;
	role_set given = 0;
	int error = CHANGE_KNOWN(order->fields, known, problem);
	if (!error)
		error = change_text(order->fields, "office", OFFICE_CODE_MAX, true, &code, problem);
	if (!error)
		error = register_office(store_write_sql(write), code, &office, problem);
	if (!error)
		error = may_give(write, order, &office, &given, problem);
	if (!error)
		error = read_roles(order->fields, &officer.roles, problem);
	if (!error)
		error = check_roles(&office, officer.roles, given, problem);
	if (!error)
		error = read_person(write, order->fields, true, &officer, problem);
	if (error)
		return error;
	(void)snprintf(officer.office, sizeof officer.office, "%s", office.code);
	error = next_id(write, &officer, problem);
	return error ? error : append_appointed(write, order, &officer, problem);
}

/* An officer, active or suspended, whom this caller may change: *ret_given are the roles that he may give there. */
static int find(struct store_write *write, struct change_order *order, struct office *ret_office,
                struct officer *ret_officer, role_set *ret_given, struct problem *problem)
{
	struct sql *sql = store_write_sql(write);
	int error = register_officer(sql, order->target, ret_officer, problem);
	if (!error)
		error = register_office(sql, ret_officer->office, ret_office, problem);
	if (!error)
		error = may_give(write, order, ret_office, ret_given, problem);
	if (!error && ret_officer->state == OFFICER_ENDED)
		error = problem_set(problem, JISR_STATE, "%s ended on %.10s", ret_officer->id, ret_officer->since);
	if (!error && ret_officer->state == OFFICER_MOVED)
		error = problem_set(problem, JISR_STATE, "%s moved on %.10s and is %s since", ret_officer->id,
		                    ret_officer->since, ret_officer->moved);
	if (!error && (ret_officer->roles & office_kind_roles(ret_office->kind) & ~*ret_given) != 0) {
		char roles[256];
		(void)list_roles(ret_officer->roles & ~*ret_given, roles, sizeof roles);
		error = problem_set(problem, JISR_DENIED, "%s is %s: whom only an administrator changes",
		                    ret_officer->id, roles);
	}
	if (!error)
		(void)snprintf(order->id, sizeof order->id, "%s", ret_officer->id);
	return error;
}

int change_officer_edit(struct store_write *write, struct change_order *order, struct problem *problem)
{
	static const char *const known[] = {"name", "login", "email"};
	struct office office;
	struct officer officer;
	role_set given = 0;
	int error = find(write, order, &office, &officer, &given, problem);
	if (!error)
		error = CHANGE_KNOWN(order->fields, known, problem);
	if (!error)
		error = read_person(write, order->fields, false, &officer, problem);
	if (error)
		return error;
	if (officer.name[0] == '\0' || officer.login[0] == '\0')
		return problem_set(problem, JISR_BAD_INPUT, "%s has no %s any more: give it, too", officer.id,
		                   officer.name[0] == '\0' ? "name" : "login");
	return append_named(write, order, &officer, order->expected, problem);
}

static int not_oneself(const struct change_order *order, const struct officer *officer, struct problem *problem)
{
	return strcmp(order->caller->officer, officer->id) != 0
	               ? JISR_OK
	               : problem_set(problem, JISR_DENIED,
	                             "nobody changes his own roles or ends himself: ask another who may");
}

/* Somebody must stay who can appoint others. */
static int not_the_last(struct store_write *write, const struct officer *officer, role_set after,
                        struct problem *problem)
{
	uint64_t administrators = 0;
	role_set administrator = ROLE_BIT(ROLE_ADMINISTRATOR);
	if ((officer->roles & administrator) == 0 || (after & administrator) != 0)
		return JISR_OK;
	int error = register_count(store_write_sql(write), officer->office, administrator, &administrators, problem);
	if (!error && administrators <= 1)
		return problem_set(problem, JISR_STATE, "%s is the last administrator of %s: appoint another first",
		                   officer->id, officer->office);
	return error;
}

int change_officer_roles(struct store_write *write, struct change_order *order, struct problem *problem)
{
	static const char *const known[] = {"roles"};
	char subject[ENTRY_MAX_SUBJECT + 1];
	struct office office;
	struct officer officer;
	role_set given = 0, roles = 0;
	int error = find(write, order, &office, &officer, &given, problem);
	if (!error)
		error = not_oneself(order, &officer, problem);
	if (!error)
		error = CHANGE_KNOWN(order->fields, known, problem);
	if (!error)
		error = read_roles(order->fields, &roles, problem);
	if (!error)
		error = check_roles(&office, roles, given, problem);
	if (!error)
		error = not_the_last(write, &officer, roles, problem);
	if (error)
		return error;
	if (roles == officer.roles)
		return problem_set(problem, JISR_STATE, "%s has these roles already", officer.id);
	officer_subject(subject, officer.id);
	cJSON *body = tree_object();
	tree_text(body, "id", officer.id);
	tree_roles(body, roles);
	return change_append(write, order, "officer.roles", subject, order->expected, officer.office, body, problem);
}

/* An entry about an officer that says why, and to which id he moved where `to` is not NULL. */
static int append_reason(struct store_write *write, struct change_order *order, const char *kind,
                         const struct officer *officer, const char *to, const char *reason, struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT + 1];
	officer_subject(subject, officer->id);
	cJSON *body = tree_object();
	tree_text(body, "id", officer->id);
	tree_text(body, "reason", reason);
	if (to != NULL)
		tree_text(body, "to", to);
	return change_append(write, order, kind, subject, order->expected, officer->office, body, problem);
}

/* Out of the state that he must be in. */
static int leave_state(struct store_write *write, struct change_order *order, const char *kind, enum officer_state from,
                       struct problem *problem)
{
	struct office office;
	struct officer officer;
	const char *reason = NULL;
	role_set given = 0;
	int error = find(write, order, &office, &officer, &given, problem);
	if (!error)
		error = not_oneself(order, &officer, problem);
	if (!error)
		error = change_reason(order, &reason, problem);
	if (!error && from == OFFICER_ACTIVE && officer.state == OFFICER_SUSPENDED)
		error = problem_set(problem, JISR_STATE, "%s is suspended already, since %.10s", officer.id,
		                    officer.since);
	if (!error && from == OFFICER_SUSPENDED && officer.state == OFFICER_ACTIVE)
		error = problem_set(problem, JISR_STATE, "%s is not suspended", officer.id);
	if (!error && from != OFFICER_SUSPENDED)
		error = not_the_last(write, &officer, 0, problem);
	return error ? error : append_reason(write, order, kind, &officer, NULL, reason, problem);
}

int change_officer_end(struct store_write *write, struct change_order *order, struct problem *problem)
{
	return leave_state(write, order, "officer.ended", OFFICER_ENDED, problem);
}

int change_officer_suspend(struct store_write *write, struct change_order *order, struct problem *problem)
{
	return leave_state(write, order, "officer.suspended", OFFICER_ACTIVE, problem);
}

/* The name that he signed in with may be another's by now: then that one is changed first. */
int change_officer_reinstate(struct store_write *write, struct change_order *order, struct problem *problem)
{
	struct sql *sql = store_write_sql(write);
	struct officer officer, other;
	if (register_officer(sql, order->target, &officer, NULL) == JISR_OK && officer.state == OFFICER_SUSPENDED &&
	    register_login(sql, officer.login, &other, NULL) == JISR_OK)
		return problem_set(problem, JISR_CONFLICT, "another officer signs in as %s: give %s another name first",
		                   officer.login, officer.id);
	return leave_state(write, order, "officer.reinstated", OFFICER_SUSPENDED, problem);
}

/* Where he goes to: an office in which this caller may appoint, with roles that he may give there. */
static int find_new(struct store_write *write, const struct change_order *order, const struct officer *from,
                    struct officer *to, struct problem *problem)
{
	const char *code = NULL;
	struct office office;
	role_set given = 0;
	int error = change_text(order->fields, "office", OFFICE_CODE_MAX, true, &code, problem);
	if (!error && strcmp(code, from->office) == 0)
		error = problem_set(problem, JISR_STATE, "%s is in %s already", from->id, code);
	if (!error)
		error = register_office(store_write_sql(write), code, &office, problem);
	if (!error && (error = may_give(write, order, &office, &given, problem)) == JISR_DENIED)
		error = problem_set(problem, JISR_DENIED,
		                    "%s appoints its officers itself: end %s here, and let it appoint him there", code,
		                    from->id);
	*to = *from;
	if (!error)
		error = read_roles(order->fields, &to->roles, problem);
	if (!error)
		error = check_roles(&office, to->roles, given, problem);
	if (error)
		return error;
	(void)snprintf(to->office, sizeof to->office, "%s", office.code);
	return next_id(write, to, problem);
}

/* Under a new id: what he signed for the old office stays that office's, and so do his means of signing in. */
int change_officer_move(struct store_write *write, struct change_order *order, struct problem *problem)
{
	static const char *const known[] = {"office", "roles", "reason"};
	struct office office;
	struct officer officer, moved;
	const char *reason = NULL;
	role_set given = 0;
	int error = find(write, order, &office, &officer, &given, problem);
	if (!error)
		error = not_oneself(order, &officer, problem);
	if (!error)
		error = CHANGE_KNOWN(order->fields, known, problem);
	if (!error)
		error = change_text(order->fields, "reason", CHANGE_MAX_REASON, true, &reason, problem);
	if (!error && officer.state != OFFICER_ACTIVE)
		error = problem_set(problem, JISR_STATE, "%s is suspended: reinstate him before he moves", officer.id);
	if (!error && (officer.name[0] == '\0' || officer.login[0] == '\0'))
		error = problem_set(problem, JISR_STATE, "%s has no %s any more: give it first", officer.id,
		                    officer.name[0] == '\0' ? "name" : "login");
	if (!error)
		error = not_the_last(write, &officer, 0, problem);
	if (!error)
		error = find_new(write, order, &officer, &moved, problem);
	if (!error)
		error = append_reason(write, order, "officer.moved", &officer, moved.id, reason, problem);
	return error ? error : append_appointed(write, order, &moved, problem);
}
