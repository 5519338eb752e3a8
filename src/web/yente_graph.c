#include "web/yente_graph.h"

#include "base/emit.h"
#include "base/json.h"
#include "base/memory.h"
#include "watch/stored.h"
#include "web/yente_filter.h"
#include "web/yente_index.h"

#include <stdlib.h>
#include <string.h>

/* --- things --- */

static bool find_stored(const struct lists *lists, const char *id, struct arena *arena, struct yente_thing *ret_thing,
                        int *error)
{
	uint32_t segments = stored_segments(lists->view), entity;
	for (uint32_t segment = 0; segment < segments; segment++) {
		if (!stored_find(lists->view, segment, id, &entity))
			continue;
		struct yente_thing thing = {.list = yente_list(lists, segment)};
		int result = thing.list != NULL ? stored_read(lists->view, segment, entity, arena, &thing.entity)
		                                : JISR_NOT_FOUND;
		if (result == JISR_NO_MEMORY)
			*error = result;
		if (result != JISR_OK)
			return false;
		*ret_thing = thing;
		return true;
	}
	return false;
}

static int add_values(struct entity *entity, struct arena *arena, const cJSON *list)
{
	const cJSON *value = cJSON_IsArray(list) ? list->child : list;
	while (value != NULL) {
		const char *text = cJSON_IsString(value) ? value->valuestring : json_get_text(value, "id");
		int error = text != NULL ? entity_add(entity, arena, list->string, text, strlen(text)) : JISR_OK;
		if (error == JISR_NO_MEMORY)
			return error;
		value = value == list ? NULL : value->next;
	}
	return JISR_OK;
}

/* What a record is called that says nothing of it itself. */
static const char *record_caption(const struct entity *entity)
{
	static const char *const properties[] = {"name", "full",           "program", "title",
	                                         "role", "passportNumber", "number",  "summary"};
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
		const char *value = entity_get(entity, properties[i]);
		if (value != NULL)
			return value;
	}
	return entity->schema;
}

/* A record attached to an entity, as a thing: its JSON is what the list gave. False for a mention, which has an id alone;
 * the thing itself is stored then. */
static int read_record(const char *json, size_t length, struct arena *arena, struct entity **ret_entity,
                       bool *ret_mention)
{
	CLEANUP(json_freep) cJSON *record = NULL;
	struct entity *entity;
	int error = json_read(json, length, &record, NULL);
	const char *id = json_get_text(record, "id"), *schema = json_get_text(record, "schema");
	if (error != JISR_OK || id == NULL)
		return error == JISR_NO_MEMORY ? error : JISR_NOT_FOUND;
	*ret_mention = schema == NULL;
	error = entity_new(id, schema != NULL ? schema : "Thing", arena, &entity);
	const cJSON *properties = json_get(record, "properties");
	for (const cJSON *list = properties != NULL ? properties->child : NULL; list != NULL && error == JISR_OK;
	     list = list->next)
		error = add_values(entity, arena, list);
	const char *caption = json_get_text(record, "caption");
	if (error == JISR_OK)
		entity->caption = caption != NULL && caption[0] != '\0' ? arena_text(arena, caption, strlen(caption))
		                                                        : record_caption(entity);
	if (error == JISR_OK)
		error = entity->caption == NULL ? JISR_NO_MEMORY : entity_complete(entity, arena);
	if (error == JISR_OK) {
		/* yente_texts reads the members that it wants out of the record as it is. */
		entity->meta = arena_text(arena, json, length);
		error = entity->meta == NULL ? JISR_NO_MEMORY : JISR_OK;
	}
	if (error == JISR_OK)
		*ret_entity = entity;
	return error == JISR_OK || error == JISR_NO_MEMORY ? error : JISR_NOT_FOUND;
}

