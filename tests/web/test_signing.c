/* Signing in over HTTP: the routes, their cookies and what a foreign page may not do, on a real record and local.db. */
#include "web/signing.h"

#include "../members/authenticator.h"
#include "../members/place.h"
#include "base/base64.h"
#include "base/clock.h"
#include "web/service.h"

#include <sodium.h>
#include <stdatomic.h>

#define PASSWORD "kettle orbit wharf"
#define ORIGIN   "https://desk.example.org"

static struct place place;
static struct settings settings;
static struct service *service;
static struct answer_site site;
static struct answer_thread thread;
static uint8_t secret[TOTP_SECRET];

/* ---- a browser ---- */

static char session[LOCAL_SECRET], device[LOCAL_SECRET], origin[100], fetch_site[40], bearer[80], agent[40];
static const char *address;

static const char *header(const struct http_carrier *carrier, const char *name)
{
	static char cookies[300], authorization[100];
	(void)carrier;
	if (strcasecmp(name, "Host") == 0)
		return "desk.example.org";
	if (strcasecmp(name, "Content-Type") == 0)
		return "application/json";
	if (strcasecmp(name, "Origin") == 0)
		return origin[0] != '\0' ? origin : NULL;
	if (strcasecmp(name, "Sec-Fetch-Site") == 0)
		return fetch_site[0] != '\0' ? fetch_site : NULL;
	if (strcasecmp(name, "User-Agent") == 0)
		return agent[0] != '\0' ? agent : NULL;
	if (strcasecmp(name, "Authorization") == 0 && bearer[0] != '\0') {
		(void)snprintf(authorization, sizeof authorization, "Bearer %s", bearer);
		return authorization;
	}
	if (strcasecmp(name, "Cookie") == 0 && (session[0] != '\0' || device[0] != '\0')) {
		(void)snprintf(cookies, sizeof cookies, "other=1; __Host-jisr-device=%s; __Host-jisr-session=%s",
		               device, session);
		return cookies;
	}
	return NULL;
}

/* Keeps a cookie as a browser does; all of ours must be well set. */
static void keep(const char *cookie)
{
	static const char *const known[] = {"__Host-jisr-session=", "__Host-jisr-device="};
	char *const kept[] = {session, device};
	for (size_t i = 0; i < 2; i++)
		if (strncmp(cookie, known[i], strlen(known[i])) == 0) {
			const char *value = cookie + strlen(known[i]);
			(void)snprintf(kept[i], LOCAL_SECRET, "%.*s", (int)strcspn(value, ";"), value);
			assert_non_null(strstr(cookie, "; Path=/; HttpOnly; SameSite=Strict; Secure"));
			return;
		}
	fail_msg("an unknown cookie: %s", cookie);
}

static char challenged[200]; /* WWW-Authenticate of the last answer */

/* One request; the answer's JSON is the caller's. */
static int call(const char *method, const char *target, const char *body, cJSON **ret_json)
{
	struct answer_input input = {.method = method,
	                             .target = target,
	                             .body = body != NULL ? body : "",
	                             .body_length = body != NULL ? strlen(body) : 0,
	                             .header = header,
	                             .secure = true,
	                             .address = address,
	                             .id = "test",
	                             .deadline = clock_seconds() + 60};
	struct answer_plan plan;
	struct http_reply reply;
	cJSON *json = NULL;
	challenged[0] = '\0';
	answer_plan(&site, &thread, &input, &plan);
	answer_run(&site, &thread, &input, &plan, &reply);
	for (size_t i = 0; i < reply.header_count; i++)
		if (strcmp(reply.headers[i].name, "Set-Cookie") == 0)
			keep(reply.headers[i].value);
		else if (strcmp(reply.headers[i].name, "WWW-Authenticate") == 0)
			(void)snprintf(challenged, sizeof challenged, "%s", reply.headers[i].value);
	if (reply.body.length > 0)
		assert_int_equal(json_read(reply.body.bytes, reply.body.length, &json, NULL), JISR_OK);
	text_finish(&reply.body);
	if (ret_json != NULL)
		*ret_json = json;
	else
		json_free(json);
	return reply.status;
}

