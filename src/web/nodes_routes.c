/* Admitting a node and ending one, for headquarters' administrators. The request is a file that 'jisr node init' wrote, the
 * admission one that is carried back; who admits types the digits that were said by another way, and they are compared here. */
#include "base/emit.h"
#include "base/json.h"
#include "network/node.h"
#include "web/faults.h"
#include "web/record_reply.h"

#include <ctype.h>
#include <string.h>

#define BODY_MOST   (2 * NODE_MAX_FILE)
#define REASON_MOST 1000 /* bytes */

/* {"request": TEXT}: a text within a text, as it came. False after an answer. */
static bool read_request(const struct http_request *request, struct http_reply *reply, cJSON **ret_json,
                         const char **ret_text, struct node *ret_node, char ret_spoken[NODE_SPOKEN_MAX], int *ret_error)
{
	struct problem problem = {""};
	*ret_error = faults_read_body(request, reply, ret_json);
	if (*ret_error || *ret_json == NULL)
		return false;
	const char *text = json_get_text(*ret_json, "request");
	int error = text == NULL || strlen(text) > NODE_MAX_FILE
	                    ? problem_set(&problem, JISR_BAD_INPUT,
	                                  "\"request\" is what stands in the file that 'jisr node init' wrote")
	                    : node_request(text, strlen(text), ret_node, ret_spoken, &problem);
	if (error)
		*ret_error = record_reply_error(request, reply, error, &problem);
	*ret_text = text;
	return error == JISR_OK;
}

static void emit_node(struct text *text, const struct node *node)
{
	emit_object(text, NULL);
	emit_text(text, "name", node->name);
	emit_text(text, "office", node->office);
	emit_text(text, "kind", node_kind_name(node->kind));
	emit_text(text, "headquarters", node->urls[0]);
}

static int look(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct node node;
	char spoken[NODE_SPOKEN_MAX];
	const char *text;
	int error;
	(void)service;
	if (!read_request(request, reply, &json, &text, &node, spoken, &error))
		return error;
	error = record_reply_begin(request, reply, 200, 0);
	emit_node(&reply->body, &node);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

/* Whether these are the sixteen digits, whatever stands between them. */
static bool same_digits(const char *said, const char *spoken)
{
	for (;; said++) {
		while (*spoken == ' ')
			spoken++;
		if (*said == ' ' || *said == '-')
			continue;
		if (*said == '\0' || *spoken == '\0')
			return *said == *spoken;
		if (tolower((unsigned char)*said) != *spoken++)
			return false;
	}
}

static int admit(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct node node;
	struct text admission;
	char spoken[NODE_SPOKEN_MAX];
	const char *text;
	int error;
	struct store *store = service_store(service);
	if (!read_request(request, reply, &json, &text, &node, spoken, &error))
		return error;
	const char *said = json_get_text(json, "digits");
	const cJSON *days = json_get(json, "days");
	if (days != NULL && !json_whole(days, 1, NODE_MAX_DAYS, NULL))
		error = problem_set(&problem, JISR_BAD_INPUT, "\"days\" is how long its certificate lasts, 1 to %d",
		                    NODE_MAX_DAYS);
	else if (said == NULL || !same_digits(said, spoken))
		error = problem_set(&problem, JISR_BAD_INPUT,
		                    "\"digits\" are not those of this request. Whoever made it reads them out, by "
		                    "another way than the file came; if they differ, it is not his file");
	if (error)
		return record_reply_error(request, reply, error, &problem);
	text_init(&admission, NODE_MAX_FILE);
	error = node_admit(store, store_directory(store), request->caller_is, text, strlen(text),
	                   days != NULL ? (unsigned)days->valueint : NODE_DAYS, &admission, &problem);
	if (error) {
		text_finish(&admission);
		return record_reply_error(request, reply, error, &problem);
	}
	error = record_reply_begin(request, reply, 201, 0);
	emit_node(&reply->body, &node);
	emit_text(&reply->body, "admission", admission.bytes);
	emit_close_object(&reply->body);
	text_finish(&admission);
	return error ? error : reply->body.error;
}

static int end(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	int error = faults_read_body(request, reply, &json);
	if (error || json == NULL)
		return error;
	const char *reason = json_get_text(json, "reason");
	error = reason == NULL || reason[0] == '\0' || strlen(reason) > REASON_MOST
	                ? problem_set(&problem, JISR_BAD_INPUT, "\"reason\" says why, in 1 to %d bytes", REASON_MOST)
	                : network_end(service_store(service), request->caller_is, request->variables[0], reason,
	                              &problem);
	return error ? record_reply_error(request, reply, error, &problem) : JISR_OK;
}

const struct http_route routes_nodes[] = {
	{HTTP_POST, "/api/v1/network/requests", look, HTTP_STYLE_PROBLEM, "api_node_look", .right = RIGHT_KEYS_CHANGE,
         .heavy = true, .unproved = true, .body_max = BODY_MOST},
	{HTTP_POST, "/api/v1/network/nodes", admit, HTTP_STYLE_PROBLEM, "api_node_admit", .right = RIGHT_KEYS_CHANGE,
         .waits = true, .repeat = HTTP_REPEAT_KEPT, .body_max = BODY_MOST},
	{HTTP_POST, "/api/v1/network/nodes/{name}/end", end, HTTP_STYLE_PROBLEM, "api_node_end",
         .right = RIGHT_KEYS_CHANGE, .waits = true, .body_max = 4096},
	{0},
};
