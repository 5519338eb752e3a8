#include "store/shared_files.h"

#include "base/sha256.h"
#include "store/shared_private.h"

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGEST 64 /* hexadecimal digits */
#define HEX    "0123456789abcdef"

static const char *const folders[] = {"documents", "lists", "messages", "objects", "papers", "pictures"};
#define FOLDERS (sizeof folders / sizeof *folders)

/* The digest that a name bears: its last part, but for ".jisr". */
static const char *digest_of(const char *name)
{
	const char *slash = strrchr(name, '/'), *digest = slash != NULL ? slash + 1 : name;
	size_t length = strspn(digest, HEX);
	bool known = false;
	for (size_t i = 0; i < FOLDERS; i++)
		known = known ||
		        (strncmp(name, folders[i], strlen(folders[i])) == 0 && name[strlen(folders[i])] == '/');
	bool good = known && strlen(name) <= SHARED_FILE_NAME && length == DIGEST && strstr(name, "..") == NULL &&
	            (digest[length] == '\0' || strcmp(digest + length, ".jisr") == 0);
	return good ? digest : NULL;
}

static int path_of(const char *directory, const char *name, char out[FILE_MAX_PATH], struct problem *problem)
{
	if (digest_of(name) == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "\"%.100s\" is no name of a file by its digest", name);
	int length = snprintf(out, FILE_MAX_PATH, "%s/%s", directory, name);
	return length < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
}

static int run(struct shared *shared, const char *statement, int count, const char *const *values, const int *lengths,
               struct problem *problem)
{
	SHARED_RESULT result = NULL;
	return shared_run(shared, statement, count, values, lengths, "keep a file", &result, problem);
}

/* Its size there; UINT64_MAX when it is not there. */
static int size_there(struct shared *shared, const char *name, uint64_t *ret_size, struct problem *problem)
{
	const char *const values[] = {name};
	const int lengths[] = {(int)strlen(name)};
	SHARED_RESULT result = NULL;
	int error = shared_connected(shared, problem);
	if (!error)
		error = shared_run(shared, "SELECT size FROM jisr_file WHERE name = $1::text", 1, values, lengths,
		                   "look for a file", &result, problem);
	if (!error)
		*ret_size = PQntuples(result) == 1 ? shared_number(result, 0, 0) : UINT64_MAX;
	return error;
}

static int put_parts(struct shared *shared, const char *name, const struct file_map *map, struct problem *problem)
{
	int error = JISR_OK;
	for (size_t at = 0, part = 0; !error && at < map->size; at += SHARED_FILE_PART, part++) {
		size_t length = map->size - at < SHARED_FILE_PART ? map->size - at : SHARED_FILE_PART;
		uint64_t number = htobe64(part);
		const char *const values[] = {name, (const char *)&number, (const char *)map->bytes + at};
		const int lengths[] = {(int)strlen(name), sizeof number, (int)length};
		error = run(shared,
		            "INSERT INTO jisr_file_part (name, part, bytes) VALUES ($1::text, $2::bigint, $3::bytea)",
		            3, values, lengths, problem);
	}
	return error;
}

static int put(struct shared *shared, const char *directory, const char *name, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct file_map map = {NULL, 0};
	uint64_t there = UINT64_MAX;
	SHARED_RESULT begun = NULL;
	int error = path_of(directory, name, path, problem);
	if (!error)
		error = size_there(shared, name, &there, problem);
	if (error || there != UINT64_MAX)
		return error;
	error = file_map(path, &map, problem);
	if (!error)
		error = shared_begin_with(shared, "BEGIN; SELECT 1", &begun, problem);
	uint64_t size = htobe64(map.size);
	const char *const values[] = {name, (const char *)&size};
	const int lengths[] = {(int)strlen(name), sizeof size};
	if (!error) /* who puts the same one waits here, and finds it */
		error = run(shared, "INSERT INTO jisr_file (name, size) VALUES ($1::text, $2::bigint)", 2, values,
		            lengths, problem);
	if (!error)
		error = put_parts(shared, name, &map, problem);
	file_unmap(&map);
	if (!error && shared_commit_plain(shared, problem) != SHARED_DONE)
		error = JISR_BUSY;
	shared_rollback(shared);
	return error == JISR_CONFLICT ? JISR_OK : error;
}

