/* /reconcile/{dataset}: the reconciliation service 0.2 that OpenRefine speaks, as yente answers it: what the service is,
 * and what it suggests while somebody types. Queries and extension: reconcile_query.c; pages: reconcile_page.c. */
#include "web/reconcile.h"

#include "base/clock.h"
#include "base/emit.h"
#include "watch/stored.h"
#include "web/yente_index.h"
#include "web/yente_text.h"

#include <string.h>
#include <strings.h>

#define SUGGESTIONS      5 /* of types and properties, as yente gives them */
#define ENTITIES         10
#define ENTITIES_MOST    500
#define BATCH_SIZE       3
#define PREVIEW_WIDTH    430
#define PREVIEW_HEIGHT   300
#define FORM_BYTES       ((size_t)4 << 20)
#define PREFIX_MAX       500 /* bytes of what somebody types that are looked at */
#define READING_MEMORY   ((size_t)16 << 20)
#define CLOCK_EVERY      4096
#define SPACE            "https://www.opensanctions.org/reference/#schema" /* the vocabulary, as yente names it */
#define DOCUMENTATION    "https://www.opensanctions.org/docs/"
#define DEFAULT_EXTENDED "Thing"

const struct model_schema_label *reconcile_schema(const char *name)
{
	for (const struct model_schema_label *label = model_schema_labels; label->name != NULL; label++)
		if (strcmp(label->name, name) == 0)
			return label;
	return NULL;
}

const struct model_property_label *reconcile_property(const char *schema, const char *name)
{
	for (const struct model_property_label *label = model_property_labels; label->name != NULL; label++)
		if (strcmp(label->name, name) == 0 && (schema == NULL || strcmp(label->schema, schema) == 0))
			return label;
	return NULL;
}

void reconcile_type_emit(struct text *text, const char *schema)
{
	const struct model_schema_label *label = reconcile_schema(schema);
	emit_object(text, NULL);
	emit_text(text, "id", schema);
	emit_text(text, "name", label != NULL ? label->plural : schema);
	emit_text(text, "description", label != NULL ? label->label : schema);
	emit_close_object(text);
}

static bool is_loopback(const char *origin)
{
	static const char *const hosts[] = {"http://127.0.0.1",  "http://localhost",  "http://[::1]",
	                                    "https://127.0.0.1", "https://localhost", "https://[::1]"};
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		size_t length = strlen(hosts[i]);
		if (strncasecmp(origin, hosts[i], length) == 0 && (origin[length] == '\0' || origin[length] == ':'))
			return true;
	}
	return false;
}

int reconcile_share(const struct http_request *request, struct http_reply *reply)
{
	const char *origin = http_header(request, "Origin");
	int error = http_reply_header(reply, "Vary", "Origin");
	if (error != JISR_OK || origin == NULL || strlen(origin) > 300)
		return error;
	if (!is_loopback(origin) && strcmp(request->caller, "anonymous") == 0)
		return JISR_OK;
	const char *copy = arena_text(request->arena, origin, strlen(origin));
	return copy == NULL ? JISR_NO_MEMORY : http_reply_header(reply, "Access-Control-Allow-Origin", copy);
}

static int start(const struct lists *lists, const struct http_request *request, struct http_reply *reply,
                 struct yente_filter *filter)
{
	int error = reconcile_share(request, reply);
	if (error == JISR_OK)
		error = yente_filter_read(lists, request, reply, filter);
	if (error == JISR_OK) {
		reply->status = 200;
		reply->type = "application/json";
	}
	return error;
}

/* What can be asked for: things that are compared, and what they are kinds of. */
static bool offered(const char *schema)
{
	static const char *const schemata[] = {"Airplane", "Asset",      "Company", "LegalEntity", "Organization",
	                                       "Person",   "PublicBody", "Thing",   "Vehicle",     "Vessel"};
	for (size_t i = 0; i < sizeof schemata / sizeof *schemata; i++)
		if (strcmp(schemata[i], schema) == 0)
			return true;
	return false;
}

/* --- the manifest --- */