static int read_records(struct yente_graph *graph, const struct yente_thing *holder)
{
	const char *object;
	size_t length, capacity = 0;
	if (holder->entity.attached == NULL)
		return JISR_OK;
	struct yente_texts all = {holder->entity.attached, holder->entity.attached + strlen(holder->entity.attached)};
	for (struct yente_texts count = all; yente_objects_next(&count, &object, &length);)
		capacity++;
	capacity = capacity < YENTE_GRAPH_MAX ? capacity : YENTE_GRAPH_MAX;
	graph->records = arena_zero(graph->arena, capacity + 1, sizeof *graph->records); /* and the holder */
	if (graph->records == NULL)
		return JISR_NO_MEMORY;
	while (graph->record_count < capacity && yente_objects_next(&all, &object, &length)) {
		struct yente_thing *thing = &graph->records[graph->record_count];
		struct entity *entity;
		bool mention;
		int error = read_record(object, length, graph->arena, &entity, &mention);
		if (error == JISR_NO_MEMORY)
			return error;
		if (error != JISR_OK)
			continue;
		*thing = (struct yente_thing){*entity, holder->list};
		if (mention && !find_stored(graph->lists, entity->id, graph->arena, thing, &error)) {
			if (error == JISR_NO_MEMORY)
				return error;
			continue;
		}
		graph->record_count++;
	}
	return JISR_OK;
}

static const struct yente_thing *find_record(const struct yente_graph *graph, const char *id)
{
	for (size_t i = 0; i < graph->record_count; i++)
		if (strcmp(graph->records[i].entity.id, id) == 0)
			return &graph->records[i];
	return NULL;
}

/* --- finding the root --- */

struct sought {
	const char *id;
	size_t length;
	bool found;
};

static bool look_for(void *context, const char *value, size_t length)
{
	struct sought *sought = context;
	sought->found = length == sought->length && memcmp(value, sought->id, length) == 0;
	return !sought->found;
}

/* The entity that an id leads to which is not its own. */
static int find_tied(struct yente_graph *graph, const struct yente_index *index, const char *id,
                     enum yente_found *ret_found, const char **ret_canonical)
{
	static const struct yente_field referents = {YENTE_FIELD_REFERENTS, "referents", MODEL_OTHER};
	uint32_t segments = stored_segments(graph->lists->view);
	for (size_t list = 0; list < graph->lists->count; list++) {
		size_t cursor = 0;
		uint32_t entity;
		while (yente_index_id(index, list, id, &cursor, &entity)) {
			for (uint32_t segment = 0; segment < segments; segment++) {
				struct yente_thing thing = {.list = &graph->lists->list[list]};
				if (yente_list(graph->lists, segment) != thing.list ||
				    stored_read(graph->lists->view, segment, entity, graph->arena, &thing.entity) !=
				            JISR_OK)
					continue;
				struct sought sought = {id, strlen(id), false};
				(void)yente_field_each(&referents, &thing, look_for, &sought);
				if (sought.found) {
					*ret_found = YENTE_FOUND_MERGED;
					*ret_canonical = thing.entity.id;
					return JISR_OK;
				}
				graph->record_count = 0;
				int error = read_records(graph, &thing);
				if (error != JISR_OK)
					return error;
				const struct yente_thing *record = find_record(graph, id);
				if (record != NULL) {
					graph->root = *record;
					graph->records[graph->record_count++] = thing;
					*ret_found = YENTE_FOUND_ENTITY;
					return JISR_OK;
				}
			}
		}
	}
	graph->record_count = 0;
	return JISR_OK;
}

int yente_graph_find(const struct lists *lists, const char *id, struct arena *arena, struct yente_graph *ret_graph,
                     enum yente_found *ret_found, const char **ret_canonical)
{
	struct yente_graph graph = {.lists = lists, .arena = arena};
	int error = JISR_OK;
	*ret_found = YENTE_FOUND_NOTHING;
	if (strlen(id) > ENTITY_MAX_ID)
		return JISR_OK;
	if (find_stored(lists, id, arena, &graph.root, &error)) {
		*ret_found = YENTE_FOUND_ENTITY;
		*ret_graph = graph;
		return JISR_OK;
	}
	const struct yente_index *index = NULL;
	if (error == JISR_OK)
		error = yente_index_take(lists, &index);
	if (error != JISR_OK)
		return error;
	error = find_tied(&graph, index, id, ret_found, ret_canonical);
	yente_index_release(index);
	if (error == JISR_OK)
		*ret_graph = graph;
	return error;
}

