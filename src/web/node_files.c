/* A fetched file bears no time: it is as old as can be. Whoever cleans files that no entry names (message/attachment.h,
 * web/sweep.h) takes it at once, and never one that was made here and that an entry will name.
 *
 * A round: the digests that the tables name are listed and sorted; each that is not here is fetched; each file of the folders
 * that is not in the list is removed. It begins when entries came that may name files, or when the last one left something. */
#include "web/node_files.h"

#include "assembly/document.h"
#include "base/clock.h"
#include "message/message.h"
#include "notices/notice.h"
#include "notices/object.h"
#include "store/shared_files.h"
#include "web/log.h"
#include "web/record_lists.h"
#include "web/service.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGEST        64 /* hexadecimal digits */
#define HEX           "0123456789abcdef"
#define ROUND_SECONDS 5.0 /* of one round, so that the rest of the tending is not kept waiting */
#define AGAIN_SECONDS 5.0 /* after a round that left something */
#define FILES_MEMORY  ((size_t)64 << 20)

enum folder { LISTS, OBJECTS, PICTURES, MESSAGES, DOCUMENTS, FOLDERS };
static const struct {
	const char *name, *end;
	bool deep; /* a folder more: the first two digits */
} folders[FOLDERS] = {
	[LISTS] = {"lists", ".jisr", false},   [OBJECTS] = {"objects", ".jisr", false},
	[PICTURES] = {"pictures", "", true},   [MESSAGES] = {"messages", "", true},
	[DOCUMENTS] = {"documents", "", true},
};

static bool good_digest(const char *digest)
{
	return strlen(digest) == DIGEST && strspn(digest, HEX) == DIGEST;
}

/* "pictures/ab/abcd..."; the digest is a good one. */
static void name_of(enum folder folder, const char *digest, char out[SHARED_FILE_NAME])
{
	(void)snprintf(out, SHARED_FILE_NAME, "%s/%.*s%s%.64s%s", folders[folder].name, folders[folder].deep ? 2 : 0,
	               digest, folders[folder].deep ? "/" : "", digest, folders[folder].end);
}

static int path_in(const char *directory, const char *name, char path[FILE_MAX_PATH], struct problem *problem)
{
	int length = snprintf(path, FILE_MAX_PATH, "%s/%s", directory, name);
	return length > 0 && length < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", directory);
}

/* ---- what an office's entries name ---- */

struct wanted {
	enum folder folder;
	char digest[DIGEST + 1];
};

struct naming {
	struct wanted *list;
	size_t count, capacity;
	enum folder folder;
	const char *only; /* this digest alone; NULL: all */
	int error;
};

static bool name_file(void *context, const char *digest)
{
	struct naming *naming = context;
	if (!good_digest(digest) || (naming->only != NULL && strcmp(naming->only, digest) != 0))
		return true;
	naming->error = memory_reserve(&naming->list, &naming->capacity, naming->count + 1, NODE_FILES_MAX,
	                               sizeof *naming->list);
	if (naming->error)
		return false;
	struct wanted *one = &naming->list[naming->count++];
	one->folder = naming->folder;
	memcpy(one->digest, digest, sizeof one->digest);
	return naming->only == NULL;
}

static bool name_parts(void *context, const struct object_file *file)
{
	struct naming *naming = context;
	bool more = true;
	for (size_t i = 0; more && i < file->part_count; i++)
		more = name_file(naming, file->parts[i].file);
	return more;
}

static int name_lists(struct naming *naming, struct sql *sql, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT file FROM record_list ORDER BY place");
	bool more = true;
	while (more && sql_next(&query))
		more = name_file(naming, sql_text(&query, 0));
	return sql_done(&query, problem);
}

