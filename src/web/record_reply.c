#include "web/record_reply.h"

#include "assembly/meeting.h"
#include "base/digits.h"
#include "base/emit.h"
#include "base/tree.h"
#include "members/register.h"
#include "web/faults.h"
#include "web/log.h"

#include <stdlib.h>
#include <string.h>

struct store *record_reply_store(struct service *service, struct http_reply *reply, int *ret_error)
{
	struct store *store = service_store(service);
	*ret_error = JISR_OK;
	if (store == NULL)
		*ret_error = http_reply_problem(reply, 404, "There is no record",
		                                "This service checks against lists and keeps no record. jisr init "
		                                "founds one; the service is then started again.");
	return store;
}

void record_reply_trouble(const struct http_request *request, const struct problem *problem)
{
	const struct log_field fields[] = {{"id", request->id, 0}, {"reason", problem->text, 0}};
	if (problem->text[0] != '\0')
		log_event(LOG_LEVEL_ERROR, "request-trouble", fields, sizeof fields / sizeof *fields);
}

int record_reply_error(const struct http_request *request, struct http_reply *reply, int error,
                       const struct problem *problem)
{
	static const struct {
		int error, status;
		const char *title;
	} known[] = {
		{JISR_DENIED, 403, "Not allowed"},
		{JISR_NOT_FOUND, 404, "Not found"},
		{JISR_CONFLICT, 409, "In conflict with what is there"},
		{JISR_STATE, 409, "Not possible now"},
		{JISR_BAD_INPUT, 422, "The request is not valid"},
		{JISR_UNSUPPORTED, 422, "The request is not valid"}, /* another kind of file than is taken */
		{JISR_TOO_LARGE, 422, "The request is not valid"},   /* over a limit that the sentence names */
		{JISR_BUSY, 503, "Not available now"},
		{JISR_FULL, 507, "The disk is full"},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		/* Without a sentence it is a limit of ours that was passed, and not the caller's to mend. */
		if (known[i].error != error || (error == JISR_TOO_LARGE && problem->text[0] == '\0'))
			continue;
		const char *match = http_header(request, "If-Match");
		bool stale = error == JISR_CONFLICT && match != NULL && strcmp(match, "*") != 0;
		char *detail = arena_format(request->arena, "%s.", problem->text);
		return detail == NULL ? JISR_NO_MEMORY
		                      : http_reply_problem(reply, stale ? 412 : known[i].status,
		                                           stale ? "It was changed since" : known[i].title, detail);
	}
	record_reply_trouble(request, problem);
	return error;
}

int record_reply_file_error(const struct http_request *request, struct http_reply *reply, int error,
                            const struct problem *problem)
{
	if (error == JISR_CORRUPT)
		record_reply_trouble(request, problem);
	return record_reply_error(request, reply, error == JISR_CORRUPT ? JISR_STATE : error, problem);
}

/* The digits between quotation marks. */
static bool read_tag(const char *text, size_t length, uint64_t *ret_version)
{
	uint64_t version = 0;
	if (length < 3 || length > 18 || text[0] != '"' || text[length - 1] != '"')
		return false;
	for (size_t i = 1; i < length - 1; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		version = 10 * version + (uint64_t)(text[i] - '0');
	}
	*ret_version = version;
	return version > 0;
}

bool record_reply_match(const struct http_request *request, struct http_reply *reply, uint64_t *ret_version,
                        int *ret_error)
{
	const char *match = http_header(request, "If-Match");
	*ret_version = ENTRY_ANY;
	*ret_error = JISR_OK;
	if (match == NULL || strcmp(match, "*") == 0 || read_tag(match, strlen(match), ret_version))
		return true;
	*ret_error =
		http_reply_problem(reply, 412, "It was changed since",
	                           "If-Match names no version: send the ETag that the answer had when it was read.");
	return false;
}

bool record_reply_asked(struct service *service, const struct http_request *request, struct http_reply *reply,
                        uint64_t *ret_version, cJSON **ret_json, int *ret_error)
{
	*ret_json = NULL;
	if (record_reply_store(service, reply, ret_error) == NULL ||
	    !record_reply_match(request, reply, ret_version, ret_error))
		return false;
	if (request->body_length == 0)
		return true;
	*ret_error = faults_read_body(request, reply, ret_json);
	return *ret_error == JISR_OK && *ret_json != NULL;
}

