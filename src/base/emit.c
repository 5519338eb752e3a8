/* Strings are written in runs: what needs no escape is copied at once. Bytes that are not UTF-8 become U+FFFD, so that
 * whatever stands on a list gives well-formed JSON. */
#include "base/emit.h"

#include "base/utf8.h"

#include <math.h>
#include <string.h>

#define SCORE_MOST 1e12 /* of what four decimals are kept in 64 bits */

static void before(struct text *text, const char *key)
{
	char last = text->length > 0 ? text->bytes[text->length - 1] : '\n';
	if (last != '{' && last != '[' && last != '\n' && last != ':')
		(void)text_add_char(text, ',');
	if (key != NULL) {
		(void)text_add_char(text, '"');
		(void)text_add_string(text, key);
		(void)text_add(text, "\":", 2);
	}
}

static void add_escape(struct text *text, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";
	char escape[6] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
	switch (byte) {
	case '"': (void)text_add(text, "\\\"", 2); break;
	case '\\': (void)text_add(text, "\\\\", 2); break;
	case '\n': (void)text_add(text, "\\n", 2); break;
	case '\r': (void)text_add(text, "\\r", 2); break;
	case '\t': (void)text_add(text, "\\t", 2); break;
	default: (void)text_add(text, escape, sizeof escape); break;
	}
}

static void add_quoted(struct text *text, const char *value, size_t length)
{
	const char *at = value, *run = value, *end = value + length;
	(void)text_add_char(text, '"');
	while (at < end) {
		unsigned char byte = (unsigned char)*at;
		const char *here = at;
		if (byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\') {
			at++;
			continue;
		}
		uint32_t code = utf8_next(&at, end);
		if (code >= 0x7F && code != UTF8_INVALID)
			continue;
		(void)text_add(text, run, (size_t)(here - run));
		if (code == UTF8_INVALID || code == 0)
			(void)text_add_code(text, 0xFFFD);
		else
			add_escape(text, byte);
		run = at;
	}
	(void)text_add(text, run, (size_t)(end - run));
	(void)text_add_char(text, '"');
}

void emit_object(struct text *text, const char *key)
{
	before(text, key);
	(void)text_add_char(text, '{');
}

void emit_array(struct text *text, const char *key)
{
	before(text, key);
	(void)text_add_char(text, '[');
}

void emit_close_object(struct text *text)
{
	(void)text_add_char(text, '}');
}

void emit_close_array(struct text *text)
{
	(void)text_add_char(text, ']');
}

void emit_bytes(struct text *text, const char *key, const char *value, size_t length)
{
	before(text, key);
	add_quoted(text, value, length);
}

void emit_text(struct text *text, const char *key, const char *value)
{
	if (value == NULL)
		emit_null(text, key);
	else
		emit_bytes(text, key, value, strlen(value));
}

static void add_number(struct text *text, uint64_t number)
{
	char digits[20];
	size_t at = sizeof digits;
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	(void)text_add(text, digits + at, sizeof digits - at);
}

void emit_count(struct text *text, const char *key, uint64_t number)
{
	before(text, key);
	add_number(text, number);
}

void emit_score(struct text *text, const char *key, double score)
{
	if (!isfinite(score) || fabs(score) > SCORE_MOST) {
		emit_null(text, key);
		return;
	}
	before(text, key);
	uint64_t parts = (uint64_t)llround(fabs(score) * 10000);
	if (score < 0 && parts > 0)
		(void)text_add_char(text, '-');
	add_number(text, parts / 10000);
	uint64_t rest = parts % 10000;
	if (rest == 0)
		return;
	char decimals[5] = {'.', (char)('0' + rest / 1000), (char)('0' + rest / 100 % 10), (char)('0' + rest / 10 % 10),
	                    (char)('0' + rest % 10)};
	size_t length = sizeof decimals;
	while (decimals[length - 1] == '0')
		length--;
	(void)text_add(text, decimals, length);
}

void emit_bool(struct text *text, const char *key, bool value)
{
	before(text, key);
	(void)text_add_string(text, value ? "true" : "false");
}

void emit_null(struct text *text, const char *key)
{
	before(text, key);
	(void)text_add(text, "null", 4);
}

void emit_raw(struct text *text, const char *key, const char *json, size_t length)
{
	before(text, key);
	(void)text_add(text, json, length);
}

void emit_name(struct text *text, const char *name, size_t length)
{
	before(text, NULL);
	add_quoted(text, name, length);
	(void)text_add_char(text, ':');
}
