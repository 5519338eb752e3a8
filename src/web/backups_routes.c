/* /api/v1/backups: those in the folder that the settings name; making one, checking one. Putting one back stays with the command
 * line: who restores has no service that runs. */
#include "base/emit.h"
#include "base/json.h"
#include "web/backups.h"
#include "web/chores.h"
#include "web/faults.h"
#include "web/record_reply.h"

#include <string.h>

#define BODY_MOST ((size_t)1 << 10)

/* The folder; NULL, and the reply says that none is set. */
static const char *folder_of(struct service *service, struct http_reply *reply, int *ret_error)
{
	const char *folder = service_settings(service)->backups;
	if (folder == NULL)
		*ret_error = http_reply_problem(reply, 409, "Not possible now",
		                                "No folder for backups is set: name one in the settings (backups = "
		                                "/mnt/backup), or make them with jisr backup.");
	return folder;
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	const char *folder = service_settings(service)->backups;
	int error = record_reply_begin(request, reply, 200, 0);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "folder", folder);
	if (!error && folder != NULL) {
		error = backups_emit(folder, "backups", &reply->body, &problem);
	} else {
		emit_array(&reply->body, "backups");
		emit_close_array(&reply->body);
	}
	emit_close_object(&reply->body);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	return reply->body.error;
}

/* ---- making and checking ---- */

struct work {
	const char *folder, *directory; /* the service's: they outlive it */
	bool keys;
	char name[BACKUPS_MAX_NAME + 1];
};

static void work_free(void *context)
{
	memory_free(context);
}

static int finish(const struct work *work, int error, struct text *result)
{
	emit_object(result, NULL);
	emit_text(result, "name", work->name);
	emit_close_object(result);
	return error;
}

static int make_one(struct chore *chore, void *context, struct text *result, struct problem *problem)
{
	struct work *work = context;
	(void)chore;
	return finish(work, backups_make(work->folder, work->directory, work->keys, work->name, problem), result);
}

static int check_one(struct chore *chore, void *context, struct text *result, struct problem *problem)
{
	struct work *work = context;
	(void)chore;
	return finish(work, backups_check(work->folder, work->name, problem), result);
}

static int begin(struct service *service, const struct http_request *request, struct http_reply *reply,
                 const struct work *wanted, const char *kind, chore_work run)
{
	struct problem problem = {""};
	uint64_t id = 0;
	struct work *work = memory_alloc(sizeof *work);
	if (work == NULL)
		return JISR_NO_MEMORY;
	*work = *wanted;
	const struct chore_order order = {.kind = kind,
	                                  .what = wanted->name[0] != '\0' ? wanted->name : "backup",
	                                  .by = request->caller_is->name,
	                                  .work = run,
	                                  .free = work_free,
	                                  .context = work};
	int error = chores_begin(service_chores(service), &order, &id, &problem);
	return error ? record_reply_error(request, reply, error == JISR_CANCELLED ? JISR_BUSY : error, &problem)
	             : chores_reply(request, reply, id);
}

static int make(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	int error;
	const char *folder = folder_of(service, reply, &error);
	if (folder == NULL)
		return error;
	if (request->body_length > 0) {
		error = faults_read_body(request, reply, &json);
		if (error || json == NULL)
			return error;
	}
	const cJSON *keys = json_get(json, "keys");
	if (json != NULL && (!cJSON_IsObject(json) || cJSON_GetArraySize(json) > (keys != NULL) ||
	                     (keys != NULL && !cJSON_IsBool(keys))))
		return http_reply_problem(reply, 422, "The request is not valid",
		                          "There is \"keys\": false leaves the secret keys out.");
	const struct work work = {
		.folder = folder, .directory = store_directory(service_store(service)), .keys = !cJSON_IsFalse(keys)};
	return begin(service, request, reply, &work, "backup.make", make_one);
}

static int check(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	int error;
	struct work work = {.folder = folder_of(service, reply, &error)};
	if (work.folder == NULL)
		return error;
	if (strlen(request->variables[0]) > BACKUPS_MAX_NAME)
		return http_reply_problem(reply, 404, "Not found", "There is no such backup.");
	(void)snprintf(work.name, sizeof work.name, "%s", request->variables[0]);
	return begin(service, request, reply, &work, "backup.check", check_one);
}

/* Who has a copy has everything, so that making one is an export. */
const struct http_route routes_backups[] = {
	{HTTP_GET, "/api/v1/backups", list, HTTP_STYLE_PROBLEM, "api_backups", .right = RIGHT_BACKUPS, .heavy = true,
         .access = "view", .unproved = true},
	{HTTP_POST, "/api/v1/backups", make, HTTP_STYLE_PROBLEM, "api_backup_make", .right = RIGHT_BACKUPS,
         .heavy = true, .access = "export", .body_max = BODY_MOST},
	{HTTP_POST, "/api/v1/backups/{name}/check", check, HTTP_STYLE_PROBLEM, "api_backup_check",
         .right = RIGHT_BACKUPS, .heavy = true, .body_max = BODY_MOST},
	{0},
};
