/* Collects entities for a segment.
 *
 * Terms: a part is a distinct struct name_part; a form is a distinct sequence of parts, roles and kind; a name is one
 * spelling of one entity and has one form. Popular names repeat: of a million generated persons with 1.3 million names
 * about one form in seven is shared, and the shared ones are those that every query of a popular name finds.
 *
 * Invariants
 *   1. Parts and forms are never equal to an earlier one; both may hold some that no living entity uses (a put that
 *      failed, an entity that was replaced). The writer drops those, so the bytes do not depend on history.
 *   2. by_id finds the living entity of an id; an entity that is dead is in no table.
 *   3. A put that fails has added nothing but such unused parts and forms.
 *
 * Memory while building: about 40 bytes an entity, its record, 8 bytes and 20 of form a name, 80 a distinct part. */
#include "watch/segment_builder.h"

#include "base/memory.h"
#include "names/country.h"
#include "watch/model.h"

#include <string.h>

/* Names of one entity among which a repeat is looked for; more is only a little waste. */
#define REPEAT_WINDOW 64

/* One name is read at a time: NAME_MAX_BYTES in, some kilobytes out. */
#define NAME_ARENA ((size_t)1 << 20)

int segment_builder_new(struct segment_builder **ret_builder)
{
	CLEANUP(segment_builder_freep) struct segment_builder *builder = memory_zero(1, sizeof *builder);
	if (builder == NULL)
		return JISR_NO_MEMORY;
	int error = arena_new(NAME_ARENA, &builder->arena);
	if (error)
		return error;
	error = memory_reserve(&builder->forms_start, &builder->forms_start_capacity, 1, 1, sizeof(uint32_t));
	if (error)
		return error;
	builder->forms_start[0] = 0;
	*ret_builder = builder;
	builder = NULL;
	return JISR_OK;
}

struct segment_builder *segment_builder_free(struct segment_builder *builder)
{
	if (builder == NULL)
		return NULL;
	memory_free(builder->records.bytes);
	memory_free(builder->documents.bytes);
	memory_free(builder->entities);
	memory_free(builder->names);
	memory_free(builder->extras);
	memory_free(builder->parts);
	memory_free(builder->forms_start);
	memory_free(builder->form_words);
	memory_free(builder->by_id.slots);
	memory_free(builder->by_part.slots);
	memory_free(builder->by_form.slots);
	arena_free(builder->arena);
	return memory_free(builder);
}

static const char *built_id(const struct segment_builder *builder, size_t entity)
{
	const struct built_entity *built = &builder->entities[entity];
	return record_id(builder->records.bytes + built->record, built->record_length);
}

static uint64_t id_hash(const char *id)
{
	return hash_bytes(id, strlen(id));
}

static uint64_t part_hash(const struct name_part *part)
{
	return hash_bytes(part, sizeof *part);
}

static uint64_t form_hash(const uint32_t *words, size_t count)
{
	return hash_bytes(words, count * sizeof *words);
}

static size_t form_length(const struct segment_builder *builder, size_t form)
{
	return builder->forms_start[form + 1] - builder->forms_start[form];
}

static uint64_t stored_hash(const struct segment_builder *builder, const struct built_table *table, size_t number)
{
	if (table == &builder->by_id)
		return id_hash(built_id(builder, number));
	if (table == &builder->by_part)
		return part_hash(&builder->parts[number]);
	return form_hash(builder->form_words + builder->forms_start[number], form_length(builder, number));
}

/* Makes room for one more in a table that holds `count`. */
static int table_reserve(const struct segment_builder *builder, struct built_table *table, size_t count)
{
	if (table->size >= (count + 1) * 2)
		return JISR_OK;
	size_t size = table->size ? table->size * 2 : 16;
	while (size < (count + 1) * 2)
		size *= 2;
	uint32_t *slots = memory_zero(size, sizeof *slots);
	if (slots == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < table->size; i++) {
		if (table->slots[i] == 0)
			continue;
		size_t at = stored_hash(builder, table, table->slots[i] - 1) & (size - 1);
		while (slots[at] != 0)
			at = (at + 1) & (size - 1);
		slots[at] = table->slots[i];
	}
	memory_free(table->slots);
	table->slots = slots;
	table->size = size;
	return JISR_OK;
}