bool record_reply_heard(const struct caller *caller, const struct entry_header *header)
{
	return entry_visible_to(header, caller->office) && meeting_heard(caller, header->kind);
}

bool record_reply_concerns(const struct caller *caller, const struct entry_header *header)
{
	static const char *const of[] = {"officer/", "means/"};
	for (size_t i = 0; caller->officer[0] != '\0' && i < sizeof of / sizeof *of; i++)
		if (strncmp(header->subject, of[i], strlen(of[i])) == 0 &&
		    strcmp(header->subject + strlen(of[i]), caller->officer) == 0)
			return true;
	return false;
}

static bool is_there(struct store *store, const char *officer)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct officer found;
	return store_read(store, &reader, NULL) == JISR_OK &&
	       register_officer(store_reader_sql(reader), officer, &found, NULL) == JISR_OK &&
	       found.state == OFFICER_ACTIVE;
}

int record_reply_stream(struct store *store, const struct caller *caller, struct http_reply *reply)
{
	reply->status = 200;
	reply->type = "text/event-stream";
	if (caller == NULL || caller->officer[0] == '\0' || is_there(store, caller->officer))
		return JISR_OK;
	reply->stream->free(reply->stream);
	reply->stream = NULL;
	return http_reply_problem(reply, 401, "Not signed in", "You may not listen any more: sign in again.");
}

int record_reply_begin(const struct http_request *request, struct http_reply *reply, int status, uint64_t version)
{
	text_reset(&reply->body);
	reply->status = status;
	reply->type = "application/json";
	if (version == 0)
		return JISR_OK;
	char *tag = arena_format(request->arena, "\"%llu\"", (unsigned long long)version);
	return tag != NULL ? http_reply_header(reply, "ETag", tag) : JISR_NO_MEMORY;
}

bool record_reply_unchanged(const struct http_request *request, struct http_reply *reply, uint64_t version,
                            int *ret_error)
{
	const char *match = http_header(request, "If-None-Match");
	*ret_error = JISR_OK;
	for (const char *at = match; at != NULL && *at != '\0';) {
		at += strspn(at, " \t,");
		size_t length = strcspn(at, ", \t");
		const char *tag = at;
		uint64_t named = 0;
		at += length;
		if (length > 2 && strncmp(tag, "W/", 2) == 0)
			tag += 2, length -= 2;
		if ((length == 1 && tag[0] == '*') || (read_tag(tag, length, &named) && named == version)) {
			*ret_error = record_reply_begin(request, reply, 304, version);
			reply->type = NULL;
			return true;
		}
	}
	return false;
}

void record_place_write(const char *moment, const char *id, char out[RECORD_PLACE_MAX])
{
	(void)snprintf(out, RECORD_PLACE_MAX, "%.24s_%.4s-%.10s", moment, id, id + 5);
}

bool record_place_read(const char *text, struct notice_place *ret_place)
{
	if (strlen(text) <= ENTRY_AT_LENGTH || text[ENTRY_AT_LENGTH] != '_')
		return false;
	(void)snprintf(ret_place->moment, sizeof ret_place->moment, "%.*s", ENTRY_AT_LENGTH, text);
	return entry_at_valid(ret_place->moment) && notice_id_read(text + ENTRY_AT_LENGTH + 1, ret_place->id);
}

bool record_reply_limit(const char *text, size_t *ret_limit)
{
	uint64_t number;
	if (text[0] == '0' || !digits_read(text, 3, &number) || number > PAGE_MOST)
		return false;
	*ret_limit = (size_t)number;
	return true;
}

