/* Any bytes: either unknown and untouched, or a code that has a name. */
#include "names/country.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char out[3] = "--";
	if (country_read((const char *)data, size, out) ? country_name(out) == NULL : strcmp(out, "--") != 0)
		abort();
	return 0;
}
