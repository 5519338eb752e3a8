/* What OpenRefine asks: a batch of queries, each answered with candidates; and the values of properties for entities that
 * were chosen. */
#include "web/reconcile.h"

#include "base/emit.h"
#include "base/json.h"
#include "base/tree.h"
#include "names/country.h"
#include "web/yente_graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define QUERIES_MOST    100
#define PROPERTIES_MOST 100 /* of one query, and of one extension */
#define LIMIT_STANDARD  5

const char *reconcile_caption(enum model_type type, const char *value)
{
	const char *better = type == MODEL_COUNTRY ? country_name(value)
	                     : type == MODEL_TOPIC ? model_topic_label(value)
	                                           : NULL;
	return better != NULL ? better : value;
}

/* --- queries --- */

/* A whole number that may be written as a text; `standard` when it is neither. */
static long number_of(const cJSON *json, long standard, long most)
{
	double number = cJSON_IsNumber(json)   ? json->valuedouble
	                : cJSON_IsString(json) ? strtod(json->valuestring, NULL)
	                                       : (double)standard;
	return !(number >= 0) ? 0 : number > (double)most ? most : (long)number;
}

/* A value as OpenRefine sends it: a text, a number, a truth, or a thing that was reconciled before. */
static void add_value(cJSON *values, const cJSON *value)
{
	char digits[40];
	if (cJSON_IsString(value)) {
		tree_text(values, NULL, value->valuestring);
	} else if (cJSON_IsNumber(value) && isfinite(value->valuedouble)) {
		(void)snprintf(digits, sizeof digits, "%.15g", value->valuedouble);
		tree_text(values, NULL, digits);
	} else if (cJSON_IsBool(value)) {
		tree_text(values, NULL, cJSON_IsTrue(value) ? "true" : "false");
	} else if (cJSON_IsObject(value)) {
		const char *name = json_get_text(value, "name"), *id = json_get_text(value, "id");
		if (name != NULL || id != NULL)
			tree_text(values, NULL, name != NULL ? name : id);
	}
}

/* "Person:birthDate", or "birthDate" of the schema that is asked for; NULL for what nobody knows, which is let pass, as
 * yente lets it pass: a column may be called anything. */
static const char *property_of(const char *pid, const char *schema)
{
	const char *colon = strchr(pid, ':');
	char name[64];
	if (colon != NULL) {
		size_t length = (size_t)(colon - pid);
		if (length >= sizeof name)
			return NULL;
		memcpy(name, pid, length);
		name[length] = '\0';
		const struct model_property *property = model_property(name, colon + 1);
		return property != NULL && strcmp(property->schema, name) == 0 ? property->name : NULL;
	}
	const struct model_property *property = model_property(strcmp(schema, "Thing") == 0 ? "Person" : schema, pid);
	return property != NULL ? property->name : NULL;
}

static void add_property(cJSON *properties, const cJSON *asked, const char *schema)
{
	const char *pid = json_get_text(asked, "pid"), *name = pid != NULL ? property_of(pid, schema) : NULL;
	const cJSON *value = json_get(asked, "v");
	if (name == NULL || value == NULL)
		return;
	cJSON *values = cJSON_GetObjectItemCaseSensitive(properties, name);
	if (values == NULL)
		values = tree_add_array(properties, name);
	if (!cJSON_IsArray(value))
		add_value(values, value);
	for (const cJSON *one = cJSON_IsArray(value) ? value->child : NULL; one != NULL; one = one->next)
		add_value(values, one);
}

static const char *schema_asked(const cJSON *json)
{
	const cJSON *type = json_get(json, "type");
	if (cJSON_IsArray(type) && type->child != NULL)
		type = type->child;
	const char *id = cJSON_IsObject(type) ? json_get_text(type, "id") : NULL;
	return cJSON_IsString(type) ? type->valuestring : id != NULL ? id : "Thing";
}

/* The query as an entity of the vocabulary: {name: [query], property: [values]}. To be freed. */
static cJSON *example_of(const cJSON *json, const char *schema)
{
	cJSON *properties = tree_object();
	const char *query = json_get_text(json, "query");
	if (query != NULL && query[0] != '\0')
		tree_text(tree_add_array(properties, "name"), NULL, query);
	size_t count = 0;
	const cJSON *asked = json_get(json, "properties");
	for (const cJSON *one = cJSON_IsArray(asked) ? asked->child : NULL; one != NULL && count < PROPERTIES_MOST;
	     one = one->next, count++)
		add_property(properties, one, schema);
	return properties;
}

static void emit_candidate(struct text *text, const struct check_hit *hit)
{
	const struct model_schema_label *label = reconcile_schema(hit->schema);
	emit_object(text, NULL);
	emit_text(text, "id", hit->id);
	emit_text(text, "name", hit->caption);
	emit_text(text, "description", label != NULL ? label->label : hit->schema);
	emit_array(text, "type");
	reconcile_type_emit(text, hit->schema);
	emit_close_array(text);
	emit_score(text, "score", hit->score);
	emit_bool(text, "match", hit->score >= NAME_THRESHOLD);
	emit_close_object(text);
}

