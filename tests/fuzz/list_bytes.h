/* For the fuzzers of list readers: reads bytes as a list and checks what must hold for every entity. */
#ifndef JISR_TESTS_FUZZ_LIST_BYTES_H
#define JISR_TESTS_FUZZ_LIST_BYTES_H

#include "base/utf8.h"
#include "lists/reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LIST_BYTES_MAX_FILES 3

struct list_bytes_seen {
	uint64_t entities, bad;
	int starts;
};

static int list_bytes_entity(void *context, const struct entity *entity, enum list_op op)
{
	struct list_bytes_seen *seen = context;
	seen->entities++;
	if (seen->starts != 1 || entity->id[0] == '\0' || strlen(entity->id) > ENTITY_MAX_ID ||
	    entity->caption == NULL || entity->count > ENTITY_MAX_PROPERTIES || (unsigned)op > LIST_OP_DEL)
		abort();
	for (size_t i = 0; i < entity->count; i++) {
		size_t length = strlen(entity->properties[i].value);
		if (length == 0 || length > ENTITY_MAX_VALUE || !utf8_valid(entity->properties[i].value, length, NULL))
			abort();
		if (i > 0 && strcmp(entity->properties[i - 1].name, entity->properties[i].name) > 0)
			abort();
	}
	return 0;
}

static void list_bytes_bad(void *context, const char *path, uint64_t line, const char *reason)
{
	(void)line;
	((struct list_bytes_seen *)context)->bad++;
	if (path == NULL || reason == NULL || reason[0] == '\0')
		abort();
}

static int list_bytes_start(void *context, const struct list_summary *summary)
{
	((struct list_bytes_seen *)context)->starts++;
	if (summary->format == LIST_UNKNOWN || summary->name[0] == '\0')
		abort();
	return 0;
}

/* The data is one file, or several: a line "%%" separates them. */
static int list_bytes_read(const uint8_t *data, size_t size)
{
	int descriptors[LIST_BYTES_MAX_FILES];
	char names[LIST_BYTES_MAX_FILES][64];
	const char *paths[LIST_BYTES_MAX_FILES];
	size_t count = 0;
	const uint8_t *end = data + size;
	while (count < LIST_BYTES_MAX_FILES) {
		const uint8_t *mark = count + 1 == LIST_BYTES_MAX_FILES || data == end
		                              ? NULL
		                              : memmem(data, (size_t)(end - data), "\n%%\n", 4);
		size_t length = (size_t)((mark == NULL ? end : mark + 1) - data);
		descriptors[count] = memfd_create("fuzz", MFD_CLOEXEC);
		if (descriptors[count] < 0 || write(descriptors[count], data, length) != (ssize_t)length)
			abort();
		(void)snprintf(names[count], sizeof names[count], "/proc/%d/fd/%d", (int)getpid(), descriptors[count]);
		paths[count] = names[count];
		count++;
		if (mark == NULL)
			break;
		data = mark + 4;
	}
	struct list_bytes_seen seen = {0};
	struct list_summary summary;
	struct problem problem = {""};
	struct list_sink sink = {&seen, list_bytes_entity, list_bytes_bad, NULL, list_bytes_start};
	int error = list_read(paths, count, &sink, &summary, &problem);
	if (error == 0 ? summary.records != seen.entities || summary.skipped != seen.bad || seen.starts != 1
	               : problem.text[0] == '\0')
		abort();
	for (size_t i = 0; i < count; i++)
		(void)close(descriptors[i]);
	return 0;
}

#endif