/* The slot that holds the id, or the empty one where it belongs. Requires a table with room. */
static size_t id_slot(const struct segment_builder *builder, const char *id)
{
	const struct built_table *table = &builder->by_id;
	size_t at = id_hash(id) & (table->size - 1);
	while (table->slots[at] != 0 && strcmp(built_id(builder, table->slots[at] - 1), id) != 0)
		at = (at + 1) & (table->size - 1);
	return at;
}

static int find_part(struct segment_builder *builder, const struct name_part *part, uint32_t *ret_number)
{
	int error = table_reserve(builder, &builder->by_part, builder->part_count);
	if (error)
		return error;
	struct built_table *table = &builder->by_part;
	size_t at = part_hash(part) & (table->size - 1);
	while (table->slots[at] != 0 && memcmp(&builder->parts[table->slots[at] - 1], part, sizeof *part) != 0)
		at = (at + 1) & (table->size - 1);
	if (table->slots[at] == 0) {
		error = memory_reserve(&builder->parts, &builder->part_capacity, builder->part_count + 1,
		                       SEGMENT_MAX_PARTS, sizeof *part);
		if (error)
			return error;
		builder->parts[builder->part_count++] = *part;
		table->slots[at] = (uint32_t)builder->part_count;
	}
	*ret_number = table->slots[at] - 1;
	return JISR_OK;
}

static int find_form(struct segment_builder *builder, const struct name *name, uint32_t *ret_number)
{
	uint32_t words[1 + NAME_MAX_PARTS];
	size_t count = 1u + name->count;
	words[0] =
		(uint32_t)(name->count - 1) << 24 | (uint32_t)name->kind << 29 | (uint32_t)(name->truncated != 0) << 31;
	for (size_t i = 0; i < name->count; i++) {
		int error = find_part(builder, name->parts[i], &words[1 + i]);
		if (error)
			return error;
		words[1 + i] |= (uint32_t)name->roles[i] << 28;
	}
	int error = table_reserve(builder, &builder->by_form, builder->form_count);
	if (error)
		return error;
	struct built_table *table = &builder->by_form;
	size_t at = form_hash(words, count) & (table->size - 1);
	for (; table->slots[at] != 0; at = (at + 1) & (table->size - 1)) {
		size_t form = table->slots[at] - 1;
		if (form_length(builder, form) == count &&
		    memcmp(builder->form_words + builder->forms_start[form], words, count * sizeof *words) == 0)
			break;
	}
	if (table->slots[at] == 0) {
		error = memory_reserve(&builder->form_words, &builder->form_word_capacity,
		                       builder->form_word_count + count, UINT32_MAX / 2, sizeof *words);
		if (!error)
			error = memory_reserve(&builder->forms_start, &builder->forms_start_capacity,
			                       builder->form_count + 2, SEGMENT_MAX_NAMES, sizeof(uint32_t));
		if (error)
			return error;
		memcpy(builder->form_words + builder->form_word_count, words, count * sizeof *words);
		builder->form_word_count += count;
		builder->form_count++;
		builder->forms_start[builder->form_count] = (uint32_t)builder->form_word_count;
		table->slots[at] = (uint32_t)builder->form_count;
	}
	*ret_number = table->slots[at] - 1;
	return JISR_OK;
}

/* Adds one name to the entity under way; a repeat only makes a weak one strong. */
static int add_name(struct segment_builder *builder, const struct built_entity *entity, const struct name *name,
                    uint16_t property)
{
	if (name->count == 0)
		return JISR_OK;
	uint32_t form;
	int error = find_form(builder, name, &form);
	if (error)
		return error;
	for (size_t i = builder->name_count, seen = 0; i > entity->name && seen < REPEAT_WINDOW; i--, seen++) {
		struct built_name *earlier = &builder->names[i - 1];
		if (earlier->form != form)
			continue;
		if ((earlier->property & BEARER_WEAK) != 0 && (property & BEARER_WEAK) == 0)
			*earlier = (struct built_name){form, property};
		return JISR_OK;
	}
	error = memory_reserve(&builder->names, &builder->name_capacity, builder->name_count + 1, SEGMENT_MAX_NAMES,
	                       sizeof *builder->names);
	if (!error)
		builder->names[builder->name_count++] = (struct built_name){form, property};
	return error;
}

