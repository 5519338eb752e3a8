/* Two passes: check() walks the bytes once by the grammar of RFC 8259 without keeping anything; then cJSON parses what
 * is known to be well-formed; then names are compared for repeats, small objects pairwise, large ones by sorted hashes.
 *
 * cJSON gets its memory through base/memory.h, so that a test can make any of its allocations fail. The hooks are
 * global in cJSON; they are set once. */
#include "base/json.h"

#include "base/hash.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PAIRWISE 16 /* objects up to this many members are compared pair by pair */

struct cursor {
	const char *start, *at, *end;
	const char *wrong; /* what is wrong, NULL when nothing is */
	int code;          /* the error that goes with it */
	size_t element;    /* of the outermost array around it, from 1 on; 0: in none */
};

static bool fail(struct cursor *cursor, const char *wrong)
{
	if (cursor->wrong == NULL) {
		cursor->wrong = wrong;
		cursor->code = JISR_BAD_INPUT;
	}
	return false;
}

static void skip_space(struct cursor *cursor)
{
	while (cursor->at < cursor->end &&
	       (*cursor->at == ' ' || *cursor->at == '\n' || *cursor->at == '\r' || *cursor->at == '\t'))
		cursor->at++;
}

static int hex_digit(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte = (char)(byte | 0x20);
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* The four digits after \u; -1 when they are not there. */
static int read_unit(struct cursor *cursor)
{
	int unit = 0;
	if (cursor->end - cursor->at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(cursor->at[i]);
		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	cursor->at += 4;
	return unit;
}

static bool check_escape(struct cursor *cursor)
{
	if (cursor->at == cursor->end)
		return fail(cursor, "the text ends inside a string");
	char kind = *cursor->at++;
	if (kind != 'u')
		return strchr("\"\\/bfnrt", kind) != NULL && kind != '\0'
		               ? true
		               : fail(cursor, "an unknown escape in a string");
	int unit = read_unit(cursor);
	if (unit < 0)
		return fail(cursor, "\\u without four hexadecimal digits");
	if (unit == 0)
		return fail(cursor, "\\u0000 in a string");
	if (unit >= 0xDC00 && unit <= 0xDFFF)
		return fail(cursor, "half a surrogate pair in a string");
	if (unit < 0xD800 || unit > 0xDBFF)
		return true;
	if (cursor->end - cursor->at < 2 || cursor->at[0] != '\\' || cursor->at[1] != 'u')
		return fail(cursor, "half a surrogate pair in a string");
	cursor->at += 2;
	unit = read_unit(cursor);
	return unit >= 0xDC00 && unit <= 0xDFFF ? true : fail(cursor, "half a surrogate pair in a string");
}

static bool check_string(struct cursor *cursor)
{
	cursor->at++;
	while (cursor->at < cursor->end) {
		unsigned char byte = (unsigned char)*cursor->at;
		if (byte == '"') {
			cursor->at++;
			return true;
		}
		if (byte < 0x20)
			return fail(cursor, "a control character in a string");
		if (byte == '\\') {
			cursor->at++;
			if (!check_escape(cursor))
				return false;
		} else if (byte < 0x80) {
			cursor->at++;
		} else {
			const char *next = cursor->at;
			if (utf8_next(&next, cursor->end) == UTF8_INVALID)
				return fail(cursor, "bytes that are not UTF-8");
			cursor->at = next;
		}
	}
	return fail(cursor, "the text ends inside a string");
}

static size_t skip_digits(struct cursor *cursor)
{
	const char *start = cursor->at;
	while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9')
		cursor->at++;
	return (size_t)(cursor->at - start);
}

static bool check_number(struct cursor *cursor)
{
	const char *start = cursor->at;
	if (*cursor->at == '-')
		cursor->at++;
	bool zero = cursor->at < cursor->end && *cursor->at == '0';
	size_t digits = skip_digits(cursor);
	if (digits == 0 || (zero && digits > 1))
		return fail(cursor, "a malformed number");
	if (cursor->at < cursor->end && *cursor->at == '.') {
		cursor->at++;
		if (skip_digits(cursor) == 0)
			return fail(cursor, "a malformed number");
	}
	if (cursor->at < cursor->end && (*cursor->at == 'e' || *cursor->at == 'E')) {
		cursor->at++;
		if (cursor->at < cursor->end && (*cursor->at == '+' || *cursor->at == '-'))
			cursor->at++;
		if (skip_digits(cursor) == 0)
			return fail(cursor, "a malformed number");
	}
	return cursor->at - start <= 63 ? true : fail(cursor, "a number of more than 63 digits");
}

static bool check_word(struct cursor *cursor, const char *word)
{
	size_t length = strlen(word);
	if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0)
		return fail(cursor, "a value was expected");
	cursor->at += length;
	return true;
}

static bool check_value(struct cursor *cursor, int depth);

/* The inside of an object or array, after its opening bracket. */
static bool check_members(struct cursor *cursor, char close, int depth)
{
	if (depth >= JSON_MAX_DEPTH) {
		(void)fail(cursor, "nested too deep");
		cursor->code = JISR_TOO_LARGE;
		return false;
	}
	skip_space(cursor);
	if (cursor->at < cursor->end && *cursor->at == close) {
		cursor->at++;
		return true;
	}
	for (size_t element = 1;; element++) {
		skip_space(cursor);
		if (close == '}') {
			if (cursor->at == cursor->end || *cursor->at != '"')
				return fail(cursor, cursor->at == cursor->end ? "the text ends inside an object"
				                                              : "a name in quotes was expected");
			if (!check_string(cursor))
				return false;
			skip_space(cursor);
			if (cursor->at == cursor->end || *cursor->at != ':')
				return fail(cursor, "a colon was expected");
			cursor->at++;
		}
		if (!check_value(cursor, depth + 1)) {
			cursor->element = close == ']' ? element : cursor->element;
			return false;
		}
		skip_space(cursor);
		if (cursor->at == cursor->end)
			return fail(cursor,
			            close == '}' ? "the text ends inside an object" : "the text ends inside an array");
		char next = *cursor->at;
		if (next != close && next != ',')
			return fail(cursor, "a comma or the closing bracket was expected");
		cursor->at++;
		if (next == close)
			return true;
	}
}

static bool check_value(struct cursor *cursor, int depth)
{
	skip_space(cursor);
	if (cursor->at == cursor->end)
		return fail(cursor, "the text ends where a value was expected");
	switch (*cursor->at) {
	case '{': cursor->at++; return check_members(cursor, '}', depth);
	case '[': cursor->at++; return check_members(cursor, ']', depth);
	case '"': return check_string(cursor);
	case 't': return check_word(cursor, "true");
	case 'f': return check_word(cursor, "false");
	case 'n': return check_word(cursor, "null");
	default: break;
	}
	if (*cursor->at == '-' || (*cursor->at >= '0' && *cursor->at <= '9'))
		return check_number(cursor);
	return fail(cursor, "a value was expected");
}

static int report(const struct cursor *cursor, struct problem *problem)
{
	unsigned long long line = 1, column = 1;
	for (const char *at = cursor->start; at < cursor->at; at++) {
		column++;
		if (*at == '\n') {
			line++;
			column = 1;
		}
	}
	if (cursor->element > 0)
		return problem_set(problem, cursor->code, "line %llu, column %llu, element %zu of the array: %s", line,
		                   column, cursor->element, cursor->wrong);
	return problem_set(problem, cursor->code, "line %llu, column %llu: %s", line, column, cursor->wrong);
}

static int compare_hashes(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
	return left < right ? -1 : left > right;
}

static const cJSON *pairwise_repeat(const cJSON *object)
{
	for (const cJSON *one = object->child; one != NULL; one = one->next)
		for (const cJSON *two = one->next; two != NULL; two = two->next)
			if (strcmp(one->string, two->string) == 0)
				return two;
	return NULL;
}

/* Sorts the hashes of the names; equal neighbours mean equal names (64 bits: two of a million distinct names share one
 * with a chance of 3 in 10^8, and are then refused as well). */
static int large_repeat(const cJSON *object, size_t count, bool *ret_repeat)
{
	uint64_t *hashes = memory_alloc(count * sizeof *hashes);
	if (hashes == NULL)
		return JISR_NO_MEMORY;
	size_t i = 0;
	for (const cJSON *member = object->child; member != NULL; member = member->next)
		hashes[i++] = hash_bytes(member->string, strlen(member->string));
	qsort(hashes, count, sizeof *hashes, compare_hashes);
	*ret_repeat = false;
	for (i = 1; i < count; i++)
		if (hashes[i] == hashes[i - 1])
			*ret_repeat = true;
	memory_free(hashes);
	return JISR_OK;
}

static int refuse_repeats(const cJSON *json, struct problem *problem)
{
	size_t count = 0;
	for (const cJSON *member = json->child; member != NULL; member = member->next) {
		count++;
		int error = member->child != NULL ? refuse_repeats(member, problem) : JISR_OK;
		if (error != JISR_OK)
			return error;
	}
	if (!cJSON_IsObject(json) || count < 2)
		return JISR_OK;
	if (count <= PAIRWISE) {
		const cJSON *repeat = pairwise_repeat(json);
		return repeat == NULL ? JISR_OK
		                      : problem_set(problem, JISR_BAD_INPUT,
		                                    "the name \"%s\" stands twice in one object", repeat->string);
	}
	bool repeat;
	if (large_repeat(json, count, &repeat) != JISR_OK)
		return problem_no_memory(problem);
	return repeat ? problem_set(problem, JISR_BAD_INPUT, "a name stands twice in one object") : JISR_OK;
}

static void hook_free(void *block)
{
	(void)memory_free(block);
}

static void *hook_alloc(size_t size)
{
	return memory_alloc(size);
}

static void set_hooks(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = hook_alloc, .free_fn = hook_free});
}

