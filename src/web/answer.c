#include "web/answer.h"

#include "base/clock.h"
#include "store/access.h"
#include "watch/set.h"
#include "web/idempotency.h"
#include "web/log.h"
#include "web/service.h"
#include "web/signing.h"
#include "web/travel.h"

#include <stdatomic.h>
#include <string.h>

#define BEARER_MAX      512 /* bytes of a secret that is looked at */
#define BAD_CERTIFICATE "The client's certificate is not one that this service knows, or it has ended."

int answer_thread_init(struct answer_thread *thread)
{
	*thread = (struct answer_thread){.folder = gzip_folder_new()};
	int error = thread->folder == NULL ? JISR_NO_MEMORY : arena_new(ANSWER_MAX_ARENA, &thread->arena);
	if (error == JISR_OK)
		error = watch_scratch_new(&thread->scratch);
	if (error != JISR_OK)
		answer_thread_finish(thread);
	return error;
}

void answer_thread_finish(struct answer_thread *thread)
{
	thread->arena = arena_free(thread->arena);
	thread->scratch = watch_scratch_free(thread->scratch);
	thread->folder = gzip_folder_free(thread->folder);
}

static const struct settings *settings_of(const struct answer_site *site)
{
	return atomic_load_explicit(&site->settings, memory_order_acquire);
}

static enum http_method read_method(const char *text)
{
	static const struct {
		const char *text;
		enum http_method method;
	} methods[] = {{"GET", HTTP_GET}, {"HEAD", HTTP_GET},    {"POST", HTTP_POST},
	               {"PUT", HTTP_PUT}, {"PATCH", HTTP_PATCH}, {"DELETE", HTTP_DELETE}};
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strcmp(text, methods[i].text) == 0)
			return methods[i].method;
	return 0;
}

static void refuse(struct answer_plan *plan, int status, const char *detail)
{
	if (plan->refused == 0) {
		plan->refused = status;
		plan->refused_detail = detail;
	}
}

static void refuse_error(struct answer_plan *plan, struct arena *arena, int error, const struct problem *problem)
{
	const char *detail = arena_format(arena, "The request cannot be read: %s.", problem->text);
	if (error == JISR_NO_MEMORY || detail == NULL)
		refuse(plan, 503, "The service has no memory left for this request.");
	else
		refuse(plan, 400, detail);
}

static const char *header_of(const struct answer_input *input, const char *name)
{
	struct http_carrier carrier = {.connection = input->connection};
	return input->header != NULL ? input->header(&carrier, name) : NULL;
}

/* The secret text that a request shows, NULL when none: "Authorization: Bearer TEXT", "Authorization: ApiKey TEXT" (as
 * yente's clients write), else the last api_key of the query, which is taken out of it. */
static const char *take_secret(const struct answer_input *input, struct answer_plan *plan)
{
	static const char *const schemes[] = {"Bearer ", "ApiKey "};
	const char *secret = NULL, *header = header_of(input, "Authorization");
	size_t kept = 0;
	for (size_t i = 0; i < plan->query_count; i++) {
		if (strcmp(plan->query[i].name, "api_key") == 0)
			secret = plan->query[i].value;
		else
			plan->query[kept++] = plan->query[i];
	}
	plan->query_count = kept;
	for (size_t i = 0; header != NULL && i < sizeof schemes / sizeof *schemes; i++) {
		size_t length = strlen(schemes[i]);
		if (strncasecmp(header, schemes[i], length) == 0)
			return header + length + strspn(header + length, " ");
	}
	return secret;
}

static void name_caller(struct caller *caller, const char *name)
{
	caller->kind = CALLER_TOKEN;
	(void)snprintf(caller->name, sizeof caller->name, "%s", name);
}

static void begin_caller(const struct answer_site *site, struct caller *caller)
{
	caller_init(caller);
	if (site->office != NULL)
		(void)snprintf(caller->office, sizeof caller->office, "%s", site->office);
}

/* Finds out who asks: a token of the settings, an officer, a certificate that names no officer. Where neither tokens are
 * set nor officers are known, no token is looked at. 0, or the status of a refusal and why: what is shown does not count. */
