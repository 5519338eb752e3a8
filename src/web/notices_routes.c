/* /api/v1/notices: what the caller may see, and the steps of a notice's life (notices/act.h). */
#include "base/digits.h"
#include "base/sha256.h"
#include "web/http.h"
#include "web/service.h"

#include "base/emit.h"
#include "base/json.h"
#include "notices/act.h"
#include "notices/picture.h"
#include "notices/print.h"
#include "web/record_reply.h"

#include <string.h>

#define SKIP_MOST 1000000
#define BODY_MOST (CONTENT_MAX_BYTES + ((size_t)64 << 10))

/* What a line of a list tells of what the notice says. */
static void emit_glance(struct text *text, const struct notice *notice)
{
	CLEANUP(json_freep) cJSON *content = cJSON_Parse(notice->content);
	const cJSON *photographs = json_get(content, "photographs"), *crimes = json_get(content, "crimes");
	const cJSON *first = photographs != NULL ? photographs->child : NULL;
	emit_text(text, "photograph", first != NULL ? first->valuestring : NULL);
	emit_array(text, "crimes");
	for (const cJSON *one = crimes != NULL ? crimes->child : NULL; one != NULL; one = one->next)
		emit_text(text, NULL, one->valuestring);
	emit_close_array(text);
}

/* A notice as its viewer knows it. `whole` adds what it says. */
static void emit_notice(struct text *text, struct viewer viewer, const struct notice *notice, bool whole)
{
	bool inside = notice_inside(viewer, notice->owner);
	char key[NOTICE_ID_MAX + 1];
	(void)snprintf(key, sizeof key, "%s", notice->id);
	key[4] = '-';
	emit_object(text, NULL);
	emit_text(text, "id", notice->id);
	emit_text(text, "href", key);
	emit_text(text, "form", form_name(notice->form));
	emit_text(text, "colour", notice->colour);
	emit_text(text, "state", state_name(notice->state));
	emit_text(text, "owner", notice->owner);
	emit_text(text, "caption", notice->caption);
	emit_text(text, "published", notice->published[0] != '\0' ? notice->published : NULL);
	emit_text(text, "review", notice->review[0] != '\0' ? notice->review : NULL);
	emit_text(text, "ending", notice->ending[0] != '\0' ? notice->ending : NULL);
	if (inside) {
		emit_text(text, "changed", notice->changed);
		emit_count(text, "version", notice->version);
		emit_text(text, "reference", notice->reference);
		emit_bool(text, "public", notice->is_public);
		emit_text(text, "reach", notice->reach);
		emit_text(text, "ground", notice->ground[0] != '\0' ? notice->ground : NULL);
		emit_text(text, "text", notice->text[0] != '\0' ? notice->text : NULL);
	}
	if (!whole)
		emit_glance(text, notice);
	if (whole) {
		emit_raw(text, "content", notice->content, strlen(notice->content));
		if (inside && notice->proposed[0] != '\0')
			emit_raw(text, "proposed", notice->proposed, strlen(notice->proposed));
	}
	if (!whole)
		emit_close_object(text);
}

/* The steps that the caller may take now, and what the notice lacks while it is being written: what is asked for besides is
 * looked at when a step is taken. */
static int emit_choices(struct text *text, const struct caller *caller, struct sql *sql, const struct notice *notice,
                        struct problem *problem)
{
	const struct step_row *row;
	struct problem unsaid;
	struct content_rules rules;
	struct findings findings;
	emit_array(text, "steps");
	for (int step = STEP_DRAFT + 1; step < STEP_COUNT; step++)
		if (step != STEP_CORRECT && notice_inside(viewer_of(caller), notice->owner) &&
		    step_allowed((enum notice_step)step, notice->form, notice->state, notice->owner, caller, &row,
		                 &unsaid) == JISR_OK)
			emit_text(text, NULL, row->name);
	emit_close_array(text);
	if ((notice->state != STATE_DRAFT && notice->state != STATE_RETURNED) ||
	    strcmp(caller->office, notice->owner) != 0)
		return JISR_OK;
	CLEANUP(json_freep) cJSON *content = cJSON_Parse(notice->content);
	int error = content != NULL ? notice_rules(sql, &rules, problem) : JISR_NO_MEMORY;
	if (error)
		return error;
	findings_init(&findings);
	content_complete(content, &rules, notice->form == FORM_DIFFUSION, clock_utc((char[CLOCK_UTC_MAX]){""}),
	                 &findings);
	emit_array(text, "lacks");
	for (size_t i = 0; i < findings.count; i++) {
		emit_object(text, NULL);
		emit_text(text, "field", findings.list[i].field);
		emit_text(text, "what", findings.list[i].what);
		emit_text(text, "todo", findings.list[i].todo);
		emit_close_object(text);
	}
	emit_close_array(text);
	return JISR_OK;
}

