#include "store/shared_keys.h"

#include "base/file.h"
#include "store/mirror_row.h"
#include "store/shared_rows.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "keys"

/* A key's file: "MA-1a2b3c4d.key", "MA-1a2b3c4d.box", "local.seal"; not the one under which they are sealed. */
static bool is_key(const char *name)
{
	size_t length = strlen(name);
	bool ends = length > 5 && (strcmp(name + length - 4, ".key") == 0 || strcmp(name + length - 4, ".box") == 0 ||
	                           strcmp(name + length - 5, ".seal") == 0);
	return ends && length < 100 && name[0] != '.' && strchr(name, '/') == NULL &&
	       strcmp(name, strchr(SEAL_SHARED_FILE, '/') + 1) != 0;
}

static int path_of(const char *directory, const char *name, char out[FILE_MAX_PATH], struct problem *problem)
{
	int length = snprintf(out, FILE_MAX_PATH, "%s/" FOLDER "/%s", directory, name);
	return length < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
}

static void name_row(const uint8_t seal[SEAL_KEY], const char *name, uint8_t ret_key[SHARED_ROW_KEY])
{
	(void)crypto_generichash(ret_key, SHARED_ROW_KEY, (const unsigned char *)name, strlen(name), seal, SEAL_KEY);
}

/* ---- what is there ---- */

struct taking {
	const uint8_t *seal;
	const char *directory;
	struct text plain;
	struct problem *problem;
	uint8_t (*there)[SHARED_ROW_KEY]; /* for giving: only noted */
	size_t count, capacity;
};

static int write_key(struct taking *taking, const struct mirror_row *row)
{
	char name[100], path[FILE_MAX_PATH];
	const struct mirror_value *file = &row->values[0], *bytes = &row->values[1];
	if (row->count != 2 || file->type != SQL_TEXT || file->length >= sizeof name || bytes->type != SQL_BYTES)
		return problem_set(taking->problem, JISR_CORRUPT, "beside the shared log lies a key that is none");
	memcpy(name, file->bytes, file->length);
	name[file->length] = '\0';
	if (!is_key(name))
		return problem_set(taking->problem, JISR_CORRUPT, "beside the shared log lies a key that is none");
	int error = path_of(taking->directory, name, path, taking->problem);
	if (error || access(path, F_OK) == 0)
		return error;
	return file_replace(path, bytes->bytes, bytes->length, taking->problem);
}

static int take_row(void *context, const struct shared_row *in)
{
	struct taking *taking = context;
	struct mirror_row row;
	if (taking->directory == NULL) {
		int error = memory_reserve(&taking->there, &taking->capacity, taking->count + 1, SIZE_MAX,
		                           sizeof *taking->there);
		if (error)
			return problem_set(taking->problem, error, "out of memory");
		memcpy(taking->there[taking->count++], in->key, SHARED_ROW_KEY);
		return JISR_OK;
	}
	if (!mirror_row_open(taking->seal, SHARED_KEYS_BASE, in, &taking->plain, &row))
		return problem_set(
			taking->problem, JISR_CORRUPT,
			"beside the shared log lies a key that was changed there, or that another " SEAL_SHARED_FILE
			" sealed: copy that file from the machine that shared the log");
	return write_key(taking, &row);
}

static int read_rows(struct shared *shared, struct taking *taking)
{
	text_init(&taking->plain, 2 * SHARED_MAX_KEY);
	int error = shared_rows_read(shared, SHARED_KEYS_BASE, 0, take_row, taking, taking->problem);
	if (taking->plain.capacity > 0)
		sodium_memzero(taking->plain.bytes, taking->plain.capacity);
	text_finish(&taking->plain);
	return error;
}

int shared_keys_take(struct shared *shared, const uint8_t seal[SEAL_KEY], const char *directory,
                     struct problem *problem)
{
	struct taking taking = {.seal = seal, .directory = directory, .problem = problem};
	char path[FILE_MAX_PATH];
	int error = path_of(directory, "", path, problem);
	if (!error && mkdir(path, 0700) != 0 && errno != EEXIST)
		error = file_problem(problem, path, "make it");
	return error ? error : read_rows(shared, &taking);
}

/* ---- giving ---- */