static int send(const char *method, const char *target, const char *body)
{
	return call(method, target, body, NULL);
}

static void forget_browser(void)
{
	session[0] = device[0] = bearer[0] = '\0';
	(void)snprintf(origin, sizeof origin, ORIGIN);
	(void)snprintf(fetch_site, sizeof fetch_site, "same-origin");
	(void)snprintf(agent, sizeof agent, "a browser");
	address = "192.0.2.7:4711";
}

static int set_up(void **state)
{
	struct problem problem = {""};
	(void)state;
	place_init(&place);
	place_fill(&place);
	place_officer(&place, &place.console, "MA", "salma.b", "[\"bureau-officer\"]", "MA-1");
	place_officer(&place, &place.console, "MA", "head", "[\"head-of-bureau\"]", "MA-2");
	const struct caller administrator = place_caller("MA", "MA-2", ROLE_BIT(ROLE_ADMINISTRATOR));
	place_officer(&place, &administrator, "MA", "admin", "[\"administrator\"]", "MA-3");
	place_officer(&place, &place.console, "GS", "root", "[\"administrator\"]", "GS-1");
	place.store = store_free(place.store);
	settings_init(&settings);
	settings.data = place.directory;
	settings.public_url = ORIGIN;
	if (service_new(&settings, &service, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	site = (struct answer_site){.service = service, .recognise = signing_recognise};
	atomic_init(&site.settings, &settings);
	assert_int_equal(routes_new(routes_all, &site.routes), JISR_OK);
	assert_int_equal(answer_thread_init(&thread), JISR_OK);
	forget_browser();
	return 0;
}

static int tear_down(void **state)
{
	char command[400];
	(void)state;
	answer_thread_finish(&thread);
	routes_free(site.routes);
	service = service_free(service);
	(void)snprintf(command, sizeof command, "rm -rf '%s'", place.directory);
	return system(command);
}

/* ---- enrolling and signing in ---- */

static const char *text_of(const cJSON *json, const char *name)
{
	const char *text = json_get_text(json, name);
	assert_non_null(text);
	return text;
}

static const char *code_now(int step)
{
	static char code[TOTP_DIGITS + 1];
	assert_int_equal(totp_code(secret, clock_wall() / 30000 + step, code), JISR_OK);
	return code;
}

/* The secret out of otpauth://...?secret=BASE32&... */
static void learn_secret(const char *uri)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	const char *at = strstr(uri, "secret=");
	assert_non_null(at);
	uint64_t bits = 0;
	unsigned held = 0;
	size_t size = 0;
	for (at += 7; *at != '&' && *at != '\0'; at++) {
		const char *letter = strchr(alphabet, *at);
		assert_non_null(letter);
		bits = bits << 5 | (uint64_t)(letter - alphabet);
		held += 5;
		if (held >= 8) {
			held -= 8;
			assert_true(size < sizeof secret);
			secret[size++] = (uint8_t)(bits >> held);
		}
	}
	assert_int_equal(size, sizeof secret);
}

static void invite(const char *officer, char code[ENROLMENT_CODE])
{
	struct problem problem = {""};
	struct signin *signin = signing_signin(service_signing(service));
	if (signin_invite(signin, officer, "console", clock_wall(), code, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static void enrol_with_password(const char *officer)
{
	char code[ENROLMENT_CODE], body[400];
	cJSON *json;
	invite(officer, code);
	(void)snprintf(body, sizeof body, "{\"enrolment\":\"%s\"}", code);
	assert_int_equal(call("POST", "/api/v1/enrolment", body, &json), 200);
	learn_secret(text_of(json, "codes"));
	assert_non_null(strstr(text_of(json, "codes_picture"), "<svg "));
	json_free(json);
	(void)snprintf(body, sizeof body, "{\"enrolment\":\"%s\",\"password\":\"too short\",\"code\":\"%s\"}", code,
	               code_now(-1));
	assert_int_equal(send("POST", "/api/v1/enrolment/password", body), 422);
	(void)snprintf(body, sizeof body, "{\"enrolment\":\"%s\",\"password\":\"" PASSWORD "\",\"code\":\"%s\"}", code,
	               code_now(-1));
	assert_int_equal(send("POST", "/api/v1/enrolment/password", body), 201);
}

static int sign_in(const char *login, const char *password, const char *code)
{
	char body[400];
	(void)snprintf(body, sizeof body, "{\"login\":\"%s\",\"password\":\"%s\",\"code\":\"%s\"}", login, password,
	               code);
	return send("POST", "/api/v1/session", body);
}

static void somebody_enrols_is_signed_in_signs_out_and_in(void **state)
{
	(void)state;
	cJSON *json;
	assert_int_equal(call("GET", "/api/v1/session", NULL, &json), 200);
	assert_true(cJSON_IsNull(json_get(json, "officer")));
	assert_true(cJSON_IsTrue(json_get(json, "passkeys")));
	json_free(json);
	assert_int_equal(send("GET", "/api/v1/me", NULL), 401);
	enrol_with_password("MA-1");
	assert_int_equal(strlen(session), LOCAL_SECRET - 1);
	assert_int_equal(strlen(device), LOCAL_SECRET - 1);
	assert_int_equal(call("GET", "/api/v1/session", NULL, &json), 200);
	assert_string_equal(text_of(json_get(json, "officer"), "id"), "MA-1");
	assert_string_equal(text_of(json_get(json, "session"), "means"), "enrolment");
	json_free(json);
	char before[LOCAL_SECRET];
	memcpy(before, session, sizeof before);
	assert_int_equal(send("DELETE", "/api/v1/session", NULL), 204);
	assert_string_equal(session, "");
	memcpy(session, before, sizeof before); /* kept by a thief: it ended here, too */
	assert_int_equal(send("GET", "/api/v1/me", NULL), 401);
	session[0] = '\0';
	assert_int_equal(send("DELETE", "/api/v1/session", NULL), 204);
	assert_int_equal(sign_in("Salma.B", PASSWORD, code_now(0)), 201);
	assert_int_equal(send("GET", "/api/v1/me", NULL), 200);
	/* What the log says of it: that means were set; not what they are. */
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	assert_int_equal(store_read(service_store(service), &reader, NULL), JISR_OK);
	assert_true(store_reader_sequence(reader) >= 2);
}

static void wrong_ones_are_told_alike_and_then_held_back(void **state)
{
	(void)state;
	static const char *const logins[] = {"salma.b", "nobody", "root"};
	char first[300] = "";
	enrol_with_password("MA-1");
	forget_browser();
	for (size_t i = 0; i < 3; i++) {
		char body[200];
		cJSON *json;
		(void)snprintf(body, sizeof body,
		               "{\"login\":\"%s\",\"password\":\"something else\",\"code\":\"000000\"}", logins[i]);
		assert_int_equal(call("POST", "/api/v1/session", body, &json), 401);
		if (i == 0)
			(void)snprintf(first, sizeof first, "%s", text_of(json, "detail"));
		assert_string_equal(text_of(json, "detail"), first);
		json_free(json);
	}
	int status = 401;
	for (unsigned i = 0; i < 10 && status == 401; i++)
		status = sign_in("salma.b", "something else", "000000");
	assert_int_equal(status, 429);
	cJSON *json;
	assert_int_equal(
		call("POST", "/api/v1/session", "{\"login\":\"salma.b\",\"password\":\"x\",\"code\":\"1\"}", &json),
		429);
	assert_true(cJSON_IsNumber(json_get(json, "wait")));
	json_free(json);
	address = "198.51.100.1:9"; /* from elsewhere it goes on */
	assert_int_equal(sign_in("salma.b", PASSWORD, code_now(0)), 201);
}

static void a_page_of_another_site_changes_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *origin, *site;
		int status;
	} cases[] = {{"", "", 401}, /* a program that does not say */
	             {"https://evil.example", "cross-site", 401},
	             {"https://evil.desk.example.org", "same-site", 401},
	             {"https://evil.example", "", 401},
	             {"null", "", 401},
	             {"http://desk.example.org", "", 401},
	             {ORIGIN, "cross-site", 401},
	             {ORIGIN, "", 200},
	             {"", "same-origin", 200},
	             {ORIGIN, "same-origin", 200}};
	enrol_with_password("MA-1");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)snprintf(origin, sizeof origin, "%s", cases[i].origin);
		(void)snprintf(fetch_site, sizeof fetch_site, "%s", cases[i].site);
		assert_int_equal(send("DELETE", "/api/v1/me/sessions", NULL), cases[i].status);
	}
	/* Signing somebody in under an attacker's name. */
	forget_browser();
	(void)snprintf(origin, sizeof origin, "https://evil.example");
	assert_int_equal(sign_in("salma.b", PASSWORD, code_now(0)), 403);
	assert_int_equal(send("POST", "/api/v1/enrolment", "{\"enrolment\":\"x\"}"), 403);
}

