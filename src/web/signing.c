#include "web/signing.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "web/house.h"
#include "web/service.h"

#include <stdio.h>
#include <string.h>

#define DEVICE_SECONDS (366 * 86400) /* that a browser keeps the cookie of a device */
#define AGENT_MOST     SESSION_MAX_AGENT

struct signing {
	struct local *local;
	struct signin *signin;
};

int signing_new(const struct settings *settings, struct store *store, struct signing **ret_signing,
                struct problem *problem)
{
	CLEANUP(signing_freep) struct signing *signing = memory_zero(1, sizeof *signing);
	if (signing == NULL)
		return problem_no_memory(problem);
	int error = local_open(settings->data, &signing->local, problem);
	if (error != JISR_OK)
		return error;
	const struct signin_options options = {
		.local = signing->local,
		.directory = house_directory(store),
		.limits = {(int64_t)(settings->session_idle * 1000), (int64_t)(settings->session_whole * 1000)},
		.cost = PASSWORD_COST};
	error = signin_new(&options, &signing->signin, problem);
	if (error == JISR_OK)
		error = local_follow(signing->local, problem);
	if (error != JISR_OK)
		return error;
	*ret_signing = signing;
	signing = NULL;
	return JISR_OK;
}

struct signing *signing_free(struct signing *signing)
{
	if (signing != NULL) {
		signin_free(signing->signin);
		local_close(signing->local);
	}
	return memory_free(signing);
}

struct signin *signing_signin(struct signing *signing)
{
	return signing->signin;
}

/* ---- cookies ---- */

static const char *const names[2][2] = {[SIGNING_SESSION] = {"jisr-session", "__Host-jisr-session"},
                                        [SIGNING_DEVICE] = {"jisr-device", "__Host-jisr-device"}};

static bool is_https(const char *base)
{
	return strncmp(base, "https://", 8) == 0;
}

/* The value that a Cookie header gives a name, when it has the length of our secrets. */
static const char *find_cookie(const char *header, const char *name, struct arena *arena)
{
	size_t length = strlen(name);
	while (header != NULL && *header != '\0') {
		header += strspn(header, " ;");
		size_t whole = strcspn(header, ";");
		if (whole == length + 1 + LOCAL_SECRET - 1 && strncmp(header, name, length) == 0 &&
		    header[length] == '=')
			return arena_text(arena, header + length + 1, LOCAL_SECRET - 1);
		header += whole;
	}
	return NULL;
}

bool signing_shown(const char *header)
{
	bool shown = false;
	for (size_t i = 0; header != NULL && i < sizeof names / sizeof *names; i++)
		shown = shown || strstr(header, names[i][0]) != NULL; /* the other begins with "__Host-" */
	return shown;
}

const char *signing_cookie(const struct http_request *request, enum signing_cookie cookie)
{
	return find_cookie(http_header(request, "Cookie"), names[cookie][is_https(request->base)], request->arena);
}

int signing_set_cookie(const struct http_request *request, struct http_reply *reply, enum signing_cookie cookie,
                       const char *value)
{
	bool https = is_https(request->base);
	/* A session's ends with the browser, or with us; a device's stays. */
	const char *age = value[0] == '\0'           ? "; Max-Age=0"
	                  : cookie == SIGNING_DEVICE ? arena_format(request->arena, "; Max-Age=%d", DEVICE_SECONDS)
	                                             : "";
	if (age == NULL)
		return JISR_NO_MEMORY;
	const char *text = arena_format(request->arena, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
	                                names[cookie][https], value, https ? "; Secure" : "", age);
	return text == NULL ? JISR_NO_MEMORY : http_reply_add(reply, "Set-Cookie", text);
}

/* ---- where it comes from ---- */

/* "https://desk.example.org" of "https://desk.example.org/path". */
static size_t origin_length(const char *base)
{
	const char *host = strstr(base, "://");
	return host == NULL ? 0 : (size_t)(host - base) + 3 + strcspn(host + 3, "/");
}

static bool is_foreign(const char *base, const char *site, const char *origin)
{
	size_t length = origin_length(base);
	if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		return true;
	/* A form of ours: pages here send no referrer, and then a browser writes the origin of a form as "null". */
	if (site != NULL && strcmp(site, "same-origin") == 0 && origin != NULL && strcmp(origin, "null") == 0)
		return false;
	return origin != NULL && (length == 0 || strlen(origin) != length || strncasecmp(origin, base, length) != 0);
}

bool signing_foreign(const struct http_request *request)
{
	return is_foreign(request->base, http_header(request, "Sec-Fetch-Site"), http_header(request, "Origin"));
}

struct signin_from signing_from(const struct http_request *request)
{
	const char *agent = http_header(request, "User-Agent");
	struct signin_from from = {.address = request->carrier->address != NULL ? request->carrier->address : "",
	                           .device = signing_cookie(request, SIGNING_DEVICE)};
	if (agent != NULL && utf8_valid(agent, strlen(agent), NULL))
		from.agent = arena_text(request->arena, agent, utf8_cut(agent, strlen(agent), AGENT_MOST));
	return from;
}

