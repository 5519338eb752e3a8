#include "assembly/document.h"

#include "assembly/dossier.h"
#include "base/file.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int path_of(const char *directory, const char *hash, bool make, char out[FILE_MAX_PATH], struct problem *problem)
{
	if (strlen(hash) != DOCUMENT_HASH - 1 || strspn(hash, "0123456789abcdef") != DOCUMENT_HASH - 1)
		return problem_set(problem, JISR_NOT_FOUND, "there is no such document");
	if (strlen(directory) + DOCUMENT_HASH + 20 >= FILE_MAX_PATH)
		return problem_set(problem, JISR_IO, "%s: the path is too long", directory);
	for (unsigned level = 0; make && level < 2; level++) {
		(void)snprintf(out, FILE_MAX_PATH, level == 0 ? "%s/documents" : "%s/documents/%.2s", directory, hash);
		if (mkdir(out, 0700) != 0 && errno != EEXIST)
			return file_problem(problem, out, "be made");
	}
	(void)snprintf(out, FILE_MAX_PATH, "%s/documents/%.2s/%s", directory, hash, hash);
	return JISR_OK;
}

int document_store(const char *directory, const struct caller *caller, const void *bytes, size_t length,
                   char ret_hash[DOCUMENT_HASH], struct problem *problem)
{
	char path[FILE_MAX_PATH], hash[DOCUMENT_HASH];
	int error = caller_check(caller, RIGHT_ASSEMBLY_SECRETARY, problem);
	if (!error && length == 0)
		error = problem_set(problem, JISR_BAD_INPUT, "the document is empty");
	if (!error && length > DOCUMENT_MAX_BYTES)
		error = problem_set(problem, JISR_TOO_LARGE, "a document has at most %zu bytes", DOCUMENT_MAX_BYTES);
	if (error)
		return error;
	dossier_digest(bytes, length, hash);
	error = path_of(directory, hash, true, path, problem);
	if (!error && access(path, F_OK) != 0)
		error = file_replace(path, bytes, length, problem);
	if (!error)
		memcpy(ret_hash, hash, sizeof hash);
	return error;
}

int document_load(const char *directory, const char *hash, struct text *bytes, struct problem *problem)
{
	char path[FILE_MAX_PATH], found[DOCUMENT_HASH];
	size_t before = bytes->length;
	int error = path_of(directory, hash, false, path, problem);
	if (!error)
		error = file_read(path, bytes, problem);
	if (error)
		return error;
	dossier_digest(bytes->bytes + before, bytes->length - before, found);
	return strcmp(found, hash) == 0 ? JISR_OK
	                                : problem_set(problem, JISR_CORRUPT, "%s is not the file of that digest", path);
}

const char *document_type(const char *bytes, size_t length, const char **ret_ending)
{
	static const struct {
		const char *begins, *type, *ending;
	} known[] = {
		{"%PDF-", "application/pdf", ".pdf"},
		{"PK\x03\x04", "application/zip", ".zip"}, /* word processors' files are such, too */
		{"{\\rtf", "application/rtf", ".rtf"},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (length >= strlen(known[i].begins) && memcmp(bytes, known[i].begins, strlen(known[i].begins)) == 0) {
			*ret_ending = known[i].ending;
			return known[i].type;
		}
	bool text = utf8_valid(bytes, length, NULL) && memchr(bytes, '\0', length) == NULL;
	*ret_ending = text ? ".txt" : ".bin";
	return text ? "text/plain; charset=utf-8" : "application/octet-stream";
}
