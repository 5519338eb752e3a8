/* Lines are fed to libcsv one at a time: after each, either the record is complete, or a quoted field goes on, or the
 * line was empty. So a record knows its line, and a limit is checked while it grows.
 *
 * Invariants
 *   1. text holds the fields of the record under way, each with a 0 after it; starts[i] is where field i begins.
 *   2. Between records libcsv is in its state "row not begun" and text is empty. */
#include "base/csv.h"

#include "base/text.h"
#include "base/utf8.h"

#include <csv.h>
#include <string.h>

/* libcsv's pstate */
#define ROW_NOT_BEGUN 0
#define FIELD_BEGUN   2

struct csv_reader {
	struct input *input; /* owned */
	struct csv_parser parser;
	bool parser_ready;
	struct text text;
	size_t starts[CSV_MAX_FIELDS];
	const char *fields[CSV_MAX_FIELDS];
	size_t count;
	bool complete; /* the record under way has ended */
	const char *bad;
	struct text header_text;
	const char *header_fields[CSV_MAX_FIELDS];
	struct csv_row header;
};

static void on_field(void *bytes, size_t length, void *context)
{
	struct csv_reader *reader = context;
	if (reader->bad != NULL)
		return;
	if (reader->count >= CSV_MAX_FIELDS) {
		reader->bad = "more than 1,024 fields";
		return;
	}
	if (!utf8_valid(bytes, length, NULL))
		reader->bad = "bytes that are not UTF-8 (save the file as UTF-8)";
	else if (memchr(bytes, '\0', length) != NULL)
		reader->bad = "a 0 byte";
	reader->starts[reader->count++] = reader->text.length;
	(void)text_add(&reader->text, bytes, length);
	(void)text_add_char(&reader->text, '\0');
}

static void on_row(int end, void *context)
{
	(void)end;
	((struct csv_reader *)context)->complete = true;
}

static void *hook_resize(void *block, size_t size)
{
	return memory_resize(block, size, 1);
}

static void hook_free(void *block)
{
	(void)memory_free(block);
}

/* libcsv trims spaces around fields that are not in quotes; every byte of a line stays the caller's here except the
 * blanks that libcsv's own rule names. */
static char find_separator(const char *bytes, size_t length)
{
	size_t commas = 0, semicolons = 0, tabs = 0;
	bool quoted = false;
	for (size_t i = 0; i < length && (quoted || (bytes[i] != '\n' && bytes[i] != '\r')); i++) {
		if (bytes[i] == '"')
			quoted = !quoted;
		commas += !quoted && bytes[i] == ',';
		semicolons += !quoted && bytes[i] == ';';
		tabs += !quoted && bytes[i] == '\t';
	}
	if (tabs > commas && tabs > semicolons)
		return '\t';
	return semicolons > commas ? ';' : ',';
}

static void clear_row(struct csv_reader *reader)
{
	text_reset(&reader->text);
	reader->count = 0;
	reader->complete = false;
	reader->bad = NULL;
}

static int memory_problem(struct problem *problem)
{
	return problem_no_memory(problem);
}

/* libcsv's spaces for a file of tabs: a tab must not be trimmed away. */
static int only_space(unsigned char byte)
{
	return byte == ' ';
}

static int start_parser(struct csv_reader *reader, const struct csv_options *options, struct problem *problem)
{
	const char *bytes;
	size_t length;
	int error = input_peek(reader->input, 3, &bytes, &length, problem);
	if (error == JISR_OK && length == 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
		char mark[3];
		error = input_read(reader->input, mark, 3, &length, problem);
	}
	if (error != JISR_OK)
		return error;
	struct input_line line;
	for (unsigned i = 0; i < options->skip; i++) {
		error = input_line(reader->input, CSV_MAX_RECORD, &line, problem);
		if (error != JISR_OK)
			return error;
	}
	error = input_peek(reader->input, INPUT_MAX_PEEK, &bytes, &length, problem);
	if (error != JISR_OK)
		return error;
	char separator = options->separator != '\0' ? options->separator : find_separator(bytes, length);
	if (csv_init(&reader->parser, 0) != 0)
		return memory_problem(problem);
	reader->parser_ready = true;
	csv_set_delim(&reader->parser, (unsigned char)separator);
	csv_set_realloc_func(&reader->parser, hook_resize);
	csv_set_free_func(&reader->parser, hook_free);
	csv_set_blk_size(&reader->parser, 4096);
	if (separator == '\t')
		csv_set_space_func(&reader->parser, only_space);
	return JISR_OK;
}

/* Moves the record just read into the header's place. */
static int keep_header(struct csv_reader *reader, const struct csv_row *row, struct problem *problem)
{
	if (row->bad != NULL)
		return problem_set(problem, JISR_BAD_INPUT, "line %llu: the header has %s",
		                   (unsigned long long)row->line, row->bad);
	(void)text_add(&reader->header_text, reader->text.bytes, reader->text.length);
	if (reader->header_text.error != JISR_OK)
		return memory_problem(problem);
	for (size_t i = 0; i < row->count; i++)
		reader->header_fields[i] = reader->header_text.bytes + reader->starts[i];
	reader->header = *row;
	reader->header.fields = reader->header_fields;
	return JISR_OK;
}

