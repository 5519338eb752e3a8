#include "web/travel.h"

#include "base/clock.h"
#include "base/emit.h"
#include "base/json.h"
#include "base/sha256.h"
#include "message/keyring.h"
#include "message/message.h"
#include "notices/codes.h"
#include "web/answer.h"
#include "web/courier.h"
#include "web/nodes.h"
#include "web/record_reply.h"
#include "web/server.h"
#include "web/service.h"

#include <sodium.h>
#include <string.h>

static struct courier *courier_of(struct service *service)
{
	struct nodes *nodes = service != NULL ? service_nodes(service) : NULL;
	return nodes != NULL ? nodes_courier(nodes) : NULL;
}

bool travel_wanted(struct service *service, const struct http_route *route)
{
	return route->travels != HTTP_STAYS && courier_of(service) != NULL;
}

void travel_thing(const char *path, const char *id, char out[OUTBOX_THING_MAX])
{
	static const char root[] = "/api/v1/";
	out[0] = '\0';
	if (strncmp(path, root, sizeof root - 1) != 0)
		return;
	path += sizeof root - 1;
	size_t collection = strcspn(path, "/"),
	       name = path[collection] == '/' ? strcspn(path + collection + 1, "/") : 0;
	size_t whole = name > 0 ? collection + 1 + name : collection;
	if (whole + PARCEL_ID_MAX + 2 > OUTBOX_THING_MAX)
		return;
	if (name > 0)
		(void)snprintf(out, OUTBOX_THING_MAX, "%.*s", (int)whole, path);
	else
		(void)snprintf(out, OUTBOX_THING_MAX, "%.*s/~%s", (int)collection, path, id);
}

/* ---- answers ---- */

void travel_emit(struct text *json, const char *key, const struct outbox_item *item, bool whole)
{
	emit_object(json, key);
	emit_text(json, "id", item->id);
	emit_text(json, "state", outbox_state_name(item->state));
	emit_text(json, "what", item->what);
	emit_text(json, "officer", item->officer[0] != '\0' ? item->officer : NULL);
	emit_text(json, "method", item->method);
	emit_text(json, "target", item->target);
	emit_text(json, "thing", item->thing[0] != '\0' ? item->thing : NULL);
	emit_text(json, "needs", item->needs[0] != '\0' ? item->needs : NULL);
	emit_text(json, "said", item->said);
	emit_text(json, "trouble", item->trouble[0] != '\0' ? item->trouble : NULL);
	emit_text(json, "at", item->at[0] != '\0' ? item->at : NULL);
	emit_text(json, "made", item->made[0] != '\0' ? item->made : NULL);
	if (item->first > 0) {
		emit_count(json, "first", item->first);
		emit_count(json, "last", item->last);
	}
	if (item->state == OUTBOX_REFUSED) {
		emit_count(json, "status", item->status);
		emit_text(json, "reason", item->reason);
	}
	if (whole) {
		emit_bytes(json, "body", item->body, item->body_length);
		emit_text(json, "reply", item->reply);
		emit_text(json, "newer", item->newer[0] != '\0' ? item->newer : NULL);
		emit_text(json, "answer", item->answer_length > 0 ? item->answer : NULL);
	}
	emit_close_object(json);
}

static int put_header(const struct http_request *request, struct http_reply *reply, const char *name,
                      const char *format, const char *value)
{
	char *text = arena_format(request->arena, format, value);
	return text == NULL ? JISR_NO_MEMORY : http_reply_header(reply, name, text);
}

