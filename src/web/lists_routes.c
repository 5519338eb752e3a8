/* Loading and dropping lists over HTTP, and the pieces of work that are under way.
 *
 *   POST   /api/v1/uploads                  begins an upload: files that come in pieces (web/uploads.h)
 *   PUT    /api/v1/uploads/{id}/{file}?at=N a piece, put at the end of the file
 *   GET    /api/v1/uploads/{id}             how far its files are, to go on after a line broke
 *   DELETE /api/v1/uploads/{id}
 *   POST   /api/v1/lists {"upload","list"}  loads what was uploaded as one list: a chore (web/chores.h)
 *   DELETE /api/v1/lists/{name}
 *   GET    /api/v1/chores, /chores/{id}; DELETE /chores/{id} stops it
 *
 * Beginning and loading ask for a fresh proof of the officer; what comes between does not, since sending may take long. */
#include "base/arena.h"
#include "base/digits.h"
#include "base/emit.h"
#include "base/file.h"
#include "base/json.h"
#include "web/chores.h"
#include "web/faults.h"
#include "web/list_load.h"
#include "web/record_lists.h"
#include "web/record_reply.h"
#include "web/uploads.h"

#include <stdlib.h>
#include <string.h>

#define PIECE_MOST ((size_t)8 << 20) /* bytes of one piece */
#define BODY_MOST  ((size_t)4 << 10)
#define BAD_TOLD   200 /* records that could not be read, told one by one */

static const char *directory_of(const struct service *service)
{
	return store_directory(service_store(service));
}

/* ---- uploads ---- */

static int begin_upload(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	char id[UPLOAD_ID];
	int error = upload_begin(directory_of(service), id, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 201, 0);
	char *location = arena_format(request->arena, "/api/v1/uploads/%s", id);
	if (!error)
		error = location == NULL ? JISR_NO_MEMORY : http_reply_header(reply, "Location", location);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "id", id);
	emit_count(&reply->body, "piece", PIECE_MOST);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

static int put_piece(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	uint64_t at = 0, size = 0;
	int error;
	if (!digits_read(http_query(request, "at"), 15, &at))
		return http_reply_problem(reply, 400, "The address cannot be read",
		                          "'at' says how many bytes of the file were sent before.");
	error = upload_put(directory_of(service), request->variables[0], request->variables[1], at, request->body,
	                   request->body_length, &size, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 200, 0);
	emit_object(&reply->body, NULL);
	emit_count(&reply->body, "bytes", size);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

static bool emit_file(void *context, const char *name, uint64_t size)
{
	struct text *text = context;
	emit_object(text, NULL);
	emit_text(text, "name", name);
	emit_count(text, "bytes", size);
	emit_close_object(text);
	return text->error == JISR_OK;
}

static int show_upload(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	int error = record_reply_begin(request, reply, 200, 0);
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "files");
	if (!error)
		error = upload_files(directory_of(service), request->variables[0], emit_file, &reply->body, &problem);
	return record_reply_array(request, reply, error, &problem);
}

static int end_upload(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	int error = upload_drop(directory_of(service), request->variables[0], &problem);
	return error ? record_reply_error(request, reply, error, &problem) : JISR_OK;
}

/* ---- loading ---- */

/* One load: what the chore owns. */
struct loading {
	struct service *service;
	char upload[UPLOAD_ID], officer[OFFICER_ID_MAX + 1], wanted[CATALOGUE_MAX_NAME + 1];
	char paths[UPLOAD_MAX_FILES][FILE_MAX_PATH];
	const char *list[UPLOAD_MAX_FILES];
	size_t count;
	struct list_load load;
	struct chore *chore;
	struct text bad; /* JSON of the records that could not be read */
};

static void loading_free(void *context)
{
	struct loading *loading = context;
	(void)upload_drop(directory_of(loading->service), loading->upload, NULL);
	text_finish(&loading->bad);
	memory_free(loading);
}

