#include "notices/shape.h"

#include "base/date.h"
#include "base/shown.h"
#include "base/text.h"
#include "base/utf8.h"

#include <math.h>
#include <string.h>

#define MAX_PATH 240

static void check_value(const struct shape *shape, const cJSON *value, const char *path, struct findings *findings);

static size_t characters(const char *text)
{
	size_t count = 0;
	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

/* U+0009 and U+000A in texts of several lines; no other control character, and none that steers direction. */
static bool clean(const char *text, bool lines)
{
	for (const char *at = text, *end = text + strlen(text); at < end;) {
		uint32_t code = utf8_next(&at, end);
		if (code < 0x20 && !(lines && (code == '\n' || code == '\t')))
			return false;
		if ((code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) || code == 0xFEFF ||
		    (code >= 0x2066 && code <= 0x2069))
			return false;
	}
	return true;
}

static bool white(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static void check_text(const struct shape *shape, const char *text, const char *path, bool lines,
                       struct findings *findings)
{
	size_t length = strlen(text), count = characters(text);
	if (length == 0)
		findings_add(findings, path, "write it, or leave the field out", "is empty");
	else if (white(text[0]) || white(text[length - 1]))
		findings_add(findings, path, "remove the white space", "begins or ends with white space");
	if (!clean(text, lines))
		findings_add(findings, path, "write plain text", "holds control characters%s",
		             lines ? "" : " or line breaks");
	if ((double)count > shape->most)
		findings_add(findings, path, "shorten it", "has %zu characters, at most %.0f are taken", count,
		             shape->most);
}

static void check_date(const cJSON *value, const char *path, bool day, struct findings *findings)
{
	struct date date;
	char again[DATE_TEXT_MAX];
	const char *todo = day ? "write it as 2026-03-14" : "write it as 2026-03-14, 2026-03 or 2026";
	if (date_read(value->valuestring, strlen(value->valuestring), &date) != JISR_OK) {
		findings_add(findings, path, todo, "is no date");
		return;
	}
	date_write(date, again);
	if (strcmp(again, value->valuestring) != 0 || (day && !date_is_day(date)))
		findings_add(findings, path, todo, "is not written as a date is here");
}

static bool is_hash(const char *text)
{
	return text_is_hex(text, 64);
}

static void join(char out[MAX_PATH], const char *path, const char *name)
{
	(void)snprintf(out, MAX_PATH, "%s%s%s", path, path[0] != '\0' ? "." : "", name);
}

static void check_list(const struct shape *shape, const cJSON *list, const char *path, struct findings *findings)
{
	size_t index = 0;
	int count = cJSON_GetArraySize(list);
	if (count == 0)
		findings_add(findings, path, "leave the field out when there is nothing", "is an empty list");
	if (count > shape->most) {
		findings_add(findings, path, "keep the most important", "has %d elements, at most %.0f are taken",
		             count, shape->most);
		return;
	}
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		char inner[MAX_PATH];
		(void)snprintf(inner, sizeof inner, "%s[%zu]", path, index++);
		check_value(shape->parts, one, inner, findings);
		for (const cJSON *other = list->child; cJSON_IsString(one) && other != one; other = other->next)
			if (cJSON_IsString(other) && strcmp(other->valuestring, one->valuestring) == 0)
				findings_add(findings, inner, "write it once", "stands twice");
	}
}

static void check_words(const struct shape *shape, const cJSON *words, const char *path, struct findings *findings)
{
	if (words->child == NULL)
		findings_add(findings, path, "leave the field out when there is nothing", "is empty");
	for (const cJSON *one = words->child; one != NULL; one = one->next) {
		char inner[MAX_PATH];
		enum language language;
		join(inner, path, one->string);
		if (!codes_read_language(one->string, &language))
			findings_add(findings, inner, "use en, fr, es or ar", "is in no language of the organisation");
		else if (!cJSON_IsString(one))
			findings_add(findings, inner, "write a text", "is no text");
		else
			check_text(shape, one->valuestring, inner, true, findings);
	}
}

static bool right_type(enum shape_kind kind, const cJSON *value)
{
	switch (kind) {
	case SHAPE_NUMBER:
	case SHAPE_WHOLE: return cJSON_IsNumber(value);
	case SHAPE_BOOL: return cJSON_IsBool(value);
	case SHAPE_LIST: return cJSON_IsArray(value);
	case SHAPE_WORDS:
	case SHAPE_OBJECT: return cJSON_IsObject(value);
	case SHAPE_ANY: return true;
	default: return cJSON_IsString(value);
	}
}

static const char *type_name(enum shape_kind kind)
{
	switch (kind) {
	case SHAPE_NUMBER:
	case SHAPE_WHOLE: return "write a number";
	case SHAPE_BOOL: return "write true or false";
	case SHAPE_LIST: return "write a list: [...]";
	case SHAPE_WORDS: return "write texts by language: {\"en\":\"...\"}";
	case SHAPE_OBJECT: return "write an object: {...}";
	default: return "write a text in quotes";
	}
}

static void check_value(const struct shape *shape, const cJSON *value, const char *path, struct findings *findings)
{
	if (!right_type(shape->kind, value)) {
		findings_add(findings, path, type_name(shape->kind), "is of the wrong kind");
		return;
	}
	switch (shape->kind) {
	case SHAPE_LINE: check_text(shape, value->valuestring, path, false, findings); break;
	case SHAPE_LINES: check_text(shape, value->valuestring, path, true, findings); break;
	case SHAPE_DATE: check_date(value, path, false, findings); break;
	case SHAPE_DAY: check_date(value, path, true, findings); break;
	case SHAPE_COUNTRY:
		if (!codes_country_known(value->valuestring))
			findings_add(findings, path, "write its two capital letters, such as FR", "is no country");
		break;
	case SHAPE_LANGUAGE:
		if (!codes_language_known(value->valuestring))
			findings_add(findings, path, "write the three capital letters of ISO 639-2, such as FRE",
			             "is no language");
		break;
	case SHAPE_CODE:
		if (codes_find(shape->codes, value->valuestring) == NULL)
			findings_add(findings, path, "see `jisr notice codes` for those there are", "is no %s",
			             shape->codes->name);
		break;
	case SHAPE_NUMBER:
	case SHAPE_WHOLE:
		if (!(value->valuedouble >= shape->least && value->valuedouble <= shape->most))
			findings_add(findings, path, "look at its unit", "is not between %g and %g", shape->least,
			             shape->most);
		else if (shape->kind == SHAPE_WHOLE && value->valuedouble != floor(value->valuedouble))
			findings_add(findings, path, "write it without a fraction", "is not a whole number");
		break;
	case SHAPE_HASH:
		if (!is_hash(value->valuestring))
			findings_add(findings, path, "store the picture first and write the address that it gets",
			             "is no content address");
		break;
	case SHAPE_LIST: check_list(shape, value, path, findings); break;
	case SHAPE_WORDS: check_words(shape, value, path, findings); break;
	case SHAPE_OBJECT: shape_check(shape->parts, value, path, findings); break;
	case SHAPE_BOOL:
	case SHAPE_ANY: break;
	}
}

static void tell_unknown(const struct shape *shape, const char *name, const char *path, struct findings *findings)
{
	const char *nearest = NULL;
	size_t distance = 3;
	char todo[120], shown[60];
	for (const struct shape *one = shape; one->name != NULL; one++) {
		size_t here = shown_distance(name, one->name);
		if (here < distance) {
			distance = here;
			nearest = one->name;
		}
	}
	shown_clean(name, strlen(name), shown, sizeof shown);
	(void)snprintf(todo, sizeof todo, nearest != NULL ? "did you mean '%s'?" : "remove it", nearest);
	findings_add(findings, path, todo, "is no field that a notice has");
}

void shape_check(const struct shape *shape, const cJSON *object, const char *path, struct findings *findings)
{
	char inner[MAX_PATH];
	for (const cJSON *one = object->child; one != NULL; one = one->next) {
		const struct shape *member = shape;
		while (member->name != NULL && strcmp(member->name, one->string) != 0)
			member++;
		join(inner, path, one->string);
		if (member->name == NULL)
			tell_unknown(shape, one->string, inner, findings);
		else
			check_value(member, one, inner, findings);
	}
	for (const struct shape *member = shape; member->name != NULL; member++) {
		if (!member->required || cJSON_GetObjectItemCaseSensitive(object, member->name) != NULL)
			continue;
		join(inner, path, member->name);
		findings_add(findings, inner, "fill it in", "is missing");
	}
}
