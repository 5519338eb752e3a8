/* What a person sees: colours, widths, progress, text from outside made harmless. Colours and the bar only on a
 * terminal; colours never when NO_COLOR is set. In a pipe the output is plain UTF-8. */
#ifndef JISR_CLI_PRINT_H
#define JISR_CLI_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* To be called once, first: finds out what standard output and standard error are. */
void print_init(void);

enum style { STYLE_NONE, STYLE_BOLD, STYLE_DIM, STYLE_RED, STYLE_GREEN, STYLE_YELLOW, STYLE_BLUE };

/* The escape that begins a style on that stream, "" where colours are off. STYLE_NONE ends all styles. */
const char *print_style(FILE *stream, enum style style);

/* True when the stream is a terminal that can show it: bars and isolates. */
bool print_terminal(FILE *stream);

/* Columns of the terminal on standard output, 80 when it is none or does not tell. */
size_t print_columns(void);

/* Columns that cleaned text takes on a terminal: 2 for wide characters, 0 for combining marks. */
size_t print_width(const char *text);

/* Text from outside on the stream: cleaned, and on a terminal inside U+2068 ... U+2069 when it holds right-to-left
 * letters, so that what stands beside it keeps its order. */
void print_value(FILE *stream, const char *text);
void print_value_bytes(FILE *stream, const char *text, size_t length);

/* The same, filled with spaces to `columns`; longer text is cut with "…" to fit. */
void print_cell(FILE *stream, const char *text, size_t columns);

/* A line of what is known of something, "published    2026-11-27"; none where the value is NULL or "". */
void print_field(const char *name, const char *value);

/* A number with thousands set apart: "13,821". */
#define PRINT_COUNT_MAX 32
const char *print_count(uint64_t number, char out[PRINT_COUNT_MAX]);

/* "3 hours ago" of "2026-11-23T21:00:00Z"; "" when the text is no such time. */
#define PRINT_AGE_MAX 40
const char *print_age(const char *utc, char out[PRINT_AGE_MAX]);

/* Words wrapped to the width, each line after `indent` spaces; a newline in the text ends a line. */
void print_wrapped(FILE *stream, const char *text, size_t indent, size_t columns);

/* A bar from 0 to 1 of ten or more cells. */
void print_bar(FILE *stream, double share, size_t cells);

/* Progress on standard error, at most ten times a second, and only on a terminal. */
struct progress {
	bool on;
	const char *label; /* not owned */
	int64_t started;   /* milliseconds */
	int64_t shown;
	bool visible;
};
void progress_init(struct progress *progress, const char *label);
/* total 0: unknown. `note` may be NULL. */
void progress_show(struct progress *progress, uint64_t done, uint64_t total, const char *note);
/* Wipes the line, so that what is printed next stands alone. */
void progress_finish(struct progress *progress);

#endif
