/* Stored entities as yente gives them: what an entity says under a field, and the entity as JSON. Knows nothing of
 * HTTP. */
#ifndef JISR_WEB_YENTE_ENTITY_H
#define JISR_WEB_YENTE_ENTITY_H

#include "base/text.h"
#include "watch/catalogue.h"
#include "watch/entity.h"
#include "watch/model.h"

/* An entity and the list on which it stands. `meta` of the entity is compact JSON as the loader writes it. */
struct yente_thing {
	struct entity entity;
	const struct catalogue_list *list;
};

/* Goes through the texts of one member of a compact JSON object: a string, or each string of an array. Texts lie where
 * they lie, escapes as they are written. */
struct yente_texts {
	const char *at, *end;
};
struct yente_texts yente_texts(const char *object, size_t length, const char *member);
bool yente_texts_next(struct yente_texts *texts, const char **ret_text, size_t *ret_length);

/* The next object of an array; start with the array itself. */
bool yente_objects_next(struct yente_texts *array, const char **ret_object, size_t *ret_length);

/* A property of an entity in the model; NULL when its schema has none of that name. Remembers by thread what it was asked
 * last, for those who go through a million entities. */
const struct model_property *yente_property(const char *schema, const char *name);

/* The name by which a list is a dataset: a-z, 0-9 and _ are all that clients accept. */
void yente_dataset(const char *list, char out[CATALOGUE_MAX_NAME + 1]);
/* Whether two names mean the same dataset: "ofac-sdn" and "ofac_sdn" do. */
bool yente_dataset_equal(const char *one, const char *other, size_t other_length);

/* What can be filtered, counted and sorted by. */
enum yente_field_kind {
	YENTE_FIELD_NONE = 0, /* no entity has it */
	YENTE_FIELD_PROPERTY, /* "properties.birthDate" */
	YENTE_FIELD_TYPE,     /* "countries", "topics", "identifiers" ...: all properties of a type */
	YENTE_FIELD_SCHEMA,
	YENTE_FIELD_DATASETS,
	YENTE_FIELD_ID,
	YENTE_FIELD_CAPTION,
	YENTE_FIELD_REFERENTS,
	YENTE_FIELD_TARGET,
	YENTE_FIELD_SEEN, /* first_seen, last_seen, last_change */
	YENTE_FIELD_SIZE, /* how many values it has */
};
struct yente_field {
	enum yente_field_kind kind;
	const char *name; /* of the property or of the member */
	enum model_type type;
};
struct yente_field yente_field(const char *name);

/* Calls `each` with every value of a field until it returns false; false then. A value may come twice. */
typedef bool (*yente_each)(void *context, const char *value, size_t length);
bool yente_field_each(const struct yente_field *field, const struct yente_thing *thing, yente_each each, void *context);

/* The datasets that an entity names; only where it names none, the list on which it stands. */
bool yente_datasets_each(const struct yente_thing *thing, yente_each each, void *context);

/* Whether somebody must look at the entity: as its list says, else by its topics; a list that gives no topics at all
 * holds nobody else. */
bool yente_target(const struct yente_thing *thing);

/* When the entity changed last, "2024-02-26T16:57:25"; when its list came in where the list does not say. */
size_t yente_last_change(const struct yente_thing *thing, char out[20]);

/* Writes the entity's members into an object that is open: id to last_change. Only properties that the model knows; others
 * become notes. `nested` (may be NULL) writes the members of properties that stand for entities, and says which of the
 * plain ones it replaces. */
struct yente_nested {
	void (*write)(void *context, struct text *text);
	bool (*replaces)(void *context, const char *property);
	void *context;
};
void yente_entity_write(struct text *text, const struct yente_thing *thing, const struct yente_nested *nested);

#endif
