/* /notices/v1/...: the public extracts, as INTERPOL's public notices API answers (notices/public.h). Everybody may ask, from
 * any page of the web. */
#include "base/sha256.h"
#include "web/extracts.h"
#include "web/http.h"
#include "web/record_reply.h"
#include "web/service.h"

#include "notices/act.h"
#include "notices/picture.h"

#include <string.h>

static const struct {
	const char *path;
	unsigned kinds;
} colours[] = {
	{"red", PUBLIC_RED},
	{"yellow", PUBLIC_YELLOW},
	{"un/persons", PUBLIC_UN_PERSON},
	{"un/entities", PUBLIC_UN_ENTITY},
	{"un", PUBLIC_UN},
};

struct asked {
	struct extracts_held held;
	struct public_question question;
};

static void asked_finish(struct asked *asked)
{
	extracts_release(&asked->held);
}

static struct date today(void)
{
	char now[CLOCK_UTC_MAX];
	struct date date = {0, 0};
	(void)date_read(clock_utc(now), 10, &date);
	return date;
}

/* Reads the path and the query string. */
static int ask(struct service *service, const struct http_request *request, struct asked *asked)
{
	const char *path = request->path + strlen("/notices/v1/"), *name, *value;
	struct public_pair *pairs = arena_zero(request->arena, PUBLIC_MAX_FILTERS * 2, sizeof *pairs);
	struct problem problem = {""};
	if (pairs == NULL)
		return JISR_NO_MEMORY;
	asked->question = (struct public_question){.base = request->base, .pairs = pairs, .today = today()};
	for (size_t i = 0; i < sizeof colours / sizeof *colours && asked->question.path == NULL; i++) {
		size_t length = strlen(colours[i].path);
		if (strncmp(path, colours[i].path, length) == 0 && (path[length] == '\0' || path[length] == '/')) {
			asked->question.path = colours[i].path;
			asked->question.kinds = colours[i].kinds;
		}
	}
	for (size_t i = 0;
	     asked->question.pair_count < PUBLIC_MAX_FILTERS * 2 && http_query_at(request, i, &name, &value); i++)
		pairs[asked->question.pair_count++] = (struct public_pair){name, value};
	int error = extracts_take(service_extracts(service), &asked->held, &problem);
	asked->question.cap = asked->held.cap;
	return error;
}

static int start(const struct http_request *request, struct http_reply *reply, const struct asked *asked,
                 bool *ret_same)
{
	char now[CLOCK_UTC_MAX];
	const char *known = http_header(request, "If-None-Match");
	char *etag = arena_format(request->arena, "W/\"%llu-%.10s\"", (unsigned long long)asked->held.version,
	                          clock_utc(now));
	int error = etag != NULL ? http_reply_header(reply, "ETag", etag) : JISR_NO_MEMORY;
	if (!error)
		error = http_reply_header(reply, "Access-Control-Allow-Origin", "*");
	if (!error)
		error = http_reply_header(reply, "Cache-Control", "no-cache");
	*ret_same = known != NULL && etag != NULL && strstr(known, etag + 2) != NULL;
	reply->status = *ret_same ? 304 : 200;
	reply->type = *ret_same ? NULL : "application/json";
	return error;
}

static int not_found(struct http_reply *reply)
{
	int error = http_reply_header(reply, "Access-Control-Allow-Origin", "*");
	return error ? error
	             : http_reply_problem(reply, 404, "There is no such public notice",
	                                  "It was never published, is no longer, or has no public extract.");
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(asked_finish) struct asked asked = {0};
	bool same = false;
	int error = ask(service, request, &asked);
	if (!error)
		error = start(request, reply, &asked, &same);
	return error || same ? error : public_list(asked.held.set, &asked.question, &reply->body);
}

typedef int (*answer)(const struct public_set *set, const struct public_question *question, const char *id,
                      struct text *text);

static int one(struct service *service, const struct http_request *request, struct http_reply *reply, answer give)
{
	CLEANUP(asked_finish) struct asked asked = {0};
	bool same = false;
	int error = ask(service, request, &asked);
	if (!error)
		error = give(asked.held.set, &asked.question, request->variables[0], &reply->body);
	if (error == JISR_NOT_FOUND)
		return not_found(reply);
	if (!error)
		error = start(request, reply, &asked, &same);
	if (same)
		text_reset(&reply->body);
	return error;
}

static int detail(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return one(service, request, reply, public_detail);
}

static int images(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return one(service, request, reply, public_images);
}

static int image(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(asked_finish) struct asked asked = {0};
	const char *kept;
	char hash[SHA256_HEX];
	struct problem problem = {""};
	int error = ask(service, request, &asked);
	if (!error)
		error = public_picture(asked.held.set, &asked.question, request->variables[0], request->variables[1],
		                       &kept);
	if (error == JISR_NOT_FOUND)
		return not_found(reply);
	if (error)
		return error;
	(void)snprintf(hash, sizeof hash, "%.64s", kept);
	error = act_load_picture(service_settings(service)->data, hash, &reply->body, &problem);
	if (error == JISR_NOT_FOUND)
		return not_found(reply);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	reply->status = 200;
	reply->type = picture_mime(
		reply->body.length > 1 && (unsigned char)reply->body.bytes[0] == 0x89 ? PICTURE_PNG : PICTURE_JPEG);
	error = http_reply_header(reply, "Access-Control-Allow-Origin", "*");
	return error ? error : http_reply_header(reply, "Cache-Control", "public, max-age=86400");
}

#define COLOUR(path, name)                                                                                             \
	{HTTP_GET, "/notices/v1/" path, list, HTTP_STYLE_PROBLEM, name "_list", .right = RIGHT_NONE},                  \
		{HTTP_GET,       "/notices/v1/" path "/{id}", detail, HTTP_STYLE_PROBLEM,                              \
	         name "_detail", .right = RIGHT_NONE},                                                                 \
		{HTTP_GET,           "/notices/v1/" path "/{id}/images", images, HTTP_STYLE_PROBLEM, name "_images",   \
	         .right = RIGHT_NONE},                                                                                 \
	{                                                                                                              \
		HTTP_GET, "/notices/v1/" path "/{id}/images/{picture}", image, HTTP_STYLE_PROBLEM, name "_image",      \
			.right = RIGHT_NONE                                                                            \
	}

const struct http_route routes_public[] = {
	COLOUR("red", "public_red"),
	COLOUR("yellow", "public_yellow"),
	COLOUR("un/persons", "public_un_persons"),
	COLOUR("un/entities", "public_un_entities"),
	{HTTP_GET, "/notices/v1/un", list, HTTP_STYLE_PROBLEM, "public_un_list", .right = RIGHT_NONE},
	{0},
};
