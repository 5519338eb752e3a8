/* /api/v1/...: jisr's own interface. What is asked comes in bodies, never in addresses: addresses are written to logs
 * and kept in histories and caches by whatever stands between, and names of people have no place there. So a check is a
 * POST, and there is no GET of one. Answers are not to be stored (Cache-Control: no-store) except those that hold
 * nothing personal: the lists and the description of the interface, which have an ETag.
 *
 * An answer is written straight into the reply: of a check without a hit, reading the body and writing the answer cost
 * about as much as reading the name. */
#include "base/clock.h"
#include "base/emit.h"
#include "base/hash.h"
#include "base/json.h"
#include "watch/report.h"
#include "web/api_document.h"
#include "web/check_body.h"
#include "web/decisions.h"
#include "web/faults.h"
#include "web/http.h"
#include "web/service.h"

#include <string.h>
#include <time.h>

#define CHECK_BODY ((size_t)64 << 10)
#define BATCH_BODY ((size_t)4 << 20)
#define BATCH_MAX  100

static int start_json(struct http_reply *reply, const char *cache)
{
	reply->status = 200;
	reply->type = "application/json";
	text_reset(&reply->body);
	return http_reply_header(reply, "Cache-Control", cache);
}

/* A kind of error of the client's that every handler may give. */
static int no_lists(struct http_reply *reply)
{
	int error = http_reply_header(reply, "Retry-After", "5");
	if (error != JISR_OK)
		return error;
	return http_reply_problem(reply, 503, "No list is loaded",
	                          "Nothing can be told to be clear without a list. Load one: jisr load FILE...");
}

static bool list_asked(const struct check_query *query, const char *name)
{
	for (size_t i = 0; i < query->list_count; i++)
		if (strcmp(query->lists[i], name) == 0)
			return true;
	return false;
}

/* What an answer rests on: all lists, or those that the check named. */
static void emit_lists(struct text *text, const struct lists *lists, const struct check_query *query)
{
	if (query == NULL || query->lists == NULL) {
		emit_raw(text, "lists", "", 0);
		(void)service_lists_text(lists, text);
		return;
	}
	emit_array(text, "lists");
	for (size_t i = 0; i < lists->count; i++)
		if (list_asked(query, lists->list[i].name))
			report_list(text, &lists->list[i], time(NULL), false);
	emit_close_array(text);
}

static bool not_hidden(void *context, uint32_t segment, uint32_t entity)
{
	return !decisions_hides(context, segment, entity);
}

