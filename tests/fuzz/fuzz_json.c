/* Any bytes: either refused, or a tree that is written and read back to the same text. */
#include "base/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cJSON *json = NULL, *again = NULL;
	struct problem problem = {""};
	struct text first, second;
	if (json_read((const char *)data, size, &json, &problem) != JISR_OK) {
		if (problem.text[0] == '\0')
			abort();
		return 0;
	}
	text_init(&first, (size_t)1 << 24);
	text_init(&second, (size_t)1 << 24);
	if (json_write(json, &first) != JISR_OK || json_read(first.bytes, first.length, &again, &problem) != JISR_OK ||
	    json_write(again, &second) != JISR_OK || strcmp(first.bytes, second.bytes) != 0)
		abort();
	text_finish(&first);
	text_finish(&second);
	json_free(json);
	json_free(again);
	return 0;
}
