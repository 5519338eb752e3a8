#include "base/digits.h"

#include <string.h>

bool digits_only(const char *text, size_t most)
{
	size_t digits = text != NULL ? strspn(text, "0123456789") : 0;
	return digits > 0 && digits <= most && text[digits] == '\0';
}
