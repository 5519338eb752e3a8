#include "web/yente_entity.h"

#include "base/emit.h"
#include "base/hash.h"

#include <stdio.h>
#include <string.h>

/* --- compact JSON where it lies --- */

/* Past a value that begins at `at`: a string, or what stands between brackets, or a bare word. */
static const char *skip_value(const char *at, const char *end)
{
	int depth = 0;
	bool quoted = false;
	for (; at < end; at++) {
		if (quoted) {
			if (*at == '\\')
				at++;
			else if (*at == '"')
				quoted = false;
		} else if (*at == '"') {
			quoted = true;
		} else if (*at == '{' || *at == '[') {
			depth++;
		} else if (*at == '}' || *at == ']') {
			if (depth == 0)
				return at;
			depth--;
		} else if (*at == ',' && depth == 0) {
			return at;
		}
	}
	return end;
}

struct yente_texts yente_texts(const char *object, size_t object_length, const char *member)
{
	struct yente_texts none = {NULL, NULL};
	if (object_length == 0 || object[0] != '{')
		return none;
	const char *at = object + 1, *end = object + object_length;
	size_t length = strlen(member);
	while (at < end && *at == '"') {
		const char *name = at + 1;
		const char *close = memchr(name, '"', (size_t)(end - name));
		if (close == NULL || close + 1 >= end || close[1] != ':')
			return none;
		const char *value = close + 2, *after = skip_value(value, end);
		if ((size_t)(close - name) == length && memcmp(name, member, length) == 0)
			return (struct yente_texts){value, after};
		at = after < end && *after == ',' ? after + 1 : end;
	}
	return none;
}

bool yente_texts_next(struct yente_texts *texts, const char **ret_text, size_t *ret_length)
{
	while (texts->at != NULL && texts->at < texts->end && *texts->at != '"')
		texts->at++;
	if (texts->at == NULL || texts->at >= texts->end)
		return false;
	const char *from = ++texts->at;
	while (texts->at < texts->end && *texts->at != '"')
		texts->at += *texts->at == '\\' && texts->at + 1 < texts->end ? 2 : 1;
	*ret_text = from;
	*ret_length = (size_t)(texts->at - from);
	texts->at = texts->at < texts->end ? texts->at + 1 : texts->end;
	return true;
}

bool yente_objects_next(struct yente_texts *array, const char **ret_object, size_t *ret_length)
{
	while (array->at != NULL && array->at < array->end && *array->at != '{')
		array->at++;
	if (array->at == NULL || array->at >= array->end)
		return false;
	*ret_object = array->at;
	array->at = skip_value(array->at, array->end);
	*ret_length = (size_t)(array->at - *ret_object);
	return true;
}

static struct yente_texts meta_texts(const struct entity *entity, const char *member)
{
	return yente_texts(entity->meta, entity->meta != NULL ? strlen(entity->meta) : 0, member);
}

/* --- the model, remembered --- */

#define REMEMBERED 1024 /* a power of two */
#define WORD_MAX   32

const struct model_property *yente_property(const char *schema, const char *name)
{
	static _Thread_local struct {
		char schema[WORD_MAX], name[WORD_MAX];
		const struct model_property *property;
	} seen[REMEMBERED];
	size_t schema_length = strlen(schema), name_length = strlen(name);
	if (schema_length >= WORD_MAX || name_length >= WORD_MAX)
		return model_property(schema, name);
	size_t at = (size_t)(hash_bytes(name, name_length) * 31 + hash_bytes(schema, schema_length)) & (REMEMBERED - 1);
	if (strcmp(seen[at].name, name) == 0 && strcmp(seen[at].schema, schema) == 0)
		return seen[at].property;
	memcpy(seen[at].schema, schema, schema_length + 1);
	memcpy(seen[at].name, name, name_length + 1);
	seen[at].property = model_property(schema, name);
	return seen[at].property;
}

/* A schema that the model does not know is a thing. */
static const char *schema_of(const struct entity *entity)
{
	return model_schema(entity->schema) != NULL ? entity->schema : "Thing";
}

/* --- datasets --- */

static char dataset_letter(char letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return (char)(letter - 'A' + 'a');
	return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ? letter : '_';
}

void yente_dataset(const char *list, char out[CATALOGUE_MAX_NAME + 1])
{
	size_t used = 0;
	for (const char *at = list; *at != '\0' && used < CATALOGUE_MAX_NAME; at++) {
		char letter = dataset_letter(*at);
		if (letter != '_' || (used > 0 && out[used - 1] != '_'))
			out[used++] = letter;
	}
	out[used - (used > 0 && out[used - 1] == '_')] = '\0';
}

