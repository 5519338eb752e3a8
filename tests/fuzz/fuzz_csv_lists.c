/* OFAC (several files, separated by a line %%), UK and plain CSV: any bytes fail with a sentence or give entities that
 * keep their limits. */
#include "list_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return list_bytes_read(data, size);
}
