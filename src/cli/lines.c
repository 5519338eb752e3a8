#include "cli/lines.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

bool lines_next(FILE *stream, struct text *line, bool *ret_cut)
{
	text_reset(line);
	*ret_cut = false;
	int byte = getc_unlocked(stream);
	if (byte == EOF)
		return false;
	for (; byte != EOF && byte != '\n'; byte = getc_unlocked(stream))
		if (line->error != JISR_OK || text_add_char(line, (char)byte) != JISR_OK)
			*ret_cut = true;
	if (line->length > 0 && line->bytes[line->length - 1] == '\r')
		line->bytes[--line->length] = '\0';
	return true;
}

FILE *lines_open(const char *path, struct problem *problem)
{
	if (strcmp(path, "-") == 0)
		return stdin;
	FILE *stream = fopen(path, "re");
	struct stat status;
	if (stream != NULL && fstat(fileno(stream), &status) == 0 && S_ISDIR(status.st_mode)) {
		(void)fclose(stream);
		stream = NULL;
		errno = EISDIR;
	}
	if (stream == NULL)
		(void)problem_set(problem, JISR_IO, "%s cannot be read: %s", path, strerror(errno));
	return stream;
}

FILE *lines_close(FILE *stream)
{
	if (stream != NULL && stream != stdin)
		(void)fclose(stream);
	return NULL;
}

int lines_whole(const char *path, struct text *text, struct problem *problem)
{
	FILE *stream = lines_open(path, problem);
	if (stream == NULL)
		return JISR_IO;
	char bytes[4096];
	size_t got;
	while ((got = fread(bytes, 1, sizeof bytes, stream)) > 0 && text_add(text, bytes, got) == JISR_OK)
		;
	int error = text->error;
	if (error == JISR_TOO_LARGE)
		(void)problem_set(problem, error, "%s is too large: at most %zu bytes are read", path, text->limit);
	if (error == JISR_OK && ferror(stream))
		error = problem_set(problem, JISR_IO, "%s cannot be read: %s", path, strerror(errno));
	lines_close(stream);
	return error;
}