int json_read(const char *bytes, size_t length, cJSON **ret_json, struct problem *problem)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	(void)pthread_once(&once, set_hooks);
	if (length > JSON_MAX_BYTES)
		return problem_set(problem, JISR_TOO_LARGE, "more than %zu MiB of JSON in one piece",
		                   JSON_MAX_BYTES >> 20);
	struct cursor cursor = {.start = bytes, .at = bytes, .end = bytes + length};
	if (!check_value(&cursor, 0))
		return report(&cursor, problem);
	skip_space(&cursor);
	if (cursor.at != cursor.end) {
		(void)fail(&cursor, "bytes after the end of the value");
		return report(&cursor, problem);
	}
	cJSON *json = cJSON_ParseWithLength(bytes, length);
	if (json == NULL) /* the bytes are well-formed: only memory can be wanting */
		return problem_no_memory(problem);
	int error = refuse_repeats(json, problem);
	if (error != JISR_OK) {
		json_free(json);
		return error;
	}
	*ret_json = json;
	return JISR_OK;
}

cJSON *json_free(cJSON *json)
{
	cJSON_Delete(json);
	return NULL;
}

const cJSON *json_get(const cJSON *object, const char *name)
{
	if (!cJSON_IsObject(object))
		return NULL;
	for (const cJSON *member = object->child; member != NULL; member = member->next)
		if (strcmp(member->string, name) == 0)
			return member;
	return NULL;
}

