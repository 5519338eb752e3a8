#include "web/multipart.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TYPE "multipart/form-data"

/* The value of a parameter, `; name=value` or `; name="value"`; false when it is not there or too long. */
static bool parameter(const char *text, size_t length, const char *name, char *out, size_t most)
{
	size_t name_length = strlen(name);
	for (size_t at = 0; at < length; at++) {
		if (text[at] == '"') { /* what is quoted is no parameter */
			const char *end = memchr(text + at + 1, '"', length - at - 1);
			if (end == NULL)
				return false;
			at = (size_t)(end - text);
			continue;
		}
		if (text[at] != ';')
			continue;
		size_t begin = at + 1;
		while (begin < length && (text[begin] == ' ' || text[begin] == '\t'))
			begin++;
		if (length - begin <= name_length || strncasecmp(text + begin, name, name_length) != 0 ||
		    text[begin + name_length] != '=')
			continue;
		const char *value = text + begin + name_length + 1, *stop = text + length;
		size_t size = 0;
		if (value < stop && *value == '"') {
			value++;
			const char *end = memchr(value, '"', (size_t)(stop - value));
			if (end == NULL)
				return false;
			size = (size_t)(end - value);
		} else {
			while (value + size < stop && strchr("; \t\r\n", value[size]) == NULL)
				size++;
		}
		if (size > most)
			return false;
		memcpy(out, value, size);
		out[size] = '\0';
		return true;
	}
	return false;
}

/* The headers of a part: its name, and whether it is a file. */
static int read_headers(const char *headers, size_t length, struct multipart_part *part, struct problem *problem)
{
	static const char wanted[] = "content-disposition:";
	char ignored[256];
	for (const char *line = headers, *stop = headers + length; line < stop;) {
		const char *end = memmem(line, (size_t)(stop - line), "\r\n", 2);
		size_t size = (size_t)((end != NULL ? end : stop) - line);
		if (size > sizeof wanted - 1 && strncasecmp(line, wanted, sizeof wanted - 1) == 0) {
			if (!parameter(line, size, "name", part->name, MULTIPART_MAX_NAME))
				break;
			part->file = parameter(line, size, "filename", ignored, sizeof ignored - 1) ||
			             parameter(line, size, "filename*", ignored, sizeof ignored - 1);
			return JISR_OK;
		}
		line += size + 2;
	}
	return problem_set(problem, JISR_BAD_INPUT, "a part of the form has no name of at most %d characters",
	                   MULTIPART_MAX_NAME);
}

static int cut_off(struct problem *problem)
{
	return problem_set(problem, JISR_BAD_INPUT, "the form is cut off: its last boundary is missing");
}

int multipart_read(const char *type, const char *body, size_t length, struct multipart *ret_form,
                   struct problem *problem)
{
	char mark[MULTIPART_MAX_BOUNDARY + 5] = "\r\n--";
	struct multipart form = {.count = 0};
	if (type == NULL || strncasecmp(type, TYPE, sizeof TYPE - 1) != 0)
		return problem_set(problem, JISR_UNSUPPORTED, "the body is no " TYPE);
	if (!parameter(type, strlen(type), "boundary", mark + 4, MULTIPART_MAX_BOUNDARY) || mark[4] == '\0')
		return problem_set(problem, JISR_BAD_INPUT, "the form says no boundary of 1 to %d characters",
		                   MULTIPART_MAX_BOUNDARY);
	size_t mark_length = strlen(mark);
	const char *at = body, *stop = body + length;
	/* The first boundary may begin the body, without a line before it. */
	if (length >= mark_length - 2 && memcmp(body, mark + 2, mark_length - 2) == 0)
		at = body + mark_length - 2;
	else if ((at = memmem(body, length, mark, mark_length)) != NULL)
		at += mark_length;
	else
		return cut_off(problem);
	while (stop - at >= 2 && memcmp(at, "--", 2) != 0) {
		struct multipart_part *part = &form.parts[form.count];
		if (form.count == MULTIPART_MAX_PARTS)
			return problem_set(problem, JISR_BAD_INPUT, "the form has more than %d parts",
			                   MULTIPART_MAX_PARTS);
		while (at < stop && (*at == ' ' || *at == '\t'))
			at++;
		if (stop - at < 2 || memcmp(at, "\r\n", 2) != 0)
			return cut_off(problem);
		at += 2;
		const char *end = memmem(at, (size_t)(stop - at), "\r\n\r\n", 4);
		if (end == NULL || (size_t)(end - at) > MULTIPART_MAX_HEADERS)
			return end == NULL ? cut_off(problem)
			                   : problem_set(problem, JISR_BAD_INPUT, "the headers of a part are too long");
		int error = read_headers(at, (size_t)(end - at), part, problem);
		if (error)
			return error;
		part->bytes = end + 4;
		at = memmem(part->bytes, (size_t)(stop - part->bytes), mark, mark_length);
		if (at == NULL) /* a part of nothing: the boundary's line is that of the headers */
			return cut_off(problem);
		part->length = (size_t)(at - part->bytes);
		at += mark_length;
		form.count++;
	}
	if (stop - at < 2)
		return cut_off(problem);
	*ret_form = form;
	return JISR_OK;
}

const struct multipart_part *multipart_find(const struct multipart *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (strcmp(form->parts[i].name, name) == 0)
			return &form->parts[i];
	return NULL;
}
