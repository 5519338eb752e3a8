/* /api/v1/operations: joint operations as the caller's office may see them, their figures, and the steps of their life
 * (notices/operation.h). */
#include "web/http.h"
#include "web/service.h"

#include "base/date.h"
#include "base/emit.h"
#include "base/json.h"
#include "notices/operation_emit.h"
#include "web/record_reply.h"

#include <string.h>

#define BODY_MOST ((size_t)128 << 10)

/* ---- lists ---- */

struct listing {
	struct text *text;
	struct sql *sql;
	struct viewer viewer;
	struct problem *problem;
	int error;
	size_t count, limit;
	char next[OPERATION_ID_MAX + 12]; /* "2026-03-01_2026-17": behind what begins then and has that number */
	bool more;
};

static bool list_one(void *context, const struct operation *operation)
{
	struct listing *listing = context;
	if (listing->count == listing->limit) {
		listing->more = true;
		return false;
	}
	listing->error =
		operation_emit(listing->text, listing->sql, listing->viewer, operation, NULL, listing->problem);
	(void)snprintf(listing->next, sizeof listing->next, "%.10s_%.4s-%s", operation->begins, operation->id,
	               operation->id + 5);
	listing->count++;
	return listing->error == JISR_OK;
}

/* What the query asks for; texts of the request's. */
struct asked {
	struct operation_filter filter;
	struct operation after;
	char begins[11];
	size_t limit;
};

static bool read_place(const char *value, struct asked *asked)
{
	if (strlen(value) < 12 || value[10] != '_' || date_day_read(value, 10, NULL) != JISR_OK ||
	    !operation_id_read(value + 11, asked->after.id))
		return false;
	(void)snprintf(asked->begins, sizeof asked->begins, "%.10s", value);
	asked->after.begins = asked->begins;
	asked->filter.after = &asked->after;
	return true;
}

/* `pages`: also what a page is asked for by. */
static bool read_query(const struct http_request *request, bool pages, struct asked *asked)
{
	const char *name, *value;
	struct operation_filter *filter = &asked->filter;
	*asked = (struct asked){.limit = PAGE_STANDARD};
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		if (strcmp(name, "crime_area") == 0 && codes_is_crime(value))
			filter->crime = value;
		else if (strcmp(name, "state") == 0 && operation_state_read(value, &filter->state))
			continue;
		else if (strcmp(name, "lead") == 0)
			filter->lead = value;
		else if (strcmp(name, "participant") == 0)
			filter->participant = value;
		else if (strcmp(name, "words") == 0)
			filter->words = value;
		else if (!pages || ((strcmp(name, "cursor") != 0 || !read_place(value, asked)) &&
		                    (strcmp(name, "limit") != 0 || !record_reply_limit(value, &asked->limit))))
			return false;
	}
	return true;
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct asked asked;
	uint64_t total = 0;
	int error = JISR_OK;
	if (!read_query(request, true, &asked))
		return http_reply_problem(
			reply, 400, "The address cannot be read",
			"There are state, crime_area, lead, participant, words, cursor and limit (1 to 500).");
	error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	struct listing listing = {.text = &reply->body,
	                          .sql = reading.sql,
	                          .viewer = reading.viewer,
	                          .problem = &problem,
	                          .limit = asked.limit};
	asked.filter.limit = asked.limit + 1;
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "operations");
	if (!error)
		error = operation_list(reading.sql, reading.viewer, &asked.filter, request->arena, list_one, &listing,
		                       &problem);
	if (!error)
		error = listing.error;
	if (!error)
		error = operation_count(reading.sql, reading.viewer, &asked.filter, &total, &problem);
	return record_reply_list(request, reply, error, total, listing.more ? listing.next : NULL, &problem);
}

static int figures(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	CLEANUP(json_freep) cJSON *sums = NULL;
	struct problem problem = {""};
	struct asked asked;
	int error = JISR_OK;
	if (!read_query(request, false, &asked))
		return http_reply_problem(reply, 400, "The address cannot be read",
		                          "There are state, crime_area, lead, participant and words.");
	error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = operation_figures(reading.sql, reading.viewer, &asked.filter, &sums, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, 0);
	return error ? error : json_write(sums, &reply->body);
}

