#include "base/utf8.h"

#include <string.h>

uint32_t utf8_next(const char **cursor, const char *end)
{
	const unsigned char *at = (const unsigned char *)*cursor;
	size_t left = (size_t)(end - *cursor);
	uint32_t first = at[0];
	*cursor += 1;
	if (first < 0x80)
		return first;
	size_t more;
	uint32_t code, least;
	if (first >= 0xC2 && first <= 0xDF) {
		more = 1, code = first & 0x1F, least = 0x80;
	} else if (first >= 0xE0 && first <= 0xEF) {
		more = 2, code = first & 0x0F, least = 0x800;
	} else if (first >= 0xF0 && first <= 0xF4) {
		more = 3, code = first & 0x07, least = 0x10000;
	} else {
		return UTF8_INVALID;
	}
	if (left < more + 1)
		return UTF8_INVALID;
	for (size_t i = 1; i <= more; i++) {
		if ((at[i] & 0xC0) != 0x80)
			return UTF8_INVALID;
		code = code << 6 | (at[i] & 0x3F);
	}
	if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		return UTF8_INVALID;
	*cursor += more;
	return code;
}

size_t utf8_put(char out[4], uint32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xC0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code >= 0xD800 && code <= 0xDFFF)
		return 0;
	if (code < 0x10000) {
		out[0] = (char)(0xE0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3F));
		out[2] = (char)(0x80 | (code & 0x3F));
		return 3;
	}
	if (code > 0x10FFFF)
		return 0;
	out[0] = (char)(0xF0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3F));
	out[2] = (char)(0x80 | (code >> 6 & 0x3F));
	out[3] = (char)(0x80 | (code & 0x3F));
	return 4;
}

bool utf8_valid(const char *bytes, size_t length, size_t *ret_offset)
{
	const char *cursor = bytes, *end = bytes + length;
	while (cursor < end) {
		/* eight ASCII bytes at a time: most of most texts */
		uint64_t eight;
		while (end - cursor >= 8 && (memcpy(&eight, cursor, 8), (eight & 0x8080808080808080u) == 0))
			cursor += 8;
		if (cursor == end)
			break;
		const char *start = cursor;
		if (utf8_next(&cursor, end) == UTF8_INVALID) {
			if (ret_offset != NULL)
				*ret_offset = (size_t)(start - bytes);
			return false;
		}
	}
	return true;
}

size_t utf8_cut(const char *bytes, size_t length, size_t limit)
{
	if (length <= limit)
		return length;
	while (limit > 0 && ((unsigned char)bytes[limit] & 0xC0) == 0x80)
		limit--;
	return limit;
}