static void a_fresh_proof_is_asked_for_what_gives_a_way_in(void **state)
{
	(void)state;
	static const struct {
		const char *method, *target, *body;
	} guarded[] = {{"POST", "/api/v1/me/tokens", "{\"name\":\"n\",\"scopes\":[\"check\"]}"},
	               {"POST", "/api/v1/me/codes", NULL},
	               {"PUT", "/api/v1/me/password", "{\"password\":\"another orbit wharf kit\"}"},
	               {"POST", "/api/v1/me/passkeys/challenge", NULL},
	               {"POST", "/api/v1/me/passkeys", "{\"passkey\":{}}"},
	               {"DELETE", "/api/v1/me/passkeys/AAAA", NULL}};
	enrol_with_password("MA-1");
	struct sql *sql = local_enter(signin_local(signing_signin(service_signing(service))));
	assert_int_equal(sql_execute(sql, "UPDATE session SET proved = proved - 301000", NULL), JISR_OK);
	local_leave(signin_local(signing_signin(service_signing(service))));
	for (size_t i = 0; i < sizeof guarded / sizeof *guarded; i++) {
		assert_int_equal(send(guarded[i].method, guarded[i].target, guarded[i].body), 401);
		assert_non_null(strstr(challenged, "insufficient_user_authentication"));
	}
	char body[200];
	(void)snprintf(body, sizeof body, "{\"password\":\"wrong wrong wrong\",\"code\":\"%s\"}", code_now(0));
	assert_int_equal(send("POST", "/api/v1/session/proof", body), 401);
	(void)snprintf(body, sizeof body, "{\"password\":\"" PASSWORD "\",\"code\":\"%s\"}", code_now(0));
	assert_int_equal(send("POST", "/api/v1/session/proof", body), 200);
	assert_int_equal(send(guarded[0].method, guarded[0].target, guarded[0].body), 201);
	assert_int_equal(send("PUT", "/api/v1/me/password", "{\"password\":\"salma.b salma.b salma.b\"}"), 422);
	assert_int_equal(send("PUT", "/api/v1/me/password", guarded[2].body), 204);
	assert_int_equal(send("DELETE", "/api/v1/me/passkeys/AAAA", NULL), 404);
}

