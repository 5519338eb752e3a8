/* /network/v1: what nodes ask of headquarters, known by their certificates alone; and /api/v1/network: how the network is, for
 * people.
 *
 *   GET  /network/v1/log?from=SEQUENCE   frames, for as long as the line holds (network/pull.h)
 *   GET  /network/v1/files/{folder}/{digest}?from=BYTE  a file that the node's entries name, by its SHA-256 (web/node_files.h)
 *   GET  /network/v1/snapshot            what a new node begins with (network/newcomer.h)
 *   GET  /network/v1/snapshot/{pieces}/{number}  a piece of it
 *   POST /network/v1/report              how far the node is, with headquarters' checkpoint cosigned
 *   POST /network/v1/removals            a receipt of what the node has removed (network/hiding.h) */
#include "web/network_routes.h"

#include "base/digits.h"
#include "base/emit.h"
#include "base/file.h"
#include "network/hiding.h"
#include "web/file_reply.h"
#include "web/http_carrier.h"
#include "web/node_files.h"
#include "web/nodes.h"
#include "web/record_reply.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A bureau passes on what a node that it serves has sent: it is that node's then. */
static int stand_for(struct sql *sql, const char *name, struct network_node *node, struct problem *problem)
{
	struct network_node other;
	int error = network_by_name(sql, name, &other, problem);
	if (!error && (node->kind != NODE_BUREAU || !network_serves(&node->served, other.office)))
		error = problem_set(problem, JISR_NOT_FOUND, "not served");
	if (!error)
		*node = other;
	return error;
}

#define UNKNOWN                                                                                                        \
	"No node is known by this certificate: the node was ended, or has been admitted anew since and has another. "  \
	"Headquarters admits it by its request (jisr node admit)."
#define NONE                                                                                                           \
	"This address is for admitted nodes, by their certificates: none was shown, or one that has ended, begins "    \
	"later or is another authority's. Headquarters admits the node anew by its request (jisr node admit)."

bool network_routes_node(struct service *service, const struct http_request *request, struct http_reply *reply,
                         struct network_node *ret_node, char ret_through[NODE_NAME_MAX + 1], int *ret_error)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct replica replica;
	struct store *store = record_reply_store(service, reply, ret_error);
	if (store == NULL)
		return false;
	const char *print = request->carrier->client_print, *name = http_query(request, "for");
	int error = print == NULL ? JISR_NOT_FOUND : store_read(store, &reader, &problem);
	if (!error)
		error = network_by_print(store_reader_sql(reader), print, ret_node, &problem);
	if (!error && replica_of(store, &replica) &&
	    (replica.served_count == 0 || !replica_holds(&replica, ret_node->office)))
		error = JISR_NOT_FOUND;
	(void)snprintf(ret_through, NODE_NAME_MAX + 1, "%s", !error && name != NULL ? ret_node->name : "");
	if (!error && name != NULL) {
		error = stand_for(store_reader_sql(reader), name, ret_node, &problem);
		if (error == JISR_NOT_FOUND)
			nodes_trespass(service_nodes(service), ret_node->name,
			               "the node spoke for one that it does not serve");
	}
	if (error == JISR_OK)
		return true;
	*ret_error = error == JISR_NOT_FOUND
	                     ? http_reply_problem(reply, 403, "Not allowed", print != NULL ? UNKNOWN : NONE)
	                     : record_reply_error(request, reply, error, &problem);
	return false;
}

/* Whether this is a regional bureau, which has now passed the request on, and the reply is headquarters'. */
bool network_routes_passed(struct service *service, const struct http_request *request, struct http_reply *reply,
                           const char *path, const struct network_node *node, int *ret_error)
{
	struct replica replica;
	struct problem problem = {""};
	long status = 0;
	if (!replica_of(service_store(service), &replica))
		return false;
	int error = nodes_pass(service_nodes(service), path, node, request->method == HTTP_GET ? NULL : request->body,
	                       request->body_length, &status, &reply->body, &problem);
	if (error == JISR_BUSY)
		*ret_error = http_reply_problem(reply, 503, "Not available now", problem.text);
	else if (error)
		*ret_error = record_reply_error(request, reply, error, &problem);
	else
		*ret_error = JISR_OK;
	if (!error) {
		reply->status = (int)status;
		reply->type = status == 200 ? "application/json" : "application/problem+json";
	}
	return true;
}

