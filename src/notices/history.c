#include "notices/history.h"

#include "base/emit.h"
#include "base/json.h"

int history_keep(struct store_write *write, const char *into, const struct entry *entry, const char *id,
                 const char *step, const char *detail, struct problem *problem)
{
	const char *text = json_get_text(entry->body, "text");
	struct sql_query query = sql_query(store_write_sql(write), into);
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_text(&query, 2, id);
	sql_bind_text(&query, 3, step);
	sql_bind_text(&query, 4, entry->header.at);
	sql_bind_text(&query, 5, entry->header.author);
	sql_bind_text(&query, 6, entry->header.officer);
	sql_bind_text(&query, 7, text != NULL ? text : "");
	sql_bind_text(&query, 8, detail);
	return sql_run(&query, problem);
}

int history_rows(struct sql_query *query, bool detail, history_each each, void *context, bool *ret_any,
                 struct problem *problem)
{
	bool any = false, more = true;
	while (more && sql_next(query)) {
		const struct history_event event = {.step = sql_text(query, 0),
		                                    .at = sql_text(query, 1),
		                                    .office = sql_text(query, 2),
		                                    .officer = sql_text(query, 3),
		                                    .text = sql_text(query, 4),
		                                    .sequence = (uint64_t)sql_number(query, 5),
		                                    .detail = detail ? sql_text(query, 6) : NULL};
		any = true;
		more = each(context, &event);
	}
	*ret_any = any;
	return sql_done(query, problem);
}

void history_emit_open(struct text *text, const struct history_event *event)
{
	emit_object(text, NULL);
	emit_count(text, "sequence", event->sequence);
	emit_text(text, "step", event->step);
	emit_text(text, "at", event->at);
	emit_text(text, "office", event->office);
	emit_text(text, "officer", event->officer);
	emit_text(text, "text", event->text);
}

bool history_emit(void *context, const struct history_event *event)
{
	struct text *text = context;
	history_emit_open(text, event);
	if (event->detail != NULL)
		emit_text(text, "detail", event->detail);
	emit_close_object(text);
	return text->error == JISR_OK;
}
