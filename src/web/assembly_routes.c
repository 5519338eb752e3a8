/* /api/v1/assembly: what a session is (assembly/view.h), every act of it (assembly/conduct.h), and its stage live (web/live.h).
 * /api/v1/public/assembly: of these, what everybody may see, told to everybody alike. */
#include "assembly/committee_record.h"
#include "assembly/document.h"
#include "assembly/export.h"
#include "assembly/timetable.h"
#include "assembly/view.h"
#include "base/emit.h"
#include "base/json.h"
#include "web/file_reply.h"
#include "web/live.h"
#include "web/record_reply.h"
#include "web/session_page.h"

#include "assembly/conduct.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MOST ((size_t)512 << 10)

static int no_session(struct http_reply *reply)
{
	return http_reply_problem(reply, 404, "There is no such session", "Sessions have numbers, such as 93.");
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	int error;
	struct store *store = record_reply_store(service, reply, &error); /* strangers are told the sessions, too */
	if (store == NULL)
		return error;
	error = store_read(store, &reader, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (!error)
		error = view_sessions(store_reader_sql(reader), &reply->body, &problem);
	return error ? record_reply_error(request, reply, error, &problem) : JISR_OK;
}

/* Who sits in the Executive Committee, on any day that was. */
static int sitting(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	int error = store_read(service_store(service), &reader, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (!error)
		error = committee_record_tell(store_reader_sql(reader), http_query(request, "on"), &reply->body,
		                              &problem);
	if (error)
		text_reset(&reply->body);
	return error ? record_reply_error(request, reply, error, &problem) : JISR_OK;
}

/* The file of a document, by its digest. It came from elsewhere: it is handed on, and no browser opens it as a page. */
static int give_document(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	char stem[DOCUMENT_NAME];
	const char *ending = "";
	int error = store_read(service_store(service), &reader, &problem);
	if (!error)
		error = document_open(store_reader_sql(reader), service_settings(service)->data, request->caller_is,
		                      request->variables[0], stem, &reply->body, &problem);
	if (error) {
		text_reset(&reply->body);
		return record_reply_file_error(request, reply, error, &problem);
	}
	reply->status = 200;
	reply->type = document_type(reply->body.bytes, reply->body.length, &ending);
	char *name = arena_format(request->arena, "attachment; filename=\"%s%s\"", stem, ending);
	return name == NULL ? JISR_NO_MEMORY : http_reply_header(reply, "Content-Disposition", name);
}

static int store_document(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	char hash[DOCUMENT_HASH];
	int error = document_store(service_settings(service)->data, request->caller_is, request->body,
	                           request->body_length, hash, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 201, 0);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "hash", hash);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

/* ---- the archive ---- */

#define ARCHIVE_MOST ((size_t)256 << 20) /* that is made for who asks over HTTP; larger ones by jisr assembly export */

static int tell_made(const struct http_request *request, struct http_reply *reply, const struct export_made *made,
                     size_t size)
{
	int error = record_reply_begin(request, reply, 201, 0);
	emit_object(&reply->body, NULL);
	emit_count(&reply->body, "entry", made->entry);
	emit_count(&reply->body, "files", made->files);
	emit_count(&reply->body, "documents", made->documents);
	emit_count(&reply->body, "missing", made->missing);
	emit_count(&reply->body, "elections", made->elections);
	emit_text(&reply->body, "manifest", made->hash);
	emit_text(&reply->body, "file", made->file);
	emit_count(&reply->body, "size", size);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

/* One at a time: each holds all of it in memory. */
static int make_archive(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	static atomic_flag busy = ATOMIC_FLAG_INIT;
	struct problem problem = {""};
	struct export_made made;
	struct text tar;
	uint32_t session;
	int error;
	if (!timetable_session(request->variables[0], &session))
		return no_session(reply);
	if (atomic_flag_test_and_set(&busy))
		return http_reply_problem(reply, 503, "Busy", "An archive is being made already; try again later.");
	text_init(&tar, ARCHIVE_MOST);
	error = export_make(service_store(service), request->caller_is, session, session_page, &tar, &made, &problem);
	size_t size = tar.length;
	text_finish(&tar);
	atomic_flag_clear(&busy);
	return error ? record_reply_error(request, reply, error, &problem) : tell_made(request, reply, &made, size);
}

static int give_archive(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct export_kept kept;
	char path[FILE_MAX_PATH];
	uint32_t session;
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	if (store == NULL)
		return error;
	if (!timetable_session(request->variables[0], &session))
		return no_session(reply);
	error = store_read(store, &reader, &problem);
	if (!error)
		error = export_kept(store_reader_sql(reader), session, &kept, &problem);
	if (!error)
		error = document_path(store_directory(store), kept.file, path, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = file_reply(reply, path, 0);
	if (error || reply->status != 200)
		return error;
	reply->type = "application/x-tar";
	char *name = arena_format(request->arena, "attachment; filename=\"session-%u.tar\"", (unsigned)session);
	char *tag = arena_format(request->arena, "\"%.64s\"", kept.file);
	if (name == NULL || tag == NULL)
		return JISR_NO_MEMORY;
	error = http_reply_header(reply, "Content-Disposition", name);
	return error ? error : http_reply_header(reply, "ETag", tag);
}

static int acts(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	int error = record_reply_begin(request, reply, 200, 0);
	return error ? error : conduct_describe(&reply->body);
}

/* `caller` NULL: the public. */
static int give(struct service *service, const struct http_request *request, struct http_reply *reply, enum view view,
                const char *id, const struct caller *caller)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	uint32_t session;
	uint64_t version = 0;
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	if (store == NULL)
		return error;
	if (!timetable_session(request->variables[0], &session))
		return no_session(reply);
	error = store_read(store, &reader, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (!error)
		error = view_write(store_reader_sql(reader), view, session, id, caller, &reply->body, &version,
		                   &problem);
	if (error) {
		text_reset(&reply->body);
		return record_reply_file_error(request, reply, error, &problem);
	}
	char *tag = arena_format(request->arena, "\"%llu\"", (unsigned long long)version);
	if (tag == NULL)
		return JISR_NO_MEMORY;
	return view == VIEW_SESSION ? http_reply_header(reply, "ETag", tag) : JISR_OK;
}

static int show(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give(service, request, reply, VIEW_SESSION, NULL, request->caller_is);
}

static int show_public(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give(service, request, reply, VIEW_SESSION, NULL, NULL);
}

static int no_view(struct http_reply *reply)
{
	return http_reply_problem(reply, 404, "There is nothing of that name",
	                          "The description of the API lists what a session has.");
}

static int show_named(struct service *service, const struct http_request *request, struct http_reply *reply,
                      const struct caller *caller, const char *id)
{
	enum view view;
	if (!view_read(request->variables[1], &view) || view_takes_id(view) != (id != NULL) ||
	    (caller == NULL && !view_public(view)))
		return no_view(reply);
	return give(service, request, reply, view, id, caller);
}

static int show_view(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return show_named(service, request, reply, request->caller_is, NULL);
}

static int show_one(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return show_named(service, request, reply, request->caller_is, request->variables[2]);
}

static int show_public_view(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return show_named(service, request, reply, NULL, NULL);
}

static int show_public_one(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return show_named(service, request, reply, NULL, request->variables[2]);
}

static int follow_as(struct service *service, const struct http_request *request, struct http_reply *reply,
                     const struct caller *caller)
{
	struct problem problem = {""};
	uint32_t session;
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	if (store == NULL)
		return error;
	if (!timetable_session(request->variables[0], &session))
		return no_session(reply);
	error = live_open(service_live(service), session, caller, &reply->stream, &problem);
	if (error == JISR_TOO_LARGE || error == JISR_CANCELLED)
		return http_reply_problem(reply, 503, "Not available now",
		                          "Too many follow already, or the service is stopping; try again later.");
	if (error)
		return record_reply_error(request, reply, error, &problem);
	return record_reply_stream(store, caller, reply);
}

static int follow(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return follow_as(service, request, reply, request->caller_is);
}

static int follow_public(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return follow_as(service, request, reply, NULL);
}

static int take(struct service *service, const struct http_request *request, struct http_reply *reply, enum conduct act,
                uint32_t session)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct conduct_order order = {.act = act, .caller = request->caller_is, .session = session};
	int error;
	if (!record_reply_asked(service, request, reply, &order.expected, &json, &error))
		return error;
	order.fields = json;
	error = conduct_submit(service_store(service), &order, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	bool called = act == CONDUCT_SESSION_CALL;
	char *location = arena_format(request->arena, "/api/v1/assembly/sessions/%s", order.id);
	error = record_reply_begin(request, reply, called ? 201 : 200, 0);
	if (!error && location == NULL)
		error = JISR_NO_MEMORY;
	if (!error && called)
		error = http_reply_header(reply, "Location", location);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "act", conduct_name(act));
	emit_text(&reply->body, "id", order.id[0] != '\0' ? order.id : NULL);
	emit_text(&reply->body, "subject", order.subject);
	emit_count(&reply->body, "version", order.version);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

static int call(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return take(service, request, reply, CONDUCT_SESSION_CALL, 0);
}

static int act(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	enum conduct found;
	uint32_t session;
	if (!timetable_session(request->variables[0], &session))
		return no_session(reply);
	if (!conduct_read(request->variables[1], &found) || found == CONDUCT_SESSION_CALL)
		return http_reply_problem(reply, 404, "There is no such act", "/api/v1/assembly/acts lists them.");
	return take(service, request, reply, found, session);
}

#define READS(path, handler, name, needed)                                                                             \
	{                                                                                                              \
		HTTP_GET, path, handler, HTTP_STYLE_PROBLEM, name, .right = needed, .heavy = true                      \
	}
#define INSIDE RIGHT_ASSEMBLY_READ
#define PUBLIC "/api/v1/public/assembly/sessions"
const struct http_route routes_assembly[] = {
	READS("/api/v1/assembly/acts", acts, "api_assembly_acts", INSIDE),
	READS("/api/v1/assembly/committee", sitting, "api_assembly_committee", INSIDE),
	READS("/api/v1/assembly/documents/{hash}", give_document, "api_assembly_document", INSIDE),
	{HTTP_POST, "/api/v1/assembly/documents", store_document, HTTP_STYLE_PROBLEM, "api_assembly_document_store",
         .right = RIGHT_ASSEMBLY_SECRETARY, .heavy = true, .body_max = DOCUMENT_MAX_BYTES},
	READS("/api/v1/assembly/sessions", list, "api_assembly_sessions", INSIDE),
	READS("/api/v1/assembly/sessions/{session}", show, "api_assembly_session", INSIDE),
	READS("/api/v1/assembly/sessions/{session}/{name}", show_view, "api_assembly_view", INSIDE),
	READS("/api/v1/assembly/sessions/{session}/{name}/{id}", show_one, "api_assembly_one", INSIDE),
	READS("/api/v1/assembly/sessions/{session}/live", follow, "api_assembly_live", INSIDE),
	READS("/api/v1/assembly/sessions/{session}/archive.tar", give_archive, "api_assembly_archive", INSIDE),
	{HTTP_POST, "/api/v1/assembly/sessions/{session}/archive.tar", make_archive, HTTP_STYLE_PROBLEM,
         "api_assembly_archive_make", .right = RIGHT_ASSEMBLY_SECRETARY, .waits = true, .repeat = HTTP_REPEAT_KEPT},
	READS(PUBLIC "/{session}/archive.tar", give_archive, "api_public_archive", RIGHT_NONE),
	READS(PUBLIC, list, "api_public_sessions", RIGHT_NONE),
	READS(PUBLIC "/{session}", show_public, "api_public_session", RIGHT_NONE),
	READS(PUBLIC "/{session}/live", follow_public, "api_public_live", RIGHT_NONE),
	READS(PUBLIC "/{session}/{name}", show_public_view, "api_public_view", RIGHT_NONE),
	READS(PUBLIC "/{session}/{name}/{id}", show_public_one, "api_public_one", RIGHT_NONE),
	{HTTP_POST, "/api/v1/assembly/sessions", call, HTTP_STYLE_PROBLEM, "api_assembly_call",
         .right = RIGHT_ASSEMBLY_SECRETARY, .waits = true, .repeat = HTTP_REPEAT_KEPT, .body_max = BODY_MOST},
	{HTTP_POST, "/api/v1/assembly/sessions/{session}/{name}", act, HTTP_STYLE_PROBLEM, "api_assembly_act",
         .right = RIGHT_ASSEMBLY_READ, .waits = true, .repeat = HTTP_REPEAT_KEPT, .body_max = BODY_MOST},
	{0},
};
