/* /api/v1/session: signing in and out, who is signed in, a fresh proof. */
#include "base/clock.h"
#include "base/json.h"
#include "base/tree.h"
#include "members/setup.h"
#include "web/service.h"
#include "web/session_body.h"

#include <sodium.h>
#include <string.h>

#define NO_PASSKEYS                                                                                                    \
	"Passkeys work at https addresses with a name, and at http://localhost. Open the service there, or have the "  \
	"administrator set public-url."

/* Who is signed in: never an error, so that a page can ask when it starts. */
static int get_session(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct signing *signing = service_signing(service);
	struct signing_site site;
	struct problem problem = {""};
	struct signin_told told = {.wait = 0};
	const char *cookie = signing_cookie(request, SIGNING_SESSION);
	int error = signing == NULL || cookie == NULL ? JISR_NOT_FOUND
	                                              : signin_session(signing_signin(signing), cookie, clock_wall(),
	                                                               &told.session, &told.officer, &problem);
	if (error == JISR_OK)
		return session_reply(signing_signin(signing), request, reply, 200, &told);
	if (error != JISR_NOT_FOUND)
		return session_failed(error, request, &problem, NULL, reply);
	cJSON *root = tree_object();
	tree_text(root, "officer", NULL);
	tree_bool(root, "officers", signing != NULL);
	tree_bool(root, "setup", signing != NULL && setup_needed(service_store(service)));
	tree_bool(root, "passkeys", signing != NULL && signing_site(request, &site));
	return http_reply_json(reply, 200, root);
}

static int answer_challenge(struct signin *signin, const struct http_request *request, const struct session *session,
                            struct http_reply *reply)
{
	struct signing_site site;
	uint8_t challenge[CHALLENGE_SIZE];
	if (!signing_site(request, &site))
		return http_reply_problem(reply, 409, "No passkeys here", NO_PASSKEYS);
	signin_challenge(signin, session, clock_wall(), challenge);
	cJSON *root = tree_object();
	session_tree_request(root, &site, challenge);
	return http_reply_json(reply, 200, root);
}

static int post_challenge(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct signin *signin;
	return session_begin(service, request, reply, &signin) ? answer_challenge(signin, request, NULL, reply)
	                                                       : JISR_OK;
}

enum { FIELD_LOGIN, FIELD_PASSWORD, FIELD_CODE, FIELD_TICKET, FIELD_PASSKEY, FIELDS };
static const struct session_field sign_in_fields[FIELDS] = {
	[FIELD_LOGIN] = {"login", false, SIGNIN_MAX_ACCOUNT},
	[FIELD_PASSWORD] = {"password", false, PASSWORD_MAX_BYTES},
	[FIELD_CODE] = {"code", false, 32},
	[FIELD_TICKET] = {"ticket", false, CHALLENGE_TEXT},
	[FIELD_PASSKEY] = {"passkey", false, 0},
};

/* By what was sent; `session` NULL: signing in, else a fresh proof in it. 1 after an answer. */
static int check_means(struct signin *signin, const struct http_request *request, const char *const *texts,
                       const cJSON *passkey, const struct session *session, struct signin_told *told,
                       struct problem *problem)
{
	struct signin_from from = signing_from(request);
	const char *ticket = texts[FIELD_TICKET][0] != '\0' ? texts[FIELD_TICKET] : NULL;
	int64_t now = clock_wall();
	if (passkey != NULL) {
		struct session_credential credential;
		struct signing_site site;
		if (!signing_site(request, &site))
			return problem_set(problem, JISR_STATE,
			                   "passkeys work at https addresses with a name, and at "
			                   "http://localhost");
		if (!session_read_credential(passkey, false, request->arena, &credential))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "the passkey's answer is not one that a browser gives");
		return session == NULL
		               ? signin_by_passkey(signin, &site.site, &credential.use, &from, now, told, problem)
		               : signin_prove_by_passkey(signin, session, &site.site, &credential.use, &from, now, told,
		                                         problem);
	}
	if (session != NULL)
		return signin_prove_by_password(signin, session, texts[FIELD_PASSWORD], texts[FIELD_CODE], ticket,
		                                &from, now, told, problem);
	const struct signin_password given = {texts[FIELD_LOGIN], texts[FIELD_PASSWORD], texts[FIELD_CODE], ticket};
	return signin_by_password(signin, &given, &from, now, told, problem);
}

static int answer_means(struct signin *signin, const struct http_request *request, const struct session *session,
                        struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	const char *texts[SESSION_MAX_FIELDS];
	const cJSON *objects[SESSION_MAX_FIELDS];
	struct problem problem = {""};
	struct signin_told told = {.wait = 0};
	int error = session_read(request, reply, sign_in_fields, FIELDS, &json, texts, objects);
	if (error != JISR_OK || json == NULL)
		return error;
	if (objects[FIELD_PASSKEY] == NULL && texts[FIELD_PASSWORD][0] == '\0')
		return http_reply_problem(
			reply, 422, "This cannot be taken",
			"Send a passkey's answer as \"passkey\", or \"login\", \"password\" and \"code\".");
	error = check_means(signin, request, texts, objects[FIELD_PASSKEY], session, &told, &problem);
	if (error == JISR_STATE && objects[FIELD_PASSKEY] == NULL)
		return http_reply_problem(
			reply, 403, "Closed to this browser",
			"Too many wrong passwords were tried for this name: it is closed to browsers that its owner "
			"has not signed in with before. Sign in with a passkey, or from your usual browser, or ask "
			"an administrator for a new enrolment code.");
	if (error != JISR_OK)
		return session_failed(error, request, &problem, &told, reply);
	return session_reply(signin, request, reply, session == NULL ? 201 : 200, &told);
}

