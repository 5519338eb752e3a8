/* FollowTheMoney JSON lines, whole files and deltas.
 *
 * Terms: an attached record (Sanction, Passport, Identification, Address) belongs to a holder. Sanction points to it by
 * `entity`, Passport and Identification by `holder`; an Address is pointed to by the holder's `addressEntity`. A link
 * (Ownership, Family, Payment, ...) is no thing but joins some: it is attached to each of them. A thing that names
 * another in one of its properties (a subsidiary its parent, a ship its owner) is mentioned to that other. Things that are
 * no one to look for (Position, Document, ...) are stored, and not compared.
 *
 * Either may come first in the file, so it is read twice. The first pass looks only at lines in which the name of an
 * attached schema stands and keeps those records by the id of their holder (ftm_join.h: in memory up to 32 MiB, beyond
 * that in a temporary file). The second pass builds the entities and joins what was kept. So memory is one line, one
 * entity, 32 MiB and 40 bytes an attached record, whatever the size of the file. Standard input is kept in a temporary
 * file to be read twice.
 *
 * Measured (one core, release build): see docs/lists.md. */
#include "base/json.h"
#include "lists/ftm_join.h"
#include "lists/reading.h"
#include "watch/model.h"

#include <stdio.h>
#include <string.h>

#define FTM_MAX_LINE ((size_t)16 << 20)
/* A longer attached record is bad: it is read once for each of its holders. */
#define FTM_MAX_RECORD ((size_t)1 << 20)
/* Most attached records joined to one holder; more are reported once. */
#define FTM_MAX_ATTACHED 5000
/* Most holders of one attached record. */
#define FTM_MAX_HOLDERS 200

/* Most links and mentions of one entity, and the bytes of its attached records after which none is added; the rest is left
 * out: who is named in a million payments must not become too large to be found. */
#define FTM_MAX_LINKS      500
#define FTM_MAX_LINK_BYTES ((size_t)4 << 20)
/* Before the id in the key under which links are kept: no id begins so. */
#define LINK_KEY "\x01"

enum role { ROLE_ENTITY = 0, ROLE_SANCTION, ROLE_DOCUMENT, ROLE_ADDRESS, ROLE_LINK };

struct ftm {
	struct reading *reading;
	struct ftm_join *join;
	struct text record;   /* one attached record, as kept */
	struct text attached; /* the JSON array under way */
	struct text scratch;
	size_t line_length; /* of the line under way in pass 2 */
	bool delta;
};

static enum role role_of(const char *schema)
{
	if (strcmp(schema, "Sanction") == 0)
		return ROLE_SANCTION;
	if (strcmp(schema, "Passport") == 0 || strcmp(schema, "Identification") == 0)
		return ROLE_DOCUMENT;
	if (strcmp(schema, "Address") == 0)
		return ROLE_ADDRESS;
	return model_schema(schema) != NULL && !model_is_a(schema, "Thing") ? ROLE_LINK : ROLE_ENTITY;
}

/* The n-th text of a property, which is a string or a list of strings (or of nested entities: their id); NULL when
 * there are not so many. */
static const char *property_text(const cJSON *properties, const char *name, int index)
{
	const cJSON *value = json_get(properties, name);
	if (cJSON_IsArray(value)) {
		value = value->child;
		while (value != NULL && index-- > 0)
			value = value->next;
	} else if (index > 0) {
		return NULL;
	}
	return cJSON_IsString(value) ? value->valuestring : json_get_text(value, "id");
}

/* Pass 1. */

/* Whether a line may hold an attached record, a link or a mention: what it says under "schema" at any depth, or one of the
 * properties by which things name each other. */
