/* The register's kinds and tables.
 *
 *   member.admitted    subject member/MA: {"code","names":{"ar","en","es","fr"},"region"}
 *   member.changed     {"code","names","region"}
 *   member.suspended, member.reinstated   {"code","reason"}
 *   office.opened      subject office/RB-ABJ: {"code","country","kind","member","names"}; member "" where it has none
 *   office.changed     {"code","country","names"}
 *   office.closed      {"code","reason"}
 *   officer.appointed  subject officer/MA-12: {"id","office","roles":[...]}
 *   officer.named      {"email","id","login","name"}: all that is personal, so that its body can be dropped
 *   officer.roles      {"id","roles"}
 *   officer.suspended, officer.reinstated   {"id","reason"}
 *   officer.moved      {"id","reason","to"}: to the id that an officer.appointed of the same transaction gave
 *   officer.ended      {"id","reason"}
 *   log.founded        the store's own: opens headquarters
 *
 * Tables: register_member, register_office, register_officer. `version` is the sequence of the subject's last entry,
 * `since` the time of the entry that gave the state. Roles are stored as bits (enum role), kinds, regions and states as
 * their numbers: those enums only grow at their ends.
 *
 * Dropping the body of officer.named: `named` is the sequence of the last such entry. If it is that one, name, login and
 * address become empty, which is what applying it without a body gives; an earlier one left nothing to empty. */
#include "members/register.h"

#include "base/json.h"
#include "base/utf8.h"

#include <string.h>

static const struct store_step steps[] = {
	{"CREATE TABLE register_member (code TEXT PRIMARY KEY, region INTEGER NOT NULL, state INTEGER NOT NULL, "
         "ar TEXT NOT NULL, en TEXT NOT NULL, es TEXT NOT NULL, fr TEXT NOT NULL, since TEXT NOT NULL, "
         "version INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
         "CREATE TABLE register_office (code TEXT PRIMARY KEY, kind INTEGER NOT NULL, open INTEGER NOT NULL, "
         "member TEXT NOT NULL, country TEXT NOT NULL, ar TEXT NOT NULL, en TEXT NOT NULL, es TEXT NOT NULL, "
         "fr TEXT NOT NULL, since TEXT NOT NULL, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
         "CREATE TABLE register_officer (office TEXT NOT NULL, number INTEGER NOT NULL, active INTEGER NOT NULL, "
         "roles INTEGER NOT NULL, name TEXT NOT NULL, login TEXT NOT NULL, email TEXT NOT NULL, "
         "named INTEGER NOT NULL, since TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (office, number)) "
         "STRICT, WITHOUT ROWID;"
         "CREATE INDEX register_officer_login ON register_officer (login) WHERE login <> '';",
         false},
	/* 0 and 1 stay what they meant */
	{"ALTER TABLE register_officer RENAME COLUMN active TO state;"
         "ALTER TABLE register_officer ADD COLUMN moved TEXT NOT NULL DEFAULT '';",
         false},
};

static const char *const tables[] = {"register_member", "register_office", "register_officer", NULL};

/* ---- forms ---- */

bool register_text_valid(const char *text, size_t most)
{
	size_t length = strlen(text), offset;
	if (length == 0 || length > most || !utf8_valid(text, length, &offset) || text[0] == ' ' ||
	    text[length - 1] == ' ')
		return false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7F)
			return false;
	return true;
}

