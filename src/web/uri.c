#include "web/uri.h"

#include "base/utf8.h"

#include <string.h>

static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit |= 0x20;
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Decodes into the arena, with a 0 after it. */
static int decode(const char *text, size_t length, bool plus, struct arena *arena, const char **ret_text,
                  struct problem *problem)
{
	char *out = arena_alloc(arena, length + 1);
	if (out == NULL)
		return JISR_NO_MEMORY;
	size_t used = 0;
	for (size_t i = 0; i < length; i++) {
		char byte = text[i];
		if (byte == '%') {
			int high = length - i > 2 ? hex_value(text[i + 1]) : -1;
			int low = length - i > 2 ? hex_value(text[i + 2]) : -1;
			if (high < 0 || low < 0)
				return problem_set(problem, JISR_BAD_INPUT,
				                   "a percent sign in the address is not followed by two hexadecimal "
				                   "digits; write %%25 for a percent sign itself");
			byte = (char)(high * 16 + low);
			i += 2;
		} else if (plus && byte == '+') {
			byte = ' ';
		}
		if (byte == '\0')
			return problem_set(problem, JISR_BAD_INPUT, "the address holds the character NUL (%%00)");
		out[used++] = byte;
	}
	out[used] = '\0';
	if (!utf8_valid(out, used, NULL))
		return problem_set(problem, JISR_BAD_INPUT, "the address is not UTF-8 after percent-decoding");
	*ret_text = out;
	return JISR_OK;
}

/* Where the path begins in "http://host:port/path"; the target itself when it is a path. */
static const char *path_of(const char *target)
{
	static const char *const schemes[] = {"http://", "https://"};
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t length = strlen(schemes[i]);
		if (strncasecmp(target, schemes[i], length) == 0) {
			target += length;
			target += strcspn(target, "/?");
			return *target == '\0' ? "/" : target;
		}
	}
	return target;
}

int uri_read(const char *target, struct arena *arena, struct uri *ret_uri, struct problem *problem)
{
	struct uri uri = {.query = ""};
	const char *path = path_of(target);
	size_t length = strcspn(path, "?");
	for (const char *c = target; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7F)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "the address holds a space or a control character; write %%20 for a space");
	if (path[length] == '?')
		uri.query = path + length + 1;
	if (length > 0 && path[0] != '/')
		return problem_set(problem, JISR_BAD_INPUT, "the address does not begin with /");
	int error = decode(path, length, false, arena, &uri.path, problem);
	if (error != JISR_OK)
		return error;
	for (size_t at = 1; at < length || (at == length && length > 1);) {
		const char *slash = memchr(path + at, '/', length - at);
		size_t end = slash != NULL ? (size_t)(slash - path) : length;
		if (uri.segment_count == URI_MAX_SEGMENTS)
			return problem_set(problem, JISR_TOO_LARGE,
			                   "the address has more than %d parts between slashes", URI_MAX_SEGMENTS);
		error = decode(path + at, end - at, false, arena, &uri.segments[uri.segment_count++], problem);
		if (error != JISR_OK)
			return error;
		if (slash == NULL)
			break;
		at = end + 1;
	}
	*ret_uri = uri;
	return JISR_OK;
}

int uri_pairs(const char *text, size_t length, struct arena *arena, struct uri_pair **ret_pairs, size_t *ret_count,
              struct problem *problem)
{
	size_t most = length > 0;
	for (size_t i = 0; i < length; i++)
		most += text[i] == '&';
	most = most < URI_MAX_PAIRS ? most : URI_MAX_PAIRS;
	struct uri_pair *pairs = arena_zero(arena, most > 0 ? most : 1, sizeof *pairs);
	if (pairs == NULL)
		return JISR_NO_MEMORY;
	size_t count = 0;
	for (size_t at = 0; at < length;) {
		const char *mark = memchr(text + at, '&', length - at);
		size_t end = mark != NULL ? (size_t)(mark - text) : length;
		if (end > at) { /* "a=1&&b=2" has two */
			const char *equal = memchr(text + at, '=', end - at);
			size_t name_end = equal != NULL ? (size_t)(equal - text) : end;
			if (count == URI_MAX_PAIRS)
				return problem_set(problem, JISR_TOO_LARGE, "more than %d values are given",
				                   URI_MAX_PAIRS);
			int error = decode(text + at, name_end - at, true, arena, &pairs[count].name, problem);
			pairs[count].value = "";
			if (error == JISR_OK && equal != NULL)
				error = decode(equal + 1, end - name_end - 1, true, arena, &pairs[count].value,
				               problem);
			if (error != JISR_OK)
				return error;
			count++;
		}
		at = end + 1;
	}
	*ret_pairs = pairs;
	*ret_count = count;
	return JISR_OK;
}