static bool may_be_attached(const char *line, size_t length)
{
	static const char *const mentions[] = {"\"parent\"", "\"owner\"", "\"operator\"", "\"holder\"", "\"issuer\""};
	const char *end = line + length;
	for (const char *at = line; (at = memmem(at, (size_t)(end - at), "\"schema\"", 8)) != NULL;) {
		char schema[64];
		at += 8;
		at += strspn(at, " \t:");
		size_t size = *at == '"' ? strcspn(at + 1, "\"") : 0;
		if (size == 0 || size >= sizeof schema)
			continue;
		memcpy(schema, at + 1, size);
		schema[size] = '\0';
		if (role_of(schema) != ROLE_ENTITY)
			return true;
	}
	for (size_t i = 0; i < sizeof mentions / sizeof *mentions; i++)
		if (memmem(line, length, mentions[i], strlen(mentions[i])) != NULL)
			return true;
	return false;
}

static int keep(struct ftm *ftm, const char *key, uint64_t line, size_t file, bool must)
{
	int error = ftm_join_add(ftm->join, key, ftm->scratch.bytes, ftm->scratch.length, (uint64_t)file << 40 | line,
	                         must, ftm->reading->problem);
	return error == JISR_OK ? JISR_OK : reading_fail_again(ftm->reading, error);
}

/* Keeps what stands in `scratch` for everything that a record points to, once for each. */
static int keep_links(struct ftm *ftm, const cJSON *record, const char *id, uint64_t line, size_t file)
{
	const cJSON *properties = json_get(record, "properties");
	const char *schema = json_get_text(record, "schema"), *other;
	int error = JISR_OK, kept = 0;
	for (const cJSON *list = properties != NULL ? properties->child : NULL; list != NULL; list = list->next) {
		const struct model_property *property = model_property(schema, list->string);
		if (property == NULL || property->type != MODEL_ENTITY || property->flags & MODEL_STUB ||
		    strcmp(property->name, "addressEntity") == 0)
			continue;
		for (int i = 0; kept < FTM_MAX_HOLDERS && error == JISR_OK &&
		                (other = property_text(properties, list->string, i)) != NULL;
		     i++) {
			char key[ENTITY_MAX_ID + 2];
			if (strlen(other) > ENTITY_MAX_ID || strcmp(other, id) == 0)
				continue;
			(void)snprintf(key, sizeof key, LINK_KEY "%s", other);
			error = keep(ftm, key, line, file, false);
			kept++;
		}
	}
	return error;
}

/* A bad line is left alone: the second pass reports it. */
static int collect_line(struct ftm *ftm, const struct input_line *line, size_t file)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	if (line->too_long || line->length > FTM_MAX_RECORD || !may_be_attached(line->bytes, line->length))
		return JISR_OK;
	int error = json_read(line->bytes, line->length, &json, NULL);
	if (error != JISR_OK)
		return error == JISR_NO_MEMORY ? reading_fail(ftm->reading, error, line->number, "out of memory")
		                               : JISR_OK;
	const cJSON *entity = ftm->delta ? json_get(json, "entity") : json;
	const char *id = json_get_text(entity, "id"), *schema = json_get_text(entity, "schema");
	const char *op = ftm->delta ? json_get_text(json, "op") : NULL;
	if (id == NULL || schema == NULL || (op != NULL && strcmp(op, "DEL") == 0))
		return JISR_OK;
	enum role role = role_of(schema);
	text_reset(&ftm->scratch);
	if (role == ROLE_ENTITY) { /* a mention: the id is enough, the thing is stored by itself */
		(void)text_add_string(&ftm->scratch, "{\"id\":");
		(void)json_write_string(id, strlen(id), &ftm->scratch);
		(void)text_add_char(&ftm->scratch, '}');
	} else {
		(void)json_write(entity, &ftm->scratch);
	}
	if (ftm->scratch.error != JISR_OK)
		return reading_fail(ftm->reading, JISR_NO_MEMORY, line->number, "out of memory");
	if (role == ROLE_ENTITY || role == ROLE_LINK)
		return keep_links(ftm, entity, id, line->number, file);
	if (role == ROLE_ADDRESS)
		return keep(ftm, id, line->number, file, false);
	const char *by = role == ROLE_SANCTION ? "entity" : "holder";
	const char *holder;
	for (int i = 0; error == JISR_OK && (holder = property_text(json_get(entity, "properties"), by, i)) != NULL;
	     i++)
		error = keep(ftm, holder, line->number, file, true);
	return error;
}

