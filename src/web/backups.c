#include "web/backups.h"

#include "base/clock.h"
#include "base/emit.h"
#include "base/file.h"
#include "base/json.h"
#include "store/replica.h"
#include "store/store.h"
#include "store/verify.h"
#include "watch/catalogue.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CHECKED_MAX ((size_t)4 << 10) /* bytes of what is kept of a check */

static void on_finding(void *context, uint64_t sequence, const char *sentence)
{
	struct problem *first = context;
	(void)sequence;
	if (first->text[0] == '\0')
		(void)problem_set(first, JISR_CORRUPT, "%s", sentence);
}

static int verify_log(const char *copy, uint64_t *ret_entries, struct problem *problem)
{
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem first = {""};
	struct verify_result result;
	struct verify_options how = {.finding = on_finding, .context = &first};
	struct replica replica;
	const struct store_options options = {.directory = copy, .read_only = true};
	int error = store_open(&options, &store, problem);
	if (error == JISR_NOT_FOUND) {
		problem->text[0] = '\0';
		return JISR_OK; /* lists alone */
	}
	how.replica = !error && replica_of(store, &replica);
	if (!error)
		error = store_read(store, &reader, problem);
	if (!error)
		error = log_verify(store_reader_log(reader), &how, &result, problem);
	if (!error && first.text[0] != '\0')
		error = problem_set(problem, JISR_CORRUPT, "the log in the backup is not whole: %s", first.text);
	if (!error)
		*ret_entries = result.entries;
	return error;
}

int backups_verify(const char *copy, uint64_t *ret_entries, struct problem *problem)
{
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	*ret_entries = 0;
	int error = verify_log(copy, ret_entries, problem);
	if (!error)
		error = catalogue_open(copy, &catalogue, problem);
	for (size_t i = 0; !error && i < catalogue_count(catalogue); i++)
		error = catalogue_verify(catalogue, i, problem);
	return error;
}

/* ---- the folder ---- */

static bool name_good(const char *name)
{
	size_t length = strnlen(name, BACKUPS_MAX_NAME + 1);
	return length > 0 && length <= BACKUPS_MAX_NAME && name[0] != '.' && name[0] != '-' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:") == length &&
	       strstr(name, ".checked") == NULL && strstr(name, ".new-") == NULL;
}

static int path_of(const char *folder, const char *name, const char *end, char path[FILE_MAX_PATH],
                   struct problem *problem)
{
	if (!name_good(name))
		return problem_set(problem, JISR_NOT_FOUND, "there is no backup %.60s", name);
	int length = snprintf(path, FILE_MAX_PATH, "%s/%s%s", folder, name, end);
	return length > 0 && length < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "the path of the folder of backups is too long");
}

/* Reads a manifest, and nothing else of the backup. */
static int read_manifest(const char *folder, const char *name, struct arena *arena,
                         struct backup_manifest *ret_manifest, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct text text;
	text_init(&text, BACKUP_MAX_MANIFEST);
	int error = path_of(folder, name, "/" BACKUP_MANIFEST, path, problem);
	if (!error)
		error = file_read(path, &text, problem);
	if (!error)
		error = backup_manifest_read(text.bytes, text.length, arena, ret_manifest, problem);
	text_finish(&text);
	return error;
}

static bool has_keys(const struct backup_manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++)
		if (strncmp(manifest->files[i].path, STORE_KEYS "/", strlen(STORE_KEYS) + 1) == 0)
			return true;
	return false;
}

static void emit_checked(const char *folder, const char *name, struct text *text)
{
	char path[FILE_MAX_PATH];
	CLEANUP(json_freep) cJSON *json = NULL;
	struct text kept;
	text_init(&kept, CHECKED_MAX);
	bool good = path_of(folder, name, ".checked", path, NULL) == JISR_OK &&
	            file_read(path, &kept, NULL) == JISR_OK &&
	            json_read(kept.bytes, kept.length, &json, NULL) == JISR_OK && json_get_text(json, "at") != NULL;
	text_finish(&kept);
	if (!good) {
		emit_null(text, "checked");
		return;
	}
	emit_object(text, "checked");
	emit_text(text, "at", json_get_text(json, "at"));
	emit_bool(text, "good", cJSON_IsTrue(json_get(json, "good")));
	emit_text(text, "problem", json_get_text(json, "problem"));
	emit_count(text, "entries", json_get_whole(json, "entries"));
	emit_close_object(text);
}

