#include "base/canonical.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MOST 9007199254740992.0 /* 2^53: whole numbers up to it are printed as they are */

/* ---- numbers ---- */

/* Reads "d.ddde+xx" as printf writes it: digits without the point, and the power of ten of the first digit. */
static size_t split_exponent(const char *printed, char digits[20], int *ret_exponent)
{
	size_t count = 0;
	for (; *printed != 'e'; printed++)
		if (*printed != '.')
			digits[count++] = *printed;
	digits[count] = '\0';
	*ret_exponent = (int)strtol(printed + 1, NULL, 10);
	return count;
}

static bool reads_back(const char *digits, int exponent, double number)
{
	char text[48];
	(void)snprintf(text, sizeof text, "%c.%se%d", digits[0], digits[1] != '\0' ? digits + 1 : "0", exponent);
	return strtod(text, NULL) == number;
}

/* The digits one unit of the last place up or down; false when the first digit would carry. */
static bool step_digits(char digits[20], size_t count, int step)
{
	for (size_t i = count; i-- > 0;) {
		digits[i] = (char)(digits[i] + step);
		if (digits[i] >= '0' && digits[i] <= '9')
			return i > 0 || digits[0] != '0';
		digits[i] = step > 0 ? '0' : '9';
	}
	return false;
}

/* The fewest digits that read back the same. printf rounds correctly, so its k digits are the nearest ones; where those
 * do not read back, a neighbour may, since the gap above a power of two is twice that below it. */
static size_t shortest(double number, char digits[20], int *ret_exponent)
{
	for (int precision = 0; precision < 17; precision++) {
		char printed[48], near[20];
		(void)snprintf(printed, sizeof printed, "%.*e", precision, number);
		size_t count = split_exponent(printed, digits, ret_exponent);
		if (reads_back(digits, *ret_exponent, number))
			return count;
		for (int step = -1; step <= 1; step += 2) {
			memcpy(near, digits, sizeof near);
			if (step_digits(near, count, step) && reads_back(near, *ret_exponent, number)) {
				memcpy(digits, near, sizeof near);
				return count;
			}
		}
	}
	return strlen(digits); /* 17 digits always read back */
}

void canonical_number(double number, char out[CANONICAL_NUMBER_MAX])
{
	char digits[20];
	int exponent;
	if (number == 0) { /* also -0 */
		(void)snprintf(out, CANONICAL_NUMBER_MAX, "0");
		return;
	}
	if (fabs(number) <= EXACT_MOST && number == floor(number)) {
		(void)snprintf(out, CANONICAL_NUMBER_MAX, "%.0f", number);
		return;
	}
	const char *sign = number < 0 ? "-" : "";
	int count = (int)shortest(fabs(number), digits, &exponent);
	while (count > 1 && digits[count - 1] == '0')
		digits[--count] = '\0';
	int point = exponent + 1; /* ECMA-262 calls it n: the value is 0.DIGITS times ten to its power */
	if (count <= point && point <= 21)
		(void)snprintf(out, CANONICAL_NUMBER_MAX, "%s%s%.*s", sign, digits, point - count,
		               "000000000000000000000");
	else if (point > 0 && point <= 21)
		(void)snprintf(out, CANONICAL_NUMBER_MAX, "%s%.*s.%s", sign, point, digits, digits + point);
	else if (point > -6 && point <= 0)
		(void)snprintf(out, CANONICAL_NUMBER_MAX, "%s0.%.*s%s", sign, -point, "000000", digits);
	else
		(void)snprintf(out, CANONICAL_NUMBER_MAX, "%s%c%s%se%+d", sign, digits[0], count > 1 ? "." : "",
		               digits + 1, exponent);
}

/* ---- strings ---- */

static int write_string(const char *bytes, struct text *text)
{
	size_t length = strlen(bytes), plain = 0;
	if (!utf8_valid(bytes, length, NULL))
		return JISR_BAD_INPUT;
	(void)text_add_char(text, '"');
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		if (byte >= 0x20 && byte != '"' && byte != '\\')
			continue;
		(void)text_add(text, bytes + plain, i - plain);
		plain = i + 1;
		switch (byte) {
		case '"': (void)text_add_string(text, "\\\""); break;
		case '\\': (void)text_add_string(text, "\\\\"); break;
		case '\b': (void)text_add_string(text, "\\b"); break;
		case '\t': (void)text_add_string(text, "\\t"); break;
		case '\n': (void)text_add_string(text, "\\n"); break;
		case '\f': (void)text_add_string(text, "\\f"); break;
		case '\r': (void)text_add_string(text, "\\r"); break;
		default: (void)text_add_format(text, "\\u%04x", byte); break;
		}
	}
	(void)text_add(text, bytes + plain, length - plain);
	return text_add_char(text, '"');
}