/* Headquarters' own reply. */
static int reply_settled(const struct http_request *request, struct http_reply *reply, const struct outbox_item *item)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = JISR_OK;
	/* Where the log alone told that it was taken: 201 for what was made in a collection, as headquarters would have said. */
	bool makes = strcmp(item->method, "POST") == 0 && strncmp(item->target, "/api/v1/", 8) == 0 &&
	             strchr(item->target + 8, '/') == NULL;
	reply->status = item->status > 0 ? (int)item->status : makes ? 201 : 200;
	if (item->state == OUTBOX_REFUSED && item->reply[0] == '\0')
		return http_reply_problem(reply, 409, "Not possible now", item->reason);
	if (item->state == OUTBOX_ACCEPTED && item->reply[0] == '\0' && reply->status != 204) {
		/* Its answer was lost, and the log told that it was taken. */
		emit_object(&reply->body, NULL);
		emit_text(&reply->body, "id", item->made);
		emit_count(&reply->body, "version", item->last);
		emit_close_object(&reply->body);
	} else {
		error = text_add(&reply->body, item->reply, strlen(item->reply));
	}
	reply->type = item->state == OUTBOX_REFUSED ? "application/problem+json" : "application/json";
	(void)json_read(reply->body.bytes != NULL ? reply->body.bytes : "", reply->body.length, &json, NULL);
	const cJSON *version = json_get(json, "version");
	if (!error && item->state == OUTBOX_ACCEPTED && cJSON_IsNumber(version)) {
		char *tag = arena_format(request->arena, "\"%.0f\"", version->valuedouble);
		error = tag == NULL ? JISR_NO_MEMORY : http_reply_header(reply, "ETag", tag);
	}
	const char *made = json_get_text(json, "id");
	if (!error && reply->status == 201 && made != NULL) {
		char *location = arena_format(request->arena, "%s/%s", request->path, made);
		for (char *at = location != NULL ? location + strlen(request->path) + 1 : NULL;
		     at != NULL && *at != '\0'; at++)
			*at = *at == '/' ? '-' : *at;
		error = location == NULL ? JISR_NO_MEMORY : http_reply_header(reply, "Location", location);
	}
	return error;
}

static int reply_item(const struct http_request *request, struct http_reply *reply, const struct outbox_item *item)
{
	text_reset(&reply->body);
	int error = put_header(request, reply, "Outbox", "%s", item->id);
	if (error)
		return error;
	if (item->state == OUTBOX_ACCEPTED || item->state == OUTBOX_REFUSED)
		return reply_settled(request, reply, item);
	reply->status = 202;
	reply->type = "application/json";
	emit_object(&reply->body, NULL);
	travel_emit(&reply->body, "outbox", item, false);
	emit_close_object(&reply->body);
	return put_header(request, reply, "Location", "/api/v1/outbox/%s", item->id);
}

/* ---- rehearsing ---- */

static int mark(struct store_write *write, void *context, uint64_t first, uint64_t last, struct problem *problem)
{
	(void)write;
	(void)first;
	(void)last;
	(void)problem;
	*(bool *)context = true;
	return JISR_OK;
}

/* What would become of it here. *ret_goes: it would be done, and change something; else the reply is what to say. */
static int rehearse(struct service *service, const struct http_route *route, const struct http_request *request,
                    struct http_reply *reply, bool *ret_goes)
{
	bool changes = false;
	const struct store_bracket bracket = {.after = mark, .context = &changes, .rehearsal = true};
	store_bracket(&bracket);
	int error = route->handler(service, request, reply);
	store_bracket(NULL);
	*ret_goes = !error && changes && reply->status >= 200 && reply->status < 300;
	return error;
}

/* ---- what goes ---- */

struct going {
	const char *body;
	size_t length;
	const char *made; /* the id of what is made, where it is known; NULL */
	struct text text;
	const char *left_out; /* offices without a box, of a message to many; NULL */
};

static int seal(struct service *service, const struct http_request *request, struct http_reply *reply,
                struct going *going, bool *ret_sealed)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(json_freep) cJSON *sealed = NULL;
	struct problem problem = {""};
	struct message_order order = {.caller = request->caller_is, .crime = codes_is_crime};
	*ret_sealed = false;
	int error = json_read(request->body, request->body_length, &json, NULL);
	if (error == JISR_NO_MEMORY)
		return error;
	if (error) /* the handler tells what is wrong with it */
		return JISR_OK;
	if (json_get(json, "sealed") != NULL) {
		const char *id = json_get_text(json, "id");
		going->made = id != NULL ? arena_text(request->arena, id, strlen(id)) : NULL;
		*ret_sealed = true;
		return JISR_OK;
	}
	order.request = json;
	error = message_seal(service_store(service), &order, &sealed, &problem);
	if (!error)
		error = json_write(sealed, &going->text);
	if (!error && order.left_out.length > 0)
		going->left_out = arena_text(request->arena, order.left_out.bytes, order.left_out.length);
	text_finish(&order.left_out);
	if (error)
		return record_reply_error(request, reply, error == JISR_CORRUPT ? JISR_STATE : error, &problem);
	going->body = going->text.bytes;
	going->length = going->text.length;
	going->made = arena_text(request->arena, order.made, strlen(order.made));
	*ret_sealed = true;
	return going->made != NULL ? JISR_OK : JISR_NO_MEMORY;
}

