/* /api/v1/budgets, /api/v1/dues, /api/v1/agreements, /api/v1/meetings, /api/v1/timetables and the other things with a life of steps (assembly/affairs.h): each is listed, told, and takes
 * its steps. */
#include "assembly/affairs.h"
#include "assembly/agreement.h"
#include "assembly/timetable.h"
#include "base/clock.h"
#include "base/emit.h"
#include "base/json.h"
#include "web/faults.h"
#include "web/record_reply.h"

#include <string.h>

#define BODY_MOST ENTRY_MAX_BODY
#define PREFIX    "/api/v1/"

/* The third part of the address. */
static const struct affair *affair_of(const struct http_request *request)
{
	char word[32];
	const char *begin = request->path + strlen(PREFIX);
	(void)snprintf(word, sizeof word, "%.*s", (int)strcspn(begin, "/"), begin);
	return affairs_find_plural(word);
}

static int tell(struct service *service, const struct http_request *request, struct http_reply *reply, const char *view,
                const char *id)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	uint64_t version = 0;
	int error = store_read(service_store(service), &reader, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (!error)
		error = affair_tell(store_reader_sql(reader), affair_of(request), view, id, request->caller_is,
		                    &reply->body, &version, &problem);
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, &problem);
	}
	char *tag = arena_format(request->arena, "\"%llu\"", (unsigned long long)version);
	if (tag == NULL)
		return JISR_NO_MEMORY;
	return version > 0 ? http_reply_header(reply, "ETag", tag) : JISR_OK;
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return tell(service, request, reply, NULL, NULL);
}

static int show(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return tell(service, request, reply, NULL, request->variables[0]);
}

static int show_view(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return tell(service, request, reply, request->variables[1], request->variables[0]);
}

/* The tables of steps of all of them: from it forms can be made. */
static int describe(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	int error = record_reply_begin(request, reply, 200, 0);
	if (error)
		return error;
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "affairs");
	for (const struct affair *const *affair = affairs_all; *affair != NULL && !error; affair++)
		error = affair_describe(*affair, &reply->body);
	emit_close_array(&reply->body);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

static int submit(struct service *service, const struct http_request *request, struct http_reply *reply, const char *id,
                  const char *step)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	const struct affair *affair = affair_of(request);
	struct problem problem = {""};
	struct affair_order order = {.caller = request->caller_is, .id = id};
	char path[40];
	int error;
	if (!record_reply_match(request, reply, &order.expected, &error))
		return error;
	if (!affair_step_read(affair, step, &order.step))
		return http_reply_problem(reply, 404, "There is no such step", "/api/v1/affairs lists them.");
	if (caller_must_prove(request->caller_is, affair->steps[order.step].right, clock_seconds()))
		return http_reply_prove(reply);
	if (request->body_length > 0) {
		error = faults_read_body(request, reply, &json);
		if (error || json == NULL)
			return error;
	}
	order.fields = json;
	error = affair_submit(service_store(service), affair, &order, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	(void)snprintf(path, sizeof path, PREFIX "%s/", affair->plural);
	return record_reply_taken(request, reply, id == NULL, path, order.made, affair->steps[order.step].name,
	                          order.version, NULL);
}

static int take(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return submit(service, request, reply, request->variables[0], request->variables[1]);
}

/* Of those that are given a number: the step that makes one, which is the first of its table. */
static int make(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return submit(service, request, reply, NULL, affair_of(request)->steps[0].name);
}

/* Solves before it writes, so that nobody waits for it but who asked. */
static int plan(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct timetable_order order = {.caller = request->caller_is, .after = ""};
	struct timetable_made made;
	int error;
	if (!timetable_session(request->variables[0], &order.session))
		return http_reply_problem(reply, 404, "There is no such session", NULL);
	if (request->body_length > 0) {
		error = faults_read_body(request, reply, &json);
		if (error || json == NULL)
			return error;
	}
	error = timetable_order_read(json, &order, &problem);
	if (!error)
		error = timetable_plan(service_store(service), &order, &made, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, made.version);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	emit_object(&reply->body, NULL);
	timetable_emit_made(&reply->body, &made);
	if (made.version > 0)
		emit_count(&reply->body, "version", made.version);
	emit_close_object(&reply->body);
	return reply->body.error;
}

/* ---- the register of agreements, for everybody ---- */

typedef int (*registered)(struct sql *sql, const struct http_request *request, const char *day, struct text *text,
                          struct problem *problem);