static int find_caller(const struct answer_site *site, struct arena *arena, const struct answer_input *input,
                       struct answer_plan *plan, const char **ret_why)
{
	const struct settings *settings = settings_of(site);
	const char *secret = take_secret(input, plan), *caller = NULL;
	struct caller officer;
	if (input->given != NULL) {
		plan->caller = *input->given;
		return 0;
	}
	begin_caller(site, &plan->caller);
	if (secret != NULL && settings->token_count > 0 && strlen(secret) <= BEARER_MAX)
		caller = settings_caller(settings, secret, strlen(secret));
	if (caller != NULL) {
		name_caller(&plan->caller, caller);
		*ret_why = BAD_CERTIFICATE;
		return input->client_bad ? 401 : 0;
	}
	int error = site->recognise != NULL ? site->recognise(site->service, input, secret, arena, &officer, ret_why)
	                                    : JISR_NOT_FOUND;
	if (error == JISR_OK)
		plan->caller = officer;
	else if (input->client_named != NULL)
		name_caller(&plan->caller, input->client_named);
	if (input->client_bad) {
		*ret_why = BAD_CERTIFICATE;
		return 401;
	}
	plan->unknown = error == JISR_DENIED;
	if (error == JISR_OK || error == JISR_DENIED)
		return error == JISR_OK ? 0 : 401;
	if (error != JISR_NOT_FOUND) {
		*ret_why = "The service cannot find out now who asks; try again later.";
		return 503;
	}
	*ret_why = "The token is not one that this service knows.";
	return secret != NULL && settings->token_count > 0 ? 401 : 0;
}

/* The sentence of a caller_check, as a refusal. */
static void refuse_denied(struct answer_plan *plan, struct arena *arena, const struct problem *problem)
{
	const char *detail = arena_format(arena, "%s.", problem->text);
	refuse(plan, 403, detail != NULL ? detail : "The caller has no right to this.");
}

/* Whether the caller may have the answer; a refusal in the plan when not. */
static void authorise(const struct answer_site *site, struct arena *arena, const struct answer_input *input,
                      struct answer_plan *plan)
{
	const struct http_route *route = plan->found.route;
	const char *why = "";
	struct problem problem = {""};
	if (route != NULL && route->unseen) {
		caller_init(&plan->caller);
		if (take_secret(input, plan) != NULL || header_of(input, "Authorization") != NULL ||
		    signing_shown(header_of(input, "Cookie")))
			refuse(plan, 400,
			       "A secret ballot comes from nobody: send it, and ask for it, without a session's cookie "
			       "and without a token.");
		return;
	}
	int bad = find_caller(site, arena, input, plan, &why);
	if (route != NULL && route->right == RIGHT_NONE)
		return;
	if (bad != 0)
		refuse(plan, bad, why);
	else if (plan->caller.kind == CALLER_NOBODY && settings_of(site)->require_token)
		refuse(plan, 401, "This service wants to know who asks: send Authorization: Bearer and your token.");
	if (route == NULL || plan->refused != 0)
		return;
	if (caller_check(&plan->caller, route->right, &problem) != JISR_OK) {
		if (plan->caller.kind == CALLER_NOBODY)
			refuse(plan, 401,
			       "This address is for officers: sign in, or send Authorization: Bearer and a token.");
		else
			refuse_denied(plan, arena, &problem);
	} else if (!route->unproved && caller_must_prove(&plan->caller, route->right, clock_seconds())) {
		plan->prove = true;
		refuse(plan, 401, "This asks for a fresh proof that it is you: prove it, then send this again.");
	}
}

void answer_plan(const struct answer_site *site, struct answer_thread *thread, const struct answer_input *input,
                 struct answer_plan *ret_plan)
{
	struct problem problem = {0};
	struct answer_plan plan = {.uri.query = "", .method = read_method(input->method)};
	arena_reset(thread->arena);
	if (input->target == NULL) {
		refuse(&plan, 414, "The address is longer than this service takes.");
	} else {
		int error = uri_read(input->target, thread->arena, &plan.uri, &problem);
		if (error == JISR_OK)
			error = uri_pairs(plan.uri.query, strlen(plan.uri.query), thread->arena, &plan.query,
			                  &plan.query_count, &problem);
		if (error != JISR_OK)
			refuse_error(&plan, thread->arena, error, &problem);
	}
	routes_find(site->routes, &plan.uri, plan.method, &plan.found);
	if (input->refused != 0)
		refuse(&plan, input->refused, input->refused_detail);
	authorise(site, thread->arena, input, &plan);
	if (plan.found.route == NULL && plan.found.allowed == 0)
		refuse(&plan, 404, "There is nothing at this address.");
	else if (plan.found.route == NULL && strcmp(input->method, "OPTIONS") != 0)
		refuse(&plan, 405, "This address does not know this method; the header Allow lists those it knows.");
	*ret_plan = plan;
}