bool record_reply_page(const struct http_request *request, struct http_reply *reply, bool office,
                       struct record_page *ret_page, int *ret_error)
{
	const char *name, *value;
	*ret_page = (struct record_page){.limit = PAGE_STANDARD};
	*ret_error = JISR_OK;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		bool good = true;
		if (strcmp(name, "cursor") == 0)
			ret_page->cursor = value;
		else if (strcmp(name, "limit") == 0)
			good = record_reply_limit(value, &ret_page->limit);
		else if (office && strcmp(name, "office") == 0)
			ret_page->office = value;
		else
			good = false;
		if (good)
			continue;
		char *detail = arena_format(request->arena,
		                            "'%.40s' or its value is not known. There are cursor%s and limit "
		                            "(1 to %d).",
		                            name, office ? ", office" : "", PAGE_MOST);
		*ret_error = detail == NULL ? JISR_NO_MEMORY
		                            : http_reply_problem(reply, 400, "The address cannot be read", detail);
		return false;
	}
	return true;
}

int record_reading_begin(struct service *service, const struct http_request *request, struct record_reading *reading,
                         struct problem *problem)
{
	reading->viewer = viewer_of(request->caller_is);
	int error = store_read(service_store(service), &reading->reader, problem);
	if (!error)
		reading->sql = store_reader_sql(reading->reader);
	return error;
}

void record_reading_finish(struct record_reading *reading)
{
	store_read_end(reading->reader);
}

int record_reply_findings(const char *title, const struct findings *findings, const struct problem *problem,
                          struct http_reply *reply)
{
	cJSON *root = tree_object(), *list = findings_json(findings);
	tree_text(root, "type", "about:blank");
	tree_text(root, "title", title);
	tree_count(root, "status", 422);
	tree_text(root, "detail", problem->text);
	if (list == NULL || !cJSON_AddItemToObject(root, "findings", list))
		cJSON_Delete(list);
	int error = http_reply_json(reply, 422, root);
	reply->type = "application/problem+json";
	return error;
}

int record_reply_changed(const struct http_request *request, struct http_reply *reply, bool is_new, const char *path,
                         const char *id, uint64_t version)
{
	int error = record_reply_begin(request, reply, is_new ? 201 : 200, version);
	if (!error && is_new) {
		char *location = arena_format(request->arena, "%s%s", path, id);
		if (location == NULL)
			return JISR_NO_MEMORY;
		for (char *at = location + strlen(path); *at != '\0'; at++)
			*at = *at == '/' ? '-' : *at;
		error = http_reply_header(reply, "Location", location);
	}
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "id", id);
	return error;
}

int record_reply_taken(const struct http_request *request, struct http_reply *reply, bool is_new, const char *path,
                       const char *id, const char *step, uint64_t version, const char *warning)
{
	int error = record_reply_changed(request, reply, is_new, path, id, version);
	emit_text(&reply->body, "step", step);
	emit_count(&reply->body, "version", version);
	if (warning != NULL && warning[0] != '\0')
		emit_text(&reply->body, "warning", warning);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

int record_reply_list(const struct http_request *request, struct http_reply *reply, int error, uint64_t total,
                      const char *next, const struct problem *problem)
{
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, problem);
	}
	emit_close_array(&reply->body);
	if (total == RECORD_REPLY_UNCOUNTED)
		emit_null(&reply->body, "total");
	else
		emit_count(&reply->body, "total", total);
	emit_text(&reply->body, "next", next);
	emit_close_object(&reply->body);
	return reply->body.error;
}

int record_reply_array(const struct http_request *request, struct http_reply *reply, int error,
                       const struct problem *problem)
{
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, problem);
	}
	emit_close_array(&reply->body);
	emit_close_object(&reply->body);
	return reply->body.error;
}

bool record_reply_array_begin(struct service *service, const struct http_request *request, struct http_reply *reply,
                              const char *name, struct record_reading *reading, int *ret_error, struct problem *problem)
{
	if (record_reply_store(service, reply, ret_error) == NULL)
		return false;
	*ret_error = record_reading_begin(service, request, reading, problem);
	if (*ret_error == JISR_OK)
		*ret_error = record_reply_begin(request, reply, 200, 0);
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, name);
	return true;
}

int record_reply_history(struct service *service, const struct http_request *request, struct http_reply *reply,
                         record_history history, history_each emit)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	int error = JISR_OK;
	if (!record_reply_array_begin(service, request, reply, "history", &reading, &error, &problem))
		return error;
	if (!error)
		error = history(reading.sql, reading.viewer, request->variables[0], emit, &reply->body, &problem);
	return record_reply_array(request, reply, error, &problem);
}
