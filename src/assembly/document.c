#include "assembly/document.h"

#include "base/file.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/utf8.h"
#include "store/shared_files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ZIP_NAME 30 /* where the first name of a ZIP archive stands */

static int path_of(const char *directory, const char *hash, bool make, char out[FILE_MAX_PATH], struct problem *problem)
{
	if (!text_is_hex(hash, DOCUMENT_HASH - 1))
		return problem_set(problem, JISR_NOT_FOUND, "there is no such document");
	if (strlen(directory) + DOCUMENT_HASH + 20 >= FILE_MAX_PATH)
		return problem_set(problem, JISR_IO, "%s: the path is too long", directory);
	(void)snprintf(out, FILE_MAX_PATH, "%s/documents/%.2s/%s", directory, hash, hash);
	return make ? shared_file_folders(directory, "documents", hash, problem) : JISR_OK;
}

/* What delegates can open on any device, and nothing that does something when it is opened. A word processor's file is a ZIP
 * archive that begins with one of a few names; a text that is a page of HTML or a picture of SVG begins with '<'. */
static bool is_paper(const char *bytes, size_t length)
{
	static const char *const first[] = {"[Content_Types].xml", "_rels/", "docProps/", "word/", "mimetype"};
	const char *ending = "";
	(void)document_type(bytes, length, &ending);
	if (strcmp(ending, ".zip") == 0) {
		bool known = false;
		for (size_t i = 0; i < sizeof first / sizeof *first; i++)
			known = known || (length >= ZIP_NAME + strlen(first[i]) &&
			                  memcmp(bytes + ZIP_NAME, first[i], strlen(first[i])) == 0);
		return known;
	}
	size_t blank = 0;
	if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		blank = 3;
	while (blank < length && strchr(" \t\r\n", bytes[blank]) != NULL && bytes[blank] != '\0')
		blank++;
	return strcmp(ending, ".bin") != 0 && (blank == length || bytes[blank] != '<');
}

int document_store(const char *directory, const struct caller *caller, const void *bytes, size_t length,
                   char ret_hash[DOCUMENT_HASH], struct problem *problem)
{
	int error = caller_check(caller, RIGHT_ASSEMBLY_SECRETARY, problem);
	if (!error && length == 0)
		error = problem_set(problem, JISR_BAD_INPUT, "the document is empty");
	if (!error && length <= DOCUMENT_MAX_BYTES && !is_paper(bytes, length))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "a document is a PDF, a word processor's file (.docx, .odt, .rtf) or plain text");
	if (!error && length > DOCUMENT_MAX_BYTES)
		error = problem_set(problem, JISR_TOO_LARGE, "a document has at most %zu bytes", DOCUMENT_MAX_BYTES);
	return error ? error : document_keep(directory, bytes, length, ret_hash, problem);
}

int document_keep(const char *directory, const void *bytes, size_t length, char ret_hash[DOCUMENT_HASH],
                  struct problem *problem)
{
	char path[FILE_MAX_PATH], hash[DOCUMENT_HASH];
	sha256_hex(bytes, length, hash);
	int error = path_of(directory, hash, true, path, problem);
	if (!error && access(path, F_OK) != 0)
		error = file_replace(path, bytes, length, problem);
	if (!error)
		error = shared_file_of(directory, "documents", hash, shared_file_put, problem);
	if (!error)
		memcpy(ret_hash, hash, sizeof hash);
	return error;
}

int document_path(const char *directory, const char *hash, char path[FILE_MAX_PATH], struct problem *problem)
{
	int error = path_of(directory, hash, false, path, problem);
	if (!error)
		error = shared_file_of(directory, "documents", hash, shared_file_check, problem);
	return error == JISR_NOT_FOUND ? problem_set(problem, error, "there is no file of that digest here") : error;
}

int document_load(const char *directory, const char *hash, struct text *bytes, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = document_path(directory, hash, path, problem);
	return error ? error : file_read(path, bytes, problem);
}

void document_drop(const char *directory, const char *hash)
{
	char path[FILE_MAX_PATH];
	if (path_of(directory, hash, false, path, NULL) != JISR_OK)
		return;
	(void)unlink(path);
	(void)shared_file_of(directory, "documents", hash, shared_file_drop, NULL);
}

int document_open(struct sql *sql, const char *directory, const struct caller *caller, const char *hash,
                  char ret_name[DOCUMENT_NAME], struct text *bytes, struct problem *problem)
{
	char name[DOCUMENT_NAME];
	bool named = false;
	int error = caller_check(caller, RIGHT_ASSEMBLY_READ, problem);
	if (error)
		return error;
	(void)snprintf(name, sizeof name, "%.12s", hash);
	struct sql_query query = sql_query(
		sql, "SELECT code, language FROM assembly_document WHERE hash = ?1 ORDER BY version DESC LIMIT 1");
	sql_bind_text(&query, 1, hash);
	if (sql_next(&query)) {
		(void)snprintf(name, sizeof name, "%.60s.%.2s", sql_text(&query, 0), sql_text(&query, 1));
		named = true;
	}
	error = sql_done(&query, problem);
	if (!error && !named && caller_check(caller, RIGHT_ASSEMBLY_SECRETARY, NULL) != JISR_OK)
		error = problem_set(problem, JISR_NOT_FOUND, "no document that was distributed has that digest");
	if (!error)
		error = document_load(directory, hash, bytes, problem);
	if (!error)
		memcpy(ret_name, name, sizeof name);
	return error;
}

int document_each(struct sql *sql, const char *only, bool (*each)(void *context, const char *digest), void *context,
                  struct problem *problem)
{
	bool more = true;
	struct sql_query query = sql_query(
		sql, "SELECT DISTINCT hash FROM assembly_document WHERE ?1 IS NULL OR hash = ?1 ORDER BY hash");
	sql_bind_text(&query, 1, only);
	while (more && sql_next(&query))
		more = each(context, sql_text(&query, 0));
	return sql_done(&query, problem);
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