bool register_login_valid(const char *login)
{
	size_t length = strlen(login);
	return length >= 2 && length <= 64 && strspn(login, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == length &&
	       login[0] >= 'a' && login[0] <= 'z';
}

static bool member_code_valid(const char *code)
{
	return strlen(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z';
}

static bool has_text(const cJSON *body, const char *name, bool empty)
{
	const char *text = json_get_text(body, name);
	return text != NULL && ((empty && text[0] == '\0') || register_text_valid(text, 1000));
}

static bool has_names(const cJSON *body)
{
	const cJSON *names = json_get(body, "names");
	if (!cJSON_IsObject(names) || cJSON_GetArraySize(names) != LANGUAGE_COUNT)
		return false;
	for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
		const char *text = json_get_text(names, language_codes[i]);
		if (text == NULL || !register_text_valid(text, NAMES_MAX))
			return false;
	}
	return true;
}

static bool has_code(const cJSON *body, const char *name)
{
	const char *code = json_get_text(body, name);
	return code != NULL && member_code_valid(code);
}

static bool has_office(const cJSON *body, const char *name)
{
	const char *code = json_get_text(body, name);
	return code != NULL && entry_office_valid(code) && strlen(code) <= OFFICE_CODE_MAX;
}

/* "MA-12": the office before the last dash, the number after it. */
static bool split_id(const char *id, char office[OFFICE_CODE_MAX + 1], uint64_t *ret_number)
{
	const char *dash = strrchr(id, '-');
	uint64_t number = 0;
	if (dash == NULL || dash == id || (size_t)(dash - id) > OFFICE_CODE_MAX || dash[1] < '1' || dash[1] > '9' ||
	    strlen(dash + 1) > 9)
		return false;
	for (const char *at = dash + 1; *at != '\0'; at++) {
		if (*at < '0' || *at > '9')
			return false;
		number = 10 * number + (uint64_t)(*at - '0');
	}
	memcpy(office, id, (size_t)(dash - id));
	office[dash - id] = '\0';
	*ret_number = number;
	return entry_office_valid(office);
}

static bool has_id(const cJSON *body, const char *name)
{
	char office[OFFICE_CODE_MAX + 1];
	uint64_t number;
	const char *id = json_get_text(body, name);
	return id != NULL && split_id(id, office, &number);
}

static bool read_roles(const cJSON *body, role_set *ret_roles)
{
	const cJSON *roles = json_get(body, "roles");
	*ret_roles = 0;
	if (!cJSON_IsArray(roles))
		return false;
	for (const cJSON *item = roles->child; item != NULL; item = item->next) {
		enum role role;
		if (!cJSON_IsString(item) || !role_read(item->valuestring, &role) || (*ret_roles & ROLE_BIT(role)) != 0)
			return false;
		*ret_roles |= ROLE_BIT(role);
	}
	return true;
}

static int verdict(const cJSON *body, int members, bool good, const char *kind, struct problem *problem)
{
	return good && cJSON_GetArraySize(body) == members
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT,
	                             "the body of an entry \"%s\" lacks a member, has one too many, or one of a wrong "
	                             "form",
	                             kind);
}

static bool is_region(const cJSON *body)
{
	enum region region;
	const char *text = json_get_text(body, "region");
	return text != NULL && region_read(text, &region);
}

static int check_member(const cJSON *body, struct problem *problem)
{
	return verdict(body, 3, has_code(body, "code") && has_names(body) && is_region(body), "member.admitted",
	               problem);
}

static int check_member_state(const cJSON *body, struct problem *problem)
{
	return verdict(body, 2, has_code(body, "code") && has_text(body, "reason", false), "member.suspended", problem);
}

static int check_opened(const cJSON *body, struct problem *problem)
{
	enum office_kind kind;
	const char *text = json_get_text(body, "kind"), *member = json_get_text(body, "member");
	bool good = has_office(body, "code") && has_names(body) && has_code(body, "country") && text != NULL &&
	            office_kind_read(text, &kind) && member != NULL;
	if (good) {
		bool of_member = kind == OFFICE_IS_BUREAU || kind == OFFICE_IS_SUB_BUREAU;
		good = of_member ? member_code_valid(member) : member[0] == '\0';
	}
	return verdict(body, 5, good, "office.opened", problem);
}

static int check_changed(const cJSON *body, struct problem *problem)
{
	return verdict(body, 3, has_office(body, "code") && has_names(body) && has_code(body, "country"),
	               "office.changed", problem);
}

static int check_closed(const cJSON *body, struct problem *problem)
{
	return verdict(body, 2, has_office(body, "code") && has_text(body, "reason", false), "office.closed", problem);
}

static int check_appointed(const cJSON *body, struct problem *problem)
{
	role_set roles;
	char office[OFFICE_CODE_MAX + 1];
	uint64_t number;
	bool good = has_id(body, "id") && has_office(body, "office") && read_roles(body, &roles);
	good = good && split_id(json_get_text(body, "id"), office, &number) &&
	       strcmp(office, json_get_text(body, "office")) == 0;
	return verdict(body, 3, good, "officer.appointed", problem);
}

static int check_named(const cJSON *body, struct problem *problem)
{
	const char *login = json_get_text(body, "login");
	bool good = has_id(body, "id") && has_text(body, "name", false) && has_text(body, "email", true) &&
	            login != NULL && register_login_valid(login) &&
	            strlen(json_get_text(body, "name")) <= REGISTER_MAX_TEXT &&
	            strlen(json_get_text(body, "email")) <= REGISTER_MAX_TEXT;
	return verdict(body, 4, good, "officer.named", problem);
}

static int check_roles(const cJSON *body, struct problem *problem)
{
	role_set roles;
	return verdict(body, 2, has_id(body, "id") && read_roles(body, &roles), "officer.roles", problem);
}

static int check_ended(const cJSON *body, struct problem *problem)
{
	return verdict(body, 2, has_id(body, "id") && has_text(body, "reason", false), "officer.ended", problem);
}