bool yente_dataset_equal(const char *one, const char *other, size_t other_length)
{
	if (strlen(one) != other_length)
		return false;
	for (size_t i = 0; i < other_length; i++)
		if (dataset_letter(one[i]) != dataset_letter(other[i]))
			return false;
	return true;
}

/* --- fields --- */

struct yente_field yente_field(const char *name)
{
	static const struct {
		const char *name;
		enum yente_field_kind kind;
		enum model_type type;
	} fields[] = {
		{"countries", YENTE_FIELD_TYPE, MODEL_COUNTRY},
		{"topics", YENTE_FIELD_TYPE, MODEL_TOPIC},
		{"names", YENTE_FIELD_TYPE, MODEL_NAME},
		{"identifiers", YENTE_FIELD_TYPE, MODEL_IDENTIFIER},
		{"genders", YENTE_FIELD_TYPE, MODEL_GENDER},
		{"dates", YENTE_FIELD_TYPE, MODEL_DATE},
		{"emails", YENTE_FIELD_TYPE, MODEL_EMAIL},
		{"phones", YENTE_FIELD_TYPE, MODEL_PHONE},
		{"addresses", YENTE_FIELD_TYPE, MODEL_ADDRESS},
		{"languages", YENTE_FIELD_TYPE, MODEL_LANGUAGE},
		{"entities", YENTE_FIELD_TYPE, MODEL_ENTITY},
		{"schema", YENTE_FIELD_SCHEMA, MODEL_OTHER},
		{"datasets", YENTE_FIELD_DATASETS, MODEL_OTHER},
		{"id", YENTE_FIELD_ID, MODEL_OTHER},
		{"entity_id", YENTE_FIELD_ID, MODEL_OTHER},
		{"caption", YENTE_FIELD_CAPTION, MODEL_OTHER},
		{"name", YENTE_FIELD_CAPTION, MODEL_OTHER},
		{"referents", YENTE_FIELD_REFERENTS, MODEL_OTHER},
		{"target", YENTE_FIELD_TARGET, MODEL_OTHER},
		{"first_seen", YENTE_FIELD_SEEN, MODEL_OTHER},
		{"last_seen", YENTE_FIELD_SEEN, MODEL_OTHER},
		{"last_change", YENTE_FIELD_SEEN, MODEL_OTHER},
		{"entity_values_count", YENTE_FIELD_SIZE, MODEL_OTHER},
	};
	if (strncmp(name, "properties.", 11) == 0)
		return (struct yente_field){YENTE_FIELD_PROPERTY, name + 11, MODEL_OTHER};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (strcmp(fields[i].name, name) == 0)
			return (struct yente_field){fields[i].kind, fields[i].name, fields[i].type};
	return (struct yente_field){YENTE_FIELD_NONE, name, MODEL_OTHER};
}

/* A document's number without the country that a record writes before it. */
static const char *bare_number(const char *property, const char *value)
{
	bool country = value[0] >= 'a' && value[0] <= 'z' && value[1] >= 'a' && value[1] <= 'z' && value[2] == ':' &&
	               value[3] != '\0';
	return country && property_use(property) == USE_DOCUMENT ? value + 3 : value;
}

static bool each_property(const struct yente_field *field, const struct yente_thing *thing, yente_each each,
                          void *context)
{
	for (size_t i = 0; i < thing->entity.count; i++) {
		const struct entity_property *property = &thing->entity.properties[i];
		if (field->kind == YENTE_FIELD_PROPERTY) {
			if (strcmp(property->name, field->name) != 0)
				continue;
		} else {
			const struct model_property *known = yente_property(schema_of(&thing->entity), property->name);
			if (known == NULL || known->type != field->type)
				continue;
		}
		const char *value = bare_number(property->name, property->value);
		if (!each(context, value, strlen(value)))
			return false;
	}
	return true;
}

static bool each_text(struct yente_texts texts, yente_each each, void *context)
{
	const char *text;
	size_t length;
	while (yente_texts_next(&texts, &text, &length))
		if (!each(context, text, length))
			return false;
	return true;
}

static bool names_list(struct yente_texts texts, const char *list)
{
	const char *text;
	size_t length;
	while (yente_texts_next(&texts, &text, &length))
		if (yente_dataset_equal(list, text, length))
			return true;
	return false;
}

