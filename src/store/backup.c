#include "store/backup.h"

#include "base/canonical.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/tree.h"
#include "store/log.h"
#include "store/snapshot.h"
#include "store/sql.h"
#include "store/store_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define VERSION   1
#define STATUS    "network/status.json" /* a view of now, written anew every other second */
#define UPLOADS   "uploads"             /* web/uploads.h: what waits to be loaded */
#define LOCK      "lock"                /* watch/catalogue's: who holds it changes the lists */
#define LOCK_WAIT 60000                 /* milliseconds */
#define CHUNK     (1 << 20)

/* ---- paths ---- */

static bool path_valid(const char *path)
{
	size_t length = strnlen(path, BACKUP_MAX_PATH + 1), depth = 1;
	if (length == 0 || length > BACKUP_MAX_PATH || strcmp(path, BACKUP_MANIFEST) == 0)
		return false;
	for (const char *part = path;; depth++) {
		const char *end = strchrnul(part, '/');
		size_t size = (size_t)(end - part);
		if (size == 0 || (size <= 2 && strspn(part, ".") >= size) || depth > BACKUP_MAX_DEPTH)
			return false;
		if (*end == '\0')
			return true;
		part = end + 1;
	}
}

static int join(char out[FILE_MAX_PATH], const char *folder, const char *name, struct problem *problem)
{
	int length = snprintf(out, FILE_MAX_PATH, "%s/%s", folder, name);
	return length > 0 && length < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", folder);
}

/* The folders that lead to a path, below a folder that is there. */
static int make_folders(const char *folder, const char *path, struct problem *problem)
{
	char whole[FILE_MAX_PATH];
	int error = join(whole, folder, path, problem);
	if (error)
		return error;
	for (char *slash = strchr(whole + strlen(folder) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(whole, 0700) != 0 && errno != EEXIST)
			return file_problem(problem, whole, "create it");
		*slash = '/';
	}
	return JISR_OK;
}

/* ---- copying and hashing ---- */

