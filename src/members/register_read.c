/* What is read from the register's tables. */
#include "members/register.h"

#include <string.h>

static void copy(char *out, size_t size, const char *text)
{
	(void)snprintf(out, size, "%s", text);
}

static void copy_names(struct sql_query *query, int column, struct names *names)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		copy(names->text[i], sizeof names->text[i], sql_text(query, column + i));
}

#define MEMBER_COLUMNS "SELECT code, region, state, ar, en, es, fr, since, version FROM register_member "
#define OFFICE_COLUMNS "SELECT code, kind, open, member, country, ar, en, es, fr, since, version FROM register_office "
#define OFFICER_COLUMNS                                                                                                \
	"SELECT office, number, state, roles, name, login, email, since, version, moved FROM register_officer "
#define KEY_COLUMNS "SELECT office, id, key, added, ended FROM record_key "

static void take_member(struct sql_query *query, struct member *member)
{
	copy(member->code, sizeof member->code, sql_text(query, 0));
	member->region = (enum region)sql_number(query, 1);
	member->state = (enum member_state)sql_number(query, 2);
	copy_names(query, 3, &member->names);
	copy(member->since, sizeof member->since, sql_text(query, 7));
	member->version = (uint64_t)sql_number(query, 8);
}

static void take_office(struct sql_query *query, struct office *office)
{
	copy(office->code, sizeof office->code, sql_text(query, 0));
	office->kind = (enum office_kind)sql_number(query, 1);
	office->open = sql_number(query, 2) != 0;
	copy(office->member, sizeof office->member, sql_text(query, 3));
	copy(office->country, sizeof office->country, sql_text(query, 4));
	copy_names(query, 5, &office->names);
	copy(office->since, sizeof office->since, sql_text(query, 9));
	office->version = (uint64_t)sql_number(query, 10);
}

static void take_officer(struct sql_query *query, struct officer *officer)
{
	copy(officer->office, sizeof officer->office, sql_text(query, 0));
	(void)snprintf(officer->id, sizeof officer->id, "%s-%lld", officer->office, (long long)sql_number(query, 1));
	officer->state = (enum officer_state)sql_number(query, 2);
	officer->roles = (role_set)sql_number(query, 3);
	copy(officer->name, sizeof officer->name, sql_text(query, 4));
	copy(officer->login, sizeof officer->login, sql_text(query, 5));
	copy(officer->email, sizeof officer->email, sql_text(query, 6));
	copy(officer->since, sizeof officer->since, sql_text(query, 7));
	officer->version = (uint64_t)sql_number(query, 8);
	copy(officer->moved, sizeof officer->moved, sql_text(query, 9));
}

static void take_key(struct sql_query *query, struct office_key *key)
{
	struct note_verifier verifier = {0};
	size_t length = 0;
	copy(key->office, sizeof key->office, sql_text(query, 0));
	const void *bytes = sql_bytes(query, 1, &length);
	if (length == sizeof key->id)
		memcpy(key->id, bytes, sizeof key->id);
	bytes = sql_bytes(query, 2, &length);
	if (length == sizeof verifier.key)
		memcpy(verifier.key, bytes, sizeof verifier.key);
	copy(verifier.name, sizeof verifier.name, key->office);
	memcpy(verifier.id, key->id, sizeof verifier.id);
	note_verifier_write(&verifier, key->verifier);
	key->added = (uint64_t)sql_number(query, 3);
	key->ended = (uint64_t)sql_number(query, 4);
}

static int missing(int error, bool found, struct problem *problem, const char *what, const char *name)
{
	if (error || found)
		return error;
	return problem_set(problem, JISR_NOT_FOUND, "there is no %s %.80s", what, name);
}

int register_member(struct sql *sql, const char *code, struct member *ret_member, struct problem *problem)
{
	struct sql_query query = sql_query(sql, MEMBER_COLUMNS "WHERE code = ?1");
	sql_bind_text(&query, 1, code);
	bool found = sql_next(&query);
	if (found)
		take_member(&query, ret_member);
	return missing(sql_done(&query, problem), found, problem, "member", code);
}

