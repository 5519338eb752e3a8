#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *error_text(int code)
{
	switch (code) {
	case JISR_OK: return "no error";
	case JISR_NO_MEMORY: return "out of memory";
	case JISR_TOO_LARGE: return "too large";
	case JISR_BAD_INPUT: return "malformed input";
	case JISR_NOT_FOUND: return "not found";
	case JISR_IO: return "the system refused a file operation";
	case JISR_CORRUPT: return "stored data is damaged";
	case JISR_UNSUPPORTED: return "not supported";
	case JISR_BUSY: return "in use by another process";
	case JISR_CANCELLED: return "cancelled";
	case JISR_CONFLICT: return "somebody else changed it first";
	case JISR_DENIED: return "not allowed";
	case JISR_STATE: return "not possible in this state";
	case JISR_FULL: return "the disk is full";
	}
	return "unknown error";
}

/* A cut must not leave half a UTF-8 sequence at the end. */
static void trim_half_character(char *text, size_t length)
{
	size_t end = length;
	while (end > 0 && ((unsigned char)text[end - 1] & 0xC0) == 0x80)
		end--;
	if (end > 0 && (unsigned char)text[end - 1] >= 0xC0)
		text[end - 1] = '\0';
}

int problem_set(struct problem *problem, int code, const char *format, ...)
{
	if (problem == NULL)
		return code;
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(problem->text, sizeof problem->text, format, arguments);
	va_end(arguments);
	if (length >= (int)sizeof problem->text)
		trim_half_character(problem->text, sizeof problem->text - 1);
	return code;
}

int problem_no_memory(struct problem *problem)
{
	return problem_set(problem, JISR_NO_MEMORY, "%s", error_text(JISR_NO_MEMORY));
}

void problem_prefix(struct problem *problem, const char *prefix)
{
	if (problem == NULL)
		return;
	char old[PROBLEM_MAX];
	memcpy(old, problem->text, sizeof old);
	(void)problem_set(problem, 0, "%s: %s", prefix, old);
}