/* Pass 2. */

static int add_value(struct ftm *ftm, struct entity *entity, const char *name, const char *value)
{
	struct arena *arena = ftm->reading->arena;
	switch (property_use(name)) {
	case USE_COUNTRY: return add_country(entity, arena, name, value);
	default: return add_text(entity, arena, name, value);
	}
}

/* The holder's properties that come from an attached record, and the record itself. */
static int attach(struct ftm *ftm, struct entity *entity, const cJSON *record)
{
	struct arena *arena = ftm->reading->arena;
	const char *schema = json_get_text(record, "schema");
	const cJSON *properties = json_get(record, "properties");
	enum role role = schema == NULL ? ROLE_ENTITY : role_of(schema);
	const char *country = property_text(properties, "country", 0), *value;
	int error = JISR_OK;
	if (role == ROLE_DOCUMENT) {
		bool passport = strcmp(schema, "Passport") == 0;
		for (int i = 0; error == JISR_OK && (value = property_text(properties, "number", i)) != NULL; i++)
			error = add_document(entity, arena, passport ? "passportNumber" : "idNumber", country, value);
		for (int i = 0; error == JISR_OK && (value = property_text(properties, "passportNumber", i)) != NULL;
		     i++)
			error = add_document(entity, arena, "passportNumber", country, value);
		if (error == JISR_OK && (value = property_text(properties, "personalNumber", 0)) != NULL)
			error = add_document(entity, arena, "idNumber", country, value);
		if (error == JISR_OK)
			error = add_country(entity, arena, "country", country);
	} else if (role == ROLE_ADDRESS) {
		error = add_country(entity, arena, "country", country);
		if (error == JISR_OK)
			error = add_text(entity, arena, "address", property_text(properties, "full", 0));
	} else if (role == ROLE_SANCTION) {
		error = add_text(entity, arena, "program", property_text(properties, "program", 0));
		if (error == JISR_OK)
			error = add_text(entity, arena, "programId", property_text(properties, "programId", 0));
	} else {
		return JISR_OK;
	}
	(void)text_add_char(&ftm->attached, ftm->attached.length == 0 ? '[' : ',');
	return json_write(record, &ftm->attached) != JISR_OK ? ftm->attached.error : error;
}

/* True when the record says itself that it belongs to this key (the table compares hashes only). */
static bool belongs(const cJSON *record, const char *key)
{
	const cJSON *properties = json_get(record, "properties");
	const char *id = json_get_text(record, "id"), *value;
	if (id != NULL && strcmp(id, key) == 0)
		return true;
	for (int i = 0; i < FTM_MAX_HOLDERS && (value = property_text(properties, "entity", i)) != NULL; i++)
		if (strcmp(value, key) == 0)
			return true;
	for (int i = 0; i < FTM_MAX_HOLDERS && (value = property_text(properties, "holder", i)) != NULL; i++)
		if (strcmp(value, key) == 0)
			return true;
	return false;
}

static int join_key(struct ftm *ftm, struct entity *entity, const char *key)
{
	size_t cursor = 0;
	for (int count = 0; count < FTM_MAX_ATTACHED; count++) {
		CLEANUP(json_freep) cJSON *record = NULL;
		int error = ftm_join_next(ftm->join, key, &cursor, &ftm->record, ftm->reading->problem);
		if (error == JISR_NOT_FOUND)
			return JISR_OK;
		if (error == JISR_OK)
			error = json_read(ftm->record.bytes, ftm->record.length, &record, NULL);
		if (error == JISR_OK && belongs(record, key))
			error = attach(ftm, entity, record);
		if (error != JISR_OK)
			return error;
	}
	return JISR_TOO_LARGE;
}

