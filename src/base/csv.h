/* Comma-separated values from outside, one record at a time, over libcsv.
 *
 * A field in quotes may hold separators, doubled quotes and newlines. A byte order mark, a Windows line end and a final
 * 0x1A (as old DOS tools and OFAC write) are taken off. The separator is a comma, semicolon or tab: found out from the
 * first line when not given. */
#ifndef JISR_BASE_CSV_H
#define JISR_BASE_CSV_H

#include "base/error.h"
#include "base/input.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSV_MAX_FIELDS 1024
#define CSV_MAX_RECORD ((size_t)1 << 20) /* bytes of one record */

struct csv_options {
	char separator; /* ',', ';', '\t'; 0: find out */
	bool header;    /* the first record names the columns */
	unsigned skip;  /* lines to leave out before the first record */
};

struct csv_row {
	uint64_t line;             /* where it begins, 1-based */
	size_t count;              /* fields */
	const char *const *fields; /* 0-terminated, valid until the next call */
	const char *bad;           /* what is wrong with the record (not UTF-8, too large); NULL when it is fine */
	bool cut;                  /* the file ends inside it without a newline: perhaps half a record */
};

struct csv_reader;

/* Takes the input over, also on failure. With `header`, reads it: JISR_BAD_INPUT when there is none. */
int csv_reader_new(struct input *input, const struct csv_options *options, struct csv_reader **ret_reader,
                   struct problem *problem);
struct csv_reader *csv_reader_free(struct csv_reader *reader);
MEMORY_DEFINE_FREEP(struct csv_reader, csv_reader_free)

/* The next record; empty lines are passed over. JISR_NOT_FOUND at the end. JISR_BAD_INPUT: the file ends inside a
 * quoted field. A record that is over a limit or not UTF-8 comes with `bad` set and no fields. */
int csv_reader_next(struct csv_reader *reader, struct csv_row *ret_row, struct problem *problem);

/* Column of a header name, compared without case, spaces, underscores, dots and dashes; -1 when there is none. */
int csv_reader_column(const struct csv_reader *reader, const char *name);

/* The header's record, for looking through it; empty without one. */
const struct csv_row *csv_reader_header(const struct csv_reader *reader);

/* Bytes of the file read so far, as input_done. */
uint64_t csv_reader_done(const struct csv_reader *reader);

/* A field by its column, "" when the column is -1 or the record is too short. */
const char *csv_row_field(const struct csv_row *row, int column);

#endif
