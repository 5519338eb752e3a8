/* Looks through the bytes of every file of a directory. */
#ifndef JISR_TESTS_NOTICES_TRACES_H
#define JISR_TESTS_NOTICES_TRACES_H

#include "base/file.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

/* How many files below the directory hold the text. */
static inline size_t traces_of(const char *directory, const char *text)
{
	size_t found = 0;
	DIR *folder = opendir(directory);
	for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
		char path[FILE_MAX_PATH];
		struct stat status;
		struct file_map map = {NULL, 0};
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
		if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
			found += traces_of(path, text);
		} else if (file_map(path, &map, NULL) == JISR_OK) {
			found += map.size > 0 && memmem(map.bytes, map.size, text, strlen(text)) != NULL;
			file_unmap(&map);
		}
	}
	if (folder != NULL)
		(void)closedir(folder);
	return found;
}

#endif
