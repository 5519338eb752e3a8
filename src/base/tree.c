#include "base/tree.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <math.h>
#include <string.h>

/* The first failure in this thread since the last print. */
static _Thread_local bool failed;

static void add(cJSON *parent, const char *key, cJSON *item)
{
	if (parent == NULL || item == NULL ||
	    !(key != NULL ? cJSON_AddItemToObject(parent, key, item) : cJSON_AddItemToArray(parent, item))) {
		failed = true;
		cJSON_Delete(item);
	}
}

void tree_raw(cJSON *parent, const char *key, const char *json)
{
	add(parent, key, json != NULL ? cJSON_CreateRaw(json) : NULL);
}

cJSON *tree_object(void)
{
	cJSON *object = cJSON_CreateObject();
	failed |= object == NULL;
	return object;
}

void tree_bytes(cJSON *parent, const char *key, const char *text, size_t length)
{
	size_t used = 0;
	CLEANUP(memory_freep) char *copy = memory_alloc(3 * length + 1); /* each bad byte becomes three */
	if (copy == NULL) {
		failed = true;
		return;
	}
	for (const char *cursor = text, *end = text + length; cursor < end;) {
		uint32_t code = utf8_next(&cursor, end);
		used += utf8_put(copy + used, code == UTF8_INVALID || code == 0 ? 0xFFFD : code);
	}
	copy[used] = '\0';
	add(parent, key, cJSON_CreateString(copy));
}

void tree_text(cJSON *parent, const char *key, const char *text)
{
	if (text == NULL)
		add(parent, key, cJSON_CreateNull());
	else
		tree_bytes(parent, key, text, strlen(text));
}

void tree_count(cJSON *parent, const char *key, uint64_t number)
{
	add(parent, key, cJSON_CreateNumber((double)number));
}

void tree_score(cJSON *parent, const char *key, double score)
{
	add(parent, key, cJSON_CreateNumber(round(score * 10000) / 10000 + 0.0));
}

void tree_bool(cJSON *parent, const char *key, bool value)
{
	add(parent, key, cJSON_CreateBool(value));
}

/* add frees what it cannot add, so the caller must not see it then. */
static cJSON *added(cJSON *parent, const char *key, cJSON *item)
{
	bool before = failed;
	failed = false;
	add(parent, key, item);
	bool good = !failed;
	failed |= before;
	return good ? item : NULL;
}

cJSON *tree_add_object(cJSON *parent, const char *key)
{
	return added(parent, key, cJSON_CreateObject());
}

cJSON *tree_add_array(cJSON *parent, const char *key)
{
	return added(parent, key, cJSON_CreateArray());
}

void tree_list(cJSON *parent, const char *key, const char *words)
{
	cJSON *list = tree_add_array(parent, key);
	while (*words != '\0') {
		size_t length = strcspn(words, ",");
		tree_bytes(list, NULL, words, length);
		words += length + (words[length] == ',');
	}
}

bool tree_failed(void)
{
	bool before = failed;
	failed = false;
	return before;
}

char *tree_take(cJSON *root, bool indented)
{
	char *text = NULL;
	if (!failed)
		text = indented ? cJSON_Print(root) : cJSON_PrintUnformatted(root);
	cJSON_Delete(root);
	failed = false;
	return text;
}
