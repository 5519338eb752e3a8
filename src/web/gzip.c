#include "web/gzip.h"

#include "base/memory.h"

#include <string.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib: 32 kB, with gzip's head and end */
#define FAST        1         /* a tenth of the time of the best, four fifths of its effect on JSON */

int gzip_unfold(const void *bytes, size_t length, struct text *text)
{
	unsigned char block[16384];
	z_stream stream = {.next_in = (unsigned char *)(uintptr_t)bytes, .avail_in = (uInt)length};
	if (length > UINT32_MAX)
		return JISR_TOO_LARGE;
	if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
		return JISR_NO_MEMORY;
	int result = Z_OK;
	while (result == Z_OK && text->error == JISR_OK) {
		stream.next_out = block;
		stream.avail_out = sizeof block;
		result = inflate(&stream, Z_NO_FLUSH);
		if (result == Z_OK || result == Z_STREAM_END)
			(void)text_add(text, (const char *)block, sizeof block - stream.avail_out);
	}
	bool whole = result == Z_STREAM_END && stream.avail_in == 0;
	(void)inflateEnd(&stream);
	if (text->error != JISR_OK)
		return text->error;
	return whole ? JISR_OK : result == Z_MEM_ERROR ? JISR_NO_MEMORY : JISR_BAD_INPUT;
}

struct gzip_folder {
	z_stream stream;
};

struct gzip_folder *gzip_folder_new(void)
{
	struct gzip_folder *folder = memory_zero(1, sizeof *folder);
	if (folder == NULL)
		return NULL;
	if (deflateInit2(&folder->stream, FAST, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return memory_free(folder);
	return folder;
}

struct gzip_folder *gzip_folder_free(struct gzip_folder *folder)
{
	if (folder == NULL)
		return NULL;
	(void)deflateEnd(&folder->stream);
	return memory_free(folder);
}

bool gzip_fold(struct gzip_folder *folder, struct text *text)
{
	size_t most = text->length - text->length / 10;
	char *out = text->length <= UINT32_MAX && deflateReset(&folder->stream) == Z_OK ? memory_alloc(most + 1) : NULL;
	if (out == NULL)
		return false;
	folder->stream.next_in = (unsigned char *)text->bytes;
	folder->stream.avail_in = (uInt)text->length;
	folder->stream.next_out = (unsigned char *)out;
	folder->stream.avail_out = (uInt)most;
	if (deflate(&folder->stream, Z_FINISH) != Z_STREAM_END) { /* not worth it */
		memory_free(out);
		return false;
	}
	size_t length = most - folder->stream.avail_out, limit = text->limit;
	text_finish(text);
	text_init(text, limit);
	out[length] = '\0';
	text->bytes = out;
	text->length = length;
	text->capacity = most + 1;
	return true;
}

/* The weight of one item, "gzip;q=0.5": false when it is 0. */
static bool weighs(const char *item, size_t length)
{
	const char *q = memchr(item, ';', length);
	if (q == NULL)
		return true;
	q++;
	q += strspn(q, " \t");
	if (strncasecmp(q, "q=", 2) != 0)
		return true;
	q += 2;
	return !(q[0] == '0' && strspn(q, "0.") >= strcspn(q, ", \t"));
}

bool gzip_accepted(const char *accept_encoding)
{
	bool any = false;
	for (const char *item = accept_encoding; item != NULL && *item != '\0';) {
		item += strspn(item, " \t,");
		size_t length = strcspn(item, ","), name = strcspn(item, ";, \t");
		if ((name == 4 && strncasecmp(item, "gzip", 4) == 0) ||
		    (name == 6 && strncasecmp(item, "x-gzip", 6) == 0))
			return weighs(item, length);
		if (name == 1 && item[0] == '*')
			any = weighs(item, length);
		item += length;
	}
	return any;
}
