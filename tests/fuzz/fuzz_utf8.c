/* Any bytes as UTF-8: decoding always moves forward, what is well-formed encodes to the same bytes, and a cut never
 * leaves half a character. */
#include "base/utf8.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data, *cursor = bytes, *end = bytes + size;
	bool valid = true;
	while (cursor < end) {
		const char *before = cursor;
		uint32_t code = utf8_next(&cursor, end);
		char again[4];
		if (cursor <= before || cursor > end)
			abort();
		if (code == UTF8_INVALID)
			valid = false;
		else if (utf8_put(again, code) != (size_t)(cursor - before) ||
		         memcmp(again, before, (size_t)(cursor - before)) != 0)
			abort();
	}
	size_t offset = size;
	if (utf8_valid(bytes, size, &offset) != valid || (!valid && offset >= size))
		abort();
	for (size_t limit = 0; valid && limit <= size && limit < 64; limit++) {
		size_t cut = utf8_cut(bytes, size, limit);
		if (cut > limit || !utf8_valid(bytes, cut, NULL))
			abort();
	}
	return 0;
}
