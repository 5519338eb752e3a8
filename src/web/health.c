#include "base/tree.h"
#include "web/http_carrier.h"
#include "web/server.h"
#include "web/service.h"

static int get_healthz(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	(void)request;
	cJSON *root = tree_object();
	tree_text(root, "status", "ok");
	return http_reply_json(reply, 200, root);
}

static int get_readyz(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct service_state state;
	service_state(service, &state);
	const char *reason = NULL;
	if (request->carrier->server != NULL && server_stopping(request->carrier->server))
		reason = "The service is stopping.";
	else if (state.problem.text[0] != '\0')
		reason = state.problem.text;
	else if (state.lists == 0)
		reason = "No list is loaded.";
	if (reason != NULL)
		return http_reply_detail(reply, 503, reason);
	cJSON *root = tree_object();
	tree_text(root, "status", "ok");
	return http_reply_json(reply, 200, root);
}

const struct http_route routes_health[] = {
	{HTTP_GET, "/healthz", get_healthz, HTTP_STYLE_DETAIL, "healthz", .open = true},
	{HTTP_GET, "/readyz", get_readyz, HTTP_STYLE_DETAIL, "readyz", .open = true},
	{0},
};
