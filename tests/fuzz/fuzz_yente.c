/* Bodies of /match, and words of /search: bytes before the first newline are words, what follows is a body. */
#include "base/json.h"
#include "web/yente_query.h"
#include "web/yente_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether a text holds a token: what an index of words would know of it. */
static bool holds(const char *value, uint64_t token)
{
	const char *at = value, *end = value + strlen(value);
	struct yente_word word;
	while (yente_text_word(&at, end, &word))
		if (word.whole == token || word.begin == token)
			return true;
	return false;
}

/* Of each clause one term whose tokens are all there. */
static bool index_may(const struct yente_text *text, const struct yente_thing *thing)
{
	size_t count, i = 0;
	const struct yente_need *needs = yente_text_needs(text, &count);
	while (i < count) {
		unsigned clause = needs[i].clause;
		bool any = false;
		while (i < count && needs[i].clause == clause) {
			unsigned term = needs[i].term;
			bool all = true;
			for (; i < count && needs[i].clause == clause && needs[i].term == term; i++) {
				bool there = holds(thing->entity.id, needs[i].token) ||
				             holds(thing->entity.caption, needs[i].token);
				for (size_t k = 0; k < thing->entity.count; k++)
					there |= holds(thing->entity.properties[k].value, needs[i].token);
				all &= there;
			}
			any |= all;
		}
		if (!any)
			return false;
	}
	return true;
}

static void search(const char *words, struct arena *arena)
{
	static struct entity_property properties[] = {{"name", "Ángel O'Brien 赵明轩"}, {"topics", "sanction"}};
	static const struct catalogue_list list = {.name = "fuzz", .loaded = "2026-01-01T00:00:00Z"};
	struct yente_thing thing = {.entity = {.id = "f-1", .schema = "Person", .caption = words}, .list = &list};
	struct yente_text *text;
	thing.entity.properties = properties;
	thing.entity.count = 2;
	for (int simple = 0; simple < 2; simple++) {
		if (yente_text_read(words, simple == 1, arena, &text, NULL) != JISR_OK)
			continue;
		/* The words stand in the caption: the quick look must not rule out what matches. */
		if (yente_text_match(text, &thing, false) != YENTE_TEXT_NO) {
			if (!index_may(text, &thing))
				abort();
			char *bytes = arena_format(arena, "f-1 Person Ángel O'Brien 赵明轩 sanction %s", words);
			if (bytes != NULL && !yente_text_may(text, bytes, strlen(bytes)))
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(json_freep) cJSON *json = NULL;
	const uint8_t *newline = memchr(data, '\n', size);
	if (newline == NULL || arena_new((size_t)64 << 20, &arena) != JISR_OK)
		return 0;
	char *words = arena_text(arena, (const char *)data, (size_t)(newline - data));
	if (words != NULL)
		search(words, arena);
	const char *body = (const char *)newline + 1;
	struct yente_batch batch;
	struct yente_wrong wrong;
	if (json_read(body, size - (size_t)(newline + 1 - data), &json, NULL) != JISR_OK ||
	    yente_batch_read(json, arena, &batch, &wrong) != JISR_OK)
		return 0;
	for (size_t i = 0; i < batch.count; i++) {
		struct yente_query *query = &batch.queries[i];
		if (yente_query_read(query, arena, &wrong) != JISR_OK)
			continue;
		for (size_t k = 0; k < query->count; k++)
			if (query->values[k].property == NULL || query->values[k].value == NULL)
				abort();
		if (query->name_count > YENTE_MAX_NAMES)
			abort();
	}
	return 0;
}
