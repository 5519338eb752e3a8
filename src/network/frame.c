#include "network/frame.h"

#include <endian.h>
#include <string.h>

int frame_put(struct text *out, const struct frame *frame)
{
	if (frame->length > FRAME_MAX_CONTENT)
		return JISR_TOO_LARGE;
	uint32_t length = htobe32((uint32_t)frame->length + 1);
	(void)text_add(out, (const char *)&length, sizeof length);
	(void)text_add_char(out, frame->kind);
	(void)text_add(out, frame->content, frame->length);
	return out->error;
}

bool frame_next(const char **at, const char *end, struct frame *ret_frame, bool *ret_bad)
{
	uint32_t length;
	*ret_bad = false;
	if (end - *at < FRAME_HEAD)
		return false;
	memcpy(&length, *at, sizeof length);
	length = be32toh(length);
	*ret_bad = length == 0 || length > FRAME_MAX_CONTENT + 1;
	/* A kind that is not known is refused as soon as it is seen, not when all its bytes have been waited for. */
	if (!*ret_bad && end - *at > FRAME_HEAD)
		*ret_bad = (*at)[FRAME_HEAD] != FRAME_BATCH && (*at)[FRAME_HEAD] != FRAME_CHECKPOINT &&
		           (*at)[FRAME_HEAD] != FRAME_LINE;
	if (*ret_bad || (size_t)(end - *at) - FRAME_HEAD < length)
		return false;
	*ret_frame = (struct frame){(*at)[FRAME_HEAD], *at + FRAME_HEAD + 1, length - 1};
	*at += FRAME_HEAD + length;
	return true;
}