static int check_moved(const cJSON *body, struct problem *problem)
{
	return verdict(body, 3, has_id(body, "id") && has_id(body, "to") && has_text(body, "reason", false),
	               "officer.moved", problem);
}

/* ---- applying ---- */

static void bind_names(struct sql_query *query, int place, const cJSON *body)
{
	const cJSON *names = json_get(body, "names");
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		sql_bind_text(query, place + i, json_get_text(names, language_codes[i]));
}

static int64_t region_of(const cJSON *body)
{
	enum region region = REGION_AFRICA;
	(void)region_read(json_get_text(body, "region"), &region);
	return (int64_t)region;
}

static int apply_admitted(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write),
	                  "INSERT INTO register_member (code, region, state, ar, en, es, fr, since, version) "
	                  "VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8)");
	sql_bind_text(&query, 1, json_get_text(entry->body, "code"));
	sql_bind_number(&query, 2, region_of(entry->body));
	bind_names(&query, 3, entry->body);
	sql_bind_text(&query, 7, entry->header.at);
	sql_bind_number(&query, 8, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_member_changed(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE register_member SET region = ?2, ar = ?3, en = ?4, es = ?5, "
	                                          "fr = ?6, version = ?7 WHERE code = ?1");
	sql_bind_text(&query, 1, json_get_text(entry->body, "code"));
	sql_bind_number(&query, 2, region_of(entry->body));
	bind_names(&query, 3, entry->body);
	sql_bind_number(&query, 7, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int set_member_state(struct store_write *write, const struct entry *entry, enum member_state state,
                            struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write),
	                  "UPDATE register_member SET state = ?2, since = ?3, version = ?4 WHERE code = ?1");
	sql_bind_text(&query, 1, json_get_text(entry->body, "code"));
	sql_bind_number(&query, 2, (int64_t)state);
	sql_bind_text(&query, 3, entry->header.at);
	sql_bind_number(&query, 4, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_suspended(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return set_member_state(write, entry, MEMBER_SUSPENDED, problem);
}

static int apply_reinstated(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return set_member_state(write, entry, MEMBER_ADMITTED, problem);
}

#define OPEN_OFFICE                                                                                                    \
	"INSERT INTO register_office (code, kind, open, member, country, ar, en, es, fr, since, version) "             \
	"VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"

/* Headquarters is there from the first entry on. */
static int apply_founded(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	const struct organisation_office *office = &organisation_offices[0];
	struct sql_query query = sql_query(store_write_sql(write), OPEN_OFFICE);
	sql_bind_text(&query, 1, office->code);
	sql_bind_number(&query, 2, (int64_t)office->kind);
	sql_bind_text(&query, 3, "");
	sql_bind_text(&query, 4, office->country);
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		sql_bind_text(&query, 5 + i, office->names[i]);
	sql_bind_text(&query, 9, entry->header.at);
	sql_bind_number(&query, 10, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_opened(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	enum office_kind kind = OFFICE_IS_BUREAU;
	(void)office_kind_read(json_get_text(entry->body, "kind"), &kind);
	struct sql_query query = sql_query(store_write_sql(write), OPEN_OFFICE);
	sql_bind_text(&query, 1, json_get_text(entry->body, "code"));
	sql_bind_number(&query, 2, (int64_t)kind);
	sql_bind_text(&query, 3, json_get_text(entry->body, "member"));
	sql_bind_text(&query, 4, json_get_text(entry->body, "country"));
	bind_names(&query, 5, entry->body);
	sql_bind_text(&query, 9, entry->header.at);
	sql_bind_number(&query, 10, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_office_changed(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE register_office SET country = ?2, ar = ?3, en = ?4, es = ?5, "
	                                          "fr = ?6, version = ?7 WHERE code = ?1");
	sql_bind_text(&query, 1, json_get_text(entry->body, "code"));
	sql_bind_text(&query, 2, json_get_text(entry->body, "country"));
	bind_names(&query, 3, entry->body);
	sql_bind_number(&query, 7, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_closed(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write),
	                  "UPDATE register_office SET open = 0, since = ?2, version = ?3 WHERE code = ?1");
	sql_bind_text(&query, 1, json_get_text(entry->body, "code"));
	sql_bind_text(&query, 2, entry->header.at);
	sql_bind_number(&query, 3, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

/* The officer of the entry: by its subject, which is there also when the body is not. */
static bool subject_id(const struct entry *entry, char office[OFFICE_CODE_MAX + 1], uint64_t *ret_number)
{
	const char *slash = strchr(entry->header.subject, '/');
	return slash != NULL && split_id(slash + 1, office, ret_number);
}

static int apply_appointed(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char office[OFFICE_CODE_MAX + 1];
	uint64_t number;
	role_set roles;
	if (!subject_id(entry, office, &number) || !read_roles(entry->body, &roles))
		return JISR_OK;
	struct sql_query query =
		sql_query(store_write_sql(write),
	                  "INSERT INTO register_officer (office, number, state, roles, name, login, email, named, "
	                  "since, version) VALUES (?1, ?2, 1, ?3, '', '', '', 0, ?4, ?5)");
	sql_bind_text(&query, 1, office);
	sql_bind_number(&query, 2, (int64_t)number);
	sql_bind_number(&query, 3, (int64_t)roles);
	sql_bind_text(&query, 4, entry->header.at);
	sql_bind_number(&query, 5, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static const char *text_of(const cJSON *body, const char *name)
{
	const char *text = json_get_text(body, name);
	return text != NULL ? text : "";
}

static int apply_named(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char office[OFFICE_CODE_MAX + 1];
	uint64_t number;
	if (!subject_id(entry, office, &number))
		return JISR_OK;
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE register_officer SET name = ?3, login = ?4, email = ?5, "
	                                          "named = ?6, version = ?6 WHERE office = ?1 AND number = ?2");
	sql_bind_text(&query, 1, office);
	sql_bind_number(&query, 2, (int64_t)number);
	sql_bind_text(&query, 3, text_of(entry->body, "name"));
	sql_bind_text(&query, 4, text_of(entry->body, "login"));
	sql_bind_text(&query, 5, text_of(entry->body, "email"));
	sql_bind_number(&query, 6, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int drop_named(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char office[OFFICE_CODE_MAX + 1];
	uint64_t number;
	if (!subject_id(entry, office, &number))
		return JISR_OK;
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE register_officer SET name = '', login = '', email = '' "
	                                          "WHERE office = ?1 AND number = ?2 AND named = ?3");
	sql_bind_text(&query, 1, office);
	sql_bind_number(&query, 2, (int64_t)number);
	sql_bind_number(&query, 3, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_roles(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char office[OFFICE_CODE_MAX + 1];
	uint64_t number;
	role_set roles;
	if (!subject_id(entry, office, &number) || !read_roles(entry->body, &roles))
		return JISR_OK;
	struct sql_query query =
		sql_query(store_write_sql(write),
	                  "UPDATE register_officer SET roles = ?3, version = ?4 WHERE office = ?1 AND number = ?2");
	sql_bind_text(&query, 1, office);
	sql_bind_number(&query, 2, (int64_t)number);
	sql_bind_number(&query, 3, (int64_t)roles);
	sql_bind_number(&query, 4, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int set_officer_state(struct store_write *write, const struct entry *entry, enum officer_state state,
                             const char *moved, struct problem *problem)
{
	char office[OFFICE_CODE_MAX + 1];
	uint64_t number;
	if (!subject_id(entry, office, &number))
		return JISR_OK;
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE register_officer SET state = ?3, moved = ?4, since = ?5, "
	                                          "version = ?6 WHERE office = ?1 AND number = ?2");
	sql_bind_text(&query, 1, office);
	sql_bind_number(&query, 2, (int64_t)number);
	sql_bind_number(&query, 3, (int64_t)state);
	sql_bind_text(&query, 4, moved);
	sql_bind_text(&query, 5, entry->header.at);
	sql_bind_number(&query, 6, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_ended(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return set_officer_state(write, entry, OFFICER_ENDED, "", problem);
}

static int apply_officer_suspended(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return set_officer_state(write, entry, OFFICER_SUSPENDED, "", problem);
}

static int apply_officer_reinstated(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return set_officer_state(write, entry, OFFICER_ACTIVE, "", problem);
}

static int apply_moved(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return set_officer_state(write, entry, OFFICER_MOVED, text_of(entry->body, "to"), problem);
}

static const struct store_kind kinds[] = {
	{"log.founded", NULL, apply_founded, NULL},
	{"member.admitted", check_member, apply_admitted, NULL},
	{"member.changed", check_member, apply_member_changed, NULL},
	{"member.suspended", check_member_state, apply_suspended, NULL},
	{"member.reinstated", check_member_state, apply_reinstated, NULL},
	{"office.opened", check_opened, apply_opened, NULL},
	{"office.changed", check_changed, apply_office_changed, NULL},
	{"office.closed", check_closed, apply_closed, NULL},
	{"officer.appointed", check_appointed, apply_appointed, NULL},
	{"officer.named", check_named, apply_named, drop_named},
	{"officer.roles", check_roles, apply_roles, NULL},
	{"officer.ended", check_ended, apply_ended, NULL},
	{"officer.suspended", check_ended, apply_officer_suspended, NULL},
	{"officer.reinstated", check_ended, apply_officer_reinstated, NULL},
	{"officer.moved", check_moved, apply_moved, NULL},
};

const struct store_domain register_domain = {
	.name = "register",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};
