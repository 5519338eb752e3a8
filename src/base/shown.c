#include "base/shown.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

#define WORD_MAX 63

/* Marks that change the direction or the look of what stands around them. */
static bool is_mark(uint32_t code)
{
	return code == 0x061C || (code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
	       (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

size_t shown_clean(const char *text, size_t length, char *out, size_t size)
{
	static const char more[] = "…";
	const char *cursor = text, *end = text + length;
	size_t used = 0, fits = 0; /* fits: where the text can be cut so that the dots have room */
	while (cursor < end) {
		uint32_t code = utf8_next(&cursor, end);
		char bytes[4];
		if (code == UTF8_INVALID)
			code = 0xFFFD;
		else if (code == '\t' || code == '\n' || code == '\r')
			code = ' ';
		else if (code < 0x20 || (code >= 0x7F && code < 0xA0))
			code = 0xFFFD;
		else if (is_mark(code) || code == 0x2028 || code == 0x2029)
			continue;
		size_t put = utf8_put(bytes, code);
		if (used + put >= size) {
			used = fits;
			memcpy(out + used, more, sizeof more - 1);
			used += sizeof more - 1;
			break;
		}
		memcpy(out + used, bytes, put);
		used += put;
		if (used + sizeof more <= size)
			fits = used;
	}
	out[used] = '\0';
	return used;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t shown_distance(const char *a, const char *b)
{
	size_t a_length = strnlen(a, WORD_MAX), b_length = strnlen(b, WORD_MAX);
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];
	for (size_t j = 0; j <= b_length; j++)
		last[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t replaced = last[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = smaller(replaced, smaller(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = smaller(row[j], before[j - 2] + 1);
		}
		size_t *free_row = before;
		before = last;
		last = row;
		row = free_row;
	}
	return last[b_length];
}
