/* Terms
 *   group   objects of one owner that reach the same offices: either single ones, or a part of a file. A group is a list of
 *           the set, under a name of this process, so that an office's view is a choice of whole lists and costs nothing
 *           for what stands in them. Single objects that reach everybody are one group, whoever owns them.
 *
 * Invariants
 *   1. A list of the set is a group, and holds what of it is in force; a group of single objects may be empty.
 *   2. Of a file the groups are those of one version of it. */
#include "notices/object_index.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/sha256.h"
#include "watch/segment.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#define READ_MEMORY ((size_t)16 << 20)
#define ALL_MEMORY  ((size_t)2 << 30)
#define LIST_MAX    24
#define MANY        500     /* single objects changed from which on all are read anew */
#define CHANGES     4000000 /* ids at most of one call */

struct group {
	char list[LIST_MAX];
	char owner[OFFICE_CODE_MAX + 1];
	char *reach; /* owned; as reach_text writes it */
	char name[OBJECT_FILE_NAME + 1];
	char file[SHA256_HEX]; /* "" for single ones */
	uint64_t version;      /* of what changed it last */
	char changed[25];
	bool kept; /* while files are compared */
};

struct object_index {
	char *directory;
	struct watch_set *set;
	struct group *groups;
	size_t count, capacity;
	unsigned next; /* for the name of a list */
	bool partial, checks;
};

void object_index_check(struct object_index *index)
{
	index->checks = true;
}

int object_index_new(const char *directory, bool partial, struct object_index **ret_index)
{
	CLEANUP(object_index_freep) struct object_index *index = memory_zero(1, sizeof *index);
	if (index == NULL)
		return JISR_NO_MEMORY;
	index->partial = partial;
	index->directory = memory_text(directory, strlen(directory));
	int error = index->directory == NULL ? JISR_NO_MEMORY : watch_set_new(&index->set);
	if (error)
		return error;
	*ret_index = index;
	index = NULL;
	return JISR_OK;
}

struct object_index *object_index_free(struct object_index *index)
{
	if (index == NULL)
		return NULL;
	for (size_t i = 0; i < index->count; i++)
		memory_free(index->groups[i].reach);
	memory_free(index->groups);
	memory_free(index->directory);
	watch_set_free(index->set);
	return memory_free(index);
}

static bool is_single(const struct group *group)
{
	return group->file[0] == '\0';
}

static bool sees(const struct group *group, const char *office)
{
	return office[0] != '\0' && reach_text_includes(group->reach, group->owner, office);
}

static void touch(struct group *group, uint64_t version, const char *changed)
{
	if (version > group->version)
		group->version = version;
	if (strcmp(changed, group->changed) > 0)
		(void)snprintf(group->changed, sizeof group->changed, "%s", changed);
}

/* Adds a group whose list is not in the set yet. */
static int new_group(struct object_index *index, const char *owner, const char *reach, const char *name,
                     const char *file, struct group **ret_group)
{
	char *copy = memory_text(reach, strlen(reach));
	int error = copy == NULL ? JISR_NO_MEMORY
	                         : memory_reserve(&index->groups, &index->capacity, index->count + 1, OBJECT_GROUPS_MAX,
	                                          sizeof *index->groups);
	if (error) {
		memory_free(copy);
		return error;
	}
	struct group *group = &index->groups[index->count++];
	*group = (struct group){.reach = copy};
	(void)snprintf(group->list, sizeof group->list, "o%u", index->next++);
	(void)snprintf(group->owner, sizeof group->owner, "%s", owner);
	(void)snprintf(group->name, sizeof group->name, "%s", name);
	(void)snprintf(group->file, sizeof group->file, "%s", file);
	*ret_group = group;
	return JISR_OK;
}

static void drop_group(struct object_index *index, size_t at)
{
	(void)watch_set_drop(index->set, index->groups[at].list);
	memory_free(index->groups[at].reach);
	index->groups[at] = index->groups[--index->count];
}

/* ---- single objects ---- */

static int entity_of(const struct object_row *row, struct arena *arena, struct entity **ret_entity)
{
	CLEANUP(json_freep) cJSON *json = cJSON_Parse(row->content);
	char id[OBJECT_ID_MAX];
	struct findings findings;
	struct object object = {.kind = OBJECT_DOCUMENT};
	findings_init(&findings);
	int error = json == NULL ? JISR_NO_MEMORY : object_read(json, arena, &object, &findings);
	if (!error)
		error = object_check(&object, "9999-12-31", arena, &findings, NULL);
	if (!error && findings.total > 0)
		error = JISR_CORRUPT;
	object_index_id(row->id, id);
	return error ? error : object_entity(&object, id, row->owner, arena, ret_entity);
}

