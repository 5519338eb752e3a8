#include "base/text.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char empty[1];

void text_init(struct text *text, size_t limit)
{
	/* One byte less than there are numbers: the closing 0 is counted too. */
	*text = (struct text){.bytes = empty, .limit = limit < SIZE_MAX ? limit : SIZE_MAX - 1};
}

void text_finish(struct text *text)
{
	if (text->capacity > 0)
		memory_free(text->bytes);
	text_init(text, text->limit);
}

void text_reset(struct text *text)
{
	text->length = 0;
	text->error = JISR_OK;
	if (text->capacity > 0)
		text->bytes[0] = '\0';
}

static int make_room(struct text *text, size_t more)
{
	if (text->error != JISR_OK)
		return text->error;
	if (more > text->limit - text->length)
		return text->error = JISR_TOO_LARGE;
	char *block = text->capacity > 0 ? text->bytes : NULL;
	int error = memory_reserve(&block, &text->capacity, text->length + more + 1, text->limit + 1, 1);
	if (error != JISR_OK)
		return text->error = error;
	text->bytes = block;
	return JISR_OK;
}

int text_add(struct text *text, const char *bytes, size_t length)
{
	if (make_room(text, length) != JISR_OK)
		return text->error;
	if (length > 0)
		memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
	return JISR_OK;
}

int text_add_string(struct text *text, const char *string)
{
	return text_add(text, string, strlen(string));
}

int text_add_char(struct text *text, char byte)
{
	return text_add(text, &byte, 1);
}

int text_add_code(struct text *text, uint32_t code_point)
{
	char bytes[4];
	return text_add(text, bytes, utf8_put(bytes, code_point));
}

int text_add_format(struct text *text, const char *format, ...)
{
	va_list arguments, again;
	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		text->error = JISR_BAD_INPUT;
	else if (make_room(text, (size_t)length) == JISR_OK) {
		(void)vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
		text->length += (size_t)length;
	}
	va_end(again);
	return text->error;
}

char *text_take(struct text *text)
{
	if (text->error != JISR_OK)
		return NULL;
	char *taken = text->capacity > 0 ? text->bytes : memory_text("", 0);
	text_init(text, text->limit);
	return taken;
}

bool text_is_hex(const char *text, size_t digits)
{
	return text != NULL && strlen(text) == digits && strspn(text, "0123456789abcdef") == digits;
}
