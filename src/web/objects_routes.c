/* /api/v1/objects: single registered objects; /api/v1/object-files: files of many. What a number is asked for comes in a
 * body, never in an address. */
#include "base/digits.h"
#include "base/sha256.h"
#include "web/http.h"
#include "web/service.h"

#include "base/emit.h"
#include "base/json.h"
#include "notices/object_act.h"
#include "notices/object_file.h"
#include "notices/object_find.h"
#include "notices/object_index.h"
#include "watch/report.h"
#include "web/faults.h"
#include "web/record_reply.h"

#include <string.h>

#define BODY_MOST ((size_t)64 << 10)
#define FILE_MOST ((size_t)256 << 20)

static void emit_row(struct text *text, struct viewer viewer, const struct object_row *row)
{
	char key[OBJECT_NUMBER_MAX + 1];
	(void)snprintf(key, sizeof key, "%s", row->id);
	key[4] = '-';
	emit_object(text, NULL);
	emit_text(text, "id", row->id);
	emit_text(text, "href", key);
	emit_text(text, "kind", row->kind);
	emit_text(text, "owner", row->owner);
	emit_text(text, "caption", row->caption);
	emit_bool(text, "withdrawn", row->withdrawn);
	emit_text(text, "entered", row->entered);
	emit_raw(text, "object", row->content, strlen(row->content));
	if (notice_inside(viewer, row->owner)) {
		emit_text(text, "reach", row->reach);
		emit_text(text, "changed", row->changed);
		emit_count(text, "version", row->version);
		emit_text(text, "reason", row->reason[0] != '\0' ? row->reason : NULL);
		emit_text(text, "text", row->text[0] != '\0' ? row->text : NULL);
	}
	emit_close_object(text);
}

/* ---- lists ---- */

struct listing {
	struct text *text;
	struct viewer viewer;
	size_t count, limit;
	char last[RECORD_PLACE_MAX];
	bool more;
};

static bool list_one(void *context, const struct object_row *row)
{
	struct listing *listing = context;
	if (listing->count == listing->limit) {
		listing->more = true;
		return false;
	}
	emit_row(listing->text, listing->viewer, row);
	record_place_write(row->changed, row->id, listing->last);
	listing->count++;
	return listing->text->error == JISR_OK;
}

static bool read_filter(const struct http_request *request, struct object_filter *filter, struct notice_place *place,
                        size_t *limit)
{
	const char *name, *value;
	enum object_kind kind;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		if (strcmp(name, "kind") == 0 && object_kind_read(value, &kind))
			filter->kind = value;
		else if (strcmp(name, "status") == 0 && codes_find(&codes_object_status, value) != NULL)
			filter->status = value;
		else if (strcmp(name, "crime_area") == 0 && codes_is_crime(value))
			filter->crime = value;
		else if (strcmp(name, "owner") == 0)
			filter->owner = value;
		else if (strcmp(name, "words") == 0)
			filter->words = value;
		else if (strcmp(name, "cursor") == 0 && record_place_read(value, place))
			filter->after = place;
		else if (strcmp(name, "limit") != 0 || !record_reply_limit(value, limit))
			return false;
	}
	return true;
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct object_filter filter = {0};
	struct notice_place place;
	size_t limit = PAGE_STANDARD;
	uint64_t total = 0;
	int error = JISR_OK;
	if (!read_filter(request, &filter, &place, &limit))
		return http_reply_problem(
			reply, 400, "The address cannot be read",
			"There are kind, status, crime_area, owner, words, cursor and limit (1 to 500).");
	error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	struct listing listing = {&reply->body, reading.viewer, 0, limit, "", false};
	filter.limit = limit + 1;
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "objects");
	if (!error)
		error = object_list(reading.sql, reading.viewer, &filter, request->arena, list_one, &listing, &problem);
	if (!error)
		error = object_count(reading.sql, reading.viewer, &filter, &total, &problem);
	return record_reply_list(request, reply, error, total, listing.more ? listing.last : NULL, &problem);
}

/* ---- one ---- */

