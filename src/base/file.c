#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMP_MARK   ".new-"
#define TEMP_RANDOM 6
#define READ_CHUNK  (64 * 1024)

static const char *what_to_do(int error)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT: return ". The disk is full: make room and try again";
	case EFBIG: return ". The file would pass the limit that is set for this process (ulimit -f)";
	case EACCES:
	case EPERM: return ". Give this user the right to it, or name another folder";
	case EROFS: return ". Name a folder on a disk that can be written";
	case EMFILE:
	case ENFILE: return ". Too many files are open";
	default: return "";
	}
}

int file_problem(struct problem *problem, const char *path, const char *what)
{
	int error = errno;
	bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
	return problem_set(problem,
	                   error == ENOENT ? JISR_NOT_FOUND
	                   : full          ? JISR_FULL
	                                   : JISR_IO,
	                   "%s: cannot %s: %s%s", path, what, strerrordesc_np(error), what_to_do(error));
}

static int close_quietly(int fd)
{
	int kept = errno;
	(void)close(fd);
	errno = kept;
	return -1;
}

static void remove_quietly(const char *path)
{
	int kept = errno;
	(void)unlink(path);
	errno = kept;
}

int file_map(const char *path, struct file_map *ret_map, struct problem *problem)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return file_problem(problem, path, "open it");
	struct stat status;
	if (fstat(fd, &status) != 0) {
		close_quietly(fd);
		return file_problem(problem, path, "read it");
	}
	if (!S_ISREG(status.st_mode)) {
		close_quietly(fd);
		return problem_set(problem, JISR_IO, "%s: not a regular file", path);
	}
	struct file_map map = {NULL, (size_t)status.st_size};
	if (map.size > 0) {
		void *bytes = mmap(NULL, map.size, PROT_READ, MAP_SHARED, fd, 0);
		close_quietly(fd);
		if (bytes == MAP_FAILED)
			return file_problem(problem, path, "map it");
		map.bytes = bytes;
	} else {
		close_quietly(fd);
	}
	*ret_map = map;
	return JISR_OK;
}

void file_unmap(struct file_map *map)
{
	if (map->bytes != NULL)
		(void)munmap((void *)(uintptr_t)map->bytes, map->size);
	*map = (struct file_map){NULL, 0};
}

int file_read(const char *path, struct text *text, struct problem *problem)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return file_problem(problem, path, "open it");
	char chunk[READ_CHUNK];
	ssize_t got;
	while ((got = read(fd, chunk, sizeof chunk)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			close_quietly(fd);
			return file_problem(problem, path, "read it");
		}
		if (text_add(text, chunk, (size_t)got) != JISR_OK)
			break;
	}
	close_quietly(fd);
	if (text->error == JISR_TOO_LARGE)
		return problem_set(problem, JISR_TOO_LARGE, "%s: larger than %zu bytes", path, text->limit);
	return text->error == JISR_OK ? JISR_OK : problem_set(problem, text->error, "%s: out of memory", path);
}

int file_write(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;
	while (length > 0) {
		ssize_t written = write(fd, at, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return JISR_IO;
		at += written;
		length -= (size_t)written;
	}
	return JISR_OK;
}

int file_temp(const char *path, char *temp, int *ret_fd, struct problem *problem)
{
	int length = snprintf(temp, FILE_MAX_PATH, "%s" TEMP_MARK "XXXXXX", path);
	if (length < 0 || length >= FILE_MAX_PATH)
		return problem_set(problem, JISR_TOO_LARGE, "%s: path too long", path);
	int fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return file_problem(problem, path, "write it");
	*ret_fd = fd;
	return JISR_OK;
}

bool file_is_temp(const char *name)
{
	size_t length = strlen(name), mark = strlen(TEMP_MARK);
	return length > mark + TEMP_RANDOM && memcmp(name + length - TEMP_RANDOM - mark, TEMP_MARK, mark) == 0;
}

int file_sync_folder(const char *path, struct problem *problem)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return file_problem(problem, path, "open it");
	if (fsync(fd) != 0) {
		close_quietly(fd);
		return file_problem(problem, path, "sync it");
	}
	close_quietly(fd);
	return JISR_OK;
}

int file_sync_parent(const char *path, struct problem *problem)
{
	char folder[FILE_MAX_PATH];
	const char *slash = strrchr(path, '/');
	(void)snprintf(folder, sizeof folder, "%.*s",
	               slash == NULL   ? 1
	               : slash == path ? 1
	                               : (int)(slash - path),
	               slash == NULL ? "." : path);
	return file_sync_folder(folder, problem);
}

int file_make_folder(const char *path, struct problem *problem)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return file_sync_parent(path, problem);
	int error = file_problem(problem, path, "create it");
	return error == JISR_NOT_FOUND ? JISR_IO : error; /* of what leads to it */
}

int file_publish(int fd, const char *temp, const char *path, struct problem *problem)
{
	if (fsync(fd) != 0 || rename(temp, path) != 0) {
		remove_quietly(temp);
		(void)file_problem(problem, path, "write it");
		return JISR_IO;
	}
	return file_sync_parent(path, problem);
}

static int replace(const char *path, const void *bytes, size_t length, bool durable, struct problem *problem)
{
	char temp[FILE_MAX_PATH];
	int fd;
	int r = file_temp(path, temp, &fd, problem);
	if (r != JISR_OK)
		return r;
	if (file_write(fd, bytes, length) != JISR_OK || (!durable && rename(temp, path) != 0)) {
		remove_quietly(temp);
		r = file_problem(problem, path, "write it");
	} else if (durable) {
		r = file_publish(fd, temp, path, problem);
	}
	close_quietly(fd);
	return r;
}

int file_replace(const char *path, const void *bytes, size_t length, struct problem *problem)
{
	return replace(path, bytes, length, true, problem);
}

int file_show(const char *path, const void *bytes, size_t length, struct problem *problem)
{
	return replace(path, bytes, length, false, problem);
}

int file_lock(const char *path, int *ret_fd, struct problem *problem)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return file_problem(problem, path, "write it");
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close_quietly(fd);
		if (errno == EWOULDBLOCK)
			return problem_set(problem, JISR_BUSY,
			                   "%s: another process holds it. Wait until it has ended and try again", path);
		return file_problem(problem, path, "lock it");
	}
	*ret_fd = fd;
	return JISR_OK;
}

int file_temporary(int *ret_fd, struct problem *problem)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	int length =
		snprintf(path, sizeof path, "%s/jisr-XXXXXX", folder != NULL && folder[0] != '\0' ? folder : "/tmp");
	if (length < 0 || length >= (int)sizeof path)
		return problem_set(problem, JISR_IO, "the path in TMPDIR is too long");
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return problem_set(problem, JISR_IO, "cannot make a temporary file %s: %s", path, strerror(errno));
	(void)unlink(path);
	*ret_fd = fd;
	return JISR_OK;
}
