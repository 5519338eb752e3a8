/* /api/v1/requests: individuals' requests to the Commission. Filing and following one needs no signing in: /requests (POST)
 * gives a receipt and a secret, /receipts/... shows with both what the applicant is told, and nothing else. The rest is
 * the Commission's, of the offices that it asks, and of headquarters, which carries out. /api/v1/removals tells offices
 * what was removed. */
#include "web/http.h"
#include "web/requests.h"
#include "web/service.h"

#include "base/date.h"
#include "base/emit.h"
#include "base/hash.h"
#include "base/json.h"
#include "members/throttle.h"
#include "notices/removal.h"
#include "notices/removal_proof.h"
#include "web/faults.h"
#include "web/http_carrier.h"
#include "web/multipart.h"
#include "web/papers.h"
#include "web/record_reply.h"

#include <pthread.h>
#include <string.h>

/* ---- how often one source may ask without signing in ---- */

#define FORM_MORE  8192 /* bytes of a form beside the file */
#define SOURCES    1024 /* of a table that forgets: of two with one place the later counts */
#define FILE_BURST 10
#define FILE_EACH  360.0 /* seconds that give one more */
#define LOOK_BURST 60
#define LOOK_EACH  2.0
#define ALL_BURST  300 /* from all sources together */
#define ALL_EACH   2.0

struct bucket {
	uint64_t source;
	double left, seen; /* what may still be asked; when that was so */
};
static struct {
	pthread_mutex_t lock;
	struct bucket file[SOURCES], look[SOURCES], all;
} throttled = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool take_from(struct bucket *bucket, uint64_t source, double burst, double each)
{
	double now = clock_seconds();
	if (bucket->source != source || bucket->seen <= 0)
		*bucket = (struct bucket){source, burst, now};
	bucket->left += (now - bucket->seen) / each;
	bucket->left = bucket->left > burst ? burst : bucket->left;
	bucket->seen = now;
	if (bucket->left < 1)
		return false;
	bucket->left -= 1;
	return true;
}

bool requests_may_ask(const struct http_request *request, bool files)
{
	char source[THROTTLE_SOURCE_MAX];
	throttle_source(request->carrier != NULL && request->carrier->address != NULL ? request->carrier->address : "",
	                source);
	uint64_t hash = hash_bytes(source, strlen(source));
	(void)pthread_mutex_lock(&throttled.lock);
	bool good = files ? take_from(&throttled.file[hash % SOURCES], hash, FILE_BURST, FILE_EACH) &&
	                            take_from(&throttled.all, 1, ALL_BURST, ALL_EACH)
	                  : take_from(&throttled.look[hash % SOURCES], hash, LOOK_BURST, LOOK_EACH);
	(void)pthread_mutex_unlock(&throttled.lock);
	return good;
}

static int too_often(struct http_reply *reply)
{
	int error = http_reply_header(reply, "Retry-After", "360");
	return error ? error
	             : http_reply_problem(reply, 429, "Too often",
	                                  "Too many requests came from your network. Wait some minutes, or write "
	                                  "a letter to the Commission.");
}

/* ---- the applicant ---- */

static int take(struct service *service, struct request_act *act, struct problem *problem)
{
	bool swept;
	return requests_take(service_settings(service)->data, service_store(service), act, &swept, problem);
}

static int file(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	bool commission = strcmp(request->caller_is->office, OFFICE_COMMISSION) == 0;
	struct request_act act = {
		.step = REQUEST_FILE, .caller = request->caller_is, .applicant = !commission, .expected = ENTRY_ANY};
	int error = JISR_OK;
	if (record_reply_store(service, reply, &error) == NULL)
		return error;
	if (!commission && !requests_may_ask(request, true))
		return too_often(reply);
	error = faults_read_body(request, reply, &json);
	if (error || json == NULL)
		return error;
	act.fields = json;
	error = take(service, &act, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 201, 0);
	if (!error)
		error = http_reply_header(reply, "Cache-Control", "no-store");
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "receipt", act.made);
	emit_text(&reply->body, "secret", act.made_secret);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

