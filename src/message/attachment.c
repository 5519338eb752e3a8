#include "message/attachment.h"

#include "base/file.h"
#include "base/text.h"
#include "store/shared_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FOLDER         "messages"
#define HEADER         crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define PIECE_MORE     crypto_secretstream_xchacha20poly1305_ABYTES
#define SEALED_PIECE   (ATTACHMENT_PIECE + PIECE_MORE)
#define ORPHAN_SECONDS 86400

_Static_assert(ATTACHMENT_KEY == crypto_secretstream_xchacha20poly1305_KEYBYTES, "as the header says");

bool attachment_digest_valid(const char *digest)
{
	return text_is_hex(digest, ATTACHMENT_DIGEST - 1);
}

/* At least one piece, of nothing; a full last one is not followed by another. */
uint64_t attachment_sealed_size(uint64_t size)
{
	uint64_t pieces = size == 0 ? 1 : (size + ATTACHMENT_PIECE - 1) / ATTACHMENT_PIECE;
	return HEADER + size + pieces * PIECE_MORE;
}

/* ---- sealing ---- */

struct attachment_writer {
	char directory[FILE_MAX_PATH], temp[FILE_MAX_PATH];
	int fd; /* -1: ended */
	crypto_secretstream_xchacha20poly1305_state stream;
	crypto_hash_sha256_state hash;
	struct attachment made;
	size_t held; /* bytes of `piece` */
	uint8_t piece[ATTACHMENT_PIECE], sealed[SEALED_PIECE];
};

static int put(struct attachment_writer *writer, const void *bytes, size_t length, struct problem *problem)
{
	(void)crypto_hash_sha256_update(&writer->hash, bytes, length);
	writer->made.sealed += length;
	return file_write(writer->fd, bytes, length) == JISR_OK ? JISR_OK
	                                                        : file_problem(problem, writer->temp, "write it");
}