static const char *title_of(int status)
{
	static const struct {
		int status;
		const char *title;
	} titles[] = {{400, "Bad request"},       {401, "Not authenticated"},  {403, "Not allowed"},
	              {404, "Not found"},         {405, "Method not allowed"}, {413, "Body too large"},
	              {414, "Address too long"},  {415, "Encoding not known"}, {417, "Expectation failed"},
	              {431, "Headers too large"}, {500, "Internal error"},     {501, "Not implemented"},
	              {503, "Not available now"}, {507, "The disk is full"}};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (titles[i].status == status)
			return titles[i].title;
	return "Error";
}

/* Never fails: without memory the body stays empty, and the status tells. */
static void reply_error(struct http_reply *reply, enum http_style style, int status, const char *detail)
{
	int error = style == HTTP_STYLE_DETAIL ? http_reply_detail(reply, status, detail)
	            : style == HTTP_STYLE_PAGE && status == 413
	                    ? http_reply_too_large(reply)
	                    : http_reply_problem(reply, status, title_of(status), detail);
	if (error != JISR_OK) {
		text_finish(&reply->body);
		text_init(&reply->body, HTTP_MAX_REPLY);
		reply->status = status;
		reply->type = NULL;
	}
}

/* What a handler wrote is not sent. */
static void empty(struct http_reply *reply)
{
	reply->header_count = 0;
	if (reply->stream != NULL)
		reply->stream->free(reply->stream);
	reply->stream = NULL;
	text_finish(&reply->body);
	text_init(&reply->body, HTTP_MAX_REPLY);
}

/* A handler could not answer. */
static void reply_code(const struct answer_input *input, const struct answer_plan *plan, int error,
                       struct http_reply *reply)
{
	const struct log_field fields[] = {
		{"id", input->id, 0}, {"route", plan->found.route->name, 0}, {"reason", error_text(error), 0}};
	empty(reply);
	if (error == JISR_CANCELLED || clock_seconds() > input->deadline) {
		reply_error(reply, plan->found.style, 503,
		            "The answer took longer than this service allows; ask for less at once.");
		return;
	}
	log_event(LOG_LEVEL_ERROR, "request-failed", fields, sizeof fields / sizeof *fields);
	if (error == JISR_NO_MEMORY || error == JISR_BUSY)
		reply_error(reply, plan->found.style, 503,
		            "The service cannot answer this now; try again later, or ask for less at once.");
	else
		reply_error(reply, plan->found.style, 500,
		            "The service could not answer; its log tells why under the request's id.");
}