/* Those that the entity names, and the list on which it stands. */
static bool each_dataset(const struct yente_thing *thing, yente_each each, void *context)
{
	struct yente_texts texts = meta_texts(&thing->entity, "datasets");
	char name[CATALOGUE_MAX_NAME + 1];
	if (!each_text(texts, each, context))
		return false;
	if (names_list(texts, thing->list->name))
		return true;
	yente_dataset(thing->list->name, name);
	return each(context, name, strlen(name));
}

bool yente_datasets_each(const struct yente_thing *thing, yente_each each, void *context)
{
	struct yente_texts texts = meta_texts(&thing->entity, "datasets"), probe = texts;
	const char *text;
	size_t length;
	return yente_texts_next(&probe, &text, &length) ? each_text(texts, each, context)
	                                                : each_dataset(thing, each, context);
}

/* A time as yente writes it: without zone, to the second. */
static size_t seen_time(const char *text, size_t length, char out[20])
{
	size_t used = length < 19 ? length : 19;
	memcpy(out, text, used);
	while (used > 0 && (out[used - 1] == 'Z' || out[used - 1] == '.'))
		used--;
	out[used] = '\0';
	return used;
}

static size_t seen_at(const struct yente_thing *thing, const char *member, char out[20])
{
	struct yente_texts texts = meta_texts(&thing->entity, member);
	const char *text;
	size_t length;
	out[0] = '\0';
	return yente_texts_next(&texts, &text, &length) ? seen_time(text, length, out) : 0;
}

size_t yente_last_change(const struct yente_thing *thing, char out[20])
{
	size_t length = seen_at(thing, "last_change", out);
	return length > 0 ? length : seen_time(thing->list->loaded, strlen(thing->list->loaded), out);
}

bool yente_field_each(const struct yente_field *field, const struct yente_thing *thing, yente_each each, void *context)
{
	const struct entity *entity = &thing->entity;
	char time[20];
	switch (field->kind) {
	case YENTE_FIELD_NONE: return true;
	case YENTE_FIELD_PROPERTY:
	case YENTE_FIELD_TYPE: return each_property(field, thing, each, context);
	case YENTE_FIELD_SCHEMA: return each(context, entity->schema, strlen(entity->schema));
	case YENTE_FIELD_DATASETS: return each_dataset(thing, each, context);
	case YENTE_FIELD_ID: return each(context, entity->id, strlen(entity->id));
	case YENTE_FIELD_CAPTION: return each(context, entity->caption, strlen(entity->caption));
	case YENTE_FIELD_REFERENTS: return each_text(meta_texts(entity, "referents"), each, context);
	case YENTE_FIELD_TARGET: return yente_target(thing) ? each(context, "true", 4) : each(context, "false", 5);
	case YENTE_FIELD_SEEN:
		if (strcmp(field->name, "last_change") == 0 ? yente_last_change(thing, time)
		                                            : seen_at(thing, field->name, time))
			return each(context, time, strlen(time));
		return true;
	case YENTE_FIELD_SIZE: break;
	}
	(void)snprintf(time, sizeof time, "%08zu", entity->count); /* so that it sorts as a text */
	return each(context, time, strlen(time));
}

bool yente_target(const struct yente_thing *thing)
{
	struct yente_texts said = meta_texts(&thing->entity, "target");
	bool topics = false;
	for (size_t i = 0; i < thing->entity.count; i++) {
		if (strcmp(thing->entity.properties[i].name, "topics") != 0)
			continue;
		if (model_topic_is_risk(thing->entity.properties[i].value))
			return true;
		topics = true;
	}
	if (said.at != NULL)
		return said.end - said.at == 4 && memcmp(said.at, "true", 4) == 0;
	return !topics && thing->entity.meta == NULL;
}

/* --- the entity as JSON --- */

/* A range of dates becomes its two ends: the model has no ranges. */
static void write_value(struct text *text, const char *property, int type, const char *value)
{
	const char *slash = type == MODEL_DATE ? strchr(value, '/') : NULL;
	if (slash != NULL) {
		emit_bytes(text, NULL, value, (size_t)(slash - value));
		value = slash + 1;
	}
	emit_text(text, NULL, bare_number(property, value));
}

#define REPEATS_MAX 200 /* values that are looked through for an equal one */

/* Whether the model can hold a value under a property: a country is a code. What it cannot becomes a note. */
static bool fits(const struct model_property *known, const char *value)
{
	return known != NULL && !(known->flags & MODEL_STUB) &&
	       (known->type != MODEL_COUNTRY ||
	        (strlen(value) <= 6 && strspn(value, "abcdefghijklmnopqrstuvwxyz-") == strlen(value)));
}