static int join_links(struct ftm *ftm, const char *id)
{
	char key[ENTITY_MAX_ID + 2];
	size_t cursor = 0;
	(void)snprintf(key, sizeof key, LINK_KEY "%s", id);
	for (int count = 0; count < FTM_MAX_LINKS && ftm->attached.length < FTM_MAX_LINK_BYTES; count++) {
		int error = ftm_join_next(ftm->join, key, &cursor, &ftm->record, ftm->reading->problem);
		if (error == JISR_NOT_FOUND)
			return JISR_OK;
		if (error != JISR_OK)
			return error;
		(void)text_add_char(&ftm->attached, ftm->attached.length == 0 ? '[' : ',');
		(void)text_add(&ftm->attached, ftm->record.bytes, ftm->record.length);
	}
	return JISR_OK;
}

static int add_property(struct ftm *ftm, struct entity *entity, const char *name, const cJSON *value)
{
	if (cJSON_IsString(value))
		return add_value(ftm, entity, name, value->valuestring);
	if (cJSON_IsNumber(value)) {
		text_reset(&ftm->scratch);
		(void)json_write(value, &ftm->scratch);
		return add_value(ftm, entity, name, ftm->scratch.bytes);
	}
	if (!cJSON_IsObject(value))
		return JISR_OK;
	const char *schema = json_get_text(value, "schema"), *id = json_get_text(value, "id");
	if (schema != NULL && role_of(schema) != ROLE_ENTITY && role_of(schema) != ROLE_LINK)
		return attach(ftm, entity, value); /* a nested file */
	return add_text(entity, ftm->reading->arena, name, id);
}