/* A line of a file, out of the caller's own view of the index. */
static int show_line(struct service *service, const struct http_request *request, struct http_reply *reply,
                     const char *id)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	struct problem problem = {""};
	struct entity *entity = NULL;
	uint32_t segment, number;
	if (!watch_view_find(held.lists->view, OBJECT_LIST, id, &segment, &number)) {
		(void)problem_set(&problem, JISR_NOT_FOUND, "there is no object %.80s", id);
		return record_reply_error(request, reply, JISR_NOT_FOUND, &problem);
	}
	int error = watch_view_entity(held.lists->view, segment, number, request->arena, &entity);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (error)
		return error;
	struct text *text = &reply->body;
	emit_object(text, NULL);
	emit_text(text, "id", entity->id);
	emit_text(text, "kind", entity_get(entity, OBJECT_PROPERTY_KIND));
	emit_text(text, "owner", entity_get(entity, "authority"));
	emit_text(text, "caption", entity->caption);
	emit_bool(text, "withdrawn", false);
	emit_object(text, "properties");
	for (size_t i = 0; i < entity->count;) {
		const char *name = entity->properties[i].name;
		emit_name(text, name, strlen(name));
		emit_array(text, NULL);
		for (; i < entity->count && strcmp(entity->properties[i].name, name) == 0; i++)
			emit_text(text, NULL, entity->properties[i].value);
		emit_close_array(text);
	}
	emit_close_object(text);
	emit_close_object(text);
	return text->error;
}

static int show(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct object_row row;
	char number[OBJECT_NUMBER_MAX + 1];
	const char *id = request->variables[0];
	int error = JISR_OK;
	if (!object_id_read(id, number))
		return show_line(service, request, reply, id);
	error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = object_get(reading.sql, reading.viewer, id, request->arena, &row, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, notice_inside(reading.viewer, row.owner) ? row.version : 0);
	emit_row(&reply->body, reading.viewer, &row);
	return error ? error : reply->body.error;
}

/* ---- changes ---- */

static int change(struct service *service, const struct http_request *request, struct http_reply *reply,
                  enum object_step step, const char *id)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct object_act *act = arena_zero(request->arena, 1, sizeof *act);
	int error = JISR_OK;
	if (act == NULL)
		return JISR_NO_MEMORY;
	*act = (struct object_act){.step = step, .caller = request->caller_is, .id = id, .expected = ENTRY_ANY};
	if (!record_reply_match(request, reply, &act->expected, &error))
		return error;
	error = faults_read_body(request, reply, &json);
	if (error || json == NULL)
		return error;
	act->fields = json;
	error = object_act_submit(service_store(service), act, &problem);
	if (error == JISR_BAD_INPUT && act->findings.total > 0)
		return record_reply_findings("The object lacks something, or says it wrongly", &act->findings, &problem,
		                             reply);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_changed(request, reply, id == NULL, "/api/v1/objects/", act->made, act->version);
	emit_count(&reply->body, "version", act->version);
	emit_text(&reply->body, "warning", act->warning[0] != '\0' ? act->warning : NULL);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

static int enter(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return change(service, request, reply, OBJECT_ENTER, NULL);
}

static int amend(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return change(service, request, reply, OBJECT_AMEND, request->variables[0]);
}

static int withdraw(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	/* A file has a page of its own. */
	if (strchr(request->variables[0], '/') != NULL)
		return http_reply_problem(reply, 404, "Not found", "There is no such object.");
	return change(service, request, reply, OBJECT_WITHDRAW, request->variables[0]);
}

/* ---- check ---- */

static int check(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	static const struct known_field fields[] = {{"number", " vin imo serial plate "},
	                                            {"country", " issuer state "},
	                                            {"kind", " type "},
	                                            {"make", " maker brand "}};
	CLEANUP(json_freep) cJSON *json = NULL;
	struct faults faults = {.arena = request->arena};
	struct object_question question = {.limit = 0};
	const char **values[] = {&question.number, &question.country, &question.kind, &question.make};
	struct check_answer answer = {0};
	struct problem problem = {""};
	int error = faults_read_body(request, reply, &json);
	if (error || json == NULL)
		return error;
	if (!cJSON_IsObject(json))
		faults_add(&faults, NULL, "an object is asked for: {\"number\":\"AB123456\",\"country\":\"MA\"}");
	for (const cJSON *one = cJSON_IsObject(json) ? json->child : NULL; one != NULL; one = one->next) {
		struct place place = {.name = one->string};
		size_t field = faults_field(&faults, &place, fields, 4);
		if (field < 4 && !cJSON_IsString(one))
			faults_add(&faults, &place, "must be a text");
		else if (field < 4)
			*values[field] = one->valuestring;
	}
	if (faults.count == 0 && question.number == NULL)
		faults_add(&faults, &(struct place){.name = "number"}, "is missing");
	if (faults.count > 0)
		return faults_reply(&faults, reply);
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	error = object_find(held.lists->view, &question, request->scratch, request->arena, &answer, &problem);
	if (error == JISR_BAD_INPUT) {
		faults_add(&faults, NULL, "%s", problem.text);
		return faults_reply(&faults, reply);
	}
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (error)
		return error;
	http_checked(request, 1, answer.count);
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "hits");
	for (size_t i = 0; i < answer.count; i++)
		report_hit(&reply->body, held.lists->view, &answer.hits[i]);
	emit_close_array(&reply->body);
	emit_count(&reply->body, "total", answer.total);
	emit_close_object(&reply->body);
	return reply->body.error;
}