static void a_token_does_what_its_scopes_say_and_not_more(void **state)
{
	(void)state;
	cJSON *json;
	char id[80];
	enrol_with_password("MA-1");
	assert_int_equal(send("POST", "/api/v1/me/tokens", "{\"name\":\"n\",\"scopes\":[\"officers.change\"]}"), 422);
	assert_int_equal(send("POST", "/api/v1/me/tokens", "{\"name\":\"n\",\"scopes\":[\"nonsense\"]}"), 422);
	assert_int_equal(send("POST", "/api/v1/me/tokens", "{\"name\":\"n\",\"scopes\":[\"self\"]}"), 422);
	assert_int_equal(send("POST", "/api/v1/me/tokens", "{\"name\":\"n\",\"scopes\":[]}"), 422);
	assert_int_equal(send("POST", "/api/v1/me/tokens", "{\"name\":\"n\",\"scopes\":[\"check\"],\"days\":367}"),
	                 422);
	assert_int_equal(send("POST", "/api/v1/me/tokens", "{\"name\":\"n\",\"scopes\":[\"check\"],\"days\":0.5}"),
	                 422);
	assert_int_equal(call("POST", "/api/v1/me/tokens",
	                      "{\"name\":\"nightly\",\"scopes\":[\"lists.read\"],\"days\":7}", &json),
	                 201);
	(void)snprintf(id, sizeof id, "/api/v1/me/tokens/%d", json_get(json, "id")->valueint);
	(void)snprintf(bearer, sizeof bearer, "%s", text_of(json, "token"));
	json_free(json);
	char kept[LOCAL_SECRET];
	memcpy(kept, session, sizeof kept);
	session[0] = origin[0] = fetch_site[0] = '\0'; /* a program: no cookie, no page */
	assert_int_equal(send("GET", "/api/v1/lists", NULL), 200);
	assert_int_equal(send("POST", "/api/v1/compare", "{}"), 403);
	assert_int_equal(send("GET", "/api/v1/me", NULL), 403);
	bearer[10] ^= 1;
	assert_int_equal(send("GET", "/api/v1/lists", NULL), 401);
	bearer[10] ^= 1;
	char token[80];
	memcpy(token, bearer, sizeof token);
	forget_browser();
	memcpy(session, kept, sizeof kept);
	assert_int_equal(call("GET", "/api/v1/me", NULL, &json), 200);
	assert_int_equal(cJSON_GetArraySize(json_get(json, "tokens")), 1);
	assert_null(json_get(cJSON_GetArrayItem(json_get(json, "tokens"), 0), "token"));
	json_free(json);
	assert_int_equal(send("DELETE", id, NULL), 204);
	assert_int_equal(send("DELETE", id, NULL), 404);
	memcpy(bearer, token, sizeof token);
	assert_int_equal(send("GET", "/api/v1/lists", NULL), 401);
}