/* Whether there are fewer entries than a node has, which it takes for a fork, or only fewer than this process has read so far: a
 * bureau may be behind, and so may one of several machines of headquarters. */
static bool really_shorter(struct store *store, uint64_t from)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct replica replica;
	return !replica_of(store, &replica) && store_refresh(store, NULL) == JISR_OK &&
	       store_read(store, &reader, NULL) == JISR_OK && from > store_reader_sequence(reader) + 1;
}

static int get_log(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct network_node node;
	char through[NODE_NAME_MAX + 1];
	struct problem problem = {""};
	int error = JISR_OK;
	const char *from = http_query(request, "from");
	if (!network_routes_node(service, request, reply, &node, through, &error))
		return error;
	uint64_t first;
	if (!digits_ordinal(from, &first))
		return http_reply_problem(reply, 400, "The address cannot be read",
		                          "'from' is the sequence of an entry.");
	error = nodes_open(service_nodes(service), &node, first, &reply->stream, &problem);
	if (error == JISR_TOO_LARGE || error == JISR_CANCELLED ||
	    (error == JISR_STATE && !really_shorter(service_store(service), first)))
		return http_reply_problem(reply, 503, "Not available now", problem.text);
	if (error == JISR_STATE)
		return http_reply_problem(reply, 409, "There are not so many entries", problem.text);
	if (error)
		return error;
	reply->status = 200;
	reply->type = "application/octet-stream";
	return JISR_OK;
}

/* ---- files ---- */

static int get_file(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct network_node node;
	char through[NODE_NAME_MAX + 1];
	struct problem problem = {""};
	char path[FILE_MAX_PATH];
	int error = JISR_OK;
	const char *from = http_query(request, "from");
	if (!network_routes_node(service, request, reply, &node, through, &error))
		return error;
	if (from != NULL && !digits_only(from, 15))
		return http_reply_problem(reply, 400, "The address cannot be read", "'from' is the number of a byte.");
	struct store *store = service_store(service);
	error = store_read(store, &reader, &problem);
	if (!error)
		error = node_files_find(reader, store_directory(store), &node, request->variables[0],
		                        request->variables[1], path, &problem);
	return error ? record_reply_error(request, reply, error, &problem)
	             : file_reply(reply, path, from != NULL ? strtoull(from, NULL, 10) : 0);
}

/* ---- snapshots ---- */

/* What the node's headquarters give: passed on from there by a bureau, else the manifest, or a piece of the snapshot `name`. */
static int reply_snapshot(struct service *service, const struct http_request *request, struct http_reply *reply,
                          const struct network_node *node, const char *path, const char *name, uint64_t piece)
{
	struct problem problem = {""};
	int error = JISR_OK;
	if (network_routes_passed(service, request, reply, path, node, &error)) {
		if (!error && reply->status == 200)
			reply->type = "application/octet-stream";
		return error;
	}
	struct nodes *nodes = service_nodes(service);
	error = name == NULL ? nodes_snapshot(nodes, node, &reply->body, &problem)
	                     : nodes_snapshot_piece(nodes, node, name, piece, &reply->body, &problem);
	if (error == JISR_BUSY)
		return http_reply_problem(reply, 503, "Not available now", problem.text);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	reply->status = 200;
	reply->type = "application/octet-stream";
	return JISR_OK;
}

static int get_snapshot(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct network_node node;
	char through[NODE_NAME_MAX + 1];
	int error = JISR_OK;
	if (!network_routes_node(service, request, reply, &node, through, &error))
		return error;
	return reply_snapshot(service, request, reply, &node, "/network/v1/snapshot", NULL, 0);
}

