#include "web/file_reply.h"

#include "base/memory.h"

#include <fcntl.h>
#include <unistd.h>

struct file_stream {
	struct http_stream http; /* first */
	int fd;
};

static ssize_t stream_read(struct http_stream *http, char *bytes, size_t size)
{
	struct file_stream *stream = (struct file_stream *)http;
	ssize_t length = read(stream->fd, bytes, size);
	return length > 0 ? length : -1; /* what is cut short is found by its SHA-256 */
}

static void stream_free(struct http_stream *http)
{
	struct file_stream *stream = (struct file_stream *)http;
	(void)close(stream->fd);
	memory_free(stream);
}

static void stream_carry(struct http_stream *http, void (*wake)(void *context), void *context)
{
	(void)http;
	(void)wake;
	(void)context;
}

int file_reply(struct http_reply *reply, const char *path, uint64_t from)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct file_stream *stream = fd < 0 ? NULL : memory_zero(1, sizeof *stream);
	if (fd < 0)
		return http_reply_problem(reply, 404, "Not found", "There is no such file.");
	if (stream == NULL || lseek(fd, (off_t)from, SEEK_SET) < 0) {
		memory_free(stream);
		(void)close(fd);
		return JISR_NO_MEMORY;
	}
	stream->http = (struct http_stream){stream_read, stream_free, stream_carry};
	stream->fd = fd;
	reply->stream = &stream->http;
	reply->status = 200;
	reply->type = "application/octet-stream";
	return JISR_OK;
}
