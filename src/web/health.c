#include "base/tree.h"
#include "web/http_carrier.h"
#include "web/metrics.h"
#include "web/server.h"
#include "web/service.h"

static int reply_ok(struct http_reply *reply)
{
	cJSON *root = tree_object();
	tree_text(root, "status", "ok");
	return http_reply_json(reply, 200, root);
}

static int get_healthz(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	(void)request;
	return reply_ok(reply);
}

static int get_readyz(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	char room[PROBLEM_MAX];
	const char *reason = server_unready(request->carrier->server, service, room, sizeof room);
	return reason != NULL ? http_reply_detail(reply, 503, reason) : reply_ok(reply);
}

/* Figures tell how busy a service is and which lists it has: they are for this machine and for known callers. */
static int get_metrics(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	const struct server *server = request->carrier->server;
	if (!request->carrier->local && !server_settings(server)->open_metrics &&
	    request->caller_is->kind == CALLER_NOBODY)
		return http_reply_detail(reply, 403,
		                         "The figures are for this machine and for callers with a token, unless the "
		                         "settings say open-metrics = yes.");
	int error = server_metrics(server, service, &reply->body);
	reply->status = 200;
	reply->type = "text/plain; version=0.0.4; charset=utf-8";
	return error;
}

const struct http_route routes_health[] = {
	{HTTP_GET, "/healthz", get_healthz, HTTP_STYLE_DETAIL, "healthz", .right = RIGHT_NONE},
	{HTTP_GET, "/readyz", get_readyz, HTTP_STYLE_DETAIL, "readyz", .right = RIGHT_NONE},
	{HTTP_GET, "/metrics", get_metrics, HTTP_STYLE_DETAIL, "metrics", .right = RIGHT_NONE},
	{0},
};