static int write_parts(struct shared *shared, const char *name, uint64_t size, int fd, char ret_digest[DIGEST + 1],
                       struct problem *problem)
{
	crypto_hash_sha256_state state;
	uint8_t hash[crypto_hash_sha256_BYTES];
	uint64_t done = 0;
	int error = JISR_OK;
	crypto_hash_sha256_init(&state);
	for (uint64_t part = 0; !error && done < size; part++) {
		uint64_t number = htobe64(part);
		const char *const values[] = {name, (const char *)&number};
		const int lengths[] = {(int)strlen(name), sizeof number};
		SHARED_RESULT result = NULL;
		error = shared_run(shared,
		                   "SELECT bytes FROM jisr_file_part WHERE name = $1::text AND part = $2::bigint", 2,
		                   values, lengths, "fetch a file", &result, problem);
		if (error)
			break;
		size_t length = PQntuples(result) == 1 ? (size_t)PQgetlength(result, 0, 0) : 0;
		if (length == 0 || length > SHARED_FILE_PART || length > size - done)
			return problem_set(problem, JISR_CORRUPT, "the shared log: the file %s is not whole there",
			                   name);
		crypto_hash_sha256_update(&state, (const uint8_t *)PQgetvalue(result, 0, 0), length);
		error = file_write(fd, PQgetvalue(result, 0, 0), length);
		if (error)
			(void)file_problem(problem, name, "write it");
		done += length;
	}
	crypto_hash_sha256_final(&state, hash);
	(void)sodium_bin2hex(ret_digest, DIGEST + 1, hash, sizeof hash);
	return error;
}