static void emit_service(struct text *text, const char *key, const char *base, const char *path, const char *query)
{
	struct text joined;
	text_init(&joined, 8192);
	(void)text_add_string(&joined, path);
	(void)text_add_string(&joined, query);
	emit_object(text, key);
	emit_text(text, "service_url", base);
	emit_text(text, "service_path", joined.error == JISR_OK ? joined.bytes : path);
	emit_close_object(text);
	text_finish(&joined);
}

static void emit_setting(struct text *text, const char *name, const char *label, const char *type, const char *help)
{
	emit_object(text, NULL);
	emit_text(text, "name", name);
	emit_text(text, "label", label);
	emit_text(text, "type", type);
	emit_text(text, "help_text", help);
}

static void emit_settings(struct text *text)
{
	static const char *const choices[][2] = {{"caption", "As people read it"}, {"raw", "As it is stored"}};
	emit_array(text, "propose_settings");
	emit_setting(text, "limit", "Limit", "number", "How many values a row gets at most; 0 for all of them.");
	emit_count(text, "default", 0);
	emit_array(text, "choices");
	emit_close_array(text);
	emit_close_object(text);
	emit_setting(text, "render", "Value rendering", "select", "Russia, or the code ru that stands for it.");
	emit_text(text, "default", "caption");
	emit_array(text, "choices");
	for (size_t i = 0; i < 2; i++) {
		emit_object(text, NULL);
		emit_text(text, "id", choices[i][0]);
		emit_text(text, "name", choices[i][1]);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_close_object(text);
	emit_close_array(text);
}

/* The query string goes along to the other addresses: a client that cannot set headers puts its token there. */
static const char *query_string(const struct http_request *request)
{
	struct text text;
	const char *name, *value;
	text_init(&text, 4096);
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		(void)text_add_char(&text, i == 0 ? '?' : '&');
		for (int part = 0; part < 2; part++) {
			const char *encoded = yente_encode(part == 0 ? name : value, request->arena);
			(void)text_add_string(&text, part == 0 ? "" : "=");
			(void)text_add_string(&text, encoded != NULL ? encoded : "");
		}
	}
	const char *copy = text.error == JISR_OK ? arena_text(request->arena, text.bytes, text.length) : "";
	text_finish(&text);
	return copy != NULL ? copy : "";
}

static int write_manifest(const struct http_request *request, struct http_reply *reply)
{
	struct text *text = &reply->body;
	const char *dataset = yente_encode(request->variables[0], request->arena), *query = query_string(request);
	if (dataset == NULL)
		return JISR_NO_MEMORY;
	const char *base = arena_format(request->arena, "%s/reconcile/%s", request->base, dataset);
	const char *view = arena_format(request->arena, "%s/view/{{id}}%s", base, query);
	const char *preview = arena_format(request->arena, "%s/preview/{{id}}%s", base, query);
	const char *name = arena_format(request->arena, "%s (jisr)", request->variables[0]);
	if (base == NULL || view == NULL || preview == NULL || name == NULL)
		return JISR_NO_MEMORY;
	emit_object(text, NULL);
	emit_array(text, "versions");
	emit_text(text, NULL, "0.2");
	emit_close_array(text);
	emit_text(text, "name", name);
	emit_text(text, "identifierSpace", SPACE);
	emit_text(text, "schemaSpace", SPACE);
	emit_text(text, "documentation", DOCUMENTATION);
	emit_count(text, "batchSize", BATCH_SIZE);
	emit_object(text, "view");
	emit_text(text, "url", view);
	emit_close_object(text);
	emit_object(text, "preview");
	emit_text(text, "url", preview);
	emit_count(text, "width", PREVIEW_WIDTH);
	emit_count(text, "height", PREVIEW_HEIGHT);
	emit_close_object(text);
	emit_object(text, "suggest");
	emit_service(text, "entity", base, "/suggest/entity", query);
	emit_service(text, "type", base, "/suggest/type", query);
	emit_service(text, "property", base, "/suggest/property", query);
	emit_close_object(text);
	emit_object(text, "extend");
	emit_service(text, "propose_properties", base, "/extend/property", query);
	emit_settings(text);
	emit_close_object(text);
	emit_array(text, "defaultTypes");
	for (const struct model_schema_label *label = model_schema_labels; label->name != NULL; label++)
		if (offered(label->name))
			reconcile_type_emit(text, label->name);
	emit_close_array(text);
	emit_close_object(text);
	return text->error;
}