/* A box of this office, which stays here; its public half goes. */
static int make_box(struct service *service, const struct http_request *request, struct http_reply *reply,
                    struct going *going, struct envelope_reader *box)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	char hex[2 * ENVELOPE_PUBLIC + 1];
	int error =
		request->body_length > 0 ? json_read(request->body, request->body_length, &json, &problem) : JISR_OK;
	const char *office = json_get_text(json, "office");
	if (office == NULL)
		office = request->caller_is->office;
	if (!error)
		error = caller_check_at(request->caller_is, RIGHT_KEYS_CHANGE, office, &problem);
	if (!error)
		error = keyring_make(store_directory(service_store(service)), office, box, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	(void)sodium_bin2hex(hex, sizeof hex, box->key, sizeof box->key);
	emit_object(&going->text, NULL);
	emit_text(&going->text, "office", office);
	emit_text(&going->text, "key", hex);
	emit_close_object(&going->text);
	going->body = going->text.bytes;
	going->length = going->text.length;
	return going->text.error;
}

/* Makes of the request what is to travel. *ret_goes: false, and the reply says why not. */
static int prepare(struct service *service, const struct http_route *route, const struct http_request *request,
                   struct http_reply *reply, struct going *going, bool *ret_goes)
{
	bool ready = true;
	struct http_request changed = *request;
	struct envelope_reader box = {.id = ""};
	*ret_goes = false;
	if (route->travels == HTTP_TRAVELS_BOX) {
		int error = make_box(service, request, reply, going, &box);
		if (error || box.id[0] == '\0')
			return error;
	}
	if (route->travels == HTTP_TRAVELS_SEALED) {
		int error = seal(service, request, reply, going, &ready);
		if (error || (!ready && reply->status != 204))
			return error;
	}
	changed.body = going->body;
	changed.body_length = going->length;
	*ret_goes = strstr(request->path, "/~") != NULL; /* not here yet: headquarters alone can look at it */
	if (*ret_goes)
		return JISR_OK;
	int error = rehearse(service, route, &changed, reply, ret_goes);
	if (box.id[0] != '\0' && !*ret_goes)
		keyring_drop(store_directory(service_store(service)), box.office, box.id);
	return error;
}

/* Of what was asked, to know it again. */
static int hash_asked(const struct http_request *request, const char *query, char out[SHA256_HEX])
{
	struct text text;
	const char *match = http_header(request, "If-Match");
	text_init(&text, request->body_length + strlen(request->path) + strlen(query) + 4096);
	(void)text_add_format(&text, "%d %s?%s\n%s\n", (int)request->method, request->path, query,
	                      match != NULL ? match : "");
	int error = text_add(&text, request->body, request->body_length);
	if (!error)
		sha256_hex(text.bytes, text.length, out);
	text_finish(&text);
	return error;
}

static const char *method_name(enum http_method method)
{
	return method == HTTP_PUT ? "PUT" : method == HTTP_PATCH ? "PATCH" : method == HTTP_DELETE ? "DELETE" : "POST";
}

static const char *header_or(const struct http_request *request, const char *name)
{
	const char *value = http_header(request, name);
	return value != NULL ? value : "";
}

static int give(struct service *service, const struct http_route *route, const struct http_request *request,
                const char *query, const struct going *going, const char *key, const char *asked,
                char ret_id[PARCEL_ID_MAX], struct problem *problem)
{
	char id[PARCEL_ID_MAX], said[CLOCK_UTC_MAX], thing[OUTBOX_THING_MAX];
	const struct caller *caller = request->caller_is;
	parcel_id_new(id);
	travel_thing(request->path, id, thing);
	if (going->made != NULL)
		(void)snprintf(thing, sizeof thing, "messages/%.40s", going->made);
	const char *target =
		query[0] != '\0' ? arena_format(request->arena, "%s?%s", request->path, query) : request->path;
	if (target == NULL)
		return problem_no_memory(problem);
	if (strpbrk(request->path, "?%# ") != NULL)
		return problem_set(problem, JISR_NOT_FOUND, "there is nothing of that name");
	struct outbox_new item = {
		.parcel = {.id = id,
	                   .officer = caller->officer,
	                   .scopes = caller->scopes,
	                   .method = method_name(request->method),
	                   .target = target,
	                   .type = route->travels == HTTP_STAYS ? "" : header_or(request, "Content-Type"),
	                   .match = header_or(request, "If-Match"),
	                   .said = clock_utc_exact(said),
	                   .body = going->body,
	                   .length = going->length},
		.what = route->name,
		.thing = thing,
		.caller = caller->name,
		.key = key};
	memcpy(item.asked, asked, sizeof item.asked);
	return courier_give(courier_of(service), &item, ret_id, problem);
}

