/* Any request target and form, through everything that answers but the connection: the status is one that HTTP knows,
 * and what a handler is given is UTF-8 text. The first line of the input is the target, the rest the body. */
#include "base/utf8.h"
#include "web/answer.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand_text(const char *text)
{
	if (text != NULL && !utf8_valid(text, strlen(text), NULL))
		abort();
}

static int handle(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	const char *name, *value;
	(void)service;
	demand_text(request->path);
	demand_text(request->variables[0]);
	demand_text(request->variables[1]);
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		demand_text(name);
		demand_text(value);
		if (strcmp(name, "api_key") == 0)
			abort();
	}
	demand_text(http_form(request, "queries"));
	return http_reply_problem(reply, 400, "As it is", request->path);
}

static const struct http_route table[] = {
	{HTTP_GET | HTTP_POST, "/match/{dataset}", handle, HTTP_STYLE_DETAIL, "match", .body_max = 65536,
         .right = RIGHT_NONE},
	{HTTP_GET | HTTP_POST, "/entities/{id}/adjacent/{property}", handle, HTTP_STYLE_DETAIL, "adjacent",
         .body_max = 65536, .right = RIGHT_NONE},
	{HTTP_GET | HTTP_POST, "/a/b", handle, HTTP_STYLE_PROBLEM, "ab", .body_max = 65536, .right = RIGHT_NONE},
	{0},
};
static const struct http_route *const tables[] = {table, NULL};

static const char *header(const struct http_carrier *carrier, const char *name)
{
	(void)carrier;
	return strcasecmp(name, "Content-Type") == 0 ? "application/x-www-form-urlencoded; charset=utf-8" : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct answer_site site;
	static struct answer_thread thread;
	static struct settings settings;
	if (site.routes == NULL) {
		settings_init(&settings);
		atomic_init(&site.settings, &settings);
		if (routes_new(tables, &site.routes) != JISR_OK || answer_thread_init(&thread) != JISR_OK)
			abort();
	}
	const uint8_t *newline = memchr(data, '\n', size);
	size_t length = newline != NULL ? (size_t)(newline - data) : size;
	char *target = memory_text((const char *)data, length);
	char *body = memory_text((const char *)data + length, size - length);
	struct answer_input input = {.method = size % 2 == 0 ? "POST" : "GET",
	                             .target = target,
	                             .body = body,
	                             .body_length = size - length,
	                             .header = header,
	                             .id = "fuzz",
	                             .deadline = 1e18};
	struct answer_plan plan;
	struct http_reply reply;
	answer_plan(&site, &thread, &input, &plan);
	answer_run(&site, &thread, &input, &plan, &reply);
	if (reply.status != 400 && reply.status != 404)
		abort();
	text_finish(&reply.body);
	memory_free(target);
	memory_free(body);
	return 0;
}
