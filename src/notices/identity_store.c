#include "notices/identity_store.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "base/text.h"
#include "store/shared_files.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FRESH_SECONDS 600

bool identity_digest_valid(const char *digest)
{
	return text_is_hex(digest, IDENTITY_DIGEST - 1);
}

static int path_of(const char *directory, const char *digest, char out[FILE_MAX_PATH], struct problem *problem)
{
	if (!identity_digest_valid(digest))
		return problem_set(problem, JISR_NOT_FOUND, "there is no such copy");
	return shared_file_path(directory, IDENTITY_FOLDER, digest, out, problem);
}

int identity_put(const char *directory, const char *subject, const void *bytes, size_t length,
                 struct identity_file *ret_file, struct problem *problem)
{
	uint8_t key[SEAL_KEY];
	char path[FILE_MAX_PATH];
	struct identity_file file = {.size = length};
	CLEANUP(memory_freep) uint8_t *sealed = memory_alloc(length + SEAL_MORE);
	if (sealed == NULL)
		return problem_no_memory(problem);
	randombytes_buf(key, sizeof key);
	seal_close(key, subject, bytes, length, sealed);
	sha256_hex(sealed, length + SEAL_MORE, file.digest);
	(void)sodium_bin2hex(file.key, sizeof file.key, key, sizeof key);
	sodium_memzero(key, sizeof key);
	int error = path_of(directory, file.digest, path, problem);
	if (!error)
		error = shared_file_folders(directory, IDENTITY_FOLDER, file.digest, problem);
	if (!error)
		error = file_replace(path, sealed, length + SEAL_MORE, problem);
	if (!error)
		error = shared_file_of(directory, IDENTITY_FOLDER, file.digest, shared_file_put, problem);
	if (!error)
		*ret_file = file;
	sodium_memzero(&file, sizeof file);
	return error;
}

int identity_get(const char *directory, const char *subject, const struct identity_file *file, struct text *bytes,
                 struct problem *problem)
{
	uint8_t key[SEAL_KEY];
	char path[FILE_MAX_PATH];
	struct text sealed;
	int error = path_of(directory, file->digest, path, problem);
	if (error)
		return error;
	text_init(&sealed, IDENTITY_MAX_BYTES + SEAL_MORE);
	error = shared_file_of(directory, IDENTITY_FOLDER, file->digest, shared_file_check, problem);
	if (!error)
		error = file_read(path, &sealed, problem);
	CLEANUP(memory_freep) char *open = memory_alloc(sealed.length + 1);
	if (!error && open == NULL)
		error = problem_no_memory(problem);
	if (!error && (sodium_hex2bin(key, sizeof key, file->key, strlen(file->key), NULL, NULL, NULL) != 0 ||
	               sealed.length != file->size + SEAL_MORE ||
	               !seal_open(key, subject, sealed.bytes, sealed.length, open, file->size)))
		error = problem_set(problem, JISR_CORRUPT, "the copy was changed where it lies, or is another's");
	if (!error && (error = text_add(bytes, open, file->size)) != JISR_OK)
		(void)problem_set(problem, error, "out of memory");
	sodium_memzero(key, sizeof key);
	text_finish(&sealed);
	return error;
}

int identity_drop(const char *directory, const char *digest, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = path_of(directory, digest, path, problem);
	if (error)
		return error;
	if (unlink(path) != 0 && errno != ENOENT)
		return file_problem(problem, path, "be removed");
	return shared_file_of(directory, IDENTITY_FOLDER, digest, shared_file_drop, problem);
}

static int sweep_folder(const char *directory, const char *name, bool (*named)(void *context, const char *digest),
                        void *context, bool *left, struct problem *problem)
{
	char folder[FILE_MAX_PATH];
	int error = JISR_OK;
	if ((size_t)snprintf(folder, sizeof folder, "%s/" IDENTITY_FOLDER "/%.2s", directory, name) >= sizeof folder)
		return problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
	DIR *open = opendir(folder);
	for (struct dirent *entry; !error && open != NULL && (entry = readdir(open)) != NULL;) {
		char path[FILE_MAX_PATH + 300];
		struct stat status;
		(void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		bool half = file_is_temp(entry->d_name);
		if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
		    (!half && (!identity_digest_valid(entry->d_name) || named(context, entry->d_name))))
			continue;
		if (time(NULL) - status.st_mtime <= FRESH_SECONDS)
			*left = true;
		else if (half)
			(void)unlink(path);
		else
			error = identity_drop(directory, entry->d_name, problem);
	}
	if (open != NULL)
		(void)closedir(open);
	return error;
}

int identity_sweep(const char *directory, bool (*named)(void *context, const char *digest), void *context,
                   bool *ret_left, struct problem *problem)
{
	char folder[FILE_MAX_PATH + 16];
	int error = JISR_OK;
	*ret_left = false;
	(void)snprintf(folder, sizeof folder, "%s/" IDENTITY_FOLDER, directory);
	DIR *open = opendir(folder);
	for (struct dirent *entry; !error && open != NULL && (entry = readdir(open)) != NULL;)
		if (strlen(entry->d_name) == 2 && entry->d_name[0] != '.')
			error = sweep_folder(directory, entry->d_name, named, context, ret_left, problem);
	if (open != NULL)
		(void)closedir(open);
	return error;
}
