#include "cli/sheet.h"

#include <csv.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#define NONE (-1)

struct sheet {
	FILE *stream; /* not owned */
	const struct sheet_name *names;
	struct csv_parser parser;
	bool parser_ready;
	int meaning[SHEET_MAX_COLUMNS]; /* of each column of the file, NONE when unknown */
	int rank[SHEET_MAX_KNOWN];      /* of the name that won a caller's column; INT_MAX when there is none */
	size_t columns;
	bool header; /* the header is being read */
	uint64_t line, row_line, position;
	size_t row_bytes; /* since the last row ended */
	bool row_open;    /* the row has a byte */
	bool pending_cr;  /* a line feed after it belongs to the same line end */
	bool at_end;
	/* Of the row under way: */
	struct arena *arena;
	struct sheet_row row;
	bool complete; /* the row has ended */
	int error;
};

/* Letters and digits alone, small. */
static void fold(const char *text, size_t length, char *out, size_t size)
{
	size_t used = 0;
	for (size_t i = 0; i < length && used + 1 < size; i++)
		if (strchr(" _-.\t", text[i]) == NULL)
			out[used++] = (char)tolower((unsigned char)text[i]);
	out[used] = '\0';
}

static void take_heading(struct sheet *sheet, const char *text, size_t length)
{
	if (sheet->columns == SHEET_MAX_COLUMNS) {
		sheet->error = JISR_TOO_LARGE;
		return;
	}
	char folded[64], known[64];
	fold(text, length, folded, sizeof folded);
	size_t column = sheet->columns++;
	sheet->meaning[column] = NONE;
	for (int i = 0; sheet->names[i].name != NULL; i++) {
		int meaning = sheet->names[i].column;
		fold(sheet->names[i].name, strlen(sheet->names[i].name), known, sizeof known);
		if (strcmp(folded, known) != 0 || i >= sheet->rank[meaning])
			continue;
		for (size_t other = 0; other < column; other++) /* a better name of the same thing */
			if (sheet->meaning[other] == meaning)
				sheet->meaning[other] = NONE;
		sheet->meaning[column] = meaning;
		sheet->rank[meaning] = i;
	}
}

static void on_field(void *bytes, size_t length, void *context)
{
	struct sheet *sheet = context;
	const char *text = bytes != NULL ? bytes : "";
	if (sheet->error != JISR_OK)
		return;
	if (sheet->header) {
		take_heading(sheet, text, length);
		return;
	}
	size_t column = sheet->row.fields++;
	if (column >= sheet->columns || sheet->meaning[column] == NONE)
		return;
	char *copy = arena_text(sheet->arena, text, length);
	if (copy == NULL)
		sheet->error = JISR_NO_MEMORY;
	else
		sheet->row.values[sheet->meaning[column]] = copy;
}

static void on_row(int end, void *context)
{
	struct sheet *sheet = context;
	(void)end;
	sheet->complete = true;
}

/* Counts line ends: \n, \r\n and \r alone. */
static void count_line(struct sheet *sheet, int byte)
{
	if (byte == '\n' && sheet->pending_cr) {
		sheet->pending_cr = false;
		return;
	}
	sheet->pending_cr = byte == '\r';
	if (byte == '\n' || byte == '\r')
		sheet->line++;
}

/* Reads to the next line end, or a piece of a long line; the parser never sees more than one row at once. */
static size_t read_piece(struct sheet *sheet, char *piece, size_t size)
{
	size_t used = 0;
	while (used < size) {
		int byte = getc_unlocked(sheet->stream);
		if (byte == EOF) {
			sheet->at_end = true;
			break;
		}
		sheet->position++;
		if (!sheet->row_open && byte != '\n' && byte != '\r') {
			sheet->row_open = true;
			sheet->row_line = sheet->line;
		}
		count_line(sheet, byte);
		piece[used++] = (char)byte;
		if (byte == '\n' || byte == '\r')
			break;
	}
	return used;
}

static void choose_delimiter(struct sheet *sheet, const char *piece, size_t length)
{
	static const char candidates[] = {',', ';', '\t'};
	size_t best = 0;
	for (size_t i = 0; i < sizeof candidates; i++) {
		size_t count = 0;
		for (size_t j = 0; j < length; j++)
			count += piece[j] == candidates[i];
		if (count > best) {
			best = count;
			csv_set_delim(&sheet->parser, (unsigned char)candidates[i]);
		}
	}
}

