#include "web/proxy.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SEPARATORS ", \t"

/* An address without port as 16 bytes. */
static bool read_bare(const char *text, uint8_t ret_address[16])
{
	struct in_addr four;
	if (inet_pton(AF_INET, text, &four) == 1) {
		memset(ret_address, 0, 10);
		memset(ret_address + 10, 0xff, 2);
		memcpy(ret_address + 12, &four, 4);
		return true;
	}
	return inet_pton(AF_INET6, text, ret_address) == 1;
}

/* With or without port and brackets. */
static bool read_address(const char *text, size_t length, uint8_t ret_address[16])
{
	char bare[INET6_ADDRSTRLEN + 1];
	bool bracket = length > 0 && text[0] == '[';
	const char *begin = text + bracket, *end = text + length, *close = memchr(text, ']', length);
	const char *first = memchr(text, ':', length);
	if (bracket && close == NULL)
		return false;
	if (bracket)
		end = close;
	else if (first != NULL && memchr(first + 1, ':', (size_t)(end - first - 1)) == NULL)
		end = first; /* one colon: a port */
	if (end - begin >= (ptrdiff_t)sizeof bare)
		return false;
	memcpy(bare, begin, (size_t)(end - begin));
	bare[end - begin] = '\0';
	return read_bare(bare, ret_address);
}

static int read_range(struct proxy_list *list, char *word, struct problem *problem)
{
	if (list->count == PROXY_MAX)
		return problem_set(problem, JISR_BAD_INPUT, "trusted-proxies names more than %d", PROXY_MAX);
	uint8_t *address = list->ranges[list->count].address;
	char *slash = strchr(word, '/'), *end = NULL;
	if (slash != NULL)
		*slash = '\0';
	if (!read_bare(word, address))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "trusted-proxies: '%.60s' is no address; write them as in 127.0.0.1, 10.1.0.0/16, "
		                   "2001:db8::/32, unix",
		                   word);
	unsigned most = strchr(word, ':') != NULL ? 128 : 32;
	unsigned long bits = slash != NULL ? strtoul(slash + 1, &end, 10) : most;
	if (slash != NULL && (slash[1] < '0' || slash[1] > '9' || *end != '\0' || bits > most || bits == 0))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "trusted-proxies: '%.60s/%.20s': after / stands a number from 1 to %u", word,
		                   slash + 1, most);
	list->ranges[list->count++].bits = 128 - most + (unsigned)bits;
	return JISR_OK;
}

int proxy_read(const char *text, struct proxy_list *ret_list, struct problem *problem)
{
	struct proxy_list list = {.count = 0};
	char word[PROXY_ADDRESS_MAX];
	int error = JISR_OK;
	while (error == JISR_OK && *(text += strspn(text, SEPARATORS)) != '\0') {
		size_t length = strcspn(text, SEPARATORS);
		if (length >= sizeof word)
			return problem_set(problem, JISR_BAD_INPUT, "trusted-proxies: '%.60s...' is no address", text);
		memcpy(word, text, length);
		word[length] = '\0';
		if (strcmp(word, "unix") == 0)
			list.local = true;
		else
			error = read_range(&list, word, problem);
		text += length;
	}
	if (error == JISR_OK)
		*ret_list = list;
	return error;
}

static bool trusted(const struct proxy_list *list, const uint8_t address[16])
{
	for (size_t i = 0; i < list->count; i++) {
		unsigned whole = list->ranges[i].bits / 8, rest = list->ranges[i].bits % 8;
		const uint8_t *range = list->ranges[i].address;
		if (memcmp(range, address, whole) == 0 &&
		    (rest == 0 || ((range[whole] ^ address[whole]) >> (8 - rest)) == 0))
			return true;
	}
	return false;
}

bool proxy_trusts(const struct proxy_list *list, const char *address)
{
	uint8_t bytes[16];
	if (strcmp(address, "unix") == 0)
		return list->local;
	return read_address(address, strlen(address), bytes) && trusted(list, bytes);
}

/* Of one element of Forwarded, `for=192.0.2.43;proto=http` or `For="[2001:db8::17]:4711"`, what stands after for=. */
static bool forwarded_for(const char **text, size_t *length)
{
	const char *at = *text, *end = at + *length;
	while (at < end) {
		const char *semicolon = memchr(at, ';', (size_t)(end - at)),
			   *pair = semicolon != NULL ? semicolon : end;
		while (at < pair && (*at == ' ' || *at == '\t'))
			at++;
		if (pair - at > 4 && strncasecmp(at, "for=", 4) == 0) {
			at += 4;
			if (pair - at >= 2 && *at == '"' && pair[-1] == '"') {
				at++;
				pair--;
			}
			*text = at;
			*length = (size_t)(pair - at);
			return true;
		}
		at = semicolon != NULL ? semicolon + 1 : end;
	}
	return false;
}

bool proxy_client(const struct proxy_list *list, const char *said, bool forwarded, char ret_address[PROXY_ADDRESS_MAX])
{
	uint8_t bytes[16], last[16];
	bool found = false;
	const char *end = said + strlen(said);
	if (end - said > PROXY_MAX_HEADER)
		return false;
	while (end > said) {
		const char *begin = end;
		while (begin > said && begin[-1] != ',')
			begin--;
		const char *next = begin > said ? begin - 1 : begin;
		while (begin < end && (*begin == ' ' || *begin == '\t'))
			begin++;
		while (end > begin && (end[-1] == ' ' || end[-1] == '\t'))
			end--;
		size_t length = (size_t)(end - begin);
		end = next;
		if ((forwarded && !forwarded_for(&begin, &length)) || !read_address(begin, length, bytes))
			break;
		memcpy(last, bytes, sizeof last);
		found = true;
		if (!trusted(list, bytes))
			break;
	}
	if (!found)
		return false;
	static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	char bare[INET6_ADDRSTRLEN];
	bool four = memcmp(last, mapped, sizeof mapped) == 0;
	if (inet_ntop(four ? AF_INET : AF_INET6, four ? last + 12 : last, bare, sizeof bare) == NULL)
		return false;
	(void)snprintf(ret_address, PROXY_ADDRESS_MAX, four ? "%s" : "[%s]", bare);
	return true;
}