static int put_piece(struct attachment_writer *writer, bool last, struct problem *problem)
{
	unsigned long long length = 0;
	(void)crypto_secretstream_xchacha20poly1305_push(&writer->stream, writer->sealed, &length, writer->piece,
	                                                 writer->held, NULL, 0,
	                                                 last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
	writer->held = 0;
	return put(writer, writer->sealed, (size_t)length, problem);
}

int attachment_begin(const char *directory, struct attachment_writer **ret_writer, struct problem *problem)
{
	char folder[FILE_MAX_PATH];
	uint8_t header[HEADER];
	CLEANUP(attachment_dropp) struct attachment_writer *writer = memory_zero(1, sizeof *writer);
	if (writer == NULL)
		return problem_no_memory(problem);
	writer->fd = -1;
	if ((size_t)snprintf(folder, sizeof folder, "%s/" FOLDER, directory) >= sizeof folder - 2)
		return problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
	(void)snprintf(writer->directory, sizeof writer->directory, "%s", directory);
	int error = file_make_folder(folder, problem);
	if (!error) {
		(void)snprintf(folder, sizeof folder, "%s/" FOLDER "/n", directory);
		error = file_temp(folder, writer->temp, &writer->fd, problem);
	}
	if (error)
		return error;
	crypto_secretstream_xchacha20poly1305_keygen(writer->made.key);
	(void)crypto_secretstream_xchacha20poly1305_init_push(&writer->stream, header, writer->made.key);
	(void)crypto_hash_sha256_init(&writer->hash);
	error = put(writer, header, sizeof header, problem);
	if (error)
		return error;
	*ret_writer = writer;
	writer = NULL;
	return JISR_OK;
}

int attachment_add(struct attachment_writer *writer, const void *bytes, size_t length, struct problem *problem)
{
	const uint8_t *at = bytes;
	if (length > ATTACHMENT_MOST - writer->made.size)
		return problem_set(problem, JISR_TOO_LARGE, "an attachment is at most %zu MB: divide it",
		                   ATTACHMENT_MOST >> 20);
	writer->made.size += length;
	while (length > 0) {
		size_t part = length < ATTACHMENT_PIECE - writer->held ? length : ATTACHMENT_PIECE - writer->held;
		/* A full piece waits until it is known not to be the last. */
		if (part == 0) {
			int error = put_piece(writer, false, problem);
			if (error)
				return error;
			continue;
		}
		memcpy(writer->piece + writer->held, at, part);
		writer->held += part;
		at += part;
		length -= part;
	}
	return JISR_OK;
}

int attachment_end(struct attachment_writer *writer, struct attachment *ret_attachment, struct problem *problem)
{
	char path[FILE_MAX_PATH], folder[FILE_MAX_PATH];
	uint8_t hash[crypto_hash_sha256_BYTES];
	int error = put_piece(writer, true, problem);
	if (error)
		return error;
	(void)crypto_hash_sha256_final(&writer->hash, hash);
	sodium_bin2hex(writer->made.digest, sizeof writer->made.digest, hash, sizeof hash);
	error = shared_file_path(writer->directory, FOLDER, writer->made.digest, path, problem);
	if (!error) {
		(void)snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
		error = file_make_folder(folder, problem);
	}
	if (!error)
		error = file_publish(writer->fd, writer->temp, path, problem);
	if (!error)
		error = shared_file_of(writer->directory, FOLDER, writer->made.digest, shared_file_put, problem);
	if (error)
		return error;
	(void)close(writer->fd);
	writer->fd = -1;
	*ret_attachment = writer->made;
	return JISR_OK;
}

struct attachment_writer *attachment_drop(struct attachment_writer *writer)
{
	if (writer == NULL)
		return NULL;
	if (writer->fd >= 0) {
		(void)unlink(writer->temp);
		(void)close(writer->fd);
	}
	sodium_memzero(writer, sizeof *writer);
	return memory_free(writer);
}

/* ---- opening ---- */

struct attachment_reader {
	int fd;
	bool ended;
	crypto_secretstream_xchacha20poly1305_state stream;
	uint8_t sealed[SEALED_PIECE], piece[ATTACHMENT_PIECE];
};

/* Fills the buffer unless the file ends; -1 when it cannot be read. */
static ssize_t fill(int fd, uint8_t *bytes, size_t size)
{
	size_t got = 0;
	while (got < size) {
		ssize_t count = read(fd, bytes + got, size - got);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		if (count == 0)
			break;
		got += (size_t)count;
	}
	return (ssize_t)got;
}

static int changed(struct problem *problem)
{
	return problem_set(problem, JISR_CORRUPT,
	                   "the attachment was changed where it lies: ask the sender to send it again");
}

int attachment_open(const char *directory, const char *digest, const uint8_t key[ATTACHMENT_KEY],
                    struct attachment_reader **ret_reader, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	uint8_t header[HEADER];
	if (!attachment_digest_valid(digest))
		return problem_set(problem, JISR_NOT_FOUND, "there is no such attachment");
	int error = shared_file_path(directory, FOLDER, digest, path, problem);
	if (error)
		return error;
	CLEANUP(attachment_closep) struct attachment_reader *reader = memory_zero(1, sizeof *reader);
	if (reader == NULL)
		return problem_no_memory(problem);
	error = shared_file_of(directory, FOLDER, digest, shared_file_check, problem);
	if (error == JISR_CORRUPT)
		return error;
	reader->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (reader->fd < 0 && access(path, F_OK) != 0)
		return problem_set(problem, JISR_NOT_FOUND, "the attachment is not on this installation");
	if (error || reader->fd < 0)
		return error ? error : file_problem(problem, path, "read it");
	if (fill(reader->fd, header, sizeof header) != (ssize_t)sizeof header ||
	    crypto_secretstream_xchacha20poly1305_init_pull(&reader->stream, header, key) != 0)
		return changed(problem);
	*ret_reader = reader;
	reader = NULL;
	return JISR_OK;
}

int attachment_read(struct attachment_reader *reader, const void **ret_bytes, size_t *ret_length,
                    struct problem *problem)
{
	unsigned char tag = 0;
	unsigned long long length = 0;
	*ret_length = 0;
	*ret_bytes = reader->piece;
	if (reader->ended)
		return JISR_OK;
	ssize_t count = fill(reader->fd, reader->sealed, sizeof reader->sealed);
	if (count < 0)
		return problem_set(problem, JISR_IO, "the attachment cannot be read: %s", strerror(errno));
	if (crypto_secretstream_xchacha20poly1305_pull(&reader->stream, reader->piece, &length, &tag, reader->sealed,
	                                               (unsigned long long)count, NULL, 0) != 0)
		return changed(problem);
	reader->ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	if (!reader->ended && (size_t)count < sizeof reader->sealed)
		return changed(problem);
	*ret_length = (size_t)length;
	return JISR_OK;
}

struct attachment_reader *attachment_close(struct attachment_reader *reader)
{
	if (reader == NULL)
		return NULL;
	if (reader->fd >= 0)
		(void)close(reader->fd);
	sodium_memzero(reader, sizeof *reader);
	return memory_free(reader);
}

bool attachment_there(const char *directory, const char *digest, uint64_t sealed)
{
	char path[FILE_MAX_PATH];
	struct stat status;
	return attachment_digest_valid(digest) && shared_file_path(directory, FOLDER, digest, path, NULL) == JISR_OK &&
	       stat(path, &status) == 0 && S_ISREG(status.st_mode) && (uint64_t)status.st_size == sealed;
}

bool attachment_size(const char *directory, const char *digest, uint64_t *ret_sealed)
{
	char path[FILE_MAX_PATH];
	struct stat status;
	if (!attachment_digest_valid(digest) || shared_file_path(directory, FOLDER, digest, path, NULL) != JISR_OK)
		return false;
	if (stat(path, &status) != 0 &&
	    (shared_file_of(directory, FOLDER, digest, shared_file_fetch, NULL) != JISR_OK || stat(path, &status) != 0))
		return false;
	*ret_sealed = (uint64_t)status.st_size;
	return S_ISREG(status.st_mode);
}

int attachment_adopt(const char *directory, const char *digest, const char *path, struct problem *problem)
{
	char place[FILE_MAX_PATH];
	int error = shared_file_path(directory, FOLDER, digest, place, problem);
	if (!error)
		error = shared_file_folders(directory, FOLDER, digest, problem);
	int fd = error ? -1 : open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (!error && fd < 0)
		error = file_problem(problem, path, "open it");
	if (!error)
		error = file_publish(fd, path, place, problem);
	if (fd >= 0)
		(void)close(fd);
	return error ? error : shared_file_of(directory, FOLDER, digest, shared_file_put, problem);
}

/* ---- cleaning ---- */

int attachment_remove(const char *directory, const char *digest, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = attachment_digest_valid(digest) ? shared_file_path(directory, FOLDER, digest, path, problem)
	                                            : JISR_NOT_FOUND;
	if (error)
		return error;
	if (unlink(path) != 0 && errno != ENOENT)
		return file_problem(problem, path, "remove it");
	return shared_file_of(directory, FOLDER, digest, shared_file_drop, problem);
}

static bool is_old(const char *path, struct stat *status)
{
	return stat(path, status) == 0 && time(NULL) - status->st_mtime > ORPHAN_SECONDS;
}

static int clean_folder(const char *folder, bool (*named)(void *context, const char *digest), void *context,
                        struct problem *problem)
{
	int error = JISR_OK;
	DIR *files = opendir(folder);
	for (struct dirent *file; !error && files != NULL && (file = readdir(files)) != NULL;) {
		char path[FILE_MAX_PATH];
		struct stat status;
		if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, file->d_name) >= sizeof path ||
		    !is_old(path, &status) || !S_ISREG(status.st_mode))
			continue;
		bool orphan = file_is_temp(file->d_name) ||
		              (attachment_digest_valid(file->d_name) && !named(context, file->d_name));
		if (orphan && unlink(path) != 0 && errno != ENOENT)
			error = file_problem(problem, path, "remove it");
	}
	if (files != NULL)
		(void)closedir(files);
	return error;
}

int attachment_clean(const char *directory, bool (*named)(void *context, const char *digest), void *context,
                     struct problem *problem)
{
	char path[FILE_MAX_PATH], inner[FILE_MAX_PATH];
	if ((size_t)snprintf(path, sizeof path, "%s/" FOLDER, directory) >= sizeof path)
		return problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
	int error = clean_folder(path, named, context, problem);
	DIR *folders = opendir(path);
	for (struct dirent *folder; !error && folders != NULL && (folder = readdir(folders)) != NULL;)
		if (strlen(folder->d_name) == 2 && folder->d_name[0] != '.' &&
		    (size_t)snprintf(inner, sizeof inner, "%s/%s", path, folder->d_name) < sizeof inner)
			error = clean_folder(inner, named, context, problem);
	if (folders != NULL)
		(void)closedir(folders);
	return error;
}