/* The order of UTF-16 is that of UTF-8 but for characters over U+FFFF, whose surrogates stand before U+E000 to U+FFFF.
 * Both names are well-formed. */
static int compare_names(const char *a, const char *b)
{
	const unsigned char *left = (const unsigned char *)a, *right = (const unsigned char *)b;
	while (*left != '\0' && *left == *right) {
		left++;
		right++;
	}
	if ((*left >= 0xEE) && (*right >= 0xEE) && (*left >= 0xF0) != (*right >= 0xF0))
		return *left >= 0xF0 ? -1 : 1;
	return (int)*left - (int)*right;
}

static int compare_members(const void *a, const void *b)
{
	return compare_names((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

/* ---- values ---- */

static int write_value(const cJSON *json, int depth, struct text *text);

static int write_object(const cJSON *json, int depth, struct text *text)
{
	const cJSON *few[16], **members = few;
	CLEANUP(memory_freep) const cJSON **many = NULL;
	size_t count = 0;
	for (const cJSON *member = json->child; member != NULL; member = member->next)
		if (member->string == NULL || ++count > CANONICAL_MAX_MEMBERS)
			return member->string == NULL ? JISR_BAD_INPUT : JISR_TOO_LARGE;
	if (count > sizeof few / sizeof *few) {
		members = many = memory_alloc(count * sizeof *many);
		if (members == NULL)
			return JISR_NO_MEMORY;
	}
	count = 0;
	for (const cJSON *member = json->child; member != NULL; member = member->next) {
		if (!utf8_valid(member->string, strlen(member->string), NULL))
			return JISR_BAD_INPUT;
		members[count++] = member;
	}
	qsort(members, count, sizeof *members, compare_members);
	(void)text_add_char(text, '{');
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && compare_names(members[i - 1]->string, members[i]->string) == 0)
			return JISR_BAD_INPUT;
		if (i > 0)
			(void)text_add_char(text, ',');
		int error = write_string(members[i]->string, text);
		(void)text_add_char(text, ':');
		if (!error)
			error = write_value(members[i], depth + 1, text);
		if (error)
			return error;
	}
	return text_add_char(text, '}');
}

static int write_array(const cJSON *json, int depth, struct text *text)
{
	(void)text_add_char(text, '[');
	for (const cJSON *item = json->child; item != NULL; item = item->next) {
		if (item != json->child)
			(void)text_add_char(text, ',');
		int error = write_value(item, depth + 1, text);
		if (error)
			return error;
	}
	return text_add_char(text, ']');
}

static int write_value(const cJSON *json, int depth, struct text *text)
{
	if (depth > CANONICAL_MAX_DEPTH)
		return JISR_TOO_LARGE;
	if (cJSON_IsString(json))
		return write_string(json->valuestring, text);
	if (cJSON_IsNumber(json)) {
		char number[CANONICAL_NUMBER_MAX];
		if (!isfinite(json->valuedouble))
			return JISR_BAD_INPUT;
		canonical_number(json->valuedouble, number);
		return text_add_string(text, number);
	}
	if (cJSON_IsObject(json))
		return write_object(json, depth, text);
	if (cJSON_IsArray(json))
		return write_array(json, depth, text);
	if (cJSON_IsBool(json))
		return text_add_string(text, cJSON_IsTrue(json) ? "true" : "false");
	return cJSON_IsNull(json) ? text_add_string(text, "null") : JISR_BAD_INPUT;
}

int canonical_write(const cJSON *json, struct text *text)
{
	return json != NULL ? write_value(json, 0, text) : JISR_NO_MEMORY;
}

bool canonical_is(const char *bytes, size_t length)
{
	cJSON *json = NULL;
	struct text text;
	if (json_read(bytes, length, &json, NULL) != JISR_OK)
		return false;
	text_init(&text, length);
	bool same = canonical_write(json, &text) == JISR_OK && text.length == length &&
	            memcmp(text.bytes, bytes, length) == 0;
	text_finish(&text);
	json_free(json);
	return same;
}