int csv_reader_new(struct input *input, const struct csv_options *options, struct csv_reader **ret_reader,
                   struct problem *problem)
{
	struct csv_reader *reader = memory_zero(1, sizeof *reader);
	if (reader == NULL) {
		input_free(input);
		return memory_problem(problem);
	}
	reader->input = input;
	text_init(&reader->text, 2 * CSV_MAX_RECORD);
	text_init(&reader->header_text, 2 * CSV_MAX_RECORD);
	int error = start_parser(reader, options, problem);
	if (error == JISR_OK && options->header) {
		struct csv_row row;
		error = csv_reader_next(reader, &row, problem);
		if (error == JISR_OK)
			error = keep_header(reader, &row, problem);
	}
	if (error == JISR_NOT_FOUND)
		error = problem_set(problem, JISR_BAD_INPUT, "is empty");
	if (error != JISR_OK) {
		csv_reader_free(reader);
		return error;
	}
	*ret_reader = reader;
	return JISR_OK;
}

struct csv_reader *csv_reader_free(struct csv_reader *reader)
{
	if (reader == NULL)
		return NULL;
	if (reader->parser_ready)
		csv_free(&reader->parser);
	text_finish(&reader->text);
	text_finish(&reader->header_text);
	input_free(reader->input);
	return memory_free(reader);
}

/* Puts libcsv back to the beginning of a record. */
static void resynchronise(struct csv_reader *reader)
{
	reader->parser.pstate = ROW_NOT_BEGUN;
	reader->parser.quoted = 0;
	reader->parser.spaces = 0;
	reader->parser.entry_pos = 0;
}

/* The file has ended: closes the record under way. */
static int finish(struct csv_reader *reader, uint64_t first_line, struct problem *problem)
{
	if (reader->parser.pstate == FIELD_BEGUN && reader->parser.quoted)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "line %llu: the file ends inside a quoted field: it is cut off; get it again",
		                   (unsigned long long)first_line);
	if (csv_fini(&reader->parser, on_field, on_row, reader) != 0)
		return memory_problem(problem);
	return JISR_OK;
}

int csv_reader_next(struct csv_reader *reader, struct csv_row *ret_row, struct problem *problem)
{
	struct csv_row row = {0};
	struct input_line line;
	size_t fed = 0;
	clear_row(reader);
	while (!reader->complete) {
		int error = input_line(reader->input, CSV_MAX_RECORD, &line, problem);
		if (error == JISR_NOT_FOUND && row.line == 0)
			return JISR_NOT_FOUND;
		if (error == JISR_NOT_FOUND) {
			error = finish(reader, row.line, problem);
			if (error != JISR_OK)
				return error;
			row.cut = true;
			break;
		}
		if (error != JISR_OK)
			return error;
		if (row.line == 0)
			row.line = line.number;
		if (line.length == 1 && line.bytes[0] == 0x1A && fed == 0) {
			row.line = 0;
			continue;
		}
		fed += line.length + 1;
		if (line.too_long || fed > CSV_MAX_RECORD) {
			resynchronise(reader);
			reader->bad = "more than 1 MiB in one record (perhaps a quote that is never closed)";
			break;
		}
		/* the newline of an unterminated last line is not made up: finish() decides */
		size_t wanted = line.length + (line.terminated ? 1 : 0);
		size_t taken = csv_parse(&reader->parser, line.bytes, line.length, on_field, on_row, reader);
		if (taken == line.length && line.terminated)
			taken += csv_parse(&reader->parser, "\n", 1, on_field, on_row, reader);
		if (taken != wanted)
			return memory_problem(problem);
		if (!reader->complete && reader->parser.pstate == ROW_NOT_BEGUN) {
			row.line = 0; /* an empty line */
			fed = 0;
		}
	}
	if (reader->text.error == JISR_NO_MEMORY)
		return memory_problem(problem);
	row.bad = reader->bad;
	row.count = row.bad != NULL ? 0 : reader->count;
	for (size_t i = 0; i < row.count; i++)
		reader->fields[i] = reader->text.bytes + reader->starts[i];
	row.fields = reader->fields;
	*ret_row = row;
	return JISR_OK;
}

static bool skipped_in_names(char byte)
{
	return byte == ' ' || byte == '_' || byte == '-' || byte == '.';
}

static bool same_name(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (skipped_in_names(*a))
			a++;
		while (skipped_in_names(*b))
			b++;
		char left = *a >= 'A' && *a <= 'Z' ? (char)(*a | 0x20) : *a;
		char right = *b >= 'A' && *b <= 'Z' ? (char)(*b | 0x20) : *b;
		if (left != right)
			return false;
		if (left == '\0')
			return true;
	}
}

int csv_reader_column(const struct csv_reader *reader, const char *name)
{
	for (size_t i = 0; i < reader->header.count; i++)
		if (same_name(reader->header.fields[i], name))
			return (int)i;
	return -1;
}

const struct csv_row *csv_reader_header(const struct csv_reader *reader)
{
	return &reader->header;
}

uint64_t csv_reader_done(const struct csv_reader *reader)
{
	return input_done(reader->input);
}

const char *csv_row_field(const struct csv_row *row, int column)
{
	return column < 0 || (size_t)column >= row->count ? "" : row->fields[column];
}