static bool repeats(const struct entity *entity, size_t from, size_t index, const char *value)
{
	for (size_t i = from; i < index && i < from + REPEATS_MAX; i++)
		if (strcmp(bare_number(entity->properties[i].name, entity->properties[i].value), value) == 0)
			return true;
	return false;
}

/* Those of one name stand together (entity_complete sorts them). Returns the first of the next name. */
static size_t write_property(struct text *text, const struct yente_thing *thing, size_t from)
{
	const struct entity *entity = &thing->entity;
	const char *name = entity->properties[from].name;
	const struct model_property *known = yente_property(schema_of(entity), name);
	bool document = property_use(name) == USE_DOCUMENT, open = false;
	size_t at = from;
	for (; at < entity->count && strcmp(entity->properties[at].name, name) == 0; at++) {
		const char *value = entity->properties[at].value;
		if (!fits(known, value) || (document && repeats(entity, from, at, bare_number(name, value))))
			continue;
		if (!open) {
			emit_name(text, name, strlen(name));
			emit_array(text, NULL);
		}
		open = true;
		write_value(text, name, known->type, value);
	}
	if (open)
		emit_close_array(text);
	return at;
}

/* What the model has no place for is kept as notes, so that nothing that a list says is lost. */
static void write_notes(struct text *text, const struct entity *entity)
{
	bool open = false;
	for (size_t i = 0; i < entity->count; i++) {
		const struct entity_property *property = &entity->properties[i];
		const struct model_property *known = yente_property(schema_of(entity), property->name);
		bool note = strcmp(property->name, "notes") == 0;
		if (!note && fits(known, property->value))
			continue;
		if (!open) {
			emit_array(text, "notes");
			open = true;
		}
		if (note) {
			emit_text(text, NULL, property->value);
			continue;
		}
		struct text line;
		text_init(&line, ENTITY_MAX_VALUE + 1024);
		(void)text_add_format(&line, "%s: ", property->name);
		(void)text_add_string(&line, property->value);
		if (line.error != JISR_OK)
			text->error = text->error != JISR_OK ? text->error : line.error;
		emit_bytes(text, NULL, line.bytes, line.length);
		text_finish(&line);
	}
	if (open)
		emit_close_array(text);
}

/* Strings as they are written in the list's own JSON, escapes and all: the quotes stand around them. */
static void write_texts(struct text *text, struct yente_texts texts)
{
	const char *value;
	size_t length;
	while (yente_texts_next(&texts, &value, &length))
		emit_raw(text, NULL, value - 1, length + 2);
}

void yente_entity_write(struct text *text, const struct yente_thing *thing, const struct yente_nested *nested)
{
	const struct entity *entity = &thing->entity;
	char time[20], dataset[CATALOGUE_MAX_NAME + 1];
	emit_text(text, "id", entity->id);
	emit_text(text, "caption", entity->caption);
	emit_text(text, "schema", schema_of(entity));
	emit_object(text, "properties");
	bool notes = yente_property(schema_of(entity), "notes") != NULL;
	for (size_t i = 0; i < entity->count;) {
		const char *name = entity->properties[i].name;
		bool skip = (notes && strcmp(name, "notes") == 0) ||
		            (nested != NULL && nested->replaces(nested->context, name));
		if (!skip) {
			i = write_property(text, thing, i);
			continue;
		}
		while (i < entity->count && strcmp(entity->properties[i].name, name) == 0)
			i++;
	}
	if (notes)
		write_notes(text, entity);
	if (nested != NULL)
		nested->write(nested->context, text);
	emit_close_object(text);
	emit_array(text, "datasets");
	yente_dataset(thing->list->name, dataset);
	write_texts(text, meta_texts(entity, "datasets"));
	if (!names_list(meta_texts(entity, "datasets"), thing->list->name))
		emit_text(text, NULL, dataset);
	emit_close_array(text);
	emit_array(text, "referents");
	write_texts(text, meta_texts(entity, "referents"));
	emit_close_array(text);
	emit_bool(text, "target", yente_target(thing));
	emit_text(text, "first_seen", seen_at(thing, "first_seen", time) > 0 ? time : NULL);
	if (seen_at(thing, "last_seen", time) == 0 && entity->meta == NULL)
		(void)seen_time(thing->list->loaded, strlen(thing->list->loaded), time);
	emit_text(text, "last_seen", time[0] != '\0' ? time : NULL);
	(void)yente_last_change(thing, time);
	emit_text(text, "last_change", time[0] != '\0' ? time : NULL);
}
