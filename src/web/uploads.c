#include "web/uploads.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A file's name: no folder, nothing hidden, nothing that a terminal or a page would not show. */
static bool name_good(const char *name)
{
	size_t length = strnlen(name, UPLOAD_MAX_NAME + 1);
	if (length == 0 || length > UPLOAD_MAX_NAME || name[0] == '.' || name[0] == '-' || strchr(name, '/') != NULL)
		return false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
			return false;
	return utf8_valid(name, length, NULL);
}

static bool id_good(const char *id)
{
	return text_is_hex(id, UPLOAD_ID - 1);
}

int upload_path(const char *directory, const char *id, const char *name, char *path, size_t size,
                struct problem *problem)
{
	if (!id_good(id))
		return problem_set(problem, JISR_NOT_FOUND, "there is no upload %.40s", id);
	int length = snprintf(path, size, "%s/" UPLOAD_FOLDER "/%s%s%s", directory, id, name != NULL ? "/" : "",
	                      name != NULL ? name : "");
	return length > 0 && (size_t)length < size ? JISR_OK
	                                           : problem_set(problem, JISR_TOO_LARGE, "the path is too long");
}

/* What a folder holds, sorted by name; NULL when it is not there or memory ends. */
struct listed {
	struct dirent **entries;
	int count;
};

static int shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static struct listed list(const char *path)
{
	struct listed listed = {NULL, 0};
	listed.count = scandir(path, &listed.entries, shown, by_name);
	return listed;
}

static void listed_finish(struct listed *listed)
{
	for (int i = 0; i < listed->count; i++)
		free(listed->entries[i]);
	free(listed->entries);
}

int upload_drop(const char *directory, const char *id, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = upload_path(directory, id, NULL, path, sizeof path, problem);
	if (error)
		return error;
	CLEANUP(listed_finish) struct listed listed = list(path);
	if (listed.count < 0)
		return problem_set(problem, JISR_NOT_FOUND, "there is no upload %s", id);
	for (int i = 0; i < listed.count; i++) {
		char file[FILE_MAX_PATH];
		if (upload_path(directory, id, listed.entries[i]->d_name, file, sizeof file, NULL) == JISR_OK)
			(void)unlink(file);
	}
	return rmdir(path) == 0 || errno == ENOENT ? JISR_OK : file_problem(problem, path, "remove it");
}

int upload_begin(const char *directory, char ret_id[UPLOAD_ID], struct problem *problem)
{
	char path[FILE_MAX_PATH];
	uint8_t random[(UPLOAD_ID - 1) / 2];
	int waiting = 0;
	if (snprintf(path, sizeof path, "%s/" UPLOAD_FOLDER, directory) >= (int)sizeof path)
		return problem_set(problem, JISR_TOO_LARGE, "the path is too long");
	int error = file_make_folder(path, problem);
	if (error)
		return error;
	CLEANUP(listed_finish) struct listed listed = list(path);
	for (int i = 0; i < listed.count; i++) {
		struct stat status;
		const char *id = listed.entries[i]->d_name;
		if (upload_path(directory, id, NULL, path, sizeof path, NULL) != JISR_OK || stat(path, &status) != 0)
			continue;
		if (time(NULL) - status.st_mtime > UPLOAD_SECONDS)
			(void)upload_drop(directory, id, NULL);
		else
			waiting++;
	}
	if (waiting >= UPLOADS_MOST)
		return problem_set(problem, JISR_BUSY, "%d uploads wait already. End one of them, or try again later",
		                   waiting);
	randombytes_buf(random, sizeof random);
	(void)sodium_bin2hex(ret_id, UPLOAD_ID, random, sizeof random);
	error = upload_path(directory, ret_id, NULL, path, sizeof path, problem);
	return error ? error : file_make_folder(path, problem);
}

int upload_files(const char *directory, const char *id, upload_each each, void *context, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = upload_path(directory, id, NULL, path, sizeof path, problem);
	if (error)
		return error;
	CLEANUP(listed_finish) struct listed listed = list(path);
	if (listed.count < 0)
		return problem_set(problem, JISR_NOT_FOUND, "there is no upload %s: it was used, or ended", id);
	for (int i = 0; i < listed.count; i++) {
		struct stat status;
		error = upload_path(directory, id, listed.entries[i]->d_name, path, sizeof path, problem);
		if (error || stat(path, &status) != 0)
			continue;
		if (!each(context, listed.entries[i]->d_name, (uint64_t)status.st_size))
			break;
	}
	return JISR_OK;
}

struct sum {
	const char *name;
	uint64_t bytes, files, own; /* own: of the file of that name */
	bool there;
};

static bool add(void *context, const char *name, uint64_t size)
{
	struct sum *sum = context;
	sum->bytes += size;
	sum->files++;
	if (strcmp(name, sum->name) == 0) {
		sum->own = size;
		sum->there = true;
	}
	return true;
}

static int append(const char *path, uint64_t at, const void *bytes, size_t length, struct problem *problem)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return file_problem(problem, path, "write it");
	int error = lseek(fd, (off_t)at, SEEK_SET) == (off_t)at && file_write(fd, bytes, length) == JISR_OK
	                    ? JISR_OK
	                    : file_problem(problem, path, "write it");
	if (error) /* nothing of a piece that did not fit */
		(void)!ftruncate(fd, (off_t)at);
	(void)close(fd);
	return error;
}

int upload_put(const char *directory, const char *id, const char *name, uint64_t at, const void *bytes, size_t length,
               uint64_t *ret_size, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct sum sum = {.name = name};
	if (!name_good(name))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "a file cannot be called so: 1 to %d bytes, no '/', not beginning with '.' or '-'",
		                   UPLOAD_MAX_NAME);
	int error = upload_files(directory, id, add, &sum, problem);
	if (!error)
		error = upload_path(directory, id, name, path, sizeof path, problem);
	if (error)
		return error;
	*ret_size = sum.own;
	if (sum.own != at)
		return problem_set(problem, JISR_CONFLICT,
		                   "of this file %llu bytes are here, not %llu: go on from there",
		                   (unsigned long long)sum.own, (unsigned long long)at);
	if (length > UPLOAD_MAX_BYTES - (sum.bytes < UPLOAD_MAX_BYTES ? sum.bytes : UPLOAD_MAX_BYTES))
		return problem_set(problem, JISR_TOO_LARGE,
		                   "an upload holds at most %llu GB. Load larger lists with jisr load",
		                   (unsigned long long)(UPLOAD_MAX_BYTES >> 30));
	if (!sum.there && sum.files == UPLOAD_MAX_FILES)
		return problem_set(problem, JISR_TOO_LARGE, "an upload holds at most %d files", UPLOAD_MAX_FILES);
	error = append(path, at, bytes, length, problem);
	if (!error)
		*ret_size = at + length;
	return error;
}
