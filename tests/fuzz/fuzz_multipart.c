/* A form with files from anybody: the first line is its Content-Type. */
#include "web/multipart.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char type[200];
	const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t head = end != NULL ? (size_t)(end - data) : 0;
	struct multipart form;
	struct problem problem = {""};
	if (end == NULL || head >= sizeof type)
		return 0;
	memcpy(type, data, head);
	type[head] = '\0';
	const char *body = (const char *)end + 1, *stop = (const char *)data + size;
	if (multipart_read(type, body, (size_t)(stop - body), &form, &problem) != JISR_OK) {
		if (problem.text[0] == '\0')
			__builtin_trap();
		return 0;
	}
	for (size_t i = 0; i < form.count; i++)
		if (form.parts[i].bytes < body || form.parts[i].bytes + form.parts[i].length > stop ||
		    memchr(form.parts[i].name, '\0', sizeof form.parts[i].name) == NULL)
			__builtin_trap();
	return 0;
}
