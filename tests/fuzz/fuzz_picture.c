/* Photographs from outside. */
#include "base/memory.h"
#include "notices/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct picture picture;
	struct problem problem = {""};
	uint8_t *pixels = NULL;
	if (picture_pixels(data, size, &picture, &pixels, &problem) == JISR_OK)
		memory_free(pixels);
	else if (problem.text[0] == '\0')
		__builtin_trap();
	return 0;
}
