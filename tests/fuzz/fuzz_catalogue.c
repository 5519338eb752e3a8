/* Any bytes as lists.json: refused with a reason, or every list that it names is well-formed. */
#include "watch/catalogue.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/jisr-fuzz-catalogue-XXXXXX";
static char path[sizeof folder + 16];

static void remove_folder(void)
{
	(void)unlink(path);
	(void)rmdir(folder);
}

static void must(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (path[0] == '\0') {
		must(mkdtemp(folder) != NULL);
		(void)snprintf(path, sizeof path, "%s/lists.json", folder);
		(void)atexit(remove_folder);
	}
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size && ftruncate(fd, (off_t)size) == 0);
	(void)close(fd);
	struct problem problem = {""};
	struct catalogue *catalogue = NULL;
	if (catalogue_open(folder, &catalogue, &problem) != JISR_OK) {
		must(problem.text[0] != '\0');
		return 0;
	}
	for (size_t i = 0; i < catalogue_count(catalogue); i++) {
		const struct catalogue_list *list = catalogue_at(catalogue, i);
		must(strlen(list->name) >= 1 && strlen(list->name) <= CATALOGUE_MAX_NAME);
		must(strlen(list->file) == 64 && strchr(list->file, '/') == NULL && strchr(list->name, '/') == NULL);
		must(list->format != NULL && list->source != NULL && list->published != NULL && list->loaded != NULL);
	}
	catalogue_free(catalogue);
	return 0;
}