/* What toJSON() of a browser gives. */
static void credential(const struct authenticator *authenticator, const struct authenticator_answer *answer,
                       bool created, char *out, size_t room)
{
	static char id[100], client[9000], data[9000], signature[9000];
	base64_url_write(authenticator->id, sizeof authenticator->id, id);
	base64_url_write(answer->client, answer->client_size, client);
	base64_url_write(answer->data, answer->data_size, data);
	base64_url_write(answer->signature, answer->signature_size, signature);
	if (created)
		(void)snprintf(out, room,
		               "{\"id\":\"%s\",\"rawId\":\"%s\",\"type\":\"public-key\",\"response\":{"
		               "\"clientDataJSON\":\"%s\","
		               "\"attestationObject\":\"%s\"}}",
		               id, id, client, data);
	else
		(void)snprintf(out, room,
		               "{\"id\":\"%s\",\"type\":\"public-key\",\"response\":{\"clientDataJSON\":\"%s\","
		               "\"authenticatorData\":"
		               "\"%s\",\"signature\":\"%s\",\"userHandle\":null}}",
		               id, client, data, signature);
}

static void read_challenge(const cJSON *json, uint8_t challenge[CHALLENGE_SIZE])
{
	const char *text = text_of(json_get(json, "publicKey"), "challenge");
	size_t size = 0;
	assert_true(base64_url_read(text, strlen(text), challenge, CHALLENGE_SIZE, &size));
}

