#include "web/desk.h"

#include "web/gzip.h"

#include <string.h>

#define KEPT "public, max-age=31536000, immutable" /* what has a hash in its name never changes */

const struct desk_file *desk_find(const char *path)
{
	size_t from = 0, to = desk_file_count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = strcmp(path, desk_files[middle].path);
		if (order == 0)
			return &desk_files[middle];
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

/* Whether the client has this version. An If-None-Match may hold several tags. */
static bool is_known(const struct http_request *request, const struct desk_file *file)
{
	const char *known = http_header(request, "If-None-Match");
	return known != NULL && (strcmp(known, "*") == 0 || strstr(known, file->tag + strlen("W/")) != NULL);
}

static int add_headers(struct http_reply *reply, const struct desk_file *file, bool kept)
{
	static const struct {
		const char *name, *value;
	} headers[] = {
		{"Content-Security-Policy", DESK_POLICY},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
		{"X-Frame-Options", "DENY"},
	};
	int error = http_reply_header(reply, "ETag", file->tag);
	if (error == JISR_OK)
		error = http_reply_header(reply, "Cache-Control", kept ? KEPT : "no-cache");
	if (error == JISR_OK && file->folded)
		error = http_reply_header(reply, "Vary", "Accept-Encoding");
	for (size_t i = 0; i < sizeof headers / sizeof *headers && error == JISR_OK; i++)
		error = http_reply_header(reply, headers[i].name, headers[i].value);
	return error;
}

static int give(const struct http_request *request, struct http_reply *reply, const struct desk_file *file, bool kept)
{
	if (file == NULL)
		return http_reply_problem(reply, 404, "Not found", "The desk has no such file.");
	int error = add_headers(reply, file, kept);
	if (error != JISR_OK)
		return error;
	if (is_known(request, file)) {
		reply->status = 304;
		return JISR_OK;
	}
	reply->status = 200;
	reply->type = file->type;
	if (file->folded && !gzip_accepted(http_header(request, "Accept-Encoding")))
		return gzip_unfold(file->bytes, file->length, &reply->body);
	if (file->folded)
		error = http_reply_header(reply, "Content-Encoding", "gzip");
	return error == JISR_OK ? text_add(&reply->body, (const char *)file->bytes, file->length) : error;
}

static int give_page(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	return give(request, reply, desk_find("/index.html"), false);
}

/* "/worker.js" and "/licences.txt": their names stay, so browsers ask each time whether they changed. */
static int give_file(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	return give(request, reply, desk_find(request->path), false);
}

static int give_asset(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	return give(request, reply, desk_find(request->path), true);
}

const struct http_route routes_desk[] = {
	{HTTP_GET, "/", give_page, HTTP_STYLE_PROBLEM, "desk", .right = RIGHT_NONE},
	{HTTP_GET, "/desk/{page}", give_page, HTTP_STYLE_PROBLEM, "desk", .right = RIGHT_NONE},
	{HTTP_GET, "/desk/{page}/{a}", give_page, HTTP_STYLE_PROBLEM, "desk", .right = RIGHT_NONE},
	{HTTP_GET, "/desk/{page}/{a}/{b}", give_page, HTTP_STYLE_PROBLEM, "desk", .right = RIGHT_NONE},
	{HTTP_GET, "/assets/{file}", give_asset, HTTP_STYLE_PROBLEM, "desk_asset", .right = RIGHT_NONE},
	{HTTP_GET, "/worker.js", give_file, HTTP_STYLE_PROBLEM, "desk_asset", .right = RIGHT_NONE},
	{HTTP_GET, "/licences.txt", give_file, HTTP_STYLE_PROBLEM, "desk_asset", .right = RIGHT_NONE},
	{0},
};
