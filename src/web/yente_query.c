#include "web/yente_query.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/utf8.h"
#include "names/country.h"
#include "watch/entity.h"
#include "watch/model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Names joined from first, middle, father's and last names: more combinations are left out. */
#define JOINED_MAX 50

/* --- the shape --- */

static int misshapen(struct yente_wrong *wrong, const char *type, const char *text, const char *one, const char *two,
                     const char *three, const char *four)
{
	*wrong = (struct yente_wrong){.status = 422, .type = type, .place = {"body", one, two, three, four}};
	(void)snprintf(wrong->text, sizeof wrong->text, "%s", text);
	return JISR_BAD_INPUT;
}

__attribute__((format(printf, 2, 3))) static int refuse(struct yente_wrong *wrong, const char *format, ...)
{
	*wrong = (struct yente_wrong){.status = 400};
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(wrong->text, sizeof wrong->text, format, arguments);
	va_end(arguments);
	if (length >= (int)sizeof wrong->text)
		wrong->text[utf8_cut(wrong->text, sizeof wrong->text - 1, sizeof wrong->text - 2)] = '\0';
	return JISR_BAD_INPUT;
}

static int read_shape(const char *key, const cJSON *json, struct yente_query *query, struct yente_wrong *wrong)
{
	if (!cJSON_IsObject(json))
		return misshapen(wrong, "model_attributes_type", "Input should be a valid dictionary or object",
		                 "queries", key, NULL, NULL);
	const cJSON *id = json_get(json, "id"), *schema = json_get(json, "schema");
	const cJSON *properties = json_get(json, "properties");
	if (id != NULL && !cJSON_IsNull(id) && !cJSON_IsString(id))
		return misshapen(wrong, "string_type", "Input should be a valid string", "queries", key, "id", NULL);
	if (schema == NULL || properties == NULL)
		return misshapen(wrong, "missing", "Field required", "queries", key,
		                 schema == NULL ? "schema" : "properties", NULL);
	if (!cJSON_IsString(schema))
		return misshapen(wrong, "string_type", "Input should be a valid string", "queries", key, "schema",
		                 NULL);
	if (!cJSON_IsObject(properties))
		return misshapen(wrong, "dict_type", "Input should be a valid dictionary", "queries", key, "properties",
		                 NULL);
	for (const cJSON *property = properties->child; property != NULL; property = property->next)
		if (!cJSON_IsString(property) && !cJSON_IsArray(property))
			return misshapen(wrong, "string_type", "Input should be a valid string or list", "queries", key,
			                 "properties", property->string);
	*query = (struct yente_query){.key = key,
	                              .id = cJSON_IsString(id) ? id->valuestring : NULL,
	                              .schema = schema->valuestring,
	                              .properties = properties};
	return JISR_OK;
}

/* Weights are numbers, settings of an algorithm single values. */
static int read_settings(const cJSON *body, const char *name, bool numbers, const cJSON **ret_settings,
                         struct yente_wrong *wrong)
{
	const cJSON *settings = json_get(body, name);
	if (settings == NULL)
		return JISR_OK;
	if (!cJSON_IsObject(settings))
		return misshapen(wrong, "dict_type", "Input should be a valid dictionary", name, NULL, NULL, NULL);
	for (const cJSON *setting = settings->child; setting != NULL; setting = setting->next)
		if (numbers ? !cJSON_IsNumber(setting) : cJSON_IsArray(setting) || cJSON_IsObject(setting))
			return misshapen(wrong, numbers ? "float_type" : "string_type",
			                 numbers ? "Input should be a valid number"
			                         : "Input should be a string, a number or a boolean",
			                 name, setting->string, NULL, NULL);
	*ret_settings = settings;
	return JISR_OK;
}

int yente_batch_read(const cJSON *body, struct arena *arena, struct yente_batch *ret_batch, struct yente_wrong *wrong)
{
	struct yente_batch batch = {0};
	if (!cJSON_IsObject(body))
		return misshapen(wrong, "model_attributes_type", "Input should be a valid dictionary or object", NULL,
		                 NULL, NULL, NULL);
	int error = read_settings(body, "weights", true, &batch.weights, wrong);
	if (error == JISR_OK)
		error = read_settings(body, "config", false, &batch.config, wrong);
	if (error != JISR_OK)
		return error;
	const cJSON *queries = json_get(body, "queries");
	if (queries == NULL)
		return misshapen(wrong, "missing", "Field required", "queries", NULL, NULL, NULL);
	if (!cJSON_IsObject(queries))
		return misshapen(wrong, "dict_type", "Input should be a valid dictionary", "queries", NULL, NULL, NULL);
	size_t count = 0;
	for (const cJSON *query = queries->child; query != NULL; query = query->next)
		count++;
	batch.queries = arena_zero(arena, count, sizeof *batch.queries);
	if (batch.queries == NULL)
		return JISR_NO_MEMORY;
	for (const cJSON *query = queries->child; query != NULL && error == JISR_OK; query = query->next)
		error = read_shape(query->string, query, &batch.queries[batch.count++], wrong);
	if (error == JISR_OK)
		*ret_batch = batch;
	return error;
}