const char *answer_base(const struct settings *settings, const struct answer_input *input, struct arena *arena)
{
	const char *host = header_of(input, "Host");
	if (settings->public_url != NULL)
		return settings->public_url;
	size_t length = host != NULL ? strlen(host) : 0;
	if (length == 0 || length > 255 ||
	    strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") != length)
		return "";
	const char *base = arena_format(arena, "%s://%s", input->secure ? "https" : "http", host);
	return base != NULL ? base : "";
}

/* What the handler sees as the body: unfolded where it came compressed. */
struct body {
	const char *bytes;
	size_t length;
	struct text unfolded;
};

/* True when it is ready; else the reply says why not. */
static bool read_body(const struct settings *settings, const struct answer_input *input, const struct answer_plan *plan,
                      struct body *body, struct http_reply *reply)
{
	const char *encoding = header_of(input, "Content-Encoding");
	body->bytes = input->body != NULL ? input->body : "";
	body->length = input->body_length;
	if (encoding == NULL || strcasecmp(encoding, "identity") == 0 || body->length == 0)
		return true;
	if (strcasecmp(encoding, "gzip") != 0 && strcasecmp(encoding, "x-gzip") != 0) {
		reply_error(reply, plan->found.style, 415,
		            "A body may be compressed with gzip, and with nothing else.");
		(void)http_reply_header(reply, "Accept-Encoding", "gzip");
		return false;
	}
	size_t most = plan->found.route->body_max;
	body->unfolded.limit = most < settings->body_bytes ? most : settings->body_bytes;
	int error = gzip_unfold(body->bytes, body->length, &body->unfolded);
	body->bytes = body->unfolded.bytes;
	body->length = body->unfolded.length;
	if (error == JISR_TOO_LARGE)
		reply_error(reply, plan->found.style, 413, "The body unfolds to more than this address takes.");
	else if (error == JISR_BAD_INPUT)
		reply_error(reply, plan->found.style, 400, "The body is not gzip, or it is damaged or cut off.");
	else if (error != JISR_OK)
		reply_error(reply, plan->found.style, 503, "The service has no memory left for this request.");
	return error == JISR_OK;
}

#define WHAT_MAX 2000 /* bytes of a query or a body that the access log keeps */

/* Writes who was given what to the access log, and why he said that he needs it. What cannot be written is not shown. */
static void write_access(const struct answer_site *site, const struct answer_input *input,
                         const struct answer_plan *plan, const struct http_request *request,
                         const struct http_counted *counted, struct http_reply *reply)
{
	struct access *access = site->service != NULL ? service_access(site->service) : NULL;
	struct problem problem = {""};
	char result[48] = "given";
	if (access == NULL || plan->found.route->access == NULL || reply->status >= 300)
		return;
	if (counted->checks > 0)
		(void)snprintf(result, sizeof result, "%zu hits", counted->hits);
	const char *purpose = counted->purpose != NULL ? counted->purpose : header_of(input, "Purpose");
	const char *query = plan->uri.query != NULL ? plan->uri.query : "";
	size_t length = request->body_length < WHAT_MAX ? request->body_length : WHAT_MAX;
	char *what = arena_format(request->arena, "%s%s%.*s%s%.*s", plan->uri.path, query[0] != '\0' ? "?" : "",
	                          WHAT_MAX, query, length > 0 ? " " : "", (int)length, request->body);
	struct access_line line = {.office = plan->caller.office,
	                           .who = plan->caller.name,
	                           .action = plan->found.route->access,
	                           .what = what,
	                           .purpose = purpose != NULL ? purpose : "",
	                           .result = result};
	int error = what == NULL ? JISR_NO_MEMORY : access_append(access, &line, &problem);
	size_t held = error == JISR_OK ? access_held(access) : 0;
	if (held > 0 && (held & (held - 1)) == 0) { /* told at 1, 2, 4, ... */
		const struct log_field told[] = {{"lines", NULL, (double)held},
		                                 {"reason", "the disk cannot be written", 0}};
		log_event(LOG_LEVEL_ERROR, "access-log-held", told, sizeof told / sizeof *told);
	}
	if (error == JISR_OK)
		return;
	const struct log_field fields[] = {{"id", input->id, 0},
	                                   {"reason", problem.text[0] != '\0' ? problem.text : error_text(error), 0}};
	log_event(LOG_LEVEL_ERROR, "access-log-failed", fields, sizeof fields / sizeof *fields);
	empty(reply);
	reply_error(reply, plan->found.style, error == JISR_FULL ? 507 : 503,
	            "Nothing is shown that the access log cannot take down, and it cannot be written now.");
}

static void handle(const struct answer_site *site, struct answer_thread *thread, const struct answer_input *input,
                   const struct answer_plan *plan, const struct body *body, struct http_reply *reply)
{
	const struct settings *settings = settings_of(site);
	struct problem problem = {0};
	struct uri_pair *form = NULL;
	struct http_counted counted = {0};
	struct http_carrier carrier = {.counted = &counted,
	                               .query = plan->query,
	                               .query_count = plan->query_count,
	                               .header = input->header,
	                               .connection = input->connection,
	                               .local = input->local,
	                               .client_print = input->client_named != NULL ? input->client_print : NULL,
	                               .address = input->address,
	                               .server = site->server};
	int error = JISR_OK;
	if (body->length > 0 && http_is_type(header_of(input, "Content-Type"), "application/x-www-form-urlencoded"))
		error = uri_pairs(body->bytes, body->length, thread->arena, &form, &carrier.form_count, &problem);
	carrier.form = form;
	if (error == JISR_BAD_INPUT || error == JISR_TOO_LARGE) {
		char detail[PROBLEM_MAX + 64];
		(void)snprintf(detail, sizeof detail, "The form cannot be read: %s.", problem.text);
		reply_error(reply, plan->found.style, 400, detail);
		return;
	}
	struct http_request request = {.method = plan->method,
	                               .path = plan->uri.path,
	                               .body = body->bytes,
	                               .body_length = body->length,
	                               .id = input->id,
	                               .caller = plan->caller.name,
	                               .caller_is = &plan->caller,
	                               .base = answer_base(settings, input, thread->arena),
	                               .deadline = input->deadline,
	                               .arena = thread->arena,
	                               .scratch = thread->scratch,
	                               .carrier = &carrier};
	memcpy(request.variables, plan->found.variables, sizeof request.variables);
	struct idempotency idempotency = {.local = NULL};
	if (error == JISR_OK && travel_wanted(site->service, plan->found.route))
		error = travel(site->service, plan->found.route, &request, plan->uri.query, reply);
	else if (error == JISR_OK &&
	         idempotency_begin(site->service, plan->found.route, &request, reply, &idempotency, &error))
		error = plan->found.route->handler(site->service, &request, reply);
	if (error == JISR_OK && reply->body.error != JISR_OK)
		error = reply->body.error;
	idempotency_end(&idempotency, &request, error, reply);
	if (error != JISR_OK)
		reply_code(input, plan, error, reply);
	else
		write_access(site, input, plan, &request, &counted, reply);
}

static void run(const struct answer_site *site, struct answer_thread *thread, const struct answer_input *input,
                const struct answer_plan *plan, struct http_reply *reply)
{
	struct body body;
	text_init(&body.unfolded, 0);
	if (read_body(settings_of(site), input, plan, &body, reply))
		handle(site, thread, input, plan, &body, reply);
	text_finish(&body.unfolded);
}

/* "There is no such thing" and "you have no session" would be wrong where another machine has made it a moment ago and the
 * shared log cannot be reached. */
static void doubt(const struct answer_site *site, const struct answer_plan *plan, struct http_reply *reply)
{
	const struct store *store = site->service != NULL ? service_store(site->service) : NULL;
	if (store == NULL || plan->found.route == NULL || store_is_current(store) ||
	    !(reply->status == 404 || (plan->unknown && plan->refused == 401)))
		return;
	empty(reply);
	reply_error(reply, plan->found.style, 503,
	            "The shared log does not answer at the moment. This is not known here, and may have been made at "
	            "another machine meanwhile; ask again in a moment.");
}

/* Compresses where the client takes it and it pays. */
static void fold(struct answer_thread *thread, const struct answer_input *input, struct http_reply *reply)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcasecmp(reply->headers[i].name, "Content-Encoding") == 0)
			return;
	if (reply->body.length < GZIP_LEAST)
		return;
	(void)http_reply_header(reply, "Vary", "Accept-Encoding");
	if (gzip_accepted(header_of(input, "Accept-Encoding")) && gzip_fold(thread->folder, &reply->body))
		(void)http_reply_header(reply, "Content-Encoding", "gzip");
}

