/* /api/v1/members, /offices, /officers, /keys: the register. Reading asks the tables, changing goes through
 * members/change.h, which asks for the right again where an office matters. */
#include "base/emit.h"
#include "base/json.h"
#include "members/change.h"
#include "members/register_emit.h"
#include "web/faults.h"
#include "web/record_reply.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS_BODY ((size_t)64 << 10) /* bytes of a request's body */

/* ---- lists ---- */

/* One page while it is read: one more than the limit tells that there is another. */
struct page {
	struct text *body;
	size_t limit, count;
	char next[OFFICER_ID_MAX + 1]; /* the last that was written */
	bool more;
};

static bool put(struct page *page, const char *id)
{
	if (page->count == page->limit) {
		page->more = true;
		return false;
	}
	page->count++;
	(void)snprintf(page->next, sizeof page->next, "%s", id);
	return true;
}

static bool put_member(void *context, const struct member *member)
{
	struct page *page = context;
	if (!put(page, member->code))
		return false;
	register_emit_member(page->body, NULL, member);
	return true;
}

static bool put_office(void *context, const struct office *office)
{
	struct page *page = context;
	if (!put(page, office->code))
		return false;
	register_emit_office(page->body, NULL, office);
	return true;
}

static bool put_officer(void *context, const struct officer *officer)
{
	struct page *page = context;
	if (!put(page, officer->id))
		return false;
	register_emit_officer(page->body, NULL, officer);
	return true;
}

static bool put_key(void *context, const struct office_key *key)
{
	struct page *page = context;
	char added[24];
	(void)snprintf(added, sizeof added, "%llu", (unsigned long long)key->added);
	if (!put(page, added))
		return false;
	register_emit_key(page->body, NULL, key);
	return true;
}

enum listed { LIST_MEMBERS, LIST_OFFICES, LIST_OFFICERS, LIST_KEYS };

static int read_list(struct sql *sql, enum listed listed, const struct record_page *asked, struct page *page,
                     struct problem *problem)
{
	switch (listed) {
	case LIST_MEMBERS: return register_members(sql, asked->cursor, put_member, page, problem);
	case LIST_OFFICES: return register_offices(sql, asked->cursor, put_office, page, problem);
	case LIST_OFFICERS: return register_officers(sql, asked->office, asked->cursor, put_officer, page, problem);
	case LIST_KEYS:
		return register_keys(sql, asked->office, asked->cursor != NULL ? strtoull(asked->cursor, NULL, 10) : 0,
		                     put_key, page, problem);
	}
	return JISR_OK;
}

static int give_list(struct service *service, const struct http_request *request, struct http_reply *reply,
                     enum listed listed, const char *name)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct record_page asked;
	struct problem problem = {""};
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	if (store == NULL ||
	    !record_reply_page(request, reply, listed == LIST_OFFICERS || listed == LIST_KEYS, &asked, &error))
		return error;
	if (listed == LIST_OFFICERS) { /* the own office's, unless headquarters asks */
		if (asked.office == NULL && !caller_is_headquarters(request->caller_is))
			asked.office = request->caller_is->office;
		if (asked.office != NULL)
			error = caller_check_at(request->caller_is, RIGHT_OFFICERS_READ, asked.office, &problem);
	}
	struct page page = {.body = &reply->body, .limit = asked.limit};
	if (!error)
		error = store_read(store, &reader, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (!error) {
		emit_object(&reply->body, NULL);
		emit_array(&reply->body, name);
		error = read_list(store_reader_sql(reader), listed, &asked, &page, &problem);
	}
	if (error)
		return record_reply_error(request, reply, error, &problem);
	emit_close_array(&reply->body);
	emit_text(&reply->body, "next", page.more ? page.next : NULL);
	emit_close_object(&reply->body);
	return reply->body.error;
}

static int list_members(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give_list(service, request, reply, LIST_MEMBERS, "members");
}

static int list_offices(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give_list(service, request, reply, LIST_OFFICES, "offices");
}

