#include "base/digits.h"

#include <stdlib.h>
#include <string.h>

bool digits_only(const char *text, size_t most)
{
	size_t digits = text != NULL ? strspn(text, "0123456789") : 0;
	return digits > 0 && digits <= most && text[digits] == '\0';
}

bool digits_read(const char *text, size_t most, uint64_t *ret_number)
{
	if (!digits_only(text, most))
		return false;
	*ret_number = strtoull(text, NULL, 10);
	return true;
}

bool digits_ordinal(const char *text, uint64_t *ret_number)
{
	return text != NULL && text[0] != '0' && digits_read(text, 15, ret_number);
}

uint32_t digits_number(const char *text)
{
	return digits_only(text, 8) ? (uint32_t)strtoul(text, NULL, 10) : 0;
}
