/* Changing the catalogue. States of a load and what leads from one to the next:
 *
 *   catalogue_begin -> OPEN: lock held, lists.json read anew, left-overs removed
 *   OPEN -> catalogue_keep_old (once, before the first put) -> OPEN
 *   OPEN -> catalogue_put, catalogue_remove -> OPEN
 *   OPEN -> catalogue_commit -> DONE, whether it succeeded or not: the builder is used up, the lock given back
 *   any  -> catalogue_load_free
 *
 * The steps of a commit, and what a kill after each leaves:
 *
 *   1  segment written to lists/segment.new-XXXXXX and synced      old version; a left-over that the next change
 * removes 2  renamed to lists/SHA-256.jisr, folder synced                 the same 3  lists.json.new-XXXXXX written,
 * synced                        the same, two left-overs 4  renamed to lists.json new version; the old segment is the
 * left-over 5  folder synced, old segment removed                           new version
 */
#include "watch/catalogue.h"

#include "base/clock.h"
#include "watch/catalogue_private.h"
#include "watch/segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTITY_MEMORY ((size_t)256 << 20) /* of one old entity while it is copied */
#define SUFFIX        ".jisr"

struct catalogue_load {
	struct catalogue *catalogue;
	char name[CATALOGUE_MAX_NAME + 1];
	int lock; /* -1 when given back */
	struct segment *old;
	int old_error; /* why old could not be opened */
	struct problem old_problem;
	struct segment_builder *builder; /* NULL when used up */
};

static bool is_segment_name(const char *name)
{
	return strlen(name) == CATALOGUE_FILE_DIGITS + strlen(SUFFIX) &&
	       strspn(name, "0123456789abcdef") == CATALOGUE_FILE_DIGITS &&
	       strcmp(name + CATALOGUE_FILE_DIGITS, SUFFIX) == 0;
}

static bool is_named(const struct catalogue_manifest *manifest, const char *segment_name)
{
	for (size_t i = 0; i < manifest->count; i++) {
		if (memcmp(manifest->lists[i].file, segment_name, CATALOGUE_FILE_DIGITS) == 0)
			return true;
	}
	return false;
}

/* Removes what no lists.json names and what a kill left behind; what cannot be removed waits for the next change. Files
 * that are none of ours stay. */
static void remove_left_overs(const char *folder, const struct catalogue_manifest *manifest)
{
	DIR *directory = opendir(folder);
	if (directory == NULL)
		return;
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		const char *name = entry->d_name;
		bool temp = file_is_temp(name) &&
		            (strncmp(name, "segment.", 8) == 0 || strncmp(name, "lists.json.", 11) == 0);
		if (temp || (is_segment_name(name) && !is_named(manifest, name)))
			(void)unlinkat(dirfd(directory), name, 0);
	}
	(void)closedir(directory);
}

static void clean(const struct catalogue *catalogue)
{
	char lists[FILE_MAX_PATH];
	remove_left_overs(catalogue->directory, &catalogue->manifest);
	if (catalogue_path(lists, catalogue->directory, "lists", NULL) == JISR_OK)
		remove_left_overs(lists, &catalogue->manifest);
}

/* Takes the lock and brings the catalogue up to what is on disk, synced (invariant 4 of catalogue.c). */
static int lock_only(struct catalogue *catalogue, int *ret_lock, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int lock = -1;
	struct catalogue_manifest manifest;
	int r = catalogue_path(path, catalogue->directory, "lock", problem);
	if (r == JISR_OK)
		r = file_lock(path, &lock, problem);
	if (r == JISR_BUSY)
		return problem_set(problem, r,
		                   "another process is changing the lists in %s. Wait until it has ended and try again",
		                   catalogue->directory);
	if (r != JISR_OK)
		return r == JISR_NOT_FOUND ? JISR_IO : r;
	r = catalogue_path(path, catalogue->directory, "lists", problem);
	if (r == JISR_OK && mkdir(path, 0700) != 0 && errno != EEXIST) {
		(void)file_problem(problem, path, "create it");
		r = JISR_IO;
	}
	if (r == JISR_OK)
		r = file_sync_folder(catalogue->directory, problem);
	if (r == JISR_OK)
		r = catalogue_manifest_read(catalogue->directory, &manifest, problem);
	if (r != JISR_OK) {
		(void)close(lock);
		return r;
	}
	catalogue_manifest_finish(&catalogue->manifest);
	catalogue->manifest = manifest;
	*ret_lock = lock;
	return JISR_OK;
}