static int group_of(struct object_index *index, const struct object_row *row, struct group **ret_group)
{
	bool all = strcmp(row->reach, "*") == 0;
	for (size_t i = 0; i < index->count; i++) {
		struct group *group = &index->groups[i];
		if (is_single(group) && strcmp(group->reach, row->reach) == 0 &&
		    (all || strcmp(group->owner, row->owner) == 0)) {
			*ret_group = group;
			return JISR_OK;
		}
	}
	return new_group(index, all ? "" : row->owner, row->reach, "", "", ret_group);
}

/* The builders of all groups of single objects while they are read. */
struct reading {
	struct object_index *index;
	struct arena *arena;
	struct segment_builder **builders; /* by the group's place */
	size_t capacity;
	int error;
};

static bool read_one(void *context, const struct object_row *row)
{
	struct reading *reading = context;
	struct group *group = NULL;
	struct entity *entity = NULL;
	arena_reset(reading->arena);
	reading->error = group_of(reading->index, row, &group);
	if (reading->error)
		return false;
	size_t at = (size_t)(group - reading->index->groups), before = reading->capacity;
	reading->error = memory_reserve(&reading->builders, &reading->capacity, at + 1, OBJECT_GROUPS_MAX,
	                                sizeof(struct segment_builder *));
	for (size_t i = before; !reading->error && i < reading->capacity; i++)
		reading->builders[i] = NULL;
	if (!reading->error && reading->builders[at] == NULL)
		reading->error = segment_builder_new(&reading->builders[at]);
	if (!reading->error)
		reading->error = entity_of(row, reading->arena, &entity);
	if (!reading->error)
		reading->error = segment_builder_put(reading->builders[at], entity);
	if (!reading->error)
		touch(group, row->version, row->changed);
	return !reading->error;
}

static int read_singles(struct object_index *index, struct sql *sql, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL, *texts = NULL;
	struct object_filter filter = {.in_force = true, .limit = INT_MAX};
	struct reading reading = {.index = index};
	for (size_t i = index->count; i > 0; i--)
		if (is_single(&index->groups[i - 1]))
			drop_group(index, i - 1);
	int error = arena_new(READ_MEMORY, &arena);
	if (!error)
		error = arena_new(ALL_MEMORY, &texts);
	reading.arena = arena;
	if (!error)
		error = object_list(sql, (struct viewer){OFFICE_HEADQUARTERS}, &filter, texts, read_one, &reading,
		                    problem);
	if (!error)
		error = reading.error;
	for (size_t i = 0; i < reading.capacity; i++) {
		struct segment *segment = NULL;
		if (reading.builders[i] == NULL)
			continue;
		if (!error)
			error = segment_builder_open(reading.builders[i], OBJECT_LIST, &segment);
		if (!error)
			error = watch_set_replace(index->set, index->groups[i].list, segment);
		if (error)
			segment_free(segment);
		segment_builder_free(reading.builders[i]);
	}
	memory_free(reading.builders);
	return error;
}

static int put_entity(struct object_index *index, const struct group *group, const struct entity *entity)
{
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	struct segment *segment = NULL;
	int error = watch_set_put(index->set, group->list, entity);
	if (error != JISR_NOT_FOUND)
		return error;
	error = segment_builder_new(&builder);
	if (!error)
		error = segment_builder_put(builder, entity);
	if (!error)
		error = segment_builder_open(builder, OBJECT_LIST, &segment);
	if (!error)
		error = watch_set_replace(index->set, group->list, segment);
	if (error)
		segment_free(segment);
	return error;
}

static int take_away(struct object_index *index, const char *id, uint64_t version, const char *changed)
{
	const struct watch_view *view = watch_view_take(index->set);
	int error = JISR_OK;
	for (size_t i = 0; i < index->count && !error; i++) {
		uint32_t segment, entity;
		struct group *group = &index->groups[i];
		if (!is_single(group) || !watch_view_find(view, group->list, id, &segment, &entity))
			continue;
		error = watch_set_remove(index->set, group->list, id);
		touch(group, version, changed);
	}
	watch_view_release(view);
	return error;
}

