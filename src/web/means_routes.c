/* /api/v1/officers/{id}/means: what an officer signs in with, for who is in charge of the officer's office: looked at, and taken
 * away when somebody has left or lost something. Nobody sets another's password or passkey: for that there is the invitation. */
#include "base/clock.h"
#include "base/json.h"
#include "base/tree.h"
#include "members/owed.h"
#include "web/client_print.h"
#include "web/service.h"
#include "web/session_body.h"
#include "web/session_means.h"

#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* The officer of the address, of whom the caller is in charge: of his office, and of no role that the caller cannot give. An
 * officer who has ended has no means. False after an answer. */
static bool in_charge(struct service *service, const struct http_request *request, struct http_reply *reply,
                      struct signin **ret_signin, struct signin_officer *ret_officer, int *ret_error)
{
	struct problem problem = {""};
	const struct caller *caller = request->caller_is;
	*ret_error = JISR_OK;
	if (!session_begin(service, request, reply, ret_signin))
		return false;
	int error = signin_officer(*ret_signin, request->variables[0], ret_officer, &problem);
	if (error == JISR_OK)
		error = caller_check_at(caller, RIGHT_OFFICERS_CHANGE, ret_officer->office, &problem);
	if (error == JISR_OK && caller->kind != CALLER_CONSOLE &&
	    (ret_officer->roles & ~role_given_by(caller->roles)) != 0)
		error = problem_set(&problem, JISR_DENIED,
		                    "%s may not look after officers with roles that %s cannot give", caller->name,
		                    caller->name);
	if (error == JISR_DENIED)
		*ret_error = http_reply_problem(reply, 403, "Not allowed", problem.text);
	else if (error != JISR_OK)
		*ret_error = session_failed(error, request, &problem, NULL, reply);
	return error == JISR_OK;
}

static int show(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct signin *signin;
	struct signin_officer officer;
	struct account account = {.password_set = 0};
	struct problem problem = {""};
	int error;
	if (!in_charge(service, request, reply, &signin, &officer, &error))
		return error;
	cJSON *root = tree_object();
	struct sql *sql = local_enter(signin_local(signin));
	error = account_get(sql, officer.id, &account, &problem);
	if (error == JISR_NOT_FOUND)
		error = JISR_OK; /* never enrolled */
	tree_text(root, "officer", officer.id);
	session_tree_time(root, "password", account.hash[0] != '\0' ? account.password_set : 0);
	if (error == JISR_OK)
		error = session_means_passkeys(sql, officer.id, root, &problem);
	if (error == JISR_OK)
		error = session_means_tokens(sql, officer.id, root, &problem);
	if (error == JISR_OK)
		error = session_means_certificates(sql, officer.id, root, &problem);
	local_leave(signin_local(signin));
	sodium_memzero(&account, sizeof account);
	if (error == JISR_OK)
		return http_reply_json(reply, 200, root);
	(void)tree_failed();
	json_free(root);
	return session_failed(error, request, &problem, NULL, reply);
}

/* Everything: he signs in again only after a new invitation. */
static int clear(struct sql *sql, const char *officer, const char *by, bool *ret_password, struct problem *problem)
{
	struct account account;
	size_t passkeys = 0;
	int error = account_get(sql, officer, &account, problem);
	if (error == JISR_OK)
		error = account_count_passkeys(sql, officer, &passkeys, problem);
	*ret_password = error == JISR_OK && account.hash[0] != '\0';
	sodium_memzero(&account, sizeof account);
	if (error == JISR_OK && *ret_password && passkeys > 0)
		error = owed_add(sql, officer, "passkey", false, by, problem);
	return error == JISR_OK ? account_clear(sql, officer, problem) : error;
}

static int take_all(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct signin *signin;
	struct signin_officer officer;
	struct problem problem = {""};
	struct sql *sql;
	bool password = false;
	int error;
	if (!in_charge(service, request, reply, &signin, &officer, &error))
		return error;
	if (strcmp(officer.id, request->caller_is->officer) == 0)
		return http_reply_problem(reply, 409, "Not possible now",
		                          "Nobody takes all of the own means away: nobody could give them back.");
	error = local_begin(signin_local(signin), &sql, &problem);
	if (error == JISR_OK) {
		int cleared = clear(sql, officer.id, request->caller_is->name, &password, &problem);
		error = signin_end(signin, sql, cleared, officer.id, password ? "password" : "passkey", false,
		                   request->caller_is->name, &problem);
	}
	return error != JISR_OK ? session_failed(error, request, &problem, NULL, reply) : JISR_OK;
}

/* ---- of programs ---- */

