/* /api/v1/outbox: at a node, what waits for headquarters (web/travel.h). And what nodes bring to headquarters:
 *
 *   POST /network/v1/commands                commands, answered one by one (network/parcel.h)
 *   GET  /network/v1/coming/{kind}/{digest}  how much of a file is here: {"whole","bytes"}
 *   POST /network/v1/coming/{kind}/{digest}?from=OFFSET&size=TOTAL   a piece of it
 *   /network/v1/means/{id}                  only as a command: how an officer signs in there now */
#include "base/digits.h"
#include "base/emit.h"
#include "base/json.h"
#include "members/means.h"
#include "web/arrivals.h"
#include "web/courier.h"
#include "web/faults.h"
#include "web/network_routes.h"
#include "web/nodes.h"
#include "web/record_reply.h"
#include "web/travel.h"

#include <stdlib.h>
#include <string.h>

/* ---- at a node ---- */

static struct courier *courier_of(struct service *service)
{
	return service_nodes(service) != NULL ? nodes_courier(service_nodes(service)) : NULL;
}

/* Everybody sees his own; who leads the office, all of it. */
static bool sees_all(const struct caller *caller)
{
	return caller_may(caller, RIGHT_OFFICERS_CHANGE);
}

struct listing {
	struct text *json;
	size_t count, limit;
	int64_t last;
	bool more;
};

static bool list_one(void *context, const struct outbox_item *item)
{
	struct listing *listing = context;
	if (listing->count == listing->limit) {
		listing->more = true;
		return false;
	}
	travel_emit(listing->json, NULL, item, false);
	listing->last = item->number;
	listing->count++;
	return listing->json->error == JISR_OK;
}

static bool read_query(const struct http_request *request, struct outbox_filter *filter)
{
	const char *name, *value;
	enum outbox_state state;
	uint64_t before;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		if (strcmp(name, "state") == 0 && strcmp(value, "open") == 0)
			filter->state = -2;
		else if (strcmp(name, "state") == 0 && outbox_state_read(value, &state))
			filter->state = (int)state;
		else if (strcmp(name, "limit") == 0 && record_reply_limit(value, &filter->limit))
			continue;
		else if (strcmp(name, "cursor") == 0 && digits_ordinal(value, &before))
			filter->before = (int64_t)before;
		else
			return false;
	}
	return true;
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct courier *courier = courier_of(service);
	struct problem problem = {""};
	struct outbox_filter filter = {.state = -1, .limit = PAGE_STANDARD};
	struct outbox_figures figures = {0};
	uint64_t total = 0;
	char next[24];
	int error = JISR_OK;
	if (record_reply_store(service, reply, &error) == NULL)
		return error;
	if (!read_query(request, &filter))
		return http_reply_problem(
			reply, 400, "The address cannot be read",
			"There are state (open, waiting, at-headquarters, accepted, refused, dropped), cursor "
			"and limit (1 to 500).");
	struct listing listing = {.json = &reply->body, .limit = filter.limit};
	filter.limit++;
	filter.officer = sees_all(request->caller_is) ? NULL : request->caller_is->officer;
	error = record_reply_begin(request, reply, 200, 0);
	if (!error && courier != NULL)
		error = outbox_figures(courier_outbox(courier), &figures, &problem);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "node", courier != NULL ? courier_node(courier)->name : NULL);
	emit_bool(&reply->body, "connected", courier == NULL || courier_connected(courier));
	emit_count(&reply->body, "waiting", figures.waiting);
	emit_count(&reply->body, "at_headquarters", figures.sent);
	emit_count(&reply->body, "refused", figures.refused);
	emit_score(&reply->body, "oldest_seconds", figures.oldest);
	emit_array(&reply->body, "outbox");
	if (!error && courier != NULL)
		error = outbox_list(courier_outbox(courier), &filter, list_one, &listing, &total, &problem);
	(void)snprintf(next, sizeof next, "%lld", (long long)listing.last);
	return record_reply_list(request, reply, error, total, listing.more ? next : NULL, &problem);
}