static int list_officers(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give_list(service, request, reply, LIST_OFFICERS, "officers");
}

static int list_keys(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give_list(service, request, reply, LIST_KEYS, "keys");
}

/* ---- one ---- */

/* Writes the thing as it is now, with its version as ETag; `status` 0: reading, which may end in 304. */
static int give_one(struct store *store, const struct http_request *request, struct http_reply *reply,
                    enum listed listed, const char *id, int status)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct member member;
	struct office office;
	struct officer officer;
	struct problem problem = {""};
	uint64_t version = 0;
	int error = store_read(store, &reader, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	struct sql *sql = store_reader_sql(reader);
	if (listed == LIST_MEMBERS && (error = register_member(sql, id, &member, &problem)) == JISR_OK)
		version = member.version;
	else if (listed == LIST_OFFICES && (error = register_office(sql, id, &office, &problem)) == JISR_OK)
		version = office.version;
	else if (listed == LIST_OFFICERS && (error = register_officer(sql, id, &officer, &problem)) == JISR_OK)
		version = officer.version;
	if (!error && listed == LIST_OFFICERS &&
	    status == 0) /* who changed somebody sees him, in whichever office he is now */
		error = caller_check_at(request->caller_is, RIGHT_OFFICERS_READ, officer.office, &problem);
	if (error == JISR_DENIED) /* whether he exists is not for other offices either */
		error = problem_set(&problem, JISR_NOT_FOUND, "there is no officer %.40s in your office", id);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	if (status == 0 && record_reply_unchanged(request, reply, version, &error))
		return error;
	error = record_reply_begin(request, reply, status != 0 ? status : 200, version);
	if (error)
		return error;
	if (listed == LIST_MEMBERS)
		register_emit_member(&reply->body, NULL, &member);
	else if (listed == LIST_OFFICES)
		register_emit_office(&reply->body, NULL, &office);
	else
		register_emit_officer(&reply->body, NULL, &officer);
	return reply->body.error;
}

static int get_one(struct service *service, const struct http_request *request, struct http_reply *reply,
                   enum listed listed)
{
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	return store == NULL ? error : give_one(store, request, reply, listed, request->variables[0], 0);
}

static int get_member(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return get_one(service, request, reply, LIST_MEMBERS);
}

static int get_office(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return get_one(service, request, reply, LIST_OFFICES);
}

static int get_officer(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return get_one(service, request, reply, LIST_OFFICERS);
}

static int give_key(struct store *store, const struct http_request *request, struct http_reply *reply, const char *id,
                    int status)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct office_key key;
	struct problem problem = {""};
	char office[OFFICE_CODE_MAX + 1];
	uint8_t bytes[4] = {0};
	const char *slash = strchr(id, '/');
	size_t length = slash != NULL ? (size_t)(slash - id) : 0, read = 0;
	int error = JISR_OK;
	if (slash == NULL || length > OFFICE_CODE_MAX || strlen(slash + 1) != 8 ||
	    sodium_hex2bin(bytes, sizeof bytes, slash + 1, 8, NULL, &read, NULL) != 0 || read != sizeof bytes)
		error = problem_set(&problem, JISR_NOT_FOUND, "there is no key %.60s", id);
	(void)snprintf(office, sizeof office, "%.*s", (int)length, id);
	if (!error)
		error = store_read(store, &reader, &problem);
	if (!error)
		error = register_key(store_reader_sql(reader), office, bytes, &key, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, status, key.ended > 0 ? key.ended : key.added);
	if (!error)
		register_emit_key(&reply->body, NULL, &key);
	return error ? error : reply->body.error;
}

static int get_key(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	if (store == NULL)
		return error;
	char *id = arena_format(request->arena, "%s/%s", request->variables[0], request->variables[1]);
	return id == NULL ? JISR_NO_MEMORY : give_key(store, request, reply, id, 200);
}

/* ---- changing ---- */