static int give_registered(struct service *service, const struct http_request *request, struct http_reply *reply,
                           const char *type, registered give)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	char now[CLOCK_UTC_MAX], day[11];
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	if (store == NULL)
		return error;
	(void)snprintf(day, sizeof day, "%.10s", clock_utc(now));
	error = store_read(store, &reader, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (!error)
		error = give(store_reader_sql(reader), request, day, &reply->body, &problem);
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, &problem);
	}
	if (type != NULL)
		reply->type = type;
	return http_reply_header(reply, "Access-Control-Allow-Origin", "*");
}

static int register_of(struct sql *sql, const struct http_request *request, const char *day, struct text *text,
                       struct problem *problem)
{
	(void)request;
	return agreement_register(sql, day, text, problem);
}

static int registered_one(struct sql *sql, const struct http_request *request, const char *day, struct text *text,
                          struct problem *problem)
{
	return agreement_public(sql, request->variables[0], day, text, problem);
}

static int registered_note(struct sql *sql, const struct http_request *request, const char *day, struct text *text,
                           struct problem *problem)
{
	return agreement_public_note(sql, request->variables[0], day, text, problem);
}

static int registered_wording(struct sql *sql, const struct http_request *request, const char *day, struct text *text,
                              struct problem *problem)
{
	return agreement_public_wording(sql, request->variables[0], request->variables[1], day, text, problem);
}

#define PLAIN "text/plain; charset=utf-8"

static int show_register(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give_registered(service, request, reply, NULL, register_of);
}

static int show_registered(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give_registered(service, request, reply, NULL, registered_one);
}

static int show_note(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give_registered(service, request, reply, PLAIN, registered_note);
}

static int show_wording(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give_registered(service, request, reply, PLAIN, registered_wording);
}

#define READS(path, handler, name)                                                                                     \
	{                                                                                                              \
		HTTP_GET, path, handler, HTTP_STYLE_PROBLEM, name, .right = RIGHT_ASSEMBLY_READ, .heavy = true         \
	}
/* Who may take which step, the table of steps says. */
#define TAKES(path, handler, name)                                                                                     \
	{                                                                                                              \
		HTTP_POST, path, handler, HTTP_STYLE_PROBLEM, name, .right = RIGHT_ASSEMBLY_READ, .waits = true,       \
								    .repeat = HTTP_REPEAT_KEPT, .body_max = BODY_MOST  \
	}
#define EVERYBODY(rest, handler, name)                                                                                 \
	{                                                                                                              \
		HTTP_GET, "/api/v1/public/agreements" rest, handler, HTTP_STYLE_PROBLEM, name, .right = RIGHT_NONE,    \
											       .heavy = true           \
	}
const struct http_route routes_affairs[] = {
	READS("/api/v1/affairs", describe, "api_affairs"),
	READS("/api/v1/budgets", list, "api_budgets"),
	READS("/api/v1/budgets/{year}", show, "api_budget"),
	READS("/api/v1/budgets/{year}/{name}", show_view, "api_budget_view"),
	TAKES("/api/v1/budgets/{year}/{name}", take, "api_budget_step"),
	READS("/api/v1/dues", list, "api_dues"),
	READS("/api/v1/dues/{code}", show, "api_dues_one"),
	TAKES("/api/v1/dues/{code}/{name}", take, "api_dues_step"),
	READS("/api/v1/agreements", list, "api_agreements"),
	TAKES("/api/v1/agreements", make, "api_agreement_propose"),
	READS("/api/v1/agreements/{id}", show, "api_agreement"),
	READS("/api/v1/agreements/{id}/{name}", show_view, "api_agreement_view"),
	TAKES("/api/v1/agreements/{id}/{name}", take, "api_agreement_step"),
	READS("/api/v1/meetings", list, "api_meetings"),
	TAKES("/api/v1/meetings", make, "api_meeting_ask"),
	READS("/api/v1/meetings/{id}", show, "api_meeting"),
	TAKES("/api/v1/meetings/{id}/{name}", take, "api_meeting_step"),
	READS("/api/v1/timetables", list, "api_timetables"),
	READS("/api/v1/timetables/{session}", show, "api_timetable"),
	READS("/api/v1/timetables/{session}/{name}", show_view, "api_timetable_view"),
	TAKES("/api/v1/timetables/{session}/{name}", take, "api_timetable_step"),
	{HTTP_POST, "/api/v1/timetables/{session}/plan", plan, HTTP_STYLE_PROBLEM, "api_timetable_plan",
         .right = RIGHT_ASSEMBLY_SECRETARY, .waits = true, .body_max = BODY_MOST},
	EVERYBODY("", show_register, "api_public_agreements"),
	EVERYBODY("/{id}", show_registered, "api_public_agreement"),
	EVERYBODY("/{id}/note", show_note, "api_public_agreement_note"),
	EVERYBODY("/{id}/texts/{language}", show_wording, "api_public_agreement_text"),
	{0},
};
