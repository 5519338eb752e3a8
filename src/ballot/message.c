#include "ballot/message.h"

#include <string.h>

static int refuse(struct problem *problem, const char *where, const char *what)
{
	return problem_set(problem, JISR_BAD_INPUT, "%s %s", where[0] == '\0' ? "the message" : where, what);
}

int message_parse(const char *bytes, size_t length, cJSON **ret_json, struct problem *problem)
{
	if (length > MESSAGE_MAX_BYTES)
		return problem_set(problem, JISR_TOO_LARGE, "the message has %zu bytes, more than %zu", length,
		                   MESSAGE_MAX_BYTES);
	return json_read(bytes, length, ret_json, problem);
}

int message_members(const cJSON *json, const char *where, const char *const names[], size_t count,
                    const cJSON *ret_members[], struct problem *problem)
{
	const cJSON *members[MESSAGE_MAX_MEMBERS] = {NULL};
	if (!cJSON_IsObject(json))
		return refuse(problem, where, "is not a JSON object");
	const cJSON *member;
	cJSON_ArrayForEach(member, json)
	{
		size_t i = 0;
		while (i < count && strcmp(names[i] + (names[i][0] == '?'), member->string) != 0)
			i++;
		if (i == count) {
			char name[40];
			(void)snprintf(name, sizeof name, "%s", member->string);
			return problem_set(problem, JISR_BAD_INPUT, "%s has a member '%s', which does not belong there",
			                   where[0] == '\0' ? "the message" : where, name);
		}
		members[i] = member; /* json_read refuses a name that stands twice */
	}
	for (size_t i = 0; i < count; i++)
		if (members[i] == NULL && names[i][0] != '?')
			return problem_set(problem, JISR_BAD_INPUT, "%s lacks the member '%s'",
			                   where[0] == '\0' ? "the message" : where, names[i]);
	memcpy(ret_members, members, count * sizeof *members);
	return JISR_OK;
}

int message_array(const cJSON *json, const char *where, size_t min, size_t max, size_t *ret_count,
                  struct problem *problem)
{
	if (!cJSON_IsArray(json))
		return refuse(problem, where, "is not a JSON array");
	size_t count = 0;
	for (const cJSON *item = json->child; item != NULL; item = item->next)
		count++;
	if (count < min || count > max) {
		const char *name = where[0] == '\0' ? "the message" : where;
		if (min == max)
			return problem_set(problem, JISR_BAD_INPUT, "%s has %zu items where %zu belong", name, count,
			                   min);
		return problem_set(problem, JISR_BAD_INPUT, "%s has %zu items where %zu to %zu belong", name, count,
		                   min, max);
	}
	*ret_count = count;
	return JISR_OK;
}

int message_string(const cJSON *json, const char *where, const char **ret_string, struct problem *problem)
{
	if (!cJSON_IsString(json))
		return refuse(problem, where, "is not a JSON string");
	*ret_string = json->valuestring;
	return JISR_OK;
}

int message_number(const cJSON *json, const char *where, uint64_t min, uint64_t max, uint64_t *ret_number,
                   struct problem *problem)
{
	if (!json_whole(json, min, max, ret_number))
		return problem_set(problem, JISR_BAD_INPUT, "%s is not a whole number from %llu to %llu", where,
		                   (unsigned long long)min, (unsigned long long)max);
	return JISR_OK;
}

int message_hash(const cJSON *json, const char *where, unsigned char ret_hash[DIGEST_BYTES], struct problem *problem)
{
	if (!cJSON_IsString(json) || !digest_read_hex(json->valuestring, strlen(json->valuestring), ret_hash))
		return refuse(problem, where, "is not a hash of 64 lower-case hexadecimal digits");
	return JISR_OK;
}

/* The sentence about a number ("has a leading zero") after where it stands. */
static int at(int error, const char *where, const struct problem *inner, struct problem *problem)
{
	if (error == JISR_OK)
		return JISR_OK;
	return problem_set(problem, error, "%s %s", where, inner->text);
}

int message_element_unchecked(const struct group *group, const cJSON *json, const char *where,
                              struct element *ret_element, struct problem *problem)
{
	if (!cJSON_IsString(json))
		return refuse(problem, where, "is not a JSON string");
	struct problem inner = {0};
	return at(element_parse(group, json->valuestring, strlen(json->valuestring), ret_element, &inner), where,
	          &inner, problem);
}

int message_element(const struct group *group, const cJSON *json, const char *where, bool identity,
                    struct element *ret_element, struct problem *problem)
{
	struct element element;
	int error = message_element_unchecked(group, json, where, &element, problem);
	if (error != JISR_OK)
		return error;
	if (!element_is_member(group, &element))
		return problem_set(problem, JISR_BAD_INPUT, "%s is not in the group %s", where, group_name(group));
	if (!identity && element_is_identity(&element))
		return refuse(problem, where, "is 1, the identity of the group, which has no place there");
	*ret_element = element;
	return JISR_OK;
}

