/* For tests of list readers: runs list_read over files or bytes and keeps what came out as text. */
#ifndef JISR_TESTS_LISTS_LISTS_TEST_H
#define JISR_TESTS_LISTS_LISTS_TEST_H

#include "base/text.h"
#include "lists/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

struct outcome {
	int error;
	struct problem problem;
	struct list_summary summary;
	struct text entities; /* "@id schema caption\n" and "@id property=value\n" lines */
	struct text bad;      /* "line: reason\n" */
	size_t starts, with_alias, with_birth, with_passport, with_sex, deletions;
	uint64_t last_done, last_total;
};

static int keep_entity(void *context, const struct entity *entity, enum list_op op)
{
	struct outcome *outcome = context;
	bool alias = false, birth = false, passport = false, sex = false;
	(void)text_add_format(&outcome->entities, "@%s %s %s\n", entity->id, entity->schema, entity->caption);
	for (size_t i = 0; i < entity->count; i++) {
		const struct entity_property *property = &entity->properties[i];
		(void)text_add_format(&outcome->entities, "@%s %s=%s\n", entity->id, property->name, property->value);
		enum property_use use = property_use(property->name);
		alias = alias || ((use == USE_NAME || use == USE_WEAK_NAME) && strcmp(property->name, "name") != 0);
		birth = birth || strcmp(property->name, "birthDate") == 0;
		passport = passport || strcmp(property->name, "passportNumber") == 0;
		sex = sex || use == USE_SEX;
	}
	if (entity->attached != NULL)
		(void)text_add_format(&outcome->entities, "@%s attached=%s\n", entity->id, entity->attached);
	if (entity->meta != NULL)
		(void)text_add_format(&outcome->entities, "@%s meta=%s\n", entity->id, entity->meta);
	outcome->with_alias += alias;
	outcome->with_birth += birth;
	outcome->with_passport += passport;
	outcome->with_sex += sex;
	outcome->deletions += op == LIST_OP_DEL;
	return outcome->starts == 1 ? 0 : JISR_CANCELLED;
}

static void keep_bad(void *context, const char *path, uint64_t line, const char *reason)
{
	struct outcome *outcome = context;
	(void)path;
	(void)text_add_format(&outcome->bad, "%llu: %s\n", (unsigned long long)line, reason);
}

static void keep_progress(void *context, uint64_t done, uint64_t total)
{
	struct outcome *outcome = context;
	outcome->last_done = done;
	outcome->last_total = total;
}

static int keep_start(void *context, const struct list_summary *summary)
{
	(void)summary;
	((struct outcome *)context)->starts++;
	return 0;
}

static void outcome_init(struct outcome *outcome)
{
	*outcome = (struct outcome){0};
	text_init(&outcome->entities, (size_t)1 << 28);
	text_init(&outcome->bad, (size_t)1 << 26);
}

static void outcome_finish(struct outcome *outcome)
{
	text_finish(&outcome->entities);
	text_finish(&outcome->bad);
}

static void read_paths(const char *const *paths, size_t count, struct outcome *outcome)
{
	struct list_sink sink = {outcome, keep_entity, keep_bad, keep_progress, keep_start};
	outcome_init(outcome);
	outcome->error = list_read(paths, count, &sink, &outcome->summary, &outcome->problem);
}

/* Bytes as a file that has no name. */
struct byte_file {
	int descriptor;
	char path[64];
};

static void byte_file_open(struct byte_file *file, const void *bytes, size_t length)
{
	file->descriptor = memfd_create("list", MFD_CLOEXEC);
	assert_true(file->descriptor >= 0);
	assert_int_equal(write(file->descriptor, bytes, length), length);
	(void)snprintf(file->path, sizeof file->path, "/proc/%d/fd/%d", (int)getpid(), file->descriptor);
}

static __attribute__((unused)) void read_bytes(const void *bytes, size_t length, struct outcome *outcome)
{
	struct byte_file file;
	byte_file_open(&file, bytes, length);
	const char *paths[] = {file.path};
	read_paths(paths, 1, outcome);
	(void)close(file.descriptor);
}

static __attribute__((unused)) void read_string(const char *string, struct outcome *outcome)
{
	read_bytes(string, strlen(string), outcome);
}

/* True when some entity has this line: "@ofac-101 taxNumber=de:445566". */
static __attribute__((unused)) bool outcome_has(const struct outcome *outcome, const char *line)
{
	size_t length = strlen(line);
	for (const char *at = outcome->entities.bytes; (at = strstr(at, line)) != NULL; at++)
		if ((at == outcome->entities.bytes || at[-1] == '\n') && at[length] == '\n')
			return true;
	return false;
}

#define assert_has(outcome, line)                                                                                      \
	do {                                                                                                           \
		if (!outcome_has(outcome, line))                                                                       \
			fail_msg("no line \"%s\" in\n%s", line, (outcome)->entities.bytes);                            \
	} while (0)

#define assert_read(outcome, count)                                                                                    \
	do {                                                                                                           \
		if ((outcome)->error != 0)                                                                             \
			fail_msg("error %d: %s", (outcome)->error, (outcome)->problem.text);                           \
		assert_int_equal((outcome)->summary.records, count);                                                   \
	} while (0)

/* A fixture's path; a few may be in use at once. */
static __attribute__((unused)) const char *fixture(const char *name)
{
	static char paths[4][512];
	static int next;
	char *path = paths[next++ % 4];
	(void)snprintf(path, sizeof paths[0], "%s/tests/lists/fixtures/%s", getenv("JISR_SOURCE"), name);
	return path;
}

/* A file of the real lists, NULL when it is not here. */
static __attribute__((unused)) const char *shared(const char *name)
{
	static char paths[4][512];
	static int next;
	char *path = paths[next++ % 4];
	const char *root = getenv("JISR_SHARED");
	(void)snprintf(path, sizeof paths[0], "%s/data/%s", root == NULL ? "" : root, name);
	return root != NULL && access(path, R_OK) == 0 ? path : NULL;
}

static __attribute__((unused)) char *whole_file(const char *path, size_t *ret_length)
{
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	long length = ftell(file);
	rewind(file);
	char *bytes = malloc((size_t)length + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)length, file), (size_t)length);
	bytes[length] = '\0';
	(void)fclose(file);
	*ret_length = (size_t)length;
	return bytes;
}

#endif