/* Whom a message to many leaves out is known here alone. */
static int add_left_out(struct http_reply *reply, const char *left_out)
{
	if (left_out == NULL || reply->status >= 300)
		return JISR_OK;
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = json_read(reply->body.bytes, reply->body.length, &json, NULL);
	if (error)
		return error == JISR_NO_MEMORY ? error : JISR_OK;
	cJSON_DeleteItemFromObjectCaseSensitive(json, "left_out");
	if (cJSON_AddStringToObject(json, "left_out", left_out) == NULL)
		return JISR_NO_MEMORY;
	text_reset(&reply->body);
	return json_write(json, &reply->body);
}

int travel(struct service *service, const struct http_route *route, const struct http_request *request,
           const char *query, struct http_reply *reply)
{
	struct courier *courier = courier_of(service);
	struct problem problem = {""};
	struct outbox_item item;
	struct going going = {.body = request->body, .length = request->body_length};
	const char *key = http_header(request, "Idempotency-Key");
	char asked[SHA256_HEX], id[PARCEL_ID_MAX];
	bool goes = true;
	if (key != NULL && (key[0] == '\0' || strlen(key) > OUTBOX_KEY_MAX))
		return http_reply_problem(reply, 400, "Bad request",
		                          "Idempotency-Key is 1 to 255 characters, a UUID for instance.");
	int error = hash_asked(request, query, asked);
	if (error)
		return error;
	text_init(&going.text, PARCEL_MAX_BODY);
	error = key != NULL ? outbox_by_key(courier_outbox(courier), request->caller, key, asked, id, &problem)
	                    : JISR_NOT_FOUND;
	if (error == JISR_NOT_FOUND) {
		error = prepare(service, route, request, reply, &going, &goes);
		if (error || !goes) {
			text_finish(&going.text);
			return error;
		}
		reply->header_count = 0;
		error = give(service, route, request, query, &going, key, asked, id, &problem);
	}
	text_finish(&going.text);
	if (!error)
		error = courier_wait(courier, id, courier_connected(courier) ? TRAVEL_SECONDS : 0, request->arena,
		                     &item, &problem);
	text_reset(&reply->body);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = reply_item(request, reply, &item);
	return error ? error : add_left_out(reply, going.left_out);
}

/* ---- amending ---- */

static const struct http_route *find_route(const struct http_request *request, const struct outbox_item *item,
                                           struct http_request *changed)
{
	struct uri uri;
	struct routes_found found;
	if (request->carrier->server == NULL || uri_read(item->target, request->arena, &uri, NULL) != JISR_OK)
		return NULL;
	changed->method = strcmp(item->method, "PUT") == 0     ? HTTP_PUT
	                  : strcmp(item->method, "PATCH") == 0 ? HTTP_PATCH
	                                                       : HTTP_POST;
	routes_find(server_site(request->carrier->server)->routes, &uri, changed->method, &found);
	changed->path = uri.path;
	memcpy(changed->variables, found.variables, sizeof changed->variables);
	return found.route;
}

int travel_amend(struct service *service, const struct http_request *request, const struct outbox_item *item,
                 struct http_reply *reply)
{
	struct courier *courier = courier_of(service);
	struct http_request changed = *request;
	struct problem problem = {""};
	struct outbox_item now;
	char asked[SHA256_HEX];
	bool goes = true;
	const struct http_route *route = find_route(request, item, &changed);
	int error = JISR_OK;
	if (item->state != OUTBOX_WAITING)
		error = problem_set(&problem, JISR_STATE, "%s does not wait any more: it is %s", item->id,
		                    outbox_state_name(item->state));
	else if (route == NULL || route->travels != HTTP_TRAVELS)
		error = problem_set(&problem, JISR_STATE,
		                    "%s is sealed, and cannot be changed: drop it, and send another", item->id);
	if (!error && strcmp(item->officer, request->caller_is->officer) != 0)
		error = problem_set(&problem, JISR_DENIED, "only %s, who wrote it, may change it", item->officer);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	if (strstr(item->target, "/~") == NULL)
		error = rehearse(service, route, &changed, reply, &goes);
	if (error || (!goes && reply->status >= 400))
		return error;
	error = hash_asked(&changed, "", asked);
	if (error)
		return error;
	reply->header_count = 0;
	text_reset(&reply->body);
	error = courier_amend(service_store(service), courier_node(courier), courier_outbox(courier), item,
	                      request->body, request->body_length, asked, &problem);
	if (!error)
		error = outbox_get(courier_outbox(courier), item->id, request->arena, &now, &problem);
	return error ? record_reply_error(request, reply, error, &problem) : reply_item(request, reply, &now);
}