static bool add_path(void *context, const char *name, uint64_t size)
{
	struct loading *loading = context;
	(void)size;
	if (loading->count == UPLOAD_MAX_FILES ||
	    upload_path(directory_of(loading->service), loading->upload, name, loading->paths[loading->count],
	                FILE_MAX_PATH, NULL) != JISR_OK)
		return false;
	loading->list[loading->count] = loading->paths[loading->count];
	loading->count++;
	return true;
}

static bool stopped(void *context)
{
	const struct loading *loading = context;
	return chore_cancelled(loading->chore);
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	const struct loading *loading = context;
	chore_progress(loading->chore, done, total);
}

static void on_bad(void *context, const char *path, uint64_t line, const char *reason)
{
	struct loading *loading = context;
	const char *slash = strrchr(path, '/');
	if (loading->load.skipped > BAD_TOLD)
		return;
	emit_object(&loading->bad, NULL);
	emit_text(&loading->bad, "file", slash != NULL ? slash + 1 : path);
	emit_count(&loading->bad, "line", line);
	emit_text(&loading->bad, "reason", reason);
	emit_close_object(&loading->bad);
}

static void emit_result(struct loading *loading, double seconds, struct text *text)
{
	const struct list_load *load = &loading->load;
	char source[LIST_LOAD_SOURCE];
	list_load_source(load, source);
	emit_object(text, NULL);
	emit_text(text, "list", load->known ? list_load_name(load) : NULL);
	emit_text(text, "format", load->known ? list_format_name(load->summary.format) : NULL);
	emit_text(text, "source", source);
	emit_text(text, "published", load->summary.published[0] != '\0' ? load->summary.published : NULL);
	emit_count(text, "entities", load->change.added + load->change.changed + load->change.unchanged);
	emit_count(text, "added", load->change.added);
	emit_count(text, "changed", load->change.changed);
	emit_count(text, "removed", load->change.removed);
	emit_count(text, "unchanged", load->change.unchanged);
	emit_count(text, "skipped", load->skipped);
	emit_score(text, "seconds", seconds);
	emit_array(text, "skipped_records");
	if (loading->bad.error == JISR_OK && loading->bad.length > 0)
		emit_raw(text, NULL, loading->bad.bytes, loading->bad.length);
	emit_close_array(text);
	emit_close_object(text);
}

/* The paths in a sentence are those of our folder, which nobody needs to know. */
static void without_folder(const struct loading *loading, struct problem *problem)
{
	char folder[FILE_MAX_PATH];
	if (upload_path(directory_of(loading->service), loading->upload, "", folder, sizeof folder, NULL) != JISR_OK)
		return;
	for (char *at; (at = strstr(problem->text, folder)) != NULL;)
		memmove(at, at + strlen(folder), strlen(at + strlen(folder)) + 1);
}

static int load(struct chore *chore, void *context, struct text *result, struct problem *problem)
{
	struct loading *loading = context;
	struct store *store = service_store(loading->service);
	struct record_lists_by by = {.store = store, .officer = loading->officer};
	struct catalogue_keeper keeper = record_lists_keeper(&by);
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	double began = clock_seconds();
	size_t missing = 0;
	loading->chore = chore;
	int error = record_lists_settle(store_directory(store), &missing, problem);
	if (!error)
		error = catalogue_open(store_directory(store), &catalogue, problem);
	if (error)
		return error;
	catalogue_keep(catalogue, &keeper);
	loading->load = (struct list_load){.catalogue = catalogue,
	                                   .wanted = loading->wanted[0] != '\0' ? loading->wanted : NULL,
	                                   .paths = loading->list,
	                                   .path_count = loading->count,
	                                   .context = loading,
	                                   .stop = stopped,
	                                   .bad = on_bad,
	                                   .progress = on_progress};
	error = list_load_run(&loading->load, problem);
	if (error == JISR_CANCELLED)
		error = problem_set(problem, error, "stopped; nothing has changed");
	without_folder(loading, problem);
	emit_result(loading, clock_seconds() - began, result);
	if (!error)
		service_look(loading->service);
	return error;
}

