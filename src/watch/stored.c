#include "watch/stored.h"

#include "watch/check_private.h"
#include "watch/segment_format.h"

uint32_t stored_segments(const struct watch_view *view)
{
	return view->count;
}

const char *stored_list(const struct watch_view *view, uint32_t segment)
{
	return segment < view->count ? view->layers[segment].list : "";
}

uint32_t stored_entities(const struct watch_view *view, uint32_t segment)
{
	return segment < view->count ? view->layers[segment].segment->entities : 0;
}

bool stored_alive(const struct watch_view *view, uint32_t segment, uint32_t entity)
{
	return entity < stored_entities(view, segment) && !watch_layer_dead(&view->layers[segment], entity);
}

bool stored_find(const struct watch_view *view, uint32_t segment, const char *id, uint32_t *ret_entity)
{
	uint32_t entity;
	if (segment >= view->count || !segment_find(view->layers[segment].segment, id, &entity) ||
	    !stored_alive(view, segment, entity))
		return false;
	*ret_entity = entity;
	return true;
}

const char *stored_bytes(const struct watch_view *view, uint32_t segment, uint32_t entity, size_t *ret_length)
{
	struct record_reader reader = {NULL, NULL, true};
	if (segment < view->count)
		reader = segment_record(view->layers[segment].segment, entity);
	*ret_length = reader.bad ? 0 : (size_t)(reader.end - reader.next);
	return reader.bad ? NULL : (const char *)reader.next;
}

int stored_read(const struct watch_view *view, uint32_t segment, uint32_t entity, struct arena *arena,
                struct entity *ret_entity)
{
	if (entity >= stored_entities(view, segment))
		return JISR_NOT_FOUND;
	struct record_reader reader = segment_record(view->layers[segment].segment, entity);
	struct record_head head;
	record_read_head(&reader, &head);
	if (reader.bad)
		return JISR_CORRUPT;
	struct entity result = {.id = head.id, .schema = head.schema, .caption = head.caption};
	result.properties = arena_alloc(arena, (head.count + 1) * sizeof *result.properties);
	if (result.properties == NULL)
		return JISR_NO_MEMORY;
	for (; result.count < head.count; result.count++) {
		struct entity_property *property = &result.properties[result.count];
		record_read_property(&reader, &property->name, &property->value);
		if (result.count == head.caption_property)
			result.caption = property->value;
	}
	result.capacity = result.count;
	result.attached = head.flags & RECORD_ATTACHED ? record_read_text(&reader) : NULL;
	result.meta = head.flags & RECORD_META ? record_read_text(&reader) : NULL;
	if (reader.bad || result.caption == NULL)
		return JISR_CORRUPT;
	*ret_entity = result;
	return JISR_OK;
}
