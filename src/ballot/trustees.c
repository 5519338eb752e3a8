#include "ballot/trustees.h"

#include <string.h>

struct trustees *trustees_free(struct trustees *trustees)
{
	if (trustees == NULL)
		return NULL;
	for (size_t i = 0; i < trustees->item_count; i++)
		threshold_free(trustees->items[i].threshold);
	memory_free(trustees->items);
	return memory_free(trustees);
}

static int trustees_new(const struct group *group, size_t items, struct trustees **ret_trustees,
                        struct problem *problem)
{
	struct trustees *trustees = memory_zero(1, sizeof *trustees);
	if (trustees == NULL)
		return problem_no_memory(problem);
	trustees->group = group;
	trustees->items = memory_zero(items, sizeof *trustees->items);
	if (trustees->items == NULL) {
		trustees_free(trustees);
		return problem_no_memory(problem);
	}
	*ret_trustees = trustees;
	return JISR_OK;
}

/* Counts the item in that was just filled in. */
static void add_item(struct trustees *trustees)
{
	struct trustees_item *item = &trustees->items[trustees->item_count++];
	item->first_owner = trustees->owner_count + 1;
	item->owner_count = item->threshold != NULL ? item->threshold->count : 1;
	trustees->owner_count += item->owner_count;
}

static int read_single(struct trustees *trustees, const cJSON *json, const char *where, struct problem *problem)
{
	struct trustees_item *item = &trustees->items[trustees->item_count];
	int error = trustee_key_read(trustees->group, json, where, &item->single, problem);
	if (error == JISR_OK)
		error = trustee_key_check(trustees->group, &item->single, where, problem);
	if (error == JISR_OK)
		add_item(trustees);
	return error;
}

static int read_threshold(struct trustees *trustees, const cJSON *json, const char *where, struct problem *problem)
{
	struct trustees_item *item = &trustees->items[trustees->item_count];
	int error = threshold_read(trustees->group, json, where, &item->threshold, problem);
	if (error == JISR_OK)
		add_item(trustees);
	return error;
}

static int read_item(struct trustees *trustees, const cJSON *json, struct problem *problem)
{
	char where[MESSAGE_MAX_WHERE];
	const char *kind;
	size_t count;
	(void)snprintf(where, sizeof where, "trustees[%zu]", trustees->item_count);
	int error = message_array(json, where, 2, 2, &count, problem);
	if (error == JISR_OK)
		error = message_string(json->child, where, &kind, problem);
	if (error != JISR_OK)
		return error;
	if (strcmp(kind, "Single") == 0)
		return read_single(trustees, json->child->next, where, problem);
	if (strcmp(kind, "Pedersen") == 0)
		return read_threshold(trustees, json->child->next, where, problem);
	return problem_set(problem, JISR_BAD_INPUT, "%s: neither \"Single\" nor \"Pedersen\"", where);
}

static const struct trustees_item *item_of(const struct trustees *trustees, uint64_t owner)
{
	for (size_t i = 0; i < trustees->item_count; i++) {
		const struct trustees_item *item = &trustees->items[i];
		if (owner >= item->first_owner && owner - item->first_owner < item->owner_count)
			return item;
	}
	return NULL;
}

const struct trustee_key *trustees_key(const struct trustees *trustees, uint64_t owner)
{
	const struct trustees_item *item = item_of(trustees, owner);
	if (item == NULL)
		return NULL;
	return item->threshold != NULL ? &item->threshold->keys[owner - item->first_owner] : &item->single;
}

size_t trustees_find_channel(const struct trustees *trustees, const struct channel_keys *keys)
{
	for (size_t i = 0; i < trustees->item_count; i++) {
		const struct trustees_item *item = &trustees->items[i];
		size_t index = item->threshold != NULL ? pedersen_find(item->threshold, keys) : 0;
		if (index != 0)
			return item->first_owner + index - 1;
	}
	return 0;
}

size_t trustees_find(const struct trustees *trustees, const struct element *public_key)
{
	for (size_t owner = 1; owner <= trustees->owner_count; owner++)
		if (element_equal(&trustees_key(trustees, owner)->public_key, public_key))
			return owner;
	return 0;
}

