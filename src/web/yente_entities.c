/* GET /entities/{id}, /entities/{id}/adjacent and /entities/{id}/adjacent/{property}. */
#include "web/yente.h"

#include "base/emit.h"
#include "web/yente_graph.h"

#include <string.h>

#define LIMIT_STANDARD 10
#define LIMIT_MOST     500
#define OFFSET_MOST    9499
#define SORTS_MOST     5

/* 308 to the entity that an id was merged into, `after` following it. */
static int redirect(const struct http_request *request, struct http_reply *reply, const char *canonical,
                    const char *after)
{
	const char *id = yente_encode(canonical, request->arena), *nested = http_query(request, "nested");
	nested = nested != NULL ? yente_encode(nested, request->arena) : NULL;
	const char *where = id == NULL ? NULL
	                               : arena_format(request->arena, "/entities/%s%s%s%s", id, after,
	                                              nested != NULL ? "?nested=" : "", nested != NULL ? nested : "");
	if (where == NULL)
		return JISR_NO_MEMORY;
	int error = http_reply_header(reply, "Location", where);
	reply->status = 308;
	return error != JISR_OK ? error : YENTE_ANSWERED;
}

static int find(const struct lists *lists, const struct http_request *request, struct http_reply *reply,
                const char *after, struct yente_graph *ret_graph)
{
	enum yente_found found;
	const char *canonical;
	int error = yente_graph_find(lists, request->variables[0], request->arena, ret_graph, &found, &canonical);
	if (error != JISR_OK)
		return error;
	if (found == YENTE_FOUND_MERGED)
		return redirect(request, reply, canonical, after);
	return found == YENTE_FOUND_ENTITY ? JISR_OK : yente_refuse(reply, 404, "No such entity!");
}

static int write_entity(const struct lists *lists, const struct http_request *request, struct http_reply *reply)
{
	struct yente_graph graph;
	struct text *text = &reply->body;
	bool nested;
	int error = yente_boolean(request, reply, "nested", true, &nested);
	if (error == JISR_OK)
		error = find(lists, request, reply, "", &graph);
	if (error == JISR_OK && nested)
		error = yente_graph_expand(&graph);
	if (error != JISR_OK)
		return error;
	emit_object(text, NULL);
	yente_graph_write(&graph, text);
	emit_close_object(text);
	reply->status = 200;
	reply->type = "application/json";
	return text->error;
}

int yente_get_entity(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	return yente_done(reply, write_entity(held.lists, request, reply));
}

/* --- adjacent --- */

struct page {
	long limit, offset;
};

static int read_page(const struct http_request *request, struct http_reply *reply, struct page *ret_page)
{
	int error = yente_integer(request, reply, "limit", LIMIT_STANDARD, LIMIT_MOST, &ret_page->limit);
	if (error == JISR_OK)
		error = yente_integer(request, reply, "offset", 0, OFFSET_MOST, &ret_page->offset);
	if (ret_page->limit < 0)
		ret_page->limit = 0;
	if (error == JISR_OK && ret_page->offset < 0)
		ret_page->offset = 0;
	return error;
}

/* The last of several criteria first, so that the first one decides: the order of equal ones stays only where it was given
 * by the list, which is enough. */
static int sort(const struct http_request *request, struct http_reply *reply, struct yente_graph *graph)
{
	struct yente_names sorts;
	int error = yente_strings(request, reply, "sort", SORTS_MOST, &sorts);
	if (error != JISR_OK || sorts.count == 0)
		return error;
	const char *colon = strrchr(sorts.names[0], ':');
	size_t length = colon != NULL ? (size_t)(colon - sorts.names[0]) : strlen(sorts.names[0]);
	const char *name = arena_text(request->arena, sorts.names[0], length);
	if (name == NULL)
		return JISR_NO_MEMORY;
	struct yente_field field = yente_field(name);
	yente_graph_sort(graph, &field, colon != NULL && strcmp(colon, ":desc") == 0);
	return JISR_OK;
}

/* "results", "total", "limit", "offset" of neighbours [from, to). */
static void write_page(struct yente_graph *graph, struct text *text, size_t from, size_t to, const struct page *page)
{
	emit_array(text, "results");
	size_t first = from + (size_t)page->offset, last = first + (size_t)page->limit;
	for (size_t i = first; i < to && i < last; i++)
		yente_graph_write_neighbour(graph, text, &graph->neighbours[i].thing);
	emit_close_array(text);
	emit_object(text, "total");
	emit_count(text, "value", to - from);
	emit_text(text, "relation", "eq");
	emit_close_object(text);
	emit_count(text, "limit", (uint64_t)page->limit);
	emit_count(text, "offset", (uint64_t)page->offset);
}

static size_t group_end(const struct yente_graph *graph, size_t from)
{
	size_t to = from;
	while (to < graph->count && strcmp(graph->neighbours[to].property, graph->neighbours[from].property) == 0)
		to++;
	return to;
}

static void write_adjacent(struct yente_graph *graph, struct text *text, const struct page *page)
{
	emit_object(text, NULL);
	emit_object(text, "entity");
	yente_entity_write(text, &graph->root, NULL);
	emit_close_object(text);
	emit_object(text, "adjacent");
	for (size_t i = 0, end; i < graph->count; i = end) {
		end = group_end(graph, i);
		emit_object(text, graph->neighbours[i].property);
		write_page(graph, text, i, end, page);
		emit_close_object(text);
	}
	emit_close_object(text);
	emit_close_object(text);
}

static int write_property(struct yente_graph *graph, struct http_reply *reply, const char *name,
                          const struct page *page)
{
	struct text *text = &reply->body;
	const struct model_property *property = yente_property(graph->root.entity.schema, name);
	if (property == NULL || property->type != MODEL_ENTITY)
		return yente_refuse(reply, 404, "No such property!");
	size_t from = 0;
	while (from < graph->count && strcmp(graph->neighbours[from].property, property->name) != 0)
		from++;
	emit_object(text, NULL);
	write_page(graph, text, from, from < graph->count ? group_end(graph, from) : from, page);
	emit_close_object(text);
	return JISR_OK;
}

static int adjacent(const struct lists *lists, const struct http_request *request, struct http_reply *reply,
                    const char *name)
{
	struct yente_graph graph;
	struct page page;
	const char *encoded = name != NULL ? yente_encode(name, request->arena) : "";
	const char *after = encoded == NULL
	                            ? NULL
	                            : arena_format(request->arena, "/adjacent%s%s", name != NULL ? "/" : "", encoded);
	if (after == NULL)
		return JISR_NO_MEMORY;
	int error = read_page(request, reply, &page);
	if (error == JISR_OK)
		error = find(lists, request, reply, after, &graph);
	if (error == JISR_OK)
		error = yente_graph_expand(&graph);
	if (error == JISR_OK)
		error = sort(request, reply, &graph);
	if (error != JISR_OK)
		return error;
	reply->status = 200;
	reply->type = "application/json";
	if (name != NULL)
		error = write_property(&graph, reply, name, &page);
	else
		write_adjacent(&graph, &reply->body, &page);
	return error != JISR_OK ? error : reply->body.error;
}

int yente_get_adjacent(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	return yente_done(reply, adjacent(held.lists, request, reply, NULL));
}

int yente_get_adjacent_property(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	return yente_done(reply, adjacent(held.lists, request, reply, request->variables[1]));
}