static int post_session(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct signin *signin;
	return session_begin(service, request, reply, &signin) ? answer_means(signin, request, NULL, reply) : JISR_OK;
}

/* Signing out works always, also twice. */
static int delete_session(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct signin *signin;
	struct sql *sql;
	uint8_t hash[LOCAL_HASH];
	struct problem problem = {""};
	const char *cookie = signing_cookie(request, SIGNING_SESSION);
	if (!session_begin(service, request, reply, &signin))
		return JISR_OK;
	if (cookie != NULL) {
		local_hash(cookie, hash);
		int error = local_begin(signin_local(signin), &sql, &problem);
		if (error == JISR_OK) {
			error = session_end(sql, hash, NULL);
			error = local_end(signin_local(signin), error == JISR_NOT_FOUND ? JISR_OK : error, &problem);
		}
		if (error != JISR_OK)
			return session_failed(error, request, &problem, NULL, reply);
	}
	return signing_set_cookie(request, reply, SIGNING_SESSION, "");
}

static int post_proof_challenge(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct session_own own;
	int error;
	if (!session_own(service, request, reply, false, &own, &error))
		return error;
	return answer_challenge(own.signin, request, &own.session, reply);
}

static int post_proof(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct session_own own;
	int error;
	if (!session_own(service, request, reply, false, &own, &error))
		return error;
	return answer_means(own.signin, request, &own.session, reply);
}

/* ---- enrolling ---- */

static int post_enrolment(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	static const struct session_field fields[] = {{"enrolment", true, 64}};
	CLEANUP(json_freep) cJSON *json = NULL;
	const char *texts[SESSION_MAX_FIELDS];
	const cJSON *objects[SESSION_MAX_FIELDS];
	struct signin *signin;
	struct signin_offer offer;
	struct signing_site site;
	struct problem problem = {""};
	struct text svg;
	if (!session_begin(service, request, reply, &signin))
		return JISR_OK;
	int error = session_read(request, reply, fields, 1, &json, texts, objects);
	if (error != JISR_OK || json == NULL)
		return error;
	error = signin_offer(signin, texts[0], SIGNING_ISSUER, clock_wall(), &offer, &problem);
	if (error != JISR_OK)
		return session_failed(error, request, &problem, NULL, reply);
	text_init(&svg, TOTP_QR_MAX);
	error = totp_qr(offer.uri, &svg);
	if (error == JISR_OK) {
		cJSON *root = tree_object(), *officer = tree_add_object(root, "officer");
		tree_text(officer, "id", offer.officer.id);
		tree_text(officer, "login", offer.officer.login);
		tree_text(officer, "name", offer.officer.name);
		tree_text(officer, "office_name", offer.officer.office_name);
		session_tree_time(root, "ends", offer.enrolment.ends);
		if (signing_site(request, &site))
			session_tree_creation(root, &site, offer.challenge, &offer.officer, offer.handle);
		else
			tree_text(root, "publicKey", NULL);
		tree_text(root, "codes", offer.uri);
		tree_text(root, "codes_picture", svg.bytes);
		tree_count(root, "password_least", PASSWORD_LEAST);
		error = http_reply_json(reply, 200, root);
	}
	text_finish(&svg);
	return error;
}

static int post_enrolment_passkey(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	static const struct session_field fields[] = {
		{"enrolment", true, 64}, {"passkey", true, 0}, {"name", false, ACCOUNT_MAX_NAME}};
	CLEANUP(json_freep) cJSON *json = NULL;
	const char *texts[SESSION_MAX_FIELDS];
	const cJSON *objects[SESSION_MAX_FIELDS];
	struct signin *signin;
	struct signing_site site;
	struct session_credential credential;
	struct signin_told told;
	struct problem problem = {""};
	if (!session_begin(service, request, reply, &signin))
		return JISR_OK;
	int error = session_read(request, reply, fields, 3, &json, texts, objects);
	if (error != JISR_OK || json == NULL)
		return error;
	if (!signing_site(request, &site))
		return http_reply_problem(reply, 409, "No passkeys here", NO_PASSKEYS);
	if (!session_read_credential(objects[1], true, request->arena, &credential))
		return http_reply_problem(reply, 422, "This cannot be taken",
		                          "The passkey's answer is not one that a browser gives.");
	struct signin_from from = signing_from(request);
	error = signin_enrol_passkey(signin, texts[0], &site.site, texts[2], credential.use.client,
	                             credential.attestation, &from, clock_wall(), &told, &problem);
	return error != JISR_OK ? session_failed(error, request, &problem, NULL, reply)
	                        : session_reply(signin, request, reply, 201, &told);
}

