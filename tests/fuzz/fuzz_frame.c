/* The line by which a node follows the log, as a node reads it: frames, and what is in them; however the bytes are cut. */
#include "network/frame.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* The frames of some bytes, put together again; *ret_bad: what follows them is none. */
static void frames_of(const char *at, const char *end, struct text *out, bool *ret_bad)
{
	struct frame frame;
	const char *from = at;
	size_t before = out->length;
	while (frame_next(&at, end, &frame, ret_bad))
		if (frame.content < from || frame.content + frame.length > end || frame_put(out, &frame) != JISR_OK)
			abort();
	if (out->length - before != (size_t)(at - from) || memcmp(out->bytes + before, from, (size_t)(at - from)) != 0)
		abort(); /* one frame has one form */
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct text whole, parts;
	bool bad, bad_part = false;
	const char *at = (const char *)bytes, *end = at + length;
	text_init(&whole, length + 1);
	text_init(&parts, length + 1);
	if (text_add(&whole, "", 1) != JISR_OK || text_add(&parts, "", 1) != JISR_OK)
		abort(); /* so that neither is without bytes */
	frames_of(at, end, &whole, &bad);
	/* The same comes a few bytes at a time, as lines give it. */
	for (size_t cut = 0; cut <= length && !bad_part; cut += 1 + length / 7) {
		const char *from = at + parts.length - 1;
		frames_of(from, at + cut < from ? from : at + cut, &parts, &bad_part);
	}
	if (!bad_part)
		frames_of(at + parts.length - 1, end, &parts, &bad_part);
	if (bad_part != bad || parts.length != whole.length || memcmp(parts.bytes, whole.bytes, parts.length) != 0)
		abort();
	text_finish(&whole);
	text_finish(&parts);
	return 0;
}