static int read_order(const struct http_request *request, struct loading *loading, struct http_reply *reply,
                      bool *ret_good)
{
	static const struct known_field fields[] = {{"upload", ""}, {"list", " name "}};
	CLEANUP(json_freep) cJSON *json = NULL;
	struct faults faults = {.arena = request->arena};
	const char *texts[2] = {NULL};
	int error = faults_read_body(request, reply, &json);
	*ret_good = false;
	if (error || json == NULL)
		return error;
	if (!cJSON_IsObject(json))
		faults_add(&faults, NULL, "an upload is named, as in {\"upload\": \"0123456789abcdef\"}");
	for (const cJSON *one = cJSON_IsObject(json) ? json->child : NULL; one != NULL; one = one->next) {
		struct place place = {.name = one->string};
		size_t field = faults_field(&faults, &place, fields, 2);
		if (field < 2 && !(cJSON_IsString(one) || (field == 1 && cJSON_IsNull(one))))
			faults_add(&faults, &place, "must be a text");
		else if (field < 2)
			texts[field] = one->valuestring;
	}
	if (faults.count == 0 && texts[0] == NULL)
		faults_add(&faults, &(struct place){.name = "upload"}, "is missing");
	if (texts[1] != NULL && (texts[1][0] == '\0' || strlen(texts[1]) > CATALOGUE_MAX_NAME))
		faults_add(&faults, &(struct place){.name = "list"}, "has 1 to %d bytes", CATALOGUE_MAX_NAME);
	if (faults.count > 0)
		return faults_reply(&faults, reply);
	*ret_good = true;
	(void)snprintf(loading->upload, sizeof loading->upload, "%s", texts[0]);
	(void)snprintf(loading->wanted, sizeof loading->wanted, "%s", texts[1] != NULL ? texts[1] : "");
	return JISR_OK;
}

static int load_list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	uint64_t id = 0;
	bool good = false;
	int error;
	struct loading *loading = memory_zero(1, sizeof *loading);
	if (loading == NULL)
		return JISR_NO_MEMORY;
	loading->service = service;
	text_init(&loading->bad, CHORE_MAX_RESULT / 2);
	(void)snprintf(loading->officer, sizeof loading->officer, "%s", request->caller_is->officer);
	error = read_order(request, loading, reply, &good);
	if (!error && good) {
		error = upload_files(directory_of(service), loading->upload, add_path, loading, &problem);
		if (!error && loading->count == 0)
			error = problem_set(&problem, JISR_BAD_INPUT, "no file of this upload was sent yet");
		good = error == JISR_OK;
		if (error)
			error = record_reply_error(request, reply, error, &problem);
	}
	if (!good) { /* the upload stays */
		text_finish(&loading->bad);
		memory_free(loading);
		return error;
	}
	char what[LIST_LOAD_SOURCE];
	list_load_source(&(struct list_load){.paths = loading->list, .path_count = loading->count}, what);
	const struct chore_order order = {.kind = "list.load",
	                                  .what = what,
	                                  .by = request->caller_is->name,
	                                  .work = load,
	                                  .free = loading_free,
	                                  .context = loading};
	error = chores_begin(service_chores(service), &order, &id, &problem);
	return error ? record_reply_error(request, reply, error == JISR_CANCELLED ? JISR_BUSY : error, &problem)
	             : chores_reply(request, reply, id);
}

static int drop_list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	size_t missing = 0;
	int error;
	struct store *store = service_store(service);
	struct record_lists_by by = {.store = store, .officer = request->caller_is->officer};
	struct catalogue_keeper keeper = record_lists_keeper(&by);
	error = record_lists_settle(store_directory(store), &missing, &problem);
	if (!error)
		error = catalogue_open(store_directory(store), &catalogue, &problem);
	if (!error) {
		catalogue_keep(catalogue, &keeper);
		error = catalogue_drop(catalogue, request->variables[0], &problem);
	}
	if (error)
		return record_reply_error(request, reply, error, &problem);
	service_look(service);
	return JISR_OK;
}

