#include "web/yente_facets.h"

#include "base/emit.h"
#include "base/hash.h"
#include "names/country.h"

#include <stdlib.h>
#include <string.h>

struct value {
	const char *text; /* in the arena */
	uint32_t length;
	uint32_t count;
	uint64_t seen; /* the entity that was counted last */
};

struct facet {
	struct yente_field field;
	const char *label;
	struct value *values;
	size_t count, capacity;
	uint32_t *slots; /* number + 1; open addressing, at most half full */
	size_t slot_count;
};

struct yente_facets {
	struct arena *arena;
	struct facet facets[YENTE_FACETS];
	size_t count;
	uint64_t entity; /* under way, from 1 */
	uint32_t weight; /* how many it stands for */
	struct facet *facet;
	int error;
};

int yente_facets_new(const char *const *names, size_t count, struct arena *arena, struct yente_facets **ret_facets)
{
	static const struct {
		const char *name, *label;
	} known[YENTE_FACETS] = {
		{"datasets", "Data sources"},   {"schema", "Entity types"}, {"countries", "Countries"},
		{"identifiers", "Identifiers"}, {"topics", "Topics"},       {"genders", "Genders"},
	};
	struct yente_facets *facets = arena_zero(arena, 1, sizeof *facets);
	if (facets == NULL)
		return JISR_NO_MEMORY;
	facets->arena = arena;
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;
		while (k < YENTE_FACETS && strcmp(known[k].name, names[i]) != 0)
			k++;
		if (k == YENTE_FACETS)
			return JISR_NOT_FOUND;
		bool twice = false;
		for (size_t n = 0; n < facets->count; n++)
			twice |= strcmp(facets->facets[n].field.name, names[i]) == 0;
		if (twice)
			continue;
		facets->facets[facets->count].field = yente_field(known[k].name);
		facets->facets[facets->count++].label = known[k].label;
	}
	*ret_facets = facets;
	return JISR_OK;
}

static size_t slot_of(const struct facet *facet, const char *text, size_t length)
{
	size_t at = (size_t)hash_bytes(text, length) & (facet->slot_count - 1);
	for (; facet->slots[at] != 0; at = (at + 1) & (facet->slot_count - 1)) {
		const struct value *value = &facet->values[facet->slots[at] - 1];
		if (value->length == length && memcmp(value->text, text, length) == 0)
			break;
	}
	return at;
}

static int grow(struct facet *facet, struct arena *arena)
{
	size_t capacity = facet->capacity == 0 ? 64 : facet->capacity * 2;
	struct value *values = arena_alloc(arena, capacity * sizeof *values);
	uint32_t *slots = arena_zero(arena, capacity * 2, sizeof *slots);
	if (values == NULL || slots == NULL)
		return JISR_NO_MEMORY;
	if (facet->count > 0)
		memcpy(values, facet->values, facet->count * sizeof *values);
	facet->values = values;
	facet->capacity = capacity;
	facet->slots = slots;
	facet->slot_count = capacity * 2;
	for (size_t i = 0; i < facet->count; i++)
		facet->slots[slot_of(facet, values[i].text, values[i].length)] = (uint32_t)i + 1;
	return JISR_OK;
}

static bool count_value(void *context, const char *text, size_t length)
{
	struct yente_facets *facets = context;
	struct facet *facet = facets->facet;
	if (facet->count == facet->capacity && facet->count < YENTE_FACET_COUNTED) {
		facets->error = grow(facet, facets->arena);
		if (facets->error != JISR_OK)
			return false;
	}
	size_t at = slot_of(facet, text, length);
	if (facet->slots[at] == 0) {
		if (facet->count == YENTE_FACET_COUNTED)
			return true;
		char *copy = arena_text(facets->arena, text, length);
		if (copy == NULL) {
			facets->error = JISR_NO_MEMORY;
			return false;
		}
		facet->values[facet->count++] = (struct value){copy, (uint32_t)length, 0, 0};
		facet->slots[at] = (uint32_t)facet->count;
	}
	struct value *value = &facet->values[facet->slots[at] - 1];
	value->count += value->seen != facets->entity ? facets->weight : 0;
	value->seen = facets->entity;
	return true;
}

bool yente_facets_field(const struct yente_facets *facets, size_t n, struct yente_field *ret_field)
{
	if (n >= facets->count)
		return false;
	*ret_field = facets->facets[n].field;
	return true;
}

int yente_facets_count(struct yente_facets *facets, const struct yente_thing *thing, uint32_t entities)
{
	facets->entity++;
	facets->weight = entities;
	for (size_t i = 0; i < facets->count && facets->error == JISR_OK; i++) {
		facets->facet = &facets->facets[i];
		(void)yente_field_each(&facets->facet->field, thing, count_value, facets);
	}
	return facets->error;
}

static int compare_values(const void *left, const void *right)
{
	const struct value *a = left, *b = right;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return strcmp(a->text, b->text);
}

static const char *label_of(const struct facet *facet, const char *value)
{
	const char *label = NULL;
	if (facet->field.kind == YENTE_FIELD_SCHEMA)
		label = model_schema(value) != NULL ? model_schema(value)->plural : NULL;
	else if (facet->field.kind == YENTE_FIELD_TYPE && facet->field.type == MODEL_COUNTRY)
		label = country_name(value);
	else if (facet->field.kind == YENTE_FIELD_TYPE && facet->field.type == MODEL_TOPIC)
		label = model_topic_label(value);
	else if (facet->field.kind == YENTE_FIELD_TYPE && facet->field.type == MODEL_GENDER)
		label = strcmp(value, "male") == 0 ? "Male" : strcmp(value, "female") == 0 ? "Female" : NULL;
	return label != NULL ? label : value;
}

int yente_facets_write(struct yente_facets *facets, struct text *text)
{
	emit_object(text, "facets");
	for (size_t i = 0; i < facets->count; i++) {
		struct facet *facet = &facets->facets[i];
		if (facet->count > 1)
			qsort(facet->values, facet->count, sizeof *facet->values, compare_values);
		emit_object(text, facet->field.name);
		emit_text(text, "label", facet->label);
		emit_array(text, "values");
		for (size_t k = 0; k < facet->count && k < YENTE_FACET_VALUES; k++) {
			emit_object(text, NULL);
			emit_text(text, "name", facet->values[k].text);
			emit_text(text, "label", label_of(facet, facet->values[k].text));
			emit_count(text, "count", facet->values[k].count);
			emit_close_object(text);
		}
		emit_close_array(text);
		emit_close_object(text);
	}
	emit_close_object(text);
	return text->error;
}