/* True when things of this schema may be persons as well as organisations: their names are stored as both. */
static bool may_be_person(const char *schema)
{
	return name_kind_of_schema(schema) == NAME_ORGANIZATION &&
	       (strcmp(schema, "LegalEntity") == 0 || strcmp(schema, "Thing") == 0);
}

static int read_name(struct segment_builder *builder, const struct built_entity *built, const char *value,
                     enum name_kind kind, uint16_t property)
{
	struct name *name;
	arena_reset(builder->arena);
	int error = name_read(value, strlen(value), kind, builder->arena, &name);
	return error ? error : add_name(builder, built, name, property);
}

static int add_names(struct segment_builder *builder, const struct entity *entity, const struct built_entity *built)
{
	enum name_kind kind = name_kind_of_schema(entity->schema);
	for (size_t i = 0; i < entity->count && i < BEARER_FIELDS; i++) {
		enum property_use use = property_use(entity->properties[i].name);
		if (use != USE_NAME && use != USE_WEAK_NAME)
			continue;
		uint16_t property = (uint16_t)(i | (use == USE_WEAK_NAME ? BEARER_WEAK : 0));
		const char *value = entity->properties[i].value;
		int error = read_name(builder, built, value, kind, property);
		if (!error && may_be_person(entity->schema))
			error = read_name(builder, built, value, NAME_PERSON, property);
		if (error)
			return error;
	}
	const char *family = entity_get(entity, "lastName"), *given = entity_get(entity, "firstName");
	if (kind != NAME_PERSON || builder->name_count > built->name || (family == NULL && given == NULL))
		return JISR_OK;
	struct name *name;
	arena_reset(builder->arena);
	int error = name_read_fields(family, given, builder->arena, &name);
	return error ? error : add_name(builder, built, name, BEARER_FIELDS);
}

static int add_extra(struct segment_builder *builder, uint32_t word)
{
	int error = memory_reserve(&builder->extras, &builder->extra_capacity, builder->extra_count + 1, UINT32_MAX / 2,
	                           sizeof word);
	if (!error)
		builder->extras[builder->extra_count++] = word;
	return error;
}

static int add_births(struct segment_builder *builder, const struct entity *entity, struct attributes *attributes)
{
	struct date first = {0, 0};
	uint32_t count = 0, from = (uint32_t)builder->extra_count;
	for (size_t i = 0; i < entity->count; i++) {
		struct date date;
		const char *value = entity->properties[i].value;
		if (property_use(entity->properties[i].name) != USE_BIRTH ||
		    date_read(value, strlen(value), &date) != JISR_OK)
			continue;
		if (count == 0)
			first = date;
		int error = count == 1 ? add_extra(builder, (uint32_t)first.from) : JISR_OK;
		if (!error && count == 1)
			error = add_extra(builder, (uint32_t)first.to);
		if (!error && count >= 1)
			error = add_extra(builder, (uint32_t)date.from);
		if (!error && count >= 1)
			error = add_extra(builder, (uint32_t)date.to);
		if (error)
			return error;
		count++;
	}
	attributes->birth_from = count > 1 ? (int32_t)from : first.from;
	attributes->birth_to = count > 1 ? (int32_t)count : first.to;
	attributes->flags |= count > 1 ? ATTRIBUTES_BIRTHS : 0;
	return JISR_OK;
}

static int add_countries(struct segment_builder *builder, const struct entity *entity, struct attributes *attributes)
{
	uint32_t codes[UINT8_MAX], count = 0;
	for (size_t i = 0; i < entity->count && count < UINT8_MAX; i++) {
		char code[3];
		const char *value = entity->properties[i].value;
		if (property_use(entity->properties[i].name) != USE_COUNTRY ||
		    !country_read(value, strlen(value), code))
			continue;
		uint32_t word = country_code(code);
		bool known = false;
		for (uint32_t k = 0; k < count; k++)
			known |= codes[k] == word;
		if (!known)
			codes[count++] = word;
	}
	attributes->country_count = (uint16_t)count;
	if (count <= 2) {
		for (uint32_t k = 0; k < count; k++)
			attributes->countries[k] = (uint16_t)codes[k];
		return JISR_OK;
	}
	uint32_t from = (uint32_t)builder->extra_count;
	attributes->flags |= ATTRIBUTES_COUNTRIES;
	attributes->countries[0] = (uint16_t)from;
	attributes->countries[1] = (uint16_t)(from >> 16);
	for (uint32_t k = 0; k < count; k++) {
		int error = add_extra(builder, codes[k]);
		if (error)
			return error;
	}
	return JISR_OK;
}