static int post_enrolment_password(struct service *service, const struct http_request *request,
                                   struct http_reply *reply)
{
	static const struct session_field fields[] = {
		{"enrolment", true, 64}, {"password", true, PASSWORD_MAX_BYTES}, {"code", true, 32}};
	CLEANUP(json_freep) cJSON *json = NULL;
	const char *texts[SESSION_MAX_FIELDS];
	const cJSON *objects[SESSION_MAX_FIELDS];
	struct signin *signin;
	struct signin_told told = {.wait = 2000};
	struct problem problem = {""};
	if (!session_begin(service, request, reply, &signin))
		return JISR_OK;
	int error = session_read(request, reply, fields, 3, &json, texts, objects);
	if (error != JISR_OK || json == NULL)
		return error;
	struct signin_from from = signing_from(request);
	error = signin_enrol_password(signin, texts[0], texts[1], texts[2], &from, clock_wall(), &told, &problem);
	return error != JISR_OK ? session_failed(error, request, &problem, &told, reply)
	                        : session_reply(signin, request, reply, 201, &told);
}

/* An invitation for an officer of an office over which the caller has the right, with no role that the caller could not
 * give: else a head of a bureau would become its administrator. */
static int post_invitation(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct signin *signin;
	struct signin_officer officer;
	struct problem problem = {""};
	char code[ENROLMENT_CODE];
	const struct caller *caller = request->caller_is;
	if (!session_begin(service, request, reply, &signin))
		return JISR_OK;
	int error = signin_officer(signin, request->variables[0], &officer, &problem);
	if (error == JISR_OK)
		error = caller_check_at(caller, RIGHT_OFFICERS_CHANGE, officer.office, &problem);
	if (error == JISR_OK && caller->kind != CALLER_CONSOLE && (officer.roles & ~role_given_by(caller->roles)) != 0)
		error = problem_set(&problem, JISR_DENIED, "%s may not let somebody in with roles that %s cannot give",
		                    caller->name, caller->name);
	if (error == JISR_DENIED)
		return http_reply_problem(reply, 403, "Not allowed", problem.text);
	if (error == JISR_OK)
		error = signin_invite(signin, officer.id, caller->name, clock_wall(), code, &problem);
	if (error != JISR_OK)
		return session_failed(error, request, &problem, NULL, reply);
	cJSON *root = tree_object();
	tree_text(root, "officer", officer.id);
	tree_text(root, "login", officer.login);
	tree_text(root, "enrolment", code);
	tree_count(root, "seconds", ENROLMENT_SECONDS);
	sodium_memzero(code, sizeof code);
	return http_reply_json(reply, 201, root);
}

/* All but the proof and the invitation is open: it is how somebody becomes known. */
const struct http_route routes_session[] = {
	{HTTP_GET, "/api/v1/session", get_session, HTTP_STYLE_PROBLEM, "session", .right = RIGHT_NONE},
	{HTTP_POST, "/api/v1/session", post_session, HTTP_STYLE_PROBLEM, "sign-in", .right = RIGHT_NONE, .heavy = true,
         .body_max = SESSION_BODY},
	{HTTP_DELETE, "/api/v1/session", delete_session, HTTP_STYLE_PROBLEM, "sign-out", .right = RIGHT_NONE},
	{HTTP_POST, "/api/v1/session/challenge", post_challenge, HTTP_STYLE_PROBLEM, "sign-in-challenge",
         .right = RIGHT_NONE, .body_max = SESSION_BODY},
	{HTTP_POST, "/api/v1/session/proof", post_proof, HTTP_STYLE_PROBLEM, "proof", .right = RIGHT_SELF,
         .heavy = true, .body_max = SESSION_BODY},
	{HTTP_POST, "/api/v1/session/proof/challenge", post_proof_challenge, HTTP_STYLE_PROBLEM, "proof-challenge",
         .right = RIGHT_SELF, .body_max = SESSION_BODY},
	{HTTP_POST, "/api/v1/enrolment", post_enrolment, HTTP_STYLE_PROBLEM, "enrolment", .right = RIGHT_NONE,
         .body_max = SESSION_BODY},
	{HTTP_POST, "/api/v1/enrolment/passkey", post_enrolment_passkey, HTTP_STYLE_PROBLEM, "enrol-passkey",
         .right = RIGHT_NONE, .body_max = SESSION_BODY},
	{HTTP_POST, "/api/v1/enrolment/password", post_enrolment_password, HTTP_STYLE_PROBLEM, "enrol-password",
         .right = RIGHT_NONE, .heavy = true, .body_max = SESSION_BODY},
	{HTTP_POST, "/api/v1/officers/{id}/enrolment", post_invitation, HTTP_STYLE_PROBLEM, "invite",
         .right = RIGHT_OFFICERS_CHANGE, .repeat = HTTP_REPEAT_SECRET, .body_max = SESSION_BODY},
	{0},
};