/* ---- chores ---- */

/* Administrators of lists, of backups, see what is under way. */
static bool may_see(struct service *service, const struct http_request *request, struct http_reply *reply,
                    int *ret_error)
{
	if (record_reply_store(service, reply, ret_error) == NULL)
		return false;
	if (caller_may(request->caller_is, RIGHT_LISTS_LOAD) || caller_may(request->caller_is, RIGHT_BACKUPS))
		return true;
	*ret_error = http_reply_problem(reply, 403, "Not allowed", "This is for who may load lists or make backups.");
	return false;
}

static int list_chores(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	int error;
	if (!may_see(service, request, reply, &error))
		return error;
	error = record_reply_begin(request, reply, 200, 0);
	emit_object(&reply->body, NULL);
	chores_emit_all(service_chores(service), "chores", &reply->body);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

static int one_chore(struct service *service, const struct http_request *request, struct http_reply *reply, bool cancel)
{
	struct problem problem = {""};
	uint64_t id = 0;
	int error;
	if (!may_see(service, request, reply, &error))
		return error;
	if (!digits_ordinal(request->variables[0], &id))
		return http_reply_problem(reply, 404, "Not found", "Pieces of work have numbers from 1.");
	if (cancel)
		error = chores_cancel(service_chores(service), id, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (!error)
		error = chores_emit(service_chores(service), id, &reply->body, &problem);
	return error ? record_reply_error(request, reply, error, &problem) : reply->body.error;
}

static int show_chore(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return one_chore(service, request, reply, false);
}

static int stop_chore(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return one_chore(service, request, reply, true);
}

const struct http_route routes_lists[] = {
	{HTTP_POST, "/api/v1/uploads", begin_upload, HTTP_STYLE_PROBLEM, "api_upload_begin", .right = RIGHT_LISTS_LOAD,
         .heavy = true, .body_max = BODY_MOST},
	{HTTP_GET, "/api/v1/uploads/{id}", show_upload, HTTP_STYLE_PROBLEM, "api_upload", .right = RIGHT_LISTS_LOAD,
         .unproved = true, .heavy = true},
	{HTTP_DELETE, "/api/v1/uploads/{id}", end_upload, HTTP_STYLE_PROBLEM, "api_upload_end",
         .right = RIGHT_LISTS_LOAD, .unproved = true, .heavy = true},
	{HTTP_PUT, "/api/v1/uploads/{id}/{file}", put_piece, HTTP_STYLE_PROBLEM, "api_upload_piece",
         .right = RIGHT_LISTS_LOAD, .unproved = true, .heavy = true, .body_max = PIECE_MOST},
	{HTTP_POST, "/api/v1/lists", load_list, HTTP_STYLE_PROBLEM, "api_list_load", .right = RIGHT_LISTS_LOAD,
         .heavy = true, .body_max = BODY_MOST},
	{HTTP_DELETE, "/api/v1/lists/{name}", drop_list, HTTP_STYLE_PROBLEM, "api_list_drop", .right = RIGHT_LISTS_LOAD,
         .waits = true},
	{HTTP_GET, "/api/v1/chores", list_chores, HTTP_STYLE_PROBLEM, "api_chores", .right = RIGHT_LISTS_READ},
	{HTTP_GET, "/api/v1/chores/{id}", show_chore, HTTP_STYLE_PROBLEM, "api_chore", .right = RIGHT_LISTS_READ},
	{HTTP_DELETE, "/api/v1/chores/{id}", stop_chore, HTTP_STYLE_PROBLEM, "api_chore_stop",
         .right = RIGHT_LISTS_READ},
	{0},
};
