/* /api/v1/me: an officer's own means of signing in, sessions and tokens. */
#include "base/base64.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/tree.h"
#include "web/service.h"
#include "web/session_body.h"
#include "web/session_means.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define DAY ((int64_t)86400 * 1000) /* ms */

/* ---- what there is ---- */

static int add_sessions(struct session_own *own, struct sql *sql, cJSON *root, struct problem *problem)
{
	struct session session;
	int error = JISR_OK;
	cJSON *list = tree_add_array(root, "sessions");
	for (size_t i = 0; (error = session_at(sql, own->officer.id, i, signin_limits(own->signin), clock_wall(),
	                                       &session, problem)) == JISR_OK;
	     i++) {
		session_tree_session(list, NULL, &session, signin_limits(own->signin));
		tree_bool(cJSON_GetArrayItem(list, (int)i), "this",
		          memcmp(session.hash, own->session.hash, LOCAL_HASH) == 0);
	}
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

static int get_me(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct session_own me;
	struct account account;
	struct problem problem = {""};
	int error;
	if (!session_own(service, request, reply, false, &me, &error))
		return error;
	cJSON *root = tree_object();
	struct sql *sql = local_enter(signin_local(me.signin));
	error = account_get(sql, me.officer.id, &account, &problem);
	if (error == JISR_OK) {
		session_tree_time(root, "password", account.password_set);
		error = session_means_passkeys(sql, me.officer.id, root, &problem);
	}
	if (error == JISR_OK)
		error = add_sessions(&me, sql, root, &problem);
	if (error == JISR_OK)
		error = session_means_tokens(sql, me.officer.id, root, &problem);
	local_leave(signin_local(me.signin));
	sodium_memzero(&account, sizeof account);
	if (error == JISR_OK)
		return http_reply_json(reply, 200, root);
	(void)tree_failed();
	json_free(root);
	return session_failed(error, request, &problem, NULL, reply);
}

/* ---- ending sessions ---- */

static int delete_sessions(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct session_own me;
	struct sql *sql;
	struct problem problem = {""};
	int64_t count = 0;
	int error;
	if (!session_own(service, request, reply, false, &me, &error))
		return error;
	error = local_begin(signin_local(me.signin), &sql, &problem);
	if (error == JISR_OK)
		error = local_end(signin_local(me.signin),
		                  session_end_all(sql, me.officer.id, me.session.hash, &count, &problem), &problem);
	if (error != JISR_OK)
		return session_failed(error, request, &problem, NULL, reply);
	cJSON *root = tree_object();
	tree_count(root, "ended", (uint64_t)count);
	return http_reply_json(reply, 200, root);
}

static int delete_one_session(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct session_own me;
	struct sql *sql;
	struct problem problem = {""};
	int error;
	if (!session_own(service, request, reply, false, &me, &error))
		return error;
	error = local_begin(signin_local(me.signin), &sql, &problem);
	if (error == JISR_OK)
		error = local_end(signin_local(me.signin),
		                  session_end_id(sql, me.officer.id, request->variables[0], &problem), &problem);
	return error != JISR_OK ? session_failed(error, request, &problem, NULL, reply) : JISR_OK;
}

/* ---- passkeys ---- */

static int post_passkey_challenge(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct session_own me;
	struct account account;
	struct signing_site site;
	struct problem problem = {""};
	uint8_t challenge[CHALLENGE_SIZE];
	int error;
	if (!session_own(service, request, reply, true, &me, &error))
		return error;
	if (!signing_site(request, &site))
		return http_reply_problem(reply, 409, "No passkeys here",
		                          "Passkeys work at https addresses with a name, and at http://localhost.");
	struct sql *sql = local_enter(signin_local(me.signin));
	error = account_get(sql, me.officer.id, &account, &problem);
	local_leave(signin_local(me.signin));
	if (error != JISR_OK)
		return session_failed(error, request, &problem, NULL, reply);
	signin_challenge(me.signin, &me.session, clock_wall(), challenge);
	cJSON *root = tree_object();
	session_tree_creation(root, &site, challenge, &me.officer, account.handle);
	sodium_memzero(&account, sizeof account);
	return http_reply_json(reply, 200, root);
}

static int post_passkey(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	static const struct session_field fields[] = {{"passkey", true, 0}, {"name", false, ACCOUNT_MAX_NAME}};
	CLEANUP(json_freep) cJSON *json = NULL;
	const char *texts[SESSION_MAX_FIELDS];
	const cJSON *objects[SESSION_MAX_FIELDS];
	struct session_own me;
	struct signing_site site;
	struct session_credential credential;
	struct problem problem = {""};
	int error;
	if (!session_own(service, request, reply, true, &me, &error))
		return error;
	error = session_read(request, reply, fields, 2, &json, texts, objects);
	if (error != JISR_OK || json == NULL)
		return error;
	if (!signing_site(request, &site) || !session_read_credential(objects[0], true, request->arena, &credential))
		return http_reply_problem(reply, 422, "This cannot be taken",
		                          "The passkey's answer is not one that a browser gives.");
	error = signin_add_passkey(me.signin, &me.session, &site.site, texts[1], credential.use.client,
	                           credential.attestation, clock_wall(), &problem);
	return error != JISR_OK ? session_failed(error, request, &problem, NULL, reply) : JISR_OK;
}

static int delete_passkey(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct session_own me;
	struct problem problem = {""};
	uint8_t id[PASSKEY_MAX_ID];
	size_t size = 0;
	int error;
	if (!session_own(service, request, reply, true, &me, &error))
		return error;
	if (!base64_url_read(request->variables[0], strlen(request->variables[0]), id, sizeof id, &size))
		return http_reply_problem(reply, 404, "Not found", "There is no such passkey.");
	error = signin_drop_passkey(me.signin, &me.session, id, size, &problem);
	return error != JISR_OK ? session_failed(error, request, &problem, NULL, reply) : JISR_OK;
}

/* ---- the password ---- */

/* A fresh secret of one-time codes; it counts when PUT /me/password sends it back with its first code. */
static int post_codes(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct session_own me;
	uint8_t secret[TOTP_SECRET];
	char uri[TOTP_URI_MAX];
	struct text svg;
	int error;
	if (!session_own(service, request, reply, true, &me, &error))
		return error;
	totp_make(secret);
	text_init(&svg, TOTP_QR_MAX);
	error = totp_uri(secret, SIGNING_ISSUER, me.officer.login, uri);
	if (error == JISR_OK)
		error = totp_qr(uri, &svg);
	if (error == JISR_OK) {
		cJSON *root = tree_object();
		session_tree_bytes(root, "secret", secret, sizeof secret);
		tree_text(root, "codes", uri);
		tree_text(root, "codes_picture", svg.bytes);
		error = http_reply_json(reply, 200, root);
	}
	sodium_memzero(secret, sizeof secret);
	sodium_memzero(uri, sizeof uri);
	text_finish(&svg);
	return error;
}

static int put_password(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	static const struct session_field fields[] = {
		{"password", true, PASSWORD_MAX_BYTES}, {"secret", false, 64}, {"code", false, 32}};
	CLEANUP(json_freep) cJSON *json = NULL;
	const char *texts[SESSION_MAX_FIELDS];
	const cJSON *objects[SESSION_MAX_FIELDS];
	struct session_own me;
	struct signin_told told = {.wait = 2000};
	struct problem problem = {""};
	uint8_t secret[TOTP_SECRET];
	size_t size = 0;
	int error;
	if (!session_own(service, request, reply, true, &me, &error))
		return error;
	error = session_read(request, reply, fields, 3, &json, texts, objects);
	if (error != JISR_OK || json == NULL)
		return error;
	bool fresh = texts[1][0] != '\0';
	if (fresh &&
	    (!base64_url_read(texts[1], strlen(texts[1]), secret, sizeof secret, &size) || size != sizeof secret))
		return http_reply_problem(reply, 422, "This cannot be taken",
		                          "The secret is not one that /api/v1/me/codes gave.");
	error = signin_set_password(me.signin, &me.session, &me.officer, texts[0], fresh ? secret : NULL, texts[2],
	                            clock_wall(), &problem);
	sodium_memzero(secret, sizeof secret);
	return error != JISR_OK ? session_failed(error, request, &problem, &told, reply) : JISR_OK;
}

/* ---- tokens ---- */

/* {"name", "scopes": ["check"], "days"}: what is asked for, and whether the officer has it to give. */
static bool read_token(const cJSON *json, const struct session_own *own, struct faults *faults, const char **ret_name,
                       right_set *ret_scopes, int64_t *ret_days)
{
	static const struct known_field known[] = {{"name", ""}, {"scopes", " rights "}, {"days", ""}};
	right_set rights = right_of_roles(own->officer.roles, strcmp(own->officer.office, OFFICE_HEADQUARTERS) == 0);
	const cJSON *found[3] = {NULL};
	for (const cJSON *member = cJSON_IsObject(json) ? json->child : NULL; member != NULL; member = member->next) {
		size_t field = faults_field(faults, &(struct place){.name = member->string}, known, 3);
		if (field < 3)
			found[field] = member;
	}
	if (!cJSON_IsString(found[0]) || found[0]->valuestring[0] == '\0' ||
	    strlen(found[0]->valuestring) > ACCOUNT_MAX_NAME)
		faults_add(faults, &(struct place){.name = "name"}, "a name of 1 to %d bytes is needed",
		           ACCOUNT_MAX_NAME);
	else
		*ret_name = found[0]->valuestring;
	if (found[2] != NULL && !json_whole(found[2], 1, TOKEN_MAX_DAYS, NULL))
		faults_add(faults, &(struct place){.name = "days"}, "a whole number of days, 1 to %d", TOKEN_MAX_DAYS);
	else if (found[2] != NULL)
		*ret_days = found[2]->valueint;
	const struct place scopes = {.name = "scopes"};
	if (!cJSON_IsArray(found[1]) || cJSON_GetArraySize(found[1]) == 0)
		faults_add(faults, &scopes, "a list of rights is needed, as in [\"check\"]");
	size_t index = 0;
	for (const cJSON *item = cJSON_IsArray(found[1]) ? found[1]->child : NULL; item != NULL;
	     item = item->next, index++) {
		enum right right;
		const struct place place = {.parent = &scopes, .index = index};
		if (!cJSON_IsString(item) || !right_read(item->valuestring, &right) || right == RIGHT_NONE)
			faults_add(faults, &place, "there is no such right");
		else if ((rights & RIGHT_BIT(right)) == 0)
			faults_add(faults, &place, "you do not have this right yourself");
		else if (right == RIGHT_SELF)
			faults_add(faults, &place, "a token cannot change how its officer signs in");
		else
			*ret_scopes |= RIGHT_BIT(right);
	}
	return faults->count == 0;
}

static int post_token(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct faults faults = {.arena = request->arena};
	struct session_own me;
	struct problem problem = {""};
	struct token token = {.scopes = 0};
	const char *name = "";
	char secret[TOKEN_SECRET];
	int64_t days = 90, now = clock_wall();
	struct sql *sql;
	int error;
	if (!session_own(service, request, reply, true, &me, &error))
		return error;
	error = faults_read_body(request, reply, &json);
	if (error != JISR_OK || json == NULL)
		return error;
	if (!read_token(json, &me, &faults, &name, &token.scopes, &days))
		return faults_reply(&faults, reply);
	error = local_begin(signin_local(me.signin), &sql, &problem);
	if (error == JISR_OK)
		error = signin_end(me.signin, sql,
		                   token_make(sql, me.officer.id, name, token.scopes, now, now + days * DAY, secret,
		                              &token.id, &problem),
		                   me.officer.id, "token", true, me.officer.id, &problem);
	if (error != JISR_OK)
		return session_failed(error, request, &problem, NULL, reply);
	token.made = now;
	token.ends = now + days * DAY;
	(void)snprintf(token.name, sizeof token.name, "%s", name);
	cJSON *root = tree_object();
	session_means_token(root, &token);
	tree_text(root, "token", secret);
	error = http_reply_json(reply, 201, root);
	sodium_memzero(secret, sizeof secret);
	return error;
}

static int delete_token(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct session_own me;
	struct problem problem = {""};
	struct sql *sql;
	char *end;
	int error;
	if (!session_own(service, request, reply, false, &me, &error))
		return error;
	long long id = strtoll(request->variables[0], &end, 10);
	error = local_begin(signin_local(me.signin), &sql, &problem);
	if (error == JISR_OK)
		error = signin_end(me.signin, sql, token_end(sql, me.officer.id, *end == '\0' ? id : 0, &problem),
		                   me.officer.id, "token", false, me.officer.id, &problem);
	return error != JISR_OK ? session_failed(error, request, &problem, NULL, reply) : JISR_OK;
}

#define OWN(method, pattern, handler, name)                                                                            \
	{                                                                                                              \
		method, pattern, handler, HTTP_STYLE_PROBLEM, name, .right = RIGHT_SELF, .body_max = SESSION_BODY      \
	}

const struct http_route routes_self[] = {
	OWN(HTTP_GET, "/api/v1/me", get_me, "me"),
	OWN(HTTP_DELETE, "/api/v1/me/sessions", delete_sessions, "end-sessions"),
	OWN(HTTP_DELETE, "/api/v1/me/sessions/{id}", delete_one_session, "end-session"),
	OWN(HTTP_POST, "/api/v1/me/passkeys", post_passkey, "add-passkey"),
	OWN(HTTP_POST, "/api/v1/me/passkeys/challenge", post_passkey_challenge, "passkey-challenge"),
	OWN(HTTP_DELETE, "/api/v1/me/passkeys/{id}", delete_passkey, "drop-passkey"),
	OWN(HTTP_POST, "/api/v1/me/codes", post_codes, "codes"),
	{HTTP_PUT, "/api/v1/me/password", put_password, HTTP_STYLE_PROBLEM, "password", .right = RIGHT_SELF,
         .heavy = true, .body_max = SESSION_BODY},
	{HTTP_POST, "/api/v1/me/tokens", post_token, HTTP_STYLE_PROBLEM, "make-token", .right = RIGHT_SELF,
         .repeat = HTTP_REPEAT_SECRET, .body_max = SESSION_BODY},
	OWN(HTTP_DELETE, "/api/v1/me/tokens/{id}", delete_token, "end-token"),
	{0},
};
