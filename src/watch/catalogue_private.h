/* Inside of watch/catalogue: what catalogue.c (reading) and catalogue_load.c (changing) share. */
#ifndef JISR_WATCH_CATALOGUE_PRIVATE_H
#define JISR_WATCH_CATALOGUE_PRIVATE_H

#include "base/file.h"
#include "base/sha256.h"
#include "watch/catalogue.h"

#define CATALOGUE_FILE_DIGITS (SHA256_HEX - 1)

/* lists.json as read. */
struct catalogue_manifest {
	struct arena *arena; /* lists and their texts; NULL while there is no list */
	struct catalogue_list *lists;
	size_t count;
};

struct catalogue {
	char *directory;
	struct catalogue_manifest manifest;
	const struct catalogue_keeper *keeper; /* NULL for none */
};

/* An empty one where the file is missing. JISR_CORRUPT, JISR_UNSUPPORTED, JISR_IO, JISR_NO_MEMORY. */
int catalogue_manifest_read(const char *directory, struct catalogue_manifest *ret_manifest, struct problem *problem);

/* The lists with copies of all their texts. JISR_NO_MEMORY. */
int catalogue_manifest_copy(const struct catalogue_list *lists, size_t count, struct catalogue_manifest *ret_manifest);
void catalogue_manifest_finish(struct catalogue_manifest *manifest);

/* Replaces lists.json by the lists given, durably. */
int catalogue_manifest_write(const char *directory, const struct catalogue_list *lists, size_t count,
                             struct problem *problem);

/* The list of that name, or NULL. */
const struct catalogue_list *catalogue_manifest_find(const struct catalogue_manifest *manifest, const char *name);

bool catalogue_name_valid(const char *name);

/* DIR/NAME, or DIR/lists/FILE.jisr. JISR_TOO_LARGE. */
int catalogue_path(char path[FILE_MAX_PATH], const char *directory, const char *name, struct problem *problem);
int catalogue_segment_path(char path[FILE_MAX_PATH], const char *directory, const char *file, struct problem *problem);

#endif