static int show_receipt(struct service *service, const struct http_request *request, struct http_reply *reply,
                        const char *id, const char *secret)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct request found = {.kind = NULL};
	struct request_rules rules;
	struct problem problem = {""};
	int error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = request_rules_now(reading.sql, &rules, &problem);
	if (!error)
		error = request_of_receipt(reading.sql, id, secret, request->arena, &found, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, 0);
	if (!error)
		error = http_reply_header(reply, "Cache-Control", "no-store");
	return error ? error : request_public(&found, &rules, &reply->body);
}

/* What stands in the body of everything that an applicant sends: number and secret, never in an address. */
static int receipt(struct service *service, const struct http_request *request, struct http_reply *reply,
                   enum request_step step)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	int error = JISR_OK;
	if (record_reply_store(service, reply, &error) == NULL)
		return error;
	if (!requests_may_ask(request, false))
		return too_often(reply);
	error = faults_read_body(request, reply, &json);
	if (error || json == NULL)
		return error;
	const char *id = json_get_text(json, "receipt"), *secret = json_get_text(json, "secret");
	if (id == NULL || secret == NULL)
		return http_reply_problem(
			reply, 422, "The request is not valid",
			"Send \"receipt\" and \"secret\" as they were given when the request was filed.");
	if (step != REQUEST_FILE) {
		CLEANUP(json_freep) cJSON *fields = cJSON_Duplicate(json, true);
		if (fields == NULL)
			return JISR_NO_MEMORY;
		cJSON_DeleteItemFromObjectCaseSensitive(fields, "receipt");
		cJSON_DeleteItemFromObjectCaseSensitive(fields, "secret");
		struct request_act act = {.step = step,
		                          .caller = request->caller_is,
		                          .id = id,
		                          .secret = secret,
		                          .fields = fields,
		                          .expected = ENTRY_ANY};
		error = take(service, &act, &problem);
		act.fields = NULL;
		if (error)
			return record_reply_error(request, reply, error, &problem);
	}
	return show_receipt(service, request, reply, id, secret);
}

static int receipt_state(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return receipt(service, request, reply, REQUEST_FILE);
}

static int receipt_complete(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return receipt(service, request, reply, REQUEST_COMPLETE);
}

static int receipt_withdraw(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return receipt(service, request, reply, REQUEST_WITHDRAW);
}

/* A copy of an identity paper, as a form sends it: receipt, secret, paper. */
static int receipt_paper(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct multipart form;
	struct problem problem = {""};
	int error = JISR_OK;
	if (record_reply_store(service, reply, &error) == NULL)
		return error;
	if (!requests_may_ask(request, false))
		return too_often(reply);
	error = multipart_read(http_header(request, "Content-Type"), request->body, request->body_length, &form,
	                       &problem);
	if (error)
		return http_reply_problem(reply, error == JISR_UNSUPPORTED ? 415 : 400, "The form cannot be read",
		                          problem.text);
	const struct multipart_part *parts[] = {multipart_find(&form, "receipt"), multipart_find(&form, "secret"),
	                                        multipart_find(&form, "paper")};
	const char *words[2] = {NULL, NULL};
	for (size_t i = 0; i < 2; i++)
		if (parts[i] != NULL && parts[i]->length <= REQUEST_SECRET &&
		    (words[i] = arena_text(request->arena, parts[i]->bytes, parts[i]->length)) == NULL)
			return JISR_NO_MEMORY;
	if (words[0] == NULL || words[1] == NULL || parts[2] == NULL || parts[2]->length == 0)
		return http_reply_problem(
			reply, 422, "The request is not valid",
			"Send 'receipt' and 'secret' as they were given when the request was filed, and "
			"the file as 'paper'.");
	struct request_act act = {.step = REQUEST_PAPER,
	                          .caller = request->caller_is,
	                          .id = words[0],
	                          .secret = words[1],
	                          .expected = ENTRY_ANY};
	error = papers_take(service_settings(service)->data, service_store(service), &act, parts[2]->bytes,
	                    parts[2]->length, &problem);
	return error ? record_reply_error(request, reply, error, &problem)
	             : show_receipt(service, request, reply, words[0], words[1]);
}

/* ---- the Commission, those whom it asks, headquarters ---- */

static void put(struct text *text, const char *name, const char *value)
{
	if (value[0] != '\0')
		emit_text(text, name, value);
}