/* --- values --- */

/* Without space at the ends; inside, one space for each run of it. */
static const char *squash(const char *value, size_t length, struct arena *arena)
{
	char *out = arena_alloc(arena, length + 1);
	size_t used = 0;
	for (size_t i = 0; out != NULL && i < length; i++) {
		unsigned char byte = (unsigned char)value[i];
		if (byte > ' ')
			out[used++] = (char)byte;
		else if (used > 0 && out[used - 1] != ' ')
			out[used++] = ' ';
	}
	if (out != NULL)
		out[used - (used > 0 && out[used - 1] == ' ')] = '\0';
	return out;
}

/* A value in the form in which the model keeps its type: two-letter countries, dates from the year down, no space at the
 * ends and single spaces in names. NULL when it is none of that type (or out of memory: JISR_NO_MEMORY). */
static int yente_clean(int type, const char *value, size_t length, struct arena *arena, const char **ret_value)
{
	char code[3], written[DATE_TEXT_MAX];
	struct date date;
	const char *time;
	const char *clean = squash(value, length, arena);
	if (clean == NULL)
		return JISR_NO_MEMORY;
	*ret_value = NULL;
	length = strlen(clean);
	if (length == 0)
		return JISR_OK;
	switch ((enum model_type)type) {
	case MODEL_COUNTRY:
		if (country_read(clean, length, code))
			*ret_value = arena_text(arena, code, 2);
		return *ret_value == NULL && country_read(clean, length, code) ? JISR_NO_MEMORY : JISR_OK;
	case MODEL_DATE:
		time = memchr(clean, 'T', length);
		if (date_read(clean, time != NULL ? (size_t)(time - clean) : length, &date) != JISR_OK)
			return JISR_OK;
		date_write(date, written);
		*ret_value = arena_text(arena, written, strlen(written));
		return *ret_value == NULL ? JISR_NO_MEMORY : JISR_OK;
	case MODEL_GENDER:
		switch (sex_read(clean)) {
		case 'm': *ret_value = "male"; break;
		case 'f': *ret_value = "female"; break;
		default: *ret_value = strcmp(clean, "other") == 0 ? "other" : NULL;
		}
		return JISR_OK;
	default: *ret_value = clean; return JISR_OK;
	}
}

static int add_value(struct yente_query *query, size_t capacity, const char *property, int type, const char *text,
                     struct arena *arena)
{
	size_t length = strnlen(text, YENTE_MAX_VALUE + 1);
	if (length > YENTE_MAX_VALUE)
		length = utf8_cut(text, length, YENTE_MAX_VALUE);
	const char *value;
	int error = yente_clean(type, text, length, arena, &value);
	if (error != JISR_OK || value == NULL || query->count == capacity)
		return error;
	query->values[query->count++] = (struct yente_value){property, value};
	return JISR_OK;
}

/* Numbers are taken as they are written; what is neither text nor number says nothing. */
static const char *item_text(const cJSON *item, struct arena *arena)
{
	if (cJSON_IsString(item))
		return item->valuestring;
	if (cJSON_IsBool(item))
		return cJSON_IsTrue(item) ? "true" : "false";
	if (!cJSON_IsNumber(item))
		return "";
	double number = item->valuedouble;
	return number == floor(number) && fabs(number) < 1e15 ? arena_format(arena, "%.0f", number)
	                                                      : arena_format(arena, "%.17g", number);
}

static int read_values(struct yente_query *query, struct arena *arena)
{
	size_t capacity = 0;
	for (const cJSON *list = query->properties->child; list != NULL; list = list->next) {
		capacity++;
		for (const cJSON *item = cJSON_IsArray(list) ? list->child : NULL; item != NULL; item = item->next)
			capacity++;
	}
	query->values = arena_zero(arena, capacity + JOINED_MAX, sizeof *query->values);
	if (query->values == NULL)
		return JISR_NO_MEMORY;
	for (const cJSON *list = query->properties->child; list != NULL; list = list->next) {
		const struct model_property *property = model_property(query->schema, list->string);
		if (property == NULL || property->flags & MODEL_STUB)
			continue;
		const cJSON *item = cJSON_IsArray(list) ? list->child : list;
		while (item != NULL) {
			const char *text = item_text(item, arena);
			int error = text == NULL
			                    ? JISR_NO_MEMORY
			                    : add_value(query, capacity, property->name, property->type, text, arena);
			if (error != JISR_OK)
				return error;
			item = item == list ? NULL : item->next;
		}
	}
	return JISR_OK;
}