static int name_of_office(struct naming *naming, struct sql *sql, const struct network_node *node, const char *office,
                          struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct viewer viewer = {office};
	switch (naming->folder) {
	case LISTS: return name_lists(naming, sql, problem);
	case PICTURES: return notice_pictures(sql, viewer, naming->only, name_file, naming, problem);
	case MESSAGES: /* a border post carries no messages */
		return node->kind == NODE_POST ? JISR_OK
		                               : message_files(sql, office, naming->only, name_file, naming, problem);
	case DOCUMENTS: /* nor papers of the assembly */
		return node->kind == NODE_POST ? JISR_OK : document_each(sql, naming->only, name_file, naming, problem);
	case OBJECTS:
	case FOLDERS: break;
	}
	int error = arena_new(FILES_MEMORY, &arena);
	return error ? problem_set(problem, error, "%s", error_text(error))
	             : object_files(sql, viewer, arena, name_parts, naming, problem);
}

static int name_in(struct naming *naming, struct sql *sql, const struct network_node *node, struct problem *problem)
{
	int error = name_of_office(naming, sql, node, node->office, problem);
	for (size_t i = 0; !error && naming->folder != LISTS && i < node->served.count; i++)
		error = name_of_office(naming, sql, node, node->served.offices[i], problem);
	return error;
}

int node_files_find(struct store_reader *reader, const char *directory, const struct network_node *node,
                    const char *folder, const char *digest, char path[FILE_MAX_PATH], struct problem *problem)
{
	char name[SHARED_FILE_NAME];
	struct naming naming = {.only = digest};
	size_t at = 0;
	while (at < FOLDERS && strcmp(folders[at].name, folder) != 0)
		at++;
	naming.folder = (enum folder)at;
	int error = at == FOLDERS || !good_digest(digest) ? JISR_OK
	                                                  : name_in(&naming, store_reader_sql(reader), node, problem);
	if (!error)
		error = naming.error;
	size_t count = naming.count;
	memory_free(naming.list);
	if (error)
		return error;
	if (count == 0)
		return problem_set(problem, JISR_NOT_FOUND, "There is no such file.");
	name_of(naming.folder, digest, name);
	error = path_in(directory, name, path, problem);
	if (!error && access(path, F_OK) != 0) /* another machine of headquarters may have it */
		error = shared_file_fetch(directory, name, NULL) == JISR_OK
		                ? JISR_OK
		                : problem_set(problem, JISR_NOT_FOUND, "There is no such file.");
	return error;
}

/* ---- at a node ---- */

struct node_files {
	struct service *service;
	struct store *store;
	struct network_node own;
	pthread_mutex_t lock; /* line; one fetches at a time */
	struct pull *line;
	atomic_ullong cleared; /* node_files_cleared */
	uint64_t looked;       /* the tending thread's: up to which entries were looked through */
	double again;          /* clock_seconds() before which no round begins */
	uint64_t lists;        /* record_lists_mark that was settled */
	bool due, told;        /* told: that something is missing */
	struct naming naming;
};

