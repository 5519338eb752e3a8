#include "members/means.h"

#include "base/json.h"
#include "base/tree.h"

#include <stdio.h>
#include <string.h>

#define KIND_SET     "means.set"
#define KIND_REMOVED "means.removed"

static const char *const known_means[] = {"passkey", "password", "token", "enrolment", "certificate", NULL};

static int check(const cJSON *body, struct problem *problem)
{
	const char *means = json_get_text(body, "means"), *by = json_get_text(body, "by");
	if (!cJSON_IsObject(body) || cJSON_GetArraySize(body) != 2 || means == NULL || by == NULL || by[0] == '\0' ||
	    strlen(by) > CALLER_NAME_MAX)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "an entry about a means of signing in says which and by whom");
	for (size_t i = 0; known_means[i] != NULL; i++)
		if (strcmp(means, known_means[i]) == 0)
			return JISR_OK;
	return problem_set(problem, JISR_BAD_INPUT, "'%s' is no means of signing in", means);
}

static const struct store_kind kinds[] = {{.kind = KIND_SET, .check = check}, {.kind = KIND_REMOVED, .check = check}};
static const char *const no_tables[] = {NULL};

const struct store_domain means_domain = {
	.name = "means", .tables = no_tables, .kinds = kinds, .kind_count = sizeof kinds / sizeof *kinds};

/* ---- the directory ---- */

struct noting {
	const char *officer, *office, *means, *by;
	bool set;
};

static int append(struct store_write *write, void *context, struct problem *problem)
{
	const struct noting *noting = context;
	char subject[ENTRY_MAX_SUBJECT + 1];
	(void)snprintf(subject, sizeof subject, "means/%s", noting->officer);
	cJSON *body = tree_object();
	tree_text(body, "means", noting->means);
	tree_text(body, "by", noting->by);
	bool own = strcmp(noting->by, noting->officer) == 0;
	struct entry_draft draft = {.author = noting->office,
	                            .officer = own ? noting->officer : "",
	                            .kind = noting->set ? KIND_SET : KIND_REMOVED,
	                            .subject = subject,
	                            .expected = ENTRY_ANY};
	return store_append_tree(write, draft, body, NULL, problem);
}

static int find(void *context, const char *id, struct signin_officer *ret_officer);

/* By the officer's office; where this installation does not hold its key, by headquarters. */
static int note(void *context, const char *officer, const char *means, bool set, const char *by,
                struct problem *problem)
{
	struct signin_officer found;
	struct noting noting = {officer, ENTRY_HEADQUARTERS, means, by, set};
	int error = JISR_DENIED;
	if (find(context, officer, &found) == JISR_OK) {
		noting.office = found.office;
		error = store_submit(context, append, &noting, problem);
		noting.office = ENTRY_HEADQUARTERS;
	}
	return error == JISR_DENIED ? store_submit(context, append, &noting, problem) : error;
}

/* An officer who may sign in: active, of an open office. */
static int fill(struct sql *sql, const struct officer *officer, struct signin_officer *ret_officer)
{
	struct office office;
	struct caller caller;
	int error = register_office(sql, officer->office, &office, NULL);
	if (error != JISR_OK)
		return error;
	if (!register_caller(officer, &office, &caller))
		return JISR_NOT_FOUND;
	*ret_officer = (struct signin_officer){.roles = officer->roles};
	(void)snprintf(ret_officer->id, sizeof ret_officer->id, "%s", officer->id);
	(void)snprintf(ret_officer->since, sizeof ret_officer->since, "%s", officer->since);
	(void)snprintf(ret_officer->login, sizeof ret_officer->login, "%s", officer->login);
	(void)snprintf(ret_officer->name, sizeof ret_officer->name, "%s", officer->name);
	(void)snprintf(ret_officer->office, sizeof ret_officer->office, "%s", officer->office);
	(void)snprintf(ret_officer->office_name, sizeof ret_officer->office_name, "%s", office.names.text[LANGUAGE_EN]);
	return JISR_OK;
}

static int find_by(struct store *store, const char *id, const char *login, struct signin_officer *ret_officer)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct officer officer;
	int error = store_read(store, &reader, NULL);
	if (error != JISR_OK)
		return error;
	struct sql *sql = store_reader_sql(reader);
	error = id != NULL ? register_officer(sql, id, &officer, NULL) : register_login(sql, login, &officer, NULL);
	return error != JISR_OK ? error : fill(sql, &officer, ret_officer);
}

static int find(void *context, const char *id, struct signin_officer *ret_officer)
{
	return find_by(context, id, NULL, ret_officer);
}

static int login(void *context, const char *name, struct signin_officer *ret_officer)
{
	return find_by(context, NULL, name, ret_officer);
}

static bool fresh(void *context)
{
	return store_refresh(context, NULL) == JISR_OK;
}

struct signin_directory means_directory(struct store *store)
{
	return (struct signin_directory){
		.context = store,
		.find = find,
		.login = login,
		.note = note,
		.fresh = store_is_shared(store_directory(store)) ? fresh : NULL,
	};
}