static int get_piece(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct network_node node;
	char through[NODE_NAME_MAX + 1], path[120];
	int error = JISR_OK;
	const char *name = request->variables[0], *number = request->variables[1];
	if (!network_routes_node(service, request, reply, &node, through, &error))
		return error;
	if (!text_is_hex(name, 64) || !digits_only(number, 9))
		return http_reply_problem(reply, 404, "Not found", "There is no such piece.");
	(void)snprintf(path, sizeof path, "/network/v1/snapshot/%s/%s", name, number);
	return reply_snapshot(service, request, reply, &node, path, name, strtoull(number, NULL, 10));
}

/* ---- reports ---- */

static int post_report(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct network_node node;
	char through[NODE_NAME_MAX + 1];
	struct problem problem = {""};
	int error = JISR_OK;
	if (!network_routes_node(service, request, reply, &node, through, &error))
		return error;
	error = nodes_report(service_nodes(service), &node, through, request->body, request->body_length, &problem);
	if (error == JISR_OK || error == JISR_STATE) /* it may be ahead of what this process has read yet */
		return network_routes_passed(service, request, reply, "/network/v1/report", &node, &error) ? error
		                                                                                           : JISR_OK;
	return record_reply_error(request, reply, error, &problem);
}

static int post_removals(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct network_node node;
	char through[NODE_NAME_MAX + 1];
	struct problem problem = {""};
	int error = JISR_OK;
	if (!network_routes_node(service, request, reply, &node, through, &error))
		return error;
	if (network_routes_passed(service, request, reply, "/network/v1/removals", &node, &error))
		return error;
	error = hiding_take(service_store(service), &node, request->body, request->body_length, &problem);
	return error ? record_reply_error(request, reply, error, &problem) : JISR_OK;
}

/* ---- for people ---- */

static int get_network(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	int error;
	if (record_reply_store(service, reply, &error) == NULL)
		return error;
	error = record_reply_begin(request, reply, 200, 0);
	if (!error)
		error = nodes_json(service_nodes(service),
		                   caller_is_headquarters(request->caller_is) ? NULL : request->caller_is->office,
		                   &reply->body, &problem);
	return error ? record_reply_error(request, reply, error, &problem) : JISR_OK;
}

/* For everybody, so that whoever checks travellers at a node learns that its line is cut. */
static int get_line(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	int error = record_reply_begin(request, reply, 200, 0);
	emit_object(&reply->body, NULL);
	nodes_line(service_nodes(service), &reply->body);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

const struct http_route routes_network[] = {
	{HTTP_GET, "/network/v1/log", get_log, HTTP_STYLE_PROBLEM, "network_log", .right = RIGHT_NONE, .heavy = true},
	{HTTP_GET, "/network/v1/files/{folder}/{digest}", get_file, HTTP_STYLE_PROBLEM, "network_file",
         .right = RIGHT_NONE, .heavy = true},
	{HTTP_GET, "/network/v1/snapshot", get_snapshot, HTTP_STYLE_PROBLEM, "network_snapshot", .right = RIGHT_NONE,
         .heavy = true},
	{HTTP_GET, "/network/v1/snapshot/{pieces}/{number}", get_piece, HTTP_STYLE_PROBLEM, "network_snapshot_piece",
         .right = RIGHT_NONE, .heavy = true},
	{HTTP_POST, "/network/v1/report", post_report, HTTP_STYLE_PROBLEM, "network_report", .right = RIGHT_NONE,
         .heavy = true, .body_max = NODE_REPORT_MAX},
	{HTTP_POST, "/network/v1/removals", post_removals, HTTP_STYLE_PROBLEM, "network_removals", .right = RIGHT_NONE,
         .waits = true, .body_max = HIDING_MAX_NOTE},
	{HTTP_GET, "/api/v1/network", get_network, HTTP_STYLE_PROBLEM, "api_network", .right = RIGHT_MEMBERS_READ,
         .heavy = true, .access = "view"},
	{HTTP_GET, "/api/v1/line", get_line, HTTP_STYLE_PROBLEM, "api_line", .right = RIGHT_NONE},
	{0},
};
