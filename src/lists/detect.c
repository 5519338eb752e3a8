/* XML is told by its root element, JSON by the names in its first object, CSV by its header or by the shape of its
 * first record: nothing is taken from the file's name. */
#include "lists/detect.h"

#include "base/csv.h"
#include "base/digits.h"
#include "lists/plain_csv.h"

#include <string.h>
#include <strings.h>

#define OFAC_MAX_NUMBER 12 /* digits of a record's number */

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && (unsigned char)*at <= ' ')
		at++;
	return at;
}

static const char *find(const char *at, const char *end, const char *what)
{
	return at == NULL || at >= end ? NULL : memmem(at, (size_t)(end - at), what, strlen(what));
}

/* Moves to the name of the root element, past declaration, comments and processing instructions. */
static const char *root_element(const char *at, const char *end)
{
	for (;;) {
		at = skip_space(at, end);
		if (end - at < 4 || *at != '<')
			return NULL;
		const char *close;
		if (memcmp(at, "<!--", 4) == 0)
			close = find(at, end, "-->");
		else if (at[1] == '?')
			close = find(at, end, "?>");
		else if (at[1] == '!')
			close = find(at, end, ">");
		else
			return at + 1;
		if (close == NULL)
			return NULL;
		at = memchr(close, '>', (size_t)(end - close))
		             ? (const char *)memchr(close, '>', (size_t)(end - close)) + 1
		             : end;
	}
}

static bool is_name(const char *at, const char *end, const char *name)
{
	size_t length = strlen(name);
	return (size_t)(end - at) > length && memcmp(at, name, length) == 0 &&
	       ((unsigned char)at[length] <= ' ' || at[length] == '>' || at[length] == '/');
}

static void detect_xml(const char *at, const char *end, struct detected *found)
{
	const char *root = root_element(at, end);
	found->instead = "XML of a kind that is not read";
	const char *type = find(at, root == NULL ? end : root, "<!DOCTYPE");
	if (type != NULL || root == NULL) {
		if (type != NULL && strncasecmp(type + 9, " html", 5) != 0)
			found->instead = "XML with a document type, which no list has";
		else if (type != NULL)
			found->instead = "a web page, perhaps an error message; download the list itself";
		return;
	}
	const char *name_end = root;
	while (name_end < end && (unsigned char)*name_end > ' ' && *name_end != '>' && *name_end != ':')
		name_end++;
	if (name_end < end && *name_end == ':')
		root = name_end + 1;
	if (is_name(root, end, "CONSOLIDATED_LIST"))
		found->format = LIST_UN_XML;
	else if (is_name(root, end, "sdnList"))
		found->format = LIST_OFAC_XML;
	else if (is_name(root, end, "export"))
		found->format = LIST_EU_XML;
	else if (is_name(root, end, "Sanctions"))
		found->instead = "OFAC's advanced XML; use sdn.xml or sdn.csv with alt.csv and add.csv";
	else if ((size_t)(end - root) > 5 && strncasecmp(root, "html", 4) == 0)
		found->instead = "a web page, perhaps an error message; download the list itself";
}

/* The names of the first object's members, as bits. */
enum { HAS_OP = 1, HAS_ENTITY = 2, HAS_SCHEMA = 4, HAS_PROPERTIES = 8, HAS_NOTICE = 16, HAS_PAGE = 32 };

static unsigned name_bit(const char *name, size_t length)
{
	static const struct {
		const char *name;
		unsigned bit;
	} names[] = {{"op", HAS_OP},
	             {"entity", HAS_ENTITY},
	             {"schema", HAS_SCHEMA},
	             {"properties", HAS_PROPERTIES},
	             {"entity_id", HAS_NOTICE},
	             {"_embedded", HAS_PAGE},
	             {"forename", HAS_NOTICE}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i].name) == length && memcmp(names[i].name, name, length) == 0)
			return names[i].bit;
	return 0;
}