static int get_manifest(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	CLEANUP(yente_filter_finishp) struct yente_filter filter = {0};
	int error = start(held.lists, request, reply, &filter);
	if (error == JISR_OK)
		error = write_manifest(request, reply);
	return yente_done(reply, error);
}

/* --- suggestions --- */

static const char *prefix_of(const struct http_request *request)
{
	const char *prefix = http_query(request, "prefix");
	return prefix != NULL ? prefix : "";
}

static bool begins(const char *label, const char *prefix)
{
	prefix += strspn(prefix, " \t");
	size_t length = strlen(prefix);
	while (length > 0 && (prefix[length - 1] == ' ' || prefix[length - 1] == '\t'))
		length--;
	return length > 0 && strncasecmp(label, prefix, length) == 0;
}

static void emit_suggestions(struct text *text, const char *prefix)
{
	emit_object(text, NULL);
	emit_text(text, "code", "/api/status/ok");
	emit_text(text, "status", "200 OK");
	emit_text(text, "prefix", prefix);
	emit_array(text, "result");
}

static int finish_suggestions(struct text *text)
{
	emit_close_array(text);
	emit_close_object(text);
	return text->error;
}

static int get_types(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	CLEANUP(yente_filter_finishp) struct yente_filter filter = {0};
	const char *prefix = prefix_of(request);
	int error = start(held.lists, request, reply, &filter);
	if (error != JISR_OK)
		return yente_done(reply, error);
	size_t count = 0;
	emit_suggestions(&reply->body, prefix);
	for (const struct model_schema_label *label = model_schema_labels; label->name != NULL && count < SUGGESTIONS;
	     label++) {
		if (!offered(label->name) || (!begins(label->name, prefix) && !begins(label->label, prefix)))
			continue;
		reconcile_type_emit(&reply->body, label->name);
		count++;
	}
	return finish_suggestions(&reply->body);
}

static int get_properties(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	CLEANUP(yente_filter_finishp) struct yente_filter filter = {0};
	const char *prefix = prefix_of(request);
	struct text *text = &reply->body;
	int error = start(held.lists, request, reply, &filter);
	if (error != JISR_OK)
		return yente_done(reply, error);
	size_t count = 0;
	emit_suggestions(text, prefix);
	for (const struct model_property_label *label = model_property_labels;
	     label->name != NULL && count < SUGGESTIONS; label++) {
		char id[128];
		if (!offered(label->schema) || (!begins(label->name, prefix) && !begins(label->label, prefix)))
			continue;
		(void)snprintf(id, sizeof id, "%s:%s", label->schema, label->name);
		emit_object(text, NULL);
		emit_text(text, "id", id);
		emit_text(text, "name", label->label);
		emit_text(text, "description", label->label);
		emit_close_object(text);
		count++;
	}
	return finish_suggestions(text);
}

/* What was typed as a search: words that must all stand there, the last one perhaps only begun. Signs are left out, so
 * that none of them is taken for an instruction. */
static int read_prefix(const char *prefix, struct arena *arena, struct yente_text **ret_text)
{
	char words[PREFIX_MAX + 2];
	size_t used = 0;
	struct problem problem = {""};
	for (size_t i = 0; prefix[i] != '\0' && used < PREFIX_MAX - 4; i++) {
		unsigned char byte = (unsigned char)prefix[i];
		bool plain = byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
		             (byte >= 'a' && byte <= 'z');
		words[used++] = plain ? (char)(byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte) : ' ';
	}
	while (used > 0 && words[used - 1] == ' ')
		used--;
	if (used > 0)
		words[used++] = '*';
	words[used] = '\0';
	return yente_text_read(words, true, arena, ret_text, &problem);
}