/* One that the caller may see. */
static int find(struct service *service, const struct http_request *request, struct outbox_item *item,
                struct problem *problem)
{
	struct courier *courier = courier_of(service);
	int error = courier == NULL
	                    ? JISR_NOT_FOUND
	                    : outbox_get(courier_outbox(courier), request->variables[0], request->arena, item, problem);
	if (error == JISR_NOT_FOUND ||
	    (!error && !sees_all(request->caller_is) && strcmp(item->officer, request->caller_is->officer) != 0))
		error = problem_set(problem, JISR_NOT_FOUND, "there is nothing %.40s in the outbox",
		                    request->variables[0]);
	return error;
}

static int show(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct outbox_item item;
	struct problem problem = {""};
	int error = JISR_OK;
	if (record_reply_store(service, reply, &error) == NULL)
		return error;
	error = find(service, request, &item, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, 0);
	travel_emit(&reply->body, NULL, &item, true);
	return error ? error : reply->body.error;
}

static int amend(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct outbox_item item;
	struct problem problem = {""};
	int error = JISR_OK;
	if (record_reply_store(service, reply, &error) == NULL)
		return error;
	error = find(service, request, &item, &problem);
	return error ? record_reply_error(request, reply, error, &problem)
	             : travel_amend(service, request, &item, reply);
}

static int drop(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct outbox_item item;
	struct problem problem = {""};
	uint64_t count = 0;
	int error = JISR_OK;
	if (record_reply_store(service, reply, &error) == NULL)
		return error;
	error = find(service, request, &item, &problem);
	if (!error)
		error = outbox_drop(courier_outbox(courier_of(service)), item.id, &count, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, 0);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "id", item.id);
	emit_count(&reply->body, "dropped", count);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

/* ---- at headquarters ---- */

