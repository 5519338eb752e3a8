/* lists.json, version 1, is one JSON object:
 *
 *   {"version":1,"lists":[
 *   {"name":"ofac-sdn","format":"OFAC SDN (CSV)","source":"sdn.csv alt.csv","published":"2024-05-02",
 *    "loaded":"2026-11-23T21:00:00Z","file":"9f86d081...","entities":14000,"names":31000,"documents":9000,
 *    "bytes":12000000}],
 *   "sum":"2c26b46b..."}
 *
 * A later version adds to the number; members that are not known are let pass, those above must be there, but the sum, which an
 * earlier version of jisr did not write: the SHA-256 of all before the comma that stands before it.
 *
 * Invariants
 *
 *   1  Every file that lists.json names was synced before that lists.json was.
 *   2  A segment file is never changed: its name is the SHA-256 of its bytes.
 *   3  Only who holds DIR/lock creates, renames or removes in DIR and DIR/lists.
 *   4  A segment file is removed only when the lists.json on disk, synced, does not name it.
 *
 * Hence at any moment lists.json names whole files. A reader that meets a missing file has read a lists.json that was
 * replaced since, and reads it again.
 */
#include "watch/catalogue.h"

#include "base/json.h"
#include "base/text.h"
#include "watch/catalogue_private.h"
#include "watch/segment.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST_VERSION 1
#define MANIFEST_NAME    "lists.json"
#define MANIFEST_MEMORY  ((size_t)64 << 20)
#define ATTACH_TRIES     8

static bool name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool catalogue_name_valid(const char *name)
{
	size_t length = strnlen(name, CATALOGUE_MAX_NAME + 1);
	if (length == 0 || length > CATALOGUE_MAX_NAME || !name_character(name[0]))
		return false;
	for (size_t i = 1; i < length; i++) {
		if (!name_character(name[i]) && strchr("-_.", name[i]) == NULL)
			return false;
	}
	return true;
}

static bool file_valid(const char *file)
{
	return text_is_hex(file, CATALOGUE_FILE_DIGITS);
}

int catalogue_path(char path[FILE_MAX_PATH], const char *directory, const char *name, struct problem *problem)
{
	int length = snprintf(path, FILE_MAX_PATH, "%s/%s", directory, name);
	return length > 0 && length < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", directory);
}

int catalogue_segment_path(char path[FILE_MAX_PATH], const char *directory, const char *file, struct problem *problem)
{
	char name[CATALOGUE_FILE_DIGITS + 16];
	(void)snprintf(name, sizeof name, "lists/%.64s.jisr", file);
	return catalogue_path(path, directory, name, problem);
}

/* ---- lists.json ---- */

void catalogue_manifest_finish(struct catalogue_manifest *manifest)
{
	arena_free(manifest->arena);
	*manifest = (struct catalogue_manifest){NULL, NULL, 0};
}

const struct catalogue_list *catalogue_manifest_find(const struct catalogue_manifest *manifest, const char *name)
{
	for (size_t i = 0; i < manifest->count; i++) {
		if (strcmp(manifest->lists[i].name, name) == 0)
			return &manifest->lists[i];
	}
	return NULL;
}

int catalogue_manifest_copy(const struct catalogue_list *lists, size_t count, struct catalogue_manifest *ret_manifest)
{
	struct catalogue_manifest copy = {NULL, NULL, count};
	int r = arena_new(MANIFEST_MEMORY, &copy.arena);
	if (r != JISR_OK)
		return r;
	copy.lists = arena_zero(copy.arena, count + 1, sizeof *copy.lists);
	for (size_t i = 0; copy.lists != NULL && i < count; i++) {
		const char **texts[] = {&copy.lists[i].name,      &copy.lists[i].format, &copy.lists[i].source,
		                        &copy.lists[i].published, &copy.lists[i].loaded, &copy.lists[i].file};
		copy.lists[i] = lists[i];
		for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
			*texts[t] = arena_text(copy.arena, *texts[t], strlen(*texts[t]));
			if (*texts[t] == NULL) {
				arena_free(copy.arena);
				return JISR_NO_MEMORY;
			}
		}
	}
	if (copy.lists == NULL) {
		arena_free(copy.arena);
		return JISR_NO_MEMORY;
	}
	*ret_manifest = copy;
	return JISR_OK;
}

static int damaged(struct problem *problem, const char *path, const char *what)
{
	return problem_set(problem, JISR_CORRUPT,
	                   "%s is damaged: %s. Put back a copy of it, or move it away and load the lists again; "
	                   "where there is a record, jisr serve makes it again",
	                   path, what);
}