static int fetch_to(const char *directory, struct pull *pull, const char *name, bool now, struct problem *problem)
{
	char path[FILE_MAX_PATH], at[SHARED_FILE_NAME + 32], digest[DIGEST + 1];
	static const struct timespec none[2];
	int error = path_in(directory, name, path, problem);
	for (char *slash = path + strlen(directory) + 1; !error && (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			error = file_problem(problem, path, "make it");
		*slash = '/';
	}
	if (error)
		return error;
	(void)snprintf(digest, sizeof digest, "%.64s", strrchr(name, '/') + 1);
	(void)snprintf(at, sizeof at, "/network/v1/files/%.*s/%s", (int)strcspn(name, "/"), name, digest);
	error = pull_fetch(pull, at, digest, path, NODE_FILE_MOST, now, problem);
	if (!error)
		(void)utimensat(AT_FDCWD, path, none, 0);
	return error;
}

/* Somebody asks for a file that is not here. On any thread. */
static int fetch_now(void *context, const char *name, struct problem *problem)
{
	struct node_files *files = context;
	struct pull_status status = {.connected = false};
	char path[FILE_MAX_PATH];
	const char *directory = store_directory(files->store);
	(void)pthread_mutex_lock(&files->lock);
	if (files->line != NULL)
		pull_status(files->line, &status);
	int error = path_in(directory, name, path, problem);
	if (!error && access(path, F_OK) != 0)
		error = status.connected
		                ? fetch_to(directory, files->line, name, true, problem)
		                : problem_set(problem, JISR_NOT_FOUND,
		                              "%s is not here yet, and there is no line to headquarters", name);
	(void)pthread_mutex_unlock(&files->lock);
	return error;
}

static int by_name(const void *a, const void *b)
{
	const struct wanted *one = a, *other = b;
	return one->folder != other->folder ? (int)one->folder - (int)other->folder
	                                    : strcmp(one->digest, other->digest);
}

static int list_all(struct node_files *files, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct naming *naming = &files->naming;
	int error = store_read(files->store, &reader, problem);
	naming->count = 0;
	for (int folder = 0; !error && folder < FOLDERS; folder++) {
		naming->folder = (enum folder)folder;
		error = name_in(naming, store_reader_sql(reader), &files->own, problem);
		if (!error)
			error = naming->error;
	}
	if (naming->count > 0)
		qsort(naming->list, naming->count, sizeof *naming->list, by_name);
	return error;
}

/* Whether everything is here now. *ret_fetched: whether something came. */
static bool fetch_all(struct node_files *files, struct pull *pull, bool *ret_fetched, struct problem *problem)
{
	const char *directory = store_directory(files->store);
	double began = clock_seconds();
	bool whole = true;
	for (size_t i = 0; i < files->naming.count; i++) {
		char name[SHARED_FILE_NAME], path[FILE_MAX_PATH];
		name_of(files->naming.list[i].folder, files->naming.list[i].digest, name);
		if (path_in(directory, name, path, problem) != JISR_OK || access(path, F_OK) == 0)
			continue;
		if (clock_seconds() - began > ROUND_SECONDS)
			return false;
		int error = fetch_to(directory, pull, name, false, problem);
		whole = whole && error == JISR_OK;
		*ret_fetched = *ret_fetched || error == JISR_OK;
		if (error != JISR_OK && error != JISR_NOT_FOUND && error != JISR_CORRUPT)
			return false; /* no line, or no room */
	}
	return whole;
}

/* Whether a file that is named no more was fetched, whole or in part, by what stands after its digest. Lists keep their own files
 * (watch/catalogue.h). */
static bool may_drop(enum folder folder, const char *rest, const struct stat *status)
{
	size_t length = strlen(folders[folder].end);
	if (strncmp(rest, folders[folder].end, length) != 0)
		return false;
	return strcmp(rest + length, PULL_PART) == 0 ||
	       (rest[length] == '\0' && folder != LISTS && status->st_mtime == 0);
}

static void drop_in(struct node_files *files, enum folder folder, const char *path, bool deeper)
{
	DIR *open = opendir(path);
	for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
		char inner[FILE_MAX_PATH];
		struct wanted wanted = {.folder = folder};
		struct stat status;
		if (snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) >= (int)sizeof inner)
			continue;
		if (deeper && strlen(entry->d_name) == 2 && strspn(entry->d_name, HEX) == 2) {
			drop_in(files, folder, inner, false);
			continue;
		}
		(void)snprintf(wanted.digest, sizeof wanted.digest, "%.64s", entry->d_name);
		if (good_digest(wanted.digest) && stat(inner, &status) == 0 &&
		    may_drop(folder, entry->d_name + DIGEST, &status) &&
		    (files->naming.count == 0 || bsearch(&wanted, files->naming.list, files->naming.count,
		                                         sizeof *files->naming.list, by_name) == NULL))
			(void)unlink(inner);
	}
	if (open != NULL)
		(void)closedir(open);
}