const char *json_get_text(const cJSON *object, const char *name)
{
	const cJSON *member = json_get(object, name);
	return cJSON_IsString(member) ? member->valuestring : NULL;
}

bool json_whole(const cJSON *json, uint64_t least, uint64_t most, uint64_t *ret_number)
{
	if (!cJSON_IsNumber(json) || !(json->valuedouble >= (double)least && json->valuedouble <= (double)most) ||
	    json->valuedouble != (double)(uint64_t)json->valuedouble)
		return false;
	if (ret_number != NULL)
		*ret_number = (uint64_t)json->valuedouble;
	return true;
}

uint64_t json_get_whole(const cJSON *object, const char *name)
{
	uint64_t number = 0;
	(void)json_whole(json_get(object, name), 0, JSON_MAX_WHOLE, &number);
	return number;
}

int json_write_string(const char *bytes, size_t length, struct text *text)
{
	size_t plain = 0; /* start of the run not yet written */
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
		case '\n': (void)text_add_string(text, "\\n"); break;
		case '\r': (void)text_add_string(text, "\\r"); break;
		case '\t': (void)text_add_string(text, "\\t"); break;
		default: (void)text_add_format(text, "\\u%04x", byte); break;
		}
	}
	(void)text_add(text, bytes + plain, length - plain);
	return text_add_char(text, '"');
}

/* The shortest of 15 or 17 digits that reads back the same; whole numbers without a point. */
static void write_number(double number, struct text *text)
{
	char digits[32];
	if (!isfinite(number)) {
		(void)text_add_string(text, "null");
		return;
	}
	(void)snprintf(digits, sizeof digits, "%.15g", number);
	if (strtod(digits, NULL) != number)
		(void)snprintf(digits, sizeof digits, "%.17g", number);
	(void)text_add_string(text, digits);
}

int json_write(const cJSON *json, struct text *text)
{
	if (cJSON_IsString(json))
		return json_write_string(json->valuestring, strlen(json->valuestring), text);
	if (cJSON_IsNumber(json)) {
		write_number(json->valuedouble, text);
		return text->error;
	}
	if (cJSON_IsRaw(json) && json->valuestring != NULL) /* JSON already: base/tree.h */
		return text_add_string(text, json->valuestring);
	if (!cJSON_IsObject(json) && !cJSON_IsArray(json))
		return text_add_string(text, cJSON_IsTrue(json) ? "true" : cJSON_IsFalse(json) ? "false" : "null");
	bool object = cJSON_IsObject(json);
	(void)text_add_char(text, object ? '{' : '[');
	for (const cJSON *member = json->child; member != NULL; member = member->next) {
		if (member != json->child)
			(void)text_add_char(text, ',');
		if (object) {
			(void)json_write_string(member->string, strlen(member->string), text);
			(void)text_add_char(text, ':');
		}
		(void)json_write(member, text);
	}
	return text_add_char(text, object ? '}' : ']');
}