bool signing_site(const struct http_request *request, struct signing_site *ret_site)
{
	const char *base = request->base, *host = strstr(base, "://");
	size_t length = origin_length(base);
	if (host == NULL || length >= sizeof ret_site->origin)
		return false;
	host += 3;
	size_t host_length = strcspn(host, ":/");
	bool localhost = host_length == 9 && strncasecmp(host, "localhost", 9) == 0;
	/* Browsers know passkeys on https and on localhost; an address in numbers is no site of theirs. */
	bool numbers = host[0] == '[' || strspn(host, "0123456789.") >= host_length;
	if (host_length == 0 || host_length >= sizeof ret_site->rp_id || numbers || (!is_https(base) && !localhost))
		return false;
	(void)snprintf(ret_site->rp_id, sizeof ret_site->rp_id, "%.*s", (int)host_length, host);
	(void)snprintf(ret_site->origin, sizeof ret_site->origin, "%.*s", (int)length, base);
	ret_site->origins[0] = ret_site->origin;
	ret_site->site = (struct passkey_site){ret_site->rp_id, ret_site->origins, 1};
	return true;
}

/* ---- who it is ---- */

static void fill(const struct signin_officer *officer, enum caller_kind kind, right_set scopes, struct caller *caller)
{
	caller_init(caller);
	caller->kind = kind;
	caller->roles = officer->roles;
	caller->scopes = scopes;
	(void)snprintf(caller->name, sizeof caller->name, "%s", officer->id);
	(void)snprintf(caller->office, sizeof caller->office, "%s", officer->office);
	(void)snprintf(caller->officer, sizeof caller->officer, "%s", officer->id);
}

static const char *header_of(const struct answer_input *input, const char *name)
{
	struct http_carrier carrier = {.connection = input->connection};
	return input->header != NULL ? input->header(&carrier, name) : NULL;
}

static bool is_reading(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0;
}

static int by_token(struct signin *signin, const char *secret, struct caller *ret_caller, const char **ret_why)
{
	struct token token;
	struct signin_officer officer;
	int error = signin_token(signin, secret, clock_wall(), &token, &officer, NULL);
	if (error == JISR_NOT_FOUND) {
		*ret_why = "The token is not one that this service knows, or it has ended.";
		return JISR_DENIED;
	}
	if (error == JISR_OK)
		fill(&officer, CALLER_API_TOKEN, token.scopes, ret_caller);
	return error;
}

static int by_session(struct signin *signin, const struct answer_input *input, const char *base, const char *cookie,
                      struct caller *ret_caller, const char **ret_why)
{
	struct session session;
	struct signin_officer officer;
	int64_t now = clock_wall();
	const char *site = header_of(input, "Sec-Fetch-Site"), *origin = header_of(input, "Origin");
	if (!is_reading(input->method) && ((site == NULL && origin == NULL) || is_foreign(base, site, origin))) {
		*ret_why = "This was sent by a page of another site, or by a program that does not say by which "
			   "(Origin). Behind a "
			   "proxy, the setting public-url must name the address that people see.";
		return JISR_DENIED;
	}
	int error = signin_session(signin, cookie, now, &session, &officer, NULL);
	if (error == JISR_NOT_FOUND) {
		*ret_why = "The session has ended; sign in again.";
		return JISR_DENIED;
	}
	if (error != JISR_OK)
		return error;
	fill(&officer, CALLER_SESSION, RIGHT_ALL, ret_caller);
	ret_caller->proved = clock_seconds() - (double)(now - session.proved) / 1000;
	if (ret_caller->proved <= 0) /* before this machine was started */
		ret_caller->proved = now - session.proved < (int64_t)(RIGHT_PROOF_SECONDS * 1000) ? 1e-9 : 0;
	return JISR_OK;
}

int signing_recognise(struct service *service, const struct answer_input *input, const char *secret,
                      struct arena *arena, struct caller *ret_caller, const char **ret_why)
{
	struct signing *signing = service_signing(service);
	if (signing == NULL)
		return JISR_NOT_FOUND;
	const char *base = answer_base(service_settings(service), input, arena);
	if (secret != NULL)
		return strncmp(secret, TOKEN_PREFIX, sizeof TOKEN_PREFIX - 1) == 0 && strlen(secret) == TOKEN_SECRET - 1
		               ? by_token(signing->signin, secret, ret_caller, ret_why)
		               : JISR_NOT_FOUND;
	const char *cookie = find_cookie(header_of(input, "Cookie"), names[SIGNING_SESSION][is_https(base)], arena);
	if (cookie != NULL)
		return by_session(signing->signin, input, base, cookie, ret_caller, ret_why);
	if (input->client_print != NULL) {
		struct token_certificate certificate;
		struct signin_officer officer;
		int error = signin_certificate(signing->signin, input->client_print, &certificate, &officer, NULL);
		if (error == JISR_OK)
			fill(&officer, CALLER_CERTIFICATE, certificate.scopes, ret_caller);
		return error;
	}
	return JISR_NOT_FOUND;
}