/* --- neighbours --- */

static int add(struct yente_graph *graph, const char *property, const struct yente_thing *thing)
{
	if (graph->count == graph->capacity) {
		size_t capacity = graph->capacity == 0 ? 32 : graph->capacity * 2;
		struct yente_neighbour *moved = arena_alloc(graph->arena, capacity * sizeof *moved);
		if (moved == NULL)
			return JISR_NO_MEMORY;
		if (graph->count > 0)
			memcpy(moved, graph->neighbours, graph->count * sizeof *moved);
		graph->neighbours = moved;
		graph->capacity = capacity;
	}
	if (graph->count < YENTE_GRAPH_MAX) {
		graph->neighbours[graph->count] = (struct yente_neighbour){property, *thing, graph->count};
		graph->count++;
	}
	return JISR_OK;
}

/* A thing by its id, among the records and in the lists. */
static bool find_thing(struct yente_graph *graph, const char *id, struct yente_thing *ret_thing, int *error)
{
	const struct yente_thing *record = find_record(graph, id);
	if (record != NULL)
		*ret_thing = *record;
	return record != NULL || find_stored(graph->lists, id, graph->arena, ret_thing, error);
}

static const struct model_property *tie(const struct entity *entity, size_t index)
{
	const struct model_property *property = yente_property(entity->schema, entity->properties[index].name);
	return property != NULL && property->type == MODEL_ENTITY && !(property->flags & MODEL_STUB) ? property : NULL;
}