/* The whole of it where `sql` gives its copies of papers, a line of a list where that is NULL. */
static int emit_request(struct text *text, const struct caller *caller, const struct request *request, struct sql *sql,
                        struct problem *problem)
{
	int error = JISR_OK;
	char id[NOTICE_ID_MAX + 1], key[NOTICE_ID_MAX + 1];
	(void)snprintf(key, sizeof key, "%s", request->id);
	key[4] = '-';
	emit_object(text, NULL);
	emit_text(text, "id", request->id);
	emit_text(text, "href", key);
	emit_text(text, "kind", request->kind);
	emit_text(text, "state", request_state_name(request->state));
	emit_text(text, "changed", request->changed);
	emit_count(text, "version", request->version);
	emit_array(text, "notices");
	for (size_t i = 0; request_notice(request, i, id); i++)
		emit_text(text, NULL, id);
	emit_close_array(text);
	put(text, "filed", request->filed);
	put(text, "admitted", request->admitted);
	put(text, "until", request->due);
	put(text, "closed", request->closed);
	put(text, "outcome", request->outcome);
	put(text, "office", request->consulted);
	put(text, "question", request->question);
	if (request->blocked)
		emit_bool(text, "blocked", true);
	if (sql != NULL) {
		put(text, "reason", request->reason);
		put(text, "text", request->text);
		put(text, "reply", request->reply);
		put(text, "disclose", request->disclose);
		put(text, "ground", request->ground);
		put(text, "answer", request->answer);
		put(text, "proposer", request->proposer);
		if (request->applicant[0] != '\0')
			emit_raw(text, "applicant", request->applicant, strlen(request->applicant));
		emit_array(text, "steps");
		for (int step = REQUEST_FILE + 1; step < REQUEST_STEP_COUNT; step++)
			if (request_allowed((enum request_step)step, request->state, request->consulted, caller, false,
			                    NULL) == JISR_OK)
				emit_text(text, NULL, request_step_name((enum request_step)step));
		emit_close_array(text);
		error = request_papers_emit(sql, viewer_of(caller), request->id, text, problem);
	}
	emit_close_object(text);
	return error;
}

struct listing {
	struct text *text;
	const struct caller *caller;
	size_t count, limit;
	char last[RECORD_PLACE_MAX];
	bool more;
};

static bool list_one(void *context, const struct request *request)
{
	struct listing *listing = context;
	if (listing->count == listing->limit) {
		listing->more = true;
		return false;
	}
	(void)emit_request(listing->text, listing->caller, request, NULL, NULL);
	record_place_write(request->changed, request->id, listing->last);
	listing->count++;
	return listing->text->error == JISR_OK;
}

static bool read_filter(const struct http_request *request, struct request_filter *filter, struct notice_place *place)
{
	const char *name, *value;
	enum request_state state;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		if (strcmp(name, "kind") == 0 && codes_find(&codes_request, value) != NULL)
			filter->kind = value;
		else if (strcmp(name, "state") == 0 && request_state_read(value, &state))
			filter->states |= REQUEST_BIT(state);
		else if (strcmp(name, "due") == 0 && date_day_read(value, strlen(value), NULL) == JISR_OK)
			filter->due = value;
		else if (strcmp(name, "cursor") == 0 && record_place_read(value, place))
			filter->after = place;
		else if (strcmp(name, "limit") != 0 || !record_reply_limit(value, &filter->limit))
			return false;
	}
	return true;
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct request_filter filter = {.limit = PAGE_STANDARD};
	struct notice_place place;
	uint64_t total = 0;
	int error = JISR_OK;
	if (!read_filter(request, &filter, &place))
		return http_reply_problem(reply, 400, "The address cannot be read",
		                          "There are kind, state, due (a day), cursor and limit (1 to 500).");
	struct viewer viewer = viewer_of(request->caller_is);
	struct listing listing = {&reply->body, request->caller_is, 0, filter.limit, "", false};
	filter.limit++;
	error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "requests");
	if (!error)
		error = request_list(reading.sql, viewer, &filter, request->arena, list_one, &listing, &problem);
	if (!error)
		error = request_count(reading.sql, viewer, &filter, &total, &problem);
	return record_reply_list(request, reply, error, total, listing.more ? listing.last : NULL, &problem);
}

