/* DIR/keys (0700): one file a key, mode 0600, which holds the secret key as base/note.h writes it. "log.key" signs the
 * checkpoints; "MA-1a2b3c4d.key" signs entries of the office MA. */
#include "base/clock.h"
#include "base/secret.h"
#include "store/shared_keys.h"
#include "store/store_private.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#define FEW_SIGNERS    16   /* room at first */
#define ABSENT_SECONDS 10.0 /* a key that was not found is not looked for again */

static int key_path(char out[FILE_MAX_PATH], const char *directory, const char *name, struct problem *problem)
{
	int length = snprintf(out, FILE_MAX_PATH, "%s/" STORE_KEYS "%s%s", directory, name[0] != '\0' ? "/" : "", name);
	return length > 0 && length < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", directory);
}

static int keep(struct store_signers *signers, const struct note_signer *signer, struct problem *problem)
{
	if (signers->count == STORE_MAX_SIGNERS)
		return problem_set(problem, JISR_TOO_LARGE, "too many keys in the folder of keys");
	if (signers->count == signers->capacity) {
		size_t capacity = signers->capacity > 0 ? 2 * signers->capacity : FEW_SIGNERS;
		struct note_signer *more = secret_alloc(capacity * sizeof *more);
		if (more == NULL)
			return problem_no_memory(problem);
		if (signers->count > 0)
			memcpy(more, signers->signers, signers->count * sizeof *more);
		signers->signers = secret_free(signers->signers);
		signers->signers = more;
		signers->capacity = capacity;
	}
	signers->signers[signers->count++] = *signer;
	return JISR_OK;
}

/* Where it may be, it is kept off the swap file and out of memory dumps. */
static void keep_log(struct store_signers *signers, const struct note_signer *signer)
{
	(void)sodium_mlock(&signers->log, sizeof signers->log);
	signers->log = *signer;
}

static int read_key(struct store_signers *signers, const char *path, bool of_log, struct problem *problem)
{
	struct note_signer signer;
	struct text text;
	struct problem inner = {""};
	text_init(&text, NOTE_MAX_KEY);
	int error = file_read(path, &text, problem);
	if (!error) {
		error = note_signer_read(text.bytes, text.length, &signer, &inner);
		if (error)
			error = problem_set(problem, error == JISR_BAD_INPUT ? JISR_CORRUPT : error,
			                    "%s: %s. It is damaged: put it back from where a copy is kept", path,
			                    inner.text);
	}
	if (text.capacity > 0)
		sodium_memzero(text.bytes, text.length);
	text_finish(&text);
	if (error)
		return error;
	if (of_log)
		keep_log(signers, &signer);
	else
		error = keep(signers, &signer, problem);
	note_signer_finish(&signer);
	return error;
}

int store_signers_open(struct store_signers *signers, const char *directory, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = key_path(path, directory, "", problem);
	DIR *folder = error ? NULL : opendir(path);
	if (error || (folder == NULL && errno == ENOENT))
		return error;
	if (folder == NULL) {
		(void)file_problem(problem, path, "read it");
		return JISR_IO;
	}
	for (struct dirent *file; !error && (file = readdir(folder)) != NULL;) {
		size_t length = strlen(file->d_name);
		if (length <= 4 || strcmp(file->d_name + length - 4, ".key") != 0)
			continue;
		error = key_path(path, directory, file->d_name, problem);
		if (!error)
			error = read_key(signers, path, strcmp(file->d_name, STORE_LOG_KEY) == 0, problem);
	}
	(void)closedir(folder);
	return error;
}

void store_signers_finish(struct store_signers *signers)
{
	signers->signers = secret_free(signers->signers);
	signers->count = signers->capacity = 0;
	(void)sodium_munlock(&signers->log, sizeof signers->log); /* wipes */
}

