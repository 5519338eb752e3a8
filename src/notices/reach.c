#include "notices/reach.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define HEADQUARTERS "GS"
#define MAX_CODE     16

static int compare(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;
	return strcmp(*left, *right);
}

static bool is_code(const char *text)
{
	size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
	return length >= 2 && length <= MAX_CODE && text[length] == '\0';
}

int reach_read(const cJSON *json, struct arena *arena, struct reach *ret_reach, struct problem *problem)
{
	if (cJSON_IsString(json) && strcmp(json->valuestring, "*") == 0) {
		*ret_reach = (struct reach){REACH_ALL, NULL, 0};
		return JISR_OK;
	}
	const cJSON *list = cJSON_IsObject(json) && cJSON_GetArraySize(json) == 1 ? json->child : NULL;
	bool only = list != NULL && strcmp(list->string, "only") == 0;
	if (!cJSON_IsArray(list) || (!only && strcmp(list->string, "except") != 0))
		return problem_set(
			problem, JISR_BAD_INPUT,
			"whom it reaches is written \"*\", {\"only\":[\"FR\",\"MA\"]} or {\"except\":[\"XX\"]}");
	size_t count = (size_t)cJSON_GetArraySize(list);
	if (count > REACH_MAX_OFFICES)
		return problem_set(problem, JISR_TOO_LARGE, "%zu offices are named, at most %d may be", count,
		                   REACH_MAX_OFFICES);
	if (count == 0 && only)
		return problem_set(problem, JISR_BAD_INPUT, "nobody is named who may see it: name at least one office");
	const char **offices = arena_zero(arena, count + 1, sizeof *offices);
	if (offices == NULL)
		return problem_no_memory(problem);
	size_t kept = 0;
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		if (!cJSON_IsString(one) || !is_code(one->valuestring))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "an office is named by its code, such as \"FR\" or \"RB-ABJ\"");
		if (!only && strcmp(one->valuestring, HEADQUARTERS) == 0)
			return problem_set(
				problem, JISR_BAD_INPUT,
				"headquarters keeps the files and cannot be kept out: leave GS out of the list");
		offices[kept++] = one->valuestring;
	}
	qsort(offices, kept, sizeof *offices, compare);
	count = 0;
	for (size_t i = 0; i < kept; i++)
		if (i == 0 || strcmp(offices[i], offices[i - 1]) != 0)
			offices[count++] = offices[i];
	*ret_reach = count == 0 ? (struct reach){REACH_ALL, NULL, 0}
	                        : (struct reach){only ? REACH_ONLY : REACH_EXCEPT, offices, count};
	return JISR_OK;
}

int reach_text(const struct reach *reach, struct arena *arena, const char **ret_text)
{
	struct text text;
	text_init(&text, (size_t)(REACH_MAX_OFFICES + 1) * (MAX_CODE + 1));
	(void)text_add_char(&text, reach->kind == REACH_ALL ? '*' : reach->kind == REACH_ONLY ? '+' : '-');
	for (size_t i = 0; i < reach->count; i++) {
		(void)text_add_string(&text, reach->offices[i]);
		(void)text_add_char(&text, ',');
	}
	int error = text.error;
	const char *copy = error ? NULL : arena_text(arena, text.bytes, text.length);
	text_finish(&text);
	if (copy == NULL)
		return error ? error : JISR_NO_MEMORY;
	*ret_text = copy;
	return JISR_OK;
}

struct entry_audience reach_audience(const struct reach *reach)
{
	static const enum entry_audience_kind kinds[] = {AUDIENCE_ALL, AUDIENCE_ONLY, AUDIENCE_EXCEPT};
	return (struct entry_audience){kinds[reach->kind], reach->offices, reach->count};
}

int reach_from_text(const char *text, struct arena *arena, struct reach *ret_reach)
{
	char *copy = arena_text(arena, text, strlen(text));
	const char **offices = arena_zero(arena, REACH_MAX_OFFICES + 1, sizeof *offices);
	if (copy == NULL || offices == NULL)
		return JISR_NO_MEMORY;
	struct reach reach = {copy[0] == '+' ? REACH_ONLY : copy[0] == '-' ? REACH_EXCEPT : REACH_ALL, offices, 0};
	for (char *at = copy + (copy[0] != '\0'); *at != '\0' && reach.count < REACH_MAX_OFFICES;) {
		size_t length = strcspn(at, ",");
		offices[reach.count++] = at;
		at += length + (at[length] == ',');
		at[-1] = '\0';
	}
	*ret_reach = reach;
	return JISR_OK;
}

static bool text_names(const char *text, const char *office)
{
	size_t length = strlen(office);
	for (const char *at = text; *at != '\0'; at += strcspn(at, ",") + 1)
		if (strncmp(at, office, length) == 0 && at[length] == ',')
			return true;
	return false;
}

bool reach_text_includes(const char *text, const char *owner, const char *office)
{
	if (office[0] != '\0' && (strcmp(office, owner) == 0 || strcmp(office, HEADQUARTERS) == 0))
		return true;
	switch (text[0]) {
	case '*': return true;
	case '+': return office[0] != '\0' && text_names(text + 1, office);
	case '-': return office[0] != '\0' && !text_names(text + 1, office);
	default: return false; /* closed when in doubt */
	}
}
