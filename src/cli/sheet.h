/* A CSV file whose first row names its columns, read row by row with libcsv. Comma, semicolon or tab, as the header has
 * it; a byte order mark is ignored. Memory does not grow with the file. */
#ifndef JISR_CLI_SHEET_H
#define JISR_CLI_SHEET_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SHEET_MAX_COLUMNS 1000              /* of the file */
#define SHEET_MAX_KNOWN   16                /* that the caller knows */
#define SHEET_ROW_MAX     (8 * 1024 * 1024) /* bytes of one row: more is a quote that never ends */

/* A name of a column, compared without case, spaces, '_', '-' and '.'; `column` is the caller's number below
 * SHEET_MAX_KNOWN. The table ends with a NULL name. Where several columns of a file mean the same, the one whose name
 * stands first in the table is taken. */
struct sheet_name {
	const char *name;
	int column;
};

struct sheet_row {
	uint64_t line;                       /* 1-based, where the row begins */
	const char *values[SHEET_MAX_KNOWN]; /* NULL: the file has no such column or the row ends before it */
	size_t fields;
};

struct sheet;

/* Reads the header. The stream stays the caller's. JISR_BAD_INPUT when it is empty or binary. */
int sheet_new(FILE *stream, const struct sheet_name *names, struct sheet **ret_sheet, struct problem *problem);
struct sheet *sheet_free(struct sheet *sheet);
MEMORY_DEFINE_FREEP(struct sheet, sheet_free)

/* Which of the caller's columns the file has. */
bool sheet_has(const struct sheet *sheet, int column);

/* Bytes read so far. */
uint64_t sheet_position(const struct sheet *sheet);

/* The next row that is not empty, its values in the arena. 0, JISR_NOT_FOUND at the end, JISR_BAD_INPUT,
 * JISR_TOO_LARGE, JISR_NO_MEMORY, JISR_IO: after these nothing more can be read. */
int sheet_next(struct sheet *sheet, struct arena *arena, struct sheet_row *ret_row, struct problem *problem);

#endif
