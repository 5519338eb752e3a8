#include "web/http.h"

#include "base/tree.h"
#include "web/http_carrier.h"
#include "web/markup.h"
#include "web/server.h"

#include <string.h>

static const char *find(const struct uri_pair *pairs, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(pairs[i].name, name) == 0)
			return pairs[i].value;
	return NULL;
}

const char *http_query(const struct http_request *request, const char *name)
{
	return find(request->carrier->query, request->carrier->query_count, name);
}

size_t http_query_all(const struct http_request *request, const char *name, const char **values, size_t max)
{
	size_t count = 0;
	for (size_t i = 0; i < request->carrier->query_count && count < max; i++)
		if (strcmp(request->carrier->query[i].name, name) == 0)
			values[count++] = request->carrier->query[i].value;
	return count;
}

bool http_query_at(const struct http_request *request, size_t index, const char **ret_name, const char **ret_value)
{
	if (index >= request->carrier->query_count)
		return false;
	*ret_name = request->carrier->query[index].name;
	*ret_value = request->carrier->query[index].value;
	return true;
}

const char *http_form(const struct http_request *request, const char *name)
{
	return find(request->carrier->form, request->carrier->form_count, name);
}

const char *http_header(const struct http_request *request, const char *name)
{
	const struct http_carrier *carrier = request->carrier;
	return carrier->header != NULL ? carrier->header(carrier, name) : NULL;
}

void http_checked(const struct http_request *request, size_t checks, size_t hits)
{
	if (request->carrier->counted != NULL) {
		request->carrier->counted->checks += checks;
		request->carrier->counted->hits += hits;
	}
	if (request->carrier->server != NULL)
		server_checked(request->carrier->server, checks, hits);
}

void http_purpose(const struct http_request *request, const char *purpose)
{
	if (request->carrier->counted != NULL)
		request->carrier->counted->purpose = purpose;
}

void http_hid(const struct http_request *request, uint64_t hidden)
{
	if (hidden > 0 && request->carrier->server != NULL)
		server_hid(request->carrier->server, hidden);
}

bool http_is_type(const char *content_type, const char *type)
{
	if (content_type == NULL)
		return false;
	content_type += strspn(content_type, " \t");
	size_t length = strlen(type);
	return strncasecmp(content_type, type, length) == 0 && strchr("; \t", content_type[length]) != NULL;
}

int http_reply_header(struct http_reply *reply, const char *name, const char *value)
{
	size_t i = 0;
	while (i < reply->header_count && strcasecmp(reply->headers[i].name, name) != 0)
		i++;
	if (i == HTTP_MAX_HEADERS)
		return JISR_TOO_LARGE;
	reply->headers[i].name = name;
	reply->headers[i].value = value;
	if (i == reply->header_count)
		reply->header_count++;
	return JISR_OK;
}

int http_reply_add(struct http_reply *reply, const char *name, const char *value)
{
	if (reply->header_count == HTTP_MAX_HEADERS)
		return JISR_TOO_LARGE;
	reply->headers[reply->header_count].name = name;
	reply->headers[reply->header_count++].value = value;
	return JISR_OK;
}

int http_reply_json(struct http_reply *reply, int status, cJSON *json)
{
	char *text = tree_take(json, false);
	if (text == NULL)
		return JISR_NO_MEMORY;
	text_reset(&reply->body);
	int error = text_add_string(&reply->body, text);
	cJSON_free(text);
	if (error != JISR_OK)
		return error;
	reply->status = status;
	reply->type = "application/json";
	return JISR_OK;
}

int http_reply_problem(struct http_reply *reply, int status, const char *title, const char *detail)
{
	cJSON *root = tree_object();
	tree_text(root, "type", "about:blank");
	tree_text(root, "title", title);
	tree_count(root, "status", (uint64_t)status);
	tree_text(root, "detail", detail);
	int error = http_reply_json(reply, status, root);
	if (error == JISR_OK)
		reply->type = "application/problem+json";
	return error;
}

int http_reply_prove(struct http_reply *reply)
{
	reply->prove = true;
	int error = http_reply_header(reply, "WWW-Authenticate", HTTP_PROVE);
	return error != JISR_OK
	               ? error
	               : http_reply_problem(reply, 401, "Not authenticated",
	                                    "This asks for a fresh proof that it is you: prove it, then send this "
	                                    "again.");
}

int http_reply_detail(struct http_reply *reply, int status, const char *detail)
{
	cJSON *root = tree_object();
	tree_text(root, "detail", detail);
	return http_reply_json(reply, status, root);
}

int http_reply_too_large(struct http_reply *reply)
{
	static const struct {
		const char *language, *text;
	} said[] = {
		{"en", "The files are too large together. Go back, and send fewer or smaller ones."},
		{"fr",
	         "Les fichiers sont trop grands ensemble. Revenez en arrière et envoyez-en moins, ou de plus petits."},
		{"es", "Los archivos son demasiado grandes en conjunto. Vuelva atrás y envíe menos o más pequeños."},
		{"ar", "حجم الملفات مجتمعةً أكبر مما يُقبل. عد إلى الوراء وأرسل ملفات أقل أو أصغر."},
	};
	struct markup markup;
	markup_begin(&markup, &reply->body);
	markup_open(&markup, "html");
	markup_attribute(&markup, "lang", "en");
	markup_open(&markup, "head");
	markup_void(&markup, "meta");
	markup_attribute(&markup, "charset", "utf-8");
	markup_leaf(&markup, "title", NULL, said[0].text);
	markup_close(&markup);
	markup_open(&markup, "body");
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		markup_open(&markup, "p");
		markup_attribute(&markup, "lang", said[i].language);
		markup_attribute(&markup, "dir", "auto");
		markup_text(&markup, said[i].text);
		markup_close(&markup);
	}
	markup_end(&markup);
	reply->status = 413;
	reply->type = "text/html; charset=utf-8";
	return reply->body.error;
}
