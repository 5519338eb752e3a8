/* Any bytes as a table of documents: opened and asked, it must stay within its bytes and answer the same both ways. */
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
	enum { COUNT = sizeof numbers / sizeof *numbers };
	unsigned char *bytes = memory_alloc(size); /* aligned, and its end is watched */
	if (bytes == NULL)
		return 0;
	if (size > 0)
		memcpy(bytes, data, size);
	struct documents documents;
	if (documents_open(bytes, size, &documents) == JISR_OK) {
		const char *countries[COUNT];
		size_t lengths[COUNT], found[COUNT];
		struct document_hit hits[COUNT], some[3];
		for (size_t i = 0; i < COUNT; i++) {
			countries[i] = i % 2 ? "de" : NULL;
			lengths[i] = strlen(numbers[i]);
		}
		documents_find_many(&documents, countries, numbers, lengths, COUNT, hits, found);
		for (size_t i = 0; i < COUNT; i++) {
			if (documents_find(&documents, countries[i], numbers[i], lengths[i], some, 3) != found[i])
				abort();
			if (found[i] > 0 &&
			    (hits[i].entity != some[0].entity || strcmp(hits[i].country, some[0].country) != 0))
				abort();
		}
	}
	memory_free(bytes);
	return 0;
}