static int show(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct request found;
	int error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = request_get(reading.sql, viewer_of(request->caller_is), request->variables[0], request->arena,
		                    &found, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, found.version);
	if (!error)
		error = emit_request(&reply->body, request->caller_is, &found, reading.sql, &problem);
	return error ? error : reply->body.error;
}

static int history(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return record_reply_history(service, request, reply, request_history, history_emit);
}

static int step(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct request_act act = {.caller = request->caller_is, .id = request->variables[0]};
	int error = JISR_OK;
	if (!request_step_read(request->variables[1], &act.step) || act.step == REQUEST_FILE)
		return http_reply_problem(reply, 404, "There is no such step",
		                          "docs/commission.md lists the steps of a request's life.");
	if (!record_reply_asked(service, request, reply, &act.expected, &json, &error))
		return error;
	if (caller_must_prove(request->caller_is, request_rows[act.step].right, clock_seconds()))
		return http_reply_prove(reply);
	act.fields = json;
	error = take(service, &act, &problem);
	act.fields = NULL;
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, act.version);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "id", act.made);
	emit_text(&reply->body, "step", request_step_name(act.step));
	emit_count(&reply->body, "version", act.version);
	emit_count(&reply->body, "removed", act.removed);
	emit_count(&reply->body, "corrected", act.corrected);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

/* A copy that came by letter: the bytes are the body. */
static int add_paper(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	struct request_act act = {.step = REQUEST_PAPER, .caller = request->caller_is, .id = request->variables[0]};
	int error = JISR_OK;
	if (!record_reply_match(request, reply, &act.expected, &error))
		return error;
	error = papers_take(service_settings(service)->data, service_store(service), &act, request->body,
	                    request->body_length, &problem);
	return error ? record_reply_error(request, reply, error, &problem)
	             : record_reply_taken(request, reply, false, "/api/v1/requests", act.made,
	                                  request_step_name(act.step), act.version, NULL);
}