static int compare_neighbours(const void *left, const void *right)
{
	const struct yente_neighbour *a = left, *b = right;
	int order = strcmp(a->property, b->property);
	return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

int yente_graph_expand(struct yente_graph *graph)
{
	const struct entity *root = &graph->root.entity;
	int error = graph->record_count == 0 ? read_records(graph, &graph->root) : JISR_OK;
	for (size_t i = 0; i < root->count && error == JISR_OK; i++) {
		const struct model_property *property = tie(root, i);
		struct yente_thing thing;
		if (property != NULL && find_thing(graph, root->properties[i].value, &thing, &error))
			error = add(graph, property->name, &thing);
	}
	for (size_t i = 0; i < graph->record_count && error == JISR_OK; i++) {
		const struct entity *record = &graph->records[i].entity;
		for (size_t k = 0; k < record->count && error == JISR_OK; k++) {
			const struct model_property *property = tie(record, k);
			if (property == NULL || property->reverse == NULL ||
			    strcmp(record->properties[k].value, root->id) != 0)
				continue;
			/* The way back has a name only where the root's schema has it. */
			const struct model_property *back = yente_property(root->schema, property->reverse);
			if (back != NULL)
				error = add(graph, back->name, &graph->records[i]);
		}
	}
	if (graph->count > 1)
		qsort(graph->neighbours, graph->count, sizeof *graph->neighbours, compare_neighbours);
	return error;
}

/* --- order --- */

struct first_value {
	const char *text;
	size_t length;
	char copy[24];
};

static bool take_first(void *context, const char *value, size_t length)
{
	struct first_value *first = context;
	first->text = value;
	first->length = length;
	if (length < sizeof first->copy) { /* may be a text of the moment */
		memcpy(first->copy, value, length);
		first->text = first->copy;
	}
	return false;
}

struct order {
	const struct yente_field *field;
	bool falling;
};

static int compare_by(const void *left, const void *right, void *context)
{
	const struct yente_neighbour *a = left, *b = right;
	const struct order *by = context;
	struct first_value x = {0}, y = {0};
	int order = strcmp(a->property, b->property);
	if (order != 0)
		return order;
	(void)yente_field_each(by->field, &a->thing, take_first, &x);
	(void)yente_field_each(by->field, &b->thing, take_first, &y);
	if (x.text == NULL || y.text == NULL)
		return x.text == y.text ? compare_neighbours(left, right) : x.text == NULL ? 1 : -1;
	size_t shorter = x.length < y.length ? x.length : y.length;
	order = memcmp(x.text, y.text, shorter);
	order = order != 0 ? order : (x.length > y.length) - (x.length < y.length);
	if (order == 0)
		return compare_neighbours(left, right);
	return by->falling ? -order : order;
}

void yente_graph_sort(struct yente_graph *graph, const struct yente_field *field, bool falling)
{
	struct order by = {field, falling};
	if (graph->count > 1)
		qsort_r(graph->neighbours, graph->count, sizeof *graph->neighbours, compare_by, &by);
}

/* --- writing --- */

/* What is at the other ends of a link. */
struct ends {
	struct yente_graph *graph;
	const struct entity *link;
};

static bool is_end(struct ends *ends, size_t index, struct yente_thing *ret_thing)
{
	int error = JISR_OK;
	return tie(ends->link, index) != NULL &&
	       strcmp(ends->link->properties[index].value, ends->graph->root.entity.id) != 0 &&
	       find_thing(ends->graph, ends->link->properties[index].value, ret_thing, &error);
}

static bool ends_replace(void *context, const char *property)
{
	struct ends *ends = context;
	struct yente_thing thing;
	for (size_t i = 0; i < ends->link->count; i++)
		if (strcmp(ends->link->properties[i].name, property) == 0 && is_end(ends, i, &thing))
			return true;
	return false;
}

static void ends_write(void *context, struct text *text)
{
	struct ends *ends = context;
	const struct entity *link = ends->link;
	for (size_t i = 0; i < link->count;) {
		const char *name = link->properties[i].name;
		bool open = false;
		for (; i < link->count && strcmp(link->properties[i].name, name) == 0; i++) {
			struct yente_thing thing;
			if (!is_end(ends, i, &thing))
				continue;
			if (!open) {
				emit_name(text, name, strlen(name));
				emit_array(text, NULL);
			}
			open = true;
			emit_object(text, NULL);
			yente_entity_write(text, &thing, NULL);
			emit_close_object(text);
		}
		if (open)
			emit_close_array(text);
	}
}

void yente_graph_write_neighbour(struct yente_graph *graph, struct text *text, const struct yente_thing *thing)
{
	const struct model_schema *schema = model_schema(thing->entity.schema);
	struct ends ends = {graph, &thing->entity};
	struct yente_nested nested = {ends_write, ends_replace, &ends};
	emit_object(text, NULL);
	yente_entity_write(text, thing, schema != NULL && schema->flags & MODEL_EDGE ? &nested : NULL);
	emit_close_object(text);
}

static bool graph_replaces(void *context, const char *property)
{
	const struct yente_graph *graph = context;
	for (size_t i = 0; i < graph->count; i++)
		if (strcmp(graph->neighbours[i].property, property) == 0)
			return true;
	return false;
}

static void write_neighbours(void *context, struct text *text)
{
	struct yente_graph *graph = context;
	for (size_t i = 0; i < graph->count;) {
		const char *property = graph->neighbours[i].property;
		emit_array(text, property);
		for (; i < graph->count && strcmp(graph->neighbours[i].property, property) == 0; i++)
			yente_graph_write_neighbour(graph, text, &graph->neighbours[i].thing);
		emit_close_array(text);
	}
}

void yente_graph_write(struct yente_graph *graph, struct text *text)
{
	struct yente_nested nested = {write_neighbours, graph_replaces, graph};
	yente_entity_write(text, &graph->root, &nested);
}