/* ---- codes ---- */

static void emit_labels(struct text *text, const struct code *code, const char *unit)
{
	emit_object(text, code->code);
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		emit_text(text, language_codes[i], code_label(code, (enum language)i));
	if (unit != NULL)
		emit_text(text, "unit", unit);
	emit_close_object(text);
}

static int codes(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct text *text = &reply->body;
	(void)service;
	int error = record_reply_begin(request, reply, 200, 0);
	emit_object(text, NULL);
	emit_object(text, "state");
	for (int i = OPERATION_PLANNED; i < OPERATION_STATES; i++)
		emit_labels(text, operation_state_code((enum operation_state)i), NULL);
	emit_close_object(text);
	emit_object(text, "seizure");
	for (size_t i = 0; i < operation_kind_count; i++)
		emit_labels(text, &operation_kinds[i].code, operation_kinds[i].unit);
	emit_close_object(text);
	emit_close_object(text);
	if (!error)
		error = http_reply_header(reply, "Cache-Control", "public, max-age=3600");
	return error ? error : text->error;
}

/* ---- one ---- */

static int show(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct operation operation;
	int error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = operation_get(reading.sql, reading.viewer, request->variables[0], request->arena, &operation,
		                      &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200,
	                           operation_inside(reading.viewer, &operation) ? operation.version : 0);
	if (!error)
		error = operation_emit(&reply->body, reading.sql, reading.viewer, &operation, request->caller_is,
		                       &problem);
	return error ? error : reply->body.error;
}

static int history(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return record_reply_history(service, request, reply, operation_history, history_emit);
}

/* ---- steps ---- */

static int take(struct service *service, const struct http_request *request, struct http_reply *reply,
                enum operation_step step, const char *id)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct operation_act act = {.step = step, .caller = request->caller_is, .id = id};
	int error = JISR_OK;
	if (!record_reply_asked(service, request, reply, &act.expected, &json, &error))
		return error;
	act.fields = json;
	error = operation_submit(service_store(service), &act, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	return record_reply_taken(request, reply, id == NULL, "/api/v1/operations/", act.made,
	                          operation_rows[step].name, act.version, NULL);
}

static int plan(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return take(service, request, reply, OPERATION_PLAN, NULL);
}

static int step(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	enum operation_step step;
	if (!operation_step_read(request->variables[1], &step) || step == OPERATION_PLAN)
		return http_reply_problem(reply, 404, "There is no such step",
		                          "docs/operations.md lists the steps of an operation's life.");
	return take(service, request, reply, step, request->variables[0]);
}

const struct http_route routes_operations[] = {
	{HTTP_GET, "/api/v1/operations/codes", codes, HTTP_STYLE_PROBLEM, "api_operation_codes", .right = RIGHT_NONE},
	{HTTP_GET, "/api/v1/operations/figures", figures, HTTP_STYLE_PROBLEM, "api_operation_figures",
         .right = RIGHT_OPERATIONS_READ, .access = "search"},
	{HTTP_GET, "/api/v1/operations", list, HTTP_STYLE_PROBLEM, "api_operations", .right = RIGHT_OPERATIONS_READ,
         .access = "search"},
	{HTTP_POST, "/api/v1/operations", plan, HTTP_STYLE_PROBLEM, "api_operation_plan",
         .right = RIGHT_OPERATIONS_WRITE, .waits = true, .travels = HTTP_TRAVELS, .repeat = HTTP_REPEAT_KEPT,
         .body_max = BODY_MOST},
	{HTTP_GET, "/api/v1/operations/{id}", show, HTTP_STYLE_PROBLEM, "api_operation", .right = RIGHT_OPERATIONS_READ,
         .access = "view"},
	{HTTP_GET, "/api/v1/operations/{id}/history", history, HTTP_STYLE_PROBLEM, "api_operation_history",
         .right = RIGHT_OPERATIONS_READ, .access = "view"},
	{HTTP_POST, "/api/v1/operations/{id}/{step}", step, HTTP_STYLE_PROBLEM, "api_operation_step",
         .right = RIGHT_OPERATIONS_READ, .waits = true, .travels = HTTP_TRAVELS, .body_max = BODY_MOST},
	{0},
};