/* One text member into *ret_text, copied; false when it is missing, *no_memory when there is none. */
static bool take_text(const cJSON *object, const char *name, struct arena *arena, const char **ret_text,
                      bool *no_memory)
{
	const char *text = json_get_text(object, name);
	if (text == NULL)
		return false;
	*ret_text = arena_text(arena, text, strlen(text));
	*no_memory = *no_memory || *ret_text == NULL;
	return *ret_text != NULL;
}

static bool take_number(const cJSON *object, const char *name, uint64_t *ret_number)
{
	return json_whole(json_get(object, name), 0, JSON_MAX_WHOLE, ret_number);
}

static int take_list(const cJSON *item, const char *path, struct catalogue_manifest *manifest, struct problem *problem)
{
	struct catalogue_list list = {0};
	struct arena *arena = manifest->arena;
	bool no_memory = false;
	bool whole = take_text(item, "name", arena, &list.name, &no_memory) &&
	             take_text(item, "format", arena, &list.format, &no_memory) &&
	             take_text(item, "source", arena, &list.source, &no_memory) &&
	             take_text(item, "published", arena, &list.published, &no_memory) &&
	             take_text(item, "loaded", arena, &list.loaded, &no_memory) &&
	             take_text(item, "file", arena, &list.file, &no_memory) &&
	             take_number(item, "entities", &list.entities) && take_number(item, "names", &list.names) &&
	             take_number(item, "documents", &list.documents) && take_number(item, "bytes", &list.bytes);
	if (no_memory)
		return JISR_NO_MEMORY;
	if (!whole)
		return damaged(problem, path, "a list lacks a member, or one is of a wrong kind");
	if (!catalogue_name_valid(list.name) || !file_valid(list.file))
		return damaged(problem, path, "a list has a name or file that cannot be");
	if (catalogue_manifest_find(manifest, list.name) != NULL)
		return damaged(problem, path, "a list stands in it twice");
	manifest->lists[manifest->count++] = list;
	return JISR_OK;
}

static int take_lists(const cJSON *root, const char *path, struct catalogue_manifest *manifest, struct problem *problem)
{
	uint64_t version;
	const cJSON *lists = json_get(root, "lists");
	if (!take_number(root, "version", &version) || version == 0)
		return damaged(problem, path, "it has no version");
	if (version > MANIFEST_VERSION)
		return problem_set(problem, JISR_UNSUPPORTED,
		                   "%s was written by a later version of jisr. Use that version, or another data "
		                   "directory",
		                   path);
	if (!cJSON_IsArray(lists))
		return damaged(problem, path, "it has no lists");
	int count = cJSON_GetArraySize(lists);
	if (count > CATALOGUE_MAX_LISTS)
		return damaged(problem, path, "it has too many lists");
	int r = arena_new(MANIFEST_MEMORY, &manifest->arena);
	if (r != JISR_OK)
		return r;
	manifest->lists = arena_zero(manifest->arena, (size_t)count + 1, sizeof *manifest->lists);
	if (manifest->lists == NULL)
		return JISR_NO_MEMORY;
	const cJSON *item;
	cJSON_ArrayForEach(item, lists)
	{
		r = take_list(item, path, manifest, problem);
		if (r != JISR_OK)
			return r;
	}
	return JISR_OK;
}

#define SUM ",\n\"sum\":\""

/* True also where there is none: a bit that turned in its name turned in nothing that it covers. */
static bool sum_is_right(const struct text *text)
{
	char sum[SHA256_HEX];
	const char *at = memmem(text->bytes, text->length, SUM, strlen(SUM));
	if (at == NULL)
		return true;
	sha256_hex(text->bytes, (size_t)(at - text->bytes), sum);
	at += strlen(SUM);
	return text->length - (size_t)(at - text->bytes) >= SHA256_HEX && memcmp(at, sum, SHA256_HEX - 1) == 0;
}