/* A new key of that name, in DIR/keys; note_signer_finish it. */
static int make_file(const char *directory, const char *name, bool of_log, struct note_signer *ret_signer,
                     struct problem *problem)
{
	char path[FILE_MAX_PATH], file[NOTE_MAX_KEY], written[NOTE_MAX_KEY], hex[9];
	int error = key_path(path, directory, "", problem);
	if (!error)
		error = file_make_folder(path, problem);
	if (!error)
		error = note_signer_new(name, ret_signer, problem);
	if (error)
		return error;
	sodium_bin2hex(hex, sizeof hex, ret_signer->id, sizeof ret_signer->id);
	(void)snprintf(file, sizeof file, "%s-%s.key", name, hex);
	error = key_path(path, directory, of_log ? STORE_LOG_KEY : file, problem);
	note_signer_write(ret_signer, written);
	size_t length = strlen(written);
	written[length] = '\n';
	if (!error)
		error = file_replace(path, written, length + 1, problem);
	sodium_memzero(written, sizeof written);
	if (error)
		note_signer_finish(ret_signer);
	return error;
}

int store_key_file(const char *directory, const char *office, char ret_verifier[NOTE_MAX_KEY], struct problem *problem)
{
	struct note_signer signer;
	struct note_verifier verifier;
	int error = make_file(directory, office, false, &signer, problem);
	if (error)
		return error;
	note_signer_verifier(&signer, &verifier);
	note_verifier_write(&verifier, ret_verifier);
	note_signer_finish(&signer);
	return JISR_OK;
}

int store_signers_make(struct store_signers *signers, const char *directory, const char *name, bool of_log,
                       struct note_verifier *ret_verifier, struct problem *problem)
{
	struct note_signer signer;
	int error = make_file(directory, name, of_log, &signer, problem);
	if (error)
		return error;
	(void)pthread_mutex_lock(&signers->lock);
	if (of_log)
		keep_log(signers, &signer);
	else
		error = keep(signers, &signer, problem);
	(void)pthread_mutex_unlock(&signers->lock);
	note_signer_verifier(&signer, ret_verifier);
	note_signer_finish(&signer);
	return error;
}

static bool find(const struct store_signers *signers, const char *office, const uint8_t id[4],
                 struct note_signer *ret_signer)
{
	for (size_t i = 0; i < signers->count; i++) {
		if (memcmp(signers->signers[i].id, id, 4) == 0 && strcmp(signers->signers[i].name, office) == 0) {
			*ret_signer = signers->signers[i];
			return true;
		}
	}
	return false;
}

/* When DIR/keys last changed; noughts where there is none. */
static struct timespec folder_changed(const char *directory)
{
	char path[FILE_MAX_PATH];
	struct stat status = {.st_size = 0};
	if (key_path(path, directory, "", NULL) == JISR_OK)
		(void)stat(path, &status);
	return status.st_mtim;
}

/* A key is put where all machines find it before an entry names it: one that is not there is another installation's (a node's
 * own), unless somebody copies a file in. */
static bool is_absent(const struct store_signers *signers, const char *directory, const char *office,
                      const uint8_t id[4])
{
	struct timespec changed = folder_changed(directory);
	for (const struct store_absent *one = signers->absent; one < signers->absent + STORE_ABSENT; one++)
		if (memcmp(one->id, id, sizeof one->id) == 0 && strcmp(one->office, office) == 0 &&
		    clock_seconds() < one->until && changed.tv_sec == one->changed.tv_sec &&
		    changed.tv_nsec == one->changed.tv_nsec)
			return true;
	return false;
}

static void note_absent(struct store_signers *signers, const char *directory, const char *office, const uint8_t id[4])
{
	struct store_absent *one = &signers->absent[signers->absent_next++ % STORE_ABSENT];
	(void)snprintf(one->office, sizeof one->office, "%s", office);
	memcpy(one->id, id, sizeof one->id);
	one->until = clock_seconds() + ABSENT_SECONDS;
	one->changed = folder_changed(directory);
}

