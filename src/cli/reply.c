#include "cli/reply.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "cli/print.h"

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

cJSON *reply_object(void)
{
	cJSON *object = cJSON_CreateObject();
	failed |= object == NULL;
	return object;
}

void reply_bytes(cJSON *parent, const char *key, const char *text, size_t length)
{
	size_t size = 3 * length + sizeof "…"; /* each bad byte becomes three */
	CLEANUP(memory_freep) char *copy = memory_alloc(size);
	if (copy == NULL) {
		failed = true;
		return;
	}
	if (utf8_valid(text, length, NULL) && memchr(text, '\0', length) == NULL) {
		memcpy(copy, text, length);
		copy[length] = '\0';
	} else {
		print_clean(text, length, copy, size);
	}
	add(parent, key, cJSON_CreateString(copy));
}

void reply_text(cJSON *parent, const char *key, const char *text)
{
	if (text == NULL)
		add(parent, key, cJSON_CreateNull());
	else
		reply_bytes(parent, key, text, strlen(text));
}

void reply_count(cJSON *parent, const char *key, uint64_t number)
{
	add(parent, key, cJSON_CreateNumber((double)number));
}

void reply_score(cJSON *parent, const char *key, double score)
{
	add(parent, key, cJSON_CreateNumber(round(score * 10000) / 10000 + 0.0));
}

void reply_bool(cJSON *parent, const char *key, bool value)
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

cJSON *reply_add_object(cJSON *parent, const char *key)
{
	return added(parent, key, cJSON_CreateObject());
}

cJSON *reply_add_array(cJSON *parent, const char *key)
{
	return added(parent, key, cJSON_CreateArray());
}

int reply_print(cJSON *root, int status)
{
	char *text = failed ? NULL : cJSON_Print(root);
	cJSON_Delete(root);
	if (text == NULL) {
		failed = false;
		return command_fail(NULL, JISR_NO_MEMORY, NULL);
	}
	puts(text);
	cJSON_free(text);
	return status;
}

int reply_line(cJSON *root, struct text *text)
{
	char *line = failed ? NULL : cJSON_PrintUnformatted(root);
	cJSON_Delete(root);
	failed = false;
	if (line == NULL)
		return JISR_NO_MEMORY;
	text_add_string(text, line);
	cJSON_free(line);
	return text_add_char(text, '\n');
}