static void emit_one(const char *folder, const char *name, struct arena *arena, struct text *text)
{
	struct backup_manifest manifest;
	struct problem problem = {""};
	arena_reset(arena);
	int error = read_manifest(folder, name, arena, &manifest, &problem);
	if (error == JISR_NOT_FOUND) /* another folder */
		return;
	emit_object(text, NULL);
	emit_text(text, "name", name);
	if (error) {
		emit_text(text, "problem", problem.text);
	} else {
		emit_text(text, "made", manifest.made);
		emit_text(text, "program", manifest.program);
		emit_count(text, "files", manifest.count);
		emit_count(text, "bytes", manifest.bytes);
		emit_bool(text, "keys", has_keys(&manifest));
		emit_text(text, "checkpoint", manifest.checkpoint);
	}
	emit_checked(folder, name, text);
	emit_close_object(text);
}

static int shown(const struct dirent *entry)
{
	return name_good(entry->d_name);
}

static int newest_first(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*b)->d_name, (*a)->d_name);
}

int backups_emit(const char *folder, const char *key, struct text *text, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct dirent **entries = NULL;
	int error = arena_new(BACKUPS_MEMORY, &arena);
	if (error)
		return problem_set(problem, error, "out of memory");
	int count = scandir(folder, &entries, shown, newest_first);
	if (count < 0)
		return file_problem(problem, folder, "read it") == JISR_NOT_FOUND
		               ? problem_set(problem, JISR_STATE, "the folder of backups, %s, is not there", folder)
		               : JISR_STATE;
	emit_array(text, key);
	for (int i = 0; i < count; i++) {
		if (i < BACKUPS_MOST)
			emit_one(folder, entries[i]->d_name, arena, text);
		free(entries[i]);
	}
	free(entries);
	emit_close_array(text);
	return text->error;
}

static int keep_checked(const char *folder, const char *name, uint64_t entries, int error, const struct problem *found,
                        struct problem *problem)
{
	char path[FILE_MAX_PATH], now[CLOCK_UTC_MAX];
	struct text text;
	text_init(&text, CHECKED_MAX);
	emit_object(&text, NULL);
	emit_text(&text, "at", clock_utc(now));
	emit_bool(&text, "good", error == JISR_OK);
	emit_text(&text, "problem", error == JISR_OK ? NULL : found->text);
	emit_count(&text, "entries", entries);
	emit_close_object(&text);
	int failed = text.error ? text.error : path_of(folder, name, ".checked", path, problem);
	if (!failed)
		failed = file_replace(path, text.bytes, text.length, problem);
	text_finish(&text);
	return failed;
}

int backups_check(const char *folder, const char *name, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct backup_manifest manifest;
	char path[FILE_MAX_PATH];
	struct stat status;
	uint64_t entries = 0;
	int error = path_of(folder, name, "", path, problem);
	if (!error && (stat(path, &status) != 0 || !S_ISDIR(status.st_mode)))
		error = problem_set(problem, JISR_NOT_FOUND, "there is no backup %.60s", name);
	if (!error)
		error = arena_new(BACKUPS_MEMORY, &arena);
	if (error)
		return error;
	error = backup_check(path, arena, &manifest, problem);
	if (!error)
		error = backups_verify(path, &entries, problem);
	if (error == JISR_NO_MEMORY || error == JISR_BUSY)
		return error; /* nothing was found out */
	int kept = keep_checked(folder, name, entries, error, problem, error ? NULL : problem);
	return error ? error : kept;
}

int backups_make(const char *folder, const char *directory, bool keys, char ret_name[BACKUPS_MAX_NAME + 1],
                 struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct backup_manifest manifest;
	char path[FILE_MAX_PATH], now[CLOCK_UTC_MAX];
	int error = arena_new(BACKUPS_MEMORY, &arena);
	if (error)
		return problem_set(problem, error, "out of memory");
	(void)snprintf(ret_name, BACKUPS_MAX_NAME + 1, "%s", clock_utc(now));
	for (char *at = ret_name; *at != '\0'; at++)
		*at = *at == ':' ? '-' : *at;
	error = path_of(folder, ret_name, "", path, problem);
	if (!error)
		error = backup_make(directory, path, keys, arena, &manifest, problem);
	return error ? error : backups_check(folder, ret_name, problem);
}
