#include "message/message_emit.h"

#include "base/emit.h"
#include "base/json.h"

static void emit_said(struct text *text, const char *key, const char *said)
{
	emit_text(text, key, said[0] != '\0' ? said : NULL);
}

void message_emit(struct text *text, const struct message *message)
{
	emit_object(text, NULL);
	emit_text(text, "id", message->id);
	emit_text(text, "thread", message->thread);
	emit_said(text, "reply_to", message->reply_to);
	emit_text(text, "from", message->sender);
	emit_said(text, "officer", message->officer);
	emit_text(text, "at", message->at);
	emit_text(text, "urgency", message->urgency);
	emit_count(text, "files", message->files);
	emit_count(text, "bytes", message->bytes);
	emit_count(text, "readers", message->readers);
	emit_bool(text, "unread", message->unread);
	emit_count(text, "sequence", message->sequence);
}

void message_emit_line(struct text *text, struct store *store, struct log *log, const struct caller *caller,
                       const struct message *message)
{
	CLEANUP(json_freep) cJSON *content = NULL;
	struct problem problem = {""};
	message_emit(text, message);
	int error = message_content(store, log, caller, message, &content, &problem);
	emit_text(text, "subject", json_get_text(content, "subject"));
	emit_text(text, "sealed", error ? problem.text : NULL);
	emit_close_object(text);
}

static bool emit_reader(void *context, const struct message_reader *reader)
{
	struct text *text = context;
	emit_object(text, NULL);
	emit_text(text, "office", reader->office);
	emit_text(text, "key", reader->key);
	emit_said(text, "stored", reader->stored);
	emit_said(text, "read", reader->read);
	emit_said(text, "officer", reader->officer);
	emit_said(text, "refused", reader->refused);
	emit_said(text, "reason", reader->reason);
	emit_close_object(text);
	return text->error == JISR_OK;
}

int message_emit_readers(struct text *text, struct sql *sql, const struct caller *caller, const struct message *message,
                         struct problem *problem)
{
	emit_array(text, "to");
	int error = message_readers(sql, caller, message, emit_reader, text, problem);
	emit_close_array(text);
	return error;
}

static void emit_word(struct text *text, const struct content_word *word)
{
	emit_object(text, NULL);
	emit_text(text, "code", word->code);
	emit_object(text, "words");
	for (size_t i = 0; i < LANGUAGE_COUNT; i++)
		emit_text(text, language_codes[i], word->words[i]);
	emit_close_object(text);
}

static void emit_words(struct text *text, const char *key, const struct content_word *words, size_t count)
{
	emit_array(text, key);
	for (size_t i = 0; i < count; i++) {
		emit_word(text, &words[i]);
		emit_close_object(text);
	}
	emit_close_array(text);
}

void message_emit_forms(struct text *text)
{
	static const char *const kinds[] = {"text", "long", "day", "country", "number"};
	emit_object(text, NULL);
	emit_words(text, "urgencies", content_urgencies, content_urgency_count);
	emit_words(text, "handling", content_handlings, content_handling_count);
	emit_words(text, "tlp", content_tlps, content_tlp_count);
	emit_words(text, "sources", content_sources, content_source_count);
	emit_words(text, "information", content_informations, content_information_count);
	emit_array(text, "forms");
	for (size_t i = 0; i < content_form_count; i++) {
		emit_word(text, &content_forms[i].word);
		emit_array(text, "fields");
		for (size_t n = 0; n < content_forms[i].field_count; n++) {
			const struct content_field *field = &content_forms[i].fields[n];
			emit_word(text, &field->word);
			emit_text(text, "kind", kinds[field->kind]);
			emit_bool(text, "needed", field->needed);
			emit_close_object(text);
		}
		emit_close_array(text);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_close_object(text);
}