static int answer_query(const struct http_request *request, struct http_reply *reply, const struct lists *lists,
                        struct yente_filter *filter, struct yente_heeding *heeding, const cJSON *json)
{
	const char *schema = schema_asked(json);
	CLEANUP(json_freep) cJSON *properties = example_of(json, schema);
	struct yente_query query = {.key = json->string, .schema = schema, .properties = properties};
	struct yente_wrong wrong = {0};
	const struct check_hit *hits;
	size_t count;
	if (properties == NULL || tree_failed())
		return JISR_NO_MEMORY;
	int error = yente_query_read(&query, request->arena, &wrong);
	if (error == JISR_BAD_INPUT)
		return yente_refuse(reply, 400, "%s", wrong.text);
	long limit = number_of(json_get(json, "limit"), LIMIT_STANDARD, CHECK_MAX_LIMIT);
	if (error == JISR_OK)
		error = yente_match_hits(request, lists, filter, heeding, &query, (size_t)limit, &hits, &count);
	if (error == JISR_CANCELLED)
		return yente_refuse(reply, 503, "The batch takes too long; send fewer queries at once.");
	if (error != JISR_OK)
		return error;
	struct text *text = &reply->body;
	emit_name(text, json->string, strlen(json->string));
	emit_object(text, NULL);
	emit_array(text, "result");
	for (size_t i = 0; i < count; i++)
		emit_candidate(text, &hits[i]);
	emit_close_array(text);
	emit_close_object(text);
	return text->error;
}

static int read_form(struct http_reply *reply, const char *form, cJSON **ret_json)
{
	struct problem problem = {""};
	int error = json_read(form, strlen(form), ret_json, &problem);
	if (error == JISR_BAD_INPUT || error == JISR_TOO_LARGE)
		return yente_refuse(reply, 400, "Cannot decode the request: %s", problem.text);
	if (error == JISR_OK && !cJSON_IsObject(*ret_json))
		return yente_refuse(reply, 400, "Cannot decode the request: an object is needed");
	return error;
}

static int batch_size(const struct http_request *request, struct http_reply *reply, size_t count)
{
	char *size = arena_format(request->arena, "%zu", count);
	return size != NULL ? http_reply_header(reply, "x-batch-size", size) : JISR_NO_MEMORY;
}

int reconcile_queries(const struct http_request *request, struct http_reply *reply, const struct lists *lists,
                      struct yente_filter *filter, struct yente_heeding *heeding, const char *queries)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = read_form(reply, queries, &json);
	if (error != JISR_OK)
		return error;
	size_t count = 0;
	for (const cJSON *one = json->child; one != NULL; one = one->next) {
		if (!cJSON_IsObject(one))
			return yente_refuse(reply, 400, "Query %.100s is no object", one->string);
		if (++count > QUERIES_MOST)
			return yente_refuse(reply, 400, "Too many queries in one batch (limit: %d)", QUERIES_MOST);
	}
	emit_object(&reply->body, NULL);
	for (const cJSON *one = json->child; one != NULL && error == JISR_OK; one = one->next)
		error = answer_query(request, reply, lists, filter, heeding, one);
	if (error != JISR_OK)
		return error;
	emit_close_object(&reply->body);
	error = batch_size(request, reply, count);
	if (error == JISR_OK)
		error = yente_heeding_tell(heeding, request, reply);
	return error != JISR_OK ? error : reply->body.error;
}

/* --- extension --- */

struct values {
	struct text *text;
	const struct model_property *property;
	bool caption;
	long limit, count;
	struct arena *arena;
};

static bool emit_value(void *context, const char *value, size_t length)
{
	struct values *values = context;
	if (values->limit > 0 && values->count == values->limit)
		return false;
	const char *copy = arena_text(values->arena, value, length);
	values->count++;
	emit_object(values->text, NULL);
	emit_text(values->text, "str",
	          values->caption && copy != NULL ? reconcile_caption((enum model_type)values->property->type, copy)
	                                          : copy);
	emit_close_object(values->text);
	return true;
}

/* Whether an element before this one says the same; elements are texts, or objects with an "id". */
static bool stands_before(const cJSON *array, const cJSON *one)
{
	const char *text = cJSON_IsString(one) ? one->valuestring : json_get_text(one, "id");
	for (const cJSON *other = array->child; other != one; other = other->next)
		if (strcmp(cJSON_IsString(other) ? other->valuestring : json_get_text(other, "id"), text) == 0)
			return true;
	return false;
}