int register_office(struct sql *sql, const char *code, struct office *ret_office, struct problem *problem)
{
	struct sql_query query = sql_query(sql, OFFICE_COLUMNS "WHERE code = ?1");
	sql_bind_text(&query, 1, code);
	bool found = sql_next(&query);
	if (found)
		take_office(&query, ret_office);
	return missing(sql_done(&query, problem), found, problem, "office", code);
}

/* The number that ends an officer's id; 0 when it is no id. */
static int64_t number_of(const char *id, char office[OFFICE_CODE_MAX + 1])
{
	const char *dash = strrchr(id, '-');
	int64_t number = 0;
	office[0] = '\0';
	if (dash == NULL || (size_t)(dash - id) > OFFICE_CODE_MAX || dash[1] < '1' || dash[1] > '9' ||
	    strlen(dash + 1) > 9)
		return 0;
	for (const char *at = dash + 1; *at != '\0'; at++) {
		if (*at < '0' || *at > '9')
			return 0;
		number = 10 * number + (*at - '0');
	}
	memcpy(office, id, (size_t)(dash - id));
	office[dash - id] = '\0';
	return number;
}

int register_officer(struct sql *sql, const char *id, struct officer *ret_officer, struct problem *problem)
{
	char office[OFFICE_CODE_MAX + 1];
	int64_t number = number_of(id, office);
	struct sql_query query = sql_query(sql, OFFICER_COLUMNS "WHERE office = ?1 AND number = ?2");
	sql_bind_text(&query, 1, office);
	sql_bind_number(&query, 2, number);
	bool found = sql_next(&query);
	if (found)
		take_officer(&query, ret_officer);
	return missing(sql_done(&query, problem), found, problem, "officer", id);
}

int register_login(struct sql *sql, const char *login, struct officer *ret_officer, struct problem *problem)
{
	struct sql_query query = sql_query(sql, OFFICER_COLUMNS
	                                   "AS o WHERE login = ?1 AND login <> '' AND state = 1 AND "
	                                   "EXISTS (SELECT 1 FROM register_office WHERE code = o.office AND open = 1)");
	sql_bind_text(&query, 1, login);
	bool found = sql_next(&query);
	if (found)
		take_officer(&query, ret_officer);
	int error = sql_done(&query, problem);
	return error ? error : found ? JISR_OK : problem_set(problem, JISR_NOT_FOUND, "nobody signs in by that name");
}

int register_key(struct sql *sql, const char *office, const uint8_t id[4], struct office_key *ret_key,
                 struct problem *problem)
{
	struct sql_query query = sql_query(sql, KEY_COLUMNS "WHERE office = ?1 AND id = ?2");
	sql_bind_text(&query, 1, office);
	sql_bind_bytes(&query, 2, id, 4);
	bool found = sql_next(&query);
	if (found)
		take_key(&query, ret_key);
	return missing(sql_done(&query, problem), found, problem, "such key of", office);
}

int register_members(struct sql *sql, const char *after, register_each_member each, void *context,
                     struct problem *problem)
{
	struct sql_query query = sql_query(sql, MEMBER_COLUMNS "WHERE code > ?1 ORDER BY code");
	struct member member;
	sql_bind_text(&query, 1, after != NULL ? after : "");
	while (sql_next(&query)) {
		take_member(&query, &member);
		if (!each(context, &member))
			break;
	}
	return sql_done(&query, problem);
}

int register_offices(struct sql *sql, const char *after, register_each_office each, void *context,
                     struct problem *problem)
{
	struct sql_query query = sql_query(sql, OFFICE_COLUMNS "WHERE code > ?1 ORDER BY code");
	struct office office;
	sql_bind_text(&query, 1, after != NULL ? after : "");
	while (sql_next(&query)) {
		take_office(&query, &office);
		if (!each(context, &office))
			break;
	}
	return sql_done(&query, problem);
}