/* One check, as the members of an object that is open. JISR_BAD_INPUT: the names have nothing to compare. */
static int answer_check(struct service *service, const struct http_request *request, const struct lists *lists,
                        struct check_body *body, struct text *text, struct problem *problem)
{
	struct check_answer answer;
	struct decisions_asked *asked;
	int error = decisions_ask(service_decisions(service), request->caller, body->reference, &body->query, lists,
	                          request->arena, &asked);
	if (error != JISR_OK)
		return error;
	body->query.accept = body->show_hidden ? NULL : not_hidden;
	body->query.accept_context = asked;
	error = watch_check(lists->view, &body->query, request->scratch, request->arena, &answer, problem);
	if (error != JISR_OK)
		return error;
	http_checked(request, 1, answer.count);
	http_hid(request, decisions_hidden(asked));
	emit_array(text, "hits");
	for (size_t i = 0; i < answer.count; i++) {
		const struct check_hit *hit = &answer.hits[i];
		struct decision_mark mark;
		error = decisions_mark(asked, hit->segment, hit->entity, &mark);
		if (error != JISR_OK)
			return error;
		report_hit_open(text, lists->view, hit);
		decision_mark_emit(&mark, text);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_count(text, "total", answer.total);
	emit_count(text, "hidden", decisions_hidden(asked));
	emit_score(text, "threshold", body->query.threshold > 0 ? body->query.threshold : NAME_THRESHOLD);
	if (body->mrz != NULL)
		report_mrz(text, body->mrz);
	return text->error;
}

/* A copy: the tree of the body is gone when the access log is written. */
static int state_purpose(const struct http_request *request, const char *purpose)
{
	const char *copy = purpose != NULL ? arena_text(request->arena, purpose, strlen(purpose)) : NULL;
	http_purpose(request, copy);
	return purpose != NULL && copy == NULL ? JISR_NO_MEMORY : JISR_OK;
}

static int check_with(struct service *service, const struct http_request *request, struct http_reply *reply,
                      const struct lists *lists, const cJSON *json)
{
	struct faults faults = {.arena = request->arena};
	struct check_body *body = arena_zero(request->arena, 1, sizeof *body);
	struct problem problem = {0};
	if (body == NULL)
		return JISR_NO_MEMORY;
	int error = check_body_read(json, NULL, lists->list, lists->count, body, &faults);
	if (error != JISR_OK)
		return error;
	if (faults.count > 0)
		return faults_reply(&faults, reply);
	error = state_purpose(request, body->purpose);
	if (error == JISR_OK)
		error = start_json(reply, "no-store");
	if (error != JISR_OK)
		return error;
	emit_object(&reply->body, NULL);
	error = answer_check(service, request, lists, body, &reply->body, &problem);
	if (error == JISR_BAD_INPUT) {
		faults_add(&faults, &(struct place){.name = "name"}, "%s", problem.text);
		return faults_reply(&faults, reply);
	}
	emit_text(&reply->body, "rules", name_rules_version());
	emit_lists(&reply->body, lists, &body->query);
	emit_close_object(&reply->body);
	return error != JISR_OK ? error : reply->body.error;
}

static int check(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = faults_read_body(request, reply, &json);
	if (error != JISR_OK || json == NULL)
		return error;
	const struct lists *lists = service_lists(service, request->caller_is->office);
	error = lists->count > 0 ? check_with(service, request, reply, lists, json) : no_lists(reply);
	service_lists_release(service, lists);
	return error;
}

/* Reads every check of a batch before the first is made: *ret_bodies is one each. */
static int read_batch(const struct http_request *request, const struct lists *lists, const cJSON *json,
                      struct faults *faults, struct check_body **ret_bodies, size_t *ret_count,
                      const char **ret_purpose)
{
	static const struct known_field fields[] = {{"checks", " queries check items requests batch "},
	                                            {"purpose", " reason why case "}};
	const cJSON *checks = NULL;
	struct place place = {.name = "checks"};
	if (!cJSON_IsObject(json)) {
		faults_add(faults, NULL, "a batch is an object, as in {\"checks\": [{\"name\": \"Nikola Tesla\"}]}");
		return JISR_OK;
	}
	for (const cJSON *member = json->child; member != NULL; member = member->next) {
		const struct place at = {.name = member->string};
		size_t field = faults_field(faults, &at, fields, 2);
		if (field == 0)
			checks = member;
		else if (field == 1)
			*ret_purpose = check_body_purpose(member, &at, faults);
	}
	size_t count = 0;
	for (const cJSON *one = cJSON_IsArray(checks) ? checks->child : NULL; one != NULL; one = one->next)
		count++;
	if (count == 0 || count > BATCH_MAX) {
		faults_add(faults, &place, "an array of 1 to %d checks is needed", BATCH_MAX);
		return JISR_OK;
	}
	struct check_body *bodies = arena_zero(request->arena, count, sizeof *bodies);
	if (bodies == NULL)
		return JISR_NO_MEMORY;
	const cJSON *one = checks->child;
	for (size_t i = 0; i < count; i++, one = one->next) {
		struct place at = {.parent = &place, .index = i};
		int error = check_body_read(one, &at, lists->list, lists->count, &bodies[i], faults);
		if (error != JISR_OK)
			return error;
		if (*ret_purpose == NULL)
			*ret_purpose = bodies[i].purpose;
	}
	*ret_bodies = bodies;
	*ret_count = count;
	return JISR_OK;
}

static int batch_with(struct service *service, const struct http_request *request, struct http_reply *reply,
                      const struct lists *lists, const cJSON *json)
{
	struct faults faults = {.arena = request->arena};
	struct check_body *bodies = NULL;
	const char *purpose = NULL;
	size_t count = 0;
	int error = read_batch(request, lists, json, &faults, &bodies, &count, &purpose);
	if (error != JISR_OK)
		return error;
	if (faults.count > 0)
		return faults_reply(&faults, reply);
	error = state_purpose(request, purpose);
	if (error == JISR_OK)
		error = start_json(reply, "no-store");
	if (error != JISR_OK)
		return error;
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "answers");
	for (size_t i = 0; i < count; i++) {
		struct problem problem = {0};
		if (clock_seconds() > request->deadline)
			return http_reply_problem(reply, 503, "The batch takes too long",
			                          "Not all checks could be made in time; send fewer at once.");
		emit_object(&reply->body, NULL);
		error = answer_check(service, request, lists, &bodies[i], &reply->body, &problem);
		if (error == JISR_BAD_INPUT) {
			struct place checks = {.name = "checks"}, at = {.parent = &checks, .index = i};
			faults_add(&faults, &(struct place){.parent = &at, .name = "name"}, "%s", problem.text);
			return faults_reply(&faults, reply);
		}
		if (error != JISR_OK)
			return error;
		emit_close_object(&reply->body);
	}
	emit_close_array(&reply->body);
	emit_text(&reply->body, "rules", name_rules_version());
	emit_lists(&reply->body, lists, NULL);
	emit_close_object(&reply->body);
	return reply->body.error;
}

static int check_batch(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = faults_read_body(request, reply, &json);
	if (error != JISR_OK || json == NULL)
		return error;
	const struct lists *lists = service_lists(service, request->caller_is->office);
	error = lists->count > 0 ? batch_with(service, request, reply, lists, json) : no_lists(reply);
	service_lists_release(service, lists);
	return error;
}