static int lock_catalogue(struct catalogue *catalogue, int *ret_lock, struct problem *problem)
{
	int r = lock_only(catalogue, ret_lock, problem);
	if (r == JISR_OK)
		clean(catalogue);
	return r;
}

void catalogue_keep(struct catalogue *catalogue, const struct catalogue_keeper *keeper)
{
	catalogue->keeper = keeper;
}

static int ask_loaded(const struct catalogue *catalogue, const struct catalogue_list *list, struct problem *problem)
{
	const struct catalogue_keeper *keeper = catalogue->keeper;
	return keeper != NULL && keeper->loaded != NULL ? keeper->loaded(keeper->context, list, problem) : JISR_OK;
}

static int ask_dropped(const struct catalogue *catalogue, const char *name, struct problem *problem)
{
	const struct catalogue_keeper *keeper = catalogue->keeper;
	return keeper != NULL && keeper->dropped != NULL ? keeper->dropped(keeper->context, name, problem) : JISR_OK;
}

int catalogue_begin(struct catalogue *catalogue, const char *name, struct catalogue_load **ret_load,
                    struct problem *problem)
{
	if (!catalogue_name_valid(name))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"%.80s\" cannot name a list: 1 to %d of a-z, 0-9, '-', '_' and '.', a letter or "
		                   "digit first",
		                   name, CATALOGUE_MAX_NAME);
	CLEANUP(catalogue_load_freep) struct catalogue_load *load = memory_zero(1, sizeof *load);
	if (load == NULL)
		return problem_no_memory(problem);
	load->catalogue = catalogue;
	load->lock = -1;
	memcpy(load->name, name, strlen(name) + 1);
	int r = lock_catalogue(catalogue, &load->lock, problem);
	if (r != JISR_OK)
		return r;
	r = segment_builder_new(&load->builder);
	if (r != JISR_OK)
		return problem_set(problem, r, "out of memory");
	const struct catalogue_list *list = catalogue_find(catalogue, name);
	if (list == NULL && catalogue->manifest.count >= CATALOGUE_MAX_LISTS)
		return problem_set(problem, JISR_TOO_LARGE, "%s already holds %d lists, the most it can",
		                   catalogue->directory, CATALOGUE_MAX_LISTS);
	if (list != NULL) {
		char path[FILE_MAX_PATH];
		r = catalogue_segment_path(path, catalogue->directory, list->file, problem);
		if (r != JISR_OK)
			return r;
		/* A damaged old version does not hinder a complete new one. */
		load->old_error = segment_open(path, &load->old, &load->old_problem);
		if (load->old_error == JISR_NO_MEMORY)
			return problem_no_memory(problem);
	}
	*ret_load = load;
	load = NULL;
	return JISR_OK;
}

static int used_up(struct problem *problem)
{
	return problem_set(problem, JISR_BAD_INPUT, "this load has ended");
}

static int put_failed(int r, const char *id, struct problem *problem)
{
	return r == JISR_OK ? r : problem_set(problem, r, "entity %.100s: %s", id, error_text(r));
}

int catalogue_keep_old(struct catalogue_load *load, struct problem *problem)
{
	if (load->builder == NULL)
		return used_up(problem);
	if (load->old_error != JISR_OK)
		return problem_set(problem, load->old_error,
		                   "list %s: the version to change cannot be read (%s). Load the complete list",
		                   load->name, load->old_problem.text);
	if (load->old == NULL)
		return JISR_OK;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int r = arena_new(ENTITY_MEMORY, &arena);
	uint32_t count = segment_entities(load->old);
	for (uint32_t i = 0; r == JISR_OK && i < count; i++) {
		struct entity *entity;
		arena_reset(arena);
		r = segment_entity(load->old, i, arena, &entity);
		if (r == JISR_OK)
			r = segment_builder_put(load->builder, entity);
	}
	return r == JISR_OK ? r : problem_set(problem, r, "list %s: %s", load->name, error_text(r));
}

int catalogue_put(struct catalogue_load *load, const struct entity *entity, struct problem *problem)
{
	if (load->builder == NULL)
		return used_up(problem);
	return put_failed(segment_builder_put(load->builder, entity), entity->id, problem);
}

int catalogue_remove(struct catalogue_load *load, const char *id, struct problem *problem)
{
	if (load->builder == NULL)
		return used_up(problem);
	return put_failed(segment_builder_remove(load->builder, id), id, problem);
}