int catalogue_manifest_read(const char *directory, struct catalogue_manifest *ret_manifest, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct catalogue_manifest manifest = {NULL, NULL, 0};
	CLEANUP(json_freep) cJSON *root = NULL;
	struct text text;
	struct problem inner = {""};
	int r = catalogue_path(path, directory, MANIFEST_NAME, problem);
	if (r != JISR_OK)
		return r;
	text_init(&text, CATALOGUE_MAX_MANIFEST);
	r = file_read(path, &text, problem);
	if (r == JISR_OK) {
		r = json_read(text.bytes, text.length, &root, &inner);
		if (r == JISR_BAD_INPUT || r == JISR_TOO_LARGE)
			r = damaged(problem, path, inner.text);
		if (r == JISR_OK && !sum_is_right(&text))
			r = damaged(problem, path, "it is not what was written");
		if (r == JISR_OK)
			r = take_lists(root, path, &manifest, problem);
	} else if (r == JISR_TOO_LARGE) {
		r = damaged(problem, path, "it is too large");
	} else if (r == JISR_NOT_FOUND) {
		if (problem != NULL)
			problem->text[0] = '\0';
		r = JISR_OK; /* nothing is loaded yet */
	}
	text_finish(&text);
	if (r != JISR_OK) {
		catalogue_manifest_finish(&manifest);
		return r == JISR_NO_MEMORY ? problem_set(problem, r, "%s: out of memory", path) : r;
	}
	*ret_manifest = manifest;
	return JISR_OK;
}

static void add_member(struct text *text, const char *name, const char *value)
{
	text_add_format(text, "\"%s\":", name);
	(void)json_write_string(value, strlen(value), text);
	text_add_char(text, ',');
}

int catalogue_manifest_write(const char *directory, const struct catalogue_list *lists, size_t count,
                             struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int r = catalogue_path(path, directory, MANIFEST_NAME, problem);
	if (r != JISR_OK)
		return r;
	struct text text;
	text_init(&text, CATALOGUE_MAX_MANIFEST);
	text_add_format(&text, "{\"version\":%d,\"lists\":[", MANIFEST_VERSION);
	for (size_t i = 0; i < count; i++) {
		text_add_string(&text, i == 0 ? "\n{" : ",\n{");
		add_member(&text, "name", lists[i].name);
		add_member(&text, "format", lists[i].format);
		add_member(&text, "source", lists[i].source);
		add_member(&text, "published", lists[i].published);
		add_member(&text, "loaded", lists[i].loaded);
		add_member(&text, "file", lists[i].file);
		text_add_format(&text, "\"entities\":%llu,\"names\":%llu,\"documents\":%llu,\"bytes\":%llu}",
		                (unsigned long long)lists[i].entities, (unsigned long long)lists[i].names,
		                (unsigned long long)lists[i].documents, (unsigned long long)lists[i].bytes);
	}
	text_add_char(&text, ']');
	if (text.error == JISR_OK) {
		char sum[SHA256_HEX];
		sha256_hex(text.bytes, text.length, sum);
		text_add_format(&text, SUM "%s\"}\n", sum);
	}
	r = text.error;
	if (r == JISR_OK)
		r = file_replace(path, text.bytes, text.length, problem);
	else
		(void)problem_set(problem, r, "%s: %s", path, error_text(r));
	text_finish(&text);
	return r;
}

/* ---- reading ---- */

static int make_directory(const char *directory, struct problem *problem)
{
	struct stat status;
	if (mkdir(directory, 0700) == 0)
		return JISR_OK;
	if (errno != EEXIST) {
		(void)file_problem(problem, directory, "create the data directory");
		return JISR_IO;
	}
	if (stat(directory, &status) != 0) {
		(void)file_problem(problem, directory, "read the data directory");
		return JISR_IO;
	}
	if (!S_ISDIR(status.st_mode))
		return problem_set(problem, JISR_IO, "%s: not a directory. Name another with --data", directory);
	return JISR_OK;
}

int catalogue_open(const char *directory, struct catalogue **ret_catalogue, struct problem *problem)
{
	int r = make_directory(directory, problem);
	if (r != JISR_OK)
		return r;
	CLEANUP(catalogue_freep) struct catalogue *catalogue = memory_zero(1, sizeof *catalogue);
	if (catalogue == NULL)
		return problem_no_memory(problem);
	catalogue->directory = memory_text(directory, strlen(directory));
	if (catalogue->directory == NULL)
		return problem_no_memory(problem);
	r = catalogue_manifest_read(directory, &catalogue->manifest, problem);
	if (r != JISR_OK)
		return r;
	*ret_catalogue = catalogue;
	catalogue = NULL;
	return JISR_OK;
}

struct catalogue *catalogue_free(struct catalogue *catalogue)
{
	if (catalogue == NULL)
		return NULL;
	catalogue_manifest_finish(&catalogue->manifest);
	memory_free(catalogue->directory);
	return memory_free(catalogue);
}

size_t catalogue_count(const struct catalogue *catalogue)
{
	return catalogue->manifest.count;
}

const struct catalogue_list *catalogue_find(const struct catalogue *catalogue, const char *name)
{
	return catalogue_manifest_find(&catalogue->manifest, name);
}

const struct catalogue_list *catalogue_at(const struct catalogue *catalogue, size_t index)
{
	return &catalogue->manifest.lists[index];
}