/* Leaves one of several equal values of a property; keeps their order. A hash a value, so that a long list is no trap. */
static int drop_repeats(struct yente_query *query, struct arena *arena)
{
	size_t size = 16;
	while (size < query->count * 2)
		size *= 2;
	uint32_t *slots = arena_zero(arena, size, sizeof *slots);
	if (slots == NULL)
		return JISR_NO_MEMORY;
	size_t kept = 0;
	for (size_t i = 0; i < query->count; i++) {
		const struct yente_value *value = &query->values[i];
		size_t at = hash_number(hash_bytes(value->value, strlen(value->value)) ^
		                        hash_bytes(value->property, strlen(value->property))) &
		            (size - 1);
		for (; slots[at] != 0; at = (at + 1) & (size - 1)) {
			const struct yente_value *other = &query->values[slots[at] - 1];
			if (strcmp(other->property, value->property) == 0 && strcmp(other->value, value->value) == 0)
				break;
		}
		if (slots[at] != 0)
			continue;
		query->values[kept++] = *value;
		slots[at] = (uint32_t)kept;
	}
	query->count = kept;
	return JISR_OK;
}

/* --- what the check takes --- */

static size_t values_of(const struct yente_query *query, const char *property, const char **values, size_t max)
{
	size_t count = 0;
	for (size_t i = 0; i < query->count && count < max; i++)
		if (strcmp(query->values[i].property, property) == 0)
			values[count++] = query->values[i].value;
	return count;
}

/* Every way to take one value of each part that is given, in the order in which a full name has them. */
static int join_names(struct yente_query *query, struct arena *arena)
{
	static const char *const parts[] = {"firstName",  "secondName", "middleName",
	                                    "fatherName", "motherName", "lastName"};
	const char *joined[JOINED_MAX] = {""};
	size_t count = 1;
	bool any = false;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *values[JOINED_MAX], *longer[JOINED_MAX];
		size_t value_count = values_of(query, parts[i], values, JOINED_MAX), longer_count = 0;
		if (value_count == 0)
			continue;
		any = true;
		for (size_t k = 0; k < count; k++)
			for (size_t n = 0; n < value_count && longer_count < JOINED_MAX; n++) {
				longer[longer_count] = arena_format(arena, "%s%s%s", joined[k],
				                                    joined[k][0] != '\0' ? " " : "", values[n]);
				if (longer[longer_count++] == NULL)
					return JISR_NO_MEMORY;
			}
		memcpy(joined, longer, longer_count * sizeof *joined);
		count = longer_count;
	}
	for (size_t k = 0; any && k < count; k++) /* read_values made room */
		query->values[query->count++] = (struct yente_value){"alias", joined[k]};
	return JISR_OK;
}

static bool is_name(const struct yente_query *query, size_t value, bool weak)
{
	const struct model_property *property = model_property(query->schema, query->values[value].property);
	return property != NULL && property->type == MODEL_NAME && (weak || property->flags & MODEL_MATCHABLE);
}

static int take_names(struct yente_query *query, struct arena *arena, struct yente_wrong *wrong)
{
	bool any = false, weak = true;
	for (size_t i = 0; i < query->count; i++) {
		any |= is_name(query, i, true);
		weak &= !is_name(query, i, false);
	}
	if (!any) {
		int error = model_is_a(query->schema, "Person") ? join_names(query, arena) : JISR_OK;
		if (error != JISR_OK)
			return error;
		weak = false;
	}
	query->names = arena_zero(arena, query->count, sizeof *query->names);
	if (query->names == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < query->count; i++) {
		if (!is_name(query, i, weak))
			continue;
		bool known = false;
		for (size_t k = 0; k < query->name_count && !known; k++)
			known = strcmp(query->names[k], query->values[i].value) == 0;
		if (known)
			continue;
		if (query->name_count == YENTE_MAX_NAMES)
			return refuse(wrong, "The query %.100s has more than %d names", query->key, YENTE_MAX_NAMES);
		query->names[query->name_count++] = query->values[i].value;
	}
	return JISR_OK;
}

/* One date the check takes. Several that share a day leave the days shared; several that do not leave all between the
 * first and the last, so that none of them counts against somebody. */