static int follow_one(struct object_index *index, struct sql *sql, const char *id, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	char name[OBJECT_ID_MAX];
	struct object_row row;
	struct entity *entity = NULL;
	struct group *group = NULL;
	int error = arena_new(READ_MEMORY, &arena);
	if (!error)
		error = object_get(sql, (struct viewer){OFFICE_HEADQUARTERS}, id, arena, &row, problem);
	if (error)
		return error;
	object_index_id(row.id, name);
	error = take_away(index, name, row.version, row.changed);
	if (error || row.withdrawn)
		return error;
	error = group_of(index, &row, &group);
	if (!error)
		error = entity_of(&row, arena, &entity);
	if (!error)
		error = put_entity(index, group, entity);
	if (!error)
		touch(group, row.version, row.changed);
	return error;
}

int object_index_hidden(struct object_index *index, struct sql *sql, const char *id, uint64_t sequence,
                        struct problem *problem)
{
	char name[OBJECT_ID_MAX];
	int error = follow_one(index, sql, id, problem);
	if (error != JISR_NOT_FOUND)
		return error;
	object_index_id(id, name);
	return take_away(index, name, sequence, "");
}

/* ---- files ---- */

struct ids {
	char **list; /* owned */
	size_t count, capacity;
	int error;
};

static bool note_id(void *context, const char *id)
{
	struct ids *ids = context;
	char *copy = memory_text(id, strlen(id));
	ids->error = copy == NULL
	                     ? JISR_NO_MEMORY
	                     : memory_reserve(&ids->list, &ids->capacity, ids->count + 1, CHANGES, sizeof *ids->list);
	if (ids->error)
		memory_free(copy);
	else
		ids->list[ids->count++] = copy;
	return !ids->error;
}

static void ids_finish(struct ids *ids)
{
	for (size_t i = 0; i < ids->count; i++)
		memory_free(ids->list[i]);
	memory_free(ids->list);
}

struct following {
	struct object_index *index;
	struct sql *sql;
	struct problem *problem;
	bool changed;
	int error;
};

static int open_part(const struct object_index *index, const char *file, struct segment **ret_segment,
                     struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = object_file_open(index->directory, file, index->checks, ret_segment, problem);
	return error == JISR_CORRUPT && index->checks && index->partial &&
	                       object_file_path(index->directory, file, path, sizeof path) && unlink(path) == 0
	               ? problem_set(problem, JISR_NOT_FOUND, "%s was damaged, and is to be fetched again", path)
	               : error;
}

static int map_part(struct following *following, const struct object_file *file, const struct object_part *part,
                    struct group **ret_group)
{
	struct segment *segment = NULL;
	struct object_index *index = following->index;
	int error = open_part(index, part->file, &segment, following->problem);
	if (error)
		return error;
	error = new_group(index, file->owner, part->reach, file->name, part->file, ret_group);
	if (!error)
		error = watch_set_replace(index->set, (*ret_group)->list, segment);
	if (error)
		segment_free(segment);
	return error;
}

static int hide_lines(struct following *following, const struct object_file *file, struct group *group, uint64_t since)
{
	struct ids ids = {NULL, 0, 0, JISR_OK};
	int error = object_lines(following->sql, file->owner, file->name, since, note_id, &ids, following->problem);
	if (!error)
		error = ids.error;
	if (!error && ids.count > 0)
		error = watch_set_remove_many(following->index->set, group->list, (const char *const *)ids.list,
		                              ids.count);
	ids_finish(&ids);
	return error;
}

/* At a node, where nobody waits for it here. */
static bool is_to_come(const struct object_index *index, const struct object_part *part)
{
	char path[FILE_MAX_PATH];
	return index->partial && object_file_path(index->directory, part->file, path, sizeof path) &&
	       access(path, F_OK) != 0;
}

static bool follow_file(void *context, const struct object_file *file)
{
	struct following *following = context;
	struct object_index *index = following->index;
	for (size_t i = 0; i < file->part_count && !following->error; i++) {
		const struct object_part *part = &file->parts[i];
		struct group *group = NULL;
		uint64_t since = 0;
		for (size_t k = 0; k < index->count && group == NULL; k++)
			if (strcmp(index->groups[k].file, part->file) == 0 &&
			    strcmp(index->groups[k].reach, part->reach) == 0 &&
			    strcmp(index->groups[k].owner, file->owner) == 0 &&
			    strcmp(index->groups[k].name, file->name) == 0 &&
			    strcmp(index->groups[k].changed, file->loaded) == 0)
				group = &index->groups[k];
		if (group == NULL && is_to_come(index, part))
			continue;
		if (group == NULL) {
			following->error = map_part(following, file, part, &group);
			following->changed = true;
			if (following->error == JISR_NOT_FOUND && is_to_come(index, part)) { /* it was damaged */
				following->error = JISR_OK;
				continue;
			}
		} else {
			since = group->version;
			following->changed |= since != file->version;
		}
		if (!following->error && since != file->version)
			following->error = hide_lines(following, file, group, since);
		if (!following->error) {
			group->kept = true;
			touch(group, file->version, file->loaded);
		}
	}
	return !following->error;
}

