/* What the schemata that can be checked and their properties are called for people: for lists to choose from. Properties
 * that are hidden or that point to other entities are not among them. Printed by tools/model-labels. */
#ifndef JISR_WATCH_MODEL_LABELS_H
#define JISR_WATCH_MODEL_LABELS_H

struct model_schema_label {
	const char *name, *label, *plural;
	const char *featured; /* the properties to show first, a space around each */
};

struct model_property_label {
	const char *name, *schema; /* the schema that has it first */
	const char *label;
};

/* Each ends with a NULL name. */
extern const struct model_schema_label model_schema_labels[];
extern const struct model_property_label model_property_labels[];

#endif
