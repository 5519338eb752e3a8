/* Any bytes: no manifest of a backup, or one whose paths stay inside the folder. */
#include "store/backup.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct backup_manifest manifest;
	struct problem problem = {""};
	if (arena_new((size_t)16 << 20, &arena) != JISR_OK)
		return 0;
	if (backup_manifest_read((const char *)data, size, arena, &manifest, &problem) != JISR_OK) {
		if (problem.text[0] == '\0')
			abort();
		return 0;
	}
	for (size_t i = 0; i < manifest.count; i++) {
		const char *path = manifest.files[i].path;
		if (path[0] == '/' || path[0] == '\0' || strncmp(path, "../", 3) == 0 || strstr(path, "/../") != NULL ||
		    strcmp(path, "..") == 0)
			abort();
	}
	return 0;
}
