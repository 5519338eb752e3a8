#include "watch/model.h"

#include <string.h>

/* Steps from a schema to the farthest ancestor; the model has 5. */
#define DEPTH_MAX 16

const struct model_schema *model_schema(const char *name)
{
	size_t low = 0, high = model_schema_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, model_schemata[middle].name);
		if (order == 0)
			return &model_schemata[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static bool is_a(const struct model_schema *schema, const char *ancestor, int depth)
{
	if (schema == NULL || depth == DEPTH_MAX)
		return false;
	if (strcmp(schema->name, ancestor) == 0)
		return true;
	for (size_t i = 0; i < MODEL_PARENTS && schema->parents[i] != NULL; i++)
		if (is_a(model_schema(schema->parents[i]), ancestor, depth + 1))
			return true;
	return false;
}

bool model_is_a(const char *name, const char *ancestor)
{
	return is_a(model_schema(name), ancestor, 0);
}

bool model_comparable(const char *query, const char *listed)
{
	const struct model_schema *one = model_schema(query), *other = model_schema(listed);
	if (one == NULL || other == NULL || !(one->flags & MODEL_MATCHABLE) || !(other->flags & MODEL_MATCHABLE))
		return false;
	return is_a(one, listed, 0) || is_a(other, query, 0);
}

const struct model_property *model_property(const char *schema, const char *name)
{
	size_t low = 0, high = model_property_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(model_properties[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < model_property_count && strcmp(model_properties[low].name, name) == 0; low++)
		if (model_is_a(schema, model_properties[low].schema))
			return &model_properties[low];
	return NULL;
}

bool model_sought(const char *schema)
{
	static const char *const others[] = {"Document", "Event",       "Position", "Contract",    "CallForTenders",
	                                     "Project",  "BankAccount", "Security", "UserAccount", "CourtCase",
	                                     "Note",     "Assessment",  "Post"};
	if (strcmp(schema, "Person") == 0)
		return true;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(schema, others[i]) == 0 || model_is_a(schema, others[i]))
			return false;
	return true;
}

static const struct model_topic *find_topic(const char *topic)
{
	size_t low = 0, high = model_topic_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(topic, model_topics[middle].name);
		if (order == 0)
			return &model_topics[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

bool model_topic_is_risk(const char *topic)
{
	const struct model_topic *found = find_topic(topic);
	return found != NULL && found->risk;
}

const char *model_topic_label(const char *topic)
{
	const struct model_topic *found = find_topic(topic);
	return found != NULL ? found->label : NULL;
}
