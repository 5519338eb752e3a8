#include "watch/segment_write.h"

#include "base/memory.h"

#include <errno.h>
#include <unistd.h>

void segment_sink_flush(struct segment_sink *sink)
{
	size_t done = 0;
	while (sink->error == JISR_OK && done < sink->buffered) {
		ssize_t count = write(sink->fd, sink->buffer + done, sink->buffered - done);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0) {
			sink->error = JISR_IO;
			sink->system_error = count < 0 ? errno : EIO;
		} else {
			done += (size_t)count;
		}
	}
	sink->buffered = 0;
}

void segment_sink_raw(struct segment_sink *sink, const void *bytes, size_t length)
{
	const unsigned char *from = bytes;
	sink->offset += length;
	if (sink->fd < 0) {
		if (sink->error == JISR_OK)
			sink->error = memory_reserve(&sink->memory.bytes, &sink->memory.capacity,
			                             sink->memory.length + length, RECORD_MAX_BYTES, 1);
		if (sink->error == JISR_OK && length > 0) {
			memcpy(sink->memory.bytes + sink->memory.length, from, length);
			sink->memory.length += length;
		}
		return;
	}
	while (length > 0 && sink->error == JISR_OK) {
		size_t room = SEGMENT_SINK_BUFFER - sink->buffered, piece = length < room ? length : room;
		memcpy(sink->buffer + sink->buffered, from, piece);
		sink->buffered += piece;
		from += piece;
		length -= piece;
		if (sink->buffered == SEGMENT_SINK_BUFFER)
			segment_sink_flush(sink);
	}
}

void segment_sink_begin(struct segment_sink *sink, enum section section)
{
	static const unsigned char zeros[SEGMENT_ALIGN];
	segment_sink_raw(sink, zeros, (SEGMENT_ALIGN - sink->offset % SEGMENT_ALIGN) % SEGMENT_ALIGN);
	sink->table.sections[section].offset = sink->offset;
	XXH3_64bits_reset(&sink->hash);
}

void segment_sink_add(struct segment_sink *sink, const void *bytes, size_t length)
{
	if (length == 0)
		return;
	XXH3_64bits_update(&sink->hash, bytes, length);
	segment_sink_raw(sink, bytes, length);
}

void segment_sink_end(struct segment_sink *sink, enum section section)
{
	struct section_place *place = &sink->table.sections[section];
	place->length = sink->offset - place->offset;
	place->checksum = XXH3_64bits_digest(&sink->hash);
}

void segment_sink_section(struct segment_sink *sink, enum section section, const void *bytes, size_t length)
{
	segment_sink_begin(sink, section);
	segment_sink_add(sink, bytes, length);
	segment_sink_end(sink, section);
}
