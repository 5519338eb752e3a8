/* /api/v1/decisions: what the caller decided about pairs. A decision is made about a check as it was sent, so that a
 * client repeats the body it has; where it names a reference, the decision is about that customer. */
#include "web/decisions.h"

#include "base/emit.h"
#include "base/json.h"
#include "web/check_body.h"
#include "web/faults.h"
#include "web/http.h"
#include "web/log.h"
#include "web/service.h"
#include "web/yente_query.h"

#include <string.h>

#define DECISION_BODY ((size_t)72 << 10) /* a check's, and the words beside it */
#define PAGE_STANDARD 100

static int start_json(struct http_reply *reply, int status)
{
	reply->status = status;
	reply->type = "application/json";
	text_reset(&reply->body);
	return http_reply_header(reply, "Cache-Control", "no-store");
}

/* What the store refused, as an answer; the reason goes to the log, it names files. */
static int store_failed(int error, const struct http_request *request, const struct problem *problem,
                        struct http_reply *reply)
{
	int r = JISR_OK;
	switch (error) {
	case JISR_NOT_FOUND:
		return http_reply_problem(reply, 404, "There is no such decision",
		                          "It was never made by this caller, or taken back before.");
	case JISR_TOO_LARGE: return http_reply_problem(reply, 507, "No room for more decisions", problem->text);
	case JISR_NO_MEMORY: return error;
	case JISR_BUSY:
		r = http_reply_header(reply, "Retry-After", "1");
		return r != JISR_OK ? r
		                    : http_reply_problem(reply, 503, "The decisions are busy",
		                                         "Another process is writing them; nothing was changed.");
	default:
		log_say(LOG_LEVEL_ERROR, "request %s: %s", request->id, problem->text);
		return http_reply_problem(reply, 507, "The decision could not be stored",
		                          "Nothing was changed, and checks go on. The service's log has the reason.");
	}
}

/* ---- making one ---- */

enum { FIELD_QUERY, FIELD_MATCH, FIELD_LIST, FIELD_ENTITY, FIELD_DECISION, FIELD_REASON, FIELD_BY, FIELD_COUNT };
static const struct known_field fields[FIELD_COUNT] = {
	[FIELD_QUERY] = {"query", " check customer person "},
	[FIELD_MATCH] = {"match", " example properties "},
	[FIELD_LIST] = {"list", " lists dataset source "},
	[FIELD_ENTITY] = {"entity", " id entity_id entityId hit "},
	[FIELD_DECISION] = {"decision", " verdict judgement judgment result "},
	[FIELD_REASON] = {"reason", " comment note notes why "},
	[FIELD_BY] = {"by", " user analyst author "},
};
static const bool needed[FIELD_COUNT] = {[FIELD_LIST] = true, [FIELD_ENTITY] = true, [FIELD_DECISION] = true};
static const size_t longest[FIELD_COUNT] = {[FIELD_LIST] = CATALOGUE_MAX_NAME,
                                            [FIELD_ENTITY] = ENTITY_MAX_ID,
                                            [FIELD_DECISION] = 16,
                                            [FIELD_REASON] = DECISIONS_MAX_REASON,
                                            [FIELD_BY] = DECISIONS_MAX_BY};

static const char *read_word(const cJSON *json, size_t field, struct faults *faults)
{
	struct place place = {.name = fields[field].name};
	const char *text = cJSON_IsString(json) ? json->valuestring : NULL;
	if (text == NULL || (needed[field] && text[0] == '\0'))
		faults_add(faults, &place, "a text is needed");
	else if (strlen(text) > longest[field])
		faults_add(faults, &place, "at most %zu bytes", longest[field]);
	else
		return text;
	return "";
}

static bool known_decision(const char *word)
{
	return strcmp(word, "different") == 0 || strcmp(word, "same") == 0 || strcmp(word, "unsure") == 0;
}

/* Who was asked about: the body of a check, or an example entity as /match takes it, whose id is the reference. */
static int read_asked(const cJSON *query, const cJSON *match, const struct lists *lists, struct check_body *body,
                      struct decision_new *decision, struct faults *faults)
{
	struct place place = {.name = query != NULL || match == NULL ? "query" : "match"};
	struct yente_query example;
	struct yente_wrong wrong = {0};
	int error = JISR_OK;
	if ((query == NULL) == (match == NULL)) {
		faults_add(faults, &place, "one of 'query' (a check) and 'match' (an example entity) is needed");
	} else if (query != NULL) {
		error = check_body_read(query, &place, lists->list, lists->count, body, faults);
		decision->reference = body->reference;
	} else {
		error = yente_example_read(match, faults->arena, &example, &wrong);
		if (error == JISR_BAD_INPUT)
			faults_add(faults, &place, "%s", wrong.text);
		else if (error == JISR_OK && example.id != NULL && strlen(example.id) > DECISIONS_MAX_REFERENCE)
			faults_add(faults, &place, "an id of at most %d bytes", DECISIONS_MAX_REFERENCE);
		if (error != JISR_OK)
			return error == JISR_BAD_INPUT ? JISR_OK : error;
		body->query = example.check;
		decision->reference = example.id;
	}
	return error;
}