/* ---- lists ---- */

struct listing {
	struct text *text;
	struct viewer viewer;
	size_t count, limit;
	char last[RECORD_PLACE_MAX];
	bool more;
};

static bool list_one(void *context, const struct notice *notice)
{
	struct listing *listing = context;
	if (listing->count == listing->limit) {
		listing->more = true;
		return false;
	}
	emit_notice(listing->text, listing->viewer, notice, false);
	record_place_write(notice->changed, notice->id, listing->last);
	listing->count++;
	return listing->text->error == JISR_OK;
}

/* A whole number from `least` to `most`. */
static bool read_count(const char *text, size_t least, size_t most, size_t *ret_count)
{
	uint64_t count;
	if (!digits_read(text, 7, &count))
		return false;
	*ret_count = (size_t)count;
	return count >= least && count <= most;
}

static bool read_order(const char *value, enum notice_order *ret_order)
{
	static const char *const orders[] = {"change", "caption", "review"};
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
		if (strcmp(value, orders[i]) == 0) {
			*ret_order = (enum notice_order)i;
			return true;
		}
	return false;
}

/* `place` and `limit` NULL: the words of a page are none. */
static bool read_filter(const struct http_request *request, struct notice_filter *filter, struct notice_place *place,
                        size_t *limit, bool *ret_counted)
{
	const char *name, *value;
	enum notice_state state;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		if (strcmp(name, "colour") == 0 && codes_find(&codes_colour, value) != NULL)
			filter->colour = value;
		else if (strcmp(name, "crime") == 0 && codes_is_crime(value))
			filter->crime = value;
		else if (strcmp(name, "state") == 0 && state_read(value, &state))
			filter->states |= STATE_BIT(state);
		else if (strcmp(name, "form") == 0 && (strcmp(value, "notice") == 0 || strcmp(value, "diffusion") == 0))
			filter->form = value[0] == 'd' ? FORM_DIFFUSION : FORM_NOTICE;
		else if (strcmp(name, "owner") == 0)
			filter->owner = value;
		else if (strcmp(name, "words") == 0)
			filter->words = value;
		else if (limit != NULL && strcmp(name, "cursor") == 0 && record_place_read(value, place))
			filter->after = place;
		else if (limit != NULL && strcmp(name, "skip") == 0 && read_count(value, 0, SKIP_MOST, &filter->skip))
			continue;
		else if (limit != NULL && strcmp(name, "order") == 0 && read_order(value, &filter->order))
			continue;
		else if (ret_counted != NULL && strcmp(name, "count") == 0 && strcmp(value, "no") == 0)
			*ret_counted = false;
		else if (limit == NULL || strcmp(name, "limit") != 0 || !read_count(value, 1, PAGE_MOST, limit))
			return false;
	}
	return filter->after == NULL || (filter->skip == 0 && filter->order == ORDER_CHANGE);
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct notice_filter filter = {0};
	struct notice_place place;
	size_t limit = PAGE_STANDARD;
	uint64_t total = 0;
	bool counted = true;
	int error = JISR_OK;
	if (!read_filter(request, &filter, &place, &limit, &counted))
		return http_reply_problem(
			reply, 400, "The address cannot be read",
			"There are colour, state, form (notice, diffusion), owner, crime, words, order "
			"(change, caption, review), limit (1 to 500), count (no), and cursor or skip; a cursor "
			"goes with the order of change alone.");
	error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	struct listing listing = {&reply->body, reading.viewer, 0, limit, "", false};
	filter.limit = limit + 1;
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "notices");
	if (!error)
		error = notice_list(reading.sql, reading.viewer, &filter, request->arena, list_one, &listing, &problem);
	if (!error && counted)
		error = notice_count(reading.sql, reading.viewer, &filter, &total, &problem);
	return record_reply_list(request, reply, error, counted ? total : RECORD_REPLY_UNCOUNTED,
	                         listing.more ? listing.last : NULL, &problem);
}

/* ---- what there is to choose from ---- */

struct facets {
	struct text *text;
	const char *facet;
};

