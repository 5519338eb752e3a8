/* Any bytes as a date: a date that is read must be written in a form that reads back to the same one. */
#include "base/date.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct date date = {0, 0}, again = {0, 0};
	if (date_read((const char *)data, size, &date) != 0)
		return 0;
	char text[DATE_TEXT_MAX];
	date_write(date, text);
	if (date_read(text, strlen(text), &again) != 0 || again.from != date.from || again.to != date.to)
		abort();
	return 0;
}