/* ---- files ---- */

static void emit_file(struct text *text, struct viewer viewer, const struct object_file *file)
{
	emit_object(text, NULL);
	emit_text(text, "owner", file->owner);
	emit_text(text, "name", file->name);
	emit_text(text, "loaded", file->loaded);
	emit_count(text, "objects", file->count);
	if (notice_inside(viewer, file->owner)) {
		emit_count(text, "withdrawn", file->withdrawn);
		emit_text(text, "source", file->source);
		emit_text(text, "digest", file->digest);
		emit_count(text, "added", file->added);
		emit_count(text, "changed", file->changed);
		emit_count(text, "removed", file->removed);
		emit_count(text, "unchanged", file->unchanged);
		emit_count(text, "bad", file->refused);
		emit_count(text, "version", file->version);
		emit_array(text, "parts");
		for (size_t i = 0; i < file->part_count; i++) {
			emit_object(text, NULL);
			emit_text(text, "reach", file->parts[i].reach);
			emit_count(text, "objects", file->parts[i].count);
			emit_text(text, "file", file->parts[i].file);
			emit_close_object(text);
		}
		emit_close_array(text);
	}
	emit_close_object(text);
}

struct listing_files {
	struct text *text;
	struct viewer viewer;
};

static bool list_file(void *context, const struct object_file *file)
{
	struct listing_files *listing = context;
	emit_file(listing->text, listing->viewer, file);
	return listing->text->error == JISR_OK;
}

static int files(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	int error = JISR_OK;
	if (!record_reply_array_begin(service, request, reply, "files", &reading, &error, &problem))
		return error;
	struct listing_files listing = {&reply->body, reading.viewer};
	if (!error)
		error = object_files(reading.sql, reading.viewer, request->arena, list_file, &listing, &problem);
	return record_reply_array(request, reply, error, &problem);
}

static int show_file(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct object_file file = {.owner = ""};
	int error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = object_file_get(reading.sql, reading.viewer, request->variables[0], request->variables[1],
		                        request->arena, &file, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, file.version);
	emit_file(&reply->body, reading.viewer, &file);
	return error ? error : reply->body.error;
}

static int read_order(const struct http_request *request, struct object_load *load, cJSON **ret_reach)
{
	const char *name, *value;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		bool yes = strcmp(value, "true") == 0, truth = yes || strcmp(value, "false") == 0;
		struct problem problem;
		if (strcmp(name, "kind") == 0)
			load->kind = value;
		else if (strcmp(name, "strict") == 0 && truth)
			load->strict = yes;
		else if (strcmp(name, "fewer") == 0 && truth)
			load->fewer = yes;
		else if (strcmp(name, "reach") == 0 && *ret_reach == NULL &&
		         json_read(value, strlen(value), ret_reach, &problem) == JISR_OK)
			load->reach = *ret_reach;
		else if (strcmp(name, "lines") != 0 || !digits_read(value, 8, &load->lines))
			return JISR_BAD_INPUT;
	}
	return JISR_OK;
}

static void emit_lines(struct text *text, const struct object_load *load)
{
	emit_array(text, "told");
	for (size_t i = 0; i < load->told_count; i++) {
		emit_object(text, NULL);
		emit_count(text, "line", load->told[i].line);
		emit_bool(text, "entered", load->told[i].entered);
		emit_text(text, "what", load->told[i].what);
		emit_close_object(text);
	}
	emit_close_array(text);
}

static int load_refused(const struct object_load *load, const struct problem *problem, struct http_reply *reply)
{
	text_reset(&reply->body);
	reply->status = 422;
	reply->type = "application/problem+json";
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "type", "about:blank");
	emit_text(&reply->body, "title", "The file is not entered");
	emit_count(&reply->body, "status", 422);
	emit_text(&reply->body, "detail", problem->text);
	emit_count(&reply->body, "bad", load->bad);
	emit_lines(&reply->body, load);
	emit_close_object(&reply->body);
	return reply->body.error;
}

