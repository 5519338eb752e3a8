/* libxml2 reads through a call-back from our input, so gzip and zstd come for free. Its own limits stay on (10 MB a
 * text, depth 256, no amplification of entities), and a document type is refused. A record's subtree is built, handed
 * over and freed before the next one. */
#include "lists/xml.h"

#include <libxml/xmlreader.h>
#include <string.h>

/* Most bytes of one record; its tree takes up to 30 times as much (the longest of the UN has 30 KB). */
#define XML_MAX_RECORD ((size_t)8 << 20)

struct source {
	struct reading *reading;
	struct input *input;
	int error;       /* of reading bytes; the problem is set */
	char wrong[256]; /* libxml2's first message */
	int line;
	size_t record; /* bytes taken since the last element outside a record */
};

static int on_read(void *context, char *bytes, int size)
{
	struct source *source = context;
	size_t length = 0;
	if (source->error != JISR_OK)
		return -1;
	if (source->record > XML_MAX_RECORD) {
		source->error = problem_set(source->reading->problem, JISR_TOO_LARGE,
		                            "one record takes more than %zu MiB", XML_MAX_RECORD >> 20);
		return -1;
	}
	source->error = input_read(source->input, bytes, (size_t)size, &length, source->reading->problem);
	source->record += length;
	return source->error == JISR_OK ? (int)length : -1;
}

static int on_close(void *context)
{
	(void)context;
	return 0;
}

static void on_error(void *context, xmlErrorPtr error)
{
	struct source *source = context;
	if (source->wrong[0] != '\0' || error->level == XML_ERR_WARNING)
		return;
	(void)snprintf(source->wrong, sizeof source->wrong, "%s", error->message == NULL ? "" : error->message);
	source->wrong[strcspn(source->wrong, "\r\n")] = '\0';
	source->line = error->line;
}

static bool is_element(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static bool is_record(const char *name, const char *const *records)
{
	for (; *records != NULL; records++)
		if (strcmp(*records, name) == 0)
			return true;
	return false;
}

static int fail_xml(struct source *source)
{
	if (source->error != JISR_OK)
		return reading_fail_again(source->reading, source->error);
	return reading_fail(source->reading, JISR_BAD_INPUT, source->line > 0 ? (uint64_t)source->line : 0,
	                    "the XML is cut off or damaged (%s); get the file again; nothing was changed",
	                    source->wrong[0] == '\0' ? "it ends too early" : source->wrong);
}

static int walk(struct source *source, xmlTextReader *reader, const char *const *records, xml_root *root,
                xml_record *record, void *context)
{
	bool rooted = false;
	int more = xmlTextReaderRead(reader);
	while (more == 1) {
		source->record = 0;
		int type = xmlTextReaderNodeType(reader);
		if (type == XML_READER_TYPE_DOCUMENT_TYPE)
			return reading_fail(source->reading, JISR_BAD_INPUT, 0,
			                    "has a document type, which no list has");
		if (type != XML_READER_TYPE_ELEMENT) {
			more = xmlTextReaderRead(reader);
			continue;
		}
		const char *name = (const char *)xmlTextReaderConstLocalName(reader);
		uint64_t line = (uint64_t)xmlTextReaderGetParserLineNumber(reader);
		int error = JISR_OK;
		if (!rooted) {
			rooted = true;
			reading_next(source->reading);
			error = root == NULL ? JISR_OK : root(context, xmlTextReaderCurrentNode(reader));
			more = error == JISR_OK ? xmlTextReaderRead(reader) : -1;
		} else if (name != NULL && is_record(name, records)) {
			const xmlNode *node = xmlTextReaderExpand(reader);
			if (node == NULL)
				return fail_xml(source);
			reading_next(source->reading);
			error = record(context, node, line);
			more = error == JISR_OK ? xmlTextReaderNext(reader) : -1;
		} else {
			more = xmlTextReaderRead(reader);
		}
		if (error != JISR_OK)
			return error;
	}
	return more == 0 && source->wrong[0] == '\0' ? JISR_OK : fail_xml(source);
}

int xml_read(struct reading *reading, struct input *input, const char *const *records, xml_root *root,
             xml_record *record, void *context)
{
	struct source source = {.reading = reading, .input = input};
	xmlTextReader *reader = xmlReaderForIO(on_read, on_close, &source, NULL, NULL,
	                                       XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
	int error;
	reading->input = input;
	if (reader == NULL) {
		error = source.error != JISR_OK ? reading_fail_again(reading, source.error)
		                                : reading_fail(reading, JISR_NO_MEMORY, 0, "out of memory");
	} else {
		xmlTextReaderSetStructuredErrorHandler(reader, on_error, &source);
		error = walk(&source, reader, records, root, record, context);
		xmlFreeTextReader(reader);
	}
	reading->input = NULL;
	input_free(input);
	return error;
}

const xmlNode *xml_child(const xmlNode *node, const char *name)
{
	for (const xmlNode *child = node == NULL ? NULL : node->children; child != NULL; child = child->next)
		if (is_element(child, name))
			return child;
	return NULL;
}

const xmlNode *xml_next(const xmlNode *node)
{
	for (const xmlNode *next = node->next; next != NULL; next = next->next)
		if (is_element(next, (const char *)node->name))
			return next;
	return NULL;
}

const char *xml_text(const xmlNode *node, struct arena *arena)
{
	size_t length = 0;
	for (const xmlNode *piece = node == NULL ? NULL : node->children; piece != NULL; piece = piece->next)
		if (piece->content != NULL && (piece->type == XML_TEXT_NODE || piece->type == XML_CDATA_SECTION_NODE))
			length += strlen((const char *)piece->content);
	if (length == 0)
		return "";
	char *text = arena_alloc(arena, length + 1);
	if (text == NULL)
		return NULL;
	size_t at = 0;
	for (const xmlNode *piece = node->children; piece != NULL; piece = piece->next) {
		if (piece->content == NULL || (piece->type != XML_TEXT_NODE && piece->type != XML_CDATA_SECTION_NODE))
			continue;
		size_t size = strlen((const char *)piece->content);
		memcpy(text + at, piece->content, size);
		at += size;
	}
	while (at > 0 && (unsigned char)text[at - 1] <= ' ')
		at--;
	text[at] = '\0';
	while (*text != '\0' && (unsigned char)*text <= ' ')
		text++;
	return text;
}

const char *xml_child_text(const xmlNode *node, const char *name, struct arena *arena)
{
	const xmlNode *child = xml_child(node, name);
	return child == NULL ? "" : xml_text(child, arena);
}

const char *xml_attribute(const xmlNode *node, const char *name, struct arena *arena)
{
	for (const xmlAttr *attribute = node == NULL ? NULL : node->properties; attribute != NULL;
	     attribute = attribute->next)
		if (strcmp((const char *)attribute->name, name) == 0)
			return xml_text((const xmlNode *)attribute, arena);
	return "";
}
