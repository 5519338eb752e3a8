#include "message/keyring.h"

#include "base/file.h"
#include "base/text.h"
#include "store/entry.h"
#include "store/shared_keys.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "keys"

static int path_of(const char *directory, const char *office, const char *id, char out[FILE_MAX_PATH],
                   struct problem *problem)
{
	int length = snprintf(out, FILE_MAX_PATH, "%s/" FOLDER "/%s-%s.box", directory, office, id);
	return length > 0 && length < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
}

static int make_folder(const char *directory, struct problem *problem)
{
	char folder[FILE_MAX_PATH];
	if ((size_t)snprintf(folder, sizeof folder, "%s/" FOLDER, directory) >= sizeof folder)
		return problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
	return file_make_folder(folder, problem);
}

int keyring_make(const char *directory, const char *office, struct envelope_reader *ret_reader, struct problem *problem)
{
	struct envelope_box box;
	char path[FILE_MAX_PATH], written[ENVELOPE_WRITTEN];
	int error = make_folder(directory, problem);
	if (error)
		return error;
	envelope_box_new(office, &box);
	envelope_box_write(&box, written);
	error = path_of(directory, office, box.reader.id, path, problem);
	if (!error) {
		size_t length = strlen(written);
		written[length] = '\n';
		error = file_replace(path, written, length + 1, problem);
	}
	if (!error) /* before an entry names it: any machine may die then */
		error = shared_keys_put(directory, problem);
	if (!error)
		*ret_reader = box.reader;
	sodium_memzero(written, sizeof written);
	envelope_box_finish(&box);
	return error;
}

int keyring_list(const char *directory, keyring_each each, void *context, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	bool go = true;
	if ((size_t)snprintf(path, sizeof path, "%s/" FOLDER, directory) >= sizeof path)
		return problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
	DIR *folder = opendir(path);
	if (folder == NULL)
		return errno == ENOENT ? JISR_OK : file_problem(problem, path, "read it");
	for (struct dirent *file; go && (file = readdir(folder)) != NULL;) {
		char office[OFFICE_CODE_MAX + 1], id[ENVELOPE_KEY_ID + 1];
		const char *dash = strrchr(file->d_name, '-');
		size_t length = dash != NULL ? (size_t)(dash - file->d_name) : 0;
		if (length == 0 || length > OFFICE_CODE_MAX || strlen(dash) != 1 + ENVELOPE_KEY_ID + 4 ||
		    strcmp(dash + 1 + ENVELOPE_KEY_ID, ".box") != 0)
			continue;
		(void)snprintf(office, sizeof office, "%.*s", (int)length, file->d_name);
		(void)snprintf(id, sizeof id, "%.*s", ENVELOPE_KEY_ID, dash + 1);
		go = each(context, office, id);
	}
	(void)closedir(folder);
	return JISR_OK;
}

void keyring_drop(const char *directory, const char *office, const char *id)
{
	char path[FILE_MAX_PATH];
	if (path_of(directory, office, id, path, NULL) == JISR_OK)
		(void)unlink(path);
}

int keyring_load(const char *directory, const char *office, const char *id, struct envelope_box *ret_box,
                 struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct text text;
	struct problem inner = {""};
	if (!entry_office_valid(office) || !text_is_hex(id, ENVELOPE_KEY_ID))
		return problem_set(problem, JISR_NOT_FOUND, "there is no such key");
	int error = path_of(directory, office, id, path, problem);
	if (error)
		return error;
	text_init(&text, ENVELOPE_WRITTEN);
	error = file_read(path, &text, problem);
	if (error == JISR_NOT_FOUND && shared_keys_fetch(directory, NULL) == JISR_OK)
		error = file_read(path, &text, problem);
	if (error == JISR_NOT_FOUND)
		error = problem_set(problem, JISR_NOT_FOUND,
		                    "the key %s of %s is not on this installation: put %s-%s.box back into the folder "
		                    "of keys from where it is kept",
		                    id, office, office, id);
	if (!error) {
		error = envelope_box_read(text.bytes, text.length, ret_box, &inner);
		if (!error && (strcmp(ret_box->reader.office, office) != 0 || strcmp(ret_box->reader.id, id) != 0)) {
			envelope_box_finish(ret_box);
			error = problem_set(&inner, JISR_CORRUPT, "it holds the key of another office");
		}
		if (error)
			error = problem_set(
				problem, error,
				"%s: %s. It is damaged: put it back from where a copy is kept; until then what was "
				"sealed to it cannot be read",
				path, inner.text);
	}
	if (text.capacity > 0)
		sodium_memzero(text.bytes, text.length);
	text_finish(&text);
	return error;
}

struct checking {
	const char *directory;
	keyring_bad bad;
	void *context;
};

static bool check_box(void *context, const char *office, const char *id)
{
	const struct checking *checking = context;
	struct envelope_box box;
	struct problem problem = {""};
	if (keyring_load(checking->directory, office, id, &box, &problem) == JISR_OK)
		envelope_box_finish(&box);
	else
		checking->bad(checking->context, problem.text);
	return true;
}

int keyring_check(const char *directory, keyring_bad bad, void *context, struct problem *problem)
{
	struct checking checking = {directory, bad, context};
	return keyring_list(directory, check_box, &checking, problem);
}
