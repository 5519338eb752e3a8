#include "store/entry_emit.h"

#include "base/emit.h"

static void emit_audience(struct text *text, const struct entry_audience *audience)
{
	if (audience->kind == AUDIENCE_ALL) {
		emit_text(text, "audience", "*");
		return;
	}
	emit_object(text, "audience");
	emit_array(text, audience->kind == AUDIENCE_ONLY ? "only" : "except");
	for (size_t i = 0; i < audience->count; i++)
		emit_text(text, NULL, audience->offices[i]);
	emit_close_array(text);
	emit_close_object(text);
}

void entry_emit(struct text *text, const char *key, const struct entry *entry, bool with_body)
{
	emit_object(text, key);
	emit_count(text, "sequence", entry->sequence);
	emit_text(text, "at", entry->header.at);
	emit_text(text, "author", entry->header.author);
	emit_text(text, "officer", entry->header.officer);
	emit_text(text, "kind", entry->header.kind);
	emit_text(text, "subject", entry->header.subject);
	emit_count(text, "previous", entry->header.previous);
	emit_audience(text, &entry->header.audience);
	if (with_body && entry->body_bytes != NULL)
		emit_raw(text, "body", entry->body_bytes, entry->body_length);
	else if (with_body)
		emit_null(text, "body");
	emit_close_object(text);
}