static int add_documents(struct segment_builder *builder, const struct entity *entity, struct built_entity *built)
{
	for (size_t i = 0; i < entity->count; i++) {
		if (property_use(entity->properties[i].name) != USE_DOCUMENT)
			continue;
		const char *value = entity->properties[i].value;
		bool has_country =
			value[0] >= 'a' && value[0] <= 'z' && value[1] >= 'a' && value[1] <= 'z' && value[2] == ':';
		const char *number = has_country ? value + 3 : value;
		char normal[UINT8_MAX];
		size_t length = document_normalise(number, strlen(number), normal, sizeof normal);
		if (length == 0)
			continue;
		int error =
			memory_reserve(&builder->documents.bytes, &builder->documents.capacity,
		                       builder->documents.length + BUILT_DOCUMENT_HEAD + length, RECORD_MAX_BYTES, 1);
		if (error)
			return error;
		unsigned char *out = builder->documents.bytes + builder->documents.length;
		out[0] = has_country ? (unsigned char)value[0] : 0;
		out[1] = has_country ? (unsigned char)value[1] : 0;
		out[2] = (unsigned char)length;
		memcpy(out + BUILT_DOCUMENT_HEAD, normal, length);
		builder->documents.length += BUILT_DOCUMENT_HEAD + length;
		built->document_count++;
	}
	return JISR_OK;
}

static int put(struct segment_builder *builder, const struct entity *entity)
{
	struct built_entity built = {
		.record = builder->records.length,
		.document = builder->documents.length,
		.name = (uint32_t)builder->name_count,
	};
	int error = table_reserve(builder, &builder->by_id, builder->entity_count);
	if (!error)
		error = memory_reserve(&builder->entities, &builder->entity_capacity, builder->entity_count + 1,
		                       SEGMENT_MAX_ENTITIES, sizeof built);
	if (!error)
		error = record_add(&builder->records, entity);
	bool sought = model_sought(entity->schema);
	if (!error && sought)
		error = add_names(builder, entity, &built);
	if (!error)
		error = add_births(builder, entity, &built.attributes);
	if (!error)
		error = add_countries(builder, entity, &built.attributes);
	if (!error && sought)
		error = add_documents(builder, entity, &built);
	if (error)
		return error;
	const char *sex = entity_get(entity, "gender");
	built.attributes.sex = sex != NULL ? (uint8_t)sex_read(sex) : 0;
	built.record_length = (uint32_t)(builder->records.length - built.record);
	built.name_count = (uint32_t)(builder->name_count - built.name);
	size_t slot = id_slot(builder, entity->id);
	if (builder->by_id.slots[slot] != 0) {
		builder->entities[builder->by_id.slots[slot] - 1].dead = true;
		builder->live--;
	}
	builder->entities[builder->entity_count++] = built;
	builder->by_id.slots[slot] = (uint32_t)builder->entity_count;
	builder->live++;
	return JISR_OK;
}

int segment_builder_put(struct segment_builder *builder, const struct entity *entity)
{
	size_t records = builder->records.length, documents = builder->documents.length;
	size_t names = builder->name_count, extras = builder->extra_count;
	int error = put(builder, entity);
	if (error) {
		builder->records.length = records;
		builder->documents.length = documents;
		builder->name_count = names;
		builder->extra_count = extras;
	}
	return error;
}

int segment_builder_remove(struct segment_builder *builder, const char *id)
{
	struct built_table *table = &builder->by_id;
	if (table->size == 0)
		return JISR_NOT_FOUND;
	size_t hole = id_slot(builder, id);
	if (table->slots[hole] == 0)
		return JISR_NOT_FOUND;
	builder->entities[table->slots[hole] - 1].dead = true;
	builder->live--;
	table->slots[hole] = 0;
	/* Those behind the hole that hashed before it move up, so that every search still ends rightly. */
	size_t mask = table->size - 1;
	for (size_t at = (hole + 1) & mask; table->slots[at] != 0; at = (at + 1) & mask) {
		size_t home = id_hash(built_id(builder, table->slots[at] - 1)) & mask;
		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		table->slots[hole] = table->slots[at];
		table->slots[at] = 0;
		hole = at;
	}
	return JISR_OK;
}
