#include "web/yente_filter.h"

#include "watch/stored.h"

#include <string.h>

const struct catalogue_list *yente_list(const struct lists *lists, uint32_t segment)
{
	const char *name = stored_list(lists->view, segment);
	if (segment < lists->count && strcmp(lists->list[segment].name, name) == 0)
		return &lists->list[segment];
	for (size_t i = 0; i < lists->count; i++)
		if (strcmp(lists->list[i].name, name) == 0)
			return &lists->list[i];
	return NULL;
}

/* --- datasets --- */

static bool is_default(const char *name, size_t length)
{
	return length == 7 && memcmp(name, "default", 7) == 0;
}

static bool names_dataset(const struct yente_names *names, const char *dataset, size_t length, const char *list)
{
	for (size_t i = 0; i < names->count; i++)
		if (is_default(names->names[i], strlen(names->names[i])) ||
		    yente_dataset_equal(names->names[i], dataset, length) ||
		    yente_dataset_equal(names->names[i], list, strlen(list)))
			return true;
	return false;
}

struct dataset_question {
	const struct yente_filter *filter;
	const char *list;
	bool wanted;
};

static bool dataset_wanted(void *context, const char *dataset, size_t length)
{
	struct dataset_question *question = context;
	const struct yente_filter *filter = question->filter;
	const char *scope = filter->dataset;
	bool in = is_default(scope, strlen(scope)) || yente_dataset_equal(scope, dataset, length) ||
	          yente_dataset_equal(scope, question->list, strlen(question->list));
	if (in && filter->include.count > 0)
		in = names_dataset(&filter->include, dataset, length, question->list);
	if (in && names_dataset(&filter->exclude, dataset, length, question->list))
		in = false;
	question->wanted |= in;
	return !question->wanted;
}

static bool datasets_accept(const struct yente_filter *filter, const struct yente_thing *thing)
{
	if (is_default(filter->dataset, strlen(filter->dataset)) && filter->include.count == 0 &&
	    filter->exclude.count == 0)
		return true;
	struct dataset_question question = {filter, thing->list->name, false};
	(void)yente_datasets_each(thing, dataset_wanted, &question);
	return question.wanted;
}

/* --- the rest --- */

static bool schema_accepts(const struct yente_filter *filter, const char *schema)
{
	for (size_t i = 0; i < filter->exclude_schema.count; i++)
		if (strcmp(filter->exclude_schema.names[i], schema) == 0)
			return false;
	if (filter->schema == NULL || strcmp(filter->schema, "Thing") == 0 || strcmp(filter->schema, schema) == 0)
		return true;
	const struct model_schema *wanted = model_schema(filter->schema);
	if (wanted != NULL && !(wanted->flags & MODEL_MATCHABLE))
		return model_is_a(schema, filter->schema);
	return model_comparable(filter->schema, schema);
}

struct word {
	const char *text;
	size_t length;
};

static bool unlike(void *context, const char *value, size_t length)
{
	const struct word *word = context;
	return word->length != length || memcmp(word->text, value, length) != 0;
}

static bool has_value(const struct yente_field *field, const struct yente_thing *thing, const char *value)
{
	struct word word = {value, strlen(value)};
	if (field->kind != YENTE_FIELD_DATASETS)
		return !yente_field_each(field, thing, unlike, &word);
	/* A list is a dataset too, and may be written with its own hyphens. */
	struct yente_filter one = {.dataset = value};
	return datasets_accept(&one, thing);
}

static bool ids_accept(const struct yente_filter *filter, const struct yente_thing *thing)
{
	static const struct yente_field referents = {YENTE_FIELD_REFERENTS, "referents", MODEL_OTHER};
	for (size_t i = 0; i < filter->exclude_ids.count; i++)
		if (strcmp(filter->exclude_ids.names[i], thing->entity.id) == 0 ||
		    has_value(&referents, thing, filter->exclude_ids.names[i]))
			return false;
	return true;
}

static bool conditions_accept(const struct yente_filter *filter, const struct yente_thing *thing)
{
	for (size_t i = 0; i < filter->condition_count;) {
		const struct yente_condition *first = &filter->conditions[i];
		bool any = false, every = true;
		for (; i < filter->condition_count && filter->conditions[i].field.kind == first->field.kind &&
		       strcmp(filter->conditions[i].field.name, first->field.name) == 0;
		     i++) {
			bool holds = has_value(&first->field, thing, filter->conditions[i].value);
			any |= holds;
			every &= holds;
		}
		if (filter->all ? !every : !any)
			return false;
	}
	return true;
}

bool yente_filter_accepts(struct yente_filter *filter, const struct yente_thing *thing)
{
	char changed[20];
	if (!schema_accepts(filter, thing->entity.schema) || !datasets_accept(filter, thing) ||
	    !conditions_accept(filter, thing) || !ids_accept(filter, thing))
		return false;
	if (filter->changed_since == NULL)
		return true;
	(void)yente_last_change(thing, changed);
	return strcmp(changed, filter->changed_since) > 0;
}

bool yente_filter_check(void *context, uint32_t segment, uint32_t entity)
{
	struct yente_filter *filter = context;
	struct yente_thing thing = {.list = yente_list(filter->lists, segment)};
	if (filter->arena != NULL)
		arena_reset(filter->arena);
	else if (arena_new(YENTE_FILTER_MEMORY, &filter->arena) != JISR_OK) {
		filter->error = JISR_NO_MEMORY;
		return true;
	}
	int error = thing.list == NULL
	                    ? JISR_NOT_FOUND
	                    : stored_read(filter->lists->view, segment, entity, filter->arena, &thing.entity);
	if (error == JISR_OK)
		return yente_filter_accepts(filter, &thing);
	filter->error = error == JISR_NO_MEMORY ? error : filter->error;
	return error != JISR_CORRUPT && error != JISR_NOT_FOUND;
}