static int copy_open(int from, int to, const char *from_path, const char *to_path, struct problem *problem)
{
	CLEANUP(memory_freep) char *chunk = memory_alloc(CHUNK);
	if (chunk == NULL)
		return problem_no_memory(problem);
	for (;;) {
		ssize_t got = read(from, chunk, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return file_problem(problem, from_path, "read it");
		if (got == 0)
			return fsync(to) == 0 ? JISR_OK : file_problem(problem, to_path, "write it");
		if (file_write(to, chunk, (size_t)got) != JISR_OK)
			return file_problem(problem, to_path, "write it");
	}
}

static int copy_file(const char *from, const char *to, struct problem *problem)
{
	int source = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (source < 0)
		return file_problem(problem, from, "read it");
	int target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int error = target < 0 ? file_problem(problem, to, "write it") : copy_open(source, target, from, to, problem);
	(void)close(source);
	if (target >= 0)
		(void)close(target);
	return error;
}

/* ---- the manifest ---- */

static int compare_files(const void *a, const void *b)
{
	return strcmp(((const struct backup_file *)a)->path, ((const struct backup_file *)b)->path);
}

static int manifest_write(const struct backup_manifest *manifest, const char *folder, struct problem *problem)
{
	char path[FILE_MAX_PATH], hex[65];
	struct text text;
	cJSON *root = tree_object();
	tree_text(root, "checkpoint", manifest->checkpoint);
	cJSON *files = tree_add_array(root, "files");
	for (size_t i = 0; i < manifest->count; i++) {
		cJSON *file = tree_add_object(files, NULL);
		sodium_bin2hex(hex, sizeof hex, manifest->files[i].hash, 32);
		tree_text(file, "path", manifest->files[i].path);
		tree_text(file, "sha256", hex);
		tree_count(file, "size", manifest->files[i].size);
	}
	tree_text(root, "made", manifest->made);
	tree_text(root, "program", manifest->program);
	tree_count(root, "version", VERSION);
	text_init(&text, BACKUP_MAX_MANIFEST);
	int error = tree_failed() ? JISR_NO_MEMORY : canonical_write(root, &text);
	if (error)
		error = problem_set(problem, error, "the manifest of the backup: %s", error_text(error));
	if (!error)
		error = join(path, folder, BACKUP_MANIFEST, problem);
	if (!error)
		error = file_replace(path, text.bytes, text.length, problem);
	text_finish(&text);
	json_free(root);
	return error;
}

static int bad(struct problem *problem, const char *what)
{
	return problem_set(problem, JISR_BAD_INPUT, "this is no manifest of a backup: %s", what);
}

static const char *copied_text(const cJSON *object, const char *name, struct arena *arena, bool *no_memory)
{
	const char *text = json_get_text(object, name);
	const char *copy = text != NULL ? arena_text(arena, text, strlen(text)) : NULL;
	*no_memory = *no_memory || (text != NULL && copy == NULL);
	return copy;
}

static bool read_count(const cJSON *object, const char *name, uint64_t *ret_number)
{
	return json_whole(json_get(object, name), 0, JSON_MAX_WHOLE, ret_number);
}

static int read_file(const cJSON *item, struct arena *arena, struct backup_file *file, struct problem *problem)
{
	bool no_memory = false;
	size_t length = 0;
	const char *hex = json_get_text(item, "sha256");
	file->path = copied_text(item, "path", arena, &no_memory);
	if (no_memory)
		return problem_no_memory(problem);
	if (file->path == NULL || !path_valid(file->path))
		return bad(problem, "the path of a file that cannot be");
	if (!text_is_hex(hex, 64) || sodium_hex2bin(file->hash, 32, hex, 64, NULL, &length, NULL) != 0 ||
	    length != 32 || !read_count(item, "size", &file->size) || cJSON_GetArraySize(item) != 3)
		return bad(problem, "a file without its hash or size");
	return JISR_OK;
}

static int read_files(const cJSON *list, struct arena *arena, struct backup_manifest *manifest, struct problem *problem)
{
	int count = cJSON_GetArraySize(list), error = JISR_OK;
	if (!cJSON_IsArray(list) || count > BACKUP_MAX_FILES)
		return bad(problem, "no files, or too many");
	manifest->files = arena_zero(arena, (size_t)count + 1, sizeof *manifest->files);
	if (manifest->files == NULL)
		return problem_no_memory(problem);
	for (const cJSON *item = list->child; !error && item != NULL; item = item->next) {
		struct backup_file *file = &manifest->files[manifest->count];
		error = read_file(item, arena, file, problem);
		if (!error && manifest->count > 0 && strcmp(file[-1].path, file->path) >= 0)
			error = bad(problem, "its files are not sorted, or one stands in it twice");
		manifest->count += !error;
		manifest->bytes += file->size;
	}
	return error;
}

int backup_manifest_read(const char *bytes, size_t length, struct arena *arena, struct backup_manifest *ret_manifest,
                         struct problem *problem)
{
	struct backup_manifest manifest = {0};
	CLEANUP(json_freep) cJSON *root = NULL;
	struct text again;
	uint64_t version = 0;
	bool no_memory = false;
	if (length > BACKUP_MAX_MANIFEST)
		return problem_set(problem, JISR_TOO_LARGE, "the manifest of a backup has at most %zu bytes",
		                   BACKUP_MAX_MANIFEST);
	int error = json_read(bytes, length, &root, problem);
	if (error)
		return error;
	if (!read_count(root, "version", &version) || version == 0)
		return bad(problem, "it has no version");
	if (version > VERSION)
		return problem_set(problem, JISR_UNSUPPORTED,
		                   "the backup was made by a later version of jisr. Use that version to restore it");
	text_init(&again, length);
	error = canonical_write(root, &again);
	bool same = !error && again.length == length && memcmp(again.bytes, bytes, length) == 0;
	text_finish(&again);
	if (error == JISR_NO_MEMORY)
		return problem_set(problem, error, "out of memory");
	if (!same || cJSON_GetArraySize(root) != 5)
		return bad(problem, "it was changed by hand");
	manifest.made = copied_text(root, "made", arena, &no_memory);
	manifest.program = copied_text(root, "program", arena, &no_memory);
	manifest.checkpoint = copied_text(root, "checkpoint", arena, &no_memory);
	if (no_memory)
		return problem_no_memory(problem);
	if (manifest.made == NULL || manifest.program == NULL ||
	    (manifest.checkpoint == NULL && !cJSON_IsNull(json_get(root, "checkpoint"))))
		return bad(problem, "it lacks a member");
	error = read_files(json_get(root, "files"), arena, &manifest, problem);
	if (!error)
		*ret_manifest = manifest;
	return error;
}

/* ---- making ---- */

struct making {
	const char *directory, *temp;
	bool keys;
	struct arena *arena;
	struct backup_manifest manifest;
	struct problem *problem;
};

static bool ends_with(const char *name, const char *end)
{
	size_t length = strlen(name), size = strlen(end);
	return length >= size && strcmp(name + length - size, end) == 0;
}

/* What belongs to the moment, not to the data. */
static bool passed_over(const char *path)
{
	return strcmp(path, LOCK) == 0 || strncmp(path, SNAPSHOT_FOLDER "/", sizeof SNAPSHOT_FOLDER) == 0 ||
	       ends_with(path, "-wal") || ends_with(path, "-shm") || ends_with(path, "-journal") ||
	       strstr(path, ".new-") != NULL || strcmp(path, BACKUP_MANIFEST) == 0 ||
	       strncmp(path, STATUS, strlen(STATUS)) == 0 || strcmp(path, UPLOADS) == 0;
}

/* In keys, and those of certificates, wherever they lie. */
static bool is_key(const char *path)
{
	return strcmp(path, STORE_KEYS) == 0 || ends_with(path, ".key");
}

static int add_file(struct making *making, const char *path)
{
	char from[FILE_MAX_PATH], to[FILE_MAX_PATH];
	struct backup_file *file = &making->manifest.files[making->manifest.count];
	if (making->manifest.count == BACKUP_MAX_FILES)
		return problem_set(making->problem, JISR_TOO_LARGE, "%s has more than %d files", making->directory,
		                   BACKUP_MAX_FILES);
	if (!path_valid(path))
		return problem_set(making->problem, JISR_TOO_LARGE, "%s/%.200s: its path is too long for a backup",
		                   making->directory, path);
	int error = join(from, making->directory, path, making->problem);
	if (!error)
		error = join(to, making->temp, path, making->problem);
	if (!error)
		error = make_folders(making->temp, path, making->problem);
	if (!error)
		error = ends_with(path, ".db") ? sql_copy(from, to, making->problem)
		                               : copy_file(from, to, making->problem);
	if (!error)
		error = sha256_file(to, file->hash, &file->size, making->problem);
	file->path = arena_text(making->arena, path, strlen(path));
	if (!error && file->path == NULL)
		error = problem_no_memory(making->problem);
	if (!error) {
		making->manifest.count++;
		making->manifest.bytes += file->size;
	}
	return error;
}

/* Everything below a folder ("" for the whole), but the record. */
static int add_folder(struct making *making, const char *path, int depth)
{
	char whole[FILE_MAX_PATH];
	int error = join(whole, making->directory, path, making->problem);
	DIR *folder = error ? NULL : opendir(whole);
	if (!error && folder == NULL)
		return file_problem(making->problem, whole, "read it");
	for (struct dirent *entry; !error && (entry = readdir(folder)) != NULL;) {
		char inner[FILE_MAX_PATH];
		struct stat status;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		int length = snprintf(inner, sizeof inner, "%s%s%s", path, path[0] != '\0' ? "/" : "", entry->d_name);
		if (length < 0 || length >= (int)sizeof inner || passed_over(inner) ||
		    strcmp(inner, STORE_NAME_FILE) == 0 || (!making->keys && is_key(inner)))
			continue;
		error = join(whole, making->directory, inner, making->problem);
		if (error || lstat(whole, &status) != 0) /* gone meanwhile */
			continue;
		if (S_ISDIR(status.st_mode) && depth < BACKUP_MAX_DEPTH)
			error = add_folder(making, inner, depth + 1);
		else if (S_ISREG(status.st_mode))
			error = add_file(making, inner);
	}
	(void)closedir(folder);
	return error;
}

/* The newest checkpoint of the copied record. */
static int read_checkpoint(struct making *making)
{
	CLEANUP(sql_closep) struct sql *sql = NULL;
	CLEANUP(log_freep) struct log *log = NULL;
	char path[FILE_MAX_PATH];
	struct text note;
	uint64_t size;
	text_init(&note, NOTE_MAX_BYTES);
	int error = join(path, making->temp, STORE_NAME_FILE, making->problem);
	if (!error)
		error = sql_open(path, SQL_READ, STORE_APPLICATION, &sql, making->problem);
	if (!error)
		error = log_open_sqlite(sql, &log, making->problem);
	if (!error)
		error = log_checkpoint(log, UINT64_MAX, &note, &size, making->problem);
	if (!error) {
		making->manifest.checkpoint = arena_text(making->arena, note.bytes, note.length);
		if (making->manifest.checkpoint == NULL)
			error = problem_no_memory(making->problem);
	}
	text_finish(&note);
	return error;
}

/* Holds the lists still. */
static int hold_lists(const char *directory, int *ret_lock, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = join(path, directory, LOCK, problem);
	int64_t until = clock_milliseconds() + LOCK_WAIT;
	if (error)
		return error;
	while ((error = file_lock(path, ret_lock, problem)) == JISR_BUSY && clock_milliseconds() < until) {
		const struct timespec rest = {0, 50000000};
		(void)nanosleep(&rest, NULL);
	}
	return error == JISR_BUSY ? problem_set(problem, error,
	                                        "%s: lists are being loaded for a minute now. Try again when "
	                                        "that has ended",
	                                        directory)
	                          : error;
}

static int add_all(struct making *making)
{
	char path[FILE_MAX_PATH];
	int lock = -1;
	int error = hold_lists(making->directory, &lock, making->problem);
	if (!error)
		error = add_folder(making, "", 1);
	if (!error)
		error = join(path, making->directory, STORE_NAME_FILE, making->problem);
	bool record = !error && access(path, F_OK) == 0;
	if (record)
		error = add_file(making, STORE_NAME_FILE);
	if (lock >= 0)
		(void)close(lock);
	return error || !record ? error : read_checkpoint(making);
}

/* A fresh folder beside `path`. */
static int make_beside(const char *path, char temp[FILE_MAX_PATH], struct problem *problem)
{
	int length = snprintf(temp, FILE_MAX_PATH, "%s.new-XXXXXX", path);
	if (length < 0 || length >= FILE_MAX_PATH)
		return problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", path);
	return mkdtemp(temp) != NULL ? JISR_OK : file_problem(problem, path, "write it");
}

static int sync_folders(const struct backup_manifest *manifest, const char *folder, struct problem *problem)
{
	int error = JISR_OK;
	for (size_t i = 0; !error && i < manifest->count; i++) {
		char path[FILE_MAX_PATH];
		error = join(path, folder, manifest->files[i].path, problem);
		char *slash = strrchr(path, '/');
		*slash = '\0';
		if (!error && strcmp(path, folder) != 0)
			error = file_sync_folder(path, problem);
	}
	return error ? error : file_sync_folder(folder, problem);
}

static void without_slashes(const char *path, char out[FILE_MAX_PATH])
{
	(void)snprintf(out, FILE_MAX_PATH, "%s", path);
	for (size_t length = strlen(out); length > 1 && out[length - 1] == '/';)
		out[--length] = '\0';
}

int backup_make(const char *directory, const char *target, bool keys, struct arena *arena,
                struct backup_manifest *ret_manifest, struct problem *problem)
{
	char temp[FILE_MAX_PATH], path[FILE_MAX_PATH], now[CLOCK_UTC_MAX];
	struct stat status;
	without_slashes(target, path);
	if (stat(directory, &status) != 0 || !S_ISDIR(status.st_mode))
		return problem_set(problem, JISR_NOT_FOUND, "%s is no data directory", directory);
	if (lstat(path, &status) == 0)
		return problem_set(problem, JISR_STATE, "%s is there already. Name a folder that is not", path);
	int error = make_beside(path, temp, problem);
	if (error)
		return error;
	struct making making = {.directory = directory, .temp = temp, .keys = keys, .arena = arena, .problem = problem};
	making.manifest.made = arena_format(arena, "%s", clock_utc(now));
	making.manifest.program = "jisr " JISR_VERSION;
	making.manifest.files = arena_zero(arena, BACKUP_MAX_FILES + 1, sizeof *making.manifest.files);
	if (making.manifest.made == NULL || making.manifest.files == NULL)
		error = problem_no_memory(problem);
	if (!error)
		error = add_all(&making);
	if (!error) {
		qsort(making.manifest.files, making.manifest.count, sizeof *making.manifest.files, compare_files);
		error = manifest_write(&making.manifest, temp, problem);
	}
	if (!error)
		error = sync_folders(&making.manifest, temp, problem);
	if (!error && rename(temp, path) != 0)
		error = file_problem(problem, path, "write it");
	if (error) {
		folder_remove(temp);
		return error;
	}
	*ret_manifest = making.manifest;
	return file_sync_parent(path, problem);
}

/* ---- checking and restoring ---- */

int backup_check(const char *folder, struct arena *arena, struct backup_manifest *ret_manifest, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct text text;
	struct backup_manifest manifest;
	text_init(&text, BACKUP_MAX_MANIFEST);
	int error = join(path, folder, BACKUP_MANIFEST, problem);
	if (!error)
		error = file_read(path, &text, problem);
	if (error == JISR_NOT_FOUND)
		error = problem_set(problem, error, "%s is no backup: it has no " BACKUP_MANIFEST, folder);
	else if (!error &&
	         (error = backup_manifest_read(text.bytes, text.length, arena, &manifest, problem)) != JISR_OK)
		problem_prefix(problem, path);
	text_finish(&text);
	for (size_t i = 0; !error && i < manifest.count; i++) {
		uint8_t hash[32];
		uint64_t size = 0;
		error = join(path, folder, manifest.files[i].path, problem);
		if (!error)
			error = sha256_file(path, hash, &size, problem);
		if (!error && (size != manifest.files[i].size || memcmp(hash, manifest.files[i].hash, 32) != 0))
			error = problem_set(problem, JISR_CORRUPT,
			                    "%s is not the file that was backed up. Use another backup", path);
	}
	if (!error)
		*ret_manifest = manifest;
	return error;
}

static int copy_all(const struct backup_manifest *manifest, const char *folder, const char *temp,
                    struct problem *problem)
{
	int error = JISR_OK;
	for (size_t i = 0; !error && i < manifest->count; i++) {
		char from[FILE_MAX_PATH], to[FILE_MAX_PATH];
		uint8_t hash[32];
		uint64_t size;
		error = join(from, folder, manifest->files[i].path, problem);
		if (!error)
			error = join(to, temp, manifest->files[i].path, problem);
		if (!error)
			error = make_folders(temp, manifest->files[i].path, problem);
		if (!error)
			error = copy_file(from, to, problem);
		if (!error)
			error = sha256_file(to, hash, &size, problem);
		if (!error && memcmp(hash, manifest->files[i].hash, 32) != 0)
			error = problem_set(problem, JISR_CORRUPT, "%s changed while it was copied", from);
	}
	return error;
}

int backup_restore(const char *folder, const char *directory,
                   int (*check)(void *context, const char *copy, struct problem *problem), void *context,
                   struct arena *arena, struct backup_manifest *ret_manifest, struct problem *problem)
{
	char temp[FILE_MAX_PATH], path[FILE_MAX_PATH];
	struct backup_manifest manifest;
	struct stat status;
	without_slashes(directory, path);
	if (lstat(path, &status) == 0 && (rmdir(path) != 0 || mkdir(path, 0700) != 0))
		return errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR
		               ? file_problem(problem, path, "put a restored directory in its place")
		               : problem_set(problem, JISR_STATE,
		                             "%s is there and not empty. Move it away, or name another directory",
		                             path);
	int error = backup_check(folder, arena, &manifest, problem);
	if (!error)
		error = make_beside(path, temp, problem);
	if (error)
		return error;
	error = copy_all(&manifest, folder, temp, problem);
	if (!error && check != NULL)
		error = check(context, temp, problem);
	if (!error)
		error = sync_folders(&manifest, temp, problem);
	if (!error && rename(temp, path) != 0)
		error = file_problem(problem, path, "write it");
	if (error) {
		folder_remove(temp);
		return error;
	}
	*ret_manifest = manifest;
	return file_sync_parent(path, problem);
}
