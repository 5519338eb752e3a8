#include "web/session_body.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/tree.h"
#include "web/log.h"
#include "web/service.h"

#include <stdio.h>
#include <string.h>

int session_read(const struct http_request *request, struct http_reply *reply, const struct session_field *fields,
                 size_t count, cJSON **ret_json, const char *texts[SESSION_MAX_FIELDS],
                 const cJSON *objects[SESSION_MAX_FIELDS])
{
	struct faults faults = {.arena = request->arena};
	struct known_field known[SESSION_MAX_FIELDS];
	const cJSON *found[SESSION_MAX_FIELDS] = {NULL};
	CLEANUP(json_freep) cJSON *json = NULL;
	*ret_json = NULL;
	int error = faults_read_body(request, reply, &json);
	if (error != JISR_OK || json == NULL)
		return error;
	for (size_t i = 0; i < count; i++) {
		known[i] = (struct known_field){fields[i].name, ""};
		texts[i] = "";
		objects[i] = NULL;
	}
	if (!cJSON_IsObject(json))
		faults_add(&faults, NULL, "an object is needed");
	else
		for (const cJSON *member = json->child; member != NULL; member = member->next) {
			size_t field = faults_field(&faults, &(struct place){.name = member->string}, known, count);
			if (field < count)
				found[field] = member;
		}
	for (size_t i = 0; i < count && cJSON_IsObject(json); i++) {
		const struct place place = {.name = fields[i].name};
		if (found[i] == NULL || (!fields[i].needed && cJSON_IsNull(found[i]))) {
			if (fields[i].needed)
				faults_add(&faults, &place, "this is missing");
		} else if (fields[i].longest == 0) {
			objects[i] = found[i];
		} else if (!cJSON_IsString(found[i])) {
			faults_add(&faults, &place, "a text is needed");
		} else if (strlen(found[i]->valuestring) > fields[i].longest) {
			faults_add(&faults, &place, "at most %zu bytes", fields[i].longest);
		} else {
			texts[i] = found[i]->valuestring;
		}
	}
	if (faults.count > 0)
		return faults_reply(&faults, reply);
	*ret_json = json;
	json = NULL;
	return JISR_OK;
}

/* ---- credentials ---- */

static bool read_bytes(const cJSON *object, const char *name, struct arena *arena, struct passkey_bytes *ret_bytes)
{
	const char *text = json_get_text(object, name);
	size_t most = text != NULL ? strlen(text) : 0, size = 0;
	uint8_t *bytes = text != NULL ? arena_alloc(arena, most + 1) : NULL;
	if (bytes == NULL || !base64_url_read(text, most, bytes, most, &size))
		return false;
	*ret_bytes = (struct passkey_bytes){bytes, size};
	return true;
}

bool session_read_credential(const cJSON *json, bool created, struct arena *arena,
                             struct session_credential *ret_credential)
{
	struct session_credential credential = {.use.handle = {(const uint8_t *)"", 0}};
	const cJSON *response = json_get(json, "response");
	const char *type = json_get_text(json, "type"), *handle = json_get_text(response, "userHandle");
	if (type == NULL || strcmp(type, "public-key") != 0 || !read_bytes(json, "id", arena, &credential.use.id) ||
	    !read_bytes(response, "clientDataJSON", arena, &credential.use.client))
		return false;
	if (created) {
		if (!read_bytes(response, "attestationObject", arena, &credential.attestation))
			return false;
	} else if (!read_bytes(response, "authenticatorData", arena, &credential.use.data) ||
	           !read_bytes(response, "signature", arena, &credential.use.signature) ||
	           (handle != NULL && handle[0] != '\0' &&
	            !read_bytes(response, "userHandle", arena, &credential.use.handle))) {
		return false;
	}
	*ret_credential = credential;
	return true;
}

/* ---- failures ---- */

/* The sentence as an answer says it. */
static const char *sentence(struct arena *arena, const struct problem *problem)
{
	char *text = arena_format(arena, "%s.", problem->text);
	if (text == NULL)
		return "";
	if (text[0] >= 'a' && text[0] <= 'z')
		text[0] = (char)(text[0] - 'a' + 'A');
	return text;
}