static int follow_files(struct object_index *index, struct sql *sql, bool *changed, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct following following = {index, sql, problem, false, JISR_OK};
	int error = arena_new(ALL_MEMORY, &arena);
	for (size_t i = 0; i < index->count; i++)
		index->groups[i].kept = is_single(&index->groups[i]);
	if (!error)
		error = object_files(sql, (struct viewer){OFFICE_HEADQUARTERS}, arena, follow_file, &following,
		                     problem);
	if (!error)
		error = following.error;
	if (error)
		return error;
	for (size_t i = index->count; i > 0; i--) {
		if (index->groups[i - 1].kept)
			continue;
		drop_group(index, i - 1);
		following.changed = true;
	}
	*changed |= following.changed;
	return JISR_OK;
}

int object_index_follow(struct object_index *index, struct sql *sql, uint64_t first, uint64_t last, bool *ret_changed,
                        struct problem *problem)
{
	struct ids ids = {NULL, 0, 0, JISR_OK};
	bool changed = first == 0;
	int error = follow_files(index, sql, &changed, problem);
	if (!error && first > 0)
		error = object_changed(sql, first, last, note_id, &ids, problem);
	if (!error)
		error = ids.error;
	if (!error && (first == 0 || ids.count > MANY))
		error = read_singles(index, sql, problem);
	for (size_t i = 0; !error && ids.count <= MANY && i < ids.count; i++)
		error = follow_one(index, sql, ids.list[i], problem);
	changed |= ids.count > 0;
	ids_finish(&ids);
	if (error) {
		if (problem != NULL && problem->text[0] == '\0')
			(void)problem_set(problem, error, "registered objects: %s", error_text(error));
		return error;
	}
	*ret_changed = changed;
	return JISR_OK;
}

/* ---- what an office sees ---- */

void object_index_describe(struct object_index *index, const char *office, struct object_seen *ret_seen)
{
	uint64_t sums[4] = {0, 0, 0, 0};
	const struct watch_view *view = watch_view_take(index->set);
	*ret_seen = (struct object_seen){.entities = 0};
	for (size_t i = 0; i < index->count; i++) {
		const struct group *group = &index->groups[i];
		uint64_t count = sees(group, office) ? watch_view_count(view, group->list) : 0;
		if (count == 0)
			continue;
		ret_seen->entities += count;
		uint64_t hash = hash_bytes(group->file, strlen(group->file)) ^ hash_number(group->version);
		hash ^= hash_bytes(group->reach, strlen(group->reach)) ^
		        hash_bytes(group->owner, strlen(group->owner)) * 3;
		for (uint64_t k = 0; k < 4; k++)
			sums[k] += hash_number(hash + k);
		if (strcmp(group->changed, ret_seen->changed) > 0)
			(void)snprintf(ret_seen->changed, sizeof ret_seen->changed, "%s", group->changed);
	}
	watch_view_release(view);
	sha256_hex(sums, sizeof sums, ret_seen->file);
}

struct choosing {
	const struct object_index *index;
	const char *office;
};

static bool wanted(void *context, const char *list)
{
	const struct choosing *choosing = context;
	for (size_t i = 0; i < choosing->index->count; i++)
		if (strcmp(choosing->index->groups[i].list, list) == 0)
			return sees(&choosing->index->groups[i], choosing->office);
	return false;
}

int object_index_join(struct object_index *index, const struct watch_view *first, const char *office, void *note,
                      void (*note_free)(void *note), struct watch_view **ret_view)
{
	struct choosing choosing = {index, office};
	const struct watch_view *view = watch_view_take(index->set);
	int error = watch_view_pick(first, view, wanted, &choosing, OBJECT_LIST, note, note_free, ret_view);
	watch_view_release(view);
	return error;
}