static int suggest_one(const struct lists *lists, struct yente_text *search, struct yente_filter *filter,
                       struct arena *reading, uint32_t segment, uint32_t entity, struct text *text, long *count)
{
	size_t length;
	const char *bytes = stored_bytes(lists->view, segment, entity, &length);
	struct yente_thing thing = {.list = yente_list(lists, segment)};
	if (bytes == NULL || !yente_text_may(search, bytes, length) || !stored_alive(lists->view, segment, entity))
		return JISR_OK;
	arena_reset(reading);
	int error = stored_read(lists->view, segment, entity, reading, &thing.entity);
	if (error != JISR_OK)
		return error == JISR_NO_MEMORY ? error : JISR_OK;
	if (yente_text_match(search, &thing, false) != YENTE_TEXT_NAMES || !yente_filter_accepts(filter, &thing))
		return JISR_OK;
	const struct model_schema_label *label = reconcile_schema(thing.entity.schema);
	emit_object(text, NULL);
	emit_text(text, "id", thing.entity.id);
	emit_text(text, "name", thing.entity.caption);
	emit_text(text, "description", label != NULL ? label->label : thing.entity.schema);
	emit_array(text, "type");
	reconcile_type_emit(text, thing.entity.schema);
	emit_close_array(text);
	emit_close_object(text);
	(*count)++;
	return text->error;
}

static int suggest_entities(const struct lists *lists, const struct http_request *request, struct yente_text *search,
                            struct yente_filter *filter, long limit, struct text *text)
{
	CLEANUP(arena_freep) struct arena *reading = NULL;
	CLEANUP(yente_index_releasep) const struct yente_index *index = NULL;
	int error = arena_new(READING_MEMORY, &reading);
	if (error == JISR_OK)
		error = yente_index_take_columns(lists, &index);
	long count = 0;
	uint32_t segments = stored_segments(lists->view), looked = 0;
	for (uint32_t segment = 0; segment < segments && error == JISR_OK; segment++) {
		uint32_t entities = yente_list(lists, segment) != NULL ? stored_entities(lists->view, segment) : 0;
		const struct yente_columns *columns = yente_index_columns_of(index, lists, segment);
		uint64_t may = ~(uint64_t)0;
		for (uint32_t i = 0; i < entities && count < limit && error == JISR_OK; i++) {
			if (++looked % CLOCK_EVERY == 0 && clock_seconds() > request->deadline)
				return JISR_CANCELLED;
			if (i % 64 == 0 && columns != NULL)
				may = yente_columns_may(columns, search, i / 64);
			if (may >> i % 64 & 1)
				error = suggest_one(lists, search, filter, reading, segment, i, text, &count);
		}
	}
	return error;
}

static int get_entities(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	CLEANUP(yente_filter_finishp) struct yente_filter filter = {0};
	const char *prefix = prefix_of(request);
	struct yente_text *search = NULL;
	long limit;
	int error = start(held.lists, request, reply, &filter);
	if (error == JISR_OK)
		error = yente_integer(request, reply, "limit", ENTITIES, ENTITIES_MOST, &limit);
	if (error != JISR_OK)
		return yente_done(reply, error);
	error = read_prefix(prefix, request->arena, &search);
	if (error == JISR_NO_MEMORY)
		return error;
	filter.schema = "Thing";
	emit_suggestions(&reply->body, prefix);
	if (error == JISR_OK && !yente_text_empty(search))
		error = suggest_entities(held.lists, request, search, &filter, limit, &reply->body);
	else
		error = JISR_OK; /* more than can be searched for: nothing is suggested */
	if (error == JISR_CANCELLED)
		return yente_done(reply, yente_refuse(reply, 503, "The search takes too long; type more of the name."));
	return error != JISR_OK ? error : finish_suggestions(&reply->body);
}

/* --- properties to extend by --- */

static void emit_property(struct text *text, const struct model_property_label *label)
{
	emit_object(text, NULL);
	emit_text(text, "id", label->name);
	emit_text(text, "name", label->label);
	emit_close_object(text);
}