static int too_early(const struct http_request *request, const struct signin_told *told, const char *detail,
                     struct http_reply *reply)
{
	int64_t seconds = (told->wait + 999) / 1000;
	const char *after = arena_format(request->arena, "%lld", (long long)seconds);
	cJSON *root = tree_object();
	tree_text(root, "type", "about:blank");
	tree_text(root, "title", "Too many tries");
	tree_count(root, "status", 429);
	tree_text(root, "detail", detail);
	tree_count(root, "wait", (uint64_t)seconds);
	tree_text(root, "ticket", told->ticket[0] != '\0' ? told->ticket : NULL);
	int error = http_reply_json(reply, 429, root);
	reply->type = "application/problem+json";
	if (error == JISR_OK)
		error = after == NULL ? JISR_NO_MEMORY : http_reply_header(reply, "Retry-After", after);
	return error;
}

int session_failed(int error, const struct http_request *request, const struct problem *problem,
                   const struct signin_told *told, struct http_reply *reply)
{
	const char *detail = sentence(request->arena, problem);
	switch (error) {
	case JISR_DENIED: return http_reply_problem(reply, 401, "Not signed in", detail);
	case JISR_BUSY:
		if (told != NULL)
			return too_early(request, told, detail, reply);
		break;
	case JISR_STATE: return http_reply_problem(reply, 409, "Not possible now", detail);
	case JISR_CONFLICT: return http_reply_problem(reply, 409, "It is there already", detail);
	case JISR_NOT_FOUND: return http_reply_problem(reply, 404, "Not found", detail);
	case JISR_BAD_INPUT:
	case JISR_UNSUPPORTED:
	case JISR_TOO_LARGE: return http_reply_problem(reply, 422, "This cannot be taken", detail);
	default: break;
	}
	log_say(LOG_LEVEL_ERROR, "request %s: %s", request->id, problem->text);
	return error;
}

bool session_begin(struct service *service, const struct http_request *request, struct http_reply *reply,
                   struct signin **ret_signin)
{
	struct signing *signing = service_signing(service);
	if (signing == NULL) {
		(void)http_reply_problem(
			reply, 404, "No officers",
			"This service has no record, and so nobody to sign in: an administrator founds one "
			"with jisr init.");
		return false;
	}
	if (signing_foreign(request)) {
		(void)http_reply_problem(
			reply, 403, "Another site",
			"A page of another site sends this. Behind a proxy, the setting public-url must name the "
			"address that people see.");
		return false;
	}
	*ret_signin = signing_signin(signing);
	return true;
}

bool session_own(struct service *service, const struct http_request *request, struct http_reply *reply, bool proved,
                 struct session_own *ret_own, int *ret_error)
{
	struct problem problem = {""};
	*ret_error = JISR_OK;
	if (!session_begin(service, request, reply, &ret_own->signin))
		return false;
	const char *cookie = signing_cookie(request, SIGNING_SESSION);
	int64_t now = clock_wall();
	int error =
		cookie == NULL || request->caller_is->kind != CALLER_SESSION
			? JISR_NOT_FOUND
			: signin_session(ret_own->signin, cookie, now, &ret_own->session, &ret_own->officer, &problem);
	if (error == JISR_NOT_FOUND)
		*ret_error = http_reply_problem(reply, 401, "Not signed in",
		                                "This is for officers in their own session, not for tokens: sign in.");
	else if (error != JISR_OK)
		*ret_error = session_failed(error, request, &problem, NULL, reply);
	else if (proved && (double)(now - ret_own->session.proved) > RIGHT_PROOF_SECONDS * 1000)
		*ret_error = http_reply_prove(reply);
	else
		return true;
	return false;
}

/* ---- trees ---- */

void session_tree_time(cJSON *parent, const char *key, int64_t milliseconds)
{
	char text[CLOCK_UTC_MAX];
	tree_text(parent, key, milliseconds != 0 ? clock_utc_at(milliseconds / 1000, text) : NULL);
}

void session_tree_bytes(cJSON *parent, const char *key, const void *bytes, size_t size)
{
	char text[BASE64_LENGTH(PASSKEY_MAX_ID) + 1];
	if (size > PASSKEY_MAX_ID)
		return;
	base64_url_write(bytes, size, text);
	tree_text(parent, key, text);
}

