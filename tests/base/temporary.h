/* A folder of a test's own, in $TMPDIR, else in /tmp. */
#ifndef JISR_TESTS_BASE_TEMPORARY_H
#define JISR_TESTS_BASE_TEMPORARY_H

#include <stdio.h>
#include <stdlib.h>

/* Makes one with this word in its name. 0, or -1: it cannot be made. */
static inline int temporary_make(const char *word, char *ret_path, size_t size)
{
	const char *folder = getenv("TMPDIR");
	int length = snprintf(ret_path, size, "%s/jisr-%s-XXXXXX", folder != NULL ? folder : "/tmp", word);
	return length < 0 || (size_t)length >= size || mkdtemp(ret_path) == NULL ? -1 : 0;
}

/* With all that is in it. 0 when it is gone. */
static inline int temporary_remove(const char *path)
{
	char command[512];
	(void)snprintf(command, sizeof command, "rm -rf '%s'", path);
	return system(command);
}

#endif