static int read_decision(const cJSON *json, const struct lists *lists, struct check_body *body,
                         struct decision_new *decision, struct faults *faults)
{
	const cJSON *found[FIELD_COUNT] = {NULL};
	const char *words[FIELD_COUNT] = {"", "", "", "", "", "", ""};
	if (!cJSON_IsObject(json)) {
		faults_add(faults, NULL,
		           "a decision is an object, as in {\"query\": {\"name\": \"...\"}, \"list\": \"...\", "
		           "\"entity\": \"...\", \"decision\": \"different\"}");
		return JISR_OK;
	}
	for (const cJSON *member = json->child; member != NULL; member = member->next) {
		size_t field = faults_field(faults, &(struct place){.name = member->string}, fields, FIELD_COUNT);
		if (field < FIELD_COUNT)
			found[field] = member;
	}
	for (size_t field = 0; field < FIELD_COUNT; field++) {
		if (found[field] == NULL && needed[field])
			faults_add(faults, &(struct place){.name = fields[field].name}, "this is missing");
		else if (found[field] != NULL && field != FIELD_QUERY && field != FIELD_MATCH)
			words[field] = read_word(found[field], field, faults);
	}
	if (words[FIELD_DECISION][0] != '\0' && !known_decision(words[FIELD_DECISION]))
		faults_add(faults, &(struct place){.name = "decision"}, "write different, same or unsure");
	decision->list = words[FIELD_LIST];
	decision->entity = words[FIELD_ENTITY];
	decision->decision = words[FIELD_DECISION];
	decision->reason = words[FIELD_REASON];
	decision->by = words[FIELD_BY];
	decision->query = &body->query;
	return read_asked(found[FIELD_QUERY], found[FIELD_MATCH], lists, body, decision, faults);
}

static int add_with(struct service *service, const struct http_request *request, struct http_reply *reply,
                    const struct lists *lists, const cJSON *json)
{
	struct faults faults = {.arena = request->arena};
	struct problem problem = {""};
	struct check_body *body = arena_zero(request->arena, 1, sizeof *body);
	struct decision_new decision = {
		.caller = request->caller, .key = http_header(request, "Idempotency-Key"), .scratch = request->scratch};
	int64_t id;
	bool repeated;
	if (body == NULL)
		return JISR_NO_MEMORY;
	int error = read_decision(json, lists, body, &decision, &faults);
	if (error != JISR_OK)
		return error;
	if (decision.key != NULL && (decision.key[0] == '\0' || strlen(decision.key) > DECISIONS_MAX_KEY))
		return http_reply_problem(reply, 400, "The Idempotency-Key cannot be used", "It has 1 to 200 bytes.");
	if (faults.count > 0)
		return faults_reply(&faults, reply);
	struct decisions *decisions = service_decisions(service);
	error = decisions_add(decisions, &decision, lists, request->arena, &id, &repeated, &problem);
	if (error == JISR_NOT_FOUND)
		faults_add(&faults, &(struct place){.name = "entity"}, "%s", problem.text);
	else if (error == JISR_BAD_INPUT)
		faults_add(&faults, &(struct place){.name = "query"}, "%s", problem.text);
	if (faults.count > 0)
		return faults_reply(&faults, reply);
	if (error == JISR_BUSY && decision.key != NULL && strstr(problem.text, "idempotency") != NULL)
		return http_reply_problem(
			reply, 422, "The Idempotency-Key was used for another decision",
			"A key stands for one decision: use a new one, or send what was sent with it.");
	if (error != JISR_OK)
		return store_failed(error, request, &problem, reply);
	char *location = arena_format(request->arena, "/api/v1/decisions/%lld", (long long)id);
	error = location != NULL ? start_json(reply, 201) : JISR_NO_MEMORY;
	if (error == JISR_OK)
		error = http_reply_header(reply, "Location", location);
	if (error == JISR_OK)
		error = decisions_get(decisions, request->caller, id, &reply->body, &problem);
	/* Taken back, or replaced and erased, since the key was first used. */
	return error == JISR_NOT_FOUND ? store_failed(error, request, &problem, reply) : error;
}

static int add(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = faults_read_body(request, reply, &json);
	if (error != JISR_OK || json == NULL)
		return error;
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	return add_with(service, request, reply, held.lists, json);
}

/* ---- the others ---- */