static void drop_unnamed(struct node_files *files)
{
	for (int folder = LISTS; folder < FOLDERS; folder++) {
		char path[FILE_MAX_PATH];
		if (path_in(store_directory(files->store), folders[folder].name, path, NULL) == JISR_OK)
			drop_in(files, (enum folder)folder, path, folders[folder].deep);
	}
}

static int names_files(void *context, const struct entry *entry, struct problem *problem)
{
	static const char *const begin[] = {"list.", "object.", "notice.", "message.", "assembly.document"};
	(void)context;
	(void)problem;
	for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
		if (strncmp(entry->header.kind, begin[i], strlen(begin[i])) == 0)
			return JISR_CANCELLED;
	return JISR_OK;
}

/* Whether a round is to begin. *ret_size: the entries that it is of. */
static bool is_due(struct node_files *files, uint64_t *ret_size)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	if (store_read(files->store, &reader, NULL) != JISR_OK)
		return false;
	uint64_t size = store_reader_sequence(reader);
	if (size > files->looked && !files->due)
		files->due = log_each(store_reader_log(reader), files->looked + 1, LOG_WITHOUT_BODY, names_files, NULL,
		                      NULL) != JISR_OK;
	files->looked = size;
	if (!files->due)
		atomic_store(&files->cleared, size);
	*ret_size = size;
	return files->due && clock_seconds() >= files->again;
}

static void tell_missing(struct node_files *files, const struct problem *problem)
{
	const struct log_field fields[] = {{"reason", problem->text, 0}};
	if (problem->text[0] != '\0' && !files->told)
		log_event(LOG_LEVEL_WARNING, "network-files", fields, 1);
	files->told = problem->text[0] != '\0';
}

void node_files_tend(struct node_files *files, struct pull *pull)
{
	struct problem problem = {""};
	size_t missing = 0;
	uint64_t size = 0, mark = 0;
	bool fetched = false;
	if (!is_due(files, &size))
		return;
	/* Taken before what it stands for is read. */
	if (record_lists_mark(files->store, &mark, NULL) != JISR_OK)
		return;
	bool listed = list_all(files, &problem) == JISR_OK;
	bool whole = listed && fetch_all(files, pull, &fetched, &problem);
	if (listed) {
		drop_unnamed(files);
		atomic_store(&files->cleared, size);
	}
	int error = mark == files->lists
	                    ? JISR_OK
	                    : record_lists_settle(store_directory(files->store), &missing, whole ? &problem : NULL);
	if (whole && error == JISR_OK && missing == 0 && mark != files->lists) {
		files->lists = mark;
		service_look(files->service);
	}
	if (fetched)
		service_files_came(files->service);
	files->due = !whole || error != JISR_OK || missing > 0;
	if (files->due) {
		files->again = clock_seconds() + (fetched ? 0 : AGAIN_SECONDS);
		tell_missing(files, &problem);
		return;
	}
	files->told = false;
}

uint64_t node_files_cleared(struct node_files *files)
{
	return atomic_load(&files->cleared);
}

int node_files_new(struct service *service, const struct network_node *own, struct node_files **ret_files,
                   struct problem *problem)
{
	struct node_files *files = memory_zero(1, sizeof *files);
	if (files == NULL)
		return problem_no_memory(problem);
	files->service = service;
	files->store = service_store(service);
	files->own = *own;
	files->due = true; /* what a kill left */
	(void)pthread_mutex_init(&files->lock, NULL);
	shared_files_source(store_directory(files->store), fetch_now, files);
	*ret_files = files;
	return JISR_OK;
}

void node_files_line(struct node_files *files, struct pull *pull)
{
	(void)pthread_mutex_lock(&files->lock);
	files->line = pull;
	(void)pthread_mutex_unlock(&files->lock);
}

struct node_files *node_files_free(struct node_files *files)
{
	if (files == NULL)
		return NULL;
	shared_files_source(NULL, NULL, NULL);
	(void)pthread_mutex_destroy(&files->lock);
	memory_free(files->naming.list);
	return memory_free(files);
}