void session_tree_session(cJSON *parent, const char *key, const struct session *session,
                          const struct session_limits *limits)
{
	cJSON *object = tree_add_object(parent, key);
	int64_t idle = session->seen + limits->idle;
	tree_text(object, "id", session->id);
	tree_text(object, "means", session->means);
	tree_text(object, "source", session->source);
	tree_text(object, "agent", session->agent[0] != '\0' ? session->agent : NULL);
	session_tree_time(object, "made", session->made);
	session_tree_time(object, "seen", session->seen);
	session_tree_time(object, "proved", session->proved);
	session_tree_time(object, "idle_ends", idle < session->ends ? idle : session->ends);
	session_tree_time(object, "ends", session->ends);
}

static void add_officer(cJSON *parent, const struct signin_officer *officer)
{
	cJSON *object = tree_add_object(parent, "officer");
	tree_text(object, "id", officer->id);
	tree_text(object, "login", officer->login);
	tree_text(object, "name", officer->name);
	tree_text(object, "office", officer->office);
	tree_text(object, "office_name", officer->office_name);
	cJSON *roles = tree_add_array(object, "roles");
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if ((officer->roles & ROLE_BIT(role)) != 0)
			tree_text(roles, NULL, role_name((enum role)role));
}

int session_reply(struct signin *signin, const struct http_request *request, struct http_reply *reply, int status,
                  const struct signin_told *told)
{
	right_set rights = right_of_roles(told->officer.roles, strcmp(told->officer.office, OFFICE_HEADQUARTERS) == 0);
	cJSON *root = tree_object();
	add_officer(root, &told->officer);
	cJSON *names = tree_add_array(root, "rights");
	for (unsigned right = RIGHT_NONE + 1; right < RIGHT_COUNT; right++)
		if ((rights & RIGHT_BIT(right)) != 0)
			tree_text(names, NULL, right_name((enum right)right));
	session_tree_session(root, "session", &told->session, signin_limits(signin));
	int error = http_reply_json(reply, status, root);
	if (error == JISR_OK && told->secret[0] != '\0')
		error = signing_set_cookie(request, reply, SIGNING_SESSION, told->secret);
	if (error == JISR_OK && told->device[0] != '\0')
		error = signing_set_cookie(request, reply, SIGNING_DEVICE, told->device);
	return error;
}

void session_tree_request(cJSON *parent, const struct signing_site *site, const uint8_t challenge[CHALLENGE_SIZE])
{
	cJSON *options = tree_add_object(parent, "publicKey");
	session_tree_bytes(options, "challenge", challenge, CHALLENGE_SIZE);
	tree_text(options, "rpId", site->rp_id);
	tree_text(options, "userVerification", "required");
	tree_count(options, "timeout", SIGNIN_CHALLENGE);
}

void session_tree_creation(cJSON *parent, const struct signing_site *site, const uint8_t challenge[CHALLENGE_SIZE],
                           const struct signin_officer *officer, const uint8_t handle[ACCOUNT_HANDLE])
{
	static const char *const algorithms[] = {"-7", "-8", "-257"};
	cJSON *options = tree_add_object(parent, "publicKey");
	session_tree_bytes(options, "challenge", challenge, CHALLENGE_SIZE);
	cJSON *rp = tree_add_object(options, "rp");
	tree_text(rp, "id", site->rp_id);
	tree_text(rp, "name", SIGNING_ISSUER);
	cJSON *user = tree_add_object(options, "user");
	session_tree_bytes(user, "id", handle, ACCOUNT_HANDLE);
	tree_text(user, "name", officer->login);
	tree_text(user, "displayName", officer->name);
	cJSON *kinds = tree_add_array(options, "pubKeyCredParams");
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
		cJSON *kind = tree_add_object(kinds, NULL);
		tree_text(kind, "type", "public-key");
		tree_raw(kind, "alg", algorithms[i]);
	}
	cJSON *selection = tree_add_object(options, "authenticatorSelection");
	tree_text(selection, "residentKey", "required");
	tree_bool(selection, "requireResidentKey", true);
	tree_text(selection, "userVerification", "required");
	tree_text(options, "attestation", "none");
	tree_count(options, "timeout", SIGNIN_CHALLENGE);
}
