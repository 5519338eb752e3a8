/* Delegations: invited, announced with their people, credentials examined, votes suspended for arrears and the appeal
 * against it, presence. */
#include "assembly/assembly_private.h"
#include "assembly/dues.h"

#define MAX_FORGOTTEN 5000 /* entries in one act */
#define BEFORE_END    (ASSEMBLY_BIT(ASSEMBLY_CALLED) | ASSEMBLY_BIT(ASSEMBLY_OPEN))

struct row {
	bool there, observer, announced, suspended;
	char credentials[12], appeal[12];
	int64_t people;
};

static int read_row(const struct conducting *conducting, const char *code, struct row *row, struct problem *problem)
{
	struct sql_query query =
		sql_query(conducting->sql, "SELECT observer, announced, suspended, credentials, appeal,"
	                                   " (SELECT ifnull(max(number), 0) FROM assembly_person p WHERE p.session = "
	                                   "?1 AND p.code = ?2)"
	                                   " FROM assembly_delegation WHERE session = ?1 AND code = ?2");
	*row = (struct row){0};
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_text(&query, 2, code);
	if (sql_next(&query)) {
		row->there = true;
		row->observer = sql_number(&query, 0) != 0;
		row->announced = sql_number(&query, 1) != 0;
		row->suspended = sql_number(&query, 2) != 0;
		(void)snprintf(row->credentials, sizeof row->credentials, "%s", sql_text(&query, 3));
		(void)snprintf(row->appeal, sizeof row->appeal, "%s", sql_text(&query, 4));
		row->people = sql_number(&query, 5);
	}
	return sql_done(&query, problem);
}

static void name_part(struct conducting *conducting, const char *code)
{
	(void)snprintf(conducting->part, sizeof conducting->part, "/%s", code);
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%s", code);
}

/* ---- invitations ---- */

struct inviting {
	struct conducting *conducting;
	cJSON *members;
	int error;
	struct problem *problem;
};

static bool invite_member(void *context, const struct member *member)
{
	struct inviting *inviting = context;
	struct row row;
	inviting->error = read_row(inviting->conducting, member->code, &row, inviting->problem);
	if (!inviting->error && !row.there)
		tree_text(inviting->members, NULL, member->code);
	return inviting->error == JISR_OK;
}

/* Who is invited already is not invited twice; who is named and is no member is a mistake. */
int delegation_invite(struct conducting *conducting, struct problem *problem)
{
	const cJSON *members = json_get(conducting->fields, "members");
	const cJSON *observers = json_get(conducting->fields, "observers");
	struct inviting inviting = {conducting, tree_add_array(conducting->made, "members"), JISR_OK, problem};
	struct member member;
	struct row row;
	int error = conducting_state(conducting, BEFORE_END, problem);
	if (!error && members == NULL && observers == NULL) {
		error = register_members(conducting->sql, NULL, invite_member, &inviting, problem);
		error = error ? error : inviting.error;
	}
	for (const cJSON *one = members != NULL ? members->child : NULL; one != NULL && !error; one = one->next) {
		error = register_member(conducting->sql, one->valuestring, &member, problem);
		if (!error && !invite_member(&inviting, &member))
			error = inviting.error;
	}
	cJSON *names = tree_add_array(conducting->made, "observers");
	for (const cJSON *one = observers != NULL ? observers->child : NULL; one != NULL && !error; one = one->next) {
		const char *code = json_get_text(one, "code");
		if (register_member(conducting->sql, code, &member, NULL) == JISR_OK)
			return problem_set(problem, JISR_BAD_INPUT, "%s is a member's code: observers have others",
			                   code);
		error = read_row(conducting, code, &row, problem);
		if (!error && !row.there)
			tree_text(names, NULL, code);
	}
	if (!error && (inviting.members == NULL || inviting.members->child == NULL) &&
	    (names == NULL || names->child == NULL))
		error = problem_set(problem, JISR_CONFLICT, "all of them are invited already");
	return error;
}