static int put_key(struct shared *shared, const uint8_t seal[SEAL_KEY], const char *directory, const char *name,
                   struct shared_row *row, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct text file, plain, sealed;
	struct mirror_row in = {.table = "keys", .count = 2};
	text_init(&file, SHARED_MAX_KEY);
	text_init(&plain, 2 * SHARED_MAX_KEY);
	text_init(&sealed, 2 * SHARED_MAX_KEY);
	int error = path_of(directory, name, path, problem);
	if (!error)
		error = file_read(path, &file, problem);
	in.values[0] = (struct mirror_value){.type = SQL_TEXT, .bytes = name, .length = strlen(name)};
	in.values[1] = (struct mirror_value){.type = SQL_BYTES, .bytes = file.bytes, .length = file.length};
	if (!error && (mirror_row_write(&in, &plain) || mirror_row_seal(seal, SHARED_KEYS_BASE, &plain, &sealed, row)))
		error = problem_no_memory(problem);
	if (!error)
		error = shared_rows_put(shared, SHARED_KEYS_BASE, row, problem);
	if (file.capacity > 0)
		sodium_memzero(file.bytes, file.capacity);
	if (plain.capacity > 0)
		sodium_memzero(plain.bytes, plain.capacity);
	text_finish(&file);
	text_finish(&plain);
	text_finish(&sealed);
	return error;
}

static bool is_there(const struct taking *taking, const uint8_t key[SHARED_ROW_KEY])
{
	for (size_t i = 0; i < taking->count; i++)
		if (memcmp(taking->there[i], key, SHARED_ROW_KEY) == 0)
			return true;
	return false;
}

/* Inside the change. */
static int put_missing(struct shared *shared, const uint8_t seal[SEAL_KEY], const char *directory,
                       const struct taking *there, uint64_t change, bool *ret_some, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = path_of(directory, "", path, problem);
	DIR *folder = error ? NULL : opendir(path);
	if (!error && folder == NULL && errno != ENOENT)
		error = file_problem(problem, path, "read it");
	for (struct dirent *file; !error && folder != NULL && (file = readdir(folder)) != NULL;) {
		struct shared_row row = {.change = change};
		if (!is_key(file->d_name))
			continue;
		name_row(seal, file->d_name, row.key);
		if (is_there(there, row.key))
			continue;
		error = put_key(shared, seal, directory, file->d_name, &row, problem);
		*ret_some = true;
	}
	if (folder != NULL)
		(void)closedir(folder);
	return error;
}

int shared_keys_give(struct shared *shared, const uint8_t seal[SEAL_KEY], const char *directory,
                     struct problem *problem)
{
	struct taking there = {.seal = seal, .problem = problem};
	uint64_t last = 0;
	bool some = false;
	int error = shared_rows_begin(shared, SHARED_KEYS_BASE, &last, problem);
	if (error)
		return error;
	error = read_rows(shared, &there);
	if (!error)
		error = put_missing(shared, seal, directory, &there, last + 1, &some, problem);
	memory_free(there.there);
	if (!error && some && shared_rows_commit(shared, SHARED_KEYS_BASE, last + 1, problem) != SHARED_DONE)
		error = JISR_BUSY;
	shared_rollback(shared);
	return error;
}

/* ---- by directory ---- */

static int by_directory(const char *directory,
                        int (*function)(struct shared *shared, const uint8_t seal[SEAL_KEY], const char *directory,
                                        struct problem *problem),
                        struct problem *problem)
{
	CLEANUP(shared_freep) struct shared *shared = NULL;
	uint8_t seal[SEAL_KEY];
	int error = shared_of(directory, &shared, problem);
	if (error || shared == NULL)
		return error;
	error = seal_load(directory, SEAL_SHARED_FILE, false, seal, problem);
	if (!error)
		error = function(shared, seal, directory, problem);
	else if (error == JISR_NOT_FOUND)
		error = JISR_OK;
	sodium_memzero(seal, sizeof seal);
	return error;
}

int shared_keys_put(const char *directory, struct problem *problem)
{
	return by_directory(directory, shared_keys_give, problem);
}

int shared_keys_fetch(const char *directory, struct problem *problem)
{
	return by_directory(directory, shared_keys_take, problem);
}
