#include "web/faults.h"

#include "base/emit.h"
#include "base/json.h"
#include "base/shown.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define POINTER_MAX 512 /* bytes; a longer one is cut */
#define DETAIL_MAX  512
#define NEAR        3 /* single changes up to which a name is near to another */

/* Writes the pointer from its end to its beginning, so that no recursion follows hostile depth. */
static const char *write_pointer(const struct place *place, char buffer[POINTER_MAX])
{
	size_t at = POINTER_MAX - 1;
	buffer[at] = '\0';
	for (; place != NULL && at > 0; place = place->parent) {
		char number[24];
		const char *name = place->name;
		if (name == NULL) {
			(void)snprintf(number, sizeof number, "%zu", place->index);
			name = number;
		}
		for (size_t i = strlen(name); i > 0 && at > 2; i--) {
			if (name[i - 1] == '~' || name[i - 1] == '/') {
				buffer[--at] = name[i - 1] == '~' ? '0' : '1';
				buffer[--at] = '~';
			} else {
				buffer[--at] = name[i - 1];
			}
		}
		buffer[--at] = '/';
	}
	return buffer + at;
}

void faults_add(struct faults *faults, const struct place *place, const char *format, ...)
{
	char pointer[POINTER_MAX], detail[DETAIL_MAX];
	faults->count++;
	if (faults->count > FAULTS_KEPT)
		return;
	const char *start = write_pointer(place, pointer);
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(detail, sizeof detail, format, arguments);
	va_end(arguments);
	const char *kept_pointer = arena_text(faults->arena, start, strlen(start));
	const char *kept_detail = arena_text(faults->arena, detail, strlen(detail));
	faults->no_memory |= kept_pointer == NULL || kept_detail == NULL;
	faults->kept[faults->count - 1].pointer = kept_pointer;
	faults->kept[faults->count - 1].detail = kept_detail;
}

int faults_reply(const struct faults *faults, struct http_reply *reply)
{
	if (faults->no_memory)
		return JISR_NO_MEMORY;
	struct text *text = &reply->body;
	char detail[128];
	(void)snprintf(detail, sizeof detail, "%zu %s of the request cannot be taken as %s; nothing was checked.",
	               faults->count, faults->count == 1 ? "place" : "places",
	               faults->count == 1 ? "it is" : "they are");
	reply->status = 422;
	reply->type = "application/problem+json";
	text_reset(text);
	emit_object(text, NULL);
	emit_text(text, "type", "about:blank");
	emit_text(text, "title", "The request is not valid");
	emit_count(text, "status", 422);
	emit_text(text, "detail", detail);
	emit_array(text, "errors");
	for (size_t i = 0; i < faults->count && i < FAULTS_KEPT; i++) {
		emit_object(text, NULL);
		emit_text(text, "pointer", faults->kept[i].pointer);
		emit_text(text, "detail", faults->kept[i].detail);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_close_object(text);
	return text->error;
}

static bool json_type(const char *type)
{
	size_t length = strcspn(type, "; \t");
	return (length == 16 && strncasecmp(type, "application/json", 16) == 0) ||
	       (length > 17 && strncasecmp(type, "application/", 12) == 0 &&
	        strncasecmp(type + length - 5, "+json", 5) == 0);
}

int faults_read_body(const struct http_request *request, struct http_reply *reply, cJSON **ret_json)
{
	*ret_json = NULL;
	const char *type = http_header(request, "Content-Type");
	if (type != NULL && !json_type(type))
		return http_reply_problem(
			reply, 415, "Unsupported media type",
			"Send JSON and say so: Content-Type: application/json (curl --json does both).");
	struct problem problem = {0};
	int error = json_read(request->body, request->body_length, ret_json, &problem);
	if (error == JISR_BAD_INPUT || error == JISR_TOO_LARGE)
		return http_reply_problem(reply, 400, "The body is not JSON", problem.text);
	return error;
}

static bool called_so(const char *others, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = others; at != NULL && length > 0 && (at = strcasestr(at, name)) != NULL; at++)
		if (at > others && at[-1] == ' ' && at[length] == ' ')
			return true;
	return false;
}

size_t faults_field(struct faults *faults, const struct place *place, const struct known_field *fields, size_t count)
{
	const char *name = place->name, *meant = NULL;
	for (size_t i = 0; i < count; i++)
		if (strcmp(fields[i].name, name) == 0)
			return i;
	if (faults->count >= FAULTS_KEPT) { /* not told, so not worth the search */
		faults->count++;
		return count;
	}
	size_t best = NEAR + 1;
	for (size_t i = 0; i < count; i++) {
		size_t distance = called_so(fields[i].others, name) ? 0 : shown_distance(name, fields[i].name);
		if (distance < best && distance < strlen(name)) {
			best = distance;
			meant = fields[i].name;
		}
	}
	if (meant != NULL) {
		faults_add(faults, place, "there is no such field; did you mean \"%s\"?", meant);
		return count;
	}
	char all[DETAIL_MAX / 2];
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		int put = snprintf(all + used, sizeof all - used, "%s%s", i > 0 ? ", " : "", fields[i].name);
		if (put < 0 || (size_t)put >= sizeof all - used)
			break;
		used += (size_t)put;
	}
	faults_add(faults, place, "there is no such field; there are: %s", all);
	return count;
}