static int add_properties(struct ftm *ftm, struct entity *entity, const cJSON *properties)
{
	int error = JISR_OK;
	for (const cJSON *list = properties == NULL ? NULL : properties->child; list != NULL; list = list->next) {
		if (!cJSON_IsArray(list))
			error = add_property(ftm, entity, list->string, list);
		for (const cJSON *value = cJSON_IsArray(list) ? list->child : NULL; value != NULL && error == JISR_OK;
		     value = value->next)
			error = add_property(ftm, entity, list->string, value);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

/* The members beside the properties that are kept: {"datasets":[...],"first_seen":"..."}. */
static int add_meta(struct ftm *ftm, struct entity *entity, const cJSON *json)
{
	static const char *const kept[] = {"datasets", "referents", "first_seen", "last_seen", "last_change", "target"};
	struct text *text = &ftm->scratch;
	text_reset(text);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		const cJSON *member = json_get(json, kept[i]);
		if (member == NULL)
			continue;
		(void)text_add_format(text, "%c\"%s\":", text->length == 0 ? '{' : ',', kept[i]);
		(void)json_write(member, text);
	}
	if (text->length == 0)
		return JISR_OK;
	if (text_add_char(text, '}') != JISR_OK)
		return text->error;
	entity->meta = arena_text(ftm->reading->arena, text->bytes, text->length);
	return entity->meta == NULL ? JISR_NO_MEMORY : JISR_OK;
}

static int build(struct ftm *ftm, struct entity *entity, const cJSON *json)
{
	const cJSON *properties = json_get(json, "properties");
	const char *caption = json_get_text(json, "caption"), *address;
	struct arena *arena = ftm->reading->arena;
	text_reset(&ftm->attached);
	int error = add_properties(ftm, entity, properties);
	if (error == JISR_OK)
		error = join_key(ftm, entity, entity->id);
	for (int i = 0; error == JISR_OK && (address = property_text(properties, "addressEntity", i)) != NULL; i++)
		error = i < FTM_MAX_ATTACHED ? join_key(ftm, entity, address) : JISR_TOO_LARGE;
	if (error == JISR_OK)
		error = join_links(ftm, entity->id);
	if (error == JISR_OK)
		error = add_meta(ftm, entity, json);
	if (error == JISR_OK && caption != NULL && caption[0] != '\0' && strlen(caption) <= ENTITY_MAX_VALUE) {
		entity->caption = arena_text(arena, caption, strlen(caption));
		error = entity->caption == NULL ? JISR_NO_MEMORY : JISR_OK;
	}
	if (error == JISR_OK && ftm->attached.length > 0) {
		(void)text_add_char(&ftm->attached, ']');
		entity->attached = arena_text(arena, ftm->attached.bytes, ftm->attached.length);
		error = ftm->attached.error != JISR_OK ? ftm->attached.error
		        : entity->attached == NULL     ? JISR_NO_MEMORY
		                                       : JISR_OK;
	}
	return error;
}

/* A file called entities.ftm.json names its list by the data set of its first entity. */
static void name_by_dataset(struct reading *reading, const cJSON *json)
{
	const cJSON *datasets = json_get(json, "datasets");
	const char *name =
		cJSON_IsArray(datasets) && cJSON_IsString(datasets->child) ? datasets->child->valuestring : "";
	size_t length = strlen(name);
	if (reading->summary.name[0] != '\0' || length == 0 || length >= sizeof reading->summary.name ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != length || name[0] < '0')
		return;
	memcpy(reading->summary.name, name, length + 1);
}

static int read_operation(const char *text, enum list_op *ret_op)
{
	static const struct {
		const char *text;
		enum list_op op;
	} operations[] = {{"ADD", LIST_OP_ADD}, {"MOD", LIST_OP_MOD}, {"DEL", LIST_OP_DEL}};
	for (size_t i = 0; text != NULL && i < 3; i++)
		if (strcmp(text, operations[i].text) == 0) {
			*ret_op = operations[i].op;
			return JISR_OK;
		}
	return JISR_BAD_INPUT;
}

static int read_entity(struct ftm *ftm, const cJSON *json, enum list_op op, uint64_t line)
{
	struct reading *reading = ftm->reading;
	const char *id = json_get_text(json, "id"), *schema = json_get_text(json, "schema");
	struct entity *entity;
	if (id == NULL || id[0] == '\0')
		return reading_bad(reading, line, "no id");
	if (op == LIST_OP_DEL) {
		int error = entity_new(id, schema == NULL ? "Thing" : schema, reading->arena, &entity);
		return error == JISR_OK ? reading_put(reading, entity, op, line) : reading_judge(reading, line, error);
	}
	if (schema == NULL || schema[0] == '\0')
		return reading_bad(reading, line, "%.200s has no schema", id);
	if (json_get(json, "properties") != NULL && !cJSON_IsObject(json_get(json, "properties")))
		return reading_bad(reading, line, "the properties of %.200s are no object", id);
	enum role role = role_of(schema);
	const char *by = role == ROLE_SANCTION ? "entity" : "holder";
	if ((role == ROLE_SANCTION || role == ROLE_DOCUMENT) &&
	    property_text(json_get(json, "properties"), by, FTM_MAX_HOLDERS) != NULL)
		return reading_bad(reading, line, "%.200s has more than %d holders", id, FTM_MAX_HOLDERS);
	bool attached = role == ROLE_SANCTION || role == ROLE_DOCUMENT || role == ROLE_ADDRESS;
	if (attached && ftm->line_length > FTM_MAX_RECORD)
		return reading_bad(reading, line, "%.200s is an attached record of more than %zu MiB", id,
		                   FTM_MAX_RECORD >> 20);
	if (role != ROLE_ENTITY)
		return JISR_OK;
	int error = entity_new(id, schema, reading->arena, &entity);
	if (error == JISR_OK)
		error = build(ftm, entity, json);
	if (error == JISR_IO)
		return reading_fail_again(reading, error);
	name_by_dataset(reading, json);
	if (error == JISR_OK && !model_sought(schema) && entity_get(entity, "name") == NULL)
		return JISR_OK;
	return error == JISR_OK ? reading_put(reading, entity, op, line) : reading_judge(reading, line, error);
}

static int read_line(struct ftm *ftm, const struct input_line *line, size_t file)
{
	(void)file;
	struct reading *reading = ftm->reading;
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	enum list_op op = LIST_OP_PUT;
	ftm->line_length = line->length;
	size_t blank = strspn(line->bytes, " \t\r");
	if (blank == line->length)
		return JISR_OK;
	if (line->too_long)
		return reading_bad(reading, line->number, "longer than %zu MiB", FTM_MAX_LINE >> 20);
	int error = json_read(line->bytes, line->length, &json, &problem);
	if (error == JISR_NO_MEMORY)
		return reading_fail(reading, error, line->number, "out of memory");
	if (error != JISR_OK && !line->terminated)
		return reading_fail(reading, JISR_BAD_INPUT, line->number,
		                    "the last line is cut off; get the file again; nothing was changed");
	if (error != JISR_OK) {
		const char *column = strstr(problem.text, "column");
		return reading_bad(reading, line->number, "%s", column == NULL ? problem.text : column);
	}
	if (!ftm->delta)
		return read_entity(ftm, json, op, line->number);
	if (read_operation(json_get_text(json, "op"), &op) != JISR_OK)
		return reading_bad(reading, line->number, "op is not ADD, MOD or DEL");
	return read_entity(ftm, json_get(json, "entity"), op, line->number);
}

typedef int line_reader(struct ftm *ftm, const struct input_line *line, size_t file);

/* One pass over one file. The byte order mark that some tools write is passed over. */
static int each_line(struct ftm *ftm, const char *path, size_t file, line_reader *reader)
{
	struct reading *reading = ftm->reading;
	CLEANUP(input_freep) struct input *input = NULL;
	int error = reading_open(reading, path, &input);
	reading->input = input;
	while (error == JISR_OK) {
		struct input_line line;
		reading_next(reading);
		error = input_line(input, FTM_MAX_LINE, &line, reading->problem);
		if (error == JISR_NOT_FOUND) {
			reading->done_before += input_done(input);
			reading->input = NULL;
			return JISR_OK;
		}
		if (error != JISR_OK)
			error = reading_fail_again(reading, error);
		if (error == JISR_OK && line.number == 1 && line.length >= 3 &&
		    memcmp(line.bytes, "\xEF\xBB\xBF", 3) == 0) {
			line.bytes += 3;
			line.length -= 3;
		}
		if (error == JISR_OK)
			error = reader(ftm, &line, file);
	}
	reading->input = NULL;
	return error;
}

static int report_unused(struct ftm *ftm, const char *const *paths)
{
	size_t cursor = 0;
	uint64_t place, last = UINT64_MAX;
	while (ftm_join_next_unused(ftm->join, &cursor, &place) == JISR_OK) {
		if (place == last) /* a record of several holders */
			continue;
		last = place;
		ftm->reading->path = paths[place >> 40];
		int error = reading_bad(ftm->reading, place & (((uint64_t)1 << 40) - 1), "its holder is not in this %s",
		                        ftm->delta ? "delta file: load the whole list again" : "list");
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

int ftm_read(struct reading *reading, const char *const *paths, size_t path_count, bool delta)
{
	CLEANUP(ftm_join_freep) struct ftm_join *join = NULL;
	struct ftm ftm = {.reading = reading, .delta = delta};
	reading->is_delta = delta;
	reading->total *= 2; /* two passes */
	text_init(&ftm.record, FTM_MAX_LINE * 2);
	text_init(&ftm.attached, FTM_MAX_LINE * 2);
	text_init(&ftm.scratch, FTM_MAX_LINE * 2);
	int error = ftm_join_new(&join);
	if (error != JISR_OK)
		error = reading_fail(reading, error, 0, "out of memory");
	ftm.join = join;
	for (size_t i = 0; error == JISR_OK && i < path_count; i++)
		error = each_line(&ftm, paths[i], i, collect_line);
	if (error == JISR_OK)
		ftm_join_seal(join);
	for (size_t i = 0; error == JISR_OK && i < path_count; i++)
		error = each_line(&ftm, paths[i], i, read_line);
	if (error == JISR_OK)
		error = report_unused(&ftm, paths);
	text_finish(&ftm.record);
	text_finish(&ftm.attached);
	text_finish(&ftm.scratch);
	return error;
}