static int extend_row(const struct http_request *request, struct http_reply *reply, const struct lists *lists,
                      const char *id, const cJSON *properties)
{
	struct yente_graph graph;
	enum yente_found found;
	const char *canonical;
	int error = yente_graph_find(lists, id, request->arena, &graph, &found, &canonical);
	if (error != JISR_OK)
		return error;
	if (found == YENTE_FOUND_MERGED)
		return yente_refuse(reply, 400, "Please specify the canonical entity ID, not a referent");
	struct text *text = &reply->body;
	emit_name(text, id, strlen(id));
	emit_object(text, NULL);
	for (const cJSON *one = found == YENTE_FOUND_ENTITY ? properties->child : NULL; one != NULL; one = one->next) {
		const char *name = json_get_text(one, "id"),
			   *render = json_get_text(json_get(one, "settings"), "render");
		const struct model_property *property = model_property(graph.root.entity.schema, name);
		char key[160];
		if (property == NULL || stands_before(properties, one))
			continue;
		(void)snprintf(key, sizeof key, "properties.%s", name);
		struct yente_field field = yente_field(key);
		struct values values = {.text = text,
		                        .property = property,
		                        .caption = render == NULL || strcmp(render, "raw") != 0,
		                        .limit = number_of(json_get(json_get(one, "settings"), "limit"), 0, 1000000),
		                        .arena = request->arena};
		emit_name(text, name, strlen(name));
		emit_array(text, NULL);
		(void)yente_field_each(&field, &graph.root, emit_value, &values);
		emit_close_array(text);
	}
	emit_close_object(text);
	return text->error;
}

static int check_extension(struct http_reply *reply, const cJSON *ids, const cJSON *properties)
{
	if (!cJSON_IsArray(ids) || !cJSON_IsArray(properties))
		return yente_refuse(reply, 400, "An extension needs \"ids\" and \"properties\", each an array");
	if (cJSON_GetArraySize(ids) > QUERIES_MOST || cJSON_GetArraySize(properties) > PROPERTIES_MOST)
		return yente_refuse(reply, 400, "Too many queries in one batch (limit: %d)", QUERIES_MOST);
	for (const cJSON *one = ids->child; one != NULL; one = one->next)
		if (!cJSON_IsString(one))
			return yente_refuse(reply, 400, "An id in \"ids\" is no text");
	for (const cJSON *one = properties->child; one != NULL; one = one->next)
		if (json_get_text(one, "id") == NULL)
			return yente_refuse(reply, 400, "A property in \"properties\" has no \"id\"");
	return JISR_OK;
}

static int extend(const struct http_request *request, struct http_reply *reply, const struct lists *lists,
                  const char *form)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct text *text = &reply->body;
	int error = read_form(reply, form, &json);
	if (error != JISR_OK)
		return error;
	const cJSON *ids = json_get(json, "ids"), *properties = json_get(json, "properties");
	error = check_extension(reply, ids, properties);
	if (error != JISR_OK)
		return error;
	emit_object(text, NULL);
	emit_array(text, "meta");
	for (const cJSON *one = properties->child; one != NULL; one = one->next) {
		const char *name = json_get_text(one, "id");
		const struct model_property_label *label = reconcile_property(NULL, name);
		if (label == NULL || stands_before(properties, one))
			continue;
		emit_object(text, NULL);
		emit_text(text, "id", label->name);
		emit_text(text, "name", label->label);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_object(text, "rows");
	size_t rows = 0;
	for (const cJSON *one = ids->child; one != NULL && error == JISR_OK; one = one->next) {
		if (stands_before(ids, one))
			continue;
		error = extend_row(request, reply, lists, one->valuestring, properties);
		rows++;
	}
	if (error != JISR_OK)
		return error;
	emit_close_object(text);
	emit_close_object(text);
	error = batch_size(request, reply, rows);
	return error != JISR_OK ? error : text->error;
}

int reconcile_post(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	CLEANUP(yente_filter_finishp) struct yente_filter filter = {0};
	struct yente_heeding heeding = {0};
	const char *queries = http_form(request, "queries"), *extension = http_form(request, "extend");
	const char *name = http_query(request, "algorithm");
	struct yente_algorithm algorithm;
	struct problem problem = {""};
	int error = reconcile_share(request, reply);
	if (error == JISR_OK)
		error = yente_filter_read(held.lists, request, reply, &filter);
	if (error == JISR_OK && yente_algorithm(name != NULL ? name : "best", &algorithm, &problem) != JISR_OK)
		error = yente_refuse(reply, 400, "%s", problem.text);
	else if (error == JISR_OK && !algorithm.own && !service_settings(service)->accept_algorithms)
		error = yente_refuse(reply, 400, "This service answers by its own rules alone, not by %s.",
		                     algorithm.name);
	if (error == JISR_OK)
		error = yente_heeding_read(request, reply, service, &heeding);
	bool extends = extension != NULL && extension[strspn(extension, " \t\r\n")] != '\0';
	if (error == JISR_OK && extends)
		error = extend(request, reply, held.lists, extension);
	else if (error == JISR_OK && queries == NULL)
		error = yente_refuse(reply, 400, "No queries or extend request provided.");
	else if (error == JISR_OK)
		error = reconcile_queries(request, reply, held.lists, &filter, &heeding, queries);
	if (error == JISR_OK) {
		reply->status = 200;
		reply->type = "application/json";
	}
	return yente_done(reply, error);
}