static bool read_number(const char *text, int64_t most, int64_t *ret_number)
{
	int64_t number = 0;
	if (text[0] == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' || number > (most - (*text - '0')) / 10)
			return false;
		number = 10 * number + (*text - '0');
	}
	*ret_number = number;
	return number > 0;
}

static bool read_bool(const char *text, bool *ret_bool)
{
	*ret_bool = strcmp(text, "true") == 0;
	return *ret_bool || strcmp(text, "false") == 0;
}

/* False when a name or value is not known; *ret_name is then the first such. */
static bool read_filter(const struct http_request *request, struct decisions_filter *filter, const char **ret_name)
{
	const char *name, *value;
	int64_t number;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		bool good = true;
		*ret_name = name;
		if (strcmp(name, "reference") == 0)
			filter->reference = value;
		else if (strcmp(name, "list") == 0)
			filter->list = value;
		else if (strcmp(name, "entity") == 0)
			filter->entity = value;
		else if (strcmp(name, "decision") == 0 && (good = known_decision(value)))
			filter->decision = value;
		else if (strcmp(name, "withdrawn") == 0)
			good = read_bool(value, &filter->withdrawn);
		else if (strcmp(name, "cursor") == 0)
			good = read_number(value, INT64_MAX, &filter->after);
		else if (strcmp(name, "limit") == 0 && (good = read_number(value, DECISIONS_MAX_PAGE, &number)))
			filter->limit = (size_t)number;
		else
			good = false;
		if (!good)
			return false;
	}
	return true;
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct decisions_filter filter = {.limit = PAGE_STANDARD};
	struct problem problem = {""};
	const char *wrong;
	int64_t next = 0;
	if (!read_filter(request, &filter, &wrong)) {
		char *detail = arena_format(request->arena,
		                            "'%.40s' or its value is not known. There are reference, list, entity, "
		                            "decision (different, same, unsure), withdrawn (true, false), cursor and "
		                            "limit (1 to %d).",
		                            wrong, DECISIONS_MAX_PAGE);
		return detail == NULL ? JISR_NO_MEMORY
		                      : http_reply_problem(reply, 400, "The address cannot be read", detail);
	}
	int error = start_json(reply, 200);
	if (error != JISR_OK)
		return error;
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "decisions");
	error = decisions_list(service_decisions(service), request->caller, &filter, &reply->body, &next, &problem);
	if (error != JISR_OK)
		return error == JISR_BUSY ? store_failed(error, request, &problem, reply) : error;
	emit_close_array(&reply->body);
	char cursor[24];
	(void)snprintf(cursor, sizeof cursor, "%lld", (long long)next);
	emit_text(&reply->body, "next", next != 0 ? cursor : NULL);
	emit_close_object(&reply->body);
	return reply->body.error;
}

static int get(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	int64_t id;
	if (!read_number(request->variables[0], INT64_MAX, &id))
		return store_failed(JISR_NOT_FOUND, request, &problem, reply);
	int error = start_json(reply, 200);
	if (error != JISR_OK)
		return error;
	error = decisions_get(service_decisions(service), request->caller, id, &reply->body, &problem);
	return error == JISR_NOT_FOUND || error == JISR_BUSY ? store_failed(error, request, &problem, reply) : error;
}

static int withdraw(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	const char *erase_text = http_query(request, "erase");
	bool erase = false;
	int64_t id;
	if (erase_text != NULL && !read_bool(erase_text, &erase))
		return http_reply_problem(reply, 400, "The address cannot be read", "'erase' is true or false.");
	if (!read_number(request->variables[0], INT64_MAX, &id))
		return store_failed(JISR_NOT_FOUND, request, &problem, reply);
	int error = decisions_withdraw(service_decisions(service), request->caller, id, erase, &problem);
	if (error != JISR_OK)
		return store_failed(error, request, &problem, reply);
	reply->status = 204;
	return JISR_OK;
}

/* All of them ask the disk. */
const struct http_route routes_decisions[] = {
	{HTTP_POST, "/api/v1/decisions", add, HTTP_STYLE_PROBLEM, "api_decision_add", .right = RIGHT_DECIDE,
         .heavy = true, .body_max = DECISION_BODY},
	{HTTP_GET, "/api/v1/decisions", list, HTTP_STYLE_PROBLEM, "api_decisions", .right = RIGHT_DECIDE,
         .heavy = true},
	{HTTP_GET, "/api/v1/decisions/{id}", get, HTTP_STYLE_PROBLEM, "api_decision", .right = RIGHT_DECIDE,
         .heavy = true},
	{HTTP_DELETE, "/api/v1/decisions/{id}", withdraw, HTTP_STYLE_PROBLEM, "api_decision_withdraw",
         .right = RIGHT_DECIDE, .heavy = true},
	{0},
};
