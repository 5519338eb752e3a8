/* Photographs from outside. */
#include "base/memory.h"
#include "notices/picture_clean.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct picture picture;
	struct problem problem = {""};
	uint8_t *pixels = NULL;
	struct text clean;
	text_init(&clean, PICTURE_MAX_BYTES + 1024);
	for (int type = PICTURE_JPEG; type <= PICTURE_PNG; type++) {
		text_reset(&clean);
		(void)picture_clean(data, size, (enum picture_type)type, &clean, NULL);
		(void)picture_orientation(data, size, (enum picture_type)type);
	}
	text_finish(&clean);
	if (picture_pixels(data, size, &picture, &pixels, &problem) == JISR_OK)
		memory_free(pixels);
	else if (problem.text[0] == '\0')
		__builtin_trap();
	return 0;
}