static bool emit_facet(void *context, const char *facet, const char *value, uint64_t count)
{
	struct facets *facets = context;
	if (facets->facet != facet) {
		if (facets->facet != NULL)
			emit_close_array(facets->text);
		emit_array(facets->text, facet);
		facets->facet = facet;
	}
	emit_object(facets->text, NULL);
	emit_text(facets->text, "value", value);
	emit_count(facets->text, "count", count);
	emit_close_object(facets->text);
	return facets->text->error == JISR_OK;
}

static int facets(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct notice_filter filter = {0};
	struct facets emitted = {&reply->body, NULL};
	uint64_t total = 0;
	int error = JISR_OK;
	if (!read_filter(request, &filter, NULL, NULL, NULL))
		return http_reply_problem(reply, 400, "The address cannot be read",
		                          "There are colour, state, form (notice, diffusion), owner, crime and words.");
	error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	emit_object(&reply->body, NULL);
	if (!error)
		error = notice_facets(reading.sql, reading.viewer, &filter, request->arena, emit_facet, &emitted,
		                      &total, &problem);
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, &problem);
	}
	if (emitted.facet != NULL)
		emit_close_array(&reply->body);
	emit_count(&reply->body, "total", total);
	emit_close_object(&reply->body);
	return reply->body.error;
}

/* ---- one ---- */

static int get_one(struct service *service, const struct http_request *request, struct http_reply *reply,
                   struct record_reading *reading, struct notice *notice)
{
	struct problem problem = {""};
	int error = record_reading_begin(service, request, reading, &problem);
	if (!error)
		error = notice_get(reading->sql, reading->viewer, request->variables[0], request->arena, notice,
		                   &problem);
	return error ? record_reply_error(request, reply, error, &problem) : JISR_OK;
}

static int show(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct notice notice = {.owner = NULL};
	struct problem problem = {""};
	int error = get_one(service, request, reply, &reading, &notice);
	if (error || notice.owner == NULL)
		return error;
	/* The version tells that something happened also where a step is told to its owner alone. */
	error = record_reply_begin(request, reply, 200,
	                           notice_inside(reading.viewer, notice.owner) ? notice.version : 0);
	emit_notice(&reply->body, reading.viewer, &notice, true);
	if (!error)
		error = emit_choices(&reply->body, request->caller_is, reading.sql, &notice, &problem);
	emit_close_object(&reply->body);
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, &problem);
	}
	return reply->body.error;
}

static int history(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return record_reply_history(service, request, reply, notice_history, history_emit);
}

static int put_pdf(struct service *service, const struct http_request *request, struct http_reply *reply,
                   const struct record_reading *reading, const struct notice *notice, enum language language)
{
	struct problem problem = {""};
	struct text picture, record;
	char moment[CLOCK_UTC_MAX];
	CLEANUP(json_freep) cJSON *content = cJSON_Parse(notice->content);
	const cJSON *photographs = json_get(content, "photographs");
	text_init(&picture, PICTURE_MAX_BYTES);
	text_init(&record, (size_t)8 << 20);
	if (photographs != NULL && act_load_picture(service_settings(service)->data, photographs->child->valuestring,
	                                            &picture, &problem) != JISR_OK)
		text_reset(&picture);
	if (print_record(reading->sql, store_reader_log(reading->reader), store_log_name(service_store(service)),
	                 notice, &record, &problem) != JISR_OK)
		text_reset(&record);
	struct print_job job = {
		.notice = notice,
		.content = content,
		.language = language,
		.moment = clock_utc(moment),
		.printer = request->caller_is->officer,
		.picture = picture.length > 0 ? picture.bytes : NULL,
		.picture_length = picture.length,
		.record = record.length > 0 ? record.bytes : NULL,
		.record_length = record.length,
	};
	problem.text[0] = '\0';
	text_reset(&reply->body);
	int error = content != NULL ? print_notice(&job, &reply->body, &problem) : JISR_NO_MEMORY;
	text_finish(&picture);
	text_finish(&record);
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, &problem);
	}
	reply->status = 200;
	reply->type = "application/pdf";
	return http_reply_header(reply, "Cache-Control", "no-store");
}

static int print(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct notice notice = {.owner = NULL};
	enum language language = LANGUAGE_EN;
	const char *asked = http_query(request, "language");
	if (asked != NULL && !codes_read_language(asked, &language))
		return http_reply_problem(reply, 400, "The address cannot be read", "'language' is ar, en, es or fr.");
	int error = get_one(service, request, reply, &reading, &notice);
	return error || notice.owner == NULL ? error : put_pdf(service, request, reply, &reading, &notice, language);
}