/* A problem with a list's file, told with the list's name and what to do. */
static int file_failed(int r, const char *path, const struct catalogue_list *list, const struct problem *inner,
                       struct problem *problem)
{
	const char *text = inner->text[0] != '\0' ? inner->text : error_text(r);
	if (r == JISR_CORRUPT)
		return problem_set(problem, r,
		                   "list %s: %s is damaged (%s). Load the list again; at a node take it "
		                   "and lists.json away, and both are fetched again",
		                   list->name, path, text);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return problem_set(problem, JISR_NOT_FOUND,
		                   "list %s: %s is missing. Load the list again; at a node take lists.json "
		                   "away, and both are fetched again",
		                   list->name, path);
	return problem_set(problem, r, "list %s: %s", list->name, text);
}

int catalogue_map(const struct catalogue *catalogue, size_t index, struct segment **ret_segment,
                  struct problem *problem)
{
	const struct catalogue_list *list = catalogue_at(catalogue, index);
	char path[FILE_MAX_PATH];
	struct problem inner = {""};
	CLEANUP(segment_freep) struct segment *segment = NULL;
	int r = catalogue_segment_path(path, catalogue->directory, list->file, problem);
	if (r != JISR_OK)
		return r;
	r = segment_open(path, &segment, &inner);
	if (r == JISR_OK && (strcmp(segment_list(segment), list->name) != 0 || segment_bytes(segment) != list->bytes))
		r = problem_set(&inner, JISR_CORRUPT, "it holds another list");
	if (r != JISR_OK)
		return file_failed(r, path, list, &inner, problem);
	*ret_segment = segment;
	segment = NULL;
	return JISR_OK;
}

static int attach_list(const struct catalogue *catalogue, size_t index, struct watch_set *set, struct problem *problem)
{
	const struct catalogue_list *list = catalogue_at(catalogue, index);
	CLEANUP(segment_freep) struct segment *segment = NULL;
	int r = catalogue_map(catalogue, index, &segment, problem);
	if (r != JISR_OK)
		return r;
	r = watch_set_replace(set, list->name, segment);
	if (r != JISR_OK)
		return problem_set(problem, r, "list %s: %s", list->name, error_text(r));
	segment = NULL;
	return JISR_OK;
}

static bool same_files(const struct catalogue_manifest *a, const struct catalogue_manifest *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->lists[i].file, b->lists[i].file) != 0)
			return false;
	}
	return true;
}

int catalogue_attach(struct catalogue *catalogue, struct watch_set **ret_set, struct problem *problem)
{
	for (int tries = 0;; tries++) {
		CLEANUP(watch_set_freep) struct watch_set *set = NULL;
		int r = watch_set_new(&set);
		if (r != JISR_OK)
			return problem_set(problem, r, "out of memory");
		for (size_t i = 0; r == JISR_OK && i < catalogue->manifest.count; i++)
			r = attach_list(catalogue, i, set, problem);
		if (r == JISR_OK) {
			*ret_set = set;
			set = NULL;
			return JISR_OK;
		}
		struct catalogue_manifest fresh;
		bool missing = r == JISR_NOT_FOUND;
		r = missing ? JISR_IO : r;
		if (!missing || tries == ATTACH_TRIES ||
		    catalogue_manifest_read(catalogue->directory, &fresh, NULL) != JISR_OK)
			return r;
		bool same = same_files(&catalogue->manifest, &fresh);
		catalogue_manifest_finish(same ? &fresh : &catalogue->manifest);
		if (same)
			return r;
		catalogue->manifest = fresh;
	}
}

int catalogue_verify(const struct catalogue *catalogue, size_t index, struct problem *problem)
{
	const struct catalogue_list *list = catalogue_at(catalogue, index);
	char path[FILE_MAX_PATH], file[SHA256_HEX];
	struct problem inner = {""};
	CLEANUP(segment_freep) struct segment *segment = NULL;
	int r = catalogue_segment_path(path, catalogue->directory, list->file, problem);
	if (r != JISR_OK)
		return r;
	r = sha256_file_hex(path, file, &inner);
	if (r == JISR_OK && strcmp(file, list->file) != 0)
		r = problem_set(&inner, JISR_CORRUPT, "its SHA-256 is not its name");
	if (r == JISR_OK)
		r = segment_open(path, &segment, &inner);
	if (r == JISR_OK)
		r = segment_verify(segment, &inner);
	r = r == JISR_OK ? JISR_OK : file_failed(r, path, list, &inner, problem);
	return r == JISR_NOT_FOUND ? JISR_IO : r;
}
