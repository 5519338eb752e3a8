#include "assembly/dossier.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <string.h>

#define BLOCK 10240 /* bytes that a tar file is padded to */

struct dossier {
	struct dossier_file *files;
	size_t count, room, bytes;
};

int dossier_new(struct dossier **ret_dossier)
{
	struct dossier *dossier = memory_zero(1, sizeof *dossier);
	if (dossier == NULL)
		return JISR_NO_MEMORY;
	*ret_dossier = dossier;
	return JISR_OK;
}

struct dossier *dossier_free(struct dossier *dossier)
{
	if (dossier == NULL)
		return NULL;
	for (size_t i = 0; i < dossier->count; i++)
		memory_free(dossier->files[i].bytes);
	memory_free(dossier->files);
	return memory_free(dossier);
}

static bool name_valid(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/";
	size_t length = strlen(name);
	return length > 0 && length <= DOSSIER_MAX_NAME && strspn(name, allowed) == length && name[0] != '/' &&
	       name[0] != '.' && name[length - 1] != '/' && strstr(name, "//") == NULL && strstr(name, "/.") == NULL;
}

static int grow(struct dossier *dossier)
{
	if (dossier->count < dossier->room)
		return JISR_OK;
	size_t room = dossier->room == 0 ? 64 : 2 * dossier->room;
	struct dossier_file *wider = memory_zero(room, sizeof *wider);
	if (wider == NULL)
		return JISR_NO_MEMORY;
	if (dossier->count > 0)
		memcpy(wider, dossier->files, dossier->count * sizeof *wider);
	memory_free(dossier->files);
	dossier->files = wider;
	dossier->room = room;
	return JISR_OK;
}

int dossier_add(struct dossier *dossier, const char *name, const char *bytes, size_t length, struct problem *problem)
{
	if (!name_valid(name))
		return problem_set(problem, JISR_BAD_INPUT, "'%.120s' is no name of a file in a dossier", name);
	if (dossier_find(dossier, name) != NULL)
		return problem_set(problem, JISR_BAD_INPUT, "%s is there twice", name);
	if (dossier->count == DOSSIER_MAX_FILES || length > DOSSIER_MAX_BYTES - dossier->bytes)
		return problem_set(problem, JISR_TOO_LARGE, "a dossier has at most %d files and %zu bytes",
		                   DOSSIER_MAX_FILES, DOSSIER_MAX_BYTES);
	char *copy = memory_alloc(length + 1);
	if (copy == NULL || grow(dossier) != JISR_OK) {
		memory_free(copy);
		return problem_no_memory(problem);
	}
	if (length > 0)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	struct dossier_file *file = &dossier->files[dossier->count++];
	(void)snprintf(file->name, sizeof file->name, "%s", name);
	file->bytes = copy;
	file->length = length;
	dossier->bytes += length;
	return JISR_OK;
}

size_t dossier_count(const struct dossier *dossier)
{
	return dossier->count;
}

const struct dossier_file *dossier_get(const struct dossier *dossier, size_t index)
{
	return &dossier->files[index];
}

const struct dossier_file *dossier_find(const struct dossier *dossier, const char *name)
{
	for (size_t i = 0; i < dossier->count; i++)
		if (strcmp(dossier->files[i].name, name) == 0)
			return &dossier->files[i];
	return NULL;
}

/* ---- writing ---- */

static la_ssize_t put(struct archive *archive, void *context, const void *bytes, size_t length)
{
	struct text *text = context;
	(void)archive;
	return text_add(text, bytes, length) == JISR_OK ? (la_ssize_t)length : -1;
}

static void archive_write_freep(struct archive **archive)
{
	if (*archive != NULL)
		(void)archive_write_free(*archive);
}

static void archive_read_freep(struct archive **archive)
{
	if (*archive != NULL)
		(void)archive_read_free(*archive);
}

static void archive_entry_freep(struct archive_entry **entry)
{
	archive_entry_free(*entry);
}

static int library_problem(struct archive *archive, const char *what, struct problem *problem)
{
	const char *said = archive != NULL ? archive_error_string(archive) : NULL;
	return problem_set(problem, JISR_BAD_INPUT, "%s: %s", what, said != NULL ? said : "out of memory");
}

/* Everything that a tar header holds beside name and size is the same in all. */
static int write_file(struct archive *archive, struct archive_entry *entry, const struct dossier_file *file)
{
	archive_entry_clear(entry);
	archive_entry_set_pathname(entry, file->name);
	archive_entry_set_size(entry, (la_int64_t)file->length);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, 0, 0);
	if (archive_write_header(archive, entry) != ARCHIVE_OK)
		return -1;
	return archive_write_data(archive, file->bytes, file->length) == (la_ssize_t)file->length ? 0 : -1;
}