static int insert(struct applying *applying, const char *code, bool observer, const char *name, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "INSERT OR IGNORE INTO assembly_delegation VALUES(?1, ?2, ?3, ?4, 0, '', 0,"
	                                 " '', '', 0, '', '', '', ?5)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, code);
	sql_bind_number(&query, 3, observer);
	sql_bind_text(&query, 4, name);
	sql_bind_number(&query, 5, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int delegation_invite_apply(struct applying *applying, struct problem *problem)
{
	int error = JISR_OK;
	const cJSON *members = json_get(applying->made, "members"), *observers = json_get(applying->body, "observers");
	for (const cJSON *one = members != NULL ? members->child : NULL; one != NULL && !error; one = one->next)
		if (cJSON_IsString(one))
			error = insert(applying, one->valuestring, false, "", problem);
	for (const cJSON *one = observers != NULL ? observers->child : NULL; one != NULL && !error; one = one->next)
		error = insert(applying, applying_text(one, "code"), true, applying_text(one, "name"), problem);
	return error;
}

/* ---- people ---- */

int delegation_announce(struct conducting *conducting, struct problem *problem)
{
	const char *code = NULL;
	struct row row = {0};
	int64_t attended = 0;
	size_t heads = 0;
	int error = conducting_state(conducting, BEFORE_END, problem);
	if (!error)
		error = conducting_delegation(conducting, &code, problem);
	if (!error)
		error = read_row(conducting, code, &row, problem);
	if (error)
		return error;
	for (const cJSON *one = json_get(conducting->fields, "people")->child; one != NULL; one = one->next)
		heads += strcmp(json_get_text(one, "role"), "head") == 0;
	if (heads != 1)
		return problem_set(problem, JISR_BAD_INPUT, "a delegation has one head, not %zu", heads);
	struct sql_query query = sql_query(
		conducting->sql, "SELECT count(*) FROM assembly_person WHERE session = ?1 AND code = ?2 AND attended");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_text(&query, 2, code);
	error = sql_run_number(&query, 0, &attended, problem);
	if (!error && attended > 0)
		error = problem_set(problem, JISR_STATE,
		                    "people of %s have signed in already: add others one by one (delegate)", code);
	if (!error && strcmp(row.credentials, "accepted") == 0)
		error = problem_set(problem, JISR_STATE,
		                    "the credentials of %s are accepted: add others one by one (delegate)", code);
	name_part(conducting, code);
	return error;
}

static int insert_person(struct applying *applying, uint32_t number, const cJSON *person, struct problem *problem)
{
	const char *rank = applying_text(person, "rank");
	struct sql_query query = sql_query(
		applying->sql, "INSERT OR REPLACE INTO assembly_person VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, ?8)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, applying->part);
	sql_bind_number(&query, 3, number);
	sql_bind_text(&query, 4, applying_text(person, "name"));
	sql_bind_text(&query, 5, applying_text(person, "role"));
	sql_bind_text(&query, 6, rank[0] != '\0' ? rank : "other");
	sql_bind_text(&query, 7, applying_text(person, "title"));
	sql_bind_number(&query, 8, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int delegation_announce_apply(struct applying *applying, struct problem *problem)
{
	uint32_t number = 0;
	const char *papers;
	const cJSON *people = json_get(applying->body, "people");
	CLEANUP(json_freep) cJSON *kept = tree_object();
	tree_text(kept, "signed_by", applying_text(applying->body, "signed_by"));
	tree_text(kept, "signed", applying_text(applying->body, "signed"));
	tree_text(kept, "document", applying_text(applying->body, "document"));
	if (tree_failed())
		return problem_no_memory(problem);
	int error = applying_json(applying, kept, &papers, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(applying->sql, "DELETE FROM assembly_person WHERE session = ?1 AND code = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, applying->part);
	error = sql_run(&query, problem);
	for (const cJSON *one = people != NULL ? people->child : NULL; one != NULL && !error; one = one->next)
		error = insert_person(applying, ++number, one, problem);
	if (error)
		return error;
	query = sql_query(
		applying->sql,
		"UPDATE assembly_delegation SET announced = 1, papers = ?3, papers_entry = ?4, credentials = '',"
		" version = ?4 WHERE session = ?1 AND code = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, applying->part);
	sql_bind_text(&query, 3, papers);
	sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int delegation_add(struct conducting *conducting, struct problem *problem)
{
	const char *code = NULL;
	struct row row = {0};
	int error = conducting_state(conducting, BEFORE_END, problem);
	if (!error)
		error = conducting_delegation(conducting, &code, problem);
	if (!error)
		error = read_row(conducting, code, &row, problem);
	if (error)
		return error;
	if (!row.announced)
		return problem_set(problem, JISR_STATE, "the delegation of %s is not announced yet (delegation)", code);
	if (strcmp(conducting_text(conducting, "role"), "head") == 0)
		return problem_set(problem, JISR_STATE, "the delegation of %s has its head", code);
	if (row.people >= ASSEMBLY_MAX_PEOPLE)
		return problem_set(problem, JISR_TOO_LARGE, "a delegation has at most %d people", ASSEMBLY_MAX_PEOPLE);
	tree_count(conducting->made, "number", (uint64_t)row.people + 1);
	name_part(conducting, code);
	return JISR_OK;
}

int delegation_add_apply(struct applying *applying, struct problem *problem)
{
	return applying->body == NULL
	               ? JISR_OK
	               : insert_person(applying, applying_number(applying->made, "number"), applying->body, problem);
}

/* What an entry said of people is gone: they with it. */
int delegation_dropped(struct applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(applying->sql, "DELETE FROM assembly_person WHERE entry = ?1");
	sql_bind_number(&query, 1, (int64_t)applying->entry->sequence);
	int error = sql_run(&query, problem);
	if (error || strcmp(applying->entry->header.kind, "assembly.delegation") != 0)
		return error;
	query = sql_query(applying->sql, "UPDATE assembly_delegation SET papers = '{\"document\":\"\",\"signed\":\"\","
	                                 "\"signed_by\":\"\"}' WHERE papers_entry = ?1");
	sql_bind_number(&query, 1, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

/* ---- credentials ---- */

int delegation_credentials(struct conducting *conducting, struct problem *problem)
{
	int error = conducting_state(conducting, BEFORE_END, problem);
	const cJSON *offices = json_get(conducting->fields, "offices");
	bool returned = strcmp(applying_text(conducting->fields, "result"), "returned") == 0;
	if (!error && returned && conducting_text(conducting, "text") == NULL)
		error = problem_set(problem, JISR_BAD_INPUT, "\"text\" is missing: why they are returned");
	for (const cJSON *one = !error ? offices->child : NULL; one != NULL && !error; one = one->next) {
		struct row row;
		error = read_row(conducting, one->valuestring, &row, problem);
		if (!error && !row.there)
			error = problem_set(problem, JISR_NOT_FOUND, "%s was not invited to session %u",
			                    one->valuestring, (unsigned)conducting->session);
		else if (!error && !row.announced)
			error = problem_set(problem, JISR_STATE,
			                    "%s has announced no delegation: there is nothing to examine",
			                    one->valuestring);
	}
	return error;
}

int delegation_credentials_apply(struct applying *applying, struct problem *problem)
{
	const cJSON *offices = json_get(applying->body, "offices");
	int error = JISR_OK;
	for (const cJSON *one = offices != NULL ? offices->child : NULL; one != NULL && !error; one = one->next) {
		struct sql_query query =
			sql_query(applying->sql, "UPDATE assembly_delegation SET credentials = ?3, remark = ?4, version"
		                                 " = ?5 WHERE session = ?1 AND code = ?2");
		sql_bind_number(&query, 1, applying->session);
		sql_bind_text(&query, 2, one->valuestring);
		sql_bind_text(&query, 3, applying_text(applying->body, "result"));
		sql_bind_text(&query, 4, applying_text(applying->body, "text"));
		sql_bind_number(&query, 5, (int64_t)applying->entry->sequence);
		error = sql_run(&query, problem);
	}
	return error;
}

/* ---- arrears ---- */

int delegation_arrears(struct conducting *conducting, struct problem *problem)
{
	int error = conducting_state(conducting, BEFORE_END, problem);
	bool suspends = conducting_flag(conducting, "suspended");
	const cJSON *offices = json_get(conducting->fields, "offices");
	for (const cJSON *one = !error ? offices->child : NULL; one != NULL && !error; one = one->next) {
		struct row row;
		error = read_row(conducting, one->valuestring, &row, problem);
		if (!error && (!row.there || row.observer))
			error = problem_set(problem, JISR_NOT_FOUND, "%s is no member that was invited to session %u",
			                    one->valuestring, (unsigned)conducting->session);
		else if (!error && row.suspended == suspends)
			error = problem_set(problem, JISR_CONFLICT, "the vote of %s is %s", one->valuestring,
			                    suspends ? "suspended already" : "not suspended");
	}
	return error;
}

static int set_suspended(struct applying *applying, const char *code, bool suspended, const char *why,
                         struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE assembly_delegation SET suspended = ?3, why = ?4, version = ?5 WHERE "
	                                 "session = ?1 AND code = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, code);
	sql_bind_number(&query, 3, suspended);
	sql_bind_text(&query, 4, why);
	sql_bind_number(&query, 5, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int delegation_arrears_apply(struct applying *applying, struct problem *problem)
{
	const cJSON *offices = json_get(applying->body, "offices");
	int error = JISR_OK;
	for (const cJSON *one = offices != NULL ? offices->child : NULL; one != NULL && !error; one = one->next)
		error = set_suspended(applying, one->valuestring, applying_flag(applying->body, "suspended"),
		                      applying_text(applying->body, "text"), problem);
	return error;
}

/* One appeal a session: a new one wants a new decisive fact, which the secretariat takes by restoring the vote. */
int delegation_appeal(struct conducting *conducting, struct problem *problem)
{
	const char *code = NULL;
	bool waits = false;
	struct row row = {0};
	int error = conducting_state(conducting, BEFORE_END, problem);
	if (!error)
		error = conducting_delegation(conducting, &code, problem);
	if (!error)
		error = read_row(conducting, code, &row, problem);
	if (!error && !row.suspended)
		error = problem_set(problem, JISR_STATE, "the vote of %s is not suspended", code);
	if (!error)
		error = dues_waits(conducting->sql, code, &waits, problem);
	if (!error && waits)
		error = problem_set(problem, JISR_STATE,
		                    "the Executive Committee decides first on an appeal of %s (dues, appeal), then the "
		                    "Assembly",
		                    code);
	if (!error && row.appeal[0] != '\0')
		error = problem_set(problem, JISR_CONFLICT, "the appeal of %s is %s: there is one a session", code,
		                    row.appeal);
	if (!error)
		name_part(conducting, code);
	return error;
}

static int set_appeal(struct applying *applying, const char *code, const char *appeal, const char *text,
                      struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE assembly_delegation SET appeal = ?3, appeal_text = ?4, version = ?5"
	                                 " WHERE session = ?1 AND code = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, code);
	sql_bind_text(&query, 3, appeal);
	sql_bind_text(&query, 4, text);
	sql_bind_number(&query, 5, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int delegation_appeal_apply(struct applying *applying, struct problem *problem)
{
	return set_appeal(applying, applying->part, "pending", applying_text(applying->body, "text"), problem);
}

/* Decided by the Assembly, in session: an appeal suspends nothing until then. */
int delegation_appeal_decide(struct conducting *conducting, struct problem *problem)
{
	const char *code = conducting_text(conducting, "office");
	struct row row = {0};
	int error = conducting_state(conducting, ASSEMBLY_BIT(ASSEMBLY_OPEN), problem);
	if (!error)
		error = read_row(conducting, code, &row, problem);
	if (!error && strcmp(row.appeal, "pending") != 0)
		error = problem_set(problem, JISR_STATE, "there is no appeal of %s to decide", code);
	if (!error)
		name_part(conducting, code);
	return error;
}

int delegation_appeal_decide_apply(struct applying *applying, struct problem *problem)
{
	bool granted = applying_flag(applying->body, "granted");
	int error = set_appeal(applying, applying->part, granted ? "granted" : "refused",
	                       applying_text(applying->body, "text"), problem);
	return error || !granted ? error : set_suspended(applying, applying->part, false, "", problem);
}

/* ---- presence ---- */

static int check_people(struct conducting *conducting, const char *code, const cJSON *people, struct problem *problem)
{
	struct row row = {0};
	int error = read_row(conducting, code, &row, problem);
	if (!error && !row.there)
		error = problem_set(problem, JISR_NOT_FOUND, "%s was not invited to session %u", code,
		                    (unsigned)conducting->session);
	else if (!error && row.people == 0)
		error = problem_set(problem, JISR_STATE, "%s has announced nobody who could sign in", code);
	for (const cJSON *one = people != NULL ? people->child : NULL; one != NULL && !error; one = one->next)
		if (one->valuedouble > (double)row.people)
			error = problem_set(problem, JISR_NOT_FOUND, "the delegation of %s has no person number %.0f",
			                    code, one->valuedouble);
	return error;
}

int delegation_presence(struct conducting *conducting, struct problem *problem)
{
	const char *code = NULL;
	const cJSON *people = json_get(conducting->fields, "people"),
		    *offices = json_get(conducting->fields, "offices");
	int error = conducting_state(conducting, BEFORE_END, problem);
	if (!error && offices == NULL) {
		error = conducting_delegation(conducting, &code, problem);
		if (!error)
			error = check_people(conducting, code, people, problem);
		if (!error)
			name_part(conducting, code);
		return error;
	}
	if (!error)
		error = caller_check(conducting->caller, RIGHT_ASSEMBLY_SECRETARY, problem);
	if (!error && (people != NULL || conducting_text(conducting, "office") != NULL))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "\"offices\" are whole delegations: no \"people\", no \"office\"");
	for (const cJSON *one = error ? NULL : offices->child; one != NULL && !error; one = one->next)
		error = check_people(conducting, one->valuestring, NULL, problem);
	return error;
}

/* `number` 0: everybody. */
static int set_present(struct applying *applying, const char *code, int64_t number, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql,
		"UPDATE assembly_person SET present = ?4, attended = attended OR ?4 WHERE session = ?1 AND code"
		" = ?2 AND (?3 = 0 OR number = ?3)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, code);
	sql_bind_number(&query, 3, number);
	sql_bind_number(&query, 4, applying_flag(applying->body, "present"));
	return sql_run(&query, problem);
}

int delegation_presence_apply(struct applying *applying, struct problem *problem)
{
	const cJSON *people = json_get(applying->body, "people"), *offices = json_get(applying->body, "offices");
	int error = JISR_OK;
	if (offices == NULL && people == NULL)
		return set_present(applying, applying->part, 0, problem);
	for (const cJSON *one = offices != NULL ? offices->child : NULL; one != NULL && !error; one = one->next)
		error = set_present(applying, one->valuestring, 0, problem);
	for (const cJSON *one = people != NULL && offices == NULL ? people->child : NULL; one != NULL && !error;
	     one = one->next)
		error = set_present(applying, applying->part, (int64_t)one->valuedouble, problem);
	return error;
}

/* ---- forgetting ---- */

struct forgetting {
	char begins[40]; /* of the subject */
	uint64_t *sequences;
	size_t count;
};

static int find_named(void *context, const struct entry *entry, struct problem *problem)
{
	struct forgetting *forgetting = context;
	const char *kind = entry->header.kind;
	bool names = strcmp(kind, "assembly.delegation") == 0 || strcmp(kind, "assembly.delegate") == 0;
	if (!names || entry->body_bytes == NULL ||
	    strncmp(entry->header.subject, forgetting->begins, strlen(forgetting->begins)) != 0)
		return JISR_OK;
	if (forgetting->count == MAX_FORGOTTEN)
		return problem_set(problem, JISR_TOO_LARGE, "more than %d entries name people", MAX_FORGOTTEN);
	forgetting->sequences[forgetting->count++] = entry->sequence;
	return JISR_OK;
}

/* The bodies of all entries that named people go, also of those that others replaced. */
int delegation_forget(struct conducting *conducting, struct problem *problem)
{
	struct forgetting forgetting = {"", NULL, 0};
	int error = conducting_state(conducting, ASSEMBLY_BIT(ASSEMBLY_CLOSED), problem);
	if (error)
		return error;
	forgetting.sequences =
		arena_zero(store_write_arena(conducting->write), MAX_FORGOTTEN, sizeof *forgetting.sequences);
	if (forgetting.sequences == NULL)
		return problem_no_memory(problem);
	(void)snprintf(forgetting.begins, sizeof forgetting.begins, "assembly/%u/", (unsigned)conducting->session);
	error = log_each(store_write_log(conducting->write), 1, LOG_WITHOUT_BODY, find_named, &forgetting, problem);
	if (!error && forgetting.count == 0)
		error = problem_set(problem, JISR_STATE, "no entry of session %u names people any more",
		                    (unsigned)conducting->session);
	for (size_t i = 0; i < forgetting.count && !error; i++)
		error = store_drop_body(conducting->write, forgetting.sequences[i], conducting->caller->office,
		                        conducting->caller->officer, conducting_text(conducting, "text"), problem);
	tree_count(conducting->made, "entries", forgetting.count);
	return error;
}

/* The tables followed the bodies already. */
int delegation_forget_apply(struct applying *applying, struct problem *problem)
{
	(void)applying;
	(void)problem;
	return JISR_OK;
}