int message_scalar(const struct group *group, const cJSON *json, const char *where, struct scalar *ret_scalar,
                   struct problem *problem)
{
	if (!cJSON_IsString(json))
		return refuse(problem, where, "is not a JSON string");
	struct problem inner = {0};
	return at(scalar_read(group, json->valuestring, strlen(json->valuestring), ret_scalar, &inner), where, &inner,
	          problem);
}

int message_proof(const struct group *group, const cJSON *json, const char *where, struct proof *ret_proof,
                  struct problem *problem)
{
	static const char *const names[] = {"challenge", "response"};
	const cJSON *members[2];
	char inner[MESSAGE_MAX_WHERE];
	int error = message_members(json, where, names, 2, members, problem);
	(void)snprintf(inner, sizeof inner, "%s%schallenge", where, where[0] == '\0' ? "" : ".");
	if (error == JISR_OK)
		error = message_scalar(group, members[0], inner, &ret_proof->challenge, problem);
	(void)snprintf(inner, sizeof inner, "%s%sresponse", where, where[0] == '\0' ? "" : ".");
	if (error == JISR_OK)
		error = message_scalar(group, members[1], inner, &ret_proof->response, problem);
	return error;
}

int message_ciphertext(const struct group *group, const cJSON *json, const char *where,
                       struct ciphertext *ret_ciphertext, struct problem *problem)
{
	int error = message_ciphertext_unchecked(group, json, where, ret_ciphertext, problem);
	if (error == JISR_OK && !element_is_member(group, &ret_ciphertext->alpha))
		return problem_set(problem, JISR_BAD_INPUT, "%s.alpha is not in the group %s", where,
		                   group_name(group));
	if (error == JISR_OK && !element_is_member(group, &ret_ciphertext->beta))
		return problem_set(problem, JISR_BAD_INPUT, "%s.beta is not in the group %s", where, group_name(group));
	return error;
}

int message_ciphertext_unchecked(const struct group *group, const cJSON *json, const char *where,
                                 struct ciphertext *ret_ciphertext, struct problem *problem)
{
	static const char *const names[] = {"alpha", "beta"};
	const cJSON *members[2];
	char inner[MESSAGE_MAX_WHERE];
	int error = message_members(json, where, names, 2, members, problem);
	(void)snprintf(inner, sizeof inner, "%s%salpha", where, where[0] == '\0' ? "" : ".");
	if (error == JISR_OK)
		error = message_element_unchecked(group, members[0], inner, &ret_ciphertext->alpha, problem);
	(void)snprintf(inner, sizeof inner, "%s%sbeta", where, where[0] == '\0' ? "" : ".");
	if (error == JISR_OK)
		error = message_element_unchecked(group, members[1], inner, &ret_ciphertext->beta, problem);
	return error;
}

void message_write_element(struct text *text, const struct element *element)
{
	char digits[GROUP_DIGITS + 1];
	size_t length = element_write(element, digits);
	(void)text_add_char(text, '"');
	(void)text_add(text, digits, length);
	(void)text_add_char(text, '"');
}

void message_write_scalar(struct text *text, const struct scalar *scalar)
{
	char digits[GROUP_DIGITS + 1];
	size_t length = scalar_write(scalar, digits);
	(void)text_add_char(text, '"');
	(void)text_add(text, digits, length);
	(void)text_add_char(text, '"');
}

void message_write_proof(struct text *text, const struct proof *proof)
{
	(void)text_add_string(text, "{\"challenge\":");
	message_write_scalar(text, &proof->challenge);
	(void)text_add_string(text, ",\"response\":");
	message_write_scalar(text, &proof->response);
	(void)text_add_char(text, '}');
}

void message_write_ciphertext(struct text *text, const struct ciphertext *ciphertext)
{
	(void)text_add_string(text, "{\"alpha\":");
	message_write_element(text, &ciphertext->alpha);
	(void)text_add_string(text, ",\"beta\":");
	message_write_element(text, &ciphertext->beta);
	(void)text_add_char(text, '}');
}

/* Short escapes for " \ and \b \f \n \r \t, \u00xx for other control characters and DEL, nothing else. */
void message_write_string(struct text *text, const char *string)
{
	(void)text_add_char(text, '"');
	static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	for (const char *c = string; *c != '\0'; c++) {
		const char *found = strchr(plain, *c);
		if (found != NULL) {
			(void)text_add_char(text, '\\');
			(void)text_add_char(text, letters[found - plain]);
		} else if ((unsigned char)*c < 0x20 || *c == 0x7f) {
			(void)text_add_format(text, "\\u%04x", (unsigned)*c);
		} else {
			(void)text_add_char(text, *c);
		}
	}
	(void)text_add_char(text, '"');
}