static int picture(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct notice notice = {.owner = NULL};
	struct problem problem = {""};
	const char *hash = request->variables[1];
	int error = get_one(service, request, reply, &reading, &notice);
	if (error || notice.owner == NULL)
		return error;
	bool its = strlen(hash) == 64 &&
	           (strstr(notice.content, hash) != NULL ||
	            (notice_inside(reading.viewer, notice.owner) && strstr(notice.proposed, hash) != NULL));
	error = its ? act_load_picture(service_settings(service)->data, hash, &reply->body, &problem) : JISR_NOT_FOUND;
	if (error == JISR_NOT_FOUND)
		return http_reply_problem(reply, 404, "There is no such picture",
		                          "The notice has none of that address.");
	if (error)
		return record_reply_file_error(request, reply, error, &problem);
	reply->status = 200;
	reply->type = picture_mime((unsigned char)reply->body.bytes[0] == 0x89 ? PICTURE_PNG : PICTURE_JPEG);
	return http_reply_header(reply, "Cache-Control", "private, max-age=3600");
}

/* ---- steps ---- */

static int take(struct service *service, const struct http_request *request, struct http_reply *reply,
                enum notice_step step, const char *id)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct act act = {.step = step, .caller = request->caller_is, .id = id, .expected = ENTRY_ANY};
	int error = JISR_OK;
	if (!record_reply_asked(service, request, reply, &act.expected, &json, &error))
		return error;
	act.fields = json;
	error = act_submit(service_store(service), &act, &problem);
	if (error == JISR_BAD_INPUT && act.findings.total > 0)
		return record_reply_findings("The notice lacks something, or says it wrongly", &act.findings, &problem,
		                             reply);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	return record_reply_taken(request, reply, id == NULL, "/api/v1/notices/", act.made, step_name(step),
	                          act.version, NULL);
}

static int draft(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return take(service, request, reply, STEP_DRAFT, NULL);
}

static int step(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	enum notice_step step;
	if (!step_read(request->variables[1], &step) || step == STEP_DRAFT)
		return http_reply_problem(reply, 404, "There is no such step",
		                          "docs/notices.md lists the steps of a notice's life.");
	return take(service, request, reply, step, request->variables[0]);
}

static int store_picture(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	char hash[SHA256_HEX];
	int error = act_store_picture(service_settings(service)->data, request->caller_is, request->body,
	                              request->body_length, hash, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 201, 0);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "picture", hash);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

const struct http_route routes_notices[] = {
	{HTTP_GET, "/api/v1/notices/facets", facets, HTTP_STYLE_PROBLEM, "api_notice_facets",
         .right = RIGHT_NOTICES_READ, .access = "search", .heavy = true},
	{HTTP_GET, "/api/v1/notices", list, HTTP_STYLE_PROBLEM, "api_notices", .right = RIGHT_NOTICES_READ,
         .access = "search"},
	{HTTP_POST, "/api/v1/notices", draft, HTTP_STYLE_PROBLEM, "api_notice_draft", .right = RIGHT_NOTICES_WRITE,
         .waits = true, .travels = HTTP_TRAVELS, .repeat = HTTP_REPEAT_KEPT, .body_max = BODY_MOST},
	{HTTP_GET, "/api/v1/notices/{id}", show, HTTP_STYLE_PROBLEM, "api_notice", .right = RIGHT_NOTICES_READ,
         .access = "view"},
	{HTTP_GET, "/api/v1/notices/{id}/history", history, HTTP_STYLE_PROBLEM, "api_notice_history",
         .right = RIGHT_NOTICES_READ, .access = "view"},
	{HTTP_GET, "/api/v1/notices/{id}/print", print, HTTP_STYLE_PROBLEM, "api_notice_print",
         .right = RIGHT_NOTICES_READ, .access = "export", .heavy = true},
	{HTTP_GET, "/api/v1/notices/{id}/pictures/{hash}", picture, HTTP_STYLE_PROBLEM, "api_notice_picture",
         .right = RIGHT_NOTICES_READ, .access = "view"},
	{HTTP_POST, "/api/v1/notices/{id}/{step}", step, HTTP_STYLE_PROBLEM, "api_notice_step",
         .right = RIGHT_NOTICES_READ, .waits = true, .travels = HTTP_TRAVELS, .body_max = BODY_MOST},
	{HTTP_POST, "/api/v1/pictures", store_picture, HTTP_STYLE_PROBLEM, "api_picture_store",
         .right = RIGHT_NOTICES_WRITE, .heavy = true, .body_max = PICTURE_MAX_BYTES},
	{0},
};