/* What concerns all items together, and the election's key. */
static int check_all(struct trustees *trustees, struct problem *problem)
{
	/* In a group of whom one is enough all have the same key; that of another item is nobody's. */
	for (size_t owner = 2; owner <= trustees->owner_count; owner++) {
		size_t first = trustees_find(trustees, &trustees_key(trustees, owner)->public_key);
		if (first < item_of(trustees, owner)->first_owner)
			return problem_set(problem, JISR_BAD_INPUT, "trustees: %zu and %zu have the same key", first,
			                   owner);
	}
	element_identity(&trustees->public_key);
	for (size_t i = 0; i < trustees->item_count; i++) {
		struct element key = trustees->items[i].single.public_key;
		if (trustees->items[i].threshold != NULL)
			threshold_public_key(trustees->items[i].threshold, &key);
		element_multiply(trustees->group, &trustees->public_key, &key, &trustees->public_key);
	}
	if (element_is_identity(&trustees->public_key))
		return problem_set(problem, JISR_BAD_INPUT, "trustees: their keys cancel each other");
	return JISR_OK;
}

int trustees_read(const struct group *group, const char *bytes, size_t length, struct trustees **ret_trustees,
                  struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(trustees_freep) struct trustees *trustees = NULL;
	const cJSON *item;
	size_t count = 0;
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = message_array(json, "trustees", 1, TRUSTEES_MAX_ITEMS, &count, problem);
	if (error == JISR_OK)
		error = trustees_new(group, count, &trustees, problem);
	if (error != JISR_OK)
		return error;
	cJSON_ArrayForEach(item, json)
	{
		error = read_item(trustees, item, problem);
		if (error != JISR_OK)
			return error;
	}
	error = check_all(trustees, problem);
	if (error != JISR_OK)
		return error;
	*ret_trustees = trustees;
	trustees = NULL;
	return JISR_OK;
}

/* The keys of mandatory trustees, one a line. */
static int read_keys(struct trustees *trustees, const char *bytes, size_t length, struct problem *problem)
{
	const char *cursor = bytes, *end = bytes + length;
	for (size_t number = 1; cursor < end; number++) {
		const char *newline = memchr(cursor, '\n', (size_t)(end - cursor));
		size_t line = (size_t)((newline != NULL ? newline : end) - cursor);
		const char *start = cursor;
		char where[MESSAGE_MAX_WHERE];
		CLEANUP(json_freep) cJSON *json = NULL;
		cursor += line + (newline != NULL ? 1 : 0);
		if (line == 0 || (line == 1 && *start == '\r'))
			continue;
		if (trustees->item_count == TRUSTEES_MAX_ITEMS - 1)
			return problem_set(problem, JISR_TOO_LARGE, "more than %d mandatory trustees",
			                   TRUSTEES_MAX_ITEMS - 1);
		(void)snprintf(where, sizeof where, "trustee keys, line %zu", number);
		int error = message_parse(start, line, &json, problem);
		if (error != JISR_OK) {
			problem_prefix(problem, where);
			return error;
		}
		error = read_single(trustees, json, where, problem);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

int trustees_assemble(const struct group *group, const char *keys, size_t keys_length, const char *threshold,
                      size_t threshold_length, struct trustees **ret_trustees, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(trustees_freep) struct trustees *trustees = NULL;
	int error = trustees_new(group, TRUSTEES_MAX_ITEMS, &trustees, problem);
	if (error == JISR_OK)
		error = read_keys(trustees, keys, keys_length, problem);
	if (error == JISR_OK && threshold != NULL) {
		error = message_parse(threshold, threshold_length, &json, problem);
		if (error == JISR_OK)
			error = read_threshold(trustees, json, "threshold parameters", problem);
	}
	if (error != JISR_OK)
		return error;
	if (trustees->item_count == 0)
		return problem_set(problem, JISR_BAD_INPUT, "there is no trustee");
	error = check_all(trustees, problem);
	if (error != JISR_OK)
		return error;
	*ret_trustees = trustees;
	trustees = NULL;
	return JISR_OK;
}

int trustees_write(const struct trustees *trustees, struct text *text)
{
	text_add_char(text, '[');
	for (size_t i = 0; i < trustees->item_count; i++) {
		const struct trustees_item *item = &trustees->items[i];
		text_add_string(text, i > 0 ? "," : "");
		text_add_string(text, item->threshold != NULL ? "[\"Pedersen\"," : "[\"Single\",");
		if (item->threshold != NULL)
			threshold_write(text, item->threshold);
		else
			trustee_key_write(text, &item->single);
		text_add_char(text, ']');
	}
	return text_add_char(text, ']');
}