static int show_paper(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	enum identity_type type;
	int error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = papers_show(service_settings(service)->data, reading.sql, reading.viewer, request->variables[0],
		                    request->variables[1], &reply->body, &type, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	reply->status = 200;
	reply->type = identity_mime(type);
	error = http_reply_header(reply, "Cache-Control", "no-store");
	if (!error) /* saved, not opened beside the desk's own pages */
		error = http_reply_header(reply, "Content-Disposition", "attachment");
	return error ? error : http_reply_header(reply, "Content-Security-Policy", "sandbox; default-src 'none'");
}

/* ---- what was removed ---- */

static bool emit_removed(void *context, const struct removed *removed)
{
	struct text *text = context;
	emit_object(text, NULL);
	emit_text(text, "notice", removed->id);
	emit_text(text, "owner", removed->owner);
	emit_text(text, "why", removed->why);
	emit_text(text, "at", removed->at);
	emit_count(text, "told", removed->told);
	emit_count(text, "received", removed->received);
	emit_bool(text, "receipt_due", removed->mine);
	emit_close_object(text);
	return text->error == JISR_OK;
}

static int removals(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	int error = JISR_OK;
	if (!record_reply_array_begin(service, request, reply, "removals", &reading, &error, &problem))
		return error;
	if (!error)
		error = removed_list(reading.sql, viewer_of(request->caller_is), NULL, PAGE_MOST, emit_removed,
		                     &reply->body, &problem);
	return record_reply_array(request, reply, error, &problem);
}

static int receive(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	int error = removed_receive(service_store(service), request->caller_is, request->variables[0], &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	reply->status = 204;
	return JISR_OK;
}

static bool is_there(void *context, const struct removed *removed)
{
	(void)removed;
	*(bool *)context = true;
	return false;
}

/* For those who are told that it was removed; headers of entries name officers, and are for headquarters and the Commission. */
static int proof(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	cJSON *made = NULL;
	const char *id = request->variables[0], *asked = http_query(request, "headers"),
		   *office = request->caller_is->office;
	bool there = false, headers = asked != NULL && strcmp(asked, "true") == 0;
	int error = JISR_OK;
	if (asked != NULL && !headers && strcmp(asked, "false") != 0)
		return http_reply_problem(reply, 400, "The address cannot be read", "'headers' is true or false.");
	if (headers && strcmp(office, OFFICE_HEADQUARTERS) != 0 && strcmp(office, OFFICE_COMMISSION) != 0)
		return http_reply_problem(reply, 403, "Not allowed",
		                          "Headers of entries name offices and officers: they are for headquarters and "
		                          "the Commission. Leave "
		                          "'headers' out.");
	error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = removed_list(reading.sql, reading.viewer, id, 1, is_there, &there, &problem);
	if (!error && !there)
		error = problem_set(&problem, JISR_NOT_FOUND, "no notice %.40s was removed", id);
	if (!error)
		error = removal_prove(store_reader_log(reading.reader), store_log_name(service_store(service)), id,
		                      headers, &made, &problem);
	return error ? record_reply_error(request, reply, error, &problem) : http_reply_json(reply, 200, made);
}

const struct http_route routes_requests[] = {
	{HTTP_POST, "/api/v1/requests", file, HTTP_STYLE_PROBLEM, "api_request_file", .right = RIGHT_NONE,
         .waits = true, .body_max = REQUEST_MAX_BODY},
	{HTTP_POST, "/api/v1/receipts/state", receipt_state, HTTP_STYLE_PROBLEM, "api_receipt", .right = RIGHT_NONE,
         .body_max = REQUEST_MAX_BODY},
	{HTTP_POST, "/api/v1/receipts/complete", receipt_complete, HTTP_STYLE_PROBLEM, "api_receipt_complete",
         .right = RIGHT_NONE, .waits = true, .body_max = REQUEST_MAX_BODY},
	{HTTP_POST, "/api/v1/receipts/withdraw", receipt_withdraw, HTTP_STYLE_PROBLEM, "api_receipt_withdraw",
         .right = RIGHT_NONE, .waits = true, .body_max = REQUEST_MAX_BODY},
	{HTTP_POST, "/api/v1/receipts/papers", receipt_paper, HTTP_STYLE_PROBLEM, "api_receipt_paper",
         .right = RIGHT_NONE, .heavy = true, .body_max = IDENTITY_MAX_BYTES + FORM_MORE},
	{HTTP_GET, "/api/v1/requests", list, HTTP_STYLE_PROBLEM, "api_requests", .right = RIGHT_REQUESTS_READ,
         .access = "search"},
	{HTTP_GET, "/api/v1/requests/{id}", show, HTTP_STYLE_PROBLEM, "api_request", .right = RIGHT_REQUESTS_READ,
         .access = "view"},
	{HTTP_GET, "/api/v1/requests/{id}/history", history, HTTP_STYLE_PROBLEM, "api_request_history",
         .right = RIGHT_REQUESTS_READ, .access = "view"},
	{HTTP_POST, "/api/v1/requests/{id}/papers", add_paper, HTTP_STYLE_PROBLEM, "api_request_paper_add",
         .right = RIGHT_REQUESTS_HANDLE, .heavy = true, .body_max = IDENTITY_MAX_BYTES},
	{HTTP_GET, "/api/v1/requests/{id}/papers/{digest}", show_paper, HTTP_STYLE_PROBLEM, "api_request_paper",
         .right = RIGHT_REQUESTS_HANDLE, .access = "view", .heavy = true},
	{HTTP_POST, "/api/v1/requests/{id}/{step}", step, HTTP_STYLE_PROBLEM, "api_request_step",
         .right = RIGHT_REQUESTS_READ, .waits = true, .travels = HTTP_TRAVELS, .body_max = CONTENT_MAX_BYTES},
	{HTTP_GET, "/api/v1/removals", removals, HTTP_STYLE_PROBLEM, "api_removals", .right = RIGHT_NOTICES_READ},
	{HTTP_GET, "/api/v1/removals/{id}/proof", proof, HTTP_STYLE_PROBLEM, "api_removal_proof",
         .right = RIGHT_NOTICES_READ, .access = "view", .heavy = true},
	{HTTP_POST, "/api/v1/removals/{id}/receipt", receive, HTTP_STYLE_PROBLEM, "api_removal_receipt",
         .right = RIGHT_NOTICES_READ, .waits = true, .travels = HTTP_TRAVELS},
	{0},
};