static const char *path_of(enum listed listed)
{
	static const char *const paths[] = {"members", "offices", "officers", "keys"};
	return paths[listed];
}

/* Reads the body, submits, and answers with the thing as it then is: 201 and its address when it was made, or got another id. */
static int change_with(struct service *service, const struct http_request *request, struct http_reply *reply,
                       enum change change, enum listed listed, const char *target)
{
	CLEANUP(json_freep) cJSON *fields = NULL;
	struct problem problem = {""};
	struct change_order order = {.change = change, .caller = request->caller_is, .target = target};
	int error;
	struct store *store = service_store(service);
	if (!record_reply_match(request, reply, &order.expected, &error))
		return error;
	error = faults_read_body(request, reply, &fields);
	if (error || fields == NULL)
		return error;
	order.fields = fields;
	error = change_submit(store, &order, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	char *location = arena_format(request->arena, "/api/v1/%s/%s", path_of(listed), order.id);
	if (location == NULL)
		return JISR_NO_MEMORY;
	bool made = target == NULL || strcmp(target, order.id) != 0;
	error = made ? http_reply_header(reply, "Location", location) : JISR_OK;
	if (error)
		return error;
	int status = made ? 201 : 200;
	return listed == LIST_KEYS ? give_key(store, request, reply, order.id, status)
	                           : give_one(store, request, reply, listed, order.id, status);
}

#define CHANGES(name, change, listed)                                                                                  \
	static int name(struct service *service, const struct http_request *request, struct http_reply *reply)         \
	{                                                                                                              \
		return change_with(service, request, reply, change, listed, request->variables[0]);                    \
	}
CHANGES(admit_member, CHANGE_MEMBER_ADMIT, LIST_MEMBERS)
CHANGES(edit_member, CHANGE_MEMBER_EDIT, LIST_MEMBERS)
CHANGES(suspend_member, CHANGE_MEMBER_SUSPEND, LIST_MEMBERS)
CHANGES(reinstate_member, CHANGE_MEMBER_REINSTATE, LIST_MEMBERS)
CHANGES(open_office, CHANGE_OFFICE_OPEN, LIST_OFFICES)
CHANGES(edit_office, CHANGE_OFFICE_EDIT, LIST_OFFICES)
CHANGES(close_office, CHANGE_OFFICE_CLOSE, LIST_OFFICES)
CHANGES(add_key, CHANGE_KEY_ADD, LIST_KEYS)
CHANGES(appoint_officer, CHANGE_OFFICER_APPOINT, LIST_OFFICERS)
CHANGES(edit_officer, CHANGE_OFFICER_EDIT, LIST_OFFICERS)
CHANGES(set_roles, CHANGE_OFFICER_ROLES, LIST_OFFICERS)
CHANGES(end_officer, CHANGE_OFFICER_END, LIST_OFFICERS)
CHANGES(suspend_officer, CHANGE_OFFICER_SUSPEND, LIST_OFFICERS)
CHANGES(reinstate_officer, CHANGE_OFFICER_REINSTATE, LIST_OFFICERS)
CHANGES(move_officer, CHANGE_OFFICER_MOVE, LIST_OFFICERS)
#undef CHANGES

static int end_key(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	char *id = arena_format(request->arena, "%s/%s", request->variables[0], request->variables[1]);
	return id == NULL ? JISR_NO_MEMORY : change_with(service, request, reply, CHANGE_KEY_END, LIST_KEYS, id);
}

#define READS(path, handler, name, needed)                                                                             \
	{                                                                                                              \
		HTTP_GET, path, handler, HTTP_STYLE_PROBLEM, name, .right = needed, .heavy = true                      \
	}
#define VIEWS(path, handler, name, needed) /* what the access log tells */                                             \
	{                                                                                                              \
		HTTP_GET, path, handler, HTTP_STYLE_PROBLEM, name, .right = needed, .heavy = true, .access = "view"    \
	}
#define WRITES(verb, path, handler, name, needed)                                                                      \
	{                                                                                                              \
		verb, path, handler, HTTP_STYLE_PROBLEM, name, .right = needed, .waits = true,                         \
							       .body_max = MEMBERS_BODY                                \
	}

#define MAKES(path, handler, name, needed)                                                                             \
	{                                                                                                              \
		HTTP_POST, path, handler, HTTP_STYLE_PROBLEM, name,                                                    \
			.right = needed, .waits = true, .repeat = HTTP_REPEAT_KEPT, .body_max = MEMBERS_BODY           \
	}

/* All of them ask the disk; those that write wait for it. */
const struct http_route routes_members[] = {
	READS("/api/v1/members", list_members, "api_members", RIGHT_MEMBERS_READ),
	READS("/api/v1/members/{code}", get_member, "api_member", RIGHT_MEMBERS_READ),
	MAKES("/api/v1/members", admit_member, "api_member_admit", RIGHT_MEMBERS_CHANGE),
	WRITES(HTTP_PATCH, "/api/v1/members/{code}", edit_member, "api_member_edit", RIGHT_MEMBERS_CHANGE),
	WRITES(HTTP_POST, "/api/v1/members/{code}/suspend", suspend_member, "api_member_suspend", RIGHT_MEMBERS_CHANGE),
	WRITES(HTTP_POST, "/api/v1/members/{code}/reinstate", reinstate_member, "api_member_reinstate",
               RIGHT_MEMBERS_CHANGE),
	READS("/api/v1/offices", list_offices, "api_offices", RIGHT_MEMBERS_READ),
	READS("/api/v1/offices/{code}", get_office, "api_office", RIGHT_MEMBERS_READ),
	MAKES("/api/v1/offices", open_office, "api_office_open", RIGHT_OFFICES_CHANGE),
	WRITES(HTTP_PATCH, "/api/v1/offices/{code}", edit_office, "api_office_edit", RIGHT_OFFICES_CHANGE),
	WRITES(HTTP_POST, "/api/v1/offices/{code}/close", close_office, "api_office_close", RIGHT_OFFICES_CHANGE),
	READS("/api/v1/keys", list_keys, "api_keys", RIGHT_MEMBERS_READ),
	READS("/api/v1/keys/{office}/{id}", get_key, "api_key", RIGHT_MEMBERS_READ),
	MAKES("/api/v1/keys", add_key, "api_key_add", RIGHT_KEYS_CHANGE),
	WRITES(HTTP_POST, "/api/v1/keys/{office}/{id}/end", end_key, "api_key_end", RIGHT_KEYS_CHANGE),
	VIEWS("/api/v1/officers", list_officers, "api_officers", RIGHT_OFFICERS_READ),
	VIEWS("/api/v1/officers/{id}", get_officer, "api_officer", RIGHT_OFFICERS_READ),
	MAKES("/api/v1/officers", appoint_officer, "api_officer_appoint", RIGHT_OFFICERS_CHANGE),
	WRITES(HTTP_PATCH, "/api/v1/officers/{id}", edit_officer, "api_officer_edit", RIGHT_OFFICERS_CHANGE),
	WRITES(HTTP_PUT, "/api/v1/officers/{id}/roles", set_roles, "api_officer_roles", RIGHT_OFFICERS_CHANGE),
	WRITES(HTTP_POST, "/api/v1/officers/{id}/end", end_officer, "api_officer_end", RIGHT_OFFICERS_CHANGE),
	WRITES(HTTP_POST, "/api/v1/officers/{id}/suspend", suspend_officer, "api_officer_suspend",
               RIGHT_OFFICERS_CHANGE),
	WRITES(HTTP_POST, "/api/v1/officers/{id}/reinstate", reinstate_officer, "api_officer_reinstate",
               RIGHT_OFFICERS_CHANGE),
	MAKES("/api/v1/officers/{id}/move", move_officer, "api_officer_move", RIGHT_OFFICERS_CHANGE),
	{0},
};
