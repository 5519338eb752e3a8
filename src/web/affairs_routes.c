/* /api/v1/budgets, /api/v1/dues and the other things with a life of steps (assembly/affairs.h): each is listed, told, and takes
 * its steps. */
#include "assembly/affairs.h"
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
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	if (store == NULL)
		return error;
	error = store_read(store, &reader, &problem);
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
	int error;
	if (record_reply_store(service, reply, &error) == NULL)
		return error;
	error = record_reply_begin(request, reply, 200, 0);
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

static int take(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	const struct affair *affair = affair_of(request);
	struct problem problem = {""};
	struct affair_order order = {.caller = request->caller_is, .id = request->variables[0]};
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	if (store == NULL || !record_reply_match(request, reply, &order.expected, &error))
		return error;
	if (!affair_step_read(affair, request->variables[1], &order.step))
		return http_reply_problem(reply, 404, "There is no such step", "/api/v1/affairs lists them.");
	if (request->body_length > 0) {
		error = faults_read_body(request, reply, &json);
		if (error || json == NULL)
			return error;
	}
	order.fields = json;
	error = affair_submit(store, affair, &order, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, order.version);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "step", affair->steps[order.step].name);
	emit_text(&reply->body, "id", order.made);
	emit_count(&reply->body, "version", order.version);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

#define READS(path, handler, name)                                                                                     \
	{                                                                                                              \
		HTTP_GET, path, handler, HTTP_STYLE_PROBLEM, name, .right = RIGHT_ASSEMBLY_READ, .heavy = true         \
	}
/* Who may take which step, the table of steps says. */
#define TAKES(path, name)                                                                                              \
	{                                                                                                              \
		HTTP_POST, path, take, HTTP_STYLE_PROBLEM, name, .right = RIGHT_ASSEMBLY_READ, .waits = true,          \
								 .repeat = HTTP_REPEAT_KEPT, .body_max = BODY_MOST     \
	}
const struct http_route routes_affairs[] = {
	READS("/api/v1/affairs", describe, "api_affairs"),
	READS("/api/v1/budgets", list, "api_budgets"),
	READS("/api/v1/budgets/{year}", show, "api_budget"),
	READS("/api/v1/budgets/{year}/{name}", show_view, "api_budget_view"),
	TAKES("/api/v1/budgets/{year}/{name}", "api_budget_step"),
	READS("/api/v1/dues", list, "api_dues"),
	READS("/api/v1/dues/{code}", show, "api_dues_one"),
	TAKES("/api/v1/dues/{code}/{name}", "api_dues_step"),
	{0},
};