bool store_signers_find(struct store_signers *signers, const char *directory, const char *office, const uint8_t id[4],
                        struct note_signer *ret_signer)
{
	(void)pthread_mutex_lock(&signers->lock);
	bool found = find(signers, office, id, ret_signer);
	if (!found &&
	    !is_absent(signers, directory, office, id)) { /* another process, or another machine, may have made it */
		signers->count = 0;
		int error = shared_keys_fetch(directory, NULL);
		(void)store_signers_open(signers, directory, NULL);
		found = find(signers, office, id, ret_signer);
		if (!found && !error)
			note_absent(signers, directory, office, id);
	}
	(void)pthread_mutex_unlock(&signers->lock);
	return found;
}

int store_key_make(struct store *store, const char *office, char ret_verifier[NOTE_MAX_KEY], struct problem *problem)
{
	struct note_verifier verifier;
	if (!entry_office_valid(office))
		return problem_set(problem, JISR_BAD_INPUT, "\"%.40s\" is no code of an office", office);
	int error = store_signers_make(&store->signers, store->directory, office, false, &verifier, problem);
	if (!error) /* before an entry lets it count: any machine may die then */
		error = shared_keys_put(store->directory, problem);
	if (!error)
		note_verifier_write(&verifier, ret_verifier);
	return error;
}

int store_key_find(struct store *store, struct sql *sql, const char *office, struct note_signer *ret_signer,
                   struct problem *problem)
{
	bool any = false, found = false;
	struct sql_query query = sql_query(sql, "SELECT id FROM record_key WHERE office = ?1 AND ended = 0 "
	                                        "ORDER BY added DESC");
	sql_bind_text(&query, 1, office);
	while (!found && sql_next(&query)) {
		size_t size = 0;
		const void *id = sql_bytes(&query, 0, &size);
		any = true;
		found = size == 4 && store_signers_find(&store->signers, store->directory, office, id, ret_signer);
	}
	int error = sql_done(&query, problem);
	if (error || found)
		return error;
	return problem_set(problem, JISR_DENIED,
	                   any ? "this installation does not hold a key of %.20s. Put it into %s/" STORE_KEYS
	                       : "the office %.20s has no key that counts (looked for in %s)",
	                   office, store->directory);
}

static int sign(struct store *store, struct sql *sql, const char *office, const char *text, size_t length,
                struct text *out, struct problem *problem)
{
	struct note_signer signer;
	int error = store_key_find(store, sql, office, &signer, problem);
	if (error)
		return error;
	error = note_sign(&signer, text, length, out, problem);
	note_signer_finish(&signer);
	return error;
}

int store_sign_note(struct store_reader *reader, const char *office, const char *text, size_t length, struct text *out,
                    struct problem *problem)
{
	return sign(reader->store, reader->sql, office, text, length, out, problem);
}

int store_write_sign_note(struct store_write *write, const char *office, const char *text, size_t length,
                          struct text *out, struct problem *problem)
{
	return sign(write->store, write->sql, office, text, length, out, problem);
}

int store_open_note(struct store_reader *reader, const char *office, const char *note, size_t length,
                    size_t *ret_length, struct problem *problem)
{
	bool good = false;
	struct sql_query query =
		sql_query(reader->sql, "SELECT id, key FROM record_key WHERE office = ?1 AND ended = 0");
	sql_bind_text(&query, 1, office);
	while (!good && sql_next(&query)) {
		struct note_verifier verifier;
		size_t size = 0, key_size = 0;
		const void *id = sql_bytes(&query, 0, &size), *key = sql_bytes(&query, 1, &key_size);
		if (size != sizeof verifier.id || key_size != sizeof verifier.key)
			continue;
		(void)snprintf(verifier.name, sizeof verifier.name, "%s", office);
		memcpy(verifier.id, id, sizeof verifier.id);
		memcpy(verifier.key, key, sizeof verifier.key);
		good = note_open(&verifier, note, length, ret_length, NULL) == JISR_OK;
	}
	int error = sql_done(&query, problem);
	return error || good ? error
	                     : problem_set(problem, JISR_DENIED, "no key of %.20s that counts has signed it", office);
}