static struct catalogue_change compare_versions(const struct segment *old, const struct segment *new)
{
	struct catalogue_change change = {0};
	uint32_t count = segment_entities(new);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t before;
		if (old == NULL || !segment_find(old, segment_entity_id(new, i), &before))
			change.added++;
		else if (segment_entity_hash(old, before) == segment_entity_hash(new, i))
			change.unchanged++;
		else
			change.changed++;
	}
	if (old != NULL)
		change.removed = segment_entities(old) - change.changed - change.unchanged;
	return change;
}

/* Steps 1 and 2. `file` gets the segment's name, `path` its path. */
static int write_segment(struct catalogue_load *load, char file[SHA256_HEX], char path[FILE_MAX_PATH],
                         struct problem *problem)
{
	char base[FILE_MAX_PATH], temp[FILE_MAX_PATH];
	int fd = -1;
	int r = catalogue_path(base, load->catalogue->directory, "lists/segment", problem);
	if (r == JISR_OK)
		r = file_temp(base, temp, &fd, problem);
	if (r != JISR_OK)
		return r == JISR_NOT_FOUND ? JISR_IO : r;
	errno = 0;
	r = segment_builder_write(load->builder, load->name, fd, problem);
	if (r == JISR_IO && errno != 0)
		r = file_problem(problem, base, "write it");
	if (r == JISR_OK)
		r = sha256_file_hex(temp, file, problem);
	if (r == JISR_OK)
		r = catalogue_segment_path(path, load->catalogue->directory, file, problem);
	if (r == JISR_OK)
		r = file_publish(fd, temp, path, problem);
	else
		(void)unlink(temp);
	(void)close(fd);
	return r;
}

/* Steps 3 to 5: the catalogue's lists with `list` in place of the one of its name, or at the end. */
static int publish(struct catalogue *catalogue, const struct catalogue_list *list, struct problem *problem)
{
	const struct catalogue_manifest *old = &catalogue->manifest;
	struct catalogue_manifest fresh;
	CLEANUP(memory_freep) struct catalogue_list *lists = memory_zero(old->count + 1, sizeof *lists);
	if (lists == NULL)
		return problem_no_memory(problem);
	size_t count = old->count, at = 0;
	for (size_t i = 0; i < count; i++)
		lists[i] = old->lists[i];
	while (at < count && strcmp(lists[at].name, list->name) != 0)
		at++;
	lists[at] = *list;
	count += at == count;
	/* Everything that can run out of memory comes before what cannot be taken back. */
	int r = catalogue_manifest_copy(lists, count, &fresh);
	if (r != JISR_OK)
		return problem_set(problem, r, "out of memory");
	r = catalogue_manifest_write(catalogue->directory, lists, count, problem);
	if (r != JISR_OK) {
		catalogue_manifest_finish(&fresh);
		return r;
	}
	catalogue_manifest_finish(&catalogue->manifest);
	catalogue->manifest = fresh;
	clean(catalogue);
	return JISR_OK;
}

static int commit(struct catalogue_load *load, struct catalogue_list list, struct catalogue_change *ret_change,
                  struct problem *problem)
{
	char file[SHA256_HEX], path[FILE_MAX_PATH], loaded[32];
	CLEANUP(segment_freep) struct segment *segment = NULL;
	bool agreed = false;
	int r = write_segment(load, file, path, problem);
	if (r != JISR_OK)
		return r;
	r = segment_open(path, &segment, problem);
	if (r == JISR_OK) {
		struct catalogue_change change = compare_versions(load->old, segment);
		(void)clock_utc(loaded);
		list.name = load->name;
		list.loaded = loaded;
		list.file = file;
		list.entities = segment_entities(segment);
		list.names = segment_names(segment);
		list.documents = segment_documents(segment);
		list.bytes = segment_bytes(segment);
		r = ask_loaded(load->catalogue, &list, problem);
		agreed = r == JISR_OK && load->catalogue->keeper != NULL;
		if (r == JISR_OK)
			r = publish(load->catalogue, &list, problem);
		if (r == JISR_OK) {
			*ret_change = change;
			return JISR_OK;
		}
	}
	if (agreed) /* the record names the file already, and brings lists.json to it later */
		return r;
	/* What is on disk decides: the folder's sync may have failed after the renaming. */
	struct catalogue_manifest now;
	if (catalogue_manifest_read(load->catalogue->directory, &now, NULL) == JISR_OK) {
		if (!is_named(&now, file))
			(void)unlink(path);
		catalogue_manifest_finish(&now);
	}
	return r;
}