int register_officers(struct sql *sql, const char *office, const char *after, register_each_officer each, void *context,
                      struct problem *problem)
{
	char after_office[OFFICE_CODE_MAX + 1] = "";
	int64_t number = after != NULL ? number_of(after, after_office) : 0;
	struct officer officer;
	struct sql_query query =
		sql_query(sql, OFFICER_COLUMNS "WHERE (?1 IS NULL OR office = ?1) AND (office, number) > (?2, ?3) "
	                                       "ORDER BY office, number");
	sql_bind_text(&query, 1, office);
	sql_bind_text(&query, 2, after_office);
	sql_bind_number(&query, 3, number);
	while (sql_next(&query)) {
		take_officer(&query, &officer);
		if (!each(context, &officer))
			break;
	}
	return sql_done(&query, problem);
}

int register_keys(struct sql *sql, const char *office, uint64_t after, register_each_key each, void *context,
                  struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, KEY_COLUMNS "WHERE (?1 IS NULL OR office = ?1) AND added > ?2 ORDER BY added");
	struct office_key key;
	sql_bind_text(&query, 1, office);
	sql_bind_number(&query, 2, (int64_t)after);
	while (sql_next(&query)) {
		take_key(&query, &key);
		if (!each(context, &key))
			break;
	}
	return sql_done(&query, problem);
}

int register_count(struct sql *sql, const char *office, role_set roles, uint64_t *ret_count, struct problem *problem)
{
	struct sql_query query = sql_query(
		sql, "SELECT count(*) FROM register_officer WHERE office = ?1 AND state = 1 AND (roles & ?2) <> 0");
	int64_t count = 0;
	sql_bind_text(&query, 1, office);
	sql_bind_number(&query, 2, (int64_t)roles);
	int error = sql_run_number(&query, 0, &count, problem);
	if (!error)
		*ret_count = (uint64_t)count;
	return error;
}

const char *register_officer_state(enum officer_state state)
{
	static const char *const names[] = {
		[OFFICER_ENDED] = "ended",
		[OFFICER_ACTIVE] = "active",
		[OFFICER_SUSPENDED] = "suspended",
		[OFFICER_MOVED] = "moved",
	};
	return (unsigned)state < sizeof names / sizeof *names ? names[state] : "unknown";
}

bool register_caller(const struct officer *officer, const struct office *office, struct caller *ret_caller)
{
	if (officer->state != OFFICER_ACTIVE || !office->open || strcmp(officer->office, office->code) != 0)
		return false;
	caller_init(ret_caller);
	copy(ret_caller->name, sizeof ret_caller->name, officer->id);
	copy(ret_caller->office, sizeof ret_caller->office, officer->office);
	copy(ret_caller->officer, sizeof ret_caller->officer, officer->id);
	ret_caller->roles = officer->roles;
	return true;
}

/* Who is suspended or closed reads, and writes nothing. */
int register_writes(struct sql *sql, const char *code, struct problem *problem)
{
	struct office office;
	struct member member;
	if (code[0] == '\0')
		return problem_set(problem, JISR_DENIED, "who belongs to no office changes nothing in the record");
	int error = register_office(sql, code, &office, problem);
	if (error)
		return strcmp(code, OFFICE_HEADQUARTERS) == 0 && error == JISR_NOT_FOUND ? JISR_OK : error;
	if (!office.open)
		return problem_set(problem, JISR_STATE, "the office %s is closed: it writes nothing", code);
	if (office.member[0] != '\0' && register_member(sql, office.member, &member, NULL) == JISR_OK &&
	    member.state == MEMBER_SUSPENDED)
		return problem_set(problem, JISR_STATE,
		                   "%s is suspended: its offices check and read, and write nothing", member.code);
	return JISR_OK;
}