static int load_file(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *reach = NULL;
	struct problem problem = {""};
	struct input *input = NULL;
	char digest[SHA256_HEX];
	struct object_load *load = arena_zero(request->arena, 1, sizeof *load);
	int error = JISR_OK;
	if (load == NULL)
		return JISR_NO_MEMORY;
	const char *type = http_header(request, "Content-Type");
	if (type != NULL && strncmp(type, "text/csv", 8) != 0)
		return http_reply_problem(reply, 415, "Unsupported media type",
		                          "Send comma-separated values and say so: Content-Type: text/csv.");
	if (strcmp(request->variables[0], request->caller_is->office) != 0)
		return http_reply_problem(reply, 403, "Not allowed", "An office enters files of its own alone.");
	if (read_order(request, load, &reach) != JISR_OK)
		return http_reply_problem(reply, 400, "The address cannot be read",
		                          "There are kind, reach (as JSON), lines, strict and fewer (true or false).");
	sha256_hex(request->body, request->body_length, digest);
	load->caller = request->caller_is;
	load->name = request->variables[1];
	load->digest = digest;
	load->source = "over the API";
	error = input_open_bytes(request->body, request->body_length, &input, &problem);
	if (!error)
		error = object_load(service_store(service), input, load, &problem);
	if (error == JISR_BAD_INPUT || error == JISR_TOO_LARGE || error == JISR_UNSUPPORTED)
		return load_refused(load, &problem, reply);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, load->version);
	struct text *text = &reply->body;
	emit_object(text, NULL);
	emit_text(text, "owner", request->variables[0]);
	emit_text(text, "name", load->name);
	emit_count(text, "lines", load->rows);
	emit_count(text, "entered", load->entered);
	emit_count(text, "added", load->added);
	emit_count(text, "changed", load->changed);
	emit_count(text, "removed", load->removed);
	emit_count(text, "unchanged", load->unchanged);
	emit_count(text, "again", load->again);
	emit_count(text, "bad", load->bad);
	emit_count(text, "odd", load->odd);
	emit_count(text, "version", load->version);
	emit_lines(text, load);
	emit_close_object(text);
	return error ? error : text->error;
}

static int withdraw_file(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	char *id = arena_format(request->arena, "%s/%s", request->variables[0], request->variables[1]);
	if (id == NULL)
		return JISR_NO_MEMORY;
	if (strchr(request->variables[0], '/') != NULL || !object_file_name_valid(request->variables[1]))
		return http_reply_problem(reply, 404, "Not found", "There is no such file.");
	return change(service, request, reply, OBJECT_WITHDRAW, id);
}

const struct http_route routes_objects[] = {
	{HTTP_GET, "/api/v1/objects", list, HTTP_STYLE_PROBLEM, "api_objects", .right = RIGHT_OBJECTS_READ,
         .access = "search"},
	{HTTP_POST, "/api/v1/objects", enter, HTTP_STYLE_PROBLEM, "api_object_enter", .right = RIGHT_OBJECTS_WRITE,
         .waits = true, .travels = HTTP_TRAVELS, .repeat = HTTP_REPEAT_KEPT, .body_max = BODY_MOST},
	{HTTP_POST, "/api/v1/objects/check", check, HTTP_STYLE_PROBLEM, "api_object_check", .right = RIGHT_CHECK,
         .access = "check", .body_max = BODY_MOST},
	{HTTP_GET, "/api/v1/objects/{id}", show, HTTP_STYLE_PROBLEM, "api_object", .right = RIGHT_OBJECTS_READ,
         .access = "view"},
	{HTTP_PUT, "/api/v1/objects/{id}", amend, HTTP_STYLE_PROBLEM, "api_object_amend", .right = RIGHT_OBJECTS_WRITE,
         .waits = true, .travels = HTTP_TRAVELS, .body_max = BODY_MOST},
	{HTTP_POST, "/api/v1/objects/{id}/withdraw", withdraw, HTTP_STYLE_PROBLEM, "api_object_withdraw",
         .right = RIGHT_OBJECTS_WRITE, .waits = true, .travels = HTTP_TRAVELS, .body_max = BODY_MOST},
	{HTTP_GET, "/api/v1/object-files", files, HTTP_STYLE_PROBLEM, "api_object_files", .right = RIGHT_OBJECTS_READ,
         .access = "search"},
	{HTTP_GET, "/api/v1/object-files/{owner}/{name}", show_file, HTTP_STYLE_PROBLEM, "api_object_file",
         .right = RIGHT_OBJECTS_READ, .access = "view"},
	{HTTP_PUT, "/api/v1/object-files/{owner}/{name}", load_file, HTTP_STYLE_PROBLEM, "api_object_load",
         .right = RIGHT_OBJECTS_WRITE, .heavy = true, .body_max = FILE_MOST},
	{HTTP_POST, "/api/v1/object-files/{owner}/{name}/withdraw", withdraw_file, HTTP_STYLE_PROBLEM,
         "api_object_file_withdraw", .right = RIGHT_OBJECTS_WRITE, .waits = true, .travels = HTTP_TRAVELS,
         .body_max = BODY_MOST},
	{0},
};
