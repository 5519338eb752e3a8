/* /api/v1/setup: how a new installation gets its first administrator from a browser (members/setup.h). Open to everybody, as
 * whoever comes first is nobody yet; who has not the code learns only whether it is asked for, and afterwards nothing. */
#include "base/json.h"
#include "base/tree.h"
#include "members/setup.h"
#include "web/record_reply.h"
#include "web/session_body.h"

#include <sodium.h>

static int look(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct store *store = service_store(service);
	(void)request;
	cJSON *root = tree_object();
	tree_bool(root, "needed", store != NULL && service_signing(service) != NULL && setup_needed(store));
	int error = http_reply_json(reply, 200, root);
	return error ? error : http_reply_header(reply, "Cache-Control", "no-store");
}

/* The names of headquarters as they are, so that who sets up need not type what is right already. */
static int tell_office(struct store *store, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct office office;
	int error = store_read(store, &reader, &problem);
	if (!error)
		error = register_office(store_reader_sql(reader), OFFICE_HEADQUARTERS, &office, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	cJSON *root = tree_object(), *names = tree_add_object(root, "names");
	for (size_t i = 0; i < LANGUAGE_COUNT; i++)
		tree_text(names, language_codes[i], office.names.text[i]);
	return http_reply_json(reply, 200, root);
}

static int invite(struct signin *signin, const char *officer, const struct http_request *request,
                  struct http_reply *reply)
{
	struct signin_officer found;
	struct problem problem = {""};
	char code[ENROLMENT_CODE];
	int error = signin_officer(signin, officer, &found, &problem);
	if (error == JISR_OK)
		error = signin_invite(signin, officer, "console", clock_wall(), code, &problem);
	if (error != JISR_OK)
		return session_failed(error, request, &problem, NULL, reply);
	cJSON *root = tree_object();
	tree_text(root, "officer", found.id);
	tree_text(root, "login", found.login);
	tree_text(root, "enrolment", code);
	tree_count(root, "seconds", ENROLMENT_SECONDS);
	sodium_memzero(code, sizeof code);
	return http_reply_json(reply, 201, root);
}

static int set_up(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct signin *signin;
	struct problem problem = {""};
	char officer[OFFICER_ID_MAX + 1];
	if (!session_begin(service, request, reply, &signin))
		return JISR_OK;
	struct store *store = service_store(service);
	int error = faults_read_body(request, reply, &json);
	if (error || json == NULL)
		return error;
	const char *code = json_get_text(json, "code");
	const cJSON *administrator = json_get(json, "administrator"), *names = json_get(json, "names");
	if (!cJSON_IsObject(json) || code == NULL ||
	    cJSON_GetArraySize(json) != 1 + (administrator != NULL) + (names != NULL))
		error = problem_set(&problem, setup_needed(store) ? JISR_BAD_INPUT : JISR_NOT_FOUND,
		                    "there are \"code\", \"administrator\" and \"names\"");
	else if (administrator == NULL)
		error = setup_check(store, code, clock_wall(), &problem);
	else
		error = setup_appoint(store, code, administrator, names, clock_wall(), officer, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	return administrator == NULL ? tell_office(store, request, reply) : invite(signin, officer, request, reply);
}

const struct http_route routes_setup[] = {
	{HTTP_GET, "/api/v1/setup", look, HTTP_STYLE_PROBLEM, "api_setup", .right = RIGHT_NONE, .heavy = true},
	{HTTP_POST, "/api/v1/setup", set_up, HTTP_STYLE_PROBLEM, "api_setup_begin", .right = RIGHT_NONE, .waits = true,
         .body_max = SESSION_BODY},
	{0},
};
