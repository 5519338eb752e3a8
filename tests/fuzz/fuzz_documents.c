/* Any bytes as a table of documents: opened and asked, it must stay within its bytes and answer the same, whatever room there is for hits. */
#include "watch/documents.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const numbers[] = {
		"AB123", "UNKNOWN", "C0123456", "000000000000", "A LONG NUMBER WITH MANY CHARACTERS", "", "\xff\xfe",
	};
	unsigned char *bytes = memory_alloc(size); /* aligned, and its end is watched */
	if (bytes == NULL)
		return 0;
	if (size > 0)
		memcpy(bytes, data, size);
	struct documents documents;
	if (documents_open(bytes, size, &documents) == JISR_OK) {
		for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
			const char *country = i % 2 ? "de" : NULL;
			struct document_hit one, some[3];
			size_t length = strlen(numbers[i]);
			size_t found = documents_find(&documents, country, numbers[i], length, &one, 1);
			if (documents_find(&documents, country, numbers[i], length, some, 3) != found)
				abort();
			if (found > 0 && (one.entity != some[0].entity || strcmp(one.country, some[0].country) != 0))
				abort();
		}
	}
	memory_free(bytes);
	return 0;
}
