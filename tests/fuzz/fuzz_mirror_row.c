/* Any bytes as a row that travels beside a shared log: what is taken lies inside, and is written as it was. */
#include "store/mirror_row.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mirror_row row;
	struct text text;
	if (!mirror_row_read(data, size, &row))
		return 0;
	text_init(&text, MIRROR_MAX_ROW);
	if (mirror_row_write(&row, &text) == JISR_OK && (text.length != size || memcmp(text.bytes, data, size) != 0))
		abort();
	text_finish(&text);
	return 0;
}
