/* Text from files and standard input, with a limit on each line and on each file. */
#ifndef JISR_CLI_LINES_H
#define JISR_CLI_LINES_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>

/* Longest line kept; what goes beyond it is read and dropped. */
#define LINES_MAX (4 * 1024 * 1024)

/* The next line, without its newline (and carriage return), into `line`. True, or false at the end of the stream.
 * *ret_cut tells that the line was longer than the text's limit. A line that ends with the file counts. */
bool lines_next(FILE *stream, struct text *line, bool *ret_cut);

/* A whole small file ("-" is standard input) into `text`. JISR_IO, JISR_TOO_LARGE, JISR_NO_MEMORY with a sentence. */
int lines_whole(const char *path, struct text *text, struct problem *problem);

/* Opens for reading; a directory is refused. NULL with a sentence. "-" gives stdin. */
FILE *lines_open(const char *path, struct problem *problem);

/* Closes what lines_open gave, but not stdin; accepts NULL. */
FILE *lines_close(FILE *stream);

#endif