static int read_row(struct sheet *sheet, struct problem *problem)
{
	char piece[4096];
	sheet->complete = false;
	sheet->row = (struct sheet_row){0};
	sheet->row_bytes = 0;
	sheet->row_open = false;
	bool first = sheet->header;
	while (!sheet->complete && !sheet->at_end) {
		size_t length = read_piece(sheet, piece, sizeof piece);
		const char *bytes = piece;
		if (first && length >= 3 && memcmp(piece, "\xEF\xBB\xBF", 3) == 0) {
			bytes += 3;
			length -= 3;
		}
		if (memchr(bytes, '\0', length) != NULL)
			return problem_set(problem, JISR_BAD_INPUT, "line %llu holds a zero byte: this is no CSV text",
			                   (unsigned long long)sheet->row_line);
		if (first)
			choose_delimiter(sheet, bytes, length);
		first = false;
		sheet->row_bytes += length;
		if (sheet->row_bytes > SHEET_ROW_MAX)
			return problem_set(
				problem, JISR_TOO_LARGE,
				"the row that begins in line %llu is too long: does a quotation mark not end?",
				(unsigned long long)sheet->row_line);
		if (csv_parse(&sheet->parser, bytes, length, on_field, on_row, sheet) != length)
			return problem_set(problem,
			                   csv_error(&sheet->parser) == CSV_ENOMEM ? JISR_NO_MEMORY : JISR_BAD_INPUT,
			                   "line %llu: %s", (unsigned long long)sheet->row_line,
			                   csv_strerror(csv_error(&sheet->parser)));
	}
	if (ferror(sheet->stream))
		return problem_set(problem, JISR_IO, "line %llu: %s", (unsigned long long)sheet->line, strerror(errno));
	if (!sheet->complete) {
		/* Strict only here: a stray quotation mark inside a field is common, one that never ends has eaten
		 * rows. */
		csv_set_opts(&sheet->parser, CSV_APPEND_NULL | CSV_STRICT | CSV_STRICT_FINI);
		if (csv_fini(&sheet->parser, on_field, on_row, sheet) != 0)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "line %llu: a quotation mark opens in this row and does not end",
			                   (unsigned long long)sheet->row_line);
	}
	if (sheet->error != JISR_OK)
		return problem_set(problem, sheet->error, "line %llu: %s", (unsigned long long)sheet->row_line,
		                   sheet->error == JISR_TOO_LARGE ? "too many columns" : error_text(sheet->error));
	return sheet->complete ? JISR_OK : JISR_NOT_FOUND;
}

int sheet_new(FILE *stream, const struct sheet_name *names, struct sheet **ret_sheet, struct problem *problem)
{
	CLEANUP(sheet_freep) struct sheet *sheet = memory_zero(1, sizeof *sheet);
	if (sheet == NULL)
		return JISR_NO_MEMORY;
	sheet->stream = stream;
	sheet->names = names;
	sheet->line = 1;
	sheet->header = true;
	for (size_t i = 0; i < SHEET_MAX_KNOWN; i++)
		sheet->rank[i] = INT_MAX;
	if (csv_init(&sheet->parser, CSV_APPEND_NULL) != 0)
		return JISR_NO_MEMORY;
	csv_set_blk_size(&sheet->parser, 64 * 1024); /* its 128 bytes make a long field quadratic */
	sheet->parser_ready = true;
	int error = read_row(sheet, problem);
	if (error == JISR_NOT_FOUND)
		error = problem_set(problem, JISR_BAD_INPUT, "it is empty");
	if (error != JISR_OK)
		return error;
	sheet->header = false;
	*ret_sheet = sheet;
	sheet = NULL;
	return JISR_OK;
}

struct sheet *sheet_free(struct sheet *sheet)
{
	if (sheet == NULL)
		return NULL;
	if (sheet->parser_ready)
		csv_free(&sheet->parser);
	return memory_free(sheet);
}

bool sheet_has(const struct sheet *sheet, int column)
{
	return sheet->rank[column] != INT_MAX;
}

uint64_t sheet_position(const struct sheet *sheet)
{
	return sheet->position;
}

int sheet_next(struct sheet *sheet, struct arena *arena, struct sheet_row *ret_row, struct problem *problem)
{
	sheet->arena = arena;
	int error = read_row(sheet, problem);
	if (error != JISR_OK)
		return error;
	sheet->row.line = sheet->row_line;
	*ret_row = sheet->row;
	return JISR_OK;
}