/* A node tells of the means by which its officers sign in there. */
static int means(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct signin_officer officer;
	struct problem problem = {""};
	int error = JISR_OK;
	if (request->caller_is->officer[0] != '\0' || request->caller_is->kind != CALLER_CERTIFICATE)
		return http_reply_problem(reply, 403, "Not allowed", "This is a node's to say.");
	error = faults_read_body(request, reply, &json);
	if (error || json == NULL)
		return error;
	struct signin_directory directory = means_directory(service_store(service));
	const char *kind = json_get_text(json, "means"), *by = json_get_text(json, "by");
	if (kind == NULL || by == NULL)
		error = problem_set(&problem, JISR_BAD_INPUT, "there are \"means\", \"set\" and \"by\"");
	if (!error && (directory.find(directory.context, request->variables[0], &officer) != JISR_OK ||
	               strcmp(officer.office, request->caller_is->office) != 0))
		error = problem_set(&problem, JISR_NOT_FOUND, "there is no officer %.40s who may sign in",
		                    request->variables[0]);
	if (!error)
		error = directory.note(directory.context, request->variables[0], kind,
		                       cJSON_IsTrue(json_get(json, "set")), by, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	reply->status = 204;
	return JISR_OK;
}

static int refuse_post(const struct network_node *node, struct http_reply *reply, bool *ret_refused)
{
	*ret_refused = node->kind != NODE_NATIONAL;
	return *ret_refused ? http_reply_problem(reply, 403, "Not allowed", "Border posts and bureaus write nothing.")
	                    : JISR_OK;
}

static int commands(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct network_node node;
	char through[NODE_NAME_MAX + 1];
	struct problem problem = {""};
	bool refused = false;
	int error = JISR_OK;
	if (!network_routes_node(service, request, reply, &node, through, &error))
		return error;
	error = refuse_post(&node, reply, &refused);
	if (error || refused)
		return error;
	text_reset(&reply->body);
	if (network_routes_passed(service, request, reply, "/network/v1/commands", &node, &error))
		return error;
	error = arrivals_take(service, request, &node, &reply->body, &problem);
	if (error == JISR_BAD_INPUT && reply->body.length > 0)
		error = JISR_OK; /* what could be read is answered; the rest is no command */
	if (error)
		return record_reply_error(request, reply, error, &problem);
	reply->status = 200;
	reply->type = "application/octet-stream";
	return JISR_OK;
}

static int file(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct network_node node;
	char through[NODE_NAME_MAX + 1];
	struct arrivals_file here;
	struct problem problem = {""};
	bool refused = false;
	int error = JISR_OK;
	if (!network_routes_node(service, request, reply, &node, through, &error))
		return error;
	error = refuse_post(&node, reply, &refused);
	if (error || refused)
		return error;
	if (network_routes_passed(service, request, reply, request->path, &node, &error))
		return error;
	error = arrivals_file(service, &node, request->variables[0], request->variables[1], &here, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, 0);
	emit_object(&reply->body, NULL);
	emit_bool(&reply->body, "whole", here.whole);
	emit_count(&reply->body, "bytes", here.bytes);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

static int piece(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct network_node node;
	char through[NODE_NAME_MAX + 1];
	struct problem problem = {""};
	uint64_t from = 0, size = 0;
	bool refused = false;
	int error = JISR_OK;
	if (!network_routes_node(service, request, reply, &node, through, &error))
		return error;
	error = refuse_post(&node, reply, &refused);
	if (error || refused)
		return error;
	if (!digits_read(http_query(request, "from"), 15, &from) ||
	    !digits_read(http_query(request, "size"), 15, &size))
		return http_reply_problem(reply, 400, "The address cannot be read",
		                          "'from' and 'size' are numbers of bytes.");
	char path[200];
	(void)snprintf(path, sizeof path, "%.130s?from=%llu&size=%llu", request->path, (unsigned long long)from,
	               (unsigned long long)size);
	if (network_routes_passed(service, request, reply, path, &node, &error))
		return error;
	error = arrivals_piece(service, &node, request->variables[0], request->variables[1], from, size, request->body,
	                       request->body_length, &problem);
	return error ? record_reply_error(request, reply, error == JISR_CORRUPT ? JISR_BAD_INPUT : error, &problem)
	             : JISR_OK;
}

const struct http_route routes_outbox[] = {
	{HTTP_GET, "/api/v1/outbox", list, HTTP_STYLE_PROBLEM, "api_outbox", .right = RIGHT_MEMBERS_READ},
	{HTTP_GET, "/api/v1/outbox/{id}", show, HTTP_STYLE_PROBLEM, "api_outbox_item", .right = RIGHT_MEMBERS_READ,
         .access = "view"},
	{HTTP_PUT, "/api/v1/outbox/{id}", amend, HTTP_STYLE_PROBLEM, "api_outbox_amend", .right = RIGHT_MEMBERS_READ,
         .waits = true, .body_max = PARCEL_MAX_BODY},
	{HTTP_DELETE, "/api/v1/outbox/{id}", drop, HTTP_STYLE_PROBLEM, "api_outbox_drop", .right = RIGHT_MEMBERS_READ,
         .waits = true},
	{HTTP_POST, "/network/v1/means/{id}", means, HTTP_STYLE_PROBLEM, "network_means",
         .right = RIGHT_OFFICERS_CHANGE, .waits = true, .travels = HTTP_TRAVELS, .body_max = 4096},
	{HTTP_POST, "/network/v1/commands", commands, HTTP_STYLE_PROBLEM, "network_commands", .right = RIGHT_NONE,
         .waits = true, .body_max = ARRIVALS_MAX_COMMANDS},
	{HTTP_GET, "/network/v1/coming/{kind}/{digest}", file, HTTP_STYLE_PROBLEM, "network_coming",
         .right = RIGHT_NONE, .heavy = true},
	{HTTP_POST, "/network/v1/coming/{kind}/{digest}", piece, HTTP_STYLE_PROBLEM, "network_piece",
         .right = RIGHT_NONE, .heavy = true, .body_max = ARRIVALS_MAX_PIECE},
	{0},
};