static bool is_featured(const struct model_schema_label *schema, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = schema->featured; (at = strstr(at, name)) != NULL; at += length)
		if (at[-1] == ' ' && at[length] == ' ')
			return true;
	return false;
}

static int compare_labels(const void *left, const void *right)
{
	const struct model_property_label *const *a = left, *const *b = right;
	int order = strcmp((*a)->label, (*b)->label);
	return order != 0 ? order : strcmp((*a)->name, (*b)->name);
}

/* The featured properties of the schema first, then the others; as many as the limit says; by their labels. */
static size_t collect(const struct model_schema_label *schema, size_t limit, const struct model_property_label **found,
                      size_t most)
{
	size_t count = 0;
	for (int featured = 1; featured >= 0; featured--)
		for (const struct model_property_label *label = model_property_labels; label->name != NULL; label++)
			if (count < most && (limit == 0 || count < limit) && model_is_a(schema->name, label->schema) &&
			    is_featured(schema, label->name) == (featured == 1))
				found[count++] = label;
	qsort(found, count, sizeof *found, compare_labels);
	return count;
}

static int get_extend(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	CLEANUP(yente_filter_finishp) struct yente_filter filter = {0};
	const struct model_property_label *found[300];
	const char *type = http_query(request, "type");
	struct text *text = &reply->body;
	long limit;
	int error = start(held.lists, request, reply, &filter);
	if (error == JISR_OK)
		error = yente_integer(request, reply, "limit", 0, 100000, &limit);
	if (error != JISR_OK)
		return yente_done(reply, error);
	const struct model_schema_label *schema = reconcile_schema(type != NULL ? type : DEFAULT_EXTENDED);
	if (schema == NULL)
		return yente_done(reply, yente_refuse(reply, 400, "Invalid type: %.200s", type));
	limit = limit > 0 ? limit : 0;
	size_t count = collect(schema, (size_t)limit, found, sizeof found / sizeof *found);
	emit_object(text, NULL);
	emit_count(text, "limit", (uint64_t)limit);
	emit_text(text, "type", schema->name);
	emit_array(text, "properties");
	for (size_t i = 0; i < count; i++)
		emit_property(text, found[i]);
	emit_close_array(text);
	emit_close_object(text);
	return text->error;
}

const struct http_route routes_reconcile[] = {
	{HTTP_GET, "/reconcile/{dataset}", get_manifest, HTTP_STYLE_DETAIL, "reconcile_manifest", .right = RIGHT_CHECK},
	{HTTP_POST, "/reconcile/{dataset}", reconcile_post, HTTP_STYLE_DETAIL, "reconcile", .right = RIGHT_CHECK,
         .access = "check", .heavy = true, .body_max = FORM_BYTES},
	{HTTP_GET, "/reconcile/{dataset}/suggest/entity", get_entities, HTTP_STYLE_DETAIL, "reconcile_suggest",
         .right = RIGHT_SEARCH, .access = "search", .heavy = true},
	{HTTP_GET, "/reconcile/{dataset}/suggest/property", get_properties, HTTP_STYLE_DETAIL, "reconcile_suggest",
         .right = RIGHT_SEARCH, .access = "search"},
	{HTTP_GET, "/reconcile/{dataset}/suggest/type", get_types, HTTP_STYLE_DETAIL, "reconcile_suggest",
         .right = RIGHT_SEARCH, .access = "search"},
	{HTTP_GET, "/reconcile/{dataset}/extend/property", get_extend, HTTP_STYLE_DETAIL, "reconcile_extend",
         .right = RIGHT_SEARCH, .access = "view"},
	{HTTP_GET, "/reconcile/{dataset}/view/{id}", reconcile_get_page, HTTP_STYLE_DETAIL, "reconcile_page",
         .right = RIGHT_SEARCH, .access = "view"},
	{HTTP_GET, "/reconcile/{dataset}/preview/{id}", reconcile_get_page, HTTP_STYLE_DETAIL, "reconcile_page",
         .right = RIGHT_SEARCH, .access = "view"},
	{0},
};
