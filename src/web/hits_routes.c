/* /api/v1/hits: the hits that the caller's office reported or owns, and the steps of their life (notices/hit_act.h). */
#include "web/http.h"
#include "web/service.h"

#include "base/emit.h"
#include "base/json.h"
#include "notices/hit_act.h"
#include "notices/hit_emit.h"
#include "notices/object.h"
#include "web/record_reply.h"

#include <string.h>

#define BODY_MOST ((size_t)64 << 10)

#define FILTERS                                                                                                        \
	"There are state, open (true, false), awaits, office, finder, owner, colour, notice, object, step, and from "  \
	"and "                                                                                                         \
	"until "                                                                                                       \
	"(days; before that of until)."

/* ---- lists ---- */

struct listing {
	struct text *text;
	const char *now;
	bool by_due, more;
	size_t count, limit;
	char last[RECORD_PLACE_MAX];
};

static bool list_one(void *context, const struct hit *hit)
{
	struct listing *listing = context;
	if (listing->count == listing->limit) {
		listing->more = true;
		return false;
	}
	hit_emit(listing->text, hit, NULL, listing->now);
	record_place_write(listing->by_due ? hit->due : hit->changed, hit->id, listing->last);
	listing->count++;
	return listing->text->error == JISR_OK;
}

/* What the query of a list asks for; texts of the request's. */
struct asked {
	struct hit_filter filter;
	struct notice_place after;
	char due[ENTRY_AT_LENGTH + 1], subject[NOTICE_ID_MAX + 1];
	size_t limit;
};

static bool read_day(const char *value)
{
	return date_day_read(value, strlen(value), NULL) == JISR_OK;
}

static bool read_one(struct asked *asked, const char *name, const char *value)
{
	enum hit_state state;
	enum hit_step step;
	struct hit_filter *filter = &asked->filter;
	if (strcmp(name, "state") == 0 && hit_state_read(value, &state)) {
		filter->states |= HIT_BIT(state);
	} else if (strcmp(name, "open") == 0 && (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)) {
		filter->open = value[0] == 't';
	} else if (strcmp(name, "awaits") == 0) {
		filter->awaits = value;
	} else if (strcmp(name, "office") == 0) {
		filter->office = value;
	} else if (strcmp(name, "finder") == 0) {
		filter->finder = value;
	} else if (strcmp(name, "owner") == 0) {
		filter->owner = value;
	} else if (strcmp(name, "colour") == 0 &&
	           (codes_find(&codes_colour, value) != NULL || strcmp(value, "object") == 0)) {
		filter->colour = value;
	} else if (strcmp(name, "step") == 0 && hit_step_read(value, &step)) {
		filter->step = value;
	} else if (strcmp(name, "from") == 0 && read_day(value)) {
		filter->from = value;
	} else if (strcmp(name, "until") == 0 && read_day(value)) {
		filter->until = value;
	} else if (strcmp(name, "notice") == 0 && notice_id_read(value, asked->subject)) {
		filter->subject = asked->subject;
	} else if (strcmp(name, "object") == 0) {
		/* a line of a file has no number */
		filter->subject = object_id_read(value, asked->subject) ? asked->subject : value;
	} else if (strcmp(name, "due") == 0 && hit_moment_read(value, asked->due)) {
		filter->due = asked->due;
		filter->open = filter->by_due = true;
	} else if (strcmp(name, "cursor") == 0 && record_place_read(value, &asked->after)) {
		filter->after = &asked->after;
	} else {
		return strcmp(name, "limit") == 0 && record_reply_limit(value, &asked->limit);
	}
	return true;
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct asked asked = {.limit = PAGE_STANDARD};
	const char *name, *value;
	uint64_t total = 0;
	int error = JISR_OK;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++)
		if (!read_one(&asked, name, value))
			return http_reply_problem(reply, 400, "The address cannot be read",
			                          FILTERS
			                          " There are also due (a moment), cursor and limit (1 to 500).");
	char now[CLOCK_UTC_MAX];
	(void)clock_utc_exact(now);
	error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	struct listing listing = {
		.text = &reply->body, .now = now, .by_due = asked.filter.by_due, .limit = asked.limit};
	asked.filter.limit = asked.limit + 1;
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "hits");
	if (!error)
		error = hit_list(reading.sql, reading.viewer, &asked.filter, request->arena, list_one, &listing,
		                 &problem);
	if (!error)
		error = hit_count(reading.sql, reading.viewer, &asked.filter, &total, &problem);
	return record_reply_list(request, reply, error, total, listing.more ? listing.last : NULL, &problem);
}

/* ---- figures ---- */

struct figures {
	struct text *text;
	const char *figure;
};