static void a_passkey_enrols_signs_in_and_proves(void **state)
{
	(void)state;
	static char written[30000], body[40000];
	struct authenticator authenticator;
	struct authenticator_answer answer;
	uint8_t challenge[CHALLENGE_SIZE];
	char code[ENROLMENT_CODE];
	cJSON *json;
	authenticator_init(&authenticator, -7);
	invite("GS-1", code);
	(void)snprintf(body, sizeof body, "{\"enrolment\":\"%s\"}", code);
	assert_int_equal(call("POST", "/api/v1/enrolment", body, &json), 200);
	assert_string_equal(text_of(json_get(json_get(json, "publicKey"), "rp"), "id"), "desk.example.org");
	read_challenge(json, challenge);
	json_free(json);
	authenticator_create(&authenticator, challenge, sizeof challenge, "none", &answer);
	credential(&authenticator, &answer, true, written, sizeof written);
	(void)snprintf(body, sizeof body, "{\"enrolment\":\"%s\",\"passkey\":%s,\"name\":\"stick\"}", code, written);
	assert_int_equal(send("POST", "/api/v1/enrolment/passkey", body), 201);
	assert_int_equal(send("POST", "/api/v1/enrolment/passkey", body), 404);
	forget_browser();
	for (int round = 0; round < 2; round++) {
		assert_int_equal(call("POST",
		                      round == 0 ? "/api/v1/session/challenge" : "/api/v1/session/proof/challenge",
		                      NULL, &json),
		                 200);
		read_challenge(json, challenge);
		json_free(json);
		authenticator_get(&authenticator, challenge, sizeof challenge, &answer);
		credential(&authenticator, &answer, false, written, sizeof written);
		(void)snprintf(body, sizeof body, "{\"passkey\":%s}", written);
		const char *target = round == 0 ? "/api/v1/session" : "/api/v1/session/proof";
		assert_int_equal(call("POST", target, body, &json), round == 0 ? 201 : 200);
		assert_string_equal(text_of(json_get(json, "officer"), "id"), "GS-1");
		json_free(json);
		assert_int_equal(send("POST", target, body), round == 0 ? 401 : 401); /* the counter */
	}
	assert_int_equal(call("GET", "/api/v1/me", NULL, &json), 200);
	assert_string_equal(text_of(cJSON_GetArrayItem(json_get(json, "passkeys"), 0), "name"), "stick");
	assert_false(cJSON_IsNull(json_get(cJSON_GetArrayItem(json_get(json, "passkeys"), 0), "suspected")));
	json_free(json);
	static const char *const bad[] = {"{}",
	                                  "[]",
	                                  "{\"passkey\":{}}",
	                                  "{\"passkey\":null}",
	                                  "{\"passkey\":\"x\"}",
	                                  "{\"pasword\":\"x\"}",
	                                  "{\"password\":1}",
	                                  "{\"passkey\":{\"id\":\"!\",\"type\":\"public-key\",\"response\":{}}}"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(send("POST", "/api/v1/session", bad[i]), 422);
	assert_int_equal(send("POST", "/api/v1/session", "{"), 400);
	authenticator_finish(&authenticator);
}

static void somebody_sees_and_ends_the_own_sessions(void **state)
{
	(void)state;
	cJSON *json;
	char target[100], first[LOCAL_SECRET], id[SESSION_ID] = "";
	enrol_with_password("MA-1");
	memcpy(first, session, sizeof first);
	session[0] = '\0';
	assert_int_equal(sign_in("salma.b", PASSWORD, code_now(0)), 201);
	assert_int_equal(call("GET", "/api/v1/me", NULL, &json), 200);
	const cJSON *sessions = json_get(json, "sessions");
	assert_int_equal(cJSON_GetArraySize(sessions), 2);
	for (const cJSON *one = sessions->child; one != NULL; one = one->next) {
		assert_string_equal(text_of(one, "source"), "192.0.2.0/24");
		assert_string_equal(text_of(one, "agent"), "a browser");
		if (cJSON_IsFalse(json_get(one, "this")))
			(void)snprintf(id, sizeof id, "%s", text_of(one, "id"));
	}
	json_free(json);
	assert_string_not_equal(id, "");
	(void)snprintf(target, sizeof target, "/api/v1/me/sessions/%s", id);
	assert_int_equal(send("DELETE", target, NULL), 204);
	assert_int_equal(send("DELETE", target, NULL), 404);
	char second[LOCAL_SECRET];
	memcpy(second, session, sizeof second);
	memcpy(session, first, sizeof first);
	assert_int_equal(send("GET", "/api/v1/me", NULL), 401);
	memcpy(session, second, sizeof second);
	assert_int_equal(send("GET", "/api/v1/me", NULL), 200);
}

static void who_may_appoint_may_invite_and_nobody_above_himself(void **state)
{
	(void)state;
	cJSON *json;
	assert_int_equal(send("POST", "/api/v1/officers/MA-1/enrolment", NULL), 401);
	enrol_with_password("MA-2"); /* head of the bureau */
	assert_int_equal(call("POST", "/api/v1/officers/MA-1/enrolment", NULL, &json), 201);
	char body[200];
	(void)snprintf(body, sizeof body, "{\"enrolment\":\"%s\"}", text_of(json, "enrolment"));
	json_free(json);
	assert_int_equal(send("POST", "/api/v1/enrolment", body), 200);
	assert_int_equal(send("POST", "/api/v1/officers/GS-1/enrolment", NULL), 403); /* another office */
	assert_int_equal(send("POST", "/api/v1/officers/MA-3/enrolment", NULL), 403); /* its administrator */
	assert_int_equal(send("POST", "/api/v1/officers/MA-9/enrolment", NULL), 404);
	struct sql *sql = local_enter(signin_local(signing_signin(service_signing(service))));
	assert_int_equal(sql_execute(sql, "UPDATE session SET proved = proved - 301000", NULL), JISR_OK);
	local_leave(signin_local(signing_signin(service_signing(service))));
	assert_int_equal(send("POST", "/api/v1/officers/MA-1/enrolment", NULL), 401);
	assert_non_null(strstr(challenged, "insufficient_user_authentication"));
	forget_browser();
	enrol_with_password("MA-1"); /* a bureau officer appoints nobody */
	assert_int_equal(send("POST", "/api/v1/officers/MA-1/enrolment", NULL), 403);
}

static void passkeys_are_for_names_and_secure_addresses(void **state)
{
	(void)state;
	static const struct {
		const char *base, *rp_id;
	} cases[] = {{"https://desk.example.org", "desk.example.org"},
	             {"https://desk.example.org:8443/jisr", "desk.example.org"},
	             {"http://localhost:8470", "localhost"},
	             {"http://desk.example.org", NULL},
	             {"http://127.0.0.1:8470", NULL},
	             {"https://192.0.2.1", NULL},
	             {"https://[2001:db8::1]:8470", NULL},
	             {"", NULL}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct http_request request = {.base = cases[i].base};
		struct signing_site found;
		assert_int_equal(signing_site(&request, &found), cases[i].rp_id != NULL);
		if (cases[i].rp_id != NULL)
			assert_string_equal(found.site.rp_id, cases[i].rp_id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(somebody_enrols_is_signed_in_signs_out_and_in),
		TEST(wrong_ones_are_told_alike_and_then_held_back),
		TEST(a_page_of_another_site_changes_nothing),
		TEST(a_fresh_proof_is_asked_for_what_gives_a_way_in),
		TEST(a_token_does_what_its_scopes_say_and_not_more),
		TEST(a_passkey_enrols_signs_in_and_proves),
		TEST(somebody_sees_and_ends_the_own_sessions),
		TEST(who_may_appoint_may_invite_and_nobody_above_himself),
		cmocka_unit_test(passkeys_are_for_names_and_secure_addresses),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("signing", tests, NULL, NULL);
}