static void take_birth(struct check_query *check, struct date date)
{
	struct date *birth = &check->birth;
	if (!date_known(*birth)) {
		*birth = date;
	} else if (date_overlap(*birth, date)) {
		birth->from = date.from > birth->from ? date.from : birth->from;
		birth->to = date.to < birth->to ? date.to : birth->to;
	} else {
		birth->from = date.from < birth->from ? date.from : birth->from;
		birth->to = date.to > birth->to ? date.to : birth->to;
	}
}

static void take_country(struct check_query *check, const char *code)
{
	for (size_t i = 0; i < check->country_count; i++)
		if (strcmp(check->countries[i], code) == 0)
			return;
	if (check->country_count < CHECK_MAX_COUNTRIES)
		check->countries[check->country_count++] = code;
}

/* "by:MP123" as jisr's own records write it, or the number alone. */
static struct check_document document_of(const char *value, struct arena *arena)
{
	char code[3];
	const char *colon = strchr(value, ':');
	if (colon != NULL && colon - value == 2 && country_read(value, 2, code))
		return (struct check_document){arena_text(arena, code, 2), colon + 1};
	return (struct check_document){NULL, value};
}

/* A ship's number is written with and without the letters before it. */
static int take_document(struct yente_query *query, const char *property, const char *value, struct arena *arena)
{
	query->documents[query->document_count++] = document_of(value, arena);
	if (strcmp(property, "imoNumber") != 0)
		return JISR_OK;
	const char *digits = value + strcspn(value, "0123456789");
	const char *other = digits == value ? arena_format(arena, "IMO%s", value) : digits;
	if (other == NULL)
		return JISR_NO_MEMORY;
	query->documents[query->document_count++] = (struct check_document){NULL, other};
	return JISR_OK;
}

static int take_facts(struct yente_query *query, struct arena *arena)
{
	struct check_query *check = &query->check;
	bool sexes = false;
	query->documents = arena_zero(arena, 2 * query->count, sizeof *query->documents);
	if (query->documents == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < query->count; i++) {
		const char *value = query->values[i].value;
		struct date date;
		char sex;
		switch (property_use(query->values[i].property)) {
		case USE_BIRTH:
			if (date_read(value, strlen(value), &date) == JISR_OK)
				take_birth(check, date);
			break;
		case USE_COUNTRY: take_country(check, value); break;
		case USE_SEX:
			sex = sex_read(value);
			sexes |= sex != 0 && check->sex != 0 && sex != check->sex;
			check->sex = sex != 0 ? sex : check->sex;
			break;
		case USE_DOCUMENT:
			if (take_document(query, query->values[i].property, value, arena) != JISR_OK)
				return JISR_NO_MEMORY;
			break;
		default: break;
		}
	}
	if (sexes)
		check->sex = 0;
	return JISR_OK;
}

int yente_query_read(struct yente_query *query, struct arena *arena, struct yente_wrong *wrong)
{
	const struct model_schema *schema = model_schema(query->schema);
	if (schema == NULL)
		return refuse(wrong, "Cannot parse example entity: Unknown schema: '%.100s'", query->schema);
	if (!(schema->flags & MODEL_MATCHABLE) && strcmp(schema->name, "Thing") != 0)
		return refuse(wrong, "Cannot parse example entity: Non-matchable schema for query: %s", schema->name);
	query->schema = schema->name;
	query->check.schema = schema->name;
	int error = read_values(query, arena);
	if (error == JISR_OK)
		error = drop_repeats(query, arena);
	if (error == JISR_OK)
		error = take_names(query, arena, wrong);
	return error == JISR_OK ? take_facts(query, arena) : error;
}

bool yente_query_fits(struct yente_query *query)
{
	struct check_query *check = &query->check;
	if (query->name_count > CHECK_MAX_NAMES || query->document_count > CHECK_MAX_DOCUMENTS)
		return false;
	check->schema = query->schema;
	check->name_count = query->name_count;
	for (size_t i = 0; i < query->name_count; i++)
		check->names[i] = query->names[i];
	check->document_count = query->document_count;
	for (size_t i = 0; i < query->document_count; i++)
		check->documents[i] = query->documents[i];
	return true;
}

int yente_example_read(const cJSON *json, struct arena *arena, struct yente_query *ret_query, struct yente_wrong *wrong)
{
	int error = read_shape("match", json, ret_query, wrong);
	if (error == JISR_OK)
		error = yente_query_read(ret_query, arena, wrong);
	if (error != JISR_OK)
		return error;
	if (!yente_query_fits(ret_query))
		return refuse(wrong, "at most %d names and %d documents", CHECK_MAX_NAMES, CHECK_MAX_DOCUMENTS);
	return ret_query->name_count + ret_query->document_count > 0
	               ? JISR_OK
	               : refuse(wrong, "a name or a document is needed, as in the query that found the hit");
}