static bool emit_figure(void *context, const char *figure, const char *value, uint64_t count)
{
	struct figures *figures = context;
	if (figures->figure == NULL || strcmp(figures->figure, figure) != 0) {
		if (figures->figure != NULL)
			emit_close_array(figures->text);
		emit_array(figures->text, figure);
		figures->figure = figure;
	}
	emit_object(figures->text, NULL);
	if (strcmp(figure, "month") == 0) {
		const char *stroke = strchr(value, '/');
		emit_bytes(figures->text, "step", value, (size_t)(stroke - value));
		value = stroke + 1;
	}
	emit_text(figures->text, "value", value);
	emit_count(figures->text, "count", count);
	emit_close_object(figures->text);
	return figures->text->error == JISR_OK;
}

static int figures(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct asked asked = {.limit = 0};
	struct figures emitted = {&reply->body, NULL};
	const char *name, *value;
	uint64_t total = 0;
	int error = JISR_OK;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++)
		if (!read_one(&asked, name, value) || asked.limit != 0 || asked.filter.after != NULL ||
		    asked.filter.by_due)
			return http_reply_problem(reply, 400, "The address cannot be read", FILTERS);
	error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = hit_count(reading.sql, reading.viewer, &asked.filter, &total, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	emit_object(&reply->body, NULL);
	emit_count(&reply->body, "total", total);
	if (!error)
		error = hit_figures(reading.sql, reading.viewer, &asked.filter, emit_figure, &emitted, &problem);
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, &problem);
	}
	if (emitted.figure != NULL)
		emit_close_array(&reply->body);
	emit_close_object(&reply->body);
	return reply->body.error;
}

/* ---- one ---- */

static int show(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct hit hit;
	int error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = hit_get(reading.sql, reading.viewer, request->variables[0], request->arena, &hit, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	char now[CLOCK_UTC_MAX];
	(void)clock_utc_exact(now);
	error = record_reply_begin(request, reply, 200, hit.version);
	hit_emit(&reply->body, &hit, request->caller_is, now);
	return error ? error : reply->body.error;
}

static int history(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return record_reply_history(service, request, reply, hit_history, hit_emit_event);
}

/* ---- steps ---- */

static int take(struct service *service, const struct http_request *request, struct http_reply *reply,
                enum hit_step step, const char *id)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct hit_act act = {.step = step, .caller = request->caller_is, .id = id, .expected = ENTRY_ANY};
	int error = JISR_OK;
	if (!record_reply_asked(service, request, reply, &act.expected, &json, &error))
		return error;
	act.fields = json;
	error = hit_act_submit(service_store(service), &act, &problem);
	if (error == JISR_BAD_INPUT && act.findings.total > 0)
		return record_reply_findings("The step lacks something, or says it wrongly", &act.findings, &problem,
		                             reply);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	return record_reply_taken(request, reply, id == NULL, "/api/v1/hits/", act.made, hit_step_name(step),
	                          act.version, act.warning);
}

static int report(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return take(service, request, reply, HIT_REPORT, NULL);
}

static int step(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	enum hit_step step;
	if (!hit_step_read(request->variables[1], &step) || step == HIT_REPORT)
		return http_reply_problem(reply, 404, "There is no such step",
		                          "docs/hits.md lists the steps of a hit's life.");
	return take(service, request, reply, step, request->variables[0]);
}

const struct http_route routes_hits[] = {
	{HTTP_GET, "/api/v1/hits", list, HTTP_STYLE_PROBLEM, "api_hits", .right = RIGHT_HITS_READ, .access = "search"},
	{HTTP_POST, "/api/v1/hits", report, HTTP_STYLE_PROBLEM, "api_hit_report", .right = RIGHT_HITS_WRITE,
         .waits = true, .travels = HTTP_TRAVELS, .repeat = HTTP_REPEAT_KEPT, .body_max = BODY_MOST},
	{HTTP_GET, "/api/v1/hits/figures", figures, HTTP_STYLE_PROBLEM, "api_hit_figures", .right = RIGHT_HITS_READ,
         .access = "search"},
	{HTTP_GET, "/api/v1/hits/{id}", show, HTTP_STYLE_PROBLEM, "api_hit", .right = RIGHT_HITS_READ,
         .access = "view"},
	{HTTP_GET, "/api/v1/hits/{id}/history", history, HTTP_STYLE_PROBLEM, "api_hit_history",
         .right = RIGHT_HITS_READ, .access = "view"},
	{HTTP_POST, "/api/v1/hits/{id}/{step}", step, HTTP_STYLE_PROBLEM, "api_hit_step", .right = RIGHT_HITS_READ,
         .waits = true, .travels = HTTP_TRAVELS, .body_max = BODY_MOST},
	{0},
};