static void give_back_lock(struct catalogue_load *load)
{
	if (load->lock >= 0)
		(void)close(load->lock);
	load->lock = -1;
}

int catalogue_commit(struct catalogue_load *load, const char *format, const char *source, const char *published,
                     struct catalogue_change *ret_change, struct problem *problem)
{
	if (load->builder == NULL)
		return used_up(problem);
	struct catalogue_list list = {.format = format, .source = source, .published = published};
	int r = commit(load, list, ret_change, problem);
	load->builder = segment_builder_free(load->builder);
	give_back_lock(load);
	return r;
}

struct catalogue_load *catalogue_load_free(struct catalogue_load *load)
{
	if (load == NULL)
		return NULL;
	give_back_lock(load);
	segment_free(load->old);
	segment_builder_free(load->builder);
	return memory_free(load);
}

int catalogue_drop(struct catalogue *catalogue, const char *name, struct problem *problem)
{
	int lock;
	int r = lock_catalogue(catalogue, &lock, problem);
	if (r != JISR_OK)
		return r;
	const struct catalogue_list *list = catalogue_find(catalogue, name);
	struct catalogue_manifest *manifest = &catalogue->manifest;
	if (list == NULL) {
		r = problem_set(problem, JISR_NOT_FOUND, "no list \"%.80s\" is loaded in %s", name,
		                catalogue->directory);
	} else {
		size_t at = (size_t)(list - manifest->lists);
		struct catalogue_list dropped = *list;
		memmove(manifest->lists + at, manifest->lists + at + 1,
		        (manifest->count - at - 1) * sizeof *manifest->lists);
		manifest->count--;
		r = ask_dropped(catalogue, dropped.name, problem);
		if (r == JISR_OK)
			r = catalogue_manifest_write(catalogue->directory, manifest->lists, manifest->count, problem);
		if (r == JISR_OK) {
			clean(catalogue);
		} else {
			memmove(manifest->lists + at + 1, manifest->lists + at,
			        (manifest->count - at) * sizeof *manifest->lists);
			manifest->lists[at] = dropped;
			manifest->count++;
		}
	}
	(void)close(lock);
	return r;
}

/* Whether a list's file is there, whole as far as opening tells. */
static bool file_there(const struct catalogue *catalogue, const struct catalogue_list *list, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	CLEANUP(segment_freep) struct segment *segment = NULL;
	return catalogue_segment_path(path, catalogue->directory, list->file, problem) == JISR_OK &&
	       segment_open(path, &segment, problem) == JISR_OK;
}

int catalogue_replace(struct catalogue *catalogue, const struct catalogue_list *lists, size_t count,
                      size_t *ret_missing, struct problem *problem)
{
	int lock = -1;
	size_t kept = 0;
	struct catalogue_manifest fresh;
	if (count > CATALOGUE_MAX_LISTS)
		return problem_set(problem, JISR_TOO_LARGE, "more than %d lists", CATALOGUE_MAX_LISTS);
	CLEANUP(memory_freep) struct catalogue_list *there = memory_zero(count + 1, sizeof *there);
	if (there == NULL)
		return problem_no_memory(problem);
	int r = lock_only(catalogue, &lock, problem);
	if (r != JISR_OK)
		return r;
	struct problem first = {""};
	for (size_t i = 0; i < count; i++) {
		struct problem *about = first.text[0] == '\0' ? &first : NULL;
		if (file_there(catalogue, &lists[i], about))
			there[kept++] = lists[i];
	}
	r = catalogue_manifest_copy(there, kept, &fresh);
	if (r == JISR_OK) {
		r = catalogue_manifest_write(catalogue->directory, there, kept, problem);
		if (r == JISR_OK) {
			catalogue_manifest_finish(&catalogue->manifest);
			catalogue->manifest = fresh;
			/* With a file missing nothing is tidied: what lies there may be wanted when it is mended. */
			if (kept == count)
				clean(catalogue);
			*ret_missing = count - kept;
		} else {
			catalogue_manifest_finish(&fresh);
		}
	}
	(void)close(lock);
	if (r == JISR_OK && kept < count)
		(void)problem_set(problem, JISR_OK, "%s", first.text);
	return r;
}
