/* Copies of identity papers from strangers: what is taken is taken again, and stays what it is. */
#include "notices/identity.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct identity first, second;
	struct problem problem = {""};
	struct text clean, again;
	text_init(&clean, IDENTITY_MAX_BYTES + 1024);
	text_init(&again, IDENTITY_MAX_BYTES + 1024);
	if (identity_clean(data, size, &clean, &first, &problem) != JISR_OK) {
		if (problem.text[0] == '\0')
			__builtin_trap();
	} else if (identity_type(clean.bytes, clean.length) != first.type ||
	           identity_clean(clean.bytes, clean.length, &again, &second, &problem) != JISR_OK ||
	           second.pages != first.pages) {
		__builtin_trap();
	}
	text_finish(&again);
	text_finish(&clean);
	return 0;
}