static int end_token(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct signin *signin;
	struct signin_officer officer;
	struct problem problem = {""};
	struct sql *sql;
	char *end;
	int error;
	if (!in_charge(service, request, reply, &signin, &officer, &error))
		return error;
	long long id = strtoll(request->variables[1], &end, 10);
	error = local_begin(signin_local(signin), &sql, &problem);
	if (error == JISR_OK)
		error = signin_end(signin, sql, token_end(sql, officer.id, *end == '\0' ? id : 0, &problem), officer.id,
		                   "token", false, request->caller_is->name, &problem);
	return error != JISR_OK ? session_failed(error, request, &problem, NULL, reply) : JISR_OK;
}

/* 64 hexadecimal digits, with or without colons, in any case. */
static bool read_print(const char *text, char ret_print[CLIENT_PRINT])
{
	size_t used = 0;
	for (; *text != '\0'; text++) {
		if (*text == ':')
			continue;
		if (!isxdigit((unsigned char)*text) || used == CLIENT_PRINT - 1)
			return false;
		ret_print[used++] = (char)tolower((unsigned char)*text);
	}
	ret_print[used] = '\0';
	return used == CLIENT_PRINT - 1;
}

static int end_certificate(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct signin *signin;
	struct signin_officer officer;
	struct problem problem = {""};
	struct sql *sql;
	char print[CLIENT_PRINT];
	int error;
	if (!in_charge(service, request, reply, &signin, &officer, &error))
		return error;
	if (!read_print(request->variables[1], print))
		return http_reply_problem(reply, 404, "Not found", "There is no such certificate.");
	error = local_begin(signin_local(signin), &sql, &problem);
	if (error == JISR_OK)
		error = signin_end(signin, sql, token_certificate_end(sql, officer.id, print, &problem), officer.id,
		                   "certificate", false, request->caller_is->name, &problem);
	return error != JISR_OK ? session_failed(error, request, &problem, NULL, reply) : JISR_OK;
}

/* A program that shows this certificate acts for the officer, with these rights of his. */
static int add_certificate(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct signin *signin;
	struct signin_officer officer;
	struct problem problem = {""};
	struct sql *sql;
	char print[CLIENT_PRINT];
	right_set scopes = 0;
	int error;
	if (!in_charge(service, request, reply, &signin, &officer, &error))
		return error;
	error = faults_read_body(request, reply, &json);
	if (error != JISR_OK || json == NULL)
		return error;
	const char *sha256 = json_get_text(json, "sha256");
	right_set has = right_of_roles(officer.roles, strcmp(officer.office, OFFICE_HEADQUARTERS) == 0);
	if (!cJSON_IsObject(json) || cJSON_GetArraySize(json) != 2 || sha256 == NULL || !read_print(sha256, print))
		return http_reply_problem(reply, 422, "The request is not valid",
		                          "A certificate is named by the SHA-256 of its DER bytes, \"sha256\", 64 "
		                          "hexadecimal digits, and what it may by \"scopes\".");
	if (!session_means_scopes(json_get(json, "scopes"), &scopes) || (scopes & ~has) != 0)
		return http_reply_problem(reply, 422, "The request is not valid",
		                          "\"scopes\" is a list of rights that the officer has, as in [\"check\"].");
	error = local_begin(signin_local(signin), &sql, &problem);
	if (error == JISR_OK)
		error = signin_end(signin, sql,
		                   token_certificate_add(sql, officer.id, print, scopes, clock_wall(), &problem),
		                   officer.id, "certificate", true, request->caller_is->name, &problem);
	if (error != JISR_OK)
		return session_failed(error, request, &problem, NULL, reply);
	reply->status = 201;
	return JISR_OK;
}

#define TAKES(pattern, handler, name)                                                                                  \
	{                                                                                                              \
		HTTP_DELETE, pattern, handler, HTTP_STYLE_PROBLEM, name, .right = RIGHT_OFFICERS_CHANGE                \
	}
const struct http_route routes_means[] = {
	{HTTP_GET, "/api/v1/officers/{id}/means", show, HTTP_STYLE_PROBLEM, "api_means", .right = RIGHT_OFFICERS_CHANGE,
         .access = "view"},
	TAKES("/api/v1/officers/{id}/means", take_all, "api_means_end"),
	TAKES("/api/v1/officers/{id}/tokens/{token}", end_token, "api_means_token_end"),
	{HTTP_POST, "/api/v1/officers/{id}/certificates", add_certificate, HTTP_STYLE_PROBLEM, "api_means_certificate",
         .right = RIGHT_OFFICERS_CHANGE, .body_max = SESSION_BODY},
	TAKES("/api/v1/officers/{id}/certificates/{print}", end_certificate, "api_means_certificate_end"),
	{0},
};