static int compare(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	static const struct known_field fields[] = {{"query", " name name1 asked first left "},
	                                            {"listed", " name2 candidate other second right "},
	                                            {"schema", " type "}};
	(void)service;
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = faults_read_body(request, reply, &json);
	if (error != JISR_OK || json == NULL)
		return error;
	struct faults faults = {.arena = request->arena};
	const char *names[2] = {0}, *schema = "Person";
	struct name *read[2];
	bool seen[2] = {false};
	if (!cJSON_IsObject(json))
		faults_add(&faults, NULL,
		           "two names are needed, as in {\"query\": \"Nikola Tesla\", \"listed\": \"...\"}");
	for (const cJSON *member = cJSON_IsObject(json) ? json->child : NULL; member != NULL; member = member->next) {
		struct place at = {.name = member->string};
		size_t field = faults_field(&faults, &at, fields, 3);
		if (field == 2)
			schema = check_body_schema(member, &at, &faults);
		else if (field < 2)
			names[field] = check_body_name(member, &at, &faults);
		if (field < 2)
			seen[field] = true;
	}
	for (size_t i = 0; i < 2 && cJSON_IsObject(json); i++)
		if (!seen[i])
			faults_add(&faults, &(struct place){.name = fields[i].name}, "a name in quotes is needed");
	for (size_t i = 0; i < 2 && faults.count == 0; i++) {
		error = name_read(names[i], strlen(names[i]), name_kind_of_schema(schema), request->arena, &read[i]);
		if (error != JISR_OK)
			return error;
		if (read[i]->count == 0)
			faults_add(&faults, &(struct place){.name = fields[i].name},
			           "the name has nothing that could be compared");
	}
	if (faults.count > 0)
		return faults_reply(&faults, reply);
	struct name_score score;
	name_compare(read[0], read[1], &score);
	error = start_json(reply, "no-store");
	if (error != JISR_OK)
		return error;
	report_comparison(&reply->body, names[0], names[1], schema, read[0], read[1], &score);
	return reply->body.error;
}

/* Sets the ETag. True when the client has this version already: the answer is then 304. */
static bool unchanged(const struct http_request *request, struct http_reply *reply, const char *etag, int *ret_error)
{
	const char *known = http_header(request, "If-None-Match");
	*ret_error = http_reply_header(reply, "ETag", etag);
	if (*ret_error != JISR_OK || known == NULL)
		return false;
	const char *opaque = strncmp(etag, "W/", 2) == 0 ? etag + 2 : etag;
	if (strcmp(known, "*") != 0 && strstr(known, opaque) == NULL)
		return false;
	reply->status = 304;
	reply->type = NULL;
	text_reset(&reply->body);
	return true;
}

static int give_lists(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	const struct lists *lists = service_lists(service, request->caller_is->office);
	/* Weak: the age changes with every second, the lists do not. */
	char *etag = arena_format(request->arena, "W/\"%s\"", lists->tag);
	int error = etag != NULL ? start_json(reply, "no-cache") : JISR_NO_MEMORY;
	if (error == JISR_OK && !unchanged(request, reply, etag, &error) && error == JISR_OK) {
		emit_object(&reply->body, NULL);
		emit_array(&reply->body, "lists");
		for (size_t i = 0; i < lists->count; i++)
			report_list(&reply->body, &lists->list[i], time(NULL), true);
		emit_close_array(&reply->body);
		emit_text(&reply->body, "rules", name_rules_version());
		emit_close_object(&reply->body);
		error = reply->body.error;
	}
	service_lists_release(service, lists);
	return error;
}

static int give_document(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	char *etag = arena_format(request->arena, "\"%016llx\"",
	                          (unsigned long long)hash_bytes(api_document, api_document_length));
	int error = etag != NULL ? start_json(reply, "public, max-age=300") : JISR_NO_MEMORY;
	if (error != JISR_OK || unchanged(request, reply, etag, &error) || error != JISR_OK)
		return error;
	return text_add(&reply->body, api_document, api_document_length);
}

const struct http_route routes_api[] = {
	{HTTP_POST, "/api/v1/check", check, HTTP_STYLE_PROBLEM, "api_check", .right = RIGHT_CHECK, .access = "check",
         .body_max = CHECK_BODY},
	{HTTP_POST, "/api/v1/check/batch", check_batch, HTTP_STYLE_PROBLEM, "api_check_batch", .right = RIGHT_CHECK,
         .access = "check", .heavy = true, .body_max = BATCH_BODY},
	{HTTP_POST, "/api/v1/compare", compare, HTTP_STYLE_PROBLEM, "api_compare", .right = RIGHT_CHECK,
         .body_max = CHECK_BODY},
	{HTTP_GET, "/api/v1/lists", give_lists, HTTP_STYLE_PROBLEM, "api_lists", .right = RIGHT_LISTS_READ},
	{HTTP_GET, "/api/v1/openapi.json", give_document, HTTP_STYLE_PROBLEM, "api_openapi", .right = RIGHT_NONE},
	{0},
};
