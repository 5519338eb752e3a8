/* One entity as a small page that OpenRefine shows beside a candidate or opens on a click. Everything on it comes from a
 * list and is escaped; the page has no script, loads nothing and sends nothing, so any site may show it in a frame. */
#include "web/reconcile.h"

#include "watch/entity.h"
#include "web/yente_graph.h"

#include <string.h>

#define VALUES_SHOWN 8 /* of one property */

static void add_escaped(struct text *text, const char *value, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		switch (value[i]) {
		case '&': (void)text_add_string(text, "&amp;"); break;
		case '<': (void)text_add_string(text, "&lt;"); break;
		case '>': (void)text_add_string(text, "&gt;"); break;
		case '"': (void)text_add_string(text, "&quot;"); break;
		case '\'': (void)text_add_string(text, "&#39;"); break;
		default: (void)text_add_char(text, value[i]);
		}
	}
}

static void add_text(struct text *text, const char *value)
{
	add_escaped(text, value, strlen(value));
}

struct cell {
	struct text *text;
	enum model_type type;
	size_t count;
	struct arena *arena;
};

static bool add_value(void *context, const char *value, size_t length)
{
	struct cell *cell = context;
	if (cell->count++ >= VALUES_SHOWN)
		return true;
	const char *copy = arena_text(cell->arena, value, length);
	(void)text_add_string(cell->text, "<div dir=\"auto\">");
	if (copy != NULL)
		add_text(cell->text, reconcile_caption(cell->type, copy));
	(void)text_add_string(cell->text, "</div>");
	return true;
}

static void add_row(struct text *text, const struct yente_thing *thing, const struct model_property_label *label,
                    struct arena *arena)
{
	const struct model_property *property = model_property(thing->entity.schema, label->name);
	char key[160];
	if (property == NULL || entity_get(&thing->entity, label->name) == NULL)
		return;
	(void)snprintf(key, sizeof key, "properties.%s", label->name);
	struct yente_field field = yente_field(key);
	struct cell cell = {.text = text, .type = (enum model_type)property->type, .arena = arena};
	(void)text_add_string(text, "<tr><th>");
	add_text(text, label->label);
	(void)text_add_string(text, "</th><td>");
	(void)yente_field_each(&field, thing, add_value, &cell);
	if (cell.count > VALUES_SHOWN)
		(void)text_add_format(text, "<div>and %zu more</div>", cell.count - VALUES_SHOWN);
	(void)text_add_string(text, "</td></tr>\n");
}

static void write_page(struct text *text, const struct yente_thing *thing, struct arena *arena)
{
	const struct entity *entity = &thing->entity;
	const struct model_schema_label *schema = reconcile_schema(entity->schema);
	(void)text_add_string(text, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
	add_text(text, entity->caption);
	(void)text_add_string(text,
	                      "</title><style>body{font:14px sans-serif;margin:12px}h1{font-size:18px;margin:0 0 4px}"
	                      "p{margin:0 0 8px;color:#444}th{text-align:left;vertical-align:top;font-weight:normal;"
	                      "color:#444;padding:2px 12px 2px 0;white-space:nowrap}td{padding:2px 0}</style></head>"
	                      "<body><h1 dir=\"auto\">");
	add_text(text, entity->caption);
	(void)text_add_string(text, "</h1><p>");
	add_text(text, schema != NULL ? schema->label : entity->schema);
	(void)text_add_string(text, " on the list ");
	add_text(text, thing->list->name);
	(void)text_add_string(text, ", id ");
	add_text(text, entity->id);
	(void)text_add_string(text, "</p><table>\n");
	for (const struct model_property_label *label = model_property_labels; label->name != NULL; label++)
		if (model_is_a(entity->schema, label->schema))
			add_row(text, thing, label, arena);
	(void)text_add_string(text, "</table></body></html>\n");
}

int reconcile_get_page(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	struct yente_graph graph;
	enum yente_found found;
	const char *id = request->variables[1], *canonical;
	int error = yente_graph_find(held.lists, id, request->arena, &graph, &found, &canonical);
	if (error == JISR_OK && found == YENTE_FOUND_MERGED)
		error = yente_graph_find(held.lists, canonical, request->arena, &graph, &found, &canonical);
	if (error != JISR_OK)
		return error;
	if (found != YENTE_FOUND_ENTITY)
		return yente_done(reply, yente_refuse(reply, 404, "No such entity!"));
	error = http_reply_header(reply, "Content-Security-Policy",
	                          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *");
	if (error != JISR_OK)
		return error;
	reply->status = 200;
	reply->type = "text/html; charset=utf-8";
	write_page(&reply->body, &graph.root, request->arena);
	return reply->body.error;
}