/* The folders of a name, below the directory. */
static int make_folders(const char *directory, const char *name, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	for (const char *slash = strchr(name, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		(void)snprintf(path, sizeof path, "%s/%.*s", directory, (int)(slash - name), name);
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return file_problem(problem, path, "make it");
	}
	return JISR_OK;
}

static int take(struct shared *shared, const char *directory, const char *name, struct problem *problem)
{
	char path[FILE_MAX_PATH], temp[FILE_MAX_PATH], digest[DIGEST + 1];
	uint64_t size = UINT64_MAX;
	int fd = -1;
	int error = path_of(directory, name, path, problem);
	if (error || access(path, F_OK) == 0)
		return error;
	error = size_there(shared, name, &size, problem);
	if (!error && size == UINT64_MAX)
		return problem_set(problem, JISR_NOT_FOUND, "%s/%s is missing, and not beside the shared log either",
		                   directory, name);
	if (!error)
		error = make_folders(directory, name, problem);
	if (!error)
		error = file_temp(path, temp, &fd, problem);
	if (error)
		return error;
	error = write_parts(shared, name, size, fd, digest, problem);
	if (!error && memcmp(digest, digest_of(name), DIGEST) != 0)
		error = problem_set(problem, JISR_CORRUPT,
		                    "the shared log: the file %s is another one there. It is not taken", name);
	if (!error)
		error = file_publish(fd, temp, path, problem);
	if (error)
		(void)unlink(temp);
	(void)close(fd);
	return error;
}

/* ---- from elsewhere ---- */

static struct {
	pthread_rwlock_t lock;
	char directory[FILE_MAX_PATH];
	shared_file_source source;
	void *context;
} elsewhere = {.lock = PTHREAD_RWLOCK_INITIALIZER};

void shared_files_source(const char *directory, shared_file_source source, void *context)
{
	(void)pthread_rwlock_wrlock(&elsewhere.lock);
	(void)snprintf(elsewhere.directory, sizeof elsewhere.directory, "%s", directory != NULL ? directory : "");
	elsewhere.source = source;
	elsewhere.context = context;
	(void)pthread_rwlock_unlock(&elsewhere.lock);
}

static int from_elsewhere(const char *directory, const char *name, const char *path, struct problem *problem)
{
	(void)pthread_rwlock_rdlock(&elsewhere.lock);
	int error = elsewhere.source != NULL && strcmp(elsewhere.directory, directory) == 0
	                    ? elsewhere.source(elsewhere.context, name, problem)
	                    : problem_set(problem, JISR_NOT_FOUND, "%s is missing", path);
	(void)pthread_rwlock_unlock(&elsewhere.lock);
	return error;
}

/* ---- by directory ---- */

int shared_file_put(const char *directory, const char *name, struct problem *problem)
{
	CLEANUP(shared_freep) struct shared *shared = NULL;
	int error = shared_of(directory, &shared, problem);
	return error || shared == NULL ? error : put(shared, directory, name, problem);
}

int shared_file_fetch(const char *directory, const char *name, struct problem *problem)
{
	CLEANUP(shared_freep) struct shared *shared = NULL;
	char path[FILE_MAX_PATH];
	int error = path_of(directory, name, path, problem);
	if (error || access(path, F_OK) == 0)
		return error;
	error = shared_of(directory, &shared, problem);
	if (!error && shared == NULL)
		return from_elsewhere(directory, name, path, problem);
	return error ? error : take(shared, directory, name, problem);
}

/* JISR_CORRUPT: it is another than its digest. */
static int compare_digest(const char *path, const char *name, struct problem *problem)
{
	char hex[SHA256_HEX];
	int error = sha256_file_hex(path, hex, problem);
	if (error)
		return error;
	return memcmp(hex, digest_of(name), DIGEST) == 0
	               ? JISR_OK
	               : problem_set(problem, JISR_CORRUPT,
	                             "%s is damaged: it is another file than its digest says. Put it back from a "
	                             "backup (jisr restore); at a node take it away, and it is fetched again",
	                             name);
}

/* Another in the place of a damaged one, which is back where nobody brought another, this call or one beside it. */
static int replace_damaged(const char *directory, const char *name, const char *path, struct problem *problem)
{
	char aside[FILE_MAX_PATH + 16];
	(void)snprintf(aside, sizeof aside, "%s.new-damaged", path); /* what a kill leaves is taken for half written */
	if (rename(path, aside) != 0)
		return file_problem(problem, path, "rename it");
	int error = shared_file_fetch(directory, name, problem);
	(void)link(aside, path); /* not where there is another */
	(void)unlink(aside);
	return error;
}

int shared_file_check(const char *directory, const char *name, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct problem found = {""}, why = {""};
	int error = shared_file_fetch(directory, name, problem);
	if (!error)
		error = path_of(directory, name, path, problem);
	if (error)
		return error;
	error = compare_digest(path, name, &found);
	if (error != JISR_CORRUPT)
		return error ? problem_set(problem, error, "%s", found.text) : JISR_OK;
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
	int missed = JISR_OK;
	(void)pthread_mutex_lock(&one_at_a_time);
	if (compare_digest(path, name, NULL) != JISR_OK) /* nobody has replaced it meanwhile */
		missed = replace_damaged(directory, name, path, &why);
	(void)pthread_mutex_unlock(&one_at_a_time);
	if (compare_digest(path, name, NULL) == JISR_OK)
		return JISR_OK;
	bool told = missed != JISR_OK && missed != JISR_NOT_FOUND;
	return problem_set(problem, error, "%s%s%s", found.text, told ? ". Another did not come: " : "",
	                   told ? why.text : "");
}

int shared_file_drop(const char *directory, const char *name, struct problem *problem)
{
	CLEANUP(shared_freep) struct shared *shared = NULL;
	const char *const values[] = {name};
	const int lengths[] = {(int)strlen(name)};
	int error = shared_of(directory, &shared, problem);
	if (!error && shared != NULL)
		error = shared_connected(shared, problem);
	return error || shared == NULL
	               ? error
	               : run(shared, "DELETE FROM jisr_file WHERE name = $1::text", 1, values, lengths, problem);
}

int shared_file_path(const char *directory, const char *folder, const char *digest, char out[FILE_MAX_PATH],
                     struct problem *problem)
{
	int length = snprintf(out, FILE_MAX_PATH, "%s/%s/%.2s/%s", directory, folder, digest, digest);
	return length > 0 && length < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
}

int shared_file_folders(const char *directory, const char *folder, const char *digest, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = shared_file_path(directory, folder, digest, path, problem);
	(void)snprintf(path, sizeof path, "%s/%s", directory, folder);
	if (!error)
		error = file_make_folder(path, problem);
	(void)snprintf(path, sizeof path, "%s/%s/%.2s", directory, folder, digest);
	return error ? error : file_make_folder(path, problem);
}

int shared_file_of(const char *directory, const char *folder, const char *digest, shared_file_act act,
                   struct problem *problem)
{
	char name[SHARED_FILE_NAME];
	(void)snprintf(name, sizeof name, "%s/%.2s/%.64s", folder, digest, digest);
	return act(directory, name, problem);
}

/* ---- all of them ---- */

static int give_folder(struct shared *shared, const char *directory, const char *folder, int depth,
                       struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = JISR_OK;
	(void)snprintf(path, sizeof path, "%s/%s", directory, folder);
	DIR *open = opendir(path);
	if (open == NULL)
		return errno == ENOENT ? JISR_OK : file_problem(problem, path, "read it");
	for (struct dirent *entry; !error && (entry = readdir(open)) != NULL;) {
		char name[FILE_MAX_PATH];
		(void)snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
		if (digest_of(name) != NULL)
			error = put(shared, directory, name, problem);
		else if (depth > 0 && strlen(entry->d_name) == 2 && strspn(entry->d_name, HEX) == 2)
			error = give_folder(shared, directory, name, depth - 1, problem);
	}
	(void)closedir(open);
	return error;
}

int shared_files_give(struct shared *shared, const char *directory, struct problem *problem)
{
	int error = JISR_OK;
	for (size_t i = 0; !error && i < FOLDERS; i++)
		error = give_folder(shared, directory, folders[i], 1, problem);
	return error;
}

int shared_files_take(struct shared *shared, const char *directory, struct problem *problem)
{
	SHARED_RESULT result = NULL;
	int error = shared_connected(shared, problem);
	if (!error)
		error = shared_run(shared, "SELECT name FROM jisr_file ORDER BY name", 0, NULL, NULL, "list its files",
		                   &result, problem);
	for (int row = 0; !error && row < PQntuples(result); row++)
		error = take(shared, directory, PQgetvalue(result, row, 0), problem);
	return error;
}