/* Strings are skipped as a whole; a string before a colon at depth 1 of the first object is a name. */
static unsigned first_object_names(const char *at, const char *end)
{
	unsigned bits = 0;
	int depth = 0; /* within the first object; 0: not yet in it */
	for (; at < end; at++) {
		if (*at == '"') {
			const char *start = ++at;
			while (at < end && *at != '"')
				at += *at == '\\' ? 2 : 1;
			if (at >= end)
				return bits;
			const char *next = skip_space(at + 1, end);
			if (depth == 1 && next < end && *next == ':')
				bits |= name_bit(start, (size_t)(at - start));
		} else if (*at == '{' || (*at == '[' && depth > 0)) {
			depth++;
		} else if ((*at == '}' || *at == ']') && depth > 0 && --depth == 0) {
			return bits;
		}
	}
	return bits;
}

static void detect_json(const char *at, const char *end, struct detected *found)
{
	unsigned bits = first_object_names(at, end);
	if ((bits & HAS_NOTICE) || ((bits & HAS_PAGE) && !(bits & HAS_SCHEMA)))
		found->format = LIST_INTERPOL_JSON;
	else if (*at == '[')
		found->instead = (bits & HAS_SCHEMA) ? "a JSON array of entities; write one entity a line (jq -c '.[]')"
		                                     : "JSON of a kind that is not read";
	else if (bits & HAS_OP)
		found->format = LIST_FTM_DELTA;
	else if (bits & HAS_SCHEMA)
		found->format = LIST_FTM;
	else
		found->instead = "JSON of a kind that is not read";
}

static enum ofac_file ofac_file_of(const struct csv_row *row)
{
	if (row->count < 5 || !digits_only(row->fields[0], OFAC_MAX_NUMBER))
		return OFAC_NONE;
	if (row->count == 12 && !digits_only(row->fields[1], OFAC_MAX_NUMBER) && strcmp(row->fields[11], "") != 0)
		return OFAC_SDN;
	if (!digits_only(row->fields[1], OFAC_MAX_NUMBER))
		return OFAC_NONE;
	const char *kind = row->fields[2];
	if (row->count == 5 && (strcmp(kind, "aka") == 0 || strcmp(kind, "fka") == 0 || strcmp(kind, "nka") == 0))
		return OFAC_ALT;
	return row->count == 6 ? OFAC_ADD : OFAC_NONE;
}

/* The second record, for a first line that says only when the list was made. */
static bool has_uk_header(const char *at, const char *end)
{
	for (int line = 0; line < 2 && at < end; line++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline == NULL ? end : newline;
		if (find(at, stop, "Name 6") != NULL && find(at, stop, "Group ID") != NULL)
			return true;
		at = stop + 1;
	}
	return false;
}

static int detect_csv(const char *at, const char *end, struct detected *found)
{
	if (has_uk_header(at, end)) {
		found->format = LIST_UK_CSV;
		return JISR_OK;
	}
	struct input *input = NULL;
	CLEANUP(csv_reader_freep) struct csv_reader *reader = NULL;
	int error = input_open_bytes(at, (size_t)(end - at), &input, NULL);
	if (error != JISR_OK)
		return error;
	error = csv_reader_new(input, &(struct csv_options){.header = true}, &reader, NULL);
	if (error == JISR_NO_MEMORY)
		return error;
	if (error != JISR_OK) {
		found->instead = "text whose first line cannot be read as CSV";
		return JISR_OK;
	}
	const struct csv_row *first = csv_reader_header(reader);
	found->ofac = ofac_file_of(first);
	if (found->ofac != OFAC_NONE)
		found->format = LIST_OFAC_CSV;
	else if (plain_csv_accepts(reader))
		found->format = LIST_CSV;
	else
		found->instead = "text or CSV without a column that is known for names or documents";
	return JISR_OK;
}

int detect_format(const char *bytes, size_t length, struct detected *ret_detected)
{
	struct detected found = {.format = LIST_UNKNOWN};
	const char *end = bytes + length;
	int error = JISR_OK;
	if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
		bytes += 3;
	const char *at = skip_space(bytes, end);
	if (at == end)
		found.instead = "empty";
	else if (length >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
		found.instead = "UTF-16 text; save it as UTF-8";
	else if (memchr(at, '\0', (size_t)(end - at)) != NULL)
		found.instead = "binary data";
	else if (*at == '<')
		detect_xml(at, end, &found);
	else if (*at == '{' || *at == '[')
		detect_json(at, end, &found);
	else
		error = detect_csv(at, end, &found);
	if (error == JISR_OK)
		*ret_detected = found;
	return error;
}
