#include "web/markup.h"

#include <string.h>

static void add_escaped(struct text *text, const char *value)
{
	for (const char *at = value; *at != '\0'; at++) {
		switch (*at) {
		case '&': (void)text_add_string(text, "&amp;"); break;
		case '<': (void)text_add_string(text, "&lt;"); break;
		case '>': (void)text_add_string(text, "&gt;"); break;
		case '"': (void)text_add_string(text, "&quot;"); break;
		case '\'': (void)text_add_string(text, "&#39;"); break;
		default:
			/* No control character but tab and line break stands in a document. */
			if ((unsigned char)*at >= 0x20 || *at == '\t' || *at == '\n')
				(void)text_add_char(text, *at);
		}
	}
}

static void end_tag(struct markup *markup)
{
	if (markup->in_tag)
		(void)text_add_char(markup->text, '>');
	markup->in_tag = false;
}

void markup_begin(struct markup *markup, struct text *text)
{
	*markup = (struct markup){.text = text};
	(void)text_add_string(text, "<!doctype html>\n");
}

void markup_void(struct markup *markup, const char *element)
{
	end_tag(markup);
	(void)text_add_format(markup->text, "<%s", element);
	markup->in_tag = true;
}

void markup_open(struct markup *markup, const char *element)
{
	if (markup->depth == MARKUP_MAX_DEPTH) {
		markup->text->error = JISR_TOO_LARGE;
		return;
	}
	markup_void(markup, element);
	markup->open[markup->depth++] = element;
}

void markup_close(struct markup *markup)
{
	end_tag(markup);
	if (markup->depth > 0)
		(void)text_add_format(markup->text, "</%s>", markup->open[--markup->depth]);
}

void markup_attribute(struct markup *markup, const char *name, const char *value)
{
	if (!markup->in_tag)
		return;
	(void)text_add_format(markup->text, " %s=\"", name);
	add_escaped(markup->text, value);
	(void)text_add_char(markup->text, '"');
}

void markup_text(struct markup *markup, const char *value)
{
	end_tag(markup);
	add_escaped(markup->text, value);
}

void markup_leaf(struct markup *markup, const char *element, const char *look, const char *value)
{
	markup_open(markup, element);
	if (look != NULL)
		markup_attribute(markup, "class", look);
	markup_text(markup, value);
	markup_close(markup);
}

void markup_end(struct markup *markup)
{
	while (markup->depth > 0)
		markup_close(markup);
	end_tag(markup);
}