void answer_run(const struct answer_site *site, struct answer_thread *thread, const struct answer_input *input,
                const struct answer_plan *plan, struct http_reply *ret_reply)
{
	struct http_reply reply = {.status = 204};
	text_init(&reply.body, HTTP_MAX_REPLY);
	if (plan->refused != 0)
		reply_error(&reply, plan->found.style, plan->refused, plan->refused_detail);
	else if (plan->found.route != NULL && clock_seconds() > input->deadline)
		reply_error(&reply, plan->found.style, 503, "The service is too busy; try again later.");
	else if (plan->found.route != NULL)
		run(site, thread, input, plan, &reply);
	doubt(site, plan, &reply);
	if (reply.status == 401 && !reply.prove)
		(void)http_reply_header(&reply, "WWW-Authenticate", plan->prove ? HTTP_PROVE : "Bearer realm=\"jisr\"");
	if (plan->found.route == NULL && plan->found.allowed != 0) {
		char allow[ROUTES_ALLOW_MAX];
		(void)routes_allow(plan->found.allowed, allow);
		const char *kept = arena_text(thread->arena, allow, strlen(allow));
		if (kept != NULL)
			(void)http_reply_header(&reply, "Allow", kept);
	}
	fold(thread, input, &reply);
	*ret_reply = reply;
}