int dossier_write(const struct dossier *dossier, struct text *text, struct problem *problem)
{
	__attribute__((cleanup(archive_write_freep))) struct archive *archive = archive_write_new();
	__attribute__((cleanup(archive_entry_freep))) struct archive_entry *entry = archive_entry_new();
	if (archive == NULL || entry == NULL)
		return problem_no_memory(problem);
	if (archive_write_set_format_ustar(archive) != ARCHIVE_OK ||
	    archive_write_set_bytes_per_block(archive, BLOCK) != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(archive, BLOCK) != ARCHIVE_OK ||
	    archive_write_open(archive, text, NULL, put, NULL) != ARCHIVE_OK)
		return library_problem(archive, "the dossier cannot be written", problem);
	for (size_t i = 0; i < dossier->count; i++)
		if (write_file(archive, entry, &dossier->files[i]) != 0)
			return text->error ? problem_set(problem, text->error, "%s", error_text(text->error))
			                   : library_problem(archive, "the dossier cannot be written", problem);
	if (archive_write_close(archive) != ARCHIVE_OK)
		return text->error ? problem_set(problem, text->error, "%s", error_text(text->error))
		                   : library_problem(archive, "the dossier cannot be written", problem);
	return JISR_OK;
}

/* ---- reading ---- */

static int read_file(struct dossier *dossier, struct archive *archive, struct archive_entry *entry,
                     struct problem *problem)
{
	const char *name = archive_entry_pathname(entry);
	la_int64_t size = archive_entry_size(entry);
	struct text text;
	char part[8192];
	la_ssize_t got = 0;
	if (name == NULL || archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL ||
	    !archive_entry_size_is_set(entry) || size < 0)
		return problem_set(problem, JISR_BAD_INPUT, "there is something else than a file in it: %.100s",
		                   name != NULL ? name : "");
	if ((uint64_t)size > DOSSIER_MAX_BYTES)
		return problem_set(problem, JISR_TOO_LARGE, "%.100s is too large", name);
	text_init(&text, DOSSIER_MAX_BYTES);
	int error = JISR_OK;
	while (!error && (got = archive_read_data(archive, part, sizeof part)) > 0)
		error = text_add(&text, part, (size_t)got);
	if (error)
		(void)problem_set(problem, error, "%s", error_text(error));
	else if (got < 0)
		error = library_problem(archive, "the dossier cannot be read", problem);
	else
		error = dossier_add(dossier, name, text.bytes, text.length, problem);
	text_finish(&text);
	return error;
}

static int read_all(struct dossier *dossier, const char *bytes, size_t length, struct problem *problem)
{
	__attribute__((cleanup(archive_read_freep))) struct archive *archive = archive_read_new();
	struct archive_entry *entry = NULL;
	int got, error = JISR_OK;
	if (archive == NULL)
		return problem_no_memory(problem);
	if (archive_read_support_format_tar(archive) != ARCHIVE_OK ||
	    archive_read_open_memory(archive, bytes, length) != ARCHIVE_OK)
		return library_problem(archive, "it is no tar file", problem);
	while (!error && (got = archive_read_next_header(archive, &entry)) != ARCHIVE_EOF)
		error = got != ARCHIVE_OK ? library_problem(archive, "it is no sound tar file", problem)
		                          : read_file(dossier, archive, entry, problem);
	return error;
}

int dossier_read(const char *bytes, size_t length, struct dossier **ret_dossier, struct problem *problem)
{
	CLEANUP(dossier_freep) struct dossier *dossier = NULL;
	struct text again;
	size_t at = 0;
	if (length > 2 * DOSSIER_MAX_BYTES)
		return problem_set(problem, JISR_TOO_LARGE, "a dossier has at most %zu bytes", DOSSIER_MAX_BYTES);
	if (dossier_new(&dossier) != JISR_OK)
		return problem_no_memory(problem);
	int error = read_all(dossier, bytes, length, problem);
	if (!error && dossier->count == 0)
		error = problem_set(problem, JISR_BAD_INPUT, "there is no file in it");
	if (error)
		return error;
	text_init(&again, 2 * DOSSIER_MAX_BYTES);
	error = dossier_write(dossier, &again, problem);
	while (!error && at < length && at < again.length && bytes[at] == again.bytes[at])
		at++;
	if (!error && (at < length || at < again.length))
		error = problem_set(
			problem, JISR_BAD_INPUT,
			"it is not as it was written: byte %zu of the file differs from what its files give", at);
	text_finish(&again);
	if (error)
		return error;
	*ret_dossier = dossier;
	dossier = NULL;
	return JISR_OK;
}
