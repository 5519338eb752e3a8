/* The FollowTheMoney model: which schemata there are, which is a kind of which, and what their properties are. The
 * vocabulary of entities (watch/entity.h) comes from it; readers of lists, filters and the service ask it. The table is
 * printed by tools/model-table from the schema files of followthemoney. */
#ifndef JISR_WATCH_MODEL_H
#define JISR_WATCH_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_PARENTS 4

#define MODEL_MATCHABLE 1 /* of a schema: things of it are compared; of a property: it takes part in comparing */
#define MODEL_EDGE      2 /* of a schema: it links two others (Ownership, Family) */
#define MODEL_STUB      4 /* of a property: the reverse of another's, holds no values of its own */

enum model_type {
	MODEL_OTHER = 0,
	MODEL_NAME,
	MODEL_COUNTRY,
	MODEL_DATE,
	MODEL_ENTITY,
	MODEL_IDENTIFIER,
	MODEL_GENDER,
	MODEL_TOPIC,
	MODEL_ADDRESS,
	MODEL_PHONE,
	MODEL_EMAIL,
	MODEL_LANGUAGE,
};

struct model_schema {
	const char *name, *plural;
	uint8_t flags;
	const char *parents[MODEL_PARENTS]; /* NULL when fewer */
};

struct model_property {
	const char *name, *schema; /* the schema that has it first */
	uint8_t type;              /* enum model_type */
	uint8_t flags;
	const char *range;   /* schema of what an entity-typed one points to; else NULL */
	const char *reverse; /* name of the property that the one pointed to has for the way back; or NULL */
};

extern const struct model_schema model_schemata[]; /* by name */
extern const size_t model_schema_count;
extern const struct model_property model_properties[]; /* by name, then by schema */
extern const size_t model_property_count;

struct model_topic {
	const char *name, *label;
	bool risk; /* who has it is a target */
};
extern const struct model_topic model_topics[]; /* by name */
extern const size_t model_topic_count;

/* A schema by its exact name; NULL when there is none. */
const struct model_schema *model_schema(const char *name);

/* Whether things of `name` are also things of `ancestor` ("Person" is a "LegalEntity", and a "Person"). False when
 * either is unknown. */
bool model_is_a(const char *name, const char *ancestor);

/* Whether a thing of one schema may be the same as one of the other: both matchable, and one is a kind of the other. */
bool model_comparable(const char *query, const char *listed);

/* A property of a schema or of what the schema is a kind of; NULL when it has none of that name. */
const struct model_property *model_property(const char *schema, const char *name);

/* Whether somebody may be looking for things of a schema: false for positions, documents, events, contracts and the like,
 * which a list holds because others are tied to them. An unknown schema is looked for. */
bool model_sought(const char *schema);

/* Topics that make an entity a target: crimes, sanctions, wanted, offices held ... */
bool model_topic_is_risk(const char *topic);
/* "Sanctioned" for "sanction"; NULL for an unknown topic. */
const char *model_topic_label(const char *topic);

#endif
