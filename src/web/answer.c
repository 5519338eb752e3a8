#include "web/answer.h"

#include "base/clock.h"
#include "watch/set.h"
#include "web/log.h"

#include <string.h>

int answer_thread_init(struct answer_thread *thread)
{
	*thread = (struct answer_thread){0};
	int error = arena_new(ANSWER_MAX_ARENA, &thread->arena);
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

void answer_plan(const struct answer_site *site, struct answer_thread *thread, const struct answer_input *input,
                 struct answer_plan *ret_plan)
{
	struct problem problem = {0};
	struct answer_plan plan = {.method = read_method(input->method), .caller = "anonymous"};
	arena_reset(thread->arena);
	if (input->target == NULL) {
		refuse(&plan, 414, "The address is longer than this service takes.");
	} else {
		int error = uri_read(input->target, thread->arena, &plan.uri, &problem);
		char *detail = arena_format(thread->arena, "The request cannot be read: %s.", problem.text);
		if (error == JISR_NO_MEMORY || detail == NULL)
			refuse(&plan, 503, "The service has no memory left for this request.");
		else if (error != JISR_OK)
			refuse(&plan, 400, detail);
	}
	routes_find(site->routes, &plan.uri, plan.method, &plan.found);
	if (input->refused != 0)
		refuse(&plan, input->refused, input->refused_detail);
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
	} titles[] = {{400, "Bad request"},        {401, "Not authenticated"},  {403, "Not allowed"},
	              {404, "Not found"},          {405, "Method not allowed"}, {411, "Length required"},
	              {413, "Body too large"},     {414, "Address too long"},   {415, "Unsupported encoding"},
	              {417, "Expectation failed"}, {431, "Headers too large"},  {500, "Internal error"},
	              {501, "Not implemented"},    {503, "Not available now"}};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (titles[i].status == status)
			return titles[i].title;
	return "Error";
}

/* Never fails: without memory the body stays empty, and the status tells. */
static void reply_error(struct http_reply *reply, enum http_style style, int status, const char *detail)
{
	int error = style == HTTP_STYLE_DETAIL ? http_reply_detail(reply, status, detail)
	                                       : http_reply_problem(reply, status, title_of(status), detail);
	if (error != JISR_OK) {
		text_finish(&reply->body);
		text_init(&reply->body, HTTP_MAX_REPLY);
		reply->status = status;
		reply->type = NULL;
	}
}

static void reply_code(const struct answer_input *input, const struct answer_plan *plan, int error,
                       const struct http_request *request, struct http_reply *reply)
{
	const char *name = plan->found.route->name;
	if (error == JISR_CANCELLED || clock_seconds() > request->deadline) {
		reply_error(reply, plan->found.style, 503,
		            "The answer took longer than this service allows; ask for less at once.");
		return;
	}
	log_say(LOG_LEVEL_ERROR, "request %s to %s failed: %s", input->id, name, error_text(error));
	if (error == JISR_NO_MEMORY || error == JISR_BUSY)
		reply_error(reply, plan->found.style, 503,
		            "The service cannot answer this now; try again later, or ask for less at once.");
	else
		reply_error(reply, plan->found.style, 500,
		            "The service could not answer; its log tells why under the request's id.");
}

/* "http://" and the Host header when it is one. */
static const char *base_of(const struct answer_site *site, const struct http_carrier *carrier, struct arena *arena)
{
	const char *host = carrier->header != NULL ? carrier->header(carrier, "Host") : NULL;
	if (site->settings->public_url != NULL)
		return site->settings->public_url;
	size_t length = host != NULL ? strlen(host) : 0;
	if (length == 0 || length > 255 ||
	    strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") != length)
		return "";
	const char *base = arena_format(arena, "http://%s", host);
	return base != NULL ? base : "";
}

static int run(const struct answer_site *site, struct answer_thread *thread, const struct answer_input *input,
               const struct answer_plan *plan, struct http_reply *reply)
{
	struct problem problem = {0};
	struct uri_pair *query, *form = NULL;
	struct http_carrier carrier = {
		.header = input->header, .connection = input->connection, .server = site->server};
	int error = uri_pairs(plan->uri.query, strlen(plan->uri.query), thread->arena, &query, &carrier.query_count,
	                      &problem);
	carrier.query = query;
	if (error == JISR_OK && input->body_length > 0 && input->header != NULL &&
	    http_is_type(input->header(&carrier, "Content-Type"), "application/x-www-form-urlencoded"))
		error = uri_pairs(input->body, input->body_length, thread->arena, &form, &carrier.form_count, &problem);
	carrier.form = form;
	if (error == JISR_BAD_INPUT || error == JISR_TOO_LARGE) {
		char detail[PROBLEM_MAX + 64];
		(void)snprintf(detail, sizeof detail, "The request cannot be read: %s.", problem.text);
		reply_error(reply, plan->found.style, 400, detail);
		return JISR_OK;
	}
	struct http_request request = {.method = plan->method,
	                               .path = plan->uri.path,
	                               .body = input->body != NULL ? input->body : "",
	                               .body_length = input->body_length,
	                               .id = input->id,
	                               .caller = plan->caller,
	                               .base = base_of(site, &carrier, thread->arena),
	                               .deadline = input->deadline,
	                               .arena = thread->arena,
	                               .scratch = thread->scratch,
	                               .carrier = &carrier};
	memcpy(request.variables, plan->found.variables, sizeof request.variables);
	if (error == JISR_OK)
		error = plan->found.route->handler(site->service, &request, reply);
	if (error == JISR_OK && reply->body.error != JISR_OK)
		error = reply->body.error;
	if (error != JISR_OK) {
		reply->header_count = 0;
		text_finish(&reply->body);
		text_init(&reply->body, HTTP_MAX_REPLY);
		reply_code(input, plan, error, &request, reply);
	}
	return JISR_OK;
}

void answer_run(const struct answer_site *site, struct answer_thread *thread, const struct answer_input *input,
                const struct answer_plan *plan, struct http_reply *ret_reply)
{
	struct http_reply reply = {.status = 204};
	text_init(&reply.body, HTTP_MAX_REPLY);
	if (plan->refused != 0)
		reply_error(&reply, plan->found.style, plan->refused, plan->refused_detail);
	else if (plan->found.route == NULL)
		reply.status = 204; /* OPTIONS */
	else if (clock_seconds() > input->deadline)
		reply_error(&reply, plan->found.style, 503, "The service is too busy; try again later.");
	else
		(void)run(site, thread, input, plan, &reply);
	if (plan->found.route == NULL && plan->found.allowed != 0) {
		char allow[ROUTES_ALLOW_MAX];
		(void)routes_allow(plan->found.allowed, allow);
		const char *kept = arena_text(thread->arena, allow, strlen(allow));
		if (kept != NULL)
			(void)http_reply_header(&reply, "Allow", kept);
	}
	*ret_reply = reply;
}
